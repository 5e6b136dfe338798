//! The tokens of XML 1.0: tags, texts, references, as slices of the document.
//!
//! Checked here: that tags and references are complete, that names are names, that every end tag closes
//! what was opened last. What a token means is [`super::markup`]'s business.

use memchr::{memchr, memchr2, memchr3, memmem};

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A start tag; of `<a/>` the end comes as a token of its own.
    Start {
        /// What stands before the colon of the name.
        prefix: &'a str,
        /// The name without its prefix.
        name: &'a str,
        /// Whatever follows the name.
        attributes: &'a str,
    },
    /// The end of the element opened last.
    End,
    /// Text up to the next tag or reference, as it stands.
    Text(&'a str),
    /// Text in which nothing is markup.
    Verbatim(&'a str),
    /// A reference, by its name.
    Reference(&'a str),
    /// What the XML declaration says.
    Declaration(&'a str),
    /// The beginning of a DOCTYPE, which is not read further.
    DocumentType,
    /// A comment or an instruction.
    Aside,
    /// The end of the document.
    Over,
}

/// Why what comes next is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault<'a> {
    /// The document ends inside it: what would have ended it.
    Unended(&'static str),
    /// Where a name should stand, none does, or it has a character names do not have.
    Name,
    /// An end tag closes something other than was opened last: what was, and what it says.
    WrongEnd(&'a str, &'a str),
    /// `<!` begins nothing known.
    Unknown,
    /// A `&` begins no reference.
    Ampersand,
}

impl std::fmt::Display for Fault<'_> {
    /// In both languages: it stands in messages of both.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::Unended(end) => write!(out, "нет конца «{end}», no ending “{end}”"),
            Fault::Name => out.write_str("имя элемента, element name"),
            Fault::WrongEnd("", found) => write!(out, "лишний конец, stray end tag </{found}>"),
            Fault::WrongEnd(opened, found) => {
                write!(out, "открыт, opened <{opened}>, закрыт, closed </{found}>")
            }
            Fault::Unknown => out.write_str("<!"),
            Fault::Ampersand => out.write_str("& без «;», & without “;”"),
        }
    }
}

/// Whether a byte may stand in a name or its prefix. Characters beyond ASCII are taken for letters.
const NAME: [bool; 256] = {
    let mut name = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        name[byte] =
            byte >= 0x80 || (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'_' | b'-' | b'.');
        byte += 1;
    }
    name
};

/// The tokens of one document, one after another.
pub(super) struct Tokens<'a> {
    text: &'a str,
    /// Where the last token began, in bytes.
    began: usize,
    /// Where the next one begins.
    at: usize,
    /// The names of the elements that are open.
    open: Vec<&'a str>,
    /// The last start tag was an end as well.
    ends_at_once: bool,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, began: 0, at: 0, open: Vec::with_capacity(16), ends_at_once: false }
    }

    /// Where the last token began, or what is no token.
    pub(super) fn began(&self) -> usize {
        self.began
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The next token. Between elements white space says nothing and is passed over: it would be half of
    /// all tokens of a document laid out on lines.
    #[inline]
    pub(super) fn next(&mut self, between_elements: bool) -> Result<Token<'a>, Fault<'a>> {
        self.began = self.at;
        if self.ends_at_once {
            self.ends_at_once = false;
            self.open.pop();
            return Ok(Token::End);
        }
        if between_elements {
            let space = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
            self.at += self.rest().iter().take_while(space).count();
            self.began = self.at;
        }
        match self.rest() {
            [b'<', b'/', ..] => self.end(),
            [b'<', b'!', ..] => self.bang(),
            [b'<', b'?', ..] => self.instruction(),
            [b'<', ..] => self.start(),
            [b'&', ..] => self.reference(),
            [] => Ok(Token::Over),
            text => {
                self.at += memchr2(b'<', b'&', text).unwrap_or(text.len());
                Ok(Token::Text(self.slice(self.began, self.at)))
            }
        }
    }

    /// The text of the element just opened, where it is nothing but text and then the end tag; that is
    /// passed over too. None, and nothing done, where it is anything else.
    #[inline]
    pub(super) fn whole_text(&mut self) -> Option<&'a str> {
        if self.ends_at_once {
            return None;
        }
        let rest = self.rest();
        let length = memchr3(b'<', b'&', b'\r', rest)?;
        let name = self.open.last()?;
        let after = rest.get(length..)?.strip_prefix(b"</")?.strip_prefix(name.as_bytes())?;
        let text = self.text.get(self.at..self.at + length)?;
        if after.first() != Some(&b'>') {
            return None;
        }
        self.began = self.at + length;
        self.at = self.began + 2 + name.len() + 1;
        self.open.pop();
        Some(text)
    }

    #[inline]
    fn start(&mut self) -> Result<Token<'a>, Fault<'a>> {
        let from = self.began + 1;
        let bytes = self.text.as_bytes().get(from..).unwrap_or_default();
        let first = name_length(bytes, 0);
        let (prefix, name, length) = match bytes.get(first) {
            Some(b':') => {
                let second = name_length(bytes, first + 1);
                let name_at = from + first + 1;
                (self.slice(from, from + first), self.slice(name_at, name_at + second), first + 1 + second)
            }
            _ => ("", self.slice(from, from + first), first),
        };
        let begins_a_name =
            |text: &str| !text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.');
        if name.is_empty() || first == 0 || !begins_a_name(name) || !begins_a_name(prefix) {
            return Err(Fault::Name);
        }
        let name_end = from + length;
        let attributes = match bytes.get(length) {
            Some(b'>') => {
                self.at = name_end + 1;
                ""
            }
            Some(b'/' | b' ' | b'\t' | b'\r' | b'\n') => {
                let end = tag_end(bytes, length).ok_or(Fault::Unended(">"))?;
                self.at = from + end + 1;
                self.ends_at_once = end > 0 && bytes.get(end - 1) == Some(&b'/');
                self.slice(name_end, from + end - usize::from(self.ends_at_once))
            }
            Some(_) => return Err(Fault::Name),
            None => return Err(Fault::Unended(">")),
        };
        self.open.push(self.slice(from, name_end));
        Ok(Token::Start { prefix, name, attributes })
    }

    fn end(&mut self) -> Result<Token<'a>, Fault<'a>> {
        let from = self.began + 2;
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let length = memchr(b'>', rest).ok_or(Fault::Unended(">"))?;
        self.at = from + length + 1;
        let found = self.slice(from, from + length).trim_ascii_end();
        match self.open.pop() {
            Some(opened) if opened == found => Ok(Token::End),
            opened => Err(Fault::WrongEnd(opened.unwrap_or_default(), found)),
        }
    }

    fn bang(&mut self) -> Result<Token<'a>, Fault<'a>> {
        let rest = self.rest();
        if rest.starts_with(b"<!--") {
            self.until("<!--", "-->").map(|_| Token::Aside)
        } else if rest.starts_with(b"<![CDATA[") {
            self.until("<![CDATA[", "]]>").map(Token::Verbatim)
        } else if rest.get(..9).is_some_and(|word| word.eq_ignore_ascii_case(b"<!DOCTYPE")) {
            Ok(Token::DocumentType)
        } else {
            Err(Fault::Unknown)
        }
    }

    fn instruction(&mut self) -> Result<Token<'a>, Fault<'a>> {
        let content = self.until("<?", "?>")?;
        Ok(match content.strip_prefix("xml") {
            Some(rest) if rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']) => {
                Token::Declaration(rest)
            }
            _ => Token::Aside,
        })
    }

    fn reference(&mut self) -> Result<Token<'a>, Fault<'a>> {
        let from = self.began + 1;
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let length = memchr3(b';', b'<', b'&', rest).ok_or(Fault::Ampersand)?;
        if rest.get(length) != Some(&b';') {
            return Err(Fault::Ampersand);
        }
        self.at = from + length + 1;
        Ok(Token::Reference(self.slice(from, from + length)))
    }

    /// What stands between a beginning, which is here, and the next ending.
    fn until(&mut self, beginning: &str, ending: &'static str) -> Result<&'a str, Fault<'a>> {
        let from = self.began + beginning.len();
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let length = memmem::find(rest, ending.as_bytes()).ok_or(Fault::Unended(ending))?;
        self.at = from + length + ending.len();
        Ok(self.slice(from, from + length))
    }
}

/// How long the name or prefix is that begins here.
#[inline]
fn name_length(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter().position(|byte| !NAME[usize::from(*byte)]).unwrap_or(rest.len())
}

/// Where the `>` stands that ends a tag; one between quotes does not.
fn tag_end(tag: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr3(b'>', b'"', b'\'', tag.get(at..)?)?;
        match tag.get(at)? {
            b'>' => return Some(at),
            quote => at += 1 + memchr(*quote, tag.get(at + 1..)?)? + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use quick_xml::events::Event;

    fn tokens(text: &str) -> String {
        let mut tokens = Tokens::new(text);
        let mut said = Vec::new();
        loop {
            said.push(match tokens.next(false) {
                Ok(Token::Start { prefix, name, attributes }) => format!("<{prefix}|{name}|{attributes}"),
                Ok(Token::End) => ">".to_owned(),
                Ok(Token::Text(text)) => format!("'{text}"),
                Ok(Token::Verbatim(text)) => format!("!{text}"),
                Ok(Token::Reference(name)) => format!("&{name}"),
                Ok(Token::Declaration(says)) => format!("xml{says}"),
                Ok(Token::Aside) => "-".to_owned(),
                Ok(Token::DocumentType) => return "doctype".to_owned(),
                Ok(Token::Over) => return said.join(" "),
                Err(fault) => return format!("{} at {}", fault, tokens.began()),
            });
        }
    }

    #[test]
    fn a_document_comes_apart() {
        for (text, said) in [
            (r#"<?xml version="1.0"?><a/>"#, r#"xml version="1.0" <|a| >"#),
            ("<п:а>б</п:а >", "<п|а| 'б >"),
            (r#"<a b="/>" c='"'/>"#, r#"<|a| b="/>" c='"' >"#),
            ("<a>x&lt;y<![CDATA[<&>]]><!-- > -->z</a>", "<|a| 'x &lt 'y !<&> - 'z >"),
            ("<?xml-stylesheet ?><!----><a></a>", "- - <|a| >"),
            ("<!doctype a><a/>", "doctype"),
            ("<a></b>", "открыт, opened <a>, закрыт, closed </b> at 3"),
            ("</a>", "лишний конец, stray end tag </a> at 0"),
            ("<a b='>", "нет конца «>», no ending “>” at 0"),
            ("<a", "нет конца «>», no ending “>” at 0"),
            ("<a>x<!-- -></a>", "нет конца «-->», no ending “-->” at 4"),
            ("<a:b:c/>", "имя элемента, element name at 0"),
            ("<a:/>", "имя элемента, element name at 0"),
            ("<:a/>", "имя элемента, element name at 0"),
            ("<a:1/>", "имя элемента, element name at 0"),
            ("<1/>", "имя элемента, element name at 0"),
            ("< a/>", "имя элемента, element name at 0"),
            ("<a&/>", "имя элемента, element name at 0"),
            ("<", "имя элемента, element name at 0"),
            ("<a>1 & 2</a>", "& без «;», & without “;” at 5"),
            ("<!a>", "<! at 0"),
        ] {
            assert_eq!(tokens(text), said, "{text}");
        }
    }

    #[test]
    fn the_whole_text_of_an_element_is_had_at_once_or_not_at_all() {
        for (text, whole) in [
            ("<a>x</a>", Some("x")),
            ("<a></a>", Some("")),
            ("<a/>", None),
            ("<a>x</a >", None),
            ("<a>x<b/></a>", None),
            ("<a>x&amp;</a>", None),
            ("<a>x\r\n</a>", None),
            ("<a>x</ab>", None),
            ("<a>x", None),
        ] {
            let mut tokens = Tokens::new(text);
            tokens.next(true).unwrap();
            let before = tokens.at;
            assert_eq!(tokens.whole_text(), whole, "{text}");
            match whole {
                Some(_) => assert_eq!((tokens.next(true), tokens.depth()), (Ok(Token::Over), 0)),
                None => assert_eq!((tokens.at, tokens.depth()), (before, 1)),
            }
        }
    }

    /// The same by an independent reader; none where the document is not well formed for it.
    fn by_another(text: &str) -> Option<String> {
        let mut reader = quick_xml::Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let mut said = Vec::new();
        loop {
            said.push(match reader.read_event().ok()? {
                Event::Start(start) | Event::Empty(start) => {
                    let name = String::from_utf8(start.name().0.as_bytes().to_vec()).unwrap();
                    let (prefix, local) = name.split_once(':').unwrap_or(("", &name));
                    format!("<{prefix}|{local}|{}", &(*start)[name.len()..])
                }
                Event::End(_) => ">".to_owned(),
                Event::Text(text) => format!("'{}", &*text),
                Event::CData(text) => format!("!{}", &*text),
                Event::GeneralRef(name) => format!("&{}", &*name),
                Event::Decl(says) => format!("xml{}", &(*says)[3..]),
                Event::DocType(_) => return Some("doctype".to_owned()),
                Event::Comment(_) | Event::PI(_) => "-".to_owned(),
                Event::Eof => return Some(said.join(" ")),
            });
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]
        /// Names are checked here and not there: such documents are left out of the comparison.
        #[test]
        fn two_readers_agree_on_what_stands_in_a_document(pieces in prop::collection::vec(prop::sample::select(vec![
            "<a>", "</a>", "<b:c>", "</b:c>", "<a/>", "<a x='1' y=\"/>\">", "<b:c z='<'/>", "</a >", "текст", " ", "\n",
            "&amp;", "&#65;", "&", ";", "<![CDATA[", "]]>", "<!--", "-->", "<?p ?>", "<?xml version='1.0'?>", "?>", ">", "'", "\"",
        ]), 0..14)) {
            let text = pieces.concat();
            let ours = tokens(&text);
            match by_another(&text) {
                Some(theirs) => if !ours.starts_with(&Fault::Name.to_string()) { prop_assert_eq!(ours, theirs, "{}", text) },
                None => prop_assert!(ours.contains(" at "), "{} is taken as {}", text, ours),
            }
        }
    }
}
