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
use crate::number::RegistrationNumber;
use crate::world::World;

/// What is scarce, as it stands at the moment of a step. Read in the transaction that will store it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Supply {
    /// The next serial of the office and year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<u32>,
    /// What the payer's account can still cover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<Decimal>,
    /// The case under which the same document of the same declarant is registered already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate: Option<Duplicate>,
    /// Officers on shift who are competent, with their loads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
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

/// Why an input does nothing to a case.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The case is decided.
    #[error("the case is {}: nothing can change it any more", state.as_str())]
    Final {
        /// Where it stands.
        state: State,
    },
    /// The input makes no sense where the case stands.
    #[error("{input} is not possible while the case is {}", state.as_str())]
    NotNow {
        /// Where it stands.
        state: State,
        /// The input.
        input: &'static str,
    },
    /// Another officer has the case.
    #[error("the case is with {}, not with you", holder.as_deref().unwrap_or("nobody yet"))]
    NotYours {
        /// Whose it is.
        holder: Option<String>,
    },
    /// A refusal must say why.
    #[error("a refusal needs a reason of 3 to 2000 characters for the declarant")]
    ReasonMissing,
    /// Release needs the money.
    #[error("{amount} {currency} is not covered by the payer's account; release is possible once it is paid")]
    PaymentOutstanding {
        /// What is missing.
        amount: Decimal,
        /// Currency.
        currency: String,
    },
    /// No number can be given.
    #[error("the office has no registration number left this year")]
    NoNumberLeft,
    /// A filing came without its assessment.
    #[error("the filing was not assessed")]
    NotAssessed,
    /// An act must say what the declarant has to know.
    #[error(
        "say what is wanted: 1 to 100 documents, each beginning with the code of its kind; or measures and a line of goods there is; a reason of 3 to 2000 characters"
    )]
    UnclearAct,
    /// The declaration has a version the officer has not seen.
    #[error("the declaration was corrected meanwhile: look at version {version} and decide again")]
    Corrected {
        /// The version that counts.
        version: u32,
    },
    /// A correction may not make another declaration of it.
    #[error("a correction cannot change the country, the office or the declarant; withdraw and file anew")]
    OtherDeclaration,
    /// A declaration is corrected so often that somebody should ask why.
    #[error("the declaration has {VERSIONS_MAX} versions; withdraw it and file anew")]
    TooManyVersions,
    /// Nothing would change.
    #[error("nothing to do")]
    Nothing,
}

impl Refusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Final { .. } => "GL-5001",
            Refusal::NotNow { .. } => "GL-5002",
            Refusal::NotYours { .. } => "GL-5003",
            Refusal::ReasonMissing => "GL-5004",
            Refusal::PaymentOutstanding { .. } => "GL-5005",
            Refusal::NoNumberLeft => "GL-5006",
            Refusal::NotAssessed => "GL-5007",
            Refusal::Nothing => "GL-5008",
            Refusal::UnclearAct => "GL-5009",
            Refusal::Corrected { .. } => "GL-5010",
            Refusal::OtherDeclaration => "GL-5011",
            Refusal::TooManyVersions => "GL-5012",
        }
    }

    /// What to tell a person.
    pub fn text(&self) -> Text {
        let en = self.to_string();
        let ru = match self {
            Refusal::Final { .. } => "Дело завершено: изменить его уже нельзя.".to_owned(),
            Refusal::NotNow { .. } => "В текущем состоянии дела это действие невозможно.".to_owned(),
            Refusal::NotYours { holder: Some(holder) } => format!("Дело находится у {holder}, а не у вас."),
            Refusal::NotYours { holder: None } => "Дело пока никому не назначено.".to_owned(),
            Refusal::ReasonMissing => {
                "Укажите причину отказа для декларанта: от 3 до 2000 знаков.".to_owned()
            }
            Refusal::PaymentOutstanding { amount, currency } => {
                format!("На счёте плательщика не хватает {amount} {currency}; выпуск возможен после уплаты.")
            }
            Refusal::NoNumberLeft => "У таможенного органа закончились номера этого года.".to_owned(),
            Refusal::NotAssessed => "Декларация не прошла контроль.".to_owned(),
            Refusal::UnclearAct => {
                "Укажите, что требуется: от 1 до 100 документов, каждый с кодом вида в начале; или меры и существующий товар; причину от 3 до 2000 знаков."
                    .to_owned()
            }
            Refusal::Corrected { version } => {
                format!("Декларация тем временем исправлена: посмотрите версию {version} и решите снова.")
            }
            Refusal::OtherDeclaration => {
                "Корректировка не может менять страну, таможенный орган и декларанта: отзовите декларацию и подайте новую."
                    .to_owned()
            }
            Refusal::TooManyVersions => {
                format!("У декларации уже {VERSIONS_MAX} версий: отзовите её и подайте новую.")
            }
            Refusal::Nothing => "Менять нечего.".to_owned(),
        };
        Text::new(ru, en)
    }
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
            | Input::PaymentArrived
            | Input::Assign
            | Input::DeadlineReached,
        ) => Err(not_now()),

        (State::WaitingForPayment, Input::PaymentArrived) => pay_and_release(case, setting),
        (State::WaitingForPayment, Input::Withdraw { reason, .. }) => withdraw(case, reason),
        (State::WaitingForPayment, Input::DeadlineReached) => match pay_and_release(case, setting) {
            // The money is there after all: nobody is refused for a notice that was lost.
            Ok(step) => Ok(step),
            Err(_) => Ok(only(vec![Event::Refused {
                by: DecidedBy::Automatic,
                reason: "payments were not made in time (EAEU customs code, article 125)".to_owned(),
            }])),
        },
        (
            State::WaitingForPayment,
            Input::File(_) | Input::Decide { .. } | Input::Act { .. } | Input::Assign,
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

    let payable = assessed.payments.payable_total;
    // Without a right to the payer's account nothing is taken from it: the officer decides.
    let confirmed = !assessed.route.contains(&RouteReason::Payer);
    let cover = if confirmed {
        Cover::of(payable, assessed.payer, setting.supply)
    } else {
        Cover { available: None, payment: Payment::Short(payable) }
    };
    used.available = cover.available;
    if assessed.route.is_empty() {
        match cover.payment {
            Payment::Covered(payment) => {
                settle_payment(&mut events, payment);
                events.push(released_automatically(&assessed.payments));
            }
            Payment::Short(shortfall) => events.push(Event::PaymentAwaited {
                payer: assessed.payer,
                shortfall,
                deadline: after(setting.now, pack.deadlines.payment_minutes),
            }),
        }
        return Ok(Step { events, used });
    }

    route(&mut events, &mut used, case, assessed, pack, setting);
    match cover.payment {
        Payment::Covered(Some((payer, amount))) => events.push(Event::PaymentReserved { payer, amount }),
        Payment::Covered(None) => {}
        Payment::Short(shortfall) => events.push(Event::PaymentAwaited {
            payer: assessed.payer,
            shortfall,
            deadline: after(setting.now, pack.deadlines.payment_minutes),
        }),
    }
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
    // What was set aside for the version before is the payer's again, and covers the new one first.
    events.extend(returned(case));
    let mut used = Supply::default();
    let payable = assessed.payments.payable_total;
    let confirmed = !assessed.route.contains(&RouteReason::Payer);
    // Money of another payer does not cover it.
    let returning = if assessed.payer == case.payer { case.reserved } else { Decimal::ZERO };
    let covering = Supply {
        available: setting.supply.available.map(|available| available.saturating_add(returning)),
        ..Supply::default()
    };
    let cover = if confirmed {
        Cover::of(payable, assessed.payer, &covering)
    } else {
        Cover { available: None, payment: Payment::Short(payable) }
    };
    used.available = cover.available.and(setting.supply.available);
    let waiting = case.state == State::WaitingForPayment;
    if waiting && !assessed.route.is_empty() {
        route(&mut events, &mut used, case, assessed, pack, setting);
    }
    match cover.payment {
        Payment::Covered(payment) if waiting && assessed.route.is_empty() => {
            settle_payment(&mut events, payment);
            events.push(released_automatically(&assessed.payments));
        }
        Payment::Covered(Some((payer, amount))) => events.push(Event::PaymentReserved { payer, amount }),
        Payment::Covered(None) => {}
        Payment::Short(shortfall) => events.push(Event::PaymentAwaited {
            payer: assessed.payer,
            shortfall,
            deadline: case.deadline.unwrap_or_else(|| after(setting.now, pack.deadlines.payment_minutes)),
        }),
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

fn assessed_event(assessed: &Assessed) -> Event {
    let payments = &assessed.payments;
    let sum =
        |(kind, amount, status): &(_, _, _)| PaymentSum { kind: *kind, amount: *amount, status: *status };
    Event::Assessed {
        totals: payments.totals.iter().map(sum).collect(),
        payable: payments.payable_total,
        currency: payments.currency.to_string(),
        customs_value: payments.customs_value_total,
        lines: u32::try_from(payments.lines.len()).unwrap_or(u32::MAX),
        lane: assessed.risk.lane,
    }
}

/// Whether the payer's account covers what is payable.
struct Cover {
    available: Option<Decimal>,
    payment: Payment,
}

enum Payment {
    /// Enough is there, or nothing is payable (`None`).
    Covered(Option<(TaxNumber, Decimal)>),
    /// So much is missing.
    Short(Decimal),
}

impl Cover {
    fn of(payable: Decimal, payer: Option<TaxNumber>, supply: &Supply) -> Self {
        if payable <= Decimal::ZERO {
            return Self { available: None, payment: Payment::Covered(None) };
        }
        let available = supply.available.unwrap_or_default();
        let payment = match payer {
            Some(payer) if available >= payable => Payment::Covered(Some((payer, payable))),
            Some(_) => Payment::Short(payable.saturating_sub(available)),
            None => Payment::Short(payable),
        };
        Self { available: supply.available, payment }
    }
}

fn settle_payment(events: &mut Vec<Event>, payment: Option<(TaxNumber, Decimal)>) {
    if let Some((payer, amount)) = payment {
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

/// Money came for a case that needs nothing else.
fn pay_and_release(case: &Case, setting: &Setting<'_>) -> Result<Step, Refusal> {
    let cover = Cover::of(case.payable, case.payer, setting.supply);
    let Payment::Covered(payment) = cover.payment else { return Err(Refusal::Nothing) };
    let mut events = Vec::new();
    settle_payment(&mut events, payment);
    events.push(Event::Released {
        by: DecidedBy::Automatic,
        conditional: case.conditional,
        remark: String::new(),
    });
    Ok(Step { events, used: Supply { available: cover.available, ..Supply::default() } })
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
    events.push(Event::Withdrawn { reason: shortened(reason) });
    Ok(only(events))
}

/// What was set aside goes back.
fn returned(case: &Case) -> Vec<Event> {
    match case.payer {
        Some(payer) if case.reserved > Decimal::ZERO => {
            vec![Event::PaymentReturned { payer, amount: case.reserved }]
        }
        _ => Vec::new(),
    }
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
    match decision {
        Decision::Release => {
            let mut events = Vec::new();
            let mut used = Supply::default();
            if case.reserved > Decimal::ZERO {
                if let Some(payer) = case.payer {
                    events.push(Event::PaymentPosted { payer, amount: case.reserved });
                }
            } else {
                let cover = Cover::of(case.payable, case.payer, setting.supply);
                used.available = cover.available;
                match cover.payment {
                    Payment::Covered(payment) => settle_payment(&mut events, payment),
                    Payment::Short(amount) => {
                        return Err(Refusal::PaymentOutstanding { amount, currency: case.currency.clone() });
                    }
                }
            }
            events.push(Event::Released { by, conditional: case.conditional, remark: shortened(reason) });
            Ok(Step { events, used })
        }
        Decision::Refuse => {
            let length = reason.trim().chars().count();
            if !(REASON_CHARS_MIN..=REASON_CHARS_MAX).contains(&length) {
                return Err(Refusal::ReasonMissing);
            }
            let mut events = returned(case);
            events.push(Event::Refused { by, reason: shortened(reason) });
            Ok(Step { events, used: Supply::default() })
        }
    }
}
