//! Reference data from the top down, between two servers; imports into a running one.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::running::{Server, greenlane, greenlane_told, text};

pub const PASSWORD: &str = "correct horse";

struct Top {
    dir: tempfile::TempDir,
    server: Option<Server>,
    listen: String,
    key: String,
}

fn ask(address: &str, path: &str) -> (u16, String) {
    let config = ureq::Agent::config_builder().http_status_as_error(false).build();
    let answer = ureq::Agent::from(config).get(format!("{address}{path}")).call().unwrap();
    (answer.status().as_u16(), answer.into_body().read_to_string().unwrap())
}

pub fn token(address: &str, login: &str) -> String {
    let credentials = json!({ "login": login, "password": PASSWORD }).to_string();
    let request = ureq::post(format!("{address}/api/v1/sessions")).header("Content-Type", "application/json");
    let answer = request.send(credentials).unwrap().into_body().read_to_string().unwrap();
    serde_json::from_str::<Value>(&answer).unwrap()["token"].as_str().unwrap().to_owned()
}

impl Top {
    fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("top");
        for (login, role) in [("post", "duty"), ("anna", "analyst")] {
            let args = ["user", login, "--role", role, "--name", login, "--data", text(&data)];
            greenlane_told(&args, &format!("{PASSWORD}\n")).ended(0);
        }
        std::fs::write(dir.path().join("password"), format!("{PASSWORD}\n")).unwrap();
        let server = Server::start(&data);
        let listen = server.address.trim_start_matches("http://").to_owned();
        let key = ask(&server.address, "/log/vkey").1.trim().to_owned();
        Self { dir, server: Some(server), listen, key }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn address(&self) -> String {
        format!("http://{}", self.listen)
    }

    fn stop(&mut self) {
        self.server = None;
    }

    fn start_again(&mut self) {
        self.server = Some(Server::start_at(&self.listen, &self.path("top"), &[]));
    }

    /// A server that follows this one.
    fn below(&self, data: &Path) -> Server {
        let (address, password) = (self.address(), self.path("password"));
        let follow = [
            "--follow",
            &address,
            "--follow-key",
            &self.key,
            "--follow-login",
            "post",
            "--follow-password-file",
            text(&password),
        ];
        Server::start_with(data, &follow)
    }

    /// Imports a file into this server while it runs.
    fn import(&self, kind: &str, content: &str) {
        let file = self.path("file.csv");
        std::fs::write(&file, content).unwrap();
        let token = token(&self.address(), "anna");
        let args = ["reference", "import", kind, text(&file), "--to", &self.address(), "--token", &token];
        let said = greenlane(args).ended(0).out;
        assert!(said.starts_with(&format!("{kind} from file.csv is in force: 1 rows; import ")), "{said}");
    }

    fn dollar_at(&self, price: u32) {
        let day = jiff::Zoned::now().date();
        self.import("exchange", &format!("date,currency,units,rate\n{day},USD,1,{price}\n"));
    }
}

/// What reference data a server decides by: the hash its own manifest has, asked with an account of it.
fn reference(server: &Server, token: &str) -> String {
    let request = ureq::get(format!("{}/api/v1/reference/manifest", server.address));
    let answer = request.header("Authorization", format!("Bearer {token}")).call().unwrap();
    answer.into_body().read_to_string().unwrap().lines().nth(4).unwrap().to_owned()
}

#[track_caller]
fn soon(what: &str, mut happens: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !happens() {
        assert!(began.elapsed() < Duration::from_secs(5), "{what}: not within five seconds");
        std::thread::sleep(Duration::from_millis(20));
    }
    began.elapsed()
}

#[test]
fn a_node_below_has_a_new_set_within_seconds_and_goes_on_without_the_one_above() {
    let mut top = Top::start();
    let data = top.path("below");
    let args = ["user", "anna", "--role", "analyst", "--name", "Anna", "--data", text(&data)];
    greenlane_told(&args, &format!("{PASSWORD}\n")).ended(0);
    let below = top.below(&data);
    soon("the first agreement", || ask(&below.address, "/readyz").1.contains("reference data as above"));
    let above_token = token(&top.address(), "anna");
    let below_token = token(&below.address, "anna");
    let agrees = |top: &Top, above: &str, server: &Server, own: &str| {
        reference(top.server.as_ref().unwrap(), above) == reference(server, own)
    };
    for price in [71, 72, 73] {
        let before = reference(&below, &below_token);
        top.dollar_at(price);
        let took = soon("a new set", || reference(&below, &below_token) != before);
        println!("a new set was in force below {took:?} after it was above");
        assert!(agrees(&top, &above_token, &below, &below_token));
    }
    // What it decides by is what came: a nomenclature that does not know the goods of the declaration below.
    top.import("tnved", "code,name,duty\n0101210000,лошади,5%\n");
    soon("a nomenclature", || agrees(&top, &above_token, &below, &below_token));
    let metrics = ask(&below.address, "/metrics").1;
    assert!(metrics.contains("greenlane_follow_agreed_seconds"), "{metrics}");
    // Own imports are refused, with the place where to import.
    let file = top.path("file.csv");
    let refused = greenlane([
        "reference",
        "import",
        "exchange",
        text(&file),
        "--to",
        &below.address,
        "--token",
        &below_token,
    ])
    .ended(1)
    .err;
    assert!(refused.contains("GL-8012") && refused.contains(&top.address()), "{refused}");
    // The node above is away: below goes on, after a restart as well.
    top.stop();
    let filed = || {
        let fixture = crate::running::fixture("import-5.10.xml");
        let line = greenlane(["submit", text(&fixture), "--to", &below.address, "--json"]);
        assert!(line.code <= 1, "{}{}", line.out, line.err);
        assert!(line.out.contains("GL-2401"), "{}", line.out);
        line.lines().remove(0)["id"].as_str().unwrap().to_owned()
    };
    let id = filed();
    let before = reference(&below, &below_token);
    drop(below);
    let below = top.below(&data);
    assert_eq!(ask(&below.address, "/readyz").0, 200);
    assert_eq!(reference(&below, &below_token), before);
    greenlane(["show", &id, "--to", &below.address]).ended(0);
    // It is there again, and has something new.
    top.start_again();
    top.dollar_at(74);
    let took = soon("after a restart of both", || agrees(&top, &above_token, &below, &below_token));
    println!("after both were started again it took {took:?}");
    drop(below);
    let listed = greenlane(["reference", "imports", "--data", text(&data)]).ended(0).out;
    assert!(listed.lines().last().unwrap().ends_with("node above"), "{listed}");
}

#[test]
fn nothing_is_taken_from_a_node_with_another_key() {
    let top = Top::start();
    let stranger = Top::start();
    let data = top.path("below");
    let below = Top {
        key: stranger.key.clone(),
        listen: top.listen.clone(),
        dir: tempfile::tempdir().unwrap(),
        server: None,
    };
    std::fs::write(below.path("password"), PASSWORD).unwrap();
    let server = below.below(&data);
    std::thread::sleep(Duration::from_secs(1));
    let (status, text) = ask(&server.address, "/readyz");
    assert_eq!(status, 503, "{text}");
    assert!(text.contains("GL-7018"), "{text}");
}

#[test]
fn imports_into_a_running_server_are_told_as_those_into_a_directory() {
    let top = Top::start();
    let (address, token) = (top.address(), token(&top.address(), "anna"));
    let file = |name: &str, content: &str| {
        std::fs::write(top.path(name), content).unwrap();
        text(&top.path(name)).to_owned()
    };
    let good = file("good.csv", "date,currency,units,rate\n2026-01-01,USD,1,71\n");
    let bad = file("bad.csv", "date,currency,units,rate\n2026-01-01,USD,1,x\n2026-13-01,USD,1,2\n");
    let there = ["--to", &address, "--token", &token];
    let here = text(&top.path("directory")).to_owned();
    let both = |args: &[&str]| {
        let remote = greenlane(args.iter().chain(&there).copied());
        let local = greenlane(args.iter().copied().chain(["--data", &here]));
        assert_eq!(remote.code, local.code, "{}{}", remote.out, remote.err);
        (remote, local)
    };
    let (remote, local) = both(&["reference", "import", "exchange", &good, &bad]);
    assert_eq!((remote.code, &remote.err), (1, &local.err));
    assert!(
        remote.err.contains("bad.csv, line 2") && remote.err.contains("bad.csv, line 3"),
        "{}",
        remote.err
    );
    for args in [
        &["reference", "import", "exchange", &good, "--dry-run"][..],
        &["reference", "import", "exchange", &good, "--json"],
        &["reference", "undo", "999", "--dry-run"],
    ] {
        let (remote, local) = both(args);
        assert_eq!((remote.out, remote.err.is_empty()), (local.out, local.err.is_empty()), "{args:?}");
    }
    let (remote, local) = both(&["reference", "imports", "--json"]);
    let (remote, local) = (remote.lines(), local.lines());
    assert_eq!(remote.len(), local.len());
    let last = remote.last().unwrap();
    assert_eq!((&last["by"], &last["hash"]), (&"anna".into(), &local.last().unwrap()["hash"]));
    let number = last["import"].to_string();
    let (remote, local) = both(&["reference", "undo", &number]);
    assert_eq!(remote.out, local.out);
    assert!(
        remote.out.starts_with(&format!("import {number}, exchange from good.csv, is taken back")),
        "{}",
        remote.out
    );
}
