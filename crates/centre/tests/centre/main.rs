//! The running system over a real store: what a declarant, an officer and an auditor rely on.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod corrections;
mod distribution;
mod forms;
mod history;
mod looks;
mod models;
mod notices;
mod papers;
mod participants;
mod powers;
mod profiles;
mod push;
mod security;
mod standing;
mod traders;
mod united_kingdom;
mod worlds;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use clearance::{Case, CaseId, Decision, Event, Input, Officer, OfficerId, State};
use declaration::Leaf;
use greenlane_centre as centre;
use greenlane_centre::{
    Action, Centre, InputError, LoginError, Options, Outcome, PaperOutcome, Standing, Submission, SubmitError,
};
use reference::{Dataset, DatasetKind};
use rehearsal::{Generator, MistakeShares, Plan};
use risk::Lane;
use rust_decimal::Decimal;
use store::{AccountId, CaseFilter, Role, Store};
use store_sqlite::SqliteStore;
use tempfile::TempDir;

/// The packs that are filed under here.
const PACKS: [(&str, &str); 2] = [
    ("eaeu-ru", include_str!("../../../../packs/eaeu-ru/pack.toml")),
    ("gb", include_str!("../../../../packs/gb/pack.toml")),
];

/// Random selection would now and then send a declaration to an officer that a test means to be released.
fn nothing_by_chance(pack: &str) -> String {
    let (before, lanes) = pack.split_once("\n[lanes]\n").unwrap();
    let after = lanes.find("\n[").map_or("", |at| &lanes[at..]);
    format!("{before}\n{NOTHING_BY_CHANCE}{after}")
}

const NOTHING_BY_CHANCE: &str = "[lanes]\naudit_rate = 0\nrandom_rate.low = { yellow = 0, red = 0 }\n\
     random_rate.medium = { yellow = 0, red = 0 }\nrandom_rate.high = { yellow = 0, red = 0 }\n";

/// An office: a centre on a fresh directory, with the people who work there.
struct Bureau {
    centre: Centre,
    dir: TempDir,
}

impl Bureau {
    fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let centre = open(dir.path());
        for (jurisdiction, pack) in PACKS {
            let (kind, content) = (DatasetKind::Pack, nothing_by_chance(pack).into_bytes());
            let (jurisdiction, source) = (jurisdiction.to_owned(), "pack.toml".to_owned());
            centre.import(Dataset::new(kind, jurisdiction, source, content)).unwrap();
        }
        Self { centre, dir }
    }

    /// Stops and opens again, as after a restart.
    fn reopen(self) -> Self {
        let Self { centre, dir } = self;
        centre.stop();
        drop(centre);
        let centre = open(dir.path());
        Self { centre, dir }
    }

    fn file(&self, bytes: impl Into<Vec<u8>>) -> Outcome {
        self.try_file(bytes).unwrap()
    }

    fn try_file(&self, bytes: impl Into<Vec<u8>>) -> Result<Outcome, SubmitError> {
        self.centre.submit(Submission {
            bytes: bytes.into(),
            seal: None,
            account: "login:trader".into(),
            standing: Standing::Operator,
        })
    }

    /// Files a document besides a declaration, in the operator's name.
    fn paper(&self, bytes: impl Into<Vec<u8>>) -> PaperOutcome {
        self.try_paper(bytes).unwrap()
    }

    fn try_paper(&self, bytes: impl Into<Vec<u8>>) -> Result<PaperOutcome, SubmitError> {
        self.paper_of("login:trader", Standing::Operator, bytes)
    }

    fn paper_of(
        &self,
        account: &str,
        standing: Standing,
        bytes: impl Into<Vec<u8>>,
    ) -> Result<PaperOutcome, SubmitError> {
        self.centre.file_paper(Submission {
            bytes: bytes.into(),
            seal: None,
            account: account.into(),
            standing,
        })
    }

    /// The case as it is stored.
    fn case(&self, id: CaseId) -> Case {
        self.centre.store().case(id).unwrap().unwrap()
    }

    /// What happened to a case, by name, step after step.
    fn way(&self, id: CaseId) -> Vec<&'static str> {
        let steps = self.centre.view(id).unwrap().steps;
        steps.iter().flat_map(|(_, step)| &step.events).map(Event::name).collect()
    }

    /// Every step again: nothing may differ, and the log must be the one that was signed.
    fn replays_without_a_difference(&self) {
        let report = self.centre.replay(|_, _| {}).unwrap();
        assert_eq!(report.differing, []);
        assert!(report.root_matches);
    }

    /// The receipt of a case holds without the system.
    fn is_proven(&self, id: CaseId) {
        let receipt = log::Receipt::parse(&self.centre.receipt(id).unwrap().to_text()).unwrap();
        let verified = receipt.verify(Some(&self.centre.vkey().unwrap())).unwrap();
        assert_eq!(verified.steps.len(), usize::try_from(self.case(id).seq).unwrap());
    }

    fn officer(&self, login: &str) {
        self.centre
            .put_officer(&Officer {
                id: OfficerId(login.into()),
                offices: Vec::new(),
                kinds: Vec::new(),
                lane_max: Lane::Red,
                on_shift: false,
                load: 0,
            })
            .unwrap();
        self.centre.set_shift(login, true).unwrap();
    }

    fn pay(&self, outcome: &Outcome) {
        let payer = outcome.case.payer.expect("a payer");
        self.centre.credit(payer, &outcome.case.currency, Decimal::from(100_000_000), "PP 1").unwrap();
    }

    fn balance_sums_are_zero(&self) {
        for (currency, sum) in self.centre.store().balance_sums().unwrap() {
            assert_eq!(sum, Decimal::ZERO, "{currency}");
        }
    }
}

fn open(dir: &Path) -> Centre {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(dir).unwrap());
    let history = Some(dir.join("history"));
    Centre::open(store, Options { housekeeping: false, history, ..Options::default() }).unwrap()
}

/// Firms that file without a mistake, on the day of the test.
static TRADE: LazyLock<Generator> = LazyLock::new(|| {
    let world = centre::starter_world().unwrap();
    let day = rehearsal::today(world.reference(), "eaeu-ru", jiff::Timestamp::now());
    let plan =
        Plan { mistakes: MistakeShares::none(), items_mean: 2.0, traders: 5, ..Plan::usual(1_000, 5, day) };
    Generator::new(plan, Arc::clone(world.reference()), None).unwrap()
});

/// The `nth` declaration of the day.
fn import(nth: u32) -> String {
    TRADE.at(u64::from(nth)).unwrap().xml
}

/// A profile that sends everything to an officer.
const EVERYTHING: &str = "number = \"55/20260101/00990\"\nkind = \"national\"\nstage = \"declaration\"\n\
     area = 'declaration.item_count > 0'\nvalid_from = 2026-01-01\nlane = \"yellow\"\nmeasures = [\"documents\"]\n\
     author = \"test\"\nversion = 1\n[title]\nru = \"Всё\"\nen = \"Everything\"\n\
     [instruction]\nru = \"Проверить.\"\nen = \"Check.\"\n";

/// A case an officer must look at, of a firm that has to pay.
fn routed(bureau: &Bureau, nth: u32) -> Outcome {
    if !bureau.centre.world().rules().profiles().iter().any(|profile| profile.number == "55/20260101/00990") {
        bureau.centre.add_profile(EVERYTHING).unwrap();
    }
    let outcome = bureau.file(import(nth));
    assert_eq!(outcome.case.state, State::UnderControl, "{:?}", outcome.findings);
    outcome
}

/// The first place from `nth` on whose declaration has something to pay.
fn payable(nth: u32) -> u32 {
    let pays = |nth: &u32| !TRADE.at(u64::from(*nth)).unwrap().declaration.payments.is_empty();
    (nth..).find(pays).unwrap()
}

#[test]
fn the_same_bytes_of_the_same_filer_are_one_case() {
    let bureau = Bureau::open();
    let first = bureau.file(import(1));
    let again = bureau.file(import(1));
    assert!(!first.repeated && again.repeated);
    assert_eq!((first.case.id, first.case.number), (again.case.id, again.case.number));
    let elsewhere = bureau
        .centre
        .submit(Submission {
            bytes: import(1).into(),
            seal: None,
            account: "login:other".into(),
            standing: Standing::Operator,
        })
        .unwrap();
    assert_ne!(elsewhere.case.id, first.case.id, "another filer, another case");
    // But no second registration, and no second payment.
    assert_eq!(elsewhere.case.state, State::RegistrationRefused);
    let finding = elsewhere.findings.iter().find(|finding| finding.code == "GL-5101").unwrap();
    assert!(finding.text.en.contains(&first.case.number.unwrap().to_string()), "{finding:?}");
    assert!(bureau.centre.view(elsewhere.case.id).unwrap().assessed.findings.contains(finding));
    assert!(bureau.centre.replay(|_, _| {}).unwrap().differing.is_empty());
    assert_eq!(
        bureau.centre.store().list(&CaseFilter { limit: 10, ..CaseFilter::default() }).unwrap().len(),
        2
    );
}

#[test]
fn who_does_not_speak_for_the_payer_spends_nothing() {
    let bureau = Bureau::open();
    let nth = payable(1);
    let stranger = |standing, nth| {
        let bytes = import(nth).into();
        bureau.centre.submit(Submission { bytes, seal: None, account: "login:x".into(), standing }).unwrap()
    };
    let number = TRADE.at(u64::from(nth)).unwrap().declarant;
    bureau.centre.credit(number, "RUB", Decimal::from(1_000_000_000), "PP 1").unwrap();
    let unknown = stranger(Standing::Unknown, nth);
    assert_eq!((unknown.case.state, unknown.case.reserved), (State::UnderControl, Decimal::ZERO));
    let advance = AccountId::Advance(number, "RUB".into());
    assert_eq!(bureau.centre.store().balance(&advance).unwrap(), Decimal::from(1_000_000_000));
    let other = stranger(Standing::Participant("7700000016".parse().unwrap()), payable(nth + 1));
    assert_eq!(other.case.state, State::UnderControl);
    let mine = |nth: &u32| TRADE.at(u64::from(*nth)).unwrap().declarant == number;
    let own = stranger(
        Standing::Participant(number),
        (nth + 1..).filter(|n| payable(*n) == *n).find(mine).unwrap(),
    );
    assert_eq!(own.case.state, State::Released, "{:?}", own.findings);
}

#[test]
fn bytes_that_are_no_declaration_are_refused_and_the_rest_goes_on() {
    let bureau = Bureau::open();
    for bytes in [" ", "not xml", "<a/>", "{\"greenlane\":1}", "<!DOCTYPE a><a/>"] {
        let why = bureau.try_file(bytes).unwrap_err();
        assert!(matches!(why, SubmitError::Unreadable(_)), "{bytes}: {why}");
        assert!(!why.text().ru.is_empty() && !why.code().is_empty());
    }
    assert!(bureau.file(import(1)).case.number.is_some());
}

#[test]
fn numbers_run_without_gaps_however_many_file_at_once() {
    let bureau = Bureau::open();
    std::thread::scope(|scope| {
        for client in 0..4u32 {
            let bureau = &bureau;
            scope.spawn(move || {
                for nth in 0..25 {
                    bureau.file(import(client * 100 + nth));
                }
            });
        }
    });
    let filter = CaseFilter { limit: 1_000, ..CaseFilter::default() };
    let cases = bureau.centre.store().list(&filter).unwrap();
    assert_eq!(cases.len(), 100);
    let mut serials: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for number in cases.iter().map(|case| case.number.unwrap()) {
        serials.entry(number.office().to_string()).or_default().push(number.serial());
    }
    for (office, mut serials) in serials {
        serials.sort_unstable();
        assert!(serials.iter().copied().eq(1..=serials.len() as u32), "{office}: {serials:?}");
    }
}

#[test]
fn an_officer_releases_what_is_theirs_once_it_is_paid() {
    let bureau = Bureau::open();
    bureau.officer("tern");
    let outcome = routed(&bureau, payable(1));
    let id = outcome.case.id;
    assert_eq!(outcome.case.officer, Some(OfficerId("tern".into())));
    let decide = |login: &str| {
        let input = Input::Decide {
            officer: OfficerId(login.into()),
            decision: Decision::Release,
            reason: String::new(),
            version: None,
        };
        bureau.centre.input(id, input)
    };
    assert!(matches!(decide("gull"), Err(InputError::Refused(clearance::Refusal::NotYours { .. }))));
    assert!(matches!(
        decide("tern"),
        Err(InputError::Refused(clearance::Refusal::PaymentOutstanding { .. }))
    ));
    bureau.pay(&outcome);
    let released = decide("tern").unwrap();
    assert_eq!(released.state, State::Released);
    assert!(matches!(decide("tern"), Err(InputError::Refused(clearance::Refusal::Final { .. }))));
    let treasury = AccountId::Treasury(released.currency.clone());
    assert_eq!(bureau.centre.store().balance(&treasury).unwrap(), released.payable);
    let load = bureau.centre.store().officers().unwrap().into_iter().map(|officer| officer.load).sum::<u32>();
    assert_eq!(load, 0);
    bureau.balance_sums_are_zero();
}

#[test]
fn a_case_nobody_could_take_goes_to_the_officer_who_comes_on_shift() {
    let bureau = Bureau::open();
    let outcome = routed(&bureau, 1);
    assert_eq!(outcome.case.officer, None);
    bureau.officer("skua");
    let assigned = bureau.centre.input(outcome.case.id, Input::Assign).unwrap();
    assert_eq!(assigned.officer, Some(OfficerId("skua".into())));
}

#[test]
fn work_goes_to_the_least_loaded() {
    let bureau = Bureau::open();
    for login in ["avocet", "bunting", "curlew"] {
        bureau.officer(login);
    }
    for nth in 0..9 {
        routed(&bureau, nth);
    }
    let loads: Vec<u32> =
        bureau.centre.store().officers().unwrap().iter().map(|officer| officer.load).collect();
    assert_eq!(loads.iter().max(), loads.iter().min(), "{loads:?}");
}

#[test]
fn a_receipt_proves_the_whole_case_without_the_system() {
    let bureau = Bureau::open();
    bureau.officer("tern");
    for nth in 0..300 {
        bureau.file(import(nth));
    }
    let outcome = bureau.file(import(0));
    bureau.pay(&outcome);
    let text = bureau.centre.receipt(outcome.case.id).unwrap().to_text();
    let key = bureau.centre.vkey().unwrap();
    let receipt = log::Receipt::parse(&text).unwrap();
    let verified = receipt.verify(Some(&key)).unwrap();
    assert_eq!(
        verified.steps.len(),
        usize::try_from(bureau.centre.store().case(outcome.case.id).unwrap().unwrap().seq).unwrap()
    );
    assert_eq!(receipt.number(), outcome.case.number.map(|number| number.to_string()).as_deref());
    for at in (0..text.len()).step_by(7) {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        let altered = String::from_utf8(bytes).ok().and_then(|text| log::Receipt::parse(&text).ok());
        assert!(altered.is_none_or(|receipt| receipt.verify(Some(&key)).is_err()), "byte {at}");
    }
}

#[test]
fn every_decision_comes_out_the_same_when_it_is_made_again() {
    let bureau = Bureau::open();
    bureau.officer("tern");
    let outcome = bureau.file(import(1));
    bureau.pay(&outcome);
    for nth in 2..20 {
        bureau.file(import(nth));
    }
    // A new nomenclature in between changes later decisions, never earlier ones.
    let code = "8413703000";
    let nomenclature = format!("code,name,duty\n{code},насосы,5%\n");
    bureau.centre.import(Dataset::new(DatasetKind::Tnved, "", "test", nomenclature)).unwrap();
    for nth in 20..30 {
        bureau.file(import(nth));
    }
    let bureau = bureau.reopen();
    let report = bureau.centre.replay(|_, _| {}).unwrap();
    assert_eq!(report.differing, []);
    assert!(report.root_matches);
    assert_eq!(report.filings, 29);
}

#[test]
fn a_dataset_with_one_broken_row_changes_nothing_and_the_row_is_named() {
    let bureau = Bureau::open();
    let before = bureau.centre.world().hash();
    let why = bureau
        .centre
        .import(Dataset::new(
            DatasetKind::Tnved,
            "",
            "tnved.csv",
            "code,name,duty\n8413703000,насосы,5%\n8413703000x,насосы,5%\n",
        ))
        .unwrap_err();
    let said = why.to_string();
    assert!(said.contains("tnved.csv") && said.contains('3'), "{said}");
    assert_eq!(bureau.centre.world().hash(), before);
}

#[test]
fn after_a_restart_everything_goes_on_where_it_was() {
    let bureau = Bureau::open();
    let first = bureau.file(import(1));
    let bureau = bureau.reopen();
    let again = bureau.file(import(1));
    assert!(again.repeated && again.case.id == first.case.id);
    let same_office = |nth: &u32| {
        let number = bureau.file(import(*nth)).case.number.unwrap();
        number.office() == first.case.number.unwrap().office()
    };
    let second = bureau.file(import((2..).find(same_office).unwrap()));
    assert_eq!(second.case.number.unwrap().serial(), first.case.number.unwrap().serial() + 1);
    assert!(bureau.centre.replay(|_, _| {}).unwrap().root_matches);
}

#[test]
fn a_directory_in_use_is_said_to_be_in_use() {
    let bureau = Bureau::open();
    let Err(why) = SqliteStore::open(bureau.dir.path()) else { panic!("opened twice") };
    let why = why.to_string();
    assert!(why.contains("in use by another process"), "{why}");
}

#[test]
fn a_new_profile_takes_hold_at_once_and_a_wrong_one_never() {
    let bureau = Bureau::open();
    let profile = |area: &str| {
        format!(
            "number = \"55/20260101/00999\"\nkind = \"national\"\nstage = \"declaration\"\narea = '''{area}'''\n\
             valid_from = 2026-01-01\nlane = \"red\"\nmeasures = [\"inspect\"]\nauthor = \"test\"\nversion = 1\n\
             [title]\nru = \"Проба\"\nen = \"Trial\"\n[instruction]\nru = \"Досмотреть.\"\nen = \"Inspect.\"\n"
        )
    };
    let why = bureau.centre.add_profile(&profile("item.mass_grosss > 1")).unwrap_err().to_string();
    assert!(why.contains("mass_gross"), "{why}");
    bureau.centre.add_profile(&profile("item.mass_gross > 0")).unwrap();
    let outcome = bureau.file(import(1));
    assert_eq!(outcome.case.hits, ["55/20260101/00999"]);
    assert_eq!(outcome.case.lane, Some(Lane::Red));
}

#[test]
fn logins_are_let_in_by_password_alone_and_not_for_ever() {
    let bureau = Bureau::open();
    bureau.centre.put_user("tern", "Officer", Role::Officer, "correct horse", None).unwrap();
    assert!(bureau.centre.put_user("x", "X", Role::Duty, "short", None).is_err());
    assert_eq!(bureau.centre.login("tern", "wrong horse").unwrap_err(), LoginError::Wrong);
    assert_eq!(bureau.centre.login("nobody", "correct horse").unwrap_err(), LoginError::Wrong);
    let (token, identity) = bureau.centre.login("tern", "correct horse").unwrap();
    assert_eq!(bureau.centre.session(&token).unwrap(), Some(identity));
    assert_eq!(bureau.centre.session("forged").unwrap(), None);
    bureau.centre.logout(&token).unwrap();
    assert_eq!(bureau.centre.session(&token).unwrap(), None);
    for _ in 0..10 {
        assert_eq!(bureau.centre.login("tern", "guess guess").unwrap_err(), LoginError::Wrong);
    }
    assert_eq!(bureau.centre.login("tern", "correct horse").unwrap_err(), LoginError::TooMany);
}

#[test]
fn a_declarant_sees_their_own_cases_and_nobody_elses() {
    let bureau = Bureau::open();
    bureau.centre.put_user("trader", "Trader", Role::Declarant, "correct horse", None).unwrap();
    bureau.centre.put_user("rival", "Rival", Role::Declarant, "correct horse", None).unwrap();
    let outcome = bureau.file(import(1));
    let (_, trader) = bureau.centre.login("trader", "correct horse").unwrap();
    let (_, rival) = bureau.centre.login("rival", "correct horse").unwrap();
    let filer = centre::account_of("trader");
    assert!(bureau.centre.sees(&trader, &outcome.case, &filer).unwrap());
    assert!(!bureau.centre.sees(&rival, &outcome.case, &filer).unwrap());
    assert!(!trader.may(Action::Decide) && !trader.may(Action::SeeReads));
    let listed = |who| {
        let filter = bureau.centre.narrow(who, CaseFilter { limit: 10, ..CaseFilter::default() });
        bureau.centre.store().list(&filter).unwrap().len()
    };
    assert_eq!((listed(&trader), listed(&rival)), (1, 0));
}

#[test]
fn the_view_computes_again_what_was_decided() {
    let bureau = Bureau::open();
    let outcome = bureau.file(import(1));
    let view = bureau.centre.view(outcome.case.id).unwrap();
    assert_eq!(view.case, outcome.case);
    assert_eq!(view.assessed.findings, outcome.findings);
    assert_eq!(view.document.bytes, import(1).into_bytes());
    assert_eq!(view.assessed.payments.payable_total, outcome.case.payable);
    let number = outcome.case.number.unwrap().to_string();
    assert_eq!(bureau.centre.resolve(&number).unwrap(), Some(outcome.case.id));
    assert_eq!(bureau.centre.resolve(&number.replace('/', "-")).unwrap(), Some(outcome.case.id));
    assert_eq!(bureau.centre.resolve("10013160/010101/0000001").unwrap(), None);
    assert!(declaration::TaxNumber::parse("7700000016").is_ok());
}
