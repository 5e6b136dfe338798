//! Forms, written by their structure.

use super::*;

impl<'w> Writer<'w> {
    /// The form under the table of `kind`: itself, or the same content where both are the same type in
    /// two editions.
    pub(super) fn cast(&mut self, form: &Form, kind: &'static Type, path: &Path) -> Option<Form> {
        if std::ptr::eq(form.table(), kind.table) {
            return Some(form.clone());
        }
        let type_name = |table: &'static FormTable| table.name.split_once('/').map(|(_, name)| name);
        (type_name(form.table()) == type_name(kind.table)).then(|| self.recast(form, kind.table, path))
    }

    pub(super) fn recast(&mut self, from: &Form, table: &'static FormTable, path: &Path) -> Form {
        let mut to = Form::new(table);
        for (field, row) in from.table().fields.iter().enumerate() {
            for nth in 0..from.count(field) {
                let place =
                    if row.shape.is_list() { path.field(row.name).at(nth) } else { path.field(row.name) };
                let target = to.index_of(row.name);
                let kept = match (from.value(field, nth), from.form(field, nth), target) {
                    (Some(value), _, Some(target)) => to.set(target, &value.to_string()).is_ok(),
                    (None, Some(below), Some(target)) => {
                        let table = table.below.get(target).copied().flatten();
                        table.is_some_and(|table| {
                            let cast = self.recast(below, table, &place);
                            to.open_form(target).map(|slot| *slot = cast).is_some()
                        })
                    }
                    _ => false,
                };
                if !kept {
                    self.no_place(place);
                }
            }
        }
        to
    }

    /// Writes the content of an element from a form of its type.
    pub(super) fn form(&mut self, kind: &'static Type, form: &Form, path: &Path) {
        if let Some(value) = &kind.value {
            match text_of(form, kind.value_field, 0) {
                Some(text) if self.fits(&text, value, || path.clone()) => self.escaped(&text),
                Some(_) => {}
                None if value.allows("") => {}
                None => self.demanded(short_name(kind), path.clone()),
            }
            return;
        }
        let mut cursor = Cursor::default();
        let mut written: u128 = 0;
        self.depth += 1;
        for (at, element) in kind.elements.iter().enumerate() {
            // An element may stand at two places of a content: it is written at the first that suits.
            let suits = kind.content.find(cursor, |position| position == at).is_some();
            if !suits || form.count(element.field) == 0 || written & (1 << element.field) != 0 {
                continue;
            }
            written |= 1 << element.field;
            for _ in 0..self.form_elements(element, form, path) {
                self.step(kind, &mut cursor, at, path);
            }
        }
        for element in &kind.elements {
            if form.count(element.field) > 0 && written & (1 << element.field) == 0 {
                written |= 1 << element.field;
                let name = form.table().fields.get(element.field).map_or("", |row| row.name);
                self.no_place(path.field(name));
            }
        }
        self.ended(kind, cursor, path);
        self.depth -= 1;
    }

    /// Writes all a form has for one element; how many that is.
    pub(super) fn form_elements(&mut self, element: &'static Element, form: &Form, path: &Path) -> usize {
        let Some(row) = form.table().fields.get(element.field) else { return 0 };
        let count = form.count(element.field);
        for nth in 0..count {
            let place = if row.shape.is_list() { path.field(row.name).at(nth) } else { path.field(row.name) };
            match &element.holds {
                Holds::Value(value) => {
                    if let Some(text) = text_of(form, element.field, nth)
                        && self.fits(&text, value, || place.clone())
                    {
                        self.element(element, &text);
                    }
                }
                Holds::Type(kind) => {
                    if let Some(below) = form.form(element.field, nth) {
                        self.form_element(element, kind, below, &place);
                    }
                }
            }
        }
        count
    }

    /// Writes one element from a form of its type.
    pub(super) fn form_element(
        &mut self,
        element: &'static Element,
        kind: &'static Type,
        form: &Form,
        place: &Path,
    ) {
        self.start(element);
        for attribute in &kind.attributes {
            match text_of(form, attribute.field, 0) {
                Some(text) if self.fits(&text, &attribute.value, || place.clone()) => {
                    self.attribute(attribute.name, &text);
                }
                None if attribute.required => self.demanded(attribute.name, place.clone()),
                _ => {}
            }
        }
        self.close_start();
        self.form(kind, form, place);
        self.end(element);
    }

    /// The cursor goes over one element that was written.
    pub(super) fn step(&mut self, kind: &'static Type, cursor: &mut Cursor, at: usize, path: &Path) {
        if kind.content.find(*cursor, |position| position == at).is_none() {
            let name = kind.elements.get(at).map_or("", |element| element.name);
            let format = self.format();
            self.finding(
                TOO_MANY,
                path.clone(),
                format!(
                    "элементу {name} в формате {format} здесь нет места рядом с другими: оставьте одно из них"
                ),
                format!(
                    "the format {format} has no room for {name} here beside the others: keep one of them"
                ),
            );
        }
        kind.content.advance(cursor, at);
    }

    pub(super) fn ended(&mut self, kind: &'static Type, cursor: Cursor, path: &Path) {
        for missing in kind.content.missing(cursor) {
            let name = kind.elements.get(missing).map_or("", |element| element.name);
            self.demanded(name, path.clone());
        }
    }
}

/// `Amount` of `album-5.23/cat_ru.Amount`.
pub(super) fn short_name(kind: &'static Type) -> &'static str {
    kind.name.rsplit(['/', '.']).next().unwrap_or(kind.name)
}
