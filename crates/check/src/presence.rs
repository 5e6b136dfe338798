//! Mandatory boxes: what each kind of declaration must state.
//!
//! One row per box: which kinds demand it, where it stands, when it is missing. A transit
//! declaration states far less than a declaration on goods.

use declaration::{Declaration, Item};

use crate::control::{Control, Kinds, item_path};
use crate::table::{CODE_106, CODE_107, Check, RULES, TRANSIT_RULES, rows};

rows! {
    DIRECTION = "GL-2101", Error, "1.1", RULES;
        "Не указан тип декларации", "The declaration type is not stated";
        "Укажите в графе 1 ИМ, ЭК или ТТ.", "State ИМ, ЭК or ТТ in box 1.";
    PROCEDURE = "GL-2102", Error, "1.2", RULES;
        "Не указана таможенная процедура", "The customs procedure is not stated";
        "Укажите двузначный код процедуры, например 40 или 10.", "State the two-digit procedure code, such as 40 or 10.";
    ELECTRONIC_SIGN = "GL-2103", Warning, "1.3", RULES;
        "Не указан признак электронного документа", "The sign of an electronic document is not stated";
        "Укажите «ЭД» в третьем подразделе графы 1.", "State «ЭД» in the third part of box 1.";
    CONSIGNOR = "GL-2104", Error, "2", CODE_106;
        "Не указан отправитель", "The consignor is not stated";
        "Укажите наименование и адрес отправителя.", "State the consignor's name and address.";
    ITEM_COUNT = "GL-2105", Error, "5", RULES;
        "Не указано общее число товаров", "The total number of items is not stated";
        "Укажите в графе 5 число товаров, заявленных в декларации.", "State in box 5 how many items are declared.";
    PACKAGE_COUNT = "GL-2106", Error, "6", RULES;
        "Не указано общее число мест", "The total number of packages is not stated";
        "Укажите в графе 6 сумму мест по всем товарам.", "State in box 6 the sum of packages over all items.";
    CONSIGNEE = "GL-2107", Error, "8", CODE_106;
        "Не указан получатель", "The consignee is not stated";
        "Укажите наименование и адрес получателя.", "State the consignee's name and address.";
    FINANCIAL_PARTY = "GL-2108", Warning, "9", RULES;
        "Не указано лицо, ответственное за финансовое урегулирование",
        "The party responsible for financial settlement is not stated";
        "Укажите лицо, заключившее сделку, или отметьте, что это декларант.",
        "State who concluded the deal, or mark that it is the declarant.";
    TRADE_COUNTRY = "GL-2109", Warning, "11", RULES;
        "Не указана торгующая страна", "The trading country is not stated";
        "Укажите код страны контрагента по сделке.", "State the code of the trading partner's country.";
    CUSTOMS_VALUE_TOTAL = "GL-2110", Error, "12", RULES;
        "Не указана общая таможенная стоимость", "The total customs value is not stated";
        "Укажите в графе 12 сумму граф 45 по всем товарам.", "State in box 12 the sum of boxes 45 over all items.";
    DECLARANT = "GL-2111", Error, "14", CODE_106;
        "Не указан декларант", "The declarant is not stated";
        "Укажите наименование, адрес и номер налогоплательщика декларанта.",
        "State the declarant's name, address and tax number.";
    DISPATCH_COUNTRY = "GL-2112", Error, "15", CODE_106;
        "Не указана страна отправления", "The country of dispatch is not stated";
        "Укажите код страны, из которой отправлен товар.", "State the code of the country the goods were sent from.";
    DESTINATION_COUNTRY = "GL-2113", Error, "17", CODE_106;
        "Не указана страна назначения", "The country of destination is not stated";
        "Укажите код страны, куда направляется товар.", "State the code of the country the goods go to.";
    CONTAINER_INDICATOR = "GL-2114", Error, "19", RULES;
        "Не указан признак контейнерной перевозки", "The container indicator is not stated";
        "Укажите 1, если товар пересекает границу в контейнере, иначе 0.",
        "State 1 if the goods cross the border in a container, otherwise 0.";
    DELIVERY_TERMS = "GL-2115", Error, "20", RULES;
        "Не указаны условия поставки", "The terms of delivery are not stated";
        "Укажите код условий по Инкотермс из договора.", "State the Incoterms code of the contract.";
    DELIVERY_PLACE = "GL-2116", Warning, "20", RULES;
        "Не указано место поставки", "The place of delivery is not stated";
        "Укажите после кода условий поставки название места.", "State the named place after the code.";
    INVOICE_CURRENCY = "GL-2117", Error, "22", RULES;
        "Не указана валюта счёта", "The invoice currency is not stated";
        "Укажите буквенный код валюты договора.", "State the letter code of the contract's currency.";
    INVOICE_TOTAL = "GL-2118", Error, "22", RULES;
        "Не указана общая сумма по счёту", "The total invoice amount is not stated";
        "Укажите сумму граф 42 по всем товарам.", "State the sum of boxes 42 over all items.";
    EXCHANGE_RATE = "GL-2119", Error, "23", RULES;
        "Не указан курс валюты", "The exchange rate is not stated";
        "Укажите официальный курс на день регистрации декларации.", "State the official rate of the day of registration.";
    DEAL_NATURE = "GL-2120", Error, "24", RULES;
        "Не указан характер сделки", "The nature of the transaction is not stated";
        "Укажите трёхзначный код по классификатору характера сделки.", "State the three-digit code of the classifier.";
    TRANSPORT_BORDER = "GL-2121", Error, "25", RULES;
        "Не указан вид транспорта на границе", "The mode of transport at the border is not stated";
        "Укажите код вида транспорта, на котором товар пересекает границу.",
        "State the code of the mode of transport that crosses the border.";
    TRANSPORT_INLAND = "GL-2122", Warning, "26", RULES;
        "Не указан вид транспорта внутри страны", "The inland mode of transport is not stated";
        "Укажите код вида транспорта внутри страны.", "State the code of the inland mode of transport.";
    BORDER_OFFICE = "GL-2123", Error, "29", RULES;
        "Не указан таможенный орган въезда или выезда", "The office of entry or exit is not stated";
        "Укажите восьмизначный код органа в месте прибытия или убытия.",
        "State the eight-digit code of the office at the place of arrival or departure.";
    GOODS_LOCATION = "GL-2124", Error, "30", RULES;
        "Не указано местонахождение товаров", "The location of the goods is not stated";
        "Укажите место, где товары можно осмотреть, и таможенный орган.",
        "State the place where the goods can be inspected, and its customs office.";
    ITEMS = "GL-2125", Error, "31", CODE_106;
        "Не заявлено ни одного товара", "No goods are declared";
        "Добавьте хотя бы один товар.", "Add at least one item.";
    DESCRIPTION = "GL-2126", Error, "31", CODE_106;
        "Нет описания товара", "The goods are not described";
        "Назовите товар и опишите признаки, по которым определён его код.",
        "Name the goods and describe what decides their commodity code.";
    PACKAGING = "GL-2127", Warning, "31.2", RULES;
        "Не указаны сведения об упаковке", "The packaging is not stated";
        "Укажите число мест и вид упаковки; товар без упаковки имеет код 0.",
        "State the number of packages and how they are packed; code 0 means unpacked.";
    ITEM_NUMBER = "GL-2128", Error, "32", RULES;
        "Не указан порядковый номер товара", "The item number is not stated";
        "Пронумеруйте товары подряд, начиная с 1.", "Number the items consecutively from 1.";
    COMMODITY_CODE = "GL-2129", Error, "33", CODE_106;
        "Не указан код товара", "The commodity code is not stated";
        "Укажите код товара по ТН ВЭД.", "State the code of the commodity nomenclature.";
    ORIGIN = "GL-2130", Error, "34", CODE_106;
        "Не указана страна происхождения товара", "The country of origin is not stated";
        "Укажите код страны; неизвестное происхождение имеет код 00, Евросоюз — EU.",
        "State the country's code; 00 for unknown, EU for the European Union.";
    MASS_GROSS = "GL-2131", Error, "35", CODE_106;
        "Не указан вес брутто", "The gross mass is not stated";
        "Укажите вес брутто в килограммах.", "State the gross mass in kilograms.";
    PREFERENCE = "GL-2132", Error, "36", RULES;
        "Не указаны преференции", "The preferences are not stated";
        "Укажите коды льгот; если льгот нет, поставьте ОО.", "State the relief codes; ОО where there is none.";
    ITEM_PROCEDURE = "GL-2133", Error, "37.1", RULES;
        "Не указана процедура товара", "The procedure of the item is not stated";
        "Укажите заявляемую и предшествующую процедуры и особенность перемещения.",
        "State the requested and the previous procedure and the feature of movement.";
    MASS_NET = "GL-2134", Error, "38", CODE_106;
        "Не указан вес нетто", "The net mass is not stated";
        "Укажите вес нетто в килограммах.", "State the net mass in kilograms.";
    INVOICE_VALUE = "GL-2135", Error, "42", RULES;
        "Не указана цена товара", "The price of the item is not stated";
        "Укажите цену товара в валюте графы 22.", "State the price in the currency of box 22.";
    VALUATION_METHOD = "GL-2136", Error, "43", RULES;
        "Не указан метод определения таможенной стоимости", "The valuation method is not stated";
        "Укажите номер метода от 1 до 6.", "State the number of the method, 1 to 6.";
    CUSTOMS_VALUE = "GL-2137", Error, "45", CODE_106;
        "Не указана таможенная стоимость товара", "The customs value of the item is not stated";
        "Укажите таможенную стоимость в национальной валюте.", "State the customs value in the national currency.";
    STATISTICAL_VALUE = "GL-2138", Error, "46", RULES;
        "Не указана статистическая стоимость", "The statistical value is not stated";
        "Укажите статистическую стоимость в долларах США.", "State the statistical value in US dollars.";
    PAYMENT_LINES = "GL-2139", Error, "47", RULES;
        "Не исчислены платежи, хотя процедура … их требует", "No payments are calculated though procedure … demands them";
        "Заполните графу 47 по каждому виду платежа.", "Fill in box 47 for each kind of payment.";
    SIGNATORY = "GL-2140", Error, "54", RULES;
        "Не указано лицо, заполнившее декларацию", "Who completed the declaration is not stated";
        "Укажите в графе 54 фамилию, имя и должность.", "State surname, name and position in box 54.";
    SIGNED_ON = "GL-2141", Warning, "54", RULES;
        "Не указана дата подписания", "The date of signing is not stated";
        "Укажите в графе 54 дату подписания.", "State the date of signing in box 54.";
    TRANSIT_TRANSPORT = "GL-2142", Error, "18, 26, 25", TRANSIT_RULES;
        "Не указано транспортное средство", "The means of transport is not stated";
        "Укажите, на чём товар перевозится под процедурой транзита.", "State what carries the goods under transit.";
    CARRIER = "GL-2143", Error, "50", CODE_107;
        "Не указан перевозчик", "The carrier is not stated";
        "Укажите перевозчика, который отвечает за доставку.", "State the carrier who answers for the delivery.";
    DELIVERY_OFFICE = "GL-2144", Error, "53", CODE_107;
        "Не указан таможенный орган назначения", "The office of destination is not stated";
        "Укажите орган, куда товар должен быть доставлен.", "State the office the goods must be brought to.";
    TRANSIT_DIRECTION = "GL-2145", Warning, "1.3", TRANSIT_RULES;
        "Не указано направление транзита", "The direction of transit is not stated";
        "Укажите ИМ, ЭК, ТР, ВТ или ТС.", "State ИМ, ЭК, ТР, ВТ or ТС.";
    TRANSIT_SECURITY = "GL-2146", Warning, "52", CODE_107;
        "Не указана мера обеспечения транзита", "No measure secures the transit";
        "Укажите обеспечение, сопровождение или основание, по которому мера не нужна.",
        "State the security, the escort, or why none is needed.";
    EXPECTED_ARRIVAL = "GL-2147", Hint, "", TRANSIT_RULES;
        "Не указана ожидаемая дата прибытия", "The expected date of arrival is not stated";
        "Укажите, когда товар будет доставлен: от этого зависит срок транзита.",
        "State when the goods will arrive: the transit period depends on it.";
}

/// A mandatory field of a record `T`.
struct Mandatory<T> {
    check: &'static Check,
    kinds: Kinds,
    field: &'static str,
    missing: fn(&Control<'_>, &T) -> bool,
}

const fn of<T>(
    check: &'static Check,
    kinds: Kinds,
    field: &'static str,
    missing: fn(&Control<'_>, &T) -> bool,
) -> Mandatory<T> {
    Mandatory { check, kinds, field, missing }
}

/// Goods that move without mass or packages of their own: electricity.
const ELECTRICITY: &str = "2716";

fn weightless(item: &Item) -> bool {
    item.commodity_code.is_some_and(|code| code.prefix(4) == ELECTRICITY)
}

/// What some formats state for each item instead of once for all.
fn of_every_item(declaration: &Declaration, states: fn(&Item) -> bool) -> bool {
    !declaration.items.is_empty() && declaration.items.iter().all(states)
}

static HEADER: &[Mandatory<Declaration>] = &[
    of(&DIRECTION, Kinds::ALL, "direction", |_, d| d.direction.is_none()),
    of(&PROCEDURE, Kinds::GOODS, "procedure", |_, d| d.procedure.is_none()),
    of(&ELECTRONIC_SIGN, Kinds::GOODS, "electronic_sign", |_, d| d.electronic_sign.is_none()),
    of(&TRANSIT_DIRECTION, Kinds::TRANSIT, "transit_direction", |_, d| d.transit_direction.is_none()),
    of(&CONSIGNOR, Kinds::ALL, "consignor", |_, d| d.consignor.is_none() && d.exporter.is_none()),
    of(&ITEM_COUNT, Kinds::ALL, "item_count", |_, d| d.item_count.is_none()),
    of(&PACKAGE_COUNT, Kinds::ALL, "package_count", |_, d| {
        // Goods in bulk have no packages, and box 6 stays empty.
        d.package_count.is_none() && d.items.iter().any(|item| packages(item) > 0)
    }),
    of(&CONSIGNEE, Kinds::ALL, "consignee", |_, d| d.consignee.is_none() && d.importer.is_none()),
    of(&FINANCIAL_PARTY, Kinds::GOODS, "financial_party", |_, d| d.financial_party.is_none()),
    of(&TRADE_COUNTRY, Kinds::GOODS, "trade_country", |_, d| d.trade_country.is_none()),
    of(&CUSTOMS_VALUE_TOTAL, Kinds::GOODS, "customs_value_total", |control, d| {
        // Exported goods have a customs value only where a duty is levied on it.
        d.customs_value_total.is_none()
            && (control.is_import() || d.items.iter().any(|item| item.customs_value.is_some()))
    }),
    of(&DECLARANT, Kinds::ALL, "declarant", |_, d| d.declarant.is_none()),
    of(&DISPATCH_COUNTRY, Kinds::ALL, "dispatch_country", |_, d| {
        d.dispatch_country.is_none() && !of_every_item(d, |item| item.dispatch_country.is_some())
    }),
    of(&DESTINATION_COUNTRY, Kinds::ALL, "destination_country", |_, d| {
        d.destination_country.is_none() && !of_every_item(d, |item| item.destination_country.is_some())
    }),
    of(&CONTAINER_INDICATOR, Kinds::ALL, "container_indicator", |_, d| d.container_indicator.is_none()),
    of(&DELIVERY_TERMS, Kinds::GOODS, "delivery/terms", |_, d| {
        d.delivery.as_ref().is_none_or(|delivery| delivery.terms.is_none())
    }),
    of(&DELIVERY_PLACE, Kinds::GOODS, "delivery/place", |_, d| {
        d.delivery.as_ref().is_some_and(|delivery| delivery.terms.is_some() && delivery.place.is_none())
    }),
    of(&INVOICE_CURRENCY, Kinds::GOODS, "invoice_currency", |_, d| d.invoice_currency.is_none()),
    of(&INVOICE_TOTAL, Kinds::GOODS, "invoice_total", |_, d| d.invoice_total.is_none()),
    of(&EXCHANGE_RATE, Kinds::GOODS, "exchange_rate", |control, d| {
        let foreign = d.invoice_currency.is_some_and(|currency| currency != control.pack.currency);
        foreign && d.exchange_rate.is_none()
    }),
    of(&DEAL_NATURE, Kinds::GOODS, "deal_nature", |_, d| {
        d.deal_nature.is_none() && !of_every_item(d, |item| item.deal_nature.is_some())
    }),
    of(&TRANSPORT_BORDER, Kinds::GOODS, "transport_border/mode", |_, d| {
        d.transport_border.as_ref().is_none_or(|transport| transport.mode.is_none())
    }),
    of(&TRANSPORT_INLAND, Kinds::GOODS, "transport_inland/mode", |_, d| {
        d.transport_inland.as_ref().is_none_or(|transport| transport.mode.is_none())
    }),
    of(&TRANSIT_TRANSPORT, Kinds::TRANSIT, "transport_inland", |_, d| {
        d.transport_inland.is_none() && d.transport_border.is_none()
    }),
    of(&BORDER_OFFICE, Kinds::GOODS, "border_offices", |_, d| d.border_offices.is_empty()),
    of(&GOODS_LOCATION, Kinds::GOODS, "goods_locations", |_, d| d.goods_locations.is_empty()),
    of(&CARRIER, Kinds::TRANSIT, "carrier", |_, d| d.carrier.is_none()),
    of(&DELIVERY_OFFICE, Kinds::TRANSIT, "delivery_office", |_, d| d.delivery_office.is_none()),
    of(&EXPECTED_ARRIVAL, Kinds::TRANSIT, "expected_arrival_date", |_, d| d.expected_arrival_date.is_none()),
    of(&TRANSIT_SECURITY, Kinds::TRANSIT, "transit_guarantees", |_, d| d.transit_guarantees.is_empty()),
    of(&ITEMS, Kinds::ALL, "items", |_, d| d.items.is_empty()),
    of(&SIGNATORY, Kinds::ALL, "signatory", |_, d| d.signatory.is_none()),
    of(&SIGNED_ON, Kinds::ALL, "signatory/signed_on", |_, d| {
        d.signatory.as_ref().is_some_and(|signatory| signatory.signed_on.is_none())
    }),
];

static ITEM: &[Mandatory<Item>] = &[
    of(&DESCRIPTION, Kinds::ALL, "description", |_, item| {
        item.description.is_empty() && item.groups.is_empty()
    }),
    of(&PACKAGING, Kinds::ALL, "packaging", |_, item| {
        item.packaging.is_none() && item.packages.is_empty() && !weightless(item)
    }),
    of(&ITEM_NUMBER, Kinds::ALL, "number", |_, item| item.number.is_none()),
    of(&COMMODITY_CODE, Kinds::ALL, "commodity_code", |_, item| item.commodity_code.is_none()),
    of(&ORIGIN, Kinds::GOODS, "origin_country", |_, item| item.origin_country.is_none()),
    of(&MASS_GROSS, Kinds::ALL, "mass_gross", |_, item| item.mass_gross.is_none() && !weightless(item)),
    of(&PREFERENCE, Kinds::IMPORT, "preference", |_, item| item.preference.is_none()),
    of(&ITEM_PROCEDURE, Kinds::GOODS, "procedure/requested", |_, item| {
        item.procedure.as_ref().is_none_or(|procedure| procedure.requested.is_none())
    }),
    of(&MASS_NET, Kinds::GOODS, "mass_net", |_, item| item.mass_net.is_none() && !weightless(item)),
    of(&INVOICE_VALUE, Kinds::GOODS, "invoice_value", |_, item| item.invoice_value.is_none()),
    of(&VALUATION_METHOD, Kinds::IMPORT, "valuation_method", |_, item| item.valuation_method.is_none()),
    of(&CUSTOMS_VALUE, Kinds::IMPORT, "customs_value", |_, item| item.customs_value.is_none()),
    of(&STATISTICAL_VALUE, Kinds::GOODS, "statistical_value", |_, item| item.statistical_value.is_none()),
];

/// How many packages an item has.
pub(crate) fn packages(item: &Item) -> u32 {
    item.package_count().unwrap_or_default()
}

pub(crate) fn check(control: &mut Control<'_>) {
    let declaration = control.declaration;
    for row in HEADER {
        if control.is(row.kinds) && (row.missing)(control, declaration) {
            control.find(row.check, row.field, &[]);
        }
    }
    for (index, item) in declaration.items.iter().enumerate() {
        for row in ITEM {
            if control.is(row.kinds) && (row.missing)(control, item) {
                control.find(row.check, item_path(index, row.field), &[]);
            }
        }
        payment_lines(control, index, item);
    }
}

/// Where the procedure demands payments, every imported item has their calculation.
fn payment_lines(control: &mut Control<'_>, index: usize, item: &Item) {
    let Some(requested) = item.procedure.as_ref().and_then(|procedure| procedure.requested) else { return };
    let demanded = control
        .pack
        .procedures
        .get(&requested)
        .is_some_and(|procedure| procedure.payments == reference::pack::PaymentStatus::Payable);
    if control.is_import() && item.payments.is_empty() && demanded {
        control.find(&PAYMENT_LINES, item_path(index, "payments"), &[&requested]);
    }
}
