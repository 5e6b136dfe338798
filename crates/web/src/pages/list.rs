//! The list of declarations: filters in the address, pages by key, export.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use centre::{Action, Identity};
use clearance::{Case, State as CaseState};
use jiff::Timestamp;
use risk::Lane;
use store::Role;

use super::{Shell, rendered};
use crate::App;
use crate::access::{Caller, page_of};
use crate::api::case_object::CaseRow;
use crate::api::filter::{Filters, ROWS_MAX};
use crate::failure::Failure;
use crate::figures;
use crate::language::Language;
use crate::texts::Texts;

/// Rows of an export at most.
const EXPORT_ROWS_MAX: usize = 20_000;

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    shell: Shell,
    tabs: Vec<Tab>,
    filters: Filters,
    states: Vec<Choice>,
    lanes: Vec<Choice>,
    rows: Vec<ListRow>,
    next: Option<String>,
    first_page: Option<String>,
    export: String,
    shows_officer: bool,
}

struct Tab {
    label: &'static str,
    href: String,
    current: bool,
}

struct Choice {
    value: &'static str,
    label: &'static str,
    chosen: bool,
}

/// A row as the list and the board show it.
pub(super) struct ListRow {
    pub(super) id: String,
    pub(super) number: String,
    pub(super) registered: bool,
    pub(super) filed_iso: String,
    pub(super) filed: String,
    pub(super) time: String,
    pub(super) state: &'static str,
    pub(super) tone: &'static str,
    pub(super) lane: &'static str,
    pub(super) lane_word: &'static str,
    pub(super) declarant: String,
    pub(super) procedure: String,
    pub(super) kind: &'static str,
    pub(super) items: u32,
    pub(super) findings: String,
    pub(super) payable: String,
    pub(super) currency: String,
    pub(super) officer: String,
    pub(super) deadline: Option<(String, String)>,
    pub(super) late: bool,
}

/// The colour that says how a case stands.
pub(super) fn tone(state: CaseState) -> &'static str {
    match state {
        CaseState::Released | CaseState::ReleasedConditionally => "good",
        CaseState::UnderControl => "warn",
        CaseState::WaitingForPayment => "wait",
        CaseState::RegistrationRefused | CaseState::ReleaseRefused => "bad",
        CaseState::New | CaseState::Withdrawn => "plain",
    }
}

impl ListRow {
    pub(super) fn new(case: &Case, app: &App, language: Language) -> Self {
        let (t, zone, now) = (Texts::of(language), &app.config().time_zone, Timestamp::now());
        let number = case.number.map(|number| number.to_string());
        let findings = match (case.errors, case.warnings) {
            (0, 0) => String::new(),
            (0, warnings) => format!("{} {warnings}", t.warnings_short),
            (errors, 0) => format!("{} {errors}", t.errors_short),
            (errors, warnings) => format!("{} {errors}, {} {warnings}", t.errors_short, t.warnings_short),
        };
        Self {
            id: case.id.to_string(),
            registered: number.is_some(),
            number: number.unwrap_or_else(|| t.not_registered.to_owned()),
            filed_iso: case.filed_at.to_string(),
            filed: figures::moment(case.filed_at, zone, language),
            time: figures::time_of_day(case.decided_at.unwrap_or(case.filed_at), zone),
            state: t.state(case.state),
            tone: tone(case.state),
            lane: case.lane.map_or("", Lane::as_str),
            lane_word: case.lane.map_or("", |lane| t.lane(lane)),
            declarant: case.declarant.clone(),
            procedure: case.procedure.map(|code| code.to_string()).unwrap_or_default(),
            kind: case.kind.map_or("", |kind| t.kind_word(kind)),
            items: case.items,
            findings,
            payable: figures::amount(case.payable, language),
            currency: case.currency.clone(),
            officer: case.officer.as_ref().map(|officer| officer.0.clone()).unwrap_or_default(),
            deadline: case
                .deadline
                .filter(|_| !case.state.is_final())
                .map(|at| (at.to_string(), figures::until(at, now, language))),
            late: case.overdue || case.deadline.is_some_and(|at| at < now && !case.state.is_final()),
        }
    }
}

/// The list, or its export.
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    Query(mut filters): Query<Filters>,
) -> Result<Response, Failure> {
    let who = caller.who_may(Action::SeeCases)?;
    if filters.tab.is_empty() {
        filters.tab = usual_tab(&who, &filters).to_owned();
    }
    app.run(move |app| {
        let mut effective = filters.clone();
        match effective.tab.as_str() {
            "mine" => {
                effective.officer = who.login.clone();
                effective.open = "1".to_owned();
            }
            "open" => effective.open = "1".to_owned(),
            _ => {}
        }
        if filters.format == "csv" {
            return export(app, &who, &effective);
        }
        let filter = effective.parse(&app.config().time_zone)?;
        let (cases, next) = page_of(app.centre(), &who, filter)?;
        let shell = Shell::new(app, Some(who.clone()), language, &uri, "declarations");
        let address = |changed: &[(&str, &str)]| format!("/declarations?{}", filters.query(changed));
        let page = ListPage {
            tabs: tabs(&who, &filters, shell.t),
            states: CaseState::ALL
                .into_iter()
                .filter(|state| *state != CaseState::New)
                .map(|state| Choice {
                    value: state.as_str(),
                    label: shell.t.state(state),
                    chosen: filters.state == state.as_str() || filters.state == state.outcome(),
                })
                .collect(),
            lanes: [Lane::Green, Lane::Blue, Lane::Yellow, Lane::Red]
                .into_iter()
                .map(|lane| Choice {
                    value: lane.as_str(),
                    label: shell.t.lane(lane),
                    chosen: filters.lane == lane.as_str(),
                })
                .collect(),
            rows: cases.iter().map(|case| ListRow::new(case, app, language)).collect(),
            next: next.map(|id| address(&[("after", &id.to_string())])),
            first_page: (!filters.after.is_empty()).then(|| address(&[])),
            export: address(&[("format", "csv")]),
            shows_officer: who.role != Role::Declarant,
            filters,
            shell,
        };
        Ok(rendered(&page)?.into_response())
    })
    .await
}

/// An officer's work comes first; everybody else begins with everything. Who asks for an officer or a
/// state by address means all of them.
fn usual_tab(who: &Identity, filters: &Filters) -> &'static str {
    if who.role == Role::Officer && filters.officer.is_empty() && filters.state.is_empty() {
        "mine"
    } else {
        "all"
    }
}

fn tabs(who: &Identity, filters: &Filters, t: &'static Texts) -> Vec<Tab> {
    let tab = |name: &'static str, label| Tab {
        label,
        href: format!("/declarations?tab={name}"),
        current: filters.tab == name,
    };
    let mine = (who.role == Role::Officer).then(|| tab("mine", t.tab_mine));
    mine.into_iter().chain([tab("open", t.tab_open), tab("all", t.tab_all)]).collect()
}

/// All rows as CSV (RFC 4180), with the byte order mark that spreadsheets want.
fn export(app: &App, who: &Identity, filters: &Filters) -> Result<Response, Failure> {
    let mut filter = filters.parse(&app.config().time_zone)?;
    filter.limit = ROWS_MAX;
    let mut text = String::from('\u{feff}');
    let mut rows = 0;
    loop {
        let (cases, next) = page_of(app.centre(), who, filter.clone())?;
        for case in &cases {
            let cells = CaseRow::new(case).cells();
            if rows == 0 {
                push_row(&mut text, cells.iter().map(|(name, _)| name.as_str()));
            }
            push_row(&mut text, cells.iter().map(|(_, value)| value.as_str()));
            rows += 1;
        }
        match next {
            Some(next) if rows < EXPORT_ROWS_MAX => filter.after = Some(next),
            _ => break,
        }
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"declarations.csv\""),
    ];
    Ok((headers, text).into_response())
}

pub(super) fn push_row<'c>(text: &mut String, cells: impl Iterator<Item = &'c str>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            text.push(',');
        }
        // A spreadsheet would run a text that begins like a formula.
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        if formula || cell.contains([',', '"', '\n', '\r']) {
            text.push('"');
            if formula {
                text.push('\'');
            }
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_no_formula_runs() {
        let mut text = String::new();
        push_row(&mut text, ["ООО «Ромашка», склад", "=1+1", "a \"b\"", "7", ""].into_iter());
        assert_eq!(text, "\"ООО «Ромашка», склад\",\"'=1+1\",\"a \"\"b\"\"\",7,\r\n");
    }
}
