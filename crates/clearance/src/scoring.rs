//! Models in force: what scores a declaration beside the profiles, and what the record keeps of it.
//!
//! A world has at most one model that is *live* and one that is its *shadow*. Each says of the line of a declaration that
//! ranks highest how strict it would be. What the live one says counts: the stricter of rules, chance and model is the
//! lane. What the shadow says is recorded and moves nothing. Which models are in force is a person's act ([`life`]).

pub mod life;
mod refusal;

use std::sync::Arc;

use declaration::Declaration;
use jiff::civil::Date;
use reference::ContentHash;
use risk::{Draw, Facts, Lane};
use score::{Model, Rank, ScoreError, Selection};
use serde::{Deserialize, Serialize};

pub use refusal::{Refusal, hindrance_text};

/// Characters of a value kept with a reason; the declaration has the rest.
const VALUE_CHARS_MAX: usize = 80;
/// Weights are kept in parts of this: whole numbers are the same in every record.
const WEIGHT_PARTS: f64 = 10_000.0;

/// What a model in force may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Its proposals are recorded and move nothing.
    Shadow,
    /// Its proposals make lanes stricter.
    Live,
}

impl Mode {
    /// Both, in the order of their names in a world.
    pub const ALL: [Self; 2] = [Self::Live, Self::Shadow];

    /// The stable name, as JSON and the store have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Shadow => "shadow",
            Mode::Live => "live",
        }
    }
}

impl std::str::FromStr for Mode {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text).ok_or("a mode is `shadow` or `live`")
    }
}

/// A model and the hash of its file.
#[derive(Debug, Clone)]
pub struct Installed {
    model: Arc<Model>,
    sha256: ContentHash,
}

impl Installed {
    /// Reads the file of a model.
    ///
    /// # Errors
    /// It is no model, or was altered.
    pub fn read(file: &[u8]) -> Result<Self, ScoreError> {
        Ok(Self { model: Arc::new(Model::read(file)?), sha256: ContentHash::of(file) })
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The hash of its file.
    pub fn sha256(&self) -> ContentHash {
        self.sha256
    }
}

/// The models in force: at most one of each mode. A part of a world.
#[derive(Debug, Clone, Default)]
pub struct Models {
    live: Option<Installed>,
    shadow: Option<Installed>,
}

impl Models {
    /// No model.
    pub fn none() -> Self {
        Self::default()
    }

    /// The same with this one, or none, in the place of the one of a mode.
    #[must_use]
    pub fn with(mut self, mode: Mode, model: Option<Installed>) -> Self {
        match mode {
            Mode::Live => self.live = model,
            Mode::Shadow => self.shadow = model,
        }
        self
    }

    /// The model of a mode.
    pub fn of(&self, mode: Mode) -> Option<&Installed> {
        match mode {
            Mode::Live => self.live.as_ref(),
            Mode::Shadow => self.shadow.as_ref(),
        }
    }

    /// Those in force, by mode.
    pub fn all(&self) -> impl Iterator<Item = (Mode, &Installed)> {
        Mode::ALL.into_iter().filter_map(|mode| Some((mode, self.of(mode)?)))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.live.is_none() && self.shadow.is_none()
    }

    /// The one of a version.
    pub fn of_version(&self, version: &str) -> Option<&Installed> {
        self.all().map(|(_, model)| model).find(|model| model.model().version() == version)
    }

    /// What names them in the name of a world; nothing where there is none, so that worlds without models keep the
    /// names they had.
    pub(crate) fn name(&self) -> Option<String> {
        let name = |(mode, model): (Mode, &Installed)| format!("model {} {}", mode.as_str(), model.sha256);
        let names: Vec<String> = self.all().map(name).collect();
        (!names.is_empty()).then(|| names.join("\n"))
    }

    /// Adds what weighed most to what models of this world said of a declaration and did not select. A record keeps
    /// reasons of what was selected alone; the others follow from the declaration whenever somebody looks.
    pub fn explain(&self, scored: &mut [Scored], declaration: &Declaration, facts: &Facts, day: Date) {
        for one in scored.iter_mut().filter(|one| one.reasons.is_empty()) {
            let lines = score::declared::lines(declaration, facts, day);
            let place = usize::try_from(one.line.saturating_sub(1)).unwrap_or(usize::MAX);
            if let (Some(installed), Some(line)) = (self.of_version(&one.model), lines.get(place)) {
                one.reasons = installed.model().reasons(line).into_iter().map(Weighed::of).collect();
            }
        }
    }

    /// What each says of a declaration.
    pub(crate) fn score(
        &self,
        declaration: &Declaration,
        facts: &Facts,
        day: Date,
        draw: &Draw,
    ) -> Vec<Scored> {
        if self.is_empty() {
            return Vec::new();
        }
        let lines = score::declared::lines(declaration, facts, day);
        let said = |(mode, installed): (Mode, &Installed)| {
            let (place, proposal) = installed.model().propose_of(&lines, Some(draw))?;
            Some(Scored::of(mode, place, proposal))
        };
        self.all().filter_map(said).collect()
    }
}

/// What a model said of a declaration: of the line that ranks highest in it. Withheld from the declarant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scored {
    /// The version of the model.
    pub model: String,
    /// What it may do.
    pub mode: Mode,
    /// The line, from 1.
    pub line: u32,
    /// The logit, in parts of 2⁻²⁴: what lines are compared by.
    pub logit_parts: i64,
    /// The probability that something is found, in billionths.
    pub probability_billionths: u32,
    /// What lines are ranked by.
    pub rank: Rank,
    /// The lane it proposes.
    pub lane: Lane,
    /// Why that lane.
    pub selection: Selection,
    /// What weighed most, the strongest first; only where it was selected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Weighed>,
}

/// What one feature had to do with a score. What it is called stands in the model's table of features.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weighed {
    /// The feature.
    pub feature: String,
    /// What the line says; empty where it says nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// The model did not learn from this value.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unknown: bool,
    /// What it adds to the logit, in ten-thousandths: above zero it speaks for a look.
    pub weight_parts: i32,
}

impl Scored {
    fn of(mode: Mode, place: usize, proposal: score::Proposal) -> Self {
        Self {
            model: proposal.version,
            mode,
            line: u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1),
            logit_parts: proposal.score.logit_parts,
            probability_billionths: proposal.score.probability_billionths,
            rank: proposal.rank,
            lane: proposal.lane,
            selection: proposal.selection,
            reasons: proposal.reasons.into_iter().map(Weighed::of).collect(),
        }
    }

    /// The lane it leads to: none where it only watches.
    pub fn leads_to(&self) -> Option<Lane> {
        (self.mode == Mode::Live && self.selection != Selection::Nothing).then_some(self.lane)
    }

    /// Whether chance, and not the score, selected it.
    pub fn is_explored(&self) -> bool {
        matches!(self.selection, Selection::Chance { .. })
    }

    /// The probability in per cent, to one digit.
    pub fn percent(&self) -> f64 {
        (f64::from(self.probability_billionths) / 1e6).round() / 10.0
    }
}

impl Weighed {
    fn of(reason: score::Reason) -> Self {
        Self {
            feature: reason.feature,
            value: reason.value.chars().take(VALUE_CHARS_MAX).collect(),
            unknown: reason.unknown,
            // Rounded to these parts already, and far within their bounds.
            weight_parts: (reason.weight * WEIGHT_PARTS).round() as i32,
        }
    }

    /// What it adds to the logit.
    pub fn weight(&self) -> f64 {
        f64::from(self.weight_parts) / WEIGHT_PARTS
    }
}
