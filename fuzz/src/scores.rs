//! What learning promises of any bytes: a file of results, a table of features, a model.

use std::sync::LazyLock;

use jiff::civil::date;
use score::{FeatureTable, LanePlan, Lesson, Model, Rank, Settings, Table};

static FEATURES: LazyLock<Option<FeatureTable>> = LazyLock::new(|| FeatureTable::imports().ok());
/// Rows that every model of the table of imports must be able to score.
static ROWS: LazyLock<Option<Table>> = LazyLock::new(|| {
    let features = FEATURES.as_ref()?;
    Table::read(score::invented(20, 1).as_bytes(), features).ok()
});

/// The content of a model file is refused, or is a model: then every row comes to an end in it, the same way twice. The
/// hash is left out, because no fuzzer guesses one.
pub fn model(bytes: &[u8]) {
    let _ = Model::read(bytes);
    let Ok(model) = Model::read_unvouched(bytes) else { return };
    let Some(rows) = ROWS.as_ref() else { return };
    let all: Vec<_> = rows.rows().collect();
    let scores = model.scores(&all, 2);
    for (row, score) in all.iter().zip(&scores) {
        assert_eq!(model.score(row), *score);
        assert_eq!(model.propose(row, None).score, *score);
    }
    let _ = (model.card().may_go_live(), model.card().to_string(), model.drift(rows).is_ok());
    let again = model.write().map(|file| Model::read(&file).map(|again| again.scores(&all, 1)));
    assert_eq!(again, Ok(Ok(scores)));
}

/// A file of results is refused with places, or taken; what is taken can be learned from and scored.
pub fn table(bytes: &[u8]) {
    let Some(features) = FEATURES.as_ref() else { return };
    match Table::read(bytes, features) {
        Err(why) => assert!(why.to_string().starts_with("line ") && why.to_string().len() < 40_000),
        Ok(table) if table.len() <= 200 => {
            let lesson = Lesson {
                training: &table,
                validation: Some(&table),
                features: features.clone(),
                settings: Settings { rounds: 3, depth: 3, bins: 16, ..Settings::default() },
                plan: LanePlan::default(),
                rank: Rank::ExpectedDuty,
                trained_on: date(2026, 3, 2),
            };
            if let Ok(model) = Model::train(&lesson, &mut |_, _| ()) {
                assert!(model.evaluate(&table, Vec::new()).is_ok());
                assert!(model.card().may_go_live().is_err());
            }
        }
        Ok(_) => {}
    }
}

/// A table of features is refused, or can be written and read again.
pub fn features(bytes: &[u8]) {
    let Ok(source) = std::str::from_utf8(bytes) else { return };
    if let Ok(features) = FeatureTable::parse(source) {
        assert_eq!(features.agrees_with(&features), Ok(()));
        let _ = Table::read(b"a,b\n1,2\n", &features);
    }
}
