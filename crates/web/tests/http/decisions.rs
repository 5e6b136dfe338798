//! Preliminary decisions on customs value: recorded by officers, named in box 44, told where they are used wrongly.

use axum::http::StatusCode;
use store::Role;

use crate::service::Service;

#[tokio::test]
async fn a_decision_is_recorded_once_and_told_where_it_is_named() {
    let service = Service::new();
    service.send_everything_to_officers("Досмотреть.");
    let (document, trader) = service.declaration(0);
    let declarant = service.trader("declarant", Some(trader.number));
    let officer = service.officer("here", &[]);
    let read = wire::read(document.as_bytes()).unwrap();
    let declaration = read.declaration().unwrap().clone();
    let (position, number) = declaration
        .items
        .iter()
        .enumerate()
        .find_map(|(at, item)| {
            let named = item.documents.iter().filter_map(|one| one.number.as_ref());
            let mut plain = named.map(|number| number.as_str().to_owned());
            let fits = |number: &String| {
                number.len() >= 4
                    && number.chars().all(|c| c.is_alphanumeric() || matches!(c, '/' | '-' | '.' | '_'))
            };
            Some((at, plain.find(fits)?))
        })
        .unwrap();
    let code = declaration.items[position].commodity_code.as_ref().unwrap().common().to_owned();
    let form = |participant: &str, amount: &str| {
        format!(
            "number={}&participant={participant}&code={code}&origin=&basis=kilogram&amount={amount}\
             &valid_from=2020-01-01&valid_to=2022-12-31&reason=price+list",
            number.replace('/', "%2F")
        )
    };
    // Nobody but officers, nothing impossible, nothing twice.
    for actor in [&declarant, &service.actor("analyst", Role::Analyst)] {
        let refused = service.post_form(actor, "/value-decisions", &form("7799999999", "1")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    let wrong = service.post_form(&officer, "/value-decisions?lang=en", &form("7799999999", "0")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("An amount above zero"), "{}", wrong.text());
    let taken = service.post_form(&officer, "/value-decisions", &form("7799999999", "999999999")).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
    let again = service.post_form(&officer, "/value-decisions?lang=en", &form("7799999999", "5")).await;
    assert!(again.text().contains("of this number already"));

    let filed = service.file(&declarant, &document).await.json();
    let id = filed["id"].as_str().unwrap();
    let shown = service.get(&officer, &format!("/declarations/{id}?lang=en")).await.text().to_owned();
    for said in ["Preliminary value decisions", "GL-4116", "GL-4117", "GL-4119"] {
        assert!(shown.contains(said), "{said}");
    }
    // It is told, not recorded: what was decided is what it was.
    let report = service.centre.replay(|_, _| {}).unwrap();
    assert_eq!(report.differing, []);
    let register = service.get(&officer, "/value-decisions?participant=7799999999&lang=en").await;
    assert!(register.text().contains(&number) && register.text().contains("not in force"));
    // Traders see their own.
    let own = service.get(&declarant, "/value-decisions?lang=en").await;
    assert!(own.status == StatusCode::OK && !own.text().contains(&number));
}
