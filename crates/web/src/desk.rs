//! The one trial of profiles that is under way. Its first pass over a large store takes longer than an answer may, so
//! it goes on whether somebody waits or not, and whoever puts the same question again joins it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use centre::{Backtest, BacktestReport, Pass};
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;

use crate::App;
use crate::failure::{Failure, Kind};

/// How long an answer that nobody came for is the answer to the same question; after that it is put again.
const ANSWER_KEPT: Duration = Duration::from_secs(300);

/// How far a trial is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct UnderWay {
    /// `first`: columns are made of what was filed since; `scan`: the profiles are asked.
    pass: &'static str,
    /// Segments done in this pass.
    done: u64,
    /// Segments there are to do; 0 where that is not known yet.
    all: u64,
}

/// What came of waiting.
pub(crate) enum Waited {
    /// It is still under way.
    For(UnderWay),
    /// It is done.
    Answered(Box<BacktestReport>),
}

/// Who asked what; the same again joins.
#[derive(Debug, PartialEq)]
struct Question {
    by: String,
    asked: Backtest,
}

type Answer = Result<Box<BacktestReport>, Failure>;

struct Trial {
    question: Question,
    progress: watch::Receiver<UnderWay>,
    /// What it came to, and when; taken by whoever comes first.
    answer: Mutex<Option<(Answer, Instant)>>,
}

/// Where the trial under way lies.
#[derive(Default)]
pub(crate) struct TrialDesk(Mutex<Option<Arc<Trial>>>);

impl Trial {
    fn is_under_way(&self) -> bool {
        self.progress.has_changed().is_ok()
    }

    /// Whether its answer is there for the same question.
    fn answers(&self) -> bool {
        let answer = self.answer.lock().ok();
        answer.is_some_and(|answer| answer.as_ref().is_some_and(|(_, at)| at.elapsed() < ANSWER_KEPT))
    }
}

impl App {
    /// Begins a trial, or joins it where the same person asked the same before, and waits for its answer, for as long
    /// as the configuration says.
    pub(crate) async fn trial(&self, by: &str, asked: Backtest) -> Result<Waited, Failure> {
        let trial = self.begin(Question { by: by.to_owned(), asked })?;
        let mut progress = trial.progress.clone();
        // Who works drops the sender when the answer is there.
        let ended = async { while progress.changed().await.is_ok() {} };
        if tokio::time::timeout(self.config().trial_patience, ended).await.is_err() {
            return Ok(Waited::For(*trial.progress.borrow()));
        }
        let answer = trial.answer.lock().ok().and_then(|mut answer| answer.take());
        self.clear(&trial);
        match answer {
            Some((answer, _)) => answer.map(Waited::Answered),
            // Somebody else with the same question took it, or the work ended by a bug.
            None => Err(Failure::of(Kind::Overloaded)),
        }
    }

    fn clear(&self, trial: &Arc<Trial>) {
        if let Ok(mut desk) = self.desk().0.lock()
            && desk.as_ref().is_some_and(|lies| Arc::ptr_eq(lies, trial))
        {
            *desk = None;
        }
    }

    fn begin(&self, question: Question) -> Result<Arc<Trial>, Failure> {
        let mut desk = self.desk().0.lock().map_err(|_| Failure::of(Kind::Internal))?;
        if let Some(lies) = desk.as_ref() {
            let under_way = lies.is_under_way();
            if lies.question == question && (under_way || lies.answers()) {
                return Ok(Arc::clone(lies));
            }
            if under_way {
                return Err(Failure::of(Kind::Overloaded)
                    .because("Идёт другая проверка профилей.", "Another trial of profiles is under way."));
            }
        }
        let asked = question.asked.clone();
        let (tell, progress) = watch::channel(UnderWay { pass: "first", done: 0, all: 0 });
        let trial = Arc::new(Trial { question, progress, answer: Mutex::new(None) });
        *desk = Some(Arc::clone(&trial));
        let (app, own) = (self.clone(), Arc::clone(&trial));
        tokio::task::spawn_blocking(move || {
            let report = app.centre().backtest(&asked, |pass, done, all| {
                let pass = match pass {
                    Pass::First => "first",
                    Pass::Scan => "scan",
                };
                tell.send_replace(UnderWay { pass, done, all });
            });
            if let Ok(mut answer) = own.answer.lock() {
                *answer = Some((report.map(Box::new).map_err(Failure::from), Instant::now()));
            }
            drop(tell);
        });
        Ok(trial)
    }
}
