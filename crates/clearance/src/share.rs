//! Who pays which part of a declaration: box B names a payer with each sum, and what nobody is named for falls
//! on the one who answers for the rest (decision 257 of 20.05.2010, box B; EAEU customs code, article 50).

use declaration::{Declaration, TaxNumber};
use reference::Pack;
use reference::pack::PaymentStatus;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What one payer pays of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Who.
    pub payer: TaxNumber,
    /// How much, in the currency of the assessment.
    pub amount: Decimal,
}

/// A payer's part, and how far it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Who.
    pub payer: TaxNumber,
    /// The part.
    pub amount: Decimal,
    /// What of it is set aside.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub reserved: Decimal,
    /// What the account lacked when that was last asked.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub shortfall: Decimal,
}

impl Share {
    /// A part of which nothing is there yet.
    pub fn of(part: Part) -> Self {
        let Part { payer, amount } = part;
        Self { payer, amount, reserved: Decimal::ZERO, shortfall: Decimal::ZERO }
    }
}

/// What an account has, as a step finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fund {
    /// Whose it is.
    pub payer: TaxNumber,
    /// What can be set aside.
    pub available: Decimal,
}

/// How many payers one declaration may have: each is an account that a step reads and books.
pub const PAYERS_MAX: usize = 50;

/// The parts that are above zero: those as they are stated, or all of it of one payer.
pub fn due(payable: Decimal, payer: Option<TaxNumber>, parts: &[Part]) -> Vec<Part> {
    let all = || payer.map(|payer| Part { payer, amount: payable }).into_iter().collect();
    let stated = if parts.is_empty() { all() } else { parts.to_vec() };
    stated.into_iter().filter(|part| part.amount > Decimal::ZERO).collect()
}

/// The parts of all payers, in the order they are named, the one who answers for the rest first. Empty where
/// one payer pays all, and where the pack does not let box B say otherwise.
///
/// A payer named for more than is due of a kind pays what is due; whoever is named beyond [`PAYERS_MAX`] is
/// not told from the first.
pub fn parts(
    declaration: &Declaration,
    pack: &Pack,
    payments: &duty::Assessment,
    payer: Option<TaxNumber>,
) -> Vec<Part> {
    if !pack.payments.payers.named {
        return Vec::new();
    }
    let Some(first) = payer else { return Vec::new() };
    let payable = payments.totals.iter().filter(|(.., status)| *status == PaymentStatus::Payable);
    let mut due: Vec<(_, Decimal)> = payable.map(|(kind, amount, _)| (*kind, *amount)).collect();
    let mut parts: Vec<Part> = Vec::new();
    let mut others = Decimal::ZERO;
    for line in &declaration.payments {
        let (Some(payer), Some(kind), Some(stated)) = (line.payer, line.kind, line.amount) else { continue };
        let currency = line.currency.as_ref().map(|code| code.as_str());
        let own = currency.is_none_or(|code| code == pack.currency_number || pack.currency == code);
        let Some((_, rest)) = due.iter_mut().find(|(one, _)| *one == kind) else { continue };
        let amount = stated.get().min(*rest);
        if payer == first || !own || amount <= Decimal::ZERO {
            continue;
        }
        let room = parts.len() + 1 < PAYERS_MAX;
        match parts.iter_mut().find(|part| part.payer == payer) {
            Some(part) => part.amount = part.amount.saturating_add(amount),
            None if room => parts.push(Part { payer, amount }),
            None => continue,
        }
        *rest = rest.saturating_sub(amount);
        others = others.saturating_add(amount);
    }
    if parts.is_empty() {
        return parts;
    }
    let rest = payments.payable_total.saturating_sub(others).max(Decimal::ZERO);
    if rest > Decimal::ZERO {
        parts.insert(0, Part { payer: first, amount: rest });
    }
    parts
}
