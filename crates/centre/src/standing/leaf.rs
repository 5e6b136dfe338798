//! The leaf of an act on a standing: the log covers whose it is and why, and shows neither.

use clearance::Sheets;
use clearance::record::SALT_BYTES;
use clearance::standing::Act;
use declaration::TaxNumber;
use jiff::Timestamp;
use reference::ContentHash;
use risk::Category;
use serde::Serialize;
use store::{StoreError, StoredStep};

use crate::error::CentreError;
use crate::{Inner, acts};

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

/// The sheets of an act.
pub(super) fn sheets(
    participant: &TaxNumber,
    act: &Act,
    at: Timestamp,
    salt: &[u8; SALT_BYTES],
) -> Result<Sheets, StoreError> {
    let (from, to) = act.way().unzip();
    acts::sheets(&Withheld { participant, act }, salt, |withheld| Body {
        system: SYSTEM,
        deed: act.name(),
        at,
        from,
        to,
        withheld,
    })
}

impl Inner {
    /// Compares a leaf with the act it covers; says what differs, if anything.
    pub(crate) fn standing_act_differs(&self, step: &StoredStep) -> Result<Option<String>, CentreError> {
        let stored = self.store.standing_act_of_leaf(step.leaf)?;
        if let Some(Act::Stated { number, fact }) = stored.as_ref().map(|stored| &stored.act)
            && self.store.fact(*number)?.is_none_or(|kept| kept.fact != *fact)
        {
            return Ok(Some(format!("fact {number} is not what was stated")));
        }
        let again = stored.map(|stored| {
            move |salt: &[u8; SALT_BYTES]| Ok(sheets(&stored.participant, &stored.act, stored.at, salt)?)
        });
        acts::differs(step, SYSTEM, "a participant", again)
    }
}
