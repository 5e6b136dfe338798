//! The table of ESADout_CU: element ↔ field, in the order of the schema. Reading, writing and the
//! pages of documentation all walk it; there is no second list.
//!
//! Structure: album of formats of the Federal Customs Service, versions 5.10 to 5.27. Misspelt
//! element names (`CounryName`, `PakageQuantity`) are the official ones. Until 5.15 names, addresses
//! and signatures stand in other modules than later; documents of 5.14 and 5.15 are seen with both.

use super::row::{Convert, Fill, Fit, Module, Row, fixed, group, leaf, record, shared};
use Fit::{Any, Chars, Country, Digits, Number, Positive, Shape};
use Module::{Common, Document, Form, Russian, Signing};

/// The last album with the structures of old.
const OLD: u8 = 15;
/// The first album with the structures of today.
const NEW: u8 = 14;
/// The last album in which a declaration for transit is an ESADout_CU.
const TRANSIT: u8 = 23;

const LETTER: Fit = Chars(1, 1);
const CODE2: Fit = Chars(2, 2);
const CODE3: Fit = Chars(3, 3);
const CODE5: Fit = Chars(5, 5);
const DIGITS3: Fit = Digits(&[3]);
const LANGUAGE: Fit = Shape("AA");
const ID20: Fit = Chars(1, 20);
const UNIT: Fit = Chars(3, 3);
const RATE: Fit = Number(12, 6);
/// `SheetNumberType`.
const SHEETS: Fit = Number(5, 0);

/// The root's content.
pub(crate) const DECLARATION: &[Row] = &[
    leaf(Common, "DocumentID", "document_id", Any).fill(Fill::DocumentId),
    group(
        Document,
        "EECEDocHeaderAddInfo",
        &[
            leaf(Russian, "EDocCode", "document_code", Shape("R.000|R.AA.AA.00.000"))
                .fill(Fill::Text("R.036")),
            leaf(Russian, "EDocDateTime", "created_at", Any).fill(Fill::WrittenAt),
            leaf(Russian, "LanguageCode", "language", LANGUAGE),
        ],
    )
    .since(NEW)
    .fill(Fill::Empty),
    leaf(Document, "CustomsProcedure", "direction", CODE2).convert(Convert::Cyrillic).fill(Fill::Demand),
    leaf(Document, "CustomsModeCode", "procedure", CODE2),
    leaf(Document, "TransitFeature", "transit_feature", Chars(1, 3)).until(TRANSIT),
    leaf(Document, "TransitDirectionCode", "transit_direction", CODE2)
        .convert(Convert::Cyrillic)
        .until(TRANSIT),
    leaf(Document, "ElectronicDocumentSign", "electronic_sign", CODE2).convert(Convert::Cyrillic),
    leaf(Document, "DocUsageCode", "document_usage", Chars(1, 3)),
    leaf(Document, "DeclarationKind", "particularity", CODE3),
    leaf(Document, "SealQuantity", "seal_count", Number(3, 0)).until(TRANSIT),
    leaf(Document, "SealId", "seals", ID20).until(TRANSIT),
    leaf(Document, "RecipientCountryCode", "recipient_country", Country).fill(Fill::Country).until(TRANSIT),
    group(Document, "ESADout_CUGoodsShipment", SHIPMENT).fill(Fill::Empty).part(),
    record(Document, "FilledPerson", "signatory", SIGNATORY),
    record(Document, "CUESADCustomsRepresentative", "representative", REPRESENTATIVE),
];

const SHIPMENT: &[Row] = &[
    leaf(Form, "OriginCountryName", "origin_country_name", Any),
    leaf(Form, "OriginCountryCode", "origin_country", Country),
    leaf(Form, "SpecificationNumber", "specification_count", SHEETS),
    leaf(Form, "SpecificationListNumber", "specification_sheet_count", SHEETS),
    leaf(Form, "TotalGoodsNumber", "item_count", Number(3, 0)),
    leaf(Form, "TotalPackageNumber", "package_count", Number(8, 0)),
    leaf(Form, "TotalSheetNumber", "sheet_count", Number(3, 0)),
    leaf(Form, "TotalCustCost", "customs_value_total", Any),
    leaf(Form, "CustCostCurrencyCode", "customs_value_currency", Any),
    record(Document, "ESADout_CUConsignor", "consignor", &[shared(PARTY), EQUAL_INDICATOR]),
    record(Document, "ESADout_CUConsignee", "consignee", &[shared(PARTY), EQUAL_INDICATOR]),
    record(
        Document,
        "ESADout_CUFinancialAdjustingResponsiblePerson",
        "financial_party",
        &[shared(PARTY), leaf(Document, "DeclarantEqualFlag", "same_as_declarant", Any)],
    ),
    record(Document, "ESADout_CUDeclarant", "declarant", PARTY).fill(Fill::Empty),
    record(Document, "ESADout_CUCarrier", "carrier", &[shared(PARTY), DRIVERS]).until(TRANSIT),
    record(
        Document,
        "ESADout_CUGoodsLocation",
        "goods_locations",
        &[
            leaf(Document, "InformationTypeCode", "kind", CODE2),
            leaf(Document, "CustomsOffice", "office", Any),
            leaf(Document, "CustomsCountryCode", "country", Country).fill(Fill::Country),
            leaf(Document, "LocationName", "name", Any),
            group(
                Document,
                "GoodsLocationPlace",
                &[leaf(Form, "NumberCustomsZone", "zone", Any).fill(Fill::Demand)],
            ),
            record(Document, "Address", "address", ADDRESS),
        ],
    ),
    group(Document, "ESADout_CUConsigment", CONSIGNMENT),
    group(
        Document,
        "ESADout_CUMainContractTerms",
        &[
            leaf(Form, "ContractCurrencyCode", "invoice_currency", Any),
            leaf(Form, "ContractCurrencyRate", "exchange_rate", Number(11, 4)),
            leaf(Form, "TotalInvoiceAmount", "invoice_total", Any),
            leaf(Form, "TradeCountryCode", "trade_country", Country),
            leaf(Form, "DealFeatureCode", "deal_feature", CODE2),
            leaf(Form, "DealNatureCode", "deal_nature", CODE3),
            record(
                Form,
                "CUESADDeliveryTerms",
                "delivery",
                &[
                    leaf(Common, "DeliveryPlace", "place", Any),
                    leaf(Common, "DeliveryTermsStringCode", "terms", Any),
                ],
            ),
        ],
    ),
    record(Document, "ESADout_CUGoods", "items", ITEM).part(),
    group(
        Document,
        "ESADout_CUPayments",
        &[record(Document, "ESADout_CUCustomsPayment", "payments", PAYMENT_TOTAL)],
    ),
    record(
        Document,
        "Guarantee",
        "guarantees",
        &[
            leaf(Form, "PaymentWayCode", "way", CODE2).fill(Fill::Demand),
            leaf(Form, "Amount", "amount", Any).fill(Fill::Demand),
            group(
                Form,
                "GuaranteeDocDetails",
                &[
                    leaf(Common, "PrDocumentNumber", "document_number", Any),
                    leaf(Common, "PrDocumentDate", "document_date", Any),
                ],
            ),
        ],
    ),
    record(
        Document,
        "TDGuarantee",
        "transit_guarantees",
        &[
            leaf(Form, "MeasureCode", "measure", Digits(&[2])).fill(Fill::Demand),
            leaf(Form, "DocNumber", "document_number", Any),
            leaf(Form, "DocDate", "document_date", Any),
            leaf(Form, "GuaranteeAmount", "amount", Any),
        ],
    )
    .until(TRANSIT),
];

const EQUAL_INDICATOR: Row = leaf(Signing, "EqualIndicator", "same_as_declarant", Any);

const PARTY: &[Row] = &[
    leaf(Common, "OrganizationName", "name", Any),
    leaf(Common, "ShortName", "short_name", Any),
    leaf(Common, "OrganizationLanguage", "language", LANGUAGE),
    group(
        Common,
        "RFOrganizationFeatures",
        &[
            leaf(Common, "OGRN", "ogrn", Digits(&[13, 15])),
            leaf(Common, "INN", "inn", Chars(10, 12)),
            leaf(Common, "KPP", "kpp", Digits(&[9])),
        ],
    )
    .choice(),
    group(
        Common,
        "RKOrganizationFeatures",
        &[leaf(Common, "BIN", "bin", Digits(&[12])), leaf(Common, "IIN", "iin", Digits(&[12]))],
    )
    .choice(),
    group(Common, "RBOrganizationFeatures", &[leaf(Common, "UNP", "unp", Digits(&[9]))]).choice(),
    group(
        Common,
        "RAOrganizationFeatures",
        &[
            leaf(Common, "UNN", "unn", Digits(&[8])),
            leaf(Common, "SocialServiceNumber", "social_number", Digits(&[10])),
        ],
    )
    .choice(),
    group(
        Common,
        "KGOrganizationFeatures",
        &[leaf(Common, "KGINN", "kg_inn", Digits(&[14])), leaf(Common, "KGOKPO", "kg_okpo", Digits(&[8]))],
    )
    .choice(),
    leaf(Russian, "CountryA2Code", "country", Country),
    group(Russian, "UITN", &[leaf(Russian, "UITNCode", "customs_number", Any).fill(Fill::Demand)]),
    leaf(Russian, "PersonId", "person_number", Any),
    record(Common, "Address", "address", OLD_ADDRESS).until(OLD),
    record(Common, "IdentityCard", "identity_card", OLD_IDENTITY_CARD).until(OLD),
    group(Common, "Contact", CONTACT).until(OLD),
    record(Russian, "IdentityCard", "identity_card", IDENTITY_CARD).since(NEW),
    record(Russian, "SubjectAddressDetails", "address", ADDRESS).since(NEW),
    group(Russian, "CommunicationDetails", CONTACT).since(NEW),
];

const CONTACT: &[Row] = &[leaf(Common, "Phone", "phones", Any), leaf(Common, "E_mail", "emails", Any)];

const DRIVERS: Row = record(
    Document,
    "ESADout_CUDriverInformation",
    "drivers",
    &[
        leaf(Common, "PersonSurname", "surname", Any).fill(Fill::Demand),
        leaf(Common, "PersonName", "name", Any).fill(Fill::Demand),
        leaf(Common, "PersonMiddleName", "middle_name", Any),
        leaf(Common, "PersonPost", "post", Any),
        record(Russian, "IdentityCard", "identity_card", IDENTITY_CARD),
    ],
);

const ADDRESS: &[Row] = &[
    leaf(Russian, "AddressKindCode", "kind", ID20),
    leaf(Russian, "PostalCode", "postal_code", Any),
    leaf(Russian, "CountryCode", "country", Country),
    leaf(Russian, "CounryName", "country_name", Any),
    leaf(Russian, "Region", "region", Any),
    leaf(Russian, "District", "district", Any),
    leaf(Russian, "Town", "town", Any),
    leaf(Russian, "City", "city", Any),
    leaf(Russian, "StreetHouse", "street_house", Any),
    leaf(Russian, "House", "house", Any),
    leaf(Russian, "Room", "room", Any),
    leaf(Russian, "AddressText", "text", Any),
];

const OLD_ADDRESS: &[Row] = &[
    leaf(Common, "PostalCode", "postal_code", Any),
    leaf(Common, "CountryCode", "country", Any),
    leaf(Common, "CounryName", "country_name", Any),
    leaf(Common, "Region", "region", Any),
    leaf(Common, "City", "city", Any),
    leaf(Common, "StreetHouse", "street_house", Any),
];

const IDENTITY_CARD: &[Row] = &[
    leaf(Russian, "IdentityCardCode", "code", Shape("00|AA00000")),
    leaf(Russian, "IdentityCardName", "name", Any),
    leaf(Russian, "IdentityCardSeries", "series", Any),
    leaf(Russian, "IdentityCardNumber", "number", Any),
    leaf(Russian, "IdentityCardDate", "issued_on", Any),
    leaf(Russian, "OrganizationName", "issuer", Any),
];

const OLD_IDENTITY_CARD: &[Row] = &[
    leaf(Common, "IdentityCardCode", "code", Any),
    leaf(Common, "IdentityCardName", "name", Any),
    leaf(Common, "IdentityCardSeries", "series", Any),
    leaf(Common, "IdentityCardNumber", "number", Any),
    leaf(Common, "IdentityCardDate", "issued_on", Any),
    leaf(Common, "OrganizationName", "issuer", Any),
];

const CONSIGNMENT: &[Row] = &[
    leaf(Form, "ContainerIndicator", "container_indicator", Any),
    leaf(Form, "DispatchCountryCode", "dispatch_country", Country),
    leaf(Form, "DispatchCountryName", "dispatch_country_name", Any),
    leaf(Form, "DestinationCountryCode", "destination_country", Country),
    leaf(Form, "DestinationCountryName", "destination_country_name", Any),
    record(Form, "BorderCustomsOffice", "border_offices", OFFICE),
    record(Document, "ESADout_CUDepartureArrivalTransport", "transport_inland", TRANSPORT),
    record(Document, "ESADout_CUBorderTransport", "transport_border", TRANSPORT),
    leaf(Document, "DateExpectedArrival", "expected_arrival_date", Any).until(TRANSIT),
    leaf(Document, "TimeExpectedArrival", "expected_arrival_time", Any).until(TRANSIT),
    record(Document, "PPBorderCustoms", "arrival_office", OFFICE).until(TRANSIT),
    group(
        Document,
        "TDDeliveryPlace",
        &[record(Document, "DeliveryCustomsOffice", "delivery_office", OFFICE)],
    )
    .until(TRANSIT),
];

const OFFICE: &[Row] = &[
    leaf(Common, "Code", "code", Any).fill(Fill::Demand),
    leaf(Common, "OfficeName", "name", Any),
    leaf(Common, "CustomsCountryCode", "country", DIGITS3).convert(Convert::CountryDigits),
];

const TRANSPORT: &[Row] = &[
    leaf(Common, "TransportModeCode", "mode", CODE2),
    leaf(Common, "TransportNationalityCode", "nationality", Country),
    leaf(Document, "TransportMeansQuantity", "means_count", Positive(5, 0)),
    record(Common, "TransportMeans", "means", MEANS).until(OLD),
    record(Document, "RUTransportMeans", "means", MEANS),
];

const MEANS: &[Row] = &[
    leaf(Common, "VIN", "vin", Any),
    leaf(Common, "TransportKindCode", "kind", CODE3),
    leaf(Common, "TransportMarkCode", "mark", CODE3),
    leaf(Common, "TransportIdentifier", "identifier", Any),
    leaf(Common, "TransportMeansNationalityCode", "nationality", Country),
    leaf(Common, "ActiveTransportIdentifier", "trailer", Any),
];

const ITEM: &[Row] = &[
    leaf(Form, "GoodsNumeric", "number", Number(3, 0)).fill(Fill::Position),
    leaf(Form, "GoodsDescription", "description", Any).at_most(4).continues(),
    leaf(Form, "GrossWeightQuantity", "mass_gross", Any),
    leaf(Form, "NetWeightQuantity", "mass_net", Any),
    leaf(Form, "NetWeightQuantity2", "mass_net_bare", Any),
    leaf(Form, "InvoicedCost", "invoice_value", Any),
    leaf(Form, "InvoicedCurrencyCode", "invoice_currency", Any),
    leaf(Form, "CustomsCost", "customs_value", Any),
    leaf(Form, "StatisticalCost", "statistical_value", Any),
    leaf(Form, "GoodsTNVEDCode", "commodity_code", Digits(&[4, 6, 8, 10])).convert(Convert::CommonDigits),
    leaf(Form, "AdditionalSign", "non_tariff_sign", LETTER),
    leaf(Form, "IntellectPropertySign", "intellectual_property_sign", LETTER),
    leaf(Form, "GoodsTraceabilityCode", "traceability_sign", LETTER),
    leaf(Form, "CIMSign", "marking_sign", LETTER),
    leaf(Form, "OriginCountryCode", "origin_country", Country),
    leaf(Form, "OriginCountryName", "origin_country_name", Any),
    leaf(Form, "CustomsCostCorrectMethod", "valuation_method", LETTER),
    leaf(Form, "GoodsAddTNVEDCode", "additional_code", Digits(&[4])),
    leaf(Form, "AdditionalSheetCount", "sheet_number", SHEETS),
    record(Form, "GoodsGroupDescription", "groups", GROUP),
    record(
        Form,
        "Preferencii",
        "preference",
        &[
            leaf(Form, "CustomsTax", "fee", CODE2).convert(Convert::Cyrillic).fill(Fill::Text("ОО")),
            leaf(Form, "CustomsDuty", "duty", CODE2).convert(Convert::Cyrillic).fill(Fill::Text("ОО")),
            leaf(Form, "Excise", "excise", LETTER).fill(Fill::Text("-")),
            leaf(Form, "Rate", "vat", CODE2).convert(Convert::Cyrillic).fill(Fill::Text("ОО")),
        ],
    ),
    leaf(Document, "CurrencyCode", "currency", Any),
    record(Document, "ESADout_CUPresentedDocument", "documents", DOCUMENT),
    record(Document, "ESADout_CUPrecedingDocument", "preceding_documents", PRECEDING_DOCUMENT),
    record(Document, "ESADout_CUCustomsPaymentCalculation", "payments", PAYMENT_LINE),
    record(
        Document,
        "SupplementaryGoodsQuantity",
        "supplementary",
        &[
            leaf(Common, "GoodsQuantity", "quantity", Any).fill(Fill::Demand),
            leaf(Common, "MeasureUnitQualifierName", "unit_name", Any),
            leaf(Common, "MeasureUnitQualifierCode", "unit", UNIT),
        ],
    ),
    record(Document, "ESADGoodsPackaging", "packaging", PACKAGING),
    record(Document, "ESADGoodsQuota", "quota", QUOTA),
    record(
        Document,
        "ESADContainer",
        "containers",
        &[
            leaf(Form, "ContainerQuantity", "count", Number(8, 0)),
            leaf(Form, "ContainerKind", "kind", CODE2),
            group(
                Form,
                "ContainerNumber",
                &[leaf(Form, "ContainerIdentificaror", "numbers", Any).fill(Fill::Demand)],
            )
            .repeats()
            .fill(Fill::Demand),
        ],
    ),
    record(
        Document,
        "ESADCustomsProcedure",
        "procedure",
        &[
            leaf(Form, "MainCustomsModeCode", "requested", CODE2).fill(Fill::Demand),
            leaf(Form, "PrecedingCustomsModeCode", "previous", CODE2).fill(Fill::Text("00")),
            leaf(Form, "GoodsTransferFeature", "feature", CODE3).fill(Fill::Text("000")),
        ],
    ),
    record(
        Document,
        "GoodsAutomobile",
        "vehicles",
        &[
            leaf(Form, "Model", "model", Any),
            leaf(Form, "Mark", "make", Any),
            group(
                Form,
                "EngineVolumeQuanity",
                &[
                    leaf(Form, "MeasuredAmount", "engine_volume_cm3", Positive(24, 6)),
                    // Cubic centimetres.
                    fixed(Form, "MeasureUnitQualifierCode", "111"),
                ],
            ),
            leaf(Form, "VINID", "vin", Any),
        ],
    ),
];

const GROUP: &[Row] = &[
    leaf(Form, "GoodsDescription", "description", Any).fill(Fill::Demand).continues(),
    record(
        Form,
        "GoodsGroupInformation",
        "lots",
        &[
            leaf(Form, "Manufacturer", "manufacturer", Any),
            leaf(Form, "TradeMark", "trade_mark", Chars(1, 150)),
            leaf(Form, "GoodsMark", "mark", Any),
            leaf(Form, "GoodsModel", "model", Any),
            leaf(Form, "GoodsMarking", "article", Any),
            leaf(Form, "GoodsStandard", "standard", Any),
            leaf(Form, "SerialNumber", "serial_numbers", Any),
            record(
                Form,
                "GoodsGroupQuantity",
                "quantity",
                &[
                    leaf(Form, "GoodsQuantity", "quantity", Any).fill(Fill::Demand),
                    leaf(Form, "MeasureUnitQualifierName", "unit_name", Any),
                    leaf(Form, "MeasureUnitQualifierCode", "unit", UNIT),
                ],
            ),
        ],
    ),
    leaf(Form, "GroupNum", "number", Positive(4, 0)),
];

const DOCUMENT: &[Row] = &[
    leaf(Common, "PrDocumentName", "name", Any),
    leaf(Common, "PrDocumentNumber", "number", Any),
    leaf(Common, "PrDocumentDate", "date", Any),
    leaf(Form, "PresentedDocumentModeCode", "kind", CODE5).fill(Fill::Demand),
    leaf(Form, "DocumentBeginActionsDate", "valid_from", Any),
    leaf(Form, "DocumentEndActionsDate", "valid_to", Any),
    leaf(Form, "CustomsPaymentModeCodeType", "payment_kind", Any),
    leaf(Form, "CountryCode", "country", Country),
    leaf(Form, "RecordID", "record_id", Any),
    group(Form, "RFG44PresentedDocId", &[leaf(Form, "ElectronicArchID", "archive_id", Any)]),
    group(Signing, "DocumentPresentingDetails", &[leaf(Signing, "DocPresentKindCode", "presenting", LETTER)]),
];

const PRECEDING_DOCUMENT: &[Row] = &[
    leaf(Form, "LineNumber", "line", SHEETS),
    leaf(Form, "PrecedingDocumentCustomsCode", "office", Any),
    leaf(Form, "PrecedingDocumentDate", "date", Any),
    leaf(Form, "PrecedingDocumentNumber", "number", Chars(1, 7)).if_fits(),
    leaf(Form, "OtherPrDocumentNumber", "number", Any),
    leaf(Form, "OtherPrDocumentDate", "date", Any),
    leaf(Form, "PrecedingDocumentGoodsNumeric", "item", Number(3, 0)),
    leaf(Form, "PrecedingDocumentName", "name", Any),
    leaf(Form, "PrecedingDocumentModeCode", "kind", CODE5),
    leaf(Form, "NetWeightQuantity", "mass_net", Any),
];

const PAYMENT_LINE: &[Row] = &[
    leaf(Form, "PaymentModeCode", "kind", Any).fill(Fill::Demand),
    leaf(Form, "PaymentAmount", "amount", Any),
    leaf(Form, "PaymentCurrencyCode", "currency", DIGITS3),
    leaf(Form, "TaxBase", "base", Any),
    leaf(Form, "Rate", "rate", RATE),
    leaf(Form, "RateTypeCode", "rate_kind", LETTER),
    leaf(Form, "RateCurrencyCode", "rate_currency", DIGITS3),
    leaf(Form, "RateTNVEDQualifierCode", "rate_unit", UNIT),
    leaf(Form, "Rate2", "second_rate", RATE),
    leaf(Form, "RateTypeCode2", "second_rate_kind", LETTER),
    leaf(Form, "RateCurrencyCode2", "second_rate_currency", DIGITS3),
    leaf(Form, "RateTNVEDQualifierCode2", "second_rate_unit", UNIT),
    leaf(Form, "RateUseDate", "rate_date", Any),
    leaf(Form, "PaymentCode", "method", CODE2),
];

const PAYMENT_TOTAL: &[Row] = &[
    leaf(Form, "PaymentModeCode", "kind", Any).fill(Fill::Demand),
    leaf(Form, "PaymentAmount", "amount", Any).fill(Fill::Demand),
    leaf(Form, "PaymentCurrencyCode", "currency", DIGITS3),
    leaf(Document, "PaymentWayCode", "way", CODE2),
    group(
        Document,
        "PaymentDocument",
        &[
            leaf(Common, "PrDocumentNumber", "document_number", Any),
            leaf(Common, "PrDocumentDate", "document_date", Any),
        ],
    ),
    // A payer's number tells by its length whose it is; the numbers of Kazakhstan have the length of
    // a Russian person's, so they are only read.
    group(Document, "RFOrganizationFeatures", &[leaf(Common, "INN", "payer", Digits(&[10, 12])).if_fits()])
        .choice(),
    group(
        Document,
        "RKOrganizationFeatures",
        &[
            leaf(Common, "BIN", "payer", Digits(&[12])).if_fits(),
            leaf(Common, "IIN", "payer", Digits(&[12])).if_fits(),
        ],
    )
    .choice(),
    group(Document, "RBOrganizationFeatures", &[leaf(Common, "UNP", "payer", Digits(&[9])).if_fits()])
        .choice(),
    group(Document, "RAOrganizationFeatures", &[leaf(Common, "UNN", "payer", Digits(&[8])).if_fits()])
        .choice(),
    group(Document, "KGOrganizationFeatures", &[leaf(Common, "KGINN", "payer", Digits(&[14])).if_fits()])
        .choice(),
];

const PACKAGING: &[Row] = &[
    leaf(Form, "PakageQuantity", "package_count", Number(8, 0)),
    leaf(Form, "PakageTypeCode", "kind", LETTER),
    leaf(Form, "PakagePartQuantity", "partial_count", Number(8, 0)),
    record(
        Form,
        "PackingInformation",
        "packages",
        &[leaf(Form, "PackingCode", "code", Any), leaf(Form, "PakingQuantity", "count", Any)],
    )
    .until(OLD),
    record(
        Form,
        "PackagePalleteInformation",
        "packages",
        &[leaf(Form, "PalleteCode", "code", CODE2), leaf(Form, "PalleteQuantity", "count", Number(8, 0))],
    )
    .since(NEW),
];

const QUOTA: &[Row] = &[
    group(
        Form,
        "ESADProductQuantityQuota",
        &[
            leaf(Common, "GoodsQuantity", "quantity", Any).fill(Fill::Demand),
            leaf(Common, "MeasureUnitQualifierCode", "unit", UNIT),
        ],
    ),
    group(
        Form,
        "ESADCurrencyQuota",
        &[
            leaf(Form, "QuotaCurrencyQuantity", "value", Any).fill(Fill::Demand),
            leaf(Form, "QuotaCurrencyCode", "currency", DIGITS3).fill(Fill::Demand),
        ],
    ),
];

const SIGNATORY: &[Row] = &[
    // Until 5.15 the person's name stands in the element itself.
    leaf(Common, "PersonSurname", "surname", Any).until(OLD),
    leaf(Common, "PersonName", "name", Any).until(OLD),
    leaf(Common, "PersonMiddleName", "middle_name", Any).until(OLD),
    leaf(Common, "PersonPost", "post", Any).until(OLD),
    group(Form, "Contact", &[leaf(Common, "Phone", "phone", Any).repeats()]).until(OLD),
    leaf(Form, "ExecutionDate", "signed_on", Any).convert(Convert::Day).until(OLD),
    leaf(Form, "QualificationCertificate", "certificate_number", Any).until(OLD),
    group(
        Form,
        "AuthoritesDocument",
        &[
            leaf(Common, "PrDocumentNumber", "authority_number", Any),
            leaf(Common, "PrDocumentDate", "authority_date", Any),
        ],
    )
    .until(OLD),
    group(
        Signing,
        "SigningDetails",
        &[
            leaf(Common, "PersonSurname", "surname", Any).fill(Fill::Demand),
            leaf(Common, "PersonName", "name", Any).fill(Fill::Demand),
            leaf(Common, "PersonMiddleName", "middle_name", Any),
            leaf(Common, "PersonPost", "post", Any),
            group(Russian, "CommunicationDetails", &[leaf(Common, "Phone", "phone", Any).repeats()]),
            leaf(Russian, "SigningDate", "signed_on", Any).convert(Convert::Day).fill(Fill::WrittenOn),
        ],
    )
    .since(NEW),
    leaf(Signing, "QualificationCertificate", "certificate_number", Chars(1, 6)).since(NEW),
    group(
        Signing,
        "PowerOfAttorneyDetails",
        &[
            leaf(Common, "PrDocumentNumber", "authority_number", Any),
            leaf(Common, "PrDocumentDate", "authority_date", Any),
        ],
    )
    .since(NEW),
];

const REPRESENTATIVE: &[Row] = &[
    group(
        Signing,
        "BrokerRegistryDocDetails",
        &[leaf(Signing, "RegistrationNumberId", "registry_number", Chars(1, 25)).fill(Fill::Demand)],
    )
    .fill(Fill::Empty),
    group(
        Signing,
        "RepresentativeContractDetails",
        &[
            leaf(Common, "PrDocumentNumber", "contract_number", Any),
            leaf(Common, "PrDocumentDate", "contract_date", Any),
        ],
    )
    .fill(Fill::Empty),
];
