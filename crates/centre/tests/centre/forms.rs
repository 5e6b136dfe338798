//! Documents besides declarations, as the software of a declarant would write them.

use clearance::{Decision, Input, OfficerId, RegistrationNumber};
use declaration::Declaration;
use wire::Paper;

use crate::TRADE;

/// A document of a kind in which fields are set by path.
pub(crate) fn form(kind: &str, fields: &[(&str, &str)]) -> Paper {
    let mut paper = Paper::new(kind).unwrap();
    for (path, text) in fields {
        paper.form.fill(path, text).unwrap_or_else(|why| panic!("{kind} {path}: {why:?}"));
    }
    paper
}

/// The XML of a document.
pub(crate) fn written(paper: &Paper) -> String {
    wire::write_paper(paper).unwrap_or_else(|why| {
        panic!(
            "{}: {:?}",
            paper.kind(),
            why.iter().map(|one| one.text.en.as_ref()).take(9).collect::<Vec<_>>()
        )
    })
}

/// An identifier nobody else has.
pub(crate) fn identifier(nth: u32) -> String {
    format!("5D1B7C40-0000-4000-8000-{nth:012}")
}

/// The fields that name a registered declaration.
fn registered(under: &str, number: RegistrationNumber) -> [(String, String); 3] {
    [
        (format!("{under}/office"), number.office().to_string()),
        (format!("{under}/registration_date"), number.date().to_string()),
        (format!("{under}/declaration_number"), format!("{:07}", number.serial())),
    ]
}

fn name(paper: &mut Paper, under: &str, number: RegistrationNumber) {
    for (path, text) in registered(under, number) {
        paper.form.fill(&path, &text).unwrap();
    }
}

/// A list of documents; `preceding` is the number of another declaration that one of its lines names.
pub(crate) fn inventory(
    nth: u32,
    declared: &Declaration,
    number: Option<RegistrationNumber>,
    preceding: Option<RegistrationNumber>,
) -> String {
    let (day, inn) = (TRADE.plan().day.to_string(), inn_of(declared));
    let mut paper = form(
        "inventory",
        &[
            ("document_id", &identifier(nth)),
            ("inventory_count", "1"),
            ("presenter/organization_name", "ООО «Пример»"),
            ("presenter/identifiers_russia/inn", &inn),
            ("inventory_instances/inventory_number", "1"),
            ("inventory_instances/submitted_on", &day),
            ("inventory_instances/compiled_by/surname", "Примерова"),
            ("inventory_instances/compiled_by/name", "Анна"),
            ("inventory_instances/documents/document_kind", "03011"),
            ("inventory_instances/documents/document_name", "КОНТРАКТ"),
            ("inventory_instances/documents/document_number", "К-17/2026"),
            ("inventory_instances/documents/document_form", "1"),
        ],
    );
    if let Some(id) = &declared.document_id
        && number.is_none()
    {
        paper.form.fill("declaration_document_id", id.as_str()).unwrap();
    }
    if let Some(number) = number {
        name(&mut paper, "declaration_number", number);
    }
    if let Some(number) = preceding {
        name(&mut paper, "inventory_instances/documents/preceding_declaration_number", number);
    }
    written(&paper)
}

/// A declaration of the customs value (DTSout_CU), by the price of the contract.
pub(crate) fn customs_value(nth: u32, declared: &Declaration, number: Option<RegistrationNumber>) -> String {
    let item = &declared.items[0];
    let (inn, value) = (inn_of(declared), item.customs_value.unwrap().to_string());
    let code = item.commodity_code.unwrap().to_string();
    let day = format!("{}T10:00:00", TRADE.plan().day);
    let mut paper = form(
        "customs_value",
        &[
            ("document_id", &identifier(nth)),
            ("value_declaration_form", "1"),
            ("valuation_method", "1"),
            ("seller/organization_name", "Example Works Ltd"),
            ("buyer/organization_name", "ООО «Пример»"),
            ("goods_values/sheet_number", "1"),
            ("goods_values/declaration_item_number", "1"),
            ("goods_values/commodity_code", &code),
            ("goods_values/customs_value_national", &value),
            ("goods_values/customs_value_usd", "100.00"),
            ("signatory/signing/surname", "Примерова"),
            ("signatory/signing/name", "Анна"),
            ("signatory/signing/signed_on", &day),
            ("declarant/organization_name", "ООО «Пример»"),
            ("declarant/identifiers_russia/inn", &inn),
            ("delivery/terms", "CIF"),
        ],
    );
    match (number, &declared.document_id) {
        (Some(number), _) => name(&mut paper, "declaration_number", number),
        (None, Some(id)) => paper.form.fill("declaration_document_id", id.as_str()).unwrap(),
        (None, None) => {}
    }
    written(&paper)
}

/// Preliminary information on goods that come by road: the transport document of box 44, and the container
/// where there is one, are what the declaration will name too.
pub(crate) fn preliminary(nth: u32, declared: &Declaration, declarant: Option<&str>) -> String {
    let item = &declared.items[0];
    let document = item
        .documents
        .iter()
        .find(|document| document.kind.is_some_and(|kind| kind.as_str().starts_with("02")))
        .unwrap();
    let (inn, day) = (inn_of(declared), TRADE.plan().day.to_string());
    let (number, gross) = (document.number.as_ref().unwrap().as_str(), item.mass_gross.unwrap().to_string());
    let means = vehicle(declared);
    let mut paper = form(
        "preliminary_road",
        &[
            ("document_id", &identifier(nth)),
            ("document_header/document_code", "R.042"),
            ("document_header/created_at", &format!("{day}T08:00:00")),
            ("electronic_sign", "ЭД"),
            ("submission_purpose", "01"),
            ("declarant/organization_name", "ООО «Пример»"),
            ("declarant/identifiers_russia/inn", declarant.unwrap_or(&inn)),
            ("transport_border/mode", "31"),
            ("transport_border/container_indicator", "false"),
            ("transport_border/means/identifier", means),
            ("consignment/tir_indicator", "false"),
            ("consignment/consignments/ordinal", "1"),
            ("consignment/consignments/transport_document/number", number),
            ("consignment/consignments/transport_document/document_kind", "02015"),
            ("consignment/consignments/items/goods_number", "1"),
            ("consignment/consignments/items/mass_gross", &gross),
        ],
    );
    if let Some(container) = item.containers.first().and_then(|containers| containers.numbers.first()) {
        paper.form.fill("consignment/consignments/containers/container_number", container.as_str()).unwrap();
    }
    written(&paper)
}

/// A request to withdraw a declaration.
pub(crate) fn withdrawal(nth: u32, number: RegistrationNumber, reason: &str) -> String {
    let day = TRADE.plan().day.to_string();
    let mut paper = form(
        "withdrawal",
        &[
            ("document_id", &identifier(nth)),
            ("document_type", "1"),
            ("sending_date", &day),
            ("comments", reason),
            ("office/code", &number.office().to_string()),
            ("officer/name", "ПРИМЕРОВА А. А."),
        ],
    );
    name(&mut paper, "declaration_number", number);
    written(&paper)
}

/// A register of express parcels, each with a waybill and goods of its own.
pub(crate) fn parcels(nth: u32, count: usize) -> String {
    let day = TRADE.plan().day.to_string();
    let mut paper = form(
        "parcels",
        &[
            ("document_id", &identifier(nth)),
            ("document_header/document_code", "R.055"),
            ("document_header/created_at", &format!("{day}T08:00:00")),
            ("document_type", "0"),
            ("express_declaration_kind", "ПТДЭГ"),
            ("electronic_sign", "ЭД"),
            ("shipment/mass_gross_total/quantity", &format!("{}", count * 2)),
        ],
    );
    for parcel in 1..=count {
        let fill =
            |field: &str, text: &str| (format!("shipment/house_shipments/{parcel}/{field}"), text.to_owned());
        for (path, text) in [
            fill("consignment_id", &format!("GLX{parcel:09}")),
            // The format has three digits for it: it begins again.
            fill("ordinal", &(parcel % 1_000).to_string()),
            fill("house_waybill/number", &format!("HWB-{parcel:07}")),
            fill("items/goods_number", "1"),
            fill("items/declaration_item_number", &(parcel % 1_000).to_string()),
            fill("items/description", &format!("КНИГА, ТОМ {parcel}")),
            fill("items/mass_gross/quantity", "1.5"),
            fill("items/value/currency_quantity", "12.50"),
            fill("mass_gross_total/quantity", "1.5"),
        ] {
            paper.form.fill(&path, &text).unwrap_or_else(|why| panic!("{path}: {why:?}"));
        }
    }
    written(&paper)
}

/// A correction (KDTout_CU) of a declaration that was written by the trade's software: the declarant as it
/// stands there, and what is to change.
pub(crate) struct Correction<'a> {
    /// The declaration's text.
    pub(crate) of: &'a str,
    /// Its number.
    pub(crate) number: RegistrationNumber,
    /// Totals, as XML: boxes 5, 6, 12, …
    pub(crate) totals: String,
    /// What changes of the first line of goods, as XML: what `CUESADGoodsItem` has.
    pub(crate) goods: String,
    /// What follows that.
    pub(crate) beside: String,
}

impl Correction<'_> {
    pub(crate) fn text(&self, nth: u32) -> String {
        let namespaces = between(self.of, "xmlns:cat_ru", ">");
        let declarant = between(self.of, "<ESADout_CUDeclarant>", "</ESADout_CUDeclarant>");
        let procedure = between(self.of, "<CustomsModeCode>", "</CustomsModeCode>");
        let (number, day) = (self.number, TRADE.plan().day);
        format!(
            "<KDTout_CU DocumentModeID=\"1006111E\" \
             xmlns=\"urn:customs.ru:Information:CustomsDocuments:KDTout_CU:5.23.0\" \
             xmlns:cat_ru{namespaces}>\
             <cat_ru:DocumentID>{}</cat_ru:DocumentID><KDTNumber>1</KDTNumber>\
             <CustomsProcedure>ИМ</CustomsProcedure><CustomsModeCode>{procedure}</CustomsModeCode>\
             <ElectronicDocumentSign>ЭД</ElectronicDocumentSign>\
             <KDToutGoodsShipment>{}<KTDoutDeclarant>{declarant}</KTDoutDeclarant>\
             <KDToutGoods><catESAD_cu:GoodsNumeric>1</catESAD_cu:GoodsNumeric>{}{}</KDToutGoods>\
             </KDToutGoodsShipment>\
             <GtdRegistryNumber><cat_ru:CustomsCode>{}</cat_ru:CustomsCode>\
             <cat_ru:RegistrationDate>{}</cat_ru:RegistrationDate>\
             <cat_ru:GTDNumber>{:07}</cat_ru:GTDNumber></GtdRegistryNumber>\
             <KDTFilledInfo><ExecutionDate>{day}</ExecutionDate></KDTFilledInfo></KDTout_CU>",
            identifier(nth),
            self.totals,
            self.goods,
            self.beside,
            number.office(),
            number.date(),
            number.serial(),
        )
    }
}

/// What stands between two pieces of a text, the first time.
pub(crate) fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let rest = text.split_once(from).unwrap_or_else(|| panic!("no {from}")).1;
    rest.split_once(to).unwrap_or_else(|| panic!("no {to} after {from}")).0
}

/// The vehicle at the border.
pub(crate) fn vehicle(declared: &Declaration) -> &str {
    declared.transport_border.as_ref().unwrap().means[0].identifier.as_ref().unwrap().as_str()
}

fn inn_of(declared: &Declaration) -> String {
    declared.declarant.as_ref().and_then(|party| party.tax_number()).unwrap().to_string()
}

/// What an officer decides.
pub(crate) fn decision(login: &str, decision: Decision, reason: &str) -> Input {
    Input::Decide { officer: OfficerId(login.into()), decision, reason: reason.into(), version: None }
}
