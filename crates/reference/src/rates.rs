//! Rates by commodity and origin over days: export duties, excises, exceptions from VAT,
//! anti-dumping duties, import duties that differ from the nomenclature's.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use declaration::{CommodityCode, CountryCode};
use jiff::civil::Date;

use crate::content::{Dataset, DatasetEntry};
use crate::rate::RateText;
use crate::report::Notes;
use crate::table::read_rows;

/// What a rate is a rate of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RateKind {
    /// Import duty.
    Duty,
    /// Export duty.
    ExportDuty,
    /// Excise.
    Excise,
    /// Value added tax.
    Vat,
    /// Anti-dumping duty.
    Antidumping,
}

impl RateKind {
    /// All kinds with their words in files.
    pub const ALL: [(RateKind, &'static str); 5] = [
        (RateKind::Duty, "duty"),
        (RateKind::ExportDuty, "export_duty"),
        (RateKind::Excise, "excise"),
        (RateKind::Vat, "vat"),
        (RateKind::Antidumping, "antidumping"),
    ];

    /// The word used in files.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }
}

impl fmt::Display for RateKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for RateKind {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.iter().find(|(_, word)| *word == text).map(|(kind, _)| *kind);
        known.ok_or("duty, export_duty, excise, vat or antidumping")
    }
}

/// One row of a rates table.
#[derive(Debug, Clone, PartialEq)]
struct RateRow {
    key: u64,
    origin: Option<CountryCode>,
    rate: RateText,
    valid_from: Option<Date>,
    valid_to: Option<Date>,
    set: Arc<DatasetEntry>,
}

/// The rows of one kind, by code prefix.
#[derive(Debug, Clone, Default, PartialEq)]
struct Rows {
    /// Sorted by key; rows of one key in the order they are to be tried.
    rows: Vec<RateRow>,
    /// Which lengths of prefix occur, longest first: only these are looked for.
    lengths: Vec<usize>,
}

/// All rates of one jurisdiction, or those that serve all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rates {
    by_kind: [Rows; RateKind::ALL.len()],
}

/// The longest code or prefix, in digits.
const DIGITS_MAX: usize = 10;

/// A number that is the same for the same prefix only: the digits, and how many they are.
fn key(prefix: &str) -> u64 {
    prefix.bytes().fold(prefix.len() as u64, |key, digit| (key << 4) | u64::from(digit & 0x0f))
}

impl Rates {
    /// Reads a dataset and puts its rows before those already there: what a later dataset says
    /// stands, what it is silent about stays.
    pub(crate) fn add(&mut self, dataset: &Dataset, set: &Arc<DatasetEntry>, notes: &mut Notes) {
        let columns = ["code", "origin", "kind", "rate"];
        let rows = read_rows(dataset, notes, &columns, &["valid_from", "valid_to"], |row, _| {
            let code = row.text("code");
            if !(2..=DIGITS_MAX).contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_digit()) {
                return Err(row.error("code", "код товара или его начало, 2–10 цифр", "2 to 10 digits"));
            }
            let kinds = "duty, export_duty, excise, vat, antidumping";
            let kind: RateKind = row.parse("kind", kinds, kinds)?;
            let (valid_from, valid_to) = row.validity()?;
            let rate = row.parse(
                "rate",
                "ставка вида 5%, 0.2 EUR за 1 кг, 10%, но не менее 0.2 EUR за 1 кг",
                "a rate such as 5%, 0.2 EUR per 1 kg, 10%, but not less than 0.2 EUR per 1 kg",
            )?;
            let origin = row.optional("origin")?;
            // A dataset speaks for no day before its first.
            let ended = dataset.valid_from.is_some_and(|first| valid_to.is_some_and(|last| last < first));
            let valid_from = valid_from.max(dataset.valid_from);
            let set = Arc::clone(set);
            Ok((!ended).then(|| {
                (kind, code.len(), RateRow { key: key(code), origin, rate, valid_from, valid_to, set })
            }))
        });
        for of_kind in &mut self.by_kind {
            of_kind.rows.reverse();
        }
        for (kind, length, row) in rows {
            let of_kind = &mut self.by_kind[kind as usize];
            of_kind.rows.push(row);
            if !of_kind.lengths.contains(&length) {
                of_kind.lengths.push(length);
            }
        }
        for of_kind in &mut self.by_kind {
            of_kind.lengths.sort_unstable_by(|a, b| b.cmp(a));
            // Later datasets and later lines first; of one dataset the order of lines decides.
            of_kind.rows.reverse();
            of_kind.rows.sort_by_key(|row| (row.key, row.origin.is_none()));
        }
    }

    /// The rate in force: the longest prefix first, for one prefix the origin before all origins.
    pub fn find(
        &self,
        kind: RateKind,
        code: &CommodityCode,
        origin: Option<CountryCode>,
        on: Date,
    ) -> Option<&RateText> {
        let of_kind = &self.by_kind[kind as usize];
        let code = code.common();
        for &length in &of_kind.lengths {
            let Some(prefix) = code.get(..length) else { continue };
            let wanted = key(prefix);
            let first = of_kind.rows.partition_point(|row| row.key < wanted);
            let rows = of_kind.rows.get(first..).unwrap_or_default();
            let in_force = rows.iter().take_while(|row| row.key == wanted).find(|row| {
                (row.origin.is_none() || row.origin == origin)
                    && row.valid_from.is_none_or(|first| first <= on)
                    && row.valid_to.is_none_or(|last| on <= last)
            });
            if let Some(row) = in_force {
                return Some(&row.rate);
            }
        }
        None
    }
}
