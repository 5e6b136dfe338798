//! What is said of a document that is not as its format wants it.

use super::*;

impl<'a> Walk<'a> {
    pub(super) fn after_the_end(&mut self, found: &str) -> Box<Unreadable> {
        let reason =
            Reason::IllFormed(format!("после корня стоит «{0}», “{0}” after the root", shown(found)));
        self.markup.refuse(reason, "")
    }

    pub(super) fn unknown_root(&mut self, tag: &Tag<'a>) -> Box<Unreadable> {
        let same_name: Vec<&str> =
            structure::roots().iter().filter(|root| root.element == tag.name).map(|root| root.uri).collect();
        let family = |uri: &'static str| uri.rsplit_once(':').map_or(uri, |(family, _)| family);
        let reason = if same_name.iter().any(|uri| tag.namespace.uri.starts_with(family(uri))) {
            return self.unknown_version(tag);
        } else if matches!(tag.name, ROOT | "ED_Container") || !same_name.is_empty() {
            Reason::UnknownNamespace(shown_namespace(tag.namespace.uri))
        } else {
            Reason::UnknownRoot(shown(tag.name))
        };
        self.markup.refuse(reason, tag.name)
    }

    pub(super) fn unknown_version(&mut self, tag: &Tag<'a>) -> Box<Unreadable> {
        let version = |uri: &'static str| uri.rsplit(':').next().unwrap_or_default();
        let mut known: Vec<String> = structure::roots()
            .iter()
            .filter(|root| root.element == tag.name)
            .map(|root| version(root.uri).trim_end_matches(".0").to_owned())
            .collect();
        if tag.name == ROOT {
            known.extend(OLDER_VERSIONS.map(|version| format!("5.{version}")));
        }
        known.sort();
        known.dedup();
        let found = tag.namespace.uri.rsplit(':').next().unwrap_or_default();
        let reason = Reason::UnknownVersion { found: shown(found), known: known.join(", ") };
        self.markup.refuse(reason, tag.name)
    }

    /// A known name in a namespace that is not its own: of another version, or foreign.
    pub(super) fn foreign_module(&mut self, tag: &Tag<'a>, element: &'static Element) -> Box<Unreadable> {
        let uri = tag.namespace.uri;
        let family = |uri: &str| uri.rsplit_once(':').map(|(family, _)| family.to_owned());
        let reason = match self.edition.and_then(|edition| Some((edition, edition.module(element.module)?))) {
            Some((edition, module)) if family(module.uri) == family(uri) => {
                Reason::LaterModule { namespace: shown_namespace(uri), album: edition.name.to_owned() }
            }
            _ => Reason::UnknownModule(shown_namespace(uri)),
        };
        self.refuse(reason, tag.name)
    }

    pub(super) fn missing_attribute(&mut self, element: &str, missing: &str) {
        if self.notes.has_room(Severity::Error) {
            let line = self.markup.line();
            let ru = format!("Строка {line}, элемент {element}: нет обязательного атрибута {missing}.");
            let en = format!("Line {line}, element {element}: the attribute {missing} is missing.");
            self.notes.add(MISSING, Severity::Error, self.here(), ru, en);
        }
    }

    pub(super) fn missing(&mut self, around: &str, missing: &str, before: &str) {
        if self.notes.has_room(Severity::Error) {
            let line = self.markup.line();
            let (ru, en) = if before.is_empty() {
                (
                    format!("Строка {line}, элемент {around}: нет обязательного элемента {missing}."),
                    format!("Line {line}, element {around}: the element {missing} is missing."),
                )
            } else {
                (
                    format!(
                        "Строка {line}, элемент {around}: перед {before} нет обязательного элемента {missing}."
                    ),
                    format!(
                        "Line {line}, element {around}: the element {missing} is missing before {before}."
                    ),
                )
            };
            self.notes.add(MISSING, Severity::Error, self.here(), ru, en);
        }
    }

    pub(super) fn unknown_attribute(&mut self, element: &str, name: &str) {
        if self.notes.has_room(Severity::Error) {
            let (line, name) = (self.markup.line(), shown(name));
            let ru = format!("Строка {line}, элемент {element}: атрибута {name} в формате нет. Удалите его.");
            let en =
                format!("Line {line}, element {element}: the format has no attribute {name}. Remove it.");
            self.notes.add(ATTRIBUTE, Severity::Error, self.here(), ru, en);
        }
    }

    pub(super) fn not_allowed(&mut self, place: usize, element: &str, path: Path, text: &str, value: &Value) {
        let (ru, en) = value.words();
        let line = self.markup.line_at(place);
        self.malformed(line, element, path, text, &Malformed::new(en, ru));
    }

    pub(super) fn stray(&mut self, element: &str, text: &str) {
        if self.notes.has_room(Severity::Error) {
            let (line, text) = (self.markup.line(), shown(text.trim()));
            let ru = format!("Строка {line}, элемент {element}: текст «{text}» там, где место элементам.");
            let en = format!("Line {line}, element {element}: text “{text}” where elements belong.");
            self.notes.add(STRAY_TEXT, Severity::Error, self.here(), ru, en);
        }
    }

    pub(super) fn refuse(&mut self, reason: Reason, element: &str) -> Box<Unreadable> {
        let mut refusal = self.markup.refuse(reason, element);
        refusal.path = self.here();
        refusal
    }

    pub(super) fn malformed(&mut self, line: u64, element: &str, path: Path, text: &str, bad: &Malformed) {
        if self.notes.has_room(Severity::Error) {
            let text = shown(text);
            let ru =
                format!("Строка {line}, элемент {element}: указано «{text}», ожидается {}.", bad.expected_ru);
            let en = format!("Line {line}, element {element}: found “{text}”, expected {}.", bad.expected_en);
            self.notes.add(MALFORMED, Severity::Error, path, ru, en);
        }
    }

    pub(super) fn repeated(&mut self, element: &str, path: Path) {
        if self.notes.has_room(Severity::Error) {
            let line = self.markup.line();
            let ru = format!("Строка {line}: элемент {element} повторён; оставлен первый. Удалите лишний.");
            let en =
                format!("Line {line}: element {element} is repeated; the first is kept. Remove the other.");
            self.notes.add(REPEATED, Severity::Error, path, ru, en);
        }
    }

    pub(super) fn first_kept(&mut self, element: &str, name: &str) {
        if self.notes.has_room(Severity::Hint) {
            let line = self.markup.line();
            let ru = format!("Строка {line}: из нескольких элементов {element} здесь читается первый.");
            let en = format!("Line {line}: of several elements {element} the first is read here.");
            self.notes.add(FIRST_KEPT, Severity::Hint, self.here().field(name), ru, en);
        }
    }

    pub(super) fn other_version(&mut self, node: &'static Node) {
        if self.notes.has_room(Severity::Hint) {
            let (line, element, version) = (self.markup.line(), node.element, self.version);
            let ru = format!(
                "Строка {line}: элемента {element} нет в альбоме 5.{version}; прочитан как в других."
            );
            let en = format!(
                "Line {line}: album 5.{version} has no element {element}; it is read as \
                     in others."
            );
            let path = match node.what {
                What::Leaf { row, .. } | What::Record { row, .. } => self.here().field(row.name),
                What::Group | What::Fixed(_) | What::Beside => self.here(),
            };
            self.notes.add(OTHER_VERSION, Severity::Hint, path, ru, en);
        }
    }

    /// An element no table has at this place. It is never passed over in silence.
    pub(super) fn unknown(&mut self, place: usize, element: &str, severity: Severity) {
        if self.notes.has_room_for_unknown(severity) {
            let (line, element) = (self.markup.line_at(place), shown(element));
            let (ru, en) = if severity == Severity::Error {
                (
                    format!(
                        "Строка {line}: элемента {element} на этом месте формат не имеет. Удалите его или исправьте имя."
                    ),
                    format!(
                        "Line {line}: the format has no element {element} at this place. Remove it or correct its name."
                    ),
                )
            } else {
                (
                    format!(
                        "Строка {line}: элемент {element} здесь не читается; он остаётся в байтах документа."
                    ),
                    format!(
                        "Line {line}: element {element} is not read here; it stays in the document's bytes."
                    ),
                )
            };
            self.notes.add(UNKNOWN_ELEMENT, severity, self.here(), ru, en);
        }
    }

    pub(super) fn here(&self) -> Path {
        self.path.iter().fold(Path::root(), |path, step| {
            let path = path.field(step.name);
            step.nth.map_or(path.clone(), |nth| path.at(nth))
        })
    }
}

/// What an element weighs that an older version has and the mapping does not: one that a later album
/// knows is for an officer to look at, any other is an error.
pub(super) fn unread(element: &str) -> Severity {
    let known = structure::editions().iter().any(|edition| edition.knows(element));
    if known { Severity::Warning } else { Severity::Error }
}
