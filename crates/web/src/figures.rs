//! Numbers, moments and spans as a reader of each language writes them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use crate::language::Language;

/// Between groups of digits: it does not break.
const GROUP: char = '\u{a0}';

/// A number with its digits in groups of three: `1 234 567,80`.
pub(crate) fn number(value: Decimal, language: Language) -> String {
    let plain = value.to_string();
    let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("−", rest));
    let (whole, fraction) = plain.split_once('.').map_or((plain, ""), |(whole, fraction)| (whole, fraction));
    let mut text = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(GROUP);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(if language == Language::Ru { ',' } else { '.' });
        text.push_str(fraction);
    }
    text
}

/// A whole number with its digits in groups.
pub(crate) fn count(value: u64, language: Language) -> String {
    number(Decimal::from(value), language)
}

/// An amount with two digits at least.
pub(crate) fn amount(value: Decimal, language: Language) -> String {
    let mut value = value;
    if value.scale() < 2 {
        value.rescale(2);
    }
    number(value, language)
}

/// A formula with its numbers as the language writes them: `2,063 кг × 1,3 EUR` in Russian.
pub(crate) fn formula(text: &str, language: Language) -> String {
    if language != Language::Ru {
        return text.to_owned();
    }
    let mut before = ' ';
    let mut after = text.chars().skip(1);
    let written = text.chars().map(|sign| {
        let next = after.next().unwrap_or(' ');
        let point = sign == '.' && before.is_ascii_digit() && next.is_ascii_digit();
        before = sign;
        if point { ',' } else { sign }
    });
    written.collect()
}

/// A number as it is formatted, with the decimal mark of the language.
pub(crate) fn decimal_mark(text: &str, language: Language) -> String {
    match language {
        Language::Ru => text.replace('.', ","),
        Language::En => text.to_owned(),
    }
}

/// A moment to the minute: `21.11.2026 10:15`, or `2026-11-21 10:15`.
pub(crate) fn moment(at: Timestamp, zone: &TimeZone, language: Language) -> String {
    let at = zone.to_datetime(at);
    let pattern = if language == Language::Ru { "%d.%m.%Y %H:%M" } else { "%Y-%m-%d %H:%M" };
    at.strftime(pattern).to_string()
}

/// A day: `21.11.2026`, or `2026-11-21`.
pub(crate) fn day(day: Date, language: Language) -> String {
    let pattern = if language == Language::Ru { "%d.%m.%Y" } else { "%Y-%m-%d" };
    day.strftime(pattern).to_string()
}

/// A day of any year: `01.06`, or `1 Jun`.
pub(crate) fn day_of_year(month: i8, of_month: i8, language: Language) -> String {
    // A leap year has all the days that a year can have.
    let pattern = if language == Language::Ru { "%d.%m" } else { "%-d %b" };
    Date::new(2000, month, of_month).map(|day| day.strftime(pattern).to_string()).unwrap_or_default()
}

/// A commodity code, or how one begins, as it is cited: `8517 13 000 0`. What is no digits stays as it is.
pub(crate) fn code(digits: &str) -> String {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.to_owned();
    }
    let mut text = String::with_capacity(digits.len() + 6);
    for (at, digit) in digits.chars().enumerate() {
        if matches!(at, 4 | 6 | 9) {
            text.push(GROUP);
        }
        text.push(digit);
    }
    text
}

/// A moment to the second, without the day.
pub(crate) fn time_of_day(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(at).strftime("%H:%M:%S").to_string()
}

/// How long it took: `12 мс`, `3,4 с`, `5 мин`, `2 ч 10 мин`, `3 дн 4 ч`.
pub(crate) fn took(span: SignedDuration, language: Language) -> String {
    let ru = language == Language::Ru;
    let unit = |ru_word: &'static str, en_word: &'static str| if ru { ru_word } else { en_word };
    let milliseconds = span.as_millis().unsigned_abs();
    if milliseconds < 1_000 {
        return format!("{milliseconds}{GROUP}{}", unit("мс", "ms"));
    }
    let seconds = milliseconds / 1_000;
    if seconds < 60 {
        let tenths = milliseconds % 1_000 / 100;
        let point = if ru { ',' } else { '.' };
        return format!("{seconds}{point}{tenths}{GROUP}{}", unit("с", "s"));
    }
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    let two = |large: u128, large_unit: &str, small: u128, small_unit: &str| {
        if small == 0 {
            format!("{large}{GROUP}{large_unit}")
        } else {
            format!("{large}{GROUP}{large_unit} {small}{GROUP}{small_unit}")
        }
    };
    if minutes < 60 {
        format!("{minutes}{GROUP}{}", unit("мин", "min"))
    } else if days == 0 {
        two(hours, unit("ч", "h"), minutes % 60, unit("мин", "min"))
    } else {
        two(days, unit("дн", "d"), hours % 24, unit("ч", "h"))
    }
}

/// How far a deadline lies from now: `через 3 ч 40 мин`, or how long ago it passed.
pub(crate) fn until(deadline: Timestamp, now: Timestamp, language: Language) -> String {
    let span = deadline.duration_since(now);
    let text = took(span, language);
    match (span.is_negative(), language) {
        (false, Language::Ru) => format!("через {text}"),
        (false, Language::En) => format!("in {text}"),
        (true, Language::Ru) => format!("{text} назад"),
        (true, Language::En) => format!("{text} ago"),
    }
}

/// A text of at most so many characters, cut with an ellipsis.
pub(crate) fn shortened(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let cut: String = text.chars().take(chars_max.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups() {
        for (value, ru, en) in [
            ("0", "0", "0"),
            ("999", "999", "999"),
            ("1000", "1\u{a0}000", "1\u{a0}000"),
            ("1234567.80", "1\u{a0}234\u{a0}567,80", "1\u{a0}234\u{a0}567.80"),
            ("-1234.5", "−1\u{a0}234,5", "−1\u{a0}234.5"),
        ] {
            let value: Decimal = value.parse().unwrap();
            assert_eq!(number(value, Language::Ru), ru);
            assert_eq!(number(value, Language::En), en);
        }
        assert_eq!(amount(Decimal::from(5), Language::Ru), "5,00");
        assert_eq!(amount("5.125".parse().unwrap(), Language::En), "5.125");
    }

    #[test]
    fn moments_are_those_of_the_zone() {
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        let at: Timestamp = "2026-11-21T22:30:05Z".parse().unwrap();
        assert_eq!(moment(at, &zone, Language::Ru), "22.11.2026 01:30");
        assert_eq!(moment(at, &zone, Language::En), "2026-11-22 01:30");
        assert_eq!(time_of_day(at, &zone), "01:30:05");
    }

    #[test]
    fn codes_stand_in_their_groups() {
        for (digits, cited) in [
            ("85", "85"),
            ("8517", "8517"),
            ("851713", "8517 13"),
            ("8517130000", "8517 13 000 0"),
            ("XVIII", "XVIII"),
        ] {
            assert_eq!(code(digits), cited.replace(' ', "\u{a0}"));
        }
        assert_eq!(day_of_year(6, 1, Language::Ru), "01.06");
        assert_eq!(day_of_year(2, 29, Language::En), "29 Feb");
    }

    #[test]
    fn spans_are_told_in_the_units_that_matter() {
        let told = |milliseconds, language| took(SignedDuration::from_millis(milliseconds), language);
        for (milliseconds, ru, en) in [
            (12, "12\u{a0}мс", "12\u{a0}ms"),
            (3_450, "3,4\u{a0}с", "3.4\u{a0}s"),
            (300_000, "5\u{a0}мин", "5\u{a0}min"),
            (7_800_000, "2\u{a0}ч 10\u{a0}мин", "2\u{a0}h 10\u{a0}min"),
            (273_600_000, "3\u{a0}дн 4\u{a0}ч", "3\u{a0}d 4\u{a0}h"),
            (172_800_000, "2\u{a0}дн", "2\u{a0}d"),
        ] {
            assert_eq!(
                (told(milliseconds, Language::Ru), told(milliseconds, Language::En)),
                (ru.into(), en.into())
            );
        }
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let later: Timestamp = "2026-11-21T12:10:00Z".parse().unwrap();
        assert_eq!(until(later, now, Language::En), "in 2\u{a0}h 10\u{a0}min");
        assert_eq!(until(now, later, Language::Ru), "2\u{a0}ч 10\u{a0}мин назад");
    }

    #[test]
    fn long_texts_are_cut_at_characters() {
        assert_eq!(shortened("лампы", 5), "лампы");
        assert_eq!(shortened("лампы накаливания", 7), "лампы…");
    }
}
