//! What a verification rests on besides the seal: authorities, lists of what they revoked, and certificates
//! registered for participants. Reference data with dates, immutable: the verdict is *as of* a moment.

use std::collections::HashMap;

use declaration::TaxNumber;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::anchors::{AnchorError, Anchors};
use crate::certificate::{Certificate, Signer, Window, moment};
use crate::error::SealError;
use crate::pem;
use crate::revocation::RevocationList;
use crate::tlv;

/// The most lists.
pub const LISTS_MAX: usize = 1000;
/// The most registered certificates.
pub const REGISTERED_MAX: usize = 1_000_000;
/// The columns of the register.
pub const REGISTER_COLUMNS: &str = "certificate,number,valid_from,valid_to";

/// Why trust cannot be made of what was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Of the authorities.
    #[error(transparent)]
    Anchors(#[from] AnchorError),
    /// A list of revoked certificates that cannot be read, or is a part of one.
    #[error(
        "GL-3056: revocation list {place} cannot be read; give whole lists (no deltas, no lists for some \
         certificates only) in DER or between BEGIN X509 CRL and END X509 CRL lines"
    )]
    List {
        /// Which, from 1.
        place: usize,
    },
    /// Several where one is meant.
    #[error("GL-3030: there are several revocation lists in the file; import them one by one")]
    SeveralLists,
    /// Nothing in it.
    #[error(
        "GL-3057: there is no revocation list; give DER, or PEM between BEGIN X509 CRL and END X509 CRL lines"
    )]
    NoList,
    /// More than there may be.
    #[error("GL-3058: there are more than {max}; give only those of authorities whose signers file here")]
    TooMany {
        /// The most there may be.
        max: usize,
    },
    /// A list in the name of a trusted authority that it did not sign.
    #[error(
        "GL-3060: the revocation list of {name} is not signed by the authority of that name that is trusted here; \
         take the list from the authority again, or bring its new certificate first"
    )]
    Forged {
        /// The authority's name.
        name: String,
    },
    /// A row of the register.
    #[error("GL-3059: line {line} of the register: {what}; the columns are {REGISTER_COLUMNS}")]
    Register {
        /// Which, from 1.
        line: usize,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// For whom a certificate is registered, and when.
#[derive(Debug, Clone)]
struct Registered {
    number: String,
    days: Window,
}

/// Authorities, lists and registered certificates.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    anchors: Anchors,
    lists: Vec<RevocationList>,
    registered: HashMap<String, Vec<Registered>>,
}

impl From<Anchors> for Trust {
    fn from(anchors: Anchors) -> Self {
        Self { anchors, ..Self::default() }
    }
}

/// What a list says of itself, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListFacts {
    /// When it was made.
    pub from: jiff::Timestamp,
    /// Until when it holds.
    pub to: jiff::Timestamp,
    /// How many certificates it revokes.
    pub revoked: usize,
}

impl Trust {
    /// The authorities.
    pub fn anchors(&self) -> &Anchors {
        &self.anchors
    }

    /// The same lists and register with these authorities.
    #[must_use]
    pub fn with_anchors(mut self, anchors: Anchors) -> Self {
        self.anchors = anchors;
        self
    }

    /// The same with the lists of `other` beside them.
    #[must_use]
    pub fn and_lists_of(mut self, other: &Trust) -> Self {
        self.lists.extend(other.lists.iter().cloned());
        self
    }

    /// Adds authorities: see [`Anchors::add_pem`].
    ///
    /// # Errors
    /// [`TrustError::Anchors`]; then none is added.
    pub fn add_anchors(&mut self, text: &str) -> Result<(), TrustError> {
        Ok(self.anchors.add_pem(text)?)
    }

    /// Adds lists of revoked certificates: one in DER, or any number in PEM.
    ///
    /// # Errors
    /// One of [`TrustError`]; then none is added.
    pub fn add_lists(&mut self, bytes: &[u8]) -> Result<(), TrustError> {
        let ders = if bytes.first() == Some(&tlv::SEQUENCE) {
            vec![bytes.to_vec()]
        } else {
            let text = std::str::from_utf8(bytes).map_err(|_| TrustError::NoList)?;
            pem::labelled(text, "X509 CRL").ok_or(TrustError::List { place: 1 })?
        };
        if ders.is_empty() {
            return Err(TrustError::NoList);
        }
        if self.lists.len() + ders.len() > LISTS_MAX {
            return Err(TrustError::TooMany { max: LISTS_MAX });
        }
        let read = ders
            .iter()
            .zip(1..)
            .map(|(der, place)| RevocationList::read(der).ok_or(TrustError::List { place }));
        self.lists.extend(read.collect::<Result<Vec<_>, _>>()?);
        Ok(())
    }

    /// Adds the register of participants' certificates, a CSV with the columns [`REGISTER_COLUMNS`]: SHA-256 of
    /// the certificate in hexadecimal digits, the participant's number, first and last day (may be empty).
    ///
    /// # Errors
    /// [`TrustError::Register`]; then nothing is added.
    pub fn add_register(&mut self, text: &str) -> Result<(), TrustError> {
        let mut added = HashMap::<String, Vec<Registered>>::new();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (row, line) in text.lines().zip(1..) {
            let bad = |what| TrustError::Register { line, what };
            if line == 1 {
                if row.trim_end() != REGISTER_COLUMNS {
                    return Err(bad("the header is another"));
                }
                continue;
            }
            if row.trim().is_empty() {
                continue;
            }
            if line > REGISTERED_MAX {
                return Err(TrustError::TooMany { max: REGISTERED_MAX });
            }
            let mut fields = row.split(',').map(str::trim);
            let mut next = || fields.next().ok_or(bad("a column is missing"));
            let (certificate, number, from, to) = (next()?, next()?, next()?, next()?);
            // As `openssl x509 -fingerprint -sha256` prints it.
            let certificate = certificate.replace(':', "");
            if certificate.len() != 64 || !certificate.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(bad("64 hexadecimal digits are expected"));
            }
            if number.parse::<TaxNumber>().is_err() {
                return Err(bad("the participant's tax number is expected"));
            }
            let second = |day: &str, time: (i8, i8, i8), open: i64| {
                if day.is_empty() {
                    return Ok(open);
                }
                let day: Date = day.parse().map_err(|_| bad("a day such as 2026-12-31 is expected"))?;
                let at = day.at(time.0, time.1, time.2, 0).to_zoned(TimeZone::UTC);
                at.map(|at| at.timestamp().as_second()).map_err(|_| bad("there is no such day"))
            };
            let days =
                Window { from: second(from, (0, 0, 0), i64::MIN)?, to: second(to, (23, 59, 59), i64::MAX)? };
            if days.from > days.to {
                return Err(bad("it ends before it begins"));
            }
            let rows = added.entry(certificate.to_ascii_lowercase()).or_default();
            if rows.iter().any(|row| row.days.from <= days.to && days.from <= row.days.to) {
                return Err(bad("the certificate is registered for these days already"));
            }
            rows.push(Registered { number: number.to_owned(), days });
        }
        for (certificate, rows) in added {
            self.registered.entry(certificate).or_default().extend(rows);
        }
        Ok(())
    }

    /// That no list in the name of a trusted authority was signed by somebody else: it would count for nothing,
    /// and nobody would notice. Lists of authorities between are seen to be theirs when a chain shows their key.
    ///
    /// # Errors
    /// [`TrustError::Forged`].
    pub fn check_lists(&self) -> Result<(), TrustError> {
        for list in &self.lists {
            let namesakes: Vec<_> = self.anchors.named(list.issuer()).collect();
            let signed = |der: &&[u8]| {
                let key = Certificate::read(der).and_then(|read| read.key());
                key.is_some_and(|key| list.is_by(&key))
            };
            if let Some(first) = namesakes.first()
                && !namesakes.iter().any(|(_, der)| signed(der))
            {
                return Err(TrustError::Forged { name: first.0.to_owned() });
            }
        }
        Ok(())
    }

    /// Whose list this is, as 16 hexadecimal digits over the authority's name and key, and when it was made: so that
    /// a newer list takes the place of the one before, and of no other key's. The key is that of the trusted
    /// authority that signed it; of authorities between it is what the list itself says.
    ///
    /// # Errors
    /// [`TrustError::List`], [`TrustError::NoList`].
    pub fn issuer_of_list(&self, bytes: &[u8]) -> Result<(String, jiff::Timestamp), TrustError> {
        let mut read = Trust::default();
        read.add_lists(bytes)?;
        let [list] = read.lists.as_slice() else { return Err(TrustError::SeveralLists) };
        let signed = self.anchors.named(list.issuer()).find_map(|(_, der)| {
            let key = Certificate::read(der)?.key()?;
            list.is_by(&key).then(|| key.bits().to_vec())
        });
        let issuer = list.issuer_sha256(signed.as_deref());
        Ok((issuer.chars().take(16).collect(), moment(list.window().from)))
    }

    /// What each list says of itself.
    pub fn list_facts(&self) -> Vec<ListFacts> {
        let facts = |list: &RevocationList| ListFacts {
            from: crate::certificate::moment(list.window().from),
            to: crate::certificate::moment(list.window().to),
            revoked: list.count(),
        };
        self.lists.iter().map(facts).collect()
    }

    /// The lists as PEM.
    pub fn lists_pem(&self) -> String {
        self.lists.iter().map(|list| pem::block("X509 CRL", list.der())).collect()
    }

    /// The rows of the register for one certificate, with the header; empty if there is none.
    pub fn register_of(&self, certificate_sha256: &str) -> String {
        let Some(rows) = self.registered.get(certificate_sha256) else { return String::new() };
        let mut text = format!("{REGISTER_COLUMNS}\n");
        for row in rows {
            let day = |second: i64, open: i64| match second {
                second if second == open => String::new(),
                second => crate::certificate::moment(second).to_zoned(TimeZone::UTC).date().to_string(),
            };
            let (from, to) = (day(row.days.from, i64::MIN), day(row.days.to, i64::MAX));
            text += &format!("{certificate_sha256},{},{from},{to}\n", row.number);
        }
        text
    }

    /// The certificates registered for a participant, at most `limit`, by SHA-256: each with its first and last day.
    pub fn registered_to(&self, number: &str, limit: usize) -> Vec<(String, Option<Date>, Option<Date>)> {
        let day = |second: i64, open: i64| {
            (second != open).then(|| crate::certificate::moment(second).to_zoned(TimeZone::UTC).date())
        };
        let mut found: Vec<_> = self
            .registered
            .iter()
            .flat_map(|(certificate, rows)| rows.iter().map(move |row| (certificate, row)))
            .filter(|(_, row)| row.number == number)
            .map(|(certificate, row)| {
                (certificate.clone(), day(row.days.from, i64::MIN), day(row.days.to, i64::MAX))
            })
            .collect();
        found.sort();
        found.truncate(limit);
        found
    }

    pub(crate) fn lists(&self) -> &[RevocationList] {
        &self.lists
    }

    /// The signer with the number its certificate, or the twin of it, is registered for, and the days that holds.
    ///
    /// # Errors
    /// [`SealError::NotRegistered`] where it is registered, and not for then.
    pub(crate) fn registered(
        &self,
        mut signer: Signer,
        twin_sha256: Option<String>,
        second: i64,
    ) -> Result<(Signer, Window), SealError> {
        let own = self.registered.get(&signer.certificate_sha256);
        let Some(rows) = own.or_else(|| self.registered.get(&twin_sha256?)) else {
            return Ok((signer, Window { from: i64::MIN, to: i64::MAX }));
        };
        let at = rows.iter().position(|row| row.days.covers(second)).ok_or(SealError::NotRegistered)?;
        // Of rows for the same day the first counts: this one no longer than until that begins.
        let passed = rows.iter().take(at + 1).map(|row| row.days.around(second));
        let days = passed.reduce(Window::intersected);
        signer.tax_number = rows.get(at).map(|row| row.number.clone());
        Ok((signer, days.unwrap_or(Window { from: second, to: second })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_register_that_contradicts_itself_is_refused() {
        let own = "ab".repeat(32);
        let other = "AB:".repeat(31) + "AB";
        for (rows, taken) in [
            (format!("{own},7701234567,,"), true),
            (format!("{other},7701234567,2026-01-01,2026-06-30\n{own},7707654321,2026-07-01,"), true),
            (format!("{own},7701234567,,\n{other},7707654321,2026-07-01,"), false),
            (format!("{own},7701234567,2026-07-01,2026-06-30"), false),
            (format!("{own},,,"), false),
            (format!("{own},7701234567"), false),
            ("ab,7701234567,,".to_owned(), false),
        ] {
            let added = Trust::default().add_register(&format!("\u{feff}{REGISTER_COLUMNS}\n{rows}\n"));
            assert_eq!(added.is_ok(), taken, "{rows}: {added:?}");
        }
    }
}
