//! The files that are imported: those an authority published, or others of their size.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use encoding_rs::WINDOWS_1251;
use jiff::ToSpan;
use jiff::civil::Date;
use reference::search::trade_words;
use reference::{Dataset, DatasetKind, Reference};

use crate::error::{RehearsalError, system};
use crate::random::Random;

/// Codes of the union's nomenclature as of 2026.
const CODES: usize = 13_289;
/// Currencies of ISO 4217, those withdrawn left out.
const CURRENCIES: usize = 178;
/// Rows of a table of measures.
const MEASURES: usize = 200;
/// How often a commodity stands in a table of measures.
const MEASURES_STEP: usize = 61;
/// One in so many of the codes dutied at 5 % gets another duty with each new nomenclature: an amendment changes a few.
const AMENDED_STEP: usize = 200;

/// What the Bank of Russia sets rates of, with the units it states them for and about what they are worth.
const QUOTED: &[(&str, u16, u32, f64)] = &[
    ("AUD", 36, 1, 52.1),
    ("AZN", 944, 1, 46.9),
    ("GBP", 826, 1, 106.4),
    ("AMD", 51, 100, 20.8),
    ("BYN", 933, 1, 27.1),
    ("BGN", 975, 1, 47.4),
    ("BRL", 986, 1, 14.8),
    ("HUF", 348, 100, 23.9),
    ("VND", 704, 10_000, 31.6),
    ("HKD", 344, 10, 102.3),
    ("GEL", 981, 1, 29.4),
    ("DKK", 208, 1, 12.4),
    ("AED", 784, 1, 21.7),
    ("USD", 840, 1, 79.8),
    ("EUR", 978, 1, 92.9),
    ("EGP", 818, 10, 16.7),
    ("INR", 356, 100, 89.5),
    ("IDR", 360, 10_000, 47.9),
    ("KZT", 398, 100, 15.3),
    ("CAD", 124, 1, 57.2),
    ("QAR", 634, 1, 21.9),
    ("KGS", 417, 100, 91.2),
    ("CNY", 156, 1, 11.2),
    ("MDL", 498, 10, 47.0),
    ("NZD", 554, 1, 46.1),
    ("NOK", 578, 10, 78.9),
    ("PLN", 985, 1, 21.9),
    ("RON", 946, 1, 18.3),
    ("XDR", 960, 1, 109.1),
    ("SGD", 702, 1, 61.9),
    ("TJS", 972, 10, 86.4),
    ("THB", 764, 10, 24.6),
    ("TRY", 949, 10, 19.1),
    ("TMT", 934, 1, 22.8),
    ("UZS", 860, 10_000, 66.2),
    ("UAH", 980, 10, 19.0),
    ("CZK", 203, 10, 38.1),
    ("SEK", 752, 10, 84.3),
    ("CHF", 756, 1, 99.7),
    ("RSD", 941, 100, 79.3),
    ("ZAR", 710, 10, 46.0),
    ("KRW", 410, 1_000, 54.6),
    ("JPY", 392, 100, 51.8),
];

/// What is imported before anything is filed.
pub(super) struct Files {
    /// The whole nomenclature.
    pub tnved: Dataset,
    /// The other tables.
    pub tables: Vec<Dataset>,
    /// Currency rates, a file for each day.
    pub days: Vec<Dataset>,
}

impl Files {
    /// The files published, in a folder, or else made ones of their size; and rates of a year up to `today`.
    pub fn of(codes: Option<&Path>, jurisdiction: &str, today: Date) -> Result<Self, RehearsalError> {
        let (tnved, tables) = match codes {
            Some(folder) => published(folder)?,
            None => made(today)?,
        };
        let days = (0..DAYS).rev().map(|ago| daily(jurisdiction, today.saturating_sub(ago.days())));
        Ok(Self { tnved, tables, days: days.collect() })
    }

    /// The nomenclature with one row in the middle broken, and the line of that row.
    pub fn broken(&self) -> Result<(Dataset, u64), RehearsalError> {
        let content = text(&self.tnved)?;
        // The first line from the middle on that begins a row: of a name over several lines only one does.
        let middle = content.len() / 2;
        let mut line = 0;
        let mut at = 0;
        for text in content.split_inclusive('\n') {
            line += 1;
            let code = text.as_bytes().iter().take_while(|byte| byte.is_ascii_digit()).count();
            if at > middle && code == 10 && text.as_bytes().get(code) == Some(&b',') {
                let mut broken = content.to_owned();
                broken.replace_range(at..=at, "X");
                return Ok((Dataset { content: broken.into_bytes(), ..self.tnved.clone() }, line));
            }
            at += text.len();
        }
        Err(RehearsalError::Invalid("the nomenclature has no rows".to_owned()))
    }

    /// The nomenclature as an amendment leaves it: a few codes have another duty, others each time.
    pub fn amended(&self, nth: usize) -> Result<Dataset, RehearsalError> {
        let content = text(&self.tnved)?;
        let mut amended = String::with_capacity(content.len() + AMENDED_STEP);
        let mut dutied = 0;
        for line in content.split_inclusive('\n') {
            let row = line.trim_end();
            match row.strip_suffix(",5%") {
                Some(row)
                    if {
                        dutied += 1;
                        dutied % AMENDED_STEP == nth % AMENDED_STEP
                    } =>
                {
                    let _ = writeln!(amended, "{row},{}%", 6 + nth / AMENDED_STEP % 90);
                }
                _ => amended.push_str(line),
            }
        }
        let source = format!("tnved-{nth}.csv");
        Ok(Dataset { content: amended.into_bytes(), source, ..self.tnved.clone() })
    }

    /// A table of measures against goods of an origin that nobody declares here, other rates each time.
    pub fn measures(&self, jurisdiction: &str, nth: usize) -> Result<Dataset, RehearsalError> {
        let content = text(&self.tnved)?;
        let mut table = "code,origin,kind,rate,valid_from,valid_to\n".to_owned();
        let codes = content.lines().filter_map(|line| line.split_once(',')).map(|(code, _)| code);
        let codes = codes.filter(|code| code.len() == 10 && code.bytes().all(|byte| byte.is_ascii_digit()));
        for (place, code) in codes.step_by(MEASURES_STEP).take(MEASURES).enumerate() {
            let _ = writeln!(table, "{code},TV,antidumping,{}.{:02}%,2026-01-01,", 5 + place % 40, nth % 100);
        }
        Ok(Dataset::new(DatasetKind::Rates, jurisdiction, format!("measures-{nth}.csv"), table))
    }
}

/// Days of currency rates imported at once.
const DAYS: i32 = 365;

fn text(dataset: &Dataset) -> Result<&str, RehearsalError> {
    let unread = |why| RehearsalError::Invalid(format!("{}: {why}", dataset.source));
    std::str::from_utf8(&dataset.content).map_err(unread)
}

/// What lies in a folder as it was published. The Harmonized System and the tables may be missing there.
fn published(folder: &Path) -> Result<(Dataset, Vec<Dataset>), RehearsalError> {
    let read = |kind, name: &str| -> Result<Dataset, RehearsalError> {
        let path = folder.join(name);
        let content = std::fs::read(&path).map_err(system(path.display().to_string()))?;
        Ok(Dataset::new(kind, "", name, content))
    };
    let tables = [
        (DatasetKind::Hs, "hs2022.csv"),
        (DatasetKind::Countries, "countries.csv"),
        (DatasetKind::Currencies, "currencies.csv"),
    ];
    let tables = tables.into_iter().filter(|(_, name)| folder.join(name).exists());
    Ok((
        read(DatasetKind::Tnved, "tnved.csv")?,
        tables.map(|(kind, name)| read(kind, name)).collect::<Result<_, _>>()?,
    ))
}

/// A nomenclature and tables of the size of those published, made of the starter's facts.
fn made(today: Date) -> Result<(Dataset, Vec<Dataset>), RehearsalError> {
    let reference = Reference::starter().map_err(|why| RehearsalError::Invalid(why.to_string()))?;
    let mut codes: BTreeMap<String, (String, String)> = BTreeMap::new();
    for commodity in reference.commodities(today) {
        let name = commodity.name.split(", код ").next().unwrap_or(commodity.name).to_owned();
        codes.insert(commodity.code.to_string(), (name, commodity.duty.to_string()));
    }
    let known: Vec<(String, (String, String))> =
        codes.iter().map(|(code, row)| (code.clone(), row.clone())).collect();
    let words: Vec<&str> = trade_words().map(|words| words.words).collect();
    let mut random = Random::of(CODES as u64, 0);
    let word = |random: &mut Random| random.pick(&words).copied().unwrap_or_default();
    // Further codes of the headings that the starter has, dutied as those, named in the words of the trade.
    for (code, (name, duty)) in known.iter().cycle() {
        if codes.len() >= CODES || known.is_empty() {
            break;
        }
        let subheading = code.get(..6).unwrap_or(code);
        let further = format!("{subheading}{:04}", random.below(10_000));
        let steps = [word(&mut random), word(&mut random), word(&mut random), word(&mut random)];
        let [first, second, third, fourth] = steps;
        let name = format!(
            "{name}: 🠺 {first}, кроме указанных в других позициях: 🠺 {second} и {third}: 🠺 прочие: 🠺 {fourth}"
        );
        codes.entry(further).or_insert_with(|| (name, duty.clone()));
    }
    let mut table = "code,name,duty\n".to_owned();
    for (code, (name, duty)) in &codes {
        let name = name.replace('"', "\"\"");
        let duty = if duty.contains(',') { format!("\"{duty}\"") } else { duty.clone() };
        let _ = writeln!(table, "{code},\"{name}\",{duty}");
    }
    let starter = reference::starter::datasets();
    let table_of = |kind: DatasetKind| -> Result<String, RehearsalError> {
        let found = starter.iter().find(|dataset| dataset.kind == kind);
        let missing = || RehearsalError::Invalid(format!("the starter has no {}", kind.as_str()));
        Ok(text(found.ok_or_else(missing)?)?.to_owned())
    };
    // One more line end makes another dataset of the same rows: else nothing would be read.
    let countries = table_of(DatasetKind::Countries)? + "\n";
    let mut currencies = table_of(DatasetKind::Currencies)?;
    let missing = CURRENCIES.saturating_sub(currencies.lines().count().saturating_sub(1));
    for nth in (0u8..).take(missing) {
        // Codes from QAA on name no currency.
        let letter = char::from(b'A' + nth % 26);
        let _ = writeln!(currencies, "QA{letter},{},2,Example of a currency {letter}", 300 + u16::from(nth));
    }
    Ok((
        Dataset::new(DatasetKind::Tnved, "", "tnved.csv", table),
        vec![
            Dataset::new(DatasetKind::Countries, "", "countries.csv", countries),
            Dataset::new(DatasetKind::Currencies, "", "currencies.csv", currencies),
        ],
    ))
}

/// Rates of a day in the Bank of Russia's form: about their worth, a little else each day.
pub(super) fn daily(jurisdiction: &str, day: Date) -> Dataset {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"windows-1251\"?><ValCurs Date=\"{}\" name=\"Foreign Currency Market\">",
        day.strftime("%d.%m.%Y")
    );
    for (place, (code, number, units, worth)) in (1u64..).zip(QUOTED) {
        let number_of_day =
            u64::from(day.year().unsigned_abs()) * 1_000 + u64::from(day.day_of_year().unsigned_abs());
        let drift = (Random::of(place, number_of_day).share() - 0.5) / 25.0;
        let value = worth * (1.0 + drift);
        let point = |text: String| text.replace('.', ",");
        let (rate, one) = (point(format!("{value:.4}")), point(format!("{}", value / f64::from(*units))));
        let _ = write!(
            xml,
            "<Valute ID=\"R01{place:03}\"><NumCode>{number:03}</NumCode><CharCode>{code}</CharCode><Nominal>{units}\
             </Nominal><Name>Денежная единица {code}</Name><Value>{rate}</Value><VunitRate>{one}</VunitRate></Valute>"
        );
    }
    xml.push_str("</ValCurs>");
    let content = WINDOWS_1251.encode(&xml).0.into_owned();
    Dataset::new(DatasetKind::Exchange, jurisdiction, format!("{day}.xml"), content)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date::constant(2026, 11, 25);

    #[test]
    fn what_is_made_has_the_size_of_what_is_published() {
        let files = Files::of(None, "eaeu-ru", TODAY).unwrap();
        let mut datasets = reference::starter::datasets();
        datasets.push(files.tnved.clone());
        datasets.extend(files.tables.iter().cloned());
        datasets.extend(files.days.iter().take(2).cloned());
        let reference = Reference::build(&datasets).unwrap();
        assert_eq!(reference.commodities(TODAY).count(), CODES);
        assert_eq!(reference.countries().rows().len(), 249);
        assert_eq!(reference.currencies().rows().len(), CURRENCIES);
        assert_eq!(files.days.len(), 365);
        let again = Files::of(None, "eaeu-ru", TODAY).unwrap();
        assert_eq!(again.tnved.hash(), files.tnved.hash());
    }

    #[test]
    fn each_amendment_is_another_and_can_be_read() {
        let files = Files::of(None, "eaeu-ru", TODAY).unwrap();
        let mut hashes = std::collections::BTreeSet::from([files.tnved.hash()]);
        for nth in [0, 1, 199, 200, 201] {
            let amended = files.amended(nth).unwrap();
            assert!(hashes.insert(amended.hash()), "amendment {nth}");
            let mut datasets = reference::starter::datasets();
            datasets.extend([amended, files.measures("eaeu-ru", nth).unwrap()]);
            Reference::build(&datasets).unwrap();
        }
    }

    #[test]
    fn the_broken_row_is_where_it_is_said_to_be() {
        let files = Files::of(None, "eaeu-ru", TODAY).unwrap();
        let (broken, line) = files.broken().unwrap();
        let mut datasets = reference::starter::datasets();
        datasets.push(broken);
        let faults = Reference::build(&datasets).unwrap_err();
        assert_eq!(faults.named.iter().map(|fault| fault.line).collect::<Vec<_>>(), [line]);
        assert!((CODES as u64 / 3..CODES as u64).contains(&line), "{line}");
    }
}
