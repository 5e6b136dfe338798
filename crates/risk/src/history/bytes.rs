//! Numbers and texts as bytes, and back without trusting them.

use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;

use super::Damage;

/// Writes.
#[derive(Debug, Default)]
pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    /// A whole number, in groups of seven bits.
    pub(super) fn number(&mut self, mut number: u128) {
        while number >= 0x80 {
            self.0.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    pub(super) fn count(&mut self, count: usize) {
        self.number(count as u128);
    }

    /// A number with a sign, small ones short; none is zero.
    pub(super) fn signed(&mut self, number: Option<i128>) {
        self.number(number.map_or(0, |number| (((number << 1) ^ (number >> 127)) as u128).saturating_add(1)));
    }

    pub(super) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    pub(super) fn date(&mut self, date: Option<Date>) {
        self.number(date.map_or(0, |date| packed(date) + 1));
    }

    pub(super) fn time(&mut self, time: Option<Time>) {
        self.number(time.map_or(0, |time| nanoseconds(time) + 1));
    }

    pub(super) fn moment(&mut self, moment: Option<DateTime>) {
        self.date(moment.map(DateTime::date));
        if let Some(moment) = moment {
            self.number(nanoseconds(moment.time()));
        }
    }
}

/// Years are counted from here, the earliest a calendar date can have.
const YEAR_FIRST: i16 = -9999;

fn packed(date: Date) -> u128 {
    let years = i32::from(date.year()) - i32::from(YEAR_FIRST);
    let (month, day) = (u128::from(date.month().unsigned_abs()), u128::from(date.day().unsigned_abs()));
    (u128::from(years.unsigned_abs()) * 16 + month) * 32 + day
}

fn nanoseconds(time: Time) -> u128 {
    let part = |part: i8| u128::from(part.unsigned_abs());
    let seconds = (part(time.hour()) * 60 + part(time.minute())) * 60 + part(time.second());
    seconds * 1_000_000_000 + u128::from(time.subsec_nanosecond().unsigned_abs())
}

/// Reads what [`Writer`] wrote.
#[derive(Debug)]
pub(super) struct Reader<'b>(pub(super) &'b [u8]);

const CUT: Damage = Damage::Content("cut off");
const BEYOND: Damage = Damage::Content("a number out of range");

impl<'b> Reader<'b> {
    pub(super) fn bytes(&mut self, count: usize) -> Result<&'b [u8], Damage> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(CUT)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Damage> {
        self.bytes(N)?.try_into().map_err(|_| CUT)
    }

    pub(super) fn byte(&mut self) -> Result<u8, Damage> {
        let (first, rest) = self.0.split_first().ok_or(CUT)?;
        self.0 = rest;
        Ok(*first)
    }

    pub(super) fn number(&mut self) -> Result<u128, Damage> {
        // Most numbers are short.
        let mut short = 0u64;
        for place in 0..9 {
            let byte = self.byte()?;
            short |= u64::from(byte & 0x7f) << (7 * place);
            if byte < 0x80 {
                return Ok(u128::from(short));
            }
        }
        let mut number = u128::from(short);
        for place in 9..19u32 {
            let byte = self.byte()?;
            number |= u128::from(byte & 0x7f).checked_shl(7 * place).ok_or(BEYOND)?;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(BEYOND)
    }

    /// A count of what takes at least one byte each in memory, bounded.
    pub(super) fn count(&mut self) -> Result<usize, Damage> {
        let count = usize::try_from(self.number()?).map_err(|_| BEYOND)?;
        if count > super::ROWS_MAX { Err(BEYOND) } else { Ok(count) }
    }

    pub(super) fn signed(&mut self) -> Result<Option<i128>, Damage> {
        let Some(folded) = self.number()?.checked_sub(1) else { return Ok(None) };
        Ok(Some((folded >> 1) as i128 ^ -((folded & 1) as i128)))
    }

    pub(super) fn text(&mut self) -> Result<&'b str, Damage> {
        let count = self.count()?;
        std::str::from_utf8(self.bytes(count)?).map_err(|_| Damage::Content("no UTF-8"))
    }

    pub(super) fn date(&mut self) -> Result<Option<Date>, Damage> {
        let Some(packed) = self.number()?.checked_sub(1) else { return Ok(None) };
        let packed = i64::try_from(packed).map_err(|_| BEYOND)?;
        let year = i16::try_from(packed / 512 + i64::from(YEAR_FIRST)).map_err(|_| BEYOND)?;
        let date = Date::new(year, (packed / 32 % 16) as i8, (packed % 32) as i8);
        date.map(Some).map_err(|_| BEYOND)
    }

    pub(super) fn time(&mut self) -> Result<Option<Time>, Damage> {
        match self.number()?.checked_sub(1) {
            None => Ok(None),
            Some(nanoseconds) => time_of(nanoseconds).map(Some),
        }
    }

    pub(super) fn moment(&mut self) -> Result<Option<DateTime>, Damage> {
        let Some(date) = self.date()? else { return Ok(None) };
        let time = time_of(self.number()?)?;
        Ok(Some(DateTime::from_parts(date, time)))
    }

    pub(super) fn decimal(&mut self, scale: u8) -> Result<Option<Decimal>, Damage> {
        let Some(mantissa) = self.signed()? else { return Ok(None) };
        Decimal::try_from_i128_with_scale(mantissa, u32::from(scale)).map(Some).map_err(|_| BEYOND)
    }
}

fn time_of(nanoseconds: u128) -> Result<Time, Damage> {
    let nanoseconds = u64::try_from(nanoseconds).map_err(|_| BEYOND)?;
    let (seconds, fraction) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
    let part = |number: u64| i8::try_from(number).map_err(|_| BEYOND);
    let fraction = i32::try_from(fraction).map_err(|_| BEYOND)?;
    Time::new(part(seconds / 3_600)?, part(seconds / 60 % 60)?, part(seconds % 60)?, fraction)
        .map_err(|_| BEYOND)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let numbers = [0, 1, 127, 128, 1 << 62, 1 << 63, 1 << 96, u128::MAX >> 1];
        let signed = [None, Some(0), Some(-1), Some(1), Some(i128::from(i64::MIN)), Some((1 << 96) - 1)];
        let dates = [None, Some(date(2026, 3, 1)), Some(Date::MIN), Some(Date::MAX)];
        let times = [None, Some(Time::MIN), Some(time(23, 59, 59, 999_999_999))];
        let mut out = Writer::default();
        numbers.iter().for_each(|number| out.number(*number));
        signed.iter().for_each(|number| out.signed(*number));
        dates.iter().for_each(|date| out.date(*date));
        times.iter().for_each(|time| out.time(*time));
        out.moment(None);
        out.moment(Some(date(1900, 1, 31).at(1, 2, 3, 4)));
        out.text("таможня");
        let mut read = Reader(&out.0);
        numbers.iter().for_each(|number| assert_eq!(read.number().unwrap(), *number));
        signed.iter().for_each(|number| assert_eq!(read.signed().unwrap(), *number));
        dates.iter().for_each(|date| assert_eq!(read.date().unwrap(), *date));
        times.iter().for_each(|time| assert_eq!(read.time().unwrap(), *time));
        assert_eq!(read.moment().unwrap(), None);
        assert_eq!(read.moment().unwrap(), Some(date(1900, 1, 31).at(1, 2, 3, 4)));
        assert_eq!(read.text().unwrap(), "таможня");
        assert!(read.byte().is_err() && read.number().is_err() && read.text().is_err());
    }

    #[test]
    fn numbers_without_end_and_impossible_dates_are_refused() {
        assert!(Reader(&[0xff; 40]).number().is_err());
        let mut out = Writer::default();
        out.number(((2026 + 9999) * 16 + 13) * 32 + 1 + 1);
        assert!(Reader(&out.0).date().is_err());
    }
}
