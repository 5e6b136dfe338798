//! The datasets the project comes with, so that it works before anything is imported: five packs,
//! all countries and currencies, sections and chapters, an excerpt of the nomenclature, offices, rates.
//!
//! Codes, rates of duty, procedures, fee bands and taxes are facts with their norms. Currency rates
//! are invented, one a month from 2024 to 2027, so that a demonstration has some for every day;
//! excises, export duties, measures and offices are a selection. Whoever decides real cases imports
//! the services' own tables: they stand before these.

use crate::content::{Dataset, DatasetKind};

macro_rules! packs {
    ($(($kind:ident, $jurisdiction:literal, $file:literal)),+ $(,)?) => {
        &[$((
            DatasetKind::$kind,
            $jurisdiction,
            $file,
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/", $file)).as_slice(),
        )),+]
    };
}

/// Kind, jurisdiction, file under `packs/`, bytes.
const FILES: &[(DatasetKind, &str, &str, &[u8])] = packs![
    (Pack, "eaeu-am", "eaeu-am/pack.toml"),
    (Pack, "eaeu-by", "eaeu-by/pack.toml"),
    (Pack, "eaeu-kz", "eaeu-kz/pack.toml"),
    (Pack, "eaeu-ru", "eaeu-ru/pack.toml"),
    (Pack, "gb", "gb/pack.toml"),
    (Countries, "", "countries.csv"),
    (Currencies, "", "currencies.csv"),
    (Commodities, "", "commodities.csv"),
    (Chapters, "", "chapters.csv"),
    (Rates, "eaeu-am", "eaeu-am/rates.csv"),
    (Rates, "eaeu-by", "eaeu-by/rates.csv"),
    (Rates, "eaeu-kz", "eaeu-kz/rates.csv"),
    (Rates, "eaeu-ru", "eaeu-ru/rates.csv"),
    (Rates, "gb", "gb/rates.csv"),
    (Exchange, "eaeu-am", "eaeu-am/exchange.csv"),
    (Exchange, "eaeu-by", "eaeu-by/exchange.csv"),
    (Exchange, "eaeu-kz", "eaeu-kz/exchange.csv"),
    (Exchange, "eaeu-ru", "eaeu-ru/exchange.csv"),
    (Exchange, "gb", "gb/exchange.csv"),
    (Offices, "eaeu-am", "eaeu-am/offices.csv"),
    (Offices, "eaeu-by", "eaeu-by/offices.csv"),
    (Offices, "eaeu-kz", "eaeu-kz/offices.csv"),
    (Offices, "eaeu-ru", "eaeu-ru/offices.csv"),
    (Offices, "gb", "gb/offices.csv"),
];

/// The datasets, in the order they are imported.
pub fn datasets() -> Vec<Dataset> {
    let dataset = |(kind, jurisdiction, file, content): &(DatasetKind, &str, &str, &[u8])| {
        Dataset::new(*kind, *jurisdiction, format!("packs/{file}"), *content)
    };
    FILES.iter().map(dataset).collect()
}

#[cfg(test)]
mod tests {
    use crate::Reference;

    #[test]
    fn the_starter_is_read_whole() {
        let reference = Reference::starter().unwrap_or_else(|error| panic!("{error}"));
        let names: Vec<&str> = reference.packs().map(|pack| pack.name.as_str()).collect();
        assert_eq!(names, ["eaeu-am", "eaeu-by", "eaeu-kz", "eaeu-ru", "gb"]);
    }
}
