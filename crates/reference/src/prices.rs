//! What goods usually cost: by beginning of a commodity code, origin and unit, over days; and how such a table is
//! made of what was declared.
//!
//! Prices are customs values of a unit in the currency of the pack they are for. They are indicative: a profile may
//! hold a declared value against them; no payment follows from them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use declaration::{CommodityCode, CountryCode, Leaf, PriceRange, UnitCode};
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::content::{Dataset, DatasetEntry};
use crate::dated::{Dated, Row};
use crate::rates::CodePrefix;
use crate::report::Notes;
use crate::table::{lay, read_rows};

/// What a price is a price of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PricedUnit {
    /// A kilogram net.
    Kilogram,
    /// A supplementary unit, by its code.
    Supplementary(UnitCode),
}

impl fmt::Display for PricedUnit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PricedUnit::Kilogram => out.write_str("kg"),
            PricedUnit::Supplementary(code) => out.write_str(code.as_str()),
        }
    }
}

impl FromStr for PricedUnit {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "kg" {
            return Ok(PricedUnit::Kilogram);
        }
        UnitCode::parse(text).map(PricedUnit::Supplementary).map_err(|_| "kg or the code of a unit")
    }
}

/// What goods a price is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PricedGoods {
    /// The commodities: all codes that begin so.
    pub prefix: CodePrefix,
    /// Their country of origin; none for all.
    pub origin: Option<CountryCode>,
    /// What it is the price of.
    pub unit: PricedUnit,
}

impl fmt::Display for PricedGoods {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.origin.as_ref().map_or("", |country| country.as_str());
        write!(out, "{} {origin} {}", self.prefix, self.unit)
    }
}

/// What a unit of some goods usually costs, in the pack's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsualPrice {
    /// Lines of goods it comes from.
    pub sample: u32,
    /// Few cost less: usually the tenth percentile.
    pub low: Decimal,
    /// Half of them cost less.
    pub median: Decimal,
    /// Few cost more: usually the ninetieth percentile.
    pub high: Decimal,
    /// How many lines of the sample lie further below than each of [`THRESHOLDS`], in their order; none where whoever
    /// made the prices does not say.
    pub below: Option<[u32; 3]>,
}

/// Places of an index (see [`PriceRange::index`]) for which a sample says how many of its lines lie further below:
/// −1.5, −2, −3. Below −1 lies a tenth, because that is where the lower bound was put.
pub const THRESHOLDS: [Decimal; 3] = [
    Decimal::from_parts(15, 0, 0, true, 1),
    Decimal::from_parts(2, 0, 0, true, 0),
    Decimal::from_parts(3, 0, 0, true, 0),
];
/// Their columns in a dataset.
pub const THRESHOLD_COLUMNS: [&str; 3] = ["below_1_5", "below_2", "below_3"];

impl UsualPrice {
    /// The bounds and the middle.
    pub fn range(&self) -> PriceRange {
        let Self { low, median, high, .. } = *self;
        PriceRange { low, median, high }
    }

    /// The share of the sample that lies further below than each of [`THRESHOLDS`], in percent to tenths: so many
    /// honest lines a profile with that threshold would have fired on.
    pub fn shares_below(&self) -> Option<[Decimal; 3]> {
        let sample = Decimal::from(self.sample);
        let share = |count: u32| {
            let percent =
                (Decimal::from(count) * Decimal::ONE_HUNDRED).checked_div(sample).unwrap_or_default();
            percent.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero)
        };
        self.below.map(|below| below.map(share))
    }
}

impl fmt::Display for UsualPrice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sample, low, median, high, below: _ } = self;
        write!(out, "{low} / {median} / {high} ({sample})")
    }
}

/// The prices of one jurisdiction.
#[derive(Debug, Clone, Default)]
pub struct Prices {
    rows: Dated<PricedGoods, UsualPrice>,
    /// Which lengths of prefix occur, longest first: only these are looked for.
    lengths: Vec<usize>,
}

impl Prices {
    /// Adds a dataset: it stands before what earlier ones say of the goods it names.
    pub(crate) fn add(&mut self, dataset: &Dataset, set: &Arc<DatasetEntry>, notes: &mut Notes) {
        let columns = ["code", "origin", "unit", "sample", "low", "median", "high"];
        let optional = ["valid_from", "valid_to", "below_1_5", "below_2", "below_3"];
        let said = read_rows(dataset, notes, &columns, &optional, |row, _| {
            let goods = PricedGoods {
                prefix: row.parse("code", "от 2 до 10 цифр", "2 to 10 digits")?,
                origin: row.optional("origin")?,
                unit: row.parse("unit", "kg или код единицы", "kg or the code of a unit")?,
            };
            let price = |column| {
                let (ru, en) =
                    ("число больше нуля, до 6 знаков после точки", "a number above zero, to 6 decimals");
                let amount: Decimal = row.parse(column, ru, en)?;
                let fits = amount > Decimal::ZERO && amount <= PRICE_MAX && amount.scale() <= PRICE_DECIMALS;
                if fits { Ok(amount) } else { Err(row.error(column, ru, en)) }
            };
            let mut below = [0; 3];
            let said = THRESHOLD_COLUMNS.iter().all(|column| !row.text(column).is_empty());
            for (count, column) in below.iter_mut().zip(THRESHOLD_COLUMNS).filter(|_| said) {
                *count = row.parse(column, "целое число", "a whole number")?;
            }
            let usual = UsualPrice {
                sample: row.parse("sample", "целое число от 1", "a whole number from 1")?,
                low: price("low")?,
                median: price("median")?,
                high: price("high")?,
                below: said.then_some(below),
            };
            if let Some(place) = below.iter().position(|count| *count > usual.sample) {
                let column = THRESHOLD_COLUMNS.get(place).copied().unwrap_or_default();
                return Err(row.error(column, "не больше sample", "not above sample"));
            }
            if usual.sample == 0 {
                return Err(row.error("sample", "целое число от 1", "a whole number from 1"));
            }
            if usual.median < usual.low {
                return Err(row.error("median", "не меньше low", "not below low"));
            }
            if usual.high < usual.median {
                return Err(row.error("high", "не меньше median", "not below median"));
            }
            row.said(goods, usual).map(Some)
        });
        let named: BTreeSet<PricedGoods> = said.iter().map(|row| row.key).collect();
        lay(&mut self.rows, dataset, set, "code", said, |goods| named.contains(&goods), notes);
        self.lengths = self.rows.rows().iter().map(|row| row.key.prefix.digits()).collect();
        self.lengths.sort_unstable_by(|a, b| b.cmp(a));
        self.lengths.dedup();
    }

    /// What a unit of goods usually costs on a day: the longest beginning of the code decides, then the origin before
    /// all origins, then the supplementary unit before the kilogram.
    pub fn find(
        &self,
        code: &CommodityCode,
        origin: Option<CountryCode>,
        unit: Option<UnitCode>,
        on: Date,
    ) -> Option<&Row<PricedGoods, UsualPrice>> {
        let units = [unit.map(PricedUnit::Supplementary), Some(PricedUnit::Kilogram)];
        let origins: &[Option<CountryCode>] = if origin.is_some() { &[origin, None] } else { &[None] };
        self.lengths.iter().find_map(|length| {
            let prefix: CodePrefix = code.as_str().get(..*length)?.parse().ok()?;
            origins.iter().find_map(|origin| {
                let mut units = units.into_iter().flatten();
                units.find_map(|unit| self.rows.at(PricedGoods { prefix, origin: *origin, unit }, on))
            })
        })
    }

    /// The rows whose goods begin so or are a beginning of it, by goods and first day.
    pub fn around(&self, beginning: &str) -> impl Iterator<Item = &Row<PricedGoods, UsualPrice>> {
        self.rows.rows().iter().filter(move |row| {
            let prefix = row.key.prefix.to_string();
            prefix.starts_with(beginning) || beginning.starts_with(&prefix)
        })
    }

    /// What was said of some goods, by first day.
    pub fn history(&self, goods: PricedGoods) -> &[Row<PricedGoods, UsualPrice>] {
        self.rows.history(goods)
    }

    /// All rows, by goods and first day.
    pub fn rows(&self) -> &[Row<PricedGoods, UsualPrice>] {
        self.rows.rows()
    }
}

/// The highest price of a unit: more than any goods cost, and a sum of a thousand lines of it still fits.
const PRICE_MAX: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);
/// Decimals of a price.
const PRICE_DECIMALS: u32 = 6;
/// Lines of goods below which a distribution says nothing: with fewer than thirty the tenth percentile is one of the
/// two or three lowest values, that is, somebody's.
pub const SAMPLE_MIN: u32 = 30;
/// Values a distribution takes at most, 16 bytes each.
pub const VALUES_MAX: usize = 40_000_000;
/// For which beginnings of a code prices are made: the code, and where few lines have it the subheading and the heading.
pub const LEVELS: [usize; 3] = [10, 6, 4];

/// Declared values of units, from which usual prices follow.
#[derive(Debug, Clone, Default)]
pub struct Distribution {
    values: BTreeMap<PricedGoods, Vec<Decimal>>,
    count: usize,
}

impl Distribution {
    /// Takes the customs value of a line with its quantity in some unit, for its code, subheading and heading, each for
    /// its origin and for all origins. What is no price (nothing for something, something of nothing) is left out;
    /// whether it was taken.
    pub fn take(
        &mut self,
        code: &CommodityCode,
        origin: Option<CountryCode>,
        unit: PricedUnit,
        value: Decimal,
        quantity: Decimal,
    ) -> bool {
        let price = value.checked_div(quantity).filter(|price| *price > Decimal::ZERO && *price <= PRICE_MAX);
        let Some(price) = price else { return false };
        let digits = code.as_str();
        let mut prefixes: Vec<CodePrefix> = LEVELS
            .iter()
            .filter_map(|level| digits.get(..(*level).min(digits.len()))?.parse().ok())
            .collect();
        prefixes.dedup();
        let origins: &[Option<CountryCode>] = if origin.is_some() { &[origin, None] } else { &[None] };
        if prefixes.is_empty() || self.count + prefixes.len() * origins.len() > VALUES_MAX {
            return false;
        }
        for prefix in prefixes {
            for origin in origins.iter().copied() {
                self.count += 1;
                self.values.entry(PricedGoods { prefix, origin, unit }).or_default().push(price);
            }
        }
        true
    }

    /// The usual prices of goods of which at least `sample_min` lines were taken, by goods: median, tenth and ninetieth
    /// percentile by nearest rank, so that each is a value somebody declared, to six decimals.
    pub fn usual(&self, sample_min: u32) -> Vec<(PricedGoods, UsualPrice)> {
        let enough = |(_, values): &(&PricedGoods, &Vec<Decimal>)| {
            u32::try_from(values.len()).is_ok_and(|count| count >= sample_min.max(1))
        };
        let usual = |(goods, values): (&PricedGoods, &Vec<Decimal>)| {
            let mut values = values.clone();
            values.sort_unstable();
            let rank = |percent: usize| {
                let rank = (values.len() * percent).div_ceil(100).max(1) - 1;
                let value = values.get(rank).copied()?;
                let value =
                    value.round_dp_with_strategy(PRICE_DECIMALS, RoundingStrategy::MidpointAwayFromZero);
                Some(value.normalize()).filter(|value| *value > Decimal::ZERO)
            };
            let sample = u32::try_from(values.len()).ok()?;
            let mut usual =
                UsualPrice { sample, low: rank(10)?, median: rank(50)?, high: rank(90)?, below: None };
            let range = usual.range();
            // The index rises with the price, so each threshold divides the sample.
            usual.below = Some(THRESHOLDS.map(|threshold| {
                let further = |price: &Decimal| range.index(*price).is_some_and(|index| index < threshold);
                u32::try_from(values.partition_point(further)).unwrap_or(sample)
            }));
            Some((*goods, usual))
        };
        self.values.iter().filter(enough).filter_map(usual).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_that_few_ask_moves_no_bound() {
        let code = CommodityCode::parse("8517130000").unwrap();
        let china = CountryCode::parse("CN").ok();
        let mut values = Distribution::default();
        for nth in 1..=30 {
            assert!(values.take(&code, china, PricedUnit::Kilogram, Decimal::from(nth * 10), Decimal::TEN));
        }
        // Two that wrote a comma in the wrong place, and three that are no price.
        for value in [1_000_000, 9_000_000] {
            assert!(values.take(&code, None, PricedUnit::Kilogram, value.into(), Decimal::ONE));
        }
        assert!(!values.take(&code, china, PricedUnit::Kilogram, Decimal::ONE, Decimal::ZERO));
        assert!(!values.take(&code, china, PricedUnit::Kilogram, Decimal::ZERO, Decimal::ONE));
        assert!(!values.take(&code, china, PricedUnit::Kilogram, Decimal::NEGATIVE_ONE, Decimal::ONE));
        let usual = values.usual(SAMPLE_MIN);
        let price = |low: i64, median: i64, high: i64, sample, below| UsualPrice {
            sample,
            low: low.into(),
            median: median.into(),
            high: high.into(),
            below: Some(below),
        };
        for level in ["8517130000", "851713", "8517"] {
            let of = |origin| {
                let goods =
                    PricedGoods { prefix: level.parse().unwrap(), origin, unit: PricedUnit::Kilogram };
                usual.iter().find(|(other, _)| *other == goods).map(|(_, price)| *price)
            };
            // Of 15 to 3 the index of 1 is -1.68; of 16 to 4 it is -2, and that of 2 -1.5: further below lie fewer.
            assert_eq!(of(china), Some(price(3, 15, 27, 30, [1, 0, 0])), "{level}");
            assert_eq!(of(None), Some(price(4, 16, 29, 32, [1, 0, 0])), "{level}");
        }
        assert_eq!(usual.len(), 6);
        assert!(values.usual(33).is_empty());
    }
}
