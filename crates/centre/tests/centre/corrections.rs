//! Corrections and withdrawals: what becomes of a declaration that was filed.

use clearance::{CaseId, Decision, Event, Input, OfficerId, State};
use declaration::TaxNumber;
use greenlane_centre::{Outcome, Standing, SubmitError};
use rust_decimal::Decimal;

use crate::forms::{Correction, between, withdrawal};
use crate::{Bureau, TRADE, import, payable, routed};

/// A correction of the first line of goods of the `nth` declaration, as XML of `KDToutGoods`.
fn correction<'a>(of: &'a str, outcome: &Outcome, totals: &str, goods: &str, beside: &str) -> Correction<'a> {
    let number = outcome.case.number.unwrap();
    Correction { of, number, totals: totals.into(), goods: goods.into(), beside: beside.into() }
}

/// Half a kilogram more gross mass than was declared.
pub(crate) fn heavier(of: &str, outcome: &Outcome, by: u32, nth: u32) -> String {
    let declared: Decimal = between(of, "<catESAD_cu:GrossWeightQuantity>", "<").parse().unwrap();
    let mass = declared + Decimal::new(i64::from(by), 1);
    let goods = format!("<catESAD_cu:GrossWeightQuantity>{mass}</catESAD_cu:GrossWeightQuantity>");
    correction(of, outcome, "", &goods, "").text(nth)
}

/// Declared packages and payments of the first line of goods as they stand in box 31 and 47.
fn packages(of: &str) -> u32 {
    between(of, "<catESAD_cu:PakageQuantity>", "<").parse().unwrap()
}

fn packaging(count: u32) -> String {
    format!(
        "<ESADGoodsPackaging><catESAD_cu:PakageQuantity>{count}</catESAD_cu:PakageQuantity>\
         <catESAD_cu:PakageTypeCode>1</catESAD_cu:PakageTypeCode>\
         <catESAD_cu:PackagePalleteInformation><catESAD_cu:PalleteCode>CT</catESAD_cu:PalleteCode>\
         <catESAD_cu:PalleteQuantity>{count}</catESAD_cu:PalleteQuantity>\
         </catESAD_cu:PackagePalleteInformation></ESADGoodsPackaging>"
    )
}

/// An import of one line of goods that states its payments, from a place on.
pub(crate) fn one_line(from: u32) -> u32 {
    (from..)
        .find(|nth| {
            let declared = TRADE.at(u64::from(*nth)).unwrap().declaration;
            let shared = |item: &declaration::Item| {
                item.packaging.as_ref().is_some_and(|packaging| packaging.partial_count.is_some())
            };
            declared.items.len() == 1 && !declared.payments.is_empty() && !shared(&declared.items[0])
        })
        .unwrap()
}

fn findings(why: SubmitError) -> Vec<String> {
    let SubmitError::Faulty { findings, .. } = why else { panic!("{why}") };
    findings.iter().map(|finding| format!("{} {}", finding.code, finding.path)).collect()
}

/// The changes between the version that counts and the one before.
fn changes(bureau: &Bureau, id: CaseId) -> Vec<String> {
    let versions = bureau.centre.versions(id).unwrap();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let last = versions.last().unwrap();
    last.changes
        .iter()
        .map(|change| format!("{}: {} → {}", change.path, text(&change.before), text(&change.after)))
        .collect()
}

#[test]
fn a_correction_makes_the_second_version_and_keeps_the_first() {
    let bureau = Bureau::open();
    let one = one_line(0);
    let text = import(one);
    let outcome = bureau.file(text.as_str());
    let id = outcome.case.id;
    assert_eq!(outcome.case.state, State::WaitingForPayment);
    let count = packages(&text);
    let filed = bureau.paper(correction(&text, &outcome, "", "", &packaging(count + 3)).text(1));
    let case = filed.case.unwrap();
    assert_eq!((case.version, case.state), (2, State::WaitingForPayment), "{:?}", bureau.way(id));
    assert_eq!(case, bureau.case(id));
    // Box 6 was not stated and follows from the goods.
    let said = changes(&bureau, id);
    assert!(said.contains(&format!("package_count: {count} → {}", count + 3)), "{said:?}");
    assert!(said.iter().all(|change| !change.starts_with("declarant")), "{said:?}");
    let versions = bureau.centre.versions(id).unwrap();
    assert_eq!(versions.iter().map(|version| version.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(versions[0].declaration, TRADE.at(u64::from(one)).unwrap().declaration);
    assert_eq!(versions[1].paper.as_ref().unwrap().paper, filed.paper.id.to_string());
    let view = bureau.centre.view(id).unwrap();
    assert_eq!(view.declaration, versions[1].declaration);
    assert_eq!(view.document.bytes, text.as_bytes(), "what was filed stays what was filed");
    let corrected = view.steps.iter().flat_map(|(_, step)| &step.events).find_map(|event| match event {
        Event::Corrected { version, changes, .. } => Some((*version, *changes as usize)),
        _ => None,
    });
    assert_eq!(corrected, Some((2, said.len())));

    // Sent again, as after an answer that was lost, it is the same correction.
    let again = bureau.paper(correction(&text, &outcome, "", "", &packaging(count + 3)).text(1));
    assert!(again.repeated && again.paper == filed.paper && again.case == Some(case));

    // The next correction starts from the second version.
    let case = bureau.paper(heavier(&text, &outcome, 5, 2)).case.unwrap();
    assert_eq!(case.version, 3);
    let said = changes(&bureau, id);
    assert!(said.len() == 1 && said[0].starts_with("items/1/mass_gross:"), "{said:?}");
    let bureau = bureau.reopen();
    assert_eq!(bureau.centre.versions(id).unwrap().len(), 3);
    bureau.replays_without_a_difference();
    bureau.is_proven(id);
}

#[test]
fn a_correction_of_the_customs_value_is_computed_anew() {
    let bureau = Bureau::open();
    let one = one_line(0);
    let text = import(one);
    let outcome = bureau.file(text.as_str());
    let id = outcome.case.id;
    // The value is a hundred higher in the currency of the account, and nothing else: box 12, box 47 and
    // box B of the new version are what the rates make of it.
    let declared = TRADE.at(u64::from(one)).unwrap().declaration;
    let value = declared.items[0].customs_value.unwrap().get() + Decimal::from(100);
    let mut meant = declared.clone();
    meant.items[0].customs_value = Some(declaration::Amount::from_decimal(value));
    meant.customs_value_total = meant.items[0].customs_value;
    let world = bureau.centre.world();
    let pack = world.pack_for(&meant);
    let computed = duty::compute(&meant, world.reference(), pack, TRADE.plan().day);
    let mut lines = String::new();
    for block in text.split("<ESADout_CUCustomsPaymentCalculation>").skip(1) {
        let block = block.split_once("</ESADout_CUCustomsPaymentCalculation>").unwrap().0;
        let kind = between(block, "PaymentModeCode>", "<");
        let line = computed.lines.iter().find(|line| line.kind.as_str() == kind).unwrap();
        let set = |block: &str, element: &str, value: Decimal| {
            let old = format!("{element}>{}<", between(block, &format!("{element}>"), "<"));
            block.replace(&old, &format!("{element}>{value}<"))
        };
        let block = set(&set(block, "PaymentAmount", line.amount), "TaxBase", line.base.normalize());
        lines += &format!("<KDToutCustomsPaymentCalculation>{block}</KDToutCustomsPaymentCalculation>");
    }
    let goods = format!("<catESAD_cu:CustomsCost>{value}</catESAD_cu:CustomsCost>");
    let previous = declared.items[0].customs_value.unwrap();
    let beside = format!("<PreviousCustomsCost>{previous}</PreviousCustomsCost>{lines}");

    // Box 12 that is not the sum of boxes 45 passes the schema, and goes no further.
    let wrong = format!("<catESAD_cu:TotalCustCost>{}</catESAD_cu:TotalCustCost>", value + Decimal::ONE);
    let why = bureau.try_paper(correction(&text, &outcome, &wrong, &goods, &beside).text(1)).unwrap_err();
    assert_eq!(findings(why), ["GL-1103 customs_value_total"]);
    assert_eq!(bureau.case(id), outcome.case, "nothing happened to the case");
    assert!(bureau.centre.papers_of(id, 9).unwrap().is_empty());

    let case = bureau.paper(correction(&text, &outcome, "", &goods, &beside).text(2)).case.unwrap();
    let view = bureau.centre.view(id).unwrap();
    assert_eq!(case.version, 2, "{:?}", view.assessed.findings);
    assert_eq!(case.customs_value, value);
    assert_eq!(case.payable, computed.payable_total);
    assert_ne!(case.payable, outcome.case.payable);
    assert_eq!(case.shortfall, case.payable);
    let said = changes(&bureau, id);
    for path in ["customs_value_total", "items/1/customs_value", "payments/"] {
        assert!(said.iter().any(|change| change.starts_with(path)), "{path}: {said:?}");
    }
    assert_eq!(view.assessed.payments.payable_total, case.payable);

    // Once the payer has paid the new amount, the goods go.
    bureau.pay(&outcome);
    assert_eq!(bureau.case(id).state, State::Released);
    bureau.replays_without_a_difference();
    bureau.balance_sums_are_zero();
}

#[test]
fn a_correction_that_the_control_does_not_pass_changes_nothing() {
    let bureau = Bureau::open();
    let text = import(one_line(0));
    let outcome = bureau.file(text.as_str());
    // More net than gross.
    let goods = "<catESAD_cu:GrossWeightQuantity>0.001</catESAD_cu:GrossWeightQuantity>";
    let filed = bureau.paper(correction(&text, &outcome, "", goods, "").text(1));
    let case = filed.case.unwrap();
    assert_eq!((case.version, case.state), (1, outcome.case.state));
    assert_eq!(bureau.way(case.id).last(), Some(&"correction_refused"));
    assert_eq!(bureau.centre.versions(case.id).unwrap().len(), 1);
    assert_eq!(bureau.centre.papers_of(case.id, 9).unwrap().len(), 1, "it is kept");
    // Sound again, it is taken.
    assert_eq!(bureau.paper(heavier(&text, &outcome, 5, 2)).case.unwrap().version, 2);
    bureau.replays_without_a_difference();
    bureau.is_proven(case.id);
}

#[test]
fn a_correction_that_leads_nowhere_is_a_finding() {
    let bureau = Bureau::open();
    let text = import(one_line(0));
    let outcome = bureau.file(text.as_str());
    let number = outcome.case.number.unwrap();
    let unknown = clearance::RegistrationNumber::new(number.office(), number.date(), 99).unwrap();
    let mut to_nobody = correction(&text, &outcome, "", "", &packaging(90));
    to_nobody.number = unknown;
    assert_eq!(findings(bureau.try_paper(to_nobody.text(1)).unwrap_err()), ["GL-6101 "]);
    assert_eq!(findings(bureau.try_paper(withdrawal(2, unknown, "ОШИБКА")).unwrap_err()), ["GL-6101 "]);
    let same = heavier(&text, &outcome, 0, 3);
    assert_eq!(findings(bureau.try_paper(same).unwrap_err()), ["GL-6102 "], "nothing changes");
    assert_eq!(bureau.case(outcome.case.id), outcome.case);
}

#[test]
fn who_does_not_speak_for_the_declarant_corrects_and_withdraws_nothing() {
    let bureau = Bureau::open();
    let one = one_line(0);
    let text = import(one);
    let outcome = bureau.file(text.as_str());
    let number = outcome.case.number.unwrap();
    let rival: TaxNumber = "7700000016".parse().unwrap();
    for standing in [Standing::Participant(rival), Standing::Unknown] {
        for bytes in [heavier(&text, &outcome, 5, 1), withdrawal(2, number, "НЕ НУЖНА")] {
            let why = bureau.paper_of("login:rival", standing, bytes).unwrap_err();
            assert_eq!(findings(why), ["GL-6101 "], "it is not said that there is one");
        }
    }
    assert_eq!(bureau.case(outcome.case.id), outcome.case);
    // The declarant may, whoever filed.
    let own = Standing::Participant(TRADE.at(u64::from(one)).unwrap().declarant);
    let paper = bureau.paper_of("login:own", own, heavier(&text, &outcome, 5, 3)).unwrap();
    assert_eq!(paper.case.unwrap().version, 2);
    // And so may whoever filed.
    let paper = bureau.paper_of("login:trader", Standing::Unknown, withdrawal(4, number, "НЕ НУЖНА"));
    assert_eq!(paper.unwrap().case.unwrap().state, State::Withdrawn);
}

#[test]
fn after_release_nothing_is_corrected_or_withdrawn() {
    let bureau = Bureau::open();
    let one = one_line(0);
    let text = import(one);
    let payer = TRADE.at(u64::from(one)).unwrap().declarant;
    bureau.centre.credit(payer, "RUB", Decimal::from(100_000_000), "PP 1").unwrap();
    let outcome = bureau.file(text.as_str());
    assert_eq!(outcome.case.state, State::Released);
    let number = outcome.case.number.unwrap();
    for bytes in [heavier(&text, &outcome, 5, 1), withdrawal(2, number, "ОШИБКА")] {
        let why = bureau.try_paper(bytes).unwrap_err();
        assert_eq!(why.code(), "GL-5001", "{why}");
    }
    assert_eq!(bureau.case(outcome.case.id), outcome.case);
    assert!(bureau.centre.papers_of(outcome.case.id, 9).unwrap().is_empty());
}

#[test]
fn a_case_with_an_officer_stays_there_when_it_is_corrected() {
    let bureau = Bureau::open();
    bureau.officer("tern");
    let one = one_line(payable(0));
    let text = import(one);
    let payer = TRADE.at(u64::from(one)).unwrap().declarant;
    bureau.centre.credit(payer, "RUB", Decimal::from(100_000_000), "PP 1").unwrap();
    let outcome = routed(&bureau, one);
    assert!(outcome.case.reserved > Decimal::ZERO);
    let case = bureau.paper(heavier(&text, &outcome, 5, 1)).case.unwrap();
    assert_eq!((case.state, case.version), (State::UnderControl, 2));
    assert_eq!(case.officer, Some(OfficerId("tern".into())));
    assert_eq!(case.reserved, case.payable, "what is set aside is what is payable now");
    let advance = store::AccountId::Advance(payer, "RUB".into());
    let left = bureau.centre.store().balance(&advance).unwrap();
    assert_eq!(left, Decimal::from(100_000_000) - case.payable);
    bureau.balance_sums_are_zero();
    let decide = Input::Decide {
        officer: OfficerId("tern".into()),
        decision: Decision::Release,
        reason: String::new(),
        version: None,
    };
    assert_eq!(bureau.centre.input(case.id, decide).unwrap().state, State::Released);
    bureau.balance_sums_are_zero();
    bureau.replays_without_a_difference();
    bureau.is_proven(case.id);
}

#[test]
fn a_withdrawal_gives_back_what_was_set_aside_and_frees_the_officer() {
    let bureau = Bureau::open();
    bureau.officer("tern");
    let one = payable(0);
    let payer = TRADE.at(u64::from(one)).unwrap().declarant;
    bureau.centre.credit(payer, "RUB", Decimal::from(100_000_000), "PP 1").unwrap();
    let outcome = routed(&bureau, one);
    let number = outcome.case.number.unwrap();
    let filed = bureau.paper(withdrawal(1, number, "Товар не прибыл"));
    let case = filed.case.unwrap();
    assert_eq!((case.state, case.reserved), (State::Withdrawn, Decimal::ZERO));
    assert_eq!(bureau.way(case.id)[bureau.way(case.id).len() - 2..], ["payment_returned", "withdrawn"]);
    let view = bureau.centre.view(case.id).unwrap();
    let (_, last) = view.steps.last().unwrap();
    assert!(last.events.contains(&Event::Withdrawn { reason: "Товар не прибыл".into() }));
    assert_eq!(view.papers[0].id, filed.paper.id);
    let loads: Vec<u32> =
        bureau.centre.store().officers().unwrap().iter().map(|officer| officer.load).collect();
    assert_eq!(loads, [0]);
    assert_eq!(bureau.try_paper(withdrawal(2, number, "Ещё раз")).unwrap_err().code(), "GL-5001");
    bureau.balance_sums_are_zero();
    bureau.replays_without_a_difference();
    bureau.is_proven(case.id);
}

#[test]
fn outcomes_are_counted_once_however_they_come() {
    let bureau = Bureau::open();
    let text = import(one_line(0));
    // Waits for its declaration, which thereby takes two steps at once.
    bureau.paper(crate::forms::customs_value(
        1,
        &TRADE.at(u64::from(one_line(0))).unwrap().declaration,
        None,
    ));
    let outcome = bureau.file(text.as_str());
    assert_eq!((outcome.case.state, outcome.case.seq), (State::WaitingForPayment, 2));
    bureau.paper(withdrawal(2, outcome.case.number.unwrap(), "ОШИБКА"));
    let number = outcome.case.number;
    bureau.paper(crate::forms::inventory(3, &TRADE.at(0).unwrap().declaration, number, None));
    let board = bureau.centre.board().unwrap();
    let mut counted: Vec<(String, u64)> = Vec::new();
    for minute in &board.minutes {
        counted.extend(minute.outcomes.iter().map(|(name, count)| (name.clone(), *count)));
    }
    assert_eq!(
        counted
            .iter()
            .map(|(name, count)| (name.as_str(), *count))
            .filter(|one| one.1 > 0)
            .collect::<Vec<_>>(),
        [("waiting", 1), ("withdrawn", 1)]
    );
}
