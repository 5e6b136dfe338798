//! Reading words, names and numbers off a text, without regard to case and to the width of spaces.

use super::conditions::is_quote;

/// A text and how far it is read.
#[derive(Clone, Copy)]
pub(super) struct Scan<'t> {
    rest: &'t str,
}

impl<'t> Scan<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { rest: text }
    }

    /// What stands next as long as it is of a kind, after spaces; nothing is read where none is.
    fn run(&mut self, of_kind: impl Fn(char) -> bool) -> Option<&'t str> {
        let start = self.rest.trim_start();
        let end = start.find(|c: char| !of_kind(c)).unwrap_or(start.len());
        let (run, rest) = start.split_at(end);
        if run.is_empty() {
            return None;
        }
        self.rest = rest;
        Some(run)
    }

    /// Words, if they stand next; else nothing is read.
    pub fn words(&mut self, words: &str) -> bool {
        let before = *self;
        let whole = words.split(' ').all(|word| {
            let read = self.run(char::is_alphabetic);
            read.is_some_and(|read| {
                read.chars().flat_map(char::to_lowercase).eq(word.chars().flat_map(char::to_lowercase))
            })
        });
        if !whole {
            *self = before;
        }
        whole
    }

    /// One of several phrases.
    pub fn any_words(&mut self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.words(phrase))
    }

    /// A sign, if it stands next.
    pub fn sign(&mut self, sign: char) -> bool {
        let rest = self.rest.trim_start().strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// What `read` makes of the next code or name of a group; nothing is read where it makes nothing.
    pub fn code<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let before = *self;
        let code = self.run(|c| c.is_alphanumeric() || c == '-' || c == '@').and_then(read);
        if code.is_none() {
            *self = before;
        }
        code
    }

    /// A number of one or two digits.
    pub fn day(&mut self) -> Option<i8> {
        self.run(|c| c.is_ascii_digit()).filter(|digits| digits.len() <= 2)?.parse().ok()
    }

    /// One of several words, by its position.
    pub fn one_of(&mut self, words: &[&str]) -> Option<usize> {
        words.iter().position(|word| self.words(word))
    }

    /// A name in quotation marks. It ends at a mark after which a condition ends: names hold marks themselves.
    pub fn quoted(&mut self) -> Option<&'t str> {
        let start = self.rest.trim_start().strip_prefix(is_quote)?;
        let ends = |after: &str| after.trim_start().starts_with([',', ':']);
        let mut marks = start.match_indices(is_quote);
        let (at, mark) = marks.find(|(at, mark)| start.get(at + mark.len()..).is_some_and(ends))?;
        self.rest = start.get(at + mark.len()..)?;
        start.get(..at)
    }

    /// All up to a semicolon, which is read as well; whether there was one.
    pub fn until_semicolon(&mut self) -> (&'t str, bool) {
        let (text, rest) =
            self.rest.split_once(';').map_or((self.rest, None), |(text, rest)| (text, Some(rest)));
        self.rest = rest.unwrap_or_default();
        (text, rest.is_some())
    }
}
