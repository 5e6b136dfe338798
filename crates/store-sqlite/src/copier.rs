//! Copying the write-ahead log into the database beside the commits, so that none of them has to.
//!
//! A passive checkpoint takes what no reader needs any more and makes nobody wait. Where it cannot keep
//! up, the commit that passes the backstop in `connection.rs` still copies, so that the log stays bounded.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use crate::connection;
use crate::failure::Result;

/// Commits between two copies.
const COMMITS: u32 = 64;

/// The thread that copies; it ends when this is dropped.
#[derive(Debug)]
pub struct Copier {
    tell: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    commits: u32,
}

impl Copier {
    /// Starts it on a connection of its own. Without a thread to be had, commits copy as they would.
    pub fn start(file: &Path) -> Result<Self> {
        let connection = connection::writer(file)?;
        let (tell, told) = sync_channel(1);
        let thread = std::thread::Builder::new().name("copy-log".to_owned());
        let thread = thread.spawn(move || copy(&connection, &told)).ok();
        Ok(Self { tell: Some(tell), thread, commits: 0 })
    }

    /// Hears of a commit.
    pub fn committed(&mut self) {
        self.commits += 1;
        if self.commits >= COMMITS
            && let Some(tell) = &self.tell
        {
            // Still copying: the next commit asks again.
            if tell.try_send(()).is_ok() {
                self.commits = 0;
            }
        }
    }
}

impl Drop for Copier {
    fn drop(&mut self) {
        drop(self.tell.take());
        if let Some(thread) = self.thread.take() {
            // A panic there lost nothing: what was not copied stays in the log.
            let _ = thread.join();
        }
    }
}

fn copy(connection: &Connection, told: &Receiver<()>) {
    while told.recv().is_ok() {
        // What fails here (a full disk) fails in a commit, too, and is told there.
        let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    }
}
