//! A risk profile: what it says, and what it may not say. How it is written stands in `document`.

use declaration::{OfficeCode, Text};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::category::{ByCategory, Category};
use crate::error::{Fault, ProfileError};
use crate::lane::Lane;
use crate::language::{Compiled, Stack, compile};
use crate::share::Share;

/// The longest document of a profile, in bytes.
pub const PROFILE_BYTES_MAX: usize = 65_536;
/// The longest number of a profile, in characters.
pub const NUMBER_CHARS_MAX: usize = 64;
/// The longest title or instruction, in characters.
pub const TEXT_CHARS_MAX: usize = 2_000;
/// The most measures of a profile.
pub const MEASURES_MAX: usize = 16;
/// The most offices of a profile: every office of a large country is fewer.
pub const OFFICES_MAX: usize = 1_000;

macro_rules! worded {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$attribute:meta])* $variant:ident, $id:literal, $ru:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $(#[doc = concat!($en, " (", $ru, ").")] $(#[$attribute])* $variant,)+
        }

        impl $name {
            /// Every one of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in documents.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)+
                }
            }

            /// What it means, for people.
            pub fn title(self) -> Text {
                match self {
                    $(Self::$variant => Text::new($ru, $en),)+
                }
            }
        }
    };
}

worded! {
    /// How far a profile reaches.
    pub enum ProfileKind {
        National, "national", "национальный (вся страна)", "national: everywhere";
        Regional, "regional", "региональный (таможни региона)", "regional: the offices of one directorate";
        Zonal, "zonal", "зональный (один или несколько органов)", "zonal: one or a few offices";
        Target, "target", "целевой (названные участники или партии)", "target: named traders or consignments";
    }
}

worded! {
    /// When the measures of a profile are taken. No official looks before registration: what a profile of the
    /// first two stages demands is demanded of the case in its lane, and the hit says its stage, so that pages
    /// can group it.
    #[derive(PartialOrd, Ord, Default)]
    pub enum Stage {
        BeforeRegistration, "before_registration", "до регистрации", "before registration";
        Registration, "registration", "при регистрации", "at registration";
        #[default] #[serde(alias = "before_release")]
        Declaration, "declaration", "до выпуска", "before release";
        AfterRelease, "after_release", "после выпуска", "after release";
    }
}

impl Stage {
    /// Whether it is the stage of a profile that names none: before release.
    pub(crate) fn is_usual(&self) -> bool {
        *self == Self::Declaration
    }
}

macro_rules! measures {
    ($($variant:ident, $id:literal, $lane:ident, $ru:literal, $en:literal;)+) => {
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

            /// The name in documents.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)+
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
    Audit, "audit", Blue, "Проверить после выпуска", "Audit after release";
    Documents, "documents", Yellow, "Проверить документы и сведения", "Check documents and data";
    RequestDocuments, "request_documents", Yellow, "Запросить дополнительные документы", "Request further documents";
    Value, "value", Yellow, "Проверить таможенную стоимость", "Check the customs value";
    Origin, "origin", Yellow, "Проверить происхождение", "Check the origin";
    Classification, "classification", Yellow, "Проверить классификацию", "Check the classification";
    Security, "security", Yellow, "Взять обеспечение", "Take security";
    Expertise, "expertise", Yellow, "Назначить таможенную экспертизу", "Order an expert examination";
    Scan, "scan", Red, "Осмотреть инспекционно-досмотровым комплексом", "Scan";
    Weigh, "weigh", Red, "Взвесить", "Weigh";
    Inspect, "inspect", Red, "Досмотреть товары", "Inspect the goods";
    InspectPartial, "inspect_partial", Red, "Досмотреть часть товаров (выборочно)", "Inspect a part of the goods";
    InspectFull, "inspect_full", Red, "Досмотреть все товары (полностью)", "Inspect all of the goods";
    Sample, "sample", Red, "Отобрать пробы и образцы", "Take samples";
    OfficialPresent, "official_present", Red, "Присутствовать при операциях с товарами", "Be present when the goods are handled";
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
    /// Whether it is about payments; else about prohibitions, restrictions, safety.
    #[serde(default = "fiscal", skip_serializing_if = "is_fiscal")]
    pub fiscal: bool,
    /// The offices, or beginnings of their codes, at one of which a declaration must be registered; none:
    /// everywhere. This is the reach of a regional or zonal profile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offices: Vec<String>,
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

/// A profile that does not say is about payments, as all were before they could say.
pub(crate) fn fiscal() -> bool {
    true
}

fn is_fiscal(fiscal: &bool) -> bool {
    *fiscal
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
    pub(crate) fn compile(&self, stack: Stack) -> Result<(Compiled, Option<Compiled>), ProfileError> {
        self.check()?;
        let mut area = compile(&self.area, "area", stack)?;
        let exclusions = self.exclusions.as_deref();
        let exclusions = exclusions.map(|text| compile(text, "exclusions", stack)).transpose()?;
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
        self.check_offices()?;
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

    fn check_offices(&self) -> Result<(), ProfileError> {
        let place = self.offices.iter().position(|office| {
            let good = !office.is_empty() && office.len() <= OfficeCode::BYTES_MAX;
            !(good && office.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()))
        });
        if let Some(bad) = place.and_then(|at| self.offices.get(at)) {
            return Err(ProfileError::new(
                Fault::Value,
                "offices",
                (
                    &format!("«{bad}» — не код таможенного органа и не его начало"),
                    &format!("\"{bad}\" is neither the code of an office nor its beginning"),
                ),
                (
                    "напишите код или его начало: \"10013160\", \"10013\", \"10\"",
                    "write a code or its beginning: \"10013160\", \"10013\", \"10\"",
                ),
            ));
        }
        if self.offices.len() > OFFICES_MAX {
            return Err(ProfileError::new(
                Fault::Value,
                "offices",
                (
                    &format!("органов больше {OFFICES_MAX}"),
                    &format!("there are more than {OFFICES_MAX} offices"),
                ),
                ("назовите начало их кодов", "name the beginning of their codes"),
            ));
        }
        if self.kind == ProfileKind::National && !self.offices.is_empty() {
            return Err(ProfileError::new(
                Fault::Conflict,
                "offices",
                ("национальный профиль действует везде", "a national profile applies everywhere"),
                (
                    "поставьте kind = \"regional\" или уберите offices",
                    "put kind = \"regional\" or remove offices",
                ),
            ));
        }
        Ok(())
    }

    /// What is asked of a profile that comes today, and was not of those recorded earlier: a regional or zonal one
    /// says where it applies.
    pub(crate) fn check_reach(&self) -> Result<(), ProfileError> {
        if !matches!(self.kind, ProfileKind::Regional | ProfileKind::Zonal) || !self.offices.is_empty() {
            return Ok(());
        }
        Err(ProfileError::new(
            Fault::Conflict,
            "offices",
            (
                "региональный или зональный профиль не называет таможенных органов",
                "a regional or zonal profile names no office",
            ),
            (
                "добавьте offices = [\"10013\"]: коды органов или их начала",
                "add offices = [\"10013\"]: codes of offices or their beginnings",
            ),
        ))
    }

    /// Whether it applies to a declaration registered at an office; `None` where that is not known.
    pub(crate) fn reaches(&self, office: Option<&str>) -> Option<bool> {
        if self.offices.is_empty() {
            return Some(true);
        }
        let code = office?;
        Some(self.offices.iter().any(|begin| code.starts_with(begin.as_str())))
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
