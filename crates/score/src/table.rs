//! A CSV file of declarations: read whole, and refused with line and column where a row cannot be used.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::digest::Sha256;
use crate::encode::Standing;
use crate::error::{Fault, Faults, ScoreError};
use crate::features::FeatureTable;
use crate::limits::{COLUMNS_MAX, CSV_BYTES_MAX, FIELD_BYTES_MAX, ROWS_MAX};
use crate::row::{Row, Value, number_of};

/// Rows of a CSV file, of which every column the features need was read without fault.
#[derive(Debug, Clone)]
pub struct Table {
    columns: HashMap<String, usize>,
    records: Vec<csv::StringRecord>,
    sha256: Sha256,
}

/// The rows of a table that were looked at.
#[derive(Debug)]
pub(crate) struct LookedAt<'a> {
    pub(crate) table: Cow<'a, Table>,
    /// Their places in the whole table.
    pub(crate) places: Vec<usize>,
    /// What came of it.
    pub(crate) found: Vec<bool>,
}

/// A row of a [`Table`].
#[derive(Debug, Clone, Copy)]
pub struct TableRow<'a> {
    table: &'a Table,
    record: &'a csv::StringRecord,
}

impl Row for TableRow<'_> {
    fn value(&self, column: &str) -> Value<'_> {
        let field = self.table.columns.get(column).and_then(|index| self.record.get(*index));
        match field.map(str::trim) {
            None | Some("") => Value::Missing,
            Some(text) => Value::Text(text),
        }
    }
}

impl TableRow<'_> {
    /// The line of the file, counted from 1; the header is line 1.
    pub fn line(&self) -> u64 {
        line_of(self.record)
    }
}

fn line_of(record: &csv::StringRecord) -> u64 {
    record.position().map_or(0, csv::Position::line)
}

impl Table {
    /// Reads a CSV file with a header and sees that every column `features` names is there, that numbers are numbers,
    /// and that every row has as many fields as the header.
    ///
    /// # Errors
    /// The first faults, each with line and column.
    pub fn read(bytes: &[u8], features: &FeatureTable) -> Result<Self, ScoreError> {
        if bytes.len() > CSV_BYTES_MAX {
            return Err(Fault::new(1, "", format!("the file has more than {CSV_BYTES_MAX} bytes")).into());
        }
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(without_mark(bytes));
        let header = match reader.headers() {
            Ok(header) if header.iter().any(|column| !column.trim().is_empty()) => header.clone(),
            Ok(_) => return Err(Fault::new(1, "", "the file is empty; a header is wanted").into()),
            Err(why) => return Err(Fault::new(1, "", said(&why)).into()),
        };
        if header.len() > COLUMNS_MAX {
            return Err(Fault::new(1, "", format!("more than {COLUMNS_MAX} columns")).into());
        }
        let mut faults = Faults::default();
        let mut columns = HashMap::new();
        for (index, column) in header.iter().enumerate() {
            let column = column.trim();
            if columns.insert(column.to_owned(), index).is_some() {
                faults.add(Fault::new(1, column, "the column is there twice"));
            }
        }
        let wanted = features.columns();
        for (column, _) in &wanted {
            if !columns.contains_key(*column) {
                faults.add(Fault::new(1, *column, "the column is missing"));
            }
        }
        let mut table = faults.or(Self { columns, records: Vec::new(), sha256: Sha256::of(&[bytes]) })?;
        let numbers: Vec<(&str, usize)> = wanted
            .iter()
            .filter(|(_, number)| *number)
            .filter_map(|(column, _)| Some((*column, *table.columns.get(*column)?)))
            .collect();
        let mut faults = Faults::default();
        for record in reader.into_records() {
            let record = match record {
                Ok(record) => record,
                Err(why) => {
                    let line = why.position().map_or(0, csv::Position::line);
                    faults.add(Fault::new(line, "", said(&why)));
                    // What follows a quotation mark that never ends is no row.
                    if !matches!(why.kind(), csv::ErrorKind::Utf8 { .. }) {
                        break;
                    }
                    continue;
                }
            };
            let line = line_of(&record);
            if record.len() != header.len() {
                let what = format!("{} fields; the header has {}", record.len(), header.len());
                faults.add(Fault::new(line, "", what));
                continue;
            }
            if record.iter().any(|field| field.len() > FIELD_BYTES_MAX) {
                faults.add(Fault::new(line, "", format!("a field of more than {FIELD_BYTES_MAX} bytes")));
                continue;
            }
            for (column, index) in &numbers {
                let text = record.get(*index).unwrap_or_default().trim();
                if !text.is_empty() && number_of(text).is_none() {
                    faults.add(Fault::new(line, *column, not_a("number", text)));
                }
            }
            if table.records.len() == ROWS_MAX {
                faults.add(Fault::new(line, "", format!("more than {ROWS_MAX} rows")));
                break;
            }
            table.records.push(record);
        }
        if faults.is_empty() && table.records.is_empty() {
            faults.add(Fault::new(2, "", "no row after the header"));
        }
        faults.or(table)
    }

    /// How many rows it has; at least one.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Never: a file without rows is refused.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// SHA-256 of the bytes of the file.
    pub fn sha256(&self) -> &Sha256 {
        &self.sha256
    }

    /// The rows, in the order of the file.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = TableRow<'_>> + Clone {
        self.records.iter().map(|record| TableRow { table: self, record })
    }

    /// A row by its place, counted from 0.
    pub fn row(&self, index: usize) -> Option<TableRow<'_>> {
        self.records.get(index).map(|record| TableRow { table: self, record })
    }

    /// Whether it has a column.
    pub fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }

    /// A column of yes and no, written 1 and 0.
    ///
    /// # Errors
    /// The column is missing, or holds something else.
    pub fn flags(&self, column: &str) -> Result<Vec<bool>, ScoreError> {
        self.column(column, |text| match text {
            "1" => Ok(true),
            "0" => Ok(false),
            other => Err(format!("\"{}\" is neither 0 nor 1", short(other))),
        })
    }

    /// Results to learn from, both found and not found; nothing where nobody looked and the field is empty.
    ///
    /// # Errors
    /// As [`flags`](Self::flags); and where all results are the same, or there is none.
    pub fn results(&self, column: &str) -> Result<Vec<Option<bool>>, ScoreError> {
        self.looked_at(column)?;
        self.column(column, result_of)
    }

    /// The rows that were looked at, with their results.
    pub(crate) fn looked_at(&self, column: &str) -> Result<LookedAt<'_>, ScoreError> {
        let all = self.column(column, result_of)?;
        let places: Vec<usize> = (0..all.len()).filter(|place| all[*place].is_some()).collect();
        let results: Vec<bool> = all.iter().copied().flatten().collect();
        if results.is_empty() {
            return Err(Fault::new(2, column, "no row has a result; learning needs both 0 and 1").into());
        }
        let table = if places.len() == self.len() {
            Cow::Borrowed(self)
        } else {
            let records = places.iter().filter_map(|place| self.records.get(*place)).cloned().collect();
            Cow::Owned(Self { columns: self.columns.clone(), records, sha256: self.sha256.clone() })
        };
        table.both_kinds(column, &results)?;
        Ok(LookedAt { table, places, found: results })
    }

    fn both_kinds(&self, column: &str, results: &[bool]) -> Result<(), ScoreError> {
        let found = results.iter().filter(|found| **found).count();
        if found == 0 || found == results.len() {
            let (first, last) =
                (self.records.first().map_or(0, line_of), self.records.last().map_or(0, line_of));
            let what = format!(
                "every row from here to line {last} has {}; learning needs both 0 and 1",
                u8::from(found > 0)
            );
            return Err(Fault::new(first, column, what).into());
        }
        Ok(())
    }

    /// Which rows are of one declaration, by what the table of features says; a row
    /// that does not say is one by itself.
    /// And how many each stands for. A file without such a column says nothing of it.
    pub(crate) fn standing(&self, features: &FeatureTable) -> Result<Standing, ScoreError> {
        let there = |column: &Option<String>| column.clone().filter(|column| self.has(column));
        let weights = match &there(&features.weight) {
            None => vec![1; self.len()],
            Some(column) => self.column(column, |text| match text.parse() {
                Ok(weight @ 1..=WEIGHT_MAX) => Ok(weight),
                _ => Err(format!("\"{}\" is no whole number from 1 to {WEIGHT_MAX}", short(text))),
            })?,
        };
        let Some(column) = there(&features.group) else {
            return Ok(Standing { groups: (0..).take(self.len()).collect(), weights });
        };
        let mut known: HashMap<String, u32> = HashMap::new();
        let mut next = 0;
        let groups = self.rows().map(|row| {
            let mut new = || {
                next += 1;
                next - 1
            };
            match row.value(&column) {
                Value::Text(name) => *known.entry(name.to_owned()).or_insert_with(new),
                Value::Missing | Value::Number(_) => new(),
            }
        });
        Ok(Standing { groups: groups.collect(), weights })
    }

    /// A column of days.
    ///
    /// # Errors
    /// The column is missing, or holds something else.
    pub fn days(&self, column: &str) -> Result<Vec<Date>, ScoreError> {
        self.column(column, |text| text.parse().map_err(|_| not_a("date such as 2026-03-29", text)))
    }

    /// The duty at stake of every row, to a hundredth; nothing where the table of features has none.
    ///
    /// # Errors
    /// A row has no amount, a negative one, or one that is too large.
    pub fn duty(&self, features: &FeatureTable) -> Result<Option<Vec<Decimal>>, ScoreError> {
        let Some(columns) = &features.duty else { return Ok(None) };
        let mut faults = Faults::default();
        let mut duty = Vec::with_capacity(self.len());
        for row in self.rows() {
            match duty_of(&row, features) {
                Some(amount) => duty.push(amount),
                None => faults.add(Fault::new(
                    row.line(),
                    &columns.amount,
                    "no duty follows: an amount, and a rate where one is named, from 0 to 10^15 are wanted",
                )),
            }
        }
        faults.or(Some(duty))
    }

    fn column<T>(
        &self,
        column: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Vec<T>, ScoreError> {
        let Some(index) = self.columns.get(column) else {
            return Err(Fault::new(1, column, "the column is missing").into());
        };
        let mut faults = Faults::default();
        let mut values = Vec::with_capacity(self.len());
        for record in &self.records {
            match read(record.get(*index).unwrap_or_default().trim()) {
                Ok(value) => values.push(value),
                Err(what) => faults.add(Fault::new(line_of(record), column, what)),
            }
        }
        faults.or(values)
    }
}

/// The most one row may stand for: sums of a million of them are whole numbers of 64 bits, and frequencies say no more.
const WEIGHT_MAX: u32 = 1_000_000;

/// A result as it is written; empty where nobody looked.
fn result_of(text: &str) -> Result<Option<bool>, String> {
    match text {
        "1" => Ok(Some(true)),
        "0" => Ok(Some(false)),
        "" => Ok(None),
        other => Err(format!("\"{}\" is neither 0 nor 1", short(other))),
    }
}

/// The duty at stake of one row, to a hundredth; nothing if it cannot be said.
pub(crate) fn duty_of(row: &impl Row, features: &FeatureTable) -> Option<Decimal> {
    let columns = features.duty.as_ref()?;
    let amount = decimal(row.value(&columns.amount))?;
    let duty = match &columns.percent {
        None => amount,
        Some(percent) => {
            amount.checked_mul(decimal(row.value(percent))?)?.checked_div(Decimal::ONE_HUNDRED)?
        }
    };
    (!duty.is_sign_negative() && duty <= Decimal::from(DUTY_MAX)).then(|| duty.round_dp(2))
}

/// The most duty one row may have at stake: far above any, and small enough to be multiplied.
const DUTY_MAX: u64 = 1_000_000_000_000_000;

fn decimal(value: Value<'_>) -> Option<Decimal> {
    let number = match value {
        Value::Missing => return None,
        Value::Text(text) => text.parse().ok().or_else(|| Decimal::from_scientific(text).ok())?,
        Value::Number(number) => Decimal::try_from(number).ok()?,
    };
    (number <= Decimal::from(DUTY_MAX) && !number.is_sign_negative()).then_some(number)
}

/// The bytes without the mark some programs put before UTF-8.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

fn short(text: &str) -> String {
    const SHOWN: usize = 40;
    if text.chars().count() <= SHOWN {
        return text.to_owned();
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}

fn not_a(what: &str, text: &str) -> String {
    format!("\"{}\" is no {what}", short(text))
}

fn said(why: &csv::Error) -> String {
    match why.kind() {
        csv::ErrorKind::Utf8 { .. } => "the row is not UTF-8".to_owned(),
        _ => why.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features() -> FeatureTable {
        FeatureTable::parse(
            "name = 'x'\nlabel = 'found'\ndate = 'day'\nkey = ['code', 'mass']\n\
             duty = { amount = 'value', percent = 'rate' }\n\
             [[feature]]\nname = 'code'\ncolumn = 'code'\nkind = 'code'\ntitle = { ru = 'к', en = 'c' }\n\
             [[feature]]\nname = 'mass'\ncolumn = 'mass'\nkind = 'number'\ntitle = { ru = 'м', en = 'm' }\n",
        )
        .unwrap()
    }

    const HEADER: &str = "day,code,mass,value,rate,found\n";

    fn read(rows: &str) -> Result<Table, String> {
        Table::read(format!("{HEADER}{rows}").as_bytes(), &features()).map_err(|why| why.to_string())
    }

    #[test]
    fn rows_are_read_by_the_names_of_their_columns() {
        let table = read("2026-01-02,0102,3.5,200,7.5,1\n2026-01-03,,,100,0,0\n").unwrap();
        assert_eq!(table.len(), 2);
        let row = table.row(0).unwrap();
        assert_eq!(
            (row.value("code"), row.value("mass"), row.line()),
            (Value::Text("0102"), Value::Text("3.5"), 2)
        );
        assert_eq!(table.row(1).unwrap().value("mass"), Value::Missing);
        assert_eq!(table.results("found").unwrap(), [Some(true), Some(false)]);
        let duty = table.duty(&features()).unwrap().unwrap();
        assert_eq!(duty.iter().map(ToString::to_string).collect::<Vec<_>>(), ["15.0", "0"]);
        assert_eq!(table.days("day").unwrap()[1].to_string(), "2026-01-03");
    }

    /// What is wrong is said with its line and column.
    #[test]
    fn faults_have_a_line_and_a_column() {
        for (rows, wanted) in [
            ("2026-01-02,1,heavy,1,1,1\n", "line 2, column \"mass\": \"heavy\" is no number"),
            ("2026-01-02,1,NaN,1,1,1\n", "line 2, column \"mass\": \"NaN\" is no number"),
            ("2026-01-02,1,1e999,1,1,1\n", "line 2, column \"mass\": \"1e999\" is no number"),
            ("2026-01-02,1,1,1,1,1\n2026-01-02,1,1\n", "line 3: 3 fields; the header has 6"),
            ("", "line 2: no row after the header"),
        ] {
            assert_eq!(read(rows).unwrap_err(), wanted);
        }
        let two = "2026-01-02,1,1,1,1,1\n2026-13-02,1,1,-1,1,yes\n";
        let table = read(two).unwrap();
        assert_eq!(
            table.results("found").unwrap_err().to_string(),
            "line 3, column \"found\": \"yes\" is neither 0 nor 1"
        );
        assert!(table.days("day").unwrap_err().to_string().starts_with("line 3, column \"day\""));
        assert!(table.duty(&features()).unwrap_err().to_string().starts_with("line 3, column \"value\""));
        assert_eq!(
            table.flags("nowhere").unwrap_err().to_string(),
            "line 1, column \"nowhere\": the column is missing"
        );
    }

    #[test]
    fn one_class_only_is_refused() {
        for class in ["0", "1"] {
            let table = read(&format!("2026-01-02,1,1,1,1,{class}\n2026-01-02,1,1,1,1,{class}\n")).unwrap();
            assert_eq!(
                table.results("found").unwrap_err().to_string(),
                format!(
                    "line 2, column \"found\": every row from here to line 3 has {class}; learning needs both 0 and 1"
                )
            );
        }
    }

    #[test]
    fn missing_columns_are_all_named() {
        let why = Table::read(b"day,code\n1,2\n", &features()).unwrap_err().to_string();
        for column in ["mass", "value", "rate"] {
            assert!(why.contains(&format!("line 1, column \"{column}\": the column is missing")), "{why}");
        }
        assert!(Table::read(b"", &features()).unwrap_err().to_string().contains("empty"));
        assert!(
            Table::read(b"code,code,mass,value,rate\n", &features())
                .unwrap_err()
                .to_string()
                .contains("twice")
        );
        assert!(
            Table::read(b"code,mass,value,rate\n\xff\xfe,1,1,1\n", &features())
                .unwrap_err()
                .to_string()
                .contains("UTF-8")
        );
    }

    #[test]
    fn more_faults_than_anybody_reads_are_counted() {
        let why = read(&"2026-01-02,1,x,1,1,1\n".repeat(50)).unwrap_err();
        assert!(why.ends_with("and 30 more"), "{why}");
    }
}
