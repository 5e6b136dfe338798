//! The way a case went, newest first, in words.

use clearance::{Act, DecidedBy, Event, Input, StepRecord};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::figures;
use crate::language::Language;
use crate::texts::Texts;

/// One step of a case.
pub(super) struct TimelineStep {
    pub(super) leaf: u64,
    pub(super) seq: u32,
    pub(super) at: Timestamp,
    pub(super) moment: String,
    pub(super) events: Vec<TimelineEvent>,
}

/// One thing that happened.
pub(super) struct TimelineEvent {
    pub(super) title: &'static str,
    pub(super) detail: String,
    /// The colour of its dot.
    pub(super) tone: &'static str,
}

/// For whom and how a timeline is told.
pub(super) struct Telling<'a> {
    pub(super) language: Language,
    pub(super) zone: &'a TimeZone,
    /// Whether profiles may be named.
    pub(super) knows_profiles: bool,
}

impl Telling<'_> {
    /// The steps, newest first.
    pub(super) fn steps(&self, steps: &[(u64, StepRecord)]) -> Vec<TimelineStep> {
        let told =
            steps.iter().rev().filter(|(_, record)| self.knows_profiles || !record.input.is_withheld());
        let told = told.map(|(leaf, record)| TimelineStep {
            leaf: *leaf,
            seq: record.seq,
            at: record.at,
            moment: format!(
                "{}:{:02}",
                figures::moment(record.at, self.zone, self.language),
                self.zone.to_datetime(record.at).second()
            ),
            events: record
                .events
                .iter()
                .filter(|event| self.knows_profiles || !event.is_withheld())
                .map(|event| self.event(event, &record.input))
                .collect(),
        });
        told.collect()
    }

    fn by(&self, by: &DecidedBy) -> String {
        match by {
            DecidedBy::Automatic => Texts::of(self.language).automatic.to_owned(),
            DecidedBy::Officer(officer) => officer.0.clone(),
        }
    }

    fn deadline(&self, at: Timestamp) -> String {
        let t = Texts::of(self.language);
        format!("{} {}", t.until, figures::moment(at, self.zone, self.language))
    }

    fn event(&self, event: &Event, input: &Input) -> TimelineEvent {
        let t = Texts::of(self.language);
        let money = |amount| figures::amount(amount, self.language);
        let (title, detail, tone) = match event {
            Event::Filed { items, documents, .. } => {
                let mut detail = format!("{}: {items}, {}: {documents}", t.goods_lines, t.documents_count);
                if let Input::File(filing) = input {
                    detail = format!("{} · {detail}", filing.format);
                    if let Some(signer) = &filing.signer {
                        detail = format!("{detail} · {}: {}", t.sealed_by, signer.name);
                    }
                }
                (t.event_filed, detail, "plain")
            }
            Event::Controlled { findings } => {
                let count = |severity| findings.iter().filter(|mark| mark.severity == severity).count();
                let (errors, warnings) =
                    (count(declaration::Severity::Error), count(declaration::Severity::Warning));
                let hints = count(declaration::Severity::Hint);
                let tone = if errors > 0 {
                    "bad"
                } else if warnings > 0 {
                    "warn"
                } else {
                    "good"
                };
                let detail =
                    format!("{}: {errors}, {}: {warnings}, {}: {hints}", t.errors, t.warnings, t.hints);
                (t.event_controlled, detail, tone)
            }
            Event::Assessed { payable, currency, lane, .. } => {
                let detail = format!(
                    "{}: {} {currency} · {}",
                    t.payable,
                    money(*payable),
                    self.language.pick(&lane.title())
                );
                (t.event_assessed, detail, "plain")
            }
            Event::Selected { hits, random } => {
                let mut reasons = Vec::new();
                if !hits.is_empty() {
                    reasons.push(format!("{}: {}", t.profiles, hits.join(", ")));
                }
                if *random {
                    reasons.push(t.random_selection.to_owned());
                }
                (t.event_selected, reasons.join(" · "), "warn")
            }
            Event::Scored { by } => {
                let told = by.iter().map(|scored| {
                    let lane = t.lane(scored.lane);
                    format!("{} {} · {} {} · {lane}", t.model, scored.model, t.scored_line, scored.line)
                });
                (t.event_scored, told.collect::<Vec<_>>().join("; "), "plain")
            }
            Event::ResultsRecorded { results, .. } => {
                let told = results
                    .iter()
                    .map(|result| format!("{}: {}", t.ground(&result.ground), t.came_to(&result.outcome)));
                (t.event_results_recorded, told.collect::<Vec<_>>().join(" · "), "plain")
            }
            Event::RegistrationRefused { errors } => {
                (t.event_registration_refused, format!("{}: {errors}", t.errors), "bad")
            }
            Event::Registered { number } => (t.event_registered, number.to_string(), "good"),
            Event::PaymentReserved { payer, amount } => {
                (t.event_payment_reserved, of_payer(payer, money(*amount)), "plain")
            }
            Event::PaymentAwaited { payer, shortfall, deadline } => {
                let missing =
                    format!("{}: {} · {}", t.shortfall, money(*shortfall), self.deadline(*deadline));
                let detail = match payer {
                    Some(payer) => of_payer(payer, missing),
                    None => missing,
                };
                (t.event_payment_awaited, detail, "warn")
            }
            Event::PaymentPosted { payer, amount } => {
                (t.event_payment_posted, of_payer(payer, money(*amount)), "good")
            }
            Event::PaymentReturned { payer, amount } => {
                (t.event_payment_returned, of_payer(payer, money(*amount)), "plain")
            }
            Event::SecurityTaken { guarantee, amount, .. } => {
                (t.event_security_taken, format!("{guarantee}: {}", money(*amount)), "good")
            }
            Event::SecurityAwaited { missing, deadline } => (
                t.event_security_awaited,
                format!("{}: {} · {}", t.security_missing, money(*missing), self.deadline(*deadline)),
                "warn",
            ),
            Event::SecurityFreed { guarantee, amount, .. } => {
                (t.event_security_freed, format!("{guarantee}: {}", money(*amount)), "plain")
            }
            Event::Routed { reasons, deadline } => {
                let reasons: Vec<String> =
                    reasons.iter().map(|reason| self.language.pick(&reason.text()).to_owned()).collect();
                (t.event_routed, format!("{} · {}", reasons.join("; "), self.deadline(*deadline)), "warn")
            }
            Event::Assigned { officer, .. } => (t.event_assigned, officer.0.clone(), "plain"),
            Event::Overdue => (t.event_overdue, String::new(), "bad"),
            Event::Released { by, conditional, remark } => {
                let title = if *conditional { t.event_released_conditionally } else { t.event_released };
                (title, with_reason(self.by(by), remark), "good")
            }
            Event::Refused { by, reason } => (t.event_refused, with_reason(self.by(by), reason), "bad"),
            Event::Withdrawn { reason } => (t.event_withdrawn, reason.clone(), "plain"),
            Event::Corrected { version, changes, .. } => (
                t.event_corrected,
                format!("{}: {version} · {}: {changes}", t.version_word, t.changes_word),
                "plain",
            ),
            Event::CorrectionRefused { errors, .. } => {
                (t.event_correction_refused, format!("{}: {errors}", t.errors), "bad")
            }
            Event::PaperAttached { mark } => {
                let title = self.language.pick(&wire::kind_title(&mark.kind)).to_owned();
                (t.event_paper_attached, title, "plain")
            }
            Event::Act(act) => {
                let title = notices::row(act.name()).map_or("", |row| match self.language {
                    Language::Ru => row.ru,
                    Language::En => row.en,
                });
                (title, said(act, self.language), "plain")
            }
        };
        TimelineEvent { title, detail, tone }
    }
}

/// Whose money it is.
fn of_payer(payer: &declaration::TaxNumber, what: String) -> String {
    format!("{payer} · {what}")
}

/// What an official said with an act.
fn said(act: &Act, language: Language) -> String {
    match act {
        Act::DocumentsWanted(request) => {
            let documents = request.documents.iter().map(|wanted| format!("{} {}", wanted.kind, wanted.name));
            documents.map(|wanted| wanted.trim().to_owned()).collect::<Vec<_>>().join("; ")
        }
        Act::PapersWanted { reason } | Act::ChangeRefused { reason } => reason.clone(),
        Act::ExaminationStarted { remark, .. } | Act::ExaminationFinished { remark, .. } => remark.clone(),
        Act::Instructed { text, .. } => text.clone(),
        Act::TransitArrived(arrival) => arrival.office.to_string(),
        Act::MeasureOrdered { measures, reason, item } => {
            let named: Vec<String> =
                measures.iter().map(|measure| language.pick(&measure.title()).to_owned()).collect();
            let of = item.map(|item| format!("{} {item}: ", Texts::of(language).item)).unwrap_or_default();
            format!("{of}{} · {reason}", named.join(", "))
        }
    }
}

fn with_reason(by: String, reason: &str) -> String {
    if reason.is_empty() { by } else { format!("{by}: {reason}") }
}
