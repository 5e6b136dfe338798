//! The declarant's own calculation (box 47) beside ours.

use declaration::{Declaration, Finding, Item, Path, PaymentKind, PaymentLine, Severity, Text};
use reference::pack::{Pack, PaymentStatus};
use rust_decimal::Decimal;

use crate::assessment::Assessment;

/// Differences up to this much are rounding.
const TOLERANCE: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// Adds a warning for each sum of box 47 that differs from what is computed. A declaration without
/// box 47 at all is not compared: some dialects leave it out.
pub(crate) fn compare(declaration: &Declaration, pack: &Pack, undone: &[bool], assessment: &mut Assessment) {
    if declaration.items.iter().all(|item| item.payments.is_empty()) {
        return;
    }
    let mut notes = Vec::new();
    for (at, item) in declaration.items.iter().enumerate() {
        let position = u32::try_from(at + 1).ok();
        let computed = assessment.lines.iter().filter(|line| line.item.is_some() && line.item == position);
        for line in computed.clone() {
            let declared = declared_sum(item, pack, line.kind, line.status);
            // A line that names the payment and no sum leaves the computing to the service.
            let left = item.payments.iter().any(|own| own.kind == Some(line.kind) && own.amount.is_none());
            if declared.is_none() && left {
                continue;
            }
            if (declared.unwrap_or_default() - line.amount).abs() > TOLERANCE {
                notes.push(differs(at, item, line.kind, declared, line.amount));
            }
        }
        if undone.get(at) == Some(&true) {
            continue;
        }
        for (nth, declared) in item.payments.iter().enumerate() {
            let Some(kind) = declared.kind else { continue };
            let first = item.payments.iter().position(|other| other.kind == Some(kind)) == Some(nth);
            let known = kind == pack.payments.fee.kind || computed.clone().any(|line| line.kind == kind);
            let sum = declared_sum(item, pack, kind, PaymentStatus::Payable).unwrap_or_default();
            if first && !known && sum > TOLERANCE {
                let text = Text::new(
                    format!(
                        "платёж {kind} заявлен ({sum}), но не исчисляется; исключите его или уточните процедуру"
                    ),
                    format!(
                        "payment {kind} is declared ({sum}) but not due; remove it or correct the procedure"
                    ),
                );
                let path = Path::new("items").at(at).field("payments").at(nth);
                notes.push(Finding::new("GL-4103", Severity::Warning, path, text));
            }
        }
    }
    fee(declaration, pack, assessment, &mut notes);
    assessment.notes.append(&mut notes);
}

fn status(line: &PaymentLine, pack: &Pack) -> PaymentStatus {
    let conditional = line
        .method
        .as_ref()
        .is_some_and(|method| pack.payments.conditional_methods.iter().any(|code| code == method.as_str()));
    if conditional { PaymentStatus::Conditional } else { PaymentStatus::Payable }
}

/// What is declared for one kind and status, if anything is.
fn declared_sum(item: &Item, pack: &Pack, kind: PaymentKind, wanted: PaymentStatus) -> Option<Decimal> {
    let lines = item.payments.iter().filter(|line| line.kind == Some(kind) && status(line, pack) == wanted);
    let amounts = lines.filter_map(|line| line.amount).map(|amount| amount.get());
    amounts.fold(None, |sum, amount| Some(sum.unwrap_or(Decimal::ZERO).saturating_add(amount)))
}

fn differs(
    at: usize,
    item: &Item,
    kind: PaymentKind,
    declared: Option<Decimal>,
    computed: Decimal,
) -> Finding {
    let payments = Path::new("items").at(at).field("payments");
    let Some(declared) = declared else {
        let text = Text::new(
            format!("платёж {kind} не заявлен, исчислено {computed}; добавьте строку графы 47"),
            format!("payment {kind} is not declared, computed {computed}; add a line of box 47"),
        );
        return Finding::new("GL-4102", Severity::Warning, payments, text);
    };
    let nth = item.payments.iter().position(|line| line.kind == Some(kind));
    let path = nth.map_or(payments.clone(), |nth| payments.at(nth).field("amount"));
    let text = Text::new(
        format!("платёж {kind}: заявлено {declared}, исчислено {computed}; проверьте основу, ставку и курс"),
        format!(
            "payment {kind}: declared {declared}, computed {computed}; check base, rate and currency rate"
        ),
    );
    Finding::new("GL-4101", Severity::Warning, path, text)
}

/// The fee is for the declaration; declarants state it at the first line of goods or in box B.
fn fee(declaration: &Declaration, pack: &Pack, assessment: &Assessment, notes: &mut Vec<Finding>) {
    let kind = pack.payments.fee.kind;
    let Some(computed) = assessment.lines.iter().find(|line| line.item.is_none() && line.kind == kind) else {
        return;
    };
    let in_items =
        declaration.items.iter().filter_map(|item| declared_sum(item, pack, kind, computed.status));
    let in_box_b = declaration.payments.iter().filter(|total| total.kind == Some(kind));
    let in_box_b = in_box_b.filter_map(|total| total.amount).map(|amount| amount.get());
    let sum = |amounts: &mut dyn Iterator<Item = Decimal>| amounts.reduce(Decimal::saturating_add);
    let declared = sum(&mut in_items.into_iter()).or_else(|| sum(&mut in_box_b.into_iter()));
    let amount = computed.amount;
    if (declared.unwrap_or_default() - amount).abs() > TOLERANCE {
        let declared = declared.unwrap_or_default();
        let text = Text::new(
            format!(
                "таможенный сбор {kind}: заявлено {declared}, исчислено {amount}; проверьте общую таможенную стоимость"
            ),
            format!(
                "customs fee {kind}: declared {declared}, computed {amount}; check the total customs value"
            ),
        );
        notes.push(Finding::new("GL-4104", Severity::Warning, Path::new("payments"), text));
    }
}
