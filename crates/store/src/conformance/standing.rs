//! Participants: facts, their fold, the category, the history.

use clearance::Ground;
use clearance::fact::{Fact, FactKind};
use clearance::standing::Act;
use clearance::trader::Record;
use declaration::TaxNumber;
use jiff::civil::date;
use risk::Category;
use rust_decimal::Decimal;

use super::build::{id, insert, payer, second, step, whole_case};
use super::{Place, conflicts, done};
use crate::{NewFact, NewStandingAct, Participant, Result, StoredFact, StoredTrader, Transaction};

pub(super) fn participant(category: Category) -> Participant {
    Participant {
        number: payer(1),
        name: "АО «Лисий мыс»".to_owned(),
        pack: "eaeu-ru".to_owned(),
        category,
        proposed: None,
        held_until: None,
    }
}

pub(super) fn offence() -> Fact {
    let day = date(2026, 3, 5);
    Fact::stated(FactKind::Offence, day, Some(Decimal::TWO), "heron", "постановление № 7", "вступило в силу")
}

fn add(open: &mut dyn Transaction, of: u64, previous: Option<u64>, fact: &Fact) -> Result<u64> {
    open.add_fact(&NewFact { participant: &payer(of), at: second(of), previous, fact })
}

/// A participant is found by number and replaced whole; all come by number, page after page.
pub fn participants_are_replaced(place: &dyn Place) {
    let store = place.open();
    assert_eq!(store.participant(&payer(1)).unwrap(), None);
    for category in [Category::Low, Category::Medium, Category::High] {
        done(&*store, |open| {
            open.put_participant(&participant(category))?;
            assert_eq!(open.participant(&payer(1))?, Some(participant(category)));
            Ok(())
        });
        assert_eq!(store.participant(&payer(1)).unwrap(), Some(participant(category)));
    }
    let held = Participant {
        proposed: Some(Category::Low),
        held_until: Some(date(2026, 12, 31)),
        ..participant(Category::Medium)
    };
    done(&*store, |open| open.put_participant(&held));
    assert_eq!(store.participant(&payer(1)).unwrap().as_ref(), Some(&held));
    assert_eq!(store.participant(&payer(2)).unwrap(), None);
    let others = [2, 3].map(|nth| Participant { number: payer(nth), ..held.clone() });
    done(&*store, |open| others.iter().try_for_each(|other| open.put_participant(other)));
    let mut all: Vec<TaxNumber> = (1..=3).map(payer).collect();
    all.sort_unstable();
    let (mut found, mut after) = (Vec::new(), None);
    while let Some(next) = store.participants_after(after.as_ref(), 1).unwrap().pop() {
        found.push(next.number);
        after = Some(next.number);
    }
    assert_eq!(found, all);
}

/// What is known of a trader comes back whole, and the last of it counts, inside a transaction too.
pub fn what_is_known_of_a_trader_is_replaced(place: &dyn Place) {
    let store = place.open();
    assert_eq!(store.trader(&payer(1)).unwrap(), None);
    for last_fact in [1, 2] {
        let fact = offence();
        let record = Record::of(std::iter::repeat_n(&fact, last_fact));
        let trader = StoredTrader { record, last_fact: u64::try_from(last_fact).ok() };
        done(&*store, |open| {
            open.put_trader(&payer(1), &trader)?;
            assert_eq!(open.trader(&payer(1))?.as_ref(), Some(&trader));
            Ok(())
        });
        assert_eq!(store.trader(&payer(1)).unwrap().as_ref(), Some(&trader));
        assert_eq!(store.traders_after(None, 9).unwrap(), [(payer(1), trader)]);
    }
    assert_eq!(store.trader(&payer(2)).unwrap(), None);
    assert_eq!(store.traders_after(Some(&payer(1)), 9).unwrap(), []);
}

/// Facts are only added, in order; they come back as they were, along the chain of a participant and all together.
pub fn facts_are_only_added(place: &dyn Place) {
    let store = place.open();
    assert_eq!((store.last_fact().unwrap(), store.fact(1).unwrap()), (0, None));
    let (stated, filed) = (offence(), Fact::of_case(id(1), FactKind::Registered, date(2026, 3, 5)));
    let found =
        Fact { ground: Some(Ground::chance()), ..Fact::of_case(id(1), FactKind::Found, date(2026, 3, 6)) };
    let mut numbers = Vec::new();
    done(&*store, |open| {
        let one = add(open, 1, None, &stated)?;
        let other = add(open, 2, None, &filed)?;
        let two = add(open, 1, Some(one), &filed)?;
        let three = add(open, 1, Some(two), &found)?;
        assert_eq!(open.fact(two)?.map(|stored| stored.fact), Some(filed.clone()));
        numbers = vec![one, other, two, three];
        Ok(())
    });
    assert!(numbers.is_sorted() && store.last_fact().unwrap() == numbers[3]);
    let chain = store.facts_back(Some(numbers[3]), 9).unwrap();
    let of = |facts: &[StoredFact]| facts.iter().map(|stored| stored.number).collect::<Vec<_>>();
    assert_eq!(of(&chain), [numbers[3], numbers[2], numbers[0]]);
    assert_eq!(chain[2].fact, stated);
    assert_eq!((chain[0].participant, chain[0].previous), (payer(1), Some(numbers[2])));
    assert_eq!(of(&store.facts_back(Some(numbers[3]), 2).unwrap()), [numbers[3], numbers[2]]);
    assert_eq!(store.facts_back(None, 9).unwrap(), []);
    assert_eq!(of(&store.facts_between(numbers[1], numbers[3], 9).unwrap()), [numbers[1], numbers[2]]);
    assert_eq!(of(&store.facts_between(0, numbers[3] + 1, 2).unwrap()), [numbers[0], numbers[1]]);
}

/// A fact is annulled once, by a later one; a look that found something is found by its case until then.
pub fn a_fact_is_annulled_once(place: &dyn Place) {
    let store = place.open();
    let day = date(2026, 3, 6);
    let found = |ground: &str| {
        let ground = Some(Ground::profile(ground));
        Fact { ground, ..Fact::of_case(id(1), FactKind::Found, day) }
    };
    done(&*store, |open| {
        assert_eq!(add(open, 1, None, &found("55/1"))?, 1);
        assert_eq!(add(open, 1, Some(1), &found("55/2"))?, 2);
        assert_eq!(open.found_facts(id(1))?, [(1, Ground::profile("55/1")), (2, Ground::profile("55/2"))]);
        assert_eq!(open.found_facts(id(2))?, []);
        Ok(())
    });
    assert_eq!(store.annulment_of(1).unwrap(), None);
    let annulment = Fact::annulment(1, day, "tern", "записано заново");
    done(&*store, |open| {
        let number = add(open, 1, Some(2), &annulment)?;
        assert_eq!(open.annulment_of(1)?, Some(number));
        assert_eq!(open.found_facts(id(1))?, [(2, Ground::profile("55/2"))]);
        Ok(())
    });
    assert_eq!(store.annulled_facts().unwrap(), [1]);
    assert_eq!(store.annulment_of(1).unwrap(), Some(3));
    assert_eq!(store.fact(3).unwrap().unwrap().fact, annulment);
    conflicts(&*store, |open| add(open, 1, Some(3), &annulment).map(drop));
    conflicts(&*store, |open| {
        add(open, 1, Some(3), &Fact { annuls: Some(99), ..annulment.clone() }).map(drop)
    });
    conflicts(&*store, |open| add(open, 1, Some(3), &Fact { annuls: None, ..annulment.clone() }).map(drop));
    conflicts(&*store, |open| add(open, 1, Some(3), &Fact { annuls: Some(2), ..found("55/3") }).map(drop));
}

/// Acts on a standing are only added, each with its leaf; an appeal is decided once.
pub fn acts_on_a_standing_are_only_added(place: &dyn Place) {
    let store = place.open();
    let act = |open: &mut dyn Transaction, leaf: u64, of: u64, act: &Act| {
        open.append_standing_act(&NewStandingAct { participant: &payer(of), at: second(leaf), act, leaf })
    };
    let due = date(2026, 4, 4);
    let appeal =
        Act::Appealed {
            fact: Some(1), text: "срок не истёк\n".to_owned(), by: "trader".to_owned(), due
        };
    let decided = |appeal| Act::Decided {
        appeal,
        upheld: false,
        by: "tern".to_owned(),
        reason: "истёк".to_owned(),
        category: None,
        until: None,
    };
    done(&*store, |open| {
        insert(open, 1, &whole_case(1))?;
        (0..4).try_for_each(|leaf| open.append_step(&step(leaf, None, 0)))?;
        assert_eq!(act(open, 0, 1, &appeal)?, 1);
        assert_eq!(act(open, 1, 2, &appeal)?, 2);
        Ok(())
    });
    let open = store.open_appeals(9).unwrap();
    assert_eq!(
        open.iter().map(|act| (act.number, act.participant)).collect::<Vec<_>>(),
        [(1, payer(1)), (2, payer(2))]
    );
    assert_eq!((&open[0].act, open[0].leaf, open[0].at), (&appeal, 0, second(0)));
    // Without a leaf, with the leaf of another, on no appeal.
    conflicts(&*store, |open| act(open, 9, 1, &decided(1)).map(drop));
    conflicts(&*store, |open| act(open, 1, 1, &decided(1)).map(drop));
    conflicts(&*store, |open| act(open, 2, 1, &decided(7)).map(drop));
    done(&*store, |open| act(open, 2, 1, &decided(1)).map(drop));
    conflicts(&*store, |open| act(open, 3, 1, &decided(1)).map(drop));
    assert_eq!(store.open_appeals(9).unwrap().len(), 1);
    let acts = store.standing_acts(&payer(1), None, 9).unwrap();
    assert_eq!(
        acts.iter().map(|stored| stored.act.clone()).collect::<Vec<_>>(),
        [decided(1), appeal.clone()]
    );
    assert_eq!(store.standing_acts(&payer(1), Some(acts[0].number), 9).unwrap(), acts[1..]);
    assert_eq!(store.standing_acts(&payer(1), None, 1).unwrap(), acts[..1]);
    assert_eq!(store.standing_act_of_leaf(2).unwrap().as_ref(), Some(&acts[0]));
    assert_eq!(store.standing_act_of_leaf(3).unwrap(), None);
    done(&*store, |open| {
        assert_eq!(open.standing_acts(&payer(1), None, 9)?, acts);
        Ok(())
    });
}
