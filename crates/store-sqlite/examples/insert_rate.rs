//! How many cases per second the store takes, beside the same bytes as rows of a bare table.
//!
//! ```text
//! cargo run --release -p greenlane-store-sqlite --example insert_rate [CASES] [BATCH]
//! ```

use std::time::Instant;

use clearance::{Case, CaseId, RegistrationNumber, State};
use declaration::{OfficeCode, TaxNumber};
use greenlane_store_sqlite::{SqliteStore, raw_insert_rate};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use log::Hash;
use rust_decimal::Decimal;
use store::{AccountId, NewDocument, Posting, Purpose, Store, StoreError, StoredStep, Transaction};

/// A compressed declaration of some ten lines of goods.
const DOCUMENT_BYTES: usize = 3_000;
/// A step that files, assesses, registers and releases.
const STEP_BYTES: usize = 1_500;
/// Declarants, who are also the payers.
const DECLARANTS: u64 = 2_000;
/// Accounts that file for them.
const FILERS: u64 = 200;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let cases: u64 = arguments.next().map_or(Ok(60_000), |text| text.parse())?;
    let batch: usize = arguments.next().map_or(Ok(64), |text| text.parse())?;
    let place = std::env::temp_dir().join(format!("greenlane-insert-rate-{}", std::process::id()));

    let filings: Vec<Filing> = (0..cases).map(Filing::new).collect::<Option<_>>().ok_or("no such filing")?;
    let rows: Vec<Vec<u8>> =
        filings.iter().map(|filing| [&filing.document[..], &filing.body].concat()).collect();
    let bare = raw_insert_rate(&place.join("bare"), &rows, batch)?;
    drop(rows);

    let store = SqliteStore::open(&place.join("store"))?;
    store.transact(&mut |open| (0..DECLARANTS).try_for_each(|nth| open.post(&advance(nth)?)))?;
    let begun = Instant::now();
    let mut commits = Vec::new();
    for filings in filings.chunks(batch) {
        let begun = Instant::now();
        store.transact(&mut |open| filings.iter().try_for_each(|filing| filing.store(open)))?;
        commits.push(begun.elapsed());
    }
    let full = cases as f64 / begun.elapsed().as_secs_f64();
    commits.sort_unstable();
    let at = |share: usize| commits.get(commits.len() * share / 100).copied().unwrap_or_default();
    println!("{cases} cases, {batch} per commit");
    println!("bare rows  {bare:>8.0} per second");
    println!("cases      {full:>8.0} per second ({:.0} % of that)", full / bare * 100.0);
    println!(
        "per commit p50 {:?}, p99 {:?}, longest {:?}",
        at(50),
        at(99),
        commits.last().copied().unwrap_or_default()
    );
    let bytes: u64 = std::fs::read_dir(place.join("store"))?
        .filter_map(|entry| entry.ok()?.metadata().ok())
        .map(|file| file.len())
        .sum();
    println!("on disk    {:>8} bytes per case, log included", bytes / cases);
    drop(store);
    std::fs::remove_dir_all(&place)?;
    Ok(())
}

/// One case as intake hands it over.
struct Filing {
    nth: u64,
    case: Case,
    filer: String,
    sha256: Hash,
    document: Vec<u8>,
    body: Vec<u8>,
    payer: TaxNumber,
}

impl Filing {
    fn new(nth: u64) -> Option<Self> {
        let at = Timestamp::from_second(1_795_000_000).ok()? + SignedDuration::from_micros(80 * nth as i64);
        let sha256 = Hash::of(&nth.to_be_bytes());
        let mut random = [0; 10];
        random.copy_from_slice(&sha256.0[..10]);
        let payer = payer_of(mixed(nth) % DECLARANTS).ok()?;
        let office: OfficeCode = format!("100131{:02}", mixed(nth) % 10 + 10).parse().ok()?;
        let mut case = Case::new(CaseId::new(at, &random), at);
        case.seq = 1;
        case.state = State::Released;
        case.pack = "eaeu-ru".to_owned();
        case.declarant = "ООО «Северный причал»".to_owned();
        case.declarant_number = Some(payer);
        case.office = Some(office);
        case.number = RegistrationNumber::new(office, Date::constant(2026, 11, 21), nth as u32 + 1);
        case.currency = "RUB".to_owned();
        case.payable = Decimal::new(1_234_567, 2);
        case.payer = Some(payer);
        // Compressed content looks like noise.
        let noise = (0..DOCUMENT_BYTES as u64).map(|byte| mixed(nth << 20 | byte) as u8);
        let mut body = format!(r#"{{"case":"{}","seq":1,"at":"{at}","events":["#, case.id).into_bytes();
        let mut hash = sha256;
        while body.len() < STEP_BYTES {
            hash = Hash::of(&hash.0);
            body.extend(format!(r#"{{"event":"controlled","code":"{hash}","severity":"hint"}},"#).bytes());
        }
        let filer = format!("broker-{}", mixed(nth) % FILERS);
        Some(Self { nth, case, filer, sha256, document: noise.collect(), body, payer })
    }

    fn store(&self, open: &mut dyn Transaction) -> store::Result<()> {
        let document = NewDocument {
            filer: &self.filer,
            identity: &self.sha256.to_string(),
            sha256: &self.sha256,
            format: "album-5.23",
            compressed: &self.document,
            size: 20_000,
            seal: None,
        };
        if open.case_of_filing(&self.filer, &self.sha256)?.is_some() {
            return Err(StoreError::Conflict("filed before".to_owned()));
        }
        open.insert_case(&self.case, &document)?;
        open.append_step(&StoredStep {
            leaf: self.nth,
            case: Some(self.case.id),
            seq: 1,
            at: self.case.filed_at,
            salt: [7; 16],
            body: self.body.clone(),
            withheld: None,
            leaf_hash: self.sha256,
        })?;
        open.post(&Posting {
            at: self.case.filed_at,
            from: AccountId::Advance(self.payer, self.case.currency.clone()),
            to: AccountId::Treasury(self.case.currency.clone()),
            amount: self.case.payable,
            case: Some(self.case.id),
            purpose: Purpose::Paid,
            what: "payment_posted".to_owned(),
        })
    }
}

/// A number that looks like chance (the finaliser of SplitMix64).
fn mixed(number: u64) -> u64 {
    let number = (number ^ number >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ number >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ number >> 31
}

fn payer_of(nth: u64) -> store::Result<TaxNumber> {
    format!("77{nth:08}").parse().map_err(|_| StoreError::Failed("no tax number".to_owned()))
}

fn advance(nth: u64) -> store::Result<Posting> {
    Ok(Posting {
        at: Timestamp::UNIX_EPOCH,
        from: AccountId::Outside("RUB".to_owned()),
        to: AccountId::Advance(payer_of(nth)?, "RUB".to_owned()),
        amount: Decimal::from(1_000_000_000_000u64),
        case: None,
        purpose: Purpose::AdvanceReceived,
        what: "payment order".to_owned(),
    })
}
