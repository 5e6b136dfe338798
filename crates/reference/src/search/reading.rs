//! What a query says: words cut, keys taken for those of the other layout, spaces lost and spaces too many.

use std::ops::Range;

use super::terms::{Word, other_layout, words};
use super::vocabulary::{Meaning, ONE_ERROR};
use super::{Index, QUERY_WORDS_MAX, run_below};

/// Digits that are a code even among words.
const CODE_AMONG_WORDS_MIN: usize = 4;
/// Letters of each of two words that may have lost the space between them.
const SPLIT_CHARS_MIN: usize = 3;

/// One word of a query.
pub(super) enum Part {
    /// The terms it may mean.
    Terms(Vec<Meaning>),
    /// A run of codes.
    Codes(Range<usize>),
}

/// A word looked up.
struct Meant {
    word: Word,
    /// The likeliest first.
    meanings: Vec<Meaning>,
}

impl Meant {
    fn belief(&self) -> f32 {
        if self.word.is_number() { 1.0 } else { self.meanings.first().map_or(0.0, |meaning| meaning.belief) }
    }
}

/// The digits of a query that is a code and nothing else, save how people introduce one: «код ТН ВЭД».
pub(super) fn digits_only(query: &str) -> Option<String> {
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
pub(super) fn parts(index: &Index, query: &str) -> Vec<Part> {
    let mut typed: Vec<Meant> = Vec::new();
    let mut pieces = query.split_whitespace().peekable();
    while let Some(piece) = pieces.next() {
        let is_last = pieces.peek().is_none();
        typed.extend(meant(index, piece, QUERY_WORDS_MAX.saturating_sub(typed.len()), is_last));
    }
    let mut parts = Vec::new();
    let mut digits = String::new();
    let mut typed = typed.into_iter().peekable();
    while let Some(meant) = typed.next() {
        if meant.word.is_number() {
            digits.push_str(&meant.word.text);
            continue;
        }
        parts.extend(number(index, &std::mem::take(&mut digits)));
        if let Some(joined) = typed.peek().and_then(|next| joined(index, &meant, next)) {
            parts.push(Part::Terms(joined));
            typed.next();
        } else if let Some(halves) = halves(index, &meant) {
            parts.extend(halves.map(Part::Terms));
        } else {
            parts.push(Part::Terms(meant.meanings));
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

/// The words of a piece without spaces, typed in the layout in which they are better believed.
fn meant(index: &Index, piece: &str, most: usize, is_last: bool) -> Vec<Meant> {
    let look_up = |words: Vec<Word>| -> Vec<Meant> {
        let meant = words.into_iter().take(most).map(|word| {
            let meanings = index.vocabulary.meanings(&word.text, is_last);
            Meant { word, meanings }
        });
        meant.collect()
    };
    let typed = look_up(words(piece));
    let believed = worst(&typed);
    if believed >= 1.0 {
        return typed;
    }
    let other = other_layout(piece).map(|other| look_up(words(&other))).unwrap_or_default();
    if worst(&other) > believed { other } else { typed }
}

/// How far the worst of the words is believed.
fn worst(words: &[Meant]) -> f32 {
    words.iter().map(Meant::belief).reduce(f32::min).unwrap_or_default()
}

/// Two words that are one with a space too many: «смарт фон».
fn joined(index: &Index, one: &Meant, next: &Meant) -> Option<Vec<Meaning>> {
    if one.belief().min(next.belief()) >= 1.0 || next.word.is_number() {
        return None;
    }
    let joined = [one.word.text.as_str(), &next.word.text].concat();
    index.vocabulary.knows(&joined).then(|| index.vocabulary.meanings(&joined, false))
}

/// A word that is two without their space: «стиральнаямашина».
fn halves(index: &Index, meant: &Meant) -> Option<[Vec<Meaning>; 2]> {
    if meant.belief() >= ONE_ERROR {
        return None;
    }
    let text = &meant.word.text;
    let places = text.char_indices().skip(SPLIT_CHARS_MIN).map(|(place, _)| text.split_at(place));
    let mut splits = places.filter(|(_, second)| second.chars().nth(SPLIT_CHARS_MIN - 1).is_some());
    let (first, second) =
        splits.find(|(first, second)| index.vocabulary.knows(first) && index.vocabulary.knows(second))?;
    Some([first, second].map(|half| index.vocabulary.meanings(half, false)))
}
