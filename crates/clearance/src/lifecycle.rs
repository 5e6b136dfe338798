//! The life of a case as a table, made by running the one match, so that it cannot disagree with it.

use std::fmt::Write;

use declaration::{Declaration, Finding, Leaf, Path, Severity, Text};
use jiff::Timestamp;
use reference::pack::PaymentStatus;
use risk::{Category, Draw, Lane};
use rust_decimal::Decimal;

use crate::act::Act;
use crate::assess::{Assessed, Circumstances, assess};
use crate::case::{Case, CaseId, DecidedBy, State};
use crate::dispatch::{Candidate, OfficerId};
use crate::event::{Event, RouteReason};
use crate::input::{Correction, Decision, Filing, Input, PaperMark, Standing};
use crate::look::{self, Ground, LookResult};
use crate::refusal::Refusal;
use crate::security::{Demand, Offer, Security};
use crate::step::{Setting, Supply, step};
use crate::world::World;

/// One row: what an input does to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where the case stands.
    pub from: State,
    /// What comes, and under which circumstances.
    pub input: String,
    /// What happens, or why nothing does.
    pub outcome: Result<(Vec<&'static str>, State), &'static str>,
}

/// A circumstance of a filing that decides where it goes.
struct Example {
    /// What comes before the colon is the input.
    name: &'static str,
    error: bool,
    route: bool,
    available: i64,
    /// What the guarantee in force has free, where security is demanded.
    free: Option<i64>,
}

const fn example(name: &'static str, error: bool, route: bool, available: i64, free: Option<i64>) -> Example {
    Example { name, error, route, available, free }
}

/// 100 are payable in each; where security is demanded, 50 are conditional.
const EXAMPLES: [Example; 10] = [
    example("the control found an error", true, false, 900, None),
    example("nothing found, paid", false, false, 900, None),
    example("nothing found, not paid", false, false, 0, None),
    example("nothing found, paid and secured", false, false, 900, Some(50)),
    example("nothing found, paid, not secured", false, false, 900, Some(49)),
    example("nothing found, secured, not paid", false, false, 0, Some(50)),
    example("an officer must look, paid", false, true, 900, None),
    example("an officer must look, not paid", false, true, 0, None),
    example("an officer must look, paid and secured", false, true, 900, Some(50)),
    example("an officer must look, paid, not secured", false, true, 900, Some(49)),
];

fn officer() -> OfficerId {
    OfficerId("officer".to_owned())
}

/// The table, over every state and input. Needs a world for the packs' time limits.
pub fn rows(world: &World) -> Vec<Row> {
    let at = Timestamp::from_second(1_800_000_000).unwrap_or_default();
    let draw = Draw::of(&[0; 32], b"lifecycle");
    let id = CaseId::new(at, &[0; 10]);
    let declaration = Declaration::default();
    let circumstances = Circumstances {
        now: at,
        category: Category::Low,
        signed: true,
        standing: Standing::Operator,
        power: None,
        act: crate::power::PowerAct::File,
        withdrawn: None,
        known: None,
        draw: &draw,
    };
    let blank = assess(&declaration, &[], world, &circumstances);
    let mut rows = Vec::new();
    for state in State::ALL {
        if state == State::New {
            for example in &EXAMPLES {
                let assessed = example_of(&blank, example);
                let supply = supply(example.available, example.free);
                let setting =
                    Setting { world, now: at, draw: &draw, supply: &supply, assessed: Some(&assessed) };
                let case = Case::new(id, at);
                rows.push(row(&case, &filing(), format!("file: {}", example.name), &setting));
            }
        }
        let inputs = [
            (
                Input::Decide {
                    officer: officer(),
                    decision: Decision::Release,
                    reason: String::new(),
                    version: None,
                },
                "decide: release",
            ),
            (
                Input::Decide {
                    officer: officer(),
                    decision: Decision::Refuse,
                    reason: "wrong".into(),
                    version: None,
                },
                "decide: refuse",
            ),
            (Input::Withdraw { reason: String::new(), power: None }, "withdraw"),
            (Input::Attach(mark()), "attach"),
            (
                Input::Act { officer: officer(), act: Act::PapersWanted { reason: "originals".into() } },
                "papers_wanted, and the other acts of the officer",
            ),
            (Input::RecordResults { officer: officer(), results: vec![result()] }, "record_results"),
            (Input::PaymentArrived, "payment_arrived"),
            (Input::Assign, "assign"),
            (Input::DeadlineReached, "deadline_reached"),
        ];
        for (input, name) in inputs {
            let supply = supply(900, None);
            let setting = Setting { world, now: at, draw: &draw, supply: &supply, assessed: None };
            let case = sample(state, id, at, matches!(input, Input::Assign));
            rows.push(row(&case, &input, name.to_owned(), &setting));
        }
        for (input, name, demanded, covered, free) in of_security() {
            let supply = supply(900, Some(free));
            let setting = Setting { world, now: at, draw: &draw, supply: &supply, assessed: None };
            let mut case = sample(state, id, at, false);
            let wanted = Decimal::from(if demanded { 50 } else { 0 });
            case.security = Security { demanded: wanted, ..Security::default() };
            case.conditional = demanded;
            if covered {
                case.security.take(GUARANTEE, Decimal::from(50));
            }
            // A decided case says the same of security as of everything else.
            if !state.is_final() || matches!(input, Input::Cover { .. } | Input::FreeCover { .. }) {
                rows.push(row(&case, &input, name.to_owned(), &setting));
            }
            // Where nothing can be secured, one row of each says so.
            if state == State::New {
                break;
            }
        }
        for example in &EXAMPLES {
            let assessed = example_of(&blank, example);
            let supply = supply(example.available, example.free);
            let setting = Setting { world, now: at, draw: &draw, supply: &supply, assessed: Some(&assessed) };
            let mut case = Case {
                pack: blank.pack.clone(),
                office: Some(blank.office),
                declarant_number: blank.declarant_number,
                ..sample(state, id, at, false)
            };
            // What covered the version before is freed first.
            if example.free.is_some() {
                case.security.take("EARLIER", Decimal::from(50));
            }
            rows.push(row(&case, &correction(), format!("correct: {}", example.name), &setting));
            // Where nothing can be corrected, one row says so.
            if !matches!(state, State::WaitingForPayment | State::UnderControl) {
                break;
            }
        }
    }
    rows
}

/// The guarantee of the examples.
const GUARANTEE: &str = "G-1";

/// Inputs that security has a part in: whether it is demanded, whether the case is covered, and what the
/// guarantee has free.
fn of_security() -> [(Input, &'static str, bool, bool, i64); 11] {
    let cover =
        || Input::Cover { by: String::new(), guarantee: GUARANTEE.to_owned(), amount: Decimal::from(50) };
    let free = || Input::FreeCover { by: String::new() };
    let decide = |decision| Input::Decide {
        officer: officer(),
        decision,
        reason: "as it should be".to_owned(),
        version: None,
    };
    let withdraw = Input::Withdraw { reason: String::new(), power: None };
    [
        (cover(), "cover: the guarantee has enough", true, false, 50),
        (cover(), "cover: the guarantee has not enough", true, false, 49),
        (free(), "free_cover", true, true, 0),
        (free(), "free_cover: nothing covers it", true, false, 0),
        (Input::PaymentArrived, "payment_arrived: a guarantee covers what is conditional", true, false, 50),
        (Input::PaymentArrived, "payment_arrived: what is conditional is not secured", true, false, 49),
        (Input::DeadlineReached, "deadline_reached: what is conditional is not secured", true, false, 49),
        (decide(Decision::Release), "decide: release, secured already", true, true, 0),
        (
            decide(Decision::Release),
            "decide: release, a guarantee covers what is conditional",
            true,
            false,
            50,
        ),
        (decide(Decision::Release), "decide: release, not secured", true, false, 49),
        (withdraw, "withdraw: secured", true, true, 0),
    ]
}

fn mark() -> PaperMark {
    PaperMark { paper: String::new(), kind: "correction".to_owned(), sha256: "00".repeat(32) }
}

fn result() -> LookResult {
    LookResult {
        ground: Ground::officer(),
        measure: Some(risk::Measure::Documents),
        item: None,
        outcome: look::Outcome::Nothing,
        minutes: 10,
        remark: String::new(),
    }
}

fn correction() -> Input {
    let Input::File(filing) = filing() else { return Input::Assign };
    Input::Correct(Correction { mark: mark(), changes: 1, filing })
}

fn supply(available: i64, free: Option<i64>) -> Supply {
    let offer = |free| Offer { guarantee: GUARANTEE.to_owned(), single: false, free: Decimal::from(free) };
    Supply {
        serial: Some(1),
        available: Some(Decimal::from(available)),
        guarantees: free.into_iter().map(offer).collect(),
        candidates: vec![Candidate(officer(), 0)],
        ..Supply::default()
    }
}

fn filing() -> Input {
    Input::File(Filing {
        sha256: "00".repeat(32),
        filer: "local".to_owned(),
        format: "json-1".to_owned(),
        category: Category::Low,
        standing: Standing::Operator,
        signer: None,
        power: None,
        withdrawn: None,
        known: None,
    })
}

fn example_of(blank: &Assessed, example: &Example) -> Assessed {
    let mut assessed = blank.clone();
    assessed.findings.clear();
    if example.error {
        let text = Text::new("пример", "example");
        assessed.findings.push(Finding::new("GL-0000", Severity::Error, Path::root(), text));
    }
    assessed.payer = "7700000016".parse().ok();
    assessed.payments.payable_total = Decimal::from(100);
    assessed.security = None;
    if example.free.is_some() {
        let (kind, amount) = (declaration::PaymentKind::parse("2010"), Decimal::from(50));
        let conditional = kind.into_iter().map(|kind| (kind, amount, PaymentStatus::Conditional));
        assessed.payments.totals.extend(conditional);
        assessed.security = Some(Demand { amount, named: Vec::new() });
    }
    assessed.route = if example.route { vec![RouteReason::Lane] } else { Vec::new() };
    assessed.risk.lane = if example.route { Lane::Yellow } else { Lane::Green };
    assessed
}

/// A case in a state, as its way there leaves it.
fn sample(state: State, id: CaseId, at: Timestamp, unassigned: bool) -> Case {
    let mut case = Case::new(id, at);
    case.state = state;
    case.payer = "7700000016".parse().ok();
    case.payable = Decimal::from(100);
    case.office = "10013160".parse().ok();
    case.lane = Some(Lane::Yellow);
    if state == State::UnderControl && !unassigned {
        case.officer = Some(officer());
    }
    if state.is_final() {
        case.decided_by = Some(DecidedBy::Automatic);
    }
    case
}

fn row(case: &Case, input: &Input, name: String, setting: &Setting<'_>) -> Row {
    let outcome = match step(case, input, setting) {
        Ok(stepped) => {
            let mut after = case.clone();
            after.take(&stepped.events, setting.now);
            Ok((stepped.events.iter().map(Event::name).collect(), after.state))
        }
        Err(refusal) => Err(Refusal::code(&refusal)),
    };
    Row { from: case.state, input: name, outcome }
}

/// The page of the documentation, Markdown.
pub fn page(world: &World) -> String {
    let mut page = String::from(
        "# The life of a case\n\nMade by `greenlane docs lifecycle` from the one match over state and input \
         (`crates/clearance/src/step.rs`); a test fails when it is stale.\nA code in the third column is the refusal: \
         the case stays as it was.\n\n| state | input | events | next state |\n|---|---|---|---|\n",
    );
    for row in rows(world) {
        // Writing to a text cannot fail.
        let _ = match &row.outcome {
            Ok((events, next)) => {
                writeln!(
                    page,
                    "| {} | {} | {} | {} |",
                    row.from.as_str(),
                    row.input,
                    events.join(", "),
                    next.as_str()
                )
            }
            Err(code) => writeln!(page, "| {} | {} | {code} | |", row.from.as_str(), row.input),
        };
    }
    page
}
