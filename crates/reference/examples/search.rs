//! Figures of the search: how long the index takes to build, what it holds, how fast and how right it
//! answers the queries of `tests/queries.csv`.
//!
//! `cargo run --release -p greenlane-reference --example search -- CODES_FOLDER [first|second|all]`,
//! where the folder has `tnved.csv` and `hs2022.csv`, and `first` and `second` are the queries that were held
//! out while the ranking was made and looked at once each.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a tool for developers")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use greenlane_reference::search::{Entry, Index, trade_words};

/// Times each query is asked.
const ROUNDS: usize = 20;

fn rows(file: PathBuf) -> Vec<csv::StringRecord> {
    csv::Reader::from_path(file).expect("a table").records().collect::<Result<_, _>>().expect("rows")
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("the folder of tnved.csv and hs2022.csv"));
    let part = arguments.next().unwrap_or_default();
    let commodities = rows(folder.join("tnved.csv"));
    let harmonized = rows(folder.join("hs2022.csv"));
    let russian =
        commodities.iter().map(|row| Entry { code: &row[0], name_ru: &row[1], name_en: "", in_force: true });
    let english =
        harmonized.iter().map(|row| Entry { code: &row[1], name_ru: "", name_en: &row[2], in_force: true });
    let entries: Vec<Entry> = russian.chain(english).collect();

    let start = Instant::now();
    let index = Index::build(entries, trade_words());
    println!("build: {:.3} s, {:.1} MB", start.elapsed().as_secs_f64(), index.bytes() as f64 / 1e6);

    let queries = rows(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/queries.csv")));
    let mut times: Vec<(Duration, &str)> = Vec::new();
    let (mut right, mut first, mut asked) = (0, 0, 0);
    for row in &queries {
        for _ in 0..ROUNDS {
            let start = Instant::now();
            std::hint::black_box(index.find(&row[0], 20));
            times.push((start.elapsed(), &row[0]));
        }
        let held_out = &row[2];
        if part == "all" || held_out == part {
            let hits = index.find(&row[0], 5);
            let found = hits.iter().any(|hit| hit.code.starts_with(&row[1]));
            asked += 1;
            right += usize::from(found);
            first += usize::from(hits.first().is_some_and(|hit| hit.code.starts_with(&row[1])));
            if !found {
                let codes: Vec<&str> = hits.iter().map(|hit| hit.code).collect();
                println!("missed: {} wants {}, got {}", &row[0], &row[1], codes.join(" "));
            }
        }
    }
    let share = 100.0 * right as f64 / asked as f64;
    println!("right among the first five: {right} of {asked} = {share:.1} %; first: {first}");
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let (slowest, query) = at(1.0);
    // The longest a query can be: words of which none is known, each as long as is read.
    let worst = "абвгдежзиклмнопрстуфхцчшэюябвгдж ".repeat(12);
    let ask = || {
        let start = Instant::now();
        std::hint::black_box(index.find(&worst, 20));
        start.elapsed()
    };
    let mut longest: Vec<Duration> = (0..ROUNDS).map(|_| ask()).collect();
    longest.sort();
    println!("longest query: {:?}, {:?} in the middle", longest[0], longest[ROUNDS / 2]);
    println!("p50 {:?}, p99 {:?}, slowest {slowest:?} ({query})", at(0.5).0, at(0.99).0);
}
