//! The same bits everywhere: a fixture, the hash of the model it gives, and the scores of its rows. Whoever finds another
//! value here has a machine, a compiler or a version of a crate on which decisions could not be replayed.

use std::path::Path;

use greenlane_score::{Model, invented};
use risk::Lane;

use crate::{table, trained};

/// The version of the model of the fixture, under the settings of these tests.
const VERSION: &str = "49caf10d7ec8c280";
/// Logits in parts of 2⁻²⁴, of the first rows.
const LOGITS: [i64; 6] = [-74039158, -83982281, -82157587, -68316160, -70976509, -81521628];

/// Invented, as [`greenlane_score::invented`] makes it: 800 rows, seed 1.
fn fixture() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/imports.csv");
    if std::env::var_os("GREENLANE_WRITE_FIXTURES").is_some() {
        std::fs::write(&path, invented(800, 1)).unwrap();
    }
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_fixture_is_what_is_invented() {
    assert!(fixture() == invented(800, 1));
}

#[test]
fn the_model_of_the_fixture_has_this_hash_and_these_scores() {
    let fixture = fixture();
    let results = table(&fixture);
    let model = trained(&results, None, |_| ());
    let logits: Vec<i64> = results.rows().take(6).map(|row| model.score(&row).logit_parts).collect();
    assert_eq!((model.version(), logits.as_slice()), (VERSION, LOGITS.as_slice()));
}

/// The version of the model of some lines of declarations, and logits of lines of later ones.
const VERSION_OF_LINES: &str = "b301a02c90b19884";
const LOGITS_OF_LINES: [i64; 6] = [-110322013, -102165242, -108225421, -108225421, -110322013, -110322013];

/// The same for lines of declarations: decimals that become floats, frequencies, lanes by declaration.
#[test]
fn the_model_of_declared_lines_has_this_hash_and_these_scores() {
    let model = crate::declared::model(&crate::declared::table(0..300), None);
    let later = crate::declared::table(1_000..1_100);
    let logits: Vec<i64> =
        later.rows().step_by(30).take(6).map(|row| model.score(&row).logit_parts).collect();
    assert_eq!((model.version(), logits.as_slice()), (VERSION_OF_LINES, LOGITS_OF_LINES.as_slice()));
}

/// One row or many, one thread or seven, learned or read from a file: the same scores.
#[test]
fn a_score_does_not_depend_on_how_it_is_asked_for() {
    let results = table(&invented(5_000, 2));
    let model = trained(&results, None, |_| ());
    let again = Model::read(&model.write().unwrap()).unwrap();
    assert_eq!(again.version(), model.version());
    let rows: Vec<_> = results.rows().collect();
    let scores = model.scores(&rows, 1);
    for threads in [2, 7, 10_000] {
        assert_eq!(again.scores(&rows, threads), scores, "{threads}");
    }
    for (row, score) in rows.iter().zip(&scores).step_by(97) {
        assert_eq!(model.score(row), *score);
        assert_eq!(again.propose(row, None), model.propose(row, None));
    }
    // The lanes have the shares they were planned with, less what is left to chance.
    let red = rows.iter().filter(|row| model.propose(*row, None).lane == Lane::Red).count();
    assert!((440..=470).contains(&red), "{red}");
}
