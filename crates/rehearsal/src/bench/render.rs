//! Measurements as a person reads them.

use std::fmt::Write;

use super::{IntakeReport, LogReport, SealReport, Speed, WireReport};

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
