//! Where features come from: anything that knows the values of a row by the names of its columns.

/// A value of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// The row does not say.
    Missing,
    /// As it is written; also how a number is written.
    Text(&'a str),
    /// A number.
    Number(f64),
}

/// One declaration, or one line of it, to be scored: a row of a CSV file, or what a running centre has at hand. Both
/// go the same way from here, so what was measured on results holds for what is decided.
pub trait Row {
    /// The value of a column of the table of features. A column the row does not know is missing.
    fn value(&self, column: &str) -> Value<'_>;
}

impl<R: Row + ?Sized> Row for &R {
    fn value(&self, column: &str) -> Value<'_> {
        (**self).value(column)
    }
}

/// A number as people write it in a CSV file: digits, a point, an exponent. `None` for anything else, also for what
/// is too large for a number or no number at all.
pub(crate) fn number_of(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'));
    if !plain {
        return None;
    }
    // Reading is rounded correctly, so the same text is the same number on every machine. Minus zero is zero.
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| number + 0.0)
}

/// The number of a value; missing where it is no number.
pub(crate) fn as_number(value: Value<'_>) -> Option<f64> {
    match value {
        Value::Missing => None,
        Value::Text(text) => number_of(text),
        Value::Number(number) => number.is_finite().then_some(number + 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_what_people_write() {
        for (text, number) in
            [("1", 1.0), ("-2.5", -2.5), (".5", 0.5), ("1e3", 1000.0), ("0372254.4", 372_254.4)]
        {
            assert_eq!(number_of(text), Some(number), "{text}");
        }
        for text in ["", "inf", "NaN", "1e999", "1,5", "0x10", "1 000", "--1"] {
            assert_eq!(number_of(text), None, "{text}");
        }
        assert!(number_of("-0").is_some_and(|zero| zero.is_sign_positive()));
        assert_eq!(as_number(Value::Number(f64::NAN)), None);
    }
}
