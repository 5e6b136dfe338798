//! Risk profiles and their life, as the API answers them and commands print them: one shape for both.

use centre::ProfileFile;
use clearance::dossier::Refusal;
use declaration::{LeafKind, Text};
use risk::{Advice, Lane, Measure, NameKind, ProfileError, ProfileKind};
use serde::Serialize;
use store::{ProfileHead, ProfileVersion, StoredProfileAct};
use utoipa::ToSchema;

use crate::language::Language;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BothObject {
    /// In Russian.
    pub ru: String,
    /// In English.
    pub en: String,
}

impl From<&Text> for BothObject {
    fn from(text: &Text) -> Self {
        Self { ru: text.ru.to_string(), en: text.en.to_string() }
    }
}

/// The stable name of a kind of profile.
pub(crate) fn kind_name(kind: ProfileKind) -> &'static str {
    match kind {
        ProfileKind::National => "national",
        ProfileKind::Regional => "regional",
        ProfileKind::Zonal => "zonal",
        ProfileKind::Target => "target",
    }
}

/// A version without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProfileHeadObject {
    /// The number of the profile.
    pub number: String,
    /// Counted from 1.
    pub version: u32,
    /// `draft`, `agreed`, `approved`, `in_force`, `replaced` or `cancelled`.
    pub state: &'static str,
    /// `national`, `regional`, `zonal` or `target`.
    pub kind: &'static str,
    /// The lane it leads to.
    pub lane: &'static str,
    /// What it is about.
    pub title: BothObject,
    /// Who wrote it: a login; `starter` or `operator:`.
    pub author: String,
    /// When it was written, RFC 3339.
    pub written_at: String,
    /// Since when it stands so, RFC 3339.
    pub since: String,
    /// Who brought that about; empty where its day did.
    pub by: String,
    /// Of what is approved: the day from which it will be in force.
    pub day: Option<String>,
}

impl From<&ProfileHead> for ProfileHeadObject {
    fn from(head: &ProfileHead) -> Self {
        Self {
            number: head.number.clone(),
            version: head.version,
            state: head.state.as_str(),
            kind: kind_name(head.kind),
            lane: head.lane.as_str(),
            title: (&head.title).into(),
            author: head.author.clone(),
            written_at: head.at.to_string(),
            since: head.since.to_string(),
            by: head.by.clone(),
            day: head.day.map(|day| day.to_string()),
        }
    }
}

/// An act on a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProfileActObject {
    /// The version it moved.
    pub version: u32,
    /// `write`, `agree`, `return`, `approve`, `enter`, `replace`, `cancel`, `take` or `start`.
    pub deed: &'static str,
    /// Where the version stood; null: it was new.
    pub from: Option<&'static str>,
    /// Where it stood then.
    pub to: &'static str,
    /// Who did it.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// Through what: `page`, `api`, `command`, `system`.
    pub through: String,
    /// Of an approval: from which day on.
    pub day: Option<String>,
    /// Why; may be empty.
    pub reason: String,
    /// Its leaf in the log.
    pub leaf: u64,
}

impl From<&StoredProfileAct> for ProfileActObject {
    fn from(stored: &StoredProfileAct) -> Self {
        let act = &stored.act;
        Self {
            version: act.version,
            deed: act.deed.as_str(),
            from: act.from.map(|state| state.as_str()),
            to: act.to.as_str(),
            by: act.by.clone(),
            at: stored.at.to_string(),
            through: stored.through.clone(),
            day: act.day.map(|day| day.to_string()),
            reason: act.reason.clone(),
            leaf: stored.leaf,
        }
    }
}

/// A profile with one version's text, all its versions and acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProfileObject {
    /// The number.
    pub number: String,
    /// The version shown: the one being prepared, else the one in force, else the newest.
    pub version: u32,
    /// Where it stands.
    pub state: &'static str,
    /// Its text, TOML.
    pub source: String,
    /// The version in force.
    pub in_force: Option<u32>,
    /// All versions, oldest first.
    pub versions: Vec<ProfileHeadObject>,
    /// All acts, in order.
    pub acts: Vec<ProfileActObject>,
}

impl ProfileObject {
    /// A profile and the version to show.
    pub fn new(file: &ProfileFile, shown: ProfileVersion) -> Self {
        Self {
            number: file.number.clone(),
            version: shown.version,
            state: file.state(shown.version).map(|state| state.as_str()).unwrap_or_default(),
            source: shown.source,
            in_force: file.dossier.in_force(),
            versions: file.versions.iter().map(ProfileHeadObject::from).collect(),
            acts: file.acts.iter().map(ProfileActObject::from).collect(),
        }
    }
}

/// What is wrong with a text or a wish: code, place, what, cure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProfileFaultObject {
    /// The stable code.
    pub code: String,
    /// The field, such as `area`; empty where it is the whole.
    pub field: String,
    /// The line of the text, from 1; 0 where there is none.
    pub line: u32,
    /// The column, in characters, from 1; 0 where there is none.
    pub column: u32,
    /// What is wrong.
    pub text: String,
    /// What cures it.
    pub cure: String,
}

impl ProfileFaultObject {
    /// What is wrong with a text.
    pub fn new(error: &ProfileError, language: Language) -> Self {
        Self {
            code: error.code.to_string(),
            field: error.field.clone(),
            line: error.line,
            column: error.column,
            text: language.pick(&error.text).to_owned(),
            cure: language.pick(&error.cure).to_owned(),
        }
    }

    /// Why a wish came to nothing.
    pub fn of_refusal(refusal: &Refusal, language: Language) -> Self {
        Self {
            code: refusal.code().to_owned(),
            field: refusal.place().to_owned(),
            line: 0,
            column: 0,
            text: language.pick(&refusal.text()).to_owned(),
            cure: language.pick(&refusal.cure()).to_owned(),
        }
    }
}

/// What the author of a profile would want to know: nothing is wrong, and yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AdviceObject {
    /// The stable code.
    pub code: String,
    /// The field, such as `area`.
    pub field: String,
    /// The number of another profile in force, where it is about one.
    pub other: Option<String>,
    /// What is so.
    pub text: String,
    /// What can be done.
    pub cure: String,
}

impl AdviceObject {
    /// In the language asked for.
    pub fn new(advice: &Advice, language: Language) -> Self {
        Self {
            code: advice.code.to_string(),
            field: advice.field.clone(),
            other: advice.other.clone(),
            text: language.pick(&advice.text).to_owned(),
            cure: language.pick(&advice.cure).to_owned(),
        }
    }
}

/// A name or word that a profile can use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NameObject {
    /// As it is written.
    pub name: String,
    /// `text`, `number`, `flag`, `date`, `moment`, `record`, `list`, `function`, `measure` or `lane`.
    pub kind: &'static str,
    /// What it is.
    pub label: String,
}

/// The functions of the rule language: how each is written, and what it does.
const FUNCTIONS: [(&str, &str, &str); 9] = [
    (
        "has(",
        "есть ли значение: has(item.origin_country)",
        "whether there is a value: has(item.origin_country)",
    ),
    ("size(", "длина текста или списка", "the length of a text or a list"),
    ("date(", "день: date(\"2026-01-31\")", "a day: date(\"2026-01-31\")"),
    (".startsWith(", "текст начинается с", "a text begins with"),
    (".endsWith(", "текст заканчивается на", "a text ends with"),
    (".contains(", "текст содержит", "a text contains"),
    (".exists(x, ", "хотя бы один в списке", "at least one of a list"),
    (".all(x, ", "каждый в списке", "every one of a list"),
    ("in [", "одно из значений: x in [\"A\", \"B\"]", "one of these: x in [\"A\", \"B\"]"),
];

/// Every name and word a profile can use, with labels in a language.
pub fn profile_names(language: Language) -> Vec<NameObject> {
    let pick = |ru: &str, en: &str| match language {
        Language::Ru => ru.to_owned(),
        Language::En => en.to_owned(),
    };
    let fields = risk::fields().map(|field| NameObject {
        kind: match field.kind {
            NameKind::Record => "record",
            NameKind::Records | NameKind::Values(_) => "list",
            NameKind::Value(kind) => leaf_name(kind),
        },
        label: pick(field.ru, field.en),
        name: field.path,
    });
    let functions = FUNCTIONS.iter().map(|(name, ru, en)| NameObject {
        name: (*name).to_owned(),
        kind: "function",
        label: pick(ru, en),
    });
    let quoted = |word: &str| format!("\"{word}\"");
    let measures = Measure::ALL.iter().map(|measure| NameObject {
        name: quoted(measure.as_str()),
        kind: "measure",
        label: language.pick(&measure.title()).to_owned(),
    });
    let lanes = [Lane::Blue, Lane::Yellow, Lane::Red].into_iter().map(|lane| NameObject {
        name: quoted(lane.as_str()),
        kind: "lane",
        label: language.pick(&lane.title()).to_owned(),
    });
    fields.chain(functions).chain(measures).chain(lanes).collect()
}

fn leaf_name(kind: LeafKind) -> &'static str {
    match kind {
        LeafKind::Decimal { .. } | LeafKind::Integer => "number",
        LeafKind::Flag => "flag",
        LeafKind::Date => "date",
        LeafKind::Time | LeafKind::DateTime => "moment",
        LeafKind::Text { .. } | LeafKind::Code { .. } => "text",
    }
}
