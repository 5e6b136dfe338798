//! Reading a dataset's CSV: columns by name, errors by dataset, line and column.

use std::str::FromStr;
use std::sync::Arc;

use csv::StringRecord;
use declaration::{Leaf, Text};
use jiff::civil::Date;

use crate::content::{Dataset, DatasetEntry};
use crate::dated::{Dated, Overlap, Said};
use crate::report::{ImportError, Notes};

/// The largest dataset, in bytes.
pub const DATASET_BYTES_MAX: usize = 64 << 20;

/// The most rows of one dataset.
pub const ROWS_MAX: usize = 1_000_000;

/// How much of a dataset is looked at to tell its form, in bytes: ten lines with the longest notes.
const BEGINNING_BYTES_MAX: usize = 256 << 10;

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
    columns: &'r [(&'r str, Option<usize>)],
    record: &'r StringRecord,
}

impl<'r> Row<'r> {
    /// The line of the row, counted from 1.
    pub fn line(&self) -> u64 {
        line_at(self.dataset, self.record.position())
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

    /// The row as a fact of a key over its days of force.
    pub fn said<K, V>(&self, key: K, value: V) -> Result<Said<K, V>, ImportError> {
        let (valid_from, valid_to) = self.validity()?;
        Ok(Said { line: self.line(), key, value, valid_from, valid_to })
    }

    /// An error at a column: what stands there and what is expected.
    pub fn error(&self, column: &str, expected_ru: &str, expected_en: &str) -> ImportError {
        unfit(self.dataset, self.line(), column, self.text(column), expected_ru, expected_en)
    }
}

/// A value that does not fit where it stands, and what is expected there.
pub(crate) fn unfit(
    dataset: &Dataset,
    line: u64,
    column: &str,
    text: &str,
    expected_ru: &str,
    expected_en: &str,
) -> ImportError {
    let text: String = text.chars().take(60).collect();
    ImportError::new(
        "GL-8004",
        dataset,
        line,
        column,
        Text::new(format!("«{text}» не подходит"), format!("«{text}» does not fit")),
        Text::new(format!("здесь должно быть: {expected_ru}"), format!("expected: {expected_en}")),
    )
}

/// A dataset holds more rows than are read at all.
pub(crate) fn too_many(dataset: &Dataset, line: u64) -> ImportError {
    ImportError::new(
        "GL-8002",
        dataset,
        line,
        "",
        Text::new(format!("строк больше {ROWS_MAX}"), format!("more than {ROWS_MAX} rows")),
        Text::new("разделите файл", "split the file"),
    )
}

/// The line that a record begins in: its position is behind the end of the record before, which may be in the middle
/// of the two bytes that lines end with, or before empty lines.
fn line_at(dataset: &Dataset, position: Option<&csv::Position>) -> u64 {
    let Some(position) = position else { return 0 };
    let rest = usize::try_from(position.byte()).ok().and_then(|at| unmarked(&dataset.content).get(at..));
    let ends = rest.unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + ends.filter(|byte| **byte == b'\n').count() as u64
}

/// The bytes without a mark of UTF-8 before them.
pub(crate) fn unmarked(content: &[u8]) -> &[u8] {
    content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content)
}

/// The beginning of content, which is enough to tell what form it is in.
pub(crate) fn beginning(content: &[u8]) -> &[u8] {
    let content = unmarked(content);
    content.get(..BEGINNING_BYTES_MAX).unwrap_or(content)
}

/// The columns that the first line of a CSV names; none where it cannot be read.
pub(crate) fn headers(content: &[u8]) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().from_reader(beginning(content));
    let names = |headers: &StringRecord| headers.iter().map(|name| name.trim().to_owned()).collect();
    reader.headers().map(names).unwrap_or_default()
}

/// Reads every row of a CSV dataset. `required` and `optional` name the columns; others are ignored. What is
/// wrong in a row is noted and the next row is read, so that one look finds everything.
pub(crate) fn read_rows<T>(
    dataset: &Dataset,
    notes: &mut Notes,
    required: &[&str],
    optional: &[&str],
    mut read: impl FnMut(&Row<'_>, &mut Notes) -> Result<Option<T>, ImportError>,
) -> Vec<T> {
    let mut rows = Vec::new();
    match each_row(dataset, required, optional, |row| {
        match unseemly(row).map_or_else(|| read(row, notes), Err) {
            Ok(Some(value)) => {
                notes.count();
                rows.push(value);
            }
            Ok(None) => {}
            Err(fault) => notes.fault(fault),
        }
    }) {
        Ok(()) => {}
        Err(fault) => notes.fault(fault),
    }
    rows
}

fn each_row(
    dataset: &Dataset,
    required: &[&str],
    optional: &[&str],
    mut take: impl FnMut(&Row<'_>),
) -> Result<(), ImportError> {
    within_limits(dataset)?;
    let mut reader = csv::ReaderBuilder::new().from_reader(unmarked(&dataset.content));
    let broken = |error: csv::Error| {
        let line = line_at(dataset, error.position());
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
    misnamed(dataset, &headers, required, optional)?;
    let place = |name: &str| headers.iter().position(|header| header.trim() == name);
    let columns: Vec<_> = required.iter().chain(optional).map(|name| (*name, place(name))).collect();
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
    let mut record = StringRecord::new();
    let mut count = 0;
    while reader.read_record(&mut record).map_err(broken)? {
        let row = Row { dataset, columns: &columns, record: &record };
        if count == ROWS_MAX {
            return Err(too_many(dataset, row.line()));
        }
        count += 1;
        take(&row);
    }
    if count == 0 {
        return Err(ImportError::new(
            "GL-8014",
            dataset,
            1,
            "",
            Text::new("нет ни одной строки", "there is not one row"),
            Text::new(
                "проверьте файл; чтобы вернуть прежнее, отмените прежний импорт",
                "check the file; to have back what was before, take the import back",
            ),
        ));
    }
    Ok(())
}

/// A column that stands twice, or whose name is written otherwise than one that is known: it would be passed over in
/// silence, and a rate that ended would go on.
fn misnamed(
    dataset: &Dataset,
    headers: &StringRecord,
    required: &[&str],
    optional: &[&str],
) -> Result<(), ImportError> {
    let letters = |name: &str| -> Vec<char> {
        let mut letters: Vec<char> =
            name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        letters.sort_unstable();
        letters
    };
    let fault = |column: &str, what, cure| Err(ImportError::new("GL-8003", dataset, 1, column, what, cure));
    for known in required.iter().chain(optional) {
        let times = headers.iter().filter(|header| header.trim() == *known).count();
        if times > 1 {
            return fault(
                known,
                Text::new("столбец стоит дважды", "the column stands twice"),
                Text::new("оставьте один из них", "keep one of them"),
            );
        }
        let meant = |header: &&str| header.trim() != *known && letters(header) == letters(known);
        if times == 0
            && let Some(header) = headers.iter().find(meant)
        {
            return fault(
                header.trim(),
                Text::new("нет такого столбца", "there is no such column"),
                Text::new(format!("назовите его {known}"), format!("call it {known}")),
            );
        }
    }
    Ok(())
}

/// The longest field, in bytes: as long as the longest text of a rate.
const FIELD_BYTES_MAX: usize = crate::rate::PUBLISHED_BYTES_MAX;

/// A field too long, or with characters that nobody sees and that change what is seen: controls, and marks that turn
/// the direction of a text.
fn unseemly(row: &Row<'_>) -> Option<ImportError> {
    let hidden = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let column = |(name, at): &(&'_ str, Option<usize>)| {
        let text = row.record.get((*at)?)?;
        let fault = if text.len() > FIELD_BYTES_MAX {
            ("текст короче", "a shorter text")
        } else if text.chars().any(hidden) {
            ("текст без управляющих знаков", "a text without control characters")
        } else {
            return None;
        };
        let plain: String = text.chars().filter(|c| !hidden(*c)).take(60).collect();
        Some(unfit(row.dataset, row.line(), name, &plain, fault.0, fault.1))
    };
    row.columns.iter().find_map(column)
}

/// Lays what a dataset says over a table. A key that two lines begin on one day is a fault; lines whose days run
/// into each other are remarked.
pub(crate) fn lay<K: Ord + Copy, V: PartialEq>(
    table: &mut Dated<K, V>,
    dataset: &Dataset,
    set: &Arc<DatasetEntry>,
    column: &str,
    said: Vec<Said<K, V>>,
    covers: impl Fn(K) -> bool,
    notes: &mut Notes,
) {
    for Overlap { earlier, later, same_day } in table.lay(set, said, covers) {
        if same_day {
            notes.fault(twice(dataset, earlier, later, column));
        } else {
            notes.remark(
                later,
                Text::new(
                    "раньше конца предыдущей строки того же ключа; с первого дня действует эта строка",
                    "begins before the line of the same key before it ends; from its first day on this line holds",
                ),
            );
        }
    }
}

/// A key that stands twice.
pub(crate) fn twice(dataset: &Dataset, first: u64, second: u64, column: &str) -> ImportError {
    ImportError::new(
        "GL-8009",
        dataset,
        second,
        column,
        Text::new(format!("то же, что в строке {first}"), format!("the same as in line {first}")),
        Text::new("оставьте одну из строк", "keep one of the lines"),
    )
}
