//! A profile as its author writes it: one document, TOML or JSON, and where in it a mistake stands.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use declaration::Text;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;
use toml::Spanned;

use crate::category::ByCategory;
use crate::error::{Fault, ProfileError, place_of_byte, place_of_char};
use crate::lane::Lane;
use crate::language::Stack;
use crate::profile::{Adjustment, Measure, PROFILE_BYTES_MAX, Profile, ProfileKind, Stage, fiscal};
use crate::share::Share;

/// The fields of a document. One list for both forms: whoever adds a field adds it here.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    number: String,
    title: Text,
    kind: ProfileKind,
    #[serde(default = "fiscal")]
    fiscal: bool,
    #[serde(default)]
    offices: Vec<String>,
    stage: Stage,
    area: String,
    exclusions: Option<String>,
    valid_from: Day,
    valid_to: Option<Day>,
    share_percent: Option<Share>,
    #[serde(default)]
    categories: ByCategory<Adjustment>,
    measures: Vec<Measure>,
    lane: Lane,
    instruction: Text,
    author: String,
    version: u32,
}

impl From<Document> for Profile {
    fn from(document: Document) -> Self {
        Self {
            number: document.number,
            title: document.title,
            kind: document.kind,
            fiscal: document.fiscal,
            offices: document.offices,
            stage: document.stage,
            area: document.area,
            exclusions: document.exclusions,
            valid_from: document.valid_from.0,
            valid_to: document.valid_to.map(|day| day.0),
            share_percent: document.share_percent,
            categories: document.categories,
            measures: document.measures,
            lane: document.lane,
            instruction: document.instruction,
            author: document.author,
            version: document.version,
        }
    }
}

/// A date, with or without quotes.
struct Day(Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Plain(toml::value::Datetime),
            Quoted(String),
        }
        let text = match Written::deserialize(from)? {
            Written::Plain(day) => day.to_string(),
            Written::Quoted(day) => day,
        };
        let date = text.parse().ok().filter(|_| text.len() == 10).map(Self);
        date.ok_or_else(|| de::Error::custom(format!("`{text}` is no date such as 2026-01-31")))
    }
}

/// How a document is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Toml,
    Json,
}

impl Form {
    /// A JSON document begins with a brace, which no TOML document does.
    fn of(text: &str) -> Self {
        if text.trim_start().starts_with('{') { Form::Json } else { Form::Toml }
    }

    fn as_str(self) -> &'static str {
        match self {
            Form::Toml => "TOML",
            Form::Json => "JSON",
        }
    }
}

/// Reads a profile, TOML or JSON, and checks it whole, expressions included. Lines and columns of errors are
/// those of the document (in a TOML expression with escapes, columns are approximate: write it in `'''`).
///
/// This is how a recorded profile is read again. One that comes today goes through [`accept_profile`], which asks
/// more.
///
/// # Errors
/// The first mistake: place, text and cure.
pub fn parse_profile(text: &str) -> Result<Profile, ProfileError> {
    checked(text, |profile| profile.compile(Stack::Apart).map(drop))
}

/// Reads a profile that is to be taken into force today: as [`parse_profile`] does, and what was not asked of
/// profiles recorded earlier, namely that a regional or zonal one names its offices.
///
/// # Errors
/// The first mistake: place, text and cure.
pub fn accept_profile(text: &str) -> Result<Profile, ProfileError> {
    checked(text, |profile| profile.check_reach().and_then(|()| profile.compile(Stack::Apart).map(drop)))
}

fn checked(
    text: &str,
    check: impl FnOnce(&Profile) -> Result<(), ProfileError>,
) -> Result<Profile, ProfileError> {
    if text.len() > PROFILE_BYTES_MAX {
        return Err(ProfileError::new(
            Fault::Document,
            "",
            (
                &format!("документ длиннее {PROFILE_BYTES_MAX} байт"),
                &format!("the document is longer than {PROFILE_BYTES_MAX} bytes"),
            ),
            ("разделите профиль на несколько", "divide the profile among several"),
        ));
    }
    let form = Form::of(text);
    let document: Document = match form {
        Form::Toml => toml::from_str(text).map_err(|error| unreadable_toml(text, &error))?,
        Form::Json => serde_json::from_str(text).map_err(|error| unreadable_json(text, &error))?,
    };
    let profile = Profile::from(document);
    match check(&profile) {
        Ok(()) => Ok(profile),
        Err(error) => {
            let part = error.field.split('.').next().unwrap_or_default().to_owned();
            let error = match form {
                Form::Toml => placed_in_toml(text, toml_span(text, &part), error),
                Form::Json => placed_in_json(text, json_span(text, &part), error),
            };
            Err(error.of_profile(&profile.number))
        }
    }
}

/// Where the value of a field stands in a TOML document.
fn toml_span(text: &str, field: &str) -> Option<Range<usize>> {
    let fields: BTreeMap<String, Spanned<de::IgnoredAny>> = toml::from_str(text).ok()?;
    fields.get(field).map(Spanned::span)
}

/// Where the value of a field stands in a JSON document.
fn json_span(text: &str, field: &str) -> Option<Range<usize>> {
    let fields: BTreeMap<Cow<str>, &RawValue> = serde_json::from_str(text).ok()?;
    let value = fields.get(field)?.get();
    // The value is lent from the text, so the distance between the two is its place.
    let start = (value.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    Some(start..start + value.len())
}

/// Moves an error from its place in a field to its place in a TOML document.
fn placed_in_toml(toml: &str, span: Option<Range<usize>>, error: ProfileError) -> ProfileError {
    let Some(span) = span else { return error };
    let written = toml.get(span.clone()).unwrap_or_default();
    let quotes =
        ["'''", "\"\"\"", "'", "\""].into_iter().find(|quote| written.starts_with(quote)).unwrap_or_default();
    let (line, column) = place_of_byte(toml, span.start + quotes.len());
    // A line break right after three quotes is no part of the text.
    let broken = quotes.len() == 3 && written.get(3..).is_some_and(|text| text.starts_with(['\n', '\r']));
    let place = match (broken, error.line) {
        (true, _) => (line + error.line, error.column),
        (false, 1) => (line, column + error.column - 1),
        (false, _) => (line + error.line - 1, error.column),
    };
    error.at(place)
}

/// Moves an error from its place in a field to its place in a JSON document, where a line break is written `\n`.
fn placed_in_json(json: &str, span: Option<Range<usize>>, error: ProfileError) -> ProfileError {
    let Some(span) = span else { return error };
    let written = json.get(span.clone()).unwrap_or_default();
    let mut at = 0;
    if written.starts_with('"') {
        at = 1;
        let (mut line, mut column) = (1, 1);
        while (line, column) < (error.line, error.column) {
            let Some(c) = written.get(at..).and_then(|rest| rest.chars().next()) else { break };
            let escaped = written.as_bytes().get(at + 1).copied();
            let breaks = c == '\\' && escaped == Some(b'n');
            (line, column) = if breaks { (line + 1, 1) } else { (line, column + 1) };
            at += match (c, escaped) {
                ('\\', Some(b'u')) => 6,
                ('\\', _) => 2,
                _ => c.len_utf8(),
            };
        }
    }
    error.at(place_of_byte(json, span.start + at))
}

/// What the TOML reader says, with the field and the place.
fn unreadable_toml(toml: &str, error: &toml::de::Error) -> ProfileError {
    let span = error.span();
    let key = || {
        let line = toml.get(..span.clone()?.start)?.lines().next_back()?;
        let key = line.split('=').next()?.trim();
        key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.')).then(|| key.to_owned())
    };
    let place = span.as_ref().map_or((1, 1), |span| place_of_byte(toml, span.start));
    unreadable(Form::Toml, error.message(), key).at(place)
}

/// What the JSON reader says, with the field and the place.
fn unreadable_json(json: &str, error: &serde_json::Error) -> ProfileError {
    let said = error.to_string();
    // The reader ends with " at line 3 column 7", which is said apart here; its columns count bytes.
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    let begins = json.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let byte = (begins + error.column().saturating_sub(1)).min(json.len());
    let key = || {
        let before = json.get(..byte)?;
        let (before, _) = before.rsplit_once("\":").or_else(|| before.rsplit_once("\" :"))?;
        before.rsplit_once('"').map(|(_, key)| key.to_owned())
    };
    let line = u32::try_from(error.line()).unwrap_or(u32::MAX).max(1);
    let column = json.get(begins..byte).map_or(1, |text| place_of_char(text, text.chars().count()).1);
    unreadable(Form::Json, said, key).at((line, column))
}

/// What a reader says, in our words where it is a matter of fields.
fn unreadable(form: Form, said: &str, key: impl FnOnce() -> Option<String>) -> ProfileError {
    let said = said.trim();
    let quoted =
        |prefix: &str| said.strip_prefix(prefix).and_then(|rest| rest.split('`').next()).map(str::to_owned);
    let missing = quoted("missing field `");
    let unknown = quoted("unknown field `");
    let (text, cure) = if let Some(name) = &missing {
        let (ru, en) = match form {
            Form::Toml => (format!("добавьте строку {name} = …"), format!("add a line {name} = …")),
            Form::Json => (format!("добавьте \"{name}\": …"), format!("add \"{name}\": …")),
        };
        ((format!("нет поля {name}"), format!("the field {name} is missing")), (ru, en))
    } else if let Some(name) = &unknown {
        let expected = said.split_once("expected ").map_or("", |(_, expected)| expected);
        (
            (format!("нет такого поля: {name}"), format!("there is no field {name}")),
            (
                format!("уберите или исправьте; есть: {expected}"),
                format!("remove or correct it; there are: {expected}"),
            ),
        )
    } else {
        let first = said.lines().next().unwrap_or_default();
        let form = form.as_str();
        (
            (
                format!("документ {form} не читается: {first}"),
                format!("the {form} document cannot be read: {first}"),
            ),
            ("исправьте это место".to_owned(), "correct this place".to_owned()),
        )
    };
    let field = missing.or(unknown).or_else(key).unwrap_or_default();
    ProfileError::new(Fault::Document, field, (&text.0, &text.1), (&cure.0, &cure.1))
}
