//! What held when: facts by key over days, each traced to the dataset that says it.
//!
//! A [`Dated`] is built of layers, one for each dataset, in the order they were imported. A layer says from its
//! first day on what holds; what earlier layers say of days before stays. Afterwards every key has rows that do not
//! overlap, so that a look-up is one search.

use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::content::DatasetEntry;

/// One fact over some days.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<K, V> {
    /// What it is a fact of.
    pub key: K,
    /// The fact.
    pub value: V,
    /// First day in force; `None` if since ever.
    pub valid_from: Option<Date>,
    /// Last day in force; `None` if it did not end.
    pub valid_to: Option<Date>,
    /// The dataset that says so.
    pub set: Arc<DatasetEntry>,
}

impl<K, V> Row<K, V> {
    /// Whether it is in force on a day.
    pub fn holds(&self, on: Date) -> bool {
        self.valid_from.is_none_or(|first| first <= on) && self.valid_to.is_none_or(|last| on <= last)
    }
}

/// One fact as a line of a dataset says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Said<K, V> {
    /// The line, counted from 1.
    pub line: u64,
    /// What it is a fact of.
    pub key: K,
    /// The fact.
    pub value: V,
    /// First day in force, if said.
    pub valid_from: Option<Date>,
    /// Last day in force, if said.
    pub valid_to: Option<Date>,
}

/// Two lines of one dataset that speak of the same key and days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap {
    /// The line that begins earlier.
    pub earlier: u64,
    /// The line that begins later and stands from its first day on.
    pub later: u64,
    /// Whether both begin on the same day, so that nobody can say which of them holds.
    pub same_day: bool,
}

/// Facts by key over days.
#[derive(Debug, Clone, PartialEq)]
pub struct Dated<K, V> {
    /// By key, then first day; of one key no two overlap.
    rows: Vec<Row<K, V>>,
    /// The keys, in step with `rows`: what a search touches stays small.
    keys: Vec<K>,
}

impl<K, V> Default for Dated<K, V> {
    fn default() -> Self {
        Self { rows: Vec::new(), keys: Vec::new() }
    }
}

fn day_before(day: Date) -> Option<Date> {
    day.checked_sub(1.day()).ok()
}

impl<K: Ord + Copy, V: PartialEq> Dated<K, V> {
    /// Lays what a dataset says over what was said before. From its first day on it speaks for every key that it
    /// `covers`: what it does not name there is no more. Lines that contradict each other come back; of two
    /// lines the one that begins later stands from its first day on.
    pub fn lay(
        &mut self,
        set: &Arc<DatasetEntry>,
        mut said: Vec<Said<K, V>>,
        covers: impl Fn(K) -> bool,
    ) -> Vec<Overlap> {
        said.sort_by_key(|row| (row.key, row.valid_from, row.line));
        let mut overlaps = Vec::new();
        for at in 1..said.len() {
            let [before, after] = &mut said[at - 1..=at] else { continue };
            if before.key != after.key {
                continue;
            }
            let same_day = before.valid_from == after.valid_from;
            // `None` is before every day, so `after` has a first day unless both have none.
            let runs_into =
                before.valid_to.is_none_or(|last| after.valid_from.is_none_or(|first| first <= last));
            if same_day || (runs_into && before.valid_to.is_some()) {
                overlaps.push(Overlap { earlier: before.line, later: after.line, same_day });
            }
            if runs_into && !same_day {
                before.valid_to = after.valid_from.and_then(day_before);
            }
        }
        let from = set.valid_from;
        let mut rows = Vec::with_capacity(self.rows.len() + said.len());
        for mut old in self.rows.drain(..) {
            if covers(old.key) {
                let Some(first) = from else { continue };
                if old.valid_from.is_some_and(|valid_from| valid_from >= first) {
                    continue;
                }
                if old.valid_to.is_none_or(|last| last >= first) {
                    old.valid_to = day_before(first);
                }
            }
            rows.push(old);
        }
        rows.extend(said.into_iter().filter_map(|row| {
            if from.is_some_and(|first| row.valid_to.is_some_and(|last| last < first)) {
                return None;
            }
            let Said { key, value, valid_to, .. } = row;
            Some(Row { key, value, valid_from: row.valid_from.max(from), valid_to, set: Arc::clone(set) })
        }));
        self.take(rows);
        overlaps
    }

    /// Sorts the rows in; of neighbours that say the same one stays, traced to what says it last.
    fn take(&mut self, mut rows: Vec<Row<K, V>>) {
        rows.sort_by_key(|row| (row.key, row.valid_from));
        let mut kept: Vec<Row<K, V>> = Vec::with_capacity(rows.len());
        for mut row in rows {
            let goes_on = kept.last().is_some_and(|last| {
                last.key == row.key
                    && last.value == row.value
                    && last.valid_to == row.valid_from.and_then(day_before)
            });
            if goes_on && let Some(last) = kept.pop() {
                row.valid_from = last.valid_from;
            }
            kept.push(row);
        }
        kept.shrink_to_fit();
        self.keys = kept.iter().map(|row| row.key).collect();
        self.rows = kept;
    }

    /// The row of a key in force on a day.
    pub fn at(&self, key: K, on: Date) -> Option<&Row<K, V>> {
        // Rows of one key do not overlap, so the last that began by the day is the only one that can hold.
        let begun = self.history(key).iter().rfind(|row| row.valid_from.is_none_or(|first| first <= on))?;
        begun.holds(on).then_some(begun)
    }

    /// All rows of a key, the oldest first.
    pub fn history(&self, key: K) -> &[Row<K, V>] {
        let first = self.keys.partition_point(|other| *other < key);
        let same = self.keys.iter().skip(first).take_while(|other| **other == key).count();
        self.rows.get(first..first + same).unwrap_or_default()
    }

    /// All rows of the keys from one to another, both included.
    pub fn between(&self, first: K, last: K) -> &[Row<K, V>] {
        let start = self.keys.partition_point(|key| *key < first);
        let end = self.keys.partition_point(|key| *key <= last);
        self.rows.get(start..end).unwrap_or_default()
    }

    /// All rows, by key and first day.
    pub fn rows(&self) -> &[Row<K, V>] {
        &self.rows
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::content::{Dataset, DatasetKind};

    type Layer = (Option<i8>, Vec<(u8, u8, Option<i8>, Option<i8>)>);

    fn day(number: i8) -> Date {
        Date::constant(2026, 6, 15) + i64::from(number).days()
    }

    fn set(layer: &Layer, nth: usize) -> Arc<DatasetEntry> {
        let mut dataset = Dataset::new(DatasetKind::Countries, "", nth.to_string(), nth.to_string());
        dataset.valid_from = layer.0.map(day);
        Arc::new(dataset.entry())
    }

    /// One row for a key and first day: which of two holds nobody could say.
    fn said(layer: &Layer) -> Vec<Said<u8, u8>> {
        let mut rows: Vec<Said<u8, u8>> = Vec::new();
        for (line, (key, value, from, to)) in (2..).zip(&layer.1) {
            let (valid_from, valid_to) = (from.map(day), to.map(day));
            let ordered = valid_from.is_none_or(|first| valid_to.is_none_or(|last| first <= last));
            if ordered && !rows.iter().any(|row| row.key == *key && row.valid_from == valid_from) {
                rows.push(Said { line, key: *key, value: *value, valid_from, valid_to });
            }
        }
        rows
    }

    /// What the layers say, read one after the other: the newest that speaks for the day decides.
    fn slow(layers: &[Layer], key: u8, on: Date) -> Option<u8> {
        let layer = layers.iter().rfind(|layer| layer.0.is_none_or(|from| day(from) <= on))?;
        let rows = said(layer);
        let begun =
            rows.iter().filter(|row| row.key == key && row.valid_from.is_none_or(|first| first <= on));
        let last = begun.max_by_key(|row| row.valid_from)?;
        last.valid_to.is_none_or(|end| on <= end).then_some(last.value)
    }

    fn layers() -> impl Strategy<Value = Vec<Layer>> {
        let days = || prop::option::of(-9i8..9);
        let row = (0u8..3, 0u8..4, days(), days());
        prop::collection::vec((days(), prop::collection::vec(row, 0..8)), 0..6)
    }

    proptest! {
        #[test]
        fn a_day_sees_the_newest_layer_that_speaks_for_it(layers in layers()) {
            let mut dated = Dated::default();
            for (nth, layer) in layers.iter().enumerate() {
                dated.lay(&set(layer, nth), said(layer), |_| true);
            }
            for key in 0..3 {
                for number in -12..12 {
                    let on = day(number);
                    prop_assert_eq!(dated.at(key, on).map(|row| row.value), slow(&layers, key, on), "{} on {}", key, on);
                }
                for pair in dated.history(key).windows(2) {
                    prop_assert!(pair[0].valid_to.unwrap() < pair[1].valid_from.unwrap());
                }
            }
        }
    }

    #[test]
    fn lines_that_contradict_each_other_come_back() {
        let layer = (
            None,
            vec![
                (1, 1, Some(0), Some(5)),
                (1, 2, Some(3), None),
                (2, 1, Some(0), None),
                (2, 2, Some(4), None),
            ],
        );
        let mut dated = Dated::default();
        let overlaps = dated.lay(&set(&layer, 0), said(&layer), |_| true);
        assert_eq!(overlaps, [Overlap { earlier: 2, later: 3, same_day: false }]);
        assert_eq!(dated.history(1)[0].valid_to, Some(day(2)), "the later stands from its first day on");
        assert_eq!(dated.history(2)[0].valid_to, Some(day(3)), "what is open ends when the next begins");
        let twice = vec![Said { line: 2, key: 1, value: 1, valid_from: None, valid_to: None }; 2];
        let overlaps = dated.lay(&set(&layer, 1), twice, |_| true);
        assert_eq!(overlaps, [Overlap { earlier: 2, later: 2, same_day: true }]);
    }

    #[test]
    fn what_goes_on_unchanged_is_one_row() {
        let mut dated = Dated::default();
        for (nth, from) in [None, Some(3), Some(5)].into_iter().enumerate() {
            let layer = (from, vec![(1, 7, None, None)]);
            dated.lay(&set(&layer, nth), said(&layer), |_| true);
        }
        let [row] = dated.rows() else { panic!("{dated:?}") };
        assert_eq!((row.valid_from, row.valid_to, row.set.source.as_str()), (None, None, "2"));
    }
}
