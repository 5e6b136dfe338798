//! Why a seal is refused: one variant, one code, one text and one cure for each reason.

use std::fmt;

use declaration::Text;
use jiff::Timestamp;

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateFault {
    /// Not an X.509 certificate of version 3.
    NotX509,
    /// A critical extension that is not known here.
    CriticalExtension,
    /// The subject has neither common name nor organisation.
    NoName,
}

impl CertificateFault {
    fn text(self) -> (&'static str, &'static str) {
        match self {
            CertificateFault::NotX509 => {
                ("это не сертификат X.509 версии 3", "it is not an X.509 version 3 certificate")
            }
            CertificateFault::CriticalExtension => {
                ("в нём неизвестное критическое расширение", "it has a critical extension unknown here")
            }
            CertificateFault::NoName => ("в нём не назван владелец", "it names no subject"),
        }
    }
}

impl fmt::Display for CertificateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().1)
    }
}

/// A refusal of a seal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Larger than any seal.
    #[error("the seal is larger than {max} bytes")]
    TooLarge {
        /// The bound that was passed, in bytes.
        max: usize,
    },
    /// Not the text of a seal.
    #[error("the seal is malformed: {reason}")]
    Malformed {
        /// What does not fit.
        reason: String,
    },
    /// A certificate that cannot be read, or lacks what a signer's must have.
    #[error("certificate {place} of the seal is unusable: {fault}")]
    BadCertificate {
        /// Which, from 1; the first is the signer's.
        place: usize,
        /// What is wrong with it.
        fault: CertificateFault,
    },
    /// The certificate's key is of a kind that is not accepted.
    #[error("the key in the certificate is neither ECDSA P-256 nor Ed25519")]
    UnsupportedKey,
    /// The seal names an algorithm that is not the one of the certificate's key.
    #[error("the seal names another algorithm than the key in the certificate has")]
    AlgorithmMismatch,
    /// More certificates than a chain may have.
    #[error("the chain of certificates is longer than {max}")]
    ChainTooLong {
        /// The most certificates.
        max: usize,
    },
    /// No authority this centre trusts stands behind the certificate.
    #[error("the certificate was issued by an authority that is not trusted here")]
    UnknownAuthority,
    /// A certificate of the chain had expired.
    #[error("the certificate or one it depends on expired on {on}")]
    Expired {
        /// The last moment it was valid.
        on: Timestamp,
    },
    /// A certificate of the chain was not valid yet.
    #[error("the certificate or one it depends on is valid from {from} only")]
    NotYetValid {
        /// The first moment it is valid.
        from: Timestamp,
    },
    /// The certificate of an authority, which signs certificates and no documents.
    #[error("the certificate is an authority's, not a signer's")]
    AuthorityAsSigner,
    /// The certificate's key usage excludes signing documents.
    #[error("the certificate does not allow signing documents")]
    NotForSigning,
    /// A certificate was not signed by its issuer, or its issuer may not issue it.
    #[error("the chain of certificates does not hold")]
    BrokenChain,
    /// The signature is not over these bytes, or not by this key.
    #[error("the signature does not match the document")]
    BadSignature,
}

impl SealError {
    /// The stable code, `GL-3001` to `GL-3013`.
    pub fn code(&self) -> &'static str {
        match self {
            SealError::TooLarge { .. } => "GL-3001",
            SealError::Malformed { .. } => "GL-3002",
            SealError::BadCertificate { .. } => "GL-3003",
            SealError::UnsupportedKey => "GL-3004",
            SealError::AlgorithmMismatch => "GL-3005",
            SealError::ChainTooLong { .. } => "GL-3006",
            SealError::UnknownAuthority => "GL-3007",
            SealError::Expired { .. } => "GL-3008",
            SealError::NotYetValid { .. } => "GL-3009",
            SealError::AuthorityAsSigner => "GL-3010",
            SealError::NotForSigning => "GL-3011",
            SealError::BrokenChain => "GL-3012",
            SealError::BadSignature => "GL-3013",
        }
    }

    /// What is wrong, for the declarant.
    pub fn text(&self) -> Text {
        match self {
            SealError::TooLarge { max } => Text::new(
                format!("Файл подписи больше {max} байт."),
                format!("The signature file is larger than {max} bytes."),
            ),
            SealError::Malformed { reason } => Text::new(
                format!("Файл подписи не читается ({reason})."),
                format!("The signature file cannot be read ({reason})."),
            ),
            SealError::BadCertificate { place, fault } => {
                let (ru, en) = fault.text();
                Text::new(
                    format!("Сертификат {place} в подписи не годится: {ru}."),
                    format!("Certificate {place} of the signature is unusable: {en}."),
                )
            }
            SealError::UnsupportedKey => Text::new(
                "Ключ сертификата не принимается: нужен ECDSA P-256 или Ed25519.",
                "The key of the certificate is not accepted: ECDSA P-256 or Ed25519 is needed.",
            ),
            SealError::AlgorithmMismatch => Text::new(
                "В подписи указан не тот алгоритм, что у ключа сертификата.",
                "The signature names another algorithm than the key of the certificate has.",
            ),
            SealError::ChainTooLong { max } => Text::new(
                format!("В цепочке больше {max} сертификатов."),
                format!("The chain has more than {max} certificates."),
            ),
            SealError::UnknownAuthority => Text::new(
                "Сертификат выдан удостоверяющим центром, которому здесь не доверяют.",
                "The certificate was issued by an authority that is not trusted here.",
            ),
            SealError::Expired { on } => Text::new(
                format!("Срок действия сертификата или его цепочки истёк {on}."),
                format!("The certificate or its chain expired on {on}."),
            ),
            SealError::NotYetValid { from } => Text::new(
                format!("Сертификат или его цепочка действует только с {from}."),
                format!("The certificate or its chain is valid from {from} only."),
            ),
            SealError::AuthorityAsSigner => Text::new(
                "Документ подписан сертификатом удостоверяющего центра.",
                "The document is signed with the certificate of an authority.",
            ),
            SealError::NotForSigning => Text::new(
                "Назначение сертификата не допускает подписания документов.",
                "The purpose of the certificate does not allow signing documents.",
            ),
            SealError::BrokenChain => {
                Text::new("Цепочка сертификатов недействительна.", "The chain of certificates does not hold.")
            }
            SealError::BadSignature => {
                Text::new("Подпись не соответствует документу.", "The signature does not match the document.")
            }
        }
    }

    /// What to do about it.
    pub fn cure(&self) -> Text {
        match self {
            SealError::TooLarge { .. } | SealError::Malformed { .. } => Text::new(
                "Сформируйте подпись заново и передайте её файл без изменений.",
                "Make the signature anew and pass its file unchanged.",
            ),
            SealError::BadCertificate { .. } | SealError::ChainTooLong { .. } | SealError::BrokenChain => {
                Text::new(
                    "Приложите сертификат подписанта и промежуточные сертификаты в том виде, в каком их выдал \
                 удостоверяющий центр.",
                    "Attach the signer's and the intermediate certificates exactly as the authority issued them.",
                )
            }
            SealError::UnsupportedKey | SealError::AlgorithmMismatch => Text::new(
                "Подпишите ключом ECDSA P-256 или Ed25519 и укажите его алгоритм.",
                "Sign with an ECDSA P-256 or Ed25519 key and name its algorithm.",
            ),
            SealError::UnknownAuthority => Text::new(
                "Получите сертификат в одном из принимаемых удостоверяющих центров и приложите промежуточные \
                 сертификаты.",
                "Obtain a certificate from one of the accepted authorities and attach the intermediate certificates.",
            ),
            SealError::Expired { .. } | SealError::NotYetValid { .. } => Text::new(
                "Подпишите документ сертификатом, действующим в момент подачи.",
                "Sign the document with a certificate that is valid at the time of filing.",
            ),
            SealError::AuthorityAsSigner | SealError::NotForSigning => Text::new(
                "Подпишите документ сертификатом, выданным для подписания документов.",
                "Sign the document with a certificate issued for signing documents.",
            ),
            SealError::BadSignature => Text::new(
                "Подпишите именно те байты, которые подаёте: после подписания файл не должен меняться.",
                "Sign the very bytes you file: the file must not change after signing.",
            ),
        }
    }
}
