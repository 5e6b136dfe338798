//! The tariff for people: search, the tree, one place with its rates on a day and its history.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use centre::{Action, Identity};
use jiff::civil::Date;
use reference::search::{HITS_MAX, QUERY_CHARS_MAX};
use reference::{DatasetKind, Position, Reference};
use serde::Deserialize;

use super::{Shell, rendered};
use crate::access::Visitor;
use crate::api::filter::escaped;
use crate::api::nomenclature::{
    CommodityObject, NamesObject, PastObject, PlaceObject, RateObject, TextObject, commodity_object, day_of,
    found, pack_of, place_object,
};
use crate::failure::Failure;
use crate::language::Language;
use crate::texts::Texts;
use crate::{App, figures};

/// Hits on one page.
const HITS_AT_ONCE: usize = 25;
/// Characters of a name in the path to a place.
const CRUMB_CHARS_MAX: usize = 48;

/// What the address of a page of the tariff can carry.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    pub(super) on: String,
    pub(super) jurisdiction: String,
    /// Hits that earlier pages showed.
    after: usize,
}

/// A choice of a list.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// What all pages of the tariff ask for.
pub(super) struct Ask {
    pub(super) q: String,
    /// The day, as forms have it.
    pub(super) on: String,
    /// The day in words, with the day as programs have it.
    pub(super) day: String,
    pub(super) jurisdictions: Vec<Choice>,
    /// The day and the jurisdiction, where the address names them: for links that keep them.
    pub(super) kept: String,
    /// Whether the journal of imports is for these eyes.
    pub(super) sees_imports: bool,
}

/// A name as a page shows it: steps, and the thing itself.
#[derive(Default)]
struct Named {
    before: Vec<String>,
    before_lang: &'static str,
    last: String,
    last_lang: &'static str,
    /// The name in the other language.
    also: String,
    also_lang: &'static str,
}

/// A place in a list.
struct PlaceRow {
    code: String,
    href: String,
    name: Named,
    duty: String,
    /// Why it is not in force, if it is not.
    ended: String,
    successors: Vec<Link>,
}

struct Link {
    text: String,
    href: String,
}

/// A step of the path to a place.
struct Crumb {
    code: String,
    href: String,
    name: String,
    lang: &'static str,
}

/// A section with its chapters.
struct SectionRow {
    own: Option<PlaceRow>,
    chapters: Vec<PlaceRow>,
}

/// What is loaded.
struct Loaded {
    kind: &'static str,
    source: String,
    since: String,
}

#[derive(Template)]
#[template(path = "tariff.html")]
struct SearchPage {
    shell: Shell,
    ask: Ask,
    /// A place asked for that never was.
    missing: Option<String>,
    searched: bool,
    rows: Vec<PlaceRow>,
    next: Option<String>,
    sections: Vec<SectionRow>,
    loaded: Vec<Loaded>,
    whole: bool,
}

/// One rate.
struct RateRow {
    kind: &'static str,
    rate: String,
    terms: Vec<String>,
    by_code: Option<Link>,
    days: String,
    source: String,
    of_nomenclature: bool,
}

/// A row of the history.
struct PastRow {
    what: &'static str,
    text: String,
    lang: &'static str,
    days: String,
    source: String,
    holds: bool,
}

#[derive(Template)]
#[template(path = "tariff-place.html")]
struct PlacePage {
    shell: Shell,
    ask: Ask,
    address: String,
    title: String,
    kind: &'static str,
    is_code: bool,
    row: PlaceRow,
    crumbs: Vec<Crumb>,
    /// Notes of the place, under their title.
    notes: Option<(&'static str, String)>,
    duty: String,
    other_duties: bool,
    vat: Option<String>,
    excise: Option<&'static str>,
    below: Vec<PlaceRow>,
    below_has_duties: bool,
    rates: Vec<RateRow>,
    history: Vec<PastRow>,
    excerpt: bool,
}

impl Ask {
    pub(super) fn new(
        asked: &Asked,
        on: Date,
        reference: &Reference,
        who: Option<&Identity>,
        language: Language,
    ) -> Self {
        let mut kept = String::new();
        for (name, value) in [("on", &asked.on), ("jurisdiction", &asked.jurisdiction)] {
            if !value.trim().is_empty() {
                kept.push(if kept.is_empty() { '?' } else { '&' });
                kept += &format!("{name}={}", escaped(value.trim()));
            }
        }
        let usual = &reference.default_pack().name;
        let chosen = if asked.jurisdiction.is_empty() { usual } else { &asked.jurisdiction };
        let choice = |pack: &reference::Pack| Choice {
            value: pack.name.clone(),
            label: language.pick(&pack.title).to_owned(),
            chosen: pack.name == *chosen,
        };
        Self {
            q: asked.q.chars().take(QUERY_CHARS_MAX).collect(),
            on: on.to_string(),
            day: figures::day(on, language),
            jurisdictions: reference.packs().map(choice).collect(),
            kept,
            sees_imports: who.is_some_and(|who| who.may(Action::Board)),
        }
    }

    fn to(&self, place: &str) -> String {
        format!("/reference/{place}{}", self.kept)
    }
}

fn pick(text: &TextObject, language: Language) -> &str {
    let (ru, en) = text.pair();
    if language == Language::Ru { ru } else { en }
}

/// The language of a text, where it is not the page's.
fn foreign(of_text: Language, of_page: Language) -> &'static str {
    if of_text == of_page { "" } else { of_text.as_str() }
}

impl Named {
    fn new(names: &NamesObject, language: Language) -> Self {
        let ru_lang = foreign(Language::Ru, language);
        let en_lang = foreign(Language::En, language);
        let mut steps = names.ru.clone();
        let last = steps.pop();
        match (language, last, &names.en) {
            (Language::Ru, Some(last), en) => Self {
                before: steps,
                last,
                also: en.clone().or_else(|| names.above_en.clone()).unwrap_or_default(),
                also_lang: en_lang,
                ..Self::default()
            },
            (Language::En, ru, Some(en)) => Self {
                last: en.clone(),
                also: ru.map(|_| names.ru.join(" › ")).unwrap_or_default(),
                also_lang: ru_lang,
                ..Self::default()
            },
            (Language::En, Some(last), None) => {
                // English ends at six digits: the closest English name says what the thing is one of.
                let (before, before_lang) = match &names.above_en {
                    Some(above) => (vec![above.clone()], ""),
                    None => (steps, ru_lang),
                };
                Self { before, before_lang, last, last_lang: ru_lang, ..Self::default() }
            }
            (Language::Ru, None, Some(en)) => {
                Self { last: en.clone(), last_lang: en_lang, ..Self::default() }
            }
            (_, None, None) => Self::default(),
        }
    }

    fn short(&self) -> String {
        figures::shortened(&self.last, CRUMB_CHARS_MAX)
    }
}

impl PlaceRow {
    fn new(place: &PlaceObject, ask: &Ask, on: Date, shell: &Shell) -> Self {
        let (t, language) = (shell.t, shell.language);
        let link = |code: &String| Link { text: figures::code(code), href: ask.to(code) };
        let day = |day: Date| figures::day(day, language);
        let ended = match (place.in_force, place.valid_from, place.valid_to) {
            (true, ..) => String::new(),
            (false, Some(first), _) if on < first => format!("{} {}", t.tariff_from, day(first)),
            (false, _, Some(last)) if last < on => format!("{} {}", t.tariff_until, day(last)),
            (false, ..) => t.tariff_not_then.to_owned(),
        };
        Self {
            code: figures::code(&place.code),
            href: ask.to(&place.code),
            name: Named::new(&place.names, language),
            duty: place.duty.as_ref().map(|duty| pick(duty, language).to_owned()).unwrap_or_default(),
            ended,
            successors: place.successors.iter().map(link).collect(),
        }
    }
}

/// Days of force in words: from when to when.
pub(super) fn days(from: Option<Date>, to: Option<Date>, t: &Texts, language: Language) -> String {
    let day = |day: Date| figures::day(day, language);
    match (from, to) {
        (None, None) => t.tariff_always.to_owned(),
        (Some(from), None) => format!("{} {}", t.tariff_since, day(from)),
        (None, Some(to)) => format!("{} {}", t.until, day(to)),
        (Some(from), Some(to)) => format!("{} – {}", day(from), day(to)),
    }
}

fn rate_row(rate: &RateObject, ask: &Ask, own_code: &str, shell: &Shell) -> RateRow {
    let (t, language) = (shell.t, shell.language);
    let mut terms = Vec::new();
    if let Some(origin) = &rate.origin {
        terms.push(match &rate.origin_title {
            Some(title) => format!("{} ({origin})", pick(title, language)),
            None => origin.clone(),
        });
    }
    if let Some(manufacturer) = &rate.manufacturer {
        terms.push(format!("{} {manufacturer}", t.tariff_manufacturer));
    }
    if let Some(side) = rate.quota {
        terms.push(if side == "in" { t.tariff_quota_in } else { t.tariff_quota_over }.to_owned());
    }
    if let Some(season) =
        rate.season.as_ref().and_then(|season| season.parse::<reference::rate::Season>().ok())
    {
        let day = |(month, day)| figures::day_of_year(month, day, language);
        terms.push(format!("{} – {}, {}", day(season.first()), day(season.last()), t.tariff_each_year));
    }
    RateRow {
        kind: t.rate_kind(rate.kind),
        rate: pick(&rate.rate, language).to_owned(),
        terms,
        by_code: (rate.code != own_code)
            .then(|| Link { text: figures::code(&rate.code), href: ask.to(&rate.code) }),
        days: days(rate.valid_from, rate.valid_to, t, language),
        source: rate.source.source.clone(),
        of_nomenclature: rate.of_nomenclature,
    }
}

fn past_row(past: &PastObject, on: Date, shell: &Shell) -> PastRow {
    let (t, language) = (shell.t, shell.language);
    let (what, lang) = match past.what {
        "duty" => (t.tariff_duty, ""),
        "name_en" => (t.tariff_name_en, foreign(Language::En, language)),
        _ => (t.tariff_name, foreign(Language::Ru, language)),
    };
    PastRow {
        what,
        text: pick(&past.text, language).to_owned(),
        lang,
        days: days(past.valid_from, past.valid_to, t, language),
        source: past.source.source.clone(),
        holds: past.valid_from.is_none_or(|first| first <= on) && past.valid_to.is_none_or(|last| on <= last),
    }
}

/// What the nomenclature is made of.
fn loaded(reference: &Reference, t: &Texts, language: Language) -> Vec<Loaded> {
    let kinds = [DatasetKind::Commodities, DatasetKind::Tnved, DatasetKind::Hs];
    let sets = reference.datasets().iter().filter(|set| kinds.contains(&set.kind));
    let loaded = sets.map(|set| Loaded {
        kind: t.dataset_kind(set.kind),
        source: set.source.clone(),
        since: set.valid_from.map(|first| figures::day(first, language)).unwrap_or_default(),
    });
    loaded.collect()
}

/// The top of the tree: sections with their chapters, or chapters alone.
fn top(reference: &Reference, ask: &Ask, on: Date, shell: &Shell) -> Vec<SectionRow> {
    let nomenclature = reference.nomenclature();
    let row = |place| PlaceRow::new(&place_object(nomenclature, place, on), ask, on, shell);
    let (sections, chapters): (Vec<Position>, Vec<Position>) =
        nomenclature.below(None, on).into_iter().partition(|place| place.section_number().is_some());
    let mut rows: Vec<SectionRow> = sections
        .into_iter()
        .map(|section| SectionRow {
            own: Some(row(section)),
            chapters: nomenclature.below(Some(section), on).into_iter().map(row).collect(),
        })
        .collect();
    if !chapters.is_empty() {
        rows.push(SectionRow { own: None, chapters: chapters.into_iter().map(row).collect() });
    }
    rows
}

/// Search and the top of the tree; `missing` is a place asked for that never was.
fn search_page(
    app: &App,
    who: Option<Identity>,
    language: Language,
    uri: &Uri,
    asked: &Asked,
    missing: Option<String>,
) -> Result<Html<String>, Failure> {
    let world = app.centre().world();
    let reference = world.reference();
    let on = day_of(app, &asked.on)?;
    pack_of(reference, &asked.jurisdiction)?;
    let ask = Ask::new(asked, on, reference, who.as_ref(), language);
    let shell = Shell::new(app, who, language, uri, "reference");
    let searched = !ask.q.trim().is_empty();
    let after = asked.after.min(HITS_MAX);
    let hits = if searched { found(reference, &ask.q, on, HITS_MAX) } else { Vec::new() };
    let more = hits.len() > after + HITS_AT_ONCE;
    let rows = hits.iter().skip(after).take(HITS_AT_ONCE);
    let next = more.then(|| {
        let kept = if ask.kept.is_empty() { "?".to_owned() } else { format!("{}&", ask.kept) };
        format!("/reference{kept}q={}&after={}", escaped(&ask.q), after + HITS_AT_ONCE)
    });
    let page = SearchPage {
        rows: rows.map(|place| PlaceRow::new(place, &ask, on, &shell)).collect(),
        next,
        sections: if searched { Vec::new() } else { top(reference, &ask, on, &shell) },
        loaded: loaded(reference, shell.t, language),
        whole: reference.nomenclature().is_whole(on),
        searched,
        missing,
        ask,
        shell,
    };
    rendered(&page)
}

/// Search, or the top of the tree.
pub(crate) async fn search(
    State(app): State<App>,
    Visitor(who): Visitor,
    language: Language,
    uri: Uri,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    app.run(move |app| search_page(app, who, language, &uri, &asked, None)).await
}

fn kind_of(position: Position, t: &Texts) -> &'static str {
    match position.digits() {
        0 => t.tariff_section,
        2 => t.tariff_chapter,
        4 => t.tariff_heading,
        10 => t.commodity_code,
        _ => t.tariff_subheading,
    }
}

/// One place of the nomenclature.
pub(crate) async fn place(
    State(app): State<App>,
    Visitor(who): Visitor,
    language: Language,
    uri: Uri,
    Path(place): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    app.run(move |app| {
        let world = app.centre().world();
        let reference = world.reference();
        let on = day_of(app, &asked.on)?;
        let pack = pack_of(reference, &asked.jurisdiction)?;
        // As it is cited: with spaces between its groups.
        let plain: String = place.chars().filter(|c| !c.is_whitespace()).collect();
        let position = plain.parse::<Position>().ok();
        let object = position.and_then(|position| commodity_object(reference, pack, position, on));
        let (Some(position), Some(object)) = (position, object) else {
            let missing = Some(figures::shortened(&place, 20));
            let page = search_page(app, who, language, &uri, &asked, missing)?;
            return Ok((StatusCode::NOT_FOUND, page).into_response());
        };
        let ask = Ask::new(&asked, on, reference, who.as_ref(), language);
        let shell = Shell::new(app, who, language, &uri, "reference");
        Ok(rendered(&place_page(position, &object, ask, on, shell, reference))?.into_response())
    })
    .await
}

fn place_page(
    position: Position,
    object: &CommodityObject,
    ask: Ask,
    on: Date,
    shell: Shell,
    reference: &Reference,
) -> PlacePage {
    let (t, language) = (shell.t, shell.language);
    let row = |place: &PlaceObject| PlaceRow::new(place, &ask, on, &shell);
    let is_code = position.digits() == 10;
    let crumb = |place: &PlaceObject| {
        let name = Named::new(&place.names, language);
        Crumb {
            code: figures::code(&place.code),
            href: ask.to(&place.code),
            name: name.short(),
            lang: name.last_lang,
        }
    };
    let notes_title = if position.digits() == 0 { t.tariff_note_section } else { t.tariff_note_chapter };
    // What is paid where nothing is known of the goods: a table stands before the nomenclature.
    let of_all = |rate: &&RateObject| {
        rate.kind == "duty"
            && rate.origin.is_none()
            && rate.manufacturer.is_none()
            && rate.quota.is_none()
            && rate.season.is_none()
    };
    let duty = object.rates.iter().find(of_all).map(|rate| &rate.rate).or(object.place.duty.as_ref());
    PlacePage {
        address: format!("/reference/{}", object.place.code),
        title: figures::code(&object.place.code),
        kind: kind_of(position, t),
        is_code,
        crumbs: object.above.iter().map(crumb).collect(),
        notes: object.note.clone().map(|note| (notes_title, note)),
        duty: duty.map(|duty| pick(duty, language).to_owned()).unwrap_or_default(),
        other_duties: is_code && !object.nomenclature_applies,
        vat: object.vat_percent.as_ref().map(|percent| format!("{percent}\u{a0}%")),
        excise: object.excise.map(|stated| if stated { t.tariff_excise_yes } else { t.tariff_excise_no }),
        below_has_duties: object.below.iter().any(|place| place.duty.is_some()),
        below: object.below.iter().map(row).collect(),
        rates: object.rates.iter().map(|rate| rate_row(rate, &ask, &object.place.code, &shell)).collect(),
        history: object.history.iter().map(|past| past_row(past, on, &shell)).collect(),
        excerpt: !reference.nomenclature().is_whole(on),
        row: row(&object.place),
        ask,
        shell,
    }
}

/// The address of a commodity code on the day it was declared, at the customs service that decides.
pub(super) fn address_of(code: &str, day: Date, jurisdiction: &str) -> String {
    let common = code.get(..10).unwrap_or(code);
    format!("/reference/{common}?on={day}&jurisdiction={jurisdiction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_shown_in_the_language_of_the_page_as_far_as_there_is_one() {
        let steps = |ru: &[&str]| ru.iter().map(|step| (*step).to_owned()).collect::<Vec<_>>();
        let names = NamesObject {
            ru: steps(&["аппараты", "смартфоны"]),
            en: None,
            above_en: Some("Telephones; smartphones".to_owned()),
        };
        let ru = Named::new(&names, Language::Ru);
        assert_eq!(
            (ru.before.as_slice(), ru.last.as_str(), ru.last_lang),
            (&steps(&["аппараты"])[..], "смартфоны", "")
        );
        let en = Named::new(&names, Language::En);
        assert_eq!((en.before[0].as_str(), en.before_lang), ("Telephones; smartphones", ""));
        assert_eq!((en.last.as_str(), en.last_lang), ("смартфоны", "ru"));
        let english = NamesObject { en: Some("Telephones".to_owned()), ..NamesObject::default() };
        assert_eq!(Named::new(&english, Language::Ru).last_lang, "en");
        assert_eq!(Named::new(&english, Language::En).last_lang, "");
    }

    #[test]
    fn a_code_of_eleven_digits_leads_to_its_ten() {
        let day = Date::constant(2026, 3, 29);
        assert_eq!(
            address_of("85171300001", day, "eaeu-am"),
            "/reference/8517130000?on=2026-03-29&jurisdiction=eaeu-am"
        );
    }
}
