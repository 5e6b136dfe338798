//! Whether rows still look like those learned from: the population stability index of every feature and of the score.
//!
//! PSI = Σ (a − e) · ln(a / e) over bins, e the share of training rows in a bin and a that of recent rows. Lenders watch
//! their scorecards by it; the customary reading is: below 0.1 nothing, below 0.25 a shift, above it another population.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::arithmetic::ln;

/// From here on a feature has shifted.
pub const SHIFTED: f64 = 0.1;
/// From here on it is another population.
pub const OTHER: f64 = 0.25;
/// Bins of numbers, and names kept apart.
const BINS: usize = 10;
const NAMES: usize = 20;
/// An empty bin counts as this share: its logarithm would be infinite.
const SHARE_MIN: f64 = 0.000_1;

/// How training rows spread over one feature. The last bin is of rows without the value.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Spread {
    /// Bounds between bins of numbers, ascending; or the names kept apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    bounds: Vec<f64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    names: Vec<f64>,
    counts: Vec<u64>,
}

impl Spread {
    /// Of numbers, or of codes in their order: bins that held even shares of the rows. A row stands for as many as it weighs.
    pub(crate) fn of_numbers(values: impl Iterator<Item = f64> + Clone, weights: &[u32]) -> Self {
        let weighed = values.clone().zip(weights.iter().copied());
        let mut sorted: Vec<(f64, u32)> = weighed.filter(|(value, _)| !value.is_nan()).collect();
        sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
        let all: u64 = sorted.iter().map(|(_, weight)| u64::from(*weight)).sum();
        let bins = u64::try_from(BINS).unwrap_or(1);
        let mut bounds: Vec<f64> = Vec::with_capacity(BINS);
        let mut below = 0;
        let mut next = 1;
        for (value, weight) in &sorted {
            below += u64::from(*weight);
            // The value at the place where each even share begins.
            while next < bins && below > all * next / bins {
                bounds.push(*value);
                next += 1;
            }
        }
        bounds.dedup();
        Self { bounds, ..Self::default() }.counted(values, weights)
    }

    /// Of names: the most frequent kept apart, the others together.
    pub(crate) fn of_names(values: impl Iterator<Item = f64> + Clone, weights: &[u32]) -> Self {
        let mut counts: HashMap<u64, u64> = HashMap::new();
        for (value, weight) in values.clone().zip(weights).filter(|(value, _)| !value.is_nan()) {
            *counts.entry(value.to_bits()).or_default() += u64::from(*weight);
        }
        let mut names: Vec<(u64, u64)> = counts.into_iter().collect();
        names.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
        let names = names.into_iter().take(NAMES).map(|(name, _)| f64::from_bits(name)).collect();
        Self { names, ..Self::default() }.counted(values, weights)
    }

    fn counted(mut self, values: impl Iterator<Item = f64>, weights: &[u32]) -> Self {
        self.counts = self.count(values.zip(weights.iter().copied()));
        self
    }

    fn bins(&self) -> usize {
        self.bounds.len() + self.names.len() + 2
    }

    fn count(&self, values: impl Iterator<Item = (f64, u32)>) -> Vec<u64> {
        let mut counts = Counts::of(self);
        values.for_each(|(value, weight)| counts.add(self, value, weight));
        counts.0
    }

    fn bin(&self, value: f64) -> usize {
        if value.is_nan() {
            self.bins() - 1
        } else if self.names.is_empty() {
            self.bounds.partition_point(|bound| *bound <= value)
        } else {
            self.names.iter().position(|name| *name == value).unwrap_or(self.names.len())
        }
    }

    /// Whether a file may say so.
    pub(crate) fn whole(&self) -> bool {
        let few = self.bounds.len() < BINS && self.names.len() <= NAMES;
        few && (self.bounds.is_empty() || self.names.is_empty()) && self.counts.len() == self.bins()
    }

    /// The index of other rows against these.
    pub(crate) fn index(&self, recent: &Counts) -> f64 {
        let shares = |counts: &[u64]| {
            let all = counts.iter().sum::<u64>().max(1) as f64;
            counts.iter().map(|count| (*count as f64 / all).max(SHARE_MIN)).collect::<Vec<f64>>()
        };
        let pairs = shares(&recent.0).into_iter().zip(shares(&self.counts));
        let index: f64 = pairs.map(|(actual, expected)| (actual - expected) * ln(actual / expected)).sum();
        (index * 10_000.0).round() / 10_000.0
    }
}

/// How many of other rows lie in each bin of a spread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counts(Vec<u64>);

impl Counts {
    pub(crate) fn of(spread: &Spread) -> Self {
        Self(vec![0; spread.bins()])
    }

    pub(crate) fn add(&mut self, spread: &Spread, value: f64, weight: u32) {
        if let Some(count) = self.0.get_mut(spread.bin(value)) {
            *count += u64::from(weight);
        }
    }
}

/// Recent rows as they are looked at, one after another; of each only where its values lie is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recent {
    pub(crate) rows: usize,
    pub(crate) score: Counts,
    /// Of each feature where values lie, and how many are unknown.
    pub(crate) features: Vec<(Counts, usize)>,
}

/// How far one feature, or the score, has moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// The feature, or `score`.
    pub name: String,
    /// The population stability index.
    pub index: f64,
    /// Rows whose name or code training did not see, of all rows.
    pub unknown_share: f64,
}

impl Moved {
    /// `steady`, `shifted` or `other`.
    pub fn verdict(&self) -> &'static str {
        if self.index >= OTHER {
            "other"
        } else if self.index >= SHIFTED {
            "shifted"
        } else {
            "steady"
        }
    }
}

/// Recent rows against those learned from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// The version of the model.
    pub model: String,
    /// Recent rows.
    pub rows: usize,
    /// The score first, then every feature, the farthest first.
    pub moved: Vec<Moved>,
}

impl Drift {
    /// Whether the score or a feature is of another population: the model should be trained anew.
    pub fn alarming(&self) -> bool {
        self.moved.iter().any(|moved| moved.index >= OTHER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &[u32] = &[1; 1_000];

    fn index(spread: &Spread, values: impl Iterator<Item = f64>) -> f64 {
        spread.index(&Counts(spread.count(values.zip(ONE.iter().copied()))))
    }

    #[test]
    fn the_same_rows_have_not_moved_and_others_have() {
        let before: Vec<f64> = (0..1_000).map(|row| f64::from(row % 100)).collect();
        let spread = Spread::of_numbers(before.iter().copied(), ONE);
        assert_eq!(spread.counts, [100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 0]);
        assert_eq!(index(&spread, before.iter().copied()), 0.0);
        let moved = index(&spread, before.iter().map(|value| value * 0.5));
        assert!(moved > OTHER, "{moved}");
        let missing =
            index(&spread, before.iter().map(|value| if *value < 10.0 { f64::NAN } else { *value }));
        assert!(missing > OTHER, "{missing}");
    }

    /// By hand: e = ½, ½; a = ¾, ¼: ¼ · ln 1.5 − ¼ · ln 0.5 = 0.2747.
    #[test]
    fn the_index_is_the_published_one() {
        let spread = Spread::of_names([0.0, 1.0].into_iter().cycle().take(100), ONE);
        let recent = [0.0, 0.0, 0.0, 1.0].into_iter().cycle().take(100);
        assert_eq!(index(&spread, recent), 0.2747);
        assert!(spread.whole());
    }

    /// A row that stands for three counts like three.
    #[test]
    fn rows_count_as_many_as_they_stand_for() {
        let weighed = Spread::of_numbers([1.0, 2.0, 3.0].into_iter(), &[3, 1, 2]);
        assert_eq!(weighed, Spread::of_numbers([1.0, 1.0, 1.0, 2.0, 3.0, 3.0].into_iter(), ONE));
        let weighed = Spread::of_names([1.0, 2.0].into_iter(), &[1, 2]);
        assert_eq!(weighed, Spread::of_names([1.0, 2.0, 2.0].into_iter(), ONE));
    }

    #[test]
    fn rare_names_stand_together() {
        let values: Vec<f64> = (0..30).flat_map(|name| vec![f64::from(name); 31 - name as usize]).collect();
        let spread = Spread::of_names(values.iter().copied(), ONE);
        assert_eq!((spread.names.len(), spread.counts.len()), (20, 22));
        assert_eq!(spread.counts[20], (20..30).map(|name| 31 - name).sum::<u64>());
    }
}
