//! What the centre knows of a trader: a fold over facts, those its cases show and those officials state.
//!
//! A [`Record`] is what is kept of a declarant; [`Known`] is what a decision used of it, and stands in the filing so
//! that a replay asks nothing of the record. A year is the calendar month of the day and the twelve before it: never
//! less than twelve months, and what falls out of it falls out with its month. Offences fall out by their day.

use std::collections::{BTreeMap, BTreeSet};

use declaration::{CommodityCode, Declaration};
use jiff::civil::Date;
use risk::{Figures, HistoryFacts, ItemFacts, ParticipantFacts, Span};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::case::{Case, State};
use crate::event::Event;
use crate::fact::{Fact, FactKind};
use crate::look::{Ground, LookResult, Outcome};

/// A heading of the nomenclature: the first four digits of a commodity code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Heading(u16);

impl Heading {
    /// The heading of a code; every code has one.
    pub fn of(code: &CommodityCode) -> Option<Self> {
        code.as_str().get(..4)?.parse().ok().map(Self)
    }

    /// The headings of a declaration, each once.
    pub fn all_of(declaration: &Declaration) -> BTreeSet<Self> {
        declaration.items.iter().filter_map(|item| Self::of(item.commodity_code.as_ref()?)).collect()
    }
}

impl TryFrom<u16> for Heading {
    type Error = &'static str;
    fn try_from(number: u16) -> Result<Self, Self::Error> {
        if number <= 9_999 { Ok(Self(number)) } else { Err("a heading has four digits") }
    }
}

impl From<Heading> for u16 {
    fn from(heading: Heading) -> Self {
        heading.0
    }
}

/// What was known of the declarant when a decision was made. It counts checks and profiles that fired, so it is withheld
/// from the declarant. Values of zero are not written: most of them are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Known {
    /// What its category follows from.
    #[serde(default, with = "SparseParticipant", skip_serializing_if = "is_default")]
    pub participant: ParticipantFacts,
    /// What it did before.
    #[serde(default = "nothing_yet", with = "SparseHistory")]
    pub history: HistoryFacts,
    /// Headings of this declaration that it never declared before.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub new_headings: BTreeSet<Heading>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// [`ParticipantFacts`] without its zeros.
#[derive(Serialize, Deserialize)]
#[serde(remote = "ParticipantFacts")]
struct SparseParticipant {
    #[serde(default, skip_serializing_if = "is_default")]
    years_active: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    declarations_year: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    offences_two_years: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    debt: Decimal,
    #[serde(default, skip_serializing_if = "is_default")]
    corrections_percent: Decimal,
    #[serde(default, skip_serializing_if = "is_default")]
    refusals_percent: Decimal,
    #[serde(default, skip_serializing_if = "is_default")]
    authorised_operator: bool,
}

/// [`HistoryFacts`] of somebody that is known: what is not written is none so far.
#[derive(Serialize, Deserialize)]
#[serde(remote = "HistoryFacts")]
struct SparseHistory {
    #[serde(default = "none_so_far", skip_serializing_if = "is_none_so_far")]
    declarations_total: Option<u32>,
    #[serde(default = "none_so_far", skip_serializing_if = "is_none_so_far")]
    hits_year: Option<u32>,
    #[serde(default = "none_so_far", skip_serializing_if = "is_none_so_far")]
    findings_year: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    days_since_last: Option<u32>,
}

fn none_so_far() -> Option<u32> {
    Some(0)
}

fn is_none_so_far(count: &Option<u32>) -> bool {
    *count == none_so_far()
}

fn nothing_yet() -> HistoryFacts {
    HistoryFacts {
        declarations_total: none_so_far(),
        hits_year: none_so_far(),
        findings_year: none_so_far(),
        days_since_last: None,
    }
}

impl Known {
    /// Says of each line whether its heading is new; of a line without a code nothing.
    pub fn mark_lines(&self, declaration: &Declaration, lines: &mut [ItemFacts]) {
        for (item, line) in declaration.items.iter().zip(lines) {
            let heading = item.commodity_code.as_ref().and_then(Heading::of);
            line.code_is_new = heading.map(|heading| self.new_headings.contains(&heading));
        }
    }
}

/// What officials said of a trader before facts had days: counted as long as a store has it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stated {
    /// Customs offences established in the last two years.
    pub offences_two_years: u32,
    /// Overdue customs debt, in the pack's currency.
    pub debt: Decimal,
    /// Whether it is an authorised economic operator.
    pub authorised_operator: bool,
}

impl Stated {
    /// The same as facts of a day: from then on offences lapse, and debt can be paid.
    pub fn facts(&self, day: Date, by: &str, reason: &str) -> Vec<Fact> {
        let stated = |kind, amount| Fact::stated(kind, day, amount, by, "", reason);
        let mut facts = Vec::new();
        if self.offences_two_years > 0 {
            facts.push(stated(FactKind::Offence, Some(Decimal::from(self.offences_two_years))));
        }
        if self.debt > Decimal::ZERO {
            facts.push(stated(FactKind::DebtDue, Some(self.debt)));
        }
        if self.authorised_operator {
            facts.push(stated(FactKind::Authorised, None));
        }
        facts
    }
}

/// What a trader did in one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Month {
    /// Months since the year 0.
    month: i32,
    /// Declarations registered.
    #[serde(default, skip_serializing_if = "is_default")]
    registered: u32,
    /// Of those filed in the month: corrected while an official had them.
    #[serde(default, skip_serializing_if = "is_default")]
    corrected: u32,
    /// Of those filed in the month: release refused, or withdrawn.
    #[serde(default, skip_serializing_if = "is_default")]
    refused: u32,
    /// Of those filed in the month: a profile fired.
    #[serde(default, skip_serializing_if = "is_default")]
    hits: u32,
    /// Looks of the month that found something.
    #[serde(default, skip_serializing_if = "is_default")]
    findings: u32,
}

impl Month {
    fn add(&mut self, other: &Month) {
        self.registered = self.registered.saturating_add(other.registered);
        self.corrected = self.corrected.saturating_add(other.corrected);
        self.refused = self.refused.saturating_add(other.refused);
        self.hits = self.hits.saturating_add(other.hits);
        self.findings = self.findings.saturating_add(other.findings);
    }
}

/// Months that are kept before the newest one: the longest span of a criterion.
const MONTHS_BEFORE: i32 = 24;

fn month_of(day: Date) -> i32 {
    i32::from(day.year()) * 12 + i32::from(day.month()) - 1
}

/// What is known of a trader: the fold of its facts, in whatever order they come, and the headings it declared.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Record {
    /// The day of the first declaration that was registered here.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<Date>,
    /// The day of the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<Date>,
    /// The first day an official says it traded.
    #[serde(skip_serializing_if = "Option::is_none")]
    known_since: Option<Date>,
    /// How many declarations were registered.
    total: u32,
    /// The newest month with something in it and those of two years before it, in order; at most 25.
    months: Vec<Month>,
    /// Headings ever declared: at most the 10 000 there can be, about 1 230 there are.
    headings: BTreeSet<Heading>,
    /// Offences by day, of the two years before the newest.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    offences: BTreeMap<Date, u32>,
    /// What debt rose or fell by, by day.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    debt: BTreeMap<Date, Decimal>,
    /// From which days on it was an authorised operator, or no longer; of one day the end counts.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    authorised: BTreeMap<Date, bool>,
    /// What officials said before facts had days.
    #[serde(skip_serializing_if = "is_default")]
    stated: Stated,
}

/// One step of a case, as far as it says something of the declarant.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The case before the step.
    pub before: &'a Case,
    /// The case after it.
    pub after: &'a Case,
    /// What happened.
    pub events: &'a [Event],
    /// The day the case was filed on, where its pack applies.
    pub filed: Date,
}

impl Entry<'_> {
    /// Whether a step says anything of the declarant: of most steps the record need not even be read.
    pub fn says_something(events: &[Event]) -> bool {
        events.iter().any(|event| {
            matches!(
                event,
                Event::Registered { .. }
                    | Event::Corrected { .. }
                    | Event::Refused { .. }
                    | Event::Withdrawn { .. }
                    | Event::ResultsRecorded { .. }
            )
        })
    }

    /// Whether the step brings a declaration in, and so its headings.
    pub fn brings_headings(&self) -> bool {
        let brings = |event: &Event| matches!(event, Event::Registered { .. } | Event::Corrected { .. });
        self.after.number.is_some() && self.events.iter().any(brings)
    }

    /// What the step shows of the declarant. What was refused registration is filed again, and counted then. Looks
    /// that found something are not among it: what a result recorded anew comes to, the whole case says
    /// ([`grounds_found`]).
    pub fn facts(&self) -> Vec<Fact> {
        let Entry { before, after, events, filed } = *self;
        if after.number.is_none() {
            return Vec::new();
        }
        let happened = |wanted: fn(&Event) -> bool| events.iter().any(wanted);
        // A case is corrected after a check once, and stopped once.
        let corrected = happened(|event| matches!(event, Event::Corrected { .. }))
            && before.version == 1
            && before.state == State::UnderControl;
        let stopped =
            matches!(after.state, State::ReleaseRefused | State::Withdrawn) && !before.state.is_final();
        let all = [
            (FactKind::Registered, happened(|event| matches!(event, Event::Registered { .. }))),
            (FactKind::Corrected, corrected),
            (FactKind::Stopped, stopped),
            (FactKind::Hit, before.hits.is_empty() && !after.hits.is_empty()),
        ];
        let shown = all.into_iter().filter(|(_, shown)| *shown);
        shown.map(|(kind, _)| Fact::of_case(after.id, kind, filed)).collect()
    }
}

/// The grounds of a case under which something was found, of all results recorded for it, the later after the earlier:
/// of the same ground, measure and line the last that says something counts.
pub fn grounds_found<'a>(results: impl IntoIterator<Item = &'a LookResult>) -> BTreeSet<Ground> {
    let mut last = BTreeMap::new();
    for result in results.into_iter().filter(|result| result.outcome != Outcome::Unstated) {
        let found = matches!(result.outcome, Outcome::Found { .. });
        last.insert((&result.ground, result.measure, result.item), found);
    }
    last.into_iter().filter(|(_, found)| *found).map(|((ground, ..), _)| ground.clone()).collect()
}

impl Record {
    /// Folds facts, in any order; none of them may be annulled.
    pub fn of<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Self {
        let mut record = Self::default();
        facts.into_iter().for_each(|fact| record.take(fact));
        record
    }

    /// The same trader by other facts: what it declared stays.
    pub fn anew<'a>(&self, facts: impl IntoIterator<Item = &'a Fact>) -> Self {
        self.with_fold(Self::of(facts))
    }

    /// Folds one fact.
    pub fn take(&mut self, fact: &Fact) {
        let (day, count) = (fact.day, fact.count());
        let amount = fact.amount.unwrap_or_default();
        let mut month = Month { month: month_of(day), ..Month::default() };
        match fact.kind {
            FactKind::Registered => {
                self.total = self.total.saturating_add(count);
                if fact.case.is_some() {
                    self.first = Some(self.first.map_or(day, |first| first.min(day)));
                    self.last = Some(self.last.map_or(day, |last| last.max(day)));
                }
                month.registered = count;
            }
            FactKind::Corrected => month.corrected = count,
            FactKind::Stopped => month.refused = count,
            FactKind::Hit => month.hits = count,
            FactKind::Found => month.findings = count,
            FactKind::Offence => {
                let offences = self.offences.entry(day).or_default();
                *offences = offences.saturating_add(count);
                if let Some((newest, _)) = self.offences.last_key_value() {
                    let oldest = before(*newest, Span::TwoYears);
                    self.offences.retain(|day, _| *day > oldest);
                }
            }
            FactKind::DebtDue => self.owe(day, amount),
            FactKind::DebtPaid => self.owe(day, -amount),
            FactKind::Authorised => {
                self.authorised.entry(day).or_insert(true);
            }
            FactKind::AuthorisationEnded => {
                self.authorised.insert(day, false);
            }
            FactKind::KnownSince => {
                self.known_since = Some(self.known_since.map_or(day, |since| since.min(day)));
            }
            FactKind::Annulled => {}
        }
        self.add_month(&month);
    }

    /// Takes what another fold of facts of the same trader knows.
    pub fn join(&mut self, other: Record) {
        let least = |one: Option<Date>, other: Option<Date>| one.into_iter().chain(other).min();
        self.first = least(self.first, other.first);
        self.known_since = least(self.known_since, other.known_since);
        self.last = self.last.max(other.last);
        self.total = self.total.saturating_add(other.total);
        other.months.iter().for_each(|month| self.add_month(month));
        self.headings.extend(other.headings);
        for (day, count) in other.offences {
            self.take(&Fact::stated(FactKind::Offence, day, Some(Decimal::from(count)), "", "", ""));
        }
        other.debt.into_iter().for_each(|(day, amount)| self.owe(day, amount));
        for (day, authorised) in other.authorised {
            let kept = self.authorised.entry(day).or_insert(authorised);
            *kept &= authorised;
        }
        if self.stated == Stated::default() {
            self.stated = other.stated;
        }
    }

    /// Whether it is what facts come to, headings aside: no fact names these.
    pub fn is_fold(&self, fold: &Record) -> bool {
        *self == self.with_fold(fold.clone())
    }

    /// What facts come to, with the headings that are known besides.
    pub fn with_fold(&self, fold: Record) -> Self {
        Self { headings: self.headings.clone(), stated: self.stated.clone(), ..fold }
    }

    /// Takes the headings of a declaration.
    pub fn declared(&mut self, headings: &BTreeSet<Heading>) {
        self.headings.extend(headings);
    }

    /// Takes out what officials said before facts had days, to become facts.
    pub fn stated_without_days(&mut self) -> Option<Stated> {
        Some(std::mem::take(&mut self.stated)).filter(|stated| *stated != Stated::default())
    }

    /// The days of the first and the last declaration that was registered here, and how many are known of.
    pub fn span(&self) -> (Option<Date>, Option<Date>, u32) {
        (self.first, self.last, self.total)
    }

    fn owe(&mut self, day: Date, amount: Decimal) {
        let owed = self.debt.entry(day).or_default();
        *owed = owed.saturating_add(amount).normalize();
        if owed.is_zero() {
            self.debt.remove(&day);
        }
    }

    /// Adds to a month; what lies too far back to count is let go.
    fn add_month(&mut self, other: &Month) {
        if (Month { month: other.month, ..Month::default() }) == *other {
            return;
        }
        let wanted = other.month;
        let newest = self.months.last().map_or(wanted, |last| last.month.max(wanted));
        self.months.retain(|month| month.month >= newest - MONTHS_BEFORE);
        if wanted < newest - MONTHS_BEFORE {
            return;
        }
        match self.months.binary_search_by_key(&wanted, |month| month.month) {
            Ok(at) => self.months.get_mut(at).into_iter().for_each(|month| month.add(other)),
            Err(at) => self.months.insert(at, *other),
        }
    }

    /// What happened in the months of a span that ends on a day.
    fn sum(&self, day: Date, span: Span) -> Month {
        let newest = month_of(day);
        let counted = newest - span.months()..=newest;
        let mut sum = Month::default();
        self.months.iter().filter(|month| counted.contains(&month.month)).for_each(|month| sum.add(month));
        sum
    }

    fn offences(&self, day: Date, span: Span) -> u32 {
        let oldest = before(day, span);
        let counted = self.offences.iter().filter(|(of, _)| **of > oldest && **of <= day);
        counted.fold(self.stated.offences_two_years, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// What it comes to on a day, counted over a span.
    fn facts_over(&self, day: Date, span: Span) -> ParticipantFacts {
        let sum = self.sum(day, span);
        let since = self.first.into_iter().chain(self.known_since).min();
        let years = since.and_then(|since| {
            let span = since.until((jiff::Unit::Year, day)).ok()?;
            u32::try_from(span.get_years()).ok()
        });
        let owed = self.debt.range(..=day).fold(self.stated.debt, |sum, (_, owed)| sum.saturating_add(*owed));
        let authorised = self.authorised.range(..=day).next_back().map(|(_, authorised)| *authorised);
        ParticipantFacts {
            years_active: years.unwrap_or_default(),
            declarations_year: sum.registered,
            offences_two_years: self.offences(day, span),
            debt: owed.max(Decimal::ZERO).normalize(),
            corrections_percent: percent(sum.corrected, sum.registered),
            refusals_percent: percent(sum.refused, sum.registered),
            authorised_operator: authorised.unwrap_or(self.stated.authorised_operator),
        }
    }

    /// What the category follows from on a day. Facts of later days say nothing of it, as far as a month of the
    /// calendar tells days apart.
    pub fn figures_on(&self, day: Date) -> Figures {
        Figures { year: self.facts_over(day, Span::Year), two_years: self.facts_over(day, Span::TwoYears) }
    }

    /// What it comes to on a day for profiles: what the category follows from, and the history.
    pub fn facts_on(&self, day: Date) -> (ParticipantFacts, HistoryFacts) {
        let participant = ParticipantFacts {
            offences_two_years: self.offences(day, Span::TwoYears),
            ..self.facts_over(day, Span::Year)
        };
        let sum = self.sum(day, Span::Year);
        let days = self.last.and_then(|last| u32::try_from(last.until(day).ok()?.get_days()).ok());
        let history = HistoryFacts {
            declarations_total: Some(self.total),
            hits_year: Some(sum.hits),
            findings_year: Some(sum.findings),
            days_since_last: days,
        };
        (participant, history)
    }

    /// Whether the trader never declared a heading.
    pub fn is_new(&self, heading: Heading) -> bool {
        !self.headings.contains(&heading)
    }

    /// What a decision on a declaration filed on a day may use.
    pub fn known(&self, declaration: &Declaration, day: Date) -> Known {
        let (participant, history) = self.facts_on(day);
        let mut new_headings = Heading::all_of(declaration);
        new_headings.retain(|heading| self.is_new(*heading));
        Known { participant, history, new_headings }
    }

    /// What a decision on a correction may use: what was known at the filing, because the record has the corrected
    /// declaration itself in it by now. A heading that only the correction brings in is new by the record.
    pub fn known_again(&self, at_filing: &Known, corrected: &Declaration) -> Known {
        let mut new_headings = Heading::all_of(corrected);
        new_headings.retain(|heading| at_filing.new_headings.contains(heading) || self.is_new(*heading));
        Known { new_headings, ..at_filing.clone() }
    }
}

/// The last day that lies too long before another to count with it.
fn before(day: Date, span: Span) -> Date {
    day.checked_sub(jiff::Span::new().months(span.months())).unwrap_or(Date::MIN)
}

/// A share in percent, to hundredths; nothing of nothing is zero.
fn percent(part: u32, whole: u32) -> Decimal {
    let share = Decimal::from(part) * Decimal::ONE_HUNDRED;
    let share = share.checked_div(Decimal::from(whole)).unwrap_or_default().min(Decimal::ONE_HUNDRED);
    share.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize()
}

#[cfg(test)]
mod tests {
    use declaration::Leaf;
    use jiff::Timestamp;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::case::CaseId;
    use crate::dispatch::OfficerId;
    use crate::input::PaperMark;
    use crate::look::FoundKind;
    use crate::number::RegistrationNumber;

    /// What can happen to one declaration, days after the first of them all.
    #[derive(Debug, Clone)]
    struct Way {
        filed: i32,
        heading: u16,
        hit: bool,
        /// Days after filing, and whether an official had it.
        corrected: Option<(i32, bool)>,
        found: Option<i32>,
        stopped: Option<i32>,
        refused_registration: bool,
    }

    fn way() -> impl Strategy<Value = Way> {
        let later = || proptest::option::of(0i32..300);
        let corrected = proptest::option::of((0i32..100, any::<bool>()));
        (0i32..1_500, 100u16..110, any::<bool>(), corrected, later(), later(), proptest::bool::weighted(0.1))
            .prop_map(|(filed, heading, hit, corrected, found, stopped, refused_registration)| Way {
                filed,
                heading,
                hit,
                corrected,
                found,
                stopped,
                refused_registration,
            })
    }

    fn day(after: i32) -> Date {
        date(2022, 1, 15).checked_add(jiff::Span::new().days(after)).unwrap()
    }

    fn number(on: Date) -> RegistrationNumber {
        RegistrationNumber::new("10005030".parse().unwrap(), on, 1).unwrap()
    }

    fn mark() -> PaperMark {
        PaperMark { paper: String::new(), kind: "correction".to_owned(), sha256: String::new() }
    }

    fn found() -> Event {
        let outcome = Outcome::Found { kind: FoundKind::Value, amount: Decimal::ONE };
        let result = LookResult { outcome, ..LookResult::unstated(Ground::chance()) };
        Event::ResultsRecorded { officer: OfficerId("tern".to_owned()), results: vec![result] }
    }

    /// A step as the fold takes it.
    struct Step {
        day: i32,
        filed: i32,
        before: Case,
        after: Case,
        events: Vec<Event>,
        headings: BTreeSet<Heading>,
    }

    impl Step {
        fn entry(&self) -> Entry<'_> {
            let Step { before, after, events, .. } = self;
            Entry { before, after, events, filed: day(self.filed) }
        }

        fn facts(&self) -> Vec<Fact> {
            let mut facts = self.entry().facts();
            let results = self.events.iter().flat_map(|event| match event {
                Event::ResultsRecorded { results, .. } => results.as_slice(),
                _ => &[],
            });
            let found = grounds_found(results).into_iter();
            facts.extend(found.map(|ground| Fact {
                ground: Some(ground),
                ..Fact::of_case(self.after.id, FactKind::Found, day(self.day))
            }));
            facts
        }
    }

    fn steps(way: &Way) -> Vec<Step> {
        let at = Timestamp::UNIX_EPOCH;
        let mut case = Case::new(CaseId::new(at, &[0; 10]), at);
        let mut steps = Vec::new();
        let mut go = |after: i32, case: &mut Case, events: Vec<Event>, state: State, hit: bool| {
            let before = case.clone();
            case.state = state;
            if hit {
                case.hits = vec!["55/20260101/00001".to_owned()];
            }
            if let Some(Event::Registered { number }) = events.first() {
                case.number = Some(*number);
            }
            if let Some(Event::Corrected { version, .. }) = events.first() {
                case.version = *version;
            }
            steps.push(Step {
                day: way.filed + after,
                filed: way.filed,
                before,
                after: case.clone(),
                events,
                headings: [Heading(way.heading)].into(),
            });
        };
        if way.refused_registration {
            go(
                0,
                &mut case,
                vec![Event::RegistrationRefused { errors: 1 }],
                State::RegistrationRefused,
                way.hit,
            );
            return steps;
        }
        let state = match way.corrected {
            Some((_, false)) => State::WaitingForPayment,
            _ => State::UnderControl,
        };
        go(0, &mut case, vec![Event::Registered { number: number(day(way.filed)) }], state, way.hit);
        if let Some((after, _)) = way.corrected {
            let corrected = Event::Corrected { version: 2, mark: mark(), changes: 1, items: 1, documents: 0 };
            go(after, &mut case, vec![corrected], state, false);
        }
        if let Some(after) = way.stopped {
            go(after, &mut case, vec![Event::Withdrawn { reason: String::new() }], State::Withdrawn, false);
        }
        if let Some(after) = way.found {
            let state = case.state;
            go(after, &mut case, vec![found()], state, false);
        }
        steps
    }

    proptest! {
        #[test]
        fn the_fold_is_what_all_cases_come_to(
            ways in proptest::collection::vec(way(), 0..40),
            later in 0i32..500,
            turn in 0usize..1_000,
        ) {
            let mut all: Vec<Step> = ways.iter().flat_map(steps).collect();
            all.sort_by_key(|step| step.day);
            let mut record = Record::default();
            let mut facts = Vec::new();
            for step in &all {
                let shown = step.facts();
                shown.iter().for_each(|fact| record.take(fact));
                facts.extend(shown);
                if step.entry().brings_headings() {
                    record.declared(&step.headings);
                }
                prop_assert!(record.months.len() <= 25);
            }
            // Whatever the order and the split.
            let mut order: Vec<usize> = (0..facts.len()).collect();
            order.sort_by_key(|nth| nth.wrapping_mul(2_654_435_761) ^ turn);
            let (some, others) = order.split_at(turn % (facts.len() + 1));
            let of = |places: &[usize]| record.anew(places.iter().map(|nth| &facts[*nth]));
            let mut joined = of(others);
            joined.join(of(some));
            prop_assert_eq!(&joined, &record);
            let written = serde_json::to_string(&record).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Record>(&written).unwrap(), &record);

            // The same from the ways themselves, without months kept in between.
            let today = day(all.last().map_or(0, |step| step.day) + later);
            let in_year = |after: i32| month_of(today) - month_of(day(after)) <= 12;
            let registered: Vec<&Way> = ways.iter().filter(|way| !way.refused_registration).collect();
            let of_year: Vec<&&Way> = registered.iter().filter(|way| in_year(way.filed)).collect();
            let count = |wanted: &dyn Fn(&Way) -> bool| {
                u32::try_from(of_year.iter().filter(|way| wanted(way)).count()).unwrap()
            };
            let year = count(&|_| true);
            let findings = registered.iter().filter(|way| way.found.is_some_and(|after| in_year(way.filed + after)));
            let findings = u32::try_from(findings.count()).unwrap();
            let (participant, history) = record.facts_on(today);
            prop_assert_eq!(participant.declarations_year, year);
            let corrected = count(&|way| matches!(way.corrected, Some((_, true))));
            prop_assert_eq!(participant.corrections_percent, percent(corrected, year));
            prop_assert_eq!(participant.refusals_percent, percent(count(&|way| way.stopped.is_some()), year));
            prop_assert_eq!(history.declarations_total, u32::try_from(registered.len()).ok());
            prop_assert_eq!(history.hits_year, Some(count(&|way| way.hit)));
            prop_assert_eq!(history.findings_year, Some(findings));
            let last = registered.iter().map(|way| day(way.filed)).max();
            prop_assert_eq!(history.days_since_last, last.map(|last| last.until(today).unwrap().get_days() as u32));
            let first = registered.iter().map(|way| day(way.filed)).min();
            let years = first.map_or(0, |first| {
                let passed = i32::from(today.year() - first.year());
                passed - i32::from((today.month(), today.day()) < (first.month(), first.day()))
            });
            prop_assert_eq!(i32::try_from(participant.years_active).unwrap(), years);
            for heading in 100..110 {
                let new = registered.iter().all(|way| way.heading != heading);
                prop_assert_eq!(record.is_new(Heading(heading)), new);
            }
        }
    }

    #[test]
    fn a_result_recorded_anew_replaces_the_one_before() {
        let result = |ground: &str, item, outcome| LookResult {
            measure: Some(risk::Measure::Value),
            item,
            outcome,
            ..LookResult::unstated(Ground::profile(ground))
        };
        let found = || Outcome::Found { kind: FoundKind::Value, amount: Decimal::ONE };
        let (one, two) = ("55/1", "55/2");
        let grounds = |results: &[LookResult]| -> Vec<String> {
            grounds_found(results).iter().map(|ground| ground.to_string()).collect()
        };
        let mut results = vec![result(one, Some(1), found()), result(one, Some(2), found())];
        assert_eq!(grounds(&results), [one], "a ground counts once");
        results.push(result(one, Some(1), Outcome::Nothing));
        assert_eq!(grounds(&results), [one], "the other line");
        results.push(result(two, None, found()));
        results.push(result(one, Some(2), Outcome::Nothing));
        assert_eq!(grounds(&results), [two]);
        results.push(result(two, None, Outcome::Unstated));
        assert_eq!(grounds(&results), [two], "that nobody said says nothing");
    }

    fn stated(kind: FactKind, on: Date, amount: &str) -> Fact {
        let amount = (!amount.is_empty()).then(|| amount.parse().unwrap());
        Fact::stated(kind, on, amount, "heron", "decree 7", "decree")
    }

    #[test]
    fn what_officials_state_counts_from_its_day_and_lapses_by_itself() {
        let facts = [
            stated(FactKind::Offence, date(2024, 3, 10), ""),
            stated(FactKind::Offence, date(2025, 9, 1), "2"),
            stated(FactKind::DebtDue, date(2025, 10, 1), "100.50"),
            stated(FactKind::DebtPaid, date(2025, 11, 1), "40.50"),
            stated(FactKind::DebtPaid, date(2025, 12, 1), "60"),
            stated(FactKind::Authorised, date(2025, 1, 1), ""),
            stated(FactKind::AuthorisationEnded, date(2025, 6, 1), ""),
            stated(FactKind::Authorised, date(2025, 6, 1), ""),
            stated(FactKind::KnownSince, date(2020, 2, 29), ""),
            stated(FactKind::Registered, date(2025, 5, 5), "400"),
            stated(FactKind::Corrected, date(2025, 5, 5), "8"),
        ];
        let record = Record::of(&facts);
        let on = |day| record.facts_on(day).0;
        assert_eq!(on(date(2026, 3, 9)).offences_two_years, 3);
        assert_eq!(on(date(2026, 3, 10)).offences_two_years, 2, "two years to the day");
        assert_eq!(on(date(2027, 9, 1)).offences_two_years, 0);
        let debts = [(9, 30, "0"), (10, 1, "100.5"), (11, 1, "60"), (12, 1, "0")];
        for (month, day, debt) in debts {
            assert_eq!(on(date(2025, month, day)).debt, debt.parse().unwrap(), "{month}-{day}");
        }
        assert!(on(date(2025, 5, 31)).authorised_operator && !on(date(2025, 6, 1)).authorised_operator);
        assert_eq!(on(date(2026, 2, 27)).years_active, 5);
        assert_eq!(on(date(2026, 3, 1)).years_active, 6);
        assert_eq!(
            (on(date(2026, 5, 31)).declarations_year, on(date(2026, 6, 1)).declarations_year),
            (400, 0)
        );
        assert_eq!(on(date(2026, 5, 31)).corrections_percent, Decimal::TWO);
        let figures = record.figures_on(date(2026, 9, 1));
        assert_eq!((figures.year.declarations_year, figures.two_years.declarations_year), (0, 400));
        assert_eq!((figures.year.offences_two_years, figures.two_years.offences_two_years), (0, 2));
        // Declarations an official counts were not filed here.
        assert_eq!(record.facts_on(date(2025, 5, 5)).1.days_since_last, None);
    }

    fn any_fact() -> impl Strategy<Value = Fact> {
        (0..FactKind::ALL.len(), 0i32..1_500, 1u32..50).prop_map(|(kind, after, amount)| {
            let kind = FactKind::ALL[kind];
            let amount = if kind.amount() == crate::fact::AmountKind::None {
                String::new()
            } else {
                amount.to_string()
            };
            stated(kind, day(after), &amount)
        })
    }

    proptest! {
        #[test]
        fn a_category_never_depends_on_order_split_or_later_facts(
            mut facts in proptest::collection::vec(any_fact(), 0..60),
            on in 0i32..1_500,
            cut in 0usize..60,
        ) {
            let today = day(on);
            let criteria = risk::CategoryCriteria { low_points: Some(3), ..risk::CategoryCriteria::default() };
            let category = |record: &Record| risk::categorise(&criteria, &record.figures_on(today)).category;
            let until = |facts: &[Fact]| Record::of(facts.iter().filter(|fact| fact.day <= today));
            let whole = until(&facts);
            let before: Vec<Fact> = facts.iter().filter(|fact| fact.day <= today).cloned().collect();
            prop_assert_eq!(&Record::of(&before), &whole);
            let (some, others) = facts.split_at(cut.min(facts.len()));
            let mut joined = until(others);
            joined.join(until(some));
            prop_assert_eq!(&joined, &whole);
            facts.reverse();
            let turned = until(&facts);
            prop_assert_eq!(&turned, &whole);
            prop_assert_eq!(category(&turned), category(&whole));
            // Of facts of later months the whole fold says nothing either, as far back as it reaches.
            let all = Record::of(&facts);
            let later = facts.iter().map(|fact| month_of(fact.day)).max().unwrap_or_default();
            let same_month = |fact: &Fact| fact.day > today && month_of(fact.day) == month_of(today);
            if later - month_of(today) <= MONTHS_BEFORE - Span::TwoYears.months() && !facts.iter().any(same_month) {
                prop_assert_eq!(category(&all), category(&whole));
            }
        }
    }

    #[test]
    fn records_and_what_was_known_from_before_facts_are_read() {
        let old = r#"{"first":"2025-01-02","last":"2026-02-03","total":2,"months":[{"month":24301,"registered":2,"corrected":0,"refused":1,"hits":0,"findings":0}],"headings":[805],"stated":{"offences_two_years":1,"debt":"10.50","authorised_operator":true}}"#;
        let mut record: Record = serde_json::from_str(old).unwrap();
        let today = date(2026, 3, 1);
        let (facts, history) = record.facts_on(today);
        assert_eq!((facts.offences_two_years, facts.debt.to_string()), (1, "10.5".to_owned()));
        assert_eq!(
            (facts.authorised_operator, facts.years_active, history.declarations_total),
            (true, 1, Some(2))
        );
        let stated = record.stated_without_days().unwrap();
        assert_eq!(record.stated_without_days(), None);
        stated.facts(today, "operator", "taken over").iter().for_each(|fact| record.take(fact));
        assert_eq!(record.facts_on(today).0, facts, "the same, with days");

        let old = r#"{"participant":{"years_active":0,"declarations_year":4,"offences_two_years":0,"debt":"0","corrections_percent":"0","refusals_percent":"0","authorised_operator":false},"history":{"declarations_total":4,"hits_year":0,"findings_year":0,"days_since_last":null}}"#;
        let known: Known = serde_json::from_str(old).unwrap();
        assert_eq!((known.history.hits_year, known.history.days_since_last), (Some(0), None));
        let new = r#"{"participant":{"declarations_year":4},"history":{"declarations_total":4}}"#;
        assert_eq!(serde_json::to_string(&known).unwrap(), new);
        assert_eq!(serde_json::from_str::<Known>(new).unwrap(), known);
        let newcomer = Record::default().known(&Declaration::default(), today);
        assert_eq!(serde_json::to_string(&newcomer).unwrap(), r#"{"history":{}}"#);
        assert_eq!(serde_json::from_str::<Known>(r#"{"history":{}}"#).unwrap(), newcomer);
    }

    #[test]
    fn a_newcomer_has_done_nothing_and_everything_is_new() {
        let (participant, history) = Record::default().facts_on(date(2026, 3, 1));
        assert_eq!(participant, ParticipantFacts::default());
        assert_eq!((history.declarations_total, history.days_since_last), (Some(0), None));
        assert!(Record::default().is_new(Heading(805)));
        assert!(serde_json::from_str::<Heading>("10000").is_err());
    }

    #[test]
    fn a_correction_knows_what_the_filing_knew() {
        let line = |code: &str| declaration::Item {
            commodity_code: Some(CommodityCode::parse(code).unwrap()),
            ..declaration::Item::default()
        };
        let declaration = |codes: &[&str]| Declaration {
            items: codes.iter().map(|code| line(code)).collect(),
            ..Declaration::default()
        };
        let mut record = Record { headings: [Heading(805)].into(), ..Record::default() };
        let known = record.known(&declaration(&["0805102200", "8517130000"]), date(2026, 3, 1));
        assert_eq!(known.new_headings, [Heading(8517)].into());
        record.headings.extend([Heading(8517)]);
        record.total = 1;
        let corrected = declaration(&["8517130000", "6403519500", "0805102200"]);
        let again = record.known_again(&known, &corrected);
        assert_eq!(again.history, known.history);
        assert_eq!(again.new_headings, [Heading(6403), Heading(8517)].into());
        let mut lines = ItemFacts::of_lines(&corrected);
        again.mark_lines(&corrected, &mut lines);
        let new: Vec<_> = lines.iter().map(|line| line.code_is_new).collect();
        assert_eq!(new, [Some(true), Some(true), Some(false)]);
    }
}
