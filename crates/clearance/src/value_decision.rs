//! Preliminary decisions on customs value: what an official decided of goods before they are declared. A declaration
//! refers to one by its number among the documents of box 44; whether it is used as it was given is derived whenever
//! somebody looks, as findings on value declarations are. Nothing is decided by it.

use declaration::{CommodityCode, CountryCode, Declaration, Finding, Item, Path, TaxNumber};
use jiff::civil::Date;
use risk::ItemFacts;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::standing::says_enough;

/// What a decision says of the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "basis", rename_all = "snake_case")]
pub enum Basis {
    /// A kilogram net is worth so much, in the currency of the pack: less is not declared under the decision.
    PerKilogram {
        /// How much.
        amount: Decimal,
    },
    /// A supplementary unit is worth so much, in the currency of the pack.
    PerUnit {
        /// How much.
        amount: Decimal,
    },
    /// The method by which the value is determined (box 43).
    Method {
        /// Its number, 1 to 6.
        method: u8,
    },
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueDecision {
    /// Its number, as declarations state it.
    pub number: String,
    /// Who may use it.
    pub participant: TaxNumber,
    /// The pack whose declarations it is for.
    pub pack: String,
    /// The goods: all codes that begin so, 4 to 10 digits.
    pub code: String,
    /// Their country of origin; none for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<CountryCode>,
    /// What it says.
    #[serde(flatten)]
    pub basis: Basis,
    /// The first day.
    pub valid_from: Date,
    /// The last day.
    pub valid_to: Date,
    /// Why.
    pub reason: String,
}

/// Characters of a number.
pub const NUMBER_CHARS_MAX: usize = 50;
/// The longest term, in days: three years.
const TERM_DAYS_MAX: i64 = 1_096;
/// The highest amount.
const AMOUNT_MAX: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// Why a decision cannot be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// The number.
    #[error("GL-6301: number: 4 to 50 letters, digits and / - . _, four letters or digits at least")]
    Number,
    /// The code.
    #[error("GL-6302: code: 4 to 10 digits")]
    Code,
    /// What it says.
    #[error("GL-6303: amount, method: an amount above zero to 6 decimals, or a method from 1 to 6")]
    Basis,
    /// The days.
    #[error("GL-6304: valid_to: not before valid_from, and at most three years after it")]
    Days,
    /// The reason.
    #[error("GL-6305: reason: say why, in 3 to 2000 characters")]
    Reason,
    /// There is one of this number.
    #[error("GL-6306: number: there is a decision of this number")]
    Taken,
    /// The pack is unknown.
    #[error("GL-6307: pack: there is no such pack")]
    Pack,
}

impl ValueDecision {
    /// Whether it can be recorded.
    ///
    /// # Errors
    /// The first thing that is not what it should be.
    pub fn check(&self) -> Result<(), Impossible> {
        let number = self.number.chars().count();
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '.' | '_');
        let told = self.number.chars().filter(|c| c.is_alphanumeric()).count();
        if !(4..=NUMBER_CHARS_MAX).contains(&number) || told < 4 || !self.number.chars().all(plain) {
            return Err(Impossible::Number);
        }
        if !(4..=10).contains(&self.code.len()) || !self.code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Impossible::Code);
        }
        let fits = match self.basis {
            Basis::PerKilogram { amount } | Basis::PerUnit { amount } => {
                amount > Decimal::ZERO && amount <= AMOUNT_MAX && amount.normalize().scale() <= 6
            }
            Basis::Method { method } => (1..=6).contains(&method),
        };
        if !fits {
            return Err(Impossible::Basis);
        }
        let days = self.valid_from.until(self.valid_to).map(|span| i64::from(span.get_days()));
        if self.valid_to < self.valid_from || days.map_or(true, |days| days > TERM_DAYS_MAX) {
            return Err(Impossible::Days);
        }
        if !says_enough(&self.reason) {
            return Err(Impossible::Reason);
        }
        Ok(())
    }

    /// Whether a number in box 44 is this decision's: case and signs of punctuation aside.
    pub fn is_named(&self, number: &str) -> bool {
        normal(&self.number) == normal(number)
    }

    /// Whether it is of these goods.
    fn is_of(&self, code: Option<&CommodityCode>) -> bool {
        code.is_some_and(|code| code.as_str().starts_with(&self.code))
    }

    /// What is wrong with the use of the decision on a line, on the day of its filing.
    fn faults(&self, declaration: &Declaration, item: &Item, on: Date) -> Vec<Misuse> {
        let mut faults = Vec::new();
        let declarant = declaration.declarant.as_ref().and_then(|party| party.tax_number());
        if declarant != Some(self.participant) {
            faults.push(Misuse::Participant);
        }
        if on < self.valid_from || on > self.valid_to {
            faults.push(Misuse::Term { from: self.valid_from, to: self.valid_to });
        }
        let origin = item.origin_country.or(declaration.origin_country);
        if !self.is_of(item.commodity_code.as_ref()) || (self.origin.is_some() && origin != self.origin) {
            faults.push(Misuse::Goods);
            return faults;
        }
        let facts = ItemFacts::of(item);
        let (decided, declared) = match self.basis {
            Basis::PerKilogram { amount } => (amount, facts.value_per_kg),
            Basis::PerUnit { amount } => (amount, facts.value_per_unit),
            Basis::Method { method } => {
                let stated = item.valuation_method.as_ref().map(declaration::Code::as_str);
                if stated != Some(method.to_string().as_str()) {
                    faults.push(Misuse::Method { decided: method });
                }
                return faults;
            }
        };
        // To hundredths, as values are declared.
        if declared.is_some_and(|declared| declared.round_dp(2) < decided.round_dp(2)) {
            faults.push(Misuse::Value { decided, declared: declared.unwrap_or_default().round_dp(2) });
        }
        faults
    }
}

/// What is wrong with the use of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misuse {
    /// It was given to somebody else.
    Participant,
    /// It does not hold on the day.
    Term {
        /// The first day it holds.
        from: Date,
        /// The last one.
        to: Date,
    },
    /// It is of other goods, or of another origin.
    Goods,
    /// The value is below the one decided.
    Value {
        /// What was decided, of a unit.
        decided: Decimal,
        /// What is declared, of a unit.
        declared: Decimal,
    },
    /// The value is determined by another method.
    Method {
        /// The method decided.
        decided: u8,
    },
}

fn normal(number: &str) -> String {
    number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// Numbers of documents of a declaration that may name a decision: each once, the first thousands of a long one.
pub fn numbers(declaration: &Declaration) -> Vec<String> {
    let documents =
        declaration.documents.iter().chain(declaration.items.iter().flat_map(|item| &item.documents));
    let mut numbers: Vec<String> =
        documents.filter_map(|document| Some(normal(document.number.as_ref()?.as_str()))).collect();
    numbers.sort();
    numbers.dedup();
    numbers.truncate(NUMBERS_MAX);
    numbers
}

/// Numbers looked at.
const NUMBERS_MAX: usize = 5_000;

/// What a decision is kept under, so that it is found by what declarations state.
pub fn key_of(number: &str) -> String {
    normal(number)
}

/// What there is to say of the decisions a declaration names: on each line whose documents name one, and on every line
/// of its goods where the declaration as a whole does.
pub fn findings(declaration: &Declaration, decisions: &[ValueDecision], on: Date) -> Vec<Finding> {
    let mut found = Vec::new();
    for decision in decisions {
        let names = |documents: &[declaration::Document]| {
            documents.iter().any(|one| one.number.as_ref().is_some_and(|it| decision.is_named(it.as_str())))
        };
        let whole = names(&declaration.documents);
        for (at, item) in declaration.items.iter().enumerate() {
            let applies = names(&item.documents) || (whole && decision.is_of(item.commodity_code.as_ref()));
            if !applies || found.len() >= check::FINDINGS_MAX {
                continue;
            }
            let place = Path::new("items").at(at).field("customs_value");
            for misuse in decision.faults(declaration, item, on) {
                found.push(finding(&place, &decision.number, misuse));
            }
        }
    }
    found
}

fn finding(place: &Path, number: &str, misuse: Misuse) -> Finding {
    match misuse {
        Misuse::Participant => check::values::decision_of_another(place, number),
        Misuse::Term { from, to } => {
            check::values::decision_not_in_term(place, number, &from.to_string(), &to.to_string())
        }
        Misuse::Goods => check::values::decision_of_other_goods(place, number),
        Misuse::Value { decided, declared } => {
            check::values::below_decision(place, number, decided, declared)
        }
        Misuse::Method { decided } => check::values::other_method(place, number, decided),
    }
}

#[cfg(test)]
mod tests {
    use declaration::{Amount, Document, Leaf, Mass, Party};
    use jiff::civil::date;

    use super::*;

    fn leaf<T: Leaf>(text: &str) -> Option<T> {
        T::parse(text).ok()
    }

    fn decision() -> ValueDecision {
        ValueDecision {
            number: "ПРС-2026/77".to_owned(),
            participant: leaf("7700000016").unwrap(),
            pack: "eaeu-ru".to_owned(),
            code: "851713".to_owned(),
            origin: leaf("CN"),
            basis: Basis::PerKilogram { amount: Decimal::from(1_000) },
            valid_from: date(2026, 1, 1),
            valid_to: date(2026, 12, 31),
            reason: "Оферта и прайс-лист проверены".to_owned(),
        }
    }

    fn declaration(number: &str, inn: &str, code: &str, origin: &str, value: i64) -> Declaration {
        Declaration {
            declarant: Some(Party { inn: leaf(inn), ..Party::default() }),
            items: vec![Item {
                commodity_code: leaf(code),
                origin_country: leaf(origin),
                mass_net: Some(Mass::from_decimal(Decimal::TEN)),
                customs_value: Some(Amount::from_decimal(Decimal::from(value))),
                valuation_method: leaf("1"),
                documents: vec![Document { number: leaf(number), ..Document::default() }],
                ..Item::default()
            }],
            ..Declaration::default()
        }
    }

    #[test]
    fn a_decision_is_used_as_it_was_given_or_said_not_to_be() {
        let day = date(2026, 3, 1);
        let codes = |declaration: &Declaration, on| -> Vec<String> {
            findings(declaration, &[decision()], on).iter().map(|found| found.code.to_string()).collect()
        };
        let right = declaration("прс 2026/77", "7700000016", "8517130000", "CN", 10_000);
        assert_eq!(codes(&right, day), Vec::<String>::new());
        for (declaration, on, expected) in [
            (declaration("другой", "7700000016", "8517130000", "CN", 1), day, vec![]),
            (declaration("ПРС-2026/77", "5000000024", "8517130000", "CN", 10_000), day, vec!["GL-4116"]),
            (right.clone(), date(2027, 1, 1), vec!["GL-4117"]),
            (declaration("ПРС-2026/77", "7700000016", "8518100000", "CN", 10_000), day, vec!["GL-4118"]),
            (declaration("ПРС-2026/77", "7700000016", "8517130000", "VN", 10_000), day, vec!["GL-4118"]),
            (declaration("ПРС-2026/77", "7700000016", "8517130000", "CN", 9_999), day, vec!["GL-4119"]),
        ] {
            assert_eq!(codes(&declaration, on), expected, "{declaration:?}");
        }
        let method = ValueDecision { basis: Basis::Method { method: 6 }, ..decision() };
        let found = findings(&right, &[method], day);
        assert_eq!(found.iter().map(|one| one.code.as_ref()).collect::<Vec<_>>(), ["GL-4120"]);
        assert_eq!(found[0].path.as_str(), "items/1/customs_value");
        assert!(numbers(&right).contains(&key_of("ПРС-2026/77")));
    }

    #[test]
    fn what_cannot_be_decided_is_refused() {
        assert_eq!(decision().check(), Ok(()));
        for (wrong, why) in [
            (ValueDecision { number: "1".to_owned(), ..decision() }, Impossible::Number),
            (ValueDecision { number: "a b c d".to_owned(), ..decision() }, Impossible::Number),
            (ValueDecision { code: "85x7".to_owned(), ..decision() }, Impossible::Code),
            (
                ValueDecision { basis: Basis::PerUnit { amount: Decimal::ZERO }, ..decision() },
                Impossible::Basis,
            ),
            (ValueDecision { basis: Basis::Method { method: 7 }, ..decision() }, Impossible::Basis),
            (ValueDecision { valid_to: date(2025, 1, 1), ..decision() }, Impossible::Days),
            (ValueDecision { valid_to: date(2036, 1, 1), ..decision() }, Impossible::Days),
            (ValueDecision { reason: " ".to_owned(), ..decision() }, Impossible::Reason),
        ] {
            assert_eq!(wrong.check(), Err(why));
        }
        let text = serde_json::to_string(&decision()).unwrap();
        assert_eq!(serde_json::from_str::<ValueDecision>(&text).unwrap(), decision(), "{text}");
    }
}
