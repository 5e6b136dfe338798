//! A power as it is on file, with the one it passes on.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::document::Power;
use super::fault::Why;
use super::scope::{Occasion, Scope};

/// A power as it is on file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldPower {
    /// What it says.
    pub power: Power,
    /// SHA-256 of its exact bytes, hexadecimal.
    pub sha256: String,
    /// When it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// The power it passes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passes_on: Option<Box<HeldPower>>,
}

impl HeldPower {
    /// The powers of the chain: this one first.
    pub fn chain(&self) -> impl Iterator<Item = &HeldPower> {
        std::iter::successors(Some(self), |held| held.passes_on.as_deref())
    }

    /// Whether the power may pass on what it passes on: allowed, once, and no more than is there.
    ///
    /// # Errors
    /// [`Why`] not.
    pub fn delegates_rightly(&self) -> Result<(), Why> {
        let Some(named) = &self.power.delegates else { return Ok(()) };
        let parent = self.passes_on.as_deref().filter(|parent| parent.power.number == *named);
        let Some(parent) = parent else { return Err(Why::NoPower) };
        if parent.power.attorney.tax_number != self.power.principal.tax_number {
            return Err(Why::NoPower);
        }
        if parent.power.delegates.is_some() {
            return Err(Why::ChainTooLong { power: self.power.number.clone() });
        }
        if !parent.power.may_delegate {
            return Err(Why::NotToDelegate { power: named.clone() });
        }
        match self.power.scope().exceeds(&parent.power.scope()) {
            None => Ok(()),
            Some(member) => Err(Why::TooWide { power: self.power.number.clone(), member }),
        }
    }

    /// What the chain allows its attorney to do for the declarant on this occasion; whether that is within it
    /// says [`Scope::covers`].
    ///
    /// # Errors
    /// [`Why`] it does not hold: the chain does not lead from the declarant to the attorney, is not valid
    /// yet or any more, was revoked, or passes on what it may not.
    pub fn holds(&self, occasion: &Occasion<'_>) -> Result<Scope, Why> {
        let ends = self.power.attorney.tax_number == occasion.attorney;
        let begins = self.chain().last().is_some_and(|first| {
            first.power.principal.tax_number == occasion.declarant && first.power.delegates.is_none()
        });
        if !ends || !begins {
            return Err(Why::NoPower);
        }
        let number = |held: &HeldPower| held.power.number.clone();
        if let Some(early) = self.chain().find(|held| occasion.day < held.power.valid_from) {
            return Err(Why::NotYetValid { power: number(early), from: early.power.valid_from });
        }
        if let Some(late) = self.chain().find(|held| occasion.day > held.power.valid_to) {
            return Err(Why::Expired { power: number(late), to: late.power.valid_to });
        }
        let revoked = self.chain().find_map(|held| held.revoked_at.map(|at| (held, at)));
        if let Some((held, at)) = revoked.filter(|(_, at)| *at <= occasion.now) {
            return Err(Why::Revoked { power: number(held), at });
        }
        self.delegates_rightly()?;
        let own = self.power.scope();
        Ok(self.passes_on.as_deref().map_or(own.clone(), |parent| own.and(&parent.power.scope())))
    }
}

/// Of the powers on file the one that allows this; else the one that comes closest to it, so that its
/// holder is told what is amiss with that; none where none is between the two.
pub fn choose(held: Vec<HeldPower>, occasion: &Occasion<'_>) -> Option<HeldPower> {
    let mut best: Option<(usize, HeldPower)> = None;
    for held in held {
        let rank = match held.holds(occasion).and_then(|scope| scope.covers(occasion)) {
            Ok(()) => return Some(held),
            Err(Why::NoPower) => continue,
            Err(why) => why.rank(),
        };
        if best.as_ref().is_none_or(|(before, _)| rank > *before) {
            best = Some((rank, held));
        }
    }
    best.map(|(_, held)| held)
}
