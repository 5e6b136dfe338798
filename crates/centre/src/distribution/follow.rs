//! Following a node above: a worker that hears of new sets within a second and takes them over.
//!
//! Two threads. One asks the node above and may wait for an answer as long as it takes; it holds nothing. The
//! other decides what comes of an answer; it stops with the centre and never waits longer than a moment.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use jiff::Timestamp;
use log::Vkey;
use reference::ContentHash;

use crate::error::CentreError;
use crate::secrets::random;
use crate::worlds::{AdoptError, Adopted, is_starter};
use crate::{Centre, Inner};

/// How long the node above is asked to wait for news.
const WAIT: Duration = Duration::from_secs(25);
/// How often it is seen whether the centre stops.
const LOOK: Duration = Duration::from_millis(100);
/// The shortest round that brought nothing new: a node above that does not wait must not be hammered.
const ROUND_MIN: Duration = Duration::from_secs(1);
/// The first wait after a failure; it doubles each time.
const PAUSE_FIRST: Duration = Duration::from_millis(500);
/// The longest.
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// A manifest as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The signed note.
    pub note: String,
    /// What the node above names it by.
    pub tag: String,
}

/// Asks the node above: the shell's business.
pub trait Above: Send + Sync + 'static {
    /// The manifest, unless it is the one that `known` names; then the node above is asked to wait so long for
    /// another, and `None` says that none came.
    ///
    /// # Errors
    /// What went wrong, in words for the operator.
    fn manifest(&self, known: Option<&str>, wait: Duration) -> Result<Option<Offer>, String>;
    /// The bytes of a dataset, of which no more than [`reference::DATASET_BYTES_MAX`] and one are read.
    ///
    /// # Errors
    /// What went wrong, in words for the operator.
    fn dataset(&self, hash: &ContentHash) -> Result<Vec<u8>, String>;
}

/// How a node that follows another stands to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Following {
    /// Where the node above is.
    pub place: String,
    /// When it began to follow.
    pub since: Timestamp,
    /// When both were last known to have the same in force; none before the first time since it began.
    pub agreed_at: Option<Timestamp>,
    /// Why it could not be taken over what is in force above, the last time it was tried.
    pub trouble: Option<String>,
}

impl Following {
    /// Seconds since both were last known to have the same in force, or since it began to follow.
    pub fn silent_seconds(&self, now: Timestamp) -> f64 {
        now.duration_since(self.agreed_at.unwrap_or(self.since)).as_secs_f64().max(0.0)
    }
}

/// What the node above is asked.
enum Question {
    Manifest(Option<String>),
    Dataset(ContentHash),
}

enum Answer {
    Manifest(Result<Option<Offer>, String>),
    Dataset(Result<Vec<u8>, String>),
}

/// Asks until nobody wants to know any more.
fn asking(above: &dyn Above, questions: &Receiver<Question>, answers: &Sender<Answer>) {
    for question in questions {
        let answer = match question {
            Question::Manifest(None) => Answer::Manifest(above.manifest(None, Duration::ZERO)),
            Question::Manifest(Some(tag)) => Answer::Manifest(above.manifest(Some(&tag), WAIT)),
            Question::Dataset(hash) => Answer::Dataset(above.dataset(&hash)),
        };
        if answers.send(answer).is_err() {
            return;
        }
    }
}

/// The thread that asks.
struct Asker {
    questions: Sender<Question>,
    answers: Receiver<Answer>,
}

/// The centre stops, or the thread that asks met a bug.
struct NoAnswer(&'static str);

impl Asker {
    fn start(above: Arc<dyn Above>) -> std::io::Result<Self> {
        let (questions, asked) = bounded(1);
        let (tell, answers) = bounded(1);
        // Nobody waits for its end: it holds nothing, and an answer may be half a minute away.
        std::thread::Builder::new()
            .name("ask-above".to_owned())
            .spawn(move || asking(above.as_ref(), &asked, &tell))?;
        Ok(Self { questions, answers })
    }

    fn ask(&self, inner: &Inner, question: Question) -> Result<Answer, NoAnswer> {
        const BUG: NoAnswer = NoAnswer("asking the node above met a bug");
        self.questions.send(question).map_err(|_| BUG)?;
        loop {
            if inner.is_stopping() {
                return Err(NoAnswer("the centre stops"));
            }
            match self.answers.recv_timeout(LOOK) {
                Ok(answer) => return Ok(answer),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(BUG),
            }
        }
    }
}

impl Inner {
    /// Where the node above is, if there is one.
    pub(crate) fn node_above(&self) -> Option<String> {
        let following = self.following.read().ok()?;
        following.as_ref().map(|following| following.place.clone())
    }

    /// Whether this node has nothing to decide by yet: it is to have what is in force above, and has never had it.
    pub(crate) fn is_empty_handed(&self) -> bool {
        self.empty_handed.load(Ordering::SeqCst)
    }

    fn agreed(&self, adopted: &Adopted, place: &str) {
        if let Adopted::Taken { imported, undone } = adopted {
            let world = self.world.load().hash();
            tracing::info!(place, imported, undone, %world, "reference data of the node above are in force");
            metrics::counter!("greenlane_follow_taken_total").increment(1);
        }
        self.empty_handed.store(false, Ordering::SeqCst);
        let Ok(mut slot) = self.following.write() else { return };
        if let Some(following) = slot.as_mut() {
            if following.trouble.take().is_some() {
                tracing::info!(
                    place,
                    "this node and the one above have the same reference data in force again"
                );
            }
            following.agreed_at = Some(self.now());
        }
    }

    fn disagreed(&self, why: String) {
        metrics::counter!("greenlane_follow_failures_total").increment(1);
        let Ok(mut slot) = self.following.write() else { return };
        if let Some(following) = slot.as_mut() {
            // The same trouble is told once, not every half minute.
            if following.trouble.as_ref() != Some(&why) {
                let place = &following.place;
                tracing::warn!(
                    place,
                    why,
                    "the node above was not followed; what is in force stays in force"
                );
            }
            following.trouble = Some(why);
        }
    }
}

impl Centre {
    /// Begins to follow the node above, whose log's key is known; stops with the centre. From now on nothing is
    /// imported here. A node that never had anything but what the program comes with takes no filings until it
    /// has what is in force above.
    ///
    /// # Errors
    /// Where the key cannot sign manifests, the store fails, or the system gives no thread.
    pub fn follow(&self, place: &str, key: Vkey, above: Arc<dyn Above>) -> Result<(), CentreError> {
        if key.kind() != log::KeyKind::Note {
            return Err(CentreError::Invalid(super::ManifestError::WrongKind.to_string()));
        }
        let fresh = self.inner.last_taken(&key)?.is_none() && is_starter(&self.inner.store.imports()?);
        self.inner.empty_handed.store(fresh, Ordering::SeqCst);
        let (place, since) = (place.to_owned(), self.inner.now());
        *self.inner.following.write().map_err(|_| CentreError::Broken)? =
            Some(Following { place: place.clone(), since, agreed_at: None, trouble: None });
        let inner = Arc::clone(&self.inner);
        let handle = std::thread::Builder::new()
            .name("follow".to_owned())
            .spawn(move || following(&inner, &place, &key, &above))?;
        self.keep(handle);
        Ok(())
    }

    /// How this node stands to the one it follows, if it follows one.
    pub fn following(&self) -> Option<Following> {
        self.inner.following.read().ok()?.clone()
    }

    /// Takes over, once, what a manifest says is in force above: whole or not at all. `bring` fetches the bytes of
    /// a dataset.
    ///
    /// # Errors
    /// Where the manifest is not believed, a dataset does not come or is another, or no world comes of it.
    pub fn adopt(
        &self,
        note: &str,
        key: &Vkey,
        bring: &mut dyn FnMut(&ContentHash) -> Result<Vec<u8>, String>,
    ) -> Result<Adopted, AdoptError> {
        self.inner.adopt(note, key, bring)
    }
}

/// Follows until the centre stops.
fn following(inner: &Inner, place: &str, key: &Vkey, above: &Arc<dyn Above>) {
    let mut asker = None;
    let mut known = None;
    let mut failures = 0;
    while !inner.is_stopping() {
        let began = Instant::now();
        // What came from elsewhere must not end this thread, whatever it is.
        let round = AssertUnwindSafe(|| round(inner, key, above, &mut asker, &mut known));
        match catch_unwind(round).unwrap_or_else(|_| Err("following the node above met a bug".to_owned())) {
            Ok(adopted) => {
                failures = 0;
                inner.agreed(&adopted, place);
                if adopted == Adopted::Same {
                    pause(inner, ROUND_MIN.saturating_sub(began.elapsed()));
                }
            }
            Err(_) if inner.is_stopping() => return,
            Err(why) => {
                (asker, known) = (None, None);
                inner.disagreed(why);
                pause(inner, pause_after(failures));
                failures += 1;
            }
        }
    }
}

/// One question for the manifest, and what follows from the answer.
fn round(
    inner: &Inner,
    key: &Vkey,
    above: &Arc<dyn Above>,
    asker: &mut Option<Asker>,
    known: &mut Option<String>,
) -> Result<Adopted, String> {
    let asker = match asker {
        Some(asker) => asker,
        None => asker.insert(Asker::start(Arc::clone(above)).map_err(|why| why.to_string())?),
    };
    let other = || "asking the node above brought another answer".to_owned();
    let answer =
        asker.ask(inner, Question::Manifest(known.clone())).map_err(|NoAnswer(why)| why.to_owned())?;
    let Answer::Manifest(answer) = answer else { return Err(other()) };
    let Some(offer) = answer? else { return Ok(Adopted::Same) };
    let mut bring = |hash: &ContentHash| match asker.ask(inner, Question::Dataset(*hash)) {
        Ok(Answer::Dataset(bytes)) => bytes,
        Ok(Answer::Manifest(_)) => Err(other()),
        Err(NoAnswer(why)) => Err(why.to_owned()),
    };
    let adopted = inner.adopt(&offer.note, key, &mut bring).map_err(|why| why.to_string())?;
    *known = Some(offer.tag);
    Ok(adopted)
}

/// How long to wait after so many failures in a row: twice as long each time, and no two nodes at the same moment.
fn pause_after(failures: u32) -> Duration {
    let whole = PAUSE_FIRST.saturating_mul(1 << failures.min(6)).min(PAUSE_MAX);
    let [jitter] = random::<1>().unwrap_or([u8::MAX]);
    whole.mul_f64(0.5 + f64::from(jitter) / 512.0)
}

fn pause(inner: &Inner, length: Duration) {
    let until = Instant::now() + length;
    while !inner.is_stopping() {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        std::thread::sleep(left.min(LOOK));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_after_failures_grows_to_half_a_minute_and_is_never_short() {
        for failures in 0..100 {
            let pause = pause_after(failures);
            assert!(pause >= PAUSE_FIRST / 2 && pause <= PAUSE_MAX, "{failures}: {pause:?}");
            assert!(failures < 6 || pause >= PAUSE_MAX / 2, "{failures}: {pause:?}");
        }
    }
}
