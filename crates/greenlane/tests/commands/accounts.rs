//! Payments, statements, guarantees and reconciliation by commands; booking under kills.

use std::path::Path;

use serde_json::Value;

use crate::distribution::{PASSWORD, token};
use crate::running::{BINARY, Server, greenlane, greenlane_told, text};

fn json(out: &str) -> Value {
    serde_json::from_str(out).unwrap()
}

#[test]
fn a_file_of_payments_is_booked_once() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let write = |name: &str, content: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let named = write(
        "payments.csv",
        "number,currency,amount,document,date\n7700000016,RUB,100.00,17,2026-11-20\n7700000016,RUB,100.00,18,2026-11-20\n",
    );
    let data = text(&data);
    let booked = greenlane(["account", text(&named), "--data", data]).ended(0).out;
    assert!(booked.contains("2 accounts were credited with 200.00 RUB in all"), "{booked}");
    let again = greenlane(["account", text(&named), "--data", data]).ended(0).out;
    assert!(again.contains("2 payments were booked already, nothing was changed by them"), "{again}");
    assert!(
        again.contains("7700000016 17 of 2026-11-20: 100.00 RUB") && !again.contains("credited"),
        "{again}"
    );
    // Rows that name no document: the file is it, so two equal rows are two payments.
    let bare = write("bare.csv", "number,currency,amount\n7700000016,RUB,1.00\n7700000016,RUB,1.00\n");
    for expected in ["2 accounts were credited with 2.00 RUB", "2 payments were booked already"] {
        let told = greenlane(["account", text(&bare), "--data", data]).ended(0).out;
        assert!(told.contains(expected), "{told}");
    }

    let refund =
        ["account", "refund", "7700000016", "50.00", "RUB", "--document", "41", "--date", "2026-11-26"];
    let refund = |more: &[&str]| greenlane(refund.iter().chain(more).copied());
    refund(&["--data", data]).ended(0);
    assert!(refund(&["--data", data]).ended(0).out.contains("was booked already"));
    let much =
        ["account", "refund", "7700000016", "152.01", "RUB", "--document", "42", "--date", "2026-11-26"];
    assert!(greenlane(much.iter().chain(&["--data", data])).ended(1).err.contains("has 152.00"));

    let statement = ["account", "statement", "7700000016", "--json", "--data", data];
    let statement = json(&greenlane(statement).ended(0).out);
    let account = &statement["accounts"][0];
    assert_eq!(account["account"], "advance:7700000016:RUB");
    assert_eq!((&account["opening"], &account["closing"]), (&"0".into(), &"152.00".into()));
    assert_eq!(account["entries"].as_array().unwrap().len(), 5);
    assert_eq!(account["entries"][0]["what"], "17 2026-11-20");
    assert_eq!(account["entries"][4]["purpose"], "advance_refunded");
    let reconciled = json(&greenlane(["account", "reconcile", "--json", "--data", data]).ended(0).out);
    assert_eq!(reconciled["differences"], Value::Array(Vec::new()));
}

#[test]
fn guarantees_stay_below_the_limits_of_their_bank() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let data = text(&data);
    let (banks, given) = (dir.path().join("banks.csv"), dir.path().join("given.csv"));
    std::fs::write(&banks, "code,name,currency,single_max,total_max\nB1,Bank,RUB,600,1000\n").unwrap();
    let rows = |sum: &str| {
        let head = "number,kind,form,guarantor,principal,amount,currency,valid_from,valid_to";
        let row =
            |nth, sum: &str| format!("G-{nth},general,bank,B1,7700000016,{sum},RUB,2026-01-01,2026-12-31");
        std::fs::write(&given, format!("{head}\n{}\n{}\n", row(1, "600"), row(2, sum))).unwrap();
        greenlane(["guarantee", "give", text(&given), "--data", data])
    };
    greenlane(["guarantee", "banks", text(&banks), "--data", data]).ended(0);
    assert!(rows("400.01").ended(1).err.contains("bank:B1:RUB has 400"));
    rows("400").ended(0);
    let list = json(&greenlane(["guarantee", "list", "--json", "--data", data]).ended(0).out);
    assert_eq!(list["banks"][0]["free"], "0");
    assert_eq!(list["guarantees"][1]["free"], "400");
    greenlane(["guarantee", "end", "G-2", "--data", data]).ended(0);
    greenlane(["account", "reconcile", "--data", data]).ended(0);
}

/// The same commands into a directory and through a running server say the same.
#[test]
fn a_running_server_books_and_tells_as_a_directory_does() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        text(&path).to_owned()
    };
    let (served, directory) = (dir.path().join("served"), dir.path().join("directory"));
    for (login, role) in [("anna", "administrator"), ("post", "duty")] {
        let user = ["user", login, "--role", role, "--name", login, "--data", text(&served)];
        greenlane_told(&user, &format!("{PASSWORD}\n")).ended(0);
    }
    let server = Server::start(&served);
    let (anna, post) = (token(&server.address, "anna"), token(&server.address, "post"));
    let payments = "number,currency,amount,document,date\n7700000016,RUB,900.00,17,2026-11-20\n";
    let payments = file("payments.csv", payments);
    let banks = file("banks.csv", "code,name,currency,single_max,total_max\nB1,Bank,RUB,600,1000\n");
    let head = "number,kind,form,guarantor,principal,amount,currency,valid_from,valid_to\n";
    let given = format!("{head}G/1 Г,general,bank,B1,7700000016,600,RUB,2026-01-01,2026-12-31\n");
    let given = file("given.csv", &given);
    let refund =
        ["account", "refund", "7700000016", "50.00", "RUB", "--document", "41", "--date", "2026-11-26"];
    let much =
        ["account", "refund", "7700000016", "850.01", "RUB", "--document", "42", "--date", "2026-11-26"];
    let nobody = "019ab6a4-2c4f-7c11-8000-0123456789ab";
    let commands: [&[&str]; 13] = [
        &["account", &payments],
        &["account", &payments],
        &refund,
        &refund,
        &much,
        &["guarantee", "banks", &banks],
        &["guarantee", "give", &given],
        &["guarantee", "give", &given],
        &["guarantee", "list", "--json"],
        &["guarantee", "cover", "G/1 Г", nobody, "1.00"],
        &["guarantee", "end", "G/1 Г"],
        &["guarantee", "list", "--principal", "7700000016"],
        &["account", "reconcile", "--json"],
    ];
    for args in commands {
        let remote = greenlane(args.iter().copied().chain(["--to", &server.address, "--token", &anna]));
        let local = greenlane(args.iter().copied().chain(["--data", text(&directory)]));
        assert_eq!((remote.code, &remote.out), (local.code, &local.out), "{args:?}: {}", remote.err);
    }
    let statement = ["account", "statement", "7700000016", "--from", "2020-01-01", "--until", "2100-01-01"];
    let there = ["--json", "--to", &server.address, "--token", &post];
    let statement = json(&greenlane(statement.iter().copied().chain(there)).ended(0).out);
    assert_eq!(statement["accounts"][0]["closing"], "850.00");
    // Who may look does not book.
    let denied = greenlane(["account", &payments, "--to", &server.address, "--token", &post]).ended(1).err;
    assert!(denied.contains("GL-"), "{denied}");
}

#[test]
fn money_is_booked_fast_and_survives_kills() {
    let report = json(&greenlane(["bench", "account", "--postings", "5000", "--json"]).ended(0).out);
    assert_eq!(report["faults"], Value::Array(Vec::new()));
    assert!(report["per_second"].as_f64().unwrap() > 0.0);
    let dir = tempfile::tempdir().unwrap();
    let done = rehearsal::account_crashes(Path::new(BINARY), dir.path(), 3, 2026, |_| {}).unwrap();
    assert_eq!(done.faults, Vec::<String>::new());
    assert!(done.kills == 3 && done.acknowledged >= 3 && done.stored >= done.acknowledged, "{done:?}");
}
