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
/// Measures that are not named take as long as by [`Effort::default`].
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

impl Default for Effort {
    /// Our assumption of minutes per measure, and 40 hours a week: the most of article 91 of the labour code of
    /// Russia.
    fn default() -> Self {
        Self { hours_per_week: Decimal::from(40), minutes: MINUTES.into_iter().collect() }
    }
}

impl Effort {
    /// Minutes a measure takes.
    pub fn of(&self, measure: Measure) -> u32 {
        let usual = || MINUTES.iter().find(|(named, _)| *named == measure).map(|(_, minutes)| *minutes);
        self.minutes.get(&measure).copied().or_else(usual).unwrap_or_default()
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
}
