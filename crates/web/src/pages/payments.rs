//! Payments as an officer reads them: every line with its working.

use std::collections::BTreeMap;

use duty::Line;
use rust_decimal::Decimal;

use super::meaning::Meanings;
use crate::figures;
use crate::payment_object::status_word;
use crate::texts::Texts;

/// One payment.
pub(super) struct PaymentLine {
    pub(super) kind: String,
    pub(super) name: &'static str,
    pub(super) base: String,
    pub(super) rate: String,
    /// Where the rate is looked up.
    pub(super) href: Option<String>,
    pub(super) amount: String,
    pub(super) status: &'static str,
    pub(super) conditional: bool,
    pub(super) working: Vec<WorkingStep>,
}

/// One step of the working.
pub(super) struct WorkingStep {
    pub(super) what: String,
    pub(super) formula: String,
    pub(super) result: String,
    pub(super) norm: String,
}

/// The sum of one payment kind.
pub(super) struct Total {
    pub(super) kind: String,
    pub(super) name: &'static str,
    pub(super) status: &'static str,
    pub(super) conditional: bool,
    pub(super) amount: String,
}

/// Payments of a declaration, those of goods apart from those of the whole.
pub(super) struct Payments {
    pub(super) totals: Vec<Total>,
    pub(super) of_declaration: Vec<PaymentLine>,
    of_items: BTreeMap<u32, Vec<PaymentLine>>,
    sums: BTreeMap<u32, Decimal>,
    pub(super) payable: String,
    pub(super) currency: String,
    pub(super) complete: bool,
}

impl Payments {
    /// Payments with the working of the items whose positions are wanted. `tariff` is where the rates of an item are
    /// looked up.
    pub(super) fn new(
        computed: &duty::Assessment,
        meanings: &Meanings<'_>,
        wanted: &dyn Fn(u32) -> bool,
        tariff: &dyn Fn(u32) -> Option<String>,
    ) -> Self {
        let language = meanings.language;
        let t = Texts::of(language);
        let name = |kind: &str| meanings.payment(kind).unwrap_or_default();
        let line = |line: &Line| PaymentLine {
            kind: line.kind.to_string(),
            name: name(line.kind.as_str()),
            base: format!("{} {}", figures::number(line.base.normalize(), language), line.base_unit),
            rate: line.rate.clone(),
            href: line.item.and_then(tariff),
            amount: figures::amount(line.amount, language),
            status: t.payment_status(status_word(line.status)),
            conditional: status_word(line.status) == "conditional",
            working: line
                .trace(&computed.norms)
                .into_iter()
                .map(|step| WorkingStep {
                    what: language.pick(&step.what).to_owned(),
                    formula: figures::formula(&step.formula, language),
                    result: figures::number(step.result.normalize(), language),
                    norm: step.norm,
                })
                .collect(),
        };
        let (mut of_declaration, mut of_items) = (Vec::new(), BTreeMap::<u32, Vec<PaymentLine>>::new());
        let mut sums = BTreeMap::<u32, Decimal>::new();
        for payment in &computed.lines {
            match payment.item {
                None => of_declaration.push(line(payment)),
                Some(item) => {
                    let sum = sums.entry(item).or_default();
                    *sum = sum.saturating_add(payment.amount);
                    if wanted(item) {
                        of_items.entry(item).or_default().push(line(payment));
                    }
                }
            }
        }
        let total = |(kind, amount, status): &(declaration::PaymentKind, Decimal, _)| Total {
            kind: kind.to_string(),
            name: name(kind.as_str()),
            status: t.payment_status(status_word(*status)),
            conditional: status_word(*status) == "conditional",
            amount: figures::amount(*amount, language),
        };
        Self {
            totals: computed.totals.iter().map(total).collect(),
            of_declaration,
            of_items,
            sums,
            payable: figures::amount(computed.payable_total, language),
            currency: computed.currency.to_string(),
            complete: computed.complete,
        }
    }

    /// The payments of one line of goods, by its position from 1.
    pub(super) fn take_item(&mut self, item: u32) -> Vec<PaymentLine> {
        self.of_items.remove(&item).unwrap_or_default()
    }

    /// What one line of goods costs altogether.
    pub(super) fn sum_of(&self, item: u32) -> Option<Decimal> {
        self.sums.get(&item).copied()
    }
}
