//! Documents as they come: fixtures of every version, the corpus of real baskets, what is wrong and
//! how it is said.

use std::path::PathBuf;

use declaration::{Kind, Severity};
use greenlane_wire::{Completion, Document, Target, Unreadable, read, write};

fn fixture(name: &str) -> String {
    std::fs::read_to_string(format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn completion() -> Completion {
    Completion {
        document_id: "6b1f6f0e-6c1e-4d5e-9a2b-0f6d1c2e3a4b".into(),
        written_at: "2026-03-02T10:20:30".parse().unwrap(),
    }
}

fn read_fixture(name: &str) -> Document {
    read(fixture(name).as_bytes()).unwrap()
}

/// `severity code path: text` of every finding, one per line.
fn said(document: &Document) -> String {
    let lines = document.findings.iter().map(|finding| {
        format!("{} {} {}: {}", finding.severity.as_str(), finding.code, finding.path, finding.text.en)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[allow(clippy::result_large_err)]
fn refusal(bytes: impl AsRef<[u8]>) -> Unreadable {
    read(bytes.as_ref()).expect_err("must be refused")
}

/// The fixture with one text replaced.
fn changed(name: &str, from: &str, to: &str) -> Document {
    let text = fixture(name);
    assert!(text.contains(from), "{name} has no {from}");
    read(text.replacen(from, to, 1).as_bytes()).unwrap()
}

#[test]
fn every_version_is_read_whole() {
    for (name, format, version, kind, items, country) in [
        ("import-5.10.xml", "album", "5.10", Kind::Import, 2, "AM"),
        ("export-5.14.xml", "album", "5.14", Kind::Export, 2, "AM"),
        ("import-5.15.xml", "album", "5.15", Kind::Import, 1, "RU"),
        ("import-5.23.xml", "album", "5.23", Kind::Import, 1, "RU"),
        ("export-5.27.xml", "album", "5.27", Kind::Export, 1, "RU"),
        ("container-5.23.xml", "album", "5.23", Kind::Import, 1, "RU"),
        ("export.json", "json", "1", Kind::Export, 1, "KZ"),
    ] {
        let document = read_fixture(name);
        let declaration = document.declaration().unwrap();
        assert_eq!(document.format.as_str(), format, "{name}");
        assert_eq!(document.version, version, "{name}");
        assert_eq!(declaration.kind(), Some(kind), "{name}");
        assert_eq!(declaration.items.len(), items, "{name}");
        assert_eq!(declaration.customs_country().unwrap(), country, "{name}");
        let hints_only = document.findings.iter().all(|finding| finding.severity == Severity::Hint);
        assert!(hints_only, "{name}: {}", said(&document));
    }
}

#[test]
fn the_armenian_dialect_is_read_as_it_is_and_written_as_the_album_has_it() {
    let document = read_fixture("import-5.10.xml");
    let declaration = document.declaration().unwrap();
    assert_eq!(declaration.direction.unwrap(), "IM");
    assert_eq!(declaration.items[0].commodity_code.unwrap(), "85167970000");
    assert_eq!(declaration.items[0].preference.as_ref().unwrap().vat.unwrap(), "OO");
    assert_eq!(declaration.declarant.as_ref().unwrap().tax_number().unwrap(), "01234567");
    assert_eq!(declaration.signatory.as_ref().unwrap().surname.as_ref().unwrap().as_str(), "Ծառայող");
    assert_eq!(declaration.items[0].packaging.as_ref().unwrap().packages[0].code.unwrap(), "CT");
    // A sum computed in binary is the sum that was meant.
    assert_eq!(declaration.invoice_total.unwrap().to_string(), "1250.5");
    insta::assert_snapshot!(said(&document), @"hint GL-1005 invoice_total: Line 52, element TotalInvoiceAmount: “1250.4999999999998” is read as 1250.5.");

    let text = write(declaration, Target::Album523, &completion()).unwrap();
    for element in [
        "<cat_ru:DocumentID>6b1f6f0e-6c1e-4d5e-9a2b-0f6d1c2e3a4b</cat_ru:DocumentID>",
        "<RUScat_ru:EDocDateTime>2026-03-02T10:20:30</RUScat_ru:EDocDateTime>",
        "<CustomsProcedure>ИМ</CustomsProcedure>",
        "<RecipientCountryCode>AM</RecipientCountryCode>",
        "<catESAD_cu:GoodsTNVEDCode>8516797000</catESAD_cu:GoodsTNVEDCode>",
        "<catESAD_cu:Excise>-</catESAD_cu:Excise>",
        "<catESAD_cu:Rate>ОО</catESAD_cu:Rate>",
        "<RUScat_ru:SigningDate>2026-03-02T00:00:00</RUScat_ru:SigningDate>",
    ] {
        assert!(text.contains(element), "no {element} in\n{text}");
    }
    let again = read(text.as_bytes()).unwrap();
    assert_eq!(said(&again), "");
    assert_eq!(again.declaration().unwrap().items[1].mass_net, declaration.items[1].mass_net);
}

#[test]
fn today_s_document_is_the_same_after_any_way_round() {
    let document = read_fixture("import-5.23.xml");
    assert_eq!(said(&document), "");
    let item = &document.declaration().unwrap().items[0];
    assert_eq!(
        item.description_text(),
        "НАСОСЫ ЦЕНТРОБЕЖНЫЕ ДЛЯ ВОДЫ, ДИАМЕТР ПАТРУБКА < 80 ММ НОВЫЕ, БЕЗ ТОВАРНОГО ЗНАКА"
    );
    assert_eq!(item.payments[1].amount.unwrap().to_string(), "210210");
    assert_eq!(item.containers[0].numbers[0], "XXXU0000007");
    assert_eq!(document.declaration().unwrap().border_offices[0].country.unwrap(), "RU");
    for target in [Target::Album523, Target::Json] {
        let text = write(document.declaration().unwrap(), target, &completion()).unwrap();
        let again = read(text.as_bytes()).unwrap();
        assert_eq!(again.declaration().unwrap(), document.declaration().unwrap(), "{target:?}");
        assert_eq!(write(again.declaration().unwrap(), target, &completion()).unwrap(), text, "{target:?}");
    }
    let container = read_fixture("container-5.23.xml");
    assert_eq!(container.declaration().unwrap(), document.declaration().unwrap());
    assert_eq!(container.other_documents, ["Inventory"]);
}

#[test]
fn a_later_album_has_no_place_for_transit_and_says_so() {
    let document = read_fixture("export-5.27.xml");
    let text = write(document.declaration().unwrap(), Target::Album527, &completion()).unwrap();
    assert!(text.contains("xmlns:cat_ru=\"urn:customs.ru:CommonAggregateTypes:5.24.0\""), "{text}");
    assert_eq!(read(text.as_bytes()).unwrap().declaration().unwrap(), document.declaration().unwrap());

    let mut transit = document.declaration().unwrap().clone();
    transit.seal_count = Some(3);
    let findings = write(&transit, Target::Album527, &completion()).unwrap_err();
    let texts: Vec<_> = findings.iter().map(|f| format!("{} {} {}", f.code, f.path, f.text.en)).collect();
    insta::assert_snapshot!(texts.join("\n"), @"GL-1020 seal_count Number of seals: the format album 5.27 has no place for this value: clear the field or choose another format.");
    assert!(
        write(&transit, Target::Album523, &completion()).unwrap().contains("<SealQuantity>3</SealQuantity>")
    );
}

#[test]
fn what_the_album_cannot_express_is_named_with_its_cure() {
    let mut declaration = read_fixture("import-5.23.xml").declaration().unwrap().clone();
    declaration.items[0].number = Some(1000);
    declaration.items[0].documents[0].kind = Some("AB1".parse().unwrap());
    declaration.items[0].documents[1].kind = None;
    let declarant = declaration.declarant.as_mut().unwrap();
    declarant.unn = Some("01234567".parse().unwrap());
    declaration.items[0].packaging.as_mut().unwrap().kind = Some("КТ".parse().unwrap());
    let findings = write(&declaration, Target::Album523, &completion()).unwrap_err();
    let texts: Vec<_> =
        findings.iter().map(|f| format!("{} {} [{}] {}", f.code, f.path, f.box_number, f.text.en)).collect();
    insta::assert_snapshot!(texts.join("\n"), @r"
    GL-1023 declarant [14] Declarant: the format album 5.23 has no room for RAOrganizationFeatures here beside the others: keep one of them.
    GL-1021 items/1/number [32] Item number: “1000” does not fit the format album 5.23, which has a whole number, at most 3 digits, not less than 0: correct or shorten it.
    GL-1021 items/1/documents/1/kind [44] Kind of document: “AB1” does not fit the format album 5.23, which has exactly 5 characters: correct or shorten it.
    GL-1022 items/1/documents/2/kind [44] Kind of document: the format album 5.23 demands the element PresentedDocumentModeCode: fill in the field.
    GL-1021 items/1/packaging/kind [31.2] Kind of packaging: “КТ” does not fit the format album 5.23, which has exactly 1 characters: correct or shorten it.
    ");
    let nothing = write(&declaration::Declaration::default(), Target::Album523, &completion()).unwrap_err();
    let paths: Vec<_> = nothing.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(paths, ["direction", "recipient_country", "items"]);
}

#[test]
fn a_malformed_leaf_is_a_finding_at_its_field_and_the_rest_is_read() {
    let document = changed("import-5.23.xml", "2026-02-20<", "31.12.2025<");
    insta::assert_snapshot!(said(&document), @"error GL-1001 items/1/documents/2/date: Line 182, element PrDocumentDate: found “31.12.2025”, expected a date as YYYY-MM-DD, 1900 to 2200.");
    let finding = &document.findings[0];
    assert_eq!(finding.box_number, "44");
    assert_eq!(
        finding.text.ru,
        "Строка 182, элемент PrDocumentDate: указано «31.12.2025», ожидается дата вида ГГГГ-ММ-ДД, 1900–2200."
    );
    assert_eq!(document.declaration().unwrap().items[0].documents[1].date, None);
    assert_eq!(document.declaration().unwrap().items[0].payments.len(), 2);

    for (from, to, expected) in [
        (
            "<f:GrossWeightQuantity>1520.500000<",
            &format!("<f:GrossWeightQuantity>{}<", "9".repeat(60)) as &str,
            "error GL-1001 items/1/mass_gross: Line 137, element GrossWeightQuantity: found “9999999999999999999999999999999999999999…”, expected a mass in kilograms such as 384.5: at most 6 digits after the point, no sign.",
        ),
        (
            "<CustomsModeCode>40</CustomsModeCode>",
            "<CustomsModeCode>40</CustomsModeCode><CustomsModeCode>42</CustomsModeCode>",
            "error GL-1002 : Line 10: element CustomsModeCode is repeated; the first is kept. Remove the other.",
        ),
        (
            "<ESADout_CUDeclarant>",
            "<ESADout_CUDeclarant> Северный ветер ",
            "error GL-1003 declarant: Line 72, element ESADout_CUDeclarant: text “Северный ветер” where elements belong.",
        ),
        (
            "<CustomsModeCode>40<",
            "<NewBox>7</NewBox><CustomsModeCode>40<",
            "error GL-1010 : Line 10: the format has no element NewBox at this place. Remove it or correct its name.",
        ),
        (
            "<c:INN>7700000000</c:INN>",
            "<c:INN>7700<c:Part>1</c:Part>000000</c:INN>",
            "error GL-1010 consignee: Line 34: the format has no element Part at this place. Remove it or correct its name.",
        ),
        (
            "<CustomsModeCode>40<",
            "<CustomsModeCode><",
            "error GL-1001 procedure: Line 10, element CustomsModeCode: found “”, expected exactly 2 characters.",
        ),
        ("<f:GoodsNumeric>1<", "<f:GoodsNumeric><![CDATA[ 1 ]]><!-- one --><", ""),
    ] {
        assert_eq!(said(&changed("import-5.23.xml", from, to)), expected);
    }
    let document = changed("import-5.23.xml", "ШТ<", "&#x428;&#1058;<");
    assert_eq!(document, read_fixture("import-5.23.xml"));
}

#[test]
fn a_second_part_of_one_kind_is_not_merged_into_the_first() {
    let text = fixture("import-5.23.xml");
    let again = "<ESADout_CUDeclarant><c:ShortName>другой</c:ShortName></ESADout_CUDeclarant>\n    <ESADout_CUGoodsLocation>";
    let document = read(text.replacen("<ESADout_CUGoodsLocation>", again, 1).as_bytes()).unwrap();
    insta::assert_snapshot!(said(&document), @"error GL-1002 : Line 92: element ESADout_CUDeclarant is repeated; the first is kept. Remove the other.");
    assert_eq!(
        document.declaration().unwrap(),
        &read_fixture("import-5.23.xml").declaration().unwrap().clone()
    );
}

#[test]
fn a_declaration_without_its_parts_is_read_and_says_so() {
    let empty = "<ESADout_CU xmlns='urn:customs.ru:Information:CustomsDocuments:ESADout_CU:5.23.0'/>";
    let document = read(empty.as_bytes()).unwrap();
    insta::assert_snapshot!(said(&document), @r"
    error GL-1009 : Line 1, element ESADout_CU: the attribute DocumentModeID is missing.
    error GL-1009 : Line 1, element ESADout_CU: the element DocumentID is missing.
    error GL-1009 : Line 1, element ESADout_CU: the element EECEDocHeaderAddInfo is missing.
    error GL-1009 : Line 1, element ESADout_CU: the element CustomsProcedure is missing.
    error GL-1009 : Line 1, element ESADout_CU: the element RecipientCountryCode is missing.
    error GL-1009 : Line 1, element ESADout_CU: the element ESADout_CUGoodsShipment is missing.
    ");
    let older = empty.replace("5.23", "5.15").replace("/>", "><ESADout_CUGoodsShipment/></ESADout_CU>");
    let document = read(older.as_bytes()).unwrap();
    insta::assert_snapshot!(said(&document), @"error GL-1004 items: Line 1, element ESADout_CUGoodsShipment: element ESADout_CUGoods, which every declaration has, is missing.");
}

#[test]
fn findings_are_bounded_and_the_rest_is_summed_up() {
    let text = fixture("import-5.23.xml");
    let unknown = "<X>1</X>".repeat(50);
    let document =
        read(text.replacen("<CustomsModeCode>", &format!("{unknown}<CustomsModeCode>"), 1).as_bytes())
            .unwrap();
    assert_eq!(document.findings.len(), 21);
    assert!(document.findings[20].text.en.starts_with("30 more elements are not read here."));

    let bad = "<f:GoodsDescription>&#9;</f:GoodsDescription><f:CustomsCost>x</f:CustomsCost>".repeat(500);
    let document =
        read(text.replacen("<f:CustomsCost>", &format!("{bad}<f:CustomsCost>"), 1).as_bytes()).unwrap();
    assert_eq!(document.findings.len(), 201);
    assert!(document.findings[200].text.en.starts_with("There are "), "{}", document.findings[200].text.en);
    assert_eq!(document.findings[200].severity, Severity::Error);
}

#[test]
fn what_cannot_be_read_is_refused_with_place_and_cure() {
    const ROOT: &str = "<ESADout_CU xmlns='urn:customs.ru:Information:CustomsDocuments:ESADout_CU:5.23.0'";
    let with = |content: &str| format!("{ROOT}>{content}</ESADout_CU>");
    let deep = with(&("<a>".repeat(60) + &"</a>".repeat(60)));
    let attributes = (0..70).map(|n| format!(" a{n}='1'")).collect::<String>();
    let goods = with(&format!(
        "<ESADout_CUGoodsShipment>{}</ESADout_CUGoodsShipment>",
        "<ESADout_CUGoods/>".repeat(1001)
    ));
    let cases: Vec<(&str, String)> = vec![
        ("", "GL-0001: the document is empty; submit the whole file of the declaration".into()),
        ("  \n ", "GL-0001: the document is empty; submit the whole file of the declaration".into()),
        ("hello", "GL-0005: line 1, this is neither XML nor JSON; submit a declaration in a format of the album (XML) or in JSON".into()),
        ("<?xml version='1.0' encoding='windows-1251'?><a/>", "GL-0003: line 1, the document's encoding is windows-1251; save the document as UTF-8 and declare encoding=\"UTF-8\"".into()),
        ("<a>\n\u{0}</a>", "GL-0004: line 2, there is a control character 0x00; remove it: XML and JSON do not allow it".into()),
        ("<a><b></a>", "GL-0010: line 1, element a, the root element “a” is unknown; submit a document of the album (such as ESADout_CU, alone or in an ED_Container), of the commission, or MetaData of the WCO's data model".into()),
        ("<ESADout_CU/>", "GL-0011: line 1, element ESADout_CU, the namespace “” is unknown; give the namespace of the format, such as urn:customs.ru:Information:CustomsDocuments:ESADout_CU:5.23.0 or urn:wco:datamodel:WCO:DocumentMetaData-DMS:2".into()),
        ("<ESADout_CU xmlns='urn:customs.ru:Information:CustomsDocuments:ESADout_CU:5.99.0'/>", "GL-0012: line 1, element ESADout_CU, the version “5.99.0” of the format is unknown; use one of the versions 5.10, 5.14, 5.15, 5.23, 5.27".into()),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "GL-0007: line 1, the document has a DOCTYPE; remove the DOCTYPE: the formats of the album have none".into()),
        ("<x:a/>", "GL-0006: line 1, element a, the document is not well formed (приставка «x» не объявлена, prefix “x” undeclared); mend the markup or export the document again".into()),
    ];
    for (text, expected) in cases {
        assert_eq!(refusal(text).to_string(), expected);
    }
    for (text, code) in [
        (with("<CustomsModeCode>&file;</CustomsModeCode>"), "GL-0008"),
        (with("<CustomsModeCode>&#0;</CustomsModeCode>"), "GL-0008"),
        (with("<CustomsModeCode>&#xFFFFFFFFFFFFFFFFFFFF;</CustomsModeCode>"), "GL-0008"),
        (with("<CustomsModeCode a='&b;'>1</CustomsModeCode>"), "GL-0008"),
        (with("&nbsp;"), "GL-0008"),
        (with("<CustomsModeCode>40"), "GL-0006"),
        (with("<a>"), "GL-0006"),
        (format!("{ROOT}>"), "GL-0006"),
        (format!("{ROOT}><ESADout_CUGoodsShipment>"), "GL-0006"),
        (ROOT.to_owned(), "GL-0006"),
        (with("") + "<a/>", "GL-0006"),
        (with("") + "text", "GL-0006"),
        (with("") + "</a>", "GL-0006"),
        (with("<CustomsModeCode b>40</CustomsModeCode>"), "GL-0006"),
        (deep, "GL-0009"),
        (with(&format!("<a{attributes}/>")), "GL-0009"),
        (with(&format!("<a b='{}'/>", "c".repeat(20_000))), "GL-0009"),
        (with(&format!("<CustomsModeCode>{}</CustomsModeCode>", "4".repeat(70_000))), "GL-0009"),
        (goods, "GL-0009"),
        (with("<CustomsModeCode xmlns='urn:other'>40</CustomsModeCode>"), "GL-0013"),
        (with("<DocumentID xmlns='urn:customs.ru:CommonAggregateTypes:5.27.0'>4</DocumentID>"), "GL-0014"),
        (with("<DocumentID xmlns='urn:customs.ru:CommonAggregateTypes:x'>4</DocumentID>"), "GL-0014"),
        ("<ED_Container xmlns='urn:customs.ru:Information:ExchangeDocuments:ED_Container:5.22.0'/>".into(), "GL-0015"),
        (fixture("container-5.23.xml").replace("</pack:ED_Container>", "<pack:ContainerDoc><pack:DocBody><ESADout_CU xmlns='urn:customs.ru:Information:CustomsDocuments:ESADout_CU:5.23.0'/></pack:DocBody></pack:ContainerDoc></pack:ED_Container>"), "GL-0016"),
    ] {
        let refused = refusal(&text);
        let shown = text.chars().take(120).collect::<String>();
        assert_eq!(refused.code, code, "{shown}: {refused}");
        assert!(!refused.text.ru.is_empty() && !refused.cure.ru.is_empty());
        assert!(refused.to_string().chars().count() < 500, "{refused}");
    }
    assert_eq!(refusal(b"<a>\n\xE4\xF2</a>").code, "GL-0003");
    assert_eq!(refusal(b"<a>\n\xE4\xF2</a>").line, Some(2));
    assert_eq!(refusal(b"\xFF\xFE<\0a\0").code, "GL-0003");
    assert_eq!(refusal(b"\0<\0?\0x").code, "GL-0003");
    assert_eq!(refusal(vec![b' '; greenlane_wire::limits::BYTES_MAX + 1]).code, "GL-0002");
    let inside = fixture("import-5.23.xml").replace("xmlns:f=\"urn:customs.ru:", "xmlns:f=\"urn:other:");
    let refused = refusal(&inside);
    assert_eq!(
        (refused.code, refused.line, refused.element.as_str()),
        ("GL-0013", Some(14), "OriginCountryName")
    );
}

#[test]
fn a_mark_of_byte_order_signatures_and_envelopes_are_passed() {
    let text = fixture("import-5.23.xml");
    let expected = read(text.as_bytes()).unwrap();
    let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    assert_eq!(read(&marked).unwrap(), expected);
    let root = text.split_once('\n').unwrap().1;
    let signed = format!(
        "<e:Envelope xmlns:e='http://www.w3.org/2001/06/soap-envelope'><e:Header><a/></e:Header><e:Body>\
         <Signature xmlns='http://www.w3.org/2000/09/xmldsig#'><SignedInfo/><SignatureValue>AA==</SignatureValue>\
         <Object>{root}</Object></Signature></e:Body></e:Envelope>"
    );
    assert_eq!(read(signed.as_bytes()).unwrap().declaration().unwrap(), expected.declaration().unwrap());
    let enveloped = text.replace(
        "</ESADout_CU>",
        "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'><SignatureValue>AA==</SignatureValue></Signature></ESADout_CU>",
    );
    assert_eq!(read(enveloped.as_bytes()).unwrap(), expected);
}

fn corpus(folder: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let corpus = std::env::var("GREENLANE_CORPUS").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let mut files: Vec<_> =
        std::fs::read_dir(corpus.join(folder)).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|kind| kind == "xml"));
    files.sort();
    Some(files.into_iter().map(|path| (path.display().to_string(), std::fs::read(&path).unwrap())).collect())
}

#[test]
fn real_baskets_are_read_without_errors() {
    let (Some(imports), Some(transits)) = (corpus("eaeu/declarations"), corpus("eaeu/transit")) else {
        println!("skipped: no corpus under GREENLANE_CORPUS");
        return;
    };
    let mut items = 0;
    for (name, bytes) in &imports {
        let document = read(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        // Sums computed in binary, and descriptions longer than one part.
        let known = |finding: &declaration::Finding| matches!(finding.code.as_ref(), "GL-1005" | "GL-1007");
        assert!(document.findings.iter().all(known), "{name}: {}", said(&document));
        let declaration = document.declaration().unwrap();
        assert_eq!(declaration.item_count, u32::try_from(declaration.items.len()).ok(), "{name}");
        // Every basket adds up, so nothing was lost on the way in.
        let sum: declaration::Amount = declaration.items.iter().filter_map(|item| item.invoice_value).sum();
        assert_eq!(Some(sum), declaration.invoice_total, "{name}");
        items += declaration.items.len();
    }
    assert!(imports.len() >= 38 && items >= 900, "{} documents, {items} items", imports.len());
    for (name, bytes) in &transits {
        let document = read(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(said(&document), "", "{name}");
        assert_eq!(document.declaration().unwrap().kind(), Some(Kind::Transit), "{name}");
        assert_eq!(document.declaration().unwrap().carrier.as_ref().unwrap().drivers.len(), 1, "{name}");
    }
}
