//! Declarations and profiles for tests: fictional firms, invented goods.

use declaration::{Declaration, Record, Text};
use greenlane_risk::*;
use jiff::civil::{Date, date};

pub const DAY: Date = date(2026, 3, 20);
pub const DRAW_SECRET: [u8; 32] = [11; 32];

/// Sets the field at a path, making the records on the way; positions count from 1.
pub fn set(record: &mut dyn Record, path: &str, text: &str) {
    let (name, rest) = path.split_once('/').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let field = record.index_of(name).unwrap_or_else(|| panic!("no field {name} in {path}"));
    let Some(rest) = rest else {
        return record
            .set(field, text)
            .unwrap_or_else(|bad| panic!("{path}: {text} is not {}", bad.expected_en));
    };
    let (nth, rest) = match rest.split_once('/') {
        Some((nth, rest)) if nth.parse::<usize>().is_ok() => (nth.parse::<usize>().unwrap(), rest),
        _ => (1, rest),
    };
    while record.count(field) < nth {
        record.open(field).unwrap();
    }
    set(record.record_mut(field, nth - 1).unwrap(), rest, text);
}

pub fn declaration(fields: &[(&str, &str)]) -> Declaration {
    let mut declaration = Declaration::default();
    for (path, text) in fields {
        set(&mut declaration, path, text);
    }
    declaration
}

/// Telephones and a cable, imported; no origin on the second line.
pub fn electronics() -> Declaration {
    declaration(&[
        ("direction", "ИМ"),
        ("procedure", "40"),
        ("dispatch_country", "CN"),
        ("package_count", "12"),
        ("consignee/name", "ООО «Северный причал»"),
        ("consignee/inn", "7700000016"),
        ("consignee/address/1/city", "Мурманск"),
        ("consignor/country", "CN"),
        ("goods_locations/1/office", "10013160"),
        ("created_at", "2026-03-19T10:20:30"),
        ("seals", "A-1"),
        ("seals", "A-2"),
        ("items/1/commodity_code", "8517130000"),
        ("items/1/description", "Смартфоны"),
        ("items/1/description", "в розничной упаковке"),
        ("items/1/origin_country", "CN"),
        ("items/1/mass_gross", "104.4"),
        ("items/1/mass_net", "100.1"),
        ("items/1/customs_value", "1501.5"),
        ("items/1/procedure/requested", "40"),
        ("items/1/documents/1/kind", "04021"),
        ("items/1/documents/1/number", "INV-77"),
        ("items/1/documents/1/date", "2026-02-28"),
        ("items/1/documents/2/kind", "01191"),
        ("items/1/documents/2/valid_to", "2027-01-01"),
        ("items/2/commodity_code", "8544429009"),
        ("items/2/mass_gross", "0.3"),
        ("items/2/mass_net", "0.2"),
    ])
}

pub fn profile(number: &str, area: &str) -> Profile {
    Profile {
        number: number.into(),
        title: Text::new("Проба", "Trial"),
        kind: ProfileKind::National,
        fiscal: true,
        offices: Vec::new(),
        stage: Stage::Declaration,
        area: area.into(),
        exclusions: None,
        valid_from: date(2026, 1, 1),
        valid_to: None,
        share_percent: None,
        categories: ByCategory::default(),
        measures: vec![Measure::Documents],
        lane: Lane::Yellow,
        instruction: Text::new("Проверьте", "Check"),
        author: "tests".into(),
        version: 1,
    }
}

/// No selection by chance.
pub fn no_chance() -> LanePolicy {
    LanePolicy { random_rate: ByCategory::default(), audit_rate: Share::NONE, ..LanePolicy::default() }
}

pub fn assess(rules: &Rules, declaration: &Declaration, facts: &Facts) -> Assessment {
    rules.assess(declaration, facts, &no_chance(), &Draw::of(&DRAW_SECRET, b"case"), DAY)
}
