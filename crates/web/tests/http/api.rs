//! The contract of filing, showing, listing and deciding.

use axum::body::Body;
use axum::http::{Method, header};
use centre::Standing;
use serde_json::{Value, json};
use store::Role;

use crate::service::{Actor, PASSWORD, Service, fixture};

/// The members of the submit object, in their order.
const SUBMIT_MEMBERS: [&str; 8] =
    ["id", "state", "number", "lane", "decided_by", "findings", "hits", "milliseconds"];

#[tokio::test]
async fn a_faultless_declaration_is_registered_and_filing_it_again_changes_nothing() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    let (document, trader) = service.declaration(0);
    service.pays(&trader);
    let first = service.file(&admin, &document).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let object = first.json();
    assert_eq!(object.as_object().unwrap().keys().collect::<Vec<_>>(), SUBMIT_MEMBERS);
    assert!(["released", "routed"].contains(&object["state"].as_str().unwrap()), "{object}");
    let number = object["number"].as_str().unwrap();
    assert!(number.parse::<clearance::RegistrationNumber>().is_ok(), "{number}");
    let id = object["id"].as_str().unwrap();
    assert_eq!(first.header(header::LOCATION), format!("/api/v1/declarations/{id}"));

    let again = service.file(&admin, &document).await;
    assert_eq!(again.status, 200);
    assert_eq!((again.json()["id"].as_str(), again.json()["number"].as_str()), (Some(id), Some(number)));
}

#[tokio::test]
async fn a_refused_registration_is_told_with_every_finding_in_the_language_asked_for() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    let document = fixture("import-5.23.xml");
    let refused = service.file(&admin, &document).await;
    assert_eq!(refused.problem(), (422, "GL-7016".to_owned()));
    let problem = refused.json();
    assert_eq!((problem["state"].as_str(), problem["number"].is_null()), (Some("refused"), true));
    let findings = problem["findings"].as_array().unwrap();
    assert!(findings.iter().any(|finding| finding["severity"] == "error"));
    for finding in findings {
        assert_eq!(
            finding.as_object().unwrap().keys().collect::<Vec<_>>(),
            ["code", "severity", "path", "box", "message"]
        );
        assert!(finding["message"].as_str().unwrap().chars().any(|c| c.is_ascii_alphabetic()), "{finding}");
    }
    let headers = [("content-type", "text/xml"), ("accept-language", "ru")];
    let russian = service.send(&admin, Method::POST, "/api/v1/declarations", &headers, document).await;
    assert_eq!(russian.json()["title"], "В регистрации отказано");
    assert_eq!(russian.json()["id"], problem["id"]);
}

#[tokio::test]
async fn what_is_no_declaration_is_refused_for_what_it_is() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    let post = async |headers: &[(&str, &str)], body: &str| {
        service.send(&admin, Method::POST, "/api/v1/declarations", headers, body.to_owned()).await.problem()
    };
    assert_eq!(post(&[], "").await.0, 400);
    assert_eq!(post(&[], "<a>").await.0, 400);
    assert_eq!(post(&[], "{\"a\":").await.0, 400);
    assert_eq!(
        post(&[("content-type", "multipart/form-data; boundary=x")], "x").await,
        (415, "GL-7008".into())
    );
    assert_eq!(post(&[("content-type", "application/pdf")], "%PDF").await, (415, "GL-7008".into()));
    assert_eq!(post(&[("content-encoding", "gzip")], "x").await, (415, "GL-7008".into()));
    assert_eq!(post(&[("greenlane-seal", "not base64!")], "<a/>").await, (400, "GL-7009".into()));
    // base64url of «seal»: well encoded, but no seal.
    let (status, code) = post(&[("greenlane-seal", "c2VhbA")], &service.declaration(0).0).await;
    assert_eq!(status, 401, "{code}");
}

#[tokio::test]
async fn any_name_of_the_content_will_do_for_xml_and_json() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    for (kind, name) in [
        ("application/x-www-form-urlencoded", "export-5.14.xml"),
        ("application/octet-stream", "export-5.27.xml"),
        ("application/json", "export.json"),
        ("text/plain", "import-5.10.xml"),
    ] {
        let headers = [("content-type", kind)];
        let answer =
            service.send(&admin, Method::POST, "/api/v1/declarations", &headers, fixture(name)).await;
        assert!([201, 422].contains(&answer.status.as_u16()), "{name}: {}", answer.text());
        assert!(answer.json()["id"].is_string(), "{name}");
    }
}

#[tokio::test]
async fn who_has_neither_account_nor_seal_files_only_where_that_is_allowed() {
    let closed = Service::new();
    let (document, _) = closed.declaration(0);
    assert_eq!(closed.file(&Actor::nobody(), &document).await.problem(), (401, "GL-7001".into()));
    let config = greenlane_web::Config { anonymous_filing: true, ..Default::default() };
    let open = Service::with(config);
    let answer = open.file(&Actor::nobody(), &document).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(answer.json()["hits"], json!([]));
}

#[tokio::test]
async fn a_filing_speaks_for_whoever_the_account_belongs_to() {
    let config = greenlane_web::Config { anonymous_filing: true, ..Default::default() };
    let service = Service::with(config);
    let (_, trader) = service.declaration(0);
    let filers = [
        (service.actor("admin", Role::Administrator), Standing::Operator),
        (service.trader("trader", Some(trader.number)), Standing::Participant(trader.number)),
        (service.trader("numberless", None), Standing::Unknown),
        (Actor::nobody(), Standing::Unknown),
    ];
    let standing_of = |id: &Value| {
        let id = id.as_str().unwrap().parse().unwrap();
        let step = service.centre.store().steps(id).unwrap().remove(0);
        match centre::view::read_record(&step).unwrap().input {
            clearance::Input::File(filing) => filing.standing,
            other => panic!("{other:?}"),
        }
    };
    for (nth, (actor, expected)) in filers.iter().enumerate() {
        let filed = service.file(actor, &service.declaration(nth as u64).0).await.json();
        assert_eq!(standing_of(&filed["id"]), *expected, "filer {nth}");
        // The page files in the same name.
        let Some(_) = &actor.token else { continue };
        let document = service.declaration(100 + nth as u64).0;
        let form = format!(
            "--x\r\nContent-Disposition: form-data; name=\"document\"; filename=\"d.xml\"\r\n\r\n{document}\r\n--x--\r\n"
        );
        let headers =
            [("content-type", "multipart/form-data; boundary=x"), ("sec-fetch-site", "same-origin")];
        let page = service.send(actor, Method::POST, "/file", &headers, form).await;
        let case = page.header(header::LOCATION).strip_prefix("/declarations/").unwrap();
        assert_eq!(standing_of(&json!(case.split('?').next().unwrap())), *expected, "filer {nth}");
    }
}

#[tokio::test]
async fn a_case_is_known_by_its_identifier_and_seen_by_right() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    let (document, trader) = service.declaration(0);
    service.pays(&trader);
    let filed = service.file(&admin, &document).await.json();
    let (id, number) = (filed["id"].as_str().unwrap(), filed["number"].as_str().unwrap().replace('/', "-"));

    // Whoever knows the identifier learns the outcome, and nothing else.
    let known = service.get(&Actor::nobody(), &format!("/api/v1/declarations/{id}")).await;
    assert_eq!(known.status, 200);
    assert_eq!(known.json().as_object().unwrap().keys().collect::<Vec<_>>(), SUBMIT_MEMBERS);
    assert_eq!(known.json()["state"], filed["state"]);
    let by_number = format!("/api/v1/declarations/{number}");
    assert_eq!(service.get(&Actor::nobody(), &by_number).await.problem().0, 401);

    // Who may see it gets all of it, by either name, and that is recorded.
    let seen = service.get(&admin, &by_number).await.json();
    assert_eq!(seen["id"], filed["id"]);
    assert_eq!(seen["declarant"], trader.name);
    let sum = |name: &str| seen[name].as_str().unwrap().parse::<rust_decimal::Decimal>().unwrap();
    let payments = seen["payments"].as_array().unwrap();
    let total: rust_decimal::Decimal = payments
        .iter()
        .filter(|payment| payment["status"] == "payable")
        .map(|payment| payment["amount"].as_str().unwrap().parse::<rust_decimal::Decimal>().unwrap())
        .sum();
    assert_eq!(total, sum("payable"));
    let reads = service.centre.store().reads(10).unwrap();
    assert_eq!((reads.len(), reads[0].login.as_str(), reads[0].what.as_str()), (1, "admin", "api"));

    let bytes = service.get(&admin, &format!("{by_number}/document")).await;
    assert_eq!(bytes.bytes, document.as_bytes());
    assert!(bytes.header(header::CONTENT_DISPOSITION).starts_with("attachment"));
    let steps = service.get(&admin, &format!("{by_number}/events")).await.json();
    assert_eq!(steps[0]["input"], "file");
    assert_eq!(steps[0]["events"][0]["event"], "filed");
}

#[tokio::test]
async fn the_list_pages_by_key_and_no_case_is_missed_or_doubled() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    let mut filed = Vec::new();
    for nth in 0..7 {
        filed.push(service.file(&admin, &service.declaration(nth).0).await.json()["id"].clone());
    }
    filed.reverse();
    let mut listed = Vec::new();
    let mut path = "/api/v1/declarations?limit=3".to_owned();
    for _ in 0..5 {
        let page = service.get(&admin, &path).await;
        let json = page.json();
        listed.extend(json["declarations"].as_array().unwrap().iter().map(|row| row["id"].clone()));
        let Some(next) = json["next"].as_str() else {
            assert!(page.headers.get(header::LINK).is_none());
            break;
        };
        path = format!("/api/v1/declarations?limit=3&after={next}");
        assert_eq!(page.header(header::LINK), format!("<{path}>; rel=\"next\""));
    }
    assert_eq!(listed, filed);

    let of = async |query: &str| {
        let page = service.get(&admin, &format!("/api/v1/declarations?{query}")).await.json();
        page["declarations"].as_array().unwrap().len()
    };
    assert_eq!(of("state=refused").await, 0);
    assert_eq!(of("from=2000-01-01&to=2001-01-01").await, 0);
    assert_eq!(of("from=2000-01-01").await, 7);
    assert_eq!(
        service.get(&admin, "/api/v1/declarations?lane=pink").await.problem(),
        (400, "GL-7009".to_owned())
    );
}

#[tokio::test]
async fn an_officer_decides_what_is_theirs_and_a_refusal_says_why() {
    let service = Service::new();
    service.send_everything_to_officers("Досмотреть.");
    let (officer, filer) = (service.officer("inspector", &[]), service.actor("admin", Role::Administrator));
    let file = async |nth| {
        let (document, trader) = service.declaration(nth);
        service.pays(&trader);
        let object = service.file(&filer, &document).await.json();
        assert_eq!(object["state"], "routed", "{object}");
        assert!(object["hits"].as_array().unwrap().contains(&json!("55/20260101/09999")), "{object}");
        format!("/api/v1/declarations/{}/inputs", object["id"].as_str().unwrap())
    };
    let decide = async |path: &str, input: &str, reason: &str| {
        service.post_json(&officer, path, json!({ "input": input, "reason": reason })).await
    };

    let first = file(0).await;
    assert_eq!(decide(&first, "refuse", "").await.problem(), (422, "GL-5004".into()));
    let released = decide(&first, "release", "Соответствует").await;
    assert_eq!((released.status.as_u16(), &released.json()["state"]), (200, &json!("released")));
    assert_eq!(released.json()["decided_by"], "officer");
    assert_eq!(decide(&first, "release", "").await.problem(), (409, "GL-5001".into()));

    let second = file(1).await;
    let refused = decide(&second, "refuse", "Описание не соответствует товару").await;
    assert_eq!(refused.json()["state"], "release_refused");

    // Another officer sees the case, but it is not theirs.
    let third = file(2).await;
    service.centre.set_shift("inspector", false).unwrap();
    let other = service.officer("other", &[]);
    let foreign = service.post_json(&other, &third, json!({ "input": "release" })).await;
    assert_eq!(foreign.problem(), (403, "GL-5003".into()));
    assert_eq!(decide(&third, "destroy", "").await.problem().0, 400);
}

#[tokio::test]
async fn a_declarant_withdraws_their_own_and_is_not_told_of_profiles() {
    let service = Service::new();
    service.send_everything_to_officers("Досмотреть.");
    let (document, trader) = service.declaration(0);
    let declarant = service.trader("trader", Some(trader.number));
    let filed = service.file(&declarant, &document).await.json();
    assert_eq!((filed["state"].as_str(), &filed["hits"]), (Some("routed"), &json!([])));
    let path = format!("/api/v1/declarations/{}", filed["id"].as_str().unwrap());
    for address in [path.clone(), format!("{path}/events")] {
        let told = service.get(&declarant, &address).await;
        assert_eq!(told.status, 200);
        assert!(!told.text().contains("55/20260101/09999"), "{}", told.text());
    }
    // Nor that they were selected at all, nor what was scarce; the officer's side is told of the selection.
    let auditor = service.actor("auditor", Role::Auditor);
    let events = format!("{path}/events");
    let (theirs, all) = (service.get(&declarant, &events).await, service.get(&auditor, &events).await);
    for (told, selected) in [(&theirs, false), (&all, true)] {
        let names: Vec<Value> = told
            .json()
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|step| step["events"].as_array().unwrap().clone())
            .map(|event| event["event"].clone())
            .collect();
        assert_eq!(names.contains(&json!("selected")), selected, "{names:?}");
        assert!(names.contains(&json!("filed")), "{names:?}");
    }
    for secret in ["selected", "supply", "hits", "loads", "random"] {
        assert!(!theirs.text().contains(secret), "{secret}: {}", theirs.text());
    }
    // Knowing the identifier is no way around it.
    let known = service.get(&Actor::nobody(), &path).await;
    assert_eq!((known.status.as_u16(), &known.json()["hits"]), (200, &json!([])));
    assert_eq!(service.get(&auditor, &path).await.json()["hits"], json!(["55/20260101/09999"]));
    assert_eq!(service.get(&Actor::nobody(), &events).await.problem().0, 401);

    let inputs = format!("{path}/inputs");
    let release = service.post_json(&declarant, &inputs, json!({ "input": "release" })).await;
    assert_eq!(release.problem(), (403, "GL-7002".into()));
    let withdrawn =
        service.post_json(&declarant, &inputs, json!({ "input": "withdraw", "reason": "Ошибка" })).await;
    assert_eq!(withdrawn.json()["state"], "withdrawn");
}

#[tokio::test]
async fn sessions_begin_with_a_password_and_end_when_asked() {
    let service = Service::new();
    service.actor("duty", Role::Duty);
    let login = async |password: &str| {
        let body = json!({ "login": "duty", "password": password });
        service.post_json(&Actor::nobody(), "/api/v1/sessions", body).await
    };
    assert_eq!(login("wrong-password").await.problem(), (401, "GL-7004".into()));
    let session = login(PASSWORD).await;
    assert_eq!((session.status.as_u16(), &session.json()["role"]), (201, &json!("duty")));
    let actor = Actor { token: session.json()["token"].as_str().map(str::to_owned) };
    assert_eq!(service.get(&actor, "/api/v1/board").await.status, 200);
    let ended = service.send(&actor, Method::DELETE, "/api/v1/sessions", &[], Body::empty()).await;
    assert_eq!(ended.status, 204);
    assert_eq!(service.get(&actor, "/api/v1/board").await.problem(), (401, "GL-7001".into()));

    // A password never comes back, even in a body that makes no sense.
    let broken =
        service.post_json(&Actor::nobody(), "/api/v1/sessions", json!({ "secret": "s3cret-pass" })).await;
    assert!(!broken.text().contains("s3cret"), "{}", broken.text());

    for _ in 0..10 {
        login("wrong-password").await;
    }
    let locked = login(PASSWORD).await;
    assert_eq!(locked.problem(), (429, "GL-7005".into()));
    assert_eq!(locked.header(header::RETRY_AFTER), "300");
}

#[tokio::test]
async fn operators_learn_how_the_service_is() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    service.file(&admin, &service.declaration(0).0).await;
    let nobody = Actor::nobody();
    assert_eq!(service.get(&nobody, "/healthz").await.text(), "ok\n");
    assert_eq!(service.get(&nobody, "/readyz").await.text(), "ready\n");
    let metrics = service.get(&nobody, "/metrics").await;
    for name in ["greenlane_http_requests_total", "greenlane_http_seconds_bucket", "greenlane_intake_waiting"]
    {
        assert!(metrics.text().contains(name), "{name}");
    }
    let board: Value = service.get(&admin, "/api/v1/board").await.json();
    assert_eq!(board["minutes"].as_array().unwrap().len(), 60);
    service.centre.stop();
    let stopping = service.get(&nobody, "/readyz").await;
    assert_eq!(stopping.problem(), (503, "GL-7015".into()));
    assert_eq!(stopping.header(header::RETRY_AFTER), "1");
}
