//! The new version of a declaration that a correction makes.
//!
//! A correction (KDT, decision of the Customs Union Commission No. 289 of 10 December 2013) states what a
//! declaration is to say. [`correct`] makes the new version and holds the correction to its own totals:
//! what a schema cannot see comes back as findings.

use std::collections::HashMap;

use crate::codes::PaymentKind;
use crate::correction::Correction;
use crate::finding::{Finding, Severity, Text};
use crate::form::Form;
use crate::model::{Declaration, Item, PaymentLine, PaymentTotal};
use crate::path::Path;
use crate::quantity::Amount;
use crate::record::Record;

/// The correction states another number of items than there are then (box 5).
pub const ITEM_COUNT_DIFFERS: &str = "GL-1101";
/// It states another number of packages than the items have then (box 6).
pub const PACKAGE_COUNT_DIFFERS: &str = "GL-1102";
/// It states another total customs value than the items add up to then (box 12).
pub const CUSTOMS_VALUE_DIFFERS: &str = "GL-1103";
/// It states another invoice total than the prices add up to then (box 22).
pub const INVOICE_TOTAL_DIFFERS: &str = "GL-1104";
/// Box B and the lines of box 47 do not agree then.
pub const PAYMENTS_DIFFER: &str = "GL-1105";
/// What it calls the previous customs value is not that of the version it corrects.
pub const PREVIOUS_VALUE_DIFFERS: &str = "GL-1106";
/// What it calls the previous payment is not that of the version it corrects, or the change is not the
/// difference of both.
pub const PREVIOUS_PAYMENT_DIFFERS: &str = "GL-1107";
/// It names an item twice, without a number, or takes out one that is not there.
pub const ITEM_UNCLEAR: &str = "GL-1108";
/// What it states beyond the fields of a declaration has no place in the version it corrects.
pub const NO_PLACE_BESIDE: &str = "GL-1109";
/// The version of a declaration that a correction makes of `base`.
///
/// A box the correction states replaces the box; a list it states replaces the list; of a line of goods
/// with a number that is there already each field it states replaces the field, and one with another number
/// is added. A line that states nothing but its number is taken out.
///
/// Totals that the correction states must be those of its result, and those that it touches without stating
/// them are computed: items (box 5), packages (box 6), customs value (box 12), invoice (box 22), payments
/// (box B from the lines of box 47; conditional ones, `УН`, are no part of it). Where goods share packages,
/// the number of packages is taken as stated, or changes by as much as the items' numbers change.
///
/// # Errors
/// Findings `GL-1101` to `GL-1109`: the correction is at odds with itself or with the version it corrects.
pub fn correct(base: &Declaration, correction: &Correction) -> Result<Declaration, Vec<Finding>> {
    let mut work = Work { base, correction, findings: Vec::new() };
    work.previous_values();
    let mut made = base.clone();
    work.boxes(&mut made);
    work.items(&mut made);
    work.totals(&mut made);
    work.payments(&mut made);
    if work.findings.is_empty() { Ok(made) } else { Err(work.findings) }
}

struct Work<'c> {
    base: &'c Declaration,
    correction: &'c Correction,
    findings: Vec<Finding>,
}

impl Work<'_> {
    fn find(&mut self, code: &'static str, path: Path, ru: String, en: String) {
        self.findings.push(Finding::new(code, Severity::Error, path, Text::new(ru, en)));
    }

    /// What the correction takes for the version before must be it.
    fn previous_values(&mut self) {
        let (base, correction) = (self.base, self.correction);
        if let Some(stated) = correction.previous_customs_value_total
            && let Some(was) = base.customs_value_total
            && stated != was
        {
            self.find(
                PREVIOUS_VALUE_DIFFERS,
                Path::new("customs_value_total"),
                format!(
                    "Прежняя общая таможенная стоимость в корректировке {stated}, в исправляемой версии {was}: составьте корректировку к последней версии."
                ),
                format!(
                    "The correction states {stated} as the previous total customs value, the version it corrects has {was}: correct the latest version."
                ),
            );
        }
        for change in &correction.items {
            let place = base.items.iter().position(|item| item.number == change.number);
            if let Some(stated) = change.previous_customs_value
                && let Some(place) = place
                && let Some(was) = base.items.get(place).and_then(|item| item.customs_value)
                && stated != was
            {
                self.find(
                    PREVIOUS_VALUE_DIFFERS,
                    Path::root().field("items").at(place).field("customs_value"),
                    format!(
                        "Прежняя таможенная стоимость товара в корректировке {stated}, в исправляемой версии {was}: составьте корректировку к последней версии."
                    ),
                    format!(
                        "The correction states {stated} as the previous customs value of the item, the version it corrects has {was}: correct the latest version."
                    ),
                );
            }
        }
    }

    /// Every box outside the lines of goods.
    fn boxes(&mut self, made: &mut Declaration) {
        let stated = &self.correction.corrected;
        for (at, field) in Declaration::FIELDS.iter().enumerate() {
            if field.name != "items" {
                replace(stated, at, made);
            }
        }
        self.beside(stated, made, &Path::root());
    }

    fn items(&mut self, made: &mut Declaration) {
        let mut seen = Vec::new();
        let ascending = made.items.is_sorted_by_key(|item| item.number);
        for (nth, stated) in self.correction.corrected.items.iter().enumerate() {
            let path = Path::root().field("items").at(nth);
            let Some(number) = stated.number else {
                self.find(
                    ITEM_UNCLEAR,
                    path.field("number"),
                    "У товара в корректировке нет номера: укажите номер товара в декларации.".to_owned(),
                    "An item of the correction has no number: state its number in the declaration."
                        .to_owned(),
                );
                continue;
            };
            if seen.contains(&number) {
                self.find(
                    ITEM_UNCLEAR,
                    path.field("number"),
                    format!("Товар {number} указан в корректировке дважды: оставьте одну запись."),
                    format!("The correction has item {number} twice: keep one entry."),
                );
                continue;
            }
            seen.push(number);
            let place = made.items.iter().position(|item| item.number == Some(number));
            match (place, says_only_its_number(stated)) {
                (Some(place), true) => {
                    made.items.remove(place);
                }
                (Some(place), false) => {
                    if let Some(item) = made.items.get_mut(place) {
                        for at in 0..Item::FIELDS.len() {
                            replace(stated, at, item);
                        }
                        self.beside(stated, item, &path);
                    }
                }
                (None, true) => self.find(
                    ITEM_UNCLEAR,
                    path.field("number"),
                    format!("Корректировка исключает товар {number}, которого в декларации нет."),
                    format!("The correction takes out item {number}, which the declaration does not have."),
                ),
                (None, false) => made.items.push(stated.clone()),
            }
        }
        if ascending {
            made.items.sort_by_key(|item| item.number);
        }
    }

    /// What stands beside the stated record replaces what stands beside the other, by name.
    fn beside(&mut self, stated: &dyn Record, made: &mut dyn Record, path: &Path) {
        let Some(form) = stated.further() else { return };
        let Some(slot) = made.further_mut() else { return };
        let Some(there) = slot else {
            *slot = Some(Box::new(form.clone()));
            return;
        };
        let mut lost = Vec::new();
        replace_form(form, there, &mut lost);
        for name in lost {
            self.find(
                NO_PLACE_BESIDE,
                path.field("further").field(name),
                format!("Для сведений «{name}» в исправляемой версии нет места: подайте декларацию в том же формате."),
                format!("The version that is corrected has no place for “{name}”: file in the same format."),
            );
        }
    }

    fn totals(&mut self, made: &mut Declaration) {
        let stated = &self.correction.corrected;
        let count = u32::try_from(made.items.len()).unwrap_or(u32::MAX);
        if let Some(number) = stated.item_count.filter(|number| *number != count) {
            self.find(
                ITEM_COUNT_DIFFERS,
                Path::new("item_count"),
                format!(
                    "В графе 5 указано товаров {number}, после корректировки их {count}: исправьте графу 5."
                ),
                format!(
                    "Box 5 states {number} items, after the correction there are {count}: correct box 5."
                ),
            );
        }
        made.item_count = Some(count);
        self.packages(made);
        let was = sum(self.base, |item| item.customs_value);
        if let Some(is) = sum(made, |item| item.customs_value) {
            match stated.customs_value_total {
                Some(total) if total != is => self.find(
                    CUSTOMS_VALUE_DIFFERS,
                    Path::new("customs_value_total"),
                    format!("В графе 12 указано {total}, сумма граф 45 после корректировки {is}: исправьте графу 12 или графы 45."),
                    format!("Box 12 states {total}, boxes 45 add up to {is} after the correction: correct box 12 or boxes 45."),
                ),
                None if was != Some(is) => made.customs_value_total = Some(is),
                _ => {}
            }
        }
        let price = |item: &Item, of: &Declaration| {
            item.invoice_value
                .filter(|_| item.invoice_currency.is_none_or(|own| Some(own) == of.invoice_currency))
        };
        let was = sum(self.base, |item| price(item, self.base));
        if let Some(is) = sum(made, |item| price(item, made)) {
            match stated.invoice_total {
                Some(total) if total != is => self.find(
                    INVOICE_TOTAL_DIFFERS,
                    Path::new("invoice_total"),
                    format!("В графе 22 указано {total}, сумма граф 42 после корректировки {is}: исправьте графу 22 или графы 42."),
                    format!("Box 22 states {total}, boxes 42 add up to {is} after the correction: correct box 22 or boxes 42."),
                ),
                None if was != Some(is) => made.invoice_total = Some(is),
                _ => {}
            }
        }
    }

    fn packages(&mut self, made: &mut Declaration) {
        let (was, is) = (packages(self.base), packages(made));
        let shared = [self.base, &*made].into_iter().any(shares_packages);
        match self.correction.corrected.package_count {
            Some(number) if !shared && u64::from(number) != is => self.find(
                PACKAGE_COUNT_DIFFERS,
                Path::new("package_count"),
                format!("В графе 6 указано мест {number}, у товаров после корректировки {is}: исправьте графу 6 или число мест у товаров."),
                format!("Box 6 states {number} packages, the items have {is} after the correction: correct box 6 or the items' packages."),
            ),
            None if was != is => {
                let total = match self.base.package_count {
                    Some(total) if shared => (u64::from(total) + is).saturating_sub(was),
                    _ => is,
                };
                made.package_count = Some(u32::try_from(total).unwrap_or(u32::MAX));
            }
            _ => {}
        }
    }

    fn payments(&mut self, made: &mut Declaration) {
        let states_box = !self.correction.corrected.payments.is_empty();
        let (was, is) = (lines(self.base), lines(made));
        self.previous_payments();
        if !states_box {
            for kind in kinds(&was, &is).into_iter().filter(|kind| was.get(kind) != is.get(kind)) {
                self.recompute(made, kind, is.get(&kind).copied());
            }
            return;
        }
        let mut stated: HashMap<PaymentKind, Amount> = HashMap::new();
        for total in &made.payments {
            if let (Some(kind), Some(amount)) = (total.kind, total.amount) {
                let sum = stated.entry(kind).or_default();
                *sum = *sum + amount;
            }
        }
        for kind in kinds(&stated, &is) {
            let of = |sums: &HashMap<PaymentKind, Amount>| sums.get(&kind).copied().unwrap_or_default();
            let (total, sum) = (of(&stated), of(&is));
            if total != sum {
                let place = made.payments.iter().position(|line| line.kind == Some(kind));
                let path = Path::root().field("payments");
                let path = place.map_or(path.clone(), |place| path.at(place).field("amount"));
                self.find(
                    PAYMENTS_DIFFER,
                    path,
                    format!("В графе В по виду {kind} указано {total}, графы 47 после корректировки дают {sum}: исправьте графу В или графы 47."),
                    format!("Box B states {total} for kind {kind}, boxes 47 add up to {sum} after the correction: correct box B or boxes 47."),
                );
            }
        }
    }

    /// Box B as the lines of box 47 make it.
    fn recompute(&mut self, made: &mut Declaration, kind: PaymentKind, sum: Option<Amount>) {
        let places: Vec<usize> = (0..made.payments.len())
            .filter(|at| made.payments.get(*at).is_some_and(|total| total.kind == Some(kind)))
            .collect();
        match (places.as_slice(), sum.filter(|sum| *sum != Amount::ZERO)) {
            ([], Some(sum)) => {
                let line = made.items.iter().flat_map(|item| &item.payments);
                let currency = line.filter(|line| line.kind == Some(kind)).find_map(|line| line.currency);
                made.payments.push(PaymentTotal {
                    kind: Some(kind),
                    amount: Some(sum),
                    currency,
                    ..PaymentTotal::default()
                });
            }
            ([place], Some(sum)) => {
                if let Some(total) = made.payments.get_mut(*place) {
                    total.amount = Some(sum);
                }
            }
            (_, None) => made.payments.retain(|total| total.kind != Some(kind)),
            // Which of several ways of payment takes the change, only the declarant can say.
            ([place, ..], Some(sum)) => self.find(
                PAYMENTS_DIFFER,
                Path::root().field("payments").at(*place).field("amount"),
                format!("Платёж {kind} уплачивается несколькими способами, после корректировки он составляет {sum}: укажите графу В."),
                format!("Payment {kind} is paid in several ways and is {sum} after the correction: state box B."),
            ),
        }
    }

    fn previous_payments(&mut self) {
        let (base, correction) = (self.base, self.correction);
        for (nth, change) in correction.payments.iter().enumerate() {
            let path = Path::root().field("payments").at(nth).field("amount");
            let Some(kind) = change.kind else { continue };
            let was = base
                .payments
                .iter()
                .filter(|total| total.kind == Some(kind))
                .filter_map(|total| total.amount);
            let was: Amount = was.fold(Amount::ZERO, |sum, amount| sum + amount);
            let once = correction.payments.iter().filter(|other| other.kind == Some(kind)).count() == 1;
            if let Some(stated) = change.previous.filter(|stated| once && *stated != was) {
                self.find(
                    PREVIOUS_PAYMENT_DIFFERS,
                    path.clone(),
                    format!("Прежняя сумма платежа {kind} в корректировке {stated}, в исправляемой версии {was}: составьте корректировку к последней версии."),
                    format!("The correction states {stated} as the previous amount of payment {kind}, the version it corrects has {was}: correct the latest version."),
                );
            }
            if let (Some(previous), Some(amount), Some(stated)) =
                (change.previous, change.amount, change.change)
            {
                let real = amount.get().saturating_sub(previous.get());
                // Some state how much, and leave to the reader whether more or less.
                if stated.get() != real && stated.get() != real.abs() {
                    self.find(
                        PREVIOUS_PAYMENT_DIFFERS,
                        path,
                        format!("Изменение платежа {kind} указано {}, разница сумм {real}: исправьте графу В.", stated.get()),
                        format!("The change of payment {kind} is stated as {}, the amounts differ by {real}: correct box B.", stated.get()),
                    );
                }
            }
        }
    }
}

/// Whether a line of goods states its number and nothing else.
fn says_only_its_number(item: &Item) -> bool {
    let number = item.index_of("number");
    item.further.is_none() && (0..Item::FIELDS.len()).all(|at| Some(at) == number || item.count(at) == 0)
}

/// Puts what a field holds in place of what it held, if it holds anything.
fn replace(from: &dyn Record, field: usize, to: &mut dyn Record) {
    if from.count(field) > 0 {
        to.clear(field);
        copy(from, field, to, field);
    }
}

/// Adds all of one field; whether all of it was taken.
fn copy(from: &dyn Record, field: usize, to: &mut dyn Record, target: usize) -> bool {
    let mut all = true;
    for nth in 0..from.count(field) {
        if let Some(value) = from.value(field, nth) {
            all &= to.set(target, &value.to_string()).is_ok();
        } else if let Some(below) = from.record(field, nth) {
            let Some(made) = to.open(target) else { return false };
            for (at, row) in below.fields().iter().enumerate() {
                match made.index_of(row.name) {
                    Some(target) => all &= copy(below, at, made, target),
                    None => all &= below.count(at) == 0,
                }
            }
            if let (Some(form), Some(slot)) = (below.further(), made.further_mut()) {
                *slot = Some(Box::new(form.clone()));
            }
        }
    }
    all
}

/// Puts the fields a form has in place of those of the same name; forms that are no list are gone into.
fn replace_form(from: &Form, to: &mut Form, lost: &mut Vec<&'static str>) {
    for (at, row) in from.fields().iter().enumerate().filter(|(at, _)| from.count(*at) > 0) {
        let Some(target) = to.index_of(row.name) else {
            lost.push(row.name);
            continue;
        };
        let below = from.form(at, 0).filter(|_| !row.shape.is_list() && to.count(target) > 0);
        if let Some(below) = below
            && let Some(there) = to.nth_or_new(target, 0)
        {
            replace_form(below, there, lost);
            continue;
        }
        to.clear(target);
        if !copy(from, at, to, target) {
            lost.push(row.name);
        }
    }
}

/// The sum over all items, if each has the value.
fn sum(of: &Declaration, value: impl Fn(&Item) -> Option<Amount>) -> Option<Amount> {
    of.items.iter().try_fold(Amount::ZERO, |sum, item| Some(sum + value(item)?))
}

fn packages(of: &Declaration) -> u64 {
    let counts = of.items.iter().filter_map(Item::package_count);
    counts.map(u64::from).fold(0, u64::saturating_add)
}

/// Whether goods lie in packages of other goods, which box 6 counts once.
fn shares_packages(declaration: &Declaration) -> bool {
    let partial = |item: &Item| item.packaging.as_ref().and_then(|packaging| packaging.partial_count);
    declaration.items.iter().any(|item| partial(item).unwrap_or_default() > 0)
}

/// The sums of box 47 by kind; conditional payments are not paid.
fn lines(of: &Declaration) -> HashMap<PaymentKind, Amount> {
    let conditional = |line: &PaymentLine| {
        line.method.as_ref().is_some_and(|method| matches!(method.as_str(), "УН" | "UN"))
    };
    let mut sums: HashMap<PaymentKind, Amount> = HashMap::new();
    for line in of.items.iter().flat_map(|item| &item.payments).filter(|line| !conditional(line)) {
        if let (Some(kind), Some(amount)) = (line.kind, line.amount) {
            let sum = sums.entry(kind).or_default();
            *sum = *sum + amount;
        }
    }
    sums
}

/// The kinds of both, in order.
fn kinds(one: &HashMap<PaymentKind, Amount>, other: &HashMap<PaymentKind, Amount>) -> Vec<PaymentKind> {
    let mut kinds: Vec<PaymentKind> = one.keys().chain(other.keys()).copied().collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

#[cfg(test)]
mod tests;
