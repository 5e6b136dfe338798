//! kill -9 at random moments under load: what was acknowledged is there, once, whole.

use std::path::Path;

use crate::running::BINARY;

/// Rounds in the short form; `./test crash` runs 200.
const ROUNDS: u32 = 4;

#[test]
fn crash_rehearsal() {
    let rounds = std::env::var("GREENLANE_CRASH_ROUNDS").ok().map_or(ROUNDS, |text| text.parse().unwrap());
    let report = rehearsal::crash_rounds(Path::new(BINARY), rounds, 2026).unwrap();
    println!("{report:?}");
    assert_eq!(report.rounds, rounds);
    assert!(report.acknowledged > u64::from(rounds), "too little happened: {report:?}");
    assert_eq!(report.problems, Vec::<String>::new());
}
