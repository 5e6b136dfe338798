//! A segment: the declarations filed in one stretch of the log, as columns, with what became of them.
//!
//! ```text
//! magic · length and size of the directory · directory · blocks
//! ```
//!
//! Every block, and the directory, is one Zstandard frame with its checksum, so what is damaged is noticed
//! where it is read; a block that nobody asks for is not read at all. The directory names by digest how columns
//! are laid out: a program with another table of fields builds the segment again.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};

use declaration::{Declaration, Record, Value};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::bytes::{Reader, Writer};
use super::column::{Column, Filling};
use super::later::{Came, Looked, Told};
use super::needed::Needed;
use super::shape::{Child, columns};
use super::{Damage, Outcome, ROWS_MAX};
use crate::category::Category;
use crate::lane::{Lane, Sampled};
use crate::language::{NAMED, Scene, Subject, View};
use crate::profile::Measure;

const MAGIC: &[u8; 8] = b"GLHIST\r\n";
/// How hard blocks are compressed: they are written once and read often.
const LEVEL: i32 = 3;
/// The most bytes of a block, uncompressed: what a damaged directory may ask for.
const BLOCK_BYTES_MAX: usize = 1 << 30;
/// The block that says how cases were dealt with when they were filed.
const CASES: usize = usize::MAX;
/// The block of what was found out later.
const LATER: usize = usize::MAX - 1;

/// A declaration that was filed, and how it was dealt with then.
#[derive(Debug, Clone)]
pub struct Filed<'a> {
    /// What was declared.
    pub declaration: &'a Declaration,
    /// The case: the 16 bytes of its identifier.
    pub case: [u8; 16],
    /// When.
    pub at: Timestamp,
    /// SHA-256 of the bytes filed, over which draws are made.
    pub digest: [u8; 32],
    /// The calendar day there.
    pub day: Date,
    /// The registering office, by which profiles of a region reach it; empty where it is not known.
    pub office: &'a str,
    /// The declarant's tax number, or what else they are known by; may be empty.
    pub declarant: &'a str,
    /// The declarant's name; may be empty.
    pub name: &'a str,
    /// Whether it was registered.
    pub registered: bool,
    /// Its assessment.
    pub assessment: &'a crate::Assessment,
}

/// What was found out about a case after its filing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Later {
    /// The case.
    pub case: [u8; 16],
    /// What.
    pub told: Told,
}

/// A case of the past as a segment has it.
#[derive(Debug, Clone, PartialEq)]
pub struct PastCase {
    /// The case: the 16 bytes of its identifier.
    pub case: [u8; 16],
    /// When it was filed.
    pub at: Timestamp,
    /// SHA-256 of the bytes filed.
    pub digest: [u8; 32],
    /// The calendar day there.
    pub day: Date,
    /// The declarant's category, as it was.
    pub category: Category,
    /// Whether it was registered.
    pub registered: bool,
    /// Whether what was known of the trader's history was recorded with it.
    pub history_known: bool,
    /// The selection by chance, if there was one.
    pub random: Option<Lane>,
    /// The lane it went through.
    pub lane: Lane,
    /// Profiles that fired.
    pub hits: Vec<PastHit>,
    office: u32,
    declarant: u32,
    name: u32,
}

/// A profile that fired.
#[derive(Debug, Clone, PartialEq)]
pub struct PastHit {
    profile: u32,
    /// The line of goods, from 1; none: the declaration as a whole.
    pub item: Option<u32>,
    /// The lane it led to.
    pub lane: Lane,
    /// What was to be done.
    pub measures: Vec<Measure>,
}

/// Builds a segment, declaration after declaration.
#[derive(Debug)]
pub struct Builder {
    columns: BTreeMap<usize, Filling>,
    /// Rows so far, by level.
    rows: Vec<usize>,
    cases: Writer,
    count: usize,
    texts: BTreeMap<String, u32>,
    days: Option<(Date, Date)>,
    later: Vec<Later>,
    /// A value was not of the kind its field has.
    mixed: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            columns: BTreeMap::new(),
            rows: vec![0; columns().nodes.len()],
            cases: Writer::default(),
            count: 0,
            texts: BTreeMap::new(),
            days: None,
            later: Vec::new(),
            mixed: false,
        }
    }
}

impl Builder {
    /// Takes a declaration.
    pub fn add(&mut self, filed: &Filed<'_>) {
        let row = self.count;
        let first_line = self.rows.get(columns().item).copied().unwrap_or_default();
        self.walk(filed.declaration, 0, row);
        self.name(filed, row, first_line);
        self.count += 1;
        if let Some(rows) = self.rows.first_mut() {
            *rows = self.count;
        }
        self.days = Some(match self.days {
            None => (filed.day, filed.day),
            Some((first, last)) => (first.min(filed.day), last.max(filed.day)),
        });
        let [office, declarant, name] =
            [filed.office, filed.declarant, filed.name].map(|text| self.text(text));
        let assessment = filed.assessment;
        let hits: Vec<u32> = assessment.hits.iter().map(|hit| self.text(&hit.profile)).collect();
        let out = &mut self.cases;
        out.0.extend(filed.case);
        out.0.extend(filed.digest);
        out.signed(Some(filed.at.as_nanosecond()));
        out.date(Some(filed.day));
        [office, declarant, name].iter().for_each(|text| out.number(u128::from(*text)));
        let category = assessment.facts.category as u8;
        let random = assessment.random.as_ref().map_or(0, |random| 1 + random.lane as u8);
        let history_known = u8::from(assessment.facts.participant.is_some());
        out.0.extend([category, u8::from(filed.registered), history_known, random, assessment.lane as u8]);
        out.count(hits.len());
        for (profile, hit) in hits.iter().zip(&assessment.hits) {
            out.number(u128::from(*profile));
            out.number(u128::from(hit.item.unwrap_or_default()));
            out.0.push(hit.lane as u8);
            let set = hit.measures.iter().fold(0u128, |set, measure| set | 1 << (*measure as u8));
            out.number(set);
        }
    }

    /// Takes what was found out about a case, whenever that was filed.
    pub fn add_later(&mut self, later: Later) {
        self.later.push(later);
    }

    /// How many declarations it has.
    pub fn declarations(&self) -> usize {
        self.count
    }

    fn text(&mut self, text: &str) -> u32 {
        let next = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        match self.texts.get(text) {
            Some(number) => *number,
            None => *self.texts.entry(text.to_owned()).or_insert(next),
        }
    }

    fn filling(&mut self, slot: usize) -> Option<&mut Filling> {
        let kind = *columns().slots.get(slot)?;
        Some(self.columns.entry(slot).or_insert_with(|| Filling::of(kind)))
    }

    fn put(&mut self, slot: usize, row: usize, value: Value<'_>) {
        let fits = self.filling(slot).is_some_and(|filling| filling.put(row, value));
        self.mixed |= !fits;
    }

    fn walk(&mut self, record: &dyn Record, node: usize, row: usize) {
        for field in 0..record.fields().len() {
            let count = record.count(field);
            let Some(child) = columns().child(node, field).filter(|_| count > 0) else { continue };
            match child {
                Child::Leaf { slot } => {
                    if let Some(value) = record.value(field, 0) {
                        self.put(slot, row, value);
                    }
                }
                Child::Leaves { counts, slot } => {
                    let first = self.columns.get(&slot).map_or(0, Filling::len);
                    if let Some(filling) = self.filling(counts) {
                        filling.count(row, count);
                    }
                    let values = (0..count).filter_map(|nth| record.value(field, nth));
                    values.enumerate().for_each(|(nth, value)| self.put(slot, first + nth, value));
                }
                Child::One { presence, node } => {
                    self.put(presence, row, Value::Flag(true));
                    if let Some(record) = record.record(field, 0) {
                        self.walk(record, node, row);
                    }
                }
                Child::Many { counts, node } => {
                    if let Some(filling) = self.filling(counts) {
                        filling.count(row, count);
                    }
                    for record in (0..count).filter_map(|nth| record.record(field, nth)) {
                        let Some(rows) = self.rows.get_mut(node) else { continue };
                        let below = *rows;
                        *rows += 1;
                        self.walk(record, node, below);
                    }
                }
            }
        }
    }

    /// Keeps the named values, of the declaration and of each line.
    fn name(&mut self, filed: &Filed<'_>, row: usize, first_line: usize) {
        let facts = &filed.assessment.facts;
        let whole = Scene::new(filed.declaration, None, facts, filed.day);
        for (named, name) in NAMED.iter().zip(&columns().named) {
            if !name.of_line {
                if let Some(value) = (named.read)(&whole) {
                    self.put(name.slot, row, value);
                }
                continue;
            }
            for (at, item) in filed.declaration.items.iter().enumerate() {
                let line = Scene { item: Some(item), ..whole }.at_line(facts.items.get(at));
                if let Some(value) = (named.read)(&line) {
                    self.put(name.slot, first_line + at, value);
                }
            }
        }
    }

    /// The bytes of the segment, which covers the leaves of the log from one to before another.
    ///
    /// # Errors
    /// Where a value was not of its field's kind, there is too much, or compression fails.
    pub fn write(&self, leaves: std::ops::Range<u64>) -> Result<Vec<u8>, Damage> {
        if self.mixed {
            return Err(Damage::Content("a value is not of its field's kind"));
        }
        if self.rows.iter().any(|rows| *rows > ROWS_MAX) {
            return Err(Damage::Content("too many rows"));
        }
        let mut cases = Writer::default();
        cases.count(self.count);
        cases.count(self.texts.len());
        let mut texts: Vec<(&String, u32)> =
            self.texts.iter().map(|(text, number)| (text, *number)).collect();
        texts.sort_unstable_by_key(|(_, number)| *number);
        texts.iter().for_each(|(text, _)| cases.text(text));
        cases.0.extend(&self.cases.0);
        let mut later = Writer::default();
        later.count(self.later.len());
        for row in &self.later {
            later.0.extend(row.case);
            write_told(&mut later, &row.told);
        }
        let filled = self.columns.iter().filter(|(_, filling)| filling.len() > 0);
        let blocks = filled.map(|(slot, filling)| (*slot, filling.write()));
        let blocks = [(CASES, cases.0), (LATER, later.0)].into_iter().chain(blocks);
        let (mut body, mut listed, mut many) = (Vec::new(), Writer::default(), 0usize);
        for (slot, raw) in blocks {
            let packed = pack(&raw)?;
            [slot, body.len(), packed.len(), raw.len()].iter().for_each(|number| listed.count(*number));
            body.extend(packed);
            many += 1;
        }
        let mut directory = Writer::default();
        directory.0.extend(columns().digest);
        directory.number(u128::from(leaves.start));
        directory.number(u128::from(leaves.end));
        directory.count(self.count);
        directory.count(self.rows.get(columns().item).copied().unwrap_or_default());
        directory.date(self.days.map(|(first, _)| first));
        directory.date(self.days.map(|(_, last)| last));
        directory.count(many);
        directory.0.extend(listed.0);
        let packed = pack(&directory.0)?;
        let mut out = MAGIC.to_vec();
        for length in [packed.len(), directory.0.len()] {
            out.extend(u32::try_from(length).map_err(|_| Damage::Content("a directory"))?.to_le_bytes());
        }
        out.extend(packed);
        out.extend(body);
        Ok(out)
    }
}

fn pack(raw: &[u8]) -> Result<Vec<u8>, Damage> {
    let mut packer = zstd::bulk::Compressor::new(LEVEL)?;
    packer.include_checksum(true)?;
    Ok(packer.compress(raw)?)
}

fn unpack(packed: &[u8], size: usize) -> Result<Vec<u8>, Damage> {
    let raw =
        zstd::bulk::decompress(packed, size).map_err(|_| Damage::Content("a checksum does not hold"))?;
    if raw.len() == size { Ok(raw) } else { Err(Damage::Content("a block of another size")) }
}

/// What a segment has, without its columns.
#[derive(Debug)]
pub struct Directory {
    /// The first leaf it covers.
    pub from: u64,
    /// The first leaf after it.
    pub to: u64,
    /// Declarations in it.
    pub declarations: usize,
    /// Lines of goods in them.
    pub items: usize,
    /// The first and the last day of filing; none of no declarations.
    pub days: Option<(Date, Date)>,
    body: u64,
    /// By slot: where it begins in the body, its length packed and unpacked.
    blocks: BTreeMap<usize, (u64, usize, usize)>,
}

impl Directory {
    /// Reads the directory of a segment.
    ///
    /// # Errors
    /// Where the segment is damaged, or was written by a program that lays columns out otherwise.
    pub fn read(from: &mut impl Read) -> Result<Self, Damage> {
        let mut head = [0; 16];
        from.read_exact(&mut head)?;
        let mut head = Reader(&head);
        if head.bytes(MAGIC.len())? != MAGIC {
            return Err(Damage::Content("no segment"));
        }
        let mut length = || Ok::<_, Damage>(u32::from_le_bytes(head.array()?) as usize);
        let (packed_length, size) = (length()?, length()?);
        if packed_length.max(size) > BLOCK_BYTES_MAX {
            return Err(Damage::Content("a directory"));
        }
        let mut packed = Vec::new();
        from.take(packed_length as u64).read_to_end(&mut packed)?;
        let raw = unpack(&packed, size)?;
        let mut read = Reader(&raw);
        if read.array::<32>()? != columns().digest {
            return Err(Damage::Layout);
        }
        let leaf = |number: u128| u64::try_from(number).map_err(|_| Damage::Content("a leaf"));
        let (first, end) = (leaf(read.number()?)?, leaf(read.number()?)?);
        let (declarations, items) = (read.count()?, read.count()?);
        let days = read.date()?.zip(read.date()?);
        let many = read.count()?;
        let mut blocks = BTreeMap::new();
        for _ in 0..many {
            let number =
                |read: &mut Reader| usize::try_from(read.number()?).map_err(|_| Damage::Content("a block"));
            let (slot, place) = (number(&mut read)?, number(&mut read)?);
            let (length, size) = (number(&mut read)?, number(&mut read)?);
            if length.max(size) > BLOCK_BYTES_MAX {
                return Err(Damage::Content("a block"));
            }
            blocks.insert(slot, (place as u64, length, size));
        }
        let body = 16 + packed_length as u64;
        Ok(Self { from: first, to: end, declarations, items, days, body, blocks })
    }

    fn block(&self, slot: usize, from: &mut (impl Read + Seek)) -> Result<Option<Vec<u8>>, Damage> {
        let Some((place, length, size)) = self.blocks.get(&slot) else { return Ok(None) };
        from.seek(SeekFrom::Start(self.body.saturating_add(*place)))?;
        let mut packed = Vec::with_capacity(*length);
        from.by_ref().take(*length as u64).read_to_end(&mut packed)?;
        unpack(&packed, *size).map(Some)
    }

    /// What was found out about cases in this stretch of the log.
    ///
    /// # Errors
    /// Where the segment is damaged.
    pub fn later(&self, from: &mut (impl Read + Seek)) -> Result<Vec<Later>, Damage> {
        let Some(raw) = self.block(LATER, from)? else { return Ok(Vec::new()) };
        let mut read = Reader(&raw);
        let count = read.count()?;
        (0..count)
            .map(|_| {
                let case = read.array()?;
                Ok(Later { case, told: read_told(&mut read)? })
            })
            .collect()
    }

    /// The segment with the columns that are needed.
    ///
    /// # Errors
    /// Where the segment is damaged.
    pub fn load(self, from: &mut (impl Read + Seek), needed: &Needed) -> Result<Segment, Damage> {
        let mut loaded: Vec<Option<Column>> = Vec::new();
        loaded.resize_with(columns().slots.len(), || None);
        let wanted = needed.slots.iter().chain([&columns().items]);
        for slot in wanted {
            let (Some(place), Some(kind)) = (loaded.get_mut(*slot), columns().slots.get(*slot)) else {
                continue;
            };
            if let Some(raw) = self.block(*slot, from)? {
                *place = Some(Column::read(*kind, &raw)?);
            }
        }
        let raw = self.block(CASES, from)?.ok_or(Damage::Content("no cases"))?;
        let mut read = Reader(&raw);
        let (count, texts) = (read.count()?, read.count()?);
        let texts = (0..texts).map(|_| Ok(read.text()?.into())).collect::<Result<_, Damage>>()?;
        let cases: Vec<PastCase> = (0..count).map(|_| past_case(&mut read)).collect::<Result<_, _>>()?;
        if cases.len() != self.declarations {
            return Err(Damage::Content("a number of cases"));
        }
        Ok(Segment { directory: self, columns: loaded, cases, texts })
    }
}

fn write_amount(out: &mut Writer, amount: Option<Decimal>) {
    out.0.push(amount.map_or(0, |amount| amount.scale() as u8));
    out.signed(amount.map(|amount| amount.mantissa()));
}

fn write_told(out: &mut Writer, told: &Told) {
    match told {
        Told::Came(Outcome::Nothing) => out.0.push(0),
        Told::Came(Outcome::Found { value }) => {
            out.0.push(1);
            write_amount(out, *value);
        }
        Told::Looked(Looked { step, ground, measure, item, came }) => {
            out.0.push(2);
            out.number(u128::from(*step));
            out.text(ground);
            out.0.push(measure.map_or(0, |measure| 1 + measure as u8));
            out.number(u128::from(item.unwrap_or_default()));
            match came {
                Came::NotApplied => out.0.push(0),
                Came::Nothing => out.0.push(1),
                Came::Found { kind, amount } => {
                    out.0.push(2);
                    out.text(kind);
                    write_amount(out, Some(*amount));
                }
            }
        }
    }
}

fn read_told(read: &mut Reader<'_>) -> Result<Told, Damage> {
    let amount = |read: &mut Reader<'_>| {
        let scale = read.byte()?;
        read.decimal(scale)
    };
    Ok(match read.byte()? {
        0 => Told::Came(Outcome::Nothing),
        1 => Told::Came(Outcome::Found { value: amount(read)? }),
        2 => Told::Looked(Looked {
            step: u64::try_from(read.number()?).map_err(|_| Damage::Content("a leaf"))?,
            ground: read.text()?.to_owned(),
            measure: match read.byte()? {
                0 => None,
                number => {
                    let named = |measure: &&Measure| 1 + **measure as u8 == number;
                    Some(*Measure::ALL.iter().find(named).ok_or(Damage::Content("a measure"))?)
                }
            },
            item: Some(u32::try_from(read.number()?).map_err(|_| Damage::Content("a line"))?)
                .filter(|item| *item > 0),
            came: match read.byte()? {
                0 => Came::NotApplied,
                1 => Came::Nothing,
                2 => Came::Found {
                    kind: read.text()?.to_owned(),
                    amount: amount(read)?.ok_or(Damage::Content("an amount"))?,
                },
                _ => return Err(Damage::Content("an outcome")),
            },
        }),
        _ => return Err(Damage::Content("an outcome")),
    })
}

fn past_case(read: &mut Reader) -> Result<PastCase, Damage> {
    let unknown = Damage::Content("a code");
    let text = |read: &mut Reader| u32::try_from(read.number()?).map_err(|_| Damage::Content("a text"));
    let case = read.array()?;
    let digest = read.array()?;
    let at = read.signed()?.and_then(|at| Timestamp::from_nanosecond(at).ok());
    let day = read.date()?;
    let (office, declarant, name) = (text(read)?, text(read)?, text(read)?);
    let [category, registered, history_known, random, lane] = read.array()?;
    let count = read.count()?;
    let mut hits = Vec::new();
    for _ in 0..count {
        let profile = text(read)?;
        let item = u32::try_from(read.number()?).map_err(|_| Damage::Content("a line"))?;
        let lane = LANES.get(usize::from(read.byte()?)).copied().ok_or(Damage::Content("a lane"))?;
        let set = read.number()?;
        let measures =
            Measure::ALL.iter().copied().filter(|measure| set >> (*measure as u8) & 1 == 1).collect();
        hits.push(PastHit { profile, item: (item > 0).then_some(item), lane, measures });
    }
    let random = match random.checked_sub(1) {
        None => None,
        Some(lane) => Some(LANES.get(usize::from(lane)).copied().ok_or(Damage::Content("a lane"))?),
    };
    let (Some(at), Some(day)) = (at, day) else { return Err(unknown) };
    let category = CATEGORIES.get(usize::from(category)).copied().ok_or(unknown)?;
    let lane = LANES.get(usize::from(lane)).copied().ok_or(Damage::Content("a lane"))?;
    let (registered, history_known) = (registered == 1, history_known == 1);
    Ok(PastCase {
        case,
        at,
        digest,
        day,
        category,
        registered,
        history_known,
        random,
        lane,
        hits,
        office,
        declarant,
        name,
    })
}

const LANES: [Lane; 4] = [Lane::Green, Lane::Blue, Lane::Yellow, Lane::Red];
const CATEGORIES: [Category; 3] = [Category::Low, Category::Medium, Category::High];

/// A segment with the columns that were asked for.
#[derive(Debug)]
pub struct Segment {
    directory: Directory,
    columns: Vec<Option<Column>>,
    cases: Vec<PastCase>,
    texts: Vec<Box<str>>,
}

impl Segment {
    /// What it has.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The cases, in the order of the log.
    pub fn cases(&self) -> &[PastCase] {
        &self.cases
    }

    fn text(&self, number: u32) -> &str {
        usize::try_from(number).ok().and_then(|number| self.texts.get(number)).map_or("", |text| text)
    }

    /// The registering office of a case.
    pub fn office(&self, case: &PastCase) -> &str {
        self.text(case.office)
    }

    /// The declarant's tax number, or what else they are known by.
    pub fn declarant(&self, case: &PastCase) -> &str {
        self.text(case.declarant)
    }

    /// The declarant's name.
    pub fn name(&self, case: &PastCase) -> &str {
        self.text(case.name)
    }

    /// The number of the profile of a hit.
    pub fn profile(&self, hit: &PastHit) -> &str {
        self.text(hit.profile)
    }

    fn column(&self, slot: usize) -> Option<&Column> {
        self.columns.get(slot)?.as_ref()
    }

    fn span(&self, counts: usize, row: usize) -> (usize, usize) {
        self.column(counts).map_or((0, 0), |column| column.span(row))
    }

    /// Lines of goods of a declaration.
    pub fn lines(&self, declaration: usize) -> usize {
        let (first, end) = self.span(columns().items, declaration);
        end - first
    }

    fn words(&self, slot: usize, row: usize) -> Option<&str> {
        match self.column(slot)?.value(row)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The commodity codes of a declaration's lines.
    pub(super) fn codes(&self, declaration: usize) -> Vec<&str> {
        let (first, end) = self.span(columns().items, declaration);
        (first..end).filter_map(|line| self.words(columns().commodity_code, line)).collect()
    }

    /// What the rates of chance of a declaration depend on.
    pub(super) fn sampled<'a>(&'a self, declaration: usize, codes: &'a [&'a str]) -> Option<Sampled<'a>> {
        let case = self.cases.get(declaration)?;
        Some(Sampled {
            category: case.category,
            office: Some(self.office(case)).filter(|office| !office.is_empty()),
            kind: self.words(columns().kind, declaration),
            codes,
        })
    }

    /// A declaration and its lines, to be asked of.
    pub(super) fn subjects(&self, declaration: usize) -> Option<(Past<'_>, impl Iterator<Item = Past<'_>>)> {
        let day = self.cases.get(declaration)?.day;
        let whole = Past { segment: self, declaration, line: None, day };
        let (first, end) = self.span(columns().items, declaration);
        Some((whole, (first..end).map(move |line| Past { line: Some(line), ..whole })))
    }
}

/// A declaration of the past, or a line of its goods.
#[derive(Clone, Copy)]
pub(super) struct Past<'a> {
    segment: &'a Segment,
    declaration: usize,
    line: Option<usize>,
    day: Date,
}

/// A record of a declaration of the past.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    segment: &'a Segment,
    node: usize,
    row: usize,
}

impl<'a> View<'a> for Row<'a> {
    fn value(self, field: usize, nth: usize) -> Option<Value<'a>> {
        match columns().child(self.node, field)? {
            Child::Leaf { slot } if nth == 0 => self.segment.column(slot)?.value(self.row),
            Child::Leaves { counts, slot } => {
                let (first, end) = self.segment.span(counts, self.row);
                let at = first.checked_add(nth).filter(|at| *at < end)?;
                self.segment.column(slot)?.value(at)
            }
            Child::Leaf { .. } | Child::One { .. } | Child::Many { .. } => None,
        }
    }

    fn count(self, field: usize) -> usize {
        let there = |slot| self.segment.column(slot).and_then(|column| column.value(self.row)).is_some();
        match columns().child(self.node, field) {
            Some(Child::Leaf { slot } | Child::One { presence: slot, .. }) => usize::from(there(slot)),
            Some(Child::Leaves { counts, .. } | Child::Many { counts, .. }) => {
                let (first, end) = self.segment.span(counts, self.row);
                end - first
            }
            None => 0,
        }
    }

    fn record(self, field: usize, nth: usize) -> Option<Self> {
        match columns().child(self.node, field)? {
            // An absent record has no values in its row and is given all the same: see `View::record`.
            Child::One { node, .. } => (nth == 0).then_some(Row { node, ..self }),
            Child::Many { counts, node } => {
                let (first, end) = self.segment.span(counts, self.row);
                let row = first.checked_add(nth).filter(|at| *at < end)?;
                Some(Row { node, row, ..self })
            }
            Child::Leaf { .. } | Child::Leaves { .. } => None,
        }
    }
}

impl<'a> Subject<'a> for Past<'a> {
    type Record = Row<'a>;
    fn declaration(self) -> Row<'a> {
        Row { segment: self.segment, node: 0, row: self.declaration }
    }
    fn item(self) -> Option<Row<'a>> {
        Some(Row { segment: self.segment, node: columns().item, row: self.line? })
    }
    fn named(self, row: usize) -> Option<Value<'a>> {
        let name = columns().named.get(row)?;
        let place = if name.of_line { self.line? } else { self.declaration };
        self.segment.column(name.slot)?.value(place)
    }
    fn day(self) -> Date {
        self.day
    }
    fn office(self) -> Option<&'a str> {
        let case = self.segment.cases.get(self.declaration)?;
        Some(self.segment.office(case)).filter(|office| !office.is_empty())
    }
    fn asked_category(self) -> Option<Category> {
        None
    }
    fn commodity_code(self) -> Option<&'a str> {
        self.segment.words(columns().commodity_code, self.line?)
    }
}
