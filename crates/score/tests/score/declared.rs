//! Lines of declarations as they are at hand and as they are exported: one way, one score.

use declaration::{Amount, Declaration, Delivery, Document, Item, Leaf, Mass, Package, Packaging, Transport};
use greenlane_score::declared::{Line, Told, Writer, columns, lines};
use greenlane_score::{FeatureTable, Model, Table};
use jiff::ToSpan;
use jiff::civil::date;
use risk::{Facts, ItemFacts, PriceFacts, PriceUnit};
use rust_decimal::Decimal;

use crate::trained;

fn leaf<T: Leaf>(text: &str) -> Option<T> {
    Some(T::parse(text).unwrap())
}

/// A declaration of some trade that nobody has: what is sent by way of LT and cheap has something to find.
fn declared(number: u64) -> (Declaration, Facts) {
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D;
    let mut below = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let odd = number.is_multiple_of(9);
    let origins = ["CN", "TR", "VN"];
    let origin = origins[below(3) as usize];
    let day = date(2026, 3, 2);
    let items = (1..=1 + below(3) as u32).map(|nth| {
        let grams = 1_000 + below(900_000);
        let cents = grams * (400 + below(200)) / if odd && nth == 1 { 9_000 } else { 1_000 };
        let age = i32::try_from(30 + below(800)).unwrap();
        let paper = |kind: &str, days: i32| Document {
            kind: leaf(kind),
            date: Some(day.saturating_sub(days.days())),
            ..Document::default()
        };
        Item {
            number: Some(nth),
            commodity_code: leaf(["8517130000", "6403990000", "0902100000"][below(3) as usize]),
            origin_country: leaf(origin),
            mass_net: Some(Mass::from_decimal(Decimal::new(grams as i64, 3))),
            mass_gross: Some(Mass::from_decimal(Decimal::new((grams * 11 / 10) as i64, 3))),
            customs_value: Some(Amount::from_decimal(Decimal::new(cents as i64, 2))),
            valuation_method: leaf("1"),
            packaging: Some(Packaging {
                package_count: Some(1 + below(90) as u32),
                packages: vec![Package::default()],
                ..Packaging::default()
            }),
            documents: if nth == 1 { vec![paper("03011", age), paper("04021", 5)] } else { Vec::new() },
            ..Item::default()
        }
    });
    let mut declaration = Declaration { items: items.collect(), ..Declaration::default() };
    declaration.direction = leaf("ИМ");
    declaration.dispatch_country = leaf(if odd { "LT" } else { origin });
    declaration.delivery =
        Some(Delivery { terms: leaf(["FCA", "CIF"][below(2) as usize]), ..Delivery::default() });
    declaration.transport_border = Some(Transport { mode: leaf("31"), ..Transport::default() });
    let mut items = ItemFacts::of_lines(&declaration);
    for line in &mut items {
        let median = Decimal::new(500 + below(3) as i64, 2);
        let (low, high) = (median / Decimal::TWO, median * Decimal::TWO);
        line.price = Some(PriceFacts { per: PriceUnit::Kilogram, median, low, high, sample: 40 });
    }
    let total = declaration.items.iter().filter_map(|item| item.customs_value).sum::<Amount>().get();
    // A third of it: what no decimal writes to its end.
    let payments_total = total.checked_div(Decimal::from(3)).unwrap();
    (declaration, Facts { payments_total, customs_value_total: total, items, ..Facts::default() })
}

/// A file of declarations; three of four were looked at.
fn exported(numbers: std::ops::Range<u64>) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new()).unwrap();
    for number in numbers {
        let (declaration, facts) = declared(number);
        for (nth, line) in lines(&declaration, &facts, date(2026, 3, 2)).iter().enumerate() {
            let found = nth == 0 && number.is_multiple_of(9);
            let name = number.to_string();
            let told = Told {
                declaration: &name,
                day: date(2026, 3, 2),
                found: (number % 4 != 1).then_some(found),
                amount: None,
                by: "chance",
                rules: false,
                weight: 1,
            };
            writer.add(line, &told).unwrap();
        }
    }
    writer.end().unwrap()
}

pub fn table(numbers: std::ops::Range<u64>) -> Table {
    Table::read(&exported(numbers), &FeatureTable::declared().unwrap()).unwrap()
}

pub fn model(training: &Table, validation: Option<&Table>) -> Model {
    trained(training, validation, |lesson| lesson.features = FeatureTable::declared().unwrap())
}

/// What is exported and what is at hand go the same way: every value, the score, the lane, the reasons.
#[test]
fn an_exported_line_scores_like_the_line_at_hand_to_the_bit() {
    let model = model(&table(0..900), None);
    let model = Model::read(&model.write().unwrap()).unwrap();
    let later = table(1_000..1_100);
    let mut rows = later.rows();
    let mut compared = 0;
    for number in 1_000..1_100 {
        let (declaration, facts) = declared(number);
        let at_hand = lines(&declaration, &facts, date(2026, 3, 2));
        let mut in_file = Vec::new();
        for line in &at_hand {
            let row = rows.next().unwrap();
            assert_eq!(model.propose(line, None), model.propose(&row, None), "{number}");
            compared += 1;
            in_file.push(row);
        }
        // Of a declaration its highest line speaks; of equal ones the first.
        let (place, proposal) = model.propose_of(&at_hand, None).unwrap();
        assert_eq!(model.propose_of(&in_file, None), Some((place, proposal.clone())));
        let highest = at_hand.iter().map(|line| model.score(line).logit_parts).max().unwrap();
        assert_eq!(proposal.score.logit_parts, highest);
        assert!(at_hand[..place].iter().all(|line| model.score(line).logit_parts < highest));
    }
    assert!(compared > 150 && rows.next().is_none());
    assert_eq!(model.propose_of::<Line<'_>>(&[], None), None);
}

/// Trained on some ways and goods, it finds what is strange about others.
#[test]
fn what_was_learned_of_lines_finds_lines() {
    let (before, after) = (table(0..1_500), table(2_000..3_000));
    let model = model(&before, Some(&after));
    let card = model.card();
    assert_eq!(card.may_go_live(), Ok(()), "{card}");
    assert!(card.training.filed.unwrap() > card.training.rows, "{card}");
    assert!(card.months[0].auc.unwrap() > 0.95, "{card}");
    assert!(!model.drift(&after).unwrap().alarming(), "{:?}", model.drift(&after).unwrap());
    // One in nine is odd, a fifth may be looked at; the others are too much alike for any of them to be chosen.
    let lanes = (2_000..3_000).map(|number| {
        let (declaration, facts) = declared(number);
        model.propose_of(&lines(&declaration, &facts, date(2026, 3, 2)), None).unwrap().1.lane
    });
    let looked_at = lanes.filter(|lane| lane.looks_before_release()).count();
    assert!((105..=180).contains(&looked_at), "{looked_at}");
}

#[test]
fn a_file_says_which_columns_it_has() {
    let text = String::from_utf8(exported(0..1)).unwrap();
    let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    assert_eq!(header[..3], ["declaration", "line", "day"]);
    assert!(header.ends_with(&columns().collect::<Vec<_>>()));
    let spoilt = text.replace(",chance,0,1,", ",chance,0,0,");
    let features = FeatureTable::declared().unwrap();
    let mut more = String::from_utf8(exported(0..20)).unwrap();
    more.push_str(spoilt.lines().nth(1).unwrap());
    let table = Table::read(more.as_bytes(), &features).unwrap();
    let lesson = greenlane_score::Lesson {
        training: &table,
        validation: None,
        features,
        settings: crate::settings(),
        plan: crate::plan(),
        rank: greenlane_score::Rank::Probability,
        trained_on: date(2026, 3, 2),
    };
    let why = Model::train(&lesson, &mut |_, _| ()).unwrap_err().to_string();
    assert!(why.ends_with("column \"weight\": \"0\" is no whole number from 1 to 1000000"), "{why}");
}
