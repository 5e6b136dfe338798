//! The commands, one module each.

pub mod account;
pub mod authority;
pub mod bench;
pub mod check;
pub mod convert;
pub mod docs;
pub mod duty;
pub mod generate;
pub mod key;
pub mod model;
pub mod people;
pub mod power;
pub mod prices;
pub mod profile;
pub mod receipt;
pub mod reference;
pub mod replay;
pub mod risk;
pub mod seal;
pub mod serve;
pub mod show;
pub mod sign;
pub mod submit;
