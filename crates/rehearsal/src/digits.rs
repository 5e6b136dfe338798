//! Numbers that carry their own proof, made for firms, containers and cars that do not exist.

use crate::random::{Random, mixed};

fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum()
}

fn digit(number: u32) -> char {
    char::from_digit(number % 10, 10).unwrap_or('0')
}

/// A Russian tax number of an organisation (ИНН): region, office, number, check digit. Different for
/// every `index` below ten million.
pub(crate) fn inn(index: u64) -> String {
    // Regions whose numbers begin so have many firms; the rest of the number is the index.
    const REGIONS: [&str; 4] = ["77", "78", "50", "66"];
    let region = REGIONS.get((index % 4) as usize).copied().unwrap_or("77");
    let mut number = format!("{region}{:07}", index % 10_000_000);
    let check = weighted(number.as_bytes(), &[2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11;
    number.push(digit(check));
    number
}

/// The registration reason code (КПП) that goes with a tax number.
pub(crate) fn kpp(inn: &str) -> String {
    format!("{}01001", inn.get(..4).unwrap_or("7701"))
}

/// A Russian state registration number of an organisation (ОГРН).
pub(crate) fn ogrn(index: u64) -> String {
    let year = 2 + mixed(index) % 22;
    let mut number = format!("1{year:02}77{:07}", index % 10_000_000);
    let rest = number.bytes().fold(0, |rest, byte| (rest * 10 + u32::from(byte - b'0')) % 11);
    number.push(digit(rest));
    number
}

/// An Armenian taxpayer number: eight digits.
pub(crate) fn unn(index: u64) -> String {
    format!("0{:07}", index % 10_000_000)
}

/// A Belarusian payer number of an organisation (УНП).
pub(crate) fn unp(index: u64) -> String {
    // A remainder of 10 is no number: the next one is taken.
    (0..)
        .find_map(|skip| {
            let number = format!("1{:07}", (index * 11 + skip) % 10_000_000);
            let check = weighted(number.as_bytes(), &[29, 23, 19, 17, 13, 7, 5, 3]) % 11;
            (check < 10).then(|| format!("{number}{check}"))
        })
        .unwrap_or_default()
}

/// A Kazakh business number (БИН): month, kind, number, check digit.
pub(crate) fn bin(index: u64) -> String {
    let mut number = format!("1501400{:04}", index % 10_000);
    number.replace_range(0..2, &format!("{:02}", (index / 10_000) % 25));
    let first = weighted(number.as_bytes(), &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11;
    let check = if first < 10 {
        first
    } else {
        weighted(number.as_bytes(), &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11
    };
    number.push(digit(check));
    number
}

/// A Kyrgyz tax number: fourteen digits.
pub(crate) fn kg_inn(index: u64) -> String {
    format!("0150120{:07}", index % 10_000_000)
}

/// A container of a carrier that does not exist, by ISO 6346.
pub(crate) fn container(random: &mut Random) -> String {
    const OWNERS: [&str; 4] = ["GLNU", "RHSU", "ZZTU", "QQDU"];
    let owner = random.pick(&OWNERS).copied().unwrap_or("GLNU");
    let head = format!("{owner}{:06}", random.below(1_000_000));
    let value = |at: usize, byte: u8| {
        let value = match byte {
            // Letters count from 10 on, leaving out multiples of 11.
            b'A'..=b'Z' => {
                let place = u32::from(byte - b'A') + 10;
                place + (place - 1) / 10
            }
            digit => u32::from(digit - b'0'),
        };
        value << at
    };
    let sum: u32 = head.bytes().enumerate().map(|(at, byte)| value(at, byte)).sum();
    format!("{head}{}", digit(sum % 11))
}

/// A vehicle identification number of a maker that does not exist, by ISO 3779.
pub(crate) fn vin(random: &mut Random) -> String {
    format!("ZZ9{:03}RHS{:08}", random.below(1_000), random.below(100_000_000))
}

/// A UUID of version 4 from a stream: the same seed gives the same documents.
pub(crate) fn uuid(random: &mut Random) -> String {
    let bytes = (u128::from(random.any()) << 64 | u128::from(random.any())).to_be_bytes();
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_form_of_their_country() {
        // Check digits are held by the control: a clean declaration has no finding.
        for index in [0, 1, 7, 59_999, 9_999_999] {
            let lengths = [inn(index), ogrn(index), unn(index), unp(index), bin(index), kg_inn(index)];
            assert_eq!(lengths.each_ref().map(String::len), [10, 13, 8, 9, 12, 14], "{index}: {lengths:?}");
            assert!(lengths.iter().all(|number| number.bytes().all(|byte| byte.is_ascii_digit())));
        }
        // Weights by hand: 7×2 + 7×4 = 42, 42 mod 11 = 9.
        assert_eq!(inn(0), "7700000009");
        assert_eq!(kpp("7701234567"), "770101001");
    }

    #[test]
    fn every_firm_has_its_own_number() {
        let numbers: std::collections::BTreeSet<String> = (0..100_000).map(inn).collect();
        assert_eq!(numbers.len(), 100_000);
    }

    #[test]
    fn identifiers_are_uuids() {
        let one = uuid(&mut Random::of(1, 1));
        assert!(uuid::Uuid::try_parse(&one).is_ok_and(|uuid| uuid.get_version_num() == 4), "{one}");
        assert_eq!(one, uuid(&mut Random::of(1, 1)));
    }
}
