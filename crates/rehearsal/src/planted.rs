//! A history with smuggling in it: forty patterns, hidden in ordinary trade, for twenty of which there are profiles.
//!
//! A pattern is a combination that generated trade never shows: goods of a heading, bought and sent by a detour, at
//! a price, with papers that miss or masses that do not fit. Everything else about a planted declaration is that of
//! an ordinary one, its payments are those of what it states, and it raises no finding it would not raise otherwise.

use declaration::{Amount, Declaration, Item, Mass};
use jiff::ToSpan;
use risk::{Profile, parse_profile};
use rust_decimal::Decimal;

use crate::error::RehearsalError;
use crate::random::Random;
use crate::trade::{leaf, rounded};

/// What is strange about a declaration besides its goods, their origin and their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// The price is low: US cents per kilogram, from and to.
    Cheap(u64, u64),
    /// Terms of delivery that leave everything to the seller.
    Delivered,
    /// The customs value by the fall-back method.
    FallBack,
    /// Three times as heavy as the goods.
    Heavy,
    /// Five tonnes in one package.
    OnePackage,
    /// No invoice.
    NoInvoice,
    /// A contract of long ago.
    OldContract,
}

/// A way to smuggle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pattern {
    /// The heading the goods are declared under.
    pub heading: &'static str,
    /// Their country of origin; empty: as it comes.
    origin: &'static str,
    /// The country they are sent from; empty: as it comes.
    dispatch: &'static str,
    signs: &'static [Sign],
    /// The profile written for it.
    profile: Option<&'static str>,
}

const fn known(
    heading: &'static str,
    (origin, dispatch): (&'static str, &'static str),
    signs: &'static [Sign],
    profile: &'static str,
) -> Pattern {
    Pattern { heading, origin, dispatch, signs, profile: Some(profile) }
}

const fn unknown(
    heading: &'static str,
    (origin, dispatch): (&'static str, &'static str),
    signs: &'static [Sign],
) -> Pattern {
    Pattern { heading, origin, dispatch, signs, profile: None }
}

macro_rules! profile {
    ($number:literal) => {
        include_str!(concat!("../profiles/", $number, ".toml"))
    };
}

use Sign::{Cheap, Delivered, FallBack, Heavy, NoInvoice, OldContract, OnePackage};

/// The patterns: those with a profile first.
pub(crate) static PATTERNS: [Pattern; 40] = [
    known("8517", ("CN", "HK"), &[Cheap(300, 900)], profile!("01")),
    known("6110", ("BD", "KG"), &[Cheap(100, 300)], profile!("02")),
    known("6404", ("CN", "LT"), &[Cheap(150, 400)], profile!("03")),
    known("4011", ("CN", "MN"), &[Cheap(50, 120)], profile!("04")),
    known("8482", ("DE", "SG"), &[Cheap(400, 1_000)], profile!("05")),
    known("8413", ("", ""), &[Delivered, FallBack], profile!("06")),
    known("3004", ("IN", "IR"), &[Cheap(500, 1_500)], profile!("07")),
    known("0406", ("RS", "LT"), &[], profile!("08")),
    known("0808", ("RS", "PL"), &[], profile!("09")),
    known("0602", ("NL", "LV"), &[], profile!("10")),
    known("2204", ("GE", "MD"), &[Cheap(40, 90)], profile!("11")),
    known("8708", ("JP", "AM"), &[Cheap(100, 300)], profile!("12")),
    known("9503", ("CN", ""), &[Heavy], profile!("13")),
    known("9403", ("CN", ""), &[OnePackage], profile!("14")),
    known("0901", ("VN", "FI"), &[Cheap(30, 80)], profile!("15")),
    known("3304", ("CN", ""), &[NoInvoice], profile!("16")),
    known("7113", ("TR", "AZ"), &[Cheap(200, 600)], profile!("17")),
    known("8539", ("CN", ""), &[OldContract], profile!("18")),
    known("8473", ("CN", "HK"), &[Delivered], profile!("19")),
    known("0303", ("VN", "EE"), &[Cheap(20, 60)], profile!("20")),
    unknown("8528", ("KR", "LT"), &[Cheap(200, 600)]),
    unknown("6203", ("BD", "LT"), &[Cheap(100, 300)]),
    unknown("6403", ("VN", "FI"), &[Cheap(150, 400)]),
    unknown("4016", ("CN", "MN"), &[Cheap(50, 120)]),
    unknown("8481", ("IT", "SG"), &[Cheap(400, 1_000)]),
    unknown("8414", ("", ""), &[Delivered, FallBack]),
    unknown("3002", ("IN", "IR"), &[Cheap(500, 1_500)]),
    unknown("0402", ("RS", "LT"), &[]),
    unknown("0805", ("RS", "PL"), &[]),
    unknown("0902", ("LK", "FI"), &[Cheap(30, 80)]),
    unknown("2208", ("GE", "MD"), &[Cheap(40, 90)]),
    unknown("8711", ("JP", "AM"), &[Cheap(100, 300)]),
    unknown("9504", ("CN", ""), &[Heavy]),
    unknown("9401", ("CN", ""), &[OnePackage]),
    unknown("3303", ("CN", ""), &[NoInvoice]),
    unknown("9102", ("TR", "AZ"), &[Cheap(200, 600)]),
    unknown("8507", ("CN", ""), &[OldContract]),
    unknown("8523", ("CN", "HK"), &[Delivered]),
    unknown("1604", ("VN", "EE"), &[Cheap(20, 60)]),
    unknown("8516", ("CN", "PL"), &[Cheap(100, 300)]),
];

/// Declarations planted of each pattern, where there is room for so many.
const EACH: u64 = 25;
/// Of how many declarations at least one is ordinary trade but for one: the largest share that is planted.
const STRIDE_MIN: u64 = 8;

/// Which declarations of a history are planted, and with which pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Planting {
    stride: u64,
}

impl Planting {
    /// The planting of a history of so many declarations.
    pub fn of(declarations: u64) -> Self {
        Self { stride: (declarations / (EACH * PATTERNS.len() as u64)).max(STRIDE_MIN) }
    }

    /// The pattern that the declaration at a place, from 0, follows; by its number from 0.
    pub fn at(self, place: u64) -> Option<usize> {
        if !place.is_multiple_of(self.stride) {
            return None;
        }
        usize::try_from(place / self.stride % PATTERNS.len() as u64).ok()
    }
}

impl Pattern {
    /// Whether its goods are valued low.
    pub fn is_cheap(&self) -> bool {
        self.signs.iter().any(|sign| matches!(sign, Cheap(..)))
    }

    /// The profile written for the pattern, if there is one.
    pub fn profile(&self) -> Result<Option<Profile>, RehearsalError> {
        let parsed = self.profile.map(parse_profile).transpose();
        parsed.map_err(|why| RehearsalError::Invalid(why.to_string()))
    }

    /// The source of that profile, TOML.
    #[cfg(test)]
    pub fn source(&self) -> Option<&'static str> {
        self.profile
    }

    /// Makes an ordinary import one of the pattern: its first line and what goes with it. `code` is a commodity of
    /// the heading, `dollar` what a US dollar is worth.
    pub fn plant(
        &self,
        declaration: &mut Declaration,
        code: declaration::CommodityCode,
        dollar: Decimal,
        random: &mut Random,
    ) {
        // What is strange about the declaration would be strange about its other lines, too: those of a heading that
        // some pattern is about go, or one declaration would follow two.
        let of_a_pattern = |item: &Item| {
            let heading = item.commodity_code.as_ref().map(|code| code.prefix(4));
            PATTERNS.iter().any(|pattern| Some(pattern.heading) == heading)
        };
        let mut place = 0;
        declaration.items.retain(|item| {
            place += 1;
            place == 1 || !of_a_pattern(item)
        });
        (1..).zip(&mut declaration.items).for_each(|(number, item)| item.number = Some(number));
        let day = declaration.created_at.map(|at| at.date());
        let rate = declaration.exchange_rate.map_or(Decimal::ONE, |rate| rate.get());
        if !self.dispatch.is_empty() {
            declaration.dispatch_country = leaf(self.dispatch);
            declaration.dispatch_country_name = None;
        }
        for sign in self.signs {
            if *sign == Delivered
                && let Some(delivery) = &mut declaration.delivery
            {
                delivery.terms = leaf("DDP");
            }
            if *sign == NoInvoice {
                let invoice =
                    |document: &declaration::Document| document.kind.is_some_and(|kind| kind == "04021");
                declaration.items.iter_mut().for_each(|item| item.documents.retain(|paper| !invoice(paper)));
            }
        }
        let Some(item) = declaration.items.first_mut() else { return };
        item.commodity_code = Some(code);
        item.vehicles.clear();
        if !self.origin.is_empty() {
            item.origin_country = leaf(self.origin);
        }
        // A preference belongs to the origin there was.
        if let Some(preference) = &mut item.preference {
            preference.duty = leaf("ОО");
        }
        for sign in self.signs {
            match sign {
                Cheap(from, to) => {
                    price(item, Decimal::new(random.between(*from, *to) as i64, 2), dollar, rate)
                }
                FallBack => item.valuation_method = leaf("6"),
                Heavy => {
                    let net = item.mass_net.map(Mass::get).unwrap_or_default();
                    item.mass_gross = Some(Mass::from_decimal(net.saturating_mul(Decimal::from(3))));
                }
                OnePackage => {
                    let net = Decimal::from(random.between(4_500, 5_500));
                    item.mass_net = Some(Mass::from_decimal(net));
                    item.mass_gross = Some(Mass::from_decimal(net.saturating_mul(Decimal::new(105, 2))));
                    price(item, Decimal::new(random.between(300, 900) as i64, 2), dollar, rate);
                    if let Some(packaging) = &mut item.packaging {
                        packaging.package_count = Some(1);
                        packaging.packages.iter_mut().for_each(|package| package.count = Some(1));
                    }
                }
                OldContract => {
                    let contract =
                        |paper: &&mut declaration::Document| paper.kind.is_some_and(|kind| kind == "03011");
                    if let (Some(paper), Some(day)) = (item.documents.iter_mut().find(contract), day) {
                        let days = i32::try_from(random.between(1_600, 2_400)).unwrap_or_default();
                        paper.date = Some(day.saturating_sub(days.days()));
                    }
                }
                Delivered | NoInvoice => {}
            }
        }
        totals(declaration);
    }
}

/// Gives a line the value of its net mass at a price in US dollars per kilogram.
fn price(item: &mut Item, usd_per_kg: Decimal, dollar: Decimal, rate: Decimal) {
    let net = item.mass_net.map(Mass::get).unwrap_or_default();
    let usd = net.saturating_mul(usd_per_kg);
    let value = rounded(usd.saturating_mul(dollar)).max(Decimal::ONE);
    item.statistical_value = Some(Amount::from_decimal(rounded(usd).max(Decimal::new(1, 2))));
    item.customs_value = Some(Amount::from_decimal(value));
    item.invoice_value = Some(Amount::from_decimal(rounded(value.checked_div(rate).unwrap_or(value))));
}

/// Boxes that sum up the lines.
fn totals(declaration: &mut Declaration) {
    let items = &declaration.items;
    let sum = |field: fn(&Item) -> Option<Amount>| Some(items.iter().filter_map(field).sum::<Amount>());
    let (value, invoice) = (sum(|item| item.customs_value), sum(|item| item.invoice_value));
    let packages = items.iter().filter_map(|item| item.packaging.as_ref()?.package_count).sum();
    let first = items.first().and_then(|item| item.origin_country);
    let one = first.filter(|one| items.iter().all(|item| item.origin_country == Some(*one)));
    declaration.customs_value_total = value;
    declaration.invoice_total = invoice;
    declaration.package_count = Some(packages);
    let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
    declaration.item_count = Some(count);
    declaration.sheet_count = Some(1 + count.saturating_sub(1).div_ceil(3));
    declaration.origin_country = one;
    // What was computed for the goods there were is computed anew.
    declaration.payments.clear();
    declaration.items.iter_mut().for_each(|item| item.payments.clear());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn half_of_the_patterns_have_profiles_and_all_have_a_heading_of_their_own() {
        let headings: BTreeSet<_> = PATTERNS.iter().map(|pattern| pattern.heading).collect();
        assert_eq!(headings.len(), PATTERNS.len());
        let profiles: Vec<_> = PATTERNS.iter().filter_map(|pattern| pattern.profile().unwrap()).collect();
        assert_eq!(profiles.len(), PATTERNS.len() / 2);
        for (pattern, profile) in PATTERNS.iter().zip(&profiles) {
            assert!(
                profile.area.contains(&format!("startsWith(\"{}\")", pattern.heading)),
                "{}",
                profile.number
            );
        }
        risk::Rules::compile(profiles).unwrap();
    }

    #[test]
    fn planting_is_a_bounded_share_and_even() {
        for (declarations, each, stride) in [(200_000u64, 25, 200), (2_000, 6, 8), (10, 0, 8)] {
            let planting = Planting::of(declarations);
            assert_eq!(planting.stride, stride);
            let mut counts = [0u64; PATTERNS.len()];
            (0..declarations).filter_map(|place| planting.at(place)).for_each(|pattern| counts[pattern] += 1);
            assert!(counts.iter().all(|count| (each..=each + 1).contains(count)), "{counts:?}");
        }
    }
}
