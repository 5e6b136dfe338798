use std::collections::BTreeSet;

use declaration::{Amount, Declaration, Item, ItemProcedure, Leaf, Party, TaxNumber};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;

const DECLARANT: &str = "7700000016";
const BROKER: &str = "7800000015";
const CLERK: &str = "7800000099";

fn number(text: &str) -> TaxNumber {
    text.parse().unwrap()
}

fn person(name: &str, number: &str) -> Person {
    Person { name: name.parse().unwrap(), tax_number: number.parse().unwrap() }
}

fn power(called: &str, from: &str, to: &str) -> Power {
    Power {
        number: called.parse().unwrap(),
        principal: person("ООО «Пеликан»", from),
        attorney: person("ООО «Брокер»", to),
        acts: PowerAct::ALL.into(),
        procedures: Named::All,
        offices: Named::All,
        value_limit: None,
        valid_from: date(2026, 1, 1),
        valid_to: date(2026, 12, 31),
        may_delegate: false,
        delegates: None,
    }
}

fn held(power: Power) -> HeldPower {
    HeldPower { power, sha256: "00".repeat(32), revoked_at: None, passes_on: None }
}

/// A power of the broker passed on to the clerk.
fn passed_on(parent: Power, child: impl Fn(&mut Power)) -> HeldPower {
    let mut power = Power {
        delegates: Some(parent.number.clone()),
        may_delegate: false,
        ..power("child", BROKER, CLERK)
    };
    child(&mut power);
    HeldPower { passes_on: Some(Box::new(held(parent))), ..held(power) }
}

fn delegable() -> Power {
    Power { may_delegate: true, ..power("parent", DECLARANT, BROKER) }
}

fn limit(amount: &str, currency: &str) -> Option<ValueLimit> {
    Some(ValueLimit { amount: amount.parse().unwrap(), currency: currency.parse().unwrap() })
}

fn only<T: Ord + Clone + std::str::FromStr<Err: std::fmt::Debug>>(codes: &[&str]) -> Named<T> {
    Named::of(codes.iter().map(|code| code.parse().unwrap()).collect())
}

fn declaration() -> Declaration {
    let item = |value: &str| Item {
        procedure: Some(ItemProcedure { requested: Some("40".parse().unwrap()), ..ItemProcedure::default() }),
        customs_value: Some(Amount::parse(value).unwrap()),
        ..Item::default()
    };
    Declaration {
        procedure: Some("40".parse().unwrap()),
        declarant: Some(Party { inn: Some(number(DECLARANT)), ..Party::default() }),
        items: vec![item("1000.50"), item("2000.50")],
        ..Declaration::default()
    }
}

fn noon(day: Date) -> Timestamp {
    format!("{day}T12:00:00Z").parse().unwrap()
}

fn occasion<'a>(declaration: &'a Declaration, attorney: &str, day: Date) -> Occasion<'a> {
    // As the payments have it where a line has no price either.
    let whole = declaration.items.iter().all(|item| item.customs_value.is_some());
    let computed = (!whole).then_some((Decimal::ZERO, false));
    Occasion {
        act: PowerAct::File,
        attorney: number(attorney),
        declarant: number(DECLARANT),
        now: noon(day),
        day,
        declaration,
        office: "10013160".parse().unwrap(),
        currency: "RUB".parse().unwrap(),
        value: scope::value(declaration, "RUB".parse().unwrap(), computed),
    }
}

fn judged(held: HeldPower, occasion: &Occasion<'_>) -> Result<(), Why> {
    let name = String::new();
    let power = choose(vec![held], occasion).map(Box::new);
    Representation { attorney: occasion.attorney, name, sealed: true, power }.judge(occasion)
}

fn code(result: Result<(), Why>) -> &'static str {
    result.map_or_else(|why| why.code(), |()| "allowed")
}

const MID: Date = date(2026, 6, 15);

#[test]
fn every_reason_has_its_code() {
    let goods = declaration();
    let broker = |change: &dyn Fn(&mut Power)| {
        let mut power = power("p-1", DECLARANT, BROKER);
        change(&mut power);
        held(power)
    };
    type Row<'a> = (&'a str, HeldPower, &'a str);
    let rows: [Row<'_>; 20] = [
        ("as given", broker(&|_| {}), "allowed"),
        ("of another principal", held(power("p-1", CLERK, BROKER)), "GL-3031"),
        ("for another attorney", held(power("p-1", DECLARANT, CLERK)), "GL-3031"),
        ("begins tomorrow", broker(&|power| power.valid_from = date(2026, 6, 16)), "GL-3032"),
        ("begins today", broker(&|power| power.valid_from = MID), "allowed"),
        ("ended yesterday", broker(&|power| power.valid_to = date(2026, 6, 14)), "GL-3033"),
        ("ends today", broker(&|power| power.valid_to = MID), "allowed"),
        (
            "revoked before",
            HeldPower { revoked_at: Some(noon(date(2026, 6, 14))), ..broker(&|_| {}) },
            "GL-3034",
        ),
        ("revoked the same moment", HeldPower { revoked_at: Some(noon(MID)), ..broker(&|_| {}) }, "GL-3034"),
        (
            "revoked a moment later",
            HeldPower { revoked_at: Some(noon(date(2026, 6, 16))), ..broker(&|_| {}) },
            "allowed",
        ),
        ("only corrects", broker(&|power| power.acts = [PowerAct::Correct].into()), "GL-3036"),
        ("the procedure", broker(&|power| power.procedures = only(&["40", "10"])), "allowed"),
        ("another procedure", broker(&|power| power.procedures = only(&["10"])), "GL-3037"),
        ("the office", broker(&|power| power.offices = only(&["10013160"])), "allowed"),
        ("another office", broker(&|power| power.offices = only(&["10702070"])), "GL-3038"),
        ("the limit reached", broker(&|power| power.value_limit = limit("3001.00", "RUB")), "allowed"),
        ("a kopeck less", broker(&|power| power.value_limit = limit("3000.99", "RUB")), "GL-3039"),
        ("another currency", broker(&|power| power.value_limit = limit("9999999", "EUR")), "GL-3039"),
        ("names a power it does not have", broker(&|power| power.delegates = "gone".parse().ok()), "GL-3031"),
        (
            "both over and out of scope",
            broker(&|power| {
                power.valid_to = date(2026, 6, 14);
                power.acts = [PowerAct::Correct].into();
            }),
            "GL-3033",
        ),
    ];
    for (what, held, expected) in rows {
        assert_eq!(code(judged(held, &occasion(&goods, BROKER, MID))), expected, "{what}");
    }
}

#[test]
fn a_power_is_passed_on_once_and_no_wider() {
    let goods = declaration();
    let narrow = Power {
        procedures: only(&["40"]),
        value_limit: limit("3001", "RUB"),
        acts: [PowerAct::File].into(),
        ..delegable()
    };
    let over = Power { valid_to: date(2026, 6, 14), ..delegable() };
    let mut revoked = passed_on(delegable(), |_| {});
    revoked.passes_on.as_mut().unwrap().revoked_at = Some(noon(MID));
    let grandchild = {
        let middle = passed_on(delegable(), |_| {});
        let mut last = power("last", CLERK, "7800000088");
        last.delegates = Some(middle.power.number.clone());
        HeldPower { passes_on: Some(Box::new(middle)), ..held(last) }
    };
    let narrowed = |power: &mut Power| power.acts = [PowerAct::File].into();
    for (what, held, attorney, expected) in [
        ("as given", passed_on(delegable(), |_| {}), CLERK, "allowed"),
        ("what it leaves open it takes", passed_on(narrow.clone(), narrowed), CLERK, "allowed"),
        ("the broker cannot use the clerk's", passed_on(delegable(), |_| {}), BROKER, "GL-3031"),
        ("may not be", passed_on(power("parent", DECLARANT, BROKER), |_| {}), CLERK, "GL-3035"),
        ("more acts", passed_on(narrow.clone(), |_| {}), CLERK, "GL-3035"),
        (
            "another procedure",
            passed_on(narrow.clone(), |power| {
                narrowed(power);
                power.procedures = only(&["40", "10"]);
            }),
            CLERK,
            "GL-3035",
        ),
        (
            "a higher limit",
            passed_on(narrow.clone(), |power| {
                narrowed(power);
                power.value_limit = limit("3001.01", "RUB");
            }),
            CLERK,
            "GL-3035",
        ),
        (
            "a lower limit",
            passed_on(narrow, |power| {
                narrowed(power);
                power.value_limit = limit("3000", "RUB");
            }),
            CLERK,
            "GL-3039",
        ),
        ("longer", passed_on(delegable(), |power| power.valid_to = date(2027, 1, 1)), CLERK, "GL-3035"),
        ("earlier", passed_on(delegable(), |power| power.valid_from = date(2025, 12, 31)), CLERK, "GL-3035"),
        ("the first is over", passed_on(over, |power| power.valid_to = date(2026, 6, 14)), CLERK, "GL-3033"),
        ("the first is revoked", revoked, CLERK, "GL-3034"),
        ("a delegation of a delegation", grandchild, "7800000088", "GL-3035"),
    ] {
        assert_eq!(code(judged(held, &occasion(&goods, attorney, MID))), expected, "{what}");
    }
}

#[test]
fn every_line_and_the_value_count() {
    let mut goods = declaration();
    let narrow = || held(Power { procedures: only(&["40"]), ..power("p-1", DECLARANT, BROKER) });
    goods.items[1].procedure =
        Some(ItemProcedure { requested: "10".parse().ok(), ..ItemProcedure::default() });
    let why = judged(narrow(), &occasion(&goods, BROKER, MID)).unwrap_err();
    let finding = why.finding("ООО «Брокер» (7800000015)", "ООО «Пеликан» (7700000016)");
    assert_eq!((finding.code.as_ref(), finding.path.as_str()), ("GL-3037", "items/2/procedure/requested"));
    for said in ["ООО «Брокер» (7800000015)", "ООО «Пеликан» (7700000016)", "10"] {
        assert!(finding.text.ru.contains(said) && finding.text.en.contains(said), "{finding:?}");
    }
    let none = Declaration { procedure: None, items: Vec::new(), ..goods.clone() };
    assert_eq!(code(judged(narrow(), &occasion(&none, BROKER, MID))), "GL-3037");

    let limited = || held(Power { value_limit: limit("5000", "RUB"), ..power("p-1", DECLARANT, BROKER) });
    let mut goods = declaration();
    goods.items[0].customs_value = None;
    assert_eq!(code(judged(limited(), &occasion(&goods, BROKER, MID))), "GL-3039", "nothing to compare");
    for (price, expected) in [("5000", "allowed"), ("5000.01", "GL-3039")] {
        let value = scope::value(&goods, "RUB".parse().unwrap(), Some((price.parse().unwrap(), true)));
        let occasion = Occasion { value, ..occasion(&goods, BROKER, MID) };
        assert_eq!(code(judged(limited(), &occasion)), expected, "from prices: {price}");
    }
    goods.customs_value_total = Amount::parse("5000.00").ok();
    assert_eq!(code(judged(limited(), &occasion(&goods, BROKER, MID))), "allowed");
    goods.customs_value_total = Amount::parse("1.00").ok();
    goods.items[1].customs_value = Amount::parse("5000.01").ok();
    goods.items[0].customs_value = Amount::parse("1").ok();
    assert_eq!(code(judged(limited(), &occasion(&goods, BROKER, MID))), "GL-3039", "box 12 hides nothing");
    goods.customs_value_total = Amount::parse("9000").ok();
    goods.items[1].customs_value = Amount::parse("1").ok();
    goods.customs_value_currency = "USD".parse().ok();
    assert_eq!(code(judged(limited(), &occasion(&goods, BROKER, MID))), "allowed", "box 12 in dollars");
}

#[test]
fn the_best_power_is_chosen_and_else_the_closest() {
    let goods = declaration();
    let over = held(Power { valid_to: date(2026, 6, 1), ..power("over", DECLARANT, BROKER) });
    let elsewhere = held(Power { offices: only(&["10702070"]), ..power("elsewhere", DECLARANT, BROKER) });
    let good = held(power("good", DECLARANT, BROKER));
    let strange = held(power("strange", CLERK, BROKER));
    let called = |all: &[&HeldPower]| {
        let all = all.iter().copied().cloned().collect();
        choose(all, &occasion(&goods, BROKER, MID)).map(|held| held.power.number.to_string())
    };
    assert_eq!(called(&[&over, &elsewhere, &good, &strange]).as_deref(), Some("good"));
    assert_eq!(called(&[&elsewhere, &over]).as_deref(), Some("elsewhere"));
    assert_eq!(called(&[&over, &strange]).as_deref(), Some("over"));
    assert_eq!(called(&[&strange]), None);
}

const WHOLE: &str = r#"{"greenlane":"power/1","number":"5f0c-1","principal":{"name":"А","tax_number":"1"},
    "attorney":{"name":"Б","tax_number":"2"},"acts":["file"],"procedures":["40"],"offices":["10013160"],
    "value_limit":{"amount":"5000000.00","currency":"RUB"},"valid_from":"2026-01-01","valid_to":"2026-12-31",
    "may_delegate":true}"#;

#[test]
fn a_document_is_read_and_written() {
    let power = Power::parse(WHOLE.as_bytes()).unwrap();
    assert_eq!(Power::parse(power.to_text().as_bytes()).unwrap(), power);
    let least = r#"{"greenlane":"power/1","number":"1","principal":{"name":"А","tax_number":"1"},
        "attorney":{"name":"Б","tax_number":"2"},"acts":["file"],"procedures":[],
        "valid_from":"2026-01-01","valid_to":"2026-01-01"}"#;
    let least = Power::parse(least.as_bytes()).unwrap();
    assert!(least.procedures.is_all() && least.offices.is_all() && !least.may_delegate);
    assert!(!least.to_text().contains("procedures"));
    assert!(page().contains("GL-3039"));
    let example = page();
    let example = example.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    Power::parse(example.as_bytes()).unwrap();
    let revocation = Revocation::new("5f0c-1".parse().unwrap(), "договор расторгнут").unwrap();
    assert_eq!(Revocation::parse(revocation.to_text().as_bytes()).unwrap(), revocation);
}

#[test]
fn what_is_no_power_is_refused() {
    let with = |from: &str, to: &str| {
        assert!(WHOLE.contains(from), "{from}");
        WHOLE.replacen(from, to, 1)
    };
    let long = format!("[{}\"40\"]", "\"40\",".repeat(4_000));
    for bad in [
        String::new(),
        "[]".to_owned(),
        "{}".to_owned(),
        with("power/1", "power/2"),
        with("\"5f0c-1\"", "\"\""),
        with("\"5f0c-1\"", "\"a/b\""),
        with("\"5f0c-1\"", "\"..\""),
        with("\"5f0c-1\"", &format!("\"{}\"", "1".repeat(65))),
        with("\"А\"", "\" \""),
        with("\"А\"", "\"А\\nБ\""),
        with("\"tax_number\":\"2\"", "\"tax_number\":\"1\""),
        with("\"tax_number\":\"2\"", "\"tax_number\":\"ИНН\""),
        with("\"tax_number\":\"2\"", "\"tax_number\":\"2\",\"kpp\":\"1\""),
        with("[\"file\"]", "[]"),
        with("[\"file\"]", "[\"sell\"]"),
        with("[\"40\"]", "[\"4\"]"),
        with("[\"40\"]", &long),
        with("\"5000000.00\"", "5000000.00"),
        with("\"5000000.00\"", "\"0\""),
        with("\"5000000.00\"", "\"1.001\""),
        with("2026-12-31", "2025-12-31"),
        with("2026-01-01", "26-01-01"),
        with("\"may_delegate\":true", "\"may_delegate\":true,\"more\":1"),
        with("\"may_delegate\":true", "\"may_delegate\":true,\"number\":\"2\""),
        with("\"may_delegate\":true", "\"may_delegate\":true,\"delegates\":\"other\""),
        with("\"may_delegate\":true", "\"delegates\":\"5f0c-1\""),
    ] {
        assert!(Power::parse(bad.as_bytes()).is_err(), "{bad}");
    }
    for bad in [
        r#"{"greenlane":"power/1","power":"1","reason":"x"}"#,
        r#"{"greenlane":"power-revocation/1","power":"1","reason":" "}"#,
        r#"{"greenlane":"power-revocation/1","power":"1","reason":"x","at":"now"}"#,
        r#"{"greenlane":"power-revocation/1","power":"a b","reason":"x"}"#,
    ] {
        assert!(Revocation::parse(bad.as_bytes()).is_err(), "{bad}");
    }
}

fn codes(all: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    proptest::sample::subsequence(all, 0..=all.len())
}

prop_compose! {
    fn scopes()(
        acts in proptest::sample::subsequence(PowerAct::ALL.to_vec(), 1..=3),
        procedures in codes(&["10", "40", "80"]),
        offices in codes(&["10013160", "10702070"]),
        limit in proptest::option::of((1_i64..4, proptest::sample::select(vec!["RUB", "EUR"]))),
        from in 1_i8..28,
        days in 0_i64..400,
    ) -> Scope {
        let valid_from = date(2026, 1, from);
        Scope {
            acts: acts.into_iter().collect::<BTreeSet<_>>(),
            procedures: only(&procedures),
            offices: only(&offices),
            limits: limit
                .map(|(amount, currency)| ValueLimit {
                    amount: Decimal::from(amount * 1_000),
                    currency: currency.parse().unwrap(),
                })
                .into_iter()
                .collect(),
            valid_from,
            valid_to: valid_from.checked_add(jiff::Span::new().days(days)).unwrap(),
        }
    }
}

proptest! {
    #[test]
    fn a_delegated_scope_is_never_wider_than_its_parents(
        child in scopes(),
        parent in scopes(),
        act in proptest::sample::select(PowerAct::ALL.to_vec()),
        procedure in proptest::sample::select(vec!["10", "40", "80", "31"]),
        office in proptest::sample::select(vec!["10013160", "10702070", "10511010"]),
        value in 0_i64..5_000,
    ) {
        let both = child.and(&parent);
        prop_assert!(both.valid_from >= parent.valid_from && both.valid_to <= parent.valid_to);
        let mut goods = declaration();
        goods.procedure = Some(procedure.parse().unwrap());
        goods.items.truncate(1);
        goods.items[0].procedure = None;
        goods.items[0].customs_value = Amount::parse(&value.to_string()).ok();
        let occasion =
            Occasion { act, office: office.parse().unwrap(), ..occasion(&goods, BROKER, MID) };
        if both.covers(&occasion).is_ok() {
            prop_assert!(parent.covers(&occasion).is_ok());
            prop_assert!(child.covers(&occasion).is_ok());
        }
        if child.covers(&occasion).is_ok() && parent.covers(&occasion).is_ok() {
            prop_assert!(both.covers(&occasion).is_ok());
        }
        prop_assert_eq!(both.exceeds(&parent), None);
    }
}
