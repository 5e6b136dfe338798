//! What was found of a seal, in the order it was looked at.

use std::cmp::Ordering;
use std::sync::Arc;

use declaration::Text;
use jiff::Timestamp;
use serde::Serialize;

use crate::algorithm::Algorithm;
use crate::certificate::Link;
use crate::error::SealError;

/// The forms of seals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A text beside the document, in the form of this program.
    Detached,
    /// CMS beside the document (RFC 5652).
    Cms,
    /// CMS that binds the signer's certificate: CAdES-BES (RFC 5126, ETSI EN 319 122-1).
    CadesBes,
    /// CAdES-BES with a time-stamp over the signature: CAdES-T.
    CadesT,
    /// An XML signature inside the document.
    XmlEnveloped,
    /// An XML signature around the document.
    XmlEnveloping,
}

impl Form {
    /// What people call it.
    pub fn text(self) -> Text {
        let (ru, en) = match self {
            Form::Detached => ("отсоединённая подпись Greenlane", "detached seal of Greenlane"),
            Form::Cms => ("отсоединённая подпись CMS", "detached CMS signature"),
            Form::CadesBes => ("отсоединённая подпись CAdES-BES", "detached CAdES-BES signature"),
            Form::CadesT => (
                "отсоединённая подпись CAdES-T с меткой времени",
                "detached CAdES-T signature with a time-stamp",
            ),
            Form::XmlEnveloped => ("подпись XML внутри документа", "XML signature inside the document"),
            Form::XmlEnveloping => ("подпись XML вокруг документа", "XML signature around the document"),
        };
        Text::new(ru, en)
    }

    /// The stable name, such as `cades_t`.
    pub fn as_str(self) -> &'static str {
        match self {
            Form::Detached => "detached",
            Form::Cms => "cms",
            Form::CadesBes => "cades_bes",
            Form::CadesT => "cades_t",
            Form::XmlEnveloped => "xml_enveloped",
            Form::XmlEnveloping => "xml_enveloping",
        }
    }
}

/// The steps of a verification, in their order: a seal that fails at one is refused there, and what
/// follows is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The seal can be read.
    Form,
    /// It covers the document, and the document has not changed.
    Content,
    /// A chain of certificates leads to an authority trusted then.
    Chain,
    /// All of them were valid then.
    Validity,
    /// The certificate is for signing documents.
    Purpose,
    /// None was revoked by then.
    Revocation,
    /// The signature is by the owner of the certificate.
    Signature,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Step; 7] = [
        Step::Form,
        Step::Content,
        Step::Chain,
        Step::Validity,
        Step::Purpose,
        Step::Revocation,
        Step::Signature,
    ];

    /// The stable name, such as `revocation`.
    pub fn as_str(self) -> &'static str {
        match self {
            Step::Form => "form",
            Step::Content => "content",
            Step::Chain => "chain",
            Step::Validity => "validity",
            Step::Purpose => "purpose",
            Step::Revocation => "revocation",
            Step::Signature => "signature",
        }
    }

    /// What holds where it is passed.
    pub fn text(self) -> Text {
        let (ru, en) = match self {
            Step::Form => ("Подпись прочитана", "The seal can be read"),
            Step::Content => ("Подписан именно этот документ", "It covers this very document"),
            Step::Chain => (
                "Сертификат ведёт к доверенному удостоверяющему центру",
                "The chain leads to a trusted authority",
            ),
            Step::Validity => ("Сертификаты действовали", "The certificates were valid then"),
            Step::Purpose => {
                ("Сертификат годится для подписания документов", "The certificate is for signing")
            }
            Step::Revocation => ("Сертификат не был отозван", "The certificate was not revoked"),
            Step::Signature => ("Подпись верна", "The signature holds"),
        };
        Text::new(ru, en)
    }
}

/// What is known about revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Revocation {
    /// The authority answered for this certificate (OCSP).
    Answered,
    /// The authority's list names no certificate of the chain.
    Listed,
    /// Nobody said anything: no list of this authority is at hand.
    Unknown,
}

impl Revocation {
    /// For people.
    pub fn text(self) -> Text {
        let (ru, en) = match self {
            Revocation::Answered => {
                ("центр подтвердил, что сертификат не отозван", "the authority answered: not revoked")
            }
            Revocation::Listed => ("в списке отозванных его нет", "it is not on the authority's list"),
            Revocation::Unknown => {
                ("списка отозванных этого центра нет", "there is no list of this authority here")
            }
        };
        Text::new(ru, en)
    }
}

/// How a seal came to hold.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The form of the seal.
    pub form: Form,
    /// How it is signed.
    pub algorithm: Algorithm,
    /// The certificates from the signer's to the trusted one.
    pub chain: Arc<Vec<Link>>,
    /// What is known about revocation.
    pub revocation: Revocation,
    /// As of when all that was judged.
    pub as_of: Timestamp,
    /// When the signature was made at the latest, as a trusted time-stamping authority vouches.
    pub stamped_at: Option<Timestamp>,
    /// When the signer says he signed; nobody vouches for it.
    pub claimed_at: Option<Timestamp>,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepOutcome {
    /// It holds.
    Passed,
    /// It does not, and the seal is refused.
    Failed,
    /// Nobody said anything about it: no list of the authority is at hand.
    Unknown,
    /// One before it failed.
    NotReached,
}

/// Every step of a verification and what became of it.
pub fn steps(found: Result<&Verdict, &SealError>) -> [(Step, StepOutcome); 7] {
    Step::ALL.map(|step| {
        let outcome = match found {
            Ok(verdict) if step == Step::Revocation && verdict.revocation == Revocation::Unknown => {
                StepOutcome::Unknown
            }
            Ok(_) => StepOutcome::Passed,
            Err(why) => match step.cmp(&why.step()) {
                Ordering::Less => StepOutcome::Passed,
                Ordering::Equal => StepOutcome::Failed,
                Ordering::Greater => StepOutcome::NotReached,
            },
        };
        (step, outcome)
    })
}
