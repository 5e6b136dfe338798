//! Building a [`Reference`] from datasets, and its look-ups.

use std::collections::HashMap;

use declaration::{CommodityCode, CountryCode, CurrencyCode, Declaration, OfficeCode, Text};
use jiff::civil::Date;

use crate::classifier::{Country, Currency, OfficeRow, read_countries, read_currencies, read_offices};
use crate::content::{ContentHash, Dataset, DatasetKind};
use crate::exchange::{ExchangeRate, ExchangeTable};
use crate::nomenclature::{Commodity, CommodityLookup, Nomenclature};
use crate::pack::Pack;
use crate::rate::{Circumstances, RateText};
use crate::rates::{RateKind, RateRow, Rates};
use crate::starter;
use crate::table::ImportError;

/// The pack of declarations that name no jurisdiction, where it is loaded; otherwise the first.
const DEFAULT_PACK: &str = "eaeu-ru";

/// A dataset that a reference rests on: kind, jurisdiction (empty where it serves all), source, hash.
pub type DatasetEntry = (DatasetKind, String, String, ContentHash);

/// What belongs to one jurisdiction.
#[derive(Debug, Clone)]
struct Jurisdiction {
    pack: Pack,
    rates: Rates,
    exchange: ExchangeTable,
    /// By code.
    offices: Vec<OfficeRow>,
}

/// Everything a decision rests on besides the declaration and the rules.
///
/// Built once, whole or not at all, then only read; two references of one hash answer alike.
#[derive(Debug, Clone)]
pub struct Reference {
    hash: ContentHash,
    datasets: Vec<DatasetEntry>,
    /// By pack name; never empty.
    jurisdictions: Vec<Jurisdiction>,
    /// The jurisdiction of declarations that name none.
    default: usize,
    nomenclature: Nomenclature,
    countries: Vec<Country>,
    currencies: Vec<Currency>,
    currency_numbers: HashMap<String, usize>,
    /// What seals are verified against, as imported.
    trust: Vec<(DatasetKind, Vec<u8>)>,
}

/// Whether a later dataset of the kind takes the place of an earlier one of the same jurisdiction.
/// Rates and currency rates add up instead: what the later says stands before what the earlier says.
fn replaces(kind: DatasetKind) -> bool {
    !matches!(kind, DatasetKind::Rates | DatasetKind::Exchange)
}

/// The jurisdiction a dataset is for: the one it names; a pack names itself; offices and currency
/// rates that name none are the default one's; the rest serves all.
fn jurisdiction_of(dataset: &Dataset) -> Result<String, ImportError> {
    if !dataset.jurisdiction.is_empty() {
        return Ok(dataset.jurisdiction.clone());
    }
    Ok(match dataset.kind {
        DatasetKind::Pack => Pack::read(dataset)?.name,
        DatasetKind::Exchange | DatasetKind::Offices => DEFAULT_PACK.to_owned(),
        _ => String::new(),
    })
}

/// The datasets that take effect, by kind and jurisdiction; those that add up in the order given.
fn effective(datasets: &[Dataset]) -> Result<Vec<Dataset>, ImportError> {
    let whole = datasets.iter().any(|dataset| dataset.kind == DatasetKind::Tnved);
    let mut kept: Vec<Dataset> = Vec::with_capacity(datasets.len());
    for dataset in datasets {
        if whole && dataset.kind == DatasetKind::Commodities {
            continue;
        }
        let dataset = Dataset { jurisdiction: jurisdiction_of(dataset)?, ..dataset.clone() };
        let same = |other: &Dataset| other.kind == dataset.kind && other.jurisdiction == dataset.jurisdiction;
        // The same content again says nothing new, wherever it came from.
        kept.retain(|other| !(same(other) && (replaces(dataset.kind) || other.content == dataset.content)));
        kept.push(dataset);
    }
    // Rates that serve all and a jurisdiction's own stand in one order, so they are not parted.
    let place = |dataset: &Dataset| match dataset.kind {
        DatasetKind::Rates => String::new(),
        _ => dataset.jurisdiction.clone(),
    };
    kept.sort_by_cached_key(|dataset| (dataset.kind, place(dataset)));
    Ok(kept)
}

impl Reference {
    /// Reads datasets. The order matters: a later dataset takes the place of an earlier one of the
    /// same kind and jurisdiction; rates and currency rates add to earlier ones and stand before them.
    ///
    /// # Errors
    /// The first thing that cannot be read, by dataset, line and column. Nothing is taken then.
    pub fn build(datasets: &[Dataset]) -> Result<Reference, ImportError> {
        let kept = effective(datasets)?;
        let mut jurisdictions = Vec::new();
        for dataset in kept.iter().filter(|dataset| dataset.kind == DatasetKind::Pack) {
            let pack = Pack::read(dataset)?;
            jurisdictions.push(Jurisdiction {
                pack,
                rates: Rates::default(),
                exchange: ExchangeTable::default(),
                offices: Vec::new(),
            });
        }
        jurisdictions.sort_by(|a, b| a.pack.name.cmp(&b.pack.name));
        if jurisdictions.is_empty() {
            return Err(no_pack());
        }
        let mut reference = Reference {
            hash: ContentHash::of(&[]),
            datasets: Vec::with_capacity(kept.len()),
            default: jurisdictions.iter().position(|place| place.pack.name == DEFAULT_PACK).unwrap_or(0),
            jurisdictions,
            nomenclature: Nomenclature::default(),
            countries: Vec::new(),
            currencies: Vec::new(),
            currency_numbers: HashMap::new(),
            trust: Vec::new(),
        };
        for dataset in &kept {
            reference.take(dataset)?;
            let entry = (dataset.kind, dataset.jurisdiction.clone(), dataset.source.clone(), dataset.hash());
            reference.datasets.push(entry);
        }
        let hashes = reference.datasets.iter().map(|(_, _, _, hash)| hash.as_bytes().as_slice());
        reference.hash = ContentHash::of_parts(hashes);
        let numbers = reference.currencies.iter().enumerate();
        reference.currency_numbers = numbers.map(|(at, currency)| (currency.number.clone(), at)).collect();
        Ok(reference)
    }

    fn take(&mut self, dataset: &Dataset) -> Result<(), ImportError> {
        // The last position stands for all beyond it: nobody imports so many datasets.
        let set = u16::try_from(self.datasets.len()).unwrap_or(u16::MAX);
        match dataset.kind {
            DatasetKind::Pack => {}
            DatasetKind::Tnved => self.nomenclature = Nomenclature::read(dataset, true)?,
            DatasetKind::Commodities => self.nomenclature = Nomenclature::read(dataset, false)?,
            DatasetKind::Rates if dataset.jurisdiction.is_empty() => {
                for place in &mut self.jurisdictions {
                    place.rates.add(dataset, set, &place.pack.origin_groups)?;
                }
            }
            DatasetKind::Rates => {
                let place = self.place(dataset)?;
                place.rates.add(dataset, set, &place.pack.origin_groups)?;
            }
            DatasetKind::Exchange => self.place(dataset)?.exchange.add(dataset)?,
            DatasetKind::Countries => self.countries = read_countries(dataset)?,
            DatasetKind::Currencies => self.currencies = read_currencies(dataset)?,
            DatasetKind::Offices => self.place(dataset)?.offices = read_offices(dataset)?,
            // What they say is read by who verifies seals.
            DatasetKind::Anchors | DatasetKind::Revocation | DatasetKind::Certificates => {
                self.trust.push((dataset.kind, dataset.content.clone()));
            }
        }
        Ok(())
    }

    fn place(&mut self, dataset: &Dataset) -> Result<&mut Jurisdiction, ImportError> {
        let known: Vec<&str> = self.jurisdictions.iter().map(|place| place.pack.name.as_str()).collect();
        let known = known.join(", ");
        let place = self.jurisdictions.iter_mut().find(|place| place.pack.name == dataset.jurisdiction);
        place.ok_or_else(|| {
            ImportError::new(
                "GL-8006",
                dataset,
                0,
                "",
                Text::new(
                    format!("нет юрисдикции «{}»", dataset.jurisdiction),
                    format!("there is no jurisdiction «{}»", dataset.jurisdiction),
                ),
                Text::new(format!("укажите одну из: {known}"), format!("name one of: {known}")),
            )
        })
    }

    /// The reference the project comes with.
    ///
    /// # Errors
    /// None, unless the packs in the source tree are broken; a test holds that they are not.
    pub fn starter() -> Result<Reference, ImportError> {
        Self::build(&starter::datasets())
    }

    /// The datasets the project comes with.
    pub fn starter_datasets() -> Vec<Dataset> {
        starter::datasets()
    }

    /// The hash over all datasets in effect.
    pub fn hash(&self) -> ContentHash {
        self.hash
    }

    /// The datasets in effect, sorted by kind and jurisdiction.
    pub fn datasets(&self) -> &[DatasetEntry] {
        &self.datasets
    }

    /// What seals are verified against, as it was imported: authorities, revocation lists, registered
    /// certificates.
    pub fn trust(&self) -> impl Iterator<Item = (DatasetKind, &[u8])> {
        self.trust.iter().map(|(kind, content)| (*kind, content.as_slice()))
    }

    /// All packs, by name.
    pub fn packs(&self) -> impl Iterator<Item = &Pack> {
        self.jurisdictions.iter().map(|place| &place.pack)
    }

    /// The pack called `name`.
    pub fn pack(&self, name: &str) -> Option<&Pack> {
        self.packs().find(|pack| pack.name == name)
    }

    /// The pack of the customs service a declaration is for: by the country it names, else by the
    /// office where the goods lie, else by the kind of document, else the default one.
    pub fn pack_for(&self, declaration: &Declaration) -> &Pack {
        let by_country = declaration.customs_country().and_then(|country| {
            self.jurisdictions.iter().position(|place| place.pack.serves_country(country))
        });
        let by_office = || {
            let office = declaration.goods_office()?;
            self.jurisdictions.iter().position(|place| place.covers(&office))
        };
        let by_document = || {
            let document = declaration.document_code.as_ref()?.as_str();
            let takes = |pack: &Pack| pack.serves.documents.iter().any(|code| code == document);
            self.jurisdictions.iter().position(|place| takes(&place.pack))
        };
        let at = by_country.or_else(by_office).or_else(by_document);
        &self.jurisdictions[at.unwrap_or(self.default)].pack
    }

    fn jurisdiction(&self, pack: &Pack) -> Option<&Jurisdiction> {
        self.jurisdictions.iter().find(|place| place.pack.name == pack.name)
    }

    /// Whether a commodity code exists on a day, by the ten digits common to the union.
    pub fn commodity(&self, code: &CommodityCode, on: Date) -> CommodityLookup<'_> {
        self.nomenclature.find(code, on)
    }

    /// Whether any code of the nomenclature loaded starts with these digits.
    pub fn heading_exists(&self, prefix: &str) -> bool {
        self.nomenclature.heading_exists(prefix)
    }

    /// Whether the nomenclature holds every code, so that a code not in it is wrong.
    pub fn nomenclature_is_whole(&self) -> bool {
        self.nomenclature.whole
    }

    /// The nomenclature loaded, by code.
    pub fn commodities(&self) -> impl Iterator<Item = &Commodity> {
        self.nomenclature.commodities.iter()
    }

    /// The rate of a kind for a commodity and origin on a day, from the rates tables of the pack
    /// and those that serve all: the longest code prefix first, the origin before all origins,
    /// later datasets before earlier ones.
    pub fn rate(
        &self,
        pack: &Pack,
        kind: RateKind,
        code: &CommodityCode,
        origin: Option<CountryCode>,
        on: Date,
    ) -> Option<&RateText> {
        self.rate_row(pack, kind, code, &pack.circumstances(origin, on)).map(|row| &row.rate)
    }

    /// The row of the rates tables that stands for goods: the longest code prefix first, then the row that
    /// fits most closely ([`crate::rate::Rank`]), then later datasets before earlier ones.
    pub fn rate_row(
        &self,
        pack: &Pack,
        kind: RateKind,
        code: &CommodityCode,
        circumstances: &Circumstances<'_>,
    ) -> Option<&RateRow> {
        self.jurisdiction(pack)?.rates.find(kind, code, circumstances)
    }

    /// All rows of the rates tables that can stand for a code, kind by kind in the order they are tried:
    /// those in force on a day, whatever their season, or all there ever were.
    pub fn rate_rows<'r>(
        &'r self,
        pack: &Pack,
        code: &'r CommodityCode,
        on: Option<Date>,
    ) -> impl Iterator<Item = (RateKind, &'r RateRow)> {
        self.jurisdiction(pack).into_iter().flat_map(move |place| place.rates.listing(code, on))
    }

    /// The value of a currency in the pack's: the last rate set for the day or before, at most
    /// [`crate::exchange::AGE_MAX_DAYS`] old.
    pub fn exchange_rate(&self, pack: &Pack, currency: CurrencyCode, on: Date) -> Option<ExchangeRate> {
        self.jurisdiction(pack)?.exchange.find(currency, on)
    }

    /// The country of a two-letter code.
    pub fn country(&self, code: &str) -> Option<&Country> {
        let at = self.countries.binary_search_by(|country| country.code.as_str().cmp(code)).ok()?;
        self.countries.get(at)
    }

    /// All countries, by code.
    pub fn countries(&self) -> &[Country] {
        &self.countries
    }

    /// The currency of a three-letter code.
    pub fn currency(&self, code: &str) -> Option<&Currency> {
        let at = self.currencies.binary_search_by(|currency| currency.code.as_str().cmp(code)).ok()?;
        self.currencies.get(at)
    }

    /// The currency of a three-digit code, as some formats declare it: 643.
    pub fn currency_by_number(&self, number: &str) -> Option<&Currency> {
        self.currencies.get(*self.currency_numbers.get(number)?)
    }

    /// The office of a code.
    pub fn office(&self, pack: &Pack, code: &OfficeCode) -> Option<&OfficeRow> {
        self.jurisdiction(pack)?.office(code)
    }

    /// All offices of a jurisdiction, by code.
    pub fn offices(&self, pack: &Pack) -> &[OfficeRow] {
        self.jurisdiction(pack).map_or(&[], |place| &place.offices)
    }

    /// The office that registers a declaration: the declaration centre of the office where the
    /// goods lie, that office itself if it has no centre, or the pack's default office.
    pub fn registering_office(&self, declaration: &Declaration) -> OfficeCode {
        let pack = self.pack_for(declaration);
        let row = declaration.goods_office().and_then(|code| self.office(pack, &code));
        row.map_or(pack.filing.default_office, |row| row.centre.unwrap_or(row.code))
    }
}

impl Jurisdiction {
    fn office(&self, code: &OfficeCode) -> Option<&OfficeRow> {
        let at = self.offices.binary_search_by(|office| office.code.cmp(code)).ok()?;
        self.offices.get(at)
    }

    /// Whether an office is this service's: it is listed, or starts as its default office does.
    fn covers(&self, code: &OfficeCode) -> bool {
        let service = |code: &OfficeCode| code.as_str().get(..2).map(str::to_owned);
        self.office(code).is_some() || service(code) == service(&self.pack.filing.default_office)
    }
}

fn no_pack() -> ImportError {
    ImportError {
        code: "GL-8005",
        dataset: "pack".into(),
        line: 0,
        column: String::new(),
        what: Box::new(Text::new("нет ни одного пакета юрисдикции", "there is no jurisdiction pack")),
        cure: Box::new(Text::new("загрузите пакет, например eaeu-ru", "import a pack, such as eaeu-ru")),
    }
}
