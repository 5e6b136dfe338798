//! The declaration for transit of the Eurasian Economic Commission, structure R.048: element ↔ field.
//!
//! A carriage may be of several consignments, each with parties, an office of destination and goods of its
//! own. The declaration has the goods of all of them; its parties are those of the first, and what the
//! others have besides goods stands beside it.

use super::eec_parts::{
    COUNTRIES, CURRENCIES, DOCUMENT, FULL_NAME, GOODS, GUARANTEES, MEANS, OFFICE, PARTY, PARTY_OR_DECLARANT,
    PRECEDING_DOCUMENT, PRICE, REPRESENTATIVE, SIGNATORY, amount, coded,
};
use super::{Convert, Fill, Row, classifier, group, leaf, record, shared};

/// The root's content.
pub(crate) const DECLARATION: &[Row] = &[
    leaf("EDocCode", "document_code").fill(Fill::Text("R.048")),
    leaf("EDocId", "document_id").fill(Fill::DocumentId),
    leaf("EDocDateTime", "created_at").convert(Convert::Moment).fill(Fill::WrittenAt),
    leaf("DeclarationKindCode", "direction").convert(Convert::Cyrillic),
    coded!("DeclarationFeatureCode", "particularity"),
    coded!("TransitProcedureCode", "transit_direction"),
    leaf("TransitFeatureCode", "transit_feature"),
    leaf("EDocIndicatorCode", "electronic_sign").convert(Convert::Cyrillic).fill(Fill::Text("ЭД")),
    leaf("DocUsageCode", "document_usage"),
    leaf("PageQuantity", "sheet_count"),
    leaf("GoodsQuantity", "item_count"),
    leaf("CargoQuantity", "package_count"),
    amount!("TotalAmount", "invoice_total", "invoice_currency"),
    leaf("ContainerIndicator", "container_indicator").fill(Fill::Text("0")),
    // What carries the goods: the declaration has it in box 18.
    record("TransportMeansItemDetails", "transport_inland/means", MEANS),
    record("DeclarantDetails", "declarant", PARTY),
    group(
        "TDGoodsShipmentDetails",
        &[
            super::filled("ObjectOrdinal", Fill::Position),
            coded!("DepartureCountryCode", "dispatch_country", COUNTRIES),
            coded!("DestinationCountryCode", "destination_country", COUNTRIES),
            record("ConsignorDetails", "consignor", PARTY_OR_DECLARANT),
            record("ConsigneeDetails", "consignee", PARTY_OR_DECLARANT),
            group("TransitDestinationDetails", &[record("CustomsOfficeDetails", "delivery_office", OFFICE)]),
            record("TransitGoodsItemDetails", "items", ITEM).part(),
        ],
    )
    .divides("items", "consignment")
    .part(),
    group(
        "CustomsIdentificationDetails",
        &[
            leaf("SealQuantity", "seal_count"),
            group("CustomsIdentificationMeansIdDetails", &[leaf("CustomsIdentificationMeansId", "seals")])
                .repeats(),
        ],
    ),
    record(
        "CarrierDetails",
        "carrier",
        &[
            shared(PARTY),
            record("CarrierRepresentativeDetails", "drivers", &[group("FullNameDetails", FULL_NAME)]),
        ],
    ),
    group(
        "TransitGuaranteeDetails",
        &[record(
            "TransitGuaranteeDocDetails",
            "transit_guarantees",
            &[
                leaf("DocId", "document_number"),
                leaf("DocCreationDate", "document_date"),
                amount!("GuaranteeAmount", "amount"),
                coded!("PaymentGuaranteeMethodCode", "measure", GUARANTEES),
            ],
        )],
    ),
    record("SignatoryRepresentativeDetails", "representative", REPRESENTATIVE),
    record("SignatoryPersonV2Details", "signatory", SIGNATORY),
];

const ITEM: &[Row] = &[
    shared(GOODS),
    PRICE,
    record("TDPrecedingDocDetails", "preceding_documents", PRECEDING_DOCUMENT),
    record("TDPresentedDocDetails", "documents", DOCUMENT),
];
