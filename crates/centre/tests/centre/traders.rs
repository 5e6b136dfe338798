//! What is known of a trader: counted as cases are settled, asked by profiles, recorded with the decision.

use clearance::Input;
use clearance::fact::{Fact, FactKind};
use clearance::look::{FoundKind, LookResult, Outcome};
use clearance::trader::Known;
use clearance::{Case, Ground, State};
use declaration::TaxNumber;
use reference::{Dataset, DatasetKind};
use risk::Measure;
use rust_decimal::Decimal;

use crate::corrections::heavier;
use crate::{Bureau, EVERYTHING, TRADE, import};

/// The first declarations of the day of one trader.
fn of_one_trader(count: usize) -> (TaxNumber, Vec<u32>) {
    let trader = TRADE.at(0).unwrap().declarant;
    let mine = (0..1_000).filter(|nth| TRADE.at(u64::from(*nth)).unwrap().declarant == trader);
    (trader, mine.take(count).collect())
}

fn profile(area: &str) -> String {
    EVERYTHING.replace("declaration.item_count > 0", area)
}

/// What was known when a case was filed.
fn known(bureau: &Bureau, case: &Case) -> Option<Known> {
    let view = bureau.centre.view(case.id).unwrap();
    view.steps.iter().find_map(|(_, record)| match &record.input {
        Input::File(filing) => filing.known.as_deref().cloned(),
        _ => None,
    })
}

#[test]
fn a_profile_looks_at_a_newcomer_and_not_at_an_old_trader() {
    let bureau = Bureau::open();
    bureau.officer("tern");
    let (trader, nths) = of_one_trader(6);
    // Nobody asks: what is known is recorded all the same.
    let quiet = bureau.file(import(nths[0])).case;
    assert_eq!(known(&bureau, &quiet).unwrap().history.declarations_total, Some(0));
    bureau.centre.add_profile(&profile("history.declarations_total < 3 && item_value.per_kg > 0")).unwrap();
    let filed: Vec<Case> = nths[1..5].iter().map(|nth| bureau.file(import(*nth)).case).collect();
    let hit: Vec<bool> = filed.iter().map(|case| !case.hits.is_empty()).collect();
    assert_eq!(hit, [true, true, false, false]);
    let totals = filed.iter().map(|case| known(&bureau, case).unwrap().history.declarations_total);
    assert!(totals.eq([Some(1), Some(2), Some(3), Some(4)]));
    assert_eq!(known(&bureau, &filed[3]).unwrap().history.hits_year, Some(2));
    assert_eq!(known(&bureau, &filed[3]).unwrap().history.days_since_last, Some(0));
    // What is known counts profiles that fired: it stands on no sheet that the declarant sees.
    let receipt = bureau.centre.receipt(filed[3].id).unwrap();
    let receipt = format!("{:?}", receipt.verify(None).unwrap());
    assert!(!receipt.contains("hits_year") && !receipt.contains("known"), "{receipt}");
    bureau.is_proven(filed[3].id);

    // Another trader is a newcomer.
    let other = (0..).find(|nth| TRADE.at(u64::from(*nth)).unwrap().declarant != trader).unwrap();
    assert!(!bureau.file(import(other)).case.hits.is_empty());

    // What came of a look counts, and so does a correction while an official has the case.
    let caught = &filed[0];
    let found = LookResult {
        ground: Ground::profile("55/20260101/00990"),
        measure: Some(Measure::Documents),
        item: None,
        outcome: Outcome::Found { kind: FoundKind::Value, amount: Decimal::TEN },
        minutes: 5,
        remark: String::new(),
    };
    let officer = caught.officer.clone().unwrap();
    let record = |results| {
        let officer = officer.clone();
        bureau.centre.input(caught.id, Input::RecordResults { officer, results }).unwrap();
    };
    record(vec![found.clone()]);
    let findings = || bureau.centre.trader(&trader).unwrap().facts_on(bureau.centre.today()).1.findings_year;
    assert_eq!(findings(), Some(1));
    // Recorded anew it does not count again; as nothing it no longer counts, and then it does once more.
    record(vec![found.clone()]);
    assert_eq!(findings(), Some(1));
    record(vec![LookResult { outcome: Outcome::Nothing, ..found.clone() }]);
    assert_eq!(findings(), Some(0));
    record(vec![found]);
    assert_eq!(findings(), Some(1));
    let second = bureau.file(import(nths[2]));
    assert_eq!((second.repeated, second.case.state), (true, State::UnderControl));
    let corrected = bureau.paper(heavier(&import(nths[2]), &second, 1, 1)).case.unwrap();
    assert_eq!((corrected.version, corrected.hits.len()), (2, 1), "what was known at the filing counts");
    let last = bureau.file(import(nths[5])).case;
    let Known { participant, history, .. } = known(&bureau, &last).unwrap();
    assert_eq!((history.findings_year, history.declarations_total), (Some(1), Some(5)));
    assert_eq!((participant.declarations_year, participant.corrections_percent), (5, Decimal::from(20)));
    assert_eq!((participant.years_active, participant.refusals_percent), (0, Decimal::ZERO));

    // All of it follows from the steps, and every decision comes out the same again.
    assert_eq!(bureau.centre.recount_traders().unwrap(), (2, 0));
    let bureau = bureau.reopen();
    bureau.replays_without_a_difference();
    assert_eq!(bureau.centre.recount_traders().unwrap(), (2, 0));
}

#[test]
fn a_heading_is_new_once() {
    let bureau = Bureau::open();
    bureau.centre.add_profile(&profile("history.code_is_new")).unwrap();
    let (_, nths) = of_one_trader(2);
    let text = import(nths[0]);
    let declared = TRADE.at(u64::from(nths[0])).unwrap().declaration;
    let first = bureau.file(text.clone()).case;
    assert_eq!(first.hits.len(), 1);
    assert_eq!(known(&bureau, &first).unwrap().new_headings, clearance::trader::Heading::all_of(&declared));
    // The same goods under another identifier.
    let id = declared.document_id.as_ref().unwrap().as_str();
    let at = text.to_lowercase().find(&id.to_lowercase()).unwrap();
    let again = format!("{}0A1B2C3D-0000-4000-8000-00000000AAAA{}", &text[..at], &text[at + id.len()..]);
    let again = bureau.file(again).case;
    assert_ne!(again.id, first.id);
    assert!(again.hits.is_empty() && known(&bureau, &again).unwrap().new_headings.is_empty());
    bureau.replays_without_a_difference();
}

#[test]
fn what_officials_say_of_a_trader_is_asked_at_once() {
    let bureau = Bureau::open();
    bureau
        .centre
        .add_profile(&profile("participant.debt > 100 && !participant.authorised_operator"))
        .unwrap();
    let (trader, nths) = of_one_trader(3);
    assert!(bureau.file(import(nths[0])).case.hits.is_empty());
    let today = bureau.centre.today();
    let says = |kind, amount: Option<i64>| {
        let fact = Fact::stated(kind, today, amount.map(Decimal::from), "heron", "decree 7", "decree");
        bureau.centre.state_facts("eaeu-ru", &[(trader, fact)]).unwrap();
    };
    says(FactKind::Offence, None);
    says(FactKind::DebtDue, Some(101));
    let owing = bureau.file(import(nths[1])).case;
    assert_eq!(owing.hits.len(), 1);
    assert_eq!(known(&bureau, &owing).unwrap().participant.offences_two_years, 1);
    says(FactKind::Authorised, None);
    assert!(bureau.file(import(nths[2])).case.hits.is_empty());
    assert_eq!(bureau.centre.recount_traders().unwrap(), (1, 0), "what officials said stays");
    bureau.replays_without_a_difference();
}

/// What a kilogram of the first line of a declaration was declared to cost.
fn per_kg(nth: u32) -> Option<(String, Decimal)> {
    let declaration = TRADE.at(u64::from(nth)).unwrap().declaration;
    let item = declaration.items.first()?;
    let value = item.customs_value.as_ref()?.get().checked_div(item.mass_net.as_ref()?.get())?;
    Some((item.commodity_code.as_ref()?.as_str().to_owned(), value))
}

#[test]
fn a_newcomer_below_the_usual_price_is_looked_at() {
    let bureau = Bureau::open();
    let area = "history.declarations_total < 2 && item_value.per_kg < price.low";
    bureau.centre.add_profile(&profile(area)).unwrap();
    let (_, nths) = of_one_trader(4);
    let prices = |low: Decimal, nths: &[u32]| {
        let codes: std::collections::BTreeSet<String> =
            nths.iter().map(|nth| per_kg(*nth).unwrap().0).collect();
        let rows: String = codes.iter().map(|code| format!("{code},,kg,100,{low},{low},{low}\n")).collect();
        let csv = format!("code,origin,unit,sample,low,median,high\n{rows}");
        let set = Dataset::new(DatasetKind::Prices, "eaeu-ru", "prices.csv", csv);
        bureau.centre.import(set).unwrap();
    };
    // Nobody knows the price: the profile is not decided.
    assert!(bureau.file(import(nths[0])).case.hits.is_empty());
    // Everything costs more than it was declared to; the trader has declared once.
    prices(Decimal::from(1_000_000), &nths);
    let low = bureau.file(import(nths[1])).case;
    assert_eq!(low.hits.len(), 1);
    let view = bureau.centre.view(low.id).unwrap();
    assert_eq!(view.assessed.risk.facts.items[0].price.unwrap().sample, 100);
    // An old trader by now.
    assert!(bureau.file(import(nths[2])).case.hits.is_empty());
    // Another newcomer, above the usual price.
    prices(Decimal::new(1, 6), &nths);
    bureau.replays_without_a_difference();
    assert_eq!(bureau.centre.recount_traders().unwrap(), (1, 0));
}

#[test]
fn what_was_declared_makes_usual_prices() {
    let bureau = Bureau::open();
    let mut values = std::collections::BTreeMap::<String, Vec<Decimal>>::new();
    for nth in 0..60 {
        let payer = TRADE.at(u64::from(nth)).unwrap().declarant;
        bureau.centre.credit(payer, "RUB", Decimal::from(1_000_000_000), &format!("PP {nth}")).unwrap();
        let case = bureau.file(import(nth)).case;
        if case.state != State::Released || case.kind != Some(declaration::Kind::Import) {
            continue;
        }
        let declaration = TRADE.at(u64::from(nth)).unwrap().declaration;
        for item in &declaration.items {
            let value = item.customs_value.as_ref().unwrap().get() / item.mass_net.as_ref().unwrap().get();
            let code = item.commodity_code.as_ref().unwrap().as_str().to_owned();
            values.entry(code).or_default().push(value);
        }
    }
    assert!(values.len() > 1);
    let world = bureau.centre.world();
    let today = world.day(world.reference().pack("eaeu-ru").unwrap(), bureau.centre.now());
    let declared = bureau.centre.declared_prices("eaeu-ru", today.yesterday().unwrap(), today).unwrap();
    let usual = declared.values.usual(1);
    let kilograms: Vec<_> = usual
        .iter()
        .filter(|(goods, _)| goods.origin.is_none() && goods.unit == reference::PricedUnit::Kilogram)
        .filter(|(goods, _)| goods.prefix.digits() == 10)
        .collect();
    assert_eq!(kilograms.len(), values.len());
    for ((goods, price), (code, mut values)) in kilograms.into_iter().zip(values) {
        values.sort_unstable();
        assert_eq!((goods.prefix.to_string(), price.sample as usize), (code, values.len()));
        let half = values[(values.len() * 50).div_ceil(100) - 1];
        assert_eq!(price.median, half.round_dp(6).normalize());
    }
    // Days on which nothing was filed make no price.
    let before = bureau.centre.declared_prices(
        "eaeu-ru",
        jiff::civil::date(2020, 1, 1),
        jiff::civil::date(2020, 1, 2),
    );
    assert!(before.unwrap().values.usual(1).is_empty());
}
