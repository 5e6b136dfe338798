//! docs/profiles.md: its examples are read, its tables are those of the code.
//! `GREENLANE_WRITE_DOCS=1 cargo nextest run -p greenlane-risk page` writes the tables anew.

use std::fmt::Write;

use greenlane_risk::*;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/profiles.md");

fn page() -> String {
    std::fs::read_to_string(PAGE).unwrap()
}

/// The blocks of a language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let open = format!("```{language}\n");
    let begun = page.split(open.as_str()).skip(1);
    begun.map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn every_example_is_accepted() {
    let page = page();
    let documents: Vec<String> = blocks(&page, "toml").into_iter().chain(blocks(&page, "json")).collect();
    assert_eq!(documents.len(), 2);
    let profiles =
        documents.iter().map(|text| accept_profile(text).unwrap_or_else(|error| panic!("{error}")));
    assert!(Rules::compile(profiles.collect()).is_ok());
    let conditions = blocks(&page, "cel").concat();
    assert!(conditions.lines().count() > 5);
    for condition in conditions.lines() {
        check_expression(condition).unwrap_or_else(|error| panic!("{condition}: {error}"));
    }
}

#[test]
fn every_field_of_a_profile_is_explained() {
    let page = page();
    let profile = accept_profile(&blocks(&page, "toml")[0]).unwrap();
    let mut other = profile.clone();
    // Fields that are not written where they have their usual value.
    other.fiscal = false;
    let written = serde_json::to_value(other).unwrap();
    for field in written.as_object().unwrap().keys() {
        assert!(page.contains(&format!("`{field}")), "{field}");
    }
}

fn row(cells: &[&str]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

fn table(name: &str) -> String {
    let mut out = String::new();
    match name {
        "kinds" => {
            out.push_str("| name | по-русски | in English |\n|---|---|---|\n");
            for kind in ProfileKind::ALL {
                let title = kind.title();
                out.push_str(&row(&[&format!("`{}`", kind.as_str()), &title.ru, &title.en]));
            }
        }
        "stages" => {
            out.push_str("| name | по-русски | in English |\n|---|---|---|\n");
            for stage in Stage::ALL {
                let title = stage.title();
                out.push_str(&row(&[&format!("`{}`", stage.as_str()), &title.ru, &title.en]));
            }
        }
        "measures" => {
            out.push_str("| name | lane | по-русски | in English |\n|---|---|---|---|\n");
            for measure in Measure::ALL {
                let (title, name) = (measure.title(), format!("`{}`", measure.as_str()));
                out.push_str(&row(&[&name, measure.lane().as_str(), &title.ru, &title.en]));
            }
        }
        "names" => {
            out.push_str("| name | по-русски | in English |\n|---|---|---|\n");
            // The named values come first; then the fields of the declaration.
            for field in fields().take_while(|field| !is_plain_field(&field.path)) {
                out.push_str(&row(&[&format!("`{}`", field.path), field.ru, field.en]));
            }
        }
        "faults" => {
            out.push_str("| code | what |\n|---|---|\n");
            for (fault, what) in [
                (
                    Fault::Document,
                    "the document cannot be read, or a field is missing, unknown or of another kind",
                ),
                (Fault::Value, "a value out of its range"),
                (Fault::Conflict, "two fields that contradict each other"),
                (Fault::Duplicate, "two profiles of one number"),
                (Fault::Syntax, "an expression that cannot be read"),
                (Fault::Name, "a name that no field, fact or variable has"),
                (Fault::Type, "values of kinds that do not fit together"),
                (Fault::Unsupported, "CEL that rules do not support"),
                (Fault::Limit, "an expression over a limit of cost"),
            ] {
                out.push_str(&row(&[fault.as_str(), what]));
            }
        }
        "advice" => {
            out.push_str("| code | what |\n|---|---|\n");
            for kind in AdviceKind::ALL {
                let what = match kind {
                    AdviceKind::Never => {
                        "it can never fire: its conditions exclude each other, its exclusions take everything, its \
                         term is over, its share is 0"
                    }
                    AdviceKind::Always => "it fires on every declaration or every line",
                    AdviceKind::Covered => "wherever it fires, another in force does too and demands as much",
                    AdviceKind::Contradicts => {
                        "another in force says otherwise of the same goods: excludes them, or leads to another lane \
                         or other measures"
                    }
                    AdviceKind::Costly => "it takes more than 5 000 steps on a declaration of 50 lines",
                    AdviceKind::Unknown => "it names a code or country that its classifier does not have",
                };
                out.push_str(&row(&[kind.as_str(), what]));
            }
        }
        other => panic!("no table {other}"),
    }
    out
}

/// A field of the record itself, which the form lists.
fn is_plain_field(path: &str) -> bool {
    let below = |root: &str, all: &[declaration::Field]| {
        let name = path.strip_prefix(root);
        name.is_some_and(|name| all.iter().any(|field| field.name == name))
    };
    below("declaration.", declaration::Declaration::FIELDS) || below("item.", declaration::Item::FIELDS)
}

#[test]
fn the_tables_are_those_of_the_code() {
    let page = page();
    let mut made = String::new();
    let mut parts = page.split("<!-- table: ");
    made.push_str(parts.next().unwrap());
    let mut tables = 0;
    for part in parts {
        let (name, rest) = part.split_once(" -->").unwrap();
        let (_, after) = rest.split_once("<!-- end -->").unwrap();
        write!(made, "<!-- table: {name} -->\n{}<!-- end -->{after}", table(name)).unwrap();
        tables += 1;
    }
    assert_eq!(tables, 6);
    if std::env::var_os("GREENLANE_WRITE_DOCS").is_some() {
        return std::fs::write(PAGE, &made).unwrap();
    }
    assert_eq!(made, page, "GREENLANE_WRITE_DOCS=1 cargo nextest run -p greenlane-risk page");
}
