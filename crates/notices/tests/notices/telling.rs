//! Who is told what.

use clearance::act::DocumentRequest;
use clearance::{Act, DecidedBy, Event};
use declaration::Path;
use greenlane_notices::{Audience, Notice, ROWS, page, row};
use reference::pack::NoticeFormat;

use crate::fixtures::{SECRETS, Variant, assessed, awaited, every_act, every_event, number};

fn kinds(notices: &[Notice]) -> Vec<&'static str> {
    notices.iter().map(|notice| notice.kind).collect()
}

fn text(notice: &Notice, path: &str) -> Option<String> {
    notice.document.as_ref().unwrap().form.text(path)
}

fn released() -> Event {
    Event::Released { by: DecidedBy::Automatic, conditional: false, remark: String::new() }
}

#[test]
fn every_event_and_every_act_has_one_row() {
    let events = every_event();
    let acts = every_act();
    let mut named: Vec<&str> = events.iter().map(Event::name).chain(acts.iter().map(Act::name)).collect();
    named.dedup();
    let rows: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
    assert_eq!(named, rows);
    for event in &events {
        if event.is_withheld() {
            assert_eq!(row(event.name()).unwrap().audience, Audience::Nobody, "{}", event.name());
        }
    }
    assert!(row("no such event").is_none());
}

#[test]
fn the_documents_are_those_of_the_table() {
    for format in [NoticeFormat::Album, NoticeFormat::Wco] {
        let variant = Variant::full(format);
        let mut told = variant.tell(&[], &every_event());
        told.extend(variant.tell_acts(&every_act()));
        for notice in told {
            let row = row(notice.kind).unwrap();
            let kind = notice.document.as_ref().map_or("", wire::Paper::kind);
            assert_eq!(
                notice.cloud_event["data"]["document_missing"],
                serde_json::Value::Null,
                "{}",
                row.name
            );
            match format {
                NoticeFormat::Album => {
                    assert_eq!(kind, row.album, "{}", row.name);
                    if kind == "decision" {
                        let code = text(&notice, "decisions/decision").unwrap();
                        assert!(row.decisions.iter().any(|decision| decision.code() == code), "{}", row.name);
                    }
                }
                NoticeFormat::Wco => {
                    let function =
                        notice.document.as_ref().and_then(|paper| paper.form.text("responses/1/function"));
                    assert_eq!(function.as_deref(), row.wco.map(|function| function.code()), "{}", row.name);
                }
            }
        }
    }
}

#[test]
fn what_is_withheld_is_in_no_notice() {
    for format in [NoticeFormat::Album, NoticeFormat::Wco] {
        let variant = Variant::full(format);
        let told = variant.tell(&[], &every_event());
        assert!(!kinds(&told).contains(&"selected") && !kinds(&told).contains(&"assigned"));
        assert_eq!(told.len(), every_event().len() - 3);
        for notice in &told {
            let said = notice.cloud_event.to_string();
            for secret in SECRETS {
                assert!(!said.contains(secret), "{}: {secret}", notice.kind);
            }
            assert!(!said.contains("\"lane\":"), "{}", notice.kind);
        }
        let payer_too = |kind: &str| kind.starts_with("payment_");
        for notice in &told {
            assert_eq!(
                notice.audience == Audience::DeclarantAndPayer,
                payer_too(notice.kind),
                "{}",
                notice.kind
            );
        }
    }
}

#[test]
fn an_envelope_says_who_speaks_of_what_and_when() {
    let told = Variant::full(NoticeFormat::Album)
        .tell(&[], &[assessed("1"), Event::Registered { number: number() }]);
    assert_eq!(kinds(&told), ["assessed", "registered"]);
    let event = &told[1].cloud_event;
    let case = event["subject"].as_str().unwrap();
    assert_eq!(event["specversion"], "1.0");
    assert_eq!(event["type"], "greenlane.case.registered");
    assert_eq!(event["source"], "/greenlane/10131010");
    assert_eq!(event["id"], format!("{case}/2/1"));
    assert_eq!(event["time"], "2026-03-02T21:20:30.25Z");
    assert_eq!(event["datacontenttype"], "application/json");
    let data = &event["data"];
    assert_eq!(data["number"], "10131010/030326/0000042");
    assert_eq!(data["details"]["number"], data["number"]);
    assert_eq!(data["declaration_document_id"], "0a4c9e52-1b7d-4f63-8a90-5d2e7c1b3f48");
    let document = data["document"]["content"].as_str().unwrap();
    let back = wire::read(document.as_bytes()).unwrap();
    assert_eq!(back.paper(), told[1].document.as_ref());
    // The same step is told in the same words.
    assert_eq!(
        told,
        Variant::full(NoticeFormat::Album)
            .tell(&[], &[assessed("1"), Event::Registered { number: number() }])
    );
}

#[test]
fn the_day_of_registration_is_a_day_at_the_office() {
    let told = Variant::full(NoticeFormat::Album).tell(&[], &[Event::Registered { number: number() }]);
    // 21:20 of universal time is past midnight in Moscow.
    assert_eq!(text(&told[0], "registration_date").unwrap(), "2026-03-03");
    assert_eq!(text(&told[0], "registration_time").unwrap(), "00:20:30");
    assert_eq!(text(&told[0], "officer_signature/signed_on").unwrap(), "2026-03-03");
    assert_eq!(text(&told[0], "declaration_registration/declaration_number").unwrap(), "0000042");
}

#[test]
fn a_release_is_coded_by_whether_something_was_paid() {
    for (payable, code) in [("275.00", "32"), ("0", "10")] {
        let earlier = [assessed(payable), Event::Registered { number: number() }];
        let told = Variant::full(NoticeFormat::Album).tell(&earlier, &[released()]);
        assert_eq!(text(&told[0], "decisions/decision").unwrap(), code);
        for (at, goods) in [(1, "1"), (2, "2"), (3, "3")] {
            let said = |field: &str| text(&told[0], &format!("item_resolutions/{at}/{field}")).unwrap();
            assert_eq!(said("goods_number"), goods);
            assert_eq!(said("decisions/1/decision"), code);
        }
    }
}

#[test]
fn only_what_an_official_decides_is_signed_by_one() {
    let earlier = [assessed("1"), Event::Registered { number: number() }];
    let variant = Variant::full(NoticeFormat::Album);
    let signed = |events: &[Event]| text(&variant.tell(&earlier, events)[0], "decisions/stamp_number");
    let event = |name: &str| every_event().into_iter().find(|event| event.name() == name).unwrap();
    // The system asks for payment and security and sends to control, whoever's step it is.
    let by_system = [released(), awaited(), event("security_awaited"), event("routed"), event("withdrawn")];
    for by_system in by_system {
        assert_eq!(signed(&[by_system]), None);
    }
    for by_official in ["released", "refused"] {
        assert_eq!(signed(&[event(by_official)]).as_deref(), Some("042"));
    }
}

#[test]
fn who_decides_shows_in_the_clearance_s_control_result() {
    let earlier = [assessed("1"), Event::Registered { number: number() }];
    let officer = Event::Released {
        by: DecidedBy::Officer(clearance::OfficerId("heron-17".into())),
        conditional: false,
        remark: String::new(),
    };
    for (event, result) in [(released(), "A2"), (officer, "A1")] {
        let told = Variant::full(NoticeFormat::Wco).tell(&earlier, &[event]);
        assert_eq!(text(&told[0], "responses/1/additional_information/1/statement_code").unwrap(), result);
    }
}

#[test]
fn a_rejection_names_every_error_and_where_it_lies() {
    let told = Variant::full(NoticeFormat::Wco).tell(&[], &every_event()[..5]);
    let refused = told.last().unwrap();
    let said = |path: &str| text(refused, &format!("responses/1/{path}"));
    // A warning and a hint are no error.
    assert_eq!(
        refused.document.as_ref().unwrap().form.forms("responses").next().unwrap().forms("errors").count(),
        2
    );
    assert_eq!(said("errors/1/error_code").unwrap(), "GL-2101");
    assert_eq!(said("errors/1/pointers/3/section").unwrap(), "68A");
    assert_eq!(said("errors/1/pointers/3/sequence_number").unwrap(), "1");
    assert_eq!(said("errors/1/pointers/3/tag").unwrap(), "131");
    assert_eq!(said("errors/2/pointers/1/section"), None);
    assert_eq!(said("declaration/rejected_at/date_time/value").unwrap(), "20260302212030Z");
    // A reference of 36 characters does not fit one of 35.
    assert_eq!(said("declaration/functional_reference"), None);
    assert_eq!(said("declaration/identifier"), None);
}

#[test]
fn errors_in_the_album_are_words_with_their_place() {
    let told = Variant::full(NoticeFormat::Album).tell(&[], &every_event()[..5]);
    let refused = told.last().unwrap();
    let said = |path: &str| text(refused, &format!("response/1/results/{path}"));
    assert_eq!(said("1/result_code").unwrap(), "GL-2101");
    assert!(said("1/result_description/1").unwrap().chars().count() <= 250);
    assert!(said("1/result_description/2").unwrap().ends_with("(товар 1: items/1/mass_gross)"));
    assert_eq!(said("1/item_reference/error_element").unwrap(), "гр. 35");
    assert_eq!(said("2/result_description/1").unwrap(), "Не хватает частей декларации.");
    assert_eq!(said("3/result_severity").unwrap(), "WARNING");
    assert_eq!(said("4/result_code"), None);
    // Without the words of the findings their codes are told all the same.
    let bare = Variant::bare(NoticeFormat::Album).tell(&[], &every_event()[..5]);
    let description = text(bare.last().unwrap(), "response/1/results/1/result_description/1").unwrap();
    assert!(description.contains("GL-2101"), "{description}");
}

#[test]
fn the_notice_of_payments_carries_the_lines() {
    let earlier = [assessed("275.00"), Event::Registered { number: number() }];
    let told = Variant::full(NoticeFormat::Wco).tell(&earlier, &[awaited()]);
    let said = |path: &str| text(&told[0], &format!("responses/1/{path}"));
    let line = |item: usize, nth: usize, field: &str| {
        said(&format!("declaration/goods_shipment/items/{item}/commodity/duties_taxes_fees/{nth}/{field}"))
    };
    assert_eq!(said("statuses/1/status").unwrap(), "67");
    assert_eq!(line(1, 1, "base_amount/value").unwrap(), "1000.00");
    assert_eq!(line(1, 1, "rate").unwrap(), "5");
    assert_eq!(line(1, 1, "duty_regime").unwrap(), "100");
    assert_eq!(line(1, 2, "duty_regime").unwrap(), "300");
    assert_eq!(line(1, 2, "payment/amount/value").unwrap(), "210.00");
    // By quantity, and conditional: assessed, deducted, not due.
    assert_eq!(line(2, 1, "base_quantity/value").unwrap(), "12.500000");
    assert_eq!(line(2, 1, "base_amount/value"), None);
    assert_eq!(line(2, 1, "payment/amount_assessed/value").unwrap(), "25.00");
    assert_eq!(line(2, 1, "amount_deducted/value").unwrap(), "25.00");
    assert_eq!(line(2, 1, "payment/amount/value").unwrap(), "0");
    // The fee of the whole declaration, then what is missing until when.
    assert_eq!(said("declaration/duties_taxes_fees/1/payment/amount/value").unwrap(), "15.00");
    assert_eq!(said("declaration/duties_taxes_fees/2/payment/amount/value").unwrap(), "75.10");
    assert_eq!(
        said("declaration/duties_taxes_fees/2/payment/due_at/date_time/value").unwrap(),
        "20260303070000Z"
    );
    let taken = Variant::full(NoticeFormat::Wco).tell(&earlier, &every_event()[8..9]);
    assert_eq!(text(&taken[0], "responses/1/statuses/1/status").unwrap(), "4");
}

#[test]
fn a_document_that_cannot_be_made_is_missing_with_its_reason_and_the_notice_goes_out() {
    // A decision needs a registration number.
    let told = Variant::full(NoticeFormat::Album).tell(&[], &[released()]);
    assert_eq!(told[0].document, None);
    let missing = told[0].cloud_event["data"]["document_missing"].as_array().unwrap();
    assert_eq!(missing[0]["path"], Path::new("declaration_registration").as_str());
    assert_eq!(told[0].cloud_event["type"], "greenlane.case.released");
    for format in [NoticeFormat::Album, NoticeFormat::Wco] {
        let nothing =
            Act::DocumentsWanted(DocumentRequest { number: 1, deadline: None, documents: Vec::new() });
        assert_eq!(Variant::full(format).tell_acts(&[nothing])[0].document, None);
    }
}

#[test]
fn the_page_lists_every_row() {
    let page = page();
    for row in ROWS {
        assert!(page.contains(&format!("| `{}` |", row.name)), "{}", row.name);
    }
    assert!(page.contains("GTDoutCustomsMark, 10 or 32") && page.contains("DMSTAX (13)"));
}
