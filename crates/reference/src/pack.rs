//! The jurisdiction pack: every national fact the decision code needs, as one TOML document.

mod payments;

use std::collections::BTreeMap;

use declaration::{
    Code, CommodityCode, CountryCode, CurrencyCode, Declaration, OfficeCode, ProcedureCode, Severity, Text,
};
use jiff::civil::{Date, Time};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::content::Dataset;
use crate::origin::{OriginGroup, is_of_group};
use crate::rate::{Circumstances, QuotaSide};
use crate::report::ImportError;
use crate::table::within_limits;

pub use payments::{
    ChargeRule, ChargeSign, DatedNorm, DatedNorms, Fee, FeeBand, Interest, KeyRate, KeyRateSet, KindOf, Levy,
    Norm, Norms, PayersRule, Payments, Relief, Rounding, RoundingMode, SecurityRule, ShareBy,
    TariffPreference, Tax, TemporaryAdmission, ValueFromPrice, Vat, VatRate, VatReduced,
};

/// The facts of one jurisdiction.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Short name, such as `eaeu-ru`.
    pub name: String,
    /// Title for people.
    pub title: Text,
    /// The customs service's country.
    pub country: CountryCode,
    /// The currency payments are computed in.
    pub currency: CurrencyCode,
    /// Its numeric code, as payments are declared in some formats (643).
    pub currency_number: String,
    /// IANA time zone of the service: the day of a filing is a day there.
    pub time_zone: String,
    /// Member countries of the customs union.
    pub union_members: Vec<CountryCode>,
    /// The format in which the declarant's software expects what the service answers.
    #[serde(default)]
    pub notices: NoticeFormat,
    /// What falls under the pack besides what its country says.
    #[serde(default)]
    pub serves: Serves,
    /// Whether the nomenclature loaded, with its duties, is this service's; where it is not, only the pack's
    /// own rates tables say a duty.
    #[serde(default = "yes")]
    pub nomenclature: bool,
    /// What may be filed and how.
    pub filing: Filing,
    /// Customs procedures by code.
    pub procedures: BTreeMap<ProcedureCode, Procedure>,
    /// Small classifiers by name and code: modes of transport, valuation methods. One that is here is
    /// whole, so a code not in it is wrong; of one that is not here nobody can say.
    #[serde(default)]
    pub classifiers: BTreeMap<String, BTreeMap<String, Text>>,
    /// Groups of origins that rates and preferences name.
    #[serde(default)]
    pub origin_groups: Vec<OriginGroup>,
    /// Supporting documents a procedure demands.
    #[serde(default)]
    pub required_documents: Vec<RequiredDocument>,
    /// Payment kinds, their order, bases and rates.
    pub payments: Payments,
    /// Severity of checks that differ here from their usual one; `off` switches a check off.
    #[serde(default)]
    pub checks: BTreeMap<String, CheckSwitch>,
    /// Declarations that state less than others, or otherwise.
    #[serde(default)]
    pub data_sets: Vec<DataSet>,
    /// Legal time limits.
    pub deadlines: Deadlines,
    /// What is registered and released without an official.
    pub automatic: Automatic,
    /// What officials owe of what they control.
    #[serde(default)]
    pub control: Control,
    /// Lanes and random selection; read by the risk crate.
    #[serde(default)]
    pub lanes: toml::Table,
    /// Criteria for trader categories; read by the risk crate.
    #[serde(default)]
    pub categories: toml::Table,
    /// How long officers' measures take; read by the risk crate.
    #[serde(default)]
    pub effort: toml::Table,
}

/// The format of the documents the service sends to a declarant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoticeFormat {
    /// The album of formats of the customs service.
    #[default]
    Album,
    /// Responses of the WCO's data model.
    Wco,
}

fn yes() -> bool {
    true
}

/// What falls under a pack besides what its country says.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Serves {
    /// Further countries whose customs service this is.
    pub countries: Vec<CountryCode>,
    /// Codes of electronic documents that only this service takes: they come here where no country and no
    /// office is named.
    pub documents: Vec<String>,
}

/// What may be filed and how.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filing {
    /// The office that registers when the goods' office is unknown.
    pub default_office: OfficeCode,
    /// Whether a declaration without a seal is accepted.
    pub unsigned_allowed: bool,
    /// The most lines of goods in one declaration (999 on the form).
    pub items_max: u32,
}

/// One customs procedure.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// Its name.
    pub name: Text,
    /// Directions it can be declared in: `import`, `export`, `transit`.
    pub directions: Vec<String>,
    /// Procedures that may come before it (box 37, second part); `00` for none.
    pub after: Vec<ProcedureCode>,
    /// Whether duties and taxes are payable, conditional (secured or relieved) or none.
    pub payments: PaymentStatus,
    /// Whether the customs fee is payable.
    #[serde(default = "payable")]
    pub fee: PaymentStatus,
}

fn payable() -> PaymentStatus {
    PaymentStatus::Payable
}

/// Whether what is computed must be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PaymentStatus {
    /// To be paid before release.
    Payable,
    /// Computed, but not paid while the conditions of the procedure hold.
    Conditional,
    /// Not computed at all.
    None,
}

/// A document that must be presented.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequiredDocument {
    /// Kinds of document, any of which will do.
    pub kinds: Vec<String>,
    /// What it is, for people.
    pub name: Text,
    /// Procedures that demand it; empty for all.
    #[serde(default)]
    pub procedures: Vec<ProcedureCode>,
    /// `import` or `export`; empty for both.
    #[serde(default)]
    pub direction: String,
    /// Commodity code prefixes it is demanded for; empty for all.
    #[serde(default)]
    pub commodities: Vec<String>,
    /// Only for goods of these origins; empty for all.
    #[serde(default)]
    pub origins: Vec<CountryCode>,
    /// The norm.
    pub norm: String,
}

/// Declarations that are judged otherwise than the rest, because their rules ask for other data. Every
/// condition that is not empty must hold.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSet {
    /// What they are, for people.
    pub name: Text,
    /// Declaration types as box 1 states them, such as `IMJ`.
    #[serde(default)]
    pub types: Vec<String>,
    /// Requested procedures of the first item.
    #[serde(default)]
    pub procedures: Vec<ProcedureCode>,
    /// Additional procedures, any of which the first item states.
    #[serde(default)]
    pub additional_procedures: Vec<String>,
    /// Severity of checks there; before what the pack says of them.
    pub checks: BTreeMap<String, CheckSwitch>,
}

impl DataSet {
    /// Whether a declaration is one of them.
    pub fn holds(&self, declaration: &Declaration) -> bool {
        let item = declaration.items.first();
        let of_type = || {
            let stated = declaration.direction.as_ref().map(Code::as_str);
            self.types.iter().any(|one| Some(one.as_str()) == stated)
        };
        let of_procedure = || {
            let requested = item.and_then(|item| item.procedure.as_ref()?.requested);
            requested.is_some_and(|code| self.procedures.contains(&code))
        };
        let of_additional = || {
            let stated = item.into_iter().flat_map(|item| &item.additional_procedures);
            let mut codes = stated.filter_map(|one| one.code.as_ref());
            codes.any(|code| self.additional_procedures.iter().any(|one| *code == one.as_str()))
        };
        (self.types.is_empty() || of_type())
            && (self.procedures.is_empty() || of_procedure())
            && (self.additional_procedures.is_empty() || of_additional())
    }
}

/// How a check's severity differs from the usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckSwitch {
    /// Not made.
    Off,
    /// A hint.
    Hint,
    /// A warning.
    Warning,
    /// An error.
    Error,
}

/// A key of a pack and what must stand there, in Russian and English.
type Fault = (&'static str, &'static str, &'static str);

impl Pack {
    /// Reads a pack from its TOML document and checks that it makes sense.
    ///
    /// # Errors
    /// The first thing that cannot be read, by line; or the key whose value makes no sense.
    pub fn read(dataset: &Dataset) -> Result<Self, ImportError> {
        within_limits(dataset)?;
        let broken = |line: usize, ru: String, en: String| {
            let cure = Text::new(
                "исправьте строку; образец — пакеты в каталоге packs",
                "correct the line; the packs in the folder packs show how",
            );
            ImportError::new("GL-8007", dataset, line as u64, "", Text::new(ru, en), cure)
        };
        let text = std::str::from_utf8(&dataset.content)
            .map_err(|_| broken(0, "не UTF-8".into(), "not UTF-8".into()))?;
        let mut pack: Pack = toml::from_str(text).map_err(|error| {
            let upto = error.span().and_then(|span| text.get(..span.start));
            let line = upto.map_or(0, |upto| upto.matches('\n').count() + 1);
            let message = error.message();
            broken(line, format!("пакет не читается: {message}"), format!("cannot be read: {message}"))
        })?;
        pack.payments.settle();
        pack.fault().map_or(Ok(()), |(key, ru, en)| {
            let what = Text::new("значение не имеет смысла", "the value makes no sense");
            let cure = Text::new(format!("здесь должно быть: {ru}"), format!("expected: {en}"));
            Err(ImportError::new("GL-8008", dataset, 0, key, what, cure))
        })?;
        if !dataset.jurisdiction.is_empty() && dataset.jurisdiction != pack.name {
            let (ru, en) =
                (format!("имя пакета — «{}»", pack.name), format!("the pack's name is «{}»", pack.name));
            return Err(broken(0, ru, en));
        }
        Ok(pack)
    }

    /// What no type can hold: the first fault, if there is one.
    fn fault(&self) -> Option<Fault> {
        let percents = || {
            let vat = &self.payments.vat;
            let bands = self.payments.fee.bands.iter().map(|band| band.electronic_percent);
            let standard = vat.standard.iter().map(|rate| rate.percent);
            let reduced = vat.reduced.iter().map(|rate| rate.percent);
            let preferences = self.payments.tariff_preferences.iter().map(|preference| preference.percent);
            bands.chain(standard).chain(reduced).chain(preferences)
        };
        let directions = ["import", "export", "transit"];
        let mut procedures = self.procedures.values();
        let hundred = Decimal::ONE_HUNDRED;
        if self.name.is_empty()
            || !self.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        {
            return Some((
                "name",
                "латинские буквы, цифры и дефис",
                "small Latin letters, digits and hyphens",
            ));
        }
        if jiff::tz::TimeZone::get(&self.time_zone).is_err() {
            return Some((
                "time_zone",
                "часовой пояс IANA, например Europe/Moscow",
                "an IANA time zone such as Europe/Moscow",
            ));
        }
        if self.filing.items_max == 0 {
            return Some(("filing.items_max", "число от 1", "a number from 1"));
        }
        if !procedures.all(|one| one.directions.iter().all(|word| directions.contains(&word.as_str()))) {
            return Some((
                "procedures.directions",
                "import, export или transit",
                "import, export or transit",
            ));
        }
        if !percents().all(|percent| percent >= Decimal::ZERO && percent <= hundred) {
            return Some(("payments", "проценты от 0 до 100", "per cent from 0 to 100"));
        }
        let mut named = self.payments.tariff_preferences.iter().flat_map(|preference| &preference.groups);
        if !named.all(|name| self.origin_groups.iter().any(|group| group.name == *name)) {
            return Some((
                "payments.tariff_preferences.groups",
                "группы из origin_groups",
                "groups of origin_groups",
            ));
        }
        if self.payments.fee.bands.iter().any(|band| band.amount < Decimal::ZERO) {
            return Some(("payments.fee.bands", "сборы не меньше нуля", "fees not below zero"));
        }
        self.payments.fault()
    }

    /// Whether a country's customs service is this one.
    pub fn serves_country(&self, country: CountryCode) -> bool {
        self.country == country || self.serves.countries.contains(&country)
    }

    /// What is known of goods of an origin on a day: no manufacturer, within no quota.
    pub fn circumstances(&self, origin: Option<CountryCode>, on: Date) -> Circumstances<'_> {
        let groups = &self.origin_groups;
        Circumstances { origin, groups, manufacturer: None, quota: QuotaSide::Over, on }
    }

    /// Whether goods of an origin have a tariff preference on a day.
    pub fn prefers(&self, preference: &TariffPreference, origin: CountryCode, on: Date) -> bool {
        preference.origins.contains(&origin)
            || preference.groups.iter().any(|name| is_of_group(&self.origin_groups, *name, origin, on))
    }

    /// The fee band for a total customs value on a day.
    pub fn fee_band(&self, value_total: Decimal, on: Date) -> Option<&FeeBand> {
        let in_force = |band: &&FeeBand| band.valid_from <= on && band.valid_to.is_none_or(|last| on <= last);
        let holds = |band: &&FeeBand| band.value_to.is_none_or(|to| value_total <= to);
        let bands = self.payments.fee.bands.iter().filter(in_force).filter(holds);
        bands.min_by_key(|band| band.value_to.unwrap_or(Decimal::MAX))
    }

    /// The pack's rate of value added tax for a commodity on a day, in per cent: reduced by the
    /// longest prefix, else standard. Exceptions in rates tables come before it.
    pub fn vat_percent(&self, code: Option<&CommodityCode>, on: Date) -> Option<Decimal> {
        let vat = &self.payments.vat;
        let within = |from: Date, to: Option<Date>| from <= on && to.is_none_or(|last| on <= last);
        let prefix_of = |reduced: &VatReduced, code: &str| {
            let prefixes = reduced.commodities.iter().filter(|prefix| code.starts_with(prefix.as_str()));
            prefixes.map(String::len).max()
        };
        let reduced = code.and_then(|code| {
            let in_force = vat.reduced.iter().filter(|rate| within(rate.valid_from, rate.valid_to));
            let matching = in_force.filter_map(|rate| Some((prefix_of(rate, code.as_str())?, rate.percent)));
            matching.max_by_key(|(length, _)| *length).map(|(_, percent)| percent)
        });
        let standard = || vat.standard.iter().rfind(|rate| within(rate.valid_from, rate.valid_to));
        reduced.or_else(|| standard().map(|rate| rate.percent))
    }
}

impl CheckSwitch {
    /// The severity to report, or `None` when the check is off.
    pub fn severity(self) -> Option<Severity> {
        match self {
            CheckSwitch::Off => None,
            CheckSwitch::Hint => Some(Severity::Hint),
            CheckSwitch::Warning => Some(Severity::Warning),
            CheckSwitch::Error => Some(Severity::Error),
        }
    }
}

/// Legal time limits.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadlines {
    /// From filing to registration or its refusal, in minutes (one hour of work: customs code, article 111).
    pub registration_minutes: u32,
    /// From registration to release, in minutes (four hours: article 119).
    pub release_minutes: u32,
    /// How long a registered declaration may wait for payment, in minutes.
    pub payment_minutes: u32,
    /// The norm.
    pub norm: String,
}

/// What officials owe of the cases they control, and declarants of those they take back.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Control {
    /// Whether no case is decided before it is said what came of each look. Where not, a look that nobody speaks of
    /// is recorded as that.
    pub results_required: bool,
    /// For how many days a declaration that was withdrawn while somebody was to look at it sends what follows of the
    /// same consignment to be looked at as well; 0: not at all. Without it chance could be escaped by filing anew.
    pub withdrawn_days: u16,
}

/// What is decided without an official.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Automatic {
    /// Whether registration is automatic where there is no error.
    pub registration: bool,
    /// Whether release is automatic where the criteria below hold.
    pub release: bool,
    /// Procedures released automatically.
    pub procedures: Vec<ProcedureCode>,
    /// The highest total customs value released automatically, in the pack's currency; none for no limit.
    pub value_max: Option<Decimal>,
    /// Whether findings of severity warning prevent automatic release.
    pub warnings_prevent: bool,
    /// Start and end of the hours of automatic decisions, local; none for round the clock.
    pub hours: Option<(Time, Time)>,
}
