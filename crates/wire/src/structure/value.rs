//! What a format allows one value to be: base, lengths, digits, bounds, choices, patterns.

use declaration::form::FORM_TEXT_CHARS_MAX;
use declaration::{Leaf, LeafKind};
use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;

/// What a value is before any facet narrows it (XML Schema 1.0, part 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    Text,
    /// Text in which white space has been collapsed.
    Token,
    Decimal,
    Integer,
    Flag,
    Date,
    Time,
    DateTime,
    Year,
    YearMonth,
    Duration,
    Base64,
}

/// One kind of value.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) base: Base,
    chars_min: usize,
    chars_max: usize,
    digits_max: usize,
    scale_max: usize,
    min: Option<Decimal>,
    max: Option<Decimal>,
    choices: Vec<&'static str>,
    /// Every one has to match.
    patterns: Vec<Pattern>,
    /// The notation it was read from.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests name the value that fails"))]
    notation: &'static str,
}

impl Value {
    /// Reads the notation of the tables: `token, 1..36, like [A-Z]{2}|00`.
    pub(crate) fn parse(notation: &'static str) -> Result<Self, String> {
        let mut value = Self {
            base: Base::Text,
            chars_min: 0,
            chars_max: usize::MAX,
            digits_max: usize::MAX,
            scale_max: usize::MAX,
            min: None,
            max: None,
            choices: Vec::new(),
            patterns: Vec::new(),
            notation,
        };
        let number = |text: &str| text.parse::<usize>().map_err(|_| format!("«{text}» is no number"));
        let bound = |text: &str| Decimal::from_str_exact(text).map_err(|_| format!("«{text}» is no bound"));
        for (nth, part) in notation.split(", ").enumerate() {
            let (word, rest) = part.split_once(' ').unwrap_or((part, ""));
            if nth == 0 {
                value.base = match word {
                    "text" => Base::Text,
                    "token" => Base::Token,
                    "decimal" => Base::Decimal,
                    "integer" => Base::Integer,
                    "flag" => Base::Flag,
                    "date" => Base::Date,
                    "time" => Base::Time,
                    "datetime" => Base::DateTime,
                    "year" => Base::Year,
                    "year_month" => Base::YearMonth,
                    "duration" => Base::Duration,
                    "base64" => Base::Base64,
                    _ => return Err(format!("«{word}» is no kind of value")),
                };
                if value.base == Base::Integer {
                    value.scale_max = 0;
                }
                continue;
            }
            match word {
                "digits" => value.digits_max = number(rest)?,
                "scale" => value.scale_max = number(rest)?,
                "min" => value.min = Some(bound(rest)?),
                "max" => value.max = Some(bound(rest)?),
                "one" => value.choices = rest.trim_start_matches("of ").split(" | ").collect(),
                "like" => value.patterns.push(Pattern::parse(rest)?),
                _ => match word.split_once("..") {
                    Some((min, max)) => {
                        value.chars_min = number(min)?;
                        value.chars_max = if max.is_empty() { usize::MAX } else { number(max)? };
                    }
                    None => {
                        value.chars_min = number(word)?;
                        value.chars_max = value.chars_min;
                    }
                },
            }
        }
        Ok(value)
    }

    /// Whether the format allows the text; white space around it is gone already.
    pub(crate) fn allows(&self, text: &str) -> bool {
        let based = match self.base {
            Base::Text | Base::Token => self.length_fits(text),
            Base::Decimal | Base::Integer => self.number_fits(text),
            Base::Flag => matches!(text, "true" | "false" | "0" | "1"),
            Base::Date => zone_fits(text, 10) && Date::parse(text).is_ok(),
            Base::Time => zone_fits(text, 8) && Time::parse(text).is_ok(),
            Base::DateTime => {
                text.as_bytes().get(10) == Some(&b'T') && zone_fits(text, 19) && DateTime::parse(text).is_ok()
            }
            Base::Year => {
                (text.len() == 4 || text.len() == 5 && text.ends_with('Z') || text.len() == 10)
                    && text.as_bytes().iter().take(4).all(u8::is_ascii_digit)
            }
            Base::YearMonth => text.get(..7).is_some_and(|month| Date::parse(&format!("{month}-01")).is_ok()),
            Base::Duration => {
                text.starts_with('P')
                    && text.len() > 2
                    && text.bytes().skip(1).all(|b| b.is_ascii_digit() || b"YMDTHS.".contains(&b))
                    && !text.ends_with('T')
                    && text.ends_with(|c: char| c.is_ascii_uppercase())
            }
            Base::Base64 => {
                text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/= \r\n\t".contains(&b))
                    && self.length_fits(text)
            }
        };
        based
            && (self.choices.is_empty() || self.choices.contains(&text))
            && self.patterns.iter().all(|pattern| pattern.matches(text))
    }

    fn length_fits(&self, text: &str) -> bool {
        // Bytes bound characters from both sides: most texts need no counting.
        if text.len() <= self.chars_max && text.len() / 4 >= self.chars_min {
            return true;
        }
        (self.chars_min..=self.chars_max).contains(&text.chars().count())
    }

    /// The text as fields keep it: numbers without the plus sign that says nothing.
    pub(crate) fn plain<'t>(&self, text: &'t str) -> &'t str {
        match self.base {
            Base::Decimal | Base::Integer if self.patterns.is_empty() => {
                text.strip_prefix('+').unwrap_or(text)
            }
            _ => text,
        }
    }

    fn number_fits(&self, text: &str) -> bool {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = match unsigned.split_once('.') {
            Some(_) if self.base == Base::Integer => return false,
            Some((whole, fraction)) => (whole, fraction),
            None => (unsigned, ""),
        };
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || whole.len() + fraction.len() == 0 {
            return false;
        }
        let fraction = fraction.trim_end_matches('0');
        let whole = whole.trim_start_matches('0');
        if fraction.len() > self.scale_max || whole.len() + fraction.len() > self.digits_max {
            return false;
        }
        let zero = whole.is_empty() && fraction.is_empty();
        match (self.min, self.max) {
            (None, None) => true,
            (Some(min), None) if min.is_zero() => !negative || zero,
            (min, max) => {
                Decimal::from_str_exact(text.strip_prefix('+').unwrap_or(text)).is_ok_and(|number| {
                    min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max)
                })
            }
        }
    }

    /// The kind of leaf a form keeps such a value as.
    pub(crate) fn leaf(&self) -> LeafKind {
        let max_chars = self.chars_max.min(FORM_TEXT_CHARS_MAX);
        match self.base {
            // A pattern is over the digits as they are written: a number would lose leading zeros.
            Base::Decimal | Base::Integer if !self.patterns.is_empty() => LeafKind::Code { max_chars: 40 },
            Base::Text => LeafKind::Text { max_chars },
            Base::Token if self.chars_max <= 40 => LeafKind::Code { max_chars },
            Base::Token => LeafKind::Text { max_chars },
            Base::Decimal => LeafKind::Decimal { scale: u32::try_from(self.scale_max.min(28)).unwrap_or(28) },
            Base::Integer if self.digits_max <= 9 && self.min.is_some_and(|min| min >= Decimal::ZERO) => {
                LeafKind::Integer
            }
            Base::Integer => LeafKind::Decimal { scale: 0 },
            Base::Flag => LeafKind::Flag,
            Base::Date => LeafKind::Date,
            Base::Time => LeafKind::Time,
            Base::DateTime => LeafKind::DateTime,
            Base::Year | Base::YearMonth => LeafKind::Code { max_chars: 16 },
            Base::Duration => LeafKind::Code { max_chars: 64 },
            Base::Base64 => LeafKind::Text { max_chars: FORM_TEXT_CHARS_MAX },
        }
    }

    /// What is allowed, in Russian and English.
    pub(crate) fn words(&self) -> (String, String) {
        let (mut ru, mut en) = match self.base {
            Base::Text | Base::Token if self.chars_min == self.chars_max => {
                (format!("ровно {} зн.", self.chars_max), format!("exactly {} characters", self.chars_max))
            }
            Base::Text | Base::Token if self.chars_max < usize::MAX => (
                format!("от {} до {} зн.", self.chars_min, self.chars_max),
                format!("{} to {} characters", self.chars_min, self.chars_max),
            ),
            Base::Text | Base::Token => ("текст".into(), "text".into()),
            Base::Decimal => ("десятичное число".into(), "a decimal number".into()),
            Base::Integer => ("целое число".into(), "a whole number".into()),
            Base::Flag => ("true или false".into(), "true or false".into()),
            Base::Date => ("дата вида ГГГГ-ММ-ДД".into(), "a date as YYYY-MM-DD".into()),
            Base::Time => ("время вида чч:мм:сс".into(), "a time of day as hh:mm:ss".into()),
            Base::DateTime => {
                ("дата и время вида ГГГГ-ММ-ДДTчч:мм:сс".into(), "a moment as YYYY-MM-DDThh:mm:ss".into())
            }
            Base::Year => ("год из четырёх цифр".into(), "a year of four digits".into()),
            Base::YearMonth => ("месяц вида ГГГГ-ММ".into(), "a month as YYYY-MM".into()),
            Base::Duration => ("длительность вида P1DT2H".into(), "a duration as P1DT2H".into()),
            Base::Base64 => ("данные в base64".into(), "data in base64".into()),
        };
        let mut also = |more_ru: String, more_en: String| {
            ru.push_str(", ");
            ru.push_str(&more_ru);
            en.push_str(", ");
            en.push_str(&more_en);
        };
        if self.digits_max < usize::MAX {
            also(
                format!("всего цифр не более {}", self.digits_max),
                format!("at most {} digits", self.digits_max),
            );
        }
        if self.scale_max < usize::MAX && self.base == Base::Decimal {
            also(
                format!("после точки не более {}", self.scale_max),
                format!("at most {} after the point", self.scale_max),
            );
        }
        if let Some(min) = self.min {
            also(format!("не меньше {min}"), format!("not less than {min}"));
        }
        if let Some(max) = self.max {
            also(format!("не больше {max}"), format!("not more than {max}"));
        }
        if !self.choices.is_empty() {
            also(
                format!("одно из: {}", self.choices.join(", ")),
                format!("one of {}", self.choices.join(", ")),
            );
        }
        for pattern in &self.patterns {
            also(format!("по образцу {}", pattern.text), format!("like {}", pattern.text));
        }
        (ru, en)
    }
}

#[cfg(test)]
impl Value {
    /// The base and the facets in the words of a schema, facets in the order of their names.
    pub(crate) fn as_a_schema_says(&self) -> (&'static str, String) {
        let mut facets = Vec::new();
        let base = match self.base {
            Base::Text => "Text",
            Base::Token => "Token",
            Base::Decimal => "Decimal",
            Base::Integer => "Integer",
            Base::Flag => "Indicator",
            Base::Date => "Date",
            Base::Time => "Time",
            Base::DateTime => "DateTime",
            Base::Year => "Year",
            Base::YearMonth => "YearMonth",
            Base::Duration => "Duration",
            Base::Base64 => "Base64",
        };
        if self.scale_max < usize::MAX && self.base == Base::Decimal {
            facets.push(format!("fractionDigits:{}", self.scale_max));
        }
        if self.chars_min == self.chars_max {
            facets.push(format!("length:{}", self.chars_max));
        } else {
            if self.chars_max < usize::MAX {
                facets.push(format!("maxLength:{}", self.chars_max));
            }
            if self.chars_min > 0 {
                facets.push(format!("minLength:{}", self.chars_min));
            }
        }
        if let Some(min) = self.min {
            facets.push(format!("minInclusive:{min}"));
        }
        if let Some(max) = self.max {
            facets.push(format!("maxInclusive:{max}"));
        }
        facets.extend(self.choices.iter().map(|choice| format!("={choice}")));
        for pattern in &self.patterns {
            facets.push(format!("pattern:{}", pattern.text));
        }
        if self.digits_max < usize::MAX {
            facets.push(format!("totalDigits:{}", self.digits_max));
        }
        facets.sort();
        (base, facets.join(" "))
    }

    /// Some text the value allows.
    pub(crate) fn sample(&self, dice: &mut crate::dice::Dice) -> String {
        for _ in 0..200 {
            let text = self.guess(dice);
            if !text.is_empty() && self.allows(&text) && text.trim() == text {
                return text;
            }
        }
        panic!("no value like {}", self.notation)
    }

    fn guess(&self, dice: &mut crate::dice::Dice) -> String {
        if !self.choices.is_empty() {
            return self.choices[dice.below(self.choices.len())].to_owned();
        }
        if let Some(pattern) = self.patterns.first() {
            let atoms = &pattern.alternatives[dice.below(pattern.alternatives.len())];
            let mut text = String::new();
            for atom in atoms {
                let most = usize::from(atom.max).min(usize::from(atom.min) + 4);
                let count = usize::from(atom.min) + dice.below(most + 1 - usize::from(atom.min));
                for _ in 0..count {
                    let (from, to) = if atom.class.negated {
                        ('A', 'Z')
                    } else {
                        atom.class.ranges[dice.below(atom.class.ranges.len())]
                    };
                    let span = u32::from(to) - u32::from(from) + 1;
                    text.push(char::from_u32(u32::from(from) + dice.below(span as usize) as u32).unwrap());
                }
            }
            return text;
        }
        match self.base {
            Base::Text | Base::Token => {
                let most = self.chars_max.min(self.chars_min.max(1) + 40);
                let count = self.chars_min.max(1) + dice.below(most + 1 - self.chars_min.max(1).min(most));
                // Three characters are a currency or a country more often than a number.
                if (self.chars_min, self.chars_max) == (3, 3) {
                    return ["RUB", "EUR", "KZT", "TRY"][dice.below(4)].to_owned();
                }
                if self.chars_max <= 20 {
                    return dice.digits(count);
                }
                let text = dice.words(count);
                if text.chars().count() < self.chars_min { "Ж".repeat(self.chars_min) } else { text }
            }
            Base::Decimal | Base::Integer => {
                let scale = if self.base == Base::Integer { 0 } else { self.scale_max.min(4) };
                let whole = self.digits_max.min(12).saturating_sub(scale).clamp(1, 8);
                dice.decimal(whole, scale)
            }
            Base::Flag => ["true", "false"][dice.below(2)].to_owned(),
            Base::Date => format!("2026-0{}-1{}", 1 + dice.below(9), dice.below(10)),
            Base::Time => format!("1{}:4{}:00", dice.below(10), dice.below(10)),
            Base::DateTime => {
                format!("2026-03-0{}T10:20:30{}", 1 + dice.below(9), ["", "+03:00", "Z"][dice.below(3)])
            }
            Base::Year => format!("20{}", dice.digits(2)),
            Base::YearMonth => format!("2026-0{}", 1 + dice.below(9)),
            Base::Duration => format!("P{}D", 1 + dice.below(9)),
            Base::Base64 => "R3JlZW5sYW5l".to_owned(),
        }
    }
}

/// Whether a date or time ends where it should, or a fraction and one time zone follow.
fn zone_fits(text: &str, plain: usize) -> bool {
    let Some((moment, mut rest)) = text.split_at_checked(plain) else { return false };
    if !moment.ends_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    // A day has no fraction.
    if plain != 10
        && let Some(fraction) = rest.strip_prefix('.')
    {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() == fraction.len() {
            return false;
        }
    }
    let zone = rest.as_bytes();
    match zone {
        [] | [b'Z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            [h1, h2, m1, m2].iter().all(|digit| digit.is_ascii_digit())
                && (&[*h1, *h2, *m1, *m2] <= b"1359" || &zone[1..] == b"14:00")
                && *m1 <= b'5'
        }
        _ => false,
    }
}

/// The most alternatives a pattern may come to: every one of the album has a handful.
const ALTERNATIVES_MAX: usize = 64;

/// A pattern over a whole value: alternatives of classes with counts. What XML Schema allows beyond
/// that, no format here uses.
#[derive(Debug, Clone)]
struct Pattern {
    text: &'static str,
    alternatives: Vec<Vec<Atom>>,
}

#[derive(Debug, Clone)]
struct Atom {
    class: Class,
    min: u16,
    max: u16,
}

#[derive(Debug, Clone)]
struct Class {
    negated: bool,
    ranges: Vec<(char, char)>,
}

impl Class {
    fn holds(&self, c: char) -> bool {
        self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&c)) != self.negated
    }

    fn of(letter: char) -> Self {
        let word = vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('а', 'я'), ('А', 'Я'), ('Ё', 'Ё'), ('ё', 'ё')];
        match letter {
            'd' => Self { negated: false, ranges: vec![('0', '9')] },
            'D' => Self { negated: true, ranges: vec![('0', '9')] },
            'w' => Self { negated: false, ranges: word },
            's' => Self { negated: false, ranges: vec![(' ', ' '), ('\t', '\t'), ('\n', '\n')] },
            literal => Self { negated: false, ranges: vec![(literal, literal)] },
        }
    }
}

impl Pattern {
    fn parse(text: &'static str) -> Result<Self, String> {
        let mut letters = text.chars().peekable();
        let alternatives = alternatives(&mut letters)?;
        match letters.next() {
            None if alternatives.len() <= ALTERNATIVES_MAX => Ok(Self { text, alternatives }),
            _ => Err(format!("pattern «{text}» is beyond what is known here")),
        }
    }

    fn matches(&self, text: &str) -> bool {
        self.alternatives.iter().any(|atoms| matches(atoms, text))
    }
}

type Letters = std::iter::Peekable<std::str::Chars<'static>>;

/// `a|b|c`, up to the end or a closing bracket.
fn alternatives(letters: &mut Letters) -> Result<Vec<Vec<Atom>>, String> {
    let mut all = Vec::new();
    let mut current: Vec<Vec<Atom>> = vec![Vec::new()];
    loop {
        match letters.peek() {
            None | Some(')') => {
                all.append(&mut current);
                return Ok(all);
            }
            Some('|') => {
                letters.next();
                all.append(&mut current);
                current = vec![Vec::new()];
            }
            Some('(') => {
                letters.next();
                let mut inside: Vec<Vec<Atom>> = alternatives(letters)?;
                if letters.next() != Some(')') {
                    return Err("a bracket is open".to_owned());
                }
                match (count(letters)?, inside.as_mut_slice()) {
                    ((1, 1), _) => {}
                    ((0, 1), _) => inside.push(Vec::new()),
                    // A bracket around one class repeats as the class does.
                    ((min, max), [one]) if one.len() == 1 => {
                        for atom in one.iter_mut().filter(|atom| (atom.min, atom.max) == (1, 1)) {
                            (atom.min, atom.max) = (min, max);
                        }
                    }
                    _ => return Err("a bracket repeats".to_owned()),
                }
                let with = |head: &Vec<Atom>, tail: &Vec<Atom>| -> Vec<Atom> {
                    head.iter().chain(tail).cloned().collect()
                };
                current =
                    current.iter().flat_map(|head| inside.iter().map(|tail| with(head, tail))).collect();
                if current.len() > ALTERNATIVES_MAX {
                    return Err("too many alternatives".to_owned());
                }
            }
            Some(_) => {
                let class = class(letters)?;
                let (min, max) = count(letters)?;
                for atoms in &mut current {
                    atoms.push(Atom { class: class.clone(), min, max });
                }
            }
        }
    }
}

fn class(letters: &mut Letters) -> Result<Class, String> {
    match letters.next() {
        Some('\\') => letters.next().map(Class::of).ok_or_else(|| "a backslash ends it".to_owned()),
        Some('.') => Ok(Class { negated: true, ranges: vec![('\n', '\n')] }),
        Some('[') => {
            let negated = letters.next_if_eq(&'^').is_some();
            let mut class = Class { negated, ranges: Vec::new() };
            loop {
                let from = match letters.next() {
                    None => return Err("a class is open".to_owned()),
                    Some(']') => return Ok(class),
                    Some('\\') => {
                        let inner = letters.next().map(Class::of).ok_or("a backslash ends it")?;
                        class.ranges.extend(inner.ranges);
                        continue;
                    }
                    Some(letter) => letter,
                };
                if letters.peek() == Some(&'-') {
                    letters.next();
                    match letters.next() {
                        // A dash before the bracket is a dash.
                        Some(']') => {
                            class.ranges.extend([(from, from), ('-', '-')]);
                            return Ok(class);
                        }
                        Some(to) => class.ranges.push((from, to)),
                        None => return Err("a class is open".to_owned()),
                    }
                } else {
                    class.ranges.push((from, from));
                }
            }
        }
        Some(literal) => Ok(Class::of(literal).literal(literal)),
        None => Err("nothing to match".to_owned()),
    }
}

impl Class {
    /// An unescaped letter is itself.
    fn literal(self, letter: char) -> Self {
        Self { negated: false, ranges: vec![(letter, letter)] }
    }
}

fn count(letters: &mut Letters) -> Result<(u16, u16), String> {
    match letters.peek() {
        Some('?') => {
            letters.next();
            Ok((0, 1))
        }
        Some('*') => {
            letters.next();
            Ok((0, u16::MAX))
        }
        Some('+') => {
            letters.next();
            Ok((1, u16::MAX))
        }
        Some('{') => {
            letters.next();
            let text: String = std::iter::from_fn(|| letters.next_if(|c| *c != '}')).collect();
            letters.next();
            let bad = || format!("count «{text}»");
            let (min, max) = text.split_once(',').unwrap_or((&text, &text));
            let min = min.parse().map_err(|_| bad())?;
            let max = if max.is_empty() { u16::MAX } else { max.parse().map_err(|_| bad())? };
            Ok((min, max))
        }
        _ => Ok((1, 1)),
    }
}

/// Whether the atoms match the whole text. An atom takes as much as it may and gives back what the
/// next ones need; patterns are a few atoms long, so this ends soon.
fn matches(atoms: &[Atom], text: &str) -> bool {
    let Some((atom, rest)) = atoms.split_first() else { return text.is_empty() };
    let (mut taken, mut end) = (0u16, 0);
    for c in text.chars() {
        if taken == atom.max || !atom.class.holds(c) {
            break;
        }
        taken += 1;
        end += c.len_utf8();
    }
    // The last atom must reach the end: nothing shorter can match.
    if rest.is_empty() {
        return taken >= atom.min && end == text.len();
    }
    loop {
        let Some((head, tail)) = text.split_at_checked(end) else { return false };
        if taken < atom.min {
            return false;
        }
        if matches(rest, tail) {
            return true;
        }
        let Some(last) = head.chars().next_back() else { return false };
        taken -= 1;
        end -= last.len_utf8();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_the_notation_says() {
        for (notation, good, bad) in [
            ("token, 2", &["ИМ", "ab"][..], &["", "a", "abc"][..]),
            ("text, 1..3", &["a", "три"], &["", "четыре"]),
            (
                "decimal, digits 5, scale 2, min 0",
                &["0", "999.99", "+1", "007.10", "12345"],
                &["-1", "1.234", "123456", "1e3", "", "."],
            ),
            ("decimal, scale 2", &["-5.5", "-0"], &["5.555", "--5"]),
            ("integer, digits 3, min 1", &["1", "999", "001"], &["0", "1000", "1.0", "-1"]),
            ("date", &["2026-03-01", "2026-03-01+03:00"], &["2026-3-1", "01.03.2026", "2026-02-30"]),
            (
                "datetime",
                &["2026-03-01T10:00:00", "2026-03-01T10:00:00.5Z", "2026-03-01T10:00:00-14:00"],
                &[
                    "2026-03-01T10:00:00+03:00+14:00",
                    "2026-03-01T10:00:00+14:30",
                    "2026-03-01T10:00:00.",
                    "2026-03-01",
                    "2026-03-01 10:00:00",
                    "2026-03-01T10:00",
                ],
            ),
            ("time", &["10:00:00"], &["10:00", "25:00:00"]),
            ("flag", &["true", "0"], &["yes", ""]),
            ("token, 1..5, one of ИМ | ЭК", &["ИМ"], &["ТТ"]),
            (r"token, like (\d{15})|(\d{13})", &["1234567890123"], &["12345678901234", "12345678901234x"]),
            (
                r"token, like R(\.[A-Z]{2}\.[A-Z]{2}\.[0-9]{2})?\.[0-9]{3}",
                &["R.036", "R.AB.CD.01.036"],
                &["R036", "R.36"],
            ),
            ("token, like [A-Z]{2}|[0]{2}|[9]{2}", &["RU", "00"], &["ru", "0A", "RUS"]),
            (
                "token, like [A-Z0-9][A-Z0-9 -]{1,8}[A-Z0-9]",
                &["A-1", "AB CD", "A 12345678"],
                &["A-", "-A1", "AB"],
            ),
            (r"token, like \d{2}|\d{4}|\d{6}|\d{8,10}", &["12", "1234567890"], &["1", "123", "12345678901"]),
            (
                r"token, like (20\d{6})(\d{6}(Z|[-+]\d\d))?",
                &["20220322162438Z", "20220322"],
                &["2022", "20220322162438"],
            ),
        ] {
            let value = Value::parse(notation).unwrap();
            for text in good {
                assert!(value.allows(text), "{notation} must allow {text}");
            }
            for text in bad {
                assert!(!value.allows(text), "{notation} must not allow {text}");
            }
        }
        for bad in ["number", "token, x", "token, like (a", "token, like (ab)+", "decimal, min x"] {
            assert!(Value::parse(bad).is_err(), "{bad}");
        }
    }
}
