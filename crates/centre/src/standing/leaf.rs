//! The leaf of an act on a standing: the log covers whose it is and why, and shows neither.

use clearance::Sheets;
use clearance::record::SALT_BYTES;
use clearance::standing::Act;
use declaration::TaxNumber;
use jiff::Timestamp;
use reference::ContentHash;
use risk::Category;
use serde::{Deserialize, Serialize};
use store::{StoreError, StoredStep};

use crate::Inner;
use crate::error::CentreError;

/// The word by which a leaf says that it is one of these.
const SYSTEM: &str = "participant";

#[derive(Serialize)]
struct Body {
    system: &'static str,
    deed: &'static str,
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Category>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Category>,
    withheld: ContentHash,
}

#[derive(Serialize)]
struct Withheld<'a> {
    participant: &'a TaxNumber,
    act: &'a Act,
}

/// What of a body says that it is one of these.
#[derive(Deserialize)]
struct Mark {
    system: String,
}

/// The sheets of an act; the same act and salt give the same bytes.
pub(super) fn sheets(
    participant: &TaxNumber,
    act: &Act,
    at: Timestamp,
    salt: &[u8; SALT_BYTES],
) -> Result<Sheets, StoreError> {
    let failed = |why: serde_json::Error| StoreError::Failed(why.to_string());
    let mut withheld = salt.to_vec();
    serde_json::to_writer(&mut withheld, &Withheld { participant, act }).map_err(failed)?;
    let (from, to) = act.way().unzip();
    let body = Body { system: SYSTEM, deed: act.name(), at, from, to, withheld: ContentHash::of(&withheld) };
    let body = serde_json::to_vec(&body).map_err(failed)?;
    Ok(Sheets { body, withheld: Some(withheld) })
}

impl Inner {
    /// Compares a leaf with the act it covers; says what differs, if anything.
    pub(crate) fn standing_act_differs(&self, step: &StoredStep) -> Result<Option<String>, CentreError> {
        let is_act = serde_json::from_slice::<Mark>(&step.body).is_ok_and(|mark| mark.system == SYSTEM);
        let stored = self.store.standing_act_of_leaf(step.leaf)?;
        let (true, Some(stored)) = (is_act, &stored) else {
            let differs = is_act != stored.is_some();
            return Ok(
                differs.then(|| "an act on a participant and its leaf do not belong together".to_owned())
            );
        };
        let salt = step.withheld.as_deref().and_then(|sheet| sheet.first_chunk::<SALT_BYTES>());
        let Some(salt) = salt else { return Ok(Some("the withheld sheet of an act is missing".to_owned())) };
        let again = sheets(&stored.participant, &stored.act, stored.at, salt)?;
        let same = again.body == step.body && again.withheld == step.withheld;
        Ok((!same).then(|| "an act on a participant is not what the log covers".to_owned()))
    }
}
