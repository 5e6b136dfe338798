//! Papers of the album of formats 5.23.

use clearance::{Case, Event, RegistrationNumber};
use declaration::{Declaration, Finding, OfficeCode, Severity};
use jiff::civil::DateTime;
use rust_decimal::Decimal;

use crate::change::{ChangeDecision, corrected};
use crate::sheet::{Made, Sheet};
use crate::{Subject, errors_of};
use clearance::act::{Act, Arrival, DocumentRequest};

/// The longest text of a leaf, in characters.
const TEXT_CHARS: usize = 250;
/// The longest name of a person or a firm, in characters.
const NAME_CHARS: usize = 150;
/// Who signs what the system decides.
const SYSTEM: &str = "Информационная система таможенного органа";

/// A decision, as the customs service codes it in its marks on a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Released, nothing to pay.
    ReleasedUnpaid,
    /// Payment is required.
    PaymentRequired,
    /// Released, payments made.
    ReleasedPaid,
    /// Withdrawal is allowed.
    WithdrawalAllowed,
    /// Release is refused.
    ReleaseRefused,
    /// Customs control is needed.
    ControlNeeded,
}

impl Decision {
    /// The two digits of the code.
    pub fn code(self) -> &'static str {
        match self {
            Decision::ReleasedUnpaid => "10",
            Decision::PaymentRequired => "31",
            Decision::ReleasedPaid => "32",
            Decision::WithdrawalAllowed => "40",
            Decision::ReleaseRefused => "90",
            Decision::ControlNeeded => "92",
        }
    }

    /// The decision in Russian, as the paper has it.
    pub fn ru(self) -> &'static str {
        match self {
            Decision::ReleasedUnpaid => "Выпуск товаров без уплаты таможенных платежей",
            Decision::PaymentRequired => "Требуется уплата таможенных платежей",
            Decision::ReleasedPaid => "Выпуск товаров разрешён, таможенные платежи уплачены",
            Decision::WithdrawalAllowed => "Отзыв декларации разрешён",
            Decision::ReleaseRefused => "Отказ в выпуске товаров",
            Decision::ControlNeeded => "Требуется таможенный контроль",
        }
    }

    /// The decision in English.
    pub fn en(self) -> &'static str {
        match self {
            Decision::ReleasedUnpaid => "released without payment",
            Decision::PaymentRequired => "payment required",
            Decision::ReleasedPaid => "released, payments made",
            Decision::WithdrawalAllowed => "withdrawal allowed",
            Decision::ReleaseRefused => "release refused",
            Decision::ControlNeeded => "customs control needed",
        }
    }

    /// How a release is coded: by whether something was paid for it.
    fn of_release(case: &Case) -> Self {
        if case.payable > Decimal::ZERO { Decision::ReleasedPaid } else { Decision::ReleasedUnpaid }
    }
}

/// The paper of an event.
pub(crate) fn of_event(event: &Event, events: &[Event], subject: &Subject<'_>) -> Made {
    match event {
        Event::RegistrationRefused { .. } => errors(&errors_of(events, subject.setting), subject),
        Event::Registered { number } => registered(*number, subject),
        Event::PaymentAwaited { shortfall, deadline, .. } => {
            let until = subject.setting.local(*deadline);
            let currency = &subject.after.currency;
            let day = until.strftime("%d.%m.%Y %H:%M");
            let reason = format!("Недостаёт {shortfall} {currency}; срок уплаты — {day}.");
            decision(Decision::PaymentRequired, &reason, false, subject)
        }
        Event::SecurityAwaited { missing, deadline } => {
            let until = subject.setting.local(*deadline);
            let currency = &subject.after.currency;
            let day = until.strftime("%d.%m.%Y %H:%M");
            let reason =
                format!("Не обеспечено {missing} {currency}; срок предоставления обеспечения — {day}.");
            decision(Decision::PaymentRequired, &reason, false, subject)
        }
        Event::Routed { reasons, .. } => {
            let reasons: Vec<_> = reasons.iter().map(|reason| reason.text().ru).collect();
            decision(Decision::ControlNeeded, &reasons.join("; "), false, subject)
        }
        Event::Released { .. } => decision(Decision::of_release(subject.after), "", true, subject),
        Event::Refused { reason, .. } => decision(Decision::ReleaseRefused, reason, true, subject),
        Event::Withdrawn { reason } => decision(Decision::WithdrawalAllowed, reason, false, subject),
        Event::Corrected { .. } => change_decision(&corrected(subject), subject),
        Event::CorrectionRefused { errors, .. } => {
            instruction(&format!("Корректировка декларации не принята: ошибок {errors}."), None, subject)
        }
        Event::Act(act) => of_act(act, subject),
        Event::Filed { .. }
        | Event::PaperAttached { .. }
        | Event::Controlled { .. }
        | Event::Assessed { .. }
        | Event::Selected { .. }
        | Event::Scored { .. }
        | Event::ResultsRecorded { .. }
        | Event::PaymentReserved { .. }
        | Event::PaymentPosted { .. }
        | Event::PaymentReturned { .. }
        | Event::SecurityTaken { .. }
        | Event::SecurityFreed { .. }
        | Event::Assigned { .. }
        | Event::Overdue => Ok(None),
    }
}

/// The paper of an act.
fn of_act(act: &Act, subject: &Subject<'_>) -> Made {
    match act {
        Act::DocumentsWanted(request) => documents_wanted(request, subject),
        Act::PapersWanted { reason } => papers_wanted(reason, subject),
        Act::ExaminationStarted { at, remark } => {
            examination_start(subject.setting.local(*at), remark, subject)
        }
        Act::ExaminationFinished { at, remark } => {
            examination_finish(subject.setting.local(*at), remark, subject)
        }
        Act::Instructed { text, goods_office } => instruction(text, *goods_office, subject),
        Act::ChangeRefused { reason } => {
            instruction(&format!("Отказано во внесении изменений в декларацию: {reason}"), None, subject)
        }
        Act::TransitArrived(arrival) => transit_arrival(arrival, subject),
        Act::MeasureOrdered { .. } => Ok(None),
    }
}

impl Subject<'_> {
    /// An empty paper with what every paper begins with.
    fn sheet(&self, kind: &'static str) -> Sheet {
        let mut sheet = Sheet::new(kind);
        sheet.put("document_id", self.id);
        sheet.put_if("reference_document_id", self.declaration_id());
        sheet
    }

    /// The registration number, in its parts, below `path`.
    fn number(&self, sheet: &mut Sheet, path: &str) {
        match self.after.number {
            Some(number) => put_number(sheet, path, number),
            None => sheet.lacks(path, "декларация не зарегистрирована", "the declaration is not registered"),
        }
    }

    /// The office that has the declaration.
    fn office(&self) -> Option<OfficeCode> {
        self.after.number.map(|number| number.office()).or(self.after.office)
    }

    fn put_office(&self, sheet: &mut Sheet, path: &str) {
        sheet.put_if(&format!("{path}/code"), self.office());
    }

    /// The official, or the system that decided.
    fn signed(&self, sheet: &mut Sheet, path: &str) {
        match self.official {
            Some(official) => {
                sheet.words(&format!("{path}/name"), &official.name, NAME_CHARS);
                sheet.put_if(&format!("{path}/stamp_number"), official.stamp.as_deref());
            }
            None => sheet.words(&format!("{path}/name"), SYSTEM, NAME_CHARS),
        }
        sheet.put_if(&format!("{path}/office"), self.office());
    }
}

fn put_number(sheet: &mut Sheet, path: &str, number: RegistrationNumber) {
    sheet.put(&format!("{path}/office"), number.office());
    sheet.put(&format!("{path}/registration_date"), number.date());
    sheet.put(&format!("{path}/declaration_number"), format!("{:07}", number.serial()));
}

/// NotifGTDRegistration.
fn registered(number: RegistrationNumber, subject: &Subject<'_>) -> Made {
    let now = subject.local_now();
    let mut sheet = subject.sheet("registered");
    sheet.put("registration_date", number.date());
    sheet.put("registration_time", now.time());
    // 0: of a declaration on goods.
    sheet.put("document_sign", 0);
    sheet.put("office/code", number.office());
    put_number(&mut sheet, "declaration_registration", number);
    subject.signed(&mut sheet, "officer_signature");
    sheet.put("officer_signature/signed_on", now.date());
    sheet.finish()
}

/// Result: what the control found.
fn errors(findings: &[Finding], subject: &Subject<'_>) -> Made {
    let now = subject.local_now();
    let mut sheet = subject.sheet("errors");
    sheet.put_if("response/1/reference_document_id", subject.declaration_id());
    sheet.put("response/1/created_on", now.date());
    sheet.put("response/1/created_time", now.time());
    if findings.is_empty() {
        sheet.lacks("response", "нет ни одной ошибки", "there is no error");
    }
    for (at, finding) in findings.iter().enumerate() {
        let line = |field: &str| format!("response/1/results/{}/{field}", at + 1);
        // Which part of the service found it: the format-logical control.
        sheet.put(&line("result_source"), "ФЛК");
        sheet.words(&line("result_code"), &finding.code, 11);
        let place = match finding.path.item() {
            Some(item) => format!(" (товар {item}: {})", finding.path),
            None if finding.path.as_str().is_empty() => String::new(),
            None => format!(" ({})", finding.path),
        };
        let said = format!("{}{place}", finding.text.ru);
        sheet.words_in_parts(&line("result_description"), &said, TEXT_CHARS);
        sheet.put(
            &line("result_severity"),
            if finding.severity == Severity::Error { "ERROR" } else { "WARNING" },
        );
        if !finding.box_number.is_empty() {
            sheet.words(&line("item_reference/error_element"), &format!("гр. {}", finding.box_number), 20);
        }
    }
    sheet.finish()
}

/// GTDoutCustomsMark. A decision on the goods is repeated for each of them.
fn decision(decision: Decision, reason: &str, on_goods: bool, subject: &Subject<'_>) -> Made {
    let now = subject.local_now();
    let mut sheet = subject.sheet("decision");
    // A declaration in JSON may come without an identifier: then that of its case stands for it.
    match subject.declaration_id() {
        Some(id) => sheet.put("declaration_document_id", id),
        None => sheet.put("declaration_document_id", subject.after.id),
    }
    let decide = |sheet: &mut Sheet, path: &str| {
        sheet.put(&format!("{path}/decision"), decision.code());
        sheet.put(&format!("{path}/date"), now.date());
        sheet.put(&format!("{path}/time"), now.time());
        if let Some(official) = subject.official {
            sheet.put_if(&format!("{path}/stamp_number"), official.stamp.as_deref());
            sheet.put_if(&format!("{path}/stamp_office"), subject.office());
            sheet.words(&format!("{path}/name"), &official.name, NAME_CHARS);
        } else {
            sheet.words(&format!("{path}/name"), SYSTEM, NAME_CHARS);
        }
    };
    decide(&mut sheet, "decisions");
    sheet.put("decisions/resolution_description", decision.ru());
    sheet.words_in_parts("decisions/basis", reason, TEXT_CHARS);
    if on_goods {
        for (at, item) in subject.declaration.items.iter().enumerate() {
            let path = format!("item_resolutions/{}", at + 1);
            let position = u32::try_from(at + 1).unwrap_or(u32::MAX);
            sheet.put(
                &format!("{path}/goods_number"),
                item.number.filter(|number| *number > 0).unwrap_or(position),
            );
            decide(&mut sheet, &format!("{path}/decisions/1"));
            // The paper wants one of the two: a value without a method was not corrected.
            let method = item.valuation_method.as_ref().map(|code| code.as_str());
            sheet
                .put_if(&format!("{path}/valuation/valuation_method"), method.filter(|code| code.len() == 1));
            if method.is_none_or(|code| code.len() != 1) {
                sheet.put(&format!("{path}/valuation/correction_sign"), "0");
            }
        }
    }
    subject.number(&mut sheet, "declaration_registration");
    sheet.finish()
}

/// ReqInventoryDoc.
fn documents_wanted(request: &DocumentRequest, subject: &Subject<'_>) -> Made {
    let now = subject.local_now();
    let mut sheet = subject.sheet("documents_wanted");
    // 0: asked of the declarant.
    sheet.put("document_type", 0);
    sheet.put("request_number", request.number);
    sheet.put("sending_date", now.date());
    sheet.put("sending_time", now.time());
    sheet.put("request_date", now.date());
    sheet.put("request_time", now.time());
    let deadline = request.deadline.map(|at| subject.setting.local(at).date());
    sheet.put_if("due_date", deadline);
    // 0: no declaration for destruction or abandonment.
    sheet.put("document_sign", 0);
    let asks = subject.official.map_or(SYSTEM, |official| official.name.as_str());
    for (at, wanted) in request.documents.iter().enumerate() {
        let line = |field: &str| format!("requested_documents/{}/{field}", at + 1);
        sheet.words(&line("name"), &wanted.name, TEXT_CHARS);
        sheet.put_if(&line("number"), wanted.number.as_deref());
        sheet.put_if(&line("date"), wanted.date);
        sheet.put(&line("position"), at + 1);
        sheet.put(&line("document_kind"), &wanted.kind);
        sheet.words(&line("purpose"), &wanted.purpose, TEXT_CHARS);
        sheet.words(&line("requested_by"), asks, NAME_CHARS);
        sheet.put_if(&line("goods_number"), wanted.item);
        sheet.put_if(&line("due_date"), deadline);
    }
    if request.documents.is_empty() {
        sheet.lacks("requested_documents", "не назван ни один документ", "no document is named");
    }
    subject.signed(&mut sheet, "officer");
    subject.put_office(&mut sheet, "office");
    subject.number(&mut sheet, "declaration_number");
    sheet.finish()
}

/// ReqPaperDocs.
fn papers_wanted(reason: &str, subject: &Subject<'_>) -> Made {
    let mut sheet = subject.sheet("papers_wanted");
    sheet.put("sending_date", subject.local_now().date());
    sheet.words("comments", reason, TEXT_CHARS);
    subject.put_office(&mut sheet, "office");
    subject.signed(&mut sheet, "officer");
    subject.number(&mut sheet, "declaration_number");
    sheet.finish()
}

/// NotifGTDExaminationStart.
fn examination_start(at: DateTime, remark: &str, subject: &Subject<'_>) -> Made {
    let mut sheet = subject.sheet("examination_start");
    // 0: of a declaration.
    sheet.put("document_sign", 0);
    sheet.put("inspection_start_date", at.date());
    sheet.put("inspection_start_time", at.time());
    sheet.words("comments", remark, TEXT_CHARS);
    subject.signed(&mut sheet, "officer");
    subject.put_office(&mut sheet, "office");
    subject.number(&mut sheet, "document_number/declaration_number");
    sheet.finish()
}

/// NotifGTDExaminationFinish.
fn examination_finish(at: DateTime, remark: &str, subject: &Subject<'_>) -> Made {
    let mut sheet = subject.sheet("examination_finish");
    sheet.put("examination_end_date", at.date());
    sheet.put("examination_end_time", at.time());
    sheet.words("comments", remark, TEXT_CHARS);
    subject.signed(&mut sheet, "officer");
    subject.put_office(&mut sheet, "office");
    subject.number(&mut sheet, "declaration_registration");
    sheet.finish()
}

/// InspectorDecision.
fn instruction(text: &str, goods_office: Option<OfficeCode>, subject: &Subject<'_>) -> Made {
    let now = subject.local_now();
    let mut sheet = subject.sheet("instruction");
    sheet.put("decision_description/1/decision_date", now.date());
    sheet.put("decision_description/1/decision_time", now.time());
    sheet.words_in_parts("decision_description/1/decision_text", text, TEXT_CHARS);
    if let Some(number) = subject.after.number {
        sheet.put("decision_description/1/document_info/name", "Декларация на товары");
        sheet.put("decision_description/1/document_info/number", number);
        sheet.put("decision_description/1/document_info/date", number.date());
    }
    subject.signed(&mut sheet, "decision_description/1/officer");
    subject.put_office(&mut sheet, "decision_description/1/office");
    sheet.put_if("decision_description/1/goods_office/code", goods_office);
    sheet.finish()
}

/// DeclChangeDecision.
fn change_decision(change: &ChangeDecision, subject: &Subject<'_>) -> Made {
    let mut sheet = subject.sheet("change_decision");
    // 1: of a declaration on goods; 0: to the declarant.
    sheet.put("document_kind", 1);
    sheet.put("document_sign", 0);
    sheet.put("decision_date", subject.local_now().date());
    sheet.put_if("decision_number", change.number.as_deref());
    sheet.words_in_parts("decision_grounds", &change.grounds, TEXT_CHARS);
    sheet.put("after_release_sign", u8::from(change.after_release));
    declarant(&mut sheet, subject.declaration, subject.after);
    subject.put_office(&mut sheet, "office");
    if !change.changes.is_empty() {
        subject.number(&mut sheet, "change_descriptions/1/declaration_number");
    }
    for (at, changed) in change.changes.iter().enumerate() {
        let line = |field: &str| format!("change_descriptions/1/changes/{}/{field}", at + 1);
        sheet.put_if(&line("goods_number"), changed.path.item());
        match declaration::catalogue().box_number(&changed.path) {
            "" => sheet.words(&line("box"), changed.path.as_str(), 50),
            number => sheet.words(&line("box"), number, 50),
        }
        sheet.words_in_parts(&line("previous_data"), &changed.before, TEXT_CHARS);
        sheet.words_in_parts(&line("corrected_data"), &changed.after, TEXT_CHARS);
    }
    subject.signed(&mut sheet, "officer");
    sheet.finish()
}

/// Who declares: name, numbers of its country, country.
fn declarant(sheet: &mut Sheet, declared: &Declaration, case: &Case) {
    let party = declared.declarant.as_ref();
    let name =
        party.and_then(|party| party.name.as_ref()).map_or(case.declarant.as_str(), |name| name.as_str());
    sheet.words("declarant/organization_name", name, NAME_CHARS);
    let Some(party) = party else { return };
    let numbers = [
        ("russia/ogrn", party.ogrn),
        ("russia/inn", party.inn),
        ("russia/kpp", party.kpp),
        ("kazakhstan/bin", party.bin),
        ("kazakhstan/iin", party.iin),
        ("belarus/unp", party.unp),
        ("armenia/unn", party.unn),
        ("armenia/social_number", party.social_number),
        ("kyrgyzstan/kg_inn", party.kg_inn),
        ("kyrgyzstan/kg_okpo", party.kg_okpo),
    ];
    // The album allows the numbers of one country only.
    let first =
        numbers.iter().find(|(_, number)| number.is_some()).and_then(|(path, _)| path.split('/').next());
    for (path, number) in numbers {
        if path.split('/').next() == first {
            sheet.put_if(&format!("declarant/identifiers_{path}"), number);
        }
    }
    sheet.put_if("declarant/country", party.country);
}

/// NotifArrivalTransit.
fn transit_arrival(arrival: &Arrival, subject: &Subject<'_>) -> Made {
    let at = subject.setting.local(arrival.at);
    let mut sheet = subject.sheet("transit_arrival");
    sheet.put("notification_date", at.date());
    sheet.put("notification_time", at.time());
    if let Some(name) = subject.declaration.carrier.as_ref().and_then(|carrier| carrier.display_name()) {
        sheet.words("carrier/organization_name", name, NAME_CHARS);
    }
    sheet.words("comments", &arrival.remark, TEXT_CHARS);
    for (at, means) in arrival.means.iter().enumerate() {
        sheet.put(&format!("means/{}/identifier", at + 1), &means.identifier);
        sheet.put_if(&format!("means/{}/nationality", at + 1), means.nationality.as_deref());
    }
    sheet.put("office/code", arrival.office);
    subject.number(&mut sheet, "transit_declaration");
    sheet.finish()
}
