//! A model: trained from tables, written to bytes, read from bytes, and asked.

use std::cmp::Reverse;

use jiff::civil::Date;
use risk::Draw;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::arithmetic::logistic;
use crate::card::{Card, Comparison, Month, Part, Source};
use crate::digest::Sha256;
use crate::drift::{Counts, Drift, Moved, Recent, Spread};
use crate::encode::{Encoding, Standing, key_numbers, key_of, shown};
use crate::error::ScoreError;
use crate::evaluate::{
    BILLION, Evaluation, Outcomes, Rank, Scope, Scores, evaluate, expected_duty, inspected_of, ordered,
    ranking,
};
use crate::features::{FeatureTable, Kind};
use crate::file::{pack, unpack};
use crate::forest::{Bins, Cuts, Forest, Tree, logit_of};
use crate::keys::Keys;
use crate::limits::FEATURES_MAX;
use crate::propose::{LanePlan, Proposal, Reason, Score, Selection, Thresholds, selected};
use crate::row::Row;
use crate::table::{LookedAt, Table, TableRow, duty_of};
use crate::train::{Encoded, Settings, grow};

/// Reasons shown with a score.
const REASONS: usize = 5;
/// Hexadecimal digits of a version: enough to tell any two models apart.
const VERSION_DIGITS: usize = 16;
/// Rows of a thread's task: small enough to share work evenly.
const TASK_ROWS: usize = 2_048;
/// What the scores of a look-up table are called.
const LOOK_UP: &str = "look-up";
/// What the model's own scores are called.
const MODEL: &str = "model";

/// What a model is trained from.
#[derive(Debug)]
pub struct Lesson<'a> {
    /// Rows to learn from. Those without a result teach what is usual: how often something is seen, and how lanes fall.
    pub training: &'a Table,
    /// Rows to measure on: quality, lanes (of all rows, with or without a result) and, under [`Settings::patience`], when to stop.
    pub validation: Option<&'a Table>,
    /// What is looked at.
    pub features: FeatureTable,
    /// How trees are grown.
    pub settings: Settings,
    /// How many are looked at.
    pub plan: LanePlan,
    /// What rows are ranked by.
    pub rank: Rank,
    /// Today.
    pub trained_on: Date,
}

/// All a file holds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    card: Card,
    features: FeatureTable,
    plan: LanePlan,
    thresholds: Thresholds,
    encodings: Vec<Encoding>,
    cuts: Cuts,
    base: i64,
    spreads: Vec<Spread>,
    score_spread: Spread,
    keys: Keys,
    found_rate_billionths: u32,
    trees: Vec<Tree>,
}

/// A model. It proposes; it never goes live by itself.
#[derive(Debug)]
pub struct Model {
    content: Content,
    forest: Forest,
    key_numbers: Vec<bool>,
    version: String,
}

impl Model {
    /// Learns from results. `told` hears of every tree: how many are grown, and of how many.
    ///
    /// # Errors
    /// A column is missing or holds something else, all results are the same, or a setting lies outside its bounds.
    pub fn train(lesson: &Lesson<'_>, told: &mut dyn FnMut(u32, u32)) -> Result<Self, ScoreError> {
        lesson.settings.check()?;
        if !lesson.plan.fits() {
            return Err(ScoreError::Setting {
                name: "the share looked at",
                value: format!("{} red and {} yellow", lesson.plan.red, lesson.plan.yellow),
                bounds: "100 % in all",
            });
        }
        let features = &lesson.features;
        let looked_at = lesson.training.looked_at(&features.label)?;
        let (training, results) = (looked_at.table.as_ref(), &looked_at.found);
        let validation = lesson.validation.map(|table| table.looked_at(&features.label)).transpose()?;
        // What is usual says whatever was filed; what names mean, only what was looked at.
        let standing = lesson.training.standing(features)?;
        let (mut encodings, mut own) = (Vec::new(), Vec::new());
        for feature in &features.features {
            let (encoding, of_rows) = match &feature.kind {
                Kind::Frequency { with } => {
                    let (encoding, own) = Encoding::count(feature, with, lesson.training.rows(), &standing)?;
                    (encoding, Some(own))
                }
                _ => (Encoding::learn(feature, training.rows())?, None),
            };
            encodings.push(encoding);
            own.push(of_rows);
        }
        let learned = Learned { features, encodings: &encodings, own: &own };
        let rows = learned.rows(training, &looked_at.places);
        let validation_rows =
            validation.as_ref().map(|looked_at| encode(features, &encodings, looked_at.table.as_ref()));
        let watched =
            validation_rows.as_ref().zip(validation.as_ref().map(|looked_at| looked_at.found.as_slice()));
        let grown = grow(&rows, results, watched, &lesson.settings, true, told)?;

        let numbers = key_numbers(features);
        let keys = training.rows().map(|row| key_of(features, &numbers, &row));
        let found = results.iter().filter(|found| **found).count();
        let card = Card {
            trained_on: lesson.trained_on,
            training: source(lesson.training, training, features, results)?,
            validation: lesson
                .validation
                .zip(validation.as_ref())
                .map(|(table, looked_at)| source(table, &looked_at.table, features, &looked_at.found))
                .transpose()?,
            settings: lesson.settings.clone(),
            trees: grown.trees.len(),
            rank: lesson.rank,
            features: parts(features, &grown.gains),
            months: Vec::new(),
            comparisons: Vec::new(),
        };
        let forest = Forest::grow(grown.base, &grown.cuts, features.features.len(), &grown.trees)
            .map_err(|why| ScoreError::Model(why.to_owned()))?;
        let content = Content {
            card,
            features: features.clone(),
            plan: lesson.plan,
            thresholds: Thresholds::default(),
            spreads: learned.spreads(lesson.training, &standing),
            keys: Keys::of(keys.zip(results.iter().copied())),
            found_rate_billionths: billionths(found, results.len()),
            encodings,
            cuts: grown.cuts,
            base: grown.base,
            score_spread: Spread::default(),
            trees: grown.trees,
        };
        let mut model = Self { content, forest, key_numbers: numbers, version: String::new() };
        model.measure(lesson.validation.unwrap_or(lesson.training), validation.as_ref(), lesson)?;
        model.version = version(&Sha256::of(&[&model.json()?]));
        Ok(model)
    }

    /// Lanes and the spread of scores on all rows of `filed`; quality and comparisons on those of the validation that were
    /// looked at. Without a validation lanes come from the rows learned from, whose scores are surer than those of others
    /// will be; such a model may not go live.
    fn measure(
        &mut self,
        filed: &Table,
        validation: Option<&LookedAt<'_>>,
        lesson: &Lesson<'_>,
    ) -> Result<(), ScoreError> {
        let standing = filed.standing(&lesson.features)?;
        let scores = self.scores_of(filed);
        let duty = filed.duty(&lesson.features)?;
        let ranks = (0..filed.len()).map(|row| scores.rank(row, lesson.rank, duty.as_deref()));
        self.content.thresholds = Thresholds::of(&lesson.plan, &descending(ranks, &standing));
        let logits = scores.order.iter().map(|logit| logit_of(*logit));
        self.content.score_spread = Spread::of_numbers(logits, &standing.weights);
        if let Some(looked_at) = validation {
            let table = looked_at.table.as_ref();
            let scores = self.scores_of(table);
            let outcomes = self.outcomes(table, looked_at.found.clone())?;
            self.content.card.months = months(table, &lesson.features, &scores, lesson.rank, &outcomes)?;
            self.content.card.comparisons = self.comparisons(table, &scores, lesson.rank, &outcomes)?;
        }
        Ok(())
    }

    fn comparisons(
        &self,
        table: &Table,
        scores: &Scores,
        rank: Rank,
        outcomes: &Outcomes,
    ) -> Result<Vec<Comparison>, ScoreError> {
        let found = |row: &usize| outcomes.found.get(*row).copied().unwrap_or(false);
        let rules = match &self.content.features.rules {
            Some(column) => Some(table.flags(column)?).filter(|flags| flags.contains(&true)),
            None => None,
        };
        let look_up = self.look_up(table);
        let mut comparisons = Vec::new();
        for rows in [Scope::All, Scope::Novel] {
            let order = ordered(rows, scores, rank, outcomes);
            if !order.iter().any(|(_, row)| found(row)) {
                continue;
            }
            let model_found = |count| order.iter().take(count).filter(|(_, row)| found(row)).count();
            if let Some(flags) = &rules {
                let chosen = order.iter().filter(|(_, row)| flags.get(*row).copied().unwrap_or(false));
                let inspected = chosen.clone().count();
                comparisons.push(Comparison {
                    rows,
                    beside: "rules".to_owned(),
                    inspected,
                    model_found: model_found(inspected),
                    other_found: chosen.filter(|(_, row)| found(row)).count(),
                });
                continue;
            }
            let other = ordered(rows, &look_up, rank, outcomes);
            for percent in [5, 10] {
                let inspected = inspected_of(order.len(), percent);
                comparisons.push(Comparison {
                    rows,
                    beside: LOOK_UP.to_owned(),
                    inspected,
                    model_found: model_found(inspected),
                    other_found: other.iter().take(inspected).filter(|(_, row)| found(row)).count(),
                });
            }
        }
        Ok(comparisons)
    }

    fn json(&self) -> Result<Vec<u8>, ScoreError> {
        serde_json::to_vec(&self.content)
            .map_err(|why| ScoreError::Model(format!("the model cannot be written: {why}")))
    }

    /// The bytes of its file.
    ///
    /// # Errors
    /// It is larger than a model may be.
    pub fn write(&self) -> Result<Vec<u8>, ScoreError> {
        pack(&self.json()?)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// The bytes are no model, were altered, or say what no model can.
    pub fn read(bytes: &[u8]) -> Result<Self, ScoreError> {
        let (json, sha256) = unpack(bytes)?;
        Self::of_content(&json, &sha256)
    }

    /// Reads content as if its file vouched for it: for the fuzzer, which guesses no hash.
    #[doc(hidden)]
    pub fn read_unvouched(json: &[u8]) -> Result<Self, ScoreError> {
        Self::of_content(json, &Sha256::of(&[json]))
    }

    fn of_content(json: &[u8], sha256: &Sha256) -> Result<Self, ScoreError> {
        let refused = |why: &str| ScoreError::Model(format!("the model says what no model can: {why}"));
        let mut content: Content = serde_json::from_slice(json).map_err(|why| refused(&why.to_string()))?;
        content.features = content.features.checked()?;
        let features = &content.features.features;
        let fits = |(encoding, feature): (&Encoding, _)| encoding.fits(feature);
        if content.encodings.len() != features.len() || !content.encodings.iter().zip(features).all(fits) {
            return Err(refused("its names and codes are not those of its features"));
        }
        let whole = content.spreads.iter().all(Spread::whole) && content.score_spread.whole();
        if content.spreads.len() != features.len() || !whole {
            return Err(refused("its spreads are not those of its features"));
        }
        if !content.plan.fits() || content.found_rate_billionths > BILLION {
            return Err(refused("its shares are more than all"));
        }
        // Far beyond any logit, and far from where a sum of trees would overflow.
        if content.base.unsigned_abs() > 1 << 40 {
            return Err(refused("its base is no logit"));
        }
        let forest =
            Forest::grow(content.base, &content.cuts, features.len(), &content.trees).map_err(refused)?;
        let key_numbers = key_numbers(&content.features);
        Ok(Self { content, forest, key_numbers, version: version(sha256) })
    }

    /// The version: the first digits of the SHA-256 of its content.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What it was made of, and how good it is.
    pub fn card(&self) -> &Card {
        &self.content.card
    }

    /// What it looks at.
    pub fn features(&self) -> &FeatureTable {
        &self.content.features
    }

    /// How many are looked at.
    pub fn plan(&self) -> &LanePlan {
        &self.content.plan
    }

    /// Different keys it learned from.
    pub fn keys(&self) -> usize {
        self.content.keys.len()
    }

    fn bins(&self, row: &impl Row) -> Bins {
        let mut values = [f64::NAN; FEATURES_MAX];
        let features = self.content.features.features.iter().zip(&self.content.encodings);
        for (value, (feature, encoding)) in values.iter_mut().zip(features) {
            *value = encoding.encode(feature, row);
        }
        self.content.cuts.bins(&values)
    }

    /// The score of a row.
    pub fn score(&self, row: &impl Row) -> Score {
        let logits = self.forest.logits(&[self.bins(row)]);
        score_of(logits.first().copied().unwrap_or(self.content.base))
    }

    /// The scores of rows, by so many threads; the same for any number of them.
    pub fn scores<R: Row + Sync>(&self, rows: &[R], threads: usize) -> Vec<Score> {
        let mut scores = vec![score_of(0); rows.len()];
        let work = |rows: &[R], scores: &mut [Score]| {
            for (rows, scores) in rows.chunks(TASK_ROWS).zip(scores.chunks_mut(TASK_ROWS)) {
                let bins: Vec<Bins> = rows.iter().map(|row| self.bins(row)).collect();
                for (score, logit) in scores.iter_mut().zip(self.forest.logits(&bins)) {
                    *score = score_of(logit);
                }
            }
        };
        let each = rows.len().div_ceil(threads.max(1)).max(1);
        std::thread::scope(|scope| {
            let mut parts = rows.chunks(each).zip(scores.chunks_mut(each));
            // This thread does the first part itself.
            let own = parts.next();
            for (rows, scores) in parts {
                scope.spawn(move || work(rows, scores));
            }
            if let Some((rows, scores)) = own {
                work(rows, scores);
            }
        });
        scores
    }

    fn scores_of(&self, table: &Table) -> Scores {
        let rows: Vec<_> = table.rows().collect();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let scores = self.scores(&rows, threads);
        Scores {
            order: scores.iter().map(|score| score.logit_parts).collect(),
            parts: scores.iter().map(|score| score.probability_billionths).collect(),
        }
    }

    /// What weighs most in the score of a row, the strongest first: what each feature adds to the logit along the paths
    /// the row takes. All features together, and what every row begins with, are the score, exactly.
    pub fn reasons(&self, row: &impl Row) -> Vec<Reason> {
        let features = &self.content.features.features;
        let (_, of) = self.forest.contributions(&self.bins(row), features.len());
        let mut order: Vec<usize> = (0..features.len()).filter(|feature| of[*feature] != 0).collect();
        order.sort_by_key(|feature| Reverse(of[*feature].unsigned_abs()));
        let reason = |index: usize| {
            let (feature, encoding) = (features.get(index)?, self.content.encodings.get(index)?);
            Some(Reason {
                feature: feature.name.clone(),
                title: feature.title.clone(),
                value: shown(feature, row),
                unknown: encoding.unknown(feature, row),
                weight: (logit_of(of[index]) * 10_000.0).round() / 10_000.0,
            })
        };
        order.into_iter().take(REASONS).filter_map(reason).collect()
    }

    /// Score, lane and reasons of a row. The draw is of the case, from a secret that is revealed afterwards
    /// ([`risk::Draw`]); without one nothing is left to chance. A pure function: the record of its result can be made
    /// again from model, row and draw, to the bit.
    pub fn propose(&self, row: &impl Row, draw: Option<&Draw>) -> Proposal {
        let score = self.score(row);
        let proposal = self.proposal(score, self.rank_of(row, &score), draw);
        Proposal { reasons: self.reasons(row), ..proposal }
    }

    /// The proposal for a declaration: that of the row with the highest rank, of equal ones the first, which decides; with
    /// its place. Nothing where there are no rows. Reasons are given only where the row is selected: most are not, and
    /// reasons cost more than scores.
    pub fn propose_of<R: Row>(&self, rows: &[R], draw: Option<&Draw>) -> Option<(usize, Proposal)> {
        let bins: Vec<Bins> = rows.iter().map(|row| self.bins(row)).collect();
        let scores = self.forest.logits(&bins).into_iter().map(score_of);
        let ranked = rows.iter().zip(scores).map(|(row, score)| (self.rank_of(row, &score), row, score));
        let (place, (rank, row, score)) =
            ranked.enumerate().max_by_key(|(place, (rank, ..))| (*rank, Reverse(*place)))?;
        let mut proposal = self.proposal(score, rank, draw);
        if proposal.selection != Selection::Nothing {
            proposal.reasons = self.reasons(row);
        }
        Some((place, proposal))
    }

    fn proposal(&self, score: Score, rank: i128, draw: Option<&Draw>) -> Proposal {
        let (lane, selection) = selected(&self.content.plan, &self.content.thresholds, rank, draw);
        let (version, rank) = (self.version.clone(), self.content.card.rank);
        Proposal { version, score, rank, lane, selection, reasons: Vec::new() }
    }

    fn rank_of(&self, row: &impl Row, score: &Score) -> i128 {
        match self.content.card.rank {
            Rank::Probability => i128::from(score.logit_parts),
            Rank::ExpectedDuty => {
                let duty = duty_of(row, &self.content.features).unwrap_or(Decimal::ZERO);
                expected_duty(score.probability_billionths, duty)
            }
        }
    }

    /// The look-up table's scores: how often something was found under the same key, else how often at all.
    fn look_up(&self, table: &Table) -> Scores {
        let of = |row| match self.content.keys.get(key_of(&self.content.features, &self.key_numbers, &row)) {
            Some(seen) => {
                let parts = u64::from(seen.found) * u64::from(BILLION) / u64::from(seen.rows.max(1));
                u32::try_from(parts).unwrap_or(BILLION)
            }
            None => self.content.found_rate_billionths,
        };
        let parts: Vec<u32> = table.rows().map(of).collect();
        Scores { order: parts.iter().map(|parts| i64::from(*parts)).collect(), parts }
    }

    fn outcomes(&self, table: &Table, found: Vec<bool>) -> Result<Outcomes, ScoreError> {
        let features = &self.content.features;
        let novel = table
            .rows()
            .map(|row| self.content.keys.get(key_of(features, &self.key_numbers, &row)).is_none())
            .collect();
        Ok(Outcomes { found, novel, duty: table.duty(features)? })
    }

    /// What would have been found in a file of results, beside the look-up table and beside the scores of others.
    ///
    /// # Errors
    /// A column is missing or holds something else, or others have scores for another number of rows.
    pub fn evaluate(&self, table: &Table, others: Vec<(String, Scores)>) -> Result<Evaluation, ScoreError> {
        let looked_at = table.looked_at(&self.content.features.label)?;
        let table = looked_at.table.as_ref();
        let outcomes = self.outcomes(table, looked_at.found.clone())?;
        let mut scores =
            vec![(MODEL.to_owned(), self.scores_of(table)), (LOOK_UP.to_owned(), self.look_up(table))];
        for (who, other) in others {
            if other.len() != table.len() {
                return Err(ScoreError::Setting {
                    name: "the number of scores beside",
                    value: format!("{} by {who}", other.len()),
                    bounds: "one for every row",
                });
            }
            scores.push((who, other));
        }
        Ok(evaluate(&self.version, &outcomes, &scores))
    }

    /// How far the rows of a file have moved from those learned from.
    ///
    /// # Errors
    /// A weight is no whole number.
    pub fn drift(&self, table: &Table) -> Result<Drift, ScoreError> {
        let weights = table.standing(&self.content.features)?.weights;
        let rows: Vec<_> = table.rows().collect();
        let mut recent = self.recent();
        for (rows, weights) in rows.chunks(TASK_ROWS).zip(weights.chunks(TASK_ROWS)) {
            self.add_to(&mut recent, rows, weights);
        }
        Ok(self.moved(&recent))
    }

    /// No rows looked at yet.
    pub fn recent(&self) -> Recent {
        let features = self.content.spreads.iter().map(|spread| (Counts::of(spread), 0)).collect();
        Recent { rows: 0, score: Counts::of(&self.content.score_spread), features }
    }

    /// Looks at some more recent rows; `recent` must be of this model.
    pub fn look_at(&self, recent: &mut Recent, rows: &[impl Row]) {
        self.add_to(recent, rows, &vec![1; rows.len()]);
    }

    fn add_to(&self, recent: &mut Recent, rows: &[impl Row], weights: &[u32]) {
        let features = self.content.features.features.iter().zip(&self.content.encodings);
        let kept = recent.features.iter_mut().zip(&self.content.spreads);
        for ((feature, encoding), ((counts, unknown), spread)) in features.zip(kept) {
            for (row, weight) in rows.iter().zip(weights) {
                counts.add(spread, encoding.encode(feature, row), *weight);
                *unknown += usize::from(encoding.unknown(feature, row));
            }
        }
        let bins: Vec<Bins> = rows.iter().map(|row| self.bins(row)).collect();
        for (logit, weight) in self.forest.logits(&bins).into_iter().zip(weights) {
            recent.score.add(&self.content.score_spread, logit_of(logit), *weight);
        }
        recent.rows += rows.len();
    }

    /// How far the rows looked at have moved from those learned from.
    pub fn moved(&self, recent: &Recent) -> Drift {
        let features = self.content.features.features.iter().zip(&self.content.spreads);
        let mut moved: Vec<Moved> = features
            .zip(&recent.features)
            .map(|((feature, spread), (counts, unknown))| Moved {
                name: feature.name.clone(),
                index: spread.index(counts),
                unknown_share: crate::evaluate::share(*unknown, recent.rows).unwrap_or(0.0),
            })
            .collect();
        moved.sort_by(|one, other| other.index.total_cmp(&one.index));
        let index = self.content.score_spread.index(&recent.score);
        moved.insert(0, Moved { name: "score".to_owned(), index, unknown_share: 0.0 });
        Drift { model: self.version.clone(), rows: recent.rows, moved }
    }
}

fn version(sha256: &Sha256) -> String {
    sha256.as_str().chars().take(VERSION_DIGITS).collect()
}

fn score_of(logit: i64) -> Score {
    // Between 0 and 10⁹.
    let parts = (logistic(logit_of(logit)) * f64::from(BILLION)).round() as u32;
    Score { logit_parts: logit, probability_billionths: parts }
}

fn billionths(part: usize, whole: usize) -> u32 {
    let of = |count: usize| u64::try_from(count).unwrap_or(0);
    u32::try_from(of(part) * u64::from(BILLION) / of(whole).max(1)).unwrap_or(BILLION)
}

/// The rows of a table as numbers, feature by feature.
fn encode(features: &FeatureTable, encodings: &[Encoding], table: &Table) -> Encoded {
    let mut columns = Vec::with_capacity(table.len() * features.features.len());
    for (feature, encoding) in features.features.iter().zip(encodings) {
        columns.extend(table.rows().map(|row| encoding.encode(feature, &row)));
    }
    Encoded { columns, rows: table.len(), features: features.features.len() }
}

/// What training knows of its rows: how values become numbers, and what each row's own declaration adds to a count.
struct Learned<'a> {
    features: &'a FeatureTable,
    encodings: &'a [Encoding],
    own: &'a [Option<Vec<u32>>],
}

impl Learned<'_> {
    /// The values of one feature in rows of the table learned from; `places` are theirs.
    fn feature<'t>(
        &self,
        index: usize,
        rows: impl Iterator<Item = TableRow<'t>>,
        places: impl Iterator<Item = usize>,
    ) -> Vec<f64> {
        let (Some(feature), Some(encoding)) = (self.features.features.get(index), self.encodings.get(index))
        else {
            return Vec::new();
        };
        let own = self.own.get(index).and_then(Option::as_ref);
        let own = |place: usize| own.and_then(|own| own.get(place)).copied().unwrap_or(0);
        rows.zip(places).map(|(row, place)| encoding.encode_without(feature, &row, own(place))).collect()
    }

    /// The rows that were looked at, as numbers.
    fn rows(&self, table: &Table, places: &[usize]) -> Encoded {
        let features = self.features.features.len();
        let column = |index| self.feature(index, table.rows(), places.iter().copied());
        Encoded { columns: (0..features).flat_map(column).collect(), rows: table.len(), features }
    }

    /// How all that was filed spreads over each feature.
    fn spreads(&self, filed: &Table, standing: &Standing) -> Vec<Spread> {
        let of = |(index, feature): (usize, &crate::features::Feature)| {
            let values = self.feature(index, filed.rows(), 0..filed.len());
            let values = values.iter().copied();
            match feature.kind {
                Kind::Category => Spread::of_names(values, &standing.weights),
                Kind::Number | Kind::Ratio { .. } | Kind::Code { .. } | Kind::Frequency { .. } => {
                    Spread::of_numbers(values, &standing.weights)
                }
            }
        };
        self.features.features.iter().enumerate().map(of).collect()
    }
}

/// The rank of every declaration, from the highest down, with how many it stands for: that of its highest row.
fn descending(ranks: impl Iterator<Item = i128>, standing: &Standing) -> Vec<(i128, u32)> {
    let count = standing.groups.iter().max().map_or(0, |last| usize::try_from(*last).unwrap_or(0) + 1);
    let mut highest: Vec<Option<(i128, u32)>> = vec![None; count];
    for (rank, (group, weight)) in ranks.zip(standing.groups.iter().zip(&standing.weights)) {
        let place = usize::try_from(*group).ok().and_then(|group| highest.get_mut(group));
        if let Some(best) = place.filter(|best| best.is_none_or(|(highest, _)| rank > highest)) {
            *best = Some((rank, *weight));
        }
    }
    let mut all: Vec<(i128, u32)> = highest.into_iter().flatten().collect();
    all.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    all
}

fn parts(features: &FeatureTable, gains: &[f64]) -> Vec<Part> {
    let total: f64 = gains.iter().sum();
    let share = |gain: &f64| if total > 0.0 { (gain / total * 10_000.0).round() / 10_000.0 } else { 0.0 };
    let part = |(feature, gain): (&crate::features::Feature, &f64)| Part {
        feature: feature.name.clone(),
        share: share(gain),
    };
    let mut parts: Vec<Part> = features.features.iter().zip(gains).map(part).collect();
    parts.sort_by(|one, other| other.share.total_cmp(&one.share));
    parts
}

fn source(
    filed: &Table,
    table: &Table,
    features: &FeatureTable,
    results: &[bool],
) -> Result<Source, ScoreError> {
    let days = features.date.as_ref().map(|column| table.days(column)).transpose()?;
    let days = days.and_then(|days| Some((*days.iter().min()?, *days.iter().max()?)));
    let found = results.iter().filter(|found| **found).count();
    let filed = (filed.len() > table.len()).then_some(filed.len());
    Ok(Source { sha256: table.sha256().clone(), rows: table.len(), found, filed, days })
}

/// Quality month by month; of all rows together where they have no day.
fn months(
    table: &Table,
    features: &FeatureTable,
    scores: &Scores,
    rank: Rank,
    outcomes: &Outcomes,
) -> Result<Vec<Month>, ScoreError> {
    let names: Vec<String> = match &features.date {
        Some(column) => {
            table.days(column)?.iter().map(|day| format!("{:04}-{:02}", day.year(), day.month())).collect()
        }
        None => vec![String::new(); table.len()],
    };
    let mut rows_of: std::collections::BTreeMap<&str, Vec<usize>> = std::collections::BTreeMap::new();
    for (row, name) in names.iter().enumerate() {
        rows_of.entry(name).or_default().push(row);
    }
    let quality = |(month, rows): (&str, Vec<usize>)| {
        let pick = |flags: &[bool]| rows.iter().map(|row| flags[*row]).collect::<Vec<bool>>();
        let outcomes = Outcomes {
            found: pick(&outcomes.found),
            novel: pick(&outcomes.novel),
            duty: outcomes.duty.as_ref().map(|duty| rows.iter().map(|row| duty[*row]).collect()),
        };
        let scores = Scores {
            order: rows.iter().map(|row| scores.order[*row]).collect(),
            parts: rows.iter().map(|row| scores.parts[*row]).collect(),
        };
        let ranking = ranking(Scope::All, MODEL, &scores, rank, &outcomes);
        let at = |percent| ranking.at(percent);
        Month {
            month: month.to_owned(),
            rows: rows.len(),
            found: outcomes.found.iter().filter(|found| **found).count(),
            auc: ranking.auc,
            precision_5: at(5).map_or(0.0, |at| at.precision),
            precision_10: at(10).map_or(0.0, |at| at.precision),
            recall_10: at(10).and_then(|at| at.recall),
        }
    };
    Ok(rows_of.into_iter().map(quality).collect())
}
