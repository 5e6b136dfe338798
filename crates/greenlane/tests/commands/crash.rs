//! kill -9 at random moments under load: what was acknowledged is there, once, whole.

use std::path::Path;

use crate::running::BINARY;

/// Rounds in the short form; `./test crash` runs 200.
const ROUNDS: u32 = 4;

#[test]
fn crash_rehearsal() {
    let rounds = std::env::var("GREENLANE_CRASH_ROUNDS").ok().map_or(ROUNDS, |text| text.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let done = rehearsal::crash_rounds(Path::new(BINARY), dir.path(), rounds, 2026, |round, report| {
        println!("round {round}: {report:?}");
    })
    .unwrap();
    assert_eq!(done.rounds, rounds);
    assert!(done.last.acknowledged > u64::from(rounds), "too little happened: {done:?}");
    assert_eq!(done.last.faults, Vec::<String>::new());
}
