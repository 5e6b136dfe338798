//! Lessons that go well, and those that are refused.

use greenlane_score::{
    FeatureTable, Hindrance, LanePlan, Lesson, Model, Rank, Row, Scope, Scores, Selection, Settings, Value,
    invented,
};
use jiff::civil::date;
use risk::{Draw, Lane, Share};

use crate::{plan, settings, table, trained};

#[test]
fn what_was_learned_finds_more_than_chance_on_new_rows() {
    let (before, after) = (table(&invented(12_000, 1)), table(&invented(4_000, 9)));
    let model = trained(&before, Some(&after), |_| ());
    let evaluation = model.evaluate(&after, Vec::new()).unwrap();
    assert!(evaluation.novel_rows > 3_900, "{}", evaluation.novel_rows);
    let found =
        |scores, rank| evaluation.ranking(Scope::Novel, scores, rank).unwrap().at(10).unwrap().clone();
    let rate = evaluation.novel_found as f64 / evaluation.novel_rows as f64;
    assert!(found("model", Rank::Probability).precision > 2.0 * rate, "{evaluation}");
    // A look-up table knows nothing of rows it never saw.
    assert!(found("look-up", Rank::Probability).precision < 1.5 * rate, "{evaluation}");
    // By probability times duty fewer are found, of more money.
    let (surest, dearest) = (found("model", Rank::Probability), found("model", Rank::ExpectedDuty));
    assert!(dearest.duty_share > surest.duty_share && dearest.precision < surest.precision, "{evaluation}");
    assert_eq!(model.card().may_go_live(), Ok(()), "{}", model.card());
    let months: Vec<&str> = model.card().months.iter().map(|month| month.month.as_str()).collect();
    assert_eq!((months.len(), months[0], months[11]), (12, "2026-01", "2026-12"));
}

/// Where rows repeat, the look-up table is as good as any model: the figure on all rows stands beside it.
#[test]
fn a_table_that_repeats_is_known_by_its_look_up() {
    let results = table(&invented(3_000, 1));
    let model = trained(&results, None, |_| ());
    let evaluation = model.evaluate(&results, Vec::new()).unwrap();
    assert_eq!((evaluation.novel_rows, evaluation.novel_found), (0, 0));
    let precision =
        |scores| evaluation.ranking(Scope::All, scores, Rank::Probability).unwrap().at(5).unwrap().precision;
    assert_eq!(precision("look-up"), 1.0);
    assert!(precision("model") <= 1.0);
}

#[test]
fn a_model_says_why() {
    let results = table(&invented(8_000, 1));
    let model = trained(&results, None, |_| ());
    let row = results.row(3).unwrap();
    let proposal = model.propose(&row, None);
    assert_eq!(proposal.version, model.version());
    assert!((1..=5).contains(&proposal.reasons.len()));
    let weights: Vec<f64> = proposal.reasons.iter().map(|reason| reason.weight.abs()).collect();
    assert!(weights.windows(2).all(|pair| pair[0] >= pair[1]), "{weights:?}");
    // The invented fault is a low value of a kilogram: it is among what weighs most.
    let found =
        results.rows().map(|row| model.propose(&row, None)).filter(|proposal| proposal.lane == Lane::Red);
    let (mut all, mut by_value) = (0, 0);
    for proposal in found.take(100) {
        all += 1;
        by_value +=
            usize::from(proposal.reasons.iter().take(3).any(|reason| reason.feature == "value_per_kilogram"));
    }
    assert!(by_value * 2 > all, "{by_value} of {all}");
}

/// What a running centre has at hand is scored by the same code as a row of a file, and comes out the same.
#[test]
fn a_declaration_at_hand_scores_like_its_row_in_a_file() {
    struct AtHand(Vec<(String, Result<f64, String>)>);
    impl Row for AtHand {
        fn value(&self, column: &str) -> Value<'_> {
            match self.0.iter().find(|(name, _)| name == column) {
                Some((_, Ok(number))) => Value::Number(*number),
                Some((_, Err(text))) => Value::Text(text),
                None => Value::Missing,
            }
        }
    }
    let results = table(&invented(2_000, 1));
    let model = trained(&results, None, |_| ());
    for row in results.rows().take(50) {
        let columns = model.features().features.iter().map(|feature| feature.column.clone());
        let values = columns.filter_map(|column| match row.value(&column) {
            Value::Text(text) if ["Tax Rate", "Net Mass", "Item Price"].contains(&column.as_str()) => {
                Some((column, Ok(text.parse().unwrap())))
            }
            Value::Text(text) => Some((column, Err(text.to_owned()))),
            _ => None,
        });
        assert_eq!(model.propose(&AtHand(values.collect()), None), model.propose(&row, None));
    }
}

#[test]
fn chance_sends_harmless_rows_where_they_are_looked_at() {
    let results = table(&invented(2_000, 1));
    let model = trained(&results, None, |_| ());
    let by_chance = results
        .rows()
        .filter(|row| {
            let draw = Draw::of(&[9; 32], row.line().to_string().as_bytes());
            matches!(model.propose(row, Some(&draw)).selection, Selection::Chance { .. })
        })
        .count();
    // Two per cent of 2 000, less those the score selects anyway.
    assert!((15..70).contains(&by_chance), "{by_chance}");
}

#[test]
fn a_model_that_is_worse_than_the_rules_may_not_go_live() {
    let before = table(&invented(2_000, 1));
    // The rules knew everything.
    let known: String = invented(1_000, 9)
        .lines()
        .enumerate()
        .map(|(index, line)| match (index, line.ends_with('1')) {
            (0, _) => format!("{line},Selected\n"),
            (_, found) => format!("{line},{}\n", u8::from(found)),
        })
        .collect();
    let mut features = FeatureTable::imports().unwrap();
    features.rules = Some("Selected".to_owned());
    let after = greenlane_score::Table::read(known.as_bytes(), &features).unwrap();
    let model = trained(&before, Some(&after), |lesson| lesson.features = features);
    let hindrances = model.card().may_go_live().unwrap_err();
    assert!(
        matches!(&hindrances[..], [Hindrance::Worse(one), ..] if one.beside == "rules" && one.other_found == one.inspected),
        "{hindrances:?}"
    );
    assert!(model.card().to_string().contains("live       no: on all rows"), "{}", model.card());
    let unmeasured = trained(&before, None, |_| ());
    assert_eq!(unmeasured.card().may_go_live(), Err(vec![Hindrance::NotMeasured]));
    let itself = trained(&before, Some(&before), |_| ());
    assert!(itself.card().may_go_live().unwrap_err().contains(&Hindrance::MeasuredOnItself));
}

#[test]
fn lessons_that_cannot_be_are_refused() {
    let results = table(&invented(300, 1));
    let lesson = |change: fn(&mut Lesson<'_>)| {
        let mut lesson = Lesson {
            training: &results,
            validation: None,
            features: FeatureTable::imports().unwrap(),
            settings: settings(),
            plan: plan(),
            rank: Rank::Probability,
            trained_on: date(2026, 11, 26),
        };
        change(&mut lesson);
        Model::train(&lesson, &mut |_, _| ()).unwrap_err().to_string()
    };
    let why = lesson(|lesson| lesson.features.label = "Result".to_owned());
    assert_eq!(why, "line 1, column \"Result\": the column is missing");
    let why = lesson(|lesson| lesson.features.label = "Import Type".to_owned());
    assert!(why.starts_with("line 2, column \"Import Type\": \"1"), "{why}");
    let why = lesson(|lesson| lesson.features.date = Some("Fraud".to_owned()));
    assert!(why.starts_with("line 2, column \"Fraud\""), "{why}");
    let why = lesson(|lesson| lesson.settings = Settings { rounds: 0, ..settings() });
    assert_eq!(why, "rounds is 0; it may be 1 to 5000");
    let why = lesson(|lesson| lesson.plan = LanePlan { red: Share::ALL, yellow: Share::ALL, ..plan() });
    assert!(why.contains("100 % in all"), "{why}");
    let header = invented(0, 1);
    let one_class = format!("{header}1,2026-01-01,10,A,11,11,11,10,,080510,CN,CN,1,A,B,1,1,0\n");
    let model = trained(&results, None, |_| ());
    let why = model.evaluate(&table(&one_class), Vec::new()).unwrap_err().to_string();
    assert!(why.starts_with("line 2, column \"Fraud\": every row"), "{why}");
    let others = vec![("peer".to_owned(), Scores::of_probabilities(&[0.5; 3]).unwrap())];
    let why = model.evaluate(&results, others).unwrap_err().to_string();
    assert_eq!(why, "the number of scores beside is 3 by peer; it may be one for every row");
}

#[test]
fn an_altered_model_is_refused() {
    let results = table(&invented(400, 1));
    let model = trained(&results, None, |_| ());
    let file = model.write().unwrap();
    for place in (0..file.len()).step_by(file.len() / 40) {
        let mut spoilt = file.clone();
        spoilt[place] ^= 0x10;
        if let Ok(read) = Model::read(&spoilt) {
            assert_eq!(read.version(), model.version(), "{place}");
        }
    }
    let mut altered = file.clone();
    // A digit of the hash.
    altered[40] = if altered[40] == b'0' { b'1' } else { b'0' };
    let why = Model::read(&altered).unwrap_err().to_string();
    assert!(why.starts_with("the model was altered: its first line says sha256"), "{why}");
}

/// Whoever alters the content and makes a new hash for it gets no further than what a model can be.
#[test]
fn content_that_no_model_has_is_refused() {
    let results = table(&invented(400, 1));
    let file = trained(&results, None, |_| ()).write().unwrap();
    let packed = file.splitn(2, |byte| *byte == b'\n').nth(1).unwrap();
    let content: serde_json::Value = serde_json::from_slice(&zstd::decode_all(packed).unwrap()).unwrap();
    type Spoil = fn(&mut serde_json::Value);
    let spoilt: [(Spoil, &str); 8] = [
        (|content| content["trees"][0]["child"][0] = 0.into(), ""),
        (|content| content["trees"][0]["child"][0] = 1_000_000.into(), "without children"),
        (|content| content["trees"][0]["feature"][0] = 200.into(), "not there"),
        (|content| content["cuts"][15][0] = serde_json::json!(1e300), "cuts"),
        (|content| content["encodings"].as_array_mut().unwrap().truncate(3), "names and codes"),
        (|content| content["spreads"][0]["counts"] = serde_json::json!([1]), "spreads"),
        (|content| content["base"] = i64::MAX.into(), "base"),
        (|content| content["extra"] = 1.into(), "unknown field"),
    ];
    for (spoil, wanted) in spoilt {
        let mut content = content.clone();
        spoil(&mut content);
        let read = Model::read_unvouched(&serde_json::to_vec(&content).unwrap());
        match (read, wanted) {
            (Ok(_), "") => {}
            (Ok(_), wanted) => panic!("{wanted}"),
            (Err(why), wanted) => assert!(!wanted.is_empty() && why.to_string().contains(wanted), "{why}"),
        }
    }
}

#[test]
fn rows_of_another_population_are_noticed() {
    let before = table(&invented(6_000, 1));
    let model = trained(&before, None, |_| ());
    assert!(!model.drift(&table(&invented(6_000, 2))).unwrap().alarming());
    // Everything ten times as heavy, from a country nobody had traded with.
    let other: String = invented(3_000, 2)
        .lines()
        .enumerate()
        .map(|(index, line)| {
            let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
            if index > 0 {
                fields[15] = format!("{}0", fields[15].replace('.', ""));
                fields[11] = "ZZ".to_owned();
            }
            fields.join(",") + "\n"
        })
        .collect();
    let drift = model.drift(&table(&other)).unwrap();
    assert!(drift.alarming());
    let of = |name| drift.moved.iter().find(|moved| moved.name == name).unwrap();
    assert_eq!((of("mass_net").verdict(), of("origin").verdict()), ("other", "other"));
    assert_eq!((of("origin").unknown_share, of("office").verdict()), (1.0, "steady"));
    assert_eq!(drift.moved[0].name, "score");
}

/// What the fuzzer begins with: a model, results and the table of features. Written where `GREENLANE_FUZZ_SEEDS` says.
#[test]
fn every_fuzz_target_has_something_to_begin_with() {
    let results = table(&invented(40, 1));
    let settings = Settings { rounds: 4, depth: 3, bins: 16, ..Settings::default() };
    let file = trained(&results, Some(&results), |lesson| lesson.settings = settings).write().unwrap();
    let packed = file.splitn(2, |byte| *byte == b'\n').nth(1).unwrap();
    let model = zstd::decode_all(packed).unwrap();
    assert!(Model::read_unvouched(&model).is_ok());
    let Some(seeds) = std::env::var_os("GREENLANE_FUZZ_SEEDS") else { return };
    for (target, seed) in [
        ("score_model", model),
        ("score_table", invented(40, 1).into_bytes()),
        ("score_features", greenlane_score::IMPORTS.as_bytes().to_vec()),
    ] {
        let folder = std::path::Path::new(&seeds).join(target);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("imports"), seed).unwrap();
    }
}

/// Bytes changed here and there: a refusal, or a model that every row comes to an end in. The fuzzer goes on from here.
#[test]
fn no_bytes_bring_it_down() {
    let results = table(&invented(60, 1));
    let rows: Vec<_> = results.rows().collect();
    let settings = Settings { rounds: 3, depth: 3, bins: 16, ..Settings::default() };
    let file = trained(&results, None, |lesson| lesson.settings = settings).write().unwrap();
    let model = zstd::decode_all(file.splitn(2, |byte| *byte == b'\n').nth(1).unwrap()).unwrap();
    let csv = invented(20, 1).into_bytes();
    let features = FeatureTable::imports().unwrap();
    let mut state = 1u64;
    let mut number = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % below
    };
    let (mut models, mut tables) = (0, 0);
    for _ in 0..4_000 {
        let mut spoilt = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            for _ in 0..=number(3) {
                let place = number(bytes.len());
                // Mostly digits: other letters are no JSON any more.
                bytes[place] = b"0123456789-.e,\"[]"[number(17)];
            }
            bytes
        };
        if let Ok(model) = Model::read_unvouched(&spoilt(&model)) {
            models += 1;
            assert_eq!(model.scores(&rows, 2).len(), rows.len());
            let _ = (model.propose(&rows[0], None), model.drift(&results), model.card().to_string());
        }
        tables += usize::from(greenlane_score::Table::read(&spoilt(&csv), &features).is_ok());
    }
    assert!(models > 100 && tables > 100, "{models} {tables}");
}
