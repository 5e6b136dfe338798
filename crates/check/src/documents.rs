//! Documents of boxes 44 and 40: what is demanded, whether each can be found, whether it holds.

use std::collections::HashSet;

use declaration::{Document, DocumentKind, Item, Mass};
use reference::pack::RequiredDocument;

use crate::control::{Control, Said, item_path};
use crate::table::{CLASSIFIERS, CODE_108, RULES, rows};

rows! {
    REQUIRED = "GL-2601", Error, "44", CODE_108;
        "Не указан документ: …. Основание: …", "A document is missing: …. Ground: …";
        "Добавьте документ в графу 44: вид, номер и дату.", "Add it to box 44: kind, number and date.";
    KIND = "GL-2602", Error, "44", RULES;
        "Не указан вид документа", "The kind of the document is not stated";
        "Укажите код вида по классификатору документов.", "State the kind's code of the classifier.";
    NUMBER = "GL-2603", Warning, "44", RULES;
        "Не указан номер документа вида …", "The document of kind … has no number";
        "Укажите номер; у документа без номера — Б/Н.", "State the number; Б/Н where it has none.";
    DATE = "GL-2604", Warning, "44", RULES;
        "Не указана дата документа вида …", "The document of kind … has no date";
        "Укажите дату документа.", "State the document's date.";
    DATE_FUTURE = "GL-2605", Error, "44", "";
        "Дата документа … ещё не наступила", "The document's date … is in the future";
        "Исправьте дату документа.", "Correct the document's date.";
    EXPIRED = "GL-2606", Error, "44", CODE_108;
        "Срок действия документа закончился …", "The document's validity ended on …";
        "Укажите действующий документ.", "State a document in force.";
    NOT_YET_VALID = "GL-2607", Error, "44", CODE_108;
        "Документ начнёт действовать только …", "The document comes into force only on …";
        "Укажите действующий документ.", "State a document in force.";
    VALIDITY_REVERSED = "GL-2608", Error, "44", "";
        "Документ действует по …, а начинает действовать …", "The document is valid to …, yet from …";
        "Исправьте сроки действия.", "Correct the days of validity.";
    TWICE = "GL-2609", Hint, "44", RULES;
        "Документ вида … с номером … указан дважды", "The document of kind … numbered … is stated twice";
        "Уберите повтор.", "Remove the repetition.";
    KIND_FORMAT = "GL-2610", Warning, "44", CLASSIFIERS;
        "Вид документа … записан неверно", "The document kind … is malformed";
        "Вид состоит из пяти цифр, например 04021 — счёт-фактура.", "A kind has five digits, such as 04021, an invoice.";
    KIND_UNKNOWN = "GL-2611", Warning, "44", CLASSIFIERS;
        "Вида документа … нет в классификаторе", "The document kind … is not in the classifier";
        "Укажите код вида из классификатора.", "State a kind of the classifier.";
    PRECEDING = "GL-2612", Error, "40", RULES;
        "Предшествующая процедура …, а предшествующий документ не указан",
        "The previous procedure is …, yet no preceding document is stated";
        "Укажите в графе 40 декларацию, по которой товар был помещён под неё.",
        "State in box 40 the declaration that placed the goods under it.";
    PRECEDING_NUMBER = "GL-2613", Error, "40", RULES;
        "Не указан номер предшествующего документа", "The preceding document has no number";
        "Укажите регистрационный номер.", "State its registration number.";
    PRECEDING_FUTURE = "GL-2614", Error, "40", "";
        "Дата предшествующего документа … ещё не наступила", "The preceding document's date … is in the future";
        "Исправьте дату.", "Correct the date.";
    PRECEDING_MASS = "GL-2615", Warning, "40", RULES;
        "Из предшествующих документов взято … кг, а вес нетто товара … кг",
        "The preceding documents give … kg, the item's net mass is … kg";
        "Сверьте веса в графах 40 и 38.", "Compare the masses of boxes 40 and 38.";
    ARCHIVE = "GL-2616", Hint, "44", "";
        "Идентификатор документа в архиве … записан неверно", "The archive identifier … is malformed";
        "Идентификатор состоит из 36 знаков вида 8-4-4-4-12.", "It has 36 characters in groups 8-4-4-4-12.";
}

pub(crate) fn check(control: &mut Control<'_>) {
    let declaration = control.declaration;
    required(control);
    let mut seen = HashSet::new();
    for (index, item) in declaration.items.iter().enumerate() {
        seen.clear();
        for (nth, document) in item.documents.iter().enumerate() {
            let at = |field: &str| item_path(index, &format!("documents/{}/{field}", nth + 1));
            of_kind(control, document, at);
            dates(control, document, at);
            // One paper may prove several things: it is the same only with the same kind.
            if let (Some(kind), Some(number)) = (document.kind, &document.number)
                && !seen.insert((kind, number.as_str(), document.date))
            {
                control.find(
                    &TWICE,
                    item_path(index, &format!("documents/{}", nth + 1)),
                    &[&kind, &number.as_str()],
                );
            }
        }
        preceding(control, index, item);
    }
}

fn of_kind(control: &mut Control<'_>, document: &Document, at: impl Fn(&str) -> String) {
    let Some(kind) = document.kind else {
        control.find(&KIND, at("kind"), &[]);
        return;
    };
    let code = kind.as_str();
    if code.len() != DocumentKind::BYTES_MAX || !code.bytes().all(|b| b.is_ascii_digit()) {
        control.find(&KIND_FORMAT, at("kind"), &[&kind]);
    } else if control.classified("document_kind", code) == Some(false) {
        control.find(&KIND_UNKNOWN, at("kind"), &[&kind]);
    }
    if document.number.is_none() {
        control.find(&NUMBER, at("number"), &[&kind]);
    }
    if document.date.is_none() {
        control.find(&DATE, at("date"), &[&kind]);
    }
    if let Some(id) = &document.archive_id
        && !is_identifier(id.as_str())
    {
        control.find(&ARCHIVE, at("archive_id"), &[&id.as_str()]);
    }
}

/// Whether a text is 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.
fn is_identifier(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    text.split('-').map(str::len).eq(lengths) && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

fn dates(control: &mut Control<'_>, document: &Document, at: impl Fn(&str) -> String) {
    let on = control.on;
    if let Some(date) = document.date.filter(|date| *date > on) {
        control.find(&DATE_FUTURE, at("date"), &[&date]);
    }
    if let Some(from) = document.valid_from.filter(|from| *from > on) {
        control.find(&NOT_YET_VALID, at("valid_from"), &[&from]);
    }
    let Some(to) = document.valid_to else { return };
    match document.valid_from {
        Some(from) if to < from => control.find(&VALIDITY_REVERSED, at("valid_to"), &[&to, &from]),
        _ if to < on => control.find(&EXPIRED, at("valid_to"), &[&to]),
        _ => {}
    }
}

fn preceding(control: &mut Control<'_>, index: usize, item: &Item) {
    let on = control.on;
    let previous = item.procedure.as_ref().and_then(|procedure| procedure.previous);
    if let Some(previous) = previous.filter(|previous| *previous != "00")
        && item.preceding_documents.is_empty()
        && control.declaration.preceding_documents.is_empty()
    {
        control.find(&PRECEDING, item_path(index, "preceding_documents"), &[&previous]);
    }
    for (nth, document) in item.preceding_documents.iter().enumerate() {
        let at = |field: &str| item_path(index, &format!("preceding_documents/{}/{field}", nth + 1));
        if document.number.is_none() {
            control.find(&PRECEDING_NUMBER, at("number"), &[]);
        }
        if let Some(date) = document.date.filter(|date| *date > on) {
            control.find(&PRECEDING_FUTURE, at("date"), &[&date]);
        }
    }
    let taken: Option<Mass> =
        item.preceding_documents.iter().map(|document| document.mass_net).sum::<Option<Mass>>();
    if let (Some(taken), Some(net), false) = (taken, item.mass_net, item.preceding_documents.is_empty())
        && taken != net
    {
        control.find(&PRECEDING_MASS, item_path(index, "preceding_documents"), &[&taken, &net]);
    }
}

/// Documents the pack demands. What concerns the whole consignment is stated with the first item;
/// what some goods alone need, with each of them or with the first.
fn required(control: &mut Control<'_>) {
    let declaration = control.declaration;
    let pack = control.pack;
    let Some(first) = declaration.items.first() else { return };
    let Some(direction) = control.kind.map(declaration::Kind::as_str) else { return };
    for row in &pack.required_documents {
        let here = row.direction.is_empty() || row.direction == direction;
        if !here || control.is_transit() || any_of(row, first) {
            continue;
        }
        let whole = row.commodities.is_empty() && row.origins.is_empty();
        for (index, item) in declaration.items.iter().enumerate() {
            if !demanded(row, declaration.procedure, item) || any_of(row, item) {
                continue;
            }
            let values: [&dyn Said; 2] = [&row.name, &row.norm];
            control.find(&REQUIRED, item_path(index, "documents"), &values);
            if whole {
                break;
            }
        }
    }
}

fn any_of(row: &RequiredDocument, item: &Item) -> bool {
    let kinds = item.documents.iter().filter_map(|document| document.kind);
    kinds.into_iter().any(|kind| row.kinds.iter().any(|wanted| wanted == kind.as_str()))
}

fn demanded(row: &RequiredDocument, header: Option<declaration::ProcedureCode>, item: &Item) -> bool {
    let procedure = item.procedure.as_ref().and_then(|procedure| procedure.requested).or(header);
    let of_procedure =
        row.procedures.is_empty() || procedure.is_some_and(|code| row.procedures.contains(&code));
    let of_commodity = row.commodities.is_empty()
        || item.commodity_code.is_some_and(|code| {
            row.commodities.iter().any(|prefix| code.as_str().starts_with(prefix.as_str()))
        });
    let of_origin =
        row.origins.is_empty() || item.origin_country.is_some_and(|code| row.origins.contains(&code));
    of_procedure && of_commodity && of_origin
}
