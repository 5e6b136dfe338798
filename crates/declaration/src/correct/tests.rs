use super::*;
use crate::correction::{ItemChange, PaymentChange};
use crate::difference::difference;
use crate::leaf::Leaf;
use crate::record::value_at;

/// Fills a record from lines `path=value`.
fn filled<R: Record + Default>(lines: &str) -> R {
    let mut made = R::default();
    for line in lines.split(';').map(str::trim).filter(|line| !line.is_empty()) {
        let (path, value) = line.split_once('=').unwrap();
        let parts: Vec<&str> = path.split('/').collect();
        set(&mut made, &parts, value);
    }
    made
}

fn set(record: &mut dyn Record, parts: &[&str], value: &str) {
    let field = record.index_of(parts[0]).unwrap_or_else(|| panic!("no field {}", parts[0]));
    let shape = record.fields()[field].shape;
    if shape.leaf().is_some() {
        record.set(field, value).unwrap();
        return;
    }
    let (nth, rest) = if shape.is_list() {
        (parts[1].parse::<usize>().unwrap() - 1, &parts[2..])
    } else {
        (0, &parts[1..])
    };
    while record.count(field) <= nth {
        record.open(field).unwrap();
    }
    set(record.record_mut(field, nth).unwrap(), rest, value);
}

/// Two lines of goods with duty, and the sums in boxes 5, 6, 12, 22 and B.
fn base() -> Declaration {
    filled(
        "item_count=2; package_count=30; customs_value_total=300000; invoice_total=3000;
         invoice_currency=EUR; trade_country=DE; consignee/name=ООО «Северный ветер»; consignee/inn=7700000000;
         items/1/number=1; items/1/commodity_code=8413702100; items/1/mass_gross=110; items/1/mass_net=100;
         items/1/invoice_value=1000; items/1/customs_value=100000; items/1/packaging/package_count=10;
         items/1/payments/1/kind=2010; items/1/payments/1/amount=5000; items/1/payments/1/currency=643;
         items/2/number=2; items/2/commodity_code=8481805919; items/2/mass_gross=220; items/2/mass_net=200;
         items/2/invoice_value=2000; items/2/customs_value=200000; items/2/packaging/package_count=20;
         items/2/payments/1/kind=2010; items/2/payments/1/amount=10000; items/2/payments/1/currency=643;
         payments/1/kind=2010; payments/1/amount=15000; payments/1/currency=643;",
    )
}

fn correction(lines: &str) -> Correction {
    Correction { corrected: filled(lines), ..Correction::default() }
}

fn value(declaration: &Declaration, path: &str) -> String {
    value_at(declaration, path).map_or("–".to_owned(), |value| value.to_string())
}

/// `code path` of every finding.
fn refused(correction: &Correction) -> Vec<String> {
    let findings = correct(&base(), correction).expect_err("must be refused");
    assert!(findings.iter().all(|finding| !finding.text.ru.is_empty() && !finding.text.en.is_empty()));
    findings.iter().map(|finding| format!("{} {}", finding.code, finding.path)).collect()
}

fn changed(made: &Declaration) -> Vec<String> {
    let shown = |value: Option<String>| value.unwrap_or("–".to_owned());
    difference(&base(), made)
        .into_iter()
        .map(|change| format!("{}: {} → {}", change.path, shown(change.before), shown(change.after)))
        .collect()
}

#[test]
fn a_corrected_mass_changes_nothing_else() {
    let made = correct(&base(), &correction("items/1/number=2; items/1/mass_net=210.5")).unwrap();
    assert_eq!(changed(&made), ["items/2/mass_net: 200 → 210.5"]);
}

#[test]
fn a_corrected_customs_value_moves_boxes_12_and_b() {
    let made = correct(
        &base(),
        &correction(
            "items/1/number=1; items/1/customs_value=120000; items/1/payments/1/kind=2010;
             items/1/payments/1/amount=6000; items/1/payments/1/currency=643",
        ),
    )
    .unwrap();
    assert_eq!(
        changed(&made),
        [
            "customs_value_total: 300000 → 320000",
            "items/1/customs_value: 100000 → 120000",
            "items/1/payments/1/amount: 5000 → 6000",
            "payments/1/amount: 15000 → 16000",
        ]
    );
}

#[test]
fn a_box_that_is_stated_replaces_the_box_whole() {
    let made = correct(&base(), &correction("consignee/name=ОАО «Дальний берег»; consignee/unp=190000001"));
    assert_eq!(
        changed(&made.unwrap()),
        [
            "consignee/name: ООО «Северный ветер» → ОАО «Дальний берег»",
            "consignee/inn: 7700000000 → –",
            "consignee/unp: – → 190000001",
        ]
    );
}

#[test]
fn an_item_with_a_new_number_is_added_and_counted() {
    let made = correct(
        &base(),
        &correction(
            "items/1/number=3; items/1/commodity_code=4016930005; items/1/invoice_value=500;
             items/1/customs_value=50000; items/1/packaging/package_count=5;
             items/1/payments/1/kind=1010; items/1/payments/1/amount=1231; items/1/payments/1/currency=643",
        ),
    )
    .unwrap();
    assert_eq!(value(&made, "items/3/commodity_code"), "4016930005");
    for (box_name, expected) in [
        ("item_count", "3"),
        ("package_count", "35"),
        ("customs_value_total", "350000"),
        ("invoice_total", "3500"),
        ("payments/1/amount", "15000"),
        ("payments/2/kind", "1010"),
        ("payments/2/amount", "1231"),
        ("payments/2/currency", "643"),
    ] {
        assert_eq!(value(&made, box_name), expected, "{box_name}");
    }
}

#[test]
fn an_item_that_states_only_its_number_is_taken_out() {
    let made = correct(&base(), &correction("items/1/number=1")).unwrap();
    assert_eq!(made.items.len(), 1);
    assert_eq!(value(&made, "items/1/number"), "2");
    for (box_name, expected) in [
        ("item_count", "1"),
        ("package_count", "20"),
        ("customs_value_total", "200000"),
        ("invoice_total", "2000"),
        ("payments/1/amount", "10000"),
    ] {
        assert_eq!(value(&made, box_name), expected, "{box_name}");
    }
    assert_eq!(refused(&correction("items/1/number=7")), ["GL-1108 items/1/number"]);
}

#[test]
fn stated_totals_must_be_those_of_the_result() {
    let with = |stated: &str| {
        refused(&correction(&format!("items/1/number=1; items/1/customs_value=120000; {stated}")))
    };
    assert_eq!(with("customs_value_total=310000"), ["GL-1103 customs_value_total"]);
    assert_eq!(with("item_count=3"), ["GL-1101 item_count"]);
    assert_eq!(with("package_count=29"), ["GL-1102 package_count"]);
    assert_eq!(with("invoice_total=3000.01"), ["GL-1104 invoice_total"]);
    assert_eq!(with("payments/1/kind=2010; payments/1/amount=14999"), ["GL-1105 payments/1/amount"]);
    // A kind of payment that box B forgets is found too.
    assert_eq!(
        with("payments/1/kind=1010; payments/1/amount=1"),
        ["GL-1105 payments/1/amount", "GL-1105 payments"]
    );
    let right = "items/1/number=1; items/1/customs_value=120000; customs_value_total=320000; item_count=2;
         package_count=30; invoice_total=3000; payments/1/kind=2010; payments/1/amount=15000";
    assert_eq!(value(&correct(&base(), &correction(right)).unwrap(), "customs_value_total"), "320000");
}

#[test]
fn a_correction_of_an_older_version_is_found_out() {
    let mut stale = correction("items/1/number=1; items/1/customs_value=120000");
    stale.previous_customs_value_total = Amount::parse("290000").ok();
    stale.items = vec![filled::<ItemChange>("number=1; previous_customs_value=90000")];
    stale.payments = vec![filled::<PaymentChange>("kind=2010; amount=16000; previous=14000; change=2500")];
    assert_eq!(
        refused(&stale),
        [
            "GL-1106 customs_value_total",
            "GL-1106 items/1/customs_value",
            "GL-1107 payments/1/amount",
            "GL-1107 payments/1/amount",
        ]
    );
    stale.previous_customs_value_total = Amount::parse("300000").ok();
    stale.items = vec![filled::<ItemChange>("number=1; previous_customs_value=100000")];
    stale.payments = vec![filled::<PaymentChange>("kind=2010; amount=14000; previous=15000; change=-1000")];
    assert!(correct(&base(), &stale).is_ok());
}

#[test]
fn an_item_without_a_number_or_named_twice_is_refused() {
    assert_eq!(
        refused(&correction("items/1/mass_net=1; items/2/number=1; items/2/mass_net=1; items/3/number=1")),
        ["GL-1108 items/1/number", "GL-1108 items/3/number"]
    );
}

#[test]
fn conditional_payments_are_no_part_of_box_b() {
    let made = correct(
        &base(),
        &correction(
            "items/1/number=1; items/1/payments/1/kind=2010; items/1/payments/1/amount=5000;
             items/1/payments/1/method=УН",
        ),
    )
    .unwrap();
    assert_eq!(value(&made, "payments/1/amount"), "10000");
}

#[test]
fn where_goods_share_packages_box_6_moves_with_the_items() {
    let mut shared = base();
    set(&mut shared, &["items", "2", "packaging", "partial_count"], "1");
    shared.package_count = Some(29);
    let more = correction("items/1/number=1; items/1/packaging/package_count=12");
    assert_eq!(correct(&shared, &more).unwrap().package_count, Some(31));
}

#[test]
fn several_ways_of_payment_need_a_stated_box_b() {
    let mut several = base();
    several.payments =
        vec![filled("kind=2010; amount=10000; way=БН"), filled("kind=2010; amount=5000; way=ТБ")];
    let more = "items/1/number=1; items/1/payments/1/kind=2010; items/1/payments/1/amount=6000";
    let findings = correct(&several, &correction(more)).expect_err("unclear");
    assert_eq!(findings[0].code, PAYMENTS_DIFFER);
    let stated = format!(
        "{more}; payments/1/kind=2010; payments/1/amount=10000; payments/1/way=БН;
         payments/2/kind=2010; payments/2/amount=6000; payments/2/way=ТБ"
    );
    assert_eq!(correct(&several, &correction(&stated)).unwrap().payments.len(), 2);
}
