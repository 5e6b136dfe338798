//! What the reader of risk profiles promises of any text, and the engine of any profile.

use std::sync::LazyLock;

use declaration::Declaration;
use jiff::civil::{Date, date};
use risk::{ByCategory, Draw, Facts, ItemFacts, LanePolicy, Rules, Share};

const DAY: Date = date(2026, 3, 2);

/// Declarations the profile is asked of: one with two lines, one with nothing in it.
static DECLARATIONS: LazyLock<Vec<Declaration>> = LazyLock::new(|| {
    const JSON: &str = r#"{
        "direction": "ИМ", "procedure": "40", "dispatch_country": "CN", "package_count": 12,
        "consignee": { "name": "ООО «Северный причал»", "inn": "7700000016" },
        "items": [
            { "commodity_code": "8517130000", "origin_country": "CN", "mass_gross": "104.4", "mass_net": "100.1",
              "customs_value": "1501.5", "documents": [{ "kind": "04021", "number": "INV-77" }] },
            { "commodity_code": "6203423100", "mass_net": "0.2" }
        ]
    }"#;
    let read = wire::read(JSON.as_bytes()).ok().and_then(|document| document.declaration().cloned());
    read.into_iter().chain([Declaration::default()]).collect()
});

/// A profile is refused with place and cure, or taken: then its JSON says the same, it compiles, advice on it can be
/// had, and it is asked of any declaration.
pub fn profile(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let profile = match risk::parse_profile(text) {
        Ok(profile) => profile,
        Err(error) => {
            assert!(error.line >= 1 && error.column >= 1);
            assert!(error.code.as_str().starts_with("GL-R") && !error.cure.en.is_empty() && !error.cure.ru.is_empty());
            assert!(error.to_string().chars().count() < 2_500, "{error}");
            return;
        }
    };
    let Ok(json) = serde_json::to_string(&profile) else { panic!("a profile that cannot be written") };
    if json.len() <= risk::PROFILE_BYTES_MAX {
        assert_eq!(risk::parse_profile(&json).as_ref(), Ok(&profile), "{json}");
    }
    let rules = match Rules::compile(vec![profile.clone()]) {
        Ok(rules) => rules,
        Err(errors) => panic!("read, and does not compile: {errors:?}"),
    };
    let advice = risk::advise(&profile, &rules, DAY, &|_| true);
    let never = match &advice {
        Ok(advice) => advice.iter().any(|advice| advice.code == risk::AdviceKind::Never),
        Err(error) => panic!("read, and no advice can be had: {error}"),
    };
    let none = LanePolicy {
        random_rate: ByCategory::default(),
        audit_rate: Share::NONE,
        strata: Vec::new(),
        drawn_always: false,
    };
    for declaration in DECLARATIONS.iter() {
        let facts = Facts { items: ItemFacts::of_lines(declaration), ..Facts::default() };
        let found = rules.assess(declaration, &facts, &none, &Draw::of(&[7; 32], b"fuzz"), DAY);
        assert!(found.hits.len() <= declaration.items.len().max(1));
        assert!(!never || found.hits.is_empty(), "said never to fire: {advice:?}");
        assert_eq!(rules.undecided(declaration, &facts, DAY).len(), found.undecided as usize);
    }
}
