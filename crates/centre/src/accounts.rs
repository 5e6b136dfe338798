//! Money besides that of cases: advance payments in and out, returns, guarantees, statements, reconciliation.
//!
//! Whatever moves is a posting, limits are balances, and each of these runs in one transaction of the one
//! writer: so no interleaving spends a cent or a promise twice.

use std::collections::BTreeMap;

use clearance::{CaseId, Input, State, World};
use declaration::TaxNumber;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use store::{
    AccountId, Bank, CaseFilter, Cover, Guarantee, GuaranteeForm, GuaranteeKind, PaymentDocument, Posting,
    Purpose, StoreError, Transaction,
};

use crate::Centre;
use crate::error::{CentreError, InputError};

/// Cases of one payer that go on when money comes, oldest first.
const AWAITING_AT_ONCE: usize = 1_000;
/// The longest number of a document or guarantee, in characters.
const NUMBER_CHARS_MAX: usize = 100;
/// No amount reaches this, a quadrillion: sums of thousands of millions of such still fit a decimal of 28 digits.
const AMOUNT_END: Decimal = Decimal::from_parts(0xA4C6_8000, 0x0003_8D7E, 0, false, 0);

/// The movements of one account in some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The account.
    pub account: AccountId,
    /// The balance at the beginning.
    pub opening: Decimal,
    /// What was booked, oldest first, each with the balance after it.
    pub entries: Vec<(Posting, Decimal)>,
    /// The balance at the end.
    pub closing: Decimal,
}

/// What comparing everything with everything came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciliation {
    /// How many accounts were compared.
    pub accounts: usize,
    /// The sum of all balances per currency.
    pub sums: Vec<(String, Decimal)>,
    /// What does not agree, each in a sentence; nothing, if all is well.
    pub differences: Vec<String>,
}

fn invalid(why: impl Into<String>) -> CentreError {
    CentreError::Invalid(why.into())
}

/// What is wrong with what was asked is told as such, not as a failure of the store.
fn refused(why: StoreError) -> CentreError {
    match why {
        StoreError::Conflict(why) => CentreError::Invalid(why),
        other => CentreError::Store(other),
    }
}

/// What refuses an input is told as a mistake of whoever asked.
fn refusal(case: CaseId, why: InputError) -> CentreError {
    match why {
        InputError::NotFound | InputError::Forbidden => invalid(format!("there is no case {case}")),
        InputError::Refused(refusal) => invalid(refusal.to_string()),
        InputError::Unavailable(why) => CentreError::Store(StoreError::Failed(why)),
    }
}

fn is_amount(amount: Decimal) -> bool {
    amount > Decimal::ZERO && amount < AMOUNT_END && amount.normalize().scale() <= 2
}

const AMOUNT: &str = "an amount above zero, below a quadrillion and with at most two decimals is expected";

/// What is wrong with a document on a day, if something is.
fn fault_of(document: &PaymentDocument, world: &World, today: Date) -> Option<String> {
    if !is_amount(document.amount) {
        return Some(format!("the amount is {}; {AMOUNT}", document.amount));
    }
    if let Err(fault) = is_currency(&document.currency, world, today) {
        return Some(fault);
    }
    if let Some(date) = document.date.filter(|date| *date > today) {
        return Some(format!("it is of {date}, which is to come"));
    }
    fault_of_number(&document.number, "a payment document")
}

fn is_currency(code: &str, world: &World, today: Date) -> Result<(), String> {
    let known = world.reference().currency(code, today);
    known.map(|_| ()).ok_or_else(|| format!("{code} is no currency on {today}"))
}

fn fault_of_number(number: &str, what: &str) -> Option<String> {
    let length = number.chars().count();
    let good = (1..=NUMBER_CHARS_MAX).contains(&length)
        && number.trim() == number
        && !number.chars().any(char::is_control);
    let expected = || {
        format!(
            "{what} has a number of 1 to {NUMBER_CHARS_MAX} printable characters, without blanks around it"
        )
    };
    (!good).then(expected)
}

fn named(number: &str, what: &str) -> Result<(), CentreError> {
    fault_of_number(number, what).map_or(Ok(()), |fault| Err(invalid(fault)))
}

/// The words of an entry: the document and its reason.
fn words(document: &PaymentDocument, reason: &str) -> String {
    let dated = document.date.map(|date| format!(" {date}")).unwrap_or_default();
    let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    format!("{}{dated}{reason}", document.number)
}

/// A guarantee covers a case, or more of it: booked from what it can still cover to what it covers.
pub(crate) fn cover(tx: &mut dyn Transaction, cover: Cover, at: Timestamp) -> Result<(), StoreError> {
    let before = tx.covers_of(cover.case)?;
    let before = before.iter().find(|one| one.guarantee == cover.guarantee).map(|one| one.amount);
    tx.post(&Posting {
        at,
        from: AccountId::Cover(cover.guarantee.clone(), cover.currency.clone()),
        to: AccountId::Covered(cover.guarantee.clone(), cover.currency.clone()),
        amount: cover.amount,
        case: Some(cover.case),
        purpose: Purpose::CoverTaken,
        what: cover.guarantee.clone(),
    })?;
    let amount = before.unwrap_or_default().saturating_add(cover.amount);
    tx.put_cover(&Cover { amount, ..cover })
}

/// Frees what a guarantee covers of a case, for others to use.
pub(crate) fn free_cover(
    tx: &mut dyn Transaction,
    case: CaseId,
    guarantee: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let covers = tx.covers_of(case)?;
    for cover in covers.into_iter().filter(|cover| cover.guarantee == guarantee) {
        tx.drop_cover(case, guarantee)?;
        let Cover { guarantee, amount, currency, .. } = cover;
        tx.post(&Posting {
            at,
            from: AccountId::Covered(guarantee.clone(), currency.clone()),
            to: AccountId::Cover(guarantee.clone(), currency),
            amount,
            case: Some(case),
            purpose: Purpose::CoverFreed,
            what: guarantee,
        })?;
    }
    Ok(())
}

/// Frees all that covers a case; how much that was.
pub(crate) fn free_covers(
    tx: &mut dyn Transaction,
    case: CaseId,
    at: Timestamp,
) -> Result<Decimal, StoreError> {
    let mut freed = Decimal::ZERO;
    for cover in tx.covers_of(case)? {
        free_cover(tx, case, &cover.guarantee, at)?;
        freed = freed.saturating_add(cover.amount);
    }
    Ok(freed)
}

/// The day of a moment where a declaration was filed: guarantees are in force on days of that place.
pub(crate) fn day_of(world: &World, pack: &str, at: Timestamp) -> Date {
    let zone = world.reference().pack(pack).and_then(|pack| TimeZone::get(&pack.time_zone).ok());
    zone.unwrap_or(TimeZone::UTC).to_datetime(at).date()
}

/// Whether a guarantee for one operation was used for another case than this, ever.
pub(crate) fn is_spent(
    tx: &mut dyn Transaction,
    guarantee: &Guarantee,
    case: CaseId,
) -> Result<bool, StoreError> {
    if guarantee.kind != GuaranteeKind::Single {
        return Ok(false);
    }
    let used = tx.postings(&guarantee.covered(), usize::MAX)?;
    Ok(used.iter().any(|used| used.case != Some(case)))
}

impl Centre {
    fn check(&self, document: &PaymentDocument) -> Result<(), CentreError> {
        fault_of(document, &self.world(), self.inner.today()).map_or(Ok(()), |fault| Err(invalid(fault)))
    }

    /// Credits a payer's account with money that came in, and lets cases that waited for it go on. False if
    /// this document was booked before.
    ///
    /// # Errors
    /// Where the amount is not above zero or the store fails.
    pub fn credit(
        &self,
        payer: TaxNumber,
        currency: &str,
        amount: Decimal,
        document: &str,
    ) -> Result<bool, CentreError> {
        self.credit_many(&[(payer, amount)], currency, document).map(|booked| booked == 1)
    }

    /// Credits several payers by one document; how many were not credited by it before.
    ///
    /// # Errors
    /// As [`Centre::credit`].
    pub fn credit_many(
        &self,
        payers: &[(TaxNumber, Decimal)],
        currency: &str,
        document: &str,
    ) -> Result<usize, CentreError> {
        let documents: Vec<PaymentDocument> = payers
            .iter()
            .map(|(payer, amount)| PaymentDocument {
                payer: *payer,
                number: document.to_owned(),
                date: None,
                amount: *amount,
                currency: currency.to_owned(),
            })
            .collect();
        Ok(self.book_payments(&documents)?.into_iter().filter(|booked| *booked).count())
    }

    /// Books incoming payments in one transaction, each document once; which of them were booked now. Cases
    /// that waited for the money go on.
    ///
    /// # Errors
    /// Where an amount is not above zero or the store fails; nothing is booked then.
    pub fn book_payments(&self, documents: &[PaymentDocument]) -> Result<Vec<bool>, CentreError> {
        let (at, today, world) = (self.inner.now(), self.inner.today(), self.world());
        for (nth, document) in (1..).zip(documents) {
            if let Some(fault) = fault_of(document, &world, today) {
                let PaymentDocument { payer, number, .. } = document;
                return Err(invalid(format!(
                    "payment {nth} ({payer}, {number}): {fault}; nothing was booked"
                )));
            }
        }
        let (mut waiting, mut booked) = (Vec::new(), Vec::new());
        self.inner.store.transact(&mut |tx| {
            waiting.clear();
            booked.clear();
            for document in documents {
                let entry = Posting {
                    at,
                    from: AccountId::Outside(document.currency.clone()),
                    to: AccountId::Advance(document.payer, document.currency.clone()),
                    amount: document.amount,
                    case: None,
                    purpose: Purpose::AdvanceReceived,
                    what: words(document, ""),
                };
                let new = tx.post_once(&entry, document)?;
                if new {
                    waiting.extend(tx.awaiting_payment(&document.payer, AWAITING_AT_ONCE)?);
                }
                booked.push(new);
            }
            Ok(())
        })?;
        // The money is booked, whatever becomes of the cases: those that fail here go on at their deadline.
        self.go_on(waiting);
        Ok(booked)
    }

    fn go_on(&self, mut waiting: Vec<CaseId>) {
        waiting.sort_unstable();
        waiting.dedup();
        for case in waiting {
            if let Err(InputError::Unavailable(why)) = self.input(case, Input::PaymentArrived) {
                tracing::warn!(%why, %case, "a case did not go on after payment");
            }
        }
    }

    /// Pays advance money back to its payer, by a document that does so once; false if it did before. What is
    /// set aside for cases is not paid back.
    ///
    /// # Errors
    /// Where the account has less, or the store fails.
    pub fn refund_advance(&self, document: &PaymentDocument) -> Result<bool, CentreError> {
        self.check(document)?;
        let entry = Posting {
            at: self.inner.now(),
            from: AccountId::Advance(document.payer, document.currency.clone()),
            to: AccountId::Outside(document.currency.clone()),
            amount: document.amount,
            case: None,
            purpose: Purpose::AdvanceRefunded,
            what: words(document, ""),
        };
        let mut booked = false;
        let done = self.inner.store.transact(&mut |tx| {
            booked = tx.post_once(&entry, document)?;
            Ok(())
        });
        done.map_err(refused)?;
        Ok(booked)
    }

    /// Returns what was paid too much for a case from the treasury to the payer's advances, by a decision
    /// that does so once (EAEU customs code, articles 66 and 67); false if it did before. Never more than the
    /// payer paid for the case.
    ///
    /// # Errors
    /// Where that is more than was paid, no reason is given, or the store fails.
    pub fn return_overpaid(
        &self,
        document: &PaymentDocument,
        case: CaseId,
        reason: &str,
    ) -> Result<bool, CentreError> {
        self.check(document)?;
        if reason.trim().chars().count() < clearance::step::REASON_CHARS_MIN {
            return Err(invalid("say why it is returned, in three characters or more"));
        }
        let treasury = AccountId::Treasury(document.currency.clone());
        let (advance, reserved) = (
            AccountId::Advance(document.payer, document.currency.clone()),
            AccountId::Reserved(document.payer, document.currency.clone()),
        );
        let entry = Posting {
            at: self.inner.now(),
            from: treasury.clone(),
            to: advance.clone(),
            amount: document.amount,
            case: Some(case),
            purpose: Purpose::OverpaidReturned,
            what: words(document, reason.trim()),
        };
        let (mut booked, mut waiting) = (false, Vec::new());
        let done = self.inner.store.transact(&mut |tx| {
            waiting.clear();
            booked = tx.post_once(&entry, document)?;
            if !booked {
                return Ok(());
            }
            // With this return booked, the payer must still have paid for the case no less than nothing.
            let mut paid = Decimal::ZERO;
            for account in [&advance, &reserved] {
                for posting in tx.postings(account, usize::MAX)? {
                    if posting.case != Some(case) {
                        continue;
                    }
                    if posting.to == treasury {
                        paid = paid.saturating_add(posting.amount);
                    } else if posting.from == treasury {
                        paid = paid.saturating_sub(posting.amount);
                    }
                }
            }
            if paid < Decimal::ZERO {
                return Err(StoreError::Conflict(format!(
                    "{} is more than was paid for {case}",
                    entry.amount
                )));
            }
            waiting = tx.awaiting_payment(&document.payer, AWAITING_AT_ONCE)?;
            Ok(())
        });
        done.map_err(refused)?;
        self.go_on(waiting);
        Ok(booked)
    }

    /// Takes banks into the register, or changes their limits. A limit below what is guaranteed already is
    /// refused, and nothing changes.
    ///
    /// # Errors
    /// Where limits make no sense or the store fails.
    pub fn put_banks(&self, banks: &[Bank]) -> Result<(), CentreError> {
        for bank in banks {
            named(&bank.code, "a bank")?;
            is_currency(&bank.currency, &self.world(), self.inner.today()).map_err(invalid)?;
            if !is_amount(bank.single_max) || !is_amount(bank.total_max) || bank.single_max > bank.total_max {
                return Err(invalid(format!("the limits of bank {} make no sense", bank.code)));
            }
        }
        let at = self.inner.now();
        let done = self.inner.store.transact(&mut |tx| {
            for bank in banks {
                let before = tx.bank(&bank.code)?.map(|before| before.total_max).unwrap_or_default();
                tx.put_bank(bank)?;
                let promised = AccountId::Promised(bank.currency.clone());
                let limit = AccountId::Bank(bank.code.clone(), bank.currency.clone());
                let (from, to, amount, purpose) = if bank.total_max >= before {
                    (promised, limit, bank.total_max - before, Purpose::LimitRaised)
                } else {
                    (limit, promised, before - bank.total_max, Purpose::LimitLowered)
                };
                if amount > Decimal::ZERO {
                    let what = bank.name.clone();
                    tx.post(&Posting { at, from, to, amount, case: None, purpose, what })?;
                }
            }
            Ok(())
        });
        done.map_err(refused)
    }

    /// Takes guarantees into the register, all or none (EAEU customs code, articles 62 to 64). The amount of each
    /// comes off what its bank may still guarantee, or off the principal's advances, where the form is money. Cases
    /// that waited for security go on.
    ///
    /// # Errors
    /// Where one is there already, its bank is not in the register, a limit would be exceeded, or the store
    /// fails.
    pub fn give_guarantees(&self, guarantees: &[Guarantee]) -> Result<(), CentreError> {
        for given in guarantees {
            named(&given.number, "a guarantee")?;
            is_currency(&given.currency, &self.world(), self.inner.today()).map_err(invalid)?;
            if !is_amount(given.amount) || given.valid_from > given.valid_to {
                return Err(invalid(
                    "a guarantee has an amount above zero and ends no sooner than it begins",
                ));
            }
            if given.guarantor.is_empty() != (given.form == GuaranteeForm::Money) {
                return Err(invalid("a bank or surety names who guarantees; money has no guarantor"));
            }
        }
        let given_at = self.inner.now();
        let mut waiting = Vec::new();
        let done = self.inner.store.transact(&mut |tx| {
            waiting.clear();
            for given in guarantees {
                give(tx, Guarantee { given_at, ended_at: None, ..given.clone() })?;
                waiting.extend(tx.awaiting_payment(&given.principal, AWAITING_AT_ONCE)?);
            }
            Ok(())
        });
        done.map_err(refused)?;
        self.go_on(waiting);
        Ok(())
    }

    /// Ends a guarantee that covers nothing now: its amount goes back to where it came from.
    ///
    /// # Errors
    /// Where it covers a case, is not there or has ended, or the store fails.
    pub fn end_guarantee(&self, number: &str) -> Result<(), CentreError> {
        let at = self.inner.now();
        let done = self.inner.store.transact(&mut |tx| {
            let guarantee = known(tx, number)?;
            let covered = tx.balance(&guarantee.covered())?;
            if covered > Decimal::ZERO {
                return Err(StoreError::Conflict(format!(
                    "guarantee {number} covers {covered} {}; free that first",
                    guarantee.currency
                )));
            }
            tx.end_guarantee(number, at)?;
            tx.post(&Posting {
                at,
                from: guarantee.cover(),
                to: guarantee.source(),
                amount: guarantee.amount,
                case: None,
                purpose: Purpose::GuaranteeEnded,
                what: number.to_owned(),
            })
        });
        done.map_err(refused)
    }

    /// Covers a case by a guarantee in force of one of its payers or its declarant; a single guarantee covers
    /// one case ever. A case that waited for nothing else goes on. `by` is who decides, for the record.
    ///
    /// # Errors
    /// Where the guarantee is another's, not in force, or covers too much already, or the store fails.
    pub fn take_cover(
        &self,
        number: &str,
        case: CaseId,
        amount: Decimal,
        by: &str,
    ) -> Result<(), CentreError> {
        if !is_amount(amount) {
            return Err(invalid(AMOUNT));
        }
        self.covers(number, case).map_err(refused)?;
        let input = Input::Cover { by: by.to_owned(), guarantee: number.to_owned(), amount };
        let covered = self.input(case, input).map_err(|why| refusal(case, why))?;
        if covered.state == State::WaitingForPayment {
            self.go_on(vec![case]);
        }
        Ok(())
    }

    /// Says why a guarantee cannot cover a case, as far as it is not a question of amounts. The step asks again.
    fn covers(&self, number: &str, case: CaseId) -> Result<(), StoreError> {
        let (at, world) = (self.inner.now(), self.world());
        self.inner.store.transact(&mut |tx| {
            let conflict = |why: String| Err(StoreError::Conflict(why));
            let guarantee = known(tx, number)?;
            let Some(case) = tx.case(case)? else { return conflict(format!("there is no case {case}")) };
            if case.state.is_final() && case.state != State::ReleasedConditionally {
                return conflict(format!("the case is {}", case.state.as_str()));
            }
            if !case.principals().contains(&guarantee.principal) || case.currency != guarantee.currency {
                return conflict(format!("guarantee {number} is not for this payer and currency"));
            }
            let day = day_of(&world, &case.pack, at);
            if guarantee.ended_at.is_some() || day < guarantee.valid_from || day > guarantee.valid_to {
                return conflict(format!("guarantee {number} is not in force on {day}"));
            }
            if is_spent(tx, &guarantee, case.id)? {
                return conflict(format!("guarantee {number} is for one operation and was used for another"));
            }
            Ok(())
        })
    }

    /// Frees what guarantees cover of a case; how much that was. `by` is who decides, for the record. Cases
    /// that wait for security go on.
    ///
    /// # Errors
    /// Where the case is decided otherwise than conditionally, or the store fails.
    pub fn free_cover(&self, case: CaseId, by: &str) -> Result<Decimal, CentreError> {
        let Some(before) = self.inner.store.case(case)? else {
            return Err(invalid(format!("there is no case {case}")));
        };
        let mut freed = Decimal::ZERO;
        if before.security.covered() > Decimal::ZERO {
            match self.input(case, Input::FreeCover { by: by.to_owned() }) {
                Ok(_) => freed = before.security.covered(),
                // Somebody freed it meanwhile.
                Err(InputError::Refused(clearance::Refusal::Nothing)) => {}
                Err(why) => return Err(refusal(case, why)),
            }
        }
        let at = self.inner.now();
        let (mut waiting, mut of_before) = (Vec::new(), Decimal::ZERO);
        self.inner.store.transact(&mut |tx| {
            // Covers that were taken before they had events.
            of_before = free_covers(tx, case, at)?;
            waiting.clear();
            for principal in before.principals() {
                waiting.extend(tx.awaiting_payment(&principal, AWAITING_AT_ONCE)?);
            }
            waiting.retain(|other| *other != case);
            Ok(())
        })?;
        self.go_on(waiting);
        Ok(freed.saturating_add(of_before))
    }

    /// What moved on a payer's accounts in some days, both included, of the zone: advances and what is set
    /// aside, of every currency in which something was ever booked.
    ///
    /// # Errors
    /// Where the last day lies before the first, or the store fails.
    pub fn statement(
        &self,
        payer: TaxNumber,
        from: Option<Date>,
        to: Option<Date>,
        zone: &TimeZone,
    ) -> Result<Vec<Statement>, CentreError> {
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            return Err(invalid(format!("the last day, {to}, lies before the first, {from}")));
        }
        let moment = |day: Date| zone.to_timestamp(day.at(0, 0, 0, 0)).ok();
        let from = from.and_then(moment);
        let to = to.and_then(|day| day.tomorrow().ok()).and_then(moment);
        let mut currencies: Vec<String> =
            self.world().reference().packs().map(|pack| pack.currency.to_string()).collect();
        currencies.extend(self.inner.store.balance_sums()?.into_iter().map(|(currency, _)| currency));
        currencies.sort_unstable();
        currencies.dedup();
        let mut statements = Vec::new();
        for currency in currencies {
            let accounts =
                [AccountId::Advance(payer, currency.clone()), AccountId::Reserved(payer, currency)];
            for account in accounts {
                let mut postings = self.inner.store.postings(&account, usize::MAX)?;
                if postings.is_empty() {
                    continue;
                }
                postings.reverse();
                statements.push(Statement::of(account, postings, from, to));
            }
        }
        Ok(statements)
    }

    /// Compares every balance with its postings, the sums with zero, what is set aside with open cases, and
    /// covers with what guarantees cover. All of one moment: whoever writes waits meanwhile.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn reconcile(&self) -> Result<Reconciliation, CentreError> {
        let mut found = None;
        // Readers see the last commit, and as long as this transaction is open there is no other.
        self.inner.store.transact(&mut |_| {
            found = Some(self.compared()?);
            Ok(())
        })?;
        found.ok_or(CentreError::Broken)
    }

    fn compared(&self) -> Result<Reconciliation, StoreError> {
        let store = &self.inner.store;
        let states = store.accounts()?;
        let mut differences = Vec::new();
        let mut sums = BTreeMap::<String, Decimal>::new();
        let (mut reserved, mut covered, mut told) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for state in &states {
            let name = state.account.name();
            if state.kept != state.recomputed {
                differences
                    .push(format!("{name}: {} is kept, postings come to {}", state.kept, state.recomputed));
            }
            if state.kept < Decimal::ZERO && !state.account.may_be_negative() {
                differences.push(format!("{name}: {} is below zero", state.kept));
            }
            let sum = sums.entry(state.account.currency().to_owned()).or_default();
            *sum = sum.saturating_add(state.kept);
            match &state.account {
                AccountId::Reserved(..) => {
                    reserved.insert(name, state.kept);
                }
                AccountId::Covered(..) => {
                    covered.insert(name, state.kept);
                }
                _ => {}
            }
        }
        for (currency, sum) in &sums {
            if !sum.is_zero() {
                differences.push(format!("all balances in {currency} add up to {sum}"));
            }
        }
        for case in store.list(&CaseFilter { open: true, limit: usize::MAX, ..CaseFilter::default() })? {
            for share in case.parts().into_iter().filter(|share| share.reserved > Decimal::ZERO) {
                let name = AccountId::Reserved(share.payer, case.currency.clone()).name();
                *reserved.entry(name).or_default() -= share.reserved;
            }
            for cover in case.security.covers {
                told.insert((cover.guarantee, case.id), cover.amount);
            }
        }
        for cover in store.covers()? {
            let known = store.case(cover.case)?;
            let stands = known
                .as_ref()
                .is_some_and(|case| !case.state.is_final() || case.state == State::ReleasedConditionally);
            let by_events = known.map(|case| case.security.covers).unwrap_or_default();
            let by_events = by_events.into_iter().find(|one| one.guarantee == cover.guarantee);
            // One that was taken before covers had events has none.
            if let Some(by_events) = by_events.filter(|one| one.amount != cover.amount) {
                let (guarantee, case) = (&cover.guarantee, cover.case);
                let (kept, told) = (cover.amount, by_events.amount);
                differences
                    .push(format!("guarantee {guarantee} covers {kept} of {case}, its events say {told}"));
            }
            told.remove(&(cover.guarantee.clone(), cover.case));
            if !stands {
                differences
                    .push(format!("guarantee {} covers {}, which is over", cover.guarantee, cover.case));
            }
            let name = AccountId::Covered(cover.guarantee, cover.currency).name();
            *covered.entry(name).or_default() -= cover.amount;
        }
        for ((guarantee, case), amount) in &told {
            differences.push(format!("{case} says that guarantee {guarantee} covers {amount}; it does not"));
        }
        for (name, rest) in reserved.iter().chain(&covered) {
            if !rest.is_zero() {
                differences.push(format!("{name}: {rest} more than its cases account for"));
            }
        }
        Ok(Reconciliation { accounts: states.len(), sums: sums.into_iter().collect(), differences })
    }
}

fn give(tx: &mut dyn Transaction, given: Guarantee) -> Result<(), StoreError> {
    if given.form == GuaranteeForm::Bank {
        let missing = || StoreError::Conflict(format!("bank {} is not in the register", given.guarantor));
        let bank = tx.bank(&given.guarantor)?.ok_or_else(missing)?;
        if bank.currency != given.currency || bank.single_max < given.amount {
            return Err(StoreError::Conflict(format!(
                "bank {} may guarantee {} {} at once, not {} {}",
                bank.code, bank.single_max, bank.currency, given.amount, given.currency
            )));
        }
    }
    tx.insert_guarantee(&given)?;
    tx.post(&Posting {
        at: given.given_at,
        from: given.source(),
        to: given.cover(),
        amount: given.amount,
        case: None,
        purpose: Purpose::GuaranteeGiven,
        what: given.number.clone(),
    })
}

fn known(tx: &mut dyn Transaction, number: &str) -> Result<Guarantee, StoreError> {
    let missing = || StoreError::Conflict(format!("there is no guarantee {number}"));
    tx.guarantee(number)?.ok_or_else(missing)
}

impl Statement {
    /// Of all postings of an account, oldest first: what lies in the time asked for, and what came of the rest.
    fn of(
        account: AccountId,
        postings: Vec<Posting>,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> Self {
        let (mut balance, mut opening, mut entries) = (Decimal::ZERO, Decimal::ZERO, Vec::new());
        for posting in postings {
            if to.is_some_and(|to| posting.at >= to) {
                break;
            }
            let arrives = posting.to == account;
            let change = if arrives { posting.amount } else { -posting.amount };
            balance = balance.saturating_add(change);
            if from.is_some_and(|from| posting.at < from) && entries.is_empty() {
                opening = balance;
            } else {
                entries.push((posting, balance));
            }
        }
        Self { account, opening, entries, closing: balance }
    }
}
