//! The rule language: the Common Expression Language over a declaration's fields.
//!
//! # What can be written
//!
//! Names: `declaration.…` and `item.…` (the current line of goods) with the declaration's own field
//! names, and the facts listed in [`fields`]. An area that mentions `item` is asked for every line,
//! any other once per declaration.
//!
//! Operators: `&& || ! == != < <= > >= in ?:` and `+ - * /` on numbers; date − date is a number of
//! days. Functions: `has(x)`, `size(x)`, `date("2026-01-31")`, `date(moment)`, and on texts
//! `startsWith`, `endsWith`, `contains`. Lists: `list.exists(x, …)`, `list.all(x, …)`, over lists of the
//! declaration and over literal lists, which are written out when compiled.
//!
//! # Where rules differ from plain CEL
//!
//! - **Numbers are exact decimals.** There is one kind of number; `0.1 + 0.2 == 0.3` holds, `1 / 2` is
//!   `0.5`, `1.0 / 0.0` is an error and not infinity. Literals are read from their text, never through a binary float.
//! - **Types are checked before anything runs**, against the table of fields.
//! - **A list that is absent is empty**, also in a record that is absent, and `has` of an empty list is false.
//! - **`has` of anything in a record that is absent is false**, not an error.
//! - **Dates**: `date(…)` makes one, dates of one kind compare, date − date is a number of days.
//!
//! These are all: elsewhere the compiled tree answers as the `cel` crate does, which is tried over generated
//! conditions and declarations (`tests/risk/differential.rs`, `./test risk-differential` for 100 000 pairs).
//!
//! # What is absent
//!
//! An absent field is CEL's error value, and errors travel as in CEL: any comparison or calculation
//! with one is itself an error, `!` of an error is an error, `false && error` is false, `true || error`
//! is true. So `item.origin_country != "CN"` does *not* hold where the origin is absent, and neither does
//! `!(item.origin_country == "CN")`; to ask for absence write `!has(item.origin_country)`. An area
//! that ends in an error does not fire; exclusions that end in an error do not exclude. Division
//! by zero and overflow are such errors too.
//!
//! # What it costs
//!
//! An expression is bounded in bytes, nesting, nodes and lists before and after parsing, and a
//! loop inside a loop must run over a list of the outer loop's variable: so evaluation takes time
//! linear in the declaration.

mod compile;
mod loops;
mod names;
mod scan;
mod tree;

pub(crate) use compile::{Compiled, Mentioned, Stack, compile, on_parser_stack};
pub(crate) use names::{NAMED, Resolved, name_of, named_of_line, resolve};
pub use names::{NameKind, NamedField, fields};
pub use scan::{CHAIN_MAX, LIST_MAX, LOOPS_MAX, NESTING_MAX, NODES_MAX, NUMBER_DIGITS_MAX, SOURCE_BYTES_MAX};
pub(crate) use tree::{
    Asked, Base, Cond, Holder, Match, Number, Order, Reads, Scene, Source, Spot, Subject, View, Words, all_of,
};

use crate::error::ProfileError;

/// Checks an expression without a profile, for editors: names, types and cost. Line and column are
/// those of the expression. Says whether it would be asked per line of goods.
pub fn check_expression(source: &str) -> Result<bool, ProfileError> {
    compile(source, "", Stack::Apart).map(|compiled| compiled.per_item)
}
