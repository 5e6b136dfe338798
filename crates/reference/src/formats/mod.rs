//! Tables as authorities publish them, read into the facts they state.
//!
//! Each reader recognises its form by the first bytes, reads line by line, and notes what is wrong or worth saying.

pub(crate) mod central_bank;
pub(crate) mod european_bank;
pub(crate) mod harmonized_system;
pub(crate) mod iso;
pub(crate) mod tax_service;
