//! A paper on its way: filled by path, with texts made to fit their fields.

use declaration::{Finding, Path, Severity, Text};
use wire::Paper;

/// A document could not be made.
const NOT_MADE: &str = "GL-1040";

/// What came of a document: the paper, none where the trade has none, or why it could not be made.
pub(crate) type Made = Result<Option<Paper>, Vec<Finding>>;

/// A paper being filled in. What does not fit is remembered and told at the end.
pub(crate) struct Sheet {
    kind: &'static str,
    paper: Option<Paper>,
    faults: Vec<Finding>,
}

impl Sheet {
    pub(crate) fn new(kind: &'static str) -> Self {
        let mut sheet = Self { kind, paper: Paper::new(kind), faults: Vec::new() };
        if sheet.paper.is_none() {
            sheet.fault(
                "",
                "такого вида документа нет".to_owned(),
                "there is no such kind of document".to_owned(),
            );
        }
        sheet
    }

    /// Sets the leaf at `path`.
    pub(crate) fn put(&mut self, path: &str, text: impl ToString) {
        let Some(paper) = &mut self.paper else { return };
        if let Err(why) = paper.form.fill(path, &text.to_string()) {
            self.fault(path, format!("нужно {}", why.expected_ru), format!("expected {}", why.expected_en));
        }
    }

    /// Sets the leaf at `path` where there is something to say.
    pub(crate) fn put_if(&mut self, path: &str, text: Option<impl ToString>) {
        if let Some(text) = text {
            self.put(path, text);
        }
    }

    /// Sets a leaf to as much of a text as it holds, in characters; nothing where nothing is said.
    pub(crate) fn words(&mut self, path: &str, text: &str, chars_max: usize) {
        let text = tidy(text);
        if let Some(part) = parts(&text, chars_max).into_iter().next() {
            self.put(path, part);
        }
    }

    /// Sets a list of leaves to a text, cut where one leaf is full.
    pub(crate) fn words_in_parts(&mut self, path: &str, text: &str, chars_max: usize) {
        for part in parts(&tidy(text), chars_max) {
            self.put(path, part);
        }
    }

    /// What was to be said and is not there.
    pub(crate) fn lacks(&mut self, path: &str, ru: &str, en: &str) {
        self.fault(path, ru.to_owned(), en.to_owned());
    }

    fn fault(&mut self, path: &str, ru: String, en: String) {
        let kind = self.kind;
        let text = Text::new(
            format!("Документ «{kind}» не составлен ({path}): {ru}."),
            format!("The document “{kind}” could not be made ({path}): {en}."),
        );
        self.faults.push(Finding::new(NOT_MADE, Severity::Error, Path::new(path), text));
    }

    pub(crate) fn finish(self) -> Made {
        if self.faults.is_empty() { Ok(self.paper) } else { Err(self.faults) }
    }
}

/// A text of one line without characters that XML does not know.
fn tidy(text: &str) -> String {
    let known = |c: char| !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}');
    let words = text.split_whitespace().map(|word| word.chars().filter(|c| known(*c)).collect::<String>());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A tidy text in pieces of at most `chars_max` characters, cut between words where that is possible.
fn parts(text: &str, chars_max: usize) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut part = String::new();
    let mut chars = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        if chars > 0 && chars + 1 + length > chars_max {
            parts.push(std::mem::take(&mut part));
            chars = 0;
        }
        if chars > 0 {
            part.push(' ');
            chars += 1;
        }
        for c in word.chars() {
            if chars == chars_max {
                parts.push(std::mem::take(&mut part));
                chars = 0;
            }
            part.push(c);
            chars += 1;
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_words_and_loses_only_white_space() {
        assert_eq!(parts("one two three", 7), ["one two", "three"]);
        assert_eq!(parts("оченьдлинноеслово да", 6), ["оченьд", "линное", "слово", "да"]);
        assert_eq!(parts("", 6), [""; 0]);
        assert_eq!(tidy(" a\u{1}\n\tb  \u{7} \u{FFFE}c "), "a b c");
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let mut sheet = Sheet::new("registered");
        sheet.put("registration_date", "tomorrow");
        sheet.put("weight", "1");
        let findings = sheet.finish().unwrap_err();
        let paths: Vec<_> = findings.iter().map(|finding| finding.path.as_str()).collect();
        assert_eq!(paths, ["registration_date", "weight"]);
        assert!(Sheet::new("no such").finish().is_err());
    }
}
