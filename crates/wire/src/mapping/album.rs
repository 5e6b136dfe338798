//! The table of ESADout_CU: element ↔ field, in the order of the schema. Reading, writing and the
//! pages of documentation all walk it; there is no second list.
//!
//! Structure: album of formats of the Federal Customs Service, versions 5.10 to 5.27. Misspelt
//! element names (`CounryName`, `PakageQuantity`) are the official ones. Until 5.15 names, addresses
//! and signatures stand in other modules than later; documents of 5.14 and 5.15 are seen with both.

use super::{Convert, Fill, Row, fixed, group, leaf, record, shared};

/// The last album with the structures of old.
const OLD: u8 = 15;
/// The first album with the structures of today.
const NEW: u8 = 14;

/// The root's content.
pub(crate) const DECLARATION: &[Row] = &[
    leaf("DocumentID", "document_id").fill(Fill::DocumentId),
    group(
        "EECEDocHeaderAddInfo",
        &[
            leaf("EDocCode", "document_code").fill(Fill::Text("R.036")),
            leaf("EDocDateTime", "created_at").fill(Fill::WrittenAt),
            leaf("LanguageCode", "language"),
        ],
    )
    .since(NEW),
    leaf("CustomsProcedure", "direction").convert(Convert::Cyrillic),
    leaf("CustomsModeCode", "procedure"),
    leaf("TransitFeature", "transit_feature"),
    leaf("TransitDirectionCode", "transit_direction").convert(Convert::Cyrillic),
    leaf("ElectronicDocumentSign", "electronic_sign").convert(Convert::Cyrillic),
    leaf("DocUsageCode", "document_usage"),
    leaf("DeclarationKind", "particularity"),
    leaf("SealQuantity", "seal_count"),
    leaf("SealId", "seals"),
    leaf("RecipientCountryCode", "recipient_country").fill(Fill::Country),
    group("ESADout_CUGoodsShipment", SHIPMENT).part(),
    record("FilledPerson", "signatory", SIGNATORY),
    record("CUESADCustomsRepresentative", "representative", REPRESENTATIVE),
];

const SHIPMENT: &[Row] = &[
    leaf("OriginCountryName", "origin_country_name"),
    leaf("OriginCountryCode", "origin_country"),
    leaf("SpecificationNumber", "specification_count"),
    leaf("SpecificationListNumber", "specification_sheet_count"),
    leaf("TotalGoodsNumber", "item_count"),
    leaf("TotalPackageNumber", "package_count"),
    leaf("TotalSheetNumber", "sheet_count"),
    leaf("TotalCustCost", "customs_value_total"),
    leaf("CustCostCurrencyCode", "customs_value_currency"),
    record("ESADout_CUConsignor", "consignor", &[shared(PARTY), EQUAL_INDICATOR]),
    record("ESADout_CUConsignee", "consignee", &[shared(PARTY), EQUAL_INDICATOR]),
    record(
        "ESADout_CUFinancialAdjustingResponsiblePerson",
        "financial_party",
        &[shared(PARTY), leaf("DeclarantEqualFlag", "same_as_declarant")],
    ),
    record("ESADout_CUDeclarant", "declarant", PARTY),
    record("ESADout_CUCarrier", "carrier", &[shared(PARTY), DRIVERS]),
    record(
        "ESADout_CUGoodsLocation",
        "goods_locations",
        &[
            leaf("InformationTypeCode", "kind"),
            leaf("CustomsOffice", "office"),
            leaf("CustomsCountryCode", "country").fill(Fill::Country),
            leaf("LocationName", "name"),
            group("GoodsLocationPlace", &[leaf("NumberCustomsZone", "zone")]),
            record("Address", "address", ADDRESS),
        ],
    ),
    group("ESADout_CUConsigment", CONSIGNMENT),
    group(
        "ESADout_CUMainContractTerms",
        &[
            leaf("ContractCurrencyCode", "invoice_currency"),
            leaf("ContractCurrencyRate", "exchange_rate"),
            leaf("TotalInvoiceAmount", "invoice_total"),
            leaf("TradeCountryCode", "trade_country"),
            leaf("DealFeatureCode", "deal_feature"),
            leaf("DealNatureCode", "deal_nature"),
            record(
                "CUESADDeliveryTerms",
                "delivery",
                &[leaf("DeliveryPlace", "place"), leaf("DeliveryTermsStringCode", "terms")],
            ),
        ],
    ),
    record("ESADout_CUGoods", "items", ITEM).part(),
    group("ESADout_CUPayments", &[record("ESADout_CUCustomsPayment", "payments", PAYMENT_TOTAL)]),
    record(
        "Guarantee",
        "guarantees",
        &[
            leaf("PaymentWayCode", "way"),
            leaf("Amount", "amount"),
            group(
                "GuaranteeDocDetails",
                &[leaf("PrDocumentNumber", "document_number"), leaf("PrDocumentDate", "document_date")],
            ),
        ],
    ),
    record(
        "TDGuarantee",
        "transit_guarantees",
        &[
            leaf("MeasureCode", "measure"),
            leaf("DocNumber", "document_number"),
            leaf("DocDate", "document_date"),
            leaf("GuaranteeAmount", "amount"),
        ],
    ),
];

const EQUAL_INDICATOR: Row = leaf("EqualIndicator", "same_as_declarant");

const PARTY: &[Row] = &[
    leaf("OrganizationName", "name"),
    leaf("ShortName", "short_name"),
    leaf("OrganizationLanguage", "language"),
    group("RFOrganizationFeatures", &[leaf("OGRN", "ogrn"), leaf("INN", "inn"), leaf("KPP", "kpp")]),
    group("RKOrganizationFeatures", &[leaf("BIN", "bin"), leaf("IIN", "iin")]),
    group("RBOrganizationFeatures", &[leaf("UNP", "unp")]),
    group("RAOrganizationFeatures", &[leaf("UNN", "unn"), leaf("SocialServiceNumber", "social_number")]),
    group("KGOrganizationFeatures", &[leaf("KGINN", "kg_inn"), leaf("KGOKPO", "kg_okpo")]),
    leaf("CountryA2Code", "country"),
    group("UITN", &[leaf("UITNCode", "customs_number")]),
    leaf("PersonId", "person_number"),
    record("Address", "address", OLD_ADDRESS).until(OLD),
    record("IdentityCard", "identity_card", OLD_IDENTITY_CARD).until(OLD),
    group("Contact", CONTACT).until(OLD),
    record("IdentityCard", "identity_card", IDENTITY_CARD).since(NEW),
    record("SubjectAddressDetails", "address", ADDRESS).since(NEW),
    group("CommunicationDetails", CONTACT).since(NEW),
];

const CONTACT: &[Row] = &[leaf("Phone", "phones"), leaf("E_mail", "emails")];

const DRIVERS: Row = record(
    "ESADout_CUDriverInformation",
    "drivers",
    &[
        leaf("PersonSurname", "surname"),
        leaf("PersonName", "name"),
        leaf("PersonMiddleName", "middle_name"),
        leaf("PersonPost", "post"),
        record("IdentityCard", "identity_card", IDENTITY_CARD),
    ],
);

const ADDRESS: &[Row] = &[
    leaf("AddressKindCode", "kind"),
    leaf("PostalCode", "postal_code"),
    leaf("CountryCode", "country"),
    leaf("CounryName", "country_name"),
    leaf("Region", "region"),
    leaf("District", "district"),
    leaf("Town", "town"),
    leaf("City", "city"),
    leaf("StreetHouse", "street_house"),
    leaf("House", "house"),
    leaf("Room", "room"),
    leaf("AddressText", "text"),
];

const OLD_ADDRESS: &[Row] = &[
    leaf("PostalCode", "postal_code"),
    leaf("CountryCode", "country"),
    leaf("CounryName", "country_name"),
    leaf("Region", "region"),
    leaf("City", "city"),
    leaf("StreetHouse", "street_house"),
];

const IDENTITY_CARD: &[Row] = &[
    leaf("IdentityCardCode", "code"),
    leaf("IdentityCardName", "name"),
    leaf("IdentityCardSeries", "series"),
    leaf("IdentityCardNumber", "number"),
    leaf("IdentityCardDate", "issued_on"),
    leaf("OrganizationName", "issuer"),
];

const OLD_IDENTITY_CARD: &[Row] = &[
    leaf("IdentityCardCode", "code"),
    leaf("IdentityCardName", "name"),
    leaf("IdentityCardSeries", "series"),
    leaf("IdentityCardNumber", "number"),
    leaf("IdentityCardDate", "issued_on"),
    leaf("OrganizationName", "issuer"),
];

const CONSIGNMENT: &[Row] = &[
    leaf("ContainerIndicator", "container_indicator"),
    leaf("DispatchCountryCode", "dispatch_country"),
    leaf("DispatchCountryName", "dispatch_country_name"),
    leaf("DestinationCountryCode", "destination_country"),
    leaf("DestinationCountryName", "destination_country_name"),
    record("BorderCustomsOffice", "border_offices", OFFICE),
    record("ESADout_CUDepartureArrivalTransport", "transport_inland", TRANSPORT),
    record("ESADout_CUBorderTransport", "transport_border", TRANSPORT),
    leaf("DateExpectedArrival", "expected_arrival_date"),
    leaf("TimeExpectedArrival", "expected_arrival_time"),
    record("PPBorderCustoms", "arrival_office", OFFICE),
    group("TDDeliveryPlace", &[record("DeliveryCustomsOffice", "delivery_office", OFFICE)]),
];

const OFFICE: &[Row] = &[
    leaf("Code", "code"),
    leaf("OfficeName", "name"),
    leaf("CustomsCountryCode", "country").convert(Convert::CountryDigits),
];

const TRANSPORT: &[Row] = &[
    leaf("TransportModeCode", "mode"),
    leaf("TransportNationalityCode", "nationality"),
    leaf("TransportMeansQuantity", "means_count"),
    record("TransportMeans", "means", MEANS).until(OLD),
    record("RUTransportMeans", "means", MEANS),
];

const MEANS: &[Row] = &[
    leaf("VIN", "vin"),
    leaf("TransportKindCode", "kind"),
    leaf("TransportMarkCode", "mark"),
    leaf("TransportIdentifier", "identifier"),
    leaf("TransportMeansNationalityCode", "nationality"),
    leaf("ActiveTransportIdentifier", "trailer"),
];

const ITEM: &[Row] = &[
    leaf("GoodsNumeric", "number").fill(Fill::Position),
    leaf("GoodsDescription", "description").continues(),
    leaf("GrossWeightQuantity", "mass_gross"),
    leaf("NetWeightQuantity", "mass_net"),
    leaf("NetWeightQuantity2", "mass_net_bare"),
    leaf("InvoicedCost", "invoice_value"),
    leaf("InvoicedCurrencyCode", "invoice_currency"),
    leaf("CustomsCost", "customs_value"),
    leaf("StatisticalCost", "statistical_value"),
    leaf("GoodsTNVEDCode", "commodity_code").convert(Convert::CommonDigits),
    leaf("AdditionalSign", "non_tariff_sign"),
    leaf("IntellectPropertySign", "intellectual_property_sign"),
    leaf("GoodsTraceabilityCode", "traceability_sign"),
    leaf("CIMSign", "marking_sign"),
    leaf("OriginCountryCode", "origin_country"),
    leaf("OriginCountryName", "origin_country_name"),
    leaf("CustomsCostCorrectMethod", "valuation_method"),
    leaf("GoodsAddTNVEDCode", "additional_code"),
    leaf("AdditionalSheetCount", "sheet_number"),
    record("GoodsGroupDescription", "groups", GROUP),
    record(
        "Preferencii",
        "preference",
        &[
            leaf("CustomsTax", "fee").convert(Convert::Cyrillic).fill(Fill::Text("ОО")),
            leaf("CustomsDuty", "duty").convert(Convert::Cyrillic).fill(Fill::Text("ОО")),
            leaf("Excise", "excise").fill(Fill::Text("-")),
            leaf("Rate", "vat").convert(Convert::Cyrillic).fill(Fill::Text("ОО")),
        ],
    ),
    leaf("CurrencyCode", "currency"),
    record("ESADout_CUPresentedDocument", "documents", DOCUMENT),
    record("ESADout_CUPrecedingDocument", "preceding_documents", PRECEDING_DOCUMENT),
    record("ESADout_CUCustomsPaymentCalculation", "payments", PAYMENT_LINE),
    record(
        "SupplementaryGoodsQuantity",
        "supplementary",
        &[
            leaf("GoodsQuantity", "quantity"),
            leaf("MeasureUnitQualifierName", "unit_name"),
            leaf("MeasureUnitQualifierCode", "unit"),
        ],
    ),
    record("ESADGoodsPackaging", "packaging", PACKAGING),
    record("ESADGoodsQuota", "quota", QUOTA),
    record(
        "ESADContainer",
        "containers",
        &[
            leaf("ContainerQuantity", "count"),
            leaf("ContainerKind", "kind"),
            group("ContainerNumber", &[leaf("ContainerIdentificaror", "numbers")]).repeats(),
        ],
    ),
    record(
        "ESADCustomsProcedure",
        "procedure",
        &[
            leaf("MainCustomsModeCode", "requested"),
            leaf("PrecedingCustomsModeCode", "previous").fill(Fill::Text("00")),
            leaf("GoodsTransferFeature", "feature").fill(Fill::Text("000")),
        ],
    ),
    record(
        "GoodsAutomobile",
        "vehicles",
        &[
            leaf("Model", "model"),
            leaf("Mark", "make"),
            group(
                "EngineVolumeQuanity",
                &[
                    leaf("MeasuredAmount", "engine_volume_cm3"),
                    // Cubic centimetres.
                    fixed("MeasureUnitQualifierCode", "111"),
                ],
            ),
            leaf("VINID", "vin"),
        ],
    ),
];

const GROUP: &[Row] = &[
    leaf("GoodsDescription", "description").continues(),
    record(
        "GoodsGroupInformation",
        "lots",
        &[
            leaf("Manufacturer", "manufacturer"),
            leaf("TradeMark", "trade_mark"),
            leaf("GoodsMark", "mark"),
            leaf("GoodsModel", "model"),
            leaf("GoodsMarking", "article"),
            leaf("GoodsStandard", "standard"),
            leaf("SerialNumber", "serial_numbers"),
            record(
                "GoodsGroupQuantity",
                "quantity",
                &[
                    leaf("GoodsQuantity", "quantity"),
                    leaf("MeasureUnitQualifierName", "unit_name"),
                    leaf("MeasureUnitQualifierCode", "unit"),
                ],
            ),
        ],
    ),
    leaf("GroupNum", "number"),
];

const DOCUMENT: &[Row] = &[
    leaf("PrDocumentName", "name"),
    leaf("PrDocumentNumber", "number"),
    leaf("PrDocumentDate", "date"),
    leaf("PresentedDocumentModeCode", "kind"),
    leaf("DocumentBeginActionsDate", "valid_from"),
    leaf("DocumentEndActionsDate", "valid_to"),
    leaf("TemporaryStorageImportDate", "term"),
    leaf("CustomsPaymentModeCodeType", "payment_kind"),
    leaf("CountryCode", "country"),
    leaf("RecordID", "record_id"),
    group("RFG44PresentedDocId", &[leaf("ElectronicArchID", "archive_id")]),
    group("DocumentPresentingDetails", &[leaf("DocPresentKindCode", "presenting")]),
];

const PRECEDING_DOCUMENT: &[Row] = &[
    leaf("LineNumber", "line"),
    leaf("PrecedingDocumentCustomsCode", "office"),
    leaf("PrecedingDocumentDate", "date").if_fits(),
    leaf("PrecedingDocumentNumber", "number").if_fits(),
    leaf("OtherPrDocumentNumber", "number"),
    leaf("OtherPrDocumentDate", "date"),
    leaf("PrecedingDocumentGoodsNumeric", "item"),
    leaf("PrecedingDocumentName", "name"),
    leaf("PrecedingDocumentModeCode", "kind"),
    leaf("NetWeightQuantity", "mass_net"),
];

const PAYMENT_LINE: &[Row] = &[
    leaf("PaymentModeCode", "kind"),
    leaf("PaymentAmount", "amount"),
    leaf("PaymentCurrencyCode", "currency"),
    leaf("TaxBase", "base"),
    leaf("Rate", "rate"),
    leaf("RateTypeCode", "rate_kind"),
    leaf("RateCurrencyCode", "rate_currency"),
    leaf("RateTNVEDQualifierCode", "rate_unit"),
    leaf("Rate2", "second_rate"),
    leaf("RateTypeCode2", "second_rate_kind"),
    leaf("RateCurrencyCode2", "second_rate_currency"),
    leaf("RateTNVEDQualifierCode2", "second_rate_unit"),
    leaf("RateUseDate", "rate_date"),
    leaf("PaymentCode", "method"),
];

const PAYMENT_TOTAL: &[Row] = &[
    leaf("PaymentModeCode", "kind"),
    leaf("PaymentAmount", "amount"),
    leaf("PaymentCurrencyCode", "currency"),
    leaf("PaymentWayCode", "way"),
    group(
        "PaymentDocument",
        &[leaf("PrDocumentNumber", "document_number"), leaf("PrDocumentDate", "document_date")],
    ),
    // A payer's number tells by its length whose it is; the numbers of Kazakhstan have the length of
    // a Russian person's, so they are only read.
    group("RFOrganizationFeatures", &[leaf("INN", "payer").if_fits()]),
    group("RKOrganizationFeatures", &[leaf("BIN", "payer").if_fits(), leaf("IIN", "payer").if_fits()]),
    group("RBOrganizationFeatures", &[leaf("UNP", "payer").if_fits()]),
    group("RAOrganizationFeatures", &[leaf("UNN", "payer").if_fits()]),
    group("KGOrganizationFeatures", &[leaf("KGINN", "payer").if_fits()]),
];

const PACKAGING: &[Row] = &[
    leaf("PakageQuantity", "package_count"),
    leaf("PakageTypeCode", "kind"),
    leaf("PakagePartQuantity", "partial_count"),
    record("PackingInformation", "packages", &[leaf("PackingCode", "code"), leaf("PakingQuantity", "count")])
        .until(OLD),
    record(
        "PackagePalleteInformation",
        "packages",
        &[leaf("PalleteCode", "code"), leaf("PalleteQuantity", "count")],
    )
    .since(NEW),
];

const QUOTA: &[Row] = &[
    group(
        "ESADProductQuantityQuota",
        &[leaf("GoodsQuantity", "quantity"), leaf("MeasureUnitQualifierCode", "unit")],
    ),
    group(
        "ESADCurrencyQuota",
        &[leaf("QuotaCurrencyQuantity", "value"), leaf("QuotaCurrencyCode", "currency")],
    ),
];

const SIGNATORY: &[Row] = &[
    // Until 5.15 the person's name stands in the element itself.
    leaf("PersonSurname", "surname").until(OLD),
    leaf("PersonName", "name").until(OLD),
    leaf("PersonMiddleName", "middle_name").until(OLD),
    leaf("PersonPost", "post").until(OLD),
    group("Contact", &[leaf("Phone", "phone").repeats()]).until(OLD),
    leaf("ExecutionDate", "signed_on").convert(Convert::Day).until(OLD),
    leaf("QualificationCertificate", "certificate_number").until(OLD),
    group(
        "AuthoritesDocument",
        &[leaf("PrDocumentNumber", "authority_number"), leaf("PrDocumentDate", "authority_date")],
    )
    .until(OLD),
    group(
        "SigningDetails",
        &[
            leaf("PersonSurname", "surname"),
            leaf("PersonName", "name"),
            leaf("PersonMiddleName", "middle_name"),
            leaf("PersonPost", "post"),
            group("CommunicationDetails", &[leaf("Phone", "phone").repeats()]),
            leaf("SigningDate", "signed_on").convert(Convert::Day).fill(Fill::WrittenOn),
        ],
    )
    .since(NEW),
    leaf("QualificationCertificate", "certificate_number").since(NEW),
    group(
        "PowerOfAttorneyDetails",
        &[leaf("PrDocumentNumber", "authority_number"), leaf("PrDocumentDate", "authority_date")],
    )
    .since(NEW),
];

const REPRESENTATIVE: &[Row] = &[
    group("BrokerRegistryDocDetails", &[leaf("RegistrationNumberId", "registry_number")]),
    group(
        "RepresentativeContractDetails",
        &[leaf("PrDocumentNumber", "contract_number"), leaf("PrDocumentDate", "contract_date")],
    ),
];
