//! Lanes: who looks at a declaration, and how many are looked at by chance.

use declaration::Text;
use serde::{Deserialize, Serialize};

use crate::category::{ByCategory, Category};
use crate::draw::Draw;
use crate::share::Share;

/// Who looks at a declaration, from nobody to an inspector at the goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    /// Nobody looks.
    #[default]
    Green,
    /// Released without a look, audited afterwards.
    Blue,
    /// An officer looks at the documents before release.
    Yellow,
    /// An inspector looks at the goods before release.
    Red,
}

impl Lane {
    /// `green`, `blue`, `yellow` or `red`.
    pub fn as_str(self) -> &'static str {
        match self {
            Lane::Green => "green",
            Lane::Blue => "blue",
            Lane::Yellow => "yellow",
            Lane::Red => "red",
        }
    }

    /// What the lane means, for people.
    pub fn title(self) -> Text {
        match self {
            Lane::Green => Text::new("зелёный: без проверки", "green: no check"),
            Lane::Blue => Text::new("синий: проверка после выпуска", "blue: audit after release"),
            Lane::Yellow => Text::new("жёлтый: проверка документов", "yellow: documents"),
            Lane::Red => Text::new("красный: осмотр товаров", "red: goods"),
        }
    }

    /// Whether somebody looks before release.
    pub fn looks_before_release(self) -> bool {
        self >= Lane::Yellow
    }
}

/// How many of one category's declarations are looked at before release by chance alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RandomRate {
    /// The share whose documents are checked, in percent.
    #[serde(default)]
    pub yellow: Share,
    /// The share whose goods are inspected, in percent.
    #[serde(default)]
    pub red: Share,
}

/// The jurisdiction's rates of selection by chance; comes from its pack.
///
/// ```toml
/// audit_rate = 1
/// random_rate.low = { yellow = 0.3, red = 0.1 }
/// random_rate.medium = { yellow = 1.5, red = 0.5 }
/// random_rate.high = { yellow = 4, red = 2 }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanePolicy {
    /// Looked at before release, by the trader's category.
    pub random_rate: ByCategory<RandomRate>,
    /// The share of what nothing else selects that is audited after release, in percent.
    pub audit_rate: Share,
    /// Parts of the trade with rates of their own: offices that must look at a minimum of their own, goods or
    /// directions that are sampled more. A stratum raises rates and never lowers them, so that nobody escapes
    /// into a milder one.
    #[serde(default)]
    pub strata: Vec<Stratum>,
    /// Whether what profiles select is drawn as well. Then what chance finds is a sample of all declarations, and
    /// profiles can be held against it; without it chance only knows what no profile wants.
    #[serde(default)]
    pub drawn_always: bool,
}

/// A part of the trade with rates of its own. Conditions that are left out hold.
///
/// ```toml
/// [[strata]]
/// offices = ["10013"]
/// red = 0.5
/// [[strata]]
/// kinds = ["import"]
/// codes = ["61", "62"]
/// yellow = 3
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Stratum {
    /// Registering offices, or beginnings of their codes.
    pub offices: Vec<String>,
    /// Directions: `import`, `export`, `transit`.
    pub kinds: Vec<String>,
    /// Categories of traders.
    pub categories: Vec<Category>,
    /// Beginnings of commodity codes; some line of goods must have one.
    pub codes: Vec<String>,
    /// At least this share has its documents checked, in percent.
    pub yellow: Share,
    /// At least this share has its goods inspected, in percent.
    pub red: Share,
    /// At least this share of what nothing else selects is audited after release, in percent.
    pub audit: Share,
}

/// What the rates of a declaration depend on.
#[derive(Debug, Clone, Copy)]
pub struct Sampled<'a> {
    /// The trader's category.
    pub category: Category,
    /// The registering office, where it is known.
    pub office: Option<&'a str>,
    /// `import`, `export` or `transit`, where it is stated.
    pub kind: Option<&'a str>,
    /// The commodity codes of its lines.
    pub codes: &'a [&'a str],
}

impl Stratum {
    fn holds(&self, sampled: &Sampled<'_>) -> bool {
        let begins = |listed: &[String], text: &str| listed.iter().any(|begin| text.starts_with(&**begin));
        let among = |listed: &[String], text: Option<&str>| {
            listed.is_empty() || text.is_some_and(|text| listed.iter().any(|one| one == text))
        };
        (self.offices.is_empty() || sampled.office.is_some_and(|office| begins(&self.offices, office)))
            && among(&self.kinds, sampled.kind)
            && (self.categories.is_empty() || self.categories.contains(&sampled.category))
            && (self.codes.is_empty() || sampled.codes.iter().any(|code| begins(&self.codes, code)))
    }
}

/// The rates of one declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// The share whose documents are checked.
    pub yellow: Share,
    /// The share whose goods are inspected.
    pub red: Share,
    /// The share of what nothing else selects that is audited after release.
    pub audit: Share,
}

impl Default for LanePolicy {
    /// Our own starting point, for a pack that says nothing: a minimum that keeps every trader
    /// expecting a look, more where the category is worse.
    fn default() -> Self {
        let rate =
            |yellow, red| RandomRate { yellow: Share::from_parts(yellow), red: Share::from_parts(red) };
        Self {
            random_rate: ByCategory {
                low: rate(3_000, 1_000),
                medium: rate(15_000, 5_000),
                high: rate(40_000, 20_000),
            },
            audit_rate: Share::from_parts(10_000),
            strata: Vec::new(),
            drawn_always: false,
        }
    }
}

/// A selection by chance, with what anyone needs to check it once the day's secret is out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RandomSelection {
    /// The lane it leads to.
    pub lane: Lane,
    /// The label of the draw: `random` before release, `audit` after.
    pub label: String,
    /// The number drawn, out of [`PARTS`](crate::PARTS); it lies below the sum of the rates that
    /// lead to this lane or a stricter one.
    pub drawn: u32,
    /// The rate of this lane for this category, in percent.
    pub rate: Share,
}

/// The label of the draw for a look before release.
pub(crate) const RANDOM: &str = "random";
/// The label of the draw for an audit after release.
pub(crate) const AUDIT: &str = "audit";

impl LanePolicy {
    /// The rates of a declaration: those of its trader's category, raised by every stratum it falls into.
    pub fn rates(&self, sampled: &Sampled<'_>) -> Rates {
        let RandomRate { yellow, red } = *self.random_rate.of(sampled.category);
        let base = Rates { yellow, red, audit: self.audit_rate };
        self.strata.iter().filter(|stratum| stratum.holds(sampled)).fold(base, |rates, stratum| Rates {
            yellow: rates.yellow.max(stratum.yellow),
            red: rates.red.max(stratum.red),
            audit: rates.audit.max(stratum.audit),
        })
    }

    /// The selection by chance of a declaration that would otherwise go through `lane`.
    ///
    /// Whoever is not looked at before release can be drawn for it: an audit afterwards shields
    /// from nothing; where everybody is drawn, whoever is looked at already too. One number decides both rates,
    /// red first. What stays green can be drawn for an audit, by a draw of its own.
    pub fn select(&self, lane: Lane, sampled: &Sampled<'_>, draw: &Draw) -> Option<RandomSelection> {
        if lane.looks_before_release() && !self.drawn_always {
            return None;
        }
        let selection = |lane, label: &str, drawn: u64, rate| {
            let drawn = u32::try_from(drawn).unwrap_or(u32::MAX);
            Some(RandomSelection { lane, label: label.to_owned(), drawn, rate })
        };
        let Rates { yellow, red, audit } = self.rates(sampled);
        let drawn = draw.share(RANDOM);
        if red.takes(drawn) {
            return selection(Lane::Red, RANDOM, drawn, red);
        }
        if Share::from_parts(red.parts().saturating_add(yellow.parts())).takes(drawn) {
            return selection(Lane::Yellow, RANDOM, drawn, yellow);
        }
        let drawn = draw.share(AUDIT);
        if lane == Lane::Green && audit.takes(drawn) {
            return selection(Lane::Blue, AUDIT, drawn, audit);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(category: Category) -> Sampled<'static> {
        Sampled {
            category,
            office: Some("10013160"),
            kind: Some("import"),
            codes: &["6203423100", "8471300000"],
        }
    }

    #[test]
    fn a_stratum_raises_rates_and_never_lowers_them() {
        let policy: LanePolicy = toml::from_str(
            "audit_rate = 1\nrandom_rate.low = { yellow = 0.5, red = 0.1 }\n[random_rate.medium]\n[random_rate.high]\n\
             [[strata]]\noffices = [\"10013\"]\nred = 0.5\n[[strata]]\nkinds = [\"import\"]\ncodes = [\"61\", \"62\"]\nyellow = 3\n\
             [[strata]]\ncategories = [\"low\"]\nyellow = 0.2\naudit = 5\n[[strata]]\nkinds = [\"export\"]\nred = 100",
        )
        .unwrap();
        let rates = policy.rates(&of(Category::Low));
        assert_eq!((rates.yellow.parts(), rates.red.parts(), rates.audit.parts()), (30_000, 5_000, 50_000));
        let elsewhere = Sampled { office: Some("10005030"), codes: &["8471300000"], ..of(Category::Low) };
        let rates = policy.rates(&elsewhere);
        assert_eq!((rates.yellow.parts(), rates.red.parts()), (5_000, 1_000), "0.2 % is less than 0.5 %");
        let unknown = Sampled { office: None, kind: None, codes: &[], ..of(Category::High) };
        assert_eq!(
            policy.rates(&unknown),
            Rates { yellow: Share::NONE, red: Share::NONE, audit: Share::from_parts(10_000) }
        );
    }

    #[test]
    fn where_everybody_is_drawn_profiles_hide_nobody_from_chance() {
        let everything = RandomRate { yellow: Share::NONE, red: Share::ALL };
        let policy = LanePolicy {
            random_rate: ByCategory { low: everything, medium: everything, high: everything },
            drawn_always: true,
            ..LanePolicy::default()
        };
        let draw = Draw::of(&[3; 32], b"case");
        for lane in [Lane::Green, Lane::Blue, Lane::Yellow, Lane::Red] {
            assert_eq!(policy.select(lane, &of(Category::Low), &draw).unwrap().lane, Lane::Red, "{lane:?}");
        }
    }

    #[test]
    fn lanes_are_ordered_by_strictness() {
        assert!(Lane::Green < Lane::Blue && Lane::Blue < Lane::Yellow && Lane::Yellow < Lane::Red);
        assert_eq!(serde_json::to_string(&Lane::Yellow).unwrap(), "\"yellow\"");
    }

    #[test]
    fn a_pack_sets_the_rates() {
        let policy: LanePolicy = toml::from_str(
            "audit_rate = 1.25\nrandom_rate.low = { yellow = 0.3, red = 0.1 }\n\
             random_rate.medium = { yellow = \"1.5\" }\nrandom_rate.high = { red = 2 }",
        )
        .unwrap();
        assert_eq!(policy.random_rate.low.yellow.parts(), 3_000);
        assert_eq!(policy.random_rate.medium.red, Share::NONE);
        assert_eq!(policy.audit_rate.parts(), 12_500);
        assert!(toml::from_str::<LanePolicy>("audit_rate = 1\nrandom = 2").is_err());
    }

    /// Over many cases the measured rates are the set ones, within five standard deviations of the
    /// binomial distribution; the secret is fixed, so the test is too.
    #[test]
    fn measured_rates_are_the_set_rates() {
        const MANY: u32 = if cfg!(debug_assertions) { 200_000 } else { 1_000_000 };
        let policy = LanePolicy::default();
        for (category, cases) in [(Category::Low, 20_000), (Category::Medium, 20_000), (Category::High, MANY)]
        {
            let mut counts = [0u32; 4];
            for case in 0..cases {
                let draw = Draw::of(b"0123456789abcdef0123456789abcdef", &case.to_be_bytes());
                let selected = policy.select(Lane::Green, &of(category), &draw);
                counts[selected.map_or(Lane::Green, |selected| selected.lane) as usize] += 1;
            }
            let rate = policy.random_rate.of(category);
            let before_release = f64::from(rate.red.parts() + rate.yellow.parts()) / 1e6;
            let audit = (1.0 - before_release) * f64::from(policy.audit_rate.parts()) / 1e6;
            let expected = [(Lane::Red, rate.red), (Lane::Yellow, rate.yellow)]
                .map(|(lane, rate)| (lane, f64::from(rate.parts()) / 1e6));
            for (lane, rate) in expected.into_iter().chain([(Lane::Blue, audit)]) {
                let measured = f64::from(counts[lane as usize]) / f64::from(cases);
                let tolerance = 5.0 * (rate * (1.0 - rate) / f64::from(cases)).sqrt();
                assert!((measured - rate).abs() < tolerance, "{category:?} {lane:?}: {measured} for {rate}");
            }
        }
    }

    #[test]
    fn who_is_looked_at_anyway_is_not_drawn_and_an_audit_is_no_shield() {
        let everything = RandomRate { yellow: Share::NONE, red: Share::ALL };
        let policy = LanePolicy {
            random_rate: ByCategory { low: everything, medium: everything, high: everything },
            audit_rate: Share::ALL,
            ..LanePolicy::default()
        };
        let draw = Draw::of(&[3; 32], b"case");
        assert_eq!(policy.select(Lane::Yellow, &of(Category::High), &draw), None);
        assert_eq!(policy.select(Lane::Blue, &of(Category::Low), &draw).unwrap().lane, Lane::Red);
        let audits_only = LanePolicy {
            random_rate: ByCategory::default(),
            audit_rate: Share::ALL,
            ..LanePolicy::default()
        };
        assert_eq!(audits_only.select(Lane::Green, &of(Category::Low), &draw).unwrap().lane, Lane::Blue);
        assert_eq!(audits_only.select(Lane::Blue, &of(Category::Low), &draw), None);
    }
}
