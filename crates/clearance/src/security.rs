//! Security for what is conditional: what is demanded, what guarantees cover, and which guarantee is taken.
//! Pure; whether a guarantee is in force and how much of it is free is asked by whoever settles.

use declaration::Declaration;
use reference::Pack;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What must be secured before release, and by what the declarant says it is (box 52).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demand {
    /// How much, in the currency of the assessment.
    pub amount: Decimal,
    /// Numbers of guarantees the declaration names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<String>,
}

/// What one guarantee covers of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// The number of the guarantee.
    pub guarantee: String,
    /// How much.
    pub amount: Decimal,
}

/// The security of a case, as its events leave it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Security {
    /// What must be secured; zero where nothing must.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub demanded: Decimal,
    /// Guarantees the declaration names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<String>,
    /// What covers it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<Covered>,
}

impl Security {
    /// What all guarantees cover.
    pub fn covered(&self) -> Decimal {
        self.covers.iter().fold(Decimal::ZERO, |sum, cover| sum.saturating_add(cover.amount))
    }

    /// What is not covered of what must be.
    pub fn missing(&self) -> Decimal {
        self.demanded.saturating_sub(self.covered()).max(Decimal::ZERO)
    }

    /// Whether nothing is demanded and nothing covered.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn take(&mut self, guarantee: &str, amount: Decimal) {
        match self.covers.iter_mut().find(|cover| cover.guarantee == guarantee) {
            Some(cover) => cover.amount = cover.amount.saturating_add(amount),
            None => self.covers.push(Covered { guarantee: guarantee.to_owned(), amount }),
        }
    }

    pub(crate) fn free(&mut self, guarantee: &str, amount: Decimal) {
        for cover in self.covers.iter_mut().filter(|cover| cover.guarantee == guarantee) {
            cover.amount = cover.amount.saturating_sub(amount);
        }
        self.covers.retain(|cover| cover.amount > Decimal::ZERO);
    }
}

/// A guarantee that could cover a case, with what of it is free at that moment; kept in the step's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Its number.
    pub guarantee: String,
    /// Whether it is for one operation (EAEU customs code, article 64 knows the other kind).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub single: bool,
    /// What it can still cover.
    pub free: Decimal,
}

/// How many numbers of box 52 are looked at.
pub const NAMED_MAX: usize = 20;

/// What must be secured of a declaration; none where the pack demands nothing, or nothing is conditional.
pub fn demand(declaration: &Declaration, pack: &Pack, payments: &duty::Assessment) -> Option<Demand> {
    let amount = payments.security_total();
    if !pack.payments.security.required || amount <= Decimal::ZERO {
        return None;
    }
    let mut named: Vec<String> = Vec::new();
    for line in &declaration.guarantees {
        let number = line.document_number.as_ref().map(|number| number.as_str());
        let reference = line.reference.as_ref().map(|reference| reference.as_str());
        for number in number.into_iter().chain(reference) {
            if named.len() < NAMED_MAX && !named.iter().any(|one| one == number) {
                named.push(number.to_owned());
            }
        }
    }
    Some(Demand { amount, named })
}

/// The guarantee that covers so much: one the declaration names before others, one for a single operation
/// before a general one, then by number. One guarantee covers all that is missing, or none does.
pub fn choose<'o>(offers: &'o [Offer], named: &[String], amount: Decimal) -> Option<&'o Offer> {
    let enough = offers.iter().filter(|offer| offer.free >= amount);
    enough.min_by_key(|offer| (!named.contains(&offer.guarantee), !offer.single, offer.guarantee.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(guarantee: &str, single: bool, free: i64) -> Offer {
        Offer { guarantee: guarantee.to_owned(), single, free: Decimal::from(free) }
    }

    #[test]
    fn what_box_52_names_comes_first_then_what_is_for_one_operation_then_the_number() {
        let offers = [
            offer("G-2", false, 500),
            offer("G-1", false, 500),
            offer("S-1", true, 90),
            offer("S-0", true, 50),
        ];
        let chosen = |named: &[&str], amount: i64| {
            let named: Vec<String> = named.iter().map(|one| (*one).to_owned()).collect();
            choose(&offers, &named, Decimal::from(amount)).map(|offer| offer.guarantee.clone())
        };
        assert_eq!(chosen(&["G-2"], 40).as_deref(), Some("G-2"));
        assert_eq!(chosen(&["S-0"], 90).as_deref(), Some("S-1"), "what is named has not enough");
        assert_eq!(chosen(&[], 40).as_deref(), Some("S-0"));
        assert_eq!(chosen(&[], 91).as_deref(), Some("G-1"));
        assert_eq!(chosen(&["G-1"], 501), None);
    }

    #[test]
    fn what_is_missing_is_what_no_guarantee_covers() {
        let mut security = Security { demanded: Decimal::from(100), ..Security::default() };
        security.take("A", Decimal::from(60));
        security.take("A", Decimal::from(10));
        security.take("B", Decimal::from(5));
        assert_eq!(security.missing(), Decimal::from(25));
        security.free("A", Decimal::from(70));
        assert_eq!((security.missing(), security.covers.len()), (Decimal::from(95), 1));
        security.take("B", Decimal::from(500));
        assert_eq!(security.missing(), Decimal::ZERO);
    }
}
