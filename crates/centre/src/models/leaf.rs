//! The leaf of an act on a model: what the log covers, so that nobody denies later what they did.

use clearance::Sheets;
use clearance::record::SALT_BYTES;
use clearance::scoring::life::{Act, Deed, State};
use jiff::Timestamp;
use reference::ContentHash;
use serde::{Deserialize, Serialize};
use store::{StoreError, StoredStep};

use crate::Inner;
use crate::error::CentreError;

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

/// What of a body says that it is one of these.
#[derive(Deserialize)]
struct Mark {
    system: String,
}

/// The sheets of an act on a model whose file has this hash; the same act and salt give the same bytes.
pub(super) fn sheets(
    act: &Act,
    at: Timestamp,
    through: &str,
    file: &ContentHash,
    salt: &[u8; SALT_BYTES],
) -> Result<Sheets, StoreError> {
    let failed = |why: serde_json::Error| StoreError::Failed(why.to_string());
    let mut withheld = salt.to_vec();
    serde_json::to_writer(&mut withheld, &Withheld { sha256: file, reason: &act.reason }).map_err(failed)?;
    let Act { model, deed, from, to, by, .. } = act;
    let withheld_hash = ContentHash::of(&withheld);
    let (deed, from, to) = (*deed, *from, *to);
    let body = Body { system: SYSTEM, model, deed, from, to, by, at, through, withheld: withheld_hash };
    let body = serde_json::to_vec(&body).map_err(failed)?;
    Ok(Sheets { body, withheld: Some(withheld) })
}

impl Inner {
    /// Compares a leaf with the act and the file it covers; says what differs, if anything.
    pub(crate) fn model_act_differs(&self, step: &StoredStep) -> Result<Option<String>, CentreError> {
        let is_act = serde_json::from_slice::<Mark>(&step.body).is_ok_and(|mark| mark.system == SYSTEM);
        let stored = self.store.model_act_of_leaf(step.leaf)?;
        let (true, Some(stored)) = (is_act, &stored) else {
            let differs = is_act != stored.is_some();
            return Ok(differs.then(|| "an act on a model and its leaf do not belong together".to_owned()));
        };
        let model = &stored.act.model;
        let Some(file) = self.store.model(model)? else {
            return Ok(Some(format!("the file of model {model} is missing")));
        };
        let salt = step.withheld.as_deref().and_then(|sheet| sheet.first_chunk::<SALT_BYTES>());
        let Some(salt) = salt else { return Ok(Some("the withheld sheet of an act is missing".to_owned())) };
        let hash = ContentHash::of(&file.content);
        let again = sheets(&stored.act, stored.at, &stored.through, &hash, salt)?;
        let same = again.body == step.body && again.withheld == step.withheld;
        Ok((!same).then(|| format!("an act on model {model}, or its file, is not what the log covers")))
    }
}
