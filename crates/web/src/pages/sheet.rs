//! The payments of a declaration as a sheet of calculation: every step in the open, made to be printed.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{Html, Redirect};
use centre::CaseView;

use super::meaning::Meanings;
use super::payments::{PaymentLine, Payments};
use super::{Shell, rendered};
use crate::App;
use crate::access::{Caller, case_seen};
use crate::failure::{Failure, Kind};
use crate::figures;
use crate::language::Language;

/// Characters of a description at the head of a line of goods.
const DESCRIPTION_CHARS_MAX: usize = 160;

#[derive(Template)]
#[template(path = "sheet.html")]
struct SheetPage {
    shell: Shell,
    id: String,
    title: String,
    declarant: String,
    procedure: String,
    day: String,
    rules: String,
    customs_value: String,
    payments: Payments,
    goods: Vec<Goods>,
}

/// The payments of one line of goods.
struct Goods {
    position: u32,
    code: String,
    description: String,
    origin: String,
    payments: Vec<PaymentLine>,
}

/// The sheet of a case.
pub(crate) async fn sheet(
    State(app): State<App>,
    Caller(who): Caller,
    language: Language,
    uri: Uri,
    Path(reference): Path<String>,
) -> Result<Html<String>, Failure> {
    app.run(move |app| {
        let case = case_seen(app.centre(), &who, &reference, "page")?;
        let view = app.centre().view(case.id)?;
        let shell = Shell::new(app, Some(who), language, &uri, "declarations");
        page(app, shell, &view)
    })
    .await
}

/// The same under the name of a case.
pub(crate) async fn moved(Path(reference): Path<String>) -> Redirect {
    let reference: String = reference.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    Redirect::permanent(&format!("/declarations/{reference}/payments"))
}

fn page(app: &App, shell: Shell, view: &CaseView) -> Result<Html<String>, Failure> {
    let (language, t) = (shell.language, shell.t);
    let world = app.centre().world();
    let reference = world.reference();
    let pack = reference.pack(&view.assessed.pack).or_else(|| reference.packs().next());
    let pack = pack.ok_or_else(|| Failure::of(Kind::Internal))?;
    let meanings = Meanings { reference, pack, day: view.assessed.day, language };
    let computed = &view.assessed.payments;
    let mut payments = Payments::new(computed, &meanings, &|_| true, &|_| None);
    let case = &view.case;
    let goods = view.declaration.items.iter().zip(1u32..).map(|(item, position)| Goods {
        position,
        code: item.commodity_code.map(|code| figures::code(code.as_str())).unwrap_or_default(),
        description: figures::shortened(&item.description_text(), DESCRIPTION_CHARS_MAX),
        origin: item.origin_country.map(|code| code.to_string()).unwrap_or_default(),
        payments: payments.take_item(position),
    });
    let goods: Vec<Goods> = goods.collect();
    let named = case.declarant_number.map(|number| number.to_string());
    let procedure = case.procedure.map(|code| {
        let meaning = meanings.procedure(code.as_str()).unwrap_or_default();
        format!("{code} {meaning}").trim_end().to_owned()
    });
    let page = SheetPage {
        id: case.id.to_string(),
        title: case.number.map_or_else(|| t.not_registered.to_owned(), |number| number.to_string()),
        declarant: [Some(case.declarant.clone()).filter(|name| !name.is_empty()), named]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", "),
        procedure: procedure.unwrap_or_default(),
        day: figures::day(view.assessed.day, language),
        rules: language.pick(&pack.title).to_owned(),
        customs_value: format!(
            "{} {}",
            figures::amount(computed.customs_value_total, language),
            computed.currency
        ),
        payments,
        goods,
        shell,
    };
    rendered(&page)
}
