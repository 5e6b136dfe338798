//! What goes with the goods: quantities in units of their own, documents of box 44, the calculation of
//! boxes 47 and B.

use declaration::{
    Amount, Code, Declaration, Document, GoodsGroup, GoodsLot, Item, PaymentKind, PaymentLine, PaymentTotal,
    Quantity, Rate, SupplementaryQuantity, UnitCode, Vehicle,
};
use duty::{Line, PaymentStatus, RateWorking, Working};
use jiff::ToSpan;
use reference::pack::RequiredDocument;
use reference::rate::RateUnit;
use rust_decimal::Decimal;

use crate::digits;
use crate::goods::Good;
use crate::random::Random;
use crate::trade::{Trade, leaf};

/// Motor cars are known one by one.
const MOTOR_CARS: &str = "8703";
/// What a motor car weighs, grams.
const CAR_GRAMS: u64 = 1_450_000;
/// Motor cars in one line at most.
const CARS_MAX: u64 = 8;
/// How a payment made before filing is marked in box 47.
const PAID: &str = "ИУ";

/// Goods as they are measured.
pub(crate) struct Measured {
    /// Net mass.
    pub grams: u64,
    pub supplementary: Option<SupplementaryQuantity>,
    pub vehicles: Vec<Vehicle>,
}

/// The quantities of some goods of about this mass.
pub(crate) fn measure(random: &mut Random, good: &Good, grams: u64) -> Measured {
    if good.code.prefix(4) == MOTOR_CARS {
        let cars = (grams / CAR_GRAMS).clamp(1, CARS_MAX);
        let volume = Decimal::from(1_000 + 100 * random.between(2, 15));
        let car = |random: &mut Random| Vehicle {
            vin: leaf(&digits::vin(random)),
            make: leaf("RHS"),
            model: leaf(&format!("Model {}", random.between(1, 9))),
            engine_volume_cm3: Some(Quantity::from_decimal(volume)),
            further: None,
        };
        return Measured {
            grams: cars * CAR_GRAMS,
            supplementary: Some(supplementary(Decimal::from(cars), RateUnit::Piece)),
            vehicles: (0..cars).map(|_| car(random)).collect(),
        };
    }
    let kilograms = Decimal::new(i64::try_from(grams).unwrap_or(i64::MAX), 3);
    let worn_or_built = matches!(good.code.prefix(2), "61" | "62" | "64" | "84" | "85" | "90" | "94" | "95");
    let unit = good.unit.or_else(|| (worn_or_built && random.happens(600)).then_some(RateUnit::Piece));
    Measured {
        grams,
        supplementary: unit.map(|unit| supplementary(quantity(kilograms, unit), unit)),
        vehicles: Vec::new(),
    }
}

/// About how much there is of goods of so many kilograms, in another unit.
fn quantity(kilograms: Decimal, unit: RateUnit) -> Decimal {
    let times = |factor: i64, scale: u32| kilograms.saturating_mul(Decimal::new(factor, scale)).round_dp(3);
    let counted = |factor: i64, scale: u32| times(factor, scale).ceil().max(Decimal::ONE);
    let measured = match unit {
        RateUnit::Kilogram => kilograms,
        RateUnit::Gram => times(1_000, 0),
        RateUnit::Tonne => times(1, 3),
        RateUnit::Litre => times(1, 0),
        RateUnit::LitreOfAlcohol => times(4, 1),
        RateUnit::CubicMetre | RateUnit::ThousandCubicMetres => times(16, 4),
        RateUnit::SquareMetre => times(3, 0),
        RateUnit::Metre => times(10, 0),
        RateUnit::CubicCentimetre => times(1, 0),
        RateUnit::Piece => counted(2, 0),
        RateUnit::ThousandPieces => times(2, 1),
        RateUnit::Pair => counted(125, 2),
        RateUnit::Horsepower => counted(1, 1),
        RateUnit::Carat => times(5_000, 0),
        RateUnit::MegawattHour => times(1, 0),
    };
    measured.max(Decimal::new(1, 3))
}

fn supplementary(quantity: Decimal, unit: RateUnit) -> SupplementaryQuantity {
    SupplementaryQuantity {
        quantity: Some(Quantity::from_decimal(quantity)),
        unit_name: leaf(&unit.ru().to_uppercase()),
        unit: leaf(unit.code()),
        further: None,
    }
}

/// What box 31 says of a group of goods.
pub(crate) fn characteristics(random: &mut Random, good: &Good, article: &str) -> GoodsGroup {
    let lots = random.between(1, 3);
    let lot = |random: &mut Random, nth: u64| GoodsLot {
        manufacturer: leaf(&format!("Greenfield Works {}", random.between(1, 400))),
        trade_mark: leaf("Отсутствует"),
        mark: leaf("Отсутствует"),
        model: leaf(&format!("M{:03}", random.below(1_000))),
        article: leaf(&format!("{article}/{nth}")),
        quantity: Some(supplementary(Decimal::from(random.between(1, 500)), RateUnit::Piece)),
        ..GoodsLot::default()
    };
    GoodsGroup {
        description: leaf(&good.name).into_iter().collect(),
        lots: (1..=lots).map(|nth| lot(random, nth)).collect(),
        number: Some(1),
        further: None,
    }
}

/// The kind of a certificate of origin.
const ORIGIN_CERTIFICATE: &str = "06011";

/// Adds the documents of box 44: those of the consignment to the first item, certificates where they
/// are demanded.
pub(crate) fn attach(random: &mut Random, trade: &Trade, declaration: &mut Declaration, mode: &str) {
    let pack = &trade.market.pack;
    let Some(direction) = declaration.kind().map(declaration::Kind::as_str) else { return };
    let procedure = declaration.procedure;
    let transport = match mode {
        "10" => "02011",
        "20" => "02013",
        "40" => "02017",
        _ => "02015",
    };
    let known =
        |kind: &&str| pack.classifiers.get("document_kind").is_none_or(|codes| codes.contains_key(*kind));
    // What every consignment has; the packing list belongs to most.
    let packing = random.happens(700).then_some("04131");
    let usual = ["03011", "04021", transport].into_iter().chain(packing);
    let mut first: Vec<Document> =
        usual.filter(known).map(|kind| paper(random, trade, kind, false)).collect();
    for row in &pack.required_documents {
        let demanded = (row.direction.is_empty() || row.direction == direction)
            && (row.procedures.is_empty() || procedure.is_some_and(|code| row.procedures.contains(&code)));
        let present = first.iter().any(|document| is_of(row, document));
        if !demanded || present {
            continue;
        }
        let Some(kind) = row.kinds.first() else { continue };
        if row.commodities.is_empty() && row.origins.is_empty() {
            first.push(paper(random, trade, kind, false));
            continue;
        }
        for item in &mut declaration.items {
            if concerns(row, item) {
                item.documents.push(paper(random, trade, kind, true));
            }
        }
    }
    // Who claims a tariff preference proves the origin.
    for item in &mut declaration.items {
        let duty = item.preference.as_ref().and_then(|preference| preference.duty);
        if duty.is_some_and(|code| {
            pack.payments.tariff_preferences.iter().any(|rate| code == rate.code.as_str())
        }) {
            item.documents.push(paper(random, trade, ORIGIN_CERTIFICATE, true));
        }
    }
    if let Some(item) = declaration.items.first_mut() {
        first.append(&mut item.documents);
        item.documents = first;
    }
}

fn is_of(row: &RequiredDocument, document: &Document) -> bool {
    document.kind.is_some_and(|kind| row.kinds.iter().any(|wanted| kind == wanted.as_str()))
}

fn concerns(row: &RequiredDocument, item: &Item) -> bool {
    let of_commodity = row.commodities.is_empty()
        || item.commodity_code.is_some_and(|code| {
            row.commodities.iter().any(|prefix| code.as_str().starts_with(prefix.as_str()))
        });
    let of_origin =
        row.origins.is_empty() || item.origin_country.is_some_and(|code| row.origins.contains(&code));
    of_commodity && of_origin
}

/// A document of a kind; permits are valid for a time.
fn paper(random: &mut Random, trade: &Trade, kind: &str, permit: bool) -> Document {
    let (name, days) = match kind {
        "03011" => ("КОНТРАКТ", (60, 900)),
        "04021" => ("СЧЁТ-ФАКТУРА (ИНВОЙС)", (3, 40)),
        "04131" => ("УПАКОВОЧНЫЙ ЛИСТ", (3, 40)),
        "02015" => ("МЕЖДУНАРОДНАЯ ТОВАРНО-ТРАНСПОРТНАЯ НАКЛАДНАЯ", (1, 20)),
        "02011" => ("КОНОСАМЕНТ", (10, 60)),
        "02013" => ("ЖЕЛЕЗНОДОРОЖНАЯ НАКЛАДНАЯ", (3, 40)),
        "02017" => ("АВИАНАКЛАДНАЯ", (1, 5)),
        _ if permit => ("РАЗРЕШИТЕЛЬНЫЙ ДОКУМЕНТ", (100, 600)),
        _ => ("ДОКУМЕНТ", (1, 60)),
    };
    let valid = |days: i64| trade.day.saturating_add(days.days());
    let date = trade.back(random, days.0, days.1);
    Document {
        kind: leaf(kind),
        name: leaf(name),
        number: leaf(&format!("{:02}/{:06}", random.below(100), random.below(1_000_000))),
        date: Some(date),
        valid_from: permit.then_some(date),
        valid_to: permit.then(|| valid(100 + random.below(800) as i64)),
        archive_id: random.happens(500).then(|| leaf(&digits::uuid(random))).flatten(),
        ..Document::default()
    }
}

/// Fills in boxes 47 and B with what is computed.
///
/// A declaration with conditional payments states none: how a conditional sum stands in the base of the
/// value added tax is read differently by those who fill in the form.
pub(crate) fn calculate(trade: &Trade, declaration: &mut Declaration) {
    let (reference, pack) = (&trade.market.reference, &trade.market.pack);
    let assessment = duty::compute(declaration, reference, pack, trade.day);
    if assessment.lines.iter().any(|line| line.status != PaymentStatus::Payable) {
        return;
    }
    for line in &assessment.lines {
        // The fee is for the whole declaration and stands with the first item.
        let place = line.item.map_or(0, |item| item.saturating_sub(1) as usize);
        if let Some(item) = declaration.items.get_mut(place) {
            item.payments.push(stated(trade, line));
        }
    }
    let total = |(kind, amount, _): &(PaymentKind, Decimal, PaymentStatus)| PaymentTotal {
        kind: Some(*kind),
        amount: Some(Amount::from_decimal(*amount)),
        currency: leaf(&pack.currency_number),
        ..PaymentTotal::default()
    };
    declaration.payments = assessment.totals.iter().map(total).collect();
}

/// A computed payment as box 47 has it.
fn stated(trade: &Trade, line: &Line) -> PaymentLine {
    let mut stated = PaymentLine {
        kind: Some(line.kind),
        base: Some(Quantity::from_decimal(line.base.round_dp(Quantity::SCALE_MAX))),
        amount: Some(Amount::from_decimal(line.amount)),
        currency: leaf(&trade.market.pack.currency_number),
        method: leaf(PAID),
        ..PaymentLine::default()
    };
    match &line.working {
        Working::Fee(fee) => stated.rate = Some(Rate::from_decimal(fee.band_amount)),
        Working::Rate(working) => rates(trade, working, &mut stated),
    }
    stated
}

fn rates(trade: &Trade, working: &RateWorking, stated: &mut PaymentLine) {
    // Under a tariff preference the form has the rate that is paid, not the full one.
    let share = working.preference.as_ref().map_or(Decimal::ONE_HUNDRED, |preference| preference.percent);
    let paid = |rate: Decimal| rate.saturating_mul(share).checked_div(Decimal::ONE_HUNDRED).unwrap_or(rate);
    let rate = |rate: Decimal| Some(Rate::from_decimal(paid(rate).round_dp(Rate::SCALE_MAX).normalize()));
    let currency = |specific: &duty::SpecificWorking| -> Option<Code> {
        leaf(&trade.market.reference.currency(specific.rate.currency.as_str(), trade.day)?.number)
    };
    let unit = |specific: &duty::SpecificWorking| -> Option<UnitCode> { leaf(specific.rate.unit.code()) };
    match (working.percent, &working.specific) {
        (Some(percent), None) => {
            stated.rate = rate(percent);
            stated.rate_kind = leaf("%");
        }
        (None, Some(specific)) => {
            stated.rate = rate(specific.rate.amount);
            stated.rate_kind = leaf("*");
            stated.rate_currency = currency(specific);
            stated.rate_unit = unit(specific);
        }
        (Some(percent), Some(specific)) => {
            stated.rate = rate(percent);
            stated.rate_kind = leaf("%");
            stated.second_rate = rate(specific.rate.amount);
            stated.second_rate_kind = leaf("*");
            stated.second_rate_currency = currency(specific);
            stated.second_rate_unit = unit(specific);
        }
        (None, None) => {
            stated.rate = Some(Rate::ZERO);
            stated.rate_kind = leaf("%");
        }
    }
}
