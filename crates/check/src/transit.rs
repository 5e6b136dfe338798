//! Transit and security: seals, directions, guarantees.

use std::collections::HashSet;

use crate::control::Control;
use crate::table::{RULES, TRANSIT_RULES, rows};

rows! {
    SEAL_COUNT = "GL-2951", Error, "D", TRANSIT_RULES;
        "Указано пломб: …, перечислено: …", "… seals are stated, … are listed";
        "Исправьте число или номера пломб.", "Correct the number or the list of seals.";
    SEAL_TWICE = "GL-2952", Warning, "D", "";
        "Пломба … указана дважды", "The seal … is listed twice";
        "Уберите повтор.", "Remove the repetition.";
    DIRECTION = "GL-2953", Error, "1.3", TRANSIT_RULES;
        "Направления транзита … нет", "There is no direction of transit …";
        "Укажите ИМ, ЭК, ТР, ВТ или ТС.", "State ИМ, ЭК, ТР, ВТ or ТС.";
    MEASURE = "GL-2955", Error, "52", TRANSIT_RULES;
        "Не указан код меры обеспечения транзита", "The measure that secures the transit has no code";
        "Укажите код меры.", "State the code of the measure.";
    MEASURE_DOCUMENT = "GL-2956", Warning, "52", TRANSIT_RULES;
        "Не указан документ меры обеспечения …", "The measure … has no document";
        "Укажите номер и дату документа.", "State the document's number and date.";
    MEASURE_FUTURE = "GL-2957", Error, "52", "";
        "Дата документа обеспечения … ещё не наступила", "The date of the security document … is in the future";
        "Исправьте дату документа.", "Correct the date.";
    GUARANTEE_WAY = "GL-2958", Error, "52", RULES;
        "Не указан способ обеспечения", "The way of securing is not stated";
        "Укажите код способа обеспечения.", "State the code of the way of securing.";
    GUARANTEE_AMOUNT = "GL-2959", Error, "52", RULES;
        "Не указана сумма обеспечения", "The amount secured is not stated";
        "Укажите сумму обеспечения больше нуля.", "State an amount above zero.";
    DELIVERY_IS_ARRIVAL = "GL-2960", Hint, "53", "";
        "Орган назначения … тот же, что орган прибытия", "The office of destination … is the office of arrival";
        "Проверьте графу 53: перевозить товар некуда.", "Check box 53: there is nowhere to carry the goods.";
    DRIVER = "GL-2961", Hint, "50", TRANSIT_RULES;
        "Не указан водитель", "The driver is not stated";
        "Укажите фамилию, имя и документ водителя.", "State the driver's name and identity document.";
}

/// Directions of transit: in, out, through, within the union, between parts of it.
const DIRECTIONS: [&str; 5] = ["ИМ", "ЭК", "ТР", "ВТ", "ТС"];

pub(crate) fn check(control: &mut Control<'_>) {
    seals(control);
    guarantees(control);
    if control.is_transit() {
        journey(control);
    }
}

fn seals(control: &mut Control<'_>) {
    let declaration = control.declaration;
    let count = declaration.seals.len();
    if let Some(stated) = declaration.seal_count
        && stated as usize != count
        && count > 0
    {
        control.find(&SEAL_COUNT, "seal_count", &[&stated, &count]);
    }
    if count > 1 {
        let mut seen = HashSet::with_capacity(count);
        for (nth, seal) in declaration.seals.iter().enumerate() {
            if !seen.insert(seal.as_str()) {
                control.find(&SEAL_TWICE, format!("seals/{}", nth + 1), &[&seal.as_str()]);
            }
        }
    }
}

fn guarantees(control: &mut Control<'_>) {
    let declaration = control.declaration;
    let on = control.on;
    for (nth, guarantee) in declaration.guarantees.iter().enumerate() {
        let at = |field: &str| format!("guarantees/{}/{field}", nth + 1);
        if guarantee.way.is_none() {
            control.find(&GUARANTEE_WAY, at("way"), &[]);
        }
        if guarantee.amount.unwrap_or_default().get().is_zero() {
            control.find(&GUARANTEE_AMOUNT, at("amount"), &[]);
        }
        if let Some(date) = guarantee.document_date.filter(|date| *date > on) {
            control.find(&MEASURE_FUTURE, at("document_date"), &[&date]);
        }
    }
    for (nth, guarantee) in declaration.transit_guarantees.iter().enumerate() {
        let at = |field: &str| format!("transit_guarantees/{}/{field}", nth + 1);
        match &guarantee.measure {
            None => control.find(&MEASURE, at("measure"), &[]),
            Some(measure) if guarantee.document_number.is_none() => {
                control.find(&MEASURE_DOCUMENT, at("document_number"), &[measure]);
            }
            Some(_) => {}
        }
        if let Some(date) = guarantee.document_date.filter(|date| *date > on) {
            control.find(&MEASURE_FUTURE, at("document_date"), &[&date]);
        }
    }
}

fn journey(control: &mut Control<'_>) {
    let declaration = control.declaration;
    if let Some(direction) = &declaration.transit_direction
        && !DIRECTIONS.contains(&direction.as_str())
    {
        control.find(&DIRECTION, "transit_direction", &[direction]);
    }
    let arrival = declaration.arrival_office.as_ref().and_then(|office| office.code);
    let delivery = declaration.delivery_office.as_ref().and_then(|office| office.code);
    if let (Some(arrival), Some(delivery)) = (arrival, delivery)
        && arrival == delivery
    {
        control.find(&DELIVERY_IS_ARRIVAL, "delivery_office/code", &[&delivery]);
    }
    let road = [&declaration.transport_inland, &declaration.transport_border].into_iter().flatten();
    let by_road = road.filter_map(|transport| transport.mode).any(|mode| mode.as_str().starts_with('3'));
    if by_road && declaration.carrier.as_ref().is_some_and(|carrier| carrier.drivers.is_empty()) {
        control.find(&DRIVER, "carrier/drivers", &[]);
    }
}
