//! What a model adds to the decision on a declaration: `cargo run --release -p greenlane-score --example cost`.
//!
//! Invented declarations of five lines; a model with the usual settings (600 trees of depth 8); one thread. Beside the
//! clock the time the processor worked, which on a machine that others use says more (Linux; else nothing).
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]

use std::time::Instant;

use declaration::{Amount, Declaration, Document, Item, Leaf, Mass};
use greenlane_score::declared::{Told, Writer, lines};
use greenlane_score::{FeatureTable, LanePlan, Lesson, Model, Rank, Selection, Settings, Table};
use jiff::civil::date;
use risk::{Draw, Facts, ItemFacts};
use rust_decimal::Decimal;

/// Lines of each declaration.
const LINES: u32 = 5;
/// Declarations learned from, and scored.
const LEARNED: u64 = 4_000;
const SCORED: u64 = 2_000;
/// How often those are scored.
const ROUNDS: usize = 20;

fn leaf<T: Leaf>(text: &str) -> Option<T> {
    T::parse(text).ok()
}

fn declared(number: u64) -> (Declaration, Facts) {
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D;
    let mut below = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let codes = ["8517130000", "6403990000", "0902100000", "8708990000", "3004900000", "4202220000"];
    let countries = ["CN", "TR", "VN", "IT", "DE", "KR"];
    let items = (1..=LINES).map(|nth| {
        let (code, country) = (below(6), below(6));
        let (grams, cents, age) = (1_000 + below(900_000), 10_000 + below(9_000_000), below(800));
        let paper = Document { kind: leaf("04021"), date: Some(date(2026, 1, 1)), ..Document::default() };
        Item {
            number: Some(nth),
            commodity_code: leaf(codes[usize::try_from(code).unwrap()]),
            origin_country: leaf(countries[usize::try_from(country).unwrap()]),
            mass_net: Some(Mass::from_decimal(Decimal::new(i64::try_from(grams).unwrap(), 3))),
            mass_gross: Some(Mass::from_decimal(Decimal::new(i64::try_from(grams + age).unwrap(), 3))),
            customs_value: Some(Amount::from_decimal(Decimal::new(i64::try_from(cents).unwrap(), 2))),
            documents: vec![paper; 2],
            ..Item::default()
        }
    });
    let declaration = Declaration { items: items.collect(), ..Declaration::default() };
    let total = declaration.items.iter().filter_map(|item| item.customs_value).sum::<Amount>().get();
    let items = ItemFacts::of_lines(&declaration);
    let payments_total = total / Decimal::from(4);
    (declaration, Facts { payments_total, customs_value_total: total, items, ..Facts::default() })
}

/// Seconds the processor has worked for this program, in units of 10 ms.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u32>().ok();
    Some(f64::from(ticks()? + ticks()?) / 100.0)
}

fn main() {
    let day = date(2026, 3, 2);
    let mut writer = Writer::new(Vec::new()).unwrap();
    for number in 0..LEARNED {
        let (declaration, facts) = declared(number);
        let name = number.to_string();
        for (nth, line) in (0u64..).zip(lines(&declaration, &facts, day)) {
            let found = Some((number * 7 + nth * 3) % 11 < 2);
            let told =
                Told { declaration: &name, day, found, amount: None, by: "chance", rules: false, weight: 1 };
            writer.add(&line, &told).unwrap();
        }
    }
    let features = FeatureTable::declared().unwrap();
    let training = Table::read(&writer.end().unwrap(), &features).unwrap();
    let lesson = Lesson {
        training: &training,
        validation: None,
        features,
        settings: Settings::default(),
        plan: LanePlan::default(),
        rank: Rank::Probability,
        trained_on: day,
    };
    let model = Model::train(&lesson, &mut |_, _| {}).unwrap();
    let size = model.write().unwrap().len();
    let all: Vec<_> = (LEARNED..LEARNED + SCORED).map(declared).collect();
    let (mut selected, worked, begun) = (0usize, cpu_seconds(), Instant::now());
    for round in 0..ROUNDS {
        for (number, (declaration, facts)) in all.iter().enumerate() {
            let draw = Draw::of(&[7; 32], &(number + round).to_be_bytes());
            let (_, proposal) = model.propose_of(&lines(declaration, facts, day), Some(&draw)).unwrap();
            selected += usize::from(proposal.selection != Selection::Nothing);
        }
    }
    let scored = all.len() * ROUNDS;
    let worked = cpu_seconds().zip(worked).map(|(now, then)| (now - then) * 1e6 / scored as f64);
    let each = begun.elapsed().as_secs_f64() * 1e6 / scored as f64;
    let share = selected as f64 / scored as f64 * 100.0;
    let trees = model.card().trees;
    println!(
        "{trees} trees, {size} bytes; declarations of {LINES} lines, {share:.1} % selected, with reasons"
    );
    let worked = worked.map_or_else(|| "?".to_owned(), |worked| format!("{worked:.0}"));
    println!("each {each:.0} µs by the clock, {worked} µs of processor time");
}
