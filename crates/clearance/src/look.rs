//! What came of a look. Every ground for one (a profile that fired, chance, an official's own measure) ends in a
//! recorded result: found something or nothing, of what kind, how much, at what cost; or why nobody looked.
//!
//! Results are withheld from the declarant: they name profiles. What he has to know, an act tells him.

use std::fmt;

use declaration::Text;
use risk::Measure;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::scoring::Scored;
use crate::step::{REASON_CHARS_MAX, REASON_CHARS_MIN};

/// Why somebody looks: the number of a profile, or a word: [`Ground::CHANCE`], [`Ground::OFFICER`], [`Ground::MODEL`],
/// [`Ground::EXPLORATION`].
///
/// A profile's number has a digit, the words have none, so that they cannot be mistaken for each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ground(String);

impl Ground {
    /// Random selection.
    pub const CHANCE: &'static str = "chance";
    /// An official's own decision, without a profile.
    pub const OFFICER: &'static str = "officer";

    /// The score of the live model.
    pub const MODEL: &'static str = "model";
    /// Chance that the live model leaves room for: what it would not have chosen.
    pub const EXPLORATION: &'static str = "exploration";
    /// What can be a ground without a profile.
    const WORDS: [&'static str; 4] = [Self::CHANCE, Self::OFFICER, Self::MODEL, Self::EXPLORATION];

    /// A profile that fired.
    pub fn profile(number: &str) -> Self {
        Self(number.to_owned())
    }

    /// Random selection.
    pub fn chance() -> Self {
        Self(Self::CHANCE.to_owned())
    }

    /// An official's own decision.
    pub fn officer() -> Self {
        Self(Self::OFFICER.to_owned())
    }

    /// What a model that scored a declaration sends somebody to look for, if anything.
    pub fn scored(scored: &Scored) -> Option<Self> {
        scored.leads_to()?;
        let word = if scored.is_explored() { Self::EXPLORATION } else { Self::MODEL };
        Some(Self(word.to_owned()))
    }

    /// The number, or the word.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it can stand in a result: one of the words, or what can be a profile's number.
    fn is_sound(&self) -> bool {
        let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '.' | '_');
        Self::WORDS.contains(&self.as_str())
            || (self.0.len() <= risk::NUMBER_CHARS_MAX
                && self.0.chars().all(named)
                && self.0.bytes().any(|byte| byte.is_ascii_digit()))
    }
}

impl From<String> for Ground {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Ground {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

macro_rules! found {
    ($($variant:ident, $name:literal, $ru:literal, $en:literal;)+) => {
        /// What was found. One row per kind: name, labels.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum FoundKind {
            $(#[doc = concat!($en, " (", $ru, ").")] $variant,)+
        }

        impl FoundKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name, as JSON and the store have it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it is, for people.
            pub fn title(self) -> Text {
                match self { $(Self::$variant => Text::new($ru, $en),)+ }
            }
        }
    };
}

found! {
    Value, "value", "недостоверная стоимость", "value misdeclared";
    Classification, "classification", "неверный код товара", "wrong commodity code";
    Origin, "origin", "недостоверное происхождение", "origin misdeclared";
    Quantity, "quantity", "недостоверное количество", "quantity misdeclared";
    Undeclared, "undeclared", "незадекларированный товар", "undeclared goods";
    Forbidden, "forbidden", "запрещённый товар", "forbidden goods";
    Documents, "documents", "недействительные документы", "invalid documents";
    Permit, "permit", "нет разрешения", "permit missing";
    Rights, "rights", "контрафакт", "infringed intellectual property";
    Other, "other", "иное нарушение", "another breach";
}

impl std::str::FromStr for FoundKind {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text).ok_or("no such kind of finding")
    }
}

/// What a look came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The case was decided and nobody said.
    Unstated,
    /// The measure was not applied; the remark says why.
    NotApplied,
    /// Applied, and all was as declared.
    Nothing,
    /// Applied, and something was found.
    Found {
        /// What.
        kind: FoundKind,
        /// What it comes to in payments, in the currency of the case; zero where it is not about money.
        amount: Decimal,
    },
}

impl Outcome {
    /// The stable name.
    pub fn as_str(&self) -> &'static str {
        match self {
            Outcome::Unstated => "unstated",
            Outcome::NotApplied => "not_applied",
            Outcome::Nothing => "nothing",
            Outcome::Found { .. } => "found",
        }
    }
}

/// The result of one look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookResult {
    /// Why somebody looked, or should have.
    pub ground: Ground,
    /// The measure taken; none where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measure>,
    /// The line of goods, from 1; none: the declaration as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u32>,
    /// What it came to.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Minutes of officials' time.
    #[serde(default)]
    pub minutes: u32,
    /// A remark; required where the measure was not applied.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
}

/// Results one input may record.
pub const RESULTS_MAX: usize = 200;
/// The most minutes a look may take: 60 days of one official.
pub const MINUTES_MAX: u32 = 60 * 8 * 60;
/// The largest amount a result may state: far above any consignment, and its sum over a year still fits.
pub const AMOUNT_MAX: i64 = 1_000_000_000_000;

impl LookResult {
    /// That nobody said what came of a ground.
    pub(crate) fn unstated(ground: Ground) -> Self {
        Self {
            ground,
            measure: None,
            item: None,
            outcome: Outcome::Unstated,
            minutes: 0,
            remark: String::new(),
        }
    }

    /// The first bound it breaks, in a case of so many lines of goods; none: it says what a result has to say.
    pub fn fault(&self, items: u32) -> Option<ResultFault> {
        let remark = self.remark.trim().chars().count();
        let broken = [
            (!self.ground.is_sound(), ResultFault::Ground),
            (self.outcome == Outcome::Unstated, ResultFault::Outcome),
            (self.outcome == Outcome::NotApplied && remark < REASON_CHARS_MIN, ResultFault::Reason),
            (remark > REASON_CHARS_MAX, ResultFault::Remark),
            (self.measure.is_none() && self.outcome != Outcome::NotApplied, ResultFault::Measure),
            (self.minutes > MINUTES_MAX, ResultFault::Minutes),
            (self.item.is_some_and(|item| item == 0 || item > items), ResultFault::Line { items }),
        ];
        let broken = broken.into_iter().find_map(|(is, fault)| is.then_some(fault));
        broken.or_else(|| match &self.outcome {
            Outcome::Found { amount, .. } if amount.normalize().scale() > 2 => Some(ResultFault::Decimals),
            Outcome::Found { amount, .. } => {
                let bounds = Decimal::ZERO..=Decimal::from(AMOUNT_MAX);
                (!bounds.contains(amount)).then_some(ResultFault::Amount)
            }
            Outcome::Unstated | Outcome::NotApplied | Outcome::Nothing => None,
        })
    }
}

/// Which bound a result breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultFault {
    /// There are none, or too many at once.
    Count,
    /// Its ground can be none.
    Ground,
    /// It does not say what came of it.
    Outcome,
    /// It does not say why nobody looked.
    Reason,
    /// The remark is too long.
    Remark,
    /// It does not say by which measure.
    Measure,
    /// It took too long.
    Minutes,
    /// There is no such line of goods.
    Line {
        /// Lines there are.
        items: u32,
    },
    /// The amount has more than two decimals.
    Decimals,
    /// The amount is below nothing, or too large.
    Amount,
}

impl ResultFault {
    /// What is to be done about it.
    pub fn text(self) -> Text {
        match self {
            ResultFault::Count => Text::new(
                format!("передайте от 1 до {RESULTS_MAX} результатов за раз"),
                format!("give 1 to {RESULTS_MAX} results at a time"),
            ),
            ResultFault::Ground => Text::new(
                "основание — номер профиля, chance или officer",
                "the ground is the number of a profile, chance or officer",
            ),
            ResultFault::Outcome => Text::new(
                "укажите, что выявлено: found, nothing или not_applied",
                "say what was found: found, nothing or not_applied",
            ),
            ResultFault::Reason => Text::new(
                format!(
                    "укажите, почему мера не применена, от {REASON_CHARS_MIN} до {REASON_CHARS_MAX} знаков"
                ),
                format!(
                    "say why the measure was not applied, in {REASON_CHARS_MIN} to {REASON_CHARS_MAX} characters"
                ),
            ),
            ResultFault::Remark => Text::new(
                format!("примечание — не более {REASON_CHARS_MAX} знаков"),
                format!("the remark has at most {REASON_CHARS_MAX} characters"),
            ),
            ResultFault::Measure => Text::new("укажите меру", "name the measure"),
            ResultFault::Minutes => {
                Text::new(format!("минут не более {MINUTES_MAX}"), format!("at most {MINUTES_MAX} minutes"))
            }
            ResultFault::Line { items } => Text::new(
                format!("товар — число от 1 до {items}"),
                format!("the line of goods is a number from 1 to {items}"),
            ),
            ResultFault::Decimals => {
                Text::new("в сумме не более двух знаков после запятой", "the amount has at most two decimals")
            }
            ResultFault::Amount => {
                Text::new(format!("сумма от 0 до {AMOUNT_MAX}"), format!("the amount is 0 to {AMOUNT_MAX}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(outcome: Outcome) -> LookResult {
        LookResult {
            ground: Ground::profile("55/20260101/00017"),
            measure: Some(Measure::Value),
            item: Some(2),
            outcome,
            minutes: 45,
            remark: String::new(),
        }
    }

    #[test]
    fn a_result_says_what_it_has_to() {
        let found = |amount| Outcome::Found { kind: FoundKind::Value, amount };
        let good = result(found(Decimal::new(1050, 2)));
        let cases = [
            (good.clone(), None, "found"),
            (result(Outcome::Nothing), None, "nothing found"),
            (result(Outcome::NotApplied), Some(ResultFault::Reason), "not applied, and no word why"),
            (
                LookResult { remark: "goods left".into(), measure: None, ..result(Outcome::NotApplied) },
                None,
                "not applied, with why",
            ),
            (result(Outcome::Unstated), Some(ResultFault::Outcome), "only the system says that nobody said"),
            (
                LookResult { measure: None, ..result(Outcome::Nothing) },
                Some(ResultFault::Measure),
                "by which measure?",
            ),
            (result(found(Decimal::NEGATIVE_ONE)), Some(ResultFault::Amount), "less than nothing"),
            (result(found(Decimal::new(1, 3))), Some(ResultFault::Decimals), "a tenth of a kopeck"),
            (result(found(Decimal::from(AMOUNT_MAX + 1))), Some(ResultFault::Amount), "too much"),
            (LookResult { minutes: MINUTES_MAX + 1, ..good.clone() }, Some(ResultFault::Minutes), "too long"),
            (
                LookResult { remark: "x".repeat(REASON_CHARS_MAX + 1), ..good.clone() },
                Some(ResultFault::Remark),
                "too many words",
            ),
            (LookResult { item: Some(0), ..good.clone() }, Some(ResultFault::Line { items: 2 }), "from 1"),
            (
                LookResult { item: Some(3), ..good.clone() },
                Some(ResultFault::Line { items: 2 }),
                "no such line",
            ),
            (
                LookResult { ground: Ground::profile("hunch"), ..good.clone() },
                Some(ResultFault::Ground),
                "no ground",
            ),
            (LookResult { ground: Ground::chance(), ..good }, None, "chance"),
        ];
        for (result, fault, what) in cases {
            assert_eq!(result.fault(2), fault, "{what}");
        }
    }

    #[test]
    fn a_result_reads_in_json_as_it_is_said() {
        let found = Outcome::Found { kind: FoundKind::Quantity, amount: Decimal::from(7) };
        let json = serde_json::to_string(&result(found)).unwrap();
        assert_eq!(
            json,
            r#"{"ground":"55/20260101/00017","measure":"value","item":2,"outcome":"found","kind":"quantity","amount":"7","minutes":45}"#
        );
        assert_eq!(serde_json::from_str::<LookResult>(&json).unwrap().outcome.as_str(), "found");
    }

    #[test]
    fn kinds_have_the_names_of_their_json() {
        for kind in FoundKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(kind.as_str().parse::<FoundKind>(), Ok(*kind));
        }
    }
}
