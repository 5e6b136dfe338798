//! Advice on a profile: what its author would want to know before it is in force. Nothing of it refuses a profile.
//!
//! Whatever is said holds: that a profile never fires, or is covered by another, is shown from the conditions
//! themselves (`normal`). Where that cannot be shown, nothing is said.

mod normal;

use std::fmt;

use declaration::Text;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::category::Category;
use crate::error::{Bilingual, ProfileError, place_of_byte};
use crate::index::is_listed;
use crate::language::{Mentioned, Source, Stack, name_of};
use crate::profile::{Effect, Profile};
use crate::rules::{Ready, Rules};
use crate::share::Share;
use normal::{Known, Normal, Subject};

/// The most advice of one kind that is given: whoever covers a profile, does so whatever stands beside.
pub const ADVICE_EACH_MAX: usize = 10;
/// Steps, each about a comparison of a code, from which on a profile is called costly: of 50 lines, it alone takes
/// about as long as ten thousand profiles by code.
pub const STEPS_COSTLY: usize = 5_000;
/// Lines of goods that are counted for a profile that every line is asked about.
const LINES_USUAL: usize = 50;

/// The kinds of advice. One row per code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AdviceKind {
    /// It can never fire.
    #[serde(rename = "GL-R21")]
    Never,
    /// It fires on every declaration, or every line of goods.
    #[serde(rename = "GL-R22")]
    Always,
    /// Wherever it fires, another does too and demands as much.
    #[serde(rename = "GL-R23")]
    Covered,
    /// Another says otherwise of the same goods.
    #[serde(rename = "GL-R24")]
    Contradicts,
    /// It takes long to ask.
    #[serde(rename = "GL-R25")]
    Costly,
    /// It names a code or country that is not known.
    #[serde(rename = "GL-R26")]
    Unknown,
}

impl AdviceKind {
    /// Every kind, in the order of the codes.
    pub const ALL: &'static [Self] =
        &[Self::Never, Self::Always, Self::Covered, Self::Contradicts, Self::Costly, Self::Unknown];

    /// The stable code.
    pub fn as_str(self) -> &'static str {
        match self {
            AdviceKind::Never => "GL-R21",
            AdviceKind::Always => "GL-R22",
            AdviceKind::Covered => "GL-R23",
            AdviceKind::Contradicts => "GL-R24",
            AdviceKind::Costly => "GL-R25",
            AdviceKind::Unknown => "GL-R26",
        }
    }
}

impl fmt::Display for AdviceKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// One piece of advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// What kind.
    pub code: AdviceKind,
    /// The field, such as `area`.
    pub field: String,
    /// The line in the field's own text, counted from 1.
    pub line: u32,
    /// The column there, in characters, counted from 1.
    pub column: u32,
    /// The number of the other profile, where there is one.
    pub other: Option<String>,
    /// What is so.
    pub text: Text,
    /// What can be done.
    pub cure: Text,
}

/// What a profile names that a classifier may not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named<'a> {
    /// A commodity code or the beginning of one.
    Commodity(&'a str),
    /// A country.
    Country(&'a str),
}

impl Advice {
    fn new(code: AdviceKind, field: &str, text: Bilingual, cure: Bilingual) -> Self {
        let both = |(ru, en): Bilingual| Text::new(ru.to_owned(), en.to_owned());
        let field = field.to_owned();
        Self { code, field, line: 1, column: 1, other: None, text: both(text), cure: both(cure) }
    }

    fn at(mut self, (line, column): (u32, u32)) -> Self {
        (self.line, self.column) = (line, column);
        self
    }

    fn of(mut self, other: &Profile) -> Self {
        self.other = Some(other.number.clone());
        self
    }
}

/// A profile with what its conditions come to.
struct Understood<'p> {
    profile: &'p Profile,
    ready: &'p Ready,
    area: Option<Normal>,
    /// The alternatives of the area.
    known: Vec<Known>,
    /// Of exclusions: nothing where there are none; what they come to, if that is understood.
    exclusions: Option<Option<Normal>>,
}

impl<'p> Understood<'p> {
    fn of(profile: &'p Profile, ready: &'p Ready) -> Self {
        let area = Normal::of(&ready.area.condition);
        let known = area.as_ref().map(Normal::known).unwrap_or_default();
        let exclusions = ready.exclusions.as_ref().map(|exclusions| Normal::of(&exclusions.condition));
        Self { profile, ready, area, known, exclusions }
    }

    /// Whether the area of the other is true wherever this one's is. False where that cannot be shown.
    fn lies_in(&self, other: &Self) -> bool {
        let (Some(_), Some(wider)) = (&self.area, &other.area) else { return false };
        // One that asks about lines says nothing of a declaration that has none.
        (self.ready.area.per_item || !other.ready.area.per_item)
            && self.known.iter().all(|known| known.implies(wider))
    }

    /// Whether the exclusions take whatever is in the area of `of`.
    fn excludes_all(&self, of: &Self) -> bool {
        let Some(Some(exclusions)) = &self.exclusions else { return false };
        of.area.is_some() && of.known.iter().all(|known| known.implies(exclusions))
    }

    /// Whether nothing that this one fires on is excluded by the other.
    fn escapes_exclusions(&self, other: &Self) -> bool {
        let theirs = match &other.exclusions {
            None => return true,
            Some(None) => return false,
            Some(Some(theirs)) => theirs,
        };
        let also_ours = match &self.exclusions {
            Some(Some(ours)) => theirs.known().iter().all(|known| known.implies(ours)),
            _ => false,
        };
        also_ours || (self.area.is_some() && self.known.iter().all(|known| known.excludes(theirs)))
    }
}

/// What the author of a profile would want to know, given the others that are in force on a day. `knows` says
/// whether a classifier has what the profile names.
///
/// One of the same number among the others is the version that this one replaces: nothing is said of it.
///
/// # Errors
/// Where the profile does not compile: then it is refused, and there is nothing to advise.
pub fn advise(
    profile: &Profile,
    others: &Rules,
    on: Date,
    knows: &dyn Fn(Named<'_>) -> bool,
) -> Result<Vec<Advice>, ProfileError> {
    let compiled = profile.compile(Stack::Apart).map_err(|error| error.of_profile(&profile.number))?;
    let ready = Ready::of(profile, compiled);
    let own = Understood::of(profile, &ready);
    let mut advice: Vec<Advice> = never(&own, on).into_iter().collect();
    let fires = advice.is_empty();
    if fires {
        advice.extend(always(&own));
        let (mut covered, mut contradicts) = (Vec::new(), Vec::new());
        for (other, ready) in others.compiled() {
            let ended = other.valid_to.is_some_and(|last| last < on);
            if other.number == profile.number || ended || other.stage != profile.stage {
                continue;
            }
            let other = Understood::of(other, ready);
            if covered.len() < ADVICE_EACH_MAX && covers(&other, &own, on) {
                covered.push(covered_by(other.profile));
            } else if contradicts.len() < ADVICE_EACH_MAX {
                contradicts.extend(contradiction(&own, &other));
            }
        }
        advice.extend(covered);
        advice.extend(contradicts);
    }
    advice.extend(costly(&own));
    advice.extend(unknown(&own, knows));
    Ok(advice)
}

/// Why it can never fire, if it cannot.
fn never(own: &Understood, on: Date) -> Option<Advice> {
    let profile = own.profile;
    if let Some(last) = profile.valid_to.filter(|last| *last < on) {
        return Some(Advice::new(
            AdviceKind::Never,
            "valid_to",
            (&format!("срок кончился: {last}"), &format!("its term ended on {last}")),
            ("продлите срок или снимите профиль", "extend the term or withdraw the profile"),
        ));
    }
    if effects(profile).next().is_none() {
        return Some(Advice::new(
            AdviceKind::Never,
            "share_percent",
            (
                "не сработает ни для одной категории: доля 0 или категория исключена",
                "it fires for no category: the share is 0 or the category does not apply",
            ),
            (
                "поставьте долю больше 0 хотя бы для одной категории",
                "put a share above 0 for one category at least",
            ),
        ));
    }
    own.area.as_ref()?;
    let contradictions: Option<Vec<Option<&Subject>>> = own.known.iter().map(Known::contradiction).collect();
    if let Some(contradictions) = contradictions {
        let source = contradictions.into_iter().flatten().find_map(|subject| match subject {
            Subject::Value(source) => Some(source),
            Subject::Number(_) => None,
        });
        let name = source.and_then(name_of);
        let place = source.map_or((1, 1), |source| place_of(&profile.area, source));
        let about = name.as_deref().unwrap_or_default();
        let text = if about.is_empty() {
            (
                "область никогда не верна: условия исключают друг друга".to_owned(),
                "the area is never true: its conditions exclude each other".to_owned(),
            )
        } else {
            (
                format!("область никогда не верна: условия на `{about}` исключают друг друга"),
                format!("the area is never true: the conditions on `{about}` exclude each other"),
            )
        };
        return Some(
            Advice::new(
                AdviceKind::Never,
                "area",
                (&text.0, &text.1),
                ("исправьте условия области", "correct the conditions of the area"),
            )
            .at(place),
        );
    }
    own.excludes_all(own).then(|| {
        Advice::new(
            AdviceKind::Never,
            "exclusions",
            ("исключения забирают всё, что есть в области", "the exclusions take all there is in the area"),
            ("сузьте исключения", "narrow the exclusions"),
        )
    })
}

/// The categories of traders it fires for at all, with what follows for them.
fn effects(profile: &Profile) -> impl Iterator<Item = (Category, Effect<'_>)> {
    let all = profile.categories.iter().map(|(category, _)| category);
    all.filter_map(|category| Some((category, profile.effect(category)?)))
        .filter(|(_, effect)| effect.share > Share::NONE)
}

fn always(own: &Understood) -> Option<Advice> {
    let everything = own.area.as_ref().is_some_and(Normal::always) && own.exclusions.is_none();
    (everything && own.profile.offices.is_empty()).then(|| {
        let (ru, en) = if own.ready.area.per_item {
            ("каждом товаре каждой декларации", "every line of every declaration")
        } else {
            ("каждой декларации", "every declaration")
        };
        Advice::new(
            AdviceKind::Always,
            "area",
            (&format!("область верна на {ru}"), &format!("the area is true of {en}")),
            (
                "назовите коды, страны или участников, о которых речь",
                "name the codes, countries or traders that are meant",
            ),
        )
    })
}

/// Whether one profile fires wherever another does, and demands at least as much.
fn covers(wide: &Understood, narrow: &Understood, on: Date) -> bool {
    let (wider, own) = (wide.profile, narrow.profile);
    let begins = own.valid_from.max(on);
    let term = wider.valid_from <= begins
        && wider.valid_to.is_none_or(|last| own.valid_to.is_some_and(|own_last| own_last <= last));
    let offices = wider.offices.is_empty()
        || (!own.offices.is_empty()
            && own
                .offices
                .iter()
                .all(|office| wider.offices.iter().any(|begin| office.starts_with(begin.as_str()))));
    let effects = effects(own).all(|(category, effect)| {
        wider.effect(category).is_some_and(|wider| {
            wider.share == Share::ALL
                && wider.lane >= effect.lane
                && effect.measures.iter().all(|measure| wider.measures.contains(measure))
        })
    });
    term && offices && effects && narrow.lies_in(wide) && narrow.escapes_exclusions(wide)
}

fn covered_by(other: &Profile) -> Advice {
    let title = &other.title;
    Advice::new(
        AdviceKind::Covered,
        "area",
        (
            &format!(
                "везде, где он сработает, сработает и {} («{}») с теми же мерами",
                other.number, title.ru
            ),
            &format!(
                "wherever it fires, {} (\"{}\") does too, with the same measures",
                other.number, title.en
            ),
        ),
        ("снимите один из двух или измените меры", "withdraw one of the two or change the measures"),
    )
    .of(other)
}

/// What two profiles say differently of the same goods.
fn contradiction(own: &Understood, other: &Understood) -> Option<Advice> {
    let (one, two) = (own.profile, other.profile);
    let offices = one.offices == two.offices;
    let terms = one.valid_to.is_none_or(|last| two.valid_from <= last)
        && two.valid_to.is_none_or(|last| one.valid_from <= last);
    if !offices || !terms || !own.lies_in(other) {
        return None;
    }
    if other.excludes_all(own) {
        return Some(said(
            other.profile,
            "exclusions",
            ("исключает ровно эти товары", "excludes exactly these goods"),
        ));
    }
    if !other.lies_in(own) || own.ready.area.per_item != other.ready.area.per_item {
        return None;
    }
    if own.excludes_all(other) {
        return Some(said(
            other.profile,
            "exclusions",
            ("нацелен ровно на товары, исключённые здесь", "is meant for exactly the goods excluded here"),
        ));
    }
    effects(one).find_map(|(category, effect)| {
        let theirs = two.effect(category)?;
        let (ru, en) = (theirs.lane.title().ru, theirs.lane.title().en);
        if theirs.lane != effect.lane {
            let text = (
                format!("о тех же товарах ведёт в другую полосу ({ru})"),
                format!("leads the same goods to another lane ({en})"),
            );
            return Some(said(two, "lane", (&text.0, &text.1)));
        }
        let same = effect.measures.len() == theirs.measures.len()
            && effect.measures.iter().all(|measure| theirs.measures.contains(measure));
        (!same).then(|| {
            said(
                two,
                "measures",
                ("о тех же товарах требует других мер", "demands other measures for the same goods"),
            )
        })
    })
}

fn said(other: &Profile, field: &str, (ru, en): Bilingual) -> Advice {
    Advice::new(
        AdviceKind::Contradicts,
        field,
        (
            &format!("профиль {} («{}») {ru}", other.number, other.title.ru),
            &format!("profile {} (\"{}\") {en}", other.number, other.title.en),
        ),
        ("согласуйте два профиля", "reconcile the two profiles"),
    )
    .of(other)
}

fn costly(own: &Understood) -> Option<Advice> {
    let exclusions = own.ready.exclusions.as_ref().map_or(0, |exclusions| exclusions.condition.cost());
    let once = own.ready.area.condition.cost() + exclusions;
    let listed = is_listed(&own.ready.area.condition, &own.profile.offices);
    let times = if own.ready.area.per_item && !listed { LINES_USUAL } else { 1 };
    let steps = once.saturating_mul(times);
    (steps > STEPS_COSTLY).then(|| {
        let (ru, en) = if listed {
            ("разделите профиль", "divide the profile")
        } else {
            (
                "добавьте через && код, страну, участника, процедуру или границу числа",
                "add a code, country, trader, procedure or bound of a number by &&",
            )
        };
        Advice::new(
            AdviceKind::Costly,
            "area",
            (
                &format!("около {steps} шагов на декларацию из {LINES_USUAL} товаров"),
                &format!("about {steps} steps for a declaration of {LINES_USUAL} lines"),
            ),
            (ru, en),
        )
    })
}

fn unknown(own: &Understood, knows: &dyn Fn(Named<'_>) -> bool) -> Vec<Advice> {
    let area = own.ready.area.mentions.iter().map(|mention| ("area", mention));
    let exclusions = own.ready.exclusions.iter().flat_map(|exclusions| &exclusions.mentions);
    let all = area.chain(exclusions.map(|mention| ("exclusions", mention)));
    let missing = all.filter_map(|(field, mention)| {
        let text = &*mention.text;
        let (named, ru, en) = match mention.what {
            Mentioned::Commodity => {
                (Named::Commodity(text), "в номенклатуре нет кода", "the nomenclature has no code")
            }
            Mentioned::Country => (Named::Country(text), "нет страны", "there is no country"),
        };
        (!text.is_empty() && !knows(named)).then(|| {
            Advice::new(
                AdviceKind::Unknown,
                field,
                (&format!("{ru} «{text}»"), &format!("{en} \"{text}\"")),
                ("сверьте с классификатором", "compare with the classifier"),
            )
            .at(mention.place)
        })
    });
    missing.take(ADVICE_EACH_MAX).collect()
}

/// Where a value is first named in an expression.
fn place_of(text: &str, source: &Source) -> (u32, u32) {
    let name = name_of(source).unwrap_or_default();
    let last = name.rsplit('.').next().unwrap_or_default();
    let found = text.find(&name).or_else(|| text.find(last)).filter(|_| !name.is_empty());
    found.map_or((1, 1), |byte| place_of_byte(text, byte))
}
