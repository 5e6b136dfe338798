//! The table of features: what a model looks at, and where a row has it. One TOML file says it all.

use std::collections::BTreeSet;

use declaration::Text;
use serde::{Deserialize, Serialize};

use crate::error::ScoreError;
use crate::limits::{FEATURE_TABLE_BYTES_MAX, FEATURES_MAX};

/// The table that is used unless another is given, TOML: the features of a line of an import declaration.
pub const IMPORTS: &str = include_str!("../tables/imports.toml");
/// The features of a line of a declaration as a running centre has them ([`declared`](crate::declared)), TOML.
pub const DECLARED: &str = include_str!("../tables/declared.toml");
/// Columns that a frequency may join to its own.
const JOINED_MAX: usize = 4;
/// Characters of a name or a column.
const NAME_CHARS_MAX: usize = 80;

/// How a feature is made of the columns of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A number as it stands.
    Number,
    /// A number divided by that of another column; missing where that is zero.
    Ratio {
        /// The column of the divisor.
        over: String,
    },
    /// A name without an order, such as a country. Each name seen in training has a number, in the order of the
    /// alphabet; one that was not seen is *unknown*, a value of its own below all others.
    Category,
    /// A code whose order means nearness, such as a commodity code. One that was not seen stands between its
    /// neighbours.
    Code {
        /// Only its first digits.
        digits: Option<usize>,
    },
    /// How often the value, together with those of other columns, was seen in training: ⌊4 · log₂(n + 1)⌋ for n
    /// declarations. What is rare is strange whatever the goods are, so it carries over from one heading to another.
    Frequency {
        /// The columns joined to it.
        with: Vec<String>,
    },
}

impl Kind {
    /// Whether the column is read as a number.
    pub(crate) fn is_number(&self) -> bool {
        matches!(self, Kind::Number | Kind::Ratio { .. })
    }
}

/// One feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "FeatureRow", into = "FeatureRow")]
pub struct Feature {
    /// What it is called in models and reports.
    pub name: String,
    /// The column it is read from.
    pub column: String,
    /// How it is made.
    pub kind: Kind,
    /// What it is called on pages.
    pub title: Text,
}

/// A feature as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FeatureRow {
    name: String,
    column: String,
    kind: KindWord,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    over: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    digits: Option<usize>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    with: Vec<String>,
    title: Text,
}

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KindWord {
    Number,
    Ratio,
    Category,
    Code,
    Frequency,
}

impl TryFrom<FeatureRow> for Feature {
    type Error = String;

    fn try_from(row: FeatureRow) -> Result<Self, String> {
        if !row.with.is_empty() && row.kind != KindWord::Frequency {
            return Err(format!("\"{}\" is no frequency and takes no `with`", row.name));
        }
        if row.with.len() > JOINED_MAX {
            return Err(format!("\"{}\" joins more than {JOINED_MAX} columns", row.name));
        }
        let kind = match (row.kind, row.over, row.digits) {
            (KindWord::Frequency, None, None) => Kind::Frequency { with: row.with },
            (KindWord::Number, None, None) => Kind::Number,
            (KindWord::Ratio, Some(over), None) => Kind::Ratio { over },
            (KindWord::Category, None, None) => Kind::Category,
            (KindWord::Code, None, Some(0)) => return Err(format!("\"{}\" takes no digits", row.name)),
            (KindWord::Code, None, digits) => Kind::Code { digits },
            (KindWord::Ratio, None, _) => {
                return Err(format!("\"{}\" is a ratio and needs a column `over`", row.name));
            }
            (_, Some(_), _) => return Err(format!("\"{}\" is no ratio and takes no `over`", row.name)),
            (_, None, Some(_)) => return Err(format!("\"{}\" is no code and takes no `digits`", row.name)),
        };
        Ok(Self { name: row.name, column: row.column, kind, title: row.title })
    }
}

impl From<Feature> for FeatureRow {
    fn from(feature: Feature) -> Self {
        let (kind, over, digits, with) = match feature.kind {
            Kind::Number => (KindWord::Number, None, None, Vec::new()),
            Kind::Ratio { over } => (KindWord::Ratio, Some(over), None, Vec::new()),
            Kind::Category => (KindWord::Category, None, None, Vec::new()),
            Kind::Code { digits } => (KindWord::Code, None, digits, Vec::new()),
            Kind::Frequency { with } => (KindWord::Frequency, None, None, with),
        };
        Self { name: feature.name, column: feature.column, kind, over, digits, with, title: feature.title }
    }
}

/// Where the duty at stake stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyColumns {
    /// The column of an amount.
    pub amount: String,
    /// The column of a rate in percent of it; without one, the amount is the duty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<String>,
}

/// What a model looks at, and which columns results have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureTable {
    /// What the table is called.
    pub name: String,
    /// The column of results: 1 where something was found, else 0.
    pub label: String,
    /// The column of days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The columns that make a row new, where none learned from has the same.
    pub key: Vec<String>,
    /// The duty at stake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty: Option<DutyColumns>,
    /// The column that says what the rules in force selected: 1 or 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
    /// The column that says which rows are of one declaration: they count once in frequencies, and lanes are quantiles of
    /// declarations. Where there is none, every row is one by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The column that says how many a row stands for, a whole number from 1, where of what nobody looked at only a sample
    /// is in the file. It counts in frequencies, lanes and drift. Where there is none, every row stands for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
    /// The features, in the order of the model.
    #[serde(rename = "feature")]
    pub features: Vec<Feature>,
}

impl FeatureTable {
    /// The features of a line of an import declaration, with the columns of the published example.
    ///
    /// # Errors
    /// None: a test reads it.
    pub fn imports() -> Result<Self, ScoreError> {
        Self::parse(IMPORTS)
    }

    /// The features of a line of a declaration, with the columns of [`declared`](crate::declared).
    ///
    /// # Errors
    /// None: a test reads it.
    pub fn declared() -> Result<Self, ScoreError> {
        Self::parse(DECLARED)
    }

    /// Reads a table.
    ///
    /// # Errors
    /// Says what is missing, unknown, repeated or too much.
    pub fn parse(source: &str) -> Result<Self, ScoreError> {
        if source.len() > FEATURE_TABLE_BYTES_MAX {
            return Err(ScoreError::Features(format!("more than {FEATURE_TABLE_BYTES_MAX} bytes")));
        }
        let table: Self = toml::from_str(source).map_err(|why| ScoreError::Features(why.to_string()))?;
        table.checked()
    }

    /// The table, if it can be used.
    pub(crate) fn checked(self) -> Result<Self, ScoreError> {
        let refuse = |what: String| Err(ScoreError::Features(what));
        if self.features.is_empty() || self.features.len() > FEATURES_MAX {
            return refuse(format!("{} features; it may have 1 to {FEATURES_MAX}", self.features.len()));
        }
        let mut names = BTreeSet::new();
        for feature in &self.features {
            if !names.insert(&feature.name) {
                return refuse(format!("the feature \"{}\" is there twice", feature.name));
            }
            let read = Self::columns_of(feature);
            if read.into_iter().any(|(column, _)| column == self.label) {
                return refuse(format!("the feature \"{}\" is the result itself", feature.name));
            }
        }
        if self.key.is_empty() {
            return refuse("no column in `key`: nobody could say which rows are new".to_owned());
        }
        let columns = self.columns();
        let all = names.iter().map(|name| name.as_str()).chain(columns.iter().map(|(column, _)| *column));
        for name in all.chain([self.name.as_str()]) {
            if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
                return refuse(format!("\"{name}\": a name has 1 to {NAME_CHARS_MAX} characters"));
            }
        }
        Ok(self)
    }

    /// The columns a feature is read from, and whether each is read as a number.
    fn columns_of(feature: &Feature) -> Vec<(&str, bool)> {
        let mut columns = vec![(feature.column.as_str(), feature.kind.is_number())];
        match &feature.kind {
            Kind::Ratio { over } => columns.push((over, true)),
            Kind::Frequency { with } => columns.extend(with.iter().map(|column| (column.as_str(), false))),
            Kind::Number | Kind::Category | Kind::Code { .. } => {}
        }
        columns
    }

    /// Every column that a row to be scored must have, once, and whether it is read as a number.
    pub(crate) fn columns(&self) -> Vec<(&str, bool)> {
        let mut columns: Vec<(&str, bool)> = Vec::new();
        let mut add = |column, number| match columns.iter_mut().find(|(known, _)| *known == column) {
            Some((_, known)) => *known |= number,
            None => columns.push((column, number)),
        };
        for (column, number) in self.features.iter().flat_map(|feature| Self::columns_of(feature)) {
            add(column, number);
        }
        if let Some(duty) = &self.duty {
            add(&duty.amount, true);
            if let Some(percent) = &duty.percent {
                add(percent, true);
            }
        }
        for column in &self.key {
            add(column, false);
        }
        columns
    }

    /// Whether a model of `self` scores what `other` describes: the same features of the same columns.
    ///
    /// # Errors
    /// Names the first difference.
    pub fn agrees_with(&self, other: &Self) -> Result<(), ScoreError> {
        let foreign = |what: String| Err(ScoreError::Foreign(what));
        for index in 0..self.features.len().max(other.features.len()) {
            match (self.features.get(index), other.features.get(index)) {
                (Some(own), Some(wanted)) if own.name != wanted.name => {
                    return foreign(format!("it has \"{}\" where \"{}\" is wanted", own.name, wanted.name));
                }
                (Some(own), Some(wanted)) if own.column != wanted.column || own.kind != wanted.kind => {
                    return foreign(format!("\"{}\" is made in another way or of another column", own.name));
                }
                (Some(own), None) => return foreign(format!("\"{}\" is not wanted", own.name)),
                (None, Some(wanted)) => return foreign(format!("\"{}\" is missing in it", wanted.name)),
                _ => {}
            }
        }
        if self.key != other.key || self.duty != other.duty {
            return foreign("the columns of the key or of the duty are others".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_imports_is_whole() {
        let table = FeatureTable::imports().unwrap();
        assert_eq!(table.features.len(), 18);
        let numbers: Vec<_> =
            table.columns().into_iter().filter(|(_, number)| *number).map(|(column, _)| column).collect();
        assert_eq!(numbers, ["Tax Rate", "Net Mass", "Item Price"]);
        let json = serde_json::to_string(&table).unwrap();
        assert_eq!(serde_json::from_str::<FeatureTable>(&json).unwrap(), table);
    }

    #[test]
    fn a_table_that_cannot_be_used_says_why() {
        let base = "name = 'x'\nlabel = 'L'\nkey = ['a']\n";
        let feature =
            "[[feature]]\nname = 'f'\ncolumn = 'a'\nkind = 'number'\ntitle = { ru = 'п', en = 'f' }\n";
        assert!(FeatureTable::parse(&format!("{base}{feature}")).is_ok());
        for (source, wanted) in [
            (format!("{base}feature = []"), "0 features"),
            (format!("{base}{feature}{feature}"), "twice"),
            (format!("{base}{}", feature.replace("'a'", "'L'")), "result itself"),
            (format!("{base}{}", feature.replace("number", "word")), "unknown variant `word`"),
            (format!("{base}{}", feature.replace("'number'", "'code'\ndigits = 0")), "no digits"),
            (format!("{base}{}", feature.replace("'number'", "'number'\ndigits = 2")), "no code"),
            (format!("{base}{}", feature.replace("'number'", "'ratio'")), "needs a column"),
            (format!("{base}{}", feature.replace("'number'", "'category'\nwith = ['b']")), "no frequency"),
            (format!("{base}{}", feature.replace("'number'", "'frequency'\nwith = ['L']")), "result itself"),
            (
                format!("{base}{}", feature.replace("'number'", "'frequency'\nwith = ['b','c','d','e','f']")),
                "more than 4",
            ),
            (format!("{base}{}", feature.replace("'number'", "'code'\ndigit = 4")), "unknown field `digit`"),
            (format!("{}{feature}", base.replace("['a']", "[]")), "which rows are new"),
            (format!("{base}colour = 1\n{feature}"), "colour"),
            (format!("{base}{}", feature.replace("column = 'a'", "column = ''")), "1 to 80"),
            ("#".repeat(FEATURE_TABLE_BYTES_MAX + 1), "bytes"),
        ] {
            let why = FeatureTable::parse(&source).unwrap_err().to_string();
            assert!(why.contains(wanted), "{why}");
        }
    }

    #[test]
    fn other_features_are_foreign_and_named() {
        let table = FeatureTable::imports().unwrap();
        assert_eq!(table.agrees_with(&table), Ok(()));
        let mut other = table.clone();
        other.features.swap(0, 1);
        assert!(table.agrees_with(&other).unwrap_err().to_string().contains("\"office\" where"));
        other = table.clone();
        other.features.pop();
        assert!(table.agrees_with(&other).unwrap_err().to_string().contains("not wanted"));
        assert!(other.agrees_with(&table).unwrap_err().to_string().contains("missing"));
        other = table.clone();
        other.features[0].column = "Post".to_owned();
        assert!(table.agrees_with(&other).unwrap_err().to_string().contains("another column"));
        // Other words on pages, or another column of results, are no other features.
        other = table.clone();
        other.label = "Found".to_owned();
        other.features[0].title.en = "post".into();
        assert_eq!(table.agrees_with(&other), Ok(()));
    }
}
