//! Seals: who sealed what is filed, and how that was found.

use std::borrow::Cow;

use clearance::{CaseId, input};
use declaration::Text;
use jiff::Timestamp;
use seal::{SealError, Sealed, Signer, Verdict, Verifier};

use crate::Centre;
use crate::error::{CentreError, SubmitError};

/// What is filed, out of its envelope.
pub(crate) struct Unsealed<'a> {
    /// The document: nothing but what the seal covers, where there is one.
    pub(crate) content: Cow<'a, [u8]>,
    /// Who sealed it.
    pub(crate) signer: Option<input::Signer>,
}

/// Takes a document out of its envelope, and verifies the seal beside or inside it.
///
/// # Errors
/// [`SubmitError::Seal`].
pub(crate) fn unseal<'a>(
    verifier: &Verifier,
    bytes: &'a [u8],
    beside: Option<&[u8]>,
    now: Timestamp,
) -> Result<Unsealed<'a>, SubmitError> {
    let Some(sealed) = Sealed::recognise(bytes, beside).map_err(refused)? else {
        return Ok(Unsealed { content: Cow::Borrowed(bytes), signer: None });
    };
    let opened = verifier.open(&sealed, now).map_err(refused)?;
    let content = match opened.covered {
        Some(covered) => Cow::Owned(covered),
        None => seal::content(bytes).map_err(refused)?,
    };
    Ok(Unsealed { content, signer: Some(signer(opened.signer)) })
}

fn signer(signer: Signer) -> input::Signer {
    input::Signer {
        name: signer.common_name,
        tax_number: signer.tax_number,
        certificate: signer.certificate_sha256,
    }
}

/// A refusal names the step of the verification that it fails at.
pub(crate) fn refused(why: SealError) -> SubmitError {
    let (step, text, cure) = (why.step().text(), why.text(), why.cure());
    SubmitError::Seal {
        code: why.code().to_owned(),
        text: Text::new(
            format!("Не пройден шаг «{}». {} {}", step.ru, text.ru, cure.ru),
            format!("The step \"{}\" failed. {} {}", step.en, text.en, cure.en),
        ),
    }
}

/// The document of what was filed once: its seal was verified then.
pub(crate) fn content_of(bytes: &[u8]) -> Result<Cow<'_, [u8]>, CentreError> {
    seal::content(bytes).map_err(|why| CentreError::Log(format!("a stored document is damaged: {why}")))
}

/// The seal of a case's declaration, verified again as of its filing with what was trusted then.
#[derive(Debug, Clone)]
pub struct SealView {
    /// As of when.
    pub filed_at: Timestamp,
    /// Who sealed it, and how that was found; or why it would be refused.
    pub found: Result<(Signer, Verdict), SealError>,
}

impl Centre {
    /// The seal of the declaration of a case; `None` where it was filed without one.
    ///
    /// # Errors
    /// Where there is no such case, or the store fails.
    pub fn seal_of(&self, id: CaseId) -> Result<Option<SealView>, CentreError> {
        let records = self.inner.step_records(id)?;
        let missing = || CentreError::NotFound(format!("there is no case {id}"));
        let (_, filed) = records.first().ok_or_else(missing)?;
        let document = self.inner.store.document(id)?.ok_or_else(missing)?;
        let world = self.inner.world_of(&filed.world)?;
        let found = match Sealed::recognise(&document.bytes, document.seal.as_deref()) {
            Ok(None) => return Ok(None),
            Ok(Some(sealed)) => {
                world.verifier().open(&sealed, filed.at).map(|opened| (opened.signer, opened.verdict))
            }
            Err(why) => Err(why),
        };
        Ok(Some(SealView { filed_at: filed.at, found }))
    }
}
