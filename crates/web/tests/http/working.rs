//! The working of payments in JSON: whoever reads it can reckon it again.

use std::sync::{Arc, OnceLock};

use clearance::World;
use greenlane_web::{Language, PaymentObject};
use proptest::prelude::*;
use rehearsal::{Generator, Plan};
use rust_decimal::Decimal;

use crate::recompute::{Written, check};

fn world() -> &'static World {
    static WORLD: OnceLock<Arc<World>> = OnceLock::new();
    WORLD.get_or_init(|| centre::starter_world().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Declarations as trade brings them, under every pack and on days of every law.
    #[test]
    fn the_working_in_json_recomputes_to_the_same_cent(
        seed in 0u64..1_000, nth in 0u64..10_000,
        on in prop::sample::select(vec!["2016-06-01", "2019-06-01", "2024-06-01", "2026-03-02"]),
    ) {
        let reference = world().reference();
        let plan = Plan::usual(u64::MAX, seed, "2026-03-02".parse().unwrap());
        let generator = Generator::new(plan, Arc::clone(reference), None).unwrap();
        let declaration = generator.at(nth).unwrap().declaration;
        for pack in reference.packs() {
            let assessment = duty::compute(&declaration, reference, pack, on.parse().unwrap());
            let json = serde_json::to_value(PaymentObject::all(&assessment, Language::En)).unwrap();
            for payment in json.as_array().unwrap() {
                let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
                let number = |value: &serde_json::Value| -> Decimal { text(value).parse().unwrap() };
                let working = payment["working"].as_array().unwrap();
                let read = working.iter().map(|step| (text(&step["formula"]), number(&step["result"])));
                let read: Vec<(String, Decimal)> = read.collect();
                let steps: Vec<Written<'_>> =
                    read.iter().map(|(formula, result)| Written { formula, result: *result }).collect();
                prop_assert_eq!(check(&steps, number(&payment["amount"])), Ok(()), "{}", payment);
            }
        }
    }
}
