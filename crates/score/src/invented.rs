//! Results that nobody had: for measurements and tests, in the columns of the table of imports.

use std::fmt::Write;

/// Kinds of goods: a commodity code, the usual value of a kilogram in hundredths, the rate in tenths of a per cent.
const GOODS: [(&str, u64, u64); 16] = [
    ("080510", 90, 120),
    ("220421", 420, 150),
    ("300490", 9_000, 50),
    ("392690", 480, 65),
    ("420222", 1_900, 80),
    ("610910", 1_500, 120),
    ("620342", 1_650, 120),
    ("640399", 2_200, 100),
    ("730890", 260, 80),
    ("847130", 9_500, 0),
    ("850440", 2_300, 50),
    ("851713", 24_000, 0),
    ("870899", 950, 50),
    ("901890", 7_800, 0),
    ("940360", 390, 100),
    ("950300", 820, 80),
];
const COUNTRIES: [&str; 8] = ["CN", "TR", "DE", "IT", "VN", "KR", "US", "PL"];
const OFFICES: [&str; 5] = ["10", "20", "30", "40", "50"];
/// Rows that repeat an earlier one's goods, in a hundred: results repeat, as those of real traders do.
const REPEATED: u64 = 60;
/// Days of the rows, from 1 January 2026.
const DAYS: u64 = 360;

/// SplitMix64: the same numbers everywhere.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn of<T: Copy>(&mut self, all: &[T], otherwise: T) -> T {
        let place = self.below(all.len() as u64);
        usize::try_from(place).ok().and_then(|place| all.get(place)).copied().unwrap_or(otherwise)
    }
}

/// A line of goods, and how likely something is to be found, in a thousand.
#[derive(Clone, Copy)]
struct Line {
    code: &'static str,
    origin: &'static str,
    departure: &'static str,
    grams: u64,
    value_hundredths: u64,
    rate_tenths: u64,
    likely: u64,
}

fn line(numbers: &mut Numbers) -> Line {
    let (code, usual, rate_tenths) = numbers.of(&GOODS, GOODS[0]);
    let origin = numbers.of(&COUNTRIES, "CN");
    let departure = if numbers.below(4) == 0 { numbers.of(&COUNTRIES, "CN") } else { origin };
    let grams = 1_000 + numbers.below(20_000) * (1 + numbers.below(200));
    // Of the usual value, 30 to 170 %.
    let level = 30 + numbers.below(140);
    let value_hundredths = (grams * usual * level / 100_000).max(1);
    let mut likely = 40;
    if level < 60 {
        likely += 300; // stated too low
    }
    if rate_tenths >= 100 && origin != departure {
        likely += 250; // a dear rate, by another country
    }
    if code.starts_with("85") && grams > 1_000_000 {
        likely += 200;
    }
    Line { code, origin, departure, grams, value_hundredths, rate_tenths, likely }
}

/// A CSV file of so many invented results: the same for the same seed, everywhere. They have no traders, and no fact
/// about any country, good or office is in them.
pub fn invented(rows: usize, seed: u64) -> String {
    let mut numbers = Numbers(seed);
    let mut text = String::from(
        "Declaration ID,Date,Office ID,Process Type,Import Type,Import Use,Payment Type,Mode of Transport,Courier ID,\
         HS6 Code,Country of Departure,Country of Origin,Tax Rate,Tax Type,Country of Origin Indicator,Net Mass,\
         Item Price,Fraud\n",
    );
    let mut before: Vec<(Line, bool)> = Vec::new();
    for row in 0..rows {
        let repeated = numbers.below(100) < REPEATED;
        let earlier = usize::try_from(numbers.next()).unwrap_or(row).checked_rem(before.len());
        let known = earlier.filter(|_| repeated).and_then(|place| before.get(place)).copied();
        let (line, found) = known.unwrap_or_else(|| {
            let line = line(&mut numbers);
            let found = numbers.below(1_000) < line.likely;
            (line, found)
        });
        before.push((line, found));
        let day = u64::try_from(row).unwrap_or(0) * DAYS / u64::try_from(rows.max(1)).unwrap_or(1);
        // Twelve months of thirty days, but February.
        let (month, day) = (day / 30 + 1, (day % 30 + 1).min(28));
        let courier = if numbers.below(5) == 0 { numbers.of(&["E1", "E2", "E3"], "E1") } else { "" };
        // Writing into text cannot fail.
        let _ = writeln!(
            text,
            "{row},2026-{month:02}-{day:02},{},{},{},{},{},{},{courier},{},{},{},{}.{},{},{},{}.{:03},{}.{:02},{}",
            numbers.of(&OFFICES, "10"),
            numbers.of(&["A", "B"], "A"),
            numbers.of(&["11", "15"], "11"),
            numbers.of(&["11", "21"], "11"),
            numbers.of(&["11", "43"], "11"),
            numbers.of(&["10", "40"], "10"),
            line.code,
            line.departure,
            line.origin,
            line.rate_tenths / 10,
            line.rate_tenths % 10,
            if line.rate_tenths == 0 { "C" } else { "A" },
            numbers.of(&["B", "G", "Y"], "B"),
            line.grams / 1_000,
            line.grams % 1_000,
            line.value_hundredths / 100,
            line.value_hundredths % 100,
            u8::from(found),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FeatureTable, Table};

    #[test]
    fn invented_results_are_results() {
        let features = FeatureTable::imports().unwrap();
        let table = Table::read(invented(500, 3).as_bytes(), &features).unwrap();
        let found = table.results("Fraud").unwrap().iter().filter(|found| **found == Some(true)).count();
        assert!((40..250).contains(&found), "{found}");
        assert!(table.days("Date").is_ok() && table.duty(&features).unwrap().is_some());
        assert_eq!(invented(50, 3), invented(50, 3));
        assert_ne!(invented(50, 3), invented(50, 4));
    }
}
