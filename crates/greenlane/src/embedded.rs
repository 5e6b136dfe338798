//! A centre over an embedded store, as commands with `--data` open it.

use std::path::Path;
use std::sync::Arc;

use centre::{Centre, Options};
use store::Store;
use store_sqlite::SqliteStore;

use crate::cli::DataArgs;
use crate::exit::Failure;

/// The directory given, or a usage failure that names the option.
pub fn dir(args: &DataArgs) -> Result<&Path, Failure> {
    args.data.as_deref().ok_or_else(|| {
        Failure::usage("no data directory was given").hint("give --data DIR, or set GREENLANE_DATA")
    })
}

/// Opens a centre over a data directory; `anchors` is a PEM file.
pub fn open(dir: &Path, anchors: Option<&Path>, options: Options) -> Result<Centre, Failure> {
    let anchors_pem = match anchors {
        None => String::new(),
        Some(path) => std::fs::read_to_string(path)
            .map_err(|why| Failure::usage(format!("{}: {why}", path.display())))?,
    };
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(dir)?);
    // Columns of the past lie beside the store they are made of.
    let history = Some(dir.join("history"));
    Ok(Centre::open(store, Options { anchors_pem, history, ..options })?)
}

/// Opens a centre for one command: no deadlines are watched meanwhile.
pub fn open_for_command(args: &DataArgs, anchors: Option<&Path>) -> Result<Centre, Failure> {
    open(dir(args)?, anchors, Options { housekeeping: false, ..Options::default() })
}

/// Opens a centre that must exist already.
pub fn open_existing(args: &DataArgs) -> Result<Centre, Failure> {
    let dir = dir(args)?;
    if !dir.is_dir() {
        return Err(Failure::refused(format!("{} is no data directory", dir.display())));
    }
    open_for_command(args, None)
}
