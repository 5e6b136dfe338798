//! Why a seal is refused: one variant, one code, one text and one cure for each reason.

use std::fmt;

use declaration::Text;
use jiff::Timestamp;

use crate::verdict::Step;

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
    #[error("the key in the certificate is not RSA, ECDSA P-256 or P-384, Ed25519 or GOST R 34.10-2012")]
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
    /// There is a signature in the document where it is not known what it covers, or there are several.
    #[error("a signature stands where it is not known what it covers")]
    Misplaced,
    /// The signature refers to something that is not the whole document.
    #[error("the signature refers to {uri:?}, not to the whole document")]
    Reference {
        /// What it refers to.
        uri: String,
    },
    /// The document is changed before it is hashed, in a way that is not accepted.
    #[error("the signature changes the document by {what} before it is hashed")]
    Transform {
        /// The transform, or what is missing.
        what: String,
    },
    /// A list of transforms with none in it.
    #[error("the list of transforms is empty")]
    NoTransforms,
    /// The document is not the one whose digest was signed.
    #[error("the document is not the one whose digest was signed")]
    Digest,
    /// An algorithm that proves nothing any more.
    #[error("the algorithm {name} is too weak")]
    WeakAlgorithm {
        /// Its name, as the seal has it.
        name: String,
    },
    /// An algorithm that is not known here.
    #[error("the algorithm {name} is not accepted")]
    UnsupportedAlgorithm {
        /// Its name, as the seal has it.
        name: String,
    },
    /// A certificate of the chain had been revoked.
    #[error("the certificate or one it depends on was revoked on {on}")]
    Revoked {
        /// When.
        on: Timestamp,
    },
    /// The newest list or answer about revocation is over.
    #[error("what the authority said about revocation held until {on} only")]
    RevocationStale {
        /// Until when.
        on: Timestamp,
    },
    /// A proof about revocation in the seal is not the authority's.
    #[error("a proof about revocation in the seal is not the authority's")]
    RevocationProof,
    /// The signer bound another certificate than the one in the seal.
    #[error("the signer signed with another certificate than the one in the seal")]
    OtherCertificate,
    /// The time-stamp is not over this signature, or not by a trusted authority.
    #[error("the time-stamp does not hold")]
    Stamp,
    /// The participant has ended this certificate here.
    #[error("the certificate is registered here for other days")]
    NotRegistered,
}

impl SealError {
    /// The stable code, `GL-3001` to `GL-3026`.
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
            SealError::Misplaced => "GL-3014",
            SealError::Reference { .. } => "GL-3015",
            SealError::Transform { .. } => "GL-3016",
            SealError::NoTransforms => "GL-3017",
            SealError::Digest => "GL-3018",
            SealError::WeakAlgorithm { .. } => "GL-3019",
            SealError::UnsupportedAlgorithm { .. } => "GL-3020",
            SealError::Revoked { .. } => "GL-3021",
            SealError::RevocationStale { .. } => "GL-3022",
            SealError::RevocationProof => "GL-3023",
            SealError::OtherCertificate => "GL-3024",
            SealError::Stamp => "GL-3025",
            SealError::NotRegistered => "GL-3026",
        }
    }

    /// The step of the verification that it failed at.
    pub fn step(&self) -> Step {
        match self {
            SealError::TooLarge { .. }
            | SealError::Malformed { .. }
            | SealError::Misplaced
            | SealError::NoTransforms
            | SealError::WeakAlgorithm { .. }
            | SealError::UnsupportedAlgorithm { .. }
            | SealError::UnsupportedKey
            | SealError::AlgorithmMismatch
            | SealError::Stamp => Step::Form,
            SealError::Reference { .. } | SealError::Transform { .. } | SealError::Digest => Step::Content,
            SealError::BadCertificate { .. }
            | SealError::ChainTooLong { .. }
            | SealError::UnknownAuthority
            | SealError::BrokenChain
            | SealError::AuthorityAsSigner
            | SealError::OtherCertificate => Step::Chain,
            SealError::Expired { .. } | SealError::NotYetValid { .. } | SealError::NotRegistered => {
                Step::Validity
            }
            SealError::NotForSigning => Step::Purpose,
            SealError::Revoked { .. } | SealError::RevocationStale { .. } | SealError::RevocationProof => {
                Step::Revocation
            }
            SealError::BadSignature => Step::Signature,
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
                "Ключ сертификата не принимается: нужен RSA от 2048 бит, ECDSA P-256 или P-384, Ed25519 или ГОСТ Р 34.10-2012.",
                "The key of the certificate is not accepted: RSA from 2048 bits, ECDSA P-256 or P-384, Ed25519 or \
                 GOST R 34.10-2012 is needed.",
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
            SealError::Misplaced => Text::new(
                "Подпись XML стоит там, где неизвестно, что она охватывает, или подписей несколько.",
                "An XML signature stands where it is not known what it covers, or there are several seals.",
            ),
            SealError::Reference { uri } => Text::new(
                format!("Подпись ссылается на «{uri}», а не на весь документ."),
                format!("The signature refers to \"{uri}\", not to the whole document."),
            ),
            SealError::Transform { what } => Text::new(
                format!("Подпись преобразует документ недопустимым образом ({what})."),
                format!("The signature transforms the document in a way that is not accepted ({what})."),
            ),
            SealError::NoTransforms => Text::new(
                "Список преобразований в подписи пуст.",
                "The list of transforms in the signature is empty.",
            ),
            SealError::Digest => Text::new(
                "Документ изменён после подписания: его хэш не тот, что подписан.",
                "The document was changed after signing: its digest is not the one signed.",
            ),
            SealError::WeakAlgorithm { name } => Text::new(
                format!("Алгоритм {name} больше ничего не доказывает."),
                format!("The algorithm {name} proves nothing any more."),
            ),
            SealError::UnsupportedAlgorithm { name } => Text::new(
                format!("Алгоритм {name} не принимается."),
                format!("The algorithm {name} is not accepted."),
            ),
            SealError::Revoked { on } => Text::new(
                format!("Сертификат или один из его цепочки отозван {on}."),
                format!("The certificate or one of its chain was revoked on {on}."),
            ),
            SealError::RevocationStale { on } => Text::new(
                format!("Сведения удостоверяющего центра об отзыве действовали до {on}, новых нет."),
                format!("What the authority said about revocation held until {on}; there is nothing newer."),
            ),
            SealError::RevocationProof => Text::new(
                "Приложенное к подписи подтверждение об отзыве выдал не удостоверяющий центр сертификата.",
                "A proof about revocation in the seal is not by the authority of the certificate.",
            ),
            SealError::OtherCertificate => Text::new(
                "Подписант подписал с другим сертификатом, чем приложен к подписи.",
                "The signer signed with another certificate than the one in the seal.",
            ),
            SealError::Stamp => Text::new(
                "Метка времени не относится к этой подписи или выдана не доверенной службой.",
                "The time-stamp is not over this signature, or not by a trusted authority.",
            ),
            SealError::NotRegistered => Text::new(
                "Сертификат зарегистрирован здесь на другие дни.",
                "The certificate is registered here for other days.",
            ),
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
            SealError::UnsupportedKey
            | SealError::AlgorithmMismatch
            | SealError::WeakAlgorithm { .. }
            | SealError::UnsupportedAlgorithm { .. } => Text::new(
                "Подпишите ключом RSA, ECDSA, Ed25519 или ГОСТ Р 34.10-2012 с хэшем SHA-256 и выше или ГОСТ Р 34.11-2012.",
                "Sign with an RSA, ECDSA, Ed25519 or GOST R 34.10-2012 key and SHA-256 or more, or GOST R 34.11-2012.",
            ),
            SealError::Misplaced
            | SealError::Reference { .. }
            | SealError::Transform { .. }
            | SealError::NoTransforms => Text::new(
                "Подпишите весь документ: подпись внутри корневого элемента с URI=\"\" и преобразованиями \
                 enveloped-signature и exc-c14n, или подпись вокруг документа с одним Object.",
                "Sign the whole document: a signature inside the root element with URI=\"\" and the transforms \
                 enveloped-signature and exc-c14n, or one around the document with a single Object.",
            ),
            SealError::Revoked { .. } => Text::new(
                "Получите новый сертификат и подпишите им.",
                "Obtain a new certificate and sign with it.",
            ),
            SealError::RevocationStale { .. } | SealError::RevocationProof => Text::new(
                "Приложите к подписи свежий ответ OCSP удостоверяющего центра или подождите, пока здесь обновят список.",
                "Staple a fresh OCSP answer of the authority to the seal, or wait until the list here is renewed.",
            ),
            SealError::OtherCertificate => Text::new(
                "Приложите тот сертификат, которым подписано.",
                "Attach the certificate that was signed with.",
            ),
            SealError::Stamp => Text::new(
                "Получите метку времени на эту подпись у доверенной службы или подайте без неё.",
                "Have the signature stamped by a trusted time-stamping authority, or file without a stamp.",
            ),
            SealError::NotRegistered => Text::new(
                "Подпишите действующим сертификатом участника или продлите регистрацию этого.",
                "Sign with a certificate of the participant that is in force, or have this one registered anew.",
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
            SealError::BadSignature | SealError::Digest => Text::new(
                "Подпишите именно те байты, которые подаёте: после подписания файл не должен меняться.",
                "Sign the very bytes you file: the file must not change after signing.",
            ),
        }
    }
}
