//! Rates tables, the corpus of published rates, and the examples of `docs/rates.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed test is a panic")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use declaration::{CommodityCode, CountryCode};
use greenlane_reference as reference;
use jiff::civil::Date;
use reference::rate::{QuotaSide, Remark};
use reference::{Circumstances, Dataset, DatasetKind, Published, RateKind, RateText, Reference};

fn table(jurisdiction: &str, content: &str) -> Dataset {
    Dataset::new(DatasetKind::Rates, jurisdiction, "rates.csv", content)
}

/// The starter with rates tables imported after it.
fn with(tables: &[&str]) -> Reference {
    let tables = tables.iter().map(|content| table("eaeu-ru", content));
    let datasets: Vec<Dataset> = Reference::starter_datasets().into_iter().chain(tables).collect();
    Reference::build(&datasets).unwrap_or_else(|error| panic!("{error}"))
}

/// What is asked: kind, code, origin, manufacturer, side of the quota, day; `-` for nothing.
fn ask(reference: &Reference, [kind, code, origin, manufacturer, quota, on]: [&str; 6]) -> Option<String> {
    let pack = reference.pack("eaeu-ru").unwrap();
    let origin: Option<CountryCode> = (origin != "-").then(|| origin.parse().unwrap());
    let circumstances = Circumstances {
        manufacturer: (manufacturer != "-").then_some(manufacturer),
        quota: quota.parse::<QuotaSide>().unwrap(),
        ..pack.circumstances(origin, on.parse().unwrap())
    };
    let code: CommodityCode = code.parse().unwrap();
    let row = reference.rate_row(pack, kind.parse::<RateKind>().unwrap(), &code, &circumstances);
    row.map(|row| row.rate.to_string())
}

#[test]
fn a_later_table_stands_for_what_it_says_and_in_its_days() {
    let first = "code,origin,kind,rate,valid_from,valid_to,season
7801,,duty,5%,,,
7801,CN,duty,6%,,,
7801,,duty,8%,,,06-01..08-31
7802,,duty,1%,,,
7802,,duty,2%,,,
";
    let later = "code,origin,kind,rate,valid_from,valid_to
7801,,duty,7%,2026-02-01,2026-02-28
";
    let reference = with(&[first, later]);
    let table = [
        (["duty", "7801000000", "DE", "-", "over", "2026-01-31"], "5%"),
        (["duty", "7801000000", "DE", "-", "over", "2026-02-01"], "7%"),
        (["duty", "7801000000", "DE", "-", "over", "2026-03-01"], "5%"),
        (["duty", "7801000000", "CN", "-", "over", "2026-02-01"], "6%"),
        (["duty", "7801000000", "DE", "-", "over", "2026-07-01"], "8%"),
        (["duty", "7802000000", "DE", "-", "over", "2026-07-01"], "2%"),
    ];
    for (asked, rate) in table {
        assert_eq!(ask(&reference, asked).as_deref(), Some(rate), "{asked:?}");
    }
}

#[test]
fn all_rates_of_a_code_are_listed_with_where_they_came_from() {
    let reference = with(&["code,origin,kind,rate,valid_from,valid_to
7607,,duty,\"5%; для @ldc: 0%; для CN, VN: 20%\",,
76,,duty,1%,,2025-12-31
7607,CN,countervailing,16%,,
76071,,special,282.4 USD за 1 т,2026-01-01,
"]);
    let pack = reference.pack("eaeu-ru").unwrap();
    let code: CommodityCode = "7607111900".parse().unwrap();
    let listed = |on: Option<&str>| -> Vec<String> {
        let rows = reference.rate_rows(pack, &code, on.map(|on| on.parse().unwrap()));
        let origin =
            |row: &reference::RateRow| row.origin.map_or("*".to_owned(), |origin| origin.to_string());
        rows.map(|(kind, row)| format!("{kind} {} {} {}", row.prefix, origin(row), row.rate)).collect()
    };
    let now = [
        "duty 7607 VN 20%",
        "duty 7607 CN 20%",
        "duty 7607 @ldc 0%",
        "duty 7607 * 5%",
        "antidumping 7607 CN 20.24%",
        "countervailing 7607 CN 16%",
        "special 76071 * 282.4 USD за 1 т",
    ];
    let mut sorted = listed(Some("2026-03-02"));
    sorted[..2].sort_by(|a, b| b.cmp(a));
    assert_eq!(sorted, now);
    assert_eq!(listed(None).len(), now.len() + 1, "with history");
    let row = reference.rate_rows(pack, &code, None).find(|(kind, _)| *kind == RateKind::Special).unwrap().1;
    let set = (row.set.kind, row.set.jurisdiction.as_str(), row.set.source.as_str());
    assert_eq!(set, (DatasetKind::Rates, "eaeu-ru", "rates.csv"));
}

#[test]
fn what_a_table_cannot_mean_is_refused_by_column() {
    let head = "code,origin,kind,rate,valid_from,valid_to,manufacturer,quota,season\n";
    let lines = [
        ("0101,China,duty,5%,,,,,", "origin"),
        ("0101,@nobody,duty,5%,,,,,", "origin"),
        ("0101,,duty,для @nobody: 5%,,,,,", "rate"),
        ("0101,CN,duty,для VN: 5%,,,,,", "rate"),
        ("0101,,duty,в пределах квоты: 5%,,,,in,", "rate"),
        ("0101,,duty,5%;6%,,,,,", "rate"),
        ("0101,,duty,5%,,,,inside,", "quota"),
        ("0101,,duty,5%,,,«»,,", "manufacturer"),
        ("0101,,duty,5%,,,,,June", "season"),
        ("0101,,countervailing duty,5%,,,,,", "kind"),
        ("01012100001,,duty,5%,,,,,", "code"),
    ];
    for (line, column) in lines {
        let tables = [Reference::starter_datasets(), vec![table("eaeu-ru", &format!("{head}{line}\n"))]];
        let error = Reference::build(&tables.concat()).expect_err(line).named.remove(0);
        assert_eq!((error.code, error.line, error.column.as_str()), ("GL-8004", 2, column), "{error}");
    }
    // What serves all jurisdictions may name a group that only some of them know.
    let common = table("", &format!("{head}0101,@ldc,duty,5%,,,,,\n"));
    assert!(Reference::build(&[Reference::starter_datasets(), vec![common]].concat()).is_ok());
}

#[test]
fn preferences_follow_the_lists_of_their_days() {
    let reference = with(&[]);
    let table = [
        ("eaeu-ru", "ПП", "CN", "2021-10-11", true),
        ("eaeu-ru", "ПП", "CN", "2021-10-12", false),
        ("eaeu-ru", "ПП", "TR", "2021-10-12", false),
        ("eaeu-ru", "ПП", "VN", "2026-03-02", true),
        ("eaeu-ru", "ПП", "VU", "2021-10-11", false),
        ("eaeu-ru", "ПП", "VU", "2021-10-12", true),
        ("eaeu-ru", "ПН", "VU", "2021-10-12", false),
        ("eaeu-ru", "ПН", "BD", "2026-03-02", true),
        ("eaeu-ru", "СТ", "UA", "2015-12-31", true),
        ("eaeu-ru", "СТ", "UA", "2016-01-01", false),
        ("eaeu-am", "СТ", "UA", "2016-01-01", true),
        ("eaeu-am", "СТ", "RS", "2021-07-09", false),
        ("eaeu-am", "СТ", "RS", "2021-07-10", true),
    ];
    for (pack, code, origin, on, granted) in table {
        let pack = reference.pack(pack).unwrap();
        let preference = pack.payments.tariff_preferences.iter().find(|one| one.code == code).unwrap();
        let on: Date = on.parse().unwrap();
        assert_eq!(pack.prefers(preference, origin.parse().unwrap(), on), granted, "{code} {origin} {on}");
    }
    for pack in reference.packs() {
        for group in &pack.origin_groups {
            if let Some(first) = group.valid_from {
                let lists = pack.origin_groups.iter().filter(|other| other.name == group.name);
                let at_once = lists.filter(|other| other.in_force(first)).count();
                assert_eq!(at_once, 1, "{}: two lists of {} on {first}", pack.name, group.name);
            }
            assert!(!group.norm.is_empty() && !group.title.ru.is_empty() && !group.title.en.is_empty());
        }
    }
}

fn corpus() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let path = PathBuf::from(std::env::var("GREENLANE_CORPUS").unwrap_or_else(|_| beside.to_owned()));
    path.is_dir().then_some(path)
}

#[test]
fn every_rate_of_the_common_tariff_prints_back_as_published() {
    let Some(corpus) = corpus() else {
        println!("skipped: no corpus; set GREENLANE_CORPUS");
        return;
    };
    let mut lines = csv::Reader::from_path(corpus.join("codes/tnved.csv")).unwrap();
    let mut remarks: BTreeMap<Remark, usize> = BTreeMap::new();
    let mut count = 0;
    for line in lines.records() {
        let line = line.unwrap();
        let text = &line[2];
        let reading = RateText::read(text).unwrap_or_else(|error| panic!("{}: {error}", &line[0]));
        // The one text that does not print back: the source's word for nothing.
        let printed = if text == "None" { "–" } else { text };
        assert_eq!(reading.rate.to_string(), printed, "{}", &line[0]);
        let published: Published = text.parse().unwrap();
        assert_eq!(published.plain(), Some(reading.rate));
        assert_eq!(published.english().parse(), Ok(published));
        for remark in reading.remarks {
            *remarks.entry(remark).or_default() += 1;
        }
        count += 1;
    }
    assert_eq!(count, 13_289);
    let expected = [(Remark::NoRate, 4), (Remark::EngineVolume, 125), (Remark::Thousands, 8)];
    assert_eq!(remarks.into_iter().collect::<Vec<_>>(), expected);
}

/// The cells of a line of a table of the page that begins with an example.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.strip_prefix("| `")?.strip_suffix(" |")?;
    Some(inner.split(" | ").map(|cell| cell.trim_matches('`')).collect())
}

#[test]
fn the_examples_of_the_page_are_true() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rates.md")).unwrap();
    let csv = page.split("```csv\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let reference = with(&[csv]);
    let (mut texts, mut readings, mut asked) = (0, 0, 0);
    for line in page.lines().filter_map(cells) {
        match line[..] {
            [kind, code, origin, manufacturer, quota, on, rate] => {
                let found = ask(&reference, [kind, code, origin, manufacturer, quota, on]);
                assert_eq!(found.as_deref().unwrap_or("-"), rate, "{line:?}");
                asked += 1;
            }
            [text, rate, chosen] if Remark::ALL.iter().any(|remark| remark.text().en == chosen) => {
                let reading = RateText::read(text).unwrap();
                assert_eq!(reading.rate.to_string(), rate);
                assert!(reading.remarks.iter().any(|remark| remark.text().en == chosen), "{text}");
                readings += 1;
            }
            [text, ru, en] => {
                let published: Published = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
                assert_eq!((published.to_string().as_str(), published.english().as_str()), (ru, en));
                texts += 1;
            }
            _ => panic!("{line:?}"),
        }
    }
    assert!(texts >= 14 && asked >= 10, "{texts} {asked}");
    assert_eq!(readings, Remark::ALL.len(), "every remark has its example");
}
