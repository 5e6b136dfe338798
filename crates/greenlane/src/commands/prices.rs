//! `greenlane prices`: usual prices from what was declared.

use std::process::ExitCode;

use jiff::ToSpan;
use reference::prices::SAMPLE_MIN;

use crate::cli::PricesCommand;
use crate::exit::{DONE, Failure};
use crate::output::say;
use crate::{Done, embedded};

/// Prints a dataset of usual prices, to be imported; how it came about goes to standard error.
pub fn run(command: &PricesCommand) -> Done {
    let PricesCommand::Compute { from, to, quarters, pack, data } = command;
    if to < from {
        return Err(Failure::usage(format!("--to {to}: it is before --from {from}")));
    }
    let spans = if *quarters { centre::prices::quarters(*from, *to) } else { vec![(*from, *to)] };
    let centre = embedded::open_existing(data)?;
    let (mut usual, mut declarations, mut left_out) = (Vec::new(), 0, 0);
    for (first, last) in spans {
        let holds_from =
            last.checked_add(1.day()).map_err(|_| Failure::usage(format!("--to {last}: too late")))?;
        let declared = centre.declared_prices(pack, first, last)?;
        declarations += declared.declarations;
        left_out += declared.left_out;
        usual.push((holds_from, declared.values.usual(SAMPLE_MIN)));
    }
    centre.stop();
    let rows = centre::prices::rows(&usual);
    say!("{}", centre::prices::COLUMNS);
    for row in &rows {
        say!("{row}");
    }
    eprintln!(
        "note: {} prices of {declarations} import declarations; {left_out} lines gave none; fewer than {SAMPLE_MIN} lines make no price",
        rows.len()
    );
    Ok(ExitCode::from(DONE))
}
