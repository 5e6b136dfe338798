//! Rates that depend on more than the code: bounds, origins, manufacturers, tariff quotas, trade remedies.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed test is a panic")]

mod fixture;

use std::sync::OnceLock;

use duty::{Assessment, compute};
use fixture::{DAY, good, import};
use greenlane_duty as duty;
use reference::{Dataset, DatasetKind, Reference};

const RATES: &str = "code,origin,kind,rate,manufacturer
9100000001,,duty,\"10%, но не менее 0.2 EUR за 1 кг, но не более 0.5 EUR за 1 кг\",
9100000002,,duty,\"9% плюс 12.1 EUR за 100 кг, но не более 18.7% плюс 9.4 EUR за 100 кг\",
9100000003,,duty,\"5%; с 1 июня по 31 октября: 10%; для @ldc: 0%; в пределах тарифной квоты: 1%\",
9100000004,,duty,\"1 EUR за 1 кг, но не менее 5%\",
9100000005,,duty,0%,
9100000005,CN,antidumping,30%,
9100000005,CN,antidumping,12.5%,ACME GmbH
9100000005,CN,countervailing,2 USD за 1 кг,
9100000005,,special,7%,
";

/// The project's packs, where the Russian one takes a code of box 36 for a claim of a tariff quota.
fn reference() -> &'static Reference {
    static REFERENCE: OnceLock<Reference> = OnceLock::new();
    REFERENCE.get_or_init(|| {
        let mut datasets = Reference::starter_datasets();
        datasets.retain(|dataset| !matches!(dataset.kind, DatasetKind::Rates | DatasetKind::Exchange));
        let pack = datasets.iter_mut().find(|dataset| dataset.source.ends_with("eaeu-ru/pack.toml")).unwrap();
        let text = String::from_utf8(pack.content.clone()).unwrap();
        pack.content = text.replace("[payments]\n", "[payments]\nquota_reliefs = [\"КВ\"]\n").into_bytes();
        let dataset = |kind, content: &str| Dataset::new(kind, "eaeu-ru", "fixture", content);
        datasets.push(dataset(DatasetKind::Rates, RATES));
        let exchange =
            "date,currency,units,rate\n2026-03-02,EUR,1,100\n2026-03-02,USD,1,90\n2026-07-01,EUR,1,100\n";
        datasets.push(dataset(DatasetKind::Exchange, exchange));
        Reference::build(&datasets).unwrap_or_else(|error| panic!("{error}"))
    })
}

/// The assessment of a good worth 100 000 roubles, changed as said.
fn assess(code: &str, set: &[(&str, &str)], on: &str) -> Assessment {
    let reference = reference();
    let pack = reference.pack("eaeu-ru").unwrap();
    compute(&import(&[good(code, set)]), reference, pack, on.parse().unwrap())
}

/// `kind amount` of each line but value added tax and the fee.
fn lines(assessment: &Assessment) -> Vec<String> {
    let lines = assessment.lines.iter().filter(|line| line.kind != "5010" && line.kind != "1010");
    lines.map(|line| format!("{} {}", line.kind, line.amount.normalize())).collect()
}

#[test]
fn the_closest_rate_is_computed() {
    const MAKER: &str = "groups/+/lots/+/manufacturer";
    type Row<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str, &'a [&'a str]);
    let table: &[Row<'_>] = &[
        (
            "10 % = 10 000 between 100 kg × 20 = 2 000 and × 50 = 5 000",
            "9100000001",
            &[("mass_net", "100")],
            DAY,
            &["2010 5000"],
        ),
        (
            "… between 300 kg × 20 = 6 000 and 15 000",
            "9100000001",
            &[("mass_net", "300")],
            DAY,
            &["2010 10000"],
        ),
        (
            "… between 1 000 kg × 20 = 20 000 and 50 000",
            "9100000001",
            &[("mass_net", "1000")],
            DAY,
            &["2010 20000"],
        ),
        ("9 000 + 1 210 < 18 700 + 940", "9100000002", &[("mass_net", "100")], DAY, &["2010 10210"]),
        ("9 000 + 121 000 > 18 700 + 94 000", "9100000002", &[("mass_net", "10000")], DAY, &["2010 112700"]),
        ("out of season", "9100000003", &[], DAY, &["2010 5000"]),
        ("in season", "9100000003", &[], "2026-07-01", &["2010 10000"]),
        (
            "from a least developed country",
            "9100000003",
            &[("origin_country", "NP")],
            "2026-07-01",
            &["2010 0"],
        ),
        (
            "within the tariff quota, as claimed in box 36",
            "9100000003",
            &[("preference/duty", "КВ")],
            DAY,
            &["2010 1000"],
        ),
        ("another relief claims no quota", "9100000003", &[("preference/duty", "ОО")], DAY, &["2010 5000"]),
        ("10 kg × 100 = 1 000 < 5 %", "9100000004", &[("mass_net", "10")], DAY, &["2010 5000"]),
        ("100 kg × 100 = 10 000 > 5 %", "9100000004", &[("mass_net", "100")], DAY, &["2010 10000"]),
        ("the safeguard is for all origins", "9100000005", &[], DAY, &["2010 0", "2040 7000"]),
        (
            "all remedies; 50 kg × 2 USD × 90 = 9 000",
            "9100000005",
            &[("origin_country", "CN"), ("mass_net", "50")],
            DAY,
            &["2010 0", "2040 7000", "2050 30000", "2060 9000"],
        ),
        (
            "the manufacturer's own anti-dumping duty",
            "9100000005",
            &[("origin_country", "CN"), ("mass_net", "50"), (MAKER, "«Acme GmbH»")],
            DAY,
            &["2010 0", "2040 7000", "2050 12500", "2060 9000"],
        ),
        (
            "two manufacturers in one line: nobody's own rate",
            "9100000005",
            &[("origin_country", "CN"), ("mass_net", "50"), (MAKER, "ACME GmbH"), (MAKER, "Other")],
            DAY,
            &["2010 0", "2040 7000", "2050 30000", "2060 9000"],
        ),
    ];
    for (name, code, set, on, expected) in table {
        let assessment = assess(code, set, on);
        assert_eq!(lines(&assessment), *expected, "{name}\n{:#?}", assessment.notes);
        assert!(assessment.complete, "{name}");
        for line in &assessment.lines {
            assert_eq!(
                line.trace(&assessment.norms).last().map(|step| step.result),
                Some(line.amount),
                "{name}"
            );
        }
        let json = serde_json::to_string(&assessment).unwrap();
        assert_eq!(serde_json::from_str::<Assessment>(&json).unwrap(), assessment, "{name}");
    }
}

#[test]
fn the_working_says_which_bound_won() {
    let formulas = |code: &str, mass: &str| -> Vec<String> {
        let assessment = assess(code, &[("mass_net", mass)], DAY);
        assessment.lines[0]
            .trace(&assessment.norms)
            .iter()
            .map(|step| format!("{} = {}", step.formula, step.result))
            .collect()
    };
    let expected = [
        "100000 = 100000",
        "100000 × 10% = 10000",
        "100 кг × 0.2 EUR × 100 = 2000",
        "max(10000; 2000) = 10000",
        "100 кг × 0.5 EUR × 100 = 5000",
        "min(10000; 5000) = 5000",
        "≈ 5000 = 5000",
    ];
    assert_eq!(formulas("9100000001", "100"), expected);
    let expected = [
        "100000 = 100000",
        "100000 × 9% = 9000",
        "100 кг × 12.1 EUR / 100 × 100 = 1210",
        "sum(9000; 1210) = 10210",
        "100000 × 18.7% = 18700",
        "100 кг × 9.4 EUR / 100 × 100 = 940",
        "sum(18700; 940) = 19640",
        "min(10210; 19640) = 10210",
        "≈ 10210 = 10210",
    ];
    assert_eq!(formulas("9100000002", "100"), expected);
}
