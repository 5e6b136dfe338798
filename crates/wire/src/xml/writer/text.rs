//! The text of a document: indents, tags, escapes.

use super::*;

impl<'w> Writer<'w> {
    pub(super) fn indent(&mut self) {
        self.out.push('\n');
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }

    pub(super) fn name(&mut self, element: &'static Element) {
        if let Some(module) = self.root.edition.module(element.module)
            && module.uri != self.root.uri
        {
            self.modules |= 1 << element.module.min(127);
            self.out.push_str(module.prefix);
            self.out.push(':');
        }
        self.out.push_str(element.name);
    }

    /// Writes a start tag up to its attributes.
    pub(super) fn start(&mut self, element: &'static Element) {
        self.indent();
        self.out.push('<');
        self.name(element);
    }

    pub(super) fn close_start(&mut self) {
        self.out.push('>');
        self.started = self.out.len();
    }

    pub(super) fn attribute(&mut self, name: &str, text: &str) {
        let _ = write!(self.out, " {name}=\"");
        self.escaped(text);
        self.out.push('"');
    }

    pub(super) fn end(&mut self, element: &'static Element) {
        // An element without elements stays on its line.
        if self.out.len() != self.started && self.out.ends_with('>') {
            self.indent();
        }
        self.out.push_str("</");
        self.name(element);
        self.out.push('>');
    }

    pub(super) fn element(&mut self, element: &'static Element, text: &str) {
        self.start(element);
        self.close_start();
        self.escaped(text);
        self.out.push_str("</");
        self.name(element);
        self.out.push('>');
    }

    pub(super) fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                // A bare carriage return would be read as a line feed.
                '\r' => self.out.push_str("&#13;"),
                _ => self.out.push(c),
            }
        }
    }
}
