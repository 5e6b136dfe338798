//! Powers of attorney that machines read: who may act for whom, in what, until when.
//!
//! A [`Power`] is a small JSON document, sealed by its principal over its exact bytes. An attorney may pass
//! it on once, if it says so: the power it makes then names the one it [`delegates`](Power::delegates).
//! A [`Revocation`] is a document of the same kind.
//!
//! ```text
//! principal (the declarant) ──power──► attorney ──delegated power──► attorney of the attorney
//! ```
//!
//! These rules stand in the decision core and not beside the seals: they read procedures, offices and
//! values, and a replay makes them again. Whose seal a document bears, what is on file and what the time is
//! come in as parameters.

mod chain;
mod document;
mod fault;
mod scope;
#[cfg(test)]
mod tests;

use declaration::{Declaration, Finding, TaxNumber};
use serde::{Deserialize, Serialize};

pub use chain::{HeldPower, choose};
pub use document::{
    DOCUMENT_BYTES_MAX, NAMED_MAX, Person, PersonName, Power, PowerAct, PowerFault, PowerNumber, Revocation,
    ValueLimit,
};
pub use fault::{PowerRow, Why, page};
pub use scope::{Named, Occasion, Scope};

/// That somebody acts for a declarant who is somebody else, and the power that came closest to allow it.
///
/// It stands in the record of the step with all a decision rests on: what happens to the power later
/// changes nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Representation {
    /// The tax number of who acts.
    pub attorney: TaxNumber,
    /// Their name, as the seal has it; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Whether their seal says so. A filing by account alone goes to an official, as long as nobody's
    /// signature stands under another's declaration.
    pub sealed: bool,
    /// The power; none where none is on file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power: Option<Box<HeldPower>>,
}

impl Representation {
    /// Whether the power allows this.
    ///
    /// # Errors
    /// [`Why`] not.
    pub fn judge(&self, occasion: &Occasion<'_>) -> Result<(), Why> {
        let held = self.power.as_deref().ok_or(Why::NoPower)?;
        held.holds(occasion)?.covers(occasion)
    }

    /// Who acts, for people: the name, and the number it stands for.
    pub fn signed_by(&self) -> String {
        named(&self.name, &self.attorney)
    }

    /// The error of a declaration that they may not file, correct or withdraw.
    pub fn finding(&self, why: &Why, declaration: &Declaration) -> Finding {
        why.finding(&self.signed_by(), &declarant_of(declaration))
    }
}

/// A name with its tax number.
fn named(name: &str, number: &TaxNumber) -> String {
    if name.is_empty() { number.to_string() } else { format!("{name} ({number})") }
}

/// The declarant of a declaration, for people.
fn declarant_of(declaration: &Declaration) -> String {
    let Some(party) = &declaration.declarant else { return String::new() };
    let name = party.display_name().unwrap_or_default();
    party.tax_number().map_or_else(|| name.to_owned(), |number| named(name, &number))
}
