//! The leaf of an act: what the log covers, so that nobody denies later what they did, nor learns from it what is secret.

use clearance::Sheets;
use clearance::dossier::{Act, Deed, State};
use clearance::record::SALT_BYTES;
use jiff::Timestamp;
use jiff::civil::Date;
use reference::ContentHash;
use serde::Serialize;
use store::{StoreError, StoredStep};

use crate::error::CentreError;
use crate::{Inner, acts};

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

/// The sheets of an act on a version with this text.
pub(super) fn sheets(
    number: &str,
    act: &Act,
    at: Timestamp,
    through: &str,
    text: &ContentHash,
    salt: &[u8; SALT_BYTES],
) -> Result<Sheets, StoreError> {
    let Act { version, deed, from, to, by, day, .. } = act;
    let (version, deed, from, to, day) = (*version, *deed, *from, *to, *day);
    acts::sheets(&Withheld { sha256: text, reason: &act.reason }, salt, |withheld| Body {
        system: SYSTEM,
        number,
        version,
        deed,
        from,
        to,
        by,
        at,
        through,
        day,
        withheld,
    })
}

impl Inner {
    /// Compares a leaf with the act and the text it covers; says what differs, if anything.
    pub(crate) fn profile_act_differs(&self, step: &StoredStep) -> Result<Option<String>, CentreError> {
        let stored = self.store.profile_act_of_leaf(step.leaf)?;
        let on =
            stored.as_ref().map_or("a profile".to_owned(), |stored| format!("profile {}", stored.number));
        let again = stored.map(|stored| {
            move |salt: &[u8; SALT_BYTES]| {
                let text = self.store.profile_version(&stored.number, stored.act.version)?;
                let text = ContentHash::of(text.map(|text| text.source).unwrap_or_default().as_bytes());
                Ok(sheets(&stored.number, &stored.act, stored.at, &stored.through, &text, salt)?)
            }
        });
        acts::differs(step, SYSTEM, &on, again)
    }
}
