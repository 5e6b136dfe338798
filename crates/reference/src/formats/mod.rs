//! Tables as authorities publish them, read into the facts they state.
//!
//! Each reader recognises its form by the first bytes, reads line by line, and notes what is wrong or worth saying.

use declaration::Leaf;
use jiff::civil::Date;

pub(crate) mod central_bank;
pub(crate) mod european_bank;
pub(crate) mod harmonized_system;
pub(crate) mod iso;
pub(crate) mod tax_service;

/// A day written in some other way than ours, if it is one of our time.
fn day(format: &str, text: &str) -> Option<Date> {
    let day = Date::strptime(format, text).ok()?;
    <Date as Leaf>::parse(&day.to_string()).ok()
}

/// A day as Russian authorities write it: 25.11.2026; an older file of the bank has 25/11/2026.
fn day_first(text: &str) -> Option<Date> {
    if text.len() != "25.11.2026".len() {
        return None;
    }
    day("%d.%m.%Y", text).or_else(|| day("%d/%m/%Y", text))
}

#[cfg(test)]
mod tests;
