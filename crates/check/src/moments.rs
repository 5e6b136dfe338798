//! Dates and the signature: nothing signed tomorrow, nobody without a name.

use declaration::Signatory;
use jiff::ToSpan;

use crate::control::Control;
use crate::table::{RULES, rows};

rows! {
    SIGNED_FUTURE = "GL-2801", Error, "54", "";
        "Дата подписания … ещё не наступила", "The date of signing … is in the future";
        "Исправьте дату в графе 54.", "Correct the date in box 54.";
    SIGNED_BEFORE = "GL-2802", Warning, "54", "";
        "Декларация подписана …, а создана …", "The declaration was signed on …, yet created on …";
        "Подпишите готовую декларацию заново.", "Sign the finished declaration again.";
    SIGNED_LONG_AGO = "GL-2803", Hint, "54", "";
        "Декларация подписана давно: …", "The declaration was signed long ago: …";
        "Проверьте курс, ставки и сроки документов на день подачи.",
        "Check the rate, the duties and the documents' validity as of the day of filing.";
    CREATED_FUTURE = "GL-2804", Error, "", "";
        "Дата создания … ещё не наступила", "The date of creation … is in the future";
        "Проверьте часы системы, в которой создана декларация.", "Check the clock of the system that made the declaration.";
    SIGNATORY_NAME = "GL-2805", Error, "54", RULES;
        "Не указаны фамилия и имя заполнившего декларацию", "Who completed the declaration has no full name";
        "Укажите фамилию и имя в графе 54.", "State surname and name in box 54.";
    SIGNATORY_POST = "GL-2806", Hint, "54", RULES;
        "Не указана должность заполнившего декларацию", "Who completed the declaration has no position";
        "Укажите должность или что это сам декларант.", "State the position.";
    AUTHORITY_DATE = "GL-2807", Warning, "54", RULES;
        "Не указана дата доверенности …", "The power of attorney … has no date";
        "Укажите дату доверенности.", "State its date.";
    AUTHORITY_FUTURE = "GL-2808", Error, "54", "";
        "Дата доверенности … ещё не наступила", "The power of attorney's date … is in the future";
        "Исправьте дату доверенности.", "Correct the date.";
    REGISTRY_NUMBER = "GL-2809", Error, "54", "ТК ЕАЭС, глава 55";
        "Не указан номер представителя в реестре", "The representative has no register number";
        "Укажите номер свидетельства таможенного представителя.", "State the number in the register of representatives.";
    CONTRACT = "GL-2810", Warning, "54", RULES;
        "Не указан договор с таможенным представителем", "The contract with the representative is not stated";
        "Укажите номер и дату договора.", "State the contract's number and date.";
    CONTRACT_FUTURE = "GL-2811", Error, "54", "";
        "Дата договора с представителем … ещё не наступила", "The date of the representative's contract … is in the future";
        "Исправьте дату договора.", "Correct the date.";
    PAYMENT_FUTURE = "GL-2812", Error, "B", "";
        "Дата платёжного документа … ещё не наступила", "The payment document's date … is in the future";
        "Исправьте дату платёжного документа.", "Correct the date.";
    IDENTITY_FUTURE = "GL-2813", Error, "2, 8, 9, 14, 50", "";
        "Дата выдачи удостоверения … ещё не наступила", "The identity document's date … is in the future";
        "Исправьте дату выдачи.", "Correct the date of issue.";
    ARRIVAL_PAST = "GL-2814", Error, "", "";
        "Ожидаемая дата прибытия … раньше дня подписания …", "The expected arrival … precedes the day of signing …";
        "Укажите день, когда товар прибудет.", "State the day the goods will arrive.";
}

/// Rates, prices and permits change; a signature older than this is worth a second look.
const SIGNED_DAYS_MAX: i32 = 30;

pub(crate) fn check(control: &mut Control<'_>) {
    let declaration = control.declaration;
    let on = control.on;
    if let Some(created) = declaration.created_at.map(|moment| moment.date()).filter(|date| *date > on) {
        control.find(&CREATED_FUTURE, "created_at", &[&created]);
    }
    if let Some(signatory) = &declaration.signatory {
        signature(control, signatory);
        if let (Some(arrival), Some(signed)) = (declaration.expected_arrival_date, signatory.signed_on)
            && arrival < signed
        {
            control.find(&ARRIVAL_PAST, "expected_arrival_date", &[&arrival, &signed]);
        }
    }
    if let Some(representative) = &declaration.representative {
        if representative.registry_number.is_none() {
            control.find(&REGISTRY_NUMBER, "representative/registry_number", &[]);
        }
        if representative.contract_number.is_none() {
            control.find(&CONTRACT, "representative/contract_number", &[]);
        }
        if let Some(date) = representative.contract_date.filter(|date| *date > on) {
            control.find(&CONTRACT_FUTURE, "representative/contract_date", &[&date]);
        }
    }
    for (nth, payment) in declaration.payments.iter().enumerate() {
        if let Some(date) = payment.document_date.filter(|date| *date > on) {
            control.find(&PAYMENT_FUTURE, format!("payments/{}/document_date", nth + 1), &[&date]);
        }
    }
    let parties = [
        ("consignor", &declaration.consignor),
        ("consignee", &declaration.consignee),
        ("financial_party", &declaration.financial_party),
        ("declarant", &declaration.declarant),
        ("carrier", &declaration.carrier),
    ];
    for (field, party) in parties {
        let card = party.as_ref().and_then(|party| party.identity_card.as_ref());
        if let Some(date) = card.and_then(|card| card.issued_on).filter(|date| *date > on) {
            control.find(&IDENTITY_FUTURE, format!("{field}/identity_card/issued_on"), &[&date]);
        }
    }
}

fn signature(control: &mut Control<'_>, signatory: &Signatory) {
    let on = control.on;
    if signatory.surname.is_none() || signatory.name.is_none() {
        let field = if signatory.surname.is_none() { "surname" } else { "name" };
        control.find(&SIGNATORY_NAME, format!("signatory/{field}"), &[]);
    }
    if signatory.post.is_none() && !control.is_transit() {
        control.find(&SIGNATORY_POST, "signatory/post", &[]);
    }
    if let (Some(number), None) = (&signatory.authority_number, signatory.authority_date) {
        control.find(&AUTHORITY_DATE, "signatory/authority_date", &[&number.as_str()]);
    }
    if let Some(date) = signatory.authority_date.filter(|date| *date > on) {
        control.find(&AUTHORITY_FUTURE, "signatory/authority_date", &[&date]);
    }
    let Some(signed) = signatory.signed_on else { return };
    if signed > on {
        control.find(&SIGNED_FUTURE, "signatory/signed_on", &[&signed]);
    } else if signed.saturating_add(SIGNED_DAYS_MAX.days()) < on {
        control.find(&SIGNED_LONG_AGO, "signatory/signed_on", &[&signed]);
    }
    if let Some(created) = control.declaration.created_at.map(|moment| moment.date())
        && signed < created
    {
        control.find(&SIGNED_BEFORE, "signatory/signed_on", &[&signed, &created]);
    }
}
