//! Cases, documents and steps to store. All of them are made up from a number, so that a failure can
//! be met again.

use clearance::security::{Covered, Security};
use clearance::share::{Part, Share};
use clearance::{Case, CaseId, DecidedBy, OfficerId, RegistrationNumber, State};
use declaration::{Kind, OfficeCode, TaxNumber};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use log::Hash;
use reference::Dataset;
use risk::Lane;
use rust_decimal::Decimal;

use crate::{AccountId, NewDataset, NewDocument, Posting, Purpose, Result, StoredStep, Transaction};

/// When the first case is filed; the following ones a second later each.
pub fn start() -> Timestamp {
    Timestamp::from_millisecond(1_795_262_400_123).unwrap()
}

/// So many seconds after [`start`].
pub fn second(nth: u64) -> Timestamp {
    start() + SignedDuration::from_secs(i64::try_from(nth).unwrap())
}

pub fn id(nth: u64) -> CaseId {
    let mut random = [0; 10];
    random.copy_from_slice(&Hash::of(&nth.to_be_bytes()).0[..10]);
    CaseId::new(second(nth), &random)
}

pub fn office(nth: u64) -> OfficeCode {
    format!("100131{nth:02}").parse().unwrap()
}

pub fn payer(nth: u64) -> TaxNumber {
    format!("77{nth:08}").parse().unwrap()
}

pub fn officer(nth: u64) -> OfficerId {
    OfficerId(format!("inspector-{nth}"))
}

pub fn roubles(amount: i64) -> Decimal {
    Decimal::new(amount * 100, 2)
}

pub fn advance(nth: u64) -> AccountId {
    AccountId::Advance(payer(nth), "RUB".to_owned())
}

pub fn reserved(nth: u64) -> AccountId {
    AccountId::Reserved(payer(nth), "RUB".to_owned())
}

pub fn treasury() -> AccountId {
    AccountId::Treasury("RUB".to_owned())
}

pub fn outside() -> AccountId {
    AccountId::Outside("RUB".to_owned())
}

/// A posting of whole roubles.
pub fn posting(from: AccountId, to: AccountId, amount: i64) -> Posting {
    Posting {
        at: start(),
        from,
        to,
        amount: roubles(amount),
        case: None,
        purpose: Purpose::AdvanceReceived,
        what: "payment order 17".to_owned(),
    }
}

/// The `nth` case as it was filed: little is known of it.
pub fn case(nth: u64) -> Case {
    Case { seq: 1, state: State::Released, ..Case::new(id(nth), second(nth)) }
}

/// The `nth` case with every field set, and no two alike.
pub fn whole_case(nth: u64) -> Case {
    Case {
        id: id(nth),
        seq: 3,
        version: 2,
        state: State::UnderControl,
        pack: "eaeu-ru".to_owned(),
        kind: Some(Kind::Export),
        procedure: Some("10".parse().unwrap()),
        office: Some(office(60)),
        declarant: "ООО «Северный причал» — \"quoted\"; 'and more'".to_owned(),
        declarant_number: Some(payer(1)),
        items: 11,
        documents: 12,
        errors: 13,
        warnings: 14,
        number: number(nth),
        lane: Some(Lane::Yellow),
        hits: vec!["PRICE-LOW".to_owned(), "ПРОФИЛЬ, 2".to_owned()],
        payable: Decimal::new(1_234_567, 2),
        conditional: true,
        currency: "RUB".to_owned(),
        customs_value: "79228162514264337593543950335".parse().unwrap(),
        payment_lines: 15,
        payer: Some(payer(2)),
        reserved: "0.10".parse().unwrap(),
        shortfall: "12345.67".parse().unwrap(),
        officer: Some(officer(1)),
        weight: 16,
        deadline: Some(second(nth + 600)),
        overdue: true,
        filed_at: second(nth),
        decided_at: Some(second(nth + 60)),
        decided_by: Some(DecidedBy::Officer(officer(2))),
        shares: vec![
            Share {
                payer: payer(2),
                amount: roubles(10),
                reserved: "0.10".parse().unwrap(),
                shortfall: "12345.67".parse().unwrap(),
            },
            Share::of(Part { payer: payer(3), amount: roubles(7) }),
        ],
        security: Security {
            demanded: roubles(900),
            named: vec!["Г-1 \"а\"".to_owned()],
            covers: vec![Covered { guarantee: "G-2".to_owned(), amount: roubles(899) }],
        },
    }
}

pub fn number(nth: u64) -> Option<RegistrationNumber> {
    RegistrationNumber::new(office(60), Date::constant(2026, 11, 21), u32::try_from(nth).unwrap() + 1)
}

/// A document and who filed it.
#[derive(Debug, Clone)]
pub struct Document {
    pub filer: String,
    pub bytes: Vec<u8>,
    pub seal: Option<Vec<u8>>,
}

/// The document of the `nth` case.
pub fn document(nth: u64) -> Document {
    let bytes = format!("<ESADout_CU nth=\"{nth}\">Насосы центробежные</ESADout_CU>").into_bytes();
    Document { filer: format!("broker-{}", nth % 3), bytes, seal: None }
}

impl Document {
    pub fn sha256(&self) -> Hash {
        Hash::of(&self.bytes)
    }

    /// Stores `case` with this document.
    pub fn store(&self, open: &mut dyn Transaction, case: &Case) -> Result<()> {
        let document = NewDocument {
            filer: &self.filer,
            identity: &self.sha256().to_string(),
            sha256: &self.sha256(),
            format: "album-5.23",
            compressed: &stored_frame(&self.bytes),
            size: u32::try_from(self.bytes.len()).unwrap(),
            seal: self.seal.as_deref(),
        };
        open.insert_case(case, &document)
    }
}

/// Stores the case with the document of the same number.
pub fn insert(open: &mut dyn Transaction, nth: u64, case: &Case) -> Result<()> {
    document(nth).store(open, case)
}

/// Keeps a dataset.
pub fn put_dataset(open: &mut dyn Transaction, dataset: &Dataset) -> Result<()> {
    let compressed = stored_frame(&dataset.content);
    let size = dataset.content.len();
    open.put_dataset(&NewDataset { set: &dataset.entry(), compressed: &compressed, size })
}

/// Bytes as a Zstandard frame that holds them as they are, in raw blocks (RFC 8878 section 3.1.1).
pub fn stored_frame(bytes: &[u8]) -> Vec<u8> {
    const MAGIC: u32 = 0xFD2F_B528;
    /// A single segment whose size follows in four bytes.
    const DESCRIPTOR: u8 = 0b1010_0000;
    const BLOCK_BYTES_MAX: usize = 128 << 10;
    let mut frame = MAGIC.to_le_bytes().to_vec();
    frame.push(DESCRIPTOR);
    frame.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
    let mut rest = bytes;
    loop {
        let (block, after) = rest.split_at(rest.len().min(BLOCK_BYTES_MAX));
        let header = u32::try_from(block.len()).unwrap() << 3 | u32::from(after.is_empty());
        frame.extend(&header.to_le_bytes()[..3]);
        frame.extend(block);
        rest = after;
        if rest.is_empty() {
            return frame;
        }
    }
}

/// A step with this leaf.
pub fn step(leaf: u64, case: Option<CaseId>, seq: u32) -> StoredStep {
    let body = format!(r#"{{"leaf":{leaf},"seq":{seq}}}"#).into_bytes();
    let mut salt = [0; 16];
    salt.copy_from_slice(&Hash::of(&body).0[..16]);
    let leaf_hash = log::leaf_hash(&log::entry_hash(&salt, &body));
    StoredStep {
        leaf,
        case,
        seq,
        at: second(leaf),
        salt,
        body,
        withheld: (leaf % 2 == 1).then(|| vec![7; 20]),
        leaf_hash,
    }
}

/// Numbers that look like chance and are the same every time (SplitMix64).
#[derive(Debug)]
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let number = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let number = (number ^ number >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        number ^ number >> 31
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// True one time in `times`.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}
