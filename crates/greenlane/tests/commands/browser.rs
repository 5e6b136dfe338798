//! A person at a browser: files a real declaration by uploading it, and an officer releases it.
//!
//! Drives Debian's Chromium over the WebDriver protocol (W3C recommendation of 5 June 2018).

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::running::{Server, corpus, fixture, greenlane, greenlane_told, text};

/// A browser, closed when dropped.
struct Browser {
    driver: Child,
    session: String,
    agent: ureq::Agent,
}

/// The key under which WebDriver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long an element may take to appear.
const PATIENCE_MS: u64 = 20_000;

impl Browser {
    /// Starts a headless browser, or says that there is none.
    fn start(profile: &Path) -> Option<Self> {
        let driver = ["/usr/bin/chromedriver", "/usr/local/bin/chromedriver"]
            .into_iter()
            .find(|path| Path::new(path).exists());
        let Some(driver) = driver else {
            println!("skipped: chromedriver is not installed");
            return None;
        };
        let mut driver = Command::new(driver).arg("--port=0").stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines().map(Result::unwrap);
        let port = lines
            .find_map(|line| {
                line.split_once("successfully on port ")
                    .map(|(_, rest)| rest.trim_end_matches('.').to_owned())
            })
            .expect("chromedriver says its port");
        // Whatever it says later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut browser = Self { driver, session: format!("http://127.0.0.1:{port}/session"), agent };
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--window-size=1400,1000",
            &format!("--user-data-dir={}", profile.display()),
        ];
        let answer = browser.ask(
            "POST",
            "",
            &json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": {"args": arguments}}}}),
        );
        browser.session = format!("{}/{}", browser.session, answer["sessionId"].as_str().unwrap());
        // A look-up waits for the page that a click leads to.
        browser.ask("POST", "/timeouts", &json!({"implicit": PATIENCE_MS}));
        Some(browser)
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.session);
        let answer = match method {
            "GET" => self.agent.get(url).call(),
            "DELETE" => self.agent.delete(url).call(),
            _ => self.agent.post(url).header("Content-Type", "application/json").send(body.to_string()),
        };
        let mut answer = answer.unwrap();
        let said: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
        assert!(answer.status().is_success(), "{method} {path}: {said}");
        said["value"].clone()
    }

    fn open(&self, url: &str) {
        self.ask("POST", "/url", &json!({ "url": url }));
    }

    fn find(&self, css: &str) -> String {
        let found = self.ask("POST", "/element", &json!({"using": "css selector", "value": css}));
        found[ELEMENT].as_str().unwrap().to_owned()
    }

    fn fill(&self, css: &str, text: &str) {
        let element = self.find(css);
        self.ask("POST", &format!("/element/{element}/value"), &json!({ "text": text }));
    }

    /// Clicks, and waits until the page that follows has loaded: WebDriver does so by itself.
    fn click(&self, css: &str) {
        let element = self.find(css);
        self.ask("POST", &format!("/element/{element}/click"), &json!({}));
    }

    fn page(&self) -> String {
        let body = self.find("body");
        self.ask("GET", &format!("/element/{body}/text"), &Value::Null).as_str().unwrap().to_owned()
    }

    fn address(&self) -> String {
        self.ask("GET", "/url", &Value::Null).as_str().unwrap().to_owned()
    }

    fn log_in(&self, server: &Server, login: &str) {
        self.open(&format!("{}/login?lang=en", server.address));
        self.fill("input[name=login]", login);
        self.fill("input[name=password]", "correct horse");
        self.click("form[action='/login'] button.primary");
        self.find("form[action='/logout']");
    }

    fn log_out(&self) {
        self.click("form[action='/logout'] button");
        self.find("a[href^='/login'], form[action='/login']");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The session ends first: a killed driver leaves its browser running.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn document() -> PathBuf {
    corpus("eaeu/declarations").map_or_else(|| fixture("import-5.10.xml"), |folder| folder.join("am-001.xml"))
}

#[test]
fn browser_uploads_a_real_file_and_an_officer_releases_it() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    for (login, role) in [("tern", "officer"), ("plover", "declarant")] {
        let args = ["user", login, "--role", role, "--name", login, "--data", text(&data)];
        greenlane_told(&args, "correct horse").ended(0);
    }
    // The payer has money: what is not paid for cannot be released.
    let file = std::fs::canonicalize(document()).unwrap();
    let declared: Value =
        serde_json::from_str(&greenlane(["convert", text(&file), "--to", "json"]).ended(0).out).unwrap();
    let payer = declared["financial_party"]["unn"].as_str().unwrap();
    let accounts = dir.path().join("accounts.csv");
    std::fs::write(&accounts, format!("number,currency,amount\n{payer},AMD,100000000.00\n")).unwrap();
    greenlane(["account", text(&accounts), "--data", text(&data)]).ended(0);
    let Some(browser) = Browser::start(&dir.path().join("profile")) else { return };
    let server = Server::start(&data);

    browser.log_in(&server, "tern");
    browser.open(&format!("{}/account?lang=en", server.address));
    browser.click("form[action='/shift'] button");
    browser.find("form[action='/shift'] input[name=on][value='0']");
    browser.log_out();

    browser.log_in(&server, "plover");
    browser.open(&format!("{}/file?lang=en", server.address));
    browser.fill("input[type=file][name=document]", text(&file));
    browser.click("form[action='/file'] button.primary");
    browser.click("a[href^='/declarations/']");
    browser.find("form[action$='/inputs']");
    let case = browser.address();
    assert!(browser.page().contains("/0000001"), "the number is shown: {}", browser.page());
    browser.log_out();

    browser.log_in(&server, "tern");
    browser.open(&case);
    browser.click("button[name=input][value=release]");
    browser.find(".badges .state.good");
    browser.open(&format!("{}?lang=en", case.split(['?', '#']).next().unwrap()));
    let page = browser.page();
    assert!(page.to_lowercase().contains("released"), "{page}");
}
