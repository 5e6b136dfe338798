//! What the declarations of the Eurasian Economic Commission have in common: parties, documents, measures.
//!
//! Structure: the commission's data model, parts of the customs domain (urn:EEC:M:CA). Codes, amounts and
//! measures name the classifier they come from in an attribute; the numbers of the classifiers are those
//! of the union's register of reference information.

use super::{Convert, Fill, Row, classifier, fixed, group, leaf, record, shared};

/// The union's classifier of countries.
pub(super) const COUNTRIES: &str = "2021";
/// Of currencies.
pub(super) const CURRENCIES: &str = "2022";
/// Of units of measure.
pub(super) const UNITS: &str = "2016";
/// Of customs procedures.
pub(super) const PROCEDURES: &str = "2002";
/// Of modes of transport.
pub(super) const TRANSPORT_MODES: &str = "2004";
/// Of kinds of documents and information.
pub(super) const DOCUMENT_KINDS: &str = "2009";
/// Of kinds of cargo, packages and packing materials.
pub(super) const PACKAGES: &str = "2013";
/// Of types of means of transport.
const TRANSPORT_TYPES: &str = "2024";
/// Of makes of vehicles.
const MAKES: &str = "2025";
/// Of ways to secure payments.
pub(super) const GUARANTEES: &str = "2017";

/// An element that holds a code of a classifier: the code is the field.
macro_rules! coded {
    ($element:literal, $field:literal) => {
        group($element, &[leaf("=", $field)])
    };
    ($element:literal, $field:literal, $list:expr) => {
        group($element, &[leaf("=", $field), classifier("@codeListId", $list)])
    };
}

/// An element that holds an amount, and where the record has one, the field of its currency.
macro_rules! amount {
    ($element:literal, $field:literal) => {
        group(
            $element,
            &[
                leaf("=", $field),
                $crate::mapping::filled("@currencyCode", Fill::ValueCurrency),
                classifier("@currencyCodeListId", CURRENCIES),
            ],
        )
    };
    ($element:literal, $field:literal, $currency:literal) => {
        group(
            $element,
            &[
                leaf("=", $field),
                leaf("@currencyCode", $currency),
                classifier("@currencyCodeListId", CURRENCIES),
            ],
        )
    };
}

/// An element that holds a quantity in a unit that is always the same.
macro_rules! measure {
    ($element:literal, $field:literal, $unit:literal) => {
        group(
            $element,
            &[
                leaf("=", $field),
                fixed("@measurementUnitCode", $unit),
                classifier("@measurementUnitCodeListId", UNITS),
            ],
        )
    };
}

pub(super) use {amount, coded, measure};

/// A party: one taxpayer's number stands for those of all members of the union (see [`super::taxpayer`]).
pub(super) const PARTY: &[Row] = &[
    coded!("UnifiedCountryCode", "country", COUNTRIES),
    leaf("SubjectName", "name"),
    leaf("SubjectBriefName", "short_name"),
    group("CAUniqueCustomsNumberId", &[leaf("=", "customs_number")]),
    leaf("TaxpayerId", "inn"),
    leaf("TaxRegistrationReasonCode", "kpp"),
    leaf("PersonId", "person_number"),
    record("IdentityDocV3Details", "identity_card", IDENTITY_CARD),
    record("SubjectAddressDetails", "address", ADDRESS),
];

/// A party that may be the declarant.
pub(super) const PARTY_OR_DECLARANT: &[Row] = &[shared(PARTY), leaf("EqualIndicator", "same_as_declarant")];

pub(super) const IDENTITY_CARD: &[Row] = &[
    coded!("IdentityDocKindCode", "code"),
    leaf("DocKindName", "name"),
    leaf("DocSeriesId", "series"),
    leaf("DocId", "number"),
    leaf("DocCreationDate", "issued_on"),
    leaf("AuthorityName", "issuer"),
];

pub(super) const ADDRESS: &[Row] = &[
    leaf("AddressKindCode", "kind"),
    coded!("UnifiedCountryCode", "country", COUNTRIES),
    leaf("RegionName", "region"),
    leaf("DistrictName", "district"),
    leaf("CityName", "town"),
    leaf("SettlementName", "city"),
    leaf("StreetName", "street_house"),
    leaf("BuildingNumberId", "house"),
    leaf("RoomNumberId", "room"),
    leaf("PostCode", "postal_code"),
];

pub(super) const OFFICE: &[Row] = &[
    leaf("CustomsOfficeCode", "code"),
    leaf("CustomsOfficeName", "name"),
    coded!("UnifiedCountryCode", "country", COUNTRIES),
];

pub(super) const TRANSPORT: &[Row] = &[
    coded!("UnifiedTransportModeCode", "mode", TRANSPORT_MODES),
    coded!("RegistrationNationalityCode", "nationality", COUNTRIES),
    leaf("TransportMeansQuantity", "means_count"),
    record("TransportMeansItemDetails", "means", MEANS),
];

pub(super) const MEANS: &[Row] = &[
    coded!("RegistrationNationalityCode", "nationality", COUNTRIES),
    group("TransportMeansRegId", &[leaf("=", "identifier")]),
    leaf("VehicleId", "vin"),
    coded!("TransportTypeCode", "kind", TRANSPORT_TYPES),
    coded!("VehicleMakeCode", "mark", MAKES),
];

/// What every line of goods has.
pub(super) const GOODS: &[Row] = &[
    leaf("ConsignmentItemOrdinal", "number").fill(Fill::Position),
    leaf("CommodityCode", "commodity_code").convert(Convert::CommonDigits),
    leaf("GoodsDescriptionText", "description"),
    // Kilograms.
    measure!("UnifiedGrossMassMeasure", "mass_gross", "166"),
    measure!("UnifiedNetMassMeasure", "mass_net", "166"),
    record("GoodsMeasureDetails", "supplementary", QUANTITY),
    leaf("GoodsProhibitionFreeCode", "non_tariff_sign"),
    record("CargoPackagePalletDetails", "packaging", PACKAGING),
    record("ContainerListDetails", "containers", CONTAINER),
];

/// The price of the goods; in the currency of the invoice where the item states no other.
pub(super) const PRICE: Row = group(
    "CAValueAmount",
    &[
        leaf("=", "invoice_value"),
        leaf("@currencyCode", "invoice_currency").fill(Fill::InvoiceCurrency),
        classifier("@currencyCodeListId", CURRENCIES),
    ],
);

pub(super) const QUANTITY: &[Row] = &[
    group(
        "GoodsMeasure",
        &[
            leaf("=", "quantity"),
            leaf("@measurementUnitCode", "unit"),
            classifier("@measurementUnitCodeListId", UNITS),
        ],
    ),
    leaf("MeasureUnitAbbreviationCode", "unit_name"),
];

const PACKAGING: &[Row] = &[
    leaf("PackageAvailabilityCode", "kind"),
    leaf("CargoQuantity", "package_count"),
    leaf("CargoPartQuantity", "partial_count"),
    record(
        "PackagePalletDetails",
        "packages",
        &[coded!("PackageKindCode", "code", PACKAGES), leaf("PackageQuantity", "count")],
    ),
];

const CONTAINER: &[Row] = &[
    coded!("PackageKindCode", "kind", PACKAGES),
    group("ContainerDetails", &[leaf("ContainerId", "numbers")]).repeats(),
    leaf("ContainerQuantity", "count"),
];

pub(super) const DOCUMENT: &[Row] = &[
    coded!("DocKindCode", "kind", DOCUMENT_KINDS),
    leaf("DocName", "name"),
    leaf("DocId", "number"),
    leaf("DocCreationDate", "date"),
    leaf("DocStartDate", "valid_from"),
    leaf("DocValidityDate", "valid_to"),
    coded!("UnifiedCountryCode", "country", COUNTRIES),
    group("DocArchIdDetails", &[leaf("EDocArchId", "archive_id")]),
    group("DocumentPresentingDetails", &[leaf("DocPresentKindCode", "presenting")]),
];

pub(super) const PRECEDING_DOCUMENT: &[Row] = &[
    coded!("DocKindCode", "kind", DOCUMENT_KINDS),
    leaf("DocName", "name"),
    // A customs document has office, day and serial; any other a number and a day.
    group(
        "CustomsDocIdDetails",
        &[
            leaf("CustomsOfficeCode", "office"),
            leaf("DocCreationDate", "date").if_fits(),
            leaf("CustomsDocumentId", "number").if_fits(),
        ],
    ),
    leaf("DocId", "number"),
    leaf("DocCreationDate", "date"),
    leaf("ConsignmentItemOrdinal", "item"),
];

pub(super) const REPRESENTATIVE: &[Row] = &[
    group("RegisterDocumentIdDetails", &[leaf("RegistrationNumberId", "registry_number")]),
    group(
        "RepresentativeContractDetails",
        &[leaf("DocId", "contract_number"), leaf("DocCreationDate", "contract_date")],
    ),
];

pub(super) const SIGNATORY: &[Row] = &[
    group(
        "SigningDetails",
        &[
            group("FullNameDetails", FULL_NAME),
            leaf("PositionName", "post"),
            leaf("SigningDate", "signed_on").fill(Fill::WrittenOn),
        ],
    ),
    leaf("QualificationCertificateId", "certificate_number"),
    group(
        "PowerOfAttorneyDetails",
        &[leaf("DocId", "authority_number"), leaf("DocCreationDate", "authority_date")],
    ),
];

pub(super) const FULL_NAME: &[Row] =
    &[leaf("FirstName", "name"), leaf("MiddleName", "middle_name"), leaf("LastName", "surname")];
