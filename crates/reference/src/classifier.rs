//! Small classifiers: countries, currencies, customs offices.

use std::fmt;
use std::str::FromStr;

use declaration::{CountryCode, CurrencyCode, OfficeCode};

use crate::content::Dataset;
use crate::table::{ImportError, read_rows, sorted};

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

pub(crate) fn read_countries(dataset: &Dataset) -> Result<Vec<Country>, ImportError> {
    let rows = read_rows(dataset, &["code", "name_ru", "name_en"], &[], |row| {
        let country = Country {
            code: row.leaf("code")?,
            name_ru: row.text("name_ru").to_owned(),
            name_en: row.text("name_en").to_owned(),
        };
        Ok((row.line(), country))
    })?;
    sorted(dataset, "code", rows, |country| country.code)
}

pub(crate) fn read_currencies(dataset: &Dataset) -> Result<Vec<Currency>, ImportError> {
    let rows = read_rows(dataset, &["code", "number", "minor_units", "name"], &[], |row| {
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
        Ok((row.line(), currency))
    })?;
    sorted(dataset, "code", rows, |currency| currency.code)
}

pub(crate) fn read_offices(dataset: &Dataset) -> Result<Vec<OfficeRow>, ImportError> {
    let rows = read_rows(dataset, &["code", "name", "kind", "centre"], &[], |row| {
        let expected = "directorate, house, post, border, centre";
        let office = OfficeRow {
            code: row.leaf("code")?,
            name: row.text("name").to_owned(),
            kind: row.parse("kind", expected, expected)?,
            centre: row.optional("centre")?,
        };
        Ok((row.line(), office))
    })?;
    sorted(dataset, "code", rows, |office| office.code)
}
