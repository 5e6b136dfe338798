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

    fn clear(&self, css: &str) {
        let element = self.find(css);
        self.ask("POST", &format!("/element/{element}/clear"), &json!({}));
    }

    /// Runs a script of the page's own; what it hands to its callback comes back.
    fn run(&self, script: &str, args: &Value) -> Value {
        self.ask("POST", "/execute/async", &json!({ "script": script, "args": args }))
    }

    /// The session of somebody who logs in.
    fn session_of(&self, server: &Server, login: &str) -> Value {
        self.log_in(server, login);
        let session = self.ask("GET", "/cookie/greenlane_session", &Value::Null);
        self.ask("DELETE", "/cookie", &json!({}));
        session
    }

    /// Goes on as somebody who has logged in.
    fn become_(&self, session: &Value) {
        self.ask("DELETE", "/cookie", &json!({}));
        self.ask("POST", "/cookie", &json!({ "cookie": session }));
    }

    /// The status of a form that somebody forges, as the page they have open would send it.
    fn forge(&self, path: &str, fields: &Value) -> u64 {
        let script = "const [path, fields, done] = arguments; \
             fetch(path, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' }) \
               .then((answer) => done(answer.type === 'opaqueredirect' ? 303 : answer.status));";
        self.run(script, &json!([path, fields])).as_u64().unwrap()
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

const NUMBER: &str = "55/20260301/00017";
const PROFILE: &str = "/profiles/55%2F20260301%2F00017";
/// A profile that fires on everything, as its author types it.
const TEXT: &str = "number = \"55/20260301/00017\"\nkind = \"national\"\nstage = \"declaration\"\n\
     area = 'item.mass_gross > 1'\nvalid_from = 2026-01-01\nlane = \"yellow\"\nmeasures = [\"documents\"]\n\
     author = \"risk unit\"\nversion = 1\n[title]\nru = \"Тяжёлое\"\nen = \"Heavy\"\n\
     [instruction]\nru = \"Взвесить.\"\nen = \"Weigh it.\"\n";

#[test]
fn browser_two_people_take_a_profile_through_its_life_and_a_third_is_refused_at_each_step() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let everywhere = "";
    for (login, role, area) in [
        ("heron", "analyst", everywhere),
        ("hawk", "risk_chief", everywhere),
        ("tern", "officer", everywhere),
        ("wren", "analyst", "1070"),
    ] {
        let args = ["user", login, "--role", role, "--name", login, "--area", area, "--data", text(&data)];
        greenlane_told(&args, "correct horse").ended(0);
    }
    let Some(browser) = Browser::start(&dir.path().join("profile")) else { return };
    let server = Server::start(&data);
    let [heron, hawk, tern, wren] =
        ["heron", "hawk", "tern", "wren"].map(|login| browser.session_of(&server, login));
    let profile = format!("{}{PROFILE}?lang=en", server.address);
    // A release officer, and an analyst of another region: no page, no button, no forged form.
    let thirds_are_refused = |version: u32| {
        browser.become_(&tern);
        browser.open(&profile);
        assert!(browser.page().contains("GL-7002"), "{}", browser.page());
        for (who, session) in [("tern", &tern), ("wren", &wren)] {
            browser.become_(session);
            browser.open(&profile);
            for deed in ["agree", "return", "approve", "cancel"] {
                let fields = json!({ "deed": deed, "version": version.to_string(), "reason": "because" });
                assert_eq!(browser.forge(&format!("{PROFILE}/acts"), &fields), 403, "{who} {deed} {version}");
            }
            let taken =
                json!({ "number": NUMBER, "seen": version.to_string(), "source": TEXT, "go": "write" });
            assert_eq!(browser.forge("/profiles", &taken), 403, "{who} writes");
        }
        browser.open(&profile);
        let page = browser.page();
        assert!(page.contains("There is nothing for you to do"), "{page}");
    };
    let stands = |word: &str| {
        browser.find(".badges .state");
        let page = browser.page();
        assert!(page.contains(word), "{word}: {page}");
    };

    // Typed in the editor: what is wrong is said while it is typed, names are offered.
    browser.become_(&heron);
    browser.open(&format!("{}/profiles/new?lang=en", server.address));
    browser.clear("#source");
    browser.fill("#source", "item.commodity_co");
    browser.find("#offered li[aria-selected=true]");
    browser.fill("#source", "\u{E007}");
    let value = "const [done] = arguments; done(document.getElementById('source').value);";
    assert_eq!(browser.run(value, &json!([])), "item.commodity_code");
    browser.clear("#source");
    browser.fill("#source", &TEXT.replace("mass_gross", "mass_gros"));
    browser.find("#live pre[data-code='GL-R12']");
    browser.click("button[name=go][value=write]");
    browser.find("#faults .caret");
    assert_eq!(
        browser.run(value, &json!([])).as_str().unwrap().trim_end(),
        TEXT.replace("mass_gross", "mass_gros").trim_end()
    );
    browser.clear("#source");
    browser.fill("#source", TEXT);
    browser.click("button[name=go][value=write]");
    browser.find(".notice");
    stands("draft");
    thirds_are_refused(1);

    browser.become_(&heron);
    browser.open(&profile);
    browser.click("#act-agree button");
    browser.find(".notice");
    stands("agreed");
    assert_eq!(browser.forge(&format!("{PROFILE}/acts"), &json!({ "deed": "approve", "version": "1" })), 403);
    thirds_are_refused(1);

    // Approved for a day to come, thought better of, and approved from today.
    browser.become_(&hawk);
    browser.open(&profile);
    let tomorrow = "const [done] = arguments; const day = document.getElementById('from'); \
         day.stepUp(1); done(day.value);";
    browser.run(tomorrow, &json!([]));
    browser.click("#act-approve button");
    browser.find(".notice");
    stands("approved");
    thirds_are_refused(1);
    browser.become_(&hawk);
    browser.open(&profile);
    browser.fill("#reason-return", "The share is too high");
    browser.click("#act-return button");
    browser.find(".notice");
    stands("draft");
    browser.become_(&heron);
    browser.open(&profile);
    browser.click("#act-agree button");
    browser.find(".notice");
    browser.become_(&hawk);
    browser.open(&profile);
    browser.click("#act-approve button");
    browser.find(".notice");
    stands("in force");
    thirds_are_refused(1);

    // Changed.
    browser.become_(&heron);
    browser.open(&profile);
    browser.click("a[href$='/edit']");
    let change = "const [done] = arguments; const area = document.getElementById('source'); \
         area.value = area.value.replace('> 1', '> 1000'); done(area.value);";
    let changed = browser.run(change, &json!([]));
    assert!(changed.as_str().unwrap().contains("version = 2"), "{changed}");
    browser.click("button[name=go][value=write]");
    browser.find(".diff .come");
    thirds_are_refused(2);
    browser.become_(&heron);
    browser.open(&profile);
    browser.click("#act-agree button");
    browser.find(".notice");
    browser.become_(&hawk);
    browser.open(&profile);
    browser.click("#act-approve button");
    browser.find(".notice");
    stands("in force");
    assert!(browser.page().contains("replaced"), "{}", browser.page());
    thirds_are_refused(2);

    // Cancelled; everything that was done is there to read.
    browser.become_(&hawk);
    browser.open(&profile);
    browser.fill("#reason-cancel", "The risk is gone");
    browser.click("#act-cancel button");
    browser.find(".notice");
    stands("cancelled");
    let page = browser.page();
    for said in ["The risk is gone", "The share is too high", "heron", "hawk"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    thirds_are_refused(2);
}
