//! `greenlane risk model`: put to work by two persons, on a data directory and over HTTP; replayed to the bit.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use rehearsal::{Generator, MistakeShares, Plan};
use risk::{Facts, ItemFacts, Share};
use score::declared::{Told, Writer, lines};
use score::{FeatureTable, LanePlan, Lesson, Model, Rank, Settings, Table};
use serde_json::Value;

use crate::distribution::token;
use crate::running::{Ran, Server, greenlane, greenlane_told};

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn trade() -> Generator {
    let world = centre::starter_world().unwrap();
    let day = rehearsal::today(world.reference(), "eaeu-ru", jiff::Timestamp::now());
    let plan =
        Plan { mistakes: MistakeShares::none(), items_mean: 2.0, traders: 5, ..Plan::usual(1_000, 5, day) };
    Generator::new(plan, Arc::clone(world.reference()), None).unwrap()
}

/// Results of declarations that are filed nowhere: something is found in what is below chapter 70.
fn results(trade: &Generator, places: std::ops::Range<u64>) -> Table {
    let mut writer = Writer::new(Vec::new()).unwrap();
    let day = date(2026, 3, 2);
    for place in places {
        let declaration = trade.at(place).unwrap().declaration;
        let facts = Facts { items: ItemFacts::of_lines(&declaration), ..Facts::default() };
        let name = place.to_string();
        for (line, item) in lines(&declaration, &facts, day).iter().zip(&declaration.items) {
            let found = Some(item.commodity_code.is_some_and(|code| code.prefix(1) < "7"));
            let told =
                Told { declaration: &name, day, found, amount: None, by: "chance", rules: false, weight: 1 };
            writer.add(line, &told).unwrap();
        }
    }
    Table::read(&writer.end().unwrap(), &FeatureTable::declared().unwrap()).unwrap()
}

fn trained(trade: &Generator, rounds: u32, measured: bool) -> Vec<u8> {
    let (training, validation) = (results(trade, 500..700), results(trade, 800..900));
    let lesson = Lesson {
        training: &training,
        validation: measured.then_some(&validation),
        features: FeatureTable::declared().unwrap(),
        settings: Settings { rounds, depth: 4, ..Settings::default() },
        plan: LanePlan {
            red: Share::from_parts(300_000),
            yellow: Share::from_parts(400_000),
            explored: Share::from_parts(500_000),
        },
        rank: Rank::Probability,
        trained_on: date(2026, 11, 26),
    };
    Model::train(&lesson, &mut |_, _| {}).unwrap().write().unwrap()
}

#[test]
fn a_model_is_proposed_by_one_and_put_to_work_by_another() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    for (login, role) in [("anna", "analyst"), ("carl", "risk_chief"), ("olga", "officer")] {
        let args = ["user", login, "--role", role, "--name", login, "--data", text(&data)];
        greenlane_told(&args, "correct horse\n").ended(0);
    }
    let trade = trade();
    let file = |name: &str, content: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let (first, unmeasured) = (trained(&trade, 20, true), trained(&trade, 10, false));
    let [version, other] = [&first, &unmeasured].map(|file| Model::read(file).unwrap().version().to_owned());
    let (first, unmeasured) = (file("first", &first), file("unmeasured", &unmeasured));
    let why = ["--reason", "by the results of a year"];
    let model = |args: &[&str], login: &str| -> Ran {
        let own = [&["risk", "model"], args, &why, &["--as", login, "--data", text(&data)]].concat();
        greenlane(own)
    };
    let filed = |places: std::ops::Range<u64>| -> Vec<String> {
        places
            .map(|place| {
                let path = file("declaration.xml", trade.at(place).unwrap().xml.as_bytes());
                let told = greenlane(["submit", text(&path), "--json", "--data", text(&data)]);
                told.lines()[0]["id"].as_str().unwrap().to_owned()
            })
            .collect()
    };

    for login in ["carl", "olga"] {
        let refused = model(&["propose", text(&first)], login).ended(1);
        assert!(
            refused.err.contains("GL-R62") && refused.err.contains("an analyst proposes"),
            "{}",
            refused.err
        );
    }
    assert!(
        model(&["propose", text(&first)], "anna")
            .ended(0)
            .out
            .contains(&format!("model {version} is proposed"))
    );
    for login in ["anna", "olga"] {
        assert!(model(&["approve", &version, "--mode", "live"], login).ended(1).err.contains("GL-R62"));
    }
    model(&["approve", &version, "--mode", "live"], "carl").ended(0);
    let by_model = filed(0..6);
    let told = model(&["propose", text(&unmeasured)], "anna").ended(0).out;
    assert!(told.contains("may not go live: it was measured on no rows"), "{told}");
    let refused = model(&["approve", &other, "--mode", "live"], "carl").ended(1);
    assert!(refused.err.contains("GL-R66") && refused.err.contains("into the shadow"), "{}", refused.err);
    model(&["approve", &other, "--mode", "shadow"], "carl").ended(0);
    let by_both = filed(6..10);
    let drift = greenlane(["risk", "model", "drift", "--json", "--data", text(&data)]).lines();
    assert_eq!(
        (&drift[0]["drift"]["model"], &drift[0]["declarations"]),
        (&Value::from(version.as_str()), &10.into())
    );
    model(&["withdraw", &version], "carl").ended(0);
    filed(10..12);

    for (ids, modes) in [(&by_model, &["live"][..]), (&by_both, &["live", "shadow"])] {
        for id in ids {
            let shown = greenlane(["show", id, "--json", "--data", text(&data)]).ended(0).lines();
            let scored = shown[0]["scored"].as_array().unwrap().clone();
            let told: Vec<&str> = scored.iter().map(|one| one["mode"].as_str().unwrap()).collect();
            assert_eq!(told, modes);
        }
    }
    let replay = greenlane(["replay", "--data", text(&data)]).ended(0);
    assert!(replay.out.contains("12"), "{}", replay.out);
    let list = greenlane(["risk", "model", "list", "--json", "--data", text(&data)]).ended(0).lines();
    let states: Vec<(&str, &str)> = list
        .iter()
        .map(|head| (head["version"].as_str().unwrap(), head["state"].as_str().unwrap()))
        .collect();
    assert_eq!(states, [(other.as_str(), "shadow"), (version.as_str(), "withdrawn")]);

    // Over HTTP the token says who it is.
    let server = Server::start(&data);
    let remote = |args: &[&str], login: &str| {
        let token = token(&server.address, login);
        let own = [&["risk", "model"], args, &["--to", &server.address, "--token", &token]].concat();
        greenlane(own)
    };
    let propose = [&["propose", text(&first)][..], &why].concat();
    assert!(remote(&propose, "carl").ended(1).err.contains("GL-R62"));
    remote(&propose, "anna").ended(0);
    let approve = [&["approve", &version, "--mode", "live"][..], &why].concat();
    assert!(remote(&approve, "anna").ended(1).err.contains("GL-R62"));
    assert!(remote(&approve, "carl").ended(0).out.contains("is live"));
    let shown = remote(&["show", &version], "anna").ended(0).out;
    for wanted in ["live       may go live", "drift      10 declarations", "go_live", "by carl"] {
        assert!(shown.contains(wanted), "{wanted} in {shown}");
    }
}
