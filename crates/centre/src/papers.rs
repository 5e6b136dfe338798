//! Papers: documents besides declarations, from bytes to a durable place beside the case they belong to.
//!
//! A paper that names a registered declaration goes to its case at once. One that comes before its
//! declaration waits, under what the declaration will name it by: numbers of containers, transport
//! documents and vehicles, the identifier of the declaration's document.

use std::sync::Arc;
use std::time::Instant;

use clearance::power::PowerAct;
use clearance::{
    Assessed, Case, CaseId, Input, PaperMark, Refusal, RegistrationNumber, Representation, World, values,
};
use declaration::{
    ContainerNumber, Declaration, Finding, Leaf, Path, Purpose, Record, Severity, TaxNumber, Text,
};
use duty::stated::KINDS;
use jiff::Timestamp;
use jiff::civil::Date;
use log::Hash;
use risk::Draw;
use store::{PaperFilter, StoredPaper};
use wire::{Author, Content, Paper};

use crate::error::{CentreError, SubmitError};
use crate::intake::{Filer, NOBODY, Submission};
use crate::powers::Represented;
use crate::secrets::random;
use crate::settle::Work;
use crate::versions::CorrectionAsked;
use crate::{Centre, Identity, Inner, sealing};

/// The most keys kept of one paper: a register of parcels names thousands of things, a declaration that
/// follows a handful.
const KEYS_MAX: usize = 256;
/// The shortest number that names anything: shorter ones are everybody's.
const KEY_CHARS_MIN: usize = 4;

/// What became of a paper.
#[derive(Debug, Clone, PartialEq)]
pub struct PaperOutcome {
    /// The paper as it is kept.
    pub paper: StoredPaper,
    /// The case it went to, as it stands now.
    pub case: Option<Case>,
    /// What was found in it: errors only where it asked for something that was not done.
    pub findings: Vec<Finding>,
    /// Whether the same bytes had been filed before by the same filer.
    pub repeated: bool,
    /// From receipt to durable, in milliseconds.
    pub milliseconds: f64,
}

/// A paper that only needs its place in the order of things.
pub(crate) struct PreparedPaper {
    pub(crate) paper: StoredPaper,
    pub(crate) keys: Vec<String>,
    pub(crate) compressed: Vec<u8>,
    pub(crate) size: u32,
    pub(crate) seal: Option<Vec<u8>>,
    /// What it asks of the case.
    pub(crate) input: Input,
    /// The new version, assessed, where it corrects; and the version that was corrected.
    pub(crate) assessed: Option<(Assessed, u32)>,
    /// What links the declarant of the new version to others, as far as it is not on file this month.
    pub(crate) marks: crate::participants::Marks,
    pub(crate) world: Arc<World>,
    pub(crate) draw: Option<Draw>,
    pub(crate) now: Timestamp,
    pub(crate) answer: PaperAnswer,
}

/// Papers of one package that are put beside its declaration.
pub(crate) const PACKED_MAX: usize = 100;

/// A paper that came in one package with its declaration. Its bytes are its own document, as the format
/// writes it; the package is kept whole with the declaration.
pub(crate) struct Packed {
    pub(crate) paper: StoredPaper,
    pub(crate) compressed: Vec<u8>,
    pub(crate) size: u32,
}

impl Packed {
    /// None of what its format does not allow: the findings of the package say so.
    pub(crate) fn of(paper: &Paper, filer: &str, now: Timestamp) -> Result<Option<Self>, SubmitError> {
        let unavailable = |why: String| SubmitError::Unavailable(why);
        let Ok(bytes) = wire::write_paper(paper) else { return Ok(None) };
        let found = check::papers::check(&paper.form);
        let marks: Vec<_> = found.iter().map(clearance::event::FindingMark::from).collect();
        let (format, version) = paper.format();
        let id = CaseId::new(now, &random::<10>().map_err(|why| unavailable(why.to_string()))?);
        Ok(Some(Self {
            paper: StoredPaper {
                id,
                kind: paper.kind().to_owned(),
                format: format!("{}-{version}", format.as_str()),
                filer: filer.to_owned(),
                declarant_number: declarant_of(paper),
                sha256: Hash::of(bytes.as_bytes()),
                at: now,
                case: None,
                findings: serde_json::to_string(&marks).unwrap_or_else(|_| "[]".to_owned()),
            },
            compressed: zstd::bulk::compress(bytes.as_bytes(), crate::intake::ZSTD_LEVEL)
                .map_err(|why| unavailable(format!("compression failed: {why}")))?,
            size: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        }))
    }
}

/// Where the answer goes: the paper as stored, the case, and whether it was there before.
pub(crate) type PaperAnswer = Box<dyn FnOnce(Result<(StoredPaper, Option<Case>, bool), SubmitError>) + Send>;

impl Centre {
    /// Files a document that is no declaration and waits until it is durable. A correction or a
    /// withdrawal is given to its case; everything else is kept beside it.
    ///
    /// # Errors
    /// [`SubmitError`] where nothing was kept.
    pub fn file_paper(&self, submission: Submission) -> Result<PaperOutcome, SubmitError> {
        let received = Instant::now();
        let (tell, told) = crossbeam_channel::bounded(1);
        let answer: PaperAnswer = Box::new(move |outcome| {
            // A caller that no longer listens loses nothing: the paper is stored.
            let _ = tell.send(outcome);
        });
        let (prepared, findings) = self.inner.prepare_paper(submission, answer)?;
        let stopping = || SubmitError::Unavailable("the centre is stopping".to_owned());
        let sender = self.inner.settle.read().ok().and_then(|slot| slot.clone()).ok_or_else(stopping)?;
        sender.send(Work::Paper(Box::new(prepared))).map_err(|_| stopping())?;
        drop(sender);
        let (paper, case, repeated) = told.recv().unwrap_or_else(|_| Err(stopping()))?;
        let milliseconds = received.elapsed().as_secs_f64() * 1_000.0;
        Ok(PaperOutcome { paper, case, findings, repeated, milliseconds })
    }

    /// The papers of a case, newest first.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn papers_of(&self, case: CaseId, limit: usize) -> Result<Vec<StoredPaper>, CentreError> {
        Ok(self.inner.store.papers(&PaperFilter { case: Some(case), limit, ..PaperFilter::default() })?)
    }

    /// Papers a person may see, newest first, after one of them.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn papers_for(
        &self,
        who: &Identity,
        after: Option<CaseId>,
        limit: usize,
    ) -> Result<Vec<StoredPaper>, CentreError> {
        let visible_to = match who.role {
            store::Role::Declarant => Some((crate::account_of(&who.login), who.participant)),
            store::Role::Officer
            | store::Role::Analyst
            | store::Role::RiskChief
            | store::Role::Duty
            | store::Role::Auditor
            | store::Role::Administrator => None,
        };
        Ok(self.inner.store.papers(&PaperFilter { visible_to, after, limit, case: None })?)
    }

    /// A paper with its exact bytes.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn paper(&self, id: CaseId) -> Result<Option<(StoredPaper, Vec<u8>)>, CentreError> {
        Ok(self.inner.store.paper(id)?)
    }
}

impl Inner {
    fn prepare_paper(
        &self,
        submission: Submission,
        answer: PaperAnswer,
    ) -> Result<(PreparedPaper, Vec<Finding>), SubmitError> {
        let now = self.now();
        let world = self.world.load_full();
        let unsealed = sealing::unseal(world.verifier(), &submission.bytes, submission.seal.as_deref(), now)?;
        let document = wire::read(&unsealed.content).map_err(|why| SubmitError::Unreadable(Box::new(why)))?;
        let filer = Filer::of(&submission, unsealed.signer);
        let wire::Document { content, mut findings, format, version, papers: others, .. } = document;
        let asked = Asked::of(content)?;
        let format = format!("{}-{version}", format.as_str());
        let faulty = |findings| SubmitError::Faulty { findings, format: format.clone() };
        if !others.is_empty() {
            return Err(faulty(vec![several_documents()]));
        }
        if let Asked::Paper(paper) = &asked {
            findings.extend(check::papers::check(&paper.form));
        }
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Err(faulty(findings));
        }
        let unavailable = |why: CentreError| SubmitError::Unavailable(why.to_string());
        let sha256 = Hash::of(&submission.bytes);
        let id = CaseId::new(now, &random::<10>().map_err(unavailable)?);
        let (case, own) = match self.case_named(&asked, &filer)? {
            Some((case, own)) => (Some(case), own),
            None => (None, false),
        };
        if let (Asked::Paper(paper), Some(case)) = (&asked, &case) {
            findings.extend(self.values_beside(paper, case, &world).map_err(unavailable)?);
        }
        let kind = asked.kind().to_owned();
        let mark = PaperMark { paper: id.to_string(), kind: kind.clone(), sha256: sha256.to_string() };
        let (mut assessed, mut marks) = (None, Vec::new());
        let input = match (asked.wish(), &case) {
            // Settling answers what was filed before: what it corrected then is no longer there, and the power it
            // came under may be over.
            (_, Some(_)) if self.was_filed(&filer.name, &sha256)? => Input::Attach(mark),
            (Wish::Withdraw, Some(case)) => {
                let power = self.by_power(case, &filer, own, PowerAct::Withdraw, &world, now);
                Input::Withdraw { reason: asked.reason(), power: power?.map_err(|why| faulty(vec![why]))? }
            }
            (Wish::Withdraw | Wish::Correct | Wish::Change, None) => {
                return Err(faulty(vec![no_such_declaration(&asked)]));
            }
            (Wish::Correct, Some(Case { state, .. })) if state.is_final() => {
                return Err(SubmitError::Refused(Refusal::Final { state: *state }));
            }
            (Wish::Correct, Some(case)) => {
                let content = asked.content();
                let format = format.clone();
                let correction = CorrectionAsked { content: &content, mark, filer: &filer, own, format };
                let (correction, made, marked) = self.corrected(case, correction, &world, now)?;
                // What control finds in the version it makes, whether or not that is taken.
                findings.extend(made.findings.iter().cloned());
                assessed = Some((made, case.version));
                marks = marked;
                Input::Correct(correction)
            }
            (Wish::Change, Some(case)) => {
                let power = self.by_power(case, &filer, own, PowerAct::Correct, &world, now);
                power?.map_err(|why| faulty(vec![why]))?;
                Input::Attach(mark)
            }
            (Wish::Keep, _) => Input::Attach(mark),
        };
        let draw = match &case {
            Some(case) => Some(self.draw_at_step(now, &case.id).map_err(unavailable)?),
            None => None,
        };
        let compressed = zstd::bulk::compress(&submission.bytes, crate::intake::ZSTD_LEVEL)
            .map_err(|why| SubmitError::Unavailable(format!("compression failed: {why}")))?;
        let kept: Vec<_> = findings.iter().map(clearance::event::FindingMark::from).collect();
        let stored = StoredPaper {
            id,
            kind,
            format,
            filer: filer.name,
            declarant_number: asked.declarant(),
            sha256,
            at: now,
            case: case.as_ref().map(|case| case.id),
            findings: serde_json::to_string(&kept).unwrap_or_else(|_| "[]".to_owned()),
        };
        let size = u32::try_from(submission.bytes.len()).unwrap_or(u32::MAX);
        let keys = if case.is_none() { asked.keys() } else { Vec::new() };
        let prepared = PreparedPaper {
            paper: stored,
            keys,
            compressed,
            size,
            seal: submission.seal,
            input,
            assessed,
            marks,
            world,
            draw,
            now,
            answer,
        };
        Ok((prepared, findings))
    }

    /// What a declaration of customs value says of the version of its declaration that counts.
    fn values_beside(&self, paper: &Paper, case: &Case, world: &World) -> Result<Vec<Finding>, CentreError> {
        if !KINDS.contains(&paper.kind()) {
            return Ok(Vec::new());
        }
        let reference = world.reference();
        let Some(pack) = reference.pack(&case.pack) else { return Ok(Vec::new()) };
        let records = self.step_records(case.id)?;
        let versions = self.versions_of(case.id, records.iter().map(|(_, record)| record))?;
        let declaration = versions.last().map(|last| &last.declaration);
        let on = world.day(pack, case.filed_at);
        Ok(values::findings(paper.kind(), &paper.form, declaration, reference, pack, on))
    }

    /// Whether the same bytes came from the same filer before.
    fn was_filed(&self, filer: &str, sha256: &Hash) -> Result<bool, SubmitError> {
        let mut there = false;
        let found = self.store.transact(&mut |tx| {
            there = tx.paper_of_filing(filer, sha256)?.is_some();
            Ok(())
        });
        found.map(|()| there).map_err(|why| SubmitError::Unavailable(why.to_string()))
    }

    /// By what power somebody else changes a case, held against the version that counts; the finding where
    /// none allows it and they signed it, or did not file the declaration themselves.
    fn by_power(
        &self,
        case: &Case,
        filer: &Filer,
        own: bool,
        act: PowerAct,
        world: &World,
        now: Timestamp,
    ) -> Result<Result<Option<Box<Representation>>, Finding>, SubmitError> {
        let unavailable = |why: CentreError| SubmitError::Unavailable(why.to_string());
        if filer.standing.speaks_for(case.declarant_number) {
            return Ok(Ok(None));
        }
        let records = self.step_records(case.id).map_err(unavailable)?;
        let versions = self.versions_of(case.id, records.iter().map(|(_, record)| record));
        let versions = versions.map_err(unavailable)?;
        let Some(last) = versions.last() else { return Ok(Ok(None)) };
        let represented = self.representation(filer, act, &last.declaration, world, now);
        Ok(match represented.map_err(unavailable)? {
            Some(Represented { power, judged: Err(why) }) if power.sealed || !own => {
                Err(power.finding(&why, &last.declaration))
            }
            represented => Ok(represented.map(|represented| represented.power)),
        })
    }

    /// The case a paper names, if it names one that who filed it may speak for; and whether they do so without
    /// a power. Whoever has, or had, a power of its declarant learns what that lacks; everybody else, only that
    /// there is no such case.
    fn case_named(&self, asked: &Asked, filer: &Filer) -> Result<Option<(Case, bool)>, SubmitError> {
        let unavailable = |why: CentreError| SubmitError::Unavailable(why.to_string());
        let failed = |why: store::StoreError| SubmitError::Unavailable(why.to_string());
        let mut found = Vec::new();
        if let Some(number) = asked.number() {
            found.extend(self.store.case_by_number(&number).map_err(failed)?);
        }
        if let Some(identity) = asked.identity() {
            found.extend(self.store.cases_of_identity(&identity).map_err(failed)?);
        }
        for id in found {
            if let Some(case) = self.store.case(id).map_err(failed)? {
                let filed_by = self.store.document(id).map_err(failed)?.map(|document| document.filer);
                // Whoever comes without a name is everybody.
                let same = filer.name != NOBODY && filed_by.as_deref() == Some(&filer.name);
                if same || filer.standing.speaks_for(case.declarant_number) {
                    return Ok(Some((case, true)));
                }
                let changes = asked.wish() != Wish::Keep;
                if changes && self.are_related(case.declarant_number, filer).map_err(unavailable)? {
                    return Ok(Some((case, false)));
                }
            }
        }
        Ok(None)
    }
}

/// A document that is no new declaration.
enum Asked {
    /// A paper of its own kind.
    Paper(Box<Paper>),
    /// A declaration that changes one filed before.
    Declaration(Box<Declaration>),
}

/// What a document asks of its case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    /// A new version.
    Correct,
    /// A change that says in words what is to be changed: an official reads it.
    Change,
    /// The declaration back.
    Withdraw,
    /// Only a place beside it.
    Keep,
}

impl Asked {
    fn of(content: Content) -> Result<Self, SubmitError> {
        match content {
            Content::Paper(paper) if paper.author() != Author::Customs => Ok(Self::Paper(Box::new(paper))),
            Content::Paper(paper) => Err(SubmitError::NotTheirs { kind: paper.element().to_owned() }),
            Content::Declaration(declaration) if declaration.purpose() != Purpose::New => {
                Ok(Self::Declaration(declaration))
            }
            Content::Declaration(_) => Err(SubmitError::NotTheirs { kind: "Declaration".to_owned() }),
        }
    }

    fn content(&self) -> Content {
        match self {
            Self::Paper(paper) => Content::Paper(paper.as_ref().clone()),
            Self::Declaration(declaration) => Content::Declaration(declaration.clone()),
        }
    }

    /// The stable name of its kind.
    fn kind(&self) -> &'static str {
        match self {
            Self::Paper(paper) => paper.kind(),
            Self::Declaration(declaration) => match declaration.purpose() {
                Purpose::New => "declaration",
                Purpose::Amendment => "correction",
                Purpose::Cancellation => "withdrawal",
                Purpose::Arrival => "arrival",
            },
        }
    }

    fn wish(&self) -> Wish {
        match self.kind() {
            "correction" => Wish::Correct,
            "change_request" => Wish::Change,
            "withdrawal" => Wish::Withdraw,
            _ => Wish::Keep,
        }
    }

    /// The registration number it names.
    fn number(&self) -> Option<RegistrationNumber> {
        match self {
            Self::Paper(paper) => number_named(&paper.form),
            Self::Declaration(declaration) => declaration.movement_reference.as_ref()?.as_str().parse().ok(),
        }
    }

    /// The identifier of the declaration's document that it names.
    fn identity(&self) -> Option<String> {
        match self {
            Self::Paper(paper) => identity_named(&paper.form),
            Self::Declaration(declaration) => {
                declaration.local_reference.as_ref().map(|reference| reference.as_str().to_owned())
            }
        }
    }

    /// Why, in the declarant's words.
    fn reason(&self) -> String {
        match self {
            Self::Paper(paper) => paper.form.text("comments").unwrap_or_default(),
            Self::Declaration(declaration) => {
                let statements = declaration.statements.iter();
                let texts = statements.filter_map(|statement| statement.text.as_ref());
                texts.map(|text| text.as_str()).collect::<Vec<_>>().join(" ")
            }
        }
    }

    fn declarant(&self) -> Option<TaxNumber> {
        match self {
            Self::Paper(paper) => declarant_of(paper),
            Self::Declaration(declaration) => {
                declaration.declarant.as_ref().and_then(|party| party.tax_number())
            }
        }
    }

    fn keys(&self) -> Vec<String> {
        match self {
            Self::Paper(paper) => keys_of(&paper.form),
            Self::Declaration(declaration) => {
                let reference = declaration.local_reference.as_ref();
                reference.and_then(|reference| key("document", reference.as_str())).into_iter().collect()
            }
        }
    }
}

/// One case is moved by one document: of two corrections in one package the second would get lost.
fn several_documents() -> Finding {
    Finding::new(
        "GL-6103",
        Severity::Error,
        Path::root(),
        Text::new(
            "В пакете несколько документов и нет декларации. Подайте каждый отдельно.",
            "The package has several documents and no declaration. File each by itself.",
        ),
    )
}

fn no_such_declaration(asked: &Asked) -> Finding {
    let named = asked.number().map(|number| number.to_string()).or_else(|| asked.identity());
    let named = named.unwrap_or_default();
    Finding::new(
        "GL-6101",
        Severity::Error,
        Path::root(),
        Text::new(
            format!("Декларация {named} не найдена или подана не вами. Проверьте номер в документе."),
            format!("There is no declaration {named}, or it is not yours. Check the number in the document."),
        ),
    )
}

/// The tax number of the declarant a paper names; where it names none as such, that of whoever comes first.
fn declarant_of(paper: &Paper) -> Option<TaxNumber> {
    let (mut declarant, mut first) = (None, None);
    walk(&paper.form, &mut |record, name| {
        if declarant.is_none() && name == "declarant" {
            declarant = tax_number_in(record);
        }
        first = first.or_else(|| tax_number(record));
    });
    declarant.or(first)
}

fn tax_number_in(party: &dyn Record) -> Option<TaxNumber> {
    let mut found = None;
    walk(party, &mut |record, _| found = found.or_else(|| tax_number(record)));
    found
}

fn tax_number(record: &dyn Record) -> Option<TaxNumber> {
    let names = ["inn", "unp", "unn", "bin", "kg_inn"];
    names.iter().find_map(|name| leaf(record, name)?.parse().ok())
}

/// The registration number a document as a whole names. Numbers further down are those of other
/// declarations: preceding ones, or ones a value rests on.
fn number_named(form: &dyn Record) -> Option<RegistrationNumber> {
    ["declaration_number", "changed_declaration"].iter().find_map(|name| {
        let named = form.record(form.index_of(name)?, 0)?;
        let office = leaf(named, "office")?.parse().ok()?;
        let day = Date::parse(&leaf(named, "registration_date")?).ok()?;
        let serial = leaf(named, "declaration_number")?.parse().ok()?;
        RegistrationNumber::new(office, day, serial)
    })
}

/// The identifier of the declaration's document: as such, else as that of the document it refers to.
fn identity_named(form: &dyn Record) -> Option<String> {
    ["declaration_document_id", "reference_document_id"].iter().find_map(|name| leaf(form, name))
}

fn leaf(record: &dyn Record, name: &str) -> Option<String> {
    record.value(record.index_of(name)?, 0).map(|value| value.to_string())
}

/// Goes through a record and all below, with the name of the field each stands in.
fn walk(record: &dyn Record, see: &mut dyn FnMut(&dyn Record, &str)) {
    fn go(record: &dyn Record, name: &str, see: &mut dyn FnMut(&dyn Record, &str)) {
        see(record, name);
        for (at, field) in record.fields().iter().enumerate() {
            for nth in 0..record.count(at) {
                if let Some(below) = record.record(at, nth) {
                    go(below, field.name, see);
                }
            }
        }
    }
    go(record, "", see);
}

fn key(kind: &str, text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    (text.chars().count() >= KEY_CHARS_MIN).then(|| format!("{kind}:{text}"))
}

/// Fields that name a vehicle.
const VEHICLES: [&str; 4] = ["identifier", "vin", "chassis_number", "body_number"];
/// Records whose number names a transport document.
const TRANSPORT_DOCUMENTS: [&str; 3] = ["transport_document", "transport_documents", "house_waybill"];

/// What a declaration that follows can name a paper by.
fn keys_of(form: &dyn Record) -> Vec<String> {
    let mut keys = Vec::new();
    if let Some(identity) = identity_named(form) {
        keys.extend(key("document", &identity));
    }
    walk(form, &mut |record, name| {
        for (at, field) in record.fields().iter().enumerate() {
            for nth in 0..record.count(at) {
                let Some(value) = record.value(at, nth) else { continue };
                let text = value.to_string();
                if ContainerNumber::parse(&text).is_ok() && check::is_container(&text) {
                    keys.extend(key("container", &text));
                } else if VEHICLES.contains(&field.name) {
                    keys.extend(key("vehicle", &text));
                } else if field.name == "number" && TRANSPORT_DOCUMENTS.contains(&name) {
                    keys.extend(key("transport", &text));
                }
            }
        }
    });
    keys.sort_unstable();
    keys.dedup();
    keys.truncate(KEYS_MAX);
    keys
}

/// Codes of box 44 that begin so are transport documents (classifier of kinds of documents, decision of
/// the Customs Union Commission No. 378 of 20 September 2010).
const TRANSPORT_KINDS: &str = "02";

/// What a declaration names papers by that came before it.
pub(crate) fn keys_of_declaration(declaration: &Declaration) -> Vec<String> {
    let mut keys = Vec::new();
    let own = [&declaration.document_id].into_iter().flatten().map(|id| id.as_str());
    let references = declaration.local_reference.iter().map(|reference| reference.as_str());
    keys.extend(own.chain(references).filter_map(|identity| key("document", identity)));
    for transport in [&declaration.transport_inland, &declaration.transport_border].into_iter().flatten() {
        for means in &transport.means {
            let named = [&means.vin, &means.identifier, &means.trailer].into_iter().flatten();
            keys.extend(named.filter_map(|text| key("vehicle", text.as_str())));
        }
    }
    for item in &declaration.items {
        let numbers = item.containers.iter().flat_map(|container| &container.numbers);
        keys.extend(numbers.filter_map(|number| key("container", number.as_str())));
        let papers = item.documents.iter().filter(|document| {
            document.kind.as_ref().is_some_and(|kind| kind.as_str().starts_with(TRANSPORT_KINDS))
        });
        let numbers = papers.filter_map(|document| document.number.as_ref());
        keys.extend(numbers.filter_map(|number| key("transport", number.as_str())));
    }
    keys.sort_unstable();
    keys.dedup();
    keys.truncate(KEYS_MAX);
    keys
}

/// Whether a waiting paper belongs to a declaration that names it: both are of one house, the paper names
/// the declaration's document, or two things agree that nobody guesses. What nobody known filed joins
/// nothing: guesses cost them nothing.
pub(crate) fn belongs(paper: &StoredPaper, matches: usize, filer: &str, case: &Case) -> bool {
    let same_house = paper.filer == filer
        || (paper.declarant_number.is_some() && paper.declarant_number == case.declarant_number);
    paper.filer != NOBODY && (same_house || matches >= 2)
}
