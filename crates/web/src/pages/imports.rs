//! What was imported and taken back, what is in force, what differs between two worlds: for the service's own people.

use std::collections::{HashMap, HashSet};

use askama::Template;
use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::Html;
use centre::{Action, Identity, WorldChanges};
use reference::changes::{Change, Fact, TableChanges};
use reference::nomenclature::spoken;
use reference::{ContentHash, DatasetEntry, Published, Scope};
use serde::Deserialize;
use store::Import;

use super::nomenclature::{Ask, Asked};
use super::{Shell, rendered};
use crate::access::{Caller, sees};
use crate::failure::{Failure, Kind};
use crate::language::Language;
use crate::texts::Texts;
use crate::{App, figures};

/// Imports on one page.
const IMPORTS_AT_ONCE: usize = 100;
/// Rows of a table shown of what differs; the rest is counted.
const ROWS_SHOWN: usize = 200;
/// Digits of a hash that tell it from all others here.
const HASH_DIGITS: usize = 12;
/// The longest name of a world: its whole hash.
const WORLD_CHARS_MAX: usize = 64;
/// Characters of what was or is said.
const FACT_CHARS_MAX: usize = 300;

#[derive(Template)]
#[template(path = "imports.html")]
struct ImportsPage {
    shell: Shell,
    ask: Ask,
    rows: Vec<ImportRow>,
    next: Option<String>,
    first_page: bool,
    sets: Vec<SetRow>,
    world: String,
}

struct ImportRow {
    ordinal: u64,
    iso: String,
    moment: String,
    actor: String,
    set: SetRow,
    state: String,
    tone: &'static str,
    changes: Option<String>,
}

/// A dataset.
struct SetRow {
    kind: &'static str,
    jurisdiction: String,
    from: String,
    source: String,
    hash: String,
    short: String,
}

#[derive(Template)]
#[template(path = "diff.html")]
struct DiffPage {
    shell: Shell,
    ask: Ask,
    wanted: Wanted,
    worlds: Option<(String, String)>,
    tables: Vec<TableRow>,
    cases: Vec<CaseRow>,
    cases_total: String,
    cases_hidden: bool,
    cases_cut: bool,
    /// Numbers of profiles under what is said of them; only for those who keep profiles.
    profiles: Vec<(&'static str, Vec<String>)>,
}

struct TableRow {
    id: String,
    name: &'static str,
    jurisdiction: String,
    added: String,
    ended: String,
    changed: String,
    rows: Vec<ChangeRow>,
    more: String,
}

struct ChangeRow {
    key: String,
    href: Option<String>,
    before: Vec<FactRow>,
    after: Vec<FactRow>,
}

struct FactRow {
    text: String,
    days: String,
}

struct CaseRow {
    id: String,
    number: String,
}

/// What the address of a comparison can carry.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    a: String,
    b: String,
}

/// What the address of the journal can carry.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct From {
    /// The last import of the page before.
    before: Option<u64>,
}

fn short(hash: &ContentHash) -> String {
    hash.to_string().chars().take(HASH_DIGITS).collect()
}

impl SetRow {
    fn new(set: &DatasetEntry, t: &Texts, language: Language) -> Self {
        Self {
            kind: t.dataset_kind(set.kind),
            // What a pack, a list of revoked certificates or a part calls itself is no jurisdiction but tells them
            // apart; the name of an authority is long.
            jurisdiction: figures::shortened(
                &set.jurisdiction,
                if set.kind.scope() == Scope::Own { 24 } else { 40 },
            ),
            from: set
                .valid_from
                .map_or_else(|| t.import_all_days.to_owned(), |day| figures::day(day, language)),
            source: set.source.clone(),
            hash: set.hash.to_string(),
            short: short(&set.hash),
        }
    }
}

/// The journal and the sets in force.
pub(crate) async fn journal(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    Query(from): Query<From>,
) -> Result<Html<String>, Failure> {
    let who = caller.who_may(Action::Board)?;
    app.run(move |app| {
        let imports = app.centre().imports()?;
        let world = app.centre().world();
        let in_force: HashSet<ContentHash> =
            world.reference().datasets().iter().map(|set| set.hash).collect();
        let undone: HashMap<u64, u64> =
            imports.iter().filter_map(|import| Some((import.undoes?, import.ordinal))).collect();
        let t = Texts::of(language);
        let mut led_from: HashMap<u64, ContentHash> = HashMap::new();
        for pair in imports.windows(2) {
            if let [before, after] = pair
                && before.world != after.world
            {
                led_from.insert(after.ordinal, before.world);
            }
        }
        let row = |import: &Import| {
            let (state, tone) = match (import.undoes, undone.get(&import.ordinal)) {
                (Some(taken_back), _) => (format!("{} {taken_back}", t.import_takes_back), "plain"),
                (None, Some(by)) => (format!("{} {by}", t.import_taken_back), "bad"),
                (None, None) if in_force.contains(&import.dataset.hash) => {
                    (t.import_in_force.to_owned(), "good")
                }
                (None, None) => (t.import_hidden.to_owned(), "wait"),
            };
            let changes = led_from.get(&import.ordinal);
            ImportRow {
                ordinal: import.ordinal,
                iso: import.at.to_string(),
                moment: figures::moment(import.at, &app.config().time_zone, language),
                actor: import.actor.clone(),
                set: SetRow::new(&import.dataset, t, language),
                state,
                tone,
                changes: changes.map(|a| format!("/reference/diff?a={a}&b={}", import.world)),
            }
        };
        let mut newest = imports.iter().rev().filter(|import| from.before.is_none_or(|n| import.ordinal < n));
        let rows: Vec<ImportRow> = newest.by_ref().take(IMPORTS_AT_ONCE).map(row).collect();
        let more = newest.next().is_some();
        let next =
            rows.last().filter(|_| more).map(|last| format!("/reference/imports?before={}", last.ordinal));
        let on = crate::api::powers::day(app);
        rendered(&ImportsPage {
            rows,
            next,
            first_page: from.before.is_some(),
            sets: world.reference().datasets().iter().map(|set| SetRow::new(set, t, language)).collect(),
            world: world.hash().to_string(),
            ask: Ask::new(&Asked::default(), on, world.reference(), Some(&who), language),
            shell: Shell::new(app, Some(who), language, &uri, "reference"),
        })
    })
    .await
}

/// What a change is about, in words, and where that is looked up.
fn key_of(table: &str, key: &str, t: &Texts) -> (String, Option<String>) {
    let address = |code: &str| Some(format!("/reference/{code}"));
    let mut words = key.splitn(3, ' ');
    match (table, words.next(), words.next(), words.next()) {
        ("names" | "names_en" | "duties", ..) => (figures::code(key), address(key)),
        ("rates", Some(kind), Some(code), terms) => {
            let words = [t.rate_kind(kind), &figures::code(code), terms.unwrap_or_default()].join(" ");
            (words.trim_end().to_owned(), address(code))
        }
        ("sets", Some(kind), name, _) => {
            let kind = kind.parse().map_or_else(|_| kind.to_owned(), |kind| t.dataset_kind(kind).to_owned());
            (format!("{kind} {}", name.unwrap_or_default()).trim_end().to_owned(), None)
        }
        _ => (key.to_owned(), None),
    }
}

fn fact_row(table: &str, fact: &Fact, t: &Texts, language: Language) -> FactRow {
    let days = match (fact.valid_from, fact.valid_to) {
        (None, None) => String::new(),
        (from, to) => super::nomenclature::days(from, to, t, language),
    };
    // Rates are told in Russian and read back as what they are.
    let is_rate = matches!(table, "duties" | "rates") && language == Language::En;
    let english = is_rate.then(|| fact.text.parse::<Published>().ok()).flatten();
    let text = english.map_or_else(|| spoken(&fact.text), |rate| rate.english());
    FactRow { text: figures::shortened(&text, FACT_CHARS_MAX), days }
}

fn table_row(nth: usize, table: &TableChanges, t: &Texts, language: Language) -> TableRow {
    let facts = |facts: &[Fact]| facts.iter().map(|fact| fact_row(table.table, fact, t, language)).collect();
    let row = |change: &Change| {
        let (key, href) = key_of(table.table, &change.key, t);
        ChangeRow { key, href, before: facts(&change.before), after: facts(&change.after) }
    };
    let count = |count: usize| figures::count(count as u64, language);
    let more = table.rows.len().saturating_sub(ROWS_SHOWN);
    TableRow {
        id: format!("table-{nth}"),
        name: t.table(table.table),
        jurisdiction: table.jurisdiction.clone(),
        added: count(table.added()),
        ended: count(table.ended()),
        changed: count(table.changed()),
        rows: table.rows.iter().take(ROWS_SHOWN).map(row).collect(),
        more: if more == 0 { String::new() } else { count(more) },
    }
}

/// The touched cases that somebody may see.
fn cases(app: &App, who: &Identity, changes: &WorldChanges, t: &Texts) -> Result<Vec<CaseRow>, Failure> {
    let mut rows = Vec::new();
    for id in &changes.touched.cases {
        let Some(case) = app.centre().store().case(*id)? else { continue };
        if sees(app.centre(), who, &case)? {
            let number = case.number.map_or_else(|| t.not_registered.to_owned(), |number| number.to_string());
            rows.push(CaseRow { id: id.to_string(), number });
        }
    }
    Ok(rows)
}

/// What differs between two worlds.
pub(crate) async fn diff(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, Failure> {
    let who = caller.who_may(Action::Board)?;
    app.run(move |app| {
        let t = Texts::of(language);
        let world = |name: &str| {
            let name = name.trim();
            let long = name.chars().count() > WORLD_CHARS_MAX;
            let found = if long { Err(Failure::of(Kind::NotFound)) } else { app.centre().world_named(name).map_err(Failure::from) };
            found.map_err(|why| {
                if !why.is(Kind::NotFound) {
                    return why;
                }
                let name = figures::shortened(name, WORLD_CHARS_MAX);
                why.because(
                    format!("Мира «{name}» нет, или так начинаются несколько. Назовите его первыми знаками хеша, моментом вида 2026-03-29T12:00:00Z или словом now."),
                    format!("There is no world \"{name}\", or more than one begins so. Name it by the first digits of its hash, by a moment such as 2026-03-29T12:00:00Z, or by now."),
                )
            })
        };
        let mut page = DiffPage {
            ask: Ask::new(&Asked::default(), crate::api::powers::day(app), app.centre().world().reference(), Some(&who), language),
            shell: Shell::new(app, Some(who.clone()), language, &uri, "reference"),
            wanted: wanted.clone(),
            worlds: None,
            tables: Vec::new(),
            cases: Vec::new(),
            cases_total: String::new(),
            cases_hidden: false,
            cases_cut: false,
            profiles: Vec::new(),
        };
        if wanted.a.trim().is_empty() {
            "now".clone_into(&mut page.wanted.b);
            return rendered(&page);
        }
        if page.wanted.b.trim().is_empty() {
            "now".clone_into(&mut page.wanted.b);
        }
        let _one_at_a_time = app.comparison()?;
        let (before, after) = (world(&wanted.a)?, world(&page.wanted.b)?);
        let changes = app.centre().compare(&before, &after)?;
        let touched = &changes.touched;
        page.worlds = Some((short(&before.hash()), short(&after.hash())));
        page.tables = changes
            .reference
            .tables
            .iter()
            .enumerate()
            .map(|(nth, table)| table_row(nth, table, t, language))
            .collect();
        page.cases = cases(app, &who, &changes, t)?;
        page.cases_total = figures::count(touched.cases_total as u64, language);
        page.cases_hidden = page.cases.len() < touched.cases_total;
        page.cases_cut = touched.cases_cut;
        // Which profiles look for what is known to those who keep them; nobody is told conditions here.
        if who.may(Action::ChangeRules) {
            page.profiles = [
                (t.diff_profiles_touched, &touched.profiles),
                (t.diff_profiles_before, &changes.profiles_before),
                (t.diff_profiles_after, &changes.profiles_after),
            ]
            .into_iter()
            .filter(|(_, numbers)| !numbers.is_empty())
            .map(|(title, numbers)| (title, numbers.clone()))
            .collect();
        }
        rendered(&page)
    })
    .await
}
