//! Risk profiles over HTTP: their life, the editor, who sees what.

use axum::body::Body;
use axum::http::{Method, header};
use serde_json::{Value, json};
use store::Role;

use greenlane_web::Config;

use crate::service::{Actor, Answer, Service};

const NUMBER: &str = "55/20260101/00777";
const ADDRESS: &str = "55%2F20260101%2F00777";

fn profile(kilograms: u32) -> String {
    format!(
        "number = \"{NUMBER}\"\nkind = \"national\"\nstage = \"declaration\"\n\
         area = 'item.mass_gross > {kilograms}'\nvalid_from = 2026-01-01\nlane = \"yellow\"\n\
         measures = [\"documents\"]\nauthor = \"risk unit\"\nversion = 1\n\
         [title]\nru = \"Тяжёлое\"\nen = \"Heavy\"\n[instruction]\nru = \"Взвесить.\"\nen = \"Weigh it.\"\n"
    )
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn write(service: &Service, who: &Actor, query: &str, text: &str) -> Answer {
    let headers = [("content-type", "application/toml"), ("accept-language", "en")];
    service.send(who, Method::POST, &format!("/api/v1/profiles{query}"), &headers, text.to_owned()).await
}

async fn act(service: &Service, who: &Actor, body: Value) -> Answer {
    service.post_json(who, &format!("/api/v1/profiles/{ADDRESS}/acts"), body).await
}

#[tokio::test]
async fn a_profile_lives_through_the_api() {
    let service = Service::new();
    let (heron, hawk) = (service.actor("heron", Role::Analyst), service.actor("hawk", Role::RiskChief));
    let officer = service.officer("tern", &[]);
    let broken = write(&service, &heron, "", &profile(1).replace("mass_gross", "mass_gros")).await;
    assert_eq!(broken.problem(), (422, "GL-7019".into()));
    let error = &broken.json()["errors"][0];
    assert_eq!(
        (&error["code"], &error["field"], &error["line"]),
        (&"GL-R12".into(), &"area".into(), &4.into())
    );
    assert!(error["cure"].as_str().unwrap().contains("mass_gross"), "{error}");

    let drafted = write(&service, &heron, "", &profile(1)).await;
    assert_eq!((drafted.status.as_u16(), &drafted.json()["state"]), (201, &"draft".into()));
    assert_eq!(write(&service, &heron, "", &profile(2)).await.problem(), (409, "GL-R48".into()));
    assert_eq!(write(&service, &officer, "?seen=1", &profile(2)).await.problem(), (403, "GL-R42".into()));
    let agreed = act(&service, &heron, json!({ "deed": "agree" })).await;
    assert_eq!((agreed.status.as_u16(), &agreed.json()["state"]), (200, &"agreed".into()));
    for (who, body, expected) in [
        (&heron, json!({ "deed": "approve" }), (403, "GL-R42")),
        (&officer, json!({ "deed": "approve" }), (403, "GL-7002")),
        (&hawk, json!({ "deed": "return" }), (422, "GL-R45")),
        (&hawk, json!({ "deed": "agree" }), (403, "GL-R42")),
        (&hawk, json!({ "deed": "approve", "from": "2020-01-01" }), (422, "GL-R46")),
        (&hawk, json!({ "deed": "approve", "version": 7 }), (404, "GL-R40")),
        (&hawk, json!({ "deed": "take" }), (400, "GL-7009")),
    ] {
        let refused = act(&service, who, body.clone()).await.problem();
        assert_eq!(refused, (expected.0, expected.1.to_owned()), "{body}");
    }
    let in_force = act(&service, &hawk, json!({ "deed": "approve" })).await.json();
    assert_eq!((&in_force["state"], &in_force["in_force"]), (&"in_force".into(), &1.into()));
    let second = write(&service, &heron, "?seen=1&reason=heavier", &profile(900_000)).await.json();
    assert_eq!(
        (&second["version"], &second["state"], &second["in_force"]),
        (&2.into(), &"draft".into(), &1.into())
    );

    let shown = service.get(&hawk, &format!("/api/v1/profiles/{ADDRESS}/versions/1")).await.json();
    assert_eq!(shown["source"], profile(1));
    let deeds: Vec<&str> =
        shown["acts"].as_array().unwrap().iter().map(|act| act["deed"].as_str().unwrap()).collect();
    assert_eq!(deeds, ["write", "agree", "approve", "enter", "write"]);
    assert_eq!(shown["acts"][4]["reason"], "heavier");
    let listed = service.get(&hawk, "/api/v1/profiles?q=00777").await.json();
    let versions: Vec<_> =
        listed["profiles"].as_array().unwrap().iter().map(|head| &head["version"]).collect();
    assert_eq!(versions, [&json!(1), &json!(2)]);
    assert_eq!(service.get(&hawk, "/api/v1/profiles?state=nowhere").await.problem(), (400, "GL-7009".into()));
    assert_eq!(service.get(&hawk, "/api/v1/profiles/55%2F1").await.problem(), (404, "GL-7003".into()));
    // Who looked is on record.
    let reads = service.centre.store().profile_reads(10).unwrap();
    assert!(reads.iter().any(|read| read.login == "hawk" && read.number == NUMBER && read.what == "api"));
}

#[tokio::test]
async fn an_editor_is_helped_in_its_language() {
    let service = Service::new();
    let heron = service.actor("heron", Role::Analyst);
    for (language, label) in [("ru", "Товары"), ("en", "Goods")] {
        let names = service.get_in(language, &heron, "/api/v1/profiles/names").await.json();
        let names = names["names"].as_array().unwrap().clone();
        let of = |name: &str| {
            names.iter().find(|row| row["name"] == name).cloned().unwrap_or_else(|| panic!("{name}"))
        };
        assert!(names.len() > 300, "{}", names.len());
        assert_eq!(of("item.commodity_code")["kind"], "text");
        assert_eq!(of("item.mass_net")["kind"], "number");
        assert_eq!(of("\"inspect\"")["kind"], "measure");
        let cyrillic = |text: &str| text.chars().any(|c| ('а'..='я').contains(&c));
        for name in ["item.commodity_code", "has(", "\"inspect\"", "totals.payments"] {
            let told = of(name)["label"].as_str().unwrap().to_owned();
            assert_eq!(cyrillic(&told), language == "ru", "{name}: {told} ({label})");
        }
    }
    let check = |text: String, language: &'static str| {
        let headers = [("content-type", "application/toml"), ("accept-language", language)];
        let request = heron.asks(Method::POST, "/api/v1/profiles/check", &headers, Body::from(text));
        service.request(request)
    };
    let fine = json!({ "ok": true, "number": NUMBER, "errors": [], "advice": [] });
    assert_eq!(check(profile(1), "en").await.json(), fine);
    // Nothing is wrong, and yet: it can never fire.
    let never = profile(1).replace("> 1", "> 1 && item.mass_gross < 1");
    assert_ne!(never, profile(1));
    let never = check(never, "en").await.json();
    assert_eq!((&never["ok"], &never["advice"][0]["code"]), (&true.into(), &"GL-R21".into()), "{never}");
    let wrong = check(profile(1).replace("> 1", "> \"1\""), "ru").await.json();
    assert_eq!((&wrong["ok"], &wrong["errors"][0]["code"]), (&false.into(), &"GL-R13".into()));
    assert!(service.centre.profile_file(NUMBER).unwrap().is_none(), "a check keeps nothing");
}

/// Forms as a browser without script posts them.
#[tokio::test]
async fn the_pages_work_without_script() {
    let service = Service::new();
    let (heron, hawk) = (service.actor("heron", Role::Analyst), service.actor("hawk", Role::RiskChief));
    let page = |answer: &Answer| answer.text().to_owned();
    let fresh = service.get_in("en", &heron, "/profiles/new").await;
    assert!(page(&fresh).contains("New profile") && page(&fresh).contains("item.commodity_code"));
    let form =
        |text: &str, more: &str| format!("source={}&go=write{more}", escaped(&text.replace('\n', "\r\n")));

    let wrong = profile(1).replace("mass_gross", "mass_gros");
    let refused = service.post_form(&heron, "/profiles?lang=en", &form(&wrong, "")).await;
    assert_eq!(refused.status, 422);
    let told = page(&refused);
    // The text is kept; the line and a caret under the place are shown; < and > are escaped.
    for said in
        ["GL-R12", "line 4, column 13", "area = &#39;item.mass_gros &#62; 1&#39;", "^</b>", "mass_gross"]
    {
        assert!(told.contains(said), "{said}: {told}");
    }
    let checked = service
        .post_form(&heron, "/profiles?lang=en", &form(&profile(1), "").replace("go=write", "go=check"))
        .await;
    assert!(page(&checked).contains("No errors."));
    assert!(service.centre.profile_file(NUMBER).unwrap().is_none());

    let written = service.post_form(&heron, "/profiles", &form(&profile(1), "")).await;
    let there = format!("/profiles/{ADDRESS}?v=1&done=write");
    assert_eq!((written.status.as_u16(), written.header(header::LOCATION)), (303, there.as_str()));
    assert_eq!(service.centre.profile_version(NUMBER, 1).unwrap().unwrap().source, profile(1));
    let own = page(&service.get_in("en", &heron, &there).await);
    assert!(own.contains("act-agree") && !own.contains("act-approve") && own.contains("Weigh it."), "{own}");
    let acts = format!("/profiles/{ADDRESS}/acts");
    assert_eq!(service.post_form(&heron, &acts, "deed=agree&version=1").await.status, 303);
    let his = page(&service.get_in("en", &hawk, &format!("/profiles/{ADDRESS}")).await);
    assert!(his.contains("act-approve") && his.contains("act-return") && !his.contains("act-agree"), "{his}");
    let silent = service.post_form(&hawk, &format!("{acts}?lang=en"), "deed=return&version=1&reason=+").await;
    assert_eq!(silent.status, 422);
    assert!(page(&silent).contains("A reason is needed"), "{}", page(&silent));
    assert_eq!(service.post_form(&heron, &acts, "deed=approve&version=1").await.status, 403);
    assert_eq!(service.post_form(&hawk, &acts, "deed=approve&version=1").await.status, 303);

    let edit = page(&service.get(&heron, &format!("/profiles/{ADDRESS}/edit")).await);
    assert!(edit.contains("version = 2") && edit.contains("name=\"seen\" value=\"1\""), "{edit}");
    let number = format!("&seen=1&number={ADDRESS}&reason=heavier");
    let changed = service.post_form(&heron, "/profiles", &form(&profile(2), &number)).await;
    assert_eq!(changed.status, 303, "{}", page(&changed));
    let stale = service.post_form(&heron, "/profiles?lang=en", &form(&profile(3), &number)).await;
    assert_eq!(stale.status, 409);
    assert!(page(&stale).contains("GL-R49") && page(&stale).contains("mass_gross &#62; 3"));
    let both = page(&service.get(&hawk, &format!("/profiles/{ADDRESS}?v=2")).await);
    assert!(both.contains("class=\"gone\"") && both.contains("class=\"come\""), "{both}");

    let listed = service.get(&hawk, "/profiles?state=in_force&kind=national&q=00777&format=csv").await;
    assert_eq!(listed.header(header::CONTENT_TYPE), "text/csv; charset=utf-8");
    assert_eq!(listed.text().lines().count(), 3, "{}", listed.text());
}

/// A release officer sees the instruction and the measures, never the condition.
#[tokio::test]
async fn what_is_secret_stays_secret() {
    let service = Service::new();
    let (document, trader) = service.declaration(0);
    let declarant = service.trader("plover", Some(trader.number));
    let officer = service.officer("tern", &[]);
    let (auditor, duty) = (service.actor("auditor", Role::Auditor), service.actor("duty", Role::Duty));
    let secret = profile(0).replace("Heavy", "Smugglers of whales").replace("Тяжёлое", "Smugglers of whales");
    service.centre.add_profile(&secret).unwrap();
    let id = service.file(&declarant, &document).await.json()["id"].as_str().unwrap().to_owned();
    let case = format!("/declarations/{id}");
    let seen = service.get_in("en", &officer, &case).await.text().to_owned();
    assert!(seen.contains("Weigh it.") && seen.contains("Check documents and data"), "{seen}");
    let api = service.get(&officer, &format!("/api/v1{case}")).await.text().to_owned();
    for kept in [&seen, &api] {
        assert!(!kept.contains("whales") && !kept.contains("item.mass_gross"));
    }
    for who in [&officer, &duty, &declarant, &Actor::nobody()] {
        for path in ["/api/v1/profiles", "/api/v1/profiles/names", &format!("/api/v1/profiles/{ADDRESS}")] {
            assert!(matches!(service.get(who, path).await.status.as_u16(), 401 | 403), "{path}");
        }
        for path in [
            "/profiles",
            "/profiles/new",
            &format!("/profiles/{ADDRESS}"),
            &format!("/profiles/{ADDRESS}/edit"),
        ] {
            assert!(matches!(service.get(who, path).await.status.as_u16(), 303 | 403), "{path}");
        }
    }
    let audited = service.get(&auditor, &format!("/profiles/{ADDRESS}")).await;
    assert!(audited.text().contains("item.mass_gross") && audited.text().contains("whales"));
    assert!(!audited.text().contains("act-"), "an auditor changes nothing");
    let reads = service.get(&auditor, "/reads").await.text().to_owned();
    assert!(reads.contains(NUMBER), "{reads}");

    // Measures that no profile asks for: of whoever has the case, with a reason, unknown to the declarant.
    let inputs = format!("{case}/inputs");
    let order = "input=order_measures&measure=weigh&measure=scan&item=1&reason=Scales+at+the+gate+disagree";
    let bare = "input=order_measures&measure=weigh&reason=";
    assert_eq!(service.post_form(&officer, &inputs, bare).await.status, 422);
    assert_eq!(service.post_form(&declarant, &inputs, order).await.status, 403);
    assert_eq!(service.post_form(&officer, &inputs, order).await.status, 303);
    let json = json!({ "input": "order_measures", "measures": ["inspect"], "reason": "Seal is broken" });
    let ordered = service.post_json(&officer, &format!("/api/v1{inputs}"), json).await;
    assert_eq!(ordered.status, 200, "{}", ordered.text());
    let seen = service.get_in("en", &officer, &case).await.text().to_owned();
    for said in
        ["Scales at the gate disagree", "Seal is broken", "Inspect the goods", "Ordered without a profile"]
    {
        assert!(seen.contains(said), "{said}");
    }
    for path in [
        case.clone(),
        format!("/api/v1{case}"),
        format!("/api/v1{case}/events"),
        format!("/api/v1{case}/receipt"),
    ] {
        let told = service.get_in("en", &declarant, &path).await.text().to_owned();
        for kept in ["Scales", "Seal is broken", "measure_ordered", "without a profile"] {
            assert!(!told.contains(kept), "{path} tells the declarant of {kept}");
        }
    }
    let report = service.centre.replay(|_, _| {}).unwrap();
    assert_eq!((report.differing, report.root_matches), (Vec::new(), true));
}

/// A profile that applies at offices that begin so.
fn regional(number: &str, offices: &str) -> String {
    profile(1)
        .replace(NUMBER, number)
        .replace("kind = \"national\"", &format!("kind = \"regional\"\noffices = [\"{offices}\"]"))
}

#[tokio::test]
async fn who_is_bound_to_an_area_reads_what_applies_there() {
    let service = Service::new();
    let (own, other) = ("55/20260101/00801", "55/20260101/00802");
    service.centre.add_profile(&regional(own, "10702")).unwrap();
    service.centre.add_profile(&regional(other, "10013")).unwrap();
    service.centre.add_profile(&profile(1)).unwrap();
    let area = "1070".parse().unwrap();
    service
        .centre
        .put_user_of_area("wren", "Wren", Role::Analyst, crate::service::PASSWORD, None, area)
        .unwrap();
    let wren = Actor { token: Some(service.centre.login("wren", crate::service::PASSWORD).unwrap().0) };
    let heron = service.actor("heron", Role::Analyst);

    let listed = async |who: &Actor| {
        let told = service.get(who, "/api/v1/profiles?q=55/20260101/0").await.json();
        let heads = told["profiles"].as_array().unwrap().clone();
        heads.iter().map(|head| head["number"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (all, seen) = (listed(&heron).await, listed(&wren).await);
    for (number, there) in [(own, true), (NUMBER, true), (other, false)] {
        assert!(all.contains(&number.to_owned()));
        assert_eq!(seen.contains(&number.to_owned()), there, "{number}: {seen:?}");
        let address = number.replace('/', "%2F");
        let expected = if there { 200 } else { 404 };
        for path in [
            format!("/api/v1/profiles/{address}"),
            format!("/api/v1/profiles/{address}/versions/1"),
            format!("/profiles/{address}"),
        ] {
            assert_eq!(service.get(&wren, &path).await.status.as_u16(), expected, "{path}");
            assert_eq!(service.get(&heron, &path).await.status.as_u16(), 200, "{path}");
        }
        let csv = service.get(&wren, "/profiles?format=csv").await;
        assert_eq!(csv.text().contains(number), there, "{number}");
    }
    // What is not there for them cannot be moved or edited, and no advice names it.
    let address = other.replace('/', "%2F");
    assert_eq!(service.get(&wren, &format!("/profiles/{address}/edit")).await.status.as_u16(), 404);
    let cancel = json!({ "deed": "agree", "version": 1 });
    let gone = service.post_json(&wren, &format!("/api/v1/profiles/{address}/acts"), cancel).await;
    assert_eq!(gone.problem(), (404, "GL-7003".into()));
    let twin = regional("55/20260101/00803", "10013");
    let advised = async |who: &Actor| {
        let headers = [("content-type", "application/toml"), ("accept-language", "en")];
        let told =
            service.send(who, Method::POST, "/api/v1/profiles/check", &headers, twin.clone()).await.json();
        told["advice"].as_array().unwrap().iter().filter(|advice| advice["other"] == other).count()
    };
    assert!(advised(&heron).await > 0, "it says the same as the other");
    assert_eq!(advised(&wren).await, 0);
}

/// Waits are as short as they can be: the first answer says how far it is, and asking again joins it.
#[tokio::test]
async fn a_trial_that_takes_longer_than_an_answer_goes_on() {
    let patience = std::time::Duration::ZERO;
    let service =
        Service::with(Config { secure_cookies: false, trial_patience: patience, ..Config::default() });
    let admin = service.actor("admin", Role::Administrator);
    for nth in 0..8 {
        service.file(&admin, &service.declaration(nth).0).await;
    }
    let (heron, egret) = (service.actor("heron", Role::Analyst), service.actor("egret", Role::Analyst));
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let asked = json!({
        "profiles": [profile(1)], "from": today.yesterday().unwrap(), "to": today.tomorrow().unwrap(),
    });
    let ask = async |who: &Actor| service.post_json(who, "/api/v1/profiles/backtest", asked.clone()).await;
    let first = ask(&heron).await;
    assert_eq!(first.status.as_u16(), 202, "{}", first.text());
    assert_eq!(first.header(header::RETRY_AFTER), "1");
    assert!(["first", "scan"].contains(&first.json()["pass"].as_str().unwrap()), "{}", first.text());
    let answered = async |who: &Actor| loop {
        let answer = ask(who).await;
        // Another's trial is under way, or their own is.
        if ![202, 503].contains(&answer.status.as_u16()) {
            break answer;
        }
    };
    let report = answered(&heron).await;
    assert_eq!(
        (report.status.as_u16(), &report.json()["declarations"]),
        (200, &json!(8)),
        "{}",
        report.text()
    );
    assert_eq!(report.json()["segments_made"], 1, "it was one trial all the time");
    // The answer was handed over: the same question is a new trial, and so is somebody else's.
    assert_eq!(answered(&heron).await.json()["segments_made"], 0);
    assert_eq!(answered(&egret).await.json()["hits"], report.json()["hits"]);
    // What makes no sense is refused all the same.
    let reversed = json!({ "profiles": [profile(1)], "from": "2026-02-02", "to": "2026-02-01" });
    let refused = loop {
        let answer = service.post_json(&heron, "/api/v1/profiles/backtest", reversed.clone()).await;
        if answer.status.as_u16() != 202 {
            break answer;
        }
    };
    assert_eq!(refused.status.as_u16(), 400, "{}", refused.text());
}
