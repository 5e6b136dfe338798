//! Certificates and requests for them, written (RFC 5280 section 4, RFC 2986).

use aws_lc_rs::digest::{SHA256, digest};
use const_oid::ObjectIdentifier as Oid;

use crate::certificate::moment;
use crate::identifier::{Frame, framed, written};
use crate::issue::IssueError;
use crate::sign::{SigningKey, random};
use crate::tlv;

pub(crate) const COMMON_NAME: Oid = Oid::new_unwrap("2.5.4.3");
pub(crate) const ORGANISATION: Oid = Oid::new_unwrap("2.5.4.10");
/// organizationIdentifier (X.520), where the tax number goes.
pub(crate) const ORGANISATION_IDENTIFIER: Oid = Oid::new_unwrap("2.5.4.97");

const BASIC_CONSTRAINTS: Oid = Oid::new_unwrap("2.5.29.19");
const KEY_USAGE: Oid = Oid::new_unwrap("2.5.29.15");
const EXTENDED_KEY_USAGE: Oid = Oid::new_unwrap("2.5.29.37");
const SUBJECT_KEY: Oid = Oid::new_unwrap("2.5.29.14");
const AUTHORITY_KEY: Oid = Oid::new_unwrap("2.5.29.35");

/// What a key may be used for (RFC 5280 section 4.2.1.3): the bits as they stand in the first octet.
pub(crate) mod usage {
    pub(crate) const DIGITAL_SIGNATURE: u8 = 0x80;
    pub(crate) const CONTENT_COMMITMENT: u8 = 0x40;
    #[cfg(test)]
    pub(crate) const KEY_AGREEMENT: u8 = 0x08;
    pub(crate) const KEY_CERT_SIGN: u8 = 0x04;
    pub(crate) const CRL_SIGN: u8 = 0x02;
}

/// Extended purposes.
pub(crate) mod purpose {
    use super::Oid;
    #[cfg(test)]
    pub(crate) const SERVER: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.3.1");
    #[cfg(test)]
    pub(crate) const CLIENT: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.3.2");
    #[cfg(test)]
    pub(crate) const EMAIL: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.3.4");
    pub(crate) const TIME_STAMPS: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.3.8");
    pub(crate) const OCSP: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.3.9");
}

/// A name of these attributes, in this order, DER.
pub(crate) fn name(attributes: &[(Oid, &str)]) -> Vec<u8> {
    let part = |(oid, value): &(Oid, &str)| {
        let value = tlv::element(tlv::UTF8, &[value.as_bytes()]);
        tlv::set_of(vec![tlv::sequence(&[&tlv::oid(*oid), &value])])
    };
    let parts: Vec<Vec<u8>> = attributes.iter().map(part).collect();
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    tlv::sequence(&parts)
}

/// What a certificate is to say.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    /// The subject's name, DER.
    pub(crate) subject: Vec<u8>,
    /// First and last second, since 1970.
    pub(crate) validity: (i64, i64),
    /// Whether it is an authority's, and how many more may stand below it.
    pub(crate) authority: Option<Option<u8>>,
    /// Bits of [`usage`]; none says nothing about usage.
    pub(crate) usage: u8,
    /// Extended purposes; none says nothing about them.
    pub(crate) purposes: Vec<Oid>,
    /// Extensions of other kinds: whether critical, and the value.
    pub(crate) others: Vec<(Oid, bool, Vec<u8>)>,
}

/// The identifier of a key: what certificates of a chain name it by (RFC 7093 section 2).
pub(crate) fn key_identifier(public_info: &[u8]) -> Vec<u8> {
    digest(&SHA256, public_info).as_ref().iter().take(20).copied().collect()
}

/// The extension that names the key of who issues (RFC 5280 section 4.2.1.1).
pub(crate) fn authority_key(key: &SigningKey) -> Vec<u8> {
    let named = tlv::element(tlv::primitive(0), &[&key_identifier(&key.public_info())]);
    tlv::sequence(&[&tlv::oid(AUTHORITY_KEY), &tlv::octets(&tlv::sequence(&[&named]))])
}

/// Who issues: name and key.
pub(crate) struct Issuer<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) key: &'a SigningKey,
}

impl Template {
    /// A certificate for this public key (SubjectPublicKeyInfo).
    pub(crate) fn certificate(&self, public_info: &[u8], issuer: &Issuer<'_>) -> Result<Vec<u8>, IssueError> {
        let (from, to) = self.validity;
        if from > to {
            return Err(IssueError::Validity);
        }
        let mut serial: [u8; 16] = random()?;
        serial[0] &= 0x7F;
        let algorithm = issuer.key.algorithm();
        let tbs = tlv::sequence(&[
            &tlv::element(tlv::field(0), &[&tlv::integer(&[2])]),
            &tlv::integer(&serial),
            &written(algorithm),
            issuer.name,
            &tlv::sequence(&[&tlv::time(moment(from)), &tlv::time(moment(to))]),
            &self.subject,
            public_info,
            &tlv::element(tlv::field(3), &[&self.extensions(public_info, issuer)]),
        ]);
        let signature = issuer.key.sign(&tbs)?;
        Ok(framed(&tbs, algorithm, &signature))
    }

    fn extensions(&self, public_info: &[u8], issuer: &Issuer<'_>) -> Vec<u8> {
        let yes = tlv::element(tlv::BOOLEAN, &[&[0xFF]]);
        let extension = |oid: Oid, is_critical: bool, value: &[u8]| {
            let critical: &[u8] = if is_critical { &yes } else { &[] };
            tlv::sequence(&[&tlv::oid(oid), critical, &tlv::octets(value)])
        };
        let basic = match self.authority {
            None => tlv::sequence(&[]),
            Some(None) => tlv::sequence(&[&yes]),
            Some(Some(below)) => tlv::sequence(&[&yes, &tlv::integer(&[below])]),
        };
        let own = tlv::octets(&key_identifier(public_info));
        let mut all = vec![
            extension(BASIC_CONSTRAINTS, true, &basic),
            extension(SUBJECT_KEY, false, &own),
            authority_key(issuer.key),
        ];
        if self.usage != 0 {
            // Bits that are not used are counted from the end.
            let unused = u8::try_from(self.usage.trailing_zeros()).unwrap_or(0);
            all.push(extension(KEY_USAGE, true, &tlv::element(tlv::BITS, &[&[unused, self.usage]])));
        }
        if !self.purposes.is_empty() {
            let purposes: Vec<Vec<u8>> = self.purposes.iter().map(|oid| tlv::oid(*oid)).collect();
            let purposes: Vec<&[u8]> = purposes.iter().map(Vec::as_slice).collect();
            // A time-stamping certificate must be for nothing else, and say so critically (RFC 3161).
            let is_critical = self.purposes == [purpose::TIME_STAMPS];
            all.push(extension(EXTENDED_KEY_USAGE, is_critical, &tlv::sequence(&purposes)));
        }
        all.extend(self.others.iter().map(|(oid, is_critical, value)| extension(*oid, *is_critical, value)));
        let all: Vec<&[u8]> = all.iter().map(Vec::as_slice).collect();
        tlv::sequence(&all)
    }
}

/// A request for a certificate (PKCS#10): who asks for which key, signed with that key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub(crate) subject: Vec<u8>,
    pub(crate) public_info: Vec<u8>,
}

impl Request {
    /// A request of this key, DER.
    ///
    /// # Errors
    /// [`IssueError::Random`].
    pub fn write(
        key: &SigningKey,
        common_name: &str,
        organisation: Option<&str>,
        tax_number: Option<&str>,
    ) -> Result<Vec<u8>, IssueError> {
        let mut attributes = vec![(COMMON_NAME, common_name)];
        attributes.extend(organisation.map(|value| (ORGANISATION, value)));
        attributes.extend(tax_number.map(|value| (ORGANISATION_IDENTIFIER, value)));
        let info = tlv::sequence(&[
            &tlv::integer(&[]),
            &name(&attributes),
            &key.public_info(),
            &tlv::element(tlv::field(0), &[]),
        ]);
        let signature = key.sign(&info)?;
        Ok(framed(&info, key.algorithm(), &signature))
    }

    /// Reads a request, and checks that who asks has the key.
    ///
    /// # Errors
    /// [`IssueError::Request`].
    pub fn read(der: &[u8]) -> Result<Self, IssueError> {
        let read = || {
            let frame = Frame::read(der)?;
            frame.rest.end()?;
            let mut fields = frame.signed.inside();
            fields.take(tlv::INTEGER)?;
            let subject = fields.take(tlv::SEQUENCE)?.whole.to_vec();
            let public_info = fields.take(tlv::SEQUENCE)?.whole.to_vec();
            let key = crate::key::PublicKey::of_info(&public_info)?;
            frame.is_by(&key).then_some(Self { subject, public_info })
        };
        read().ok_or(IssueError::Request)
    }
}
