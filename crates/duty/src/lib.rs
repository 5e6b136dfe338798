//! Payments of a declaration: customs fee, import and export duty, anti-dumping, countervailing and special
//! duties, excise, value added tax. Exact decimals; every amount can be written out step by step.
//!
//! [`compute`] never fails. What cannot be computed is left out and said in a note, and
//! [`Assessment::complete`] is false then: no number is ever guessed. National facts (rates, bands,
//! which procedure pays what, which codes mean relief) come from the pack.
//!
//! Notes are findings of the series GL-4000: hints where something could not be computed or was
//! taken from elsewhere, warnings where box 47 differs from what is computed.

mod arithmetic;
mod assessment;
mod compute;
mod declared;
pub mod later;
pub mod stated;
pub mod value;

pub use arithmetic::AMOUNT_SCALE;
pub use assessment::{
    Assessment, BoundWorking, Conversion, CustomsValue, FeeWorking, Join, Line, PreferenceWorking,
    RateWorking, SpecificWorking, Step, Working,
};
pub use compute::compute;
pub use reference::pack::PaymentStatus;
