//! A query: what was typed, what it may mean, which codes have the most of it.

use std::collections::HashMap;
use std::ops::Range;

use super::terms::{Word, other_layout, words};
use super::vocabulary::Meaning;
use super::{Found, Hit, Index, Node, QUERY_CHARS_MAX, QUERY_WORDS_MAX, codes, run_below};

/// Digits that are a code even among words.
const CODE_AMONG_WORDS_MIN: usize = 4;
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
const SHARE_POWER: f32 = 2.0;
/// A code among words decides more than a word can.
const CODE_WORTH: f32 = 12.0;

/// One word of a query.
enum Part {
    /// The terms it may mean.
    Terms(Vec<Meaning>),
    /// A run of codes.
    Codes(Range<usize>),
}

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

/// The digits of a query that is a code and nothing else, save how people introduce one: «код ТН ВЭД».
fn digits_only(query: &str) -> Option<String> {
    let mut digits = String::new();
    for word in words(query).iter().filter(|word| !word.is_code_label()) {
        if !word.is_number() {
            return None;
        }
        digits.push_str(&word.text);
    }
    (!digits.is_empty()).then_some(digits)
}

/// The words of a query and what each may mean.
fn parts(index: &Index, query: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut digits = String::new();
    let mut left = QUERY_WORDS_MAX;
    let mut pieces = query.split_whitespace().peekable();
    while let Some(piece) = pieces.next() {
        for word in meant(index, piece, left, pieces.peek().is_none()) {
            left = left.saturating_sub(1);
            match word {
                Meant::Number(number) => digits.push_str(&number),
                Meant::Word(meanings) => {
                    parts.extend(number(index, &std::mem::take(&mut digits)));
                    parts.push(Part::Terms(meanings));
                }
            }
        }
    }
    parts.extend(number(index, &digits));
    parts
}

/// Digits among words: a code, or a number of a name.
fn number(index: &Index, digits: &str) -> Option<Part> {
    if digits.len() >= CODE_AMONG_WORDS_MIN {
        let run = run_below(&index.nodes, digits);
        if !run.is_empty() {
            return Some(Part::Codes(run));
        }
    }
    (!digits.is_empty()).then(|| Part::Terms(index.vocabulary.meanings(digits, false)))
}

/// A word looked up.
enum Meant {
    Number(String),
    Word(Vec<Meaning>),
}

/// The words of a piece without spaces, typed in the layout in which they are better believed.
fn meant(index: &Index, piece: &str, most: usize, is_last: bool) -> Vec<Meant> {
    let look_up = |words: Vec<Word>| -> Vec<Meant> {
        let meant = words.into_iter().take(most).map(|word| match word.is_number() {
            true => Meant::Number(word.text),
            false => Meant::Word(index.vocabulary.meanings(&word.text, is_last)),
        });
        meant.collect()
    };
    let typed = look_up(words(piece));
    let believed = belief(&typed);
    if believed >= 1.0 {
        return typed;
    }
    let other = other_layout(piece).map(|other| look_up(words(&other))).unwrap_or_default();
    if belief(&other) > believed { other } else { typed }
}

/// How far the worst of the words is believed.
fn belief(words: &[Meant]) -> f32 {
    let beliefs = words.iter().map(|word| match word {
        Meant::Number(_) => 1.0,
        Meant::Word(meanings) => meanings.first().map_or(0.0, |meaning| meaning.belief),
    });
    beliefs.reduce(f32::min).unwrap_or_default()
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
            let score = meaning.belief * rarity * posting.weight;
            let run = posting.first as usize..posting.past as usize;
            for tally in tallies.get_mut(run).unwrap_or_default() {
                if score > tally.word {
                    tally.word = score;
                    tally.word_worth = meaning.belief * worth;
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
