//! Papers that change a declaration: a correction, a request to change, a withdrawal.

use declaration::{Alteration, correct, difference};
use greenlane_wire::{Content, Paper, alteration_of, read, write_paper};

fn paper(text: &str) -> Paper {
    let document = read(text.as_bytes()).unwrap();
    assert_eq!(document.findings, []);
    match document.content {
        Content::Paper(paper) => paper,
        Content::Declaration(_) => panic!("a declaration"),
    }
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The document as the root of an XML text, with the prefixes used here.
fn document(element: &str, namespace: &str, mode: &str, content: &str) -> String {
    format!(
        "<{element} xmlns=\"{namespace}\" xmlns:c=\"urn:customs.ru:CommonAggregateTypes:5.22.0\" \
         DocumentModeID=\"{mode}\"><c:DocumentID>0b8d3f5e-1111-4222-8333-944455558888</c:DocumentID>\
         {content}</{element}>"
    )
}

const NUMBER: &str = "<c:CustomsCode>10013160</c:CustomsCode>\
    <c:RegistrationDate>2026-03-02</c:RegistrationDate><c:GTDNumber>0004711</c:GTDNumber>";

#[test]
fn a_correction_makes_the_next_version_of_the_declaration() {
    let kdt = paper(&fixture("correction-5.23.xml"));
    let Alteration::Correction(correction) = alteration_of(&kdt).unwrap() else { panic!("no correction") };
    assert_eq!(correction.declaration_number.to_string(), "10013160/020326/0004711");
    assert_eq!(correction.number, Some(1));
    assert_eq!(correction.outgoing_number.as_ref().unwrap().as_str(), "КДТ-7/2026");
    assert_eq!(correction.filled_on.unwrap().to_string(), "2026-03-20");
    assert_eq!(correction.previous_customs_value_total.unwrap().to_string(), "910000");
    let item = &correction.items[0];
    assert_eq!((item.number, item.correction_number), (Some(1), Some(1)));
    assert_eq!(item.previous_customs_value.unwrap().to_string(), "910000");
    let kinds = item.kinds.as_ref().unwrap();
    assert_eq!(kinds.stage.unwrap(), "2");
    assert_eq!((kinds.quantity.unwrap().as_str(), kinds.payments.unwrap().as_str()), ("1", "0"));
    // What identifies the correction is no part of what the declaration is to say.
    assert_eq!(correction.corrected.document_id, None);

    let declared = read(fixture("import-5.23.xml").as_bytes()).unwrap();
    let before = declared.declaration().unwrap();
    let after = correct(before, &correction).unwrap();
    let changes: Vec<String> = difference(before, &after)
        .into_iter()
        .filter(|change| !change.path.as_str().starts_with("declarant/"))
        .map(|change| {
            format!(
                "{}: {} → {}",
                change.path,
                change.before.unwrap_or_default(),
                change.after.unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(
        changes,
        [
            "customs_value_total: 910000 → 930000",
            "items/1/mass_gross: 1520.5 → 1530.5",
            "items/1/customs_value: 910000 → 930000",
        ]
    );
    assert_eq!(after.items[0].procedure, before.items[0].procedure);

    // The new version is a declaration like any other.
    let completion = greenlane_wire::Completion {
        document_id: "6b1f6f0e-6c1e-4d5e-9a2b-0f6d1c2e3a4b".into(),
        written_at: "2026-03-20T10:20:30".parse().unwrap(),
    };
    let text = greenlane_wire::write(&after, greenlane_wire::Target::Album523, &completion).unwrap();
    assert_eq!(read(text.as_bytes()).unwrap().declaration(), Some(&after));

    // A second correction of the same version starts from what is no longer there.
    let codes: Vec<String> = correct(&after, &correction)
        .expect_err("stale")
        .into_iter()
        .map(|finding| format!("{} {}", finding.code, finding.path))
        .collect();
    assert_eq!(codes, ["GL-1106 customs_value_total", "GL-1106 items/1/customs_value"]);
}

#[test]
fn a_correction_that_is_valid_by_its_schema_and_wrong_is_refused() {
    let text = fixture("correction-5.23.xml").replace(
        "<f:TotalCustCost>930000.00</f:TotalCustCost>",
        "<f:TotalCustCost>939000.00</f:TotalCustCost>",
    );
    let Alteration::Correction(correction) = alteration_of(&paper(&text)).unwrap() else { panic!() };
    let declared = read(fixture("import-5.23.xml").as_bytes()).unwrap();
    let findings = correct(declared.declaration().unwrap(), &correction).expect_err("939000 is not 930000");
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].code.as_ref(), findings[0].box_number.as_ref()), ("GL-1103", "12"));
    assert!(findings[0].text.en.contains("930000"), "{}", findings[0].text.en);
}

#[test]
fn a_correction_comes_back_as_it_was() {
    let kdt = paper(&fixture("correction-5.23.xml"));
    assert_eq!(paper(&write_paper(&kdt).unwrap()), kdt);
}

#[test]
fn a_request_to_change_names_the_declaration_and_what_to_change() {
    let request = document(
        "DeclChangeRequest",
        "urn:customs.ru:Information:ExchangeDocuments:DeclChangeRequest:5.22.0",
        "1004115E",
        &format!(
            "<Reasons>Опечатка в инвойсе</Reasons><RequestDate>2026-03-05</RequestDate>\
             <RegNumberDT>{NUMBER}</RegNumberDT>\
             <ChangesDescription><GRNumber>35</GRNumber><PreviousData>1520.5</PreviousData>\
             <CorrectData>1530.5</CorrectData></ChangesDescription>"
        ),
    );
    let amendment = alteration_of(&paper(&request)).unwrap();
    assert_eq!(amendment.declaration_number().to_string(), "10013160/020326/0004711");
    let Alteration::ChangeRequest(request) = amendment else { panic!("no request") };
    assert_eq!(request.reasons[0].as_str(), "Опечатка в инвойсе");
    assert_eq!(request.requested_on.unwrap().to_string(), "2026-03-05");
    let change = &request.changes[0];
    assert_eq!(change.box_number.as_ref().unwrap().as_str(), "35");
    assert_eq!((change.before[0].as_str(), change.after[0].as_str()), ("1520.5", "1530.5"));
}

#[test]
fn a_withdrawal_names_the_declaration_and_the_reason() {
    let withdrawal = document(
        "PermitRecallGTD",
        "urn:customs.ru:Information:CustomsDocuments:PermitRecallGTD:5.22.0",
        "1006014E",
        &format!(
            "<DocType>1</DocType><SendDate>2026-03-06</SendDate><SendTime>11:12:13</SendTime>\
             <Comments>Товар не прибыл</Comments><Customs><c:Code>10013160</c:Code></Customs>\
             <CustomsPerson><c:PersonName>ПРИМЕР</c:PersonName></CustomsPerson><GTDNumber>{NUMBER}</GTDNumber>"
        ),
    );
    let Alteration::Withdrawal(withdrawal) = alteration_of(&paper(&withdrawal)).unwrap() else {
        panic!("no withdrawal")
    };
    assert_eq!(withdrawal.declaration_number.to_string(), "10013160/020326/0004711");
    assert_eq!(withdrawal.reason.unwrap().as_str(), "Товар не прибыл");
    assert_eq!(withdrawal.sent_at.unwrap().to_string(), "2026-03-06T11:12:13");
}

#[test]
fn a_paper_that_changes_nothing_says_so() {
    let findings = alteration_of(&Paper::new("registered").unwrap()).expect_err("changes nothing");
    assert_eq!(findings[0].code, "GL-1111");
    let findings = alteration_of(&Paper::new("withdrawal").unwrap()).expect_err("no number");
    assert_eq!(findings[0].code, "GL-1110");
}
