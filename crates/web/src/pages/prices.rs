//! What goods usually cost: the list, one of them over time, and a line of a declaration held against it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Response};
use centre::Identity;
use declaration::{CountryCode, Declaration, Item, Kind as Movement};
use jiff::civil::Date;
use reference::nomenclature::spoken;
use reference::prices::THRESHOLDS;
use reference::{Pack, Position, PricedGoods, PricedUnit, Prices, Reference, UsualPrice};
use risk::ItemFacts;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;
use store::CaseFilter;

use super::{Shell, rendered};
use crate::access::{Caller, page_of};
use crate::api::filter::escaped;
use crate::api::nomenclature::{day_of, pack_of};
use crate::api::participants::may_list;
use crate::failure::{Failure, Kind};
use crate::language::Language;
use crate::texts::Texts;
use crate::{App, figures};

/// Prices on one page of the list.
const PAGE: usize = 100;
/// Periods drawn, the newest.
const PERIODS_DRAWN: usize = 16;
/// Declarations looked through for lines that lie outside, the newest.
const CASES_READ: usize = 400;
/// Declarations read at a time.
const CASES_AT_ONCE: usize = 100;
/// Lines outside that are listed.
const LINES_SHOWN: usize = 50;
/// Below this index a line is marked as far below the usual price: in generated trade seven honest lines in a thousand
/// lie there (`greenlane bench prices`).
pub(super) const FAR_BELOW: Decimal = Decimal::from_parts(2, 0, 0, true, 0);

/// What the address of the pages can carry.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// The beginning of a code.
    q: String,
    /// A country, `all` for the price of all origins together.
    origin: String,
    /// `kg` or the code of a unit.
    unit: String,
    on: String,
    jurisdiction: String,
    /// The goods that the page before ended with.
    after: String,
    /// Whether declarations are looked through for lines outside.
    lines: String,
}

#[derive(Template)]
#[template(path = "prices.html")]
struct ListPage {
    shell: Shell,
    asked: Asked,
    day: String,
    on: String,
    currency: String,
    jurisdictions: Vec<(String, bool)>,
    rows: Vec<PriceRow>,
    none_loaded: bool,
    next: Option<String>,
    first_page: Option<String>,
}

struct PriceRow {
    code: String,
    href: String,
    name: String,
    origin: String,
    unit: String,
    sample: String,
    low: String,
    median: String,
    high: String,
    since: String,
}

#[derive(Template)]
#[template(path = "price.html")]
struct PricePage {
    shell: Shell,
    code: String,
    digits: String,
    name: String,
    tariff: String,
    day: String,
    currency: String,
    choices: Vec<PriceChoice>,
    shown: Option<Shown>,
    levels: Vec<PriceRow>,
    lines: Option<Lines>,
    ask_lines: String,
    profile: String,
}

/// Goods of the code of which there are prices.
struct PriceChoice {
    label: String,
    href: String,
    current: bool,
}

/// The price shown, and what it was.
struct Shown {
    origin: String,
    unit: String,
    now: Option<PriceRow>,
    source: String,
    rates: Vec<(String, String)>,
    chart: Chart,
    periods: Vec<Period>,
}

struct Period {
    from: String,
    to: String,
    sample: String,
    low: String,
    median: String,
    high: String,
    trend: Option<(String, &'static str)>,
    source: String,
    holds: bool,
}

/// A chart of periods: a bar from low to high, with the middle across it; logarithmic.
struct Chart {
    columns: Vec<Column>,
    lines: Vec<(u64, String)>,
    width: u64,
    height: u64,
}

struct Column {
    title: String,
    x: u64,
    top: u64,
    bar: u64,
    middle: u64,
    label: String,
}

/// Lines of declarations that lie outside.
struct Lines {
    read: String,
    rows: Vec<LineRow>,
}

struct LineRow {
    case: String,
    number: String,
    item: usize,
    declarant: String,
    declarant_href: Option<String>,
    value: String,
    index: String,
    tone: &'static str,
}

/// A line of goods held against the usual price, for the page of a case.
pub(super) struct LinePrice {
    /// The declared value of the unit with the unit.
    pub(super) value: String,
    /// What it is to the usual one, in words.
    pub(super) share: String,
    /// The index.
    pub(super) index: String,
    /// What that means, where it lies below the bounds.
    pub(super) meaning: Option<String>,
    /// `warn` far below, else plain.
    pub(super) tone: &'static str,
    /// Whether it lies far below what is usual.
    pub(super) far: bool,
    /// What the price is of, and where it comes from.
    pub(super) source: String,
    /// How many lines of the sample lie further below than the threshold passed.
    pub(super) rate: Option<String>,
    /// The page of the price.
    pub(super) href: String,
}

/// A code as a page of prices has it.
pub(super) fn address_of(goods: &PricedGoods, day: Date, jurisdiction: &str) -> String {
    let origin = goods.origin.as_ref().map_or("all", |country| country.as_str());
    format!(
        "/prices/{}?origin={origin}&unit={}&on={day}&jurisdiction={jurisdiction}",
        goods.prefix, goods.unit
    )
}

/// The name of goods on a day: their own, else that of the heading or chapter they stand in.
fn name_of(reference: &Reference, digits: &str, day: Date, language: Language) -> String {
    let own = |digits: &str| {
        let names = reference.nomenclature().names(Position::of(digits)?, day);
        match language {
            Language::Ru => names.ru.or(names.en),
            Language::En => names.en.or(names.ru),
        }
    };
    let above = [Some(digits), digits.get(..4), digits.get(..2)];
    above.into_iter().flatten().find_map(own).map(spoken).unwrap_or_default()
}

fn unit_word(unit: PricedUnit, t: &Texts) -> String {
    match unit {
        PricedUnit::Kilogram => t.price_kilogram.to_owned(),
        PricedUnit::Supplementary(code) => format!("{} {code}", t.price_unit),
    }
}

fn origin_word(origin: Option<CountryCode>, t: &Texts) -> String {
    origin.map_or_else(|| t.price_all_origins.to_owned(), |country| country.to_string())
}

/// A price to four figures that say something: what the sixth digit says nobody knows.
fn rounded(price: Decimal, language: Language) -> String {
    let shown = price.round_sf(4).unwrap_or(price).normalize();
    figures::number(shown, language)
}

/// An index to tenths, with its sign.
fn told(index: Decimal, language: Language) -> String {
    figures::number(index.round_dp(1), language)
}

type Priced = reference::Row<PricedGoods, UsualPrice>;

fn row(priced: &Priced, reference: &Reference, day: Date, pack: &Pack, shell: &Shell) -> PriceRow {
    let language = shell.language;
    let UsualPrice { sample, low, median, high, .. } = priced.value;
    let digits = priced.key.prefix.to_string();
    PriceRow {
        code: figures::code(&digits),
        href: address_of(&priced.key, day, &pack.name),
        name: name_of(reference, &digits, day, language),
        origin: origin_word(priced.key.origin, shell.t),
        unit: unit_word(priced.key.unit, shell.t),
        sample: figures::count(u64::from(sample), language),
        low: rounded(low, language),
        median: rounded(median, language),
        high: rounded(high, language),
        since: priced.valid_from.map(|day| figures::day(day, language)).unwrap_or_default(),
    }
}

/// What goods are called in an address, to go on after them.
fn key_of(goods: &PricedGoods) -> String {
    let origin = goods.origin.as_ref().map_or("", |country| country.as_str());
    format!("{}.{origin}.{}", goods.prefix, goods.unit)
}

fn goods_of(text: &str) -> Option<PricedGoods> {
    let mut parts = text.splitn(3, '.');
    let prefix = parts.next()?.parse().ok()?;
    let origin = match parts.next()? {
        "" => None,
        code => Some(code.parse().ok()?),
    };
    Some(PricedGoods { prefix, origin, unit: parts.next()?.parse().ok()? })
}

/// Which origin an address means: none named is any.
fn origin_of(text: &str) -> Result<Option<Option<CountryCode>>, Failure> {
    match text.trim() {
        "" => Ok(None),
        "all" => Ok(Some(None)),
        code => code.to_uppercase().parse().map(|country| Some(Some(country))).map_err(|_| {
            Failure::of(Kind::BadRequest).because(
                "Параметр origin: ожидается код страны из двух букв или all.",
                "Parameter origin: a country code of two letters or all is expected.",
            )
        }),
    }
}

/// The list.
pub(crate) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    language: Language,
    uri: Uri,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    may_list(&who)?;
    app.run(move |app| {
        let day = day_of(app, &asked.on)?;
        let world = app.centre().world();
        let reference = world.reference();
        let pack = pack_of(reference, &asked.jurisdiction)?;
        let wanted: String = asked.q.chars().filter(char::is_ascii_digit).take(10).collect();
        let origin = origin_of(&asked.origin)?;
        let after = goods_of(&asked.after);
        let shell = Shell::new(app, Some(who), language, &uri, "reference");
        let empty = Prices::default();
        let prices = reference.prices(pack).unwrap_or(&empty);
        let mut found = prices.rows().iter().filter(|row| {
            row.holds(day)
                && after.is_none_or(|after| row.key > after)
                && origin.is_none_or(|origin| row.key.origin == origin)
                && row.key.prefix.to_string().starts_with(&wanted)
        });
        let rows: Vec<&Priced> = found.by_ref().take(PAGE).collect();
        let next = rows.last().map(|last| key_of(&last.key)).filter(|_| found.next().is_some());
        let address = |more: &str| {
            let (q, origin) = (escaped(&asked.q), escaped(&asked.origin));
            format!("/prices?q={q}&origin={origin}&on={day}&jurisdiction={}{more}", pack.name)
        };
        let page = ListPage {
            rows: rows.iter().map(|priced| row(priced, reference, day, pack, &shell)).collect(),
            none_loaded: prices.rows().is_empty(),
            next: next.map(|key| address(&format!("&after={}", escaped(&key)))),
            first_page: (!asked.after.is_empty()).then(|| address("")),
            day: figures::day(day, language),
            on: day.to_string(),
            currency: pack.currency.to_string(),
            jurisdictions: reference.packs().map(|one| (one.name.clone(), one.name == pack.name)).collect(),
            asked: asked.clone(),
            shell,
        };
        rendered(&page)
    })
    .await
}

/// One price.
pub(crate) async fn price(
    State(app): State<App>,
    Caller(who): Caller,
    language: Language,
    uri: Uri,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    may_list(&who)?;
    app.run(move |app| {
        let missing = || Failure::of(Kind::NotFound);
        let day = day_of(app, &asked.on)?;
        let world = app.centre().world();
        let reference = Arc::clone(world.reference());
        let pack = pack_of(&reference, &asked.jurisdiction)?.clone();
        Position::of(&code).ok_or_else(missing)?;
        let shell = Shell::new(app, Some(who.clone()), language, &uri, "reference");
        let empty = Prices::default();
        let prices = reference.prices(&pack).unwrap_or(&empty);
        let origin = origin_of(&asked.origin)?;
        let unit: Option<PricedUnit> = asked.unit.parse().ok();
        let mut goods: Vec<PricedGoods> =
            prices.around(&code).map(|row| row.key).filter(|key| key.prefix.to_string() == code).collect();
        goods.dedup();
        // What was asked for, else all origins by kilogram, else whatever there is.
        let asked_for = |goods: &&PricedGoods| {
            origin.is_none_or(|origin| goods.origin == origin) && unit.is_none_or(|unit| goods.unit == unit)
        };
        let usual = |goods: &&PricedGoods| goods.origin.is_none() && goods.unit == PricedUnit::Kilogram;
        let chosen = goods
            .iter()
            .find(|one| asked_for(one) && (origin.is_some() || usual(one)))
            .or_else(|| goods.iter().find(asked_for))
            .copied();
        let choices = goods.iter().map(|one| PriceChoice {
            label: format!("{}, {}", origin_word(one.origin, shell.t), unit_word(one.unit, shell.t)),
            href: address_of(one, day, &pack.name),
            current: Some(*one) == chosen,
        });
        let choices: Vec<PriceChoice> = choices.collect();
        // What would be used in its place: beginnings and continuations of the code, for the same origin or all.
        let levels = prices.around(&code).filter(|row| {
            row.holds(day)
                && row.key.prefix.to_string() != code
                && chosen.is_none_or(|chosen| row.key.origin == chosen.origin && row.key.unit == chosen.unit)
        });
        let levels = levels.take(PAGE).map(|priced| row(priced, &reference, day, &pack, &shell)).collect();
        let shown = chosen.map(|goods| shown(prices, goods, &reference, day, &pack, &shell));
        let lines = match (asked.lines.is_empty(), chosen) {
            (false, Some(goods)) => {
                let _permit = app.comparison()?;
                Some(outside(app, &who, goods, &reference, &pack, day, &shell)?)
            }
            _ => None,
        };
        let page = PricePage {
            digits: code.clone(),
            name: name_of(&reference, &code, day, language),
            tariff: super::nomenclature::address_of(&code, day, &pack.name),
            day: figures::day(day, language),
            currency: pack.currency.to_string(),
            choices,
            shown,
            levels,
            lines,
            ask_lines: chosen
                .map(|goods| format!("{}&lines=1#lines", address_of(&goods, day, &pack.name)))
                .unwrap_or_default(),
            profile: format!(
                "item.commodity_code.startsWith(\"{code}\") && price.index < -2 && price.sample >= 30"
            ),
            code: figures::code(&code),
            shell,
        };
        Ok(rendered(&page)?.into_response())
    })
    .await
}

fn shown(
    prices: &Prices,
    goods: PricedGoods,
    reference: &Reference,
    day: Date,
    pack: &Pack,
    shell: &Shell,
) -> Shown {
    let (language, t) = (shell.language, shell.t);
    let history: Vec<&Priced> = prices.history(goods).iter().collect();
    let now = history.iter().find(|row| row.holds(day)).copied();
    let mut before: Option<Decimal> = None;
    let mut periods = Vec::new();
    for priced in &history {
        let UsualPrice { sample, low, median, high, .. } = priced.value;
        let trend = before.and_then(|before| {
            let percent = (median * Decimal::ONE_HUNDRED).checked_div(before)? - Decimal::ONE_HUNDRED;
            let percent = percent.round_dp(0);
            let tone = if percent.is_sign_negative() { "down" } else { "up" };
            let sign = if percent > Decimal::ZERO { "+" } else { "" };
            Some((format!("{sign}{}\u{a0}%", figures::number(percent, language)), tone))
        });
        before = Some(median);
        periods.push(Period {
            from: priced.valid_from.map_or_else(|| "—".to_owned(), |day| figures::day(day, language)),
            to: priced.valid_to.map_or_else(|| "—".to_owned(), |day| figures::day(day, language)),
            sample: figures::count(u64::from(sample), language),
            low: rounded(low, language),
            median: rounded(median, language),
            high: rounded(high, language),
            trend,
            source: priced.set.source.clone(),
            holds: priced.holds(day),
        });
    }
    periods.reverse();
    let newest = history.len().saturating_sub(PERIODS_DRAWN);
    let rates = now.and_then(|row| row.value.shares_below()).map(|shares| {
        let below = THRESHOLDS.iter().zip(shares);
        let below = below.map(|(threshold, share)| {
            (figures::number(*threshold, language), format!("{}\u{a0}%", figures::number(share, language)))
        });
        below.collect()
    });
    Shown {
        origin: origin_word(goods.origin, t),
        unit: unit_word(goods.unit, t),
        now: now.map(|priced| row(priced, reference, day, pack, shell)),
        source: now.map(|priced| priced.set.source.clone()).unwrap_or_default(),
        rates: rates.unwrap_or_default(),
        chart: chart(history.get(newest..).unwrap_or_default(), language),
        periods,
    }
}

/// Height of the bars, in the chart's own units.
const HEIGHT: u64 = 150;
/// Width of a period.
const PERIOD_WIDTH: u64 = 62;

fn chart(history: &[&Priced], language: Language) -> Chart {
    let log = |price: Decimal| price.to_f64().unwrap_or(1.0).max(1e-9).ln();
    let low = history.iter().map(|row| log(row.value.low)).fold(f64::INFINITY, f64::min);
    let high = history.iter().map(|row| log(row.value.high)).fold(f64::NEG_INFINITY, f64::max);
    // A little room above and below; a price that never moved stands in the middle.
    let room = ((high - low) * 0.08).max(0.05);
    let (low, high) = (low - room, high + room);
    let place = |price: f64| {
        let share = ((high - price) / (high - low)).clamp(0.0, 1.0);
        (share * HEIGHT as f64).round() as u64
    };
    let columns = history.iter().zip(0u64..).map(|(row, nth)| {
        let UsualPrice { sample, low, median, high, .. } = row.value;
        let (top, bottom) = (place(log(high)), place(log(low)));
        let label = row.valid_from.map_or_else(String::new, |day| {
            let pattern = if language == Language::Ru { "%m.%Y" } else { "%Y-%m" };
            day.strftime(pattern).to_string()
        });
        Column {
            title: format!(
                "{label}: {} – {} – {} ({sample})",
                rounded(low, language),
                rounded(median, language),
                rounded(high, language)
            ),
            x: nth * PERIOD_WIDTH,
            top,
            bar: bottom.saturating_sub(top).max(2),
            middle: place(log(median)),
            label,
        }
    });
    let lines = [0.0, 0.5, 1.0].map(|share| {
        let price = (low + (high - low) * share).exp();
        let price = Decimal::try_from(price).unwrap_or_default();
        (
            place(low + (high - low) * share),
            figures::number(price.round_sf(2).unwrap_or(price).normalize(), language),
        )
    });
    Chart {
        columns: columns.collect(),
        lines: if history.is_empty() { Vec::new() } else { lines.to_vec() },
        width: history.len() as u64 * PERIOD_WIDTH,
        height: HEIGHT,
    }
}

/// Lines of the newest declarations that somebody may see whose price lies outside the bounds of a price, the lowest first.
fn outside(
    app: &App,
    who: &Identity,
    goods: PricedGoods,
    reference: &Reference,
    pack: &Pack,
    day: Date,
    shell: &Shell,
) -> Result<Lines, Failure> {
    let centre = app.centre();
    let history = reference.prices(pack).map_or(&[][..], |prices| prices.history(goods));
    let usual = history.iter().rfind(|row| row.holds(day)).ok_or_else(|| Failure::of(Kind::NotFound))?;
    let beginning = goods.prefix.to_string();
    let mut filter = CaseFilter { limit: CASES_AT_ONCE, ..CaseFilter::default() };
    let (mut read, mut found) = (0usize, Vec::new());
    while read < CASES_READ {
        let (cases, next) = page_of(centre, who, filter.clone())?;
        // Prices are those of imports: what is exported is another market.
        let imports = cases.iter().filter(|case| {
            case.pack == pack.name && case.number.is_some() && case.kind == Some(Movement::Import)
        });
        for case in imports.take(CASES_READ - read) {
            read += 1;
            let versions = centre.versions(case.id)?;
            let Some(version) = versions.last() else { continue };
            let declaration = &version.declaration;
            for (nth, item) in (1usize..).zip(&declaration.items) {
                let origin = item.origin_country.or(declaration.origin_country);
                let of_goods =
                    item.commodity_code.as_ref().is_some_and(|code| code.as_str().starts_with(&beginning))
                        && (goods.origin.is_none() || origin == goods.origin);
                if !of_goods {
                    continue;
                }
                let unit = item.supplementary.as_ref().and_then(|quantity| quantity.unit);
                let facts = ItemFacts::of(item);
                let value = match goods.unit {
                    PricedUnit::Kilogram => facts.value_per_kg,
                    PricedUnit::Supplementary(of) => facts.value_per_unit.filter(|_| unit == Some(of)),
                };
                let index = value.and_then(|value| Some((value, usual.value.range().index(value)?)));
                let Some((value, index)) = index else { continue };
                if index.abs() > Decimal::ONE {
                    found.push((
                        index,
                        LineRow {
                            case: case.id.to_string(),
                            number: case.number.map(|number| number.to_string()).unwrap_or_default(),
                            item: nth,
                            declarant: case.declarant.clone(),
                            declarant_href: case
                                .declarant_number
                                .map(|number| format!("/participants/{number}")),
                            value: rounded(value, shell.language),
                            index: told(index, shell.language),
                            tone: if index < FAR_BELOW {
                                "bad"
                            } else if index < Decimal::NEGATIVE_ONE {
                                "warn"
                            } else {
                                "plain"
                            },
                        },
                    ));
                }
            }
        }
        match next {
            Some(next) => filter.after = Some(next),
            None => break,
        }
    }
    found.sort_by_key(|(index, _)| *index);
    found.truncate(LINES_SHOWN);
    let rows = found.into_iter().map(|(_, row)| row).collect();
    Ok(Lines { read: figures::count(read as u64, shell.language), rows })
}

/// The usual price of a line, the declared value of its unit, and where that lies.
fn held<'r>(
    declaration: &Declaration,
    item: &Item,
    reference: &'r Reference,
    pack: &Pack,
    day: Date,
) -> Option<(&'r Priced, Decimal, Decimal)> {
    if declaration.kind() != Some(Movement::Import) {
        return None;
    }
    let code = item.commodity_code.as_ref()?;
    let origin = item.origin_country.or(declaration.origin_country);
    let unit = item.supplementary.as_ref().and_then(|quantity| quantity.unit);
    let priced = reference.prices(pack)?.find(code, origin, unit, day)?;
    let facts = ItemFacts::of(item);
    let value = match priced.key.unit {
        PricedUnit::Kilogram => facts.value_per_kg,
        PricedUnit::Supplementary(_) => facts.value_per_unit,
    }?;
    let index = priced.value.range().index(value)?;
    Some((priced, value, index))
}

/// A line of a declaration held against the usual price of its day; none where there is no price.
pub(super) fn line_price(
    declaration: &Declaration,
    item: &Item,
    reference: &Reference,
    pack: &Pack,
    day: Date,
    shell: &Shell,
) -> Option<LinePrice> {
    let (language, t) = (shell.language, shell.t);
    let (priced, value, index) = held(declaration, item, reference, pack, day)?;
    let percent = (value * Decimal::ONE_HUNDRED).checked_div(priced.value.median)?;
    let percent = percent.round_sf(3)?.normalize();
    let mut passed =
        THRESHOLDS.iter().zip(priced.value.shares_below()?).filter(|(threshold, _)| index < **threshold);
    let rate = passed.next_back().map(|(threshold, share)| {
        format!(
            "{} {}: {}\u{a0}%",
            t.price_sample_below,
            figures::number(*threshold, language),
            figures::number(share, language)
        )
    });
    let since = priced.valid_from.map(|day| figures::day(day, language)).unwrap_or_default();
    Some(LinePrice {
        value: format!("{} {} / {}", rounded(value, language), pack.currency, unit_word(priced.key.unit, t)),
        share: format!("{}\u{a0}% {}", figures::number(percent, language), t.price_of_usual),
        index: told(index, language),
        meaning: (index < Decimal::NEGATIVE_ONE).then(|| {
            let times = figures::number((-index).round_dp(1), language);
            match language {
                Language::Ru => format!("в {times} раза дальше от обычной цены, чем нижняя граница (10 %)"),
                Language::En => {
                    format!("{times} times as far below the usual price as the lower bound (10%)")
                }
            }
        }),
        far: index < FAR_BELOW,
        tone: if index < FAR_BELOW {
            "bad"
        } else if index < Decimal::NEGATIVE_ONE {
            "warn"
        } else {
            "plain"
        },
        source: format!(
            "{} {} {}, {}; {} {}; {}{}{since}",
            t.price_by_level,
            priced.key.prefix.digits(),
            t.price_digits,
            origin_word(priced.key.origin, t),
            t.price_sample.to_lowercase(),
            figures::count(u64::from(priced.value.sample), language),
            priced.set.source,
            if since.is_empty() {
                ""
            } else if language == Language::Ru {
                " с "
            } else {
                " from "
            },
        ),
        rate,
        href: address_of(&priced.key, day, &pack.name),
    })
}

/// The prefilled text of a request for documents on the value of a line.
pub(super) fn request_text(item: usize, language: Language) -> String {
    match language {
        Language::Ru => format!(
            "Договор и приложения с ценами (товар {item})\nСчёт-фактура (инвойс) и прайс-лист продавца (товар {item})\nБанковские документы об оплате (товар {item})\nПояснение, почему цена ниже обычной (товар {item})"
        ),
        Language::En => format!(
            "Contract and annexes with prices (item {item})\nInvoice and the seller's price list (item {item})\nBank documents of payment (item {item})\nExplanation why the price is below the usual one (item {item})"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goods_come_back_from_an_address() {
        for text in ["8517130000..kg", "8517.CN.796"] {
            assert_eq!(key_of(&goods_of(text).unwrap()), text);
        }
        for text in ["", "8517", "8517.CN", "8517.XXX.kg", "8517.CN.", "a.CN.kg"] {
            assert_eq!(goods_of(text), None, "{text}");
        }
    }
}
