//! `greenlane risk`: learning over CSV files, and what is refused on the way.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::running::{Ran, corpus, greenlane};

/// A folder with invented results to learn from (`before.csv`) and to measure on (`after.csv`).
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(TempDir::new().unwrap());
        std::fs::write(desk.path("before.csv"), score::invented(3_000, 1)).unwrap();
        std::fs::write(desk.path("after.csv"), score::invented(1_000, 9)).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// `greenlane risk …`, where `@name` is a file of the desk.
    fn risk(&self, args: &[&str]) -> Ran {
        let place = |arg: &&str| match arg.strip_prefix('@') {
            Some(name) => self.path(name).into_os_string(),
            None => std::ffi::OsString::from(*arg),
        };
        greenlane(std::iter::once(std::ffi::OsString::from("risk")).chain(args.iter().map(place)))
    }

    fn trained(&self) -> &Self {
        let small = ["--rounds", "40", "--depth", "5", "--rate", "0.2", "--on", "2026-11-26"];
        let args =
            [&["train", "@before.csv", "--valid", "@after.csv", "--out", "@model"][..], &small].concat();
        let told = self.risk(&args).ended(0);
        assert!(told.out.contains("trained    2026-11-26, 40 trees"), "{}", told.out);
        self
    }
}

#[test]
fn a_model_is_trained_evaluated_and_asked() {
    let desk = Desk::new();
    desk.trained();
    let table = desk.risk(&["evaluate", "@after.csv", "--model", "@model"]).ended(0).out;
    for wanted in
        ["| all | probability | model |", "| novel | probability × duty | look-up |", "10 % inspected"]
    {
        assert!(table.contains(wanted), "{table}");
    }
    let evaluation =
        &desk.risk(&["evaluate", "@after.csv", "--model", "@model", "--json"]).ended(0).lines()[0];
    assert_eq!(evaluation["rows"], 1_000);
    assert_eq!(evaluation["rankings"].as_array().unwrap().len(), 8);
    assert_eq!(evaluation["rankings"][0]["at"][2]["rows"], 50);

    let rows = desk.risk(&["score", "@after.csv", "--model", "@model", "--json"]).ended(0).lines();
    assert_eq!(rows.len(), 1_000);
    let lanes = |lane| rows.iter().filter(|row| row["lane"] == lane).count();
    // Two and eight per cent, less the tenth that chance would take.
    assert_eq!((lanes("red"), lanes("yellow")), (18, 72));
    assert!(rows[0]["reasons"][0]["title"]["ru"].is_string() && rows[0]["model"] == evaluation["model"]);
    let secret = "07".repeat(32);
    let drawn = desk.risk(&[
        "score",
        "@after.csv",
        "--model",
        "@model",
        "--id",
        "Declaration ID",
        "--secret",
        &secret,
        "--json",
    ]);
    let chance = drawn.ended(0).lines().iter().filter(|row| row["selection"]["by"] == "chance").count();
    assert!((1..30).contains(&chance), "{chance}");
    let text = desk.risk(&["score", "@after.csv", "--model", "@model"]).ended(0).out;
    assert!(text.starts_with("line,id,probability,lane,by,reasons,model\n2,2,0."), "{text}");

    let card = &desk.risk(&["card", "@model", "--json"]).ended(0).lines()[0];
    assert_eq!(card["card"]["training"]["rows"], 3_000);
    assert_eq!(card["card"]["months"].as_array().unwrap().len(), 12);
    let drift = desk.risk(&["drift", "@before.csv", "--model", "@model"]).ended(0).out;
    assert!(drift.contains("score "), "{drift}");
}

#[test]
fn the_same_lesson_gives_the_same_file() {
    let desk = Desk::new();
    let first = std::fs::read(desk.trained().path("model")).unwrap();
    assert!(first == std::fs::read(desk.trained().path("model")).unwrap());
}

#[test]
fn bad_input_is_refused_with_file_line_and_column() {
    let desk = Desk::new();
    let good = std::fs::read_to_string(desk.path("before.csv")).unwrap();
    let without =
        good.lines().map(|line| line.rsplit_once(',').unwrap().0.to_owned() + "\n").collect::<String>();
    let zeros: String = good
        .lines()
        .enumerate()
        .map(|(index, line)| {
            if index == 0 { format!("{line}\n") } else { format!("{},0\n", line.rsplit_once(',').unwrap().0) }
        })
        .collect();
    for (bad, wanted) in [
        (without, "bad.csv: line 1, column \"Fraud\": the column is missing"),
        (zeros, "bad.csv: line 2, column \"Fraud\": every row from here to line 3001 has 0"),
        (good.replacen(",2026-01-01,", ",soon,", 1), "bad.csv: line 2, column \"Date\": \"soon\" is no date"),
        (
            good.replacen("Net Mass", "Weight", 1),
            "bad.csv: line 1, column \"Net Mass\": the column is missing",
        ),
        (good.replacen("\n1,", "\n1,2,", 1), "bad.csv: line 3: 19 fields; the header has 18"),
    ] {
        std::fs::write(desk.path("bad.csv"), bad).unwrap();
        let told = desk.risk(&["train", "@bad.csv", "--out", "@none"]).ended(1);
        assert!(told.err.contains(wanted), "{}", told.err);
        assert!(!desk.path("none").exists());
    }
    let told = desk.risk(&["train", "@before.csv", "--out", "@none", "--depth", "99"]).ended(2);
    assert!(told.err.contains("depth is 99; it may be 1 to 16"), "{}", told.err);
    let told = desk.risk(&["train", "@before.csv", "--out", "@none", "--red", "101"]).ended(2);
    assert!(told.err.contains("a percentage from 0 to 100"), "{}", told.err);
}

#[test]
fn an_altered_model_and_one_for_other_features_are_refused() {
    let desk = Desk::new();
    desk.trained();
    let mut file = std::fs::read(desk.path("model")).unwrap();
    let middle = file.len() / 2;
    file[middle] ^= 1;
    std::fs::write(desk.path("altered"), file).unwrap();
    let told = desk.risk(&["evaluate", "@after.csv", "--model", "@altered"]).ended(1);
    assert!(told.err.contains("altered: the model was altered"), "{}", told.err);
    let other = desk.risk(&["features"]).ended(0).out.replace("\"Office ID\"", "\"Post\"");
    std::fs::write(desk.path("other.toml"), other).unwrap();
    let told = desk.risk(&["score", "@after.csv", "--model", "@model", "--features", "@other.toml"]).ended(1);
    assert!(told.err.contains("the model was made for other features: \"office\""), "{}", told.err);
    let told = desk.risk(&["card", "@after.csv"]).ended(1);
    assert!(told.err.contains("the file is no model"), "{}", told.err);
    let told = desk.risk(&["evaluate", "@after.csv", "--model", "@model", "--beside", "x=@nowhere"]).ended(1);
    assert!(told.err.contains("nowhere"), "{}", told.err);
}

/// On the published results, where they are at hand: the model must find what a model of this kind is known to find.
#[test]
fn the_published_results_are_learned() {
    let Some(folder) = corpus("risk") else { return };
    let desk = Desk::new();
    let (train, valid) = (folder.join("df_syn_train_eng.csv"), folder.join("df_syn_valid_eng.csv"));
    let of = |path: &Path| path.to_str().unwrap().to_owned();
    // Fewer trees than usual: this is a test, not the measurement of docs/learning.md.
    desk.risk(&["train", &of(&train), "--out", "@model", "--rounds", "120", "--rate", "0.2"]).ended(0);
    let evaluation =
        &desk.risk(&["evaluate", &of(&valid), "--model", "@model", "--json"]).ended(0).lines()[0];
    assert_eq!((evaluation["rows"].as_u64(), evaluation["novel_rows"].as_u64()), (Some(8_134), Some(1_348)));
    let precision = |index: usize| evaluation["rankings"][index]["at"][2]["precision"].as_f64().unwrap();
    let is = |index: usize| -> Vec<&Value> {
        ["rows", "scores", "by"].iter().map(|key| &evaluation["rankings"][index][*key]).collect()
    };
    assert_eq!(is(0), ["all", "model", "probability"]);
    assert!(precision(0) > 0.9, "{evaluation}");
    assert_eq!(is(1), ["all", "look-up", "probability"]);
    assert!(precision(1) > 0.9, "{evaluation}");
}
