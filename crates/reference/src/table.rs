//! Reading a dataset's CSV: columns by name, errors by dataset, line and column.

use std::str::FromStr;

use csv::StringRecord;
use declaration::{Leaf, Text};
use jiff::civil::Date;

use crate::content::Dataset;

/// The largest dataset, in bytes.
pub const DATASET_BYTES_MAX: usize = 64 << 20;

/// The most rows of one dataset.
pub const ROWS_MAX: usize = 1_000_000;

/// Why a dataset was not taken. Nothing of it is: a dataset counts whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} {dataset}, line {line}, {column}: {}; {}", what.en, cure.en)]
pub struct ImportError {
    /// The stable code, such as `GL-8002`.
    pub code: &'static str,
    /// Where the dataset came from.
    pub dataset: String,
    /// The line, counted from 1; 0 where the fault is in no line.
    pub line: u64,
    /// The column by its name, or the key in a pack; may be empty.
    pub column: String,
    /// What is wrong.
    pub what: Box<Text>,
    /// What cures it.
    pub cure: Box<Text>,
}

impl ImportError {
    pub(crate) fn new(
        code: &'static str,
        dataset: &Dataset,
        line: u64,
        column: &str,
        what: Text,
        cure: Text,
    ) -> Self {
        let dataset = if dataset.source.is_empty() { dataset.kind.as_str() } else { &dataset.source };
        Self {
            code,
            dataset: dataset.to_owned(),
            line,
            column: column.to_owned(),
            what: Box::new(what),
            cure: Box::new(cure),
        }
    }
}

/// The dataset is larger than is read at all.
pub(crate) fn within_limits(dataset: &Dataset) -> Result<(), ImportError> {
    if dataset.content.len() <= DATASET_BYTES_MAX {
        return Ok(());
    }
    let megabytes = DATASET_BYTES_MAX >> 20;
    Err(ImportError::new(
        "GL-8001",
        dataset,
        0,
        "",
        Text::new(format!("больше {megabytes} МБ"), format!("larger than {megabytes} MB")),
        Text::new("разделите файл", "split the file"),
    ))
}

/// One row, with the means to say where in it something is wrong.
pub(crate) struct Row<'r> {
    dataset: &'r Dataset,
    columns: &'r [(&'static str, Option<usize>)],
    record: &'r StringRecord,
}

impl<'r> Row<'r> {
    /// The line of the row, counted from 1.
    pub fn line(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }

    /// The text of a column without surrounding white space; empty where the column is absent.
    pub fn text(&self, column: &str) -> &'r str {
        let at = self.columns.iter().find(|(name, _)| *name == column).and_then(|(_, at)| *at);
        at.and_then(|at| self.record.get(at)).unwrap_or_default().trim()
    }

    /// Reads a column with its type's own parser.
    pub fn parse<T: FromStr>(
        &self,
        column: &str,
        expected_ru: &str,
        expected_en: &str,
    ) -> Result<T, ImportError> {
        self.text(column).parse().map_err(|_| self.error(column, expected_ru, expected_en))
    }

    /// Reads a column as a leaf of the declaration.
    pub fn leaf<T: Leaf>(&self, column: &str) -> Result<T, ImportError> {
        T::parse(self.text(column)).map_err(|bad| self.error(column, &bad.expected_ru, &bad.expected_en))
    }

    /// Reads a column that may be empty as a leaf.
    pub fn optional<T: Leaf>(&self, column: &str) -> Result<Option<T>, ImportError> {
        if self.text(column).is_empty() { Ok(None) } else { self.leaf(column).map(Some) }
    }

    /// Reads the two columns of days of force.
    pub fn validity(&self) -> Result<(Option<Date>, Option<Date>), ImportError> {
        let (from, to) = (self.optional("valid_from")?, self.optional("valid_to")?);
        match (from, to) {
            (Some(first), Some(last)) if last < first => {
                Err(self.error("valid_to", "день не раньше valid_from", "a day not before valid_from"))
            }
            _ => Ok((from, to)),
        }
    }

    /// An error at a column: what stands there and what is expected.
    pub fn error(&self, column: &str, expected_ru: &str, expected_en: &str) -> ImportError {
        let text: String = self.text(column).chars().take(60).collect();
        ImportError::new(
            "GL-8004",
            self.dataset,
            self.line(),
            column,
            Text::new(format!("«{text}» не подходит"), format!("«{text}» does not fit")),
            Text::new(format!("здесь должно быть: {expected_ru}"), format!("expected: {expected_en}")),
        )
    }
}

/// Reads every row of a CSV dataset. `required` and `optional` name the columns; others are ignored.
pub(crate) fn read_rows<T>(
    dataset: &Dataset,
    required: &[&'static str],
    optional: &[&'static str],
    mut read: impl FnMut(&Row<'_>) -> Result<T, ImportError>,
) -> Result<Vec<T>, ImportError> {
    within_limits(dataset)?;
    let content = dataset.content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&dataset.content);
    let mut reader = csv::ReaderBuilder::new().from_reader(content);
    let broken = |error: csv::Error| {
        let line = error.position().map_or(0, csv::Position::line);
        ImportError::new(
            "GL-8002",
            dataset,
            line,
            "",
            Text::new(format!("не читается как CSV: {error}"), format!("cannot be read as CSV: {error}")),
            Text::new(
                "сохраните таблицу как CSV в UTF-8 с запятыми",
                "save the table as CSV in UTF-8 with commas",
            ),
        )
    };
    let headers = reader.headers().map_err(broken)?.clone();
    let find = |name: &'static str| (name, headers.iter().position(|header| header.trim() == name));
    let columns: Vec<_> = required.iter().chain(optional).map(|name| find(name)).collect();
    let missing = columns.iter().find(|(name, at)| at.is_none() && required.contains(name));
    if let Some((name, _)) = missing {
        let wanted = required.join(",");
        return Err(ImportError::new(
            "GL-8003",
            dataset,
            1,
            name,
            Text::new("нет такого столбца", "there is no such column"),
            Text::new(
                format!("первая строка должна быть: {wanted}"),
                format!("the first line must be: {wanted}"),
            ),
        ));
    }
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(broken)? {
        let row = Row { dataset, columns: &columns, record: &record };
        if rows.len() == ROWS_MAX {
            return Err(row.error(
                required.first().unwrap_or(&""),
                "не больше миллиона строк",
                "at most a million rows",
            ));
        }
        rows.push(read(&row)?);
    }
    Ok(rows)
}

/// Rows with their lines, in the order of their keys; a key that stands twice is an error.
pub(crate) fn sorted<T, K: Ord>(
    dataset: &Dataset,
    column: &str,
    mut rows: Vec<(u64, T)>,
    key: impl Fn(&T) -> K,
) -> Result<Vec<T>, ImportError> {
    rows.sort_by_key(|(line, row)| (key(row), *line));
    let twice = rows.windows(2).find_map(|pair| match pair {
        [(first, a), (second, b)] if key(a) == key(b) => Some((*first, *second)),
        _ => None,
    });
    match twice {
        None => Ok(rows.into_iter().map(|(_, row)| row).collect()),
        Some((first, second)) => Err(ImportError::new(
            "GL-8009",
            dataset,
            second,
            column,
            Text::new(format!("то же, что в строке {first}"), format!("the same as in line {first}")),
            Text::new("оставьте одну из строк", "keep one of the lines"),
        )),
    }
}
