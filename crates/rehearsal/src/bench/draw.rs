//! Random selection: the measured rate of each part of the trade against the one that is set, over many draws that
//! are made as in earnest.

use std::fmt::Write;
use std::time::Instant;

use risk::{Category, Draw, Lane, LanePolicy, Rates, Sampled, Share, Stratum};
use serde::Serialize;

use crate::random::Random;

/// Draws over made-up days.
#[derive(Debug, Clone)]
pub struct DrawBench {
    /// How many declarations.
    pub declarations: u64,
    /// What the secrets of the days and the declarations are made from.
    pub seed: u64,
}

impl Default for DrawBench {
    fn default() -> Self {
        Self { declarations: 1_000_000, seed: 2026 }
    }
}

/// One rate, as set and as measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RateReport {
    /// Which declarations: category, office, what goods.
    pub stratum: String,
    /// `yellow`, `red` or `blue`.
    pub lane: &'static str,
    /// Declarations that could be drawn for it.
    pub declarations: u64,
    /// Of these, drawn.
    pub drawn: u64,
    /// The set rate, in percent.
    pub set_percent: f64,
    /// The measured rate, in percent.
    pub measured_percent: f64,
    /// The difference, in percentage points.
    pub difference_points: f64,
    /// The standard deviation of so many draws at the set rate, in percentage points: the chance of chance.
    pub deviation_points: f64,
}

/// What the draws came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DrawReport {
    /// Declarations drawn.
    pub declarations: u64,
    /// How long it took.
    pub seconds: f64,
    /// Per second, on one core.
    pub per_second: f64,
    /// All of them together, lane by lane: what the mix of the trade makes expected, and what came.
    pub expected: Vec<RateReport>,
    /// Each part of the trade by itself.
    pub strata: Vec<RateReport>,
    /// The largest difference of the trade as a whole, in percentage points.
    pub largest_points: f64,
}

/// The rates measured: those of the packs, an office with a minimum of its own, goods that are sampled more.
fn policy() -> LanePolicy {
    let parts = Share::from_parts;
    LanePolicy {
        strata: vec![
            Stratum {
                offices: vec!["10013".to_owned()],
                yellow: parts(10_000),
                red: parts(5_000),
                ..Stratum::default()
            },
            Stratum {
                kinds: vec!["import".to_owned()],
                codes: vec!["61".to_owned(), "62".to_owned()],
                yellow: parts(30_000),
                ..Stratum::default()
            },
        ],
        drawn_always: true,
        ..LanePolicy::default()
    }
}

const OFFICES: [&str; 2] = ["10013160", "10005030"];
const CODES: [&str; 2] = ["6203423100", "8471300000"];
/// Declarations of one made-up day.
const DECLARATIONS_A_DAY: u64 = 10_000;

impl DrawBench {
    /// Draws.
    pub fn run(&self, mut progress: impl FnMut(&str, u64, u64)) -> DrawReport {
        let policy = policy();
        let mut random = Random::of(self.seed, 0);
        let categories = [Category::Low, Category::Medium, Category::High];
        let mut cells: Vec<Cell> = Vec::new();
        for category in categories {
            for office in OFFICES {
                for code in CODES {
                    let codes = [code];
                    let sampled =
                        Sampled { category, office: Some(office), kind: Some("import"), codes: &codes };
                    let rates = policy.rates(&sampled);
                    cells.push(Cell { category, office, code, rates, counts: [0; 4] });
                }
            }
        }
        let begun = Instant::now();
        let mut secret = [0; 32];
        for nth in 0..self.declarations {
            if nth % DECLARATIONS_A_DAY == 0 {
                secret = std::array::from_fn(|_| random.below(256) as u8);
                progress("draws", nth, self.declarations);
            }
            let at = random.below(cells.len() as u64) as usize;
            let Some(cell) = cells.get_mut(at) else { continue };
            let codes = [cell.code];
            let sampled = Sampled {
                category: cell.category,
                office: Some(cell.office),
                kind: Some("import"),
                codes: &codes,
            };
            let draw = Draw::of(&secret, &nth.to_be_bytes());
            let lane = policy.select(Lane::Green, &sampled, &draw).map_or(Lane::Green, |drawn| drawn.lane);
            if let Some(count) = cell.counts.get_mut(lane as usize) {
                *count += 1;
            }
        }
        let seconds = begun.elapsed().as_secs_f64();
        let strata: Vec<RateReport> = cells.iter().flat_map(Cell::report).collect();
        let expected = together(&cells);
        let largest_points = expected.iter().map(|rate| rate.difference_points.abs()).fold(0.0_f64, f64::max);
        DrawReport {
            declarations: self.declarations,
            seconds,
            per_second: self.declarations as f64 / seconds.max(f64::MIN_POSITIVE),
            expected,
            strata,
            largest_points,
        }
    }
}

/// One part of the trade, with what was drawn in it by lane.
struct Cell {
    category: Category,
    office: &'static str,
    code: &'static str,
    rates: Rates,
    counts: [u64; 4],
}

impl Cell {
    fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    fn count(&self, lane: Lane) -> u64 {
        self.counts.get(lane as usize).copied().unwrap_or_default()
    }

    /// What could be drawn for a lane, what was, and the rate that is set.
    fn lane(&self, lane: Lane) -> (u64, u64, f64) {
        let share = |share: Share| f64::from(share.parts()) / 1e6;
        let (of, rate) = match lane {
            Lane::Red => (self.total(), share(self.rates.red)),
            Lane::Yellow => (self.total(), share(self.rates.yellow)),
            // Only what is not looked at before release can be audited after it.
            Lane::Green | Lane::Blue => {
                (self.count(Lane::Green) + self.count(Lane::Blue), share(self.rates.audit))
            }
        };
        (of, self.count(lane), rate)
    }

    fn report(&self) -> Vec<RateReport> {
        let stratum = format!("{}, {}, {}", self.category.as_str(), self.office, self.code);
        LANES
            .map(|lane| {
                let (of, drawn, rate) = self.lane(lane);
                rate_report(stratum.clone(), lane, of, drawn, rate, rate * (1.0 - rate) * of as f64)
            })
            .to_vec()
    }
}

const LANES: [Lane; 3] = [Lane::Red, Lane::Yellow, Lane::Blue];

fn together(cells: &[Cell]) -> Vec<RateReport> {
    LANES
        .map(|lane| {
            let (mut of, mut drawn, mut wanted, mut variance) = (0, 0, 0.0, 0.0);
            for cell in cells {
                let (declarations, selected, rate) = cell.lane(lane);
                of += declarations;
                drawn += selected;
                wanted += rate * declarations as f64;
                variance += rate * (1.0 - rate) * declarations as f64;
            }
            rate_report("all".to_owned(), lane, of, drawn, wanted / (of as f64).max(1.0), variance)
        })
        .to_vec()
}

fn rate_report(stratum: String, lane: Lane, of: u64, drawn: u64, rate: f64, variance: f64) -> RateReport {
    let whole = (of as f64).max(1.0);
    let measured = drawn as f64 / whole;
    RateReport {
        stratum,
        lane: lane.as_str(),
        declarations: of,
        drawn,
        set_percent: rate * 100.0,
        measured_percent: measured * 100.0,
        difference_points: (measured - rate) * 100.0,
        deviation_points: variance.sqrt() / whole * 100.0,
    }
}

/// The report as a table.
pub fn render_draw(report: &DrawReport) -> String {
    let mut out = format!(
        "{} draws in {:.2} s: {:.0} a second on one core\n\n{:<28} {:>6} {:>10} {:>9} {:>9} {:>9} {:>9}\n",
        report.declarations,
        report.seconds,
        report.per_second,
        "stratum",
        "lane",
        "of",
        "set %",
        "measured",
        "points",
        "1 sigma"
    );
    for rate in report.expected.iter().chain(&report.strata) {
        // Writing to a text cannot fail.
        let _ = writeln!(
            out,
            "{:<28} {:>6} {:>10} {:>9.3} {:>9.3} {:>+9.3} {:>9.3}",
            rate.stratum,
            rate.lane,
            rate.declarations,
            rate.set_percent,
            rate.measured_percent,
            rate.difference_points,
            rate.deviation_points
        );
    }
    let _ =
        write!(out, "\nall together at most {:.3} percentage points from what is set", report.largest_points);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_is_what_is_set() {
        let bench = DrawBench { declarations: 60_000, ..DrawBench::default() };
        let report = bench.run(|_, _, _| {});
        assert_eq!((report.expected.len(), report.strata.len()), (3, 36));
        for rate in report.expected.iter().chain(&report.strata) {
            // The seed is fixed, so this is no matter of luck; five deviations leave room for another seed.
            assert!(rate.difference_points.abs() <= 5.0 * rate.deviation_points + 1e-9, "{rate:?}");
        }
        let of = |stratum: &str, lane: &str| {
            let found = report.strata.iter().find(|rate| rate.stratum == stratum && rate.lane == lane);
            found.unwrap().set_percent
        };
        assert!((of("low, 10013160, 6203423100", "red") - 0.5).abs() < 1e-9, "the office's minimum");
        assert!((of("low, 10005030, 6203423100", "yellow") - 3.0).abs() < 1e-9, "clothing is sampled more");
        assert!((of("high, 10013160, 6203423100", "yellow") - 4.0).abs() < 1e-9, "a stratum lowers nothing");
        assert!(render_draw(&report).contains("all together at most"));
    }
}
