//! A declaration of the WCO's data model is decided by the pack of the United Kingdom.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use declaration::{Declaration, Severity};
use greenlane_clearance::assess::Circumstances;
use greenlane_clearance::{Assessed, RouteReason, Standing, World, assess};
use reference::Reference;
use risk::{Category, Draw, Rules};

fn fixture(name: &str) -> Declaration {
    let path = format!("{}/../wire/fixtures/gb-{name}.xml", env!("CARGO_MANIFEST_DIR"));
    wire::read(&std::fs::read(path).unwrap()).unwrap().declaration().unwrap().clone()
}

fn assessed(declaration: &Declaration) -> Assessed {
    let world = World::new(Arc::new(Reference::starter().unwrap()), Arc::new(Rules::empty())).unwrap();
    let draw = Draw::of(&[1; 32], b"x");
    let circumstances = Circumstances {
        now: "2026-03-02T10:00:00Z".parse().unwrap(),
        category: Category::Low,
        signed: false,
        standing: Standing::Operator,
        power: None,
        act: greenlane_clearance::power::PowerAct::File,
        withdrawn: None,
        known: None,
        draw: &draw,
    };
    assess(declaration, &[], &world, &circumstances)
}

/// Lines of payment as kind, rate and sum.
fn lines(assessed: &Assessed) -> Vec<String> {
    let lines = assessed.payments.lines.iter();
    lines.map(|line| format!("{} {} {}", line.kind, line.rate, line.amount)).collect()
}

#[test]
fn who_declares_and_who_pays_are_known_by_their_numbers() {
    let assessed = assessed(&fixture("import"));
    assert_eq!((assessed.pack.as_str(), assessed.office.as_str()), ("gb", "GB000060"));
    assert_eq!(assessed.declarant, "GB111222333000");
    assert_eq!(assessed.payer.unwrap(), "GB444555666000");
    assert_eq!(assessed.document_id.as_deref(), Some("GLN2026IMP0001"));
    assert_eq!(assessed.procedure.unwrap(), "40");
    assert!(assessed.findings.iter().all(|finding| finding.severity == Severity::Hint));
}

#[test]
fn without_a_rate_of_the_own_tariff_nothing_is_released_unseen() {
    let import = fixture("import");
    let assessed = assessed(&import);
    assert_eq!(lines(&assessed), [""; 0]);
    assert_eq!(assessed.route, [RouteReason::PaymentsIncomplete, RouteReason::Relief]);
}

#[test]
fn furniture_without_a_claim_is_released_on_payment_of_value_added_tax() {
    let mut import = fixture("import");
    for item in &mut import.items {
        item.commodity_code = "9403609000".parse().ok();
        for line in &mut item.payments {
            line.preference = "100".parse().ok();
            // The declarant's own calculation is of other goods.
            line.amount = None;
        }
    }
    let found = assessed(&import);
    // Freight of 240 by price: 240 × 15 170.50 / 18 450.50 = 197.33 and 42.67. (15 170.50 + 197.33) × 20 % = 3 073.57,
    // (3 280 + 42.67) × 20 % = 664.53.
    assert_eq!(lines(&found), ["A00 0% 0.00", "B00 20% 3073.57", "A00 0% 0.00", "B00 20% 664.53"]);
    assert_eq!(found.route, [], "{:?}", found.findings);
    import.items[1].procedure.as_mut().unwrap().requested = "71".parse().ok();
    assert!(assessed(&import).route.contains(&RouteReason::Procedure));
}

#[test]
fn an_export_owes_nothing() {
    let found = assessed(&fixture("export"));
    assert_eq!(found.route, [], "{:?}", found.findings);
    assert_eq!(lines(&found), [""; 0]);
}
