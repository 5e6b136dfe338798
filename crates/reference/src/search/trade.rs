//! The trade's own words for goods, which the nomenclature does not use.

/// Words of the trade and the code below which the goods they name are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TradeWords<'a> {
    /// One word or a few: `ноутбук`, `usb flash drive`.
    pub words: &'a str,
    /// Four to ten digits.
    pub code: &'a str,
}

/// `words,code`, written for this project.
const OWN: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/search-words.csv"));

/// The words the project comes with.
pub fn trade_words() -> impl Iterator<Item = TradeWords<'static>> {
    OWN.lines()
        .skip(1)
        .filter_map(|line| line.rsplit_once(',').map(|(words, code)| TradeWords { words, code }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_row_is_words_and_a_code() {
        assert_eq!(OWN.lines().next(), Some("words,code"));
        let rows: Vec<TradeWords> = trade_words().collect();
        assert_eq!(rows.len() + 1, OWN.lines().count());
        assert!(rows.len() >= 200);
        let mut seen = BTreeSet::new();
        for TradeWords { words, code } in rows {
            assert!(seen.insert(words), "{words} stands twice");
            assert!((4..=10).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit()), "{words}");
            assert!(!words.is_empty() && !words.contains([',', '"']), "{words}");
        }
    }
}
