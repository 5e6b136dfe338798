//! What released goods were declared to cost: values of units over what is stored.

use clearance::{Case, State};
use declaration::Declaration;
use jiff::Timestamp;
use jiff::civil::Date;
use reference::prices::Distribution;
use reference::{Pack, PricedUnit};
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
    /// The customs values of a kilogram net and of a supplementary unit in declarations of a pack that were filed in
    /// some days, both included, and whose goods were released: as they were corrected last.
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
                matches!(case.state, State::Released | State::ReleasedConditionally) && case.pack == pack.name
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
