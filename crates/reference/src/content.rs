//! Datasets: the bytes reference data is made of, named by what they contain.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
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

/// What a dataset holds, and so which importer reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatasetKind {
    /// A jurisdiction pack: one TOML document. One per jurisdiction; a later one replaces it.
    Pack,
    /// The union's whole commodity nomenclature, `code,name,duty`. Replaces the starter's excerpt.
    Tnved,
    /// The starter excerpt of the nomenclature, in the same form, known to be partial.
    Commodities,
    /// Rates by commodity and origin: `code,origin,kind,rate,valid_from,valid_to`.
    Rates,
    /// Currency rates: `date,currency,units,rate` in the currency of the pack it names.
    Exchange,
    /// Countries: `code,name_ru,name_en`.
    Countries,
    /// Currencies: `code,number,minor_units,name`.
    Currencies,
    /// Customs offices: `code,name,kind,centre` of the pack it names.
    Offices,
    /// Certificates of the authorities whose seals are accepted: PEM, with days of trust.
    Anchors,
    /// A list of certificates that an authority revoked (RFC 5280), DER or PEM; one for each authority, which
    /// stands in the place of the jurisdiction.
    Revocation,
    /// Certificates registered for participants: `certificate,number,valid_from,valid_to`.
    Certificates,
}

/// Immutable content of one kind, as it was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dataset {
    /// What it holds.
    pub kind: DatasetKind,
    /// The jurisdiction it belongs to, such as `eaeu-ru`; empty where it serves all.
    pub jurisdiction: String,
    /// Where it came from: a file name, for people.
    pub source: String,
    /// The bytes.
    #[serde(skip)]
    pub content: Vec<u8>,
}

impl Dataset {
    /// The hash that names it: over kind, jurisdiction and bytes.
    pub fn hash(&self) -> ContentHash {
        ContentHash::of_parts([self.kind.as_str().as_bytes(), self.jurisdiction.as_bytes(), &self.content])
    }
}

impl FromStr for DatasetKind {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        known.ok_or(
            "pack, tnved, commodities, rates, exchange, countries, currencies, offices, anchors, revocation or \
             certificates",
        )
    }
}

impl DatasetKind {
    /// All kinds.
    pub const ALL: [DatasetKind; 11] = [
        DatasetKind::Pack,
        DatasetKind::Tnved,
        DatasetKind::Commodities,
        DatasetKind::Rates,
        DatasetKind::Exchange,
        DatasetKind::Countries,
        DatasetKind::Currencies,
        DatasetKind::Offices,
        DatasetKind::Anchors,
        DatasetKind::Revocation,
        DatasetKind::Certificates,
    ];

    /// The word used on the command line and in files.
    pub fn as_str(self) -> &'static str {
        match self {
            DatasetKind::Pack => "pack",
            DatasetKind::Tnved => "tnved",
            DatasetKind::Commodities => "commodities",
            DatasetKind::Rates => "rates",
            DatasetKind::Exchange => "exchange",
            DatasetKind::Countries => "countries",
            DatasetKind::Currencies => "currencies",
            DatasetKind::Offices => "offices",
            DatasetKind::Anchors => "anchors",
            DatasetKind::Revocation => "revocation",
            DatasetKind::Certificates => "certificates",
        }
    }
}
