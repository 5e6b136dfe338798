//! Filters of the list of cases, as they stand in an address: for the API and the pages alike.

use clearance::State;
use declaration::Leaf;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use risk::Lane;
use serde::{Deserialize, Serialize};
use store::CaseFilter;

use crate::failure::{Failure, Kind};

/// Rows of a page when nothing is asked for.
pub(crate) const ROWS_USUAL: usize = 50;
/// Rows of a page at most.
pub(crate) const ROWS_MAX: usize = 200;

/// The filters of an address. Empty ones count as absent, so that a form can send them all.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Filters {
    /// A state or an outcome.
    pub(crate) state: String,
    /// An office code.
    pub(crate) office: String,
    /// A lane.
    pub(crate) lane: String,
    /// An officer's login.
    pub(crate) officer: String,
    /// The declarant's tax number.
    pub(crate) declarant: String,
    /// First day or moment of filing.
    pub(crate) from: String,
    /// Last day, or the moment before which.
    pub(crate) to: String,
    /// Only cases that wait for somebody.
    pub(crate) open: String,
    /// The last case of the page before.
    pub(crate) after: String,
    /// Rows wanted.
    pub(crate) limit: String,
    /// `csv` for an export.
    pub(crate) format: String,
    /// A tab of the page; the API knows none.
    pub(crate) tab: String,
}

fn wrong(name: &str, ru: &str, en: &str) -> Failure {
    Failure::of(Kind::BadRequest)
        .because(format!("Параметр {name}: ожидается {ru}."), format!("Parameter {name}: {en} is expected."))
}

/// A state by its own name or by the outcome the outside sees.
fn state_of(text: &str) -> Option<State> {
    text.parse().ok().or_else(|| State::ALL.into_iter().find(|state| state.outcome() == text))
}

pub(crate) fn lane_of(text: &str) -> Option<Lane> {
    [Lane::Green, Lane::Blue, Lane::Yellow, Lane::Red].into_iter().find(|lane| lane.as_str() == text)
}

/// A moment: RFC 3339, or a day, which begins (or ends) at midnight of the zone.
fn moment_of(text: &str, zone: &TimeZone, end_of_day: bool) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let day: Date = text.parse().ok()?;
    let day = if end_of_day { day.checked_add(1.day()).ok()? } else { day };
    day.to_zoned(zone.clone()).ok().map(|start| start.timestamp())
}

impl Filters {
    /// The filter a store understands.
    pub(crate) fn parse(&self, zone: &TimeZone) -> Result<CaseFilter, Failure> {
        fn given<T>(
            text: &str,
            parse: impl FnOnce(&str) -> Option<T>,
            wrong: impl FnOnce() -> Failure,
        ) -> Result<Option<T>, Failure> {
            let text = text.trim();
            if text.is_empty() { Ok(None) } else { parse(text).map(Some).ok_or_else(wrong) }
        }
        const DAY: (&str, &str) =
            ("день ГГГГ-ММ-ДД или момент RFC 3339", "a day YYYY-MM-DD or a moment of RFC 3339");
        let limit = given(
            &self.limit,
            |text| text.parse().ok().filter(|rows| *rows > 0),
            || wrong("limit", "целое число от 1", "a whole number from 1"),
        )?;
        Ok(CaseFilter {
            state: given(&self.state, state_of, || {
                wrong("state", "состояние, например released", "a state such as released")
            })?,
            office: given(
                &self.office,
                |text| declaration::OfficeCode::parse(text).ok(),
                || wrong("office", "код таможенного органа", "an office code"),
            )?,
            lane: given(&self.lane, lane_of, || {
                wrong("lane", "green, blue, yellow или red", "green, blue, yellow or red")
            })?,
            officer: given(
                &self.officer,
                |text| Some(text.to_owned()),
                || wrong("officer", "логин", "a login"),
            )?,
            from: given(&self.from, |text| moment_of(text, zone, false), || wrong("from", DAY.0, DAY.1))?,
            to: given(&self.to, |text| moment_of(text, zone, true), || wrong("to", DAY.0, DAY.1))?,
            after: given(
                &self.after,
                |text| text.parse().ok(),
                || wrong("after", "идентификатор дела", "the identifier of a case"),
            )?,
            open: matches!(self.open.as_str(), "1" | "true" | "on"),
            limit: limit.unwrap_or(ROWS_USUAL).min(ROWS_MAX),
            declarant: given(
                &self.declarant,
                |text| text.parse().ok(),
                || wrong("declarant", "номер налогоплательщика", "a tax number"),
            )?,
            visible_to: None,
        })
    }

    /// The query of the same list with other parameters in place of some; empty ones are left out.
    pub(crate) fn query(&self, changed: &[(&str, &str)]) -> String {
        let own = [
            ("state", &self.state),
            ("office", &self.office),
            ("lane", &self.lane),
            ("officer", &self.officer),
            ("declarant", &self.declarant),
            ("from", &self.from),
            ("to", &self.to),
            ("open", &self.open),
            ("limit", &self.limit),
            ("tab", &self.tab),
        ];
        let kept = own
            .into_iter()
            .map(|(name, value)| (name, value.as_str()))
            .filter(|(name, _)| !changed.iter().any(|(other, _)| other == name));
        let pairs = kept.chain(changed.iter().copied()).filter(|(_, value)| !value.is_empty());
        pairs.map(|(name, value)| format!("{name}={}", escaped(value))).collect::<Vec<_>>().join("&")
    }
}

/// A text as a query can hold it (RFC 3986, 2.3: unreserved characters stay).
pub(crate) fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moscow() -> TimeZone {
        TimeZone::get("Europe/Moscow").unwrap()
    }

    #[test]
    fn empty_filters_are_no_filters() {
        let filter = Filters::default().parse(&moscow()).unwrap();
        assert_eq!(filter, CaseFilter { limit: ROWS_USUAL, ..CaseFilter::default() });
    }

    #[test]
    fn days_are_days_of_the_zone_and_the_last_is_included() {
        let filters = Filters { from: "2026-11-21".into(), to: "2026-11-21".into(), ..Filters::default() };
        let filter = filters.parse(&moscow()).unwrap();
        assert_eq!(filter.from.unwrap().to_string(), "2026-11-20T21:00:00Z");
        assert_eq!(filter.to.unwrap().to_string(), "2026-11-21T21:00:00Z");
        let exact = Filters { to: "2026-11-21T10:00:00Z".into(), ..Filters::default() };
        assert_eq!(exact.parse(&moscow()).unwrap().to.unwrap().to_string(), "2026-11-21T10:00:00Z");
    }

    #[test]
    fn a_state_goes_by_its_name_or_by_its_outcome() {
        for (text, state) in [
            ("released", State::Released),
            ("released_conditionally", State::ReleasedConditionally),
            ("routed", State::UnderControl),
            ("under_control", State::UnderControl),
            ("refused", State::RegistrationRefused),
            ("waiting", State::WaitingForPayment),
        ] {
            assert_eq!(state_of(text), Some(state), "{text}");
        }
    }

    #[test]
    fn what_is_no_filter_is_named() {
        for (filters, name) in [
            (Filters { state: "lost".into(), ..Filters::default() }, "state"),
            (Filters { office: "1".into(), ..Filters::default() }, "office"),
            (Filters { lane: "pink".into(), ..Filters::default() }, "lane"),
            (Filters { from: "yesterday".into(), ..Filters::default() }, "from"),
            (Filters { to: "2026-13-01".into(), ..Filters::default() }, "to"),
            (Filters { after: "x".into(), ..Filters::default() }, "after"),
            (Filters { limit: "0".into(), ..Filters::default() }, "limit"),
        ] {
            let failure = filters.parse(&moscow()).unwrap_err();
            let detail = failure.detail.clone().unwrap();
            assert!(detail.en.contains(name) && detail.ru.contains(name), "{name}: {detail:?}");
        }
    }

    #[test]
    fn filters_stay_in_the_address() {
        let filters =
            Filters { state: "routed".into(), officer: "и ванов&".into(), ..Filters::default() };
        assert_eq!(
            filters.query(&[("after", "id"), ("state", "")]),
            "officer=%D0%B8%20%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2%26&after=id"
        );
    }

    #[test]
    fn no_page_is_longer_than_the_limit() {
        let filters = Filters { limit: "100000".into(), ..Filters::default() };
        assert_eq!(filters.parse(&moscow()).unwrap().limit, ROWS_MAX);
    }
}
