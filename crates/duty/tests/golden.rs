//! Payments computed by hand, with the arithmetic written out beside each case.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed test is a panic")]

mod fixture;

use duty::{Assessment, PaymentStatus, compute};
use fixture::{DAY, good, import, reference};
use greenlane_duty as duty;
use rust_decimal::Decimal;

fn assess(declaration: &declaration::Declaration, on: &str) -> Assessment {
    let reference = reference();
    let pack = reference.pack("eaeu-ru").unwrap();
    compute(declaration, reference, pack, on.parse().unwrap())
}

/// `kind amount status` of each line, in order.
fn lines(assessment: &Assessment) -> Vec<String> {
    let line = |line: &duty::Line| {
        let status = match line.status {
            PaymentStatus::Payable => "payable",
            PaymentStatus::Conditional => "conditional",
            PaymentStatus::None => "none",
        };
        format!("{} {} {status}", line.kind, line.amount.normalize())
    };
    assessment.lines.iter().map(line).collect()
}

/// A case: what differs from a plain good worth 100 000 roubles, and the lines that come out.
struct Case {
    name: &'static str,
    code: &'static str,
    set: &'static [(&'static str, &'static str)],
    lines: &'static [&'static str],
}

// In the fixture 1 EUR = 100 RUB, 1 USD = 90 RUB, 100 JPY = 60 RUB on 2 March 2026. VAT is 22 %, the
// fee up to 200 000 is 1 231.
const CASES: &[Case] = &[
    Case {
        name: "ad valorem: 100 000 × 5 % = 5 000; VAT (100 000 + 5 000) × 22 % = 23 100",
        code: "9000000001",
        set: &[],
        lines: &["2010 5000 payable", "5010 23100 payable", "1010 1231 payable"],
    },
    Case {
        name: "but not less than, value wins: 10 % = 10 000 > 20 kg × 0.2 EUR × 100 = 400; VAT 110 000 × 22 % = 24 200",
        code: "9000000002",
        set: &[("mass_net", "20")],
        lines: &["2010 10000 payable", "5010 24200 payable", "1010 1231 payable"],
    },
    Case {
        name: "but not less than, quantity wins: 750 kg × 0.2 EUR × 100 = 15 000 > 10 000; VAT 115 000 × 22 % = 25 300",
        code: "9000000002",
        set: &[("mass_net", "750")],
        lines: &["2010 15000 payable", "5010 25300 payable", "1010 1231 payable"],
    },
    Case {
        name: "but not more than, quantity wins: 30 l × 3 USD × 90 = 8 100 < 20 %; VAT 108 100 × 22 % = 23 782",
        code: "9000000003",
        set: &[("supplementary/quantity", "30"), ("supplementary/unit", "112")],
        lines: &["2010 8100 payable", "5010 23782 payable", "1010 1231 payable"],
    },
    Case {
        name: "but not more than, value wins: 100 l × 270 = 27 000 > 20 % = 20 000; VAT 120 000 × 22 % = 26 400",
        code: "9000000003",
        set: &[("supplementary/quantity", "100"), ("supplementary/unit", "112")],
        lines: &["2010 20000 payable", "5010 26400 payable", "1010 1231 payable"],
    },
    Case {
        name: "plus: 10 % = 10 000 + 12.345 kg × 0.08 EUR × 100 = 98.76; VAT 110 098.76 × 22 % = 24 221.7272",
        code: "9000000004",
        set: &[("mass_net", "12.345")],
        lines: &["2010 10098.76 payable", "5010 24221.73 payable", "1010 1231 payable"],
    },
    Case {
        name: "thousands of pieces: 2 500 / 1 000 × 2 EUR × 100 = 500; VAT 100 500 × 22 % = 22 110",
        code: "9000000005",
        set: &[("supplementary/quantity", "2500"), ("supplementary/unit", "796")],
        lines: &["2010 500 payable", "5010 22110 payable", "1010 1231 payable"],
    },
    Case {
        name: "tonnes and units of currency: 2 000 kg = 2 t × 500 JPY × 60 / 100 = 600; VAT 100 600 × 22 % = 22 132",
        code: "9000000006",
        set: &[("mass_net", "2000")],
        lines: &["2010 600 payable", "5010 22132 payable", "1010 1231 payable"],
    },
    Case {
        name: "engine volume: max(15 % = 15 000; 1 598 cm3 × 0.36 EUR × 100 = 57 528); VAT 157 528 × 22 % = 34 656.16",
        code: "9000000007",
        set: &[("vehicles/1/engine_volume_cm3", "1598")],
        lines: &["2010 57528 payable", "5010 34656.16 payable", "1010 1231 payable"],
    },
    Case {
        name: "preference 75 % on both parts: max(10 000; 15 000) × 75 % = 11 250; VAT 111 250 × 22 % = 24 475",
        code: "9000000002",
        set: &[("mass_net", "750"), ("origin_country", "VN"), ("preference/duty", "ПП")],
        lines: &["2010 11250 payable", "5010 24475 payable", "1010 1231 payable"],
    },
    Case {
        name: "free trade: 0 % of 5 000; VAT 100 000 × 22 %",
        code: "9000000001",
        set: &[("origin_country", "RS"), ("preference/duty", "СТ")],
        lines: &["2010 0 payable", "5010 22000 payable", "1010 1231 payable"],
    },
    Case {
        name: "another relief: the duty is computed, not paid, and no part of the base of VAT",
        code: "9000000001",
        set: &[("preference/duty", "ВЗ")],
        lines: &["2010 5000 conditional", "5010 22000 payable", "1010 1231 payable"],
    },
    Case {
        name: "relief from VAT",
        code: "9000000001",
        set: &[("preference/duty", "ОО"), ("preference/vat", "НУ")],
        lines: &["2010 5000 payable", "5010 23100 conditional", "1010 1231 payable"],
    },
    Case {
        name: "temporary admission: all is conditional but the fee",
        code: "9000000001",
        set: &[("procedure/requested", "53")],
        lines: &["2010 5000 conditional", "5010 23100 conditional", "1010 1231 payable"],
    },
    Case {
        name: "customs warehouse: the fee alone",
        code: "9000000001",
        set: &[("procedure/requested", "70")],
        lines: &["1010 1231 payable"],
    },
    Case {
        name: "excise joins the base of VAT: 10 l × 50 RUB = 500; VAT (100 000 + 5 000 + 500) × 22 % = 23 210",
        code: "9000000008",
        set: &[("supplementary/quantity", "10"), ("supplementary/unit", "112")],
        lines: &["2010 5000 payable", "4010 500 payable", "5010 23210 payable", "1010 1231 payable"],
    },
    Case {
        name: "anti-dumping duty by origin, rate table before nomenclature for China: 7 %, 20 %; VAT 107 000 × 22 %",
        code: "9000000009",
        set: &[("origin_country", "CN")],
        lines: &["2010 7000 payable", "2050 20000 payable", "5010 23540 payable", "1010 1231 payable"],
    },
    Case {
        name: "the same goods from elsewhere: 5 % of the nomenclature",
        code: "9000000009",
        set: &[("origin_country", "IN")],
        lines: &["2010 5000 payable", "5010 23100 payable", "1010 1231 payable"],
    },
    Case {
        name: "reduced VAT: (100 000 + 5 000) × 10 % = 10 500",
        code: "0401100000",
        set: &[],
        lines: &["2010 5000 payable", "5010 10500 payable", "1010 1231 payable"],
    },
    Case {
        name: "a national eleventh digit changes nothing",
        code: "90000000010",
        set: &[],
        lines: &["2010 5000 payable", "5010 23100 payable", "1010 1231 payable"],
    },
    Case {
        name: "half a kopeck is rounded up: 100.1 × 5 % = 5.005; VAT (100.1 + 5.01) × 22 % = 23.1242",
        code: "9000000001",
        set: &[("customs_value", "100.1")],
        lines: &["2010 5.01 payable", "5010 23.12 payable", "1010 1231 payable"],
    },
];

#[test]
fn payments_are_what_the_arithmetic_says() {
    for case in CASES {
        let declaration = import(&[good(case.code, case.set)]);
        let assessment = assess(&declaration, DAY);
        assert_eq!(lines(&assessment), case.lines, "{}\n{:#?}", case.name, assessment.notes);
        assert!(assessment.complete, "{}", case.name);
        let last = |line: &duty::Line| line.trace(&assessment.norms).last().map(|step| step.result);
        for line in &assessment.lines {
            assert_eq!(last(line), Some(line.amount), "{}: the working ends in the amount", case.name);
        }
    }
}

#[test]
fn the_fee_goes_by_bands_and_their_days() {
    let table = [
        ("2018-06-01", "200000", "375"), // 500 × 75 %
        ("2018-06-01", "200000.01", "750"),
        ("2018-06-01", "10000000.01", "22500"),
        ("2020-07-31", "100", "375"),
        ("2020-08-01", "100", "775"),
        ("2024-12-31", "450000", "1550"),
        ("2024-12-31", "450000.01", "3100"),
        ("2025-01-01", "450000", "2134"),
        ("2025-12-31", "7000000.01", "30000"),
        ("2026-01-01", "200000", "1231"),
        ("2026-01-01", "200000.01", "2462"),
        ("2026-03-02", "10000000", "49240"),
        ("2026-03-02", "10000000.01", "73860"),
    ];
    for (on, value, fee) in table {
        let declaration = import(&[good("9000000001", &[("customs_value", value)])]);
        let assessment = assess(&declaration, on);
        let line = assessment.lines.iter().find(|line| line.item.is_none()).unwrap();
        assert_eq!(line.amount, fee.parse::<Decimal>().unwrap(), "{value} on {on}");
    }
}

#[test]
fn vat_follows_the_law_of_the_day() {
    for (on, vat) in
        [("2018-12-31", "18900"), ("2019-01-01", "21000"), ("2025-12-31", "21000"), ("2026-01-01", "23100")]
    {
        let assessment = assess(&import(&[good("9000000001", &[])]), on);
        let line = assessment.lines.iter().find(|line| line.kind == "5010").unwrap();
        assert_eq!(line.amount, vat.parse::<Decimal>().unwrap(), "{on}");
    }
}

#[test]
fn exports_pay_export_duty_and_then_the_fee_and_no_vat() {
    let free = fixture::export(&[good("9000000001", &[])]);
    assert_eq!(lines(&assess(&free, DAY)), [""; 0], "no export duty, no fee since 4 September 2018");
    assert_eq!(lines(&assess(&free, "2018-09-03")), ["1010 375 payable"]);
    // max(20 % of 100 000; 3 000 kg = 3 t × 100 USD × 90 = 27 000)
    let dutiable = fixture::export(&[good("9000000010", &[("mass_net", "3000")])]);
    assert_eq!(lines(&assess(&dutiable, DAY)), ["3010 27000 payable", "1010 1231 payable"]);
}

#[test]
fn a_missing_customs_value_is_the_price_at_the_rate_of_the_day() {
    let item = |price| good("9000000001", &[("customs_value", ""), ("invoice_value", price)]);
    let mut declaration = import(&[item("1000"), item("500")]);
    declaration.invoice_currency = Some("EUR".parse().unwrap());
    let assessment = assess(&declaration, DAY);
    assert!(assessment.complete);
    assert_eq!(assessment.customs_value_total, Decimal::from(150_000));
    let codes: Vec<&str> = assessment.notes.iter().map(|note| note.code.as_ref()).collect();
    assert_eq!(codes, ["GL-4001"], "one note for both");

    declaration.invoice_currency = Some("TRY".parse().unwrap());
    let assessment = assess(&declaration, DAY);
    assert!(!assessment.complete && assessment.lines.is_empty(), "no rate of the lira: nothing is guessed");

    fixture::set(&mut declaration, "exchange_rate", "2.5");
    let assessment = assess(&declaration, DAY);
    assert!(assessment.complete);
    assert_eq!(assessment.customs_value_total, Decimal::from(3_750));
    assert!(assessment.notes.iter().any(|note| note.code == "GL-4006"));
}

#[test]
fn what_cannot_be_computed_is_noted_and_left_out() {
    const HUGE: &str = "999999999999999999";
    type Row = (&'static str, &'static [(&'static str, &'static str)], &'static str, &'static str);
    let table: &[Row] = &[
        ("1234567890", &[], "GL-4002", "items/1/commodity_code"),
        ("9000000011", &[], "GL-4002", "items/1/commodity_code"),
        ("9000000002", &[("mass_net", "")], "GL-4003", "items/1/mass_net"),
        (
            "9000000003",
            &[("supplementary/quantity", "3"), ("supplementary/unit", "166")],
            "GL-4003",
            "items/1/supplementary",
        ),
        ("9000000012", &[("mass_net", "3")], "GL-4004", "items/1"),
        ("9000000001", &[("customs_value", "")], "GL-4005", "items/1/customs_value"),
        ("9000000013", &[("mass_net", HUGE)], "GL-4008", "items/1/customs_value"),
    ];
    for (code, set, note, path) in table {
        let assessment = assess(&import(&[good(code, set)]), DAY);
        let notes: Vec<_> =
            assessment.notes.iter().map(|note| (note.code.as_ref(), note.path.as_str())).collect();
        assert_eq!(notes, [(*note, *path)], "{code}");
        assert!(!assessment.complete, "{code}");
        assert!(assessment.lines.iter().all(|line| line.kind != "5010"), "{code}: no VAT on an unknown base");
    }
}

#[test]
fn a_preference_for_another_origin_is_refused_with_a_warning() {
    let declaration = import(&[good("9000000001", &[("origin_country", "DE"), ("preference/duty", "ПП")])]);
    let assessment = assess(&declaration, DAY);
    assert_eq!(lines(&assessment), ["2010 5000 payable", "5010 23100 payable", "1010 1231 payable"]);
    assert_eq!(assessment.notes[0].code, "GL-4010");
}

#[test]
fn box_47_is_compared_where_it_is_filled_in() {
    let declared = |kind: &'static str, amount: &'static str, method: &'static str| {
        vec![("payments/+/kind", kind), ("payments/=/amount", amount), ("payments/=/method", method)]
    };
    let notes = |payments: Vec<Vec<(&'static str, &'static str)>>| {
        let declaration = import(&[good("9000000001", &payments.concat())]);
        let assessment = assess(&declaration, DAY);
        let mut codes: Vec<String> = assessment.notes.iter().map(|note| note.code.to_string()).collect();
        codes.sort();
        codes
    };
    let right = || {
        vec![declared("1010", "1231", "ИУ"), declared("2010", "5000", "ИУ"), declared("5010", "23100", "ИУ")]
    };
    assert_eq!(notes(vec![]), [""; 0]);
    assert_eq!(notes(right()), [""; 0]);
    let with = |nth: usize, line| {
        let mut lines = right();
        lines[nth] = line;
        lines
    };
    assert_eq!(notes(with(1, declared("2010", "5000.02", "ИУ"))), ["GL-4101"]);
    assert_eq!(notes(with(1, declared("2010", "5000", "УН"))), ["GL-4102"]);
    assert_eq!(notes(with(2, declared("6010", "1", "ИУ"))), ["GL-4102", "GL-4103"]);
    assert_eq!(notes(with(0, declared("1010", "500", "ИУ"))), ["GL-4104"]);
}

#[test]
fn the_working_shows_every_number() {
    let set = [("mass_net", "750"), ("origin_country", "VN"), ("preference/duty", "ПП")];
    let assessment = assess(&import(&[good("9000000002", &set)]), DAY);
    let formulas = |nth: usize| -> Vec<String> {
        let steps = assessment.lines[nth].trace(&assessment.norms);
        steps.iter().map(|step| format!("{} = {}", step.formula, step.result)).collect()
    };
    assert_eq!(
        formulas(0),
        [
            "100000 = 100000",
            "100000 × 10% = 10000",
            "750 кг × 0.2 EUR × 100 = 15000",
            "max(10000; 15000) = 15000",
            "15000 × 75% = 11250",
            "≈ 11250 = 11250",
        ]
    );
    assert_eq!(
        formulas(1),
        ["100000 = 100000", "100000 + 11250 (2010) = 111250", "111250 × 22% = 24475", "≈ 24475 = 24475"]
    );
    assert_eq!(formulas(2), ["100000 ≤ 200000 = 1231", "≈ 1231 × 100% = 1231"]);
}

#[test]
fn an_assessment_is_kept_and_read_back() {
    let set = [("mass_net", "750"), ("origin_country", "VN"), ("preference/duty", "ПП")];
    let assessment = assess(&import(&[good("9000000002", &set), good("9000000003", &[])]), DAY);
    let json = serde_json::to_string(&assessment).unwrap();
    assert!(json.contains(r#""payable_total":""#), "decimals are strings: {json}");
    assert_eq!(serde_json::from_str::<Assessment>(&json).unwrap(), assessment);
}

/// The Russian pack, changed as said.
fn assess_with(changes: &[(&str, &str)], item: declaration::Item) -> Assessment {
    let mut datasets = reference::Reference::starter_datasets();
    datasets
        .retain(|dataset| dataset.kind == reference::DatasetKind::Pack || dataset.jurisdiction.is_empty());
    let pack = datasets.iter_mut().find(|dataset| dataset.source.ends_with("eaeu-ru/pack.toml")).unwrap();
    let mut text = String::from_utf8(pack.content.clone()).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    pack.content = text.into_bytes();
    fixture::add_goods(&mut datasets);
    let reference = reference::Reference::build(&datasets).unwrap_or_else(|error| panic!("{error}"));
    compute(&import(&[item]), &reference, reference.pack("eaeu-ru").unwrap(), DAY.parse().unwrap())
}

#[test]
fn bases_and_rounding_are_what_the_pack_says() {
    let goods = || good("9000000009", &[("origin_country", "CN"), ("customs_value", "100.1")]);
    // 100.10 × 7 % = 7.007; 100.10 × 20 % = 20.02; VAT (100.10 + 7.01) × 22 % = 23.5642
    let usual = ["2010 7.01 payable", "2050 20.02 payable", "5010 23.56 payable", "1010 1231 payable"];
    assert_eq!(lines(&assess_with(&[], goods())), usual);
    // A base with the anti-dumping duty in it: (100.10 + 7.01 + 20.02) × 22 % = 27.9686
    let plus = ("plus = [\"2010\", \"4010\"]", "plus = [\"2010\", \"2050\", \"4010\"]");
    let added = ["2010 7.01 payable", "2050 20.02 payable", "5010 27.97 payable", "1010 1231 payable"];
    assert_eq!(lines(&assess_with(&[plus], goods())), added);
    // Whole roubles, down: 7; 20; VAT (100.10 + 7) × 22 % = 23.562
    let down = ("rounding = { scale = 2, mode = \"half_up\" }", "rounding = { scale = 0, mode = \"down\" }");
    let whole = ["2010 7 payable", "2050 20 payable", "5010 23 payable", "1010 1231 payable"];
    assert_eq!(lines(&assess_with(&[down], goods())), whole);
    // Anything over is a whole unit: 8; 21; VAT (100.10 + 8) × 22 % = 23.782
    let up = ("rounding = { scale = 2, mode = \"half_up\" }", "rounding = { scale = 0, mode = \"up\" }");
    let whole = ["2010 8 payable", "2050 21 payable", "5010 24 payable", "1010 1231 payable"];
    assert_eq!(lines(&assess_with(&[up], goods())), whole);
}

#[test]
fn a_fee_in_another_currency_is_converted_at_the_rate_of_the_day() {
    let band = (
        "{ valid_from = \"2026-01-01\", value_to = \"200000\", amount = \"1231\", electronic_percent = \"100\" }",
        "{ valid_from = \"2026-01-01\", value_to = \"200000\", amount = \"20\", currency = \"EUR\", electronic_percent = \"75\" }",
    );
    let assessment = assess_with(&[band], good("9000000001", &[]));
    let fee = assessment.lines.last().unwrap();
    let steps = fee.trace(&assessment.norms);
    let formulas: Vec<String> =
        steps.iter().map(|step| format!("{} = {}", step.formula, step.result)).collect();
    assert_eq!(formulas, ["100000 ≤ 200000 = 20", "20 EUR × 100 = 2000", "≈ 2000 × 75% = 1500"]);
    assert_eq!((fee.amount, fee.rate.as_str()), (Decimal::from(1500), "20 EUR × 75%"));
}

#[test]
fn each_service_computes_by_its_own_law_of_the_day() {
    let reference = fixture::reference();
    // A good worth 100 000 with a duty of 5 %; the base of value added tax is 105 000.
    let table: &[(&str, &str, &[&str])] = &[
        ("eaeu-am", "2026-03-02", &["2010 5000 payable", "5010 21000 payable", "1010 3500 payable"]), // 20 %
        // No fee is known in Belarus before 2018.
        ("eaeu-by", "2017-12-31", &["2010 5000 payable", "5010 21000 payable"]),
        ("eaeu-by", "2018-01-01", &["2010 5000 payable", "5010 21000 payable", "1010 50 payable"]),
        ("eaeu-by", "2026-03-02", &["2010 5000 payable", "5010 21000 payable", "1010 50 payable"]),
        // 12 % of 105 000, then 16 %; six indices of the year.
        ("eaeu-kz", "2015-01-01", &["2010 5000 payable", "5010 12600 payable"]),
        ("eaeu-kz", "2023-08-15", &["2010 5000 payable", "5010 12600 payable", "1010 20700 payable"]),
        ("eaeu-kz", "2025-12-31", &["2010 5000 payable", "5010 12600 payable", "1010 23592 payable"]),
        ("eaeu-kz", "2026-01-01", &["2010 5000 payable", "5010 16800 payable", "1010 25950 payable"]),
        ("eaeu-ru", "2015-01-01", &["2010 5000 payable", "5010 18900 payable", "1010 375 payable"]), // 18 %
    ];
    for (pack, on, expected) in table {
        let declaration = import(&[good("9000000001", &[])]);
        let assessment = compute(&declaration, reference, reference.pack(pack).unwrap(), on.parse().unwrap());
        assert_eq!(lines(&assessment), *expected, "{pack} {on}");
        assert_eq!(assessment.complete, expected.len() == 3, "{pack} {on}: {:?}", assessment.notes);
    }
}

#[test]
fn great_britain_adds_every_duty_to_the_base_of_the_tax() {
    let mut datasets = reference::Reference::starter_datasets();
    let measures = "code,origin,kind,rate\n8712,CN,antidumping,48.5%\n2204,,excise,28.5 GBP за 1 л\n2204,,duty,1%\n2204,CL,duty,0%\n";
    datasets.push(reference::Dataset::new(reference::DatasetKind::Rates, "gb", "fixture", measures));
    let reference = reference::Reference::build(&datasets).unwrap_or_else(|error| panic!("{error}"));
    let pack = reference.pack("gb").unwrap();
    let of = |code, set: &[(&str, &str)]| {
        let assessment = compute(&import(&[good(code, set)]), &reference, pack, DAY.parse().unwrap());
        assert!(assessment.complete, "{:?}", assessment.notes);
        assert!(
            assessment.lines[0].trace(&assessment.norms)[0].norm.starts_with("Taxation"),
            "its own norms"
        );
        lines(&assessment)
    };
    // 100 000 × 14 %; × 48.5 %; (100 000 + 14 000 + 48 500) × 20 % = 32 500
    let bicycle = ["A00 14000 payable", "A30 48500 payable", "B00 32500 payable", "C00 0 payable"];
    assert_eq!(of("8712003000", &[("origin_country", "CN")])[..3], bicycle[..3]);
    // 10 l × 28.50 = 285; (100 000 + 1 000 + 285) × 20 % = 20 257
    let litres = [("supplementary/quantity", "10"), ("supplementary/unit", "112")];
    let wine = ["A00 1000 payable", "333 285 payable", "B00 20257 payable"];
    assert_eq!(of("2204109400", &litres)[..3], wine);
    // Preference 300 claims the rate of the origin and relieves from nothing: (100 000 + 285) × 20 % = 20 057
    let preferred = [litres[0], litres[1], ("origin_country", "CL"), ("preference/duty", "300")];
    assert_eq!(of("2204109400", &preferred)[..3], ["A00 0 payable", "333 285 payable", "B00 20057 payable"]);
}
