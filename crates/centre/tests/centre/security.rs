//! What is conditional waits for a guarantee, and what several payers pay is there whole or not at all.

use clearance::{Case, Decision, Event, Input, OfficerId, Refusal, RouteReason, State};
use declaration::{Declaration, Guarantee as Box52, Leaf, PaymentTotal, TaxNumber};
use greenlane_centre::{InputError, Outcome, Standing, Submission};
use jiff::civil::Date;
use reference::{Dataset, DatasetKind};
use rust_decimal::Decimal;
use store::{AccountId, Bank, Guarantee, GuaranteeForm, GuaranteeKind, PaymentDocument};
use wire::{Completion, Target};

use super::corrections::{heavier, one_line};
use super::{Bureau, PACKS, TRADE, nothing_by_chance};

/// Temporary admission is released without an official here, so that money and security alone decide.
fn bureau() -> Bureau {
    let bureau = Bureau::open();
    import_pack(&bureau, |pack| pack);
    bureau
}

fn import_pack(bureau: &Bureau, change: impl Fn(String) -> String) {
    let pack = PACKS[0].1.replace(r#"procedures = ["10", "40"]"#, r#"procedures = ["10", "40", "53"]"#);
    assert_ne!(pack, PACKS[0].1);
    let content = nothing_by_chance(&change(pack)).into_bytes();
    let set = Dataset::new(DatasetKind::Pack, "eaeu-ru".to_owned(), "pack.toml".to_owned(), content);
    bureau.centre.import(set).unwrap();
}

/// An import of one line of goods, from a place on.
fn plain(from: u32) -> (u32, Declaration) {
    let place = one_line(from);
    (place, TRADE.at(u64::from(place)).unwrap().declaration)
}

/// The same for temporary admission: duty and tax are conditional, the fee is paid.
pub(crate) fn conditional(from: u32) -> (u32, Declaration) {
    let (place, mut declaration) = plain(from);
    let procedure = Leaf::parse("53").unwrap();
    declaration.procedure = Some(procedure);
    declaration.payments.clear();
    for item in &mut declaration.items {
        item.payments.clear();
        if let Some(stated) = &mut item.procedure {
            stated.requested = Some(procedure);
        }
    }
    (place, declaration)
}

pub(crate) fn text(declaration: &Declaration) -> String {
    let document_id = declaration.document_id.as_ref().unwrap().as_str().to_owned();
    let written_at = declaration.created_at.unwrap();
    wire::write(declaration, Target::Album523, &Completion { document_id, written_at }).unwrap()
}

fn file(bureau: &Bureau, declaration: &Declaration) -> Outcome {
    bureau.file(text(declaration))
}

fn pay(bureau: &Bureau, payer: TaxNumber, document: &str) {
    bureau.centre.credit(payer, "RUB", Decimal::from(1_000_000_000), document).unwrap();
}

fn guarantee(principal: TaxNumber, number: &str, kind: GuaranteeKind, amount: Decimal) -> Guarantee {
    Guarantee {
        number: number.to_owned(),
        kind,
        form: GuaranteeForm::Surety,
        guarantor: "ООО «Поручитель»".to_owned(),
        principal,
        amount,
        currency: "RUB".to_owned(),
        valid_from: Date::constant(2020, 1, 1),
        valid_to: Date::constant(2100, 1, 1),
        given_at: jiff::Timestamp::UNIX_EPOCH,
        ended_at: None,
    }
}

pub(crate) fn general(principal: TaxNumber, number: &str, amount: Decimal) -> Guarantee {
    guarantee(principal, number, GuaranteeKind::General, amount)
}

#[track_caller]
fn adds_up(bureau: &Bureau) {
    let found = bureau.centre.reconcile().unwrap();
    assert_eq!(found.differences, Vec::<String>::new());
    assert!(found.sums.iter().all(|(_, sum)| sum.is_zero()), "{:?}", found.sums);
}

/// A temporary import that is paid and not secured.
fn unsecured(bureau: &Bureau) -> Case {
    let (_, declaration) = conditional(1);
    let payer = declarant(&declaration);
    pay(bureau, payer, "PP 1");
    let outcome = file(bureau, &declaration);
    assert_eq!(outcome.case.state, State::WaitingForPayment, "{:?}", outcome.findings);
    outcome.case
}

pub(crate) fn declarant(declaration: &Declaration) -> TaxNumber {
    declaration.declarant.as_ref().unwrap().tax_number().unwrap()
}

/// The last events but what is recorded of looks: nobody speaks of them here, which a decision records.
fn last(bureau: &Bureau, case: &Case, count: usize) -> Vec<&'static str> {
    let mut way = bureau.way(case.id);
    way.retain(|name| *name != "results_recorded");
    way[way.len() - count..].to_vec()
}

#[test]
fn what_is_conditional_waits_for_a_guarantee_and_goes_on_when_one_comes() {
    let bureau = bureau();
    let case = unsecured(&bureau);
    let (payer, demanded) = (case.payer.unwrap(), case.security.demanded);
    assert!(demanded > Decimal::ZERO && case.deadline.is_some());
    assert_eq!((case.security.missing(), case.shortfall), (demanded, Decimal::ZERO));
    assert_eq!(last(&bureau, &case, 2), ["registered", "security_awaited"]);
    // Nothing is taken before all is there.
    let advance = AccountId::Advance(payer, "RUB".to_owned());
    assert_eq!(bureau.centre.store().balance(&advance).unwrap(), Decimal::from(1_000_000_000));
    let cent = Decimal::new(1, 2);
    bureau.centre.give_guarantees(&[general(payer, "G-1", demanded - cent)]).unwrap();
    assert_eq!(bureau.case(case.id).state, State::WaitingForPayment, "a kopeck is missing");
    bureau.centre.give_guarantees(&[general(payer, "G-2", demanded + cent)]).unwrap();
    let released = bureau.case(case.id);
    assert_eq!(released.state, State::ReleasedConditionally);
    assert_eq!(last(&bureau, &case, 4), ["payment_reserved", "payment_posted", "security_taken", "released"]);
    // The debt lives on, and so does what covers it, until somebody frees it.
    let [cover] = &bureau.centre.store().covers().unwrap()[..] else { panic!("one cover is expected") };
    assert_eq!((cover.guarantee.as_str(), cover.amount), ("G-2", demanded));
    assert!(bureau.centre.end_guarantee("G-2").is_err());
    adds_up(&bureau);
    assert_eq!(bureau.centre.free_cover(case.id, "administrator").unwrap(), demanded);
    assert_eq!(last(&bureau, &case, 1), ["security_freed"]);
    assert_eq!(bureau.case(case.id).state, State::ReleasedConditionally);
    bureau.centre.end_guarantee("G-2").unwrap();
    adds_up(&bureau);
    bureau.is_proven(case.id);
    bureau.reopen().replays_without_a_difference();
}

#[test]
fn a_case_whose_security_never_comes_is_refused_at_its_deadline_and_a_cover_by_hand_releases_one() {
    let bureau = bureau();
    let case = unsecured(&bureau);
    let (payer, demanded) = (case.payer.unwrap(), case.security.demanded);
    let half = (demanded / Decimal::TWO).round_dp(2);
    let (rest, cent) = (demanded - half, Decimal::new(1, 2));
    // None of three covers it alone; what two cover by hand leaves the third enough.
    let given = [general(payer, "A", half), general(payer, "B", rest - cent), general(payer, "C", cent)];
    bureau.centre.give_guarantees(&given).unwrap();
    bureau.centre.take_cover("A", case.id, half, "administrator").unwrap();
    assert_eq!(bureau.case(case.id).security.missing(), rest);
    bureau.centre.take_cover("B", case.id, rest - cent, "administrator").unwrap();
    assert_eq!(bureau.case(case.id).state, State::ReleasedConditionally);
    assert_eq!(bureau.case(case.id).security.covers.len(), 3);

    let (_, other) = conditional(one_line(2) + 1);
    pay(&bureau, declarant(&other), "PP 2");
    let other = file(&bureau, &other).case;
    assert_eq!(other.state, State::WaitingForPayment);
    let refused = bureau.centre.input(other.id, Input::DeadlineReached).unwrap();
    assert_eq!(refused.state, State::ReleaseRefused);
    let view = bureau.centre.view(other.id).unwrap();
    let (_, step) = view.steps.last().unwrap();
    assert!(
        matches!(step.events.last(), Some(Event::Refused { reason, .. }) if reason.starts_with("security")),
        "{:?}",
        step.events
    );
    adds_up(&bureau);
    bureau.replays_without_a_difference();
}

#[test]
fn a_single_guarantee_refuses_a_second_case() {
    let bureau = bureau();
    let first = unsecured(&bureau);
    let (payer, demanded) = (first.payer.unwrap(), first.security.demanded);
    let enough = demanded * Decimal::from(1_000);
    let single = guarantee(payer, "S", GuaranteeKind::Single, enough);
    bureau.centre.give_guarantees(&[single]).unwrap();
    assert_eq!(bureau.case(first.id).state, State::ReleasedConditionally);
    let mut another = conditional(1).1;
    another.document_id = Some(Leaf::parse("00000000-0000-4000-8000-00000000A001").unwrap());
    another.local_reference = None;
    let second = file(&bureau, &another).case;
    assert_eq!(second.state, State::WaitingForPayment, "it has enough free, and is spent");
    assert!(bureau.centre.take_cover("S", second.id, demanded, "administrator").is_err());
    // Not even when it covers nothing any more.
    bureau.centre.free_cover(first.id, "administrator").unwrap();
    assert_eq!(bureau.case(second.id).state, State::WaitingForPayment);
    bureau.centre.give_guarantees(&[general(payer, "G", enough)]).unwrap();
    assert_eq!(bureau.case(second.id).state, State::ReleasedConditionally);
    assert_eq!(bureau.case(second.id).security.covers[0].guarantee, "G");
    adds_up(&bureau);
    bureau.replays_without_a_difference();
}

#[test]
fn the_guarantee_that_box_52_names_is_taken_and_what_is_freed_covers_the_next() {
    let bureau = bureau();
    let (_, mut declaration) = conditional(1);
    let payer = declarant(&declaration);
    pay(&bureau, payer, "PP 1");
    let much = Decimal::from(100_000_000);
    let single = guarantee(payer, "A", GuaranteeKind::Single, much);
    bureau.centre.give_guarantees(&[single, general(payer, "B", much), general(payer, "C", much)]).unwrap();
    declaration.guarantees = vec![Box52 {
        way: Some(Leaf::parse("БГ").unwrap()),
        amount: Some(Leaf::parse("100000000").unwrap()),
        document_number: Some(Leaf::parse("C").unwrap()),
        ..Box52::default()
    }];
    let named = file(&bureau, &declaration);
    assert_eq!(named.case.state, State::ReleasedConditionally, "{:?}", named.findings);
    assert_eq!(named.case.security.covers[0].guarantee, "C");
    declaration.guarantees.clear();
    declaration.document_id = Some(Leaf::parse("00000000-0000-4000-8000-00000000A002").unwrap());
    let unnamed = file(&bureau, &declaration).case;
    assert_eq!(unnamed.security.covers[0].guarantee, "A", "one for a single operation before a general one");
    adds_up(&bureau);
    bureau.replays_without_a_difference();
}

#[test]
fn an_officer_releases_what_is_secured_and_every_other_end_frees_the_guarantee() {
    let bureau = bureau();
    bureau.officer("tern");
    bureau.centre.add_profile(super::EVERYTHING).unwrap();
    let (place, declaration) = conditional(1);
    let payer = declarant(&declaration);
    pay(&bureau, payer, "PP 1");
    let routed = |nth: u32| {
        let mut declaration = declaration.clone();
        let id = format!("00000000-0000-4000-8000-00000000B{nth:03}");
        declaration.document_id = Some(Leaf::parse(&id).unwrap());
        let text = text(&declaration);
        let outcome = bureau.file(text.as_str());
        assert_eq!(outcome.case.state, State::UnderControl, "{place}: {:?}", outcome.findings);
        (outcome, text)
    };
    let decide = |case: &Case, decision| {
        let input = Input::Decide {
            officer: OfficerId("tern".into()),
            decision,
            reason: "as it should be".into(),
            version: None,
        };
        bureau.centre.input(case.id, input)
    };
    let (outcome, _) = routed(1);
    let case = outcome.case;
    let demanded = case.security.demanded;
    assert_eq!(last(&bureau, &case, 2), ["payment_reserved", "security_awaited"]);
    let refused = decide(&case, Decision::Release);
    assert!(
        matches!(refused, Err(InputError::Refused(Refusal::SecurityOutstanding { amount, .. })) if amount == demanded)
    );
    // One guarantee for one case at a time: whoever is freed last knows whether it came back.
    bureau.centre.give_guarantees(&[general(payer, "G", demanded)]).unwrap();
    assert_eq!(bureau.case(case.id).state, State::UnderControl, "the officer decides");
    assert_eq!(decide(&case, Decision::Release).unwrap().state, State::ReleasedConditionally);
    assert_eq!(last(&bureau, &case, 3), ["payment_posted", "security_taken", "released"]);
    let waits = routed(2).0.case;
    assert_eq!(waits.security.missing(), demanded);
    bureau.centre.free_cover(case.id, "administrator").unwrap();

    let (refused, _) = routed(3);
    assert_eq!(refused.case.security.covers.len(), 1);
    decide(&refused.case, Decision::Refuse).unwrap();
    assert_eq!(last(&bureau, &refused.case, 3), ["payment_returned", "security_freed", "refused"]);
    let (withdrawn, _) = routed(4);
    assert_eq!(withdrawn.case.security.covers.len(), 1);
    let withdraw = Input::Withdraw { reason: "not needed".to_owned(), power: None };
    bureau.centre.input(withdrawn.case.id, withdraw).unwrap();
    assert_eq!(last(&bureau, &withdrawn.case, 3), ["payment_returned", "security_freed", "withdrawn"]);
    // A correction frees it and takes it anew.
    let (corrected, of) = routed(5);
    let filed = bureau.paper(heavier(&of, &corrected, 5, 1)).case.unwrap();
    assert_eq!((filed.version, filed.security.covers.len()), (2, 1), "{:?}", bureau.way(filed.id));
    assert_eq!(
        last(&bureau, &filed, 4),
        ["payment_returned", "security_freed", "payment_reserved", "security_taken"]
    );
    let covered = AccountId::Covered("G".to_owned(), "RUB".to_owned());
    assert_eq!(bureau.centre.store().balance(&covered).unwrap(), demanded);
    adds_up(&bureau);
    bureau.replays_without_a_difference();
}

#[test]
fn under_a_pack_that_says_nothing_all_is_as_before_and_stays_so_when_made_again() {
    let bureau = bureau();
    let silent = |pack: String| {
        let from = pack.find("[payments.security]").unwrap();
        let to = pack.find("[payments.duty]").unwrap();
        format!("{}{}", &pack[..from], &pack[to..])
    };
    import_pack(&bureau, silent);
    let (_, declaration) = conditional(1);
    pay(&bureau, declarant(&declaration), "PP 1");
    let before = file(&bureau, &declaration).case;
    assert_eq!(before.state, State::ReleasedConditionally);
    assert!(before.security.is_none() && before.shares.is_empty());
    // A step records neither: it reads as what was recorded before there was security.
    let view = bureau.centre.view(before.id).unwrap();
    let recorded = serde_json::to_string(&view.steps[0].1.events).unwrap();
    assert!(!recorded.contains("security") && !recorded.contains("parts"), "{recorded}");
    import_pack(&bureau, |pack| pack);
    let mut another = declaration;
    another.document_id = Some(Leaf::parse("00000000-0000-4000-8000-00000000C001").unwrap());
    assert_eq!(file(&bureau, &another).case.state, State::WaitingForPayment);
    bureau.replays_without_a_difference();
}

#[test]
fn what_a_case_gives_back_releases_the_next_one_that_waits() {
    let bureau = bureau();
    bureau.officer("tern");
    let (_, declaration) = conditional(1);
    let payer = declarant(&declaration);
    pay(&bureau, payer, "PP 1");
    let numbered = |nth: u32| {
        let mut declaration = declaration.clone();
        let id = format!("00000000-0000-4000-8000-00000000E{nth:03}");
        declaration.document_id = Some(Leaf::parse(&id).unwrap());
        declaration
    };
    let first = file(&bureau, &numbered(1)).case;
    let demanded = first.security.demanded;
    bureau.centre.take_cover("none", first.id, demanded, "administrator").unwrap_err();
    let half = (demanded / Decimal::TWO).round_dp(2);
    bureau.centre.give_guarantees(&[general(payer, "G", demanded - half)]).unwrap();
    bureau.centre.take_cover("G", first.id, demanded - half, "administrator").unwrap();
    bureau.centre.give_guarantees(&[general(payer, "H", demanded - Decimal::new(1, 2))]).unwrap();
    // The first waited for its other half, which H has; the second waits for all of it.
    assert_eq!(bureau.case(first.id).state, State::ReleasedConditionally);
    let second = file(&bureau, &numbered(2)).case;
    bureau.centre.give_guarantees(&[general(payer, "I", half)]).unwrap();
    bureau.centre.take_cover("I", second.id, half, "administrator").unwrap();
    assert_eq!(bureau.case(second.id).state, State::WaitingForPayment);
    let third = file(&bureau, &numbered(3)).case;
    // Freed of H, the first case leaves enough for what the second still lacks, and nothing for the third.
    bureau.centre.free_cover(first.id, "administrator").unwrap();
    assert_eq!(bureau.case(second.id).state, State::ReleasedConditionally);
    assert_eq!(bureau.case(third.id).state, State::WaitingForPayment);
    adds_up(&bureau);
    bureau.replays_without_a_difference();
}

#[test]
fn a_withdrawal_leaves_its_money_and_its_guarantee_to_who_waits() {
    let bureau = bureau();
    bureau.officer("tern");
    let (_, declaration) = conditional(1);
    let payer = declarant(&declaration);
    let numbered = |nth: u32| {
        let mut declaration = declaration.clone();
        let id = format!("00000000-0000-4000-8000-00000000F{nth:03}");
        declaration.document_id = Some(Leaf::parse(&id).unwrap());
        file(&bureau, &declaration).case
    };
    // Money and security for one case only, and an official has it.
    import_pack(&bureau, |pack| pack.replace(r#""40", "53"]"#, r#""40"]"#));
    let asked = numbered(1);
    bureau.centre.credit(payer, "RUB", asked.payable, "PP 1").unwrap();
    bureau.centre.give_guarantees(&[general(payer, "G", asked.security.demanded)]).unwrap();
    let has = numbered(2);
    assert_eq!((has.state, has.reserved), (State::UnderControl, has.payable));
    import_pack(&bureau, |pack| pack);
    let waits = numbered(3);
    assert_eq!(waits.state, State::WaitingForPayment);
    assert!(waits.shortfall > Decimal::ZERO && waits.security.missing() > Decimal::ZERO);
    let withdraw = Input::Withdraw { reason: "not needed".to_owned(), power: None };
    bureau.centre.input(has.id, withdraw).unwrap();
    // The next input comes after whatever the withdrawal set off.
    let _ = bureau.centre.input(waits.id, Input::Assign);
    assert_eq!(bureau.case(waits.id).state, State::ReleasedConditionally);
    adds_up(&bureau);
    bureau.replays_without_a_difference();
}

/// A payer that is nobody else here.
fn stranger() -> TaxNumber {
    "7799999919".parse().unwrap()
}

/// The same goods, of which somebody else pays the tax.
fn shared(declaration: &Declaration, other: TaxNumber) -> Declaration {
    let mut declaration = declaration.clone();
    let vat = Leaf::parse("5010").unwrap();
    for total in declaration.payments.iter_mut().filter(|total| total.kind == Some(vat)) {
        total.payer = Some(other);
    }
    assert!(declaration.payments.iter().any(|total: &PaymentTotal| total.payer == Some(other)));
    declaration
}

#[test]
fn every_payer_pays_their_part_or_nobody_pays() {
    let bureau = bureau();
    let (_, declaration) = plain(1);
    let (first, second) = (declarant(&declaration), stranger());
    let whole = declaration.payments.iter().filter_map(|total| total.amount).map(|sum| sum.get());
    let whole: Decimal = whole.sum();
    let shared = shared(&declaration, second);
    pay(&bureau, first, "PP 1");
    let case = file(&bureau, &shared).case;
    assert_eq!(case.state, State::WaitingForPayment);
    let [own, others] = &case.shares[..] else { panic!("{:?}", case.shares) };
    assert_eq!((own.payer, others.payer), (first, second));
    assert_eq!(own.amount + others.amount, whole);
    assert_eq!((own.shortfall, others.shortfall), (Decimal::ZERO, others.amount), "it says who is short");
    let balance =
        |payer| bureau.centre.store().balance(&AccountId::Advance(payer, "RUB".to_owned())).unwrap();
    assert_eq!(balance(first), Decimal::from(1_000_000_000), "nothing was taken of who is not short");
    adds_up(&bureau);
    // Whoever of them pays wakes it.
    pay(&bureau, second, "PP 2");
    assert_eq!(bureau.case(case.id).state, State::Released);
    assert_eq!(balance(first), Decimal::from(1_000_000_000) - own.amount);
    assert_eq!(balance(second), Decimal::from(1_000_000_000) - others.amount);
    // And what was paid too much goes back to who paid it, never more.
    let back = |payer, amount, number: &str| PaymentDocument {
        payer,
        number: number.to_owned(),
        date: None,
        amount,
        currency: "RUB".to_owned(),
    };
    let too_much = back(second, others.amount + Decimal::new(1, 2), "R 1");
    assert!(bureau.centre.return_overpaid(&too_much, case.id, "rate corrected").is_err());
    assert!(bureau.centre.return_overpaid(&back(second, others.amount, "R 1"), case.id, "rate").unwrap());
    adds_up(&bureau);
    bureau.is_proven(case.id);
    bureau.reopen().replays_without_a_difference();
}

#[test]
fn who_speaks_for_one_payer_does_not_spend_from_the_other() {
    let bureau = bureau();
    bureau.officer("tern");
    let (_, declaration) = plain(1);
    let (first, second) = (declarant(&declaration), stranger());
    let shared = shared(&declaration, second);
    pay(&bureau, first, "PP 1");
    pay(&bureau, second, "PP 2");
    let filed = bureau.centre.submit(Submission {
        bytes: text(&shared).into(),
        seal: None,
        account: "login:trader".into(),
        standing: Standing::Participant(first),
    });
    let case = filed.unwrap().case;
    assert_eq!((case.state, case.reserved), (State::UnderControl, Decimal::ZERO));
    let view = bureau.centre.view(case.id).unwrap();
    let why = view.steps.iter().flat_map(|(_, step)| &step.events).find_map(|event| match event {
        Event::Routed { reasons, .. } => Some(reasons.clone()),
        _ => None,
    });
    assert_eq!(why, Some(vec![RouteReason::Payer]));
    // The official who is satisfied of it takes both parts.
    let input = Input::Decide {
        officer: OfficerId("tern".into()),
        decision: Decision::Release,
        reason: String::new(),
        version: None,
    };
    assert_eq!(bureau.centre.input(case.id, input).unwrap().state, State::Released);
    let treasury = AccountId::Treasury("RUB".to_owned());
    assert_eq!(bureau.centre.store().balance(&treasury).unwrap(), case.payable);
    adds_up(&bureau);
    bureau.replays_without_a_difference();
}

/// A number of a run that comes out the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Everything at once on many accounts: cases of one payer and of two, conditional and not, are filed, decided,
/// withdrawn; money and guarantees come and go, are covered and freed. Whatever the order: nothing is lost or
/// made, no limit is passed, and every step comes out the same when made again.
#[test]
fn in_no_order_is_money_or_a_promise_made_or_lost() {
    let bureau = bureau();
    bureau.officer("tern");
    let centre = &bureau.centre;
    let sums = |sum: i64| Decimal::from(sum);
    let bank = Bank {
        code: "044525000".to_owned(),
        name: "Причал".to_owned(),
        currency: "RUB".to_owned(),
        single_max: sums(4_000_000),
        total_max: sums(9_000_000),
    };
    centre.put_banks(std::slice::from_ref(&bank)).unwrap();
    let mut declarations = Vec::new();
    let mut place = 0;
    for _ in 0..4 {
        let (at, declaration) = plain(place);
        declarations.push(shared(&declaration, stranger()));
        declarations.push(declaration);
        declarations.push(conditional(at).1);
        place = at + 1;
    }
    let payers: Vec<TaxNumber> = declarations.iter().map(declarant).chain([stranger()]).collect();
    std::thread::scope(|scope| {
        for thread in 0..4_u64 {
            let (bureau, declarations, payers, bank) = (&bureau, &declarations, &payers, &bank);
            scope.spawn(move || {
                let mut chance = Chance(thread + 1);
                for nth in 0..40_u64 {
                    let payer = payers[chance.below(payers.len() as u64) as usize];
                    let any_case = |chance: &mut Chance| {
                        let filter = store::CaseFilter { limit: 200, ..store::CaseFilter::default() };
                        let cases = centre.store().list(&filter).unwrap();
                        (!cases.is_empty()).then(|| cases[chance.below(cases.len() as u64) as usize].clone())
                    };
                    match chance.below(9) {
                        0..=2 => {
                            let wanted = chance.below(declarations.len() as u64) as usize;
                            let mut declaration = declarations[wanted].clone();
                            let id = format!("00000000-0000-4000-8000-0000000{thread:01X}{nth:04X}");
                            declaration.document_id = Some(Leaf::parse(&id).unwrap());
                            file(bureau, &declaration);
                        }
                        3 => {
                            let amount = sums(1 + chance.below(900_000) as i64);
                            centre.credit(payer, "RUB", amount, &format!("PP {thread} {nth}")).unwrap();
                        }
                        4 => {
                            let document = PaymentDocument {
                                payer,
                                number: format!("OUT {thread} {nth}"),
                                date: None,
                                amount: sums(1 + chance.below(300_000) as i64),
                                currency: "RUB".to_owned(),
                            };
                            // What is not there is not paid back.
                            let _ = centre.refund_advance(&document);
                        }
                        5 => {
                            let kind = GuaranteeKind::ALL[chance.below(2) as usize];
                            let form = GuaranteeForm::ALL[chance.below(3) as usize];
                            let given = Guarantee {
                                form,
                                guarantor: match form {
                                    GuaranteeForm::Bank => bank.code.clone(),
                                    GuaranteeForm::Money => String::new(),
                                    GuaranteeForm::Surety => "ООО «Поручитель»".to_owned(),
                                },
                                ..guarantee(
                                    payer,
                                    &format!("G {thread} {nth}"),
                                    kind,
                                    sums(1 + chance.below(3_000_000) as i64),
                                )
                            };
                            // The bank's limit and the principal's money may be at their end.
                            let _ = centre.give_guarantees(&[given]);
                        }
                        6 => {
                            if let Some(case) = any_case(&mut chance) {
                                let _ = centre.free_cover(case.id, "test");
                                let number = format!("G {} {}", chance.below(4), chance.below(40));
                                let amount = sums(1 + chance.below(100_000) as i64);
                                let _ = centre.take_cover(&number, case.id, amount, "test");
                                let _ = centre.end_guarantee(&number);
                            }
                        }
                        _ => {
                            if let Some(case) = any_case(&mut chance) {
                                let input = match chance.below(4) {
                                    0 => Input::Withdraw { reason: "not needed".to_owned(), power: None },
                                    1 => Input::PaymentArrived,
                                    decision => Input::Decide {
                                        officer: OfficerId("tern".into()),
                                        decision: if decision == 2 {
                                            Decision::Release
                                        } else {
                                            Decision::Refuse
                                        },
                                        reason: "as it should be".to_owned(),
                                        version: None,
                                    },
                                };
                                // Most of them make no sense where the case stands.
                                let _ = centre.input(case.id, input);
                            }
                        }
                    }
                }
            });
        }
        for _ in 0..10 {
            adds_up(&bureau);
        }
    });
    adds_up(&bureau);
    let store = centre.store();
    let mut promised = Decimal::ZERO;
    for guarantee in store.guarantees(None).unwrap() {
        let (free, covered) =
            (store.balance(&guarantee.cover()).unwrap(), store.balance(&guarantee.covered()).unwrap());
        let limit = if guarantee.ended_at.is_some() { Decimal::ZERO } else { guarantee.amount };
        assert_eq!(free + covered, limit, "{}", guarantee.number);
        if guarantee.form == GuaranteeForm::Bank {
            promised += limit;
        }
    }
    let bank = AccountId::Bank(bank.code.clone(), "RUB".to_owned());
    assert_eq!(store.balance(&bank).unwrap() + promised, sums(9_000_000));
    let filter = store::CaseFilter { limit: 1_000, ..store::CaseFilter::default() };
    let cases = store.list(&filter).unwrap();
    let stands = |state| cases.iter().filter(|case| case.state == state).count();
    let seen = (stands(State::Released), stands(State::ReleasedConditionally));
    assert!(seen.0 > 0 && seen.1 > 0, "some must have come through: {seen:?}");
    for case in &cases {
        if case.state == State::ReleasedConditionally && case.security.demanded > Decimal::ZERO {
            // Freed by hand, or covered to the kopeck.
            assert!(case.security.covers.is_empty() || case.security.missing().is_zero() || case.seq > 2);
        }
        let kept: Decimal = case.shares.iter().map(|share| share.reserved).sum();
        assert!(case.shares.is_empty() || kept == case.reserved, "{case:?}");
    }
    bureau.replays_without_a_difference();
}
