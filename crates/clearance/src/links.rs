//! By what participants can be linked: names, addresses, telephones, e-mail, who signs and who represents, as they
//! stand in a declaration, written in one way so that the same is the same however it was typed.
//!
//! A mark is compared by its keyed hash and never kept in words ([`MarkKey`]): a register of telephones and people
//! in clear could be read as a whole by whoever sees the table, while a question is always about one participant,
//! whose declarations have the words. The text is read from a declaration when somebody who may looks.

use aws_lc_rs::hmac;
use declaration::leaf::Words;
use declaration::{Address, CountryCode, Declaration, Party, Signatory};
use serde::{Deserialize, Serialize};

/// What a mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// The name of the declarant. It links nobody: many firms are called alike.
    Name,
    /// An address of the declarant.
    Address,
    /// A telephone of the declarant or of whoever signs for it.
    Phone,
    /// An e-mail address of the declarant.
    Email,
    /// Who completed the declaration (box 54), where no representative did.
    Signatory,
    /// The customs representative (boxes 14 and 54).
    Representative,
}

impl MarkKind {
    /// Every kind.
    pub const ALL: [MarkKind; 6] = [
        MarkKind::Name,
        MarkKind::Address,
        MarkKind::Phone,
        MarkKind::Email,
        MarkKind::Signatory,
        MarkKind::Representative,
    ];

    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            MarkKind::Name => "name",
            MarkKind::Address => "address",
            MarkKind::Phone => "phone",
            MarkKind::Email => "email",
            MarkKind::Signatory => "signatory",
            MarkKind::Representative => "representative",
        }
    }

    /// How much two participants have in common who alone share such a mark, in points. A telephone or a mailbox has
    /// one owner; a house has many tenants, a person may sign for two employers; a representative serves many.
    pub fn points(self) -> u32 {
        match self {
            MarkKind::Name => 0,
            MarkKind::Address | MarkKind::Signatory => 20,
            MarkKind::Phone | MarkKind::Email => 30,
            MarkKind::Representative => 6,
        }
    }
}

/// Participants that share a mark before it says nothing: a business centre, the telephone of a broker.
pub const COMMON: usize = 50;

/// What a mark is worth that so many participants share, in points: the more share it, the less it says of two of
/// them; of more than [`COMMON`] nothing.
pub fn weight(kind: MarkKind, holders: usize) -> u32 {
    let holders = u32::try_from(holders).unwrap_or(u32::MAX);
    if holders as usize > COMMON {
        return 0;
    }
    kind.points().saturating_mul(2) / holders.max(2)
}

/// A mark of the declarant of one declaration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// What it is.
    pub kind: MarkKind,
    /// As it is compared.
    normal: String,
    /// As it was declared.
    pub text: String,
}

/// The keyed hash of a mark: HMAC-SHA-256 of its kind and normal form, the first 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MarkId(pub [u8; 16]);

/// The key of a store's marks. It protects a copy of the table alone, not one of the whole store, where the
/// declarations are.
pub struct MarkKey(hmac::Key);

impl MarkKey {
    /// The key made of a store's secret.
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// What a mark is compared by.
    pub fn id(&self, mark: &Mark) -> MarkId {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(mark.kind.as_str().as_bytes());
        context.update(&[0]);
        context.update(mark.normal.as_bytes());
        let tag = context.sign();
        let mut id = [0; 16];
        id.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        MarkId(id)
    }
}

impl std::fmt::Debug for MarkKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("MarkKey")
    }
}

/// Marks of one declaration: more telephones than these nobody has.
const MARKS_MAX: usize = 32;
/// Characters of an address that are looked at.
const ADDRESS_CHARS_MAX: usize = 1_000;

/// The marks of a declaration's declarant, each once. Where a representative completed the declaration, the person
/// who signed is the representative's and says nothing of the declarant. What names nobody (a telephone of zeroes, an
/// address without a house) is no mark.
pub fn marks(declaration: &Declaration) -> Vec<Mark> {
    let mut found = Vec::new();
    let represented = representative(declaration);
    if let Some(party) = &declaration.declarant {
        of_party(party, &mut found);
    }
    match (represented, &declaration.signatory) {
        (Some(representative), _) => found.push(representative),
        (None, Some(signatory)) => {
            let country = declaration.declarant.as_ref().and_then(Party::country);
            found.extend(signatory.phone.as_ref().and_then(|phone| self::phone(phone.as_str(), country)));
            found.extend(self::signatory(signatory));
        }
        (None, None) => {}
    }
    found.sort();
    found.dedup_by(|a, b| a.kind == b.kind && a.normal == b.normal);
    found.truncate(MARKS_MAX);
    found
}

fn of_party(party: &Party, found: &mut Vec<Mark>) {
    let country = party.country();
    found.extend(party.display_name().and_then(name));
    found.extend(party.address.iter().take(MARKS_MAX).filter_map(address));
    found.extend(party.phones.iter().take(MARKS_MAX).filter_map(|text| phone(text.as_str(), country)));
    found.extend(party.emails.iter().take(MARKS_MAX).filter_map(|text| email(text.as_str())));
}

/// The marks that a text asked for may be: a telephone where it has the digits of one, a mailbox where it has an @.
pub fn asked(text: &str, country: CountryCode) -> Vec<Mark> {
    phone(text, Some(country)).into_iter().chain(email(text)).collect()
}

/// Lower case, ё as е.
fn lowered(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ё' { 'е' } else { c }).collect()
}

fn name(text: &str) -> Option<Mark> {
    let lowered = lowered(text);
    let words: Vec<&str> =
        lowered.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let normal = words.join(" ");
    (!normal.is_empty()).then(|| Mark { kind: MarkKind::Name, normal, text: text.trim().to_owned() })
}

/// Words of addresses that are written in several ways, and how they are compared; nothing: left out, because
/// one writes them and the other does not. Parts of streets that tell streets apart stay.
const ADDRESS_WORDS: &[(&str, &str)] = &[
    ("ул", ""),
    ("улица", ""),
    ("street", ""),
    ("str", ""),
    ("st", ""),
    ("д", ""),
    ("дом", ""),
    ("house", ""),
    ("г", ""),
    ("гор", ""),
    ("город", ""),
    ("city", ""),
    ("пос", ""),
    ("поселок", ""),
    ("п", ""),
    ("с", ""),
    ("село", ""),
    ("дер", ""),
    ("деревня", ""),
    ("оф", ""),
    ("офис", ""),
    ("office", ""),
    ("пом", ""),
    ("помещ", ""),
    ("помещение", ""),
    ("ком", ""),
    ("комн", ""),
    ("комната", ""),
    ("room", ""),
    ("кв", ""),
    ("квартира", ""),
    ("пер", "переулок"),
    ("пр", "проспект"),
    ("пр-т", "проспект"),
    ("пр-кт", "проспект"),
    ("просп", "проспект"),
    ("пр-д", "проезд"),
    ("ш", "шоссе"),
    ("пл", "площадь"),
    ("наб", "набережная"),
    ("б-р", "бульвар"),
    ("бул", "бульвар"),
    ("к", "корпус"),
    ("корп", "корпус"),
    ("стр", "строение"),
    ("лит", "литера"),
    ("вл", "владение"),
    ("эт", "этаж"),
    ("ave", "avenue"),
    ("rd", "road"),
    ("ln", "lane"),
    ("sq", "square"),
    ("bldg", "building"),
];

fn address_word(word: &str) -> Option<&'static str> {
    ADDRESS_WORDS.iter().find(|(written, _)| *written == word).map(|(_, compared)| *compared)
}

fn address(address: &Address) -> Option<Mark> {
    let parts = [
        address.city.as_ref().or(address.town.as_ref()),
        address.street_house.as_ref(),
        address.house.as_ref(),
        address.room.as_ref(),
    ];
    let mut text = parts.into_iter().flatten().map(Words::as_str).collect::<Vec<_>>().join(", ");
    if address.street_house.is_none()
        && let Some(whole) = &address.text
    {
        text = whole.as_str().to_owned();
    }
    let lowered: String = lowered(&text).chars().take(ADDRESS_CHARS_MAX).collect();
    let mut words: Vec<String> = Vec::new();
    for chunk in lowered.split(|c: char| !c.is_alphanumeric() && c != '-') {
        match address_word(chunk) {
            Some("") => {}
            Some(compared) => words.push(compared.to_owned()),
            None => {
                for part in chunk.split('-').flat_map(digits_apart) {
                    match address_word(part) {
                        Some("") => {}
                        Some(compared) => words.push(compared.to_owned()),
                        // Postal codes are left out as often as they are written.
                        None if part.len() == 6 && part.bytes().all(|byte| byte.is_ascii_digit()) => {}
                        None => words.push(part.to_owned()),
                    }
                }
            }
        }
    }
    // A town alone, or a street without a house, is where thousands are.
    let house = words.iter().any(|word| word.bytes().any(|byte| byte.is_ascii_digit()));
    let named = words.iter().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() >= 3).count();
    (house && named >= 2).then(|| Mark { kind: MarkKind::Address, normal: words.join(" "), text })
}

/// The parts of a word between which digits and letters change: `5к2` is `5`, `к`, `2`.
fn digits_apart(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let digit = first.is_numeric();
        let end = rest.find(|c: char| c.is_numeric() != digit).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        parts.push(part);
        rest = after;
    }
    parts
}

/// The fewest digits of a telephone number that is somebody's: with fewer the town is missing.
const PHONE_DIGITS_MIN: usize = 9;
/// The most: ITU-T E.164.
const PHONE_DIGITS_MAX: usize = 15;

/// What is dialled from anywhere. An extension (`доб. 12`, `ext 12`) is left out: the switchboard is what is shared.
fn phone(text: &str, country: Option<CountryCode>) -> Option<Mark> {
    let dialled = text.split(|c: char| c.is_alphabetic() || c == ',' || c == ';');
    let digits = dialled
        .map(|part| part.chars().filter(char::is_ascii_digit).collect::<String>())
        .find(|digits| digits.len() >= PHONE_DIGITS_MIN)?;
    let mut digits = digits.strip_prefix("00").unwrap_or(&digits).to_owned();
    // Russia and Kazakhstan are one zone: 8 is dialled inside it, 7 from outside, and often neither is written.
    if country.is_some_and(|country| matches!(country.as_str(), "RU" | "KZ")) {
        match (digits.len(), digits.strip_prefix('8')) {
            (11, Some(rest)) => digits = format!("7{rest}"),
            (10, _) => digits.insert(0, '7'),
            _ => {}
        }
    }
    let own = digits.get(digits.len().saturating_sub(7)..).unwrap_or_default();
    let mut different: Vec<char> = own.chars().collect();
    different.sort_unstable();
    different.dedup();
    let made_up = different.len() < 3 || matches!(own, "1234567" | "7654321" | "2345678");
    let fits = (PHONE_DIGITS_MIN..=PHONE_DIGITS_MAX).contains(&digits.len());
    (fits && !made_up).then(|| Mark { kind: MarkKind::Phone, normal: digits, text: text.trim().to_owned() })
}

/// Names before the @ that say that there is no mailbox.
const NO_MAILBOX: &[&str] = &["no", "none", "net", "test", "noreply", "no-reply", "email", "mail", "example"];

fn email(text: &str) -> Option<Mark> {
    let normal = lowered(text.trim());
    let (local, domain) = normal.split_once('@')?;
    let whole = !local.is_empty()
        && domain.contains('.')
        && !domain.contains('@')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !normal.contains(char::is_whitespace);
    let somebody = !NO_MAILBOX.contains(&local);
    (whole && somebody).then(|| Mark { kind: MarkKind::Email, normal, text: text.trim().to_owned() })
}

/// A person by the whole name, or by name and certificate of qualification: two names alone have many.
fn signatory(signatory: &Signatory) -> Option<Mark> {
    let words = [&signatory.surname, &signatory.name, &signatory.middle_name];
    let text: Vec<&str> =
        words.into_iter().flatten().map(Words::as_str).filter(|word| word.chars().count() > 1).collect();
    let certificate = signatory.certificate_number.as_ref().map(Words::as_str).unwrap_or_default();
    if text.len() < 2 || (text.len() < 3 && certificate.len() < 4) {
        return None;
    }
    let letters = |text: &str| -> String { lowered(text).chars().filter(|c| c.is_alphanumeric()).collect() };
    let mut normal: Vec<String> = text.iter().map(|word| letters(word)).collect();
    if text.len() < 3 {
        normal.push(letters(certificate));
    }
    if normal.iter().any(String::is_empty) {
        return None;
    }
    Some(Mark { kind: MarkKind::Signatory, normal: normal.join(" "), text: text.join(" ") })
}

/// Who represents the declarant: by the number in the register of representatives, or by its tax number.
fn representative(declaration: &Declaration) -> Option<Mark> {
    let declarant = declaration.declarant.as_ref().and_then(Party::tax_number);
    let agent = declaration.agent.as_ref();
    if let Some(number) = agent.and_then(Party::tax_number).filter(|number| Some(*number) != declarant) {
        let name = agent.and_then(Party::display_name).unwrap_or_default();
        let text = format!("{name} {number}").trim().to_owned();
        return Some(Mark { kind: MarkKind::Representative, normal: format!("tax {number}"), text });
    }
    let text = declaration.representative.as_ref()?.registry_number.as_ref()?.as_str();
    let normal: String =
        lowered(text).chars().filter(|c| c.is_alphanumeric() || matches!(c, '/' | '-')).collect();
    let says = normal.chars().filter(|c| c.is_alphanumeric() && *c != '0').count() >= 2;
    says.then(|| Mark {
        kind: MarkKind::Representative,
        normal: format!("register {normal}"),
        text: text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use declaration::{Leaf, Representative};
    use proptest::prelude::*;

    use super::*;

    fn leaf<T: Leaf>(text: &str) -> Option<T> {
        T::parse(text).ok()
    }

    fn street(city: &str, street_house: &str) -> Address {
        Address { city: leaf(city), street_house: leaf(street_house), ..Address::default() }
    }

    #[test]
    fn one_address_is_written_in_many_ways() {
        let normal = |address: &Address| super::address(address).map(|mark| mark.normal);
        let written = normal(&street("г. Москва", "ул. Ленина, д. 5, корп. 2, оф. 14"));
        assert!(written.is_some());
        for other in [
            street("МОСКВА", "УЛИЦА ЛЕНИНА, ДОМ 5, КОРПУС 2, ОФИС 14"),
            street("Москва", "Ленина ул., 5к2, 14"),
            street("Москва", "Ленина 5 к. 2 комн. 14"),
            Address {
                text: leaf("115088, г.Москва, ул.Ленина, д.5, корп.2, пом.14"), ..Address::default()
            },
        ] {
            assert_eq!(normal(&other), written, "{other:?}");
        }
        for other in [
            street("Москва", "ул. Ленина, д. 52, оф. 14"),
            street("Москва", "пер. Ленина, д. 5, корп. 2, оф. 14"),
            street("Тверь", "ул. Ленина, д. 5, корп. 2, оф. 14"),
        ] {
            assert_ne!(normal(&other), written, "{other:?}");
        }
        assert_eq!(normal(&street("Минск", "пр-т Мира, 1")), normal(&street("Минск", "Проспект Мира 1")));
        assert_ne!(normal(&street("Минск", "пр-д Мира, 1")), normal(&street("Минск", "пр-т Мира, 1")));
    }

    #[test]
    fn what_names_nobody_is_no_mark() {
        for (city, street_house) in [("Москва", ""), ("", "д. 5"), ("Москва", "ул. Ленина"), ("-", "-")]
        {
            assert_eq!(super::address(&street(city, street_house)), None, "{city} {street_house}");
        }
        for text in ["", "-", "нет", "000-00-00", "+7 000 000-00-00", "8 (495) 111-11-11", "123", "1234567"]
        {
            assert_eq!(phone(text, leaf("RU")), None, "{text}");
        }
        for text in ["", "@", "нет", "a@b", "no@mail.ru", "a b@c.ru", "a@@b.ru", "x@.ru"] {
            assert_eq!(email(text), None, "{text}");
        }
        let person = |surname: &str, name: &str, middle: &str, certificate: &str| Signatory {
            surname: leaf(surname),
            name: leaf(name),
            middle_name: leaf(middle),
            certificate_number: leaf(certificate),
            ..Signatory::default()
        };
        assert_eq!(signatory(&person("Условнов", "Пример", "", "")), None);
        assert_eq!(signatory(&person("", "", "", "АБ-123456")), None);
        assert_eq!(signatory(&person("Условнов", "П", "О", "")), None, "initials are anybody's");
        assert!(signatory(&person("Условнов", "Пример", "Образцович", "")).is_some());
        assert!(signatory(&person("Условнов", "Пример", "", "АБ-123456")).is_some());
    }

    #[test]
    fn a_telephone_is_what_is_dialled_from_anywhere() {
        let normal = |text: &str, country: &str| phone(text, leaf(country)).map(|mark| mark.normal);
        let whole = Some("74951230405".to_owned());
        for text in [
            "+7 (495) 123-04-05",
            "8-495-1230405",
            "495 123 04 05",
            "007 495 1230405",
            "(495)123-04-05 доб. 12",
        ] {
            assert_eq!(normal(text, "RU"), whole, "{text}");
        }
        // Elsewhere an 8 is an 8.
        assert_eq!(normal("8-495-1230405", "DE"), Some("84951230405".to_owned()));
        assert_eq!(normal("+49 30 901820-0", "DE"), Some("49309018200".to_owned()));
    }

    #[test]
    fn who_signs_for_a_representative_is_not_the_declarants() {
        let mut declaration = Declaration {
            declarant: Some(Party { inn: leaf("7700000016"), ..Party::default() }),
            signatory: Some(Signatory {
                surname: leaf("Условнов"),
                name: leaf("Пример"),
                middle_name: leaf("Образцович"),
                phone: leaf("+7 495 123-04-05"),
                ..Signatory::default()
            }),
            ..Declaration::default()
        };
        let kinds = |declaration: &Declaration| -> Vec<MarkKind> {
            marks(declaration).into_iter().map(|mark| mark.kind).collect()
        };
        assert_eq!(kinds(&declaration), [MarkKind::Phone, MarkKind::Signatory]);
        declaration.representative =
            Some(Representative { registry_number: leaf("0123/00"), ..Representative::default() });
        assert_eq!(kinds(&declaration), [MarkKind::Representative]);
        // Who represents himself is nobody's link.
        declaration.representative = None;
        declaration.agent = declaration.declarant.clone();
        assert_eq!(kinds(&declaration), [MarkKind::Phone, MarkKind::Signatory]);
    }

    #[test]
    fn what_many_share_says_less_and_of_very_many_nothing() {
        assert_eq!(weight(MarkKind::Phone, 2), 30);
        assert_eq!(weight(MarkKind::Phone, 6), 10);
        assert_eq!(weight(MarkKind::Phone, COMMON), 1);
        assert_eq!(weight(MarkKind::Phone, COMMON + 1), 0);
        assert_eq!(weight(MarkKind::Name, 2), 0);
        assert!(weight(MarkKind::Representative, 2) < weight(MarkKind::Address, 2));
    }

    #[test]
    fn a_hash_is_of_one_key_and_one_kind() {
        let mark = email("Customs@Firm.example").unwrap();
        let (one, other) = (MarkKey::new(&[1; 32]), MarkKey::new(&[2; 32]));
        assert_eq!(one.id(&mark), one.id(&email("customs@firm.example ").unwrap()));
        assert_ne!(one.id(&mark), other.id(&mark));
        assert_ne!(one.id(&mark), one.id(&Mark { kind: MarkKind::Name, ..mark.clone() }));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_taken(text in "\\PC{0,60}", number in "[0-9+() ,.a-zа-я-]{0,24}") {
            let address = Address { city: leaf(&text), street_house: leaf(&text), ..Address::default() };
            if let Some(mark) = super::address(&address) {
                prop_assert!(!mark.normal.is_empty());
            }
            if let Some(mark) = phone(&number, leaf("RU")) {
                prop_assert!(mark.normal.bytes().all(|byte| byte.is_ascii_digit()));
                // What is normal stays as it is.
                prop_assert_eq!(phone(&mark.normal, leaf("RU")).map(|again| again.normal), Some(mark.normal));
            }
            let _ = (email(&text), name(&text));
        }
    }
}
