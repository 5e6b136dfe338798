//! The electronic file of a participant: who sees what of it, and that every look is recorded.

use clearance::Case;
use store::Role;

use crate::service::{Actor, Service};

/// A file with a case under control, and whoever may look at it.
struct Desk {
    service: Service,
    declarant: Actor,
    case: Case,
    number: String,
}

async fn desk() -> Desk {
    let service = Service::new();
    service.send_everything_to_officers("Досмотреть.");
    let (document, trader) = service.declaration(0);
    let declarant = service.trader("declarant", Some(trader.number));
    let filed = service.file(&declarant, &document).await.json();
    let id = filed["id"].as_str().unwrap().parse().unwrap();
    let case = service.centre.store().case(id).unwrap().unwrap();
    Desk { service, declarant, case, number: trader.number.to_string() }
}

#[tokio::test]
async fn officials_see_what_the_trader_does_not() {
    let Desk { service, declarant, case, number } = desk().await;
    let office = case.office.unwrap().to_string();
    let elsewhere = if office == "10013160" { "10228010" } else { "10013160" };
    let path = format!("/api/v1/participants/{number}");
    let auditor = service.actor("auditor", Role::Auditor);
    let whole = service.get(&auditor, &path).await.json();
    assert_eq!(whole["number"], number.as_str());
    assert_eq!(whole["declarations_newest"][0]["id"], case.id.to_string());
    assert_eq!(whole["looks"][0]["fired"], 1);
    assert!(whole["links"].is_array() && whole["common"].is_array() && whole["money"].is_object());
    assert!(whole["history"]["hits_year"].as_u64().unwrap() >= 1);
    let text = whole["declared"].to_string();
    assert!(text.contains("name") && text.contains("email"), "{text}");

    // An officer of another office sees the file, not the case; nobody without the right the money.
    let far = service.get(&service.officer("elsewhere", &[elsewhere]), &path).await.json();
    assert_eq!(far["declarations_newest"].as_array().unwrap().len(), 0);
    assert_eq!(far["flow"][0]["count"], 1);
    assert!(far["looks"].is_array() && far["money"].is_null());
    let near = service.get(&service.officer("here", &[&office]), &path).await.json();
    assert_eq!(near["declarations_newest"][0]["id"], case.id.to_string());

    // The trader sees what is theirs, and nothing of what is looked for.
    let own = service.get(&declarant, &path).await.json();
    for withheld in ["looks", "links", "common", "history"] {
        assert!(own[withheld].is_null(), "{withheld}: {}", own[withheld]);
    }
    assert!(own["money"].is_object());
    assert_eq!(own["declarations_newest"][0]["id"], case.id.to_string());
}

#[tokio::test]
async fn the_pages_say_the_same_in_both_languages_and_every_look_is_recorded() {
    let Desk { service, declarant, case, number } = desk().await;
    let analyst = service.actor("analyst", Role::Analyst);
    let page = format!("/participants/{number}");
    for (language, links) in [("ru", "Связи с другими участниками"), ("en", "Links to other participants")]
    {
        let shown = service.get(&analyst, &format!("{page}?lang={language}")).await.text().to_owned();
        assert!(shown.contains(links), "{language}");
        assert!(shown.contains(&format!("/declarations/{}", case.id)));
        assert!(shown.contains("<svg"), "the months are drawn");
        let own = service.get(&declarant, &format!("{page}?lang={language}")).await.text().to_owned();
        assert!(!own.contains(links) && !own.contains("id=\"looks\""), "{language}");
    }
    let listed = service.get(&analyst, &format!("/participants?q={number}")).await.text().to_owned();
    assert!(listed.contains(&page));
    let none = service.get(&analyst, "/participants?q=nobody-of-this-name&lang=en").await.text().to_owned();
    assert!(none.contains("No participants match"));
    let csv = service.get(&analyst, "/participants?format=csv").await.text().to_owned();
    assert!(csv.contains(&number) && csv.lines().count() >= 2, "{csv}");
    // From the case an official comes to the file, a trader does not.
    let at_case = service.get(&analyst, &format!("/declarations/{}", case.id)).await.text().to_owned();
    assert!(at_case.contains(&format!("href=\"{page}\"")));

    let auditor = service.actor("auditor", Role::Auditor);
    let reads = service.get(&auditor, "/reads?lang=en").await.text().to_owned();
    assert!(reads.contains(&format!("href=\"{page}\"")));
    assert!(reads.contains("list of participants"));
    let kept = service.centre.store().participant_reads(100).unwrap();
    let of = |login: &str| kept.iter().filter(|read| read.login == login).count();
    assert_eq!((of("analyst"), of("declarant")), (5, 2), "{kept:?}");
}
