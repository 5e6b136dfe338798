//! Declarations of customs value beside declarations on goods: findings where their numbers differ. Pure, and apart
//! from the decision: a value declaration may come days after it, and what was decided stays decided.

use declaration::{Declaration, Finding, Form, Path};
use duty::stated::{StatedValue, stated_values};
use duty::value::NotValued;
use jiff::civil::Date;
use reference::{Pack, Reference};
use rust_decimal::Decimal;

/// Differences up to this much are rounding.
const TOLERANCE: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// What a paper says of customs values, held against its own boxes at the rates of a day, and against box 45 of its
/// declaration where that is known; nothing for papers of other kinds. Findings are placed in the declaration where
/// there is one, else in the paper; at most [`check::FINDINGS_MAX`].
pub fn findings(
    kind: &str,
    form: &Form,
    declaration: Option<&Declaration>,
    reference: &Reference,
    pack: &Pack,
    on: Date,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for value in stated_values(kind, form, reference, pack, on) {
        if found.len() >= check::FINDINGS_MAX {
            break;
        }
        of_line(&value, declaration, on, &mut found);
    }
    found
}

fn of_line(value: &StatedValue, declaration: Option<&Declaration>, on: Date, found: &mut Vec<Finding>) {
    let Some(number) = value.item else { return };
    let at = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    let item = declaration.zip(at).and_then(|(declaration, at)| declaration.items.get(at));
    let place = match (item, at) {
        (Some(_), Some(at)) => Path::new("items").at(at).field("customs_value"),
        _ => value.path.clone(),
    };
    if let (Some(declaration), None) = (declaration, item) {
        found.push(check::values::no_such_goods(&Path::new("items"), number, declaration.items.len()));
        return;
    }
    let differs = |one: Decimal, other: Decimal| (one - other).abs() > TOLERANCE;
    let worked = match &value.worked {
        None => None,
        Some(Ok(worked)) => Some(worked.amount),
        Some(Err(NotValued::NoRate(currency))) => {
            found.push(check::values::no_rate(&place, number, &currency.to_string(), &on.to_string()));
            None
        }
        Some(Err(NotValued::NoQuantity | NotValued::BelowZero | NotValued::TooLarge)) => {
            found.push(check::values::not_worked_out(&place, number));
            None
        }
    };
    if let (Some(stated), Some(worked)) = (value.stated, worked)
        && differs(stated, worked)
    {
        found.push(check::values::boxes_differ(&place, number, stated, worked));
    }
    let declared = item.and_then(|item| item.customs_value).map(declaration::Amount::get);
    if let (Some(declared), Some(of_form)) = (declared, value.stated.or(worked))
        && differs(declared, of_form)
    {
        found.push(check::values::box_45_differs(&place, number, declared, of_form));
    }
}
