//! Every check fires where it should and nowhere else.
//!
//! Three baselines, an import, an export and a transit, have no finding at all. Each case changes
//! a few fields of one of them and lists every finding that follows, with its path.

mod cases;
mod corpus;

use std::collections::BTreeSet;

use declaration::{Declaration, Finding, Leaf, Record, Severity, Text};
use jiff::civil::{Date, date};
use reference::{Dataset, DatasetKind, Pack, Reference};

use crate::{FINDINGS_MAX, check, checks};

/// The day of the tests.
const ON: Date = date(2026, 3, 2);

/// The import: two items from China under procedure 40.
const IMPORT: &str = "
document_id=6F0E3B0C-52A5-4C5D-9C58-3C9B8B2D0A01; created_at=2026-03-01T10:00:00
direction=ИМ; procedure=40; electronic_sign=ЭД; recipient_country=RU
item_count=2; package_count=30; customs_value_total=120000; customs_value_currency=RUB
consignor/name=Jade River Trading; consignor/country=CN; consignor/address/1/country=CN
consignor/address/1/city=Shanghai
consignee/same_as_declarant=true; financial_party/same_as_declarant=true
declarant/name=ООО «Ладожский фонарь»; declarant/inn=7700000009; declarant/kpp=770001001
declarant/ogrn=1027700000008; declarant/country=RU; declarant/address/1/country=RU
declarant/address/1/city=Москва; declarant/address/1/street_house=ул. Тестовая, 1
goods_locations/1/office=10131010; goods_locations/1/country=RU
container_indicator=true; dispatch_country=CN; destination_country=RU
border_offices/1/code=10005030; border_offices/1/country=RU
transport_inland/mode=30; transport_border/mode=30; transport_border/means_count=1
transport_border/means/1/identifier=А001АА77
invoice_currency=USD; invoice_total=1500; exchange_rate=80; trade_country=CN; deal_nature=010; deal_feature=00
delivery/terms=CPT; delivery/place=Москва
items/1/number=1; items/1/description=Лампы галогенные для автомобилей, 12 В; items/1/mass_gross=110
items/1/mass_net=100; items/1/invoice_value=1000; items/1/customs_value=80000; items/1/statistical_value=1000
items/1/commodity_code=8539229000; items/1/origin_country=CN; items/1/valuation_method=1
items/1/preference/fee=ОО; items/1/preference/duty=ОО; items/1/preference/excise=-; items/1/preference/vat=ОО
items/1/documents/1/kind=03011; items/1/documents/1/number=JR-7; items/1/documents/1/date=2026-01-15
items/1/documents/2/kind=04021; items/1/documents/2/number=118; items/1/documents/2/date=2026-02-10
items/1/documents/3/kind=02015; items/1/documents/3/number=CMR 5; items/1/documents/3/date=2026-02-20
items/1/documents/4/kind=01401; items/1/documents/4/number=RU Д-1; items/1/documents/4/date=2025-06-01
items/1/documents/4/valid_from=2025-06-01; items/1/documents/4/valid_to=2027-05-31
items/1/payments/1/kind=1010; items/1/payments/1/base=120000; items/1/payments/1/rate=1231
items/1/payments/1/rate_kind=*; items/1/payments/1/amount=1231; items/1/payments/1/method=ИУ
items/1/payments/2/kind=2010; items/1/payments/2/base=80000; items/1/payments/2/rate=5
items/1/payments/2/rate_kind=%; items/1/payments/2/amount=4000; items/1/payments/2/currency=643
items/1/payments/2/method=ИУ
items/1/payments/3/kind=5010; items/1/payments/3/base=84000; items/1/payments/3/rate=22
items/1/payments/3/rate_kind=%; items/1/payments/3/amount=18480; items/1/payments/3/method=ИУ
items/1/supplementary/quantity=5000; items/1/supplementary/unit=796
items/1/packaging/package_count=20; items/1/packaging/kind=1; items/1/packaging/packages/1/code=BX
items/1/packaging/packages/1/count=20
items/1/containers/1/count=1; items/1/containers/1/numbers=CSQU3054383
items/1/procedure/requested=40; items/1/procedure/previous=00; items/1/procedure/feature=000
items/2/number=2; items/2/description=Посуда столовая из полипропилена; items/2/mass_gross=55
items/2/mass_net=50; items/2/invoice_value=500; items/2/customs_value=40000; items/2/statistical_value=500
items/2/commodity_code=3924100000; items/2/origin_country=CN; items/2/valuation_method=1
items/2/preference/fee=ОО; items/2/preference/duty=ОО; items/2/preference/excise=-; items/2/preference/vat=ОО
items/2/payments/1/kind=2010; items/2/payments/1/base=40000; items/2/payments/1/rate=10
items/2/payments/1/rate_kind=%; items/2/payments/1/amount=4000
items/2/payments/2/kind=5010; items/2/payments/2/base=44000; items/2/payments/2/rate=22
items/2/payments/2/rate_kind=%; items/2/payments/2/amount=9680
items/2/packaging/package_count=10; items/2/packaging/kind=1
items/2/procedure/requested=40; items/2/procedure/previous=00; items/2/procedure/feature=000
payments/1/kind=1010; payments/1/amount=1231; payments/1/currency=643
payments/2/kind=2010; payments/2/amount=8000; payments/3/kind=5010; payments/3/amount=28160
signatory/surname=Ладожский; signatory/name=Фонарь; signatory/post=декларант; signatory/signed_on=2026-03-01
";

/// The export: one item to China under procedure 10, without customs value or payments.
const EXPORT: &str = "
direction=ЭК; procedure=10; electronic_sign=ЭД; recipient_country=RU
item_count=1; package_count=4
consignor/same_as_declarant=true; financial_party/same_as_declarant=true
consignee/name=Jade River Trading; consignee/address/1/country=CN; consignee/address/1/city=Shanghai
declarant/name=ООО «Ладожский фонарь»; declarant/inn=7700000009; declarant/kpp=770001001
declarant/ogrn=1027700000008; declarant/address/1/country=RU; declarant/address/1/text=Москва, ул. Тестовая, 1
goods_locations/1/office=10131010; goods_locations/1/country=RU
container_indicator=false; dispatch_country=RU; destination_country=CN
border_offices/1/code=10005030; border_offices/1/country=RU
transport_inland/mode=20; transport_border/mode=20
invoice_currency=CNY; invoice_total=70000; exchange_rate=11.2; trade_country=CN; deal_nature=010; deal_feature=00
delivery/terms=DAP; delivery/place=Harbin
items/1/number=1; items/1/description=Пиломатериалы обрезные сосновые; items/1/mass_gross=20000
items/1/mass_net=20000; items/1/invoice_value=70000; items/1/statistical_value=9800
items/1/commodity_code=4407119800; items/1/origin_country=RU
items/1/documents/1/kind=03011; items/1/documents/1/number=JR-8; items/1/documents/1/date=2026-01-15
items/1/documents/2/kind=04021; items/1/documents/2/number=119; items/1/documents/2/date=2026-02-10
items/1/packaging/package_count=4; items/1/packaging/kind=0
items/1/procedure/requested=10; items/1/procedure/previous=00; items/1/procedure/feature=000
signatory/surname=Ладожский; signatory/name=Фонарь; signatory/post=декларант; signatory/signed_on=2026-03-01
";

/// The transit: one car through the territory.
const TRANSIT: &str = "
direction=ТТ; transit_direction=ИМ; recipient_country=KZ; item_count=1; package_count=1
consignor/name=Kura Motors; consignor/address/1/country=GE; consignor/address/1/city=Tbilisi
consignee/name=Алматы Авто; consignee/address/1/country=KZ; consignee/address/1/city=Алматы
declarant/name=Перевозчик Плюс; declarant/address/1/country=KZ; declarant/address/1/city=Алматы
carrier/name=Перевозчик Плюс; carrier/address/1/country=KZ; carrier/address/1/city=Алматы
carrier/drivers/1/surname=Водитель; container_indicator=false; dispatch_country=GE; destination_country=KZ
transport_inland/mode=30; transport_inland/means/1/identifier=AA001AA; expected_arrival_date=2026-03-05
arrival_office/code=10005030; delivery_office/code=39855302; delivery_office/country=KZ
invoice_currency=USD; invoice_total=8000; customs_value_total=8000; customs_value_currency=USD
items/1/number=1; items/1/description=Автомобиль легковой; items/1/mass_gross=2000
items/1/invoice_value=8000; items/1/commodity_code=870323; items/1/currency=USD; items/1/customs_value=8000
items/1/packaging/package_count=1; items/1/packaging/kind=0
transit_guarantees/1/measure=03; transit_guarantees/1/document_number=12; transit_guarantees/1/document_date=2026-03-01
signatory/surname=Водитель; signatory/name=Первый; signatory/signed_on=2026-03-01
";

fn baseline(name: &str) -> Declaration {
    let text = match name {
        "import" => IMPORT,
        "export" => EXPORT,
        "transit" => TRANSIT,
        other => panic!("no baseline {other}"),
    };
    let mut declaration = Declaration::default();
    change(&mut declaration, text);
    declaration
}

/// Applies `path=value` changes, separated by `;` or line ends; `path=-!` removes what is there.
fn change(declaration: &mut Declaration, changes: &str) {
    for line in changes.split([';', '\n']).map(str::trim).filter(|line| !line.is_empty()) {
        let (path, value) = line.split_once('=').unwrap_or_else(|| panic!("no «=» in {line}"));
        let parts: Vec<&str> = path.split('/').collect();
        put(declaration, &parts, value);
    }
}

fn put(record: &mut dyn Record, parts: &[&str], value: &str) {
    let field = record.index_of(parts[0]).unwrap_or_else(|| panic!("no field {}", parts[0]));
    let shape = record.fields()[field].shape;
    if shape.leaf().is_some() || (parts.len() == 1 && value == "-!") {
        match value {
            "-!" => record.clear(field),
            "+!" => unreachable!("only records are made empty"),
            _ => {
                // A position appends to a list of values; the bare name replaces the list.
                if parts.len() == 1 {
                    record.clear(field);
                }
                record.set(field, value).unwrap_or_else(|bad| panic!("{parts:?}={value}: {bad:?}"));
            }
        }
        return;
    }
    let (nth, below) = match parts.get(1).and_then(|part| part.parse::<usize>().ok()) {
        Some(position) => (position - 1, &parts[2..]),
        None => (0, &parts[1..]),
    };
    while record.count(field) <= nth {
        record.open(field);
    }
    // `path=+!` only makes the record.
    if value != "+!" || !below.is_empty() {
        put(record.record_mut(field, nth).unwrap(), below, value);
    }
}

fn dataset(kind: DatasetKind, jurisdiction: &str, content: &str) -> Dataset {
    Dataset::new(kind, jurisdiction, "test", content)
}

/// A small world of our own, whole enough for the baselines; the pack is Russia's with classifiers added.
fn world(commodities: DatasetKind) -> (Reference, Pack) {
    let mut datasets: Vec<Dataset> = Reference::starter_datasets()
        .into_iter()
        .filter(|dataset| dataset.kind == DatasetKind::Pack)
        .collect();
    datasets.push(dataset(
        DatasetKind::Countries,
        "",
        "code,name_ru,name_en\nCN,Китай,China\nGE,Грузия,Georgia\nKZ,Казахстан,Kazakhstan\nRU,Россия,Russia\n",
    ));
    datasets.push(dataset(
        DatasetKind::Currencies,
        "",
        "code,number,minor_units,name\nCNY,156,2,Yuan\nRUB,643,2,Rouble\nUSD,840,2,Dollar\n",
    ));
    datasets.push(dataset(
        commodities,
        "",
        "code,name,duty\n3924100000,Посуда,10%\n4407119800,Доски,10%\n8539229000,Лампы,5%\n8703239089,Автомобили,15%\n",
    ));
    datasets.push(dataset(
        DatasetKind::Exchange,
        "eaeu-ru",
        "date,currency,units,rate\n2026-03-02,USD,1,80\n2026-03-02,CNY,10,112\n",
    ));
    datasets.push(dataset(
        DatasetKind::Offices,
        "eaeu-ru",
        "code,name,kind,centre\n10005030,Пост,border,\n10131010,Центр,centre,\n",
    ));
    let reference = Reference::build(&datasets).unwrap_or_else(|error| panic!("{error}"));
    let mut pack = reference.pack("eaeu-ru").unwrap().clone();
    pack.checks.clear();
    let classifiers = [
        ("preference", "ЛП"),
        ("unit", "796"),
        ("particularity", "ВТД"),
        ("deal_nature", "010"),
        ("package_kind", "BX"),
        ("payment_kind", "6010"),
        ("payment_method", "ИУ"),
        ("movement_feature", "000"),
    ];
    for (name, code) in classifiers {
        pack.classifiers.entry(name.into()).or_default().insert(code.into(), Text::new("есть", "is"));
    }
    let kinds = ["03011", "04021", "02015", "01401"].map(|code| (code.to_owned(), Text::new("есть", "is")));
    pack.classifiers.insert("document_kind".into(), kinds.into());
    pack.classifiers.entry("payment_method".into()).or_default().insert("УН".into(), Text::new("есть", "is"));
    (reference, pack)
}

fn listed(findings: &[Finding]) -> String {
    let one = |finding: &Finding| format!("{} {}", finding.code, finding.path);
    findings.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[test]
fn baselines_have_no_findings() {
    for commodities in [DatasetKind::Tnved, DatasetKind::Commodities] {
        let (reference, pack) = world(commodities);
        for name in ["import", "export", "transit"] {
            let findings = check(&baseline(name), &reference, &pack, ON);
            assert_eq!(listed(&findings), "", "{name}");
        }
    }
}

#[test]
fn each_case_has_exactly_its_findings_and_each_check_a_case() {
    let (whole, pack) = world(DatasetKind::Tnved);
    let (excerpt, _) = world(DatasetKind::Commodities);
    let mut small = pack.clone();
    small.filing.items_max = 1;
    let mut seen = BTreeSet::new();
    let mut wrong = String::new();
    for (base, changes, expected) in cases::CASES {
        let (name, setting) = base.split_once(' ').unwrap_or((base, ""));
        let (reference, pack) = match setting {
            "excerpt" => (&excerpt, &pack),
            "small" => (&whole, &small),
            _ => (&whole, &pack),
        };
        let mut declaration = baseline(name);
        change(&mut declaration, changes);
        let findings = check(&declaration, reference, pack, ON);
        if listed(&findings) != *expected {
            wrong.push_str(&format!("(\"{base}\", \"{changes}\", \"{}\"),\n", listed(&findings)));
        }
        for finding in &findings {
            let row = checks().iter().find(|row| row.code == finding.code).unwrap();
            assert_eq!(finding.severity, row.severity, "{}", row.code);
            let boxes: Vec<&str> = row.boxes.split(", ").collect();
            if !boxes.contains(&finding.box_number.as_ref()) {
                wrong.push_str(&format!(
                    "// {} at {}: box {:?}\n",
                    row.code, finding.path, finding.box_number
                ));
            }
            if finding.text.ru.contains('…') || finding.text.en.contains('…') {
                wrong.push_str(&format!("// {}: a value is missing: {}\n", row.code, finding.text.en));
            }
            seen.insert(row.code);
        }
    }
    // Checks of other documents have their cases beside them.
    for row in checks().iter().filter(|row| !["GL-7", "GL-4"].iter().any(|other| row.code.starts_with(other)))
    {
        if row.code != "GL-2000" && !seen.contains(row.code) {
            wrong.push_str(&format!("// no case triggers {}\n", row.code));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn a_pack_switches_checks() {
    let (reference, mut pack) = world(DatasetKind::Tnved);
    let mut declaration = baseline("import");
    change(&mut declaration, "electronic_sign=-!");
    for (word, expected) in [("error", Some(Severity::Error)), ("hint", Some(Severity::Hint)), ("off", None)]
    {
        let switch = match word {
            "error" => reference::pack::CheckSwitch::Error,
            "hint" => reference::pack::CheckSwitch::Hint,
            _ => reference::pack::CheckSwitch::Off,
        };
        pack.checks.insert("GL-2103".into(), switch);
        let findings = check(&declaration, &reference, &pack, ON);
        assert_eq!(findings.first().map(|finding| finding.severity), expected, "{word}");
    }
}

#[test]
fn findings_are_bounded_and_the_gravest_are_kept() {
    let (reference, pack) = world(DatasetKind::Commodities);
    let mut declaration = baseline("import");
    let item = declaration.items[1].clone();
    for number in 3..=900u32 {
        declaration.items.push(declaration::Item {
            number: Some(number),
            // A hint each: outside the excerpt. The very last is an error.
            commodity_code: Some(declaration::CommodityCode::parse("9999999999").unwrap()),
            ..item.clone()
        });
    }
    let last = declaration.items.last_mut().unwrap();
    last.mass_net = Some(declaration::Mass::ZERO);
    let findings = check(&declaration, &reference, &pack, ON);
    assert_eq!(findings.len(), FINDINGS_MAX + 1);
    assert!(findings.iter().any(|finding| finding.code == "GL-2309" && finding.path.item() == Some(900)));
    let more = findings.last().unwrap();
    assert_eq!((more.code.as_ref(), more.severity), ("GL-2000", Severity::Hint));
    assert!(more.text.ru.starts_with("Ещё "), "{}", more.text.ru);

    for item in &mut declaration.items {
        item.mass_net = Some(declaration::Mass::ZERO);
    }
    let findings = check(&declaration, &reference, &pack, ON);
    assert_eq!(findings.len(), FINDINGS_MAX + 1);
    assert!(findings.iter().all(|finding| finding.severity == Severity::Error), "errors first");
}

#[test]
fn packs_switch_only_checks_that_exist() {
    let reference = Reference::starter().unwrap_or_else(|error| panic!("{error}"));
    for pack in reference.packs() {
        let of_data_sets = pack.data_sets.iter().flat_map(|one| one.checks.keys());
        for code in pack.checks.keys().chain(of_data_sets) {
            assert!(checks().iter().any(|row| row.code == code), "{}: no check {code}", pack.name);
        }
    }
}

/// Values a person may slip into any field they fit.
const ODD: &[&str] = &[
    "0",
    "1",
    "9",
    "00",
    "99",
    "QQ",
    "ЖЖ",
    "***",
    "0000",
    "12345678",
    "999999999999999999.99",
    "4294967295",
    "true",
    "1900-01-01",
    "2200-12-31",
    "2200-12-31T23:59:59",
    "AAAU0000000",
    "А\u{301}\u{10FFFF}é ﬃ",
];

#[test]
fn no_value_in_any_field_is_a_panic_and_findings_stand_at_fields() {
    let (reference, pack) = world(DatasetKind::Tnved);
    for name in ["import", "export", "transit"] {
        let base = baseline(name);
        for (pattern, entry) in declaration::catalogue().iter() {
            if entry.field.shape.leaf().is_none() {
                continue;
            }
            for value in ODD {
                let mut declaration = base.clone();
                if !fits(&mut declaration, &pattern.split('/').collect::<Vec<_>>(), value) {
                    continue;
                }
                for finding in check(&declaration, &reference, &pack, ON) {
                    let known = declaration::catalogue().entry(&finding.path).is_some();
                    assert!(known, "{} at no field: {}", finding.code, finding.path);
                }
            }
        }
    }
}

/// Sets the first value of a pattern, where it can be set.
fn fits(record: &mut dyn Record, parts: &[&str], value: &str) -> bool {
    let field = record.index_of(parts[0]).unwrap();
    if parts.len() == 1 {
        return record.set(field, value).is_ok();
    }
    if record.count(field) == 0 {
        record.open(field);
    }
    fits(record.record_mut(field, 0).unwrap(), &parts[1..], value)
}

#[test]
fn nothing_panics_on_an_empty_declaration() {
    let (reference, pack) = world(DatasetKind::Tnved);
    let findings = check(&Declaration::default(), &reference, &pack, ON);
    assert!(findings.iter().any(|finding| finding.code == "GL-2101"));
    assert!(findings.iter().any(|finding| finding.code == "GL-2125"));
}

#[test]
fn extreme_numbers_are_no_panic() {
    let (reference, pack) = world(DatasetKind::Tnved);
    let mut declaration = baseline("import");
    change(
        &mut declaration,
        "invoice_total=999999999999999999; exchange_rate=999999999999999999; items/1/mass_net=999999999999999999
         items/1/invoice_value=999999999999999999.99; items/1/customs_value=999999999999999999.99
         items/1/payments/2/base=999999999999999999.99; items/1/payments/2/rate=999999999999999999.999999
         items/1/payments/2/amount=999999999999999999.99; package_count=4294967295
         items/1/packaging/package_count=4294967295; items/2/packaging/package_count=4294967295
         transport_border/means_count=4294967295; items/1/statistical_value=999999999999999999.99",
    );
    assert!(!check(&declaration, &reference, &pack, ON).is_empty());
}
