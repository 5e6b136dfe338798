//! Currency rates on a day.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::Html;
use rust_decimal::Decimal;

use super::nomenclature::{Ask, Asked};
use super::{Shell, rendered};
use crate::access::Visitor;
use crate::api::nomenclature::{CurrencyRateObject, currency_rates, day_of, pack_of};
use crate::failure::Failure;
use crate::language::Language;
use crate::{App, figures};

#[derive(Template)]
#[template(path = "currencies.html")]
struct CurrenciesPage {
    shell: Shell,
    ask: Ask,
    into: String,
    rows: Vec<CurrencyRow>,
    examples: bool,
}

struct CurrencyRow {
    currency: String,
    name: String,
    units: String,
    rate: String,
    iso: String,
    date: String,
    example: bool,
    source: String,
}

/// The rates.
pub(crate) async fn currencies(
    State(app): State<App>,
    Visitor(who): Visitor,
    language: Language,
    uri: Uri,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    app.run(move |app| {
        let on = day_of(app, &asked.on)?;
        let world = app.centre().world();
        let reference = world.reference();
        let pack = pack_of(reference, &asked.jurisdiction)?;
        let ask = Ask::new(&asked, on, reference, who.as_ref(), language);
        let rates = currency_rates(reference, pack, on);
        let number = |text: &str| {
            text.parse::<Decimal>().map_or_else(|_| text.to_owned(), |value| figures::number(value, language))
        };
        let row = |rate: &CurrencyRateObject| CurrencyRow {
            currency: rate.currency.clone(),
            name: rate.name.clone(),
            units: number(&rate.units),
            rate: number(&rate.rate),
            iso: rate.date.to_string(),
            date: figures::day(rate.date, language),
            example: rate.example,
            source: rate.source.source.clone(),
        };
        rendered(&CurrenciesPage {
            into: pack.currency.to_string(),
            examples: rates.iter().any(|rate| rate.example),
            rows: rates.iter().map(row).collect(),
            ask,
            shell: Shell::new(app, who, language, &uri, "reference"),
        })
    })
    .await
}
