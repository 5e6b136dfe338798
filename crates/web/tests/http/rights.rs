//! Who may do what: one table, denied unless listed.

use axum::body::Body;
use axum::http::Method;
use serde_json::json;
use store::Role;

use crate::service::{Actor, Service};

#[tokio::test]
async fn everybody_may_do_what_the_table_says_and_nothing_else() {
    let service = Service::new();
    service.send_everything_to_officers("Досмотреть.");
    let (document, trader) = service.declaration(0);
    let own = trader.number.to_string();
    let declarant = service.trader("declarant", Some(trader.number));
    let filed = service.file(&declarant, &document).await.json();
    let (id, number) = (filed["id"].as_str().unwrap(), filed["number"].as_str().unwrap());
    let office = number.split('/').next().unwrap();
    let elsewhere = if office == "10013160" { "10228010" } else { "10013160" };
    let actors = [
        Actor::nobody(),
        declarant,
        service.trader("stranger", Some("7799999999".parse().unwrap())),
        service.officer("here", &[office]),
        service.officer("elsewhere", &[elsewhere]),
        service.actor("analyst", Role::Analyst),
        service.actor("duty", Role::Duty),
        service.actor("auditor", Role::Auditor),
        service.actor("administrator", Role::Administrator),
    ];
    let number = number.replace('/', "-");
    // Nobody, declarant, stranger, officer here, elsewhere, analyst, duty, auditor, administrator.
    let table: &[(&str, [u16; 9])] = &[
        ("/", [303, 303, 303, 200, 200, 200, 200, 200, 200]),
        ("/login", [200, 303, 303, 303, 303, 303, 303, 303, 303]),
        ("/declarations", [303, 200, 200, 200, 200, 200, 200, 200, 200]),
        ("/declarations/{id}", [303, 200, 404, 200, 404, 200, 200, 200, 200]),
        ("/declarations/{number}", [303, 200, 404, 200, 404, 200, 200, 200, 200]),
        // Participants' files: of anybody for officials, traders see their own.
        ("/participants", [303, 403, 403, 200, 200, 200, 200, 200, 200]),
        ("/participants?format=csv", [303, 403, 403, 200, 200, 200, 200, 200, 200]),
        ("/participants/{own}", [303, 200, 404, 200, 200, 200, 200, 200, 200]),
        ("/api/v1/participants", [401, 403, 403, 200, 200, 200, 200, 200, 200]),
        ("/api/v1/participants/{own}", [401, 200, 404, 200, 200, 200, 200, 200, 200]),
        ("/api/v1/participants/7799999998", [401, 404, 404, 404, 404, 404, 404, 404, 404]),
        // What is usual is not told to whoever declares.
        ("/prices", [303, 403, 403, 200, 200, 200, 200, 200, 200]),
        ("/prices/8517", [303, 403, 403, 200, 200, 200, 200, 200, 200]),
        ("/prices/85x7", [303, 403, 403, 404, 404, 404, 404, 404, 404]),
        ("/file", [303, 200, 200, 403, 403, 403, 403, 403, 200]),
        ("/account", [303, 200, 200, 200, 200, 200, 200, 200, 200]),
        ("/profiles/effects", [303, 403, 403, 403, 403, 200, 200, 200, 200]),
        ("/api/v1/profiles/effects", [401, 403, 403, 403, 403, 200, 200, 200, 200]),
        ("/reads", [303, 403, 403, 403, 403, 403, 403, 200, 200]),
        ("/api/v1/board", [401, 403, 403, 200, 200, 200, 200, 200, 200]),
        ("/api/v1/declarations", [401, 200, 200, 200, 200, 200, 200, 200, 200]),
        // Knowing the identifier is the right to outcome and receipt.
        ("/api/v1/declarations/{id}", [200, 200, 200, 200, 200, 200, 200, 200, 200]),
        ("/api/v1/declarations/{id}/receipt", [200, 200, 200, 200, 200, 200, 200, 200, 200]),
        ("/api/v1/declarations/{number}", [401, 200, 404, 200, 404, 200, 200, 200, 200]),
        ("/api/v1/declarations/{number}/receipt", [401, 200, 404, 200, 404, 200, 200, 200, 200]),
        ("/api/v1/declarations/{id}/events", [401, 200, 404, 200, 404, 200, 200, 200, 200]),
        ("/api/v1/declarations/{id}/document", [401, 200, 404, 200, 404, 200, 200, 200, 200]),
        ("/api/v1/accounts/reconciliation", [401, 403, 403, 403, 403, 403, 200, 200, 200]),
        // A payer sees their own.
        ("/api/v1/accounts/7799999999/statement", [401, 403, 200, 403, 403, 403, 200, 200, 200]),
        // So does a trader; how others stand is for the service's own people.
        ("/account/category", [303, 200, 404, 404, 404, 404, 404, 404, 404]),
        ("/participants/{trader}/category", [303, 200, 404, 200, 200, 200, 200, 200, 200]),
        ("/api/v1/participants/{trader}/category", [401, 200, 404, 200, 200, 200, 200, 200, 200]),
        ("/appeals", [303, 403, 403, 200, 200, 200, 200, 200, 200]),
        ("/api/v1/appeals", [401, 403, 403, 200, 200, 200, 200, 200, 200]),
        ("/api/v1/guarantees", [401, 200, 200, 403, 403, 403, 200, 200, 200]),
        ("/api/v1/reference/imports", [401, 403, 403, 200, 200, 200, 200, 200, 200]),
        ("/api/v1/reference/manifest", [401, 403, 403, 200, 200, 200, 200, 200, 200]),
        // The tariff is for everybody; what was imported and what it changes is for the service's own people.
        ("/reference", [200; 9]),
        ("/reference?q=8517", [200; 9]),
        ("/reference/85", [200; 9]),
        ("/reference/currencies", [200; 9]),
        ("/reference/imports", [303, 403, 403, 200, 200, 200, 200, 200, 200]),
        ("/reference/diff?a=now", [303, 403, 403, 200, 200, 200, 200, 200, 200]),
        ("/api/v1/reference/search?q=8517", [200; 9]),
        ("/api/v1/reference/commodities/85", [200; 9]),
        ("/api/v1/reference/exchange", [200; 9]),
        // Risk profiles are for those who keep them and those who audit; not for who makes accounts.
        ("/profiles", [303, 403, 403, 403, 403, 200, 403, 200, 403]),
        ("/profiles/new", [303, 403, 403, 403, 403, 200, 403, 403, 403]),
        ("/api/v1/profiles", [401, 403, 403, 403, 403, 200, 403, 200, 403]),
        ("/api/v1/profiles/names", [401, 403, 403, 403, 403, 200, 403, 200, 403]),
        ("/log/checkpoint", [200; 9]),
        ("/log/vkey", [200; 9]),
        ("/healthz", [200; 9]),
        ("/openapi.json", [200; 9]),
    ];
    for (path, expected) in table {
        let path = path.replace("{id}", id).replace("{number}", &number).replace("{own}", &own);
        let path = path.replace("{trader}", trader.number.as_str());
        for (nth, actor) in actors.iter().enumerate() {
            let answer = service.get(actor, &path).await;
            assert_eq!(answer.status.as_u16(), expected[nth], "{path} for actor {nth}: {}", answer.text());
        }
    }

    // Inputs: nobody but the officer who has it decides; nobody but the declarant withdraws.
    let inputs = format!("/api/v1/declarations/{id}/inputs");
    let wishes = [
        ("release", [401, 403, 404, 403, 404, 403, 403, 403, 403]),
        ("refuse", [401, 403, 404, 403, 404, 403, 403, 403, 403]),
        ("withdraw", [401, 0, 404, 403, 404, 403, 403, 403, 403]),
    ];
    for (wish, expected) in wishes {
        for (nth, actor) in actors.iter().enumerate().filter(|(nth, _)| expected[*nth] != 0) {
            let body = json!({ "input": wish, "reason": "Причина названа" });
            let answer = service.post_json(actor, &inputs, body).await;
            assert_eq!(answer.status.as_u16(), expected[nth], "{wish} by actor {nth}: {}", answer.text());
        }
    }
    // Filing: traders and administrators. Each files a document of its own; the declarant's is there already.
    let filing = [401, 200, 201, 403, 403, 403, 403, 403, 201];
    for (nth, actor) in actors.iter().enumerate() {
        let own = if nth == 1 { document.clone() } else { service.declaration(nth as u64).0 };
        let answer = service.file(actor, &own).await;
        assert_eq!(answer.status.as_u16(), filing[nth], "filing by actor {nth}: {}", answer.text());
    }
    // Trying profiles: who may see them.
    let source = include_str!("../../../../packs/profiles/clothing-origin.toml");
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let days = (today.yesterday().unwrap(), today.tomorrow().unwrap());
    let trial = [401, 403, 403, 403, 403, 200, 403, 200, 403];
    for (nth, actor) in actors.iter().enumerate() {
        let body = json!({ "profiles": [source], "from": days.0, "to": days.1 });
        let answer = service.post_json(actor, "/api/v1/profiles/backtest", body).await;
        assert_eq!(answer.status.as_u16(), trial[nth], "trial by actor {nth}: {}", answer.text());
        if trial[nth] == 200 {
            assert!(answer.json()["declarations"].as_u64().unwrap() >= 3, "{}", answer.text());
            let body =
                json!({ "profiles": [source.replace("item.", "items.")], "from": days.0, "to": days.1 });
            let answer = service.post_json(actor, "/api/v1/profiles/backtest", body).await;
            assert_eq!(answer.status.as_u16(), 400, "{}", answer.text());
        }
    }
    let shift = [303, 403, 403, 303, 303, 403, 403, 403, 403];
    for (nth, actor) in actors.iter().enumerate().skip(1) {
        let answer = service.post_form(actor, "/shift", "on=1").await;
        assert_eq!(answer.status.as_u16(), shift[nth], "shift of actor {nth}");
    }
}

#[tokio::test]
async fn lists_hold_what_may_be_seen() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    let mut offices = std::collections::BTreeMap::<String, usize>::new();
    let (_, first) = service.declaration(0);
    let mut of_first = 0;
    for nth in 0..12 {
        let (document, trader) = service.declaration(nth);
        of_first += usize::from(trader.number == first.number);
        let filed = service.file(&admin, &document).await.json();
        let office = filed["number"].as_str().unwrap().split('/').next().unwrap().to_owned();
        *offices.entry(office).or_default() += 1;
    }
    let listed = async |actor: &Actor| {
        let mut rows = 0;
        let mut path = "/api/v1/declarations?limit=2".to_owned();
        loop {
            let page = service.get(actor, &path).await.json();
            rows += page["declarations"].as_array().unwrap().len();
            let Some(next) = page["next"].as_str() else { return rows };
            path = format!("/api/v1/declarations?limit=2&after={next}");
        }
    };
    assert_eq!(listed(&admin).await, 12);
    assert_eq!(listed(&service.trader("first", Some(first.number))).await, of_first);
    assert_eq!(listed(&service.trader("numberless", None)).await, 0);
    let mut by_office = offices.iter();
    let (one, count_one) = by_office.next().unwrap();
    assert_eq!(listed(&service.officer("one", &[one])).await, *count_one);
    let (two, count_two) = by_office.next().unwrap();
    assert_eq!(listed(&service.officer("two", &[one, two])).await, count_one + count_two);
    assert_eq!(listed(&service.officer("all", &[])).await, 12);
    assert_eq!(listed(&service.actor("unlisted", Role::Officer)).await, 0);
}

#[tokio::test]
async fn nothing_is_written_by_reading() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    let before = service.centre.store().checkpoint().unwrap().unwrap().size;
    for path in ["/", "/declarations", "/file", "/account", "/reads"] {
        for method in [Method::GET, Method::HEAD] {
            assert_eq!(service.send(&admin, method, path, &[], Body::empty()).await.status, 200, "{path}");
        }
    }
    assert_eq!(service.centre.store().checkpoint().unwrap().unwrap().size, before);
}
