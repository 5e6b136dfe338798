//! A risk profile as its author writes it: one TOML document.

use std::ops::Range;

use declaration::Text;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, de};
use toml::Spanned;

use crate::category::{ByCategory, Category};
use crate::error::{Fault, ProfileError, place_of_byte};
use crate::lane::Lane;
use crate::language::{Compiled, compile};
use crate::share::Share;

/// The longest document of a profile, in bytes.
pub const PROFILE_BYTES_MAX: usize = 65_536;
/// The longest number of a profile, in characters.
pub const NUMBER_CHARS_MAX: usize = 64;
/// The longest title or instruction, in characters.
pub const TEXT_CHARS_MAX: usize = 2_000;
/// The most measures of a profile.
pub const MEASURES_MAX: usize = 16;

/// How far a profile reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProfileKind {
    /// Everywhere.
    National,
    /// In the region of one customs directorate.
    Regional,
    /// At one office.
    Zonal,
    /// Against named traders or consignments.
    Target,
}

/// When the measures of a profile are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Before release.
    Declaration,
    /// After release.
    AfterRelease,
}

macro_rules! measures {
    ($($variant:ident, $lane:ident, $ru:literal, $en:literal;)+) => {
        /// What an officer is to do. One row per measure: name, the mildest lane it can be taken in,
        /// labels.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Measure {
            $(#[doc = concat!($en, " (", $ru, ").")] $variant,)+
        }

        impl Measure {
            /// Every measure, from the mildest lane to the strictest.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The mildest lane in which the measure can be taken.
            pub fn lane(self) -> Lane {
                match self {
                    $(Self::$variant => Lane::$lane,)+
                }
            }

            /// What is to be done, for people.
            pub fn title(self) -> Text {
                match self {
                    $(Self::$variant => Text::new($ru, $en),)+
                }
            }
        }
    };
}

measures! {
    Audit, Blue, "Проверить после выпуска", "Audit after release";
    Documents, Yellow, "Проверить документы и сведения", "Check documents and data";
    RequestDocuments, Yellow, "Запросить дополнительные документы", "Request further documents";
    Value, Yellow, "Проверить таможенную стоимость", "Check the customs value";
    Origin, Yellow, "Проверить происхождение", "Check the origin";
    Classification, Yellow, "Проверить классификацию", "Check the classification";
    Security, Yellow, "Взять обеспечение", "Take security";
    Scan, Red, "Осмотреть инспекционно-досмотровым комплексом", "Scan";
    Weigh, Red, "Взвесить", "Weigh";
    Inspect, Red, "Досмотреть товары", "Inspect the goods";
    Sample, Red, "Отобрать пробы и образцы", "Take samples";
}

/// What is different for one category of traders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Adjustment {
    /// Whether the profile applies to the category at all.
    pub applies: bool,
    /// Another share, in percent.
    pub share_percent: Option<Share>,
    /// Another lane.
    pub lane: Option<Lane>,
    /// Other measures.
    pub measures: Option<Vec<Measure>>,
}

impl Default for Adjustment {
    fn default() -> Self {
        Self { applies: true, share_percent: None, lane: None, measures: None }
    }
}

/// A risk profile.
///
/// ```toml
/// number = "55/20260301/00017"
/// title = { ru = "…", en = "…" }
/// kind = "national"
/// stage = "declaration"
/// area = '''
/// item.commodity_code.startsWith("8517") && item.customs_value / item.mass_net < 20
/// '''
/// exclusions = 'participant.category == "low"'
/// valid_from = 2026-03-01
/// share_percent = 50
/// lane = "yellow"
/// measures = ["documents", "value"]
/// instruction = { ru = "…", en = "…" }
/// author = "risk unit"
/// version = 1
///
/// [categories.high]
/// share_percent = 100
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The number it is known by; unique, and also the label of its draw.
    pub number: String,
    /// What it is about.
    pub title: Text,
    /// How far it reaches.
    pub kind: ProfileKind,
    /// When its measures are taken.
    pub stage: Stage,
    /// Where the risk lies: an expression of the rule language.
    pub area: String,
    /// Who is not meant though in the area.
    pub exclusions: Option<String>,
    /// The first day it applies.
    pub valid_from: Date,
    /// The last day it applies; none: until withdrawn.
    pub valid_to: Option<Date>,
    /// The share of declarations in the area it fires on, by the draw; none: all of them.
    pub share_percent: Option<Share>,
    /// What is different for a category of traders.
    pub categories: ByCategory<Adjustment>,
    /// What an officer is to do.
    pub measures: Vec<Measure>,
    /// The lane a hit leads to, at least.
    pub lane: Lane,
    /// What the officer will see.
    pub instruction: Text,
    /// Who answers for it.
    pub author: String,
    /// Counts its versions from 1.
    pub version: u32,
}

/// A profile as it stands for one category.
pub(crate) struct Effect<'p> {
    pub(crate) share: Share,
    pub(crate) lane: Lane,
    pub(crate) measures: &'p [Measure],
}

impl Profile {
    /// Whether the profile applies on a day.
    pub fn valid_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }

    /// What follows for a trader's category, or nothing.
    pub(crate) fn effect(&self, category: Category) -> Option<Effect<'_>> {
        let adjustment = self.categories.of(category);
        adjustment.applies.then(|| Effect {
            share: adjustment.share_percent.or(self.share_percent).unwrap_or(Share::ALL),
            lane: adjustment.lane.unwrap_or(self.lane),
            measures: adjustment.measures.as_deref().unwrap_or(&self.measures),
        })
    }

    /// Checks the profile and compiles its area and exclusions; the first thing wrong is said.
    pub(crate) fn compile(&self) -> Result<(Compiled, Option<Compiled>), ProfileError> {
        self.check()?;
        let mut area = compile(&self.area, "area")?;
        let exclusions = self.exclusions.as_deref().map(|text| compile(text, "exclusions")).transpose()?;
        if let Some(exclusions) = &exclusions {
            // Exclusions that ask the line of goods make the profile one of lines, or they could
            // never hold.
            area.per_item |= exclusions.per_item;
            area.check_loops(area.per_item, "area")?;
            exclusions.check_loops(area.per_item, "exclusions")?;
        }
        Ok((area, exclusions))
    }

    fn check(&self) -> Result<(), ProfileError> {
        let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '.' | '_');
        let digit = self.number.bytes().any(|byte| byte.is_ascii_digit());
        // A digit keeps the number apart from the labels of other draws.
        if self.number.len() > NUMBER_CHARS_MAX || !self.number.chars().all(named) || !digit {
            return Err(ProfileError::new(
                Fault::Value,
                "number",
                (
                    &format!(
                        "номер профиля: латинские буквы, цифры и / - . _, не более {NUMBER_CHARS_MAX} знаков, хотя бы одна цифра"
                    ),
                    &format!(
                        "a profile's number has Latin letters, digits and / - . _, at most {NUMBER_CHARS_MAX} characters, a digit among them"
                    ),
                ),
                ("напишите номер вида 55/20260301/00017", "write a number such as 55/20260301/00017"),
            ));
        }
        for (field, text) in [("title", &self.title), ("instruction", &self.instruction)] {
            let good = |text: &str| !text.trim().is_empty() && text.chars().count() <= TEXT_CHARS_MAX;
            if !good(&text.ru) || !good(&text.en) {
                return Err(ProfileError::new(
                    Fault::Value,
                    field,
                    (
                        &format!("нужен текст на обоих языках, не более {TEXT_CHARS_MAX} знаков"),
                        &format!("a text in both languages is needed, at most {TEXT_CHARS_MAX} characters"),
                    ),
                    ("заполните ru и en", "fill in ru and en"),
                ));
            }
        }
        if self.valid_to.is_some_and(|last| last < self.valid_from) {
            return Err(ProfileError::new(
                Fault::Conflict,
                "valid_to",
                ("действует по раньше, чем с", "valid_to is before valid_from"),
                ("исправьте даты или уберите valid_to", "correct the dates or remove valid_to"),
            ));
        }
        self.check_effect("", self.lane, &self.measures)?;
        for (category, adjustment) in self.categories.iter() {
            if let Some(Effect { lane, measures, .. }) = self.effect(category)
                && *adjustment != Adjustment::default()
            {
                self.check_effect(&format!("categories.{}.", category.as_str()), lane, measures)?;
            }
        }
        Ok(())
    }

    fn check_effect(&self, above: &str, lane: Lane, measures: &[Measure]) -> Result<(), ProfileError> {
        let conflict = |field: &str, text, cure| {
            Err(ProfileError::new(Fault::Conflict, format!("{above}{field}"), text, cure))
        };
        if measures.is_empty() || measures.len() > MEASURES_MAX {
            let text = (
                format!("мер должно быть от 1 до {MEASURES_MAX}"),
                format!("there must be 1 to {MEASURES_MAX} measures"),
            );
            let cure = ("назовите меры, например documents", "name the measures, as documents");
            return Err(ProfileError::new(
                Fault::Value,
                format!("{above}measures"),
                (&text.0, &text.1),
                cure,
            ));
        }
        if lane == Lane::Green {
            return conflict(
                "lane",
                (
                    "профиль с зелёной полосой ни к чему не ведёт",
                    "a profile of the green lane leads to nothing",
                ),
                ("поставьте blue, yellow или red", "put blue, yellow or red"),
            );
        }
        if (self.stage == Stage::AfterRelease) == lane.looks_before_release() {
            return conflict(
                "lane",
                ("полоса не соответствует стадии", "the lane does not fit the stage"),
                (
                    "до выпуска — yellow или red, после выпуска (after_release) — blue",
                    "before release yellow or red, after_release blue",
                ),
            );
        }
        if let Some(measure) = measures.iter().find(|measure| measure.lane() > lane) {
            let (title, needed) = (measure.title(), measure.lane().as_str());
            return conflict(
                "lane",
                (
                    &format!("мера «{}» невозможна в полосе {}", title.ru, lane.as_str()),
                    &format!("the measure \"{}\" cannot be taken in lane {}", title.en, lane.as_str()),
                ),
                (
                    &format!("поставьте {needed} или уберите меру"),
                    &format!("put {needed} or remove the measure"),
                ),
            );
        }
        Ok(())
    }
}

/// The document, each part with its place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    number: Spanned<String>,
    title: Spanned<Text>,
    kind: ProfileKind,
    stage: Stage,
    area: Spanned<String>,
    exclusions: Option<Spanned<String>>,
    valid_from: Day,
    valid_to: Option<Spanned<Day>>,
    share_percent: Option<Share>,
    #[serde(default)]
    categories: Option<Spanned<ByCategory<Adjustment>>>,
    measures: Spanned<Vec<Measure>>,
    lane: Spanned<Lane>,
    instruction: Spanned<Text>,
    author: String,
    version: u32,
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

/// Reads a profile and checks it whole, expressions included. Lines and columns of errors are those
/// of the document (in an expression with escapes, columns are approximate: write it in `'''`).
pub fn parse_profile(toml: &str) -> Result<Profile, ProfileError> {
    if toml.len() > PROFILE_BYTES_MAX {
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
    let document: Document = toml::from_str(toml).map_err(|error| unreadable(toml, &error))?;
    let spans: [(&str, Option<Range<usize>>); 9] = [
        ("number", Some(document.number.span())),
        ("title", Some(document.title.span())),
        ("area", Some(document.area.span())),
        ("exclusions", document.exclusions.as_ref().map(Spanned::span)),
        ("valid_to", document.valid_to.as_ref().map(Spanned::span)),
        ("categories", document.categories.as_ref().map(Spanned::span)),
        ("measures", Some(document.measures.span())),
        ("lane", Some(document.lane.span())),
        ("instruction", Some(document.instruction.span())),
    ];
    let profile = Profile {
        number: document.number.into_inner(),
        title: document.title.into_inner(),
        kind: document.kind,
        stage: document.stage,
        area: document.area.into_inner(),
        exclusions: document.exclusions.map(Spanned::into_inner),
        valid_from: document.valid_from.0,
        valid_to: document.valid_to.map(|day| day.into_inner().0),
        share_percent: document.share_percent,
        categories: document.categories.map(Spanned::into_inner).unwrap_or_default(),
        measures: document.measures.into_inner(),
        lane: document.lane.into_inner(),
        instruction: document.instruction.into_inner(),
        author: document.author,
        version: document.version,
    };
    match profile.compile() {
        Ok(_) => Ok(profile),
        Err(error) => {
            let part = error.field.split('.').next().unwrap_or_default();
            let span = spans.into_iter().find(|(name, _)| *name == part).and_then(|(_, span)| span);
            Err(placed(toml, span, error).of_profile(&profile.number))
        }
    }
}

/// Moves an error from its place in a field to its place in the document.
fn placed(toml: &str, span: Option<Range<usize>>, error: ProfileError) -> ProfileError {
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

/// What the TOML reader says, with the field and the place.
fn unreadable(toml: &str, error: &toml::de::Error) -> ProfileError {
    let said = error.message().trim();
    let quoted =
        |prefix: &str| said.strip_prefix(prefix).and_then(|rest| rest.split('`').next()).map(str::to_owned);
    let span = error.span();
    let key = || {
        let line = toml.get(..span.clone()?.start)?.lines().next_back()?;
        let key = line.split('=').next()?.trim();
        key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.')).then(|| key.to_owned())
    };
    let missing = quoted("missing field `");
    let unknown = quoted("unknown field `");
    let (text, cure) = if let Some(name) = &missing {
        (
            (format!("нет поля {name}"), format!("the field {name} is missing")),
            (format!("добавьте строку {name} = …"), format!("add a line {name} = …")),
        )
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
        (
            (
                format!("документ TOML не читается: {first}"),
                format!("the TOML document cannot be read: {first}"),
            ),
            ("исправьте это место".to_owned(), "correct this place".to_owned()),
        )
    };
    let field = missing.or(unknown).or_else(key).unwrap_or_default();
    let place = span.as_ref().map_or((1, 1), |span| place_of_byte(toml, span.start));
    ProfileError::new(Fault::Document, field, (&text.0, &text.1), (&cure.0, &cure.1)).at(place)
}
