//! What bytes are: XML or JSON, in UTF-8, of a bearable size.

use declaration::Path;

use crate::limits::BYTES_MAX;
use crate::unreadable::{Reason, Unreadable, shown};

/// A document's text, by its form.
pub(crate) enum Text<'a> {
    Xml(&'a str),
    Json(&'a str),
}

/// How far into a document its XML declaration is looked for.
const DECLARATION_BYTES_MAX: usize = 200;

/// Tells XML from JSON, and refuses what is neither.
pub(crate) fn sniff(bytes: &[u8]) -> Result<Text<'_>, Box<Unreadable>> {
    if bytes.len() > BYTES_MAX {
        return Err(Reason::TooLarge(BYTES_MAX).nowhere());
    }
    let utf16 =
        matches!(bytes, [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, b'<' | b'{', ..] | [b'<' | b'{', 0, ..]);
    if utf16 {
        return Err(Reason::Encoding("UTF-16".to_owned()).nowhere());
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Some(encoding) = declared_encoding(bytes)
        && !encoding.eq_ignore_ascii_case("utf-8")
    {
        return Err(Reason::Encoding(shown(&encoding)).at(Some(1), "", Path::root()));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Reason::NotUtf8.at(Some(line(bytes, error.valid_up_to())), "", Path::root()))?;
    // First whether there is any, without a branch per byte: as good as always there is none.
    if bytes.iter().fold(false, |found, byte| found | is_control(*byte)) {
        let at = bytes.iter().position(|byte| is_control(*byte)).unwrap_or_default();
        let byte = bytes.get(at).copied().unwrap_or_default();
        return Err(Reason::ControlCharacter(byte).at(Some(line(bytes, at)), "", Path::root()));
    }
    match text.trim_ascii_start().bytes().next() {
        None => Err(Reason::Empty.nowhere()),
        Some(b'<') => Ok(Text::Xml(text)),
        Some(b'{' | b'[') => Ok(Text::Json(text)),
        Some(_) => Err(Reason::NoDocument.at(Some(1), "", Path::root())),
    }
}

/// A control character that neither XML nor JSON allows.
fn is_control(byte: u8) -> bool {
    (byte < 0x20) & (byte != b'\t') & (byte != b'\n') & (byte != b'\r')
}

fn line(bytes: &[u8], at: usize) -> u64 {
    1 + bytes.iter().take(at).filter(|b| **b == b'\n').count() as u64
}

/// The encoding named in the XML declaration, which is ASCII in every encoding of eight bits.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..DECLARATION_BYTES_MAX.min(bytes.len()))?.strip_prefix(b"<?xml")?;
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let head = String::from_utf8_lossy(head.get(..end)?).into_owned();
    let after = head.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    after.get(1..)?.split_once(quote).map(|(name, _)| name.to_owned())
}
