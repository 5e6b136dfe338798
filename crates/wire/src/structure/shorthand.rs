//! Names in a short form, for searches.

/// What stands for a name in a search: numbers are compared where they stand, texts by a call. Equal for
/// equal names; of a short name it is the whole, of a longer one its length and both its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shorthand {
    head: u64,
    tail: u64,
    length: usize,
}

impl Shorthand {
    #[inline]
    pub(crate) fn of(name: &str) -> Self {
        let bytes = name.as_bytes();
        let (head, tail) = if let (Some(head), Some(tail)) = (bytes.first_chunk(), bytes.last_chunk()) {
            (u64::from_le_bytes(*head), u64::from_le_bytes(*tail))
        } else if let (Some(head), Some(tail)) = (bytes.first_chunk(), bytes.last_chunk()) {
            (u64::from(u32::from_le_bytes(*head)), u64::from(u32::from_le_bytes(*tail)))
        } else {
            (0, bytes.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)))
        };
        Self { head, tail, length: bytes.len() }
    }

    /// Whether `name`, of this shorthand, is the `other` of that shorthand.
    #[inline]
    pub(crate) fn is(self, name: &str, other: Shorthand, other_name: &str) -> bool {
        self == other && (self.length <= 2 * size_of::<u64>() || name == other_name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Names of the lengths at which something changes, and alike for the most part.
        #[test]
        fn names_are_told_apart(
            head in "[ab]{0,3}", middle in prop::sample::select(vec!["", "Code", "Номер", "CustomsProcedureCode"]),
            tail in "[ab]{0,3}", other_head in "[ab]{0,3}", other_middle in "|Code|Cods", other_tail in "[ab]{0,3}",
        ) {
            let (one, other) = (format!("{head}{middle}{tail}"), format!("{other_head}{other_middle}{other_tail}"));
            let (short, other_short) = (Shorthand::of(&one), Shorthand::of(&other));
            prop_assert_eq!(short.is(&one, other_short, &other), one == other);
            prop_assert!(short.is(&one, Shorthand::of(&one.clone()), &one.clone()));
        }
    }

    #[test]
    fn a_long_name_is_compared_whole() {
        let (one, other) = ("OrganizationAName1", "OrganizationBName1");
        assert_eq!(Shorthand::of(one).length, 18);
        let middle = ("abcdefgh1abcdefgh", "abcdefgh2abcdefgh");
        assert_eq!(Shorthand::of(middle.0), Shorthand::of(middle.1));
        assert!(!Shorthand::of(middle.0).is(middle.0, Shorthand::of(middle.1), middle.1));
        assert!(!Shorthand::of(one).is(one, Shorthand::of(other), other));
    }
}
