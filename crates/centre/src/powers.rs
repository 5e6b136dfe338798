//! Powers of attorney: taken, revoked, shown; and found for whoever acts for another.
//!
//! The rules are [`clearance::power`]; here are the seals, the clock and the store.

use clearance::power::{
    HeldPower, Occasion, Power, PowerAct, PowerFault, PowerNumber, Revocation, Why, choose,
};
use clearance::{Representation, Standing, World};
use declaration::{Declaration, Finding, Path, Severity, TaxNumber, Text};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use log::Hash;
use store::{NewRevocation, PowerFilter, StoredPower, Transaction};

use crate::error::{CentreError, SubmitError};
use crate::intake::Filer;
use crate::{Centre, Inner, sealing};

/// The form of what is filed here, as findings name it.
const FORMAT: &str = "power-1";
/// Powers between two that may be in force at a time: more nobody needs, and each is looked at.
const BETWEEN_MAX: usize = 100;
/// Powers on one page at most.
pub const POWERS_PAGE_MAX: usize = 200;

/// A power as it is on file.
#[derive(Debug, Clone, PartialEq)]
pub struct PowerView {
    /// What it says.
    pub power: Power,
    /// How it is kept.
    pub stored: StoredPower,
    /// What revoked it.
    pub revocation: Option<Revocation>,
}

/// What became of a power or of a revocation that was filed.
#[derive(Debug, Clone, PartialEq)]
pub struct PowerOutcome {
    /// The power as it stands now.
    pub view: PowerView,
    /// Whether it was there, or revoked, before.
    pub repeated: bool,
}

fn fault(code: &'static str, member: &'static str, ru: String, en: String) -> SubmitError {
    let finding = Finding::new(code, Severity::Error, Path::new(member), Text::new(ru, en));
    SubmitError::Faulty { findings: vec![finding], format: FORMAT.to_owned() }
}

fn unreadable(why: &PowerFault) -> SubmitError {
    fault(
        "GL-3041",
        "",
        format!("Это не доверенность и не её отзыв: {why}. Составьте документ командой greenlane power."),
        format!("This is no power of attorney and no revocation: {why}. Make one with greenlane power."),
    )
}

fn unsealed() -> SubmitError {
    fault(
        "GL-3042",
        "",
        "Нет подписи с номером налогоплательщика. Подпишите документ подписью доверителя.".to_owned(),
        "There is no seal with a tax number. Let the principal sign the document.".to_owned(),
    )
}

fn not_the_principals(signer: &TaxNumber, principal: &str) -> SubmitError {
    fault(
        "GL-3043",
        "principal",
        format!("Подписал {signer}, доверитель — {principal}. Подпишите документ подписью доверителя."),
        format!("Signed by {signer}, given by {principal}. Let the principal sign the document."),
    )
}

fn taken(number: &PowerNumber) -> SubmitError {
    fault(
        "GL-3044",
        "number",
        format!("Номер {number} занят другой доверенностью. Дайте этой другой номер, например UUID."),
        format!("The number {number} is another power's. Give this one another, such as a UUID."),
    )
}

fn over(last: Date) -> SubmitError {
    fault(
        "GL-3045",
        "valid_to",
        format!("Срок доверенности истёк {last}. Составьте новую."),
        format!("The power was over on {last}. Make a new one."),
    )
}

fn not_delegated(why: &Why) -> SubmitError {
    let (text, cure) = (why.text(), why.cure());
    fault(
        "GL-3046",
        "delegates",
        format!("{}. {}", capital(&text.ru), cure.ru),
        format!("{}. {}", capital(&text.en), cure.en),
    )
}

fn no_parent(number: &PowerNumber) -> SubmitError {
    fault(
        "GL-3046",
        "delegates",
        format!(
            "Доверенности {number}, которую передаёт эта, на представителя-доверителя нет. Сначала подайте её."
        ),
        format!("There is no power {number} for the principal of this one to pass on. File that one first."),
    )
}

fn no_such(number: &PowerNumber) -> SubmitError {
    fault(
        "GL-3047",
        "power",
        format!("Доверенности {number} нет. Проверьте номер."),
        format!("There is no power {number}. Check the number."),
    )
}

fn not_yours(number: &PowerNumber, signer: &TaxNumber) -> SubmitError {
    fault(
        "GL-3048",
        "power",
        format!("Отзыв подписал {signer}, а доверенность {number} дал другой. Отозвать её может доверитель."),
        format!("Revoked by {signer}, but power {number} is another's. Its principal can revoke it."),
    )
}

fn too_many() -> SubmitError {
    fault(
        "GL-3049",
        "attorney",
        format!("Между этими лицами уже действуют {BETWEEN_MAX} доверенностей. Отзовите ненужные."),
        format!("{BETWEEN_MAX} powers between these two are in force. Revoke those not needed."),
    )
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn unavailable(why: CentreError) -> SubmitError {
    SubmitError::Unavailable(why.to_string())
}

/// The day it still is somewhere: a power ends on the calendar of whoever registers.
fn latest_day(now: Timestamp) -> Date {
    let somewhere = now.checked_sub(SignedDuration::from_hours(12)).unwrap_or(now);
    somewhere.to_zoned(TimeZone::UTC).date()
}

fn read(stored: &StoredPower) -> Result<Power, CentreError> {
    let damaged = |why: &str| CentreError::Log(format!("power {}: {why}", stored.number));
    if Hash::of(&stored.document) != stored.sha256 {
        return Err(damaged("it is not what was filed"));
    }
    Power::parse(&stored.document).map_err(|why| damaged(&why.to_string()))
}

fn held(stored: &StoredPower, parent: Option<&StoredPower>) -> Result<HeldPower, CentreError> {
    let passes_on = parent.map(|parent| held(parent, None)).transpose()?.map(Box::new);
    let (power, sha256) = (read(stored)?, stored.sha256.to_string());
    Ok(HeldPower { power, sha256, revoked_at: stored.revoked_at, passes_on })
}

/// That somebody acts for another, and whether their power allows it.
pub(crate) struct Represented {
    pub(crate) power: Box<Representation>,
    pub(crate) judged: Result<(), Why>,
}

/// What a transaction over a power came to.
type Settled = Result<(StoredPower, bool), SubmitError>;

impl Centre {
    /// Files a power of attorney, sealed by its principal. The same bytes again change nothing.
    ///
    /// # Errors
    /// [`SubmitError::Seal`] where the seal does not hold, [`SubmitError::Faulty`] with what is wrong.
    pub fn file_power(
        &self,
        bytes: &[u8],
        seal: Option<&[u8]>,
        account: &str,
    ) -> Result<PowerOutcome, SubmitError> {
        let inner = &self.inner;
        let now = inner.now();
        let power = Power::parse(bytes).map_err(|why| unreadable(&why))?;
        let (signer, seal) = inner.sealed_by(bytes, seal, now)?;
        if signer != power.principal.tax_number {
            return Err(not_the_principals(&signer, &power.principal.to_string()));
        }
        let sha256 = Hash::of(bytes);
        let body = serde_json::json!({
            "system": "power", "number": power.number.as_str(), "sha256": sha256.to_string(),
        });
        let settled = inner.settle_power(now, &body, &mut |tx| {
            if let Some(there) = tx.power(&power.number)? {
                return Ok(if there.sha256 == sha256 {
                    Ok((there, true))
                } else {
                    Err(taken(&power.number))
                });
            }
            if power.valid_to < latest_day(now) {
                return Ok(Err(over(power.valid_to)));
            }
            let mut stored = StoredPower {
                number: power.number.clone(),
                principal: power.principal.tax_number,
                attorney: power.attorney.tax_number,
                declarant: power.principal.tax_number,
                delegates: power.delegates.clone(),
                valid_from: power.valid_from,
                valid_to: power.valid_to,
                revoked_at: None,
                sha256,
                document: bytes.to_vec(),
                filed_at: now,
                filer: account.to_owned(),
            };
            if let Some(number) = &power.delegates {
                let Some(parent) = tx.power(number)? else { return Ok(Err(no_parent(number))) };
                let held = match held(&stored, Some(&parent)) {
                    Ok(held) => held,
                    Err(why) => return Ok(Err(unavailable(why))),
                };
                if let Some(at) = parent.revoked_at {
                    return Ok(Err(not_delegated(&Why::Revoked { power: number.clone(), at })));
                }
                match held.delegates_rightly() {
                    Ok(()) => stored.declarant = parent.principal,
                    Err(Why::NoPower) => return Ok(Err(no_parent(number))),
                    Err(why) => return Ok(Err(not_delegated(&why))),
                }
            }
            let day = latest_day(now);
            if tx.powers_in_force(&stored.declarant, &stored.attorney, day)? >= BETWEEN_MAX {
                return Ok(Err(too_many()));
            }
            tx.insert_power(&stored, &seal)?;
            Ok(Ok((stored, false)))
        })?;
        self.outcome(settled)
    }

    /// Revokes a power from this moment on; sealed by its principal, or by that of the power it passes on.
    /// Revoking again changes nothing.
    ///
    /// # Errors
    /// As of [`Centre::file_power`].
    pub fn revoke_power(
        &self,
        bytes: &[u8],
        seal: Option<&[u8]>,
        account: &str,
    ) -> Result<PowerOutcome, SubmitError> {
        let inner = &self.inner;
        let now = inner.now();
        let revocation = Revocation::parse(bytes).map_err(|why| unreadable(&why))?;
        let (signer, seal) = inner.sealed_by(bytes, seal, now)?;
        let sha256 = Hash::of(bytes);
        let body = serde_json::json!({
            "system": "power_revocation", "power": revocation.power.as_str(), "sha256": sha256.to_string(),
        });
        let settled = inner.settle_power(now, &body, &mut |tx| {
            let number = &revocation.power;
            let Some(stored) = tx.power(number)? else { return Ok(Err(no_such(number))) };
            // Of a delegated power, the principal of the one it passes on is who is spoken for.
            if signer != stored.principal && signer != stored.declarant {
                return Ok(Err(not_yours(number, &signer)));
            }
            if stored.revoked_at.is_some() {
                return Ok(Ok((stored, true)));
            }
            let (document, seal) = (bytes, seal.as_slice());
            let (at, sha256, filer) = (now, &sha256, account);
            tx.revoke_power(&NewRevocation { power: number, at, sha256, document, seal, filer })?;
            Ok(Ok((StoredPower { revoked_at: Some(now), ..stored }, false)))
        })?;
        self.outcome(settled)
    }

    /// A power with what revoked it.
    ///
    /// # Errors
    /// Where the store fails, or what it keeps is damaged.
    pub fn power(&self, number: &PowerNumber) -> Result<Option<PowerView>, CentreError> {
        let stored = self.inner.store.power(number)?;
        stored.map(|stored| self.view_of(stored)).transpose()
    }

    /// The text of the seal of a power.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn power_seal(&self, number: &PowerNumber) -> Result<Option<Vec<u8>>, CentreError> {
        Ok(self.inner.store.power_seal(number)?)
    }

    /// Powers, newest first, at most [`POWERS_PAGE_MAX`]; without what revoked them.
    ///
    /// # Errors
    /// Where the store fails, or what it keeps is damaged.
    pub fn powers(&self, filter: &PowerFilter) -> Result<Vec<PowerView>, CentreError> {
        let filter = PowerFilter { limit: filter.limit.min(POWERS_PAGE_MAX), ..filter.clone() };
        let all = self.inner.store.powers(&filter)?;
        let view = |stored: StoredPower| Ok(PowerView { power: read(&stored)?, stored, revocation: None });
        all.into_iter().map(view).collect()
    }

    fn outcome(&self, (stored, repeated): (StoredPower, bool)) -> Result<PowerOutcome, SubmitError> {
        Ok(PowerOutcome { view: self.view_of(stored).map_err(unavailable)?, repeated })
    }

    fn view_of(&self, stored: StoredPower) -> Result<PowerView, CentreError> {
        let revocation = match stored.revoked_at {
            None => None,
            Some(_) => self.inner.store.power_revocation(&stored.number)?,
        };
        let revocation = revocation.map(|kept| Revocation::parse(&kept.document)).transpose();
        let revocation = revocation
            .map_err(|why| CentreError::Log(format!("the revocation of {}: {why}", stored.number)))?;
        Ok(PowerView { power: read(&stored)?, stored, revocation })
    }
}

impl Inner {
    /// The tax number whose seal it is, and the text of the seal.
    fn sealed_by(
        &self,
        bytes: &[u8],
        seal: Option<&[u8]>,
        now: Timestamp,
    ) -> Result<(TaxNumber, Vec<u8>), SubmitError> {
        let seal = seal.ok_or_else(unsealed)?.to_vec();
        let world = self.world.load_full();
        let unsealed_bytes = sealing::unseal(world.verifier(), bytes, Some(&seal), now)?;
        let signed = unsealed_bytes.signer.and_then(|signer| signer.tax_number?.parse().ok());
        Ok((signed.ok_or_else(unsealed)?, seal))
    }

    /// One transaction that is covered by the log, if it changed something: who acts for whom, since when, is
    /// nothing anybody may change afterwards.
    fn settle_power(
        &self,
        now: Timestamp,
        body: &serde_json::Value,
        work: &mut dyn FnMut(&mut dyn Transaction) -> store::Result<Settled>,
    ) -> Settled {
        let mut journal = self.journal.lock().map_err(|_| unavailable(CentreError::Broken))?;
        let mut page = journal.page();
        let mut settled = Err(unavailable(CentreError::Broken));
        let body = body.to_string();
        let kept = self.store.transact(&mut |tx| {
            page = journal.page();
            settled = work(tx)?;
            if matches!(settled, Ok((_, false))) {
                page.add_system(tx, now, body.clone().into_bytes())?;
                page.close(tx)?;
            }
            Ok(())
        });
        kept.map_err(|why| unavailable(why.into()))?;
        journal.turn(page);
        settled
    }

    /// The powers on file by which one speaks for another.
    fn powers_held(
        &self,
        declarant: &TaxNumber,
        attorney: &TaxNumber,
    ) -> Result<Vec<HeldPower>, CentreError> {
        let between = self.store.powers_between(declarant, attorney, BETWEEN_MAX)?;
        let whole = |stored: StoredPower| {
            let parent = stored.delegates.as_ref().map(|number| self.store.power(number)).transpose()?;
            held(&stored, parent.flatten().as_ref())
        };
        between.into_iter().map(whole).collect()
    }

    /// Whether any power, good or not, leads from one to the other.
    pub(crate) fn are_related(
        &self,
        declarant: Option<TaxNumber>,
        filer: &Filer,
    ) -> Result<bool, CentreError> {
        match (declarant, filer.standing) {
            (Some(declarant), Standing::Participant(attorney)) if declarant != attorney => {
                Ok(!self.store.powers_between(&declarant, &attorney, 1)?.is_empty())
            }
            _ => Ok(false),
        }
    }

    /// That somebody acts for a declarant who is somebody else, and by what power. None where the declarant
    /// acts itself: then nothing is looked up.
    pub(crate) fn representation(
        &self,
        filer: &Filer,
        act: PowerAct,
        declaration: &Declaration,
        world: &World,
        now: Timestamp,
    ) -> Result<Option<Represented>, CentreError> {
        let Standing::Participant(attorney) = filer.standing else { return Ok(None) };
        let declarant = declaration.declarant.as_ref().and_then(|party| party.tax_number());
        if declarant.is_none_or(|declarant| declarant == attorney) {
            return Ok(None);
        }
        let Some(occasion) = Occasion::of(act, attorney, declaration, world, now) else { return Ok(None) };
        let sealed = seal_number(filer) == Some(attorney);
        let power = choose(self.powers_held(&occasion.declarant, &attorney)?, &occasion).map(Box::new);
        if power.is_none() && !sealed {
            return Ok(None);
        }
        let of_power = || power.as_ref().map(|held| held.power.attorney.name.as_str().to_owned());
        let of_seal = filer.signer.as_ref().filter(|_| sealed).map(|signer| signer.name.clone());
        let name = of_seal.or_else(of_power).unwrap_or_default();
        let power = Box::new(Representation { attorney, name, sealed, power });
        let judged = power.judge(&occasion);
        Ok(Some(Represented { power, judged }))
    }
}

/// The tax number of a seal, where there is one.
fn seal_number(filer: &Filer) -> Option<TaxNumber> {
    filer.signer.as_ref()?.tax_number.as_ref()?.parse().ok()
}
