//! Money and serials: what there is only so much of.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use declaration::{OfficeCode, TaxNumber};
use rusqlite::{Connection, params};
use rust_decimal::Decimal;
use store::{AccountId, AccountState, PaymentDocument, Posting};

use crate::failure::{Result, conflict, damaged};
use crate::row::{Columns, all, limit, micros, one, run};
use crate::statement::statement;

const LEDGER: &str = include_str!("queries/ledger.sql");

/// The accounts a transaction touches: read once, written once, however many postings there are.
#[derive(Debug, Default)]
pub struct Ledger {
    accounts: BTreeMap<AccountId, Account>,
}

#[derive(Debug, Clone)]
struct Account {
    ordinal: i64,
    balance: Decimal,
    last_posting: Option<i64>,
    changed: bool,
}

impl Ledger {
    /// Books a posting.
    pub fn post(&mut self, connection: &Connection, posting: &Posting) -> Result<()> {
        let Posting { at, from, to, amount, case, purpose, what } = posting;
        if *amount <= Decimal::ZERO {
            return Err(conflict(format!("{amount} is no amount to book")));
        }
        if from.currency() != to.currency() || from == to {
            return Err(conflict(format!("nothing is booked from {} to {}", from.name(), to.name())));
        }
        let source = self.account(connection, from)?.clone();
        let target = self.account(connection, to)?.clone();
        let less = source.balance.checked_sub(*amount);
        let more = target.balance.checked_add(*amount);
        let (Some(less), Some(more)) = (less, more) else {
            return Err(conflict(format!("{amount} is more than an account can hold")));
        };
        if less < Decimal::ZERO && !from.may_be_negative() {
            return Err(conflict(format!("{} has {}, not {amount}", from.name(), source.balance)));
        }
        let row = params![
            micros(*at),
            source.ordinal,
            target.ordinal,
            amount.to_string(),
            case.as_ref().map(|case| case.as_bytes().as_slice()),
            purpose.as_str(),
            what,
            source.last_posting,
            target.last_posting,
        ];
        run(connection, const { statement(LEDGER, "post") }, row)?;
        let last_posting = Some(connection.last_insert_rowid());
        let after = |account: Account, balance| Account { balance, last_posting, changed: true, ..account };
        self.accounts.insert(from.clone(), after(source, less));
        self.accounts.insert(to.clone(), after(target, more));
        Ok(())
    }

    /// Books a posting unless its document was booked for the same purpose before.
    pub fn post_once(
        &mut self,
        connection: &Connection,
        posting: &Posting,
        document: &PaymentDocument,
    ) -> Result<bool> {
        let PaymentDocument { payer, number, date, amount, currency } = document;
        if posting.amount != *amount || posting.to.currency() != currency {
            return Err(conflict(format!("document {number} is not for {}", posting.amount)));
        }
        let date = date.map(|date| date.to_string()).unwrap_or_default();
        // 10 and 10.00 are the same document.
        let amount = amount.normalize().to_string();
        let purpose = posting.purpose.as_str();
        let key = params![payer.as_str(), number, date, amount, currency, purpose];
        let booked =
            one(connection, const { statement(LEDGER, "payment") }, key, |row| row.integer::<i64>())?;
        if booked.is_some() {
            return Ok(false);
        }
        self.post(connection, posting)?;
        let entry = connection.last_insert_rowid();
        let row = params![payer.as_str(), number, date, amount, currency, purpose, entry];
        run(connection, const { statement(LEDGER, "put payment") }, row)?;
        Ok(true)
    }

    /// The balance of an account as this transaction sees it.
    pub fn balance(&self, connection: &Connection, account: &AccountId) -> Result<Decimal> {
        match self.accounts.get(account) {
            Some(known) => Ok(known.balance),
            None => balance(connection, account),
        }
    }

    /// Writes the accounts that changed.
    pub fn store(&mut self, connection: &Connection) -> Result<()> {
        for account in self.accounts.values().filter(|account| account.changed) {
            let row = params![account.ordinal, account.balance.to_string(), account.last_posting];
            run(connection, const { statement(LEDGER, "update account") }, row)?;
        }
        self.accounts.clear();
        Ok(())
    }

    /// An account, opened at its first posting.
    fn account(&mut self, connection: &Connection, id: &AccountId) -> Result<&Account> {
        let slot = match self.accounts.entry(id.clone()) {
            Entry::Occupied(known) => return Ok(known.into_mut()),
            Entry::Vacant(slot) => slot,
        };
        let account = match stored(connection, id)? {
            Some(account) => account,
            None => {
                let (kind, owner) = kind_and_owner(id);
                let row = params![id.name(), kind, owner, id.currency()];
                run(connection, const { statement(LEDGER, "open account") }, row)?;
                let ordinal = connection.last_insert_rowid();
                Account { ordinal, balance: Decimal::ZERO, last_posting: None, changed: false }
            }
        };
        Ok(slot.insert(account))
    }
}

fn stored(connection: &Connection, id: &AccountId) -> Result<Option<Account>> {
    one(connection, const { statement(LEDGER, "account") }, [id.name()], |row| {
        Ok(Account {
            ordinal: row.integer()?,
            balance: row.decimal()?,
            last_posting: row.integer_or_none()?,
            changed: false,
        })
    })
}

/// The columns an account's identity consists of besides its currency; [`read_account`] is the inverse.
fn kind_and_owner(id: &AccountId) -> (&'static str, Option<&str>) {
    match id {
        AccountId::Advance(payer, _) => ("advance", Some(payer.as_str())),
        AccountId::Reserved(payer, _) => ("reserved", Some(payer.as_str())),
        AccountId::Treasury(_) => ("treasury", None),
        AccountId::Outside(_) => ("outside", None),
        AccountId::Bank(code, _) => ("bank", Some(code)),
        AccountId::Cover(number, _) => ("cover", Some(number)),
        AccountId::Covered(number, _) => ("covered", Some(number)),
        AccountId::Promised(_) => ("promised", None),
    }
}

fn read_account(row: &mut Columns<'_>) -> Result<AccountId> {
    let (kind, owner) = (row.text()?, row.text_or_none()?);
    let currency = row.text()?.to_owned();
    let payer = |owner: &str| {
        owner.parse::<TaxNumber>().map_err(|_| damaged(format!("an account belongs to {owner}")))
    };
    match (kind, owner) {
        ("advance", Some(owner)) => Ok(AccountId::Advance(payer(owner)?, currency)),
        ("reserved", Some(owner)) => Ok(AccountId::Reserved(payer(owner)?, currency)),
        ("treasury", None) => Ok(AccountId::Treasury(currency)),
        ("outside", None) => Ok(AccountId::Outside(currency)),
        ("bank", Some(owner)) => Ok(AccountId::Bank(owner.to_owned(), currency)),
        ("cover", Some(owner)) => Ok(AccountId::Cover(owner.to_owned(), currency)),
        ("covered", Some(owner)) => Ok(AccountId::Covered(owner.to_owned(), currency)),
        ("promised", None) => Ok(AccountId::Promised(currency)),
        _ => Err(damaged(format!("there is no account of kind {kind}"))),
    }
}

/// Every account, with its balance as it is kept and as its postings come to. Two statements: the caller sees
/// to it that they see the same moment.
pub fn accounts(connection: &Connection) -> Result<Vec<AccountState>> {
    let mut at = BTreeMap::<i64, usize>::new();
    let mut states = Vec::new();
    all(connection, const { statement(LEDGER, "accounts") }, [], |row| {
        at.insert(row.integer()?, states.len());
        let account = read_account(row)?;
        states.push(AccountState { account, kept: row.decimal()?, recomputed: Decimal::ZERO });
        Ok(())
    })?;
    all(connection, const { statement(LEDGER, "entries") }, [], |row| {
        let (source, target, amount) = (row.integer::<i64>()?, row.integer::<i64>()?, row.decimal()?);
        for (account, change) in [(source, -amount), (target, amount)] {
            let state = at.get(&account).and_then(|place| states.get_mut(*place));
            let state = state.ok_or_else(|| damaged("a posting is of no account"))?;
            let sum = state.recomputed.checked_add(change);
            state.recomputed = sum.ok_or_else(|| damaged("postings are too large to add up"))?;
        }
        Ok(())
    })?;
    Ok(states)
}

pub fn balance(connection: &Connection, id: &AccountId) -> Result<Decimal> {
    Ok(stored(connection, id)?.map(|account| account.balance).unwrap_or_default())
}

pub fn postings(connection: &Connection, id: &AccountId, rows: usize) -> Result<Vec<Posting>> {
    let wanted = params![id.name(), limit(rows)];
    all(connection, const { statement(LEDGER, "postings") }, wanted, |row| {
        Ok(Posting {
            at: row.time()?,
            from: read_account(row)?,
            to: read_account(row)?,
            amount: row.decimal()?,
            case: row.case_id_or_none()?,
            purpose: row.parsed()?,
            what: row.text()?.to_owned(),
        })
    })
}

pub fn balance_sums(connection: &Connection) -> Result<Vec<(String, Decimal)>> {
    let balances = all(connection, const { statement(LEDGER, "balances") }, [], |row| {
        Ok((row.text()?.to_owned(), row.decimal()?))
    })?;
    let mut sums = BTreeMap::<String, Decimal>::new();
    for (currency, balance) in balances {
        let sum = sums.entry(currency).or_default();
        *sum = sum.checked_add(balance).ok_or_else(|| damaged("the balances are too large to add up"))?;
    }
    Ok(sums.into_iter().collect())
}

pub fn last_serial(connection: &Connection, office: OfficeCode, year: i16) -> Result<u32> {
    let key = params![office.as_str(), year];
    let serial = one(connection, const { statement(LEDGER, "last serial") }, key, |row| row.integer())?;
    Ok(serial.unwrap_or_default())
}

pub fn set_last_serial(connection: &Connection, office: OfficeCode, year: i16, serial: u32) -> Result<()> {
    let row = params![office.as_str(), year, serial];
    match run(connection, const { statement(LEDGER, "set last serial") }, row)? {
        0 => Err(conflict(format!("serial {serial} of {office} in {year} after a higher one"))),
        _ => Ok(()),
    }
}
