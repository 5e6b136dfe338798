//! How many findings one declaration may have.

use crate::table::rows;

/// The most findings reported for one declaration. Whoever has this many has one cause, not five
/// hundred, and an answer stays within a few hundred kilobytes.
pub const FINDINGS_MAX: usize = 500;

rows! {
    MORE = "GL-2000", Hint, "", "";
        "Ещё … замечаний не показано", "… more findings are not shown";
        "Исправьте показанные и подайте декларацию ещё раз: этот пункт не легче самого тяжёлого из скрытых.",
        "Correct those shown and file again: this entry weighs as much as the gravest of the hidden ones.";
}
