//! The part of a pack that says what is paid: payment kinds, bands of the fee, taxes, preferences.

mod levy;
mod norm;

use declaration::{Code, CommodityCode, CountryCode, CurrencyCode, PaymentKind, ProcedureCode, Text};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::origin::GroupName;
use crate::rates::RateKind;

pub use levy::{Levy, Norms, Relief, Rounding, RoundingMode};
pub use norm::{DatedNorm, DatedNorms, Norm};

/// Payment kinds, how each is computed, and their order.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payments {
    /// The payments of imported goods in the order they are computed: each by what its rate is a rate of.
    #[serde(default = "levy::usual_order")]
    pub order: Vec<RateKind>,
    /// How amounts are rounded where a payment says nothing else.
    #[serde(default)]
    pub rounding: Rounding,
    /// The norms of what all payments have in common.
    #[serde(default)]
    pub norms: DatedNorms,
    /// How a customs value that nobody stated comes from the price, where the service computes it.
    pub value: Option<ValueFromPrice>,
    /// Fee bands by total customs value.
    pub fee: Fee,
    /// Import duty: rates come from the nomenclature and the rates table.
    pub duty: Tax,
    /// Export duty.
    pub export_duty: Option<Tax>,
    /// Excise: rates come from the rates table only.
    pub excise: Option<Tax>,
    /// Anti-dumping duty: rates come from the rates table only.
    pub antidumping: Option<Tax>,
    /// Countervailing duty: rates come from the rates table only.
    pub countervailing: Option<Tax>,
    /// Special (safeguard) duty: rates come from the rates table only.
    pub special: Option<Tax>,
    /// Value added tax: rates come from the rates table, else from here.
    pub vat: Vat,
    /// Countries whose goods pay a share of the duty, in per cent (75 for developing countries).
    #[serde(default)]
    pub tariff_preferences: Vec<TariffPreference>,
    /// Partial payment for goods admitted temporarily, where the service knows it.
    pub temporary_admission: Option<TemporaryAdmission>,
    /// Interest on what is paid late.
    pub penalty: Option<Interest>,
    /// Interest on what is deferred or paid in instalments.
    pub deferral: Option<Interest>,
    /// Whether what is conditional must be secured before release.
    #[serde(default)]
    pub security: SecurityRule,
    /// Whether box B says who pays which sum.
    #[serde(default)]
    pub payers: PayersRule,
    /// The rate of the central bank that interest goes by.
    pub key_rate: Option<KeyRate>,
    /// Codes of box 36, second part, that claim goods to be within a tariff quota.
    #[serde(default)]
    pub quota_reliefs: Vec<String>,
    /// Codes of box 36 that say that no relief is claimed.
    #[serde(default)]
    pub no_relief: Vec<String>,
    /// Codes of box 36, second part, that claim a rate of the tables for the origin and nothing beyond it.
    #[serde(default)]
    pub rate_preferences: Vec<String>,
    /// Codes of box 47, last column, that mark a sum as conditional: computed, not paid.
    #[serde(default)]
    pub conditional_methods: Vec<String>,
}

/// The customs fee.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// The payment kind, such as 1010.
    pub kind: PaymentKind,
    /// Bands with their days of force, ascending.
    pub bands: Vec<FeeBand>,
    /// The day from which exports of goods without export duty are free of the fee, if they are.
    pub exports_without_duty_free_from: Option<Date>,
    /// The norm.
    pub norm: Norm,
}

/// One band of the fee in force over some days.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeBand {
    /// First day in force.
    pub valid_from: Date,
    /// Last day in force, if ended.
    pub valid_to: Option<Date>,
    /// The highest total customs value in the band, inclusive; none for the last band.
    pub value_to: Option<Decimal>,
    /// The fee.
    pub amount: Decimal,
    /// The currency of the fee where it is another than the pack's; it is converted at the rate of the day.
    pub currency: Option<CurrencyCode>,
    /// Part of the fee payable when filed electronically, in per cent.
    pub electronic_percent: Decimal,
}

/// A payment kind whose rate comes from tables.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tax {
    /// The payment kind, such as 2010.
    pub kind: PaymentKind,
    /// Kinds for some commodities, where the service tells them apart by product; the longest prefix wins.
    #[serde(default)]
    pub kinds: Vec<KindOf>,
    /// Payments added to the customs value where the rate is by value; none of a pack that says nothing stands
    /// for what is usual: duty for excise, duty and excise for value added tax.
    pub plus: Option<Vec<PaymentKind>>,
    /// How the amount is rounded, if not like the others.
    pub rounding: Option<Rounding>,
    /// The part of box 36 that relieves from it.
    pub relief: Option<Relief>,
    /// The norm.
    pub norm: Norm,
}

/// The payment kind for some commodities.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindOf {
    /// The payment kind.
    pub kind: PaymentKind,
    /// Commodity code prefixes.
    pub commodities: Vec<String>,
}

impl Tax {
    /// The payment kind for a commodity.
    pub fn kind_of(&self, code: &CommodityCode) -> PaymentKind {
        let longest = |kinds: &KindOf| {
            let prefixes =
                kinds.commodities.iter().filter(|prefix| code.as_str().starts_with(prefix.as_str()));
            Some((prefixes.map(String::len).max()?, kinds.kind))
        };
        self.kinds
            .iter()
            .filter_map(longest)
            .max_by_key(|(length, _)| *length)
            .map_or(self.kind, |(_, kind)| kind)
    }

    /// All its payment kinds.
    pub fn all_kinds(&self) -> impl Iterator<Item = PaymentKind> {
        std::iter::once(self.kind).chain(self.kinds.iter().map(|kinds| kinds.kind))
    }
}

/// Value added tax.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vat {
    /// The payment kind, such as 5010.
    pub kind: PaymentKind,
    /// Standard rates with their days of force.
    pub standard: Vec<VatRate>,
    /// Reduced rates by commodity prefix, the longest prefix wins.
    #[serde(default)]
    pub reduced: Vec<VatReduced>,
    /// Payments added to the customs value; see [`Tax::plus`].
    pub plus: Option<Vec<PaymentKind>>,
    /// How the amount is rounded, if not like the others.
    pub rounding: Option<Rounding>,
    /// The part of box 36 that relieves from it.
    pub relief: Option<Relief>,
    /// The norm.
    pub norm: Norm,
}

/// The standard rate over some days.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VatRate {
    /// First day in force.
    pub valid_from: Date,
    /// Last day in force, if ended.
    pub valid_to: Option<Date>,
    /// Per cent.
    pub percent: Decimal,
}

/// A reduced rate for some commodities.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VatReduced {
    /// Commodity code prefixes.
    pub commodities: Vec<String>,
    /// Per cent.
    pub percent: Decimal,
    /// First day in force.
    pub valid_from: Date,
    /// Last day in force, if ended.
    pub valid_to: Option<Date>,
}

/// Partial payment for goods admitted temporarily.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemporaryAdmission {
    /// For each calendar month, whole or not: per cent of what release for domestic consumption would cost.
    pub percent_per_month: Decimal,
    /// The procedures under which it is computed from the term a declaration states; none where it never is.
    #[serde(default)]
    pub procedures: Vec<ProcedureCode>,
    /// The payments that are paid so, by what their rate is a rate of; all others stay conditional.
    #[serde(default = "partly_paid")]
    pub of: Vec<RateKind>,
    /// The norm.
    pub norm: Norm,
}

/// Import duty and taxes (Union's code, article 223).
fn partly_paid() -> Vec<RateKind> {
    vec![RateKind::Duty, RateKind::Excise, RateKind::Vat]
}

/// Whether conditional payments need security. A pack that says nothing demands none.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecurityRule {
    /// Whether a guarantee must cover all that is conditional before release.
    pub required: bool,
    /// The norm.
    pub norm: String,
}

/// Whether several payers of one declaration are told apart. A pack that says nothing has one payer for all.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayersRule {
    /// Whether whoever box B names with a sum pays that sum.
    pub named: bool,
    /// The norm.
    pub norm: String,
}

/// Interest by the day, at a yearly rate of the central bank.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interest {
    /// How many days the yearly rate is for.
    pub days_of_year: u32,
    /// How much of the central bank's rate is charged, in per cent of it; all of it where nothing is said.
    #[serde(default = "whole_rate")]
    pub percent_of_rate: Decimal,
    /// The first day it is charged so; interest for days before is not computed.
    pub valid_from: Option<Date>,
    /// The norm.
    pub norm: Norm,
}

fn whole_rate() -> Decimal {
    Decimal::ONE_HUNDRED
}

/// The rate of a central bank over the years.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRate {
    /// What it is called.
    pub name: Text,
    /// The last day that is known of: of later days nobody can say.
    pub known_to: Date,
    /// Each rate from its first day, ascending.
    pub rates: Vec<KeyRateSet>,
}

/// A rate the central bank set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRateSet {
    /// The first day.
    pub valid_from: Date,
    /// Per cent a year.
    pub percent: Decimal,
}

/// How a customs value comes from the price of the goods (method 1) where box 45 states none.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueFromPrice {
    /// Codes of the first method.
    pub methods: Vec<Code>,
    /// What charges of the whole consignment are shared out by.
    pub share_by: ShareBy,
    /// Additions and deductions by the codes declarations state.
    pub charges: Vec<ChargeRule>,
}

/// What charges of a whole consignment are shared out by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareBy {
    /// The gross mass of the goods.
    GrossMass,
    /// Their price, in the pack's currency.
    Price,
}

/// One kind of addition or deduction.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChargeRule {
    /// The code declarations state.
    pub kind: Code,
    /// Whether it is added to the price or deducted.
    pub sign: ChargeSign,
    /// What it is.
    pub name: Text,
}

/// Which way a charge counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeSign {
    /// Added.
    Add,
    /// Deducted.
    Deduct,
}

/// A share of the duty for goods of some origins.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TariffPreference {
    /// The code declared in box 36, second part.
    pub code: String,
    /// Origins.
    #[serde(default)]
    pub origins: Vec<CountryCode>,
    /// Groups of origins.
    #[serde(default)]
    pub groups: Vec<GroupName>,
    /// Per cent of the rate that is paid.
    pub percent: Decimal,
    /// The norm.
    pub norm: Norm,
}
