//! The table of the WCO's data model, as the customs service of the United Kingdom uses it: element ↔ field.
//!
//! The model has lists where a declaration has fields: of the procedures of an item the first is *the*
//! procedure, and the code of the goods comes in two pieces. [`gather`] takes such entries out of the
//! lists after reading, [`spread`] puts them back before writing, so that both say the same.

use declaration::{
    AdditionalProcedure, Classification, Code, CommodityCode, Declaration, ItemProcedure, Leaf, Path,
    ProcedureCode,
};

use super::{Convert, Fill, Row, group, leaf, record};

/// The root's content.
pub(crate) const MESSAGE: &[Row] = &[
    leaf("WCOTypeName", "document_code"),
    leaf("ResponsibleCountryCode", "recipient_country"),
    group("Declaration", DECLARATION),
];

const DECLARATION: &[Row] = &[
    leaf("FunctionCode", "function").fill(Fill::Text("9")),
    leaf("FunctionalReferenceID", "local_reference"),
    leaf("ID", "movement_reference"),
    leaf("TypeCode", "direction"),
    group("GoodsItemQuantity", &[leaf("=", "item_count")]),
    leaf("DeclarationOfficeID", "declaration_office"),
    group("InvoiceAmount", &[leaf("=", "invoice_total"), leaf("@currencyID", "invoice_currency")]),
    group("TotalGrossMassMeasure", &[leaf("=", "mass_gross_total")]),
    group("TotalPackageQuantity", &[leaf("=", "package_count")]),
    record("AdditionalDocument", "documents", DOCUMENT),
    record("AdditionalInformation", "statements", STATEMENT_WITH_POINTERS),
    record("Agent", "agent", AGENT),
    record("Amendment", "amendments", AMENDMENT),
    record("AuthorisationHolder", "authorisations", &[leaf("ID", "holder"), leaf("CategoryCode", "kind")]),
    record("BorderTransportMeans", "transport_border", BORDER_TRANSPORT),
    group("Consignment", &[record("Carrier", "carrier", PARTY)]),
    group("CurrencyExchange", &[leaf("RateNumeric", "exchange_rate")]),
    record("Declarant", "declarant", PARTY),
    record("ExitOffice", "border_offices", OFFICE),
    record("Exporter", "exporter", PARTY),
    group("GoodsShipment", SHIPMENT),
    record(
        "ObligationGuarantee",
        "guarantees",
        &[
            group("AmountAmount", &[leaf("=", "amount")]),
            leaf("ID", "document_number"),
            leaf("ReferenceID", "reference"),
            leaf("SecurityDetailsCode", "way"),
        ],
    ),
    record("PresentationOffice", "presentation_office", OFFICE),
    record("SupervisingOffice", "supervising_office", OFFICE),
];

const OFFICE: &[Row] = &[leaf("ID", "code")];

const PARTY: &[Row] = &[leaf("Name", "name"), leaf("ID", "eori"), record("Address", "address", ADDRESS)];

const AGENT: &[Row] = &[
    leaf("Name", "name"),
    leaf("ID", "eori"),
    leaf("FunctionCode", "role"),
    record("Address", "address", ADDRESS),
];

const ADDRESS: &[Row] = &[
    leaf("CityName", "city"),
    leaf("CountryCode", "country"),
    leaf("CountrySubDivisionName", "region"),
    leaf("Line", "street_house"),
    leaf("PostcodeID", "postal_code"),
];

const POINTER: Row = record(
    "Pointer",
    "pointers",
    &[leaf("SequenceNumeric", "sequence"), leaf("DocumentSectionCode", "section"), leaf("TagID", "tag")],
);

const AMENDMENT: &[Row] = &[leaf("ChangeReasonCode", "reason"), POINTER];

const STATEMENT: &[Row] =
    &[leaf("StatementCode", "code"), leaf("StatementDescription", "text"), leaf("StatementTypeCode", "kind")];

const STATEMENT_WITH_POINTERS: &[Row] = &[
    leaf("StatementCode", "code"),
    leaf("StatementDescription", "text"),
    leaf("StatementTypeCode", "kind"),
    POINTER,
];

const DOCUMENT: &[Row] = &[leaf("CategoryCode", "category"), leaf("ID", "number"), leaf("TypeCode", "kind")];

const ITEM_DOCUMENT: &[Row] = &[
    leaf("CategoryCode", "category"),
    leaf("ID", "number"),
    leaf("Name", "name"),
    leaf("TypeCode", "kind"),
    leaf("LPCOExemptionCode", "status"),
];

const PRECEDING_DOCUMENT: &[Row] = &[
    leaf("CategoryCode", "category"),
    leaf("ID", "number"),
    leaf("TypeCode", "kind"),
    leaf("LineNumeric", "item"),
];

const TRANSPORT: &[Row] =
    &[leaf("ID", "identifier"), leaf("IdentificationTypeCode", "identifier_kind"), leaf("ModeCode", "mode")];

const BORDER_TRANSPORT: &[Row] = &[
    leaf("ID", "identifier"),
    leaf("IdentificationTypeCode", "identifier_kind"),
    leaf("RegistrationNationalityCode", "nationality"),
    leaf("ModeCode", "mode"),
];

const EQUIPMENT: &[Row] = &[leaf("SequenceNumeric", "position").fill(Fill::Position), leaf("ID", "number")];

const SEALED_EQUIPMENT: &[Row] = &[
    leaf("SequenceNumeric", "position").fill(Fill::Position),
    leaf("ID", "number"),
    record(
        "Seal",
        "seals",
        &[leaf("SequenceNumeric", "position").fill(Fill::Position), leaf("ID", "number")],
    ),
];

const CHARGE: Row = record(
    "ChargeDeduction",
    "charges",
    &[
        leaf("ChargesTypeCode", "kind"),
        group("OtherChargeDeductionAmount", &[leaf("=", "amount"), leaf("@currencyID", "currency")]),
    ],
);

const SHIPMENT: &[Row] = &[
    leaf("TransactionNatureCode", "deal_nature"),
    record("Buyer", "buyer", PARTY),
    record("Consignee", "consignee", PARTY),
    group(
        "Consignment",
        &[
            leaf("ContainerCode", "container_indicator").convert(Convert::Digit),
            record("ArrivalTransportMeans", "transport_arrival", TRANSPORT),
            record("DepartureTransportMeans", "transport_departure", TRANSPORT),
            record(
                "GoodsLocation",
                "goods_locations",
                &[
                    leaf("Name", "name"),
                    leaf("ID", "identifier"),
                    leaf("TypeCode", "kind"),
                    group("Address", &[leaf("TypeCode", "qualifier"), leaf("CountryCode", "country")]),
                ],
            ),
            record("TransportEquipment", "equipment", SEALED_EQUIPMENT),
        ],
    ),
    record("Consignor", "consignor", PARTY),
    group("CustomsValuation", &[CHARGE]),
    group("Destination", &[leaf("CountryCode", "destination_country")]),
    group("ExportCountry", &[leaf("ID", "dispatch_country")]),
    record("GovernmentAgencyGoodsItem", "items", ITEM),
    record("Importer", "importer", PARTY),
    record("PreviousDocument", "preceding_documents", PRECEDING_DOCUMENT),
    record("Seller", "seller", PARTY),
    record(
        "TradeTerms",
        "delivery",
        &[leaf("ConditionCode", "terms"), leaf("LocationID", "place_code"), leaf("LocationName", "place")],
    ),
    group("UCR", &[leaf("ID", "ucr"), leaf("TraderAssignedReferenceID", "trader_reference")]),
    record("Warehouse", "warehouse", &[leaf("ID", "identifier"), leaf("TypeCode", "kind")]),
];

const ITEM: &[Row] = &[
    group("CustomsValueAmount", &[leaf("=", "customs_value")]),
    leaf("SequenceNumeric", "number").fill(Fill::Position),
    group("StatisticalValueAmount", &[leaf("=", "statistical_value")]),
    leaf("TransactionNatureCode", "deal_nature"),
    record("AdditionalDocument", "documents", ITEM_DOCUMENT),
    record("AdditionalInformation", "statements", STATEMENT),
    group("Commodity", COMMODITY),
    group("CustomsValuation", &[leaf("MethodCode", "valuation_method"), CHARGE]),
    group("Destination", &[leaf("CountryCode", "destination_country")]),
    group("ExportCountry", &[leaf("ID", "dispatch_country")]),
    record(
        "GovernmentProcedure",
        "additional_procedures",
        &[leaf("CurrentCode", "code"), leaf("PreviousCode", "previous")],
    ),
    // The first origin; a second one stands beside.
    group("Origin", &[leaf("CountryCode", "origin_country"), leaf("TypeCode", "origin_kind")]),
    record(
        "Packaging",
        "packages",
        &[
            leaf("SequenceNumeric", "number").fill(Fill::Position),
            leaf("MarksNumbersID", "marks"),
            group("QuantityQuantity", &[leaf("=", "count")]),
            leaf("TypeCode", "code"),
        ],
    ),
    record("PreviousDocument", "preceding_documents", PRECEDING_DOCUMENT),
    group("ValuationAdjustment", &[leaf("AdditionCode", "valuation_indicator")]),
];

const COMMODITY: &[Row] = &[
    leaf("Description", "description"),
    record(
        "Classification",
        "classifications",
        &[leaf("ID", "code"), leaf("IdentificationTypeCode", "kind")],
    ),
    record("DutyTaxFee", "payments", DUTY),
    group(
        "GoodsMeasure",
        &[
            group("GrossMassMeasure", &[leaf("=", "mass_gross")]),
            group("NetNetWeightMeasure", &[leaf("=", "mass_net")]),
            record("TariffQuantity", "supplementary", &[leaf("=", "quantity"), leaf("@unitCode", "unit")]),
        ],
    ),
    group(
        "InvoiceLine",
        &[group("ItemChargeAmount", &[leaf("=", "invoice_value"), leaf("@currencyID", "invoice_currency")])],
    ),
    record("TransportEquipment", "equipment", EQUIPMENT),
];

const DUTY: &[Row] = &[
    group("AdValoremTaxBaseAmount", &[leaf("=", "base"), leaf("@currencyID", "base_currency")]),
    leaf("DutyRegimeCode", "preference"),
    group("SpecificTaxBaseQuantity", &[leaf("=", "base_quantity"), leaf("@unitCode", "base_unit")]),
    leaf("TaxRateNumeric", "rate"),
    leaf("TypeCode", "kind"),
    leaf("QuotaOrderID", "quota"),
    group(
        "Payment",
        &[
            leaf("MethodCode", "method"),
            group("TaxAssessedAmount", &[leaf("=", "amount"), leaf("@currencyID", "currency")]),
            group("PaymentAmount", &[leaf("=", "payable"), leaf("@currencyID", "payable_currency")]),
        ],
    ),
];

/// The digits of the combined nomenclature, under this kind of classification.
const NOMENCLATURE: &str = "TSP";
/// How many they are.
const NOMENCLATURE_DIGITS: usize = 8;
/// The two digits the tariff adds for imports.
const TARIFF: &str = "TRC";
/// How many they are.
const TARIFF_DIGITS: usize = 2;

/// Takes the procedure and the code of the goods out of the lists they came in.
pub(crate) fn gather(declaration: &mut Declaration) {
    for item in &mut declaration.items {
        if item.commodity_code.is_none()
            && let Some((code, pieces)) = code_of(&item.classifications)
        {
            item.commodity_code = Some(code);
            item.classifications.drain(..pieces);
        }
        if item.procedure.is_none()
            && let Some(procedure) = item.additional_procedures.first().and_then(procedure_of)
        {
            item.procedure = Some(procedure);
            item.additional_procedures.remove(0);
        }
    }
}

/// Puts the procedure and the code of the goods back into their lists.
pub(crate) fn spread(declaration: &mut Declaration) {
    for item in &mut declaration.items {
        if let Some(code) = item.commodity_code.take() {
            let pieces = pieces_of(&code);
            item.classifications.splice(..0, pieces);
        }
        if let Some(entry) = item.procedure.as_ref().and_then(entry_of) {
            item.procedure = None;
            item.additional_procedures.insert(0, entry);
        }
    }
}

/// The code the first entries make, and how many entries that is.
fn code_of(classifications: &[Classification]) -> Option<(CommodityCode, usize)> {
    let piece = |nth: usize, kind: &str, digits: usize| {
        let entry = classifications.get(nth)?;
        let is = entry.kind.as_ref().is_some_and(|there| *there == *kind) && entry.further.is_none();
        entry.code.as_ref().map(|code| code.as_str()).filter(|code| is && code.len() == digits)
    };
    let nomenclature = piece(0, NOMENCLATURE, NOMENCLATURE_DIGITS)?;
    let (text, pieces) = match piece(1, TARIFF, TARIFF_DIGITS) {
        Some(tariff) => (format!("{nomenclature}{tariff}"), 2),
        None => (nomenclature.to_owned(), 1),
    };
    CommodityCode::parse(&text).ok().map(|code| (code, pieces))
}

/// The entries that make a code.
fn pieces_of(code: &CommodityCode) -> Vec<Classification> {
    let piece = |text: &str, kind: &str| Classification {
        code: Leaf::parse(text).ok(),
        kind: Code::parse(kind).ok(),
        further: None,
    };
    let whole = NOMENCLATURE_DIGITS + TARIFF_DIGITS;
    match code.as_str().split_at_checked(NOMENCLATURE_DIGITS) {
        Some((nomenclature, tariff)) if code.as_str().len() == whole => {
            vec![piece(nomenclature, NOMENCLATURE), piece(tariff, TARIFF)]
        }
        _ => vec![piece(code.as_str(), NOMENCLATURE)],
    }
}

fn procedure_of(entry: &AdditionalProcedure) -> Option<ItemProcedure> {
    let code = |code: &Option<Code>| ProcedureCode::parse(code.as_ref()?.as_str()).ok();
    let (requested, previous) = (code(&entry.code)?, code(&entry.previous)?);
    let procedure =
        ItemProcedure { requested: Some(requested), previous: Some(previous), ..ItemProcedure::default() };
    entry.further.is_none().then_some(procedure)
}

/// The entry of a procedure; none for one that says more than an entry can.
fn entry_of(procedure: &ItemProcedure) -> Option<AdditionalProcedure> {
    let code = |code: &Option<ProcedureCode>| code.as_ref().and_then(|code| Code::parse(code.as_str()).ok());
    let whole = procedure.feature.is_none() && procedure.further.is_none();
    whole.then(|| AdditionalProcedure {
        code: code(&procedure.requested),
        previous: code(&procedure.previous),
        further: None,
    })
}

/// How many entries of its classifications make the code of an item.
pub(crate) fn code_pieces(code: Option<&CommodityCode>) -> usize {
    // Imports state the tariff's digits; what is not stated yet is counted as if it were.
    code.map_or(2, |code| pieces_of(code).len())
}

/// The path of a field in the document's lists, where [`gather`] took it from; `pieces` says how many
/// entries make the code of an item, counted from 1.
pub(crate) fn listed(path: &Path, pieces: impl Fn(usize) -> usize) -> Path {
    within_item(path, |item, rest| match rest {
        ["commodity_code"] => Some("classifications/1/code".to_owned()),
        ["procedure"] => Some("additional_procedures/1".to_owned()),
        ["procedure", "requested"] => Some("additional_procedures/1/code".to_owned()),
        ["procedure", "previous"] => Some("additional_procedures/1/previous".to_owned()),
        ["classifications", nth, rest @ ..] => {
            moved("classifications", nth, rest, |nth| Some(nth + pieces(item)))
        }
        ["additional_procedures", nth, rest @ ..] => {
            moved("additional_procedures", nth, rest, |nth| Some(nth + 1))
        }
        _ => None,
    })
}

/// The other way: the path of a field in the declaration from that in the document's lists.
pub(crate) fn gathered(path: &Path, pieces: impl Fn(usize) -> usize) -> Path {
    within_item(path, |item, rest| match rest {
        ["classifications", nth, rest @ ..] => match nth.parse::<usize>() {
            Ok(nth) if nth <= pieces(item) => Some("commodity_code".to_owned()),
            _ => moved("classifications", nth, rest, |nth| nth.checked_sub(pieces(item))),
        },
        ["additional_procedures", "1"] => Some("procedure".to_owned()),
        ["additional_procedures", "1", "code"] => Some("procedure/requested".to_owned()),
        ["additional_procedures", "1", "previous"] => Some("procedure/previous".to_owned()),
        ["additional_procedures", nth, rest @ ..] => {
            moved("additional_procedures", nth, rest, |nth| nth.checked_sub(1))
        }
        _ => None,
    })
}

/// A path below an item, changed after the item's position.
fn within_item(path: &Path, change: impl Fn(usize, &[&str]) -> Option<String>) -> Path {
    let parts: Vec<&str> = path.as_str().split('/').collect();
    let changed = match parts.as_slice() {
        ["items", position, rest @ ..] => position
            .parse()
            .ok()
            .and_then(|item| change(item, rest).map(|rest| Path::new(format!("items/{position}/{rest}")))),
        _ => None,
    };
    changed.unwrap_or_else(|| path.clone())
}

fn moved(list: &str, nth: &str, rest: &[&str], to: impl Fn(usize) -> Option<usize>) -> Option<String> {
    let nth = to(nth.parse().ok()?)?;
    let mut path = format!("{list}/{nth}");
    for part in rest {
        path.push('/');
        path.push_str(part);
    }
    Some(path)
}
