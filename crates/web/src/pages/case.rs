//! One declaration: what was declared, what was found, what it costs, who has it, how it got there.

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use centre::{Action, CaseView, Centre, Identity};
use clearance::scoring::{Mode, Scored};
use clearance::security::Covered;
use clearance::{Act, Case, Event, Input, Share};
use declaration::{Declaration, Finding, Severity, Text, catalogue};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use risk::Measure;
use rust_decimal::Decimal;
use score::Selection;
use serde::Deserialize;
use store::Role;

use super::form::{Block, Marks, Walk};
use super::looks::{self, Looks};
use super::meaning::Meanings;
use super::nomenclature::address_of as tariff_address;
use super::payments::{PaymentLine, Payments};
use super::powers::{ActedBy, acted_by};
use super::seal::SealBlock;
use super::timeline::{Telling, TimelineStep};
use super::{Shell, rendered};
use crate::App;
use crate::access::{Caller, case_seen};
use crate::api::case_object::knows_profiles;
use crate::api::inputs::{Wish, WishKind, wish};
use crate::bodies::Small;
use crate::failure::{Failure, Kind};
use crate::figures;
use crate::language::Language;
use crate::model_object::feature_title;

/// Lines of goods shown in full at a time: a page of 500 stays usable.
const ITEMS_AT_ONCE: usize = 20;
/// Lines of goods that are open when there are no more.
const ITEMS_OPEN_MAX: usize = 3;
/// Characters of a description in the list of goods.
const DESCRIPTION_CHARS_MAX: usize = 90;

/// The parties of the form, in its order.
const PARTIES: [&str; 7] =
    ["consignor", "consignee", "financial_party", "declarant", "carrier", "signatory", "representative"];

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    shell: Shell,
    id: String,
    title: String,
    state: &'static str,
    tone: &'static str,
    lane: Option<(&'static str, String)>,
    deadline: Option<Deadline>,
    facts: Vec<Fact>,
    notice: Option<&'static str>,
    form_error: Option<String>,
    reason: String,
    version: u32,
    can_decide: bool,
    /// The prefilled text of a request for documents.
    act_text: Option<String>,
    can_receive: bool,
    can_withdraw: bool,
    summary: Vec<SummaryRow>,
    errors: usize,
    warnings: usize,
    hints: usize,
    hits: Vec<HitRow>,
    scored: Vec<ScoredRow>,
    /// Measures that the officer who has the case can order, and those ordered.
    measures: Vec<(String, &'static str, String)>,
    ordered: Vec<OrderedRow>,
    sees_profiles: bool,
    random: Option<String>,
    reasons: Vec<String>,
    parties: Vec<Block>,
    shipment: Block,
    items: Vec<ItemRow>,
    shown: Vec<ItemBlock>,
    pager: Option<Pager>,
    payments: Payments,
    shortfall: Option<String>,
    /// Only where several pay: of one the totals say all.
    payers: Vec<PayerRow>,
    security: Option<SecurityBlock>,
    timeline: Vec<TimelineStep>,
    acted_by: Vec<ActedBy>,
    sealing: Option<SealBlock>,
    looks: Option<Looks>,
    papers: Vec<PaperRow>,
    /// Preliminary decisions on value that the declaration names.
    decisions: Vec<super::value_decisions::DecisionRow>,
    versions: Vec<VersionRow>,
    proof: Proof,
}

/// One of several payers.
struct PayerRow {
    payer: String,
    amount: String,
    reserved: String,
    shortfall: Option<String>,
}

/// What must be secured, and what covers it.
struct SecurityBlock {
    demanded: Option<String>,
    missing: Option<String>,
    covers: Vec<(String, String)>,
}

fn payers(case: &Case, language: Language) -> Vec<PayerRow> {
    let amount = |amount| figures::amount(amount, language);
    let row = |share: &Share| PayerRow {
        payer: share.payer.to_string(),
        amount: amount(share.amount),
        reserved: amount(share.reserved),
        shortfall: (share.shortfall > Decimal::ZERO).then(|| amount(share.shortfall)),
    };
    if case.shares.len() > 1 { case.shares.iter().map(row).collect() } else { Vec::new() }
}

fn security(case: &Case, language: Language) -> Option<SecurityBlock> {
    let amount = |amount| figures::amount(amount, language);
    let above = |sum: Decimal| (sum > Decimal::ZERO).then(|| amount(sum));
    let security = (!case.security.is_none()).then_some(&case.security)?;
    let covered = |cover: &Covered| (cover.guarantee.clone(), amount(cover.amount));
    // What a decided case lacked at the end, it lacks no more.
    let missing = if case.state.is_final() { None } else { above(security.missing()) };
    let covers = security.covers.iter().map(covered).collect();
    Some(SecurityBlock { demanded: above(security.demanded), missing, covers })
}

/// A document that came to the case.
struct PaperRow {
    title: String,
    format: String,
    moment: String,
    iso: String,
    href: String,
}

/// A version of the declaration after the first.
struct VersionRow {
    number: u32,
    moment: String,
    iso: String,
    changes: Vec<ChangeRow>,
    more: usize,
}

/// A field that changed.
struct ChangeRow {
    box_number: &'static str,
    label: String,
    path: String,
    before: String,
    after: String,
}

/// Changed fields shown of one version; the rest is counted.
const CHANGES_SHOWN: usize = 200;

struct Deadline {
    iso: String,
    moment: String,
    until: String,
    late: bool,
}

struct Fact {
    label: &'static str,
    value: String,
    meaning: String,
    /// Where more of it is.
    href: Option<String>,
}

/// A finding in the summary: the same words as at the field, and a way there.
struct SummaryRow {
    severity: &'static str,
    severity_word: &'static str,
    code: String,
    place: String,
    text: String,
    href: String,
}

/// Measures that an officer ordered without a profile.
struct OrderedRow {
    item: Option<u32>,
    href: String,
    measures: Vec<String>,
    reason: String,
    officer: String,
}

/// What a model said.
struct ScoredRow {
    model: String,
    address: String,
    line: u32,
    href: String,
    lane: &'static str,
    lane_word: &'static str,
    probability: String,
    by: &'static str,
    shadow: bool,
    reasons: Vec<ReasonRow>,
}

struct ReasonRow {
    title: String,
    value: String,
    unknown: bool,
    weight: String,
}

/// A profile that fired, with what it asks of the officer.
struct HitRow {
    profile: String,
    address: String,
    item: Option<u32>,
    href: String,
    lane: &'static str,
    measures: Vec<String>,
    instruction: String,
}

/// A line of goods in the list of all.
struct ItemRow {
    position: usize,
    href: String,
    code: String,
    /// Where the code is looked up, on the day of filing.
    tariff: Option<String>,
    description: String,
    origin: String,
    gross: String,
    net: String,
    value: String,
    payments: String,
    errors: usize,
    warnings: usize,
    shown: bool,
    /// Where its price lies, if far below the usual one: for officials.
    cheap: Option<String>,
}

/// A line of goods in full.
struct ItemBlock {
    position: usize,
    code: String,
    description: String,
    open: bool,
    block: Block,
    payments: Vec<PaymentLine>,
    sum: Option<String>,
    /// Held against what such goods usually cost, for officials.
    price: Option<super::prices::LinePrice>,
}

/// The window over many lines of goods.
struct Pager {
    from: usize,
    to: usize,
    total: usize,
    previous: Option<String>,
    next: Option<String>,
}

struct Proof {
    leaves: String,
    sha256: String,
    format: String,
    world: String,
}

/// What the address of a case can carry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// The first line of goods to show in full, from 1.
    first: Option<usize>,
    /// What was just done, for a word about it.
    done: String,
    /// The line of goods whose value documents are to be requested on.
    value: Option<usize>,
}

/// The page of a case.
pub(crate) async fn case(
    State(app): State<App>,
    Caller(who): Caller,
    language: Language,
    uri: Uri,
    Path(reference): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    app.run(move |app| {
        let case = case_seen(app.centre(), &who, &reference, "page")?;
        page(app, who, language, &uri, &case, &asked, None, None)
    })
    .await
}

/// Where a number or an identifier from the search field leads.
pub(crate) async fn find(
    State(app): State<App>,
    Caller(_): Caller,
    Query(search): Query<Search>,
) -> Result<Redirect, Failure> {
    let wanted = search.q.trim().replace('/', "-");
    let found = app.run(move |app| Ok(app.centre().resolve(&wanted)?)).await?;
    found.map(|id| Redirect::to(&format!("/declarations/{id}"))).ok_or_else(|| {
        Failure::of(Kind::NotFound)
            .because("Декларации с таким номером нет.", "There is no declaration with this number.")
    })
}

/// The search field.
#[derive(Debug, Deserialize)]
pub(crate) struct Search {
    #[serde(default)]
    q: String,
}

/// The form of a decision.
#[derive(Debug, Clone)]
pub(crate) struct WishForm {
    input: WishKind,
    reason: String,
    /// The version the page showed.
    version: Option<u32>,
    /// The office of destination, for a transit that arrived.
    office: String,
    /// Measures ordered without a profile, and the line of goods they are for.
    measures: Vec<Measure>,
    item: Option<u32>,
}

impl WishForm {
    /// What the fields of a form say; a field may come more than once.
    fn of(fields: Vec<(String, String)>) -> Result<Self, Failure> {
        fn named<T: serde::de::DeserializeOwned>(word: &str) -> Result<T, Failure> {
            let word = serde_json::Value::String(word.to_owned());
            serde_json::from_value(word).map_err(|_| Failure::of(Kind::BadRequest))
        }
        let number = |text: &str| match text.trim() {
            "" => Ok(None),
            digits => digits.parse().map(Some).map_err(|_| Failure::of(Kind::BadRequest)),
        };
        let (mut input, mut form) = (
            None,
            Self {
                input: WishKind::Release,
                reason: String::new(),
                version: None,
                office: String::new(),
                measures: Vec::new(),
                item: None,
            },
        );
        for (name, value) in fields {
            match name.as_str() {
                "input" => input = Some(named(&value)?),
                "reason" => form.reason = value,
                "office" => form.office = value,
                "version" => form.version = number(&value)?,
                "item" => form.item = number(&value)?,
                "measure" => form.measures.push(named(&value)?),
                _ => {}
            }
        }
        form.input = input.ok_or_else(|| Failure::of(Kind::BadRequest))?;
        Ok(form)
    }
}

/// Takes a decision, an act or a withdrawal from the page; what is wrong with it is said beside the form.
pub(crate) async fn input(
    State(app): State<App>,
    Caller(who): Caller,
    language: Language,
    uri: Uri,
    Path(reference): Path<String>,
    Small(Form(fields), _held): Small<Form<Vec<(String, String)>>>,
) -> Result<Response, Failure> {
    let form = WishForm::of(fields)?;
    app.run(move |app| {
        let case = case_seen(app.centre(), &who, &reference, "page")?;
        let office = form.office.trim().parse().ok();
        let wanted = Wish {
            input: form.input,
            reason: form.reason.clone(),
            office,
            deadline: None,
            version: form.version,
            results: Vec::new(),
            measures: form.measures.clone(),
            item: form.item,
        };
        match wish(app.centre(), &who, &case, &wanted) {
            Ok(_) => {
                let done = form.input.as_str();
                Ok(Redirect::to(&format!("/declarations/{}?done={done}", case.id)).into_response())
            }
            Err(why) if matches!(why.status.as_u16(), 400 | 409 | 422) => {
                let status = why.status;
                let text = why.detail.as_ref().unwrap_or(&why.title);
                let refused = Some((language.pick(text).to_owned(), form.reason));
                let page = page(app, who, language, &uri, &case, &Asked::default(), refused, None)?;
                Ok((status, page).into_response())
            }
            Err(why) => Err(why),
        }
    })
    .await
}

/// Takes what came of looks from the page; what is wrong with it is said above the form, which keeps what was
/// entered.
pub(crate) async fn results(
    State(app): State<App>,
    Caller(who): Caller,
    language: Language,
    uri: Uri,
    Path(reference): Path<String>,
    Small(Form(entered), _held): Small<Form<Vec<(String, String)>>>,
) -> Result<Response, Failure> {
    app.run(move |app| {
        let case = case_seen(app.centre(), &who, &reference, "page")?;
        let again = |status: StatusCode, why: &Text| {
            let refused = Some((language.pick(why).to_owned(), entered.clone()));
            let page = page(app, who.clone(), language, &uri, &case, &Asked::default(), None, refused)?;
            Ok((status, page).into_response())
        };
        let results = match looks::read(&entered) {
            Ok(results) => results,
            Err(why) => return again(StatusCode::UNPROCESSABLE_ENTITY, &why),
        };
        let recorded = {
            let wanted = Wish {
                input: WishKind::RecordResults,
                reason: String::new(),
                office: None,
                deadline: None,
                version: None,
                results,
                measures: Vec::new(),
                item: None,
            };
            wish(app.centre(), &who, &case, &wanted)
        };
        match recorded {
            Ok(_) => {
                Ok(Redirect::to(&format!("/declarations/{}?done=record_results#looks", case.id))
                    .into_response())
            }
            Err(why) if matches!(why.status.as_u16(), 400 | 409 | 422) => {
                again(why.status, why.detail.as_ref().unwrap_or(&why.title))
            }
            Err(why) => Err(why),
        }
    })
    .await
}

/// Builds the page. `refused` is what was wrong with a form just sent, and the reason given in it; `unclear` what
/// was wrong with results just entered, and they.
#[allow(clippy::too_many_arguments)]
fn page(
    app: &App,
    who: Identity,
    language: Language,
    uri: &Uri,
    case: &Case,
    asked: &Asked,
    refused: Option<(String, String)>,
    unclear: Option<(String, Vec<(String, String)>)>,
) -> Result<Html<String>, Failure> {
    let view = app.centre().view(case.id)?;
    let world = app.centre().world();
    let reference = world.reference();
    let pack = reference.pack(&view.assessed.pack).or_else(|| reference.packs().next());
    let pack = pack.ok_or_else(|| Failure::of(Kind::Internal))?;
    let meanings = Meanings { reference, pack, day: view.assessed.day, language };
    let shell = Shell::new(app, Some(who.clone()), language, uri, "declarations");
    let t = shell.t;
    let declaration = &view.declaration;
    let findings = &view.assessed.findings;
    let walk = Walk { marks: Marks::new(findings, language), meanings, language };

    let total = declaration.items.len().max(last_item(findings));
    let first = asked.first.unwrap_or(1).clamp(1, total.max(1));
    let first = first - (first - 1) % ITEMS_AT_ONCE;
    let last = (first + ITEMS_AT_ONCE - 1).min(total);
    let shown = |position: usize| (first..=last).contains(&position);
    let tariff = |position: usize| {
        let code = position.checked_sub(1).and_then(|at| declaration.items.get(at)?.commodity_code);
        code.map(|code| tariff_address(code.common(), view.assessed.day, &pack.name))
    };
    let (of_item, windowed) = (|item| tariff(item as usize), |item| shown(item as usize));
    let mut payments = Payments::new(&view.assessed.payments, &meanings, &windowed, &of_item);
    let items = (1..=total).map(|position| ItemRow {
        tariff: tariff(position),
        ..item_row(&view, position, &payments, language, shown(position))
    });
    let mut items: Vec<ItemRow> = items.collect();
    let priced = |position: usize| {
        let item = position.checked_sub(1).and_then(|at| declaration.items.get(at))?;
        // What is usual is not told to whoever declares.
        knows_profiles(&who).then(|| {
            super::prices::line_price(declaration, item, reference, pack, view.assessed.day, &shell)
        })?
    };
    for row in &mut items {
        row.cheap = priced(row.position).filter(|price| price.far).map(|price| price.index);
    }
    let open_all = total <= ITEMS_OPEN_MAX;
    let blocks = (first..=last).map(|position| {
        let payments_of_item = payments.take_item(u32::try_from(position).unwrap_or(u32::MAX));
        let price = priced(position);
        let block = item_block(&view, &walk, position, open_all, payments_of_item, language);
        let open = block.open || price.as_ref().is_some_and(|price| price.far);
        ItemBlock { price, open, ..block }
    });
    let blocks: Vec<ItemBlock> = blocks.collect();

    let (form_error, reason) = refused.map_or((None, String::new()), |(text, reason)| (Some(text), reason));
    let officer_has_it = case.officer.as_ref().is_some_and(|officer| officer.0 == who.login);
    let knows = knows_profiles(&who);
    let decisions = app.centre().value_decisions_named(declaration)?;
    let decisions = decisions
        .iter()
        .filter(|stored| knows || Some(stored.decision.participant) == who.participant)
        .map(|stored| super::value_decisions::DecisionRow::new(stored, view.assessed.day, &shell))
        .collect();
    let zone = &app.config().time_zone;
    let seal = app.centre().seal_of(case.id)?;
    let looks = match knows {
        true => Some(Looks::new(app, &who, &view, language, unclear)?),
        false => None,
    };
    let page = CasePage {
        id: case.id.to_string(),
        title: case.number.map_or_else(|| t.not_registered.to_owned(), |number| number.to_string()),
        state: t.state(case.state),
        tone: tone(case),
        lane: case.lane.map(|lane| (lane.as_str(), language.pick(&lane.title()).to_owned())),
        deadline: deadline(case, app, language),
        facts: facts(&view, app.centre(), &meanings, &shell, app),
        notice: t.notice(&asked.done),
        form_error,
        reason,
        version: case.version,
        act_text: asked.value.map(|item| super::prices::request_text(item, language)),
        can_decide: who.may(Action::Decide) && officer_has_it && case.state == clearance::State::UnderControl,
        can_receive: who.may(Action::Decide)
            && case.kind == Some(declaration::Kind::Transit)
            && matches!(case.state.outcome(), "released"),
        can_withdraw: who.role == Role::Declarant && !case.state.is_final(),
        errors: count(findings, Severity::Error),
        warnings: count(findings, Severity::Warning),
        hints: count(findings, Severity::Hint),
        summary: summary(findings, &shell, total),
        scored: if knows { scored(&view, &shell, total) } else { Vec::new() },
        hits: if knows { hits(&view, language, total) } else { Vec::new() },
        measures: measures(language),
        ordered: if knows { ordered(&view, language, total) } else { Vec::new() },
        sees_profiles: who.may(Action::SeeProfiles),
        random: view
            .assessed
            .risk
            .random
            .as_ref()
            .filter(|_| knows)
            .map(|drawn| format!("{} · {} %", language.pick(&drawn.lane.title()), drawn.rate)),
        reasons: reasons(&view, language),
        parties: PARTIES.iter().filter_map(|party| part(&walk, declaration, party)).collect(),
        shipment: walk.block(
            t.shipment.to_owned(),
            "",
            Declaration::FIELDS,
            Some(declaration),
            "",
            &|name| !PARTIES.contains(&name) && name != "items",
        ),
        items,
        shown: blocks,
        pager: pager(case, first, last, total),
        payments,
        shortfall: (case.shortfall > Decimal::ZERO).then(|| figures::amount(case.shortfall, language)),
        payers: payers(case, language),
        security: security(case, language),
        timeline: Telling { language, zone, knows_profiles: knows }.steps(&view.steps),
        acted_by: acted_by(&view, t, language),
        sealing: seal.as_ref().map(|seal| SealBlock::new(seal, &shell, zone)),
        looks,
        papers: papers(&view, language, zone),
        decisions,
        versions: view.versions.iter().skip(1).map(|version| version_row(version, language, zone)).collect(),
        proof: proof(&view),
        shell,
    };
    rendered(&page)
}

fn papers(view: &CaseView, language: Language, zone: &TimeZone) -> Vec<PaperRow> {
    let row = |paper: &store::StoredPaper| PaperRow {
        title: language.pick(&wire::kind_title(&paper.kind)).to_owned(),
        format: paper.format.clone(),
        moment: figures::moment(paper.at, zone, language),
        iso: paper.at.to_string(),
        href: format!("/api/v1/documents/{}/document", paper.id),
    };
    view.papers.iter().map(row).collect()
}

/// A version with what it changed, field by field.
fn version_row(version: &centre::Version, language: Language, zone: &TimeZone) -> VersionRow {
    let row = |change: &declaration::Change| {
        let entry = declaration::catalogue().entry(&change.path);
        let label = entry
            .map(|entry| match language {
                Language::Ru => entry.field.ru,
                Language::En => entry.field.en,
            })
            .unwrap_or_default();
        ChangeRow {
            box_number: entry.map_or("", |entry| entry.box_number),
            label: label.to_owned(),
            path: change.path.as_str().to_owned(),
            before: change.before.clone().unwrap_or_default(),
            after: change.after.clone().unwrap_or_default(),
        }
    };
    VersionRow {
        number: version.number,
        moment: figures::moment(version.at, zone, language),
        iso: version.at.to_string(),
        changes: version.changes.iter().take(CHANGES_SHOWN).map(row).collect(),
        more: version.changes.len().saturating_sub(CHANGES_SHOWN),
    }
}

fn count(findings: &[Finding], severity: Severity) -> usize {
    findings.iter().filter(|finding| finding.severity == severity).count()
}

/// The last line of goods that findings speak of, within reason.
fn last_item(findings: &[Finding]) -> usize {
    let items = findings.iter().filter_map(|finding| finding.path.item());
    items.max().unwrap_or(0).min(wire::limits::ITEMS_MAX)
}

/// The colour that says how a case stands.
fn tone(case: &Case) -> &'static str {
    super::list::tone(case.state)
}

fn deadline(case: &Case, app: &App, language: Language) -> Option<Deadline> {
    let at = case.deadline.filter(|_| !case.state.is_final())?;
    let now = Timestamp::now();
    Some(Deadline {
        iso: at.to_string(),
        moment: figures::moment(at, &app.config().time_zone, language),
        until: figures::until(at, now, language),
        late: at < now,
    })
}

fn facts(view: &CaseView, centre: &Centre, meanings: &Meanings<'_>, shell: &Shell, app: &App) -> Vec<Fact> {
    let (case, t, language) = (&view.case, shell.t, shell.language);
    let moment = |at: Timestamp| figures::moment(at, &app.config().time_zone, language);
    let mut facts = Vec::new();
    let mut fact = |label: &'static str, value: Option<String>, meaning: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            facts.push(Fact { label, value, meaning: meaning.unwrap_or_default(), href: None });
        }
    };
    let named = case.declarant_number.map(|number| number.to_string());
    fact(t.declarant, Some(case.declarant.clone()).filter(|name| !name.is_empty()).or(named.clone()), named);
    fact(
        t.procedure,
        case.procedure.map(|code| code.to_string()),
        case.procedure.and_then(|code| meanings.procedure(code.as_str())),
    );
    fact(t.kind, case.kind.map(|kind| t.kind_word(kind).to_owned()), None);
    fact(
        t.office,
        case.office.map(|code| code.to_string()),
        case.office.and_then(|code| meanings.office(code.as_str())),
    );
    fact(t.filed, Some(moment(case.filed_at)), None);
    // What is decided at once has no time of its own.
    let span = case.decided_at.map(|at| at.duration_since(case.filed_at)).filter(|span| span.is_positive());
    let took = span.map(|span| figures::took(span, language));
    let by = case.decided_by.as_ref().map(|by| match by {
        clearance::DecidedBy::Automatic => t.automatic.to_owned(),
        clearance::DecidedBy::Officer(officer) => name_of(centre, &officer.0),
    });
    let how = [by, took].into_iter().flatten().collect::<Vec<_>>().join(", ");
    fact(t.decided, case.decided_at.map(moment), Some(how));
    if !case.state.is_final() {
        let officer = case.officer.as_ref();
        let name = officer.map(|officer| name_of(centre, &officer.0));
        let login = officer.map(|officer| officer.0.clone()).filter(|login| name.as_ref() != Some(login));
        fact(t.officer, name.or_else(|| waiting_for(case, t)), login);
    }
    let payable = format!("{} {}", figures::amount(case.payable, language), case.currency);
    fact(t.payable, Some(payable), None);
    let value = format!("{} {}", figures::amount(case.customs_value, language), case.currency);
    fact(t.customs_value, (case.customs_value > Decimal::ZERO).then_some(value), None);
    let own = shell.who.as_ref().is_some_and(|who| who.role == Role::Declarant);
    if let (Some(number), false, Some(declarant)) = (case.declarant_number, own, facts.first_mut()) {
        declarant.href = (declarant.label == t.declarant).then(|| format!("/participants/{number}"));
    }
    facts
}

fn waiting_for(case: &Case, t: &crate::texts::Texts) -> Option<String> {
    (case.state == clearance::State::UnderControl).then(|| t.nobody_yet.to_owned())
}

/// The name of an account, or its login where the store does not answer.
fn name_of(centre: &Centre, login: &str) -> String {
    centre.store().user(login).ok().flatten().map_or_else(|| login.to_owned(), |user| user.name)
}

/// The address of a field: its anchor, in the window that shows its line of goods.
fn address_of(path: &str, total: usize) -> String {
    let item = declaration::Path::new(path).item();
    let anchor = if path.is_empty() { "declaration" } else { path };
    match item {
        Some(item) if total > ITEMS_AT_ONCE => {
            let first = item.saturating_sub(1) / ITEMS_AT_ONCE * ITEMS_AT_ONCE + 1;
            format!("?first={first}#{anchor}")
        }
        _ => format!("#{anchor}"),
    }
}

/// Findings, the gravest first, in the order of the form.
fn summary(findings: &[Finding], shell: &Shell, total: usize) -> Vec<SummaryRow> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let row = |finding: &Finding| {
        let entry = catalogue().entry(&finding.path);
        let label = entry.map(|entry| match shell.language {
            Language::Ru => entry.field.ru,
            Language::En => entry.field.en,
        });
        let item = finding.path.item().map(|item| format!("{} {item}", shell.t.item));
        let graph =
            (!finding.box_number.is_empty()).then(|| format!("{} {}", shell.t.box_word, finding.box_number));
        let place: Vec<String> = [item, graph, label.map(str::to_owned)].into_iter().flatten().collect();
        SummaryRow {
            severity: finding.severity.as_str(),
            severity_word: shell.t.severity(finding.severity),
            code: finding.code.clone().into_owned(),
            place: if place.is_empty() { shell.t.declaration_whole.to_owned() } else { place.join(" · ") },
            text: shell.language.pick(&finding.text).to_owned(),
            href: address_of(finding.path.as_str(), total),
        }
    };
    sorted.into_iter().map(row).collect()
}

fn hits(view: &CaseView, language: Language, total: usize) -> Vec<HitRow> {
    let row = |hit: &risk::Hit| HitRow {
        address: super::profiles::address_of(&hit.profile),
        profile: hit.profile.clone(),
        item: hit.item,
        href: hit.item.map_or_else(String::new, |item| address_of(&format!("items/{item}"), total)),
        lane: hit.lane.as_str(),
        measures: hit.measures.iter().map(|measure| language.pick(&measure.title()).to_owned()).collect(),
        instruction: language.pick(&hit.instruction).to_owned(),
    };
    view.assessed.risk.hits.iter().map(row).collect()
}

/// What a line says, a number with the decimal mark of the language.
fn shown(value: &str, language: Language) -> String {
    if value.parse::<f64>().is_ok() { figures::decimal_mark(value, language) } else { value.to_owned() }
}

/// What models in force say of it.
fn scored(view: &CaseView, shell: &Shell, total: usize) -> Vec<ScoredRow> {
    let (t, language) = (shell.t, shell.language);
    let row = |scored: &Scored| ScoredRow {
        model: scored.model.clone(),
        address: super::models::address_of(&scored.model),
        line: scored.line,
        href: address_of(&format!("items/{}", scored.line), total),
        lane: scored.lane.as_str(),
        lane_word: t.lane(scored.lane),
        probability: figures::decimal_mark(&format!("{:.1} %", scored.percent()), language),
        by: match scored.selection {
            Selection::Score => t.scored_by_score,
            Selection::Chance { .. } => t.scored_by_chance,
            Selection::Nothing => t.scored_by_nothing,
        },
        shadow: scored.mode == Mode::Shadow,
        reasons: scored
            .reasons
            .iter()
            .map(|reason| ReasonRow {
                title: feature_title(&reason.feature, language),
                value: shown(&reason.value, language),
                unknown: reason.unknown,
                weight: figures::decimal_mark(&format!("{:+.2}", reason.weight()), language)
                    .replace('-', "−"),
            })
            .collect(),
    };
    view.assessed.scored.iter().map(row).collect()
}

/// Measures ordered without a profile, the latest first.
fn ordered(view: &CaseView, language: Language, total: usize) -> Vec<OrderedRow> {
    let row = |(_, record): &(u64, clearance::StepRecord)| {
        let Input::Act { officer, act: Act::MeasureOrdered { measures, reason, item } } = &record.input
        else {
            return None;
        };
        Some(OrderedRow {
            item: *item,
            href: item.map_or_else(String::new, |item| address_of(&format!("items/{item}"), total)),
            measures: measures.iter().map(|measure| language.pick(&measure.title()).to_owned()).collect(),
            reason: reason.clone(),
            officer: officer.0.clone(),
        })
    };
    view.steps.iter().rev().filter_map(row).collect()
}

/// Every measure: its stable name, the mildest lane it is taken in, and what it is.
fn measures(language: Language) -> Vec<(String, &'static str, String)> {
    let row = |measure: &Measure| {
        let title = language.pick(&measure.title()).to_owned();
        (measure.as_str().to_owned(), measure.lane().as_str(), title)
    };
    Measure::ALL.iter().map(row).collect()
}

/// Why an official has it, as the routing said.
fn reasons(view: &CaseView, language: Language) -> Vec<String> {
    let events = view.steps.iter().flat_map(|(_, record)| &record.events);
    let routed = events.filter_map(|event| match event {
        Event::Routed { reasons, .. } => Some(reasons),
        _ => None,
    });
    routed.flatten().map(|reason| language.pick(&reason.text()).to_owned()).collect()
}

/// One party, where the declaration or a finding names it.
fn part(walk: &Walk<'_>, declaration: &Declaration, name: &str) -> Option<Block> {
    let whole =
        walk.block(String::new(), "", Declaration::FIELDS, Some(declaration), "", &|field| field == name);
    whole.blocks.into_iter().next()
}

fn item_row(
    view: &CaseView,
    position: usize,
    payments: &Payments,
    language: Language,
    shown: bool,
) -> ItemRow {
    let item = position.checked_sub(1).and_then(|at| view.declaration.items.get(at));
    let number =
        |value: Option<Decimal>| value.map(|value| figures::number(value, language)).unwrap_or_default();
    let findings = view.assessed.findings.iter().filter(|finding| finding.path.item() == Some(position));
    let findings: Vec<&Finding> = findings.collect();
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let sum = u32::try_from(position).ok().and_then(|item| payments.sum_of(item));
    ItemRow {
        position,
        href: address_of(&format!("items/{position}"), view.declaration.items.len()),
        code: item.and_then(|item| item.commodity_code).map(|code| code.to_string()).unwrap_or_default(),
        tariff: None,
        description: figures::shortened(
            &item.map(declaration::Item::description_text).unwrap_or_default(),
            DESCRIPTION_CHARS_MAX,
        ),
        origin: item.and_then(|item| item.origin_country).map(|code| code.to_string()).unwrap_or_default(),
        gross: number(item.and_then(|item| item.mass_gross).map(declaration::Mass::get)),
        net: number(item.and_then(|item| item.mass_net).map(declaration::Mass::get)),
        value: number(item.and_then(|item| item.customs_value).map(declaration::Amount::get)),
        payments: sum.map(|sum| figures::amount(sum, language)).unwrap_or_default(),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        shown,
        cheap: None,
    }
}

fn item_block(
    view: &CaseView,
    walk: &Walk<'_>,
    position: usize,
    open_all: bool,
    payments: Vec<PaymentLine>,
    language: Language,
) -> ItemBlock {
    let item = position.checked_sub(1).and_then(|at| view.declaration.items.get(at));
    let faulty = view
        .assessed
        .findings
        .iter()
        .any(|finding| finding.path.item() == Some(position) && finding.severity >= Severity::Warning);
    let record = item.map(|item| item as &dyn declaration::Record);
    let path = format!("items/{position}");
    let sum = view
        .assessed
        .payments
        .lines
        .iter()
        .filter(|line| line.item.and_then(|item| usize::try_from(item).ok()) == Some(position))
        .fold(Decimal::ZERO, |sum, line| sum.saturating_add(line.amount));
    ItemBlock {
        position,
        code: item.and_then(|item| item.commodity_code).map(|code| code.to_string()).unwrap_or_default(),
        description: figures::shortened(
            &item.map(declaration::Item::description_text).unwrap_or_default(),
            DESCRIPTION_CHARS_MAX,
        ),
        open: open_all || faulty,
        block: walk.block(String::new(), "", declaration::Item::FIELDS, record, &path, &|_| true),
        sum: (!payments.is_empty()).then(|| figures::amount(sum, language)),
        payments,
        price: None,
    }
}

fn pager(case: &Case, first: usize, last: usize, total: usize) -> Option<Pager> {
    if total <= ITEMS_AT_ONCE {
        return None;
    }
    let window = |first: usize| format!("/declarations/{}?first={first}#items", case.id);
    Some(Pager {
        from: first,
        to: last,
        total,
        previous: (first > 1).then(|| window(first.saturating_sub(ITEMS_AT_ONCE).max(1))),
        next: (last < total).then(|| window(last + 1)),
    })
}

fn proof(view: &CaseView) -> Proof {
    let leaves: Vec<String> = view.steps.iter().map(|(leaf, _)| leaf.to_string()).collect();
    let world = view.steps.first().map(|(_, record)| record.world.to_string());
    Proof {
        leaves: leaves.join(", "),
        sha256: view.document.sha256.to_string(),
        format: view.document.format.clone(),
        world: world.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_reached_in_the_window_that_shows_it() {
        for (path, total, expected) in [
            ("", 3, "#declaration"),
            ("consignee/name", 500, "#consignee/name"),
            ("items/3/mass_gross", 3, "#items/3/mass_gross"),
            ("items/20/mass_gross", 500, "?first=1#items/20/mass_gross"),
            ("items/21/mass_gross", 500, "?first=21#items/21/mass_gross"),
            ("items/137", 500, "?first=121#items/137"),
        ] {
            assert_eq!(address_of(path, total), expected);
        }
    }
}
