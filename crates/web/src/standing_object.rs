//! How a trader stands, as the API tells of it.

use centre::{FactView, StandingView};
use clearance::standing::Act;
use declaration::Text;
use risk::{Explanation, Near, Reason};
use serde::Serialize;
use store::StoredStandingAct;
use utoipa::ToSchema;

use crate::language::Language;

/// How a participant stands today.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StandingObject {
    /// Tax number.
    pub number: String,
    /// Name; may be empty.
    pub name: String,
    /// `low`, `medium` or `high`.
    pub category: &'static str,
    /// The category the criteria lead to, where an official has to confirm it.
    pub proposed: Option<&'static str>,
    /// The last day of a category that was set by a decision.
    pub held_until: Option<String>,
    /// The day of all this.
    pub day: String,
    /// Where the facts lead by the criteria.
    pub leads_to: &'static str,
    /// Why, in one sentence.
    pub explanation: String,
    /// Every threshold.
    pub reasons: Vec<ReasonObject>,
    /// Thresholds that are near and would change the category.
    pub near: Vec<NearObject>,
    /// Days in which an appeal is decided.
    pub appeal_days: u32,
    /// Facts but for declarations registered here, newest first.
    pub facts: Vec<FactObject>,
    /// Where the next page of facts begins, for `older`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub older: Option<u64>,
    /// The newest acts, newest first.
    pub history: Vec<StandingActObject>,
}

/// A threshold a trader is held against.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReasonObject {
    /// What is measured.
    pub indicator: &'static str,
    /// The same in words.
    pub title: String,
    /// What it is.
    pub value: String,
    /// The threshold in words.
    pub threshold: String,
    /// The category it speaks for: `low` or `high`.
    pub toward: &'static str,
    /// Points.
    pub weight: u32,
    /// Whether it decides by itself.
    pub knock_out: bool,
    /// Whether it is reached.
    pub met: bool,
}

/// A threshold that is near.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct NearObject {
    /// What is measured.
    pub indicator: &'static str,
    /// The category beyond the threshold.
    pub then: &'static str,
    /// In words.
    pub text: String,
}

/// A fact about a trader.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FactObject {
    /// Its number.
    pub number: u64,
    /// The day it counts from.
    pub day: String,
    /// What it says.
    pub kind: &'static str,
    /// The same in words.
    pub title: String,
    /// How many or how much.
    pub amount: Option<String>,
    /// The case that shows it.
    pub case: Option<String>,
    /// The document that shows it.
    pub document: String,
    /// Why it was stated.
    pub reason: String,
    /// Who stated it; only for officials.
    pub stated_by: Option<String>,
    /// When it became known, RFC 3339.
    pub at: String,
    /// The fact it annuls.
    pub annuls: Option<u64>,
    /// The fact that annulled it.
    pub annulled_by: Option<u64>,
}

/// Something that happened to a standing.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StandingActObject {
    /// Its number: an appeal is decided by it.
    pub number: u64,
    /// When, RFC 3339.
    pub at: String,
    /// `stated`, `moved`, `proposed`, `appealed`, `decided`.
    pub deed: &'static str,
    /// The same in words.
    pub title: String,
    /// Its leaf of the log.
    pub leaf: u64,
    /// The category before.
    pub from: Option<&'static str>,
    /// The category after.
    pub to: Option<&'static str>,
    /// The fact it is about, or that caused it.
    pub fact: Option<u64>,
    /// The appeal it answers, or that caused it.
    pub appeal: Option<u64>,
    /// What was said: the appeal, or the reason.
    pub text: String,
    /// Of an appeal: the last day for deciding it.
    pub due: Option<String>,
    /// Who; only for officials.
    pub by: Option<String>,
}

/// A value as people write it: no zeros behind.
fn plain(value: rust_decimal::Decimal) -> String {
    value.normalize().to_string()
}

impl ReasonObject {
    fn new(reason: &Reason, pick: &dyn Fn(Text) -> String) -> Self {
        Self {
            indicator: reason.indicator.as_str(),
            title: pick(reason.indicator.title_over(reason.over)),
            value: plain(reason.value),
            threshold: pick(reason.threshold.words()),
            toward: reason.toward.as_str(),
            weight: reason.weight,
            knock_out: reason.knock_out,
            met: reason.met,
        }
    }
}

impl FactObject {
    pub(crate) fn new(view: &FactView, official: bool, language: Language) -> Self {
        let FactView { stored, annulled_by } = view;
        let fact = &stored.fact;
        Self {
            number: stored.number,
            day: fact.day.to_string(),
            kind: fact.kind.as_str(),
            title: language.pick(&fact.kind.title()).to_owned(),
            amount: fact.amount.map(plain),
            case: fact.case.map(|case| case.to_string()),
            document: fact.document.clone(),
            reason: fact.reason.clone(),
            stated_by: official.then(|| fact.stated_by.clone()),
            at: stored.at.to_string(),
            annuls: fact.annuls,
            annulled_by: *annulled_by,
        }
    }
}

impl StandingActObject {
    pub(crate) fn new(stored: &StoredStandingAct, official: bool, language: Language) -> Self {
        use clearance::standing::Basis;
        let (from, to) = stored.act.way().unzip();
        let mut object = Self {
            number: stored.number,
            at: stored.at.to_string(),
            deed: stored.act.name(),
            title: language.pick(&stored.act.title()).to_owned(),
            leaf: stored.leaf,
            from: from.map(|category| category.as_str()),
            to: to.map(|category| category.as_str()),
            fact: None,
            appeal: stored.act.answers(),
            text: String::new(),
            due: None,
            by: None,
        };
        let mut by = None;
        match &stored.act {
            Act::Stated { number, fact } => {
                object.fact = Some(fact.annuls.unwrap_or(*number));
                object.text.clone_from(&fact.reason);
                by = Some(&fact.stated_by);
            }
            Act::Moved { basis, .. } => match basis {
                Basis::Fact { fact } => object.fact = Some(*fact),
                Basis::Appeal { appeal } => object.appeal = Some(*appeal),
                Basis::Confirmed { by: official, reason } => {
                    object.text.clone_from(reason);
                    by = Some(official);
                }
                Basis::Time => {}
            },
            Act::Proposed { .. } => {}
            Act::Appealed { fact, text, by: trader, due } => {
                object.fact = *fact;
                object.text.clone_from(text);
                object.due = Some(due.to_string());
                by = Some(trader);
            }
            Act::Decided { by: official, reason, category, until, .. } => {
                object.text.clone_from(reason);
                object.to = category.map(|category| category.as_str());
                object.due = until.map(|day| day.to_string());
                by = Some(official);
            }
        }
        object.by = by.filter(|_| official).cloned();
        object
    }
}

impl StandingObject {
    pub(crate) fn new(
        view: &StandingView,
        facts: &[FactView],
        acts: &[StoredStandingAct],
        official: bool,
        language: Language,
    ) -> Self {
        let StandingView { participant, day, explanation, criteria } = view;
        let Explanation { category, reasons, near, .. } = explanation;
        let pick = |text: Text| language.pick(&text).to_owned();
        Self {
            number: participant.number.to_string(),
            name: participant.name.clone(),
            category: participant.category.as_str(),
            proposed: participant.proposed.map(|category| category.as_str()),
            held_until: participant.held_until.map(|day| day.to_string()),
            day: day.to_string(),
            leads_to: category.as_str(),
            explanation: pick(explanation.text()),
            reasons: reasons.iter().map(|reason| ReasonObject::new(reason, &pick)).collect(),
            near: near
                .iter()
                .map(|near: &Near| NearObject {
                    indicator: near.reason.indicator.as_str(),
                    then: near.then.as_str(),
                    text: pick(near.text()),
                })
                .collect(),
            appeal_days: criteria.appeal_days,
            older: None,
            facts: facts.iter().map(|fact| FactObject::new(fact, official, language)).collect(),
            history: acts.iter().map(|act| StandingActObject::new(act, official, language)).collect(),
        }
    }
}
