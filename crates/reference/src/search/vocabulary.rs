//! The terms of an index, and which of them a typed word may mean.
//!
//! The terms stand in a finite state transducer and are looked up by Levenshtein automata, in which
//! two letters that changed places count as one error. Both are libraries of the kind that a search
//! engine is made of; a whole engine (tantivy) brings 117 packages, and weighs no term of a
//! fuzzy query by its distance.

use fst::automaton::Str;
use fst::{Automaton, IntoStreamer, Map, Streamer};
use levenshtein_automata::{Distance, LevenshteinAutomatonBuilder};

use super::terms::{Stems, second_part};

/// The number of a term.
pub(super) type TermId = u32;

/// Terms one typed word may stand for; the nearest are taken.
const MEANINGS_MAX: usize = 48;
/// Terms looked at for one typed word by one way of looking.
const CANDIDATES_MAX: usize = 2_000;

/// Letters from which a word may have one typing error, and two.
const ONE_ERROR_CHARS_MIN: usize = 4;
const TWO_ERRORS_CHARS_MIN: usize = 8;
/// Letters from which a word that is near nothing may have two errors all the same.
const LAST_RESORT_CHARS_MIN: usize = 6;
/// Letters from which a word may be the beginning of another.
const PREFIX_CHARS_MIN: usize = 3;

/// How far a term is believed to be meant: typed right, with errors, not to its end.
const EXACT: f32 = 1.0;
pub(super) const ONE_ERROR: f32 = 0.75;
const TWO_ERRORS: f32 = 0.5;
const PREFIX: f32 = 0.85;
const PREFIX_INSIDE: f32 = 0.5;
/// A compound means what its second part says: «электродвигатель» is a «двигатель».
pub(super) const COMPOUND: f32 = 0.7;

/// People seldom mistake the first letter.
const FIRST_LETTER_DIFFERS: f32 = 0.8;
/// Where the word as typed is itself a term, it most likely is what was meant.
const BESIDE_EXACT: f32 = 0.4;

/// A term that a typed word may mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Meaning {
    pub term: TermId,
    /// Above 0 to 1.
    pub belief: f32,
}

/// The terms of an index.
pub(super) struct Vocabulary {
    terms: Map<Vec<u8>>,
    one_error: LevenshteinAutomatonBuilder,
    two_errors: LevenshteinAutomatonBuilder,
    stems: Stems,
}

impl Vocabulary {
    /// Takes terms in their order; the number of a term is its place.
    pub fn new<'a>(sorted: impl Iterator<Item = &'a str>) -> Self {
        // Refused only when the terms are not in order or stand twice: then nothing is found by words.
        let terms = Map::from_iter(sorted.zip(0_u64..)).unwrap_or_default();
        Self {
            terms,
            one_error: LevenshteinAutomatonBuilder::new(1, true),
            two_errors: LevenshteinAutomatonBuilder::new(2, true),
            stems: Stems::default(),
        }
    }

    /// Bytes of the terms.
    pub fn bytes(&self) -> usize {
        self.terms.as_fst().as_bytes().len()
    }

    /// Whether the word is known as it stands, save its ending.
    pub fn knows(&self, word: &str) -> bool {
        self.exact(word).is_some()
    }

    fn exact(&self, word: &str) -> Option<u64> {
        self.terms.get(self.stems.of(word))
    }

    /// The terms that a typed word may mean, the likeliest first.
    ///
    /// Others than the last word of a query are seldom left unfinished.
    pub fn meanings(&self, word: &str, is_last: bool) -> Vec<Meaning> {
        let stem = self.stems.of(word);
        let exact = self.terms.get(&stem);
        let mut found: Vec<(u64, f32)> = exact.map(|term| (term, EXACT)).into_iter().collect();
        if word.bytes().any(|byte| byte.is_ascii_digit()) {
            return meanings(found);
        }
        self.beginning_with(&stem, if is_last { PREFIX } else { PREFIX_INSIDE }, &mut found);
        let doubt = if exact.is_some() { BESIDE_EXACT } else { EXACT };
        found.extend(
            second_part(word).and_then(|second| self.exact(second)).map(|term| (term, COMPOUND * doubt)),
        );
        let chars = word.chars().count();
        if chars >= TWO_ERRORS_CHARS_MIN && exact.is_none() {
            self.near(&self.two_errors, &stem, doubt, &mut found);
        } else if chars >= ONE_ERROR_CHARS_MIN {
            self.near(&self.one_error, &stem, doubt, &mut found);
        }
        // The stemmer takes more than it should from a word with an error: `hony` becomes `honi`.
        if stem != word && chars >= ONE_ERROR_CHARS_MIN {
            self.near(&self.one_error, word, doubt, &mut found);
        }
        if found.is_empty() && (LAST_RESORT_CHARS_MIN..TWO_ERRORS_CHARS_MIN).contains(&chars) {
            self.near(&self.two_errors, &stem, EXACT, &mut found);
        }
        meanings(found)
    }

    /// Terms that go on where the word ends: somebody still types.
    fn beginning_with(&self, stem: &str, belief: f32, found: &mut Vec<(u64, f32)>) {
        let chars = stem.chars().count();
        if chars < PREFIX_CHARS_MIN {
            return;
        }
        let mut stream = self.terms.search(Str::new(stem).starts_with()).into_stream();
        let limit = found.len() + CANDIDATES_MAX;
        while let Some((term, id)) = stream.next() {
            if found.len() >= limit {
                break;
            }
            let typed = stem.len() as f32 / term.len().max(1) as f32;
            if term.len() > stem.len() {
                found.push((id, belief * typed));
            }
        }
    }

    /// Terms within the automaton's errors.
    fn near(
        &self,
        errors: &LevenshteinAutomatonBuilder,
        stem: &str,
        doubt: f32,
        found: &mut Vec<(u64, f32)>,
    ) {
        let automaton = errors.build_dfa(stem);
        let mut stream = self.terms.search_with_state(&automaton).into_stream();
        let first = stem.chars().next().map_or(0, char::len_utf8);
        let limit = found.len() + CANDIDATES_MAX;
        while let Some((term, id, state)) = stream.next() {
            if found.len() >= limit {
                break;
            }
            let belief = match automaton.distance(state) {
                Distance::Exact(0) | Distance::AtLeast(_) => continue,
                Distance::Exact(1) => ONE_ERROR,
                Distance::Exact(_) => TWO_ERRORS,
            };
            let same_start = term.get(..first) == stem.as_bytes().get(..first);
            let start = if same_start { EXACT } else { FIRST_LETTER_DIFFERS };
            found.push((id, belief * doubt * start));
        }
    }
}

/// The likeliest, each term once.
fn meanings(mut found: Vec<(u64, f32)>) -> Vec<Meaning> {
    found.sort_by(|(a, believed_a), (b, believed_b)| a.cmp(b).then(believed_b.total_cmp(believed_a)));
    found.dedup_by_key(|(term, _)| *term);
    found.sort_by(|(a, believed_a), (b, believed_b)| believed_b.total_cmp(believed_a).then(a.cmp(b)));
    found.truncate(MEANINGS_MAX);
    let known = found
        .into_iter()
        .filter_map(|(term, belief)| TermId::try_from(term).ok().map(|term| Meaning { term, belief }));
    known.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: &[&str] = &["laptop", "автомобил", "кабел", "кабельн", "телефон", "холодильник"];

    #[test]
    fn a_word_means_the_term_nearest_to_it() {
        let vocabulary = Vocabulary::new(TERMS.iter().copied());
        let table = [
            ("телефоны", Some("телефон")),
            ("тилефон", Some("телефон")),
            ("телефно", Some("телефон")),
            ("халадильник", Some("холодильник")),
            ("автом", Some("автомобил")),
            ("кабель", Some("кабел")),
            ("labtop", Some("laptop")),
            ("lap", Some("laptop")),
            ("кот", None),
            ("", None),
        ];
        for (typed, meant) in table {
            let first = vocabulary.meanings(typed, true).first().map(|meaning| TERMS[meaning.term as usize]);
            assert_eq!(first, meant, "{typed}");
        }
    }

    #[test]
    fn terms_out_of_order_are_no_panic() {
        assert!(Vocabulary::new(["b", "a"].into_iter()).meanings("abcdefgh", true).is_empty());
    }
}
