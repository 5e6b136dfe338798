//! The seal of a declaration in plain words: who signed, through which authority, and each step of the verdict.

use centre::SealView;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use seal::{SealError, Step};

use super::Shell;
use crate::figures;

/// The block on the page of a case.
pub(super) struct SealBlock {
    /// Whether it holds.
    pub(super) holds: bool,
    /// One sentence: who signed, or why it does not hold.
    pub(super) sentence: String,
    /// What is known, by name.
    pub(super) facts: Vec<(&'static str, String)>,
    /// Each step: its mark, its tone, and what it says.
    pub(super) steps: Vec<(&'static str, &'static str, String)>,
}

impl SealBlock {
    /// What is shown of a seal that was verified again as of its filing.
    pub(super) fn new(seal: &SealView, shell: &Shell, zone: &TimeZone) -> Self {
        let (t, language) = (shell.t, shell.language);
        let moment = |at: Timestamp| figures::moment(at, zone, language);
        let pick = |text: &declaration::Text| language.pick(text).to_owned();
        let failed = seal.found.as_ref().err().map(SealError::step);
        let steps = Step::ALL.into_iter().map(|step| {
            let (mark, tone) = match failed {
                Some(failed) if step == failed => ("✗", "bad"),
                Some(failed) if step > failed => ("·", ""),
                _ => ("✓", "good"),
            };
            (mark, tone, pick(&step.text()))
        });
        let mut facts = Vec::new();
        let sentence = match &seal.found {
            Ok((signer, verdict)) => {
                let mut who = signer.common_name.clone();
                for more in [&signer.organisation, &signer.tax_number].into_iter().flatten() {
                    if *more != signer.common_name {
                        who = format!("{who}, {more}");
                    }
                }
                let own = verdict.chain.first();
                let above = verdict.chain.get(1);
                facts.push((t.seal_form, format!("{}, {}", pick(&verdict.form.text()), verdict.algorithm)));
                facts.extend(own.map(|own| {
                    let valid = format!("{} – {}", moment(own.valid_from), moment(own.valid_to));
                    (t.seal_valid, valid)
                }));
                facts.extend(above.map(|above| (t.seal_issued_by, above.name.clone())));
                facts.push((t.seal_revocation, pick(&verdict.revocation.text())));
                facts.push((t.seal_as_of, moment(verdict.as_of)));
                facts.extend(verdict.stamped_at.map(|at| (t.seal_stamped, moment(at))));
                facts.extend(verdict.claimed_at.map(|at| (t.seal_claimed, moment(at))));
                facts.extend(own.map(|own| (t.seal_certificate, own.sha256.clone())));
                format!("{} {who}", t.seal_signed_by)
            }
            Err(why) => format!("{} {}", pick(&why.text()), pick(&why.cure())),
        };
        Self { holds: seal.found.is_ok(), sentence, facts, steps: steps.collect() }
    }
}
