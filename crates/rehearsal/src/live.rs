//! Live trade: filings at a steady rate whatever becomes of them, and officers who decide.
//!
//! This is training: the centre, its pages and its officers work as on any day, the trade is simulated.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use centre::{Centre, Notice, Standing, Submission, SubmitError};
use clearance::{CaseId, Decision, Input, OfficerId};

use crate::error::RehearsalError;
use crate::generate::{Generated, Generator};
use crate::populate::{HUMAN_OFFICER, enrol};
use crate::random::Random;

/// The account generated declarations come through where they bear no seal.
pub const REHEARSAL_ACCOUNT: &str = "login:rehearsal";

impl Generated {
    /// The declaration as a filer hands it over.
    pub fn submission(&self) -> Submission {
        Submission {
            bytes: self.xml.clone().into_bytes(),
            seal: self.seal.as_ref().map(|seal| seal.to_text().into_bytes()),
            account: REHEARSAL_ACCOUNT.to_owned(),
            standing: Standing::Unknown,
        }
    }
}

/// What has been filed and how it was answered, for whoever watches.
#[derive(Debug, Default)]
pub struct LiveCounts {
    /// Filed.
    pub filed: AtomicU64,
    /// Became a case.
    pub answered: AtomicU64,
    /// Turned away: unreadable, wrongly sealed.
    pub turned_away: AtomicU64,
    /// Came while too much was waiting.
    pub busy: AtomicU64,
}

/// Longest sleep before looking whether to stop.
const NAP: Duration = Duration::from_millis(200);

/// Files declarations at `rate_per_s` until `stop` is set, whatever becomes of them: an open loop, so that
/// a slow centre is not spared. Starts with the declaration at `first` and returns the place after the
/// last one filed. Firms that file for the first time here are not enrolled: see [`crate::populate`].
///
/// # Errors
/// Where a declaration cannot be generated.
pub fn live_trade(
    centre: &Centre,
    generator: &Generator,
    first: u64,
    rate_per_s: f64,
    counts: &Arc<LiveCounts>,
    stop: &AtomicBool,
) -> Result<u64, RehearsalError> {
    let rate = if rate_per_s.is_finite() { rate_per_s.clamp(0.001, 100_000.0) } else { 1.0 };
    let begun = Instant::now();
    let mut place = first;
    while !stop.load(Ordering::Relaxed) {
        let due = begun + Duration::from_secs_f64((place - first) as f64 / rate);
        let left = due.saturating_duration_since(Instant::now());
        if !left.is_zero() {
            std::thread::sleep(left.min(NAP));
            continue;
        }
        let generated = generator.at(place)?;
        counts.filed.fetch_add(1, Ordering::Relaxed);
        let told = Arc::clone(counts);
        centre.submit_then(generated.submission(), move |answer| {
            let count = match answer {
                Ok(_) => &told.answered,
                Err(SubmitError::Busy) => &told.busy,
                Err(_) => &told.turned_away,
            };
            count.fetch_add(1, Ordering::Relaxed);
        });
        place += 1;
    }
    Ok(place)
}

/// How simulated officers decide.
#[derive(Debug, Clone, PartialEq)]
pub struct Officers {
    /// The shortest and longest time an officer takes.
    pub takes: (Duration, Duration),
    /// The share of cases whose release they refuse, in thousandths.
    pub refuse_per_mille: u32,
    /// The seed of their whims.
    pub seed: u64,
}

impl Default for Officers {
    /// From twenty seconds to three minutes, four in a hundred refused.
    fn default() -> Self {
        Self { takes: (Duration::from_secs(20), Duration::from_secs(180)), refuse_per_mille: 40, seed: 1 }
    }
}

/// A case that an officer is busy with.
struct Desk {
    due: Instant,
    case: CaseId,
    officer: OfficerId,
    refuse: bool,
}

/// Cases waiting on the desks of simulated officers at most; more stay for later notices of a human.
const DESKS_MAX: usize = 100_000;

/// Decides the cases routed to officers after a plausible time, until `stop` is set. What is routed to
/// [`HUMAN_OFFICER`] stays for a person. Returns how many were decided.
///
/// # Errors
/// Where the store fails.
pub fn officers_decide(
    centre: &Centre,
    officers: &Officers,
    stop: &AtomicBool,
) -> Result<u64, RehearsalError> {
    let mut random = Random::of(officers.seed, 0xdec1de);
    let mut notices = centre.notices();
    let mut desks: VecDeque<Desk> = VecDeque::new();
    let mut decided = 0;
    while !stop.load(Ordering::Relaxed) {
        loop {
            use tokio::sync::broadcast::error::TryRecvError;
            match notices.try_recv() {
                Ok(notice) => take_up(&notice, officers, &mut random, &mut desks),
                // Some were missed: those cases wait for their deadline or for a person.
                Err(TryRecvError::Lagged(_)) => {}
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Closed) => return Ok(decided),
            }
        }
        let now = Instant::now();
        let (due, later): (VecDeque<Desk>, VecDeque<Desk>) =
            desks.into_iter().partition(|desk| desk.due <= now);
        desks = later;
        for desk in due {
            decided += u64::from(decide(centre, &desk)?);
        }
        std::thread::sleep(NAP);
    }
    Ok(decided)
}

fn take_up(notice: &Arc<Notice>, officers: &Officers, random: &mut Random, desks: &mut VecDeque<Desk>) {
    let Some(officer) = notice.officer.as_ref().filter(|officer| *officer != HUMAN_OFFICER) else { return };
    if !notice.events.contains(&"assigned") || desks.len() >= DESKS_MAX {
        return;
    }
    let (least, most) = officers.takes;
    let takes = least + most.saturating_sub(least).mul_f64(random.share());
    desks.push_back(Desk {
        due: Instant::now() + takes,
        case: notice.case,
        officer: OfficerId(officer.clone()),
        refuse: random.happens(officers.refuse_per_mille),
    });
}

/// Decides one case; says whether it took the decision. What is not paid yet waits for the money.
fn decide(centre: &Centre, desk: &Desk) -> Result<bool, RehearsalError> {
    let (decision, reason) = if desk.refuse {
        (Decision::Refuse, "Сведения о товаре не подтверждены представленными документами.")
    } else {
        (Decision::Release, "Документы проверены.")
    };
    let input =
        Input::Decide { officer: desk.officer.clone(), decision, reason: reason.to_owned(), version: None };
    match centre.input(desk.case, input) {
        Ok(_) => Ok(true),
        Err(centre::InputError::Unavailable(why)) => Err(RehearsalError::Invalid(why)),
        Err(_) => Ok(false),
    }
}

/// Enrols the firms that file the next `count` declarations: records and accounts.
///
/// # Errors
/// Where a declaration cannot be generated or the store fails.
pub fn enrol_filers(centre: &Centre, generator: &Generator, count: u64) -> Result<u64, RehearsalError> {
    let mut traders = std::collections::BTreeMap::new();
    for place in 0..count {
        let trader = generator.trader_at(place)?;
        traders.insert(trader.index, trader);
    }
    let traders: Vec<_> = traders.into_values().collect();
    enrol(centre, &generator.plan().jurisdiction, &traders)?;
    Ok(traders.len() as u64)
}
