//! What an author is told.

use crate::sample::profile;
use greenlane_risk::*;

#[test]
fn mistakes_in_expressions_are_placed_and_cured() {
    for (area, code, place, cure) in [
        ("item.mas_net > 1", Fault::Name, (1, 5), "`item.mass_net`"),
        (
            "true &&\n  item.orign_country == \"CN\"",
            Fault::Name,
            (2, 7),
            "`item.origin_country` (Country of origin of the goods)",
        ),
        (
            "declaration.consignee.name == \"Щука\" && item.mas_net > 1",
            Fault::Name,
            (1, 45),
            "`item.mass_net`",
        ),
        ("items.exists(i, true)", Fault::Name, (1, 1), "`declaration.items`"),
        ("item.documents.kind == \"1\"", Fault::Name, (1, 15), "item.documents.exists(x, x.…"),
        ("item.mass_net.value > 1", Fault::Name, (1, 14), "remove"),
        ("item.documents.exists(d, d.kid == \"1\")", Fault::Name, (1, 27), "`d.kind`"),
        ("item.documents.exists(item, true)", Fault::Name, (1, 22), "as x"),
        ("item.mass_net", Fault::Type, (1, 5), "quotes"),
        ("item.commodity_code == 8501", Fault::Type, (1, 24), "in quotes"),
        ("item.origin_country == \"CHN\"", Fault::Type, (1, 24), "classifier"),
        ("item.origin_country in [\"CHN\"]", Fault::Type, (1, 25), "classifier"),
        ("item.origin_country in [\"CN\", 5]", Fault::Type, (1, 31), "quotes"),
        ("item.documents == 1", Fault::Type, (1, 19), "quotes"),
        ("item.procedure == \"40\"", Fault::Type, (1, 19), "without quotes"),
        ("today > \"2026-01-01\"", Fault::Type, (1, 9), "date(\"2026-01-31\")"),
        ("today > date(\"01.02.2026\")", Fault::Type, (1, 14), "2026-01-31"),
        ("item.mass_net > 1e5", Fault::Type, (1, 17), "without an exponent"),
        ("item.mass_net > 0.1234567890123456789", Fault::Type, (1, 17), "without an exponent"),
        ("item.mass_net > 1 &&", Fault::Syntax, (1, 21), "brackets"),
        ("declaration.consignee.name == \"Щука\" &&", Fault::Syntax, (1, 40), "brackets"),
        ("item.mass_net > (1", Fault::Syntax, (1, 19), "brackets"),
        ("", Fault::Syntax, (1, 1), "brackets"),
        ("item.commodity_code.matches(\"8.*\")", Fault::Unsupported, (1, 28), "startsWith"),
        ("item.documents[0].kind == \"1\"", Fault::Unsupported, (1, 15), "exists"),
        ("item.origin_country == null", Fault::Unsupported, (1, 24), "!has"),
        ("item.documents.exists_one(d, true)", Fault::Unsupported, (1, 26), "exists and all"),
        ("item.mass_net % 2 == 0", Fault::Unsupported, (1, 15), "there are"),
        (
            "declaration.items.exists(i, i.mass_net > item.mass_net)",
            Fault::Unsupported,
            (1, 1),
            "keep either",
        ),
        (
            "declaration.items.exists(i, declaration.items.exists(j, true))",
            Fault::Unsupported,
            (1, 53),
            "join the two",
        ),
    ] {
        let error = check_expression(area).expect_err(area);
        assert_eq!((error.code, (error.line, error.column)), (code, place), "{area}: {error}");
        assert!(error.cure.en.contains(cure), "{area}: {error}");
        let cyrillic = |text: &str| text.chars().any(|c| ('а'..='я').contains(&c));
        assert!(cyrillic(&error.text.ru) && cyrillic(&error.cure.ru), "{area}: {:?}", error.text);
    }
}

#[test]
fn costs_are_bounded() {
    let list = format!("item.commodity_code in [{}]", vec!["\"8501\""; LIST_MAX + 1].join(","));
    let nodes =
        format!("[{}].exists(a, [{}].exists(b, a == b))", vec!["1"; 100].join(","), vec!["1"; 100].join(","));
    let wide = vec!["1 < 2"; NODES_MAX / 2].join(" || ");
    let loops = "declaration.items.exists(i, i.groups.exists(g, g.lots.exists(l, true)))".to_owned();
    for area in [list, nodes, wide, loops] {
        let error = check_expression(&area).expect_err("over a limit");
        assert_eq!(error.code, Fault::Limit, "{error}");
    }
    let full = format!("item.commodity_code in [{}]", vec!["\"8501101000\""; LIST_MAX].join(","));
    assert!(check_expression(&full).is_ok());
}

const GOOD: &str = include_str!("../../fixtures/mass-anomaly.toml");

#[test]
fn mistakes_in_documents_are_placed_and_cured() {
    for (from, to, code, field, line, text) in [
        ("lane = \"red\"\n", "", Fault::Document, "lane", 1, "the field lane is missing"),
        ("author =", "auther =", Fault::Document, "auther", 16, "there is no field auther"),
        ("\"red\"", "\"violet\"", Fault::Document, "lane", 14, "violet"),
        ("share_percent = 25", "share_percent = 250", Fault::Document, "share_percent", 13, "percentage"),
        ("valid_from = 2026-01-01", "valid_from = \"soon\"", Fault::Document, "valid_from", 12, "date"),
        ("[categories.low]", "[categories.lowest]", Fault::Document, "lowest", 27, "lowest"),
        ("55/20260301/00004", "random", Fault::Value, "number", 2, "a digit"),
        ("\"red\"", "\"yellow\"", Fault::Conflict, "lane", 14, "cannot be taken in lane yellow"),
        ("\"red\"", "\"green\"", Fault::Conflict, "lane", 14, "leads to nothing"),
        ("\"declaration\"", "\"after_release\"", Fault::Conflict, "lane", 14, "does not fit the stage"),
        ("[\"weigh\"]", "[]", Fault::Value, "measures", 15, "1 to 16 measures"),
        (
            "ru = \"Вес нетто почти равен весу брутто\"",
            "ru = \" \"",
            Fault::Value,
            "title",
            19,
            "both languages",
        ),
        (
            "valid_from = 2026-01-01",
            "valid_from = 2026-01-01\nvalid_to = 2025-01-01",
            Fault::Conflict,
            "valid_to",
            13,
            "before",
        ),
        ("item.mass_gross >= 500", "item.mass_gros >= 500", Fault::Name, "area", 6, "item.mass_gros"),
        ("(item.mass_gross - ", "(item.mass_gros - ", Fault::Name, "area", 7, "item.mass_gros"),
        ("\"31\", \"72\"", "\"31\", 72", Fault::Type, "exclusions", 10, "wanted a text"),
        (
            "share_percent = 5\n",
            "lane = \"blue\"\n",
            Fault::Conflict,
            "categories.low.lane",
            27,
            "does not fit",
        ),
    ] {
        let toml = GOOD.replacen(from, to, 1);
        assert_ne!(toml, GOOD, "{from}");
        let error = parse_profile(&toml).expect_err(to);
        assert_eq!((error.code, error.field.as_str(), error.line), (code, field, line), "{to}: {error}");
        assert!(error.to_string().contains(text), "{to}: {error}");
    }
}

#[test]
fn an_error_in_one_line_texts_points_into_the_line() {
    let toml = GOOD.replace("item.packaging.package_count > 10", "item.packaging.package_cont > 10");
    let error = parse_profile(&toml).unwrap_err();
    assert_eq!((error.line, error.column), (6, 15), "{error}");
    let single = "area = 'item.mas_net > 1'\n";
    let start = GOOD.find("area").unwrap();
    let end = GOOD.find("exclusions").unwrap();
    let toml = format!("{}{single}{}", &GOOD[..start], &GOOD[end..]);
    let error = parse_profile(&toml).unwrap_err();
    assert_eq!((error.line, error.column), (5, 13), "{error}");
}

#[test]
fn a_set_reports_every_wrong_profile_at_once() {
    let profiles = vec![
        profile("2", "nothing"),
        profile("1", "item.mass_net >"),
        profile("3", "true"),
        profile("3", "false"),
    ];
    let errors = Rules::compile(profiles).unwrap_err();
    let seen: Vec<(&str, Fault)> = errors.iter().map(|error| (error.profile.as_str(), error.code)).collect();
    assert_eq!(seen, [("1", Fault::Syntax), ("2", Fault::Name), ("3", Fault::Duplicate)]);
}

#[test]
fn exclusions_must_not_make_the_area_quadratic() {
    let mut both = profile("1", "declaration.items.exists(i, i.mass_net > 1)");
    both.exclusions = Some("item.mass_net > 2".into());
    let errors = Rules::compile(vec![both]).unwrap_err();
    assert_eq!((errors[0].code, errors[0].field.as_str()), (Fault::Unsupported, "area"));
}
