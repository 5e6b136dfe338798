//! Money: accounts, postings, payment documents, guarantees.

use std::str::FromStr;

use clearance::CaseId;
use declaration::TaxNumber;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// An account of the double-entry ledger, in one currency.
///
/// The first four hold money. The others hold promises of money: what a bank may still guarantee, what a
/// guarantee can still cover, what it covers. They are booked the same way, so that a limit is a balance
/// and no order of events can exceed it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountId {
    /// A payer's advance payments: what can be set aside.
    Advance(TaxNumber, String),
    /// A payer's money set aside for cases.
    Reserved(TaxNumber, String),
    /// What became the state's.
    Treasury(String),
    /// Where money comes from and goes to: banks. Negative by as much as came in.
    Outside(String),
    /// What a bank, by its code, may still guarantee.
    Bank(String, String),
    /// What a guarantee, by its number, can still cover.
    Cover(String, String),
    /// What a guarantee covers.
    Covered(String, String),
    /// Where promises come from. Negative by as much as is promised.
    Promised(String),
}

impl AccountId {
    /// The currency.
    pub fn currency(&self) -> &str {
        match self {
            AccountId::Advance(_, currency)
            | AccountId::Reserved(_, currency)
            | AccountId::Treasury(currency)
            | AccountId::Outside(currency)
            | AccountId::Bank(_, currency)
            | AccountId::Cover(_, currency)
            | AccountId::Covered(_, currency)
            | AccountId::Promised(currency) => currency,
        }
    }

    /// The stable name, such as `advance:7712345678:RUB`.
    pub fn name(&self) -> String {
        match self {
            AccountId::Advance(payer, currency) => format!("advance:{payer}:{currency}"),
            AccountId::Reserved(payer, currency) => format!("reserved:{payer}:{currency}"),
            AccountId::Treasury(currency) => format!("treasury:{currency}"),
            AccountId::Outside(currency) => format!("outside:{currency}"),
            AccountId::Bank(code, currency) => format!("bank:{code}:{currency}"),
            AccountId::Cover(number, currency) => format!("cover:{number}:{currency}"),
            AccountId::Covered(number, currency) => format!("covered:{number}:{currency}"),
            AccountId::Promised(currency) => format!("promised:{currency}"),
        }
    }

    /// Whether its balance may be below zero.
    pub fn may_be_negative(&self) -> bool {
        matches!(self, AccountId::Outside(_) | AccountId::Promised(_))
    }
}

/// Makes an enumeration whose variants have stable names.
macro_rules! named {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every variant.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The stable name.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }
        }

        impl FromStr for $name {
            type Err = &'static str;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text).ok_or("no such name")
            }
        }
    };
}

named! {
    /// What an entry is for.
    Purpose {
        /// An advance payment came in (EAEU customs code, article 48).
        AdvanceReceived = "advance_received",
        /// An advance payment went back to the payer.
        AdvanceRefunded = "advance_refunded",
        /// Set aside for a case.
        Reserved = "reserved",
        /// What was set aside became the state's.
        Posted = "posted",
        /// Set aside and posted in one go: nothing can happen in between.
        Paid = "paid",
        /// What was set aside is the payer's again.
        Released = "released",
        /// Too much was paid or levied, and is the payer's again (EAEU customs code, articles 66 and 67).
        OverpaidReturned = "overpaid_returned",
        /// A bank may guarantee so much more.
        LimitRaised = "limit_raised",
        /// A bank may guarantee so much less.
        LimitLowered = "limit_lowered",
        /// A guarantee was given (EAEU customs code, articles 62 to 64).
        GuaranteeGiven = "guarantee_given",
        /// What a guarantee did not cover any more went back to where it came from.
        GuaranteeEnded = "guarantee_ended",
        /// A guarantee covers a case.
        CoverTaken = "cover_taken",
        /// A guarantee does not have to cover a case any more.
        CoverFreed = "cover_freed",
    }
}

/// Money from one account to another: one entry on each side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// When.
    pub at: Timestamp,
    /// Where it leaves.
    pub from: AccountId,
    /// Where it arrives; the same currency.
    pub to: AccountId,
    /// How much; above zero.
    pub amount: Decimal,
    /// The case it is for.
    pub case: Option<CaseId>,
    /// What for.
    pub purpose: Purpose,
    /// By what: the event's name, or the document and its reason.
    pub what: String,
}

/// A document money moves by. The same document moves it once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentDocument {
    /// Whose payment it is.
    pub payer: TaxNumber,
    /// Its number.
    pub number: String,
    /// Its date; none where the document has none of its own.
    pub date: Option<Date>,
    /// How much.
    pub amount: Decimal,
    /// In this currency.
    pub currency: String,
}

/// An account, as it is kept and as its postings have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountState {
    /// Which.
    pub account: AccountId,
    /// The balance that is kept.
    pub kept: Decimal,
    /// The balance its postings come to.
    pub recomputed: Decimal,
}

/// A bank that may guarantee payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bank {
    /// Its code in the register.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The currency of its limits.
    pub currency: String,
    /// The most one guarantee may be for.
    pub single_max: Decimal,
    /// The most all guarantees in force may be for at once.
    pub total_max: Decimal,
}

named! {
    /// For how many operations a guarantee is (EAEU customs code, article 64).
    GuaranteeKind {
        /// One operation.
        Single = "single",
        /// Many operations.
        General = "general",
    }
}

named! {
    /// How payments are secured (EAEU customs code, article 63).
    GuaranteeForm {
        /// Money of the principal.
        Money = "money",
        /// The guarantee of a bank.
        Bank = "bank",
        /// Somebody else answers for it.
        Surety = "surety",
    }
}

/// A guarantee in the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guarantee {
    /// Its number in the register.
    pub number: String,
    /// One operation or many.
    pub kind: GuaranteeKind,
    /// How it secures.
    pub form: GuaranteeForm,
    /// The bank's code, or who answers; empty for money.
    pub guarantor: String,
    /// Whose payments it secures.
    pub principal: TaxNumber,
    /// How much at once.
    pub amount: Decimal,
    /// In this currency.
    pub currency: String,
    /// The first day it can be used.
    pub valid_from: Date,
    /// The last day it can be used.
    pub valid_to: Date,
    /// When it came to the register.
    pub given_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl Guarantee {
    /// Where its amount comes from, and goes to when it ends.
    pub fn source(&self) -> AccountId {
        match self.form {
            GuaranteeForm::Money => AccountId::Advance(self.principal, self.currency.clone()),
            GuaranteeForm::Bank => AccountId::Bank(self.guarantor.clone(), self.currency.clone()),
            GuaranteeForm::Surety => AccountId::Promised(self.currency.clone()),
        }
    }

    /// What it can still cover.
    pub fn cover(&self) -> AccountId {
        AccountId::Cover(self.number.clone(), self.currency.clone())
    }

    /// What it covers.
    pub fn covered(&self) -> AccountId {
        AccountId::Covered(self.number.clone(), self.currency.clone())
    }
}

/// What a guarantee covers of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// The number of the guarantee.
    pub guarantee: String,
    /// The case.
    pub case: CaseId,
    /// How much, above zero.
    pub amount: Decimal,
    /// In this currency.
    pub currency: String,
}
