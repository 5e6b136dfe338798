//! A folder of generated declarations, with all a filing centre needs to take them.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use crate::error::{GenerateError, at};
use crate::generate::Generator;
use crate::traders::Trader;

/// The certificate to be trusted.
pub const AUTHORITY_FILE: &str = "authority.pem";
/// The firms that file, with the facts of their record.
pub const PARTICIPANTS_FILE: &str = "participants.csv";
/// What stands on their accounts at first.
pub const ACCOUNTS_FILE: &str = "accounts.csv";

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Written {
    /// Declarations.
    pub declarations: u64,
    /// Lines of goods in them.
    pub items: u64,
    /// Bytes of documents.
    pub bytes: u64,
    /// Firms that file.
    pub participants: u64,
    /// Declarations with each mistake.
    pub mistakes: BTreeMap<&'static str, u64>,
}

/// Writes the declarations of a generator into a folder: `000001.xml` with its seal `000001.xml.sig`
/// and so on, [`AUTHORITY_FILE`], [`PARTICIPANTS_FILE`], [`ACCOUNTS_FILE`]. `progress` hears how many of
/// how many are written.
///
/// # Errors
/// Where a declaration cannot be generated or a file not be written.
pub fn write_dir(
    generator: &Generator,
    dir: &Path,
    mut progress: impl FnMut(u64, u64),
) -> Result<Written, GenerateError> {
    let total = generator.plan().count;
    let mut written = Written::default();
    let mut traders: BTreeMap<u64, Trader> = BTreeMap::new();
    fs::create_dir_all(dir).map_err(at(dir))?;
    for generated in generator {
        let generated = generated?;
        let file = dir.join(&generated.name);
        fs::write(&file, &generated.xml).map_err(at(&file))?;
        if let Some(seal) = &generated.seal {
            let file = dir.join(format!("{}.sig", generated.name));
            fs::write(&file, seal.to_text()).map_err(at(&file))?;
        }
        for mistake in &generated.mistakes {
            *written.mistakes.entry(mistake.as_str()).or_default() += 1;
        }
        written.declarations += 1;
        written.items += generated.declaration.items.len() as u64;
        written.bytes += generated.xml.len() as u64;
        traders.insert(generated.trader.index, generated.trader);
        progress(written.declarations, total);
    }
    written.participants = traders.len() as u64;
    if let Some(pem) = generator.authority_pem() {
        let file = dir.join(AUTHORITY_FILE);
        fs::write(&file, pem).map_err(at(&file))?;
    }
    let file = dir.join(PARTICIPANTS_FILE);
    write_rows(&file, PARTICIPANT_COLUMNS, traders.values().map(participant_row))?;
    let file = dir.join(ACCOUNTS_FILE);
    let currency = generator.currency();
    let rows = traders.values().map(|trader| format!("{},{currency},{}", trader.number, trader.funds()));
    write_rows(&file, "number,currency,amount", rows)?;
    Ok(written)
}

const PARTICIPANT_COLUMNS: &str = "number,name,years_active,declarations_year,offences_two_years,debt,\
                                   corrections_percent,refusals_percent,authorised_operator";

fn participant_row(trader: &Trader) -> String {
    let facts = trader.facts();
    format!(
        "{},\"{}\",{},{},{},{},{},{},{}",
        trader.number,
        trader.name.replace('"', "\"\""),
        facts.years_active,
        facts.declarations_year,
        facts.offences_two_years,
        facts.debt,
        facts.corrections_percent,
        facts.refusals_percent,
        facts.authorised_operator
    )
}

fn write_rows(file: &Path, columns: &str, rows: impl Iterator<Item = String>) -> Result<(), GenerateError> {
    let mut out = std::io::BufWriter::new(fs::File::create(file).map_err(at(file))?);
    writeln!(out, "{columns}").map_err(at(file))?;
    for row in rows {
        writeln!(out, "{row}").map_err(at(file))?;
    }
    out.flush().map_err(at(file))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::civil::Date;

    use super::*;
    use crate::{MistakeShares, Plan};

    #[test]
    fn a_folder_has_all_a_centre_needs() {
        let reference = Arc::new(reference::Reference::starter().unwrap());
        let plan = Plan { mistakes: MistakeShares::none(), ..Plan::usual(12, 1, Date::constant(2026, 3, 2)) };
        let authority = seal::Authority::generate("Rehearsal").unwrap();
        let generator = Generator::new(plan, reference, Some(authority)).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let mut told = Vec::new();
        let written = write_dir(&generator, dir.path(), |done, total| told.push((done, total))).unwrap();
        assert_eq!((written.declarations, told.last()), (12, Some(&(12, 12))));
        assert!(dir.path().join("000012.xml").exists() && !dir.path().join("000013.xml").exists());

        let pem = fs::read_to_string(dir.path().join(AUTHORITY_FILE)).unwrap();
        let verifier = seal::Verifier::new(seal::Anchors::from_pem(&pem).unwrap());
        let (xml, sig) = (dir.path().join("000001.xml"), dir.path().join("000001.xml.sig"));
        let seal = seal::DetachedSeal::parse(&fs::read(sig).unwrap()).unwrap();
        let at = "2026-03-02T12:00:00Z".parse().unwrap();
        let signer = verifier.verify(&fs::read(xml).unwrap(), &seal, at).unwrap();

        let participants = fs::read_to_string(dir.path().join(PARTICIPANTS_FILE)).unwrap();
        let accounts = fs::read_to_string(dir.path().join(ACCOUNTS_FILE)).unwrap();
        let number = signer.tax_number.unwrap();
        for table in [&participants, &accounts] {
            assert_eq!(table.lines().count() as u64, written.participants + 1);
            let columns = |line: &str| line.matches(',').count();
            assert!(table.lines().all(|line| columns(line) == columns(table.lines().next().unwrap())));
            assert!(table.lines().any(|line| line.starts_with(&number)), "{number} is missing");
        }
    }
}
