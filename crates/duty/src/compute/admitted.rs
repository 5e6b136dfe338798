//! Temporary admission with partial payment: what the declaration says of the term, and each payment in two.

use declaration::{Item, Severity, Text};
use jiff::civil::Date;
use reference::pack::PaymentStatus;
use reference::rates::RateKind;
use rust_decimal::Decimal;

use super::{Goods, Work};
use crate::arithmetic::Unread;
use crate::assessment::{Admitted, Line, RateWorking, Working};
use crate::later::calendar_months;

impl<'a> Work<'a> {
    /// The term the goods are admitted for, where the pack has it paid by months and the declaration states it.
    /// Without a term everything stays conditional: how long it will be is not guessed.
    pub(super) fn admitted(&mut self, goods: &Goods<'a>) -> Option<Admitted> {
        let terms = self.pack.payments.temporary_admission.as_ref()?;
        let own = goods.item.procedure.as_ref().and_then(|procedure| procedure.requested);
        let procedure = own.or(self.declaration.procedure)?;
        if goods.status != PaymentStatus::Conditional || !terms.procedures.contains(&procedure) {
            return None;
        }
        let (first, last) = (self.on, self.term(goods.item)?);
        if last < first {
            let text = Text::new(
                format!(
                    "срок временного ввоза {last} раньше дня декларации {first}: платежи по месяцам не исчислены; исправьте срок в графе 44"
                ),
                format!(
                    "the term of temporary admission {last} is before the day of the declaration {first}: payment by months is not computed; correct the term in box 44"
                ),
            );
            self.note(goods.at, "GL-4013", Severity::Warning, "documents", text);
            return None;
        }
        let norm = terms.norm.on(first).to_owned();
        Some(Admitted { first, last, percent_per_month: terms.percent_per_month, paid: true, norm })
    }

    /// The term a declaration states in box 44: of the goods, else of the first line, else of the consignment.
    fn term(&self, item: &Item) -> Option<Date> {
        let first = self.declaration.items.first();
        let documents = item.documents.iter().chain(first.into_iter().flat_map(|item| &item.documents));
        documents.chain(&self.declaration.documents).find_map(|document| document.term)
    }

    /// Whether the payment of a rate is paid by months.
    pub(super) fn paid_by_months(&self, source: RateKind) -> bool {
        self.pack.payments.temporary_admission.as_ref().is_some_and(|terms| terms.of.contains(&source))
    }
}

/// A payment in two: what is paid for the months, and what remains conditional, if anything does.
pub(super) fn in_parts(whole: Line, admitted: &Admitted) -> Option<Vec<Line>> {
    let Working::Rate(working) = &whole.working else { return Some(vec![whole]) };
    let part = |paid: bool| -> Option<Line> {
        let admitted = Admitted { paid, ..admitted.clone() };
        let working = RateWorking { admitted: Some(admitted), ..working.as_ref().clone() };
        let amount = working.amount(&mut Unread)?;
        Some(Line { amount, working: Working::Rate(Box::new(working)), ..whole.clone() })
    };
    let months = calendar_months(admitted.first, admitted.last);
    let mut paid = part(true)?;
    paid.status = PaymentStatus::Payable;
    paid.rate = format!("({}) × {}% × {months}", whole.rate, admitted.percent_per_month);
    let rest = part(false)?;
    let rest = (rest.amount > Decimal::ZERO).then_some(rest);
    Some([Some(paid), rest].into_iter().flatten().collect())
}
