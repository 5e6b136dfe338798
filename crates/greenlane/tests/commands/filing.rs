//! From a file to a decision that can be proved, by commands alone.

use std::path::Path;

use serde_json::Value;

use crate::running::{Server, corpus, fixture, greenlane, greenlane_told, text};

fn submitted(data: &Path, paths: &[&Path], code: i32) -> Vec<Value> {
    let mut args = vec!["submit", "--json", "--data", text(data)];
    args.extend(paths.iter().map(|path| text(path)));
    let mut lines = greenlane(args).ended(code).lines();
    lines.sort_by_key(|line| line["file"].as_str().unwrap().to_owned());
    lines
}

fn keys(lines: &[Value]) -> Vec<(String, String)> {
    let key = |line: &Value| (line["id"].to_string(), line["number"].to_string());
    lines.iter().map(key).collect()
}

#[test]
fn generated_trade_is_filed_proved_and_replayed() {
    let dir = tempfile::tempdir().unwrap();
    let (outbox, data) = (dir.path().join("outbox"), dir.path().join("data"));
    greenlane(["generate", "60", "--seed", "11", "--items", "5", "--out", text(&outbox)]).ended(0);
    let anchors = outbox.join("authority.pem");
    greenlane(["participants", text(&outbox.join("participants.csv")), "--data", text(&data)]).ended(0);
    greenlane(["account", text(&outbox.join("accounts.csv")), "--data", text(&data)]).ended(0);
    let args = ["submit", text(&outbox), "--data", text(&data), "--json", "--anchors", text(&anchors)];
    let first = greenlane(args);
    assert!(first.code <= 1, "{}", first.err);
    let mut lines = first.lines();
    lines.sort_by_key(|line| line["file"].as_str().unwrap().to_owned());
    assert_eq!(lines.len(), 60, "every file is answered");
    let filed: Vec<&Value> = lines.iter().filter(|line| line["id"].is_string()).collect();
    let released = filed.iter().filter(|line| line["state"] == "released").count();
    assert!(released >= 10, "only {released} of 60 were released automatically");
    for line in &filed {
        assert_eq!(line["number"].is_null(), line["state"] == "refused", "{line}");
        assert!(line["milliseconds"].as_f64().unwrap() > 0.0);
        assert!(matches!(line["decided_by"].as_str(), Some("automatic") | None));
    }

    // The same files again: the same cases, no new one.
    let mut again = greenlane(args).lines();
    again.sort_by_key(|line| line["file"].as_str().unwrap().to_owned());
    assert_eq!(keys(&lines), keys(&again));

    let report: Value =
        serde_json::from_str(&greenlane(["replay", "--json", "--data", text(&data)]).ended(0).out).unwrap();
    assert_eq!(report["differing"], Value::Array(Vec::new()));
    assert_eq!(report["root_matches"], true);
    assert_eq!(report["decisions"].as_u64().unwrap(), filed.len() as u64);

    // What is known of traders follows from what is stored, and what officials say stands beside it.
    let recounted = greenlane(["participant", "recount", "--data", text(&data)]).ended(0).out;
    assert!(recounted.contains("counted anew, 0 of them"), "{recounted}");
    let participants = std::fs::read_to_string(outbox.join("participants.csv")).unwrap();
    let number = participants.lines().nth(1).unwrap().split(',').next().unwrap();
    let facts = dir.path().join("facts.csv");
    let columns = "number,day,kind,amount,document,reason";
    let today = jiff::Zoned::now().date().yesterday().unwrap();
    let state = |rows: &[&str]| {
        let rows: String =
            rows.iter().map(|row| format!("{number},{row},decree 7,entered into force\n")).collect();
        std::fs::write(&facts, format!("{columns}\n{rows}")).unwrap();
        greenlane(["participant", "facts", text(&facts), "--data", text(&data)])
    };
    state(&[&format!("{today},offence,2"), &format!("{today},debt_due,10.5")]).ended(0);
    let shown = greenlane(["participant", "show", number, "--data", text(&data)]).ended(0).out;
    assert!(shown.contains("offences in two years: 2") && shown.contains("overdue debt: 10.5"), "{shown}");
    let again = state(&[&format!("{today},offence,2")]).ended(1).err;
    assert!(again.contains("line 2: GL-6221: document: this was stated before"), "{again}");
    let before = today.yesterday().unwrap();
    let wrong = state(&[&format!("{before},offence,"), &format!("{today},debt_due,-1")]).ended(1).err;
    assert!(wrong.contains("line 3: GL-6203: amount: "), "{wrong}");
    let why = greenlane(["participant", "category", number, "--data", text(&data)]).ended(0).out;
    assert!(
        why.contains("thresholds for low risk met") && why.contains("near: offences in two years: 2"),
        "{why}"
    );
    let recomputed = greenlane(["participant", "recompute", "--data", text(&data)]).ended(0).out;
    assert!(
        recomputed.contains(": 0 came out otherwise than they were kept, 0 categories moved"),
        "{recomputed}"
    );
    let days = ["--from", "2020-01-01", "--to", "2100-01-01"];
    let prices = greenlane(["prices", "compute", days[0], days[1], days[2], days[3], "--data", text(&data)]);
    let prices = prices.ended(0).out;
    let columns = "code,origin,unit,valid_from,valid_to,sample,low,median,high,below_1_5,below_2,below_3";
    assert_eq!(prices.lines().next(), Some(columns));

    // Marks made again are those that are there, and the file of one is one object.
    let linked = greenlane(["participant", "links", "--data", text(&data)]).ended(0).out;
    assert!(linked.contains("registered cases read"), "{linked}");
    let file = greenlane(["participant", "show", number, "--json", "--data", text(&data)]).ended(0).out;
    let file: serde_json::Value = serde_json::from_str(&file).unwrap();
    assert_eq!(file["number"], number);
    assert!(file["links"].is_array() && file["money"].is_object(), "{file}");
    assert!(file["indicators"]["offences_two_years"].is_string(), "{file}");

    // A receipt stands by itself, and no byte of it can be changed.
    let id =
        filed.iter().find(|line| line["state"] == "released").unwrap()["id"].as_str().unwrap().to_owned();
    let receipt = greenlane(["receipt", &id, "--data", text(&data)]).ended(0).out;
    let path = dir.path().join("receipt.txt");
    std::fs::write(&path, &receipt).unwrap();
    let verified = greenlane(["verify", text(&path)]).ended(0);
    assert!(
        verified.out.contains(&id) && verified.err.contains("give --key"),
        "{}{}",
        verified.out,
        verified.err
    );
    for at in (0..receipt.len()).step_by(receipt.len() / 12) {
        let mut altered = receipt.clone().into_bytes();
        altered[at] ^= 0x20;
        std::fs::write(&path, altered).unwrap();
        assert_eq!(greenlane(["verify", text(&path)]).code, 1, "byte {at}");
    }
}

#[test]
fn every_real_declaration_gets_a_number_or_findings_and_the_same_again() {
    let Some(folder) = corpus("eaeu/declarations") else { return };
    let data = tempfile::tempdir().unwrap();
    let first = greenlane(["submit", text(&folder), "--data", text(data.path()), "--json"]);
    assert!(first.code <= 1, "{}", first.err);
    let mut lines = first.lines();
    lines.sort_by_key(|line| line["file"].as_str().unwrap().to_owned());
    assert_eq!(lines.len(), 38);
    for line in &lines {
        let numbered = line["number"].is_string();
        let errors = line["findings"].as_array().unwrap().iter().filter(|f| f["severity"] == "error").count();
        assert!(numbered != (errors > 0), "{line}");
        for finding in line["findings"].as_array().unwrap() {
            assert!(finding["code"].as_str().unwrap().starts_with("GL-"), "{finding}");
        }
    }
    let mut again = greenlane(["submit", text(&folder), "--data", text(data.path()), "--json"]).lines();
    again.sort_by_key(|line| line["file"].as_str().unwrap().to_owned());
    assert_eq!(keys(&lines), keys(&again));
    greenlane(["replay", "--data", text(data.path())]).ended(0);
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let (bad, broken) = (dir.path().join("bad.xml"), dir.path().join("broken.json"));
    std::fs::write(&bad, "<ESADout_CU><unclosed>").unwrap();
    std::fs::write(&broken, "{\"greenlane\": \"declaration/1\", \"no_such_field\": 1}").unwrap();
    let good = fixture("import-5.10.xml");
    let lines = submitted(&data, &[&bad, &broken, &good, Path::new("/nowhere.xml")], 1);
    assert_eq!(lines.len(), 4);
    let of = |name: &str| lines.iter().find(|line| line["file"].as_str().unwrap().ends_with(name)).unwrap();
    assert!(of("bad.xml")["error"]["code"].is_string());
    assert!(of("broken.json")["error"]["message"].as_str().unwrap().contains("no_such_field"));
    assert!(of("nowhere.xml")["error"]["message"].as_str().unwrap().contains("cannot be read"));
    assert!(of("import-5.10.xml")["id"].is_string());
}

#[test]
fn a_whole_nomenclature_settles_what_the_excerpt_left_open() {
    let dir = tempfile::tempdir().unwrap();
    let tnved = dir.path().join("tnved.csv");
    std::fs::write(&tnved, "code,name,duty\n8413702100,насосы погружные,5%\n").unwrap();
    let data = text(dir.path()).to_owned() + "/data";
    let said = greenlane(["reference", "import", "tnved", text(&tnved), "--data", &data]).ended(0).out;
    assert!(said.starts_with("tnved from tnved.csv is in force"), "{said}");
    let shown = greenlane(["reference", "show", "8413702100", "--data", &data]).ended(0).out;
    assert!(shown.contains("насосы погружные"), "{shown}");
    greenlane(["reference", "show", "9999999999", "--data", &data]).ended(1);
    std::fs::write(&tnved, "code,name,duty\n8413702100,насосы,5%\n84137021,насосы,сколько-то\n").unwrap();
    let refused = greenlane(["reference", "import", "tnved", text(&tnved), "--data", &data]).ended(1).err;
    assert!(refused.contains("tnved.csv") && refused.contains('3'), "the row is named: {refused}");
    let listed = greenlane(["reference", "list", "--data", &data]).ended(0).out;
    assert!(listed.contains("tnved") && !listed.contains("commodities"), "{listed}");
}

#[test]
fn what_is_filed_over_http_is_the_case_that_commands_show() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    greenlane_told(
        &["user", "tern", "--role", "officer", "--name", "Officer", "--data", text(&data)],
        "correct horse\n",
    )
    .ended(0);
    let server = Server::start(&data);
    let good = fixture("import-5.10.xml");
    let line = greenlane(["submit", text(&good), "--to", &server.address, "--json"]);
    assert!(line.code <= 1, "{}{}", line.out, line.err);
    let line = line.lines().remove(0);
    let id = line["id"].as_str().unwrap();
    let again = greenlane(["submit", text(&good), "--to", &server.address, "--json"]).lines().remove(0);
    assert_eq!(again["id"], line["id"]);
    let shown: Value =
        serde_json::from_str(&greenlane(["show", id, "--to", &server.address, "--json"]).ended(0).out)
            .unwrap();
    assert_eq!(shown["state"], line["state"]);
    let receipt = dir.path().join("receipt.txt");
    std::fs::write(&receipt, greenlane(["receipt", id, "--to", &server.address]).ended(0).out).unwrap();
    greenlane(["verify", text(&receipt)]).ended(0);
    let held = greenlane(["show", id, "--data", text(&data)]).ended(3).err;
    assert!(held.contains("in use by another process") && held.contains("--to URL"), "{held}");
    drop(server);
    greenlane(["show", id, "--data", text(&data)]).ended(0);
}
