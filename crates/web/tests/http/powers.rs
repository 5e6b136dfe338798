//! Powers of attorney over HTTP: filed and revoked under a seal, seen by who has a part in them, and told on
//! the page of the case.

use axum::http::Method;
use jiff::{SignedDuration, Timestamp};
use seal::{Algorithm, Authority};
use serde_json::{Value, json};
use store::Role;

use greenlane_web::Config;

use crate::pages::parsed;
use crate::service::{Actor, Answer, Service};

const BROKER: &str = "7800000015";

struct Trusting {
    service: Service,
    authority: Authority,
}

impl Trusting {
    fn new() -> Self {
        let authority = Authority::generate("Test authority").unwrap();
        let config = Config { secure_cookies: false, ..Config::default() };
        Self { service: Service::trusting(config, authority.certificate_pem()), authority }
    }

    fn seal(&self, number: &str, document: &str) -> String {
        let (now, year) = (Timestamp::now(), SignedDuration::from_hours(24 * 365));
        let name = format!("Подписант {number}");
        let validity = (now - year, now + year);
        let own = self.authority.issue(&name, None, Some(number), Algorithm::Ed25519, validity).unwrap();
        seal::seal(document.as_bytes(), &own).unwrap().to_header()
    }

    async fn post(&self, path: &str, number: &str, document: &str) -> Answer {
        let seal = self.seal(number, document);
        let headers = [
            ("content-type", "application/json"),
            ("accept-language", "en"),
            ("greenlane-seal", seal.as_str()),
        ];
        self.service.send(&Actor::nobody(), Method::POST, path, &headers, document.to_owned()).await
    }
}

fn power(called: &str, principal: &str, attorney: &str) -> Value {
    json!({
        "greenlane": "power/1", "number": called,
        "principal": { "name": "ООО «Пеликан» & Ко", "tax_number": principal },
        "attorney": { "name": "ООО «Брокер»", "tax_number": attorney },
        "acts": ["file", "correct"], "value_limit": { "amount": "900000000.00", "currency": "RUB" },
        "valid_from": "2026-01-01", "valid_to": "2099-12-31", "may_delegate": true,
    })
}

#[tokio::test]
async fn a_power_is_filed_revoked_and_seen_by_its_parties() {
    let house = Trusting::new();
    let service = &house.service;
    let principal = "7700000016";
    let document = power("p-1", principal, BROKER).to_string();
    let filed = house.post("/api/v1/powers", principal, &document).await;
    assert_eq!(filed.status, 201, "{}", filed.text());
    assert_eq!(filed.json()["state"], "in_force");
    assert_eq!(filed.headers["location"], "/api/v1/powers/p-1");
    assert_eq!(house.post("/api/v1/powers", principal, &document).await.status, 200);

    // What is wrong is a finding with its cure; without a seal or a login nobody files.
    let others = house.post("/api/v1/powers", BROKER, &document).await;
    assert_eq!(others.problem(), (422, "GL-6013".to_owned()));
    assert_eq!(others.json()["findings"][0]["code"], "GL-3043");
    let taken = power("p-1", principal, "7800000099").to_string();
    let taken = house.post("/api/v1/powers", principal, &taken).await;
    assert_eq!(taken.json()["findings"][0]["code"], "GL-3044");
    let plain = service.send(&Actor::nobody(), Method::POST, "/api/v1/powers", &[], document.clone()).await;
    assert_eq!(plain.problem(), (401, "GL-7001".to_owned()));
    let long = format!("{}{document}", " ".repeat(20_000));
    let long = house.post("/api/v1/powers", principal, &long).await;
    assert_eq!(long.json()["findings"][0]["code"], "GL-3041");
    let forged = [("greenlane-seal", house.seal(principal, "{}"))];
    let forged = [("greenlane-seal", forged[0].1.as_str())];
    let forged =
        service.send(&Actor::nobody(), Method::POST, "/api/v1/powers", &forged, document.clone()).await;
    assert_eq!(forged.problem(), (401, "GL-3013".to_owned()));

    let second = power("p-2", "7700000099", BROKER).to_string();
    assert_eq!(house.post("/api/v1/powers", "7700000099", &second).await.status, 201);

    let own = service.trader("own", principal.parse().ok());
    let broker = service.trader("broker", BROKER.parse().ok());
    let stranger = service.trader("stranger", "7700000055".parse().ok());
    let numberless = service.trader("numberless", None);
    let officer = service.officer("officer", &["10013160"]);
    let administrator = service.actor("administrator", Role::Administrator);
    let listed = async |actor: &Actor, query: &str| -> Vec<String> {
        let answer = service.get(actor, &format!("/api/v1/powers{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let powers = answer.json()["powers"].as_array().unwrap().clone();
        powers.iter().map(|power| power["number"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(listed(&own, "").await, ["p-1"]);
    assert_eq!(listed(&broker, "").await, ["p-2", "p-1"]);
    assert_eq!(listed(&broker, "?principal=7700000099").await, ["p-2"]);
    assert_eq!(listed(&broker, "?after=p-2").await, ["p-1"]);
    assert!(listed(&stranger, "").await.is_empty());
    assert!(listed(&stranger, &format!("?attorney={BROKER}")).await.is_empty());
    assert!(listed(&stranger, &format!("?principal={principal}&attorney={BROKER}")).await.is_empty());
    assert!(listed(&numberless, "").await.is_empty());
    assert_eq!(listed(&officer, "").await, ["p-2", "p-1"]);
    assert_eq!(listed(&administrator, &format!("?principal={principal}")).await, ["p-1"]);
    let bad = service.get(&officer, "/api/v1/powers?principal=ИНН".replace("ИНН", "%D0%98").as_str()).await;
    assert_eq!(bad.problem().0, 400);
    assert_eq!(service.get(&Actor::nobody(), "/api/v1/powers").await.problem().0, 401);

    for (actor, status) in
        [(&own, 200), (&broker, 200), (&stranger, 404), (&numberless, 404), (&officer, 200)]
    {
        assert_eq!(service.get(actor, "/api/v1/powers/p-1").await.status, status);
        assert_eq!(service.get(actor, "/powers/p-1").await.status, status);
    }
    let whole = service.get(&own, "/api/v1/powers/p-1").await.json();
    assert_eq!(whole["document"], document);
    seal::DetachedSeal::parse(whole["seal"].as_str().unwrap().as_bytes()).unwrap();

    let revocation = json!({
        "greenlane": "power-revocation/1", "power": "p-1", "reason": "договор расторгнут",
    });
    let revocation = revocation.to_string();
    let path = "/api/v1/powers/revocations";
    assert_eq!(house.post(path, BROKER, &revocation).await.json()["findings"][0]["code"], "GL-3048");
    assert_eq!(house.post(path, principal, &revocation).await.status, 201);
    let again = house.post(path, principal, &revocation).await;
    assert_eq!((again.status.as_u16(), again.json()["state"].clone()), (200, json!("revoked")));
    assert_eq!(again.json()["revoked_because"], "договор расторгнут");
}

#[tokio::test]
async fn the_case_says_who_signed_by_what_power() {
    let house = Trusting::new();
    let service = &house.service;
    let (xml, trader) = service.declaration(1);
    let principal = trader.number.to_string();
    let refused = house.post("/api/v1/declarations", BROKER, &xml).await;
    assert_eq!(refused.problem(), (422, "GL-7016".to_owned()));
    assert_eq!(refused.json()["findings"][0]["code"], "GL-3031", "{}", refused.text());
    let given = power("p-1", &principal, BROKER).to_string();
    assert_eq!(house.post("/api/v1/powers", &principal, &given).await.status, 201);
    let filed = house.post("/api/v1/declarations", BROKER, &xml).await;
    assert_eq!(filed.status, 201, "{}", filed.text());
    let id = filed.json()["id"].as_str().unwrap().to_owned();

    let own = service.trader("own", Some(trader.number));
    let shown = service.get(&own, &format!("/api/v1/declarations/{id}")).await.json();
    let by = &shown["representation"];
    assert_eq!(by["attorney"]["tax_number"], BROKER);
    assert_eq!((&by["powers"][0]["number"], &by["sealed"]), (&json!("p-1"), &json!(true)));
    let page = format!("/declarations/{id}");
    let russian = service.get_in("ru", &own, &page).await;
    for said in
        ["Подписано Подписант", "по доверенности <a href=\"/powers/p-1\">", "действует до", "31.12.2099"]
    {
        assert!(russian.text().contains(said), "{said}");
    }
    let english = service.get_in("en", &own, &page).await;
    parsed(&russian);
    parsed(&english);
    for said in ["Signed by", "under power of attorney", "valid to", "2099-12-31"] {
        assert!(english.text().contains(said), "{said}");
    }
    let refused = format!("/declarations/{}", refused.json()["id"].as_str().unwrap());
    let refused = service.get_in("ru", &own, &refused).await;
    assert!(refused.text().contains("доверенности декларанта нет"), "{}", refused.text());
    for (language, said) in [("ru", "Что разрешено"), ("en", "What it allows")] {
        let power = service.get_in(language, &own, "/powers/p-1").await;
        assert!(power.text().contains(said) && power.text().contains("900"), "{}", power.text());
        let list = service.get_in(language, &own, "/powers").await;
        parsed(&power);
        parsed(&list);
        assert!(list.text().contains("/powers/p-1"), "{}", list.text());
    }
}
