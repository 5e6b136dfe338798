//! Trader categories by published criteria: what is measured over which time, what a threshold weighs, and why a
//! trader is where it is.
//!
//! ```text
//! figures ─► each criterion held against its thresholds ─► points and knock-outs ─► category, reasons, what is near
//! ```

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

    /// What it is, for people.
    pub fn title(self) -> Text {
        match self {
            Category::Low => Text::new("низкий риск", "low risk"),
            Category::Medium => Text::new("средний риск", "medium risk"),
            Category::High => Text::new("высокий риск", "high risk"),
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

/// The time over which something is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// The last year.
    Year,
    /// The last two years.
    TwoYears,
}

impl Span {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Year, Self::TwoYears];

    /// In months.
    pub fn months(self) -> i32 {
        match self {
            Span::Year => 12,
            Span::TwoYears => 24,
        }
    }

    fn words(self) -> Text {
        match self {
            Span::Year => Text::new("за год", "in a year"),
            Span::TwoYears => Text::new("за два года", "in two years"),
        }
    }
}

/// What the centre knows of a trader, counted over each span; what is counted over none is the same in both.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// Counted over the last year.
    pub year: ParticipantFacts,
    /// Counted over the last two.
    pub two_years: ParticipantFacts,
}

impl Figures {
    /// Those of a span; of what is counted over none, either.
    pub fn over(&self, span: Option<Span>) -> &ParticipantFacts {
        match span {
            Some(Span::TwoYears) => &self.two_years,
            Some(Span::Year) | None => &self.year,
        }
    }
}

impl From<ParticipantFacts> for Figures {
    /// The same over both spans.
    fn from(facts: ParticipantFacts) -> Self {
        Self { year: facts.clone(), two_years: facts }
    }
}

/// What kind of value an indicator has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// A whole number: one more is the least that can happen.
    Count,
    /// A share of the declarations, in percent.
    Percent,
    /// Money, in the pack's currency.
    Money,
    /// Yes (1) or no (0).
    Flag,
}

macro_rules! indicators {
    ($($variant:ident, $name:literal, $scale:ident, $span:expr, $ru:literal, $en:literal, |$facts:ident| $value:expr;)+) => {
        /// What a criterion measures. One row per indicator: name, scale, the span it is usually counted over, labels,
        /// value.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Indicator {
            $(#[doc = concat!($en, " (", $ru, ").")] $variant,)+
        }

        impl Indicator {
            /// Every indicator, in the order they are published.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name, as packs and JSON have it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// What kind of value it has.
            pub fn scale(self) -> Scale {
                match self {
                    $(Self::$variant => Scale::$scale,)+
                }
            }

            /// The span it is counted over where a criterion does not say; none where it stands as of the day.
            pub fn usual_span(self) -> Option<Span> {
                match self {
                    $(Self::$variant => $span,)+
                }
            }

            fn label(self) -> (&'static str, &'static str) {
                match self {
                    $(Self::$variant => ($ru, $en),)+
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
    YearsActive, "years_active", Count, None, "лет деятельности", "years active", |facts| Decimal::from(facts.years_active);
    DeclarationsYear, "declarations_year", Count, Some(Span::Year), "деклараций", "declarations", |facts| Decimal::from(facts.declarations_year);
    OffencesTwoYears, "offences_two_years", Count, Some(Span::TwoYears), "нарушений", "offences", |facts| Decimal::from(facts.offences_two_years);
    Debt, "debt", Money, None, "просроченная задолженность", "overdue debt", |facts| facts.debt;
    CorrectionsPercent, "corrections_percent", Percent, Some(Span::Year), "корректировок после проверки", "corrected after a check", |facts| facts.corrections_percent;
    RefusalsPercent, "refusals_percent", Percent, Some(Span::Year), "отказов и отзывов", "refused or withdrawn", |facts| facts.refusals_percent;
    AuthorisedOperator, "authorised_operator", Flag, None, "уполномоченный оператор (1 — да)", "authorised operator (1 = yes)", |facts| Decimal::from(u8::from(facts.authorised_operator));
}

impl Indicator {
    /// What it measures, counted over its usual span, for people.
    pub fn title(self) -> Text {
        self.title_over(self.usual_span())
    }

    /// What it measures, counted over a span, for people.
    pub fn title_over(self, span: Option<Span>) -> Text {
        let (ru, en) = self.label();
        let (mut ru, mut en) = (ru.to_owned(), en.to_owned());
        if let Some(span) = span.filter(|_| self.usual_span().is_some()) {
            let words = span.words();
            ru = format!("{ru} {}", words.ru);
            en = format!("{en} {}", words.en);
        }
        if self.scale() == Scale::Percent {
            ru.push_str(", %");
            en.push_str(", %");
        }
        Text::new(ru, en)
    }

    /// The least by which the value can move: one of what is counted, any part of the rest.
    fn unit(self) -> Decimal {
        if self.scale() == Scale::Count { Decimal::ONE } else { Decimal::ZERO }
    }
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

    /// The number.
    pub fn limit(self) -> Decimal {
        match self {
            Threshold::AtLeast(limit) | Threshold::AtMost(limit) => limit,
        }
    }

    /// `not less than 2`, for people.
    pub fn words(self) -> Text {
        match self {
            Threshold::AtLeast(limit) => Text::new(format!("не меньше {limit}"), format!("at least {limit}")),
            Threshold::AtMost(limit) => Text::new(format!("не больше {limit}"), format!("at most {limit}")),
        }
    }
}

/// One published criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// What is measured.
    pub indicator: Indicator,
    /// Over which time, where not over the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<Span>,
    /// How many points a threshold of it is worth.
    #[serde(default = "one_point")]
    pub weight: u32,
    /// Speaks for low risk.
    #[serde(default)]
    pub low: Option<Threshold>,
    /// Without the threshold for low risk nobody is low, whatever the points.
    #[serde(default)]
    pub low_knock_out: bool,
    /// Speaks for high risk.
    #[serde(default)]
    pub high: Option<Threshold>,
    /// The threshold for high risk is enough by itself.
    #[serde(default)]
    pub high_knock_out: bool,
    /// The threshold for high risk counts from so many declarations of the span on: a share of few says little.
    #[serde(default)]
    pub declarations_min: u32,
}

fn one_point() -> u32 {
    1
}

impl Criterion {
    /// The time it counts over; none where its indicator stands as of the day.
    pub fn span(&self) -> Option<Span> {
        self.indicator.usual_span().map(|usual| self.over.unwrap_or(usual))
    }
}

/// Criteria a pack may publish.
pub const CRITERIA_MAX: usize = 100;
/// The most points a threshold may be worth.
pub const WEIGHT_MAX: u32 = 1_000;
/// The longest term for deciding an appeal, in days.
pub const APPEAL_DAYS_MAX: u32 = 366;

/// The published criteria of a jurisdiction; comes from its pack.
///
/// ```toml
/// automatic = true
/// low_points = 3
/// near_percent = 10
/// appeal_days = 30
///
/// [[criteria]]
/// indicator = "offences_two_years"
/// weight = 2
/// low = { at_most = 0 }
/// low_knock_out = true
/// high = { at_least = 3 }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryCriteria {
    /// Whether categories move by themselves; otherwise the change is proposed to an official who confirms it.
    #[serde(default = "by_itself")]
    pub automatic: bool,
    /// Points of thresholds for low risk that make a trader low; where it is left out, every threshold is needed.
    #[serde(default)]
    pub low_points: Option<u32>,
    /// Points of thresholds for high risk that make a trader high; where it is left out, any threshold is enough.
    #[serde(default)]
    pub high_points: Option<u32>,
    /// How near to a threshold a trader is warned, in percent of it; of what is counted, one unit is always near.
    #[serde(default = "near_usual")]
    pub near_percent: u32,
    /// Calendar days in which an appeal is decided.
    #[serde(default = "appeal_days_usual")]
    pub appeal_days: u32,
    /// Whether the shares that are looked at by chance are told for each category; they are told for none otherwise.
    #[serde(default)]
    pub publish_rates: bool,
    /// The criteria, in the order they are published.
    pub criteria: Vec<Criterion>,
}

fn by_itself() -> bool {
    true
}

fn near_usual() -> u32 {
    10
}

/// A month: our own starting point.
fn appeal_days_usual() -> u32 {
    30
}

impl Default for CategoryCriteria {
    /// Our own starting point, for a pack that says nothing.
    fn default() -> Self {
        use Indicator::*;
        use Threshold::*;
        let row = |indicator, low, high| Criterion {
            indicator,
            over: None,
            weight: one_point(),
            low,
            low_knock_out: false,
            high,
            high_knock_out: false,
            declarations_min: if matches!(indicator, CorrectionsPercent | RefusalsPercent) { 10 } else { 0 },
        };
        let least = |number: i64| Some(AtLeast(Decimal::from(number)));
        let most = |number: i64| Some(AtMost(Decimal::from(number)));
        Self {
            automatic: by_itself(),
            low_points: None,
            high_points: None,
            near_percent: near_usual(),
            appeal_days: appeal_days_usual(),
            publish_rates: false,
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

impl CategoryCriteria {
    /// Whether the criteria make sense together.
    ///
    /// # Errors
    /// What is wrong, and where: a criterion twice, a threshold below zero, points nobody can reach.
    pub fn check(&self) -> Result<(), String> {
        if self.criteria.len() > CRITERIA_MAX {
            return Err(format!("at most {CRITERIA_MAX} criteria"));
        }
        if self.near_percent > 100 {
            return Err(format!("near_percent = {}: at most 100", self.near_percent));
        }
        if !(1..=APPEAL_DAYS_MAX).contains(&self.appeal_days) {
            return Err(format!("appeal_days = {}: from 1 to {APPEAL_DAYS_MAX}", self.appeal_days));
        }
        for (place, row) in self.criteria.iter().enumerate() {
            let name = row.indicator.as_str();
            let twice = self.criteria.iter().take(place);
            if twice.clone().any(|other| other.indicator == row.indicator && other.span() == row.span()) {
                return Err(format!("{name} stands twice with the same span"));
            }
            if row.weight == 0 || row.weight > WEIGHT_MAX {
                return Err(format!("{name}: weight = {}: from 1 to {WEIGHT_MAX}", row.weight));
            }
            if row.over.is_some() && row.indicator.usual_span().is_none() {
                return Err(format!("{name} stands as of the day: `over` says nothing of it"));
            }
            let thresholds = [row.low, row.high].into_iter().flatten();
            if let Some(wrong) = thresholds.map(Threshold::limit).find(|limit| limit.is_sign_negative()) {
                return Err(format!("{name}: a threshold of {wrong} is below zero"));
            }
            if (row.low_knock_out && row.low.is_none()) || (row.high_knock_out && row.high.is_none()) {
                return Err(format!("{name}: a knock-out without its threshold"));
            }
        }
        for (name, points, picked) in [
            ("low_points", self.low_points, self.most(|row| row.low)),
            ("high_points", self.high_points, self.most(|row| row.high)),
        ] {
            if let Some(points) = points.filter(|points| *points == 0 || *points > picked) {
                return Err(format!("{name} = {points}: the thresholds are worth {picked} together"));
            }
        }
        Ok(())
    }

    fn most(&self, pick: fn(&Criterion) -> Option<Threshold>) -> u32 {
        self.criteria.iter().filter(|row| pick(row).is_some()).map(|row| row.weight).sum()
    }

    /// Where points and knock-outs lead.
    fn lead(&self, reasons: &[Reason]) -> Category {
        let toward = |category| reasons.iter().filter(move |reason| reason.toward == category);
        let points = |category| points(toward(category));
        let mut high = toward(Category::High);
        let is_high = match self.high_points {
            None => high.any(|reason| reason.met),
            Some(needed) => high.any(|r| r.met && r.knock_out) || points(Category::High) >= needed,
        };
        if is_high {
            return Category::High;
        }
        let mut low = toward(Category::Low);
        let is_low = match self.low_points {
            None => low.clone().next().is_some() && low.all(|reason| reason.met),
            Some(needed) => low.all(|r| r.met || !r.knock_out) && points(Category::Low) >= needed,
        };
        if is_low { Category::Low } else { Category::Medium }
    }
}

fn points<'a>(reasons: impl Iterator<Item = &'a Reason>) -> u32 {
    reasons.filter(|reason| reason.met).map(|reason| reason.weight).sum()
}

/// Why: one threshold a trader was held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// What was measured.
    pub indicator: Indicator,
    /// Over which time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<Span>,
    /// What it was.
    pub value: Decimal,
    /// The threshold it was held against.
    pub threshold: Threshold,
    /// The category the threshold speaks for: low or high.
    pub toward: Category,
    /// What it is worth.
    pub weight: u32,
    /// Whether it decides by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub knock_out: bool,
    /// Whether the threshold was reached, and counts.
    pub met: bool,
}

impl Reason {
    /// `years active: 1 (at least 2)`.
    pub fn text(&self) -> Text {
        let (title, limit) = (self.indicator.title_over(self.over), self.threshold.words());
        Text::new(
            format!("{}: {} ({})", title.ru, self.value, limit.ru),
            format!("{}: {} ({})", title.en, self.value, limit.en),
        )
    }
}

/// A threshold that would change the category if it were crossed, and is not far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near {
    /// The threshold, as it stands now.
    pub reason: Reason,
    /// The category on its other side.
    pub then: Category,
}

impl Near {
    /// What it warns of, for people.
    pub fn text(&self) -> Text {
        let (reason, then) = (self.reason.text(), self.then.title());
        Text::new(
            format!("{}: за порогом — {}", reason.ru, then.ru),
            format!("{}: beyond the threshold lies {}", reason.en, then.en),
        )
    }
}

/// The category of a trader, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The category.
    pub category: Category,
    /// Every threshold, in the order they are published.
    pub reasons: Vec<Reason>,
    /// Thresholds that are near.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub near: Vec<Near>,
    /// Points needed for low risk; none where every threshold is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_points: Option<u32>,
    /// Points needed for high risk; none where any threshold is enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high_points: Option<u32>,
}

impl Explanation {
    /// The thresholds that speak for a category.
    pub fn toward(&self, category: Category) -> impl Iterator<Item = &Reason> + Clone {
        self.reasons.iter().filter(move |reason| reason.toward == category)
    }

    /// The points of those that were reached.
    pub fn points(&self, category: Category) -> u32 {
        points(self.toward(category))
    }

    /// The whole in one sentence: `4 of 6 thresholds for low risk met: …; not met: …`.
    pub fn text(&self) -> Text {
        let aim = if self.category == Category::High { Category::High } else { Category::Low };
        let all = self.toward(aim).count();
        let (met, missing): (Vec<&Reason>, Vec<&Reason>) = self.toward(aim).partition(|reason| reason.met);
        let list = |reasons: &[&Reason], ru: bool| {
            let texts = reasons.iter().map(|reason| reason.text());
            texts.map(|text| if ru { text.ru } else { text.en }.into_owned()).collect::<Vec<_>>().join("; ")
        };
        let part = |ru: bool| {
            let mut text = match (aim, ru) {
                (Category::High, true) => {
                    format!("Достигнуто порогов высокого риска: {} из {all}", met.len())
                }
                (Category::High, false) => format!("{} of {all} thresholds for high risk reached", met.len()),
                (_, true) => format!("Выполнено порогов низкого риска: {} из {all}", met.len()),
                (_, false) => format!("{} of {all} thresholds for low risk met", met.len()),
            };
            let needed = if aim == Category::High { self.high_points } else { self.low_points };
            if let Some(needed) = needed {
                let points = self.points(aim);
                text.push_str(&match ru {
                    true => format!(" (баллов {points}, нужно {needed})"),
                    false => format!(" ({points} points of the {needed} needed)"),
                });
            }
            if !met.is_empty() {
                text.push_str(&format!(": {}", list(&met, ru)));
            }
            if aim == Category::Low && !missing.is_empty() {
                let missing = list(&missing, ru);
                text.push_str(&if ru {
                    format!("; не выполнено: {missing}")
                } else {
                    format!("; not met: {missing}")
                });
            }
            text
        };
        Text::new(part(true), part(false))
    }
}

/// The category of a trader by the criteria, and why.
///
/// High if a knock-out for high risk is reached, or the points; low if every knock-out for low risk is met, and the
/// points are; medium otherwise.
pub fn categorise(criteria: &CategoryCriteria, figures: &Figures) -> Explanation {
    let mut reasons = Vec::with_capacity(criteria.criteria.len() * 2);
    for row in &criteria.criteria {
        let over = row.span();
        let facts = figures.over(over);
        let value = row.indicator.value(facts);
        let enough = facts.declarations_year >= row.declarations_min;
        for (threshold, toward, knock_out, counts) in [
            (row.low, Category::Low, row.low_knock_out, true),
            (row.high, Category::High, row.high_knock_out, enough),
        ] {
            let Some(threshold) = threshold else { continue };
            let met = counts && threshold.met(value);
            let (indicator, weight) = (row.indicator, row.weight);
            reasons.push(Reason { indicator, over, value, threshold, toward, weight, knock_out, met });
        }
    }
    let category = criteria.lead(&reasons);
    let near = near(criteria, &reasons, category);
    let CategoryCriteria { low_points, high_points, .. } = *criteria;
    Explanation { category, reasons, near, low_points, high_points }
}

/// Thresholds that are not far and would change the category if crossed. Of a value of zero that is as good as it can
/// be nobody is warned: every clean trader is one offence away from the first.
fn near(criteria: &CategoryCriteria, reasons: &[Reason], category: Category) -> Vec<Near> {
    let mut all = reasons.to_vec();
    let mut found = Vec::new();
    for (place, reason) in reasons.iter().enumerate() {
        let Reason { indicator, value, threshold, met, .. } = *reason;
        // A threshold that does not count yet, for want of declarations, is nothing to cross.
        if indicator.scale() == Scale::Flag || met != threshold.met(value) {
            continue;
        }
        let good = matches!(threshold, Threshold::AtMost(_)) == (reason.toward == Category::Low);
        if value.is_zero() && good {
            continue;
        }
        let limit = threshold.limit();
        let beyond = if met { indicator.unit() } else { Decimal::ZERO };
        let distance = (value - limit).abs() + beyond;
        let share = limit * Decimal::from(criteria.near_percent) / Decimal::ONE_HUNDRED;
        if distance > share.max(indicator.unit()) {
            continue;
        }
        let flip = |all: &mut [Reason]| all.get_mut(place).into_iter().for_each(|one| one.met = !one.met);
        flip(&mut all);
        let then = criteria.lead(&all);
        flip(&mut all);
        if then != category {
            found.push(Near { reason: *reason, then });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean() -> ParticipantFacts {
        ParticipantFacts { years_active: 5, declarations_year: 400, ..ParticipantFacts::default() }
    }

    fn explained(criteria: &CategoryCriteria, facts: ParticipantFacts) -> Explanation {
        categorise(criteria, &facts.into())
    }

    #[test]
    fn each_criterion_decides_at_its_threshold() {
        let criteria = CategoryCriteria::default();
        let debt = Decimal::new(1, 2);
        let refusals_percent = Decimal::from(30);
        let cases: &[(&str, ParticipantFacts, Category, usize)] = &[
            ("clean", clean(), Category::Low, 6),
            ("newcomer", ParticipantFacts::default(), Category::Medium, 4),
            ("one year", ParticipantFacts { years_active: 1, ..clean() }, Category::Medium, 5),
            ("two years", ParticipantFacts { years_active: 2, ..clean() }, Category::Low, 6),
            ("two offences", ParticipantFacts { offences_two_years: 2, ..clean() }, Category::Medium, 5),
            ("three offences", ParticipantFacts { offences_two_years: 3, ..clean() }, Category::High, 5),
            ("a kopeck of debt", ParticipantFacts { debt, ..clean() }, Category::Medium, 5),
            (
                "two reasons",
                ParticipantFacts { refusals_percent, offences_two_years: 9, ..clean() },
                Category::High,
                4,
            ),
            (
                "three of nine refused",
                ParticipantFacts { refusals_percent, declarations_year: 9, ..clean() },
                Category::Medium,
                4,
            ),
        ];
        for (name, facts, category, met) in cases {
            let why = explained(&criteria, facts.clone());
            let low = why.toward(Category::Low).filter(|reason| reason.met).count();
            assert_eq!((why.category, low), (*category, *met), "{name}: {why:?}");
        }
    }

    #[test]
    fn an_explanation_is_one_sentence_in_both_languages() {
        let one_year = ParticipantFacts { years_active: 1, declarations_year: 150, ..clean() };
        let why = explained(&CategoryCriteria::default(), one_year).text();
        assert_eq!(
            why.en,
            "5 of 6 thresholds for low risk met: declarations in a year: 150 (at least 100); offences in two years: 0 \
             (at most 0); overdue debt: 0 (at most 0); corrected after a check in a year, %: 0 (at most 2); refused or \
             withdrawn in a year, %: 0 (at most 5); not met: years active: 1 (at least 2)"
        );
        assert!(
            why.ru.starts_with(
                "Выполнено порогов низкого риска: 5 из 6: деклараций за год: 150 (не меньше 100)"
            )
        );
        assert!(why.ru.ends_with("; не выполнено: лет деятельности: 1 (не меньше 2)"));
        let bad = ParticipantFacts { offences_two_years: 3, ..clean() };
        assert_eq!(
            explained(&CategoryCriteria::default(), bad).text().en,
            "1 of 3 thresholds for high risk reached: offences in two years: 3 (at least 3)"
        );
    }

    #[test]
    fn points_and_knock_outs_decide_together() {
        let criteria: CategoryCriteria = toml::from_str(
            r#"
            low_points = 60
            high_points = 50
            near_percent = 10
            criteria = [
                { indicator = "years_active", weight = 40, low = { at_least = 2 } },
                { indicator = "declarations_year", weight = 30, low = { at_least = 100 } },
                { indicator = "debt", weight = 30, low = { at_most = 0 }, low_knock_out = true, high = { at_least = 500 } },
                { indicator = "offences_two_years", weight = 30, over = "year", low = { at_most = 0 }, high = { at_least = 2 } },
                { indicator = "refusals_percent", weight = 10, high = { at_least = 60 }, high_knock_out = true, declarations_min = 10 },
            ]
            "#,
        )
        .unwrap();
        criteria.check().unwrap();
        let with = |change: fn(&mut ParticipantFacts)| {
            let mut facts = clean();
            change(&mut facts);
            explained(&criteria, facts).category
        };
        assert_eq!(with(|_| ()), Category::Low);
        assert_eq!(with(|facts| facts.years_active = 0), Category::Low, "90 points without the years");
        assert_eq!(with(|facts| (facts.years_active, facts.offences_two_years) = (0, 1)), Category::Low);
        assert_eq!(with(|facts| facts.debt = Decimal::ONE), Category::Medium, "a knock-out for low");
        assert_eq!(with(|facts| facts.debt = Decimal::from(500)), Category::Medium, "30 of 50 points");
        assert_eq!(
            with(|facts| (facts.debt, facts.offences_two_years) = (Decimal::from(500), 2)),
            Category::High
        );
        assert_eq!(with(|facts| facts.refusals_percent = Decimal::from(60)), Category::High, "by itself");
        // Each criterion asks its own span.
        let figures = Figures {
            year: clean(),
            two_years: ParticipantFacts { offences_two_years: 9, debt: Decimal::ZERO, ..clean() },
        };
        assert_eq!(categorise(&criteria, &figures).category, Category::Low);
    }

    #[test]
    fn who_is_near_a_threshold_that_matters_is_warned() {
        let criteria = CategoryCriteria::default();
        let near = |facts: ParticipantFacts| -> Vec<(Indicator, Category)> {
            explained(&criteria, facts).near.iter().map(|near| (near.reason.indicator, near.then)).collect()
        };
        assert_eq!(near(clean()), [], "nothing is as bad as it could soon be");
        let few = |declarations_year| ParticipantFacts { declarations_year, ..clean() };
        assert_eq!(near(few(109)), [(Indicator::DeclarationsYear, Category::Medium)]);
        assert_eq!(near(few(110)), [], "11 above 99");
        assert_eq!(near(few(91)), [(Indicator::DeclarationsYear, Category::Low)]);
        assert_eq!(near(few(89)), []);
        let years = |years_active| ParticipantFacts { years_active, ..clean() };
        assert_eq!(near(years(1)), [(Indicator::YearsActive, Category::Low)], "one unit");
        assert_eq!(near(years(0)), []);
        let offences = |offences_two_years| ParticipantFacts { offences_two_years, ..clean() };
        assert_eq!(near(offences(2)), [(Indicator::OffencesTwoYears, Category::High)]);
        assert_eq!(near(offences(3)), [(Indicator::OffencesTwoYears, Category::Medium)]);
        let corrected = |cents| ParticipantFacts { corrections_percent: Decimal::new(cents, 2), ..clean() };
        assert_eq!(near(corrected(180)), [(Indicator::CorrectionsPercent, Category::Medium)]);
        assert_eq!(near(corrected(179)), []);
        // Two thresholds away from low: neither alone would change anything.
        assert_eq!(near(ParticipantFacts { years_active: 1, declarations_year: 95, ..clean() }), []);
        let warned = explained(&criteria, few(109)).near[0].text();
        assert_eq!(
            warned.en,
            "declarations in a year: 109 (at least 100): beyond the threshold lies medium risk"
        );
    }

    #[test]
    fn a_pack_publishes_the_criteria_and_none_make_nobody_low() {
        let pack =
            "[[criteria]]\nindicator = \"debt\"\nlow = { at_most = \"10.50\" }\nhigh = { at_least = 100 }";
        let criteria: CategoryCriteria = toml::from_str(pack).unwrap();
        let debt = |text: &str| {
            let facts = ParticipantFacts { debt: text.parse().unwrap(), ..ParticipantFacts::default() };
            explained(&criteria, facts).category
        };
        assert_eq!(debt("10.50"), Category::Low);
        assert_eq!(debt("10.51"), Category::Medium);
        assert_eq!(debt("100"), Category::High);
        let none = CategoryCriteria { criteria: Vec::new(), ..CategoryCriteria::default() };
        let nothing = explained(&none, clean());
        assert_eq!((nothing.category, nothing.reasons), (Category::Medium, Vec::new()));
        assert!(toml::from_str::<CategoryCriteria>("[[criteria]]\nindicator = \"luck\"").is_err());
    }

    #[test]
    fn criteria_that_make_no_sense_are_refused() {
        let debt = "[[criteria]]\nindicator = \"debt\"\n";
        for (pack, why) in [
            (format!("{debt}low = {{ at_most = -1 }}"), "debt: a threshold of -1 is below zero"),
            (format!("{debt}{debt}"), "debt stands twice with the same span"),
            (format!("{debt}weight = 0"), "debt: weight = 0: from 1 to 1000"),
            (format!("{debt}over = \"year\""), "debt stands as of the day: `over` says nothing of it"),
            (format!("{debt}low_knock_out = true"), "debt: a knock-out without its threshold"),
            (
                format!("low_points = 2\n{debt}low = {{ at_most = 0 }}"),
                "low_points = 2: the thresholds are worth 1 together",
            ),
            (format!("near_percent = 101\n{debt}"), "near_percent = 101: at most 100"),
            (format!("appeal_days = 0\n{debt}"), "appeal_days = 0: from 1 to 366"),
        ] {
            let criteria: CategoryCriteria = toml::from_str(&pack).unwrap();
            assert_eq!(criteria.check(), Err(why.to_owned()), "{pack}");
        }
        CategoryCriteria::default().check().unwrap();
    }

    #[test]
    fn every_indicator_has_its_name_in_the_facts() {
        for indicator in Indicator::ALL {
            assert_eq!(serde_json::to_value(indicator).unwrap(), indicator.as_str());
            let facts = serde_json::to_value(ParticipantFacts::default()).unwrap();
            assert!(facts.get(indicator.as_str()).is_some(), "{}", indicator.as_str());
        }
    }
}
