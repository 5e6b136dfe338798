//! Powers of attorney by commands alone, in a data directory and at a running centre.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use seal::{Algorithm, Authority};
use serde_json::Value;

use crate::running::{Server, fixture, greenlane, text};

/// The declarant of the fixture, and a firm that files for others.
const BROKER: &str = "7800000015";

struct Desk {
    dir: tempfile::TempDir,
    authority: Authority,
}

impl Desk {
    fn open() -> Self {
        let (dir, authority) = (tempfile::tempdir().unwrap(), Authority::generate("Test authority").unwrap());
        std::fs::write(dir.path().join("authority.pem"), authority.certificate_pem()).unwrap();
        Self { dir, authority }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a document with somebody's seal beside it.
    fn sealed(&self, name: &str, document: &str, number: &str) -> PathBuf {
        let (now, year) = (Timestamp::now(), SignedDuration::from_hours(24 * 365));
        let validity = (now - year, now + year);
        let own = self.authority.issue("Signer", None, Some(number), Algorithm::Ed25519, validity).unwrap();
        let path = self.path(name);
        std::fs::write(&path, document).unwrap();
        let seal = seal::seal(document.as_bytes(), &own).unwrap();
        std::fs::write(self.path(&format!("{name}.sig")), seal.to_text()).unwrap();
        path
    }
}

fn new_power(principal: &str, more: &[&str]) -> String {
    let mut args = vec![
        "power",
        "new",
        "--number",
        "2026-17",
        "--principal-name",
        "Importer Ltd",
        "--principal-number",
        principal,
        "--attorney-name",
        "Broker Ltd",
        "--attorney-number",
        BROKER,
        "--valid-from",
        "2026-01-01",
        "--valid-to",
        "2099-12-31",
    ];
    args.extend(more);
    greenlane(args).ended(0).out
}

fn declarant(document: &Path) -> String {
    let json = greenlane(["convert", text(document), "--to", "json"]).ended(0).out;
    let json: Value = serde_json::from_str(&json).unwrap();
    let party = &json["declarant"];
    let party = if party.is_object() { party } else { &json["declaration"]["declarant"] };
    ["inn", "unn", "unp", "bin"].iter().find_map(|name| party[name].as_str()).unwrap().to_owned()
}

fn object(out: &str) -> Value {
    serde_json::from_str(out).unwrap_or_else(|why| panic!("{why}: {out}"))
}

#[test]
fn a_power_is_made_filed_used_and_revoked() {
    let desk = Desk::open();
    let (data, anchors) = (desk.path("data"), desk.path("authority.pem"));
    let (data, anchors) = (text(&data), text(&anchors));
    let goods = std::fs::read_to_string(fixture("import-5.10.xml")).unwrap();
    let declaration = desk.sealed("declaration.xml", &goods, BROKER);
    let principal = declarant(&declaration);

    let submit = || {
        let args = ["submit", text(&declaration), "--data", data, "--anchors", anchors, "--json"];
        greenlane(args).lines().remove(0)
    };
    let codes = |line: &Value| -> Vec<String> {
        let findings = line["findings"].as_array().unwrap().iter();
        findings.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
    };
    let refused = submit();
    assert!(codes(&refused).contains(&"GL-3031".to_owned()), "{refused}");
    let shown = greenlane(["show", refused["id"].as_str().unwrap(), "--data", data]).ended(0).out;
    assert!(shown.contains("no power of attorney of the declarant"), "{shown}");

    let document = new_power(&principal, &["--may-delegate", "--value-limit", "900000000 AMD"]);
    assert_eq!(object(&document)["acts"], serde_json::json!(["file", "correct", "withdraw"]));
    let unsealed = desk.path("unsealed.json");
    std::fs::write(&unsealed, &document).unwrap();
    let said = greenlane(["power", "file", text(&unsealed), "--data", data]).ended(1).err;
    assert!(said.contains("unsealed.json.sig") && said.contains("hint"), "{said}");
    let others = desk.sealed("others.json", &document, BROKER);
    let said = greenlane(["power", "file", text(&others), "--data", data, "--anchors", anchors]).ended(1).err;
    assert!(said.contains("GL-3043"), "{said}");
    let power = desk.sealed("power.json", &document, &principal);
    let file = ["power", "file", text(&power), "--data", data, "--anchors", anchors];
    let said = greenlane(file).ended(0).out;
    assert!(said.starts_with("2026-17  in_force  2026-01-01 to 2099-12-31  Broker Ltd"), "{said}");
    greenlane(file).ended(0);

    let filed = submit();
    assert!(!codes(&filed).iter().any(|code| code.starts_with("GL-303")), "{filed}");
    let listed =
        greenlane(["power", "list", "--attorney", BROKER, "--data", data, "--json"]).ended(0).lines();
    assert_eq!(listed.len(), 1);
    assert_eq!(greenlane(["power", "list", "--principal", BROKER, "--data", data]).ended(0).out, "");
    let shown = greenlane(["power", "show", "2026-17", "--data", data]).ended(0).out;
    assert!(shown.contains("Importer Ltd") && shown.contains("900000000 AMD"), "{shown}");
    greenlane(["power", "show", "2026-18", "--data", data]).ended(1);

    let document =
        greenlane(["power", "revocation", "2026-17", "--reason", "the contract ended"]).ended(0).out;
    let revocation = desk.sealed("revocation.json", &document, &principal);
    let revoke = ["power", "revoke", text(&revocation), "--data", data, "--anchors", anchors, "--json"];
    let revoked = object(&greenlane(revoke).ended(0).out);
    assert_eq!(
        (&revoked["state"], &revoked["revoked_because"]),
        (&"revoked".into(), &"the contract ended".into())
    );
    greenlane(["replay", "--data", data]).ended(0);
}

#[test]
fn a_running_centre_takes_powers_too() {
    let desk = Desk::open();
    let (data, anchors) = (desk.path("data"), desk.path("authority.pem"));
    let server = Server::start_with(&data, &["--anchors", text(&anchors)]);
    let principal = "7700000016";
    let power = desk.sealed("power.json", &new_power(principal, &["--procedure", "40"]), principal);
    let filed =
        object(&greenlane(["power", "file", text(&power), "--to", &server.address, "--json"]).ended(0).out);
    assert_eq!((&filed["number"], &filed["procedures"][0]), (&"2026-17".into(), &"40".into()));
    let other = desk.sealed("other.json", &new_power(principal, &["--procedure", "10"]), principal);
    let said = greenlane(["power", "file", text(&other), "--to", &server.address]).ended(1).err;
    assert!(said.contains("GL-3044"), "{said}");
    let said = greenlane(["power", "list", "--to", &server.address]).ended(1).err;
    assert!(said.contains("GL-7001"), "who asks must be known: {said}");
}

#[test]
fn what_cannot_be_filed_is_not_printed() {
    let new = |more: &[&str]| {
        let mut args =
            vec!["power", "new", "--number", "1", "--principal-name", "A", "--principal-number", "1"];
        args.extend(["--attorney-name", "B", "--attorney-number", "2", "--valid-from", "2026-01-01"]);
        args.extend(["--valid-to", "2026-12-31"]);
        args.extend(more);
        greenlane(args)
    };
    new(&[]).ended(0);
    for more in [
        &["--value-limit", "much"][..],
        &["--value-limit", "0 RUB"],
        &["--procedure", "4"],
        &["--office", "x"],
        &["--act", "sell"],
        &["--delegates", "a b"],
        &["--delegates", "2", "--may-delegate"],
    ] {
        let ran = new(more).ended(2);
        assert_eq!(ran.out, "", "{more:?}");
    }
    greenlane(["power", "revocation", "1", "--reason", " "]).ended(2);
}
