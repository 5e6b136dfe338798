//! Risk profiles: the list, one with its versions and acts, the editor.

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, FromRequest, Path, Query, Request, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::Redirect;
use axum::response::{Html, IntoResponse, Response};
use centre::{Action, DossierError, Identity, ProfileFile};
use clearance::dossier::{Deed, State as Standing, row_of};
use declaration::Text;
use risk::{Advice, Category, Profile, ProfileError, ProfileKind, Stage};
use serde::Deserialize;
use similar::{ChangeTag, TextDiff};
use store::ProfileHead;

use super::list::push_row;
use super::{Shell, rendered};
use crate::access::Caller;
use crate::api::filter::escaped;
use crate::api::profiles::{PAGE, Wanted, WishedDeed, file_of, page_of, version_of, wish};
use crate::bodies::{Received, Small, Sort};
use crate::failure::{Failure, Kind};
use crate::language::Language;
use crate::profile_object::{NameObject, kind_name, profile_names};
use crate::texts::Texts;
use crate::{App, figures};

/// Rows of an export at most.
const EXPORT_ROWS_MAX: usize = 20_000;
/// Lines of a text that are compared; longer ones are shown as they are.
const LINES_COMPARED_MAX: usize = 4_000;
/// Lines shown around what differs.
const LINES_AROUND: usize = 3;

/// What a new profile begins with.
const SKELETON: &str = include_str!("../../assets/profile-skeleton.toml");

#[derive(Template)]
#[template(path = "profiles.html")]
struct ProfilesPage {
    shell: Shell,
    wanted: Wanted,
    states: Vec<Choice>,
    kinds: Vec<Choice>,
    rows: Vec<HeadRow>,
    next: Option<String>,
    first_page: Option<String>,
    export: String,
    may_write: bool,
}

struct Choice {
    value: &'static str,
    label: String,
    chosen: bool,
}

/// A version in a list.
struct HeadRow {
    number: String,
    href: String,
    version: u32,
    title: String,
    state: String,
    tone: &'static str,
    kind: &'static str,
    lane: &'static str,
    lane_word: &'static str,
    author: String,
    since_iso: String,
    since: String,
    by: String,
    day: Option<(String, String)>,
    current: bool,
    /// The same compared with the version before.
    changes: Option<String>,
}

#[derive(Template)]
#[template(path = "profile.html")]
struct ProfilePage {
    shell: Shell,
    number: String,
    address: String,
    row: HeadRow,
    notice: Option<&'static str>,
    error: Option<(String, String)>,
    /// What was typed when it was refused.
    reason: String,
    says: Says,
    source: String,
    forms: Vec<ActForm>,
    edit: Option<String>,
    versions: Vec<HeadRow>,
    acts: Vec<ActRow>,
    against: Option<u32>,
    diff: Vec<DiffLine>,
}

/// What a text says, for people.
struct Says {
    facts: Vec<(&'static str, String)>,
    area: String,
    exclusions: Option<String>,
    measures: Vec<String>,
    instruction: String,
    categories: Vec<(&'static str, String)>,
}

/// A form for one act.
struct ActForm {
    deed: &'static str,
    label: &'static str,
    version: u32,
    reason: bool,
    from: Option<String>,
    tone: &'static str,
}

struct ActRow {
    version: u32,
    deed: String,
    by: String,
    iso: String,
    moment: String,
    day: Option<(String, String)>,
    reason: String,
    through: &'static str,
    leaf: u64,
    tone: &'static str,
}

struct DiffLine {
    tone: &'static str,
    mark: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "profile-edit.html")]
struct EditPage {
    shell: Shell,
    /// The profile it is a version of.
    number: Option<String>,
    address: String,
    seen: Option<u32>,
    source: String,
    rows: usize,
    reason: String,
    /// Whether it was checked and nothing is wrong.
    checked: bool,
    /// What the author would want to know.
    advice: Vec<FaultRow>,
    faults: Vec<FaultRow>,
    names: Vec<NameObject>,
}

/// What is wrong with a text, with the line it stands in.
struct FaultRow {
    code: String,
    field: String,
    place: Option<String>,
    text: String,
    cure: String,
    line: String,
    /// Blanks up to the column, then a caret.
    caret: String,
}

/// What the address of a profile can carry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// The version shown.
    v: Option<u32>,
    /// The version it is compared with.
    with: Option<u32>,
    /// What was just done.
    done: String,
}

/// The form of an act.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ActSent {
    deed: WishedDeed,
    version: u32,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    from: String,
}

/// The form of the editor.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct TextSent {
    #[serde(default)]
    number: String,
    #[serde(default)]
    seen: String,
    source: String,
    #[serde(default)]
    reason: String,
    /// `check` or `write`.
    #[serde(default)]
    go: String,
}

/// Where a profile is shown.
pub(super) fn address_of(number: &str) -> String {
    format!("/profiles/{}", escaped(number))
}

fn tone(state: Standing) -> &'static str {
    match state {
        Standing::Draft => "plain",
        Standing::Agreed | Standing::Approved => "wait",
        Standing::InForce => "good",
        Standing::Replaced => "plain",
        Standing::Cancelled => "bad",
    }
}

fn kind_word(kind: ProfileKind, t: &Texts) -> &'static str {
    match kind {
        ProfileKind::National => t.profile_national,
        ProfileKind::Regional => t.profile_regional,
        ProfileKind::Zonal => t.profile_zonal,
        ProfileKind::Target => t.profile_target,
    }
}

/// Who did it, for people.
fn by(login: &str, t: &Texts) -> String {
    match login {
        "" => t.profile_by_day.to_owned(),
        login => t.who(login).to_owned(),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A sentence made of words that begin small and have no end.
fn sentence(words: &str) -> String {
    let end = if words.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{}{end}", capital(words))
}

impl HeadRow {
    fn new(head: &ProfileHead, app: &App, shell: &Shell) -> Self {
        let (language, t) = (shell.language, shell.t);
        Self {
            number: head.number.clone(),
            href: format!("{}?v={}", address_of(&head.number), head.version),
            version: head.version,
            title: language.pick(&head.title).to_owned(),
            state: language.pick(&head.state.title()).to_owned(),
            tone: tone(head.state),
            kind: kind_word(head.kind, t),
            lane: head.lane.as_str(),
            lane_word: t.lane(head.lane),
            author: by(&head.author, t),
            since_iso: head.since.to_string(),
            since: figures::moment(head.since, &app.config().time_zone, language),
            by: by(&head.by, t),
            day: head.day.map(|day| (day.to_string(), figures::day(day, language))),
            current: false,
            changes: None,
        }
    }
}

/// The list.
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let who = caller.who_may(Action::SeeProfiles)?;
    app.run(move |app| {
        if wanted.format == "csv" {
            return export(app, &who, &wanted, language);
        }
        let page = page_of(app, &who, &wanted, PAGE, "page")?;
        let may_write = who.rights().contains(&clearance::dossier::Right::Write);
        let shell = Shell::new(app, Some(who), language, &uri, "profiles");
        let address = |extra: &[(&str, &str)]| {
            let own = [("state", wanted.state.as_str()), ("kind", &wanted.kind), ("q", &wanted.q)];
            let pairs = own.iter().chain(extra).filter(|(_, value)| !value.is_empty());
            let query: Vec<String> =
                pairs.map(|(name, value)| format!("{name}={}", escaped(value))).collect();
            format!("/profiles?{}", query.join("&"))
        };
        let kinds = [ProfileKind::National, ProfileKind::Regional, ProfileKind::Zonal, ProfileKind::Target];
        let page = ProfilesPage {
            states: Standing::ALL
                .iter()
                .map(|state| Choice {
                    value: state.as_str(),
                    label: language.pick(&state.title()).to_owned(),
                    chosen: wanted.state == state.as_str(),
                })
                .collect(),
            kinds: kinds
                .into_iter()
                .map(|kind| Choice {
                    value: kind_name(kind),
                    label: kind_word(kind, shell.t).to_owned(),
                    chosen: wanted.kind == kind_name(kind),
                })
                .collect(),
            rows: page.profiles.iter().flatten().map(|head| HeadRow::new(head, app, &shell)).collect(),
            next: page.next.as_deref().map(|after| address(&[("after", after)])),
            first_page: (!wanted.after.is_empty()).then(|| address(&[])),
            export: address(&[("format", "csv")]),
            may_write,
            wanted,
            shell,
        };
        Ok(rendered(&page)?.into_response())
    })
    .await
}

/// The list as CSV (RFC 4180), with the byte order mark that spreadsheets want.
fn export(app: &App, who: &Identity, wanted: &Wanted, language: Language) -> Result<Response, Failure> {
    let mut text = String::from('\u{feff}');
    let names =
        ["number", "version", "state", "kind", "lane", "title", "author", "written_at", "since", "by", "day"];
    push_row(&mut text, names.into_iter());
    let mut wanted = wanted.clone();
    let mut rows = 0;
    loop {
        let page = page_of(app, who, &wanted, centre::PROFILES_PAGE_MAX, "csv")?;
        for head in page.profiles.iter().flatten() {
            let cells = [
                head.number.clone(),
                head.version.to_string(),
                head.state.as_str().to_owned(),
                kind_name(head.kind).to_owned(),
                head.lane.as_str().to_owned(),
                language.pick(&head.title).to_owned(),
                head.author.clone(),
                head.at.to_string(),
                head.since.to_string(),
                head.by.clone(),
                head.day.map(|day| day.to_string()).unwrap_or_default(),
            ];
            push_row(&mut text, cells.iter().map(String::as_str));
            rows += 1;
        }
        match page.next {
            Some(next) if rows < EXPORT_ROWS_MAX => wanted.after = next,
            _ => break,
        }
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"profiles.csv\""),
    ];
    Ok((headers, text).into_response())
}

/// One profile.
pub(crate) async fn profile(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    let who = caller.who_may(Action::SeeProfiles)?;
    app.run(move |app| {
        let file = file_of(app, &who, &number)?;
        app.centre().record_profile_read(&who, &number, "page")?;
        page(app, who, language, &uri, &file, &asked, None)
    })
    .await
}

/// Does an act; what is wrong with it is said beside the forms.
pub(crate) async fn act(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    Path(number): Path<String>,
    Small(Form(sent), _held): Small<Form<ActSent>>,
) -> Result<Response, Failure> {
    let who = caller.who_may(Action::SeeProfiles)?;
    app.run(move |app| {
        let from = match sent.from.trim() {
            "" => app.centre().today(),
            day => day.parse().map_err(|_| {
                Failure::of(Kind::BadRequest).because(
                    format!("{day}: это не день вида 2026-01-31."),
                    format!("{day}: no day such as 2026-01-31."),
                )
            })?,
        };
        let wanted = wish(sent.deed, sent.version, sent.reason.clone(), from);
        match app.centre().move_profile(&who, "page", &number, &wanted) {
            Ok(_) => {
                let done = wanted.deed().as_str();
                let address = address_of(&number);
                Ok(Redirect::to(&format!("{address}?v={}&done={done}", sent.version)).into_response())
            }
            Err(DossierError::Refused(why)) if !why.is_of_rights() => {
                let status = Failure::of_dossier(&why).status;
                let said = (language.pick(&why.text()).to_owned(), language.pick(&why.cure()).to_owned());
                let asked = Asked { v: Some(sent.version), ..Asked::default() };
                let file = file_of(app, &who, &number)?;
                let page = page(app, who, language, &uri, &file, &asked, Some((said, sent.reason)))?;
                Ok((status, page).into_response())
            }
            Err(why) => Err(why.into()),
        }
    })
    .await
}

fn done_word(done: &str, t: &Texts) -> Option<&'static str> {
    Some(match done {
        "write" => t.profile_done_write,
        "agree" => t.profile_done_agree,
        "return" => t.profile_done_return,
        "approve" => t.profile_done_approve,
        "cancel" => t.profile_done_cancel,
        _ => return None,
    })
}

/// Builds the page of a profile. `refused` is what was wrong with a form just sent, and the reason given in it.
fn page(
    app: &App,
    who: Identity,
    language: Language,
    uri: &Uri,
    file: &ProfileFile,
    asked: &Asked,
    refused: Option<((String, String), String)>,
) -> Result<Html<String>, Failure> {
    let shown = asked.v.filter(|version| file.state(*version).is_some()).unwrap_or(file.shown());
    let kept = version_of(app, &file.number, shown)?;
    let possible = app.centre().possible(&who, file)?;
    let today = app.centre().today();
    let shell = Shell::new(app, Some(who), language, uri, "profiles");
    let t = shell.t;
    let against = asked
        .with
        .or(shown.checked_sub(1))
        .filter(|version| *version != shown && file.state(*version).is_some());
    let diff = match against {
        Some(version) => diff(&version_of(app, &file.number, version)?.source, &kept.source),
        None => Vec::new(),
    };
    let address = address_of(&file.number);
    let rows: Vec<HeadRow> = file
        .versions
        .iter()
        .rev()
        .map(|head| {
            let before = head.version.checked_sub(1).filter(|before| *before > 0);
            HeadRow {
                current: head.version == shown,
                changes: before.map(|before| format!("{address}?v={}&with={before}#changes", head.version)),
                ..HeadRow::new(head, app, &shell)
            }
        })
        .collect();
    let row =
        file.versions.iter().find(|head| head.version == shown).map(|head| HeadRow::new(head, app, &shell));
    let (error, reason) = refused.map_or((None, String::new()), |(said, reason)| (Some(said), reason));
    let page = ProfilePage {
        row: row.ok_or_else(|| Failure::of(Kind::NotFound))?,
        says: says(app, &kept.source, &shell),
        forms: forms(file, &possible, shown, today.to_string(), t),
        edit: possible.iter().any(|(_, deed)| *deed == Deed::Write).then(|| format!("{address}/edit")),
        acts: file.acts.iter().rev().map(|stored| act_row(stored, app, &shell)).collect(),
        notice: done_word(&asked.done, t),
        number: file.number.clone(),
        versions: rows,
        source: kept.source,
        address,
        against,
        diff,
        error,
        reason,
        shell,
    };
    rendered(&page)
}

/// The forms of what may be done with the version shown.
fn forms(file: &ProfileFile, possible: &[(u32, Deed)], shown: u32, today: String, t: &Texts) -> Vec<ActForm> {
    let form = |(version, deed): &(u32, Deed)| {
        let (label, tone) = match deed {
            Deed::Agree => (t.profile_act_agree, "primary"),
            Deed::Approve => (t.profile_act_approve, "primary"),
            Deed::Return => (t.profile_act_return, ""),
            Deed::Cancel => (t.profile_act_cancel, "danger"),
            _ => return None,
        };
        let row = row_of(*deed, file.state(*version))?;
        Some(ActForm {
            deed: deed.as_str(),
            label,
            version: *version,
            reason: row.reason,
            from: (*deed == Deed::Approve).then(|| today.clone()),
            tone,
        })
    };
    possible.iter().filter(|(version, _)| *version == shown).filter_map(form).collect()
}

fn act_row(stored: &store::StoredProfileAct, app: &App, shell: &Shell) -> ActRow {
    let (language, t) = (shell.language, shell.t);
    ActRow {
        version: stored.act.version,
        deed: capital(language.pick(&stored.act.deed.title())),
        by: by(&stored.act.by, t),
        iso: stored.at.to_string(),
        moment: figures::moment(stored.at, &app.config().time_zone, language),
        day: stored.act.day.map(|day| (day.to_string(), figures::day(day, language))),
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

/// What a text says, field by field.
fn says(app: &App, source: &str, shell: &Shell) -> Says {
    let (language, t) = (shell.language, shell.t);
    let checked = app.centre().check_profile(source);
    let Some(profile) = checked.profile else {
        return Says {
            facts: Vec::new(),
            area: String::new(),
            exclusions: None,
            measures: Vec::new(),
            instruction: String::new(),
            categories: Vec::new(),
        };
    };
    let title = |text: &Text| language.pick(text).to_owned();
    let offices = clearance::dossier::read(source).map(|written| written.scope.offices).unwrap_or_default();
    let valid = super::nomenclature::days(Some(profile.valid_from), profile.valid_to, t, language);
    let share =
        profile.share_percent.map_or_else(|| t.profile_everything.to_owned(), |share| share.to_string());
    let stage = match profile.stage {
        Stage::Declaration => t.stage_declaration,
        Stage::AfterRelease => t.stage_after_release,
        #[allow(unreachable_patterns, reason = "profiles may have further stages")]
        _ => "",
    };
    let mut facts = vec![
        (t.profile_kind, kind_word(profile.kind, t).to_owned()),
        (t.lane_label, title(&profile.lane.title())),
        (t.profile_stage, stage.to_owned()),
        (t.profile_valid, valid),
        (t.profile_share, share),
    ];
    if !offices.is_empty() {
        facts.push((t.profile_offices, offices.join(", ")));
    }
    let named = |measures: &[risk::Measure]| -> Vec<String> {
        measures.iter().map(|measure| title(&measure.title())).collect()
    };
    let categories = [Category::Low, Category::Medium, Category::High];
    Says {
        facts,
        area: profile.area.trim().to_owned(),
        exclusions: profile.exclusions.as_ref().map(|text| text.trim().to_owned()),
        measures: named(&profile.measures),
        instruction: title(&profile.instruction),
        categories: categories
            .into_iter()
            .filter_map(|category| Some((t.category(category), otherwise(&profile, category, shell)?)))
            .collect(),
    }
}

/// What is different for a category of traders, in words.
fn otherwise(profile: &Profile, category: Category, shell: &Shell) -> Option<String> {
    let (language, t) = (shell.language, shell.t);
    let adjustment = profile.categories.of(category);
    if *adjustment == risk::Adjustment::default() {
        return None;
    }
    if !adjustment.applies {
        return Some(t.profile_not_applied.to_owned());
    }
    let share = adjustment.share_percent.map(|share| share.to_string());
    let lane = adjustment.lane.map(|lane| language.pick(&lane.title()).to_owned());
    let measures = adjustment.measures.as_ref().map(|measures| {
        measures
            .iter()
            .map(|measure| language.pick(&measure.title()).to_owned())
            .collect::<Vec<_>>()
            .join(", ")
    });
    Some([share, lane, measures].into_iter().flatten().collect::<Vec<_>>().join(" · "))
}

/// The lines in which two texts differ, with a few around; what lies between is left out.
fn diff(before: &str, after: &str) -> Vec<DiffLine> {
    if before == after || before.lines().count().max(after.lines().count()) > LINES_COMPARED_MAX {
        return Vec::new();
    }
    let compared = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    for (nth, group) in compared.grouped_ops(LINES_AROUND).iter().enumerate() {
        if nth > 0 {
            lines.push(DiffLine { tone: "gap", mark: "…", text: String::new() });
        }
        for change in group.iter().flat_map(|operation| compared.iter_changes(operation)) {
            let (tone, mark) = match change.tag() {
                ChangeTag::Equal => ("", " "),
                ChangeTag::Delete => ("gone", "−"),
                ChangeTag::Insert => ("come", "+"),
            };
            lines.push(DiffLine {
                tone,
                mark,
                text: change.value().trim_end_matches(['\n', '\r']).to_owned(),
            });
        }
    }
    lines
}

/// What is wrong with a text, each with its line and a caret under the place.
fn fault_rows(errors: &[ProfileError], source: &str, language: Language) -> Vec<FaultRow> {
    let row = |error: &ProfileError| {
        let line = source.lines().nth(error.line.saturating_sub(1) as usize).unwrap_or_default();
        // Tabs stay tabs, so that the caret stands under what it means.
        let before = line.chars().take(error.column.saturating_sub(1) as usize);
        let blanks: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        let place = Texts::of(language).profile_place.replace("{line}", &error.line.to_string());
        FaultRow {
            code: error.code.to_string(),
            field: error.field.clone(),
            place: Some(place.replace("{column}", &error.column.to_string())),
            text: sentence(language.pick(&error.text)),
            cure: sentence(language.pick(&error.cure)),
            line: line.to_owned(),
            caret: format!("{blanks}^"),
        }
    };
    errors.iter().map(row).collect()
}

/// What the author would want to know; places are those of the field's own text, so the field is named alone.
fn advice_rows(advice: &[Advice], language: Language) -> Vec<FaultRow> {
    let row = |advice: &Advice| FaultRow {
        code: advice.code.to_string(),
        field: advice.field.clone(),
        place: None,
        text: sentence(language.pick(&advice.text)),
        cure: sentence(language.pick(&advice.cure)),
        line: String::new(),
        caret: String::new(),
    };
    advice.iter().map(row).collect()
}

/// Why a text was not taken though nothing is wrong with it.
fn refused_row(why: &clearance::dossier::Refusal, language: Language) -> FaultRow {
    FaultRow {
        code: why.code().to_owned(),
        field: why.place().to_owned(),
        place: None,
        text: language.pick(&why.text()).to_owned(),
        cure: language.pick(&why.cure()).to_owned(),
        line: String::new(),
        caret: String::new(),
    }
}

struct Draft {
    number: Option<String>,
    seen: Option<u32>,
    source: String,
    reason: String,
}

fn editor(
    app: &App,
    who: Identity,
    language: Language,
    uri: &Uri,
    draft: Draft,
    checked: Option<Vec<FaultRow>>,
    faults: Vec<FaultRow>,
) -> Result<Html<String>, Failure> {
    let shell = Shell::new(app, Some(who), language, uri, "profiles");
    let Draft { number, seen, source, reason } = draft;
    let page = EditPage {
        address: number.as_deref().map_or_else(|| "/profiles".to_owned(), address_of),
        rows: (source.lines().count() + 3).clamp(18, 40),
        checked: checked.is_some() && faults.is_empty(),
        advice: checked.unwrap_or_default(),
        names: profile_names(language),
        number,
        seen,
        source,
        reason,
        faults,
        shell,
    };
    rendered(&page)
}

fn may_write(caller: Caller) -> Result<Identity, Failure> {
    let who = caller.who_may(Action::SeeProfiles)?;
    if who.rights().contains(&clearance::dossier::Right::Write) {
        return Ok(who);
    }
    Err(Failure::of_dossier(&clearance::dossier::Refusal::NoRight { deed: Deed::Write }))
}

/// The editor of a new profile.
pub(crate) async fn new(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
) -> Result<Html<String>, Failure> {
    let who = may_write(caller)?;
    app.run(move |app| {
        let day = app.centre().today();
        let number = format!("55/{}/00001", day.strftime("%Y%m%d"));
        let source = SKELETON.replace("{number}", &number).replace("{day}", &day.to_string());
        let source = source.replace("{author}", &who.name.replace(['"', '\\'], " "));
        let draft = Draft { number: None, seen: None, source, reason: String::new() };
        editor(app, who, language, &uri, draft, None, Vec::new())
    })
    .await
}

/// The editor of the next version of a profile.
pub(crate) async fn edit(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    Path(number): Path<String>,
) -> Result<Html<String>, Failure> {
    let who = may_write(caller)?;
    app.run(move |app| {
        let file = file_of(app, &who, &number)?;
        app.centre().record_profile_read(&who, &number, "page")?;
        let possible = app.centre().possible(&who, &file)?;
        if !possible.iter().any(|(_, deed)| *deed == Deed::Write) {
            let state = file.dossier.open().and_then(|open| file.state(open));
            let why = match state.filter(|state| *state != Standing::Draft) {
                Some(_) => clearance::dossier::Refusal::NotNow { deed: Deed::Write, state },
                None => clearance::dossier::Refusal::OutsideArea { area: who.area.clone() },
            };
            return Err(Failure::of_dossier(&why));
        }
        let last = file.dossier.last();
        let shown = version_of(app, &number, file.shown())?;
        let draft = Draft {
            number: Some(number),
            seen: Some(last),
            source: counted(&shown.source, last + 1),
            reason: String::new(),
        };
        editor(app, who, language, &uri, draft, None, Vec::new())
    })
    .await
}

/// The text with the number of the version it will be.
fn counted(source: &str, version: u32) -> String {
    let mut found = false;
    let line = |line: &str| {
        let is_it = !found && line.split_once('=').is_some_and(|(key, _)| key.trim() == "version");
        found |= is_it;
        if is_it { format!("version = {version}") } else { line.to_owned() }
    };
    let mut text = source.lines().map(line).collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
}

/// Writes a text or only checks it; what is wrong is said with line and caret, and the text is kept.
pub(crate) async fn write(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    request: Request,
) -> Result<Response, Failure> {
    let who = may_write(caller)?;
    let read = async |request| {
        let refused = |why: FormRejection| Failure::of_status(why.status());
        Form::<TextSent>::from_request(request, &()).await.map_err(refused)
    };
    let Received { content: Form(sent), room } = app.receive(Sort::Profile, request, read).await?;
    let work = app.work()?;
    app.run(move |app| {
        let _held = (room, work);
        // Browsers send lines that end as those of DOS.
        let source = sent.source.replace("\r\n", "\n");
        let number = (!sent.number.is_empty()).then(|| sent.number.clone());
        let seen = match sent.seen.as_str() {
            "" => None,
            text => Some(text.parse::<u32>().map_err(|_| Failure::of(Kind::BadRequest))?),
        };
        let draft =
            || Draft { number: number.clone(), seen, source: source.clone(), reason: sent.reason.clone() };
        if sent.go == "check" {
            let checked = app.centre().check_profile_for(&who, &source)?;
            let faults = fault_rows(&checked.errors, &source, language);
            let advice = advice_rows(&checked.advice, language);
            let page = editor(app, who, language, &uri, draft(), Some(advice), faults)?;
            return Ok(page.into_response());
        }
        let done = app.centre().write_profile(&who, "page", &source, number.as_deref(), seen, &sent.reason);
        let (status, faults) = match done {
            Ok(file) => {
                let (address, version) = (address_of(&file.number), file.dossier.last());
                return Ok(Redirect::to(&format!("{address}?v={version}&done=write")).into_response());
            }
            Err(DossierError::Faulty(errors)) => {
                (StatusCode::UNPROCESSABLE_ENTITY, fault_rows(&errors, &source, language))
            }
            // An area is a mistake in the text like another: the author keeps it and corrects it.
            Err(DossierError::Refused(why)) => {
                (Failure::of_dossier(&why).status, vec![refused_row(&why, language)])
            }
            Err(why) => return Err(why.into()),
        };
        Ok((status, editor(app, who, language, &uri, draft(), None, faults)?).into_response())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_shown_with_lines_around() {
        let before: String = (1..=20).map(|nth| format!("line {nth}\n")).collect();
        let after = before.replace("line 10\n", "line ten\n");
        let lines: Vec<String> =
            diff(&before, &after).iter().map(|line| format!("{}{}", line.mark, line.text)).collect();
        assert_eq!(
            lines,
            [" line 7", " line 8", " line 9", "−line 10", "+line ten", " line 11", " line 12", " line 13"]
        );
        assert!(diff(&before, &before).is_empty());
        let far = after.replace("line 20\n", "");
        assert!(diff(&before, &far).iter().any(|line| line.tone == "gap"));
    }

    #[test]
    fn the_next_version_counts_on() {
        assert_eq!(
            counted("a = 1\nversion = 7 # so\n[x]\nversion = 1\n", 8),
            "a = 1\nversion = 8\n[x]\nversion = 1\n"
        );
    }
}
