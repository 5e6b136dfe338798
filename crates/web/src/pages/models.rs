//! Models that score declarations: the list, and one with its card, its acts and what may be done with it.

use askama::Template;
use axum::extract::multipart::Multipart;
use axum::extract::{Form, FromRequest, Path, Query, Request, State};
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Redirect, Response};
use centre::{Action, DriftReport, Identity, ModelDossier, ModelError, ModelHead};
use clearance::dossier::Right;
use clearance::scoring::life::{Deed, State as Standing, Wish};
use clearance::scoring::{Mode, Refusal, hindrance_text};
use score::{Card, Month, Rank, Scope, Source};
use serde::Deserialize;
use store::StoredModelAct;

use super::{Shell, rendered};
use crate::access::Caller;
use crate::api::models::{WishedModelDeed, dossier_of};
use crate::bodies::{Received, Small, Sort};
use crate::failure::{Failure, Kind};
use crate::language::Language;
use crate::model_object::{feature_title, refused_sentence};
use crate::texts::Texts;
use crate::{App, figures};

/// Width of a month in the chart, and of its bar; height of the chart.
const MONTH_WIDTH: usize = 56;
const BAR_WIDTH: usize = 36;
const HEIGHT: usize = 120;
/// Months drawn, the last ones; the table has all.
const MONTHS_DRAWN: usize = 24;
/// Features and drifts shown at once; the rest is behind a fold.
const SHOWN: usize = 12;

#[derive(Template)]
#[template(path = "models.html")]
struct ModelsPage {
    shell: Shell,
    rows: Vec<HeadRow>,
    may_propose: bool,
    error: Option<(String, String)>,
    reason: String,
}

/// A model in a list.
struct HeadRow {
    version: String,
    href: String,
    state: String,
    tone: &'static str,
    iso: String,
    since: String,
    by: String,
    proposer: String,
}

#[derive(Template)]
#[template(path = "model.html")]
struct ModelPage {
    shell: Shell,
    row: HeadRow,
    sha256: String,
    note: String,
    notice: Option<&'static str>,
    error: Option<(String, String)>,
    reason: String,
    facts: Vec<(&'static str, String)>,
    plan: Vec<(&'static str, String)>,
    hindrances: Vec<String>,
    foreign: Option<String>,
    features: Vec<FeatureRow>,
    more_features: Vec<FeatureRow>,
    months: Vec<MonthRow>,
    chart: Chart,
    comparisons: Vec<ComparisonRow>,
    drift: Option<DriftTable>,
    forms: Vec<ActForm>,
    acts: Vec<ActRow>,
}

struct FeatureRow {
    title: String,
    name: String,
    share: String,
    /// Out of 100, for the bar.
    width: String,
}

struct MonthRow {
    month: String,
    rows: String,
    found: String,
    auc: String,
    precision_5: String,
    precision_10: String,
    recall_10: String,
}

struct Chart {
    width: usize,
    height: usize,
    bar_width: usize,
    lines: Vec<(usize, &'static str)>,
    bars: Vec<ChartBar>,
}

struct ChartBar {
    x: usize,
    y: usize,
    height: usize,
    middle: usize,
    month: String,
    title: String,
}

struct ComparisonRow {
    rows: &'static str,
    beside: &'static str,
    inspected: String,
    model: String,
    other: String,
    tone: &'static str,
}

struct DriftTable {
    iso: String,
    at: String,
    from: String,
    to: String,
    declarations: String,
    rows: Vec<DriftRow>,
    more: Vec<DriftRow>,
}

struct DriftRow {
    title: String,
    index: String,
    verdict: &'static str,
    tone: &'static str,
    unknown: String,
}

/// A form for one act.
struct ActForm {
    deed: &'static str,
    label: &'static str,
    tone: &'static str,
}

struct ActRow {
    deed: String,
    by: String,
    iso: String,
    moment: String,
    reason: String,
    through: &'static str,
    leaf: u64,
    tone: &'static str,
}

/// What the address of a model can carry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// What was just done.
    done: String,
}

/// The form of an act.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ActSent {
    deed: WishedModelDeed,
    #[serde(default)]
    reason: String,
}

/// Where a model is shown.
pub(super) fn address_of(version: &str) -> String {
    format!("/models/{}", crate::api::filter::escaped(version))
}

fn tone(state: Standing) -> &'static str {
    match state {
        Standing::Proposed => "wait",
        Standing::Shadow => "warn",
        Standing::Live => "good",
        Standing::Replaced | Standing::Withdrawn => "plain",
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A share as per cent with one digit, in the language's manner.
fn percent(share: f64, language: Language) -> String {
    let text = format!("{:.1} %", share * 100.0);
    figures::decimal_mark(&text, language)
}

fn index(value: f64, language: Language) -> String {
    figures::decimal_mark(&format!("{value:.3}"), language)
}

fn count(value: usize, language: Language) -> String {
    figures::count(u64::try_from(value).unwrap_or(u64::MAX), language)
}

impl HeadRow {
    fn new(head: &ModelHead, app: &App, language: Language) -> Self {
        Self {
            version: head.version.clone(),
            href: address_of(&head.version),
            state: language.pick(&head.state.title()).to_owned(),
            tone: tone(head.state),
            iso: head.since.to_string(),
            since: figures::moment(head.since, &app.config().time_zone, language),
            by: head.by.clone(),
            proposer: head.proposer.clone(),
        }
    }
}

fn list_page(
    app: &App,
    who: Identity,
    language: Language,
    uri: &Uri,
    refused: Option<((String, String), String)>,
) -> Result<Html<String>, Failure> {
    let may_propose = who.rights().contains(&Right::Write);
    let (error, reason) = refused.map_or((None, String::new()), |(said, reason)| (Some(said), reason));
    let rows = app.centre().models()?.iter().map(|head| HeadRow::new(head, app, language)).collect();
    let shell = Shell::new(app, Some(who), language, uri, "profiles");
    rendered(&ModelsPage { shell, rows, may_propose, error, reason })
}

/// The list.
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
) -> Result<Html<String>, Failure> {
    let who = caller.who_may(Action::SeeProfiles)?;
    app.run(move |app| list_page(app, who, language, &uri, None)).await
}

/// A file and a reason.
#[derive(Default)]
struct Upload {
    file: Vec<u8>,
    reason: String,
}

async fn read(request: Request, app: &App) -> Result<Upload, Failure> {
    let multipart = Multipart::from_request(request, app).await;
    let mut multipart = multipart.map_err(|why| Failure::of_status(why.status()))?;
    let mut upload = Upload::default();
    while let Some(field) = multipart.next_field().await? {
        match field.name() {
            Some("model") => upload.file = Vec::from(field.bytes().await?),
            Some("reason") => upload.reason = field.text().await?,
            _ => return Err(Failure::of(Kind::BadRequest)),
        }
    }
    Ok(upload)
}

/// Proposes a model; what is wrong with it is said on the form.
pub(crate) async fn propose(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    request: Request,
) -> Result<Response, Failure> {
    let who = caller.who_may(Action::SeeProfiles)?;
    if !who.rights().contains(&Right::Write) {
        return Err(Failure::of_model(&Refusal::NoRight { deed: Deed::Propose }));
    }
    let Received { content, room } = app.receive(Sort::Model, request, |request| read(request, &app)).await?;
    let work = app.work()?;
    app.run(move |app| {
        let done = app.centre().propose_model(&who, "page", &content.file, &content.reason);
        drop((room, work));
        match done {
            Ok(dossier) => {
                let address = address_of(&dossier.head.version);
                Ok(Redirect::to(&format!("{address}?done=propose")).into_response())
            }
            Err(ModelError::Refused(why)) if !why.is_of_rights() => {
                let said = refused_sentence(&why, language);
                let page = list_page(app, who, language, &uri, Some((said, content.reason)))?;
                Ok((Failure::of_model(&why).status, page).into_response())
            }
            Err(why) => Err(why.into()),
        }
    })
    .await
}

/// One model.
pub(crate) async fn model(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    Path(version): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    let who = caller.who_may(Action::SeeProfiles)?;
    app.run(move |app| page(app, who, language, &uri, &dossier_of(app, &version)?, &asked, None)).await
}

/// Does an act; what is wrong with it is said beside the forms.
pub(crate) async fn act(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    Path(version): Path<String>,
    Small(Form(sent), _held): Small<Form<ActSent>>,
) -> Result<Response, Failure> {
    let who = caller.who_may(Action::SeeProfiles)?;
    app.run(move |app| {
        let wish = sent.deed.wish();
        match app.centre().move_model(&who, "page", &version, wish, &sent.reason) {
            Ok(_) => {
                let done = wish.deed().as_str();
                Ok(Redirect::to(&format!("{}?done={done}", address_of(&version))).into_response())
            }
            Err(ModelError::Refused(why)) if !why.is_of_rights() && why != Refusal::NoModel => {
                let said = refused_sentence(&why, language);
                let dossier = dossier_of(app, &version)?;
                let refused = Some((said, sent.reason));
                let page = page(app, who, language, &uri, &dossier, &Asked::default(), refused)?;
                Ok((Failure::of_model(&why).status, page).into_response())
            }
            Err(why) => Err(why.into()),
        }
    })
    .await
}

fn done_word(done: &str, t: &Texts) -> Option<&'static str> {
    Some(match done {
        "propose" => t.model_done_propose,
        "shadow" => t.model_done_shadow,
        "go_live" => t.model_done_live,
        "withdraw" => t.model_done_withdraw,
        _ => return None,
    })
}

fn page(
    app: &App,
    who: Identity,
    language: Language,
    uri: &Uri,
    dossier: &ModelDossier,
    asked: &Asked,
    refused: Option<((String, String), String)>,
) -> Result<Html<String>, Failure> {
    let possible = app.centre().possible_with_model(&who, dossier)?;
    let shell = Shell::new(app, Some(who), language, uri, "profiles");
    let t = shell.t;
    let (model, card) = (dossier.installed.model(), dossier.installed.model().card());
    let (error, reason) = refused.map_or((None, String::new()), |(said, reason)| (Some(said), reason));
    let plan = model.plan();
    let most = card.features.first().map_or(1.0, |part| part.share).max(f64::MIN_POSITIVE);
    let mut features: Vec<FeatureRow> = card
        .features
        .iter()
        .filter(|part| part.share > 0.0)
        .map(|part| FeatureRow {
            title: feature_title(&part.feature, language),
            name: part.feature.clone(),
            share: percent(part.share, language),
            width: format!("{:.1}", part.share / most * 100.0),
        })
        .collect();
    let more_features = features.split_off(features.len().min(SHOWN));
    let against = dossier.hindrances.iter();
    let page = ModelPage {
        row: HeadRow::new(&dossier.head, app, language),
        sha256: dossier.installed.sha256().to_string(),
        note: note_of(dossier.head.state, t).to_owned(),
        notice: done_word(&asked.done, t),
        facts: facts(card, model.keys(), t, language),
        plan: vec![
            (t.model_plan_red, plan.red.to_string()),
            (t.model_plan_yellow, plan.yellow.to_string()),
            (t.model_plan_explored, plan.explored.to_string()),
        ],
        hindrances: against.map(|hindrance| language.pick(&hindrance_text(hindrance)).to_owned()).collect(),
        foreign: dossier.foreign.clone(),
        features,
        more_features,
        months: card.months.iter().map(|month| month_row(month, t, language)).collect(),
        chart: chart(&card.months, t, language),
        comparisons: comparisons(card, t, language),
        drift: dossier.drift.as_ref().map(|drift| drift_table(drift, app, t, language)),
        forms: possible.iter().filter_map(|wish| form(*wish, t)).collect(),
        acts: dossier.acts.iter().rev().map(|stored| act_row(stored, app, &shell)).collect(),
        error,
        reason,
        shell,
    };
    rendered(&page)
}

/// What a model that stands so does.
fn note_of(state: Standing, t: &Texts) -> &'static str {
    match state {
        Standing::Proposed => t.model_note_proposed,
        Standing::Shadow => t.model_note_shadow,
        Standing::Live => t.model_note_live,
        Standing::Replaced | Standing::Withdrawn => t.model_note_gone,
    }
}

fn form(wish: Wish, t: &Texts) -> Option<ActForm> {
    let (label, tone) = match wish {
        Wish::Propose => (t.model_act_propose, "primary"),
        Wish::Approve(Mode::Shadow) => (t.model_act_shadow, ""),
        Wish::Approve(Mode::Live) => (t.model_act_live, "primary"),
        Wish::Withdraw => (t.model_act_withdraw, "danger"),
    };
    Some(ActForm { deed: wish.deed().as_str(), label, tone })
}

fn act_row(stored: &StoredModelAct, app: &App, shell: &Shell) -> ActRow {
    let (language, t) = (shell.language, shell.t);
    ActRow {
        deed: capital(language.pick(&stored.act.deed.title())),
        by: stored.act.by.clone(),
        iso: stored.at.to_string(),
        moment: figures::moment(stored.at, &app.config().time_zone, language),
        reason: stored.act.reason.clone(),
        through: match stored.through.as_str() {
            "page" => t.read_page,
            "api" => t.read_api,
            _ => "",
        },
        leaf: stored.leaf,
        tone: tone(stored.act.to),
    }
}

fn source(source: &Source, t: &Texts, language: Language) -> String {
    let mut text = format!(
        "{}: {}, {}: {}",
        t.model_rows,
        count(source.rows, language),
        t.model_found,
        count(source.found, language)
    );
    if let Some((first, last)) = source.days {
        text = format!("{text}, {} — {}", figures::day(first, language), figures::day(last, language));
    }
    text
}

fn facts(card: &Card, keys: usize, t: &Texts, language: Language) -> Vec<(&'static str, String)> {
    let measured = card.validation.as_ref();
    let measured = measured.map_or_else(|| t.model_not_measured.to_owned(), |it| source(it, t, language));
    let rank = match card.rank {
        Rank::Probability => t.model_rank_probability,
        Rank::ExpectedDuty => t.model_rank_duty,
    };
    vec![
        (t.model_trained, figures::day(card.trained_on, language)),
        (t.model_learned, source(&card.training, t, language)),
        (t.model_measured, measured),
        (t.model_trees, count(card.trees, language)),
        (t.model_keys, count(keys, language)),
        (t.model_rank, rank.to_owned()),
    ]
}

/// The name of a month; of rows without days, all of them.
fn month_name(month: &Month, t: &Texts) -> String {
    if month.month.is_empty() { t.model_all_rows.to_owned() } else { month.month.clone() }
}

fn month_row(month: &Month, t: &Texts, language: Language) -> MonthRow {
    let share = |share: f64| percent(share, language);
    MonthRow {
        month: month_name(month, t),
        rows: count(month.rows, language),
        found: count(month.found, language),
        auc: month.auc.map_or_else(|| "—".to_owned(), |auc| index(auc, language)),
        precision_5: share(month.precision_5),
        precision_10: share(month.precision_10),
        recall_10: month.recall_10.map_or_else(|| "—".to_owned(), share),
    }
}

/// Precision where a tenth is looked at, month by month.
fn chart(months: &[Month], t: &Texts, language: Language) -> Chart {
    let drawn = &months[months.len().saturating_sub(MONTHS_DRAWN)..];
    let bar = |(nth, month): (usize, &Month)| {
        // Between 0 and 1, so between 0 and the height.
        let height = (month.precision_10.clamp(0.0, 1.0) * HEIGHT as f64).round() as usize;
        let name = month_name(month, t);
        ChartBar {
            x: nth * MONTH_WIDTH + (MONTH_WIDTH - BAR_WIDTH) / 2,
            y: HEIGHT - height,
            height: height.max(1),
            middle: nth * MONTH_WIDTH + MONTH_WIDTH / 2,
            title: format!("{name}: {}", percent(month.precision_10, language)),
            month: name,
        }
    };
    Chart {
        width: drawn.len().max(1) * MONTH_WIDTH,
        height: HEIGHT,
        bar_width: BAR_WIDTH,
        lines: vec![(0, "100 %"), (HEIGHT / 2, "50 %"), (HEIGHT, "0")],
        bars: drawn.iter().enumerate().map(bar).collect(),
    }
}

fn comparisons(card: &Card, t: &Texts, language: Language) -> Vec<ComparisonRow> {
    let row = |comparison: &score::Comparison| ComparisonRow {
        rows: match comparison.rows {
            Scope::All => t.model_all_rows,
            Scope::Novel => t.model_novel_rows,
        },
        beside: if comparison.beside == "rules" { t.model_beside_rules } else { t.model_beside_look_up },
        inspected: count(comparison.inspected, language),
        model: count(comparison.model_found, language),
        other: count(comparison.other_found, language),
        tone: if comparison.model_found < comparison.other_found { "bad" } else { "good" },
    };
    card.comparisons.iter().map(row).collect()
}

fn drift_table(report: &DriftReport, app: &App, t: &'static Texts, language: Language) -> DriftTable {
    let row = |moved: &score::Moved| {
        let (verdict, tone) = match moved.verdict() {
            "other" => (t.model_drift_other, "bad"),
            "shifted" => (t.model_drift_shifted, "warn"),
            _ => (t.model_drift_steady, "good"),
        };
        let title = match moved.name.as_str() {
            "score" => t.model_drift_score.to_owned(),
            name => feature_title(name, language),
        };
        let unknown = moved.unknown_share;
        DriftRow {
            title,
            index: index(moved.index, language),
            verdict,
            tone,
            unknown: if unknown > 0.0 { percent(unknown, language) } else { String::new() },
        }
    };
    let mut rows: Vec<DriftRow> = report.drift.moved.iter().map(row).collect();
    let more = rows.split_off(rows.len().min(SHOWN));
    DriftTable {
        iso: report.at.to_string(),
        at: figures::moment(report.at, &app.config().time_zone, language),
        from: figures::day(report.from, language),
        to: figures::day(report.to, language),
        declarations: count(report.declarations, language),
        rows,
        more,
    }
}
