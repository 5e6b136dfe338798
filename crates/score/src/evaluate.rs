//! What would have been found if so many per cent had been inspected, by which ranking.
//!
//! Every ranking is asked twice: on all rows, and on *novel* rows, whose key no row learned from has. Inspected are
//! ⌈n % of the rows⌉, from the highest score down; equal scores stand in the order of the file.

use std::fmt;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

/// Per cent inspected in every evaluation.
pub const PERCENTS: [u32; 4] = [1, 2, 5, 10];
/// One in parts of a probability.
pub(crate) const BILLION: u32 = 1_000_000_000;

/// Which rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// All rows.
    All,
    /// Rows whose key no row learned from has.
    Novel,
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Scope::All => "all",
            Scope::Novel => "novel",
        })
    }
}

/// What rows are ranked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// The probability that something is found.
    #[default]
    Probability,
    /// That probability times the duty at stake: few rows, most of the money.
    ExpectedDuty,
}

impl fmt::Display for Rank {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Rank::Probability => "probability",
            Rank::ExpectedDuty => "probability × duty",
        })
    }
}

/// Scores of rows by one ranking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scores {
    /// The higher, the sooner inspected.
    pub(crate) order: Vec<i64>,
    /// The probability, in parts per billion.
    pub(crate) parts: Vec<u32>,
}

impl Scores {
    /// Probabilities from elsewhere, one per row in the order of the file.
    ///
    /// # Errors
    /// The number of the first that is not from 0 to 1, counted from 1.
    pub fn of_probabilities(probabilities: &[f64]) -> Result<Self, usize> {
        if let Some(bad) = probabilities.iter().position(|value| !(0.0..=1.0).contains(value)) {
            return Err(bad + 1);
        }
        // Positive numbers stand in the order of their bits.
        let order = probabilities.iter().map(|value| (value + 0.0).to_bits().cast_signed()).collect();
        let parts = probabilities.iter().map(|value| (value * f64::from(BILLION)).round() as u32).collect();
        Ok(Self { order, parts })
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// What row `row` is ranked by.
    pub(crate) fn rank(&self, row: usize, by: Rank, duty: Option<&[Decimal]>) -> i128 {
        let order = self.order.get(row).copied().unwrap_or(i64::MIN);
        match (by, duty.and_then(|duty| duty.get(row))) {
            (Rank::Probability, _) | (Rank::ExpectedDuty, None) => i128::from(order),
            (Rank::ExpectedDuty, Some(duty)) => {
                expected_duty(self.parts.get(row).copied().unwrap_or(0), *duty)
            }
        }
    }
}

/// The duty to be expected, in hundredths and billionths: exact.
pub(crate) fn expected_duty(parts: u32, duty: Decimal) -> i128 {
    let hundredths = duty.checked_mul(Decimal::ONE_HUNDRED).and_then(|duty| duty.round().to_i128());
    i128::from(parts) * hundredths.unwrap_or(0)
}

/// What is known of the rows evaluated.
#[derive(Debug, Clone)]
pub(crate) struct Outcomes {
    pub(crate) found: Vec<bool>,
    pub(crate) novel: Vec<bool>,
    pub(crate) duty: Option<Vec<Decimal>>,
}

/// What was found within a share of the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inspected {
    /// Per cent inspected.
    pub percent: u32,
    /// Rows inspected.
    pub rows: usize,
    /// Rows among them with something to find.
    pub found: usize,
    /// Found of inspected.
    pub precision: f64,
    /// Found of all there was to find; nothing if there was nothing.
    pub recall: Option<f64>,
    /// Duty of what was found, of the duty of all there was to find; nothing if there was none or it is not known.
    pub duty_share: Option<f64>,
}

/// What one ranking finds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ranking {
    /// Which rows.
    pub rows: Scope,
    /// Whose scores: `model`, `look-up`, or another.
    pub scores: String,
    /// By what.
    pub by: Rank,
    /// The chance that a row with something to find stands above one without; ties count half. Nothing if there is
    /// only one kind.
    pub auc: Option<f64>,
    /// At each per cent.
    pub at: Vec<Inspected>,
}

/// A file of results, evaluated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The version of the model.
    pub model: String,
    /// Rows.
    pub rows: usize,
    /// Rows with something to find.
    pub found: usize,
    /// Rows whose key the model has not learned from.
    pub novel_rows: usize,
    /// Those of them with something to find.
    pub novel_found: usize,
    /// Every ranking.
    pub rankings: Vec<Ranking>,
}

impl Evaluation {
    /// A ranking by what it is.
    pub fn ranking(&self, rows: Scope, scores: &str, by: Rank) -> Option<&Ranking> {
        self.rankings
            .iter()
            .find(|ranking| ranking.rows == rows && ranking.scores == scores && ranking.by == by)
    }
}

impl Ranking {
    /// What was found at one of [`PERCENTS`].
    pub fn at(&self, percent: u32) -> Option<&Inspected> {
        self.at.iter().find(|inspected| inspected.percent == percent)
    }
}

pub(crate) fn evaluate(model: &str, outcomes: &Outcomes, scores: &[(String, Scores)]) -> Evaluation {
    let count = |flags: &mut dyn Iterator<Item = bool>| flags.filter(|flag| *flag).count();
    let mut rankings = Vec::new();
    let ranks: &[Rank] = match &outcomes.duty {
        Some(_) => &[Rank::Probability, Rank::ExpectedDuty],
        None => &[Rank::Probability],
    };
    for rows in [Scope::All, Scope::Novel] {
        for by in ranks {
            for (who, scores) in scores {
                rankings.push(ranking(rows, who, scores, *by, outcomes));
            }
        }
    }
    Evaluation {
        model: model.to_owned(),
        rows: outcomes.found.len(),
        found: count(&mut outcomes.found.iter().copied()),
        novel_rows: count(&mut outcomes.novel.iter().copied()),
        novel_found: count(
            &mut outcomes.novel.iter().zip(&outcomes.found).map(|(novel, found)| *novel && *found),
        ),
        rankings,
    }
}

/// The rows of a scope, from the highest rank down, with whether something is to be found.
pub(crate) fn ordered(rows: Scope, scores: &Scores, by: Rank, outcomes: &Outcomes) -> Vec<(i128, usize)> {
    let taken = |row: &usize| rows == Scope::All || outcomes.novel.get(*row).copied().unwrap_or(false);
    let rank = |row| (scores.rank(row, by, outcomes.duty.as_deref()), row);
    let mut order: Vec<(i128, usize)> = (0..outcomes.found.len()).filter(taken).map(rank).collect();
    order.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    order
}

pub(crate) fn ranking(rows: Scope, who: &str, scores: &Scores, by: Rank, outcomes: &Outcomes) -> Ranking {
    let order = ordered(rows, scores, by, outcomes);
    let found = |row: usize| outcomes.found.get(row).copied().unwrap_or(false);
    let duty =
        |row: usize| outcomes.duty.as_ref().and_then(|duty| duty.get(row)).copied().unwrap_or_default();
    let total = order.iter().filter(|(_, row)| found(*row)).count();
    let at_stake: Decimal = order.iter().filter(|(_, row)| found(*row)).map(|(_, row)| duty(*row)).sum();
    let at = PERCENTS.map(|percent| {
        let inspected = inspected_of(order.len(), percent);
        let hits = order.iter().take(inspected).filter(|(_, row)| found(*row));
        let caught: Decimal = hits.clone().map(|(_, row)| duty(*row)).sum();
        let hits = hits.count();
        let duty_share =
            outcomes.duty.as_ref().and_then(|_| caught.checked_div(at_stake)?.round_dp(4).to_f64());
        Inspected {
            percent,
            rows: inspected,
            found: hits,
            precision: share(hits, inspected).unwrap_or(0.0),
            recall: share(hits, total),
            duty_share,
        }
    });
    Ranking { rows, scores: who.to_owned(), by, auc: auc(&order, found, total), at: at.into() }
}

/// ⌈percent of rows⌉.
pub(crate) fn inspected_of(rows: usize, percent: u32) -> usize {
    (rows * usize::try_from(percent).unwrap_or(100)).div_ceil(100)
}

/// A share, rounded to four digits.
pub(crate) fn share(part: usize, whole: usize) -> Option<f64> {
    if whole == 0 {
        return None;
    }
    let rounded = (2 * part * 10_000 + whole) / (2 * whole);
    Some(rounded as f64 / 10_000.0)
}

fn auc(order: &[(i128, usize)], found: impl Fn(usize) -> bool, total: usize) -> Option<f64> {
    let others = order.len() - total;
    // Pairs in halves, so that ties stay whole numbers.
    let (mut halves, mut above) = (0u64, 0u64);
    for tie in order.chunk_by(|one, next| one.0 == next.0) {
        let hits = tie.iter().filter(|(_, row)| found(*row)).count();
        let (hits, misses) = (as_u64(hits), as_u64(tie.len() - hits));
        halves += misses * (2 * above + hits);
        above += hits;
    }
    let pairs = as_u64(total) * as_u64(others);
    if pairs == 0 {
        return None;
    }
    let auc = halves as f64 / (2 * pairs) as f64;
    Some((auc * 10_000.0).round() / 10_000.0)
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// As tables that are Markdown too.
impl fmt::Display for Evaluation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "Model {}: {} rows, {} found ({:.1} %); {} of them novel, {} found.",
            self.model,
            self.rows,
            self.found,
            share(self.found, self.rows).unwrap_or(0.0) * 100.0,
            self.novel_rows,
            self.novel_found
        )?;
        writeln!(out, "Each cell: precision / recall / share of the duty.\n")?;
        write!(out, "| rows | ranked by | scores | AUC |")?;
        for percent in PERCENTS {
            write!(out, " {percent} % inspected |")?;
        }
        writeln!(out, "\n|---|---|---|---|---|---|---|---|")?;
        for ranking in &self.rankings {
            write!(
                out,
                "| {} | {} | {} | {} |",
                ranking.rows,
                ranking.by,
                ranking.scores,
                cell(ranking.auc)
            )?;
            for at in &ranking.at {
                let (recall, duty) = (cell(at.recall), cell(at.duty_share));
                write!(out, " {} / {recall} / {duty} |", cell(Some(at.precision)))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

/// A share with three digits, or a dash.
pub(crate) fn cell(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{share:.3}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes() -> Outcomes {
        // Ten rows; found are 0, 1 and 5, of which 5 has nearly all the duty; novel are the last five.
        let duty = [10, 10, 0, 5, 5, 980, 1, 1, 1, 1].map(Decimal::from).to_vec();
        let found = (0..10).map(|row| [0, 1, 5].contains(&row)).collect();
        Outcomes { found, novel: (0..10).map(|row| row >= 5).collect(), duty: Some(duty) }
    }

    fn scores() -> Scores {
        Scores::of_probabilities(&[0.9, 0.8, 0.7, 0.6, 0.5, 0.3, 0.2, 0.1, 0.1, 0.0]).unwrap()
    }

    #[test]
    fn the_share_inspected_is_rounded_up() {
        assert_eq!(inspected_of(8_134, 1), 82);
        assert_eq!(inspected_of(100, 1), 1);
        assert_eq!(inspected_of(3, 10), 1);
        assert_eq!(inspected_of(0, 10), 0);
    }

    #[test]
    fn by_probability_the_surest_by_duty_the_dearest() {
        let evaluation = evaluate("v", &outcomes(), &[("model".into(), scores())]);
        let top = |rows, by| evaluation.ranking(rows, "model", by).unwrap().at(10).unwrap().clone();
        let surest = top(Scope::All, Rank::Probability);
        assert_eq!((surest.rows, surest.found, surest.precision, surest.recall), (1, 1, 1.0, Some(0.3333)));
        assert_eq!(surest.duty_share, Some(0.01));
        assert_eq!(top(Scope::All, Rank::ExpectedDuty).duty_share, Some(0.98));
        assert_eq!((evaluation.novel_rows, evaluation.novel_found), (5, 1));
        assert_eq!(evaluation.ranking(Scope::Novel, "model", Rank::Probability).unwrap().auc, Some(1.0));
        // 21 pairs; row 5 stands below 2, 3 and 4.
        assert_eq!(evaluation.ranking(Scope::All, "model", Rank::Probability).unwrap().auc, Some(0.8571));
        let text = evaluation.to_string();
        assert!(text.contains("| novel | probability × duty | model | 1.000 |"), "{text}");
    }

    #[test]
    fn equal_scores_stand_in_the_order_of_the_file_and_count_half() {
        let even = Scores::of_probabilities(&[0.5; 10]).unwrap();
        let ranking = ranking(Scope::All, "look-up", &even, Rank::Probability, &outcomes());
        assert_eq!(ranking.auc, Some(0.5));
        assert_eq!(ranking.at(10).unwrap().found, 1);
    }

    #[test]
    fn probabilities_are_from_0_to_1() {
        assert_eq!(Scores::of_probabilities(&[0.0, 1.5]), Err(2));
        assert_eq!(Scores::of_probabilities(&[f64::NAN]), Err(1));
        assert_eq!(Scores::of_probabilities(&[1.0]).unwrap().parts, [BILLION]);
    }

    #[test]
    fn nothing_to_find_is_no_share() {
        let outcomes = Outcomes { found: vec![false; 3], novel: vec![false; 3], duty: None };
        let even = Scores::of_probabilities(&[0.5; 3]).unwrap();
        let ranking = ranking(Scope::All, "model", &even, Rank::Probability, &outcomes);
        assert_eq!((ranking.auc, ranking.at[0].recall, ranking.at[0].duty_share), (None, None, None));
    }
}
