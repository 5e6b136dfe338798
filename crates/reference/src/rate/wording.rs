//! The words in which conditions are published, in both languages: writing and reading them.

use super::conditions::{Manufacturer, QuotaSide, Season};
use super::published::{Conditions, ORIGINS_MAX};
use super::scan::Scan;
use crate::origin::Origin;

/// The words of one language.
pub(super) struct Words {
    from: &'static str,
    to: &'static str,
    months: [&'static str; 12],
    for_origin: &'static str,
    for_manufacturer: &'static str,
    quotes: [char; 2],
    within: &'static str,
    over: &'static str,
}

pub(super) const RUSSIAN: Words = Words {
    from: "с",
    to: "по",
    months: [
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ],
    for_origin: "для",
    for_manufacturer: "для производителя",
    quotes: ['«', '»'],
    within: "в пределах тарифной квоты",
    over: "сверх тарифной квоты",
};

pub(super) const ENGLISH: Words = Words {
    from: "from",
    to: "to",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    for_origin: "for",
    for_manufacturer: "for manufacturer",
    quotes: ['"', '"'],
    within: "within the tariff quota",
    over: "over the tariff quota",
};

impl Words {
    fn day(&self, (month, day): (i8, i8)) -> String {
        let month = usize::try_from(month - 1).ok().and_then(|at| self.months.get(at));
        format!("{day} {}", month.unwrap_or(&""))
    }
}

impl Conditions {
    /// The conditions in a language, without a colon; empty for none.
    pub(super) fn said(&self, words: &Words) -> String {
        let mut said = Vec::new();
        if let Some(season) = &self.terms.season {
            let (first, last) = (words.day(season.first()), words.day(season.last()));
            said.push(format!("{} {first} {} {last}", words.from, words.to));
        }
        if !self.origins.is_empty() {
            let origins: Vec<String> = self.origins.iter().map(Origin::to_string).collect();
            said.push(format!("{} {}", words.for_origin, origins.join(", ")));
        }
        if let Some(manufacturer) = &self.terms.manufacturer {
            let [open, close] = words.quotes;
            said.push(format!("{} {open}{manufacturer}{close}", words.for_manufacturer));
        }
        match self.terms.quota {
            Some(QuotaSide::In) => said.push(words.within.to_owned()),
            Some(QuotaSide::Over) => said.push(words.over.to_owned()),
            None => {}
        }
        said.join(", ")
    }
}

/// The conditions before a rate, with their colon; none where a rate stands at once.
pub(super) fn conditions(scan: &mut Scan<'_>) -> Option<Conditions> {
    let mut read = Conditions::default();
    let mut any = false;
    loop {
        let known = condition(scan, &mut read)?;
        if !known {
            // After a comma a condition must follow; before the first one there may be none.
            return (!any).then_some(read);
        }
        any = true;
        if scan.sign(':') {
            return Some(read);
        }
        if !scan.sign(',') {
            return None;
        }
    }
}

/// One condition; whether there was one, or nothing where it cannot be read or is stated a second time.
fn condition(scan: &mut Scan<'_>, read: &mut Conditions) -> Option<bool> {
    fn once<T>(place: &mut Option<T>, value: T) -> Option<bool> {
        place.replace(value).is_none().then_some(true)
    }
    let terms = &mut read.terms;
    if scan.any_words(&["для производителя", "for manufacturer", "for the manufacturer"]) {
        let name: Manufacturer = scan.quoted()?.parse().ok()?;
        return once(&mut terms.manufacturer, name);
    }
    if scan.any_words(&["для", "for"]) {
        return (read.origins.is_empty() && origins(scan, &mut read.origins)).then_some(true);
    }
    if scan.any_words(&["со", "с", "from"]) {
        return once(&mut terms.season, season(scan)?);
    }
    if scan.any_words(&[
        "в пределах тарифной квоты",
        "в пределах квоты",
        "within the tariff quota",
        "within the quota",
    ]) {
        return once(&mut terms.quota, QuotaSide::In);
    }
    if scan.any_words(&["сверх тарифной квоты", "сверх квоты", "over the tariff quota", "over the quota"])
    {
        return once(&mut terms.quota, QuotaSide::Over);
    }
    Some(false)
}

/// `CN, VN and @ldc`: whether there is one, none stands twice and they are not too many.
fn origins(scan: &mut Scan<'_>, read: &mut Vec<Origin>) -> bool {
    loop {
        let before = *scan;
        let comma = scan.sign(',') || scan.any_words(&["и", "and"]);
        let origin = scan.code(|code| code.parse::<Origin>().ok()).filter(|_| comma != read.is_empty());
        let Some(origin) = origin else {
            // The comma was for another condition.
            *scan = before;
            return !read.is_empty();
        };
        if read.contains(&origin) || read.len() == ORIGINS_MAX {
            return false;
        }
        read.push(origin);
    }
}

/// `1 июня по 31 октября`, `1 June to 31 October`.
fn season(scan: &mut Scan<'_>) -> Option<Season> {
    let first = day_of_year(scan)?;
    if !scan.any_words(&["по", "to"]) {
        return None;
    }
    Season::new(first, day_of_year(scan)?).ok()
}

fn day_of_year(scan: &mut Scan<'_>) -> Option<(i8, i8)> {
    let day = scan.day()?;
    let month = scan.one_of(&RUSSIAN.months).or_else(|| scan.one_of(&ENGLISH.months))?;
    Some((i8::try_from(month + 1).ok()?, day))
}
