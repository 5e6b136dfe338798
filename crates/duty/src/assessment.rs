//! What a computation yields: typed lines, from which the working is written out on request.

use declaration::{CurrencyCode, Finding, PaymentKind, Text};
use jiff::civil::Date;
use reference::pack::{ChargeSign, Norms, PaymentStatus, Rounding};
use reference::rate::Specific;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The payments of one declaration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// Every payment of every line of goods, then the fee.
    pub lines: Vec<Line>,
    /// Sums by payment kind and status, in that order.
    pub totals: Vec<(PaymentKind, Decimal, PaymentStatus)>,
    /// The sum of all that is payable.
    pub payable_total: Decimal,
    /// The currency of all sums.
    pub currency: CurrencyCode,
    /// The customs value of all goods.
    pub customs_value_total: Decimal,
    /// Whether that is all of it: every line states a value, or a price it comes from.
    pub values_complete: bool,
    /// Whether every payment could be computed; where not, a note says which and why.
    pub complete: bool,
    /// The norms of what all payments have in common.
    #[serde(default)]
    pub norms: Norms,
    /// What could not be computed and why (hints), and where the declared box 47 differs (warnings).
    pub notes: Vec<Finding>,
}

/// One payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The line of goods by its position from 1; none for the fee, which is for the declaration.
    pub item: Option<u32>,
    /// The payment kind.
    pub kind: PaymentKind,
    /// What the rate is applied to: a value, or a quantity where the rate is specific.
    pub base: Decimal,
    /// The unit of the base: a currency or a unit of measure.
    pub base_unit: String,
    /// The rate as published.
    pub rate: String,
    /// The amount, rounded as the pack says, with [`crate::AMOUNT_SCALE`] digits at least.
    pub amount: Decimal,
    /// Whether it is to be paid.
    pub status: PaymentStatus,
    /// What the amount was computed from.
    pub working: Working,
}

impl Line {
    /// The norm the payment rests on; empty where the pack names none for the day.
    pub fn norm(&self) -> &str {
        match &self.working {
            Working::Fee(fee) => &fee.norm,
            Working::Rate(rate) => &rate.norm,
        }
    }
}

/// What an amount was computed from: enough to compute it again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Working {
    /// The customs fee.
    Fee(FeeWorking),
    /// A rate applied to goods.
    Rate(Box<RateWorking>),
}

/// The band of the fee, and what was done with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeeWorking {
    /// The band's upper bound; none for the last band.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band_to: Option<Decimal>,
    /// The fee of the band.
    pub band_amount: Decimal,
    /// The part due when filed electronically, in per cent.
    pub electronic_percent: Decimal,
    /// The currency rate, where the fee is in another currency than the assessment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversion: Option<Conversion>,
    /// How the fee is rounded.
    #[serde(default, skip_serializing_if = "Rounding::is_usual")]
    pub rounding: Rounding,
    /// The norm.
    pub norm: String,
}

/// What a rate was applied to, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RateWorking {
    /// The customs value.
    pub value: CustomsValue,
    /// Payments added to the value to make the base.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<(PaymentKind, Decimal)>,
    /// The part by value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<Decimal>,
    /// The part by quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specific: Option<SpecificWorking>,
    /// How the two parts are joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join: Option<Join>,
    /// Bounds that the parts, joined, are kept in, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bounds: Vec<BoundWorking>,
    /// The share of the rate that is due under a tariff preference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preference: Option<PreferenceWorking>,
    /// How the amount is rounded.
    #[serde(default, skip_serializing_if = "Rounding::is_usual")]
    pub rounding: Rounding,
    /// What part of it temporary admission makes payable by months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admitted: Option<Admitted>,
    /// The norm of the payment.
    pub norm: String,
}

/// Temporary admission with partial payment: a share of the whole for each calendar month of the term.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Admitted {
    /// The first day of the term.
    pub first: Date,
    /// The last day, as the declaration states it.
    pub last: Date,
    /// Per cent of the whole for each month.
    pub percent_per_month: Decimal,
    /// Whether the line is what is paid, or what remains conditional.
    pub paid: bool,
    /// The norm.
    pub norm: String,
}

/// How two sums are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// The greater of the two: "but not less than".
    AtLeast,
    /// The smaller of the two: "but not more than".
    AtMost,
    /// The sum.
    Plus,
}

/// A bound of a rate that is more than one part against another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BoundWorking {
    /// How the bound is joined to what is due so far.
    pub join: Join,
    /// Its part by value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<Decimal>,
    /// Its part by quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specific: Option<SpecificWorking>,
}

/// Where a customs value comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomsValue {
    /// In the currency of the assessment.
    pub amount: Decimal,
    /// The price it was computed from, where box 45 is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_price: Option<(Decimal, Conversion)>,
    /// What was added to the price and deducted from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<ChargeWorking>,
}

/// One addition to the price, or deduction from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChargeWorking {
    /// What it is, with the code it was declared by.
    pub name: Text,
    /// Which way it counts.
    pub sign: ChargeSign,
    /// The amount declared, in its currency.
    pub amount: Decimal,
    /// Its currency.
    pub currency: CurrencyCode,
    /// The currency rate; none where it is in the currency of the assessment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversion: Option<Conversion>,
    /// The part that falls on the line of goods, where the charge is for the whole consignment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<ShareWorking>,
}

/// The part of a charge of the whole consignment that falls on one line of goods.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ShareWorking {
    /// What the line weighs: kilograms, or its price.
    pub weight: Decimal,
    /// What all lines weigh.
    pub all: Decimal,
    /// What the lines before it took.
    pub before: Decimal,
    /// Whether no line after it has a weight: it takes what remains.
    pub last: bool,
}

/// What units of a foreign currency are worth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Conversion {
    /// The foreign currency.
    pub currency: CurrencyCode,
    /// The value of the units.
    pub rate: Decimal,
    /// How many units.
    pub units: Decimal,
    /// The day the rate was set for; none where the declared rate of box 23 was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

/// The part by quantity of a rate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpecificWorking {
    /// The rate.
    pub rate: Specific,
    /// The quantity in the rate's unit.
    pub quantity: Decimal,
    /// The currency rate; none where the rate is in the currency of the assessment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversion: Option<Conversion>,
}

/// The share of a rate that is due.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreferenceWorking {
    /// The code declared in box 36.
    pub code: String,
    /// Per cent of the rate.
    pub percent: Decimal,
    /// The norm.
    pub norm: String,
}

/// One step of the working, as an officer reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What is computed.
    pub what: Text,
    /// The arithmetic, with the numbers in it.
    pub formula: String,
    /// What comes out.
    pub result: Decimal,
    /// The norm; empty where it is mere arithmetic.
    pub norm: String,
}
