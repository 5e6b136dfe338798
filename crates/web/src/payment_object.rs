//! A payment with its working, the same over HTTP and on the command line.

use duty::{Assessment, Line, Step};
use reference::pack::PaymentStatus;
use serde::Serialize;
use utoipa::ToSchema;

use crate::language::Language;

/// One payment.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PaymentObject {
    /// The line of goods from 1; null for the fee.
    pub item: Option<u32>,
    /// The payment kind.
    pub kind: String,
    /// What the rate is applied to, a decimal.
    pub base: String,
    /// The unit of the base.
    pub base_unit: String,
    /// The rate as published.
    pub rate: String,
    /// The amount, a decimal.
    pub amount: String,
    /// The currency.
    pub currency: String,
    /// `payable` or `conditional`.
    pub status: &'static str,
    /// The norm the payment rests on, as of the day; empty where the pack names none.
    pub norm: String,
    /// How the amount comes about, step by step; the result of the last step is the amount.
    pub working: Vec<WorkingStepObject>,
}

/// One step of a working: a formula of numbers, and what comes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WorkingStepObject {
    /// What is computed.
    pub text: String,
    /// The arithmetic with its numbers: `100000 × 5%`, `max(10000; 15000)`; `≈` before it says that it is rounded,
    /// `≤` compares with a band.
    pub formula: String,
    /// What comes out, a decimal.
    pub result: String,
    /// The norm; empty where it is mere arithmetic.
    pub norm: String,
}

impl WorkingStepObject {
    /// A step in one language.
    pub fn new(step: &Step, language: Language) -> Self {
        Self {
            text: language.pick(&step.what).to_owned(),
            formula: step.formula.clone(),
            result: step.result.to_string(),
            norm: step.norm.clone(),
        }
    }
}

impl PaymentObject {
    /// All payments of an assessment, in one language.
    pub fn all(assessment: &Assessment, language: Language) -> Vec<Self> {
        assessment.lines.iter().map(|line| Self::new(line, assessment, language)).collect()
    }

    fn new(line: &Line, assessment: &Assessment, language: Language) -> Self {
        let steps = line.trace(&assessment.norms);
        Self {
            item: line.item,
            kind: line.kind.to_string(),
            base: line.base.to_string(),
            base_unit: line.base_unit.clone(),
            rate: line.rate.clone(),
            amount: line.amount.to_string(),
            currency: assessment.currency.to_string(),
            status: status_word(line.status),
            norm: line.norm().to_owned(),
            working: steps.iter().map(|step| WorkingStepObject::new(step, language)).collect(),
        }
    }
}

/// The word for a payment's status.
pub(crate) fn status_word(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::Payable => "payable",
        PaymentStatus::Conditional => "conditional",
        PaymentStatus::None => "none",
    }
}
