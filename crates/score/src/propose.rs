//! From a score to a lane: the highest quantiles, and a share of exploration by a draw that anyone can check.

use declaration::Text;
use risk::{Draw, Lane, Share};
use serde::{Deserialize, Serialize};

use crate::evaluate::Rank;

/// The label of the draw for exploration.
const EXPLORE: &str = "explore";

/// How many are looked at, and how many of those by chance.
///
/// Labels come only from what was inspected. A model that chooses all inspections soon learns only what it believes
/// already; a tenth left to chance is the published practice, and what finds the kinds nobody has thought of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanePlan {
    /// Of all rows, those whose goods are inspected.
    pub red: Share,
    /// Of all rows, those whose documents are checked.
    pub yellow: Share,
    /// Of those looked at, the ones chosen by chance.
    pub explored: Share,
}

impl Default for LanePlan {
    /// Two per cent red, eight yellow, a tenth of both by chance.
    fn default() -> Self {
        Self {
            red: Share::from_parts(20_000),
            yellow: Share::from_parts(80_000),
            explored: Share::from_parts(100_000),
        }
    }
}

impl LanePlan {
    /// The share of all rows that chance sends into a lane.
    pub fn by_chance(&self, lane: Share) -> Share {
        let parts =
            u64::from(lane.parts()) * u64::from(self.explored.parts()) / u64::from(Share::ALL.parts());
        Share::from_parts(u32::try_from(parts).unwrap_or(0))
    }

    /// The shares of all rows that the score sends into red, and into red or yellow.
    fn by_score(&self) -> [Share; 2] {
        let by_score = |lane: Share| lane.parts().saturating_sub(self.by_chance(lane).parts());
        let red = by_score(self.red);
        [Share::from_parts(red), Share::from_parts(red.saturating_add(by_score(self.yellow)))]
    }

    /// Whether it can be: not more looked at than there is.
    pub fn fits(&self) -> bool {
        self.red.parts().saturating_add(self.yellow.parts()) <= Share::ALL.parts()
    }
}

/// The least rank that leads into a lane; none if none does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Thresholds {
    #[serde(default, with = "whole", skip_serializing_if = "Option::is_none")]
    red: Option<i128>,
    #[serde(default, with = "whole", skip_serializing_if = "Option::is_none")]
    yellow: Option<i128>,
}

/// 128 bits as text: JSON's numbers end before.
mod whole {
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(value: &Option<i128>, to: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => to.serialize_some(&value.to_string()),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i128>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| text.parse().map_err(de::Error::custom)).transpose()
    }
}

impl Thresholds {
    /// From ranks, from the highest down, each with how many it stands for.
    pub(crate) fn of(plan: &LanePlan, descending: &[(i128, u32)]) -> Self {
        let all: u64 = descending.iter().map(|(_, weight)| u64::from(*weight)).sum();
        let least = |share: Share| {
            let taken = u128::from(all) * u128::from(share.parts()) / u128::from(Share::ALL.parts());
            let mut above = 0u128;
            // Equal ranks go together, and what does not fit whole is left out: no more are looked at than was said.
            let within = descending.chunk_by(|one, next| one.0 == next.0).take_while(|equal| {
                above += equal.iter().map(|(_, weight)| u128::from(*weight)).sum::<u128>();
                above <= taken
            });
            within.last().and_then(|equal| equal.first()).map(|(rank, _)| *rank)
        };
        let [red, looked_at] = plan.by_score();
        Self { red: least(red), yellow: least(looked_at) }
    }

    /// The lane of a rank.
    pub(crate) fn lane(&self, rank: i128) -> Lane {
        if self.red.is_some_and(|least| rank >= least) {
            Lane::Red
        } else if self.yellow.is_some_and(|least| rank >= least) {
            Lane::Yellow
        } else {
            Lane::Green
        }
    }
}

/// Why a lane is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "lowercase")]
pub enum Selection {
    /// The score lies within the quantile of the lane.
    Score,
    /// Nothing: the row is not selected.
    Nothing,
    /// Chance, by a draw that can be checked.
    Chance {
        /// The number drawn, out of [`risk::PARTS`].
        drawn: u32,
        /// It lies below this share.
        share: Share,
    },
}

/// What one feature had to do with a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The feature.
    pub feature: String,
    /// What it is called on pages.
    pub title: Text,
    /// What the row says; empty where it says nothing.
    pub value: String,
    /// Training did not see this value.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unknown: bool,
    /// What it adds to the logit, to four digits: above zero it speaks for an inspection.
    pub weight: f64,
}

fn is_false(flag: &bool) -> bool {
    !*flag
}

/// The score of one row. A function of model and row alone, the same to the bit on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// The logit, in parts of 2⁻²⁴: what rows are compared by.
    pub logit_parts: i64,
    /// The probability that something is found, in billionths: what people are shown.
    pub probability_billionths: u32,
}

impl Score {
    /// The probability.
    pub fn probability(&self) -> f64 {
        f64::from(self.probability_billionths) / f64::from(crate::evaluate::BILLION)
    }
}

/// What a model proposes for one row: what the record keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// The version of the model: the first digits of its hash.
    pub version: String,
    /// The score.
    pub score: Score,
    /// What rows are ranked by.
    pub rank: Rank,
    /// The lane.
    pub lane: Lane,
    /// Why that lane.
    pub selection: Selection,
    /// What weighed most, the strongest first.
    pub reasons: Vec<Reason>,
}

/// The stricter of what the score and what chance says. The draw is made for every row, so the share of chance does
/// not depend on the model: what it finds is a fair sample.
pub(crate) fn selected(
    plan: &LanePlan,
    thresholds: &Thresholds,
    rank: i128,
    draw: Option<&Draw>,
) -> (Lane, Selection) {
    let by_score = thresholds.lane(rank);
    if let Some(draw) = draw {
        let drawn = draw.share(EXPLORE);
        let red = plan.by_chance(plan.red);
        let looked_at = Share::from_parts(red.parts().saturating_add(plan.by_chance(plan.yellow).parts()));
        let by_chance =
            [(Lane::Red, red), (Lane::Yellow, looked_at)].into_iter().find(|(_, share)| share.takes(drawn));
        if let Some((lane, share)) = by_chance.filter(|(lane, _)| *lane > by_score) {
            return (lane, Selection::Chance { drawn: u32::try_from(drawn).unwrap_or(u32::MAX), share });
        }
    }
    match by_score {
        Lane::Green => (Lane::Green, Selection::Nothing),
        lane => (lane, Selection::Score),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(percent: u32) -> Share {
        Share::from_parts(percent * 10_000)
    }

    #[test]
    fn quantiles_leave_room_for_chance() {
        let plan = LanePlan { red: percent(10), yellow: percent(20), explored: percent(10) };
        let ranks: Vec<i128> = (0..1_000).rev().collect();
        let once: Vec<(i128, u32)> = ranks.iter().map(|rank| (*rank, 1)).collect();
        let thresholds = Thresholds::of(&plan, &once);
        assert_eq!(thresholds, Thresholds { red: Some(910), yellow: Some(730) });
        // Sampled one in two below 500, they stand for as many.
        let sampled = |(rank, _): &(i128, u32)| (*rank < 500 && rank % 2 == 0).then_some((*rank, 2));
        let halved: Vec<(i128, u32)> =
            once.iter().filter_map(|row| if row.0 >= 500 { Some(*row) } else { sampled(row) }).collect();
        assert_eq!(Thresholds::of(&plan, &halved), thresholds);
        // Where most are equal, nobody is looked at for being like them.
        let equal: Vec<(i128, u32)> = ranks.iter().map(|rank| (rank / 950, 1)).collect();
        assert_eq!(Thresholds::of(&plan, &equal), Thresholds { red: Some(1), yellow: Some(1) });
        let lanes = ranks.iter().map(|rank| thresholds.lane(*rank));
        let count = |lane| lanes.clone().filter(|other| *other == lane).count();
        assert_eq!((count(Lane::Red), count(Lane::Yellow), count(Lane::Green)), (90, 180, 730));
        let json = serde_json::to_string(&thresholds).unwrap();
        assert_eq!(json, r#"{"red":"910","yellow":"730"}"#);
        assert_eq!(serde_json::from_str::<Thresholds>(&json).unwrap(), thresholds);
    }

    #[test]
    fn where_nothing_is_looked_at_nothing_is_selected() {
        let plan = LanePlan { red: Share::NONE, yellow: Share::NONE, explored: percent(10) };
        let thresholds = Thresholds::of(&plan, &[(5, 1), (4, 1), (3, 1)]);
        let draw = Draw::of(&[1; 32], b"case");
        assert_eq!(selected(&plan, &thresholds, i128::MAX, Some(&draw)), (Lane::Green, Selection::Nothing));
        assert!(plan.fits() && !LanePlan { red: percent(60), yellow: percent(60), ..plan }.fits());
    }

    /// Chance selects its share whatever the score is, and says how it came to it.
    #[test]
    fn exploration_has_its_share_and_can_be_checked() {
        let plan = LanePlan { red: percent(10), yellow: percent(20), explored: percent(10) };
        let thresholds = Thresholds { red: Some(910), yellow: Some(730) };
        let mut chosen = [0u32; 2];
        for case in 0u32..20_000 {
            let draw = Draw::of(&[5; 32], &case.to_be_bytes());
            let (lane, selection) = selected(&plan, &thresholds, 0, Some(&draw));
            if let Selection::Chance { drawn, share } = selection {
                assert_eq!(u64::from(drawn), draw.share("explore"));
                assert!(share.takes(u64::from(drawn)));
                chosen[usize::from(lane == Lane::Red)] += 1;
            } else {
                assert_eq!(lane, Lane::Green);
            }
            // Who is selected by the score stays where the score puts them, or stricter.
            assert_eq!(selected(&plan, &thresholds, 950, Some(&draw)).0, Lane::Red);
        }
        // 2 % and 1 % of 20 000, within five standard deviations.
        assert!(chosen[0].abs_diff(400) < 100 && chosen[1].abs_diff(200) < 71, "{chosen:?}");
        assert_eq!(selected(&plan, &thresholds, 0, None).1, Selection::Nothing);
    }
}
