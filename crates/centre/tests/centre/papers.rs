//! Papers: what is filed beside a declaration, before it or after it.

use clearance::State;
use declaration::{Declaration, TaxNumber};
use greenlane_centre::{NOBODY, Standing, Submission, SubmitError};

use crate::forms::{
    between, customs_value, identifier, inventory, parcels, preliminary, vehicle, withdrawal,
};
use crate::{Bureau, TRADE, import};

fn declared(nth: u32) -> Declaration {
    TRADE.at(u64::from(nth)).unwrap().declaration
}

/// Imports by road, in whose box 44 stands a waybill.
fn by_road(from: u32) -> u32 {
    let on_wheels = |nth: &u32| {
        let mode = declared(*nth).transport_border.and_then(|transport| transport.mode);
        mode.is_some_and(|mode| mode.as_str() == "31")
    };
    (from..).find(on_wheels).unwrap()
}

#[test]
fn a_paper_filed_before_its_declaration_waits_and_goes_to_it() {
    let one = by_road(0);
    let filings = [
        ("customs_value", customs_value(1, &declared(one), None)),
        ("inventory", inventory(2, &declared(one), None, None)),
        ("preliminary_road", preliminary(3, &declared(one), None)),
    ];
    for (kind, text) in &filings {
        let bureau = Bureau::open();
        let paper = bureau.paper(text.as_str());
        assert_eq!((paper.paper.kind.as_str(), paper.paper.case), (*kind, None));
        assert!(bureau.centre.store().papers_wait().unwrap(), "{kind}");
        // Another declaration is none of its business, nor does it wait for this process only.
        let other = bureau.file(import(by_road(one + 1)));
        let bureau = bureau.reopen();
        let outcome = bureau.file(import(one));
        assert_eq!(bureau.way(other.case.id).iter().filter(|name| **name == "paper_attached").count(), 0);
        let view = bureau.centre.view(outcome.case.id).unwrap();
        assert_eq!(view.papers.iter().map(|kept| kept.id).collect::<Vec<_>>(), [paper.paper.id], "{kind}");
        assert_eq!(bureau.way(outcome.case.id).last(), Some(&"paper_attached"), "{kind}");
        assert_eq!(outcome.case, bureau.case(outcome.case.id));
        assert_eq!(bureau.centre.paper(paper.paper.id).unwrap().unwrap().1, text.as_bytes());
        assert!(!bureau.centre.store().papers_wait().unwrap(), "{kind}");
        bureau.replays_without_a_difference();
        bureau.is_proven(outcome.case.id);
    }
}

/// What comes in one package with its declaration stands beside it; the package is kept as it was.
#[test]
fn papers_of_a_package_go_to_its_declaration() {
    let bureau = Bureau::open();
    let one = by_road(0);
    let bare = |text: String| text.split_once("?>").unwrap().1.to_owned();
    let packed =
        [import(one), inventory(1, &declared(one), None, None), customs_value(2, &declared(one), None)];
    let packed =
        packed.map(|text| format!("<p:ContainerDoc><p:DocBody>{}</p:DocBody></p:ContainerDoc>", bare(text)));
    let fixture = format!("{}/../wire/fixtures/container-5.23.xml", env!("CARGO_MANIFEST_DIR"));
    let fixture = std::fs::read_to_string(fixture).unwrap();
    let namespace = between(&fixture, "xmlns:pack=\"", "\"");
    let head = between(&fixture, "<pack:ED_Container", "<pack:ContainerDoc")
        .replace("pack:", "p:")
        .replace(":pack=", ":p=");
    assert!(namespace.contains("ED_Container"));
    let package = format!("<p:ED_Container{head}{}</p:ED_Container>", packed.concat());
    let outcome = bureau.file(package.clone());
    let papers = bureau.centre.papers_of(outcome.case.id, 9).unwrap();
    let mut kinds: Vec<&str> = papers.iter().map(|paper| paper.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["customs_value", "inventory"]);
    assert_eq!(bureau.way(outcome.case.id).iter().filter(|name| **name == "paper_attached").count(), 2);
    for paper in papers {
        let (_, bytes) = bureau.centre.paper(paper.id).unwrap().unwrap();
        assert!(wire::read(&bytes).unwrap().paper().is_some());
    }
    assert_eq!(bureau.file(package).case.id, outcome.case.id);
    bureau.replays_without_a_difference();
    bureau.is_proven(outcome.case.id);
}

/// A declaration that is refused is mended and filed again: its papers are those of what is registered.
#[test]
fn papers_wait_for_what_is_registered() {
    let bureau = Bureau::open();
    let one = by_road(0);
    let paper = bureau.paper(preliminary(1, &declared(one), None));
    let sound = import(one);
    let total = between(&sound, "TotalCustCost>", "<");
    let refused = bureau.file(sound.replacen(&format!("TotalCustCost>{total}<"), "TotalCustCost>1<", 1));
    assert_eq!(refused.case.state, State::RegistrationRefused);
    assert_eq!(bureau.centre.papers_of(refused.case.id, 9).unwrap(), []);
    let registered = bureau.file(sound);
    let papers = bureau.centre.papers_of(registered.case.id, 9).unwrap();
    assert_eq!(papers.iter().map(|kept| kept.id).collect::<Vec<_>>(), [paper.paper.id]);
}

/// Whoever comes without a name is everybody: what one of them filed is not the next one's to change.
#[test]
fn nobody_known_withdraws_nothing_and_joins_nothing() {
    let bureau = Bureau::open();
    let one = by_road(0);
    let nobody = NOBODY;
    let guess = bureau.paper_of(nobody, Standing::Unknown, preliminary(1, &declared(one), None)).unwrap();
    let filed = bureau.centre.submit(Submission {
        bytes: import(one).into_bytes(),
        seal: None,
        account: nobody.into(),
        standing: Standing::Unknown,
    });
    let case = filed.unwrap().case;
    assert_eq!(bureau.centre.paper(guess.paper.id).unwrap().unwrap().0.case, None);
    let back = bureau.paper_of(nobody, Standing::Unknown, withdrawal(2, case.number.unwrap(), "ошибка"));
    let Err(SubmitError::Faulty { findings, .. }) = &back else { panic!("{back:?}") };
    assert_eq!(findings[0].code, "GL-6101");
    assert_eq!(bureau.case(case.id), case);
}

#[test]
fn papers_that_waited_for_one_declaration_all_go_to_it() {
    let bureau = Bureau::open();
    let one = by_road(0);
    for text in [customs_value(1, &declared(one), None), preliminary(2, &declared(one), None)] {
        bureau.paper(text);
    }
    let outcome = bureau.file(import(one));
    assert_eq!(bureau.centre.view(outcome.case.id).unwrap().papers.len(), 2);
    assert_eq!(outcome.case.seq, 3);
    bureau.replays_without_a_difference();
}

#[test]
fn a_paper_filed_after_its_declaration_goes_to_it_at_once() {
    let bureau = Bureau::open();
    for (nth, by_number) in [(1, true), (2, false)] {
        let outcome = bureau.file(import(nth));
        let number = outcome.case.number.filter(|_| by_number);
        let of = declared(nth);
        for text in [customs_value(10 + nth, &of, number), inventory(20 + nth, &of, number, None)] {
            let paper = bureau.paper(text.as_str());
            assert_eq!(paper.paper.case, Some(outcome.case.id), "by number: {by_number}");
            assert_eq!(paper.case, Some(bureau.case(outcome.case.id)));
            assert_eq!(bureau.way(outcome.case.id).last(), Some(&"paper_attached"));
            // It comes once, however often it is sent.
            let again = bureau.paper(text.as_str());
            assert!(again.repeated && again.paper == paper.paper);
        }
        let view = bureau.centre.view(outcome.case.id).unwrap();
        let kinds: Vec<&str> = view.papers.iter().map(|paper| paper.kind.as_str()).collect();
        assert_eq!(kinds, ["inventory", "customs_value"], "newest first");
    }
}

#[test]
fn a_paper_comes_to_a_case_that_is_decided_too() {
    let bureau = Bureau::open();
    let released = (0..).map(|nth| (nth, bureau.file(import(nth))));
    let (nth, outcome) =
        released.take(50).find(|(_, outcome)| outcome.case.state == State::Released).unwrap();
    let paper = bureau.paper(inventory(1, &declared(nth), outcome.case.number, None));
    assert_eq!(paper.case.unwrap().state, State::Released);
    bureau.replays_without_a_difference();
    bureau.is_proven(outcome.case.id);
}

#[test]
fn a_line_that_names_another_declaration_does_not_lead_a_paper_there() {
    let bureau = Bureau::open();
    let (earlier, own) = (bureau.file(import(1)), bureau.file(import(2)));
    let text = inventory(1, &declared(2), own.case.number, earlier.case.number);
    assert_eq!(bureau.paper(text).paper.case, Some(own.case.id));
    // One that names only what came before waits for its own declaration.
    let text = inventory(2, &declared(3), None, earlier.case.number);
    assert_eq!(bureau.paper(text).paper.case, None);
    let third = bureau.file(import(3));
    assert_eq!(bureau.centre.papers_of(third.case.id, 10).unwrap().len(), 1);
}

#[test]
fn a_paper_of_a_stranger_goes_to_no_case_it_only_guesses() {
    let bureau = Bureau::open();
    let stranger = Standing::Participant("7700000016".parse::<TaxNumber>().unwrap());
    let one = by_road(0);
    let outcome = bureau.file(import(one));
    let text = customs_value(1, &declared(one), outcome.case.number);
    let paper = bureau.paper_of("login:stranger", stranger, text).unwrap();
    assert_eq!((paper.paper.case, paper.case), (None, None));
    assert_eq!(bureau.case(outcome.case.id), outcome.case);

    // One thing that agrees can be guessed, two are known only to whoever carries the goods.
    let bureau = Bureau::open();
    let carrier = preliminary(2, &declared(one), Some("7700000016"));
    let guess = carrier.replace(vehicle(&declared(one)), "X000XX000");
    let guess = guess.replace(&identifier(2), &identifier(3));
    assert_eq!(bureau.paper_of("login:stranger", stranger, guess).unwrap().paper.case, None);
    let known = bureau.paper_of("login:stranger", stranger, carrier).unwrap();
    let outcome = bureau.file(import(one));
    let papers = bureau.centre.papers_of(outcome.case.id, 10).unwrap();
    assert_eq!(papers.iter().map(|paper| paper.id).collect::<Vec<_>>(), [known.paper.id]);
}

#[test]
fn a_paper_with_errors_is_not_kept_and_says_what_is_wrong() {
    let bureau = Bureau::open();
    let of = declared(by_road(0));
    let text = preliminary(1, &of, None);
    let at = text.find("GrossWeightQuantity").unwrap();
    let close = at + text[at..].find('>').unwrap() + 1;
    let end = close + text[close..].find('<').unwrap();
    let prefix = &text[text[..at].rfind('<').unwrap() + 1..at];
    let wrong = format!(
        "{}0.001</{prefix}GrossWeightQuantity><{prefix}NetWeightQuantity>2{}",
        &text[..close],
        text[end..].replacen("GrossWeightQuantity>", "NetWeightQuantity>", 1)
    );
    let why = bureau.try_paper(wrong).unwrap_err();
    let SubmitError::Faulty { findings, .. } = &why else { panic!("{why}") };
    assert_eq!(findings.iter().map(|finding| finding.code.as_ref()).collect::<Vec<_>>(), ["GL-7001"]);
    assert!(
        bureau
            .centre
            .store()
            .papers(&store::PaperFilter { limit: 9, ..Default::default() })
            .unwrap()
            .is_empty()
    );
}

#[test]
fn what_customs_writes_nobody_files() {
    let bureau = Bureau::open();
    bureau.file(import(1));
    let why = bureau.try_paper(import(1)).unwrap_err();
    assert_eq!(why.code(), "GL-6012", "a declaration is filed as one");
}

#[test]
fn a_register_of_two_thousand_parcels_is_one_document() {
    let bureau = Bureau::open();
    let text = parcels(1, 2_000);
    let paper = bureau.paper(text.as_str());
    assert_eq!(paper.findings, []);
    assert_eq!((paper.paper.kind.as_str(), paper.paper.case), ("parcels", None));
    let (_, bytes) = bureau.centre.paper(paper.paper.id).unwrap().unwrap();
    assert_eq!(bytes, text.as_bytes());
    let read = wire::read(&bytes).unwrap();
    let shipment = read.paper().unwrap().form.forms("shipment").next().unwrap();
    assert_eq!(shipment.forms("house_shipments").count(), 2_000);
    assert!(bureau.paper(text).repeated);
    bureau.replays_without_a_difference();

    // A waybill that stands twice is found wherever it stands.
    let twice = parcels(2, 2_000).replace("GLX000002000", "GLX000000001");
    let why = bureau.try_paper(twice).unwrap_err();
    let SubmitError::Faulty { findings, .. } = why else { panic!("{why}") };
    let found: Vec<_> = findings.iter().map(|one| (one.code.as_ref(), one.path.as_str())).collect();
    assert_eq!(found, [("GL-7003", "shipment/house_shipments/2000/consignment_id")]);
}

/// A declaration of customs value that says otherwise than box 45 is seen with the case, whenever it comes; what was
/// decided before stays decided, and a replay knows nothing of it.
#[test]
fn a_value_declaration_is_held_against_box_45() {
    let bureau = Bureau::open();
    let one = by_road(0);
    let outcome = bureau.file(import(one));
    let codes = |id| {
        let view = bureau.centre.view(id).unwrap();
        let of_values =
            view.assessed.findings.into_iter().filter(|finding| finding.code.starts_with("GL-411"));
        of_values.map(|finding| format!("{} {}", finding.code, finding.path)).collect::<Vec<_>>()
    };
    let before = bureau.case(outcome.case.id);
    let same = bureau.paper(customs_value(1, &declared(one), outcome.case.number));
    assert!(same.findings.is_empty(), "{:?}", same.findings);
    assert_eq!(codes(outcome.case.id), [""; 0]);

    let mut other = declared(one);
    let value = other.items[0].customs_value.unwrap().get() + rust_decimal::Decimal::from(100);
    other.items[0].customs_value = Some(declaration::Amount::from_decimal(value));
    let differs = bureau.paper(customs_value(2, &other, outcome.case.number));
    let said: Vec<&str> = differs.findings.iter().map(|finding| finding.code.as_ref()).collect();
    assert_eq!(said, ["GL-4112"]);
    assert!(differs.findings[0].text.en.contains(&value.normalize().to_string()), "both numbers are named");
    assert_eq!(codes(outcome.case.id), ["GL-4112 items/1/customs_value"]);
    assert_eq!(bureau.case(outcome.case.id).state, before.state);
    bureau.replays_without_a_difference();
}
