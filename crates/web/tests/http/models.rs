//! Models over HTTP: two persons, who sees what, and what a declarant is never told.

use std::sync::OnceLock;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use declaration::Item;
use jiff::civil::date;
use risk::{Facts, ItemFacts, Share};
use rust_decimal::Decimal;
use score::declared::{Told, Writer, lines};
use score::{FeatureTable, LanePlan, Lesson, Model, Rank, Settings, Table};
use serde_json::{Value, json};
use store::Role;

use crate::service::{Actor, Answer, Service};

/// Results of declarations that are filed nowhere; of lines by what `found` says.
fn results(service: &Service, places: std::ops::Range<u64>, found: fn(&Item) -> bool, rules: bool) -> Table {
    let mut writer = Writer::new(Vec::new()).unwrap();
    for place in places {
        let declaration = service.generated(place);
        let facts = Facts { items: ItemFacts::of_lines(&declaration), ..Facts::default() };
        let name = place.to_string();
        // Two months, so that the page has something to draw.
        let day = date(2026, 3 + i8::try_from(place % 2).unwrap(), 2);
        for (line, item) in lines(&declaration, &facts, day).iter().zip(&declaration.items) {
            let told = Told {
                declaration: &name,
                day,
                found: Some(found(item)),
                amount: None,
                by: "chance",
                rules: rules && found(item),
                weight: 1,
            };
            writer.add(line, &told).unwrap();
        }
    }
    Table::read(&writer.end().unwrap(), &FeatureTable::declared().unwrap()).unwrap()
}

fn trained(service: &Service, found: fn(&Item) -> bool, rules: bool) -> Vec<u8> {
    let training = results(service, 500..720, found, rules);
    let validation = results(service, 800..920, found, rules);
    let lesson = Lesson {
        training: &training,
        validation: Some(&validation),
        features: FeatureTable::declared().unwrap(),
        settings: Settings { rounds: 20, depth: 4, ..Settings::default() },
        plan: LanePlan { red: Share::ALL, yellow: Share::NONE, explored: Share::from_parts(1_000_000) },
        rank: Rank::Probability,
        trained_on: date(2026, 11, 26),
    };
    Model::train(&lesson, &mut |_, _| {}).unwrap().write().unwrap()
}

/// A model whose whole plan is exploration: it selects every declaration.
fn good(service: &Service) -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        trained(service, |item| item.commodity_code.is_some_and(|code| code.prefix(1) < "7"), false)
    })
}

/// One that finds less than rules that find all.
fn worse(service: &Service) -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        let by_luck = |item: &Item| {
            let mass = item.mass_gross.map(|mass| mass.get()).unwrap_or_default();
            (mass * Decimal::from(7_919)).trunc() % Decimal::from(5) == Decimal::ZERO
        };
        trained(service, by_luck, true)
    })
}

async fn propose(service: &Service, who: &Actor, file: &[u8], reason: &str) -> Answer {
    let headers = [("content-type", "application/octet-stream"), ("accept-language", "en")];
    let path = format!("/api/v1/models?reason={reason}");
    service.send(who, Method::POST, &path, &headers, file.to_vec()).await
}

async fn act(service: &Service, who: &Actor, version: &str, deed: &str) -> Answer {
    let body = json!({ "deed": deed, "reason": "by the results of a year" });
    service.post_json(who, &format!("/api/v1/models/{version}/acts"), body).await
}

fn version_of(file: &[u8]) -> String {
    Model::read(file).unwrap().version().to_owned()
}

#[tokio::test]
async fn it_takes_two_persons_and_a_card_that_says_nothing_against_it() {
    let service = Service::new();
    let (heron, hawk) = (service.actor("heron", Role::Analyst), service.actor("hawk", Role::RiskChief));
    let (officer, auditor) = (service.officer("tern", &[]), service.actor("owl", Role::Auditor));
    let trader = service.trader("trader", None);
    let (good, worse) = (good(&service), worse(&service));
    let (version, other) = (version_of(good), version_of(worse));

    for (who, code) in [(&hawk, "GL-R62"), (&officer, "GL-R62"), (&trader, "GL-R62"), (&auditor, "GL-R62")] {
        assert_eq!(propose(&service, who, good, "good").await.problem(), (403, code.into()));
    }
    assert_eq!(propose(&service, &Actor::nobody(), good, "good").await.problem().0, 401);
    let mut altered = good.to_vec();
    *altered.last_mut().unwrap() ^= 1;
    assert_eq!(propose(&service, &heron, &altered, "good").await.problem(), (422, "GL-R67".into()));
    assert_eq!(propose(&service, &heron, good, "").await.problem(), (422, "GL-R65".into()));
    let proposed = propose(&service, &heron, good, "good").await;
    assert_eq!(proposed.status, StatusCode::CREATED);
    let proposed = proposed.json();
    assert_eq!((&proposed["version"], &proposed["state"]), (&json!(version), &json!("proposed")));
    assert_eq!((&proposed["may_go_live"], &proposed["hindrances"]), (&json!(true), &json!([])));
    assert_eq!(propose(&service, &heron, good, "again").await.problem(), (409, "GL-R61".into()));

    // The proposer cannot approve, nor can a third without the right; whoever may see no models learns of none.
    for deed in ["shadow", "go_live"] {
        for (who, expected) in
            [(&heron, "GL-R62"), (&auditor, "GL-R62"), (&officer, "GL-7002"), (&trader, "GL-7002")]
        {
            assert_eq!(act(&service, who, &version, deed).await.problem(), (403, expected.into()), "{deed}");
        }
    }
    assert_eq!(act(&service, &hawk, "0123456789abcdef", "go_live").await.problem(), (404, "GL-R60".into()));
    let live = act(&service, &hawk, &version, "go_live").await.json();
    assert_eq!((&live["state"], &live["by"]), (&json!("live"), &json!("hawk")));
    assert_eq!(act(&service, &heron, &version, "withdraw").await.problem(), (403, "GL-R62".into()));

    assert_eq!(propose(&service, &heron, worse, "worse").await.json()["may_go_live"], json!(false));
    let refused = act(&service, &hawk, &other, "go_live").await;
    assert_eq!(refused.problem(), (422, "GL-R66".into()));
    assert!(refused.json()["detail"].as_str().unwrap().contains("the rules finds"), "{}", refused.text());
    assert_eq!(act(&service, &hawk, &other, "shadow").await.json()["state"], "shadow");
    let list = service.get(&auditor, "/api/v1/models").await.json();
    let states: Vec<&Value> = list["models"].as_array().unwrap().iter().map(|head| &head["state"]).collect();
    assert!(states.contains(&&json!("live")) && states.contains(&&json!("shadow")), "{list}");
    for who in [&officer, &trader] {
        assert_eq!(service.get(who, "/api/v1/models").await.problem(), (403, "GL-7002".into()));
        assert_eq!(service.get(who, &format!("/models/{version}")).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(act(&service, &hawk, &version, "withdraw").await.json()["state"], "withdrawn");
    let metrics = service.get(&Actor::nobody(), "/metrics").await;
    assert!(metrics.text().contains("greenlane_model_drift{mode=\"shadow\"}"), "{}", metrics.text());
}

#[tokio::test]
async fn an_official_is_told_why_and_a_declarant_is_not() {
    let service = Service::new();
    let (heron, hawk) = (service.actor("heron", Role::Analyst), service.actor("hawk", Role::RiskChief));
    let file = good(&service);
    let version = version_of(file);
    propose(&service, &heron, file, "good").await;
    assert_eq!(act(&service, &hawk, &version, "go_live").await.status, StatusCode::OK);
    let (document, declarant) = service.declaration(1);
    let trader = service.trader("trader", Some(declarant.number));
    let officer = service.officer("tern", &[]);
    let filed = service.file(&trader, &document).await.json();
    let id = filed["id"].as_str().unwrap().to_owned();
    assert_eq!(filed["lane"], "red");

    let path = format!("/api/v1/declarations/{id}");
    let seen = service.get_in("en", &officer, &path).await.json();
    let scored = &seen["scored"][0];
    assert_eq!((&scored["model"], &scored["mode"]), (&json!(version), &json!("live")));
    let by = scored["by"].as_str().unwrap();
    assert!(by == "score" || by == "chance", "{scored}");
    let reasons = scored["reasons"].as_array().unwrap();
    assert!(!reasons.is_empty() && reasons.len() <= 5);
    assert!(reasons.iter().all(|reason| reason["title"] != "" && reason["weight"] != 0.0), "{scored}");
    let events = service.get(&officer, &format!("{path}/events")).await;
    assert!(events.text().contains("scored"));
    let page = service.get_in("en", &officer, &format!("/declarations/{id}")).await;
    assert!(
        page.text().contains("id=\"scored\"") && page.text().contains(reasons[0]["title"].as_str().unwrap())
    );

    for path in
        [path.clone(), format!("{path}/events"), format!("/declarations/{id}"), format!("{path}/receipt")]
    {
        let told = service.get(&trader, &path).await;
        assert_eq!(told.status, StatusCode::OK, "{path}");
        assert!(!told.text().contains(&version), "{path}");
        assert!(!told.text().contains("logit_parts") && !told.text().contains("id=\"scored\""), "{path}");
    }
    assert_eq!(service.get(&trader, &path).await.json()["scored"], json!([]));

    // The officer says what came of it, on the ground the model gave.
    let form = service.get_in("en", &officer, &format!("/declarations/{id}")).await;
    let ground = if by == "score" { "model" } else { "exploration" };
    assert!(form.text().contains(&format!("value=\"{ground}\"")), "{ground}");
}

#[tokio::test]
async fn a_page_shows_the_card_and_takes_the_acts() {
    let service = Service::new();
    let (heron, hawk) = (service.actor("heron", Role::Analyst), service.actor("hawk", Role::RiskChief));
    let (good, worse) = (good(&service), worse(&service));
    let send = async |file: &[u8], reason: &str| {
        let mut body =
            b"--x\r\nContent-Disposition: form-data; name=\"model\"; filename=\"m\"\r\n\r\n".to_vec();
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--x\r\nContent-Disposition: form-data; name=\"reason\"\r\n\r\n");
        body.extend_from_slice(format!("{reason}\r\n--x--\r\n").as_bytes());
        let headers =
            [("content-type", "multipart/form-data; boundary=x"), ("sec-fetch-site", "same-origin")];
        service.send(&heron, Method::POST, "/models", &headers, Body::from(body)).await
    };
    let refused = send(b"no model", "because").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("id=\"propose-error\"") && refused.text().contains(">because<"));
    for file in [good, worse] {
        let done = send(file, "because").await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        assert!(done.headers["location"].to_str().unwrap().ends_with("?done=propose"));
    }
    let address = |file: &[u8]| format!("/models/{}", version_of(file));
    for language in ["ru", "en"] {
        let list = service.get_in(language, &hawk, "/models").await;
        assert!(list.text().contains(&address(good)) && !list.text().contains("id=\"propose\""));
        let page = service.get_in(language, &hawk, &address(worse)).await;
        assert_eq!(page.status, StatusCode::OK);
        for part in ["id=\"hindrances\"", "class=\"chart months\"", "2026-04", "value=\"shadow\""] {
            assert!(page.text().contains(part), "{language}: {part}");
        }
        assert!(!page.text().contains("value=\"go_live\""), "what is refused is not offered");
        let analyst = service.get_in(language, &heron, &address(good)).await;
        assert!(
            !analyst.text().contains("value=\"shadow\"") && analyst.text().contains("value=\"withdraw\"")
        );
    }
    let acts = |file: &[u8]| format!("{}/acts", address(file));
    let short = service.post_form(&hawk, &acts(good), "deed=go_live&reason=").await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.text().contains("id=\"act-error\""));
    let own = service.post_form(&heron, &acts(good), "deed=go_live&reason=mine").await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    let live = service.post_form(&hawk, &acts(good), "deed=go_live&reason=it+is+better").await;
    assert_eq!(live.status, StatusCode::SEE_OTHER);
    let shown = service.get_in("en", &hawk, &address(good)).await;
    assert!(shown.text().contains("it is better") && shown.text().contains("value=\"withdraw\""));
    let gone = service.get(&hawk, "/models/0123456789abcdef").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}
