//! What came of the looks of a case: what is recorded, and the form that records it.

use std::collections::BTreeMap;

use askama::Template;
use centre::{Action, CaseView, Identity};
use clearance::look::{FoundKind, Outcome};
use clearance::{Act, Event, Ground, LookResult, State};
use declaration::Text;
use risk::Measure;
use rust_decimal::Decimal;
use store::StoredResult;

use crate::App;
use crate::failure::Failure;
use crate::figures;
use crate::language::Language;
use crate::texts::Texts;

/// Rows the form offers: profiles that fired on hundreds of lines are one row each, and few fire at once.
const ROWS_MAX: usize = 30;

/// The part of a case's page.
#[derive(Template)]
#[template(path = "looks.html")]
pub(super) struct Looks {
    t: &'static Texts,
    id: String,
    recorded: Vec<Recorded>,
    rows: Vec<Row>,
    kinds: Vec<(&'static str, String)>,
    error: Option<String>,
}

/// A result that is recorded.
struct Recorded {
    ground: String,
    measure: String,
    item: Option<u32>,
    outcome: &'static str,
    tone: &'static str,
    found: String,
    amount: String,
    minutes: u32,
    remark: String,
    officer: String,
}

/// One result to be entered.
struct Row {
    nth: usize,
    ground: String,
    title: String,
    /// Measures to choose from, with which of them is chosen.
    measures: Vec<(String, String, bool)>,
    outcomes: Vec<(&'static str, &'static str, bool)>,
    kind: String,
    amount: String,
    minutes: String,
    remark: String,
}

impl Looks {
    pub(super) fn new(
        app: &App,
        who: &Identity,
        view: &CaseView,
        language: Language,
        unclear: Option<(String, Vec<(String, String)>)>,
    ) -> Result<Self, Failure> {
        let t = Texts::of(language);
        let case = &view.case;
        let stored = app.centre().store().results(case.id)?;
        let theirs = case.officer.as_ref().is_some_and(|officer| officer.0 == who.login);
        let may = who.may(Action::Decide)
            && match case.state {
                State::UnderControl => theirs,
                State::Released | State::ReleasedConditionally | State::ReleaseRefused | State::Withdrawn => {
                    true
                }
                State::New | State::RegistrationRefused | State::WaitingForPayment => false,
            };
        let (error, entered) = unclear.map_or((None, Vec::new()), |(why, entered)| (Some(why), entered));
        let entered: BTreeMap<String, String> = entered.into_iter().collect();
        let rows = if may { rows(view, &stored, &entered, t, language) } else { Vec::new() };
        let recorded = stored.iter().map(|stored| recorded(stored, t, language)).collect();
        let kinds =
            FoundKind::ALL.iter().map(|kind| (kind.as_str(), language.pick(&kind.title()).to_owned()));
        Ok(Self { t, id: case.id.to_string(), recorded, rows, kinds: kinds.collect(), error })
    }
}

fn recorded(stored: &StoredResult, t: &'static Texts, language: Language) -> Recorded {
    let result = &stored.result;
    let (tone, found, amount) = match &result.outcome {
        Outcome::Found { kind, amount } => (
            "bad",
            language.pick(&kind.title()).to_owned(),
            format!("{} {}", figures::amount(*amount, language), stored.currency),
        ),
        Outcome::Nothing => ("good", String::new(), String::new()),
        Outcome::NotApplied => ("plain", String::new(), String::new()),
        Outcome::Unstated => ("warn", String::new(), String::new()),
    };
    Recorded {
        ground: t.ground(&result.ground),
        measure: result.measure.map(|it| language.pick(&it.title()).to_owned()).unwrap_or_default(),
        item: result.item,
        outcome: t.came_to(&result.outcome),
        tone,
        found,
        amount,
        minutes: result.minutes,
        remark: result.remark.clone(),
        officer: stored.officer.clone(),
    }
}

/// What can be answered for: each measure of each profile that fired, chance, and an official's own look; without
/// what is answered for already.
fn rows(
    view: &CaseView,
    stored: &[StoredResult],
    entered: &BTreeMap<String, String>,
    t: &'static Texts,
    language: Language,
) -> Vec<Row> {
    let mut wanted: Vec<(Ground, Option<Measure>)> = Vec::new();
    for hit in &view.assessed.risk.hits {
        for measure in &hit.measures {
            let row = (Ground::profile(&hit.profile), Some(*measure));
            if !wanted.contains(&row) {
                wanted.push(row);
            }
        }
    }
    let events = view.steps.iter().flat_map(|(_, record)| &record.events);
    for event in events {
        if let Event::Act(Act::MeasureOrdered { measures, .. }) = event {
            wanted.extend(measures.iter().map(|measure| (Ground::officer(), Some(*measure))));
        }
    }
    if view.assessed.risk.random.is_some() {
        wanted.push((Ground::chance(), None));
    }
    wanted.extend(view.assessed.scored.iter().filter_map(Ground::scored).map(|ground| (ground, None)));
    wanted.retain(|(ground, measure)| {
        let answers = |stored: &StoredResult| {
            let result = &stored.result;
            result.ground == *ground
                && (measure.is_none() || result.measure == *measure)
                && result.outcome != Outcome::Unstated
        };
        !stored.iter().any(answers)
    });
    wanted.push((Ground::officer(), None));
    wanted.truncate(ROWS_MAX);
    let row = |(nth, (ground, measure)): (usize, (Ground, Option<Measure>))| {
        let field = |name: &str| entered.get(&format!("{name}-{nth}")).cloned().unwrap_or_default();
        let chosen = entered.get(&format!("measure-{nth}")).cloned();
        let chosen = chosen.unwrap_or_else(|| measure.map(|it| it.as_str().to_owned()).unwrap_or_default());
        let measures = match measure {
            Some(measure) => vec![measure],
            None => Measure::ALL.to_vec(),
        };
        let measures = measures.into_iter().map(|measure| {
            let name = measure.as_str().to_owned();
            let is_chosen = name == chosen;
            (name, language.pick(&measure.title()).to_owned(), is_chosen)
        });
        let outcome = field("outcome");
        let outcomes = [
            ("", t.look_not_yet),
            ("nothing", t.look_nothing),
            ("found", t.look_found),
            ("not_applied", t.look_not_applied),
        ];
        Row {
            nth,
            title: t.ground(&ground),
            ground: ground.as_str().to_owned(),
            measures: measures.collect(),
            outcomes: outcomes.map(|(name, word)| (name, word, name == outcome)).to_vec(),
            kind: field("kind"),
            amount: field("amount"),
            minutes: field("minutes"),
            remark: field("remark"),
        }
    };
    wanted.into_iter().enumerate().map(row).collect()
}

/// The results that were entered; rows without an outcome are none.
///
/// # Errors
/// What to tell the officer where a number is none, or nothing was entered.
pub(super) fn read(entered: &[(String, String)]) -> Result<Vec<LookResult>, Text> {
    let fields: BTreeMap<&str, &str> =
        entered.iter().map(|(name, value)| (name.as_str(), value.trim())).collect();
    let mut results = Vec::new();
    for nth in 0..ROWS_MAX {
        let field = |name: &str| fields.get(format!("{name}-{nth}").as_str()).copied().unwrap_or_default();
        let ground = Ground::from(field("ground").to_owned());
        let unclear = |ru: &str, en: &str| {
            let place = format!("{}: ", ground.as_str());
            Text::new(place.clone() + ru, place + en)
        };
        let outcome = match field("outcome") {
            "" => continue,
            "nothing" => Outcome::Nothing,
            "not_applied" => Outcome::NotApplied,
            "found" => {
                let kind = field("kind")
                    .parse()
                    .map_err(|_| unclear("укажите, что выявлено.", "say what was found."))?;
                let amount = match field("amount") {
                    "" => Decimal::ZERO,
                    // Grouped digits and a comma, as people write them.
                    text => text.replace(['\u{a0}', '\u{202f}', ' '], "").replace(',', ".").parse().map_err(
                        |_| {
                            unclear(
                                "сумма — число, например 1500.00.",
                                "the amount is a number such as 1500.00.",
                            )
                        },
                    )?,
                };
                Outcome::Found { kind, amount }
            }
            _ => return Err(unclear("такого результата нет.", "there is no such result.")),
        };
        let measure = match field("measure") {
            "" => None,
            name => {
                let measure = serde_json::from_value(serde_json::Value::String(name.to_owned()));
                Some(measure.map_err(|_| unclear("такой меры нет.", "there is no such measure."))?)
            }
        };
        let minutes = match field("minutes") {
            "" => 0,
            text => {
                text.parse().map_err(|_| unclear("минуты — целое число.", "minutes are a whole number."))?
            }
        };
        let remark = field("remark").to_owned();
        results.push(LookResult { ground, measure, item: None, outcome, minutes, remark });
    }
    if results.is_empty() {
        return Err(Text::new("Выберите хотя бы один результат.", "Choose at least one result."));
    }
    Ok(results)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entered(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn rows_without_a_result_are_passed_over() {
        let results = read(&entered(&[
            ("ground-0", "1/1"),
            ("outcome-0", ""),
            ("ground-1", "chance"),
            ("measure-1", "documents"),
            ("outcome-1", "found"),
            ("kind-1", "value"),
            ("amount-1", "1 500,50"),
            ("minutes-1", "45"),
            ("ground-2", "officer"),
            ("outcome-2", "not_applied"),
            ("remark-2", " goods left "),
        ]))
        .unwrap();
        assert_eq!(results.len(), 2);
        assert_eq!(
            results[0].outcome,
            Outcome::Found { kind: FoundKind::Value, amount: Decimal::new(150_050, 2) }
        );
        assert_eq!((results[0].minutes, results[0].measure), (45, Some(Measure::Documents)));
        assert_eq!(results[1].remark, "goods left");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_ground() {
        for (field, value, said) in [
            ("amount-0", "much", "1/1: the amount is a number such as 1500.00."),
            ("minutes-0", "-3", "1/1: minutes are a whole number."),
            ("kind-0", "luck", "1/1: say what was found."),
            ("measure-0", "x-ray", "1/1: there is no such measure."),
            ("outcome-0", "", "Choose at least one result."),
        ] {
            let mut fields: BTreeMap<&str, &str> = BTreeMap::from([
                ("ground-0", "1/1"),
                ("measure-0", "documents"),
                ("outcome-0", "found"),
                ("kind-0", "value"),
            ]);
            fields.insert(field, value);
            let fields: Vec<(&str, &str)> = fields.into_iter().collect();
            let why = read(&entered(&fields)).unwrap_err();
            assert_eq!(why.en, said);
        }
    }
}
