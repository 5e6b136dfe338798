//! `bench learning`: what a model finds that no profile knows, in a history with smuggling in it.
//!
//! ```text
//! prices │ looked at by rules and chance ──► first model │ rules, chance, first 5 % ──► second model │ first 5 %
//!  1/5   │                2/5                            │             1/5                           │    1/5
//! ```
//!
//! Labels come only from what was looked at, as in service: lines that a profile hit, and declarations that chance drew
//! at the pack's rates. Which declarations are planted is known here, to say what a look finds, and nowhere else: rows are
//! made by [`score::declared`] of the declaration and the facts its risk was assessed by.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use clearance::assess::Circumstances;
use clearance::power::PowerAct;
use clearance::trader::Known;
use clearance::{World, assess};
use declaration::Declaration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use reference::prices::{Distribution, PricedGoods, SAMPLE_MIN, UsualPrice};
use reference::{Dataset, DatasetKind, PricedUnit, Reference};
use risk::{Draw, Facts, Rules};
use rustix::time::{ClockId, clock_gettime};
use score::declared::{Told, Writer, lines};
use score::{FeatureTable, Kind, LanePlan, Lesson, Model, Rank, Settings, Table};
use serde::Serialize;

use super::backtest::secret;
use super::render::{number, table};
use crate::error::RehearsalError;
use crate::generate::{Generator, Plan};
use crate::mistakes::MistakeShares;
use crate::planted::{PATTERNS, Planting};

/// Declarations a worker takes at a time.
const TASK: u64 = 512;
/// Of declarations that nobody looked at, one in so many is in the file that is learned from.
const SAMPLED_ONE_IN: u64 = 10;
/// Per mille of declarations that are looked at by score.
const INSPECTED: u64 = 50;
/// Smaller shares, per mille, at which it is said how much had been found by then.
const SOONER: [u64; 3] = [5, 10, 20];
/// Days over which declarations are filed, within one month of rates.
const DAYS: u64 = 20;
/// Fifths of the history at which its parts end: prices, first lesson, first round, second round.
const PARTS: [u64; 4] = [1, 3, 4, 5];

/// What to measure.
#[derive(Debug, Clone, PartialEq)]
pub struct LearningBench {
    /// Declarations filed.
    pub declarations: u64,
    /// Mean number of lines of goods.
    pub items_mean: f64,
    /// The seed.
    pub seed: u64,
    /// The first day of filing.
    pub day: Date,
    /// How trees are grown.
    pub settings: Settings,
}

impl Default for LearningBench {
    fn default() -> Self {
        Self {
            declarations: 200_000,
            items_mean: 10.0,
            seed: 11,
            day: Date::constant(2026, 3, 2),
            settings: Settings::default(),
        }
    }
}

/// One pattern of smuggling, and how it came to be known. A pair is of the first and of the second round.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PatternLearned {
    /// The heading its goods are declared under.
    pub heading: &'static str,
    /// Whether there is a profile for it.
    pub known: bool,
    /// Declarations planted among those learned from first, and of them looked at.
    pub lesson: (u64, u64),
    /// Declarations planted in each round.
    pub planted: [u64; 2],
    /// Of them within the first twentieth by score.
    pub by_model: [u64; 2],
    /// Of them within the first twentieth by a model that has only names, numbers and codes.
    pub by_names: [u64; 2],
    /// Of them in the first twentieth of the second round by the model of the first.
    pub by_first_model: u64,
    /// Of them hit by a profile.
    pub by_rules: [u64; 2],
    /// Of them drawn by chance.
    pub by_chance: [u64; 2],
    /// Of them drawn by chance and selected by neither rules nor model.
    pub by_chance_alone: [u64; 2],
}

/// One round: declarations ranked by a model that had learned before it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Round {
    /// Declarations.
    pub declarations: u64,
    /// Of them the first twentieth by score.
    pub inspected: u64,
    /// Of those planted with something.
    pub found: u64,
    /// Declarations hit by profiles, and of them planted.
    pub by_rules: (u64, u64),
    /// Declarations drawn by chance, and of them planted.
    pub by_chance: (u64, u64),
    /// Of declarations of patterns without a profile: planted, and within the first twentieth.
    pub unknown: (u64, u64),
    /// Patterns without a profile that are in the round, and those of them with any declaration in the first twentieth.
    pub unknown_patterns: (u64, u64),
    /// The same for patterns with a profile.
    pub known: (u64, u64),
    /// Of declarations of patterns without a profile, within the first twentieth by a model without what carries over.
    pub unknown_by_names: u64,
    /// Of the same, within so many per mille: by the model, and by the one without what carries over.
    pub sooner: Vec<(u64, u64, u64)>,
    /// Planted declarations that chance alone selected, and of how many patterns they are.
    pub by_chance_alone: (u64, u64),
    /// Planted declarations that chance drew, no profile hit and the model ranked behind its first so many per mille.
    pub by_chance_behind: Vec<(u64, u64)>,
}

/// What a model was made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Learned {
    /// Its version.
    pub model: String,
    /// Lines that were looked at.
    pub rows: usize,
    /// Of them with something found.
    pub found: usize,
    /// Lines in the file, looked at or not.
    pub filed: usize,
    /// Seconds of training by the clock.
    pub seconds: f64,
    /// Seconds of processor time of training.
    pub worked_s: f64,
    /// What served it most.
    pub features: Vec<(String, f64)>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LearningReport {
    /// Declarations filed.
    pub declarations: u64,
    /// Prices that followed from the first fifth.
    pub prices: usize,
    /// The patterns: those with a profile first.
    pub patterns: Vec<PatternLearned>,
    /// The two models.
    pub models: Vec<Learned>,
    /// The two rounds.
    pub rounds: Vec<Round>,
    /// Of declarations of unknown patterns in the second round, within the first twentieth by the first model.
    pub second_by_first_model: u64,
    /// Lines scored.
    pub lines: u64,
    /// Seconds of processor time to score them by four models, rows made and all.
    pub scoring_s: f64,
    /// Whether the program was built with optimisations; else the times say little.
    pub optimised: bool,
}

impl LearningReport {
    /// Whether at least half of what no profile knows is within the first twentieth, by declarations and by patterns, in
    /// each round.
    pub fn holds(&self) -> bool {
        self.rounds.len() == 2
            && self.rounds.iter().all(|round| {
                let half = |(all, found): (u64, u64)| all > 0 && 2 * found >= all;
                half(round.unknown) && half(round.unknown_patterns)
            })
    }
}

/// A declaration as it was filed.
struct Filed {
    declaration: Declaration,
    facts: Facts,
    day: Date,
    /// What is known here and nowhere else.
    pattern: Option<usize>,
    /// The lines that profiles hit, from 1; 0 is the declaration as a whole.
    hits: BTreeSet<u32>,
    chance: bool,
}

/// What was seen of a declaration in a round.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    place: u64,
    pattern: Option<usize>,
    rules: bool,
    chance: bool,
    lines: u32,
    /// The highest logit by each of the models.
    scores: [i64; 4],
}

struct Making<'m> {
    bench: &'m LearningBench,
    generator: &'m Generator,
    planting: Planting,
    world: &'m World,
}

fn invalid(why: impl ToString) -> RehearsalError {
    RehearsalError::Invalid(why.to_string())
}

impl LearningBench {
    /// Makes the history, learns twice and ranks twice.
    ///
    /// # Errors
    /// Where nothing can be generated or learned.
    pub fn run(&self, mut progress: impl FnMut(&str, u64, u64)) -> Result<LearningReport, RehearsalError> {
        let starter = Reference::starter().map_err(invalid)?;
        let plan = Plan {
            items_mean: self.items_mean,
            mistakes: MistakeShares::none(),
            ..Plan::usual(self.declarations, self.seed, self.day)
        };
        let jurisdiction = plan.jurisdiction.clone();
        let starter = Arc::new(starter);
        let generator = Generator::new(plan, Arc::clone(&starter), None).map_err(invalid)?;
        let profiles: Vec<_> =
            PATTERNS.iter().filter_map(|pattern| pattern.profile().transpose()).collect::<Result<_, _>>()?;
        let rules = Arc::new(Rules::compile(profiles).map_err(|all| invalid(format!("{all:?}")))?);
        let world = World::new(starter, Arc::clone(&rules)).map_err(invalid)?;
        let planting = Planting::of(self.declarations);
        let making = |world| Making { bench: self, generator: &generator, planting, world };
        let ends = PARTS.map(|end| self.declarations * end / 5);
        let [prices_end, lesson_end, first_end, second_end] = ends;

        // What goods usually cost, as far as the first fifth tells.
        let before = making(&world);
        let distribution = before.prices(0..prices_end, &mut progress)?;
        let usual = distribution.usual(SAMPLE_MIN);
        let prices = usual.len();
        let mut datasets = Reference::starter_datasets();
        // In little trade nothing is usual.
        datasets.extend((!usual.is_empty()).then(|| prices_dataset(&jurisdiction, &usual)));
        let reference = Arc::new(Reference::build(&datasets).map_err(invalid)?);
        let world = World::new(reference, rules).map_err(invalid)?;
        let making = making(&world);

        let features = FeatureTable::declared().map_err(invalid)?;
        let names = names_alone(&features);
        let mut patterns: Vec<PatternLearned> = PATTERNS
            .iter()
            .map(|pattern| PatternLearned {
                heading: pattern.heading,
                known: pattern.profile().is_ok_and(|profile| profile.is_some()),
                ..PatternLearned::default()
            })
            .collect();

        // What was looked at by rules and chance alone.
        let (mut file, looked_at) =
            making.rows(prices_end..lesson_end, &BTreeSet::new(), "looked at", &mut progress)?;
        for (pattern, looked_at) in looked_at {
            if let Some(row) = patterns.get_mut(pattern) {
                row.lesson.0 += 1;
                row.lesson.1 += u64::from(looked_at);
            }
        }
        let (first, learned_first) = self.learn(&file, &features, &mut progress)?;
        let (first_names, _) = self.learn(&file, &names, &mut progress)?;
        let mut scoring_s = 0.0;
        let seen =
            making.ranked(lesson_end..first_end, &[&first, &first_names], &mut scoring_s, &mut progress)?;
        let chosen = first_of(&seen, 0, INSPECTED);
        let by_names = first_of(&seen, 1, INSPECTED);
        let mut round_one = counted(&mut patterns, &seen, &chosen, &by_names, 0);
        round_one.sooner = sooner(&patterns, &seen);
        round_one.by_chance_behind = behind(&seen);
        let mut scored: u64 = seen.iter().map(|seen| 2 * u64::from(seen.lines)).sum();

        // What the first twentieth brought is learned, too.
        let (more, _) = making.rows(lesson_end..first_end, &chosen, "looked at", &mut progress)?;
        let header = more.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        file.extend(more.get(header..).unwrap_or_default());
        let (second, learned_second) = self.learn(&file, &features, &mut progress)?;
        let (second_names, _) = self.learn(&file, &names, &mut progress)?;
        let seen = making.ranked(
            first_end..second_end,
            &[&second, &second_names, &first],
            &mut scoring_s,
            &mut progress,
        )?;
        let (chosen, by_names, by_first) =
            (first_of(&seen, 0, INSPECTED), first_of(&seen, 1, INSPECTED), first_of(&seen, 2, INSPECTED));
        let mut round_two = counted(&mut patterns, &seen, &chosen, &by_names, 1);
        round_two.sooner = sooner(&patterns, &seen);
        round_two.by_chance_behind = behind(&seen);
        scored += seen.iter().map(|seen| 3 * u64::from(seen.lines)).sum::<u64>();
        let mut second_by_first_model = 0;
        for seen in seen.iter().filter(|seen| by_first.contains(&seen.place)) {
            if let Some(row) = seen.pattern.and_then(|pattern| patterns.get_mut(pattern)) {
                row.by_first_model += 1;
                second_by_first_model += u64::from(!row.known);
            }
        }
        Ok(LearningReport {
            declarations: self.declarations,
            prices,
            patterns,
            models: vec![learned_first, learned_second],
            rounds: vec![round_one, round_two],
            second_by_first_model,
            lines: scored,
            scoring_s,
            optimised: !cfg!(debug_assertions),
        })
    }

    fn learn(
        &self,
        file: &[u8],
        features: &FeatureTable,
        progress: &mut impl FnMut(&str, u64, u64),
    ) -> Result<(Model, Learned), RehearsalError> {
        let training = Table::read(file, features).map_err(invalid)?;
        let lesson = Lesson {
            training: &training,
            validation: None,
            features: features.clone(),
            settings: self.settings.clone(),
            plan: LanePlan::default(),
            rank: Rank::Probability,
            trained_on: self.day,
        };
        let (begun, worked) = (Instant::now(), worked(ClockId::ProcessCPUTime));
        let model = Model::train(&lesson, &mut |tree, trees| {
            progress("trees", u64::from(tree), u64::from(trees));
        })
        .map_err(invalid)?;
        let (seconds, worked_s) =
            (begun.elapsed().as_secs_f64(), self::worked(ClockId::ProcessCPUTime) - worked);
        let card = model.card();
        let most = card.features.iter().take(8).map(|part| (part.feature.clone(), part.share));
        let learned = Learned {
            model: model.version().to_owned(),
            rows: card.training.rows,
            found: card.training.found,
            filed: training.len(),
            seconds,
            worked_s,
            features: most.collect(),
        };
        Ok((model, learned))
    }
}

/// The same table without what carries over from one heading to another: how often something was seen, what goods usually
/// cost, and whether countries agree.
fn names_alone(features: &FeatureTable) -> FeatureTable {
    let carries = ["priced_value", "origin_is_dispatch", "trade_is_dispatch"];
    let mut names = features.clone();
    names.features.retain(|feature| {
        !matches!(feature.kind, Kind::Frequency { .. }) && !carries.contains(&feature.column.as_str())
    });
    names
}

fn prices_dataset(jurisdiction: &str, usual: &[(PricedGoods, UsualPrice)]) -> Dataset {
    let mut csv = String::from("code,origin,unit,valid_from,valid_to,sample,low,median,high\n");
    for (goods, price) in usual {
        let origin = goods.origin.map(|country| country.to_string()).unwrap_or_default();
        csv.push_str(&format!(
            "{},{origin},{},,,{},{},{},{}\n",
            goods.prefix, goods.unit, price.sample, price.low, price.median, price.high
        ));
    }
    Dataset::new(DatasetKind::Prices, jurisdiction, "bench", csv)
}

/// What was worked by a clock of processor time, in seconds.
fn worked(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// The places of the first so many per mille by the score of a model; equal ones in the order of filing.
fn first_of(seen: &[Seen], model: usize, per_mille: u64) -> BTreeSet<u64> {
    let score = |seen: &Seen| seen.scores.get(model).copied().unwrap_or(i64::MIN);
    let mut order: Vec<(i64, u64)> = seen.iter().map(|seen| (score(seen), seen.place)).collect();
    order.sort_unstable_by_key(|(score, place)| (std::cmp::Reverse(*score), *place));
    let count = (seen.len() as u64 * per_mille).div_ceil(1_000);
    order.into_iter().take(usize::try_from(count).unwrap_or(usize::MAX)).map(|(_, place)| place).collect()
}

/// Of declarations of patterns without a profile, how many are within smaller shares: by the first model, by the second.
fn sooner(patterns: &[PatternLearned], seen: &[Seen]) -> Vec<(u64, u64, u64)> {
    let unknown =
        |seen: &&Seen| seen.pattern.and_then(|pattern| patterns.get(pattern)).is_some_and(|row| !row.known);
    let found = |model, per_mille| {
        let chosen = first_of(seen, model, per_mille);
        seen.iter().filter(unknown).filter(|seen| chosen.contains(&seen.place)).count() as u64
    };
    SOONER.iter().map(|per_mille| (*per_mille, found(0, *per_mille), found(1, *per_mille))).collect()
}

/// Planted declarations that chance drew, no profile hit, and the model ranked behind its first so many per mille.
fn behind(seen: &[Seen]) -> Vec<(u64, u64)> {
    let found = |per_mille| {
        let chosen = first_of(seen, 0, per_mille);
        let alone = |seen: &&Seen| {
            seen.pattern.is_some() && seen.chance && !seen.rules && !chosen.contains(&seen.place)
        };
        seen.iter().filter(alone).count() as u64
    };
    SOONER.iter().map(|per_mille| (*per_mille, found(*per_mille))).collect()
}

/// Counts a round, for each pattern and in all.
fn counted(
    patterns: &mut [PatternLearned],
    seen: &[Seen],
    chosen: &BTreeSet<u64>,
    by_names: &BTreeSet<u64>,
    nth: usize,
) -> Round {
    let mut round =
        Round { declarations: seen.len() as u64, inspected: chosen.len() as u64, ..Round::default() };
    let mut alone = BTreeSet::new();
    for seen in seen {
        let planted = u64::from(seen.pattern.is_some());
        let (by_model, by_names) = (chosen.contains(&seen.place), by_names.contains(&seen.place));
        if seen.rules {
            round.by_rules = (round.by_rules.0 + 1, round.by_rules.1 + planted);
        }
        if seen.chance {
            round.by_chance = (round.by_chance.0 + 1, round.by_chance.1 + planted);
        }
        let Some((pattern, row)) = seen.pattern.and_then(|it| Some((it, patterns.get_mut(it)?))) else {
            continue;
        };
        round.found += u64::from(by_model);
        let of = if row.known { &mut round.known } else { &mut round.unknown };
        *of = (of.0 + 1, of.1 + u64::from(by_model));
        round.unknown_by_names += u64::from(by_names && !row.known);
        let chance_alone = seen.chance && !seen.rules && !by_model;
        if chance_alone {
            round.by_chance_alone.0 += 1;
            alone.insert(pattern);
        }
        let counts = [
            (&mut row.planted, true),
            (&mut row.by_model, by_model),
            (&mut row.by_names, by_names),
            (&mut row.by_rules, seen.rules),
            (&mut row.by_chance, seen.chance),
            (&mut row.by_chance_alone, chance_alone),
        ];
        for (count, holds) in counts {
            if let Some(count) = count.get_mut(nth) {
                *count += u64::from(holds);
            }
        }
    }
    round.by_chance_alone.1 = alone.len() as u64;
    let of_round = |row: &&PatternLearned| row.planted.get(nth).is_some_and(|planted| *planted > 0);
    let unknown = || patterns.iter().filter(|row| !row.known).filter(of_round);
    let found = |row: &&PatternLearned| row.by_model.get(nth).is_some_and(|found| *found > 0);
    round.unknown_patterns = (unknown().count() as u64, unknown().filter(found).count() as u64);
    round
}

impl Making<'_> {
    /// The declaration at a place, assessed as it would be when filed.
    fn file(&self, place: u64) -> Result<Filed, RehearsalError> {
        let (trader, declaration, pattern) = self.generator.with_patterns(place, self.planting)?;
        let nth = i32::try_from(place * DAYS / self.bench.declarations.max(1)).unwrap_or_default();
        let day = self.bench.day.saturating_add(nth.days());
        let midday = day.at(9, 0, 0, 0).to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
        let now: Timestamp = midday.unwrap_or_default();
        let pack = self.world.pack_for(&declaration);
        let criteria = self.world.jurisdiction(pack).map(|jurisdiction| &jurisdiction.categories);
        let participant = trader.facts();
        let category =
            criteria.map(|criteria| risk::categorise(criteria, &participant.clone().into()).category);
        let known = Known { participant, ..Known::default() };
        let draw = Draw::of(&secret(self.bench.seed, day), &log::Hash::of(&place.to_be_bytes()).0);
        let circumstances = Circumstances {
            now,
            category: category.unwrap_or_default(),
            signed: true,
            standing: centre::Standing::Operator,
            power: None,
            act: PowerAct::File,
            withdrawn: None,
            known: Some(&known),
            draw: &draw,
        };
        let assessed = assess(&declaration, &[], self.world, &circumstances);
        let hits = assessed.risk.hits.iter().map(|hit| hit.item.unwrap_or(0)).collect();
        let chance = assessed.risk.random.is_some();
        Ok(Filed { facts: assessed.risk.facts, day: assessed.day, declaration, pattern, hits, chance })
    }

    /// Does something with every declaration of some places, on every core; the results in the order of places.
    fn each<T: Send>(
        &self,
        places: Range<u64>,
        stage: &str,
        progress: &mut impl FnMut(&str, u64, u64),
        of: impl Fn(u64, Filed) -> Result<T, RehearsalError> + Sync,
    ) -> Result<Vec<T>, RehearsalError> {
        let all = places.end.saturating_sub(places.start);
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let next = AtomicU64::new(0);
        let (tell, told) = std::sync::mpsc::channel();
        let mut parts = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..cores)
                .map(|_| {
                    let (tell, next, of, places) = (tell.clone(), &next, &of, &places);
                    scope.spawn(move || -> Result<Vec<(u64, Vec<T>)>, RehearsalError> {
                        let mut parts = Vec::new();
                        loop {
                            let task = next.fetch_add(1, Ordering::Relaxed);
                            let first = places.start + task * TASK;
                            if first >= places.end {
                                return Ok(parts);
                            }
                            let here = first..(first + TASK).min(places.end);
                            let made =
                                here.map(|place| of(place, self.file(place)?)).collect::<Result<_, _>>()?;
                            parts.push((task, made));
                            // It is heard as long as it is told.
                            let _ = tell.send(());
                        }
                    })
                })
                .collect();
            drop(tell);
            let mut done = 0;
            for () in told {
                done += 1;
                progress(stage, (done * TASK).min(all), all);
            }
            let broken = |_| invalid("a part of the bench died by a bug");
            let joined = workers.into_iter().map(|worker| worker.join().map_err(broken)?);
            joined.collect::<Result<Vec<_>, _>>()
        })?
        .into_iter()
        .flatten()
        .collect::<Vec<_>>();
        parts.sort_unstable_by_key(|(task, _)| *task);
        Ok(parts.into_iter().flat_map(|(_, made)| made).collect())
    }

    /// What goods were declared to cost.
    fn prices(
        &self,
        places: Range<u64>,
        progress: &mut impl FnMut(&str, u64, u64),
    ) -> Result<Distribution, RehearsalError> {
        let declared = self.each(places, "prices", progress, |_, filed| {
            let items = filed.declaration.items.iter().map(|item| {
                let units = item.supplementary.as_ref();
                let units = units.and_then(|units| Some((units.unit?, units.quantity?.get())));
                (item.commodity_code, item.origin_country, item.customs_value, item.mass_net, units)
            });
            Ok(items.collect::<Vec<_>>())
        })?;
        let mut values = Distribution::default();
        for (code, origin, value, mass, units) in declared.into_iter().flatten() {
            let (Some(code), Some(value)) = (code, value) else { continue };
            let mass = mass.map(|mass| (PricedUnit::Kilogram, mass.get()));
            let units = units.map(|(unit, quantity)| (PricedUnit::Supplementary(unit), quantity));
            for (unit, quantity) in mass.into_iter().chain(units) {
                values.take(&code, origin, unit, value.get(), quantity);
            }
        }
        Ok(values)
    }

    /// The file of some places: what was looked at with what was found, and a sample of the rest. With it the planted ones,
    /// and whether anybody looked at what was planted.
    #[allow(clippy::type_complexity)]
    fn rows(
        &self,
        places: Range<u64>,
        chosen: &BTreeSet<u64>,
        stage: &str,
        progress: &mut impl FnMut(&str, u64, u64),
    ) -> Result<(Vec<u8>, Vec<(usize, bool)>), RehearsalError> {
        let made = self.each(places, stage, progress, |place, filed| {
            let whole = filed.chance || chosen.contains(&place) || filed.hits.contains(&0);
            let looked_at = whole || !filed.hits.is_empty();
            let planted = filed.pattern.map(|pattern| (pattern, whole || filed.hits.contains(&1)));
            // As even as chance, and the same again: places have no order in a digest.
            let digest = log::Hash::of(&place.to_le_bytes()).0;
            let sampled = u64::from(digest[0]) * 256 + u64::from(digest[1]) < 65_536 / SAMPLED_ONE_IN;
            if !looked_at && !sampled {
                return Ok((Vec::new(), planted));
            }
            let mut file = Writer::new(Vec::new()).map_err(invalid)?;
            let name = place.to_string();
            let by = [
                (filed.hits.is_empty(), "", "rules"),
                (filed.chance, "chance", ""),
                (chosen.contains(&place), "model", ""),
            ];
            let by: Vec<&str> = by
                .iter()
                .map(|(holds, yes, no)| if *holds { *yes } else { *no })
                .filter(|by| !by.is_empty())
                .collect();
            for (number, line) in (1..).zip(lines(&filed.declaration, &filed.facts, filed.day)) {
                let hit = filed.hits.contains(&number);
                let found = filed.pattern.is_some() && number == 1;
                let told = Told {
                    declaration: &name,
                    day: filed.day,
                    found: (whole || hit).then_some(found),
                    amount: None,
                    by: &by.join(" "),
                    rules: hit,
                    weight: if looked_at { 1 } else { SAMPLED_ONE_IN as u32 },
                };
                file.add(&line, &told).map_err(invalid)?;
            }
            Ok((file.end().map_err(invalid)?, planted))
        })?;
        let mut file = Writer::new(Vec::new()).and_then(Writer::end).map_err(invalid)?;
        let mut planted = Vec::new();
        let header = file.len();
        for (rows, of) in made {
            file.extend(rows.get(header..).unwrap_or_default());
            planted.extend(of);
        }
        Ok((file, planted))
    }

    /// The declarations of some places with their scores by each model.
    fn ranked(
        &self,
        places: Range<u64>,
        models: &[&Model],
        seconds: &mut f64,
        progress: &mut impl FnMut(&str, u64, u64),
    ) -> Result<Vec<Seen>, RehearsalError> {
        let spent = AtomicU64::new(0);
        let work = || worked(ClockId::ThreadCPUTime);
        let seen = self.each(places, "scored", progress, |place, filed| {
            let begun = work();
            let lines = lines(&filed.declaration, &filed.facts, filed.day);
            let mut scores = [i64::MIN; 4];
            for (best, model) in scores.iter_mut().zip(models) {
                let highest = model.scores(&lines, 1).into_iter().map(|score| score.logit_parts).max();
                *best = highest.unwrap_or(i64::MIN);
            }
            spent.fetch_add(((work() - begun) * 1e9) as u64, Ordering::Relaxed);
            Ok(Seen {
                place,
                pattern: filed.pattern,
                rules: !filed.hits.is_empty(),
                chance: filed.chance,
                lines: u32::try_from(lines.len()).unwrap_or(u32::MAX),
                scores,
            })
        })?;
        *seconds += spent.into_inner() as f64 / 1e9;
        Ok(seen)
    }
}

/// The tables of what was learned.
pub fn render_learning(report: &LearningReport) -> String {
    let mut out = String::from(
        "                 learned from       first round                second round\n\
         pattern profile planted looked at  planted model names chance planted model names chance (model of round one)\n",
    );
    for row in &report.patterns {
        out.push_str(&format!(
            "{:7} {:7} {:>7} {:>9}  {:>7} {:>5} {:>5} {:>6} {:>7} {:>5} {:>5} {:>6} {:>5}\n",
            row.heading,
            if row.known { "yes" } else { "-" },
            row.lesson.0,
            row.lesson.1,
            row.planted[0],
            row.by_model[0],
            row.by_names[0],
            row.by_chance[0],
            row.planted[1],
            row.by_model[1],
            row.by_names[1],
            row.by_chance[1],
            row.by_first_model,
        ));
    }
    let of = |(all, found): (u64, u64)| format!("{found} of {all}");
    for (nth, (round, model)) in (1..).zip(report.rounds.iter().zip(&report.models)) {
        out.push_str(&format!("\nround {nth}, model {}\n", model.model));
        let features = model.features.iter().map(|(name, share)| format!("{name} {:.1} %", share * 100.0));
        out.push_str(&table([
            ("lines looked at that it learned from", number(model.rows as f64)),
            ("of them with something found", number(model.found as f64)),
            ("lines in its file", number(model.filed as f64)),
            (
                "seconds of training (of processor time)",
                format!("{:.1} ({:.1})", model.seconds, model.worked_s),
            ),
            ("declarations ranked", number(round.declarations as f64)),
            ("looked at: the first 5 % by score", number(round.inspected as f64)),
            ("of them planted", number(round.found as f64)),
            ("without a profile, found by score", of(round.unknown)),
            ("patterns without a profile, found by score", of(round.unknown_patterns)),
            (
                "the same without what carries over (names alone)",
                of((round.unknown.0, round.unknown_by_names)),
            ),
            ("with a profile, found by score", of(round.known)),
            ("rules alone: planted among their hits", of(round.by_rules)),
            ("chance alone: planted among those drawn", of(round.by_chance)),
            (
                "found by chance and neither by rules nor score",
                format!("{} of {} patterns", round.by_chance_alone.0, round.by_chance_alone.1),
            ),
        ]));
        out.push_str("without a profile, found within (by names alone): ");
        let sooner = round
            .sooner
            .iter()
            .map(|(per_mille, model, names)| format!("{:.1} % {model} ({names})", *per_mille as f64 / 10.0));
        out.push_str(&format!("{}\n", sooner.collect::<Vec<_>>().join(", ")));
        let behind = round
            .by_chance_behind
            .iter()
            .map(|(per_mille, found)| format!("{:.1} % {found}", *per_mille as f64 / 10.0));
        let behind = behind.collect::<Vec<_>>().join(", ");
        out.push_str(&format!("planted, drawn by chance, no profile, ranked behind the first: {behind}\n"));
        out.push_str(&format!("served it most: {}\n", features.collect::<Vec<_>>().join(", ")));
    }
    let unknown = report.rounds.get(1).map_or(0, |round| round.unknown.0);
    out.push('\n');
    out.push_str(&table([
        ("second round without the second lesson", of((unknown, report.second_by_first_model))),
        ("usual prices from the first fifth", number(report.prices as f64)),
        (
            "lines made and scored per second of processor time",
            number(report.lines as f64 / report.scoring_s.max(f64::EPSILON)),
        ),
        ("at least half of what no profile knows", if report.holds() { "yes" } else { "NO" }.to_owned()),
    ]));
    if !report.optimised {
        out.push_str("\nbuilt without optimisations: the times say little\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The short form: little trade, in which every eighth declaration is smuggled, and small trees.
    #[test]
    fn what_no_profile_knows_is_found_by_what_carries_over() {
        let bench = LearningBench {
            declarations: 4_000,
            items_mean: 2.0,
            settings: Settings { rounds: 60, depth: 5, rate: 0.2, bins: 255, ..Settings::default() },
            ..LearningBench::default()
        };
        let report = bench.run(|_, _, _| {}).unwrap();
        let told = render_learning(&report);
        let round = &report.rounds[0];
        assert_eq!((round.declarations, round.inspected), (800, 40));
        // Profiles hit what they were written for and nothing else, as chance draws its share.
        assert_eq!(round.by_rules, (round.known.0, round.known.0));
        assert!(report.patterns.iter().all(|row| !row.known || row.by_rules == row.planted));
        assert!(report.patterns.iter().all(|row| row.known || row.by_rules == [0, 0]));
        assert!(report.models[0].found > 0 && report.models[1].found > report.models[0].found);
        // Where an eighth is smuggled, what is looked at first is, and some of it no profile knows.
        assert!(round.found * 10 >= round.inspected * 9 && round.unknown.1 > 0, "{told}");
    }
}
