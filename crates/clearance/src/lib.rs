//! The decision core: what happens to a declaration, step by step.
//!
//! [`assess`](assess::assess) looks at a declaration against one [`World`]; [`step`](step::step) moves
//! one [`Case`] by one [`Input`] and says which [`Event`]s happened. Both are pure: the world, the
//! time, the draw and whatever is scarce come in as parameters, so that every decision can be made
//! again years later and compared. A case is the fold of its events.

pub mod act;
pub mod assess;
pub mod case;
pub mod consignment;
pub mod dispatch;
pub mod dossier;
pub mod event;
pub mod fact;
pub mod input;
pub mod lifecycle;
pub mod links;
pub mod look;
pub mod number;
pub mod power;
pub mod record;
pub mod refusal;
pub mod scoring;
pub mod security;
pub mod share;
pub mod standing;
pub mod step;
pub mod trader;
pub mod value_decision;
pub mod values;
pub mod world;

pub use act::Act;
pub use assess::{Assessed, assess};
pub use case::{Case, CaseId, DecidedBy, State};
pub use consignment::Withdrawn;
pub use dispatch::{Officer, OfficerId};
pub use event::{Event, RouteReason};
pub use input::{Correction, Decision, Filing, Input, PaperMark, Standing};
pub use look::{FoundKind, Ground, LookResult};
pub use number::RegistrationNumber;
pub use power::Representation;
pub use record::{RecordError, Sheets, StepRecord};
pub use refusal::Refusal;
pub use security::Security;
pub use share::Share;
pub use step::{Step, Supply, step};
pub use world::World;
