//! The declarant's own calculation: lines of box 47, sums of box B.

use std::collections::HashMap;

use declaration::{Amount, Code, Item, PaymentKind, PaymentLine, Rate};
use reference::Pack;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::control::{Control, item_path};
use crate::table::{CLASSIFIERS, RULES, rows};

rows! {
    KIND = "GL-2701", Error, "47.1", RULES;
        "Не указан вид платежа", "The payment kind is not stated";
        "Укажите четырёхзначный код вида платежа.", "State the four-digit code of the payment kind.";
    AMOUNT = "GL-2702", Error, "47.4", RULES;
        "Не указана сумма платежа вида …", "The payment of kind … has no amount";
        "Укажите исчисленную сумму, в том числе нулевую.", "State the computed amount, zero included.";
    AD_VALOREM = "GL-2703", Error, "47.4", RULES;
        "Сумма … не равна произведению основы … на ставку … %: должно быть …",
        "The amount … is not the base … at the rate of … per cent: … is due";
        "Пересчитайте платёж.", "Compute the payment anew.";
    DUTY_BASE = "GL-2704", Error, "47.2", "ТК ЕАЭС, статья 51";
        "Основа начисления пошлины …, таможенная стоимость …", "The base of the duty is …, the customs value …";
        "Основа адвалорной пошлины — таможенная стоимость из графы 45.",
        "An ad valorem duty is levied on the customs value of box 45.";
    VAT_BASE = "GL-2705", Warning, "47.2", "стоимость, пошлина и акциз составляют основу НДС при ввозе";
        "Основа НДС …, а стоимость с пошлиной и акцизом …",
        "The base of the VAT is …, the value with duty and excise …";
        "Проверьте графы 45 и 47.", "Check boxes 45 and 47.";
    VAT_RATE = "GL-2706", Warning, "47.3", "";
        "Ставки НДС … % на этот день нет", "There is no VAT rate of … per cent on that day";
        "Укажите действующую ставку.", "State a rate in force.";
    KIND_UNKNOWN = "GL-2707", Error, "47.1, B", CLASSIFIERS;
        "Вида платежа … нет", "There is no payment kind …";
        "Укажите код из классификатора видов платежей.", "State a code of the classifier of payments.";
    CURRENCY = "GL-2708", Error, "47.4, B", RULES;
        "Платёж исчислен в валюте …, а не …", "The payment is in …, not in …";
        "Исчислите платёж в национальной валюте.", "Compute the payment in the national currency.";
    RATE_HIGH = "GL-2709", Hint, "47.3", "";
        "Ставка … % больше ста процентов", "The rate of … per cent is above one hundred";
        "Проверьте, не указана ли сумма вместо ставки.", "Check that no amount stands for the rate.";
    SPECIFIC_UNIT = "GL-2710", Error, "47.3", RULES;
        "У специфической ставки не указана единица или валюта", "A specific rate lacks its unit or its currency";
        "Укажите валюту ставки и единицу, с которой она взимается.",
        "State the currency of the rate and the unit it is levied on.";
    RATE_DATE = "GL-2711", Warning, "47.3", "";
        "Дата ставки … ещё не наступила", "The day of the rate … is in the future";
        "Укажите день, на который применяется ставка.", "State the day the rate applies on.";
    METHOD = "GL-2712", Warning, "47.5", CLASSIFIERS;
        "Особенности платежа … нет в классификаторе", "The method of payment … is not in the classifier";
        "Укажите код особенности уплаты.", "State a code of the classifier.";
    TOTAL_DIFFERS = "GL-2713", Error, "B", RULES;
        "В графе В по виду … указано …, сумма по товарам …", "Box B states for kind … …, the items add up to …";
        "Исправьте графу В или графы 47.", "Correct box B or boxes 47.";
    TOTAL_WITHOUT_LINES = "GL-2714", Error, "B", RULES;
        "В графе В есть вид …, которого нет у товаров", "Box B states kind …, which no item has";
        "Добавьте исчисление в графу 47 или уберите строку.", "Add the calculation to box 47 or remove the line.";
    LINES_WITHOUT_TOTAL = "GL-2715", Error, "B", RULES;
        "В графе В нет вида …, исчисленного у товаров на сумму …",
        "Box B lacks kind …, computed for the items at …";
        "Добавьте вид платежа в графу В.", "Add the payment kind to box B.";
    TOTAL_AMOUNT = "GL-2716", Error, "B", RULES;
        "В графе В не указана сумма", "Box B has no amount";
        "Укажите сумму платежа.", "State the amount.";
    KIND_TWICE = "GL-2717", Warning, "47.1", RULES;
        "Вид платежа … исчислен у товара дважды", "Payment kind … is computed twice for the item";
        "Уберите лишнюю строку.", "Remove the superfluous line.";
}

/// Amounts are rounded to the hundredth; another order of rounding moves the last digit.
const ROUNDING_TOLERANCE: Decimal = Decimal::from_parts(1, 0, 0, false, 2);
/// Sums of lines that were rounded to whole units, as some services do for each payment.
const WHOLE_UNIT_TOLERANCE: Decimal = Decimal::from_parts(5, 0, 0, false, 1);

pub(crate) fn check(control: &mut Control<'_>) {
    let declaration = control.declaration;
    for (index, item) in declaration.items.iter().enumerate() {
        for (nth, line) in item.payments.iter().enumerate() {
            let at = |field: &str| item_path(index, &format!("payments/{}/{field}", nth + 1));
            line_codes(control, line, at);
            ad_valorem(control, line, at);
            if let Some(kind) = line.kind
                && item
                    .payments
                    .iter()
                    .take(nth)
                    .any(|before| before.kind == Some(kind) && before.method == line.method)
            {
                control.find(&KIND_TWICE, at("kind"), &[&kind]);
            }
        }
        bases(control, index, item);
    }
    sums(control);
}

/// Whether a payment kind is one of the pack's; a classifier, where there is one, knows more.
fn known_kind(control: &Control<'_>, kind: PaymentKind) -> bool {
    let payments = &control.pack.payments;
    payments.fee.kind == kind
        || payments.kinds().any(|own| own == kind)
        || control.classified("payment_kind", kind.as_str()).unwrap_or(true)
}

/// The national currency is written by letters in some formats, by number in others.
fn is_national(pack: &Pack, code: &Code) -> bool {
    code.as_str() == pack.currency_number || code.as_str() == pack.currency.as_str()
}

fn states_no_payment(line: &PaymentLine) -> bool {
    line.preference.is_some() || line.quota.is_some() || line.base_quantity.is_some()
}

fn line_codes(control: &mut Control<'_>, line: &PaymentLine, at: impl Fn(&str) -> String) {
    let pack = control.pack;
    match line.kind {
        // A line may say nothing but which preference or quota is claimed, or a quantity that is taxed.
        None if line.amount.is_none() && states_no_payment(line) => {}
        None => control.find(&KIND, at("kind"), &[]),
        Some(kind) => {
            if !known_kind(control, kind) {
                control.find(&KIND_UNKNOWN, at("kind"), &[&kind]);
            }
            if line.amount.is_none() {
                control.find(&AMOUNT, at("amount"), &[&kind]);
            }
        }
    }
    if let Some(currency) = &line.currency
        && !is_national(pack, currency)
    {
        control.find(&CURRENCY, at("currency"), &[currency, &pack.currency]);
    }
    if let Some(method) = &line.method
        && control.classified("payment_method", method.as_str()) == Some(false)
    {
        control.find(&METHOD, at("method"), &[method]);
    }
    if let Some(date) = line.rate_date.filter(|date| *date > control.on) {
        control.find(&RATE_DATE, at("rate_date"), &[&date]);
    }
    // The fee is a sum for the whole declaration: it has a currency, but no unit.
    let fee = line.kind == Some(pack.payments.fee.kind);
    let specific = |kind: &Option<Code>| !fee && kind.as_ref().is_some_and(|kind| *kind == "*");
    if specific(&line.rate_kind) && (line.rate_unit.is_none() || line.rate_currency.is_none()) {
        control.find(&SPECIFIC_UNIT, at("rate"), &[]);
    }
    if specific(&line.second_rate_kind)
        && (line.second_rate_unit.is_none() || line.second_rate_currency.is_none())
    {
        control.find(&SPECIFIC_UNIT, at("second_rate"), &[]);
    }
}

/// The rate of a line that is a percentage and nothing else.
fn percent(line: &PaymentLine) -> Option<Rate> {
    let ad_valorem = line.rate_kind.as_ref().is_some_and(|kind| *kind == "%");
    line.rate.filter(|_| ad_valorem && line.second_rate.is_none())
}

fn ad_valorem(control: &mut Control<'_>, line: &PaymentLine, at: impl Fn(&str) -> String) {
    let Some(rate) = percent(line) else { return };
    if rate.get() > Decimal::ONE_HUNDRED {
        control.find(&RATE_HIGH, at("rate"), &[&rate]);
    }
    let (Some(base), Some(amount)) = (line.base, line.amount) else { return };
    let Some(product) =
        base.get().checked_mul(rate.get()).and_then(|all| all.checked_div(Decimal::ONE_HUNDRED))
    else {
        return;
    };
    let due = product.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    let stated = amount.get();
    let whole = stated.is_integer();
    let tolerance = if whole { WHOLE_UNIT_TOLERANCE } else { ROUNDING_TOLERANCE };
    if (stated.saturating_sub(due)).abs() > tolerance {
        control.find(&AD_VALOREM, at("amount"), &[&amount, &base, &rate, &due]);
    }
}

/// What each kind is levied on.
fn bases(control: &mut Control<'_>, index: usize, item: &Item) {
    let pack = control.pack;
    // A value of zero is a finding of its own.
    let Some(value) = item.customs_value.filter(|value| *value != Amount::ZERO) else { return };
    let duty = Some(pack.payments.duty.kind);
    let plus = pack.payments.vat.plus.as_deref().unwrap_or_default();
    // Under a conditional procedure everything is; then the base holds what would be due.
    let all_conditional = item.payments.iter().all(is_conditional);
    let levied: Amount = item
        .payments
        .iter()
        .filter(|line| line.kind.is_some_and(|kind| plus.contains(&kind)))
        // What is not paid because of a preference is no part of the price.
        .filter(|line| all_conditional || !is_conditional(line))
        .filter_map(|line| line.amount)
        .sum();
    for (nth, line) in item.payments.iter().enumerate() {
        let at = |field: &str| item_path(index, &format!("payments/{}/{field}", nth + 1));
        let (Some(kind), Some(base), Some(rate)) = (line.kind, line.base, percent(line)) else { continue };
        if Some(kind) == duty && base.get() != value.get() {
            control.find(&DUTY_BASE, at("base"), &[&base, &value]);
        }
        if kind == pack.payments.vat.kind {
            let expected = value + levied;
            if base.get() != expected.get() && control.is_import() {
                control.find(&VAT_BASE, at("base"), &[&base, &expected]);
            }
            if !vat_rate_exists(control, rate.get()) {
                control.find(&VAT_RATE, at("rate"), &[&rate]);
            }
        }
    }
}

fn vat_rate_exists(control: &Control<'_>, percent: Decimal) -> bool {
    let vat = &control.pack.payments.vat;
    let on = control.on;
    let standard = vat.standard.iter().map(|rate| (rate.percent, rate.valid_from, rate.valid_to));
    let reduced = vat.reduced.iter().map(|rate| (rate.percent, rate.valid_from, rate.valid_to));
    percent.is_zero()
        || standard
            .chain(reduced)
            .any(|(rate, from, to)| rate == percent && from <= on && to.is_none_or(|last| on <= last))
}

/// Conditional payments (`УН`) are computed, not paid, and no part of box B.
fn is_conditional(line: &PaymentLine) -> bool {
    line.method.as_ref().is_some_and(|method| matches!(method.as_str(), "УН" | "UN"))
}

/// Box B repeats the payable sums of boxes 47 by kind.
fn sums(control: &mut Control<'_>) {
    let declaration = control.declaration;
    let pack = control.pack;
    if declaration.payments.is_empty() && declaration.items.iter().all(|item| item.payments.is_empty()) {
        return;
    }
    let mut computed: HashMap<PaymentKind, Amount> = HashMap::new();
    let lines = declaration.items.iter().flat_map(|item| &item.payments).filter(|line| !is_conditional(line));
    for line in lines {
        if let (Some(kind), Some(amount)) = (line.kind, line.amount) {
            let sum = computed.entry(kind).or_default();
            *sum = *sum + amount;
        }
    }
    let mut stated: HashMap<PaymentKind, Amount> = HashMap::new();
    for (nth, total) in declaration.payments.iter().enumerate() {
        let at = |field: &str| format!("payments/{}/{field}", nth + 1);
        if let Some(currency) = &total.currency
            && !is_national(pack, currency)
        {
            control.find(&CURRENCY, at("currency"), &[currency, &pack.currency]);
        }
        let Some(amount) = total.amount else {
            control.find(&TOTAL_AMOUNT, at("amount"), &[]);
            continue;
        };
        let Some(kind) = total.kind else { continue };
        if !known_kind(control, kind) {
            control.find(&KIND_UNKNOWN, at("kind"), &[&kind]);
        }
        // One kind may be paid in several ways, a line each.
        let sum = stated.entry(kind).or_default();
        *sum = *sum + amount;
    }
    for (nth, total) in declaration.payments.iter().enumerate() {
        let Some(kind) = total.kind else { continue };
        // Each kind is judged once, at its first line.
        let Some(sum) = stated.remove(&kind) else { continue };
        let path = |field: &str| format!("payments/{}/{field}", nth + 1);
        match computed.remove(&kind) {
            None if sum == Amount::ZERO => {}
            None => control.find(&TOTAL_WITHOUT_LINES, path("kind"), &[&kind]),
            Some(items) if sum != items => {
                control.find(&TOTAL_DIFFERS, path("amount"), &[&kind, &sum, &items])
            }
            Some(_) => {}
        }
    }
    let mut unstated: Vec<_> = computed.into_iter().filter(|(_, sum)| *sum != Amount::ZERO).collect();
    unstated.sort_unstable();
    for (kind, sum) in unstated {
        control.find(&LINES_WITHOUT_TOTAL, "payments", &[&kind, &sum]);
    }
}
