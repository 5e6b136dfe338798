//! The leaf of an act: what the log covers, so that nobody denies later what they did, nor learns from it what is secret.

use clearance::Sheets;
use clearance::dossier::{Act, Deed, State};
use clearance::record::SALT_BYTES;
use jiff::Timestamp;
use jiff::civil::Date;
use reference::ContentHash;
use serde::{Deserialize, Serialize};
use store::{StoreError, StoredStep};

use crate::Inner;
use crate::error::CentreError;

/// The word by which a leaf says that it is one of these.
const SYSTEM: &str = "profile";

#[derive(Serialize)]
struct Body<'a> {
    system: &'static str,
    number: &'a str,
    version: u32,
    deed: Deed,
    from: Option<State>,
    to: State,
    by: &'a str,
    at: Timestamp,
    through: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<Date>,
    withheld: ContentHash,
}

#[derive(Serialize)]
struct Withheld<'a> {
    sha256: &'a ContentHash,
    reason: &'a str,
}

/// What of a body says that it is one of these.
#[derive(Deserialize)]
struct Mark {
    system: String,
}

/// The sheets of an act on a version with this text; the same act and salt give the same bytes.
pub(super) fn sheets(
    number: &str,
    act: &Act,
    at: Timestamp,
    through: &str,
    text: &ContentHash,
    salt: &[u8; SALT_BYTES],
) -> Result<Sheets, StoreError> {
    let failed = |why: serde_json::Error| StoreError::Failed(why.to_string());
    let mut withheld = salt.to_vec();
    serde_json::to_writer(&mut withheld, &Withheld { sha256: text, reason: &act.reason }).map_err(failed)?;
    let Act { version, deed, from, to, by, day, .. } = act;
    let body = Body {
        system: SYSTEM,
        number,
        version: *version,
        deed: *deed,
        from: *from,
        to: *to,
        by,
        at,
        through,
        day: *day,
        withheld: ContentHash::of(&withheld),
    };
    let body = serde_json::to_vec(&body).map_err(failed)?;
    Ok(Sheets { body, withheld: Some(withheld) })
}

impl Inner {
    /// Compares a leaf with the act and the text it covers; says what differs, if anything.
    pub(crate) fn profile_act_differs(&self, step: &StoredStep) -> Result<Option<String>, CentreError> {
        let is_act = serde_json::from_slice::<Mark>(&step.body).is_ok_and(|mark| mark.system == SYSTEM);
        let stored = self.store.profile_act_of_leaf(step.leaf)?;
        let (true, Some(stored)) = (is_act, &stored) else {
            let differs = is_act != stored.is_some();
            return Ok(differs.then(|| "an act on a profile and its leaf do not belong together".to_owned()));
        };
        let text = self.store.profile_version(&stored.number, stored.act.version)?;
        let text = ContentHash::of(text.map(|text| text.source).unwrap_or_default().as_bytes());
        let salt = step.withheld.as_deref().and_then(|sheet| sheet.first_chunk::<SALT_BYTES>());
        let Some(salt) = salt else { return Ok(Some("the withheld sheet of an act is missing".to_owned())) };
        let again = sheets(&stored.number, &stored.act, stored.at, &stored.through, &text, salt)?;
        let same = again.body == step.body && again.withheld == step.withheld;
        Ok((!same).then(|| format!("an act on profile {} is not what the log covers", stored.number)))
    }
}
