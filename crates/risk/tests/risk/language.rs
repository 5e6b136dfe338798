//! The rule language, expression by expression.

use crate::sample::{assess, declaration, electronics, profile};
use greenlane_risk::*;
use proptest::prelude::*;

fn facts() -> Facts {
    Facts {
        category: Category::High,
        payments_total: "1000.10".parse().unwrap(),
        customs_value_total: "1501.50".parse().unwrap(),
        finding_warnings: 2,
        ..Facts::default()
    }
}

/// True, false or CEL's error, on the first line of the declaration: an error makes neither the
/// expression nor its negation fire.
fn ask(expression: &str, declaration: &declaration::Declaration) -> Option<bool> {
    let fires = |area: String| {
        let rules =
            Rules::compile(vec![profile("1", &area)]).unwrap_or_else(|errors| panic!("{area}: {errors:?}"));
        assess(&rules, declaration, &facts()).hits.iter().any(|hit| hit.item.is_none_or(|item| item == 1))
    };
    match (fires(expression.to_owned()), fires(format!("!({expression})"))) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
        (true, true) => panic!("{expression} is both true and false"),
    }
}

const T: Option<bool> = Some(true);
const F: Option<bool> = Some(false);
const ERROR: Option<bool> = None;

#[test]
fn expressions_mean_what_they_say() {
    let declaration = electronics();
    for (expression, expected) in [
        // Literals, logic, choice.
        ("true", T),
        ("false || true", T),
        ("true && !false", T),
        ("true ? false : true", F),
        ("true == (1 < 2)", T),
        ("true != true", F),
        // Numbers are exact decimals.
        ("0.1 + 0.2 == 0.3", T),
        ("1 / 2 == 0.5", T),
        ("1 / 3 * 3 == 1", F),
        ("-1.5 < -1", T),
        ("- item.mass_net == -100.1", T),
        ("item.mass_net == 100.1", T),
        ("item.mass_net == 100.10", T),
        ("item.mass_net * 15 == item.customs_value", T),
        ("item.customs_value / item.mass_net <= 15", T),
        ("item.mass_gross - item.mass_net == 4.3", T),
        ("declaration.package_count in [11, 12.0]", T),
        ("123456789012345.678 > 123456789012345.677", T),
        (r#"declaration.consignee.name == "Щука" || item.mass_gross == 104.4"#, T),
        ("1 / 0 > 0", ERROR),
        ("item.mass_net / (item.mass_gross - 104.4) > 0", ERROR),
        ("999999999999999999 * 999999999999999999 > 0", ERROR),
        // Texts and codes.
        (r#"item.commodity_code == "8517130000""#, T),
        (r#"item.commodity_code.startsWith("8517")"#, T),
        (r#"item.commodity_code.endsWith("8517")"#, F),
        (r#"item.commodity_code >= "8501" && item.commodity_code < "8518""#, T),
        (r#"item.origin_country in ["TR", "CN", "VN"]"#, T),
        (r#"declaration.consignee.name.contains("Северный")"#, T),
        (r#"size(declaration.consignee.address) == 1 && size(declaration.consignee.inn) == 10"#, T),
        (r#""A-2" in declaration.seals"#, T),
        (r#""A-3" in declaration.seals"#, F),
        (r#"(item.mass_net > 1 ? "CN" : "TR") == item.origin_country"#, T),
        // Computed names and facts.
        (r#"declaration.kind == "import""#, T),
        (r#"declaration.office == "10013160""#, T),
        (r#"declaration.consignee.tax_number == "7700000016""#, T),
        (r#"participant.category == "high""#, T),
        ("totals.payments == 1000.1 && totals.customs_value > 1500", T),
        ("findings.warnings == 2 && findings.codes_outside_nomenclature == 0", T),
        ("filing.signed", F),
        // Dates.
        (r#"today == date("2026-03-20")"#, T),
        (r#"today - date("2026-02-28") == 20"#, T),
        (r#"date(declaration.created_at) < today"#, T),
        ("item.documents.exists(d, today - d.date > 10)", T),
        // Loops.
        (r#"item.documents.exists(d, d.kind == "01191")"#, T),
        (r#"item.documents.all(d, d.kind == "01191")"#, F),
        (r#"item.documents.all(d, size(d.kind) == 5)"#, T),
        (r#"item.description.exists(t, t.contains("розничной"))"#, T),
        (r#"declaration.items.exists(i, i.commodity_code.startsWith("8544"))"#, T),
        (
            r#"declaration.items.exists(i, i.documents.exists(d, d.number == "INV-77" && i.mass_net > 100))"#,
            T,
        ),
        (r#"["84", "85"].exists(c, item.commodity_code.startsWith(c))"#, T),
        ("[1, 2, 3].all(n, item.mass_net > n)", T),
        ("size(item.documents) == 2 && item.documents.size() == 2", T),
        // has
        ("has(item.mass_net) && has(item.documents) && has(item.procedure)", T),
        ("has(item.packaging.package_count) || has(item.containers) || has(item.packaging)", F),
        ("has(item.documents.size)", ERROR),
    ] {
        if expression == "has(item.documents.size)" {
            assert!(Rules::compile(vec![profile("1", expression)]).is_err());
            continue;
        }
        assert_eq!(ask(expression, &declaration), expected, "{expression}");
    }
}

#[test]
fn what_is_absent_is_an_error_that_logic_absorbs() {
    // No origin, no documents, no consignor.
    let declaration = declaration(&[("items/1/commodity_code", "8501"), ("items/1/mass_net", "1")]);
    for (expression, expected) in [
        (r#"item.origin_country == "CN""#, ERROR),
        (r#"item.origin_country != "CN""#, ERROR),
        (r#"!(item.origin_country == "CN")"#, ERROR),
        (r#"item.origin_country in ["CN"]"#, ERROR),
        (r#"item.origin_country.startsWith("C")"#, ERROR),
        ("item.mass_gross > 0", ERROR),
        ("item.mass_gross + item.mass_net > 0", ERROR),
        ("item.mass_gross == item.mass_gross", ERROR),
        (r#"declaration.consignor.name == "X""#, ERROR),
        (r#"declaration.kind == "import""#, ERROR),
        ("has(item.origin_country)", F),
        ("has(declaration.consignor.address)", F),
        (r#"!has(item.origin_country) || item.origin_country == "CN""#, T),
        (r#"item.origin_country == "CN" || item.mass_net == 1"#, T),
        (r#"item.origin_country == "CN" && item.mass_net == 2"#, F),
        (r#"item.origin_country == "CN" && item.mass_net == 1"#, ERROR),
        (r#"item.origin_country == "CN" || item.mass_net == 2"#, ERROR),
        (r#"item.mass_net == 1 ? true : item.mass_gross > 0"#, T),
        (r#"item.mass_gross > 0 ? true : true"#, ERROR),
        // Lists that are absent are empty.
        ("item.documents.exists(d, true)", F),
        ("item.documents.all(d, false)", T),
        ("size(item.documents) == 0", T),
        ("declaration.consignor.address.exists(a, true)", F),
        (r#""x" in declaration.consignor.phones"#, F),
    ] {
        assert_eq!(ask(expression, &declaration), expected, "{expression}");
    }
}

#[test]
fn an_error_in_one_element_does_not_hide_another() {
    let declaration =
        declaration(&[("items/1/documents/1/number", "A"), ("items/1/documents/2/kind", "01191")]);
    assert_eq!(ask(r#"item.documents.exists(d, d.kind == "01191")"#, &declaration), T);
    assert_eq!(ask(r#"item.documents.exists(d, d.kind == "04021")"#, &declaration), ERROR);
    assert_eq!(ask(r#"item.documents.all(d, d.kind == "04021")"#, &declaration), F);
    assert_eq!(ask(r#"item.documents.all(d, d.kind == "01191")"#, &declaration), ERROR);
}

#[test]
fn a_condition_that_mentions_the_item_is_asked_of_every_line() {
    let hits = |area: &str| -> Vec<Option<u32>> {
        let rules = Rules::compile(vec![profile("1", area)]).unwrap();
        assess(&rules, &electronics(), &facts()).hits.into_iter().map(|hit| hit.item).collect()
    };
    assert_eq!(hits("item.mass_net > 0"), [Some(1), Some(2)]);
    assert_eq!(hits("item.mass_net > 1"), [Some(1)]);
    assert_eq!(hits("declaration.package_count == 12"), [None]);
    assert_eq!(hits(r#"declaration.package_count == 12 && has(item.mass_net)"#), [Some(1), Some(2)]);
    assert!(check_expression("item.mass_net > 1").unwrap());
    assert!(!check_expression("declaration.package_count == 12").unwrap());
}

#[test]
fn the_largest_expressions_compile_whatever_the_callers_stack() {
    // The deepest that the scan lets through, called from a thread with next to no stack.
    let nested = format!("{}1 == 1{}", "(".repeat(NESTING_MAX), ")".repeat(NESTING_MAX));
    let chained = format!("0{} > 0", " + 1".repeat(CHAIN_MAX - 2));
    let choices = format!("{}true", "true ? true : ".repeat(CHAIN_MAX / 2 - 1));
    let both = format!(
        "{}1{}{} == 1",
        "(".repeat(NESTING_MAX - 1),
        ")".repeat(NESTING_MAX - 1),
        " * 1".repeat(CHAIN_MAX - NESTING_MAX - 1)
    );
    let wide = vec!["1 < 2"; 1_300].join(" && ");
    for expression in [nested, chained, choices, both, wide] {
        let asked = expression.clone();
        let worker = std::thread::Builder::new().stack_size(128 << 10);
        let answer = worker
            .spawn(move || check_expression(&asked).map_err(|error| error.to_string()))
            .unwrap()
            .join()
            .unwrap();
        assert!(answer.is_ok(), "{expression}: {answer:?}");
    }
}

fn fragments() -> impl Strategy<Value = String> {
    let fragment = prop::sample::select(vec![
        "item",
        "declaration",
        ".",
        "mass_net",
        "documents",
        ".exists(",
        "x,",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "\"85\"",
        "'",
        "\"",
        "\\",
        "&&",
        "||",
        "!",
        "==",
        "<",
        "+",
        "-",
        "*",
        "/",
        "%",
        "?",
        ":",
        ",",
        " ",
        "in",
        "has(",
        "size(",
        "date(",
        "1",
        "0.5",
        "1e9",
        "0x1F",
        "null",
        "b",
        "r",
        "@",
        "`",
        "//",
        "\n",
        "ё",
        "true",
        "map(",
        "as",
        "if",
    ]);
    prop::collection::vec(fragment, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn nothing_panics_on_any_text(text in ".{0,60}") {
        let _ = check_expression(&text);
        let _ = parse_profile(&text);
    }

    #[test]
    fn nothing_panics_on_almost_expressions(text in fragments()) {
        let _ = check_expression(&text);
    }
}
