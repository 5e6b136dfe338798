//! Dispatch: which official gets a case. The least loaded who is competent and on shift; among
//! equals, the draw decides, so that nobody can foresee it and everybody can check it afterwards.

use std::fmt;

use declaration::{Kind, OfficeCode};
use risk::{Draw, Lane};
use serde::{Deserialize, Serialize};

use crate::case::Case;

/// An officer, by login.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OfficerId(pub String);

impl fmt::Display for OfficerId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// An officer as dispatch sees one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// Who.
    pub id: OfficerId,
    /// Offices whose cases they may decide; empty for all.
    pub offices: Vec<OfficeCode>,
    /// Kinds of declaration they are competent in; empty for all.
    pub kinds: Vec<Kind>,
    /// The highest lane they are competent in.
    pub lane_max: Lane,
    /// Whether they are on shift.
    pub on_shift: bool,
    /// The sum of the weights of their open cases.
    pub load: u32,
}

/// An officer who could take a case, with the load at that moment; kept in the step's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate(pub OfficerId, pub u32);

/// Lines of goods that make a case weigh one more.
pub const ITEMS_PER_WEIGHT: u32 = 20;

/// The load a case is: one, and one more for every [`ITEMS_PER_WEIGHT`] lines of goods.
pub fn weight(items: u32) -> u32 {
    1 + items / ITEMS_PER_WEIGHT
}

/// The officers on shift who are competent for a case of this office, kind and lane.
pub fn candidates(
    officers: &[Officer],
    office: OfficeCode,
    kind: Option<Kind>,
    lane: Lane,
) -> Vec<Candidate> {
    let competent = |officer: &&Officer| {
        officer.on_shift
            && officer.lane_max >= lane
            && (officer.offices.is_empty() || officer.offices.contains(&office))
            && (officer.kinds.is_empty() || kind.is_some_and(|kind| officer.kinds.contains(&kind)))
    };
    officers.iter().filter(competent).map(|officer| Candidate(officer.id.clone(), officer.load)).collect()
}

/// The candidates a case could go to.
pub fn candidates_for(officers: &[Officer], case: &Case) -> Vec<Candidate> {
    let (Some(office), Some(lane)) = (case.office, case.lane) else { return Vec::new() };
    candidates(officers, office, case.kind, lane)
}

/// The least loaded candidate; among equals, in the order of their logins, the draw picks.
pub fn choose<'c>(candidates: &'c [Candidate], draw: &Draw) -> Option<&'c OfficerId> {
    let least = candidates.iter().map(|Candidate(_, load)| *load).min()?;
    let mut equals: Vec<&OfficerId> =
        candidates.iter().filter(|Candidate(_, load)| *load == least).map(|Candidate(id, _)| id).collect();
    equals.sort();
    let nth = draw.pick("dispatch", equals.len())?;
    equals.get(nth).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn officer(id: &str, load: u32) -> Officer {
        Officer {
            id: OfficerId(id.into()),
            offices: Vec::new(),
            kinds: Vec::new(),
            lane_max: Lane::Red,
            on_shift: true,
            load,
        }
    }

    fn office() -> OfficeCode {
        "10013160".parse().unwrap()
    }

    #[test]
    fn the_least_loaded_gets_it() {
        let officers = [officer("a", 3), officer("b", 1), officer("c", 2)];
        let found = candidates(&officers, office(), Some(Kind::Import), Lane::Yellow);
        let draw = Draw::of(&[7; 32], b"case");
        assert_eq!(choose(&found, &draw), Some(&OfficerId("b".into())));
    }

    #[test]
    fn who_is_off_shift_or_not_competent_is_no_candidate() {
        let elsewhere = Officer { offices: vec!["10702070".parse().unwrap()], ..officer("elsewhere", 0) };
        let exporter = Officer { kinds: vec![Kind::Export], ..officer("exporter", 0) };
        let junior = Officer { lane_max: Lane::Yellow, ..officer("junior", 0) };
        let asleep = Officer { on_shift: false, ..officer("asleep", 0) };
        let officers = [elsewhere, exporter, junior, asleep, officer("senior", 9)];
        let found = candidates(&officers, office(), Some(Kind::Import), Lane::Red);
        assert_eq!(found, [Candidate(OfficerId("senior".into()), 9)]);
        assert!(choose(&[], &Draw::of(&[0; 32], b"case")).is_none());
    }

    #[test]
    fn equals_are_drawn_evenly_and_the_same_way_twice() {
        let found: Vec<Candidate> = ["a", "b", "c", "d"].map(|id| Candidate(OfficerId(id.into()), 1)).into();
        let mut counts = std::collections::BTreeMap::<String, u32>::new();
        for case in 0u32..8_000 {
            let draw = Draw::of(&[42; 32], &case.to_be_bytes());
            let chosen = choose(&found, &draw).unwrap();
            assert_eq!(choose(&found, &draw), Some(chosen));
            *counts.entry(chosen.0.clone()).or_default() += 1;
        }
        // Four equals, 2 000 each: five standard deviations are 194.
        assert!(counts.values().all(|count| (1_806..=2_194).contains(count)), "{counts:?}");
    }
}
