//! The population: fictional firms with stable numbers, records and accounts. Firm number 17 is the
//! same in every run, whatever the seed, so that participants loaded once stay known.

use declaration::{Address, CountryCode, Leaf, Party, TaxNumber};
use risk::ParticipantFacts;
use rust_decimal::Decimal;

use crate::digits;
use crate::random::{Random, mixed};

/// Of so many firms one has a long and clean record.
const LOW_ONE_IN: u64 = 5;
/// The share of filings by firms of low risk, in thousandths: 12 000 of 60 000 firms file 68 %.
const LOW_FILES: u32 = 680;
/// The share by firms with a bad record.
const HIGH_FILES: u32 = 30;
/// Among the firms that are not low, one of so many has a bad record.
const HIGH_ONE_IN: u64 = 16;
/// How unevenly firms of one kind file.
const ZIPF_EXPONENT: f64 = 0.8;
/// Firms in the whole population.
pub const TRADERS_USUAL: u32 = 60_000;
/// One of so many firms has next to nothing on its account.
const POOR_ONE_IN: u64 = 50;

/// How much a trader's record shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Low,
    Medium,
    High,
}

/// A firm of the population.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trader {
    /// Its place in the population, from 0.
    pub index: u64,
    /// Its name.
    pub name: String,
    /// Its tax number, as its country gives them.
    pub number: TaxNumber,
}

impl Trader {
    /// The firm at a place; `None` where a country's numbers are not known here.
    pub(crate) fn at(index: u64, country: CountryCode) -> Option<Self> {
        let number = match country.as_str() {
            "RU" => digits::inn(index),
            "AM" => digits::unn(index),
            "BY" => digits::unp(index),
            "KZ" => digits::bin(index),
            "KG" => digits::kg_inn(index),
            _ => return None,
        };
        Some(Self { index, name: name_of(index), number: number.parse().ok()? })
    }

    /// The firm that files next.
    pub(crate) fn draw(random: &mut Random, traders: u32, country: CountryCode) -> Option<Self> {
        let traders = u64::from(traders.max(1));
        let low = traders.div_ceil(LOW_ONE_IN);
        let others = traders - low;
        let high = others / HIGH_ONE_IN;
        let files = random.below(1_000);
        let index = if others == 0 || files < u64::from(LOW_FILES) {
            random.zipf(low, ZIPF_EXPONENT) * LOW_ONE_IN
        } else if high > 0 && files < u64::from(LOW_FILES + HIGH_FILES) {
            other(random.zipf(high, ZIPF_EXPONENT) * HIGH_ONE_IN)
        } else {
            let mut nth = random.zipf(others, ZIPF_EXPONENT);
            if nth.is_multiple_of(HIGH_ONE_IN) && nth + 1 < others {
                nth += 1;
            }
            other(nth)
        };
        Self::at(index, country)
    }

    pub(crate) fn standing(&self) -> Standing {
        match place_among_others(self.index) {
            None => Standing::Low,
            Some(nth) if nth % HIGH_ONE_IN == 0 => Standing::High,
            Some(_) => Standing::Medium,
        }
    }

    /// What the centre knows of it: from this its category follows by the pack's criteria.
    pub fn facts(&self) -> ParticipantFacts {
        let chance = mixed(self.index ^ 0xfac7);
        let some = |shift: u32, end: u64| u32::try_from((chance >> shift) % end).unwrap_or_default();
        match self.standing() {
            Standing::Low => ParticipantFacts {
                years_active: 3 + some(0, 15),
                declarations_year: 150 + some(8, 3_000),
                offences_two_years: 0,
                debt: Decimal::ZERO,
                corrections_percent: Decimal::new(i64::from(some(16, 15)), 1),
                refusals_percent: Decimal::new(i64::from(some(24, 30)), 1),
                authorised_operator: some(32, 20) == 0,
            },
            Standing::Medium => ParticipantFacts {
                years_active: some(0, 6),
                declarations_year: 1 + some(8, 90),
                offences_two_years: some(16, 2),
                debt: Decimal::ZERO,
                corrections_percent: Decimal::new(30 + i64::from(some(24, 90)), 1),
                refusals_percent: Decimal::new(20 + i64::from(some(32, 120)), 1),
                authorised_operator: false,
            },
            Standing::High => ParticipantFacts {
                years_active: some(0, 4),
                declarations_year: 1 + some(8, 60),
                offences_two_years: 3 + some(16, 6),
                debt: Decimal::new(i64::from(some(24, 9_000_000)), 2),
                corrections_percent: Decimal::new(210 + i64::from(some(32, 200)), 1),
                refusals_percent: Decimal::new(100 + i64::from(some(40, 250)), 1),
                authorised_operator: false,
            },
        }
    }

    /// What stands on its account for advance payments at first, in the pack's currency: ample for
    /// most, next to nothing for some, whose declarations will wait for payment.
    pub fn funds(&self) -> Decimal {
        if self.index % POOR_ONE_IN == POOR_ONE_IN / 2 {
            Decimal::new(100_000, 2)
        } else {
            Decimal::new(10_000_000_000_000, 2)
        }
    }

    /// The firm as a declaration states it.
    pub(crate) fn party(&self, country: CountryCode) -> Party {
        let mut party = Party {
            name: Leaf::parse(&self.name).ok(),
            country: Some(country),
            address: vec![address_of(self.index, country)],
            ..Party::default()
        };
        let number = Some(self.number);
        match country.as_str() {
            "RU" => {
                party.inn = number;
                party.kpp = digits::kpp(self.number.as_str()).parse().ok();
                party.ogrn = digits::ogrn(self.index).parse().ok();
            }
            "AM" => party.unn = number,
            "BY" => party.unp = number,
            "KZ" => party.bin = number,
            "KG" => party.kg_inn = number,
            _ => {}
        }
        let email = format!("customs@firm{}.example", self.index);
        party.emails.extend(Leaf::parse(&email).ok());
        party
    }
}

/// The index of the `nth` firm that is not of low risk.
fn other(nth: u64) -> u64 {
    nth / (LOW_ONE_IN - 1) * LOW_ONE_IN + nth % (LOW_ONE_IN - 1) + 1
}

/// Which of the firms that are not of low risk this is; none if it is one that is.
fn place_among_others(index: u64) -> Option<u64> {
    let within = index % LOW_ONE_IN;
    within.checked_sub(1).map(|within| index / LOW_ONE_IN * (LOW_ONE_IN - 1) + within)
}

fn name_of(index: u64) -> String {
    const HEADS: [&str; 12] = [
        "Авро",
        "Балти",
        "Весто",
        "Гранто",
        "Дельто",
        "Инто",
        "Корсо",
        "Луме",
        "Нордо",
        "Омни",
        "Поли",
        "Синте",
    ];
    const TAILS: [&str; 8] = ["импорт", "комплект", "логистик", "пром", "ресурс", "снаб", "торг", "тех"];
    let chance = mixed(index ^ 0x6e61);
    let head = HEADS.get((chance % 12) as usize).copied().unwrap_or_default();
    let tail = TAILS.get((chance / 12 % 8) as usize).copied().unwrap_or_default();
    format!("ООО «{head}{tail} {}»", index + 1)
}

fn address_of(index: u64, country: CountryCode) -> Address {
    let chance = mixed(index ^ 0x6164);
    let (city, postal) = match country.as_str() {
        "AM" => ("ЕРЕВАН", "0010"),
        "BY" => ("МИНСК", "220030"),
        "KZ" => ("АЛМАТЫ", "050000"),
        "KG" => ("БИШКЕК", "720000"),
        _ => ("МОСКВА", "115088"),
    };
    let street = format!("УЛ. ПРОЕЗДНАЯ, Д. {}", 1 + chance % 120);
    Address {
        postal_code: Leaf::parse(postal).ok(),
        country: Some(country),
        city: Leaf::parse(city).ok(),
        street_house: Leaf::parse(&street).ok(),
        ..Address::default()
    }
}

/// A firm abroad: it has no numbers here, so a name and an address are all there is.
pub(crate) fn abroad(random: &mut Random, country: CountryCode, country_name: &str) -> Party {
    const HEADS: [&str; 10] =
        ["Avelin", "Bormex", "Cantor", "Delvia", "Ekonor", "Falmer", "Gantri", "Hovell", "Ilmero", "Jantex"];
    const TAILS: [&str; 6] = ["Industrial", "Trading", "Manufacturing", "Export", "Supply", "Works"];
    let head = random.pick(&HEADS).copied().unwrap_or_default();
    let tail = random.pick(&TAILS).copied().unwrap_or_default();
    let name = format!("{head} {tail} {} Ltd", random.between(2, 900));
    let street = format!("{} Harbour Road", random.between(1, 400));
    Party {
        name: Leaf::parse(&name).ok(),
        country: Some(country),
        address: vec![Address {
            country: Some(country),
            country_name: Leaf::parse(country_name).ok(),
            city: Leaf::parse("Port City").ok(),
            street_house: Leaf::parse(&street).ok(),
            ..Address::default()
        }],
        ..Party::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(code: &str) -> CountryCode {
        code.parse().unwrap()
    }

    #[test]
    fn a_fifth_of_the_firms_files_two_thirds() {
        let mut random = Random::of(3, 1);
        let mut counts = [0; 3];
        for _ in 0..50_000 {
            let trader = Trader::draw(&mut random, TRADERS_USUAL, country("RU")).unwrap();
            assert!(trader.index < u64::from(TRADERS_USUAL));
            counts[trader.standing() as usize] += 1;
        }
        // 34 000 of 50 000, standard deviation 104; of the bad, 1 500, deviation 38.
        assert!((33_450..=34_550).contains(&counts[0]), "{counts:?}");
        assert!((1_250..=1_750).contains(&counts[2]), "{counts:?}");
    }

    #[test]
    fn the_record_leads_to_the_category_it_is_meant_for() {
        let criteria = risk::CategoryCriteria::default();
        for index in 0..2_000 {
            let trader = Trader::at(index, country("RU")).unwrap();
            let why = risk::categorise(&criteria, &trader.facts().into());
            let meant = match trader.standing() {
                Standing::Low => risk::Category::Low,
                Standing::Medium => risk::Category::Medium,
                Standing::High => risk::Category::High,
            };
            assert_eq!(why.category, meant, "{index}: {why:?}");
        }
    }

    #[test]
    fn a_population_of_one_files_too() {
        let mut random = Random::of(3, 1);
        for traders in [0, 1, 2, 5, 17] {
            for _ in 0..200 {
                let trader = Trader::draw(&mut random, traders, country("AM")).unwrap();
                assert!(trader.index < u64::from(traders.max(1)), "{traders}: {}", trader.index);
            }
        }
        assert_eq!(Trader::at(1, country("DE")), None);
    }
}
