//! `bench seal`: what verifying a seal costs for each kind of key and each form, beside `openssl speed` in
//! the same run.

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::RsaKeyPair;
use jiff::{Span, Timestamp};
use seal::{
    Algorithm, Anchors, Authority, BareKey, Credential, DetachedSeal, IssueError, Request, SealError, Sealed,
    Sealer, SigningKey, Verifier, ed25519_all_hold, generate_key, streebog,
};
use serde::Serialize;

use super::machine::thread_cpu_seconds;
use super::wire::generated;
use crate::error::RehearsalError;

/// The message whose signature is verified: as short as what `openssl speed` verifies over, so that hashing
/// counts for nothing.
const MESSAGE: &[u8; 32] = b"10013160/211126/0000001 released";
/// What `openssl speed` does not know is measured for a shorter time, by this.
const SHARE_WITHOUT_PEER: u32 = 4;

/// What to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealBench {
    /// Rounds: in each, every kind of work is measured once.
    pub rounds: usize,
    /// How long a signature that `openssl speed` verifies too is verified in one measurement: it takes a second.
    pub slice: Duration,
    /// How often the work is done between two looks at the clock.
    pub at_once: usize,
    /// Signers of the declaration, each with a chain of his own.
    pub signers: usize,
    /// Signatures of Ed25519 in one batch.
    pub batch: usize,
    /// Whether `openssl speed` is run, where there is one.
    pub openssl: bool,
    /// The seed of the generated declaration.
    pub seed: u64,
}

impl Default for SealBench {
    fn default() -> Self {
        Self {
            rounds: 5,
            slice: Duration::from_secs(1),
            at_once: 16,
            signers: 200,
            batch: 64,
            openssl: true,
            seed: 1,
        }
    }
}

/// What was measured, on one core, in processor time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SealReport {
    /// Each kind of signature.
    pub signatures: Vec<SignatureSpeed>,
    /// Bytes of the declaration whose seal is opened.
    pub bytes: usize,
    /// Each form of its seal, signed with ECDSA on P-256, the chain being of three certificates.
    pub forms: Vec<FormSpeed>,
    /// Digests of the declaration that are computed here.
    pub digests: Vec<DigestSpeed>,
    /// The version of `openssl`; none where there is none or it was not asked.
    pub openssl: Option<String>,
    /// Whether the program was built with optimisations; else the numbers say little.
    pub optimised: bool,
}

/// How long something takes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Speed {
    /// Microseconds in the best round.
    pub best_us: f64,
    /// Microseconds in the middle one.
    pub median_us: f64,
}

impl Speed {
    fn of(mut rounds: Vec<f64>) -> Option<Self> {
        rounds.sort_by(f64::total_cmp);
        Some(Self { best_us: *rounds.first()?, median_us: *rounds.get(rounds.len() / 2)? })
    }

    /// How many per second in the best round.
    pub fn best_per_s(&self) -> f64 {
        1_000_000.0 / self.best_us
    }

    /// How many per second in the middle round.
    pub fn median_per_s(&self) -> f64 {
        1_000_000.0 / self.median_us
    }
}

/// One kind of signature.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignatureSpeed {
    /// The kind of key.
    pub name: String,
    /// Its verification over 32 bytes, the key being known: what `openssl speed` measures, and the hash.
    pub bare: Speed,
    /// The same through the whole of `Verifier::open`, with a seal beside the bytes and its chain known; none
    /// for a batch.
    pub opened: Option<Speed>,
    /// The same by `openssl speed`; none where it does not know the kind.
    pub openssl: Option<Speed>,
    /// How many times as long as with `openssl speed` ours takes, best against best.
    pub ratio: Option<f64>,
    /// The same of each round, the middle one of them.
    pub median_ratio: Option<f64>,
}

/// One form of seal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FormSpeed {
    /// The form.
    pub name: &'static str,
    /// Recognised and opened with a chain that was never seen.
    pub first: Speed,
    /// The same with a chain that is known.
    pub known: Speed,
}

/// One digest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DigestSpeed {
    /// Which.
    pub name: &'static str,
    /// Megabytes of a million bytes per second in the best round.
    pub best_mb_s: f64,
    /// The same in the middle one.
    pub median_mb_s: f64,
}

/// A kind of signature: its name, its algorithm, the bits of an RSA key, and what `openssl speed` calls it.
type Kind = (&'static str, Algorithm, Option<KeySize>, Option<&'static str>);

const KINDS: [Kind; 8] = [
    ("ECDSA P-256", Algorithm::EcdsaP256Sha256, None, Some("ecdsap256")),
    ("ECDSA P-384", Algorithm::EcdsaP384Sha384, None, Some("ecdsap384")),
    ("RSA 2048", Algorithm::RsaSha256, Some(KeySize::Rsa2048), Some("rsa2048")),
    ("RSA 3072", Algorithm::RsaSha256, Some(KeySize::Rsa3072), Some("rsa3072")),
    ("RSA-PSS 2048", Algorithm::RsaPssSha256, Some(KeySize::Rsa2048), None),
    ("Ed25519", Algorithm::Ed25519, None, Some("ed25519")),
    ("GOST R 34.10-2012, 256 bits", Algorithm::Gost256, None, None),
    ("GOST R 34.10-2012, 512 bits", Algorithm::Gost512, None, None),
];

/// Work that is measured.
struct Work<'b> {
    name: String,
    /// Does it once, and says whether it came out right.
    once: Box<dyn FnMut() -> bool + 'b>,
    /// What that counts for: a batch is many.
    counts: f64,
    slice: Duration,
    /// How often between two looks at the clock.
    at_once: usize,
    /// What `openssl speed` calls it.
    peer: Option<&'static str>,
    /// Microseconds in each round.
    spent: Vec<f64>,
    /// The same of `openssl speed`.
    peer_spent: Vec<f64>,
}

impl Work<'_> {
    /// Microseconds one takes, of processor time as `openssl speed` counts it; of time that passes where the
    /// system does not say.
    fn measure(&mut self, slice: Duration) -> Result<f64, RehearsalError> {
        let (begun, used) = (Instant::now(), thread_cpu_seconds());
        let mut done = 0.0;
        while done == 0.0 || begun.elapsed() < slice {
            for _ in 0..self.at_once {
                if !black_box((self.once)()) {
                    return Err(RehearsalError::Invalid(format!("{}: a seal does not hold", self.name)));
                }
                done += self.counts;
            }
        }
        let passed = begun.elapsed().as_secs_f64();
        let used = used.zip(thread_cpu_seconds()).map(|(before, after)| after - before);
        // The system counts in steps of some milliseconds.
        let seconds = used.filter(|used| *used > passed / 10.0).map_or(passed, |used| used.min(passed));
        Ok(seconds * 1_000_000.0 / done)
    }

    fn speed(&self) -> Result<Speed, RehearsalError> {
        Speed::of(self.spent.clone())
            .ok_or_else(|| RehearsalError::Invalid("no round was measured".to_owned()))
    }
}

/// The signature of one kind over the message, and who verifies it.
struct Signed {
    seal: DetachedSeal,
    key: BareKey,
}

/// A document, and what seals it beside it.
type Parts = (Vec<u8>, Option<Vec<u8>>);

/// The names of the forms, and how each is made.
type Make = fn(&Sealer, &[u8], Timestamp) -> Result<Parts, IssueError>;
const FORMS: [(&str, Make); 4] = [
    ("detached seal", |sealer, document, _| {
        Ok((document.to_vec(), Some(sealer.seal(document)?.to_text().into_bytes())))
    }),
    ("CMS, CAdES-BES", |sealer, document, at| Ok((document.to_vec(), Some(sealer.cms(document, at, None)?)))),
    ("XML, enveloped", |sealer, document, _| Ok((sealer.enveloped(document)?, None))),
    ("XML, enveloping", |sealer, document, _| Ok((sealer.enveloping(document)?, None))),
];

/// An authority below the trusted one, which signers have their certificates from.
struct Office {
    authority: Authority,
    chain: Vec<Vec<u8>>,
    anchors: Anchors,
    validity: (Timestamp, Timestamp),
}

impl Office {
    fn open(now: Timestamp) -> Result<Self, RehearsalError> {
        let root = Authority::generate("Rehearsal").map_err(made)?;
        let authority = root.intermediate("Rehearsal, office").map_err(made)?;
        let anchors = Anchors::from_pem(&root.certificate_pem()).map_err(invalid)?;
        let day = Span::new().hours(24);
        let validity = (now.saturating_sub(day).map_err(invalid)?, now.saturating_add(day).map_err(invalid)?);
        let any = authority.issue("Any", None, None, Algorithm::EcdsaP256Sha256, validity).map_err(made)?;
        Ok(Self { authority, chain: any.chain, anchors, validity })
    }

    fn sealer(&self, name: &str, key_pkcs8: Vec<u8>) -> Result<Sealer, IssueError> {
        let key = SigningKey::from_pkcs8(&key_pkcs8)?;
        let request = Request::write(&key, name, Some("Rehearsal Ltd"), Some("7701234567"))?;
        let certificate_der = self.authority.certify(&request, self.validity)?;
        Sealer::new(&Credential { certificate_der, chain: self.chain.clone(), key_pkcs8 })
    }
}

fn made(why: IssueError) -> RehearsalError {
    crate::GenerateError::Seal(why).into()
}

fn invalid(why: impl std::fmt::Display) -> RehearsalError {
    RehearsalError::Invalid(why.to_string())
}

fn new_key(algorithm: Algorithm, rsa: Option<KeySize>) -> Result<Vec<u8>, IssueError> {
    let Some(size) = rsa else { return generate_key(algorithm) };
    let pair = RsaKeyPair::generate(size).map_err(|_| IssueError::Random)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| IssueError::Key)?;
    Ok(der.as_ref().to_vec())
}

fn opens(verifier: &Verifier, (document, beside): &Parts, now: Timestamp) -> bool {
    let sealed = match Sealed::recognise(document, beside.as_deref()) {
        Ok(Some(sealed)) => sealed,
        Ok(None) | Err(_) => return false,
    };
    verifier.open(&sealed, now).is_ok()
}

impl SealBench {
    /// Measures: every kind of work in turn, `openssl speed` right after ours, round after round, so that all
    /// meet the same machine.
    ///
    /// # Errors
    /// Where the system gives no key, or a seal does not hold.
    pub fn run(&self, mut progress: impl FnMut(&str, u64, u64)) -> Result<SealReport, RehearsalError> {
        progress("sign", 0, 1);
        let now = Timestamp::now();
        let office = Office::open(now)?;
        let mut signed = Vec::with_capacity(KINDS.len());
        for (name, algorithm, rsa, _) in KINDS {
            let sealer = office.sealer(name, new_key(algorithm, rsa).map_err(made)?).map_err(made)?;
            let seal =
                sealer.with_algorithm(algorithm).and_then(|sealer| sealer.seal(MESSAGE)).map_err(made)?;
            let key = BareKey::of(&seal).ok_or_else(|| invalid(SealError::UnsupportedKey))?;
            signed.push(Signed { seal, key });
        }
        let batch = self.batch(&office)?;
        let document = generated(self.seed)?;
        let forms = self.forms(&office, &document, now)?;

        let verifier = Verifier::new(office.anchors.clone());
        let openssl = if self.openssl { openssl_version() } else { None };
        let mut works = self.bare(&signed, &batch);
        let bare = works.len();
        works.extend(self.opened(&signed, &verifier, now));
        works.extend(self.forms_opened(&forms, &office.anchors, &verifier, now));
        let digests = works.len();
        works.extend(self.digests(&document));
        self.measure(&mut works, openssl.is_some(), progress)?;

        let signatures = works.iter().take(bare).enumerate();
        let signatures = signatures.map(|(nth, work)| {
            let (bare_speed, peer) = (work.speed()?, Speed::of(work.peer_spent.clone()));
            let ratios = work.spent.iter().zip(&work.peer_spent).map(|(ours, theirs)| ours / theirs);
            Ok(SignatureSpeed {
                name: work.name.clone(),
                bare: bare_speed,
                opened: works.get(bare + nth).filter(|_| nth < KINDS.len()).map(Work::speed).transpose()?,
                openssl: peer,
                ratio: peer.map(|peer| bare_speed.best_us / peer.best_us),
                median_ratio: Speed::of(ratios.collect()).map(|ratios| ratios.median_us),
            })
        });
        let mut signatures = signatures.collect::<Result<Vec<_>, RehearsalError>>()?;
        // The batch stands behind what it is a batch of.
        let single = KINDS.iter().take_while(|kind| kind.1 != Algorithm::Ed25519).count();
        if let Some(behind) = signatures.get_mut(single + 1..) {
            behind.rotate_right(1);
        }
        let opened = works.get(bare + KINDS.len()..digests).unwrap_or_default();
        let forms = FORMS.iter().zip(opened.chunks(2)).map(|((name, _), works)| match works {
            [first, known] => Ok(FormSpeed { name, first: first.speed()?, known: known.speed()? }),
            _ => Err(invalid("a form was not measured")),
        });
        let forms = forms.collect::<Result<Vec<_>, _>>()?;
        let mb_s = |us: f64| document.len() as f64 / us;
        let digested = works.iter().skip(digests).zip(DIGESTS).map(|(work, (name, _))| {
            let speed = work.speed()?;
            Ok(DigestSpeed { name, best_mb_s: mb_s(speed.best_us), median_mb_s: mb_s(speed.median_us) })
        });
        let digests = digested.collect::<Result<Vec<_>, RehearsalError>>()?;
        let optimised = !cfg!(debug_assertions);
        Ok(SealReport { signatures, bytes: document.len(), forms, digests, openssl, optimised })
    }

    fn measure(
        &self,
        works: &mut [Work<'_>],
        has_openssl: bool,
        mut progress: impl FnMut(&str, u64, u64),
    ) -> Result<(), RehearsalError> {
        let (rounds, kinds) = (self.rounds.max(1), works.len());
        for round in 0..rounds {
            for (nth, work) in works.iter_mut().enumerate() {
                progress(&work.name, (round * kinds + nth) as u64, (rounds * kinds) as u64);
                if round == 0 {
                    // What is paid once: keys parsed, memory touched, the processor woken.
                    work.measure(work.slice / 10)?;
                }
                let spent = work.measure(work.slice)?;
                work.spent.push(spent);
                if let Some(peer) = work.peer.filter(|_| has_openssl) {
                    work.peer_spent.extend(openssl_speed(peer));
                }
            }
        }
        Ok(())
    }

    fn work<'b>(&self, name: &str, once: impl FnMut() -> bool + 'b) -> Work<'b> {
        Work {
            name: name.to_owned(),
            once: Box::new(once),
            counts: 1.0,
            slice: self.slice / SHARE_WITHOUT_PEER,
            at_once: self.at_once.max(1),
            peer: None,
            spent: Vec::with_capacity(self.rounds),
            peer_spent: Vec::new(),
        }
    }

    /// Signatures alone, the batch being the last.
    fn bare<'b>(&self, signed: &'b [Signed], batch: &'b [Signed]) -> Vec<Work<'b>> {
        let mut works: Vec<Work<'b>> = Vec::new();
        for ((name, _, _, peer), one) in KINDS.iter().zip(signed) {
            let work = self.work(name, || one.key.holds(&one.seal, MESSAGE));
            let slice = if peer.is_some() { self.slice } else { work.slice };
            works.push(Work { peer: *peer, slice, ..work });
        }
        let items: Vec<(&[u8], &[u8], &[u8])> = batch
            .iter()
            .map(|one| (one.key.bits(), MESSAGE.as_slice(), one.seal.signature.as_slice()))
            .collect();
        let name = format!("Ed25519, {} at once", batch.len());
        let work = self.work(&name, move || ed25519_all_hold(&items));
        works.push(Work { counts: batch.len() as f64, peer: Some("ed25519"), slice: self.slice, ..work });
        works
    }

    /// The same signatures through everything that stands before a verdict.
    fn opened<'b>(&self, signed: &'b [Signed], verifier: &'b Verifier, now: Timestamp) -> Vec<Work<'b>> {
        let named = KINDS.iter().zip(signed);
        let work = |((name, ..), one): (&Kind, &'b Signed)| {
            self.work(name, move || verifier.verify(MESSAGE, &one.seal, now).is_ok())
        };
        named.map(work).collect()
    }

    /// Each form twice: at first sight, and with chains known.
    fn forms_opened<'b>(
        &self,
        forms: &'b [Vec<Parts>],
        anchors: &'b Anchors,
        verifier: &'b Verifier,
        now: Timestamp,
    ) -> Vec<Work<'b>> {
        let mut works = Vec::new();
        for ((name, _), parts) in FORMS.iter().zip(forms) {
            let mut fresh = Verifier::new(anchors.clone());
            let mut next = parts.iter();
            works.push(self.work(name, move || {
                let part = next.next().or_else(|| {
                    fresh = Verifier::new(anchors.clone());
                    next = parts.iter();
                    next.next()
                });
                part.is_some_and(|part| opens(&fresh, part, now))
            }));
            let mut again = parts.iter().cycle();
            works.push(self.work(name, move || again.next().is_some_and(|part| opens(verifier, part, now))));
        }
        works
    }

    fn digests<'b>(&self, document: &'b [u8]) -> Vec<Work<'b>> {
        let work =
            |(name, is_512)| self.work(name, move || !streebog(black_box(document), is_512).is_empty());
        DIGESTS.into_iter().map(work).collect()
    }

    /// Signatures of Ed25519 with a key each.
    fn batch(&self, office: &Office) -> Result<Vec<Signed>, RehearsalError> {
        let one = |nth: usize| {
            let key_pkcs8 = generate_key(Algorithm::Ed25519).map_err(made)?;
            let sealer = office.sealer(&format!("Signer {nth}"), key_pkcs8).map_err(made)?;
            let seal = sealer.seal(MESSAGE).map_err(made)?;
            let key = BareKey::of(&seal).ok_or_else(|| invalid(SealError::UnsupportedKey))?;
            Ok(Signed { seal, key })
        };
        (0..self.batch.max(1)).map(one).collect()
    }

    /// The document, sealed in each form by each signer.
    fn forms(
        &self,
        office: &Office,
        document: &[u8],
        now: Timestamp,
    ) -> Result<Vec<Vec<Parts>>, RehearsalError> {
        let mut forms = vec![Vec::with_capacity(self.signers); FORMS.len()];
        for nth in 0..self.signers.max(1) {
            let key_pkcs8 = generate_key(Algorithm::EcdsaP256Sha256).map_err(made)?;
            let sealer = office.sealer(&format!("Signer {nth}"), key_pkcs8).map_err(made)?;
            for ((_, make), sealed) in FORMS.iter().zip(&mut forms) {
                sealed.push(make(&sealer, document, now).map_err(made)?);
            }
        }
        Ok(forms)
    }
}

/// Digests by name; whether of 512 bits.
const DIGESTS: [(&str, bool); 2] =
    [("GOST R 34.11-2012, 256 bits", false), ("GOST R 34.11-2012, 512 bits", true)];

/// What the `openssl` of the system says it is; none where there is none.
fn openssl_version() -> Option<String> {
    let output =
        Command::new("openssl").arg("version").output().ok().filter(|output| output.status.success())?;
    let said = String::from_utf8_lossy(&output.stdout);
    // What follows in parentheses is the version of its library.
    let version = said.split(" (").next().unwrap_or_default().trim();
    (!version.is_empty()).then(|| version.to_owned())
}

/// Microseconds that a verification of this kind takes `openssl speed`; none where it does not know it.
fn openssl_speed(kind: &str) -> Option<f64> {
    let output = Command::new("openssl").args(["speed", "-mr", "-seconds", "1", kind]).output().ok()?;
    verification_us(&String::from_utf8_lossy(&output.stdout))
}

/// The verifications in what `openssl speed -mr` prints: `+F2:number:bits:signs:verifies` for RSA, the same
/// with F4 for ECDSA, and with F6 and a name after the bits for EdDSA, all per second.
fn verification_us(printed: &str) -> Option<f64> {
    let per_s = printed.lines().find_map(|line| {
        let fields: Vec<&str> = line.trim().split(':').collect();
        let verifies = match *fields.first()? {
            "+F2" | "+F4" => fields.get(4),
            "+F6" => fields.get(5),
            _ => None,
        };
        verifies?.parse::<f64>().ok()
    });
    per_s.filter(|per_s| *per_s > 0.0).map(|per_s| 1_000_000.0 / per_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TINY: SealBench = SealBench {
        rounds: 1,
        slice: Duration::from_millis(1),
        at_once: 1,
        signers: 2,
        batch: 3,
        openssl: false,
        seed: 1,
    };

    #[test]
    fn every_kind_and_form_is_measured() {
        let report = TINY.run(|_, _, _| {}).unwrap();
        let names: Vec<&str> = report.signatures.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names[..2], ["ECDSA P-256", "ECDSA P-384"]);
        assert_eq!((names.len(), &names[5..7]), (9, &["Ed25519", "Ed25519, 3 at once"][..]));
        for one in &report.signatures {
            assert!(one.bare.best_us > 0.0 && one.bare.best_us <= one.bare.median_us, "{one:?}");
            assert_eq!(one.opened.is_none(), one.name.ends_with("at once"), "{one:?}");
            assert!(one.openssl.is_none() && one.ratio.is_none() && one.median_ratio.is_none());
        }
        assert!(report.bytes.abs_diff(20_000) < 1_000, "{}", report.bytes);
        assert_eq!(report.forms.len(), 4);
        for form in &report.forms {
            assert!(form.first.best_us > 0.0 && form.known.best_us > 0.0, "{form:?}");
        }
        assert!(report.digests.iter().all(|digest| digest.best_mb_s > 0.0));
        assert_eq!(report.openssl, None);
        let shown = crate::render_seal(&report);
        assert!(shown.contains("no openssl here") && shown.contains("XML, enveloping"), "{shown}");
    }

    #[test]
    fn what_does_not_hold_is_not_measured() {
        let mut work = TINY.work("spoilt", || false);
        let why = work.measure(Duration::ZERO).unwrap_err();
        assert_eq!(why.to_string(), "spoilt: a seal does not hold");
    }

    #[test]
    fn what_openssl_prints_is_read() {
        let near = |printed: &str, us: f64| (verification_us(printed).unwrap() - us).abs() < 0.001;
        assert!(near("+F2:2:2048:4126.785714:50000.0\n", 20.0));
        // Newer ones go on with encryption.
        assert!(near("+F2:2:2048:4126.785714:50000.0:1.0:2.0\n", 20.0));
        assert!(near("version: 3.0\n+F4:3:256:52589.156627:10000.0\n", 100.0));
        assert!(near("+F6:0:253:Ed25519:27130.666667:8000.0\n", 125.0));
        assert_eq!(verification_us(""), None);
        assert_eq!(verification_us("+F4:3:256:1.0:0.0"), None);
        assert_eq!(verification_us("+H:16:64:256"), None);
    }
}
