//! Accounts and guarantees, as the API and the command line tell of them: one object for both.

use std::collections::BTreeMap;

use centre::{Centre, CentreError, Reconciliation, Statement};
use clearance::security::Covered;
use clearance::{Case, Share};
use declaration::{CurrencyCode, TaxNumber};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use store::{AccountId, Bank, Guarantee, GuaranteeKind, PaymentDocument};
use utoipa::ToSchema;

/// A payment document: what is booked once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentedPayment {
    /// Tax number of the payer.
    pub payer: String,
    /// How much: a decimal with two digits after the point at most.
    pub amount: String,
    /// In which currency, three letters.
    pub currency: String,
    /// Number of the document.
    pub document: String,
    /// Its date, `YYYY-MM-DD`; none where the document has none of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

/// Incoming payments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentsObject {
    /// All are booked in one transaction, each document once.
    pub payments: Vec<DocumentedPayment>,
}

/// What was booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BookedObject {
    /// Of each document, in order: whether it was booked now. False: it had been before, nothing was changed.
    pub booked: Vec<bool>,
}

/// What was paid too much for a case and goes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnObject {
    /// The decision it is done by.
    pub decision: DocumentedPayment,
    /// The case it was paid for.
    pub case: String,
    /// Why.
    pub reason: String,
}

/// The movements of a payer's accounts in some days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StatementObject {
    /// Tax number of the payer.
    pub payer: String,
    /// The first day.
    pub from: Option<String>,
    /// The last day.
    pub to: Option<String>,
    /// The time zone days are counted in.
    pub zone: String,
    /// Each account with what moved on it.
    pub accounts: Vec<AccountObject>,
}

/// The movements of one account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AccountObject {
    /// Its name, such as `advance:7700000016:RUB`.
    pub account: String,
    /// Its currency.
    pub currency: String,
    /// The balance at the beginning, a decimal.
    pub opening: String,
    /// What was booked, oldest first.
    pub entries: Vec<EntryObject>,
    /// The balance at the end, a decimal.
    pub closing: String,
}

/// One entry of an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EntryObject {
    /// When, RFC 3339.
    pub at: String,
    /// What for.
    pub purpose: String,
    /// By what: an event's name, or the document and its reason.
    pub what: String,
    /// The case it is for.
    pub case: Option<String>,
    /// The account on the other side.
    pub with: String,
    /// How much arrived; below zero what left.
    pub amount: String,
    /// The balance after it.
    pub balance: String,
}

impl StatementObject {
    /// Statements of a payer.
    pub fn new(
        payer: TaxNumber,
        days: [Option<jiff::civil::Date>; 2],
        zone: &str,
        statements: &[Statement],
    ) -> Self {
        let [from, to] = days.map(|day| day.map(|day| day.to_string()));
        let accounts = statements.iter().map(AccountObject::from).collect();
        Self { payer: payer.to_string(), from, to, zone: zone.to_owned(), accounts }
    }
}

impl From<&Statement> for AccountObject {
    fn from(statement: &Statement) -> Self {
        let entry = |(posting, balance): &(store::Posting, Decimal)| {
            let arrives = posting.to == statement.account;
            let other = if arrives { &posting.from } else { &posting.to };
            let amount = if arrives { posting.amount } else { -posting.amount };
            EntryObject {
                at: posting.at.to_string(),
                purpose: posting.purpose.as_str().to_owned(),
                what: posting.what.clone(),
                case: posting.case.map(|case| case.to_string()),
                with: other.name(),
                amount: amount.to_string(),
                balance: balance.to_string(),
            }
        };
        Self {
            account: statement.account.name(),
            currency: statement.account.currency().to_owned(),
            opening: statement.opening.to_string(),
            entries: statement.entries.iter().map(entry).collect(),
            closing: statement.closing.to_string(),
        }
    }
}

/// What comparing everything with everything came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReconciliationObject {
    /// How many accounts were compared.
    pub accounts: usize,
    /// The sum of all balances of each currency: zero, if all is well.
    pub sums: BTreeMap<String, String>,
    /// What does not agree, each in a sentence; nothing, if all is well.
    pub differences: Vec<String>,
}

impl From<Reconciliation> for ReconciliationObject {
    fn from(found: Reconciliation) -> Self {
        let sums = found.sums.into_iter().map(|(currency, sum)| (currency, sum.to_string())).collect();
        Self { accounts: found.accounts, sums, differences: found.differences }
    }
}

/// A bank that may guarantee.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BankObject {
    /// Its code in the register.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The currency of its limits.
    pub currency: String,
    /// The most one guarantee may be for.
    pub single_max: String,
    /// The most all in force may be for.
    pub total_max: String,
    /// What it may still guarantee; not given when a bank is put into the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free: Option<String>,
}

/// A guarantee.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GuaranteeObject {
    /// Its number.
    pub number: String,
    /// `single` or `general`.
    pub kind: String,
    /// `money`, `bank` or `surety`.
    pub form: String,
    /// The code of the bank, or who answers; empty for money.
    pub guarantor: String,
    /// Whose payments it secures.
    pub principal: String,
    /// How much at once.
    pub amount: String,
    /// In which currency.
    pub currency: String,
    /// The first day it can be used.
    pub valid_from: String,
    /// The last day.
    pub valid_to: String,
    /// When it ended, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// What it can still cover; this and what it covers are not given when a guarantee is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free: Option<String>,
    /// What it covers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered: Option<String>,
    /// Of one for a single operation: whether it was used. Then it covers no other case, whatever is free of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<bool>,
}

/// The register of guarantees.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct RegisterObject {
    /// Guarantees by number, ended ones too.
    #[serde(default)]
    pub guarantees: Vec<GuaranteeObject>,
    /// Banks by code.
    #[serde(default)]
    pub banks: Vec<BankObject>,
}

/// A guarantee covers a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CoverObject {
    /// The number of the guarantee.
    pub guarantee: String,
    /// The case.
    pub case: String,
    /// How much more it covers of it.
    pub amount: String,
}

/// What was freed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FreedObject {
    /// How much guarantees covered of the case.
    pub freed: String,
}

/// A payer of a declaration.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PayerObject {
    /// Tax number.
    pub payer: String,
    /// Their part, a decimal.
    pub amount: String,
    /// What of it is set aside, a decimal.
    pub reserved: String,
    /// What their account lacks, a decimal.
    pub shortfall: String,
}

impl PayerObject {
    /// The payers of a case.
    pub fn of(case: &Case) -> Vec<Self> {
        let object = |share: Share| Self {
            payer: share.payer.to_string(),
            amount: share.amount.to_string(),
            reserved: share.reserved.to_string(),
            shortfall: share.shortfall.to_string(),
        };
        case.parts().into_iter().map(object).collect()
    }
}

/// The security of what is conditional.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SecurityObject {
    /// What must be secured, a decimal; zero where nothing must.
    pub demanded: String,
    /// What no guarantee covers of it, a decimal.
    pub missing: String,
    /// What covers it.
    pub covers: Vec<CoveredObject>,
}

/// What one guarantee covers.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CoveredObject {
    /// The number of the guarantee.
    pub guarantee: String,
    /// How much, a decimal.
    pub amount: String,
}

impl SecurityObject {
    /// That of a case; none where nothing is demanded and nothing covered.
    pub fn of(case: &Case) -> Option<Self> {
        let security = (!case.security.is_none()).then_some(&case.security)?;
        let covered = |cover: &Covered| CoveredObject {
            guarantee: cover.guarantee.clone(),
            amount: cover.amount.to_string(),
        };
        Some(Self {
            demanded: security.demanded.to_string(),
            missing: security.missing().to_string(),
            covers: security.covers.iter().map(covered).collect(),
        })
    }
}

/// A value that is not what its name says: the name, and what is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotOne {
    /// The member.
    pub member: &'static str,
    /// What stands there.
    pub text: String,
}

fn read<T: std::str::FromStr>(member: &'static str, text: &str) -> Result<T, NotOne> {
    text.trim().parse().map_err(|_| NotOne { member, text: text.chars().take(100).collect() })
}

/// An exact decimal.
pub(crate) fn decimal(member: &'static str, text: &str) -> Result<Decimal, NotOne> {
    let text = text.trim();
    Decimal::from_str_exact(text).map_err(|_| NotOne { member, text: text.chars().take(100).collect() })
}

fn currency(text: &str) -> Result<String, NotOne> {
    read::<CurrencyCode>("currency", text).map(|code| code.to_string())
}

impl DocumentedPayment {
    /// The document.
    ///
    /// # Errors
    /// The first member that is not what it should be.
    pub fn document(&self) -> Result<PaymentDocument, NotOne> {
        Ok(PaymentDocument {
            payer: read("payer", &self.payer)?,
            number: self.document.clone(),
            date: self.date.as_deref().map(|date| read("date", date)).transpose()?,
            amount: decimal("amount", &self.amount)?,
            currency: currency(&self.currency)?,
        })
    }
}

impl BankObject {
    /// The bank.
    ///
    /// # Errors
    /// The first member that is not what it should be.
    pub fn bank(&self) -> Result<Bank, NotOne> {
        Ok(Bank {
            code: self.code.clone(),
            name: self.name.clone(),
            currency: currency(&self.currency)?,
            single_max: decimal("single_max", &self.single_max)?,
            total_max: decimal("total_max", &self.total_max)?,
        })
    }
}

impl GuaranteeObject {
    /// The guarantee, as it is given.
    ///
    /// # Errors
    /// The first member that is not what it should be.
    pub fn guarantee(&self) -> Result<Guarantee, NotOne> {
        Ok(Guarantee {
            number: self.number.clone(),
            kind: read("kind", &self.kind)?,
            form: read("form", &self.form)?,
            guarantor: self.guarantor.clone(),
            principal: read("principal", &self.principal)?,
            amount: decimal("amount", &self.amount)?,
            currency: currency(&self.currency)?,
            valid_from: read("valid_from", &self.valid_from)?,
            valid_to: read("valid_to", &self.valid_to)?,
            given_at: jiff::Timestamp::UNIX_EPOCH,
            ended_at: None,
        })
    }
}

impl RegisterObject {
    /// The register, or the guarantees of one principal without the banks, whose limits are none of theirs.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn of(centre: &Centre, principal: Option<TaxNumber>, banks: bool) -> Result<Self, CentreError> {
        let store = centre.store();
        let mut register = Self::default();
        for one in store.guarantees(principal.as_ref())? {
            let single = one.kind == GuaranteeKind::Single;
            register.guarantees.push(GuaranteeObject {
                used: single
                    .then(|| store.postings(&one.covered(), 1).map(|used| !used.is_empty()))
                    .transpose()?,
                free: Some(store.balance(&one.cover())?.to_string()),
                covered: Some(store.balance(&one.covered())?.to_string()),
                kind: one.kind.as_str().to_owned(),
                form: one.form.as_str().to_owned(),
                principal: one.principal.to_string(),
                amount: one.amount.to_string(),
                valid_from: one.valid_from.to_string(),
                valid_to: one.valid_to.to_string(),
                ended_at: one.ended_at.map(|at| at.to_string()),
                number: one.number,
                guarantor: one.guarantor,
                currency: one.currency,
            });
        }
        for bank in if banks { store.banks()? } else { Vec::new() } {
            let free = store.balance(&AccountId::Bank(bank.code.clone(), bank.currency.clone()))?;
            register.banks.push(BankObject {
                free: Some(free.to_string()),
                single_max: bank.single_max.to_string(),
                total_max: bank.total_max.to_string(),
                code: bank.code,
                name: bank.name,
                currency: bank.currency,
            });
        }
        Ok(register)
    }
}
