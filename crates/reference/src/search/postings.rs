//! Where each term stands and with what weight.
//!
//! Codes are in their order, so what is said of a heading is said of one unbroken run of codes: a name
//! of a chapter is kept once, not once for each of its three hundred codes.

use std::collections::HashMap;
use std::ops::Range;

use super::terms::{Stems, second_part, words};
use super::vocabulary::{COMPOUND, TermId, Vocabulary};

/// A run of nodes of which a term is said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Posting {
    pub first: u32,
    pub past: u32,
    /// Of a denial below zero.
    weight: f32,
}

impl Posting {
    pub fn weight(&self) -> f32 {
        self.weight.abs()
    }

    /// Whether the text says that the run is *not* this: then what the names above say does not hold
    /// here. «Ракообразные свежие, мороженые» has shrimps below it that are «не мороженые».
    pub fn is_denial(&self) -> bool {
        self.weight < 0.0
    }

    fn width(&self) -> u32 {
        self.past - self.first
    }
}

/// The postings of all terms.
#[derive(Default)]
pub(super) struct Postings {
    all: Vec<Posting>,
    /// Where the postings of each term begin, and at last where they end.
    starts: Vec<u32>,
    /// What a term is worth: the rarer, the more.
    rarity: Vec<f32>,
}

impl Postings {
    /// Where a term stands: what is said of the most codes first.
    pub fn of(&self, term: TermId) -> &[Posting] {
        let place = |term: usize| self.starts.get(term).map(|start| *start as usize);
        match (place(term as usize), place(term as usize + 1)) {
            (Some(start), Some(past)) => self.all.get(start..past).unwrap_or_default(),
            _ => &[],
        }
    }

    /// What a term is worth.
    pub fn rarity(&self, term: TermId) -> f32 {
        self.rarity.get(term as usize).copied().unwrap_or_default()
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        size_of_val(self.all.as_slice())
            + size_of_val(self.starts.as_slice())
            + size_of_val(self.rarity.as_slice())
    }
}

/// The weight of a word falls with the number of words beside it, as in BM25 (b = 0.5 at 6 words).
const LENGTH_SHARE: f32 = 0.5;
const LENGTH_USUAL: f32 = 6.0;
/// A long name is a list of what belongs to the code, each word as much its own as in a shorter one.
const LENGTH_MAX: usize = 16;
/// BM25's k₁, for a word that stands once.
const SATURATION: f32 = 1.2;
/// «кроме бумажных» says little of paper, but a person who types these words may mean it.
pub(super) const EXCLUDED: f32 = 0.3;

/// Collects postings.
#[derive(Default)]
pub(super) struct Builder {
    stems: Stems,
    /// Words as written to their stem's number: most words repeat.
    known: HashMap<String, u32>,
    numbers: HashMap<String, u32>,
    postings: Vec<Vec<Posting>>,
}

impl Builder {
    /// Says a text of a run of nodes.
    pub fn say(&mut self, text: &str, run: &Range<usize>, weight: f32) {
        let (Ok(first), Ok(past)) = (u32::try_from(run.start), u32::try_from(run.end)) else { return };
        if first >= past {
            return;
        }
        let words = words(text);
        let length = 1.0 - LENGTH_SHARE + LENGTH_SHARE * words.len().min(LENGTH_MAX) as f32 / LENGTH_USUAL;
        let weight = weight * (SATURATION + 1.0) / (1.0 + SATURATION * length);
        for word in words {
            let weight = if word.excluded { -weight * EXCLUDED } else { weight };
            if let Some(second) = second_part(&word.text) {
                let second = second.to_owned();
                self.post(second, Posting { first, past, weight: weight * COMPOUND });
            }
            self.post(word.text, Posting { first, past, weight });
        }
    }

    /// Of what one text says of one run the strongest word stays.
    fn post(&mut self, word: String, posting: Posting) {
        let number = self.number(word);
        let Some(postings) = self.postings.get_mut(number as usize) else { return };
        match postings.last_mut() {
            Some(last) if (last.first, last.past) == (posting.first, posting.past) => {
                last.weight = last.weight.max(posting.weight);
            }
            _ => postings.push(posting),
        }
    }

    fn number(&mut self, word: String) -> u32 {
        if let Some(number) = self.known.get(&word) {
            return *number;
        }
        let next = u32::try_from(self.postings.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(self.stems.of(&word)).or_insert(next);
        if number == next {
            self.postings.push(Vec::new());
        }
        self.known.insert(word, number);
        number
    }

    /// The vocabulary and what is said, over so many nodes.
    pub fn finish(self, nodes: usize) -> (Vocabulary, Postings) {
        let Self { numbers, postings: mut said, .. } = self;
        let mut terms: Vec<(String, u32)> = numbers.into_iter().collect();
        terms.sort_unstable();
        let count = said.iter().map(Vec::len).sum();
        let mut postings = Postings { all: Vec::with_capacity(count), starts: vec![0], rarity: Vec::new() };
        for (_, number) in &terms {
            let mut of_term = said.get_mut(*number as usize).map(std::mem::take).unwrap_or_default();
            of_term.sort_by_key(|posting| std::cmp::Reverse(posting.width()));
            let covered: usize = of_term.iter().map(|posting| posting.width() as usize).sum();
            let holds = covered.min(nodes) as f32;
            postings.rarity.push((1.0 + (nodes as f32 - holds + 0.5) / (holds + 0.5)).ln());
            postings.all.extend(of_term);
            postings.starts.push(u32::try_from(postings.all.len()).unwrap_or(u32::MAX));
        }
        (Vocabulary::new(terms.iter().map(|(term, _)| term.as_str())), postings)
    }
}
