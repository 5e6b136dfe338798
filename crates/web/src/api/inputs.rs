//! Inputs: what officers and declarants want of a case.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use centre::{Action, Centre, Identity, InputError};
use clearance::act::{Arrival, DocumentRequest, Means, WantedDocument};
use clearance::{Act, Case, Decision, Input, OfficerId};
use declaration::OfficeCode;
use jiff::Timestamp;
use risk::Measure;
use serde::Deserialize;
use store::Role;
use utoipa::ToSchema;

use crate::App;
use crate::access::{Caller, case_seen};
use crate::api::case_object::CaseRow;
use crate::bodies::Small;
use crate::failure::{Failure, Kind, Problem};

/// What somebody wants of a case.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    /// What.
    pub(crate) input: WishKind,
    /// Why, or what is to be done: required for a refusal, an instruction and documents on paper. Where
    /// documents are wanted, each line is one: the code of its kind as in box 44, and its name. Where a
    /// transit arrived, each line is a means of transport.
    #[serde(default)]
    pub(crate) reason: String,
    /// The version of the declaration a decision is about: where another counts by now, nothing is decided.
    #[serde(default)]
    pub(crate) version: Option<u32>,
    /// Where a transit arrived, or where the goods lie: eight digits.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) office: Option<OfficeCode>,
    /// Until when documents are wanted, RFC 3339.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) deadline: Option<Timestamp>,
    /// Measures that are ordered without a profile, such as `inspect`; why stands in `reason`.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub(crate) measures: Vec<Measure>,
    /// The line of goods they are for, from 1; none for the declaration as a whole.
    #[serde(default)]
    pub(crate) item: Option<u32>,
}

/// What can be wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WishKind {
    /// The officer who has the case releases the goods.
    Release,
    /// The officer who has the case refuses the release.
    Refuse,
    /// The declarant takes the declaration back.
    Withdraw,
    /// The officer wants documents, electronically.
    WantDocuments,
    /// The officer wants the documents already named on paper.
    WantPapers,
    /// The examination begins.
    StartExamination,
    /// The examination ended.
    FinishExamination,
    /// The officer instructs the declarant.
    Instruct,
    /// The officer refuses to change the declaration.
    RefuseChange,
    /// A released transit arrived.
    TransitArrived,
    /// The officer orders measures that no profile asks for; the declarant is not told.
    OrderMeasures,
}

impl WishKind {
    /// The name, as JSON has it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            WishKind::Release => "release",
            WishKind::Refuse => "refuse",
            WishKind::Withdraw => "withdraw",
            WishKind::WantDocuments => "want_documents",
            WishKind::WantPapers => "want_papers",
            WishKind::StartExamination => "start_examination",
            WishKind::FinishExamination => "finish_examination",
            WishKind::Instruct => "instruct",
            WishKind::RefuseChange => "refuse_change",
            WishKind::TransitArrived => "transit_arrived",
            WishKind::OrderMeasures => "order_measures",
        }
    }
}

impl Wish {
    /// The lines that say something.
    fn lines(&self) -> impl Iterator<Item = &str> {
        self.reason.lines().map(str::trim).filter(|line| !line.is_empty())
    }

    /// The act that is wanted, at the time given; none for a decision or a withdrawal.
    fn act(&self, case: &Case, now: Timestamp) -> Result<Option<Act>, Failure> {
        let reason = self.reason.trim().to_owned();
        Ok(Some(match self.input {
            WishKind::Release | WishKind::Refuse | WishKind::Withdraw => return Ok(None),
            WishKind::WantDocuments => Act::DocumentsWanted(DocumentRequest {
                // The steps of a case count on: so do its requests.
                number: case.seq,
                deadline: self.deadline,
                documents: self.lines().map(wanted).collect(),
            }),
            WishKind::WantPapers => Act::PapersWanted { reason },
            WishKind::StartExamination => Act::ExaminationStarted { at: now, remark: reason },
            WishKind::FinishExamination => Act::ExaminationFinished { at: now, remark: reason },
            WishKind::Instruct => Act::Instructed { text: reason, goods_office: self.office },
            WishKind::RefuseChange => Act::ChangeRefused { reason },
            WishKind::OrderMeasures => {
                Act::MeasureOrdered { measures: self.measures.clone(), reason, item: self.item }
            }
            WishKind::TransitArrived => Act::TransitArrived(Arrival {
                at: now,
                office: self.office.ok_or_else(|| {
                    Failure::of(Kind::BadRequest).because(
                        "Укажите таможенный орган назначения, 8 цифр.".to_owned(),
                        "Name the office of destination, 8 digits.".to_owned(),
                    )
                })?,
                means: self
                    .lines()
                    .map(|line| Means { identifier: line.to_owned(), nationality: None })
                    .collect(),
                remark: String::new(),
            }),
        }))
    }
}

/// One line of a request: `04021 Invoice`, or a name alone.
fn wanted(line: &str) -> WantedDocument {
    let (kind, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    // `04021` in the union, `N935` in the data model's countries.
    let is_code = (4..=5).contains(&kind.len())
        && kind.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && kind.bytes().any(|byte| byte.is_ascii_digit());
    if is_code {
        return WantedDocument {
            kind: kind.to_owned(),
            name: name.trim().to_owned(),
            ..WantedDocument::default()
        };
    }
    WantedDocument { name: line.to_owned(), ..WantedDocument::default() }
}

/// Gives a case what somebody wants, if they may want it.
pub(crate) fn wish(centre: &Centre, who: &Identity, case: &Case, wish: &Wish) -> Result<Case, Failure> {
    let officer = OfficerId(who.login.clone());
    let reason = wish.reason.clone();
    let allowed = match wish.input {
        WishKind::Withdraw => who.role == Role::Declarant,
        _ => who.may(Action::Decide),
    };
    if !allowed {
        return Err(InputError::Forbidden.into());
    }
    let input = match (wish.input, wish.act(case, centre.now())?) {
        (_, Some(act)) => Input::Act { officer, act },
        (WishKind::Withdraw, None) => Input::Withdraw { reason, power: None },
        (WishKind::Release, None) => {
            Input::Decide { officer, decision: Decision::Release, reason, version: wish.version }
        }
        (_, None) => Input::Decide { officer, decision: Decision::Refuse, reason, version: wish.version },
    };
    Ok(centre.input(case.id, input)?)
}

/// Release, refuse or withdraw a case; ask for documents, examine, instruct; say that a transit arrived.
///
/// An officer decides and acts on the cases that are theirs; a declarant withdraws their own. What the
/// declarant has to know goes out as a notice.
#[utoipa::path(
    post, path = "/api/v1/declarations/{case}/inputs", tag = "declarations",
    params(("case" = String, Path, description = "UUID, or registration number with `-` for `/`.")),
    request_body = Wish,
    responses(
        (status = 200, description = "The case as it stands now.", body = CaseRow),
        (status = 403, description = "Not yours to decide.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "None, or not for these eyes.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not possible where the case stands.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A refusal needs a reason, an act what is wanted.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn input(
    State(app): State<App>,
    Caller(who): Caller,
    Path(reference): Path<String>,
    Small(body, _held): Small<Result<Json<Wish>, JsonRejection>>,
) -> Result<Json<CaseRow>, Failure> {
    let Json(wanted) = body?;
    app.run(move |app| {
        let case = case_seen(app.centre(), &who, &reference, "api")?;
        let case = wish(app.centre(), &who, &case, &wanted)?;
        Ok(Json(CaseRow::new(&case)))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_request_is_a_document_with_its_kind() {
        for (line, kind, name) in [
            ("04021 Счёт-фактура (инвойс)", "04021", "Счёт-фактура (инвойс)"),
            ("02015", "02015", ""),
            ("N935 invoice", "N935", "invoice"),
            ("packing list", "", "packing list"),
            ("DATE of loading", "", "DATE of loading"),
        ] {
            let document = wanted(line);
            assert_eq!((document.kind.as_str(), document.name.as_str()), (kind, name));
        }
    }
}
