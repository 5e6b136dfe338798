//! Elements that are fields of a declaration.

use super::*;

impl<'a> Walk<'a> {
    /// Reads the content of an element into a record, by a mapping.
    pub(super) fn mapped(
        &mut self,
        kind: &'static Type,
        target: Target<'_>,
        element: &'static str,
        record: &mut dyn Record,
    ) -> Result<(), Box<Unreadable>> {
        let Target { map, base, groups, only } = target;
        if self.markup.has_attributes() || kind.attributes.iter().any(|attribute| attribute.required) {
            let mut beyond = Vec::new();
            self.attributes(kind, element, |at, text| {
                let node = map.attributes.get(at)?;
                let set = node.map(|node| match node.what {
                    What::Leaf { field, .. } => record.set(field, node.row.convert.read(text)),
                    What::Fixed(expected) if text != expected => Err(Malformed::new(expected, expected)),
                    _ => Ok(()),
                });
                // What the record does not take stays beside it.
                if !matches!(&set, Some(Ok(()))) || node.is_some_and(|node| keeps_beside(node, text)) {
                    beyond.push((at, text.to_owned()));
                }
                set
            })?;
            for (at, text) in beyond {
                if let Some(attribute) = kind.attributes.get(at)
                    && let Some(form) = further(record, base, groups)
                {
                    // The attribute's own table allowed it; what the form cannot keep was reported there.
                    let _ = form.set(attribute.field, &text);
                }
            }
        }
        if let Some(value) = &kind.value {
            return match map.text {
                Some(node) => {
                    self.mapped_leaf(node, value, &[], element, record, base, groups, kind.value_field)
                }
                None => match further(record, base, groups) {
                    Some(form) => self.form_value(value, element, kind.value_field, form),
                    None => self.markup.skip(element).map(drop),
                },
            };
        }
        let mut cursor = Cursor::default();
        loop {
            match self.markup.next()? {
                Next::Start(tag) => match self.come(kind, &mut cursor, &tag, element)? {
                    Arrival::Element(at) => {
                        let Some(below) = kind.elements.get(at) else { continue };
                        let taken = |spot: &&'static Spot| {
                            only.is_none_or(
                                |list| matches!(spot.node.what, What::Record { field, .. } if field == list),
                            )
                        };
                        match map.elements.get(at).and_then(Option::as_ref).filter(taken) {
                            Some(spot) => self.spot(below, spot, cursor.nth(), record, base, groups)?,
                            None => self.beyond(below, record, base, groups)?,
                        }
                    }
                    Arrival::Document => {}
                    Arrival::PassOver => self.markup.skip(tag.name).map(drop)?,
                },
                Next::Text(text) => self.stray(element, &text),
                Next::End => break,
                Next::Over => return Err(self.markup.unclosed(element)),
            }
        }
        self.ended(kind, cursor, element);
        Ok(())
    }

    /// Reads one element that a row of the mapping takes, the `nth` in a row.
    pub(super) fn spot(
        &mut self,
        element: &'static Element,
        spot: &'static Spot,
        nth: usize,
        record: &mut dyn Record,
        base: &'static Type,
        groups: &mut Vec<(usize, usize)>,
    ) -> Result<(), Box<Unreadable>> {
        let node = spot.node;
        match (node.what, &element.holds, &spot.below) {
            (What::Leaf { .. }, Holds::Value(value), _) => {
                self.no_attributes(element.name)?;
                let rivals = &spot.rivals;
                self.mapped_leaf(node, value, rivals, element.name, record, base, groups, element.field)
            }
            (What::Fixed(text), _, _) => {
                self.no_attributes(element.name)?;
                // What stands there instead is an error of the document, and stays what it is.
                if let Some(found) = self.fixed(node, text)?
                    && let Some(form) = further(record, base, groups)
                {
                    let _ = form.set(element.field, &found);
                }
                Ok(())
            }
            (What::Group, Holds::Type(kind), Some(map)) => {
                if let Some((list, number)) = node.row.divides {
                    return self.divided(element, (kind, map), (list, number), nth, record, base, groups);
                }
                // One element is for the record, or one for each value of its list: others stand beside it,
                // each at its own place.
                let place = if node.row.repeats { first_count(node, record) } else { 0 };
                if nth != place {
                    self.count_record(element.name)?;
                    let form =
                        further(record, base, groups).and_then(|form| form.nth_or_new(element.field, nth));
                    let Some(form) = form else { return self.markup.skip(element.name).map(drop) };
                    self.path.push(Step { name: FURTHER, nth: None });
                    self.form(kind, element.name, form)?;
                    self.path.pop();
                    return Ok(());
                }
                groups.push((element.field, nth));
                self.mapped(kind, Target { map, base, groups, only: None }, element.name, record)?;
                groups.pop();
                Ok(())
            }
            (What::Record { field, row }, Holds::Type(kind), Some(map)) => {
                let depth = self.path.len();
                let record = match node.within {
                    Some((outer, holder)) => {
                        let Some(held) = record.open(outer) else {
                            return self.markup.skip(element.name).map(drop);
                        };
                        self.path.push(Step { name: holder.name, nth: None });
                        held
                    }
                    None => record,
                };
                let count = record.count(field);
                let list = row.shape.is_list();
                if list {
                    self.count_record(element.name)?;
                    if row.name == "items" && count == ITEMS_MAX {
                        return Err(self.refuse(Reason::Limit("товаров", "goods", ITEMS_MAX), element.name));
                    }
                } else if count > 0 {
                    return self.beyond(element, record, base, groups);
                }
                let nth = list.then_some(count);
                let Some(below) = record.open(field) else {
                    return self.markup.skip(element.name).map(drop);
                };
                self.path.push(Step { name: row.name, nth });
                let target = Target { map, base: kind, groups: &mut Vec::new(), only: None };
                self.mapped(kind, target, element.name, below)?;
                self.path.truncate(depth);
                if nth.is_none() && record.record(field, 0).is_some_and(Record::is_empty) {
                    record.clear(field);
                }
                Ok(())
            }
            _ => self.beyond(element, record, base, groups),
        }
    }

    /// Reads an element among several that share a list of the record, the `nth`: what the first has goes
    /// into the record, of the others only the entries of the list, with the number of the element.
    #[allow(clippy::too_many_arguments, reason = "what it is, and where it goes")]
    pub(super) fn divided(
        &mut self,
        element: &'static Element,
        (kind, map): (&'static Type, &'static Map),
        (list, number): (&'static str, &'static str),
        nth: usize,
        record: &mut dyn Record,
        base: &'static Type,
        groups: &mut Vec<(usize, usize)>,
    ) -> Result<(), Box<Unreadable>> {
        let Some(list) = record.index_of(list) else { return self.markup.skip(element.name).map(drop) };
        let before = record.count(list);
        self.count_record(element.name)?;
        groups.push((element.field, nth));
        let only = (nth > 0).then_some(list);
        self.mapped(kind, Target { map, base, groups, only }, element.name, record)?;
        groups.pop();
        if nth > 0 {
            let place = (nth + 1).to_string();
            for at in before..record.count(list) {
                if let Some(entry) = record.record_mut(list, at)
                    && let Some(field) = entry.index_of(number)
                {
                    // A whole number is always taken.
                    let _ = entry.set(field, &place);
                }
            }
        }
        Ok(())
    }

    /// Reads the text of an element into a field of a record.
    #[allow(clippy::too_many_arguments, reason = "where it goes, and where it goes if not there")]
    pub(super) fn mapped_leaf(
        &mut self,
        node: &'static Node,
        value: &'static Value,
        rivals: &[&'static Value],
        element: &'static str,
        record: &mut dyn Record,
        base: &'static Type,
        groups: &[(usize, usize)],
        further_field: usize,
    ) -> Result<(), Box<Unreadable>> {
        let What::Leaf { field, row } = node.what else { return self.markup.skip(element).map(drop) };
        let list = row.shape.is_list();
        let count = record.count(field);
        if !list && count > 0 {
            // The structure allows more than the record has room for: the rest stands beside it.
            return match further(record, base, groups) {
                Some(form) => self.form_value(value, element, further_field, form),
                None => self.markup.skip(element).map(drop),
            };
        }
        let place = self.markup.place();
        let (text, inside) = self.markup.leaf(element)?;
        if let Some(inside) = inside {
            self.unknown(self.markup.place(), inside, Severity::Error);
        }
        let path = |walk: &Self| {
            let path = walk.here().field(row.name);
            if list { path.at(count) } else { path }
        };
        let allowed = value.allows(&text);
        if text.is_empty() {
            if !allowed {
                self.not_allowed(place, element, path(self), &text, value);
            }
            return Ok(());
        }
        if list && count == VALUES_MAX {
            return Err(self.refuse(Reason::Limit("значений", "values", VALUES_MAX), element));
        }
        let converted = node.row.convert.read(value.plain(&text));
        let kept = match record.set(field, converted) {
            // Of several elements that take the field, the form beside it remembers which one it was.
            Ok(()) if allowed => {
                !rivals.iter().any(|rival| rival.allows(&text))
                    && node.row.convert.keeps(converted, &text)
                    && (list || zone_apart(row.shape.leaf(), converted).is_none())
            }
            Ok(()) => {
                self.not_allowed(place, element, path(self), &text, value);
                true
            }
            Err(bad) => {
                let line = self.markup.line_at(place);
                self.malformed(line, element, path(self), &text, &bad);
                !allowed
            }
        };
        // What the field cannot hold as it was written stays beside it.
        if !kept && let Some(form) = further(record, base, groups) {
            let _ = form.set(further_field, value.plain(&text));
        }
        Ok(())
    }

    /// Reads one element the record has no field for into the form beside it.
    pub(super) fn beyond(
        &mut self,
        element: &'static Element,
        record: &mut dyn Record,
        base: &'static Type,
        groups: &[(usize, usize)],
    ) -> Result<(), Box<Unreadable>> {
        let Some(form) = further(record, base, groups) else {
            return self.markup.skip(element.name).map(drop);
        };
        let depth = self.path.len();
        self.path.push(Step { name: FURTHER, nth: None });
        self.form_element(element, form)?;
        self.path.truncate(depth);
        Ok(())
    }

    pub(super) fn leaf(
        &mut self,
        node: &'static Node,
        field: usize,
        name: &'static str,
        is_list: bool,
        record: &mut dyn Record,
    ) -> Result<(), Box<Unreadable>> {
        let line_at_start = self.markup.place();
        let (text, inside) = self.markup.leaf(node.element)?;
        if let Some(inside) = inside {
            self.unknown(self.markup.place(), inside, unread(inside));
        }
        // An empty element says nothing.
        if text.is_empty() {
            return Ok(());
        }
        let count = record.count(field);
        if is_list && count == VALUES_MAX {
            return Err(self.refuse(Reason::Limit("значений", "values", VALUES_MAX), node.element));
        }
        if !is_list && count > 0 {
            if node.row.repeats {
                self.first_kept(node.element, name);
            } else {
                self.repeated(node.element, self.here().field(name));
            }
            return Ok(());
        }
        let text = node.row.convert.read(&text);
        let Err(bad) = record.set(field, text) else { return Ok(()) };
        let kind = record.fields().get(field).and_then(|row| row.shape.leaf());
        let path = if is_list { self.here().field(name).at(count) } else { self.here().field(name) };
        let line = self.markup.line_at(line_at_start);
        if let Some(LeafKind::Text { max_chars }) = kind
            && node.row.continues
            && text.chars().nth(max_chars).is_some()
        {
            let parts = divided(text, max_chars);
            if parts.iter().all(|part| record.set(field, part).is_ok()) {
                if self.notes.has_room(Severity::Hint) {
                    let (element, count) = (node.element, parts.len());
                    let ru = format!(
                        "Строка {line}, элемент {element}: текст длиннее {max_chars} знаков, прочитан частями, числом {count}."
                    );
                    let en = format!(
                        "Line {line}, element {element}: the text has more than {max_chars} characters and is read as {count} parts."
                    );
                    self.notes.add(DIVIDED, Severity::Hint, path, ru, en);
                }
                return Ok(());
            }
        }
        if let Some(rounded) = without_noise(text, kind)
            && record.set(field, &rounded).is_ok()
        {
            if self.notes.has_room(Severity::Hint) {
                let (element, text) = (node.element, shown(text));
                let ru = format!("Строка {line}, элемент {element}: «{text}» прочитано как {rounded}.");
                let en = format!("Line {line}, element {element}: “{text}” is read as {rounded}.");
                self.notes.add(ROUNDED, Severity::Hint, path, ru, en);
            }
            return Ok(());
        }
        self.malformed(line, node.element, path, text, &bad);
        Ok(())
    }

    /// Reads an element whose text is always the same; the text where it is not.
    pub(super) fn fixed(
        &mut self,
        node: &'static Node,
        expected: &'static str,
    ) -> Result<Option<Cow<'a, str>>, Box<Unreadable>> {
        let (text, _) = self.markup.leaf(node.element)?;
        if text.is_empty() || text == expected {
            return Ok(None);
        }
        let line = self.markup.line();
        self.malformed(line, node.element, self.here(), &text, &Malformed::new(expected, expected));
        Ok(Some(text))
    }
}

/// Where an element's content goes that a mapping reads.
pub(super) struct Target<'t> {
    pub(super) map: &'static Map,
    /// The type of the element that stands for the record.
    pub(super) base: &'static Type,
    /// The groups between that element and here: their fields in a form, and which of them.
    pub(super) groups: &'t mut Vec<(usize, usize)>,
    /// The one list that is read, where the rest stands beside.
    pub(super) only: Option<usize>,
}

/// Whether an attribute stays beside the record although a row has it.
fn keeps_beside(node: &Node, text: &str) -> bool {
    matches!(node.what, What::Beside) && !matches!(node.row.fill, Fill::Text(known) if known == text)
}

/// How many values the list has that an element of pure structure stands once for each of.
fn first_count(node: &Node, record: &dyn Record) -> usize {
    match node.children.first().map(|child| child.what) {
        Some(What::Leaf { field, .. }) => record.count(field),
        _ => 0,
    }
}

/// The child called `name`: in the document's own version if there is one, else in any. Elements
/// come in the order of the table, so the search begins where the last one was found.
#[inline]
pub(super) fn find(nodes: &[Node], from: usize, name: &str, version: u8) -> Option<usize> {
    let mut other = None;
    for at in (from..nodes.len()).chain(0..from) {
        let Some(node) = nodes.get(at) else { continue };
        if node.element == name {
            if node.row.is_in(version) {
                return Some(at);
            }
            other = Some(at);
        }
    }
    other
}

/// Parts of at most `max_chars` characters, divided at white space where there is any.
fn divided(text: &str, max_chars: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while let Some((limit, _)) = rest.char_indices().nth(max_chars) {
        let (head, _) = rest.split_at(limit);
        // A part that would end in the middle of a word ends before the word.
        let ends_whole = rest[limit..].starts_with(char::is_whitespace);
        let end = if ends_whole { limit } else { head.rfind(char::is_whitespace).unwrap_or(limit) };
        let (part, after) = rest.split_at(end);
        parts.push(part.trim_end());
        rest = after.trim_start();
    }
    parts.push(rest);
    parts
}

/// The decimal a program meant that wrote the digits of a binary fraction.
fn without_noise(text: &str, kind: Option<LeafKind>) -> Option<Cow<'static, str>> {
    let Some(LeafKind::Decimal { scale }) = kind else { return None };
    let number = Decimal::from_str_exact(text).ok()?;
    let rounded = number.round_dp(scale);
    let off = number.checked_sub(rounded)?.abs();
    (off < NOISE_MAX && number.scale() > scale).then(|| rounded.normalize().to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_divided_between_words() {
        assert_eq!(divided("синий кит плывёт", 9), ["синий кит", "плывёт"]);
        assert_eq!(divided("синий  китобой", 9), ["синий", "китобой"]);
        assert_eq!(divided("абвгдежзик", 4), ["абвг", "дежз", "ик"]);
        assert_eq!(divided("абв", 4), ["абв"]);
    }

    #[test]
    fn only_noise_is_rounded_away() {
        let amount = Some(LeafKind::Decimal { scale: 2 });
        assert_eq!(without_noise("18961.969999999998", amount).as_deref(), Some("18961.97"));
        assert_eq!(without_noise("210.35000000000002", amount).as_deref(), Some("210.35"));
        for kept in ["10.005", "10.0001", "10.25", "-1", "1e-9", "x"] {
            assert_eq!(without_noise(kept, amount), None, "{kept}");
        }
        assert_eq!(without_noise("18961.969999999998", Some(LeafKind::Integer)), None);
    }
}
