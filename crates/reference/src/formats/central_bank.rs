//! The Bank of Russia's rates as XML: of all currencies for a day, or of one over a period.

use std::borrow::Cow;

use declaration::{CurrencyCode, Leaf, Rate, Text};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1251};
use jiff::civil::Date;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::day_first;
use crate::content::Dataset;
use crate::exchange::Quoted;
use crate::report::{ImportError, Notes};
use crate::table::{ROWS_MAX, too_many, unfit, unmarked, within_limits};

/// The bank's currency: what it states the worth of others in.
const ROUBLE: &str = "RUB";

/// The bank's own names of the currencies that most contracts are in. A file of a period says no other.
const CURRENCIES: [(&str, &str); 3] = [("R01235", "USD"), ("R01239", "EUR"), ("R01375", "CNY")];

/// The most attributes of an element; the bank's have at most four.
const ATTRIBUTES_MAX: usize = 16;
/// The most elements of one rate; the bank's have six.
const FIELDS_MAX: usize = 32;
/// The longest text of an element, in bytes; names of currencies are the longest.
const TEXT_BYTES_MAX: usize = 1_000;

/// Whether content is in this form. Any markup is taken for it: the bank's own word for what is wrong with a page of
/// errors, saved instead of the rates, is better than that of a table.
pub(crate) fn recognises(content: &[u8]) -> bool {
    unmarked(content).trim_ascii_start().starts_with(b"<")
}

/// Reads the rates.
pub(crate) fn read(dataset: &Dataset, own: CurrencyCode, notes: &mut Notes) -> Vec<Quoted> {
    let mut quoted = Vec::new();
    if let Err(fault) = read_into(&mut quoted, dataset, own, notes) {
        notes.fault(fault);
    }
    quoted
}

fn read_into(
    quoted: &mut Vec<Quoted>,
    dataset: &Dataset,
    own: CurrencyCode,
    notes: &mut Notes,
) -> Result<(), ImportError> {
    within_limits(dataset)?;
    let text = decoded(dataset)?;
    let mut xml = Xml::new(dataset, &text);
    let root = xml.root()?;
    if own.as_str() != ROUBLE {
        return Err(in_roubles(dataset, &root, own));
    }
    let form = Form::of(dataset, &root)?;
    let mut count = 0;
    while let Some(entry) = xml.entry()? {
        if count == ROWS_MAX {
            return Err(too_many(dataset, entry.element.line));
        }
        count += 1;
        match form.quoted(&entry) {
            Ok(rate) => {
                notes.count();
                quoted.push(rate);
            }
            Err(fault) => notes.fault(fault),
        }
    }
    if count == 0 {
        return Err(unreadable(
            dataset,
            root.line,
            Text::new("ни одного курса", "there is no rate"),
            Text::new("проверьте, за какой день файл", "check for which day the file is"),
        ));
    }
    Ok(())
}

/// What a file is of.
enum Form {
    /// All currencies on a day.
    Day(Date),
    /// One currency, named by the bank's own name, on the days of its entries.
    Period(String, CurrencyCode),
}

impl Form {
    fn of(dataset: &Dataset, root: &Element) -> Result<Self, ImportError> {
        if let Some(text) = root.attribute("Date") {
            return Ok(Form::Day(day_of(dataset, root, text)?));
        }
        let id = root.attribute("ID").unwrap_or_default();
        let known = CURRENCIES.iter().find(|(known, _)| *known == id);
        let currency = known.and_then(|(_, code)| CurrencyCode::parse(code).ok());
        currency.map(|currency| Form::Period(id.to_owned(), currency)).ok_or_else(|| {
            let known = CURRENCIES.map(|(id, code)| format!("{id} ({code})")).join(", ");
            ImportError::new(
                "GL-8004",
                dataset,
                root.line,
                "ID",
                Text::new(format!("валюта «{id}» не известна"), format!("the currency «{id}» is not known")),
                Text::new(
                    format!("за период читаются {known}; прочие валюты загрузите файлами за день"),
                    format!("of a period {known} are read; import other currencies as files of a day"),
                ),
            )
        })
    }

    fn quoted(&self, entry: &Entry<'_>) -> Result<Quoted, ImportError> {
        let (dataset, element) = (entry.dataset, &entry.element);
        let line = element.line;
        let (currency, date) = match (self, element.name.as_str()) {
            (Form::Day(date), "Valute") => (entry.leaf("CharCode")?, *date),
            (Form::Period(id, currency), "Record") => {
                if let Some(other) = element.attribute("Id").filter(|other| other != id) {
                    return Err(unfit(dataset, line, "Id", other, id, id));
                }
                (*currency, day_of(dataset, element, element.attribute("Date").unwrap_or_default())?)
            }
            (form, other) => {
                let expected = if matches!(form, Form::Day(_)) { "Valute" } else { "Record" };
                return Err(unfit(dataset, line, "", other, expected, expected));
            }
        };
        let units: u32 = entry.leaf("Nominal")?;
        if units == 0 {
            return Err(entry.error("Nominal", "целое число от 1", "a whole number from 1"));
        }
        let rate: Rate = entry.leaf("Value")?;
        if rate == Rate::ZERO {
            return Err(entry.error("Value", "число больше нуля", "a number above zero"));
        }
        Ok(Quoted { line, currency, date, units: units.into(), rate: rate.get(), example: false })
    }
}

fn day_of(dataset: &Dataset, element: &Element, text: &str) -> Result<Date, ImportError> {
    day_first(text).ok_or_else(|| {
        let (ru, en) = ("день вида 25.11.2026, 1900–2200", "a day as 25.11.2026, 1900 to 2200");
        unfit(dataset, element.line, "Date", text, ru, en)
    })
}

fn in_roubles(dataset: &Dataset, root: &Element, own: CurrencyCode) -> ImportError {
    ImportError::new(
        "GL-8004",
        dataset,
        root.line,
        "",
        Text::new(
            format!("курсы Банка России — в рублях, а валюта юрисдикции — {own}"),
            format!("the rates of the Bank of Russia are in roubles, the jurisdiction's currency is {own}"),
        ),
        Text::new(
            "назовите юрисдикцию, валюта которой — рубль, например eaeu-ru",
            "name a jurisdiction whose currency is the rouble, such as eaeu-ru",
        ),
    )
}

fn unreadable(dataset: &Dataset, line: u64, what: Text, cure: Text) -> ImportError {
    ImportError::new("GL-8002", dataset, line, "", what, cure)
}

/// The text, in the encoding that the document declares.
fn decoded(dataset: &Dataset) -> Result<Cow<'_, str>, ImportError> {
    let content = unmarked(&dataset.content);
    let label = declared(content).unwrap_or("UTF-8");
    let encoding = Encoding::for_label(label.as_bytes());
    let read = match encoding {
        Some(known) if known == UTF_8 => std::str::from_utf8(content).ok().map(Cow::Borrowed),
        Some(known) if known == WINDOWS_1251 => Some(WINDOWS_1251.decode_without_bom_handling(content).0),
        _ => None,
    };
    read.ok_or_else(|| {
        let label: String = label.chars().take(40).collect();
        unreadable(
            dataset,
            1,
            Text::new(
                format!("не читается в кодировке {label}"),
                format!("cannot be read in the encoding {label}"),
            ),
            Text::new(
                "возьмите файл таким, каким его даёт банк: windows-1251 или UTF-8",
                "take the file as the bank gives it: windows-1251 or UTF-8",
            ),
        )
    })
}

/// The encoding that the declaration of a document names.
fn declared(content: &[u8]) -> Option<&str> {
    let declaration =
        content.trim_ascii_start().strip_prefix(b"<?xml")?.split(|byte| *byte == b'>').next()?;
    let (_, named) = std::str::from_utf8(declaration).ok()?.split_once("encoding")?;
    let quoted = named.trim_start().strip_prefix('=')?.trim_start();
    let mark = quoted.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
    quoted.split(mark).nth(1)
}

/// A start tag with the text that stood in the element.
struct Element {
    line: u64,
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim())
    }
}

/// One rate: an element below the root, with what it has in it.
struct Entry<'d> {
    dataset: &'d Dataset,
    element: Element,
    fields: Vec<Element>,
}

impl Entry<'_> {
    fn field(&self, name: &str) -> Option<&Element> {
        self.fields.iter().find(|field| field.name == name)
    }

    fn error(&self, name: &str, expected_ru: &str, expected_en: &str) -> ImportError {
        let (line, text) = self.field(name).map_or((self.element.line, ""), |it| (it.line, it.text.trim()));
        unfit(self.dataset, line, name, text, expected_ru, expected_en)
    }

    fn leaf<T: Leaf>(&self, name: &str) -> Result<T, ImportError> {
        let text = self.field(name).map_or("", |field| field.text.trim());
        T::parse(text).map_err(|bad| self.error(name, &bad.expected_ru, &bad.expected_en))
    }
}

/// What stands next in a document.
enum Next {
    Start(Element),
    Text(String),
    End,
    Over,
}

/// A document three elements deep, read one rate at a time.
struct Xml<'d, 't> {
    dataset: &'d Dataset,
    text: &'t str,
    reader: Reader<&'t [u8]>,
    /// Where the last event began, and its line.
    at: usize,
    line: u64,
}

impl<'d, 't> Xml<'d, 't> {
    fn new(dataset: &'d Dataset, text: &'t str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self { dataset, text, reader, at: 0, line: 1 }
    }

    /// The element around all others.
    fn root(&mut self) -> Result<Element, ImportError> {
        loop {
            match self.next()? {
                Next::Start(root) if root.name == "ValCurs" => return Ok(root),
                Next::Text(_) => {}
                Next::Start(_) | Next::End | Next::Over => {
                    return Err(self.broken(
                        "это не курсы Банка России: нет ValCurs",
                        "no rates of the Bank of Russia: there is no ValCurs",
                    ));
                }
            }
        }
    }

    /// The next element below the root; none where the document is over.
    fn entry(&mut self) -> Result<Option<Entry<'d>>, ImportError> {
        let element = loop {
            match self.next()? {
                Next::Start(element) => break element,
                Next::Text(_) => {}
                Next::End => return Ok(None),
                Next::Over => return Err(self.cut_off()),
            }
        };
        let mut fields = Vec::new();
        loop {
            match self.next()? {
                Next::Start(field) if fields.len() < FIELDS_MAX => fields.push(self.filled(field)?),
                Next::Start(_) => return Err(self.broken("слишком много элементов", "too many elements")),
                Next::Text(_) => {}
                Next::End => return Ok(Some(Entry { dataset: self.dataset, element, fields })),
                Next::Over => return Err(self.cut_off()),
            }
        }
    }

    /// An element with its text.
    fn filled(&mut self, mut field: Element) -> Result<Element, ImportError> {
        loop {
            match self.next()? {
                Next::Text(text) if field.text.len() + text.len() <= TEXT_BYTES_MAX => {
                    field.text.push_str(&text)
                }
                Next::Text(_) => return Err(self.broken("слишком длинный текст", "a text is too long")),
                Next::Start(_) => {
                    return Err(
                        self.broken("элементы вложены слишком глубоко", "elements are nested too deep")
                    );
                }
                Next::End => return Ok(field),
                Next::Over => return Err(self.cut_off()),
            }
        }
    }

    fn next(&mut self) -> Result<Next, ImportError> {
        loop {
            let before = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
            let passed = self.text.as_bytes().get(self.at..before).unwrap_or_default();
            self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
            self.at = before;
            let event = self.reader.read_event().map_err(|error| {
                let (ru, en) =
                    (format!("XML не разобрать: {error}"), format!("the XML cannot be parsed: {error}"));
                unreadable(self.dataset, self.line, Text::new(ru, en), whole_again())
            })?;
            return Ok(match event {
                Event::Start(tag) | Event::Empty(tag) => Next::Start(self.element(&tag)?),
                Event::End(_) => Next::End,
                Event::Text(text) => Next::Text(text.into_inner().into_owned()),
                Event::CData(text) => Next::Text(text.into_inner().into_owned()),
                Event::GeneralRef(name) => Next::Text(self.character(&name)?),
                Event::DocType(_) => {
                    return Err(
                        self.broken("тип документа (DOCTYPE) не читается", "a document type is not read")
                    );
                }
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => continue,
                Event::Eof => Next::Over,
            });
        }
    }

    fn element(&self, tag: &BytesStart<'_>) -> Result<Element, ImportError> {
        let mut attributes = Vec::new();
        for attribute in tag.attributes().with_checks(false) {
            let read = attribute.ok().and_then(|it| {
                // The five entities and numbers of characters, no others: what declares others is not read.
                let value = it.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
                Some((it.key.as_ref().to_owned(), value))
            });
            match read {
                Some(read) if attributes.len() < ATTRIBUTES_MAX => attributes.push(read),
                _ => return Err(self.broken("атрибуты не читаются", "attributes cannot be read")),
            }
        }
        Ok(Element { line: self.line, name: tag.name().as_ref().to_owned(), attributes, text: String::new() })
    }

    fn character(&self, name: &quick_xml::events::BytesRef<'_>) -> Result<String, ImportError> {
        let numbered = name.resolve_char_ref().ok().flatten().map(String::from);
        let named = || quick_xml::escape::resolve_xml_entity(name).map(str::to_owned);
        numbered
            .or_else(named)
            .ok_or_else(|| self.broken("ссылка на неизвестное имя", "a reference to an unknown name"))
    }

    fn cut_off(&self) -> ImportError {
        self.broken("файл обрывается", "the file is cut off")
    }

    fn broken(&self, ru: &'static str, en: &'static str) -> ImportError {
        unreadable(self.dataset, self.line, Text::new(ru, en), whole_again())
    }
}

fn whole_again() -> Text {
    Text::new(
        "возьмите файл на сайте Банка России ещё раз",
        "take the file from the Bank of Russia's site once more",
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::{Outcome, currency, outcome, places};
    use super::*;

    pub(crate) const DAY: &str = r#"<?xml version="1.0" encoding="windows-1251"?>
<ValCurs Date="25.11.2026" name="Foreign Currency Market">
<Valute ID="R01235"><NumCode>840</NumCode><CharCode>USD</CharCode><Nominal>1</Nominal><Name>Доллар США</Name><Value>91,2046</Value><VunitRate>91,2046</VunitRate></Valute>
<Valute ID="R01060">
  <NumCode>051</NumCode><CharCode>AMD</CharCode>
  <Nominal>100</Nominal><Name>Драмов &amp; &#x43B;ум</Name>
  <Value>23,7500</Value>
</Valute><!-- и ещё -->
<Valute ID="R01589"><NumCode>960</NumCode><CharCode>XDR</CharCode><Nominal>1</Nominal><Name>СДР</Name><Value>121,03</Value></Valute>
</ValCurs>
"#;
    pub(crate) const PERIOD: &str = r#"<?xml version="1.0" encoding="utf-8"?><ValCurs ID="R01375" DateRange1="24.11.2026" DateRange2="26.11.2026" name="Foreign Currency Market Dynamic">
<Record Date="24.11.2026" Id="R01375"><Nominal>10</Nominal><Value>128,4</Value></Record>
<Record Date="25/11/2026" Id="R01375"><Nominal>1</Nominal><Value>12,91</Value><VunitRate>12,91</VunitRate></Record>
</ValCurs>"#;

    fn read_for(own: &str, content: &[u8]) -> Outcome<Quoted> {
        outcome(content, |dataset, notes| read(dataset, currency(own), notes))
    }

    fn printed(rates: &[Quoted]) -> Vec<String> {
        let print =
            |it: &Quoted| format!("{}. {} {}: {} = {}", it.line, it.date, it.currency, it.units, it.rate);
        rates.iter().map(print).collect()
    }

    #[test]
    fn a_day_and_a_period_are_read_in_both_encodings() {
        let day = [
            "3. 2026-11-25 USD: 1 = 91.2046",
            "4. 2026-11-25 AMD: 100 = 23.75",
            "9. 2026-11-25 XDR: 1 = 121.03",
        ];
        let period = ["2. 2026-11-24 CNY: 10 = 128.4", "3. 2026-11-25 CNY: 1 = 12.91"];
        let windows = WINDOWS_1251.encode(DAY).0.into_owned();
        let utf_8 = DAY.replace("windows-1251", "UTF-8");
        let unsaid = DAY.lines().skip(1).fold(String::from("\n"), |text, line| text + line + "\n");
        let marked = format!("\u{feff}{PERIOD}");
        let table: [(&[u8], &[&str]); 5] = [
            (&windows, &day),
            (utf_8.as_bytes(), &day),
            (unsaid.as_bytes(), &day),
            (PERIOD.as_bytes(), &period),
            (marked.as_bytes(), &period),
        ];
        for (content, expected) in table {
            assert!(recognises(content));
            let got = read_for("RUB", content);
            assert_eq!(got.faults, []);
            assert_eq!(printed(&got.read), expected);
            assert_eq!(got.taken, expected.len());
        }
    }

    #[test]
    fn rates_of_roubles_are_for_those_who_count_in_them() {
        let got = read_for("AMD", DAY.as_bytes());
        assert_eq!(places(&got), [("GL-8004", 2, "")]);
        assert!(got.read.is_empty());
    }

    #[test]
    fn what_does_not_fit_is_named_with_line_and_element() {
        let table = [
            ("<Nominal>1<", "<Nominal>0<", "GL-8004", 3, "Nominal"),
            ("<Nominal>100<", "<Nominal>1,5<", "GL-8004", 6, "Nominal"),
            ("<Nominal>100</Nominal>", "", "GL-8004", 4, "Nominal"),
            ("<Value>23,7500<", "<Value>0,0<", "GL-8004", 7, "Value"),
            ("<Value>23,7500<", "<Value>-3<", "GL-8004", 7, "Value"),
            ("<CharCode>XDR<", "<CharCode>sdr<", "GL-8004", 9, "CharCode"),
            ("Date=\"25.11.2026\"", "Date=\"25.13.2026\"", "GL-8004", 2, "Date"),
            ("Date=\"25.11.2026\"", "", "GL-8004", 2, "ID"),
            ("Date=\"25.11.2026\"", "ID=\"R01060\"", "GL-8004", 2, "ID"),
            ("<Valute ID=\"R01235\">", "<Metal>", "GL-8002", 3, ""),
            ("<Value>23,7500<", "<Value><b/>1<", "GL-8002", 7, ""),
            ("&amp;", "&money;", "GL-8002", 6, ""),
            ("&amp;", "& ", "GL-8002", 6, ""),
            ("<ValCurs", "<!DOCTYPE a [<!ENTITY b \"c\">]>\n<ValCurs", "GL-8002", 2, ""),
            ("<ValCurs", "<html><ValCurs", "GL-8002", 2, ""),
            ("</ValCurs>", "", "GL-8002", 11, ""),
            ("windows-1251", "koi8-r", "GL-8002", 1, ""),
            ("Date=\"25.11.2026\"", "Date=\"&b;\"", "GL-8002", 2, ""),
        ];
        for (good, bad, code, line, column) in table {
            assert!(DAY.contains(good), "{good}");
            let text = DAY.replace("windows-1251", "utf-8").replacen(good, bad, 1);
            let text = if good == "windows-1251" { DAY.replace(good, bad) } else { text };
            let got = read_for("RUB", text.as_bytes());
            assert_eq!(places(&got), [(code, line, column)], "{bad}: {:?}", got.faults);
        }
        let other = PERIOD.replacen("Id=\"R01375\"", "Id=\"R01235\"", 1);
        assert_eq!(places(&read_for("RUB", other.as_bytes())), [("GL-8004", 2, "Id")]);
        let none = "<ValCurs Date=\"25.11.2026\" name=\"Foreign Currency Market\"></ValCurs>";
        assert_eq!(places(&read_for("RUB", none.as_bytes())), [("GL-8002", 1, "")]);
        let broken = WINDOWS_1251.encode(&DAY.replace("windows-1251", "utf-8")).0.into_owned();
        assert_eq!(places(&read_for("RUB", &broken)), [("GL-8002", 1, "")]);
    }

    #[test]
    fn a_document_is_bounded() {
        let fields = |count: usize| format!("<ValCurs Date=\"25.11.2026\"><Valute>{}", "<a/>".repeat(count));
        let attributes = |count: usize| {
            let attributes: String = (0..count).map(|nth| format!(" a{nth}=\"1\"")).collect();
            format!("<ValCurs{attributes}>")
        };
        let long = format!("<ValCurs Date=\"25.11.2026\"><Valute><Name>{}", "я".repeat(TEXT_BYTES_MAX));
        for text in [fields(FIELDS_MAX + 1), attributes(ATTRIBUTES_MAX + 1), long, "<".repeat(10_000)] {
            let got = read_for("RUB", text.as_bytes());
            assert_eq!(places(&got), [("GL-8002", 1, "")], "{:?}", got.faults);
        }
    }
}
