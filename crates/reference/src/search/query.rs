//! Which codes have the most of what a query means.

use std::collections::HashMap;

use super::postings::EXCLUDED;
use super::reading::{Part, digits_only, parts};
use super::vocabulary::TermId;
use super::{Found, Hit, Index, Node, QUERY_CHARS_MAX, codes};

/// Codes of one subheading before others had their turn.
const PER_SUBHEADING: usize = 2;
const SUBHEADING_DIGITS: usize = 6;
/// Codes of one heading before others had their turn.
const PER_HEADING: usize = 3;
const HEADING_DIGITS: usize = 4;
/// Hits ranked for each one given, so that there are others to have their turn.
const RANKED_PER_HIT: usize = 40;
/// A code that is not in force comes after one in force that matches as well.
const NOT_IN_FORCE: f32 = 0.7;
/// A word that nothing is found by is worth this much towards the share of words matched.
const UNKNOWN_WORTH: f32 = 5.0;
/// The power of the share of words matched: more words matched beats one rare word.
const SHARE_POWER: f32 = 1.5;
/// A code among words decides more than a word can.
const CODE_WORTH: f32 = 12.0;

/// Hits for what a person typed.
pub(super) fn find<'a>(index: &'a Index, query: &str, limit: usize) -> Vec<Hit<'a>> {
    let query: String = query.chars().take(QUERY_CHARS_MAX).collect();
    if limit == 0 {
        return Vec::new();
    }
    match digits_only(&query) {
        Some(digits) => codes::find(&index.nodes, &digits, limit),
        None => ranked(index, &parts(index, &query), limit),
    }
}

/// What a node has of a query.
#[derive(Clone, Copy, Default)]
struct Tally {
    score: f32,
    /// The worth of the words matched.
    matched: f32,
    /// The best score, and its worth, for the word being counted.
    word: f32,
    word_worth: f32,
    /// The term that has it.
    term: TermId,
}

/// The codes that have the most of the words.
fn ranked<'a>(index: &'a Index, parts: &[Part], limit: usize) -> Vec<Hit<'a>> {
    let mut tallies = vec![Tally::default(); index.nodes.len()];
    let mut worth_of_all = 0.0;
    for part in parts {
        worth_of_all += count(index, part, &mut tallies);
        for tally in &mut tallies {
            tally.score += tally.word;
            tally.matched += tally.word_worth;
            (tally.word, tally.word_worth) = (0.0, 0.0);
        }
    }
    let scored = index.nodes.iter().zip(&tallies).filter(|(node, tally)| node.is_last && tally.score > 0.0);
    let mut scored: Vec<(&Node, f32)> = scored
        .map(|(node, tally)| {
            let share = (tally.matched / worth_of_all).min(1.0);
            let standing = if node.in_force { 1.0 } else { NOT_IN_FORCE };
            (node, tally.score * share.powf(SHARE_POWER) * standing)
        })
        .collect();
    let best_first = |(a, score_a): &(&Node, f32), (b, score_b): &(&Node, f32)| {
        score_b.total_cmp(score_a).then_with(|| a.code.cmp(&b.code))
    };
    let ranked = limit.saturating_mul(RANKED_PER_HIT);
    if ranked < scored.len() {
        scored.select_nth_unstable_by(ranked, best_first);
        scored.truncate(ranked);
    }
    scored.sort_unstable_by(best_first);
    in_turn(&scored, limit)
}

/// Counts one word at every node; what the word is worth.
fn count(index: &Index, part: &Part, tallies: &mut [Tally]) -> f32 {
    let meanings = match part {
        Part::Terms(meanings) => meanings,
        Part::Codes(run) => {
            for tally in tallies.get_mut(run.clone()).unwrap_or_default() {
                (tally.word, tally.word_worth) = (CODE_WORTH, CODE_WORTH);
            }
            return CODE_WORTH;
        }
    };
    // A rare term that merely looks like the word must not outweigh the word.
    let Some(likeliest) = meanings.first() else { return UNKNOWN_WORTH };
    let worth = index.postings.rarity(likeliest.term);
    for meaning in meanings {
        let rarity = index.postings.rarity(meaning.term).min(worth);
        for posting in index.postings.of(meaning.term) {
            let score = meaning.belief * rarity * posting.weight();
            let denial = posting.is_denial();
            let matched = meaning.belief * worth * if denial { EXCLUDED } else { 1.0 };
            let run = posting.first as usize..posting.past as usize;
            for tally in tallies.get_mut(run).unwrap_or_default() {
                let denied = denial && tally.term == meaning.term && tally.word > 0.0;
                if score > tally.word || denied {
                    (tally.word, tally.word_worth, tally.term) = (score, matched, meaning.term);
                }
            }
        }
    }
    worth
}

/// Gives hits so that no subheading fills the places alone: its third waits until the others had theirs.
fn in_turn<'a>(scored: &[(&'a Node, f32)], limit: usize) -> Vec<Hit<'a>> {
    let mut taken: HashMap<&str, usize> = HashMap::new();
    let (mut now, mut later) = (Vec::new(), Vec::new());
    for (node, score) in scored {
        let hit = Hit { code: &node.code, score: *score, in_force: node.in_force, found: Found::Words };
        let limits = [(SUBHEADING_DIGITS, PER_SUBHEADING), (HEADING_DIGITS, PER_HEADING)];
        let heads = limits.map(|(digits, places)| (node.code.get(..digits).unwrap_or(&node.code), places));
        if heads.iter().all(|(head, places)| taken.get(head).is_none_or(|taken| taken < places)) {
            for (head, _) in heads {
                *taken.entry(head).or_default() += 1;
            }
            now.push(hit);
        } else {
            later.push(hit);
        }
        if now.len() == limit {
            return now;
        }
    }
    now.extend(later);
    now.truncate(limit);
    now
}
