//! Payers' accounts and guarantees over HTTP and on pages.

use axum::body::Body;
use axum::http::Method;
use declaration::{Declaration, Leaf, TaxNumber};
use serde_json::{Value, json};
use store::Role;
use wire::{Completion, Target};

use crate::pages::parsed;
use crate::service::{Actor, Service};

fn payment(payer: TaxNumber, amount: &str, number: &str) -> Value {
    json!({ "payer": payer.as_str(), "amount": amount, "currency": "RUB", "document": number, "date": "2026-11-20" })
}

fn guarantee(principal: TaxNumber, number: &str, amount: &str) -> Value {
    json!({
        "number": number, "kind": "general", "form": "bank", "guarantor": "044525000",
        "principal": principal.as_str(), "amount": amount, "currency": "RUB",
        "valid_from": "2020-01-01", "valid_to": "2100-01-01",
    })
}

fn text(declaration: &Declaration) -> String {
    let document_id = declaration.document_id.as_ref().unwrap().as_str().to_owned();
    let written_at = declaration.created_at.unwrap();
    wire::write(declaration, Target::Album523, &Completion { document_id, written_at }).unwrap()
}

#[tokio::test]
async fn an_administrator_books_and_others_look_at_what_is_theirs() {
    let service = Service::new();
    let (_, trader) = service.declaration(0);
    let payer = trader.number;
    let administrator = service.actor("administrator", Role::Administrator);
    let duty = service.actor("duty", Role::Duty);
    let own = service.trader("own", Some(payer));
    let paid = json!({ "payments": [payment(payer, "100.00", "17"), payment(payer, "100", "17")] });
    let booked = service.post_json(&administrator, "/api/v1/payments", paid.clone()).await;
    assert_eq!(booked.json(), json!({ "booked": [true, false] }), "{}", booked.text());
    let again = service.post_json(&administrator, "/api/v1/payments", paid.clone()).await;
    assert_eq!(again.json(), json!({ "booked": [false, false] }));
    for nobody in [&duty, &own, &Actor::nobody()] {
        let refused = service.post_json(nobody, "/api/v1/payments", paid.clone()).await;
        assert!(matches!(refused.status.as_u16(), 401 | 403), "{}", refused.text());
    }
    // What is wrong is told with its name, and nothing is booked.
    for (member, value) in [
        ("amount", json!("12,5")),
        ("amount", json!("0.001")),
        ("currency", json!("roubles")),
        ("date", json!("x")),
    ] {
        let mut wrong = payment(payer, "1.00", "18");
        wrong[member] = value;
        let wrong = json!({ "payments": [payment(payer, "1.00", "19"), wrong] });
        let refused = service.post_json(&administrator, "/api/v1/payments", wrong).await;
        assert_eq!(refused.problem().0, 400, "{}", refused.text());
    }
    let refund = payment(payer, "40.00", "41");
    let refunded = service.post_json(&administrator, "/api/v1/payments/refunds", refund).await;
    assert_eq!(refunded.json(), json!({ "booked": [true] }), "{}", refunded.text());
    let much =
        service.post_json(&administrator, "/api/v1/payments/refunds", payment(payer, "60.01", "42")).await;
    assert!(much.text().contains("has 60"), "{}", much.text());

    let path = format!("/api/v1/accounts/{payer}/statement");
    for seen in [&own, &duty, &administrator] {
        let statement = service.get(seen, &format!("{path}?from=2000-01-01")).await.json();
        let account = &statement["accounts"][0];
        assert_eq!((&account["opening"], &account["closing"]), (&"0".into(), &"60.00".into()));
        assert_eq!(account["entries"][1]["amount"], "-40.00");
    }
    let reconciled = service.get(&duty, "/api/v1/accounts/reconciliation").await.json();
    assert_eq!(reconciled["differences"], json!([]));
}

#[tokio::test]
async fn a_case_shows_its_payers_and_its_security_and_a_guarantee_covers_it() {
    let service = Service::new();
    let administrator = service.actor("administrator", Role::Administrator);
    let place = (0..).find(|nth| !service.generated(*nth).payments.is_empty()).unwrap();
    let mut declaration = service.generated(place);
    let payer = declaration.declarant.as_ref().unwrap().tax_number().unwrap();
    let other: TaxNumber = "7799999919".parse().unwrap();
    let own = service.trader("own", Some(payer));
    let stranger = service.trader("stranger", Some("7700000016".parse().unwrap()));

    // Somebody else pays the tax: both are named, and what each lacks.
    let vat = Leaf::parse("5010").unwrap();
    let totals = declaration.payments.iter_mut().filter(|total| total.kind == Some(vat));
    totals.for_each(|total| total.payer = Some(other));
    let shared = service.file(&own, &text(&declaration)).await.json();
    let id = shared["id"].as_str().unwrap();
    for language in ["ru", "en"] {
        let page = service.get_in(language, &own, &format!("/declarations/{id}")).await;
        parsed(&page);
        assert!(page.text().contains(other.as_str()), "{}", page.text());
    }
    let object = service.get(&own, &format!("/api/v1/declarations/{id}")).await.json();
    assert_eq!(object["payers"].as_array().unwrap().len(), 2);
    assert_eq!((&object["payers"][1]["payer"], &object["security"]), (&other.as_str().into(), &Value::Null));

    // Temporary admission: what is conditional is demanded.
    let procedure = Leaf::parse("53").unwrap();
    declaration.document_id = Some(Leaf::parse("00000000-0000-4000-8000-00000000D001").unwrap());
    declaration.procedure = Some(procedure);
    declaration.payments.clear();
    for item in &mut declaration.items {
        item.payments.clear();
        item.procedure.iter_mut().for_each(|stated| stated.requested = Some(procedure));
    }
    let filed = service.file(&own, &text(&declaration)).await.json();
    let id = filed["id"].as_str().unwrap().to_owned();
    let object = service.get(&own, &format!("/api/v1/declarations/{id}")).await.json();
    let demanded = object["security"]["demanded"].as_str().unwrap().to_owned();
    assert_eq!(object["security"]["missing"], demanded.as_str(), "{object}");
    let page = service.get_in("en", &own, &format!("/declarations/{id}")).await;
    assert!(page.text().contains("Not secured") && page.text().contains("Security awaited"));

    let register = json!({
        "banks": [{ "code": "044525000", "name": "Причал", "currency": "RUB",
                    "single_max": "900000000", "total_max": "900000000" }],
        "guarantees": [guarantee(payer, "Г-1/2026", "900000000")],
    });
    let denied = service.post_json(&own, "/api/v1/guarantees", register.clone()).await;
    assert_eq!(denied.problem().0, 403);
    let given = service.post_json(&administrator, "/api/v1/guarantees", register).await;
    assert_eq!(given.status, 201, "{}", given.text());
    let cover = json!({ "guarantee": "Г-1/2026", "case": id, "amount": demanded });
    let covered = service.post_json(&administrator, "/api/v1/guarantees/covers", cover).await;
    assert_eq!(covered.status, 201, "{}", covered.text());
    let object = service.get(&own, &format!("/api/v1/declarations/{id}")).await.json();
    assert_eq!(object["security"]["covers"], json!([{ "guarantee": "Г-1/2026", "amount": demanded }]));
    for (language, words) in [("ru", "Обеспечение принято"), ("en", "Security taken")] {
        let page = service.get_in(language, &own, &format!("/declarations/{id}")).await;
        parsed(&page);
        assert!(page.text().contains(words) && page.text().contains("Г-1/2026"), "{}", page.text());
        let account = service.get_in(language, &own, "/account").await;
        parsed(&account);
        assert!(account.text().contains(&format!("/declarations/{id}")), "{}", account.text());
    }

    // The register: all of it for who runs the service, a trader's own without the banks, nobody else's.
    let whole = service.get(&administrator, "/api/v1/guarantees").await.json();
    assert_eq!(
        (whole["guarantees"][0]["covered"].as_str(), whole["banks"][0]["free"].as_str()),
        (Some(demanded.as_str()), Some("0"))
    );
    let mine = service.get(&own, "/api/v1/guarantees").await.json();
    assert_eq!((mine["guarantees"].as_array().unwrap().len(), &mine["banks"]), (1, &json!([])));
    let none = service.get(&stranger, "/api/v1/guarantees").await.json();
    assert_eq!(none["guarantees"], json!([]));
    let others = service.get(&stranger, &format!("/api/v1/guarantees?principal={payer}")).await;
    assert_eq!(others.problem().0, 403);

    let address = "/api/v1/guarantees/%D0%93-1%2F2026";
    let ending = service.send(&administrator, Method::DELETE, address, &[], Body::empty()).await;
    assert_eq!(ending.problem().0, 400, "it covers a case");
    let freeing = format!("/api/v1/guarantees/covers/{id}");
    let denied = service.send(&own, Method::DELETE, &freeing, &[], Body::empty()).await;
    assert_eq!(denied.problem().0, 403);
    let freed = service.send(&administrator, Method::DELETE, &freeing, &[], Body::empty()).await;
    assert_eq!(freed.json()["freed"], demanded.as_str(), "{}", freed.text());
    let ended = service.send(&administrator, Method::DELETE, address, &[], Body::empty()).await;
    assert_eq!(ended.status, 200, "{}", ended.text());
    let reconciled = service.get(&administrator, "/api/v1/accounts/reconciliation").await.json();
    assert_eq!(reconciled["differences"], json!([]));
    assert_eq!(service.centre.replay(|_, _| {}).unwrap().differing, []);
}
