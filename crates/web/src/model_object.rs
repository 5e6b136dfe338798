//! Models that score declarations, as the API answers them and commands print them: one shape for both.

use std::collections::HashMap;
use std::sync::LazyLock;

use centre::{DriftReport, ModelDossier, ModelHead};
use clearance::scoring::{Refusal, Scored, hindrance_text};
use declaration::Text;
use score::{FeatureTable, Selection};
use serde::Serialize;
use serde_json::Value;
use store::StoredModelAct;
use utoipa::ToSchema;

use crate::language::Language;

/// What features are called. Models in force have the features of a declaration; an older one may have another, which is
/// told by its name.
static TITLES: LazyLock<HashMap<String, Text>> = LazyLock::new(|| {
    let table = FeatureTable::declared().map(|table| table.features).unwrap_or_default();
    table.into_iter().map(|feature| (feature.name, feature.title)).collect()
});

/// What a feature is called.
pub(crate) fn feature_title(name: &str, language: Language) -> String {
    TITLES.get(name).map_or_else(|| name.to_owned(), |title| language.pick(title).to_owned())
}

/// A model on a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ModelHeadObject {
    /// Its version: the first digits of the hash of its content.
    pub version: String,
    /// `proposed`, `shadow`, `live`, `replaced` or `withdrawn`.
    pub state: &'static str,
    /// Since when it stands so, RFC 3339.
    pub since: String,
    /// Who brought that about.
    pub by: String,
    /// Who proposed it last.
    pub proposer: String,
}

impl From<&ModelHead> for ModelHeadObject {
    fn from(head: &ModelHead) -> Self {
        Self {
            version: head.version.clone(),
            state: head.state.as_str(),
            since: head.since.to_string(),
            by: head.by.clone(),
            proposer: head.proposer.clone(),
        }
    }
}

/// An act on a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ModelActObject {
    /// `propose`, `shadow`, `go_live`, `replace` or `withdraw`.
    pub deed: &'static str,
    /// Where the model stood; null: it was new.
    pub from: Option<&'static str>,
    /// Where it stood then.
    pub to: &'static str,
    /// Who did it.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// Through what: `page`, `api`, `command`.
    pub through: String,
    /// Why.
    pub reason: String,
    /// Its leaf in the log.
    pub leaf: u64,
}

impl From<&StoredModelAct> for ModelActObject {
    fn from(stored: &StoredModelAct) -> Self {
        let act = &stored.act;
        Self {
            deed: act.deed.as_str(),
            from: act.from.map(|state| state.as_str()),
            to: act.to.as_str(),
            by: act.by.clone(),
            at: stored.at.to_string(),
            through: stored.through.clone(),
            reason: act.reason.clone(),
            leaf: stored.leaf,
        }
    }
}

/// Everything known of a model.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ModelObject {
    /// How it stands.
    #[serde(flatten)]
    pub head: ModelHeadObject,
    /// The hash of its file, SHA-256, hexadecimal.
    pub sha256: String,
    /// Whether its card lets a person put it live.
    pub may_go_live: bool,
    /// What its card says against that.
    pub hindrances: Vec<String>,
    /// What makes it a model of other features than a declaration has here; null: nothing.
    pub foreign: Option<String>,
    /// What it was made of and how good it is, as `greenlane risk card --json` prints it.
    #[schema(value_type = Object)]
    pub card: Value,
    /// Per cent of all declarations it sends to red and to yellow, and the part of both that chance selects.
    #[schema(value_type = Object)]
    pub plan: Value,
    /// Whether declarations filed lately look like those it learned from, as last looked at; null: not yet.
    #[schema(value_type = Option<Object>)]
    pub drift: Option<DriftReport>,
    /// All acts, in order.
    pub acts: Vec<ModelActObject>,
}

impl ModelObject {
    /// In a language.
    pub fn new(dossier: &ModelDossier, language: Language) -> Self {
        let model = dossier.installed.model();
        let against = dossier.hindrances.iter();
        Self {
            head: ModelHeadObject::from(&dossier.head),
            sha256: dossier.installed.sha256().to_string(),
            may_go_live: dossier.hindrances.is_empty() && dossier.foreign.is_none(),
            hindrances: against
                .map(|hindrance| language.pick(&hindrance_text(hindrance)).to_owned())
                .collect(),
            foreign: dossier.foreign.clone(),
            card: serde_json::to_value(model.card()).unwrap_or_default(),
            plan: serde_json::to_value(model.plan()).unwrap_or_default(),
            drift: dossier.drift.clone(),
            acts: dossier.acts.iter().map(ModelActObject::from).collect(),
        }
    }
}

/// What a model said of a declaration: for those on the side of the service.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ScoredObject {
    /// The version of the model.
    pub model: String,
    /// `shadow`: it only watches; `live`: its lane counts.
    pub mode: &'static str,
    /// The line that ranks highest, from 1.
    pub line: u32,
    /// The probability that something is found in it.
    pub probability: f64,
    /// The lane it proposes.
    pub lane: &'static str,
    /// Why that lane: `score`, `chance` or `nothing`.
    pub by: &'static str,
    /// What weighed most, the strongest first; empty where it was not selected.
    pub reasons: Vec<WeighedObject>,
}

/// What one feature had to do with a score.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WeighedObject {
    /// The feature.
    pub feature: String,
    /// What it is called.
    pub title: String,
    /// What the line says; empty where it says nothing.
    pub value: String,
    /// The model did not learn from this value.
    pub unknown: bool,
    /// What it adds to the logit: above zero it speaks for a look.
    pub weight: f64,
}

impl ScoredObject {
    /// In a language.
    pub fn new(scored: &Scored, language: Language) -> Self {
        let weighed = |reason: &clearance::scoring::Weighed| WeighedObject {
            title: feature_title(&reason.feature, language),
            feature: reason.feature.clone(),
            value: reason.value.clone(),
            unknown: reason.unknown,
            weight: reason.weight(),
        };
        Self {
            model: scored.model.clone(),
            mode: scored.mode.as_str(),
            line: scored.line,
            probability: f64::from(scored.probability_billionths) / 1e9,
            lane: scored.lane.as_str(),
            by: match scored.selection {
                Selection::Score => "score",
                Selection::Chance { .. } => "chance",
                Selection::Nothing => "nothing",
            },
            reasons: scored.reasons.iter().map(weighed).collect(),
        }
    }

    /// All that models said.
    pub fn all(scored: &[Scored], language: Language) -> Vec<Self> {
        scored.iter().map(|one| Self::new(one, language)).collect()
    }
}

/// Why a wish about a model came to nothing, in a sentence with its cure.
pub(crate) fn refused_sentence(refusal: &Refusal, language: Language) -> (String, String) {
    (language.pick(&refusal.text()).to_owned(), language.pick(&refusal.cure()).to_owned())
}
