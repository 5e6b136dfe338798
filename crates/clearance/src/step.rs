//! The one match over state and input.

use declaration::{Finding, Kind, Path, Severity, TaxNumber, Text};
use jiff::{SignedDuration, Timestamp};
use reference::Pack;
use risk::Draw;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::act::Act;
use crate::assess::Assessed;
use crate::case::{Case, CaseId, DecidedBy, State};
use crate::dispatch::{self, Candidate, OfficerId};
use crate::event::{Event, FindingMark, PaymentSum, RouteReason};
use crate::input::{Correction, Decision, Filing, Input};
use crate::look::{Ground, LookResult, RESULTS_MAX, ResultFault};
use crate::number::RegistrationNumber;
use crate::refusal::Refusal;
use crate::security::{self, Offer};
use crate::share::{Fund, Part};
use crate::world::World;

/// What is scarce, as it stands at the moment of a step. Read in the transaction that will store it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Supply {
    /// The next serial of the office and year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<u32>,
    /// What the payer's account can still cover, where one payer pays all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<Decimal>,
    /// The same of each payer, where several pay.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub funds: Vec<Fund>,
    /// Guarantees in force of the payers and the declarant, with what of each is free.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guarantees: Vec<Offer>,
    /// The case under which the same document of the same declarant is registered already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate: Option<Duplicate>,
    /// Officers on shift who are competent, with their loads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    /// Grounds for a look of the case of which nobody has said what came of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_grounds: Vec<Ground>,
    /// All grounds for a look of the case, where results are recorded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grounds: Vec<Ground>,
}

/// An earlier registration of the same document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicate {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: RegistrationNumber,
}

impl Duplicate {
    /// The finding that refuses the second registration.
    pub fn finding(&self) -> Finding {
        Finding::new(
            "GL-5101",
            Severity::Error,
            Path::new("document_id"),
            Text::new(
                format!(
                    "Этот документ уже зарегистрирован: {}. Подайте корректировку или новый документ с новым идентификатором.",
                    self.number
                ),
                format!(
                    "This document is registered already: {}. File a correction, or a new document with a new identifier.",
                    self.number
                ),
            ),
        )
    }
}

impl Supply {
    /// Whether nothing of it is there.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Everything a step depends on besides the case and the input.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// Reference data and rules.
    pub world: &'a World,
    /// The time.
    pub now: Timestamp,
    /// The case's draw: the same in every one of its steps.
    pub draw: &'a Draw,
    /// What is scarce.
    pub supply: &'a Supply,
    /// The assessment of the declaration; needed where it is filed.
    pub assessed: Option<&'a Assessed>,
}

/// What a step comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What happened, in order.
    pub events: Vec<Event>,
    /// What of the supply the decision rests on; kept, so that it can be made again.
    pub used: Supply,
}

/// Versions a declaration may have: each is made again whenever somebody looks at the case.
pub const VERSIONS_MAX: u32 = 100;
/// The longest reason or remark, in characters.
pub const REASON_CHARS_MAX: usize = 2_000;
/// The shortest reason for a refusal, in characters.
pub const REASON_CHARS_MIN: usize = 3;

/// Moves a case by one input.
///
/// # Errors
/// A [`Refusal`] where the input does nothing; the case stays as it was.
pub fn step(case: &Case, input: &Input, setting: &Setting<'_>) -> Result<Step, Refusal> {
    let state = case.state;
    let not_now = || Refusal::NotNow { state, input: input.name() };
    match (state, input) {
        (State::New, Input::File(filing)) => file(case, filing, setting),
        (
            State::New,
            Input::Decide { .. }
            | Input::Withdraw { .. }
            | Input::Act { .. }
            | Input::RecordResults { .. }
            | Input::PaymentArrived
            | Input::Cover { .. }
            | Input::FreeCover { .. }
            | Input::Assign
            | Input::DeadlineReached,
        ) => Err(not_now()),

        (State::WaitingForPayment, Input::PaymentArrived) => pay_and_release(case, setting),
        (State::WaitingForPayment, Input::Withdraw { reason, .. }) => withdraw(case, reason),
        (State::WaitingForPayment, Input::DeadlineReached) => match pay_and_release(case, setting) {
            // The money is there after all: nobody is refused for a notice that was lost.
            Ok(step) => Ok(step),
            Err(_) => {
                let mut events = freed(case);
                let reason = if case.shortfall.is_zero() && !case.security.missing().is_zero() {
                    "security was not given in time (EAEU customs code, article 125)"
                } else {
                    "payments were not made in time (EAEU customs code, article 125)"
                };
                events.push(Event::Refused { by: DecidedBy::Automatic, reason: reason.to_owned() });
                Ok(only(events))
            }
        },
        // What is conditional may be secured, or freed, as long as the debt lives.
        (
            State::WaitingForPayment | State::UnderControl | State::ReleasedConditionally,
            Input::Cover { by: _, guarantee, amount },
        ) => cover(case, guarantee, *amount, setting),
        (
            State::WaitingForPayment | State::UnderControl | State::ReleasedConditionally,
            Input::FreeCover { by: _ },
        ) => free_cover(case, setting),
        (
            State::WaitingForPayment,
            Input::File(_)
            | Input::Decide { .. }
            | Input::Act { .. }
            | Input::RecordResults { .. }
            | Input::Assign,
        ) => Err(not_now()),
        // Until the goods are released, the declarant may correct (EAEU customs code, article 112).
        (State::WaitingForPayment | State::UnderControl, Input::Correct(correction)) => {
            correct(case, correction, setting)
        }
        (State::New, Input::Correct(_) | Input::Attach(_)) => Err(not_now()),
        // Documents come to a case as long as it is kept.
        (
            State::RegistrationRefused
            | State::WaitingForPayment
            | State::UnderControl
            | State::Released
            | State::ReleasedConditionally
            | State::ReleaseRefused
            | State::Withdrawn,
            Input::Attach(mark),
        ) => Ok(only(vec![Event::PaperAttached { mark: mark.clone() }])),

        (State::UnderControl, Input::Decide { officer, decision, reason, version }) => {
            yours(case, officer)?;
            // Nobody decides a version they have not seen.
            if version.is_some_and(|seen| seen != case.version) {
                return Err(Refusal::Corrected { version: case.version });
            }
            decide(case, officer, *decision, reason, setting)
        }
        (State::UnderControl, Input::Act { act: Act::TransitArrived(_), .. }) => Err(not_now()),
        (State::UnderControl, Input::Act { officer, act }) => {
            yours(case, officer)?;
            if matches!(act, Act::MeasureOrdered { item: Some(item), .. } if *item > case.items) {
                return Err(Refusal::UnclearAct);
            }
            act_of(act)
        }
        (State::UnderControl, Input::RecordResults { officer, results }) => {
            yours(case, officer)?;
            record_results(case, officer, results, setting)
        }
        // An audit after release, an expertise that takes weeks: whoever is competent says what came of it.
        (
            State::Released | State::ReleasedConditionally | State::ReleaseRefused | State::Withdrawn,
            Input::RecordResults { officer, results },
        ) => record_results(case, officer, results, setting),
        // A transit ends at an office that did not release it: whoever is competent there says so.
        (
            State::Released | State::ReleasedConditionally,
            Input::Act { officer: _, act: act @ Act::TransitArrived(_) },
        ) if case.kind == Some(Kind::Transit) => act_of(act),
        (State::UnderControl, Input::Assign) => assign(case, setting),
        // The officer's release takes the money; until then it stays the payer's to spend.
        (State::UnderControl, Input::PaymentArrived) => Err(Refusal::Nothing),
        (State::UnderControl, Input::Withdraw { reason, .. }) => withdraw(case, reason),
        (State::UnderControl, Input::DeadlineReached) if case.overdue => Err(Refusal::Nothing),
        (State::UnderControl, Input::DeadlineReached) => Ok(only(vec![Event::Overdue])),
        (State::UnderControl, Input::File(_)) => Err(not_now()),

        (
            State::RegistrationRefused | State::Released | State::ReleaseRefused | State::Withdrawn,
            Input::Cover { .. } | Input::FreeCover { .. },
        ) => Err(Refusal::Final { state }),
        (
            State::RegistrationRefused
            | State::Released
            | State::ReleasedConditionally
            | State::ReleaseRefused
            | State::Withdrawn,
            Input::File(_)
            | Input::Decide { .. }
            | Input::Withdraw { .. }
            | Input::Correct(_)
            | Input::Act { .. }
            | Input::RecordResults { .. }
            | Input::PaymentArrived
            | Input::Assign
            | Input::DeadlineReached,
        ) => Err(Refusal::Final { state }),
    }
}

/// A step that used nothing scarce.
fn only(events: Vec<Event>) -> Step {
    Step { events, used: Supply::default() }
}

fn after(now: Timestamp, minutes: u32) -> Timestamp {
    now.checked_add(SignedDuration::from_mins(i64::from(minutes))).unwrap_or(now)
}

/// A declaration is filed: refuse it, or register it and release, route or let it wait.
fn file(case: &Case, filing: &Filing, setting: &Setting<'_>) -> Result<Step, Refusal> {
    let assessed = setting.assessed.ok_or(Refusal::NotAssessed)?;
    let pack = setting.world.reference().pack(&assessed.pack).ok_or(Refusal::NotAssessed)?;
    let mut events = vec![
        Event::Filed {
            sha256: filing.sha256.clone(),
            pack: assessed.pack.clone(),
            kind: assessed.kind,
            procedure: assessed.procedure,
            office: assessed.office,
            declarant: assessed.declarant.clone(),
            declarant_number: assessed.declarant_number,
            items: assessed.items,
            documents: assessed.documents,
        },
        Event::Controlled { findings: marks(assessed, setting.supply) },
        assessed_event(assessed),
    ];
    events.extend(selected_event(assessed));
    events.extend(scored_event(assessed));
    let duplicate = setting.supply.duplicate.clone();
    let errors = assessed.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
        + usize::from(duplicate.is_some());
    if errors > 0 {
        events.push(Event::RegistrationRefused { errors: u32::try_from(errors).unwrap_or(u32::MAX) });
        return Ok(Step { events, used: Supply { duplicate, ..Supply::default() } });
    }
    let mut used = Supply { serial: setting.supply.serial, ..Supply::default() };
    let number =
        used.serial.and_then(|serial| RegistrationNumber::new(assessed.office, assessed.day, serial));
    events.push(Event::Registered { number: number.ok_or(Refusal::NoNumberLeft)? });

    let means =
        Means::of_assessed(assessed, setting.supply, |_| Decimal::ZERO, setting.supply.guarantees.clone());
    used.available = means.available;
    used.funds = means.funds.clone();
    used.guarantees = means.offered(setting.supply);
    let deadline = after(setting.now, pack.deadlines.payment_minutes);
    if assessed.route.is_empty() {
        if means.are_there() {
            means.settle(&mut events, assessed.payments.currency.as_str());
            events.push(released_automatically(&assessed.payments));
        } else {
            means.await_missing(&mut events, deadline);
        }
        return Ok(Step { events, used });
    }

    route(&mut events, &mut used, case, assessed, pack, setting);
    means.set_aside(&mut events, assessed.payments.currency.as_str(), deadline);
    Ok(Step { events, used })
}

/// The declaration has a new version: what hung on the one before is made again for it.
fn correct(case: &Case, correction: &Correction, setting: &Setting<'_>) -> Result<Step, Refusal> {
    let assessed = setting.assessed.ok_or(Refusal::NotAssessed)?;
    let pack = setting.world.reference().pack(&assessed.pack).ok_or(Refusal::NotAssessed)?;
    let same = assessed.pack == case.pack
        && Some(assessed.office) == case.office
        && assessed.declarant_number == case.declarant_number;
    if !same {
        return Err(Refusal::OtherDeclaration);
    }
    if case.version >= VERSIONS_MAX {
        return Err(Refusal::TooManyVersions);
    }
    let mark = correction.mark.clone();
    let errors = assessed.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    if errors > 0 {
        let errors = u32::try_from(errors).unwrap_or(u32::MAX);
        return Ok(only(vec![Event::CorrectionRefused { mark, errors }]));
    }
    let mut events = vec![
        Event::Corrected {
            version: case.version.saturating_add(1),
            mark,
            changes: correction.changes,
            items: assessed.items,
            documents: assessed.documents,
        },
        Event::Controlled { findings: marks(assessed, &Supply::default()) },
        assessed_event(assessed),
    ];
    events.extend(selected_event(assessed));
    events.extend(scored_event(assessed));
    // What was set aside for the version before is the payer's again, and covers the new one first; so with
    // guarantees.
    events.extend(returned(case));
    events.extend(freed(case));
    let mut offers = setting.supply.guarantees.clone();
    for offer in &mut offers {
        let covers = case.security.covers.iter().filter(|cover| cover.guarantee == offer.guarantee);
        offer.free = covers.fold(offer.free, |free, cover| free.saturating_add(cover.amount));
    }
    let before = case.parts();
    // Money of another payer does not cover it.
    let returning = |payer| {
        let own = before.iter().filter(|share| share.payer == payer);
        own.fold(Decimal::ZERO, |sum, share| sum.saturating_add(share.reserved))
    };
    let means = Means::of_assessed(assessed, setting.supply, returning, offers);
    let mut used = Supply {
        available: means.available,
        funds: means.funds.clone(),
        guarantees: means.offered(setting.supply),
        ..Supply::default()
    };
    let waiting = case.state == State::WaitingForPayment;
    if waiting && !assessed.route.is_empty() {
        route(&mut events, &mut used, case, assessed, pack, setting);
    }
    let deadline = case.deadline.unwrap_or_else(|| after(setting.now, pack.deadlines.payment_minutes));
    let currency = assessed.payments.currency.as_str();
    if !(waiting && assessed.route.is_empty()) {
        means.set_aside(&mut events, currency, deadline);
    } else if means.are_there() {
        means.settle(&mut events, currency);
        events.push(released_automatically(&assessed.payments));
    } else {
        means.await_missing(&mut events, deadline);
    }
    Ok(Step { events, used })
}

fn marks(assessed: &Assessed, supply: &Supply) -> Vec<FindingMark> {
    let mut marks: Vec<FindingMark> = assessed.findings.iter().map(FindingMark::from).collect();
    marks.extend(supply.duplicate.as_ref().map(|duplicate| FindingMark::from(&duplicate.finding())));
    marks
}

fn selected_event(assessed: &Assessed) -> Option<Event> {
    let mut hits: Vec<String> = assessed.risk.hits.iter().map(|hit| hit.profile.clone()).collect();
    hits.dedup();
    let random = assessed.risk.random.is_some();
    (random || !hits.is_empty()).then_some(Event::Selected { hits, random })
}

fn scored_event(assessed: &Assessed) -> Option<Event> {
    let by = assessed.scored.clone();
    (!by.is_empty()).then_some(Event::Scored { by })
}

fn assessed_event(assessed: &Assessed) -> Event {
    let payments = &assessed.payments;
    let sum =
        |(kind, amount, status): &(_, _, _)| PaymentSum { kind: *kind, amount: *amount, status: *status };
    // Later steps know the payers from here, where an event of the money does not say them.
    let parts = match (&assessed.parts[..], &assessed.security, assessed.payer) {
        ([], Some(_), Some(payer)) => vec![Part { payer, amount: payments.payable_total }],
        (parts, ..) => parts.to_vec(),
    };
    Event::Assessed {
        totals: payments.totals.iter().map(sum).collect(),
        payable: payments.payable_total,
        currency: payments.currency.to_string(),
        customs_value: payments.customs_value_total,
        lines: u32::try_from(payments.lines.len()).unwrap_or(u32::MAX),
        lane: assessed.risk.lane,
        security: assessed.security.clone(),
        parts,
    }
}

/// What a case needs besides the decision, and whether it is there: every payer's part, and a guarantee for
/// what is conditional.
struct Means {
    /// What of the supply the payment rests on.
    available: Option<Decimal>,
    funds: Vec<Fund>,
    payment: Payment,
    security: Securing,
}

enum Payment {
    /// Enough is there of every payer; of none where nothing is payable.
    Covered(Vec<Part>),
    /// So much is missing, of whom.
    Short(Vec<(Option<TaxNumber>, Decimal)>),
}

enum Securing {
    /// Nothing must be secured, or what covers the case is enough.
    Enough,
    /// This guarantee covers the rest.
    By(Offer, Decimal),
    /// So much is not covered.
    Missing(Decimal),
}

impl Means {
    /// Of a declaration as it was assessed. What comes back of the version before counts as there.
    fn of_assessed(
        assessed: &Assessed,
        supply: &Supply,
        returning: impl Fn(TaxNumber) -> Decimal,
        offers: Vec<Offer>,
    ) -> Self {
        let payable = assessed.payments.payable_total;
        let unknown = |reason| assessed.route.contains(&reason);
        // Without a right to an account nothing is taken from it: the officer decides.
        let (available, funds, payment) = if unknown(RouteReason::Payer) {
            (None, Vec::new(), Payment::nothing(payable, assessed.due()))
        } else {
            Payment::of(payable, assessed.due(), supply, returning)
        };
        let security = match &assessed.security {
            None => Securing::Enough,
            Some(demand) if unknown(RouteReason::Payer) || unknown(RouteReason::Filer) => {
                Securing::Missing(demand.amount)
            }
            Some(demand) => Securing::of(demand.amount, &demand.named, &offers),
        };
        Self { available, funds, payment, security }
    }

    /// Of a case that stands somewhere.
    fn of_case(case: &Case, supply: &Supply) -> Self {
        let (available, funds, payment) = Payment::of(case.payable, case.due(), supply, |_| Decimal::ZERO);
        let security = Securing::of_case(case, supply);
        Self { available, funds, payment, security }
    }

    fn are_there(&self) -> bool {
        matches!(self.payment, Payment::Covered(_)) && !matches!(self.security, Securing::Missing(_))
    }

    /// The guarantee chosen, as the supply has it: that is what is kept of it.
    fn offered(&self, supply: &Supply) -> Vec<Offer> {
        let Securing::By(chosen, _) = &self.security else { return Vec::new() };
        supply.guarantees.iter().filter(|offer| offer.guarantee == chosen.guarantee).cloned().collect()
    }

    /// Everything is there and taken at once.
    fn settle(&self, events: &mut Vec<Event>, currency: &str) {
        if let Payment::Covered(parts) = &self.payment {
            settle_payment(events, parts);
        }
        self.security.take(events, currency);
    }

    /// What is there is kept for an official's decision, the rest is awaited.
    fn set_aside(&self, events: &mut Vec<Event>, currency: &str, deadline: Timestamp) {
        if let Payment::Covered(parts) = &self.payment {
            let reserved = |part: &Part| Event::PaymentReserved { payer: part.payer, amount: part.amount };
            events.extend(parts.iter().map(reserved));
        }
        self.security.take(events, currency);
        self.await_missing(events, deadline);
    }

    fn await_missing(&self, events: &mut Vec<Event>, deadline: Timestamp) {
        if let Payment::Short(missing) = &self.payment {
            let awaited = |(payer, shortfall): &(_, _)| Event::PaymentAwaited {
                payer: *payer,
                shortfall: *shortfall,
                deadline,
            };
            events.extend(missing.iter().map(awaited));
        }
        if let Securing::Missing(missing) = self.security {
            events.push(Event::SecurityAwaited { missing, deadline });
        }
    }
}

impl Payment {
    /// Whether the accounts of all payers cover their parts, and what of the supply that rests on. All, or
    /// nothing is taken of any.
    fn of(
        payable: Decimal,
        due: Vec<Part>,
        supply: &Supply,
        returning: impl Fn(TaxNumber) -> Decimal,
    ) -> (Option<Decimal>, Vec<Fund>, Self) {
        if payable <= Decimal::ZERO {
            return (None, Vec::new(), Payment::Covered(Vec::new()));
        }
        if due.is_empty() {
            return (supply.available, Vec::new(), Payment::nothing(payable, due));
        }
        let several = due.len() > 1;
        let available = |payer| {
            let of_several = || supply.funds.iter().find(|fund| fund.payer == payer);
            let found = if several { of_several().map(|fund| fund.available) } else { supply.available };
            found.map(|found| found.saturating_add(returning(payer))).unwrap_or_default()
        };
        let missing = due.iter().filter_map(|part| {
            let missing = part.amount.saturating_sub(available(part.payer));
            (missing > Decimal::ZERO).then_some((Some(part.payer), missing))
        });
        let missing: Vec<_> = missing.collect();
        let funds = if several { supply.funds.clone() } else { Vec::new() };
        let used = supply.available.filter(|_| !several);
        let payment = if missing.is_empty() { Payment::Covered(due) } else { Payment::Short(missing) };
        (used, funds, payment)
    }

    /// Nothing is taken of anybody.
    fn nothing(payable: Decimal, due: Vec<Part>) -> Self {
        // Nobody is named who could pay it.
        if due.is_empty() && payable > Decimal::ZERO {
            return Payment::Short(vec![(None, payable)]);
        }
        let missing: Vec<_> = due.into_iter().map(|part| (Some(part.payer), part.amount)).collect();
        if missing.is_empty() { Payment::Covered(Vec::new()) } else { Payment::Short(missing) }
    }

    /// The sum of what is missing.
    fn shortfall(&self) -> Option<Decimal> {
        let Payment::Short(missing) = self else { return None };
        Some(missing.iter().fold(Decimal::ZERO, |sum, (_, amount)| sum.saturating_add(*amount)))
    }
}

impl Securing {
    fn of(amount: Decimal, named: &[String], offers: &[Offer]) -> Self {
        if amount <= Decimal::ZERO {
            return Securing::Enough;
        }
        match security::choose(offers, named, amount) {
            Some(offer) => Securing::By(offer.clone(), amount),
            None => Securing::Missing(amount),
        }
    }

    fn of_case(case: &Case, supply: &Supply) -> Self {
        Self::of(case.security.missing(), &case.security.named, &supply.guarantees)
    }

    fn take(&self, events: &mut Vec<Event>, currency: &str) {
        if let Securing::By(offer, amount) = self {
            let (guarantee, currency) = (offer.guarantee.clone(), currency.to_owned());
            events.push(Event::SecurityTaken { guarantee, amount: *amount, currency });
        }
    }
}

fn settle_payment(events: &mut Vec<Event>, parts: &[Part]) {
    for Part { payer, amount } in parts.iter().copied() {
        events.push(Event::PaymentReserved { payer, amount });
        events.push(Event::PaymentPosted { payer, amount });
    }
}

fn released_automatically(payments: &duty::Assessment) -> Event {
    let conditional =
        payments.totals.iter().any(|(_, _, status)| *status == reference::pack::PaymentStatus::Conditional);
    Event::Released { by: DecidedBy::Automatic, conditional, remark: String::new() }
}

fn route(
    events: &mut Vec<Event>,
    used: &mut Supply,
    case: &Case,
    assessed: &Assessed,
    pack: &Pack,
    setting: &Setting<'_>,
) {
    let deadline = after(setting.now, pack.deadlines.release_minutes);
    let reasons: Vec<RouteReason> = assessed.route.clone();
    events.push(Event::Routed { reasons, deadline });
    used.candidates = setting.supply.candidates.clone();
    if let Some(officer) = dispatch::choose(&used.candidates, setting.draw) {
        debug_assert!(case.officer.is_none(), "a case is dispatched once");
        events.push(Event::Assigned { officer: officer.clone(), weight: dispatch::weight(assessed.items) });
    }
}

/// Money or a guarantee came for a case that needs nothing else.
fn pay_and_release(case: &Case, setting: &Setting<'_>) -> Result<Step, Refusal> {
    let means = Means::of_case(case, setting.supply);
    if !means.are_there() {
        return Err(Refusal::Nothing);
    }
    let mut events = Vec::new();
    means.settle(&mut events, &case.currency);
    released(&mut events, case, DecidedBy::Automatic, String::new());
    let guarantees = means.offered(setting.supply);
    let used = Supply { available: means.available, funds: means.funds, guarantees, ..Supply::default() };
    Ok(Step { events, used })
}

/// Released; what covers it is freed unless payments stay conditional: their debt lives on.
fn released(events: &mut Vec<Event>, case: &Case, by: DecidedBy, remark: String) {
    if !case.conditional {
        events.extend(freed(case));
    }
    events.push(Event::Released { by, conditional: case.conditional, remark });
}

/// A guarantee covers the case because somebody says so.
fn cover(case: &Case, guarantee: &str, amount: Decimal, setting: &Setting<'_>) -> Result<Step, Refusal> {
    let offers = &setting.supply.guarantees;
    let offer = offers.iter().find(|offer| offer.guarantee == guarantee && offer.free >= amount);
    let refusal = || Refusal::NoCover { guarantee: guarantee.to_owned(), amount };
    let offer = offer.filter(|_| amount > Decimal::ZERO).ok_or_else(refusal)?;
    Ok(Step {
        events: vec![Event::SecurityTaken {
            guarantee: guarantee.to_owned(),
            amount,
            currency: case.currency.clone(),
        }],
        used: Supply { guarantees: vec![offer.clone()], ..Supply::default() },
    })
}

/// What covers the case is freed because somebody says so; a case that is not decided waits for other security.
fn free_cover(case: &Case, setting: &Setting<'_>) -> Result<Step, Refusal> {
    let mut events = freed(case);
    if events.is_empty() {
        return Err(Refusal::Nothing);
    }
    let missing = case.security.demanded;
    if !case.state.is_final() && missing > Decimal::ZERO {
        let deadline = case.deadline.unwrap_or(setting.now);
        events.push(Event::SecurityAwaited { missing, deadline });
    }
    Ok(only(events))
}

fn assign(case: &Case, setting: &Setting<'_>) -> Result<Step, Refusal> {
    if case.officer.is_some() {
        return Err(Refusal::Nothing);
    }
    let candidates = setting.supply.candidates.clone();
    let officer = dispatch::choose(&candidates, setting.draw).ok_or(Refusal::Nothing)?.clone();
    Ok(Step {
        events: vec![Event::Assigned { officer, weight: dispatch::weight(case.items) }],
        used: Supply { candidates, ..Supply::default() },
    })
}

fn withdraw(case: &Case, reason: &str) -> Result<Step, Refusal> {
    let mut events = returned(case);
    events.extend(freed(case));
    events.push(Event::Withdrawn { reason: shortened(reason) });
    Ok(only(events))
}

/// What was set aside goes back, to each payer.
fn returned(case: &Case) -> Vec<Event> {
    let parts = case.parts().into_iter().filter(|share| share.reserved > Decimal::ZERO);
    parts.map(|share| Event::PaymentReturned { payer: share.payer, amount: share.reserved }).collect()
}

/// What covers the case covers it no more.
fn freed(case: &Case) -> Vec<Event> {
    let freed = |cover: &security::Covered| Event::SecurityFreed {
        guarantee: cover.guarantee.clone(),
        amount: cover.amount,
        currency: case.currency.clone(),
    };
    case.security.covers.iter().map(freed).collect()
}

fn shortened(text: &str) -> String {
    text.trim().chars().take(REASON_CHARS_MAX).collect()
}

/// Only the official who has the case acts on it.
fn yours(case: &Case, officer: &OfficerId) -> Result<(), Refusal> {
    if case.officer.as_ref() == Some(officer) {
        return Ok(());
    }
    Err(Refusal::NotYours { holder: case.officer.as_ref().map(|holder| holder.0.clone()) })
}

/// What an official says came of looks.
fn record_results(
    case: &Case,
    officer: &OfficerId,
    results: &[LookResult],
    setting: &Setting<'_>,
) -> Result<Step, Refusal> {
    if !(1..=RESULTS_MAX).contains(&results.len()) {
        return Err(Refusal::UnclearResult { nth: None, fault: ResultFault::Count });
    }
    for (nth, result) in (1..).zip(results) {
        if let Some(fault) = result.fault(case.items) {
            return Err(Refusal::UnclearResult { nth: Some(nth), fault });
        }
    }
    // What did not fire here has no result here: it would count for or against a profile that has no part in it.
    let grounds = &setting.supply.grounds;
    let foreign = |ground: &Ground| ground.as_str() != Ground::OFFICER && !grounds.contains(ground);
    if let Some(foreign) = results.iter().map(|result| &result.ground).find(|ground| foreign(ground)) {
        return Err(Refusal::NoGround { ground: foreign.clone() });
    }
    Ok(Step {
        events: vec![Event::ResultsRecorded { officer: officer.clone(), results: results.to_vec() }],
        used: Supply { grounds: grounds.clone(), ..Supply::default() },
    })
}

/// What an official does short of deciding.
fn act_of(act: &Act) -> Result<Step, Refusal> {
    if !act.says_enough() {
        return Err(Refusal::UnclearAct);
    }
    Ok(only(vec![Event::Act(act.clone())]))
}

fn decide(
    case: &Case,
    officer: &OfficerId,
    decision: Decision,
    reason: &str,
    setting: &Setting<'_>,
) -> Result<Step, Refusal> {
    let by = DecidedBy::Officer(officer.clone());
    let open = &setting.supply.open_grounds;
    let pack = setting.world.reference().pack(&case.pack);
    if !open.is_empty() && pack.is_some_and(|pack| pack.control.results_required) {
        return Err(Refusal::ResultsMissing { grounds: open.clone() });
    }
    let mut stepped = decided(case, by, decision, reason, setting)?;
    if !open.is_empty() {
        // A look that nobody speaks of is counted as that, so that no profile looks better than it is.
        let results = open.iter().cloned().map(LookResult::unstated).collect();
        stepped.events.push(Event::ResultsRecorded { officer: officer.clone(), results });
        stepped.used.open_grounds = open.clone();
    }
    Ok(stepped)
}

fn decided(
    case: &Case,
    by: DecidedBy,
    decision: Decision,
    reason: &str,
    setting: &Setting<'_>,
) -> Result<Step, Refusal> {
    match decision {
        Decision::Release => {
            let mut events = Vec::new();
            let mut used = Supply::default();
            if case.reserved > Decimal::ZERO {
                let parts = case.parts().into_iter().filter(|share| share.reserved > Decimal::ZERO);
                events.extend(
                    parts.map(|share| Event::PaymentPosted { payer: share.payer, amount: share.reserved }),
                );
            } else {
                let means = Means::of_case(case, setting.supply);
                if let Some(amount) = means.payment.shortfall() {
                    return Err(Refusal::PaymentOutstanding { amount, currency: case.currency.clone() });
                }
                if let Payment::Covered(parts) = &means.payment {
                    settle_payment(&mut events, parts);
                }
                (used.available, used.funds) = (means.available, means.funds);
            }
            match Securing::of_case(case, setting.supply) {
                Securing::Missing(amount) => {
                    return Err(Refusal::SecurityOutstanding { amount, currency: case.currency.clone() });
                }
                Securing::Enough => {}
                Securing::By(offer, amount) => {
                    Securing::By(offer.clone(), amount).take(&mut events, &case.currency);
                    used.guarantees = vec![offer];
                }
            }
            released(&mut events, case, by, shortened(reason));
            Ok(Step { events, used })
        }
        Decision::Refuse => {
            let length = reason.trim().chars().count();
            if !(REASON_CHARS_MIN..=REASON_CHARS_MAX).contains(&length) {
                return Err(Refusal::ReasonMissing);
            }
            let mut events = returned(case);
            events.extend(freed(case));
            events.push(Event::Refused { by, reason: shortened(reason) });
            Ok(Step { events, used: Supply::default() })
        }
    }
}
