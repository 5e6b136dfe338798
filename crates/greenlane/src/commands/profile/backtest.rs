//! `greenlane profile backtest`: profiles tried on what was filed, before anybody approves them.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use centre::{Backtest, BacktestReport, GroupRow, Pass};
use risk::{Measure, MeasureMinutes, MinutesFrom, Profile};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use crate::cli::{BacktestArgs, Language};
use crate::commands::check::print_json;
use crate::commands::replay::progress_bar;
use crate::exit::{DONE, Failure};
use crate::output::say;
use crate::remote::Remote;
use crate::{Done, embedded};

/// What the bar says in the two passes.
const FIRST: &str = "columns of what was filed since";
const SCAN: &str = "profiles on trial";
/// How long a centre may say the same of a trial before it is given up: a segment takes seconds.
const STANDSTILL_MAX: Duration = Duration::from_secs(600);
/// Between two questions; the centre waits before it says that a trial goes on.
const PAUSE: Duration = Duration::from_millis(200);

/// Runs the command.
pub fn run(args: &BacktestArgs) -> Done {
    let sources = args.files.iter().map(source).collect::<Result<Vec<_>, _>>()?;
    let against = args.against.iter().map(source).collect::<Result<Vec<_>, _>>()?;
    if args.hours_per_week.is_some_and(|hours| hours <= Decimal::ZERO || hours > Decimal::from(168)) {
        return Err(Failure::usage("--hours-per-week: a week has more than 0 and at most 168 hours"));
    }
    let report = match &args.centre {
        Some(url) => remote(args, url, &sources, &against)?,
        None => here(args, sources, against)?,
    };
    if args.json {
        print_json(&report)?
    } else {
        say!("{}", render(&report))
    }
    Ok(ExitCode::from(DONE))
}

/// Asks a running centre.
fn remote(
    args: &BacktestArgs,
    url: &str,
    sources: &[(Profile, String)],
    against: &[(Profile, String)],
) -> Result<BacktestReport, Failure> {
    let remote = Remote::new(url, args.token.as_deref(), Language::En)?;
    let texts = |all: &[(Profile, String)]| all.iter().map(|(_, source)| source.clone()).collect::<Vec<_>>();
    let asked = json!({
        "profiles": texts(sources), "against": (!against.is_empty()).then(|| texts(against)),
        "from": args.from, "to": args.to, "top": args.top, "list": args.list,
        "hours_per_week": args.hours_per_week,
    });
    let bar = progress_bar("");
    let ask = || Ok(remote.post("/api/v1/profiles/backtest", &asked)?);
    let report = awaited(ask, (PAUSE, STANDSTILL_MAX), |pass, done, all| {
        bar.set_message(if pass == "scan" { SCAN } else { FIRST });
        bar.set_length(all);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    serde_json::from_value(report.into()).map_err(|why| Failure::failed(format!("{url}: {why}")))
}

/// The report of a trial that is under way, however often one has to ask; the same question joins it.
fn awaited(
    mut ask: impl FnMut() -> Result<Map<String, Value>, Failure>,
    (pause, standstill_max): (Duration, Duration),
    mut progress: impl FnMut(&str, u64, u64),
) -> Result<Map<String, Value>, Failure> {
    let (mut last, mut moved) = (None, Instant::now());
    loop {
        let answer = ask()?;
        let Some(pass) = answer.get("pass").and_then(Value::as_str) else { return Ok(answer) };
        let number = |key: &str| answer.get(key).and_then(Value::as_u64).unwrap_or_default();
        let now = Some((pass.to_owned(), number("done")));
        if now != last {
            (last, moved) = (now, Instant::now());
        } else if moved.elapsed() >= standstill_max {
            let minutes = standstill_max.as_secs() / 60;
            return Err(Failure::failed(format!("the trial has come no further for {minutes} minutes"))
                .hint("what was made of columns is kept: ask again when the centre has less to do"));
        }
        progress(pass, number("done"), number("all"));
        std::thread::sleep(pause);
    }
}

/// Tries on a data directory.
fn here(
    args: &BacktestArgs,
    sources: Vec<(Profile, String)>,
    against: Vec<(Profile, String)>,
) -> Result<BacktestReport, Failure> {
    let profiles =
        |all: Vec<(Profile, String)>| all.into_iter().map(|(profile, _)| profile).collect::<Vec<_>>();
    let (profiles, against) = (profiles(sources), profiles(against));
    let asked = Backtest {
        profiles,
        against: (!against.is_empty()).then_some(against),
        from: args.from,
        to: args.to,
        top: args.top,
        listed_max: args.list,
        hours_per_week: args.hours_per_week,
    };
    let centre = embedded::open_existing(&args.data)?;
    let bar = progress_bar("");
    let report = centre.backtest(&asked, |pass, done, all| {
        bar.set_message(match pass {
            Pass::First => FIRST,
            Pass::Scan => SCAN,
        });
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    centre.stop();
    Ok(report?)
}

/// A profile with the text it was read from.
fn source(file: &PathBuf) -> Result<(Profile, String), Failure> {
    let refused = |why: String| Failure::refused(format!("{}: {why}", file.display()));
    let source = std::fs::read_to_string(file).map_err(|why| refused(why.to_string()))?;
    let profile = risk::parse_profile(&source).map_err(|why| refused(why.to_string()))?;
    Ok((profile, source))
}

/// The report for people.
fn render(report: &BacktestReport) -> String {
    let mut lines = vec![format!(
        "{} to {}: {} declarations, {} lines of goods; compared with {}",
        report.from,
        report.to,
        report.declarations,
        report.items,
        match &report.against {
            None => "what was in force".to_owned(),
            Some(numbers) => numbers.join(", "),
        }
    )];
    if report.history_unknown > 0 {
        lines.push(format!(
            "{} of them were filed without a record of the trader's history: conditions on it are undecided there",
            report.history_unknown
        ));
    }
    for row in &report.profiles {
        let sums = &row.sums;
        lines.push(format!(
            "\n{}  {}{}",
            row.number,
            row.title.en,
            if row.replaces { " (replaces)" } else { "" }
        ));
        lines.push(format!(
            "  in the area {}, excluded {}, category left out {}, matches {} ({} lines)",
            sums.area, sums.excluded, sums.category_out, sums.matches, sums.lines
        ));
        lines.push(format!("  hits {}, expected by share {}", sums.hits, row.expected));
        if sums.undecided > 0 {
            lines.push(format!("  {} declarations lack a field it asks for: undecided", sums.undecided));
        }
        if sums.undecided_history > 0 {
            lines.push(format!(
                "    {} of them were filed without a record of the trader's history, which it asks for",
                sums.undecided_history
            ));
        }
        if sums.undrawn > 0 {
            lines.push(format!("  {} matches lie on days whose secret is not here: no draw", sums.undrawn));
        }
    }
    lines.push(format!(
        "\ndeclarations hit {}, of them new {}; hit before {}",
        report.hits, report.new, report.hits_before
    ));
    for overlap in &report.overlap {
        lines.push(format!("  also hit by {:24} {:>8}", overlap.profile, overlap.declarations));
    }
    lines.push("\nlanes (registered declarations)".to_owned());
    for moved in &report.lanes {
        lines.push(format!(
            "  {:>6} -> {:<6} {:>8}",
            moved.from.as_str(),
            moved.to.as_str(),
            moved.declarations
        ));
    }
    if report.lanes.is_empty() {
        lines.push("  none moves".to_owned());
    }
    let hours = &report.hours;
    lines.push(format!(
        "\nofficers' hours: needed {}, of them new {}; before {}",
        hours.needed, hours.new, hours.before
    ));
    let share = hours.percent().map_or(String::new(), |percent| format!(", {percent} % of them"));
    lines.push(format!(
        "  there are {} ({} officers, {} hours a week){share}",
        hours.available, hours.officers, hours.hours_per_week
    ));
    for (from, title) in [
        (MinutesFrom::Recorded, "minutes, the median of what results say (of so many)"),
        (MinutesFrom::Pack, "minutes by the pack"),
        (MinutesFrom::Assumed, "minutes assumed"),
    ] {
        let of = |(measure, taken): (&Measure, &MeasureMinutes)| match taken.results {
            0 => format!("{} {}", measure.title().en, taken.minutes),
            results => format!("{} {} ({results})", measure.title().en, taken.minutes),
        };
        let minutes: Vec<String> =
            hours.minutes.iter().filter(|(_, taken)| taken.from == from).map(of).collect();
        if !minutes.is_empty() {
            lines.push(format!("  {title}: {}", minutes.join(", ")));
        }
    }
    lines.push(format!(
        "\nknown results: something found {}, nothing found {}",
        report.known.found, report.known.nothing
    ));
    lines.push(format!(
        "  caught {} (new {}; before {}), missed {}; hit though nothing was found {}",
        report.caught.found,
        report.caught_new.found,
        report.caught_before.found,
        report.missed,
        report.caught.nothing
    ));
    groups("offices", &report.offices, &mut lines);
    groups("traders", &report.traders, &mut lines);
    if !report.listed.is_empty() {
        lines.push("\nhits".to_owned());
        let place = |item: Option<u32>| item.map_or(String::new(), |item| format!("line {item}"));
        lines.extend(
            report.listed.iter().map(|hit| format!("  {} {} {}", hit.case, hit.profile, place(hit.item))),
        );
    }
    lines.push(format!(
        "\n{} segments, {} of them made now in {:.1} s; asked in {:.2} s, {:.0} lines of goods a second",
        report.segments, report.segments_made, report.first_pass_s, report.scan_s, report.items_per_s
    ));
    lines.join("\n")
}

fn groups(title: &str, rows: &[GroupRow], lines: &mut Vec<String>) {
    if rows.is_empty() {
        return;
    }
    lines.push(format!(
        "\n{title:32} {:>9} {:>8} {:>8} {:>8} {:>8}",
        "filed", "hit", "new", "finds", "caught"
    ));
    for GroupRow { code, group } in rows {
        let name = format!("{code} {}", group.name);
        lines.push(format!(
            "  {:30} {:>9} {:>8} {:>8} {:>8} {:>8}",
            name.trim().chars().take(30).collect::<String>(),
            group.declarations,
            group.hits,
            group.new,
            group.known.found,
            group.caught.found
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn a_trial_under_way_is_asked_for_until_it_is_done_or_stands_still() {
        let under_way = |pass: &str, done: u64| object(json!({ "pass": pass, "done": done, "all": 3 }));
        let mut answers = vec![
            object(json!({ "hits": 7 })),
            under_way("scan", 1),
            under_way("first", 2),
            under_way("first", 0),
        ];
        let mut heard = Vec::new();
        let ask = || answers.pop().ok_or_else(|| Failure::failed("asked too often"));
        let at_once = (Duration::ZERO, Duration::ZERO);
        let told = awaited(ask, at_once, |pass, done, all| heard.push((pass.to_owned(), done, all)));
        assert_eq!(told.ok(), Some(object(json!({ "hits": 7 }))));
        let scan = ("scan".to_owned(), 1, 3);
        assert_eq!(heard, [("first".to_owned(), 0, 3), ("first".to_owned(), 2, 3), scan]);
        let mut asked = 0;
        let still = awaited(
            || {
                asked += 1;
                Ok(under_way("first", 2))
            },
            at_once,
            |_, _, _| {},
        );
        assert!(still.is_err());
        assert_eq!(asked, 2, "it ends by itself");
    }
}
