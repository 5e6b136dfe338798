//! What commands say when something is wrong, word for word.

use crate::running::{fixture, greenlane, text};

#[test]
fn a_missing_directory_is_named_with_its_cure() {
    let ran = greenlane(["submit", "x.xml"]).ended(2);
    assert_eq!(ran.err, "error: no data directory was given\nhint: give --data DIR, or set GREENLANE_DATA\n");
    let ran = greenlane(["show", "x", "--data", "/nowhere/at/all"]).ended(1);
    assert_eq!(ran.err, "error: /nowhere/at/all is no data directory\n");
}

#[test]
fn an_unknown_case_is_said_to_be_unknown() {
    let dir = tempfile::tempdir().unwrap();
    let ran = greenlane(["show", "10013160/211126/0000001", "--data", text(dir.path())]).ended(1);
    assert_eq!(
        ran.err,
        "error: there is no case 10013160/211126/0000001\n\
         hint: give the identifier that submit printed, or a number such as 10013160/211126/0000001\n"
    );
}

#[test]
fn only_the_program_itself_tells_its_version() {
    let own = greenlane(["--version"]).ended(0).out;
    assert!(own.starts_with("greenlane "), "{own}");
    for args in [&["profile", "list", "--version"][..], &["check", "--version"], &["replay", "-V"]] {
        let ran = greenlane(args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}");
    }
}

#[test]
fn misuse_exits_with_two() {
    for args in [
        &["no-such-command"][..],
        &["check"],
        &["convert", "x.xml", "--to", "pdf"],
        &["generate", "5", "--out", "/tmp/x", "--items", "0"],
        &["reference", "import", "recipes", "x.csv", "--data", "/tmp/x"],
        &["submit", "x.xml", "--to", "ftp://example"],
    ] {
        assert_eq!(greenlane(args).code, 2, "{args:?}");
    }
}

#[test]
fn check_speaks_both_languages_and_prints_the_contract() {
    let file = fixture("import-5.23.xml");
    let russian = greenlane(["check", text(&file), "--language", "ru", "--as-of", "2026-03-02"]);
    assert!(russian.out.contains("Проверьте ИНН"), "{}", russian.out);
    let ran = greenlane(["check", text(&file), "--json", "--as-of", "2026-03-02"]).ended(1);
    let object = ran.lines().remove(0);
    for key in [
        "file",
        "format",
        "version",
        "kind",
        "procedure",
        "number_of_items",
        "findings",
        "payments",
        "totals",
    ] {
        assert!(object.get(key).is_some(), "{key} is missing in {object}");
    }
    assert_eq!(object["version"], "5.23");
    let finding = &object["findings"][0];
    for key in ["code", "severity", "path", "box", "message"] {
        assert!(finding[key].is_string(), "{key} is missing in {finding}");
    }
}

#[test]
fn a_file_that_is_no_document_is_one_json_line_with_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("letter.xml");
    std::fs::write(&file, "Dear customs,").unwrap();
    let ran = greenlane(["check", text(&file), "--json"]).ended(1);
    let object = ran.lines().remove(0);
    assert_eq!(object["error"]["code"], "GL-0005", "{object}");
    assert!(object["error"]["message"].as_str().unwrap().len() > 20);
}

#[test]
fn convert_goes_there_and_back() {
    let dir = tempfile::tempdir().unwrap();
    let json = greenlane(["convert", text(&fixture("import-5.10.xml")), "--to", "json"]).ended(0).out;
    let path = dir.path().join("declaration.json");
    std::fs::write(&path, &json).unwrap();
    let album = greenlane(["convert", text(&path), "--to", "album-5.23"]).ended(0).out;
    assert!(album.contains("ESADout_CU:5.23.0"));
    let album_path = dir.path().join("declaration.xml");
    std::fs::write(&album_path, album).unwrap();
    greenlane(["convert", text(&album_path), "--to", "json"]).ended(0);
}

#[test]
fn a_file_that_is_no_receipt_does_not_hold() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("receipt.txt");
    std::fs::write(&file, "I hereby confirm").unwrap();
    let ran = greenlane(["verify", text(&file)]).ended(1);
    assert!(ran.out.contains("DOES NOT HOLD") && ran.out.contains("GL-35"), "{}", ran.out);
    greenlane(["verify", text(&file), "--key", "nonsense"]).ended(2);
}
