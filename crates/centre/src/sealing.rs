//! Seals: who sealed what is filed, and how that was found.

use std::borrow::Cow;

use clearance::{CaseId, Filing, input};
use data_encoding::BASE64;
use declaration::Text;
use jiff::Timestamp;
use seal::{SealError, Sealed, Signer, Trust, Verdict, Verifier};
use serde::{Deserialize, Serialize};
use store::StoredDocument;

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

/// The document in what somebody wants to have checked: out of the XML signature in or around it, whose digest is
/// compared; who signed is not asked.
///
/// # Errors
/// [`SubmitError::Seal`].
pub fn content(bytes: &[u8]) -> Result<Cow<'_, [u8]>, SubmitError> {
    seal::content(bytes).map_err(refused)
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

/// Verifies the seal of a filing again, as of then and with what was trusted then; what comes out otherwise than
/// it was recorded, if anything does.
pub(crate) fn comes_out_otherwise(
    verifier: &Verifier,
    document: &StoredDocument,
    filing: &Filing,
    filed_at: Timestamp,
) -> Option<String> {
    // What was recorded before worlds kept what is trusted cannot be judged again.
    if verifier.trust().anchors().is_empty() && filing.signer.is_some() {
        return None;
    }
    let opened = Sealed::recognise(&document.bytes, document.seal.as_deref())
        .and_then(|sealed| sealed.map(|sealed| verifier.open(&sealed, filed_at)).transpose());
    let again = match opened {
        Ok(opened) => opened.map(|opened| signer(opened.signer)),
        Err(why) => return Some(format!("the seal does not hold any more: {}: {why}", why.code())),
    };
    (again != filing.signer).then(|| "the seal is another's than was recorded".to_owned())
}

/// The form of evidence this program writes.
pub const EVIDENCE_FORM: &str = "evidence/1";

/// All that proves a filing without this system: what was filed, its seal with the signer's chain, what was
/// trusted and known to be revoked when it was filed, and the log's receipt as proof of that time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Name and version of the form: `evidence/1`.
    pub greenlane: String,
    /// When it was filed; the receipt proves it.
    pub filed_at: Timestamp,
    /// The exact bytes filed, base64.
    pub document: String,
    /// The seal beside them, base64; absent where it is inside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
    /// The authorities trusted then, PEM with days of trust.
    pub anchors: String,
    /// The lists of revoked certificates at hand then, PEM.
    pub revocation: String,
    /// The register of participants' certificates, as far as it speaks of the signer's.
    pub certificates: String,
    /// The receipt of the case, as `greenlane receipt` prints it.
    pub receipt: String,
}

/// Evidence, taken apart.
#[derive(Debug)]
pub struct Proven {
    /// The exact bytes filed.
    pub document: Vec<u8>,
    /// The seal beside them.
    pub seal: Option<Vec<u8>>,
    /// What was trusted when it was filed.
    pub trust: Trust,
    /// What the receipt proves: the document's digest and when it was filed.
    pub verified: log::Verified,
    /// When it was filed, as the receipt proves.
    pub filed_at: Timestamp,
    /// SHA-256 of the certificate it was sealed with, as the receipt proves; none where it came without a seal.
    pub certificate: Option<String>,
}

impl Evidence {
    /// Takes evidence apart, and verifies that the receipt is of this very document.
    ///
    /// # Errors
    /// A sentence that says what does not fit.
    pub fn open(&self, key: Option<&log::Vkey>) -> Result<Proven, String> {
        if self.greenlane != EVIDENCE_FORM {
            return Err(format!("the form is {}, not {EVIDENCE_FORM}", self.greenlane));
        }
        let bytes = |text: &str, what: &str| {
            BASE64.decode(text.as_bytes()).map_err(|_| format!("{what} is not base64"))
        };
        let document = bytes(&self.document, "the document")?;
        let seal = self.seal.as_deref().map(|text| bytes(text, "the seal")).transpose()?;
        let mut trust = Trust::default();
        if !self.anchors.is_empty() {
            trust.add_anchors(&self.anchors).map_err(|why| why.to_string())?;
        }
        if !self.revocation.is_empty() {
            trust.add_lists(self.revocation.as_bytes()).map_err(|why| why.to_string())?;
        }
        if !self.certificates.is_empty() {
            trust.add_register(&self.certificates).map_err(|why| why.to_string())?;
        }
        let receipt = log::Receipt::parse(&self.receipt).map_err(|why| format!("the receipt: {why}"))?;
        let verified = receipt.verify(key).map_err(|why| format!("the receipt: {why}"))?;
        if verified.document_sha256 != log::Hash::of(&document) {
            return Err("the receipt is of another document".to_owned());
        }
        let Some(first) = verified.steps.first() else { return Err("the receipt has no step".to_owned()) };
        let Ok(filed_at) = first.at.parse::<Timestamp>() else {
            return Err("the receipt does not say when".to_owned());
        };
        let body: serde_json::Value =
            serde_json::from_str(&first.body).map_err(|_| "the receipt cannot be read".to_owned())?;
        let certificate = body.pointer("/input/signer/certificate").and_then(serde_json::Value::as_str);
        let certificate = certificate.map(str::to_owned);
        if filed_at != self.filed_at {
            return Err("the receipt proves another time of filing".to_owned());
        }
        Ok(Proven { document, seal, trust, verified, filed_at, certificate })
    }
}

impl Centre {
    /// The evidence of a filing: see [`Evidence`].
    ///
    /// # Errors
    /// Where there is no such case, or the store fails.
    pub fn evidence(&self, id: CaseId) -> Result<Evidence, CentreError> {
        let records = self.inner.step_records(id)?;
        let missing = || CentreError::NotFound(format!("there is no case {id}"));
        let (_, filed) = records.first().ok_or_else(missing)?;
        let document = self.inner.store.document(id)?.ok_or_else(missing)?;
        let world = self.inner.world_of(&filed.world)?;
        let trust = world.verifier().trust();
        let own = match &filed.input {
            clearance::Input::File(filing) => filing.signer.as_ref().map(|signer| signer.certificate.clone()),
            _ => None,
        };
        Ok(Evidence {
            greenlane: EVIDENCE_FORM.to_owned(),
            filed_at: filed.at,
            document: BASE64.encode(&document.bytes),
            seal: document.seal.map(|seal| BASE64.encode(&seal)),
            anchors: trust.anchors().to_pem(),
            revocation: trust.lists_pem(),
            certificates: own.map(|own| trust.register_of(&own)).unwrap_or_default(),
            receipt: self.receipt(id)?.to_text(),
        })
    }

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
