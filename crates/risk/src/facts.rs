//! What is known of a case besides its declaration: plain parameters. Whoever has no value leaves it absent, and an
//! expression that names it is undecided there.

use declaration::{Declaration, Item, OfficeCode, PriceRange};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::category::{Category, ParticipantFacts};

/// What is known of a case besides its declaration when its risk is assessed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    /// The trader's category.
    pub category: Category,
    /// Payments in total, in the country's currency.
    pub payments_total: Decimal,
    /// Customs value in total, in the country's currency.
    pub customs_value_total: Decimal,
    /// Warnings among the findings of the control.
    pub finding_warnings: u32,
    /// Lines of goods whose code the nomenclature does not have.
    pub codes_outside_nomenclature: u32,
    /// Whether the document bears a valid signature.
    pub signed: bool,
    /// The office that registers the declaration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office: Option<OfficeCode>,
    /// The trader's record, by which it is categorised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participant: Option<ParticipantFacts>,
    /// What the trader did before.
    #[serde(skip_serializing_if = "HistoryFacts::is_unknown")]
    pub history: HistoryFacts,
    /// What is known of each line of goods, in the order of the lines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemFacts>,
}

/// What a trader did before this declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HistoryFacts {
    /// Declarations registered so far.
    pub declarations_total: Option<u32>,
    /// Declarations of the last twelve months on which a profile fired.
    pub hits_year: Option<u32>,
    /// Checks of the last twelve months that found something.
    pub findings_year: Option<u32>,
    /// Days since the last declaration; absent where there is none.
    pub days_since_last: Option<u32>,
}

impl HistoryFacts {
    fn is_unknown(&self) -> bool {
        *self == Self::default()
    }
}

/// What is known of a line of goods besides the line itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ItemFacts {
    /// Customs value of a kilogram net, in the country's currency.
    pub value_per_kg: Option<Decimal>,
    /// Customs value of one supplementary unit, in the country's currency.
    pub value_per_unit: Option<Decimal>,
    /// What such goods usually cost.
    pub price: Option<PriceFacts>,
    /// Whether this trader never declared this heading (four digits) before.
    pub code_is_new: Option<bool>,
}

impl ItemFacts {
    /// The values of a line that follow from the line itself: customs value by net mass and by supplementary
    /// quantity; absent where either is missing or the quantity is zero.
    pub fn of(item: &Item) -> Self {
        let per = |quantity: Option<Decimal>| {
            let value = item.customs_value.as_ref()?.get();
            value.checked_div(quantity?)
        };
        let mass = item.mass_net.as_ref().map(|mass| mass.get());
        let units = item.supplementary.as_ref().and_then(|units| units.quantity.as_ref());
        Self {
            value_per_kg: per(mass),
            value_per_unit: per(units.map(|quantity| quantity.get())),
            ..Self::default()
        }
    }

    /// The same for every line of a declaration.
    pub fn of_lines(declaration: &Declaration) -> Vec<Self> {
        declaration.items.iter().map(Self::of).collect()
    }

    /// The value of the unit that the usual price is counted by; absent where no usual price is known.
    pub fn priced_value(&self) -> Option<Decimal> {
        match self.price?.per {
            PriceUnit::Kilogram => self.value_per_kg,
            PriceUnit::Supplementary => self.value_per_unit,
        }
    }

    /// The value of a unit in shares of the usual one: 1 is usual, 0.5 is half of it.
    pub(crate) fn deviation(&self) -> Option<Decimal> {
        self.priced_value()?.checked_div(self.price?.median)
    }

    /// How far the value of a unit lies from what is usual, in units of the usual spread; see [`PriceRange::index`].
    pub fn price_index(&self) -> Option<Decimal> {
        let PriceFacts { low, median, high, .. } = self.price?;
        PriceRange { low, median, high }.index(self.priced_value()?)
    }
}

/// What a price is counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceUnit {
    /// A kilogram net.
    #[default]
    Kilogram,
    /// The supplementary unit of the heading.
    Supplementary,
}

/// What goods of a code and origin usually cost, in the country's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PriceFacts {
    /// What the price is counted by.
    pub per: PriceUnit,
    /// Half of what was declared cost less.
    pub median: Decimal,
    /// Whoever knows the prices says which is low: usually the tenth percentile.
    pub low: Decimal,
    /// Which is high: usually the ninetieth percentile.
    pub high: Decimal,
    /// Declarations the prices come from.
    pub sample: u32,
}
