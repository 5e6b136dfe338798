//! ISO 3166-1 and ISO 4217 as they are published.

use declaration::{CountryCode, CurrencyCode};

use crate::classifier::{Country, Currency};
use crate::content::Dataset;
use crate::dated::Said;
use crate::report::Notes;

/// Whether content is a table of country codes in this form.
pub(crate) fn lists_countries(_content: &[u8]) -> bool {
    false
}

/// Reads countries.
pub(crate) fn read_countries(_dataset: &Dataset, _notes: &mut Notes) -> Vec<Said<CountryCode, Country>> {
    Vec::new()
}

/// Whether content is a table of currency codes in this form.
pub(crate) fn lists_currencies(_content: &[u8]) -> bool {
    false
}

/// Reads currencies.
pub(crate) fn read_currencies(_dataset: &Dataset, _notes: &mut Notes) -> Vec<Said<CurrencyCode, Currency>> {
    Vec::new()
}
