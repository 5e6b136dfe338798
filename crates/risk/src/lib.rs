//! Risk: profiles in CEL, trader categories, random selection, lanes.
//!
//! A [`Profile`] says where a risk lies (its *area*, an expression over the declaration's own field
//! names), who is not meant (its *exclusions*) and what follows (measures, a lane, an instruction the
//! officer will see). [`Rules`] is a compiled, immutable set of them with a content hash;
//! [`Rules::assess`] puts a declaration into a [`Lane`]. Nothing here reads a clock, a disk or a
//! source of randomness: the day, the facts and the [`Draw`] are parameters, so that any assessment
//! can be replayed.
//!
//! The way of an area: `language` scans it for size, lets the `cel` crate parse it, checks types
//! against the table of fields and lowers it to a typed tree; `index` reads off that tree which
//! commodity codes, countries, procedures and traders it needs; `rules` evaluates only the
//! profiles whose needs the declaration meets. `advice` tells an author what a profile would come to:
//! [`advise`].
//!
//! [`history`] keeps what was filed as columns and asks the same compiled profiles of them: what a
//! profile would have found, before it is in force.

mod advice;
mod category;
mod document;
mod draw;
mod effect;
mod effort;
mod error;
mod facts;
pub mod history;
mod index;
mod lane;
mod language;
mod profile;
mod rules;
mod share;

pub use advice::{ADVICE_EACH_MAX, Advice, AdviceKind, Named, STEPS_COSTLY, advise};
pub use category::{
    APPEAL_DAYS_MAX, ByCategory, CRITERIA_MAX, Category, CategoryCriteria, Criterion, Explanation, Figures,
    Indicator, Near, ParticipantFacts, Reason, Scale, Span, Threshold, WEIGHT_MAX, categorise,
};
pub use document::{accept_profile, parse_profile};
pub use draw::{Draw, PARTS};
pub use effect::{Effect, EffectRow, LOOKS_MIN, Proposal, RATE_WITHOUT_BASE, Rate, Tally, effects};
pub use effort::Effort;
pub use error::{Fault, ProfileError};
pub use facts::{Facts, HistoryFacts, ItemFacts, PriceFacts, PriceUnit};
pub use lane::{Lane, LanePolicy, RandomRate, RandomSelection, Rates, Sampled, Stratum};
pub use language::{
    CHAIN_MAX, LIST_MAX, LOOPS_MAX, NESTING_MAX, NODES_MAX, NUMBER_DIGITS_MAX, SOURCE_BYTES_MAX,
};
pub use language::{NameKind, NamedField, check_expression, fields};
pub use profile::{
    Adjustment, MEASURES_MAX, Measure, NUMBER_CHARS_MAX, OFFICES_MAX, PROFILE_BYTES_MAX, Profile,
    ProfileKind, Stage, TEXT_CHARS_MAX,
};
pub use rules::{Assessment, Hit, Needs, PROFILES_MAX, Rules, Undecided};
pub use share::Share;
