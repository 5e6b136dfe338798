//! Search that people use: by code, by words in Russian and English with typing errors, by former code.
//!
//! An [`Index`] is built once from [`Entry`]s of any length from chapters to ten-digit codes. What an
//! entry says is said of every code below it, so that English finds ten-digit codes by the six-digit names
//! of the Harmonized System. Words find codes below which nothing stands; digits find headings as well.

mod codes;
mod names;
mod postings;
mod query;
mod reading;
mod terms;
mod trade;
mod vocabulary;

use std::collections::BTreeMap;
use std::ops::Range;

pub use trade::{TradeWords, trade_words};

use postings::{Builder, Postings};
use vocabulary::Vocabulary;

/// Longest query read, in characters; the rest of a longer one is not.
pub const QUERY_CHARS_MAX: usize = 200;
/// Words of a query that are looked up.
pub const QUERY_WORDS_MAX: usize = 12;
/// Most hits given.
pub const HITS_MAX: usize = 200;
/// Entries an index takes; the rest is left out. The whole nomenclature with the Harmonized System has 20 000.
pub const ENTRIES_MAX: usize = 500_000;

/// What the nomenclature says of a code, a subheading, a heading, a chapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Two to ten digits.
    pub code: &'a str,
    /// Its Russian name; empty if none. A path through the list has its steps after «🠺».
    pub name_ru: &'a str,
    /// Its English name; empty if none.
    pub name_en: &'a str,
    /// Whether it is in force today. A code that stands in several entries is if one of them says so.
    pub in_force: bool,
}

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit<'a> {
    /// The code.
    pub code: &'a str,
    /// Greater is better; comparable only within the answer to one query.
    pub score: f32,
    /// Whether the code is in force, as its entry says.
    pub in_force: bool,
    /// How it was found.
    pub found: Found,
}

/// How a hit was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The digits typed are its code.
    Code,
    /// The digits typed begin its code.
    Below,
    /// The digits typed are not there; this code is near.
    Near,
    /// By words of its name, of the headings above it, of the trade.
    Words,
}

/// A code of the nomenclature, in the order of codes.
struct Node {
    code: Box<str>,
    in_force: bool,
    /// Whether no other stands below it.
    is_last: bool,
}

/// The search over a nomenclature.
pub struct Index {
    nodes: Vec<Node>,
    vocabulary: Vocabulary,
    postings: Postings,
}

impl Index {
    /// Builds the index. Entries without a code of two to ten digits, and words of the trade of whose code
    /// there is no entry, are left out.
    pub fn build<'a, 'b>(
        entries: impl IntoIterator<Item = Entry<'a>>,
        words: impl IntoIterator<Item = TradeWords<'b>>,
    ) -> Self {
        let mut by_code: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
        for entry in entries.into_iter().filter(|entry| is_code(entry.code)).take(ENTRIES_MAX) {
            by_code.entry(entry.code).or_default().push(entry);
        }
        let mut nodes: Vec<Node> = Vec::with_capacity(by_code.len());
        for (code, entries) in &by_code {
            if let Some(above) = nodes.last_mut().filter(|above| code.starts_with(&*above.code)) {
                above.is_last = false;
            }
            let in_force = entries.iter().any(|entry| entry.in_force);
            nodes.push(Node { code: (*code).into(), in_force, is_last: true });
        }
        let mut builder = Builder::default();
        for entry in by_code.values().flatten() {
            names::say(&mut builder, &nodes, entry);
        }
        for heading in names::headings(by_code.values().flatten()) {
            builder.say(heading.name, &run_below(&nodes, heading.code), names::HEADING);
        }
        for TradeWords { words, code } in words {
            builder.say(words, &run_below(&nodes, code), names::trade(words));
        }
        let (vocabulary, postings) = builder.finish(nodes.len());
        Self { nodes, vocabulary, postings }
    }

    /// The best hits for what a person typed, best first; those of one score in the order of codes.
    ///
    /// Words give at most two codes of a subheading before others had their turn.
    pub fn find(&self, query: &str, limit: usize) -> Vec<Hit<'_>> {
        query::find(self, query, limit.min(HITS_MAX))
    }

    /// Bytes held, about.
    pub fn bytes(&self) -> usize {
        let codes: usize = self.nodes.iter().map(|node| node.code.len()).sum();
        codes + size_of_val(self.nodes.as_slice()) + self.vocabulary.bytes() + self.postings.bytes()
    }
}

/// Two to ten digits.
fn is_code(code: &str) -> bool {
    (2..=10).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit())
}

/// The nodes whose codes begin so.
fn run_below(nodes: &[Node], head: &str) -> Range<usize> {
    let first = nodes.partition_point(|node| &*node.code < head);
    let below = nodes.get(first..).unwrap_or_default();
    first..first + below.partition_point(|node| node.code.starts_with(head))
}
