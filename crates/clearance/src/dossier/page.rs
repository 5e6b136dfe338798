//! The life of a profile as a page, printed from the table.

use std::fmt::Write;

use super::{AHEAD_DAYS_MAX, Deed, ROWS, Right, State};

/// The page `docs/profile-lifecycle.md`; `roles` says by name who has a right.
pub fn page(roles: &dyn Fn(Right) -> Vec<&'static str>) -> String {
    let mut page = String::from(
        "# The life of a risk profile\n\n\
         Printed from the table in `clearance::dossier`; a test compares. Everything known of one number is its dossier: \
         *versions*, whose texts never change, and *acts*, each of which moves one version. At most one version is being \
         prepared and at most one is in force.\n\n\
         | act | stands before | stands after | who | second person | reason |\n|---|---|---|---|---|---|\n",
    );
    let name = |state: Option<State>| {
        state.map_or_else(|| "—".to_owned(), |state| format!("{} ({})", state.title().en, state.title().ru))
    };
    for row in ROWS {
        let who: Vec<&str> = row.rights.iter().map(|right| right.as_str()).collect();
        let who = if who.is_empty() {
            match row.deed {
                Deed::Take => "the operator, on the data directory".to_owned(),
                Deed::Replace => "follows from what takes its place".to_owned(),
                _ => "the program".to_owned(),
            }
        } else {
            format!("right to {}", who.join(" or "))
        };
        let mark = |is: bool| if is { "yes" } else { "" };
        let _ = writeln!(
            page,
            "| `{}` {} | {} | {} | {who} | {} | {} |",
            row.deed.as_str(),
            row.deed.title().ru,
            name(row.from),
            name(Some(row.to)),
            mark(row.second),
            mark(row.reason),
        );
    }
    page.push_str("\n| right | in Russian | roles that have it |\n|---|---|---|\n");
    for right in Right::ALL {
        let _ =
            writeln!(page, "| {} | {} | {} |", right.as_str(), right.title().ru, roles(*right).join(", "));
    }
    let _ = write!(
        page,
        "\n- **A second person approves.** Whoever wrote any text or agreed to any since the version in force does not approve.\n\
         - **An area binds.** Somebody whose account has an area has a hand only in profiles of kind `regional` or `zonal` that \
         name `offices`, all of them in the area; what is changed or replaced must lie in it, too.\n\
         - **In force from a day.** An approval names today or a day at most {AHEAD_DAYS_MAX} days ahead, on the calendar of the \
         service. When it comes, a new world with the whole set of profiles is built and takes the place of the one before; a set \
         that does not compile changes nothing.\n\
         - **The operator's way.** `greenlane profile add` takes a text into force at once on the data directory; the act says so \
         (`take`). Profiles that were in force before dossiers were kept, and those the program comes with, begin with `start`.\n\
         - **Nothing is lost or denied.** Texts and acts are only ever added. Each act is a leaf of the log: its body names the \
         profile, the act, the states and who did it; the hash of the text and the reason stand on the withheld sheet, of which the \
         body carries the salted hash. `greenlane replay` compares the acts with their leaves.\n\
         - **What is secret.** Conditions are for those who have a right here and for auditors, and each look is recorded. An officer \
         sees the instruction and the measures of what fired.\n"
    );
    page
}
