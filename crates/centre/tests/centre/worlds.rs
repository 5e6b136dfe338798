//! What was known when, and what was in force then: imports, undone imports, decisions made again.

use centre::{Change, ImportReport};
use declaration::{CommodityCode, CurrencyCode};
use greenlane_centre as centre;
use greenlane_centre::{Centre, CentreError};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use reference::{CommodityLookup, Dataset, DatasetKind, RateKind, Reference};

use crate::{Bureau, import, open};

/// Codes that no starter has.
const CODES: [&str; 3] = ["9797000001", "9797000002", "9797110000"];
/// A currency that no starter has.
const CURRENCY: &str = "XPF";

fn day(number: i8) -> Date {
    Date::constant(2026, 6, 15) + (i64::from(number) * 10).days()
}

/// What a file says: of few codes, days and rates, so that imports meet.
#[derive(Debug, Clone)]
enum Said {
    /// Codes and their duties, for all other codes nothing.
    Nomenclature(Vec<(usize, u8)>),
    /// Days and rates of one currency.
    Exchange(Vec<(i8, u8)>),
    /// A rate for all codes that begin so.
    Rate(u8),
}

#[derive(Debug, Clone)]
enum Move {
    Import(Said, Option<i8>),
    /// Takes one of the imports in force back.
    Undo(prop::sample::Index),
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        prop::collection::btree_map(0..CODES.len(), 1u8..99, 1..3)
            .prop_map(|rows| Said::Nomenclature(rows.into_iter().collect())),
        prop::collection::btree_map(-3i8..3, 1u8..99, 1..3)
            .prop_map(|rows| Said::Exchange(rows.into_iter().collect())),
        (1u8..99).prop_map(Said::Rate),
    ]
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let from = || prop::option::of(-3i8..3);
    let one = prop_oneof![
        3 => (said(), from()).prop_map(|(said, from)| Move::Import(said, from)),
        1 => any::<prop::sample::Index>().prop_map(Move::Undo),
    ];
    prop::collection::vec(one, 1..9)
}

fn dataset(said: &Said, from: Option<i8>) -> Dataset {
    let (kind, content) = match said {
        Said::Nomenclature(rows) => {
            let rows = rows.iter().map(|(code, duty)| format!("{},goods,{duty}%\n", CODES[*code]));
            (DatasetKind::Tnved, format!("code,name,duty\n{}", rows.collect::<String>()))
        }
        Said::Exchange(rows) => {
            let rows = rows.iter().map(|(at, rate)| format!("{},{CURRENCY},1,{rate}\n", day(*at)));
            (DatasetKind::Exchange, format!("date,currency,units,rate\n{}", rows.collect::<String>()))
        }
        Said::Rate(rate) => (DatasetKind::Rates, format!("code,origin,kind,rate\n9797,,excise,{rate}%\n")),
    };
    let jurisdiction = if kind == DatasetKind::Tnved { "" } else { "eaeu-ru" };
    Dataset { valid_from: from.map(day), ..Dataset::new(kind, jurisdiction, "file.csv", content) }
}

type Layer = (Said, Option<i8>);

/// What holds on a day of what was imported, read one file after the other.
fn expected(layers: &[Layer], on: Date) -> Vec<Option<String>> {
    let speaks = |from: &Option<i8>| from.is_none_or(|from| day(from) <= on);
    let newest = layers.iter().rev().find_map(|(said, from)| match said {
        Said::Nomenclature(rows) if speaks(from) => Some(rows),
        _ => None,
    });
    let mut facts: Vec<Option<String>> = (0..CODES.len())
        .map(|code| newest?.iter().find(|(other, _)| *other == code).map(|(_, duty)| format!("{duty}%")))
        .collect();
    let mut quoted = std::collections::BTreeMap::new();
    for (said, from) in layers {
        if let Said::Exchange(rows) = said {
            quoted.extend(rows.iter().filter(|(at, _)| from.is_none_or(|from| from <= *at)).copied());
        }
    }
    let last = quoted.into_iter().rfind(|(at, _)| day(*at) <= on);
    facts.push(last.filter(|(at, _)| day(*at) + 31.days() >= on).map(|(_, rate)| rate.to_string()));
    facts.push(layers.iter().rev().find_map(|(said, from)| match said {
        Said::Rate(rate) if speaks(from) => Some(format!("{rate}%")),
        _ => None,
    }));
    facts
}

/// What a reference says of the same on a day.
fn found(reference: &Reference, on: Date) -> Vec<Option<String>> {
    let pack = reference.pack("eaeu-ru").unwrap();
    let code = |code: &str| -> CommodityCode { code.parse().unwrap() };
    let mut facts: Vec<Option<String>> = CODES
        .iter()
        .map(|text| match reference.commodity(&code(text), on) {
            CommodityLookup::Known(known) => Some(known.duty.to_string()),
            CommodityLookup::Unknown | CommodityLookup::OutsideExcerpt => None,
        })
        .collect();
    let currency: CurrencyCode = CURRENCY.parse().unwrap();
    facts.push(reference.exchange_rate(pack, currency, on).map(|rate| rate.rate.to_string()));
    facts.push(reference.rate(pack, RateKind::Excise, &code(CODES[0]), None, on).map(ToString::to_string));
    facts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_look_up_says_what_was_known_and_in_force_then(moves in moves()) {
        let dir = tempfile::tempdir().unwrap();
        let centre = open(dir.path());
        let mut live: Vec<(u64, Layer)> = Vec::new();
        let mut known: Vec<(Timestamp, Vec<Layer>)> = Vec::new();
        for one in moves {
            match one {
                Move::Import(said, from) => {
                    let change = Change { import: vec![dataset(&said, from)], ..Change::default() };
                    let report = centre.change(change, "tester", &mut |_| {}).unwrap();
                    live.push((report.imported[0].ordinal.unwrap(), (said, from)));
                }
                Move::Undo(_) if live.is_empty() => continue,
                Move::Undo(index) => {
                    let (ordinal, _) = live.remove(index.index(live.len()));
                    centre.change(Change { undo: vec![ordinal], ..Change::default() }, "tester", &mut |_| {}).unwrap();
                }
            }
            known.push((Timestamp::now(), live.iter().map(|(_, layer)| layer.clone()).collect()));
        }
        // What was known when is asked after a restart: nothing may hang on what is in memory.
        centre.stop();
        drop(centre);
        let centre = open(dir.path());
        for (moment, layers) in &known {
            let world = centre.world_named(&moment.to_string()).unwrap();
            for number in -5..9 {
                let on = day(number);
                prop_assert_eq!(found(world.reference(), on), expected(layers, on), "known at {} on {}", moment, on);
            }
        }
    }
}

fn change(centre: &Centre, import: &[Dataset], undo: &[u64]) -> Result<ImportReport, CentreError> {
    let change = Change { undo: undo.to_vec(), import: import.to_vec() };
    centre.change(change, "tester", &mut |_| {})
}

fn csv(kind: DatasetKind, content: &str) -> Dataset {
    Dataset::new(kind, if kind == DatasetKind::Tnved { "" } else { "eaeu-ru" }, "file.csv", content)
}

#[test]
fn ten_imports_later_every_decision_comes_out_the_same() {
    let bureau = Bureau::open();
    bureau.officer("tern");
    let first = bureau.file(import(1));
    let before = bureau.centre.world();
    let declaration = &bureau.centre.versions(first.case.id).unwrap()[0].declaration;
    let chapter = declaration.items[0].commodity_code.unwrap().prefix(2).to_owned();
    let mut undone = Vec::new();
    for nth in 2u32..12 {
        let duty = format!("code,origin,kind,rate\n{chapter},,duty,{}%\n", 40 + nth);
        let rates = format!(
            "date,currency,units,rate\n2026-01-{nth:02},USD,1,{}\n2026-01-{nth:02},EUR,1,7{nth}\n",
            80 + nth
        );
        let datasets = [csv(DatasetKind::Rates, &duty), csv(DatasetKind::Exchange, &rates)];
        let report = change(&bureau.centre, &datasets, &[]).unwrap();
        undone.extend(report.imported[0].ordinal);
        bureau.file(import(nth));
    }
    change(&bureau.centre, &[], &undone[..5]).unwrap();
    bureau.file(import(20));
    let after = bureau.centre.world();
    assert_ne!(before.hash(), after.hash());
    // Made anew today the first declaration would come out otherwise: that it does not is no accident.
    let day = Date::constant(2026, 1, 20);
    let computed = |world: &clearance::World| {
        let pack = world.pack_for(declaration);
        duty::compute(declaration, world.reference(), pack, day).payable_total
    };
    assert_ne!(computed(&before), computed(&after));
    let bureau = bureau.reopen();
    bureau.replays_without_a_difference();
}

#[test]
fn an_import_taken_back_leaves_the_world_as_it_was() {
    let bureau = Bureau::open();
    let before = bureau.centre.world().hash();
    let rates = csv(DatasetKind::Rates, "code,origin,kind,rate\n9797,,excise,5%\n");
    let report = change(&bureau.centre, &[rates], &[]).unwrap();
    assert_eq!((report.before, report.imported[0].rows), (before, 1));
    assert_ne!(report.after, before);
    let ordinal = report.imported[0].ordinal.unwrap();
    let back = change(&bureau.centre, &[], &[ordinal]).unwrap();
    assert_eq!((back.after, bureau.centre.world().hash()), (before, before));
    let again = change(&bureau.centre, &[], &[ordinal]).unwrap_err().to_string();
    assert!(again.contains("GL-8010") && again.contains("reference imports"), "{again}");
    // A jurisdiction whose tables are in force cannot lose its pack.
    let imports = bureau.centre.imports().unwrap();
    let packs = imports
        .iter()
        .filter(|import| import.dataset.jurisdiction == "gb" && import.dataset.kind == DatasetKind::Pack);
    let packs: Vec<u64> = packs.map(|import| import.ordinal).collect();
    let refused = change(&bureau.centre, &[], &packs).unwrap_err().to_string();
    assert!(refused.contains("GL-8006"), "{refused}");
    assert_eq!(bureau.centre.world().hash(), before);
    let told: Vec<_> =
        imports.iter().rev().take(2).map(|import| (import.undoes, import.actor.as_str())).collect();
    assert_eq!(told, [(Some(ordinal), "tester"), (None, "tester")]);
}

#[test]
fn of_several_files_all_are_taken_or_none_and_every_fault_is_named() {
    let bureau = Bureau::open();
    let before = bureau.centre.world().hash();
    let good = csv(DatasetKind::Rates, "code,origin,kind,rate\n9797,,excise,5%\n");
    let bad = Dataset {
        source: "bad.csv".into(),
        ..csv(DatasetKind::Tnved, "code,name,duty\n1,a,5%\n0101210000,b,many\n0101290000,c,5%\n")
    };
    let Err(CentreError::Import(faults)) = change(&bureau.centre, &[good, bad], &[]) else { panic!("taken") };
    let places: Vec<_> = faults
        .named
        .iter()
        .map(|fault| (fault.dataset.as_str(), fault.line, fault.column.as_str()))
        .collect();
    assert_eq!(places, [("bad.csv", 2, "code"), ("bad.csv", 3, "duty")]);
    assert_eq!(bureau.centre.world().hash(), before);
    assert!(bureau.centre.imports().unwrap().iter().all(|import| import.dataset.source != "bad.csv"));
}

#[test]
fn an_import_says_beforehand_what_it_changes_and_which_open_cases_it_touches() {
    let bureau = Bureau::open();
    bureau.officer("tern");
    let waiting: Vec<_> =
        (1..12).map(|nth| bureau.file(import(nth)).case).filter(|case| !case.state.is_final()).collect();
    assert!(!waiting.is_empty(), "something waits for payment or an officer");
    let of = waiting[0].id;
    let declaration = bureau.centre.versions(of).unwrap().remove(0).declaration;
    let code = declaration.items[0].commodity_code.unwrap();
    let nobody = csv(DatasetKind::Rates, "code,origin,kind,rate\n9797,,excise,5%\n");
    let somebody = csv(DatasetKind::Rates, &format!("code,origin,kind,rate\n{},,excise,5%\n", code.common()));
    let before = bureau.centre.world();
    let preview = |dataset: &Dataset| {
        let change = Change { import: vec![dataset.clone()], ..Change::default() };
        bureau.centre.preview(change, &mut |_| {}).unwrap().changes
    };
    assert_eq!(preview(&nobody).touched.cases_total, 0);
    let changes = preview(&somebody);
    assert!(changes.touched.cases.contains(&of), "{:?}", changes.touched);
    let told: Vec<_> =
        changes.reference.tables.iter().map(|table| (table.table, table.added(), table.ended())).collect();
    assert_eq!(told, [("rates", 1, 0)]);
    assert_eq!(bureau.centre.world().hash(), before.hash(), "nothing was taken");
    // The same is said of two worlds afterwards.
    change(&bureau.centre, &[somebody], &[]).unwrap();
    let named = bureau.centre.world_named(&before.hash().to_string()[..8]).unwrap();
    let compared = bureau.centre.compare(&named, &bureau.centre.world()).unwrap();
    assert_eq!(compared.reference, changes.reference);
    for unknown in ["", "xyz", "2001-01-01T00:00:00Z", "0000000000000000"] {
        let why = bureau.centre.world_named(unknown).unwrap_err().to_string();
        assert!(why.contains("GL-8011"), "{unknown}: {why}");
    }
}
