//! Documents besides declarations: filed where declarations are, shown with their case.

use axum::http::{Method, header};
use greenlane_web::Config;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use store::Role;

use crate::paperwork::{correction, inventory, withdrawal};
use crate::service::{Actor, Service};

const PAPER_MEMBERS: [&str; 11] = [
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
    "milliseconds",
];

/// A declaration under an officer's control, and its declarant.
struct Routed {
    service: Service,
    declarant: Actor,
    id: String,
    number: String,
    document: String,
    declaration: declaration::Declaration,
}

impl Routed {
    async fn new() -> Self {
        let service = Service::new();
        service.send_everything_to_officers("Досмотреть.");
        let (document, trader) = service.declaration(0);
        let declarant = service.trader("trader", Some(trader.number));
        let filed = service.file(&declarant, &document).await.json();
        assert_eq!(filed["state"], "routed", "{filed}");
        let declaration = wire::read(document.as_bytes()).unwrap().declaration().unwrap().clone();
        let text = |name: &str| filed[name].as_str().unwrap().to_owned();
        Self { id: text("id"), number: text("number"), document, service, declarant, declaration }
    }

    /// What the first item weighs with its packing, and a kilogram more.
    fn weights(&self) -> (Decimal, Decimal) {
        let gross: Decimal = self.declaration.items[0].mass_gross.unwrap().to_string().parse().unwrap();
        (gross.normalize(), (gross + Decimal::ONE).normalize())
    }

    /// A correction that makes the first item weigh so much.
    fn weighed(&self, gross: impl ToString) -> String {
        correction(&self.document, &self.number, 1, &gross.to_string())
    }

    async fn case(&self, actor: &Actor) -> Value {
        self.service.get(actor, &format!("/api/v1/declarations/{}", self.id)).await.json()
    }

    async fn corrected(&self) -> Value {
        let answer = self.service.file(&self.declarant, &self.weighed(self.weights().1)).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }
}

fn members(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_paper_goes_to_the_case_it_names_and_is_one_however_often_it_is_filed() {
    let routed = Routed::new().await;
    let service = &routed.service;
    let xml = inventory(Some(&routed.number), None, "PP-0017");
    let read = wire::read(xml.as_bytes()).unwrap();
    let json = wire::write_paper_json(read.paper().unwrap());
    for (nth, (bytes, format)) in [(&xml, "album-5.22"), (&json, "json-1")].into_iter().enumerate() {
        let first = service.file(&routed.declarant, bytes).await;
        assert_eq!(first.status, 201, "{}", first.text());
        let object = first.json();
        assert_eq!(members(&object), PAPER_MEMBERS);
        assert_eq!(
            (&object["state"], &object["kind"], &object["format"]),
            (&json!("attached"), &json!("inventory"), &json!(format))
        );
        assert_eq!(
            (object["case"].as_str(), object["number"].as_str()),
            (Some(&*routed.id), Some(&*routed.number))
        );
        assert_eq!((&object["case_state"], &object["findings"]), (&json!("routed"), &json!([])));
        assert_eq!(object["sha256"], log::Hash::of(bytes.as_bytes()).to_string());
        let id = object["id"].as_str().unwrap();
        assert_eq!(first.header(header::LOCATION), format!("/api/v1/documents/{id}"));

        let again = service.file(&routed.declarant, bytes).await;
        assert_eq!((again.status.as_u16(), &again.json()["id"]), (200, &object["id"]));

        // It is shown with what it says, whatever form it came in, and handed out as it came.
        let shown = service.get(&routed.declarant, &format!("/api/v1/documents/{id}")).await.json();
        let content = &shown["content"];
        assert_eq!(content["greenlane"], "album-5.23/inventory/1", "{shown}");
        assert!(content.to_string().contains("PP-0017"), "{content}");
        let bare = service.get(&routed.declarant, &format!("/api/v1/documents/{id}/document")).await;
        assert_eq!(bare.bytes, bytes.as_bytes());
        let media = if nth == 0 { "application/xml" } else { "application/json" };
        assert_eq!(bare.header(header::CONTENT_TYPE), media);
    }
    let case = routed.case(&routed.declarant).await;
    let formats: Vec<_> = case["papers"].as_array().unwrap().iter().map(|paper| &paper["format"]).collect();
    assert_eq!(formats, ["json-1", "album-5.22"], "newest first");
    assert_eq!((&case["version"], &case["state"]), (&json!(1), &json!("routed")));
}

#[tokio::test]
async fn a_paper_waits_for_the_declaration_that_it_names() {
    let service = Service::new();
    let (document, trader) = service.declaration(0);
    let declarant = service.trader("trader", Some(trader.number));
    let read = wire::read(document.as_bytes()).unwrap();
    let own = read.declaration().unwrap().document_id.as_ref().unwrap().as_str().to_owned();
    let paper = service.file(&declarant, &inventory(None, Some(&own), "PP-0018")).await;
    assert_eq!(paper.status, 201, "{}", paper.text());
    let paper = paper.json();
    assert_eq!(
        (&paper["state"], &paper["case"], &paper["number"]),
        (&json!("kept"), &Value::Null, &Value::Null)
    );

    let filed = service.file(&declarant, &document).await.json();
    let path = format!("/api/v1/documents/{}", paper["id"].as_str().unwrap());
    let shown = service.get(&declarant, &path).await.json();
    assert_eq!((&shown["state"], &shown["case"]), (&json!("attached"), &filed["id"]));
    let case =
        service.get(&declarant, &format!("/api/v1/declarations/{}", filed["id"].as_str().unwrap())).await;
    assert_eq!(case.json()["papers"][0]["id"], paper["id"]);
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_for_what_it_is() {
    let routed = Routed::new().await;
    let number = routed.number.as_str();
    let of_none = "10013160/020326/0009999";
    let incomplete = inventory(Some(number), None, "PP-1").replace("<NumberOfInvent>1</NumberOfInvent>", "");
    let registered = json!({ "greenlane": "album-5.23/registered/1" }).to_string();
    let weights = routed.weights();
    let table = [
        ("<Menu xmlns=\"urn:lunch\"/>".to_owned(), "400 GL-0010"),
        (json!({ "greenlane": "album-5.23/menu/1" }).to_string(), "400 GL-0018"),
        // What only the customs service makes.
        (registered, "422 GL-6012"),
        (incomplete, "422 GL-6013 error GL-1009"),
        (correction(&routed.document, of_none, 1, "5"), "422 GL-6013 error GL-6101"),
        (withdrawal(of_none, "Ошибка"), "422 GL-6013 error GL-6101"),
        (routed.weighed(weights.0), "422 GL-6013 error GL-6102"),
        (routed.weighed("много"), "422 GL-6013 error GL-1001 shipment/items/1/mass_gross"),
        (correction(&routed.document, number, 77, ""), "422 GL-6013 error GL-1108 items/1/number"),
    ];
    for (document, expected) in table {
        let answer = routed.service.file(&routed.declarant, &document).await;
        let (status, code) = answer.problem();
        let mut told = format!("{status} {code}");
        if let Some(finding) = answer.json()["findings"].as_array().and_then(|findings| findings.first()) {
            let text = |name: &str| finding[name].as_str().unwrap().to_owned();
            told = format!("{told} {} {} {}", text("severity"), text("code"), text("path"));
            assert!(text("message").len() > 20, "{finding}");
        }
        assert_eq!(told.trim(), expected, "{}", answer.text());
    }
    // Nothing of all that was kept.
    let case = routed.case(&routed.declarant).await;
    assert_eq!((&case["papers"], &case["version"]), (&json!([]), &json!(1)));
    let listed = routed.service.get(&routed.declarant, "/api/v1/documents").await.json();
    assert_eq!(listed, json!({ "documents": [], "next": null }));
}

#[tokio::test]
async fn a_paper_too_large_is_not_read() {
    let service = Service::with(Config { body_bytes_max: 500, secure_cookies: false, ..Config::default() });
    let trader = service.trader("trader", None);
    let paper = inventory(None, Some("0B8D3F5E-1111-4222-8333-944455556666"), "PP-0019");
    assert!(paper.len() > 500);
    assert_eq!(service.file(&trader, &paper).await.problem(), (413, "GL-7007".into()));
    let headers = [("content-type", "application/xml")];
    let other = service.send(&trader, Method::POST, "/api/v1/documents", &headers, paper).await;
    assert_eq!(other.problem(), (413, "GL-7007".into()));
}

#[tokio::test]
async fn a_correction_makes_the_next_version_and_the_difference_is_shown() {
    let routed = Routed::new().await;
    let service = &routed.service;
    let answer = routed.corrected().await;
    assert_eq!((&answer["kind"], &answer["case_state"]), (&json!("correction"), &json!("routed")));
    let case = routed.case(&routed.declarant).await;
    let (was, is) = routed.weights();
    assert_eq!(case["version"], 2);
    let versions = case["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 2);
    assert_eq!(
        (&versions[0]["number"], &versions[0]["paper"], &versions[0]["changes"]),
        (&json!(1), &Value::Null, &json!([]))
    );
    let change = json!({ "path": "items/1/mass_gross", "before": was.to_string(), "after": is.to_string() });
    assert_eq!(
        (&versions[1]["number"], &versions[1]["paper"], &versions[1]["changes"]),
        (&json!(2), &answer["id"], &json!([change]))
    );
    assert_eq!((&case["papers"][0]["id"], &case["number"]), (&answer["id"], &json!(routed.number)));
    // The bytes filed first stay what was filed.
    let filed = service.get(&routed.declarant, &format!("/api/v1/declarations/{}/document", routed.id)).await;
    assert_eq!(filed.bytes, routed.document.as_bytes());
    // A second one goes on from the second version; one made for the first, once more, is the first one.
    let third = service.file(&routed.declarant, &routed.weighed(is + Decimal::ONE)).await;
    assert_eq!(third.status, 201, "{}", third.text());
    let again = service.file(&routed.declarant, &routed.weighed(is)).await;
    assert_eq!((again.status.as_u16(), &again.json()["id"]), (200, &answer["id"]));
    let versions = routed.case(&routed.declarant).await["versions"].clone();
    assert_eq!(versions[2]["changes"][0]["before"], is.to_string());
    assert_eq!(versions.as_array().unwrap().len(), 3);

    let path = format!("/declarations/{}", routed.id);
    for (language, words) in [
        (
            "ru",
            [
                "Изменения декларации",
                "версия 2",
                "Вес брутто, кг",
                "Документы к декларации",
                "Корректировка декларации",
            ],
        ),
        (
            "en",
            [
                "Changes of the declaration",
                "version 2",
                "Gross mass, kg",
                "Documents to the declaration",
                "Correction of a declaration",
            ],
        ),
    ] {
        let page = service.get_in(language, &routed.declarant, &path).await;
        assert_eq!(page.status, 200);
        for word in words {
            assert!(page.text().contains(word), "{word}");
        }
        assert!(
            page.text().contains(&format!("<del>{was}</del></td><td><ins>{is}</ins>")),
            "{}",
            page.text()
        );
        let link = format!("href=\"/api/v1/documents/{}/document\"", answer["id"].as_str().unwrap());
        assert!(page.text().contains(&link), "{link}");
        // The form shows the version that counts.
        assert!(page.text().contains(&(is + Decimal::ONE).to_string()));
    }
}

#[tokio::test]
async fn a_correction_that_brings_errors_in_changes_nothing() {
    let routed = Routed::new().await;
    // Less than the goods weigh without their packing.
    let answer = routed.service.file(&routed.declarant, &routed.weighed("0.001")).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let case = routed.case(&routed.declarant).await;
    assert_eq!((&case["version"], case["versions"].as_array().unwrap().len()), (&json!(1), 1));
    assert_eq!(case["papers"][0]["kind"], "correction");
    let events = format!("/api/v1/declarations/{}/events", routed.id);
    let steps = routed.service.get(&routed.declarant, &events).await.json();
    let last = steps.as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["input"], &last["events"][0]["event"]),
        (&json!("correct"), &json!("correction_refused"))
    );
}

#[tokio::test]
async fn a_withdrawal_takes_the_declaration_back_and_ends_the_case() {
    let routed = Routed::new().await;
    let service = &routed.service;
    let answer = service.file(&routed.declarant, &withdrawal(&routed.number, "Поставка отменена")).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let object = answer.json();
    assert_eq!((&object["kind"], &object["case_state"]), (&json!("withdrawal"), &json!("withdrawn")));
    let case = routed.case(&routed.declarant).await;
    assert_eq!((&case["state"], &case["papers"][0]["id"]), (&json!("withdrawn"), &object["id"]));
    let events = service.get(&routed.declarant, &format!("/api/v1/declarations/{}/events", routed.id)).await;
    assert!(events.text().contains("Поставка отменена"), "{}", events.text());
    // The same paper is the same answer; what would change the case comes too late; a document may still come.
    let again = service.file(&routed.declarant, &withdrawal(&routed.number, "Поставка отменена")).await;
    assert_eq!((again.status.as_u16(), &again.json()["id"]), (200, &object["id"]));
    let second = service.file(&routed.declarant, &withdrawal(&routed.number, "Ещё раз")).await;
    assert_eq!(second.problem(), (409, "GL-5001".into()));
    let late = service.file(&routed.declarant, &routed.weighed(routed.weights().1)).await;
    assert_eq!(late.problem(), (409, "GL-5001".into()));
    let list = service.file(&routed.declarant, &inventory(Some(&routed.number), None, "PP-0020")).await;
    assert_eq!((list.status.as_u16(), &list.json()["case_state"]), (201, &json!("withdrawn")));
}

#[tokio::test]
async fn papers_are_for_the_eyes_that_see_their_case() {
    let routed = Routed::new().await;
    let service = &routed.service;
    let paper = routed.corrected().await;
    let id = paper["id"].as_str().unwrap();
    let (_, someone) = service.declaration(1);
    let other = service.trader("other", Some(someone.number));
    let numberless = service.trader("numberless", None);
    let colleague = service.trader("colleague", routed.declaration.declarant.as_ref().unwrap().tax_number());
    let officer = service.officer("inspector", &[]);
    let auditor = service.actor("auditor", Role::Auditor);
    let actors = [&Actor::nobody(), &routed.declarant, &colleague, &other, &numberless, &officer, &auditor];
    for (path, expected) in [
        (format!("/api/v1/documents/{id}"), [401, 200, 200, 404, 404, 200, 200]),
        (format!("/api/v1/documents/{id}/document"), [401, 200, 200, 404, 404, 200, 200]),
        (
            "/api/v1/documents/01890000-0000-7000-8000-000000000000".into(),
            [401, 404, 404, 404, 404, 404, 404],
        ),
        ("/api/v1/documents/paper".into(), [401, 404, 404, 404, 404, 404, 404]),
        ("/api/v1/documents?after=paper".into(), [401, 400, 400, 400, 400, 400, 400]),
    ] {
        for (actor, expected) in actors.iter().zip(expected) {
            let answer = service.get(actor, &path).await;
            assert_eq!(answer.status.as_u16(), expected, "{path}: {}", answer.text());
            if expected == 404 {
                assert_eq!(answer.problem().1, "GL-7003");
            }
        }
    }
    let listed = async |actor: &Actor, query: &str| {
        let page = service.get(actor, &format!("/api/v1/documents{query}")).await.json();
        page["documents"].as_array().unwrap().iter().map(|paper| paper["id"].clone()).collect::<Vec<_>>()
    };
    for (actor, count) in actors.iter().skip(1).zip([1, 1, 0, 0, 1, 1]) {
        assert_eq!(listed(actor, "").await.len(), count);
        assert_eq!(listed(actor, &format!("?after={id}")).await, Vec::<Value>::new());
    }
    // Reading one is on record, as reading the case is.
    let reads = service.centre.store().reads(100).unwrap();
    let read = reads.iter().find(|read| read.login == "auditor" && read.what == "document");
    assert_eq!(read.unwrap().case.to_string(), routed.id);

    // Filing: nobody changes what is not theirs, nor learns that it exists.
    for stranger in [&other, &numberless] {
        let correction = service.file(stranger, &routed.weighed("777")).await;
        assert_eq!(correction.problem(), (422, "GL-6013".into()));
        assert_eq!(correction.json()["findings"][0]["code"], "GL-6101");
        let withdrawal = service.file(stranger, &withdrawal(&routed.number, "Чужая")).await;
        assert_eq!(withdrawal.json()["findings"], correction.json()["findings"]);
        let list = service.file(stranger, &inventory(Some(&routed.number), None, "PP-0021")).await.json();
        assert_eq!(
            (&list["state"], &list["case"], &list["number"]),
            (&json!("kept"), &Value::Null, &Value::Null)
        );
    }
    assert_eq!(routed.case(&routed.declarant).await["papers"].as_array().unwrap().len(), 1);
    for (actor, status) in [(&Actor::nobody(), 401), (&officer, 403), (&auditor, 403)] {
        assert_eq!(service.file(actor, &withdrawal(&routed.number, "Чужая")).await.problem().0, status);
    }
}

#[tokio::test]
async fn papers_are_listed_newest_first_and_go_on_after_the_last() {
    let routed = Routed::new().await;
    let mut filed = Vec::new();
    for nth in 0..4 {
        let paper = inventory(Some(&routed.number), None, &format!("PP-10{nth}"));
        filed.push(routed.service.file(&routed.declarant, &paper).await.json()["id"].clone());
    }
    filed.reverse();
    let listed = async |query: String| {
        let page = routed.service.get(&routed.declarant, &format!("/api/v1/documents{query}")).await.json();
        assert_eq!(page["next"], Value::Null, "this page is the last");
        page["documents"].as_array().unwrap().iter().map(|paper| paper["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(listed(String::new()).await, filed);
    for nth in 0..4 {
        assert_eq!(listed(format!("?after={}", filed[nth].as_str().unwrap())).await, filed[nth + 1..]);
    }
}

#[tokio::test]
async fn the_page_takes_a_paper_where_it_takes_a_declaration() {
    let routed = Routed::new().await;
    let service = &routed.service;
    let upload = async |document: &str, check_only: bool, language: &str| {
        let check = if check_only {
            "--x\r\nContent-Disposition: form-data; name=\"check_only\"\r\n\r\n1\r\n"
        } else {
            ""
        };
        let form = format!(
            "{check}--x\r\nContent-Disposition: form-data; name=\"document\"; filename=\"d.xml\"\r\n\r\n{document}\r\n--x--\r\n"
        );
        let headers = [
            ("content-type", "multipart/form-data; boundary=x"),
            ("sec-fetch-site", "same-origin"),
            ("accept-language", language),
            ("accept", "text/html"),
        ];
        service.send(&routed.declarant, Method::POST, "/file", &headers, form).await
    };
    let list = upload(&inventory(Some(&routed.number), None, "PP-0022"), false, "en").await;
    assert_eq!(list.status, 303);
    assert_eq!(list.header(header::LOCATION), format!("/declarations/{}?done=paper", routed.id));
    let waiting =
        upload(&inventory(None, Some("0B8D3F5E-1111-4222-8333-944455556666"), "PP-0023"), false, "en").await;
    assert_eq!((waiting.status.as_u16(), waiting.header(header::LOCATION)), (303, "/account?done=paper"));
    for place in [list, waiting] {
        for (language, word) in [("ru", "Документ принят."), ("en", "The document was taken.")]
        {
            let page = service.get_in(language, &routed.declarant, place.header(header::LOCATION)).await;
            assert!(page.text().contains(&format!("role=\"status\">{word}<")), "{}", page.text());
        }
    }
    // What is wrong is said on the form, finding by finding; a check of a paper stores nothing.
    let bad = routed.weighed("много");
    let good = routed.weighed(routed.weights().1);
    for (document, check_only, language, code, words) in [
        (&bad, false, "en", "GL-6013", ["Line ", "expected a decimal number", "shipment/items/1/mass_gross"]),
        (&bad, true, "ru", "GL-6013", ["Строка ", "Ошибка", "GL-1001"]),
        (
            &good,
            true,
            "en",
            "GL-6012",
            ["Correction of a declaration", "can be read", "control and payments"],
        ),
        (&good, true, "ru", "GL-6012", ["Корректировка декларации", "читается", "Контроль и платежи"]),
    ] {
        let page = upload(document, check_only, language).await;
        assert_eq!(page.status, 422, "{}", page.text());
        assert!(page.text().contains("action=\"/file\"") && page.text().contains(code), "{}", page.text());
        for word in words {
            assert!(page.text().contains(word), "{word}: {}", page.text());
        }
    }
    assert_eq!(routed.case(&routed.declarant).await["papers"].as_array().unwrap().len(), 1);
}
