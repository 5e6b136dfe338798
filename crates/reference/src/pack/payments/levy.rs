//! How one payment is computed: base, rounding, relief, norm.

use declaration::{CommodityCode, PaymentKind};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::{Norm, Payments, Tax};
use crate::rates::RateKind;

/// The norms of what all payments have in common; empty where a pack names none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Norms {
    /// Of the customs value.
    pub value: String,
    /// Of the day whose currency rate counts.
    pub currency: String,
    /// Of how sums are rounded.
    pub rounding: String,
}

/// The part of box 36 that relieves from a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relief {
    /// The second part, which a tariff preference is claimed in too.
    Duty,
    /// The third part.
    Excise,
    /// The fourth part.
    Vat,
    /// None.
    None,
}

/// To which digit an amount is rounded, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// Digits after the point.
    pub scale: u32,
    /// Which way.
    pub mode: RoundingMode,
}

/// Which way an amount is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundingMode {
    /// Half a unit of the last digit away from zero.
    HalfUp,
    /// Half a unit to the even digit.
    HalfEven,
    /// What is over is dropped.
    Down,
    /// Anything over counts as a whole unit.
    Up,
}

/// Digits of an amount that are always written: 750.00.
const SCALE_WRITTEN: u32 = 2;

impl Default for Rounding {
    fn default() -> Self {
        Rounding { scale: SCALE_WRITTEN, mode: RoundingMode::HalfUp }
    }
}

impl Rounding {
    /// The amount, rounded, with two digits after the point at least.
    pub fn of(self, amount: Decimal) -> Decimal {
        let strategy = match self.mode {
            RoundingMode::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            RoundingMode::HalfEven => RoundingStrategy::MidpointNearestEven,
            RoundingMode::Down => RoundingStrategy::ToZero,
            RoundingMode::Up => RoundingStrategy::AwayFromZero,
        };
        let mut amount = amount.round_dp_with_strategy(self.scale, strategy);
        amount.rescale(self.scale.max(SCALE_WRITTEN));
        amount
    }

    /// Whether it is to hundredths, half up, as almost everywhere.
    pub fn is_usual(&self) -> bool {
        *self == Rounding::default()
    }
}

/// The usual order of the payments of imported goods.
pub(super) fn usual_order() -> Vec<RateKind> {
    use RateKind::{Antidumping, Countervailing, Duty, Excise, Special, Vat};
    vec![Duty, Special, Antidumping, Countervailing, Excise, Vat]
}

/// One payment, with everything a pack says of how it is computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levy<'p> {
    /// What its rate is a rate of.
    pub source: RateKind,
    /// Payments added to the value, where the rate is by value.
    pub plus: &'p [PaymentKind],
    /// How the amount is rounded.
    pub rounding: Rounding,
    /// The part of box 36 that relieves from it.
    pub relief: Relief,
    /// The norm, over the days.
    pub norm: &'p Norm,
    kind: PaymentKind,
    tax: Option<&'p Tax>,
}

impl Levy<'_> {
    /// The payment kind for a commodity.
    pub fn kind_of(&self, code: &CommodityCode) -> PaymentKind {
        self.tax.map_or(self.kind, |tax| tax.kind_of(code))
    }
}

impl Payments {
    /// The table of a payment, if the pack has it; value added tax has its own.
    pub fn tax(&self, source: RateKind) -> Option<&Tax> {
        match source {
            RateKind::Duty => Some(&self.duty),
            RateKind::ExportDuty => self.export_duty.as_ref(),
            RateKind::Excise => self.excise.as_ref(),
            RateKind::Antidumping => self.antidumping.as_ref(),
            RateKind::Countervailing => self.countervailing.as_ref(),
            RateKind::Special => self.special.as_ref(),
            RateKind::Vat => None,
        }
    }

    /// A payment by what its rate is a rate of, if the pack has it.
    pub fn levy(&self, source: RateKind) -> Option<Levy<'_>> {
        if source == RateKind::Vat {
            let vat = &self.vat;
            return Some(Levy {
                source,
                plus: vat.plus.as_deref().unwrap_or_default(),
                rounding: vat.rounding.unwrap_or(self.rounding),
                relief: vat.relief.unwrap_or(Relief::Vat),
                norm: &vat.norm,
                kind: vat.kind,
                tax: None,
            });
        }
        let tax = self.tax(source)?;
        // Whatever relieves from the duty does not relieve from trade remedies.
        let relief = match source {
            RateKind::Duty => Relief::Duty,
            RateKind::Excise => Relief::Excise,
            _ => Relief::None,
        };
        Some(Levy {
            source,
            plus: tax.plus.as_deref().unwrap_or_default(),
            rounding: tax.rounding.unwrap_or(self.rounding),
            relief: tax.relief.unwrap_or(relief),
            norm: &tax.norm,
            kind: tax.kind,
            tax: Some(tax),
        })
    }

    /// All payment kinds of goods.
    pub fn kinds(&self) -> impl Iterator<Item = PaymentKind> {
        let taxes = RateKind::ALL.iter().filter_map(|(source, _)| self.tax(*source));
        taxes.flat_map(Tax::all_kinds).chain([self.vat.kind])
    }

    /// Writes down the usual base where a pack says nothing of it.
    pub(in crate::pack) fn settle(&mut self) {
        let duty = [self.duty.kind];
        let excise: Vec<PaymentKind> = self.excise.iter().flat_map(Tax::all_kinds).collect();
        if let Some(tax) = &mut self.excise {
            tax.plus.get_or_insert_with(|| duty.to_vec());
        }
        self.vat.plus.get_or_insert_with(|| duty.into_iter().chain(excise).collect());
    }

    /// What no type can hold: a base that nothing before it makes, an order that misses a payment.
    pub(in crate::pack) fn fault(&self) -> Option<(&'static str, &'static str, &'static str)> {
        let mut before: Vec<PaymentKind> = Vec::new();
        for (nth, source) in self.order.iter().enumerate() {
            if *source == RateKind::ExportDuty || self.order.iter().take(nth).any(|other| other == source) {
                return Some((
                    "payments.order",
                    "платежи при ввозе, каждый один раз",
                    "payments of imports, each once",
                ));
            }
            let Some(levy) = self.levy(*source) else { continue };
            if !levy.plus.iter().all(|kind| before.contains(kind)) {
                return Some((
                    "payments.plus",
                    "виды платежей, исчисленных раньше",
                    "payment kinds computed before",
                ));
            }
            match self.tax(*source) {
                Some(tax) => before.extend(tax.all_kinds()),
                None => before.push(self.vat.kind),
            }
        }
        let missing = |(source, _): &(RateKind, &str)| {
            *source != RateKind::ExportDuty && self.levy(*source).is_some() && !self.order.contains(source)
        };
        if RateKind::ALL.iter().any(missing) {
            return Some(("payments.order", "все платежи пакета", "all payments of the pack"));
        }
        if [&self.penalty, &self.deferral].into_iter().flatten().any(|one| one.days_of_year == 0) {
            return Some(("payments.days_of_year", "число от 1", "a number from 1"));
        }
        let months = self.temporary_admission.as_ref().map(|terms| terms.percent_per_month);
        let shares = [&self.penalty, &self.deferral].into_iter().flatten().map(|one| one.percent_of_rate);
        if months.into_iter().chain(shares).any(|percent| percent < Decimal::ZERO) {
            return Some(("payments", "проценты от 0", "per cent from 0"));
        }
        if let Some(key) = &self.key_rate {
            let ascend = key.rates.windows(2).all(|two| match two {
                [one, next] => one.valid_from < next.valid_from,
                _ => true,
            });
            let known = key.rates.last().is_some_and(|last| last.valid_from <= key.known_to);
            if !ascend || !known || key.rates.iter().any(|rate| rate.percent < Decimal::ZERO) {
                return Some((
                    "payments.key_rate",
                    "ставки от 0 по возрастанию дней, не позже known_to",
                    "rates from 0 in the order of their days, none after known_to",
                ));
            }
        }
        let scales = [Some(self.rounding), self.vat.rounding];
        let of_taxes = RateKind::ALL.iter().filter_map(|(source, _)| self.tax(*source)?.rounding);
        if scales.into_iter().flatten().chain(of_taxes).any(|rounding| rounding.scale > SCALE_MAX) {
            return Some(("payments.rounding", "от 0 до 4 знаков", "0 to 4 digits"));
        }
        None
    }
}

/// The most digits after the point that an amount is rounded to.
const SCALE_MAX: u32 = 4;
