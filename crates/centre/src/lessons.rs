//! What looks have taught: every declaration of a span of time with what was known of it when it was filed, and what came of
//! looking at each of its lines. From this rows to learn from are made.

use std::collections::{BTreeMap, BTreeSet};

use clearance::look::{FoundKind, Ground, LookResult, Outcome};
use clearance::{Case, CaseId, Input};
use declaration::{Declaration, Severity};
use jiff::Timestamp;
use jiff::civil::Date;
use risk::{Facts, Hit};
use rust_decimal::Decimal;
use store::CaseFilter;

use crate::error::CentreError;
use crate::{Centre, Inner};

/// Cases read at a time.
const CASES_AT_ONCE: usize = 512;

/// Which declarations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonsAsked {
    /// The pack they fall under: values of different currencies are compared with nothing.
    pub pack: String,
    /// The first day of filing.
    pub from: Date,
    /// The last one.
    pub to: Date,
    /// Of declarations that nobody looked at, one in so many, by case; 0: none of them.
    pub unseen_one_in: u32,
}

/// What came of looking at a line of goods.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineResult {
    /// Whether something was found, on the line or on the declaration as a whole; nothing where nobody looked, or nobody
    /// said what came of it.
    pub found: Option<bool>,
    /// The amount found; the same breach, stated for several grounds, counts once.
    pub amount: Option<Decimal>,
    /// On what grounds it was looked at.
    pub grounds: BTreeSet<Ground>,
    /// Whether a profile hit the line, or the declaration as a whole.
    pub rules: bool,
}

/// A declaration and what it teaches.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// The case.
    pub case: CaseId,
    /// The day of filing, where it was filed.
    pub day: Date,
    /// What was filed, before any correction.
    pub declaration: Declaration,
    /// What was known when it was filed.
    pub facts: Facts,
    /// What came of each of its lines.
    pub lines: Vec<LineResult>,
    /// How many declarations it stands for: one, where somebody looked.
    pub weight: u32,
}

impl Centre {
    /// Hands over the declarations of some days that were registered, the newest first: all that somebody looked at, and a
    /// sample of the others. Facts are those of the filing, found again by the code a replay runs; of several results on
    /// one ground, measure and line the last counts.
    ///
    /// # Errors
    /// Where the pack is unknown, the store fails, a document cannot be read, or `take` fails.
    pub fn lessons<E: From<CentreError>>(
        &self,
        asked: &LessonsAsked,
        mut take: impl FnMut(Lesson) -> Result<(), E>,
    ) -> Result<(), E> {
        let world = self.world();
        let known = world.reference().pack(&asked.pack);
        let pack = known.ok_or_else(|| CentreError::NotFound(format!("there is no pack {}", asked.pack)))?;
        let unknown = || CentreError::NotFound(format!("pack {} does not know these days", pack.name));
        let begins = |day: Date| -> Option<Timestamp> {
            Some(day.to_zoned(world.jurisdiction(pack)?.time_zone.clone()).ok()?.timestamp())
        };
        let from = begins(asked.from).ok_or_else(unknown)?;
        let to = asked.to.tomorrow().ok().and_then(begins).ok_or_else(unknown)?;
        let mut filter =
            CaseFilter { from: Some(from), to: Some(to), limit: CASES_AT_ONCE, ..CaseFilter::default() };
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        loop {
            let mut cases = self.inner.store.list(&filter).map_err(CentreError::from)?;
            let Some(last) = cases.last() else { return Ok(()) };
            filter.after = Some(last.id);
            cases.retain(|case| case.pack == pack.name);
            let each = cases.len().div_ceil(cores).max(1);
            let parts = std::thread::scope(|scope| {
                let parts = cases.chunks(each).map(|some| {
                    scope.spawn(|| some.iter().map(|case| self.inner.lesson(case, asked)).collect())
                });
                let parts: Vec<_> = parts.collect();
                let joined = parts.into_iter().map(|part| part.join().map_err(|_| CentreError::Broken)?);
                joined.collect::<Result<Vec<Vec<Option<Lesson>>>, CentreError>>()
            })?;
            for lesson in parts.into_iter().flatten().flatten() {
                take(lesson)?;
            }
        }
    }
}

impl Inner {
    /// What a case teaches; nothing where it was not registered, or is not in the sample of what nobody looked at.
    fn lesson(&self, case: &Case, asked: &LessonsAsked) -> Result<Option<Lesson>, CentreError> {
        let results: Vec<LookResult> =
            self.store.results(case.id)?.into_iter().map(|stored| stored.result).collect();
        let tells = |result: &LookResult| matches!(result.outcome, Outcome::Nothing | Outcome::Found { .. });
        let looked_at = results.iter().any(tells);
        let weight = if looked_at { 1 } else { asked.unseen_one_in };
        if weight == 0 || (!looked_at && !sampled(case.id, weight)) {
            return Ok(None);
        }
        let records = self.step_records(case.id)?;
        let Some((_, filed)) = records.first() else { return Ok(None) };
        let Input::File(filing) = &filed.input else { return Ok(None) };
        let missing = || CentreError::NotFound(format!("the document of case {} is missing", case.id));
        let document = self.store.document(case.id)?.ok_or_else(missing)?;
        let (declaration, assessed) = self.assess_again(&document, filed, filing)?;
        if assessed.findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Ok(None);
        }
        let count = u32::try_from(declaration.items.len()).unwrap_or(u32::MAX);
        let lines = (1..=count).map(|line| line_result(line, &results, &assessed.risk.hits)).collect();
        let (day, facts) = (assessed.day, assessed.risk.facts);
        Ok(Some(Lesson { case: case.id, day, declaration, facts, lines, weight }))
    }
}

/// Whether a case is in a sample of one in so many: by the digest of its identifier, so that it is so every time.
fn sampled(case: CaseId, one_in: u32) -> bool {
    let digest = log::Hash::of(case.as_bytes()).0;
    let number = digest.iter().take(8).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    number.is_multiple_of(u64::from(one_in.max(1)))
}

/// What results and hits say of a line, by its place from 1.
fn line_result(line: u32, results: &[LookResult], hits: &[Hit]) -> LineResult {
    let concerns = |item: Option<u32>| item.is_none_or(|item| item == line);
    let mut said = LineResult { rules: hits.iter().any(|hit| concerns(hit.item)), ..LineResult::default() };
    let mut breaches: BTreeMap<FoundKind, Decimal> = BTreeMap::new();
    for result in results.iter().filter(|result| concerns(result.item)) {
        let found = match &result.outcome {
            Outcome::Found { kind, amount } => {
                let worth = breaches.entry(*kind).or_default();
                *worth = (*worth).max(*amount);
                true
            }
            Outcome::Nothing => false,
            Outcome::NotApplied | Outcome::Unstated => continue,
        };
        said.found = Some(said.found.unwrap_or(false) || found);
        said.grounds.insert(result.ground.clone());
    }
    if said.found == Some(true) {
        said.amount = Some(breaches.values().fold(Decimal::ZERO, |sum, worth| sum.saturating_add(*worth)));
    }
    said
}

#[cfg(test)]
mod tests {
    use risk::Measure;

    use super::*;

    fn result(ground: Ground, item: Option<u32>, outcome: Outcome) -> LookResult {
        LookResult { ground, measure: Some(Measure::Value), item, outcome, minutes: 5, remark: String::new() }
    }

    fn found(kind: FoundKind, amount: i64) -> Outcome {
        Outcome::Found { kind, amount: Decimal::from(amount) }
    }

    /// On the line, on the whole declaration, on another line; applied or not; twice for one breach.
    #[test]
    fn a_line_has_what_was_found_on_it_or_on_the_declaration() {
        let profile = Ground::profile("55/20260101/00017");
        let results = [
            result(profile.clone(), Some(2), found(FoundKind::Value, 500)),
            result(Ground::chance(), Some(2), found(FoundKind::Value, 400)),
            result(Ground::chance(), Some(2), found(FoundKind::Origin, 30)),
            result(Ground::chance(), Some(3), Outcome::Nothing),
            result(Ground::officer(), Some(4), Outcome::NotApplied),
            result(Ground::officer(), Some(4), Outcome::Unstated),
        ];
        let of = |line| line_result(line, &results, &[]);
        assert_eq!(of(1), LineResult::default());
        let second = of(2);
        assert_eq!((second.found, second.amount), (Some(true), Some(Decimal::from(530))));
        assert_eq!(second.grounds, BTreeSet::from([Ground::chance(), profile.clone()]));
        assert_eq!((of(3).found, of(3).amount), (Some(false), None));
        assert_eq!(of(4), LineResult::default());
        // The documents of the whole consignment were in order, but for what is said of a line.
        let whole = result(Ground::chance(), None, Outcome::Nothing);
        let results: Vec<LookResult> = results.into_iter().chain([whole]).collect();
        let found: Vec<_> = (1..=4).map(|line| line_result(line, &results, &[]).found).collect();
        assert_eq!(found, [Some(false), Some(true), Some(false), Some(false)]);
    }

    #[test]
    fn rules_are_hits_of_the_line_or_of_the_whole() {
        let hit = |item| Hit {
            profile: "55/20260101/00017".to_owned(),
            item,
            measures: Vec::new(),
            lane: risk::Lane::Yellow,
            instruction: declaration::Text::new("да", "yes"),
            stage: risk::Stage::Declaration,
        };
        let rules = |hits: &[Hit]| (1..=2).map(|line| line_result(line, &[], hits).rules).collect::<Vec<_>>();
        assert_eq!(rules(&[hit(Some(2))]), [false, true]);
        assert_eq!(rules(&[hit(None)]), [true, true]);
    }

    #[test]
    fn a_sample_has_its_share_and_is_the_same_every_time() {
        let cases: Vec<CaseId> =
            (0u128..4_000).map(|nth| uuid::Uuid::from_u128(nth).to_string().parse().unwrap()).collect();
        let count = |one_in| cases.iter().filter(|case| sampled(**case, one_in)).count();
        assert_eq!(count(1), 4_000);
        // 400, within five standard deviations.
        assert!((305..495).contains(&count(10)), "{}", count(10));
        assert_eq!(count(10), count(10));
    }
}
