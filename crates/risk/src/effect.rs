//! Whether looking helps: hit rates of profiles, offices and officials, against chance as the base line, over time;
//! and what follows from them.
//!
//! Rates are estimates from samples, so each comes with an interval (Wilson's, 95 %), and a proposal is made only
//! where the interval leaves no doubt. Numbers here are statistics, not money: amounts stay decimal.

use std::collections::BTreeMap;

use declaration::Text;
use jiff::Timestamp;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

/// The ground of what was selected by chance.
const CHANCE: &str = "chance";
/// Looks below which nothing is proposed: with 30 looks and nothing found, the rate is below 11.4 % with 95 %
/// confidence, above that the interval says next to nothing.
pub const LOOKS_MIN: u64 = 30;
/// The hit rate that a profile is held against while too few were selected by chance: one in a hundred.
pub const RATE_WITHOUT_BASE: f64 = 0.01;
/// The 97.5th percentile of the normal distribution: two-sided 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// What came of looks, in sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Cases in which the ground arose.
    pub fired: u64,
    /// Of these, something was found.
    pub found: u64,
    /// Somebody looked, and all was as declared.
    pub nothing: u64,
    /// Nobody looked, for a reason given.
    pub not_applied: u64,
    /// Decided, and nobody said.
    pub unstated: u64,
    /// What was found comes to, in the currency of the row.
    pub amount: Decimal,
    /// Minutes of officials' time.
    pub minutes: u64,
}

impl Tally {
    /// Adds another.
    pub fn add(&mut self, other: &Tally) {
        self.fired += other.fired;
        self.found += other.found;
        self.nothing += other.nothing;
        self.not_applied += other.not_applied;
        self.unstated += other.unstated;
        self.amount = self.amount.saturating_add(other.amount);
        self.minutes += other.minutes;
    }

    /// How often somebody looked and said what came of it.
    pub fn looked(&self) -> u64 {
        self.found + self.nothing
    }

    /// Cases that are not decided yet, or whose look is still going on.
    pub fn open(&self) -> u64 {
        self.fired.saturating_sub(self.looked() + self.not_applied + self.unstated)
    }

    /// The share of looks that found something; none where nobody looked.
    pub fn rate(&self) -> Option<Rate> {
        Rate::of(self.found, self.looked())
    }

    /// What an hour of looking brought; none where no time was stated.
    pub fn amount_per_hour(&self) -> Option<Decimal> {
        let hours = Decimal::from(self.minutes).checked_div(Decimal::from(60))?;
        self.amount.checked_div(hours).map(|amount| amount.round_dp(2))
    }
}

/// A share with the interval it lies in with 95 % confidence, each from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    /// As measured.
    pub measured: f64,
    /// At least.
    pub low: f64,
    /// At most.
    pub high: f64,
}

impl Rate {
    /// Wilson's interval (1927): unlike the usual one it makes sense for small numbers and at the ends.
    fn of(hits: u64, of: u64) -> Option<Self> {
        let (hits, of) = (hits.to_f64()?, of.to_f64().filter(|of| *of > 0.0)?);
        let measured = hits / of;
        let square = Z * Z / of;
        let middle = (measured + square / 2.0) / (1.0 + square);
        let half = Z * (measured * (1.0 - measured) / of + square / of / 4.0).sqrt() / (1.0 + square);
        Some(Self { measured, low: (middle - half).max(0.0), high: (middle + half).min(1.0) })
    }
}

/// Sums of one ground, office, official, month and currency, as a store gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectRow {
    /// The number of a profile, `chance` or `officer`.
    pub ground: String,
    /// Of a profile: the version that was in force when the ground arose, where that is known.
    pub version: Option<u32>,
    /// The registering office.
    pub office: String,
    /// Who recorded the result; empty where nobody did.
    pub officer: String,
    /// The month in which the ground arose, as `2026-11`.
    pub month: String,
    /// The currency of the amounts; empty where nothing was found.
    pub currency: String,
    /// The sums.
    pub tally: Tally,
}

/// What should become of a profile. The last word is a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Proposal {
    /// It finds more than chance does.
    Keep,
    /// Too few looks to say anything.
    Wait,
    /// It looks at too much: narrow its area, or its exclusions.
    Sharpen,
    /// It finds less than chance does.
    Cancel,
}

impl Proposal {
    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Proposal::Keep => "keep",
            Proposal::Wait => "wait",
            Proposal::Sharpen => "sharpen",
            Proposal::Cancel => "cancel",
        }
    }

    /// For people.
    pub fn title(self) -> Text {
        match self {
            Proposal::Keep => Text::new("оставить", "keep"),
            Proposal::Wait => Text::new("данных мало", "wait for more results"),
            Proposal::Sharpen => Text::new("уточнить", "sharpen"),
            Proposal::Cancel => Text::new("отменить", "cancel"),
        }
    }
}

/// When a version of a profile was in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The version.
    pub version: u32,
    /// Since when.
    pub from: Timestamp,
    /// Until when; none: it is.
    pub to: Option<Timestamp>,
}

/// What one version of a profile has brought.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfVersion {
    /// The version; none: what arose before versions were kept.
    pub version: Option<u32>,
    /// Since when it was in force, where that is known.
    pub from: Option<Timestamp>,
    /// Until when; none where it is in force, or that is not known.
    pub to: Option<Timestamp>,
    /// Whether it is in force.
    pub in_force: bool,
    /// All in all.
    pub total: Tally,
    /// The hit rate.
    pub rate: Option<Rate>,
    /// How many times the hit rate of chance it is.
    pub lift: Option<f64>,
}

/// What a ground for looking has brought.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effect {
    /// The number of a profile, `chance` or `officer`.
    pub ground: String,
    /// The currency of the amounts; empty where nothing was found.
    pub currency: String,
    /// All in all.
    pub total: Tally,
    /// Of a profile: by version that was in force when the ground arose, oldest first.
    pub versions: Vec<OfVersion>,
    /// By month, oldest first.
    pub months: Vec<(String, Tally)>,
    /// By registering office.
    pub offices: Vec<(String, Tally)>,
    /// By official.
    pub officers: Vec<(String, Tally)>,
    /// The hit rate.
    pub rate: Option<Rate>,
    /// How many times the hit rate of chance it is; none where chance found nothing or was not tried.
    pub lift: Option<f64>,
    /// What should become of it, by what the version in force has brought; only profiles in force have one.
    pub proposal: Option<Proposal>,
    /// Why.
    pub reasons: Vec<Text>,
}

/// What every ground has brought, and what follows. Amounts in more than one currency are kept apart: a row for each.
/// `terms` says by number when which version of a profile was in force; of a profile that it does not have, all that
/// was brought counts as that of one version in force.
pub fn effects(rows: &[EffectRow], terms: &BTreeMap<String, Vec<Term>>) -> Vec<Effect> {
    let mut base = Tally::default();
    rows.iter().filter(|row| row.ground == CHANCE).for_each(|row| base.add(&row.tally));
    let mut grounds: BTreeMap<&str, Vec<&EffectRow>> = BTreeMap::new();
    for row in rows {
        grounds.entry(&row.ground).or_default().push(row);
    }
    let mut effects: Vec<Effect> = Vec::with_capacity(grounds.len());
    for (ground, rows) in grounds {
        // What is without a currency has no amount, and belongs to whatever currency there is.
        let mut currencies: Vec<&str> =
            rows.iter().map(|row| row.currency.as_str()).filter(|c| !c.is_empty()).collect();
        currencies.sort_unstable();
        currencies.dedup();
        let first = currencies.first().copied().unwrap_or_default();
        if currencies.is_empty() {
            currencies.push("");
        }
        for currency in currencies {
            let of = |row: &&&EffectRow| {
                row.currency == currency || (row.currency.is_empty() && currency == first)
            };
            let rows: Vec<&EffectRow> = rows.iter().filter(of).copied().collect();
            let terms = terms.get(ground).map(Vec::as_slice);
            effects.push(effect(ground, currency, &rows, &base, terms));
        }
    }
    effects
}

fn sum_of<'r>(rows: impl IntoIterator<Item = &'r &'r EffectRow>) -> Tally {
    let mut total = Tally::default();
    rows.into_iter().for_each(|row| total.add(&row.tally));
    total
}

fn sums_by(rows: &[&EffectRow], key: fn(&EffectRow) -> &str) -> Vec<(String, Tally)> {
    let mut sums: BTreeMap<String, Tally> = BTreeMap::new();
    for row in rows {
        sums.entry(key(row).to_owned()).or_default().add(&row.tally);
    }
    sums.into_iter().collect()
}

fn effect(ground: &str, currency: &str, rows: &[&EffectRow], base: &Tally, terms: Option<&[Term]>) -> Effect {
    let base_rate = base.rate().filter(|_| base.looked() >= LOOKS_MIN);
    let lift = |rate: Option<Rate>| match (rate, base_rate) {
        (Some(rate), Some(base)) if base.measured > 0.0 => Some(rate.measured / base.measured),
        _ => None,
    };
    let profile = ground.bytes().any(|byte| byte.is_ascii_digit());
    let versions = if profile { versions(rows, terms.unwrap_or_default(), &lift) } else { Vec::new() };
    let (mut proposal, mut reasons) = (None, Vec::new());
    // A profile is judged by the text that is in force, not by what was changed because it was bad.
    let judged = match terms {
        None => Some(None),
        Some(terms) => terms.iter().find(|term| term.to.is_none()).map(|term| Some(term.version)),
    };
    if let Some(version) = judged.filter(|_| profile) {
        let own: Vec<&EffectRow> =
            rows.iter().filter(|row| version.is_none() || row.version == version).copied().collect();
        let months = sums_by(&own, |row| &row.month);
        let (what, why) = propose(&sum_of(&own), &months, base, base_rate);
        (proposal, reasons) = (Some(what), why);
        if let Some(version) = version.filter(|_| versions.len() > 1) {
            for reason in &mut reasons {
                *reason = Text::new(
                    format!("версия {version}: {}", reason.ru),
                    format!("version {version}: {}", reason.en),
                );
            }
        }
    }
    let total = sum_of(rows);
    let rate = total.rate();
    let officers = sums_by(rows, |row| &row.officer);
    Effect {
        ground: ground.to_owned(),
        currency: currency.to_owned(),
        versions,
        months: sums_by(rows, |row| &row.month),
        offices: sums_by(rows, |row| &row.office),
        officers: officers.into_iter().filter(|(officer, _)| !officer.is_empty()).collect(),
        total,
        rate,
        lift: lift(rate),
        proposal,
        reasons,
    }
}

/// What each version has brought; the one in force also where it has brought nothing yet.
fn versions(
    rows: &[&EffectRow],
    terms: &[Term],
    lift: &impl Fn(Option<Rate>) -> Option<f64>,
) -> Vec<OfVersion> {
    let mut sums: BTreeMap<Option<u32>, Tally> = BTreeMap::new();
    rows.iter().for_each(|row| sums.entry(row.version).or_default().add(&row.tally));
    if let Some(current) = terms.iter().find(|term| term.to.is_none()) {
        sums.entry(Some(current.version)).or_default();
    }
    let of = |(version, total): (Option<u32>, Tally)| {
        let term = terms.iter().find(|term| Some(term.version) == version);
        OfVersion {
            version,
            from: term.map(|term| term.from),
            to: term.and_then(|term| term.to),
            in_force: term.is_some_and(|term| term.to.is_none()),
            rate: total.rate(),
            lift: lift(total.rate()),
            total,
        }
    };
    sums.into_iter().map(of).collect()
}

/// Per cent, one digit.
fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// What follows from what a profile has brought, the gravest first.
fn propose(
    total: &Tally,
    months: &[(String, Tally)],
    base: &Tally,
    base_rate: Option<Rate>,
) -> (Proposal, Vec<Text>) {
    let said = total.looked() + total.not_applied;
    let mut reasons = Vec::new();
    let mut proposal = Proposal::Keep;
    let mut say = |what: Proposal, ru: String, en: String| {
        proposal = proposal.max(what);
        reasons.push(Text::new(ru, en));
    };
    // That officials pass a measure over says something however few applied it.
    if said >= LOOKS_MIN && total.not_applied * 2 > said {
        let (not, of) = (total.not_applied, said);
        say(
            Proposal::Sharpen,
            format!("мера не применена в {not} случаях из {of}"),
            format!("the measure was not applied in {not} of {of} cases"),
        );
    }
    let Some(rate) = total.rate().filter(|_| total.looked() >= LOOKS_MIN) else {
        if proposal == Proposal::Keep {
            let looked = total.looked();
            return (
                Proposal::Wait,
                vec![Text::new(
                    format!("проверок с результатом {looked}, нужно {LOOKS_MIN}"),
                    format!("{looked} looks with a result, {LOOKS_MIN} are needed"),
                )],
            );
        }
        return (proposal, reasons);
    };
    match base_rate {
        Some(base) if rate.high < base.low => say(
            Proposal::Cancel,
            format!(
                "выявляет не более {}, случайный отбор — не менее {}",
                percent(rate.high),
                percent(base.low)
            ),
            format!("finds at most {}, chance at least {}", percent(rate.high), percent(base.low)),
        ),
        None if rate.high < RATE_WITHOUT_BASE => say(
            Proposal::Cancel,
            format!("выявляет не более {}", percent(rate.high)),
            format!("finds at most {}", percent(rate.high)),
        ),
        Some(base) if rate.low <= base.high => say(
            Proposal::Sharpen,
            format!(
                "выявляет {}, случайный отбор {}: разница может быть случайной",
                percent(rate.measured),
                percent(base.measured)
            ),
            format!(
                "finds {}, chance {}: the difference may be luck",
                percent(rate.measured),
                percent(base.measured)
            ),
        ),
        _ => {}
    }
    // Decay: the later half of its months against the earlier one.
    let (early, late) = months.split_at(months.len() / 2);
    let sum = |months: &[(String, Tally)]| {
        let mut sum = Tally::default();
        months.iter().for_each(|(_, tally)| sum.add(tally));
        sum.rate().filter(|_| sum.looked() >= LOOKS_MIN)
    };
    if let (Some(early), Some(late)) = (sum(early), sum(late))
        && late.high < early.low
    {
        say(
            Proposal::Sharpen,
            format!("выявляемость упала с {} до {}", percent(early.measured), percent(late.measured)),
            format!("the hit rate fell from {} to {}", percent(early.measured), percent(late.measured)),
        );
    }
    if let (Some(own), Some(chance)) = (total.amount_per_hour(), base.amount_per_hour())
        && base_rate.is_some()
        && own < chance
    {
        say(
            Proposal::Sharpen,
            format!("за час проверки {own}, при случайном отборе {chance}"),
            format!("an hour of looking brings {own}, by chance {chance}"),
        );
    }
    if reasons.is_empty() {
        let found = percent(rate.measured);
        reasons.push(match base_rate {
            Some(base) => Text::new(
                format!("выявляет {found}, случайный отбор {}", percent(base.measured)),
                format!("finds {found}, chance {}", percent(base.measured)),
            ),
            None => Text::new(format!("выявляет {found}"), format!("finds {found}")),
        });
    }
    (proposal, reasons)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ground: &str, month: &str, found: u64, nothing: u64, not_applied: u64) -> EffectRow {
        let looked = found + nothing;
        EffectRow {
            ground: ground.into(),
            version: None,
            office: "10013160".into(),
            officer: if looked > 0 { "officer".into() } else { String::new() },
            month: month.into(),
            currency: if found > 0 { "RUB".into() } else { String::new() },
            tally: Tally {
                fired: looked + not_applied,
                found,
                nothing,
                not_applied,
                unstated: 0,
                amount: Decimal::from(found * 1_000),
                minutes: looked * 30,
            },
        }
    }

    #[test]
    fn wilsons_interval_is_that_of_the_books() {
        // 81 of 263: Newcombe (1998), table I, method 3: 0.2553 to 0.3662.
        let rate = Rate::of(81, 263).unwrap();
        assert!((rate.low - 0.2553).abs() < 5e-5 && (rate.high - 0.3662).abs() < 5e-5, "{rate:?}");
        // 0 of 20: 0 to 0.1611; 29 of 29: 0.8830 to 1.
        let none = Rate::of(0, 20).unwrap();
        assert!(none.low == 0.0 && (none.high - 0.1611).abs() < 5e-5, "{none:?}");
        let all = Rate::of(29, 29).unwrap();
        assert!((all.low - 0.8830).abs() < 5e-5 && all.high == 1.0, "{all:?}");
        assert_eq!(Rate::of(0, 0), None);
    }

    #[test]
    fn what_follows_is_proposed_only_where_there_is_no_doubt() {
        let chance = row("chance", "2026-01", 20, 980, 0);
        let cases: &[(&str, Vec<EffectRow>, Proposal, &str)] = &[
            (
                "finds ten times what chance finds",
                vec![row("1/1", "2026-01", 40, 160, 0)],
                Proposal::Keep,
                "finds 20.0 %, chance 2.0 %",
            ),
            (
                "nothing in a thousand looks",
                vec![row("1/1", "2026-01", 0, 1_000, 0)],
                Proposal::Cancel,
                "finds at most 0.4 %, chance at least 1.3 %",
            ),
            (
                "as chance does",
                vec![row("1/1", "2026-01", 2, 98, 0)],
                Proposal::Sharpen,
                "finds 2.0 %, chance 2.0 %: the difference may be luck",
            ),
            (
                "a few looks",
                vec![row("1/1", "2026-01", 5, 5, 0)],
                Proposal::Wait,
                "10 looks with a result, 30 are needed",
            ),
            (
                "passed over",
                vec![row("1/1", "2026-01", 5, 5, 50)],
                Proposal::Sharpen,
                "the measure was not applied in 50 of 60 cases",
            ),
            (
                "was good once",
                vec![row("1/1", "2026-01", 50, 50, 0), row("1/1", "2026-02", 5, 95, 0)],
                Proposal::Sharpen,
                "the hit rate fell from 50.0 % to 5.0 %",
            ),
        ];
        for (what, rows, proposal, reason) in cases {
            let rows: Vec<EffectRow> = rows.iter().chain([&chance]).cloned().collect();
            let effects = effects(&rows, &BTreeMap::new());
            let effect = &effects[0];
            assert_eq!((effect.proposal, &*effect.reasons[0].en), (Some(*proposal), *reason), "{what}");
            assert_eq!(effects[1].proposal, None, "chance is the base line");
        }
    }

    #[test]
    fn without_a_base_line_little_is_held_against_one_in_a_hundred() {
        let judged = |rows: &[EffectRow]| effects(rows, &BTreeMap::new())[0].proposal;
        assert_eq!(judged(&[row("1/1", "2026-01", 0, 400, 0)]), Some(Proposal::Cancel));
        assert_eq!(judged(&[row("1/1", "2026-01", 0, 300, 0)]), Some(Proposal::Keep));
    }

    #[test]
    fn sums_are_told_by_month_office_and_official() {
        let mut other = row("1/1", "2026-02", 1, 2, 3);
        other.office = "10005030".into();
        let effects = effects(
            &[row("1/1", "2026-01", 4, 6, 0), other, row("1/1", "2026-02", 0, 0, 5)],
            &BTreeMap::new(),
        );
        let effect = &effects[0];
        assert_eq!((effect.total.fired, effect.total.looked(), effect.total.not_applied), (21, 13, 8));
        assert_eq!(effect.total.amount_per_hour(), Some(Decimal::new(76923, 2)), "5 000 in 6.5 hours");
        assert_eq!(
            effect.months.iter().map(|(month, sum)| (month.as_str(), sum.fired)).collect::<Vec<_>>(),
            [("2026-01", 10), ("2026-02", 11)]
        );
        assert_eq!((effect.offices.len(), effect.officers.len(), effect.currency.as_str()), (2, 1, "RUB"));
    }

    #[test]
    fn currencies_are_kept_apart() {
        let mut pounds = row("1/1", "2026-01", 1, 0, 0);
        pounds.currency = "GBP".into();
        let effects = effects(
            &[row("1/1", "2026-01", 1, 0, 0), pounds, row("1/1", "2026-01", 0, 3, 0)],
            &BTreeMap::new(),
        );
        let told: Vec<(&str, u64)> =
            effects.iter().map(|effect| (effect.currency.as_str(), effect.total.fired)).collect();
        assert_eq!(told, [("GBP", 4), ("RUB", 1)]);
    }

    fn of_version(version: u32, found: u64, nothing: u64) -> EffectRow {
        EffectRow { version: Some(version), ..row("1/1", "2026-01", found, nothing, 0) }
    }

    fn terms(current: Option<u32>, all: u32) -> BTreeMap<String, Vec<Term>> {
        let at = |seconds: u32| Timestamp::from_second(i64::from(seconds)).unwrap();
        let term = |version| Term {
            version,
            from: at(version),
            to: (Some(version) != current).then(|| at(version + 1)),
        };
        BTreeMap::from([("1/1".to_owned(), (1..=all).map(term).collect())])
    }

    #[test]
    fn a_profile_is_judged_by_the_version_in_force() {
        let chance = row("chance", "2026-01", 20, 980, 0);
        let (bad, good) = (of_version(1, 0, 1_000), of_version(2, 40, 160));
        let judged = |rows: &[&EffectRow], terms| {
            let rows: Vec<EffectRow> = rows.iter().copied().chain([&chance]).cloned().collect();
            effects(&rows, &terms).remove(0)
        };
        // What made somebody sharpen it is shown, and held against it no more.
        let sharpened = judged(&[&bad, &good], terms(Some(2), 2));
        assert_eq!(sharpened.proposal, Some(Proposal::Keep));
        assert_eq!(&*sharpened.reasons[0].en, "version 2: finds 20.0 %, chance 2.0 %");
        let told: Vec<_> = sharpened
            .versions
            .iter()
            .map(|of| (of.version, of.in_force, of.total.found, of.total.looked()))
            .collect();
        assert_eq!(told, [(Some(1), false, 0, 1_000), (Some(2), true, 40, 200)]);
        assert_eq!(sharpened.versions[1].lift, Some(10.0));
        assert_eq!(sharpened.total.looked(), 1_200, "the sums are those of all versions");
        // The other way round it is not saved by its past.
        let spoilt = judged(&[&of_version(1, 40, 160), &of_version(2, 0, 1_000)], terms(Some(2), 2));
        assert_eq!(spoilt.proposal, Some(Proposal::Cancel));
        // A new version has to show what it is worth first, and stands there though nothing came of it yet.
        let new = judged(&[&bad, &good], terms(Some(3), 3));
        assert_eq!((new.proposal, new.versions.len()), (Some(Proposal::Wait), 3));
        assert_eq!(new.versions[2].total, Tally::default());
        // What is not in force needs no proposal; what arose before versions were kept is one of its own.
        let gone = judged(&[&bad], terms(None, 1));
        assert_eq!((gone.proposal, gone.reasons.len()), (None, 0));
        let old = judged(&[&row("1/1", "2025-12", 1, 1, 0), &good], terms(Some(2), 2));
        assert_eq!((old.versions[0].version, old.versions[0].from), (None, None));
    }
}
