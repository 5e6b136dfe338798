//! The commodity nomenclature as of a day.

use declaration::CommodityCode;
use jiff::civil::Date;

use crate::content::Dataset;
use crate::rate::RateText;
use crate::table::{ImportError, read_rows, sorted};

/// One commodity of the nomenclature.
#[derive(Debug, Clone, PartialEq)]
pub struct Commodity {
    /// Ten digits.
    pub code: String,
    /// Its name, in the language of the source.
    pub name: String,
    /// The published rate of import duty.
    pub duty: RateText,
    /// First day in force, if known.
    pub valid_from: Option<Date>,
    /// Last day in force, if ended.
    pub valid_to: Option<Date>,
}

/// The answer to: does this code exist on this day?
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CommodityLookup<'a> {
    /// It does.
    Known(&'a Commodity),
    /// It does not, and the nomenclature is whole: the code is wrong.
    Unknown,
    /// It is not in the nomenclature loaded, which is only an excerpt: nobody can say.
    OutsideExcerpt,
}

/// The nomenclature loaded.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Nomenclature {
    /// By code and first day in force.
    pub commodities: Vec<Commodity>,
    /// The codes as numbers, in step with `commodities`: what a search touches stays small.
    keys: Vec<u64>,
    /// Whether every code of the union is in it.
    pub whole: bool,
}

/// Digits of a whole code.
const DIGITS: usize = 10;

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

impl Nomenclature {
    /// Reads `code,name,duty` and, where present, `valid_from,valid_to`.
    pub fn read(dataset: &Dataset, whole: bool) -> Result<Self, ImportError> {
        let rows = read_rows(dataset, &["code", "name", "duty"], &["valid_from", "valid_to"], |row| {
            let code = row.text("code");
            if code.len() != DIGITS || !is_digits(code) {
                return Err(row.error("code", "десять цифр", "ten digits"));
            }
            let (valid_from, valid_to) = row.validity()?;
            let duty = row.parse(
                "duty",
                "ставка вида 5%, 0.2 EUR за 1 кг, 10%, но не менее 0.2 EUR за 1 кг",
                "a rate such as 5%, 0.2 EUR per 1 kg, 10%, but not less than 0.2 EUR per 1 kg",
            )?;
            let name = row.text("name").to_owned();
            Ok((row.line(), Commodity { code: code.to_owned(), name, duty, valid_from, valid_to }))
        })?;
        let mut commodities = sorted(dataset, "code", rows, |commodity| {
            (commodity.code.parse::<u64>().unwrap_or(0), commodity.valid_from)
        })?;
        commodities.shrink_to_fit();
        let keys = commodities.iter().map(|commodity| commodity.code.parse().unwrap_or(0)).collect();
        Ok(Self { commodities, keys, whole })
    }

    /// The commodity of a code by its ten common digits.
    pub fn find(&self, code: &CommodityCode, on: Date) -> CommodityLookup<'_> {
        let common = code.common();
        let found =
            (common.len() == DIGITS).then(|| common.parse::<u64>().ok()).flatten().and_then(|wanted| {
                let first = self.keys.partition_point(|key| *key < wanted);
                let same = self.keys.iter().skip(first).take_while(|key| **key == wanted).count();
                self.commodities.get(first..first + same)?.iter().rfind(|commodity| {
                    commodity.valid_from.is_none_or(|from| from <= on)
                        && commodity.valid_to.is_none_or(|to| on <= to)
                })
            });
        match found {
            Some(commodity) => CommodityLookup::Known(commodity),
            None if self.whole => CommodityLookup::Unknown,
            None => CommodityLookup::OutsideExcerpt,
        }
    }

    /// Whether any code starts with these digits.
    pub fn heading_exists(&self, prefix: &str) -> bool {
        if prefix.is_empty() || prefix.len() > DIGITS || !is_digits(prefix) {
            return false;
        }
        let at = self.commodities.partition_point(|commodity| commodity.code.as_str() < prefix);
        self.commodities.get(at).is_some_and(|commodity| commodity.code.starts_with(prefix))
    }
}
