//! The records a store keeps besides cases.

use clearance::dossier::Area;
use clearance::power::PowerNumber;
use clearance::{CaseId, LookResult};
use declaration::{OfficeCode, TaxNumber};
use jiff::Timestamp;
use jiff::civil::Date;
use log::Hash;
use reference::{ContentHash, DatasetEntry};
use risk::Lane;
use serde::{Deserialize, Serialize};

/// The document of a new case, as it is stored: compressed by the caller, who does it in parallel.
#[derive(Debug, Clone, Copy)]
pub struct NewDocument<'a> {
    /// Who filed it.
    pub filer: &'a str,
    /// What makes it the same document, whoever files it: its identifier, else the digest.
    pub identity: &'a str,
    /// SHA-256 of the exact bytes.
    pub sha256: &'a Hash,
    /// Format and version, such as `album-5.23`.
    pub format: &'a str,
    /// The exact bytes, compressed with Zstandard.
    pub compressed: &'a [u8],
    /// How many bytes it has uncompressed.
    pub size: u32,
    /// The seal's text, where there is one.
    pub seal: Option<&'a [u8]>,
}

/// The document of a case, as it was filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDocument {
    /// Who filed it.
    pub filer: String,
    /// SHA-256 of the exact bytes.
    pub sha256: Hash,
    /// Format and version.
    pub format: String,
    /// The exact bytes.
    pub bytes: Vec<u8>,
    /// The seal's text.
    pub seal: Option<Vec<u8>>,
}

/// A step of a case, or of the system itself, as the log covers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredStep {
    /// Its place in the log, from 0 without gaps.
    pub leaf: u64,
    /// The case; none for a step of the system (a commitment to the day's secret).
    pub case: Option<CaseId>,
    /// The number of the step in its case, from 1; 0 for the system.
    pub seq: u32,
    /// When.
    pub at: Timestamp,
    /// The salt of its entry.
    pub salt: [u8; 16],
    /// The canonical bytes the log covers.
    pub body: Vec<u8>,
    /// What is withheld from receipts; the body carries its hash.
    pub withheld: Option<Vec<u8>>,
    /// The leaf hash, RFC 6962.
    pub leaf_hash: Hash,
}

/// A signed checkpoint. Tiles and leaf hashes are what is needed to go on from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// Leaves in the tree.
    pub size: u64,
    /// The signed note.
    pub note: String,
}

/// Which cases to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseFilter {
    /// Only in this state.
    pub state: Option<clearance::State>,
    /// Only with this registering office.
    pub office: Option<OfficeCode>,
    /// Only in this lane.
    pub lane: Option<Lane>,
    /// Only with this officer.
    pub officer: Option<String>,
    /// Only of this declarant.
    pub declarant: Option<TaxNumber>,
    /// Only of this filer or this declarant: what a trader may see. Filer and declarant number.
    pub visible_to: Option<(String, Option<TaxNumber>)>,
    /// Filed at or after.
    pub from: Option<Timestamp>,
    /// Filed before.
    pub to: Option<Timestamp>,
    /// Only cases before this one in the list: the next page.
    pub after: Option<CaseId>,
    /// Only open cases that wait for somebody (under control or waiting for payment).
    pub open: bool,
    /// At most so many.
    pub limit: usize,
}

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Files declarations and sees their own.
    Declarant,
    /// Decides cases that are theirs, sees those of their offices.
    Officer,
    /// Writes and tests risk profiles, agrees to them.
    Analyst,
    /// Approves risk profiles, cancels them.
    RiskChief,
    /// Watches everything, changes nothing.
    Duty,
    /// Reads everything, and who read what.
    Auditor,
    /// Runs the system: users, reference data.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 7] = [
        Role::Declarant,
        Role::Officer,
        Role::Analyst,
        Role::RiskChief,
        Role::Duty,
        Role::Auditor,
        Role::Administrator,
    ];

    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Declarant => "declarant",
            Role::Officer => "officer",
            Role::Analyst => "analyst",
            Role::RiskChief => "risk_chief",
            Role::Duty => "duty",
            Role::Auditor => "auditor",
            Role::Administrator => "administrator",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or("no such role")
    }
}

/// A person with an account.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The login; for officers also their identifier in cases.
    pub login: String,
    /// The name to show.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The argon2 hash of the password, in PHC form. Never in logs.
    pub password_hash: String,
    /// The participant they file for, by tax number.
    pub participant: Option<TaxNumber>,
    /// Where they have a hand in risk profiles.
    pub area: Area,
}

impl std::fmt::Debug for User {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("User").field("login", &self.login).field("role", &self.role).finish_non_exhaustive()
    }
}

/// A dataset to be kept: compressed by the caller, before the transaction, so that nobody waits for it to write.
#[derive(Debug, Clone, Copy)]
pub struct NewDataset<'a> {
    /// What it is.
    pub set: &'a DatasetEntry,
    /// Its bytes, compressed with Zstandard.
    pub compressed: &'a [u8],
    /// How many bytes it has uncompressed.
    pub size: usize,
}

/// An import of reference data to be recorded, or the taking back of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewImport {
    /// When.
    pub at: Timestamp,
    /// Who did it: a login, or a word for the program itself.
    pub actor: String,
    /// The dataset imported, or taken back.
    pub dataset: ContentHash,
    /// The import that is taken back; one can be taken back once.
    pub undoes: Option<u64>,
    /// The world it leads to.
    pub world: ContentHash,
}

/// An import of reference data as it is recorded, or the taking back of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its number; they rise in the order of effect.
    pub ordinal: u64,
    /// When.
    pub at: Timestamp,
    /// Who did it: a login, or a word for the program itself; empty where nobody recorded it.
    pub actor: String,
    /// The dataset imported, or taken back.
    pub dataset: DatasetEntry,
    /// The import that is taken back.
    pub undoes: Option<u64>,
    /// The world it led to.
    pub world: ContentHash,
}

/// What a world is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldManifest {
    /// The world's name.
    pub hash: ContentHash,
    /// The datasets of its reference data, in the order they are read in.
    pub datasets: Vec<DatasetEntry>,
    /// The sources of its risk profiles, TOML, in order.
    pub profiles: Vec<String>,
}

/// How many cases came to what in one minute. Sums, so that adding up is all a reader does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The start of the minute.
    pub minute: Timestamp,
    /// The registering office.
    pub office: String,
    /// `refused`, `released`, `routed`, `waiting`, or a later decision.
    pub outcome: String,
    /// The lane, or empty.
    pub lane: String,
    /// `automatic`, `officer`, or empty.
    pub decided_by: String,
    /// How many.
    pub count: u64,
    /// Milliseconds from filing to this outcome, summed.
    pub milliseconds: u64,
}

/// What came of a look, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResult {
    /// The case.
    pub case: CaseId,
    /// When it was recorded.
    pub at: Timestamp,
    /// The registering office of the case.
    pub office: String,
    /// Who recorded it.
    pub officer: String,
    /// The currency of the amount found.
    pub currency: String,
    /// The result.
    pub result: LookResult,
}

/// That a person read a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRecord {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub login: String,
    /// What: the case.
    pub case: CaseId,
    /// Through what: `page`, `api`, `receipt`, `document`.
    pub what: String,
}

/// A document besides a declaration: preliminary information, a value declaration, a correction, …
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPaper {
    /// Its identifier, a UUID of version 7, as cases have.
    pub id: CaseId,
    /// The stable name of its kind, such as `preliminary_road`.
    pub kind: String,
    /// Format and version, such as `album-5.23`.
    pub format: String,
    /// Who filed it.
    pub filer: String,
    /// The declarant it names, where it names one.
    pub declarant_number: Option<TaxNumber>,
    /// SHA-256 of the exact bytes.
    pub sha256: Hash,
    /// When it came.
    pub at: Timestamp,
    /// The case it belongs to; none while it waits for its declaration.
    pub case: Option<CaseId>,
    /// Warnings and hints found in it, as JSON.
    pub findings: String,
}

/// The bytes of a paper, as they are stored.
#[derive(Debug, Clone, Copy)]
pub struct NewPaper<'a> {
    /// What is known of it.
    pub paper: &'a StoredPaper,
    /// What a declaration that follows can name it by: numbers of transport documents, containers, means
    /// of transport, the identifier of the declaration.
    pub keys: &'a [String],
    /// The exact bytes, compressed with Zstandard.
    pub compressed: &'a [u8],
    /// How many bytes it has uncompressed.
    pub size: u32,
    /// The seal's text, where there is one.
    pub seal: Option<&'a [u8]>,
}

/// Which papers to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaperFilter {
    /// Only of this case.
    pub case: Option<CaseId>,
    /// Only of this filer or naming this declarant.
    pub visible_to: Option<(String, Option<TaxNumber>)>,
    /// Only papers before this one in the list: the next page.
    pub after: Option<CaseId>,
    /// At most so many.
    pub limit: usize,
}

/// A power of attorney as it was filed: its exact bytes, and what it is looked up by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPower {
    /// What its principal calls it.
    pub number: PowerNumber,
    /// Who gave it.
    pub principal: TaxNumber,
    /// Who may act.
    pub attorney: TaxNumber,
    /// Who is spoken for in the end: of a delegated power the principal of the one it passes on.
    pub declarant: TaxNumber,
    /// The power it passes on.
    pub delegates: Option<PowerNumber>,
    /// The first day.
    pub valid_from: Date,
    /// The last day.
    pub valid_to: Date,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// SHA-256 of the exact bytes.
    pub sha256: Hash,
    /// The exact bytes.
    pub document: Vec<u8>,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// Through which account.
    pub filer: String,
}

/// A revocation to store.
#[derive(Debug, Clone, Copy)]
pub struct NewRevocation<'a> {
    /// The power it revokes.
    pub power: &'a PowerNumber,
    /// From when.
    pub at: Timestamp,
    /// SHA-256 of the exact bytes.
    pub sha256: &'a Hash,
    /// The exact bytes.
    pub document: &'a [u8],
    /// The text of the seal.
    pub seal: &'a [u8],
    /// Through which account it came.
    pub filer: &'a str,
}

/// A revocation as it was filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRevocation {
    /// The power it revokes.
    pub power: PowerNumber,
    /// From when.
    pub at: Timestamp,
    /// SHA-256 of the exact bytes.
    pub sha256: Hash,
    /// The exact bytes.
    pub document: Vec<u8>,
    /// The text of the seal.
    pub seal: Vec<u8>,
    /// Through which account it came.
    pub filer: String,
}

/// Which powers to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PowerFilter {
    /// Only those it has a part in: as principal, as attorney, or as who is spoken for. Counts before the
    /// other two.
    pub party: Option<TaxNumber>,
    /// Only of this principal.
    pub principal: Option<TaxNumber>,
    /// Only for this attorney.
    pub attorney: Option<TaxNumber>,
    /// Only those filed before this one: the next page.
    pub after: Option<PowerNumber>,
    /// At most so many.
    pub limit: usize,
}

/// Where notices are pushed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its identifier.
    pub id: CaseId,
    /// The account whose cases it is about.
    pub login: String,
    /// The address notices are posted to.
    pub url: String,
    /// The key their signatures are made with.
    pub secret: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The first leaf of the log not yet looked at.
    pub next_leaf: u64,
    /// Failures in a row.
    pub failures: u32,
    /// Nothing is tried before.
    pub wait_until: Option<Timestamp>,
}

/// A notice that could not be delivered yet. Later ones of the same case wait behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingNotice {
    /// Whose.
    pub subscription: CaseId,
    /// The leaf of the step it tells of.
    pub leaf: u64,
    /// The case.
    pub case: CaseId,
    /// When the step was made.
    pub at: Timestamp,
    /// Failed attempts.
    pub failures: u32,
    /// Not tried before.
    pub wait_until: Timestamp,
}
