//! The tariff, for everybody: search, one place of the nomenclature with its rates on a day, currency rates.

use axum::Json;
use axum::extract::{Path, Query, State};
use declaration::{CommodityCode, CurrencyCode, Text};
use jiff::civil::Date;
use reference::dated::Row;
use reference::nomenclature::{spoken, steps};
use reference::rate::{QuotaSide, Terms};
use reference::search::{HITS_MAX, QUERY_CHARS_MAX};
use reference::{
    DatasetEntry, Names, Nomenclature, Origin, Pack, Position, Published, RateKind, RateText, Reference,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::api::powers::day;
use crate::failure::{Failure, Kind, Problem};

/// Hits given where no number is asked for.
const LIMIT_USUAL: usize = 20;
/// Codes named as the likely successors of one that is no more.
const SUCCESSORS_MAX: usize = 12;
/// Digits of a heading.
const HEADING: usize = 4;
/// Digits of a whole code.
const DIGITS: usize = 10;

/// What to search for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Sought {
    /// A code, how one begins, a former code, or words in Russian or English; typing errors are forgiven. At most
    /// 200 characters.
    pub(crate) q: String,
    /// The day the answer is as of, such as `2026-03-29`; today where it is not given.
    pub(crate) on: String,
    /// The most hits wanted, 1 to 200; 20 where it is not given.
    pub(crate) limit: String,
}

/// The day and the customs service asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct AsOf {
    /// The day the answer is as of, such as `2026-03-29`; today where it is not given.
    pub(crate) on: String,
    /// The jurisdiction whose rates are asked for, such as `eaeu-ru`; the usual one where it is not given.
    pub(crate) jurisdiction: String,
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct TextObject {
    ru: String,
    en: String,
}

/// What something is called.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub(crate) struct NamesObject {
    /// In Russian, step by step: the last one is the thing, those before say what it is one of. Empty if it has no
    /// Russian name.
    pub(crate) ru: Vec<String>,
    /// In English; null if it has no English name.
    pub(crate) en: Option<String>,
    /// Where it has no English name, that of the closest place above.
    pub(crate) above_en: Option<String>,
}

/// The dataset that says so.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct SourceObject {
    /// Where it came from.
    pub(crate) source: String,
    /// Its SHA-256.
    pub(crate) hash: String,
}

/// A place of the nomenclature in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PlaceObject {
    /// Two to ten digits, or the number of a section in Roman figures.
    pub(crate) code: String,
    /// What it is called; of a former code, what it was called.
    pub(crate) names: NamesObject,
    /// The rate of duty that the nomenclature states; null where there is none on the day.
    pub(crate) duty: Option<TextObject>,
    /// Whether it is in force on the day.
    pub(crate) in_force: bool,
    /// First day in force under this name, if known.
    #[schema(value_type = Option<String>)]
    pub(crate) valid_from: Option<Date>,
    /// Last day in force under this name, if ended.
    #[schema(value_type = Option<String>)]
    pub(crate) valid_to: Option<Date>,
    /// Of a code that is not in force: those in force with the same beginning, its likely successors.
    pub(crate) successors: Vec<String>,
}

/// The answer to a search.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundObject {
    /// The day it is as of.
    #[schema(value_type = String)]
    on: Date,
    /// Whether every code of the union is there on that day; if not, what was not found may exist.
    whole: bool,
    /// The best first.
    hits: Vec<PlaceObject>,
}

/// One rate and what it stands for.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct RateObject {
    /// `duty`, `export_duty`, `excise`, `vat`, `antidumping`, `countervailing` or `special`.
    pub(crate) kind: &'static str,
    /// Whether the nomenclature itself states it, not a rates table.
    pub(crate) of_nomenclature: bool,
    /// The code or the beginning of codes that it is stated for.
    pub(crate) code: String,
    /// A country, or a group of countries such as `@ldc`; null for all.
    pub(crate) origin: Option<String>,
    /// What that is called.
    pub(crate) origin_title: Option<TextObject>,
    /// Only goods of this manufacturer.
    pub(crate) manufacturer: Option<String>,
    /// `in` or `over` a tariff quota; null where no matter.
    pub(crate) quota: Option<&'static str>,
    /// The days of any year it is for, such as `06-01..10-31`.
    pub(crate) season: Option<String>,
    /// The rate.
    pub(crate) rate: TextObject,
    /// First day in force, if known.
    #[schema(value_type = Option<String>)]
    pub(crate) valid_from: Option<Date>,
    /// Last day in force, if ended.
    #[schema(value_type = Option<String>)]
    pub(crate) valid_to: Option<Date>,
    /// The dataset that says so.
    pub(crate) source: SourceObject,
}

/// What was said of a place over some days.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PastObject {
    /// `name`, `name_en` or `duty`.
    pub(crate) what: &'static str,
    /// What was said. A name stands in both languages as the source has it.
    pub(crate) text: TextObject,
    /// First day in force, if known.
    #[schema(value_type = Option<String>)]
    pub(crate) valid_from: Option<Date>,
    /// Last day in force, if ended.
    #[schema(value_type = Option<String>)]
    pub(crate) valid_to: Option<Date>,
    /// The dataset that says so.
    pub(crate) source: SourceObject,
}

/// A place of the nomenclature on a day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CommodityObject {
    #[serde(flatten)]
    pub(crate) place: PlaceObject,
    /// The day the answer is as of.
    #[schema(value_type = String)]
    pub(crate) on: Date,
    /// The jurisdiction whose rates these are.
    pub(crate) jurisdiction: String,
    /// Whether that jurisdiction's duties are those of the nomenclature.
    pub(crate) nomenclature_applies: bool,
    /// The places above it, from the section down.
    pub(crate) above: Vec<PlaceObject>,
    /// The places one step below it on the day.
    pub(crate) below: Vec<PlaceObject>,
    /// The note of the section or chapter, in Russian.
    pub(crate) note: Option<String>,
    /// The rate of value added tax that the jurisdiction's pack states, in per cent; exceptions stand in `rates`.
    pub(crate) vat_percent: Option<String>,
    /// Whether a rates table states an excise; null where the jurisdiction computes none.
    pub(crate) excise: Option<bool>,
    /// Every rate that can stand for the code on the day, kind by kind; of one kind in the order they are tried.
    pub(crate) rates: Vec<RateObject>,
    /// What it was called and what duty it had, the newest first.
    pub(crate) history: Vec<PastObject>,
}

/// A currency rate.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CurrencyRateObject {
    /// Three letters.
    pub(crate) currency: String,
    /// Its name, in English.
    pub(crate) name: String,
    /// How many units the rate is for.
    pub(crate) units: String,
    /// The value of those units.
    pub(crate) rate: String,
    /// The day the rate was set for.
    #[schema(value_type = String)]
    pub(crate) date: Date,
    /// Whether nobody set it: an example for demonstrations.
    pub(crate) example: bool,
    /// The dataset that says so.
    pub(crate) source: SourceObject,
}

/// Currency rates of a day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CurrencyRatesObject {
    /// The day the answer is as of.
    #[schema(value_type = String)]
    pub(crate) on: Date,
    /// The jurisdiction that they are for.
    pub(crate) jurisdiction: String,
    /// The currency they are in.
    pub(crate) into: String,
    /// By currency.
    pub(crate) rates: Vec<CurrencyRateObject>,
}

impl TextObject {
    fn new(ru: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ru: ru.into(), en: en.into() }
    }

    /// The text as pages pick it.
    pub(crate) fn pair(&self) -> (&str, &str) {
        (&self.ru, &self.en)
    }
}

impl From<&Text> for TextObject {
    fn from(text: &Text) -> Self {
        Self::new(text.ru.clone(), text.en.clone())
    }
}

impl From<&Published> for TextObject {
    fn from(published: &Published) -> Self {
        Self::new(published.to_string(), published.english())
    }
}

impl From<&RateText> for TextObject {
    fn from(rate: &RateText) -> Self {
        Self::new(rate.to_string(), rate.english())
    }
}

impl From<&DatasetEntry> for SourceObject {
    fn from(set: &DatasetEntry) -> Self {
        Self { source: set.source.clone(), hash: set.hash.to_string() }
    }
}

/// The day of an address: today in the zone of the service where none is named.
pub(crate) fn day_of(app: &App, on: &str) -> Result<Date, Failure> {
    match on.trim() {
        "" => Ok(day(app)),
        text => text.parse().map_err(|_| {
            Failure::of(Kind::BadRequest).because(
                "Параметр on: ожидается день вида 2026-03-29.",
                "Parameter on: a day such as 2026-03-29 is expected.",
            )
        }),
    }
}

/// The pack of an address: the usual one where none is named.
pub(crate) fn pack_of<'r>(reference: &'r Reference, name: &str) -> Result<&'r Pack, Failure> {
    if name.is_empty() {
        return Ok(reference.default_pack());
    }
    reference.pack(name).ok_or_else(|| {
        let known: Vec<&str> = reference.packs().map(|pack| pack.name.as_str()).collect();
        let known = known.join(", ");
        Failure::of(Kind::BadRequest).because(
            format!("Параметр jurisdiction: ожидается одна из: {known}."),
            format!("Parameter jurisdiction: one of {known} is expected."),
        )
    })
}

/// The steps of a name, kept.
fn owned(name: &str) -> Vec<String> {
    steps(name).map(str::to_owned).collect()
}

/// What all codes below a place are called alike. Where every code is known and the place itself has no Russian name,
/// this is it.
fn common_steps(nomenclature: &Nomenclature, position: Position, on: Date) -> Vec<String> {
    let mut names = nomenclature.codes_below(position, on).map(|code| owned(code.name));
    let Some(mut common) = names.next() else { return Vec::new() };
    let mut several = false;
    for name in names {
        several = true;
        let alike = common.iter().zip(&name).take_while(|(one, other)| one == other).count();
        common.truncate(alike);
    }
    // A heading is more than the only subheading that is left of it.
    if !several && position.digits() < 6 {
        return Vec::new();
    }
    common
}

fn names_object(nomenclature: &Nomenclature, position: Position, names: Names<'_>, on: Date) -> NamesObject {
    let mut ru = names.ru.map(owned).unwrap_or_default();
    if ru.is_empty() && (HEADING..DIGITS).contains(&position.digits()) && nomenclature.is_whole(on) {
        ru = common_steps(nomenclature, position, on);
    }
    let above = || {
        let mut above: Vec<Position> = position.above().filter(|place| place.digits() >= HEADING).collect();
        above.reverse();
        above.into_iter().find_map(|place| nomenclature.names(place, on).en)
    };
    let above_en = if names.en.is_none() { above().map(str::to_owned) } else { None };
    NamesObject { ru, en: names.en.map(str::to_owned), above_en }
}

/// The row of a history that a day falls on or after, else the first.
fn nearest<V>(rows: &[Row<Position, V>], on: Date) -> Option<&Row<Position, V>> {
    rows.iter().rfind(|row| row.valid_from.is_none_or(|first| first <= on)).or(rows.first())
}

/// Codes in force that begin as a former one does: six digits alike, else four.
fn successors(nomenclature: &Nomenclature, code: &str, on: Date) -> Vec<String> {
    let alike = |length: usize| -> Vec<String> {
        let place = code.get(..length).and_then(Position::of);
        let below = place.into_iter().flat_map(|place| nomenclature.codes_below(place, on));
        below.take(SUCCESSORS_MAX).map(|commodity| commodity.code.to_string()).collect()
    };
    let close = alike(6);
    if close.is_empty() { alike(HEADING) } else { close }
}

/// A place as lists show it.
pub(crate) fn place_object(nomenclature: &Nomenclature, position: Position, on: Date) -> PlaceObject {
    let code = position.to_string();
    let names = nomenclature.names(position, on);
    let duty = nomenclature.commodity(position, on).map(|commodity| commodity.duty.into());
    let is_code = position.digits() == DIGITS;
    let in_force = match position.section_number() {
        Some(_) => nomenclature.was_ever(position),
        None if is_code => names.ru.is_some(),
        None => names != Names::default() || nomenclature.heading_exists(&code, on),
    };
    let row = nearest(nomenclature.name_history(position), on);
    let row = row.or_else(|| nearest(nomenclature.name_history_en(position), on));
    let names = match row {
        Some(row) if names == Names::default() => {
            let then = nomenclature.names(position, row.valid_to.or(row.valid_from).unwrap_or(on));
            names_object(nomenclature, position, then, on)
        }
        _ => names_object(nomenclature, position, names, on),
    };
    PlaceObject {
        names,
        duty,
        in_force,
        valid_from: row.and_then(|row| row.valid_from),
        valid_to: row.and_then(|row| row.valid_to),
        successors: if in_force || !is_code { Vec::new() } else { successors(nomenclature, &code, on) },
        code,
    }
}

/// What a search finds.
pub(crate) fn found(reference: &Reference, query: &str, on: Date, limit: usize) -> Vec<PlaceObject> {
    let nomenclature = reference.nomenclature();
    let hits = nomenclature.search(query, limit).into_iter();
    hits.filter_map(|hit| Some(place_object(nomenclature, Position::of(hit.code)?, on))).collect()
}

/// The places one step below. Codes that hang on a chapter without headings are gathered under theirs.
pub(crate) fn below(nomenclature: &Nomenclature, position: Position, on: Date) -> Vec<Position> {
    let mut below = nomenclature.below(Some(position), on);
    if position.digits() == 2 {
        let heading = |place: Position| place.to_string().get(..HEADING).and_then(Position::of);
        below = below.into_iter().filter_map(heading).collect();
        below.sort_unstable();
        below.dedup();
    }
    below
}

/// The places above one, from the section down, those that have a name or are the usual steps.
fn above(nomenclature: &Nomenclature, position: Position, on: Date) -> Vec<PlaceObject> {
    let section = position.digits().gt(&0).then(|| nomenclature.section(position)).flatten();
    let steps = position.above().filter(|place| {
        let usual = matches!(place.digits(), 2 | HEADING);
        usual || nomenclature.names(*place, on) != Names::default()
    });
    section.into_iter().chain(steps).map(|place| place_object(nomenclature, place, on)).collect()
}

/// A country or a group of them, in words.
fn origin_title(reference: &Reference, pack: &Pack, origin: Origin, on: Date) -> Option<TextObject> {
    match origin {
        Origin::Country(code) => {
            let country = reference.country(code.as_str(), on)?;
            Some(TextObject::new(country.name_ru.clone(), country.name_en.clone()))
        }
        Origin::Group(name) => {
            let mut groups = pack.origin_groups.iter().filter(|group| group.name == name);
            let group = groups.clone().find(|group| group.in_force(on)).or_else(|| groups.next_back())?;
            Some((&group.title).into())
        }
    }
}

/// Every rate that can stand for a code on a day: what rates tables say, and of the duty what the nomenclature does.
fn rates(
    reference: &Reference,
    pack: &Pack,
    position: Position,
    code: &CommodityCode,
    on: Date,
) -> Vec<RateObject> {
    let object = |kind: RateKind, origin: Option<Origin>, terms: &Terms, rate: &RateText| RateObject {
        kind: kind.as_str(),
        of_nomenclature: true,
        code: position.to_string(),
        origin: origin.map(|origin| origin.to_string()),
        origin_title: origin.and_then(|origin| origin_title(reference, pack, origin, on)),
        manufacturer: terms.manufacturer.as_ref().map(ToString::to_string),
        quota: terms.quota.map(QuotaSide::as_str),
        season: terms.season.map(|season| season.to_string()),
        rate: rate.into(),
        valid_from: None,
        valid_to: None,
        source: SourceObject { source: String::new(), hash: String::new() },
    };
    let duties = reference.nomenclature().duty_history(position).iter();
    let own = duties.filter(|row| pack.nomenclature && row.holds(on)).flat_map(|row| {
        row.value.cases().iter().flat_map(move |case| {
            let origins = case.when.origins.iter().copied().map(Some);
            let origins = origins.chain(case.when.origins.is_empty().then_some(None));
            origins.map(move |origin| RateObject {
                valid_from: row.valid_from,
                valid_to: row.valid_to,
                source: (&*row.set).into(),
                ..object(RateKind::Duty, origin, &case.when.terms, &case.rate)
            })
        })
    });
    let of_tables = reference.rate_rows(pack, code, Some(on)).map(|(kind, row)| RateObject {
        of_nomenclature: false,
        code: row.prefix.to_string(),
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        source: (&*row.set).into(),
        ..object(kind, row.origin, &row.terms, &row.rate)
    });
    let mut rates: Vec<RateObject> = of_tables.chain(own).collect();
    // What tables say of the duty is tried before what the nomenclature says; the order of kinds is that of all lists.
    rates.sort_by_key(|rate| RateKind::ALL.iter().position(|(_, word)| *word == rate.kind));
    rates
}

fn history(nomenclature: &Nomenclature, position: Position) -> Vec<PastObject> {
    fn past<V>(what: &'static str, row: &Row<Position, V>, text: TextObject) -> PastObject {
        let (valid_from, valid_to) = (row.valid_from, row.valid_to);
        PastObject { what, text, valid_from, valid_to, source: (&*row.set).into() }
    }
    let named = |name: &str| {
        let name = spoken(name);
        TextObject::new(name.clone(), name)
    };
    let ru = nomenclature.name_history(position).iter().map(|row| past("name", row, named(&row.value)));
    let en = nomenclature.name_history_en(position).iter().map(|row| past("name_en", row, named(&row.value)));
    let duties = nomenclature.duty_history(position).iter().map(|row| past("duty", row, (&row.value).into()));
    let mut all: Vec<PastObject> = duties.chain(ru).chain(en).collect();
    // Nothing is known of the days before the first: that is the oldest.
    all.sort_by_key(|past| std::cmp::Reverse(past.valid_from));
    all
}

/// A place with all that is known of it on a day; none that never was.
pub(crate) fn commodity_object(
    reference: &Reference,
    pack: &Pack,
    position: Position,
    on: Date,
) -> Option<CommodityObject> {
    let nomenclature = reference.nomenclature();
    if !nomenclature.was_ever(position) {
        return None;
    }
    let code = Some(position.to_string()).filter(|code| code.len() == DIGITS);
    let code: Option<CommodityCode> = code.and_then(|code| code.parse().ok());
    let rates = code.as_ref().map(|code| rates(reference, pack, position, code, on)).unwrap_or_default();
    let vat = code.as_ref().and_then(|code| pack.vat_percent(Some(code), on));
    let taxed = code.is_some() && pack.payments.excise.is_some();
    Some(CommodityObject {
        place: place_object(nomenclature, position, on),
        on,
        jurisdiction: pack.name.clone(),
        nomenclature_applies: pack.nomenclature,
        above: above(nomenclature, position, on),
        below: below(nomenclature, position, on)
            .into_iter()
            .map(|place| place_object(nomenclature, place, on))
            .collect(),
        note: nomenclature.note(position, on).map(str::to_owned),
        vat_percent: vat.map(|percent| percent.normalize().to_string()),
        excise: taxed.then(|| rates.iter().any(|rate| rate.kind == RateKind::Excise.as_str())),
        rates,
        history: history(nomenclature, position),
    })
}

/// Currency rates of a jurisdiction on a day, by currency.
pub(crate) fn currency_rates(reference: &Reference, pack: &Pack, on: Date) -> Vec<CurrencyRateObject> {
    let mut currencies: Vec<CurrencyCode> =
        reference.exchange_rates(pack).iter().map(|rate| rate.currency).collect();
    currencies.dedup();
    let rates = currencies.into_iter().filter_map(|currency| reference.exchange_rate(pack, currency, on));
    let object = |rate: &reference::ExchangeRate| CurrencyRateObject {
        currency: rate.currency.to_string(),
        name: reference
            .currency(rate.currency.as_str(), on)
            .map(|currency| currency.name.clone())
            .unwrap_or_default(),
        units: rate.units.normalize().to_string(),
        rate: rate.rate.normalize().to_string(),
        date: rate.date,
        example: rate.example,
        source: (&*rate.set).into(),
    };
    rates.map(object).collect()
}

/// Search the nomenclature.
///
/// By code or how one begins, by former code, by words in Russian or English; open to everybody.
#[utoipa::path(
    get, path = "/api/v1/reference/search", tag = "reference", params(Sought),
    responses(
        (status = 200, description = "The best first.", body = FoundObject),
        (status = 400, description = "A parameter is wrong.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn search(
    State(app): State<App>,
    Query(sought): Query<Sought>,
) -> Result<Json<FoundObject>, Failure> {
    let wrong = |ru: String, en: String| Failure::of(Kind::BadRequest).because(ru, en);
    if sought.q.chars().count() > QUERY_CHARS_MAX {
        return Err(wrong(
            format!("Параметр q: не больше {QUERY_CHARS_MAX} знаков."),
            format!("Parameter q: at most {QUERY_CHARS_MAX} characters."),
        ));
    }
    let limit = match sought.limit.trim() {
        "" => LIMIT_USUAL,
        text => text.parse().ok().filter(|limit| (1..=HITS_MAX).contains(limit)).ok_or_else(|| {
            wrong(
                format!("Параметр limit: ожидается число от 1 до {HITS_MAX}."),
                format!("Parameter limit: a number from 1 to {HITS_MAX} is expected."),
            )
        })?,
    };
    app.run(move |app| {
        let on = day_of(app, &sought.on)?;
        let world = app.centre().world();
        let reference = world.reference();
        Ok(Json(FoundObject {
            on,
            whole: reference.nomenclature().is_whole(on),
            hits: found(reference, &sought.q, on, limit),
        }))
    })
    .await
}

/// Show a place of the nomenclature on a day: names, duty, rates, history.
///
/// Ten digits, fewer for a chapter, heading or subheading, or a section in Roman figures; open to everybody.
#[utoipa::path(
    get, path = "/api/v1/reference/commodities/{code}", tag = "reference",
    params(("code" = String, Path, description = "Two to ten digits, or a section such as `XVI`."), AsOf),
    responses(
        (status = 200, description = "What is known of it on the day.", body = CommodityObject),
        (status = 400, description = "A parameter is wrong.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "It never was, or is outside an excerpt.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn commodity(
    State(app): State<App>,
    Path(code): Path<String>,
    Query(asked): Query<AsOf>,
) -> Result<Json<CommodityObject>, Failure> {
    app.run(move |app| {
        let on = day_of(app, &asked.on)?;
        let world = app.centre().world();
        let reference = world.reference();
        let pack = pack_of(reference, &asked.jurisdiction)?;
        let position: Option<Position> = code.parse().ok();
        let object = position.and_then(|position| commodity_object(reference, pack, position, on));
        object.map(Json).ok_or_else(|| {
            Failure::of(Kind::NotFound).because(
                "Такого кода в загруженной номенклатуре не было и нет.",
                "There is no such code in the nomenclature loaded, nor was there one.",
            )
        })
    })
    .await
}

/// Currency rates that hold on a day; open to everybody.
#[utoipa::path(
    get, path = "/api/v1/reference/exchange", tag = "reference", params(AsOf),
    responses(
        (status = 200, description = "By currency.", body = CurrencyRatesObject),
        (status = 400, description = "A parameter is wrong.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn exchange(
    State(app): State<App>,
    Query(asked): Query<AsOf>,
) -> Result<Json<CurrencyRatesObject>, Failure> {
    app.run(move |app| {
        let on = day_of(app, &asked.on)?;
        let world = app.centre().world();
        let reference = world.reference();
        let pack = pack_of(reference, &asked.jurisdiction)?;
        Ok(Json(CurrencyRatesObject {
            on,
            jurisdiction: pack.name.clone(),
            into: pack.currency.to_string(),
            rates: currency_rates(reference, pack, on),
        }))
    })
    .await
}
