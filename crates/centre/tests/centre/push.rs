//! Notices that are pushed: order, patience, and that one receiver's trouble is nobody else's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clearance::CaseId;
use crossbeam_channel::{Receiver, Sender, unbounded};
use greenlane_centre::delivery::{KEPT, SUBSCRIPTIONS_MAX};
use greenlane_centre::{CentreError, Courier, Identity};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use store::{Role, Subscription};

use crate::forms::{inventory, withdrawal};
use crate::{Bureau, TRADE, import};

/// How long a test waits for something that must come; it never waits that long.
const PATIENCE: Duration = Duration::from_secs(30);

/// One request as it was posted.
#[derive(Debug, Clone)]
struct Request {
    url: String,
    headers: HashMap<String, String>,
    body: Vec<u8>,
    taken: bool,
}

impl Request {
    fn event(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Case and step it tells of.
    fn step(&self) -> (String, u64) {
        let event = self.event();
        (event["subject"].as_str().unwrap().to_owned(), event["data"]["step"].as_u64().unwrap())
    }
}

type Takes = Box<dyn Fn(&Request) -> bool + Send + Sync>;

/// A courier that writes down what it carries; whether a receiver takes it is the test's to say.
struct Recorder {
    requests: Mutex<Vec<Request>>,
    takes: Mutex<Takes>,
}

impl Recorder {
    fn new(takes: impl Fn(&Request) -> bool + Send + Sync + 'static) -> Self {
        Self { requests: Mutex::default(), takes: Mutex::new(Box::new(takes)) }
    }

    fn now_takes(&self, takes: impl Fn(&Request) -> bool + Send + Sync + 'static) {
        *self.takes.lock().unwrap() = Box::new(takes);
    }

    /// What was posted since it was last asked.
    fn posted(&self) -> Vec<Request> {
        std::mem::take(&mut *self.requests.lock().unwrap())
    }
}

impl Courier for Recorder {
    fn deliver(&self, url: &str, headers: &[(&str, String)], body: &[u8]) -> Result<(), String> {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let mut request = Request { url: url.to_owned(), headers, body: body.to_vec(), taken: false };
        request.taken = (self.takes.lock().unwrap())(&request);
        self.requests.lock().unwrap().push(request.clone());
        if request.taken { Ok(()) } else { Err("503".to_owned()) }
    }

    fn accepts(&self, url: &str) -> Result<(), String> {
        if url.starts_with("https://") { Ok(()) } else { Err("an https address is expected".to_owned()) }
    }
}

/// Somebody with an account who files for the declarant of the `nth` declaration.
fn declarant(bureau: &Bureau, login: &str, nth: u32) -> Identity {
    let number = TRADE.at(u64::from(nth)).unwrap().declarant;
    bureau.centre.put_user(login, login, Role::Declarant, "correct horse", Some(number)).unwrap();
    bureau.centre.login(login, "correct horse").unwrap().1
}

/// A subscription from the beginning of the log, as `subscribe` makes it.
fn subscription(bureau: &Bureau, login: &str, url: &str) -> Subscription {
    let now = now();
    let subscription = Subscription {
        id: CaseId::new(now, &greenlane_centre::random_bytes::<10>().unwrap()),
        login: login.to_owned(),
        url: url.to_owned(),
        secret: vec![7; 32],
        created_at: now,
        next_leaf: 0,
        failures: 0,
        wait_until: None,
    };
    bureau.centre.store().transact(&mut |tx| tx.put_subscription(&subscription)).unwrap();
    subscription
}

fn stored(bureau: &Bureau, id: CaseId) -> Subscription {
    let all = bureau.centre.store().subscriptions(None).unwrap();
    all.into_iter().find(|subscription| subscription.id == id).unwrap()
}

/// A declaration of somebody else than the declarant of the first.
fn of_another(nth: u32) -> u32 {
    let whose = |nth: u32| TRADE.at(u64::from(nth)).unwrap().declarant;
    (nth + 1..).find(|other| whose(*other) != whose(nth)).unwrap()
}

/// Another declaration of the same declarant.
fn of_the_same(nth: u32) -> u32 {
    let whose = |nth: u32| TRADE.at(u64::from(nth)).unwrap().declarant;
    (nth + 1..).find(|other| whose(*other) == whose(nth)).unwrap()
}

/// Now, to the millisecond, as the store keeps it.
fn now() -> Timestamp {
    Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap()
}

fn round(bureau: &Bureau, courier: &Recorder, now: Timestamp) -> Vec<Request> {
    bureau.centre.deliver_due(courier, &|| now).unwrap();
    courier.posted()
}

fn seconds(count: i64) -> SignedDuration {
    SignedDuration::from_secs(count)
}

#[test]
fn every_notice_is_signed_and_comes_once_in_order() {
    let bureau = Bureau::open();
    let anna = declarant(&bureau, "anna", 1);
    let first = subscription(&bureau, "anna", "https://anna.example/notices");
    let outcome = bureau.file(import(1));
    bureau.file(import(of_another(1)));
    let courier = Recorder::new(|_| true);
    let now = now();
    let posted = round(&bureau, &courier, now);
    let told = bureau.centre.notices_to(&anna, 0, 100).unwrap();
    let events: Vec<Value> = told.notices.iter().flat_map(|told| told.events.clone()).collect();
    assert!(!events.is_empty());
    assert_eq!(
        posted.iter().map(Request::event).collect::<Vec<_>>(),
        events,
        "what is pushed is what is pulled"
    );
    assert!(posted.iter().all(|request| request.step().0 == outcome.case.id.to_string()));
    let mut ids: Vec<&str> = posted.iter().map(|request| request.headers["webhook-id"].as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), posted.len(), "each has an identifier of its own");
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &first.secret);
    for request in &posted {
        assert_eq!(request.url, first.url);
        assert_eq!(request.headers["content-type"], "application/cloudevents+json");
        let (id, at) = (&request.headers["webhook-id"], &request.headers["webhook-timestamp"]);
        assert_eq!(*at, now.as_second().to_string());
        let signed = [id.as_bytes(), b".", at.as_bytes(), b".", &request.body].concat();
        let signature = request.headers["webhook-signature"].strip_prefix("v1,").unwrap();
        let signature = data_encoding::BASE64.decode(signature.as_bytes()).unwrap();
        assert!(aws_lc_rs::hmac::verify(&key, &signed, &signature).is_ok());
        let forged = [id.as_bytes(), b".", at.as_bytes(), b".", &request.body, b" "].concat();
        assert!(aws_lc_rs::hmac::verify(&key, &forged, &signature).is_err());
    }
    assert!(round(&bureau, &courier, now).is_empty(), "nothing comes twice");
    let bureau = bureau.reopen();
    assert!(round(&bureau, &courier, now).is_empty(), "nor after a restart");
}

#[test]
fn later_notices_of_a_declaration_wait_behind_the_first_and_others_do_not() {
    let bureau = Bureau::open();
    let second = of_the_same(1);
    declarant(&bureau, "anna", 1);
    let waiting = subscription(&bureau, "anna", "https://anna.example/notices");
    let one = bureau.file(import(1));
    let declared = TRADE.at(1).unwrap().declaration;
    bureau.paper(inventory(1, &declared, one.case.number, None));
    let two = bureau.file(import(second));
    bureau.paper(inventory(2, &declared, one.case.number, None));
    bureau.paper(inventory(3, &TRADE.at(u64::from(second)).unwrap().declaration, two.case.number, None));
    let (one, two) = (one.case.id.to_string(), two.case.id.to_string());

    // Everything of the first declaration fails.
    let down = one.clone();
    let courier = Recorder::new(move |request| request.step().0 != down);
    let now = now();
    let posted = round(&bureau, &courier, now);
    let failed: Vec<_> = posted.iter().filter(|request| !request.taken).map(Request::step).collect();
    assert_eq!(failed, [(one.clone(), 1)], "one attempt, and none of what comes later");
    let mut taken: Vec<_> = posted.iter().filter(|request| request.taken).map(Request::step).collect();
    taken.dedup();
    assert_eq!(taken, [(two.clone(), 1), (two, 2)]);
    let pending = bureau.centre.store().pending_notices(waiting.id, 9).unwrap();
    assert_eq!(pending.iter().map(|notice| notice.failures).collect::<Vec<_>>(), [1, 0, 0]);

    // Then it is up again: the first comes first.
    courier.now_takes(|_| true);
    assert!(round(&bureau, &courier, now + seconds(1)).is_empty(), "not before its time");
    let posted = round(&bureau, &courier, now + seconds(2));
    let mut steps: Vec<_> = posted.iter().map(Request::step).collect();
    steps.dedup();
    assert_eq!(steps, [(one.clone(), 1), (one.clone(), 2), (one, 3)]);
    assert_eq!(bureau.centre.store().pending_notices(waiting.id, 9).unwrap(), []);
    assert_eq!(stored(&bureau, waiting.id).failures, 0);
}

/// A notice that a receiver never takes, because of what it says, keeps no others from it.
#[test]
fn one_notice_that_is_never_taken_keeps_no_later_declaration_waiting() {
    let bureau = Bureau::open();
    declarant(&bureau, "anna", 1);
    let poisoned = subscription(&bureau, "anna", "https://anna.example/notices");
    let bad = bureau.file(import(1)).case.id.to_string();
    let courier = Recorder::new(move |request| request.step().0 != bad);
    let mut now = now();
    for _ in 0..6 {
        round(&bureau, &courier, now);
        now += seconds(600);
    }
    let later = bureau.file(import(of_the_same(1))).case.id.to_string();
    let told = round(&bureau, &courier, now).into_iter().filter(|request| request.taken);
    assert!(told.into_iter().any(|request| request.step().0 == later));
    assert_eq!(stored(&bureau, poisoned.id).failures, 0, "the receiver is sound");
}

/// What somebody asks while a round is under way is not undone by its end.
#[test]
fn a_subscription_that_is_ended_or_redelivered_during_a_round_stays_so() {
    for end in [true, false] {
        let bureau = Arc::new(Bureau::open());
        let anna = declarant(&bureau, "anna", 1);
        let asked = subscription(&bureau, "anna", "https://anna.example/notices");
        bureau.file(import(1));
        let (inside, id) = (Arc::clone(&bureau), asked.id);
        let courier = Recorder::new(move |_| {
            let done = if end {
                inside.centre.unsubscribe(&anna, id).map(drop)
            } else {
                inside.centre.redeliver(&anna, id, now() - seconds(3_600)).map(drop)
            };
            // Ended once, it is not there a second time.
            assert!(done.is_ok() || end);
            true
        });
        round(&bureau, &courier, now());
        let there = bureau.centre.store().subscriptions(None).unwrap();
        assert_eq!(
            there.iter().map(|one| one.next_leaf).collect::<Vec<_>>(),
            if end { vec![] } else { vec![0] }
        );
    }
}

#[test]
fn a_receiver_that_is_down_is_tried_ever_more_rarely_and_given_up_after_thirty_days() {
    let bureau = Bureau::open();
    declarant(&bureau, "anna", 1);
    let dead = subscription(&bureau, "anna", "https://dead.example/notices");
    let outcome = bureau.file(import(1));
    let courier = Recorder::new(|_| false);
    let mut now = now();
    for wait in [2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600, 3_600] {
        let posted = round(&bureau, &courier, now);
        assert_eq!(posted.len(), 1, "one attempt before a wait of {wait} s");
        let pending = bureau.centre.store().pending_notices(dead.id, 9).unwrap();
        assert_eq!(pending.len(), 1);
        assert_eq!(pending[0].wait_until.duration_since(now), seconds(wait));
        assert!(round(&bureau, &courier, now + seconds(wait - 1)).is_empty(), "{wait}");
        now += seconds(wait);
    }
    // What came meanwhile waits, too, and nothing is lost when it is up again.
    bureau.paper(withdrawal(1, outcome.case.number.unwrap(), "ОШИБКА"));
    courier.now_takes(|_| true);
    let mut steps: Vec<u64> = round(&bureau, &courier, now).iter().map(|request| request.step().1).collect();
    steps.dedup();
    assert_eq!(steps, [1, 2]);

    // Down for longer than notices are kept.
    courier.now_takes(|_| false);
    bureau.file(import(of_the_same(1)));
    assert!(!round(&bureau, &courier, now).is_empty());
    courier.now_takes(|_| true);
    assert!(round(&bureau, &courier, now + KEPT + seconds(60)).is_empty(), "given up");
    assert_eq!(bureau.centre.store().pending_notices(dead.id, 9).unwrap(), []);
}

#[test]
fn notices_are_delivered_again_for_thirty_days() {
    let bureau = Bureau::open();
    let anna = declarant(&bureau, "anna", 1);
    let boris = declarant(&bureau, "boris", of_another(1));
    let own = subscription(&bureau, "anna", "https://anna.example/notices");
    bureau.file(import(1));
    let courier = Recorder::new(|_| true);
    let now = now();
    let first = round(&bureau, &courier, now);
    assert!(!first.is_empty());
    let again = bureau.centre.redeliver(&anna, own.id, now - KEPT + seconds(60)).unwrap();
    assert_eq!((again.next_leaf, again.failures), (0, 0));
    let posted = round(&bureau, &courier, now + seconds(1));
    let ids = |requests: &[Request]| -> Vec<String> {
        requests.iter().map(|request| request.headers["webhook-id"].clone()).collect()
    };
    assert_eq!(ids(&posted), ids(&first), "a receiver knows them again");
    let bodies = |requests: &[Request]| -> Vec<Vec<u8>> {
        requests.iter().map(|request| request.body.clone()).collect()
    };
    assert_eq!(bodies(&posted), bodies(&first));
    // Since a moment after everything there is nothing.
    bureau.centre.redeliver(&anna, own.id, Timestamp::now() + seconds(1)).unwrap();
    assert!(round(&bureau, &courier, now + seconds(2)).is_empty());
    let why = bureau.centre.redeliver(&anna, own.id, now - KEPT - seconds(60)).unwrap_err();
    assert!(matches!(why, CentreError::Invalid(_)) && why.to_string().contains("30 days"), "{why}");
    // And never for another.
    let why = bureau.centre.redeliver(&boris, own.id, now).unwrap_err();
    assert!(matches!(why, CentreError::NotFound(_)), "{why}");
    let why = bureau.centre.unsubscribe(&boris, own.id).unwrap_err();
    assert!(matches!(why, CentreError::NotFound(_)), "{why}");
    bureau.centre.unsubscribe(&anna, own.id).unwrap();
    assert_eq!(bureau.centre.subscriptions(&anna).unwrap(), []);
}

/// A courier one of whose receivers never answers, until the test lets it go.
struct Hanging {
    entered: Sender<()>,
    held: Receiver<()>,
    arrived: Sender<(String, u64)>,
}

impl Courier for Hanging {
    fn deliver(&self, url: &str, _: &[(&str, String)], body: &[u8]) -> Result<(), String> {
        if url.contains("hangs") {
            let _ = self.entered.send(());
            // Until the other end is dropped.
            let _ = self.held.recv();
            return Err("no answer".to_owned());
        }
        let event: Value = serde_json::from_slice(body).unwrap();
        let step = event["data"]["step"].as_u64().unwrap();
        self.arrived
            .send((event["subject"].as_str().unwrap().to_owned(), step))
            .map_err(|why| why.to_string())
    }

    fn accepts(&self, url: &str) -> Result<(), String> {
        if url.starts_with("https://") { Ok(()) } else { Err("an https address is expected".to_owned()) }
    }
}

#[test]
fn a_receiver_that_never_answers_keeps_nobody_else_waiting() {
    let bureau = Bureau::open();
    let other = of_another(1);
    let (anna, boris) = (declarant(&bureau, "anna", 1), declarant(&bureau, "boris", other));
    let why = bureau.centre.subscribe(&anna, "https://hangs.example/").unwrap_err();
    assert!(why.to_string().contains("delivers no notices"), "{why}");
    let ((entered, hung), (let_go, held), (arrived, arrivals)) = (unbounded(), unbounded(), unbounded());
    bureau.centre.deliver_by(Arc::new(Hanging { entered, held, arrived })).unwrap();
    assert!(bureau.centre.subscribe(&anna, "http://plain.example/").is_err());
    bureau.centre.subscribe(&anna, "https://hangs.example/").unwrap();
    bureau.centre.subscribe(&boris, "https://boris.example/").unwrap();
    bureau.file(import(1));
    hung.recv_timeout(PATIENCE).expect("the first receiver is called");
    // While it hangs, the other hears of everything, step after step.
    let outcome = bureau.file(import(other));
    let id = outcome.case.id.to_string();
    let hears = |step: u64| loop {
        let heard = arrivals.recv_timeout(PATIENCE).expect("the other receiver is served");
        assert_eq!(heard.0, id);
        if heard.1 == step {
            break;
        }
    };
    hears(1);
    let declared = TRADE.at(u64::from(other)).unwrap().declaration;
    bureau.paper(inventory(1, &declared, outcome.case.number, None));
    hears(2);
    bureau.paper(inventory(2, &declared, outcome.case.number, None));
    hears(3);
    drop::<Sender<()>>(let_go);
    for _ in 1..SUBSCRIPTIONS_MAX {
        bureau.centre.subscribe(&boris, "https://boris.example/").unwrap();
    }
    let why = bureau.centre.subscribe(&boris, "https://boris.example/").unwrap_err();
    assert!(why.to_string().contains("at most"), "{why}");
    bureau.centre.stop();
}
