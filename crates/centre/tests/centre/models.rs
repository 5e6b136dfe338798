//! Models that score declarations: recorded and repeated to the bit, put to work by two persons, never by themselves.

use std::sync::{Arc, LazyLock};

use centre::ModelError;
use clearance::assess::Circumstances;
use clearance::dossier::Area;
use clearance::look::{FoundKind, LookResult, Outcome as Came};
use clearance::power::PowerAct;
use clearance::scoring::life::{State as Standing, Wish};
use clearance::scoring::{Installed, Mode, Models, Scored};
use clearance::{Assessed, Case, CaseId, Event, Ground, Input, State, World, assess};
use declaration::Item;
use greenlane_centre as centre;
use greenlane_centre::Identity;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use risk::{Category, Draw, Facts, ItemFacts, Measure, Share};
use rust_decimal::Decimal;
use score::declared::{Told, Writer, lines};
use score::{FeatureTable, LanePlan, Lesson, Model, Rank, Settings, Table};
use store::Role;

use crate::{Bureau, TRADE, import};

/// Whether something is found in a line.
type Find = fn(&Item) -> bool;

/// Whether some digits of a line, which say nothing of the goods, are one in so many.
fn one_in(parts: i64, item: &Item) -> bool {
    let grams = item.mass_gross.map(|mass| mass.get()).unwrap_or_default();
    (grams * Decimal::from(7_919)).trunc() % Decimal::from(parts) == Decimal::ZERO
}

/// What weighs little and is dear, mostly: scores differ where results do.
fn light(item: &Item) -> bool {
    let mass = item.mass_net.map(|mass| mass.get()).unwrap_or_default();
    let value = item.customs_value.map(|value| value.get()).unwrap_or_default();
    let likely = mass < Decimal::from(1_000) && value > mass * Decimal::from(500);
    if likely { !one_in(4, item) } else { one_in(9, item) }
}

fn textile(item: &Item) -> bool {
    item.commodity_code.is_some_and(|code| code.prefix(1) < "7")
}

/// Results of declarations of the trade that are filed nowhere; `rules` says what the rules would have selected.
fn results(places: std::ops::Range<u64>, find: Find, rules: Find) -> Table {
    let mut writer = Writer::new(Vec::new()).unwrap();
    let day = date(2026, 3, 2);
    for place in places {
        let declaration = TRADE.at(place).unwrap().declaration;
        let facts = Facts { items: ItemFacts::of_lines(&declaration), ..Facts::default() };
        let name = place.to_string();
        for (line, item) in lines(&declaration, &facts, day).iter().zip(&declaration.items) {
            let found = Some(find(item));
            let (rules, amount) = (rules(item), None);
            writer
                .add(line, &Told { declaration: &name, day, found, amount, by: "chance", rules, weight: 1 })
                .unwrap();
        }
    }
    Table::read(&writer.end().unwrap(), &FeatureTable::declared().unwrap()).unwrap()
}

/// A small model that looks at much, so that a few declarations show all it can do.
fn trained(find: Find, rules: Find, features: FeatureTable) -> Vec<u8> {
    let (training, validation) = (results(2_000..2_250, find, rules), results(3_000..3_120, find, rules));
    let lesson = Lesson {
        training: &training,
        validation: Some(&validation),
        features,
        settings: Settings { rounds: 30, depth: 4, ..Settings::default() },
        plan: LanePlan {
            red: Share::from_parts(300_000),
            yellow: Share::from_parts(400_000),
            explored: Share::from_parts(500_000),
        },
        rank: Rank::Probability,
        trained_on: date(2026, 11, 26),
    };
    Model::train(&lesson, &mut |_, _| {}).unwrap().write().unwrap()
}

fn nobody(_: &Item) -> bool {
    false
}

static LIGHT: LazyLock<Vec<u8>> = LazyLock::new(|| trained(light, nobody, FeatureTable::declared().unwrap()));
static TEXTILE: LazyLock<Vec<u8>> =
    LazyLock::new(|| trained(textile, nobody, FeatureTable::declared().unwrap()));
/// What the rules find, it finds as well at best; on goods it cannot tell apart it finds less.
static WORSE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let by_luck: Find = |item| one_in(5, item);
    trained(by_luck, by_luck, FeatureTable::declared().unwrap())
});

fn version_of(file: &[u8]) -> String {
    Model::read(file).unwrap().version().to_owned()
}

struct Unit {
    bureau: Bureau,
    analyst: Identity,
    chief: Identity,
}

const WHY: &str = "by the results of a year";

/// What became of a wish: the code of the refusal, or how the model stands.
fn told(done: Result<centre::ModelDossier, ModelError>) -> String {
    match done {
        Ok(dossier) => dossier.head.state.as_str().to_owned(),
        Err(ModelError::Refused(why)) => why.code().to_owned(),
        Err(why) => panic!("{why}"),
    }
}

impl Unit {
    fn open() -> Self {
        let bureau = Bureau::open();
        let [analyst, chief] = [("anna", Role::Analyst), ("carl", Role::RiskChief)]
            .map(|(login, role)| somebody(&bureau, login, role, ""));
        Self { bureau, analyst, chief }
    }

    fn reopen(self) -> Self {
        let Self { bureau, analyst, chief } = self;
        Self { bureau: bureau.reopen(), analyst, chief }
    }

    fn propose(&self, who: &Identity, file: &[u8]) -> String {
        told(self.bureau.centre.propose_model(who, "api", file, WHY))
    }

    fn go(&self, who: &Identity, version: &str, wish: Wish) -> String {
        told(self.bureau.centre.move_model(who, "api", version, wish, WHY))
    }

    /// Proposes a model and puts it into a mode.
    fn install(&self, file: &[u8], mode: Mode) -> String {
        let version = version_of(file);
        assert_eq!(self.propose(&self.analyst, file), "proposed");
        assert_eq!(self.go(&self.chief, &version, Wish::Approve(mode)), mode.as_str());
        version
    }

    fn file(&self, places: std::ops::Range<u32>) -> Vec<Case> {
        places.map(|nth| self.bureau.file(import(nth)).case).collect()
    }

    fn scored(&self, id: CaseId) -> Vec<Scored> {
        let steps = self.bureau.centre.view(id).unwrap().steps;
        let by = |event: &Event| match event {
            Event::Scored { by } => Some(by.clone()),
            _ => None,
        };
        steps.iter().flat_map(|(_, step)| &step.events).find_map(by).unwrap_or_default()
    }
}

fn somebody(bureau: &Bureau, login: &str, role: Role, area: &str) -> Identity {
    let area: Area = area.parse().unwrap();
    bureau.centre.put_user_of_area(login, login, role, "correct horse", None, area).unwrap();
    bureau.centre.login(login, "correct horse").unwrap().1
}

#[test]
fn replay_finds_every_decision_again_though_models_came_and_went() {
    let unit = Unit::open();
    let before = unit.bureau.centre.world().hash();
    let first = unit.install(&LIGHT, Mode::Live);
    assert_ne!(unit.bureau.centre.world().hash(), before, "a model is a part of the world");
    let by_first = unit.file(0..12);
    let second = unit.install(&TEXTILE, Mode::Live);
    let by_second = unit.file(12..24);
    assert_eq!(unit.go(&unit.chief, &second, Wish::Withdraw), "withdrawn");
    assert_eq!(unit.bureau.centre.world().hash(), before, "the same world as without models");
    let by_none = unit.file(24..30);

    for (cases, version) in [(&by_first, &first), (&by_second, &second)] {
        for case in cases {
            let scored = unit.scored(case.id);
            assert_eq!(scored.len(), 1);
            assert_eq!((&scored[0].model, scored[0].mode), (version, Mode::Live));
            assert!(case.lane.unwrap() >= scored[0].lane, "never milder than the model says");
            assert_eq!(scored[0].reasons.is_empty(), scored[0].leads_to().is_none(), "{scored:?}");
            assert!(scored[0].line >= 1 && scored[0].line <= case.items && scored[0].reasons.len() <= 5);
            // The record keeps reasons of what was selected; whoever looks is told those of every scored case.
            let looked = &unit.bureau.centre.view(case.id).unwrap().assessed.scored[0];
            assert!((1..=5).contains(&looked.reasons.len()), "{looked:?}");
            assert!(scored[0].reasons.is_empty() || looked == &scored[0]);
        }
    }
    let by_models = by_first.iter().chain(&by_second);
    let looked_at = by_models.filter(|case| case.state == State::UnderControl).count();
    assert!((1..24).contains(&looked_at), "{looked_at}: they tell some from others");
    assert!(by_none.iter().all(|case| unit.scored(case.id).is_empty()));
    unit.bureau.replays_without_a_difference();
    let unit = unit.reopen();
    unit.bureau.replays_without_a_difference();
    // A receipt is for the declarant: what a model said stands on no sheet of it.
    let selected = by_first.iter().find(|case| unit.scored(case.id)[0].leads_to().is_some()).unwrap();
    unit.bureau.is_proven(selected.id);
    let receipt = format!("{:?}", unit.bureau.centre.receipt(selected.id).unwrap().verify(None).unwrap());
    assert!(!receipt.contains(&first) && !receipt.contains("scored"), "{receipt}");
}

#[test]
fn a_model_file_that_was_changed_in_the_store_is_found() {
    let unit = Unit::open();
    let version = unit.install(&LIGHT, Mode::Live);
    unit.file(0..3);
    assert_eq!(unit.go(&unit.chief, &version, Wish::Withdraw), "withdrawn");
    unit.bureau.replays_without_a_difference();
    let Bureau { centre, dir } = unit.bureau;
    centre.stop();
    drop(centre);
    let mut other = TEXTILE.clone();
    let database = rusqlite::Connection::open(dir.path().join("greenlane.sqlite")).unwrap();
    database.execute_batch("DROP TRIGGER models_stay").unwrap();
    let change = |content: &[u8]| {
        database.execute("UPDATE models SET content = ?1", [content]).unwrap();
        let centre = crate::open(dir.path());
        let report = centre.replay(|_, _| {}).unwrap();
        centre.stop();
        // The acts on it, and every decision it had a part in.
        let acts = report.differing.iter().filter(|differs| differs.case.is_none()).count();
        let decisions = report.differing.iter().filter(|differs| differs.case.is_some()).count();
        assert_eq!((acts, decisions), (3, 3), "{:?}", report.differing);
    };
    // Another whole model, and one with a changed byte.
    change(&other);
    other.clone_from(&LIGHT);
    *other.last_mut().unwrap() ^= 1;
    change(&other);
}

#[test]
fn a_centre_does_not_decide_by_a_live_model_that_was_changed() {
    let unit = Unit::open();
    let version = unit.install(&LIGHT, Mode::Live);
    let Bureau { centre, dir } = unit.bureau;
    centre.stop();
    drop(centre);
    let database = rusqlite::Connection::open(dir.path().join("greenlane.sqlite")).unwrap();
    database.execute_batch("DROP TRIGGER models_stay").unwrap();
    database.execute("UPDATE models SET content = ?1", [TEXTILE.as_slice()]).unwrap();
    let store: Arc<dyn store::Store> = Arc::new(store_sqlite::SqliteStore::open(dir.path()).unwrap());
    let options = centre::Options { housekeeping: false, ..centre::Options::default() };
    let why = centre::Centre::open(store, options).map(drop).unwrap_err().to_string();
    assert!(why.contains(&version) && why.contains("not what was proposed"), "{why}");
}

#[test]
fn it_takes_two_persons_and_no_model_goes_live_that_its_card_speaks_against() {
    let unit = Unit::open();
    let officer = somebody(&unit.bureau, "olga", Role::Officer, "");
    let administrator = somebody(&unit.bureau, "ada", Role::Administrator, "");
    let regional = somebody(&unit.bureau, "rita", Role::RiskChief, "1013");
    let version = version_of(&LIGHT);
    let live = Wish::Approve(Mode::Live);
    for who in [&officer, &administrator, &unit.chief] {
        assert_eq!(unit.propose(who, &LIGHT), "GL-R62", "{}", who.login);
    }
    assert_eq!(unit.go(&unit.chief, &version, live), "GL-R60");
    assert_eq!(unit.propose(&unit.analyst, &LIGHT), "proposed");
    assert_eq!(unit.propose(&unit.analyst, &LIGHT), "GL-R61");
    for wish in [live, Wish::Approve(Mode::Shadow), Wish::Withdraw] {
        for who in [&officer, &administrator] {
            assert_eq!(unit.go(who, &version, wish), "GL-R62", "{} {wish:?}", who.login);
        }
    }
    assert_eq!(unit.go(&unit.analyst, &version, live), "GL-R62");
    assert_eq!(unit.go(&regional, &version, live), "GL-R63");
    assert!(unit.bureau.centre.world().models().is_empty(), "what is proposed does nothing");
    // An analyst who became the head of the unit approves nothing of what they proposed.
    let promoted = somebody(&unit.bureau, "anna", Role::RiskChief, "");
    assert_eq!(unit.go(&promoted, &version, live), "GL-R64");
    assert_eq!(unit.go(&unit.chief, &version, live), "live");

    let worse = version_of(&WORSE);
    assert_eq!(unit.propose(&unit.analyst, &WORSE), "proposed");
    assert_eq!(unit.go(&unit.chief, &worse, live), "GL-R66");
    let dossier = unit.bureau.centre.model(&worse).unwrap().unwrap();
    assert!(!dossier.hindrances.is_empty());
    assert!(!unit.bureau.centre.possible_with_model(&unit.chief, &dossier).unwrap().contains(&live));
    assert_eq!(unit.go(&unit.chief, &worse, Wish::Approve(Mode::Shadow)), "shadow");
    assert_eq!(unit.go(&unit.chief, &worse, live), "GL-R66", "nor from the shadow");
    assert_eq!(unit.bureau.centre.model(&version).unwrap().unwrap().head.state, Standing::Live);
    let acts = unit.bureau.centre.store().model_acts().unwrap();
    let told: Vec<_> = acts.iter().map(|stored| (stored.act.by.as_str(), stored.act.deed.as_str())).collect();
    assert_eq!(told, [("anna", "propose"), ("carl", "go_live"), ("anna", "propose"), ("carl", "shadow")]);
    assert!(acts.iter().all(|stored| stored.act.reason == WHY));
    unit.bureau.replays_without_a_difference();
    // Both are in the world after a restart, and nothing else is.
    let unit = unit.reopen();
    let world = unit.bureau.centre.world();
    let all: Vec<_> = world.models().all().map(|(mode, model)| (mode, model.model().version())).collect();
    assert_eq!(all, [(Mode::Live, version.as_str()), (Mode::Shadow, worse.as_str())]);
}

#[test]
fn a_file_that_is_no_whole_model_of_these_features_is_refused() {
    let unit = Unit::open();
    let mut altered = LIGHT.clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    assert_eq!(unit.propose(&unit.analyst, &altered), "GL-R67");
    assert_eq!(unit.propose(&unit.analyst, b"greenlane"), "GL-R67");
    let mut fewer = FeatureTable::declared().unwrap();
    fewer.features.pop();
    assert_eq!(unit.propose(&unit.analyst, &trained(light, nobody, fewer)), "GL-R68");
    let short = unit.bureau.centre.propose_model(&unit.analyst, "api", &LIGHT, " ");
    assert_eq!(told(short), "GL-R65");
    assert!(unit.bureau.centre.models().unwrap().is_empty());
}

fn in_world(world: &World, models: Models) -> World {
    World::upon(Some(world), Arc::clone(world.reference()), Arc::clone(world.rules()), models).unwrap()
}

/// The declarations of a day, each in a world with a model and in one without.
#[test]
fn a_shadow_moves_nothing_and_what_is_live_makes_nothing_milder() {
    let world = centre::starter_world().unwrap();
    let light_model = || Installed::read(&LIGHT).unwrap();
    let shadowed = in_world(&world, Models::none().with(Mode::Shadow, Some(light_model())));
    let live = in_world(&world, Models::none().with(Mode::Live, Some(light_model())));
    let both = in_world(
        &world,
        Models::none().with(Mode::Live, Some(light_model())).with(Mode::Shadow, Some(light_model())),
    );
    let hashes = [world.hash(), shadowed.hash(), live.hash(), both.hash()];
    assert_eq!(hashes.iter().collect::<std::collections::BTreeSet<_>>().len(), 4);
    let (mut stricter, mut explored, mut noticed) = (0, 0, 0);
    for place in 0..80u64 {
        let declaration = TRADE.at(place).unwrap().declaration;
        let draw = Draw::of(&[7; 32], &place.to_be_bytes());
        let circumstances = Circumstances {
            now: Timestamp::now(),
            category: Category::Medium,
            signed: true,
            standing: clearance::Standing::Operator,
            power: None,
            act: PowerAct::File,
            withdrawn: None,
            known: None,
            draw: &draw,
        };
        let in_this = |world: &World| assess(&declaration, &[], world, &circumstances);
        let (plain, shadow) = (in_this(&world), in_this(&shadowed));
        noticed += usize::from(shadow.scored[0].selection != score::Selection::Nothing);
        assert_eq!(shadow.scored[0].leads_to(), None);
        assert_eq!(Assessed { scored: Vec::new(), ..shadow }, plain, "place {place}");
        let at_work = in_this(&live);
        assert!(at_work.risk.lane >= plain.risk.lane);
        assert_eq!(
            at_work.risk.lane,
            at_work.scored[0].leads_to().map_or(plain.risk.lane, |lane| lane.max(plain.risk.lane))
        );
        assert_eq!(at_work.risk.hits, plain.risk.hits);
        stricter += usize::from(at_work.risk.lane > plain.risk.lane);
        explored += usize::from(at_work.scored[0].is_explored());
        // Beside a shadow, the live one says the same.
        assert_eq!(in_this(&both).scored.first(), at_work.scored.first());
        assert_eq!(in_this(&both).risk.lane, at_work.risk.lane);
    }
    assert!(stricter > 10 && explored > 2 && noticed > 10, "{stricter} {explored} {noticed}");
}

#[test]
fn what_came_of_what_a_model_selected_is_recorded_and_added_up() {
    let unit = Unit::open();
    unit.bureau.officer("tern");
    unit.install(&LIGHT, Mode::Live);
    unit.install(&TEXTILE, Mode::Shadow);
    let cases = unit.file(0..40);
    let ground_of = |case: &Case| unit.scored(case.id).iter().find_map(Ground::scored);
    let of_ground = |word: &str| {
        let found = cases.iter().filter(|case| ground_of(case).is_some_and(|ground| ground.as_str() == word));
        found.collect::<Vec<_>>()
    };
    let (by_model, by_chance) = (of_ground(Ground::MODEL), of_ground(Ground::EXPLORATION));
    assert!(!by_model.is_empty() && !by_chance.is_empty());
    let record = |case: &Case, word: &str, outcome: Came| {
        let result = LookResult {
            ground: Ground::from(word.to_owned()),
            measure: Some(Measure::Value),
            item: Some(1),
            outcome,
            minutes: 30,
            remark: String::new(),
        };
        let officer = case.officer.clone().unwrap();
        unit.bureau.centre.input(case.id, Input::RecordResults { officer, results: vec![result] })
    };
    let found = Came::Found { kind: FoundKind::Value, amount: Decimal::from(1_000) };
    record(by_model[0], Ground::MODEL, found.clone()).unwrap();
    record(by_chance[0], Ground::EXPLORATION, Came::Nothing).unwrap();
    // What did not send somebody there has no result there.
    assert!(record(by_model[0], Ground::EXPLORATION, found).is_err());
    let now = unit.bureau.centre.now();
    let day = SignedDuration::from_hours(24);
    let effects = risk::effects(
        &unit.bureau.centre.store().effects(now - day, now + day).unwrap(),
        &Default::default(),
    );
    let total = |word: &str| effects.iter().find(|effect| effect.ground == word).unwrap().total;
    let (model, chance) = (total(Ground::MODEL), total(Ground::EXPLORATION));
    assert_eq!((model.fired, model.found), (by_model.len() as u64, 1));
    assert_eq!((chance.fired, chance.nothing), (by_chance.len() as u64, 1));
    unit.bureau.replays_without_a_difference();
}

#[test]
fn drift_is_looked_at_and_told_and_does_nothing() {
    let unit = Unit::open();
    let version = unit.install(&LIGHT, Mode::Live);
    assert_eq!(unit.bureau.centre.drifts_in_force().unwrap(), []);
    unit.bureau.centre.watch_models().unwrap();
    assert_eq!(unit.bureau.centre.model(&version).unwrap().unwrap().drift, None, "nothing was filed");
    unit.file(0..40);
    let today = unit.bureau.centre.today();
    let report = unit.bureau.centre.look_at_drift(&version, today, today).unwrap();
    assert_eq!((report.declarations, report.drift.moved[0].name.as_str()), (40, "score"));
    assert!(report.drift.rows >= 40);
    let yesterday = today.yesterday().unwrap();
    assert_eq!(unit.bureau.centre.look_at_drift(&version, yesterday, yesterday).unwrap().declarations, 0);
    let report = unit.bureau.centre.look_at_drift(&version, yesterday, today).unwrap();
    let figures = unit.bureau.centre.drifts_in_force().unwrap();
    assert_eq!(figures, [(version.clone(), Mode::Live, report.worst())]);
    let dossier = unit.bureau.centre.model(&version).unwrap().unwrap();
    assert_eq!(dossier.drift, Some(report.clone()));
    assert_eq!(dossier.head.state, Standing::Live);
    // Housekeeping looks once a day, also at what watches in the shadow, and rests where there is nothing to look at.
    let other = unit.install(&TEXTILE, Mode::Shadow);
    unit.bureau.centre.watch_models().unwrap();
    let looked = |version: &str| unit.bureau.centre.model(version).unwrap().unwrap().drift.unwrap();
    assert_eq!((looked(&other).declarations, looked(&version).at), (40, dossier.drift.unwrap().at));
    let at = looked(&other).at;
    unit.bureau.centre.watch_models().unwrap();
    assert_eq!(looked(&other).at, at);
    assert!(unit.bureau.centre.look_at_drift("none", today, today).is_err());
}

/// The table of who may do what is printed from the rules; a test holds the page to it.
#[test]
fn the_page_of_models_has_the_table_of_their_life() {
    let page = include_str!("../../../../docs/models.md");
    let table = centre::model_lifecycle_table();
    assert!(page.contains(&table), "docs/models.md must have between its marks:\n{table}");
}
