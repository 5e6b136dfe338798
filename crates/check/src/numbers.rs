//! Numbers that carry their own proof: tax numbers, register numbers, containers, vehicles.

/// The digits of a text made of digits only.
fn digits<const COUNT: usize>(text: &str) -> Option<[u32; COUNT]> {
    let bytes: &[u8; COUNT] = text.as_bytes().try_into().ok()?;
    let mut digits = [0; COUNT];
    for (digit, byte) in digits.iter_mut().zip(bytes) {
        *digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
    }
    Some(digits)
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// The remainder of a decimal number.
fn remainder(digits: &[u32], modulus: u32) -> u32 {
    digits.iter().fold(0, |rest, digit| (rest * 10 + digit) % modulus)
}

/// ИНН: ten digits for organisations, twelve for persons; the last digit (the last two) by weights, modulo 11, then 10.
pub(crate) fn is_inn(text: &str) -> bool {
    if let Some(number) = digits::<10>(text) {
        return weighted(&number, &[2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == number[9];
    }
    digits::<12>(text).is_some_and(|number| {
        weighted(&number, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == number[10]
            && weighted(&number, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == number[11]
    })
}

/// КПП: four digits of the tax office, two digits or capital letters of the reason, three digits.
pub(crate) fn is_kpp(text: &str) -> bool {
    let Ok(bytes) = <&[u8; 9]>::try_from(text.as_bytes()) else { return false };
    bytes
        .iter()
        .enumerate()
        .all(|(at, byte)| byte.is_ascii_digit() || (matches!(at, 4 | 5) && byte.is_ascii_uppercase()))
}

/// ОГРН (13 digits, modulo 11) or ОГРНИП (15 digits, modulo 13); the last digit is the remainder's last.
pub(crate) fn is_ogrn(text: &str) -> bool {
    if let Some(number) = digits::<13>(text) {
        return remainder(&number[..12], 11) % 10 == number[12];
    }
    digits::<15>(text).is_some_and(|number| remainder(&number[..14], 13) % 10 == number[14])
}

/// БИН or ИИН: twelve digits; weights 1 to 11 modulo 11, or, when that gives 10, weights from 3 on.
pub(crate) fn is_bin(text: &str) -> bool {
    let Some(number) = digits::<12>(text) else { return false };
    let first = weighted(&number[..11], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11;
    let check =
        if first == 10 { weighted(&number[..11], &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11 } else { first };
    check != 10 && check == number[11]
}

/// УНП: nine characters, the last a digit modulo 11; persons' numbers begin with two letters.
pub(crate) fn is_unp(text: &str) -> bool {
    const LETTERS: &str = "ABCEHKMOPT";
    let Ok(bytes) = <&[u8; 9]>::try_from(text.as_bytes()) else { return false };
    let letters = bytes[0].is_ascii_uppercase();
    let mut values = [0; 9];
    for (at, byte) in bytes.iter().enumerate() {
        let value = match (at, letters) {
            // The first letter counts by its place in the alphabet, the second by its place in the list.
            (0, true) => LETTERS.contains(char::from(*byte)).then(|| u32::from(byte - b'A') + 10),
            (1, true) => LETTERS.find(char::from(*byte)).and_then(|place| u32::try_from(place).ok()),
            _ => byte.is_ascii_digit().then(|| u32::from(byte - b'0')),
        };
        let Some(value) = value else { return false };
        values[at] = value;
    }
    let check = weighted(&values[..8], &[29, 23, 19, 17, 13, 7, 5, 3]) % 11;
    check != 10 && check == values[8]
}

/// УНН of Armenia: eight digits.
pub(crate) fn is_unn(text: &str) -> bool {
    digits::<8>(text).is_some()
}

/// ИНН of Kyrgyzstan: fourteen digits.
pub(crate) fn is_kg_inn(text: &str) -> bool {
    digits::<14>(text).is_some()
}

/// A container by ISO 6346: owner (three letters), category (U, J or Z), six digits, check digit.
pub fn is_container(text: &str) -> bool {
    let Ok(bytes) = <&[u8; 11]>::try_from(text.as_bytes()) else { return false };
    if !matches!(bytes[3], b'U' | b'J' | b'Z') {
        return false;
    }
    let mut sum = 0;
    for (at, byte) in bytes[..10].iter().enumerate() {
        let value = match (at < 4, byte) {
            // Letters count from 10 on, leaving out multiples of 11.
            (true, b'A'..=b'Z') => {
                let place = u32::from(byte - b'A') + 10;
                place + (place - 1) / 10
            }
            (false, b'0'..=b'9') => u32::from(byte - b'0'),
            _ => return false,
        };
        sum += value << at;
    }
    bytes[10].is_ascii_digit() && sum % 11 % 10 == u32::from(bytes[10] - b'0')
}

/// A vehicle identification number by ISO 3779: seventeen Latin capitals and digits without I, O, Q.
pub(crate) fn is_vin(text: &str) -> bool {
    text.len() == 17
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b.is_ascii_uppercase() && !matches!(b, b'I' | b'O' | b'Q')))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every number is right as it stands and wrong with its last character changed.
    fn proves(rule: fn(&str) -> bool, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(rule(text), "{text} is right");
            let (head, last) = text.split_at(text.len() - 1);
            let other = if last == "0" { "1" } else { "0" };
            assert!(!rule(&format!("{head}{other}")), "{head}{other} is wrong");
        }
        for text in bad {
            assert!(!rule(text), "{text} is wrong");
        }
    }

    #[test]
    fn numbers_with_check_digits() {
        proves(
            is_inn,
            &["7700000009", "500100732259"],
            &["", "770000000", "77000000A1", "５００１００７３２２５"],
        );
        proves(is_ogrn, &["1027700000008", "304500116000157"], &["", "102770000000", "10277000000081"]);
        proves(is_bin, &["000140000002"], &["", "00014000000", "A00140000002"]);
        proves(is_unp, &["100000007"], &["", "10000000", "I10000007", "ЁA00000"]);
        proves(
            is_container,
            &["CSQU3054383"],
            &["", "CSQA3054383", "csqu3054383", "CSQU305438", "ЖЖQU30543"],
        );
    }

    #[test]
    fn numbers_known_by_their_form() {
        assert!(is_kpp("770001001") && is_kpp("7700AB001"));
        assert!(!is_kpp("77000100") && !is_kpp("A70001001") && !is_kpp("7700ab001"));
        assert!(is_unn("01234567") && !is_unn("0123456") && !is_unn("0123456A"));
        assert!(is_kg_inn("01234567890123") && !is_kg_inn("0123456789012"));
        assert!(is_vin("XTA00000000000001") && !is_vin("XTA0000000000000O") && !is_vin("XTA0000000000001"));
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics_on_any_text(text in ".{0,20}") {
            for rule in [is_inn, is_kpp, is_ogrn, is_bin, is_unp, is_unn, is_kg_inn, is_container, is_vin] {
                rule(&text);
            }
        }
    }
}
