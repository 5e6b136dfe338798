//! The declaration on goods of the Eurasian Economic Commission, structure R.055: element ↔ field.

use super::eec_parts::{
    ADDRESS, COUNTRIES, CURRENCIES, DOCUMENT, GOODS, GUARANTEES, OFFICE, PARTY, PARTY_OR_DECLARANT,
    PRECEDING_DOCUMENT, PRICE, PROCEDURES, QUANTITY, REPRESENTATIVE, SIGNATORY, TRANSPORT, UNITS, amount,
    coded, measure,
};
use super::{Convert, Fill, Row, classifier, fixed, group, leaf, record, shared};

/// The union's classifier of reliefs from payments.
const PREFERENCES: &str = "2008";
/// Of kinds of places where goods lie.
const PLACES: &str = "2023";

/// The root's content.
pub(crate) const DECLARATION: &[Row] = &[
    leaf("EDocCode", "document_code").fill(Fill::Text("R.055")),
    leaf("EDocId", "document_id").fill(Fill::DocumentId),
    leaf("EDocDateTime", "created_at").convert(Convert::Moment).fill(Fill::WrittenAt),
    leaf("DeclarationKindCode", "direction").convert(Convert::Cyrillic),
    coded!("CustomsProcedureCode", "procedure", PROCEDURES),
    coded!("DeclarationFeatureCode", "particularity"),
    leaf("EDocIndicatorCode", "electronic_sign").convert(Convert::Cyrillic).fill(Fill::Text("ЭД")),
    leaf("DocUsageCode", "document_usage"),
    leaf("PageQuantity", "sheet_count"),
    leaf("LoadingListsQuantity", "specification_count"),
    leaf("LoadingListsPageQuantity", "specification_sheet_count"),
    leaf("GoodsQuantity", "item_count"),
    leaf("CargoQuantity", "package_count"),
    record("DeclarantDetails", "declarant", PARTY),
    group("GDGoodsShipmentDetails", SHIPMENT).part(),
    record("SignatoryRepresentativeDetails", "representative", REPRESENTATIVE),
    record("SignatoryPersonV2Details", "signatory", SIGNATORY),
];

const SHIPMENT: &[Row] = &[
    group(
        "DepartureCountryDetails",
        &[
            coded!("CACountryCode", "dispatch_country", COUNTRIES),
            leaf("ShortCountryName", "dispatch_country_name"),
        ],
    ),
    group(
        "DestinationCountryDetails",
        &[
            coded!("CACountryCode", "destination_country", COUNTRIES),
            leaf("ShortCountryName", "destination_country_name"),
        ],
    ),
    group("TradeCountryDetails", &[coded!("CACountryCode", "trade_country", COUNTRIES)]),
    record(
        "DeliveryTermsDetails",
        "delivery",
        &[coded!("DeliveryTermsCode", "terms"), leaf("PlaceName", "place")],
    ),
    amount!("CAValueAmount", "invoice_total", "invoice_currency"),
    group(
        "ExchangeRate",
        &[
            leaf("=", "exchange_rate"),
            // The currency is that of the invoice.
            super::filled("@currencyCode", Fill::InvoiceCurrency),
            classifier("@currencyCodeListId", CURRENCIES),
        ],
    ),
    record("ConsignorDetails", "consignor", PARTY_OR_DECLARANT),
    record("ConsigneeDetails", "consignee", PARTY_OR_DECLARANT),
    record("FinancialSettlementSubjectDetails", "financial_party", PARTY_OR_DECLARANT),
    amount!("CustomsValueAmount", "customs_value_total", "customs_value_currency"),
    group(
        "OriginCountryDetails",
        &[
            coded!("CACountryCode", "origin_country", COUNTRIES),
            leaf("ShortCountryName", "origin_country_name"),
        ],
    ),
    group(
        "TransactionNatureDetails",
        &[leaf("TransactionNatureCode", "deal_nature"), leaf("TransactionFeatureCode", "deal_feature")],
    ),
    group(
        "GDConsignmentDetails",
        &[
            leaf("ContainerIndicator", "container_indicator"),
            record("BorderTransportDetails", "transport_border", TRANSPORT),
            record("ArrivalDepartureTransportDetails", "transport_inland", TRANSPORT),
            record("BorderCustomsOfficeDetails", "border_offices", OFFICE),
        ],
    ),
    record(
        "GoodsLocationDetails",
        "goods_locations",
        &[
            coded!("GoodsLocationCode", "kind", PLACES),
            leaf("CustomsOfficeCode", "office"),
            leaf("PlaceName", "name"),
            leaf("CustomsControlZoneId", "zone"),
            record("SubjectAddressDetails", "address", ADDRESS),
        ],
    ),
    record("GDGoodsItemDetails", "items", ITEM).part(),
    record(
        "GDFactPaymentDetails",
        "payments",
        &[
            coded!("CustomsTaxModeCode", "kind"),
            amount!("CAPaymentNAmount", "amount", "currency"),
            group(
                "GDPaymentDocDetails",
                &[
                    leaf("DocId", "document_number"),
                    leaf("DocCreationDate", "document_date"),
                    leaf("TaxpayerId", "payer"),
                    coded!("CustomsTaxPaymentMethodCode", "way"),
                ],
            ),
        ],
    ),
    record(
        "PaymentGuaranteeDetails",
        "guarantees",
        &[
            coded!("PaymentGuaranteeMethodCode", "way", GUARANTEES),
            amount!("GuaranteeAmount", "amount"),
            group(
                "GuaranteeDocDetails",
                &[leaf("DocId", "document_number"), leaf("DocCreationDate", "document_date")],
            ),
        ],
    ),
];

const ITEM: &[Row] = &[
    shared(GOODS),
    leaf("PageOrdinal", "sheet_number"),
    leaf("CIMSignCode", "marking_sign"),
    leaf("IPOCode", "intellectual_property_sign"),
    leaf("GoodsTraceabilityCode", "traceability_sign"),
    leaf("CommodityAddCode", "additional_code"),
    record("GoodsItemGroupDetails", "groups", GROUP),
    record(
        "DTAutomobileDetails",
        "vehicles",
        &[
            leaf("VehicleId", "vin"),
            group(
                "VehicleModelDetails",
                &[leaf("VehicleMakeName", "make"), leaf("VehicleModelName", "model")],
            ),
            // Cubic centimetres.
            measure!("EngineVolumeMeasure", "engine_volume_cm3", "111"),
        ],
    ),
    measure!("CleanNetMassMeasure", "mass_net_bare", "166"),
    group(
        "OriginCountryDetails",
        &[
            coded!("CACountryCode", "origin_country", COUNTRIES),
            leaf("ShortCountryName", "origin_country_name"),
        ],
    ),
    record(
        "PreferenceDetails",
        "preference",
        &[
            coded!("CustomsClearanceChargesPrefCode", "fee", PREFERENCES),
            coded!("CustomsDutyPrefCode", "duty", PREFERENCES),
            coded!("ExcisePrefCode", "excise", PREFERENCES),
            coded!("VATPrefCode", "vat", PREFERENCES),
        ],
    ),
    record(
        "CustomsProcedureDetails",
        "procedure",
        &[
            coded!("CustomsProcedureCode", "requested", PROCEDURES),
            coded!("PreviousCustomsProcedureModeCode", "previous", PROCEDURES),
            coded!("GoodsMoveFeatureCode", "feature"),
        ],
    ),
    PRICE,
    amount!("CustomsValueAmount", "customs_value"),
    group(
        "StatisticValueAmount",
        &[
            leaf("=", "statistical_value"),
            // Statistics of foreign trade are in dollars.
            classifier("@currencyCode", "USD"),
            classifier("@currencyCodeListId", CURRENCIES),
        ],
    ),
    coded!("ValuationMethodCode", "valuation_method"),
    record(
        "QuotaDetails",
        "quota",
        &[
            group(
                "QuotaMeasureReminderDetails",
                &[group(
                    "GoodsMeasure",
                    &[
                        leaf("=", "quantity"),
                        leaf("@measurementUnitCode", "unit"),
                        classifier("@measurementUnitCodeListId", UNITS),
                    ],
                )],
            ),
            amount!("QuotaRemainderAmount", "value", "currency"),
        ],
    ),
    record(
        "PrecedingDocDetails",
        "preceding_documents",
        &[
            shared(PRECEDING_DOCUMENT),
            group("PrecedingGoodsDetails", &[measure!("PreDeclarationNetMassMeasure", "mass_net", "166")]),
        ],
    ),
    record(
        "PresentedDocDetails",
        "documents",
        &[shared(DOCUMENT), leaf("EventDate", "term"), coded!("CustomsTaxModeCode", "payment_kind")],
    ),
    record(
        "CustomsPaymentDetails",
        "payments",
        &[
            coded!("CustomsTaxModeCode", "kind"),
            leaf("TaxBaseMeasure", "base"),
            group(
                "EffectiveCustomsRateDetails",
                &[
                    leaf("DutyTaxFeeRateKindCode", "rate_kind"),
                    leaf("DutyTaxFeeRateValue", "rate"),
                    coded!("UnifiedMeasurementUnitCode", "rate_unit", UNITS),
                    coded!("UnifiedCurrencyN3Code", "rate_currency", CURRENCIES),
                ],
            ),
            leaf("DutyTaxFeeRateDate", "rate_date"),
            coded!("CustomsTaxPaymentFeatureCode", "method"),
            amount!("CAPaymentNAmount", "amount", "currency"),
        ],
    ),
];

const GROUP: &[Row] = &[
    leaf("GoodsDescriptionText", "description"),
    leaf("ObjectOrdinal", "number"),
    record(
        "CommodityGroupItemDetails",
        "lots",
        &[
            group(
                "CommodityDescriptionDetails",
                &[
                    leaf("TradeMarkName", "trade_mark"),
                    leaf("ProductMarkName", "mark"),
                    leaf("ProductModelName", "model"),
                    leaf("ProductId", "article"),
                    leaf("StandardName", "standard"),
                    leaf("ProductInstanceId", "serial_numbers"),
                ],
            ),
            group("ManufacturerDetails", &[leaf("SubjectName", "manufacturer")]),
            record("GoodsMeasureDetails", "quantity", QUANTITY),
        ],
    ),
];
