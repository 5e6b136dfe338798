//! What a certificate says: subject, validity, purpose, key.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use x509_parser::certificate::X509Certificate;
use x509_parser::der_parser::asn1_rs::{Oid, oid};
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

use crate::identifier::Frame;
use crate::key::{PublicKey, twin_signature};
use crate::tlv;

/// Attributes that carry the tax number of the firm, or else of the person, best first.
const TAX_NUMBER: [Oid<'static>; 4] = [
    // organizationIdentifier, X.520; ETSI EN 319 412-1 gives it a prefix such as `VATRU-`.
    oid!(2.5.4.97),
    // INNLE and INN, the Russian arc: tax number of a legal entity, of a person.
    oid!(1.2.643.100.4),
    oid!(1.2.643.3.131.1.1),
    // serialNumber, X.520.
    oid!(2.5.4.5),
];
/// Prefixes of ETSI EN 319 412-1 that announce a tax number; other prefixes announce passports and the like.
const TAX_PREFIXES: [&str; 2] = ["VAT", "TIN"];

/// Who signed, as the certificate says and its authority vouches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// Common name of the subject; the organisation where there is none.
    pub common_name: String,
    /// Organisation of the subject.
    pub organisation: Option<String>,
    /// Tax number, without prefix; of the organisation where the certificate has it.
    pub tax_number: Option<String>,
    /// SHA-256 of the certificate's DER, 64 lower-case hexadecimal digits.
    pub certificate_sha256: String,
    /// First moment the certificate and all it depends on are valid.
    pub valid_from: Timestamp,
    /// Last moment they are.
    pub valid_to: Timestamp,
}

/// One certificate of a chain, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Common name of the subject.
    pub name: String,
    /// SHA-256 of the certificate's DER, hexadecimal.
    pub sha256: String,
    /// First moment it is valid.
    pub valid_from: Timestamp,
    /// Last moment it is.
    pub valid_to: Timestamp,
}

/// What a certificate says, for whoever looks at the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CertificateFacts {
    /// Common name of the subject.
    pub name: String,
    /// Organisation of the subject.
    pub organisation: Option<String>,
    /// Tax number, without prefix.
    pub tax_number: Option<String>,
    /// Common name of who issued it.
    pub issuer: String,
    /// Whether it is an authority's.
    pub is_authority: bool,
    /// The kind of its key, such as `P256`; none if it is not accepted here.
    pub key: Option<String>,
    /// SHA-256 of the DER, hexadecimal.
    pub sha256: String,
    /// First moment it is valid.
    pub valid_from: Timestamp,
    /// Last moment it is.
    pub valid_to: Timestamp,
}

impl CertificateFacts {
    /// What the certificate in `der` says; `None` if it is none.
    pub fn read(der: &[u8]) -> Option<Self> {
        let read = Certificate::read(der)?;
        let (subject, window) = (read.x509.subject(), read.window());
        Some(Self {
            name: read.name(),
            organisation: attribute(subject, &oid!(2.5.4.10)),
            tax_number: TAX_NUMBER.iter().find_map(|oid| tax_number(&attribute(subject, oid)?)),
            issuer: attribute(read.x509.issuer(), &oid!(2.5.4.3))
                .unwrap_or_else(|| read.x509.issuer().to_string()),
            is_authority: read.may_issue(),
            key: read.key().map(|key| format!("{:?}", key.kind())),
            sha256: fingerprint(der),
            valid_from: moment(window.from),
            valid_to: moment(window.to),
        })
    }
}

/// From when to when, both included, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl Window {
    pub(crate) fn covers(self, second: i64) -> bool {
        self.from <= second && second <= self.to
    }

    /// The seconds around `second` that it covers as it covers that one: all of them, or none.
    pub(crate) fn around(self, second: i64) -> Window {
        if second < self.from {
            Window { from: i64::MIN, to: self.from.saturating_sub(1) }
        } else if second > self.to {
            Window { from: self.to.saturating_add(1), to: i64::MAX }
        } else {
            self
        }
    }

    pub(crate) fn intersected(self, other: Window) -> Window {
        Window { from: self.from.max(other.from), to: self.to.min(other.to) }
    }
}

/// The moment `second` seconds after 1970; certificates may say years that [`Timestamp`] ends before.
pub(crate) fn moment(second: i64) -> Timestamp {
    let bounded = second.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(bounded).unwrap_or(Timestamp::MAX)
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

pub(crate) fn fingerprint(der: &[u8]) -> String {
    HEXLOWER.encode(&sha256(der))
}

/// A certificate, read.
pub(crate) struct Certificate<'a> {
    der: &'a [u8],
    x509: X509Certificate<'a>,
}

impl<'a> Certificate<'a> {
    /// `None` unless `der` is one X.509 certificate and nothing else.
    pub(crate) fn read(der: &'a [u8]) -> Option<Self> {
        match X509Certificate::from_der(der) {
            Ok(([], x509)) => Some(Self { der, x509 }),
            _ => None,
        }
    }

    pub(crate) fn window(&self) -> Window {
        let validity = self.x509.validity();
        Window { from: validity.not_before.timestamp(), to: validity.not_after.timestamp() }
    }

    /// The subject's name in DER, and the public key with its algorithm in DER: what makes two
    /// certificates those of one authority.
    pub(crate) fn identity(&self) -> (&[u8], &[u8]) {
        (self.x509.subject().as_raw(), self.x509.public_key().raw)
    }

    /// Whether it is an authority's that may sign certificates (RFC 5280 sections 4.2.1.3 and 4.2.1.9).
    pub(crate) fn may_issue(&self) -> bool {
        let usage = self.x509.key_usage();
        self.x509.is_ca()
            && matches!(&usage, Ok(usage) if usage.as_ref().is_none_or(|u| u.value.key_cert_sign()))
    }

    /// Whether subject and issuer are one.
    pub(crate) fn is_self_issued(&self) -> bool {
        self.x509.subject().as_raw() == self.x509.issuer().as_raw()
    }

    /// Whether it may sign documents: its key usage, if stated, has digitalSignature or nonRepudiation,
    /// and its extended purposes, if stated, are not those of machines only. National authorities have
    /// purposes of their own, so that none is demanded.
    pub(crate) fn may_sign_documents(&self) -> bool {
        let usage = match self.x509.key_usage() {
            Ok(usage) => usage.is_none_or(|u| u.value.digital_signature() || u.value.non_repudiation()),
            Err(_) => false,
        };
        let purpose = match self.x509.extended_key_usage() {
            Ok(None) => true,
            Ok(Some(extended)) => {
                let e = extended.value;
                e.any || e.client_auth || e.email_protection || !e.other.is_empty()
            }
            Err(_) => false,
        };
        usage && purpose
    }

    /// Its key; `None` if it is of a kind that is not accepted.
    pub(crate) fn key(&self) -> Option<PublicKey> {
        PublicKey::read(self.x509.public_key())
    }

    /// Its number among those of its authority, as it stands in DER.
    pub(crate) fn serial(&self) -> &[u8] {
        self.x509.raw_serial()
    }

    /// The authority's name, DER.
    pub(crate) fn issuer(&self) -> &[u8] {
        self.x509.issuer().as_raw()
    }

    /// SHA-256 of the same certificate with its authority's other signature. Anybody can make it where that is
    /// ECDSA, so what is known of a certificate by its digest is known of both.
    pub(crate) fn twin_sha256(&self, issuer: &PublicKey) -> Option<String> {
        let mut fields = tlv::only(self.der, tlv::SEQUENCE)?.inside();
        let (signed, algorithm) = (fields.take(tlv::SEQUENCE)?, fields.take(tlv::SEQUENCE)?);
        let signature = twin_signature(fields.take(tlv::BITS)?.bits()?, issuer.kind())?;
        let twin = tlv::sequence(&[signed.whole, algorithm.whole, &tlv::bit_string(&signature)]);
        Some(fingerprint(&twin))
    }

    /// Whether the owner of this key signed it.
    pub(crate) fn is_by(&self, key: &PublicKey) -> bool {
        Frame::read(self.der).is_some_and(|frame| frame.is_by(key))
    }

    /// Whether it may sign lists of revoked certificates (RFC 5280 section 4.2.1.3).
    pub(crate) fn may_list(&self) -> bool {
        matches!(self.x509.key_usage(), Ok(usage) if usage.as_ref().is_none_or(|u| u.value.crl_sign()))
    }

    /// Whether it is for answering about revocation (RFC 6960 section 4.2.2.2).
    pub(crate) fn may_answer_for_authority(&self) -> bool {
        matches!(self.x509.extended_key_usage(), Ok(Some(purpose)) if purpose.value.ocsp_signing)
    }

    /// Whether it is for time-stamps and nothing else (RFC 3161 section 2.3).
    pub(crate) fn may_stamp_time(&self) -> bool {
        let Ok(Some(purpose)) = self.x509.extended_key_usage() else { return false };
        let e = purpose.value;
        let others =
            e.any || e.client_auth || e.server_auth || e.email_protection || e.code_signing || e.ocsp_signing;
        e.time_stamping && !others && e.other.is_empty()
    }

    /// The value of an extension.
    pub(crate) fn extension(&self, oid: &const_oid::ObjectIdentifier) -> Option<&[u8]> {
        let own = |extension: &&x509_parser::extensions::X509Extension<'_>| {
            extension.oid.as_bytes() == oid.as_bytes()
        };
        self.x509.extensions().iter().find(own).map(|extension| extension.value)
    }

    /// What people are shown of it.
    pub(crate) fn link(&self) -> Link {
        let window = self.window();
        Link {
            name: self.name(),
            sha256: fingerprint(self.der),
            valid_from: moment(window.from),
            valid_to: moment(window.to),
        }
    }

    /// The signer this certificate names, valid within `window`; `None` if it names nobody.
    pub(crate) fn signer(&self, window: Window) -> Option<Signer> {
        let subject = self.x509.subject();
        let organisation = attribute(subject, &oid!(2.5.4.10));
        let common_name = attribute(subject, &oid!(2.5.4.3)).or_else(|| organisation.clone())?;
        Some(Signer {
            common_name,
            organisation,
            tax_number: TAX_NUMBER.iter().find_map(|oid| tax_number(&attribute(subject, oid)?)),
            certificate_sha256: fingerprint(self.der),
            valid_from: moment(window.from),
            valid_to: moment(window.to),
        })
    }

    /// Common name of the subject, for lists of authorities.
    pub(crate) fn name(&self) -> String {
        attribute(self.x509.subject(), &oid!(2.5.4.3)).unwrap_or_else(|| self.x509.subject().to_string())
    }
}

/// The first value of an attribute that is text with something in it.
fn attribute(name: &X509Name<'_>, oid: &Oid<'_>) -> Option<String> {
    let mut values = name.iter_attributes().filter(|a| a.attr_type() == oid).filter_map(|a| a.as_str().ok());
    values.find_map(|value| {
        let value = value.trim();
        (!value.is_empty() && !value.chars().any(char::is_control)).then(|| value.to_owned())
    })
}

/// The number in a value such as `VATRU-7701234567` or `7701234567`.
fn tax_number(value: &str) -> Option<String> {
    let number = match value.split_once('-') {
        Some((prefix, number)) if prefix.len() == 5 && prefix.bytes().all(|b| b.is_ascii_uppercase()) => {
            if !TAX_PREFIXES.iter().any(|tax| prefix.starts_with(tax)) {
                return None;
            }
            number
        }
        _ => value,
    };
    (!number.is_empty()).then(|| number.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tax_numbers_lose_the_prefix_that_announces_them() {
        for (value, number) in [
            ("7701234567", Some("7701234567")),
            ("VATRU-7701234567", Some("7701234567")),
            ("TINKZ-010140000123", Some("010140000123")),
            ("PASKZ-N1234567", None),
            ("NTRRU-1027700000000", None),
            ("77-01", Some("77-01")),
            ("VATRU-", None),
        ] {
            assert_eq!(tax_number(value).as_deref(), number, "{value}");
        }
    }

    #[test]
    fn years_beyond_all_calendars_are_bounded() {
        assert_eq!(moment(i64::MAX), moment(253_402_300_799));
        assert_eq!(moment(0), Timestamp::UNIX_EPOCH);
        assert!(moment(i64::MIN) < moment(0));
    }
}
