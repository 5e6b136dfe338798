//! Participants: the list, and the electronic file of one on a page.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{Uri, header};
use axum::response::{Html, IntoResponse, Response};
use centre::{Action, Declared, FactView, Identity, Link, Money, PowerView};
use clearance::links::{COMMON, MarkKind};
use clearance::standing::{Act, Basis};
use clearance::{Case, State as CaseState};
use jiff::Timestamp;
use risk::{Category, Lane};
use store::{Flow, LooksOf};

use super::list::{ListRow, push_row};
use super::{Shell, rendered};
use crate::access::{Caller, Sight};
use crate::api::filter::escaped;
use crate::api::participants::{ListedObject, PAGE, Seen, Wanted, asked, may_list, seen};
use crate::api::powers::day;
use crate::failure::Failure;
use crate::language::Language;
use crate::power_object::state_of;
use crate::texts::Texts;
use crate::{App, figures};

/// Rows of an export at most.
const EXPORT_ROWS_MAX: usize = 20_000;
/// Postings shown.
const POSTINGS_SHOWN: usize = 15;

#[derive(Template)]
#[template(path = "participants.html")]
struct ListPage {
    shell: Shell,
    wanted: Wanted,
    categories: Vec<(&'static str, &'static str, bool)>,
    rows: Vec<Row>,
    next: Option<String>,
    first_page: Option<String>,
    export: String,
}

struct Row {
    number: String,
    name: String,
    category: &'static str,
    tone: &'static str,
    registered: bool,
    declarations: String,
    hits: String,
    findings: String,
    last: String,
}

#[derive(Template)]
#[template(path = "participant.html")]
struct FilePage {
    shell: Shell,
    number: String,
    name: String,
    own: bool,
    category: (&'static str, &'static str),
    because: String,
    proposed: Option<&'static str>,
    held_until: Option<String>,
    acts: Vec<ActRow>,
    known: Vec<KnownRow>,
    authorised: bool,
    first: String,
    last: String,
    declarations: String,
    history: Vec<(&'static str, String)>,
    indicators: Vec<(String, String)>,
    lanes: Chart,
    outcomes: Chart,
    cases: Vec<ListRow>,
    more: Option<String>,
    stopped: Vec<ListRow>,
    looks: Option<Vec<LookRow>>,
    declared: Vec<DeclaredRow>,
    links: Option<Vec<LinkRow>>,
    common: Vec<DeclaredRow>,
    common_holders: usize,
    powers: Vec<PowerRow>,
    certificates: Vec<(String, String, String)>,
    money: Option<MoneyBlock>,
}

/// A chart of the months: bars that stand on each other.
struct Chart {
    columns: Vec<Column>,
    lines: Vec<(u64, String)>,
    legend: Vec<(&'static str, &'static str)>,
    /// What the chart shows, row by row, for whoever does not see it.
    rows: Vec<(String, Vec<String>)>,
    width: u64,
    height: u64,
}

struct Column {
    title: String,
    x: u64,
    label: String,
    bars: Vec<Bar>,
}

struct Bar {
    y: u64,
    height: u64,
    tone: &'static str,
}

/// What happened to the standing.
struct ActRow {
    iso: String,
    moment: String,
    title: String,
    way: Option<(&'static str, &'static str)>,
    words: String,
}

/// A fact.
struct KnownRow {
    number: u64,
    day: String,
    title: String,
    amount: String,
    case: Option<String>,
    document: String,
    by: String,
    reason: String,
    annulled: Option<u64>,
}

struct LookRow {
    title: String,
    href: Option<String>,
    fired: String,
    found: String,
    nothing: String,
    not_applied: String,
    amount: String,
    last: String,
}

struct DeclaredRow {
    kind: &'static str,
    text: String,
    first: String,
    first_iso: String,
    last: String,
    last_iso: String,
    case: Option<String>,
}

struct LinkRow {
    number: String,
    name: String,
    points: u32,
    share: u32,
    shared: Vec<SharedRow>,
}

struct SharedRow {
    kind: &'static str,
    text: String,
    holders: usize,
    first: String,
    last: String,
}

struct PowerRow {
    number: String,
    given: bool,
    other: String,
    state: &'static str,
    tone: &'static str,
    from: String,
    to: String,
}

struct MoneyBlock {
    balances: Vec<(String, String, String)>,
    guarantees: Vec<(String, &'static str, String, String, bool)>,
    awaited: Vec<ListRow>,
    postings: Vec<(String, String, &'static str, String, Option<String>)>,
}

fn tone(category: Category) -> &'static str {
    match category {
        Category::Low => "good",
        Category::Medium => "plain",
        Category::High => "bad",
    }
}

fn category_of(word: &str) -> Category {
    [Category::Low, Category::High].into_iter().find(|one| one.as_str() == word).unwrap_or(Category::Medium)
}

/// The list, or its export.
pub(crate) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    language: Language,
    uri: Uri,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    may_list(&who)?;
    let mut ask = asked(&wanted, PAGE)?;
    app.run(move |app| {
        let today = day(app);
        if wanted.format == "csv" {
            app.centre().record_participant_read(&who, None, "csv")?;
            ask.limit = centre::PARTICIPANTS_PAGE_MAX;
            return export(app, ask);
        }
        let (found, next) = app.centre().participants(&ask)?;
        app.centre().record_participant_read(&who, None, "page")?;
        let shell = Shell::new(app, Some(who.clone()), language, &uri, "participants");
        let count = |number: u32| figures::count(u64::from(number), language);
        let rows = found.iter().map(|row| {
            let listed = ListedObject::new(row, today);
            let category = category_of(listed.category);
            Row {
                category: shell.t.category(category),
                tone: tone(category),
                registered: listed.registered,
                declarations: count(listed.declarations_year),
                hits: count(listed.hits_year),
                findings: count(listed.findings_year),
                last: listed.days_since_last.map(count).unwrap_or_default(),
                number: listed.number,
                name: listed.name,
            }
        });
        let address = |more: &str| {
            let (q, category) = (escaped(&wanted.q), escaped(&wanted.category));
            format!("/participants?q={q}&category={category}{more}")
        };
        let page = ListPage {
            categories: [Category::Low, Category::Medium, Category::High]
                .map(|one| (one.as_str(), shell.t.category(one), one.as_str() == wanted.category))
                .to_vec(),
            rows: rows.collect(),
            next: next.map(|after| address(&format!("&after={after}"))),
            first_page: (!wanted.after.is_empty()).then(|| address("")),
            export: address("&format=csv"),
            wanted: wanted.clone(),
            shell,
        };
        Ok(rendered(&page)?.into_response())
    })
    .await
}

fn export(app: &App, mut ask: centre::ParticipantAsk) -> Result<Response, Failure> {
    let today = day(app);
    let mut text = String::from('\u{feff}');
    let head =
        ["number", "name", "category", "declarations_year", "hits_year", "findings_year", "days_since_last"];
    push_row(&mut text, head.into_iter());
    let mut rows = 0;
    loop {
        let (found, next) = app.centre().participants(&ask)?;
        rows += found.len();
        for row in &found {
            let one = ListedObject::new(row, today);
            let last = one.days_since_last.map(|days| days.to_string()).unwrap_or_default();
            let counts =
                [one.declarations_year, one.hits_year, one.findings_year].map(|count| count.to_string());
            let [declarations, hits, findings] = &counts;
            let cells: [&str; 7] =
                [&one.number, &one.name, one.category, declarations, hits, findings, &last];
            push_row(&mut text, cells.into_iter());
        }
        match next {
            Some(next) if rows < EXPORT_ROWS_MAX => ask.after = Some(next),
            _ => break,
        }
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"participants.csv\""),
    ];
    Ok((headers, text).into_response())
}

/// The file of one.
pub(crate) async fn file(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    Path(number): Path<String>,
) -> Result<Html<String>, Failure> {
    let who = caller.who_may(Action::SeeCases)?;
    app.run(move |app| {
        let Seen { file, newest, more, stopped } = seen(app, &who, &number, "page")?;
        let shell = Shell::new(app, Some(who.clone()), language, &uri, "participants");
        let t = shell.t;
        let sight = Sight::of(app.centre(), &who)?;
        let rows = |cases: &[Case]| -> Vec<ListRow> {
            cases.iter().map(|case| ListRow::new(case, app, language)).collect()
        };
        let declared = |list: &[Declared]| -> Vec<DeclaredRow> {
            list.iter().map(|one| declared_row(one, &sight, file.number, &shell, app)).collect()
        };
        let most = file.links.iter().flatten().map(|link| link.points).max().unwrap_or(1).max(1);
        let decimal = |value| figures::number(value, language);
        let count = |value: Option<u32>| value.map(|value| figures::count(u64::from(value), language));
        let history = file.history.as_ref().map(|known| {
            [
                (t.participant_hits_year, count(known.hits_year)),
                (t.participant_findings_year, count(known.findings_year)),
            ]
        });
        let page = FilePage {
            own: who.participant == Some(file.number),
            category: (tone(file.category), t.category(file.category)),
            because: file
                .standing
                .as_ref()
                .map(|standing| language.pick(&standing.explanation.text()).to_owned())
                .unwrap_or_default(),
            proposed: file
                .standing
                .as_ref()
                .and_then(|standing| standing.participant.proposed)
                .map(|one| t.category(one)),
            held_until: file
                .standing
                .as_ref()
                .and_then(|standing| standing.participant.held_until)
                .map(|day| figures::day(day, language)),
            acts: file.acts.iter().map(|stored| act_row(stored, app, &shell)).collect(),
            known: file.known.iter().map(|view| known_row(view, &shell)).collect(),
            authorised: file.facts.authorised_operator,
            first: file.span.0.map(|day| figures::day(day, language)).unwrap_or_default(),
            last: file.span.1.map(|day| figures::day(day, language)).unwrap_or_default(),
            declarations: figures::count(u64::from(file.span.2), language),
            history: history
                .into_iter()
                .flatten()
                .filter_map(|(label, value)| Some((label, value?)))
                .collect(),
            indicators: risk::Indicator::ALL
                .iter()
                .map(|one| (language.pick(&one.title()).to_owned(), decimal(one.value(&file.facts))))
                .collect(),
            lanes: lanes(&file.flow, app, t, language),
            outcomes: outcomes(&file.flow, app, t, language),
            cases: rows(&newest),
            more: more.then(|| format!("/declarations?tab=all&declarant={}", file.number)),
            stopped: rows(&stopped),
            looks: file
                .looks
                .as_ref()
                .map(|looks| looks.iter().map(|row| look_row(row, &who, &shell)).collect()),
            declared: declared(&file.declared),
            links: file
                .links
                .as_ref()
                .map(|links| links.iter().map(|link| link_row(link, most, &shell)).collect()),
            common: declared(file.common.as_deref().unwrap_or_default()),
            common_holders: COMMON,
            powers: file
                .powers_given
                .iter()
                .map(|view| power_row(view, true, app, &shell))
                .chain(file.powers_held.iter().map(|view| power_row(view, false, app, &shell)))
                .collect(),
            certificates: file
                .certificates
                .iter()
                .map(|one| {
                    let day = |day: Option<jiff::civil::Date>| {
                        day.map_or_else(|| "—".to_owned(), |day| figures::day(day, language))
                    };
                    (one.sha256.clone(), day(one.from), day(one.to))
                })
                .collect(),
            money: file.money.as_ref().map(|money| money_block(money, file.number, app, &shell)),
            number: file.number.to_string(),
            name: file.name.clone(),
            shell,
        };
        rendered(&page)
    })
    .await
}

/// The word for what was declared.
pub(super) fn kind_word(kind: MarkKind, t: &Texts) -> &'static str {
    match kind {
        MarkKind::Name => t.mark_name,
        MarkKind::Address => t.mark_address,
        MarkKind::Phone => t.mark_phone,
        MarkKind::Email => t.mark_email,
        MarkKind::Signatory => t.mark_signatory,
        MarkKind::Representative => t.mark_representative,
    }
}

fn day_of(at: Timestamp, app: &App, language: Language) -> String {
    figures::day(at.to_zoned(app.config().time_zone.clone()).date(), language)
}

fn declared_row(
    one: &Declared,
    sight: &Sight,
    number: declaration::TaxNumber,
    shell: &Shell,
    app: &App,
) -> DeclaredRow {
    DeclaredRow {
        kind: kind_word(one.kind, shell.t),
        text: one.text.clone(),
        first: day_of(one.first, app, shell.language),
        first_iso: one.first.to_string(),
        last: day_of(one.last, app, shell.language),
        last_iso: one.last.to_string(),
        case: sight.covers(one.office, Some(number)).then(|| one.case.to_string()),
    }
}

fn act_row(stored: &store::StoredStandingAct, app: &App, shell: &Shell) -> ActRow {
    let (language, t) = (shell.language, shell.t);
    let met = |reasons: &[risk::Reason]| -> Vec<String> {
        let met = reasons.iter().filter(|reason| reason.met);
        met.map(|reason| language.pick(&reason.text()).to_owned()).collect()
    };
    let words = match &stored.act {
        Act::Stated { fact, .. } => fact.reason.clone(),
        Act::Moved { reasons, basis, .. } => {
            let mut words = met(reasons);
            if let Basis::Confirmed { by, reason } = basis {
                let own = shell.who.as_ref().is_some_and(|who| who.role == store::Role::Declarant);
                words.push(if own { reason.clone() } else { format!("{by}: {reason}") });
            }
            words.join("; ")
        }
        Act::Proposed { reasons, .. } => met(reasons).join("; "),
        Act::Appealed { text, .. } => text.clone(),
        Act::Decided { reason, .. } => reason.clone(),
    };
    ActRow {
        iso: stored.at.to_string(),
        moment: figures::moment(stored.at, &app.config().time_zone, language),
        title: language.pick(&stored.act.title()).to_owned(),
        way: stored.act.way().map(|(from, to)| (t.category(from), t.category(to))),
        words,
    }
}

fn known_row(view: &FactView, shell: &Shell) -> KnownRow {
    let (fact, language) = (&view.stored.fact, shell.language);
    KnownRow {
        number: view.stored.number,
        day: figures::day(fact.day, language),
        title: language.pick(&fact.kind.title()).to_owned(),
        amount: fact.amount.map(|amount| figures::number(amount.normalize(), language)).unwrap_or_default(),
        case: fact.case.map(|case| case.to_string()),
        document: fact.document.clone(),
        by: shell.t.who(&fact.stated_by).to_owned(),
        reason: fact.reason.clone(),
        annulled: view.annulled_by,
    }
}

fn look_row(row: &LooksOf, who: &Identity, shell: &Shell) -> LookRow {
    let language = shell.language;
    let count = |number: u64| figures::count(number, language);
    let profile = row.ground.as_str().contains('/') && who.may(Action::SeeProfiles);
    LookRow {
        title: shell.t.ground(&row.ground),
        href: profile.then(|| super::profiles::address_of(row.ground.as_str())),
        fired: count(row.tally.fired),
        found: count(row.tally.found),
        nothing: count(row.tally.nothing),
        not_applied: count(row.tally.not_applied),
        amount: match row.tally.amount.is_zero() {
            true => String::new(),
            false => format!("{} {}", figures::amount(row.tally.amount, language), row.currency),
        },
        last: row.last.to_string(),
    }
}

fn link_row(link: &Link, most: u32, shell: &Shell) -> LinkRow {
    let day = |at: Timestamp| figures::day(jiff::tz::TimeZone::UTC.to_datetime(at).date(), shell.language);
    LinkRow {
        number: link.number.to_string(),
        name: link.name.clone(),
        points: link.points,
        share: link.points.saturating_mul(100) / most,
        shared: link
            .shared
            .iter()
            .map(|one| SharedRow {
                kind: kind_word(one.kind, shell.t),
                text: one.text.clone(),
                holders: one.holders,
                first: day(one.first),
                last: day(one.last),
            })
            .collect(),
    }
}

fn power_row(view: &PowerView, given: bool, app: &App, shell: &Shell) -> PowerRow {
    let t = shell.t;
    let (state, tone) = match state_of(&view.stored, day(app)) {
        "in_force" => (t.power_in_force, "good"),
        "not_yet" => (t.power_not_yet, "wait"),
        "revoked" => (t.power_revoked, "bad"),
        _ => (t.power_over, "plain"),
    };
    PowerRow {
        number: view.power.number.to_string(),
        given,
        other: if given { view.power.attorney.to_string() } else { view.power.principal.to_string() },
        state,
        tone,
        from: figures::day(view.power.valid_from, shell.language),
        to: figures::day(view.power.valid_to, shell.language),
    }
}

fn money_block(money: &Money, payer: declaration::TaxNumber, app: &App, shell: &Shell) -> MoneyBlock {
    let (language, t) = (shell.language, shell.t);
    let amount = |value| figures::amount(value, language);
    MoneyBlock {
        balances: money
            .balances
            .iter()
            .map(|one| (one.currency.clone(), amount(one.available), amount(one.reserved)))
            .collect(),
        guarantees: money
            .guarantees
            .iter()
            .map(|one| {
                let kind = match one.kind {
                    store::GuaranteeKind::Single => t.guarantee_single,
                    store::GuaranteeKind::General => t.guarantee_general,
                };
                let days = format!(
                    "{} — {}",
                    figures::day(one.valid_from, language),
                    figures::day(one.valid_to, language)
                );
                let sum = format!("{} {}", amount(one.amount), one.currency);
                (one.number.clone(), kind, days, sum, one.ended_at.is_some())
            })
            .collect(),
        awaited: money.awaited.iter().map(|case| ListRow::new(case, app, language)).collect(),
        postings: money
            .postings
            .iter()
            .take(POSTINGS_SHOWN)
            .map(|posting| {
                let arrives = matches!(&posting.to, store::AccountId::Advance(who, _) if *who == payer);
                let signed = if arrives { posting.amount } else { -posting.amount };
                (
                    posting.at.to_string(),
                    figures::moment(posting.at, &app.config().time_zone, language),
                    t.purpose(posting.purpose).unwrap_or_default(),
                    format!("{} {}", amount(signed), posting.to.currency()),
                    posting.case.map(|case| case.to_string()),
                )
            })
            .collect(),
    }
}

/// Months in a chart.
const MONTHS: i32 = 13;
/// Height of a chart's bars, in its own units.
const HEIGHT: u64 = 110;
/// Width of a month and of its bar.
const MONTH_WIDTH: u64 = 34;

/// One part of every bar.
struct Part {
    tone: &'static str,
    label: &'static str,
    belongs: fn(&Flow) -> bool,
}

fn lanes(flow: &[Flow], app: &App, t: &'static Texts, language: Language) -> Chart {
    let parts = [
        Part { tone: "good", label: t.lane_green, belongs: |row| row.lane == Some(Lane::Green) },
        Part { tone: "wait", label: t.lane_blue, belongs: |row| row.lane == Some(Lane::Blue) },
        Part { tone: "warn", label: t.lane_yellow, belongs: |row| row.lane == Some(Lane::Yellow) },
        Part { tone: "bad", label: t.lane_red, belongs: |row| row.lane == Some(Lane::Red) },
        Part { tone: "plain", label: t.participant_no_lane, belongs: |row| row.lane.is_none() },
    ];
    chart(flow, &parts, app, language)
}

fn outcomes(flow: &[Flow], app: &App, t: &'static Texts, language: Language) -> Chart {
    let parts = [
        Part {
            tone: "good",
            label: t.outcome_released,
            belongs: |row| matches!(row.state, CaseState::Released | CaseState::ReleasedConditionally),
        },
        Part {
            tone: "wait",
            label: t.participant_open,
            belongs: |row| {
                matches!(row.state, CaseState::New | CaseState::UnderControl | CaseState::WaitingForPayment)
            },
        },
        Part { tone: "plain", label: t.outcome_withdrawn, belongs: |row| row.state == CaseState::Withdrawn },
        Part {
            tone: "warn",
            label: t.state_registration_refused,
            belongs: |row| row.state == CaseState::RegistrationRefused,
        },
        Part {
            tone: "bad",
            label: t.state_release_refused,
            belongs: |row| row.state == CaseState::ReleaseRefused,
        },
    ];
    chart(flow, &parts, app, language)
}

/// The last thirteen months, oldest first, as `2026-11`.
fn months(app: &App) -> Vec<String> {
    let today = jiff::tz::TimeZone::UTC.to_datetime(app.centre().now()).date();
    let newest = i32::from(today.year()) * 12 + i32::from(today.month()) - 1;
    (newest - MONTHS + 1..=newest)
        .map(|month| format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1))
        .collect()
}

fn chart(flow: &[Flow], parts: &[Part], app: &App, language: Language) -> Chart {
    let months = months(app);
    let mut counts: BTreeMap<(&str, usize), u64> = BTreeMap::new();
    for row in flow {
        for (nth, part) in parts.iter().enumerate() {
            if (part.belongs)(row) {
                *counts.entry((row.month.as_str(), nth)).or_default() += row.count;
            }
        }
    }
    let of = |month: &str, nth: usize| counts.get(&(month, nth)).copied().unwrap_or_default();
    let total = |month: &str| (0..parts.len()).map(|nth| of(month, nth)).sum::<u64>();
    let most = months.iter().map(|month| total(month)).max().unwrap_or_default();
    let scale = super::board::scale_of(most.max(4));
    let shown: BTreeSet<usize> =
        (0..parts.len()).filter(|nth| months.iter().any(|month| of(month, *nth) > 0)).collect();
    let mut columns = Vec::new();
    let mut rows = Vec::new();
    for (place, month) in (0u64..).zip(&months) {
        let (mut bars, mut said, mut below, mut top) = (Vec::new(), Vec::new(), 0u64, HEIGHT);
        for (nth, part) in parts.iter().enumerate() {
            let count = of(month, nth);
            if count == 0 {
                continue;
            }
            below += count;
            said.push(format!("{} {}", part.label, figures::count(count, language)));
            // Each bar ends where the sum below it ends: rounding does not add up.
            let y = HEIGHT - HEIGHT * below / scale;
            bars.push(Bar { y, height: (top - y).max(1), tone: part.tone });
            top = y;
        }
        let label = month_label(month, language);
        let title = if said.is_empty() { label.clone() } else { format!("{label}: {}", said.join(", ")) };
        rows.push((label, shown.iter().map(|nth| figures::count(of(month, *nth), language)).collect()));
        let short = month.get(5..).unwrap_or_default();
        let label = if short == "01" || place == 0 {
            month.get(..4).map(|year| format!("{short}.{}", year.get(2..).unwrap_or_default()))
        } else {
            Some(short.to_owned())
        };
        columns.push(Column { title, x: place * MONTH_WIDTH, label: label.unwrap_or_default(), bars });
    }
    let lines = [0u64, 2, 4].into_iter().filter(|quarter| (scale * quarter).is_multiple_of(4));
    Chart {
        columns,
        lines: lines
            .map(|quarter| (HEIGHT - HEIGHT * quarter / 4, figures::count(scale * quarter / 4, language)))
            .collect(),
        legend: shown.iter().filter_map(|nth| parts.get(*nth)).map(|part| (part.tone, part.label)).collect(),
        rows,
        width: u64::try_from(months.len()).unwrap_or_default() * MONTH_WIDTH,
        height: HEIGHT,
    }
}

/// A month for people: `11.2026`, or `2026-11`.
fn month_label(month: &str, language: Language) -> String {
    match (month.split_once('-'), language) {
        (Some((year, month)), Language::Ru) => format!("{month}.{year}"),
        _ => month.to_owned(),
    }
}
