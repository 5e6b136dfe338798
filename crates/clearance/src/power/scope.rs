//! What a power allows, and whether something is within it.

use std::collections::BTreeSet;

use declaration::{Amount, CurrencyCode, Declaration, OfficeCode, ProcedureCode, TaxNumber};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::document::{PowerAct, ValueLimit};
use super::fault::Why;
use crate::world::World;

/// All of a kind, or only those named. In JSON a list; an empty or absent one means all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Named<T> {
    /// All.
    #[default]
    All,
    /// Only these.
    Only(BTreeSet<T>),
}

impl<T: Ord + Clone> Named<T> {
    /// Those named; where none is, all.
    pub fn of(named: BTreeSet<T>) -> Self {
        if named.is_empty() { Self::All } else { Self::Only(named) }
    }

    /// Whether everything is meant.
    pub fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }

    /// How many are named.
    pub fn len(&self) -> usize {
        match self {
            Self::All => 0,
            Self::Only(named) => named.len(),
        }
    }

    /// Whether none is named.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether this one is meant.
    pub fn covers(&self, one: &T) -> bool {
        match self {
            Self::All => true,
            Self::Only(named) => named.contains(one),
        }
    }

    /// Those named, in order; none where all are meant.
    pub fn named(&self) -> impl Iterator<Item = &T> {
        match self {
            Self::All => None,
            Self::Only(named) => Some(named),
        }
        .into_iter()
        .flatten()
    }

    /// What both mean.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, kept) | (kept, Self::All) => kept.clone(),
            (Self::Only(one), Self::Only(two)) => Self::Only(one.intersection(two).cloned().collect()),
        }
    }

    /// Whether something is named that the other does not mean.
    fn exceeds(&self, other: &Self) -> bool {
        self.named().any(|one| !other.covers(one))
    }
}

impl<T: Serialize + Ord + Clone> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.named())
    }
}

impl<'de, T: Deserialize<'de> + Ord + Clone> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        BTreeSet::deserialize(from).map(Self::of)
    }
}

/// What a power, or a chain of powers, allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// What may be done.
    pub acts: BTreeSet<PowerAct>,
    /// Under which procedures.
    pub procedures: Named<ProcedureCode>,
    /// At which registering offices.
    pub offices: Named<OfficeCode>,
    /// Limits of the customs value, every one of which holds.
    pub limits: Vec<ValueLimit>,
    /// The first day.
    pub valid_from: Date,
    /// The last day.
    pub valid_to: Date,
}

/// What somebody does for somebody else.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// What they do.
    pub act: PowerAct,
    /// The tax number of who does it.
    pub attorney: TaxNumber,
    /// That of the declarant it is done for.
    pub declarant: TaxNumber,
    /// The moment: whoever revoked at this moment has revoked.
    pub now: Timestamp,
    /// The calendar day of the pack.
    pub day: Date,
    /// The declaration it is about: of a correction what it makes, of a withdrawal the version that counts.
    pub declaration: &'a Declaration,
    /// The office that registers it.
    pub office: OfficeCode,
    /// The currency of its customs values: the pack's.
    pub currency: CurrencyCode,
    /// Its customs value: what box 12 says or the lines come to, whichever is more. None where that is not
    /// known.
    pub value: Option<Decimal>,
}

impl<'a> Occasion<'a> {
    /// What is done with a declaration in a world; none where the declaration does not name its declarant
    /// by number.
    pub fn of(
        act: PowerAct,
        attorney: TaxNumber,
        declaration: &'a Declaration,
        world: &World,
        now: Timestamp,
    ) -> Option<Self> {
        let declarant = declaration.declarant.as_ref()?.tax_number()?;
        let pack = world.pack_for(declaration);
        let day = world.day(pack, now);
        // Whoever states no value of a line has it computed from the price, as the payments have.
        let whole = declaration.items.iter().all(|item| item.customs_value.is_some());
        let computed = (!whole).then(|| duty::compute(declaration, world.reference(), pack, day));
        let computed = computed.map(|computed| (computed.customs_value_total, computed.values_complete));
        Some(Self {
            act,
            attorney,
            declarant,
            now,
            day,
            declaration,
            office: world.reference().registering_office(declaration, day),
            currency: pack.currency,
            value: value(declaration, pack.currency, computed),
        })
    }
}

/// The customs value of a declaration; `computed` is what its lines come to where not each states one, and
/// whether that is all of it.
pub(super) fn value(
    declaration: &Declaration,
    currency: CurrencyCode,
    computed: Option<(Decimal, bool)>,
) -> Option<Decimal> {
    let other = declaration.customs_value_currency.is_some_and(|stated| stated != currency);
    let stated = declaration.customs_value_total.map(Amount::get).filter(|_| !other);
    let lines = declaration.items.iter().filter_map(|item| item.customs_value.map(Amount::get));
    let sum = lines.fold(Decimal::ZERO, Decimal::saturating_add);
    let (sum, all) = computed.unwrap_or((sum, !declaration.items.is_empty()));
    match stated {
        Some(stated) => Some(stated.max(sum)),
        None => all.then_some(sum),
    }
}

impl Scope {
    /// What this one and the other allow.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self {
            acts: self.acts.intersection(&other.acts).copied().collect(),
            procedures: self.procedures.and(&other.procedures),
            offices: self.offices.and(&other.offices),
            limits: self.limits.iter().chain(&other.limits).cloned().collect(),
            valid_from: self.valid_from.max(other.valid_from),
            valid_to: self.valid_to.min(other.valid_to),
        }
    }

    /// The first member by which it says more than the other gives. What it leaves open it takes from the
    /// other; what it names, the other must have. Limits in different currencies are not compared: both hold.
    pub fn exceeds(&self, other: &Self) -> Option<&'static str> {
        // Of several limits in one currency the lowest counts.
        let limit = other.limits.iter().any(|given| {
            let own = self.limits.iter().filter(|own| own.currency == given.currency);
            own.map(|own| own.amount).min().is_some_and(|lowest| lowest > given.amount)
        });
        let members = [
            ("acts", !self.acts.is_subset(&other.acts)),
            ("procedures", self.procedures.exceeds(&other.procedures)),
            ("offices", self.offices.exceeds(&other.offices)),
            ("value_limit", limit),
            ("valid_from", self.valid_from < other.valid_from),
            ("valid_to", self.valid_to > other.valid_to),
        ];
        members.into_iter().find_map(|(member, wider)| wider.then_some(member))
    }

    /// Whether it allows this: act, every procedure, office, customs value.
    ///
    /// # Errors
    /// [`Why`] not.
    pub fn covers(&self, occasion: &Occasion<'_>) -> Result<(), Why> {
        if !self.acts.contains(&occasion.act) {
            return Err(Why::Act { act: occasion.act });
        }
        let declaration = occasion.declaration;
        if let Some(procedure) = declaration.procedure
            && !self.procedures.covers(&procedure)
        {
            return Err(Why::Procedure { procedure: Some(procedure), item: None });
        }
        let items = declaration.items.iter().zip(1_usize..);
        let mut stated = declaration.procedure.is_some();
        for (item, nth) in items {
            let Some(procedure) = item.procedure.as_ref().and_then(|procedure| procedure.requested) else {
                continue;
            };
            stated = true;
            if !self.procedures.covers(&procedure) {
                return Err(Why::Procedure { procedure: Some(procedure), item: Some(nth) });
            }
        }
        if !stated && !self.procedures.is_all() {
            return Err(Why::Procedure { procedure: None, item: None });
        }
        if !self.offices.covers(&occasion.office) {
            return Err(Why::Office { office: occasion.office });
        }
        for limit in &self.limits {
            if limit.currency != occasion.currency {
                return Err(Why::ValueCurrency { limit: limit.clone(), currency: occasion.currency });
            }
            match occasion.value {
                None => return Err(Why::ValueUnknown { limit: limit.clone() }),
                Some(value) if value > limit.amount => {
                    return Err(Why::Value { limit: limit.clone(), value });
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}
