//! Notices pushed to where declarants want them: at least once, in order for each declaration, and a
//! receiver that is down delays nobody else.
//!
//! Each subscription goes through the log by itself and remembers how far it has come. A notice that
//! cannot be delivered waits with growing patience; later ones of the same declaration wait behind it,
//! those of others go on. Requests are signed as Standard Webhooks 1.0 has it.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clearance::CaseId;
use crossbeam_channel::Receiver;
use data_encoding::BASE64;
use jiff::{SignedDuration, Timestamp};
use store::{PendingNotice, Subscription};

use crate::error::CentreError;
use crate::secrets::random;
use crate::telling::{Listener, Told};
use crate::{Centre, Identity};

/// Subscriptions of one account.
pub const SUBSCRIPTIONS_MAX: usize = 10;
/// How long a notice is tried, and how far back redelivery goes.
pub const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How often the log is looked at for listeners.
const EVERY: Duration = Duration::from_millis(500);
/// Steps told to one receiver in one round.
const AT_ONCE: usize = 64;
/// Receivers served at a time.
const SOUND_AT_ONCE: usize = 5;
/// Receivers that failed last time, served at a time beside them.
const FAILING_AT_ONCE: usize = 3;
/// Failures in a row after which a receiver is left alone for a while.
const FAILURES_MAX: u32 = 3;
/// The first wait after a failure; it doubles each time.
const WAIT_FIRST_S: i64 = 2;
/// The longest wait.
const WAIT_MAX_S: i64 = 3_600;
/// Notices that may wait for one receiver before it gets nothing new.
const PENDING_MAX: usize = 1_000;

/// Carries a request to a receiver: the shell's business.
pub trait Courier: Send + Sync + 'static {
    /// Posts `body` to `url` with these headers. Anything but a status of 200 to 299 is a failure, in
    /// words for the operator's log.
    ///
    /// # Errors
    /// What went wrong.
    fn deliver(&self, url: &str, headers: &[(&str, String)], body: &[u8]) -> Result<(), String>;
    /// Whether an address may be given as a receiver; otherwise why not.
    ///
    /// # Errors
    /// What is wrong with the address, for the subscriber.
    fn accepts(&self, url: &str) -> Result<(), String>;
}

impl Centre {
    /// The subscriptions of a person.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn subscriptions(&self, who: &Identity) -> Result<Vec<Subscription>, CentreError> {
        Ok(self.store().subscriptions(Some(&who.login))?)
    }

    /// Subscribes a person's address to the notices of their cases, from now on. The secret in it signs
    /// the requests; it is shown this once.
    ///
    /// # Errors
    /// Where the address is no receiver, there are too many already, or the store fails.
    pub fn subscribe(&self, who: &Identity, url: &str) -> Result<Subscription, CentreError> {
        let courier = self.courier().ok_or_else(|| CentreError::Invalid(NO_COURIER.to_owned()))?;
        courier.accepts(url).map_err(CentreError::Invalid)?;
        let there = self.subscriptions(who)?;
        if there.len() >= SUBSCRIPTIONS_MAX {
            return Err(CentreError::Invalid(format!("at most {SUBSCRIPTIONS_MAX} subscriptions; end one")));
        }
        let now = self.inner.now();
        let subscription = Subscription {
            id: CaseId::new(now, &random::<10>()?),
            login: who.login.clone(),
            url: url.to_owned(),
            secret: random::<32>()?.to_vec(),
            created_at: now,
            next_leaf: self.store().checkpoint()?.map_or(0, |checkpoint| checkpoint.size),
            failures: 0,
            wait_until: None,
        };
        self.store().transact(&mut |tx| tx.put_subscription(&subscription))?;
        Ok(subscription)
    }

    /// Ends a subscription of a person.
    ///
    /// # Errors
    /// Where it is not theirs, or the store fails.
    pub fn unsubscribe(&self, who: &Identity, id: CaseId) -> Result<(), CentreError> {
        let _alone = self.inner.subscribing.lock();
        self.own(who, id)?;
        Ok(self.store().transact(&mut |tx| tx.end_subscription(id))?)
    }

    /// Delivers again what happened since a moment, at most 30 days back.
    ///
    /// # Errors
    /// Where the subscription is not theirs, the moment is too far back, or the store fails.
    pub fn redeliver(
        &self,
        who: &Identity,
        id: CaseId,
        since: Timestamp,
    ) -> Result<Subscription, CentreError> {
        let anew = self.inner.subscribing.lock();
        let mut subscription = self.own(who, id)?;
        if self.inner.now().duration_since(since) > KEPT {
            return Err(CentreError::Invalid("notices can be delivered again for 30 days".to_owned()));
        }
        subscription.next_leaf = self.first_leaf_since(since)?.min(subscription.next_leaf);
        subscription.failures = 0;
        subscription.wait_until = None;
        self.store().transact(&mut |tx| tx.put_subscription(&subscription))?;
        if let Ok(mut anew) = anew {
            anew.insert(id);
        }
        Ok(subscription)
    }

    fn own(&self, who: &Identity, id: CaseId) -> Result<Subscription, CentreError> {
        let own = self.subscriptions(who)?.into_iter().find(|subscription| subscription.id == id);
        own.ok_or_else(|| CentreError::NotFound(format!("there is no subscription {id}")))
    }

    /// The first leaf not older than a moment, by halving: leaves come in the order of time.
    fn first_leaf_since(&self, since: Timestamp) -> Result<u64, CentreError> {
        let (mut low, mut high) = (0, self.store().checkpoint()?.map_or(0, |checkpoint| checkpoint.size));
        while low < high {
            let middle = low + (high - low) / 2;
            match self.store().steps_from(middle, 1)?.first() {
                Some(step) if step.at < since => low = middle + 1,
                _ => high = middle,
            }
        }
        Ok(low)
    }

    /// Begins to deliver; stops with the centre.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn deliver_by(&self, courier: Arc<dyn Courier>) -> Result<(), CentreError> {
        if let Ok(mut slot) = self.inner.courier.write() {
            *slot = Some(Arc::clone(&courier));
        }
        let centre = self.clone();
        let handle = std::thread::Builder::new()
            .name("deliver".to_owned())
            .spawn(move || centre.deliver(courier.as_ref()))?;
        self.keep(handle);
        Ok(())
    }

    /// Delivers what is due by a clock and returns when every receiver was served once, one after the
    /// other.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn deliver_due(
        &self,
        courier: &dyn Courier,
        clock: &dyn Fn() -> Timestamp,
    ) -> Result<(), CentreError> {
        for subscription in self.due(clock())? {
            serve(self, courier, clock, subscription)?;
        }
        Ok(())
    }

    /// Delivers until the centre stops. A receiver that takes its time keeps one worker, and those that
    /// failed last time have workers of their own, so that their waits are nobody else's.
    fn deliver(&self, courier: &dyn Courier) {
        let busy: Mutex<HashSet<CaseId>> = Mutex::default();
        let (sound, sound_due) = crossbeam_channel::unbounded();
        let (failing, failing_due) = crossbeam_channel::unbounded();
        let work = |due: &Receiver<Subscription>| {
            for subscription in due {
                let id = subscription.id;
                if !self.inner.is_stopping() {
                    let clock = || self.inner.now();
                    // A bug in one receiver's notices must not end the worker of the others.
                    let served =
                        catch_unwind(AssertUnwindSafe(|| serve(self, courier, &clock, subscription)));
                    match served {
                        Ok(Ok(())) => {}
                        Ok(Err(why)) => tracing::error!(%why, %id, "a subscription could not be served"),
                        Err(_) => tracing::error!(%id, "serving a subscription met a bug"),
                    }
                }
                if let Ok(mut busy) = busy.lock() {
                    busy.remove(&id);
                }
            }
        };
        std::thread::scope(|scope| {
            for (due, workers) in [(&sound_due, SOUND_AT_ONCE), (&failing_due, FAILING_AT_ONCE)] {
                for _ in 0..workers {
                    scope.spawn(|| work(due));
                }
            }
            while !self.inner.is_stopping() {
                match self.due(self.inner.now()) {
                    Ok(due) => {
                        for subscription in due {
                            let idle = busy.lock().is_ok_and(|mut busy| busy.insert(subscription.id));
                            let lane = if subscription.failures == 0 { &sound } else { &failing };
                            if idle {
                                // The workers live as long as this loop.
                                let _ = lane.send(subscription);
                            }
                        }
                    }
                    Err(why) => tracing::error!(%why, "notices could not be delivered; it tries again"),
                }
                std::thread::park_timeout(EVERY);
            }
            drop((sound, failing));
        });
    }

    /// Subscriptions that are not left alone at a moment.
    fn due(&self, now: Timestamp) -> Result<Vec<Subscription>, CentreError> {
        let due = |subscription: &Subscription| subscription.wait_until.is_none_or(|until| until <= now);
        Ok(self.store().subscriptions(None)?.into_iter().filter(due).collect())
    }

    fn courier(&self) -> Option<Arc<dyn Courier>> {
        self.inner.courier.read().ok().and_then(|slot| slot.clone())
    }
}

const NO_COURIER: &str = "this centre delivers no notices; fetch them";

/// Serves one subscription: what waits, then what is new.
fn serve(
    centre: &Centre,
    courier: &dyn Courier,
    clock: &dyn Fn() -> Timestamp,
    mut subscription: Subscription,
) -> Result<(), CentreError> {
    let Some(who) = centre.identity_of(&subscription.login)? else {
        // The account is gone, and its right to hear anything with it.
        return Ok(centre.store().transact(&mut |tx| tx.end_subscription(subscription.id))?);
    };
    if let Ok(mut anew) = centre.inner.subscribing.lock()
        && anew.remove(&subscription.id)
    {
        let there = centre.store().subscriptions(Some(&subscription.login))?;
        let Some(there) = there.into_iter().find(|there| there.id == subscription.id) else { return Ok(()) };
        subscription = there;
    }
    let mut kept = subscription.clone();
    // Failures of this round: one notice a receiver never takes must not keep all others from it.
    let mut failed = 0;
    let mut listener = Listener::new(who);
    let mut waiting: HashSet<CaseId> = HashSet::new();
    let pending = centre.store().pending_notices(subscription.id, PENDING_MAX)?;
    let count = pending.len();
    for notice in pending {
        failed += u32::from(!retry(
            centre,
            courier,
            clock,
            &mut subscription,
            &mut listener,
            &mut waiting,
            notice,
        )?);
        if failed >= FAILURES_MAX {
            return leave_alone(centre, clock(), &mut kept, subscription);
        }
    }
    if count < PENDING_MAX {
        let page = centre.notices_for(&mut listener, subscription.next_leaf, AT_ONCE)?;
        for told in &page.notices {
            let now = clock();
            let behind = waiting.contains(&told.case);
            if behind || !posted(courier, &subscription, told, now) {
                subscription.failures += u32::from(!behind);
                failed += u32::from(!behind);
                waiting.insert(told.case);
                let notice = PendingNotice {
                    subscription: subscription.id,
                    leaf: told.leaf,
                    case: told.case,
                    at: told.at,
                    failures: u32::from(!behind),
                    wait_until: later(now, u32::from(!behind)),
                };
                subscription.next_leaf = told.leaf + 1;
                if !keep(centre, &mut kept, &subscription, Some(&notice))? {
                    return Ok(());
                }
                if failed >= FAILURES_MAX {
                    return leave_alone(centre, clock(), &mut kept, subscription);
                }
            } else {
                subscription.failures = 0;
                subscription.next_leaf = told.leaf + 1;
            }
        }
        subscription.next_leaf = page.next;
    }
    subscription.wait_until = None;
    if subscription != kept {
        keep(centre, &mut kept, &subscription, None)?;
    }
    Ok(())
}

/// Writes how far a subscription came, with a notice that has to wait. False, and nothing is written, where
/// it was ended meanwhile or is to be delivered again from earlier on: the next round begins there.
fn keep(
    centre: &Centre,
    kept: &mut Subscription,
    subscription: &Subscription,
    notice: Option<&PendingNotice>,
) -> Result<bool, CentreError> {
    let Ok(anew) = centre.inner.subscribing.lock() else { return Ok(false) };
    let there = centre.store().subscriptions(Some(&subscription.login))?;
    if anew.contains(&kept.id) || !there.iter().any(|there| there.id == kept.id) {
        return Ok(false);
    }
    centre.store().transact(&mut |tx| {
        if let Some(notice) = notice {
            tx.put_pending_notice(notice)?;
        }
        tx.put_subscription(subscription)
    })?;
    *kept = subscription.clone();
    Ok(true)
}

/// Tries a notice that waited, unless an earlier one of its declaration still does; false where the receiver
/// did not take it.
fn retry(
    centre: &Centre,
    courier: &dyn Courier,
    clock: &dyn Fn() -> Timestamp,
    subscription: &mut Subscription,
    listener: &mut Listener,
    waiting: &mut HashSet<CaseId>,
    notice: PendingNotice,
) -> Result<bool, CentreError> {
    let now = clock();
    let drop_it = |centre: &Centre| {
        centre.store().transact(&mut |tx| tx.drop_pending_notice(notice.subscription, notice.leaf))
    };
    if now.duration_since(notice.at) > KEPT {
        tracing::warn!(subscription = %notice.subscription, leaf = notice.leaf, "a notice was given up after 30 days");
        drop_it(centre)?;
        return Ok(true);
    }
    if waiting.contains(&notice.case) || notice.wait_until > now {
        waiting.insert(notice.case);
        return Ok(true);
    }
    let step = centre.store().steps_from(notice.leaf, 1)?.into_iter().find(|step| step.leaf == notice.leaf);
    let told = match step {
        Some(step) => centre.told(listener, &step)?,
        None => None,
    };
    match told {
        Some(told) if !posted(courier, subscription, &told, now) => {
            waiting.insert(notice.case);
            subscription.failures += 1;
            let failures = notice.failures.saturating_add(1);
            let again = PendingNotice { failures, wait_until: later(now, failures), ..notice };
            centre.store().transact(&mut |tx| tx.put_pending_notice(&again))?;
            Ok(false)
        }
        _ => {
            subscription.failures = 0;
            drop_it(centre)?;
            Ok(true)
        }
    }
}

/// A receiver that fails again and again is left alone, longer each time.
fn leave_alone(
    centre: &Centre,
    now: Timestamp,
    kept: &mut Subscription,
    mut subscription: Subscription,
) -> Result<(), CentreError> {
    subscription.wait_until = Some(later(now, subscription.failures));
    keep(centre, kept, &subscription, None).map(drop)
}

/// When to try again after so many failures.
fn later(now: Timestamp, failures: u32) -> Timestamp {
    let factor = 1_i64.checked_shl(failures.saturating_sub(1).min(20)).unwrap_or(i64::MAX);
    let seconds = if failures == 0 { 0 } else { WAIT_FIRST_S.saturating_mul(factor).min(WAIT_MAX_S) };
    now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
}

/// Posts the notices of one step; whether the receiver took all of them.
fn posted(courier: &dyn Courier, subscription: &Subscription, told: &Told, now: Timestamp) -> bool {
    told.events.iter().enumerate().all(|(nth, event)| {
        let id = format!("{}-{}-{nth}", subscription.id, told.leaf);
        let body = event.to_string();
        let at = now.as_second().to_string();
        let headers = [
            ("webhook-signature", signature(&subscription.secret, &id, &at, body.as_bytes())),
            ("webhook-id", id),
            ("webhook-timestamp", at),
            ("content-type", "application/cloudevents+json".to_owned()),
        ];
        match courier.deliver(&subscription.url, &headers, body.as_bytes()) {
            Ok(()) => {
                metrics::counter!("greenlane_notices_delivered_total").increment(1);
                true
            }
            Err(why) => {
                metrics::counter!("greenlane_notices_failed_total").increment(1);
                tracing::info!(%why, subscription = %subscription.id, "a notice was not taken");
                false
            }
        }
    })
}

/// The signature of a request: `v1,` and HMAC-SHA256 over `id.timestamp.body` in base64 (Standard
/// Webhooks 1.0).
pub fn signature(secret: &[u8], id: &str, timestamp: &str, body: &[u8]) -> String {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
    let mut context = aws_lc_rs::hmac::Context::with_key(&key);
    context.update(id.as_bytes());
    context.update(b".");
    context.update(timestamp.as_bytes());
    context.update(b".");
    context.update(body);
    format!("v1,{}", BASE64.encode(context.sign().as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_grows_and_ends() {
        let now = Timestamp::from_second(1_780_000_000).unwrap();
        let waits: Vec<i64> = [0, 1, 2, 3, 10, 11, 12, 60]
            .map(|failures| later(now, failures).duration_since(now).as_secs())
            .into();
        assert_eq!(waits, [0, 2, 4, 8, 1_024, 2_048, 3_600, 3_600]);
    }

    #[test]
    fn a_signature_is_that_of_the_standard() {
        // Made by the Python standard library: base64(hmac.sha256(b"key", b"msg.1700000000.{}")).
        assert_eq!(
            signature(b"key", "msg", "1700000000", b"{}"),
            "v1,9wBg2ZOJWG/zZpZb9gfh3wq+NfO9n+WRtco3As1DtYQ="
        );
    }
}
