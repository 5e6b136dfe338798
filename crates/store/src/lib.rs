//! What Greenlane keeps, as a trait: cases, documents, steps, money, officers, the log, the worlds.
//!
//! A store offers two things: [`Store::transact`], one transaction that settles a whole batch with
//! one sync to disk, and plain reads. There is no SQL here; each store writes its own, and
//! [`conformance`] holds them to the same behaviour.

pub mod conformance;
mod dossiers;
mod models;
mod money;
mod participants;
mod records;
mod standing;

pub use dossiers::*;
pub use models::*;
pub use money::*;
pub use participants::*;
pub use records::*;
pub use standing::*;

use clearance::links::{MarkId, MarkKind};
use clearance::power::PowerNumber;
use clearance::{Case, CaseId, Ground, Officer, OfficerId, RegistrationNumber};
use declaration::{OfficeCode, TaxNumber};
use jiff::Timestamp;
use jiff::civil::Date;
use log::{FullTile, Hash};
use reference::{ContentHash, Dataset};
use risk::{EffectRow, Lane, RecordedMinutes};
use rust_decimal::Decimal;

/// Why a store cannot do what it was asked. The outer text is for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The disk is full; nothing of the transaction was kept.
    #[error("the disk is full; nothing was lost, but nothing more can be stored until there is room")]
    Full,
    /// Another process holds the store.
    #[error("{place} is in use by another process; stop it, or talk to it with --to URL")]
    Held {
        /// The data directory or address.
        place: String,
    },
    /// The data do not look as this program wrote them.
    #[error("the stored data are damaged or of another version: {0}")]
    Damaged(String),
    /// A condition that must hold would be broken; the transaction was undone.
    #[error("refused by the store: {0}")]
    Conflict(String),
    /// Anything else the database says.
    #[error("the store failed: {0}")]
    Failed(String),
}

/// How many sessions a login can have: generous for a person, bounded for a program that logs in
/// before every call.
pub const SESSIONS_PER_LOGIN_MAX: usize = 100;

/// Shorthand for what store operations return.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A place where everything is kept, durable when [`Store::transact`] returns.
pub trait Store: Send + Sync + 'static {
    /// Runs `work` in one transaction, commits with one sync, and returns. If `work` fails, the commit
    /// fails, or an operation failed whose error `work` let pass, nothing of it was kept. Transactions
    /// run one after another.
    ///
    /// # Errors
    /// Whatever `work` returns, or the store's own failure.
    fn transact(&self, work: &mut dyn FnMut(&mut dyn Transaction) -> Result<()>) -> Result<()>;

    /// A case as its events left it.
    fn case(&self, id: CaseId) -> Result<Option<Case>>;
    /// The case with a registration number.
    fn case_by_number(&self, number: &RegistrationNumber) -> Result<Option<CaseId>>;
    /// The case that some bytes of some filer made.
    fn case_of_filing(&self, filer: &str, sha256: &Hash) -> Result<Option<CaseId>>;
    /// The document a case was made from.
    fn document(&self, id: CaseId) -> Result<Option<StoredDocument>>;
    /// Cases that pass the filter, newest first, at most `filter.limit`; pages continue after a case.
    fn list(&self, filter: &CaseFilter) -> Result<Vec<Case>>;
    /// The steps of a case, in order.
    fn steps(&self, id: CaseId) -> Result<Vec<StoredStep>>;
    /// Steps by leaf, `from` on, at most `limit`, whatever case they belong to.
    fn steps_from(&self, from: u64, limit: usize) -> Result<Vec<StoredStep>>;

    /// A paper and its exact bytes.
    fn paper(&self, id: CaseId) -> Result<Option<(StoredPaper, Vec<u8>)>>;
    /// Papers that pass the filter, newest first, at most `filter.limit`.
    fn papers(&self, filter: &PaperFilter) -> Result<Vec<StoredPaper>>;
    /// Whether any paper waits for its declaration.
    fn papers_wait(&self) -> Result<bool>;
    /// Cases of a declarant that were withdrawn while somebody was to look at them (lane yellow or red), filed at or
    /// after a moment, newest first.
    fn withdrawn(&self, declarant: &TaxNumber, since: Timestamp, limit: usize)
    -> Result<Vec<(CaseId, Lane)>>;
    /// What came of the looks of a case, by ground, measure and line.
    fn results(&self, case: CaseId) -> Result<Vec<StoredResult>>;
    /// Why measures were not applied, on one ground, newest first.
    fn not_applied(&self, ground: &Ground, limit: usize) -> Result<Vec<StoredResult>>;
    /// What came of looks whose ground arose in a span of time, in sums.
    fn effects(&self, from: Timestamp, to: Timestamp) -> Result<Vec<EffectRow>>;
    /// How long measures took, as results say: of how many cases which minutes.
    fn recorded_minutes(&self) -> Result<Vec<RecordedMinutes>>;
    /// Cases whose document has this identity (the identifier of the document), newest first.
    fn cases_of_identity(&self, identity: &str) -> Result<Vec<CaseId>>;
    /// A power of attorney.
    fn power(&self, number: &PowerNumber) -> Result<Option<StoredPower>>;
    /// The text of its seal.
    fn power_seal(&self, number: &PowerNumber) -> Result<Option<Vec<u8>>>;
    /// What revoked it.
    fn power_revocation(&self, number: &PowerNumber) -> Result<Option<StoredRevocation>>;
    /// Powers that pass the filter, newest first, at most `filter.limit`.
    fn powers(&self, filter: &PowerFilter) -> Result<Vec<StoredPower>>;
    /// Powers by which the attorney speaks for the declarant, itself or passed on: those not revoked first,
    /// and of these the ones that end last; at most `limit`.
    fn powers_between(
        &self,
        declarant: &TaxNumber,
        attorney: &TaxNumber,
        limit: usize,
    ) -> Result<Vec<StoredPower>>;
    /// All subscriptions, or those of one account.
    fn subscriptions(&self, login: Option<&str>) -> Result<Vec<Subscription>>;
    /// Notices of a subscription that wait, in the order of their leaves.
    fn pending_notices(&self, subscription: CaseId, limit: usize) -> Result<Vec<PendingNotice>>;

    /// The newest signed checkpoint.
    fn checkpoint(&self) -> Result<Option<StoredCheckpoint>>;
    /// A full tile, if it was completed.
    fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>>;
    /// The leaf hashes of leaves `from` to `from + count`, as far as they exist.
    fn leaf_hashes(&self, from: u64, count: usize) -> Result<Vec<Hash>>;

    /// The balance of an account; zero if nothing was ever booked.
    fn balance(&self, account: &AccountId) -> Result<Decimal>;
    /// The newest postings that touch an account, newest first.
    fn postings(&self, account: &AccountId, limit: usize) -> Result<Vec<Posting>>;
    /// The sum of all balances per currency; every one must be zero.
    fn balance_sums(&self) -> Result<Vec<(String, Decimal)>>;
    /// Every account with the balance that is kept and the one its postings come to, of one moment, by name.
    fn accounts(&self) -> Result<Vec<AccountState>>;
    /// The banks that may guarantee, by code.
    fn banks(&self) -> Result<Vec<Bank>>;
    /// Guarantees, ended ones too, by number; all, or those of one principal.
    fn guarantees(&self, principal: Option<&TaxNumber>) -> Result<Vec<Guarantee>>;
    /// What is covered of which case by which guarantee, by guarantee and case.
    fn covers(&self) -> Result<Vec<Cover>>;

    /// All officers with shift and load.
    fn officers(&self) -> Result<Vec<Officer>>;
    /// A user by login.
    fn user(&self, login: &str) -> Result<Option<User>>;
    /// All users.
    fn users(&self) -> Result<Vec<User>>;
    /// The login of a live session, by the SHA-256 of its token.
    fn session(&self, token: &Hash, now: Timestamp) -> Result<Option<String>>;
    /// A secret by name.
    fn secret(&self, name: &str) -> Result<Option<Vec<u8>>>;
    /// The names of secrets that begin so, in order.
    fn secret_names(&self, prefix: &str) -> Result<Vec<String>>;
    /// A participant by tax number.
    fn participant(&self, number: &TaxNumber) -> Result<Option<Participant>>;
    /// Participants that are registered or of which something is known, by number, from after a text on.
    fn participants(&self, after: &str, limit: usize) -> Result<Vec<ParticipantRow>>;
    /// The marks of a participant, by kind, those declared last first; at most `limit` of each kind.
    fn marks_of(&self, number: &TaxNumber, limit: usize) -> Result<Vec<ParticipantMark>>;
    /// Who has a mark, by number.
    fn marked(&self, kind: MarkKind, mark: &MarkId, limit: usize) -> Result<Vec<ParticipantMark>>;
    /// How many cases of a declarant came to what, by the month of their filing (UTC), since a moment.
    fn flow_of(&self, declarant: &TaxNumber, since: Timestamp) -> Result<Vec<Flow>>;
    /// Why a declarant's cases were to be looked at since a moment, and what came of it, in sums.
    fn looks_of(&self, declarant: &TaxNumber, since: Timestamp) -> Result<Vec<LooksOf>>;
    /// The preliminary decision on value of a number, however it is written.
    fn value_decision(&self, number: &str) -> Result<Option<StoredValueDecision>>;
    /// Preliminary decisions on value that pass the filter, by number.
    fn value_decisions(&self, filter: &ValueDecisionFilter) -> Result<Vec<StoredValueDecision>>;
    /// Who read which participant's file, newest first.
    fn participant_reads(&self, limit: usize) -> Result<Vec<ParticipantRead>>;
    /// Participants by number, after one; at most `limit`.
    fn participants_after(&self, after: Option<&TaxNumber>, limit: usize) -> Result<Vec<Participant>>;
    /// What is known of a trader.
    fn trader(&self, number: &TaxNumber) -> Result<Option<StoredTrader>>;
    /// What is known of traders, by number, after one; at most `limit`.
    fn traders_after(
        &self,
        after: Option<&TaxNumber>,
        limit: usize,
    ) -> Result<Vec<(TaxNumber, StoredTrader)>>;
    /// A fact.
    fn fact(&self, number: u64) -> Result<Option<StoredFact>>;
    /// A fact and those before it of the same participant, newest first; at most `limit`.
    fn facts_back(&self, from: Option<u64>, limit: usize) -> Result<Vec<StoredFact>>;
    /// Facts of whomever from one number on, before another, in order; at most `limit`.
    fn facts_between(&self, from: u64, before: u64, limit: usize) -> Result<Vec<StoredFact>>;
    /// The number of the newest fact; 0 if there is none.
    fn last_fact(&self) -> Result<u64>;
    /// The numbers of all facts that are annulled.
    fn annulled_facts(&self) -> Result<Vec<u64>>;
    /// The number of the fact that annuls a fact.
    fn annulment_of(&self, fact: u64) -> Result<Option<u64>>;
    /// Acts on the standing of a participant, newest first, before one; at most `limit`.
    fn standing_acts(
        &self,
        participant: &TaxNumber,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<StoredStandingAct>>;
    /// The act on a standing whose leaf this is.
    fn standing_act_of_leaf(&self, leaf: u64) -> Result<Option<StoredStandingAct>>;
    /// Appeals nobody has decided, oldest first; at most `limit`.
    fn open_appeals(&self, limit: usize) -> Result<Vec<StoredStandingAct>>;

    /// The world decisions are made in now.
    fn current_world(&self) -> Result<Option<ContentHash>>;
    /// What a world is made of.
    fn world(&self, hash: &ContentHash) -> Result<Option<WorldManifest>>;
    /// The world decisions were made in at a moment.
    fn world_at(&self, at: Timestamp) -> Result<Option<ContentHash>>;
    /// At most two worlds whose names lie between two, both included.
    fn worlds_like(&self, first: &[u8; 32], last: &[u8; 32]) -> Result<Vec<ContentHash>>;
    /// All imports of reference data and takings back, in the order of effect.
    fn imports(&self) -> Result<Vec<Import>>;
    /// A dataset by its hash.
    fn dataset(&self, hash: &ContentHash) -> Result<Option<Dataset>>;

    /// A version of a profile with its text.
    fn profile_version(&self, number: &str, version: u32) -> Result<Option<ProfileVersion>>;
    /// All versions of a profile without their texts, oldest first.
    fn profile_history(&self, number: &str) -> Result<Vec<ProfileHead>>;
    /// Of each profile the version being prepared and the one in force, else the newest: by number and version.
    fn profile_heads(&self, filter: &ProfileFilter) -> Result<Vec<ProfileHead>>;
    /// All acts on a profile, in order.
    fn profile_acts(&self, number: &str) -> Result<Vec<StoredProfileAct>>;
    /// The act whose leaf this is.
    fn profile_act_of_leaf(&self, leaf: u64) -> Result<Option<StoredProfileAct>>;
    /// Versions that are approved from a day on that has come, in the order of their approvals.
    fn profiles_due(&self, day: Date) -> Result<Vec<(String, u32)>>;
    /// Who read which profile, newest first.
    fn profile_reads(&self, limit: usize) -> Result<Vec<ProfileRead>>;

    /// The file of a model.
    fn model(&self, version: &str) -> Result<Option<ModelFile>>;
    /// All acts on models, in order.
    fn model_acts(&self) -> Result<Vec<StoredModelAct>>;
    /// The act on a model whose leaf this is.
    fn model_act_of_leaf(&self, leaf: u64) -> Result<Option<StoredModelAct>>;
    /// The last drift of each model that was looked at.
    fn model_drifts(&self) -> Result<Vec<ModelDrift>>;

    /// Outcomes per minute from `from` on, oldest first.
    fn outcomes(&self, from: Timestamp) -> Result<Vec<Outcome>>;
    /// How many cases stand in each state.
    fn state_counts(&self) -> Result<Vec<(clearance::State, u64)>>;
    /// Who read what, newest first.
    fn reads(&self, limit: usize) -> Result<Vec<ReadRecord>>;
}

/// One open transaction: everything read in it is as nobody else changes it.
pub trait Transaction {
    /// The case that some bytes of some filer made.
    fn case_of_filing(&mut self, filer: &str, sha256: &Hash) -> Result<Option<CaseId>>;
    /// Under which case and number a document of a declarant is registered, unless that was refused or
    /// withdrawn since.
    fn registered_as(
        &mut self,
        identity: &str,
        declarant: &TaxNumber,
    ) -> Result<Option<(CaseId, RegistrationNumber)>>;
    /// A case as its events left it.
    fn case(&mut self, id: CaseId) -> Result<Option<Case>>;
    /// Stores a new case with its document. A second one of the same filer and bytes is a conflict; so
    /// is an identifier whose time is more than an hour from the filing.
    fn insert_case(&mut self, case: &Case, document: &NewDocument<'_>) -> Result<()>;
    /// Stores what changed of a case that is there.
    fn update_case(&mut self, case: &Case) -> Result<()>;
    /// Records why somebody is to look at a case; what is recorded already stays.
    fn put_grounds(&mut self, case: &Case, grounds: &[Ground], at: Timestamp) -> Result<()>;
    /// All grounds for a look of a case.
    fn grounds(&mut self, case: CaseId) -> Result<Vec<Ground>>;
    /// Grounds of a case of which nobody has said what came of them.
    fn open_grounds(&mut self, case: CaseId) -> Result<Vec<Ground>>;
    /// Records what came of a look; of the same case, ground, measure and line the last one counts, and one that says
    /// something counts before one that says that nobody said.
    fn put_result(&mut self, result: &StoredResult) -> Result<()>;
    /// What came of the looks of a case, by ground, measure and line.
    fn results(&mut self, case: CaseId) -> Result<Vec<StoredResult>>;
    /// The paper that some bytes of some filer made.
    fn paper_of_filing(&mut self, filer: &str, sha256: &Hash) -> Result<Option<StoredPaper>>;
    /// Stores a new paper. A second one of the same filer and bytes is a conflict.
    fn insert_paper(&mut self, paper: &NewPaper<'_>) -> Result<()>;
    /// Papers without a case that some of the keys name, with how many of them do, oldest first.
    fn papers_named(&mut self, keys: &[String]) -> Result<Vec<(StoredPaper, usize)>>;
    /// Gives a paper to a case; it must have none, or this one.
    fn give_paper(&mut self, paper: CaseId, case: CaseId) -> Result<()>;
    /// A power of attorney.
    fn power(&mut self, number: &PowerNumber) -> Result<Option<StoredPower>>;
    /// How many powers between the two are not over on a day and not revoked.
    fn powers_in_force(&mut self, declarant: &TaxNumber, attorney: &TaxNumber, day: Date) -> Result<usize>;
    /// Stores a new power, not revoked, with the text of its seal. A second one of the same number is a
    /// conflict.
    fn insert_power(&mut self, power: &StoredPower, seal: &[u8]) -> Result<()>;
    /// Revokes a power; one that is not there, or was revoked before, is a conflict.
    fn revoke_power(&mut self, revocation: &NewRevocation<'_>) -> Result<()>;
    /// Adds or replaces a subscription.
    fn put_subscription(&mut self, subscription: &Subscription) -> Result<()>;
    /// Ends a subscription and forgets its waiting notices.
    fn end_subscription(&mut self, id: CaseId) -> Result<()>;
    /// Adds or replaces a waiting notice.
    fn put_pending_notice(&mut self, notice: &PendingNotice) -> Result<()>;
    /// Forgets a waiting notice.
    fn drop_pending_notice(&mut self, subscription: CaseId, leaf: u64) -> Result<()>;
    /// Stores one step. Its leaf must be the next one, and its number the next one of its case.
    fn append_step(&mut self, step: &StoredStep) -> Result<()>;
    /// Stores tiles that became full, each once.
    fn put_tiles(&mut self, tiles: &[FullTile]) -> Result<()>;
    /// Stores a signed checkpoint; replaces the one before. It cannot cover
    /// fewer leaves than that one, nor more than are stored.
    fn put_checkpoint(&mut self, checkpoint: &StoredCheckpoint) -> Result<()>;
    /// The newest signed checkpoint.
    fn checkpoint(&mut self) -> Result<Option<StoredCheckpoint>>;

    /// The last serial given at an office in a year; 0 if none.
    fn last_serial(&mut self, office: OfficeCode, year: i16) -> Result<u32>;
    /// Records the last serial given; never a lower one than before.
    fn set_last_serial(&mut self, office: OfficeCode, year: i16, serial: u32) -> Result<()>;
    /// The balance of an account.
    fn balance(&mut self, account: &AccountId) -> Result<Decimal>;
    /// Books money from one account to another of the same currency. A payer's or the treasury's account
    /// below zero is a conflict.
    fn post(&mut self, posting: &Posting) -> Result<()>;
    /// Books what a payment document says, unless the same document was booked for the same purpose before;
    /// whether it was booked now.
    fn post_once(&mut self, posting: &Posting, document: &PaymentDocument) -> Result<bool>;
    /// The newest postings that touch an account, newest first.
    fn postings(&mut self, account: &AccountId, limit: usize) -> Result<Vec<Posting>>;
    /// A bank that may guarantee.
    fn bank(&mut self, code: &str) -> Result<Option<Bank>>;
    /// Adds or replaces a bank; its currency cannot change.
    fn put_bank(&mut self, bank: &Bank) -> Result<()>;
    /// A guarantee.
    fn guarantee(&mut self, number: &str) -> Result<Option<Guarantee>>;
    /// Guarantees of a principal in one currency that can be used on a day and have not ended, by number.
    fn guarantees_in_force(
        &mut self,
        principal: &TaxNumber,
        currency: &str,
        day: Date,
        limit: usize,
    ) -> Result<Vec<Guarantee>>;
    /// Stores a new guarantee. A second one of the same number is a conflict.
    fn insert_guarantee(&mut self, guarantee: &Guarantee) -> Result<()>;
    /// Ends a guarantee; one that is not there, or has ended, is a conflict.
    fn end_guarantee(&mut self, number: &str, at: Timestamp) -> Result<()>;
    /// What guarantees cover of a case.
    fn covers_of(&mut self, case: CaseId) -> Result<Vec<Cover>>;
    /// Adds a cover, or replaces that of the same guarantee and case.
    fn put_cover(&mut self, cover: &Cover) -> Result<()>;
    /// Forgets what a guarantee covers of a case.
    fn drop_cover(&mut self, case: CaseId, guarantee: &str) -> Result<()>;

    /// All officers with shift and load.
    fn officers(&mut self) -> Result<Vec<Officer>>;
    /// Adds an officer, or replaces the competence of the one there; shift and load are kept then.
    fn put_officer(&mut self, officer: &Officer) -> Result<()>;
    /// Records an officer's load.
    fn set_load(&mut self, officer: &OfficerId, load: u32) -> Result<()>;
    /// Begins or ends a shift.
    fn set_shift(&mut self, officer: &OfficerId, on_shift: bool) -> Result<()>;

    /// Open cases whose deadline is not after `now`, most urgent first.
    fn due(&mut self, now: Timestamp, limit: usize) -> Result<Vec<CaseId>>;
    /// Cases under control that nobody has, oldest first, from after a case on.
    fn unassigned(&mut self, after: Option<CaseId>, limit: usize) -> Result<Vec<CaseId>>;
    /// Open cases that wait for money or security of somebody, oldest first.
    fn awaiting_payment(&mut self, payer: &TaxNumber, limit: usize) -> Result<Vec<CaseId>>;

    /// Adds or replaces a user; replacing ends their sessions.
    fn put_user(&mut self, user: &User) -> Result<()>;
    /// Adds a session. Beyond [`SESSIONS_PER_LOGIN_MAX`] of one login, those that end first are ended.
    fn put_session(&mut self, token: &Hash, login: &str, until: Timestamp) -> Result<()>;
    /// Ends a session.
    fn end_session(&mut self, token: &Hash) -> Result<()>;
    /// A secret by name.
    fn secret(&mut self, name: &str) -> Result<Option<Vec<u8>>>;
    /// Keeps a secret; it must not exist yet.
    fn put_secret(&mut self, name: &str, content: &[u8]) -> Result<()>;
    /// Adds or replaces a participant.
    fn put_participant(&mut self, participant: &Participant) -> Result<()>;
    /// A participant by tax number.
    fn participant(&mut self, number: &TaxNumber) -> Result<Option<Participant>>;
    /// What is known of a trader.
    fn trader(&mut self, number: &TaxNumber) -> Result<Option<StoredTrader>>;
    /// Records that participants have marks. Of one that is there the span from the first case to the last grows.
    /// Their cases must be there.
    fn put_marks(&mut self, marks: &[ParticipantMark]) -> Result<()>;
    /// Records a preliminary decision on value. A second one of the same number is a conflict; its leaf must be there.
    fn add_value_decision(&mut self, decision: &StoredValueDecision) -> Result<()>;
    /// Records that somebody read a participant's file.
    fn add_participant_read(&mut self, read: &ParticipantRead) -> Result<()>;
    /// Keeps what is known of a trader, in place of what was.
    fn put_trader(&mut self, number: &TaxNumber, trader: &StoredTrader) -> Result<()>;
    /// Adds a fact; its number comes back. What it annuls must be there, and not annulled before.
    fn add_fact(&mut self, fact: &NewFact<'_>) -> Result<u64>;
    /// A fact.
    fn fact(&mut self, number: u64) -> Result<Option<StoredFact>>;
    /// A fact and those before it of the same participant, newest first; at most `limit`.
    fn facts_back(&mut self, from: Option<u64>, limit: usize) -> Result<Vec<StoredFact>>;
    /// The number of the fact that annuls a fact.
    fn annulment_of(&mut self, fact: u64) -> Result<Option<u64>>;
    /// Facts of a case that a look found something, with their grounds, as far as they are not annulled.
    fn found_facts(&mut self, case: CaseId) -> Result<Vec<(u64, Ground)>>;
    /// Records an act on the standing of a participant; its number comes back. Its leaf must be there; an appeal is
    /// decided once.
    fn append_standing_act(&mut self, act: &NewStandingAct<'_>) -> Result<u64>;
    /// Acts on the standing of a participant, newest first, before one; at most `limit`.
    fn standing_acts(
        &mut self,
        participant: &TaxNumber,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<StoredStandingAct>>;

    /// Keeps a dataset; keeping it again changes nothing.
    fn put_dataset(&mut self, dataset: &NewDataset<'_>) -> Result<()>;
    /// Keeps what a world is made of, unless a world of that name is kept, and makes it the current one. Its datasets must be kept already.
    fn put_world(&mut self, world: &WorldManifest, now: Timestamp) -> Result<()>;

    /// Records an import, or that one was taken back, which may happen once; its number comes back. Dataset and
    /// world must be kept already.
    fn put_import(&mut self, import: &NewImport) -> Result<u64>;

    /// All acts on a profile, in order.
    fn profile_acts(&mut self, number: &str) -> Result<Vec<StoredProfileAct>>;
    /// A version of a profile with its text.
    fn profile_version(&mut self, number: &str, version: u32) -> Result<Option<ProfileVersion>>;
    /// Stores a new version; it must be the next one of its profile.
    fn insert_profile_version(&mut self, version: &ProfileVersion) -> Result<()>;
    /// Records an act; its number comes back. The version must stand where the act says it stood, and its leaf must
    /// be there.
    fn append_profile_act(&mut self, act: &NewProfileAct<'_>) -> Result<u64>;
    /// Records that somebody read a profile.
    fn add_profile_read(&mut self, read: &ProfileRead) -> Result<()>;

    /// Keeps the file of a model; a second one of the same version or bytes is a conflict.
    fn insert_model(&mut self, file: &ModelFile) -> Result<()>;
    /// Records an act on a model; its number comes back. The model must stand where the act says it stood, and its leaf
    /// must be there.
    fn append_model_act(&mut self, act: &NewModelAct<'_>) -> Result<u64>;
    /// Keeps how far declarations have moved from those a model learned from, in place of what was kept of it.
    fn put_model_drift(&mut self, drift: &ModelDrift) -> Result<()>;

    /// Adds to the counts of outcomes per minute.
    fn add_outcomes(&mut self, outcomes: &[Outcome]) -> Result<()>;
    /// Records that somebody read something.
    fn add_read(&mut self, read: &ReadRecord) -> Result<()>;
}
