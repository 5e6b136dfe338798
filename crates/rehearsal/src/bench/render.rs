//! Measurements as a person reads them.

use std::fmt::Write;

use super::{Fared, IntakeReport, LogReport, ReferenceReport, SealReport, Speed, Took, WireReport};

/// A number with spaces between thousands; fractions only of small ones.
pub(super) fn number(value: f64) -> String {
    if value.abs() < 100.0 {
        return format!("{value:.2}");
    }
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

pub(super) fn table<'r>(rows: impl IntoIterator<Item = (&'r str, String)>) -> String {
    let rows: Vec<(&str, String)> = rows.into_iter().collect();
    let name = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let value = rows.iter().map(|(_, value)| value.chars().count()).max().unwrap_or_default();
    let mut out = String::new();
    for (label, shown) in &rows {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{label:<name$}  {shown:>value$}");
    }
    out
}

/// The table of an intake measurement.
pub fn render_intake(report: &IntakeReport) -> String {
    let of_filing =
        if report.peak_rss_is_of_filing { "peak memory, MB" } else { "peak memory of the process, MB" };
    let mut out = table([
        ("declarations", number(report.declarations as f64)),
        ("items", number(report.items as f64)),
        ("records stored", number(report.records as f64)),
        ("seconds", format!("{:.2}", report.seconds)),
        ("declarations per second", number(report.declarations_per_s)),
        ("records per second", number(report.records_per_s)),
        ("half answered within, ms", format!("{:.2}", report.p50_ms)),
        ("99 % answered within, ms", format!("{:.2}", report.p99_ms)),
        ("all answered within, ms", format!("{:.2}", report.max_ms)),
        ("processor seconds", format!("{:.2}", report.cpu_seconds)),
        (of_filing, number(report.peak_rss_mb)),
        ("limit: parse and verify, per second", number(report.limit_parse_verify_per_s)),
        ("limit: SQLite insert, per second", number(report.limit_sqlite_insert_per_s)),
        ("share of the lower limit", format!("{:.1} %", report.share_of_limit * 100.0)),
    ]);
    let total = report.declarations.max(1) as f64;
    out.push_str("\nWhat they came to\n");
    let share = |count: u64| format!("{} ({:.1} %)", number(count as f64), count as f64 * 100.0 / total);
    out.push_str(&table(report.outcomes.iter().map(|(name, count)| (name.as_str(), share(*count)))));
    out.push_str("\nMicroseconds per declaration\n");
    out.push_str(&table(report.stages.iter().map(|(name, spent)| (*name, format!("{spent:.1}")))));
    let _ = write!(out, "\n{} under way at a time, {} cores", report.concurrency, report.cores);
    out.push_str(if report.optimised { "\n" } else { "; built without optimisation: not to be compared\n" });
    out
}

/// The table of a log measurement.
pub fn render_log(report: &LogReport) -> String {
    table([
        ("leaves", number(report.leaves as f64)),
        ("seconds", format!("{:.2}", report.seconds)),
        ("leaves per second", number(report.leaves_per_s)),
        ("full tiles", number(report.tiles as f64)),
        ("proofs per second", number(report.proofs_per_s)),
        ("verifications per second", number(report.verifications_per_s)),
        ("hashes in the longest proof", report.proof_hashes_max.to_string()),
        ("every proof holds", if report.all_hold { "yes" } else { "NO" }.to_owned()),
    ])
}

/// The table of a measurement of reading and writing.
pub fn render_wire(report: &WireReport) -> String {
    let mut out = table([
        ("document", report.document.clone()),
        ("format", report.format.clone()),
        ("bytes", number(report.bytes as f64)),
        ("elements", report.elements.to_string()),
        ("findings", report.findings.to_string()),
    ]);
    out.push_str("\nMicroseconds per document: best, median, best as a multiple of reading\n");
    out.push_str(&table(report.works.iter().map(|work| {
        (work.name, format!("{:>9.1} {:>9.1} {:>7.2}", work.best_us, work.median_us, work.ratio))
    })));
    out.push('\n');
    match (&report.libxml2, report.schema_accepts) {
        (None, _) => out.push_str("built without libxml2 (--features libxml): nothing to compare with"),
        (Some(version), None) => {
            let _ = write!(out, "libxml2 {version}; without --schema it does not validate");
        }
        (Some(version), Some(accepts)) => {
            let verdict = if accepts { "accepts" } else { "does NOT accept" };
            let _ = write!(out, "libxml2 {version}; the schema {verdict} the document");
        }
    }
    out.push_str(if report.optimised { "\n" } else { "; built without optimisation: not to be compared\n" });
    out
}

/// Columns under their heads, the first to the left, the others to the right.
fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..N).map(|at| width(at).unwrap_or_default()).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            // Writing to a string cannot fail.
            let _ = if at == 0 { write!(line, "{cell:<width$}") } else { write!(line, "  {cell:>width$}") };
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The tables of a measurement of seals.
pub fn render_seal(report: &SealReport) -> String {
    let us = |speed: &Speed| format!("{:.1}", speed.best_us);
    let ratio = |ratio: Option<f64>| ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
    let heads = ["signature", "per s", "median", "µs", "opened, µs", "openssl per s", "× openssl", "median"];
    let mut rows = vec![heads.map(str::to_owned)];
    rows.extend(report.signatures.iter().map(|one| {
        [
            one.name.clone(),
            number(one.bare.best_per_s()),
            number(one.bare.median_per_s()),
            us(&one.bare),
            one.opened.as_ref().map_or_else(String::new, us),
            one.openssl.map_or_else(String::new, |speed| number(speed.best_per_s())),
            ratio(one.ratio),
            ratio(one.median_ratio),
        ]
    }));
    let mut out = String::from("Signatures verified on one core\n");
    out.push_str(&columns(&rows));

    let heads = ["form", "first sight, per s", "median", "µs", "known chain, per s", "median", "µs"];
    let mut rows = vec![heads.map(str::to_owned)];
    rows.extend(report.forms.iter().map(|form| {
        let [first, known] = [&form.first, &form.known];
        [
            form.name.to_owned(),
            number(first.best_per_s()),
            number(first.median_per_s()),
            us(first),
            number(known.best_per_s()),
            number(known.median_per_s()),
            us(known),
        ]
    }));
    let _ = writeln!(
        out,
        "\nSeals of a declaration of {} bytes opened, ECDSA P-256",
        number(report.bytes as f64)
    );
    out.push_str(&columns(&rows));

    let mut rows = vec![["digest", "MB/s", "median"].map(str::to_owned)];
    rows.extend(
        report
            .digests
            .iter()
            .map(|digest| [digest.name.to_owned(), number(digest.best_mb_s), number(digest.median_mb_s)]),
    );
    out.push('\n');
    out.push_str(&columns(&rows));
    out.push('\n');
    match &report.openssl {
        Some(version) => {
            let _ =
                write!(out, "{version}, `openssl speed` in the same run; ratios are of time, ours to its");
        }
        None => out.push_str("no openssl here: nothing to compare with"),
    }
    out.push_str(if report.optimised { "\n" } else { "; built without optimisation: not to be compared\n" });
    out
}

fn yes(holds: bool) -> String {
    if holds { "yes" } else { "NO" }.to_owned()
}

/// The tables of a measurement of reference data.
pub fn render_reference(report: &ReferenceReport) -> String {
    let ReferenceReport { import, broken_row, search, swap, replay, .. } = report;
    let mut out = format!("Import of a fresh store, tables {}\n", report.tables);
    let mut rows = vec![["kind", "files", "rows", "seconds"].map(str::to_owned)];
    rows.extend(import.kinds.iter().map(|kind| {
        let (files, rows) = (kind.files.to_string(), number(kind.rows as f64));
        [kind.kind.to_owned(), files, rows, format!("{:.2}", kind.seconds)]
    }));
    let files: u64 = import.kinds.iter().map(|kind| kind.files).sum();
    let all = format!("{:.2}", import.seconds);
    rows.push(["all".to_owned(), files.to_string(), number(import.rows as f64), all]);
    out.push_str(&columns(&rows));
    let peak =
        if import.peak_rss_is_of_import { "peak memory, MB" } else { "peak memory of the process, MB" };
    out.push_str(&table([(peak, number(import.peak_rss_mb))]));

    let named: Vec<String> = broken_row.named.iter().map(u64::to_string).collect();
    let _ = writeln!(out, "\nA broken row in line {}", broken_row.line);
    out.push_str(&table([
        ("refused naming it alone", yes(broken_row.refused)),
        ("lines named", named.join(" ")),
        ("world unchanged", yes(broken_row.world_unchanged)),
        ("seconds", format!("{:.2}", broken_row.seconds)),
    ]));

    let _ = writeln!(out, "\nSearch: {} queries, {} times each", search.queries, search.passes);
    out.push_str(&table([
        ("queries that found something", search.found.to_string()),
        ("building the index, seconds", format!("{:.2}", search.build_seconds)),
        ("half answered within, ms", format!("{:.2}", search.p50_ms)),
        ("99 % answered within, ms", format!("{:.2}", search.p99_ms)),
        ("all answered within, ms", format!("{:.2}", search.max_ms)),
    ]));

    let _ =
        writeln!(out, "\nFiling {} declarations, a swap of worlds each second or none", report.declarations);
    let heads = ["window", "declarations", "seconds", "per second", "half within, ms", "99 %", "all"];
    let mut rows = vec![heads.map(str::to_owned)];
    let fared = |name: &str, fared: &Fared| {
        let ms = |value: f64| format!("{value:.2}");
        let counted = number(fared.declarations as f64);
        let [half, most, all] = [fared.p50_ms, fared.p99_ms, fared.max_ms].map(ms);
        [name.to_owned(), counted, ms(fared.seconds), number(fared.declarations_per_s), half, most, all]
    };
    let name = |swapping: bool| if swapping { "swapping" } else { "quiet" };
    rows.extend(swap.windows.iter().map(|window| fared(name(window.swapping), &window.fared)));
    rows.push(fared("all quiet", &swap.quiet));
    rows.push(fared("all swapping", &swap.swapping));
    out.push_str(&columns(&rows));
    out.push_str(&table([
        ("99 % while swapping, as a multiple", format!("{:.3}", swap.p99_ratio)),
        ("the same, median of pairs", format!("{:.3}", swap.p99_ratio_median)),
        ("rate while swapping, as a multiple", format!("{:.3}", swap.rate_ratio)),
    ]));

    out.push_str("\nSwaps, milliseconds: mean, longest\n");
    let heads = ["what", "swaps", "whole", "", "build", "", "commit", ""];
    let mut rows = vec![heads.map(str::to_owned)];
    let took = |name: &str, took: &Took| {
        let ms = |value: f64| format!("{value:.1}");
        let [mean, max] = [took.mean_ms, took.max_ms].map(ms);
        let [build, build_max] = [took.build_mean_ms, took.build_max_ms].map(ms);
        let [commit, commit_max] = [took.commit_mean_ms, took.commit_max_ms].map(ms);
        [name.to_owned(), took.swaps.to_string(), mean, max, build, build_max, commit, commit_max]
    };
    rows.extend(swap.swaps_by_kind.iter().map(|(kind, one)| took(kind, one)));
    rows.push(took("all", &swap.swaps));
    out.push_str(&columns(&rows));

    out.push_str("\nDecisions\n");
    out.push_str(&table([
        ("worlds that decided filings", swap.worlds_deciding.to_string()),
        ("filings decided in a world not in force", swap.violations.to_string()),
        ("steps made again", number(replay.steps as f64)),
        ("steps that came out otherwise", replay.differing.to_string()),
        ("the log has its root", yes(replay.root_matches)),
    ]));
    for difference in &replay.first {
        let _ = writeln!(out, "  {difference}");
    }
    let _ = write!(out, "\n{} under way at a time, {} cores", report.concurrency, report.cores);
    out.push_str(if report.optimised { "\n" } else { "; built without optimisation: not to be compared\n" });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(number(20_000.0), "20 000");
        assert_eq!(number(1_234_567.8), "1 234 568");
        assert_eq!(number(999.0), "999");
        assert_eq!(number(3.456), "3.46");
    }
}
