//! One element of the commission's structures, `TaxpayerId`, is the number a party pays taxes under in its
//! own country; the declaration has a field for each country of the union, and one for all others.

use declaration::{CountryCode, Declaration, Party, TaxNumber};

/// After reading: the number goes where the party's country has it.
pub(crate) fn by_country(declaration: &mut Declaration) {
    for party in parties(declaration) {
        if let Some(number) = party.inn.take() {
            *field(party, number) = Some(number);
        }
    }
}

/// Before writing: the number of the party's country stands as the one number there is.
pub(crate) fn as_one(declaration: &mut Declaration) {
    for party in parties(declaration) {
        if party.inn.is_some() {
            continue;
        }
        // A person of Kazakhstan has another field than a firm: what it is says the number itself.
        let numbers = [party.unp, party.bin, party.iin, party.unn, party.kg_inn, party.foreign_tax_number];
        for number in numbers.into_iter().flatten() {
            let home = field(party, number);
            if *home == Some(number) {
                *home = None;
                party.inn = Some(number);
                break;
            }
        }
    }
}

fn parties(declaration: &mut Declaration) -> impl Iterator<Item = &mut Party> {
    let Declaration { consignor, consignee, financial_party, declarant, carrier, .. } = declaration;
    [consignor, consignee, financial_party, declarant, carrier].into_iter().filter_map(Option::as_mut)
}

/// The field of the party's country. Without a country the number is taken for a Russian one where it has
/// the length of one (10 digits of a firm, 12 of a person).
fn field(party: &mut Party, number: TaxNumber) -> &mut Option<TaxNumber> {
    let country: Option<CountryCode> = party.country();
    match country.as_ref().map(CountryCode::as_str) {
        Some("RU") => &mut party.inn,
        Some("BY") => &mut party.unp,
        Some("KZ") if is_of_a_person(number.as_str()) => &mut party.iin,
        Some("KZ") => &mut party.bin,
        Some("AM") => &mut party.unn,
        Some("KG") => &mut party.kg_inn,
        None if matches!(number.as_str().len(), 10 | 12) => &mut party.inn,
        _ => &mut party.foreign_tax_number,
    }
}

/// Whether a number of Kazakhstan is a person's: its fifth digit begins the day of birth (0 to 3), a firm's
/// says what kind of firm it is (4 to 6).
fn is_of_a_person(number: &str) -> bool {
    matches!(number.as_bytes().get(4), Some(b'0'..=b'3'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use declaration::Leaf;

    fn number(text: &str) -> TaxNumber {
        TaxNumber::parse(text).unwrap()
    }

    #[test]
    fn a_taxpayer_s_number_is_that_of_its_country_and_goes_back() {
        type Home = fn(&Party) -> Option<TaxNumber>;
        let homes: [(&str, &str, Home); 8] = [
            ("RU", "7707083893", |party| party.inn),
            ("BY", "190000001", |party| party.unp),
            ("KZ", "990140000018", |party| party.bin),
            ("KZ", "990121300018", |party| party.iin),
            ("AM", "00112233", |party| party.unn),
            ("KG", "01234567890123", |party| party.kg_inn),
            ("CN", "91310000MA1FL00000", |party| party.foreign_tax_number),
            ("", "7707083893", |party| party.inn),
        ];
        for (country, text, home) in homes {
            let party = Party {
                inn: Some(number(text)),
                country: CountryCode::parse(country).ok(),
                ..Party::default()
            };
            let as_read = Declaration { declarant: Some(party), ..Declaration::default() };
            let mut declaration = as_read.clone();
            by_country(&mut declaration);
            assert_eq!(home(declaration.declarant.as_ref().unwrap()), Some(number(text)), "{country}");
            as_one(&mut declaration);
            assert_eq!(declaration, as_read, "{country}");
        }
    }
}
