//! The tariff over HTTP: search, places of the nomenclature as of a day, currencies, imports and what they change.

use axum::http::header;
use reference::{Dataset, DatasetKind};
use serde_json::{Value, json};
use store::Role;

use crate::pages::parsed;
use crate::service::{Actor, Service};

/// A whole nomenclature from a day on: small, but whole.
fn tnved(first: &str, rows: &str) -> Dataset {
    let content = format!("code,name,duty\n{rows}");
    let valid_from = Some(first.parse().unwrap());
    Dataset { valid_from, ..Dataset::new(DatasetKind::Tnved, "", format!("tnved-{first}.csv"), content) }
}

/// Two tariffs, one after the other: one duty changes, one code becomes two.
fn changed() -> Service {
    let service = Service::new();
    let import = |dataset| service.centre.import(dataset).unwrap();
    import(tnved(
        "2026-01-10",
        "8517130000,аппараты телефонные: 🠺 смартфоны,0%\n\
         0901210001,кофе жареный: 🠺 молотый,\"10%, но не менее 0.2 EUR за 1 кг\"\n",
    ));
    import(tnved(
        "2026-07-01",
        "8517130000,аппараты телефонные: 🠺 смартфоны,5%\n0901210002,кофе жареный: 🠺 молотый,8%\n\
         0901210009,кофе жареный: 🠺 прочий,8%\n",
    ));
    let names = "section,hscode,description,parent,level\nXVI,8517,Telephone sets,85,4\n\
                 XVI,851713,Smartphones for wireless networks,8517,6\n";
    import(Dataset::new(DatasetKind::Hs, "", "hs.csv", names));
    let rates = "code,origin,kind,rate,valid_from,valid_to,manufacturer,quota,season\n\
                 8517,CN,antidumping,12.5%,2025-01-01,2027-12-31,Example & Sons,,\n\
                 8517130000,@ldc,duty,1%,2024-01-01,,,in,06-01..10-31\n";
    import(Dataset::new(DatasetKind::Rates, "eaeu-ru", "measures.csv", rates));
    service
}

fn codes(found: &Value) -> Vec<&str> {
    found["hits"].as_array().unwrap().iter().map(|hit| hit["code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn search_forgives_typing_errors_in_both_languages() {
    let service = changed();
    let nobody = Actor::nobody();
    // смартфны, smartphnoes, 8517 13.
    for query in ["%D1%81%D0%BC%D0%B0%D1%80%D1%82%D1%84%D0%BD%D1%8B", "smartphnoes", "8517+13"] {
        let page = service.get_in("ru", &nobody, &format!("/reference?q={query}&on=2026-08-01")).await;
        parsed(&page);
        assert_eq!(page.status, 200);
        let link = "<a href=\"/reference/8517130000?on=2026-08-01\">8517\u{a0}13\u{a0}000\u{a0}0</a>";
        assert!(page.text().contains(link), "{query}: {}", page.text());
        let found =
            service.get(&nobody, &format!("/api/v1/reference/search?q={query}&on=2026-08-01")).await.json();
        assert!(codes(&found).contains(&"8517130000"), "{query}: {found}");
    }
    let page = service.get_in("ru", &nobody, "/reference?q=8517130000").await;
    assert!(
        page.text().contains("аппараты телефонные</span> <span class=\"apart\">›</span> <b>смартфоны</b>")
    );
    let page = service.get_in("en", &nobody, "/reference?q=8517130000").await;
    assert!(page.text().contains("Smartphones for wireless networks</span>"), "{}", page.text());
    assert!(page.text().contains("<b lang=\"ru\">смартфоны</b>"), "{}", page.text());
    let none = service.get_in("en", &nobody, "/reference?q=zzzzzzzzzz").await;
    assert!(none.status == 200 && none.text().contains("Nothing found."));
}

#[tokio::test]
async fn a_former_code_is_found_and_says_what_came_after() {
    let service = changed();
    let nobody = Actor::nobody();
    let page = service.get_in("en", &nobody, "/reference?q=0901210001&on=2026-08-01").await;
    assert!(page.text().contains("in force until 2026-06-30"), "{}", page.text());
    for now in ["0901210002", "0901210009"] {
        assert!(
            page.text().contains(&format!("<a class=\"digits\" href=\"/reference/{now}?on=2026-08-01\">"))
        );
    }
    let place = service.get_in("ru", &nobody, "/reference/0901210001?on=2026-08-01").await;
    parsed(&place);
    assert!(place.status == 200 && place.text().contains("действовал до 30.06.2026"));
    let before = service.get_in("ru", &nobody, "/reference/0901210001?on=2026-06-30").await;
    assert!(!before.text().contains("действовал до"));
    let object = service.get(&nobody, "/api/v1/reference/commodities/0901210001?on=2026-08-01").await.json();
    assert_eq!(object["in_force"], false);
    assert_eq!(object["successors"], json!(["0901210002", "0901210009"]));
    let ahead = service.get_in("en", &nobody, "/reference/0901210009?on=2026-05-01").await;
    assert!(ahead.text().contains("in force from 2026-07-01"), "{}", ahead.text());
}

#[tokio::test]
async fn a_place_shows_the_tree_and_the_rates_of_the_day() {
    let service = changed();
    let nobody = Actor::nobody();
    for (on, duty) in [("2026-06-30", "0%"), ("2026-07-01", "5%")] {
        let page = service.get_in("ru", &nobody, &format!("/reference/8517130000?on={on}")).await;
        parsed(&page);
        let text = page.text();
        assert!(text.contains(&format!("<dt>Ввозная пошлина</dt><dd><b>{duty}</b></dd>")), "{on}: {text}");
        for said in [
            "href=\"/reference/XVI?on=",
            "href=\"/reference/85?on=",
            "href=\"/reference/8517?on=",
            "антидемпинговая пошлина",
            "Китай (CN); производитель Example &#38; Sons",
            "Наименее развитые страны (@ldc); в пределах тарифной квоты; 01.06 – 31.10, каждый год",
            "10.01.2026 – 30.06.2026",
            "tnved-2026-07-01.csv",
            "Smartphones for wireless networks",
        ] {
            assert!(text.contains(said), "{said} on {on}: {text}");
        }
    }
    let english = service.get_in("en", &nobody, "/reference/0901210001?on=2026-05-01").await;
    assert!(english.text().contains("10%, but not less than 0.2 EUR per 1 kg"));
    // What hangs on a chapter without headings is gathered under theirs.
    let chapter = service.get_in("ru", &nobody, "/reference/09?on=2026-08-01").await;
    assert!(chapter.text().contains("href=\"/reference/0901?on=2026-08-01\""), "{}", chapter.text());
    let heading = service.get_in("ru", &nobody, "/reference/0901?on=2026-08-01").await;
    assert!(
        heading.text().contains("0901\u{a0}21\u{a0}000\u{a0}9") && heading.text().contains("<b>прочий</b>")
    );
    // Another customs service, whose duties are its own.
    let gb = service.get_in("en", &nobody, "/reference/8517130000?on=2026-08-01&jurisdiction=gb").await;
    assert!(gb.text().contains("not of this nomenclature") && !gb.text().contains("anti-dumping duty"));
    // Cited with spaces; and what never was.
    assert_eq!(service.get(&nobody, "/reference/8517%2013%20000%200").await.status, 200);
    for place in ["9999999999", "XXII", "abc", "85171300001", "%3Cscript%3E"] {
        let missing = service.get_in("en", &nobody, &format!("/reference/{place}")).await;
        parsed(&missing);
        assert_eq!(missing.status, 404, "{place}");
        assert!(missing.text().contains("There is no such code") && missing.text().contains("name=\"q\""));
    }
}

#[tokio::test]
async fn a_hostile_query_stays_text() {
    let service = Service::new();
    let nobody = Actor::nobody();
    let query = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    for path in
        [format!("/reference?q={query}"), format!("/reference/{query}"), format!("/reference/85?q={query}")]
    {
        let page = service.get(&nobody, &path).await;
        parsed(&page);
        assert!(!page.text().contains("<script>alert"), "{path}");
    }
    let tail = service.get(&nobody, &format!("/reference?on={query}")).await;
    assert_eq!(tail.status, 400);
    let jurisdiction = service.get(&nobody, &format!("/reference/85?jurisdiction={query}")).await;
    assert!(jurisdiction.status == 400 && !jurisdiction.text().contains("<script>alert"));
    let long = service.get(&nobody, &format!("/reference?q={}", "a".repeat(5_000))).await;
    assert_eq!(long.status, 200);
    let deep = service.get(&nobody, "/reference?q=85&after=18446744073709551615").await;
    assert_eq!(deep.status, 200);
    for query in
        [format!("q={}", "a".repeat(201)), "limit=0".into(), "limit=201".into(), "on=2026-13-01".into()]
    {
        let answer = service.get(&nobody, &format!("/api/v1/reference/search?{query}")).await;
        assert_eq!(answer.problem(), (400, "GL-7009".to_owned()), "{query}");
    }
    let none = service.get(&nobody, "/api/v1/reference/commodities/9999999999").await;
    assert_eq!(none.problem(), (404, "GL-7003".to_owned()));
    let none = service.get(&nobody, "/api/v1/reference/exchange?jurisdiction=xx").await;
    assert_eq!(none.problem(), (400, "GL-7009".to_owned()));
}

#[tokio::test]
async fn programs_read_the_same() {
    let service = changed();
    let nobody = Actor::nobody();
    let found =
        service.get(&nobody, "/api/v1/reference/search?q=8517130000&on=2026-08-01&limit=1").await.json();
    assert_eq!((&found["on"], &found["whole"]), (&json!("2026-08-01"), &json!(true)));
    assert_eq!(
        found["hits"],
        json!([{
            "code": "8517130000",
            "names": { "ru": ["аппараты телефонные", "смартфоны"], "en": null,
                       "above_en": "Smartphones for wireless networks" },
            "duty": { "ru": "5%", "en": "5%" }, "in_force": true,
            "valid_from": "2026-01-10", "valid_to": null, "successors": [],
        }])
    );
    let object = service.get(&nobody, "/api/v1/reference/commodities/8517130000?on=2026-08-01").await.json();
    let above: Vec<&str> =
        object["above"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert_eq!(above, ["XVI", "85", "8517", "851713"]);
    assert_eq!((&object["vat_percent"], &object["excise"]), (&json!("22"), &json!(false)));
    let rates = object["rates"].as_array().unwrap();
    let kinds: Vec<(&str, bool)> = rates
        .iter()
        .map(|rate| (rate["kind"].as_str().unwrap(), rate["of_nomenclature"].as_bool().unwrap()))
        .collect();
    assert_eq!(kinds, [("duty", false), ("duty", true), ("antidumping", false)]);
    assert_eq!(rates[0]["season"], "06-01..10-31");
    assert_eq!(rates[0]["origin_title"]["en"], "Least developed countries");
    assert_eq!((&rates[2]["code"], &rates[2]["manufacturer"]), (&json!("8517"), &json!("Example & Sons")));
    let past: Vec<&str> =
        object["history"].as_array().unwrap().iter().map(|it| it["what"].as_str().unwrap()).collect();
    assert_eq!(past.iter().filter(|what| **what == "duty").count(), 2, "{past:?}");

    let exchange =
        service.get(&nobody, "/api/v1/reference/exchange?on=2026-03-15&jurisdiction=eaeu-am").await.json();
    assert_eq!((&exchange["jurisdiction"], &exchange["into"]), (&json!("eaeu-am"), &json!("AMD")));
    let rate = &exchange["rates"][0];
    assert!(rate["currency"].is_string() && rate["units"].is_string() && rate["rate"].is_string(), "{rate}");
    assert_eq!((&rate["date"], &rate["example"]), (&json!("2026-03-01"), &json!(true)));
    let page =
        service.get_in("en", &nobody, "/reference/currencies?on=2026-03-15&jurisdiction=eaeu-am").await;
    assert!(page.text().contains("USD") && page.text().contains(">example<"));
}

#[tokio::test]
async fn staff_read_what_was_imported_and_what_it_changes() {
    let service = changed();
    let officer = service.officer("inspector", &[]);
    let trader = service.trader("trader", None);
    let journal = service.get_in("en", &officer, "/reference/imports").await;
    parsed(&journal);
    for said in ["tnved-2026-07-01.csv", "nomenclature", "in force", "measures.csv"] {
        assert!(journal.text().contains(said), "{said}");
    }
    let world = service.centre.world().hash().to_string();
    assert!(journal.text().contains(&world));
    // The rates of the last import, in the page's language, each with a way to its code.
    let last = journal.text().split("href=\"/reference/diff?a=").nth(1).unwrap();
    let last: String = last.chars().take_while(|c| *c != '"').collect();
    let diff = format!("/reference/diff?a={}", last.replace("&#38;", "&"));
    for (language, said) in [("ru", "антидемпинговая пошлина"), ("en", "anti-dumping duty")]
    {
        let page = service.get_in(language, &officer, &diff).await;
        parsed(&page);
        assert!(
            page.text().contains(&format!("<a href=\"/reference/8517\">{said} 8517 CN")),
            "{}",
            page.text()
        );
    }
    let journal_of_trader = service.get(&trader, "/reference/imports").await;
    assert_eq!(journal_of_trader.status, 403);
    let to_login = service.get(&Actor::nobody(), "/reference/diff?a=now").await;
    assert!(to_login.status == 303 && to_login.header(header::LOCATION).starts_with("/login"));
}

#[tokio::test]
async fn a_comparison_names_cases_and_profiles_to_those_who_may_know_them() {
    let service = Service::new();
    let officer = service.officer("inspector", &[]);
    let analyst = service.actor("analyst", Role::Analyst);
    // A case under control that a change of its tariff touches.
    service.send_everything_to_officers("Досмотреть.");
    let (document, owner) = service.declaration(0);
    service.pays(&owner);
    let before = service.centre.world().hash();
    let filed = service.file(&service.trader("owner", Some(owner.number)), &document).await.json();
    let id = filed["id"].as_str().unwrap();
    let pack = include_bytes!("../../../../packs/eaeu-ru/pack.toml");
    let pack = [pack.as_slice(), b"\n# Another edition.\n"].concat();
    service.centre.import(Dataset::new(DatasetKind::Pack, "eaeu-ru", "pack-2.toml", pack)).unwrap();
    let path = format!("/reference/diff?a={before}&b=now");
    let page = service.get_in("en", &officer, &path).await;
    parsed(&page);
    assert!(
        page.text().contains("pack-2.toml") && page.text().contains(&format!("/declarations/{id}")),
        "{}",
        page.text()
    );
    let elsewhere = service.officer("elsewhere", &["10001020"]);
    let hidden = service.get_in("en", &elsewhere, &path).await;
    assert!(!hidden.text().contains(id) && hidden.text().contains("not all of them are for your eyes"));

    // Numbers of profiles are for those who keep them.
    let rules = service.centre.world().hash();
    service.centre.add_profile(&profile("55/20260101/08888")).unwrap();
    let path = format!("/reference/diff?a={rules}&b=now");
    for (who, told) in [(&officer, false), (&analyst, true)] {
        let page = service.get_in("en", who, &path).await;
        assert_eq!(page.text().contains("55/20260101/08888"), told);
        assert!(!page.text().contains("totals.payments"));
    }
    let none = service.get_in("en", &officer, "/reference/diff?a=ffff%3Cb%3E").await;
    parsed(&none);
    assert!(none.status == 404 && none.text().contains("There is no world"));
}

fn profile(number: &str) -> String {
    format!(
        "number = \"{number}\"\nkind = \"national\"\nstage = \"declaration\"\n\
         area = \"totals.payments < 1\"\nvalid_from = 2026-01-01\nlane = \"red\"\n\
         measures = [\"inspect\"]\nauthor = \"test\"\nversion = 1\n\
         [title]\nru = \"Всё\"\nen = \"Everything\"\n\
         [instruction]\nru = \"Досмотреть\"\nen = \"Inspect\"\n"
    )
}

#[tokio::test]
async fn a_declared_code_leads_to_the_tariff_of_the_day_of_filing() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    let mut rates_linked = 0;
    for nth in 0..6 {
        let filed = service.file(&admin, &service.declaration(nth).0).await.json();
        let id = filed["id"].as_str().unwrap();
        let page = service.get(&admin, &format!("/declarations/{id}")).await;
        let code = page.text().split("href=\"/reference/").nth(1).unwrap();
        let link: String = code.chars().take_while(|c| *c != '"').collect();
        assert!(link.contains("?on=20") && link.contains("&#38;jurisdiction=eaeu-ru"), "{link}");
        let link = format!("/reference/{}", link.replace("&#38;", "&"));
        assert_eq!(service.get(&Actor::nobody(), &link).await.status, 200, "{link}");
        let links = page.text().split("href=\"/reference/").skip(2);
        rates_linked += links.filter(|rest| rest.contains("%</a></td>")).count();
    }
    assert!(rates_linked > 0);
}
