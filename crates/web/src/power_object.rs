//! A power of attorney, as the API and the command line tell of it.

use centre::PowerView;
use clearance::Representation;
use clearance::power::{HeldPower, Person, PowerAct, ValueLimit};
use jiff::civil::Date;
use serde::Serialize;
use store::StoredPower;
use utoipa::ToSchema;

/// A power of attorney.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PowerObject {
    /// What its principal calls it.
    pub number: String,
    /// `in_force`, `not_yet`, `over` or `revoked`.
    pub state: &'static str,
    /// Who gave it.
    pub principal: PersonObject,
    /// Who may act.
    pub attorney: PersonObject,
    /// The tax number of who is spoken for in the end: of a delegated power the principal of the one it passes
    /// on.
    pub declarant: String,
    /// `file`, `correct`, `withdraw`.
    pub acts: Vec<&'static str>,
    /// Under which procedures; empty for all.
    pub procedures: Vec<String>,
    /// At which registering offices; empty for all.
    pub offices: Vec<String>,
    /// The highest customs value of one declaration.
    pub value_limit: Option<LimitObject>,
    /// The first day.
    pub valid_from: String,
    /// The last day.
    pub valid_to: String,
    /// Whether the attorney may pass it on, once.
    pub may_delegate: bool,
    /// The power it passes on.
    pub delegates: Option<String>,
    /// When it was revoked, RFC 3339.
    pub revoked_at: Option<String>,
    /// Why; there where one power is shown.
    pub revoked_because: Option<String>,
    /// SHA-256 of the exact bytes, hexadecimal.
    pub sha256: String,
    /// When it was filed, RFC 3339.
    pub filed_at: String,
}

/// A principal or an attorney.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PersonObject {
    /// The name.
    pub name: String,
    /// The tax number.
    pub tax_number: String,
}

impl From<&Person> for PersonObject {
    fn from(person: &Person) -> Self {
        Self { name: person.name.as_str().to_owned(), tax_number: person.tax_number.to_string() }
    }
}

/// A limit of the customs value.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LimitObject {
    /// A decimal.
    pub amount: String,
    /// The currency.
    pub currency: String,
}

impl From<&ValueLimit> for LimitObject {
    fn from(limit: &ValueLimit) -> Self {
        Self { amount: limit.amount.to_string(), currency: limit.currency.to_string() }
    }
}

/// How a power stands on a day.
pub(crate) fn state_of(stored: &StoredPower, day: Date) -> &'static str {
    if stored.revoked_at.is_some() {
        "revoked"
    } else if day < stored.valid_from {
        "not_yet"
    } else if day > stored.valid_to {
        "over"
    } else {
        "in_force"
    }
}

impl PowerObject {
    /// A power as it stands on a day.
    pub fn new(view: &PowerView, day: Date) -> Self {
        let (power, stored) = (&view.power, &view.stored);
        Self {
            number: power.number.to_string(),
            state: state_of(stored, day),
            principal: (&power.principal).into(),
            attorney: (&power.attorney).into(),
            declarant: stored.declarant.to_string(),
            acts: power.acts.iter().copied().map(PowerAct::as_str).collect(),
            procedures: power.procedures.named().map(ToString::to_string).collect(),
            offices: power.offices.named().map(ToString::to_string).collect(),
            value_limit: power.value_limit.as_ref().map(LimitObject::from),
            valid_from: power.valid_from.to_string(),
            valid_to: power.valid_to.to_string(),
            may_delegate: power.may_delegate,
            delegates: power.delegates.as_ref().map(ToString::to_string),
            revoked_at: stored.revoked_at.map(|at| at.to_string()),
            revoked_because: view.revocation.as_ref().map(|revocation| revocation.reason.clone()),
            sha256: stored.sha256.to_string(),
            filed_at: stored.filed_at.to_string(),
        }
    }
}

/// By what power a declaration was filed for its declarant, as it was at that moment.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RepresentationObject {
    /// Who acted.
    pub attorney: PersonObject,
    /// Whether their seal says so.
    pub sealed: bool,
    /// The powers from the one used to the one of the declarant; empty where there was none.
    pub powers: Vec<UsedPowerObject>,
}

/// A power that was used.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct UsedPowerObject {
    /// Its number.
    pub number: String,
    /// Who gave it.
    pub principal: PersonObject,
    /// The last day.
    pub valid_to: String,
    /// SHA-256 of its exact bytes, hexadecimal.
    pub sha256: String,
}

impl From<&Representation> for RepresentationObject {
    fn from(representation: &Representation) -> Self {
        let used = |held: &HeldPower| UsedPowerObject {
            number: held.power.number.to_string(),
            principal: (&held.power.principal).into(),
            valid_to: held.power.valid_to.to_string(),
            sha256: held.sha256.clone(),
        };
        Self {
            attorney: PersonObject {
                name: representation.name.clone(),
                tax_number: representation.attorney.to_string(),
            },
            sealed: representation.sealed,
            powers: representation.power.iter().flat_map(|held| held.chain()).map(used).collect(),
        }
    }
}
