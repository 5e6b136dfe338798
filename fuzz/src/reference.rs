//! What the readers of reference data promise of any bytes.

use std::convert::Infallible;
use std::sync::LazyLock;

use declaration::CommodityCode;
use jiff::civil::{Date, date};
use reference::changes::Changes;
use reference::{AssembleError, Dataset, DatasetEntry, DatasetKind, Notes, Published, Reference, effective};

const DAY: Date = date(2026, 3, 2);

static BASE: LazyLock<Option<Reference>> = LazyLock::new(|| Reference::starter().ok());
static STARTER: LazyLock<Vec<Dataset>> = LazyLock::new(Reference::starter_datasets);

/// A table of the kind that the first byte picks is refused with places, or taken: then every look-up and
/// comparison answers.
pub fn table(bytes: &[u8]) {
    let (Some(base), Some((pick, content))) = (BASE.as_ref(), bytes.split_first()) else { return };
    let Some(kind) = DatasetKind::ALL.get(usize::from(*pick) % DatasetKind::ALL.len()) else { return };
    let jurisdiction = match kind {
        DatasetKind::Rates | DatasetKind::Exchange | DatasetKind::Offices | DatasetKind::Classifiers => {
            if pick & 0x80 == 0 { "eaeu-ru" } else { "gb" }
        }
        _ => "",
    };
    let Ok(dataset) = Dataset::new(*kind, jurisdiction, "fuzzed", content).placed() else { return };
    let mut sets: Vec<DatasetEntry> = base.datasets().iter().map(|set| DatasetEntry::clone(set)).collect();
    sets.push(dataset.entry());
    let bring = |set: &DatasetEntry| -> Result<Dataset, Infallible> {
        let own = STARTER.iter().find(|dataset| dataset.hash() == set.hash);
        Ok(own.unwrap_or(&dataset).clone())
    };
    let mut notes = Notes::default();
    match Reference::assemble(Some(base), effective(&sets), bring, &mut notes) {
        Err(AssembleError::Faults(faults)) => {
            assert!(!faults.named.is_empty() && faults.total >= faults.named.len());
            assert!(faults.named.iter().all(|fault| fault.code.starts_with("GL-80") && !fault.cure.en.is_empty()));
            assert!(faults.named.iter().all(|fault| fault.to_string().chars().count() < 2_000));
        }
        Err(AssembleError::Brought(never)) => match never {},
        Ok(reference) => {
            let _ = Changes::between(base, &reference);
            let nomenclature = reference.nomenclature();
            for row in nomenclature.rows_ru().iter().take(20) {
                let code = row.key.to_string();
                let _ = nomenclature.below(Some(row.key), DAY);
                if let Ok(code) = code.parse::<CommodityCode>() {
                    let _ = reference.commodity(&code, DAY);
                    for pack in reference.packs() {
                        let _ = reference.rate_rows(pack, &code, None).count();
                    }
                }
            }
        }
    }
}

/// A text of a rate is none, or prints in both languages as what reads back as the same.
pub fn rate(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok((published, _)) = Published::read(text) else { return };
    assert_eq!(published.to_string().parse().as_ref(), Ok(&published));
    assert_eq!(published.english().parse().as_ref(), Ok(&published));
}

/// Any query is answered, with codes that there are, no more than asked for.
pub fn query(bytes: &[u8]) {
    let (Some(base), Ok(text)) = (BASE.as_ref(), std::str::from_utf8(bytes)) else { return };
    let found = base.nomenclature().search(text, 7);
    assert!(found.len() <= 7 && found.iter().all(|hit| (2..=10).contains(&hit.code.len())));
}
