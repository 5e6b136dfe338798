//! What measures cost in officers' time.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::profile::Measure;

/// How long measures take, and how long officers work; comes from the jurisdiction's pack, table `[effort]`.
///
/// ```toml
/// hours_per_week = 40
/// minutes = { documents = 15, inspect = 120 }
/// ```
///
/// Measures that are not named take as long as we assume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Effort {
    /// Hours of work of one officer in a week.
    pub hours_per_week: Decimal,
    /// Minutes of one officer's work per measure and declaration.
    pub minutes: BTreeMap<Measure, u32>,
}

/// Minutes per measure unless the pack says otherwise. An assumption of ours: nobody has measured them, and a
/// service that uses the figures puts its own into its pack.
const MINUTES: [(Measure, u32); 15] = [
    (Measure::Audit, 60),
    (Measure::Documents, 15),
    (Measure::RequestDocuments, 20),
    (Measure::Value, 40),
    (Measure::Origin, 20),
    (Measure::Classification, 30),
    (Measure::Security, 15),
    (Measure::Expertise, 30),
    (Measure::Scan, 30),
    (Measure::Weigh, 30),
    (Measure::Inspect, 120),
    (Measure::InspectPartial, 90),
    (Measure::InspectFull, 240),
    (Measure::Sample, 60),
    (Measure::OfficialPresent, 120),
];

/// Cases with minutes recorded for a measure from which on their median counts instead of what is assumed: of 20, the
/// true median lies between the 6th and the 15th with 95.9 % confidence (binomial distribution).
pub const MINUTES_RECORDED_MIN: u64 = 20;

/// Minutes that results say a measure took, and in how many cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordedMinutes {
    /// The measure.
    pub measure: Measure,
    /// Minutes it took in a case.
    pub minutes: u32,
    /// Cases in which it took so long.
    pub cases: u64,
}

/// Where the minutes of a measure come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MinutesFrom {
    /// The median of what results say.
    Recorded,
    /// The pack's table `[effort]`.
    Pack,
    /// Our assumption.
    Assumed,
}

/// How long a measure is taken to last, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureMinutes {
    /// Minutes of one officer's work per declaration.
    pub minutes: u32,
    /// Where they come from.
    pub from: MinutesFrom,
    /// Cases with minutes recorded for the measure, whether they count or are too few.
    pub results: u64,
}

impl Default for Effort {
    /// Minutes as we assume them, and 40 hours a week: the most of article 91 of the labour code of Russia.
    fn default() -> Self {
        Self { hours_per_week: Decimal::from(40), minutes: BTreeMap::new() }
    }
}

impl Effort {
    /// Minutes a measure takes.
    pub fn of(&self, measure: Measure) -> u32 {
        let usual = || MINUTES.iter().find(|(named, _)| *named == measure).map(|(_, minutes)| *minutes);
        self.minutes.get(&measure).copied().or_else(usual).unwrap_or_default()
    }

    /// How long each measure lasts: the median of what was recorded in at least [`MINUTES_RECORDED_MIN`] cases, else
    /// what the pack says or we assume.
    pub fn measured(&self, recorded: &[RecordedMinutes]) -> BTreeMap<Measure, MeasureMinutes> {
        let of = |measure: &Measure| {
            let mut own: Vec<_> = recorded.iter().filter(|row| row.measure == *measure).collect();
            own.sort_unstable_by_key(|row| row.minutes);
            let results = own.iter().map(|row| row.cases).sum::<u64>();
            // Of an even number, the lower of the two in the middle.
            let mut before = 0;
            let median = own.iter().find(|row| {
                before += row.cases;
                before >= results.div_ceil(2)
            });
            let (minutes, from) = match median.filter(|_| results >= MINUTES_RECORDED_MIN) {
                Some(median) => (median.minutes, MinutesFrom::Recorded),
                None if self.minutes.contains_key(measure) => (self.of(*measure), MinutesFrom::Pack),
                None => (self.of(*measure), MinutesFrom::Assumed),
            };
            (*measure, MeasureMinutes { minutes, from, results })
        };
        Measure::ALL.iter().map(of).collect()
    }

    /// Hours that so many officers work in so many days.
    pub fn hours(&self, officers: usize, days: u32) -> Decimal {
        let weekly = self.hours_per_week.saturating_mul(Decimal::from(officers));
        let hours = weekly.saturating_mul(Decimal::from(days)).checked_div(Decimal::from(7));
        hours.unwrap_or_default().round_dp(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_takes_time_and_a_pack_says_how_much() {
        assert!(Measure::ALL.iter().all(|measure| Effort::default().of(*measure) > 0));
        let own: Effort = toml::from_str("minutes = { inspect = 90 }\nhours_per_week = 36").unwrap();
        assert_eq!((own.of(Measure::Inspect), own.of(Measure::Documents)), (90, 15));
        assert_eq!(own.hours(10, 14).to_string(), "720");
        assert_eq!(own.hours(1, 1).to_string(), "5.1");
        assert!(toml::from_str::<Effort>("minutes = { stare = 5 }").is_err());
    }

    #[test]
    fn minutes_recorded_often_enough_count_before_the_packs_and_ours() {
        let row = |measure, minutes, cases| RecordedMinutes { measure, minutes, cases };
        let effort: Effort = toml::from_str("minutes = { inspect = 90, value = 25 }").unwrap();
        let told = effort.measured(&[
            // 19 cases are too few; 20 do, and one of ten hours does not move their median.
            row(Measure::Inspect, 45, 19),
            row(Measure::Value, 600, 1),
            row(Measure::Value, 12, 10),
            row(Measure::Value, 30, 9),
            row(Measure::Documents, 7, 500),
        ]);
        let of = |measure: Measure| {
            let MeasureMinutes { minutes, from, results } = told[&measure];
            (minutes, from, results)
        };
        assert_eq!(of(Measure::Inspect), (90, MinutesFrom::Pack, 19));
        assert_eq!(of(Measure::Value), (12, MinutesFrom::Recorded, 20));
        assert_eq!(of(Measure::Documents), (7, MinutesFrom::Recorded, 500));
        assert_eq!(of(Measure::Scan), (30, MinutesFrom::Assumed, 0));
        assert_eq!(told.len(), Measure::ALL.len());
    }
}
