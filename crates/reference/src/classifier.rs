//! Small classifiers over time: countries, currencies, customs offices, and those imported by name.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use declaration::{CountryCode, CurrencyCode, OfficeCode, Text};

use crate::content::{Dataset, DatasetEntry};
use crate::dated::{Dated, Said};
use crate::formats::iso;
use crate::report::Notes;
use crate::table::{headers, lay, read_rows};

/// A country or territory of ISO 3166-1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country {
    /// Two letters.
    pub code: CountryCode,
    /// Name in Russian.
    pub name_ru: String,
    /// Name in English.
    pub name_en: String,
}

/// A currency of ISO 4217.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    /// Three letters.
    pub code: CurrencyCode,
    /// Three digits, as some formats declare it.
    pub number: String,
    /// Digits after the point of an amount; none for units that are no money in circulation.
    pub minor_units: Option<u32>,
    /// Name in English.
    pub name: String,
}

/// A customs office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeRow {
    /// Its code.
    pub code: OfficeCode,
    /// Its name.
    pub name: String,
    /// What kind of office it is.
    pub kind: OfficeKind,
    /// The electronic declaration centre that registers for it, if another office does.
    pub centre: Option<OfficeCode>,
}

/// What kind of office an office is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OfficeKind {
    /// A regional directorate.
    Directorate,
    /// A customs house.
    House,
    /// A customs post.
    Post,
    /// A post at the border, where goods arrive and leave.
    Border,
    /// An electronic declaration centre.
    Centre,
}

impl OfficeKind {
    /// All kinds with their words in files.
    pub const ALL: [(OfficeKind, &'static str); 5] = [
        (OfficeKind::Directorate, "directorate"),
        (OfficeKind::House, "house"),
        (OfficeKind::Post, "post"),
        (OfficeKind::Border, "border"),
        (OfficeKind::Centre, "centre"),
    ];

    /// The word used in files.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }
}

impl fmt::Display for OfficeKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for OfficeKind {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.iter().find(|(_, word)| *word == text).map(|(kind, _)| *kind);
        known.ok_or("directorate, house, post, border or centre")
    }
}

/// Lays the countries of a dataset over those known.
pub(crate) fn add_countries(
    table: &mut Dated<CountryCode, Country>,
    dataset: &Dataset,
    set: &Arc<DatasetEntry>,
    notes: &mut Notes,
) {
    let said = if iso::lists_countries(&dataset.content) {
        iso::read_countries(dataset, notes)
    } else {
        read_rows(dataset, notes, &["code", "name_ru", "name_en"], &["valid_from", "valid_to"], |row, _| {
            let country = Country {
                code: row.leaf("code")?,
                name_ru: row.text("name_ru").to_owned(),
                name_en: row.text("name_en").to_owned(),
            };
            row.said(country.code, country).map(Some)
        })
    };
    lay(table, dataset, set, "code", said, |_| true, notes);
}

/// Lays the currencies of a dataset over those known.
pub(crate) fn add_currencies(
    table: &mut Dated<CurrencyCode, Currency>,
    dataset: &Dataset,
    set: &Arc<DatasetEntry>,
    notes: &mut Notes,
) {
    let said = if iso::lists_currencies(&dataset.content) {
        iso::read_currencies(dataset, notes)
    } else {
        let columns = ["code", "number", "minor_units", "name"];
        read_rows(dataset, notes, &columns, &["valid_from", "valid_to"], |row, _| {
            let number = row.text("number");
            if number.len() != 3 || !number.bytes().all(|b| b.is_ascii_digit()) {
                return Err(row.error("number", "три цифры", "three digits"));
            }
            let currency = Currency {
                code: row.leaf("code")?,
                number: number.to_owned(),
                minor_units: row.optional("minor_units")?,
                name: row.text("name").to_owned(),
            };
            row.said(currency.code, currency).map(Some)
        })
    };
    lay(table, dataset, set, "code", said, |_| true, notes);
}

/// Lays the offices of a dataset over those known.
pub(crate) fn add_offices(
    table: &mut Dated<OfficeCode, OfficeRow>,
    dataset: &Dataset,
    set: &Arc<DatasetEntry>,
    notes: &mut Notes,
) {
    let said = read_rows(
        dataset,
        notes,
        &["code", "name", "kind", "centre"],
        &["valid_from", "valid_to"],
        |row, _| {
            let expected = "directorate, house, post, border, centre";
            let office = OfficeRow {
                code: row.leaf("code")?,
                name: row.text("name").to_owned(),
                kind: row.parse("kind", expected, expected)?,
                centre: row.optional("centre")?,
            };
            row.said(office.code, office).map(Some)
        },
    );
    lay(table, dataset, set, "code", said, |_| true, notes);
}

/// A code of a classifier: up to sixteen bytes, as it is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassifierCode([u8; Self::BYTES_MAX]);

impl ClassifierCode {
    /// The longest code, in bytes of UTF-8.
    pub const BYTES_MAX: usize = 16;

    /// The code of a text; none where it is empty, longer, or has a zero in it.
    pub fn of(text: &str) -> Option<Self> {
        let mut bytes = [0; Self::BYTES_MAX];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        (!text.is_empty() && !text.contains('\0')).then_some(Self(bytes))
    }
}

/// The text of the code.
impl fmt::Display for ClassifierCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let used = self.0.split(|byte| *byte == 0).next().unwrap_or_default();
        out.write_str(std::str::from_utf8(used).unwrap_or_default())
    }
}

/// Imported classifiers by name.
pub type Classifiers = BTreeMap<String, Dated<ClassifierCode, Text>>;

/// What a classifier says of a code on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Classified<'a> {
    /// What the code means.
    Known(&'a Text),
    /// The classifier is held, and whole: there is no such code.
    Unknown,
    /// The classifier is not held: nobody can say.
    NotHeld,
}

/// Lays the classifiers that a dataset names over those known: `classifier,code,name_ru,name_en`, with days of
/// force where known. A table with `element` and `label_ru` is one of the album's.
pub(crate) fn add_classifiers(
    known: &mut Classifiers,
    dataset: &Dataset,
    set: &Arc<DatasetEntry>,
    notes: &mut Notes,
) {
    let album = headers(&dataset.content).iter().any(|name| name == "element");
    let (name, ru) = if album { ("element", "label_ru") } else { ("classifier", "name_ru") };
    let rows =
        read_rows(dataset, notes, &[name, "code", ru], &["name_en", "valid_from", "valid_to"], |row, _| {
            let code = ClassifierCode::of(row.text("code"))
                .ok_or_else(|| row.error("code", "код, не больше 16 байтов", "a code of at most 16 bytes"))?;
            let classifier = row.text(name);
            if classifier.is_empty() || classifier.len() > 100 {
                return Err(row.error(name, "имя классификатора", "the name of a classifier"));
            }
            let english = Some(row.text("name_en")).filter(|text| !text.is_empty());
            let text = Text::new(row.text(ru).to_owned(), english.unwrap_or(row.text(ru)).to_owned());
            Ok(Some((classifier.to_owned(), row.said(code, text)?)))
        });
    let mut said: BTreeMap<String, Vec<Said<ClassifierCode, Text>>> = BTreeMap::new();
    for (classifier, row) in rows {
        said.entry(classifier).or_default().push(row);
    }
    for (classifier, rows) in said {
        lay(known.entry(classifier).or_default(), dataset, set, "code", rows, |_| true, notes);
    }
}
