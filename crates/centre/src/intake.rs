//! Intake: from bytes to an assessed filing, in parallel, before anything is stored.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use clearance::assess::Circumstances;
use clearance::power::PowerAct;
use clearance::{Assessed, Case, CaseId, Filing, Standing, Withdrawn, World, assess, consignment, input};
use crossbeam_channel::{Receiver, Sender, TrySendError};
use declaration::{Declaration, Finding, Purpose, TaxNumber};
use jiff::{SignedDuration, Timestamp};
use log::Hash;
use risk::{Category, Draw};

use crate::error::{CentreError, SubmitError};
use crate::powers::Represented;
use crate::secrets::random;
use crate::settle::Work;
use crate::{Centre, Inner, papers, sealing};

/// Compression of stored documents: a fast level, because these texts repeat themselves enough for it.
pub(crate) const ZSTD_LEVEL: i32 = -2;

/// What somebody files.
#[derive(Debug, Clone, Default)]
pub struct Submission {
    /// The exact bytes of the document.
    pub bytes: Vec<u8>,
    /// The text of a detached seal over them.
    pub seal: Option<Vec<u8>>,
    /// The account it came through; the seal's owner counts before it.
    pub account: String,
    /// In whose name that account files; the seal's owner counts before it.
    pub standing: Standing,
}

/// What became of a filing.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The case as it stands.
    pub case: Case,
    /// Findings in full.
    pub findings: Vec<Finding>,
    /// Format and version of the document, such as `album-5.23`.
    pub format: String,
    /// Whether the same bytes had been filed before by the same filer.
    pub repeated: bool,
    /// From receipt to durable, in milliseconds.
    pub milliseconds: f64,
}

/// Where the answer to a filing goes.
pub(crate) type Answer = Box<dyn FnOnce(Result<Outcome, SubmitError>) + Send>;

/// A filing on its way to the assess pool.
pub(crate) struct Job {
    submission: Submission,
    received: Instant,
    answer: Answer,
}

/// A filing that only needs what is scarce.
pub(crate) struct Prepared {
    pub(crate) id: CaseId,
    pub(crate) now: Timestamp,
    pub(crate) world: Arc<World>,
    pub(crate) draw: Draw,
    pub(crate) filing: Filing,
    /// Who would have filed it, had a power allowed it: what they filed while one did is theirs still.
    pub(crate) filed_as: Option<String>,
    pub(crate) sha256: Hash,
    pub(crate) assessed: Assessed,
    pub(crate) compressed: Vec<u8>,
    pub(crate) size: u32,
    pub(crate) seal: Option<Vec<u8>>,
    /// What papers that came before would name it by; empty where none waits.
    pub(crate) keys: Vec<String>,
    /// What else was in the package: it stands beside the declaration.
    pub(crate) packed: Vec<papers::Packed>,
    /// What links its declarant to others, as far as it is not on file this month.
    pub(crate) marks: crate::participants::Marks,
    pub(crate) received: Instant,
    pub(crate) answer: Option<Answer>,
}

const EMPTY_HANDED: &str = "the reference data of the node above are not here yet";

impl Centre {
    /// Files a declaration; `answer` is called once, when the decision is durable or nothing was kept.
    /// Never blocks: when too much is waiting, the answer is [`SubmitError::Busy`] at once.
    pub fn submit_then(
        &self,
        submission: Submission,
        answer: impl FnOnce(Result<Outcome, SubmitError>) + Send + 'static,
    ) {
        let job = Job { submission, received: Instant::now(), answer: Box::new(answer) };
        if self.inner.is_empty_handed() {
            return (job.answer)(Err(SubmitError::Unavailable(EMPTY_HANDED.to_owned())));
        }
        let sender = self.inner.intake.read().ok().and_then(|slot| slot.clone());
        let Some(sender) = sender else {
            return (job.answer)(Err(SubmitError::Unavailable("the centre is stopping".to_owned())));
        };
        match sender.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(job)) => (job.answer)(Err(SubmitError::Busy)),
            Err(TrySendError::Disconnected(job)) => {
                (job.answer)(Err(SubmitError::Unavailable("the centre is stopping".to_owned())));
            }
        }
    }

    /// Files a declaration and waits for the answer; waits for room, too, when too much is waiting.
    ///
    /// # Errors
    /// [`SubmitError`] where no case came of it.
    pub fn submit(&self, submission: Submission) -> Result<Outcome, SubmitError> {
        let stopping = || SubmitError::Unavailable("the centre is stopping".to_owned());
        if self.inner.is_empty_handed() {
            return Err(SubmitError::Unavailable(EMPTY_HANDED.to_owned()));
        }
        let (tell, told) = crossbeam_channel::bounded(1);
        let job = Job {
            submission,
            received: Instant::now(),
            answer: Box::new(move |outcome| {
                // A caller that no longer listens loses nothing: the decision is stored.
                let _ = tell.send(outcome);
            }),
        };
        let sender = self.inner.intake.read().ok().and_then(|slot| slot.clone()).ok_or_else(stopping)?;
        sender.send(job).map_err(|_| stopping())?;
        drop(sender);
        told.recv().unwrap_or_else(|_| Err(stopping()))
    }
}

/// The work of one thread of the assess pool, until the centre stops.
pub(crate) fn assess_jobs(inner: &Inner, jobs: &Receiver<Job>, settle: &Sender<Work>) {
    let mut compressor = Compressor::new();
    for job in jobs {
        let Job { submission, received, answer } = job;
        // A bug in reading or assessing ends one filing, not the intake.
        let prepared =
            catch_unwind(AssertUnwindSafe(|| prepare(inner, submission, received, &mut compressor)));
        let prepared = prepared.unwrap_or_else(|_| {
            tracing::error!("a filing met a bug; it was not taken");
            compressor = Compressor::new();
            Err(SubmitError::Unavailable("this document met a bug of the program".to_owned()))
        });
        match prepared {
            Ok(mut prepared) => {
                prepared.answer = Some(answer);
                if let Err(unsent) = settle.send(Work::File(Box::new(prepared))) {
                    let Work::File(prepared) = unsent.into_inner() else { continue };
                    if let Some(answer) = prepared.answer {
                        answer(Err(SubmitError::Unavailable("the centre is stopping".to_owned())));
                    }
                }
            }
            Err(why) => answer(Err(why)),
        }
    }
}

struct Compressor(Option<zstd::bulk::Compressor<'static>>);

impl Compressor {
    fn new() -> Self {
        Self(zstd::bulk::Compressor::new(ZSTD_LEVEL).ok())
    }

    fn compress(&mut self, bytes: &[u8]) -> Result<Vec<u8>, SubmitError> {
        let failed = |why: String| SubmitError::Unavailable(format!("compression failed: {why}"));
        match &mut self.0 {
            Some(compressor) => compressor.compress(bytes).map_err(|why| failed(why.to_string())),
            None => Err(failed("the compressor could not be made".to_owned())),
        }
    }
}

fn prepare(
    inner: &Inner,
    submission: Submission,
    received: Instant,
    compressor: &mut Compressor,
) -> Result<Prepared, SubmitError> {
    let now = inner.now();
    let world = inner.world.load_full();
    let sealing::Unsealed { content, signer } =
        sealing::unseal(world.verifier(), &submission.bytes, submission.seal.as_deref(), now)?;
    let document = wire::read(&content).map_err(|why| SubmitError::Unreadable(Box::new(why)))?;
    // What changes a declaration filed before goes to its case, whatever form it has.
    let new = document.declaration().filter(|declaration| declaration.purpose() == Purpose::New);
    let Some(declaration) = new else {
        let kind = document.paper().map_or("Declaration", wire::Paper::element).to_owned();
        return Err(SubmitError::NoDeclaration { kind, submission: Box::new(submission.clone()) });
    };
    let filer = Filer::of(&submission, signer);
    let Submission { bytes, seal, .. } = &submission;
    let unavailable = |why: CentreError| SubmitError::Unavailable(why.to_string());
    let represented = inner.representation(&filer, PowerAct::File, declaration, &world, now);
    let represented = represented.map_err(unavailable)?;
    let Filer { name: mut filer, standing, signer } = filer;
    let mut filed_as = None;
    if let Some(Represented { power, judged: Err(why) }) = &represented
        && power.sealed
    {
        // A power cures this without a byte of the declaration being changed: such a filing must not stand in
        // the way of the one that follows the cure.
        let refused = format!("{filer}/{}", why.code());
        filed_as = Some(std::mem::replace(&mut filer, refused));
    }
    let by_power = matches!(represented, Some(Represented { judged: Ok(()), .. }));
    let id = CaseId::new(now, &random::<10>().map_err(unavailable)?);
    let sha256 = Hash::of(bytes);
    let draw = inner.draw_at_filing(now, &sha256).map_err(unavailable)?;
    let declarant = declaration.declarant.as_ref().and_then(|party| party.tax_number());
    let recorded = inner.category_of(declarant.as_ref()).map_err(unavailable)?;
    // A good name helps only whoever bears it.
    let speaks = standing.speaks_for(declarant) || by_power;
    let category = if speaks { recorded } else { recorded.max(Category::Medium) };
    let filing = Filing {
        sha256: sha256.to_string(),
        filer,
        format: format!("{}-{}", document.format.as_str(), document.version),
        category,
        standing,
        signer,
        power: represented.map(|represented| represented.power),
        withdrawn: inner.withdrawn_before(declaration, &world, now).map_err(unavailable)?,
        known: inner.known_of(declarant.as_ref(), speaks, declaration, &world, now).map_err(unavailable)?,
    };
    let circumstances = Circumstances::of(&filing, PowerAct::File, now, &draw);
    let assessed = assess(declaration, &document.findings, &world, &circumstances);
    let keys = if inner.papers_wait.load(Ordering::Relaxed) {
        crate::papers::keys_of_declaration(declaration)
    } else {
        Vec::new()
    };
    let packed = document.papers.iter().filter(|paper| paper.author() != wire::Author::Customs);
    let packed: Vec<papers::Packed> = packed
        .take(papers::PACKED_MAX)
        .filter_map(|paper| papers::Packed::of(paper, &filing.filer, now).transpose())
        .collect::<Result<_, _>>()?;
    let marks = inner.marks_to_keep(declarant.as_ref(), declaration, now);
    let compressed = compressor.compress(bytes)?;
    let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    Ok(Prepared {
        id,
        now,
        world,
        draw,
        filing,
        filed_as,
        sha256,
        assessed,
        compressed,
        size,
        seal: seal.clone(),
        keys,
        packed,
        marks,
        received,
        answer: None,
    })
}

/// The account of whoever comes without one.
pub const NOBODY: &str = "anonymous";

/// Who files something: by the seal if there is one, else by the account.
pub(crate) struct Filer {
    /// The name it is kept under.
    pub(crate) name: String,
    /// In whose name it comes.
    pub(crate) standing: Standing,
    /// Who sealed it.
    pub(crate) signer: Option<input::Signer>,
}

impl Filer {
    pub(crate) fn of(submission: &Submission, signer: Option<input::Signer>) -> Self {
        let sealed_by = signer.as_ref().and_then(|signer| signer.tax_number.as_ref()?.parse().ok());
        let standing = sealed_by.map_or(submission.standing, Standing::Participant);
        let name = match &signer {
            Some(signer) => format!("seal:{}", signer.tax_number.as_deref().unwrap_or(&signer.certificate)),
            None => submission.account.clone(),
        };
        Self { name, standing, signer }
    }
}

impl Inner {
    /// The category of a declarant: as recorded, else medium, which is what a newcomer gets.
    pub(crate) fn category_of(&self, number: Option<&TaxNumber>) -> Result<Category, CentreError> {
        let Some(number) = number else { return Ok(Category::Medium) };
        if let Ok(known) = self.categories.read()
            && let Some(category) = known.get(number)
        {
            return Ok(*category);
        }
        let participant = self.store.participant(number)?;
        let category = participant.map_or(Category::Medium, |participant| participant.category);
        if let Ok(mut known) = self.categories.write() {
            if known.len() >= CATEGORIES_KNOWN_MAX {
                known.clear();
            }
            known.insert(*number, category);
        }
        Ok(category)
    }
}

impl Inner {
    /// The declaration of the same consignment that the declarant took back while somebody was to look at it, as
    /// far back as the pack says: the strictest.
    pub(crate) fn withdrawn_before(
        &self,
        declaration: &Declaration,
        world: &World,
        now: Timestamp,
    ) -> Result<Option<Withdrawn>, CentreError> {
        let days = world.pack_for(declaration).control.withdrawn_days;
        let number = declaration.declarant.as_ref().and_then(|party| party.tax_number());
        let Some(number) = number.filter(|_| days > 0) else { return Ok(None) };
        let since = now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(now);
        let before = self.store.withdrawn(&number, since, WITHDRAWN_MAX)?;
        if before.is_empty() {
            return Ok(None);
        }
        let marks = consignment::marks(declaration);
        let mut strictest: Option<Withdrawn> = None;
        for (case, lane) in before {
            if strictest.is_some_and(|found| found.lane >= lane) {
                continue;
            }
            let records = self.step_records(case)?;
            let versions = self.versions_of(case, records.iter().map(|(_, record)| record))?;
            let same = |version: &crate::versions::Version| {
                !consignment::marks(&version.declaration).is_disjoint(&marks)
            };
            if versions.iter().any(same) {
                strictest = Some(Withdrawn { case, lane });
            }
        }
        Ok(strictest)
    }
}

/// Withdrawn declarations of one declarant that are compared, the newest: who withdraws more in the days a pack
/// looks back is known to everybody.
const WITHDRAWN_MAX: usize = 50;

/// Categories kept in memory: about 100 bytes each.
const CATEGORIES_KNOWN_MAX: usize = 100_000;
