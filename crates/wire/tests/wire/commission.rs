//! Documents of the Eurasian Economic Commission: the declarations on goods and for transit.

use declaration::{Kind, Record};
use greenlane_wire::{Completion, Content, Document, Format, Target, read, write};

fn read_fixture(name: &str) -> Document {
    let path = format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    read(&std::fs::read(path).unwrap()).unwrap()
}

fn completion() -> Completion {
    Completion {
        document_id: "6b1f6f0e-6c1e-4d5e-9a2b-0f6d1c2e3a4b".into(),
        written_at: "2026-03-02T10:20:30".parse().unwrap(),
    }
}

/// The value at a path, as text.
fn value(record: &dyn Record, path: &str) -> String {
    declaration::record::value_at(record, path).map_or("–".to_owned(), |value| value.to_string())
}

fn holds(document: &Document, expected: &[(&str, &str)]) {
    let declaration = document.declaration().unwrap();
    let found: Vec<(&str, String)> =
        expected.iter().map(|(path, _)| (*path, value(declaration, path))).collect();
    let expected: Vec<(&str, String)> =
        expected.iter().map(|(path, value)| (*path, (*value).to_owned())).collect();
    assert_eq!(found, expected);
}

fn comes_back(document: &Document, target: Target) {
    assert_eq!(document.findings, []);
    for target in [target, Target::Json] {
        let text = write(document.declaration().unwrap(), target, &completion()).unwrap();
        let again = read(text.as_bytes()).unwrap();
        assert_eq!(again.declaration(), document.declaration());
        assert_eq!(again.findings, []);
    }
}

#[test]
fn a_declaration_on_goods_of_the_commission_is_a_declaration() {
    let document = read_fixture("eec-goods.xml");
    assert_eq!((document.format, document.version.as_str()), (Format::Eec, "1.0.0"));
    let declaration = document.declaration().unwrap();
    assert_eq!(declaration.kind(), Some(Kind::Import));
    holds(
        &document,
        &[
            ("procedure", "40"),
            ("created_at", "2026-03-10T09:30:00"),
            ("declarant/name", "ОДО «Лесная тропа»"),
            ("declarant/unp", "190000001"),
            ("declarant/inn", "–"),
            ("declarant/address/1/town", "МИНСК"),
            ("consignor/foreign_tax_number", "91000000EXAMPLE001"),
            ("consignee/same_as_declarant", "true"),
            ("dispatch_country", "CN"),
            ("delivery/terms", "CPT"),
            ("invoice_total", "84000"),
            ("invoice_currency", "CNY"),
            ("exchange_rate", "4.125"),
            ("customs_value_total", "36500"),
            ("customs_value_currency", "BYN"),
            ("deal_nature", "010"),
            ("transport_border/mode", "20"),
            ("transport_border/means/1/identifier", "00000017"),
            ("border_offices/1/code", "16000"),
            ("goods_locations/1/office", "07000"),
            ("items/1/commodity_code", "9405410039"),
            ("items/1/mass_gross", "960.5"),
            ("items/1/mass_net", "900"),
            ("items/1/supplementary/unit", "796"),
            ("items/1/supplementary/quantity", "1200"),
            ("items/1/groups/1/lots/1/article", "PL-24"),
            ("items/1/groups/1/lots/1/manufacturer", "Paper Lantern Works"),
            ("items/1/packaging/packages/1/code", "CT"),
            ("items/1/containers/1/numbers/1", "EXMU0000017"),
            ("items/1/preference/duty", "ОО"),
            ("items/1/procedure/requested", "40"),
            ("items/1/invoice_value", "84000"),
            ("items/1/customs_value", "36500"),
            ("items/1/statistical_value", "11200"),
            ("items/1/valuation_method", "1"),
            ("items/1/preceding_documents/1/office", "16000"),
            ("items/1/preceding_documents/1/number", "0000123"),
            ("items/1/preceding_documents/1/item", "2"),
            ("items/1/documents/1/kind", "04021"),
            ("items/1/documents/1/number", "PL-2026/17"),
            ("items/1/payments/1/kind", "2010"),
            ("items/1/payments/1/rate", "6"),
            ("items/1/payments/1/method", "ИУ"),
            ("items/1/payments/1/currency", "933"),
            ("payments/1/amount", "2190"),
            ("payments/1/payer", "190000001"),
            ("guarantees/1/amount", "500"),
            ("guarantees/1/document_number", "ОБ-5"),
            ("signatory/surname", "ПРИМЕР"),
            ("signatory/authority_number", "12"),
        ],
    );
    comes_back(&document, Target::EecGoods);
}

#[test]
fn a_declaration_for_transit_of_the_commission_has_the_goods_of_all_consignments() {
    let document = read_fixture("eec-transit.xml");
    let declaration = document.declaration().unwrap();
    assert_eq!(declaration.kind(), Some(Kind::Transit));
    assert_eq!(declaration.items.len(), 3);
    holds(
        &document,
        &[
            ("direction", "ТТ"),
            ("transit_direction", "ИМ"),
            ("item_count", "3"),
            ("package_count", "60"),
            ("invoice_total", "57000"),
            ("invoice_currency", "EUR"),
            ("transport_inland/means/1/identifier", "00 EX 001"),
            ("transport_inland/means/2/vin", "EXAMPLE0000000002"),
            ("declarant/bin", "990140000018"),
            ("consignor/name", "Anatolian Example Mills"),
            ("destination_country", "KZ"),
            ("delivery_office/code", "50000000"),
            ("items/1/consignment", "–"),
            ("items/2/mass_gross", "1500"),
            ("items/3/consignment", "2"),
            ("items/3/commodity_code", "5702420000"),
            ("items/3/packaging/package_count", "25"),
            ("items/3/number", "3"),
            ("items/3/documents/1/number", "CMR-3"),
            ("seal_count", "2"),
            ("seals/1", "EX0000117"),
            ("seals/2", "EX0000118"),
            ("carrier/name", "Example Road Haulage"),
            ("carrier/drivers/1/surname", "EXAMPLE"),
            ("transit_guarantees/1/measure", "03"),
            ("transit_guarantees/1/amount", "9000"),
            ("transit_guarantees/1/document_number", "ПР-00017"),
        ],
    );
    comes_back(&document, Target::EecTransit);
    // What the second consignment has besides goods stands beside, and comes back.
    let text = write(declaration, Target::EecTransit, &completion()).unwrap();
    assert_eq!(text.matches("<cacdo:TDGoodsShipmentDetails>").count(), 2);
    assert!(text.contains("ОсОО «Горный родник»"));
}

#[test]
fn transit_is_transit_whatever_carries_it() {
    let path = format!("{}/fixtures/eec-transit.xml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    // Some programs write the direction of the transit where its type belongs.
    let text = text.replace("DeclarationKindCode>ТТ<", "DeclarationKindCode>ИМ<");
    let document = read(text.as_bytes()).unwrap();
    let Content::Declaration(declaration) = document.content else { panic!("no declaration") };
    assert_eq!(declaration.kind(), Some(Kind::Transit));
}

#[test]
fn a_mass_in_another_unit_than_kilograms_is_a_finding() {
    let path = format!("{}/fixtures/eec-goods.xml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    // 168 is the tonne.
    let text = text.replacen("measurementUnitCode=\"166\"", "measurementUnitCode=\"168\"", 1);
    let document = read(text.as_bytes()).unwrap();
    let said: Vec<_> = document.findings.iter().map(|f| (f.code.as_ref(), f.path.as_str())).collect();
    assert_eq!(said, [("GL-1001", "items/1")]);
    let written = write(document.declaration().unwrap(), Target::EecGoods, &completion()).unwrap();
    assert!(written.contains("measurementUnitCode=\"168\""), "what was written is kept");
}
