//! Learning: gradient-boosted trees for the logistic loss.
//!
//! `forust-ml` grows each tree from gradients; the loop around it is ours, for one reason. Its own takes the
//! exponential from the system's library, which may differ in the last bit from machine to machine; ours is made of
//! arithmetic that does not ([`arithmetic`](crate::arithmetic)). What is left in the crate is addition, multiplication
//! and division in an order that depends neither on the number of threads nor on the processor. So the same rows and
//! settings give the same model, to the bit. Each new tree is rounded to the grid that scores are counted in before
//! the next one learns from what it left over: training sees exactly what scoring will.

use forust_ml::Matrix;
use forust_ml::constraints::ConstraintMap;
use forust_ml::gradientbooster::GrowPolicy;
use forust_ml::sampler::SampleMethod;
use forust_ml::splitter::MissingImputerSplitter;
use forust_ml::tree::Tree as GrownTree;
use serde::{Deserialize, Serialize};

use crate::arithmetic::{ln, log_loss, logistic};
use crate::binning::{cuts_of, for_crate};
use crate::error::ScoreError;
use crate::forest::{Bins, Cuts, Forest, Tree, logit_of, parts_of};
use crate::limits::{DEPTH_MAX, NODES_MAX, TREES_MAX};

/// How trees are grown. The names are those of the trade; XGBoost's are beside them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Trees (`num_boost_round`).
    pub rounds: u32,
    /// Levels of a tree below its root (`max_depth`).
    pub depth: u32,
    /// The part of each tree that is added (`eta`).
    pub rate: f64,
    /// The most bins of a feature (`max_bin`).
    pub bins: u16,
    /// The least weight of a leaf, as the sum of p (1 − p) of its rows (`min_child_weight`).
    pub leaf_weight_min: f64,
    /// What holds leaves back, squared (`lambda`).
    pub l2: f64,
    /// The share of features each tree may look at (`colsample_bytree`).
    pub features_share: f64,
    /// Where the choice of those features begins.
    pub seed: u64,
    /// Stop when so many trees have not made the logarithmic loss on the validation rows smaller, and keep those up to
    /// the smallest. Without it all trees are grown, and the validation rows have no part in training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience: Option<u32>,
}

impl Default for Settings {
    /// What was measured in `docs/learning.md`.
    fn default() -> Self {
        Self {
            rounds: 600,
            depth: 8,
            rate: 0.06,
            bins: 1_023,
            leaf_weight_min: 1.0,
            l2: 1.0,
            features_share: 1.0,
            seed: 1,
            patience: None,
        }
    }
}

impl Settings {
    /// Whether trees can be grown by them.
    ///
    /// # Errors
    /// Names the first setting that lies outside its bounds.
    pub fn check(&self) -> Result<(), ScoreError> {
        let within = |name, value: String, bounds, good: bool| {
            if good { Ok(()) } else { Err(ScoreError::Setting { name, value, bounds }) }
        };
        let rounds = usize::try_from(self.rounds).unwrap_or(usize::MAX);
        within("rounds", self.rounds.to_string(), "1 to 5000", (1..=TREES_MAX).contains(&rounds))?;
        let depth = usize::try_from(self.depth).unwrap_or(usize::MAX);
        within("depth", self.depth.to_string(), "1 to 16", (1..=DEPTH_MAX).contains(&depth))?;
        within("rate", self.rate.to_string(), "above 0, at most 1", self.rate > 0.0 && self.rate <= 1.0)?;
        within("bins", self.bins.to_string(), "2 to 4095", (2..4_096).contains(&self.bins))?;
        let held = |value: f64| (0.0..=1e6).contains(&value);
        within("leaf weight", self.leaf_weight_min.to_string(), "0 to 1000000", held(self.leaf_weight_min))?;
        within("l2", self.l2.to_string(), "0 to 1000000", held(self.l2))?;
        let share = self.features_share > 0.0 && self.features_share <= 1.0;
        within("features share", self.features_share.to_string(), "above 0, at most 1", share)?;
        within("patience", format!("{:?}", self.patience), "at least 1", self.patience != Some(0))
    }
}

/// Encoded rows, feature by feature.
pub(crate) struct Encoded {
    pub(crate) columns: Vec<f64>,
    pub(crate) rows: usize,
    pub(crate) features: usize,
}

impl Encoded {
    /// The values of one feature.
    pub(crate) fn feature(&self, feature: usize) -> &[f64] {
        self.columns.get(feature * self.rows..(feature + 1) * self.rows).unwrap_or_default()
    }

    /// The values of one row.
    pub(crate) fn row(&self, row: usize, into: &mut Vec<f64>) {
        into.clear();
        let values = (0..self.features).filter_map(|feature| self.columns.get(feature * self.rows + row));
        into.extend(values);
    }

    /// All values as bins, feature by feature, as the crate wants them: 0 is missing.
    fn binned(&self, cuts: &Cuts) -> Vec<u16> {
        let of = |(feature, cuts): (usize, &Vec<f64>)| {
            let bin = |value: &f64| {
                let below = if value.is_nan() { 0 } else { cuts.partition_point(|cut| cut <= value) };
                u16::try_from(below).unwrap_or(0)
            };
            self.feature(feature).iter().map(bin).collect::<Vec<u16>>()
        };
        cuts.0.iter().enumerate().flat_map(of).collect()
    }

    /// All rows as bins.
    pub(crate) fn bins(&self, cuts: &Cuts) -> Vec<Bins> {
        let mut values = Vec::with_capacity(self.features);
        let of = |row| {
            self.row(row, &mut values);
            cuts.bins(&values)
        };
        (0..self.rows).map(of).collect()
    }
}

/// What came out of training.
pub(crate) struct Grown {
    pub(crate) base: i64,
    pub(crate) cuts: Cuts,
    pub(crate) trees: Vec<Tree>,
    /// How much each feature lowered the loss, by the sum of the gains of its splits.
    pub(crate) gains: Vec<f64>,
}

/// Grows trees. `validation` matters only under [`Settings::patience`]. `told` hears of every tree.
pub(crate) fn grow(
    rows: &Encoded,
    results: &[bool],
    validation: Option<(&Encoded, &[bool])>,
    settings: &Settings,
    parallel: bool,
    told: &mut dyn FnMut(u32, u32),
) -> Result<Grown, ScoreError> {
    settings.check()?;
    let broken = |why: &str| ScoreError::Model(format!("the trees that were grown are none: {why}"));
    let most = usize::from(settings.bins);
    let cuts = Cuts((0..rows.features).map(|feature| cuts_of(rows.feature(feature), most)).collect());
    let (bins, cuts_of_crate, binned) = (rows.bins(&cuts), for_crate(&cuts), rows.binned(&cuts));
    let bins_of_crate = Matrix::new(&binned, rows.rows, rows.features);
    let splitter = splitter_of(settings);
    let depth = usize::try_from(settings.depth).unwrap_or(DEPTH_MAX);

    let base = base_of(results);
    let mut forest = Forest::with_base(base);
    let mut logits = vec![base; rows.rows];
    let mut watched = validation.filter(|_| settings.patience.is_some()).map(|(rows, results)| {
        let bins = rows.bins(&cuts);
        let logits = vec![base; bins.len()];
        (bins, results, logits)
    });
    let mut best: Option<(f64, usize)> = None;
    let mut trees: Vec<Tree> = Vec::new();
    let mut gains = Vec::new();
    let (mut gradients, mut weights) = (vec![0f32; rows.rows], vec![0f32; rows.rows]);
    for round in 0..settings.rounds {
        told(round, settings.rounds);
        slopes(&logits, results, &mut gradients, &mut weights);
        let chosen = chosen_features(rows.features, settings, round);
        let mut grown = GrownTree::new();
        grown.fit(
            &bins_of_crate,
            bins_of_crate.index.clone(),
            &chosen,
            &cuts_of_crate,
            &gradients,
            &weights,
            &splitter,
            usize::MAX,
            depth,
            parallel,
            &SampleMethod::None,
            &GrowPolicy::DepthWise,
        );
        let (tree, gained) = laid_flat(&grown, &cuts, rows.features);
        if trees.iter().map(|tree: &Tree| tree.value.len()).sum::<usize>() + tree.value.len() > NODES_MAX {
            break;
        }
        forest.plant(&cuts, &tree).map_err(broken)?;
        forest.add_last(&bins, &mut logits);
        trees.push(tree);
        gains.push(gained);
        if let (Some((bins, results, logits)), Some(patience)) = (&mut watched, settings.patience) {
            forest.add_last(bins, logits);
            let loss = mean_loss(logits, results);
            if best.is_none_or(|(least, _)| loss < least) {
                best = Some((loss, trees.len()));
            }
            let since = best.map_or(0, |(_, at)| trees.len() - at);
            if since >= usize::try_from(patience).unwrap_or(usize::MAX) {
                break;
            }
        }
    }
    if let Some((_, at)) = best {
        trees.truncate(at);
        gains.truncate(at);
    }
    told(settings.rounds, settings.rounds);
    let total = gains.iter().fold(vec![0.0; rows.features], |mut total, gained| {
        total.iter_mut().zip(gained).for_each(|(total, gained)| *total += gained);
        total
    });
    Ok(Grown { base, cuts, trees, gains: total })
}

fn splitter_of(settings: &Settings) -> MissingImputerSplitter {
    // The crate counts in 32 bits; the settings are within its bounds.
    let narrow = |value: f64| value as f32;
    MissingImputerSplitter::new(
        0.0,
        narrow(settings.l2),
        0.0,
        0.0,
        narrow(settings.leaf_weight_min),
        narrow(settings.rate),
        true,
        ConstraintMap::new(),
    )
}

/// The logit of the share found, in parts.
fn base_of(results: &[bool]) -> i64 {
    let found = results.iter().filter(|found| **found).count();
    let (found, not) = (found as f64, (results.len() - found) as f64);
    i64::from(parts_of(ln(found / not)))
}

/// The slope of the loss at each row, and how fast it changes.
fn slopes(logits: &[i64], results: &[bool], gradients: &mut [f32], weights: &mut [f32]) {
    let each = logits.iter().zip(results).zip(gradients.iter_mut().zip(weights));
    for ((logit, found), (gradient, weight)) in each {
        let probability = logistic(logit_of(*logit));
        // Rounded to 32 bits, as the crate counts.
        {
            *gradient = (probability - f64::from(u8::from(*found))) as f32;
            *weight = (probability * (1.0 - probability)) as f32;
        }
    }
}

/// The mean logarithmic loss, added up in the order of the rows.
pub(crate) fn mean_loss(logits: &[i64], results: &[bool]) -> f64 {
    let loss = |(logit, found): (&i64, &bool)| log_loss(logit_of(if *found { *logit } else { -*logit }));
    let rows = logits.len().max(1) as f64;
    logits.iter().zip(results).map(loss).sum::<f64>() / rows
}

/// The features one tree may look at: as many as the share says, at least one, by a shuffle that is the same everywhere
/// (Fisher and Yates over SplitMix64).
fn chosen_features(features: usize, settings: &Settings, round: u32) -> Vec<usize> {
    let mut all: Vec<usize> = (0..features).collect();
    if settings.features_share >= 1.0 {
        return all;
    }
    let count = ((features as f64 * settings.features_share) as usize).max(1);
    let mut state = settings.seed ^ u64::from(round).wrapping_mul(0xD1B5_4A32_D192_ED03);
    for place in 0..count {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        let left = u64::try_from(features - place).unwrap_or(1);
        all.swap(place, place + usize::try_from(mixed % left).unwrap_or(0));
    }
    all.truncate(count);
    all.sort_unstable();
    all
}

/// A tree of the crate as ours: children side by side, leaves on the grid, means at the nodes; and what each feature
/// gained in it.
fn laid_flat(grown: &GrownTree, cuts: &Cuts, features: usize) -> (Tree, Vec<f64>) {
    let mut gains = vec![0.0; features];
    let mut tree = Tree::default();
    let mut covers = Vec::new();
    // Places in the crate's tree, in the order of ours.
    let mut order = vec![0usize];
    let mut at = 0;
    while let Some(node) = order.get(at).and_then(|place| grown.nodes.get(*place)) {
        at += 1;
        covers.push(f64::from(node.hessian_sum).max(0.0));
        if node.is_leaf {
            tree.feature.push(0);
            tree.bin.push(0);
            tree.child.push(0);
            tree.missing_first.push(0);
            tree.value.push(parts_of(f64::from(node.weight_value)));
            continue;
        }
        let cuts = cuts.0.get(node.split_feature).map_or(&[][..], Vec::as_slice);
        let below = cuts.partition_point(|cut| *cut < node.split_value) + 1;
        tree.feature.push(u8::try_from(node.split_feature).unwrap_or(u8::MAX));
        tree.bin.push(u16::try_from(below).unwrap_or(u16::MAX));
        tree.child.push(u32::try_from(order.len()).unwrap_or(u32::MAX));
        tree.missing_first.push(u8::from(node.missing_node == node.left_child));
        tree.value.push(0);
        if let Some(gain) = gains.get_mut(node.split_feature) {
            *gain += f64::from(node.split_gain);
        }
        order.extend([node.left_child, node.right_child]);
    }
    // From the last node to the first: children stand after their node.
    for node in (0..tree.child.len()).rev() {
        let child = usize::try_from(tree.child[node]).unwrap_or(usize::MAX);
        let below = tree.value.get(child..).and_then(|values| values.first_chunk::<2>());
        let weights = covers.get(child..).and_then(|covers| covers.first_chunk::<2>());
        if let (Some([first, second]), Some([one, other]), true) = (below, weights, child > 0) {
            let sum = one + other;
            let (one, other) = if sum > 0.0 { (one / sum, other / sum) } else { (0.5, 0.5) };
            let mean = f64::from(*first) * one + f64::from(*second) * other;
            // Between two whole numbers of 32 bits.
            {
                tree.value[node] = mean.round() as i32;
            }
        }
    }
    (tree, gains)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows where a result is likely if the first value is high and the second is missing or low; the third is noise.
    fn invented(rows: usize) -> (Encoded, Vec<bool>) {
        let mut state = 7u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / 16_777_216.0
        };
        let mut columns = vec![0.0; rows * 3];
        let mut results = Vec::new();
        for row in 0..rows {
            let (one, two, three, chance) = (draw(), draw(), draw(), draw());
            let two = if two > 0.8 { f64::NAN } else { two };
            let likely = one > 0.6 && (two.is_nan() || two < 0.3);
            results.push(chance < if likely { 0.8 } else { 0.05 });
            for (feature, value) in [one, two, three].into_iter().enumerate() {
                columns[feature * rows + row] = value;
            }
        }
        (Encoded { columns, rows, features: 3 }, results)
    }

    fn small() -> Settings {
        Settings { rounds: 30, depth: 4, rate: 0.2, bins: 255, ..Settings::default() }
    }

    #[test]
    fn what_follows_from_the_values_is_learned() {
        let (rows, results) = invented(4_000);
        let grown = grow(&rows, &results, None, &small(), true, &mut |_, _| ()).unwrap();
        let forest = Forest::grow(grown.base, &grown.cuts, 3, &grown.trees).unwrap();
        let of = |values: [f64; 3]| logistic(logit_of(forest.logits(&[grown.cuts.bins(&values)])[0]));
        assert!(of([0.9, 0.1, 0.5]) > 0.6 && of([0.9, f64::NAN, 0.5]) > 0.6);
        assert!(of([0.9, 0.7, 0.5]) < 0.2 && of([0.1, 0.1, 0.5]) < 0.2);
        assert!(grown.gains[0] > grown.gains[2] && grown.gains[1] > grown.gains[2], "{:?}", grown.gains);
        let logits = forest.logits(&rows.bins(&grown.cuts));
        assert!(mean_loss(&logits, &results) < mean_loss(&vec![grown.base; 4_000], &results) * 0.7);
    }

    /// One thread or as many as there are: the same trees, to the bit.
    #[test]
    fn threads_do_not_change_a_bit() {
        let (rows, results) = invented(20_000);
        for features_share in [1.0, 0.7] {
            let settings = Settings { features_share, ..small() };
            let of = |parallel| grow(&rows, &results, None, &settings, parallel, &mut |_, _| ()).unwrap();
            let (one, many) = (of(false), of(true));
            assert_eq!(one.trees, many.trees);
            assert_eq!(one.cuts, many.cuts);
        }
    }

    #[test]
    fn patience_keeps_the_trees_up_to_the_smallest_loss() {
        let (rows, results) = invented(2_000);
        let (other, other_results) = invented(2_500);
        let settings = Settings { rounds: 400, rate: 0.5, patience: Some(5), ..small() };
        let mut heard = 0;
        let validation = Some((&other, other_results.as_slice()));
        let grown = grow(&rows, &results, validation, &settings, true, &mut |_, _| heard += 1).unwrap();
        assert!(
            grown.trees.len() < 400 && heard == grown.trees.len() + 5 + 1,
            "{} {heard}",
            grown.trees.len()
        );
    }

    #[test]
    fn settings_have_bounds() {
        assert_eq!(Settings::default().check(), Ok(()));
        for (settings, wanted) in [
            (Settings { rounds: 0, ..Settings::default() }, "rounds is 0; it may be 1 to 5000"),
            (Settings { depth: 17, ..Settings::default() }, "depth is 17; it may be 1 to 16"),
            (Settings { rate: f64::NAN, ..Settings::default() }, "rate is NaN; it may be above 0, at most 1"),
            (Settings { bins: 1, ..Settings::default() }, "bins is 1; it may be 2 to 4095"),
            (Settings { l2: -1.0, ..Settings::default() }, "l2 is -1; it may be 0 to 1000000"),
            (
                Settings { features_share: 0.0, ..Settings::default() },
                "features share is 0; it may be above 0, at most 1",
            ),
        ] {
            assert_eq!(settings.check().unwrap_err().to_string(), wanted);
        }
    }

    #[test]
    fn the_choice_of_features_is_even_and_repeatable() {
        let settings = Settings { features_share: 0.5, ..Settings::default() };
        let mut counts = [0; 6];
        for round in 0..600 {
            let chosen = chosen_features(6, &settings, round);
            assert_eq!(chosen, chosen_features(6, &settings, round));
            assert_eq!(chosen.len(), 3);
            chosen.iter().for_each(|feature| counts[*feature] += 1);
        }
        assert!(counts.iter().all(|count| (240..360).contains(count)), "{counts:?}");
    }
}
