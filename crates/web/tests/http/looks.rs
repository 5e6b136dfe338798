//! What came of looks: entered on the page or over the API, kept from the declarant, added up for those who watch.

use serde_json::json;
use store::Role;

use crate::service::Service;

#[tokio::test]
async fn an_officer_says_what_came_of_a_look_and_the_declarant_does_not_see_it() {
    let service = Service::new();
    let (document, trader) = service.declaration(0);
    let officer = service.officer("petrel", &[]);
    let declarant = service.trader("declarant", Some(trader.number));
    service.send_everything_to_officers("Досмотреть.");
    service.pays(&trader);
    let filed = service.file(&declarant, &document).await.json();
    let id = filed["id"].as_str().unwrap().to_owned();
    let page = format!("/declarations/{id}");
    let inputs = format!("/api/v1/declarations/{id}/inputs");

    let shown = service.get_in("en", &officer, &page).await;
    let profile = shown.text().split("name=\"ground-0\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let profile = profile.to_owned();
    assert!(shown.text().contains("What came of the look"));
    let own = service.get_in("en", &declarant, &page).await;
    assert!(!own.text().contains("What came of the look") && !own.text().contains(&profile));

    // Nothing chosen, and a sum that is none: said above the form, which keeps what was entered.
    let nothing = service.post_form(&officer, &format!("{page}/results"), "outcome-0=").await;
    assert_eq!(nothing.status.as_u16(), 422);
    let row = format!(
        "ground-0={}&measure-0=documents&outcome-0=found&kind-0=value&amount-0=",
        profile.replace('/', "%2F")
    );
    let wrong = service.post_form(&officer, &format!("{page}/results?lang=en"), &format!("{row}much")).await;
    assert_eq!(wrong.status.as_u16(), 422);
    assert!(wrong.text().contains("the amount is a number") && wrong.text().contains("value=\"much\""));

    let done = service
        .post_form(&officer, &format!("{page}/results"), &format!("{row}1500.50&minutes-0=45&remark-0=seen"))
        .await;
    assert_eq!(done.status.as_u16(), 303, "{}", done.text());
    let shown = service.get_in("en", &officer, &page).await;
    for said in ["1\u{a0}500.50", "value misdeclared", "seen", "Result of the look recorded"] {
        assert!(shown.text().contains(said), "{said}");
    }
    let own = service.get_in("en", &declarant, &page).await;
    for secret in ["1\u{a0}500.50", "value misdeclared", "seen", "Result of the look recorded"] {
        assert!(!own.text().contains(secret), "{secret}");
    }
    let events = service.get(&declarant, &format!("/api/v1/declarations/{id}/events")).await;
    assert!(!events.text().contains(&profile) && !events.text().contains("results_recorded"));

    // Over the API, with the decision.
    let unclear =
        json!({"input": "record_results", "results": [{"ground": "officer", "outcome": "nothing"}]});
    let unclear = service.post_json(&officer, &inputs, unclear).await;
    assert_eq!(unclear.problem(), (422, "GL-5015".to_owned()));
    let said = unclear.json()["detail"].as_str().unwrap().to_owned();
    assert!(said.contains("1") && said.contains("name the measure"), "{said}");
    let results = json!([{"ground": "officer", "measure": "inspect", "outcome": "nothing", "minutes": 90}]);
    let foreign = json!({"input": "record_results", "results": results});
    assert_eq!(service.post_json(&declarant, &inputs, foreign).await.status.as_u16(), 403);
    let released =
        service.post_json(&officer, &inputs, json!({"input": "release", "results": results})).await;
    assert_eq!(released.json()["state"], "released", "{}", released.text());

    let analyst = service.actor("analyst", Role::Analyst);
    let effects = service.get(&analyst, "/api/v1/profiles/effects").await.json();
    let of = |ground: &str| {
        let all = effects["effects"].as_array().unwrap();
        all.iter().find(|effect| effect["ground"] == ground).cloned().unwrap()
    };
    assert_eq!(of(&profile)["total"]["found"], 1);
    assert_eq!(of(&profile)["total"]["amount"], "1500.50");
    assert_eq!(of("officer")["total"]["minutes"], 90);
    let page = service.get_in("en", &analyst, &format!("/profiles/effects?ground={profile}")).await;
    assert!(page.text().contains("100.0 %") && page.text().contains("petrel"), "{}", page.text());
    let csv = service.get(&analyst, "/profiles/effects?format=csv").await;
    assert!(csv.text().contains(&format!("{profile},RUB,1,1,0,0,0,0,1500.50,45,100.00,")), "{}", csv.text());
    for actor in [&officer, &declarant] {
        assert_eq!(service.get(actor, "/api/v1/profiles/effects").await.status.as_u16(), 403);
        assert_eq!(service.get(actor, "/profiles/effects").await.status.as_u16(), 403);
    }
    let wrong = service.get(&analyst, "/api/v1/profiles/effects?from=2026-13-01").await;
    assert_eq!(wrong.problem(), (400, "GL-7009".to_owned()));
}

#[tokio::test]
async fn what_a_profile_brought_is_told_by_version_and_fired_only_to_who_may_see_the_case() {
    let service = Service::new();
    let (document, trader) = service.declaration(0);
    let declarant = service.trader("declarant", Some(trader.number));
    service.send_everything_to_officers("Досмотреть.");
    let filed = service.file(&declarant, &document).await.json();
    let office = filed["office"].as_str().map(str::to_owned);
    let id = filed["id"].as_str().unwrap().to_owned();
    let number = "55/20260101/09999";
    // The next version, and a declaration it fires on.
    service.send_everything_to_officers("Взвесить.");
    service.file(&declarant, &service.declaration(1).0).await;

    let analyst = service.actor("analyst", Role::Analyst);
    let effects = service.get(&analyst, "/api/v1/profiles/effects").await.json();
    let effect = effects["effects"].as_array().unwrap().iter().find(|effect| effect["ground"] == number);
    let effect = effect.unwrap_or_else(|| panic!("{effects}"));
    let versions = effect["versions"].as_array().unwrap();
    let fired: Vec<_> = versions.iter().map(|of| (&of["version"], &of["total"]["fired"])).collect();
    let all = effect["total"]["fired"].as_u64().unwrap();
    assert_eq!(versions.len(), 2, "{effect}");
    assert_eq!(fired[0].1.as_u64().unwrap() + fired[1].1.as_u64().unwrap(), all);
    assert_eq!((fired[0].0, fired[1].0), (&json!(1), &json!(2)));
    assert_eq!((&versions[0]["in_force"], &versions[1]["in_force"]), (&json!(false), &json!(true)));
    assert_eq!(versions[0]["to"], versions[1]["from"], "one took the place of the other");
    assert_eq!(effect["proposal"], "wait");
    assert!(effect["reasons"][0]["en"].as_str().unwrap().starts_with("version 2: "), "{effect}");
    let page = service.get_in("en", &analyst, &format!("/profiles/effects?ground={number}")).await;
    assert!(page.text().contains("2 · in force since"), "{}", page.text());

    // Knowing the identifier is the right to the outcome, not to what fired.
    let here = service.officer("here", &[office.as_deref().unwrap_or("10013160")]);
    let elsewhere = service.officer("elsewhere", &["10702070"]);
    let path = format!("/api/v1/declarations/{id}");
    let hits = async |who| service.get(who, &path).await.json()["hits"].as_array().unwrap().len();
    let case = service.get(&analyst, &path).await.json();
    assert!(case["hits"].as_array().unwrap().contains(&json!(number)), "{case}");
    if case["office"] != "10702070" {
        assert_eq!(hits(&elsewhere).await, 0);
    }
    let sees_it = service.get(&here, &format!("{path}/events")).await.status.as_u16() == 200;
    assert_eq!(hits(&here).await > 0, sees_it);
}
