//! The commodity nomenclature as of a day.

use jiff::civil::Date;

use crate::rate::RateText;

/// One commodity of the nomenclature.
#[derive(Debug, Clone, PartialEq)]
pub struct Commodity {
    /// Ten digits.
    pub code: String,
    /// Its name, in the language of the source.
    pub name: String,
    /// The published rate of import duty.
    pub duty: RateText,
    /// First day in force, if known.
    pub valid_from: Option<Date>,
    /// Last day in force, if ended.
    pub valid_to: Option<Date>,
}

/// The answer to: does this code exist on this day?
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CommodityLookup<'a> {
    /// It does.
    Known(&'a Commodity),
    /// It does not, and the nomenclature is whole: the code is wrong.
    Unknown,
    /// It is not in the nomenclature loaded, which is only an excerpt: nobody can say.
    OutsideExcerpt,
}
