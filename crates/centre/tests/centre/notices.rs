//! Notices that are pulled: what each event says, to whom, and to nobody else.

use std::collections::{BTreeMap, BTreeSet};

use clearance::act::{Arrival, DocumentRequest, WantedDocument};
use clearance::{Act, CaseId, Decision, Input, OfficerId, State};
use greenlane_centre::{Identity, view};
use rust_decimal::Decimal;
use serde_json::Value;
use store::Role;

use crate::forms::{identifier, inventory, withdrawal};
use crate::{Bureau, TRADE, forms, import, payable, routed, security};

/// The official of these tests: the login is the service's own business, the name signs documents.
const LOGIN: &str = "heron-17";
const NAME: &str = "Цаплина А. А.";

fn person(bureau: &Bureau, login: &str, role: Role, nth: Option<u32>) -> Identity {
    let number = nth.map(|nth| TRADE.at(u64::from(nth)).unwrap().declarant);
    let name = if login == LOGIN { NAME } else { login };
    bureau.centre.put_user(login, name, role, "correct horse", number).unwrap();
    bureau.centre.login(login, "correct horse").unwrap().1
}

/// A row of the table in docs/notices.md.
struct Row {
    who: String,
    kind: String,
    album: String,
    wco: String,
}

fn table() -> BTreeMap<String, Row> {
    let page =
        std::fs::read_to_string(format!("{}/../../docs/notices.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| {
        let cells: Vec<&str> =
            line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let row =
            Row { who: cells[2].into(), kind: cells[3].into(), album: cells[4].into(), wco: cells[5].into() };
        (cells[0].to_owned(), row)
    })
    .collect()
}

/// Holds every step of the log to the table: what it says is told, in order, and nothing else. Gives the
/// names of the events there were.
fn hold_to_the_table(bureau: &Bureau, who: &Identity) -> BTreeSet<String> {
    let table = table();
    let told = bureau.centre.notices_to(who, 0, 1_000).unwrap();
    assert!(!told.more);
    let told: BTreeMap<u64, Vec<Value>> =
        told.notices.into_iter().map(|told| (told.leaf, told.events)).collect();
    let mut seen = BTreeSet::new();
    for step in bureau.centre.store().steps_from(0, 1_000).unwrap() {
        if step.case.is_none() {
            assert!(!told.contains_key(&step.leaf), "steps of the system are nobody's");
            continue;
        }
        let record = view::read_record(&step).unwrap();
        let mut notices = told.get(&step.leaf).into_iter().flatten();
        for event in &record.events {
            seen.insert(event.name().to_owned());
            let row = &table[event.name()];
            if row.who == "nobody outside" {
                continue;
            }
            let notice = notices.next().unwrap_or_else(|| panic!("{} is not told", event.name()));
            assert_eq!(notice["type"], row.kind.as_str());
            assert_eq!(notice["subject"], record.case.to_string());
            assert_eq!(notice["data"]["step"], record.seq);
            assert!(notice["data"]["document_missing"].is_null(), "{}: {notice:#}", event.name());
            let document = &notice["data"]["document"];
            let pack = notice["data"]["pack"].as_str().unwrap();
            let wanted = if pack == "gb" { &row.wco } else { &row.album };
            let content = document["content"].as_str().unwrap_or_default();
            let holds = |code: &str| content.contains(&format!(">{code}<"));
            match wanted.as_str() {
                "—" => assert!(document.is_null(), "{}: {document:#}", event.name()),
                function if pack == "gb" => {
                    let code = function.split_once('(').unwrap().1.trim_end_matches(')');
                    assert!(content.contains(&format!("FunctionCode>{code}<")), "{function}: {content}");
                }
                paper => {
                    let (element, codes) = paper.split_once(", ").unwrap_or((paper, ""));
                    assert_eq!(document["element"], element, "{}", event.name());
                    assert!(codes.is_empty() || codes.split(" or ").any(holds), "{codes}: {content}");
                }
            }
            // Whatever it is, it can be read by those it is for.
            if !content.is_empty() {
                let read = wire::read(content.as_bytes()).unwrap();
                assert_eq!(read.findings, [], "{}", event.name());
            }
            let whole = notice.to_string();
            for secret in ["\"lane\":", LOGIN, "55/20260101/00990", "\"weight\":", "for the file only"] {
                assert!(!whole.contains(secret), "{} tells {secret}: {whole}", event.name());
            }
        }
        assert!(notices.next().is_none(), "more is told than happened");
    }
    seen
}

/// A declaration for transit (R.048), of a declarant whose number holds, signed.
fn transit() -> String {
    let path = format!("{}/../wire/fixtures/eec-transit.xml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap().replace("990140000018", "990140000017");
    let mut declaration = wire::read(text.as_bytes()).unwrap().declaration().unwrap().clone();
    declaration.signatory = TRADE.at(0).unwrap().declaration.signatory;
    let completion =
        wire::Completion { document_id: identifier(99), written_at: TRADE.plan().day.at(9, 0, 0, 0) };
    wire::write(&declaration, wire::Target::EecTransit, &completion).unwrap()
}

fn act(bureau: &Bureau, case: CaseId, act: Act) {
    bureau.centre.input(case, Input::Act { officer: OfficerId(LOGIN.into()), act }).unwrap();
}

fn decide(bureau: &Bureau, case: CaseId, decision: Decision, reason: &str) -> State {
    bureau.centre.input(case, forms::decision(LOGIN, decision, reason)).unwrap().state
}

/// Everything an official may do short of deciding.
fn acts(bureau: &Bureau, case: CaseId) {
    let at = jiff::Timestamp::now();
    let wanted = WantedDocument {
        kind: "03011".into(),
        name: "КОНТРАКТ".into(),
        purpose: "Подтвердить цену".into(),
        ..WantedDocument::default()
    };
    let request = DocumentRequest { number: 1, deadline: None, documents: vec![wanted] };
    act(bureau, case, Act::DocumentsWanted(request));
    act(bureau, case, Act::PapersWanted { reason: "Электронная копия не читается".into() });
    act(bureau, case, Act::ExaminationStarted { at, remark: "Осмотр".into() });
    act(bureau, case, Act::ExaminationFinished { at, remark: "Без замечаний".into() });
    act(
        bureau,
        case,
        Act::Instructed {
            text: "Предъявить товар на складе".into(), goods_office: None
        },
    );
    act(bureau, case, Act::ChangeRefused { reason: "Осмотр уже начат".into() });
}

#[test]
fn each_event_gives_the_notice_of_the_table() {
    let bureau = Bureau::open();
    let trader = person(&bureau, "trader", Role::Declarant, None);
    person(&bureau, LOGIN, Role::Officer, None);
    let declared = |nth: u32| TRADE.at(u64::from(nth)).unwrap().declaration;
    // Not registered: another number of lines of goods than there are.
    let refused = import(1).replacen("TotalGoodsNumber>1<", "TotalGoodsNumber>7<", 1);
    assert_eq!(bureau.file(refused).case.state, State::RegistrationRefused);
    // Waits for money, gets a paper, and is released when it is paid.
    let waits = payable(0);
    let waiting = bureau.file(import(waits));
    assert_eq!(waiting.case.state, State::WaitingForPayment);
    bureau.paper(inventory(1, &declared(waits), waiting.case.number, None));
    bureau.pay(&waiting);
    assert_eq!(bureau.case(waiting.case.id).state, State::Released);
    // Nothing to pay.
    let free = (0..).find(|nth| declared(*nth).direction.is_some_and(|code| code.as_str() == "ЭК")).unwrap();
    let free = bureau.file(import(free));
    assert_eq!((free.case.state, free.case.payable), (State::Released, Decimal::ZERO));
    // Looked at, asked about, too late, refused; what was set aside goes back.
    bureau.officer(LOGIN);
    let looked = payable(waits + 1);
    let payer = TRADE.at(u64::from(looked)).unwrap().declarant;
    bureau.centre.credit(payer, "RUB", Decimal::from(100_000_000), "PP 1").unwrap();
    let looked = routed(&bureau, looked);
    let id = looked.case.id;
    acts(&bureau, id);
    let (measures, reason) = (vec![risk::Measure::Weigh], "Вес вызывает сомнения".to_owned());
    act(&bureau, id, Act::MeasureOrdered { measures, reason, item: None });
    assert!(bureau.centre.input(id, Input::DeadlineReached).unwrap().overdue);
    assert_eq!(decide(&bureau, id, Decision::Refuse, "Документы не представлены"), State::ReleaseRefused);
    // Looked at, released with a remark for the file; looked at, withdrawn.
    let next = |nth: u32| payable(nth + 1);
    let another = routed(&bureau, next(next(waits)));
    bureau.pay(&another);
    assert_eq!(decide(&bureau, another.case.id, Decision::Release, "for the file only"), State::Released);
    let third = routed(&bureau, next(next(next(waits))));
    bureau.paper(withdrawal(2, third.case.number.unwrap(), "Товар не прибыл"));
    // What is conditional waits for security, gets it, and gives it back.
    let (_, admitted) = security::conditional(next(next(next(waits))) + 1);
    let admitted_text = security::text(&admitted);
    let unsecured = bureau.file(admitted_text).case;
    assert_eq!(unsecured.state, State::UnderControl);
    let (principal, amount) = (security::declarant(&admitted), unsecured.security.demanded);
    bureau.centre.give_guarantees(&[security::general(principal, "G-1", amount)]).unwrap();
    bureau.centre.take_cover("G-1", unsecured.id, amount, LOGIN).unwrap();
    assert_eq!(
        decide(&bureau, unsecured.id, Decision::Refuse, "Срок ввоза не назван"),
        State::ReleaseRefused
    );
    // A transit, released, arrives.
    let transit = bureau.file(transit()).case;
    assert_eq!(transit.state, State::UnderControl);
    assert_eq!(decide(&bureau, transit.id, Decision::Release, ""), State::Released);
    let (at, office) = (jiff::Timestamp::now(), transit.office.unwrap());
    act(
        &bureau,
        transit.id,
        Act::TransitArrived(Arrival { at, office, means: Vec::new(), remark: String::new() }),
    );
    let mut seen = hold_to_the_table(&bureau, &trader);
    seen.extend(["corrected", "correction_refused"].map(str::to_owned));
    let rows: BTreeSet<String> = table().into_keys().collect();
    assert_eq!(rows.difference(&seen).collect::<Vec<_>>(), Vec::<&String>::new(), "every row was tried");
    bureau.replays_without_a_difference();
}

#[test]
fn corrections_give_the_notices_of_the_table() {
    let bureau = Bureau::open();
    let trader = person(&bureau, "trader", Role::Declarant, None);
    let text = import(payable(0));
    let outcome = bureau.file(text.as_str());
    let correction = |nth: u32, mass: &str| {
        let goods = format!("<catESAD_cu:GrossWeightQuantity>{mass}</catESAD_cu:GrossWeightQuantity>");
        let number = outcome.case.number.unwrap();
        forms::Correction { of: &text, number, totals: String::new(), goods, beside: String::new() }.text(nth)
    };
    bureau.paper(correction(1, "0.001"));
    bureau.paper(correction(2, "99999.5"));
    let seen = hold_to_the_table(&bureau, &trader);
    assert!(seen.contains("corrected") && seen.contains("correction_refused"), "{seen:?}");
    let told = bureau.centre.notices_to(&trader, 0, 100).unwrap();
    let last = &told.notices.last().unwrap().events[0];
    assert_eq!(last["data"]["declaration_version"], 2);
    let change = &last["data"]["details"]["changes"][0];
    assert_eq!((&change["path"], &change["after"]), (&"items/1/mass_gross".into(), &"99999.5".into()));
}

#[test]
fn messages_of_the_wco_say_what_the_table_has() {
    let message = |name: &str| {
        let path = format!("{}/../wire/fixtures/gb-{name}.xml", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    };
    let import = |nth: u32| message("import").replace("GLN2026IMP0001", &format!("GLN2026IMP100{nth}"));
    let bureau = Bureau::open();
    let trader = person(&bureau, "trader", Role::Declarant, None);
    person(&bureau, LOGIN, Role::Officer, None);
    bureau.officer(LOGIN);
    let about = |number: clearance::RegistrationNumber, name: &str| {
        message(name).replace("26GB3K7L0MNPQ2RSR5", &number.to_string())
    };
    let wrong = import(1).replace("<GoodsItemQuantity>2<", "<GoodsItemQuantity>7<");
    assert_eq!(bureau.file(wrong).case.state, State::RegistrationRefused);
    let amended = bureau.file(import(2)).case;
    bureau.paper(about(amended.number.unwrap(), "arrival"));
    bureau.paper(about(amended.number.unwrap(), "amendment"));
    acts(&bureau, amended.id);
    assert_eq!(decide(&bureau, amended.id, Decision::Release, "for the file only"), State::Released);
    let refused = bureau.file(import(3)).case;
    assert_eq!(decide(&bureau, refused.id, Decision::Refuse, "No licence"), State::ReleaseRefused);
    let cancelled = bureau.file(import(4)).case;
    bureau.paper(about(cancelled.number.unwrap(), "cancellation"));
    let seen = hold_to_the_table(&bureau, &trader);
    for name in
        ["registration_refused", "corrected", "paper_attached", "documents_wanted", "refused", "withdrawn"]
    {
        assert!(seen.contains(name), "{name}");
    }
    bureau.replays_without_a_difference();
}

#[test]
fn a_page_goes_on_where_the_last_one_ended() {
    let bureau = Bureau::open();
    let trader = person(&bureau, "trader", Role::Declarant, None);
    let nobody = person(&bureau, "nobody", Role::Declarant, None);
    for nth in 0..6 {
        let outcome = bureau.file(import(nth));
        let declared = TRADE.at(u64::from(nth)).unwrap().declaration;
        bureau.paper(inventory(nth, &declared, outcome.case.number, None));
    }
    let whole = bureau.centre.notices_to(&trader, 0, 1_000).unwrap();
    assert_eq!(whole.notices.len(), 12);
    for limit in [1, 2, 5, 12] {
        let (mut from, mut pages) = (0, Vec::new());
        loop {
            let page = bureau.centre.notices_to(&trader, from, limit).unwrap();
            assert!(page.notices.len() <= limit && page.next >= from);
            from = page.next;
            pages.extend(page.notices);
            if !page.more {
                break;
            }
        }
        assert_eq!(pages, whole.notices, "{limit} at a time");
    }
    // From the end there is nothing until something happens; then only that.
    let page = bureau.centre.notices_to(&trader, whole.next, 10).unwrap();
    assert_eq!((page.notices.len(), page.next, page.more), (0, whole.next, false));
    let outcome = bureau.file(import(6));
    let page = bureau.centre.notices_to(&trader, whole.next, 10).unwrap();
    assert_eq!(page.notices.iter().map(|told| told.case).collect::<Vec<_>>(), [outcome.case.id]);
    // Beyond the end is the end.
    assert_eq!(bureau.centre.notices_to(&trader, u64::MAX, 10).unwrap().next, page.next);
    // Who has no case there hears nothing, and comes to the same end.
    let empty = bureau.centre.notices_to(&nobody, 0, 10).unwrap();
    assert_eq!((empty.notices.len(), empty.next, empty.more), (0, page.next, false));
    // The same after a restart.
    let again = bureau.reopen().centre.notices_to(&trader, 0, 1_000).unwrap();
    assert_eq!(again.notices[..12], whole.notices[..]);
}

#[test]
fn a_declarant_hears_of_their_own_declarations_and_of_nobody_elses() {
    let bureau = Bureau::open();
    let whose = |nth: u32| TRADE.at(u64::from(nth)).unwrap().declarant;
    let other = (1..).find(|nth| whose(*nth) != whose(0)).unwrap();
    let (anna, boris) = (
        person(&bureau, "anna", Role::Declarant, Some(0)),
        person(&bureau, "boris", Role::Declarant, Some(other)),
    );
    let mut cases: BTreeMap<_, BTreeSet<CaseId>> = BTreeMap::new();
    for nth in 0..12 {
        let outcome = bureau.file(import(nth));
        cases.entry(whose(nth)).or_default().insert(outcome.case.id);
    }
    for (who, nth) in [(&anna, 0), (&boris, other)] {
        let page = bureau.centre.notices_to(who, 0, 1_000).unwrap();
        let heard: BTreeSet<CaseId> = page.notices.iter().map(|told| told.case).collect();
        assert_eq!(heard, cases[&whose(nth)], "{}", who.login);
    }
}

#[test]
fn the_payer_hears_of_their_money_and_of_nothing_else() {
    let bureau = Bureau::open();
    let whose = |nth: u32| TRADE.at(u64::from(nth)).unwrap().declarant;
    let nth = payable(0);
    // The goods are another firm's; a broker declares, and pays.
    let other = (1..).find(|other| whose(*other) != whose(nth)).unwrap();
    let payer = whose(other);
    let text = import(nth).replacen(
        "<DeclarantEqualFlag>true</DeclarantEqualFlag>",
        &format!(
            "<cat_ru:OrganizationName>ООО «Плательщик»</cat_ru:OrganizationName>\
             <cat_ru:RFOrganizationFeatures><cat_ru:INN>{payer}</cat_ru:INN></cat_ru:RFOrganizationFeatures>\
             <RUScat_ru:SubjectAddressDetails><RUScat_ru:CountryCode>RU</RUScat_ru:CountryCode>\
             <RUScat_ru:City>МОСКВА</RUScat_ru:City></RUScat_ru:SubjectAddressDetails>"
        ),
        1,
    );
    let pays = person(&bureau, "pays", Role::Declarant, Some(other));
    let outcome = bureau.file(text);
    assert_eq!(outcome.case.payer, Some(payer), "{:?}", outcome.findings);
    bureau.pay(&outcome);
    let page = bureau.centre.notices_to(&pays, 0, 100).unwrap();
    let types: Vec<&str> = page
        .notices
        .iter()
        .flat_map(|told| &told.events)
        .map(|event| event["type"].as_str().unwrap())
        .collect();
    assert!(!types.is_empty());
    assert!(types.iter().all(|kind| kind.starts_with("greenlane.case.payment_")), "{types:?}");
}
