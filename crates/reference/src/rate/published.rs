//! All that a line of a tariff says: one plain rate, or several with the conditions under which each stands.

use std::fmt;
use std::str::FromStr;

use super::RateText;
use super::conditions::{Circumstances, Rank, Terms};
use super::read::{NotARate, Remark};
use super::scan::Scan;
use super::wording::{ENGLISH, RUSSIAN, Words, conditions};
use crate::origin::Origin;

/// The most cases of one text.
pub const CASES_MAX: usize = 64;

/// The most origins of one text, all cases together.
pub const ORIGINS_MAX: usize = 512;

/// The longest text that is read, in bytes: more than the most cases with the longest names take.
pub const PUBLISHED_BYTES_MAX: usize = 128 << 10;

/// What a line of a tariff says.
///
/// `5%; с 1 июня по 31 октября: 10%; для CN, VN: 20%; для @ldc: 0%; для производителя «ACME GmbH»: 12.5%;
/// в пределах тарифной квоты: 0%; сверх тарифной квоты: 50%`, or the same in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    cases: Vec<Case>,
}

/// A rate and when it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// When.
    pub when: Conditions,
    /// The rate.
    pub rate: RateText,
}

/// When a rate stands: all that is stated must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conditions {
    /// Goods of any of these origins; empty for all.
    pub origins: Vec<Origin>,
    /// The other terms.
    pub terms: Terms,
}

/// Why a text is not a published rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPublished {
    /// A plain rate in it is none.
    #[error(transparent)]
    Rate(#[from] NotARate),
    /// A condition cannot be read.
    #[error(
        "case {0}: the condition is not one of: from 1 June to 31 October; for CN, @ldc; for manufacturer \"…\"; within (over) the tariff quota"
    )]
    Condition(usize),
    /// Two cases can hold at once and neither fits more closely.
    #[error("cases {0} and {1} have the same conditions")]
    Twice(usize, usize),
    /// There is no case at all.
    #[error("there is no rate")]
    Empty,
    /// A text too long, or too many cases or origins.
    #[error("at most {CASES_MAX} cases, {ORIGINS_MAX} origins and {PUBLISHED_BYTES_MAX} bytes in all")]
    TooMuch,
}

impl Conditions {
    /// Whether they hold, and how closely they fit.
    pub fn fit(&self, circumstances: &Circumstances<'_>) -> Option<Rank> {
        if !self.terms.hold(circumstances) {
            return None;
        }
        if self.origins.is_empty() {
            return Some(self.terms.rank(None));
        }
        let holding = self.origins.iter().filter(|origin| origin.holds(circumstances));
        holding.map(|origin| self.terms.rank(Some(*origin))).max()
    }

    fn conflict(&self, other: &Conditions) -> bool {
        let shared = || self.origins.iter().any(|origin| other.origins.contains(origin));
        let of_all = self.origins.is_empty() && other.origins.is_empty();
        (of_all || shared()) && self.terms.conflict(&other.terms)
    }
}

impl Published {
    /// What cases say together.
    ///
    /// # Errors
    /// There is none, there are too many, or two have the same conditions.
    pub fn new(cases: Vec<Case>) -> Result<Self, NotPublished> {
        if cases.is_empty() {
            return Err(NotPublished::Empty);
        }
        let origins: usize = cases.iter().map(|case| case.when.origins.len()).sum();
        if cases.len() > CASES_MAX || origins > ORIGINS_MAX {
            return Err(NotPublished::TooMuch);
        }
        for (nth, case) in cases.iter().enumerate() {
            let earlier = cases.iter().take(nth).position(|earlier| earlier.when.conflict(&case.when));
            if let Some(earlier) = earlier {
                return Err(NotPublished::Twice(earlier + 1, nth + 1));
            }
        }
        Ok(Self { cases })
    }

    /// The cases, in the order of the text.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The rate where the text is one plain rate.
    pub fn plain(&self) -> Option<RateText> {
        match self.cases.as_slice() {
            [only] if only.when == Conditions::default() => Some(only.rate),
            _ => None,
        }
    }

    /// The rate for goods: of the cases that hold the one that fits most closely ([`Rank`]); of several that
    /// fit alike, as two groups of origins may, the one that stands first.
    pub fn on(&self, circumstances: &Circumstances<'_>) -> Option<&RateText> {
        let holding = self.cases.iter().filter_map(|case| Some((case.when.fit(circumstances)?, case)));
        // The last of the greatest is taken, so the first comes last.
        holding.rev().max_by_key(|(rank, _)| *rank).map(|(_, case)| &case.rate)
    }

    /// The text in English; it reads back as the same.
    pub fn english(&self) -> String {
        self.text(&ENGLISH, RateText::english)
    }

    fn text(&self, words: &Words, rate: impl Fn(&RateText) -> String) -> String {
        let mut text = String::new();
        for (nth, case) in self.cases.iter().enumerate() {
            if nth > 0 {
                text += "; ";
            }
            let conditions = case.when.said(words);
            if !conditions.is_empty() {
                text += &conditions;
                text += ": ";
            }
            text += &rate(&case.rate);
        }
        text
    }
}

/// The text in Russian; it reads back as the same.
impl fmt::Display for Published {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text(&RUSSIAN, RateText::to_string))
    }
}

impl From<RateText> for Published {
    fn from(rate: RateText) -> Self {
        Published { cases: vec![Case { when: Conditions::default(), rate }] }
    }
}

impl FromStr for Published {
    type Err = NotPublished;

    fn from_str(text: &str) -> Result<Self, NotPublished> {
        Self::read(text).map(|(published, _)| published)
    }
}

impl Published {
    /// Reads a text in Russian or English and says what it left open.
    ///
    /// # Errors
    /// It is no published rate.
    pub fn read(text: &str) -> Result<(Self, Vec<Remark>), NotPublished> {
        if text.len() > PUBLISHED_BYTES_MAX {
            return Err(NotPublished::TooMuch);
        }
        let mut scan = Scan::new(text);
        let mut cases = Vec::new();
        let mut remarks: Vec<Remark> = Vec::new();
        let mut more = true;
        while more {
            if cases.len() == CASES_MAX {
                return Err(NotPublished::TooMuch);
            }
            let when = conditions(&mut scan).ok_or(NotPublished::Condition(cases.len() + 1))?;
            let rate;
            (rate, more) = scan.until_semicolon();
            let reading = RateText::read(rate)?;
            for remark in reading.remarks {
                if !remarks.contains(&remark) {
                    remarks.push(remark);
                }
            }
            cases.push(Case { when, rate: reading.rate });
        }
        Ok((Published::new(cases)?, remarks))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{QuotaSide, sample};
    use super::*;
    use crate::origin::OriginGroup;

    const WHOLE: (&str, &str) = (
        "5%; с 1 июня по 31 октября: 10%; для CN, VN: 20%; для @ldc: 0%; для производителя «ACME GmbH»: 12.5%; в пределах тарифной квоты: 0%; сверх тарифной квоты: 50%",
        "5%; from 1 June to 31 October: 10%; for CN, VN: 20%; for @ldc: 0%; for manufacturer \"ACME GmbH\": 12.5%; within the tariff quota: 0%; over the tariff quota: 50%",
    );

    #[test]
    fn both_languages_say_the_same() {
        let table = [
            WHOLE,
            ("5%", "5%"),
            (
                "10%, но не менее 0.2 EUR за 1 кг; с 1 ноября по 31 марта, для CN, в пределах тарифной квоты: беспошлинно",
                "10%, but not less than 0.2 EUR per 1 kg; from 1 November to 31 March, for CN, within the tariff quota: free",
            ),
            (
                "для IN, @ldc, для производителя «A, B; C: D»: –",
                "for IN, @ldc, for manufacturer \"A, B; C: D\": –",
            ),
        ];
        for (ru, en) in table {
            let read: Published = ru.parse().unwrap_or_else(|error| panic!("{error}"));
            assert_eq!((read.to_string().as_str(), read.english().as_str()), (ru, en));
            assert_eq!(en.parse(), Ok(read));
        }
    }

    #[test]
    fn what_is_written_loosely_reads_the_same() {
        let table = [
            ("5 % ;для  cn и Vn:20", "5%; для CN, VN: 20%"),
            ("FOR CN AND VN: 20%; 5%", "для CN, VN: 20%; 5%"),
            ("Со 2 Июня по 3\u{a0}июля:1%", "с 2 июня по 3 июля: 1%"),
            (
                "в пределах квоты: 0%; over the quota: 5%",
                "в пределах тарифной квоты: 0%; сверх тарифной квоты: 5%",
            ),
            ("для производителя «ООО «Ромашка»», для CN: 1%", "для CN, для производителя «ООО Ромашка»: 1%"),
        ];
        for (text, normal) in table {
            let read: Published = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(read.to_string(), normal);
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        use NotPublished::*;
        let cases = vec!["для производителя «x»: 1%"; CASES_MAX + 1];
        let (many, long) = (cases.join(";"), " ".repeat(PUBLISHED_BYTES_MAX + 1));
        let groups = |cases: usize| -> String {
            let of =
                |case: usize| (0..256).map(|nth| format!("@g{case}-{nth}")).collect::<Vec<_>>().join(", ");
            (0..cases).map(|case| format!("для {}: 1%", of(case))).collect::<Vec<_>>().join("; ")
        };
        assert!(groups(2).parse::<Published>().is_ok());
        let wide = groups(3);
        let table: &[(&str, NotPublished)] = &[
            ("5%; 6%", Twice(1, 2)),
            ("для CN, VN: 5%; для IN: 1%; для VN: 6%", Twice(1, 3)),
            ("с 1 июня по 31 октября: 1%; с 31 октября по 1 ноября: 2%", Twice(1, 2)),
            ("для производителя «ACME»: 1%; for manufacturer \"acme\": 2%", Twice(1, 2)),
            ("для CN, CN: 5%", Condition(1)),
            ("для: 5%", Condition(1)),
            ("для CN 5%", Condition(1)),
            ("5%; для CN, с 1 июня: 5%", Condition(2)),
            ("с 31 июня по 1 июля: 5%", Condition(1)),
            ("для производителя ACME: 5%", Condition(1)),
            ("для производителя «»: 5%", Condition(1)),
            ("сверх квоты, в пределах квоты: 5%", Condition(1)),
            (&many, TooMuch),
            (&wide, TooMuch),
            (&long, TooMuch),
        ];
        for (text, why) in table {
            assert_eq!(text.parse::<Published>().as_ref(), Err(why), "{text:.80}");
        }
        for no in ["", ";", "5%;", "для CN:", "CN: 5%", "для @: 5%", "для CN: 5%: 6%"] {
            assert!(no.parse::<Published>().is_err(), "{no}");
        }
        assert_eq!(Published::new(Vec::new()), Err(Empty));
    }

    #[test]
    fn the_case_that_fits_most_closely_is_taken() {
        let group = |name: &str, origins: &[&str]| OriginGroup {
            name: name.parse().unwrap(),
            title: declaration::Text::new("", ""),
            origins: origins.iter().map(|code| code.parse().unwrap()).collect(),
            valid_from: None,
            valid_to: Some("2026-12-31".parse().unwrap()),
            norm: String::new(),
        };
        let groups = [group("ldc", &["NP", "VN"]), group("near", &["NP"])];
        let text = "5%; с 1 июня по 31 октября: 10%; для CN: 20%; с 1 июня по 31 октября, для CN: 25%; для @near: 1%; для @ldc: 0%; для производителя «ACME»: 12.5%; для CN, для производителя «ACME»: 13%; в пределах тарифной квоты: 2%; для CN, в пределах тарифной квоты: 3%";
        let published: Published = text.parse().unwrap();
        let table = [
            // origin, manufacturer, quota, day
            (None, None, QuotaSide::Over, "2026-03-02", "5%"),
            (Some("DE"), None, QuotaSide::Over, "2026-07-02", "10%"),
            (Some("DE"), None, QuotaSide::In, "2026-03-02", "2%"),
            (Some("DE"), None, QuotaSide::In, "2026-07-02", "10%"),
            (Some("CN"), None, QuotaSide::Over, "2026-03-02", "20%"),
            (Some("CN"), None, QuotaSide::Over, "2026-07-02", "25%"),
            (Some("CN"), None, QuotaSide::In, "2026-03-02", "3%"),
            (Some("CN"), Some("acme"), QuotaSide::In, "2026-07-02", "13%"),
            (Some("DE"), Some("acme"), QuotaSide::Over, "2026-07-02", "12.5%"),
            (Some("DE"), Some("acme ltd"), QuotaSide::Over, "2026-03-02", "5%"),
            (Some("VN"), None, QuotaSide::Over, "2026-07-02", "0%"),
            (Some("NP"), None, QuotaSide::Over, "2026-03-02", "1%"),
            (Some("NP"), None, QuotaSide::Over, "2027-03-02", "5%"),
        ];
        for (origin, manufacturer, quota, on, rate) in table {
            let on = on.parse().unwrap();
            let origin = origin.map(|origin: &str| origin.parse().unwrap());
            let found = published.on(&Circumstances { origin, groups: &groups, manufacturer, quota, on });
            assert_eq!(found.unwrap().to_string(), rate, "{origin:?} {manufacturer:?} {quota:?} {on}");
        }
        let only: Published = "для CN: 5%".parse().unwrap();
        assert_eq!(only.on(&Circumstances::on("2026-03-02".parse().unwrap())), None);
        assert_eq!(only.plain(), None);
    }

    proptest! {
        #[test]
        fn every_published_rate_reads_back(published in sample::published()) {
            prop_assert_eq!(published.to_string().parse::<Published>(), Ok(published.clone()));
            prop_assert_eq!(published.english().parse::<Published>(), Ok(published));
        }

        #[test]
        fn nothing_panics_on_any_text(text in ".{0,120}") {
            let _ = text.parse::<Published>();
        }

        #[test]
        fn whatever_is_read_prints_as_what_reads_the_same(text in sample::near_published()) {
            if let Ok(read) = text.parse::<Published>() {
                prop_assert_eq!(read.to_string().parse::<Published>(), Ok(read.clone()));
                prop_assert_eq!(read.english().parse::<Published>(), Ok(read));
            }
        }
    }
}
