//! What was imported, what differs and what is in force, in words.

use declaration::CommodityCode;
use jiff::civil::Date;
use reference::changes::{Change, Fact};
use reference::nomenclature::spoken;
use reference::{Commodity, Position, RateKind, Reference};
use web::{ChangesObject, ReportObject, TableObject, TakenBackObject};

use crate::output::say;

/// Rows of a table that are shown in words; the rest is counted.
const ROWS_SHOWN: usize = 10;
/// Cases shown in words.
const CASES_SHOWN: usize = 10;

/// What an import did, or would do.
pub fn report(report: &ReportObject) {
    let dry_run = report.dry_run;
    let verb = match (dry_run, report.imported.len()) {
        (true, _) => "would be taken",
        (false, 1) => "is in force",
        (false, _) => "are in force",
    };
    for TakenBackObject { import, kind, source } in &report.taken_back {
        let back = if dry_run { "would be taken back" } else { "is taken back" };
        say!("import {import}, {kind} from {source}, {back}");
    }
    if let [one] = report.imported.as_slice() {
        let number = one.import.map_or_else(String::new, |ordinal| format!("; import {ordinal}"));
        let from = one.valid_from.as_ref().map_or_else(String::new, |day| format!(" from {day} on"));
        say!("{} from {} {verb}{from}: {} rows{number}", one.kind, one.source, one.rows);
    } else if let [first, .., last] = report.imported.as_slice() {
        let rows: usize = report.imported.iter().map(|imported| imported.rows).sum();
        let numbers =
            first.import.zip(last.import).map(|(first, last)| format!("; imports {first} to {last}"));
        let (count, kind) = (report.imported.len(), &first.kind);
        let numbers = numbers.unwrap_or_default();
        let (first, last) = (&first.source, &last.source);
        say!("{count} files of {kind} from {first} to {last} {verb}: {rows} rows{numbers}");
    }
    for hidden in report.imported.iter().filter(|imported| imported.hidden) {
        say!("note: {} says nothing that holds: what stands beside it hides it", hidden.source);
    }
    for remark in &report.remarks {
        let lines: Vec<String> = remark.lines.iter().map(u64::to_string).collect();
        let more = remark.total.saturating_sub(remark.lines.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        say!("note: {}, line {}{more}: {}", remark.source, lines.join(", "), remark.en);
    }
    changes(&report.changes);
    say!("world {} instead of {}", report.after, report.before);
}

fn fact(fact: &Fact) -> String {
    let days = match (fact.valid_from, fact.valid_to) {
        (None, None) => String::new(),
        (Some(from), None) => format!(" from {from}"),
        (None, Some(to)) => format!(" until {to}"),
        (Some(from), Some(to)) => format!(" from {from} to {to}"),
    };
    format!("«{}»{days}", fact.text)
}

fn facts(facts: &[Fact]) -> String {
    if facts.is_empty() {
        "nothing".to_owned()
    } else {
        facts.iter().map(fact).collect::<Vec<_>>().join(", ")
    }
}

/// What differs, in words.
pub fn changes(changes: &ChangesObject) {
    if changes.tables.is_empty() && changes.profiles_before.is_empty() && changes.profiles_after.is_empty() {
        say!("nothing changes");
        return;
    }
    for table in &changes.tables {
        let TableObject { table, jurisdiction, added, changed, ended, rows } = table;
        let name = format!("{table} {jurisdiction}");
        say!("{}: {added} new, {changed} changed, {ended} gone", name.trim_end());
        for Change { key, before, after } in rows.iter().take(ROWS_SHOWN) {
            say!("  {key}: {} instead of {}", facts(after), facts(before));
        }
        if rows.len() > ROWS_SHOWN {
            say!("  … and {} more; --json lists them all", rows.len() - ROWS_SHOWN);
        }
    }
    if !changes.profiles_before.is_empty() || !changes.profiles_after.is_empty() {
        let list =
            |numbers: &[String]| if numbers.is_empty() { "none".to_owned() } else { numbers.join(", ") };
        say!("profiles: {} instead of {}", list(&changes.profiles_after), list(&changes.profiles_before));
    }
    let touched = &changes.touched;
    if !touched.profiles.is_empty() {
        say!("touches risk profiles {}", touched.profiles.join(", "));
    }
    if touched.cases_total > 0 {
        let cases: Vec<&str> = touched.cases.iter().take(CASES_SHOWN).map(String::as_str).collect();
        let more = if touched.cases_total > CASES_SHOWN { " …" } else { "" };
        let least = if touched.cases_cut { "at least " } else { "" };
        say!("touches {least}{} open cases: {}{more}", touched.cases_total, cases.join(", "));
    }
}

fn days(valid_from: Option<Date>, valid_to: Option<Date>) -> String {
    let from = valid_from.map_or_else(|| "ever".to_owned(), |day| day.to_string());
    let to = valid_to.map_or_else(|| "…".to_owned(), |day| day.to_string());
    format!("{from} – {to}")
}

/// A place of the nomenclature that a search found, on a day.
#[derive(Debug, serde::Serialize)]
pub struct Place {
    code: String,
    name_ru: Option<String>,
    name_en: Option<String>,
    duty: Option<String>,
    /// Whether it is in force on the day.
    in_force: bool,
}

impl Place {
    /// What is known of a code on a day; of one that is not in force then, what was last said.
    pub fn of(reference: &Reference, code: &str, day: Date) -> Self {
        let nomenclature = reference.nomenclature();
        let position = Position::of(code);
        let names = position.map(|position| nomenclature.names(position, day)).unwrap_or_default();
        let last = position.and_then(|position| nomenclature.name_history(position).last());
        // What a code of ten digits is called in English its six say.
        let english = code.get(..6).and_then(Position::of).and_then(|six| nomenclature.names(six, day).en);
        Self {
            code: code.to_owned(),
            name_ru: names.ru.or(last.map(|row| &*row.value)).map(spoken),
            name_en: names.en.or(english).map(str::to_owned),
            duty: position.and_then(|position| Some(nomenclature.commodity(position, day)?.duty.to_string())),
            in_force: names.ru.is_some() || names.en.is_some(),
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:10}  ", self.code)?;
        match &self.duty {
            Some(duty) => write!(out, "{duty:8}")?,
            None if self.in_force => write!(out, "{:8}", "")?,
            None => write!(out, "ended   ")?,
        }
        let names = [&self.name_ru, &self.name_en];
        let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
        write!(out, "  {}", names.join(" / "))
    }
}

/// A commodity on a day: where it stands, its duty, what it was before.
pub fn commodity(reference: &Reference, found: &Commodity<'_>, day: Date) {
    let nomenclature = reference.nomenclature();
    say!("{}  {}", found.code, spoken(found.name));
    let code = found.code.to_string().parse::<CommodityCode>().ok();
    let before = code.is_some_and(|code| {
        let mut rows = reference.packs().flat_map(|pack| {
            reference.rate_rows(pack, &code, Some(day)).map(|(kind, _)| kind).collect::<Vec<_>>()
        });
        rows.any(|kind| kind == RateKind::Duty)
    });
    let aside = if before { " in the nomenclature; where they fit, these stand before it:" } else { "" };
    say!("duty {}{aside}", found.duty);
    if let Ok(code) = found.code.to_string().parse::<CommodityCode>() {
        for pack in reference.packs() {
            for (kind, row) in reference.rate_rows(pack, &code, Some(day)) {
                let origin = row.origin.map_or_else(String::new, |origin| format!(" {origin}"));
                let (terms, source) = (row.terms.in_words(), &row.set.source);
                let held = days(row.valid_from, row.valid_to);
                say!("{kind} {}{origin}{terms} {}  {held}  ({source})", pack.name, row.rate);
            }
        }
    }
    let section = nomenclature.section(found.code);
    for place in section.into_iter().chain(found.code.above()) {
        let names = nomenclature.names(place, day);
        if let Some(name) = names.ru.or(names.en) {
            say!("  in {place}  {name}");
        }
    }
    history(reference, found.code);
}

fn history(reference: &Reference, code: Position) {
    let nomenclature = reference.nomenclature();
    for row in nomenclature.name_history(code) {
        say!("name  {}  {}  ({})", days(row.valid_from, row.valid_to), spoken(&row.value), row.set.source);
    }
    for row in nomenclature.duty_history(code) {
        say!("duty  {}  {}  ({})", days(row.valid_from, row.valid_to), row.value, row.set.source);
    }
}

/// What a code was on other days.
pub fn former(reference: &Reference, code: &CommodityCode) {
    if let Some(position) = Position::of(code.common()) {
        history(reference, position);
    }
}
