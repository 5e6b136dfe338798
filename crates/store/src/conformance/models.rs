//! Models that score declarations.

use clearance::scoring::Mode;
use clearance::scoring::life::{Act, Deed, State};
use reference::ContentHash;

use super::build::{second, step};
use super::{Place, conflicts, done};
use crate::{ModelDrift, ModelFile, NewModelAct, Result, StoredModelAct, Transaction, WorldManifest};

fn file(version: &str) -> ModelFile {
    let content = format!("trees of {version}\0").into_bytes();
    ModelFile { version: version.to_owned(), sha256: ContentHash::of(&content), content }
}

fn act(model: &str, deed: Deed, from: Option<State>, to: State) -> Act {
    let (model, by) = (model.to_owned(), "heron".to_owned());
    Act { model, deed, from, to, by, reason: "по итогам года\n".to_owned() }
}

/// Adds an act with a leaf of its own.
fn add(open: &mut dyn Transaction, leaf: u64, act: &Act) -> Result<u64> {
    open.append_step(&step(leaf, None, 0))?;
    open.append_model_act(&NewModelAct { act, at: second(leaf), through: "api", leaf })
}

/// A model is kept once, an act goes on from where its model stands, a world has the models it was made with.
pub fn models_and_acts_on_them_are_only_added(place: &dyn Place) {
    let store = place.open();
    let propose = act("a1", Deed::Propose, None, State::Proposed);
    let live = act("a1", Deed::GoLive, Some(State::Proposed), State::Live);
    let world = |name: &[u8], models: &[(Mode, &str)]| WorldManifest {
        hash: ContentHash::of(name),
        datasets: Vec::new(),
        profiles: Vec::new(),
        models: models.iter().map(|(mode, model)| (*mode, (*model).to_owned())).collect(),
    };
    conflicts(&*store, |open| add(open, 0, &propose).map(drop));
    conflicts(&*store, |open| open.put_world(&world(b"one", &[(Mode::Live, "a1")]), second(1)));
    done(&*store, |open| {
        open.insert_model(&file("a1"))?;
        add(open, 0, &propose)?;
        Ok(())
    });
    conflicts(&*store, |open| open.insert_model(&file("a1")));
    conflicts(&*store, |open| open.insert_model(&ModelFile { version: "b2".to_owned(), ..file("a1") }));
    // Not from where it stands, and not without a leaf or with that of another.
    conflicts(&*store, |open| add(open, 1, &propose).map(drop));
    for leaf in [0, 7] {
        conflicts(&*store, |open| {
            open.append_model_act(&NewModelAct { act: &live, at: second(1), through: "api", leaf }).map(drop)
        });
    }
    let (one, two) =
        (world(b"one", &[(Mode::Live, "a1")]), world(b"two", &[(Mode::Live, "b2"), (Mode::Shadow, "a1")]));
    done(&*store, |open| {
        add(open, 1, &live)?;
        open.insert_model(&file("b2"))?;
        open.put_world(&one, second(2))?;
        open.put_world(&two, second(3))
    });
    for (at, drift) in [(4, "{}"), (5, "{\"rows\":1}")] {
        let drift = ModelDrift { model: "a1".to_owned(), at: second(at), drift: drift.to_owned() };
        done(&*store, |open| open.put_model_drift(&drift));
    }
    drop(store);
    let store = place.open();
    let stored = |ordinal: u64, act: &Act| StoredModelAct {
        ordinal,
        act: act.clone(),
        at: second(ordinal - 1),
        through: "api".to_owned(),
        leaf: ordinal - 1,
    };
    assert_eq!(store.model_acts().unwrap(), [stored(1, &propose), stored(2, &live)]);
    assert_eq!(store.model_act_of_leaf(1).unwrap(), Some(stored(2, &live)));
    assert_eq!(store.model_act_of_leaf(9).unwrap(), None);
    assert_eq!(store.model("b2").unwrap(), Some(file("b2")));
    assert_eq!(store.model("c3").unwrap(), None);
    assert_eq!(store.world(&one.hash).unwrap(), Some(one));
    assert_eq!(store.world(&two.hash).unwrap(), Some(two));
    let drifts = store.model_drifts().unwrap();
    assert_eq!((drifts.len(), drifts[0].drift.as_str(), drifts[0].at), (1, "{\"rows\":1}", second(5)));
}
