//! Inputs: what can come to a case from outside.

use declaration::TaxNumber;
use risk::Category;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::act::Act;
use crate::consignment::Withdrawn;
use crate::dispatch::OfficerId;
use crate::look::LookResult;
use crate::power::Representation;
use crate::trader::Known;

/// Something that comes to a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "input", rename_all = "snake_case")]
pub enum Input {
    /// A declaration is filed.
    File(Filing),
    /// The officer decides.
    Decide {
        /// Who decides.
        officer: OfficerId,
        /// What.
        decision: Decision,
        /// Why: required for a refusal, a remark otherwise.
        reason: String,
        /// The version of the declaration the officer has looked at; none where there can be only one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<u32>,
    },
    /// The declarant takes the declaration back.
    Withdraw {
        /// Why.
        reason: String,
        /// By what power somebody else does it for the declarant.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        power: Option<Box<Representation>>,
    },
    /// The declarant corrects the declaration: a new version of it.
    Correct(Correction),
    /// A document comes to the case: preliminary information, a value declaration, an inventory.
    Attach(PaperMark),
    /// An official asks for documents, examines, instructs, or says that a transit arrived.
    Act {
        /// Who.
        officer: OfficerId,
        /// What.
        act: Act,
    },
    /// An official says what came of looks.
    RecordResults {
        /// Who.
        officer: OfficerId,
        /// What came of which. Withheld: a result names profiles.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        results: Vec<LookResult>,
    },
    /// A payer's account was credited, or a guarantee was given.
    PaymentArrived,
    /// A guarantee covers the case, by a decision beside the case's own way.
    Cover {
        /// Who decides: a login, or a word for the operator.
        by: String,
        /// The number of the guarantee.
        guarantee: String,
        /// How much, in the currency of the case.
        amount: Decimal,
    },
    /// What covers the case is freed: the debt is paid, or the procedure is completed.
    FreeCover {
        /// Who decides: a login, or a word for the operator.
        by: String,
    },
    /// An officer may have become available.
    Assign,
    /// The case's deadline passed.
    DeadlineReached,
}

/// What an officer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The goods may go.
    Release,
    /// They may not.
    Refuse,
}

/// The circumstances of a filing, as far as a decision rests on them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Filing {
    /// SHA-256 of the exact bytes, hexadecimal.
    pub sha256: String,
    /// Who filed: a participant or the account that sent it.
    pub filer: String,
    /// Format and version of the document, such as `album-5.23`.
    pub format: String,
    /// The declarant's category at that time.
    pub category: Category,
    /// In whose name it was filed.
    pub standing: Standing,
    /// Who sealed it, where somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<Signer>,
    /// By what power somebody else files it for the declarant, with everything the decision needs of it. None
    /// where the declarant files, the operator, or somebody unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power: Option<Box<Representation>>,
    /// The earlier declaration of the same consignment that was withdrawn from under a look, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawn>,
    /// What was known of the declarant; none where the declaration names none, and in filings that are older than
    /// this. Withheld: it counts profiles that fired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Box<Known>>,
}

/// A document besides the declaration, as a case knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperMark {
    /// Its identifier, a UUID of version 7.
    pub paper: String,
    /// The kind, such as `correction` or `preliminary_road`.
    pub kind: String,
    /// SHA-256 of its exact bytes, hexadecimal.
    pub sha256: String,
}

/// A correction, as far as a decision rests on it. The new version itself is what the correction's
/// bytes and the version before make.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// The document that corrects.
    pub mark: PaperMark,
    /// Fields whose value changes.
    pub changes: u32,
    /// In whose name it comes, and the declarant's category: as for a filing.
    pub filing: Filing,
}

/// In whose name somebody files: who may commit a declarant, and spend a payer's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The operator of the centre, who answers for it: a command on the data directory.
    Operator,
    /// A participant, by a seal or an account that names its tax number.
    Participant(TaxNumber),
    /// Nobody known.
    #[default]
    Unknown,
}

impl Standing {
    /// Whether it speaks for the participant with this number.
    pub fn speaks_for(self, number: Option<TaxNumber>) -> bool {
        match self {
            Standing::Operator => true,
            Standing::Participant(own) => number == Some(own),
            Standing::Unknown => false,
        }
    }
}

/// Who sealed a filing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// The name in the certificate.
    pub name: String,
    /// The tax number in it.
    pub tax_number: Option<String>,
    /// SHA-256 of the certificate, hexadecimal.
    pub certificate: String,
}

impl Input {
    /// Whether the input is kept from the declarant, as the event it leads to is.
    pub fn is_withheld(&self) -> bool {
        match self {
            Input::RecordResults { .. } => true,
            Input::Act { act, .. } => act.is_withheld(),
            _ => false,
        }
    }

    /// What was known of the declarant, where the input is a filing or a correction.
    pub(crate) fn known_mut(&mut self) -> Option<&mut Option<Box<Known>>> {
        match self {
            Input::File(filing) => Some(&mut filing.known),
            Input::Correct(correction) => Some(&mut correction.filing.known),
            _ => None,
        }
    }

    /// The name of the input: as JSON has it, and of an act its own.
    pub fn name(&self) -> &'static str {
        match self {
            Input::File(_) => "file",
            Input::Decide { .. } => "decide",
            Input::Withdraw { .. } => "withdraw",
            Input::Correct(_) => "correct",
            Input::Attach(_) => "attach",
            Input::Act { act, .. } => act.name(),
            Input::RecordResults { .. } => "record_results",
            Input::PaymentArrived => "payment_arrived",
            Input::Cover { .. } => "cover",
            Input::FreeCover { .. } => "free_cover",
            Input::Assign => "assign",
            Input::DeadlineReached => "deadline_reached",
        }
    }
}
