//! The structures of the documents of the trade, as data: `tables/*/*.txt`.
//!
//! A table names a module (a namespace), the documents that begin in it, and its types. A line of a type
//! is one element: its name, how often it stands, what it holds, and in brackets the box of the form (in
//! the WCO's tables the identifier of the data model). What an element is called here, and its labels in
//! both languages, says `names.tsv` beside the tables, once for each name (and once more as `Type/Name`
//! where it means something else in one type).
//!
//! ```text
//! module cat_ru urn:customs.ru:CommonAggregateTypes:5.22.0
//! document ESADout_CU ESADout_CU declaration by declarant mode 1006107E
//!
//! type CUCustoms : Customs                       everything of Customs, then
//!   CustomsCountryCode ?  token, like \d{3}      at most one, three digits
//!   choice ?                                     at most one of
//!     Address 1  @RUScat_ru.Address              a type of another module
//! ```
//!
//! Reading, writing, JSON and its schema, and the pages of documentation all come from these tables.

pub(crate) mod content;
mod shorthand;
#[cfg(test)]
mod trees;
pub(crate) mod value;

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use declaration::{Field, Fields, FormTable, LeafKind, Shape};

use content::{Content, Part, Times};
pub(crate) use shorthand::Shorthand;
use value::Value;

/// Who makes documents of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// The declarant, or who acts for it.
    Declarant,
    /// The customs service.
    Customs,
    /// Either.
    Anybody,
}

/// One kind of document in one edition of a format.
#[derive(Debug)]
pub(crate) struct Root {
    /// The edition it belongs to.
    pub(crate) edition: &'static Edition,
    /// The local name of the root element.
    pub(crate) element: &'static str,
    /// The namespace of the root element.
    pub(crate) uri: &'static str,
    /// The stable name of the kind, such as `parcels`.
    pub(crate) kind: &'static str,
    /// Who makes such documents.
    pub(crate) author: Author,
    /// The code of the electronic document, fixed as an attribute of the root.
    pub(crate) mode: Option<&'static str>,
    module: u16,
    type_name: &'static str,
    compiled: OnceLock<Option<&'static Type>>,
}

/// One edition of a format: all its modules, types and documents.
#[derive(Debug)]
pub(crate) struct Edition {
    /// `album-5.23`, `album-5.27`, `wco`.
    pub(crate) name: &'static str,
    modules: Vec<Module>,
    drafts: HashMap<(u16, &'static str), Draft>,
    names: HashMap<&'static str, Name>,
    types: Mutex<HashMap<(u16, &'static str), &'static Type>>,
    /// What is wrong with the tables; a test holds that it is nothing.
    pub(crate) faults: Vec<String>,
}

/// A namespace.
#[derive(Debug)]
pub(crate) struct Module {
    /// The usual prefix.
    pub(crate) prefix: &'static str,
    pub(crate) uri: &'static str,
}

/// What an element is called here.
#[derive(Debug, Clone, Copy)]
struct Name {
    field: &'static str,
    ru: &'static str,
    en: &'static str,
}

/// A type as the table has it.
#[derive(Debug, Default, Clone)]
struct Draft {
    base: Option<&'static str>,
    value: Option<&'static str>,
    attributes: Vec<Line>,
    parts: Vec<PartDraft>,
}

#[derive(Debug, Clone)]
enum PartDraft {
    Element(Line),
    Group { choice: bool, times: Times, parts: Vec<PartDraft> },
    Any(Times),
}

#[derive(Debug, Clone, Copy)]
struct Line {
    name: &'static str,
    times: Times,
    holds: &'static str,
    box_number: &'static str,
}

/// A compiled type.
#[derive(Debug)]
pub(crate) struct Type {
    /// The name within the edition: `cat_ru.Organization`.
    pub(crate) name: &'static str,
    pub(crate) elements: Vec<Element>,
    /// The shorthands of the elements' names, side by side: most of what is looked at in a search.
    shorthands: Vec<Shorthand>,
    pub(crate) attributes: Vec<Attribute>,
    /// What the element's own text may be.
    pub(crate) value: Option<Value>,
    /// The field of that text.
    pub(crate) value_field: usize,
    pub(crate) content: Content,
    /// How often a whole document of any kind stands in it, where one may.
    pub(crate) any: Option<Times>,
    /// The table of a form of this type.
    pub(crate) table: &'static FormTable,
}

/// One element of a type.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: &'static str,
    /// The namespace it stands in, for comparisons.
    pub(crate) namespace: NamespaceId,
    /// The module it stands in, within the edition.
    pub(crate) module: u16,
    pub(crate) times: Times,
    /// Whether every element of the type has it.
    pub(crate) required: bool,
    pub(crate) holds: Holds,
    /// Its field in a form of the type.
    pub(crate) field: usize,
    /// The box of the form, or the identifier in the WCO's data model.
    pub(crate) box_number: &'static str,
}

/// What an element holds.
#[derive(Debug)]
pub(crate) enum Holds {
    Value(Value),
    Type(&'static Type),
}

/// One attribute of a type.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) value: Value,
    pub(crate) field: usize,
}

/// The name of the field that holds the text of an element with attributes.
const TEXT_FIELD: &str = "value";

macro_rules! tables {
    ($folder:literal: $($file:literal)*) => {
        &[$(include_str!(concat!("../tables/", $folder, "/", $file, ".txt")),)*]
    };
}

const ALBUM: &[&str] = tables!("album":
    "common" "russian" "signing" "form" "form_russian" "form_value" "declaration" "correction"
    "change_request" "change_decision" "withdrawal" "customs_value" "parcels" "preliminary"
    "preliminary_road" "preliminary_air" "preliminary_rail" "preliminary_sea" "eec_values"
    "eec_customs_values" "eec_common_parts" "eec_parts" "eec_goods" "eec_transit" "eec_value"
    "container" "inventory" "registered" "errors" "decision" "papers_wanted" "documents_wanted"
    "examination_start" "examination_finish" "instruction" "transit_arrival");
const WCO: &[&str] = tables!("wco":
    "metadata" "declaration" "declaration_values" "response" "response_values");

/// Every edition there is, the newest of a format last.
pub(crate) fn editions() -> &'static [&'static Edition] {
    static EDITIONS: OnceLock<Vec<&'static Edition>> = OnceLock::new();
    EDITIONS.get_or_init(|| all().iter().map(|(edition, _)| *edition).collect())
}

/// Every kind of document in every edition.
pub(crate) fn roots() -> &'static [&'static Root] {
    static ROOTS: OnceLock<Vec<&'static Root>> = OnceLock::new();
    ROOTS.get_or_init(|| all().iter().flat_map(|(_, roots)| roots.iter().copied()).collect())
}

fn all() -> &'static [(&'static Edition, Vec<&'static Root>)] {
    static ALL: OnceLock<Vec<(&'static Edition, Vec<&'static Root>)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let album_names = include_str!("../tables/album/names.tsv");
        let changes_5_27 = include_str!("../tables/album-5.27/declaration.txt");
        vec![
            read_edition("album-5.23", album_names, ALBUM, &[]),
            read_edition("album-5.27", album_names, ALBUM, &[changes_5_27]),
            read_edition("wco", include_str!("../tables/wco/names.tsv"), WCO, &[]),
        ]
    })
}

/// The document whose root element is `element` in the namespace `uri`.
pub(crate) fn root(uri: &str, element: &str) -> Option<&'static Root> {
    static BY_URI: OnceLock<HashMap<&'static str, Vec<&'static Root>>> = OnceLock::new();
    let by_uri = BY_URI.get_or_init(|| {
        let mut by_uri: HashMap<_, Vec<_>> = HashMap::new();
        for root in roots() {
            by_uri.entry(root.uri).or_default().push(*root);
        }
        by_uri
    });
    by_uri.get(uri)?.iter().find(|root| root.element == element).copied()
}

/// What stands for a namespace in comparisons: the same for the same namespace in every edition.
pub(crate) type NamespaceId = u16;

/// The identifier of a namespace that some table knows.
pub(crate) fn namespace(uri: &str) -> Option<NamespaceId> {
    static IDS: OnceLock<HashMap<&'static str, NamespaceId>> = OnceLock::new();
    let ids = IDS.get_or_init(|| {
        let mut ids = HashMap::new();
        for module in editions().iter().flat_map(|edition| &edition.modules) {
            let next = NamespaceId::try_from(ids.len()).unwrap_or(NamespaceId::MAX);
            ids.entry(module.uri).or_insert(next);
        }
        ids
    });
    ids.get(uri).copied()
}

/// The compiled type called `name` in an edition, such as `album-5.23/cat_ru.Organization`.
pub(crate) fn table_called(name: &str) -> Option<&'static FormTable> {
    let (edition, name) = name.split_once('/')?;
    let edition = editions().iter().find(|found| found.name == edition)?;
    let (prefix, name) = name.split_once('.')?;
    let module = edition.modules.iter().position(|module| module.prefix == prefix)?;
    let module = u16::try_from(module).ok()?;
    let (_, name) = edition.drafts.keys().find(|(at, found)| *at == module && *found == name)?;
    edition.compile(module, name).ok().map(|found| found.table)
}

impl Type {
    /// Whether the element with this index is called so, in this namespace.
    #[inline]
    pub(crate) fn is_called(
        &self,
        at: usize,
        shorthand: Shorthand,
        name: &str,
        namespace: Option<NamespaceId>,
    ) -> bool {
        let (Some(there), Some(element)) = (self.shorthands.get(at), self.elements.get(at)) else {
            return false;
        };
        shorthand.is(name, *there, element.name) && Some(element.namespace) == namespace
    }
}

impl Root {
    /// The type of its root element.
    pub(crate) fn content(&self) -> Option<&'static Type> {
        *self.compiled.get_or_init(|| self.edition.compile(self.module, self.type_name).ok())
    }

    /// Why its tables do not make a type, if they do not.
    #[cfg(test)]
    pub(crate) fn fault(&self) -> Option<String> {
        self.edition.compile(self.module, self.type_name).err()
    }
}

impl Edition {
    /// The namespace of a module.
    pub(crate) fn module(&self, at: u16) -> Option<&Module> {
        self.modules.get(usize::from(at))
    }

    /// Whether some element is called so, in whatever document.
    pub(crate) fn knows(&self, element: &str) -> bool {
        self.names.contains_key(element)
    }

    /// `prefix.Name` or `Name`, seen from a module.
    fn resolve(&self, from: u16, name: &'static str) -> Result<(u16, &'static str), String> {
        // A type that stands in another is called `Outer.Inner`; prefixes come first.
        if let Some((prefix, rest)) = name.split_once('.')
            && let Some(module) = self.modules.iter().position(|module| module.prefix == prefix)
        {
            return Ok((u16::try_from(module).unwrap_or(u16::MAX), rest));
        }
        if self.modules.get(usize::from(from)).is_none() {
            return Err(format!("no module for {name}"));
        }
        Ok((from, name))
    }

    fn compile(&'static self, module: u16, name: &'static str) -> Result<&'static Type, String> {
        let mut around = Vec::new();
        self.compile_in(module, name, &mut around)
    }

    fn compile_in(
        &'static self,
        module: u16,
        name: &'static str,
        around: &mut Vec<(u16, &'static str)>,
    ) -> Result<&'static Type, String> {
        let key = (module, name);
        if let Some(found) = self.types.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(found);
        }
        if around.contains(&key) {
            return Err(format!("type {name} stands in itself"));
        }
        around.push(key);
        let mut building = Building::new(self, module, name);
        building.take(module, name)?;
        let made = building.finish(around)?;
        around.pop();
        let made: &'static Type = Box::leak(Box::new(made));
        self.types.lock().unwrap_or_else(PoisonError::into_inner).insert(key, made);
        Ok(made)
    }
}

/// A type on its way from the table.
struct Building {
    edition: &'static Edition,
    module: u16,
    name: &'static str,
    /// The type whose lines are being taken: the one being built, or a base of it.
    taking: &'static str,
    /// Module, type that has the line, line, and whether no group around makes it optional.
    lines: Vec<(u16, &'static str, Line, bool)>,
    attributes: Vec<Line>,
    value: Option<&'static str>,
    parts: Vec<Part>,
    any: Option<Times>,
}

impl Building {
    fn new(edition: &'static Edition, module: u16, name: &'static str) -> Self {
        Self {
            edition,
            module,
            name,
            taking: name,
            lines: Vec::new(),
            attributes: Vec::new(),
            value: None,
            parts: Vec::new(),
            any: None,
        }
    }

    /// Takes what a type says, after what its base says.
    fn take(&mut self, module: u16, name: &'static str) -> Result<(), String> {
        let draft = self.edition.drafts.get(&(module, name)).ok_or_else(|| format!("no type {name}"))?;
        if let Some(base) = draft.base {
            let (base_module, base) = self.edition.resolve(module, base)?;
            self.take(base_module, base)?;
        }
        self.taking = name;
        self.attributes.extend(&draft.attributes);
        self.value = draft.value.or(self.value);
        for part in &draft.parts {
            let part = self.part(module, part, true);
            self.parts.extend(part);
        }
        Ok(())
    }

    fn part(&mut self, module: u16, draft: &PartDraft, required: bool) -> Option<Part> {
        Some(match draft {
            PartDraft::Element(line) => {
                self.lines.push((module, self.taking, *line, required && line.times.min > 0));
                Part::Element(self.lines.len() - 1, line.times)
            }
            PartDraft::Group { choice, times, parts } => {
                let required = required && !choice && times.min > 0;
                let parts = parts.iter().filter_map(|part| self.part(module, part, required)).collect();
                if *choice { Part::Choice(parts, *times) } else { Part::Sequence(parts, *times) }
            }
            PartDraft::Any(times) => {
                self.any = Some(*times);
                return None;
            }
        })
    }

    fn finish(self, around: &mut Vec<(u16, &'static str)>) -> Result<Type, String> {
        let edition = self.edition;
        let prefix = edition.module(self.module).map_or("", |module| module.prefix);
        let at = |what: &str| format!("{prefix}.{}: {what}", self.name);
        let mut fields: Vec<Field> = Vec::new();
        let mut below: Vec<Option<&'static FormTable>> = Vec::new();
        let mut field =
            |within: &str, line: &str, box_number, shape: Shape, table| -> Result<usize, String> {
                // `Type/Element` where an element means something else in one type than anywhere else.
                let element = line.rsplit('.').next().unwrap_or_default();
                let named = edition.names.get(format!("{within}/{line}").as_str());
                let name = match named.or_else(|| edition.names.get(element)) {
                    _ if line.is_empty() => &Name { field: TEXT_FIELD, ru: "Значение", en: "Value" },
                    Some(name) => name,
                    None => return Err(at(&format!("no name for {element}"))),
                };
                if let Some(there) = fields.iter().position(|field| field.name == name.field) {
                    return Ok(there);
                }
                fields.push(Field { name: name.field, shape, box_number, ru: name.ru, en: name.en });
                below.push(table);
                Ok(fields.len() - 1)
            };
        let mut attributes = Vec::new();
        for line in &self.attributes {
            let value = Value::parse(line.holds).map_err(|why| at(&why))?;
            let shape = Shape::Leaf(value.leaf());
            let name = format!("@{}", line.name);
            let field = field("", &name, "", shape, None)?;
            attributes.push(Attribute { name: line.name, required: line.times.min > 0, value, field });
        }
        let value = self.value.map(Value::parse).transpose().map_err(|why| at(&why))?;
        let value_field = match &value {
            Some(value) => field("", "", "", Shape::Leaf(value.leaf()), None)?,
            None => usize::MAX,
        };
        let mut elements = Vec::new();
        for (module, declared_in, line, required) in &self.lines {
            // A global element of another module stands under its prefix.
            let (element_module, name) = edition.resolve(*module, line.name)?;
            let list = line.times.max > 1;
            let (holds, shape, table) = match line.holds.strip_prefix('@') {
                Some(reference) => {
                    let (type_module, type_name) = edition.resolve(*module, reference)?;
                    let held = edition.compile_in(type_module, type_name, around)?;
                    let fields = Fields::Table(held.table.fields);
                    let shape = if list { Shape::Many(fields) } else { Shape::One(fields) };
                    (Holds::Type(held), shape, Some(held.table))
                }
                None => {
                    let value = Value::parse(line.holds).map_err(|why| at(&why))?;
                    let kind: LeafKind = value.leaf();
                    let shape = if list { Shape::Leaves(kind) } else { Shape::Leaf(kind) };
                    (Holds::Value(value), shape, None)
                }
            };
            let field = field(declared_in, line.name, line.box_number, shape, table)?;
            let uri = edition.module(element_module).map_or("", |module| module.uri);
            let namespace = namespace(uri).ok_or_else(|| at("a module without a namespace"))?;
            elements.push(Element {
                name,
                namespace,
                module: element_module,
                times: line.times,
                required: *required,
                holds,
                field,
                box_number: line.box_number,
            });
        }
        let content = Content::of(&Part::Sequence(self.parts, Times::ONCE), elements.len()).map_err(at)?;
        let name: &'static str =
            Box::leak(format!("{}/{prefix}.{}", edition.name, self.name).into_boxed_str());
        let table =
            Box::leak(Box::new(FormTable { name, fields: Box::leak(fields.into_boxed_slice()), below }));
        let shorthands = elements.iter().map(|element| Shorthand::of(element.name)).collect();
        let any = self.any;
        Ok(Type { name, elements, shorthands, attributes, value, value_field, content, any, table })
    }
}

/// Reads the tables of an edition, then what later ones change of it, in order. An edition with changes has
/// the documents its last file names. What cannot be understood becomes a fault.
fn read_edition(
    name: &'static str,
    names: &'static str,
    files: &[&'static str],
    changes: &[&'static str],
) -> (&'static Edition, Vec<&'static Root>) {
    let mut edition = Edition {
        name,
        modules: Vec::new(),
        drafts: HashMap::new(),
        names: HashMap::new(),
        types: Mutex::default(),
        faults: Vec::new(),
    };
    for line in names.lines().skip(1) {
        let mut columns = line.split('\t');
        if let (Some(element), Some(field), Some(ru), Some(en)) =
            (columns.next(), columns.next(), columns.next(), columns.next())
        {
            edition.names.insert(element, Name { field, ru, en });
        }
    }
    let mut documents = Vec::new();
    for file in files {
        Reading {
            edition: &mut edition,
            documents: &mut documents,
            module: 0,
            type_name: None,
            changes: false,
        }
        .read(file);
    }
    for later in changes {
        documents.clear();
        let mut reading = Reading {
            edition: &mut edition,
            documents: &mut documents,
            module: 0,
            type_name: None,
            changes: true,
        };
        reading.read(later);
    }
    let edition: &'static Edition = Box::leak(Box::new(edition));
    let roots = documents.into_iter().map(|document| {
        let DocumentLine { element, module, type_name, kind, author, mode } = document;
        let uri = edition.module(module).map_or("", |module| module.uri);
        let compiled = OnceLock::new();
        let root = Root { edition, element, uri, kind, author, mode, module, type_name, compiled };
        &*Box::leak(Box::new(root))
    });
    (edition, roots.collect())
}

struct DocumentLine {
    element: &'static str,
    module: u16,
    type_name: &'static str,
    kind: &'static str,
    author: Author,
    mode: Option<&'static str>,
}

struct Reading<'e> {
    edition: &'e mut Edition,
    documents: &'e mut Vec<DocumentLine>,
    module: u16,
    type_name: Option<&'static str>,
    /// The file says what a later edition changes.
    changes: bool,
}

impl Reading<'_> {
    fn read(&mut self, text: &'static str) {
        for (line, number) in text.lines().zip(1..) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            if self.line(line).is_none() {
                let fault = format!("{}: line {number} of module {}: {line}", self.edition.name, self.module);
                self.edition.faults.push(fault);
            }
        }
    }

    fn line(&mut self, line: &'static str) -> Option<()> {
        let indented = line.starts_with(' ');
        let mut words = line.split_whitespace();
        match words.next()? {
            "module" if !indented => {
                let (prefix, uri) = (words.next()?, words.next()?);
                let there = self.edition.modules.iter().position(|module| module.prefix == prefix);
                let at = match there {
                    Some(at) if self.changes => {
                        self.edition.modules.get_mut(at)?.uri = uri;
                        at
                    }
                    Some(_) => return None,
                    None => {
                        self.edition.modules.push(Module { prefix, uri });
                        self.edition.modules.len() - 1
                    }
                };
                self.module = u16::try_from(at).ok()?;
            }
            "document" if !indented => {
                let (element, type_name, kind) = (words.next()?, words.next()?, words.next()?);
                let author = match (words.next()?, words.next()?) {
                    ("by", "declarant") => Author::Declarant,
                    ("by", "customs") => Author::Customs,
                    ("by", "anybody") => Author::Anybody,
                    _ => return None,
                };
                let mode = match words.next() {
                    Some("mode") => Some(words.next()?),
                    Some(_) => return None,
                    None => None,
                };
                let module = self.module;
                self.documents.push(DocumentLine { element, module, type_name, kind, author, mode });
            }
            "type" if !indented => {
                let name = words.next()?;
                let (module, name) = self.edition.resolve(self.module, name).ok()?;
                self.module = if self.changes { module } else { self.module };
                let base = match words.next() {
                    Some(":") => Some(words.next()?),
                    Some(_) => return None,
                    None => None,
                };
                if !self.changes || base.is_some() || !self.edition.drafts.contains_key(&(module, name)) {
                    let draft = Draft { base, ..Draft::default() };
                    if self.edition.drafts.insert((module, name), draft).is_some() && !self.changes {
                        return None;
                    }
                }
                self.type_name = Some(name);
            }
            _ if indented => return self.row(line),
            _ => return None,
        }
        Some(())
    }

    fn draft(&mut self) -> Option<&mut Draft> {
        self.edition.drafts.get_mut(&(self.module, self.type_name?))
    }

    fn row(&mut self, line: &'static str) -> Option<()> {
        let text = line.trim_start();
        let depth = (line.len() - text.len()) / 2;
        if let Some(value) = text.strip_prefix("= ") {
            self.draft()?.value = Some(value.trim());
            return Some(());
        }
        if let Some(gone) = text.strip_prefix("- ") {
            return remove(&mut self.draft()?.parts, gone.trim()).then_some(());
        }
        // `+ Name ? value after Other` adds an element, `! Name ? value` changes one.
        if let Some(added) = text.strip_prefix("+ ") {
            let (row, after) = added.rsplit_once(" after ")?;
            let part = PartDraft::Element(element(row)?);
            return insert(&mut self.draft()?.parts, after.trim(), part).then_some(());
        }
        if let Some(changed) = text.strip_prefix("! ") {
            let new = element(changed)?;
            return change(&mut self.draft()?.parts, new).then_some(());
        }
        if let Some(attribute) = text.strip_prefix('@') {
            let line = element(attribute)?;
            self.draft()?.attributes.push(line);
            return Some(());
        }
        let (word, rest) = text.split_once(' ')?;
        let part = match word {
            "choice" | "sequence" => PartDraft::Group {
                choice: word == "choice",
                times: Times::parse(rest.trim())?,
                parts: Vec::new(),
            },
            "any" => PartDraft::Any(Times::parse(rest.trim())?),
            _ => PartDraft::Element(element(text)?),
        };
        let mut parts = &mut self.draft()?.parts;
        for _ in 1..depth {
            match parts.last_mut()? {
                PartDraft::Group { parts: inner, .. } => parts = inner,
                _ => return None,
            }
        }
        parts.push(part);
        Some(())
    }
}

/// `Name TIMES  HOLDS  [BOX]`.
fn element(text: &'static str) -> Option<Line> {
    let (name, rest) = text.split_once(' ')?;
    let (times, rest) = rest.trim_start().split_once(' ')?;
    let rest = rest.trim();
    let (holds, box_number) = match rest.strip_suffix(']').and_then(|rest| rest.rsplit_once("  [")) {
        Some((holds, box_number)) => (holds.trim_end(), box_number),
        None => (rest, ""),
    };
    Some(Line { name, times: Times::parse(times)?, holds, box_number })
}

fn remove(parts: &mut Vec<PartDraft>, name: &str) -> bool {
    let before = parts.len();
    parts.retain(|part| !matches!(part, PartDraft::Element(line) if line.name == name));
    parts.len() < before
        || parts.iter_mut().any(|part| match part {
            PartDraft::Group { parts, .. } => remove(parts, name),
            _ => false,
        })
}

fn insert(parts: &mut Vec<PartDraft>, after: &str, new: PartDraft) -> bool {
    let at = parts.iter().position(|part| matches!(part, PartDraft::Element(line) if line.name == after));
    match at {
        Some(at) => {
            parts.insert(at + 1, new);
            true
        }
        None => parts.iter_mut().any(|part| match part {
            PartDraft::Group { parts, .. } => insert(parts, after, new.clone()),
            _ => false,
        }),
    }
}

fn change(parts: &mut [PartDraft], new: Line) -> bool {
    parts.iter_mut().any(|part| match part {
        PartDraft::Element(line) if line.name == new.name => {
            *line = new;
            true
        }
        PartDraft::Group { parts, .. } => change(parts, new),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_understood_and_every_document_compiles() {
        for edition in editions() {
            assert_eq!(edition.faults, [""; 0], "{}", edition.name);
        }
        let mut kinds = Vec::new();
        for root in roots() {
            assert_eq!(root.fault(), None, "{} {}", root.edition.name, root.element);
            let content = root.content().unwrap();
            assert!(!content.elements.is_empty(), "{}", root.element);
            kinds.push(format!("{} {}", root.edition.name, root.kind));
        }
        let count = kinds.len();
        kinds.sort();
        kinds.dedup();
        assert_eq!(kinds.len(), count, "two documents of one kind");
        assert!(count > 25, "{count} kinds of document");
    }

    #[test]
    fn no_two_elements_of_a_type_share_a_field_unless_they_are_one() {
        let mut clashes = std::collections::BTreeSet::new();
        for root in roots() {
            let mut todo = vec![root.content().unwrap()];
            while let Some(found) = todo.pop() {
                let mut seen: HashMap<usize, (&str, u16)> = HashMap::new();
                for element in &found.elements {
                    let before = seen.insert(element.field, (element.name, element.module));
                    if let Some((name, _)) = before.filter(|there| *there != (element.name, element.module)) {
                        clashes.insert(format!("{}: {name} and {}", found.name, element.name));
                    }
                    let table = found.table.below[element.field].map(|table| table.name);
                    let held = match &element.holds {
                        Holds::Type(below) => {
                            todo.push(below);
                            Some(below.table.name)
                        }
                        Holds::Value(_) => None,
                    };
                    let list = found.table.fields[element.field].shape.is_list();
                    if table != held || element.times.max > 1 && !list {
                        clashes.insert(format!("{}: {} stands for two", found.name, element.name));
                    }
                }
                assert_eq!(found.table.fields.len(), found.table.below.len());
                assert!(
                    found.table.fields.len() <= 128,
                    "{} has {} fields",
                    found.name,
                    found.table.fields.len()
                );
            }
        }
        assert_eq!(clashes.into_iter().collect::<Vec<_>>(), [""; 0]);
    }
}
