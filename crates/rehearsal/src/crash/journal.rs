//! What a filer was promised, line by line, and what it needs to file the same bytes again.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clearance::{Case, CaseId};
use jiff::Timestamp;
use jiff::civil::Date;
use reference::Reference;
use seal::Authority;

use crate::error::{GenerateError, RehearsalError, system};
use crate::generate::{Generator, Plan};

/// The pack crashes are rehearsed under.
pub(super) const JURISDICTION: &str = "eaeu-ru";
/// Firms that file: few, so that their accounts are touched often.
pub(super) const TRADERS: u32 = 40;
/// Mean of lines of goods: small declarations make many commits.
const ITEMS_MEAN: f64 = 3.0;

/// An answer that was noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Noted {
    /// It became a case.
    Case { id: CaseId, number: Option<String>, state: String },
    /// It was turned away with this code.
    TurnedAway(String),
}

impl Noted {
    pub fn of(case: &Case) -> Self {
        Noted::Case {
            id: case.id,
            number: case.number.map(|number| number.to_string()),
            state: case.state.as_str().to_owned(),
        }
    }

    fn line(&self, name: &str) -> String {
        match self {
            Noted::Case { id, number, state } => {
                format!("{name}\t{id}\t{}\t{state}\n", number.as_deref().unwrap_or("-"))
            }
            Noted::TurnedAway(code) => format!("{name}\t-\t-\t{code}\n"),
        }
    }

    fn read(line: &str) -> Option<(&str, Self)> {
        let mut parts = line.split('\t');
        let (name, id, number, state) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let noted = match id {
            "-" => Noted::TurnedAway(state.to_owned()),
            id => Noted::Case {
                id: id.parse().ok()?,
                number: (number != "-").then(|| number.to_owned()),
                state: state.to_owned(),
            },
        };
        parts.next().is_none().then_some((name, noted))
    }
}

/// Appends answers as they come.
pub(super) struct Writer(File);

impl Writer {
    pub fn open(journal: &Path) -> Result<Self, RehearsalError> {
        let failed = || system(journal.display().to_string());
        // A line the kill cut short was never a promise: it goes before the next one is written.
        let whole = fs::read(journal).unwrap_or_default();
        let end = whole.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if end < whole.len() {
            fs::write(journal, whole.get(..end).unwrap_or_default()).map_err(failed())?;
        }
        let file = OpenOptions::new().append(true).create(true).open(journal).map_err(failed())?;
        Ok(Self(file))
    }

    /// One write per line: once it returns, the line outlives this process.
    pub fn note(&mut self, name: &str, noted: &Noted) -> Result<(), RehearsalError> {
        self.0.write_all(noted.line(name).as_bytes()).map_err(system("the client's journal"))
    }
}

/// The answers in a journal by name; where one was noted more than once, all in order.
pub(super) fn read(journal: &Path) -> Result<BTreeMap<String, Vec<Noted>>, RehearsalError> {
    let text = match fs::read_to_string(journal) {
        Ok(text) => text,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(why) => return Err(system(journal.display().to_string())(why)),
    };
    let mut noted: BTreeMap<String, Vec<Noted>> = BTreeMap::new();
    for line in text.split_inclusive('\n') {
        // The kill may have cut the last line short.
        let Some(line) = line.strip_suffix('\n') else { continue };
        let read = Noted::read(line).ok_or_else(|| RehearsalError::Invalid(format!("journal: {line}")))?;
        noted.entry(read.0.to_owned()).or_default().push(read.1);
    }
    Ok(noted)
}

/// The place of a generated declaration by its name.
pub(super) fn place_of(name: &str) -> Option<u64> {
    name.strip_suffix(".xml")?.parse::<u64>().ok()?.checked_sub(1)
}

fn setup_file(journal: &Path) -> PathBuf {
    let mut name = journal.as_os_str().to_owned();
    name.push(".setup");
    PathBuf::from(name)
}

/// The generator of a rehearsal, the same each time: its day and authority are kept beside the journal.
pub(super) fn generator(journal: &Path, seed: u64) -> Result<Generator, RehearsalError> {
    let reference = Reference::starter().map_err(|why| RehearsalError::Invalid(why.to_string()))?;
    let file = setup_file(journal);
    let failed = || system(file.display().to_string());
    let (day, authority) = match fs::read_to_string(&file) {
        Ok(text) => {
            let broken = || RehearsalError::Invalid(format!("{} is damaged", file.display()));
            let (day, pem) = text.split_once('\n').ok_or_else(broken)?;
            let day: Date = day.parse().map_err(|_| broken())?;
            (day, Authority::from_pem(pem).map_err(GenerateError::from)?)
        }
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
            let day = crate::today(&reference, JURISDICTION, Timestamp::now());
            let authority = Authority::generate("Greenlane crash rehearsal").map_err(GenerateError::from)?;
            // Whole or not at all: this process may be killed here, too.
            let draft = file.with_extension("draft");
            fs::write(&draft, format!("{day}\n{}", authority.to_pem())).map_err(failed())?;
            fs::rename(&draft, &file).map_err(failed())?;
            (day, authority)
        }
        Err(why) => return Err(failed()(why)),
    };
    let plan = Plan { items_mean: ITEMS_MEAN, traders: TRADERS, ..Plan::usual(u64::MAX, seed, day) };
    Ok(Generator::new(plan, Arc::new(reference), Some(authority))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cut_short_is_no_promise() {
        let dir = tempfile::tempdir().unwrap();
        let journal = dir.path().join("journal");
        let id: CaseId = "01976f4e-8000-7000-8000-000000000001".parse().unwrap();
        let released =
            Noted::Case { id, number: Some("10131010/020326/0000001".into()), state: "released".into() };
        let mut writer = Writer::open(&journal).unwrap();
        writer.note("000001.xml", &released).unwrap();
        writer.note("000002.xml", &Noted::TurnedAway("GL-3013".into())).unwrap();
        drop(writer);
        let mut text = fs::read_to_string(&journal).unwrap();
        text.push_str("000003.xml\t0197");
        fs::write(&journal, &text).unwrap();
        let noted = super::read(&journal).unwrap();
        assert_eq!(noted.len(), 2);
        assert_eq!(noted["000001.xml"], std::slice::from_ref(&released));
        Writer::open(&journal).unwrap().note("000003.xml", &released).unwrap();
        assert_eq!(super::read(&journal).unwrap()["000003.xml"], [released]);
        fs::write(&journal, "nonsense\n").unwrap();
        assert!(super::read(&journal).is_err());
        assert_eq!((place_of("000001.xml"), place_of("000000.xml"), place_of("x")), (Some(0), None, None));
    }

    #[test]
    fn the_same_documents_can_be_filed_again() {
        let dir = tempfile::tempdir().unwrap();
        let journal = dir.path().join("journal");
        let (one, two) = (generator(&journal, 5).unwrap(), generator(&journal, 5).unwrap());
        assert_eq!(one.authority_pem(), two.authority_pem());
        assert_eq!(one.at(7).unwrap().xml, two.at(7).unwrap().xml);
    }
}
