//! Standard output. Who stops reading, as `head` does, ends the command without a word.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};

/// Prints to standard output and flushes.
pub fn print(text: Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    if let Err(why) = out.write_fmt(text).and_then(|()| out.flush()) {
        let code = if why.kind() == ErrorKind::BrokenPipe { crate::exit::DONE } else { crate::exit::FAILED };
        std::process::exit(i32::from(code));
    }
}

/// A line on standard output.
macro_rules! say {
    ($($part:tt)*) => { $crate::output::print(format_args!("{}\n", format_args!($($part)*))) };
}
pub(crate) use say;
