//! The bounds of an expression, and the scan that holds them before the parser sees the text.
//!
//! The parser recurses over brackets and over chains of operators; a text deep enough would
//! exhaust the stack. So depth is bounded on the bare characters, first of all.

use crate::error::{Fault, ProfileError, place_of_byte};

/// The longest expression, in bytes of UTF-8.
pub const SOURCE_BYTES_MAX: usize = 16_384;
/// The deepest nesting of brackets.
pub const NESTING_MAX: usize = 16;
/// The longest chain of operators, points and calls without `&&`, `||` or a comma between.
pub const CHAIN_MAX: usize = 64;
/// The most nodes of a compiled expression, literal loops written out.
pub const NODES_MAX: usize = 4_000;
/// The most elements of a literal list.
pub const LIST_MAX: usize = 1_000;
/// The deepest nesting of loops over the declaration's lists.
pub const LOOPS_MAX: usize = 2;
/// The most digits of a number.
pub const NUMBER_DIGITS_MAX: usize = 18;

/// Refuses what is too long or too deep to be parsed, and the few spellings of texts that the scan
/// does not follow.
pub(super) fn scan(source: &str) -> Result<(), ProfileError> {
    if source.len() > SOURCE_BYTES_MAX {
        return Err(limit(source, 0, SOURCE_BYTES_MAX, ("байт в выражении", "bytes in an expression")));
    }
    // Per open bracket: the depth of the chain so far, and of the deepest chain before a break.
    let mut open: Vec<(usize, usize)> = vec![(0, 0)];
    let bytes = source.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        let nesting = open.len();
        let Some((chain, deepest)) = open.last_mut() else { break };
        match byte {
            b'"' | b'\'' => {
                at = text_end(source, at)?;
                continue;
            }
            b'/' if next == Some(b'/') => {
                at += bytes.iter().skip(at).take_while(|byte| **byte != b'\n').count();
                continue;
            }
            b'(' | b'[' | b'{' => {
                if nesting > NESTING_MAX {
                    return Err(limit(source, at, NESTING_MAX, ("вложенных скобок", "nested brackets")));
                }
                open.push((0, 0));
            }
            b')' | b']' | b'}' if nesting > 1 => {
                let inner = (*chain).max(*deepest);
                open.pop();
                if let Some((chain, _)) = open.last_mut() {
                    *chain += inner + 1;
                }
            }
            b',' => (*deepest, *chain) = ((*deepest).max(*chain), 0),
            b'&' | b'|' if next == Some(byte) => {
                (*deepest, *chain) = ((*deepest).max(*chain), 0);
                at += 1;
            }
            b'.' | b'+' | b'-' | b'*' | b'/' | b'%' | b'<' | b'>' | b'=' | b'!' | b'?' | b':' => {
                *chain += 1;
                at += usize::from(next == Some(b'='));
            }
            // The word `in` among others: any word break counts, which only errs to the safe side.
            b' ' | b'\t' | b'\n' | b'\r' if bytes.get(at + 1..at + 3) == Some(b"in") => *chain += 1,
            _ => {}
        }
        if open.last().is_some_and(|(chain, _)| *chain > CHAIN_MAX) {
            return Err(limit(source, at, CHAIN_MAX, ("операций подряд", "operations in a row")));
        }
        at += 1;
    }
    Ok(())
}

/// The byte after the text that begins at `start`.
fn text_end(source: &str, start: usize) -> Result<usize, ProfileError> {
    let bytes = source.as_bytes();
    let quote = bytes.get(start).copied().unwrap_or_default();
    let before = start.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    let unsupported = |at| {
        ProfileError::new(
            Fault::Unsupported,
            "",
            (
                "приставки и тройные кавычки у текстов не поддерживаются",
                "prefixed and triple-quoted texts are not supported",
            ),
            ("напишите текст в обычных кавычках", "write the text in plain quotes"),
        )
        .at(place_of_byte(source, at))
    };
    if before.is_ascii_alphanumeric() || before == b'_' {
        return Err(unsupported(start));
    }
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' | b'\r' => break,
            _ if byte == quote => {
                let glued = bytes.get(at + 1).is_some_and(|next| matches!(next, b'"' | b'\''));
                return if glued { Err(unsupported(at)) } else { Ok(at + 1) };
            }
            _ => {}
        }
        at += 1;
    }
    let text = ("текст не закрыт кавычкой", "the text has no closing quote");
    let cure = ("поставьте закрывающую кавычку на той же строке", "close the quote on the same line");
    Err(ProfileError::new(Fault::Syntax, "", text, cure).at(place_of_byte(source, start)))
}

/// An error for what is over a limit.
fn limit(source: &str, at: usize, most: usize, (ru, en): (&str, &str)) -> ProfileError {
    over_limit(most, (ru, en)).at(place_of_byte(source, at))
}

/// An error for what is over a limit, at no place yet.
pub(super) fn over_limit(most: usize, (ru, en): (&str, &str)) -> ProfileError {
    ProfileError::new(
        Fault::Limit,
        "",
        (&format!("больше {most} {ru}"), &format!("more than {most} {en}")),
        (
            "упростите условие или разделите его на несколько профилей",
            "simplify the condition or divide it among several profiles",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(source: &str) -> Option<Fault> {
        scan(source).err().map(|error| error.code)
    }

    #[test]
    fn what_is_too_deep_never_reaches_the_parser() {
        assert_eq!(code(&"(".repeat(NESTING_MAX)), None);
        assert_eq!(code(&"(".repeat(NESTING_MAX + 1)), Some(Fault::Limit));
        assert_eq!(code(&format!("1{}", "+1".repeat(CHAIN_MAX))), None);
        assert_eq!(code(&format!("1{}", "+1".repeat(CHAIN_MAX + 1))), Some(Fault::Limit));
        assert_eq!(code(&format!("a{}", " in a".repeat(CHAIN_MAX + 1))), Some(Fault::Limit));
        // Brackets do not hide a chain: ((1+1+…)+1+…).
        let half = "+1".repeat(CHAIN_MAX / 2 + 1);
        assert_eq!(code(&format!("(1{half}){half}")), Some(Fault::Limit));
        // Conjunctions, lists and texts are no chains.
        assert_eq!(code(&"a == 1 && ".repeat(500)), None);
        assert_eq!(code(&format!("[{}]", "1,".repeat(1_000))), None);
        assert_eq!(code(&format!("\"{}\"", "(.".repeat(500))), None);
        assert_eq!(code(&format!("a // {}", "(.".repeat(500))), None);
        assert_eq!(code(&"a".repeat(SOURCE_BYTES_MAX + 1)), Some(Fault::Limit));
    }

    #[test]
    fn texts_the_scan_does_not_follow_are_refused() {
        assert_eq!(code(r#"r"(" == a"#), Some(Fault::Unsupported));
        assert_eq!(code(r#""""a"""#), Some(Fault::Unsupported));
        assert_eq!(code(r#""a\"(b" == 'it"s'"#), None);
        assert_eq!(code("\"a\nb\""), Some(Fault::Syntax));
        assert_eq!(code("'open"), Some(Fault::Syntax));
    }
}
