//! How traders stand, over HTTP: the trader sees its own, officials judge, nobody decides on his own statement.

use axum::http::header;
use risk::ParticipantFacts;
use serde_json::{Value, json};
use store::Role;

use crate::pages::parsed;
use crate::service::{Actor, Service};

/// A service where one trader has a long and clean record, and its address.
fn with_trader() -> (Service, Actor, String) {
    let service = Service::new();
    let (_, trader) = service.declaration(0);
    let figures = ParticipantFacts { years_active: 5, declarations_year: 400, ..ParticipantFacts::default() };
    let row = (trader.number, trader.name.clone(), figures);
    service.centre.enrol_participants("eaeu-ru", "heron", &[row]).unwrap();
    let declarant = service.trader("trader", Some(trader.number));
    (service, declarant, format!("/participants/{}", trader.number))
}

fn debt(amount: &str) -> Value {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().yesterday().unwrap();
    json!({
        "day": today.to_string(), "kind": "debt_due", "amount": amount,
        "document": "notice 10130000/U2026/17", "reason": "not paid in time",
    })
}

#[tokio::test]
async fn a_fact_moves_the_category_and_an_appeal_moves_it_back() {
    let (service, declarant, address) = with_trader();
    let api = format!("/api/v1{address}");
    let (heron, tern) = (service.actor("heron", Role::Duty), service.actor("tern", Role::RiskChief));
    let stranger = service.trader("stranger", Some("7799999999".parse().unwrap()));
    let shown = service.get(&declarant, &format!("{api}/category")).await.json();
    assert_eq!((&shown["category"], &shown["appeal_days"]), (&"low".into(), &30.into()));
    assert_eq!(service.get(&stranger, &format!("{api}/category")).await.status, 404);
    assert_eq!(service.get(&Actor::nobody(), &format!("{api}/category")).await.status, 401);

    for (who, body, expected) in [
        (&declarant, debt("10"), (403, "GL-7002")),
        (&heron, debt("-10"), (422, "GL-6203")),
        (&heron, debt("ten"), (400, "GL-7009")),
        (
            &heron,
            json!({ "kind": "hit", "day": "2026-01-01", "document": "x", "reason": "why not" }),
            (422, "GL-6201"),
        ),
        (
            &heron,
            json!({ "kind": "offence", "day": "2999-01-01", "document": "x", "reason": "why not" }),
            (422, "GL-6202"),
        ),
    ] {
        let refused = service.post_json(who, &format!("{api}/facts"), body.clone()).await.problem();
        assert_eq!(refused, (expected.0, expected.1.to_owned()), "{body}");
    }
    let stated = service.post_json(&heron, &format!("{api}/facts"), debt("10.50")).await;
    assert_eq!(stated.status, 201);
    let fact = stated.json()["number"].as_u64().unwrap();
    let shown = service.get_in("en", &declarant, &format!("{api}/category")).await.json();
    assert_eq!(shown["category"], "medium");
    let sentence = shown["explanation"].as_str().unwrap();
    assert!(
        sentence
            .starts_with("5 of 6 thresholds for low risk met (80 points of the 80 needed): years active: 5"),
        "{sentence}"
    );
    assert!(sentence.ends_with("; not met: overdue debt: 10.5 (at most 0)"), "{sentence}");
    assert!(shown["facts"].as_array().unwrap().iter().all(|fact| fact["stated_by"].is_null()));

    let appeals = format!("{api}/appeals");
    let paid = json!({ "fact": fact, "text": "paid in time" });
    for (who, body, expected) in [
        (&heron, json!({ "text": "not ours" }), (403, "GL-7002")),
        (&declarant, json!({ "text": "" }), (422, "GL-6214")),
        (&declarant, json!({ "fact": fact + 99, "text": "not ours" }), (404, "GL-6212")),
    ] {
        let refused = service.post_json(who, &appeals, body.clone()).await.problem();
        assert_eq!(refused, (expected.0, expected.1.to_owned()), "{body}");
    }
    let filed = service.post_json(&declarant, &appeals, paid.clone()).await;
    assert_eq!(filed.status, 201);
    let number = filed.json()["number"].as_u64().unwrap();
    let again = service.post_json(&declarant, &appeals, paid).await;
    assert_eq!(again.problem(), (409, "GL-6215".into()));
    let waiting = service.get(&tern, "/api/v1/appeals").await.json();
    assert_eq!(
        (&waiting["appeals"][0]["number"], &waiting["appeals"][0]["fact"]),
        (&number.into(), &fact.into())
    );
    assert_eq!(service.get(&declarant, "/api/v1/appeals").await.status, 403);

    let decision = format!("{api}/appeals/{number}/decision");
    let upheld = json!({ "upheld": true, "reason": "paid in time indeed" });
    let own = service.post_json(&heron, &decision, upheld.clone()).await;
    assert_eq!(own.problem(), (403, "GL-6218".into()));
    let decided = service.post_json(&tern, &decision, upheld.clone()).await.json();
    assert_eq!(decided["category"], "low");
    assert_eq!(service.post_json(&tern, &decision, upheld).await.problem(), (409, "GL-6217".into()));
    let deeds: Vec<&str> =
        decided["history"].as_array().unwrap().iter().map(|act| act["deed"].as_str().unwrap()).collect();
    assert_eq!(deeds, ["moved", "stated", "decided", "appealed", "moved", "stated", "moved"]);
    let annul = service
        .post_json(&tern, &format!("{api}/facts/{fact}/annulment"), json!({ "reason": "again" }))
        .await;
    assert_eq!(annul.problem(), (409, "GL-6213".into()));
    // What officials read of a trader is on record, what the trader reads of itself is not.
    let reads = service.centre.store().participant_reads(100).unwrap();
    assert!(
        reads.iter().any(|read| read.login == "tern" && read.what == "category" && read.number.is_some())
    );
    assert!(reads.iter().any(|read| read.login == "tern" && read.what == "appeals" && read.number.is_none()));
    assert!(reads.iter().all(|read| read.login != "trader"), "{reads:?}");
    let confirm = json!({ "category": "high", "reason": "as proposed" });
    let confirmed = service.post_json(&tern, &format!("{api}/category"), confirm).await;
    assert_eq!(confirmed.problem(), (409, "GL-6220".into()));
    assert_eq!(service.centre.replay(|_, _| ()).unwrap().differing, []);
}

#[tokio::test]
async fn the_page_of_a_category_does_all_that_without_script() {
    let (service, declarant, address) = with_trader();
    let page = format!("{address}/category");
    let (heron, tern) = (service.actor("heron", Role::Duty), service.actor("tern", Role::Administrator));
    let auditor = service.actor("auditor", Role::Auditor);
    let today = service.centre.today();
    let offence =
        format!("deed=state&kind=offence&day={today}&amount=2&document=decree+7&reason=entered+into+force");
    let stated = service.post_form(&heron, &page, &offence).await;
    assert_eq!(stated.header(header::LOCATION), format!("{page}?done=state"));
    assert_eq!(service.post_form(&auditor, &page, &offence).await.status, 403);
    assert_eq!(service.post_form(&declarant, &page, &offence).await.status, 403);
    let wrong = service.post_form(&heron, &page, &offence.replace("amount=2", "amount=-2")).await;
    assert_eq!(wrong.status, 422);
    parsed(&wrong);
    assert!(wrong.text().contains("GL-6203"));

    let own = service.get_in("en", &declarant, "/account/category").await;
    parsed(&own);
    assert!(own.text().contains("medium risk") && own.text().contains("Near a threshold"));
    assert!(
        own.text().contains("offences in two years: 2 (at least 3): beyond the threshold lies high risk")
    );
    assert!(own.text().contains("value=\"appeal\"") && !own.text().contains("value=\"state\""));
    assert!(own.text().contains("0.3 %") && own.text().contains("Goods inspected by chance"));
    assert!(!own.text().contains("heron"), "who stated it is no trader's business");
    let filed =
        service.post_form(&declarant, &page, "deed=appeal&fact=&text=%3Cb%3Eone+lorry%3C%2Fb%3E").await;
    assert_eq!(filed.header(header::LOCATION), "/account/category?done=appeal");

    let list = service.get(&tern, "/appeals").await;
    parsed(&list);
    assert!(list.text().contains(&page) && !list.text().contains("<b>one lorry"));
    let found = service.get(&tern, &address.replace("/participants/", "/appeals?participant=")).await;
    assert_eq!(found.header(header::LOCATION), page);
    let number = service.centre.open_appeals().unwrap()[0].number;
    let unset = format!("deed=decide&appeal={number}&outcome=upheld&reason=one+event&category=&until=");
    let refused = service.post_form(&tern, &page, &unset).await;
    assert_eq!(refused.status, 422);
    parsed(&refused);
    let until = today.checked_add(jiff::Span::new().days(60)).unwrap();
    let set =
        format!("deed=decide&appeal={number}&outcome=upheld&reason=one+event&category=low&until={until}");
    let decided = service.post_form(&tern, &page, &set).await;
    assert_eq!(decided.header(header::LOCATION), format!("{page}?done=decide"));
    for (actor, path) in
        [(&declarant, "/account/category"), (&tern, page.as_str()), (&auditor, page.as_str())]
    {
        for language in ["ru", "en"] {
            let shown = service.get_in(language, actor, path).await;
            assert_eq!(shown.status, 200);
            parsed(&shown);
        }
    }
    let shown = service.get(&auditor, &page).await;
    assert!(!shown.text().contains("<form class=\"stacked\""), "who watches changes nothing");
    assert_eq!(service.get(&service.actor("stranger", Role::Declarant), &page).await.status, 404);
}
