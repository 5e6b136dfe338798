//! What changes a declaration that was filed: corrections, requests to change, withdrawals.

use jiff::civil::{Date, DateTime};
use rust_decimal::Decimal;

use crate::codes::*;
use crate::leaf::{Leaf, LeafKind, Malformed, Value, Words};
use crate::model::Declaration;
use crate::quantity::Amount;
use crate::record::record;

/// A document does not say which declaration it is about.
pub const NUMBER_MISSING: &str = "GL-1110";
/// A document is no correction, no request to change and no withdrawal.
pub const NO_AMENDMENT: &str = "GL-1111";

record! {
    /// The registration number of a declaration, in its parts.
    pub struct DeclarationNumber {
        leaf office: OfficeCode, "A", "Таможенный орган", "Customs office";
        leaf date: Date, "A", "Дата регистрации", "Date of registration";
        leaf serial: Words<7>, "A", "Порядковый номер", "Serial number";
    }
}

impl std::fmt::Display for DeclarationNumber {
    /// `10013160/211126/0004711`; what is not known is left empty.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let office = self.office.as_ref().map_or("", OfficeCode::as_str);
        write!(out, "{office}/")?;
        if let Some(date) = self.date {
            write!(out, "{:02}{:02}{:02}", date.day(), date.month(), date.year().rem_euclid(100))?;
        }
        write!(out, "/{}", self.serial.as_ref().map_or("", Words::as_str))
    }
}

record! {
    /// What was changed and why, as codes: the parts of the code of changes (box 45a of the KDT).
    pub struct ChangeKinds {
        leaf stage: Code, "45a", "Этап изменений", "Stage of the changes";
        leaf basis: Code, "45a", "Основание изменений", "Grounds for the change";
        leaf quantity: Code, "45a", "Изменение количества или веса", "Change of quantity or weight";
        leaf origin: Code, "45a", "Изменение страны происхождения", "Change of origin";
        leaf commodity_code: Code, "45a", "Изменение кода товара", "Change of the commodity code";
        leaf customs_value: Code, "45a", "Изменение таможенной стоимости", "Change of the customs value";
        leaf payments: Code, "45a", "Изменение платежей", "Change of payments";
        leaf other: Code, "45a", "Изменение прочих сведений", "Change of other particulars";
    }
}

record! {
    /// What a correction says about a line of goods besides what the line is to be.
    pub struct ItemChange {
        leaf number: u32, "32", "Номер товара", "Item number";
        leaf correction_number: u32, "32", "Номер товара в корректировке", "Item number in the correction";
        leaf previous_customs_value: Amount, "45", "Прежняя таможенная стоимость", "Previous customs value";
        one kinds: ChangeKinds, "45a", "Код изменений", "Kinds of change";
    }
}

record! {
    /// How a sum of box B changes.
    pub struct PaymentChange {
        leaf kind: PaymentKind, "B", "Вид платежа", "Payment kind";
        leaf amount: Amount, "B", "Сумма платежа", "Amount";
        leaf previous: Amount, "B", "Прежняя сумма платежа", "Previous amount";
        leaf change: Difference, "B", "Изменение суммы", "Change of the amount";
        leaf total: Difference, "B", "Итого начислено", "Total charged";
    }
}

record! {
    /// A change somebody asks for, box by box.
    pub struct RequestedChange {
        leaf box_number: Words<50>, "", "Графа декларации", "Declaration box";
        leaves before: Words<250>, "", "Сведения до изменения", "Particulars before the change";
        leaves after: Words<250>, "", "Изменённые сведения", "Amended particulars";
    }
}

/// A signed amount of money: what is more or less than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Difference(Decimal);

impl Difference {
    /// The exact number.
    pub fn get(self) -> Decimal {
        self.0
    }
}

impl Leaf for Difference {
    const KIND: LeafKind = LeafKind::Decimal { scale: 2 };
    fn parse(text: &str) -> Result<Self, Malformed> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let amount = Amount::parse(digits)?.get();
        Ok(Self(if digits.len() < text.len() { -amount } else { amount }))
    }
    fn value(&self) -> Value<'_> {
        Value::Decimal(self.0)
    }
}

/// A correction of a declaration on goods.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Correction {
    /// The declaration it corrects.
    pub declaration_number: DeclarationNumber,
    /// The number of the correction among those of the declaration, from 1.
    pub number: Option<u32>,
    /// The declarant's own number of the document.
    pub outgoing_number: Option<Words<50>>,
    /// When it was filled in.
    pub filled_on: Option<Date>,
    /// What the declaration is to say. What is not stated stays as it was; a line of goods that states
    /// nothing but its number is taken out.
    pub corrected: Declaration,
    /// Kinds of change of the whole.
    pub kinds: Option<ChangeKinds>,
    /// How many items the correction has.
    pub item_count: Option<u32>,
    /// The total customs value of the version it corrects.
    pub previous_customs_value_total: Option<Amount>,
    /// What it says about its lines of goods, in their order.
    pub items: Vec<ItemChange>,
    /// How the sums of box B change.
    pub payments: Vec<PaymentChange>,
}

/// A request to change a declaration: it lists what, and a correction or the customs service does it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChangeRequest {
    /// The declaration.
    pub declaration_number: DeclarationNumber,
    /// Why.
    pub reasons: Vec<Words<250>>,
    /// The day of the request.
    pub requested_on: Option<Date>,
    /// The changes, box by box.
    pub changes: Vec<RequestedChange>,
}

/// A declaration is to be withdrawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Withdrawal {
    /// The declaration.
    pub declaration_number: DeclarationNumber,
    /// The kind of document, as the format has it.
    pub kind: Option<Code>,
    /// When it was sent; without a time of day at its beginning.
    pub sent_at: Option<DateTime>,
    /// The day by which a new declaration is to be filed.
    pub new_declaration_by: Option<Date>,
    /// Why.
    pub reason: Option<Words<250>>,
}

/// What changes a declaration that was filed.
#[derive(Debug, Clone, PartialEq)]
pub enum Alteration {
    /// A correction, with all it changes.
    Correction(Box<Correction>),
    /// A request to change.
    ChangeRequest(ChangeRequest),
    /// A withdrawal.
    Withdrawal(Withdrawal),
}

impl Alteration {
    /// The declaration it is about.
    pub fn declaration_number(&self) -> &DeclarationNumber {
        match self {
            Self::Correction(correction) => &correction.declaration_number,
            Self::ChangeRequest(request) => &request.declaration_number,
            Self::Withdrawal(withdrawal) => &withdrawal.declaration_number,
        }
    }
}
