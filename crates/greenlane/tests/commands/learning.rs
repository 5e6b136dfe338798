//! `greenlane risk`: learning over CSV files, and what is refused on the way.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::running::{Ran, corpus, greenlane, text};

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

/// A store with generated trade in which officials audited what was released, and found something wherever the goods were of
/// chapters from 70 on.
fn looked_at(dir: &Path) -> PathBuf {
    let (outbox, data) = (dir.join("outbox"), dir.join("data"));
    greenlane(["generate", "240", "--seed", "5", "--items", "3", "--out", text(&outbox)]).ended(0);
    greenlane(["participants", text(&outbox.join("participants.csv")), "--data", text(&data)]).ended(0);
    let anchors = outbox.join("authority.pem");
    let filed =
        greenlane(["submit", text(&outbox), "--data", text(&data), "--json", "--anchors", text(&anchors)]);
    assert!(filed.code <= 1, "{}", filed.err);

    let store = std::sync::Arc::new(store_sqlite::SqliteStore::open(&data).unwrap());
    let options = centre::Options { housekeeping: false, ..centre::Options::default() };
    let centre = centre::Centre::open(store, options).unwrap();
    let cases = centre.store().list(&store::CaseFilter { limit: 1_000, ..Default::default() }).unwrap();
    let mut results = 0;
    // Of what is under control its officer speaks; of what was released whoever audits it.
    let released = |case: &&clearance::Case| case.state == clearance::State::Released;
    for case in cases.iter().filter(released) {
        let view = centre.view(case.id).unwrap();
        let odd = |item: &declaration::Item| item.commodity_code.is_some_and(|code| code.prefix(2) >= "70");
        let result = |(line, item): (u32, &declaration::Item)| clearance::look::LookResult {
            ground: clearance::look::Ground::officer(),
            measure: Some(risk::Measure::Documents),
            item: Some(line),
            outcome: match odd(item) {
                true => clearance::look::Outcome::Found {
                    kind: clearance::look::FoundKind::Origin,
                    amount: rust_decimal::Decimal::new(150_050, 2),
                },
                false => clearance::look::Outcome::Nothing,
            },
            minutes: 15,
            remark: String::new(),
        };
        let recorded: Vec<_> = (1..).zip(&view.declaration.items).map(result).collect();
        results += recorded.len();
        let officer = clearance::OfficerId("petrel".to_owned());
        centre.input(case.id, clearance::Input::RecordResults { officer, results: recorded }).unwrap();
    }
    assert!(results > 100, "{results}");
    centre.stop();
    data
}

#[test]
fn what_officials_found_is_learned_from_the_store() {
    let desk = Desk::new();
    let data = looked_at(desk.0.path());
    let data = text(&data);
    let ever = ["--from", "2020-01-01", "--to", "2100-01-01"];
    let rows = |unseen: &str, out: &str| {
        let args = [&["rows", "--data", data, "--unseen", unseen, "--out", out][..], &ever].concat();
        desk.risk(&args).ended(0).err
    };
    let told = rows("1", "@all.csv");
    assert!(told.contains("rows of") && told.contains("were looked at"), "{told}");
    let all = std::fs::read_to_string(desk.path("all.csv")).unwrap();
    let header: Vec<&str> = all.lines().next().unwrap().split(',').collect();
    let column = |name: &str| header.iter().position(|column| *column == name).unwrap();
    let (found, by, amount) = (column("found"), column("by"), column("amount"));
    let values = |at: usize| all.lines().skip(1).map(move |line| line.split(',').nth(at).unwrap());
    let count = |wanted: &str| values(found).filter(|value| *value == wanted).count();
    assert!(count("1") > 5 && count("0") > 50 && count("") > 50, "{told}");
    assert_eq!(values(by).filter(|value| *value == "officer").count(), count("0") + count("1"));
    assert_eq!(values(amount).filter(|value| *value == "1500.50").count(), count("1"));
    // No number and no name of a trader is in it.
    let participants = std::fs::read_to_string(desk.path("outbox/participants.csv")).unwrap();
    let number = |line: &str| line.split(',').next().unwrap().to_owned();
    assert!(participants.lines().skip(1).map(number).all(|number| !all.contains(&number)));
    rows("0", "@seen.csv");
    let seen = std::fs::read_to_string(desk.path("seen.csv")).unwrap();
    assert_eq!(seen.lines().count(), 1 + count("0") + count("1"));

    // From the store or from the file of its rows: the same model, to the bit.
    let small = [
        "--rounds",
        "30",
        "--depth",
        "4",
        "--rate",
        "0.3",
        "--leaf-weight",
        "0.1",
        "--on",
        "2026-11-26",
        "--json",
    ];
    let of_store =
        [&["train", "--data", data, "--unseen", "1", "--out", "@lines.model"][..], &ever, &small].concat();
    let of_file =
        [&["train", "@all.csv", "--features", "declared", "--out", "@file.model"][..], &small].concat();
    let (of_store, of_file) = (desk.risk(&of_store).ended(0).lines(), desk.risk(&of_file).ended(0).lines());
    assert_eq!(of_store[0]["model"], of_file[0]["model"]);
    let card = &of_store[0]["card"];
    assert_eq!(card["training"]["rows"].as_u64().unwrap() as usize, count("0") + count("1"));
    assert_eq!(card["training"]["filed"].as_u64().unwrap() as usize, all.lines().count() - 1);
    assert_eq!(of_store[0]["may_go_live"], false, "it was measured on nothing");

    let scored =
        desk.risk(&["score", "@all.csv", "--model", "@lines.model", "--id", "declaration", "--json"]);
    assert_eq!(scored.ended(0).lines().len(), all.lines().count() - 1);
    let evaluated =
        desk.risk(&["evaluate", "@all.csv", "--model", "@lines.model", "--features", "declared", "--json"]);
    let evaluation = &evaluated.ended(0).lines()[0];
    assert!(evaluation["rankings"][0]["auc"].as_f64().unwrap() > 0.9, "{evaluation}");
    // Rows learned from are no others: they have been counted in how often something was seen.
    let drift = desk.risk(&["drift", "@all.csv", "--model", "@lines.model", "--json"]).lines();
    assert_eq!(
        (&drift[0]["moved"][0]["name"], &drift[0]["moved"][0]["index"]),
        (&"score".into(), &0.0.into())
    );
    desk.risk(&["drift", "@all.csv", "--model", "@lines.model", "--features", "imports"]).ended(1);
}

#[test]
fn what_cannot_be_learned_from_a_store_is_said() {
    let desk = Desk::new();
    let nowhere = desk.path("nowhere");
    let nowhere = text(&nowhere);
    let refused = desk.risk(&["rows", "--data", nowhere, "--out", "@rows.csv"]).ended(1).err;
    assert!(refused.contains("is no data directory"), "{refused}");
    for (args, wanted) in [
        (&["rows", "--from", "2026-03-02", "--to", "2026-03-01"][..], "it is before --from 2026-03-02"),
        (
            &["train", "--from", "2026-03-01", "--to", "2026-03-31", "--valid-from", "2026-03-01"],
            "after --from",
        ),
        (&["train", "@before.csv", "--from", "2026-03-01"], "cannot be used with"),
    ] {
        let told = desk.risk(&[args, &["--data", nowhere, "--out", "@out"]].concat()).ended(2).err;
        assert!(told.contains(wanted), "{told}");
    }
    let told = desk.risk(&["train", "@before.csv", "--patience", "5", "--out", "@out"]).ended(2).err;
    assert!(told.contains("--patience needs rows to measure on"), "{told}");
}
