//! Keys, signatures and their proof by commands alone: what a declarant does on his own machine, what the centre
//! makes of it, and what is still provable without the centre.

use std::path::PathBuf;

use serde_json::Value;

use crate::running::{Server, fixture, greenlane, text};

/// The declarant of the fixture.
const DECLARANT: &str = "7700000000";

struct Desk(tempfile::TempDir);

impl Desk {
    /// A desk with a trial authority, trusted in a data directory.
    fn open() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.done("authority new --name Trial --out authority.pem");
        desk.keep("anchors.pem", "authority certificate --authority authority.pem");
        desk.done("reference import anchors anchors.pem --data data");
        desk.put("declaration.xml", sound());
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        String::from_utf8(std::fs::read(self.path(name)).unwrap()).unwrap()
    }

    /// Runs a command in the desk's folder, its arguments divided by spaces.
    fn run(&self, arguments: &str) -> (Option<i32>, String, String) {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_greenlane"))
            .args(arguments.split_whitespace())
            .current_dir(self.0.path())
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }

    fn done(&self, arguments: &str) -> String {
        let (code, said, why) = self.run(arguments);
        assert_eq!(code, Some(0), "{arguments}: {said}{why}");
        said
    }

    fn keep(&self, name: &str, arguments: &str) {
        self.put(name, self.done(arguments));
    }

    /// A key of this kind, and a certificate for it.
    fn credential(&self, algorithm: &str) {
        self.credential_of(DECLARANT, algorithm);
    }

    fn credential_of(&self, number: &str, algorithm: &str) {
        for name in ["signer.key", "signer.csr", "signer.pem"] {
            let _ = std::fs::remove_file(self.path(name));
        }
        self.done(&format!("key new --algorithm {algorithm} --out signer.key"));
        self.done(&format!(
            "key csr --key signer.key --name Declarant --organisation Importer --tax-number {number} --out signer.csr"
        ));
        self.keep("signer.pem", "authority issue signer.csr --authority authority.pem --days 30");
    }

    /// The nth of the generated declarations, each by a declarant of its own, whose credential is made.
    fn declare(&self, nth: usize, algorithm: &str) {
        if !self.path("generated").exists() {
            self.done("generate 12 --out generated --seed 7 --items 2");
        }
        let files = std::fs::read_dir(self.path("generated")).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> =
            files.filter(|path| path.extension().is_some_and(|extension| extension == "xml")).collect();
        files.sort();
        let declaration = std::fs::read_to_string(&files[nth]).unwrap();
        let declarant = declaration.split("Declarant>").nth(1).unwrap();
        let number = declarant.split("INN>").nth(1).unwrap().split('<').next().unwrap();
        self.put("declaration.xml", &declaration);
        let _ = std::fs::remove_file(self.path("declaration.xml.sig"));
        self.credential_of(number, algorithm);
    }

    fn json(&self, arguments: &str) -> Value {
        serde_json::from_str(&self.run(arguments).1).unwrap()
    }
}

/// Every kind of key and every form: made, asked for, issued, signed, checked; and a changed document is not.
#[test]
fn what_is_signed_here_is_checked_here() {
    let desk = Desk::open();
    for algorithm in
        ["ecdsa-p256-sha256", "ecdsa-p384-sha384", "ed25519", "rsa-sha256", "gost-256", "gost-512"]
    {
        desk.credential(algorithm);
        let said = desk.done("key show signer.key");
        assert_eq!(said, format!("private key: {algorithm}\n"));
        for (form, signed, code) in [
            ("detached", "declaration.xml", "GL-3013"),
            ("cms", "declaration.xml", "GL-3018"),
            ("xmldsig-enveloped", "signed.xml", "GL-3018"),
            ("xmldsig-enveloping", "signed.xml", "GL-3018"),
        ] {
            let _ = std::fs::remove_file(desk.path("declaration.xml.sig"));
            let out = if signed == "signed.xml" { " --out signed.xml" } else { "" };
            desk.done(&format!("sign declaration.xml --key signer.key --cert signer.pem --form {form}{out}"));
            let check = format!("seal check {signed} --anchors anchors.pem --json");
            let found = desk.json(&check);
            assert_eq!(
                (&found["holds"], &found["signer"]["tax_number"]),
                (&true.into(), &DECLARANT.into()),
                "{found}"
            );
            assert_eq!(found["algorithm"], algorithm);
            // Nobody gave a list of revoked certificates.
            let passed = |step: &Value| step["passed"] == (step["step"] != "revocation");
            let known = |step: &Value| passed(step) || step["passed"].is_null();
            assert!(found["steps"].as_array().unwrap().iter().all(known), "{found}");
            // The same bytes with one digit of the mass changed.
            let text = desk.read(signed);
            let mass = text.split("GrossWeightQuantity>").nth(1).unwrap().split('<').next().unwrap();
            let other = text.replacen(&format!(">{mass}<"), &format!(">1{mass}<"), 1);
            assert_ne!(other, text);
            desk.put(signed, &other);
            let (exit, _, _) = desk.run(&check);
            let found = desk.json(&check);
            assert_eq!((exit, &found["error"]["code"]), (Some(1), &code.into()), "{form}: {found}");
            desk.put(signed, &text);
        }
    }
}

/// The words for people, step by step.
#[test]
fn the_verdict_is_told_step_by_step() {
    let desk = Desk::open();
    desk.credential("ecdsa-p256-sha256");
    desk.done("sign declaration.xml --key signer.key --cert signer.pem");
    let said = desk.done("seal check declaration.xml --data data");
    for line in [
        "declaration.xml  holds  detached seal of Greenlane, ecdsa-p256-sha256",
        "  signer: Declarant, Importer, 7700000000",
        "  revocation: there is no list of this authority here",
        "  The chain leads to a trusted authority: yes",
        "  The certificate was not revoked: not known",
        "  The signature holds: yes",
    ] {
        assert!(said.lines().any(|told| told == line), "{line}\n{said}");
    }
    desk.keep(
        "revoked.crl",
        "authority revoke signer.pem --authority authority.pem --at 2026-01-01T00:00:00Z",
    );
    let (code, said, _) =
        desk.run("seal check declaration.xml --anchors anchors.pem --revocation revoked.crl --language ru");
    assert_eq!(code, Some(1));
    assert!(said.starts_with("declaration.xml  НЕ ВЕРНА  GL-3021"), "{said}");
    for line in [
        "  Сертификаты действовали: да",
        "  Сертификат не был отозван: НЕТ",
        "  Подпись верна: не проверялось",
    ] {
        assert!(said.lines().any(|told| told == line), "{line}\n{said}");
    }
    let (code, _, why) = desk.run("seal check authority.pem --anchors anchors.pem");
    assert_eq!(code, Some(1));
    assert!(why.contains("there is no seal beside or inside it"), "{why}");
    let (code, _, why) = desk.run("seal check declaration.xml");
    assert_eq!((code, why.lines().next()), (Some(2), Some("error: nobody is trusted, so no seal can hold")));
}

/// A list in the name of an authority that did not sign it is not taken.
#[test]
fn a_forged_list_of_revoked_certificates_is_refused_at_import() {
    let desk = Desk::open();
    desk.credential("ed25519");
    desk.done("authority new --name Trial --out impostor.pem");
    desk.keep("forged.crl", "authority revoke signer.pem --authority impostor.pem");
    let (code, _, why) = desk.run("reference import revocation forged.crl --data data");
    assert_eq!(code, Some(1), "{why}");
    assert!(why.contains("GL-3060: the revocation list of Trial is not signed by"), "{why}");
    desk.done("authority new --name Other --out other.pem");
    desk.keep("other.crl", "authority revoke --authority other.pem");
    desk.done("reference import revocation other.crl --data data");
}

/// A key is never overwritten, and nobody else may read it.
#[test]
fn a_private_key_is_kept_from_others_and_from_accidents() {
    let desk = Desk::open();
    desk.done("key new --out signer.key");
    let first = desk.read("signer.key");
    let (code, _, why) = desk.run("key new --out signer.key");
    assert_eq!((code, why.lines().next()), (Some(1), Some("error: signer.key is there already")));
    assert_eq!(desk.read("signer.key"), first);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(desk.path("signer.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let (code, _, why) = desk.run("key new --algorithm rsa-sha1 --out other.key");
    assert_eq!(code, Some(2));
    assert!(
        why.starts_with("error: rsa-sha1: no keys are made for that algorithm\nhint: algorithms: "),
        "{why}"
    );
    desk.credential("ed25519");
    desk.done("key new --out stranger.key");
    let (code, _, why) = desk.run("sign declaration.xml --key stranger.key --cert signer.pem");
    assert_eq!(code, Some(1));
    assert!(why.contains("is not the one of the first certificate"), "{why}");
}

/// Filed in each form, released or routed, read back; then revoked: what was filed before stays proven, what comes
/// afterwards is refused with its step.
#[test]
fn filings_of_each_form_stay_proven_when_the_certificate_is_revoked() {
    let desk = Desk::open();
    let mut cases = Vec::new();
    for (nth, form) in ["detached", "cms", "xmldsig-enveloped", "xmldsig-enveloping"].into_iter().enumerate()
    {
        desk.declare(nth, "gost-256");
        let is_inside = form.starts_with("xmldsig");
        let out = if is_inside { " --out filed.xml" } else { "" };
        desk.done(&format!("sign declaration.xml --key signer.key --cert signer.pem --form {form}{out}"));
        let file = if is_inside { "filed.xml" } else { "declaration.xml" };
        let filed = desk.json(&format!("submit {file} --data data --json"));
        assert!(filed["number"].is_string(), "{form}: {filed}");
        let id = filed["id"].as_str().unwrap().to_owned();
        desk.done(&format!("show {id} --data data"));
        desk.keep(&format!("{form}.json"), &format!("evidence {id} --data data"));
        cases.push((form, id));
    }
    let said = desk.done("replay --data data");
    assert!(said.contains("0 differ"), "{said}");

    desk.declare(8, "gost-256");
    desk.keep("revoked.crl", "authority revoke signer.pem --authority authority.pem");
    desk.done("reference import revocation revoked.crl --data data");
    desk.done("sign declaration.xml --key signer.key --cert signer.pem");
    let (code, said, _) = desk.run("submit declaration.xml --data data --json");
    assert_eq!(code, Some(1));
    assert!(said.contains("GL-3021") && said.contains("The certificate was not revoked"), "{said}");

    for (form, id) in &cases {
        let found = desk.json(&format!("seal check {form}.json --json"));
        assert_eq!(found["holds"], true, "{form}: {found}");
        assert_eq!(found["case"], *id);
        // The same evidence with the list of today: it was not revoked yet when it was filed.
        desk.keep("now.json", &format!("evidence {id} --data data"));
        let found = desk.json("seal check now.json --data data --json");
        assert_eq!(found["holds"], true, "{form}: {found}");
        // Somebody else's document under the same receipt.
        let mut forged: Value = serde_json::from_str(&desk.read(&format!("{form}.json"))).unwrap();
        forged["document"] = "PGEvPg==".into();
        desk.put("forged.json", forged.to_string());
        let (code, _, why) = desk.run("seal check forged.json");
        assert_eq!(code, Some(1));
        assert!(why.contains("the evidence does not hold: the receipt is of another document"), "{why}");
    }
    let said = desk.done("replay --data data");
    assert!(said.contains("0 differ"), "{said}");
}

/// The same at a running centre: CMS in the header, XML signatures inside, for a stranger without an account.
#[test]
fn a_running_centre_takes_every_form() {
    let desk = Desk::open();
    let server = Server::start_with(&desk.path("data"), &["--anonymous-filing", "false"]);
    for (nth, form) in ["detached", "cms", "xmldsig-enveloped", "xmldsig-enveloping"].into_iter().enumerate()
    {
        let is_inside = form.starts_with("xmldsig");
        let out = if is_inside { " --out filed.xml" } else { "" };
        desk.declare(nth, "rsa-sha256");
        desk.done(&format!("sign declaration.xml --key signer.key --cert signer.pem --form {form}{out}"));
        let file = desk.path(if is_inside { "filed.xml" } else { "declaration.xml" });
        let ran = greenlane(["submit", text(&file), "--to", &server.address, "--json"]);
        let filed = ran.lines().remove(0);
        assert!(filed["number"].is_string(), "{form}: {filed}");
    }
    // Without any seal it is turned away.
    desk.declare(9, "ed25519");
    let file = desk.path("declaration.xml");
    let ran = greenlane(["submit", text(&file), "--to", &server.address, "--json"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("GL-7001"), "{}", ran.out);
}

fn sound() -> String {
    std::fs::read_to_string(fixture("import-5.23.xml")).unwrap()
}

/// The log proves who sealed a filing: a seal that is put into the evidence afterwards is no seal of it.
#[test]
fn evidence_with_another_seal_does_not_hold() {
    let desk = Desk::open();
    // Somebody else's certificate was valid at the time, too.
    desk.credential_of("7800000015", "ed25519");
    for (own, other) in [("signer.key", "other.key"), ("signer.pem", "other.pem")] {
        std::fs::rename(desk.path(own), desk.path(other)).unwrap();
    }
    desk.declare(0, "ed25519");
    desk.done("sign declaration.xml --key signer.key --cert signer.pem");
    let filed = desk.json("submit declaration.xml --data data --json");
    desk.keep("evidence.json", &format!("evidence {} --data data", filed["id"].as_str().unwrap()));
    desk.done("seal check evidence.json --anchors anchors.pem");
    desk.done("sign declaration.xml --key other.key --cert other.pem");
    let mut evidence: Value = serde_json::from_str(&desk.read("evidence.json")).unwrap();
    evidence["seal"] = data_encoding::BASE64.encode(desk.read("declaration.xml.sig").as_bytes()).into();
    desk.put("forged.json", evidence.to_string());
    let (code, _, why) = desk.run("seal check forged.json --anchors anchors.pem");
    assert_eq!(code, Some(1));
    assert!(why.contains("the receipt says that it was sealed with "), "{why}");
    // A filing without a seal gets one.
    desk.declare(1, "ed25519");
    let filed = desk.json("submit declaration.xml --data data --json");
    desk.keep("evidence.json", &format!("evidence {} --data data", filed["id"].as_str().unwrap()));
    assert!(desk.done("seal check evidence.json").contains("filed without a seal; the receipt holds"));
    desk.done("sign declaration.xml --key signer.key --cert signer.pem");
    let mut evidence: Value = serde_json::from_str(&desk.read("evidence.json")).unwrap();
    evidence["seal"] = data_encoding::BASE64.encode(desk.read("declaration.xml.sig").as_bytes()).into();
    desk.put("forged.json", evidence.to_string());
    let (code, _, why) = desk.run("seal check forged.json --anchors anchors.pem");
    assert_eq!(code, Some(1));
    assert!(why.contains("sealed with no certificate at all"), "{why}");
}

/// A list takes the place of the older one of the same key only, and never of a newer one.
#[test]
fn an_older_list_does_not_bring_a_revoked_certificate_back() {
    let desk = Desk::open();
    desk.declare(0, "ed25519");
    desk.done("sign declaration.xml --key signer.key --cert signer.pem");
    let authority = seal::Authority::from_pem(&desk.read("authority.pem")).unwrap();
    let own = seal::pem::certificates(&desk.read("signer.pem")).unwrap().remove(0);
    let now = jiff::Timestamp::now();
    let hours = |count: i64| jiff::SignedDuration::from_hours(count);
    let older = authority.revocation_list(&[], (now - hours(2), now + hours(48))).unwrap();
    let newer =
        authority.revocation_list(&[(&own, now - hours(3))], (now - hours(1), now + hours(48))).unwrap();
    desk.put("older.crl", older);
    desk.put("newer.crl", newer);
    let future = authority.revocation_list(&[], (now + hours(1), now + hours(48))).unwrap();
    desk.put("future.crl", future);
    let (code, _, why) = desk.run("reference import revocation future.crl --data data");
    assert_eq!(code, Some(1));
    assert!(why.contains("which is still to come"), "{why}");
    desk.done("reference import revocation newer.crl --data data");
    let (code, _, why) = desk.run("reference import revocation older.crl --data data");
    assert_eq!(code, Some(1));
    assert!(why.contains("GL-3050: this list was made on"), "{why}");
    let (code, said, _) = desk.run("submit declaration.xml --data data --json");
    assert_eq!(code, Some(1));
    assert!(said.contains("GL-3021"), "{said}");
}
