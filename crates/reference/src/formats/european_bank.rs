//! The European Central Bank's reference rates as CSV.

use declaration::CurrencyCode;

use crate::content::Dataset;
use crate::exchange::Quoted;
use crate::report::Notes;

/// Whether content is in this form.
pub(crate) fn recognises(_content: &[u8]) -> bool {
    false
}

/// Reads the rates of a day.
pub(crate) fn read(_dataset: &Dataset, _own: CurrencyCode, _notes: &mut Notes) -> Vec<Quoted> {
    Vec::new()
}
