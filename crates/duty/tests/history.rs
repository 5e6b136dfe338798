//! The packs over the years since 2015: the day before each change and its own day.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed test is a panic")]

mod fixture;

use std::sync::OnceLock;

use duty::{Assessment, Line};
use fixture::{good, import};
use greenlane_duty as duty;
use reference::{Dataset, DatasetKind, Reference};

/// The packs over rates of our own: 5 % on all days.
fn reference() -> &'static Reference {
    static REFERENCE: OnceLock<Reference> = OnceLock::new();
    REFERENCE.get_or_init(|| {
        let mut datasets = Reference::starter_datasets();
        datasets.retain(|set| !matches!(set.kind, DatasetKind::Rates | DatasetKind::Exchange));
        let mut rates = "code,origin,kind,rate\n".to_owned();
        for code in ["8000000001", "0808100000", "3003100000", "4901100000"] {
            rates += &format!("{code},,duty,5%\n");
        }
        for pack in ["eaeu-ru", "eaeu-by", "eaeu-kz", "eaeu-am", "gb"] {
            datasets.push(Dataset::new(DatasetKind::Rates, pack, "fixture", rates.as_str()));
        }
        Reference::build(&datasets).unwrap()
    })
}

/// Goods worth 100 000 at 5 %.
fn assess(pack: &str, on: &str, code: &str, changes: &[(&str, &str)]) -> Assessment {
    let pack = reference().pack(pack).unwrap();
    duty::compute(&import(&[good(code, changes)]), reference(), pack, on.parse().unwrap())
}

fn line<'a>(assessment: &'a Assessment, kind: &str) -> Option<&'a Line> {
    assessment.lines.iter().find(|line| line.kind == kind)
}

/// `1500` of a kind on a day; `-` where it is not computed.
fn amount(pack: &str, on: &str, kind: &str, code: &str, changes: &[(&str, &str)]) -> String {
    let assessment = assess(pack, on, code, changes);
    line(&assessment, kind).map_or("-".to_owned(), |line| line.amount.normalize().to_string())
}

#[test]
fn value_added_tax_changes_with_its_laws() {
    // 100 000 + 5 000 duty: 18 % = 18 900, 20 % = 21 000, 22 % = 23 100, 12 % = 12 600, 16 % = 16 800, 10 % = 10 500
    let table = [
        ("eaeu-ru", "8000000001", "2015-01-01", "18900"),
        ("eaeu-ru", "8000000001", "2018-12-31", "18900"), // law 117-FZ of 07.07.2003
        ("eaeu-ru", "8000000001", "2019-01-01", "21000"), // law 303-FZ of 03.08.2018
        ("eaeu-ru", "8000000001", "2025-12-31", "21000"),
        ("eaeu-ru", "8000000001", "2026-01-01", "23100"), // law 425-FZ of 28.11.2025
        ("eaeu-ru", "0808100000", "2018-12-31", "18900"),
        ("eaeu-ru", "0808100000", "2019-09-30", "21000"),
        ("eaeu-ru", "0808100000", "2019-10-01", "10500"), // fruit: law 268-FZ of 02.08.2019
        ("eaeu-kz", "8000000001", "2015-01-01", "12600"),
        ("eaeu-kz", "8000000001", "2025-12-31", "12600"),
        ("eaeu-kz", "8000000001", "2026-01-01", "16800"), // code of 18.07.2025
        ("eaeu-kz", "3003100000", "2025-12-31", "12600"),
        ("eaeu-kz", "3003100000", "2026-12-31", "5250"), // medicines: 5 %, then 10 %
        ("eaeu-kz", "3003100000", "2027-01-01", "10500"),
        ("eaeu-by", "8000000001", "2015-01-01", "21000"),
        ("eaeu-by", "8000000001", "2026-01-01", "21000"),
        ("eaeu-am", "8000000001", "2015-01-02", "21000"),
        ("eaeu-am", "8000000001", "2026-01-01", "21000"),
        ("gb", "8000000001", "2015-01-01", "21000"),
        ("gb", "8000000001", "2026-01-01", "21000"),
        ("gb", "4901100000", "2015-01-01", "0"), // books
    ];
    for (pack, code, on, sum) in table {
        let kind = if pack == "gb" { "B00" } else { "5010" };
        assert_eq!(amount(pack, on, kind, code, &[]), sum, "{pack} {code} {on}");
    }
}

#[test]
fn fees_change_with_their_decrees_and_are_not_guessed_before() {
    let table = [
        ("eaeu-ru", "2015-01-01", "375"), // 500 × 75 %
        ("eaeu-ru", "2020-07-31", "375"),
        ("eaeu-ru", "2020-08-01", "775"),
        ("eaeu-ru", "2024-12-31", "775"),
        ("eaeu-ru", "2025-01-01", "1067"),
        ("eaeu-ru", "2025-12-31", "1067"),
        ("eaeu-ru", "2026-01-01", "1231"),
        ("eaeu-by", "2017-12-31", "-"),
        ("eaeu-by", "2018-01-01", "50"),
        ("eaeu-kz", "2023-08-14", "-"),
        ("eaeu-kz", "2023-08-15", "20700"), // 6 × 3 450
        ("eaeu-kz", "2023-12-31", "20700"),
        ("eaeu-kz", "2024-01-01", "22152"), // 6 × 3 692
        ("eaeu-kz", "2024-12-31", "22152"),
        ("eaeu-kz", "2025-01-01", "23592"), // 6 × 3 932
        ("eaeu-kz", "2025-12-31", "23592"),
        ("eaeu-kz", "2026-01-01", "25950"), // 6 × 4 325
        ("eaeu-am", "2015-01-01", "-"),
        ("eaeu-am", "2015-01-02", "3500"),
    ];
    for (pack, on, sum) in table {
        let assessment = assess(pack, on, "8000000001", &[]);
        assert_eq!(amount(pack, on, "1010", "8000000001", &[]), sum, "{pack} {on}");
        // A day without a fee says so, and the sum is not called whole.
        let noted = assessment.notes.iter().any(|note| note.code == "GL-4012");
        assert_eq!((noted, assessment.complete), (sum == "-", sum != "-"), "{pack} {on}");
    }
}

#[test]
fn developing_countries_pay_three_quarters_as_long_as_they_are_on_the_list() {
    // 100 000 × 5 % × 75 % = 3 750; least developed: nothing; off the list: 5 000
    for pack in ["eaeu-ru", "eaeu-by", "eaeu-kz", "eaeu-am"] {
        let table = [
            ("CN", "ПП", "2015-01-02", "3750"),
            ("CN", "ПП", "2021-10-11", "3750"),
            ("CN", "ПП", "2021-10-12", "5000"), // decision 17 of 05.03.2021
            ("VN", "ПП", "2021-10-11", "3750"),
            ("VN", "ПП", "2021-10-12", "3750"),
            ("BD", "ПН", "2015-01-02", "0"),
            ("BD", "ПН", "2021-10-12", "0"),
            ("GQ", "ПН", "2021-10-11", "0"), // Equatorial Guinea
            ("GQ", "ПН", "2021-10-12", "5000"),
            ("VU", "ПН", "2021-10-11", "0"), // Vanuatu, from then on a developing country
            ("VU", "ПП", "2021-10-12", "3750"),
        ];
        for (origin, code, on, sum) in table {
            let changes = [("origin_country", origin), ("preference/duty", code)];
            assert_eq!(amount(pack, on, "2010", "8000000001", &changes), sum, "{pack} {origin} {on}");
        }
    }
    // Ukraine: for Russia the treaty is suspended from 2016 on.
    for (pack, on, sum) in
        [("eaeu-ru", "2015-12-31", "0"), ("eaeu-ru", "2016-01-01", "5000"), ("eaeu-kz", "2016-01-01", "0")]
    {
        let changes = [("origin_country", "UA"), ("preference/duty", "СТ")];
        assert_eq!(amount(pack, on, "2010", "8000000001", &changes), sum, "{pack} {on}");
    }
}

#[test]
fn a_declaration_cites_the_law_of_its_own_day() {
    let table = [
        ("eaeu-ru", "2010", "2017-12-31", "ТК ТС"),
        ("eaeu-ru", "2010", "2018-01-01", "№ 54"),
        ("eaeu-ru", "2010", "2021-12-31", "№ 54"),
        ("eaeu-ru", "2010", "2022-01-01", "№ 80"),
        ("eaeu-ru", "1010", "2018-09-03", "311-ФЗ"),
        ("eaeu-ru", "1010", "2018-09-04", "289-ФЗ"),
        ("eaeu-ru", "1010", "2020-07-31", "№ 863"),
        ("eaeu-ru", "1010", "2020-08-01", "№ 342"),
        ("eaeu-ru", "1010", "2025-01-01", "№ 1637"),
        ("eaeu-ru", "1010", "2026-01-01", "№ 1638"),
        ("eaeu-kz", "5010", "2017-12-31", "99-IV"),
        ("eaeu-kz", "5010", "2018-01-01", "120-VI"),
        ("eaeu-kz", "5010", "2026-01-01", "214-VIII"),
        ("eaeu-by", "5010", "2018-12-31", "71-З"),
        ("eaeu-by", "5010", "2019-01-01", "159-З"),
        ("eaeu-am", "5010", "2017-12-31", "14.05.1997"),
        ("eaeu-am", "5010", "2018-01-01", "04.10.2016"),
        ("eaeu-am", "1010", "2022-10-16", "ЗР-241"),
        ("eaeu-am", "1010", "2022-10-17", "ЗР-353"),
        ("gb", "A00", "2020-12-31", "2658/87"),
        ("gb", "A00", "2021-01-01", "Cross-border Trade"),
    ];
    for (pack, kind, on, cited) in table {
        let assessment = assess(pack, on, "8000000001", &[]);
        let norm = line(&assessment, kind).unwrap().norm();
        assert!(norm.contains(cited), "{pack} {kind} {on}: {norm}");
    }
    for (pack, on, cited) in [
        ("eaeu-ru", "2017-12-31", "25.01.2008"),
        ("eaeu-ru", "2018-01-01", "ст. 38, 39 ТК ЕАЭС"),
        ("gb", "2016-04-30", "2913/92"),
        ("gb", "2016-05-01", "952/2013"),
        ("gb", "2021-01-01", "2018, section 16"),
    ] {
        let assessment = assess(pack, on, "8000000001", &[]);
        assert!(assessment.norms.value.contains(cited), "{pack} {on}: {}", assessment.norms.value);
    }
}

/// From 2015 on no day is without a norm of the value, of the duty and of the tax.
#[test]
fn no_day_is_without_a_norm() {
    for pack in reference().packs() {
        let payments = &pack.payments;
        let first = if pack.name == "eaeu-am" { "2015-01-02" } else { "2015-01-01" };
        let mut day: jiff::civil::Date = first.parse().unwrap();
        while day.year() < 2027 {
            let norms = payments.norms.on(day);
            let texts = [
                norms.value.as_str(),
                &norms.currency,
                payments.duty.norm.on(day),
                payments.vat.norm.on(day),
            ];
            assert!(texts.iter().all(|text| !text.is_empty()) || pack.name == "gb", "{} {day}", pack.name);
            assert!(!payments.duty.norm.on(day).is_empty() && !norms.value.is_empty(), "{} {day}", pack.name);
            assert!(pack.vat_percent(None, day).is_some(), "{} {day}", pack.name);
            day = day.tomorrow().unwrap();
        }
    }
}
