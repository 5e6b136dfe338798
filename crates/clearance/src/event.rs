//! Events: what happened to a case. They are the truth; everything else is derived from them.

use declaration::{Finding, Kind, OfficeCode, ProcedureCode, Severity, TaxNumber, Text};
use jiff::Timestamp;
use risk::Lane;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::act::Act;
use crate::case::DecidedBy;
use crate::dispatch::OfficerId;
use crate::input::PaperMark;
use crate::look::LookResult;
use crate::number::RegistrationNumber;
use crate::scoring::Scored;
use crate::security::Demand;
use crate::share::Part;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The bytes of a declaration came in and were understood.
    Filed {
        /// SHA-256 of the exact bytes, hexadecimal.
        sha256: String,
        /// Jurisdiction.
        pack: String,
        /// Import, export or transit.
        kind: Option<Kind>,
        /// The procedure of box 1.
        procedure: Option<ProcedureCode>,
        /// The office that registers.
        office: OfficeCode,
        /// Name of the declarant.
        declarant: String,
        /// Tax number of the declarant.
        declarant_number: Option<TaxNumber>,
        /// Lines of goods.
        items: u32,
        /// Supporting documents.
        documents: u32,
    },
    /// The control looked at it. Texts are rendered again from the declaration when needed.
    Controlled {
        /// Code, severity and place of each finding.
        findings: Vec<FindingMark>,
    },
    /// Payments and risk were computed.
    Assessed {
        /// Per payment kind: what is due and whether it is payable or conditional.
        totals: Vec<PaymentSum>,
        /// What must be paid.
        payable: Decimal,
        /// In this currency.
        currency: String,
        /// Total customs value in the same currency.
        customs_value: Decimal,
        /// How many payment lines were computed.
        lines: u32,
        /// The lane.
        lane: Lane,
        /// What must be secured before release, where the pack demands it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        security: Option<Demand>,
        /// Who pays which part, where several pay or security is demanded; else one payer pays all.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        parts: Vec<Part>,
    },
    /// Risk profiles or chance selected it. Withheld from whoever may not know what is looked for.
    Selected {
        /// Profiles that fired, each once.
        hits: Vec<String>,
        /// Whether the lane comes from random selection.
        random: bool,
    },
    /// Models in force scored it. Withheld: whoever knows what a model looks at declares otherwise.
    Scored {
        /// What each says.
        by: Vec<Scored>,
    },
    /// Not registered, because of errors.
    RegistrationRefused {
        /// Number of errors.
        errors: u32,
    },
    /// Registered under a number.
    Registered {
        /// The number.
        number: RegistrationNumber,
    },
    /// What a payer has to pay was set aside on their account; one event for each payer.
    PaymentReserved {
        /// The payer.
        payer: TaxNumber,
        /// The amount.
        amount: Decimal,
    },
    /// An account does not cover what its payer has to pay; one event for each who is short.
    PaymentAwaited {
        /// The payer, where the declaration names one.
        payer: Option<TaxNumber>,
        /// What is missing.
        shortfall: Decimal,
        /// Until when it can wait.
        deadline: Timestamp,
    },
    /// What was set aside became the state's.
    PaymentPosted {
        /// The payer.
        payer: TaxNumber,
        /// The amount.
        amount: Decimal,
    },
    /// What was set aside is the payer's again.
    PaymentReturned {
        /// The payer.
        payer: TaxNumber,
        /// The amount.
        amount: Decimal,
    },
    /// A guarantee covers what is conditional (EAEU customs code, articles 60 to 65).
    SecurityTaken {
        /// The number of the guarantee.
        guarantee: String,
        /// How much it covers.
        amount: Decimal,
        /// In this currency.
        currency: String,
    },
    /// No guarantee covers what is conditional.
    SecurityAwaited {
        /// What is not covered.
        missing: Decimal,
        /// Until when it can wait.
        deadline: Timestamp,
    },
    /// A guarantee does not cover the case any more.
    SecurityFreed {
        /// The number of the guarantee.
        guarantee: String,
        /// How much it covered.
        amount: Decimal,
        /// In this currency.
        currency: String,
    },
    /// An official has to look.
    Routed {
        /// Why.
        reasons: Vec<RouteReason>,
        /// Until when it has to be decided.
        deadline: Timestamp,
    },
    /// An official was chosen.
    Assigned {
        /// Who.
        officer: OfficerId,
        /// The load it adds.
        weight: u32,
    },
    /// The deadline passed without a decision.
    Overdue,
    /// Released.
    Released {
        /// By whom.
        by: DecidedBy,
        /// Whether payments stay conditional.
        conditional: bool,
        /// The officer's remark.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        remark: String,
    },
    /// Release refused.
    Refused {
        /// By whom.
        by: DecidedBy,
        /// Why, for the declarant.
        reason: String,
    },
    /// Withdrawn by the declarant.
    Withdrawn {
        /// Why.
        reason: String,
    },
    /// The declaration has a new version; the ones before are kept.
    Corrected {
        /// The number of the version; what was filed is 1.
        version: u32,
        /// The document that corrects.
        mark: PaperMark,
        /// Fields whose value changed.
        changes: u32,
        /// Lines of goods now.
        items: u32,
        /// Supporting documents now.
        documents: u32,
    },
    /// A correction is not taken, because of errors in what it would make.
    CorrectionRefused {
        /// The document that corrects.
        mark: PaperMark,
        /// Number of errors.
        errors: u32,
    },
    /// A document came to the case.
    PaperAttached {
        /// Which.
        mark: PaperMark,
    },
    /// What came of looks was recorded. Withheld: a result names profiles.
    ResultsRecorded {
        /// By whom.
        officer: OfficerId,
        /// What came of which.
        results: Vec<LookResult>,
    },
    /// An official did something short of deciding; it has a name of its own.
    #[serde(untagged)]
    Act(Act),
}

/// A finding as an event keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingMark {
    /// The check.
    pub code: String,
    /// How much it weighs.
    pub severity: Severity,
    /// Where.
    pub path: String,
}

impl From<&Finding> for FindingMark {
    fn from(finding: &Finding) -> Self {
        Self {
            code: finding.code.clone().into_owned(),
            severity: finding.severity,
            path: finding.path.as_str().to_owned(),
        }
    }
}

/// The sum of one payment kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentSum {
    /// The kind.
    pub kind: declaration::PaymentKind,
    /// The amount.
    pub amount: Decimal,
    /// Payable, conditional or none.
    pub status: reference::pack::PaymentStatus,
}

/// Why a case cannot be released without an official. The codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RouteReason {
    /// The pack does not allow automatic release at all.
    ReleaseIsManual,
    /// Risk put it into the yellow or red lane.
    Lane,
    /// The control warned.
    Warnings,
    /// A commodity code is outside the excerpt of the nomenclature that is loaded.
    CodeOutsideNomenclature,
    /// Some payment could not be computed.
    PaymentsIncomplete,
    /// The procedure is not released automatically.
    Procedure,
    /// The customs value is above the limit.
    Value,
    /// Outside the hours of automatic decisions.
    Hours,
    /// Relief from a payment or a preferential rate is claimed.
    Relief,
    /// Who filed it is not known to speak for the declarant.
    Filer,
    /// Who filed it is not known to speak for the payer.
    Payer,
    /// A declaration of the same consignment was withdrawn while somebody was to look at it.
    Withdrawn,
}

impl RouteReason {
    /// The reason in words.
    pub fn text(self) -> Text {
        match self {
            Self::ReleaseIsManual => {
                Text::new("автоматический выпуск не применяется", "no automatic release here")
            }
            Self::Lane => {
                Text::new("сработали профили риска или случайный отбор", "risk profiles or random selection")
            }
            Self::Warnings => Text::new("есть предупреждения контроля", "the control gave warnings"),
            Self::CodeOutsideNomenclature => Text::new(
                "код товара вне загруженной номенклатуры",
                "a commodity code outside the loaded nomenclature",
            ),
            Self::PaymentsIncomplete => {
                Text::new("не все платежи исчислены", "not every payment could be computed")
            }
            Self::Procedure => {
                Text::new("процедура требует решения должностного лица", "the procedure needs an official")
            }
            Self::Value => {
                Text::new("стоимость выше порога автоматического выпуска", "the value is above the limit")
            }
            Self::Relief => Text::new("заявлена льгота или преференция", "relief or a preference is claimed"),
            Self::Filer => Text::new(
                "не подтверждено, что подавший действует от имени декларанта",
                "nothing shows that who filed it speaks for the declarant",
            ),
            Self::Payer => Text::new(
                "не подтверждено право распоряжаться счётом плательщика",
                "nothing shows the right to spend from the payer's account",
            ),
            Self::Withdrawn => Text::new(
                "декларация на ту же партию была отозвана до проверки",
                "a declaration of the same consignment was withdrawn before it was looked at",
            ),
            Self::Hours => {
                Text::new("вне часов автоматических решений", "outside the hours of automatic decisions")
            }
        }
    }
}

impl Event {
    /// The names of events that are kept from the declarant.
    pub const WITHHELD: [&'static str; 4] = ["selected", "scored", "results_recorded", "measure_ordered"];

    /// Whether the event is kept from the declarant: it stands in no receipt, only its hash does.
    pub fn is_withheld(&self) -> bool {
        Self::WITHHELD.contains(&self.name())
    }

    /// The name of the event, as JSON has it.
    pub fn name(&self) -> &'static str {
        match self {
            Event::Filed { .. } => "filed",
            Event::Controlled { .. } => "controlled",
            Event::Assessed { .. } => "assessed",
            Event::Selected { .. } => "selected",
            Event::Scored { .. } => "scored",
            Event::RegistrationRefused { .. } => "registration_refused",
            Event::Registered { .. } => "registered",
            Event::PaymentReserved { .. } => "payment_reserved",
            Event::PaymentAwaited { .. } => "payment_awaited",
            Event::PaymentPosted { .. } => "payment_posted",
            Event::PaymentReturned { .. } => "payment_returned",
            Event::SecurityTaken { .. } => "security_taken",
            Event::SecurityAwaited { .. } => "security_awaited",
            Event::SecurityFreed { .. } => "security_freed",
            Event::Routed { .. } => "routed",
            Event::Assigned { .. } => "assigned",
            Event::Overdue => "overdue",
            Event::Released { .. } => "released",
            Event::Refused { .. } => "refused",
            Event::Withdrawn { .. } => "withdrawn",
            Event::Corrected { .. } => "corrected",
            Event::CorrectionRefused { .. } => "correction_refused",
            Event::PaperAttached { .. } => "paper_attached",
            Event::ResultsRecorded { .. } => "results_recorded",
            Event::Act(act) => act.name(),
        }
    }
}
