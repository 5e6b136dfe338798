//! From text to terms: folding, cutting into words, stems, and what a wrong keyboard layout makes of them.

use rust_stemmers::{Algorithm, Stemmer};

/// Longest word looked at, in characters; the rest of a longer one is not read.
pub(super) const WORD_CHARS_MAX: usize = 28;

/// Words that stand in so many names, or say so little, that nobody finds anything by them. «Прочие» is
/// the residue of a list, not a name.
const STOP: &[&str] = &[
    "а",
    "без",
    "в",
    "во",
    "включая",
    "для",
    "до",
    "других",
    "другие",
    "же",
    "за",
    "и",
    "из",
    "или",
    "их",
    "к",
    "как",
    "ко",
    "кроме",
    "на",
    "не",
    "но",
    "о",
    "об",
    "от",
    "по",
    "под",
    "при",
    "прочая",
    "прочего",
    "прочее",
    "прочей",
    "прочие",
    "прочий",
    "прочим",
    "прочими",
    "прочих",
    "прочую",
    "с",
    "со",
    "то",
    "у",
    "что",
    "a",
    "an",
    "and",
    "any",
    "as",
    "at",
    "but",
    "by",
    "for",
    "from",
    "in",
    "including",
    "is",
    "kind",
    "nec",
    "no",
    "non",
    "not",
    "of",
    "on",
    "or",
    "other",
    "than",
    "the",
    "thereof",
    "to",
    "whether",
    "with",
    "without",
];

/// What people write before a code, and what says nothing beside one.
const CODE_LABELS: &[&str] =
    &["код", "коды", "тн", "вэд", "тнвэд", "еаэс", "hs", "hts", "code", "codes", "cn", "taric", "tariff"];

/// What follows is not the goods: up to the next stop of the sentence.
const EXCLUDING: &[&str] = &["кроме", "except", "excluding"];

/// The next word is denied.
const DENYING: &[&str] = &["не", "без", "not", "without"];

/// The two layouts of the same keys, letter by letter.
const LAYOUT_EN: &str = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const LAYOUT_RU: &str = "ёйцукенгшщзхъфывапролджэячсмитьбю";

/// Letters a second part has at least.
const SECOND_PART_CHARS_MIN: usize = 4;
/// First parts of compounds of which the nomenclature says «электрический», «для автомобилей».
const FIRST_PARTS: &[&str] = &[
    "авто",
    "аудио",
    "вело",
    "видео",
    "гидро",
    "мини",
    "микро",
    "мото",
    "нано",
    "пневмо",
    "полу",
    "радио",
    "супер",
    "теле",
    "термо",
    "турбо",
    "фото",
    "электро",
    "энерго",
];

/// A word of a text, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub text: String,
    /// Whether the text says that it is *not* this: «кроме бумажных», `other than paper`.
    pub excluded: bool,
}

impl Word {
    pub fn is_number(&self) -> bool {
        self.text.bytes().all(|byte| byte.is_ascii_digit())
    }

    pub fn is_code_label(&self) -> bool {
        CODE_LABELS.contains(&self.text.as_str())
    }
}

/// The stemmers of both languages; which one a word needs its letters say.
pub(super) struct Stems {
    russian: Stemmer,
    english: Stemmer,
}

impl Default for Stems {
    fn default() -> Self {
        Self { russian: Stemmer::create(Algorithm::Russian), english: Stemmer::create(Algorithm::English) }
    }
}

impl Stems {
    /// The stem of a folded word.
    pub fn of(&self, word: &str) -> String {
        if word.bytes().any(|byte| byte.is_ascii_digit()) {
            word.to_owned()
        } else if word.is_ascii() {
            self.english.stem(word).into_owned()
        } else {
            self.russian.stem(word).into_owned()
        }
    }
}

fn fold(letter: char) -> impl Iterator<Item = char> {
    letter.to_lowercase().map(|lower| if lower == 'ё' { 'е' } else { lower })
}

/// The words of a text in order, without stop words and single letters.
///
/// A hyphenated word gives its parts; where a part is one letter (`T-shirt`) the whole without its hyphen.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut excluding = false;
    let mut denied = false;
    let mut before = String::new();
    for piece in text.split_inclusive(|letter: char| !letter.is_alphanumeric() && letter != '-') {
        let whole = piece.trim_matches(|letter: char| !letter.is_alphanumeric());
        let folded: String = whole.chars().flat_map(fold).collect();
        if !folded.is_empty() {
            let than = folded == "than" && before == "other";
            if than || EXCLUDING.contains(&folded.as_str()) {
                excluding = true;
            }
            for part in parts(&folded) {
                if part.chars().nth(1).is_some() || part.bytes().all(|byte| byte.is_ascii_digit()) {
                    let text: String = part.chars().take(WORD_CHARS_MAX).collect();
                    if !STOP.contains(&text.as_str()) {
                        words.push(Word { text, excluded: excluding || denied });
                    }
                }
            }
            denied = DENYING.contains(&folded.as_str());
            before = folded;
        }
        if piece.ends_with([',', ';', ':', ')']) {
            excluding = false;
        }
    }
    words
}

/// The parts of a word at its hyphens, or the whole without them.
fn parts(folded: &str) -> Vec<String> {
    let parts: Vec<&str> = folded.split('-').filter(|part| !part.is_empty()).collect();
    let letter_alone = |part: &&str| part.chars().nth(1).is_none() && !part.starts_with(char::is_numeric);
    if parts.len() > 1 && parts.iter().any(letter_alone) {
        vec![parts.concat()]
    } else {
        parts.into_iter().map(str::to_owned).collect()
    }
}

/// The second part of a compound: «утюги» of «электроутюги».
pub(super) fn second_part(word: &str) -> Option<&str> {
    let second = FIRST_PARTS.iter().find_map(|first| word.strip_prefix(first));
    second.filter(|second| second.chars().nth(SECOND_PART_CHARS_MIN - 1).is_some())
}

/// What the same keys give in the other layout: `ntktajy` is «телефон», «дфзещз» is `laptop`.
/// None when the text has letters of both, or none.
pub(super) fn other_layout(text: &str) -> Option<String> {
    let lower: String = text.chars().flat_map(char::to_lowercase).collect();
    let latin = lower.chars().any(|letter| letter.is_ascii_alphabetic());
    let cyrillic = lower.chars().any(|letter| LAYOUT_RU.contains(letter));
    let (from, to) = match (latin, cyrillic) {
        (true, false) => (LAYOUT_EN, LAYOUT_RU),
        (false, true) => (LAYOUT_RU, LAYOUT_EN),
        _ => return None,
    };
    let swap = |letter: char| {
        let place = from.chars().position(|key| key == letter);
        place.and_then(|place| to.chars().nth(place)).unwrap_or(letter)
    };
    Some(lower.chars().map(swap).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_words() {
        let table: &[(&str, &[&str])] = &[
            ("", &[]),
            ("Ёмкости из чёрных металлов", &["емкости", "черных", "металлов"]),
            ("T-shirts; of cotton, knitted", &["tshirts", "cotton", "knitted"]),
            ("волоконно-оптический", &["волоконно", "оптический"]),
            ("прочие: прочая", &[]),
            ("- -- ; 14 см³", &["14", "см³"]),
            ("x", &[]),
        ];
        for (text, expected) in table {
            let found: Vec<String> = words(text).into_iter().map(|word| word.text).collect();
            assert_eq!(found, *expected, "{text}");
        }
    }

    #[test]
    fn what_a_name_excludes_is_marked() {
        let table: &[(&str, &[&str])] = &[
            ("бумага, кроме газетной, мелованная", &["газетной"]),
            ("Vegetables; potatoes (other than seed), fresh", &["seed"]),
            ("кофе не обжаренный без кофеина", &["обжаренный", "кофеина"]),
            ("other paper", &[]),
        ];
        for (text, expected) in table {
            let excluded = words(text).into_iter().filter(|word| word.excluded);
            let found: Vec<String> = excluded.map(|word| word.text).collect();
            assert_eq!(found, *expected, "{text}");
        }
    }

    #[test]
    fn layouts_are_the_same_keys() {
        let table = [
            ("ntktajys", Some("телефоны")),
            ("Дфзещз", Some("laptop")),
            ("[jkjlbkmybr", Some("холодильник")),
            ("usb кабель", None),
            ("8517", None),
        ];
        for (typed, meant) in table {
            assert_eq!(other_layout(typed).as_deref(), meant, "{typed}");
        }
        assert_eq!(LAYOUT_EN.chars().count(), LAYOUT_RU.chars().count());
    }

    #[test]
    fn a_compound_has_a_second_part() {
        let table =
            [("электроутюги", Some("утюги")), ("автошина", Some("шина")), ("автор", None), ("лампа", None)];
        for (word, second) in table {
            assert_eq!(second_part(word), second, "{word}");
        }
    }

    #[test]
    fn inflections_share_a_stem() {
        let stems = Stems::default();
        for (one, other) in [
            ("холодильники", "холодильников"),
            ("стальная", "стальной"),
            ("battery", "batteries"),
            ("853", "853"),
        ] {
            assert_eq!(stems.of(one), stems.of(other));
        }
    }
}
