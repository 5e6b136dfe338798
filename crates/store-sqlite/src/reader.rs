//! The store as its trait has it: each read is one query on a reading connection.

use clearance::links::{MarkId, MarkKind};
use clearance::power::PowerNumber;
use clearance::{Case, CaseId, Ground, Officer, RegistrationNumber, State};
use declaration::TaxNumber;
use jiff::Timestamp;
use jiff::civil::Date;
use log::Hash;
use reference::{ContentHash, Dataset};
use risk::{EffectRow, Lane, RecordedMinutes};
use rust_decimal::Decimal;
use store::{
    AccountId, AccountState, Bank, CaseFilter, Cover, Flow, Guarantee, Import, LooksOf, ModelDrift,
    ModelFile, Outcome, PaperFilter, Participant, ParticipantMark, ParticipantRead, ParticipantRow,
    PendingNotice, Posting, PowerFilter, ProfileFilter, ProfileHead, ProfileRead, ProfileVersion, ReadRecord,
    Result, Store, StoredCheckpoint, StoredDocument, StoredFact, StoredModelAct, StoredPaper, StoredPower,
    StoredProfileAct, StoredResult, StoredRevocation, StoredStandingAct, StoredStep, StoredTrader,
    StoredValueDecision, Subscription, Transaction, User, ValueDecisionFilter, WorldManifest,
};

use crate::{
    SqliteStore, cases, dossiers, guarantees, journal, ledger, looks, models, papers, participants, people,
    powers, standing, worlds,
};

impl Store for SqliteStore {
    fn transact(&self, work: &mut dyn FnMut(&mut dyn Transaction) -> Result<()>) -> Result<()> {
        self.write(work).map_err(|failure| failure.at(&self.place))
    }

    fn case(&self, id: CaseId) -> Result<Option<Case>> {
        self.read(|connection| cases::by_id(connection, id))
    }

    fn case_by_number(&self, number: &RegistrationNumber) -> Result<Option<CaseId>> {
        self.read(|connection| cases::by_number(connection, number))
    }

    fn case_of_filing(&self, filer: &str, sha256: &Hash) -> Result<Option<CaseId>> {
        self.read(|connection| cases::by_filing(connection, filer, sha256))
    }

    fn document(&self, id: CaseId) -> Result<Option<StoredDocument>> {
        self.read(|connection| cases::document(connection, id))
    }

    fn list(&self, filter: &CaseFilter) -> Result<Vec<Case>> {
        self.read(|connection| cases::list(connection, filter))
    }

    fn steps(&self, id: CaseId) -> Result<Vec<StoredStep>> {
        self.read(|connection| journal::of_case(connection, id))
    }

    fn steps_from(&self, from: u64, limit: usize) -> Result<Vec<StoredStep>> {
        self.read(|connection| journal::steps_from(connection, from, limit))
    }

    fn paper(&self, id: CaseId) -> Result<Option<(StoredPaper, Vec<u8>)>> {
        self.read(|connection| papers::paper(connection, id))
    }

    fn papers(&self, filter: &PaperFilter) -> Result<Vec<StoredPaper>> {
        self.read(|connection| papers::list(connection, filter))
    }

    fn papers_wait(&self) -> Result<bool> {
        self.read(papers::wait)
    }

    fn withdrawn(
        &self,
        declarant: &TaxNumber,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<(CaseId, Lane)>> {
        self.read(|connection| looks::withdrawn(connection, declarant, since, limit))
    }

    fn results(&self, case: CaseId) -> Result<Vec<StoredResult>> {
        self.read(|connection| looks::results(connection, case))
    }

    fn not_applied(&self, ground: &Ground, limit: usize) -> Result<Vec<StoredResult>> {
        self.read(|connection| looks::not_applied(connection, ground, limit))
    }

    fn effects(&self, from: Timestamp, to: Timestamp) -> Result<Vec<EffectRow>> {
        self.read(|connection| looks::effects(connection, from, to))
    }
    fn recorded_minutes(&self) -> Result<Vec<RecordedMinutes>> {
        self.read(looks::minutes)
    }

    fn cases_of_identity(&self, identity: &str) -> Result<Vec<CaseId>> {
        self.read(|connection| papers::cases_of_identity(connection, identity))
    }

    fn power(&self, number: &PowerNumber) -> Result<Option<StoredPower>> {
        self.read(|connection| powers::power(connection, number))
    }

    fn power_seal(&self, number: &PowerNumber) -> Result<Option<Vec<u8>>> {
        self.read(|connection| powers::seal(connection, number))
    }

    fn power_revocation(&self, number: &PowerNumber) -> Result<Option<StoredRevocation>> {
        self.read(|connection| powers::revocation(connection, number))
    }

    fn powers(&self, filter: &PowerFilter) -> Result<Vec<StoredPower>> {
        self.read(|connection| powers::list(connection, filter))
    }

    fn powers_between(
        &self,
        declarant: &TaxNumber,
        attorney: &TaxNumber,
        limit: usize,
    ) -> Result<Vec<StoredPower>> {
        self.read(|connection| powers::between(connection, declarant, attorney, limit))
    }

    fn subscriptions(&self, login: Option<&str>) -> Result<Vec<Subscription>> {
        self.read(|connection| papers::subscriptions(connection, login))
    }

    fn pending_notices(&self, subscription: CaseId, limit: usize) -> Result<Vec<PendingNotice>> {
        self.read(|connection| papers::pending(connection, subscription, limit))
    }

    fn checkpoint(&self) -> Result<Option<StoredCheckpoint>> {
        self.read(journal::checkpoint)
    }

    fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>> {
        self.read(|connection| journal::tile(connection, level, index))
    }

    fn leaf_hashes(&self, from: u64, count: usize) -> Result<Vec<Hash>> {
        self.read(|connection| journal::leaf_hashes(connection, from, count))
    }

    fn balance(&self, account: &AccountId) -> Result<Decimal> {
        self.read(|connection| ledger::balance(connection, account))
    }

    fn postings(&self, account: &AccountId, limit: usize) -> Result<Vec<Posting>> {
        self.read(|connection| ledger::postings(connection, account, limit))
    }

    fn balance_sums(&self) -> Result<Vec<(String, Decimal)>> {
        self.read(ledger::balance_sums)
    }

    fn accounts(&self) -> Result<Vec<AccountState>> {
        self.read(|connection| {
            // Both statements see one snapshot.
            let moment = connection.unchecked_transaction()?;
            ledger::accounts(&moment)
        })
    }

    fn banks(&self) -> Result<Vec<Bank>> {
        self.read(guarantees::banks)
    }

    fn guarantees(&self, principal: Option<&TaxNumber>) -> Result<Vec<Guarantee>> {
        self.read(|connection| guarantees::list(connection, principal))
    }

    fn covers(&self) -> Result<Vec<Cover>> {
        self.read(guarantees::covers)
    }

    fn officers(&self) -> Result<Vec<Officer>> {
        self.read(people::officers)
    }

    fn user(&self, login: &str) -> Result<Option<User>> {
        self.read(|connection| people::user(connection, login))
    }

    fn users(&self) -> Result<Vec<User>> {
        self.read(people::users)
    }

    fn session(&self, token: &Hash, now: Timestamp) -> Result<Option<String>> {
        self.read(|connection| people::session(connection, token, now))
    }

    fn secret(&self, name: &str) -> Result<Option<Vec<u8>>> {
        self.read(|connection| people::secret(connection, name))
    }

    fn secret_names(&self, prefix: &str) -> Result<Vec<String>> {
        self.read(|connection| people::secret_names(connection, prefix))
    }

    fn participant(&self, number: &TaxNumber) -> Result<Option<Participant>> {
        self.read(|connection| standing::participant(connection, number))
    }

    fn participants_after(&self, after: Option<&TaxNumber>, limit: usize) -> Result<Vec<Participant>> {
        self.read(|connection| standing::participants_after(connection, after, limit))
    }

    fn trader(&self, number: &TaxNumber) -> Result<Option<StoredTrader>> {
        self.read(|connection| standing::trader(connection, number))
    }

    fn traders_after(
        &self,
        after: Option<&TaxNumber>,
        limit: usize,
    ) -> Result<Vec<(TaxNumber, StoredTrader)>> {
        self.read(|connection| standing::traders_after(connection, after, limit))
    }

    fn fact(&self, number: u64) -> Result<Option<StoredFact>> {
        self.read(|connection| standing::fact(connection, number))
    }

    fn facts_back(&self, from: Option<u64>, limit: usize) -> Result<Vec<StoredFact>> {
        self.read(|connection| standing::facts_back(connection, from, limit))
    }

    fn facts_between(&self, from: u64, before: u64, limit: usize) -> Result<Vec<StoredFact>> {
        self.read(|connection| standing::facts_between(connection, from, before, limit))
    }

    fn last_fact(&self) -> Result<u64> {
        self.read(standing::last_fact)
    }

    fn annulled_facts(&self) -> Result<Vec<u64>> {
        self.read(standing::annulled_facts)
    }

    fn annulment_of(&self, fact: u64) -> Result<Option<u64>> {
        self.read(|connection| standing::annulment_of(connection, fact))
    }

    fn standing_acts(
        &self,
        participant: &TaxNumber,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<StoredStandingAct>> {
        self.read(|connection| standing::acts(connection, participant, before, limit))
    }

    fn standing_act_of_leaf(&self, leaf: u64) -> Result<Option<StoredStandingAct>> {
        self.read(|connection| standing::act_of_leaf(connection, leaf))
    }

    fn open_appeals(&self, limit: usize) -> Result<Vec<StoredStandingAct>> {
        self.read(|connection| standing::open_appeals(connection, limit))
    }

    fn participants(&self, after: &str, limit: usize) -> Result<Vec<ParticipantRow>> {
        self.read(|connection| participants::list(connection, after, limit))
    }

    fn marks_of(&self, number: &TaxNumber, limit: usize) -> Result<Vec<ParticipantMark>> {
        self.read(|connection| participants::marks_of(connection, number, limit))
    }

    fn marked(&self, kind: MarkKind, mark: &MarkId, limit: usize) -> Result<Vec<ParticipantMark>> {
        self.read(|connection| participants::marked(connection, kind, mark, limit))
    }

    fn flow_of(&self, declarant: &TaxNumber, since: Timestamp) -> Result<Vec<Flow>> {
        self.read(|connection| participants::flow_of(connection, declarant, since))
    }

    fn looks_of(&self, declarant: &TaxNumber, since: Timestamp) -> Result<Vec<LooksOf>> {
        self.read(|connection| participants::looks_of(connection, declarant, since))
    }

    fn value_decision(&self, number: &str) -> Result<Option<StoredValueDecision>> {
        self.read(|connection| participants::value_decision(connection, number))
    }

    fn value_decisions(&self, filter: &ValueDecisionFilter) -> Result<Vec<StoredValueDecision>> {
        self.read(|connection| participants::value_decisions(connection, filter))
    }

    fn participant_reads(&self, limit: usize) -> Result<Vec<ParticipantRead>> {
        self.read(|connection| participants::reads(connection, limit))
    }

    fn current_world(&self) -> Result<Option<ContentHash>> {
        self.read(worlds::current_world)
    }

    fn world(&self, hash: &ContentHash) -> Result<Option<WorldManifest>> {
        self.read(|connection| worlds::manifest(connection, hash))
    }

    fn world_at(&self, at: Timestamp) -> Result<Option<ContentHash>> {
        self.read(|connection| worlds::world_at(connection, at))
    }

    fn worlds_like(&self, first: &[u8; 32], last: &[u8; 32]) -> Result<Vec<ContentHash>> {
        self.read(|connection| worlds::worlds_like(connection, first, last))
    }

    fn imports(&self) -> Result<Vec<Import>> {
        self.read(worlds::imports)
    }

    fn dataset(&self, hash: &ContentHash) -> Result<Option<Dataset>> {
        self.read(|connection| worlds::dataset(connection, hash))
    }

    fn profile_version(&self, number: &str, version: u32) -> Result<Option<ProfileVersion>> {
        self.read(|connection| dossiers::version(connection, number, version))
    }

    fn profile_history(&self, number: &str) -> Result<Vec<ProfileHead>> {
        self.read(|connection| dossiers::history(connection, number))
    }

    fn profile_heads(&self, filter: &ProfileFilter) -> Result<Vec<ProfileHead>> {
        self.read(|connection| dossiers::heads(connection, filter))
    }

    fn profile_acts(&self, number: &str) -> Result<Vec<StoredProfileAct>> {
        self.read(|connection| dossiers::acts(connection, number))
    }

    fn profile_act_of_leaf(&self, leaf: u64) -> Result<Option<StoredProfileAct>> {
        self.read(|connection| dossiers::act_of_leaf(connection, leaf))
    }

    fn model(&self, version: &str) -> Result<Option<ModelFile>> {
        self.read(|connection| models::file(connection, version))
    }

    fn model_acts(&self) -> Result<Vec<StoredModelAct>> {
        self.read(models::acts)
    }

    fn model_act_of_leaf(&self, leaf: u64) -> Result<Option<StoredModelAct>> {
        self.read(|connection| models::act_of_leaf(connection, leaf))
    }

    fn model_drifts(&self) -> Result<Vec<ModelDrift>> {
        self.read(models::drifts)
    }

    fn profiles_due(&self, day: Date) -> Result<Vec<(String, u32)>> {
        self.read(|connection| dossiers::due(connection, day))
    }

    fn profile_reads(&self, limit: usize) -> Result<Vec<ProfileRead>> {
        self.read(|connection| dossiers::reads(connection, limit))
    }

    fn outcomes(&self, from: Timestamp) -> Result<Vec<Outcome>> {
        self.read(|connection| worlds::outcomes(connection, from))
    }

    fn state_counts(&self) -> Result<Vec<(State, u64)>> {
        self.read(cases::state_counts)
    }

    fn reads(&self, limit: usize) -> Result<Vec<ReadRecord>> {
        self.read(|connection| people::reads(connection, limit))
    }
}
