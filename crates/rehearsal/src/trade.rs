//! From a trader and some goods to a declaration in which everything agrees.

use declaration::{
    Amount, Container, CountryCode, CurrencyCode, Declaration, Delivery, GoodsLocation, Item, ItemProcedure,
    Leaf, Mass, Office, OfficeCode, Package, Packaging, PrecedingDocument, Preference, ProcedureCode, Rate,
    Representative, Signatory, Transport, TransportMeans,
};
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use reference::{Dated, OfficeKind, RateKind};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::digits;
use crate::goods::{Good, Market, Way};
use crate::papers;
use crate::random::Random;
use crate::traders::{Trader, abroad};

/// Share of imports, in thousandths.
const IMPORTS: u32 = 700;
/// Share of the two usual procedures, release for consumption and export, in thousandths.
const USUAL_PROCEDURES: u32 = 920;
/// Currencies of contracts besides the national one, with their weights.
const CURRENCIES: [(&str, u32); 4] = [("USD", 300), ("CNY", 320), ("EUR", 150), ("AED", 20)];
/// The weight of contracts in the national currency.
const NATIONAL_WEIGHT: u32 = 210;
/// What one road vehicle carries, kilograms.
const ROAD_KG: u64 = 20_000;
/// What one container carries, kilograms.
const CONTAINER_KG: u64 = 18_000;
/// Where exported goods go.
const DESTINATIONS: [&str; 8] = ["CN", "TR", "IN", "AE", "UZ", "RS", "EG", "BR"];

/// Everything declarations of one day and jurisdiction have in common.
#[derive(Debug, Clone)]
pub(crate) struct Trade {
    pub market: Market,
    pub day: Date,
    /// Contract currencies with the value of one unit and their weights; the national one is first.
    currencies: Vec<(CurrencyCode, Decimal, u32)>,
    /// The value of one US dollar.
    dollar: Decimal,
    places: Vec<OfficeCode>,
    borders: Vec<OfficeCode>,
}

/// What a declaration is about before its goods are known.
#[derive(Debug)]
pub(crate) struct Deal {
    pub way: Way,
    pub procedure: ProcedureCode,
    pub trader: Trader,
}

/// How goods cross the border.
struct Passage {
    mode: &'static str,
    inland: &'static str,
    means: Vec<TransportMeans>,
    containers: Vec<String>,
}

pub(crate) fn rounded(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

pub(crate) fn leaf<T: Leaf>(text: &str) -> Option<T> {
    T::parse(text).ok()
}

impl Trade {
    pub fn of(market: Market, day: Date) -> Self {
        let (reference, pack) = (&market.reference, &market.pack);
        // Box 23 has four digits: only currencies quoted by the unit are stated there exactly.
        let value = |currency: CurrencyCode| {
            let set = reference.exchange_rate(pack, currency, day)?;
            (set.units == Decimal::ONE && set.rate.scale() <= 4).then_some(set.rate)
        };
        let mut currencies = vec![(pack.currency, Decimal::ONE, NATIONAL_WEIGHT)];
        for (code, weight) in CURRENCIES {
            let Ok(currency) = code.parse::<CurrencyCode>() else { continue };
            if currency != pack.currency
                && let Some(rate) = value(currency)
            {
                currencies.push((currency, rate, weight));
            }
        }
        let dollar = "USD".parse().ok().and_then(value).unwrap_or(Decimal::ONE_HUNDRED);
        let offices = |wanted: fn(OfficeKind) -> bool| -> Vec<OfficeCode> {
            let rows = reference.offices(pack).into_iter().flat_map(Dated::rows);
            let listed = rows.filter(|office| office.holds(day) && wanted(office.value.kind));
            let codes: Vec<OfficeCode> = listed.map(|office| office.key).collect();
            if codes.is_empty() { vec![pack.filing.default_office] } else { codes }
        };
        let places = offices(|kind| matches!(kind, OfficeKind::Post | OfficeKind::Border));
        let borders = offices(|kind| kind == OfficeKind::Border);
        Self { market, day, currencies, dollar, places, borders }
    }

    /// Import or export, under which procedure, by whom.
    pub fn deal(&self, random: &mut Random, traders: u32) -> Option<Deal> {
        let pack = &self.market.pack;
        let way = if random.happens(IMPORTS) { Way::Import } else { Way::Export };
        let (usual, direction, others): (_, _, &[&str]) = match way {
            Way::Import => ("40", "import", &["53", "60", "51"]),
            Way::Export => ("10", "export", &["23", "31", "21"]),
        };
        let may = |code: &str| {
            let code: ProcedureCode = code.parse().ok()?;
            let known = pack.procedures.get(&code)?;
            known.directions.iter().any(|one| one == direction).then_some(code)
        };
        let others: Vec<ProcedureCode> = others.iter().filter_map(|code| may(code)).collect();
        let unusual = if random.happens(USUAL_PROCEDURES) { None } else { random.pick(&others).copied() };
        let trader = Trader::draw(random, traders, pack.country)?;
        Some(Deal { way, procedure: unusual.or_else(|| may(usual))?, trader })
    }

    /// A declaration of these goods.
    pub fn declaration(&self, random: &mut Random, deal: &Deal, goods: &[&Good]) -> Declaration {
        let pack = &self.market.pack;
        let first = goods.first().map(|good| good.group);
        let partner = match deal.way {
            Way::Import => first.and_then(|group| random.pick(group.origins)).copied(),
            Way::Export => random.pick(&DESTINATIONS).copied(),
        };
        let partner: Option<CountryCode> = leaf(partner.unwrap_or("CN"));
        let (currency, rate) = self.currency(random);
        let alike = 1.0 / (goods.len().max(1) as f64).sqrt();
        let mut items = Vec::with_capacity(goods.len());
        for (number, good) in (1..).zip(goods) {
            let origin = self.origin(random, deal, good, partner);
            items.push(self.item(random, deal, good, number, origin, (currency, rate), alike));
        }
        let gross: Decimal = items.iter().filter_map(|item| item.mass_gross).map(Mass::get).sum();
        let passage = passage(
            random,
            u64::try_from(gross.ceil()).unwrap_or(u64::MAX),
            first.is_some_and(|group| group.usd_per_kg > 30.0),
        );
        for (nth, item) in items.iter_mut().enumerate() {
            if let Some(number) = passage.containers.get(nth % passage.containers.len().max(1)) {
                item.containers.push(Container {
                    count: Some(1),
                    kind: leaf("22"),
                    numbers: leaf(number).into_iter().collect(),
                    further: None,
                });
            }
        }
        let sum = |field: fn(&Item) -> Option<Amount>| Some(items.iter().filter_map(field).sum::<Amount>());
        let packages = items.iter().filter_map(|item| item.packaging.as_ref()?.package_count).sum();
        let origins = items.iter().map(|item| item.origin_country);
        let one_origin =
            origins.clone().next().flatten().filter(|one| origins.clone().all(|other| other == Some(*one)));
        let own = |party: CountryCode| deal.trader.party(party);
        let foreign = partner.map(|country| {
            let name = self
                .market
                .reference
                .country(country.as_str(), self.day)
                .map_or("", |row| row.name_ru.as_str());
            abroad(random, country, name)
        });
        let declarant = declaration::Party { same_as_declarant: Some(true), ..Default::default() };
        let (consignor, consignee) = match deal.way {
            Way::Import => (foreign, Some(declarant.clone())),
            Way::Export => (Some(declarant.clone()), foreign),
        };
        let (dispatch, destination) = match deal.way {
            Way::Import => (partner, Some(pack.country)),
            Way::Export => (Some(pack.country), partner),
        };
        let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let created =
            self.day.at(8, 0, 0, 0).saturating_add(SignedDuration::from_mins(random.below(600) as i64));
        let place = random.pick(&self.places).copied();
        let mut declaration = Declaration {
            document_id: leaf(&digits::uuid(random)),
            document_code: leaf("R.036"),
            created_at: Some(created),
            language: leaf("RU"),
            direction: leaf(match deal.way {
                Way::Import => "ИМ",
                Way::Export => "ЭК",
            }),
            procedure: Some(deal.procedure),
            electronic_sign: leaf("ЭД"),
            recipient_country: Some(pack.country),
            origin_country: one_origin,
            item_count: Some(count),
            package_count: Some(packages),
            sheet_count: Some(1 + count.saturating_sub(1).div_ceil(3)),
            customs_value_total: sum(|item| item.customs_value),
            customs_value_currency: Some(pack.currency),
            consignor,
            consignee,
            financial_party: Some(declarant),
            declarant: Some(own(pack.country)),
            goods_locations: vec![self.location(place)],
            container_indicator: Some(!passage.containers.is_empty()),
            dispatch_country: dispatch,
            destination_country: destination,
            border_offices: self.border(random).into_iter().collect(),
            transport_inland: Some(Transport { mode: leaf(passage.inland), ..Transport::default() }),
            transport_border: Some(Transport {
                mode: leaf(passage.mode),
                means_count: u32::try_from(passage.means.len()).ok().filter(|count| *count > 0),
                means: passage.means,
                ..Transport::default()
            }),
            invoice_currency: Some(currency),
            invoice_total: sum(|item| item.invoice_value),
            exchange_rate: (currency != pack.currency).then_some(Rate::from_decimal(rate)),
            trade_country: partner,
            deal_nature: leaf("010"),
            deal_feature: leaf("00"),
            delivery: Some(terms(random, passage.mode)),
            items,
            signatory: Some(self.signatory(random)),
            representative: random.happens(200).then(|| self.representative(random)),
            ..Declaration::default()
        };
        papers::attach(random, self, &mut declaration, passage.mode);
        papers::calculate(self, &mut declaration);
        declaration
    }

    /// The value of one US dollar.
    pub fn dollar(&self) -> Decimal {
        self.dollar
    }

    fn currency(&self, random: &mut Random) -> (CurrencyCode, Decimal) {
        let place = random.weighted(self.currencies.iter().map(|(_, _, weight)| *weight));
        self.currencies
            .get(place)
            .map_or((self.market.pack.currency, Decimal::ONE), |(code, rate, _)| (*code, *rate))
    }

    /// Where the goods of a line come from: mostly where they are sent from.
    fn origin(
        &self,
        random: &mut Random,
        deal: &Deal,
        good: &Good,
        partner: Option<CountryCode>,
    ) -> Option<CountryCode> {
        let (reference, pack) = (&self.market.reference, &self.market.pack);
        if deal.way == Way::Export {
            return Some(pack.country);
        }
        let drawn = random.pick(good.group.origins).and_then(|code| leaf(code));
        let first = if random.happens(850) { partner } else { drawn };
        // What is under anti-dumping duty is bought elsewhere.
        let spared = |origin: &CountryCode| {
            reference.rate(pack, RateKind::Antidumping, &good.code, Some(*origin), self.day).is_none()
        };
        let elsewhere = good.group.origins.iter().filter_map(|code| leaf(code));
        first.into_iter().chain(elsewhere).find(spared).or_else(|| leaf("TR"))
    }

    #[allow(clippy::too_many_arguments)]
    fn item(
        &self,
        random: &mut Random,
        deal: &Deal,
        good: &Good,
        number: u32,
        origin: Option<CountryCode>,
        (currency, rate): (CurrencyCode, Decimal),
        alike: f64,
    ) -> Item {
        let group = good.group;
        // In grams, from ten grams to two thousand tonnes.
        let grams = random.spread(group.net_kg * alike, 1.3, 0.001, (10, 2_000_000_000));
        let measured = papers::measure(random, good, grams);
        let net = Decimal::new(i64::try_from(measured.grams).unwrap_or(i64::MAX), 3);
        // A tenth more for packaging, with the spread that was measured.
        let tare = random.spread(0.09, 0.9, 0.001, (1, 900));
        let gross =
            net.saturating_mul(Decimal::new(1_000 + i64::try_from(tare).unwrap_or_default(), 3)).round_dp(3);
        let usd_per_kg = random.spread(group.usd_per_kg, group.price_deviation, 0.0001, (300, 1_000_000_000));
        let in_dollars = net.saturating_mul(Decimal::new(i64::try_from(usd_per_kg).unwrap_or(i64::MAX), 4));
        let in_currency = in_dollars.saturating_mul(self.dollar).checked_div(rate).unwrap_or(in_dollars);
        let price = rounded(in_currency).max(Decimal::ONE);
        let value = rounded(price.saturating_mul(rate));
        let statistical = rounded(value.checked_div(self.dollar).unwrap_or(value)).max(Decimal::new(1, 2));
        let holds = group.package_kg;
        let packages =
            gross.checked_div(Decimal::try_from(holds).unwrap_or(Decimal::TEN)).unwrap_or_default().ceil();
        let packages = u32::try_from(packages).unwrap_or(99_999).clamp(1, 99_999);
        let article = format!("RH-{:05}", random.below(100_000));
        let description = format!("{}, {}, арт. {article}-{number}", good.name, group.feature);
        let (previous, preceding) = self.preceding(random, deal.procedure, net);
        let mut item = Item {
            number: Some(number),
            description: leaf(&description).into_iter().collect(),
            mass_gross: Some(Mass::from_decimal(gross)),
            mass_net: Some(Mass::from_decimal(net)),
            invoice_value: Some(Amount::from_decimal(price)),
            customs_value: Some(Amount::from_decimal(value)),
            statistical_value: Some(Amount::from_decimal(statistical)),
            commodity_code: Some(good.code),
            origin_country: origin,
            valuation_method: leaf("1"),
            supplementary: measured.supplementary,
            vehicles: measured.vehicles,
            packaging: Some(Packaging {
                package_count: Some(packages),
                kind: leaf("1"),
                packages: vec![Package {
                    code: leaf(group.package),
                    count: Some(packages),
                    ..Package::default()
                }],
                ..Packaging::default()
            }),
            procedure: Some(ItemProcedure {
                requested: Some(deal.procedure),
                previous,
                feature: leaf("000"),
                further: None,
            }),
            preceding_documents: preceding,
            ..Item::default()
        };
        if currency != self.market.pack.currency {
            item.invoice_currency = Some(currency);
        }
        if deal.way == Way::Import {
            item.preference = Some(self.preference(random, origin));
        }
        if random.happens(600) {
            item.groups.push(papers::characteristics(random, good, &article));
        }
        item
    }

    /// Half of those who may claim a tariff preference do.
    fn preference(&self, random: &mut Random, origin: Option<CountryCode>) -> Preference {
        let none = || leaf("ОО");
        let pack = &self.market.pack;
        let granted = pack.payments.tariff_preferences.iter();
        let mut granted =
            granted.filter(|one| origin.is_some_and(|origin| pack.prefers(one, origin, self.day)));
        let code = granted.next().filter(|_| random.happens(500)).and_then(|one| leaf(&one.code));
        Preference { fee: none(), duty: code.or_else(none), excise: leaf("-"), vat: none(), further: None }
    }

    /// The previous procedure, and the declaration that placed the goods under it.
    fn preceding(
        &self,
        random: &mut Random,
        procedure: ProcedureCode,
        net: Decimal,
    ) -> (Option<ProcedureCode>, Vec<PrecedingDocument>) {
        let after =
            self.market.pack.procedures.get(&procedure).map(|row| row.after.as_slice()).unwrap_or_default();
        if after.is_empty() || after.iter().any(|code| *code == "00") {
            return (leaf("00"), Vec::new());
        }
        let document = PrecedingDocument {
            office: Some(self.market.pack.filing.default_office),
            date: Some(self.back(random, 30, 300)),
            number: leaf(&format!("{:07}", random.between(1, 900_000))),
            item: Some(1),
            mass_net: Some(Mass::from_decimal(net)),
            ..PrecedingDocument::default()
        };
        (random.pick(after).copied(), vec![document])
    }

    /// A day so many days back.
    pub fn back(&self, random: &mut Random, first: u64, last: u64) -> Date {
        let days = i32::try_from(random.between(first, last)).unwrap_or_default();
        self.day.saturating_sub(days.days())
    }

    fn location(&self, office: Option<OfficeCode>) -> GoodsLocation {
        GoodsLocation {
            kind: leaf("11"),
            office,
            country: Some(self.market.pack.country),
            zone: leaf(&format!("{}/000001", office.map(|code| code.to_string()).unwrap_or_default())),
            ..GoodsLocation::default()
        }
    }

    fn border(&self, random: &mut Random) -> Option<Office> {
        let code = random.pick(&self.borders).copied()?;
        let name =
            self.market.reference.office(&self.market.pack, &code, self.day).and_then(|row| leaf(&row.name));
        Some(Office { code: Some(code), name, country: Some(self.market.pack.country), further: None })
    }

    fn signatory(&self, random: &mut Random) -> Signatory {
        Signatory {
            surname: leaf("Условнов"),
            name: leaf("Пример"),
            post: leaf("Специалист по таможенным операциям"),
            signed_on: Some(self.day),
            authority_number: leaf(&format!("Д-{}", random.between(1, 900))),
            authority_date: Some(self.back(random, 10, 300)),
            ..Signatory::default()
        }
    }

    fn representative(&self, random: &mut Random) -> Representative {
        Representative {
            registry_number: leaf(&format!("{:04}", random.between(100, 999))),
            contract_number: leaf(&format!("ТП-{}", random.between(1, 5_000))),
            contract_date: Some(self.back(random, 20, 900)),
            further: None,
        }
    }
}

/// By land, by rail, by sea or by air, with the vehicles or containers for so many kilograms.
fn passage(random: &mut Random, gross_kg: u64, dear: bool) -> Passage {
    let plain = |mode, inland| Passage { mode, inland, means: Vec::new(), containers: Vec::new() };
    let named = |identifier: &str, trailer: Option<&str>| TransportMeans {
        identifier: leaf(identifier),
        trailer: trailer.and_then(leaf),
        ..TransportMeans::default()
    };
    if dear && gross_kg < 800 && random.happens(400) {
        let flight = format!("GL{:04}", random.between(100, 9_999));
        return Passage { means: vec![named(&flight, None)], ..plain("40", "31") };
    }
    let vehicles = gross_kg.div_ceil(ROAD_KG);
    if vehicles <= 5 && random.happens(550) {
        let vehicle = |random: &mut Random| {
            let number = format!("RH{:04}{:02}", random.below(10_000), random.below(100));
            named(&number, Some(&format!("TR{:04}", random.below(10_000))))
        };
        let means = (0..vehicles.max(1)).map(|_| vehicle(random)).collect();
        return Passage { means, ..plain("31", "31") };
    }
    if random.happens(400) {
        let wagons = gross_kg.div_ceil(3 * ROAD_KG).clamp(1, 20);
        let wagon = |random: &mut Random| named(&format!("{:08}", random.below(100_000_000)), None);
        return Passage { means: (0..wagons).map(|_| wagon(random)).collect(), ..plain("20", "20") };
    }
    // What no container holds goes in bulk.
    let containers = gross_kg.div_ceil(CONTAINER_KG);
    let vessel = named(&format!("MV GREENLANE {}", random.between(1, 99)), None);
    let numbers = if containers > 20 { 0 } else { containers.max(1) };
    Passage {
        means: vec![vessel],
        containers: (0..numbers).map(|_| digits::container(random)).collect(),
        ..plain("10", if random.happens(500) { "20" } else { "31" })
    }
}

fn terms(random: &mut Random, mode: &str) -> Delivery {
    let codes: &[&str] =
        if mode == "10" { &["FOB", "CIF", "CFR", "FCA"] } else { &["FCA", "CPT", "DAP", "EXW", "CIP"] };
    let place = random.pick(&["Порт отправления", "Склад продавца", "Терминал получателя"]).copied();
    Delivery {
        terms: random.pick(codes).and_then(|code| leaf(code)),
        place: place.and_then(leaf),
        ..Delivery::default()
    }
}
