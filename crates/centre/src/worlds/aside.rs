//! Work that may take its time, beside filings that may not.

use std::sync::mpsc;
use std::thread::Builder;

use super::Stage;
use crate::error::CentreError;

/// By how much the thread gives way: it gets a tenth of what one that assesses gets of a core that both want, and all
/// of a core that nobody wants.
#[cfg(target_os = "linux")]
const GIVES_WAY: i32 = 10;

/// Does some work on a thread of its own that gives way to those that assess and settle. What it tells is heard on
/// this one. Nothing that others wait for may be held or taken in it: they would wait for a thread that gives way.
pub(super) fn aside<T: Send>(
    progress: &mut dyn FnMut(Stage),
    work: impl FnOnce(&mut dyn FnMut(Stage)) -> Result<T, CentreError> + Send,
) -> Result<T, CentreError> {
    let (tell, told) = mpsc::channel();
    std::thread::scope(|scope| {
        let worker = Builder::new().name("import".to_owned()).spawn_scoped(scope, move || {
            give_way();
            work(&mut |stage| {
                // It is heard as long as it is told.
                let _ = tell.send(stage);
            })
        })?;
        told.iter().for_each(progress);
        worker.join().map_err(|_| CentreError::Broken)?
    })
}

/// Lets the threads that assess and settle go first from here on.
#[cfg(target_os = "linux")]
pub(crate) fn give_way() {
    // On Linux this is of the thread (nice(2), «C library/kernel differences»). Where it is refused, work goes on as
    // fast as it can.
    let _ = rustix::process::nice(GIVES_WAY);
}

/// Lets the threads that assess and settle go first, where the system can.
#[cfg(not(target_os = "linux"))]
pub(crate) fn give_way() {}
