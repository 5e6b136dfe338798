//! The world a decision is made in: reference data and rules, immutable, named by their content.

use std::collections::BTreeMap;
use std::sync::Arc;

use declaration::Declaration;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use reference::{ContentHash, DatasetKind, Pack, Reference};
use risk::{CategoryCriteria, Effort, LanePolicy, Rules};
use seal::{Trust, TrustError, Verifier};

/// Reference data and rules of one moment. Swapped whole, never changed.
#[derive(Debug)]
pub struct World {
    reference: Arc<Reference>,
    rules: Arc<Rules>,
    jurisdictions: BTreeMap<String, Jurisdiction>,
    verifier: Arc<Verifier>,
    hash: ContentHash,
}

/// What a pack says about time, lanes and categories, in the types that use it.
#[derive(Debug)]
pub struct Jurisdiction {
    /// The zone whose calendar the service lives by.
    pub time_zone: TimeZone,
    /// Lanes and random selection.
    pub lanes: LanePolicy,
    /// Criteria for trader categories.
    pub categories: CategoryCriteria,
    /// How long officers' measures take.
    pub effort: Effort,
}

/// Why reference data and rules make no world.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// A pack names a time zone nobody knows.
    #[error("pack {pack}: time zone {zone:?} is unknown; use a name such as Europe/Moscow")]
    TimeZone {
        /// The pack.
        pack: String,
        /// What it says.
        zone: String,
    },
    /// A pack's table does not hold what the rules engine needs.
    #[error("pack {pack}: table [{table}]: {why}")]
    Table {
        /// The pack.
        pack: String,
        /// `lanes`, `categories` or `effort`.
        table: &'static str,
        /// What is wrong.
        why: String,
    },
    /// What seals are verified against cannot be read.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

fn trust(reference: &Reference) -> Result<Trust, TrustError> {
    let text = |content: &[u8]| String::from_utf8_lossy(content).into_owned();
    let mut trust = Trust::default();
    for (kind, content) in reference.trust() {
        match kind {
            DatasetKind::Anchors => trust.add_anchors(&text(content))?,
            DatasetKind::Revocation => trust.add_lists(content)?,
            DatasetKind::Certificates => trust.add_register(&text(content))?,
            DatasetKind::Pack
            | DatasetKind::Chapters
            | DatasetKind::Classifiers
            | DatasetKind::Hs
            | DatasetKind::Tnved
            | DatasetKind::Commodities
            | DatasetKind::Rates
            | DatasetKind::Exchange
            | DatasetKind::Countries
            | DatasetKind::Currencies
            | DatasetKind::Offices
            | DatasetKind::Prices => {}
        }
    }
    trust.check_lists()?;
    Ok(trust)
}

impl World {
    /// A world of these reference data and rules.
    ///
    /// # Errors
    /// When a pack's time zone, lanes or categories make no sense, or what seals are verified against.
    pub fn new(reference: Arc<Reference>, rules: Arc<Rules>) -> Result<Self, WorldError> {
        Self::upon(None, reference, rules)
    }

    /// The same, sharing with a world known what seals are verified against, where that is the same: what was
    /// verified once stays known.
    ///
    /// # Errors
    /// As [`World::new`].
    pub fn upon(
        known: Option<&World>,
        reference: Arc<Reference>,
        rules: Arc<Rules>,
    ) -> Result<Self, WorldError> {
        let mut jurisdictions = BTreeMap::new();
        for pack in reference.packs() {
            let time_zone = TimeZone::get(&pack.time_zone).map_err(|_| WorldError::TimeZone {
                pack: pack.name.clone(),
                zone: pack.time_zone.clone(),
            })?;
            let table = |table, why: toml::de::Error| WorldError::Table {
                pack: pack.name.clone(),
                table,
                why: why.message().to_owned(),
            };
            let lanes = match pack.lanes.is_empty() {
                true => LanePolicy::default(),
                false => pack.lanes.clone().try_into().map_err(|why| table("lanes", why))?,
            };
            let categories = match pack.categories.is_empty() {
                true => CategoryCriteria::default(),
                false => pack.categories.clone().try_into().map_err(|why| table("categories", why))?,
            };
            categories.check().map_err(|why| WorldError::Table {
                pack: pack.name.clone(),
                table: "categories",
                why,
            })?;
            let effort = match pack.effort.is_empty() {
                true => Effort::default(),
                false => pack.effort.clone().try_into().map_err(|why| table("effort", why))?,
            };
            let jurisdiction = Jurisdiction { time_zone, lanes, categories, effort };
            jurisdictions.insert(pack.name.clone(), jurisdiction);
        }
        let hash = ContentHash::of_parts([
            reference.hash().as_bytes().as_slice(),
            rules.hash().to_string().as_bytes(),
        ]);
        let same = known.filter(|known| known.reference.trust().eq(reference.trust()));
        let verifier = match same {
            Some(known) => Arc::clone(&known.verifier),
            None => Arc::new(Verifier::new(trust(&reference)?)),
        };
        Ok(Self { reference, rules, jurisdictions, verifier, hash })
    }

    /// Verifies seals against what this world trusts.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// The reference data.
    pub fn reference(&self) -> &Arc<Reference> {
        &self.reference
    }

    /// The rules.
    pub fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    /// The name of this world: the hash of all it is made of.
    pub fn hash(&self) -> ContentHash {
        self.hash
    }

    /// The pack that a declaration falls under.
    pub fn pack_for(&self, declaration: &Declaration) -> &Pack {
        self.reference.pack_for(declaration)
    }

    /// What the pack says in the types that use it; every pack of the world has one.
    pub fn jurisdiction(&self, pack: &Pack) -> Option<&Jurisdiction> {
        self.jurisdictions.get(&pack.name)
    }

    /// The calendar day of a moment where the pack applies.
    pub fn day(&self, pack: &Pack, now: Timestamp) -> Date {
        let zone = self.jurisdictions.get(&pack.name).map_or(TimeZone::UTC, |found| found.time_zone.clone());
        zone.to_datetime(now).date()
    }

    /// The local time of a moment where the pack applies.
    pub fn time_of_day(&self, pack: &Pack, now: Timestamp) -> jiff::civil::Time {
        let zone = self.jurisdictions.get(&pack.name).map_or(TimeZone::UTC, |found| found.time_zone.clone());
        zone.to_datetime(now).time()
    }
}
