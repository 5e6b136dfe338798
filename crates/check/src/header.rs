//! Codes of the header and of procedures: whether they exist, and whether they agree.

use declaration::{CountryCode, CurrencyCode, Item, OfficeCode, Package, Party, ProcedureCode};
use rust_decimal::Decimal;

use crate::control::{Control, item_path};
use crate::table::{CLASSIFIERS, CODE_106, RULES, rows};

rows! {
    DIRECTION = "GL-2501", Error, "1.1", RULES;
        "Тип декларации … неизвестен", "The declaration type … is unknown";
        "Укажите ИМ для ввоза, ЭК для вывоза, ТТ для транзита.", "State ИМ for import, ЭК for export, ТТ for transit.";
    PROCEDURE = "GL-2502", Error, "1.2, 37.1", CLASSIFIERS;
        "Таможенной процедуры … нет", "There is no customs procedure …";
        "Укажите код из классификатора видов таможенных процедур.", "State a code of the classifier of procedures.";
    PROCEDURE_DIFFERS = "GL-2503", Error, "37.1", RULES;
        "В графе 37 процедура …, в графе 1 процедура …", "Box 37 states procedure …, box 1 states …";
        "В одной декларации все товары заявляются под одну процедуру: исправьте графу 1 или 37.",
        "All items of a declaration have one procedure: correct box 1 or 37.";
    PROCEDURE_DIRECTION = "GL-2504", Error, "1.2", CLASSIFIERS;
        "Процедура … не заявляется с типом декларации …", "Procedure … does not go with declaration type …";
        "Исправьте тип декларации или код процедуры.", "Correct the type or the procedure.";
    PREVIOUS = "GL-2505", Error, "37.2", RULES;
        "Процедура … не заявляется после процедуры …", "Procedure … cannot follow procedure …";
        "Проверьте предшествующую процедуру; если её не было, укажите 00.",
        "Check the previous procedure; 00 where there was none.";
    FEATURE = "GL-2506", Warning, "37.3", CLASSIFIERS;
        "Особенности перемещения … нет в классификаторе", "The feature of movement … is not in the classifier";
        "Укажите трёхзначный код; без особенностей — 000.", "State the three-digit code; 000 for none.";
    PARTICULARITY = "GL-2507", Warning, "7", CLASSIFIERS;
        "Особенности декларирования … нет в классификаторе", "The particularity … is not in the classifier";
        "Укажите код особенности или оставьте графу 7 пустой.", "State a code of the classifier or leave box 7 empty.";
    DEAL_NATURE = "GL-2508", Error, "24", CLASSIFIERS;
        "Характер сделки … записан неверно", "The nature of the transaction … is malformed";
        "Укажите трёхзначный код, например 010 — купля-продажа.", "State three digits, such as 010 for a sale.";
    DEAL_FEATURE = "GL-2509", Error, "24", CLASSIFIERS;
        "Особенность сделки … записана неверно", "The feature of the transaction … is malformed";
        "Укажите двузначный код; без особенностей — 00.", "State two digits; 00 for none.";
    TERMS = "GL-2510", Error, "20", "Инкотермс 2020 и 2010";
        "Условий поставки … нет в Инкотермс", "Incoterms knows no terms …";
        "Укажите код из договора: EXW, FCA, CPT, CIP, DAP, DPU, DDP, FAS, FOB, CFR, CIF.",
        "State the contract's code: EXW, FCA, CPT, CIP, DAP, DPU, DDP, FAS, FOB, CFR, CIF.";
    TERMS_OLD = "GL-2511", Hint, "20", "Инкотермс 2000";
        "Условия поставки … есть только в прежней редакции Инкотермс",
        "The terms … exist in an earlier edition of Incoterms only";
        "Проверьте, на какую редакцию ссылается договор.", "Check which edition the contract names.";
    TERMS_SEA = "GL-2512", Warning, "20", "Инкотермс 2020";
        "Условия … только для водного транспорта, а на границе вид …",
        "The terms … are for water transport only, the mode at the border is …";
        "Замените FAS и FOB на FCA, CFR на CPT, CIF на CIP или исправьте графу 25.",
        "Use FCA for FAS and FOB, CPT for CFR, CIP for CIF, or correct box 25.";
    COUNTRY = "GL-2513", Error, "2, 8, 9, 11, 14, 15, 16, 17, 34, 50, 44, 21, 25, 26, 18, 30, 29", CLASSIFIERS;
        "Страны с кодом … нет", "There is no country with the code …";
        "Укажите двухбуквенный код ISO 3166.", "State the two-letter code of ISO 3166.";
    CURRENCY = "GL-2514", Error, "12, 22, 42", CLASSIFIERS;
        "Валюты с кодом … нет", "There is no currency with the code …";
        "Укажите трёхбуквенный код ISO 4217.", "State the three-letter code of ISO 4217.";
    OFFICE = "GL-2515", Hint, "29, 30, 53", CLASSIFIERS;
        "Таможенного органа … нет в списке", "The customs office … is not listed";
        "Проверьте код органа.", "Check the office code.";
    OFFICE_SHORT = "GL-2516", Error, "29, 30, 53", CLASSIFIERS;
        "Код таможенного органа … неполный", "The office code … is incomplete";
        "Укажите восемь цифр.", "State eight digits.";
    PACKAGING_KIND = "GL-2517", Error, "31.2", RULES;
        "Кода наличия упаковки … нет", "There is no packaging code …";
        "Укажите 0 без упаковки, 1 с упаковкой, 2 без упаковки в оборудованных ёмкостях.",
        "State 0 unpacked, 1 packed, 2 in bulk in equipped tanks.";
    PACKAGE_KIND = "GL-2518", Warning, "31.2", CLASSIFIERS;
        "Вида упаковки … нет в классификаторе", "The kind of package … is not in the classifier";
        "Укажите двузначный код: BX коробка, PK пакет, BG мешок.", "State two characters: BX box, PK package, BG bag.";
    IMPORT_DESTINATION = "GL-2519", Error, "17", CODE_106;
        "Товар ввозится, а страна назначения … вне союза", "The goods are imported, yet go to … outside the union";
        "Укажите государство-член или исправьте тип декларации.", "State a member state or correct the type.";
    EXPORT_DESTINATION = "GL-2520", Error, "17", CODE_106;
        "Товар вывозится, а страна назначения … в союзе", "The goods are exported, yet go to … inside the union";
        "Укажите страну вне союза или исправьте тип декларации.", "State a country outside or correct the type.";
    IMPORT_DISPATCH = "GL-2521", Warning, "15", CODE_106;
        "Товар ввозится, а отправлен из страны союза …", "The goods are imported, yet sent from member state …";
        "Проверьте графу 15: товары союза внутри союза не декларируются.",
        "Check box 15: union goods are not declared within the union.";
    EXPORT_DISPATCH = "GL-2522", Error, "15", CODE_106;
        "Товар вывозится, а отправлен из страны … вне союза", "The goods are exported, yet sent from … outside the union";
        "Укажите государство-член, откуда вывозится товар.", "State the member state the goods leave.";
    LOCATION_COUNTRY = "GL-2523", Error, "30", RULES;
        "Товары находятся в стране …, а декларация подаётся в стране …",
        "The goods lie in …, the declaration is filed in …";
        "Подайте декларацию органу той страны, где находятся товары.", "File it where the goods are.";
    ELECTRONIC_SIGN = "GL-2524", Error, "1.3", RULES;
        "Признак электронного документа … неверен", "The sign of an electronic document … is wrong";
        "Укажите «ЭД».", "State «ЭД».";
    RATE = "GL-2525", Warning, "23", RULES;
        "Курс … не равен курсу таблицы на … (… за … ед. …)",
        "The rate … is not that of the table as of … (… for … units of …)";
        "Укажите курс на день регистрации декларации.", "State the rate of the day of registration.";
    RATE_NATIONAL = "GL-2526", Error, "23", RULES;
        "Для национальной валюты указан курс …", "The national currency has the rate …";
        "Уберите курс: пересчёт не нужен.", "Leave the rate out: nothing is converted.";
    SALE_UNPAID = "GL-2527", Hint, "22", CLASSIFIERS;
        "Сделка возмездная (код …), а общая сумма по счёту нулевая",
        "The transaction is for payment (code …), yet the invoice total is zero";
        "Проверьте графы 22 и 24.", "Check boxes 22 and 24.";
    VALUATION_EXPORT = "GL-2528", Hint, "43", RULES;
        "Метод определения стоимости указан для вывоза без таможенной стоимости",
        "A valuation method is stated for an export without customs value";
        "Уберите графу 43 или укажите графу 45.", "Leave box 43 out or state box 45.";
}

/// Codes of the classifier of countries that name no single country: several or unknown, not
/// stated, the European Union.
const NO_SINGLE_COUNTRY: [&str; 3] = ["00", "99", "EU"];
/// Terms in force in Incoterms 2020 or 2010; contracts refer to either.
const TERMS_NOW: [&str; 12] =
    ["EXW", "FCA", "FAS", "FOB", "CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DAT", "DDP"];
/// Terms of Incoterms 2000 that later editions dropped.
const TERMS_BEFORE: [&str; 4] = ["DAF", "DES", "DEQ", "DDU"];
/// Terms for carriage by sea and inland waterway only.
const TERMS_WATER: [&str; 4] = ["FAS", "FOB", "CFR", "CIF"];
/// First digits of modes of transport on water: sea, vehicles on ferries, inland waterway.
const MODES_WATER: [char; 3] = ['1', '6', '8'];
/// Rates are set with four digits; a declared rate may be rounded there.
const RATE_TOLERANCE: Decimal = Decimal::from_parts(1, 0, 0, false, 4);

pub(crate) fn check(control: &mut Control<'_>) {
    header_codes(control);
    deal(control);
    countries(control);
    currencies(control);
    directions(control);
    offices(control);
    rate(control);
    let declaration = control.declaration;
    for (index, item) in declaration.items.iter().enumerate() {
        procedure(control, index, item);
        packaging(control, index, item);
        if control.is_export() && item.valuation_method.is_some() && item.customs_value.is_none() {
            control.find(&VALUATION_EXPORT, item_path(index, "valuation_method"), &[]);
        }
    }
}

/// The direction as the pack's procedures name it.
fn direction(control: &Control<'_>) -> Option<&'static str> {
    control.kind.map(declaration::Kind::as_str)
}

fn header_codes(control: &mut Control<'_>) {
    let declaration = control.declaration;
    if let (Some(code), None) = (&declaration.direction, control.kind) {
        control.find(&DIRECTION, "direction", &[code]);
    }
    if let Some(code) = declaration.procedure {
        match control.pack.procedures.get(&code) {
            None => control.find(&PROCEDURE, "procedure", &[&code]),
            Some(procedure) => {
                if let (Some(name), Some(stated)) = (direction(control), &declaration.direction)
                    && !procedure.directions.iter().any(|allowed| allowed == name)
                {
                    control.find(&PROCEDURE_DIRECTION, "procedure", &[&code, stated]);
                }
            }
        }
    }
    if let Some(sign) = &declaration.electronic_sign
        && *sign != "ЭД"
    {
        control.find(&ELECTRONIC_SIGN, "electronic_sign", &[sign]);
    }
    if let Some(code) = &declaration.particularity
        && control.classified("particularity", code.as_str()) == Some(false)
    {
        control.find(&PARTICULARITY, "particularity", &[code]);
    }
}

fn deal(control: &mut Control<'_>) {
    let declaration = control.declaration;
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    if let Some(code) = &declaration.deal_nature {
        // Where the pack has no classifier, the form of the code is all there is to judge.
        let known = control.classified("deal_nature", code.as_str());
        if !known.unwrap_or_else(|| digits(code.as_str(), 3)) {
            control.find(&DEAL_NATURE, "deal_nature", &[code]);
        }
        // Codes 010 to 019: goods pass to another owner for payment.
        if code.as_str().starts_with("01") && declaration.invoice_total == Some(declaration::Amount::ZERO) {
            control.find(&SALE_UNPAID, "invoice_total", &[code]);
        }
    }
    if let Some(code) = &declaration.deal_feature
        && !digits(code.as_str(), 2)
    {
        control.find(&DEAL_FEATURE, "deal_feature", &[code]);
    }
    let Some(terms) = declaration.delivery.as_ref().and_then(|delivery| delivery.terms) else { return };
    if TERMS_BEFORE.contains(&terms.as_str()) {
        control.find(&TERMS_OLD, "delivery/terms", &[&terms]);
    } else if !TERMS_NOW.contains(&terms.as_str()) {
        control.find(&TERMS, "delivery/terms", &[&terms]);
    }
    if let Some(mode) = declaration.transport_border.as_ref().and_then(|transport| transport.mode)
        && TERMS_WATER.contains(&terms.as_str())
        && !mode.as_str().starts_with(MODES_WATER)
    {
        control.find(&TERMS_SEA, "delivery/terms", &[&terms, &mode]);
    }
}

fn known_country(control: &Control<'_>, code: CountryCode) -> bool {
    NO_SINGLE_COUNTRY.contains(&code.as_str())
        || control.reference.country(code.as_str(), control.on).is_some()
        // Where no classifier is loaded nobody can say.
        || control.reference.countries().is_empty()
}

fn countries(control: &mut Control<'_>) {
    let declaration = control.declaration;
    let party = |party: &Option<Party>| party.as_ref().and_then(|party| party.country);
    let transports = [&declaration.transport_inland, &declaration.transport_border];
    let [inland, border] = transports.map(|transport| transport.as_ref().and_then(|one| one.nationality));
    let header = [
        ("recipient_country", declaration.recipient_country),
        ("origin_country", declaration.origin_country),
        ("consignor/country", party(&declaration.consignor)),
        ("consignee/country", party(&declaration.consignee)),
        ("financial_party/country", party(&declaration.financial_party)),
        ("declarant/country", party(&declaration.declarant)),
        ("carrier/country", party(&declaration.carrier)),
        ("dispatch_country", declaration.dispatch_country),
        ("destination_country", declaration.destination_country),
        ("transport_inland/nationality", inland),
        ("transport_border/nationality", border),
        ("trade_country", declaration.trade_country),
    ];
    // Most countries of a declaration are the same few.
    let mut known = None;
    for (path, code) in header {
        let Some(code) = code else { continue };
        if known == Some(code) || known_country(control, code) {
            known = Some(code);
        } else {
            control.find(&COUNTRY, path, &[&code]);
        }
    }
    for (index, item) in declaration.items.iter().enumerate() {
        let Some(code) = item.origin_country else { continue };
        if known == Some(code) || known_country(control, code) {
            known = Some(code);
        } else {
            control.find(&COUNTRY, item_path(index, "origin_country"), &[&code]);
        }
    }
}

fn currencies(control: &mut Control<'_>) {
    let declaration = control.declaration;
    let unknown = |control: &Control<'_>, code: CurrencyCode| {
        control.reference.currency(code.as_str(), control.on).is_none()
    };
    let header = [
        ("customs_value_currency", declaration.customs_value_currency),
        ("invoice_currency", declaration.invoice_currency),
    ];
    for (path, code) in header {
        if let Some(code) = code
            && unknown(control, code)
        {
            control.find(&CURRENCY, path, &[&code]);
        }
    }
    for (index, item) in declaration.items.iter().enumerate() {
        let fields = [("invoice_currency", item.invoice_currency), ("currency", item.currency)];
        for (field, code) in fields {
            if let Some(code) = code
                && Some(code) != declaration.invoice_currency
                && unknown(control, code)
            {
                control.find(&CURRENCY, item_path(index, field), &[&code]);
            }
        }
    }
}

/// Where goods go to and come from, against the direction.
fn directions(control: &mut Control<'_>) {
    let declaration = control.declaration;
    let real = |code: &CountryCode| !NO_SINGLE_COUNTRY.contains(&code.as_str());
    if let Some(country) = declaration.destination_country.filter(real) {
        let member = control.is_member(country);
        if control.is_import() && !member {
            control.find(&IMPORT_DESTINATION, "destination_country", &[&country]);
        } else if control.is_export() && member {
            control.find(&EXPORT_DESTINATION, "destination_country", &[&country]);
        }
    }
    if let Some(country) = declaration.dispatch_country.filter(real) {
        let member = control.is_member(country);
        if control.is_import() && member {
            control.find(&IMPORT_DISPATCH, "dispatch_country", &[&country]);
        } else if control.is_export() && !member {
            control.find(&EXPORT_DISPATCH, "dispatch_country", &[&country]);
        }
    }
    let (Some(recipient), false) = (declaration.recipient_country, control.is_transit()) else { return };
    for (nth, place) in declaration.goods_locations.iter().enumerate() {
        if let Some(country) = place.country
            && country != recipient
        {
            let path = format!("goods_locations/{}/country", nth + 1);
            control.find(&LOCATION_COUNTRY, path, &[&country, &recipient]);
        }
    }
}

/// Offices: whole codes; those of this service are in its list, where there is one.
fn offices(control: &mut Control<'_>) {
    let declaration = control.declaration;
    for (nth, place) in declaration.goods_locations.iter().enumerate() {
        office(control, place.office, place.country, || format!("goods_locations/{}/office", nth + 1));
    }
    for (nth, border) in declaration.border_offices.iter().enumerate() {
        office(control, border.code, border.country, || format!("border_offices/{}/code", nth + 1));
    }
    let others =
        [("arrival_office", &declaration.arrival_office), ("delivery_office", &declaration.delivery_office)];
    for (field, other) in others {
        if let Some(other) = other {
            office(control, other.code, other.country, || format!("{field}/code"));
        }
    }
}

/// Digits of a whole office code.
const OFFICE_DIGITS: usize = 8;
/// Digits of an office code that name its service, in the union.
const SERVICE_DIGITS: usize = 2;

fn office(
    control: &mut Control<'_>,
    code: Option<OfficeCode>,
    country: Option<CountryCode>,
    path: impl Fn() -> String,
) {
    let Some(code) = code else { return };
    if code.as_str().len() < OFFICE_DIGITS {
        control.find(&OFFICE_SHORT, path(), &[&code]);
        return;
    }
    let service = |code: &OfficeCode| code.as_str().get(..SERVICE_DIGITS).map(str::to_owned);
    let national = match country {
        Some(country) => country == control.pack.country,
        None => service(&code) == service(&control.pack.filing.default_office),
    };
    let listed = control.reference.offices(control.pack).is_some_and(|offices| !offices.is_empty());
    if national && listed && control.reference.office(control.pack, &code, control.on).is_none() {
        control.find(&OFFICE, path(), &[&code]);
    }
}

/// Box 23 against the official rate: per unit, or for as many units as the service quotes.
fn rate(control: &mut Control<'_>) {
    let declaration = control.declaration;
    let (Some(stated), Some(currency), false) =
        (declaration.exchange_rate, declaration.invoice_currency, control.is_transit())
    else {
        return;
    };
    let stated = stated.get();
    if currency == control.pack.currency {
        if stated != Decimal::ONE {
            control.find(&RATE_NATIONAL, "exchange_rate", &[&stated]);
        }
        return;
    }
    let Some(official) = control.reference.exchange_rate(control.pack, currency, control.on) else { return };
    let per_unit = official.rate.checked_div(official.units).unwrap_or(official.rate);
    let near = |other: Decimal| (stated.saturating_sub(other)).abs() <= RATE_TOLERANCE;
    if !near(per_unit) && !near(official.rate) {
        let values: [&dyn crate::control::Said; 5] =
            [&stated, &official.date, &official.rate, &official.units, &currency];
        control.find(&RATE, "exchange_rate", &values);
    }
}

fn procedure(control: &mut Control<'_>, index: usize, item: &Item) {
    let Some(procedure) = &item.procedure else { return };
    let of_header = control.declaration.procedure;
    if let Some(requested) = procedure.requested {
        let path = || item_path(index, "procedure/requested");
        match of_header {
            Some(stated) if stated != requested => {
                control.find(&PROCEDURE_DIFFERS, path(), &[&requested, &stated]);
            }
            None if !control.pack.procedures.contains_key(&requested) => {
                control.find(&PROCEDURE, path(), &[&requested]);
            }
            _ => {}
        }
        if let Some(previous) = procedure.previous {
            may_follow(control, index, requested, previous);
        }
    }
    if let Some(feature) = &procedure.feature
        && control.classified("movement_feature", feature.as_str()) == Some(false)
    {
        control.find(&FEATURE, item_path(index, "procedure/feature"), &[feature]);
    }
}

fn may_follow(control: &mut Control<'_>, index: usize, requested: ProcedureCode, previous: ProcedureCode) {
    let allowed = control.pack.procedures.get(&requested).map(|one| one.after.contains(&previous));
    if allowed == Some(false) {
        control.find(&PREVIOUS, item_path(index, "procedure/previous"), &[&requested, &previous]);
    }
}

fn packaging(control: &mut Control<'_>, index: usize, item: &Item) {
    for (nth, package) in item.packages.iter().enumerate() {
        package_kind(control, package, || item_path(index, &format!("packages/{}/code", nth + 1)));
    }
    let Some(packaging) = &item.packaging else { return };
    if let Some(kind) = &packaging.kind
        && !matches!(kind.as_str(), "0" | "1" | "2")
    {
        control.find(&PACKAGING_KIND, item_path(index, "packaging/kind"), &[kind]);
    }
    for (nth, package) in packaging.packages.iter().enumerate() {
        package_kind(control, package, || item_path(index, &format!("packaging/packages/{}/code", nth + 1)));
    }
}

fn package_kind(control: &mut Control<'_>, package: &Package, path: impl Fn() -> String) {
    let Some(code) = &package.code else { return };
    // Recommendation 21 of the UNECE: two letters or digits.
    let formed = code.as_str().len() == 2
        && code.as_str().bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if !formed || control.classified("package_kind", code.as_str()) == Some(false) {
        control.find(&PACKAGE_KIND, path(), &[code]);
    }
}
