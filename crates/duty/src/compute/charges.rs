//! Additions to the price and deductions from it, where nobody states the customs value.

use declaration::{Charge, Item, Severity, Text};
use reference::pack::{ShareBy, ValueFromPrice};
use rust_decimal::Decimal;

use super::Work;
use crate::assessment::{ChargeWorking, Conversion, ShareWorking};
use crate::value::distribute;

impl<'a> Work<'a> {
    /// What a line of goods adds to its price and deducts, with its share of what is stated for all; none, with
    /// a note, where any of it cannot be told.
    pub(super) fn charges(&mut self, at: usize, item: &'a Item) -> Option<Vec<ChargeWorking>> {
        let Some(rules) = &self.pack.payments.value else { return Some(Vec::new()) };
        if item.charges.is_empty() && self.declaration.charges.is_empty() {
            return Some(Vec::new());
        }
        let method = item.valuation_method.as_ref();
        if method.is_some_and(|method| !rules.methods.contains(method)) {
            let text = Text::new(
                "добавления и вычеты заявлены не при методе 1, таможенная стоимость не указана: платежи не исчислены; укажите графу 45",
                "additions and deductions are stated with another method than the first, and no customs value: payments are not computed; state box 45",
            );
            self.undone(at, "GL-4014", "valuation_method", text);
            return None;
        }
        let mut workings = Vec::with_capacity(item.charges.len());
        for charge in &item.charges {
            match self.charge(rules, charge) {
                Ok(working) => workings.push(working),
                Err(text) => {
                    self.undone(at, "GL-4014", "charges", text);
                    return None;
                }
            }
        }
        match self.shared.get(at) {
            Some(shared) => workings.extend(shared.iter().cloned()),
            None if self.declaration.charges.is_empty() => {}
            None => {
                let text = Text::new(
                    "расходы на всю партию не распределить по товарам: платежи не исчислены; укажите графу 45 либо вид, сумму и валюту расходов и вес брутто товаров",
                    "charges of the whole consignment cannot be shared out: payments are not computed; state box 45, or kind, amount and currency of the charges and gross masses",
                );
                self.undone(at, "GL-4014", "charges", text);
                return None;
            }
        }
        Some(workings)
    }

    /// Shares the charges of the whole consignment out; leaves nothing where that cannot be done.
    pub(super) fn share_charges(&mut self) {
        let declaration = self.declaration;
        let unvalued = || declaration.items.iter().any(|item| item.customs_value.is_none());
        let Some(rules) = &self.pack.payments.value else { return };
        if declaration.charges.is_empty() || !unvalued() {
            return;
        }
        self.shared = self.shares(rules).unwrap_or_default();
    }

    fn shares(&mut self, rules: &'a ValueFromPrice) -> Option<Vec<Vec<ChargeWorking>>> {
        let items = &self.declaration.items;
        let mut shared = vec![Vec::with_capacity(self.declaration.charges.len()); items.len()];
        // One line of goods bears everything: nothing is weighed.
        let weights = match items.as_slice() {
            [_] => None,
            _ => Some(self.weights(rules.share_by)?),
        };
        for charge in &self.declaration.charges {
            let working = self.charge(rules, charge).ok()?;
            let Some(weights) = &weights else {
                shared.first_mut()?.push(working);
                continue;
            };
            let whole = working.whole()?;
            let parts = distribute(whole, weights, reference::pack::Rounding::default())?;
            let all = weights.iter().try_fold(Decimal::ZERO, |sum, weight| sum.checked_add(*weight))?;
            let last = weights.iter().rposition(|weight| !weight.is_zero())?;
            let mut before = Decimal::ZERO;
            for (at, (weight, part)) in weights.iter().zip(&parts).enumerate() {
                // What weighs nothing bears nothing.
                if !weight.is_zero() {
                    let share = ShareWorking { weight: *weight, all, before, last: at == last };
                    shared.get_mut(at)?.push(ChargeWorking { share: Some(share), ..working.clone() });
                }
                before = before.checked_add(*part)?;
            }
        }
        Some(shared)
    }

    /// What each line of goods weighs; none where one of them does not say.
    fn weights(&mut self, by: ShareBy) -> Option<Vec<Decimal>> {
        let items = &self.declaration.items;
        match by {
            ShareBy::GrossMass => items.iter().map(|item| item.mass_gross.map(|mass| mass.get())).collect(),
            ShareBy::Price => items
                .iter()
                .map(|item| {
                    let (price, currency) = self.price(item)?;
                    if currency == self.pack.currency {
                        return Some(price);
                    }
                    self.conversion(currency)?.convert(price)
                })
                .collect(),
        }
    }

    /// One charge, or why it counts for nothing that can be computed.
    fn charge(&mut self, rules: &'a ValueFromPrice, charge: &Charge) -> Result<ChargeWorking, Text> {
        let code = charge.kind.as_ref().map_or("—", |kind| kind.as_str());
        let (Some(kind), Some(amount), Some(currency)) = (&charge.kind, charge.amount, charge.currency)
        else {
            return Err(Text::new(
                format!(
                    "добавление или вычет {code} без вида, суммы или валюты: платежи не исчислены; дополните"
                ),
                format!(
                    "addition or deduction {code} lacks kind, amount or currency: payments are not computed; complete it"
                ),
            ));
        };
        let Some(rule) = rules.charges.iter().find(|rule| rule.kind == *kind) else {
            return Err(Text::new(
                format!(
                    "код добавления или вычета {code} неизвестен: платежи не исчислены; укажите графу 45"
                ),
                format!(
                    "the code {code} of an addition or deduction is not known: payments are not computed; state box 45"
                ),
            ));
        };
        let conversion: Option<Conversion> = if currency == self.pack.currency {
            None
        } else {
            match self.conversion(currency) {
                Some(conversion) => Some(conversion),
                None => return Err(self.currency_rate_missing(currency)),
            }
        };
        let name = &rule.name;
        Ok(ChargeWorking {
            name: Text::new(format!("{} ({code})", name.ru), format!("{} ({code})", name.en)),
            sign: rule.sign,
            amount: amount.get(),
            currency,
            conversion,
            share: None,
        })
    }

    /// One note for all values that were worked out from a price with additions and deductions.
    pub(super) fn note_values_from_charges(&mut self) {
        let Some((first, count)) = self.values_from_charges else { return };
        let text = Text::new(
            format!(
                "таможенная стоимость не указана (товаров: {count}): исчислена из цены, добавлений и вычетов"
            ),
            format!(
                "customs value is not stated (items: {count}): it is computed from price, additions and deductions"
            ),
        );
        self.note(first, "GL-4015", Severity::Hint, "customs_value", text);
    }
}
