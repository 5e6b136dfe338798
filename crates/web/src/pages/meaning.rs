//! What a code means, from the reference data of the day it was filed.

use declaration::{Path, Value};
use jiff::civil::Date;
use reference::nomenclature::spoken;
use reference::{Classified, CommodityLookup, Pack, Reference};

use super::nomenclature::address_of;
use crate::language::Language;
use crate::texts::Texts;

/// Where meanings come from.
#[derive(Clone, Copy)]
pub(super) struct Meanings<'a> {
    pub(super) reference: &'a Reference,
    pub(super) pack: &'a Pack,
    pub(super) day: Date,
    pub(super) language: Language,
}

/// Classifiers of the pack by the field that uses them.
const CLASSIFIERS: [(&str, &str); 4] = [
    ("terms", "delivery_terms"),
    ("mode", "transport_mode"),
    ("valuation_method", "valuation_method"),
    ("feature", "movement_feature"),
];

impl Meanings<'_> {
    /// What the value at a path means, where it is a code that says nothing by itself.
    pub(super) fn of(&self, path: &str, value: &Value<'_>) -> Option<String> {
        let Value::Text(code) = value else { return None };
        let pattern = Path::new(path).pattern();
        let (above, name) = pattern.rsplit_once('/').unwrap_or(("", pattern.as_str()));
        let in_office = above.ends_with("office") || above.ends_with("offices");
        if in_office && name == "code" || name == "office" {
            return self.office(code);
        }
        match name {
            _ if name.ends_with("country") || name == "nationality" => self.country(code),
            "procedure" | "requested" | "previous" => self.procedure(code),
            "commodity_code" => self.commodity(code),
            "kind" | "payment_kind" if above.ends_with("payments") || name == "payment_kind" => {
                self.payment(code).map(str::to_owned)
            }
            _ => {
                let (_, classifier) = CLASSIFIERS.iter().find(|(field, _)| *field == name)?;
                match self.reference.classified(self.pack, classifier, code, self.day) {
                    Classified::Known(text) => Some(self.language.pick(text).to_owned()),
                    Classified::Unknown | Classified::NotHeld => None,
                }
            }
        }
    }

    /// Where the only value of a field is looked up as of the day of filing.
    pub(super) fn address(&self, field: &str, values: &[Value<'_>]) -> Option<String> {
        match (field, values) {
            ("commodity_code", [Value::Text(code)]) => Some(address_of(code, self.day, &self.pack.name)),
            _ => None,
        }
    }

    /// The name of a country.
    pub(super) fn country(&self, code: &str) -> Option<String> {
        let country = self.reference.country(code, self.day)?;
        let name = if self.language == Language::Ru { &country.name_ru } else { &country.name_en };
        Some(name.clone())
    }

    /// The name of an office.
    pub(super) fn office(&self, code: &str) -> Option<String> {
        let code = code.parse().ok()?;
        self.reference.office(self.pack, &code, self.day).map(|row| row.name.clone())
    }

    /// The name of a procedure.
    pub(super) fn procedure(&self, code: &str) -> Option<String> {
        let procedure = self.pack.procedures.get(&code.parse().ok()?)?;
        Some(self.language.pick(&procedure.name).to_owned())
    }

    /// The name of a commodity.
    pub(super) fn commodity(&self, code: &str) -> Option<String> {
        match self.reference.commodity(&code.parse().ok()?, self.day) {
            CommodityLookup::Known(commodity) => Some(spoken(commodity.name)),
            CommodityLookup::Unknown | CommodityLookup::OutsideExcerpt => None,
        }
    }

    /// The name of a payment kind, as the pack uses it.
    pub(super) fn payment(&self, kind: &str) -> Option<&'static str> {
        let (payments, t) = (&self.pack.payments, Texts::of(self.language));
        if payments.fee.kind == kind {
            return Some(t.pay_fee);
        }
        if payments.vat.kind == kind {
            return Some(t.pay_vat);
        }
        let named = [
            (Some(&payments.duty), t.pay_duty),
            (payments.export_duty.as_ref(), t.pay_export_duty),
            (payments.excise.as_ref(), t.pay_excise),
            (payments.antidumping.as_ref(), t.pay_antidumping),
            (payments.countervailing.as_ref(), t.pay_countervailing),
            (payments.special.as_ref(), t.pay_special),
        ];
        let is = |tax: &reference::pack::Tax| tax.all_kinds().any(|own| own == kind);
        named.into_iter().find(|(tax, _)| tax.is_some_and(is)).map(|(_, name)| name)
    }
}
