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
    let PricesCommand::Compute { from, to, pack, data } = command;
    if to < from {
        return Err(Failure::usage(format!("--to {to}: it is before --from {from}")));
    }
    let holds_from = to.checked_add(1.day()).map_err(|_| Failure::usage(format!("--to {to}: too late")))?;
    let centre = embedded::open_existing(data)?;
    let declared = centre.declared_prices(pack, *from, *to)?;
    centre.stop();
    let usual = declared.values.usual(SAMPLE_MIN);
    say!("code,origin,unit,valid_from,valid_to,sample,low,median,high");
    for (goods, price) in &usual {
        let origin = goods.origin.as_ref().map_or("", |country| country.as_str());
        say!(
            "{},{origin},{},{holds_from},,{},{},{},{}",
            goods.prefix,
            goods.unit,
            price.sample,
            price.low,
            price.median,
            price.high
        );
    }
    eprintln!(
        "note: {} prices of {} declarations; {} lines gave none; fewer than {SAMPLE_MIN} lines make no price",
        usual.len(),
        declared.declarations,
        declared.left_out
    );
    Ok(ExitCode::from(DONE))
}
