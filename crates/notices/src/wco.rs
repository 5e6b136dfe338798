//! Responses of the WCO's data model, as the customs service of the United Kingdom sends them.

use clearance::{DecidedBy, Event};
use declaration::{Finding, PaymentKind};
use duty::{Line, Working};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use crate::change::{ChangeDecision, corrected};
use crate::sheet::{Made, Sheet};
use crate::{Subject, errors_of};
use clearance::act::{Act, DocumentRequest};

/// The longest statement, in characters.
const TEXT_CHARS: usize = 512;
/// The longest reference, in characters.
const REFERENCE_CHARS: usize = 35;
/// A kind of statement: the result of a control or of a decision.
const RESULT: &str = "AFB";
/// A kind of statement: a document is to be presented.
const DOCUMENT: &str = "ACA";
/// A kind of statement: what was changed.
const AMENDMENT: &str = "AES";
/// The control result where an official looked, and found everything in order.
const SATISFACTORY: &str = "A1";
/// The control result where nobody had to look.
const CONSIDERED_SATISFACTORY: &str = "A2";
/// The status of payments that are computed and not taken yet.
const TAX_PROVISIONAL: &str = "67";
/// The status of payments that are taken.
const TAX_FINAL: &str = "4";
/// The status of a request that is refused.
const REQUEST_DENIED: &str = "41";
/// The duty regime where neither relief nor a preference is claimed.
const REGIME_USUAL: &str = "100";

/// What a response is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// The declaration is accepted.
    Accepted,
    /// A declaration or request came in and waits.
    Received,
    /// The declaration is rejected.
    Rejected,
    /// The goods or papers are controlled.
    Controlled,
    /// Documents are wanted.
    DocumentsWanted,
    /// The declaration is amended.
    Amended,
    /// The goods are cleared.
    Cleared,
    /// The declaration is invalidated.
    Invalidated,
    /// A request is answered.
    RequestAnswered,
    /// Payments are computed or taken.
    Taxed,
}

impl Function {
    /// The two digits of the function code.
    pub fn code(self) -> &'static str {
        match self {
            Function::Accepted => "01",
            Function::Received => "02",
            Function::Rejected => "03",
            Function::Controlled => "05",
            Function::DocumentsWanted => "06",
            Function::Amended => "07",
            Function::Cleared => "09",
            Function::Invalidated => "10",
            Function::RequestAnswered => "11",
            Function::Taxed => "13",
        }
    }

    /// What the trade calls such a response.
    pub fn name(self) -> &'static str {
        match self {
            Function::Accepted => "DMSACC",
            Function::Received => "DMSRCV",
            Function::Rejected => "DMSREJ",
            Function::Controlled => "DMSCTL",
            Function::DocumentsWanted => "DMSDOC",
            Function::Amended => "DMSRES",
            Function::Cleared => "DMSCLE",
            Function::Invalidated => "DMSINV",
            Function::RequestAnswered => "DMSREQ",
            Function::Taxed => "DMSTAX",
        }
    }
}

/// One step of the way to a place in a message: a section, which of several, and at the end an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// The section of the message: `42A` is the declaration, `68A` a line of goods.
    pub section: String,
    /// Which of several sections, from 1.
    pub sequence: Option<u32>,
    /// The element in it, by its identifier in the data model.
    pub tag: Option<String>,
}

/// The response to an event.
pub(crate) fn of_event(event: &Event, events: &[Event], subject: &Subject<'_>) -> Made {
    match event {
        Event::RegistrationRefused { .. } => rejected(&errors_of(events, subject.setting), "", subject),
        Event::Registered { .. } => {
            let mut response = Response::new(Function::Accepted, subject);
            response.moment("declaration/accepted_at", subject.setting.now);
            response.finish()
        }
        Event::PaymentReserved { .. } => taxed(TAX_PROVISIONAL, None, subject),
        Event::PaymentAwaited { shortfall, deadline, .. } => {
            taxed(TAX_PROVISIONAL, Some((*shortfall, *deadline)), subject)
        }
        Event::PaymentPosted { .. } => taxed(TAX_FINAL, None, subject),
        Event::Routed { reasons, .. } => {
            let reasons: Vec<_> = reasons.iter().map(|reason| reason.text().en).collect();
            controlled(&reasons.join("; "), subject)
        }
        Event::Released { by, .. } => {
            let mut response = Response::new(Function::Cleared, subject);
            let result = match by {
                DecidedBy::Automatic => CONSIDERED_SATISFACTORY,
                DecidedBy::Officer(_) => SATISFACTORY,
            };
            response.statement(1, RESULT, Some(result), "");
            response.finish()
        }
        Event::Refused { reason, .. } => rejected(&[], reason, subject),
        Event::Withdrawn { reason } => {
            let mut response = Response::new(Function::Invalidated, subject);
            response.statement(1, RESULT, None, reason);
            response.moment("declaration/cancelled_at", subject.setting.now);
            response.finish()
        }
        Event::Corrected { .. } => amended(&corrected(subject), subject),
        Event::CorrectionRefused { .. } => rejected(&errors_of(events, subject.setting), "", subject),
        Event::Act(act) => of_act(act, subject),
        Event::PaperAttached { .. } => Response::new(Function::Received, subject).finish(),
        Event::Filed { .. }
        | Event::Controlled { .. }
        | Event::Assessed { .. }
        | Event::Selected { .. }
        | Event::Scored { .. }
        | Event::ResultsRecorded { .. }
        | Event::PaymentReturned { .. }
        | Event::SecurityTaken { .. }
        | Event::SecurityAwaited { .. }
        | Event::SecurityFreed { .. }
        | Event::Assigned { .. }
        | Event::Overdue => Ok(None),
    }
}

/// The response to an act.
fn of_act(act: &Act, subject: &Subject<'_>) -> Made {
    match act {
        Act::DocumentsWanted(request) => documents_wanted(request, subject),
        Act::PapersWanted { reason } => {
            let mut response = Response::new(Function::DocumentsWanted, subject);
            response.statement(1, DOCUMENT, Some(DOCUMENT), reason);
            response.finish()
        }
        Act::ExaminationStarted { remark, .. } => controlled(remark, subject),
        Act::ChangeRefused { reason } => {
            let mut response = Response::new(Function::RequestAnswered, subject);
            response.statement(1, RESULT, None, reason);
            response.put("statuses/1/status", REQUEST_DENIED);
            response.finish()
        }
        Act::ExaminationFinished { .. }
        | Act::Instructed { .. }
        | Act::TransitArrived(_)
        | Act::MeasureOrdered { .. } => Ok(None),
    }
}

/// One response in its message.
struct Response {
    sheet: Sheet,
}

impl Response {
    fn new(function: Function, subject: &Subject<'_>) -> Self {
        let mut response = Self { sheet: Sheet::new("wco_message") };
        let sheet = &mut response.sheet;
        sheet.put("data_model_version", "3.6");
        sheet.put("message_type", "RES");
        sheet.put("responsible_country", subject.setting.pack.country);
        response.put("function", function.code());
        response.put("functional_reference", subject.id.simple());
        response.moment("issued_at", subject.setting.now);
        // A reference that does not fit is none: cut, it would name another declaration.
        let reference = subject.declaration_id().filter(|id| id.chars().count() <= REFERENCE_CHARS);
        response.put_if("declaration/functional_reference", reference);
        response.put_if("declaration/identifier", subject.after.number);
        response.put("declaration/version", subject.setting.version);
        response
    }

    fn put(&mut self, path: &str, text: impl ToString) {
        self.sheet.put(&format!("responses/1/{path}"), text);
    }

    fn put_if(&mut self, path: &str, text: Option<impl ToString>) {
        if let Some(text) = text {
            self.put(path, text);
        }
    }

    /// A moment: seconds of universal time, which is format 304.
    fn moment(&mut self, path: &str, at: Timestamp) {
        let at = at.to_zoned(TimeZone::UTC);
        self.put(&format!("{path}/date_time/format"), "304");
        self.put(&format!("{path}/date_time/value"), at.strftime("%Y%m%d%H%M%SZ"));
    }

    fn amount(&mut self, path: &str, amount: Decimal, currency: &str) {
        self.put(&format!("{path}/currency"), currency);
        self.put(&format!("{path}/value"), amount.round_dp(3));
    }

    fn statement(&mut self, nth: usize, kind: &str, code: Option<&str>, text: &str) {
        self.put_if(&format!("additional_information/{nth}/statement_code"), code);
        let place = format!("responses/1/additional_information/{nth}/statement_text");
        self.sheet.words(&place, text, TEXT_CHARS);
        self.put(&format!("additional_information/{nth}/statement_kind"), kind);
    }

    fn pointers(&mut self, path: &str, pointers: &[Pointer]) {
        for (at, pointer) in pointers.iter().enumerate() {
            self.put_if(&format!("{path}/pointers/{}/sequence_number", at + 1), pointer.sequence);
            self.put(&format!("{path}/pointers/{}/section", at + 1), &pointer.section);
            self.put_if(&format!("{path}/pointers/{}/tag", at + 1), pointer.tag.as_deref());
        }
    }

    fn finish(self) -> Made {
        self.sheet.finish()
    }
}

/// DMSREJ: before acceptance with every error and where it lies; after it with the reason.
fn rejected(findings: &[Finding], reason: &str, subject: &Subject<'_>) -> Made {
    let mut response = Response::new(Function::Rejected, subject);
    if !reason.is_empty() {
        response.statement(1, RESULT, None, reason);
    }
    let errors = findings.iter().filter(|finding| finding.severity == declaration::Severity::Error);
    for (at, finding) in errors.enumerate() {
        let path = format!("errors/{}", at + 1);
        response.sheet.words(&format!("responses/1/{path}/description"), &finding.text.en, TEXT_CHARS);
        response.put(&format!("{path}/error_code"), &finding.code);
        response.pointers(&path, &(subject.setting.pointers)(&finding.path));
    }
    response.moment("declaration/rejected_at", subject.setting.now);
    response.finish()
}

/// DMSCTL.
fn controlled(remark: &str, subject: &Subject<'_>) -> Made {
    let mut response = Response::new(Function::Controlled, subject);
    if !remark.trim().is_empty() {
        response.statement(1, RESULT, None, remark);
    }
    response.finish()
}

/// DMSDOC: one statement per document.
fn documents_wanted(request: &DocumentRequest, subject: &Subject<'_>) -> Made {
    let mut response = Response::new(Function::DocumentsWanted, subject);
    if request.documents.is_empty() {
        response.sheet.lacks("additional_information", "не назван ни один документ", "no document is named");
    }
    for (at, wanted) in request.documents.iter().enumerate() {
        let parts = [
            Some(wanted.kind.as_str()),
            Some(wanted.name.as_str()),
            wanted.number.as_deref(),
            Some(wanted.purpose.as_str()),
        ];
        let said: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        response.statement(at + 1, DOCUMENT, Some(DOCUMENT), &said.join(", "));
        if let Some(deadline) = request.deadline {
            response.moment(&format!("additional_information/{}/deadline", at + 1), deadline);
        }
        if let Some(item) = wanted.item {
            let path =
                declaration::Path::root().field("items").at(usize::try_from(item.max(1) - 1).unwrap_or(0));
            let pointers = (subject.setting.pointers)(&path);
            response.pointers(&format!("additional_information/{}", at + 1), &pointers);
        }
    }
    response.finish()
}

/// DMSRES: one amendment per change, with a statement that says what changed.
fn amended(change: &ChangeDecision, subject: &Subject<'_>) -> Made {
    let mut response = Response::new(Function::Amended, subject);
    let mut statements = 0;
    if !change.grounds.trim().is_empty() {
        response.statement(1, AMENDMENT, None, &change.grounds);
        statements = 1;
    }
    for (at, changed) in change.changes.iter().enumerate() {
        let (before, after) = (or_nothing(&changed.before), or_nothing(&changed.after));
        let nth = statements + at + 1;
        response.statement(nth, AMENDMENT, None, &format!("{}: {before} → {after}", changed.path));
        let amendment = Pointer {
            section: AMENDMENT_SECTION.to_owned(),
            sequence: u32::try_from(at + 1).ok(),
            tag: None,
        };
        let response_section = Pointer { section: RESPONSE_SECTION.to_owned(), sequence: Some(1), tag: None };
        response.pointers(&format!("additional_information/{nth}"), &[response_section, amendment]);
        let path = format!("amendments/{}", at + 1);
        let pointers = (subject.setting.pointers)(&changed.path);
        response.pointers(&path, &pointers);
        if pointers.is_empty() {
            let declaration = Pointer { section: DECLARATION_SECTION.to_owned(), sequence: None, tag: None };
            response.pointers(&path, &[declaration]);
        }
    }
    response.finish()
}

/// The section of the response itself.
const RESPONSE_SECTION: &str = "07B";
/// The section of an amendment.
const AMENDMENT_SECTION: &str = "06A";
/// The section of the declaration.
const DECLARATION_SECTION: &str = "42A";

fn or_nothing(text: &str) -> &str {
    if text.is_empty() { "—" } else { text }
}

/// DMSTAX: the payment lines by line of goods; what is for the whole declaration, and what is missing
/// until when, beside the declaration.
fn taxed(status: &str, missing: Option<(Decimal, Timestamp)>, subject: &Subject<'_>) -> Made {
    let mut response = Response::new(Function::Taxed, subject);
    response.put("statuses/1/status", status);
    let lines = subject.setting.payments.map_or(&[][..], |payments| &payments.lines);
    let currency = subject.after.currency.as_str();
    let whole = "declaration/duties_taxes_fees";
    let mut next = 1;
    for line in lines.iter().filter(|line| line.item.is_none()) {
        response.put(&format!("{whole}/{next}/payment/reference"), line.kind);
        response.amount(&format!("{whole}/{next}/payment/amount_assessed"), line.amount, currency);
        response.amount(&format!("{whole}/{next}/payment/amount"), due(line), currency);
        next += 1;
    }
    if let Some((amount, deadline)) = missing {
        response.amount(&format!("{whole}/{next}/payment/amount_assessed"), subject.after.payable, currency);
        response.moment(&format!("{whole}/{next}/payment/due_at"), deadline);
        response.amount(&format!("{whole}/{next}/payment/amount"), amount, currency);
    }
    let mut items: Vec<u32> = lines.iter().filter_map(|line| line.item).collect();
    items.sort_unstable();
    items.dedup();
    for (at, item) in items.iter().enumerate() {
        let goods = format!("declaration/goods_shipment/items/{}", at + 1);
        response.put(&format!("{goods}/sequence_number"), item);
        for (nth, line) in lines.iter().filter(|line| line.item == Some(*item)).enumerate() {
            goods_line(
                &mut response,
                &format!("{goods}/commodity/duties_taxes_fees/{}", nth + 1),
                line,
                currency,
            );
        }
    }
    response.finish()
}

/// What of a line is to be paid.
fn due(line: &Line) -> Decimal {
    match line.status {
        reference::pack::PaymentStatus::Payable => line.amount,
        reference::pack::PaymentStatus::Conditional | reference::pack::PaymentStatus::None => Decimal::ZERO,
    }
}

fn goods_line(response: &mut Response, path: &str, line: &Line, currency: &str) {
    let working = match &line.working {
        Working::Rate(working) => Some(working),
        Working::Fee(_) => None,
    };
    if line.base_unit == currency {
        response.amount(&format!("{path}/base_amount"), line.base, currency);
    } else {
        response.put_if(
            &format!("{path}/base_quantity/unit"),
            Some(line.base_unit.as_str()).filter(|unit| (1..=5).contains(&unit.chars().count())),
        );
        response.put(&format!("{path}/base_quantity/value"), line.base.round_dp(6));
    }
    let deducted = line.amount.saturating_sub(due(line));
    response.amount(&format!("{path}/amount_deducted"), deducted, currency);
    let preference = working.and_then(|working| working.preference.as_ref());
    let regime = preference.map(|preference| preference.code.as_str()).filter(|code| code.len() == 3);
    response.put(&format!("{path}/duty_regime"), regime.unwrap_or(REGIME_USUAL));
    response.put_if(&format!("{path}/rate"), working.and_then(|working| working.percent));
    response.put_if(&format!("{path}/kind"), tax_type(line.kind));
    response.amount(&format!("{path}/payment/amount_assessed"), line.amount, currency);
    response.amount(&format!("{path}/payment/amount"), due(line), currency);
}

/// The type of a tax has up to three characters in the data model; a longer kind of payment has none.
fn tax_type(kind: PaymentKind) -> Option<PaymentKind> {
    (kind.as_str().len() <= 3).then_some(kind)
}
