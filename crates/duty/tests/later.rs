//! What is paid later, with the arithmetic written out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed test is a panic")]

mod fixture;

use duty::later::{AnnualRate, calendar_months, instalments, interest, temporary_admission};
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
    let rate = |from, percent| AnnualRate { from: day(from), percent: number(percent) };
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
    assert_eq!(before, None, "no rate on a day: nothing is guessed");
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
    assert_eq!(instalments(number("100"), day("2026-03-15"), 0, &rates(), terms, Rounding::default()), None);
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
