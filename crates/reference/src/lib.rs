//! Everything a decision rests on besides the declaration and the rules: nomenclature, rates,
//! currencies, offices, classifiers, the jurisdiction's pack. Effective-dated, immutable, content-hashed.
//!
//! A [`Reference`] is built once from [`Dataset`]s and then only read. Every look-up that can
//! change with time takes a date. What depends on a country is in its [`Pack`], never in code.

pub mod classifier;
pub mod content;
pub mod exchange;
pub mod nomenclature;
pub mod origin;
pub mod pack;
pub mod rate;
pub mod rates;
pub mod starter;

mod build;
mod table;

pub use build::{DatasetEntry, Reference};
pub use classifier::{Country, Currency, OfficeKind, OfficeRow};
pub use content::{ContentHash, Dataset, DatasetKind};
pub use exchange::ExchangeRate;
pub use nomenclature::{Commodity, CommodityLookup};
pub use origin::{GroupName, Origin, OriginGroup};
pub use pack::Pack;
pub use rate::{Circumstances, Published, RateText};
pub use rates::{CodePrefix, RateKind, RateRow};
pub use table::{DATASET_BYTES_MAX, ImportError, ROWS_MAX};
