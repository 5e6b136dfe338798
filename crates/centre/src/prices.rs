//! What released goods were declared to cost: values of units over what is stored.

use std::collections::BTreeMap;

use clearance::{Case, State};
use declaration::{Declaration, Kind};
use jiff::Timestamp;
use jiff::civil::Date;
use reference::prices::Distribution;
use reference::{Pack, PricedGoods, PricedUnit, UsualPrice};
use store::CaseFilter;

use crate::Centre;
use crate::error::CentreError;

/// Cases read at a time.
const CASES_AT_ONCE: usize = 500;

/// Values of units, and what they come from.
#[derive(Debug, Default)]
pub struct Declared {
    /// The values.
    pub values: Distribution,
    /// Declarations they come from.
    pub declarations: u64,
    /// Lines that gave no value: without code, value, mass and quantity, or beyond the bound of values.
    pub left_out: u64,
}

impl Centre {
    /// The customs values of a kilogram net and of a supplementary unit in import declarations of a pack that were filed
    /// in some days, both included, and whose goods were released: as they were corrected last. What is exported costs
    /// otherwise: the market is another.
    ///
    /// # Errors
    /// Where the pack is unknown, the store fails, or a document cannot be read.
    pub fn declared_prices(&self, pack: &str, from: Date, to: Date) -> Result<Declared, CentreError> {
        let world = self.world();
        let known = world.reference().pack(pack);
        let pack = known.ok_or_else(|| CentreError::NotFound(format!("there is no pack {pack}")))?;
        let unknown = || CentreError::NotFound(format!("pack {} does not know these days", pack.name));
        let begins = |day: Date| -> Option<Timestamp> {
            Some(day.to_zoned(world.jurisdiction(pack)?.time_zone.clone()).ok()?.timestamp())
        };
        let from = begins(from).ok_or_else(unknown)?;
        let to = to.tomorrow().ok().and_then(begins).ok_or_else(unknown)?;
        let mut filter =
            CaseFilter { from: Some(from), to: Some(to), limit: CASES_AT_ONCE, ..CaseFilter::default() };
        let mut declared = Declared::default();
        loop {
            let cases = self.inner.store.list(&filter)?;
            let Some(last) = cases.last() else { return Ok(declared) };
            filter.after = Some(last.id);
            let released = |case: &&Case| {
                matches!(case.state, State::Released | State::ReleasedConditionally)
                    && case.kind == Some(Kind::Import)
                    && case.pack == pack.name
            };
            for case in cases.iter().filter(released) {
                let records = self.inner.step_records(case.id)?;
                let versions = self.inner.versions_of(case.id, records.iter().map(|(_, record)| record))?;
                if let Some(version) = versions.last() {
                    declared.take(&version.declaration, pack);
                }
            }
        }
    }
}

/// Prices to be imported, as CSV rows: of each span of days what was usual, from the day after the span on until the
/// next span says it anew. Goods of which a later span has too few lines keep the last price there is.
pub fn rows(spans: &[(Date, Vec<(PricedGoods, UsualPrice)>)]) -> Vec<String> {
    let mut by_goods: BTreeMap<PricedGoods, Vec<(Date, UsualPrice)>> = BTreeMap::new();
    for (from, usual) in spans {
        for (goods, price) in usual {
            by_goods.entry(*goods).or_default().push((*from, *price));
        }
    }
    let mut rows = Vec::new();
    for (goods, prices) in by_goods {
        let origin = goods.origin.as_ref().map_or("", |country| country.as_str());
        for (nth, (from, price)) in prices.iter().enumerate() {
            let to = prices.get(nth + 1).and_then(|(next, _)| next.yesterday().ok());
            let to = to.map(|day| day.to_string()).unwrap_or_default();
            let below = price.below.map(|counts| counts.map(|count| count.to_string()).join(","));
            let UsualPrice { sample, low, median, high, .. } = price;
            rows.push(format!(
                "{},{origin},{},{from},{to},{sample},{low},{median},{high},{}",
                goods.prefix,
                goods.unit,
                below.unwrap_or_else(|| ",,".to_owned())
            ));
        }
    }
    rows
}

/// The header of such rows.
pub const COLUMNS: &str =
    "code,origin,unit,valid_from,valid_to,sample,low,median,high,below_1_5,below_2,below_3";

/// The calendar quarters from a day to another, both included: the first and the last cut to these days.
pub fn quarters(from: Date, to: Date) -> Vec<(Date, Date)> {
    let mut spans = Vec::new();
    let mut first = from;
    while first <= to && spans.len() < QUARTERS_MAX {
        let month = (first.month() - 1) / 3 * 3 + 3;
        let last = Date::new(first.year(), month, 1).map(Date::last_of_month).unwrap_or(to).min(to);
        spans.push((first, last));
        match last.tomorrow() {
            Ok(next) => first = next,
            Err(_) => break,
        }
    }
    spans
}

/// Quarters of a hundred years.
const QUARTERS_MAX: usize = 400;

impl Declared {
    fn take(&mut self, declaration: &Declaration, pack: &Pack) {
        // Values in another currency than the pack's are compared with nothing.
        if declaration.customs_value_currency.is_some_and(|currency| currency != pack.currency) {
            self.left_out += declaration.items.len() as u64;
            return;
        }
        self.declarations += 1;
        for item in &declaration.items {
            let mut taken = false;
            if let (Some(code), Some(value)) = (&item.commodity_code, &item.customs_value) {
                let origin = item.origin_country.or(declaration.origin_country);
                let mass = item.mass_net.map(|mass| (PricedUnit::Kilogram, mass.get()));
                let units = item
                    .supplementary
                    .as_ref()
                    .and_then(|units| Some((PricedUnit::Supplementary(units.unit?), units.quantity?.get())));
                for (unit, quantity) in mass.into_iter().chain(units) {
                    taken |= self.values.take(code, origin, unit, value.get(), quantity);
                }
            }
            self.left_out += u64::from(!taken);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rust_decimal::Decimal;

    use super::*;

    #[test]
    fn quarters_cover_the_days_without_gap_or_overlap() {
        let spans = quarters(date(2025, 11, 20), date(2026, 7, 3));
        assert_eq!(
            spans,
            [
                (date(2025, 11, 20), date(2025, 12, 31)),
                (date(2026, 1, 1), date(2026, 3, 31)),
                (date(2026, 4, 1), date(2026, 6, 30)),
                (date(2026, 7, 1), date(2026, 7, 3)),
            ]
        );
        assert_eq!(quarters(date(2026, 2, 1), date(2026, 1, 1)), []);
    }

    #[test]
    fn a_price_holds_until_the_next_span_that_has_one() {
        let goods = |prefix: &str| PricedGoods {
            prefix: prefix.parse().unwrap(),
            origin: None,
            unit: PricedUnit::Kilogram,
        };
        let price = |median: i64| UsualPrice {
            sample: 30,
            low: 1.into(),
            median: Decimal::from(median),
            high: 9.into(),
            below: Some([2, 1, 0]),
        };
        let spans = [
            (date(2026, 1, 1), vec![(goods("8517"), price(2)), (goods("0303"), price(3))]),
            (date(2026, 4, 1), vec![(goods("0303"), price(4))]),
            (date(2026, 7, 1), vec![(goods("8517"), price(5))]),
        ];
        assert_eq!(
            rows(&spans),
            [
                "0303,,kg,2026-01-01,2026-03-31,30,1,3,9,2,1,0",
                "0303,,kg,2026-04-01,,30,1,4,9,2,1,0",
                "8517,,kg,2026-01-01,2026-06-30,30,1,2,9,2,1,0",
                "8517,,kg,2026-07-01,,30,1,5,9,2,1,0",
            ]
        );
    }
}
