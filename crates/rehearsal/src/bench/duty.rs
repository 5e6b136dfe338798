//! `bench duty`: how fast payments are computed on one core, with the working written out and without.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use jiff::civil::Date;
use reference::Reference;
use serde::Serialize;

use super::render::{number, table};
use crate::error::RehearsalError;
use crate::generate::{Generator, Plan};
use crate::mistakes::MistakeShares;

/// Different lines of goods that are computed again and again.
const ITEMS_DISTINCT: u64 = 10_000;

/// What to measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DutyBench {
    /// Lines of goods whose payments are computed, each way.
    pub items: u64,
    /// Mean number of lines of goods in a declaration.
    pub items_mean: f64,
    /// The seed of the generated declarations.
    pub seed: u64,
    /// The day.
    pub day: Date,
}

impl Default for DutyBench {
    fn default() -> Self {
        Self { items: 1_000_000, items_mean: 10.0, seed: 1, day: Date::constant(2026, 3, 2) }
    }
}

/// What was measured, on one core.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DutyReport {
    /// Lines of goods computed, each way.
    pub items: u64,
    /// Payments that came of them.
    pub payments: u64,
    /// Steps of working written out.
    pub steps: u64,
    /// Lines of goods a second, every payment with its working written out.
    pub items_per_s_with_trace: f64,
    /// Lines of goods a second, amounts alone.
    pub items_per_s: f64,
    /// Whether every working ended in its amount.
    pub all_agree: bool,
    /// Whether the program was built with optimisations; else the numbers say little.
    pub optimised: bool,
}

impl DutyBench {
    /// Measures.
    ///
    /// # Errors
    /// Where the starter data cannot be built or no declaration generated.
    pub fn run(&self, mut progress: impl FnMut(&str, u64, u64)) -> Result<DutyReport, RehearsalError> {
        let invalid = |why: String| RehearsalError::Invalid(why);
        let reference = Arc::new(Reference::starter().map_err(|why| invalid(why.to_string()))?);
        let mean = self.items_mean.clamp(1.0, 100.0);
        let count = ((self.items.min(ITEMS_DISTINCT) as f64 / mean).ceil() as u64).max(1);
        let plan = Plan {
            items_mean: mean,
            mistakes: MistakeShares::none(),
            ..Plan::usual(count, self.seed, self.day)
        };
        let generator =
            Generator::new(plan, Arc::clone(&reference), None).map_err(|why| invalid(why.to_string()))?;
        let mut declarations = Vec::new();
        for generated in &generator {
            progress("generate", declarations.len() as u64, count);
            declarations.push(generated.map_err(|why| invalid(why.to_string()))?.declaration);
        }
        let (mut items, mut payments, mut steps, mut all_agree) = (0, 0, 0, true);
        let begun = Instant::now();
        for declaration in declarations.iter().cycle() {
            if items >= self.items {
                break;
            }
            let pack = reference.pack_for(declaration);
            let assessment = duty::compute(declaration, &reference, pack, self.day);
            for line in &assessment.lines {
                let trace = black_box(line.trace(&assessment.norms));
                all_agree &= trace.last().is_some_and(|step| step.result == line.amount);
                steps += trace.len() as u64;
            }
            payments += assessment.lines.len() as u64;
            items += declaration.items.len() as u64;
            progress("with the working", items, self.items);
        }
        let with_trace = items as f64 / begun.elapsed().as_secs_f64();
        let mut again = 0;
        let begun = Instant::now();
        for declaration in declarations.iter().cycle() {
            if again >= self.items {
                break;
            }
            let pack = reference.pack_for(declaration);
            black_box(duty::compute(declaration, &reference, pack, self.day));
            again += declaration.items.len() as u64;
            progress("amounts alone", again, self.items);
        }
        Ok(DutyReport {
            items,
            payments,
            steps,
            items_per_s_with_trace: with_trace,
            items_per_s: again as f64 / begun.elapsed().as_secs_f64(),
            all_agree,
            optimised: !cfg!(debug_assertions),
        })
    }
}

/// The table of a measurement of payments.
pub fn render_duty(report: &DutyReport) -> String {
    let mut out = table([
        ("lines of goods", number(report.items as f64)),
        ("payments", number(report.payments as f64)),
        ("steps written out", number(report.steps as f64)),
        ("lines per second with the working", number(report.items_per_s_with_trace)),
        ("lines per second, amounts alone", number(report.items_per_s)),
        ("every working ends in its amount", if report.all_agree { "yes" } else { "NO" }.to_owned()),
    ]);
    if !report.optimised {
        out.push_str("\nbuilt without optimisations: the numbers say little\n");
    }
    out
}
