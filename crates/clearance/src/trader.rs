//! What the centre knows of a trader from the cases it decided: a fold over their events, as a case is one.
//!
//! A [`Record`] is what is kept of a declarant; [`Known`] is what a decision used of it, and stands in the filing so
//! that a replay asks nothing of the record. A year is the calendar month of the day and the twelve before it: never
//! less than twelve months, and what falls out of it falls out with its month.

use std::collections::BTreeSet;

use declaration::{CommodityCode, Declaration};
use jiff::civil::Date;
use risk::{HistoryFacts, ItemFacts, ParticipantFacts};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::case::{Case, State};
use crate::event::Event;
use crate::look::Outcome;

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

/// What was known of the declarant when a decision was made, as far as profiles ask for it. It counts checks and
/// profiles that fired, so it is withheld from the declarant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Known {
    /// What its category follows from.
    pub participant: ParticipantFacts,
    /// What it did before.
    pub history: HistoryFacts,
    /// Headings of this declaration that it never declared before.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub new_headings: BTreeSet<Heading>,
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

/// What officials say of a trader that no case shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stated {
    /// Customs offences established in the last two years.
    pub offences_two_years: u32,
    /// Overdue customs debt, in the pack's currency.
    pub debt: Decimal,
    /// Whether it is an authorised economic operator.
    pub authorised_operator: bool,
}

/// What a trader did in one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Month {
    /// Months since the year 0.
    month: i32,
    /// Declarations registered.
    registered: u32,
    /// Of those filed in the month: corrected while an official had them.
    corrected: u32,
    /// Of those filed in the month: release refused, or withdrawn.
    refused: u32,
    /// Of those filed in the month: a profile fired.
    hits: u32,
    /// Records of looks made in the month that found something.
    findings: u32,
}

/// Months that count as a year before the current one.
const MONTHS_BEFORE: i32 = 12;

fn month_of(day: Date) -> i32 {
    i32::from(day.year()) * 12 + i32::from(day.month()) - 1
}

/// What is known of a trader: one row of the store.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Record {
    /// The day of the first declaration that was registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<Date>,
    /// The day of the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<Date>,
    /// How many were.
    total: u32,
    /// The newest month with something in it and the twelve before it, in order; at most 13.
    months: Vec<Month>,
    /// Headings ever declared: at most the 10 000 there can be, about 1 230 there are.
    headings: BTreeSet<Heading>,
    /// What officials say.
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
    /// Headings of the declaration, where the step brings one in.
    pub headings: &'a BTreeSet<Heading>,
    /// The day the case was filed on, where its pack applies.
    pub filed: Date,
    /// The day of the step there.
    pub day: Date,
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
}

impl Record {
    /// Folds one step. What was refused registration is filed again, and counted then.
    pub fn take(&mut self, entry: &Entry<'_>) {
        let Entry { before, after, events, headings, filed, day } = *entry;
        if after.number.is_none() {
            return;
        }
        let happened = |wanted: fn(&Event) -> bool| events.iter().any(wanted);
        let registered = happened(|event| matches!(event, Event::Registered { .. }));
        let corrected = happened(|event| matches!(event, Event::Corrected { .. }));
        if registered {
            self.total = self.total.saturating_add(1);
            self.first = Some(self.first.map_or(filed, |first| first.min(filed)));
            self.last = Some(self.last.map_or(filed, |last| last.max(filed)));
        }
        if registered || corrected {
            self.headings.extend(headings);
        }
        // A case is corrected after a check once, and stopped once.
        let after_check = corrected && before.version == 1 && before.state == State::UnderControl;
        let stopped =
            matches!(after.state, State::ReleaseRefused | State::Withdrawn) && !before.state.is_final();
        let hit = before.hits.is_empty() && !after.hits.is_empty();
        let found = |event: &Event| {
            let Event::ResultsRecorded { results, .. } = event else { return false };
            results.iter().any(|result| matches!(result.outcome, Outcome::Found { .. }))
        };
        let found = events.iter().any(found);
        if (registered || after_check || stopped || hit)
            && let Some(month) = self.month(filed)
        {
            month.registered = month.registered.saturating_add(u32::from(registered));
            month.corrected = month.corrected.saturating_add(u32::from(after_check));
            month.refused = month.refused.saturating_add(u32::from(stopped));
            month.hits = month.hits.saturating_add(u32::from(hit));
        }
        if found && let Some(month) = self.month(day) {
            month.findings = month.findings.saturating_add(1);
        }
    }

    /// Takes what officials say, in place of what they said before.
    pub fn state(&mut self, stated: Stated) {
        self.stated = stated;
    }

    /// What officials say.
    pub fn stated(&self) -> &Stated {
        &self.stated
    }

    /// The days of the first and the last declaration that was registered, and how many were.
    pub fn span(&self) -> (Option<Date>, Option<Date>, u32) {
        (self.first, self.last, self.total)
    }

    /// The month of a day; none where it lies too far back to count.
    fn month(&mut self, day: Date) -> Option<&mut Month> {
        let wanted = month_of(day);
        let newest = self.months.last().map_or(wanted, |last| last.month.max(wanted));
        self.months.retain(|month| month.month >= newest - MONTHS_BEFORE);
        if wanted < newest - MONTHS_BEFORE {
            return None;
        }
        let at = match self.months.binary_search_by_key(&wanted, |month| month.month) {
            Ok(at) => at,
            Err(at) => {
                self.months.insert(at, Month { month: wanted, ..Month::default() });
                at
            }
        };
        self.months.get_mut(at)
    }

    /// What it comes to on a day: what the category follows from, and the history.
    pub fn facts_on(&self, day: Date) -> (ParticipantFacts, HistoryFacts) {
        let newest = month_of(day);
        let year =
            self.months.iter().filter(|month| (newest - MONTHS_BEFORE..=newest).contains(&month.month));
        let mut sum = Month::default();
        for month in year {
            sum.registered = sum.registered.saturating_add(month.registered);
            sum.corrected = sum.corrected.saturating_add(month.corrected);
            sum.refused = sum.refused.saturating_add(month.refused);
            sum.hits = sum.hits.saturating_add(month.hits);
            sum.findings = sum.findings.saturating_add(month.findings);
        }
        let years = self.first.and_then(|first| {
            let span = first.until((jiff::Unit::Year, day)).ok()?;
            u32::try_from(span.get_years()).ok()
        });
        let days = self.last.and_then(|last| u32::try_from(last.until(day).ok()?.get_days()).ok());
        let Stated { offences_two_years, debt, authorised_operator } = self.stated;
        let participant = ParticipantFacts {
            years_active: years.unwrap_or_default(),
            declarations_year: sum.registered,
            offences_two_years,
            debt,
            corrections_percent: percent(sum.corrected, sum.registered),
            refusals_percent: percent(sum.refused, sum.registered),
            authorised_operator,
        };
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
    use crate::look::{FoundKind, Ground, LookResult};
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
        fn the_fold_is_what_all_cases_come_to(ways in proptest::collection::vec(way(), 0..40), later in 0i32..500) {
            let mut all: Vec<Step> = ways.iter().flat_map(steps).collect();
            all.sort_by_key(|step| step.day);
            let mut record = Record::default();
            for step in &all {
                record.take(&Entry {
                    before: &step.before,
                    after: &step.after,
                    events: &step.events,
                    headings: &step.headings,
                    filed: day(step.filed),
                    day: day(step.day),
                });
                prop_assert!(record.months.len() <= 13);
            }
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
