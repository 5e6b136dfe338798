//! Building a [`Reference`] from datasets, and its look-ups.

use std::sync::Arc;

use declaration::{CommodityCode, CountryCode, CurrencyCode, Declaration, OfficeCode, Text};
use jiff::civil::Date;

use crate::classifier::{
    Classified, ClassifierCode, Classifiers, Country, Currency, OfficeRow, add_classifiers, add_countries,
    add_currencies, add_offices,
};
use crate::content::{ContentHash, Dataset, DatasetEntry, DatasetKind, Laying, Scope};
use crate::dated::Dated;
use crate::exchange::{ExchangeRate, ExchangeTable};
use crate::formats::tax_service::{self, Part};
use crate::nomenclature::{Commodity, CommodityLookup, Nomenclature};
use crate::pack::Pack;
use crate::prices::Prices;
use crate::rate::{Circumstances, RateText};
use crate::rates::{RateKind, RateRow, Rates};
use crate::report::{Faults, ImportError, Notes};
use crate::starter;

/// The pack of declarations that name no jurisdiction, where it is loaded; otherwise the first.
pub const DEFAULT_PACK: &str = "eaeu-ru";

/// What belongs to one jurisdiction.
#[derive(Debug, Clone)]
struct Jurisdiction {
    pack: Arc<Made<Pack>>,
    rates: Arc<Made<Rates>>,
    exchange: Arc<Made<ExchangeTable>>,
    offices: Arc<Made<Dated<OfficeCode, OfficeRow>>>,
    classifiers: Arc<Made<Classifiers>>,
    prices: Arc<Made<Prices>>,
}

/// Everything a decision rests on besides the declaration and the rules.
///
/// Built once, whole or not at all, then only read; two references of one hash answer alike.
#[derive(Debug, Clone)]
pub struct Reference {
    hash: ContentHash,
    sets: Vec<Arc<DatasetEntry>>,
    /// By pack name; never empty.
    jurisdictions: Vec<Jurisdiction>,
    /// The jurisdiction of declarations that name none.
    default: usize,
    nomenclature: Arc<Made<Nomenclature>>,
    countries: Arc<Made<Dated<CountryCode, Country>>>,
    currencies: Arc<Made<Dated<CurrencyCode, Currency>>>,
    /// What seals are verified against, as imported.
    trust: Vec<(Arc<DatasetEntry>, Arc<[u8]>)>,
}

/// A table with the datasets it was made of: the next reference made of the same ones shares it.
#[derive(Debug, Clone, Default)]
struct Made<T> {
    of: Vec<ContentHash>,
    table: T,
}

/// The jurisdiction a dataset is for, or what it says itself in its place: a pack its name, a file of the tax
/// service its part; offices and currency rates that name none are the default one's; the rest serves all.
fn jurisdiction_of(dataset: &Dataset) -> Result<String, Faults> {
    if !dataset.jurisdiction.is_empty() {
        return Ok(dataset.jurisdiction.clone());
    }
    Ok(match dataset.kind {
        DatasetKind::Pack => Pack::read(dataset)?.name,
        DatasetKind::Exchange | DatasetKind::Offices | DatasetKind::Prices => DEFAULT_PACK.to_owned(),
        DatasetKind::Tnved => tax_service::part(&dataset.content).map_or("", Part::as_str).to_owned(),
        _ => String::new(),
    })
}

impl Dataset {
    /// The dataset with what stands in the place of its jurisdiction filled in from what it says itself.
    ///
    /// # Errors
    /// Where a pack cannot be read, or the first day makes no sense: it is no day of this time, or of a kind whose
    /// content says itself which days it is for.
    pub fn placed(mut self) -> Result<Self, Faults> {
        if let Some(day) = self.valid_from {
            self.first_day_fault(day).map_or(Ok(()), Err)?;
        }
        self.jurisdiction = jurisdiction_of(&self)?;
        Ok(self)
    }

    fn first_day_fault(&self, day: Date) -> Option<ImportError> {
        use DatasetKind::{Anchors, Certificates, Pack, Revocation};
        let (what, cure) = if matches!(self.kind, Anchors | Certificates | Pack | Revocation) {
            (
                Text::new("первый день здесь не указывают", "no first day is stated here"),
                Text::new(
                    "дни действия стоят в самом файле; импортируйте без --valid-from",
                    "the file itself says which days it is for; import it without --valid-from",
                ),
            )
        } else if (YEAR_FIRST..=YEAR_LAST).contains(&day.year()) {
            return None;
        } else {
            (
                Text::new(format!("{day} — не день нашего времени"), format!("{day} is no day of this time")),
                Text::new(
                    format!("укажите день с {YEAR_FIRST} по {YEAR_LAST} год"),
                    format!("state a day of the years {YEAR_FIRST} to {YEAR_LAST}"),
                ),
            )
        };
        Some(ImportError::new("GL-8013", self, 0, "valid_from", what, cure))
    }
}

/// The years a first day can be of: those a date of a declaration can be of.
const YEAR_FIRST: i16 = 1900;
const YEAR_LAST: i16 = 2200;

/// Which of these datasets take effect, given in the order they were imported: not those that a later one of the
/// same kind and scope replaces for all days, nor the starter's excerpt where the whole nomenclature is. In the
/// order they are read in.
pub fn effective(imported: &[DatasetEntry]) -> Vec<DatasetEntry> {
    // Sections, chapters and headings alone make no nomenclature.
    let names_codes =
        |set: &DatasetEntry| set.jurisdiction.is_empty() || set.jurisdiction == Part::Codes.as_str();
    let tells_all =
        |set: &DatasetEntry| set.kind == DatasetKind::Tnved && set.valid_from.is_none() && names_codes(set);
    let whole = imported.iter().any(tells_all);
    let mut kept: Vec<DatasetEntry> = Vec::with_capacity(imported.len());
    for set in imported {
        if whole && set.kind == DatasetKind::Commodities {
            continue;
        }
        let replaces = |old: &DatasetEntry| {
            // A pack has days of force in it; of two packs of one name the later holds.
            let for_all_days = set.valid_from.is_none() || set.kind == DatasetKind::Pack;
            let for_its_days =
                old.valid_from.is_some_and(|day| set.valid_from.is_some_and(|first| first <= day));
            let hides = set.kind.laying() == Laying::Whole && (for_all_days || for_its_days);
            (hides && old.kind == set.kind && old.jurisdiction == set.jurisdiction) || old.hash == set.hash
        };
        // The same content again says nothing new, wherever it came from; it is the last word, though.
        kept.retain(|old| !replaces(old));
        kept.push(set.clone());
    }
    // Rates and classifiers that serve all and a jurisdiction's own stand in one order, so they are not parted, nor
    // are the parts of the nomenclature.
    let place = |set: &DatasetEntry| match set.kind {
        DatasetKind::Rates | DatasetKind::Classifiers | DatasetKind::Tnved => String::new(),
        _ => set.jurisdiction.clone(),
    };
    kept.sort_by_cached_key(|set| (set.kind, place(set)));
    kept
}

/// Why no reference came of some datasets.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError<E> {
    /// What is wrong in them.
    #[error(transparent)]
    Faults(#[from] Faults),
    /// A dataset could not be brought.
    #[error("{0}")]
    Brought(E),
}

impl<E> From<ImportError> for AssembleError<E> {
    fn from(fault: ImportError) -> Self {
        Self::Faults(fault.into())
    }
}

/// The datasets in effect, brought when a table is made of them.
struct Sets<F> {
    all: Vec<Arc<DatasetEntry>>,
    bring: F,
}

impl<E, F: FnMut(&DatasetEntry) -> Result<Dataset, E>> Sets<F> {
    fn of(&self, feeds: impl Fn(&DatasetEntry) -> bool) -> Vec<Arc<DatasetEntry>> {
        self.all.iter().filter(|set| feeds(set)).map(Arc::clone).collect()
    }

    fn bring(&mut self, set: &DatasetEntry) -> Result<Dataset, AssembleError<E>> {
        (self.bring)(set).map_err(AssembleError::Brought)
    }

    /// The table made of the datasets that feed it: the known one if it was made of the same. Where it was made of the
    /// first of them, only the rest is brought and laid over a copy: a day's currency rates do not read a year's.
    fn table<T: Default + Clone>(
        &mut self,
        known: Option<&Arc<Made<T>>>,
        feeds: impl Fn(&DatasetEntry) -> bool,
        notes: &mut Notes,
        add: impl Fn(&mut T, &Dataset, &Arc<DatasetEntry>, &mut Notes),
    ) -> Result<Arc<Made<T>>, AssembleError<E>> {
        let sets = self.of(feeds);
        let of: Vec<ContentHash> = sets.iter().map(|set| set.hash).collect();
        if let Some(known) = known.filter(|known| known.of == of) {
            return Ok(Arc::clone(known));
        }
        let (mut table, made) = match known.filter(|known| of.starts_with(&known.of)) {
            Some(known) => (known.table.clone(), known.of.len()),
            None => (T::default(), 0),
        };
        for set in sets.iter().skip(made) {
            let dataset = self.bring(set)?;
            notes.begin(set);
            add(&mut table, &dataset, set, notes);
        }
        Ok(Arc::new(Made { of, table }))
    }
}

impl Reference {
    /// Reads datasets. The order matters: a later dataset stands before an earlier one of the same kind and
    /// jurisdiction, from its first day on; see [`Laying`].
    ///
    /// # Errors
    /// Everything that cannot be read, by dataset, line and column. Nothing is taken then.
    pub fn build(datasets: &[Dataset]) -> Result<Reference, Faults> {
        let placed = datasets.iter().map(|dataset| dataset.clone().placed());
        let placed: Vec<Dataset> = placed.collect::<Result<_, _>>()?;
        let entries: Vec<DatasetEntry> = placed.iter().map(Dataset::entry).collect();
        let bring = |set: &DatasetEntry| -> Result<Dataset, Faults> {
            let at = entries.iter().rposition(|entry| entry == set);
            at.and_then(|at| placed.get(at)).cloned().ok_or_else(|| no_pack().into())
        };
        Self::assemble(None, effective(&entries), bring, &mut Notes::default()).map_err(|why| match why {
            AssembleError::Faults(faults) | AssembleError::Brought(faults) => faults,
        })
    }

    /// Makes a reference of the datasets in effect, as [`effective`] gives them, sharing with one that is known
    /// the tables that are made of the same datasets: only the rest is brought and read. What was read is noted.
    ///
    /// # Errors
    /// Everything that cannot be read, and where a dataset cannot be brought.
    pub fn assemble<E>(
        known: Option<&Reference>,
        effective: Vec<DatasetEntry>,
        bring: impl FnMut(&DatasetEntry) -> Result<Dataset, E>,
        notes: &mut Notes,
    ) -> Result<Reference, AssembleError<E>> {
        let mut sets = Sets { all: effective.into_iter().map(Arc::new).collect(), bring };
        let built = Self::of_sets(known, &mut sets, notes);
        notes.verdict()?;
        built
    }

    fn of_sets<E, F: FnMut(&DatasetEntry) -> Result<Dataset, E>>(
        known: Option<&Reference>,
        sets: &mut Sets<F>,
        notes: &mut Notes,
    ) -> Result<Reference, AssembleError<E>> {
        let packs = Self::packs_of(known, sets)?;
        if let Some(set) = sets.all.iter().find(|set| {
            let own = matches!(set.kind.scope(), Scope::Jurisdiction | Scope::Either);
            own && !set.jurisdiction.is_empty()
                && !packs.iter().any(|pack| pack.table.name == set.jurisdiction)
        }) {
            return Err(no_jurisdiction(set, &packs).into());
        }
        let mut jurisdictions = Vec::with_capacity(packs.len());
        for pack in packs {
            let name = pack.table.name.clone();
            let before =
                known.and_then(|known| known.jurisdictions.iter().find(|place| place.pack().name == name));
            let serves = |kind: DatasetKind| {
                let name = &name;
                move |set: &DatasetEntry| {
                    let serves_all = set.jurisdiction.is_empty() && kind.scope() == Scope::Either;
                    set.kind == kind && (serves_all || set.jurisdiction == *name)
                }
            };
            // A pack that changes its currency changes what its currency rates mean.
            let currency = pack.table.currency;
            let groups = &pack.table.origin_groups;
            // And one that changes its groups of origins changes which rows may name them.
            let same_pack = before.filter(|place| place.pack.of == pack.of);
            let same_currency = before.filter(|place| place.pack().currency == currency);
            jurisdictions.push(Jurisdiction {
                rates: sets.table(
                    same_pack.map(|place| &place.rates),
                    serves(DatasetKind::Rates),
                    notes,
                    |rates: &mut Rates, dataset, set, notes| rates.add(dataset, set, groups, notes),
                )?,
                exchange: sets.table(
                    same_currency.map(|place| &place.exchange),
                    serves(DatasetKind::Exchange),
                    notes,
                    |table: &mut ExchangeTable, dataset, set, notes| table.add(dataset, set, currency, notes),
                )?,
                offices: sets.table(
                    before.map(|place| &place.offices),
                    serves(DatasetKind::Offices),
                    notes,
                    add_offices,
                )?,
                classifiers: sets.table(
                    before.map(|place| &place.classifiers),
                    serves(DatasetKind::Classifiers),
                    notes,
                    add_classifiers,
                )?,
                prices: sets.table(
                    same_currency.map(|place| &place.prices),
                    serves(DatasetKind::Prices),
                    notes,
                    Prices::add,
                )?,
                pack,
            });
        }
        let nomenclature = sets.table(
            known.map(|known| &known.nomenclature),
            |set| {
                use DatasetKind::{Chapters, Commodities, Hs, Tnved};
                matches!(set.kind, Chapters | Commodities | Hs | Tnved)
            },
            notes,
            |table: &mut Nomenclature, dataset, set, notes| match (
                dataset.kind,
                tax_service::part(&dataset.content),
            ) {
                (DatasetKind::Chapters, _) => table.add_chapters(dataset, set, notes),
                (DatasetKind::Hs, _) => table.add_hs(dataset, set, notes),
                (DatasetKind::Tnved, Some(part)) => table.add_part(dataset, set, part, notes),
                (kind, _) => table.add_codes(dataset, set, kind == DatasetKind::Tnved, notes),
            },
        )?;
        let countries = sets.table(
            known.map(|known| &known.countries),
            |set| set.kind == DatasetKind::Countries,
            notes,
            add_countries,
        )?;
        let currencies = sets.table(
            known.map(|known| &known.currencies),
            |set| set.kind == DatasetKind::Currencies,
            notes,
            add_currencies,
        )?;
        let trusted = sets.of(|set| {
            use DatasetKind::{Anchors, Certificates, Revocation};
            // What they say is read by who verifies seals.
            matches!(set.kind, Anchors | Certificates | Revocation)
        });
        let mut trust: Vec<(Arc<DatasetEntry>, Arc<[u8]>)> = Vec::with_capacity(trusted.len());
        for set in trusted {
            let before = known.and_then(|known| known.trust.iter().find(|(other, _)| other.hash == set.hash));
            let content = match before {
                Some((_, content)) => Arc::clone(content),
                None => sets.bring(&set)?.content.into(),
            };
            trust.push((set, content));
        }
        Ok(Reference {
            hash: Self::hash_of(sets.all.iter().map(|set| &set.hash)),
            sets: sets.all.iter().map(Arc::clone).collect(),
            default: jurisdictions.iter().position(|place| place.pack().name == DEFAULT_PACK).unwrap_or(0),
            jurisdictions,
            nomenclature,
            countries,
            currencies,
            trust,
        })
    }

    /// The packs, by name: those known that come of the same dataset, the rest read.
    fn packs_of<E, F: FnMut(&DatasetEntry) -> Result<Dataset, E>>(
        known: Option<&Reference>,
        sets: &mut Sets<F>,
    ) -> Result<Vec<Arc<Made<Pack>>>, AssembleError<E>> {
        let mut packs = Vec::new();
        for set in sets.of(|set| set.kind == DatasetKind::Pack) {
            let before = known.into_iter().flat_map(|known| &known.jurisdictions);
            let same = before.map(|place| &place.pack).find(|pack| pack.of == [set.hash]);
            packs.push(match same {
                Some(pack) => Arc::clone(pack),
                None => Arc::new(Made { of: vec![set.hash], table: Pack::read(&sets.bring(&set)?)? }),
            });
        }
        packs.sort_by(|a, b| a.table.name.cmp(&b.table.name));
        if packs.is_empty() { Err(no_pack().into()) } else { Ok(packs) }
    }

    /// The reference the project comes with.
    ///
    /// # Errors
    /// None, unless the packs in the source tree are broken; a test holds that they are not.
    pub fn starter() -> Result<Reference, Faults> {
        Self::build(&starter::datasets())
    }

    /// The datasets the project comes with.
    pub fn starter_datasets() -> Vec<Dataset> {
        starter::datasets()
    }

    /// The hash that a reference made of these datasets in effect has, in this order.
    pub fn hash_of<'h>(effective: impl IntoIterator<Item = &'h ContentHash>) -> ContentHash {
        ContentHash::of_parts(effective.into_iter().map(|hash| hash.as_bytes().as_slice()))
    }

    /// The hash over all datasets in effect.
    pub fn hash(&self) -> ContentHash {
        self.hash
    }

    /// The datasets in effect, sorted by kind and jurisdiction.
    pub fn datasets(&self) -> &[Arc<DatasetEntry>] {
        &self.sets
    }

    /// What seals are verified against, as it was imported: authorities, revocation lists, registered
    /// certificates.
    pub fn trust(&self) -> impl Iterator<Item = (DatasetKind, &[u8])> {
        self.trust.iter().map(|(set, content)| (set.kind, &**content))
    }

    /// All packs, by name.
    pub fn packs(&self) -> impl Iterator<Item = &Pack> {
        self.jurisdictions.iter().map(Jurisdiction::pack)
    }

    /// The pack that stands where nothing says which.
    pub fn default_pack(&self) -> &Pack {
        self.jurisdictions[self.default].pack()
    }

    /// The pack called `name`.
    pub fn pack(&self, name: &str) -> Option<&Pack> {
        self.packs().find(|pack| pack.name == name)
    }

    /// The pack of the customs service a declaration is for: by the country it names, else by the
    /// office where the goods lie, else by the kind of document, else the default one.
    pub fn pack_for(&self, declaration: &Declaration) -> &Pack {
        let by_country = declaration.customs_country().and_then(|country| {
            self.jurisdictions.iter().position(|place| place.pack().serves_country(country))
        });
        let by_office = || {
            let office = declaration.goods_office()?;
            self.jurisdictions.iter().position(|place| place.covers(&office))
        };
        let by_document = || {
            let document = declaration.document_code.as_ref()?.as_str();
            let takes = |pack: &Pack| pack.serves.documents.iter().any(|code| code == document);
            self.jurisdictions.iter().position(|place| takes(place.pack()))
        };
        let at = by_country.or_else(by_office).or_else(by_document);
        self.jurisdictions[at.unwrap_or(self.default)].pack()
    }

    fn jurisdiction(&self, pack: &Pack) -> Option<&Jurisdiction> {
        self.jurisdictions.iter().find(|place| place.pack().name == pack.name)
    }

    /// The nomenclature: names, notes and duties over time.
    pub fn nomenclature(&self) -> &Nomenclature {
        &self.nomenclature.table
    }

    /// Whether a commodity code exists on a day, by the ten digits common to the union.
    pub fn commodity(&self, code: &CommodityCode, on: Date) -> CommodityLookup<'_> {
        self.nomenclature().find(code, on)
    }

    /// The nomenclature on a day, by code.
    pub fn commodities(&self, on: Date) -> impl Iterator<Item = Commodity<'_>> {
        self.nomenclature().commodities(on)
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
        self.jurisdiction(pack)?.rates.table.find(kind, code, circumstances)
    }

    /// All rows of the rates tables that can stand for a code, kind by kind in the order they are tried:
    /// those in force on a day, whatever their season, or all there ever were.
    pub fn rate_rows<'r>(
        &'r self,
        pack: &Pack,
        code: &'r CommodityCode,
        on: Option<Date>,
    ) -> impl Iterator<Item = (RateKind, &'r RateRow)> {
        self.jurisdiction(pack).into_iter().flat_map(move |place| place.rates.table.listing(code, on))
    }

    /// The value of a currency in the pack's: the last rate set for the day or before, at most
    /// [`crate::exchange::AGE_MAX_DAYS`] old.
    pub fn exchange_rate(&self, pack: &Pack, currency: CurrencyCode, on: Date) -> Option<&ExchangeRate> {
        self.jurisdiction(pack)?.exchange.table.find(currency, on)
    }

    /// All currency rates of a jurisdiction, by currency and day.
    pub fn exchange_rates(&self, pack: &Pack) -> &[ExchangeRate] {
        self.jurisdiction(pack).map_or(&[], |place| place.exchange.table.rates())
    }

    /// The rates tables of a jurisdiction.
    pub fn rates(&self, pack: &Pack) -> Option<&Rates> {
        Some(&self.jurisdiction(pack)?.rates.table)
    }

    /// What goods usually cost in a jurisdiction.
    pub fn prices(&self, pack: &Pack) -> Option<&Prices> {
        Some(&self.jurisdiction(pack)?.prices.table)
    }

    /// The country of a two-letter code on a day.
    pub fn country(&self, code: &str, on: Date) -> Option<&Country> {
        Some(&self.countries.table.at(code.parse().ok()?, on)?.value)
    }

    /// All countries with their days, by code.
    pub fn countries(&self) -> &Dated<CountryCode, Country> {
        &self.countries.table
    }

    /// The currency of a three-letter code on a day.
    pub fn currency(&self, code: &str, on: Date) -> Option<&Currency> {
        Some(&self.currencies.table.at(code.parse().ok()?, on)?.value)
    }

    /// All currencies with their days, by code.
    pub fn currencies(&self) -> &Dated<CurrencyCode, Currency> {
        &self.currencies.table
    }

    /// The office of a code on a day.
    pub fn office(&self, pack: &Pack, code: &OfficeCode, on: Date) -> Option<&OfficeRow> {
        Some(&self.offices(pack)?.at(*code, on)?.value)
    }

    /// All offices of a jurisdiction with their days, by code.
    pub fn offices(&self, pack: &Pack) -> Option<&Dated<OfficeCode, OfficeRow>> {
        Some(&self.jurisdiction(pack)?.offices.table)
    }

    /// What a classifier says of a code on a day: the imported one, else the pack's.
    pub fn classified<'r>(
        &'r self,
        pack: &'r Pack,
        classifier: &str,
        code: &str,
        on: Date,
    ) -> Classified<'r> {
        let imported = self.jurisdiction(pack).and_then(|place| place.classifiers.table.get(classifier));
        if let Some(codes) = imported {
            // Before its first day an imported classifier says nothing, and the pack's holds.
            if codes.rows().iter().any(|row| row.holds(on)) {
                let known = ClassifierCode::of(code).and_then(|code| codes.at(code, on));
                return known.map_or(Classified::Unknown, |row| Classified::Known(&row.value));
            }
        }
        match pack.classifiers.get(classifier) {
            None => Classified::NotHeld,
            Some(codes) => codes.get(code).map_or(Classified::Unknown, Classified::Known),
        }
    }

    /// Imported classifiers of a jurisdiction, with their days.
    pub fn classifiers(&self, pack: &Pack) -> Option<&Classifiers> {
        Some(&self.jurisdiction(pack)?.classifiers.table)
    }

    /// The office that registers a declaration: the declaration centre of the office where the
    /// goods lie, that office itself if it has no centre, or the pack's default office.
    pub fn registering_office(&self, declaration: &Declaration, on: Date) -> OfficeCode {
        let pack = self.pack_for(declaration);
        let row = declaration.goods_office().and_then(|code| self.office(pack, &code, on));
        row.map_or(pack.filing.default_office, |row| row.centre.unwrap_or(row.code))
    }
}

impl Jurisdiction {
    fn pack(&self) -> &Pack {
        &self.pack.table
    }

    /// Whether an office is this service's: it is or was listed, or starts as its default office does.
    fn covers(&self, code: &OfficeCode) -> bool {
        let service = |code: &OfficeCode| code.as_str().get(..2).map(str::to_owned);
        let listed = !self.offices.table.history(*code).is_empty();
        listed || service(code) == service(&self.pack().filing.default_office)
    }
}

fn no_jurisdiction(set: &DatasetEntry, packs: &[Arc<Made<Pack>>]) -> ImportError {
    let known: Vec<&str> = packs.iter().map(|pack| pack.table.name.as_str()).collect();
    let known = known.join(", ");
    ImportError {
        code: "GL-8006",
        dataset: set.source.clone(),
        line: 0,
        column: String::new(),
        what: Box::new(Text::new(
            format!("нет юрисдикции «{}»", set.jurisdiction),
            format!("there is no jurisdiction «{}»", set.jurisdiction),
        )),
        cure: Box::new(Text::new(format!("укажите одну из: {known}"), format!("name one of: {known}"))),
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
