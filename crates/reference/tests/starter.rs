//! The facts the project comes with hold together.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed test is a panic")]

use declaration::{CommodityCode, Declaration, OfficeCode};
use greenlane_reference as reference;
use reference::pack::PaymentStatus;
use reference::{CommodityLookup, OfficeKind, RateKind, Reference};
use rust_decimal::Decimal;

fn starter() -> Reference {
    Reference::starter().unwrap_or_else(|error| panic!("{error}"))
}

fn code<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

#[test]
fn classifiers_are_whole() {
    let reference = starter();
    let on = code("2026-03-02");
    assert_eq!(reference.countries().rows().len(), 249, "ISO 3166-1");
    assert!(
        reference
            .countries()
            .rows()
            .iter()
            .map(|row| &row.value)
            .all(|country| !country.name_ru.is_empty() && !country.name_en.is_empty())
    );
    assert_eq!(reference.country("AM", on).unwrap().name_ru, "Армения");
    assert_eq!(reference.currency("RUB", on).unwrap().number, "643");
    assert!(reference.currency("SUR", on).is_none());
    assert!(reference.commodities(on).count() > 300);
    assert!(!reference.nomenclature().is_whole(on));
}

#[test]
fn packs_refer_only_to_what_exists() {
    let reference = starter();
    for pack in reference.packs() {
        let name = &pack.name;
        let currency = reference.currency(pack.currency.as_str(), code("2026-03-02")).unwrap();
        assert_eq!(currency.number, pack.currency_number, "{name}");
        if name.starts_with("eaeu-") {
            assert_eq!(pack.procedures.len(), 17, "{name}: the classifier has seventeen procedures");
        }
        for (procedure, facts) in &pack.procedures {
            assert!(!facts.after.is_empty() && !facts.directions.is_empty(), "{name} {procedure}");
            // A request without a procedure (00) says by its second part what it is for.
            for before in facts.after.iter().filter(|_| *procedure != "00") {
                assert!(
                    *before == "00" || pack.procedures.contains_key(before),
                    "{name} {procedure}: {before}"
                );
            }
        }
        for country in pack
            .union_members
            .iter()
            .chain(pack.payments.tariff_preferences.iter().flat_map(|p| &p.origins))
            .chain(pack.origin_groups.iter().flat_map(|group| &group.origins))
        {
            assert!(reference.country(country.as_str(), code("2026-03-02")).is_some(), "{name}: {country}");
        }
        for procedure in &pack.automatic.procedures {
            assert!(pack.procedures.contains_key(procedure), "{name}: {procedure}");
        }
        let on = code("2026-03-02");
        let offices: Vec<_> = reference.offices(pack).unwrap().rows().iter().map(|row| &row.value).collect();
        assert!(!offices.is_empty(), "{name}");
        for office in offices {
            let Some(centre) = office.centre else { continue };
            let centre = reference.office(pack, &centre, on).unwrap_or_else(|| panic!("{name}: {centre}"));
            assert_eq!(centre.kind, OfficeKind::Centre, "{name}: {}", office.code);
        }
        assert!(reference.office(pack, &pack.filing.default_office, on).is_some(), "{name}");
    }
}

#[test]
fn fees_taxes_and_currency_rates_cover_every_day_from_2024_on() {
    let reference = starter();
    for pack in reference.packs() {
        let mut day: jiff::civil::Date = code("2024-01-01");
        while day < code("2028-01-01") {
            for value in [Decimal::ZERO, Decimal::from(250_000), Decimal::MAX] {
                assert!(pack.fee_band(value, day).is_some(), "{}: no fee on {day}", pack.name);
            }
            assert!(pack.vat_percent(None, day).is_some(), "{}: no VAT on {day}", pack.name);
            for currency in ["USD", "EUR", "CNY"] {
                assert!(
                    reference.exchange_rate(pack, code(currency), day).is_some(),
                    "{}: {currency} {day}",
                    pack.name
                );
            }
            day = day.tomorrow().unwrap();
        }
    }
}

#[test]
fn fee_bands_ascend_in_each_period() {
    for pack in starter().packs() {
        for pair in pack.payments.fee.bands.windows(2) {
            let (a, b) = (&pair[0], &pair[1]);
            if a.valid_from == b.valid_from {
                assert!(
                    a.value_to.is_some() && b.value_to.is_none_or(|to| a.value_to < Some(to)),
                    "{a:?} {b:?}"
                );
                assert!(a.amount < b.amount);
            } else {
                assert!(a.value_to.is_none(), "the last band has no bound");
                assert_eq!(a.valid_to.unwrap().tomorrow().unwrap(), b.valid_from, "no day without a fee");
            }
        }
    }
}

#[test]
fn rates_in_the_tables_are_found_as_of_their_days() {
    let reference = starter();
    let pack = reference.pack("eaeu-ru").unwrap();
    let rate = |kind, commodity: &str, origin: &str, on: &str| {
        let rate = reference.rate(pack, kind, &code(commodity), Some(code(origin)), code(on));
        rate.map(ToString::to_string)
    };
    assert_eq!(rate(RateKind::Vat, "9018110000", "DE", "2026-01-10").as_deref(), Some("0%"));
    assert_eq!(
        rate(RateKind::Excise, "2208601100", "FR", "2025-06-01").as_deref(),
        Some("740 RUB за 1 л 100% спирта")
    );
    assert_eq!(rate(RateKind::Excise, "2208601100", "FR", "2020-06-01"), None);
    assert_eq!(rate(RateKind::Antidumping, "8545110089", "IN", "2026-01-10").as_deref(), Some("16.04%"));
    assert_eq!(rate(RateKind::Antidumping, "8545110089", "CN", "2026-01-10"), None);
    let armenia = reference.pack("eaeu-am").unwrap();
    assert_eq!(reference.rate(armenia, RateKind::Vat, &code("9018110000"), None, code("2026-01-10")), None);
    assert_eq!(pack.vat_percent(Some(&code("0401100000")), code("2026-01-10")), Some(Decimal::TEN));
    assert_eq!(pack.procedures[&code("80")].fee, PaymentStatus::None);
}

#[test]
fn a_declaration_finds_its_pack_and_its_office() {
    let reference = starter();
    let with = |office: Option<&str>, country: Option<&str>| {
        let place = declaration::GoodsLocation {
            office: office.map(code),
            country: country.map(code),
            ..declaration::GoodsLocation::default()
        };
        Declaration { goods_locations: vec![place], ..Declaration::default() }
    };
    let table = [
        // office of box 30, country of box 30, pack, registering office
        (None, None, "eaeu-ru", "10131010"),
        (Some("10317100"), None, "eaeu-ru", "10317120"),
        (Some("10317120"), Some("RU"), "eaeu-ru", "10317120"),
        (Some("10999999"), None, "eaeu-ru", "10131010"),
        (Some("05100010"), Some("AM"), "eaeu-am", "05100010"),
        (Some("05200020"), None, "eaeu-am", "05100010"),
        (Some("05999999"), None, "eaeu-am", "05100010"),
        (Some("99999999"), Some("DE"), "eaeu-ru", "10131010"),
    ];
    for (office, country, pack, registers) in table {
        let declaration = with(office, country);
        assert_eq!(reference.pack_for(&declaration).name, pack, "{office:?} {country:?}");
        assert_eq!(
            reference.registering_office(&declaration, code("2026-03-02")),
            code::<OfficeCode>(registers),
            "{office:?}"
        );
    }
    for (place, country) in [(Some("GB000142"), None), (None, Some("GB")), (None, Some("XI"))] {
        let declaration = with(place, country);
        assert_eq!(reference.pack_for(&declaration).name, "gb", "{place:?} {country:?}");
        assert_eq!(
            reference.registering_office(&declaration, code("2026-03-02")),
            code::<OfficeCode>("GB000060")
        );
    }
    // A message that names neither: what takes such messages is declared by the pack.
    let message =
        Declaration { document_code: declaration::Leaf::parse("DEC").ok(), ..Declaration::default() };
    assert_eq!(reference.pack_for(&message).name, "gb");
}

#[test]
fn an_excerpt_says_it_does_not_know() {
    let reference = starter();
    let on = code("2026-03-02");
    let known = reference.commodities(on).next().unwrap().code.to_string();
    let lookup = |text: &str| reference.commodity(&code::<CommodityCode>(text), on);
    assert!(
        matches!(lookup(&known), CommodityLookup::Known(commodity) if commodity.code.to_string() == known)
    );
    assert!(matches!(lookup(&format!("{known}7")), CommodityLookup::Known(_)), "a national eleventh digit");
    assert_eq!(lookup("9999999999"), CommodityLookup::OutsideExcerpt);
    assert_eq!(lookup(&known[..4]), CommodityLookup::OutsideExcerpt, "only whole codes");
    assert!(reference.nomenclature().heading_exists(&known[..4], on));
    assert!(reference.nomenclature().heading_exists(&known, on));
    for no in ["", "9999", "85x", "00000000000"] {
        assert!(!reference.nomenclature().heading_exists(no, on), "{no}");
    }
}
