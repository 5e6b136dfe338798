//! `bench backtest`: a history with smuggling in it is filed, profiles are tried on it and then put in force over it,
//! and what was foretold is compared with what they hit; and how fast trying is.
//!
//! Nothing is stored in a database: declarations go through the real assessment (control, payments, risk) in memory,
//! and their columns into real segments on disk.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use centre::{Standing, scan_history};
use clearance::assess::Circumstances;
use clearance::power::PowerAct;
use clearance::{World, assess};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use reference::Reference;
use risk::history::{Builder, Filed, Found, PastCase, Tally, Trial, Wanted};
use risk::{Draw, Effort, LanePolicy, Profile, Rules, Share};
use serde::Serialize;

use super::render::{number, table};
use crate::error::RehearsalError;
use crate::generate::{Generator, Plan};
use crate::mistakes::MistakeShares;
use crate::planted::{PATTERNS, Planting};
use crate::random::Random;

/// Declarations in a segment: about what a stretch of the log holds in a running centre.
const SEGMENT: u64 = 4_096;
/// Days over which declarations are filed, within one month of rates.
const DAYS: u64 = 20;
/// The share, in parts per million, of the second trial: draws have to come out as foretold.
const SHARE: u32 = 400_000;
/// Scans of which the fastest counts.
const SCANS: usize = 3;

/// What to measure.
#[derive(Debug, Clone, PartialEq)]
pub struct BacktestBench {
    /// Declarations filed.
    pub declarations: u64,
    /// Mean number of lines of goods.
    pub items_mean: f64,
    /// The seed.
    pub seed: u64,
    /// The first day of filing.
    pub day: Date,
    /// An empty folder for the segments.
    pub dir: PathBuf,
}

impl BacktestBench {
    /// The usual history in a folder.
    pub fn usual(dir: PathBuf) -> Self {
        Self { declarations: 200_000, items_mean: 10.0, seed: 11, day: Date::constant(2026, 3, 2), dir }
    }
}

/// One pattern of smuggling and what was found of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PatternFound {
    /// The heading its goods are declared under.
    pub heading: &'static str,
    /// The number of the profile written for it.
    pub profile: Option<String>,
    /// Declarations planted.
    pub planted: u64,
    /// Of them hit by a profile.
    pub found: u64,
    /// Of them selected by chance.
    pub by_chance: u64,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlantedReport {
    /// Declarations filed.
    pub declarations: u64,
    /// Lines of goods in them.
    pub items: u64,
    /// Of the declarations, registered.
    pub registered: u64,
    /// The patterns: those with a profile first.
    pub patterns: Vec<PatternFound>,
    /// Declarations planted with a pattern that has a profile, and of them hit by that profile.
    pub with_profile: (u64, u64),
    /// Hits of declarations in which no pattern of that profile was planted: there must be none.
    pub hits_outside: u64,
    /// Declarations selected by chance for a look before release, and all: the random share.
    pub by_chance: (u64, u64),
    /// Lines hit by the profiles in force.
    pub hits: u64,
    /// Whether the backtest foretold exactly these, line by line.
    pub foretold_exactly: bool,
    /// Lines hit with shares of 40 %: by the draws of the days.
    pub hits_of_shares: u64,
    /// Lines that would be hit without them.
    pub matches_of_shares: u64,
    /// Whether the backtest foretold exactly these.
    pub shares_foretold_exactly: bool,
    /// Segments written.
    pub segments: u64,
    /// Bytes of columns per declaration.
    pub bytes_per_declaration: f64,
    /// Microseconds per line of goods to make columns of it, on one core.
    pub columns_us_per_item: f64,
    /// Microseconds per declaration of the live assessment of risk with the profiles in force, on one core.
    pub live_us: f64,
    /// Cores.
    pub cores: usize,
    /// Lines of goods a second for one profile compared with what was in force, on all cores, from disk.
    pub items_per_s: f64,
    /// The same for all twenty profiles together.
    pub items_per_s_twenty: f64,
    /// Whether the program was built with optimisations; else the numbers say little.
    pub optimised: bool,
}

impl PlantedReport {
    /// Whether everything that must hold does.
    pub fn holds(&self) -> bool {
        let (planted, found) = self.with_profile;
        let unknown = || self.patterns.iter().filter(|pattern| pattern.profile.is_none());
        planted > 0
            && planted == found
            && self.hits_outside == 0
            && unknown().all(|pattern| pattern.found == 0)
            && self.foretold_exactly
            && self.shares_foretold_exactly
    }
}

/// What a worker counted.
#[derive(Default)]
struct Part {
    items: u64,
    registered: u64,
    by_chance: u64,
    chance_of_pattern: Vec<u64>,
    live: Vec<Found>,
    live_of_shares: Vec<Found>,
    bytes: u64,
    columns: Duration,
    risk: Duration,
}

/// A history being made.
struct Making<'m> {
    bench: &'m BacktestBench,
    generator: &'m Generator,
    planting: Planting,
    world: &'m World,
    rules: &'m Rules,
    rules_of_shares: &'m Rules,
}

/// Profiles with another share, if any.
fn sharing(profiles: &[Profile], share: Option<Share>) -> Vec<Profile> {
    profiles.iter().map(|profile| Profile { share_percent: share, ..profile.clone() }).collect()
}

fn compiled(profiles: Vec<Profile>) -> Result<Rules, RehearsalError> {
    Rules::compile(profiles).map_err(|all| {
        RehearsalError::Invalid(all.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })
}

/// The secret of a day: of the seed, so that the same history is made again.
pub(super) fn secret(seed: u64, day: Date) -> [u8; 32] {
    let days = (day - Date::constant(2000, 1, 1)).get_days();
    let mut random = Random::of(seed, u64::from(days.unsigned_abs()) | 1 << 60);
    let mut secret = [0; 32];
    secret.iter_mut().for_each(|byte| *byte = random.below(256) as u8);
    secret
}

/// The case at a place.
fn case_of(place: u64) -> [u8; 16] {
    u128::from(place).to_be_bytes()
}

fn place_of(case: [u8; 16]) -> u64 {
    u64::try_from(u128::from_be_bytes(case)).unwrap_or(u64::MAX)
}

impl BacktestBench {
    /// Makes the history, tries the profiles and puts them in force.
    ///
    /// # Errors
    /// Where nothing can be generated, or segments cannot be written and read.
    pub fn run(&self, mut progress: impl FnMut(&str, u64, u64)) -> Result<PlantedReport, RehearsalError> {
        let invalid = |why: String| RehearsalError::Invalid(why);
        let reference = Arc::new(Reference::starter().map_err(|why| invalid(why.to_string()))?);
        let plan = Plan {
            items_mean: self.items_mean,
            mistakes: MistakeShares::none(),
            ..Plan::usual(self.declarations, self.seed, self.day)
        };
        let generator =
            Generator::new(plan, Arc::clone(&reference), None).map_err(|why| invalid(why.to_string()))?;
        // Nothing is in force while the history is filed, but chance.
        let world =
            World::new(reference, Arc::new(Rules::empty())).map_err(|why| invalid(why.to_string()))?;
        let mut numbers = Vec::with_capacity(PATTERNS.len());
        let mut profiles = Vec::new();
        for pattern in &PATTERNS {
            let profile = pattern.profile()?;
            numbers.push(profile.as_ref().map(|profile| profile.number.clone()));
            profiles.extend(profile);
        }
        let shared = sharing(&profiles, Some(Share::from_parts(SHARE)));
        let (rules, rules_of_shares) = (compiled(profiles.clone())?, compiled(shared.clone())?);
        let planting = Planting::of(self.declarations);
        let making = Making {
            bench: self,
            generator: &generator,
            planting,
            world: &world,
            rules: &rules,
            rules_of_shares: &rules_of_shares,
        };
        let (files, part) = making.all(&mut progress)?;

        let (effort, policy) = (Effort::default(), LanePolicy::default());
        let wanted = Wanted {
            days: (Date::MIN, Date::MAX),
            secret: &|case: &PastCase| Some(secret(self.seed, TimeZone::UTC.to_datetime(case.at).date())),
            outcome: &|_| None,
            policy: &policy,
            effort: &effort,
            listed_max: usize::MAX,
        };
        let failed = |why: centre::CentreError| RehearsalError::Invalid(why.to_string());
        let tried = |profiles: Vec<Profile>| -> Result<(Tally, f64), RehearsalError> {
            let trial = Trial::of(profiles, None).map_err(|all| invalid(format!("{all:?}")))?;
            let (mut best, mut last) = (f64::INFINITY, Tally::default());
            for _ in 0..SCANS {
                let begun = Instant::now();
                last = scan_history(&files, &trial, &wanted, &mut |_, _| {}).map_err(failed)?;
                best = best.min(begun.elapsed().as_secs_f64());
            }
            Ok((last, best))
        };
        progress("profiles on trial", 0, 3);
        let (foretold, twenty) = tried(profiles.clone())?;
        progress("profiles on trial", 1, 3);
        let (foretold_of_shares, _) = tried(shared)?;
        progress("profiles on trial", 2, 3);
        let (_, one) = tried(profiles.iter().take(1).cloned().collect())?;
        progress("profiles on trial", 3, 3);

        let sorted = |mut found: Vec<Found>| {
            found.sort_unstable();
            found
        };
        let (live, live_of_shares) = (sorted(part.live), sorted(part.live_of_shares));
        // The pattern planted where a hit lies, if its profile is the one that hit.
        let pattern_of = |found: &Found| {
            let pattern = planting.at(place_of(found.case))?;
            (numbers.get(pattern)?.as_ref() == Some(&found.profile)).then_some(pattern)
        };
        let hit: BTreeSet<[u8; 16]> = live.iter().map(|found| found.case).collect();
        let mut patterns: Vec<PatternFound> = Vec::with_capacity(PATTERNS.len());
        for (at, (pattern, profile)) in PATTERNS.iter().zip(&numbers).enumerate() {
            let places = || (0..self.declarations).filter(|place| planting.at(*place) == Some(at));
            patterns.push(PatternFound {
                heading: pattern.heading,
                profile: profile.clone(),
                planted: places().count() as u64,
                found: places().filter(|place| hit.contains(&case_of(*place))).count() as u64,
                by_chance: part.chance_of_pattern.get(at).copied().unwrap_or_default(),
            });
        }
        let known = || patterns.iter().filter(|pattern| pattern.profile.is_some());
        let by_pattern: BTreeSet<[u8; 16]> =
            live.iter().filter(|found| pattern_of(found).is_some()).map(|found| found.case).collect();
        Ok(PlantedReport {
            declarations: self.declarations,
            items: part.items,
            registered: part.registered,
            with_profile: (known().map(|pattern| pattern.planted).sum(), by_pattern.len() as u64),
            hits_outside: live.iter().filter(|found| pattern_of(found).is_none()).count() as u64,
            patterns,
            by_chance: (part.by_chance, self.declarations),
            hits: live.len() as u64,
            foretold_exactly: sorted(foretold.listed) == live,
            hits_of_shares: live_of_shares.len() as u64,
            matches_of_shares: live.len() as u64,
            shares_foretold_exactly: sorted(foretold_of_shares.listed) == live_of_shares,
            segments: files.len() as u64,
            bytes_per_declaration: part.bytes as f64 / self.declarations.max(1) as f64,
            columns_us_per_item: part.columns.as_secs_f64() * 1e6 / part.items.max(1) as f64,
            live_us: part.risk.as_secs_f64() * 1e6 / self.declarations.max(1) as f64,
            cores: std::thread::available_parallelism().map_or(2, usize::from),
            items_per_s: part.items as f64 / one,
            items_per_s_twenty: part.items as f64 / twenty,
            optimised: !cfg!(debug_assertions),
        })
    }
}

impl Making<'_> {
    /// Makes all segments, on every core.
    fn all(&self, progress: &mut impl FnMut(&str, u64, u64)) -> Result<(Vec<PathBuf>, Part), RehearsalError> {
        let segments = self.bench.declarations.div_ceil(SEGMENT);
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let next = AtomicU64::new(0);
        let (tell, told) = std::sync::mpsc::channel();
        let parts = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..cores)
                .map(|_| {
                    let (tell, next) = (tell.clone(), &next);
                    scope.spawn(move || -> Result<Part, RehearsalError> {
                        let mut part = Part { chance_of_pattern: vec![0; PATTERNS.len()], ..Part::default() };
                        loop {
                            let segment = next.fetch_add(1, Ordering::Relaxed);
                            if segment >= segments {
                                return Ok(part);
                            }
                            self.one(segment, &mut part)?;
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
                progress(
                    "filed in memory",
                    (done * SEGMENT).min(self.bench.declarations),
                    self.bench.declarations,
                );
            }
            let broken = |_| RehearsalError::Invalid("a part of the bench died by a bug".to_owned());
            workers.into_iter().map(|worker| worker.join().map_err(broken)?).collect::<Result<Vec<Part>, _>>()
        })?;
        let mut whole = Part { chance_of_pattern: vec![0; PATTERNS.len()], ..Part::default() };
        for part in parts {
            whole.items += part.items;
            whole.registered += part.registered;
            whole.by_chance += part.by_chance;
            let sums = whole.chance_of_pattern.iter_mut().zip(part.chance_of_pattern);
            sums.for_each(|(sum, count)| *sum += count);
            whole.live.extend(part.live);
            whole.live_of_shares.extend(part.live_of_shares);
            whole.bytes += part.bytes;
            whole.columns += part.columns;
            whole.risk += part.risk;
        }
        Ok(((0..segments).map(|segment| file_of(&self.bench.dir, segment)).collect(), whole))
    }

    /// Files the declarations of a segment and writes their columns; with the profiles in force as well.
    fn one(&self, segment: u64, part: &mut Part) -> Result<(), RehearsalError> {
        let places = segment * SEGMENT..((segment + 1) * SEGMENT).min(self.bench.declarations);
        let mut builder = Builder::default();
        let unknown = || RehearsalError::Invalid("the pack of the plan is unknown".to_owned());
        let pack = self.world.reference().pack(&self.generator.plan().jurisdiction).ok_or_else(unknown)?;
        let jurisdiction = self.world.jurisdiction(pack).ok_or_else(unknown)?;
        for place in places.clone() {
            let (trader, declaration, pattern) = self.generator.with_patterns(place, self.planting)?;
            let at = self.moment(place);
            let digest = log::Hash::of(&place.to_be_bytes()).0;
            let secret = secret(self.bench.seed, TimeZone::UTC.to_datetime(at).date());
            let draw = Draw::of(&secret, &digest);
            let circumstances = Circumstances {
                now: at,
                category: risk::categorise(&jurisdiction.categories, &trader.facts().into()).category,
                signed: true,
                standing: Standing::Operator,
                power: None,
                act: PowerAct::File,
                withdrawn: None,
                known: None,
                draw: &draw,
            };
            let assessed = assess(&declaration, &[], self.world, &circumstances);
            let errors = assessed.findings.iter().any(|found| found.severity == declaration::Severity::Error);
            let random = assessed.risk.random.as_ref();
            let selected = random.is_some_and(|random| random.lane.looks_before_release());
            part.items += declaration.items.len() as u64;
            part.registered += u64::from(!errors);
            part.by_chance += u64::from(selected);
            if let Some(count) = pattern.and_then(|pattern| part.chance_of_pattern.get_mut(pattern)) {
                *count += u64::from(selected);
            }
            // The same filing with the profiles in force: control and payments say the same, risk is asked again.
            let (facts, day) = (&assessed.risk.facts, assessed.day);
            let case = case_of(place);
            let live = |rules: &Rules| {
                let hits = rules.assess(&declaration, facts, &LanePolicy::default(), &draw, day).hits;
                hits.into_iter().map(move |hit| Found { case, profile: hit.profile, item: hit.item })
            };
            let begun = Instant::now();
            part.live.extend(live(self.rules));
            part.risk += begun.elapsed();
            part.live_of_shares.extend(live(self.rules_of_shares));
            let begun = Instant::now();
            builder.add(&Filed {
                declaration: &declaration,
                case,
                at,
                digest,
                day,
                office: assessed.office.as_str(),
                declarant: trader.number.as_str(),
                name: &trader.name,
                registered: !errors,
                assessment: &assessed.risk,
            });
            part.columns += begun.elapsed();
        }
        let begun = Instant::now();
        let bytes = builder.write(places).map_err(|why| RehearsalError::Invalid(why.to_string()))?;
        part.columns += begun.elapsed();
        part.bytes += bytes.len() as u64;
        let path = file_of(&self.bench.dir, segment);
        fs::write(&path, bytes).map_err(|why| RehearsalError::Invalid(format!("{}: {why}", path.display())))
    }

    /// When the declaration at a place is filed: in working hours, day after day.
    fn moment(&self, place: u64) -> Timestamp {
        let nth = i32::try_from(place * DAYS / self.bench.declarations.max(1)).unwrap_or_default();
        let day = self.bench.day.saturating_add(nth.days());
        let midday = day.at(9, 0, 0, 0).to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
        midday.unwrap_or_default()
    }
}

fn file_of(dir: &Path, segment: u64) -> PathBuf {
    dir.join(format!("{segment:010}.seg"))
}

/// The tables of a planted history.
pub fn render_backtest(report: &PlantedReport) -> String {
    let yes = |holds: bool| if holds { "yes" } else { "NO" }.to_owned();
    let (planted, found) = report.with_profile;
    let unknown = report.patterns.iter().filter(|pattern| pattern.profile.is_none());
    let (mut of_unknown, mut hit, mut chance) = (0, 0, 0);
    for pattern in unknown {
        of_unknown += pattern.planted;
        hit += pattern.found;
        chance += pattern.by_chance;
    }
    let mut out = String::from("pattern  profile              planted    found  by chance\n");
    for pattern in &report.patterns {
        out.push_str(&format!(
            "{:8} {:18} {:>9} {:>8} {:>10}\n",
            pattern.heading,
            pattern.profile.as_deref().unwrap_or("-"),
            pattern.planted,
            pattern.found,
            pattern.by_chance
        ));
    }
    let per_cent = 100.0 * report.by_chance.0 as f64 / report.by_chance.1.max(1) as f64;
    out.push('\n');
    out.push_str(&table([
        ("declarations", number(report.declarations as f64)),
        ("lines of goods", number(report.items as f64)),
        ("registered", number(report.registered as f64)),
        ("planted with a profile", number(planted as f64)),
        ("of them found by it", number(found as f64)),
        ("planted without a profile", number(of_unknown as f64)),
        ("of them hit by a profile", number(hit as f64)),
        ("of them selected by chance", number(chance as f64)),
        ("hits where nothing was planted", number(report.hits_outside as f64)),
        ("selected by chance, of all", format!("{} ({per_cent:.2} %)", report.by_chance.0)),
        ("hits foretold exactly", format!("{} ({})", yes(report.foretold_exactly), report.hits)),
        (
            "with shares of 40 % foretold exactly",
            format!(
                "{} ({} of {})",
                yes(report.shares_foretold_exactly),
                report.hits_of_shares,
                report.matches_of_shares
            ),
        ),
        ("segments", number(report.segments as f64)),
        ("bytes of columns per declaration", number(report.bytes_per_declaration)),
        ("making columns, µs per line and core", format!("{:.1}", report.columns_us_per_item)),
        ("live assessment of risk, µs per declaration", format!("{:.1}", report.live_us)),
        (
            "lines per second, one profile",
            format!("{} on {} cores", number(report.items_per_s), report.cores),
        ),
        ("lines per second, twenty profiles", number(report.items_per_s_twenty)),
    ]));
    if !report.optimised {
        out.push_str("\nbuilt without optimisations: the numbers say little\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The short form: every pattern a few times, in little trade.
    #[test]
    fn planted_smuggling_is_found_by_its_profiles_and_foretold_exactly() {
        let dir = tempfile::tempdir().unwrap();
        let bench = BacktestBench {
            declarations: 640,
            items_mean: 2.0,
            ..BacktestBench::usual(dir.path().to_owned())
        };
        let report = bench.run(|_, _, _| {}).unwrap();
        assert!(report.holds(), "{}", render_backtest(&report));
        assert_eq!(report.patterns.len(), 40);
        assert!(report.patterns.iter().all(|pattern| pattern.planted == 2));
        assert!(report.hits_of_shares > 0 && report.hits_of_shares < report.matches_of_shares);
        // Smugglers fill in their declarations well: they are registered like others.
        assert!(report.registered * 100 >= report.declarations * 95, "{}", render_backtest(&report));
    }

    /// The same through a real centre: filed, stored, tried out of its documents, then filed with the profiles in force.
    #[test]
    fn a_running_centre_is_foretold_as_well() {
        use centre::{Backtest, Centre, Options, Submission};
        use std::collections::BTreeMap;

        let dir = tempfile::tempdir().unwrap();
        let store = Arc::new(store_sqlite::SqliteStore::open(dir.path()).unwrap());
        let history = Some(dir.path().join("history"));
        let options = Options { housekeeping: false, history, ..Options::default() };
        let centre = Centre::open(store, options).unwrap();
        let today = crate::today(centre.world().reference(), "eaeu-ru", Timestamp::now());
        let declarations = 320;
        let plan =
            Plan { items_mean: 2.0, mistakes: MistakeShares::none(), ..Plan::usual(declarations, 11, today) };
        let generator = Generator::new(plan, Arc::clone(centre.world().reference()), None).unwrap();
        let planting = Planting::of(declarations);
        let documents: Vec<(String, Option<usize>)> = (0..declarations)
            .map(|place| {
                let (_, declaration, pattern) = generator.with_patterns(place, planting).unwrap();
                (generator.written(&declaration).unwrap(), pattern)
            })
            .collect();
        // Many at once, as trade comes: they share the syncs to disk.
        let submit = |account: &str, some: &[(usize, String)]| -> Vec<(clearance::CaseId, usize)> {
            let filed = some.iter().map(|(place, xml)| {
                let (bytes, account) = (xml.clone().into_bytes(), account.to_owned());
                let filing = Submission { bytes, seal: None, account, standing: Standing::Operator };
                (centre.submit(filing).unwrap().case.id, *place)
            });
            filed.collect()
        };
        let numbered: Vec<(usize, String)> =
            (0..).zip(&documents).map(|(place, (xml, _))| (place, xml.clone())).collect();
        let file = |account: &str| -> BTreeMap<clearance::CaseId, usize> {
            std::thread::scope(|scope| {
                let parts = numbered.chunks(10).map(|some| scope.spawn(|| submit(account, some)));
                let parts: Vec<_> = parts.collect();
                parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
            })
        };
        let first = file("login:first");
        let profiles: Vec<Profile> =
            PATTERNS.iter().filter_map(|pattern| pattern.profile().unwrap()).collect();
        let asked = Backtest {
            profiles: profiles.clone(),
            against: None,
            from: today.yesterday().unwrap(),
            to: today.tomorrow().unwrap(),
            top: 3,
            listed_max: 10_000,
            hours_per_week: None,
        };
        let report = centre.backtest(&asked, |_, _, _| {}).unwrap();
        assert_eq!(report.declarations, declarations);
        let foretold: BTreeSet<(usize, String, Option<u32>)> =
            report.listed.iter().map(|hit| (first[&hit.case], hit.profile.clone(), hit.item)).collect();
        // Every planted declaration that has a profile, and nothing else.
        let numbers: Vec<_> = PATTERNS.iter().map(|pattern| pattern.profile().unwrap()).collect();
        let planted: BTreeSet<(usize, String)> = (0..)
            .zip(&documents)
            .filter_map(|(place, (_, pattern))| Some((place, numbers[(*pattern)?].as_ref()?.number.clone())))
            .collect();
        assert_eq!(planted.len(), 20);
        let hit: BTreeSet<_> = foretold.iter().map(|(place, number, _)| (*place, number.clone())).collect();
        assert_eq!(hit, planted);

        for pattern in &PATTERNS {
            if let Some(source) = pattern.source() {
                centre.add_profile(source).unwrap();
            }
        }
        let again = file("login:second");
        let own: BTreeSet<String> = profiles.into_iter().map(|profile| profile.number).collect();
        let mut happened = BTreeSet::new();
        for (case, place) in &again {
            let hits = centre.view(*case).unwrap().assessed.risk.hits;
            let hits = hits.into_iter().filter(|hit| own.contains(&hit.profile));
            happened.extend(hits.map(|hit| (*place, hit.profile, hit.item)));
        }
        assert_eq!(happened, foretold);
        centre.stop();
    }
}
