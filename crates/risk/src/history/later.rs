//! What is known of a case afterwards: decisions, corrections, and results of looks, as they were recorded in turn.
//!
//! What is recorded anew counts once: of one ground and measure the last record, whatever lines, amounts and words the
//! one before had. The store keeps results by the same rule (`queries/looks.sql`).

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Outcome;
use crate::profile::Measure;

/// What a step of a case told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// A decision, or a correction.
    Came(Outcome),
    /// The result of one look.
    Looked(Looked),
}

/// A recorded result of a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// The step that recorded it: its leaf of the log. What one step records stands together.
    pub step: u64,
    /// Why somebody looked: the number of a profile, `chance` or `officer`.
    pub ground: String,
    /// The measure; none where the result speaks of the ground as a whole.
    pub measure: Option<Measure>,
    /// The line of goods, from 1; none: the declaration as a whole.
    pub item: Option<u32>,
    /// What it came to.
    pub came: Came,
}

/// What a look came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// Nobody looked.
    NotApplied,
    /// All was as declared.
    Nothing,
    /// Something was found.
    Found {
        /// The stable name of what.
        kind: String,
        /// What it is worth.
        amount: Decimal,
    },
}

impl Looked {
    /// Whether it says anew what another result said: of the same ground and measure, or one of the two speaks of the
    /// ground as a whole. What one step records stands beside each other, unless it is of the same line as well.
    fn replaces(&self, before: &Looked) -> bool {
        let measure = self.measure == before.measure || self.measure.is_none() || before.measure.is_none();
        let again = self.step != before.step || (self.measure == before.measure && self.item == before.item);
        self.ground == before.ground && measure && again
    }
}

/// What is known of one case, taken in the order of the log.
#[derive(Debug, Clone, Default)]
pub struct Afterwards {
    came: Option<Outcome>,
    looks: Vec<Looked>,
}

impl Afterwards {
    /// Takes what a step told.
    pub fn take(&mut self, told: Told) {
        match told {
            Told::Came(outcome) => {
                self.came = Some(self.came.map_or(outcome, |before| before.and(outcome)));
            }
            Told::Looked(look) => {
                self.looks.retain(|before| !look.replaces(before));
                self.looks.push(look);
            }
        }
    }

    /// All of it together; none where nobody looked.
    pub fn outcome(&self) -> Option<Outcome> {
        match (self.of_looks(), self.came) {
            (Some(looks), Some(came)) => Some(looks.and(came)),
            (looks, came) => looks.or(came),
        }
    }

    /// What results of looks tell. The same breach on the same line is worth what it is worth once: of one ground what
    /// was said last, of several grounds the most.
    fn of_looks(&self) -> Option<Outcome> {
        /// What each ground said last of one breach: in which step, and what it is worth.
        type Said<'a> = BTreeMap<&'a str, (u64, Decimal)>;
        let mut breaches: BTreeMap<(Option<u32>, &str), Said<'_>> = BTreeMap::new();
        for look in &self.looks {
            let Came::Found { kind, amount } = &look.came else { continue };
            let grounds = breaches.entry((look.item, kind)).or_default();
            let said = grounds.entry(&look.ground).or_insert((look.step, *amount));
            *said = (*said).max((look.step, *amount));
        }
        if breaches.is_empty() {
            let looked = self.looks.iter().any(|look| look.came == Came::Nothing);
            return looked.then_some(Outcome::Nothing);
        }
        let worth = breaches.values().filter_map(|grounds| grounds.values().map(|(_, amount)| *amount).max());
        let worth = worth.fold(Decimal::ZERO, Decimal::saturating_add);
        Some(Outcome::Found { value: (worth > Decimal::ZERO).then_some(worth) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(step: u64, ground: &str, measure: Option<Measure>, item: Option<u32>, came: Came) -> Told {
        Told::Looked(Looked { step, ground: ground.into(), measure, item, came })
    }

    fn found(kind: &str, amount: i64) -> Came {
        Came::Found { kind: kind.into(), amount: Decimal::from(amount) }
    }

    #[test]
    fn what_is_recorded_anew_counts_once() {
        use Measure::{Documents, Inspect};
        let (docs, inspect) = (Some(Documents), Some(Inspect));
        let worth = |amount: i64| Some(Outcome::Found { value: Some(Decimal::from(amount)) });
        let cases: Vec<(&str, Vec<Told>, Option<Outcome>)> = vec![
            (
                "the same in other words: another line, another kind, another amount",
                vec![
                    look(1, "1/1", docs, None, found("value", 100)),
                    look(2, "1/1", docs, Some(2), found("classification", 120)),
                ],
                worth(120),
            ),
            (
                "a find that was a mistake",
                vec![
                    look(1, "1/1", docs, None, found("value", 100)),
                    look(2, "1/1", docs, None, Came::Nothing),
                ],
                Some(Outcome::Nothing),
            ),
            (
                "another measure of the ground is another look",
                vec![
                    look(1, "1/1", docs, None, found("value", 100)),
                    look(2, "1/1", inspect, None, Came::Nothing),
                ],
                worth(100),
            ),
            (
                "one breach by two measures is worth what was said last",
                vec![
                    look(1, "1/1", docs, None, found("value", 100)),
                    look(2, "1/1", inspect, None, found("value", 80)),
                ],
                worth(80),
            ),
            (
                "one breach stated for two grounds is worth what it is once",
                vec![
                    look(1, "1/1", docs, None, found("value", 100)),
                    look(1, "officer", docs, None, found("value", 100)),
                ],
                worth(100),
            ),
            (
                "two lines of one record are two breaches",
                vec![
                    look(1, "1/1", docs, Some(1), found("value", 100)),
                    look(1, "1/1", docs, Some(2), found("value", 30)),
                ],
                worth(130),
            ),
            (
                "not applied speaks of the ground as a whole",
                vec![look(1, "1/1", docs, None, Came::Nothing), look(2, "1/1", None, None, Came::NotApplied)],
                None,
            ),
            (
                "and is taken back by a look",
                vec![look(1, "1/1", None, None, Came::NotApplied), look(2, "1/1", docs, None, Came::Nothing)],
                Some(Outcome::Nothing),
            ),
            (
                "a refusal stays a find whatever is said of looks",
                vec![Told::Came(Outcome::Found { value: None }), look(2, "1/1", docs, None, Came::Nothing)],
                Some(Outcome::Found { value: None }),
            ),
        ];
        for (what, told, outcome) in cases {
            let mut known = Afterwards::default();
            told.into_iter().for_each(|told| known.take(told));
            assert_eq!(known.outcome(), outcome, "{what}");
        }
    }
}
