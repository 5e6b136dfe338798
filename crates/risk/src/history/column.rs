//! A column: the values of one field, row after row, in memory and as bytes.

use std::collections::HashMap;

use declaration::{LeafKind, Value};
use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;

use super::Damage;
use super::bytes::{Reader, Writer};
use super::shape::Slot;

/// The values of one field, by row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Column {
    /// Each different text once; a row holds its number from 1, or 0.
    Texts {
        codes: Vec<u32>,
        texts: Vec<Box<str>>,
    },
    Integers(Vec<Option<i64>>),
    Decimals(Vec<Option<Decimal>>),
    Flags(Vec<Option<bool>>),
    Dates(Vec<Option<Date>>),
    Times(Vec<Option<Time>>),
    Moments(Vec<Option<DateTime>>),
    /// Where the elements of a row begin; one more than there are rows.
    Starts(Vec<u32>),
}

impl Column {
    /// The value of a row, if there is one.
    pub(super) fn value(&self, row: usize) -> Option<Value<'_>> {
        match self {
            Column::Texts { codes, texts } => {
                let code = usize::try_from(*codes.get(row)?).ok()?.checked_sub(1)?;
                texts.get(code).map(|text| Value::Text(text))
            }
            Column::Integers(rows) => rows.get(row).copied().flatten().map(Value::Integer),
            Column::Decimals(rows) => rows.get(row).copied().flatten().map(Value::Decimal),
            Column::Flags(rows) => rows.get(row).copied().flatten().map(Value::Flag),
            Column::Dates(rows) => rows.get(row).copied().flatten().map(Value::Date),
            Column::Times(rows) => rows.get(row).copied().flatten().map(Value::Time),
            Column::Moments(rows) => rows.get(row).copied().flatten().map(Value::DateTime),
            Column::Starts(_) => None,
        }
    }

    /// Where the elements of a row begin and end.
    pub(super) fn span(&self, row: usize) -> (usize, usize) {
        let Column::Starts(starts) = self else { return (0, 0) };
        match (starts.get(row), starts.get(row + 1)) {
            (Some(start), Some(end)) => (*start as usize, *end as usize),
            _ => (0, 0),
        }
    }

    /// Reads a column of a slot.
    pub(super) fn read(slot: Slot, bytes: &[u8]) -> Result<Self, Damage> {
        let mut from = Reader(bytes);
        let rows = from.count()?;
        let column = match slot {
            Slot::Counts => {
                let (mut starts, mut at) = (Vec::with_capacity(rows + 1), 0u32);
                starts.push(at);
                for _ in 0..rows {
                    let count = u32::try_from(from.count()?).map_err(|_| Damage::Content("a count"))?;
                    at = at.checked_add(count).ok_or(Damage::Content("too many rows"))?;
                    starts.push(at);
                }
                Column::Starts(starts)
            }
            Slot::Presence | Slot::Values(LeafKind::Flag) => {
                let flag = |byte: &u8| byte.checked_sub(1).map(|flag| flag > 0);
                Column::Flags(from.bytes(rows)?.iter().map(flag).collect())
            }
            Slot::Values(LeafKind::Text { .. } | LeafKind::Code { .. }) => {
                let count = from.count()?;
                let texts = (0..count).map(|_| Ok(from.text()?.into())).collect::<Result<_, Damage>>()?;
                let width = usize::from(from.byte()?);
                let wide = from.bytes(rows.saturating_mul(width))?;
                let code =
                    |bytes: &[u8]| bytes.iter().rev().fold(0u32, |code, byte| code << 8 | u32::from(*byte));
                let codes = match width {
                    1 => wide.iter().map(|byte| u32::from(*byte)).collect(),
                    2 | 4 => wide.chunks_exact(width).map(code).collect(),
                    _ => return Err(Damage::Content("a width")),
                };
                Column::Texts { codes, texts }
            }
            Slot::Values(LeafKind::Integer) => {
                let mut read = || {
                    from.signed()?.map(i64::try_from).transpose().map_err(|_| Damage::Content("an integer"))
                };
                Column::Integers((0..rows).map(|_| read()).collect::<Result<_, _>>()?)
            }
            Slot::Values(LeafKind::Decimal { .. }) => {
                let scales = from.bytes(rows)?;
                Column::Decimals(scales.iter().map(|scale| from.decimal(*scale)).collect::<Result<_, _>>()?)
            }
            Slot::Values(LeafKind::Date) => {
                Column::Dates((0..rows).map(|_| from.date()).collect::<Result<_, _>>()?)
            }
            Slot::Values(LeafKind::Time) => {
                Column::Times((0..rows).map(|_| from.time()).collect::<Result<_, _>>()?)
            }
            Slot::Values(LeafKind::DateTime) => {
                Column::Moments((0..rows).map(|_| from.moment()).collect::<Result<_, _>>()?)
            }
        };
        if from.0.is_empty() { Ok(column) } else { Err(Damage::Content("something is left over")) }
    }
}

/// A column that is being filled, row after row; rows left out hold nothing.
#[derive(Debug)]
pub(super) struct Filling {
    rows: Rows,
}

#[derive(Debug)]
enum Rows {
    Texts { codes: Vec<u32>, numbers: HashMap<Box<str>, u32> },
    Integers(Vec<Option<i64>>),
    Decimals(Vec<Option<Decimal>>),
    Flags(Vec<Option<bool>>),
    Dates(Vec<Option<Date>>),
    Times(Vec<Option<Time>>),
    Moments(Vec<Option<DateTime>>),
    Counts(Vec<u32>),
}

/// Puts a value into a row; rows between hold nothing.
fn put<T: Default + Clone>(rows: &mut Vec<T>, row: usize, value: T) {
    if rows.len() <= row {
        rows.resize(row + 1, T::default());
    }
    if let Some(place) = rows.get_mut(row) {
        *place = value;
    }
}

impl Filling {
    /// An empty column of a slot.
    pub(super) fn of(slot: Slot) -> Self {
        let rows = match slot {
            Slot::Counts => Rows::Counts(Vec::new()),
            Slot::Presence | Slot::Values(LeafKind::Flag) => Rows::Flags(Vec::new()),
            Slot::Values(LeafKind::Text { .. } | LeafKind::Code { .. }) => {
                Rows::Texts { codes: Vec::new(), numbers: HashMap::new() }
            }
            Slot::Values(LeafKind::Integer) => Rows::Integers(Vec::new()),
            Slot::Values(LeafKind::Decimal { .. }) => Rows::Decimals(Vec::new()),
            Slot::Values(LeafKind::Date) => Rows::Dates(Vec::new()),
            Slot::Values(LeafKind::Time) => Rows::Times(Vec::new()),
            Slot::Values(LeafKind::DateTime) => Rows::Moments(Vec::new()),
        };
        Self { rows }
    }

    /// Keeps a value; whether it is of the column's kind.
    pub(super) fn put(&mut self, row: usize, value: Value<'_>) -> bool {
        match (&mut self.rows, value) {
            (Rows::Texts { codes, numbers }, Value::Text(text)) => {
                let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX).saturating_add(1);
                let number = match numbers.get(text) {
                    Some(number) => *number,
                    None => *numbers.entry(text.into()).or_insert(next),
                };
                put(codes, row, number);
            }
            (Rows::Integers(rows), Value::Integer(number)) => put(rows, row, Some(number)),
            (Rows::Decimals(rows), Value::Decimal(number)) => put(rows, row, Some(number)),
            (Rows::Flags(rows), Value::Flag(flag)) => put(rows, row, Some(flag)),
            (Rows::Dates(rows), Value::Date(date)) => put(rows, row, Some(date)),
            (Rows::Times(rows), Value::Time(time)) => put(rows, row, Some(time)),
            (Rows::Moments(rows), Value::DateTime(moment)) => put(rows, row, Some(moment)),
            _ => return false,
        }
        true
    }

    /// Keeps how many elements a row has.
    pub(super) fn count(&mut self, row: usize, count: usize) {
        if let Rows::Counts(rows) = &mut self.rows {
            put(rows, row, u32::try_from(count).unwrap_or(u32::MAX));
        }
    }

    /// How many rows there are so far.
    pub(super) fn len(&self) -> usize {
        match &self.rows {
            Rows::Texts { codes, .. } => codes.len(),
            Rows::Integers(rows) => rows.len(),
            Rows::Decimals(rows) => rows.len(),
            Rows::Flags(rows) => rows.len(),
            Rows::Dates(rows) => rows.len(),
            Rows::Times(rows) => rows.len(),
            Rows::Moments(rows) => rows.len(),
            Rows::Counts(rows) => rows.len(),
        }
    }

    /// What [`Column::read`] reads.
    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.count(self.len());
        match &self.rows {
            Rows::Texts { codes, numbers } => {
                let mut texts: Vec<(&str, u32)> =
                    numbers.iter().map(|(text, number)| (&**text, *number)).collect();
                texts.sort_unstable_by_key(|(_, number)| *number);
                out.count(texts.len());
                texts.iter().for_each(|(text, _)| out.text(text));
                let width = match texts.len() {
                    0..=0xff => 1,
                    0x100..=0xffff => 2,
                    _ => 4usize,
                };
                out.0.push(width as u8);
                codes.iter().for_each(|code| out.0.extend(code.to_le_bytes().iter().take(width)));
            }
            Rows::Integers(rows) => rows.iter().for_each(|row| out.signed(row.map(i128::from))),
            Rows::Decimals(rows) => {
                let scale = |row: &Option<Decimal>| row.map_or(0, |number| number.scale() as u8);
                out.0.extend(rows.iter().map(scale));
                rows.iter().for_each(|row| out.signed(row.map(|number| number.mantissa())));
            }
            Rows::Flags(rows) => {
                out.0.extend(rows.iter().map(|row| row.map_or(0, |flag| 1 + u8::from(flag))));
            }
            Rows::Dates(rows) => rows.iter().for_each(|row| out.date(*row)),
            Rows::Times(rows) => rows.iter().for_each(|row| out.time(*row)),
            Rows::Moments(rows) => rows.iter().for_each(|row| out.moment(*row)),
            Rows::Counts(rows) => rows.iter().for_each(|row| out.count(*row as usize)),
        }
        out.0
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_kind_of_value_comes_back_as_it_was() {
        let number: Decimal = "-79228162514264337593543950335".parse().unwrap();
        let rows: [(LeafKind, Value); 7] = [
            (LeafKind::Text { max_chars: 9 }, Value::Text("слово")),
            (LeafKind::Integer, Value::Integer(-7)),
            (LeafKind::Decimal { scale: 2 }, Value::Decimal(number)),
            (LeafKind::Flag, Value::Flag(false)),
            (LeafKind::Date, Value::Date(date(2026, 2, 28))),
            (LeafKind::Time, Value::Time(date(2026, 2, 28).at(23, 59, 58, 1).time())),
            (LeafKind::DateTime, Value::DateTime(date(1999, 2, 28).at(0, 0, 1, 0))),
        ];
        for (kind, value) in rows {
            let slot = Slot::Values(kind);
            let mut filling = Filling::of(slot);
            assert!(filling.put(1, value) && filling.put(3, value), "{kind:?}");
            let column = Column::read(slot, &filling.write()).unwrap();
            let found: Vec<_> = (0..5).map(|row| column.value(row)).collect();
            assert_eq!(found, [None, Some(value), None, Some(value), None], "{kind:?}");
        }
        // 1.50 is not written as 1.5: a scale is part of a number as declared.
        let slot = Slot::Values(LeafKind::Decimal { scale: 2 });
        let mut filling = Filling::of(slot);
        filling.put(0, Value::Decimal(Decimal::new(150, 2)));
        let column = Column::read(slot, &filling.write()).unwrap();
        assert_eq!(column.value(0).unwrap().to_string(), "1.50");
        assert!(!Filling::of(Slot::Values(LeafKind::Flag)).put(0, Value::Integer(1)));
    }

    #[test]
    fn many_texts_take_wider_numbers_and_counts_become_places() {
        for many in [3usize, 300, 70_000] {
            let slot = Slot::Values(LeafKind::Code { max_chars: 9 });
            let mut filling = Filling::of(slot);
            (0..many).for_each(|row| assert!(filling.put(row, Value::Text(&row.to_string()))));
            let column = Column::read(slot, &filling.write()).unwrap();
            assert_eq!(column.value(many - 1), Some(Value::Text(&(many - 1).to_string())));
        }
        let mut filling = Filling::of(Slot::Counts);
        filling.count(0, 2);
        filling.count(3, 1);
        let column = Column::read(Slot::Counts, &filling.write()).unwrap();
        let spans: Vec<_> = (0..5).map(|row| column.span(row)).collect();
        assert_eq!(spans, [(0, 2), (2, 2), (2, 2), (2, 3), (0, 0)]);
    }
}
