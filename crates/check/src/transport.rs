//! Means of transport and containers.

use std::collections::HashSet;

use declaration::{Equipment, Item, Transport};

use crate::control::{Control, item_path};
use crate::numbers;
use crate::table::{CLASSIFIERS, RULES, rows};

rows! {
    MODE = "GL-2901", Error, "25, 26, 18, 21", CLASSIFIERS;
        "Вида транспорта … нет", "There is no mode of transport …";
        "Укажите код: 10 морской, 20 железнодорожный, 30 автодорожный, 40 воздушный.",
        "State a code: 10 sea, 20 rail, 30 road, 40 air.";
    MEANS_COUNT = "GL-2902", Warning, "25, 26, 18, 21", RULES;
        "Указано транспортных средств: …, перечислено: …", "… means of transport are stated, … are listed";
        "Исправьте число или список.", "Correct the number or the list.";
    IDENTIFIER = "GL-2903", Warning, "25, 26, 18, 21", RULES;
        "У транспортного средства нет регистрационного номера", "A means of transport has no registration number";
        "Укажите номер; у прицепа он указывается отдельно.", "State the number; a trailer's is stated apart.";
    VIN = "GL-2904", Hint, "25, 26, 18, 21", "ISO 3779";
        "Номер шасси … не похож на VIN", "The chassis number … is not formed like a VIN";
        "В VIN 17 знаков: цифры и латинские буквы, кроме I, O и Q.",
        "A VIN has 17 characters: digits and Latin letters except I, O and Q.";
    MEANS_MISSING = "GL-2905", Warning, "25, 26, 18, 21", RULES;
        "Вид транспорта автодорожный, а номера машин не указаны",
        "The mode is road, yet no vehicle is identified";
        "Укажите регистрационные номера.", "State the registration numbers.";
    CONTAINERS_MISSING = "GL-2906", Error, "19", RULES;
        "Указана контейнерная перевозка, а контейнеров нет", "The goods move in containers, yet none is listed";
        "Укажите номера контейнеров в графе 31 или исправьте графу 19.",
        "List the containers in box 31 or correct box 19.";
    CONTAINERS_UNSTATED = "GL-2907", Error, "19", RULES;
        "Контейнеры перечислены, а признак контейнерной перевозки не стоит",
        "Containers are listed, yet the container indicator says none";
        "Поставьте 1 в графе 19 или уберите контейнеры.", "State 1 in box 19 or remove the containers.";
    CONTAINER_NUMBER = "GL-2908", Warning, "31.3", "ISO 6346";
        "Номер контейнера … не проходит проверку контрольной цифры", "The container number … fails its check digit";
        "Проверьте номер: четыре латинские буквы и семь цифр.", "Check the number: four letters and seven digits.";
    CONTAINER_TWICE = "GL-2909", Warning, "31.3", "";
        "Контейнер … указан у товара дважды", "The container … is listed twice for the item";
        "Уберите повтор.", "Remove the repetition.";
    CONTAINER_COUNT = "GL-2910", Warning, "31.3", RULES;
        "Указано контейнеров: …, перечислено: …", "… containers are stated, … are listed";
        "Исправьте число или список.", "Correct the number or the list.";
}

pub(crate) fn check(control: &mut Control<'_>) {
    let declaration = control.declaration;
    let transports = [
        ("transport_inland", &declaration.transport_inland),
        ("transport_border", &declaration.transport_border),
    ];
    for (field, transport) in transports {
        if let Some(transport) = transport {
            means(control, field, transport);
        }
    }
    let numbered = |equipment: &[Equipment]| equipment.iter().any(|one| one.number.is_some());
    let listed = numbered(&declaration.equipment)
        || declaration.items.iter().any(|item| !item.containers.is_empty() || numbered(&item.equipment));
    match declaration.container_indicator {
        Some(true) if !listed => control.find(&CONTAINERS_MISSING, "container_indicator", &[]),
        Some(false) if listed => control.find(&CONTAINERS_UNSTATED, "container_indicator", &[]),
        _ => {}
    }
    for (index, item) in declaration.items.iter().enumerate() {
        if !item.containers.is_empty() {
            containers(control, index, item);
        }
    }
}

fn means(control: &mut Control<'_>, field: &str, transport: &Transport) {
    if let Some(mode) = transport.mode {
        if control.classified("transport_mode", mode.as_str()) == Some(false) {
            control.find(&MODE, format!("{field}/mode"), &[&mode]);
        }
        let identified = !transport.means.is_empty() || transport.identifier.is_some();
        if mode.as_str().starts_with('3') && !identified && field == "transport_border" {
            control.find(&MEANS_MISSING, format!("{field}/means"), &[]);
        }
    }
    let count = transport.means.len();
    if let Some(stated) = transport.means_count
        && stated as usize != count
        && count > 0
    {
        control.find(&MEANS_COUNT, format!("{field}/means_count"), &[&stated, &count]);
    }
    for (nth, one) in transport.means.iter().enumerate() {
        let at = |name: &str| format!("{field}/means/{}/{name}", nth + 1);
        if one.identifier.is_none() && one.vin.is_none() && one.trailer.is_none() {
            control.find(&IDENTIFIER, at("identifier"), &[]);
        }
        if let Some(vin) = &one.vin
            && !numbers::is_vin(vin.as_str())
        {
            control.find(&VIN, at("vin"), &[&vin.as_str()]);
        }
    }
}

fn containers(control: &mut Control<'_>, index: usize, item: &Item) {
    let mut seen = HashSet::new();
    for (nth, container) in item.containers.iter().enumerate() {
        let count = container.numbers.len();
        if let Some(stated) = container.count
            && stated as usize != count
        {
            let path = item_path(index, &format!("containers/{}/count", nth + 1));
            control.find(&CONTAINER_COUNT, path, &[&stated, &count]);
        }
        for (place, number) in container.numbers.iter().enumerate() {
            let path = || item_path(index, &format!("containers/{}/numbers/{}", nth + 1, place + 1));
            if !numbers::is_container(number.as_str()) {
                control.find(&CONTAINER_NUMBER, path(), &[number]);
            }
            if !seen.insert(*number) {
                control.find(&CONTAINER_TWICE, path(), &[number]);
            }
        }
    }
}
