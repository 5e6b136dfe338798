//! What a line of goods states that rates ask for.

use declaration::{Item, Quantity};
use reference::rate::RateUnit;
use rust_decimal::Decimal;

/// Who made the goods, where all that is stated names one: the rate of a manufacturer is for nobody else's.
pub(super) fn manufacturer(item: &Item) -> Option<&str> {
    let lots = item.groups.iter().flat_map(|group| &group.lots);
    let mut stated = lots.map(|lot| lot.manufacturer.as_ref().map(|name| name.as_str()));
    let first = stated.next()??;
    stated.all(|other| other == Some(first)).then_some(first)
}

/// The quantity of the goods in a unit: net mass, box 41, or the volume of engines.
pub(super) fn quantity_in(item: &Item, unit: RateUnit) -> Option<Decimal> {
    let thousand = Decimal::ONE_THOUSAND;
    let supplementary = |unit: RateUnit| {
        let declared = item.supplementary.as_ref()?;
        (declared.unit?.as_str() == unit.code()).then_some(declared.quantity?.get())
    };
    let kilograms = || item.mass_net.map(|mass| mass.get());
    match unit {
        RateUnit::Kilogram => kilograms().or_else(|| supplementary(unit)),
        RateUnit::Tonne => kilograms().map(|mass| mass / thousand).or_else(|| supplementary(unit)),
        RateUnit::Gram => supplementary(unit).or_else(|| kilograms()?.checked_mul(thousand)),
        RateUnit::ThousandPieces => {
            supplementary(unit).or_else(|| supplementary(RateUnit::Piece).map(|pieces| pieces / thousand))
        }
        RateUnit::Piece => {
            supplementary(unit).or_else(|| supplementary(RateUnit::ThousandPieces)?.checked_mul(thousand))
        }
        RateUnit::CubicCentimetre => supplementary(unit).or_else(|| {
            let volumes = || item.vehicles.iter().map(|vehicle| vehicle.engine_volume_cm3);
            let known = !item.vehicles.is_empty() && volumes().all(|volume| volume.is_some());
            known.then(|| volumes().flatten().map(Quantity::get).fold(Decimal::ZERO, Decimal::saturating_add))
        }),
        _ => supplementary(unit),
    }
}
