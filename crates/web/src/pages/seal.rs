//! The seal of a declaration in plain words: who signed, through which authority, and each step of the verdict.

use centre::SealView;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use seal::StepOutcome;

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
    /// SHA-256 of the signer's certificate.
    pub(super) certificate: Option<String>,
    /// Each step: its mark, its tone, and what it says.
    pub(super) steps: Vec<(&'static str, &'static str, String)>,
}

impl SealBlock {
    /// What is shown of a seal that was verified again as of its filing.
    pub(super) fn new(seal: &SealView, shell: &Shell, zone: &TimeZone) -> Self {
        let (t, language) = (shell.t, shell.language);
        let moment = |at: Timestamp| figures::moment(at, zone, language);
        let pick = |text: &declaration::Text| language.pick(text).to_owned();
        let found = seal.found.as_ref().map(|(_, verdict)| verdict);
        let steps = seal::steps(found).into_iter().map(|(step, outcome)| {
            let text = pick(&step.text());
            match outcome {
                StepOutcome::Passed => ("✓", "good", text),
                StepOutcome::Failed => ("✗", "bad", text),
                StepOutcome::Unknown => ("?", "warn", format!("{text}: {}", t.seal_step_unknown)),
                StepOutcome::NotReached => ("·", "", format!("{text}: {}", t.seal_step_not_reached)),
            }
        });
        let (mut facts, mut certificate) = (Vec::new(), None);
        let sentence = match &seal.found {
            Ok((signer, verdict)) => {
                let mut who = signer.common_name.clone();
                for more in [&signer.organisation, &signer.tax_number].into_iter().flatten() {
                    if *more != signer.common_name {
                        who = format!("{who}, {more}");
                    }
                }
                let (own, above) = (verdict.chain.first(), verdict.chain.get(1));
                let valid =
                    |link: &seal::Link| format!("{} – {}", moment(link.valid_from), moment(link.valid_to));
                let known = [
                    (t.seal_form, Some(format!("{}, {}", pick(&verdict.form.text()), verdict.algorithm))),
                    (t.seal_valid, own.map(valid)),
                    (t.seal_issued_by, above.map(|above| above.name.clone())),
                    (t.seal_revocation, Some(pick(&verdict.revocation.text()))),
                    (t.seal_as_of, Some(moment(verdict.as_of))),
                    (t.seal_stamped, verdict.stamped_at.map(moment)),
                    (t.seal_claimed, verdict.claimed_at.map(moment)),
                ];
                facts.extend(known.into_iter().filter_map(|(name, value)| Some((name, value?))));
                certificate = own.map(|own| own.sha256.clone());
                format!("{} {who}", t.seal_signed_by)
            }
            Err(why) => format!("{} {}", pick(&why.text()), pick(&why.cure())),
        };
        Self { holds: seal.found.is_ok(), sentence, facts, certificate, steps: steps.collect() }
    }
}
