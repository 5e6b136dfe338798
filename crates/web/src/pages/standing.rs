//! How a trader stands: a page of its own for the trader, the same with more to do for officials; appeals that wait.

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Redirect, Response};
use centre::{Action, Identity, StandingView};
use clearance::fact::{AmountKind, FactKind};
use clearance::standing::Act;
use declaration::TaxNumber;
use reference::{DEFAULT_PACK, Pack};
use risk::{ByCategory, Category, Reason, Scale};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;
use store::Role;

use super::{Shell, rendered};
use crate::access::Caller;
use crate::api::standing::{category_of, day_of, fact_of, seen, standing_of};
use crate::bodies::Small;
use crate::failure::{Failure, Kind};
use crate::language::Language;
use crate::standing_object::{FactObject, StandingActObject, StandingObject};
use crate::{App, figures};

#[derive(Template)]
#[template(path = "category.html")]
struct CategoryPage {
    shell: Shell,
    /// Whether the trader looks; else an official does.
    own: bool,
    may_judge: bool,
    address: String,
    notice: Option<&'static str>,
    /// What was refused: code, words.
    error: Option<(String, String)>,
    number: String,
    name: String,
    day: String,
    category: &'static str,
    tone: &'static str,
    proposed: Option<(&'static str, &'static str)>,
    held_until: Option<String>,
    leads_to: Option<&'static str>,
    explanation: String,
    near: Vec<String>,
    low: Vec<CriterionRow>,
    high: Vec<CriterionRow>,
    low_points: Option<(u32, u32)>,
    high_points: Option<(u32, u32)>,
    differs: Vec<Differs>,
    /// What differs where the pack tells no rates.
    rates_told: bool,
    facts: Vec<FactRow>,
    /// Where the next page of facts begins.
    older: Option<u64>,
    acts: Vec<ActRow>,
    appeals: Vec<ActRow>,
    kinds: Vec<(&'static str, String)>,
    /// Facts the trader can appeal against.
    contestable: Vec<(u64, String)>,
    appeal_days: u32,
    today: String,
    text: String,
}

/// One threshold, and how far it is.
struct CriterionRow {
    title: String,
    value: String,
    threshold: String,
    weight: u32,
    knock_out: bool,
    met: bool,
    bar: Bar,
}

/// Parts of a line from 0 to 100: how far the value reaches, and where the threshold stands.
struct Bar {
    value: u32,
    limit: u32,
}

/// What differs by category.
struct Differs {
    what: &'static str,
    low: String,
    medium: String,
    high: String,
}

struct FactRow {
    fact: FactObject,
    day: String,
    amount: String,
}

struct ActRow {
    act: StandingActObject,
    moment: String,
    way: Option<(&'static str, &'static str)>,
    due: Option<String>,
    tone: &'static str,
}

/// What the address can carry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// What was just done, for a word about it.
    done: String,
    /// Where the page of facts begins.
    older: Option<u64>,
}

/// What the forms of the page carry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    deed: String,
    day: String,
    kind: String,
    amount: String,
    document: String,
    reason: String,
    fact: String,
    text: String,
    appeal: String,
    outcome: String,
    category: String,
    until: String,
}

fn tone(category: Category) -> &'static str {
    match category {
        Category::Low => "good",
        Category::Medium => "plain",
        Category::High => "bad",
    }
}

fn tone_of(deed: &str) -> &'static str {
    match deed {
        "moved" | "proposed" => "warn",
        "decided" => "good",
        _ => "",
    }
}

fn bar(reason: &Reason) -> Bar {
    let limit = reason.threshold.limit();
    let span = (limit * Decimal::TWO).max(reason.value).max(Decimal::ONE);
    let part = |value: Decimal| {
        let share = (value * Decimal::ONE_HUNDRED).checked_div(span).unwrap_or_default();
        share.to_u32().unwrap_or_default().min(100)
    };
    Bar { value: part(reason.value), limit: part(limit).min(98) }
}

fn rows(view: &StandingView, toward: Category, language: Language) -> Vec<CriterionRow> {
    let row = |reason: &Reason| {
        let percent = if reason.indicator.scale() == Scale::Percent { " %" } else { "" };
        CriterionRow {
            title: language.pick(&reason.indicator.title_over(reason.over)).to_owned(),
            value: format!("{}{percent}", figures::number(reason.value, language)),
            threshold: language.pick(&reason.threshold.words()).to_owned(),
            weight: reason.weight,
            knock_out: reason.knock_out,
            met: reason.met,
            bar: bar(reason),
        }
    };
    view.explanation.toward(toward).map(row).collect()
}

/// What differs by category, as the pack has it and as far as it tells.
fn differs(app: &App, view: &StandingView, pack: &Pack, shell: &Shell) -> Vec<Differs> {
    let (world, language) = (app.centre().world(), shell.language);
    let Some(jurisdiction) = world.jurisdiction(pack) else { return Vec::new() };
    let rates = &jurisdiction.lanes.random_rate;
    let percent = |value: risk::Share| format!("{} %", figures::number(value.percent(), language));
    let row = |what, of: &dyn Fn(Category) -> String| Differs {
        what,
        low: of(Category::Low),
        medium: of(Category::Medium),
        high: of(Category::High),
    };
    let mut rows = Vec::new();
    if view.criteria.publish_rates {
        let rate = |category| ByCategory::of(rates, category);
        rows.push(row(shell.t.standing_random_documents, &|category| percent(rate(category).yellow)));
        rows.push(row(shell.t.standing_random_goods, &|category| percent(rate(category).red)));
        rows.push(row(shell.t.standing_audit, &|_| percent(jurisdiction.lanes.audit_rate)));
    }
    let released = if pack.automatic.release { shell.t.standing_same } else { shell.t.no };
    rows.push(row(shell.t.standing_automatic, &|_| released.to_owned()));
    rows.push(row(shell.t.standing_profiles, &|_| shell.t.standing_not_told.to_owned()));
    rows
}

fn page(
    app: &App,
    who: &Identity,
    number: &TaxNumber,
    language: Language,
    uri: &Uri,
    Asked { done, older }: &Asked,
    refused: Option<(&Failure, &Wish)>,
) -> Result<Html<String>, Failure> {
    let view = app.centre().standing(number)?.ok_or_else(|| Failure::of(Kind::NotFound))?;
    let object: StandingObject = standing_of(app.centre(), who, number, *older, language)?;
    let own = who.role == Role::Declarant;
    let shell = Shell::new(app, Some(who.clone()), language, uri, if own { "account" } else { "appeals" });
    let zone = &app.config().time_zone;
    let world = app.centre().world();
    let reference = world.reference();
    let pack = reference.pack(&view.participant.pack).or_else(|| reference.pack(DEFAULT_PACK));
    let days = |text: &str| text.parse().map_or_else(|_| text.to_owned(), |day| figures::day(day, language));
    let facts = object.facts.iter().map(|fact| FactRow {
        day: days(&fact.day),
        amount: fact
            .amount
            .as_deref()
            .and_then(|amount| amount.parse().ok())
            .map(|amount| figures::number(amount, language))
            .unwrap_or_default(),
        fact: FactObject {
            stated_by: fact.stated_by.as_deref().map(|by| shell.t.who(by).to_owned()),
            ..fact.clone()
        },
    });
    let word = |category: &str| match category {
        "low" => shell.t.category(Category::Low),
        "high" => shell.t.category(Category::High),
        _ => shell.t.category(Category::Medium),
    };
    let acts: Vec<ActRow> = object
        .history
        .iter()
        .map(|act| ActRow {
            moment: act.at.parse().map(|at| figures::moment(at, zone, language)).unwrap_or_default(),
            way: act
                .from
                .zip(act.to)
                .filter(|(from, to)| from != to)
                .map(|(from, to)| (word(from), word(to))),
            due: act.due.as_deref().map(days),
            tone: tone_of(act.deed),
            act: StandingActObject {
                by: act.by.as_deref().map(|by| shell.t.who(by).to_owned()),
                ..act.clone()
            },
        })
        .collect();
    let answered =
        |appeal: u64| object.history.iter().any(|act| act.deed == "decided" && act.appeal == Some(appeal));
    let open = acts.iter().filter(|row| row.act.deed == "appealed" && !answered(row.act.number));
    let appeals = open.map(|row| ActRow {
        act: row.act.clone(),
        moment: row.moment.clone(),
        way: None,
        due: row.due.clone(),
        tone: row.tone,
    });
    let contestable = object.facts.iter().filter(|fact| fact.annuls.is_none() && fact.annulled_by.is_none());
    let kind = |kind: &FactKind| {
        let title = language.pick(&kind.title()).to_owned();
        (
            kind.as_str(),
            match kind.amount() {
                AmountKind::None => title,
                AmountKind::Count => format!("{title} ({})", shell.t.standing_how_many),
                AmountKind::Money => format!("{title} ({})", shell.t.standing_how_much),
            },
        )
    };
    let points =
        |category, needed: Option<u32>| needed.map(|needed| (view.explanation.points(category), needed));
    let category = view.participant.category;
    let differs = pack.map(|pack| differs(app, &view, pack, &shell)).unwrap_or_default();
    let page = CategoryPage {
        own,
        may_judge: who.may(Action::JudgeTraders),
        address: format!("/participants/{number}/category"),
        notice: match done.as_str() {
            "state" => Some(shell.t.standing_done_state),
            "annul" => Some(shell.t.standing_done_annul),
            "appeal" => Some(shell.t.standing_done_appeal),
            "decide" => Some(shell.t.standing_done_decide),
            "confirm" => Some(shell.t.standing_done_confirm),
            _ => None,
        },
        error: refused.map(|(why, _)| {
            let text = why.detail.as_ref().or(why.cure.as_ref()).unwrap_or(&why.title);
            (why.code.to_string(), language.pick(text).to_owned())
        }),
        number: object.number.clone(),
        name: object.name.clone(),
        day: figures::day(view.day, language),
        category: shell.t.category(category),
        tone: tone(category),
        proposed: view.participant.proposed.map(|to| (to.as_str(), shell.t.category(to))),
        held_until: view.participant.held_until.map(|day| figures::day(day, language)),
        leads_to: Some(view.explanation.category).filter(|to| *to != category).map(|to| shell.t.category(to)),
        explanation: object.explanation.clone(),
        near: object.near.iter().map(|near| near.text.clone()).collect(),
        low: rows(&view, Category::Low, language),
        high: rows(&view, Category::High, language),
        low_points: points(Category::Low, view.explanation.low_points),
        high_points: points(Category::High, view.explanation.high_points),
        rates_told: view.criteria.publish_rates,
        differs,
        facts: facts.collect(),
        older: object.older,
        appeals: appeals.collect(),
        contestable: contestable
            .map(|fact| (fact.number, format!("№ {} — {}, {}", fact.number, fact.title, days(&fact.day))))
            .collect(),
        kinds: FactKind::ALL.iter().filter(|kind| kind.is_stated()).map(kind).collect(),
        acts,
        appeal_days: view.criteria.appeal_days,
        today: view.day.to_string(),
        text: refused.map(|(_, wish)| wish.text.clone()).unwrap_or_default(),
        shell,
    };
    rendered(&page)
}

/// The trader's own.
pub(crate) async fn own(
    State(app): State<App>,
    Caller(who): Caller,
    language: Language,
    uri: Uri,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    let number = who.participant.ok_or_else(|| Failure::of(Kind::NotFound))?;
    app.run(move |app| page(app, &who, &number, language, &uri, &asked, None)).await
}

/// That of any participant, for officials.
pub(crate) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    language: Language,
    uri: Uri,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    let number = seen(&who, &number)?;
    app.run(move |app| page(app, &who, &number, language, &uri, &asked, None)).await
}

fn numbered(text: &str) -> Result<u64, Failure> {
    text.parse().map_err(|_| Failure::of(Kind::BadRequest))
}

/// Does what a form asks.
fn fulfil(app: &App, who: &Identity, number: &TaxNumber, wish: &Wish) -> Result<(), Failure> {
    let centre = app.centre();
    let own = who.participant == Some(*number);
    let allowed = if wish.deed == "appeal" { own } else { who.may(Action::JudgeTraders) };
    if !allowed {
        return Err(Failure::of(Kind::Forbidden));
    }
    match wish.deed.as_str() {
        "state" => {
            let Wish { day, kind, amount, document, reason, .. } = wish;
            let fact = fact_of(&who.login, day, kind, Some(amount), document, reason)?;
            centre.state_facts(DEFAULT_PACK, &[(*number, fact)])?;
        }
        "annul" => {
            centre.annul_fact(&who.login, number, numbered(&wish.fact)?, &wish.reason)?;
        }
        "appeal" => {
            let fact = Some(wish.fact.as_str()).filter(|fact| !fact.is_empty()).map(numbered).transpose()?;
            centre.appeal(&who.login, number, fact, &wish.text)?;
        }
        "decide" => {
            let upheld = match wish.outcome.as_str() {
                "upheld" => true,
                "dismissed" => false,
                _ => return Err(Failure::of(Kind::BadRequest)),
            };
            let (category, until) = (category_of(Some(&wish.category))?, day_of(Some(&wish.until))?);
            // Of one that is dismissed nothing is set, whatever the form still holds.
            let (category, until) = if upheld { (category, until) } else { (None, None) };
            let appeal = numbered(&wish.appeal)?;
            centre.decide_appeal(&who.login, number, appeal, upheld, &wish.reason, category, until)?;
        }
        "confirm" => {
            let category = category_of(Some(&wish.category))?.ok_or_else(|| Failure::of(Kind::BadRequest))?;
            centre.confirm_category(&who.login, number, category, &wish.reason)?;
        }
        _ => return Err(Failure::of(Kind::BadRequest)),
    }
    Ok(())
}

/// What the forms of the page ask; refused, the page says why and keeps what was written.
pub(crate) async fn act(
    State(app): State<App>,
    Caller(who): Caller,
    language: Language,
    uri: Uri,
    Path(number): Path<String>,
    Small(Form(wish), _held): Small<Form<Wish>>,
) -> Result<Response, Failure> {
    let number = seen(&who, &number)?;
    app.run(move |app| match fulfil(app, &who, &number, &wish) {
        Ok(()) => {
            let to = match who.role {
                Role::Declarant => format!("/account/category?done={}", wish.deed),
                _ => format!("/participants/{number}/category?done={}", wish.deed),
            };
            Ok(Redirect::to(&to).into_response())
        }
        Err(why) if why.status.is_client_error() && !why.is(Kind::Forbidden) => {
            let page = page(app, &who, &number, language, &uri, &Asked::default(), Some((&why, &wish)))?;
            Ok((why.status, page).into_response())
        }
        Err(why) => Err(why),
    })
    .await
}

#[derive(Template)]
#[template(path = "appeals.html")]
struct AppealsPage {
    shell: Shell,
    rows: Vec<AppealRow>,
}

struct AppealRow {
    number: u64,
    participant: String,
    name: String,
    against: String,
    text: String,
    iso: String,
    due: String,
    late: bool,
}

/// What the list of appeals can be asked: another participant.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sought {
    /// Its tax number.
    participant: String,
}

/// Appeals nobody has decided, and the way to any participant.
pub(crate) async fn appeals(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    Query(sought): Query<Sought>,
) -> Result<Response, Failure> {
    let who = caller.who_may(Action::SeeStandings)?;
    if !sought.participant.trim().is_empty() {
        let number = seen(&who, sought.participant.trim())?;
        return Ok(Redirect::to(&format!("/participants/{number}/category")).into_response());
    }
    app.run(move |app| {
        app.centre().record_participant_read(&who, None, "appeals")?;
        let shell = Shell::new(app, Some(who), language, &uri, "appeals");
        let today = app.centre().today();
        let mut rows = Vec::new();
        for stored in app.centre().open_appeals()? {
            let Act::Appealed { fact, text, due, .. } = &stored.act else { continue };
            let participant = app.centre().store().participant(&stored.participant)?;
            rows.push(AppealRow {
                number: stored.number,
                participant: stored.participant.to_string(),
                name: participant.map(|participant| participant.name).unwrap_or_default(),
                against: fact
                    .map_or(shell.t.standing_against_category.to_owned(), |fact| format!("№ {fact}")),
                text: figures::shortened(text, 120),
                iso: due.to_string(),
                due: figures::day(*due, language),
                late: *due < today,
            });
        }
        Ok(rendered(&AppealsPage { rows, shell })?.into_response())
    })
    .await
}
