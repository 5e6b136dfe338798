//! Rates by commodity and circumstances over days: export duties, excises, exceptions from VAT, trade
//! remedies, import duties that differ from the nomenclature's.
//!
//! A line of a table is `code,origin,kind,rate,valid_from,valid_to` and, where present,
//! `manufacturer,quota,season`. The rate may itself state conditions ([`Published`]); a line stands as one
//! row for each of its cases and origins.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use declaration::CommodityCode;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use crate::content::{Dataset, DatasetEntry};
use crate::origin::{Origin, OriginGroup};
use crate::rate::{Case, Circumstances, Published, RateText, Terms};
use crate::report::{ImportError, Notes};
use crate::table::{ROWS_MAX, Row, read_rows};

/// What a rate is a rate of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// Countervailing duty.
    Countervailing,
    /// Special (safeguard) duty.
    Special,
}

impl RateKind {
    /// All kinds with their words in files.
    pub const ALL: [(RateKind, &'static str); 7] = [
        (RateKind::Duty, "duty"),
        (RateKind::ExportDuty, "export_duty"),
        (RateKind::Excise, "excise"),
        (RateKind::Vat, "vat"),
        (RateKind::Antidumping, "antidumping"),
        (RateKind::Countervailing, "countervailing"),
        (RateKind::Special, "special"),
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

/// The words of all kinds.
const KINDS: &str = "duty, export_duty, excise, vat, antidumping, countervailing, special";

impl FromStr for RateKind {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(kind, _)| *kind).ok_or(KINDS)
    }
}

/// The longest code or prefix, in digits.
const DIGITS_MAX: usize = 10;

/// The beginning of a commodity code, 2 to 10 digits, or a whole one.
///
/// A number that is the same for the same prefix only: how many digits it has, then the digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodePrefix(u64);

impl CodePrefix {
    fn of(digits: &str) -> Self {
        CodePrefix(
            digits.bytes().fold(digits.len() as u64, |key, digit| (key << 4) | u64::from(digit & 0x0f)),
        )
    }

    /// How many digits it has.
    pub fn digits(self) -> usize {
        (2..=DIGITS_MAX).find(|length| self.0 >> (4 * length) == *length as u64).unwrap_or(0)
    }
}

impl FromStr for CodePrefix {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (2..=DIGITS_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if fits { Ok(Self::of(text)) } else { Err("2 to 10 digits") }
    }
}

impl fmt::Display for CodePrefix {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.digits();
        write!(out, "{:0length$x}", self.0 & ((1 << (4 * length)) - 1))
    }
}

/// One row of a rates table.
#[derive(Debug, Clone, PartialEq)]
pub struct RateRow {
    /// The commodities: all codes that begin so.
    pub prefix: CodePrefix,
    /// Their origin; none for all.
    pub origin: Option<Origin>,
    /// Other terms.
    pub terms: Terms,
    /// The rate.
    pub rate: RateText,
    /// First day in force, if known.
    pub valid_from: Option<Date>,
    /// Last day in force, if ended.
    pub valid_to: Option<Date>,
    /// The dataset that says so.
    pub set: Arc<DatasetEntry>,
    /// The place in the order of what was said: of rows that fit alike the latest stands.
    order: u64,
}

impl RateRow {
    /// Whether a day is one of its days of force. Its season is another matter.
    pub fn in_force(&self, on: Date) -> bool {
        self.valid_from.is_none_or(|first| first <= on) && self.valid_to.is_none_or(|last| on <= last)
    }

    /// Whether it stands for goods.
    pub fn holds(&self, circumstances: &Circumstances<'_>) -> bool {
        self.in_force(circumstances.on)
            && self.origin.is_none_or(|origin| origin.holds(circumstances))
            && self.terms.hold(circumstances)
    }
}

/// The rows of one kind, by code prefix.
#[derive(Debug, Clone, Default, PartialEq)]
struct Rows {
    /// By prefix; rows of one prefix in the order they are to be tried.
    rows: Vec<RateRow>,
    /// Their prefixes, in step: what a search touches stays small.
    prefixes: Vec<CodePrefix>,
    /// Which lengths of prefix occur, longest first: only these are looked for.
    lengths: Vec<usize>,
}

/// What rates are rates of: two rows of one key cannot both hold on a day.
type Key = (CodePrefix, Option<Origin>, Terms);

/// Rows of one key that do not overlap, by their first day.
type Timeline = BTreeMap<Option<Date>, RateRow>;

/// Puts a row into a timeline: on its days it stands in the place of what was there.
fn lay(timeline: &mut Timeline, row: RateRow) {
    let begins_within =
        |first: &Option<Date>| row.valid_to.is_none_or(|last| first.is_none_or(|first| first <= last));
    let reaches =
        |other: &RateRow| other.valid_to.is_none_or(|last| row.valid_from.is_none_or(|first| first <= last));
    let before = timeline.range(..row.valid_from).next_back().filter(|(_, other)| reaches(other));
    let before = before.map(|(first, _)| *first);
    let within = timeline.range(row.valid_from..).map(|(first, _)| *first).take_while(begins_within);
    let met: Vec<Option<Date>> = before.into_iter().chain(within).collect();
    for first in met {
        let Some(old) = timeline.remove(&first) else { continue };
        let ends_later = row.valid_to.filter(|last| old.valid_to.is_none_or(|end| end > *last));
        if let Some(next) = ends_later.and_then(|last| last.checked_add(1.day()).ok()) {
            timeline.insert(Some(next), RateRow { valid_from: Some(next), ..old.clone() });
        }
        if old.valid_from < row.valid_from {
            let valid_to = row.valid_from.and_then(|first| first.checked_sub(1.day()).ok());
            timeline.insert(old.valid_from, RateRow { valid_to, ..old });
        }
    }
    timeline.insert(row.valid_from, row);
}

impl Rows {
    /// Lays rows over those already there, one after the other.
    fn lay(&mut self, said: Vec<RateRow>) {
        let key = |row: &RateRow| -> Key { (row.prefix, row.origin, row.terms.clone()) };
        let mut timelines: BTreeMap<Key, Timeline> = BTreeMap::new();
        for row in self.rows.drain(..) {
            timelines.entry(key(&row)).or_default().insert(row.valid_from, row);
        }
        let last = timelines.values().flat_map(Timeline::values).map(|row| row.order).max().unwrap_or(0);
        for (order, row) in (last + 1..).zip(said) {
            lay(timelines.entry(key(&row)).or_default(), RateRow { order, ..row });
        }
        self.rows = timelines.into_values().flat_map(Timeline::into_values).collect();
        // Later datasets and later lines first, where they fit alike.
        self.rows.sort_by_key(|row| (row.prefix, Reverse(row.terms.rank(row.origin)), Reverse(row.order)));
        self.prefixes = self.rows.iter().map(|row| row.prefix).collect();
        self.lengths = self.rows.iter().map(|row| row.prefix.digits()).collect();
        self.lengths.sort_unstable_by(|a, b| b.cmp(a));
        self.lengths.dedup();
    }

    fn of_prefix(&self, prefix: CodePrefix) -> impl Iterator<Item = &RateRow> {
        let first = self.prefixes.partition_point(|other| *other < prefix);
        let rows = self.rows.get(first..).unwrap_or_default();
        rows.iter().take_while(move |row| row.prefix == prefix)
    }

    /// All rows that can stand for a code, in the order they are to be tried.
    fn of_code<'r>(&'r self, code: &'r str) -> impl Iterator<Item = &'r RateRow> {
        let prefixes = self.lengths.iter().filter_map(move |length| code.get(..*length));
        prefixes.flat_map(|prefix| self.of_prefix(CodePrefix::of(prefix)))
    }
}

/// All rates of one jurisdiction, or those that serve all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rates {
    by_kind: [Rows; RateKind::ALL.len()],
}

impl Rates {
    /// Reads a dataset and puts its rows before those already there: what a later dataset says stands, what it is
    /// silent about stays. Of one dataset the later line stands. `groups` are those a row may name.
    pub(crate) fn add(
        &mut self,
        dataset: &Dataset,
        set: &Arc<DatasetEntry>,
        groups: &[OriginGroup],
        notes: &mut Notes,
    ) {
        let mut count = 0;
        let columns = ["code", "origin", "kind", "rate"];
        let further = ["valid_from", "valid_to", "manufacturer", "quota", "season"];
        let lines = read_rows(dataset, notes, &columns, &further, |row, notes| {
            let (kind, mut rows) = line(row, set, notes)?;
            count += rows.len();
            if count > ROWS_MAX {
                return Err(row.error("rate", "не больше миллиона ставок", "at most a million rates"));
            }
            // A table for all jurisdictions may name a group that only some of them know.
            let known = |name| groups.iter().any(|group| group.name == name);
            let lost = |row: &RateRow| matches!(row.origin, Some(Origin::Group(name)) if !known(name));
            if !dataset.jurisdiction.is_empty() && rows.iter().any(lost) {
                let column = if row.text("origin").is_empty() { "rate" } else { "origin" };
                return Err(row.error(column, "группа стран из пакета", "a group of origins of the pack"));
            }
            // A dataset speaks for no day before its first.
            if let Some(first) = dataset.valid_from {
                rows.retain(|row| row.valid_to.is_none_or(|last| first <= last));
                rows.iter_mut().for_each(|row| row.valid_from = row.valid_from.max(Some(first)));
            }
            Ok(Some((kind, rows)))
        });
        let mut said: [Vec<RateRow>; RateKind::ALL.len()] = Default::default();
        for (kind, rows) in lines {
            // Of the cases of one line the first stands, so it is said last.
            said[kind as usize].extend(rows.into_iter().rev());
        }
        for (of_kind, said) in self.by_kind.iter_mut().zip(said) {
            if !said.is_empty() {
                of_kind.lay(said);
            }
        }
    }

    /// The row in force: the longest prefix first, for one prefix the row that fits most closely
    /// ([`crate::rate::Rank`]).
    pub fn find(
        &self,
        kind: RateKind,
        code: &CommodityCode,
        circumstances: &Circumstances<'_>,
    ) -> Option<&RateRow> {
        let common = code.common();
        let of_kind = &self.by_kind[kind as usize];
        let prefixes = of_kind.lengths.iter().filter_map(|length| common.get(..*length));
        let mut rows = prefixes.flat_map(|prefix| of_kind.of_prefix(CodePrefix::of(prefix)));
        rows.find(|row| row.holds(circumstances))
    }

    /// All rows, kind by kind, by prefix.
    pub fn rows(&self) -> impl Iterator<Item = (RateKind, &RateRow)> {
        RateKind::ALL
            .iter()
            .flat_map(|(kind, _)| self.by_kind[*kind as usize].rows.iter().map(|row| (*kind, row)))
    }

    /// All rows that can stand for a code, kind by kind in the order they are tried: in force on a day,
    /// whatever their season, or all there ever were.
    pub fn listing<'r>(
        &'r self,
        code: &'r CommodityCode,
        on: Option<Date>,
    ) -> impl Iterator<Item = (RateKind, &'r RateRow)> {
        let kinds = RateKind::ALL.iter().map(|(kind, _)| *kind);
        let rows = kinds.flat_map(move |kind| {
            self.by_kind[kind as usize].of_code(code.common()).map(move |row| (kind, row))
        });
        rows.filter(move |(_, row)| on.is_none_or(|on| row.in_force(on)))
    }
}

/// The rows that one line of a table stands for.
fn line(
    row: &Row<'_>,
    set: &Arc<DatasetEntry>,
    notes: &mut Notes,
) -> Result<(RateKind, Vec<RateRow>), ImportError> {
    let prefix: CodePrefix = row.parse("code", "код товара или его начало, 2–10 цифр", "2 to 10 digits")?;
    let kind: RateKind = row.parse("kind", KINDS, KINDS)?;
    let (valid_from, valid_to) = row.validity()?;
    let published = published(row, "rate", notes)?;
    let origin: Option<Origin> =
        stated(row, "origin", ("код страны или группа @имя", "a country's code or a group @name"))?;
    let terms = Terms {
        manufacturer: stated(row, "manufacturer", ("имя производителя", "a manufacturer's name"))?,
        quota: stated(row, "quota", ("in или over", "in or over"))?,
        season: stated(row, "season", ("сезон вида 06-01..10-31", "a season such as 06-01..10-31"))?,
    };
    let mut rows = Vec::with_capacity(published.cases().len());
    for case in published.cases() {
        let Some(terms) = joined(&terms, case).filter(|_| origin.is_none() || case.when.origins.is_empty())
        else {
            return Err(row.error(
                "rate",
                "условия, которых нет в других столбцах",
                "conditions that no other column states",
            ));
        };
        let own = case.when.origins.iter().copied().map(Some);
        let origins = own.chain(case.when.origins.is_empty().then_some(origin));
        let of_origin = |origin| RateRow {
            prefix,
            origin,
            terms: terms.clone(),
            rate: case.rate,
            valid_from,
            valid_to,
            set: Arc::clone(set),
            order: 0,
        };
        rows.extend(origins.map(of_origin));
    }
    Ok((kind, rows))
}

/// A column that holds what a line of a tariff says; how an ambiguous text was read is remarked.
pub(crate) fn published(row: &Row<'_>, column: &str, notes: &mut Notes) -> Result<Published, ImportError> {
    let (published, remarks) = Published::read(row.text(column)).map_err(|_| {
        row.error(
            column,
            "ставка вида 5%, 0.2 EUR за 1 кг, 10%, но не менее 0.2 EUR за 1 кг; для CN: 20%",
            "a rate such as 5%, 0.2 EUR per 1 kg, 10%, but not less than 0.2 EUR per 1 kg; for CN: 20%",
        )
    })?;
    for remark in remarks {
        notes.remark(row.line(), remark.text());
    }
    Ok(published)
}

/// A column that may be empty.
fn stated<T: FromStr>(row: &Row<'_>, column: &str, (ru, en): (&str, &str)) -> Result<Option<T>, ImportError> {
    if row.text(column).is_empty() { Ok(None) } else { row.parse(column, ru, en).map(Some) }
}

/// The terms of a line's columns and of a case together; none where both state one.
fn joined(columns: &Terms, case: &Case) -> Option<Terms> {
    fn either<T: Clone>(one: &Option<T>, other: &Option<T>) -> Option<Option<T>> {
        if one.is_some() && other.is_some() { None } else { Some(one.clone().or_else(|| other.clone())) }
    }
    let own = &case.when.terms;
    Some(Terms {
        manufacturer: either(&columns.manufacturer, &own.manufacturer)?,
        season: either(&columns.season, &own.season)?,
        quota: either(&columns.quota, &own.quota)?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::content::DatasetKind;

    fn day(number: i8) -> Date {
        Date::constant(2026, 6, 15) + i64::from(number).days()
    }

    proptest! {
        #[test]
        fn of_one_key_the_latest_word_on_a_day_stands(
            said in prop::collection::vec((prop::option::of(-9i8..9), prop::option::of(-9i8..9)), 0..12),
        ) {
            let set = Arc::new(Dataset::new(DatasetKind::Rates, "", "rates.csv", "").entry());
            let row = |(nth, (from, to)): (usize, &(Option<i8>, Option<i8>))| RateRow {
                prefix: CodePrefix::of("0101"),
                origin: None,
                terms: Terms::default(),
                rate: RateText::percent_of_value(nth.into()),
                valid_from: from.map(day),
                valid_to: to.map(day),
                set: Arc::clone(&set),
                order: 0,
            };
            let ordered = |row: &RateRow| row.valid_from.is_none_or(|first| row.valid_to.is_none_or(|last| first <= last));
            let said: Vec<RateRow> = said.iter().enumerate().map(row).filter(ordered).collect();
            let mut rows = Rows::default();
            // In two goes, as two datasets would.
            let (first, second) = said.split_at(said.len() / 2);
            rows.lay(first.to_vec());
            rows.lay(second.to_vec());
            for number in -12..12 {
                let on = day(number);
                let latest = said.iter().rfind(|row| row.in_force(on)).map(|row| row.rate);
                let standing: Vec<RateText> = rows.rows.iter().filter(|row| row.in_force(on)).map(|row| row.rate).collect();
                prop_assert_eq!(standing, latest.into_iter().collect::<Vec<_>>(), "{}", on);
            }
        }
    }
}
