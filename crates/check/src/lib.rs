//! Format-logical and semantic control: what is wrong, doubtful or noteworthy in a declaration.
//!
//! The control is a pure function. It never fails and never stops at the first mistake: the
//! declarant sees all of them at once, in the order of the form. Every check is one row of the
//! table ([`checks`]), written beside the code that makes it; `docs/findings.md` is printed from
//! the same rows ([`findings_page`]). What is an error in one country and a habit in another is
//! switched in the pack (`[checks]`), never here.
//!
//! A field that could not be read is absent here and may be found missing; the finding of the
//! format stands at the same path and says why.

mod control;
mod documents;
mod goods;
mod header;
mod limits;
mod moments;
mod numbers;
pub mod papers;
mod parties;
mod payments;
mod presence;
mod table;
mod totals;
mod transit;
mod transport;
pub mod values;

#[cfg(test)]
mod tests;

use declaration::{Declaration, Finding};
use jiff::civil::Date;
use reference::{Pack, Reference};

use crate::control::Control;

pub use limits::FINDINGS_MAX;
pub use numbers::is_container;
pub use table::{Check, checks, findings_page};

/// Everything the control finds in a declaration as of a day, in document order.
///
/// Nothing is formatted or allocated for a field unless a check fails there. At most
/// [`FINDINGS_MAX`] findings are kept, the gravest first; one more then says how many were left
/// off, and weighs as much as the gravest of those.
pub fn check(declaration: &Declaration, reference: &Reference, pack: &Pack, on: Date) -> Vec<Finding> {
    let mut control = Control::new(declaration, reference, pack, on);
    presence::check(&mut control);
    parties::check(&mut control);
    totals::check(&mut control);
    goods::check(&mut control);
    header::check(&mut control);
    documents::check(&mut control);
    payments::check(&mut control);
    moments::check(&mut control);
    transport::check(&mut control);
    transit::check(&mut control);
    control.finish()
}
