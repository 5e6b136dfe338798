//! The documents: a power, a revocation.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use declaration::{CurrencyCode, OfficeCode, ProcedureCode, TaxNumber};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::scope::{Named, Scope};

/// The longest document, in bytes.
pub const DOCUMENT_BYTES_MAX: usize = 16 * 1024;
/// The most procedures, and the most offices, one power names.
pub const NAMED_MAX: usize = 200;

/// Name and version of the form of a power.
const POWER: &str = "power/1";
/// The same of a revocation.
const REVOCATION: &str = "power-revocation/1";
/// The longest number of a power, in characters.
const NUMBER_CHARS_MAX: usize = 64;
/// The longest name, in characters.
const NAME_CHARS_MAX: usize = 300;
/// The longest reason of a revocation, in characters.
const REASON_CHARS_MAX: usize = 2_000;
/// Digits after the point of an amount.
const AMOUNT_SCALE_MAX: u32 = 2;
/// Years a power can speak of.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=9999;

/// Why a document is no power and no revocation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PowerFault {
    /// Longer than any.
    #[error("it is longer than {DOCUMENT_BYTES_MAX} bytes")]
    TooLong,
    /// Not JSON of this form: serde's words name the member and the place.
    #[error("{0}")]
    Malformed(String),
    /// The form is another one.
    #[error("the member greenlane is not {expected}")]
    Form {
        /// What it has to be.
        expected: &'static str,
    },
    /// What it says makes no sense.
    #[error("{0}")]
    Senseless(&'static str),
}

/// What its principal calls a power: 1 to 64 Latin letters, digits, `-`, `_` and `.`, a letter or digit
/// first; a UUID, usually. It stands in addresses and names of files as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PowerNumber(String);

impl PowerNumber {
    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PowerNumber {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let begins = text.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric());
        // The address of revocations is no power's.
        if begins && text.len() <= NUMBER_CHARS_MAX && text.bytes().all(fits) && text != "revocations" {
            Ok(Self(text))
        } else {
            Err(format!(
                "the number of a power is 1 to {NUMBER_CHARS_MAX} Latin letters, digits, '-', '_' and '.', a letter or digit first"
            ))
        }
    }
}

impl FromStr for PowerNumber {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::try_from(text.to_owned())
    }
}

impl From<PowerNumber> for String {
    fn from(number: PowerNumber) -> Self {
        number.0
    }
}

impl fmt::Display for PowerNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A name: 1 to 300 characters, none of them a control character.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

impl PersonName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PersonName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let length = text.chars().count();
        if !text.trim().is_empty() && length <= NAME_CHARS_MAX && !text.chars().any(char::is_control) {
            Ok(Self(text))
        } else {
            Err(format!("a name is 1 to {NAME_CHARS_MAX} characters"))
        }
    }
}

impl FromStr for PersonName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::try_from(text.to_owned())
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.0
    }
}

/// A principal or an attorney.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The name.
    pub name: PersonName,
    /// The tax number: what a seal and a declaration are compared by.
    pub tax_number: TaxNumber,
}

impl fmt::Display for Person {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ({})", self.name.as_str(), self.tax_number)
    }
}

/// What an attorney may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PowerAct {
    /// File declarations.
    File,
    /// Correct them.
    Correct,
    /// Withdraw them.
    Withdraw,
}

impl PowerAct {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::File, Self::Correct, Self::Withdraw];

    /// The name, as JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Correct => "correct",
            Self::Withdraw => "withdraw",
        }
    }

    /// In words.
    pub fn text(self) -> declaration::Text {
        match self {
            Self::File => declaration::Text::new("подача деклараций", "filing declarations"),
            Self::Correct => declaration::Text::new("корректировка деклараций", "correcting declarations"),
            Self::Withdraw => declaration::Text::new("отзыв деклараций", "withdrawing declarations"),
        }
    }
}

impl FromStr for PowerAct {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|act| act.as_str() == text).ok_or("an act is file, correct or withdraw")
    }
}

/// The highest customs value of one declaration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueLimit {
    /// The amount; a text in JSON, because money is no float.
    pub amount: Decimal,
    /// Its currency: that of the customs values where declarations are filed.
    pub currency: CurrencyCode,
}

impl fmt::Display for ValueLimit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.amount, self.currency)
    }
}

/// A power of attorney.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
pub struct Power {
    /// What its principal calls it.
    pub number: PowerNumber,
    /// Who gives it, and seals it. Of a delegated power: the attorney of the one it passes on.
    pub principal: Person,
    /// Who may act.
    pub attorney: Person,
    /// What they may do; one act at least.
    pub acts: BTreeSet<PowerAct>,
    /// Under which procedures.
    pub procedures: Named<ProcedureCode>,
    /// At which registering offices.
    pub offices: Named<OfficeCode>,
    /// Up to which customs value of one declaration.
    pub value_limit: Option<ValueLimit>,
    /// The first day.
    pub valid_from: Date,
    /// The last day.
    pub valid_to: Date,
    /// Whether the attorney may pass it on, once.
    pub may_delegate: bool,
    /// The power this one passes on.
    pub delegates: Option<PowerNumber>,
}

/// The JSON of a power. Strict: no unknown member, none twice.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    greenlane: String,
    number: PowerNumber,
    principal: Person,
    attorney: Person,
    acts: BTreeSet<PowerAct>,
    #[serde(default, skip_serializing_if = "Named::is_all")]
    procedures: Named<ProcedureCode>,
    #[serde(default, skip_serializing_if = "Named::is_all")]
    offices: Named<OfficeCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value_limit: Option<ValueLimit>,
    valid_from: Date,
    valid_to: Date,
    #[serde(default)]
    may_delegate: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delegates: Option<PowerNumber>,
}

impl TryFrom<Form> for Power {
    type Error = PowerFault;

    fn try_from(form: Form) -> Result<Self, PowerFault> {
        let senseless = |why| Err(PowerFault::Senseless(why));
        if form.greenlane != POWER {
            return Err(PowerFault::Form { expected: POWER });
        }
        if form.acts.is_empty() {
            return senseless("acts names nothing the attorney may do");
        }
        if form.procedures.len() > NAMED_MAX || form.offices.len() > NAMED_MAX {
            return senseless("procedures or offices names more than 200");
        }
        if form.principal.tax_number == form.attorney.tax_number {
            return senseless("principal and attorney are the same");
        }
        if let Some(limit) = &form.value_limit
            && (limit.amount <= Decimal::ZERO || limit.amount.scale() > AMOUNT_SCALE_MAX)
        {
            return senseless("value_limit is no amount above zero with at most two digits after the point");
        }
        if !YEARS.contains(&form.valid_from.year()) || !YEARS.contains(&form.valid_to.year()) {
            return senseless("valid_from and valid_to are days from 2000-01-01 on");
        }
        if form.valid_to < form.valid_from {
            return senseless("valid_to lies before valid_from");
        }
        if form.delegates.as_ref() == Some(&form.number) {
            return senseless("delegates names the power itself");
        }
        if form.delegates.is_some() && form.may_delegate {
            return senseless("a delegated power cannot be delegated again: may_delegate must be false");
        }
        let Form { number, principal, attorney, acts, procedures, offices, value_limit, .. } = form;
        let Form { valid_from, valid_to, may_delegate, delegates, .. } = form;
        Ok(Self {
            number,
            principal,
            attorney,
            acts,
            procedures,
            offices,
            value_limit,
            valid_from,
            valid_to,
            may_delegate,
            delegates,
        })
    }
}

impl From<Power> for Form {
    fn from(power: Power) -> Self {
        let Power { number, principal, attorney, acts, procedures, offices, value_limit, .. } = power;
        let Power { valid_from, valid_to, may_delegate, delegates, .. } = power;
        Self {
            greenlane: POWER.to_owned(),
            number,
            principal,
            attorney,
            acts,
            procedures,
            offices,
            value_limit,
            valid_from,
            valid_to,
            may_delegate,
            delegates,
        }
    }
}

fn form_of<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, PowerFault> {
    if bytes.len() > DOCUMENT_BYTES_MAX {
        return Err(PowerFault::TooLong);
    }
    serde_json::from_slice(bytes).map_err(|why| PowerFault::Malformed(why.to_string()))
}

fn pretty(document: &impl Serialize) -> String {
    // Texts and lists of texts always have a JSON form.
    serde_json::to_string_pretty(document).map(|text| text + "\n").unwrap_or_default()
}

impl Power {
    /// Reads a document.
    ///
    /// # Errors
    /// [`PowerFault`] where it is none. Whether it is sealed by whom it has to be is another question.
    pub fn parse(bytes: &[u8]) -> Result<Self, PowerFault> {
        form_of::<Form>(bytes)?.try_into()
    }

    /// The document, one member a line, to be sealed as it is.
    pub fn to_text(&self) -> String {
        pretty(self)
    }

    /// What the power itself allows, whatever it passes on.
    pub fn scope(&self) -> Scope {
        Scope {
            acts: self.acts.clone(),
            procedures: self.procedures.clone(),
            offices: self.offices.clone(),
            limits: self.value_limit.iter().cloned().collect(),
            valid_from: self.valid_from,
            valid_to: self.valid_to,
        }
    }
}

/// A revocation of a power, sealed by its principal or by that of the power it passes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// Name and version of the form.
    greenlane: String,
    /// The power.
    pub power: PowerNumber,
    /// Why, for whoever looks at the power later.
    pub reason: String,
}

impl Revocation {
    /// A revocation.
    ///
    /// # Errors
    /// Where the reason is empty or longer than 2 000 characters.
    pub fn new(power: PowerNumber, reason: &str) -> Result<Self, PowerFault> {
        let revocation = Self { greenlane: REVOCATION.to_owned(), power, reason: reason.trim().to_owned() };
        revocation.checked()
    }

    /// Reads a document.
    ///
    /// # Errors
    /// [`PowerFault`] where it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, PowerFault> {
        form_of::<Self>(bytes)?.checked()
    }

    fn checked(self) -> Result<Self, PowerFault> {
        if self.greenlane != REVOCATION {
            return Err(PowerFault::Form { expected: REVOCATION });
        }
        let length = self.reason.chars().count();
        if self.reason.trim().is_empty() || length > REASON_CHARS_MAX {
            return Err(PowerFault::Senseless("a reason of 1 to 2000 characters is missing"));
        }
        Ok(self)
    }

    /// The document, one member a line, to be sealed as it is.
    pub fn to_text(&self) -> String {
        pretty(self)
    }
}
