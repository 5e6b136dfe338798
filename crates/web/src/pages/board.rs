//! The live board: what is happening now. The bars are drawn here; a script only asks for the page again.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use centre::board::Board;
use centre::{Action, Identity};
use jiff::SignedDuration;
use store::CaseFilter;

use super::list::ListRow;
use super::{Shell, home, rendered};
use crate::App;
use crate::access::{Caller, page_of};
use crate::failure::Failure;
use crate::figures;
use crate::language::Language;

/// Latest decisions shown.
const LATEST_ROWS: usize = 12;
/// Units of the drawing per minute, and its height.
const MINUTE_WIDTH: u64 = 20;
const BAR_WIDTH: u64 = 16;
const HEIGHT: u64 = 160;
/// Outcomes in the order they are stacked, from the bottom, with their colours.
const STACK: [(&str, &str); 6] = [
    ("released", "good"),
    ("waiting", "wait"),
    ("routed", "warn"),
    ("refused", "bad"),
    ("release_refused", "bad"),
    ("withdrawn", "plain"),
];

#[derive(Template)]
#[template(path = "board.html")]
struct BoardPage {
    shell: Shell,
    made: String,
    figures: Vec<Figure>,
    chart: Chart,
    outcomes: Vec<OutcomeRow>,
    states: Vec<StateRow>,
    officers: Vec<OfficerRow>,
    latest: Vec<ListRow>,
}

/// A figure that matters, large.
struct Figure {
    label: &'static str,
    value: String,
    note: String,
}

struct Chart {
    columns: Vec<ChartColumn>,
    lines: Vec<ChartLine>,
    legend: Vec<(&'static str, &'static str)>,
    width: u64,
    height: u64,
    bar_width: u64,
}

/// One minute.
struct ChartColumn {
    title: String,
    bars: Vec<Bar>,
    /// The time below, every ten minutes.
    time: Option<String>,
    x: u64,
}

struct Bar {
    x: u64,
    y: u64,
    height: u64,
    tone: &'static str,
}

struct ChartLine {
    y: u64,
    label: String,
}

struct OutcomeRow {
    outcome: &'static str,
    tone: &'static str,
    lane: String,
    lane_word: &'static str,
    by: &'static str,
    count: String,
    mean: String,
}

struct StateRow {
    state: &'static str,
    tone: &'static str,
    name: &'static str,
    count: String,
}

struct OfficerRow {
    login: String,
    offices: String,
    offices_count: usize,
    on_shift: bool,
    load: u32,
    share: u32,
}

/// The board; whoever may not see it is led to their own work.
pub(crate) async fn board(
    State(app): State<App>,
    Caller(who): Caller,
    language: Language,
    uri: Uri,
) -> Result<Response, Failure> {
    if !who.may(Action::Board) {
        return Ok(Redirect::to(home(&who)).into_response());
    }
    app.run(move |app| {
        let board = app.centre().board()?;
        let filter = CaseFilter { limit: LATEST_ROWS, ..CaseFilter::default() };
        let (latest, _) = page_of(app.centre(), &who, filter)?;
        let latest = latest.iter().map(|case| ListRow::new(case, app, language)).collect();
        Ok(rendered(&page(app, &board, latest, who, language, &uri))?.into_response())
    })
    .await
}

fn page(
    app: &App,
    board: &Board,
    latest: Vec<ListRow>,
    who: Identity,
    language: Language,
    uri: &Uri,
) -> BoardPage {
    let shell = Shell::new(app, Some(who), language, uri, "board");
    let t = shell.t;
    let load_max = board.officers.iter().map(|officer| officer.load).max().unwrap_or(0).max(1);
    let outcomes = board.outcomes.iter().map(|sum| OutcomeRow {
        outcome: t.outcome(&sum.outcome),
        tone: tone_of(&sum.outcome),
        lane: sum.lane.clone(),
        lane_word: crate::api::filter::lane_of(&sum.lane).map_or("", |lane| t.lane(lane)),
        by: t.decider(&sum.decided_by),
        count: figures::count(sum.count, language),
        mean: figures::took(
            SignedDuration::from_millis(i64::try_from(sum.mean_ms).unwrap_or(i64::MAX)),
            language,
        ),
    });
    // Nothing stays new: it is where a case begins, not where it stands.
    let kept = board.states.iter().filter(|row| row.state != clearance::State::New);
    let states = kept.map(|row| StateRow {
        state: row.state.as_str(),
        tone: super::list::tone(row.state),
        name: t.state(row.state),
        count: figures::count(row.count, language),
    });
    let officers = board.officers.iter().map(|officer| OfficerRow {
        login: officer.id.0.clone(),
        offices: officer.offices.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        offices_count: officer.offices.len(),
        on_shift: officer.on_shift,
        load: officer.load,
        share: officer.load.saturating_mul(100) / load_max,
    });
    BoardPage {
        made: figures::time_of_day(board.at, &app.config().time_zone),
        figures: key_figures(board, language),
        chart: chart(app, board, language),
        outcomes: outcomes.collect(),
        states: states.collect(),
        officers: officers.collect(),
        latest,
        shell,
    }
}

fn tone_of(outcome: &str) -> &'static str {
    STACK.iter().find(|(name, _)| *name == outcome).map_or("plain", |(_, tone)| tone)
}

/// The last whole minute, the hour, how much of it needed nobody, how fast that was, what waits.
fn key_figures(board: &Board, language: Language) -> Vec<Figure> {
    let t = crate::texts::Texts::of(language);
    let total_of = |outcomes: &BTreeMap<String, u64>| outcomes.values().sum::<u64>();
    // The last minute is still running; the one before is whole.
    let whole = board.minutes.iter().rev().nth(1).map_or(0, |minute| total_of(&minute.outcomes));
    let running = board.minutes.last().map_or(0, |minute| total_of(&minute.outcomes));
    let hour: u64 = board.minutes.iter().map(|minute| total_of(&minute.outcomes)).sum();
    let (mut automatic, mut milliseconds) = (0u64, 0u64);
    for sum in board.outcomes.iter().filter(|sum| sum.decided_by == "automatic") {
        automatic += sum.count;
        milliseconds += sum.count.saturating_mul(sum.mean_ms);
    }
    let share = (automatic * 100).checked_div(hour).unwrap_or(0);
    let mean = milliseconds.checked_div(automatic);
    let mean = mean.map_or_else(
        || "—".to_owned(),
        |mean| figures::took(SignedDuration::from_millis(i64::try_from(mean).unwrap_or(i64::MAX)), language),
    );
    let open: u64 = board.states.iter().filter(|row| !row.state.is_final()).map(|row| row.count).sum();
    let count = |value| figures::count(value, language);
    vec![
        Figure {
            label: t.per_minute,
            value: count(whole),
            note: format!("{}: {}", t.this_minute, count(running)),
        },
        Figure { label: t.last_hour, value: count(hour), note: t.outcomes_word.to_owned() },
        Figure { label: t.automatically, value: format!("{share}\u{a0}%"), note: t.of_last_hour.to_owned() },
        Figure { label: t.mean_automatic, value: mean, note: t.from_filing.to_owned() },
        Figure {
            label: t.open_cases,
            value: count(open),
            note: format!("{}: {}", t.intake_waiting, count(board.intake_waiting as u64)),
        },
    ]
}

/// A round number not below `most`, so that the scale reads well.
pub(super) fn scale_of(most: u64) -> u64 {
    let mut power = 1u64;
    loop {
        for step in [1, 2, 5] {
            let candidate = power.saturating_mul(step);
            if candidate >= most {
                return candidate;
            }
        }
        power = power.saturating_mul(10);
    }
}

fn chart(app: &App, board: &Board, language: Language) -> Chart {
    let t = crate::texts::Texts::of(language);
    let most = board.minutes.iter().map(|minute| minute.outcomes.values().sum::<u64>()).max().unwrap_or(0);
    let scale = scale_of(most.max(4));
    let columns = board.minutes.iter().zip(0u64..).map(|(minute, nth)| {
        let time = figures::time_of_day(minute.minute, &app.config().time_zone);
        let time = time.get(..5).unwrap_or(&time).to_owned();
        let mut parts = Vec::new();
        let (mut bars, mut below, mut top) = (Vec::new(), 0u64, HEIGHT);
        for (outcome, tone) in STACK {
            let count = minute.outcomes.get(outcome).copied().unwrap_or(0);
            if count == 0 {
                continue;
            }
            below += count;
            parts.push(format!("{} {count}", t.outcome(outcome)));
            // Each bar ends where the sum below it ends: rounding does not add up.
            let y = HEIGHT - HEIGHT * below / scale;
            bars.push(Bar { x: nth * MINUTE_WIDTH, y, height: (top - y).max(1), tone });
            top = y;
        }
        let every_ten = minute.minute.as_second().rem_euclid(600) == 0;
        let title = if parts.is_empty() { time.clone() } else { format!("{time}: {}", parts.join(", ")) };
        ChartColumn { title, bars, time: every_ten.then_some(time), x: nth * MINUTE_WIDTH + BAR_WIDTH / 2 }
    });
    let lines = (0..=4u64).filter(|quarter| (scale * quarter).is_multiple_of(4)).map(|quarter| ChartLine {
        y: HEIGHT - HEIGHT * quarter / 4,
        label: figures::count(scale * quarter / 4, language),
    });
    let legend = STACK
        .iter()
        .filter(|(outcome, _)| *outcome != "release_refused")
        .map(|(outcome, tone)| (*tone, t.outcome(outcome)));
    let minutes = board.minutes.len() as u64;
    Chart {
        columns: columns.collect(),
        lines: lines.collect(),
        legend: legend.collect(),
        width: minutes * MINUTE_WIDTH,
        height: HEIGHT,
        bar_width: BAR_WIDTH,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_round_and_large_enough() {
        for (most, scale) in
            [(1, 1), (2, 2), (3, 5), (5, 5), (6, 10), (11, 20), (21, 50), (51, 100), (101, 200)]
        {
            assert_eq!(scale_of(most), scale);
        }
    }

    #[test]
    fn every_outcome_has_a_colour() {
        for state in clearance::State::ALL.into_iter().filter(|state| *state != clearance::State::New) {
            assert!(STACK.iter().any(|(name, _)| *name == state.outcome()), "{}", state.outcome());
        }
    }
}
