//! Preliminary decisions on customs value: the register, and a form for officials who decide.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use centre::{Action, Identity, ValueDecisionError};
use clearance::value_decision::{Basis, Impossible, ValueDecision};
use jiff::civil::Date;
use serde::Deserialize;
use store::{Role, StoredValueDecision, ValueDecisionFilter};

use super::{Shell, rendered};
use crate::access::Caller;
use crate::api::filter::escaped;
use crate::api::powers::day;
use crate::bodies::Small;
use crate::failure::{Failure, Kind};
use crate::language::Language;
use crate::texts::Texts;
use crate::{App, figures};

/// Decisions on one page.
const PAGE: usize = 100;

/// What the address of the register can carry.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    participant: String,
    code: String,
    after: String,
}

/// A decision as a form sends it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Entered {
    number: String,
    participant: String,
    code: String,
    origin: String,
    /// `kilogram`, `unit` or `method`.
    basis: String,
    amount: String,
    valid_from: String,
    valid_to: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "value-decisions.html")]
struct RegisterPage {
    shell: Shell,
    asked: Asked,
    rows: Vec<DecisionRow>,
    next: Option<String>,
    may_decide: bool,
    own: bool,
    entered: Entered,
    refused: Option<String>,
}

/// A decision on a page.
pub(super) struct DecisionRow {
    pub(super) number: String,
    pub(super) participant: String,
    pub(super) goods: String,
    pub(super) says: String,
    pub(super) days: String,
    pub(super) holds: bool,
    pub(super) by: String,
    pub(super) reason: String,
}

impl DecisionRow {
    pub(super) fn new(stored: &StoredValueDecision, on: Date, shell: &Shell) -> Self {
        let (decision, language, t) = (&stored.decision, shell.language, shell.t);
        let origin = decision.origin.as_ref().map_or("", |country| country.as_str());
        let own = shell.who.as_ref().is_some_and(|who| who.role == Role::Declarant);
        Self {
            number: decision.number.clone(),
            participant: decision.participant.to_string(),
            goods: format!("{} {origin}", figures::code(&decision.code)).trim().to_owned(),
            says: says(decision.basis.clone(), t, language),
            days: format!(
                "{} — {}",
                figures::day(decision.valid_from, language),
                figures::day(decision.valid_to, language)
            ),
            holds: decision.valid_from <= on && on <= decision.valid_to,
            by: if own { String::new() } else { stored.decided_by.clone() },
            reason: decision.reason.clone(),
        }
    }
}

fn says(basis: Basis, t: &Texts, language: Language) -> String {
    match basis {
        Basis::PerKilogram { amount } => {
            format!("{} / {}", figures::amount(amount, language), t.price_kilogram)
        }
        Basis::PerUnit { amount } => format!("{} / {}", figures::amount(amount, language), t.price_unit),
        Basis::Method { method } => format!("{} {method}", t.decision_method),
    }
}

/// What a refusal says on the page.
fn words(why: Impossible, t: &Texts) -> &'static str {
    match why {
        Impossible::Number => t.decision_bad_number,
        Impossible::Code => t.decision_bad_code,
        Impossible::Basis => t.decision_bad_basis,
        Impossible::Days => t.decision_bad_days,
        Impossible::Reason => t.decision_bad_reason,
        Impossible::Taken => t.decision_taken,
        Impossible::Pack => t.decision_bad_pack,
    }
}

fn page(
    app: &App,
    who: Identity,
    language: Language,
    uri: &Uri,
    asked: Asked,
    entered: Entered,
    refused: Option<String>,
) -> Result<axum::response::Html<String>, Failure> {
    let own = who.role == Role::Declarant;
    let participant = match (own, who.participant) {
        (true, Some(number)) => Some(number),
        (true, None) => return Err(Failure::of(Kind::Forbidden)),
        (false, _) if asked.participant.trim().is_empty() => None,
        (false, _) => Some(asked.participant.trim().parse().map_err(|_| {
            Failure::of(Kind::BadRequest).because(
                "participant: это не номер налогоплательщика.",
                "participant: this is no tax number.",
            )
        })?),
    };
    let filter = ValueDecisionFilter {
        participant,
        code: asked.code.chars().filter(char::is_ascii_digit).take(10).collect(),
        after: asked.after.clone(),
        limit: PAGE + 1,
    };
    let mut found = app.centre().value_decisions(&filter)?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let today = day(app);
    let may_decide = who.may(Action::Decide);
    let shell = Shell::new(app, Some(who), language, uri, "reference");
    let next = found.last().filter(|_| more).map(|last| {
        let (participant, code) = (escaped(&asked.participant), escaped(&asked.code));
        let after = escaped(&last.decision.number);
        format!("/value-decisions?participant={participant}&code={code}&after={after}")
    });
    rendered(&RegisterPage {
        rows: found.iter().map(|stored| DecisionRow::new(stored, today, &shell)).collect(),
        next,
        may_decide,
        own,
        asked,
        entered,
        refused,
        shell,
    })
}

/// The register: all of it for officials, their own decisions for traders.
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let who = caller.who_may(Action::SeeCases)?;
    app.run(move |app| Ok(page(app, who, language, &uri, asked, Entered::default(), None)?.into_response()))
        .await
}

impl Entered {
    fn decision(&self, pack: &str) -> Result<ValueDecision, Impossible> {
        let amount = || self.amount.trim().replace(',', ".").parse().map_err(|_| Impossible::Basis);
        Ok(ValueDecision {
            number: self.number.trim().to_owned(),
            participant: self.participant.trim().parse().map_err(|_| Impossible::Number)?,
            pack: pack.to_owned(),
            code: self.code.chars().filter(char::is_ascii_digit).collect(),
            origin: match self.origin.trim() {
                "" => None,
                code => Some(code.to_uppercase().parse().map_err(|_| Impossible::Code)?),
            },
            basis: match self.basis.as_str() {
                "kilogram" => Basis::PerKilogram { amount: amount()? },
                "unit" => Basis::PerUnit { amount: amount()? },
                _ => Basis::Method { method: self.amount.trim().parse().map_err(|_| Impossible::Basis)? },
            },
            valid_from: self.valid_from.parse().map_err(|_| Impossible::Days)?,
            valid_to: self.valid_to.parse().map_err(|_| Impossible::Days)?,
            reason: self.reason.trim().to_owned(),
        })
    }
}

/// Records a decision.
pub(crate) async fn decide(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
    Small(Form(entered), _held): Small<Form<Entered>>,
) -> Result<Response, Failure> {
    let who = caller.who_may(Action::Decide)?;
    app.run(move |app| {
        let pack = app.centre().world().reference().default_pack().name.clone();
        let decided = entered
            .decision(&pack)
            .map_err(ValueDecisionError::from)
            .and_then(|decision| app.centre().decide_value(&who, decision));
        match decided {
            Ok(stored) => {
                let address = format!("/value-decisions?participant={}", stored.decision.participant);
                Ok(Redirect::to(&address).into_response())
            }
            Err(ValueDecisionError::Refused(why)) => {
                let said = Some(words(why, Texts::of(language)).to_owned());
                let page = page(app, who, language, &uri, Asked::default(), entered, said)?;
                Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
            }
            Err(ValueDecisionError::Centre(why)) => Err(why.into()),
        }
    })
    .await
}
