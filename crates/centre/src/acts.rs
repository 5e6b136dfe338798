//! Leaves of acts that belong to no case: what the log shows of an act, and what it covers without showing it.

use clearance::Sheets;
use clearance::record::SALT_BYTES;
use reference::ContentHash;
use serde::{Deserialize, Serialize};
use store::{StoreError, StoredStep};

use crate::error::CentreError;

/// What of a body says whose act it is.
#[derive(Deserialize)]
struct Mark {
    system: String,
}

/// The sheets of an act: what is withheld stands behind the salt, and the body names its hash. The same act and salt
/// give the same bytes.
pub(crate) fn sheets<B: Serialize>(
    withheld: &impl Serialize,
    salt: &[u8; SALT_BYTES],
    body: impl FnOnce(ContentHash) -> B,
) -> Result<Sheets, StoreError> {
    let failed = |why: serde_json::Error| StoreError::Failed(why.to_string());
    let mut sheet = salt.to_vec();
    serde_json::to_writer(&mut sheet, withheld).map_err(failed)?;
    let body = serde_json::to_vec(&body(ContentHash::of(&sheet))).map_err(failed)?;
    Ok(Sheets { body, withheld: Some(sheet) })
}

/// Whether a leaf says that it is an act of this kind.
pub(crate) fn is_of(step: &StoredStep, system: &str) -> bool {
    serde_json::from_slice::<Mark>(&step.body).is_ok_and(|mark| mark.system == system)
}

/// Compares a leaf with the act that is kept for it, whose sheets `again` makes anew; says what differs, if anything.
/// `on` is what the act is on, in words.
pub(crate) fn differs(
    step: &StoredStep,
    system: &str,
    on: &str,
    again: Option<impl FnOnce(&[u8; SALT_BYTES]) -> Result<Sheets, CentreError>>,
) -> Result<Option<String>, CentreError> {
    let again = match (is_of(step, system), again) {
        (false, None) => return Ok(None),
        (true, Some(again)) => again,
        _ => return Ok(Some(format!("an act on {on} and its leaf do not belong together"))),
    };
    let salt = step.withheld.as_deref().and_then(|sheet| sheet.first_chunk::<SALT_BYTES>());
    let Some(salt) = salt else { return Ok(Some("the withheld sheet of an act is missing".to_owned())) };
    let again = again(salt)?;
    let same = again.body == step.body && again.withheld == step.withheld;
    Ok((!same).then(|| format!("an act on {on} is not what the log covers")))
}
