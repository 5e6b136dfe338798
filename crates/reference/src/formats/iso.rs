//! ISO 3166-1 and ISO 4217 as they are published.

use std::collections::BTreeMap;

use declaration::{CountryCode, CurrencyCode, Leaf, Text};
use jiff::civil::Date;

use crate::classifier::{Country, Currency};
use crate::content::Dataset;
use crate::dated::Said;
use crate::report::{ImportError, Notes};
use crate::table::{Row, headers, read_rows};

/// Whether content is a table of country codes in this form.
pub(crate) fn lists_countries(content: &[u8]) -> bool {
    headers(content).iter().any(|name| name == "ISO3166-1-Alpha-2")
}

/// Reads countries. In English they have the names people use, in Russian those of the United Nations.
pub(crate) fn read_countries(dataset: &Dataset, notes: &mut Notes) -> Vec<Said<CountryCode, Country>> {
    const CODE: &str = "ISO3166-1-Alpha-2";
    let (ru, en) = ("official_name_ru", "CLDR display name");
    let (ru_short, en_short) = ("UNTERM Russian Short", "UNTERM English Short");
    read_rows(dataset, notes, &[CODE, ru, en], &[ru_short, en_short], |row, notes| {
        if row.text(CODE).is_empty() {
            notes.remark(row.line(), no_code());
            return Ok(None);
        }
        let code = row.leaf(CODE)?;
        let name = |columns: [&str; 2]| {
            columns.map(|column| plain(row.text(column))).into_iter().find(|it| !it.is_empty())
        };
        let (Some(name_ru), Some(name_en)) = (name([ru_short, ru]), name([en, en_short])) else {
            let nameless = if name([ru_short, ru]).is_none() { ru } else { en };
            return Err(row.error(nameless, "название", "a name"));
        };
        let country = Country { code, name_ru: name_ru.to_owned(), name_en: name_en.to_owned() };
        row.said(code, country).map(Some)
    })
}

/// A name without the article and the asterisks that the United Nations append: `Gambia (the)`, `Niue **`. What
/// else stands in brackets tells one country from another.
fn plain(name: &str) -> &str {
    let name = name.trim_end_matches(|c: char| c == '*' || c.is_whitespace());
    let article = |text: &&str| {
        text.strip_suffix(')').is_some_and(|text| {
            text.len() <= 4 && text.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '\'' | '’'))
        })
    };
    name.rsplit_once(" (").filter(|(_, bracket)| article(bracket)).map_or(name, |(name, _)| name.trim_end())
}

fn no_code() -> Text {
    Text::new("пропущена: кода нет", "passed over: there is no code")
}

/// Whether content is a table of currency codes in this form.
pub(crate) fn lists_currencies(content: &[u8]) -> bool {
    headers(content).iter().any(|name| name == "AlphabeticCode")
}

/// Reads currencies: a row for each country and currency, one and the same currency in many of them. One that is
/// used anywhere is in force; of one that is used no more the last row holds, to the day it was withdrawn.
pub(crate) fn read_currencies(dataset: &Dataset, notes: &mut Notes) -> Vec<Said<CurrencyCode, Currency>> {
    let columns = ["Currency", "AlphabeticCode", "NumericCode", "MinorUnit"];
    let mut said: BTreeMap<CurrencyCode, Said<CurrencyCode, Currency>> = BTreeMap::new();
    read_rows(dataset, notes, &columns, &["WithdrawalDate"], |row, notes| {
        if row.text("AlphabeticCode").is_empty() {
            notes.remark(row.line(), no_code());
            return Ok(None);
        }
        let valid_to = match row.text("WithdrawalDate") {
            "" => None,
            text => Some(last_day(text).ok_or_else(|| {
                row.error(
                    "WithdrawalDate",
                    "день, месяц, год или два через to",
                    "a day, month, year, or two with to",
                )
            })?),
        };
        let value = currency(row, valid_to.is_some())?;
        let key = value.code;
        let Some(known) = said.get(&key) else {
            said.insert(key, Said { line: row.line(), key, value, valid_from: None, valid_to });
            return Ok(Some(()));
        };
        let same = known.value.number == value.number;
        match (known.valid_to, valid_to) {
            (None, None) if !same || known.value.minor_units != value.minor_units => {
                let (line, number) = (known.line, &known.value.number);
                return Err(row.error(
                    "NumericCode",
                    &format!("{number} и те же знаки после запятой, что в строке {line}"),
                    &format!("{number} and the same minor units as in line {line}"),
                ));
            }
            _ if !same => notes.remark(
                row.line(),
                Text::new(
                    format!("у {key} были разные номера; действует последний"),
                    format!("{key} had different numbers; the last one holds"),
                ),
            ),
            _ => {}
        }
        // No last day is later than every day.
        if known.valid_to.is_some_and(|known| valid_to.is_none_or(|last| known < last)) {
            said.insert(key, Said { line: row.line(), key, value, valid_from: None, valid_to });
        }
        Ok(Some(()))
    });
    said.into_values().collect()
}

fn currency(row: &Row<'_>, withdrawn: bool) -> Result<Currency, ImportError> {
    let number = row.text("NumericCode");
    let three_digits = number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit());
    // A few that were withdrawn never had a number.
    let never_numbered = withdrawn && number.is_empty();
    if !(three_digits || never_numbered) {
        return Err(row.error("NumericCode", "три цифры", "three digits"));
    }
    let minor_units = match row.text("MinorUnit") {
        "-" => None,
        _ => row.optional("MinorUnit")?,
    };
    Ok(Currency {
        code: row.leaf("AlphabeticCode")?,
        number: number.to_owned(),
        minor_units,
        name: row.text("Currency").to_owned(),
    })
}

/// The last day of a stated time: `2002-03`, `1990`, `1989 to 1990`, `1978-1981`, `1990-07 to 1990-09`.
fn last_day(text: &str) -> Option<Date> {
    let last = text.rsplit(" to ").next()?.trim();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = last.split('-').collect();
    if !parts.iter().all(|part| digits(part)) {
        return None;
    }
    let first_of_last = match parts.iter().map(|part| part.len()).collect::<Vec<_>>().as_slice() {
        [4, 2, 2] => return <Date as Leaf>::parse(last).ok(),
        [4, 2] => format!("{last}-01"),
        [4] => format!("{last}-12-01"),
        [4, 4] => format!("{}-12-01", parts.last()?),
        _ => return None,
    };
    <Date as Leaf>::parse(&first_of_last).ok().map(Date::last_of_month)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::{corpus, outcome, places};
    use super::*;

    pub(crate) const COUNTRIES: &str = "official_name_ru,UNTERM Russian Short,ISO3166-1-Alpha-2,CLDR display name,UNTERM English Short,Capital\n\
        Киликия,Киликия *,QA,Cilicia,Cilicia (the) *,Tarsus\n\
        Острова Бора (восточная часть),,QB,,Bora Islands (the) **,\"Bora,\nEast\"\n\
        Ничья земля,,,No Man's Land,,\n\
        Тирамбия (Республика),,QC,Tirambia (East),Tirambia (la),\n";
    pub(crate) const CURRENCIES: &str = "Entity,Currency,AlphabeticCode,NumericCode,MinorUnit,WithdrawalDate\n\
        CILICIA,Takvorin,QTK,701,2,\n\
        BORA ISLANDS,Takvorin,QTK,701,2,\n\
        TIRAMBIA,Old Takvorin ,QTK,702,,1998-02\n\
        NO MAN'S LAND,No universal currency,,,,\n\
        TREASURY,Bora Ounce,QXO,703,-,\n\
        TIRAMBIA,Denar,QDN,704,,1989 to 1990\n\
        CILICIA,Denar (new),QDN,705,,2004-02\n\
        BORA ISLANDS,Denar,QDN,704,,1978-1981\n\
        TREASURY,Bora Franc,QBF,,,2013-11-15\n";

    #[test]
    fn countries_have_the_names_people_read() {
        assert!(lists_countries(COUNTRIES.as_bytes()) && !lists_currencies(COUNTRIES.as_bytes()));
        let got = outcome(COUNTRIES.as_bytes(), read_countries);
        assert_eq!(got.faults, []);
        assert_eq!(got.remarks, ["[5]: passed over: there is no code"]);
        let printed: Vec<String> = got
            .read
            .iter()
            .map(|said| {
                format!("{}. {} {} / {}", said.line, said.key, said.value.name_ru, said.value.name_en)
            })
            .collect();
        assert_eq!(
            printed,
            [
                "2. QA Киликия / Cilicia",
                "3. QB Острова Бора (восточная часть) / Bora Islands",
                "6. QC Тирамбия (Республика) / Tirambia (East)",
            ]
        );
    }

    #[test]
    fn a_currency_is_in_force_where_anybody_has_it() {
        assert!(lists_currencies(CURRENCIES.as_bytes()) && !lists_countries(CURRENCIES.as_bytes()));
        let got = outcome(CURRENCIES.as_bytes(), read_currencies);
        assert_eq!(got.faults, []);
        let printed: Vec<String> = got
            .read
            .iter()
            .map(|Said { line, value, valid_to, .. }| {
                let Currency { code, number, minor_units, name } = value;
                let last = valid_to.map_or(String::new(), |day| day.to_string());
                format!("{line}. {code} {number} {minor_units:?} {name} ..{last}")
            })
            .collect();
        assert_eq!(
            printed,
            [
                "10. QBF  None Bora Franc ..2013-11-15",
                "8. QDN 705 None Denar (new) ..2004-02-29",
                "2. QTK 701 Some(2) Takvorin ..",
                "6. QXO 703 None Bora Ounce ..",
            ]
        );
        let mut remarks = got.remarks;
        remarks.sort();
        assert_eq!(
            remarks,
            [
                "[4]: QTK had different numbers; the last one holds",
                "[5]: passed over: there is no code",
                "[8, 9]: QDN had different numbers; the last one holds",
            ]
        );
    }

    #[test]
    fn times_of_withdrawal_end_on_their_last_day() {
        let table = [
            ("2002-03", Some("2002-03-31")),
            ("2004-02", Some("2004-02-29")),
            ("1990", Some("1990-12-31")),
            ("1989 to 1990", Some("1990-12-31")),
            ("1978-1981", Some("1981-12-31")),
            ("1990-07 to 1990-09", Some("1990-09-30")),
            ("2014-01-15", Some("2014-01-15")),
            ("2014-13", None),
            ("0000", None),
            ("March 2002", None),
            ("-", None),
            ("2002-03 to ", None),
        ];
        for (text, expected) in table {
            assert_eq!(last_day(text).map(|day| day.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_named_with_line_and_column() {
        let table = [
            (COUNTRIES, ",QA,", ",QAT,", 2, "ISO3166-1-Alpha-2"),
            (COUNTRIES, ",QC,Tirambia (East),Tirambia (la),", ",QC,,,", 6, "CLDR display name"),
            (COUNTRIES, "Киликия,Киликия *", ", *", 2, "official_name_ru"),
            (CURRENCIES, "BORA ISLANDS,Takvorin,QTK,701", "BORA ISLANDS,Takvorin,QTK,700", 3, "NumericCode"),
            (CURRENCIES, "QXO,703", "QXO,", 6, "NumericCode"),
            (CURRENCIES, "QXO,703", "QXO,7.0", 6, "NumericCode"),
            (CURRENCIES, "QXO", "qxo", 6, "AlphabeticCode"),
            (CURRENCIES, "703,-", "703,two", 6, "MinorUnit"),
            (CURRENCIES, "1998-02", "in 1998", 4, "WithdrawalDate"),
        ];
        for (text, good, bad, line, column) in table {
            assert!(text.contains(good), "{good}");
            let text = text.replacen(good, bad, 1);
            let found = if lists_countries(text.as_bytes()) {
                outcome(text.as_bytes(), read_countries).faults
            } else {
                outcome(text.as_bytes(), read_currencies).faults
            };
            let places: Vec<_> = found.iter().map(|it| (it.code, it.line, it.column.as_str())).collect();
            assert_eq!(places, [("GL-8004", line, column)], "{bad}: {found:?}");
        }
        let short = outcome(b"AlphabeticCode,NumericCode,MinorUnit\n", read_currencies);
        assert_eq!(places(&short), [("GL-8003", 1, "Currency")]);
    }

    #[test]
    fn the_published_countries_are_read_whole() {
        let Some(content) = corpus("countries.csv") else { return };
        assert!(lists_countries(&content));
        let got = outcome(&content, read_countries);
        assert_eq!((got.faults, got.remarks), (vec![], vec![]));
        assert_eq!(got.read.len(), 249);
        for Said { value: Country { name_ru, name_en, .. }, .. } in &got.read {
            assert!(
                ![name_ru, name_en].iter().any(|name| name.contains('*') || name.ends_with("(the)")),
                "{name_en}"
            );
        }
    }

    #[test]
    fn the_published_currencies_are_read_whole() {
        let Some(content) = corpus("currencies.csv") else { return };
        assert!(lists_currencies(&content));
        let got = outcome(&content, read_currencies);
        assert_eq!(got.faults, []);
        assert_eq!((got.taken, got.read.len()), (446, 307));
        let in_force = got.read.iter().filter(|said| said.valid_to.is_none()).count();
        assert_eq!(in_force, 178);
    }
}
