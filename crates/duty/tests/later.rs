//! What is paid later, with the arithmetic written out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed test is a panic")]

mod fixture;

use duty::later::{
    AnnualRate, NotCharged, PARTS_MAX, annual_rates, calendar_months, instalments, interest,
    temporary_admission,
};
use fixture::{DAY, good, import, reference};
use greenlane_duty as duty;
use jiff::civil::Date;
use proptest::prelude::*;
use reference::pack::{Pack, Rounding};
use rust_decimal::Decimal;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn russia() -> &'static Pack {
    reference().pack("eaeu-ru").unwrap()
}

/// 20 % until 15 March, 18 % from then on: rates of an example.
fn rates() -> Vec<AnnualRate> {
    let rate = |from, percent| AnnualRate { from: day(from), known_to: None, percent: number(percent) };
    vec![rate("2026-01-01", "20"), rate("2026-03-16", "18")]
}

#[test]
fn temporary_admission_is_paid_by_months() {
    let declaration = import(&[good("9000000001", &[("procedure/requested", "53")])]);
    let assessment = duty::compute(&declaration, reference(), russia(), day(DAY));
    // Duty 5 000 and value added tax 23 100 are conditional; the fee is paid.
    let secured: Vec<String> = assessment.secured().map(|(kind, sum)| format!("{kind} {sum}")).collect();
    assert_eq!(secured, ["2010 5000.00", "5010 23100.00"]);
    assert_eq!(assessment.security_total(), number("28100"));
    assert_eq!(assessment.payable_total, number("1231"));

    let terms = russia().payments.temporary_admission.as_ref().unwrap();
    let paid = |first, last| {
        let whole = assessment.security_total();
        let worked = temporary_admission(whole, day(first), day(last), terms, Rounding::default()).unwrap();
        assert_eq!(worked.steps.last().unwrap().result, worked.amount);
        worked
    };
    // March to May, the last in part: 28 100 × 3 % × 3 = 2 529
    let three = paid("2026-03-02", "2026-05-10");
    assert_eq!(three.amount, number("2529"));
    assert_eq!(three.steps[0].formula, "28100 × 3% × 3");
    // 34 months: 28 100 × 102 % = 28 662, which is more than all of it
    assert_eq!(paid("2026-03-02", "2028-12-31").amount, number("28100"));
    assert_eq!(paid("2026-03-02", "2028-11-30").amount, number("27819"), "33 months: 99 %");
    for (first, last, months) in
        [("2026-01-31", "2026-02-01", 2), ("2026-01-01", "2026-01-31", 1), ("2026-02-01", "2026-01-31", 0)]
    {
        assert_eq!(calendar_months(day(first), day(last)), months, "{first} {last}");
    }
}

#[test]
fn late_payment_costs_interest_by_the_day_and_the_rate_of_each() {
    let terms = russia().payments.penalty.as_ref().unwrap();
    let worked = interest(
        number("100000"),
        day("2026-03-11"),
        day("2026-03-20"),
        &rates(),
        terms,
        Rounding::default(),
    )
    .unwrap();
    // 11 to 15 March: 100 000 × 20 % × 5 / 360 = 277.777…; 16 to 20 March: 100 000 × 18 % × 5 / 360 = 250
    let formulas: Vec<&str> = worked.steps.iter().map(|step| step.formula.as_str()).collect();
    assert_eq!(formulas[..2], ["100000 × 20% × 5 / 360", "100000 × 18% × 5 / 360"]);
    assert_eq!(worked.amount, number("527.78"), "rounded once, at the end");
    let before =
        interest(number("1"), day("2025-12-31"), day("2026-01-02"), &rates(), terms, Rounding::default());
    assert_eq!(before, Err(NotCharged::NoRate(day("2025-12-31"))), "no rate on a day: nothing is guessed");
}

#[test]
fn interest_goes_by_the_packs_table_of_the_central_bank_and_no_further() {
    // From the pack, the key rate: 21 % until 8 June 2025, 20 % from 9 June.
    let charged = |pack: &str, first: &str, last: &str| {
        let payments = &reference().pack(pack).unwrap().payments;
        let rates = annual_rates(payments.key_rate.as_ref().unwrap());
        let terms = payments.penalty.as_ref().or(payments.deferral.as_ref()).unwrap();
        interest(number("360000"), day(first), day(last), &rates, terms, Rounding::default())
    };
    // Russia: 360 000 × 21 % × 2 / 360 = 420; × 20 % × 3 / 360 = 600
    let worked = charged("eaeu-ru", "2025-06-07", "2025-06-11").unwrap();
    let formulas: Vec<&str> = worked.steps.iter().map(|step| step.formula.as_str()).collect();
    assert_eq!(formulas, ["360000 × 21% × 2 / 360", "360000 × 20% × 3 / 360", "≈ 1020"]);
    assert_eq!(worked.amount, number("1020"));
    // Belarus: 360 000 × 20 % × 1 / 360 = 200 on 8 January 2015; × 25 % × 1 / 360 = 250 on the next day
    assert_eq!(charged("eaeu-by", "2015-01-08", "2015-01-09").unwrap().amount, number("450"));
    // Kazakhstan, deferral: 360 000 × 9 % / 360 = 90 on 26 July 2021; × 9.25 % / 360 = 92.50 on the next day
    assert_eq!(charged("eaeu-kz", "2021-07-26", "2021-07-27").unwrap().amount, number("182.5"));
    // Days nobody can say anything of: after the last the pack knows, before the norm.
    let last = reference().pack("eaeu-ru").unwrap().payments.key_rate.as_ref().unwrap().known_to;
    let after = last.tomorrow().unwrap();
    let none = charged("eaeu-ru", &last.to_string(), &after.to_string());
    assert_eq!(none, Err(NotCharged::NoRate(after)));
    let none = charged("eaeu-ru", "2018-09-03", "2018-09-04");
    assert_eq!(none, Err(NotCharged::NoNorm(day("2018-09-03"))));
    for pack in ["eaeu-am", "gb"] {
        let payments = &reference().pack(pack).unwrap().payments;
        assert!(payments.key_rate.is_none() && payments.penalty.is_none(), "{pack} says none");
    }
}

#[test]
fn each_payment_of_temporary_admission_is_paid_in_part_and_conditional_for_the_rest() {
    let assess = |changes: &[(&str, &str)]| {
        let mut fields = vec![("procedure/requested", "53"), ("documents/+/kind", "09999")];
        fields.extend(changes);
        let declaration = import(&[good("9000000009", &fields)]);
        duty::compute(&declaration, reference(), russia(), day(DAY))
    };
    let said = |assessment: &duty::Assessment| -> Vec<String> {
        let line = |line: &duty::Line| format!("{} {} {:?}", line.kind, line.amount.normalize(), line.status);
        assessment.lines.iter().map(line).collect()
    };
    // 2 March to 10 May: three months. Duty 7 000 × 3 % × 3 = 630, 6 370 remain. Anti-dumping duty 20 000 is not paid
    // in part. VAT (100 000 + 7 000) × 22 % = 23 540; × 9 % = 2 118.60, 21 421.40 remain.
    let stated = [("origin_country", "CN"), ("documents/=/term", "2026-05-10")];
    let assessment = assess(&stated);
    assert_eq!(
        said(&assessment),
        [
            "2010 630 Payable",
            "2010 6370 Conditional",
            "2050 20000 Conditional",
            "5010 2118.6 Payable",
            "5010 21421.4 Conditional",
            "1010 1231 Payable",
        ]
    );
    let formulas = |nth: usize| -> Vec<String> {
        let trace = assessment.lines[nth].trace(&assessment.norms);
        trace.into_iter().map(|step| step.formula).collect()
    };
    assert_eq!(formulas(0)[1..], ["100000 × 7%", "≈ 7000", "7000 × 3% × 3", "≈ min(630; 7000)"]);
    assert_eq!(formulas(1).last().unwrap(), "7000 - 630");
    assert_eq!(assessment.lines[0].rate, "(7%) × 3% × 3");
    assert_eq!(assessment.security_total(), number("47791.4"), "6 370 + 20 000 + 21 421.40");
    assert!(assessment.complete);
    // 34 months and more: all of it, nothing remains.
    let all = assess(&[("origin_country", "CN"), ("documents/=/term", "2028-12-31")]);
    assert_eq!(said(&all)[..2], ["2010 7000 Payable", "2050 20000 Conditional"]);
    // Whole relief claimed in box 36: conditional as before. No term: likewise; nothing is guessed.
    let relieved = assess(&[stated[0], stated[1], ("preference/duty", "ВЗ"), ("preference/vat", "ВЗ")]);
    let unstated = assess(&stated[..1]);
    for assessment in [&relieved, &unstated] {
        let conditional = ["2010 7000 Conditional", "2050 20000 Conditional", "5010 23540 Conditional"];
        assert_eq!(said(assessment)[..3], conditional);
    }
    // A term before the day of the declaration is a mistake.
    let before = assess(&[stated[0], ("documents/=/term", "2026-03-01")]);
    assert_eq!(said(&before)[0], "2010 7000 Conditional");
    assert!(before.notes.iter().any(|note| note.code == "GL-4013"));
}

#[test]
fn instalments_are_equal_parts_with_interest_on_each() {
    let terms = russia().payments.deferral.as_ref().unwrap();
    let schedule =
        instalments(number("100"), day("2026-03-15"), 3, &rates(), terms, Rounding::default()).unwrap();
    let said: Vec<String> =
        schedule.iter().map(|due| format!("{} {} {}", due.by, due.part, due.interest)).collect();
    // 18 % from 16 March: 33.33 × 18 % × 31 / 360 = 0.5166; × 61 = 1.0166; 33.34 × 92 / 360 × 18 % = 1.5336
    assert_eq!(said, ["2026-04-15 33.33 0.52", "2026-05-15 33.33 1.02", "2026-06-15 33.34 1.53"]);
    for parts in [0, PARTS_MAX + 1] {
        let refused =
            instalments(number("100"), day("2026-03-15"), parts, &rates(), terms, Rounding::default());
        assert_eq!(refused, Err(NotCharged::NoParts), "{parts} parts");
    }
}

proptest! {
    #[test]
    fn parts_sum_up_and_interest_grows_with_the_days(
        kopecks in 0u64..1_000_000_000_000, parts in 1u32..13, days in 0i64..400,
    ) {
        let terms = russia().payments.penalty.as_ref().unwrap();
        let sum = Decimal::new(i64::try_from(kopecks).unwrap(), 2);
        let schedule = instalments(sum, day("2026-03-15"), parts, &rates(), terms, Rounding::default()).unwrap();
        prop_assert_eq!(schedule.iter().map(|due| due.part).sum::<Decimal>(), sum);
        prop_assert!(schedule.iter().all(|due| due.part >= Decimal::ZERO && due.interest >= Decimal::ZERO));
        let first = day("2026-03-01");
        let of = |days: i64| {
            let last = first.checked_add(jiff::Span::new().days(days)).unwrap();
            interest(sum, first, last, &rates(), terms, Rounding::default()).unwrap()
        };
        let worked = of(days);
        prop_assert!(worked.amount <= of(days + 1).amount);
        prop_assert_eq!(worked.steps.last().unwrap().result, worked.amount);
    }
}
