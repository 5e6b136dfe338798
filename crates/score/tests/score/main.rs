//! Learning as its users meet it: from the bytes of a file of results to a proposal with reasons.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bits;
mod declared;
mod lessons;

use greenlane_score::{FeatureTable, LanePlan, Lesson, Model, Rank, Settings, Table};
use jiff::civil::date;
use risk::Share;

/// The table of the fixture or of other invented results.
pub fn table(csv: &str) -> Table {
    Table::read(csv.as_bytes(), &FeatureTable::imports().unwrap()).unwrap()
}

/// Small and quick trees.
pub fn settings() -> Settings {
    Settings { rounds: 40, depth: 5, rate: 0.2, bins: 255, ..Settings::default() }
}

/// Ten per cent red, ten yellow, a tenth of both by chance.
pub fn plan() -> LanePlan {
    LanePlan {
        red: Share::from_parts(100_000),
        yellow: Share::from_parts(100_000),
        explored: Share::from_parts(100_000),
    }
}

pub fn trained(training: &Table, validation: Option<&Table>, change: impl FnOnce(&mut Lesson<'_>)) -> Model {
    let mut lesson = Lesson {
        training,
        validation,
        features: FeatureTable::imports().unwrap(),
        settings: settings(),
        plan: plan(),
        rank: Rank::Probability,
        trained_on: date(2026, 11, 26),
    };
    change(&mut lesson);
    Model::train(&lesson, &mut |_, _| ()).unwrap()
}
