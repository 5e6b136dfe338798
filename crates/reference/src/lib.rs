//! Everything a decision rests on besides the declaration and the rules: nomenclature, rates,
//! currencies, offices, classifiers, the jurisdiction's pack. Effective-dated, immutable, content-hashed.
//!
//! A [`Reference`] is built once from [`Dataset`]s and then only read. Every look-up that can
//! change with time takes a date. What depends on a country is in its [`Pack`], never in code.

pub mod content;
pub mod exchange;
pub mod nomenclature;
pub mod pack;
pub mod rate;
pub mod starter;

mod build;

pub use build::{ImportError, Reference};
pub use content::{ContentHash, Dataset, DatasetKind};
pub use exchange::ExchangeRate;
pub use nomenclature::{Commodity, CommodityLookup};
pub use pack::Pack;
pub use rate::RateText;
