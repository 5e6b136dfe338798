use declaration::{Declaration, Finding};

use crate::{Completion, Content, Target};

fn read(text: &str) -> Result<(Declaration, Vec<Finding>), Box<crate::Unreadable>> {
    match super::read(text)? {
        (Content::Declaration(declaration), findings) => Ok((*declaration, findings)),
        (Content::Paper(paper), _) => panic!("{}", paper.kind()),
    }
}

const EMPTY: &str = r#"{"greenlane":"declaration/1"}"#;

fn with(members: &str) -> String {
    format!(r#"{{"greenlane":"declaration/1",{members}}}"#)
}

#[test]
fn what_is_empty_is_absent() {
    let completion =
        Completion { document_id: "1".into(), written_at: "2026-03-02T10:20:30".parse().unwrap() };
    let text = crate::write(&Declaration::default(), Target::Json, &completion).unwrap();
    assert_eq!(text.split_whitespace().collect::<String>(), EMPTY);
    assert_eq!(read(EMPTY).unwrap(), (Declaration::default(), Vec::new()));
    // An empty record is not an absent one.
    let (declaration, _) = read(&with(r#""carrier":{},"items":[{},{}]"#)).unwrap();
    assert!(declaration.carrier.is_some() && declaration.items.len() == 2);
    assert_eq!(read(&super::write_declaration(&declaration)).unwrap().0, declaration);
}

#[test]
fn numbers_texts_and_flags_keep_their_types() {
    let (declaration, findings) =
        read(&with(r#""item_count":3,"invoice_total":"8727.280","container_indicator":true"#)).unwrap();
    assert_eq!(findings, vec![]);
    let text = super::write_declaration(&declaration);
    for member in [r#""item_count": 3"#, r#""invoice_total": "8727.28""#, r#""container_indicator": true"#] {
        assert!(text.contains(member), "{member} in {text}");
    }
}

#[test]
fn a_wrong_type_or_a_malformed_value_is_a_finding_at_its_field() {
    for (members, expected) in [
        (r#""item_count":"3""#, "Field item_count: found “3”, expected a number."),
        (r#""item_count":-3"#, "Field item_count: found “-3”, expected a number."),
        (r#""item_count":1.5"#, "Field item_count: found “1.5”, expected a number."),
        (
            r#""item_count":4294967296"#,
            "Field item_count: found “4294967296”, expected a whole number, not negative, below 4 294 967 296.",
        ),
        (r#""container_indicator":"да""#, "Field container_indicator: found “да”, expected true or false."),
        (
            r#""invoice_total":8727.28"#,
            "Field invoice_total: found “8727.28”, expected a decimal as a string.",
        ),
        (r#""direction":null"#, "Field direction: found “null”, expected a string."),
        (r#""direction":{"a":[1]}"#, "Field direction: found “{…}”, expected a string."),
        (r#""direction":["ИМ"]"#, "Field direction: found “[…]”, expected a string."),
        (r#""direction":"""#, "Field direction: found “”, expected a code without spaces, up to 24 bytes."),
        (r#""items":{"number":1}"#, "Field items: found “{…}”, expected a list."),
        (r#""seals":"17""#, "Field seals: found “17”, expected a list."),
        (r#""items":[7]"#, "Field items/1: found “7”, expected an object with fields."),
        (r#""carrier":[{}]"#, "Field carrier: found “[…]”, expected an object with fields."),
        (
            r#""items":[{},{"documents":[{"date":"31.12.2025"}]}]"#,
            "Field items/2/documents/1/date: found “31.12.2025”, expected a date as YYYY-MM-DD, 1900 to 2200.",
        ),
        (r#""seals":["1",2]"#, "Field seals/2: found “2”, expected a string."),
        (
            r#""direction":"ИМ","direction":"ЭК""#,
            "Field direction is repeated; the first is kept. Remove the other.",
        ),
    ] {
        let (_, findings) = read(&with(members)).unwrap_or_else(|error| panic!("{members}: {error}"));
        let texts: Vec<_> = findings.iter().map(|finding| finding.text.en.as_ref()).collect();
        assert_eq!(texts, [expected], "{members}");
    }
}

#[test]
fn the_reader_is_strict_and_says_where() {
    for (text, code, path) in [
        (with(r#""colour":"red""#), "GL-0017", ""),
        (with(r#""items":[{},{"mass":"1"}]"#), "GL-0017", "items/2"),
        (r#"{"direction":"ИМ"}"#.into(), "GL-0018", "greenlane"),
        (r#"{"greenlane":"declaration/2"}"#.into(), "GL-0018", "greenlane"),
        (r#"{"greenlane":1}"#.into(), "GL-0018", "greenlane"),
        ("[]".into(), "GL-0019", ""),
        (with(r#""direction":"ИМ""#) + "{}", "GL-0006", ""),
        (with(r#""direction":"#), "GL-0006", ""),
        ("{".into(), "GL-0006", ""),
        (with(r#""item_count":1e999"#), "GL-0006", ""),
        (with(&format!(r#""items":[{}{{}}]"#, "{},".repeat(1000))), "GL-0009", "items/1001"),
        (with(&format!(r#""direction":"{}""#, "И".repeat(40_000))), "GL-0009", "direction"),
        (with(&format!(r#""direction":{}"#, "[".repeat(100_000))), "GL-0006", ""),
    ] {
        let refusal = read(&text).expect_err("must be refused");
        let start = text.chars().take(60).collect::<String>();
        assert_eq!((refusal.code, refusal.path.as_str()), (code, path), "{start}: {refusal}");
    }
    let refusal = read("{\n\"greenlane\":\"declaration/1\",\n\"colour\":1}").expect_err("unknown field");
    assert_eq!(
        refusal.to_string(),
        "GL-0017: line 3, the field “colour” is unknown; compare the field's name with the JSON schema; remove a superfluous field"
    );
}
