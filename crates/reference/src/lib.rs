//! Everything a decision rests on besides the declaration and the rules: nomenclature, rates,
//! currencies, offices, classifiers, the jurisdiction's pack. Effective-dated, immutable, content-hashed.
//!
//! A [`Reference`] is built once from [`Dataset`]s and then only read. Every look-up that can
//! change with time takes a date. What depends on a country is in its [`Pack`], never in code.

pub mod changes;
pub mod classifier;
pub mod content;
pub mod dated;
pub mod exchange;
pub mod nomenclature;
pub mod origin;
pub mod pack;
pub mod prices;
pub mod rate;
pub mod rates;
pub mod search;
pub mod starter;

mod build;
mod formats;
mod report;
mod table;

pub use build::{AssembleError, DEFAULT_PACK, Reference, effective};
pub use classifier::{Classified, ClassifierCode, Classifiers, Country, Currency, OfficeKind, OfficeRow};
pub use content::{ContentHash, Dataset, DatasetEntry, DatasetKind, Laying, Scope};
pub use dated::{Dated, Row};
pub use exchange::ExchangeRate;
pub use nomenclature::{Commodity, CommodityLookup, Names, Nomenclature, Position};
pub use origin::{GroupName, Origin, OriginGroup};
pub use pack::Pack;
pub use prices::{PricedGoods, PricedUnit, Prices, UsualPrice};
pub use rate::{Circumstances, Published, RateText};
pub use rates::{CodePrefix, RateKind, RateRow, Rates};
pub use report::{FAULTS_MAX, Faults, ImportError, Notes, Remark};
pub use table::{DATASET_BYTES_MAX, ROWS_MAX};
