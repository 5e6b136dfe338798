//! A declaration, its case, and everything that can happen to it.

use std::sync::LazyLock;

use clearance::act::{Arrival, DocumentRequest, Means, WantedDocument};
use clearance::event::{FindingMark, PaymentSum};
use clearance::{Act, Case, CaseId, DecidedBy, Event, OfficerId, PaperMark, RegistrationNumber, RouteReason};
use declaration::{Declaration, Finding, Item, Party, Path, Severity, Text};
use greenlane_notices::{Notice, Official, Pointer, Setting, of};
use jiff::Timestamp;
use jiff::civil::Date;
use reference::pack::{NoticeFormat, PaymentStatus};
use reference::{Pack, Reference};
use rust_decimal::Decimal;
use uuid::Uuid;

static REFERENCE: LazyLock<Reference> = LazyLock::new(|| Reference::starter().unwrap());

/// What officials' loads and profiles would look like in a notice that says too much.
pub const SECRETS: [&str; 4] = ["value-per-kilogram", "heron-17", "weight", "for the file only"];

pub fn now() -> Timestamp {
    "2026-03-02T21:20:30.25Z".parse().unwrap()
}

pub fn pack(notices: NoticeFormat) -> Pack {
    let mut pack = REFERENCE.pack("eaeu-ru").unwrap().clone();
    pack.notices = notices;
    if notices == NoticeFormat::Wco {
        pack.country = "GB".parse().unwrap();
        pack.currency = "GBP".parse().unwrap();
        pack.time_zone = "Europe/London".into();
    }
    pack
}

pub fn declaration() -> Declaration {
    let party = |name: &str| Party { name: Some(name.parse_words()), ..Party::default() };
    let mut declarant = party("ООО «Пример-Импорт»");
    declarant.inn = Some("7700000016".parse().unwrap());
    declarant.kpp = Some("770001001".parse().unwrap());
    declarant.country = Some("RU".parse().unwrap());
    let item = |number| Item { number: Some(number), ..Item::default() };
    let mut priced = item(2);
    priced.valuation_method = Some("1".parse().unwrap());
    Declaration {
        document_id: Some("0a4c9e52-1b7d-4f63-8a90-5d2e7c1b3f48".parse_words()),
        declarant: Some(declarant),
        carrier: Some(party("АО «Пример-Перевозка»")),
        items: vec![item(1), priced, Item::default()],
        ..Declaration::default()
    }
}

/// Texts of limited length have no `FromStr`.
trait ParseWords {
    fn parse_words<const MAX: usize>(&self) -> declaration::leaf::Words<MAX>;
}

impl ParseWords for str {
    fn parse_words<const MAX: usize>(&self) -> declaration::leaf::Words<MAX> {
        declaration::Leaf::parse(self).unwrap()
    }
}

pub fn findings() -> Vec<Finding> {
    let finding = |code: &'static str, severity, path: &str, ru: String, en: &'static str| {
        Finding::new(code, severity, Path::new(path), Text::new(ru, en))
    };
    vec![
        finding(
            "GL-2101",
            Severity::Error,
            "items/1/mass_gross",
            "Масса брутто меньше массы нетто. ".repeat(12),
            "Gross mass is below net mass.",
        ),
        finding(
            "GL-2001",
            Severity::Error,
            "",
            "Не хватает частей\tдекларации\u{1}.".into(),
            "Parts are missing.",
        ),
        finding(
            "GL-2300",
            Severity::Warning,
            "declarant/inn",
            "ИНН вне реестра.".into(),
            "Not in the register.",
        ),
        finding("GL-2400", Severity::Hint, "items/2", "Обратите внимание.".into(), "Mind this."),
    ]
}

pub fn number() -> RegistrationNumber {
    RegistrationNumber::new("10131010".parse().unwrap(), Date::constant(2026, 3, 3), 42).unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The payments of two lines of goods and the fee.
pub fn payments() -> duty::Assessment {
    use duty::{CustomsValue, Line, PreferenceWorking, RateWorking, Working};
    use reference::pack::{Norms, Rounding};
    let working = |percent: Option<&str>, preference: Option<&str>| {
        Working::Rate(Box::new(RateWorking {
            value: CustomsValue { amount: decimal("1000.00"), from_price: None },
            added: Vec::new(),
            percent: percent.map(decimal),
            specific: None,
            join: None,
            bounds: Vec::new(),
            preference: preference.map(|code| PreferenceWorking {
                code: code.into(),
                percent: decimal("75"),
                norm: String::new(),
            }),
            rounding: Rounding::default(),
            norm: String::new(),
        }))
    };
    let line = |item, kind: &str, base: &str, unit: &str, amount: &str, status, working| Line {
        item,
        kind: kind.parse().unwrap(),
        base: decimal(base),
        base_unit: unit.into(),
        rate: String::new(),
        amount: decimal(amount),
        status,
        working,
    };
    let fee = Working::Fee(duty::FeeWorking {
        band_to: None,
        band_amount: decimal("20"),
        electronic_percent: decimal("75"),
        conversion: None,
        rounding: Rounding::default(),
        norm: String::new(),
    });
    let (payable, conditional) = (PaymentStatus::Payable, PaymentStatus::Conditional);
    duty::Assessment {
        lines: vec![
            line(Some(1), "2010", "1000.00", "GBP", "50.00", payable, working(Some("5"), None)),
            line(Some(1), "5010", "1050.00", "GBP", "210.00", payable, working(Some("20"), Some("300"))),
            line(Some(2), "2010", "12.5000004", "166", "25.00", conditional, working(None, None)),
            line(None, "1010", "2000.00", "GBP", "15.00", payable, fee),
        ],
        totals: Vec::new(),
        norms: Norms::default(),
        payable_total: decimal("275.00"),
        currency: "GBP".parse().unwrap(),
        customs_value_total: decimal("2000.00"),
        values_complete: true,
        complete: true,
        notes: Vec::new(),
    }
}

/// Every event there is, in an order a case could never have.
fn mark(kind: &str) -> PaperMark {
    PaperMark { paper: Uuid::from_u128(7).to_string(), kind: kind.into(), sha256: "cd".repeat(32) }
}

pub fn every_event() -> Vec<Event> {
    let payer = "7700000016".parse().unwrap();
    let by = || DecidedBy::Officer(OfficerId("heron-17".into()));
    vec![
        Event::Filed {
            sha256: "ab".repeat(32),
            pack: "eaeu-ru".into(),
            kind: Some(declaration::Kind::Import),
            procedure: Some("40".parse().unwrap()),
            office: "10131010".parse().unwrap(),
            declarant: "ООО «Пример-Импорт»".into(),
            declarant_number: Some(payer),
            items: 3,
            documents: 2,
        },
        Event::Controlled { findings: findings().iter().map(FindingMark::from).collect() },
        assessed("275.00"),
        Event::Selected { hits: vec!["value-per-kilogram".into()], random: true },
        Event::RegistrationRefused { errors: 2 },
        Event::Registered { number: number() },
        Event::PaymentReserved { payer, amount: decimal("275.00") },
        awaited(),
        Event::PaymentPosted { payer, amount: decimal("275.00") },
        Event::PaymentReturned { payer, amount: decimal("275.00") },
        Event::Routed { reasons: vec![RouteReason::Lane, RouteReason::Value], deadline: now() },
        Event::Assigned { officer: OfficerId("heron-17".into()), weight: 3 },
        Event::Overdue,
        Event::Released { by: by(), conditional: true, remark: "for the file only".into() },
        Event::Refused {
            by: by(), reason: "Сведения о происхождении не подтверждены. ".repeat(20)
        },
        Event::Withdrawn { reason: "ошибка в реквизитах".into() },
        Event::Corrected { version: 2, mark: mark("correction"), changes: 1, items: 2, documents: 0 },
        Event::CorrectionRefused { mark: mark("correction"), errors: 1 },
        Event::PaperAttached { mark: mark("preliminary_road") },
    ]
}

pub fn awaited() -> Event {
    Event::PaymentAwaited {
        payer: Some("7700000016".parse().unwrap()),
        shortfall: decimal("75.10"),
        deadline: "2026-03-03T07:00:00Z".parse().unwrap(),
    }
}

pub fn assessed(payable: &str) -> Event {
    Event::Assessed {
        totals: vec![PaymentSum {
            kind: "2010".parse().unwrap(),
            amount: decimal(payable),
            status: PaymentStatus::Payable,
        }],
        payable: decimal(payable),
        currency: "GBP".into(),
        customs_value: decimal("2000.00"),
        lines: 4,
        lane: serde_json::from_str("\"red\"").unwrap(),
    }
}

/// Every act there is, most of them in a full and in a bare form.
pub fn every_act() -> Vec<Act> {
    let at = "2026-03-02T22:59:59Z".parse().unwrap();
    let request =
        |deadline, documents| Act::DocumentsWanted(DocumentRequest { number: 7, deadline, documents });
    let full = WantedDocument {
        kind: "04021".into(),
        name: "Счёт-фактура (инвойс)".into(),
        number: Some("INV-1".into()),
        date: Some(Date::constant(2026, 2, 1)),
        item: Some(2),
        purpose: "подтверждение стоимости ".repeat(30),
    };
    let bare = WantedDocument { kind: "03011".into(), ..WantedDocument::default() };
    vec![
        request(Some(at), vec![full.clone(), bare.clone()]),
        request(None, vec![bare]),
        Act::PapersWanted { reason: "сверка с подлинником".into() },
        Act::PapersWanted { reason: String::new() },
        Act::ExaminationStarted { at, remark: "вскрытие грузовых мест".into() },
        Act::ExaminationStarted { at, remark: String::new() },
        Act::ExaminationFinished { at, remark: "расхождений нет".into() },
        Act::ExaminationFinished { at, remark: String::new() },
        Act::Instructed {
            text: "Разместить товары на складе. ".repeat(30),
            goods_office: "10131020".parse().ok(),
        },
        Act::Instructed { text: String::new(), goods_office: None },
        Act::ChangeRefused { reason: "срок пропущен".into() },
        Act::TransitArrived(Arrival {
            at,
            office: "10131020".parse().unwrap(),
            means: vec![
                Means { identifier: "А000АА00".into(), nationality: Some("RU".into()) },
                Means { identifier: "52000000".into(), nationality: None },
            ],
            remark: "пломбы целы".into(),
        }),
        Act::TransitArrived(Arrival {
            at,
            office: "10131020".parse().unwrap(),
            means: Vec::new(),
            remark: String::new(),
        }),
        Act::MeasureOrdered {
            measures: vec![serde_json::from_str("\"inspect\"").unwrap()],
            reason: "пересортица по весам на въезде".into(),
            item: None,
        },
    ]
}

/// A case before and after events.
pub fn cases(earlier: &[Event], events: &[Event]) -> (Case, Case) {
    let mut before = Case::new(CaseId::new(now(), &[7; 10]), now());
    before.take(earlier, now());
    let mut after = before.clone();
    after.take(events, now());
    (before, after)
}

/// Where a test says fields lie in a message of the WCO's data model.
fn pointers(path: &Path) -> Vec<Pointer> {
    let pointer = |section: &str, sequence, tag: Option<&str>| Pointer {
        section: section.into(),
        sequence,
        tag: tag.map(str::to_owned),
    };
    match path.item() {
        Some(item) => vec![
            pointer("42A", None, None),
            pointer("67A", None, None),
            pointer("68A", u32::try_from(item).ok(), Some("131")),
        ],
        None if path.as_str().is_empty() => Vec::new(),
        None => vec![pointer("42A", None, Some("R144"))],
    }
}

/// What a test varies.
#[derive(Clone)]
pub struct Variant {
    pub pack: Pack,
    pub official: Option<Official>,
    pub declaration: Declaration,
    pub findings: Vec<Finding>,
    pub payments: Option<duty::Assessment>,
}

impl Variant {
    pub fn full(format: NoticeFormat) -> Self {
        Self {
            pack: pack(format),
            official: Some(Official { name: "Старший смены".into(), stamp: Some("042".into()) }),
            declaration: declaration(),
            findings: findings(),
            payments: Some(payments()),
        }
    }

    /// As little as there can be.
    pub fn bare(format: NoticeFormat) -> Self {
        Self {
            pack: pack(format),
            official: None,
            declaration: Declaration::default(),
            findings: Vec::new(),
            payments: None,
        }
    }

    fn with<T>(&self, use_it: impl FnOnce(&Setting<'_>) -> T) -> T {
        use_it(&Setting {
            now: now(),
            pack: &self.pack,
            source: "/greenlane/10131010",
            findings: &self.findings,
            payments: self.payments.as_ref(),
            official: self.official.as_ref(),
            version: 1,
            changes: &[],
            identifier: &|nth| Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0000 + u128::from(nth)),
            pointers: &pointers,
        })
    }

    pub fn tell(&self, earlier: &[Event], events: &[Event]) -> Vec<Notice> {
        let (before, after) = cases(earlier, events);
        self.with(|setting| of(&before, &after, events, &self.declaration, setting))
    }

    /// The notices of acts on a registered declaration.
    pub fn tell_acts(&self, acts: &[Act]) -> Vec<Notice> {
        let acts: Vec<Event> = acts.iter().cloned().map(Event::Act).collect();
        self.tell(&[assessed("275.00"), Event::Registered { number: number() }], &acts)
    }
}
