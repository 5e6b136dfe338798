//! The detached seal: a small text beside the document.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::{Deserialize, Serialize};

use crate::algorithm::Algorithm;
use crate::error::SealError;

/// The HTTP header that carries a seal, as base64url without padding of its text.
pub const SEAL_HEADER: &str = "Greenlane-Seal";
/// The longest text of a seal, in bytes.
pub const SEAL_BYTES_MAX: usize = 64 * 1024;
/// The most certificates in a seal: the signer's and four intermediate ones.
pub const CERTIFICATES_MAX: usize = 5;
/// The longest certificate, in bytes of DER.
pub const CERTIFICATE_BYTES_MAX: usize = 8 * 1024;
/// The longest signature, in bytes: that of an RSA key of 8192 bits.
pub const SIGNATURE_BYTES_MAX: usize = 1024;
/// The longest proof about revocation that comes with a seal, in bytes.
pub const STAPLE_BYTES_MAX: usize = 16 * 1024;
/// The most proofs of each kind.
pub const STAPLES_MAX: usize = 4;

/// Name and version of the form.
const FORM: &str = "seal/1";

/// A signature over the exact bytes of a document kept elsewhere: in the file beside it (`FILE.sig`), or
/// in the body of the request that has the seal in its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetachedSeal {
    /// How it is signed.
    pub algorithm: Algorithm,
    /// Certificates in DER: the signer's first, then intermediate ones.
    pub certificates: Vec<Vec<u8>>,
    /// The signature, in the form [`Algorithm`] says.
    pub signature: Vec<u8>,
    /// Answers of the authority about revocation (OCSP responses, RFC 6960), DER; may be none.
    pub answers: Vec<Vec<u8>>,
}

/// The text form. Strict: no unknown member, none twice, base64 in its one spelling.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    greenlane: String,
    algorithm: Algorithm,
    certificates: Vec<String>,
    signature: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    answers: Vec<String>,
}

fn malformed(reason: impl Into<String>) -> SealError {
    // What a seal names and nobody knows stands in it, which may be long.
    SealError::Malformed { reason: reason.into().chars().take(200).collect() }
}

fn decoded(text: &str, max: usize, what: &str) -> Result<Vec<u8>, SealError> {
    let bytes = BASE64.decode(text.as_bytes()).map_err(|_| malformed(format!("{what} is not base64")))?;
    if bytes.is_empty() {
        Err(malformed(format!("{what} is empty")))
    } else if bytes.len() > max {
        Err(SealError::TooLarge { max })
    } else {
        Ok(bytes)
    }
}

impl DetachedSeal {
    /// Reads the text of a seal.
    ///
    /// # Errors
    /// [`SealError::TooLarge`], [`SealError::ChainTooLong`], [`SealError::Malformed`]. Whether the seal
    /// holds says [`Verifier::verify`](crate::Verifier::verify).
    pub fn parse(text: &[u8]) -> Result<Self, SealError> {
        if text.len() > SEAL_BYTES_MAX {
            return Err(SealError::TooLarge { max: SEAL_BYTES_MAX });
        }
        let form: Form = serde_json::from_slice(text).map_err(|error| malformed(error.to_string()))?;
        if form.greenlane != FORM {
            return Err(malformed(format!("the form is not {FORM}")));
        }
        let certificates =
            form.certificates.iter().map(|text| decoded(text, CERTIFICATE_BYTES_MAX, "a certificate"));
        let seal = Self {
            algorithm: form.algorithm,
            certificates: certificates.collect::<Result<_, _>>()?,
            signature: decoded(&form.signature, SIGNATURE_BYTES_MAX, "the signature")?,
            answers: form
                .answers
                .iter()
                .map(|text| decoded(text, STAPLE_BYTES_MAX, "an answer"))
                .collect::<Result<_, _>>()?,
        };
        seal.check_size()?;
        Ok(seal)
    }

    /// The bounds that hold for a seal however it came to be.
    pub(crate) fn check_size(&self) -> Result<(), SealError> {
        if self.certificates.is_empty() {
            return Err(malformed("there is no certificate"));
        }
        if self.certificates.len() > CERTIFICATES_MAX {
            return Err(SealError::ChainTooLong { max: CERTIFICATES_MAX });
        }
        if self.certificates.iter().any(|certificate| certificate.len() > CERTIFICATE_BYTES_MAX) {
            return Err(SealError::TooLarge { max: CERTIFICATE_BYTES_MAX });
        }
        if self.answers.len() > STAPLES_MAX {
            return Err(malformed(format!("there are more than {STAPLES_MAX} answers about revocation")));
        }
        if self.signature.len() > SIGNATURE_BYTES_MAX {
            return Err(SealError::TooLarge { max: SIGNATURE_BYTES_MAX });
        }
        Ok(())
    }

    /// The seal as text: one line of JSON.
    pub fn to_text(&self) -> String {
        let form = Form {
            greenlane: FORM.to_owned(),
            algorithm: self.algorithm,
            certificates: self.certificates.iter().map(|der| BASE64.encode(der)).collect(),
            signature: BASE64.encode(&self.signature),
            answers: self.answers.iter().map(|der| BASE64.encode(der)).collect(),
        };
        // Strings and lists of strings always have a JSON form.
        serde_json::to_string(&form).unwrap_or_default()
    }

    /// Reads the value of the header [`SEAL_HEADER`].
    ///
    /// # Errors
    /// Those of [`DetachedSeal::parse`].
    pub fn from_header(value: &[u8]) -> Result<Self, SealError> {
        if value.len() > SEAL_BYTES_MAX / 3 * 4 + 4 {
            return Err(SealError::TooLarge { max: SEAL_BYTES_MAX });
        }
        let text = BASE64URL_NOPAD.decode(value).map_err(|_| malformed("the header is not base64url"))?;
        Self::parse(&text)
    }

    /// The value of the header [`SEAL_HEADER`].
    pub fn to_header(&self) -> String {
        BASE64URL_NOPAD.encode(self.to_text().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> DetachedSeal {
        DetachedSeal {
            algorithm: Algorithm::Ed25519,
            certificates: vec![vec![0x30, 1, 2], vec![0x30, 3, 4]],
            signature: vec![7; 64],
            answers: Vec::new(),
        }
    }

    #[test]
    fn text_and_header_carry_the_seal() {
        let text = seal().to_text();
        assert!(text.starts_with(
            r#"{"greenlane":"seal/1","algorithm":"ed25519","certificates":["MAEC","MAME"],"sig"#
        ));
        assert_eq!(DetachedSeal::parse(text.as_bytes()), Ok(seal()));
        assert_eq!(DetachedSeal::parse(format!("{text}\n").as_bytes()), Ok(seal()));
        assert_eq!(DetachedSeal::from_header(seal().to_header().as_bytes()), Ok(seal()));
        for algorithm in Algorithm::all() {
            assert_eq!(serde_json::to_value(algorithm).unwrap(), algorithm.as_str());
        }
    }

    #[test]
    fn other_texts_are_no_seals() {
        let text = seal().to_text();
        for bad in [
            String::new(),
            "{}".to_owned(),
            "[]".to_owned(),
            text[..text.len() - 1].to_owned(),
            text.replace("seal/1", "seal/2"),
            text.replace("ed25519", "ed25518"),
            text.replace("MAEC", "MAE"),
            text.replace("MAEC", "MAEC=="),
            text.replace("MAEC", ""),
            text.replace("[\"MAEC\",\"MAME\"]", "[]"),
            text.replace("}", ",\"more\":1}"),
            text.replace("}", ",\"signature\":\"AAAA\"}"),
            format!("{text}x"),
        ] {
            assert_eq!(DetachedSeal::parse(bad.as_bytes()).unwrap_err().code(), "GL-3002", "{bad}");
        }
        assert_eq!(DetachedSeal::from_header(b"!").unwrap_err().code(), "GL-3002");
    }

    #[test]
    fn everything_is_bounded() {
        let with = |certificates: Vec<Vec<u8>>, signature: usize| DetachedSeal {
            certificates,
            signature: vec![1; signature],
            ..seal()
        };
        for (seal, code) in [
            (with(vec![vec![1]; CERTIFICATES_MAX], SIGNATURE_BYTES_MAX), None),
            (with(vec![vec![1]; CERTIFICATES_MAX + 1], 1), Some("GL-3006")),
            (with(vec![vec![1; CERTIFICATE_BYTES_MAX + 1]], 1), Some("GL-3001")),
            (with(vec![vec![1]], SIGNATURE_BYTES_MAX + 1), Some("GL-3001")),
            (with(vec![vec![1; 20_000]; CERTIFICATES_MAX], 1), Some("GL-3001")),
            (DetachedSeal { answers: vec![vec![1]; STAPLES_MAX + 1], ..seal() }, Some("GL-3002")),
        ] {
            let error = DetachedSeal::parse(seal.to_text().as_bytes()).err();
            assert_eq!(error.as_ref().map(SealError::code), code);
            let error = DetachedSeal::from_header(seal.to_header().as_bytes()).err();
            assert_eq!(error.as_ref().map(SealError::code), code);
        }
    }
}
