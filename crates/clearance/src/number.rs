//! Registration numbers: `OFFICE/DDMMYY/SERIAL`.

use std::fmt;
use std::str::FromStr;

use declaration::OfficeCode;
use jiff::civil::Date;

/// A registration number such as `10013160/211126/0004711`: the office, the day, and a serial that
/// runs per office and year without gaps (EAEU Commission decision No. 257 of 20 May 2010).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegistrationNumber {
    office: OfficeCode,
    date: Date,
    serial: u32,
}

/// The highest serial: seven digits on the form.
pub const SERIAL_MAX: u32 = 9_999_999;

impl RegistrationNumber {
    /// The number of the `serial`-th registration at `office` in the year of `date`; `None` past [`SERIAL_MAX`].
    pub fn new(office: OfficeCode, date: Date, serial: u32) -> Option<Self> {
        (1..=SERIAL_MAX).contains(&serial).then_some(Self { office, date, serial })
    }

    /// The registering office.
    pub fn office(&self) -> OfficeCode {
        self.office
    }

    /// The day of registration.
    pub fn date(&self) -> Date {
        self.date
    }

    /// The serial within office and year.
    pub fn serial(&self) -> u32 {
        self.serial
    }
}

impl fmt::Display for RegistrationNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (day, month, year) = (self.date.day(), self.date.month(), self.date.year().rem_euclid(100));
        write!(out, "{}/{day:02}{month:02}{year:02}/{:07}", self.office, self.serial)
    }
}

impl FromStr for RegistrationNumber {
    type Err = &'static str;

    /// Reads a number; in addresses `-` may stand for `/`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "a registration number such as 10013160/211126/0004711 is expected";
        let mut parts = text.split(['/', '-']);
        let (Some(office), Some(day), Some(serial), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(EXPECTED);
        };
        let office: OfficeCode = office.parse().map_err(|_| EXPECTED)?;
        if day.len() != 6 || serial.len() != 7 || !text.is_ascii() {
            return Err(EXPECTED);
        }
        let two =
            |from: usize| day.get(from..from + 2).and_then(|part| part.parse::<i8>().ok()).ok_or(EXPECTED);
        let date = Date::new(2000 + i16::from(two(4)?), two(2)?, two(0)?).map_err(|_| EXPECTED)?;
        Self::new(office, date, serial.parse().map_err(|_| EXPECTED)?).ok_or(EXPECTED)
    }
}

impl serde::Serialize for RegistrationNumber {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for RegistrationNumber {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_form_has_them_and_read_back() {
        let number =
            RegistrationNumber::new("10013160".parse().unwrap(), Date::constant(2026, 11, 21), 4711).unwrap();
        assert_eq!(number.to_string(), "10013160/211126/0004711");
        assert_eq!("10013160/211126/0004711".parse(), Ok(number));
        assert_eq!("10013160-211126-0004711".parse(), Ok(number));
        for bad in
            ["", "10013160/211126", "10013160/321326/0004711", "10013160/211126/0000000", "х/211126/0004711"]
        {
            assert!(bad.parse::<RegistrationNumber>().is_err(), "{bad}");
        }
    }
}
