//! Goods: commodity codes as of the day, descriptions a person can recognise the goods by, signs,
//! origin and preferences.

use std::collections::HashMap;

use declaration::{CommodityCode, Item};
use reference::CommodityLookup;

use crate::control::{Control, item_path};
use crate::numbers;
use crate::table::{CLASSIFIERS, CODE_106, RULES, rows};

rows! {
    CODE_UNKNOWN = "GL-2401", Error, "33", "ТН ВЭД ЕАЭС, решение Совета ЕЭК от 14.09.2021 № 80";
        "Кода товара … нет в ТН ВЭД на день …", "The commodity code … is not in the nomenclature as of …";
        "Выберите код, действующий в этот день.", "Choose a code in force on that day.";
    CODE_OUTSIDE = "GL-2402", Hint, "33", "";
        "Код товара … не входит в загруженную часть ТН ВЭД",
        "The commodity code … is outside the part of the nomenclature that is loaded";
        "Код проверит должностное лицо; загрузите полную ТН ВЭД, чтобы проверять его сразу.",
        "An officer verifies the code; import the whole nomenclature to verify it at once.";
    CODE_SHORT = "GL-2403", Error, "33", RULES;
        "В коде товара … меньше десяти цифр", "The commodity code … has fewer than ten digits";
        "Укажите десять цифр без пробелов.", "State ten digits without spaces.";
    CODE_LONG = "GL-2404", Error, "33", RULES;
        "В коде товара … больше десяти цифр", "The commodity code … has more than ten digits";
        "Оставьте десять цифр ТН ВЭД; национальные знаки указываются отдельно.",
        "Leave the ten digits of the nomenclature; national ones are stated apart.";
    CODE_TRANSIT = "GL-2405", Error, "33", "ТК ЕАЭС, статья 107";
        "В коде товара … меньше шести цифр", "The commodity code … has fewer than six digits";
        "Для транзита укажите не менее шести цифр.", "For transit state at least six digits.";
    DESCRIPTION_SHORT = "GL-2406", Error, "31", CODE_106;
        "Описание «…» не называет товар", "The description «…» does not name the goods";
        "Напишите наименование товара и его признаки словами.", "Write the name of the goods and their features in words.";
    DESCRIPTION_CODE = "GL-2407", Error, "31", CODE_106;
        "Описание повторяет код товара …", "The description repeats the commodity code …";
        "Вместо кода напишите наименование товара.", "Write the name of the goods instead of the code.";
    DESCRIPTION_VAGUE = "GL-2408", Warning, "31", CODE_106;
        "Описание «…» слишком общее", "The description «…» is too general";
        "Уточните, что это за товар, из чего он и для чего служит.", "Say what the goods are, of what and for what.";
    DESCRIPTION_MIXED = "GL-2409", Hint, "31", "";
        "В слове «…» смешаны русские и латинские буквы", "The word «…» mixes Cyrillic and Latin letters";
        "Наберите слово одним алфавитом, иначе его не найдёт поиск.", "Type it in one alphabet, or no search finds it.";
    SAME_DESCRIPTION = "GL-2410", Hint, "31", CODE_106;
        "Описание то же, что у товара …, а код другой: … и …",
        "The description is that of item …, the code differs: … and …";
        "Опишите признаки, по которым коды различаются.", "Describe what makes the codes differ.";
    SAME_ITEM = "GL-2411", Hint, "31", "";
        "Товар повторяет товар …: код, описание, вес и цена те же",
        "The item repeats item …: code, description, mass and price are the same";
        "Если это один товар, объедините строки.", "If it is one and the same, join the lines.";
    MANUFACTURER = "GL-2412", Hint, "31", RULES;
        "В группе товаров не указан производитель", "The group of goods has no manufacturer";
        "Укажите производителя; если он неизвестен, так и напишите.", "State the manufacturer, or that it is unknown.";
    METHOD = "GL-2413", Error, "43", CLASSIFIERS;
        "Метода определения стоимости … нет", "There is no valuation method …";
        "Укажите цифру от 1 до 6.", "State a digit from 1 to 6.";
    NON_TARIFF_SIGN = "GL-2414", Warning, "33", RULES;
        "Признак нетарифного регулирования … неизвестен", "The non-tariff sign … is unknown";
        "Укажите «С» или оставьте подраздел пустым.", "State «С» or leave the part empty.";
    INTELLECTUAL_SIGN = "GL-2415", Warning, "33", RULES;
        "Признак интеллектуальной собственности … неизвестен", "The intellectual property sign … is unknown";
        "Укажите «И» или оставьте подраздел пустым.", "State «И» or leave the part empty.";
    TRACEABILITY_SIGN = "GL-2416", Warning, "33", RULES;
        "Признак прослеживаемости … неизвестен", "The traceability sign … is unknown";
        "Укажите «П» или оставьте подраздел пустым.", "State «П» or leave the part empty.";
    MARKING_SIGN = "GL-2417", Warning, "33", RULES;
        "Признак маркировки … неизвестен", "The marking sign … is unknown";
        "Укажите «М» или оставьте подраздел пустым.", "State «М» or leave the part empty.";
    PREFERENCE_ORIGIN = "GL-2418", Error, "36.2", "Договор о ЕАЭС, статья 36";
        "Преференция … не даётся товару из страны …", "The preference … is not granted to goods from …";
        "Проверьте страну происхождения или замените код на ОО.", "Check the origin or replace the code by ОО.";
    PREFERENCE_UNKNOWN = "GL-2419", Warning, "36.1, 36.2, 36.3, 36.4", CLASSIFIERS;
        "Код льготы … неизвестен", "The relief code … is unknown";
        "Укажите код классификатора льгот, ОО или прочерк.", "State a code of the classifier, ОО or a dash.";
    ORIGIN_UNKNOWN = "GL-2420", Hint, "34", RULES;
        "Страна происхождения товара неизвестна", "The origin of the goods is unknown";
        "Если происхождение подтвердят, преференции и антидемпинговые пошлины пересчитают.",
        "Once proven, preferences and anti-dumping duties are computed anew.";
    UNIT_UNKNOWN = "GL-2421", Error, "41", CLASSIFIERS;
        "Единицы измерения с кодом … нет", "There is no unit with the code …";
        "Укажите код единицы из классификатора: 166 кг, 796 шт.", "State a code of the classifier: 166 kg, 796 pieces.";
    UNIT_MISSING = "GL-2422", Error, "41", RULES;
        "Количество указано без единицы измерения", "The quantity has no unit";
        "Укажите код единицы измерения.", "State the code of the unit.";
    QUOTA_UNIT = "GL-2423", Warning, "39", RULES;
        "Количество по квоте указано без единицы", "The quota quantity has no unit";
        "Укажите единицу, в которой выделена квота.", "State the unit the quota is granted in.";
    VEHICLE_VIN = "GL-2424", Hint, "31", "ISO 3779";
        "Номер кузова … не похож на VIN", "The body number … is not formed like a VIN";
        "В VIN 17 знаков: цифры и латинские буквы, кроме I, O и Q.",
        "A VIN has 17 characters: digits and Latin letters except I, O and Q.";
    VEHICLE_MISSING = "GL-2425", Warning, "31", RULES;
        "Легковой автомобиль заявлен без номера кузова", "A motor car is declared without its body number";
        "Укажите в графе 31 марку, модель и VIN.", "State make, model and VIN in box 31.";
}

/// Letters a description needs before it can name anything.
const LETTERS_MIN: usize = 3;
/// The most characters of a description that a finding repeats.
const QUOTE_CHARS_MAX: usize = 60;
/// Words that name no goods by themselves.
const VAGUE: &[&str] = &[
    "аксессуары",
    "груз",
    "детали",
    "запасные части",
    "запчасти",
    "изделия",
    "материалы",
    "оборудование",
    "подарки",
    "прочее",
    "сборный груз",
    "товар",
    "товары",
    "accessories",
    "cargo",
    "equipment",
    "general cargo",
    "gifts",
    "goods",
    "parts",
    "samples",
    "spare parts",
    "various goods",
];

pub(crate) fn check(control: &mut Control<'_>) {
    let declaration = control.declaration;
    for (index, item) in declaration.items.iter().enumerate() {
        if let Some(code) = item.commodity_code {
            commodity(control, index, code);
        }
        description(control, index, item);
        signs(control, index, item);
        preference(control, index, item);
        units(control, index, item);
        vehicles(control, index, item);
        if item.origin_country.is_some_and(|country| country == "00") && !control.is_transit() {
            control.find(&ORIGIN_UNKNOWN, item_path(index, "origin_country"), &[]);
        }
        for (group_index, group) in item.groups.iter().enumerate() {
            if !group.lots.is_empty() && group.lots.iter().any(|lot| lot.manufacturer.is_none()) {
                control.find(
                    &MANUFACTURER,
                    item_path(index, &format!("groups/{}/lots", group_index + 1)),
                    &[],
                );
            }
        }
    }
    repeated(control);
}

fn commodity(control: &mut Control<'_>, index: usize, code: CommodityCode) {
    let path = || item_path(index, "commodity_code");
    let digits = code.as_str().len();
    match (control.is_transit(), digits) {
        (true, ..=5) => return control.find(&CODE_TRANSIT, path(), &[&code]),
        (false, ..=9) => return control.find(&CODE_SHORT, path(), &[&code]),
        (_, 11..) => control.find(&CODE_LONG, path(), &[&code]),
        _ => {}
    }
    let on = control.on;
    if digits < 10 {
        let nomenclature = control.reference.nomenclature();
        if nomenclature.is_whole(on) && !nomenclature.heading_exists(code.as_str(), on) {
            control.find(&CODE_UNKNOWN, path(), &[&code, &on]);
        }
        return;
    }
    match control.reference.commodity(&code, on) {
        CommodityLookup::Known(_) => {}
        CommodityLookup::Unknown => control.find(&CODE_UNKNOWN, path(), &[&code, &on]),
        CommodityLookup::OutsideExcerpt => control.find(&CODE_OUTSIDE, path(), &[&code]),
    }
}

/// The first so many characters, for quoting.
fn quoted(text: &str) -> &str {
    text.char_indices().nth(QUOTE_CHARS_MAX).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

fn description(control: &mut Control<'_>, index: usize, item: &Item) {
    let Some(first) = item.description.first() else { return };
    let parts = || item.description.iter().map(|part| part.as_str());
    let path = || item_path(index, "description");
    let letters = parts().flat_map(str::chars).filter(|c| c.is_alphabetic()).take(LETTERS_MIN).count();
    if letters < LETTERS_MIN {
        let same = item.commodity_code.filter(|code| first.as_str().split_whitespace().eq([code.as_str()]));
        match same {
            Some(code) => control.find(&DESCRIPTION_CODE, path(), &[&code]),
            None => control.find(&DESCRIPTION_SHORT, path(), &[&quoted(first.as_str())]),
        }
        return;
    }
    if item.description.len() == 1 && is_vague(first.as_str()) {
        control.find(&DESCRIPTION_VAGUE, path(), &[&quoted(first.as_str())]);
    }
    if let Some(word) = parts().find_map(mixed_word) {
        control.find(&DESCRIPTION_MIXED, path(), &[&quoted(word)]);
    }
}

/// Whether the whole description is one of the words that name nothing. Compared letter by letter:
/// most descriptions are longer, and none is copied.
fn is_vague(text: &str) -> bool {
    const BYTES_MAX: usize = 32;
    let text = text.trim_matches(|c: char| !c.is_alphabetic());
    text.len() <= BYTES_MAX
        && VAGUE.iter().any(|vague| text.chars().flat_map(char::to_lowercase).eq(vague.chars()))
}

/// The first word in which Cyrillic and Latin letters stand side by side. Marks and model names
/// join the two with digits or hyphens, which is no mixture.
fn mixed_word(text: &str) -> Option<&str> {
    // Without a letter of either kind there is nothing to mix.
    if text.is_ascii() || !text.bytes().any(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let cyrillic = |c: char| ('А'..='я').contains(&c) || matches!(c, 'Ё' | 'ё');
    text.split(|c: char| !c.is_alphabetic())
        .find(|word| word.contains(cyrillic) && word.contains(|c: char| c.is_ascii_alphabetic()))
}

/// Signs in box 33; dialects write them in Latin letters too.
fn signs(control: &mut Control<'_>, index: usize, item: &Item) {
    let signs = [
        (&item.non_tariff_sign, "non_tariff_sign", ["С", "C"], &NON_TARIFF_SIGN),
        (&item.intellectual_property_sign, "intellectual_property_sign", ["И", "I"], &INTELLECTUAL_SIGN),
        (&item.traceability_sign, "traceability_sign", ["П", "P"], &TRACEABILITY_SIGN),
        (&item.marking_sign, "marking_sign", ["М", "M"], &MARKING_SIGN),
    ];
    for (sign, field, known, check) in signs {
        if let Some(sign) = sign
            && !known.contains(&sign.as_str())
        {
            control.find(check, item_path(index, field), &[sign]);
        }
    }
    if let Some(method) = &item.valuation_method
        && !matches!(method.as_str().as_bytes(), [b'1'..=b'6'])
    {
        control.find(&METHOD, item_path(index, "valuation_method"), &[method]);
    }
}

/// Relief codes: `ОО` (also in Latin letters) and a dash mean none.
fn preference(control: &mut Control<'_>, index: usize, item: &Item) {
    let Some(preference) = &item.preference else { return };
    let reliefs = [
        (&preference.fee, "preference/fee"),
        (&preference.duty, "preference/duty"),
        (&preference.excise, "preference/excise"),
        (&preference.vat, "preference/vat"),
    ];
    for (code, field) in reliefs {
        let Some(code) = code else { continue };
        if matches!(code.as_str(), "ОО" | "OO" | "00" | "-" | "–" | "—") {
            continue;
        }
        let tariff = control.pack.payments.tariff_preferences.iter();
        let mut granted = tariff.filter(|tariff| tariff.code == code.as_str()).peekable();
        let (pack, on) = (control.pack, control.on);
        if field == "preference/duty" && granted.peek().is_some() {
            if let Some(origin) = item.origin_country
                && !granted.any(|tariff| pack.prefers(tariff, origin, on))
            {
                control.find(&PREFERENCE_ORIGIN, item_path(index, field), &[code, &origin]);
            }
        } else if control.classified("preference", code.as_str()) == Some(false) {
            control.find(&PREFERENCE_UNKNOWN, item_path(index, field), &[code]);
        }
    }
}

fn units(control: &mut Control<'_>, index: usize, item: &Item) {
    if let Some(supplementary) = &item.supplementary {
        match supplementary.unit {
            None => control.find(&UNIT_MISSING, item_path(index, "supplementary/unit"), &[]),
            Some(unit) if control.classified("unit", unit.as_str()) == Some(false) => {
                control.find(&UNIT_UNKNOWN, item_path(index, "supplementary/unit"), &[&unit]);
            }
            Some(_) => {}
        }
    }
    if item.quota.as_ref().is_some_and(|quota| quota.quantity.is_some() && quota.unit.is_none()) {
        control.find(&QUOTA_UNIT, item_path(index, "quota/unit"), &[]);
    }
}

/// Motor cars of heading 8703 are known by their body numbers.
const MOTOR_CARS: &str = "8703";

fn vehicles(control: &mut Control<'_>, index: usize, item: &Item) {
    for (nth, vehicle) in item.vehicles.iter().enumerate() {
        if let Some(vin) = &vehicle.vin
            && !numbers::is_vin(vin.as_str())
        {
            let path = item_path(index, &format!("vehicles/{}/vin", nth + 1));
            control.find(&VEHICLE_VIN, path, &[&vin.as_str()]);
        }
    }
    let car = item.commodity_code.is_some_and(|code| code.prefix(4) == MOTOR_CARS);
    if car && control.is_import() && item.vehicles.iter().all(|vehicle| vehicle.vin.is_none()) {
        control.find(&VEHICLE_MISSING, item_path(index, "vehicles"), &[]);
    }
}

/// Lines that describe the same goods: under another code, or wholly alike.
fn repeated(control: &mut Control<'_>) {
    let declaration = control.declaration;
    if declaration.items.len() < 2 {
        return;
    }
    let mut seen: HashMap<&[_], usize> = HashMap::with_capacity(declaration.items.len());
    for (index, item) in declaration.items.iter().enumerate() {
        if item.description.is_empty() || !item.groups.is_empty() {
            continue;
        }
        let Some(&before) = seen.get(item.description.as_slice()) else {
            seen.insert(item.description.as_slice(), index);
            continue;
        };
        let place = before + 1;
        let Some(first) = declaration.items.get(before) else { continue };
        match (first.commodity_code, item.commodity_code) {
            (Some(one), Some(other)) if one != other => {
                control.find(&SAME_DESCRIPTION, item_path(index, "description"), &[&place, &one, &other]);
            }
            (Some(_), Some(_))
                if first.mass_net == item.mass_net
                    && first.mass_gross == item.mass_gross
                    && first.invoice_value == item.invoice_value
                    && first.origin_country == item.origin_country
                    && first.supplementary == item.supplementary =>
            {
                control.find(&SAME_ITEM, item_path(index, "description"), &[&place]);
            }
            _ => {}
        }
    }
}
