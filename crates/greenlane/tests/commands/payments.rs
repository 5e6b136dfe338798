//! Payments on the command line: what `check --json` prints of them, and what later payment costs.

use std::collections::BTreeMap;

use crate::running::{corpus, greenlane, text};

/// Of the real declarations those whose payments are not computed whole: how many lines of goods lack them, and why.
/// The code 3209 90 000 0 was divided on 8 March 2026; the table of 29 March has what it was divided into.
const NOT_WHOLE: &[(&str, usize, &str)] = &[("am-017.xml", 18, "GL-4002")];

/// Notes that say that something was not computed.
const UNCOMPUTED: [&str; 8] =
    ["GL-4002", "GL-4003", "GL-4004", "GL-4005", "GL-4008", "GL-4011", "GL-4012", "GL-4014"];

/// The declarations state no day of their own: the day is that of the nomenclature.
#[test]
fn check_prints_the_payments_of_every_real_declaration() {
    let (Some(declarations), Some(transit), Some(codes)) =
        (corpus("eaeu/declarations"), corpus("eaeu/transit"), corpus("codes"))
    else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let data = text(dir.path());
    let tnved = codes.join("tnved.csv");
    // Rates of an example: what real ones are is no matter here.
    let rates = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/currency-rates-example.csv");
    greenlane(["reference", "import", "tnved", text(&tnved), "--data", data]).ended(0);
    greenlane(["reference", "import", "exchange", rates, "--jurisdiction", "eaeu-am", "--data", data])
        .ended(0);
    let args =
        ["check", text(&declarations), text(&transit), "--as-of", "2026-03-29", "--json", "--data", data];
    let checked = greenlane(args);
    let (mut imports, mut transits, mut lines, mut not_whole) = (0, 0, 0, BTreeMap::new());
    for object in checked.lines() {
        let file = object["file"].as_str().unwrap();
        let name = file.rsplit('/').next().unwrap().to_owned();
        let payments = object["payments"].as_array().unwrap();
        let findings = object["findings"].as_array().unwrap();
        let noted = |codes: &[&str]| {
            let said = findings.iter().filter(|finding| codes.contains(&finding["code"].as_str().unwrap()));
            said.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        if object["kind"] == "transit" {
            // A transit pays nothing, and nothing is noted of it.
            transits += 1;
            assert!(payments.is_empty() && noted(&UNCOMPUTED).is_empty(), "{name}");
            continue;
        }
        imports += 1;
        let items = object["number_of_items"].as_u64().unwrap();
        let of = |item: u64, kind: &str| {
            payments.iter().any(|line| line["item"].as_u64() == Some(item) && line["kind"] == kind)
        };
        // Duty and value added tax of each line of goods, and one fee.
        let without = (1..=items).filter(|item| !(of(*item, "2010") && of(*item, "5010"))).count();
        let missed = noted(&UNCOMPUTED);
        assert_eq!(without, missed.len(), "{name}: {missed:?}");
        assert_eq!(payments.iter().filter(|line| line["kind"] == "1010").count(), 1, "{name}");
        if without > 0 {
            not_whole.insert(name.clone(), (without, missed[0].clone()));
        }
        for line in payments {
            lines += 1;
            let working = line["working"].as_array().unwrap();
            let last = working.last().unwrap()["result"].as_str().unwrap();
            let (last, amount): (f64, f64) =
                (last.parse().unwrap(), line["amount"].as_str().unwrap().parse().unwrap());
            assert!((last - amount).abs() < 0.001, "{name}: {line}");
            assert!(!line["norm"].as_str().unwrap().is_empty(), "{name}: {line}");
        }
    }
    println!("{imports} declarations of imports, {transits} transits, {lines} payments");
    let known: BTreeMap<String, (usize, String)> = NOT_WHOLE
        .iter()
        .map(|(name, count, code)| ((*name).to_owned(), (*count, (*code).to_owned())))
        .collect();
    assert_eq!(not_whole, known);
    assert_eq!((imports, transits), (38, 2));
}

#[test]
fn check_prints_how_each_payment_comes_about() {
    let dir = tempfile::tempdir().unwrap();
    let out = text(dir.path());
    greenlane(["generate", "8", "--out", out, "--seed", "3", "--day", "2026-03-02"]).ended(0);
    let checked = greenlane(["check", out, "--json", "--as-of", "2026-03-02"]).lines();
    // Exports and transits are among them; value added tax is of an import.
    let mut lines = checked.iter().flat_map(|object| object["payments"].as_array().unwrap());
    let line = lines.find(|line| line["kind"] == "5010").unwrap();
    for key in ["item", "kind", "base", "rate", "amount", "currency", "status", "norm", "working"] {
        assert!(line.get(key).is_some(), "{key} is missing in {line}");
    }
    for key in ["text", "formula", "result", "norm"] {
        assert!(line["working"][0].get(key).is_some(), "{key} is missing in {line}");
    }
    assert_eq!(line["norm"], "ст. 160, 164 Налогового кодекса РФ");
}

#[test]
fn interest_is_charged_by_the_day_with_its_working() {
    // 100 000 × 21 % × 2 / 360 = 116.666…; × 20 % × 3 / 360 = 166.666…; together 283.33
    let args =
        ["duty", "interest", "100000", "--from", "2025-06-07", "--to", "2025-06-11", "--pack", "eaeu-ru"];
    let ran = greenlane(args).ended(0);
    assert!(ran.out.contains("100000 × 21% × 2 / 360"), "{}", ran.out);
    let object = greenlane(args.iter().chain(&["--json"])).ended(0).lines().remove(0);
    assert_eq!((&object["interest"], &object["currency"]), (&"283.33".into(), &"RUB".into()));
    assert_eq!(object["working"].as_array().unwrap().len(), 3);
    // A day that nobody knows the rate of, a pack without terms, days before the norm: refused, never guessed.
    for (pack, from, to, said) in [
        ("eaeu-ru", "2099-01-01", "2099-01-02", "there is no key rate of the Bank of Russia on 2099-01-01"),
        (
            "eaeu-ru",
            "2018-09-03",
            "2018-09-05",
            "on 2018-09-03 the norm of the pack eaeu-ru did not hold yet",
        ),
        ("eaeu-kz", "2025-01-01", "2025-01-02", "the pack eaeu-kz says nothing of penalty"),
        ("eaeu-am", "2025-01-01", "2025-01-02", "the pack eaeu-am says nothing of penalty"),
        ("gb", "2025-01-01", "2025-01-02", "the pack gb says nothing of penalty"),
        ("xx", "2025-01-01", "2025-01-02", "there is no pack xx"),
    ] {
        let ran = greenlane(["duty", "interest", "1", "--from", from, "--to", to, "--pack", pack]).ended(1);
        assert!(ran.err.contains(said) && ran.err.contains("\nhint: "), "{pack}: {}", ran.err);
    }
    greenlane(["duty", "interest", "0", "--from", "2025-06-07", "--to", "2025-06-11"]).ended(2);
    greenlane(["duty", "interest", "1", "--from", "2025-06-07", "--to", "2025-06-06"]).ended(2);
}

#[test]
fn instalments_are_a_schedule_with_interest() {
    // 40 000 × 20 % × 30 / 360 = 666.67; × 20 % × 48 / 360 + × 18 % × 13 / 360 = 1 066.67 + 260 = 1 326.67
    let args = ["duty", "instalments", "80000", "--due", "2025-06-09", "--parts", "2", "--json"];
    let object = greenlane(args).ended(0).lines().remove(0);
    let parts: Vec<String> = object["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| {
            let text = |key: &str| part[key].as_str().unwrap().to_owned();
            format!("{} {} {}", text("by"), text("part"), text("interest"))
        })
        .collect();
    assert_eq!(parts, ["2025-07-09 40000.00 666.67", "2025-08-09 40000.00 1326.67"]);
    assert_eq!(object["interest"], "1993.34");
    greenlane(["duty", "instalments", "1", "--due", "2025-06-09", "--parts", "25"]).ended(2);
}
