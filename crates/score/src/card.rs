//! The model card: what a model was made of, how good it is month by month, and whether it may go live.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::digest::Sha256;
use crate::evaluate::{Rank, Scope, cell};
use crate::train::Settings;

/// Rows of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// SHA-256 of the file.
    pub sha256: Sha256,
    /// Rows that were looked at.
    pub rows: usize,
    /// Rows with something to find.
    pub found: usize,
    /// All rows, where there are some that nobody looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filed: Option<usize>,
    /// The first and the last day, where rows have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<(Date, Date)>,
}

/// Quality in one month of the validation rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Month {
    /// The month, such as `2026-03`; empty where rows have no day.
    pub month: String,
    /// Rows.
    pub rows: usize,
    /// Rows with something to find.
    pub found: usize,
    /// As in an evaluation.
    pub auc: Option<f64>,
    /// Precision where 5 % are inspected.
    pub precision_5: f64,
    /// Precision where 10 % are inspected.
    pub precision_10: f64,
    /// Share of all there was to find, where 10 % are inspected.
    pub recall_10: Option<f64>,
}

/// The model beside what selects without it: as many rows inspected, how many found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Which rows.
    pub rows: Scope,
    /// Beside what: `rules` or `look-up`.
    pub beside: String,
    /// Rows inspected by each.
    pub inspected: usize,
    /// Found by the model.
    pub model_found: usize,
    /// Found by the other.
    pub other_found: usize,
}

/// What each feature did for the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The feature.
    pub feature: String,
    /// Its share of what all splits gained.
    pub share: f64,
}

/// What a model was made of, and how good it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The day it was trained.
    pub trained_on: Date,
    /// The rows learned from.
    pub training: Source,
    /// The rows it was measured on; nothing if there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<Source>,
    /// How trees were grown.
    pub settings: Settings,
    /// Trees kept.
    pub trees: usize,
    /// What rows are ranked by.
    pub rank: Rank,
    /// The features, the most useful first.
    pub features: Vec<Part>,
    /// Quality month by month, on the validation rows.
    pub months: Vec<Month>,
    /// Beside the rules, or the look-up table where nobody says what the rules selected.
    pub comparisons: Vec<Comparison>,
}

/// Why a model may not go live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hindrance {
    /// It was measured on no rows that it had not learned from.
    NotMeasured,
    /// It was measured on rows it learned from.
    MeasuredOnItself,
    /// No validation row was new, or none of them had something to find: nothing says that it can do more than remember.
    NothingNovel,
    /// It finds less than what selects without it.
    Worse(Comparison),
}

impl fmt::Display for Hindrance {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Hindrance::NotMeasured => out.write_str("it was measured on no rows of its own (`--valid`)"),
            Hindrance::MeasuredOnItself => out.write_str("it was measured on the rows it learned from"),
            Hindrance::NothingNovel => {
                out.write_str("no row it was measured on was new and had something to find")
            }
            Hindrance::Worse(comparison) => write!(
                out,
                "on {} rows it finds {} in {} inspections, the {} finds {}",
                comparison.rows,
                comparison.model_found,
                comparison.inspected,
                comparison.beside,
                comparison.other_found
            ),
        }
    }
}

impl Card {
    /// Whether a person may put the model to work. It never goes by itself.
    ///
    /// # Errors
    /// Everything that stands against it.
    pub fn may_go_live(&self) -> Result<(), Vec<Hindrance>> {
        let mut hindrances = Vec::new();
        match &self.validation {
            None => hindrances.push(Hindrance::NotMeasured),
            Some(validation) if validation.sha256 == self.training.sha256 => {
                hindrances.push(Hindrance::MeasuredOnItself);
            }
            Some(_) => {
                let novel =
                    |comparison: &&Comparison| comparison.rows == Scope::Novel && comparison.inspected > 0;
                if self.comparisons.iter().find(novel).is_none() {
                    hindrances.push(Hindrance::NothingNovel);
                }
            }
        }
        let worse = |comparison: &&Comparison| comparison.model_found < comparison.other_found;
        hindrances.extend(self.comparisons.iter().filter(worse).cloned().map(Hindrance::Worse));
        if hindrances.is_empty() { Ok(()) } else { Err(hindrances) }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} rows, {} found", self.rows, self.found)?;
        if let Some(filed) = self.filed {
            write!(out, ", of {filed} filed")?;
        }
        if let Some((first, last)) = self.days {
            write!(out, ", {first} to {last}")?;
        }
        write!(out, ", sha256 {}", self.sha256)
    }
}

impl fmt::Display for Card {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "trained    {}, {} trees, rows ranked by {}", self.trained_on, self.trees, self.rank)?;
        writeln!(out, "learned    {}", self.training)?;
        match &self.validation {
            Some(validation) => writeln!(out, "measured   {validation}")?,
            None => writeln!(out, "measured   on nothing")?,
        }
        let set = &self.settings;
        writeln!(
            out,
            "settings   {} rounds, depth {}, rate {}, {} bins, leaf weight {}, l2 {}, features {}, seed {}{}",
            set.rounds,
            set.depth,
            set.rate,
            set.bins,
            set.leaf_weight_min,
            set.l2,
            set.features_share,
            set.seed,
            set.patience.map_or_else(String::new, |patience| format!(", patience {patience}")),
        )?;
        let features =
            self.features.iter().map(|part| format!("{} {:.1} %", part.feature, part.share * 100.0));
        writeln!(out, "features   {}", features.collect::<Vec<_>>().join(", "))?;
        for month in &self.months {
            writeln!(
                out,
                "{:10} {} rows, {} found, AUC {}, precision {:.3} at 5 %, {:.3} at 10 %, recall {} at 10 %",
                if month.month.is_empty() { "quality" } else { &month.month },
                month.rows,
                month.found,
                cell(month.auc),
                month.precision_5,
                month.precision_10,
                cell(month.recall_10),
            )?;
        }
        for comparison in &self.comparisons {
            writeln!(
                out,
                "beside     the {} on {} rows, {} inspected: {} found, by the {} {}",
                comparison.beside,
                comparison.rows,
                comparison.inspected,
                comparison.model_found,
                comparison.beside,
                comparison.other_found,
            )?;
        }
        match self.may_go_live() {
            Ok(()) => write!(out, "live       may go live, when a person puts it to work"),
            Err(hindrances) => {
                let hindrances: Vec<String> = hindrances.iter().map(ToString::to_string).collect();
                write!(out, "live       no: {}", hindrances.join("; "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn source(content: &[u8]) -> Source {
        Source { sha256: Sha256::of(&[content]), rows: 100, found: 20, filed: None, days: None }
    }

    fn card(comparisons: Vec<Comparison>) -> Card {
        Card {
            trained_on: date(2026, 11, 26),
            training: source(b"one"),
            validation: Some(source(b"other")),
            settings: Settings::default(),
            trees: 600,
            rank: Rank::Probability,
            features: Vec::new(),
            months: Vec::new(),
            comparisons,
        }
    }

    fn beside(rows: Scope, model_found: usize, other_found: usize) -> Comparison {
        Comparison { rows, beside: "rules".to_owned(), inspected: 10, model_found, other_found }
    }

    #[test]
    fn only_what_was_measured_and_is_not_worse_may_go_live() {
        let good = vec![beside(Scope::All, 7, 7), beside(Scope::Novel, 3, 2)];
        assert_eq!(card(good.clone()).may_go_live(), Ok(()));
        let worse = beside(Scope::Novel, 1, 2);
        let hindrances = card(vec![beside(Scope::All, 7, 7), worse.clone()]).may_go_live().unwrap_err();
        assert_eq!(hindrances, [Hindrance::Worse(worse)]);
        assert_eq!(
            hindrances[0].to_string(),
            "on novel rows it finds 1 in 10 inspections, the rules finds 2"
        );
        let unmeasured = Card { validation: None, ..card(Vec::new()) };
        assert_eq!(unmeasured.may_go_live(), Err(vec![Hindrance::NotMeasured]));
        let itself = Card { validation: Some(source(b"one")), ..card(good) };
        assert_eq!(itself.may_go_live(), Err(vec![Hindrance::MeasuredOnItself]));
        let remembers = card(vec![beside(Scope::All, 9, 1)]);
        assert_eq!(remembers.may_go_live(), Err(vec![Hindrance::NothingNovel]));
    }
}
