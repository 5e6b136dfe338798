//! Money in and out, guarantees, statements, reconciliation.

use clearance::{CaseId, Input, State};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use store::{AccountId, Bank, Guarantee, GuaranteeForm, GuaranteeKind, PaymentDocument, Purpose};

use super::{Bureau, import, payable};
use greenlane_centre::CentreError;

fn amount(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn document(bureau: &Case, number: &str, sum: &str) -> PaymentDocument {
    PaymentDocument {
        payer: bureau.payer,
        number: number.to_owned(),
        date: Some(Date::constant(2026, 11, 20)),
        amount: amount(sum),
        currency: "RUB".to_owned(),
    }
}

/// A case that waits for money, and who pays it.
struct Case {
    id: CaseId,
    payer: declaration::TaxNumber,
    payable: Decimal,
}

fn waiting(bureau: &Bureau) -> Case {
    let filed = bureau.file(import(payable(1))).case;
    assert_eq!(filed.state, State::WaitingForPayment);
    Case { id: filed.id, payer: filed.payer.unwrap(), payable: filed.payable }
}

#[track_caller]
fn refused<T: std::fmt::Debug>(done: Result<T, CentreError>) -> String {
    match done {
        Err(CentreError::Invalid(why)) => why,
        other => panic!("a refusal is expected, not {other:?}"),
    }
}

#[track_caller]
fn adds_up(bureau: &Bureau) {
    let found = bureau.centre.reconcile().unwrap();
    assert_eq!(found.differences, Vec::<String>::new());
    assert!(found.sums.iter().all(|(_, sum)| sum.is_zero()), "{:?}", found.sums);
}

#[test]
fn a_payment_is_booked_once_and_comes_back_when_it_was_too_much() {
    let bureau = Bureau::open();
    let case = waiting(&bureau);
    let paid = document(&case, "17", "100000000");
    assert_eq!(bureau.centre.book_payments(&[paid.clone(), paid.clone()]).unwrap(), [true, false]);
    assert_eq!(bureau.centre.book_payments(std::slice::from_ref(&paid)).unwrap(), [false]);
    let released = bureau.centre.store().case(case.id).unwrap().unwrap();
    assert_eq!(released.state, State::Released);
    let advance = AccountId::Advance(case.payer, "RUB".to_owned());
    let balance = || bureau.centre.store().balance(&advance).unwrap();
    assert_eq!(balance(), paid.amount - case.payable);

    // Not a cent more than was paid for the case comes back, whatever the treasury has of others.
    let too_much = PaymentDocument { amount: case.payable + amount("0.01"), ..document(&case, "R1", "1") };
    bureau.centre.credit(case.payer, "RUB", amount("5"), "PP 2").unwrap();
    refused(bureau.centre.return_overpaid(&too_much, case.id, "rate corrected"));
    let decision = PaymentDocument { amount: case.payable, ..document(&case, "R1", "1") };
    refused(bureau.centre.return_overpaid(&decision, case.id, " "));
    assert!(bureau.centre.return_overpaid(&decision, case.id, "rate corrected").unwrap());
    assert!(!bureau.centre.return_overpaid(&decision, case.id, "rate corrected").unwrap());
    refused(bureau.centre.return_overpaid(&document(&case, "R2", "0.01"), case.id, "rate corrected"));
    assert_eq!(balance(), paid.amount + amount("5"));

    let refund = PaymentDocument { amount: balance(), ..document(&case, "41", "1") };
    assert!(bureau.centre.refund_advance(&refund).unwrap());
    assert!(!bureau.centre.refund_advance(&refund).unwrap());
    refused(bureau.centre.refund_advance(&document(&case, "42", "0.01")));
    refused(bureau.centre.refund_advance(&document(&case, "43", "0.001")));
    refused(bureau.centre.refund_advance(&document(&case, "", "1")));
    assert_eq!(balance(), Decimal::ZERO);

    let statements = bureau.centre.statement(case.payer, None, None, &TimeZone::UTC).unwrap();
    let [statement] = &statements[..] else { panic!("{statements:?}") };
    let purposes: Vec<Purpose> = statement.entries.iter().map(|(entry, _)| entry.purpose).collect();
    let all = [
        Purpose::AdvanceReceived,
        Purpose::Paid,
        Purpose::AdvanceReceived,
        Purpose::OverpaidReturned,
        Purpose::AdvanceRefunded,
    ];
    assert_eq!(purposes, all);
    assert_eq!(statement.entries[3].0.what, "R1 2026-11-20: rate corrected");
    assert_eq!((statement.opening, statement.closing), (Decimal::ZERO, Decimal::ZERO));
    // Of later days it says nothing but what was there.
    let later = Some(Date::constant(2100, 1, 1));
    let statements = bureau.centre.statement(case.payer, later, None, &TimeZone::UTC).unwrap();
    assert!(statements[0].entries.is_empty());
    adds_up(&bureau);
}

fn bank() -> Bank {
    Bank {
        code: "044525000".to_owned(),
        name: "Причал".to_owned(),
        currency: "RUB".to_owned(),
        single_max: amount("600"),
        total_max: amount("1000"),
    }
}

fn guarantee(case: &Case, number: &str, kind: GuaranteeKind, sum: &str) -> Guarantee {
    Guarantee {
        number: number.to_owned(),
        kind,
        form: GuaranteeForm::Bank,
        guarantor: bank().code,
        principal: case.payer,
        amount: amount(sum),
        currency: "RUB".to_owned(),
        valid_from: Date::constant(2020, 1, 1),
        valid_to: Date::constant(2100, 1, 1),
        given_at: jiff::Timestamp::UNIX_EPOCH,
        ended_at: None,
    }
}

#[test]
fn no_guarantee_goes_past_its_limit_or_that_of_its_bank() {
    let bureau = Bureau::open();
    let centre = &bureau.centre;
    let case = waiting(&bureau);
    let general = |number, sum| guarantee(&case, number, GuaranteeKind::General, sum);
    refused(centre.give_guarantees(&[general("G-1", "600")]));
    centre.put_banks(&[bank()]).unwrap();
    centre.put_banks(&[bank()]).unwrap();
    refused(centre.give_guarantees(&[general("G-1", "600.01")]));
    // All or none.
    refused(centre.give_guarantees(&[general("G-1", "600"), general("G-2", "400.01")]));
    centre.give_guarantees(&[general("G-1", "600"), general("G-2", "400")]).unwrap();
    refused(centre.give_guarantees(&[general("G-3", "0.01")]));
    refused(centre.put_banks(&[Bank { total_max: amount("999"), ..bank() }]));
    centre.put_banks(&[Bank { total_max: amount("1001"), ..bank() }]).unwrap();
    centre.give_guarantees(&[general("G-3", "1")]).unwrap();

    centre.take_cover("G-1", case.id, amount("400"), "test").unwrap();
    refused(centre.take_cover("G-1", case.id, amount("200.01"), "test"));
    centre.take_cover("G-1", case.id, amount("200"), "test").unwrap();
    refused(centre.take_cover("G-9", case.id, amount("1"), "test"));
    refused(centre.end_guarantee("G-1"));
    adds_up(&bureau);
    // The case ends, and what covered it is free.
    let withdraw = Input::Withdraw { reason: "not needed".to_owned(), power: None };
    centre.input(case.id, withdraw).unwrap();
    assert_eq!(centre.store().covers().unwrap(), []);
    refused(centre.take_cover("G-1", case.id, amount("1"), "test"));
    centre.end_guarantee("G-1").unwrap();
    refused(centre.end_guarantee("G-1"));
    let limit = AccountId::Bank(bank().code, "RUB".to_owned());
    assert_eq!(centre.store().balance(&limit).unwrap(), amount("600"));
    adds_up(&bureau);
}

#[test]
fn a_guarantee_covers_its_own_payer_in_its_time_and_a_single_one_once() {
    let bureau = Bureau::open();
    let centre = &bureau.centre;
    let case = waiting(&bureau);
    centre.put_banks(&[bank()]).unwrap();
    let single = guarantee(&case, "S", GuaranteeKind::Single, "100");
    let over = Guarantee {
        valid_to: Date::constant(2020, 1, 2),
        ..guarantee(&case, "OVER", GuaranteeKind::General, "100")
    };
    let others = Guarantee {
        principal: "7799999994".parse().unwrap(),
        ..guarantee(&case, "OTHERS", GuaranteeKind::General, "100")
    };
    let money = Guarantee {
        form: GuaranteeForm::Money,
        guarantor: String::new(),
        ..guarantee(&case, "M", GuaranteeKind::General, "100")
    };
    refused(centre.give_guarantees(std::slice::from_ref(&money)));
    centre.give_guarantees(&[single, over, others]).unwrap();
    refused(centre.take_cover("OVER", case.id, amount("1"), "test"));
    refused(centre.take_cover("OTHERS", case.id, amount("1"), "test"));
    centre.take_cover("S", case.id, amount("60"), "test").unwrap();
    centre.take_cover("S", case.id, amount("40"), "test").unwrap();
    assert_eq!(centre.free_cover(case.id, "test").unwrap(), amount("100"));
    assert_eq!(centre.free_cover(case.id, "test").unwrap(), Decimal::ZERO);
    let second = bureau.file(import(payable(payable(1) + 1))).case;
    if second.payer == Some(case.payer) {
        refused(centre.take_cover("S", second.id, amount("1"), "test"));
    }
    // A deposit is the payer's own money: gone from the advances, and back when it ends.
    let advance = AccountId::Advance(case.payer, "RUB".to_owned());
    bureau.centre.credit(case.payer, "RUB", amount("150"), "PP 1").unwrap();
    let before = centre.store().balance(&advance).unwrap();
    centre.give_guarantees(&[money]).unwrap();
    assert_eq!(centre.store().balance(&advance).unwrap(), before - amount("100"));
    centre.end_guarantee("M").unwrap();
    assert_eq!(centre.store().balance(&advance).unwrap(), before);
    adds_up(&bureau);
}

/// Declarations are filed and withdrawn, money comes and goes, guarantees cover and are freed, all at once: at
/// every moment everything adds up.
#[test]
fn whatever_happens_at_once_adds_up_at_every_moment() {
    let bureau = Bureau::open();
    let centre = &bureau.centre;
    let case = waiting(&bureau);
    centre.put_banks(&[bank()]).unwrap();
    centre.give_guarantees(&[guarantee(&case, "G", GuaranteeKind::General, "500")]).unwrap();
    let document = |number: String, sum: &str| PaymentDocument { number, ..document(&case, "", sum) };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for nth in 1..25 {
                let filed = bureau.file(import(nth)).case;
                let withdraw = Input::Withdraw { reason: "not needed".to_owned(), power: None };
                // One that is released or refused already stays so.
                let _ = centre.input(filed.id, withdraw);
            }
        });
        scope.spawn(|| {
            for nth in 0..30 {
                let paid = document(format!("IN {nth}"), "5000000");
                assert_eq!(centre.book_payments(&[paid.clone(), paid]).unwrap(), [true, false]);
            }
        });
        scope.spawn(|| {
            for nth in 0..30 {
                // What is not there is not paid back.
                let _ = centre.refund_advance(&document(format!("OUT {nth}"), "4999999.99"));
            }
        });
        scope.spawn(|| {
            for nth in 0..30 {
                let _ = centre.take_cover("G", case.id, amount("190"), "test");
                if nth % 3 == 2 {
                    centre.free_cover(case.id, "test").unwrap();
                }
            }
        });
        for _ in 0..20 {
            adds_up(&bureau);
        }
    });
    adds_up(&bureau);
    let covered = AccountId::Covered("G".to_owned(), "RUB".to_owned());
    assert!(centre.store().balance(&covered).unwrap() <= amount("500"));
    bureau.replays_without_a_difference();
}

/// What cannot be is named by its place in the file, and nothing of the file is booked.
#[test]
fn an_impossible_payment_is_refused_with_its_place_and_nothing_is_booked() {
    let bureau = Bureau::open();
    let case = waiting(&bureau);
    let good = document(&case, "17", "100");
    let tomorrow = bureau.centre.today().tomorrow().unwrap();
    let faults: [(PaymentDocument, &str); 7] = [
        (PaymentDocument { date: Some(tomorrow), ..good.clone() }, "which is to come"),
        (PaymentDocument { currency: "XXX".to_owned(), ..good.clone() }, "XXX is no currency on"),
        (PaymentDocument { number: "1\n7".to_owned(), ..good.clone() }, "printable characters"),
        (PaymentDocument { number: String::new(), ..good.clone() }, "1 to 100"),
        (PaymentDocument { amount: amount("0.001"), ..good.clone() }, "the amount is 0.001"),
        (PaymentDocument { amount: amount("-5"), ..good.clone() }, "the amount is -5"),
        (PaymentDocument { amount: amount("1000000000000000"), ..good.clone() }, "below a quadrillion"),
    ];
    for (fault, wanted) in faults {
        let why = refused(bureau.centre.book_payments(&[good.clone(), fault]));
        assert!(why.starts_with("payment 2 (") && why.contains(wanted), "{why}");
        assert!(why.ends_with("nothing was booked"), "{why}");
    }
    let day = |day| Some(Date::constant(2026, 11, day));
    let why = refused(bureau.centre.statement(case.payer, day(20), day(19), &TimeZone::UTC));
    assert_eq!(why, "the last day, 2026-11-19, lies before the first, 2026-11-20");
    assert!(bureau.centre.statement(case.payer, None, None, &TimeZone::UTC).unwrap().is_empty());
    adds_up(&bureau);
}
