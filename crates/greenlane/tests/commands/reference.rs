//! Reference data from the command line: what is imported, when it is in force, what it changes.

use std::path::Path;

use crate::running::{Ran, greenlane, text};

/// A folder with files to import and a data directory.
struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> String {
        text(&self.dir.path().join(name)).to_owned()
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).unwrap();
        std::fs::write(&path, content).unwrap();
        self.path(name)
    }

    fn reference(&self, arguments: &[&str]) -> Ran {
        let data = self.path("data");
        greenlane([&["reference"], arguments, &["--data", &data]].concat())
    }
}

const TNVED: &str = "code,name,duty
0101210000,лошади: 🠺 чистопородные племенные животные,5%
8703231981,автомобили: 🠺 новые,\"15%, но не менее 0.36 EUR за 1 см3, мл\"
9608101000,ручки шариковые: 🠺 с жидкими чернилами,None
";

#[test]
fn an_import_says_what_it_takes_and_how_it_read_it() {
    let desk = Desk::new();
    let tnved = desk.write("tnved.csv", TNVED);
    let before = desk.reference(&["import", "tnved", &tnved, "--dry-run"]).ended(0).out;
    assert!(before.starts_with("tnved from tnved.csv would be taken: 3 rows\n"), "{before}");
    let said = desk.reference(&["import", "tnved", &tnved]).ended(0).out;
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].starts_with("tnved from tnved.csv is in force: 3 rows; import "), "{said}");
    let note = |line: &str, what: &str| {
        let found = lines.iter().find(|said| said.starts_with(&format!("note: tnved.csv, line {line}: ")));
        assert!(found.is_some_and(|said| said.contains(what)), "{line} {what}: {said}");
    };
    note("3", "volume of the engine");
    note("4", "no rate: this is not zero");
    assert!(said.contains("names: ") && said.contains(" new, ") && said.contains(" gone"), "{said}");
    assert!(
        lines.last().is_some_and(|line| line.starts_with("world ") && line.contains(" instead of ")),
        "{said}"
    );
    let shown = desk.reference(&["show", "8703 23 198 1"]).ended(0).out;
    // A rates table of the starter says another duty for some: that the two differ is said where the first stands.
    let head = "8703231981  автомобили › новые\nduty 15%, но не менее 0.36 EUR за 1 см3, мл in the nomenclature; where they fit,";
    assert!(shown.starts_with(head) && shown.contains("\nduty gb 10%"), "{shown}");
}

#[test]
fn every_broken_row_is_named_and_nothing_is_taken() {
    let desk = Desk::new();
    let good = desk.write("good.csv", TNVED);
    desk.reference(&["import", "tnved", &good]).ended(0);
    let listed = desk.reference(&["list"]).ended(0).out;
    let broken =
        desk.write("broken.csv", TNVED.replace("8703231981", "87032319").replace("5%", "сколько-то"));
    let refused = desk.reference(&["import", "tnved", &broken]).ended(1).err;
    let expected = "GL-8004 broken.csv, line 2, duty: «сколько-то» does not fit; expected: a rate such as 5%";
    assert!(refused.contains(expected), "{refused}");
    assert!(
        refused.contains("GL-8004 broken.csv, line 3, code: «87032319» does not fit; expected: ten digits"),
        "{refused}"
    );
    assert_eq!(desk.reference(&["list"]).ended(0).out, listed);
}

#[test]
fn what_holds_depends_on_the_day_and_on_when_it_is_asked_what_was_known() {
    let desk = Desk::new();
    let old = desk.write("old.csv", TNVED);
    let new = desk.write("new.csv", TNVED.replace("животные,5%", "животные,7%"));
    desk.reference(&["import", "tnved", &old]).ended(0);
    let known_at = jiff::Timestamp::now().to_string();
    desk.reference(&["import", "tnved", &new, "--valid-from", "2026-04-01"]).ended(0);
    let duty = |arguments: &[&str]| {
        let shown = desk.reference(&[&["show", "0101210000"], arguments].concat()).ended(0).out;
        shown.lines().nth(1).unwrap().to_owned()
    };
    assert_eq!(duty(&["--as-of", "2026-03-31"]), "duty 5%");
    assert_eq!(duty(&["--as-of", "2026-04-01"]), "duty 7%");
    assert_eq!(duty(&["--as-of", "2026-04-01", "--known-at", &known_at]), "duty 5%");
    let history = desk.reference(&["show", "0101210000", "--as-of", "2026-04-01"]).ended(0).out;
    assert!(
        history.contains("duty  ever – 2026-03-31  5%  (old.csv)\nduty  2026-04-01 – …  7%  (new.csv)\n"),
        "{history}"
    );
    let differs = desk.reference(&["diff", &known_at, "now"]).ended(0).out;
    assert!(differs.contains("duties: 0 new, 1 changed, 0 gone\n"), "{differs}");
    assert!(
        differs.contains("  0101210000: «5%» until 2026-03-31, «7%» from 2026-04-01 instead of «5%»\n"),
        "{differs}"
    );
    assert_eq!(desk.reference(&["diff", "now", "now"]).ended(0).out.lines().last(), Some("nothing changes"));
    let unknown = desk.reference(&["diff", "2001-01-01T00:00:00Z"]).ended(1).err;
    assert!(
        unknown.contains("GL-8011: there is no world 2001-01-01T00:00:00Z; name one by the first digits"),
        "{unknown}"
    );
}

fn bank(day: &str, dollar: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><ValCurs Date=\"{day}\" name=\"Foreign Currency Market\">\
         <Valute ID=\"R01235\"><NumCode>840</NumCode><CharCode>USD</CharCode><Nominal>1</Nominal>\
         <Name>Доллар США</Name><Value>{dollar}</Value></Valute></ValCurs>"
    )
}

#[test]
fn a_folder_is_taken_in_one_step_and_one_day_of_it_back() {
    let desk = Desk::new();
    for day in 1..=9 {
        desk.write(
            &format!("rates/2026-02-0{day}.xml"),
            bank(&format!("0{day}.02.2026"), &format!("8{day},5")),
        );
    }
    let said = desk.reference(&["import", "exchange", &desk.path("rates")]).ended(0).out;
    assert!(
        said.starts_with(
            "9 files of exchange from 2026-02-01.xml to 2026-02-09.xml are in force: 9 rows; imports "
        ),
        "{said}"
    );
    let imports = desk.reference(&["imports", "--json"]).ended(0).lines();
    let fifth = imports.iter().find(|import| import["source"] == "2026-02-05.xml").unwrap();
    assert_eq!((&fifth["in_force"], &fifth["by"]), (&true.into(), &"command line".into()));
    let number = fifth["import"].to_string();
    let back = desk.reference(&["undo", &number]).ended(0).out;
    assert!(
        back.starts_with(&format!("import {number}, exchange from 2026-02-05.xml, is taken back\n")),
        "{back}"
    );
    assert!(back.contains("USD 2026-02-05: nothing instead of «85.5 / 1» from 2026-02-05"), "{back}");
    let again = desk.reference(&["undo", &number]).ended(1).err;
    assert!(
        again.contains(&format!(
            "GL-8010: there is no import {number} in force; greenlane reference imports lists them"
        )),
        "{again}"
    );
    let listed = desk.reference(&["imports"]).ended(0).out;
    assert!(
        listed.lines().any(|line| line.contains("2026-02-05.xml") && line.contains("taken back")),
        "{listed}"
    );
    assert!(
        listed.lines().last().is_some_and(|line| line.contains(&format!("takes back {number}"))),
        "{listed}"
    );
}

#[test]
fn codes_are_found_by_mistyped_words_and_by_digits() {
    let desk = Desk::new();
    let tnved = desk.write("tnved.csv", TNVED);
    desk.reference(&["import", "tnved", &tnved]).ended(0);
    for query in ["лошодь племеная", "0101 21", "0101.21.000.0"] {
        let found = desk.reference(&["search", query]).ended(0).out;
        assert!(
            found.starts_with("0101210000  5%        лошади › чистопородные племенные животные\n"),
            "{query}: {found}"
        );
    }
    let found = desk.reference(&["search", "шариковая ручка", "--json"]).ended(0).lines();
    assert_eq!((&found[0]["code"], &found[0]["in_force"]), (&"9608101000".into(), &true.into()));
    let nothing = desk.reference(&["search", "щщщщщщщ"]).ended(1).out;
    assert!(nothing.starts_with("nothing is called so; try other words"), "{nothing}");
}

#[test]
fn misuse_is_told() {
    let desk = Desk::new();
    let file = desk.write("x.csv", "code\n");
    let unknown = desk.reference(&["import", "gold", &file]).ended(2).err;
    assert!(
        unknown.contains("gold: no such kind of reference data") && unknown.contains("tnved, rates"),
        "{unknown}"
    );
    let missing = desk.reference(&["import", "tnved", &desk.path("nowhere.csv")]).ended(1).err;
    assert!(missing.contains("nowhere.csv"), "{missing}");
    let nobody = desk.reference(&["import", "rates", &file, "--jurisdiction", "atlantis"]).ended(1).err;
    assert!(nobody.contains("GL-8006") && nobody.contains("eaeu-ru"), "{nobody}");
}
