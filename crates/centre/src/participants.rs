//! The electronic file of a participant: everything known about one, in one place; and what links participants.
//!
//! Marks (see [`clearance::links`]) of registered declarations are kept by settling, in its transaction. Intake hashes
//! them and leaves out those that are on file for the month, so that most declarations write none.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::RwLock;

use clearance::fact::FactKind;
use clearance::links::{self, COMMON, MarkId, MarkKind};
use clearance::{Case, CaseId, State};
use declaration::{CountryCode, Declaration, OfficeCode, TaxNumber};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use risk::{Category, HistoryFacts, ParticipantFacts};
use rust_decimal::Decimal;
use store::{
    AccountId, CaseFilter, Flow, Guarantee, LooksOf, Participant, ParticipantMark, ParticipantRead,
    ParticipantRow, Posting, PowerFilter, StoreError, StoredStandingAct, Transaction,
};

use crate::error::CentreError;
use crate::people::Identity;
use crate::powers::PowerView;
use crate::standing::{FactView, STANDING_PAGE_MAX, StandingView};
use crate::{Centre, Inner};

/// Marks that are remembered to be on file: some 60 bytes each.
const KNOWN_MAX: usize = 400_000;
/// Marks of one kind in a file, those declared last.
const MARKS_SHOWN: usize = 20;
/// Linked participants in a file, those that share most.
const LINKS_SHOWN: usize = 100;
/// Powers of either side, certificates, guarantees, postings in a file.
const ROWS_SHOWN: usize = 50;
/// Pages of facts read at most for one file.
const FACT_PAGES_MAX: usize = 20;
/// Participants on one page at most.
pub const PARTICIPANTS_PAGE_MAX: usize = 500;
/// Participants read at a time.
const READ_AT_ONCE: usize = 500;
/// Participants read at most for one page of a search by name.
const SCANNED_MAX: usize = 20_000;
/// Days that a file looks back on flow and looks: thirteen months.
const FLOW_DAYS: i64 = 396;
/// Cases read at a time when links are made anew.
const CASES_AT_ONCE: usize = 500;

/// Marks of a declaration, by their keyed hashes.
pub(crate) type Marks = Vec<(MarkKind, MarkId)>;

/// Which marks are on file, and for which month (UTC) last: what is older is written again.
#[derive(Default)]
pub(crate) struct Known(RwLock<HashMap<(MarkKind, MarkId, TaxNumber), i32>>);

/// Months since the year 0, in UTC.
fn month_of(at: Timestamp) -> i32 {
    let day = TimeZone::UTC.to_datetime(at).date();
    i32::from(day.year()) * 12 + i32::from(day.month())
}

impl Known {
    /// Remembers what a transaction wrote.
    pub(crate) fn take(&self, written: &[ParticipantMark]) {
        if written.is_empty() {
            return;
        }
        let Ok(mut known) = self.0.write() else { return };
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        for mark in written {
            let month = known.entry((mark.kind, mark.mark, mark.number)).or_default();
            *month = month_of(mark.last.at()).max(*month);
        }
    }
}

/// Marks that a transaction writes once it is complete.
#[derive(Default)]
pub(crate) struct Marked(BTreeMap<(MarkKind, MarkId, TaxNumber), ParticipantMark>);

impl Marked {
    /// Takes the marks of a case, where it is registered.
    pub(crate) fn take(&mut self, case: &Case, marks: &[(MarkKind, MarkId)]) {
        let (Some(number), true) = (case.declarant_number, case.number.is_some()) else { return };
        for (kind, mark) in marks {
            let new = ParticipantMark { kind: *kind, mark: *mark, number, first: case.id, last: case.id };
            let entry = self.0.entry((*kind, *mark, number)).or_insert(new);
            entry.first = entry.first.min(case.id);
            entry.last = entry.last.max(case.id);
        }
    }

    /// Writes them; what was written comes back.
    pub(crate) fn store(self, tx: &mut dyn Transaction) -> Result<Vec<ParticipantMark>, StoreError> {
        let marks: Vec<ParticipantMark> = self.0.into_values().collect();
        if !marks.is_empty() {
            tx.put_marks(&marks)?;
        }
        Ok(marks)
    }
}

impl Inner {
    /// The marks of a declaration that are not on file for the month.
    pub(crate) fn marks_to_keep(
        &self,
        declarant: Option<&TaxNumber>,
        declaration: &Declaration,
        now: Timestamp,
    ) -> Marks {
        let Some(number) = declarant else { return Vec::new() };
        let mut marks = self.marks_of(declaration);
        if let Ok(known) = self.marks.0.read() {
            let month = month_of(now);
            marks.retain(|(kind, mark)| known.get(&(*kind, *mark, *number)).is_none_or(|last| *last < month));
        }
        marks
    }

    fn marks_of(&self, declaration: &Declaration) -> Marks {
        let marks = links::marks(declaration);
        marks.iter().map(|mark| (mark.kind, self.mark_key.id(mark))).collect()
    }

    /// Marks in words, out of the declarations that bear them: a mark whose words are not found there has none.
    fn in_words(&self, marks: &[ParticipantMark]) -> Result<HashMap<MarkId, String>, CentreError> {
        let cases: BTreeSet<CaseId> = marks.iter().map(|mark| mark.last).collect();
        let mut words = HashMap::new();
        for id in cases {
            let records = self.step_records(id)?;
            for version in self.versions_of(id, records.iter().map(|(_, record)| record))? {
                for mark in links::marks(&version.declaration) {
                    words.insert(self.mark_key.id(&mark), mark.text);
                }
            }
        }
        Ok(words)
    }
}

/// What of a file is wanted: whoever asks says what they may see, and nothing else is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// Grounds for looks, what came of them, and what is counted of them: withheld from the participant.
    pub looks: bool,
    /// Links to other participants.
    pub links: bool,
    /// Balances, guarantees, postings.
    pub money: bool,
}

impl Scope {
    /// Everything.
    pub const EVERYTHING: Scope = Scope { looks: true, links: true, money: true };
}

/// Everything known about one participant. Lists are bounded and begin with what is newest or weighs most.
#[derive(Debug, Clone)]
pub struct ParticipantFile {
    /// Its tax number.
    pub number: TaxNumber,
    /// Its name: as registered, else as declared last; empty where there is neither.
    pub name: String,
    /// How it was registered, if it was.
    pub registered: Option<Participant>,
    /// The category decisions use.
    pub category: Category,
    /// The day of the first and last registered declaration, and how many there are.
    pub span: (Option<Date>, Option<Date>, u32),
    /// Names, addresses, telephones, mailboxes, signatories and representatives as declared.
    pub declared: Vec<Declared>,
    /// Powers it gave.
    pub powers_given: Vec<PowerView>,
    /// Powers it holds.
    pub powers_held: Vec<PowerView>,
    /// Certificates registered for it.
    pub certificates: Vec<RegisteredCertificate>,
    /// What its category follows from.
    pub facts: ParticipantFacts,
    /// How it stands by the pack's criteria and why; none of whoever is not registered.
    pub standing: Option<StandingView>,
    /// Facts, newest first; those it must not learn only in the scope of looks.
    pub known: Vec<FactView>,
    /// What happened to its standing, newest first.
    pub acts: Vec<StoredStandingAct>,
    /// What profiles know of it: only in the scope of looks.
    pub history: Option<HistoryFacts>,
    /// Its cases of thirteen months, by month, state and lane.
    pub flow: Vec<Flow>,
    /// Grounds of thirteen months and what came of them; none out of scope.
    pub looks: Option<Vec<LooksOf>>,
    /// Its money; none out of scope.
    pub money: Option<Money>,
    /// Who shares marks with it; none out of scope.
    pub links: Option<Vec<Link>>,
    /// Marks it shares with so many that they say nothing; none out of scope.
    pub common: Option<Vec<Declared>>,
}

/// Something declared about a participant, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// What it is.
    pub kind: MarkKind,
    /// As it was declared.
    pub text: String,
    /// When it was declared first.
    pub first: Timestamp,
    /// When it was declared last, to the month.
    pub last: Timestamp,
    /// A case that bears it.
    pub case: CaseId,
    /// The office of that case.
    pub office: Option<OfficeCode>,
}

/// A certificate registered for a participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredCertificate {
    /// SHA-256, in hexadecimal digits.
    pub sha256: String,
    /// The first day, if one was set.
    pub from: Option<Date>,
    /// The last day, if one was set.
    pub to: Option<Date>,
}

/// What a payer has and owes.
#[derive(Debug, Clone, PartialEq)]
pub struct Money {
    /// Each currency with something in it.
    pub balances: Vec<PayerBalance>,
    /// Guarantees, those in force first.
    pub guarantees: Vec<Guarantee>,
    /// The newest postings.
    pub postings: Vec<Posting>,
    /// Open cases that wait for its money or security.
    pub awaited: Vec<Case>,
}

/// What a payer has in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayerBalance {
    /// The currency.
    pub currency: String,
    /// Advances that can be spent.
    pub available: Decimal,
    /// Set aside for open cases.
    pub reserved: Decimal,
}

/// A participant that shares marks with another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Who it is.
    pub number: TaxNumber,
    /// Its name.
    pub name: String,
    /// How much they have in common, in points: the sum over what they share.
    pub points: u32,
    /// What they share, that which weighs most first.
    pub shared: Vec<LinkShared>,
}

/// A mark that two participants share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkShared {
    /// What it is.
    pub kind: MarkKind,
    /// As the participant whose file it is declared it.
    pub text: String,
    /// How many participants bear it.
    pub holders: usize,
    /// What that is worth.
    pub points: u32,
    /// When the other one declared it first.
    pub first: Timestamp,
    /// When the other one declared it last, to the month.
    pub last: Timestamp,
}

/// Which participants to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParticipantAsk {
    /// The beginning of the number, part of the name, a whole telephone or a mailbox; empty for all.
    pub text: String,
    /// Only in this category.
    pub category: Option<Category>,
    /// Only those after this number: the next page.
    pub after: Option<TaxNumber>,
    /// At most so many, up to [`PARTICIPANTS_PAGE_MAX`].
    pub limit: usize,
}

/// What stands before every number that begins so, and after every lesser one.
fn before(beginning: &str) -> String {
    let mut text = beginning.to_owned();
    match text.pop() {
        Some(last) => {
            text.push(char::from_u32((last as u32).saturating_sub(1)).unwrap_or(' '));
            text.push('\u{7f}');
            text
        }
        None => text,
    }
}

impl Centre {
    /// Participants by number, and where the next page begins. A search by name reads a bounded part of the list: a
    /// page may be short and yet have a next one.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn participants(
        &self,
        ask: &ParticipantAsk,
    ) -> Result<(Vec<ParticipantRow>, Option<TaxNumber>), CentreError> {
        let store = &self.inner.store;
        let limit = ask.limit.clamp(1, PARTICIPANTS_PAGE_MAX);
        let text = ask.text.trim();
        let wanted = text.to_lowercase();
        let beginning =
            (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(text);
        let digits = beginning.filter(|text| text.bytes().any(|byte| byte.is_ascii_digit()));
        let country = self.world().reference().default_pack().country;
        let fits = |row: &ParticipantRow| {
            let category = row.registered.as_ref().map_or(Category::Medium, |known| known.category);
            if ask.category.is_some_and(|wanted| wanted != category) {
                return false;
            }
            let names =
                row.registered.iter().map(|known| known.name.as_str()).chain(row.declared_as.as_deref());
            let named = |name: &str| name.to_lowercase().contains(&wanted);
            match digits {
                Some(digits) => row.number.as_str().starts_with(digits),
                None => wanted.is_empty() || names.into_iter().any(named),
            }
        };
        // What has signs of a telephone or a mailbox is one; digits alone may be either.
        if text.contains(['@', '+', '(']) {
            return Ok((self.with_contact(text, country, ask.after)?, None));
        }
        let mut after = match (&ask.after, digits) {
            (Some(after), _) => after.as_str().to_owned(),
            (None, Some(digits)) => before(digits),
            (None, None) => String::new(),
        };
        let (mut page, mut read) = (Vec::new(), 0);
        loop {
            let rows = store.participants(&after, READ_AT_ONCE)?;
            let whole = rows.len() < READ_AT_ONCE;
            read += rows.len();
            let mut last = None;
            for row in rows {
                if digits.is_some_and(|digits| !row.number.as_str().starts_with(digits)) {
                    return self.or_with_contact(page, ask, country);
                }
                last = Some(row.number);
                if !fits(&row) {
                    continue;
                }
                if page.len() == limit {
                    return Ok((std::mem::take(&mut page), page_end(&after)));
                }
                after = row.number.as_str().to_owned();
                page.push(row);
            }
            if whole {
                return self.or_with_contact(page, ask, country);
            }
            let Some(last) = last else { return Ok((page, None)) };
            after = last.as_str().to_owned();
            if read >= SCANNED_MAX {
                return Ok((page, Some(last)));
            }
        }
    }

    /// A last page; where nothing was found, who has a telephone of these digits.
    fn or_with_contact(
        &self,
        page: Vec<ParticipantRow>,
        ask: &ParticipantAsk,
        country: CountryCode,
    ) -> Result<(Vec<ParticipantRow>, Option<TaxNumber>), CentreError> {
        if !page.is_empty() || ask.after.is_some() {
            return Ok((page, None));
        }
        Ok((self.with_contact(ask.text.trim(), country, None)?, None))
    }

    /// Participants after a number that have a telephone or mailbox.
    fn with_contact(
        &self,
        text: &str,
        country: CountryCode,
        after: Option<TaxNumber>,
    ) -> Result<Vec<ParticipantRow>, CentreError> {
        let store = &self.inner.store;
        let Some(mark) = links::asked(text, country).into_iter().next() else { return Ok(Vec::new()) };
        let mut rows = Vec::new();
        for holder in store.marked(mark.kind, &self.inner.mark_key.id(&mark), COMMON + 1)? {
            if after.is_some_and(|after| holder.number <= after) {
                continue;
            }
            let listed = store.participants(&before(holder.number.as_str()), 1)?;
            rows.extend(listed.into_iter().find(|row| row.number == holder.number));
        }
        Ok(rows)
    }

    /// The file of a participant, as far as it is wanted; none of whoever nobody knows.
    ///
    /// # Errors
    /// Where the store fails, or a document cannot be read.
    pub fn participant_file(
        &self,
        number: &TaxNumber,
        scope: Scope,
    ) -> Result<Option<ParticipantFile>, CentreError> {
        let (inner, store) = (&self.inner, &self.inner.store);
        let registered = store.participant(number)?;
        let trader = store.trader(number)?;
        let newest = CaseFilter { declarant: Some(*number), limit: 1, ..CaseFilter::default() };
        let newest = store.list(&newest)?.into_iter().next();
        let powers = |principal, attorney| {
            self.powers(&PowerFilter { principal, attorney, limit: ROWS_SHOWN, ..PowerFilter::default() })
        };
        let (powers_given, powers_held) = (powers(Some(*number), None)?, powers(None, Some(*number))?);
        let world = self.world();
        let certificates: Vec<RegisteredCertificate> = world
            .verifier()
            .trust()
            .registered_to(number.as_str(), ROWS_SHOWN)
            .into_iter()
            .map(|(sha256, from, to)| RegisteredCertificate { sha256, from, to })
            .collect();
        let marks = store.marks_of(number, MARKS_SHOWN)?;
        let money = if scope.money { Some(self.money_of(number)?) } else { None };
        let known = registered.is_some()
            || trader.is_some()
            || newest.is_some()
            || !marks.is_empty()
            || !powers_given.is_empty()
            || !powers_held.is_empty()
            || !certificates.is_empty()
            || money.as_ref().is_some_and(Money::is_something);
        if !known {
            return Ok(None);
        }
        let now = inner.now();
        let since = now.checked_sub(SignedDuration::from_hours(24 * FLOW_DAYS)).unwrap_or(now);
        let words = inner.in_words(&marks)?;
        let declared = self.declared(&marks, &words)?;
        let (links, common) = if scope.links {
            let (links, common) = self.links_of(number, &marks, &words)?;
            (Some(links), Some(common))
        } else {
            (None, None)
        };
        let looks = if scope.looks { Some(store.looks_of(number, since)?) } else { None };
        let record = trader.unwrap_or_default().record;
        let (facts, history) = record.facts_on(world.day(world.reference().default_pack(), now));
        let name = registered.as_ref().map(|known| known.name.clone());
        let name = name.or_else(|| newest.map(|case| case.declarant)).unwrap_or_default();
        Ok(Some(ParticipantFile {
            number: *number,
            name,
            category: inner.category_of(Some(number))?,
            registered,
            span: record.span(),
            declared,
            powers_given,
            powers_held,
            certificates,
            facts,
            standing: self.standing(number)?,
            known: self.facts_besides(number, None, scope.looks, ROWS_SHOWN)?.0,
            acts: self.standing_acts(number, None, scope.looks, ROWS_SHOWN)?,
            history: scope.looks.then_some(history),
            flow: store.flow_of(number, since)?,
            looks,
            money,
            links,
            common,
        }))
    }

    /// Facts, the newest first, from a number back, but for registrations that cases show: there are as many as
    /// declarations. With them where the next page begins.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn facts_besides(
        &self,
        number: &TaxNumber,
        mut from: Option<u64>,
        withheld: bool,
        rows: usize,
    ) -> Result<(Vec<FactView>, Option<u64>), CentreError> {
        let mut found = Vec::new();
        for _ in 0..FACT_PAGES_MAX {
            let page = self.facts(number, from, withheld, STANDING_PAGE_MAX)?;
            let Some(last) = page.last() else { break };
            from = last.stored.previous;
            found.extend(page.into_iter().filter(|view| {
                let fact = &view.stored.fact;
                fact.kind != FactKind::Registered || fact.case.is_none()
            }));
            if from.is_none() || found.len() >= rows {
                break;
            }
        }
        if found.len() > rows {
            from = found.get(rows).map(|view| view.stored.number);
            found.truncate(rows);
        }
        Ok((found, from))
    }

    fn declared(
        &self,
        marks: &[ParticipantMark],
        words: &HashMap<MarkId, String>,
    ) -> Result<Vec<Declared>, CentreError> {
        let mut offices: HashMap<CaseId, Option<OfficeCode>> = HashMap::new();
        let mut declared = Vec::with_capacity(marks.len());
        for mark in marks {
            let office = match offices.get(&mark.last) {
                Some(office) => *office,
                None => {
                    let office = self.inner.store.case(mark.last)?.and_then(|case| case.office);
                    offices.insert(mark.last, office);
                    office
                }
            };
            declared.push(Declared {
                kind: mark.kind,
                text: words.get(&mark.mark).cloned().unwrap_or_default(),
                first: mark.first.at(),
                last: mark.last.at(),
                case: mark.last,
                office,
            });
        }
        Ok(declared)
    }

    /// Who shares marks with a participant, and the marks that too many share.
    fn links_of(
        &self,
        number: &TaxNumber,
        marks: &[ParticipantMark],
        words: &HashMap<MarkId, String>,
    ) -> Result<(Vec<Link>, Vec<Declared>), CentreError> {
        let store = &self.inner.store;
        let mut others: BTreeMap<TaxNumber, Vec<LinkShared>> = BTreeMap::new();
        let mut common = Vec::new();
        for mark in marks.iter().filter(|mark| mark.kind.points() > 0) {
            let holders = store.marked(mark.kind, &mark.mark, COMMON + 1)?;
            if holders.len() > COMMON {
                common.push(*mark);
                continue;
            }
            for other in holders.iter().filter(|other| other.number != *number) {
                others.entry(other.number).or_default().push(LinkShared {
                    kind: mark.kind,
                    text: words.get(&mark.mark).cloned().unwrap_or_default(),
                    holders: holders.len(),
                    points: links::weight(mark.kind, holders.len()),
                    first: other.first.at(),
                    last: other.last.at(),
                });
            }
        }
        let mut ranked: Vec<(u32, TaxNumber, Vec<LinkShared>)> = others
            .into_iter()
            .map(|(number, mut shared)| {
                shared.sort_by_key(|one| (std::cmp::Reverse(one.points), one.kind));
                (shared.iter().map(|one| one.points).sum(), number, shared)
            })
            .collect();
        ranked.sort_by_key(|(points, number, _)| (std::cmp::Reverse(*points), *number));
        ranked.truncate(LINKS_SHOWN);
        let mut found = Vec::with_capacity(ranked.len());
        for (points, number, shared) in ranked {
            found.push(Link { name: self.participant_name(&number)?, number, points, shared });
        }
        Ok((found, self.declared(&common, words)?))
    }

    /// The name of a participant: as registered, else as declared last; empty where there is neither.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn participant_name(&self, number: &TaxNumber) -> Result<String, CentreError> {
        let store = &self.inner.store;
        if let Some(known) = store.participant(number)? {
            return Ok(known.name);
        }
        let newest = CaseFilter { declarant: Some(*number), limit: 1, ..CaseFilter::default() };
        let newest = store.list(&newest)?.into_iter().next();
        Ok(newest.map(|case| case.declarant).unwrap_or_default())
    }

    fn money_of(&self, payer: &TaxNumber) -> Result<Money, CentreError> {
        let store = &self.inner.store;
        let world = self.world();
        let packs = world.reference().packs();
        let currencies: BTreeSet<String> = packs.map(|pack| pack.currency.to_string()).collect();
        let (mut balances, mut postings) = (Vec::new(), Vec::new());
        for currency in currencies {
            let advance = AccountId::Advance(*payer, currency.clone());
            let available = store.balance(&advance)?;
            let reserved = store.balance(&AccountId::Reserved(*payer, currency.clone()))?;
            let moved = store.postings(&advance, ROWS_SHOWN)?;
            if !moved.is_empty() || !available.is_zero() || !reserved.is_zero() {
                balances.push(PayerBalance { currency, available, reserved });
            }
            postings.extend(moved);
        }
        postings.sort_by_key(|posting| std::cmp::Reverse(posting.at));
        postings.truncate(ROWS_SHOWN);
        let mut guarantees = store.guarantees(Some(payer))?;
        guarantees.sort_by_key(|one| (one.ended_at.is_some(), std::cmp::Reverse(one.valid_to)));
        guarantees.truncate(ROWS_SHOWN);
        let waits = CaseFilter {
            state: Some(State::WaitingForPayment),
            declarant: Some(*payer),
            limit: ROWS_SHOWN,
            ..CaseFilter::default()
        };
        Ok(Money { balances, guarantees, postings, awaited: store.list(&waits)? })
    }

    /// Records that somebody read a participant's file, or with no number the list.
    ///
    /// # Errors
    /// Where the store fails; then nothing may be shown.
    pub fn record_participant_read(
        &self,
        who: &Identity,
        number: Option<TaxNumber>,
        what: &str,
    ) -> Result<(), CentreError> {
        let read =
            ParticipantRead { at: self.inner.now(), login: who.login.clone(), number, what: what.to_owned() };
        self.inner.store.transact(&mut |tx| tx.add_participant_read(&read))?;
        Ok(())
    }

    /// Makes the marks of all registered cases, for stores from before they were kept; how many cases there were,
    /// and how many rows were written. Rows that are there stay.
    ///
    /// # Errors
    /// Where the store fails, or a document cannot be read.
    pub fn link_participants(&self) -> Result<(u64, u64), CentreError> {
        let inner = &self.inner;
        let mut filter = CaseFilter { limit: CASES_AT_ONCE, ..CaseFilter::default() };
        let (mut count, mut written) = (0, 0);
        loop {
            let cases = inner.store.list(&filter)?;
            let Some(last) = cases.last() else { return Ok((count, written)) };
            filter.after = Some(last.id);
            let mut marked = Marked::default();
            for case in cases.iter().filter(|case| case.number.is_some() && case.declarant_number.is_some()) {
                count += 1;
                let records = inner.step_records(case.id)?;
                for version in inner.versions_of(case.id, records.iter().map(|(_, record)| record))? {
                    marked.take(case, &inner.marks_of(&version.declaration));
                }
            }
            let mut marks = Some(marked);
            inner.store.transact(&mut |tx| {
                let Some(marked) = marks.take() else { return Ok(()) };
                written += marked.store(tx)?.len() as u64;
                Ok(())
            })?;
        }
    }
}

/// The number a page ends with, to go on after.
fn page_end(after: &str) -> Option<TaxNumber> {
    after.parse().ok()
}

impl Money {
    fn is_something(&self) -> bool {
        !(self.balances.is_empty() && self.guarantees.is_empty() && self.awaited.is_empty())
    }
}
