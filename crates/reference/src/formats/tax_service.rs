//! The nomenclature as the Russian tax service publishes it: four text files, code page 866, fields parted by `|`.
//!
//! Before the data stands a line with version and day. A code has a line for each time its name changed.

use std::borrow::Cow;

use declaration::Text;
use encoding_rs::{IBM866, WINDOWS_1251};
use jiff::civil::Date;

use super::day_first;
use crate::content::Dataset;
use crate::dated::Said;
use crate::nomenclature::{Position, section_of};
use crate::report::{ImportError, Notes};
use crate::table::{ROWS_MAX, beginning, too_many, unfit, unmarked, within_limits};

/// In how many lines the first of the data must stand for a file to be recognised.
const LINES_BEFORE_DATA_MAX: usize = 10;

/// Which of the four files one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// `TNVED1`: sections.
    Sections,
    /// `TNVED2`: chapters.
    Chapters,
    /// `TNVED3`: headings.
    Headings,
    /// `TNVED4`: codes of ten digits.
    Codes,
}

impl Part {
    /// Digits of the places it names.
    pub(crate) fn digits(self) -> usize {
        match self {
            Part::Sections => 0,
            Part::Chapters => 2,
            Part::Headings => 4,
            Part::Codes => 10,
        }
    }

    /// How the file is called.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Part::Sections => "TNVED1",
            Part::Chapters => "TNVED2",
            Part::Headings => "TNVED3",
            Part::Codes => "TNVED4",
        }
    }

    /// The fields of a line, as the service names them.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Part::Sections => &["RAZDEL", "NAIM", "PRIM", "DATA", "DATA1"],
            Part::Chapters => &["RAZDEL", "GRUPPA", "NAIM", "PRIM", "DATA", "DATA1"],
            Part::Headings => &["GRUPPA", "TOV_POZ", "NAIM", "DATA", "DATA1"],
            Part::Codes => &["GRUPPA", "TOV_POZ", "SUB_POZ", "KR_NAIM", "DATA", "DATA1"],
        }
    }

    /// The part whose lines are shaped as this one. A line with more codes fits the parts with fewer as well, and
    /// one of headings that ended fits chapters with a day for a note: so the order.
    fn of(line: &[u8]) -> Option<Self> {
        let mut parts = [Part::Codes, Part::Headings, Part::Chapters, Part::Sections].into_iter();
        parts.find(|part| {
            let columns = part.columns();
            let fields: Vec<&[u8]> = line.split(|byte| *byte == b'|').take(columns.len() + 2).collect();
            let ended = fields.len() == columns.len() + 1 && fields.last().is_some_and(|last| blank(last));
            (ended || fields.len() == columns.len())
                && columns.iter().zip(fields).all(|(column, field)| shaped(column, field.trim_ascii()))
        })
    }
}

/// Nothing but white space, or the byte that ends a text file of DOS.
fn blank(field: &[u8]) -> bool {
    field.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0x1a)
}

/// Whether a field looks like what its column holds: codes by their lengths, days by their points.
fn shaped(column: &str, field: &[u8]) -> bool {
    let digits = |length| field.len() == length && field.iter().all(u8::is_ascii_digit);
    match column {
        "RAZDEL" => (1..=5).contains(&field.len()) && field.iter().all(u8::is_ascii_alphanumeric),
        "GRUPPA" | "TOV_POZ" => digits(2),
        "SUB_POZ" => digits(6),
        "DATA" => {
            let point = |at: &usize| matches!(at, 2 | 5);
            field.len() == 10
                && field.iter().enumerate().all(|(at, byte)| match point(&at) {
                    true => *byte == b'.',
                    false => byte.is_ascii_digit(),
                })
        }
        _ => true,
    }
}

/// One line of a file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// The place and its name.
    pub said: Said<Position, Box<str>>,
    /// Its note; may be empty.
    pub note: Box<str>,
    /// The section that a chapter belongs to.
    pub section: Option<Position>,
}

/// Which of the files content is, if one: by the shape of its lines, as people rename files.
pub(crate) fn part(content: &[u8]) -> Option<Part> {
    beginning(content).split(|byte| *byte == b'\n').take(LINES_BEFORE_DATA_MAX).find_map(Part::of)
}

/// Reads the lines of a part.
pub(crate) fn read(dataset: &Dataset, part: Part, notes: &mut Notes) -> Vec<Line> {
    let mut read = Vec::new();
    if let Err(fault) = within_limits(dataset) {
        notes.fault(fault);
        return read;
    }
    let text = decoded(unmarked(&dataset.content), notes);
    let filled = |(_, record): &(u64, &str)| !blank(record.as_bytes());
    for (nth, (line, record)) in records(&text).filter(filled).enumerate() {
        if nth == ROWS_MAX {
            notes.fault(too_many(dataset, line));
            break;
        }
        if nth == 0 && Part::of(record.as_bytes()).is_none() {
            let version: String = record.trim().chars().take(60).collect();
            notes.remark(
                line,
                Text::new(
                    format!("пропущена: версия файла «{version}»"),
                    format!("passed over: the version of the file, «{version}»"),
                ),
            );
            continue;
        }
        match Fields::of(dataset, part, line, record).and_then(|fields| fields.read(part, notes)) {
            Ok(Some(line)) => {
                notes.count();
                read.push(line);
            }
            Ok(None) => {}
            Err(fault) => notes.fault(fault),
        }
    }
    read
}

/// The text: UTF-8 if it is that, as people convert these files; else one of two code pages. Capital letters of the
/// one are frames of tables in the other, which no name has, so that counting tells them apart.
fn decoded<'c>(content: &'c [u8], notes: &mut Notes) -> Cow<'c, str> {
    if let Ok(text) = std::str::from_utf8(content) {
        return text.into();
    }
    let count = |letter: fn(u8) -> bool| content.iter().filter(|byte| letter(**byte)).count();
    let windows = count(|byte| (0xc0..=0xdf).contains(&byte) || byte >= 0xf0);
    let dos = count(|byte| (0x80..=0xaf).contains(&byte));
    if windows <= dos {
        return IBM866.decode_without_bom_handling(content).0;
    }
    notes.remark(
        1,
        Text::new("файл прочитан в кодировке windows-1251", "the file was read in the encoding windows-1251"),
    );
    WINDOWS_1251.decode_without_bom_handling(content).0
}

/// What stands between ends of line, with the line it begins in. Where lines end as those of DOS, a line feed by
/// itself is part of a note.
fn records(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let dos = text.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r'));
    let mut line = 1;
    text.split(if dos { "\r\n" } else { "\n" }).map(move |record| {
        let first = line;
        line += 1 + record.bytes().filter(|byte| *byte == b'\n').count() as u64;
        (first, record)
    })
}

/// The fields of one line.
struct Fields<'f> {
    dataset: &'f Dataset,
    line: u64,
    fields: Vec<(&'static str, &'f str)>,
}

impl<'f> Fields<'f> {
    fn of(dataset: &'f Dataset, part: Part, line: u64, record: &'f str) -> Result<Self, ImportError> {
        let columns = part.columns();
        let mut fields: Vec<&str> = record.split('|').take(columns.len() + 2).map(str::trim).collect();
        if fields.len() == columns.len() + 1 && fields.last().is_some_and(|last| last.is_empty()) {
            fields.pop();
        }
        if fields.len() != columns.len() {
            let expected = columns.join("|");
            return Err(unfit(dataset, line, "", record, &expected, &expected));
        }
        Ok(Self { dataset, line, fields: columns.iter().copied().zip(fields).collect() })
    }

    /// A field; empty where the part has no such column.
    fn text(&self, column: &str) -> &'f str {
        self.fields.iter().find(|(name, _)| *name == column).map_or("", |(_, text)| text)
    }

    fn error(&self, column: &str, expected_ru: &str, expected_en: &str) -> ImportError {
        unfit(self.dataset, self.line, column, self.text(column), expected_ru, expected_en)
    }

    fn read(&self, part: Part, notes: &mut Notes) -> Result<Option<Line>, ImportError> {
        let section = match part {
            Part::Sections | Part::Chapters => self.section(notes)?,
            Part::Headings | Part::Codes => None,
        };
        let key = match part {
            Part::Sections => section,
            Part::Chapters | Part::Headings | Part::Codes => Some(self.position()?),
        };
        let Some(key) = key else { return Ok(None) };
        let name = self.text(if part == Part::Codes { "KR_NAIM" } else { "NAIM" });
        let value = name.trim_start_matches(|c: char| matches!(c, '-' | '–' | '—') || c.is_whitespace());
        // Every line states its first day: where none stands, fields are missing, and others stand in their place.
        let valid_from = self.day("DATA")?;
        let valid_to = if self.text("DATA1").is_empty() { None } else { Some(self.day("DATA1")?) };
        if valid_to.is_some_and(|last| last < valid_from) {
            return Err(self.error("DATA1", "день не раньше DATA", "a day not before DATA"));
        }
        let said = Said { line: self.line, key, value: value.into(), valid_from: Some(valid_from), valid_to };
        Ok(Some(Line {
            said,
            note: self.text("PRIM").into(),
            section: section.filter(|section| *section != key),
        }))
    }

    /// The section; none, with a remark, for one that the nomenclature of the union does not have: the service
    /// files its own there, such as goods for a championship.
    fn section(&self, notes: &mut Notes) -> Result<Option<Position>, ImportError> {
        let text = self.text("RAZDEL");
        let number =
            text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u8>().ok()).flatten();
        if number.is_some_and(|number| number > 21) {
            notes.remark(
                self.line,
                Text::new(
                    format!("раздел {text} пропущен: в номенклатуре разделов 21"),
                    format!("section {text} is passed over: the nomenclature has 21 of them"),
                ),
            );
            return Ok(None);
        }
        let known = section_of(text).filter(|_| !text.starts_with('+'));
        known.map(Some).ok_or_else(|| self.error("RAZDEL", "раздел от 01 до 21", "a section from 01 to 21"))
    }

    /// The place that the codes of the line name.
    fn position(&self) -> Result<Position, ImportError> {
        let mut digits = String::new();
        let mut last = "GRUPPA";
        for (column, length) in [("GRUPPA", 2), ("TOV_POZ", 2), ("SUB_POZ", 6)] {
            if !self.fields.iter().any(|(name, _)| *name == column) {
                continue;
            }
            let text = self.text(column);
            if text.len() != length || !text.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(self.error(column, &format!("{length} цифр"), &format!("{length} digits")));
            }
            digits.push_str(text);
            last = column;
        }
        Position::of(&digits)
            .ok_or_else(|| self.error(last, "код не из 00", "a code that is not of chapter 00"))
    }

    fn day(&self, column: &str) -> Result<Date, ImportError> {
        day_first(self.text(column)).ok_or_else(|| {
            self.error(column, "день вида ДД.ММ.ГГГГ, 1900–2200", "a day as DD.MM.YYYY, 1900 to 2200")
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::{Outcome, outcome, places};
    use super::*;

    pub(crate) const SECTIONS: &str = "Версия 7.01|14.09.2026|\r\n\
        01|ОЛЕНИ И ПРОЧАЯ ЖИВНОСТЬ|1. Олень считается\nоленем.|01.01.2012||\r\n\
        XVIII|ПРИБОРЫ||01.02.2015|31.12.2019|\r\n\
        22|ТОВАРЫ ДЛЯ РЕГАТЫ||01.01.2018||\r\n";
    pub(crate) const CHAPTERS: &str = "01|02|МЯСО ОЛЕНИНЫ|В эту группу не входит рога;<br>хвосты|01.01.2012||\r\n\
        21|97|КАРТИНЫ||01.01.2012|30.06.2020|\r\n\
        21|97|КАРТИНЫ И МОЗАИКИ||01.07.2020|\r\n\
        22|99|ПАРУСА И ВЁСЛА||01.01.2018||\r\n";
    pub(crate) const HEADINGS: &str =
        "02|08|- - ОЛЕНИНА ПРОЧАЯ|01.01.2012|31.12.2019|\n02|08|Оленина|01.01.2020||\n\n";
    pub(crate) const CODES: &str = "7.01|14.09.2026\r\n\
        02|08|901000|- - - окорока - копченые|01.01.2012|31.12.2019|\r\n\
        02|08|901000|– – – окорока|01.01.2020||\r\n\
        \r\n\
        02|08|909800|- - прочие:|01.01.2012||\r\n\u{1a}";

    fn read_as(text: &[u8]) -> Outcome<Line> {
        let part = part(text).expect("the form is recognised");
        outcome(text, |dataset, notes| read(dataset, part, notes))
    }

    fn printed(lines: &[Line]) -> Vec<String> {
        let day = |day: Option<Date>| day.map_or(String::new(), |day| day.to_string());
        let print = |Line { said, note, section }: &Line| {
            let (from, to) = (day(said.valid_from), day(said.valid_to));
            let section = section.map_or(String::new(), |it| format!("{it}:"));
            format!("{}. {section}{} {}/{note}/{from}..{to}", said.line, said.key, said.value)
        };
        lines.iter().map(print).collect()
    }

    #[test]
    fn all_four_parts_are_read_in_all_encodings() {
        let table: [(&str, Part, &[&str], usize); 4] = [
            (
                SECTIONS,
                Part::Sections,
                &[
                    "2. I ОЛЕНИ И ПРОЧАЯ ЖИВНОСТЬ/1. Олень считается\nоленем./2012-01-01..",
                    "4. XVIII ПРИБОРЫ//2015-02-01..2019-12-31",
                ],
                2,
            ),
            (
                CHAPTERS,
                Part::Chapters,
                &[
                    "1. I:02 МЯСО ОЛЕНИНЫ/В эту группу не входит рога;<br>хвосты/2012-01-01..",
                    "2. XXI:97 КАРТИНЫ//2012-01-01..2020-06-30",
                    "3. XXI:97 КАРТИНЫ И МОЗАИКИ//2020-07-01..",
                    "4. 99 ПАРУСА И ВЁСЛА//2018-01-01..",
                ],
                1,
            ),
            (
                HEADINGS,
                Part::Headings,
                &["1. 0208 ОЛЕНИНА ПРОЧАЯ//2012-01-01..2019-12-31", "2. 0208 Оленина//2020-01-01.."],
                0,
            ),
            (
                CODES,
                Part::Codes,
                &[
                    "2. 0208901000 окорока - копченые//2012-01-01..2019-12-31",
                    "3. 0208901000 окорока//2020-01-01..",
                    "5. 0208909800 прочие://2012-01-01..",
                ],
                1,
            ),
        ];
        for (text, expected_part, lines, remarks) in table {
            assert_eq!(part(text.as_bytes()), Some(expected_part), "{text}");
            // DOS has no long dash.
            let plain = text.replace('–', "-");
            let dos = IBM866.encode(&plain).0.into_owned();
            let windows = WINDOWS_1251.encode(&plain).0.into_owned();
            let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
            for (content, more) in [(text.as_bytes(), 0), (&dos, 0), (&windows, 1), (&marked, 0)] {
                let got = read_as(content);
                assert_eq!(got.faults, [], "{text}");
                assert_eq!(printed(&got.read), lines);
                assert_eq!(got.remarks.len(), remarks + more, "{:?}", got.remarks);
                assert_eq!(got.taken, lines.len());
            }
        }
    }

    #[test]
    fn what_a_part_is_follows_from_its_lines() {
        let table = [
            ("01|Живность||01.01.2012|", Some(Part::Sections)),
            ("01|02|Мясо|Примечание|01.01.2012|31.12.2019", Some(Part::Chapters)),
            ("01|02|Мясо|Примечание|01.01.2012|", Some(Part::Chapters)),
            ("02|08|Оленина|01.01.2012|31.12.2019|", Some(Part::Headings)),
            ("02|08|Оленина|01.01.2012||", Some(Part::Headings)),
            ("02|08|901000|Окорока|01.01.2012|", Some(Part::Codes)),
            ("RAZDEL|NAIM|PRIM|DATA|DATA1|\n01|Живность||01.01.2012||", Some(Part::Sections)),
            ("code,name,duty\n0208901000,окорока,5%\n", None),
            ("2|8|901000|Окорока|01.01.2012|", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(part(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_named_with_line_and_field() {
        let table = [
            (Part::Sections, "00|Ничто||01.01.2012||", "RAZDEL"),
            (Part::Sections, "XXII|Ничто||01.01.2012||", "RAZDEL"),
            (Part::Sections, "|Ничто||01.01.2012||", "RAZDEL"),
            (Part::Sections, "01|Ничто|01.01.2012||", "DATA"),
            (Part::Sections, "01|Ничто|01.01.2012|", ""),
            (Part::Chapters, "01|2|Мясо||01.01.2012||", "GRUPPA"),
            (Part::Chapters, "+1|02|Мясо||01.01.2012||", "RAZDEL"),
            (Part::Chapters, "01|02|Мясо|а|б|01.01.2012||", ""),
            (Part::Headings, "02|8|Оленина|01.01.2012||", "TOV_POZ"),
            (Part::Headings, "00|08|Оленина|01.01.2012||", "TOV_POZ"),
            (Part::Codes, "02|08|90100|Окорока|01.01.2012||", "SUB_POZ"),
            (Part::Codes, "02|08|901000|Окорока|31.02.2012||", "DATA"),
            (Part::Codes, "02|08|901000|Окорока|2012-02-01||", "DATA"),
            (Part::Codes, "02|08|901000|Окорока|01.01.0012||", "DATA"),
            (Part::Codes, "02|08|901000|Окорока|01.01.2012|нет|", "DATA1"),
            (Part::Codes, "02|08|901000|Окорока|01.01.2012|31.12.2011|", "DATA1"),
        ];
        for (part, bad, column) in table {
            let good = match part {
                Part::Sections => SECTIONS,
                Part::Chapters => CHAPTERS,
                Part::Headings => HEADINGS,
                Part::Codes => CODES,
            };
            let good = good.lines().find(|line| Part::of(line.as_bytes()).is_some()).unwrap_or_default();
            let text = format!("версия\n{good}\n{bad}\n");
            let got = outcome(text.as_bytes(), |dataset, notes| read(dataset, part, notes));
            assert_eq!(places(&got), [("GL-8004", 3, column)], "{bad}: {:?}", got.faults);
            assert_eq!(got.read.len(), 1, "{good}");
        }
    }
}
