//! Markup, bounded: events of one XML document with lines, namespaces and every limit checked.

use std::borrow::Cow;

use declaration::Path;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::namespaces::{Family, Namespace};
use crate::limits::{
    ATTRIBUTE_BYTES_MAX, ATTRIBUTES_MAX, DEPTH_MAX, ELEMENTS_MAX, NAMESPACES_MAX, REFERENCE_BYTES_MAX,
    TEXT_BYTES_MAX,
};
use crate::unreadable::{Reason, Unreadable, shown};

/// One namespace declaration in force.
struct Binding<'a> {
    depth: usize,
    prefix: &'a str,
    namespace: Namespace<'a>,
}

/// A start tag.
pub(crate) struct Tag<'a> {
    /// The name without its prefix.
    pub(crate) name: &'a str,
    pub(crate) namespace: Namespace<'a>,
}

/// What stands next, inside the root.
pub(crate) enum Next<'a> {
    Start(Tag<'a>),
    End,
    /// Text that is not only white space.
    Text(Cow<'a, str>),
    /// The end of the document.
    Over,
}

/// A reader of one document.
pub(crate) struct Markup<'a> {
    text: &'a str,
    xml: Reader<&'a [u8]>,
    bindings: Vec<Binding<'a>>,
    /// The attributes of the last start tag that declare no namespace: key and raw value.
    attributes: Vec<(&'a str, &'a str)>,
    depth: usize,
    elements: usize,
    /// Where the last event began, in bytes.
    at: usize,
    /// A place whose line is known, so that lines are counted once over the document.
    counted: (usize, u64),
}

impl<'a> Markup<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut xml = Reader::from_str(text);
        let config = xml.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = true;
        Self {
            text,
            xml,
            bindings: Vec::with_capacity(16),
            attributes: Vec::new(),
            depth: 0,
            elements: 0,
            at: 0,
            counted: (0, 1),
        }
    }

    /// The line of the last event, counted from 1.
    pub(crate) fn line(&mut self) -> u64 {
        let (from, line) = if self.at >= self.counted.0 { self.counted } else { (0, 1) };
        let between = self.text.as_bytes().get(from..self.at).unwrap_or_default();
        let line = line + between.iter().filter(|b| **b == b'\n').count() as u64;
        self.counted = (self.at, line);
        line
    }

    /// Where the last event began, to ask for its line later.
    pub(crate) fn place(&self) -> usize {
        self.at
    }

    /// The line of a place.
    pub(crate) fn line_at(&mut self, place: usize) -> u64 {
        let (now, counted) = (self.at, self.counted);
        self.at = place;
        let line = self.line();
        self.at = now;
        if counted.0 > place {
            self.counted = counted;
        }
        line
    }

    /// A refusal at the last event.
    pub(crate) fn refuse(&mut self, reason: Reason, element: &str) -> Box<Unreadable> {
        let line = self.line();
        reason.at(Some(line), shown(element), Path::root())
    }

    /// The next event. Between elements white space says nothing: passing over it here saves half of
    /// all events of a document laid out on lines.
    fn event(&mut self, between_elements: bool) -> Result<Event<'a>, Box<Unreadable>> {
        self.at = usize::try_from(self.xml.buffer_position()).unwrap_or(usize::MAX);
        if between_elements {
            let space = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
            self.at += self.text.as_bytes().iter().skip(self.at).take_while(space).count();
        }
        self.xml.config_mut().trim_text_start = between_elements;
        self.xml.read_event().map_err(|error| {
            self.at = usize::try_from(self.xml.error_position()).unwrap_or(usize::MAX);
            self.refuse(Reason::IllFormed(shown(&error.to_string())), "")
        })
    }

    /// The next event; comments and instructions are passed over.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Next<'a>, Box<Unreadable>> {
        loop {
            match self.event(true)? {
                Event::Start(start) => return self.start(&start).map(Next::Start),
                Event::End(_) => {
                    self.close();
                    return Ok(Next::End);
                }
                Event::Text(text) => {
                    let text = text.into_inner();
                    if !text.trim_ascii().is_empty() {
                        return Ok(Next::Text(text));
                    }
                }
                Event::GeneralRef(name) => return Ok(Next::Text(self.reference(&name)?.to_string().into())),
                Event::CData(text) => {
                    if !text.trim_ascii().is_empty() {
                        return Ok(Next::Text(text.into_inner()));
                    }
                }
                Event::Empty(start) => return self.start(&start).map(Next::Start),
                Event::DocType(_) => return Err(self.refuse(Reason::DocumentType, "")),
                Event::Decl(decl) => {
                    if let Some(Ok(encoding)) = decl.encoding()
                        && !encoding.eq_ignore_ascii_case("utf-8")
                    {
                        return Err(self.refuse(Reason::Encoding(shown(&encoding)), ""));
                    }
                }
                Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => return Ok(Next::Over),
            }
        }
    }

    fn start(&mut self, start: &BytesStart<'a>) -> Result<Tag<'a>, Box<Unreadable>> {
        // The tag's text lies in the document: taken from there, its name lives as long.
        let name_at = self.at + 1;
        let name = self.text.get(name_at..name_at + start.name().0.len()).unwrap_or_default();
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        self.depth += 1;
        self.elements += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.refuse(Reason::Limit("вложенность", "depth", DEPTH_MAX), local));
        }
        if self.elements > ELEMENTS_MAX {
            return Err(self.refuse(Reason::Limit("элементов", "elements", ELEMENTS_MAX), local));
        }
        let attributes_at = name_at + name.len();
        let length = start.len().saturating_sub(name.len());
        self.attributes.clear();
        if length > 0 {
            let attributes = self.text.get(attributes_at..attributes_at + length).unwrap_or_default();
            if !attributes.trim_ascii().is_empty() {
                self.attributes(attributes, local)?;
            }
        }
        let namespace = self
            .bindings
            .iter()
            .rev()
            .find(|binding| binding.prefix == prefix)
            .map_or(Namespace::NONE, |binding| binding.namespace);
        if !prefix.is_empty() && namespace.uri.is_empty() {
            return Err(self.refuse(
                Reason::IllFormed(format!(
                    "приставка «{0}» не объявлена, prefix “{0}” undeclared",
                    shown(prefix)
                )),
                local,
            ));
        }
        Ok(Tag { name: local, namespace })
    }

    /// Checks attributes and takes the namespace declarations among them.
    fn attributes(&mut self, attributes: &'a str, element: &str) -> Result<(), Box<Unreadable>> {
        if attributes.len() > ATTRIBUTE_BYTES_MAX {
            let limit = Reason::Limit("байт в атрибутах", "bytes of attributes", ATTRIBUTE_BYTES_MAX);
            return Err(self.refuse(limit, element));
        }
        let mut rest = attributes.trim_ascii();
        let mut count = 0;
        while !rest.is_empty() {
            count += 1;
            if count > ATTRIBUTES_MAX {
                return Err(self.refuse(Reason::Limit("атрибутов", "attributes", ATTRIBUTES_MAX), element));
            }
            let Some((key, value, after)) = attribute(rest) else {
                return Err(self.refuse(Reason::IllFormed("атрибут, attribute".to_owned()), element));
            };
            if value.contains('&') {
                self.references(value)?;
            }
            let prefix = if key == "xmlns" { Some("") } else { key.strip_prefix("xmlns:") };
            if let Some(prefix) = prefix {
                if self.bindings.len() == NAMESPACES_MAX {
                    let limit = Reason::Limit("объявлений xmlns", "namespace declarations", NAMESPACES_MAX);
                    return Err(self.refuse(limit, element));
                }
                let namespace = Namespace::of(value);
                self.bindings.push(Binding { depth: self.depth, prefix, namespace });
            } else {
                self.attributes.push((key, value));
            }
            rest = after.trim_ascii_start();
        }
        Ok(())
    }

    /// The attributes of the last start tag with their texts; those of XML Schema instances, which say
    /// where a schema lies, are left out.
    pub(crate) fn take_attributes(&mut self) -> Result<Vec<(&'a str, Cow<'a, str>)>, Box<Unreadable>> {
        let mut taken = Vec::new();
        for (key, value) in std::mem::take(&mut self.attributes) {
            let instance = key.split_once(':').is_some_and(|(prefix, _)| {
                self.bindings
                    .iter()
                    .rev()
                    .find(|binding| binding.prefix == prefix)
                    .is_some_and(|binding| binding.namespace.family == Family::Instance)
            });
            if !instance {
                taken.push((key, self.unescaped(value)?));
            }
        }
        Ok(taken)
    }

    /// Whether the last start tag has any attribute besides namespace declarations.
    #[inline]
    pub(crate) fn has_attributes(&self) -> bool {
        !self.attributes.is_empty()
    }

    fn unescaped(&mut self, value: &'a str) -> Result<Cow<'a, str>, Box<Unreadable>> {
        let Some((head, mut rest)) = value.split_once('&') else { return Ok(value.into()) };
        let mut text = head.to_owned();
        loop {
            let (name, after) = rest.split_once(';').unwrap_or((rest, ""));
            text.push(self.character(name)?);
            match after.split_once('&') {
                Some((between, next)) => {
                    text.push_str(between);
                    rest = next;
                }
                None => {
                    text.push_str(after);
                    return Ok(text.into());
                }
            }
        }
    }

    fn references(&mut self, value: &str) -> Result<(), Box<Unreadable>> {
        for after in value.split('&').skip(1) {
            let name = after.split_once(';').map_or(after, |(name, _)| name);
            self.character(name)?;
        }
        Ok(())
    }

    fn reference(&mut self, name: &BytesRef<'a>) -> Result<char, Box<Unreadable>> {
        self.character(name)
    }

    /// The character a reference stands for: one of the five, or a code XML 1.0 allows.
    fn character(&mut self, name: &str) -> Result<char, Box<Unreadable>> {
        let found = match name {
            _ if name.len() > REFERENCE_BYTES_MAX => None,
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => name
                .strip_prefix('#')
                .and_then(|code| match code.strip_prefix('x') {
                    Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok(),
                    None => code.parse().ok(),
                })
                .and_then(char::from_u32)
                .filter(|c| crate::is_xml_char(*c)),
        };
        found.ok_or_else(|| self.refuse(Reason::Entity(shown(name)), ""))
    }

    fn close(&mut self) {
        while self.bindings.last().is_some_and(|binding| binding.depth == self.depth) {
            self.bindings.pop();
        }
        self.depth = self.depth.saturating_sub(1);
    }

    /// Passes over the rest of the element whose start tag was just read; whether it says anything.
    pub(crate) fn skip(&mut self, element: &str) -> Result<bool, Box<Unreadable>> {
        let around = self.depth.saturating_sub(1);
        let mut says = false;
        while self.depth > around {
            match self.next()? {
                Next::Over => return Err(self.unclosed(element)),
                Next::Text(_) => says = true,
                Next::Start(_) | Next::End => {}
            }
        }
        Ok(says)
    }

    /// The document ended inside `element`.
    pub(crate) fn unclosed(&mut self, element: &str) -> Box<Unreadable> {
        self.refuse(Reason::IllFormed("не закрыт, not closed".to_owned()), element)
    }

    /// The text of the element whose start tag was just read, without white space around it, and the
    /// name of the first element found inside, if there was one.
    pub(crate) fn leaf(&mut self, element: &str) -> Result<(Cow<'a, str>, Option<&'a str>), Box<Unreadable>> {
        let mut found: Cow<'a, str> = Cow::Borrowed("");
        let mut inside = None;
        loop {
            let piece: Cow<'a, str> = match self.event(false)? {
                Event::Text(text) => text.into_inner(),
                Event::CData(text) => text.into_inner(),
                Event::GeneralRef(name) => self.reference(&name)?.to_string().into(),
                Event::End(_) => {
                    self.close();
                    break;
                }
                Event::Start(start) | Event::Empty(start) => {
                    let tag = self.start(&start)?;
                    inside.get_or_insert(tag.name);
                    self.skip(tag.name)?;
                    continue;
                }
                Event::Comment(_) | Event::PI(_) => continue,
                Event::DocType(_) => return Err(self.refuse(Reason::DocumentType, element)),
                Event::Decl(_) => return Err(self.refuse(Reason::IllFormed("<?xml".to_owned()), element)),
                Event::Eof => return Err(self.unclosed(element)),
            };
            if found.len() + piece.len() > TEXT_BYTES_MAX {
                return Err(
                    self.refuse(Reason::Limit("байт текста", "bytes of text", TEXT_BYTES_MAX), element)
                );
            }
            if found.is_empty() {
                found = piece;
            } else {
                found.to_mut().push_str(&piece);
            }
        }
        // XML 1.0, 2.11: a reader sees every line end as one line feed.
        if found.contains('\r') {
            found = found.replace("\r\n", "\n").into();
        }
        Ok((trimmed(found), inside))
    }
}

/// Key, value and rest of the first attribute; none if there is no well-formed one.
fn attribute(text: &str) -> Option<(&str, &str, &str)> {
    let (key, after) = text.split_once('=')?;
    let after = after.trim_ascii_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, rest) = after.get(1..)?.split_once(quote)?;
    let key = key.trim_ascii_end();
    let well_formed =
        !key.is_empty() && !key.contains(|c: char| c.is_ascii_whitespace() || c == '<' || c == '"');
    (well_formed && !value.contains('<')).then_some((key, value, rest))
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}
