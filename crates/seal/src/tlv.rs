//! The distinguished encoding rules (DER, ITU-T X.690), as far as signatures need them: one element after
//! another, strict on the way in, canonical on the way out.
//!
//! Reading keeps the whole bytes of every element, because signatures are made over bytes: nothing is read
//! and written again to be verified.

use const_oid::ObjectIdentifier as Oid;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BITS: u8 = 0x03;
pub(crate) const OCTETS: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OID: u8 = 0x06;
pub(crate) const ENUMERATED: u8 = 0x0A;
pub(crate) const UTF8: u8 = 0x0C;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERAL_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// The tag of a field `[nth]` that holds other elements.
pub(crate) const fn field(nth: u8) -> u8 {
    0xA0 | nth
}

/// The tag of a field `[nth]` that stands for a primitive value.
pub(crate) const fn primitive(nth: u8) -> u8 {
    0x80 | nth
}

/// One element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    /// What is in it.
    pub(crate) value: &'a [u8],
    /// Tag, length and value.
    pub(crate) whole: &'a [u8],
}

/// The first element of `bytes` and what follows it.
fn first(bytes: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    // Tags of several bytes stand in nothing that is read here.
    if tag & 0x1F == 0x1F {
        return None;
    }
    let (&short, rest) = rest.split_first()?;
    let (length, rest) = match short {
        ..=0x7F => (usize::from(short), rest),
        // The shortest form only, and no indefinite length; four bytes say more than is ever read.
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(short & 0x7F))?;
            let length = digits
                .iter()
                .try_fold(0_usize, |sum, digit| sum.checked_mul(256).map(|sum| sum + usize::from(*digit)))?;
            let is_shortest = length >= 0x80 && digits.first() != Some(&0);
            (is_shortest.then_some(length)?, rest)
        }
        _ => return None,
    };
    let (value, after) = rest.split_at_checked(length)?;
    let whole = bytes.get(..bytes.len() - after.len())?;
    Some((Element { tag, value, whole }, after))
}

/// The one element that `bytes` are, of this tag.
pub(crate) fn only(bytes: &[u8], tag: u8) -> Option<Element<'_>> {
    let (element, rest) = first(bytes)?;
    (rest.is_empty() && element.tag == tag).then_some(element)
}

/// Reads elements one after another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Elements<'a>(pub(crate) &'a [u8]);

impl<'a> Elements<'a> {
    /// The next element, whatever it is.
    pub(crate) fn any(&mut self) -> Option<Element<'a>> {
        let (element, rest) = first(self.0)?;
        self.0 = rest;
        Some(element)
    }

    /// The next element, which must have this tag.
    pub(crate) fn take(&mut self, tag: u8) -> Option<Element<'a>> {
        self.maybe(tag)
    }

    /// The next element if it has this tag.
    pub(crate) fn maybe(&mut self, tag: u8) -> Option<Element<'a>> {
        let (element, rest) = first(self.0).filter(|(element, _)| element.tag == tag)?;
        self.0 = rest;
        Some(element)
    }

    /// The next element, an identifier.
    pub(crate) fn oid(&mut self) -> Option<Oid> {
        Oid::from_bytes(self.take(OID)?.value).ok()
    }

    /// Nothing follows.
    pub(crate) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }

    /// Every element that is left, at most `max`.
    pub(crate) fn all(mut self, max: usize) -> Option<Vec<Element<'a>>> {
        let mut all = Vec::new();
        while !self.0.is_empty() {
            if all.len() >= max {
                return None;
            }
            all.push(self.any()?);
        }
        Some(all)
    }
}

impl<'a> Element<'a> {
    /// The elements in it.
    pub(crate) fn inside(self) -> Elements<'a> {
        Elements(self.value)
    }

    /// The content of a string of whole octets of bits.
    pub(crate) fn bits(self) -> Option<&'a [u8]> {
        match self.value.split_first() {
            Some((0, bits)) if self.tag == BITS => Some(bits),
            _ => None,
        }
    }

    /// A time, in seconds since 1970 (RFC 5280 section 4.1.2.5: to the second, in UTC).
    pub(crate) fn seconds(self) -> Option<i64> {
        let text = std::str::from_utf8(self.value).ok()?.strip_suffix('Z')?;
        let (year, rest) = match self.tag {
            UTC_TIME => {
                let (year, rest) = text.split_at_checked(2)?;
                let year: i16 = digits(year)?;
                (if year < 50 { 2000 + year } else { 1900 + year }, rest)
            }
            GENERAL_TIME => {
                let (year, rest) = text.split_at_checked(4)?;
                (digits(year)?, rest)
            }
            _ => return None,
        };
        // Time-stamps may have fractions of a second, which end nothing here.
        let rest = rest.split_once('.').map_or(rest, |(whole, _)| whole);
        if rest.len() != 10 {
            return None;
        }
        let part = |at: usize| digits(rest.get(at..at + 2)?);
        let at = DateTime::new(
            year,
            i8::try_from(part(0)?).ok()?,
            i8::try_from(part(2)?).ok()?,
            i8::try_from(part(4)?).ok()?,
            i8::try_from(part(6)?).ok()?,
            i8::try_from(part(8)?).ok()?,
            0,
        );
        Some(at.ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
    }
}

fn digits(text: &str) -> Option<i16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// An element of this tag around `parts`.
pub(crate) fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(length + 6);
    out.push(tag);
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let digits = length.to_be_bytes();
            let digits: &[u8] = &digits;
            let digits = digits.iter().position(|digit| *digit != 0).and_then(|at| digits.get(at..));
            let digits = digits.unwrap_or_default();
            // At most eight digits: the number of them fits.
            out.push(0x80 | u8::try_from(digits.len()).unwrap_or(0x7F));
            out.extend_from_slice(digits);
        }
    }
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(SEQUENCE, parts)
}

/// A set, its elements in the order that DER wants.
pub(crate) fn set_of(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort_unstable();
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    element(SET, &parts)
}

pub(crate) fn oid(oid: Oid) -> Vec<u8> {
    element(OID, &[oid.as_bytes()])
}

pub(crate) fn octets(bytes: &[u8]) -> Vec<u8> {
    element(OCTETS, &[bytes])
}

pub(crate) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    element(BITS, &[&[0], bytes])
}

/// A number that is not negative, from its digits in base 256.
pub(crate) fn integer(digits: &[u8]) -> Vec<u8> {
    let digits = digits.iter().position(|digit| *digit != 0).and_then(|at| digits.get(at..));
    match digits {
        None => element(INTEGER, &[&[0]]),
        Some(digits) if digits.first() >= Some(&0x80) => element(INTEGER, &[&[0], digits]),
        Some(digits) => element(INTEGER, &[digits]),
    }
}

pub(crate) fn null() -> Vec<u8> {
    element(NULL, &[])
}

/// A time as certificates have it: two digits for the year until 2049 (RFC 5280 section 4.1.2.5).
pub(crate) fn time(at: Timestamp) -> Vec<u8> {
    let zoned = at.to_zoned(TimeZone::UTC);
    if (1950..2050).contains(&zoned.year()) {
        element(UTC_TIME, &[zoned.strftime("%y%m%d%H%M%SZ").to_string().as_bytes()])
    } else {
        general_time(at)
    }
}

pub(crate) fn general_time(at: Timestamp) -> Vec<u8> {
    element(GENERAL_TIME, &[at.to_zoned(TimeZone::UTC).strftime("%Y%m%d%H%M%SZ").to_string().as_bytes()])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_shortest_form_is_read() {
        for bad in [
            &[0x30, 0x81, 1, 5][..],
            &[0x30, 0x80, 0, 0],
            &[0x30, 0x82, 0, 0x80],
            &[0x30, 2, 5],
            &[0x1F, 1, 1],
            &[0x30],
            &[],
        ] {
            assert_eq!(first(bad), None, "{bad:?}");
        }
        assert!(only(&[5, 0], NULL).is_some());
        assert!(only(&[5, 0, 0], NULL).is_none());
    }

    #[test]
    fn times_are_read_as_they_are_written() {
        for (text, seconds) in [
            ("2026-11-25T20:45:00Z", 1_795_639_500),
            ("2049-12-31T23:59:59Z", 2_524_607_999),
            ("2050-01-01T00:00:00Z", 2_524_608_000),
        ] {
            let at: Timestamp = text.parse().unwrap();
            assert_eq!(at.as_second(), seconds);
            for written in [time(at), general_time(at)] {
                let (element, _) = first(&written).unwrap();
                assert_eq!(element.seconds(), Some(seconds), "{text}");
            }
        }
        let odd = element(GENERAL_TIME, &[b"20261301000000Z"]);
        assert_eq!(first(&odd).unwrap().0.seconds(), None);
    }

    #[test]
    fn numbers_are_never_negative() {
        for (digits, written) in [
            (&[][..], &[2, 1, 0][..]),
            (&[0, 0], &[2, 1, 0]),
            (&[0, 127], &[2, 1, 127]),
            (&[128], &[2, 2, 0, 128]),
        ] {
            assert_eq!(integer(digits), written);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(tag in 1_u8..31, value in proptest::collection::vec(any::<u8>(), 0..70_000)) {
            let written = element(tag, &[&value]);
            let read = only(&written, tag).unwrap();
            prop_assert_eq!(read.value, value.as_slice());
            prop_assert_eq!(read.whole, written.as_slice());
        }

        #[test]
        fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Elements(&bytes).all(1000);
            if let Some((element, _)) = first(&bytes) {
                let _ = (element.bits(), element.seconds(), element.inside().oid());
            }
        }
    }
}
