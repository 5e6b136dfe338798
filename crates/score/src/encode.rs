//! Values into numbers: names and codes by the order they had in training, numbers as they are.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::digest;
use crate::error::ScoreError;
use crate::features::{Feature, FeatureTable, Kind};
use crate::limits::CATEGORIES_MAX;
use crate::row::{Row, Value, as_number};

/// The number of a name that training did not see.
pub(crate) const UNKNOWN: f64 = -1.0;

/// What training saw of one feature: the names or codes in order, none for numbers; or how often each combination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Encoding {
    Seen(Vec<String>),
    Counted(BTreeMap<String, u32>),
}

impl Default for Encoding {
    fn default() -> Self {
        Self::Seen(Vec::new())
    }
}

/// Which rows are of one declaration, and how many each row stands for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    pub(crate) groups: Vec<u32>,
    pub(crate) weights: Vec<u32>,
}

/// Stands between the joined values of a frequency.
const JOINT: char = '\u{1f}';

/// The values a frequency counts, joined; nothing where the row does not say its own.
fn joined(feature: &Feature, with: &[String], row: &impl Row) -> Option<String> {
    let mut text = with_text(row.value(&feature.column), str::to_owned)?;
    for column in with {
        text.push(JOINT);
        with_text(row.value(column), |value| text.push_str(value));
    }
    Some(text)
}

/// A count as a feature has it: ⌊4 · log₂(n + 1)⌋, by whole numbers alone.
fn in_quarters(count: u32) -> f64 {
    f64::from((u128::from(count) + 1).saturating_pow(4).ilog2())
}

/// A name or code as a value writes it.
fn with_text<T>(value: Value<'_>, then: impl FnOnce(&str) -> T) -> Option<T> {
    match value {
        Value::Missing => None,
        Value::Text(text) => Some(then(text)),
        Value::Number(number) => Some(then(&number.to_string())),
    }
}

/// The digits of a code a feature looks at.
fn digits_of(text: &str, digits: Option<usize>) -> &str {
    match digits.and_then(|digits| text.char_indices().nth(digits)) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

impl Encoding {
    /// What the rows say of a feature; nothing but names and codes.
    pub(crate) fn learn<R: Row>(
        feature: &Feature,
        rows: impl Iterator<Item = R>,
    ) -> Result<Self, ScoreError> {
        let digits = match &feature.kind {
            Kind::Number | Kind::Ratio { .. } | Kind::Frequency { .. } => return Ok(Self::default()),
            Kind::Category => None,
            Kind::Code { digits } => *digits,
        };
        let mut seen = std::collections::BTreeSet::new();
        for row in rows {
            with_text(row.value(&feature.column), |text| {
                let text = digits_of(text, digits);
                if !seen.contains(text) {
                    seen.insert(text.to_owned());
                }
            });
            within(feature, seen.len())?;
        }
        Ok(Self::Seen(seen.into_iter().collect()))
    }

    /// How often the rows have each combination of a frequency; a declaration counts once, by what its first such row
    /// stands for. With it what each row's own declaration adds, so that training can leave it out: a row that is to be
    /// scored has not been counted either.
    pub(crate) fn count<R: Row>(
        feature: &Feature,
        with: &[String],
        rows: impl Iterator<Item = R>,
        standing: &Standing,
    ) -> Result<(Self, Vec<u32>), ScoreError> {
        let mut places: HashMap<String, u32> = HashMap::new();
        let mut counts: Vec<u32> = Vec::new();
        let mut counted: HashMap<(u32, u32), u32> = HashMap::new();
        let mut own = Vec::with_capacity(standing.groups.len());
        for (row, (group, weight)) in rows.zip(standing.groups.iter().zip(&standing.weights)) {
            let Some(text) = joined(feature, with, &row) else {
                own.push(0);
                continue;
            };
            let next = u32::try_from(counts.len()).unwrap_or(u32::MAX);
            let place = *places.entry(text).or_insert(next);
            if place == next {
                counts.push(0);
                within(feature, counts.len())?;
            }
            let count = counts.get_mut(usize::try_from(place).unwrap_or(usize::MAX));
            let added = *counted.entry((*group, place)).or_insert_with(|| {
                if let Some(count) = count {
                    *count = count.saturating_add(*weight);
                }
                *weight
            });
            own.push(added);
        }
        let count = |place: u32| usize::try_from(place).ok().and_then(|place| counts.get(place)).copied();
        let of = places.into_iter().filter_map(|(text, place)| Some((text, count(place)?)));
        Ok((Self::Counted(of.collect()), own))
    }

    /// The place of a name or code, or where it would stand.
    fn place(&self, text: &str) -> Result<usize, usize> {
        match self {
            Self::Seen(seen) => seen.binary_search_by(|seen| seen.as_str().cmp(text)),
            Self::Counted(_) => Err(0),
        }
    }

    /// Whether it can be of this feature: in order, none twice, none where the feature is a number.
    pub(crate) fn fits(&self, feature: &Feature) -> bool {
        match (self, &feature.kind) {
            (Self::Counted(counts), Kind::Frequency { .. }) => {
                counts.len() <= CATEGORIES_MAX && counts.values().all(|count| *count > 0)
            }
            (Self::Counted(_), _) | (Self::Seen(_), Kind::Frequency { .. }) => false,
            (Self::Seen(seen), kind) => {
                let ordered = seen.iter().zip(seen.iter().skip(1)).all(|(one, next)| one < next);
                ordered && seen.len() <= CATEGORIES_MAX && (!kind.is_number() || seen.is_empty())
            }
        }
    }

    /// The number of a row's value; not a number where it is missing.
    pub(crate) fn encode(&self, feature: &Feature, row: &impl Row) -> f64 {
        self.encode_without(feature, row, 0)
    }

    /// The same, with so many taken from what was counted: those of the row's own declaration.
    pub(crate) fn encode_without(&self, feature: &Feature, row: &impl Row, own: u32) -> f64 {
        let value = row.value(&feature.column);
        let place = |text: &str| self.place(text);
        match &feature.kind {
            Kind::Number => as_number(value).unwrap_or(f64::NAN),
            Kind::Ratio { over } => {
                let divisor = as_number(row.value(over)).filter(|divisor| *divisor != 0.0);
                let ratio = as_number(value).zip(divisor).map(|(number, divisor)| number / divisor);
                ratio.filter(|ratio| ratio.is_finite()).unwrap_or(f64::NAN)
            }
            Kind::Category => {
                with_text(value, |text| place(text).map_or(UNKNOWN, position)).unwrap_or(f64::NAN)
            }
            Kind::Code { digits } => with_text(value, |text| {
                place(digits_of(text, *digits)).map_or_else(|next| position(next) - 0.5, position)
            })
            .unwrap_or(f64::NAN),
            Kind::Frequency { with } => joined(feature, with, row)
                .map_or(f64::NAN, |text| in_quarters(self.counted(&text).saturating_sub(own))),
        }
    }

    /// How often a combination was seen.
    fn counted(&self, text: &str) -> u32 {
        match self {
            Self::Counted(counts) => counts.get(text).copied().unwrap_or(0),
            Self::Seen(_) => 0,
        }
    }

    /// Whether the row has a name or code that training did not see.
    pub(crate) fn unknown(&self, feature: &Feature, row: &impl Row) -> bool {
        let digits = match &feature.kind {
            Kind::Number | Kind::Ratio { .. } => return false,
            Kind::Frequency { with } => {
                return joined(feature, with, row).is_some_and(|text| self.counted(&text) == 0);
            }
            Kind::Category => None,
            Kind::Code { digits } => *digits,
        };
        with_text(row.value(&feature.column), |text| self.place(digits_of(text, digits)).is_err())
            .unwrap_or(false)
    }
}

fn within(feature: &Feature, values: usize) -> Result<(), ScoreError> {
    if values <= CATEGORIES_MAX {
        return Ok(());
    }
    Err(ScoreError::Features(format!("\"{}\" has more than {CATEGORIES_MAX} different values", feature.name)))
}

fn position(place: usize) -> f64 {
    f64::from(u32::try_from(place).unwrap_or(u32::MAX))
}

/// What a feature of a row says, for people; empty where the row does not say.
pub(crate) fn shown(feature: &Feature, row: &impl Row) -> String {
    const CHARS_MAX: usize = 60;
    let text = match &feature.kind {
        Kind::Ratio { over } => {
            let divisor = as_number(row.value(over)).filter(|divisor| *divisor != 0.0);
            as_number(row.value(&feature.column))
                .zip(divisor)
                .map(|(number, divisor)| format!("{:.2}", number / divisor))
        }
        Kind::Code { digits } => {
            with_text(row.value(&feature.column), |text| digits_of(text, *digits).to_owned())
        }
        Kind::Number => as_number(row.value(&feature.column)).map(|number| number.to_string()),
        Kind::Category => with_text(row.value(&feature.column), str::to_owned),
        Kind::Frequency { with } => joined(feature, with, row).map(|text| text.replace(JOINT, " ")),
    };
    text.unwrap_or_default().chars().take(CHARS_MAX).collect()
}

/// The short hash of a row's key: the same for the same values, however numbers are written. Two different keys share
/// one with a chance of 2⁻⁶⁴.
pub(crate) fn key_of(features: &FeatureTable, numbers: &[bool], row: &impl Row) -> u64 {
    let mut bytes = Vec::with_capacity(64);
    for (column, number) in features.key.iter().zip(numbers) {
        let value = row.value(column);
        match (value, as_number(value)) {
            (Value::Missing, _) => bytes.push(0),
            (_, Some(as_number)) if *number => {
                bytes.push(1);
                bytes.extend(as_number.to_bits().to_be_bytes());
            }
            _ => {
                with_text(value, |text| {
                    bytes.push(2);
                    bytes.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
                    bytes.extend(text.as_bytes());
                });
            }
        }
    }
    digest::short(&[&bytes])
}

/// Which columns of the key are numbers.
pub(crate) fn key_numbers(features: &FeatureTable) -> Vec<bool> {
    let columns = features.columns();
    let number = |key: &String| columns.iter().any(|(column, number)| column == key && *number);
    features.key.iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use declaration::Text;

    struct Fixed<'a>(&'a [(&'static str, Value<'a>)]);

    impl Row for Fixed<'_> {
        fn value(&self, column: &str) -> Value<'_> {
            self.0.iter().find(|(name, _)| *name == column).map_or(Value::Missing, |(_, value)| *value)
        }
    }

    fn feature(kind: Kind) -> Feature {
        Feature { name: "f".into(), column: "c".into(), kind, title: Text::new("п", "f") }
    }

    const fn text(value: &str) -> [(&'static str, Value<'_>); 1] {
        [("c", Value::Text(value))]
    }

    #[test]
    fn names_are_numbered_and_strangers_are_unknown() {
        const ROWS: [[(&str, Value<'_>); 1]; 3] = [text("CN"), text("AM"), text("CN")];
        let feature = feature(Kind::Category);
        let encoding = Encoding::learn(&feature, ROWS.iter().map(|row| Fixed(row))).unwrap();
        let encode = |value| encoding.encode(&feature, &Fixed(&text(value)));
        assert_eq!((encode("AM"), encode("CN"), encode("BY")), (0.0, 1.0, UNKNOWN));
        assert!(encoding.encode(&feature, &Fixed(&[])).is_nan());
        assert!(encoding.unknown(&feature, &Fixed(&text("BY"))) && !encoding.unknown(&feature, &Fixed(&[])));
    }

    #[test]
    fn a_new_code_stands_between_its_neighbours() {
        const ROWS: [[(&str, Value<'_>); 1]; 3] = [text("010200"), text("010300"), text("850000")];
        let feature = feature(Kind::Code { digits: Some(4) });
        let encoding = Encoding::learn(&feature, ROWS.iter().map(|row| Fixed(row))).unwrap();
        let encode = |value| encoding.encode(&feature, &Fixed(&text(value)));
        assert_eq!((encode("010399"), encode("8500")), (1.0, 2.0));
        assert_eq!((encode("0001"), encode("4401"), encode("99")), (-0.5, 1.5, 2.5));
        assert_eq!(shown(&feature, &Fixed(&text("010399"))), "0103");
    }

    #[test]
    fn a_ratio_over_nothing_is_missing() {
        let feature = feature(Kind::Ratio { over: "d".into() });
        let of = |divisor| {
            let row = [("c", Value::Text("10")), ("d", divisor)];
            Encoding::default().encode(&feature, &Fixed(&row))
        };
        assert_eq!(of(Value::Number(4.0)), 2.5);
        assert!(of(Value::Text("0")).is_nan() && of(Value::Missing).is_nan());
    }

    /// Two declarations of three by way of AM, one of them with two lines; the third stands for ten.
    #[test]
    fn a_frequency_counts_declarations_and_not_its_own() {
        let rows = [
            [("c", "AM"), ("d", "85")],
            [("c", "AM"), ("d", "85")],
            [("c", "AM"), ("d", "84")],
            [("c", "CN"), ("d", "85")],
        ];
        let rows = rows.map(|row| row.map(|(column, value)| (column, Value::Text(value))));
        let standing = Standing { groups: vec![0, 0, 1, 2], weights: vec![1, 1, 1, 10] };
        let of = |with: &[&str]| {
            let with: Vec<String> = with.iter().map(|column| (*column).to_owned()).collect();
            let feature = feature(Kind::Frequency { with: with.clone() });
            let (encoding, own) =
                Encoding::count(&feature, &with, rows.iter().map(|row| Fixed(row)), &standing).unwrap();
            assert!(encoding.fits(&feature));
            let read: Encoding = serde_json::from_str(&serde_json::to_string(&encoding).unwrap()).unwrap();
            assert_eq!(read, encoding);
            (feature, encoding, own)
        };
        let (feature, encoding, own) = of(&[]);
        assert_eq!(own, [1, 1, 1, 10]);
        let encode =
            |row: &[(&'static str, Value<'_>)], own| encoding.encode_without(&feature, &Fixed(row), own);
        // Of two declarations ⌊4 · log₂ 3⌋, of one ⌊4 · log₂ 2⌋, of ten ⌊4 · log₂ 11⌋, of none nothing.
        assert_eq!((encode(&rows[0], 0), encode(&rows[0], 1), encode(&rows[3], 0)), (6.0, 4.0, 13.0));
        assert_eq!((encode(&rows[3], 10), encode(&text("BY"), 0)), (0.0, 0.0));
        assert!(encode(&[("d", Value::Text("85"))], 0).is_nan());
        assert!(
            encoding.unknown(&feature, &Fixed(&text("BY"))) && !encoding.unknown(&feature, &Fixed(&rows[0]))
        );
        let (feature, encoding, _) = of(&["d"]);
        assert_eq!(encoding.encode(&feature, &Fixed(&rows[0])), 4.0);
        assert_eq!(shown(&feature, &Fixed(&rows[0])), "AM 85");
        assert_eq!(in_quarters(u32::MAX), 127.0);
    }

    #[test]
    fn the_key_is_of_values_not_of_their_spelling() {
        let features = FeatureTable::imports().unwrap();
        let numbers = key_numbers(&features);
        assert_eq!(numbers, [false, true, true]);
        let key = |code, mass| {
            let row = [("HS6 Code", Value::Text(code)), ("Net Mass", mass)];
            key_of(&features, &numbers, &Fixed(&row))
        };
        assert_eq!(key("010200", Value::Text("10.50")), key("010200", Value::Number(10.5)));
        assert_ne!(key("010200", Value::Number(10.5)), key("10200", Value::Number(10.5)));
        assert_ne!(key("010200", Value::Number(10.5)), key("010200", Value::Missing));
    }
}
