//! Trader categories by published criteria: what is measured, where the thresholds lie, and why a
//! trader is where it is.

use declaration::Text;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// How much risk a trader's record shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// A long and clean record.
    Low,
    /// Neither: where whoever is unknown starts.
    #[default]
    Medium,
    /// A record that calls for a closer look.
    High,
}

impl Category {
    /// `low`, `medium` or `high`.
    pub fn as_str(self) -> &'static str {
        match self {
            Category::Low => "low",
            Category::Medium => "medium",
            Category::High => "high",
        }
    }
}

/// One value per category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ByCategory<T: Default> {
    /// For low risk.
    pub low: T,
    /// For medium risk.
    pub medium: T,
    /// For high risk.
    pub high: T,
}

impl<T: Default> ByCategory<T> {
    /// The value of a category.
    pub fn of(&self, category: Category) -> &T {
        match category {
            Category::Low => &self.low,
            Category::Medium => &self.medium,
            Category::High => &self.high,
        }
    }

    /// The three values with their categories.
    pub fn iter(&self) -> impl Iterator<Item = (Category, &T)> {
        [(Category::Low, &self.low), (Category::Medium, &self.medium), (Category::High, &self.high)]
            .into_iter()
    }
}

/// What the centre knows of a trader when it is categorised.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ParticipantFacts {
    /// Whole years since the first declaration.
    pub years_active: u32,
    /// Declarations registered in the last twelve months.
    pub declarations_year: u32,
    /// Customs offences established in the last two years.
    pub offences_two_years: u32,
    /// Overdue customs debt, in the pack's currency.
    pub debt: Decimal,
    /// Share of the last twelve months' declarations corrected after a check, in percent.
    pub corrections_percent: Decimal,
    /// Share of the last twelve months' declarations refused or withdrawn, in percent.
    pub refusals_percent: Decimal,
    /// Whether the trader is an authorised economic operator.
    pub authorised_operator: bool,
}

macro_rules! indicators {
    ($($variant:ident, $ru:literal, $en:literal, |$facts:ident| $value:expr;)+) => {
        /// What a criterion measures. One row per indicator: name, labels, value.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Indicator {
            $(#[doc = concat!($en, " (", $ru, ").")] $variant,)+
        }

        impl Indicator {
            /// Every indicator, in the order they are published.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// What it measures, for people.
            pub fn title(self) -> Text {
                match self {
                    $(Self::$variant => Text::new($ru, $en),)+
                }
            }

            /// Its value for a trader.
            pub fn value(self, facts: &ParticipantFacts) -> Decimal {
                match self {
                    $(Self::$variant => { let $facts = facts; $value })+
                }
            }
        }
    };
}

indicators! {
    YearsActive, "лет деятельности", "years active", |facts| Decimal::from(facts.years_active);
    DeclarationsYear, "деклараций за год", "declarations in a year", |facts| Decimal::from(facts.declarations_year);
    OffencesTwoYears, "нарушений за два года", "offences in two years", |facts| Decimal::from(facts.offences_two_years);
    Debt, "просроченная задолженность", "overdue debt", |facts| facts.debt;
    CorrectionsPercent, "корректировок после проверки, %", "corrected after a check, %", |facts| facts.corrections_percent;
    RefusalsPercent, "отказов и отзывов, %", "refused or withdrawn, %", |facts| facts.refusals_percent;
    AuthorisedOperator, "уполномоченный оператор (1 — да)", "authorised operator (1 = yes)", |facts| Decimal::from(u8::from(facts.authorised_operator));
}

/// A threshold, itself included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Threshold {
    /// This much or more.
    AtLeast(Decimal),
    /// This much or less.
    AtMost(Decimal),
}

impl Threshold {
    /// Whether a value reaches the threshold.
    pub fn met(self, value: Decimal) -> bool {
        match self {
            Threshold::AtLeast(least) => value >= least,
            Threshold::AtMost(most) => value <= most,
        }
    }
}

/// One published criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// What is measured.
    pub indicator: Indicator,
    /// Needed, among all such, for low risk.
    #[serde(default)]
    pub low: Option<Threshold>,
    /// Enough by itself for high risk.
    #[serde(default)]
    pub high: Option<Threshold>,
}

/// The published criteria of a jurisdiction; comes from its pack.
///
/// ```toml
/// [[criteria]]
/// indicator = "offences_two_years"
/// low = { at_most = 0 }
/// high = { at_least = 3 }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryCriteria {
    /// The criteria, in the order they are published.
    pub criteria: Vec<Criterion>,
}

impl Default for CategoryCriteria {
    /// Our own starting point, for a pack that says nothing.
    fn default() -> Self {
        use Indicator::*;
        use Threshold::*;
        let row =
            |indicator, low: Option<Threshold>, high: Option<Threshold>| Criterion { indicator, low, high };
        let least = |number: i64| Some(AtLeast(Decimal::from(number)));
        let most = |number: i64| Some(AtMost(Decimal::from(number)));
        Self {
            criteria: vec![
                row(YearsActive, least(2), None),
                row(DeclarationsYear, least(100), None),
                row(OffencesTwoYears, most(0), least(3)),
                row(Debt, most(0), None),
                row(CorrectionsPercent, most(2), least(20)),
                row(RefusalsPercent, most(5), least(30)),
            ],
        }
    }
}

/// Why: one criterion that spoke for the category a trader was put into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// What was measured.
    pub indicator: Indicator,
    /// What it was.
    pub value: Decimal,
    /// The threshold it was held against.
    pub threshold: Threshold,
    /// Whether the threshold was reached.
    pub met: bool,
    /// The whole in words.
    pub text: Text,
}

impl Reason {
    fn of(indicator: Indicator, value: Decimal, threshold: Threshold) -> Self {
        let (met, title) = (threshold.met(value), indicator.title());
        let (ru, en, limit) = match threshold {
            Threshold::AtLeast(limit) => ("не меньше", "at least", limit),
            Threshold::AtMost(limit) => ("не больше", "at most", limit),
        };
        let (outcome_ru, outcome_en) =
            if met { ("выполнено", "met") } else { ("не выполнено", "not met") };
        let text = Text::new(
            format!("{}: {value}, порог: {ru} {limit} — {outcome_ru}", title.ru),
            format!("{}: {value}, threshold: {en} {limit}: {outcome_en}", title.en),
        );
        Self { indicator, value, threshold, met, text }
    }
}

/// The category of a trader, and why.
///
/// High if any threshold for high risk is reached: the reasons are those. Low if every threshold
/// for low risk is reached, and there is one: the reasons are all of them. Medium otherwise: the
/// reasons are the thresholds for low risk that were not reached.
pub fn categorise(criteria: &CategoryCriteria, facts: &ParticipantFacts) -> (Category, Vec<Reason>) {
    let held_against = |pick: fn(&Criterion) -> Option<Threshold>| -> Vec<Reason> {
        let rows = criteria.criteria.iter().filter_map(|row| Some((row.indicator, pick(row)?)));
        rows.map(|(indicator, threshold)| Reason::of(indicator, indicator.value(facts), threshold)).collect()
    };
    let mut high = held_against(|row| row.high);
    high.retain(|reason| reason.met);
    if !high.is_empty() {
        return (Category::High, high);
    }
    let mut low = held_against(|row| row.low);
    if !low.is_empty() && low.iter().all(|reason| reason.met) {
        return (Category::Low, low);
    }
    low.retain(|reason| !reason.met);
    (Category::Medium, low)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean() -> ParticipantFacts {
        ParticipantFacts { years_active: 5, declarations_year: 400, ..ParticipantFacts::default() }
    }

    #[test]
    fn each_criterion_decides_at_its_threshold() {
        let criteria = CategoryCriteria::default();
        let debt = Decimal::new(1, 2);
        let cases: &[(&str, ParticipantFacts, Category, usize)] = &[
            ("clean", clean(), Category::Low, 6),
            ("newcomer", ParticipantFacts::default(), Category::Medium, 2),
            ("one year", ParticipantFacts { years_active: 1, ..clean() }, Category::Medium, 1),
            ("two years", ParticipantFacts { years_active: 2, ..clean() }, Category::Low, 6),
            ("two offences", ParticipantFacts { offences_two_years: 2, ..clean() }, Category::Medium, 1),
            ("three offences", ParticipantFacts { offences_two_years: 3, ..clean() }, Category::High, 1),
            ("a kopeck of debt", ParticipantFacts { debt, ..clean() }, Category::Medium, 1),
            (
                "two reasons",
                ParticipantFacts { refusals_percent: Decimal::from(30), offences_two_years: 9, ..clean() },
                Category::High,
                2,
            ),
        ];
        for (name, facts, category, reasons) in cases {
            let (found, why) = categorise(&criteria, facts);
            assert_eq!((found, why.len()), (*category, *reasons), "{name}: {why:?}");
        }
    }

    #[test]
    fn reasons_speak_both_languages() {
        let (_, why) =
            categorise(&CategoryCriteria::default(), &ParticipantFacts { years_active: 1, ..clean() });
        assert_eq!(why[0].text.en, "years active: 1, threshold: at least 2: not met");
        assert_eq!(why[0].text.ru, "лет деятельности: 1, порог: не меньше 2 — не выполнено");
    }

    #[test]
    fn a_pack_publishes_the_criteria_and_none_make_nobody_low() {
        let pack =
            "[[criteria]]\nindicator = \"debt\"\nlow = { at_most = \"10.50\" }\nhigh = { at_least = 100 }";
        let criteria: CategoryCriteria = toml::from_str(pack).unwrap();
        let debt =
            |text: &str| ParticipantFacts { debt: text.parse().unwrap(), ..ParticipantFacts::default() };
        assert_eq!(categorise(&criteria, &debt("10.50")).0, Category::Low);
        assert_eq!(categorise(&criteria, &debt("10.51")).0, Category::Medium);
        assert_eq!(categorise(&criteria, &debt("100")).0, Category::High);
        let none = CategoryCriteria { criteria: Vec::new() };
        assert_eq!(categorise(&none, &clean()), (Category::Medium, Vec::new()));
        assert!(toml::from_str::<CategoryCriteria>("[[criteria]]\nindicator = \"luck\"").is_err());
    }

    #[test]
    fn every_indicator_has_its_name_in_the_facts() {
        for indicator in Indicator::ALL {
            let name = serde_json::to_value(indicator).unwrap();
            let facts = serde_json::to_value(ParticipantFacts::default()).unwrap();
            assert!(facts.get(name.as_str().unwrap()).is_some(), "{name}");
        }
    }
}
