//! Searches of the nomenclature, as people type them.

use std::time::Instant;

use reference::Nomenclature;
use serde::Serialize;

/// How often each query is asked.
const PASSES: usize = 5;
/// Hits asked for, as the page of the search does.
const HITS: usize = 20;
/// Queries in both languages, many with typing errors: those that the ranking is held to.
const QUERIES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../reference/tests/queries.csv"));

/// How fast the nomenclature is searched.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchReport {
    /// Different queries.
    pub queries: u64,
    /// How often each was asked.
    pub passes: u64,
    /// Of the queries, those that found something.
    pub found: u64,
    /// Seconds the first query took: it builds the index.
    pub build_seconds: f64,
    /// Half of the answers came within so many milliseconds.
    pub p50_ms: f64,
    /// 99 of 100.
    pub p99_ms: f64,
    /// All.
    pub max_ms: f64,
    /// What was asked then.
    pub slowest: &'static str,
}

fn queries() -> impl Iterator<Item = &'static str> {
    QUERIES
        .lines()
        .skip(1)
        .filter_map(|line| line.rsplitn(3, ',').nth(2))
        .map(|query| query.trim_matches('"'))
}

/// Builds the index and asks everything.
pub(super) fn measure(nomenclature: &Nomenclature) -> SearchReport {
    let begun = Instant::now();
    nomenclature.search("0", HITS);
    let build_seconds = begun.elapsed().as_secs_f64();
    let mut times = Vec::new();
    let mut found = 0;
    for pass in 0..PASSES {
        for query in queries() {
            let begun = Instant::now();
            let hits = std::hint::black_box(nomenclature.search(query, HITS)).len();
            times.push((begun.elapsed(), query));
            found += u64::from(pass == 0 && hits > 0);
        }
    }
    times.sort();
    let at = |share: f64| times.get(((times.len().max(1) - 1) as f64 * share) as usize).copied();
    let ms = |share| at(share).map_or(0.0, |(took, _)| took.as_secs_f64() * 1_000.0);
    SearchReport {
        queries: (times.len() / PASSES) as u64,
        passes: PASSES as u64,
        found,
        build_seconds,
        p50_ms: ms(0.5),
        p99_ms: ms(0.99),
        max_ms: ms(1.0),
        slowest: at(1.0).map_or("", |(_, query)| query),
    }
}
