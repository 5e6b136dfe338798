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
    assert_eq!(service.post_json(&officer, &inputs, unclear).await.problem(), (422, "GL-5015".to_owned()));
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
