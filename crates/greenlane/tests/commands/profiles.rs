//! `greenlane profile`: a profile's life on the command line, on a data directory and into a running centre.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::running::{Server, greenlane, greenlane_told, text};

const NUMBER: &str = "55/20260301/00017";

fn profile(dir: &Path, name: &str, area: &str) -> PathBuf {
    let path = dir.join(name);
    let toml = format!(
        "number = \"{NUMBER}\"\nkind = \"national\"\nstage = \"declaration\"\narea = '{area}'\n\
         valid_from = 2026-01-01\nlane = \"yellow\"\nmeasures = [\"documents\"]\nauthor = \"risk unit\"\n\
         version = 1\n[title]\nru = \"Тяжёлое\"\nen = \"Heavy\"\n[instruction]\nru = \"Взвесить.\"\nen = \"Weigh.\"\n"
    );
    std::fs::write(&path, toml).unwrap();
    path
}

fn people(data: &Path) {
    for (login, role) in [("heron", "analyst"), ("hawk", "risk_chief"), ("tern", "officer")] {
        let args = ["user", login, "--role", role, "--name", login, "--data", text(data)];
        greenlane_told(&args, "correct horse").ended(0);
    }
}

#[test]
fn a_profile_is_tested_without_being_kept() {
    let dir = tempfile::tempdir().unwrap();
    let good = profile(dir.path(), "good.toml", "item.mass_gross > 1");
    let told = greenlane(["profile", "test", text(&good)]).ended(0).out;
    assert!(told.contains("Heavy: no errors"), "{told}");
    let wrong = profile(dir.path(), "wrong.toml", "item.mass_gros > 1");
    let told = greenlane(["profile", "test", text(&wrong), "--language", "ru"]).ended(1).out;
    assert!(told.contains("wrong.toml:4:13: GL-R12 area: нет имени"), "{told}");
    assert!(told.ends_with("  area = 'item.mass_gros > 1'\n              ^\n"), "{told}");
    let told = greenlane(["profile", "test", text(&wrong), "--json"]).ended(1).lines();
    assert_eq!((&told[0]["ok"], &told[0]["errors"][0]["column"]), (&json!(false), &json!(13)));
    greenlane(["profile", "test", text(&dir.path().join("missing.toml"))]).ended(1);
}

#[test]
fn a_profile_lives_on_a_data_directory_in_the_name_of_accounts() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    people(&data);
    let file = profile(dir.path(), "one.toml", "item.mass_gross > 1");
    let go = |args: &[&str], login: &str| {
        let whose = ["--as", login, "--data", text(&data)];
        greenlane(["profile"].iter().chain(args).chain(&whose).copied())
    };
    assert_eq!(go(&["draft", text(&file)], "heron").ended(0).out, format!("{NUMBER} version 1 is draft\n"));
    assert!(go(&["draft", text(&file)], "heron").ended(1).err.contains("GL-R50"));
    assert!(go(&["agree", NUMBER], "tern").ended(1).err.contains("GL-R42"));
    assert!(go(&["agree", NUMBER], "nobody").ended(1).err.contains("there is no account nobody"));
    go(&["agree", NUMBER], "heron").ended(0);
    assert!(go(&["return", NUMBER, "--reason", "x"], "hawk").ended(1).err.contains("GL-R45"));
    go(&["return", NUMBER, "--reason", "too wide"], "hawk").ended(0);
    go(&["agree", NUMBER], "heron").ended(0);
    assert!(go(&["approve", NUMBER], "heron").ended(1).err.contains("GL-R42"));
    assert_eq!(go(&["approve", NUMBER], "hawk").ended(0).out, format!("{NUMBER} version 1 is in force\n"));
    let wrong = profile(dir.path(), "wrong.toml", "item.mass_gros > 1");
    assert!(go(&["draft", text(&wrong)], "heron").ended(1).err.contains("GL-R12"));
    let second = profile(dir.path(), "two.toml", "item.mass_gross > 2");
    go(&["draft", text(&second), "--reason", "heavier"], "heron").ended(0);

    let listed = greenlane(["profile", "list", "--json", "--data", text(&data)]).ended(0).lines();
    let own: Vec<(&Value, &Value)> = listed
        .iter()
        .filter(|head| head["number"] == NUMBER)
        .map(|head| (&head["version"], &head["state"]))
        .collect();
    assert_eq!(own, [(&json!(1), &json!("in_force")), (&json!(2), &json!("draft"))]);
    let drafts = greenlane(["profile", "list", "--state", "draft", "--data", text(&data)]).ended(0).out;
    assert_eq!(drafts.lines().count(), 2, "{drafts}");
    greenlane(["profile", "list", "--state", "new", "--data", text(&data)]).ended(2);
    go(&["cancel", NUMBER, "--version", "1", "--reason", "the risk is gone"], "hawk").ended(0);
    let shown = greenlane(["profile", "show", NUMBER, "--version", "1", "--data", text(&data)]).ended(0).out;
    assert_eq!(shown, std::fs::read_to_string(&file).unwrap());
    let history = greenlane(["profile", "show", NUMBER, "--history", "--data", text(&data)]).ended(0).out;
    for said in ["too wide", "heavier", "the risk is gone", "by its day", "by hawk"] {
        assert!(history.contains(said), "{said}: {history}");
    }
    // The operator's own way names nobody.
    greenlane(["profile", "add", text(&second), "--data", text(&data)]).ended(0);
    let history = greenlane(["profile", "show", NUMBER, "--history", "--data", text(&data)]).ended(0).out;
    assert!(history.contains("by operator:"), "{history}");
    greenlane(["profile", "agree", NUMBER, "--data", text(&data)]).ended(2);
    greenlane(["profile", "show", "55/1", "--data", text(&data)]).ended(1);
    greenlane(["replay", "--data", text(&data)]).ended(0);
}

#[test]
fn a_profile_lives_in_a_running_centre_by_tokens() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    people(&data);
    let server = Server::start(&data);
    let token = |login: &str| {
        let body = json!({ "login": login, "password": "correct horse" }).to_string();
        let url = format!("{}/api/v1/sessions", server.address);
        let answer = ureq::post(url).header("Content-Type", "application/json").send(body);
        let told: Value =
            serde_json::from_str(&answer.unwrap().body_mut().read_to_string().unwrap()).unwrap();
        told["token"].as_str().unwrap().to_owned()
    };
    let (heron, hawk, tern) = (token("heron"), token("hawk"), token("tern"));
    let go = |args: &[&str], token: &str| {
        let place = ["--to", &server.address, "--token", token];
        greenlane(["profile"].iter().chain(args).chain(&place).copied())
    };
    let file = profile(dir.path(), "one.toml", "item.mass_gross > 1");
    assert!(go(&["draft", text(&file)], &tern).ended(1).err.contains("GL-7002"));
    let told = go(&["test", text(&file)], &heron).ended(0).out;
    assert_eq!(told, format!("{NUMBER}: no errors\n"));
    let wrong = profile(dir.path(), "wrong.toml", "item.mass_gros > 1");
    let told = go(&["test", text(&wrong), "--language", "ru"], &heron).ended(1).out;
    assert!(told.contains("wrong.toml:4:13: GL-R12 area: нет имени"), "{told}");
    assert!(told.ends_with("  area = 'item.mass_gros > 1'\n              ^\n"), "{told}");
    let told = go(&["test", text(&file), "--json"], &heron).ended(0).lines();
    assert_eq!((&told[0]["ok"], &told[0]["number"]), (&json!(true), &json!(NUMBER)));
    assert!(go(&["test", text(&file)], &tern).ended(1).err.contains("GL-7002"));
    go(&["draft", text(&file)], &heron).ended(0);
    let second = profile(dir.path(), "two.toml", "item.mass_gross > 2");
    assert_eq!(go(&["draft", text(&second)], &heron).ended(0).out, format!("{NUMBER} version 2 is draft\n"));
    go(&["agree", NUMBER], &heron).ended(0);
    assert!(go(&["approve", NUMBER], &heron).ended(1).err.contains("GL-R42"));
    assert!(go(&["approve", NUMBER, "--from", "2020-01-01"], &hawk).ended(1).err.contains("GL-R46"));
    go(&["approve", NUMBER], &hawk).ended(0);
    assert!(go(&["list", "--state", "in_force"], &hawk).ended(0).out.contains(NUMBER));
    assert_eq!(go(&["show", NUMBER], &hawk).ended(0).out, std::fs::read_to_string(&second).unwrap());
    assert!(go(&["show", NUMBER], &tern).ended(1).err.contains("GL-7002"));
    go(&["cancel", NUMBER, "--reason", "the risk is gone"], &hawk).ended(0);
}
