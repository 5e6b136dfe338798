//! A case: the fold of its events.

use std::fmt;
use std::str::FromStr;

use declaration::{Kind, OfficeCode, ProcedureCode, Severity, TaxNumber};
use jiff::Timestamp;
use risk::Lane;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::dispatch::OfficerId;
use crate::event::Event;
use crate::number::RegistrationNumber;
use crate::security::Security;
use crate::share::{self, Part, Share};

/// The identifier of a case: a UUID of version 7, so that identifiers sort by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseId(Uuid);

impl CaseId {
    /// An identifier from its time and 10 random bytes, both from outside.
    pub fn new(at: Timestamp, random: &[u8; 10]) -> Self {
        let millis = u64::try_from(at.as_millisecond()).unwrap_or_default();
        Self(uuid::Builder::from_unix_timestamp_millis(millis, random).into_uuid())
    }

    /// From its 16 bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// Its 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// The moment it carries, to the millisecond: that of the filing.
    pub fn at(&self) -> Timestamp {
        let [a, b, c, d, e, f, ..] = *self.0.as_bytes();
        let millis = i64::from_be_bytes([0, 0, a, b, c, d, e, f]);
        Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}

impl FromStr for CaseId {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(Self).map_err(|_| "a case identifier (a UUID) is expected")
    }
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing happened yet.
    New,
    /// Not registered because of errors. Final.
    RegistrationRefused,
    /// Registered; waits for money or security.
    WaitingForPayment,
    /// Registered; an official has it, or the queue for one.
    UnderControl,
    /// Released. Final.
    Released,
    /// Released while payments stay conditional. Final.
    ReleasedConditionally,
    /// Release refused. Final.
    ReleaseRefused,
    /// Withdrawn by the declarant. Final.
    Withdrawn,
}

impl State {
    /// Every state, in the order of a case's way.
    pub const ALL: [State; 8] = [
        State::New,
        State::RegistrationRefused,
        State::WaitingForPayment,
        State::UnderControl,
        State::Released,
        State::ReleasedConditionally,
        State::ReleaseRefused,
        State::Withdrawn,
    ];

    /// The stable name, as the store and addresses have it.
    pub fn as_str(self) -> &'static str {
        match self {
            State::New => "new",
            State::RegistrationRefused => "registration_refused",
            State::WaitingForPayment => "waiting_for_payment",
            State::UnderControl => "under_control",
            State::Released => "released",
            State::ReleasedConditionally => "released_conditionally",
            State::ReleaseRefused => "release_refused",
            State::Withdrawn => "withdrawn",
        }
    }

    /// What the outside sees: `refused`, `released`, `routed`, `waiting`; later also
    /// `release_refused` and `withdrawn`.
    pub fn outcome(self) -> &'static str {
        match self {
            State::New => "new",
            State::RegistrationRefused => "refused",
            State::WaitingForPayment => "waiting",
            State::UnderControl => "routed",
            State::Released | State::ReleasedConditionally => "released",
            State::ReleaseRefused => "release_refused",
            State::Withdrawn => "withdrawn",
        }
    }

    /// Whether nothing can happen any more.
    pub fn is_final(self) -> bool {
        match self {
            State::New | State::WaitingForPayment | State::UnderControl => false,
            State::RegistrationRefused
            | State::Released
            | State::ReleasedConditionally
            | State::ReleaseRefused
            | State::Withdrawn => true,
        }
    }
}

impl FromStr for State {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or("no such state")
    }
}

/// Who decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    /// The system, by the criteria of the pack.
    Automatic,
    /// An official.
    Officer(OfficerId),
}

impl DecidedBy {
    /// `automatic` or `officer`.
    pub fn as_str(&self) -> &'static str {
        match self {
            DecidedBy::Automatic => "automatic",
            DecidedBy::Officer(_) => "officer",
        }
    }
}

/// A case as its events leave it.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its identifier.
    pub id: CaseId,
    /// How many steps it has taken.
    pub seq: u32,
    /// Where it stands.
    pub state: State,
    /// Jurisdiction.
    pub pack: String,
    /// Import, export or transit.
    pub kind: Option<Kind>,
    /// The procedure.
    pub procedure: Option<ProcedureCode>,
    /// The registering office.
    pub office: Option<OfficeCode>,
    /// Name of the declarant.
    pub declarant: String,
    /// Tax number of the declarant.
    pub declarant_number: Option<TaxNumber>,
    /// Lines of goods.
    pub items: u32,
    /// Supporting documents.
    pub documents: u32,
    /// Errors and warnings found.
    pub errors: u32,
    /// Warnings found.
    pub warnings: u32,
    /// The registration number.
    pub number: Option<RegistrationNumber>,
    /// The lane.
    pub lane: Option<Lane>,
    /// Profiles that fired.
    pub hits: Vec<String>,
    /// What must be paid.
    pub payable: Decimal,
    /// Whether some payments are conditional.
    pub conditional: bool,
    /// In this currency.
    pub currency: String,
    /// Total customs value.
    pub customs_value: Decimal,
    /// Payment lines computed.
    pub payment_lines: u32,
    /// Who pays; of several the first.
    pub payer: Option<TaxNumber>,
    /// What is set aside for it, of all payers.
    pub reserved: Decimal,
    /// What is missing on the accounts, or not confirmed to be taken from them.
    pub shortfall: Decimal,
    /// Who pays which part, where the assessment says so; empty where `payer` pays all.
    pub shares: Vec<Share>,
    /// What must be secured, and what covers it.
    pub security: Security,
    /// Whose it is.
    pub officer: Option<OfficerId>,
    /// The load it is for its officer.
    pub weight: u32,
    /// When something has to have happened.
    pub deadline: Option<Timestamp>,
    /// Whether a deadline passed.
    pub overdue: bool,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// By whom.
    pub decided_by: Option<DecidedBy>,
    /// The version of the declaration that counts: 1 as filed, one more for each correction.
    pub version: u32,
}

impl Case {
    /// A case to which nothing has happened.
    pub fn new(id: CaseId, at: Timestamp) -> Self {
        Self {
            id,
            seq: 0,
            state: State::New,
            pack: String::new(),
            kind: None,
            procedure: None,
            office: None,
            declarant: String::new(),
            declarant_number: None,
            items: 0,
            documents: 0,
            errors: 0,
            warnings: 0,
            number: None,
            lane: None,
            hits: Vec::new(),
            payable: Decimal::ZERO,
            conditional: false,
            currency: String::new(),
            customs_value: Decimal::ZERO,
            payment_lines: 0,
            payer: None,
            reserved: Decimal::ZERO,
            shortfall: Decimal::ZERO,
            shares: Vec::new(),
            security: Security::default(),
            officer: None,
            weight: 0,
            deadline: None,
            overdue: false,
            filed_at: at,
            decided_at: None,
            decided_by: None,
            version: 1,
        }
    }

    /// Folds the events of one step.
    pub fn take(&mut self, events: &[Event], at: Timestamp) {
        self.seq += 1;
        for event in events {
            self.apply(event, at);
        }
    }

    fn apply(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::Filed {
                sha256: _,
                pack,
                kind,
                procedure,
                office,
                declarant,
                declarant_number,
                items,
                documents,
            } => {
                self.filed_at = at;
                self.pack = pack.clone();
                self.kind = *kind;
                self.procedure = *procedure;
                self.office = Some(*office);
                self.declarant = declarant.clone();
                self.declarant_number = *declarant_number;
                self.items = *items;
                self.documents = *documents;
            }
            Event::Controlled { findings } => {
                let count = |severity| {
                    u32::try_from(findings.iter().filter(|mark| mark.severity == severity).count())
                        .unwrap_or(u32::MAX)
                };
                self.errors = count(Severity::Error);
                self.warnings = count(Severity::Warning);
            }
            Event::Assessed { totals, payable, currency, customs_value, lines, lane, security, parts } => {
                self.payable = *payable;
                self.conditional =
                    totals.iter().any(|sum| sum.status == reference::pack::PaymentStatus::Conditional);
                self.currency = currency.clone();
                self.customs_value = *customs_value;
                self.payment_lines = *lines;
                self.lane = Some(*lane);
                let demand = security.clone();
                self.security.demanded = demand.as_ref().map(|demand| demand.amount).unwrap_or_default();
                self.security.named = demand.map(|demand| demand.named).unwrap_or_default();
                self.shares = parts.iter().copied().map(Share::of).collect();
                if let Some(first) = parts.first() {
                    self.payer = Some(first.payer);
                }
            }
            Event::Selected { hits, random: _ } => self.hits = hits.clone(),
            Event::RegistrationRefused { .. } => {
                self.decide(State::RegistrationRefused, DecidedBy::Automatic, at);
            }
            Event::Registered { number } => self.number = Some(*number),
            Event::PaymentReserved { payer, amount } => {
                self.reserved = self.reserved.saturating_add(*amount);
                // All payers are there or nothing is set aside.
                self.shortfall = Decimal::ZERO;
                self.shares.iter_mut().for_each(|share| share.shortfall = Decimal::ZERO);
                match self.shares.iter_mut().find(|share| share.payer == *payer) {
                    Some(share) => share.reserved = *amount,
                    None => self.payer = Some(*payer),
                }
            }
            Event::PaymentAwaited { payer, shortfall, deadline } => {
                self.shortfall = self.shortfall.saturating_add(*shortfall);
                match self.shares.iter_mut().find(|share| Some(share.payer) == *payer) {
                    Some(share) => share.shortfall = *shortfall,
                    None => self.payer = *payer,
                }
                self.wait(*deadline);
            }
            Event::PaymentPosted { payer, amount } | Event::PaymentReturned { payer, amount } => {
                self.reserved = self.reserved.saturating_sub(*amount).max(Decimal::ZERO);
                if let Some(share) = self.shares.iter_mut().find(|share| share.payer == *payer) {
                    share.reserved = Decimal::ZERO;
                }
            }
            Event::SecurityTaken { guarantee, amount, currency: _ } => self.security.take(guarantee, *amount),
            Event::SecurityFreed { guarantee, amount, currency: _ } => self.security.free(guarantee, *amount),
            Event::SecurityAwaited { missing: _, deadline } => self.wait(*deadline),
            Event::Routed { reasons: _, deadline } => {
                self.state = State::UnderControl;
                self.deadline = Some(*deadline);
            }
            Event::Assigned { officer, weight } => {
                self.officer = Some(officer.clone());
                self.weight = *weight;
            }
            Event::Overdue => {
                self.overdue = true;
                self.deadline = None;
            }
            Event::Released { by, conditional, remark: _ } => {
                let state = if *conditional { State::ReleasedConditionally } else { State::Released };
                self.decide(state, by.clone(), at);
            }
            Event::Refused { by, reason: _ } => self.decide(State::ReleaseRefused, by.clone(), at),
            Event::Withdrawn { reason: _ } => {
                self.state = State::Withdrawn;
                self.decided_at = Some(at);
                self.deadline = None;
            }
            Event::Corrected { version, mark: _, changes: _, items, documents } => {
                self.version = *version;
                self.items = *items;
                self.documents = *documents;
                self.hits.clear();
                // What is missing for this version, and on whose account, is said anew.
                self.shortfall = Decimal::ZERO;
            }
            Event::CorrectionRefused { .. }
            | Event::PaperAttached { .. }
            | Event::Scored { .. }
            | Event::ResultsRecorded { .. }
            | Event::Act(_) => {}
        }
    }

    /// A case that nothing else holds up waits for what is awaited.
    fn wait(&mut self, deadline: Timestamp) {
        if self.state == State::New {
            self.state = State::WaitingForPayment;
            self.deadline = Some(deadline);
        }
    }

    /// Who pays which part, whether one pays or several.
    pub fn parts(&self) -> Vec<Share> {
        if !self.shares.is_empty() {
            return self.shares.clone();
        }
        let Some(payer) = self.payer else { return Vec::new() };
        let Self { payable: amount, reserved, shortfall, .. } = *self;
        vec![Share { payer, amount, reserved, shortfall }]
    }

    /// What each payer has to pay of it, whether that is set aside or not.
    pub fn due(&self) -> Vec<Part> {
        let parts: Vec<Part> =
            self.shares.iter().map(|share| Part { payer: share.payer, amount: share.amount }).collect();
        share::due(self.payable, self.payer, &parts)
    }

    /// Whose money or guarantee the case waits for, each once; nobody, if it is decided.
    pub fn awaits(&self) -> Vec<TaxNumber> {
        if !matches!(self.state, State::WaitingForPayment | State::UnderControl) {
            return Vec::new();
        }
        let parts = self.parts();
        let short = parts.iter().filter(|share| share.shortfall > Decimal::ZERO).map(|share| share.payer);
        let mut awaited: Vec<TaxNumber> = short.collect();
        if self.security.missing() > Decimal::ZERO {
            awaited.extend(self.principals());
        }
        awaited.sort_unstable();
        awaited.dedup();
        awaited
    }

    /// Whose guarantees may cover the case: the payers' and the declarant's.
    pub fn principals(&self) -> Vec<TaxNumber> {
        let mut principals: Vec<TaxNumber> = self.parts().iter().map(|share| share.payer).collect();
        principals.extend(self.declarant_number);
        principals.sort_unstable();
        principals.dedup();
        principals
    }

    fn decide(&mut self, state: State, by: DecidedBy, at: Timestamp) {
        self.state = state;
        self.decided_by = Some(by);
        self.decided_at = Some(at);
        self.deadline = None;
    }
}
