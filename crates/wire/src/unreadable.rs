//! Why bytes are no declaration that can be read: code, place, text and cure.

use std::fmt;

use declaration::{Path, Text};

use crate::limits::{NAMESPACE_CHARS_MAX, SHOWN_CHARS_MAX};

/// The bytes are no document this crate reads. Nothing was understood, so there are no findings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Unreadable {
    /// The stable code, such as `GL-0006`.
    pub code: &'static str,
    /// The line, counted from 1, where it is known.
    pub line: Option<u64>,
    /// The local name of the element, or empty.
    pub element: String,
    /// The field being read, or the root.
    pub path: Path,
    /// What is wrong.
    pub text: Text,
    /// What to do about it.
    pub cure: Text,
}

impl Unreadable {
    /// What is wrong and what to do, as two sentences.
    pub fn sentences(&self) -> Text {
        let joined = |wrong: &str, cure: &str| format!("{} {}", sentence(wrong), sentence(cure));
        Text::new(joined(&self.text.ru, &self.cure.ru), joined(&self.text.en, &self.cure.en))
    }
}

/// The text with a capital at its start and a full stop at its end.
fn sentence(text: &str) -> String {
    let mut letters = text.trim().chars();
    let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    let rest = letters.as_str().trim_end_matches('.');
    format!("{first}{rest}.")
}

impl fmt::Display for Unreadable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: ", self.code)?;
        if let Some(line) = self.line {
            write!(out, "line {line}, ")?;
        }
        if !self.element.is_empty() {
            write!(out, "element {}, ", self.element)?;
        }
        if !self.path.as_str().is_empty() {
            write!(out, "field {}, ", self.path)?;
        }
        write!(out, "{}; {}", self.text.en, self.cure.en)
    }
}

/// What makes bytes unreadable, without the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    Empty,
    TooLarge(usize),
    Encoding(String),
    NotUtf8,
    ControlCharacter(u8),
    NoDocument,
    IllFormed(String),
    DocumentType,
    Entity(String),
    Limit(&'static str, &'static str, usize),
    UnknownRoot(String),
    UnknownNamespace(String),
    UnknownVersion { found: String, known: String },
    UnknownModule(String),
    LaterModule { namespace: String, album: String },
    NoDeclaration,
    SeveralDeclarations,
    UnknownField(String),
    JsonForm(String),
    JsonShape,
}

impl Reason {
    /// The reason with its place.
    pub(crate) fn at(self, line: Option<u64>, element: impl Into<String>, path: Path) -> Box<Unreadable> {
        let (code, ru, en, cure_ru, cure_en) = self.words();
        Box::new(Unreadable {
            code,
            line,
            element: element.into(),
            path,
            text: Text::new(ru, en),
            cure: Text::new(cure_ru, cure_en),
        })
    }

    /// The reason without a place.
    pub(crate) fn nowhere(self) -> Box<Unreadable> {
        self.at(None, "", Path::root())
    }

    #[allow(clippy::too_many_lines, reason = "one arm per code, read as a table")]
    fn words(self) -> (&'static str, String, String, String, String) {
        let row = |code, ru: &str, en: &str, cure_ru: &str, cure_en: &str| {
            (code, ru.to_owned(), en.to_owned(), cure_ru.to_owned(), cure_en.to_owned())
        };
        match self {
            Reason::Empty => row(
                "GL-0001",
                "документ пуст",
                "the document is empty",
                "подайте файл декларации целиком",
                "submit the whole file of the declaration",
            ),
            Reason::TooLarge(max) => row(
                "GL-0002",
                &format!("документ больше {max} байт"),
                &format!("the document is larger than {max} bytes"),
                "разделите партию на несколько деклараций",
                "divide the consignment into several declarations",
            ),
            Reason::Encoding(name) => row(
                "GL-0003",
                &format!("кодировка документа — {name}"),
                &format!("the document's encoding is {name}"),
                "сохраните документ в UTF-8 и укажите encoding=\"UTF-8\"",
                "save the document as UTF-8 and declare encoding=\"UTF-8\"",
            ),
            Reason::NotUtf8 => row(
                "GL-0003",
                "байты документа — не UTF-8",
                "the document's bytes are not UTF-8",
                "сохраните документ в UTF-8 (возможно, он записан в windows-1251)",
                "save the document as UTF-8 (it may have been written as windows-1251)",
            ),
            Reason::ControlCharacter(byte) => row(
                "GL-0004",
                &format!("управляющий символ 0x{byte:02X}"),
                &format!("there is a control character 0x{byte:02X}"),
                "удалите его: XML и JSON его не допускают",
                "remove it: XML and JSON do not allow it",
            ),
            Reason::NoDocument => row(
                "GL-0005",
                "это не XML и не JSON",
                "this is neither XML nor JSON",
                "подайте декларацию в формате альбома (XML) или в JSON",
                "submit a declaration in a format of the album (XML) or in JSON",
            ),
            Reason::IllFormed(detail) => row(
                "GL-0006",
                &format!("документ построен неверно ({detail})"),
                &format!("the document is not well formed ({detail})"),
                "исправьте разметку или выгрузите документ заново",
                "mend the markup or export the document again",
            ),
            Reason::DocumentType => row(
                "GL-0007",
                "документ содержит DOCTYPE",
                "the document has a DOCTYPE",
                "удалите DOCTYPE: форматы альбома его не имеют",
                "remove the DOCTYPE: the formats of the album have none",
            ),
            Reason::Entity(name) => row(
                "GL-0008",
                &format!("неизвестная ссылка «&{name};»"),
                &format!("the reference “&{name};” is unknown"),
                "используйте только &amp; &lt; &gt; &quot; &apos; и коды допустимых символов",
                "use only &amp; &lt; &gt; &quot; &apos; and references to allowed characters",
            ),
            Reason::Limit(ru, en, max) => row(
                "GL-0009",
                &format!("превышен предел: {ru} — не более {max}"),
                &format!("a limit is exceeded: {en}, at most {max}"),
                "проверьте, тот ли это документ; большую партию разделите",
                "check that this is the right document; divide a large consignment",
            ),
            Reason::UnknownRoot(found) => row(
                "GL-0010",
                &format!("корневой элемент «{found}» неизвестен"),
                &format!("the root element “{found}” is unknown"),
                "подайте документ альбома форматов (например ESADout_CU, сам или в ED_Container), структуру ЕЭК или MetaData модели ВТамО",
                "submit a document of the album (such as ESADout_CU, alone or in an ED_Container), of the commission, or MetaData of the WCO's data model",
            ),
            Reason::UnknownNamespace(found) => row(
                "GL-0011",
                &format!("пространство имён «{found}» неизвестно"),
                &format!("the namespace “{found}” is unknown"),
                "укажите пространство имён формата, например \
                 urn:customs.ru:Information:CustomsDocuments:ESADout_CU:5.23.0 или urn:wco:datamodel:WCO:DocumentMetaData-DMS:2",
                "give the namespace of the format, such as \
                 urn:customs.ru:Information:CustomsDocuments:ESADout_CU:5.23.0 or urn:wco:datamodel:WCO:DocumentMetaData-DMS:2",
            ),
            Reason::UnknownVersion { found, known } => row(
                "GL-0012",
                &format!("версия формата «{found}» неизвестна"),
                &format!("the version “{found}” of the format is unknown"),
                &format!("используйте одну из версий: {known}"),
                &format!("use one of the versions {known}"),
            ),
            Reason::UnknownModule(found) => row(
                "GL-0013",
                &format!("элемент декларации стоит в чужом пространстве имён «{found}»"),
                &format!("an element of the declaration stands in a foreign namespace “{found}”"),
                "проверьте объявления xmlns: приставка элемента должна означать модуль альбома",
                "check the xmlns declarations: the element's prefix must mean a module of the album",
            ),
            Reason::LaterModule { namespace, album } => row(
                "GL-0014",
                &format!("модуль «{namespace}» новее альбома {album} или его версия неизвестна"),
                &format!(
                    "the module “{namespace}” is later than the album {album}, or of no \
                     known version"
                ),
                "укажите версии модулей того альбома, в котором составлен документ",
                "give the versions of the modules of the album the document is written in",
            ),
            Reason::NoDeclaration => row(
                "GL-0015",
                "в пакете нет ESADout_CU",
                "the package holds no ESADout_CU",
                "вложите декларацию в один из ContainerDoc/DocBody",
                "put the declaration into one ContainerDoc/DocBody",
            ),
            Reason::SeveralDeclarations => row(
                "GL-0016",
                "в пакете больше одной ESADout_CU",
                "the package holds more than one ESADout_CU",
                "подайте каждую декларацию отдельно",
                "submit each declaration by itself",
            ),
            Reason::UnknownField(name) => row(
                "GL-0017",
                &format!("поле «{name}» неизвестно"),
                &format!("the field “{name}” is unknown"),
                "сверьте имя поля со схемой JSON; лишнее поле удалите",
                "compare the field's name with the JSON schema; remove a superfluous field",
            ),
            Reason::JsonForm(found) => row(
                "GL-0018",
                &format!("форма JSON «{found}» неизвестна"),
                &format!("the JSON form “{found}” is unknown"),
                "первым полем укажите \"greenlane\": \"declaration/1\"",
                "give \"greenlane\": \"declaration/1\" as the first field",
            ),
            Reason::JsonShape => row(
                "GL-0019",
                "документ JSON — не объект",
                "the JSON document is not an object",
                "подайте один объект с полями декларации",
                "submit one object with the fields of the declaration",
            ),
        }
    }
}

/// The first characters of a text from a document, on one line, for a message.
pub(crate) fn shown(text: &str) -> String {
    shortened(text, SHOWN_CHARS_MAX)
}

/// A namespace for a message: what tells it from another stands at its end.
pub(crate) fn shown_namespace(uri: &str) -> String {
    shortened(uri, NAMESPACE_CHARS_MAX)
}

fn shortened(text: &str, chars_max: usize) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == chars_max {
            out.push('…');
            break;
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}
