//! Two worlds compared: what differs, and which open cases and profiles it touches.

use std::sync::Arc;

use clearance::{Case, CaseId, State, World};
use reference::ContentHash;
use reference::changes::Changes;
use store::CaseFilter;

use crate::error::CentreError;
use crate::{Centre, Inner};

/// Open cases looked at; with more the answer says that it is not whole.
const CASES_MAX: usize = 20_000;
/// Cases read at a time.
const PAGE: usize = 500;
/// Cases named; the rest is counted.
const NAMED_MAX: usize = 100;

/// What differs between two worlds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorldChanges {
    /// What differs in the reference data.
    pub reference: Changes,
    /// Numbers of risk profiles that only the first has, or that read otherwise in the second.
    pub profiles_before: Vec<String>,
    /// Numbers of risk profiles that only the second has, or that read otherwise in the first.
    pub profiles_after: Vec<String>,
    /// What it touches.
    pub touched: Touched,
}

/// What a change touches: it may be judged otherwise from now on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// How many open cases.
    pub cases_total: usize,
    /// The first of them, the newest first.
    pub cases: Vec<CaseId>,
    /// Whether there are more open cases than were looked at.
    pub cases_cut: bool,
    /// Numbers of risk profiles in force that need a code or a country of which something differs.
    pub profiles: Vec<String>,
}

/// What differs between two worlds, and what it touches; open cases only `with_cases`, which reads them all.
pub(super) fn compare(
    inner: &Inner,
    before: &World,
    after: &World,
    with_cases: bool,
) -> Result<WorldChanges, CentreError> {
    let reference = if Arc::ptr_eq(before.reference(), after.reference()) {
        Changes::default()
    } else {
        Changes::between(before.reference(), after.reference())
    };
    let missing = |one: &World, other: &World| -> Vec<String> {
        let others = other.rules().profiles();
        let lost = one.rules().profiles().iter().filter(|profile| !others.contains(profile));
        lost.map(|profile| profile.number.clone()).collect()
    };
    let mut touched = if with_cases { touched_cases(inner, &reference)? } else { Touched::default() };
    touched.profiles = after
        .rules()
        .needs()
        .filter(|needs| {
            let code = needs.codes.iter().flatten().any(|prefix| reference.touches_code(prefix));
            code || needs.countries.iter().flatten().any(|country| reference.touches_country(country))
        })
        .map(|needs| needs.profile.number.clone())
        .collect();
    Ok(WorldChanges {
        profiles_before: missing(before, after),
        profiles_after: missing(after, before),
        touched,
        reference,
    })
}

fn touched_cases(inner: &Inner, changes: &Changes) -> Result<Touched, CentreError> {
    let mut touched = Touched::default();
    if changes.is_empty() {
        return Ok(touched);
    }
    let mut looked_at = 0;
    for state in State::ALL.iter().filter(|state| !state.is_final()) {
        let mut after = None;
        loop {
            let filter = CaseFilter { state: Some(*state), after, limit: PAGE, ..CaseFilter::default() };
            let page = inner.store.list(&filter)?;
            for case in &page {
                if looked_at == CASES_MAX {
                    touched.cases_cut = true;
                    return Ok(touched);
                }
                looked_at += 1;
                if inner.touched(case, changes)? {
                    touched.cases_total += 1;
                    if touched.cases.len() < NAMED_MAX {
                        touched.cases.push(case.id);
                    }
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE => after = Some(last.id),
                _ => break,
            }
        }
    }
    Ok(touched)
}

impl Centre {
    /// A world of the store by its name or how that begins, `now`, or the moment it was in force at.
    ///
    /// # Errors
    /// Where there is no such world, or more than one.
    pub fn world_named(&self, name: &str) -> Result<Arc<World>, CentreError> {
        let hash = self.inner.world_name(name)?;
        self.inner.world_of(&hash)
    }

    /// What differs between two worlds of the store.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn compare(&self, before: &World, after: &World) -> Result<WorldChanges, CentreError> {
        compare(&self.inner, before, after, true)
    }
}

impl Inner {
    /// Whether a case may be judged otherwise after a change: by what its declaration says now.
    fn touched(&self, case: &Case, changes: &Changes) -> Result<bool, CentreError> {
        let records = self.step_records(case.id)?;
        let versions = self.versions_of(case.id, records.iter().map(|(_, record)| record))?;
        let world = self.world.load();
        Ok(versions.last().is_some_and(|version| {
            changes.touches(&version.declaration, &world.pack_for(&version.declaration).name)
        }))
    }

    fn world_name(&self, name: &str) -> Result<ContentHash, CentreError> {
        if name == "now" {
            return Ok(self.world.load().hash());
        }
        let none = || {
            CentreError::NotFound(format!(
                "GL-8011: there is no world {name}; name one by the first digits of its hash, by a moment such as \
                 2026-03-29T12:00:00Z or the end of a day, 2026-03-29, or by now"
            ))
        };
        if let Ok(at) = name.parse() {
            return self.store.world_at(at)?.ok_or_else(none);
        }
        let end_of_day = |day: jiff::civil::Date| day.tomorrow().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
        if let Some(end) = name.parse().ok().and_then(end_of_day) {
            return self.store.world_at(end.timestamp())?.ok_or_else(none);
        }
        let plain = !name.is_empty() && name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        let end = |digit: char| -> Option<[u8; 32]> {
            let text: String = name.chars().chain(std::iter::repeat(digit)).take(64).collect();
            let text = text.to_ascii_lowercase();
            data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
        };
        let ends = plain.then(|| Some((end('0')?, end('f')?))).flatten();
        let (first, last) = ends.ok_or_else(none)?;
        match self.store.worlds_like(&first, &last)?.as_slice() {
            [] => Err(none()),
            [one] => Ok(*one),
            _ => Err(CentreError::NotFound(format!(
                "GL-8011: more than one world begins with {name}; give more of its digits"
            ))),
        }
    }
}
