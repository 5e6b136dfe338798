//! Trees laid flat, and how rows go through them.
//!
//! A row is turned into bins once: for each feature the number of cuts at or below its value. From there on everything
//! is whole numbers: a node compares two of them, a leaf adds one. The sum is exact, so it is the same whatever the
//! order of trees, the number of threads or the machine.

use serde::{Deserialize, Serialize};

use crate::limits::{BINS_MAX, DEPTH_MAX, FEATURES_MAX, NODES_MAX, TREES_MAX};

/// Parts of one unit of the logit: what leaves add is a whole number of these.
pub(crate) const UNIT: f64 = 16_777_216.0; // 2²⁴
/// The most one tree may add, in units: far beyond what a probability can show, and small enough for 32 bits.
const VALUE_MAX: f64 = 100.0;
/// The bin of a missing value in the slot of those it sends right.
const MISSING_RIGHT: u16 = u16::MAX - 1;
/// No bin reaches it: a leaf stays where it is.
const NEVER: u16 = u16::MAX;
/// Two slots per feature: one for nodes that send missing values right, one for those that send them left.
const SLOTS: usize = 2 * FEATURES_MAX;
/// Rows that go through a tree side by side, so that one waits for memory while another compares.
const ABREAST: usize = 8;
/// Rows that go through all trees before the next do: they and a tree stay in the nearest cache.
const BLOCK: usize = 64;

/// A logit in parts of [`UNIT`], from an exact or rounded one.
pub(crate) fn parts_of(logit: f64) -> i32 {
    // Clamped to ±100 · 2²⁴, which is below 2³¹.
    (logit.clamp(-VALUE_MAX, VALUE_MAX) * UNIT).round() as i32
}

/// A logit from its parts; exact below 2⁵³ parts.
pub(crate) fn logit_of(parts: i64) -> f64 {
    let parts = parts as f64;
    parts / UNIT
}

/// A row as its bins.
#[derive(Clone, Copy)]
pub(crate) struct Bins([u16; SLOTS]);

/// The cuts of every feature, ascending.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Cuts(pub(crate) Vec<Vec<f64>>);

impl Cuts {
    /// The bins of a row of encoded values; one that is no number is missing.
    pub(crate) fn bins(&self, values: &[f64]) -> Bins {
        let mut slots = [0; SLOTS];
        for ((cuts, value), pair) in self.0.iter().zip(values).zip(slots.chunks_exact_mut(2)) {
            let bin = u16::try_from(cuts.partition_point(|cut| cut <= value)).unwrap_or(MISSING_RIGHT);
            let bins = if value.is_nan() { [MISSING_RIGHT, 0] } else { [bin, bin] };
            pair.copy_from_slice(&bins);
        }
        Bins(slots)
    }

    /// Whether they can be the cuts of so many features.
    fn fit(&self, features: usize) -> bool {
        self.0.len() == features
            && self.0.iter().all(|cuts| {
                let ordered = cuts.iter().zip(cuts.iter().skip(1)).all(|(one, next)| one < next);
                ordered && cuts.len() <= BINS_MAX && cuts.iter().all(|cut| cut.is_finite())
            })
    }
}

/// One tree as a file has it. Node 0 is the root; the children of a node stand side by side, after it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tree {
    /// The feature each node looks at; 0 at a leaf.
    pub(crate) feature: Vec<u8>,
    /// Rows whose bin is below this go to the first child, others to the second; 0 at a leaf.
    pub(crate) bin: Vec<u16>,
    /// The first child; 0 at a leaf.
    pub(crate) child: Vec<u32>,
    /// Whether rows without the value go to the first child: 1 or 0.
    pub(crate) missing_first: Vec<u8>,
    /// What a leaf adds to the logit; at another node the mean of the leaves below, by the weight training saw there.
    pub(crate) value: Vec<i32>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    child: u32,
    bin: u16,
    slot: u8,
}

/// Trees ready to score.
#[derive(Debug, Clone, Default)]
pub(crate) struct Forest {
    /// The logit every row begins with, in parts.
    base: i64,
    nodes: Vec<Node>,
    values: Vec<i32>,
    /// Root and levels of each tree.
    trees: Vec<(u32, u8)>,
}

impl Forest {
    /// A forest without trees.
    pub(crate) fn with_base(base: i64) -> Self {
        Self { base, ..Self::default() }
    }

    /// The forest of these trees over these cuts, if it is one: whatever a file says, rows come to an end in it.
    pub(crate) fn grow(
        base: i64,
        cuts: &Cuts,
        features: usize,
        trees: &[Tree],
    ) -> Result<Self, &'static str> {
        if features > FEATURES_MAX || !cuts.fit(features) {
            return Err("its cuts are not those of its features");
        }
        if trees.len() > TREES_MAX {
            return Err("it has too many trees");
        }
        let mut forest = Self::with_base(base);
        for tree in trees {
            forest.plant(cuts, tree)?;
        }
        Ok(forest)
    }

    /// Adds a tree.
    pub(crate) fn plant(&mut self, cuts: &Cuts, tree: &Tree) -> Result<(), &'static str> {
        let count = tree.feature.len();
        let even = [tree.bin.len(), tree.child.len(), tree.missing_first.len(), tree.value.len()];
        if count == 0 || even.iter().any(|length| *length != count) {
            return Err("a tree has nodes that are not whole");
        }
        if self.nodes.len() + count > NODES_MAX {
            return Err("it has too many nodes");
        }
        let root = u32::try_from(self.nodes.len()).map_err(|_| "it has too many nodes")?;
        let mut depths = vec![0u8; count];
        let mut deepest = 0;
        for node in 0..count {
            let (feature, bin, child) = (tree.feature[node], tree.bin[node], tree.child[node]);
            let depth = depths[node];
            deepest = deepest.max(depth);
            if child == 0 {
                let here = root + u32::try_from(node).map_err(|_| "it has too many nodes")?;
                self.nodes.push(Node { child: here, bin: NEVER, slot: 0 });
                continue;
            }
            let first = usize::try_from(child).map_err(|_| "it has too many nodes")?;
            if first <= node || first + 1 >= count {
                return Err("a tree has a node without children");
            }
            if usize::from(depth) == DEPTH_MAX {
                return Err("a tree is too deep");
            }
            // A file may let two nodes share children: the longer way counts.
            for child in [first, first + 1] {
                depths[child] = depths[child].max(depth + 1);
            }
            let known = cuts.0.get(usize::from(feature)).is_some_and(|cuts| usize::from(bin) <= cuts.len());
            if !known || bin == 0 || tree.missing_first[node] > 1 {
                return Err("a node compares with a cut that is not there");
            }
            // 2 · 63 + 1 at most.
            let slot = feature * 2 + tree.missing_first[node];
            self.nodes.push(Node { child: root + child, bin, slot });
        }
        self.values.extend(&tree.value);
        self.trees.push((root, deepest));
        Ok(())
    }

    /// The logits of rows in parts, added to what `logits` has.
    fn add(&self, trees: &[(u32, u8)], rows: &[Bins], logits: &mut [i64]) {
        for (rows, logits) in rows.chunks(BLOCK).zip(logits.chunks_mut(BLOCK)) {
            for (root, levels) in trees {
                for (rows, logits) in rows.chunks(ABREAST).zip(logits.chunks_mut(ABREAST)) {
                    let mut at = [*root; ABREAST];
                    for _ in 0..*levels {
                        for (at, row) in at.iter_mut().zip(rows) {
                            *at = self.step(*at, row);
                        }
                    }
                    for (at, logit) in at.iter().zip(logits) {
                        *logit += i64::from(self.values[*at as usize]);
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn step(&self, at: u32, row: &Bins) -> u32 {
        let node = self.nodes[at as usize];
        node.child + u32::from(row.0[usize::from(node.slot) & (SLOTS - 1)] >= node.bin)
    }

    /// The logits of rows, in parts.
    pub(crate) fn logits(&self, rows: &[Bins]) -> Vec<i64> {
        let mut logits = vec![self.base; rows.len()];
        self.add(&self.trees, rows, &mut logits);
        logits
    }

    /// Adds what the last tree says to the logits of rows.
    pub(crate) fn add_last(&self, rows: &[Bins], logits: &mut [i64]) {
        if let Some(last) = self.trees.last() {
            self.add(&[*last], rows, logits);
        }
    }

    /// What each feature adds to the logit of a row, in parts, and what the row begins with; all together they are the
    /// logit, exactly. A feature has the steps of the row's paths that it decided: the mean below the child taken less
    /// the mean below the node (Saabas; XGBoost calls it approximate contributions).
    pub(crate) fn contributions(&self, row: &Bins, features: usize) -> (i64, Vec<i64>) {
        let mut base = self.base;
        let mut of = vec![0i64; features];
        for (root, levels) in &self.trees {
            let mut at = *root;
            base += i64::from(self.values[at as usize]);
            for _ in 0..*levels {
                let next = self.step(at, row);
                if next != at {
                    let change = i64::from(self.values[next as usize]) - i64::from(self.values[at as usize]);
                    if let Some(of) = of.get_mut(usize::from(self.nodes[at as usize].slot) / 2) {
                        *of += change;
                    }
                }
                at = next;
            }
        }
        (base, of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Below 1: first child; missing goes second. In the second child again below 2, missing first.
    fn tree() -> Tree {
        Tree {
            feature: vec![0, 0, 1, 0, 0],
            bin: vec![1, 0, 2, 0, 0],
            child: vec![1, 0, 3, 0, 0],
            missing_first: vec![0, 0, 1, 0, 0],
            value: vec![5, -100, 40, 10, 70],
        }
    }

    fn cuts() -> Cuts {
        Cuts(vec![vec![1.0], vec![1.0, 2.0]])
    }

    #[test]
    fn rows_go_their_way_and_missing_values_theirs() {
        let forest = Forest::grow(1_000, &cuts(), 2, &[tree(), tree()]).unwrap();
        let rows: Vec<Bins> = [
            ([0.5, 9.0], 800),
            ([1.0, 1.5], 1_020),
            ([1.0, 2.0], 1_140),
            ([f64::NAN, 2.0], 1_140),
            ([f64::NAN, f64::NAN], 1_020),
        ]
        .iter()
        .map(|(values, logit)| {
            let bins = cuts().bins(values);
            assert_eq!(forest.logits(&[bins]), [*logit], "{values:?}");
            let (base, of) = forest.contributions(&bins, 2);
            assert_eq!(base + of.iter().sum::<i64>(), *logit, "{values:?}");
            bins
        })
        .collect();
        // Side by side they come out as one by one, whatever their number.
        let many: Vec<Bins> = rows.iter().cycle().take(173).copied().collect();
        let singly: Vec<i64> = many.iter().flat_map(|row| forest.logits(&[*row])).collect();
        assert_eq!(forest.logits(&many), singly);
    }

    /// A row could fall out of any of these, or never end.
    #[test]
    fn what_is_no_tree_is_refused() {
        type Spoil = fn(&mut Tree);
        let spoilt: [(Spoil, &str); 9] = [
            (|tree| tree.child[0] = 0, ""),
            (|tree| tree.child[2] = 2, "without children"),
            (|tree| tree.child[2] = 1, "without children"),
            (|tree| tree.child[2] = 4, "without children"),
            (|tree| tree.feature[0] = 2, "not there"),
            (|tree| tree.bin[0] = 2, "not there"),
            (|tree| tree.bin[0] = 0, "not there"),
            (|tree| tree.missing_first[0] = 2, "not there"),
            (
                |tree| {
                    tree.value.pop();
                },
                "not whole",
            ),
        ];
        for (spoil, wanted) in spoilt {
            let mut tree = tree();
            spoil(&mut tree);
            let grown = Forest::grow(0, &cuts(), 2, &[tree]);
            assert_eq!(grown.is_ok(), wanted.is_empty());
            if let Err(why) = grown {
                assert!(why.contains(wanted), "{why}");
            }
        }
        assert!(Forest::grow(0, &cuts(), 2, &[Tree::default()]).is_err());
        assert!(Forest::grow(0, &Cuts(vec![vec![2.0, 1.0], vec![]]), 2, &[]).is_err());
        assert!(Forest::grow(0, &Cuts(vec![vec![f64::INFINITY], vec![]]), 2, &[]).is_err());
    }

    #[test]
    fn parts_are_whole_and_bounded() {
        assert_eq!(parts_of(1.0), 1 << 24);
        assert_eq!(parts_of(f64::MAX), 100 << 24);
        assert_eq!(logit_of(i64::from(parts_of(-0.25))), -0.25);
        assert_eq!(parts_of(f64::NAN), 0);
    }
}
