//! What differs between two references: which facts of which days, and what they are about.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::sync::Arc;

use declaration::{CommodityCode, CountryCode, CurrencyCode, Declaration, OfficeCode};
use jiff::civil::Date;

use crate::build::Reference;
use crate::content::DatasetEntry;
use crate::dated::{Dated, Row};
use crate::nomenclature::Position;
use crate::prices::Prices;
use crate::rates::{RateRow, Rates};

/// One fact over some days, in words.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fact {
    /// The fact.
    pub text: String,
    /// First day in force, if any.
    pub valid_from: Option<Date>,
    /// Last day in force, if any.
    pub valid_to: Option<Date>,
}

/// What differs of one key.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Change {
    /// What it is about: a code, a currency and day.
    pub key: String,
    /// What was said and is no more.
    pub before: Vec<Fact>,
    /// What is said now and was not.
    pub after: Vec<Fact>,
}

/// What differs in one table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TableChanges {
    /// The table, such as `duties` or `exchange`.
    pub table: &'static str,
    /// The jurisdiction; empty where it serves all.
    pub jurisdiction: String,
    /// What differs, by key.
    pub rows: Vec<Change>,
}

impl TableChanges {
    /// How many keys have something now and had nothing.
    pub fn added(&self) -> usize {
        self.rows.iter().filter(|change| change.before.is_empty()).count()
    }

    /// How many keys had something and have nothing in its place.
    pub fn ended(&self) -> usize {
        self.rows.iter().filter(|change| change.after.is_empty()).count()
    }

    /// How many keys have something else.
    pub fn changed(&self) -> usize {
        self.rows.len() - self.added() - self.ended()
    }
}

/// What differs between two references.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// By table, those in which something differs.
    pub tables: Vec<TableChanges>,
    codes: BTreeSet<Position>,
    countries: BTreeSet<CountryCode>,
    currencies: BTreeSet<CurrencyCode>,
    offices: BTreeSet<OfficeCode>,
    packs: BTreeSet<String>,
}

/// What differs of a table by keys; both are sorted by key.
fn rows<K: Ord + Copy + Display, V: PartialEq>(
    before: &[Row<K, V>],
    after: &[Row<K, V>],
    show: impl Fn(&V) -> String,
    touched: &mut BTreeSet<K>,
) -> Vec<Change> {
    let mut changes = Vec::new();
    // One table, shared by both.
    if std::ptr::eq(before, after) {
        return changes;
    }
    let (mut before, mut after) = (before, after);
    while let Some(key) =
        before.first().map(|row| row.key).into_iter().chain(after.first().map(|row| row.key)).min()
    {
        let (old, new) = (take(&mut before, key), take(&mut after, key));
        let gone = |rows: &[Row<K, V>], others: &[Row<K, V>]| -> Vec<Fact> {
            let same = |a: &Row<K, V>, b: &Row<K, V>| {
                (a.valid_from, a.valid_to) == (b.valid_from, b.valid_to) && a.value == b.value
            };
            let lost = rows.iter().filter(|row| !others.iter().any(|other| same(row, other)));
            lost.map(|row| Fact {
                text: show(&row.value),
                valid_from: row.valid_from,
                valid_to: row.valid_to,
            })
            .collect()
        };
        let (lost, won) = (gone(old, new), gone(new, old));
        if !(lost.is_empty() && won.is_empty()) {
            touched.insert(key);
            changes.push(Change { key: key.to_string(), before: lost, after: won });
        }
    }
    changes
}

/// The rows of the first key, taken off the front.
fn take<'r, K: PartialEq, V>(rows: &mut &'r [Row<K, V>], key: K) -> &'r [Row<K, V>] {
    let same = rows.iter().take_while(|row| row.key == key).count();
    let (first, rest) = rows.split_at(same);
    *rows = rest;
    first
}

impl Changes {
    /// What differs, from one to the other.
    pub fn between(before: &Reference, after: &Reference) -> Self {
        let mut changes = Self::default();
        changes.of_nomenclature(before, after);
        let (old, new) = (before.countries().rows(), after.countries().rows());
        let found = rows(
            old,
            new,
            |country| format!("{} / {}", country.name_ru, country.name_en),
            &mut changes.countries,
        );
        changes.table("countries", "", found);
        let (old, new) = (before.currencies().rows(), after.currencies().rows());
        let found = rows(old, new, |one| format!("{} {}", one.number, one.name), &mut changes.currencies);
        changes.table("currencies", "", found);
        let names: BTreeSet<&str> =
            before.packs().chain(after.packs()).map(|pack| pack.name.as_str()).collect();
        for name in names {
            changes.of_jurisdiction(before, after, name);
        }
        // What has no rows of its own: packs, and what seals are verified against.
        let sets = |reference: &Reference, others: &Reference| -> Vec<Change> {
            let known = |set: &DatasetEntry| others.datasets().iter().any(|other| other.hash == set.hash);
            use crate::DatasetKind::{Anchors, Certificates, Pack, Revocation};
            let whole = |set: &&Arc<DatasetEntry>| {
                matches!(set.kind, Anchors | Certificates | Pack | Revocation) && !known(set)
            };
            let whole = reference.datasets().iter().filter(whole);
            whole
                .map(|set| Change {
                    key: format!("{} {}", set.kind.as_str(), set.jurisdiction).trim_end().to_owned(),
                    before: vec![Fact {
                        text: set.source.clone(),
                        valid_from: set.valid_from,
                        valid_to: None,
                    }],
                    after: Vec::new(),
                })
                .collect()
        };
        let mut whole = sets(before, after);
        for added in sets(after, before) {
            match whole.iter_mut().find(|change| change.key == added.key) {
                Some(change) => change.after = added.before,
                None => whole.push(Change { before: Vec::new(), after: added.before, ..added }),
            }
        }
        let packs = whole.iter().filter_map(|change| change.key.strip_prefix("pack "));
        changes.packs = packs.map(str::to_owned).collect();
        changes.table("sets", "", whole);
        changes
    }

    fn of_nomenclature(&mut self, before: &Reference, after: &Reference) {
        let (old, new) = (before.nomenclature(), after.nomenclature());
        let ru = rows(old.rows_ru(), new.rows_ru(), |name| name.to_string(), &mut self.codes);
        // What a place is called in another language decides nothing.
        let en = rows(old.rows_en(), new.rows_en(), |name| name.to_string(), &mut BTreeSet::new());
        let duties = rows(old.duties(), new.duties(), ToString::to_string, &mut self.codes);
        self.table("names", "", ru);
        self.table("names_en", "", en);
        self.table("duties", "", duties);
    }

    fn of_jurisdiction(&mut self, before: &Reference, after: &Reference, name: &str) {
        let packs = [before.pack(name), after.pack(name)];
        let references = [before, after];
        let offices = [0, 1]
            .map(|at| packs[at].and_then(|pack| references[at].offices(pack)).map_or(&[][..], Dated::rows));
        let found = rows(offices[0], offices[1], |office| office.name.clone(), &mut self.offices);
        self.table("offices", name, found);
        let rates = [0, 1].map(|at| packs[at].and_then(|pack| references[at].rates(pack)));
        let found = self.of_rates(rates[0], rates[1]);
        self.table("rates", name, found);
        let rates = [0, 1].map(|at| packs[at].map_or(&[][..], |pack| references[at].exchange_rates(pack)));
        let mut found = Vec::new();
        let shown = |rate: &crate::ExchangeRate| Fact {
            text: format!("{} / {}", rate.rate, rate.units),
            valid_from: Some(rate.date),
            valid_to: None,
        };
        let key = |rate: &crate::ExchangeRate| (rate.currency, rate.date);
        let (mut old, mut new) = (rates[0].iter().peekable(), rates[1].iter().peekable());
        loop {
            let (a, b) = (old.peek().map(|rate| key(rate)), new.peek().map(|rate| key(rate)));
            let Some(first) = a.into_iter().chain(b).min() else { break };
            let (a, b) = (old.next_if(|rate| key(rate) == first), new.next_if(|rate| key(rate) == first));
            let same =
                |a: &crate::ExchangeRate, b: &crate::ExchangeRate| (a.rate, a.units) == (b.rate, b.units);
            if !a.is_some_and(|a| b.is_some_and(|b| same(a, b))) {
                self.currencies.insert(first.0);
                let (currency, day) = first;
                let (before, after) = (a.map(shown), b.map(shown));
                found.push(Change {
                    key: format!("{currency} {day}"),
                    before: before.into_iter().collect(),
                    after: after.into_iter().collect(),
                });
            }
        }
        self.table("exchange", name, found);
        let classifiers = [0, 1].map(|at| packs[at].and_then(|pack| references[at].classifiers(pack)));
        let names: BTreeSet<&String> = classifiers.iter().flatten().flat_map(|known| known.keys()).collect();
        let mut found = Vec::new();
        for classifier in names {
            let tables = [0, 1]
                .map(|at| classifiers[at].and_then(|all| all.get(classifier)).map_or(&[][..], Dated::rows));
            let of_one = rows(tables[0], tables[1], |text| text.en.to_string(), &mut BTreeSet::new());
            found.extend(
                of_one
                    .into_iter()
                    .map(|change| Change { key: format!("{classifier} {}", change.key), ..change }),
            );
        }
        self.table("classifiers", name, found);
        self.of_prices(before, after, name);
    }

    fn of_prices(&mut self, before: &Reference, after: &Reference, name: &str) {
        let of = |reference| {
            let pack = Reference::pack(reference, name);
            pack.and_then(|pack| reference.prices(pack)).map_or(&[][..], Prices::rows)
        };
        let mut goods = BTreeSet::new();
        let found = rows(of(before), of(after), ToString::to_string, &mut goods);
        self.codes.extend(goods.iter().filter_map(|goods| Position::of(&goods.prefix.to_string())));
        self.table("prices", name, found);
    }

    fn of_rates(&mut self, before: Option<&Rates>, after: Option<&Rates>) -> Vec<Change> {
        if before.zip(after).is_some_and(|(before, after)| std::ptr::eq(before, after)) {
            return Vec::new();
        }
        let by_key = |rates: Option<&Rates>| -> BTreeMap<String, (Position, Vec<Fact>)> {
            let mut by_key = BTreeMap::new();
            for (kind, row) in rates.into_iter().flat_map(Rates::rows) {
                let Some(position) = Position::of(&row.prefix.to_string()) else { continue };
                let RateRow { prefix, origin, terms, rate, valid_from, valid_to, .. } = row;
                let origin = origin.map_or_else(String::new, |origin| format!(" {origin}"));
                let key = format!("{kind} {prefix}{origin}{}", terms.in_words());
                let (_, facts) = by_key.entry(key).or_insert_with(|| (position, Vec::new()));
                facts.push(Fact { text: rate.to_string(), valid_from: *valid_from, valid_to: *valid_to });
            }
            by_key
        };
        let (old, mut new) = (by_key(before), by_key(after));
        let mut changes = Vec::new();
        let mut differs = |key: String, position, mut before: Vec<Fact>, mut after: Vec<Fact>| {
            let both: Vec<Fact> = before.iter().filter(|fact| after.contains(fact)).cloned().collect();
            before.retain(|fact| !both.contains(fact));
            after.retain(|fact| !both.contains(fact));
            if !(before.is_empty() && after.is_empty()) {
                self.codes.insert(position);
                changes.push(Change { key, before, after });
            }
        };
        for (key, (position, facts)) in old {
            let now = new.remove(&key).map(|(_, facts)| facts).unwrap_or_default();
            differs(key, position, facts, now);
        }
        for (key, (position, facts)) in new {
            differs(key, position, Vec::new(), facts);
        }
        changes.sort_by(|a, b| a.key.cmp(&b.key));
        changes
    }

    fn table(&mut self, table: &'static str, jurisdiction: &str, rows: Vec<Change>) {
        if !rows.is_empty() {
            self.tables.push(TableChanges { table, jurisdiction: jurisdiction.to_owned(), rows });
        }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// The places of the nomenclature of which something differs: names, duties, rates by code or by its beginning.
    pub fn codes(&self) -> impl Iterator<Item = Position> {
        self.codes.iter().copied()
    }

    /// Whether something differs of a code, of what it begins with, or of something that begins with it.
    pub fn touches_code(&self, code: &str) -> bool {
        let above = (2..code.len()).filter_map(|length| Position::of(code.get(..length)?));
        let at = Position::of(code);
        let below = at.is_some_and(|at| self.codes.range(at..=at.last()).next().is_some());
        below || above.into_iter().any(|place| self.codes.contains(&place))
    }

    /// Whether something differs of a country.
    pub fn touches_country(&self, code: &str) -> bool {
        code.parse().is_ok_and(|code| self.countries.contains(&code))
    }

    /// Whether something differs that a declaration of a pack may be judged by.
    pub fn touches(&self, declaration: &Declaration, pack: &str) -> bool {
        let code = |code: &CommodityCode| self.touches_code(code.common());
        let country = |code: Option<CountryCode>| code.is_some_and(|code| self.countries.contains(&code));
        let currencies = [declaration.invoice_currency, declaration.customs_value_currency];
        self.packs.contains(pack)
            || currencies.into_iter().flatten().any(|currency| self.currencies.contains(&currency))
            || declaration.goods_office().is_some_and(|office| self.offices.contains(&office))
            || [declaration.origin_country, declaration.dispatch_country, declaration.destination_country]
                .into_iter()
                .any(country)
            || declaration
                .items
                .iter()
                .any(|item| item.commodity_code.as_ref().is_some_and(code) || country(item.origin_country))
    }
}
