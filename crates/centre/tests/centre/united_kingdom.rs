//! Messages of the WCO's data model through the centre, as the United Kingdom has them: a declaration, its
//! amendment, its cancellation.

use clearance::{Decision, Event, State};
use greenlane_centre::{Outcome, Standing, SubmitError};

use crate::Bureau;
use crate::forms::decision;

/// The registration number our messages have where the service's stands.
const NUMBER: &str = "26GB3K7L0MNPQ2RSR5";

fn message(name: &str) -> String {
    let path = format!("{}/../wire/fixtures/gb-{name}.xml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// A message that changes the declaration of a case.
fn about(outcome: &Outcome, name: &str) -> String {
    message(name).replace(NUMBER, &outcome.case.number.unwrap().to_string())
}

/// The functions and types of what the filer is told, step by step.
fn told(bureau: &Bureau, outcome: &Outcome) -> Vec<String> {
    bureau.centre.put_user("trader", "Trader", store::Role::Declarant, "correct horse", None).unwrap();
    let (_, trader) = bureau.centre.login("trader", "correct horse").unwrap();
    let page = bureau.centre.notices_to(&trader, 0, 100).unwrap();
    let events =
        page.notices.iter().filter(|told| told.case == outcome.case.id).flat_map(|told| &told.events);
    events
        .map(|event| {
            assert!(event["data"].get("document_missing").is_none(), "{event}");
            let kind = event["type"].as_str().unwrap().trim_start_matches("greenlane.case.");
            let document = event["data"]["document"]["content"].as_str().unwrap_or_default();
            let function =
                document.split_once("FunctionCode>").map(|(_, rest)| &rest[..rest.find('<').unwrap()]);
            format!("{kind} {}", function.unwrap_or("-"))
        })
        .collect()
}

#[test]
fn an_amendment_makes_the_next_version() {
    let bureau = Bureau::open();
    bureau.officer("tern");
    let outcome = bureau.file(message("import"));
    assert_eq!((outcome.case.pack.as_str(), outcome.case.state), ("gb", State::UnderControl));
    let case = bureau.paper(about(&outcome, "amendment")).case.unwrap();
    assert_eq!((case.version, case.state), (2, State::UnderControl));
    assert_eq!(
        case.customs_value.to_string(),
        "18830.50",
        "the price was a hundred and forty higher, with freight of 240"
    );
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let versions = bureau.centre.versions(case.id).unwrap();
    let changes: Vec<String> = versions[1]
        .changes
        .iter()
        .map(|change| format!("{}: {} → {}", change.path, text(&change.before), text(&change.after)))
        .collect();
    assert_eq!(
        changes,
        [
            "package_count: 46 → 47",
            "invoice_total: 18450.5 → 18590.5",
            "items/1/documents/3/kind:  → 271",
            "items/1/documents/3/number:  → FV-PL-0412",
            "items/1/documents/3/category:  → N",
            "items/1/documents/3/status:  → AC",
            "items/1/statements/1/code: 00500 → ",
            "items/1/statements/1/text: IMPORTER → ",
            "items/2/invoice_value: 3280 → 3420",
            "items/2/packages/1/count: 6 → 7",
            "exporter/address/1/street_house: Storgata 114 → Storgata 116",
        ]
    );
    assert!(bureau.paper(about(&outcome, "amendment")).repeated, "the same message again is the same");
    bureau.centre.input(case.id, decision("tern", Decision::Release, "")).unwrap();
    assert_eq!(
        told(&bureau, &outcome),
        [
            "filed -",
            "controlled -",
            "assessed -",
            "registered 01",
            "routed 05",
            "corrected 07",
            "controlled -",
            "assessed -",
            "released 09",
        ]
    );
    let why = bureau.try_paper(about(&outcome, "amendment").replace("IMP0001A", "IMP0001B")).unwrap_err();
    assert_eq!(why.code(), "GL-5001", "{why}");
    bureau.replays_without_a_difference();
    bureau.is_proven(case.id);
}

#[test]
fn an_amendment_that_leads_nowhere_is_refused() {
    let bureau = Bureau::open();
    let outcome = bureau.file(message("import"));
    let astray = about(&outcome, "amendment").replacen("<TagID>146</TagID>", "<TagID>999</TagID>", 1);
    for (text, code) in [(message("amendment"), "GL-6101"), (astray, "GL-6103")] {
        let why = bureau.try_paper(text).unwrap_err();
        let SubmitError::Faulty { findings, .. } = &why else { panic!("{why}") };
        assert!(findings.iter().any(|finding| finding.code == code), "{code}: {findings:?}");
    }
    let rival = Standing::Participant("GB777888999000".parse().unwrap());
    for name in ["amendment", "cancellation"] {
        let why = bureau.paper_of("login:rival", rival, about(&outcome, name)).unwrap_err();
        assert_eq!(why.code(), "GL-6013", "{name}: {why}");
    }
    assert_eq!(bureau.case(outcome.case.id), outcome.case);
}

#[test]
fn a_cancellation_withdraws_the_declaration() {
    let bureau = Bureau::open();
    let outcome = bureau.file(message("import"));
    let case = bureau.paper(about(&outcome, "cancellation")).case.unwrap();
    assert_eq!(case.state, State::Withdrawn);
    let steps = bureau.centre.view(case.id).unwrap().steps;
    let reason = "The goods were declared twice.".to_owned();
    assert_eq!(steps[1].1.events, [Event::Withdrawn { reason }]);
    assert_eq!(told(&bureau, &outcome).last().unwrap(), "withdrawn 10");
    let why = bureau.try_paper(about(&outcome, "amendment")).unwrap_err();
    assert_eq!(why.code(), "GL-5001", "{why}");
    bureau.replays_without_a_difference();
    bureau.is_proven(case.id);
}

#[test]
fn an_arrival_comes_to_its_declaration() {
    let bureau = Bureau::open();
    let outcome = bureau.file(message("import"));
    let filed = bureau.paper(about(&outcome, "arrival"));
    assert_eq!((filed.paper.kind.as_str(), filed.paper.case), ("arrival", Some(outcome.case.id)));
    assert_eq!(told(&bureau, &outcome).last().unwrap(), "paper_attached 02");
    bureau.replays_without_a_difference();
}
