//! Pages: well formed, in both languages, whole without script, every link and anchor in place.

use std::collections::BTreeSet;

use axum::http::{Method, header};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;
use store::Role;

use crate::service::{Actor, Answer, Service, fixture};

/// Elements whose texts are the system's own, never data.
const OWN_TEXTS: [&str; 7] = ["th", "label", "dt", "h2", "button", "summary", "option"];

/// A page taken apart.
#[derive(Default)]
pub struct Page {
    ids: BTreeSet<String>,
    links: Vec<String>,
    own_texts: Vec<String>,
    scripts: usize,
}

/// Parses a page as XML: well formed, no id twice, no script or style of its own.
pub fn parsed(answer: &Answer) -> Page {
    assert!(answer.header(header::CONTENT_TYPE).starts_with("text/html"), "{}", answer.text());
    let text = answer.text();
    let mut reader = Reader::from_str(text);
    let mut page = Page::default();
    let mut open: Vec<String> = Vec::new();
    loop {
        let at = reader.buffer_position();
        let event = reader.read_event();
        let event =
            event.unwrap_or_else(|why| panic!("{why} near {}", &text[at.saturating_sub(200) as usize..]));
        match event {
            Event::Eof => break,
            Event::Start(tag) | Event::Empty(tag) => {
                let name = tag.name().as_ref().to_owned();
                for attribute in tag.attributes() {
                    let attribute = attribute.unwrap_or_else(|why| panic!("{why} in <{name}>"));
                    let value = attribute.value.to_string();
                    match attribute.key.as_ref() {
                        "id" => assert!(page.ids.insert(value.clone()), "id {value} twice"),
                        "href" | "src" | "action" => page.links.push(value.replace("&#38;", "&")),
                        "style" => panic!("a style in <{name}>"),
                        key if key.starts_with("on") => panic!("a script in <{name}>"),
                        _ => {}
                    }
                }
                page.scripts += usize::from(name == "script");
                assert_ne!(name, "style");
                open.push(name);
                if text[..reader.buffer_position() as usize].ends_with("/>") {
                    open.pop();
                }
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(words) => {
                let words = words.to_string();
                let own = open.last().is_some_and(|name| OWN_TEXTS.contains(&name.as_str()));
                if own && !words.trim().is_empty() {
                    page.own_texts.push(words.trim().to_owned());
                }
            }
            _ => {}
        }
    }
    assert!(open.is_empty(), "open at the end: {open:?}");
    assert_eq!(page.scripts, 1);
    for link in &page.links {
        assert!(link.starts_with(['/', '#', '?']), "{link} leads out of the system");
        if let Some(anchor) = link.strip_prefix('#') {
            assert!(page.ids.contains(anchor), "#{anchor} is nowhere");
        }
    }
    page
}

fn cyrillic(text: &str) -> bool {
    text.chars().any(|c| ('А'..='я').contains(&c))
}

async fn filed(service: &Service, actor: &Actor, document: &str) -> Value {
    service.file(actor, document).await.json()
}

#[tokio::test]
async fn every_page_is_well_formed_in_both_languages_and_leads_nowhere_else() {
    let service = Service::new();
    service.send_everything_to_officers("Досмотреть.");
    let officer = service.officer("inspector", &[]);
    let (document, trader) = service.declaration(0);
    let declarant = service.trader("trader", Some(trader.number));
    service.pays(&trader);
    let admin = service.actor("admin", Role::Administrator);
    let routed = filed(&service, &declarant, &document).await["id"].as_str().unwrap().to_owned();
    let mut cases = vec![routed];
    for name in ["import-5.23.xml", "container-5.23.xml", "export.json", "export-5.27.xml"] {
        cases.push(filed(&service, &admin, &fixture(name)).await["id"].as_str().unwrap().to_owned());
    }
    let mut visits: Vec<(&Actor, String)> = Vec::new();
    let nobody = Actor::nobody();
    visits.push((&nobody, "/login".to_owned()));
    visits.push((&nobody, "/nothing".to_owned()));
    let tariff =
        ["/reference", "/reference?q=8517", "/reference?q=qqqqqqq", "/reference/XVI", "/reference/85"];
    visits.extend(tariff.map(|path| (&nobody, path.to_owned())));
    visits.extend(
        ["/reference/8517130000", "/reference/9999", "/reference/currencies"]
            .map(|path| (&nobody, path.to_owned())),
    );
    for actor in [&officer, &admin] {
        visits.extend(cases.iter().map(|id| (actor, format!("/declarations/{id}"))));
        visits.extend(cases.iter().map(|id| (actor, format!("/declarations/{id}/payments"))));
        visits.extend(
            ["/reference/imports", "/reference/diff", "/reference/diff?a=now"]
                .map(|path| (actor, path.to_owned())),
        );
        visits.extend(
            ["/", "/declarations", "/declarations?tab=all", "/account"].map(|path| (actor, path.to_owned())),
        );
    }
    visits.push((&declarant, format!("/declarations/{}?done=filed", cases[0])));
    visits.extend(
        [
            "/declarations",
            "/account",
            "/account?from=2020-01-01&to=2100-01-01",
            "/account/category",
            "/file",
            "/reads",
        ]
        .map(|path| (&declarant, path.to_owned())),
    );
    visits.push((&admin, "/reads".to_owned()));
    visits.push((&admin, "/appeals".to_owned()));
    visits.push((&admin, format!("/participants/{}/category", trader.number)));
    visits.push((&admin, "/profiles/effects".to_owned()));
    for (actor, path) in &visits {
        for language in ["ru", "en"] {
            let answer = service.get_in(language, actor, path).await;
            assert!([200, 403, 404].contains(&answer.status.as_u16()), "{path}: {}", answer.status);
            let page = parsed(&answer);
            assert!(answer.text().contains(&format!("<html lang=\"{language}\">")), "{path}");
            let foreign = page.own_texts.iter().find(|text| {
                // The other language's own name, numbers and codes stand in neither.
                (language == "en") == cyrillic(text)
                    && text.chars().any(char::is_alphabetic)
                    && !is_code(text)
            });
            assert_eq!(foreign, None, "{path} in {language}");
            // What the page loads from this program is there.
            for link in page.links.iter().filter(|link| link.starts_with("/assets/")) {
                assert_eq!(service.get(&nobody, link).await.status, 200, "{link}");
            }
        }
    }
}

/// Texts that are the same in every language.
fn is_code(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii() || !c.is_alphabetic()) && (text.contains("SHA") || text.len() <= 3)
}

#[tokio::test]
async fn findings_stand_in_the_summary_and_at_their_fields_in_the_same_words() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    let refused = filed(&service, &admin, &fixture("import-5.23.xml")).await;
    let id = refused["id"].as_str().unwrap();
    let answer = service.get_in("en", &admin, &format!("/declarations/{id}")).await;
    let page = parsed(&answer);
    let findings = refused["findings"].as_array().unwrap();
    assert!(findings.len() > 2);
    for finding in findings {
        let path = finding["path"].as_str().unwrap();
        let anchor = if path.is_empty() { "declaration" } else { path };
        assert!(page.ids.contains(anchor), "{anchor}");
        assert!(page.links.contains(&format!("#{anchor}")), "{anchor}");
        let message: String = finding["message"]
            .as_str()
            .unwrap()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == ' ')
            .collect();
        let expected = if path.is_empty() { 1 } else { 2 };
        assert!(answer.text().matches(message.trim_end()).count() >= expected, "{message:?} at {path}");
    }
}

#[tokio::test]
async fn an_officer_reads_the_instruction_and_decides_on_the_page() {
    let service = Service::new();
    service.send_everything_to_officers("Вскрыть места 1–4.");
    let officer = service.officer("inspector", &[]);
    let (document, trader) = service.declaration(0);
    let declarant = service.trader("trader", Some(trader.number));
    service.pays(&trader);
    let path =
        format!("/declarations/{}", filed(&service, &declarant, &document).await["id"].as_str().unwrap());

    let page = service.get(&officer, &path).await;
    assert!(page.text().contains("Вскрыть места 1–4.") && page.text().contains("55/20260101/09999"));
    assert!(page.text().contains("value=\"release\""));
    let own = service.get(&declarant, &path).await;
    assert!(!own.text().contains("Вскрыть места") && !own.text().contains("55/20260101/09999"));
    assert!(own.text().contains("value=\"withdraw\"") && !own.text().contains("value=\"release\""));

    let unsaid = service.post_form(&officer, &format!("{path}/inputs"), "input=refuse&reason=").await;
    assert_eq!(unsaid.status, 422);
    parsed(&unsaid);
    assert!(unsaid.text().contains("Укажите причину отказа"));
    // Short of deciding, the officer asks and examines; what was asked stands in the timeline of both.
    let nothing =
        service.post_form(&officer, &format!("{path}/inputs"), "input=want_documents&reason=").await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.text().contains("Укажите, что требуется"));
    let lines = "input=want_documents&reason=04021+Invoice%0D%0A04131+Packing+list";
    let asked = service.post_form(&officer, &format!("{path}/inputs"), lines).await;
    assert_eq!(asked.header(header::LOCATION), format!("{path}?done=want_documents").as_str());
    for who in [&officer, &declarant] {
        let page = service.get(who, &path).await;
        assert!(page.text().contains("Запрошены документы"));
        assert!(page.text().contains("04021 Invoice; 04131 Packing list"));
    }
    let own = service.post_form(&declarant, &format!("{path}/inputs"), lines).await;
    assert_eq!(own.status, 403);
    let done = service.post_form(&officer, &format!("{path}/inputs"), "input=release&reason=").await;
    assert_eq!(
        (done.status.as_u16(), done.header(header::LOCATION)),
        (303, format!("{path}?done=release").as_str())
    );
    let released = service.get(&officer, &format!("{path}?done=release")).await;
    assert!(released.text().contains("Решение о выпуске записано."));
    assert!(!released.text().contains("value=\"release\""));
}

#[tokio::test]
async fn an_officer_begins_with_their_own_open_cases() {
    let service = Service::new();
    service.send_everything_to_officers("Досмотреть.");
    let officer = service.officer("inspector", &[]);
    let admin = service.actor("admin", Role::Administrator);
    let first =
        filed(&service, &admin, &service.declaration(0).0).await["number"].as_str().unwrap().to_owned();
    service.centre.set_shift("inspector", false).unwrap();
    let other = service.officer("other", &[]);
    let second =
        filed(&service, &admin, &service.declaration(1).0).await["number"].as_str().unwrap().to_owned();
    for (actor, mine, theirs) in [(&officer, &first, &second), (&other, &second, &first)] {
        let page = service.get(actor, "/declarations").await;
        assert!(page.text().contains(mine.as_str()) && !page.text().contains(theirs.as_str()));
        let all = service.get(actor, "/declarations?tab=open").await;
        assert!(all.text().contains(mine.as_str()) && all.text().contains(theirs.as_str()));
    }
    let found = service.get(&officer, &format!("/find?q={}", first.replace('/', "%2F"))).await;
    assert_eq!(found.status, 303);
    let export = service.get(&officer, "/declarations?tab=all&format=csv").await;
    assert!(export.header(header::CONTENT_TYPE).starts_with("text/csv"));
    let lines: Vec<&str> = export.text().lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].trim_start_matches('\u{feff}').starts_with("id,number,state,"));
    assert!(lines[1].contains(&second) && lines[2].contains(&first));
}

fn form(parts: &[(&str, Option<&str>, &str)]) -> String {
    let mut body = String::new();
    for (name, file, content) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        body += &format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n");
    }
    body + "--b--\r\n"
}

#[tokio::test]
async fn a_document_is_filed_from_the_page_or_only_checked() {
    let service = Service::new();
    let (document, trader) = service.declaration(0);
    let declarant = service.trader("trader", Some(trader.number));
    let send = async |parts: &[(&str, Option<&str>, &str)]| {
        let headers =
            [("content-type", "multipart/form-data; boundary=b"), ("sec-fetch-site", "same-origin")];
        service.send(&declarant, Method::POST, "/file", &headers, form(parts)).await
    };
    let file = ("document", Some("declaration.xml"), document.as_str());
    let no_seal = ("seal", Some(""), "");

    let checked = send(&[file, no_seal, ("check_only", None, "1")]).await;
    assert_eq!(checked.status, 200, "{}", checked.text());
    parsed(&checked);
    assert!(checked.text().contains("ничего не подано") && checked.text().contains("Замечаний нет"));
    assert!(
        service.get(&declarant, "/api/v1/declarations").await.json()["declarations"]
            .as_array()
            .unwrap()
            .is_empty()
    );

    let first = send(&[file, no_seal]).await;
    let to = first.header(header::LOCATION);
    assert!(first.status == 303 && to.ends_with("?done=filed"), "{} {to}", first.status);
    assert_eq!(service.get(&declarant, to).await.status, 200);
    let again = send(&[file, no_seal]).await;
    assert_eq!(again.header(header::LOCATION), to.replace("filed", "again"));

    let broken = send(&[("document", Some("a.xml"), "<a"), no_seal]).await;
    assert_eq!(broken.status, 422);
    parsed(&broken);
    assert!(broken.text().contains("GL-0006"), "{}", broken.text());
    let sealed = send(&[file, ("seal", Some("a.sig"), "no seal")]).await;
    assert_eq!(sealed.status, 422);
}

#[tokio::test]
async fn a_declaration_of_many_lines_is_shown_in_windows() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    let item = serde_json::json!({ "commodity_code": "8539229000", "mass_gross": "x" });
    let mut document: Value = serde_json::from_str(&fixture("export.json")).unwrap();
    document["items"] = Value::Array(vec![item; 45]);
    let document = document.to_string();
    let headers = [("content-type", "application/json")];
    let answer = service.send(&admin, Method::POST, "/api/v1/declarations", &headers, document).await;
    let id = answer.json()["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned();
    let page = service.get(&admin, &format!("/declarations/{id}")).await;
    let first = parsed(&page);
    assert!(first.ids.contains("items/20") && !first.ids.contains("items/21"));
    assert!(first.links.iter().any(|link| link.starts_with("?first=41#items/45")), "{:?}", first.links);
    let last = parsed(&service.get(&admin, &format!("/declarations/{id}?first=45")).await);
    assert!(last.ids.contains("items/41") && last.ids.contains("items/45") && !last.ids.contains("items/40"));
}

#[tokio::test]
async fn the_language_chosen_stays() {
    let service = Service::new();
    let chosen = service.get(&Actor::nobody(), "/login?lang=en").await;
    assert!(chosen.text().contains("<html lang=\"en\">"));
    assert!(chosen.header(header::SET_COOKIE).starts_with("greenlane_lang=en;"));
    let headers = [("cookie", "greenlane_lang=en"), ("accept-language", "ru")];
    let kept = service.send(&Actor::nobody(), Method::GET, "/login", &headers, String::new()).await;
    assert!(kept.text().contains("<html lang=\"en\">"));
    assert!(service.get(&Actor::nobody(), "/login").await.text().contains("<html lang=\"ru\">"));
}

#[tokio::test]
async fn a_wrong_password_is_said_at_the_form_and_the_login_stays_filled_in() {
    let service = Service::new();
    service.actor("duty", Role::Duty);
    let answer = service.post_form(&Actor::nobody(), "/login", "login=duty&password=wrong-one").await;
    assert_eq!(answer.status, 422);
    parsed(&answer);
    assert!(answer.text().contains("Логин или пароль неверны") && answer.text().contains("value=\"duty\""));
    assert!(!answer.text().contains("wrong-one"));
}

#[tokio::test]
async fn what_people_wrote_cannot_become_markup() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    let document = fixture("import-5.23.xml")
        .replace("Blue Harbour &amp; Sons GmbH", "&lt;script&gt;alert(1)&lt;/script&gt;");
    let id = filed(&service, &admin, &document).await["id"].as_str().unwrap().to_owned();
    let page = service.get(&admin, &format!("/declarations/{id}")).await;
    parsed(&page);
    assert!(!page.text().contains("<script>alert") && page.text().contains("&#60;script&#62;alert(1)"));
}

/// A payer sees their money by days, and takes it along; nobody else's.
#[tokio::test]
async fn a_payer_takes_a_statement_along() {
    let service = Service::new();
    let (_, trader) = service.declaration(0);
    let declarant = service.trader("trader", Some(trader.number));
    let stranger = service.trader("stranger", None);
    service.pays(&trader);
    let given = store::Guarantee {
        number: "G-17".to_owned(),
        kind: store::GuaranteeKind::General,
        form: store::GuaranteeForm::Surety,
        guarantor: "7700000017".to_owned(),
        principal: trader.number,
        amount: 500.into(),
        currency: "RUB".to_owned(),
        valid_from: jiff::civil::Date::constant(2026, 1, 1),
        valid_to: jiff::civil::Date::constant(2026, 12, 31),
        given_at: jiff::Timestamp::UNIX_EPOCH,
        ended_at: None,
    };
    service.centre.give_guarantees(&[given]).unwrap();
    let csv = service.get(&declarant, "/account?format=csv").await;
    assert_eq!(csv.header(header::CONTENT_TYPE), "text/csv; charset=utf-8");
    let rows: Vec<&str> = csv.text().trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(rows[0], "account,at,purpose,document,case,in,out,balance");
    let account = format!("advance:{}:RUB", trader.number);
    assert_eq!(rows[1], format!("{account},,opening,,,,,0"));
    assert!(rows[2].ends_with(",advance_received,ПП 1,,900000000,,900000000"), "{}", rows[2]);
    assert_eq!(rows[3], format!("{account},,closing,,,,,900000000"));
    let before = service.get(&declarant, "/account?format=csv&to=2020-01-01").await;
    assert_eq!(before.text().lines().count(), 3);
    let page = service.get_in("en", &declarant, "/account?from=2020-01-01").await;
    assert!(page.text().contains("Opening balance") && page.text().contains("Advance received"));
    parsed(&page);
    assert!(page.text().contains("<bdi>G-17</bdi> general") && page.text().contains("500"));
    let page = service.get_in("en", &declarant, "/account").await;
    assert!(!page.text().contains("Opening balance"));
    let others = service.get(&stranger, "/account?format=csv").await;
    assert!(others.text().starts_with("<!"), "{}", others.text());
}
