//! `bench risk`: thousands of profiles against one declaration, on one core; the `cel` crate's own evaluator,
//! zen-engine, and zen-engine's evaluator alone over the same profiles in the same run.

mod conditions;
mod peers;

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use declaration::{Declaration, Item, Text};
use jiff::civil::Date;
use reference::Reference;
use risk::{
    ByCategory, Category, Draw, Facts, ItemFacts, Lane, LanePolicy, Measure, PriceFacts, Profile,
    ProfileKind, Rules, Share, Stage,
};
use rust_decimal::Decimal;
use serde::Serialize;

use super::machine::thread_cpu;
use super::render::{number, table};
use crate::error::RehearsalError;
use crate::generate::{Generator, Plan};
use crate::mistakes::MistakeShares;
use crate::random::Random;
use conditions::{Condition, Trade};

/// Declarations the lines of goods are taken from.
const TRADE_DECLARATIONS: u64 = 400;
/// Different declarations that are asked again and again.
const DISTINCT: usize = 200;
/// The most lines of goods in a declaration: three digits in box 32.
const LINES_MAX: usize = 999;
/// Declarations asked before anything is measured.
const WARM_UP: usize = 50;
/// Declarations each peer is asked about: it takes seconds for one.
const PEER_DECLARATIONS: usize = 4;
/// Profiles that can apply, in the measurement of growth; whatever is added to them cannot.
const GROWTH_APPLYING: usize = 1_000;
/// Sizes of the sets in the measurement of growth.
const GROWTH: [usize; 3] = [1_000, 10_000, 100_000];
/// Profiles that fire on a share of cases only, in thousandths, and the share in percent.
const SHARED: (u32, u32) = (300, 25);

/// What to measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RiskBench {
    /// Profiles in force.
    pub profiles: usize,
    /// Lines of goods in every declaration.
    pub items: usize,
    /// Declarations asked.
    pub declarations: usize,
    /// The seed of profiles and declarations.
    pub seed: u64,
    /// The day.
    pub day: Date,
}

impl Default for RiskBench {
    fn default() -> Self {
        Self { profiles: 10_000, items: 50, declarations: 5_000, seed: 1, day: Date::constant(2026, 3, 2) }
    }
}

/// What was measured, on one core.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RiskReport {
    /// Profiles in force.
    pub profiles: usize,
    /// Lines of goods in every declaration.
    pub items: usize,
    /// Declarations asked.
    pub declarations: usize,
    /// Seconds to compile the set and build its index.
    pub compile_s: f64,
    /// Half of the declarations were assessed within so many milliseconds.
    pub p50_ms: f64,
    /// 99 % of them were.
    pub p99_ms: f64,
    /// All of them were.
    pub max_ms: f64,
    /// Half of them within so many milliseconds of processor time: what it takes of one core, whoever else uses the
    /// machine.
    pub cpu_p50_ms: f64,
    /// 99 % of them.
    pub cpu_p99_ms: f64,
    /// Hits in a declaration, in the mean.
    pub hits_mean: f64,
    /// Profiles that could not be decided for lack of a field, in the mean.
    pub undecided_mean: f64,
    /// The same declarations against sets of other sizes with as many profiles that can apply.
    pub growth: Vec<Growth>,
    /// Others over the same profiles.
    pub peers: BTreeMap<&'static str, Peer>,
    /// Whether the program was built with optimisations; else the numbers say little.
    pub optimised: bool,
}

/// One size of set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Growth {
    /// Profiles in force.
    pub profiles: usize,
    /// Of them, those whose codes, traders or countries are traded at all.
    pub applying: usize,
    /// Seconds to compile.
    pub compile_s: f64,
    /// Half of the declarations within, in milliseconds.
    pub p50_ms: f64,
    /// 99 % within, in milliseconds.
    pub p99_ms: f64,
    /// Half within, in milliseconds of processor time.
    pub cpu_p50_ms: f64,
    /// 99 % within, in milliseconds of processor time.
    pub cpu_p99_ms: f64,
}

/// Another evaluator, asked every profile of every line in a plain loop; or an engine that was given all profiles.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Peer {
    /// Declarations it was asked about; 0 where it was not built in.
    pub declarations: usize,
    /// Seconds it took to compile the profiles, or to build what it asks them by.
    pub compile_s: f64,
    /// Pairs of profile and line it was asked about; an engine with an index of its own looks at fewer.
    pub evaluations: u64,
    /// Milliseconds of processor time for a declaration, its conversion not counted: half within.
    pub p50_ms: f64,
    /// 99 % within; of so few declarations, that is the slowest.
    pub p99_ms: f64,
    /// How many times as long as ours, by the halves.
    pub times_ours: f64,
    /// Pairs of profile and line that both say fire.
    pub same_hits: u64,
    /// Pairs that only one of the two says fire.
    pub other_hits: u64,
    /// Why it was not measured; else empty.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub absent: &'static str,
}

/// Times of every declaration: by the clock, and of the processor.
#[derive(Default)]
struct Spent {
    wall: Vec<Duration>,
    cpu: Vec<Duration>,
}

/// One declaration with what is known besides.
struct Case {
    declaration: Declaration,
    facts: Facts,
}

impl RiskBench {
    /// Measures.
    ///
    /// # Errors
    /// Where no declaration can be generated or a generated profile does not compile.
    pub fn run(&self, progress: impl FnMut(&str, u64, u64)) -> Result<RiskReport, RehearsalError> {
        self.run_with(&GROWTH, progress)
    }

    fn run_with(
        &self,
        sizes: &[usize],
        mut progress: impl FnMut(&str, u64, u64),
    ) -> Result<RiskReport, RehearsalError> {
        let lines = self.items.clamp(1, LINES_MAX);
        progress("generate", 0, 1);
        let cases = self.cases(lines)?;
        let trade = Trade::of(cases.iter().map(|case| (&case.declaration, &case.facts)));
        let mut random = Random::of(self.seed, 1);
        let conditions: Vec<Vec<Condition>> =
            (0..self.profiles).map(|_| conditions::draw(&mut random, &trade)).collect();
        let profiles: Vec<Profile> = (0..).zip(&conditions).map(|(nth, parts)| profile(nth, parts)).collect();

        progress("compile", 0, 1);
        let begun = Instant::now();
        let rules = compiled(profiles.clone())?;
        let compile_s = begun.elapsed().as_secs_f64();
        let (mut hits, mut undecided) = (0, 0);
        let (policy, draw) = (LanePolicy::default(), Draw::of(&[7; 32], b"bench"));
        let assess = |rules: &Rules, case: &Case| {
            rules.assess(&case.declaration, &case.facts, &policy, &draw, self.day)
        };
        let mut spent = self.spent(&rules, &cases, &assess, |assessment| {
            hits += assessment.hits.len();
            undecided += u64::from(assessment.undecided);
        });
        let asked = self.declarations.max(1) as f64;

        let mut growth = Vec::new();
        for size in sizes.iter().copied() {
            progress("growth", size as u64, 100_000);
            growth.push(self.growth(size, &trade, &cases, &assess)?);
        }
        let ours = quantile(&mut spent.cpu, 0.5);
        let peers = self.peers(&conditions, profiles, &cases, ours, &mut progress)?;
        Ok(RiskReport {
            profiles: self.profiles,
            items: lines,
            declarations: self.declarations,
            compile_s,
            p50_ms: quantile(&mut spent.wall, 0.5),
            p99_ms: quantile(&mut spent.wall, 0.99),
            max_ms: quantile(&mut spent.wall, 1.0),
            cpu_p50_ms: ours,
            cpu_p99_ms: quantile(&mut spent.cpu, 0.99),
            hits_mean: hits as f64 / asked,
            undecided_mean: undecided as f64 / asked,
            growth,
            peers,
            optimised: !cfg!(debug_assertions),
        })
    }

    /// Declarations of exactly so many lines, taken from generated trade.
    fn cases(&self, lines: usize) -> Result<Vec<Case>, RehearsalError> {
        let invalid = |why: String| RehearsalError::Invalid(why);
        let reference = Arc::new(Reference::starter().map_err(|why| invalid(why.to_string()))?);
        let plan = Plan {
            items_mean: 50.0,
            mistakes: MistakeShares::none(),
            ..Plan::usual(TRADE_DECLARATIONS, self.seed, self.day)
        };
        let generator =
            Generator::new(plan, Arc::clone(&reference), None).map_err(|why| invalid(why.to_string()))?;
        let mut declarations = Vec::new();
        for generated in &generator {
            declarations.push(generated.map_err(|why| invalid(why.to_string()))?.declaration);
        }
        let pool: Vec<Item> =
            declarations.iter().flat_map(|declaration| declaration.items.iter().cloned()).collect();
        let mut random = Random::of(self.seed, 2);
        let cases = declarations.into_iter().take(DISTINCT).map(|mut declaration| {
            declaration.items.truncate(lines);
            while declaration.items.len() < lines
                && let Some(item) = random.pick(&pool)
            {
                declaration.items.push(item.clone());
            }
            let office = Some(reference.registering_office(&declaration, self.day));
            let facts = facts(&declaration, office, &mut random);
            Case { declaration, facts }
        });
        Ok(cases.collect())
    }

    fn growth(
        &self,
        size: usize,
        trade: &Trade,
        cases: &[Case],
        assess: &impl Fn(&Rules, &Case) -> risk::Assessment,
    ) -> Result<Growth, RehearsalError> {
        let mut random = Random::of(self.seed, 3);
        let applying = GROWTH_APPLYING.min(size);
        let mut profiles: Vec<Profile> = Vec::with_capacity(size);
        for nth in 0..size {
            let parts = if nth < applying {
                conditions::draw(&mut random, trade)
            } else {
                conditions::draw_elsewhere(&mut random, trade)
            };
            profiles.push(profile(nth, &parts));
        }
        let begun = Instant::now();
        let rules = compiled(profiles)?;
        let compile_s = begun.elapsed().as_secs_f64();
        let mut spent = self.spent(&rules, cases, assess, |_| {});
        Ok(Growth {
            profiles: size,
            applying,
            compile_s,
            p50_ms: quantile(&mut spent.wall, 0.5),
            p99_ms: quantile(&mut spent.wall, 0.99),
            cpu_p50_ms: quantile(&mut spent.cpu, 0.5),
            cpu_p99_ms: quantile(&mut spent.cpu, 0.99),
        })
    }

    /// Assesses the declarations one after another, on this thread.
    fn spent(
        &self,
        rules: &Rules,
        cases: &[Case],
        assess: &impl Fn(&Rules, &Case) -> risk::Assessment,
        mut count: impl FnMut(&risk::Assessment),
    ) -> Spent {
        cases.iter().cycle().take(WARM_UP).for_each(|case| drop(black_box(assess(rules, case))));
        let mut spent = Spent::default();
        for case in cases.iter().cycle().take(self.declarations) {
            let (begun, used) = (Instant::now(), thread_cpu());
            let assessment = black_box(assess(rules, black_box(case)));
            spent.cpu.push(thread_cpu().saturating_sub(used));
            spent.wall.push(begun.elapsed());
            count(&assessment);
        }
        spent
    }

    fn peers(
        &self,
        conditions: &[Vec<Condition>],
        mut profiles: Vec<Profile>,
        cases: &[Case],
        ours_ms: f64,
        progress: &mut impl FnMut(&str, u64, u64),
    ) -> Result<BTreeMap<&'static str, Peer>, RehearsalError> {
        // What ours says with nothing left to chance, to compare with.
        profiles.iter_mut().for_each(|profile| profile.share_percent = None);
        let rules = compiled(profiles)?;
        let none = LanePolicy {
            random_rate: ByCategory::default(),
            audit_rate: Share::NONE,
            ..LanePolicy::default()
        };
        let hits = |case: &Case| -> BTreeSet<(usize, Option<u32>)> {
            let draw = Draw::of(&[7; 32], b"bench");
            let found = rules.assess(&case.declaration, &case.facts, &none, &draw, self.day).hits;
            let nth = |number: &str| number.rsplit('/').next().and_then(|nth| nth.parse().ok());
            found.iter().filter_map(|hit| Some((nth(&hit.profile)?, hit.item))).collect()
        };
        let mut measured = BTreeMap::new();
        for (name, peer) in peers::all() {
            let Some(peer) = peer else {
                measured.insert(name, Peer::absent("built without --features peers"));
                continue;
            };
            progress(name, 0, PEER_DECLARATIONS as u64);
            let begun = Instant::now();
            let asked = peer(conditions).map_err(RehearsalError::Invalid)?;
            let mut report = Peer::absent("");
            report.compile_s = begun.elapsed().as_secs_f64();
            let mut spent = Vec::new();
            for (nth, case) in cases.iter().take(PEER_DECLARATIONS).enumerate() {
                progress(name, nth as u64, PEER_DECLARATIONS as u64);
                let (took, evaluations, theirs) = asked(case);
                let ours = hits(case);
                spent.push(took);
                report.declarations += 1;
                report.evaluations += evaluations;
                report.same_hits += ours.intersection(&theirs).count() as u64;
                report.other_hits += ours.symmetric_difference(&theirs).count() as u64;
            }
            (report.p50_ms, report.p99_ms) = (quantile(&mut spent, 0.5), quantile(&mut spent, 0.99));
            report.times_ours = if ours_ms > 0.0 { report.p50_ms / ours_ms } else { 0.0 };
            measured.insert(name, report);
        }
        Ok(measured)
    }
}

impl Peer {
    fn absent(why: &'static str) -> Self {
        Self {
            declarations: 0,
            compile_s: 0.0,
            evaluations: 0,
            p50_ms: 0.0,
            p99_ms: 0.0,
            times_ours: 0.0,
            same_hits: 0,
            other_hits: 0,
            absent: why,
        }
    }
}

fn compiled(profiles: Vec<Profile>) -> Result<Rules, RehearsalError> {
    Rules::compile(profiles).map_err(|errors| {
        let first = errors.first().map(ToString::to_string).unwrap_or_default();
        RehearsalError::Invalid(first)
    })
}

/// What is known of a declaration besides, with usual prices around its own.
fn facts(declaration: &Declaration, office: Option<declaration::OfficeCode>, random: &mut Random) -> Facts {
    let mut items = ItemFacts::of_lines(declaration);
    for item in &mut items {
        let Some(value) = item.value_per_kg.map(|value| value.round_dp(2)) else { continue };
        // Half of the lines between half and three times the usual price.
        let usual = value * Decimal::from(random.between(3, 20)) / Decimal::from(10);
        item.price = random.happens(700).then(|| PriceFacts {
            median: usual.round_dp(2).max(Decimal::new(1, 2)),
            sample: u32::try_from(random.between(1, 2_000)).unwrap_or_default(),
            ..PriceFacts::default()
        });
    }
    let total = declaration.items.iter().filter_map(|item| item.customs_value).map(|value| value.get()).sum();
    let category = match random.below(10) {
        0 => Category::High,
        1..=3 => Category::Low,
        _ => Category::Medium,
    };
    Facts { category, customs_value_total: total, signed: true, office, items, ..Facts::default() }
}

fn profile(nth: usize, parts: &[Condition]) -> Profile {
    let offices: Vec<String> = parts.iter().filter_map(Condition::office).map(str::to_owned).collect();
    let area: Vec<String> = parts.iter().filter_map(Condition::cel).collect();
    // Spread evenly, and the same for the same place.
    let shared = nth * 7 % 1_000 < SHARED.0 as usize;
    Profile {
        number: format!("bench/{nth:06}"),
        title: Text::new("Замер", "Measurement"),
        kind: if offices.is_empty() { ProfileKind::National } else { ProfileKind::Zonal },
        fiscal: true,
        offices,
        stage: Stage::Declaration,
        area: area.join(" && "),
        exclusions: None,
        valid_from: Date::constant(2026, 1, 1),
        valid_to: None,
        share_percent: shared.then(|| Share::from_parts(SHARED.1 * 10_000)),
        categories: ByCategory::default(),
        measures: vec![Measure::Documents, Measure::Value],
        lane: Lane::Yellow,
        instruction: Text::new(
            "Сравните цену с имеющейся ценовой информацией, запросите прайс-лист производителя.",
            "Compare the price with the price information at hand, ask for the maker's price list.",
        ),
        author: "bench".to_owned(),
        version: 1,
    }
}

/// The value that this share of the measurements does not exceed, in milliseconds.
fn quantile(spent: &mut [Duration], share: f64) -> f64 {
    spent.sort_unstable();
    let last = spent.len().saturating_sub(1);
    let at = ((spent.len() as f64 * share).ceil() as usize).saturating_sub(1).min(last);
    spent.get(at).map_or(0.0, |spent| spent.as_secs_f64() * 1_000.0)
}

/// The table of a measurement of risk.
pub fn render_risk(report: &RiskReport) -> String {
    let mut out = table([
        ("profiles", number(report.profiles as f64)),
        ("lines of goods", number(report.items as f64)),
        ("declarations", number(report.declarations as f64)),
        ("seconds to compile", format!("{:.2}", report.compile_s)),
        ("half assessed within, ms", format!("{:.3}", report.p50_ms)),
        ("99 % assessed within, ms", format!("{:.3}", report.p99_ms)),
        ("all assessed within, ms", format!("{:.3}", report.max_ms)),
        ("half, ms of processor time", format!("{:.3}", report.cpu_p50_ms)),
        ("99 %, ms of processor time", format!("{:.3}", report.cpu_p99_ms)),
        ("hits in a declaration", number(report.hits_mean)),
        ("undecided in a declaration", number(report.undecided_mean)),
    ]);
    out.push_str("\nSets of other sizes, with as many profiles that can apply\n");
    for row in &report.growth {
        out.push_str(&format!(
            "{:>8} profiles, {} can apply: half within {:.3} ms, 99 % within {:.3} ms ({:.3} and {:.3} of processor \
             time), compiled in {:.2} s\n",
            number(row.profiles as f64),
            number(row.applying as f64),
            row.p50_ms,
            row.p99_ms,
            row.cpu_p50_ms,
            row.cpu_p99_ms,
            row.compile_s
        ));
    }
    out.push_str(
        "\nOthers over the same profiles: cel and zen-expression in a plain loop, zen-engine as a decision\n",
    );
    for (name, peer) in &report.peers {
        if !peer.absent.is_empty() {
            out.push_str(&format!("{name}: {}\n", peer.absent));
            continue;
        }
        out.push_str(&format!(
            "{name}: {:.0} ms for a declaration ({:.0} times ours), {} pairs of profile and line, {} same hits, {} \
             other, compiled in {:.1} s\n",
            peer.p50_ms,
            peer.times_ours,
            number(peer.evaluations as f64),
            number(peer.same_hits as f64),
            peer.other_hits,
            peer.compile_s
        ));
    }
    if !report.optimised {
        out.push_str("\nbuilt without optimisations: the numbers say little\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_run_measures_and_the_peers_agree() {
        let bench = RiskBench { profiles: 2_000, items: 10, declarations: 20, ..RiskBench::default() };
        let report = bench.run_with(&[300, 600], |_, _, _| {}).unwrap();
        assert_eq!((report.profiles, report.items, report.declarations), (2_000, 10, 20));
        assert!(report.p99_ms >= report.p50_ms && report.p50_ms > 0.0);
        assert!(report.hits_mean > 0.0, "{report:?}");
        let cel = &report.peers["cel"];
        assert!(cel.same_hits > 0, "{cel:?}");
        assert_eq!(cel.other_hits, 0, "{cel:?}");
        for name in ["zen-engine", "zen-expression"] {
            let zen = &report.peers[name];
            assert_eq!(zen.absent.is_empty(), cfg!(feature = "peers"));
            assert_eq!(
                (zen.same_hits, zen.other_hits),
                (if zen.absent.is_empty() { cel.same_hits } else { 0 }, 0),
                "{zen:?}"
            );
        }
        assert!(render_risk(&report).contains("times ours"));
    }
}
