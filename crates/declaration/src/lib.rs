//! The vocabulary of a customs declaration: codes, money, mass, parties, goods, documents; the one
//! table of fields; findings.
//!
//! Nothing here knows a format, a country, a clock or a disk. A [`Declaration`] is a tree of
//! [`Record`]s; every field has one name, one box number and one label per language, declared
//! where the field itself is declared (see [`model`]). Formats, pages, rules, differences and
//! JSON all walk that one table.

pub mod codes;
pub mod correct;
pub mod correction;
pub mod difference;
pub mod finding;
pub mod form;
pub mod leaf;
pub mod meaning;
pub mod model;
pub mod path;
pub mod price;
pub mod quantity;
pub mod record;

pub use codes::*;
pub use correct::correct;
pub use correction::*;
pub use difference::{Change, difference};
pub use finding::{Finding, Severity, Text};
pub use form::{Form, FormTable};
pub use leaf::{Leaf, LeafKind, Malformed, Value};
pub use meaning::{Kind, Purpose};
pub use model::*;
pub use path::Path;
pub use price::PriceRange;
pub use quantity::{Amount, Mass, Quantity, Rate};
pub use record::{Catalogue, Field, Fields, Record, Shape, catalogue};
