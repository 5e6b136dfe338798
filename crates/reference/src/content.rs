//! Datasets: the bytes reference data is made of, named by what they contain.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// SHA-256 of some content, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// The hash of one piece of content.
    pub fn of(content: &[u8]) -> Self {
        Self::of_parts([content])
    }

    /// The hash of several pieces, each preceded by its length, so that no two divisions collide.
    pub fn of_parts<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> Self {
        let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(context.finish().as_ref());
        Self(bytes)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl FromStr for ContentHash {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or("64 lower-case hexadecimal digits are expected")
    }
}

impl Serialize for ContentHash {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ContentHash {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident, $word:literal, $scope:ident, $laying:ident;)+) => {
        /// What a dataset holds, and so which importer reads it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum DatasetKind {
            $($(#[$doc])* #[serde(rename = $word)] $name,)+
        }

        impl DatasetKind {
            /// All kinds, in the order they are read in.
            pub const ALL: &'static [DatasetKind] = &[$(DatasetKind::$name),+];

            /// The words of all kinds, as a message lists them.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word used on the command line and in files.
            pub fn as_str(self) -> &'static str {
                match self { $(DatasetKind::$name => $word,)+ }
            }

            /// Whom a dataset of the kind serves.
            pub fn scope(self) -> Scope {
                match self { $(DatasetKind::$name => Scope::$scope,)+ }
            }

            /// What a later dataset does to earlier ones.
            pub fn laying(self) -> Laying {
                match self { $(DatasetKind::$name => Laying::$laying,)+ }
            }
        }
    };
}

impl DatasetKind {
    /// What is kept as the jurisdiction of a dataset for which one was named: nothing where it serves all, or says
    /// itself whose it is.
    pub fn jurisdiction(self, named: &str) -> &str {
        match self.scope() {
            Scope::All | Scope::Own => "",
            Scope::Jurisdiction | Scope::Either => named,
        }
    }
}

/// Whom a dataset serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every jurisdiction.
    All,
    /// The jurisdiction it names.
    Jurisdiction,
    /// The jurisdiction it names, or all where it names none.
    Either,
    /// What it says itself in the place of a jurisdiction: a pack its name, a list of revoked certificates its
    /// authority, a file of the tax service's nomenclature its part.
    Own,
}

/// What a later dataset does to an earlier one of the same kind and scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Laying {
    /// It speaks for everything of its kind: from its first day on what it is silent about is no more.
    Whole,
    /// It stands before what earlier ones say; what it is silent about stays.
    Over,
}

kinds! {
    /// A jurisdiction pack: one TOML document.
    Pack, "pack", Own, Whole;
    /// The starter's excerpt of the nomenclature, in the form of [`DatasetKind::Tnved`], known to be partial.
    Commodities, "commodities", All, Whole;
    /// Sections and chapters of the nomenclature: `code,section,name_ru,name_en`.
    Chapters, "chapters", All, Whole;
    /// The Harmonized System: English names of two, four and six digits.
    Hs, "hs", All, Whole;
    /// The union's commodity nomenclature: `code,name,duty`, or one of the tax service's four text files.
    Tnved, "tnved", Own, Whole;
    /// Rates by commodity and origin: `code,origin,kind,rate,valid_from,valid_to`.
    Rates, "rates", Either, Over;
    /// Currency rates, in the currency of the pack they are for: `date,currency,units,rate`, the Russian central
    /// bank's daily XML, the European Central Bank's CSV.
    Exchange, "exchange", Jurisdiction, Over;
    /// Countries: `code,name_ru,name_en`, or the table of ISO 3166-1 codes as it is commonly published.
    Countries, "countries", All, Whole;
    /// Currencies: `code,number,minor_units,name`, or list one and three of ISO 4217 as they are published.
    Currencies, "currencies", All, Whole;
    /// Customs offices of a jurisdiction: `code,name,kind,centre`.
    Offices, "offices", Jurisdiction, Whole;
    /// Classifiers: `classifier,code,name_ru,name_en`. It speaks for the classifiers that it names.
    Classifiers, "classifiers", Either, Over;
    /// What goods usually cost, in the currency of the pack they are for:
    /// `code,origin,unit,valid_from,valid_to,sample,low,median,high`.
    Prices, "prices", Jurisdiction, Over;
    /// Certificates of the authorities whose seals are accepted: PEM, with days of trust.
    Anchors, "anchors", All, Whole;
    /// A list of certificates that an authority revoked (RFC 5280), DER or PEM; one for each authority.
    Revocation, "revocation", Own, Whole;
    /// Certificates registered for participants: `certificate,number,valid_from,valid_to`.
    Certificates, "certificates", All, Whole;
}

impl FromStr for DatasetKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.iter().find(|kind| kind.as_str() == text);
        known.copied().ok_or_else(|| Self::WORDS.join(", "))
    }
}

/// Immutable content of one kind, as it was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dataset {
    /// What it holds.
    pub kind: DatasetKind,
    /// The jurisdiction it belongs to, such as `eaeu-ru`; empty where it serves all. Of kinds that say it
    /// themselves ([`Scope::Own`]), what they say.
    pub jurisdiction: String,
    /// The first day it speaks for; `None` if for all days. Before it what earlier datasets say stays.
    pub valid_from: Option<Date>,
    /// Where it came from: a file name, for people.
    pub source: String,
    /// The bytes.
    #[serde(skip)]
    pub content: Vec<u8>,
}

impl Dataset {
    /// A dataset that speaks for all days.
    pub fn new(
        kind: DatasetKind,
        jurisdiction: impl Into<String>,
        source: impl Into<String>,
        content: impl Into<Vec<u8>>,
    ) -> Self {
        let (jurisdiction, source, content) = (jurisdiction.into(), source.into(), content.into());
        Self { kind, jurisdiction, valid_from: None, source, content }
    }

    /// The hash that names it: over kind, jurisdiction, first day and bytes. Where it came from says nothing of
    /// what it is.
    pub fn hash(&self) -> ContentHash {
        let day = self.valid_from.map(|day| day.to_string());
        let parts = [self.kind.as_str().as_bytes(), self.jurisdiction.as_bytes(), &self.content];
        ContentHash::of_parts(parts.into_iter().chain(day.iter().map(String::as_bytes)))
    }

    /// What it is, without its bytes.
    pub fn entry(&self) -> DatasetEntry {
        DatasetEntry {
            kind: self.kind,
            jurisdiction: self.jurisdiction.clone(),
            valid_from: self.valid_from,
            source: self.source.clone(),
            hash: self.hash(),
        }
    }
}

/// What a dataset is, without its bytes: what every row of it is traced to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetEntry {
    /// What it holds.
    pub kind: DatasetKind,
    /// The jurisdiction, or what stands in its place; see [`Dataset::jurisdiction`].
    pub jurisdiction: String,
    /// The first day it speaks for; `None` if for all days.
    pub valid_from: Option<Date>,
    /// Where it came from.
    pub source: String,
    /// The hash of the dataset.
    pub hash: ContentHash,
}
