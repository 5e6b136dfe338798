//! A receiver of notices: who subscribes an address hears of a release there, signed and in order.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::running::{Server, greenlane, greenlane_told, text};

/// The longest a notice may take to come.
const PATIENCE: Duration = Duration::from_secs(60);
const PASSWORD: &str = "correct horse";

/// A request as it came: headers in small letters, and the body.
struct Came {
    headers: Vec<(String, String)>,
    body: String,
}

impl Came {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(named, _)| named == name).map_or("", |(_, value)| value)
    }

    fn notice(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

fn read(stream: &TcpStream) -> Came {
    let mut lines = BufReader::new(stream);
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    assert!(line.starts_with("POST /notices HTTP/1.1"), "{line}");
    let mut headers = Vec::new();
    loop {
        line.clear();
        lines.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut came = Came { headers, body: String::new() };
    let length: u64 = came.header("content-length").parse().unwrap();
    lines.take(length).read_to_string(&mut came.body).unwrap();
    came
}

/// Listens on a free port of the loopback address; answers the first requests as told, the others well.
fn receiver(first: &'static [u16]) -> (String, Receiver<Came>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/notices", listener.local_addr().unwrap());
    let (tell, told) = channel();
    std::thread::spawn(move || {
        let mut answers = first.iter().copied().chain(std::iter::repeat(204));
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let came = read(&stream);
            let status = answers.next().unwrap();
            let answer = format!("HTTP/1.1 {status} Said\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
            if tell.send(came).is_err() {
                break;
            }
        }
    });
    (url, told)
}

/// Somebody at the API of a server.
struct Person<'s> {
    server: &'s Server,
    agent: ureq::Agent,
    token: String,
}

impl<'s> Person<'s> {
    fn log_in(server: &'s Server, login: &str) -> Self {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        let mut person = Self { server, agent, token: String::new() };
        let (status, session) = person.post(
            "/api/v1/sessions",
            "application/json",
            json!({ "login": login, "password": PASSWORD }),
        );
        assert_eq!(status, 201, "{session}");
        session["token"].as_str().unwrap().clone_into(&mut person.token);
        person
    }

    fn post(&self, path: &str, kind: &str, body: impl ToString) -> (u16, Value) {
        let mut request = self
            .agent
            .post(format!("{}{path}", self.server.address))
            .header("Content-Type", kind)
            .header("Accept-Language", "en");
        if !self.token.is_empty() {
            request = request.header("Authorization", format!("Bearer {}", self.token));
        }
        let mut answer = request.send(body.to_string()).unwrap();
        let said = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), serde_json::from_str(&said).unwrap_or(Value::String(said)))
    }

    fn get(&self, path: &str) -> Value {
        let request = self.agent.get(format!("{}{path}", self.server.address));
        let mut answer = request.header("Authorization", format!("Bearer {}", self.token)).call().unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
    }
}

/// A data directory with an officer, a trader who can pay, and a profile that sends everything to officers;
/// and the trader's declaration.
fn prepared(dir: &Path) -> String {
    let (data, outbox) = (dir.join("data"), dir.join("outbox"));
    greenlane(["generate", "1", "--seed", "7", "--items", "2", "--out", text(&outbox)]).ended(0);
    let document = std::fs::read_to_string(outbox.join("000001.xml")).unwrap();
    let inn = document.split("<ESADout_CUDeclarant>").nth(1).unwrap();
    let inn = inn.split("INN>").nth(1).unwrap().split('<').next().unwrap();
    let profile = dir.join("profile.toml");
    std::fs::write(&profile, crate::papers::EVERYTHING).unwrap();
    greenlane(["profile", "add", text(&profile), "--data", text(&data)]).ended(0);
    let accounts = dir.join("accounts.csv");
    std::fs::write(&accounts, format!("number,currency,amount\n{inn},RUB,900000000.00\n")).unwrap();
    greenlane(["account", text(&accounts), "--data", text(&data)]).ended(0);
    for (login, role, further) in
        [("tern", "officer", &[][..]), ("plover", "declarant", &["--participant", inn][..])]
    {
        let mut args = vec!["user", login, "--role", role, "--name", login, "--data", text(&data)];
        args.extend(further);
        greenlane_told(&args, PASSWORD).ended(0);
    }
    document
}

#[test]
fn a_release_is_pushed_signed_and_in_order_though_the_receiver_failed_at_first() {
    let dir = tempfile::tempdir().unwrap();
    let document = prepared(dir.path());
    let server = Server::start_with(&dir.path().join("data"), &["--private-receivers", "true"]);
    let (officer, trader) = (Person::log_in(&server, "tern"), Person::log_in(&server, "plover"));
    assert_eq!(officer.post("/shift", "application/x-www-form-urlencoded", "on=1").0, 303);
    let (url, told) = receiver(&[500]);
    let (status, made) = trader.post("/api/v1/subscriptions", "application/json", json!({ "url": url }));
    assert_eq!(status, 201, "{made}");
    let secret = BASE64.decode(made["secret"].as_str().unwrap().as_bytes()).unwrap();

    let (status, filed) = trader.post("/api/v1/declarations", "application/xml", &document);
    assert_eq!((status, &filed["state"]), (201, &json!("routed")), "{filed}");
    let failed = told.recv_timeout(PATIENCE).unwrap();
    // While the first notice waits, the goods are released; that is told behind it.
    let inputs = format!("/api/v1/declarations/{}/inputs", filed["id"].as_str().unwrap());
    let (status, released) =
        officer.post(&inputs, "application/json", json!({ "input": "release", "reason": "Соответствует" }));
    assert_eq!((status, &released["state"]), (200, &json!("released")), "{released}");

    let notices = trader.get("/api/v1/notices")["notices"].as_array().unwrap().clone();
    let came: Vec<Came> = notices.iter().map(|_| told.recv_timeout(PATIENCE).unwrap()).collect();
    let bodies: Vec<Value> = came.iter().map(Came::notice).collect();
    assert_eq!(bodies, notices, "each once more, in the order of the log");
    assert_eq!(
        (failed.notice(), failed.header("webhook-id")),
        (bodies[0].clone(), came[0].header("webhook-id"))
    );
    for request in came.iter().chain([&failed]) {
        let (id, at) = (request.header("webhook-id"), request.header("webhook-timestamp"));
        let signed = centre::delivery::signature(&secret, id, at, request.body.as_bytes());
        assert_eq!(request.header("webhook-signature"), signed);
        assert_eq!(request.header("content-type"), "application/cloudevents+json");
        let second: i64 = at.parse().unwrap();
        let age = jiff::Timestamp::now().duration_since(jiff::Timestamp::from_second(second).unwrap());
        assert!(age < jiff::SignedDuration::from_mins(5), "{at}");
    }
    let last = bodies.iter().find(|notice| notice["type"] == "greenlane.case.released").unwrap();
    assert_eq!(last["data"]["document"]["element"], "GTDoutCustomsMark");
    assert_eq!(last["data"]["number"], filed["number"]);
}

#[test]
fn receivers_inside_are_for_those_who_asked_for_them() {
    let dir = tempfile::tempdir().unwrap();
    prepared(dir.path());
    let server = Server::start_with(&dir.path().join("data"), &["--private-receivers", "false"]);
    let trader = Person::log_in(&server, "plover");
    let mut said = String::new();
    for url in [
        "https://declarant.example/notices",
        "http://declarant.example/notices",
        "https://127.0.0.1:8443/notices",
        "https://[::1]/notices",
        "https://localhost/notices",
        "https://192.168.1.7/notices",
        "https://169.254.169.254/latest/meta-data",
        "https://plover:secret@declarant.example/notices",
        "file:///etc/passwd",
        "declarant.example",
    ] {
        let (status, answer) =
            trader.post("/api/v1/subscriptions", "application/json", json!({ "url": url }));
        said.push_str(&format!("{url}\n  {status} {}\n", answer["detail"].as_str().unwrap_or("made")));
    }
    insta::assert_snapshot!(said, @r"
    https://declarant.example/notices
      201 made
    http://declarant.example/notices
      400 notices go over TLS: give an address that begins with https://
    https://127.0.0.1:8443/notices
      400 127.0.0.1 is no public address
    https://[::1]/notices
      400 ::1 is no public address
    https://localhost/notices
      400 localhost is no public address
    https://192.168.1.7/notices
      400 192.168.1.7 is no public address
    https://169.254.169.254/latest/meta-data
      400 169.254.169.254 is no public address
    https://plover:secret@declarant.example/notices
      400 an address without a password in it is expected
    file:///etc/passwd
      400 an address such as https://declarant.example/notices is expected
    declarant.example
      400 an address such as https://declarant.example/notices is expected
    ");
}
