//! What the declarant hears: documents out.
//!
//! From a case, the events of one step and the declaration, [`of`] makes one [`Notice`] for every event
//! the declarant may see: a CloudEvents 1.0 envelope for software that speaks JSON, and, where the trade
//! has a document for it, that document in the format of the pack: a paper of the album of formats or a
//! response of the WCO's data model. [`of_act`] does the same for what officials do besides the events.
//!
//! ```text
//! events ─► table   who may see it, which document       one row per event
//!           album   papers of the album 5.23
//!           wco     responses of the WCO's data model
//!           envelope  CloudEvents with the canonical data
//! ```
//!
//! Nothing here reads, waits or draws: the time and every identifier come in with the [`Setting`], so the
//! same notices can be made again years later.

mod album;
mod change;
mod envelope;
mod page;
mod sheet;
mod table;
mod wco;

use clearance::{Case, DecidedBy, Event};
use declaration::{Declaration, Finding, Path, Severity, Text};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use reference::Pack;
use uuid::Uuid;

pub use album::Decision;
pub use change::Change;
pub use page::page;
pub use table::{Audience, ROWS, Row, row};
pub use wco::{Function, Pointer};

/// What a notice depends on besides the case and what happened.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The moment of the step.
    pub now: Timestamp,
    /// The jurisdiction of the case.
    pub pack: &'a Pack,
    /// Who speaks, as a URI reference: the `source` of the CloudEvents envelope.
    pub source: &'a str,
    /// What control and payments found, in words; events keep only code and place.
    pub findings: &'a [Finding],
    /// The payments of the declaration, line by line, for the notice that carries them.
    pub payments: Option<&'a duty::Assessment>,
    /// The official whose decision or act it is; what the system decides in the same step is not signed so.
    pub official: Option<&'a Official>,
    /// The version of the declaration, from 1; a correction makes the next.
    pub version: u32,
    /// What that version changed of the one before.
    pub changes: &'a [Change],
    /// The identifier of the `nth` document of the step, counted from 0. The same step must give the same.
    pub identifier: &'a dyn Fn(u32) -> Uuid,
    /// Where in a message of the WCO's data model a field lies.
    pub pointers: &'a dyn Fn(&Path) -> Vec<Pointer>,
}

impl Setting<'_> {
    /// A moment as the clocks of the customs service show it, to the second.
    fn local(&self, at: Timestamp) -> DateTime {
        let zone = TimeZone::get(&self.pack.time_zone).unwrap_or(TimeZone::UTC);
        let local = zone.to_datetime(at);
        local.with().subsec_nanosecond(0).build().unwrap_or(local)
    }

    /// The finding a mark stands for, in words.
    fn in_words(&self, code: &str, severity: Severity, path: &str) -> Finding {
        let same = |finding: &&Finding| finding.code == code && finding.path.as_str() == path;
        self.findings.iter().find(same).cloned().unwrap_or_else(|| {
            let text = Text::new(
                format!("Проверка {code} не пройдена; что она значит, сказано в перечне проверок."),
                format!("The check {code} did not pass; the list of checks says what it means."),
            );
            Finding::new(code.to_owned(), severity, Path::new(path), text)
        })
    }
}

/// An official, as documents name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Official {
    /// Surname and initials.
    pub name: String,
    /// The number of the personal stamp, up to four characters.
    pub stamp: Option<String>,
}

/// One thing to tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// The step of the case it belongs to.
    pub seq: u32,
    /// Its place among the notices of the step, from 0.
    pub nth: u32,
    /// What it says: the name of the event or act.
    pub kind: &'static str,
    /// Who may see it.
    pub audience: Audience,
    /// The CloudEvents envelope; it carries the document too.
    pub cloud_event: serde_json::Value,
    /// The document, where the trade has one for it.
    pub document: Option<wire::Paper>,
}

/// The notices of one step, in the order of its events. What the declarant may not see makes none.
pub fn of(
    before: &Case,
    after: &Case,
    events: &[Event],
    declaration: &Declaration,
    setting: &Setting<'_>,
) -> Vec<Notice> {
    let mut notices: Vec<Notice> = Vec::new();
    for event in events.iter().filter(|event| !event.is_withheld()) {
        let Some(row) = row(event.name()).filter(|row| row.audience != Audience::Nobody) else { continue };
        let Some(data) = envelope::data_of_event(event, after, setting) else { continue };
        let nth = u32::try_from(notices.len()).unwrap_or(u32::MAX);
        let official = decided_by_official(event).then_some(setting.official).flatten();
        let id = (setting.identifier)(nth);
        let subject = Subject { before, after, declaration, setting, official, id };
        let document = match setting.pack.notices {
            reference::pack::NoticeFormat::Album => album::of_event(event, events, &subject),
            reference::pack::NoticeFormat::Wco => wco::of_event(event, events, &subject),
        };
        notices.push(envelope::notice(row, nth, data, document, &subject));
    }
    notices
}

/// Whether an official decided or acted, and not the system, even if an official's decision brought it about.
fn decided_by_official(event: &Event) -> bool {
    matches!(
        event,
        Event::Released { by: DecidedBy::Officer(_), .. }
            | Event::Refused { by: DecidedBy::Officer(_), .. }
            | Event::Act(_)
    )
}

/// What every document of a step is about.
struct Subject<'a> {
    before: &'a Case,
    after: &'a Case,
    declaration: &'a Declaration,
    setting: &'a Setting<'a>,
    /// Who signs it; none where the system decided.
    official: Option<&'a Official>,
    /// The identifier of the document.
    id: Uuid,
}

impl Subject<'_> {
    /// The identifier the declarant's software gave the declaration.
    fn declaration_id(&self) -> Option<&str> {
        self.declaration.document_id.as_ref().map(|id| id.as_str())
    }

    fn local_now(&self) -> DateTime {
        self.setting.local(self.setting.now)
    }
}

/// The errors and warnings of a step, in words.
fn errors_of(events: &[Event], setting: &Setting<'_>) -> Vec<Finding> {
    let marks = events.iter().filter_map(|event| match event {
        Event::Controlled { findings } => Some(findings),
        _ => None,
    });
    let marks = marks.flatten().filter(|mark| mark.severity > Severity::Hint);
    marks.map(|mark| setting.in_words(&mark.code, mark.severity, &mark.path)).collect()
}
