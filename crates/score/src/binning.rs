//! Where a feature is cut into bins.
//!
//! A feature with few values has a bin for each. One with more has bins of about even weight, and values that weigh as
//! much as a whole bin have theirs alone. Plain quantiles, as `forust-ml` and XGBoost take them, fall on such values again
//! and again: of 1 023 bins for the commodity codes of the published example they use 671.

use forust_ml::data::JaggedMatrix;

use crate::forest::Cuts;

/// The cuts of one feature, ascending; values below the second are in the first bin, and so on. The first is the least
/// value, so that the bin below it is left for missing ones.
pub(crate) fn cuts_of(values: &[f64], bins: usize) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let runs: Vec<(f64, usize)> = sorted
        .chunk_by(|one, next| one == next)
        .map(|run| (run.first().copied().unwrap_or(0.0), run.len()))
        .collect();
    if runs.len() <= bins {
        return runs.into_iter().map(|(value, _)| value).collect();
    }
    let heavy = |count: usize| count * bins >= sorted.len();
    let (mut rows_left, mut bins_left) = (sorted.len(), bins);
    for (_, count) in runs.iter().filter(|(_, count)| heavy(*count)) {
        rows_left -= count;
        bins_left -= 1;
    }
    // The weight a bin of light values should reach, as a fraction: rows left over bins left.
    let reached = |rows: usize, left: (usize, usize)| rows * left.1.max(1) >= left.0;
    let mut cuts = Vec::with_capacity(bins);
    cuts.extend(runs.first().map(|(value, _)| *value));
    let (mut rows, mut aim) = (0, (rows_left, bins_left));
    for pair in runs.windows(2) {
        let [(_, count), (next, next_count)] = pair else { continue };
        if !heavy(*count) {
            rows_left -= count;
        }
        rows += count;
        let full = heavy(*count) || reached(rows, aim) || (heavy(*next_count) && reached(2 * rows, aim));
        if full {
            cuts.push(*next);
            if cuts.len() == bins {
                break;
            }
            rows = 0;
            if !heavy(*count) {
                bins_left = bins_left.saturating_sub(1);
                aim = (rows_left, bins_left);
            }
        }
    }
    cuts
}

/// Cuts as the crate wants them: feature after feature, each ended by a number that no value reaches.
pub(crate) fn for_crate(cuts: &Cuts) -> JaggedMatrix<f64> {
    let (mut data, mut ends) = (Vec::new(), Vec::new());
    for of in &cuts.0 {
        data.extend(of);
        data.push(f64::MAX);
        ends.push(data.len());
    }
    JaggedMatrix { cols: ends.len(), n_records: data.len(), data, ends }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_have_a_bin_each() {
        assert_eq!(cuts_of(&[3.0, 1.0, f64::NAN, 3.0, 2.0], 3), [1.0, 2.0, 3.0]);
        assert_eq!(cuts_of(&[f64::NAN], 3), [0.0; 0]);
        assert_eq!(cuts_of(&[0.0, -0.0], 3).len(), 1);
    }

    /// Half of the rows have one value, the rest a hundred: quantiles would use six of ten bins.
    #[test]
    fn a_heavy_value_has_a_bin_alone_and_the_others_share_the_rest() {
        let mut values: Vec<f64> = (0..100).map(f64::from).collect();
        values.extend([50.0; 100]);
        let cuts = cuts_of(&values, 10);
        assert_eq!(cuts.len(), 10, "{cuts:?}");
        assert!(cuts.contains(&50.0) && cuts.contains(&51.0), "{cuts:?}");
        // A bin before a heavy value is full at half the weight of others.
        let in_bin = |bin: usize| {
            values.iter().filter(|value| cuts.partition_point(|cut| cut <= value) == bin + 1).count()
        };
        let counts: Vec<usize> = (0..10).map(in_bin).collect();
        assert_eq!(counts.iter().sum::<usize>(), 200);
        assert!(counts.iter().all(|count| *count == 101 || (6..=14).contains(count)), "{counts:?}");
    }

    #[test]
    fn even_values_have_even_bins() {
        let values: Vec<f64> = (0..1_000).map(f64::from).collect();
        let cuts = cuts_of(&values, 10);
        assert_eq!(cuts, [0.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0, 700.0, 800.0, 900.0]);
    }
}
