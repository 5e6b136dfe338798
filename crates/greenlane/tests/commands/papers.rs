//! Papers from the command line: what is filed, checked and converted, in the words of the program.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::paperwork::{correction, inventory, withdrawal};
use crate::running::{Ran, Server, fixture, greenlane, text};

/// A profile that sends everything to an officer.
pub const EVERYTHING: &str = "number = \"55/20260101/09999\"\nkind = \"national\"\nstage = \"declaration\"\n\
    area = \"totals.payments < 999999999999\"\nvalid_from = 2026-01-01\nlane = \"red\"\n\
    measures = [\"inspect\"]\nauthor = \"test\"\nversion = 1\n[title]\nru = \"Всё\"\nen = \"Everything\"\n\
    [instruction]\nru = \"Досмотреть.\"\nen = \"Inspect.\"\n";

/// A declaration that an officer has, its data directory, and papers to write beside it.
struct Desk {
    dir: tempfile::TempDir,
    document: String,
    number: String,
    id: String,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let outbox = dir.path().join("outbox");
        greenlane(["generate", "1", "--seed", "7", "--items", "2", "--out", text(&outbox)]).ended(0);
        let profile = dir.path().join("profile.toml");
        std::fs::write(&profile, EVERYTHING).unwrap();
        let mut desk = Self { dir, document: String::new(), number: String::new(), id: String::new() };
        greenlane(["profile", "add", text(&profile), "--data", text(&desk.data())]).ended(0);
        // Without its seal: the operator's own filing needs none.
        desk.document = std::fs::read_to_string(outbox.join("000001.xml")).unwrap();
        let file = desk.write("declaration.xml", &desk.document);
        let filed = desk.submit(&[&file], &["--json"]).ended(0).lines().remove(0);
        assert_eq!(filed["state"], "routed", "{filed}");
        filed["number"].as_str().unwrap().clone_into(&mut desk.number);
        filed["id"].as_str().unwrap().clone_into(&mut desk.id);
        desk
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    fn submit(&self, files: &[&Path], options: &[&str]) -> Ran {
        let data = self.data();
        let mut args = vec!["submit", "--data", text(&data)];
        args.extend(files.iter().map(|file| text(file)));
        args.extend(options);
        greenlane(args)
    }

    /// What was said, with names instead of what differs from run to run.
    fn told(&self, said: &str) -> String {
        let said = said.replace(&format!("{}/", text(self.dir.path())), "").replace(&self.number, "NUMBER");
        let word = |word: &str| {
            let id = word.len() == 36 && word.bytes().filter(|byte| *byte == b'-').count() == 4;
            if id { "ID".to_owned() } else { word.to_owned() }
        };
        let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
        said.lines().map(line).collect::<Vec<_>>().join("\n")
    }

    fn gross(&self) -> rust_decimal::Decimal {
        let read = wire::read(self.document.as_bytes()).unwrap();
        read.declaration().unwrap().items[0].mass_gross.unwrap().to_string().parse().unwrap()
    }
}

#[test]
fn a_paper_and_a_correction_are_filed_as_a_declaration_is() {
    let desk = Desk::new();
    let heavier = (desk.gross() + rust_decimal::Decimal::ONE).to_string();
    let list = desk.write("list.xml", &inventory(Some(&desk.number), None, "PP-1"));
    let ahead =
        desk.write("ahead.xml", &inventory(None, Some("0B8D3F5E-1111-4222-8333-944455556666"), "PP-2"));
    let change = desk.write("change.xml", &correction(&desk.document, &desk.number, 1, &heavier));
    let mut said = String::new();
    for file in [&list, &ahead, &change, &list] {
        said.push_str(&desk.submit(&[file], &[]).ended(0).out);
    }
    insta::assert_snapshot!(desk.told(&said), @r"
    list.xml  inventory  attached  NUMBER  ID
    ahead.xml  inventory  kept  -  ID
    change.xml  correction  attached  NUMBER  ID
    list.xml  inventory  attached  NUMBER  ID
    ");

    let line = desk.submit(&[&list], &["--json"]).ended(0).lines().remove(0);
    assert_eq!(
        line.as_object().unwrap().keys().collect::<Vec<_>>(),
        [
            "file",
            "id",
            "state",
            "kind",
            "format",
            "case",
            "number",
            "case_state",
            "sha256",
            "at",
            "findings",
            "milliseconds"
        ]
    );
    assert_eq!(
        (&line["kind"], &line["case"], &line["case_state"]),
        (&json!("inventory"), &json!(desk.id), &json!("routed"))
    );
    // Every decision comes out the same again, the correction's too.
    let replayed: Value =
        serde_json::from_str(&greenlane(["replay", "--json", "--data", text(&desk.data())]).ended(0).out)
            .unwrap();
    assert_eq!((&replayed["differing"], &replayed["root_matches"]), (&json!([]), &json!(true)));

    let back = desk.write("back.xml", &withdrawal(&desk.number, "Поставка отменена"));
    let line = desk.submit(&[&back], &["--json"]).ended(0).lines().remove(0);
    assert_eq!((&line["kind"], &line["case_state"]), (&json!("withdrawal"), &json!("withdrawn")));
    let shown = greenlane(["show", &desk.number, "--json", "--data", text(&desk.data())]).ended(0).out;
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap()["state"], "withdrawn");
}

#[test]
fn what_is_wrong_with_a_paper_is_said_here_and_from_afar() {
    let desk = Desk::new();
    let of_none = "10013160/020326/0009999";
    let same = desk.gross().to_string();
    let files = [
        desk.write("1-of-none.xml", &correction(&desk.document, of_none, 1, "5")),
        desk.write("2-same.xml", &correction(&desk.document, &desk.number, 1, &same)),
        desk.write("3-much.xml", &correction(&desk.document, &desk.number, 1, "much")),
        desk.write("4-customs.json", &json!({ "greenlane": "album-5.23/registered/1" }).to_string()),
        desk.write("5-menu.json", &json!({ "greenlane": "album-5.23/menu/1" }).to_string()),
    ];
    let mut said = String::new();
    for file in &files {
        said.push_str(&desk.submit(&[file], &[]).ended(1).out);
    }
    let here = desk.told(&said);
    insta::assert_snapshot!(here, @r#"
    1-of-none.xml  error GL-6013: The document has 1 errors. Each is named in findings.
      error GL-6101: There is no declaration 10013160/020326/0009999, or it is not yours. Check the number in the document.
    2-same.xml  error GL-6013: The document has 1 errors. Each is named in findings.
      error GL-6102: The correction changes nothing: every value is the same. Check that this is the right document.
    3-much.xml  error GL-6013: The document has 2 errors. Each is named in findings.
      error GL-1001 shipment/items/1/mass_gross: Line 18, element GrossWeightQuantity: found “much”, expected a decimal number, at most 24 digits, at most 6 after the point, not less than 0.
      warning GL-7006 shipment/items/1: The goods have no gross mass. State the gross mass: it is needed before arrival.
    4-customs.json  error GL-6012: The document NotifGTDRegistration is made by the customs service, or filed another way. File your own document.
    5-menu.json  error GL-0018: The JSON form “album-5.23/menu/1” is unknown. Give "greenlane": "declaration/1" as the first field.
    "#);
    let russian = desk.submit(&[&files[0]], &["--language", "ru"]).ended(1).out;
    insta::assert_snapshot!(desk.told(&russian), @r"
    1-of-none.xml  error GL-6013: В документе ошибок: 1. Каждая названа в findings.
      error GL-6101: Декларация 10013160/020326/0009999 не найдена или подана не вами. Проверьте номер в документе.
    ");
    let line = desk.submit(&[&files[0]], &["--json"]).ended(1).lines().remove(0);
    assert_eq!(
        (&line["error"]["code"], &line["findings"][0]["code"]),
        (&json!("GL-6013"), &json!("GL-6101"))
    );

    // A running centre says the same of the same files; to whom it does not know, no declaration is theirs.
    let server = Server::start(&desk.data());
    let mut said = String::new();
    for file in &files {
        let ran = greenlane(["submit", text(file), "--to", &server.address]).ended(1);
        said.push_str(&ran.out);
        let remote =
            greenlane(["submit", text(file), "--to", &server.address, "--json"]).ended(1).lines().remove(0);
        assert!(remote["error"]["code"].is_string(), "{remote}");
    }
    insta::assert_snapshot!(desk.told(&said), @r#"
    1-of-none.xml  error GL-6013: The document has 1 errors. Each is named in findings.
      error GL-6101: There is no declaration 10013160/020326/0009999, or it is not yours. Check the number in the document.
    2-same.xml  error GL-6013: The document has 1 errors. Each is named in findings.
      error GL-6101: There is no declaration NUMBER, or it is not yours. Check the number in the document.
    3-much.xml  error GL-6013: The document has 2 errors. Each is named in findings.
      error GL-1001 shipment/items/1/mass_gross: Line 18, element GrossWeightQuantity: found “much”, expected a decimal number, at most 24 digits, at most 6 after the point, not less than 0.
      warning GL-7006 shipment/items/1: The goods have no gross mass. State the gross mass: it is needed before arrival.
    4-customs.json  error GL-6012: The document NotifGTDRegistration is made by the customs service, or filed another way. File your own document.
    5-menu.json  error GL-0018: the JSON form “album-5.23/menu/1” is unknown
    "#);
}

#[test]
fn a_paper_is_checked_for_what_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let broken = dir.path().join("broken.xml");
    let list = inventory(None, None, "PP-3").replace("<NumberOfInvent>1</NumberOfInvent>", "");
    std::fs::write(&broken, list).unwrap();
    // A register whose parcels are not there.
    let parcels = dir.path().join("parcels.json");
    let register = json!({ "greenlane": "album-5.23/parcels/1", "shipment": { "mass_gross_total": { "quantity": "12" } } });
    std::fs::write(&parcels, register.to_string()).unwrap();
    let files = [
        (fixture("correction-5.23.xml"), 0),
        (fixture("gb-amendment.xml"), 0),
        (fixture("gb-cancellation.xml"), 0),
        (fixture("gb-arrival.xml"), 0),
        (broken, 1),
        (parcels, 1),
    ];
    let mut said = String::new();
    for (file, code) in &files {
        let folder = format!("{}/", text(file.parent().unwrap()));
        said.push_str(&greenlane(["check", text(file)]).ended(*code).out.replace(&folder, ""));
        let line = greenlane(["check", text(file), "--json"]).ended(*code).lines().remove(0);
        assert_eq!(
            (&line["procedure"], &line["number_of_items"], &line["payments"], &line["totals"]),
            (&Value::Null, &json!(0), &json!([]), &json!({})),
            "{line}"
        );
        let errors = line["findings"].as_array().unwrap().iter().filter(|found| found["severity"] == "error");
        assert_eq!(errors.count() > 0, *code > 0, "{line}");
    }
    insta::assert_snapshot!(said, @r"
    correction-5.23.xml  album 5.23, correction
      no findings
    gb-amendment.xml  wco 2, correction
      no findings
    gb-cancellation.xml  wco 2, withdrawal
      no findings
    gb-arrival.xml  wco 2, arrival
      no findings
    broken.xml  album 5.22, inventory
      error GL-1009: Line 1, element Inventory: the element NumberOfInvent is missing before GTDPerson.
    parcels.json  json 1, parcels
      error GL-1020 shipment: ExpressCargoDeclaration: the format album 5.23 has no place for this value: clear the field or choose another format.
      error GL-1022: ExpressCargoDeclaration: the format album 5.23 demands the element DocumentID: fill in the field.
      error GL-1022: ExpressCargoDeclaration: the format album 5.23 demands the element EECEDocHeaderAddInfo: fill in the field.
      error GL-1022: ExpressCargoDeclaration: the format album 5.23 demands the element DocType: fill in the field.
      error GL-1022: ExpressCargoDeclaration: the format album 5.23 demands the element ExpressRegistryKindCode: fill in the field.
      error GL-1022: ExpressCargoDeclaration: the format album 5.23 demands the element ElectronicDocumentSign: fill in the field.
      error GL-7004 shipment/house_shipments: The register has no consignment. List the consignments by house waybill.
    ");
}

#[test]
fn the_data_model_goes_there_and_back_and_what_has_no_place_in_it_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let converted = |file: &Path, form: &str| greenlane(["convert", text(file), "--to", form]).ended(0).out;
    for name in ["gb-import.xml", "gb-export.xml"] {
        let first = converted(&fixture(name), "json");
        let json = dir.path().join("declaration.json");
        std::fs::write(&json, &first).unwrap();
        let message = converted(&json, "wco");
        assert!(message.contains("urn:wco:datamodel:WCO:DEC-DMS:2"), "{message}");
        let xml = dir.path().join("declaration.xml");
        std::fs::write(&xml, &message).unwrap();
        assert_eq!(converted(&xml, "json"), first, "{name}");
        assert_eq!(converted(&xml, "wco"), message, "{name}");
    }
    // A paper: its own XML and JSON, both ways, and no other.
    let (xml, json) = (dir.path().join("correction.xml"), dir.path().join("correction.json"));
    std::fs::write(&json, converted(&fixture("correction-5.23.xml"), "json")).unwrap();
    std::fs::write(&xml, converted(&json, "album-5.23")).unwrap();
    assert_eq!(converted(&xml, "json"), std::fs::read_to_string(&json).unwrap());
    let refused = |name: &str, form: &str| {
        let file = fixture(name);
        let ran = greenlane(["convert", text(&file), "--to", form]).ended(1);
        assert_eq!(ran.out, "", "{name}");
        ran.err.replace(&format!("{}/", text(file.parent().unwrap())), "")
    };
    insta::assert_snapshot!(refused("correction-5.23.xml", "wco"), @r"
    error: correction-5.23.xml: KDTout_CU has no such form
    hint: album 5.23 and json are its forms
    ");
    // Every value that has no place is named, then what that means.
    for (name, form) in [("export-5.27.xml", "wco"), ("gb-export.xml", "album-5.27")] {
        let said = refused(name, form);
        let (values, last) = said.trim_end().rsplit_once('\n').unwrap();
        assert_eq!(last, format!("error: {name}: this declaration cannot be written in that form"));
        assert!(values.lines().all(|line| line.starts_with(&format!("{name}: GL-102"))), "{said}");
    }
}

/// A finding in a message of the WCO's data model is named as that model names it, besides the path.
#[test]
fn a_finding_in_a_message_of_the_wco_has_its_pointers() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = format!("{}/../wire/fixtures/gb-import.xml", env!("CARGO_MANIFEST_DIR"));
    let sound = std::fs::read_to_string(fixture).unwrap();
    let mass = sound.split("GrossMassMeasure").nth(1).unwrap().split(['>', '<']).nth(1).unwrap();
    let wrong = folder.path().join("wrong.xml");
    std::fs::write(&wrong, sound.replacen(&format!(">{mass}</"), ">heavy</", 1)).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_greenlane"))
        .args(["check", "--json"])
        .arg(&wrong)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = said["findings"].as_array().unwrap();
    let finding = findings.iter().find(|finding| finding["code"] == "GL-1001").unwrap();
    let pointers = finding["pointers"].as_array().unwrap();
    let sections: Vec<&str> = pointers.iter().map(|one| one["section"].as_str().unwrap()).collect();
    assert_eq!(sections.first(), Some(&"42A"), "{finding}");
    assert!(pointers.last().unwrap()["tag"].is_string(), "{finding}");
}
