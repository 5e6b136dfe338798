//! Notices: fetched by a cursor, pushed to an address of one's own.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::Method;
use data_encoding::BASE64;
use serde_json::{Value, json};
use store::Role;

use crate::paperwork::{correction, inventory, withdrawal};
use crate::service::{Actor, Answer, Service, fixture};

/// The longest a notice may take to come.
const PATIENCE: Duration = Duration::from_secs(20);

const NOTICES: &str = "/api/v1/notices";
const SUBSCRIPTIONS: &str = "/api/v1/subscriptions";

fn types(notices: &Value) -> Vec<String> {
    let events = notices.as_array().unwrap().iter();
    events.map(|event| event["type"].as_str().unwrap().replace("greenlane.case.", "")).collect()
}

fn event<'a>(notices: &'a Value, kind: &str) -> &'a Value {
    let kind = format!("greenlane.case.{kind}");
    let found = notices.as_array().unwrap().iter().find(|event| event["type"] == kind);
    found.unwrap_or_else(|| panic!("no {kind} among {:?}", types(notices)))
}

async fn fetched(service: &Service, actor: &Actor, query: &str) -> Value {
    let answer = service.get(actor, &format!("{NOTICES}{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn a_declarant_is_told_each_step_in_words_and_in_the_papers_of_the_album() {
    let service = Service::new();
    service.send_everything_to_officers("Досмотреть.");
    let (document, trader) = service.declaration(0);
    let declarant = service.trader("trader", Some(trader.number));
    let filed = service.file(&declarant, &document).await.json();
    let (id, number) = (filed["id"].as_str().unwrap(), filed["number"].as_str().unwrap());
    let read = wire::read(document.as_bytes()).unwrap();
    let gross = read.declaration().unwrap().items[0].mass_gross.unwrap();
    let gross = gross.to_string().parse::<rust_decimal::Decimal>().unwrap() + rust_decimal::Decimal::ONE;
    for paper in [
        inventory(Some(number), None, "PP-0001"),
        correction(&document, number, 1, &gross.to_string()),
        withdrawal(number, "Поставка отменена"),
    ] {
        assert_eq!(service.file(&declarant, &paper).await.status, 201);
    }
    let told = fetched(&service, &declarant, "").await;
    let notices = &told["notices"];
    let types = types(notices);
    for (nth, kind) in ["filed", "controlled", "assessed", "registered"].into_iter().enumerate() {
        assert_eq!(types[nth], kind);
    }
    for secret in ["selected", "assigned"] {
        assert!(!types.contains(&secret.to_owned()), "{types:?}");
    }
    for secret in ["55/20260101/09999", "\"lane\":", "Досмотреть"] {
        assert!(!notices.to_string().contains(secret), "{secret}");
    }
    for notice in notices.as_array().unwrap() {
        assert_eq!(notice["specversion"], "1.0");
        for member in ["id", "source", "type", "subject", "time", "datacontenttype"] {
            assert!(notice[member].is_string(), "{member} in {notice}");
        }
        assert_eq!((&notice["data"]["case"], &notice["data"]["pack"]), (&json!(id), &json!("eaeu-ru")));
        assert!(notice["data"]["document_missing"].is_null(), "{notice}");
        assert!(notice["data"]["title"]["ru"].is_string() && notice["data"]["title"]["en"].is_string());
    }
    // The papers that go with them can be read again, and say the same number.
    for (kind, paper, element) in [
        ("registered", "registered", "NotifGTDRegistration"),
        ("routed", "decision", "GTDoutCustomsMark"),
        ("corrected", "change_decision", "DeclChangeDecision"),
        ("withdrawn", "decision", "GTDoutCustomsMark"),
    ] {
        let document = &event(notices, kind)["data"]["document"];
        assert_eq!((&document["kind"], &document["element"]), (&json!(paper), &json!(element)));
        let content = document["content"].as_str().unwrap();
        let read = wire::read(content.as_bytes()).unwrap();
        assert_eq!((read.paper().unwrap().kind(), &*read.findings), (paper, &[][..]), "{content}");
        assert!(content.contains(number.rsplit('/').next().unwrap()), "{content}");
    }
    assert_eq!(event(notices, "paper_attached")["data"]["details"]["kind"], "inventory");
    let change = &event(notices, "corrected")["data"]["details"];
    assert_eq!(
        (&change["version"], &change["changes"][0]["path"]),
        (&json!(2), &json!("items/1/mass_gross"))
    );
    assert_eq!(event(notices, "withdrawn")["data"]["details"]["reason"], "Поставка отменена");
}

#[tokio::test]
async fn a_declarant_of_the_united_kingdom_is_told_in_the_words_of_the_data_model() {
    let service = Service::new();
    let trader = service.trader("trader", None);
    for (name, purpose) in [("gb-import.xml", "GLN2026IMP0001"), ("gb-export.xml", "GLN2026EXP0007")] {
        let before = fetched(&service, &trader, "").await["next"].as_u64().unwrap();
        let document = fixture(name);
        assert!(document.contains(purpose));
        let filed = service.file(&trader, &document).await.json();
        let number = filed["number"].as_str().unwrap();
        let told = fetched(&service, &trader, &format!("?after={before}")).await;
        let notices = &told["notices"];
        for notice in notices.as_array().unwrap() {
            assert_eq!((&notice["data"]["pack"], &notice["subject"]), (&json!("gb"), &filed["id"]));
            assert!(notice["data"]["document_missing"].is_null(), "{notice}");
        }
        // DMSACC and DMSCTL, by the codes of the data model.
        for (kind, function) in [("registered", "01"), ("routed", "05")] {
            let document = &event(notices, kind)["data"]["document"];
            assert_eq!((&document["format"], &document["element"]), (&json!("wco"), &json!("MetaData")));
            let content = document["content"].as_str().unwrap();
            assert!(content.contains(&format!("FunctionCode>{function}<")), "{content}");
            assert!(content.contains(&format!("ID>{number}<")), "{content}");
            let read = wire::read(content.as_bytes()).unwrap();
            assert_eq!(&*read.findings, &[][..], "{content}");
        }
    }
}

#[tokio::test]
async fn a_cursor_gives_the_same_again_and_misses_nothing() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    for nth in 0..5 {
        service.file(&admin, &service.declaration(nth).0).await;
    }
    let whole = fetched(&service, &admin, "").await;
    assert_eq!(whole["more"], false);
    assert_eq!(whole, fetched(&service, &admin, "?after=0&limit=500").await);
    let ids = |notices: &Value| {
        notices.as_array().unwrap().iter().map(|notice| notice["id"].clone()).collect::<Vec<_>>()
    };
    let (mut paged, mut next, mut pages) = (Vec::new(), 0, 0);
    loop {
        let query = format!("?after={next}&limit=1");
        let page = fetched(&service, &admin, &query).await;
        assert_eq!(page, fetched(&service, &admin, &query).await, "the same cursor, the same notices");
        paged.extend(ids(&page["notices"]));
        next = page["next"].as_u64().unwrap();
        pages += 1;
        if !page["more"].as_bool().unwrap() {
            break;
        }
    }
    assert_eq!((paged, next), (ids(&whole["notices"]), whole["next"].as_u64().unwrap()));
    assert!(pages >= 5, "one step to a page: {pages}");
    // At the end there is nothing; what comes later begins there.
    let end = format!("?after={next}");
    assert_eq!(fetched(&service, &admin, &end).await, json!({ "notices": [], "next": next, "more": false }));
    let late = fetched(&service, &admin, "?after=18446744073709551615").await;
    assert_eq!(late, json!({ "notices": [], "next": next, "more": false }));
    service.file(&admin, &service.declaration(5).0).await;
    assert_eq!(types(&fetched(&service, &admin, &end).await["notices"])[0], "filed");
    // A limit of nothing is one, one beyond all is the most; nonsense is refused.
    assert_eq!(fetched(&service, &admin, "?limit=0").await, fetched(&service, &admin, "?limit=1").await);
    assert_eq!(fetched(&service, &admin, "?limit=9999").await, fetched(&service, &admin, "").await);
    for nonsense in ["?after=-1", "?after=soon", "?limit=all"] {
        let answer = service.get(&admin, &format!("{NOTICES}{nonsense}")).await;
        assert_eq!(answer.problem(), (400, "GL-7009".into()), "{nonsense}");
    }
}

#[tokio::test]
async fn everybody_is_told_of_what_they_see_and_nothing_else() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    let (_, first) = service.declaration(0);
    let mut of_first = 0;
    for nth in 0..4 {
        let (document, trader) = service.declaration(nth);
        service.file(&admin, &document).await;
        of_first += usize::from(trader.number == first.number);
    }
    let declarant = service.trader("first", Some(first.number));
    let (stranger, auditor) = (service.trader("stranger", None), service.actor("auditor", Role::Auditor));
    for (actor, cases) in [(&declarant, of_first), (&stranger, 0), (&auditor, 4), (&admin, 4)] {
        let told = fetched(&service, actor, "").await;
        assert_eq!(types(&told["notices"]).iter().filter(|kind| *kind == "filed").count(), cases);
        assert_eq!(told["next"], fetched(&service, &admin, "").await["next"], "the cursor is the log's");
    }
    assert_eq!(service.get(&Actor::nobody(), NOTICES).await.problem(), (401, "GL-7001".into()));
}

/// What a courier carried: where to, headers, body.
type Parcel = (String, Vec<(String, String)>, String);

/// A courier that hands over what it carries, and refuses addresses that say so.
struct Carried(Mutex<Sender<Parcel>>);

impl centre::Courier for Carried {
    fn deliver(&self, url: &str, headers: &[(&str, String)], body: &[u8]) -> Result<(), String> {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let body = String::from_utf8(body.to_vec()).unwrap();
        self.0.lock().unwrap().send((url.to_owned(), headers, body)).map_err(|why| why.to_string())
    }

    fn accepts(&self, url: &str) -> Result<(), String> {
        if url.starts_with("https://") {
            Ok(())
        } else {
            Err(format!("“{url}” is no receiver of notices"))
        }
    }
}

fn with_courier() -> (Service, Receiver<Parcel>) {
    let service = Service::new();
    let (tell, told) = channel();
    service.centre.deliver_by(Arc::new(Carried(Mutex::new(tell)))).unwrap();
    (service, told)
}

async fn delete(service: &Service, actor: &Actor, path: &str) -> Answer {
    service.send(actor, Method::DELETE, path, &[], Body::empty()).await
}

#[tokio::test]
async fn a_subscription_is_made_shown_without_its_secret_and_ended() {
    let (service, _told) = with_courier();
    let trader = service.trader("trader", None);
    let other = service.trader("other", None);
    let url = "https://declarant.example/notices";
    let made = service.post_json(&trader, SUBSCRIPTIONS, json!({ "url": url })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    assert_eq!(BASE64.decode(made["secret"].as_str().unwrap().as_bytes()).unwrap().len(), 32);
    assert_eq!(
        (&made["url"], &made["failures"], &made["wait_until"]),
        (&json!(url), &json!(0), &Value::Null)
    );

    let listed = service.get(&trader, SUBSCRIPTIONS).await;
    assert!(!listed.text().contains("secret"), "{}", listed.text());
    let mut expected = made.clone();
    expected.as_object_mut().unwrap().remove("secret");
    assert_eq!(listed.json(), json!([expected]));
    assert_eq!(service.get(&other, SUBSCRIPTIONS).await.json(), json!([]));

    // Nobody else can do anything with it; whoever has it can, once.
    let own = format!("{SUBSCRIPTIONS}/{}", made["id"].as_str().unwrap());
    let since = json!({ "since": jiff::Timestamp::now().to_string() });
    for path in [
        own.as_str(),
        "/api/v1/subscriptions/01890000-0000-7000-8000-000000000000",
        "/api/v1/subscriptions/x",
    ] {
        assert_eq!(delete(&service, &other, path).await.problem(), (404, "GL-7003".into()), "{path}");
        let again = service.post_json(&other, &format!("{path}/redelivery"), since.clone()).await;
        assert_eq!(again.problem(), (404, "GL-7003".into()), "{path}");
    }
    assert_eq!(delete(&service, &Actor::nobody(), &own).await.problem().0, 401);
    assert_eq!(delete(&service, &trader, &own).await.status, 204);
    assert_eq!(delete(&service, &trader, &own).await.problem().0, 404);
    assert_eq!(service.get(&trader, SUBSCRIPTIONS).await.json(), json!([]));
}

#[tokio::test]
async fn what_can_be_no_subscription_is_refused() {
    let silent = Service::new();
    let trader = silent.trader("trader", None);
    let good = json!({ "url": "https://declarant.example/notices" });
    let nobody_carries = silent.post_json(&trader, SUBSCRIPTIONS, good.clone()).await;
    assert_eq!(nobody_carries.problem(), (400, "GL-7009".into()));
    assert!(nobody_carries.text().contains("fetch them"), "{}", nobody_carries.text());

    let (service, _told) = with_courier();
    let trader = service.trader("trader", None);
    for body in [
        json!({ "url": "http://declarant.example/" }),
        json!({ "url": "" }),
        json!({}),
        json!({ "url": 7 }),
        json!({ "url": "https://declarant.example/", "secret": "mine" }),
        json!("https://declarant.example/"),
    ] {
        let answer = service.post_json(&trader, SUBSCRIPTIONS, body.clone()).await;
        assert_eq!(answer.problem(), (400, "GL-7009".into()), "{body}");
        assert!(answer.json()["detail"].as_str().unwrap().len() > 20, "{}", answer.text());
    }
    assert_eq!(service.post_json(&Actor::nobody(), SUBSCRIPTIONS, good.clone()).await.problem().0, 401);
    // Ten are enough for anybody; one that ends makes room.
    let mut last = Value::Null;
    for _ in 0..centre::delivery::SUBSCRIPTIONS_MAX {
        let made = service.post_json(&trader, SUBSCRIPTIONS, good.clone()).await;
        assert_eq!(made.status, 201);
        last = made.json();
    }
    let one_more = service.post_json(&trader, SUBSCRIPTIONS, good.clone()).await;
    assert_eq!(one_more.problem(), (400, "GL-7009".into()));
    assert!(one_more.text().contains("at most 10 subscriptions"), "{}", one_more.text());
    let other = service.trader("other", None);
    assert_eq!(
        service.post_json(&other, SUBSCRIPTIONS, good.clone()).await.status,
        201,
        "others have their own"
    );
    let own = format!("{SUBSCRIPTIONS}/{}", last["id"].as_str().unwrap());
    assert_eq!(delete(&service, &trader, &own).await.status, 204);
    assert_eq!(service.post_json(&trader, SUBSCRIPTIONS, good).await.status, 201);
}

#[tokio::test]
async fn what_happened_before_is_delivered_when_asked_and_what_happens_then_by_itself() {
    let (service, told) = with_courier();
    let (document, declared_by) = service.declaration(0);
    let trader = service.trader("trader", Some(declared_by.number));
    let before = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(1);
    let first = service.file(&trader, &document).await.json();
    let url = "https://declarant.example/notices";
    let made = service.post_json(&trader, SUBSCRIPTIONS, json!({ "url": url })).await.json();
    let path = format!("{SUBSCRIPTIONS}/{}/redelivery", made["id"].as_str().unwrap());

    let long_ago = (before - jiff::SignedDuration::from_hours(31 * 24)).to_string();
    for since in [long_ago.as_str(), "yesterday", "2026-03-02", ""] {
        let answer = service.post_json(&trader, &path, json!({ "since": since })).await;
        assert_eq!(answer.problem(), (400, "GL-7009".into()), "{since}");
    }
    for body in [json!({}), json!({ "since": 0 }), json!({ "since": before.to_string(), "until": "now" })] {
        assert_eq!(service.post_json(&trader, &path, body.clone()).await.problem().0, 400, "{body}");
    }
    // A moment to come asks for nothing, and skips nothing.
    let later = (before + jiff::SignedDuration::from_hours(24)).to_string();
    let asked = service.post_json(&trader, &path, json!({ "since": later })).await;
    assert_eq!((asked.status.as_u16(), &asked.json()["next"]), (200, &made["next"]));

    let asked = service.post_json(&trader, &path, json!({ "since": before.to_string() })).await;
    assert_eq!(asked.status, 200, "{}", asked.text());
    assert!(asked.json().get("secret").is_none(), "{}", asked.text());
    assert!(asked.json()["next"].as_u64() < made["next"].as_u64(), "{}", asked.text());
    let secret = BASE64.decode(made["secret"].as_str().unwrap().as_bytes()).unwrap();
    let mut ids = std::collections::BTreeSet::new();
    let mut come = |notices: &Value| {
        for expected in notices.as_array().unwrap() {
            let (to, headers, body) = told.recv_timeout(PATIENCE).unwrap();
            let header = |name: &str| headers.iter().find(|(named, _)| named == name).unwrap().1.as_str();
            assert_eq!((to.as_str(), header("content-type")), (url, "application/cloudevents+json"));
            assert_eq!(&serde_json::from_str::<Value>(&body).unwrap(), expected);
            let (id, at) = (header("webhook-id"), header("webhook-timestamp"));
            let signed = centre::delivery::signature(&secret, id, at, body.as_bytes());
            assert_eq!(header("webhook-signature"), signed);
            assert!(ids.insert(id.to_owned()), "{id} twice");
        }
    };
    let told_first = fetched(&service, &trader, "").await;
    assert_eq!(event(&told_first["notices"], "filed")["data"]["case"], first["id"]);
    come(&told_first["notices"]);
    let second = service.file(&trader, &service.declaration(1).0).await.json();
    let told_second = fetched(&service, &trader, &format!("?after={}", told_first["next"])).await;
    assert_eq!(event(&told_second["notices"], "filed")["data"]["case"], second["id"]);
    come(&told_second["notices"]);
}

/// Every answer that tells findings tells them so: to the filing, of the case, and of a paper not taken.
#[tokio::test]
async fn findings_over_http_have_the_pointers_of_the_data_model() {
    let service = Service::new();
    let trader = service.trader("trader", None);
    let sound = fixture("gb-import.xml");
    let mass = sound.split("GrossMassMeasure").nth(1).unwrap().split(['>', '<']).nth(1).unwrap();
    let wrong = sound.replacen(&format!(">{mass}</"), ">heavy</", 1);
    let filed = service.file(&trader, &wrong).await.json();
    let pointed = |answer: &Value| -> Vec<String> {
        let findings = answer["findings"].as_array().unwrap();
        let finding = findings.iter().find(|finding| finding["code"] == "GL-1001").unwrap();
        let pointers = finding["pointers"].as_array().unwrap();
        assert!(pointers.last().unwrap()["tag"].is_string(), "{finding}");
        pointers.iter().map(|pointer| pointer["section"].as_str().unwrap().to_owned()).collect()
    };
    let sections = pointed(&filed);
    assert_eq!(sections.first().map(String::as_str), Some("42A"), "{filed}");
    let id = filed["id"].as_str().unwrap();
    let case = service.get(&trader, &format!("/api/v1/declarations/{id}")).await.json();
    assert_eq!(pointed(&case), sections);
    // The union's declarations have paths and boxes, and no pointers.
    let album = service.declaration(1).0;
    let gross = album.split("GrossWeightQuantity>").nth(1).unwrap().split('<').next().unwrap();
    let heavy = album.replacen(&format!("{gross}</"), "heavy</", 1);
    assert_ne!(heavy, album);
    let other = service.file(&trader, &heavy).await.json();
    let findings = other["findings"].as_array().unwrap();
    assert!(!findings.is_empty(), "{other}");
    assert!(findings.iter().all(|finding| finding.get("pointers").is_none()), "{other}");
}
