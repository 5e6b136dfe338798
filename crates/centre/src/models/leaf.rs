//! The leaf of an act on a model: what the log covers, so that nobody denies later what they did.

use clearance::Sheets;
use clearance::record::SALT_BYTES;
use clearance::scoring::life::{Act, Deed, State};
use jiff::Timestamp;
use reference::ContentHash;
use serde::Serialize;
use store::{StoreError, StoredStep};

use crate::error::CentreError;
use crate::{Inner, acts};

/// The word by which a leaf says that it is one of these.
const SYSTEM: &str = "model";

#[derive(Serialize)]
struct Body<'a> {
    system: &'static str,
    model: &'a str,
    deed: Deed,
    from: Option<State>,
    to: State,
    by: &'a str,
    at: Timestamp,
    through: &'a str,
    withheld: ContentHash,
}

#[derive(Serialize)]
struct Withheld<'a> {
    sha256: &'a ContentHash,
    reason: &'a str,
}

/// The sheets of an act on a model whose file has this hash.
pub(super) fn sheets(
    act: &Act,
    at: Timestamp,
    through: &str,
    file: &ContentHash,
    salt: &[u8; SALT_BYTES],
) -> Result<Sheets, StoreError> {
    let Act { model, deed, from, to, by, .. } = act;
    let (deed, from, to) = (*deed, *from, *to);
    acts::sheets(&Withheld { sha256: file, reason: &act.reason }, salt, |withheld| Body {
        system: SYSTEM,
        model,
        deed,
        from,
        to,
        by,
        at,
        through,
        withheld,
    })
}

impl Inner {
    /// Compares a leaf with the act and the file it covers; says what differs, if anything.
    pub(crate) fn model_act_differs(&self, step: &StoredStep) -> Result<Option<String>, CentreError> {
        let stored = self.store.model_act_of_leaf(step.leaf)?;
        let on = match &stored {
            Some(stored) => format!("model {}, or its file,", stored.act.model),
            None => "a model".to_owned(),
        };
        let again = stored.map(|stored| {
            move |salt: &[u8; SALT_BYTES]| {
                let file = self.store.model(&stored.act.model)?;
                let hash = ContentHash::of(file.map(|file| file.content).unwrap_or_default().as_ref());
                Ok(sheets(&stored.act, stored.at, &stored.through, &hash, salt)?)
            }
        });
        acts::differs(step, SYSTEM, &on, again)
    }
}
