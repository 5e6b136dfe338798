//! Values on their way into columns and back. Columns are read in the order of the SELECT list, so
//! that a list of columns exists once, in the `.sql` file.

use std::str::FromStr;

use clearance::CaseId;
use jiff::Timestamp;
use log::Hash;
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, Params, Row, ToSql};
use rust_decimal::Decimal;
use serde_json::Value;
use store::StoreError;

use crate::failure::{Failure, Result, damaged};

/// Runs a statement; how many rows it changed.
pub fn run(connection: &Connection, sql: &str, values: impl Params) -> Result<usize> {
    Ok(connection.prepare_cached(sql)?.execute(values)?)
}

/// The first row of a query, where there is one.
pub fn one<T>(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    read: impl FnOnce(&mut Columns<'_>) -> Result<T>,
) -> Result<Option<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    rows.next()?.map(|row| read(&mut Columns::of(row))).transpose()
}

/// All rows of a query.
pub fn all<T>(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    mut read: impl FnMut(&mut Columns<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(&mut Columns::of(row))?);
    }
    Ok(found)
}

/// Binds the values of a statement one after another; for statements with more than a glance takes in.
pub struct Binder<'c> {
    statement: CachedStatement<'c>,
    bound: usize,
}

impl<'c> Binder<'c> {
    pub fn of(connection: &'c Connection, sql: &str) -> Result<Self> {
        Ok(Self { statement: connection.prepare_cached(sql)?, bound: 0 })
    }

    /// Binds the next value.
    pub fn put(&mut self, value: impl ToSql) -> Result<()> {
        self.bound += 1;
        Ok(self.statement.raw_bind_parameter(self.bound, value)?)
    }

    /// Runs the statement; how many rows it changed.
    pub fn run(mut self) -> Result<usize> {
        Ok(self.statement.raw_execute()?)
    }
}

/// The columns of one row, read from the left.
pub struct Columns<'r> {
    row: &'r Row<'r>,
    next: usize,
}

impl<'r> Columns<'r> {
    fn of(row: &'r Row<'r>) -> Self {
        Self { row, next: 0 }
    }

    fn value(&mut self) -> Result<ValueRef<'r>> {
        let value = self.row.get_ref(self.next)?;
        self.next += 1;
        Ok(value)
    }

    /// What is said when a column does not hold what this program writes.
    fn unexpected(&self, expected: &str) -> Failure {
        let place = self.next.saturating_sub(1);
        let name = self.row.as_ref().column_name(place).unwrap_or("?");
        damaged(format!("column {name}: {expected} was expected"))
    }

    /// A text.
    pub fn text(&mut self) -> Result<&'r str> {
        self.text_or_none()?.ok_or_else(|| self.unexpected("a text"))
    }

    /// A text, or null.
    pub fn text_or_none(&mut self) -> Result<Option<&'r str>> {
        match self.value()? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(bytes) => {
                std::str::from_utf8(bytes).map(Some).map_err(|_| self.unexpected("a text in UTF-8"))
            }
            ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => Err(self.unexpected("a text")),
        }
    }

    /// A text that is the written form of something.
    pub fn parsed<T: FromStr>(&mut self) -> Result<T> {
        self.parsed_or_none()?.ok_or_else(|| self.unexpected(std::any::type_name::<T>()))
    }

    /// The same, or null.
    pub fn parsed_or_none<T: FromStr>(&mut self) -> Result<Option<T>> {
        let Some(text) = self.text_or_none()? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| self.unexpected(std::any::type_name::<T>()))
    }

    /// A text that is the stable name of a variant, as `serde` has it.
    pub fn named<T: serde::de::DeserializeOwned>(&mut self) -> Result<T> {
        self.named_or_none()?.ok_or_else(|| self.unexpected(std::any::type_name::<T>()))
    }

    /// The same, or null.
    pub fn named_or_none<T: serde::de::DeserializeOwned>(&mut self) -> Result<Option<T>> {
        let Some(text) = self.text_or_none()? else { return Ok(None) };
        let value = serde_json::from_value(Value::String(text.to_owned()));
        value.map(Some).map_err(|_| self.unexpected(std::any::type_name::<T>()))
    }

    /// A list in JSON.
    pub fn list<T: serde::de::DeserializeOwned>(&mut self) -> Result<Vec<T>> {
        let text = self.text()?;
        serde_json::from_str(text).map_err(|_| self.unexpected("a JSON list"))
    }

    /// A record in JSON, or null.
    pub fn json_or_none<T: serde::de::DeserializeOwned>(&mut self) -> Result<Option<T>> {
        let Some(text) = self.text_or_none()? else { return Ok(None) };
        serde_json::from_str(text).map(Some).map_err(|_| self.unexpected("JSON"))
    }

    /// A whole number that fits `T`.
    pub fn integer<T: TryFrom<i64>>(&mut self) -> Result<T> {
        self.integer_or_none()?.ok_or_else(|| self.unexpected("a whole number"))
    }

    /// The same, or null.
    pub fn integer_or_none<T: TryFrom<i64>>(&mut self) -> Result<Option<T>> {
        match self.value()? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(number) => {
                T::try_from(number).map(Some).map_err(|_| self.unexpected("a smaller number"))
            }
            ValueRef::Real(_) | ValueRef::Text(_) | ValueRef::Blob(_) => {
                Err(self.unexpected("a whole number"))
            }
        }
    }

    /// Yes or no, kept as 1 or 0.
    pub fn flag(&mut self) -> Result<bool> {
        Ok(self.integer::<i64>()? != 0)
    }

    /// A moment.
    pub fn time(&mut self) -> Result<Timestamp> {
        self.time_or_none()?.ok_or_else(|| self.unexpected("a time"))
    }

    /// A moment, or null.
    pub fn time_or_none(&mut self) -> Result<Option<Timestamp>> {
        let Some(micros) = self.integer_or_none()? else { return Ok(None) };
        Timestamp::from_microsecond(micros).map(Some).map_err(|_| self.unexpected("a time"))
    }

    /// An amount.
    pub fn decimal(&mut self) -> Result<Decimal> {
        self.parsed()
    }

    /// Bytes.
    pub fn bytes(&mut self) -> Result<&'r [u8]> {
        self.bytes_or_none()?.ok_or_else(|| self.unexpected("bytes"))
    }

    /// Bytes, or null.
    pub fn bytes_or_none(&mut self) -> Result<Option<&'r [u8]>> {
        match self.value()? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => Ok(Some(bytes)),
            ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Text(_) => Err(self.unexpected("bytes")),
        }
    }

    /// So many bytes exactly.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let bytes = self.bytes()?;
        bytes.try_into().map_err(|_| self.unexpected("bytes of a fixed length"))
    }

    /// A hash.
    pub fn hash(&mut self) -> Result<Hash> {
        self.array().map(Hash)
    }

    /// The identifier of a case.
    pub fn case_id(&mut self) -> Result<CaseId> {
        self.array().map(CaseId::from_bytes)
    }

    /// The identifier of a case, or null.
    pub fn case_id_or_none(&mut self) -> Result<Option<CaseId>> {
        let Some(bytes) = self.bytes_or_none()? else { return Ok(None) };
        bytes.try_into().map(|id| Some(CaseId::from_bytes(id))).map_err(|_| self.unexpected("a case"))
    }
}

/// A moment as columns keep it: microseconds since 1970. Finer digits are cut off; the centre's clock
/// has milliseconds.
pub fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A count, place or size as columns keep it.
///
/// # Errors
/// Past `i64::MAX`, which is as far as SQLite counts.
pub fn whole(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(|_| Failure::Store(StoreError::Failed(format!("{number} is too large"))))
}

/// A number that is looked up: what is past the numbers SQLite counts to is nowhere.
pub fn sought(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// At most so many rows: what does not fit means all.
pub fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// The stable name of a variant, as `serde` has it.
pub fn name(variant: &impl serde::Serialize) -> Result<String> {
    match serde_json::to_value(variant) {
        Ok(Value::String(name)) => Ok(name),
        _ => Err(Failure::Store(StoreError::Failed("a variant without a name".to_owned()))),
    }
}

/// A list as JSON.
pub fn json(list: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(list).map_err(|why| Failure::Store(StoreError::Failed(why.to_string())))
}

/// Uncompresses what takes `size` bytes then, and not one more.
pub fn uncompressed(compressed: &[u8], size: usize) -> Result<Vec<u8>> {
    let bytes = zstd::bulk::decompress(compressed, size);
    match bytes {
        Ok(bytes) if bytes.len() == size => Ok(bytes),
        Ok(_) | Err(_) => Err(damaged("compressed content does not have the size it was stored with")),
    }
}
