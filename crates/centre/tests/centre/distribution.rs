//! Reference data from the top down: a node below has what the node above has, whole or not at all.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use declaration::CurrencyCode;
use greenlane_centre::distribution::{Above, ManifestError, Offer};
use greenlane_centre::{AdoptError, Adopted, CentreError, Change};
use reference::ContentHash;
use tempfile::TempDir;

use super::*;

/// A centre that nobody has imported anything into.
struct Node {
    centre: Centre,
    dir: TempDir,
}

impl Node {
    fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { centre: open(dir.path()), dir }
    }

    fn reopen(self) -> Self {
        let Self { centre, dir } = self;
        centre.stop();
        drop(centre);
        Self { centre: open(dir.path()), dir }
    }

    fn key(&self) -> log::Vkey {
        self.centre.vkey().unwrap()
    }

    fn note(&self) -> String {
        self.centre.manifest().unwrap().note.clone()
    }

    fn adopt(&self, above: &Node) -> Result<Adopted, AdoptError> {
        self.centre.adopt(&above.note(), &above.key(), &mut |hash| brought(&above.centre, hash))
    }

    /// What one dollar costs today.
    fn dollar(&self) -> String {
        let (day, dollar): (_, CurrencyCode) = ("2026-03-01".parse().unwrap(), "USD".parse().unwrap());
        let world = self.centre.world();
        let pack = world.reference().pack("eaeu-ru").unwrap();
        world.reference().exchange_rate(pack, dollar, day).unwrap().rate.to_string()
    }

    fn live(&self) -> Vec<ContentHash> {
        let imports = self.centre.imports().unwrap();
        let undone: Vec<u64> = imports.iter().filter_map(|import| import.undoes).collect();
        let live =
            imports.iter().filter(|import| import.undoes.is_none() && !undone.contains(&import.ordinal));
        live.map(|import| import.dataset.hash).collect()
    }
}

fn brought(above: &Centre, hash: &ContentHash) -> Result<Vec<u8>, String> {
    above.dataset(hash).unwrap().ok_or_else(|| "there is none".to_owned())
}

/// A dollar at this price, all through the year.
fn dollar_at(price: u32) -> Dataset {
    let content = format!("date,currency,units,rate\n2026-01-01,USD,1,{price}\n2026-03-01,USD,1,{price}\n");
    Dataset::new(DatasetKind::Exchange, "eaeu-ru", format!("{price}.csv"), content)
}

#[test]
fn what_is_in_force_above_comes_into_force_below() {
    let (above, below) = (Node::open(), Node::open());
    assert_eq!(below.adopt(&above).unwrap(), Adopted::Same, "both have the starter");
    above.centre.import(dollar_at(71)).unwrap();
    let second = above.centre.import(dollar_at(72)).unwrap().imported[0].ordinal.unwrap();
    below.centre.import(dollar_at(99)).unwrap();
    assert_eq!(below.adopt(&above).unwrap(), Adopted::Taken { imported: 2, undone: 1 });
    assert_eq!((below.live(), below.dollar()), (above.live(), "72".to_owned()));
    assert_eq!(below.centre.world().reference().hash(), above.centre.world().reference().hash());
    assert_eq!(below.centre.imports().unwrap().last().unwrap().actor, "node above");
    assert_eq!(below.adopt(&above).unwrap(), Adopted::Same);
    // What is taken back above is taken back below.
    above.centre.change(Change { undo: vec![second], ..Change::default() }, "anna", &mut |_| {}).unwrap();
    assert_eq!(below.adopt(&above).unwrap(), Adopted::Taken { imported: 0, undone: 1 });
    assert_eq!((below.live(), below.dollar()), (above.live(), "71".to_owned()));
    // A node below that one follows it as well: its list has its own key.
    let post = Node::open();
    assert_eq!(post.adopt(&below).unwrap(), Adopted::Taken { imported: 1, undone: 0 });
    assert_eq!(post.dollar(), "71");
    assert!(post.centre.replay(|_, _| {}).unwrap().root_matches);
}

/// Brings a dataset; counted from 0.
type Bring<'b> = dyn FnMut(usize, &ContentHash) -> Result<Vec<u8>, String> + 'b;

#[test]
fn what_does_not_come_whole_and_right_changes_nothing() {
    let (above, below) = (Node::open(), Node::open());
    let import = vec![dollar_at(71), dollar_at(72), dollar_at(73)];
    above.centre.change(Change { import, ..Change::default() }, "anna", &mut |_| {}).unwrap();
    let (world, imports) = (below.centre.world().hash(), below.centre.imports().unwrap());
    let asked = AtomicUsize::new(0);
    let adopt = |bring: &mut Bring<'_>| {
        let mut counted = |hash: &ContentHash| bring(asked.fetch_add(1, Ordering::SeqCst), hash);
        below.centre.adopt(&above.note(), &above.key(), &mut counted)
    };
    // The second dataset does not come.
    let half = adopt(&mut |nth, hash| {
        if nth == 1 { Err("the line is cut".to_owned()) } else { brought(&above.centre, hash) }
    });
    assert!(matches!(half, Err(AdoptError::Missing { .. })), "{half:?}");
    // It comes with one byte more.
    let spoilt = adopt(&mut |_, hash| brought(&above.centre, hash).map(|bytes| [bytes, vec![b' ']].concat()));
    assert!(matches!(spoilt, Err(AdoptError::OtherBytes { .. })), "{spoilt:?}");
    let endless = adopt(&mut |_, _| Ok(vec![b' '; reference::DATASET_BYTES_MAX + 1]));
    assert!(matches!(endless, Err(AdoptError::TooLarge { .. })), "{endless:?}");
    assert_eq!((below.centre.world().hash(), below.centre.imports().unwrap()), (world, imports));
    assert_ne!(below.dollar(), "73");
    // What came the first time is not asked for again.
    asked.store(0, Ordering::SeqCst);
    let taken = adopt(&mut |_, hash| brought(&above.centre, hash)).unwrap();
    assert_eq!((taken, asked.load(Ordering::SeqCst)), (Adopted::Taken { imported: 3, undone: 0 }, 2));
    assert_eq!(below.dollar(), "73");
}

#[test]
fn a_manifest_of_another_key_or_of_before_is_not_taken_and_a_restart_does_not_forget() {
    let (above, stranger, below) = (Node::open(), Node::open(), Node::open());
    stranger.centre.import(dollar_at(1)).unwrap();
    let forged =
        below.centre.adopt(&stranger.note(), &above.key(), &mut |hash| brought(&stranger.centre, hash));
    assert!(matches!(forged, Err(AdoptError::Manifest(ManifestError::Note(_)))), "{forged:?}");
    above.centre.import(dollar_at(71)).unwrap();
    let old = above.note();
    below.adopt(&above).unwrap();
    above.centre.import(dollar_at(72)).unwrap();
    below.adopt(&above).unwrap();
    let altered = above.note().replacen("72.csv", "73.csv", 1);
    for (note, why) in [(&old, "later one"), (&altered, "signature")] {
        let refused = below.centre.adopt(note, &above.key(), &mut |hash| brought(&above.centre, hash));
        assert!(refused.as_ref().is_err_and(|told| told.to_string().contains(why)), "{refused:?}");
    }
    let (below, above) = (below.reopen(), above.reopen());
    let refused = below.centre.adopt(&old, &above.key(), &mut |hash| brought(&above.centre, hash));
    assert!(matches!(refused, Err(AdoptError::Manifest(ManifestError::Older { .. }))), "{refused:?}");
    assert_eq!(below.adopt(&above).unwrap(), Adopted::Same);
    assert_eq!(below.dollar(), "72");
}

/// The node above without a network between.
struct Near {
    above: Mutex<Option<Centre>>,
    asked: AtomicUsize,
    forgetful: AtomicBool,
}

impl Near {
    fn to(above: Option<&Centre>) -> Arc<Self> {
        Arc::new(Self {
            above: Mutex::new(above.cloned()),
            asked: AtomicUsize::new(0),
            forgetful: AtomicBool::new(false),
        })
    }

    fn centre(&self) -> Result<Centre, String> {
        self.above.lock().unwrap().clone().ok_or_else(|| "nobody is there".to_owned())
    }
}

impl Above for Near {
    fn manifest(&self, known: Option<&str>, wait: Duration) -> Result<Option<Offer>, String> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let until = Instant::now() + wait;
        loop {
            let published = self.centre()?.manifest().unwrap();
            if Some(published.tag.as_str()) != known {
                return Ok(Some(Offer { note: published.note.clone(), tag: published.tag.clone() }));
            }
            if Instant::now() >= until || self.forgetful.load(Ordering::SeqCst) {
                return Ok(None);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn dataset(&self, hash: &ContentHash) -> Result<Vec<u8>, String> {
        brought(&self.centre()?, hash)
    }
}

#[track_caller]
fn soon(mut happens: impl FnMut() -> bool) {
    let began = Instant::now();
    while !happens() {
        assert!(began.elapsed() < Duration::from_secs(5), "it does not happen");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_node_follows_by_itself_and_goes_on_by_what_it_has_when_nobody_is_above() {
    let (above, below) = (Node::open(), Node::open());
    let near = Near::to(Some(&above.centre));
    below.centre.follow("http://above", above.key(), Arc::clone(&near) as Arc<dyn Above>).unwrap();
    for price in [71, 72] {
        above.centre.import(dollar_at(price)).unwrap();
        soon(|| below.dollar() == price.to_string());
    }
    soon(|| below.centre.following().unwrap().agreed_at.is_some());
    assert!(near.asked.load(Ordering::SeqCst) <= 4, "it waits for news and does not ask all the time");
    // Nothing is imported here.
    let why = below.centre.import(dollar_at(99)).unwrap_err();
    assert!(matches!(why, CentreError::Refused { code: "GL-8012", .. }), "{why}");
    assert!(why.to_string().contains("http://above"), "{why}");
    *near.above.lock().unwrap() = None;
    soon(|| below.centre.following().unwrap().trouble.is_some());
    assert!(below.centre.is_ready());
    assert_eq!(below.dollar(), "72");
    below
        .centre
        .submit(Submission {
            bytes: import(3).into(),
            seal: None,
            account: "login:trader".into(),
            standing: Standing::Operator,
        })
        .unwrap();
    above.centre.import(dollar_at(73)).unwrap();
    *near.above.lock().unwrap() = Some(above.centre.clone());
    soon(|| below.dollar() == "73" && below.centre.following().unwrap().trouble.is_none());
    // A node above that answers at once although asked to wait is not hammered.
    near.forgetful.store(true, Ordering::SeqCst);
    near.asked.store(0, Ordering::SeqCst);
    std::thread::sleep(Duration::from_millis(1_500));
    assert!(near.asked.load(Ordering::SeqCst) <= 3, "{:?}", near.asked);
    near.forgetful.store(false, Ordering::SeqCst);
    let began = Instant::now();
    below.centre.stop();
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "waiting for news does not keep the centre from stopping"
    );
}

#[test]
fn a_fresh_node_decides_nothing_before_it_has_what_is_in_force_above() {
    let (above, below) = (Node::open(), Node::open());
    let near = Near::to(None);
    below.centre.follow("http://above", above.key(), Arc::clone(&near) as Arc<dyn Above>).unwrap();
    let filed = || {
        let (bytes, account) = (import(3).into(), "login:trader".into());
        below.centre.submit(Submission { bytes, seal: None, account, standing: Standing::Operator })
    };
    assert!(!below.centre.is_ready());
    assert!(matches!(filed(), Err(SubmitError::Unavailable(_))));
    *near.above.lock().unwrap() = Some(above.centre.clone());
    soon(|| below.centre.is_ready());
    filed().unwrap();
    // Once it had it, a restart is no beginning.
    let below = below.reopen();
    below.centre.follow("http://above", above.key(), Near::to(None)).unwrap();
    assert!(below.centre.is_ready());
}
