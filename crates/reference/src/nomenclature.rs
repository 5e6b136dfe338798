//! The commodity nomenclature over time: sections, chapters, headings, codes; their names, notes and duties.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, LazyLock, OnceLock};

use declaration::CommodityCode;
use jiff::civil::Date;

use crate::content::{Dataset, DatasetEntry};
use crate::dated::{Dated, Row, Said};
use crate::formats::harmonized_system;
use crate::formats::tax_service::{self, Part};
use crate::rate::{Published, RateText};
use crate::rates::published;
use crate::report::Notes;
use crate::search::{Entry, Hit, Index, trade_words};
use crate::table::{lay, read_rows};

/// Digits of a whole code.
const DIGITS: usize = 10;

/// Between the steps of a name that is a path through the list, in the union's published tables.
pub(crate) const STEP: char = '🠺';

/// The steps of a name, without the marks between them.
pub fn steps(name: &str) -> impl Iterator<Item = &str> {
    let parts = name.split(STEP).map(|step| step.trim().trim_end_matches(':').trim_end());
    parts.filter(|step| !step.is_empty())
}

/// A name for people, its steps set apart.
pub fn spoken(name: &str) -> String {
    steps(name).collect::<Vec<_>>().join(" › ")
}

/// A place in the nomenclature: a section, or two to ten digits. Places sort as the tree is read: what is above
/// stands before what is below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(u64);

impl Position {
    /// The section of a number, 1 to 21.
    pub fn section(number: u8) -> Option<Self> {
        // No code is as small: the digits of a chapter stand eleven places further left.
        (1..=21).contains(&number).then(|| Self(u64::from(number)))
    }

    /// The place of two to ten digits.
    pub fn of(digits: &str) -> Option<Self> {
        let plain = (2..=DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !plain || digits.starts_with("00") {
            return None;
        }
        let padded =
            digits.bytes().fold(0, |number, digit| number * 10 + u64::from(digit.wrapping_sub(b'0')));
        let missing = u32::try_from(DIGITS.checked_sub(digits.len())?).ok()?;
        Some(Self(padded * 10u64.pow(missing) * 16 + digits.len() as u64))
    }

    /// How many digits it has; none for a section.
    pub fn digits(self) -> usize {
        if self.0 < 32 { 0 } else { usize::try_from(self.0 % 16).unwrap_or(0) }
    }

    /// The number of a section.
    pub fn section_number(self) -> Option<u8> {
        if self.0 < 32 { u8::try_from(self.0).ok() } else { None }
    }

    /// The last place below it, and it: everything from it to there starts with its digits.
    pub(crate) fn last(self) -> Self {
        let below = u32::try_from(DIGITS.saturating_sub(self.digits())).unwrap_or(0);
        Self((self.0 / 16 + 10u64.pow(below) - 1) * 16 + DIGITS as u64)
    }

    /// The digits one step up that are usual: chapter, heading, subheading.
    pub fn above(self) -> impl Iterator<Item = Position> {
        let text = self.to_string();
        let digits = self.digits();
        (2..digits).filter_map(move |length| Position::of(text.get(..length)?))
    }
}

/// The digits; of a section its number in Roman figures, as it is cited.
impl fmt::Display for Position {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(mut rest) = self.section_number() {
            for (worth, figure) in [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")] {
                while rest >= worth {
                    out.write_str(figure)?;
                    rest -= worth;
                }
            }
            return Ok(());
        }
        let digits = format!("{:010}", self.0 / 16);
        out.write_str(digits.get(..self.digits()).unwrap_or_default())
    }
}

/// A place as it is cited: digits, or the number of a section in Roman figures.
impl FromStr for Position {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let section = || (1..=21).filter_map(Position::section).find(|section| section.to_string() == text);
        Position::of(text).or_else(section).ok_or("a section from I to XXI, or two to ten digits")
    }
}

/// A number of a section in Roman or Arabic figures.
pub(crate) fn section_of(text: &str) -> Option<Position> {
    let arabic = text.parse().ok().and_then(Position::section);
    arabic.or_else(|| text.parse().ok().filter(|place: &Position| place.section_number().is_some()))
}

/// One commodity on a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Commodity<'a> {
    /// Where it stands: ten digits.
    pub code: Position,
    /// Its name, in the language of the source.
    pub name: &'a str,
    /// The published rate of import duty.
    pub duty: &'a Published,
    /// First day under this name, if known.
    pub valid_from: Option<Date>,
    /// Last day under this name, if ended.
    pub valid_to: Option<Date>,
}

/// The answer to: does this code exist on this day?
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CommodityLookup<'a> {
    /// It does.
    Known(Commodity<'a>),
    /// It does not, and the nomenclature is whole: the code is wrong.
    Unknown,
    /// It is not in the nomenclature loaded, which is only an excerpt: nobody can say.
    OutsideExcerpt,
}

/// Names of both languages; either may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Names<'a> {
    /// In Russian.
    pub ru: Option<&'a str>,
    /// In English.
    pub en: Option<&'a str>,
}

/// The nomenclature loaded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Nomenclature {
    names_ru: Dated<Position, Box<str>>,
    names_en: Dated<Position, Box<str>>,
    notes: Dated<Position, Box<str>>,
    duties: Dated<Position, Published>,
    /// The section of each chapter.
    sections: BTreeMap<Position, Position>,
    /// The first day from which every code of the union is in it: some datasets, if any, say so.
    whole_since: Option<Since>,
    /// Made when it is first asked.
    index: Sought,
}

/// The index that searches are answered from. It says nothing of its own.
#[derive(Default)]
struct Sought(OnceLock<Index>);

/// A copy makes its own when it is asked: what is laid over a copy must be found.
impl Clone for Sought {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for Sought {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Sought")
    }
}

impl PartialEq for Sought {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// From when on something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Since {
    Ever,
    Day(Date),
}

/// What is not stated where a name is known but no rate.
static NOT_STATED: LazyLock<Published> = LazyLock::new(|| RateText::NotStated.into());

impl Nomenclature {
    /// Reads `code,name,duty` and, where present, `valid_from,valid_to`: names and duties of ten-digit codes.
    pub(crate) fn add_codes(
        &mut self,
        dataset: &Dataset,
        set: &Arc<DatasetEntry>,
        whole: bool,
        notes: &mut Notes,
    ) {
        let rows = read_rows(
            dataset,
            notes,
            &["code", "name", "duty"],
            &["valid_from", "valid_to"],
            |row, notes| {
                let ten = |code: &&str| code.len() == DIGITS;
                let key = Some(row.text("code")).filter(ten).and_then(Position::of);
                let key = key.ok_or_else(|| row.error("code", "десять цифр", "ten digits"))?;
                let (valid_from, valid_to) = row.validity()?;
                let name: Box<str> = row.text("name").into();
                let duty = published(row, "duty", notes)?;
                let line = row.line();
                Ok(Some((
                    Said { line, key, value: name, valid_from, valid_to },
                    Said { line, key, value: duty, valid_from, valid_to },
                )))
            },
        );
        let (names, duties): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        lay(&mut self.names_ru, dataset, set, "code", names, |key| key.digits() == DIGITS, notes);
        // Contradictions are the same ones as of the names.
        self.duties.lay(set, duties, |_| true);
        if whole {
            self.is_whole_since(set.valid_from);
        }
    }

    /// Reads `code,section,name_ru,name_en`: sections and chapters.
    pub(crate) fn add_chapters(&mut self, dataset: &Dataset, set: &Arc<DatasetEntry>, notes: &mut Notes) {
        let rows = read_rows(dataset, notes, &["code", "section", "name_ru", "name_en"], &[], |row, _| {
            let section = row.text("section");
            let section = section_of(section)
                .ok_or_else(|| row.error("section", "раздел от I до XXI", "a section from I to XXI"))?;
            let key = match row.text("code") {
                "" => section,
                code => {
                    Some(code).filter(|code| code.len() == 2).and_then(Position::of).ok_or_else(|| {
                        row.error("code", "две цифры группы или пусто", "two digits of a chapter, or empty")
                    })?
                }
            };
            let said = |column| {
                let value: Box<str> = row.text(column).into();
                Said { line: row.line(), key, value, valid_from: None, valid_to: None }
            };
            Ok(Some((section, said("name_ru"), said("name_en"))))
        });
        let mut names = (Vec::new(), Vec::new());
        for (section, ru, en) in rows {
            if ru.key != section {
                self.sections.insert(ru.key, section);
            }
            names.0.push(ru);
            names.1.push(en);
        }
        let covers = |key: Position| key.digits() <= 2;
        lay(&mut self.names_ru, dataset, set, "code", names.0, covers, notes);
        self.names_en.lay(set, names.1, covers);
    }

    /// Reads the tax service's text file of one part: names and notes of sections, chapters, headings or codes.
    pub(crate) fn add_part(
        &mut self,
        dataset: &Dataset,
        set: &Arc<DatasetEntry>,
        part: Part,
        notes: &mut Notes,
    ) {
        let rows = tax_service::read(dataset, part, notes);
        let mut names = Vec::with_capacity(rows.len());
        let mut said_notes = Vec::new();
        for tax_service::Line { said, note, section } in rows {
            if let Some(section) = section {
                self.sections.insert(said.key, section);
            }
            if !note.is_empty() {
                said_notes.push(Said { value: note, ..said.clone() });
            }
            names.push(said);
        }
        let covers = |key: Position| key.digits() == part.digits();
        lay(&mut self.names_ru, dataset, set, "code", names, covers, notes);
        self.notes.lay(set, said_notes, covers);
        if part == Part::Codes {
            self.is_whole_since(set.valid_from);
        }
    }

    /// Reads English names of two, four and six digits.
    pub(crate) fn add_hs(&mut self, dataset: &Dataset, set: &Arc<DatasetEntry>, notes: &mut Notes) {
        let rows = harmonized_system::read(dataset, notes);
        // Chapters have names of their own in the starter; what the Harmonized System calls them stands before.
        lay(&mut self.names_en, dataset, set, "code", rows, |key| (2..=6).contains(&key.digits()), notes);
    }

    /// The commodity of a code by its ten common digits.
    pub fn find(&self, code: &CommodityCode, on: Date) -> CommodityLookup<'_> {
        let position = Position::of(code.common()).filter(|position| position.digits() == DIGITS);
        match position.and_then(|position| self.commodity(position, on)) {
            Some(commodity) => CommodityLookup::Known(commodity),
            None if self.is_whole(on) => CommodityLookup::Unknown,
            None => CommodityLookup::OutsideExcerpt,
        }
    }

    /// The commodity at a place of ten digits on a day.
    pub fn commodity(&self, position: Position, on: Date) -> Option<Commodity<'_>> {
        if position.digits() != DIGITS {
            return None;
        }
        let name = self.names_ru.at(position, on)?;
        let duty = self.duties.at(position, on).map_or(&*NOT_STATED, |row| &row.value);
        Some(Commodity {
            code: position,
            name: &name.value,
            duty,
            valid_from: name.valid_from,
            valid_to: name.valid_to,
        })
    }

    /// Every commodity on a day, by code.
    pub fn commodities(&self, on: Date) -> impl Iterator<Item = Commodity<'_>> {
        let codes =
            self.names_ru.rows().iter().filter(move |row| row.key.digits() == DIGITS && row.holds(on));
        codes.filter_map(move |row| self.commodity(row.key, on))
    }

    /// Whether every code of the union is in it, on a day, so that a code not in it is wrong.
    pub fn is_whole(&self, on: Date) -> bool {
        match self.whole_since {
            None => false,
            Some(Since::Ever) => true,
            Some(Since::Day(first)) => first <= on,
        }
    }

    fn is_whole_since(&mut self, first: Option<Date>) {
        let since = first.map_or(Since::Ever, Since::Day);
        self.whole_since = Some(self.whole_since.map_or(since, |known| known.min(since)));
    }

    /// Whether any code starts with these digits on a day.
    pub fn heading_exists(&self, prefix: &str, on: Date) -> bool {
        Position::of(prefix).is_some_and(|from| {
            let below = self.names_ru.between(from, from.last());
            below.iter().any(|row| row.key.digits() == DIGITS && row.holds(on))
        })
    }

    /// The names of a place on a day.
    pub fn names(&self, position: Position, on: Date) -> Names<'_> {
        Names {
            ru: self.names_ru.at(position, on).map(|row| &*row.value).filter(|name| !name.is_empty()),
            en: self.names_en.at(position, on).map(|row| &*row.value).filter(|name| !name.is_empty()),
        }
    }

    /// The note of a section or chapter on a day.
    pub fn note(&self, position: Position, on: Date) -> Option<&str> {
        self.notes.at(position, on).map(|row| &*row.value)
    }

    /// The section of a chapter, or of what is below it.
    pub fn section(&self, position: Position) -> Option<Position> {
        let chapter = position.to_string().get(..2).and_then(Position::of)?;
        self.sections.get(&chapter).copied()
    }

    /// Whether a place, or something below it, is or ever was.
    pub fn was_ever(&self, position: Position) -> bool {
        if position.section_number().is_some() {
            return self.sections.values().any(|section| *section == position);
        }
        let last = position.last();
        !self.names_ru.between(position, last).is_empty() || !self.names_en.between(position, last).is_empty()
    }

    /// Codes of ten digits on a day that begin as a place does.
    pub fn codes_below(&self, position: Position, on: Date) -> impl Iterator<Item = Commodity<'_>> {
        let below = self.names_ru.between(position, position.last()).iter();
        let codes = below.filter(move |row| row.key.digits() == DIGITS && row.holds(on));
        codes.filter_map(move |row| self.commodity(row.key, on))
    }

    /// Names in English that a place has had, the oldest first.
    pub fn name_history_en(&self, position: Position) -> &[Row<Position, Box<str>>] {
        self.names_en.history(position)
    }

    /// Names in Russian that a place has had, the oldest first.
    pub fn name_history(&self, position: Position) -> &[Row<Position, Box<str>>] {
        self.names_ru.history(position)
    }

    /// Duties that a code has had, the oldest first.
    pub fn duty_history(&self, position: Position) -> &[Row<Position, Published>] {
        self.duties.history(position)
    }

    /// All names in Russian with their days, as the tree is read.
    pub fn rows_ru(&self) -> &[Row<Position, Box<str>>] {
        self.names_ru.rows()
    }

    /// All names in English with their days, as the tree is read.
    pub fn rows_en(&self) -> &[Row<Position, Box<str>>] {
        self.names_en.rows()
    }

    /// All duties with their days, by code.
    pub fn duties(&self) -> &[Row<Position, Published>] {
        self.duties.rows()
    }

    /// Codes and headings that a query may mean, the likeliest first, at most `limit`: by digits, by words in
    /// Russian or English with typing errors, ended codes too. The first search takes as long as making the index.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit<'_>> {
        self.index.0.get_or_init(|| self.indexed()).find(query, limit)
    }

    fn indexed(&self) -> Index {
        let last = |rows: &[Row<Position, Box<str>>]| -> BTreeMap<Position, (String, bool)> {
            // Of one place the last name stands: that is what it is or was at its end.
            let named = rows.iter().filter(|row| row.key.digits() > 0);
            named.map(|row| (row.key, (row.value.to_string(), row.valid_to.is_none()))).collect()
        };
        let (ru, mut en) = (last(self.names_ru.rows()), last(self.names_en.rows()));
        let mut places: Vec<(String, String, String, bool)> = Vec::with_capacity(ru.len() + en.len());
        for (place, (name, in_force)) in ru {
            let english = en.remove(&place).map(|(name, _)| name).unwrap_or_default();
            // A chapter's name, said of every code in it, drowns those whose own names say the same.
            let name = if place.digits() == 2 { String::new() } else { name };
            places.push((place.to_string(), name, english, in_force));
        }
        places.extend(
            en.into_iter()
                .map(|(place, (name, in_force))| (place.to_string(), String::new(), name, in_force)),
        );
        let entries = places.iter().map(|(code, ru, en, in_force)| Entry {
            code,
            name_ru: ru,
            name_en: en,
            in_force: *in_force,
        });
        Index::build(entries, trade_words())
    }

    /// The places one step below a place on a day: chapters of a section, else the next longer codes that have a
    /// name in either language. With nothing: sections, or chapters where no section is known.
    pub fn below(&self, position: Option<Position>, on: Date) -> Vec<Position> {
        let Some(position) = position else {
            let mut sections: Vec<Position> = self.sections.values().copied().collect();
            sections.sort_unstable();
            sections.dedup();
            return if sections.is_empty() { self.chapters(on) } else { sections };
        };
        if position.section_number().is_some() {
            let chapters = self.sections.iter().filter(|(_, section)| **section == position);
            return chapters.map(|(chapter, _)| *chapter).collect();
        }
        let named = self.named_below(position, on);
        // A place is one step below if no other named place stands between.
        let direct = |place: &Position| {
            !place.above().any(|above| above > position && named.binary_search(&above).is_ok())
        };
        named.iter().filter(|place| direct(place)).copied().collect()
    }

    fn chapters(&self, on: Date) -> Vec<Position> {
        let rows = self.names_ru.rows().iter().chain(self.names_en.rows()).filter(|row| row.holds(on));
        let mut chapters: Vec<Position> =
            rows.filter_map(|row| row.key.to_string().get(..2).and_then(Position::of)).collect();
        chapters.sort_unstable();
        chapters.dedup();
        chapters
    }

    fn named_below(&self, position: Position, on: Date) -> Vec<Position> {
        let rows = |names: &Dated<Position, Box<str>>| -> Vec<Position> {
            let below = names.between(position, position.last());
            below.iter().filter(|row| row.key != position && row.holds(on)).map(|row| row.key).collect()
        };
        let mut named = rows(&self.names_ru);
        named.extend(rows(&self.names_en));
        named.sort_unstable();
        named.dedup();
        named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart_at_their_steps() {
        for (name, expected) in [
            ("лошади: 🠺 прочие: 🠺 убойные", &["лошади", "прочие", "убойные"][..]),
            ("мёд натуральный", &["мёд натуральный"]),
            ("прочие: 🠺 ", &["прочие"]),
            ("", &[]),
        ] {
            assert_eq!(steps(name).collect::<Vec<_>>(), expected, "{name}");
        }
        assert_eq!(spoken("лошади: 🠺 прочие 🠺 убойные"), "лошади › прочие › убойные");
    }

    #[test]
    fn places_sort_as_the_tree_is_read_and_print_as_they_are_cited() {
        let texts = ["I", "XXI", "01", "0101", "010121", "0101210000", "010129", "0102", "97"];
        let places: Vec<Position> = texts
            .iter()
            .map(|text| Position::of(text).or_else(|| section_of(text)).unwrap_or_else(|| panic!("{text}")))
            .collect();
        assert!(places.is_sorted(), "{places:?}");
        let printed: Vec<String> = places.iter().map(ToString::to_string).collect();
        assert_eq!(printed, texts);
        for text in ["", "1", "00", "0000", "01012100001", "01a1", "XXII", "0"] {
            assert!(Position::of(text).is_none(), "{text}");
        }
        for text in ["", "0", "22", "XXII", "IIII", "0101"] {
            assert!(section_of(text).is_none(), "{text}");
        }
        let above: Vec<String> =
            Position::of("010121").into_iter().flat_map(Position::above).map(|it| it.to_string()).collect();
        assert_eq!(above, ["01", "010", "0101", "01012"]);
    }
}
