//! One open transaction, as its trait has it.

use clearance::power::PowerNumber;
use clearance::{Case, CaseId, Ground, Officer, OfficerId, RegistrationNumber};
use declaration::{OfficeCode, TaxNumber};
use jiff::Timestamp;
use jiff::civil::Date;
use log::{FullTile, Hash};
use rusqlite::Connection;
use rust_decimal::Decimal;
use store::{
    AccountId, Bank, Cover, Guarantee, ModelDrift, ModelFile, NewDataset, NewDocument, NewFact, NewImport,
    NewModelAct, NewPaper, NewProfileAct, NewRevocation, NewStandingAct, Outcome, Participant,
    ParticipantMark, ParticipantRead, PaymentDocument, PendingNotice, Posting, ProfileRead, ProfileVersion,
    ReadRecord, Result, StoreError, StoredCheckpoint, StoredFact, StoredPaper, StoredPower, StoredProfileAct,
    StoredResult, StoredStandingAct, StoredStep, StoredTrader, StoredValueDecision, Subscription,
    Transaction, User, WorldManifest,
};

use crate::journal::NextLeaf;
use crate::ledger::Ledger;
use crate::{
    cases, dossiers, failure, guarantees, journal, ledger, looks, models, papers, participants, people,
    powers, standing, worlds,
};

/// A transaction that is open on the writing connection.
pub struct SqliteTransaction<'c> {
    connection: &'c Connection,
    place: &'c str,
    next_leaf: NextLeaf,
    ledger: Ledger,
    /// The first failure. After it nothing more is done, and nothing is kept: SQLite itself may have
    /// undone the transaction already, and what came after would be kept alone.
    failed: Option<StoreError>,
}

impl<'c> SqliteTransaction<'c> {
    /// The transaction that has just begun on `connection`.
    pub fn of(connection: &'c Connection, place: &'c str) -> Self {
        let (next_leaf, ledger) = (NextLeaf::default(), Ledger::default());
        Self { connection, place, next_leaf, ledger, failed: None }
    }

    /// Writes what was held back, so that the transaction can be committed.
    ///
    /// # Errors
    /// The first failure of any of its operations, even one that was ignored.
    pub fn finish(mut self) -> Result<()> {
        self.go(|open| open.ledger.store(open.connection))
    }

    /// One operation, unless one before has failed.
    fn go<T>(&mut self, work: impl FnOnce(&mut Self) -> failure::Result<T>) -> Result<T> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        work(self).map_err(|failure| {
            let error = failure.at(self.place);
            self.failed = Some(error.clone());
            error
        })
    }
}

impl Transaction for SqliteTransaction<'_> {
    fn case_of_filing(&mut self, filer: &str, sha256: &Hash) -> Result<Option<CaseId>> {
        self.go(|open| cases::by_filing(open.connection, filer, sha256))
    }

    fn case(&mut self, id: CaseId) -> Result<Option<Case>> {
        self.go(|open| cases::by_id(open.connection, id))
    }

    fn insert_case(&mut self, case: &Case, document: &NewDocument<'_>) -> Result<()> {
        self.go(|open| cases::insert(open.connection, case, document))
    }

    fn update_case(&mut self, case: &Case) -> Result<()> {
        self.go(|open| cases::update(open.connection, case))
    }

    fn put_grounds(&mut self, case: &Case, grounds: &[Ground], at: Timestamp) -> Result<()> {
        self.go(|open| looks::put_grounds(open.connection, case, grounds, at))
    }

    fn grounds(&mut self, case: CaseId) -> Result<Vec<Ground>> {
        self.go(|open| looks::grounds(open.connection, case))
    }

    fn open_grounds(&mut self, case: CaseId) -> Result<Vec<Ground>> {
        self.go(|open| looks::open_grounds(open.connection, case))
    }

    fn put_result(&mut self, result: &StoredResult) -> Result<()> {
        self.go(|open| looks::put_result(open.connection, result))
    }

    fn results(&mut self, case: CaseId) -> Result<Vec<StoredResult>> {
        self.go(|open| looks::results(open.connection, case))
    }

    fn paper_of_filing(&mut self, filer: &str, sha256: &Hash) -> Result<Option<StoredPaper>> {
        self.go(|open| papers::by_filing(open.connection, filer, sha256))
    }

    fn insert_paper(&mut self, paper: &NewPaper<'_>) -> Result<()> {
        self.go(|open| papers::insert(open.connection, paper))
    }

    fn papers_named(&mut self, keys: &[String]) -> Result<Vec<(StoredPaper, usize)>> {
        self.go(|open| papers::named(open.connection, keys))
    }

    fn give_paper(&mut self, paper: CaseId, case: CaseId) -> Result<()> {
        self.go(|open| papers::give(open.connection, paper, case))
    }

    fn power(&mut self, number: &PowerNumber) -> Result<Option<StoredPower>> {
        self.go(|open| powers::power(open.connection, number))
    }

    fn powers_in_force(&mut self, declarant: &TaxNumber, attorney: &TaxNumber, day: Date) -> Result<usize> {
        self.go(|open| powers::in_force(open.connection, declarant, attorney, day))
    }

    fn insert_power(&mut self, power: &StoredPower, seal: &[u8]) -> Result<()> {
        self.go(|open| powers::insert(open.connection, power, seal))
    }

    fn revoke_power(&mut self, revocation: &NewRevocation<'_>) -> Result<()> {
        self.go(|open| powers::revoke(open.connection, revocation))
    }

    fn put_subscription(&mut self, subscription: &Subscription) -> Result<()> {
        self.go(|open| papers::put_subscription(open.connection, subscription))
    }

    fn end_subscription(&mut self, id: CaseId) -> Result<()> {
        self.go(|open| papers::end_subscription(open.connection, id))
    }

    fn put_pending_notice(&mut self, notice: &PendingNotice) -> Result<()> {
        self.go(|open| papers::put_pending(open.connection, notice))
    }

    fn drop_pending_notice(&mut self, subscription: CaseId, leaf: u64) -> Result<()> {
        self.go(|open| papers::drop_pending(open.connection, subscription, leaf))
    }

    fn append_step(&mut self, step: &StoredStep) -> Result<()> {
        self.go(|open| journal::append(open.connection, &mut open.next_leaf, step))
    }

    fn put_tiles(&mut self, tiles: &[FullTile]) -> Result<()> {
        self.go(|open| journal::put_tiles(open.connection, tiles))
    }

    fn put_checkpoint(&mut self, checkpoint: &StoredCheckpoint) -> Result<()> {
        self.go(|open| journal::put_checkpoint(open.connection, &mut open.next_leaf, checkpoint))
    }

    fn checkpoint(&mut self) -> Result<Option<StoredCheckpoint>> {
        self.go(|open| journal::checkpoint(open.connection))
    }

    fn last_serial(&mut self, office: OfficeCode, year: i16) -> Result<u32> {
        self.go(|open| ledger::last_serial(open.connection, office, year))
    }

    fn set_last_serial(&mut self, office: OfficeCode, year: i16, serial: u32) -> Result<()> {
        self.go(|open| ledger::set_last_serial(open.connection, office, year, serial))
    }

    fn balance(&mut self, account: &AccountId) -> Result<Decimal> {
        self.go(|open| open.ledger.balance(open.connection, account))
    }

    fn post(&mut self, posting: &Posting) -> Result<()> {
        self.go(|open| open.ledger.post(open.connection, posting))
    }

    fn post_once(&mut self, posting: &Posting, document: &PaymentDocument) -> Result<bool> {
        self.go(|open| open.ledger.post_once(open.connection, posting, document))
    }

    fn postings(&mut self, account: &AccountId, limit: usize) -> Result<Vec<Posting>> {
        self.go(|open| {
            // The chain begins at what the accounts table has.
            open.ledger.store(open.connection)?;
            ledger::postings(open.connection, account, limit)
        })
    }

    fn bank(&mut self, code: &str) -> Result<Option<Bank>> {
        self.go(|open| guarantees::bank(open.connection, code))
    }

    fn put_bank(&mut self, bank: &Bank) -> Result<()> {
        self.go(|open| guarantees::put_bank(open.connection, bank))
    }

    fn guarantee(&mut self, number: &str) -> Result<Option<Guarantee>> {
        self.go(|open| guarantees::guarantee(open.connection, number))
    }

    fn guarantees_in_force(
        &mut self,
        principal: &TaxNumber,
        currency: &str,
        day: Date,
        limit: usize,
    ) -> Result<Vec<Guarantee>> {
        self.go(|open| guarantees::in_force(open.connection, principal, currency, day, limit))
    }

    fn insert_guarantee(&mut self, guarantee: &Guarantee) -> Result<()> {
        self.go(|open| guarantees::insert(open.connection, guarantee))
    }

    fn end_guarantee(&mut self, number: &str, at: Timestamp) -> Result<()> {
        self.go(|open| guarantees::end(open.connection, number, at))
    }

    fn covers_of(&mut self, case: CaseId) -> Result<Vec<Cover>> {
        self.go(|open| guarantees::covers_of(open.connection, case))
    }

    fn put_cover(&mut self, cover: &Cover) -> Result<()> {
        self.go(|open| guarantees::put_cover(open.connection, cover))
    }

    fn drop_cover(&mut self, case: CaseId, guarantee: &str) -> Result<()> {
        self.go(|open| guarantees::drop_cover(open.connection, case, guarantee))
    }

    fn officers(&mut self) -> Result<Vec<Officer>> {
        self.go(|open| people::officers(open.connection))
    }

    fn put_officer(&mut self, officer: &Officer) -> Result<()> {
        self.go(|open| people::put_officer(open.connection, officer))
    }

    fn set_load(&mut self, officer: &OfficerId, load: u32) -> Result<()> {
        self.go(|open| people::set_load(open.connection, officer, load))
    }

    fn set_shift(&mut self, officer: &OfficerId, on_shift: bool) -> Result<()> {
        self.go(|open| people::set_shift(open.connection, officer, on_shift))
    }

    fn due(&mut self, now: Timestamp, limit: usize) -> Result<Vec<CaseId>> {
        self.go(|open| cases::due(open.connection, now, limit))
    }

    fn unassigned(&mut self, after: Option<CaseId>, limit: usize) -> Result<Vec<CaseId>> {
        self.go(|open| cases::unassigned(open.connection, after, limit))
    }

    fn registered_as(
        &mut self,
        identity: &str,
        declarant: &TaxNumber,
    ) -> Result<Option<(CaseId, RegistrationNumber)>> {
        self.go(|open| cases::registered_as(open.connection, identity, declarant))
    }

    fn awaiting_payment(&mut self, payer: &TaxNumber, limit: usize) -> Result<Vec<CaseId>> {
        self.go(|open| cases::awaiting_payment(open.connection, payer, limit))
    }

    fn put_user(&mut self, user: &User) -> Result<()> {
        self.go(|open| people::put_user(open.connection, user))
    }

    fn put_session(&mut self, token: &Hash, login: &str, until: Timestamp) -> Result<()> {
        self.go(|open| people::put_session(open.connection, token, login, until))
    }

    fn end_session(&mut self, token: &Hash) -> Result<()> {
        self.go(|open| people::end_session(open.connection, token))
    }

    fn secret(&mut self, name: &str) -> Result<Option<Vec<u8>>> {
        self.go(|open| people::secret(open.connection, name))
    }

    fn put_secret(&mut self, name: &str, content: &[u8]) -> Result<()> {
        self.go(|open| people::put_secret(open.connection, name, content))
    }

    fn put_participant(&mut self, participant: &Participant) -> Result<()> {
        self.go(|open| standing::put_participant(open.connection, participant))
    }

    fn participant(&mut self, number: &TaxNumber) -> Result<Option<Participant>> {
        self.go(|open| standing::participant(open.connection, number))
    }

    fn trader(&mut self, number: &TaxNumber) -> Result<Option<StoredTrader>> {
        self.go(|open| standing::trader(open.connection, number))
    }

    fn put_trader(&mut self, number: &TaxNumber, trader: &StoredTrader) -> Result<()> {
        self.go(|open| standing::put_trader(open.connection, number, trader))
    }

    fn add_fact(&mut self, fact: &NewFact<'_>) -> Result<u64> {
        self.go(|open| standing::add_fact(open.connection, fact))
    }

    fn fact(&mut self, number: u64) -> Result<Option<StoredFact>> {
        self.go(|open| standing::fact(open.connection, number))
    }

    fn facts_back(&mut self, from: Option<u64>, limit: usize) -> Result<Vec<StoredFact>> {
        self.go(|open| standing::facts_back(open.connection, from, limit))
    }

    fn annulment_of(&mut self, fact: u64) -> Result<Option<u64>> {
        self.go(|open| standing::annulment_of(open.connection, fact))
    }

    fn found_facts(&mut self, case: CaseId) -> Result<Vec<(u64, Ground)>> {
        self.go(|open| standing::found_facts(open.connection, case))
    }

    fn append_standing_act(&mut self, act: &NewStandingAct<'_>) -> Result<u64> {
        self.go(|open| standing::append_act(open.connection, act))
    }

    fn standing_acts(
        &mut self,
        participant: &TaxNumber,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<StoredStandingAct>> {
        self.go(|open| standing::acts(open.connection, participant, before, limit))
    }

    fn put_marks(&mut self, marks: &[ParticipantMark]) -> Result<()> {
        self.go(|open| participants::put_marks(open.connection, marks))
    }

    fn add_value_decision(&mut self, decision: &StoredValueDecision) -> Result<()> {
        self.go(|open| participants::add_value_decision(open.connection, decision))
    }

    fn add_participant_read(&mut self, read: &ParticipantRead) -> Result<()> {
        self.go(|open| participants::add_read(open.connection, read))
    }

    fn put_dataset(&mut self, dataset: &NewDataset<'_>) -> Result<()> {
        self.go(|open| worlds::put_dataset(open.connection, dataset))
    }

    fn put_import(&mut self, import: &NewImport) -> Result<u64> {
        self.go(|open| worlds::put_import(open.connection, import))
    }

    fn put_world(&mut self, world: &WorldManifest, now: Timestamp) -> Result<()> {
        self.go(|open| worlds::put_world(open.connection, world, now))
    }

    fn profile_acts(&mut self, number: &str) -> Result<Vec<StoredProfileAct>> {
        self.go(|open| dossiers::acts(open.connection, number))
    }

    fn profile_version(&mut self, number: &str, version: u32) -> Result<Option<ProfileVersion>> {
        self.go(|open| dossiers::version(open.connection, number, version))
    }

    fn insert_profile_version(&mut self, version: &ProfileVersion) -> Result<()> {
        self.go(|open| dossiers::insert_version(open.connection, version))
    }

    fn append_profile_act(&mut self, act: &NewProfileAct<'_>) -> Result<u64> {
        self.go(|open| dossiers::append(open.connection, act))
    }

    fn add_profile_read(&mut self, read: &ProfileRead) -> Result<()> {
        self.go(|open| dossiers::add_read(open.connection, read))
    }

    fn insert_model(&mut self, file: &ModelFile) -> Result<()> {
        self.go(|open| models::insert(open.connection, file))
    }

    fn append_model_act(&mut self, act: &NewModelAct<'_>) -> Result<u64> {
        self.go(|open| models::append(open.connection, act))
    }

    fn put_model_drift(&mut self, drift: &ModelDrift) -> Result<()> {
        self.go(|open| models::put_drift(open.connection, drift))
    }

    fn add_outcomes(&mut self, outcomes: &[Outcome]) -> Result<()> {
        self.go(|open| worlds::add_outcomes(open.connection, outcomes))
    }

    fn add_read(&mut self, read: &ReadRecord) -> Result<()> {
        self.go(|open| people::add_read(open.connection, read))
    }
}
