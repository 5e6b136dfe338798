//! What declarants are told: derived from the steps of the log, in their order, for whoever may hear it.
//!
//! Nothing is stored for a notice but how far a listener has come: the notices of a step are made again
//! from its record, the same ones every time.

use std::collections::HashMap;

use clearance::{Case, CaseId, StepRecord};
use declaration::TaxNumber;
use jiff::Timestamp;
use serde_json::Value;
use store::StoredStep;
use uuid::Uuid;

use crate::error::CentreError;
use crate::{Centre, Identity, Inner};

/// Leaves looked at for one answer: what is not found in them is asked for again from there.
const SCAN_MAX: u64 = 20_000;
/// Steps read at a time.
const STEPS_AT_ONCE: usize = 512;

/// One notice with its place in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The leaf of the step it tells of.
    pub leaf: u64,
    /// The case.
    pub case: CaseId,
    /// When the step was made.
    pub at: Timestamp,
    /// The notices of the step as CloudEvents 1.0, in order.
    pub events: Vec<Value>,
}

/// A page of notices.
#[derive(Debug, Clone, PartialEq)]
pub struct NoticePage {
    /// In the order of the log.
    pub notices: Vec<Told>,
    /// Where to go on: the first leaf not looked at.
    pub next: u64,
    /// Whether the log goes on beyond that.
    pub more: bool,
}

/// Who listens, and which cases they have been found to hear of.
pub(crate) struct Listener {
    who: Identity,
    hears: HashMap<CaseId, Hears>,
}

/// What somebody may hear of a case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hears {
    Nothing,
    /// What is about this payer's money.
    Payments(TaxNumber),
    Everything,
}

impl Listener {
    pub(crate) fn new(who: Identity) -> Self {
        Self { who, hears: HashMap::new() }
    }
}

impl Centre {
    /// Notices of the cases a person may see, from a leaf on, at most `limit` steps of them.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn notices_to(&self, who: &Identity, from: u64, limit: usize) -> Result<NoticePage, CentreError> {
        let mut listener = Listener::new(who.clone());
        self.notices_for(&mut listener, from, limit)
    }

    pub(crate) fn notices_for(
        &self,
        listener: &mut Listener,
        from: u64,
        limit: usize,
    ) -> Result<NoticePage, CentreError> {
        let store = self.store();
        let total = store.checkpoint()?.map_or(0, |checkpoint| checkpoint.size);
        let mut page = NoticePage { notices: Vec::new(), next: from.min(total), more: false };
        let end = total.min(page.next.saturating_add(SCAN_MAX));
        'scan: while page.next < end {
            let steps = store.steps_from(page.next, STEPS_AT_ONCE)?;
            if steps.is_empty() {
                break;
            }
            for step in steps {
                if step.leaf >= end || page.notices.len() == limit {
                    break 'scan;
                }
                page.next = step.leaf + 1;
                if let Some(told) = self.told(listener, &step)? {
                    page.notices.push(told);
                }
            }
        }
        page.more = page.next < total;
        Ok(page)
    }

    /// The notices of one step, if the listener may hear of its case and there are any.
    pub(crate) fn told(
        &self,
        listener: &mut Listener,
        step: &StoredStep,
    ) -> Result<Option<Told>, CentreError> {
        let Some(id) = step.case else { return Ok(None) };
        let hears = match listener.hears.get(&id) {
            Some(hears) => *hears,
            None => {
                let hears = self.hears(&listener.who, id)?;
                listener.hears.insert(id, hears);
                hears
            }
        };
        let mut made = match hears {
            Hears::Nothing => return Ok(None),
            // What cannot be told of one case must not keep the declarant from hearing of all others.
            Hears::Payments(_) | Hears::Everything => self.inner.notices_of(id, step).unwrap_or_else(|why| {
                tracing::error!(%why, case = %id, leaf = step.leaf, "a step could not be told");
                Vec::new()
            }),
        };
        if let Hears::Payments(own) = hears {
            // Of several payers each hears of their own part.
            made.retain(|notice| {
                notice.audience == notices::Audience::DeclarantAndPayer
                    && notice.cloud_event.pointer("/data/details/payer").and_then(Value::as_str)
                        == Some(own.as_str())
            });
        }
        let events: Vec<Value> = made.into_iter().map(|notice| notice.cloud_event).collect();
        Ok((!events.is_empty()).then_some(Told { leaf: step.leaf, case: id, at: step.at, events }))
    }

    fn hears(&self, who: &Identity, id: CaseId) -> Result<Hears, CentreError> {
        let Some(case) = self.store().case(id)? else { return Ok(Hears::Nothing) };
        let filer = self.store().document(id)?.map(|document| document.filer).unwrap_or_default();
        let own = who.participant.filter(|_| who.role == store::Role::Declarant);
        let pays = own.filter(|own| case.parts().iter().any(|share| share.payer == *own));
        Ok(match self.sees(who, &case, &filer)? {
            true => Hears::Everything,
            false => pays.map_or(Hears::Nothing, Hears::Payments),
        })
    }
}

impl Inner {
    /// The notices of one step.
    fn notices_of(&self, id: CaseId, stored: &StoredStep) -> Result<Vec<notices::Notice>, CentreError> {
        let records: Vec<StepRecord> = self.step_records(id)?.into_iter().map(|(_, record)| record).collect();
        let Some(record) = records.iter().find(|record| record.seq == stored.seq) else {
            return Ok(Vec::new());
        };
        // Most steps that nobody outside hears of are told by their events alone.
        if !record.events.iter().any(|event| {
            notices::row(event.name()).is_some_and(|row| row.audience != notices::Audience::Nobody)
        }) {
            return Ok(Vec::new());
        }
        let mut before = Case::new(id, records.first().map_or(stored.at, |first| first.at));
        for earlier in records.iter().take_while(|earlier| earlier.seq < stored.seq) {
            before.take(&earlier.events, earlier.at);
        }
        let mut after = before.clone();
        after.take(&record.events, record.at);
        let upto = records.iter().take_while(|earlier| earlier.seq <= stored.seq);
        let versions = self.versions_of(id, upto)?;
        let Some(version) = versions.last() else { return Ok(Vec::new()) };
        let world = self.world_of(&record.world)?;
        let pack = world.pack_for(&version.declaration);
        let day = world.day(pack, record.at);
        let findings = clearance::assess::control(&version.declaration, &version.findings, &world, pack, day);
        let payments = duty::compute(&version.declaration, world.reference(), pack, day);
        let official = match &record.input {
            clearance::Input::Decide { officer, .. } | clearance::Input::Act { officer, .. } => Some(officer),
            _ => None,
        };
        let official = match official {
            Some(login) => {
                self.store.user(&login.0)?.map(|user| notices::Official { name: user.name, stamp: None })
            }
            None => None,
        };
        let leaf_hash = stored.leaf_hash;
        // The same step gives the same identifiers: they are made of its place in the log.
        let identifier = move |nth: u32| {
            let mut bytes = [0; 16];
            let digest = log::Hash::of(&[leaf_hash.0.as_slice(), &nth.to_be_bytes()].concat());
            bytes.copy_from_slice(digest.0.get(..16).unwrap_or(&[0; 16]));
            uuid::Builder::from_custom_bytes(bytes).into_uuid()
        };
        let identifier: &dyn Fn(u32) -> Uuid = &identifier;
        let pointers = |path: &declaration::Path| {
            let pointers = wire::wco_pointers(path);
            let pointers = pointers.into_iter();
            pointers
                .map(|pointer| notices::Pointer {
                    section: pointer.section,
                    sequence: pointer.sequence,
                    tag: pointer.tag,
                })
                .collect()
        };
        let told = |value: &Option<String>| value.clone().unwrap_or_default();
        let changes: Vec<notices::Change> = version
            .changes
            .iter()
            .map(|change| notices::Change {
                path: change.path.clone(),
                before: told(&change.before),
                after: told(&change.after),
            })
            .collect();
        let setting = notices::Setting {
            now: record.at,
            pack,
            source: &self.options.notice_source,
            findings: &findings,
            payments: Some(&payments),
            official: official.as_ref(),
            version: version.number,
            changes: &changes,
            identifier,
            pointers: &pointers,
        };
        Ok(notices::of(&before, &after, &record.events, &version.declaration, &setting))
    }
}
