//! Which columns a set of profiles reads: the others stay on disk.

use std::collections::BTreeSet;

use super::shape::{Child, columns};
use crate::language::{Base, Holder, LOOPS_MAX, Reads, Source, Spot};
use crate::rules::Rules;

/// The columns that some profiles read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needed {
    pub(super) slots: BTreeSet<usize>,
}

impl Needed {
    /// The columns that a set of profiles reads.
    pub fn of(rules: &Rules) -> Self {
        let mut needed = Self::default();
        // The index asks for the code, and for what profiles are listed by, which areas read as well; rates of
        // chance differ by codes and movement.
        needed.slots.extend([columns().commodity_code, columns().kind]);
        for condition in rules.conditions() {
            let mut loops = [None; LOOPS_MAX];
            condition.reads(&mut |reads| needed.read(reads, &mut loops));
        }
        needed
    }

    /// All that either needs.
    pub fn and(mut self, other: Self) -> Self {
        self.slots.extend(other.slots);
        self
    }

    /// How many columns.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether no column is needed.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// `loops` has the record that each loop variable stands for, where it stands for one.
    fn read(&mut self, reads: Reads<'_>, loops: &mut [Option<usize>; LOOPS_MAX]) {
        match reads {
            Reads::Value(Source::Field(spot)) | Reads::Count(spot) | Reads::Values(spot) => {
                self.field(spot, loops);
            }
            Reads::Value(Source::Named(row)) => {
                self.slots.extend(columns().named.get(*row).map(|name| name.slot));
            }
            Reads::Value(Source::Loop(_)) => {}
            Reads::Elements(spot, depth) => {
                let below = match self.field(spot, loops) {
                    Some(Child::Many { node, .. }) => Some(node),
                    _ => None,
                };
                if let Some(place) = loops.get_mut(usize::from(depth)) {
                    *place = below;
                }
            }
        }
    }

    fn field(&mut self, spot: &Spot, loops: &[Option<usize>; LOOPS_MAX]) -> Option<Child> {
        let child = columns().child(node_of(&spot.holder, loops)?, spot.field)?;
        match child {
            Child::Leaf { slot } | Child::One { presence: slot, .. } | Child::Many { counts: slot, .. } => {
                self.slots.insert(slot);
            }
            Child::Leaves { counts, slot } => self.slots.extend([counts, slot]),
        }
        Some(child)
    }
}

fn node_of(holder: &Holder, loops: &[Option<usize>; LOOPS_MAX]) -> Option<usize> {
    let start = match holder.base {
        Base::Declaration => 0,
        Base::Item => columns().item,
        Base::Loop(depth) => (*loops.get(usize::from(depth))?)?,
    };
    holder.steps.iter().try_fold(start, |node, step| match columns().child(node, *step)? {
        Child::One { node, .. } | Child::Many { node, .. } => Some(node),
        Child::Leaf { .. } | Child::Leaves { .. } => None,
    })
}
