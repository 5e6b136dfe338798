//! Profiles tried on what was filed foretell what they do in force.

use std::collections::BTreeSet;

use centre::{Backtest, BacktestReport};
use clearance::look::{FoundKind, LookResult, Outcome as Look};
use clearance::{Decision, Ground, Input};
use risk::{Lane, Measure, MinutesFrom, parse_profile};

use super::*;

const NUMBER: &str = "55/20260101/00991";

/// A profile over lines of goods, for half of what it means.
fn on_trial(share: &str, lane: &str, measure: &str) -> String {
    format!(
        "number = \"{NUMBER}\"\nkind = \"national\"\nstage = \"declaration\"\n\
         area = 'item.mass_net > 40 && item.documents.exists(d, has(d.number)) && totals.customs_value > 0'\n\
         exclusions = 'item.origin_country == \"TR\"'\nvalid_from = 2026-01-01\nshare_percent = {share}\n\
         lane = \"{lane}\"\nmeasures = [\"{measure}\"]\nauthor = \"test\"\nversion = 1\n\
         [title]\nru = \"Проба\"\nen = \"Trial\"\n[instruction]\nru = \"Проверить.\"\nen = \"Check.\"\n"
    )
}

fn asked(profile: &str) -> Backtest {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    Backtest {
        profiles: vec![parse_profile(profile).unwrap()],
        against: None,
        from: today.yesterday().unwrap(),
        to: today.tomorrow().unwrap(),
        top: 5,
        listed_max: 10_000,
        hours_per_week: None,
    }
}

impl Bureau {
    fn backtest(&self, asked: &Backtest) -> BacktestReport {
        self.centre.backtest(asked, |_, _, _| {}).unwrap()
    }
}

/// What a backtest foretells and what the recorded assessments say, by case and line.
fn foretold(report: &BacktestReport) -> BTreeSet<(CaseId, Option<u32>)> {
    report.listed.iter().map(|hit| (hit.case, hit.item)).collect()
}

fn recorded(bureau: &Bureau, cases: &[CaseId]) -> BTreeSet<(CaseId, Option<u32>)> {
    let hits = |id: &CaseId| {
        let hits = bureau.centre.view(*id).unwrap().assessed.risk.hits;
        let own = hits.into_iter().filter(|hit| hit.profile == NUMBER);
        own.map(|hit| (*id, hit.item)).collect::<Vec<_>>()
    };
    cases.iter().flat_map(hits).collect()
}

#[test]
fn a_backtest_foretells_exactly_what_the_profile_in_force_has_hit() {
    let bureau = Bureau::open();
    let profile = on_trial("50", "yellow", "documents");
    bureau.centre.add_profile(&profile).unwrap();
    let cases: Vec<CaseId> = (0..60).map(|nth| bureau.file(import(nth)).case.id).collect();
    let report = bureau.backtest(&asked(&profile));
    let hits = recorded(&bureau, &cases);
    assert_eq!(foretold(&report), hits);
    let [row] = &report.profiles[..] else { panic!("{:?}", report.profiles) };
    assert_eq!((report.declarations, row.sums.undrawn, row.replaces), (60, 0, true));
    // The draw has left some of the matches out, or the test would not see it.
    assert!(row.sums.hits > 0 && row.sums.hits < row.sums.matches, "{:?}", row.sums);
    assert_eq!(row.expected * Decimal::TWO, Decimal::from(row.sums.matches));
    // It is what is in force: nothing is new, no lane moves, no hour is added.
    assert_eq!((report.new, report.lanes.len(), report.hours.new), (0, 0, Decimal::ZERO));
    let own = report.overlap.iter().find(|overlap| overlap.profile == NUMBER).unwrap();
    assert_eq!((report.hits, row.sums.hits), (own.declarations, own.declarations));
    // And in the cases themselves, as the decisions recorded it.
    let marked = |id: &&CaseId| bureau.case(**id).hits.iter().any(|number| number == NUMBER);
    assert_eq!(cases.iter().filter(marked).count() as u64, report.hits);
}

#[test]
fn a_backtest_before_approval_foretells_the_days_filings_made_again_with_it() {
    // All of them: the draws of another day would be others.
    let profile = on_trial("100", "red", "inspect");
    let bureau = Bureau::open();
    let cases: Vec<CaseId> = (0..40).map(|nth| bureau.file(import(nth)).case.id).collect();
    let before = bureau.backtest(&asked(&profile));
    assert!(before.new > 0 && before.new <= before.hits && !before.profiles[0].replaces);
    assert!(before.overlap.iter().all(|overlap| overlap.profile != NUMBER));
    assert_eq!(before.segments_made, 1);
    // The same bytes by another filer are another case with the same draw: now with the profile in force.
    bureau.centre.add_profile(&profile).unwrap();
    let again: Vec<CaseId> = (0..40)
        .map(|nth| {
            let submission = Submission {
                bytes: import(nth).into(),
                seal: None,
                account: "login:other".into(),
                standing: Standing::Operator,
            };
            bureau.centre.submit(submission).unwrap().case.id
        })
        .collect();
    let place = |cases: &[CaseId], hits: BTreeSet<(CaseId, Option<u32>)>| -> BTreeSet<(usize, Option<u32>)> {
        let place = |id: CaseId| cases.iter().position(|case| *case == id).unwrap();
        hits.into_iter().map(|(id, item)| (place(id), item)).collect()
    };
    assert_eq!(place(&cases, foretold(&before)), place(&again, recorded(&bureau, &again)));
    let moved: u64 = before.lanes.iter().map(|moved| moved.declarations).sum();
    assert!(before.lanes.iter().all(|moved| moved.to == Lane::Red) && moved <= before.hits);
    assert_eq!(before.hours.needed, before.hours.new, "nobody was to inspect anything");
    assert_eq!(before.hours.needed, Decimal::from(2 * before.hits), "two hours each");
}

#[test]
fn known_results_are_caught_or_missed_whenever_they_came() {
    let bureau = Bureau::open();
    bureau.officer("officer");
    let cases: Vec<CaseId> = (0..6).map(|nth| routed(&bureau, nth).case.id).collect();
    let profile = on_trial("100", "red", "inspect");
    let first = bureau.backtest(&asked(&profile));
    assert_eq!((first.known.found, first.known.nothing), (0, 0));
    for id in &cases[..2] {
        let input = Input::Decide {
            officer: OfficerId("officer".into()),
            decision: Decision::Refuse,
            reason: "Сведения не подтверждены".into(),
            version: None,
        };
        bureau.centre.input(*id, input).unwrap();
    }
    let look = |ground: Ground, outcome: Look| LookResult {
        ground,
        measure: Some(Measure::Documents),
        item: None,
        outcome,
        minutes: 30,
        remark: String::new(),
    };
    let worth = Decimal::new(150_050, 2);
    let breach = || Look::Found { kind: FoundKind::Value, amount: worth };
    let by_profile = || Ground::profile("55/20260101/00990");
    // One breach, stated for two grounds; and a look that found nothing.
    let recorded = [
        (cases[2], vec![look(by_profile(), breach()), look(Ground::officer(), breach())]),
        (cases[3], vec![look(by_profile(), Look::Nothing)]),
        (cases[4], vec![LookResult { remark: "goods left".into(), ..look(by_profile(), Look::NotApplied) }]),
    ];
    for (id, results) in recorded {
        let officer = OfficerId("officer".into());
        bureau.centre.input(id, Input::RecordResults { officer, results }).unwrap();
    }
    // Results come in later leaves than filings: the segment is made again with them.
    let then = bureau.backtest(&asked(&profile));
    assert_eq!((then.known.found, then.known.nothing, then.known.value), (3, 1, worth));
    assert_eq!((then.caught.found + then.missed, then.segments_made), (3, 1));
    let hit = |id: &CaseId| foretold(&then).iter().any(|(case, _)| case == id);
    assert_eq!(then.caught.found, cases[..3].iter().filter(|id| hit(id)).count() as u64);
    assert_eq!(then.caught_before.found, 3, "what was in force had sent them to an officer");
    assert_eq!(then.traders.iter().map(|row| row.group.known.found).sum::<u64>(), 3);
    assert_eq!(then.hours.officers, 1);
    // Nothing was filed since: nothing is made, and the answer is the same.
    let last = bureau.backtest(&asked(&profile));
    assert_eq!((last.segments_made, last.hits, last.known), (0, then.hits, then.known));
}

#[test]
fn what_is_recorded_anew_counts_once_and_minutes_are_those_recorded() {
    let bureau = Bureau::open();
    bureau.officer("officer");
    let cases: Vec<CaseId> = (0..22).map(|nth| routed(&bureau, nth).case.id).collect();
    let officer = || OfficerId("officer".into());
    let look = |measure, item, outcome, minutes| LookResult {
        ground: Ground::profile("55/20260101/00990"),
        measure: Some(measure),
        item,
        outcome,
        minutes,
        remark: String::new(),
    };
    let record = |id: CaseId, results| {
        bureau.centre.input(id, Input::RecordResults { officer: officer(), results }).unwrap();
    };
    let found = |kind, amount| Look::Found { kind, amount: Decimal::from(amount) };
    // One find, said twice: the line, the kind, the amount and the minutes are corrected.
    record(cases[0], vec![look(Measure::Inspect, None, found(FoundKind::Value, 100), 600)]);
    record(cases[0], vec![look(Measure::Inspect, Some(1), found(FoundKind::Quantity, 120), 50)]);
    // A find that was none.
    record(cases[1], vec![look(Measure::Inspect, None, found(FoundKind::Value, 7), 600)]);
    record(cases[1], vec![look(Measure::Inspect, None, Look::Nothing, 40)]);
    // Another measure is another look, and the find stays.
    record(cases[2], vec![look(Measure::Documents, None, found(FoundKind::Value, 30), 5)]);
    record(cases[2], vec![look(Measure::Inspect, None, Look::Nothing, 40)]);
    let profile = on_trial("100", "red", "inspect");
    let first = bureau.backtest(&asked(&profile));
    assert_eq!((first.known.found, first.known.nothing, first.known.value), (2, 1, Decimal::from(150)));
    let inspect = first.hours.minutes[&Measure::Inspect];
    assert_eq!((inspect.minutes, inspect.from, inspect.results), (120, MinutesFrom::Assumed, 3));

    // Sums over grounds say the same.
    let now = bureau.centre.now();
    let day = jiff::SignedDuration::from_hours(24);
    let effects = bureau.centre.effects(now - day, now + day).unwrap();
    let total = effects.iter().find(|effect| effect.ground == "55/20260101/00990").unwrap().total;
    assert_eq!((total.fired, total.found, total.nothing), (22, 2, 1));
    assert_eq!((total.amount, total.minutes), (Decimal::from(150), 50 + 40 + 5 + 40));

    // From 20 cases on, what was recorded counts.
    cases[3..20].iter().for_each(|id| record(*id, vec![look(Measure::Inspect, None, Look::Nothing, 40)]));
    let then = bureau.backtest(&asked(&profile));
    let inspect = then.hours.minutes[&Measure::Inspect];
    assert_eq!((inspect.minutes, inspect.from, inspect.results), (40, MinutesFrom::Recorded, 20));
    let minutes = Decimal::from(40 * then.hits);
    assert_eq!(then.hours.needed, (minutes / Decimal::from(60)).round_dp(1).normalize());
    assert_eq!(then.hours.minutes[&Measure::Documents].results, 1);
}

#[test]
fn where_nothing_was_known_of_the_trader_it_is_said() {
    let bureau = Bureau::open();
    (0..5).for_each(|nth| drop(bureau.file(import(nth))));
    let by_history = on_trial("100", "yellow", "documents").replace(
        "item.mass_net > 40 && item.documents.exists(d, has(d.number)) && totals.customs_value > 0",
        "history.declarations_total < 1000000",
    );
    let told = |report: &BacktestReport| {
        let sums = report.profiles[0].sums;
        (report.declarations, report.history_unknown, sums.undecided, sums.undecided_history, sums.area)
    };
    let before = bureau.backtest(&asked(&by_history));
    assert_eq!(before.history_unknown, before.profiles[0].sums.undecided_history);
    assert_eq!(before.profiles[0].sums.area + before.history_unknown, before.declarations);
    // With a profile in force that asks, what is known is recorded.
    bureau.centre.add_profile(&by_history).unwrap();
    (5..8).for_each(|nth| drop(bureau.file(import(nth))));
    let after = bureau.backtest(&asked(&by_history));
    assert_eq!(after.declarations, 8);
    assert_eq!(after.profiles[0].sums.area, before.profiles[0].sums.area + 3, "{:?}", told(&after));
    // Of a profile that does not ask for it nothing is said.
    let other = bureau.backtest(&asked(&on_trial("100", "yellow", "documents")));
    assert_eq!((other.history_unknown, other.profiles[0].sums.undecided_history), (after.history_unknown, 0));
}

#[test]
fn columns_are_a_cache_and_made_again_when_damaged() {
    let bureau = Bureau::open();
    (0..10).for_each(|nth| drop(bureau.file(import(nth))));
    let profile = on_trial("100", "yellow", "documents");
    let first = bureau.backtest(&asked(&profile));
    let folder = bureau.dir.path().join("history");
    let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let good = std::fs::read(&file).unwrap();
    for spoilt in [good.len() / 2, 3, 20] {
        let mut bytes = good.clone();
        bytes[spoilt..].iter_mut().take(400).for_each(|byte| *byte ^= 0x55);
        std::fs::write(&file, bytes).unwrap();
        let again = bureau.backtest(&asked(&profile));
        assert_eq!((again.hits, &again.listed), (first.hits, &first.listed), "spoilt at {spoilt}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(bureau.backtest(&asked(&profile)).listed, first.listed);
    // A day without filings has nothing, and days that make no sense are refused.
    let long_ago = Backtest {
        from: jiff::civil::date(2020, 1, 1),
        to: jiff::civil::date(2020, 1, 2),
        ..asked(&profile)
    };
    assert_eq!(bureau.backtest(&long_ago).declarations, 0);
    let reversed = Backtest { to: jiff::civil::date(2019, 1, 1), ..long_ago };
    assert!(bureau.centre.backtest(&reversed, |_, _, _| {}).is_err());
}
