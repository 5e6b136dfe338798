//! Receipts: the self-contained proof of one case, checked without any server.

use serde::Deserialize;
use serde_json::Value;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::hash::{Entry, Hash};
use crate::key::Vkey;
use crate::proof::{PROOF_HASHES_MAX, ProofError, TileSource, inclusion_proof, verify_inclusion};
use crate::receipt_text::{BODY_BYTES_MAX, RECEIPT_STEPS_MAX, WORD_BYTES_MAX};

/// The event that says which document was filed; it has `sha256`.
const FILED: &str = "filed";
/// The event that gives the registration number; it has `number`.
const REGISTERED: &str = "registered";

/// One step of the case and its proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptStep {
    /// Number of the leaf in the log, from 0.
    pub index: u64,
    /// Salt and body.
    pub entry: Entry,
    /// Inclusion proof of the leaf in the receipt's checkpoint.
    pub proof: Vec<Hash>,
}

impl ReceiptStep {
    /// The step that is leaf `index`, with its proof in the tree of `size` leaves.
    ///
    /// # Errors
    /// Those of [`inclusion_proof`].
    pub fn prove<S: TileSource>(
        source: S,
        index: u64,
        entry: Entry,
        size: u64,
    ) -> Result<Self, ProofError<S::Error>> {
        Ok(Self { index, entry, proof: inclusion_proof(source, index, size)? })
    }
}

/// The proof of one case: what it says of itself, every step with its proof, the checkpoint, the key.
///
/// It shows that these steps are in the log in this order and that nothing was changed in them; that no
/// later step exists it cannot show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    case_id: String,
    number: Option<String>,
    document_sha256: Hash,
    key: Vkey,
    steps: Vec<ReceiptStep>,
    checkpoint: String,
}

/// Why a receipt does not hold. Each has its code, see [`ReceiptError::code`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Over [`RECEIPT_BYTES_MAX`](crate::RECEIPT_BYTES_MAX).
    #[error("the receipt is too large")]
    TooLarge,
    /// Not the form of a receipt.
    #[error("line {line} is not that of a receipt")]
    Malformed {
        /// Line of the file, from 1; 0 where the receipt is not yet a file.
        line: usize,
    },
    /// The digest at the end is not that of the file.
    #[error("the file was changed: its digest differs")]
    Changed,
    /// Issued by another log than the one asked about.
    #[error("the receipt is of another log than the key given")]
    OtherKey,
    /// The checkpoint is not to be believed.
    #[error("the checkpoint does not hold: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// A step that the log does not hold.
    #[error("step {step} is not in the log")]
    NotInLog {
        /// The step, from 1.
        step: usize,
    },
    /// The body of a step is not that of a step.
    #[error("step {step} has no readable body")]
    Body {
        /// The step, from 1.
        step: usize,
    },
    /// A step of another case.
    #[error("step {step} belongs to another case")]
    OtherCase {
        /// The step, from 1.
        step: usize,
    },
    /// A step is missing, doubled or out of order.
    #[error("step {step} is missing or out of order")]
    Sequence {
        /// The step, from 1.
        step: usize,
    },
    /// The number at the head is not the one registered.
    #[error("the registration number is not the one in the steps")]
    Number,
    /// The digest at the head is not that of the document filed.
    #[error("the digest of the document is not the one in the steps")]
    Document,
}

/// A receipt that holds: everything here is covered by the log's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Id of the case.
    pub case_id: String,
    /// Registration number, if the case was registered.
    pub number: Option<String>,
    /// SHA-256 of the exact bytes filed.
    pub document_sha256: Hash,
    /// The steps, first to last.
    pub steps: Vec<VerifiedStep>,
    /// The tree all of them are in.
    pub checkpoint: Checkpoint,
    /// The key it was verified under.
    pub key: Vkey,
    /// Whether the caller gave that key. If not, it is the receipt's own: then the receipt only shows
    /// that whoever has this key issued it.
    pub key_pinned: bool,
}

impl Verified {
    /// The state after the last step that names one.
    pub fn state(&self) -> Option<&str> {
        self.steps.iter().rev().find_map(|step| step.state.as_deref())
    }
}

/// One step, as its body says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedStep {
    /// Number of the leaf in the log, from 0.
    pub index: u64,
    /// Number of the step in the case, from 1.
    pub seq: u64,
    /// When, as written (RFC 3339).
    pub at: String,
    /// State after the step, where the body has one.
    pub state: Option<String>,
    /// Names of the events.
    pub events: Vec<String>,
    /// The body itself.
    pub body: String,
}

/// The part of a step's body that receipts rely on. A key that occurs twice is refused by the derive.
#[derive(Deserialize)]
struct Body {
    case: String,
    seq: u64,
    at: String,
    state: Option<String>,
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    event: String,
    number: Option<Value>,
    sha256: Option<Value>,
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= WORD_BYTES_MAX
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// Whether `body` is one line of text, as canonical JSON is.
fn is_line(body: &[u8]) -> bool {
    body.len() <= BODY_BYTES_MAX
        && std::str::from_utf8(body).is_ok_and(|text| !text.chars().any(char::is_control))
}

impl Receipt {
    /// A receipt from its parts: `steps` are all of the case, first to last, `checkpoint` is the signed
    /// note they are proven in, `key` the log's.
    ///
    /// # Errors
    /// [`ReceiptError::Malformed`] for parts that have no written form (an id with spaces, a body of
    /// several lines, over [`RECEIPT_STEPS_MAX`]). Whether it holds says [`Receipt::verify`].
    pub fn new(
        case_id: impl Into<String>,
        number: Option<String>,
        document_sha256: Hash,
        steps: Vec<ReceiptStep>,
        checkpoint: impl Into<String>,
        key: Vkey,
    ) -> Result<Self, ReceiptError> {
        let receipt = Self {
            case_id: case_id.into(),
            number,
            document_sha256,
            key,
            steps,
            checkpoint: checkpoint.into(),
        };
        let number_fits = receipt.number.as_ref().is_none_or(|number| is_word(number) && number != "-");
        let steps_fit = receipt.steps.len() <= RECEIPT_STEPS_MAX
            && receipt.steps.iter().all(|s| is_line(&s.entry.body) && s.proof.len() <= PROOF_HASHES_MAX);
        if is_word(&receipt.case_id) && number_fits && steps_fit && receipt.checkpoint.ends_with('\n') {
            Ok(receipt)
        } else {
            Err(ReceiptError::Malformed { line: 0 })
        }
    }

    /// Id of the case, as claimed.
    pub fn case_id(&self) -> &str {
        &self.case_id
    }

    /// Registration number, as claimed.
    pub fn number(&self) -> Option<&str> {
        self.number.as_deref()
    }

    /// SHA-256 of the exact bytes filed, as claimed.
    pub fn document_sha256(&self) -> &Hash {
        &self.document_sha256
    }

    /// The log's key, as claimed.
    pub fn key(&self) -> &Vkey {
        &self.key
    }

    /// The steps, as claimed.
    pub fn steps(&self) -> &[ReceiptStep] {
        &self.steps
    }

    /// The signed note, as claimed.
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// Checks everything: the checkpoint's signature, that each step is in the log, in order and without
    /// a gap, that all are of this case, and that number and digest are those the steps' own bodies give.
    ///
    /// Give the log's `key` if you know it; without, the receipt's own is used and
    /// [`Verified::key_pinned`] is false.
    ///
    /// # Errors
    /// The first reason found.
    pub fn verify(&self, key: Option<&Vkey>) -> Result<Verified, ReceiptError> {
        if key.is_some_and(|key| *key != self.key) {
            return Err(ReceiptError::OtherKey);
        }
        let checkpoint = Checkpoint::open(&self.checkpoint, &self.key)?;
        let mut steps: Vec<VerifiedStep> = Vec::with_capacity(self.steps.len());
        let (mut numbers, mut documents) = (Vec::new(), Vec::new());
        for (claimed, step) in self.steps.iter().zip(1..) {
            let leaf = claimed.entry.leaf();
            if !verify_inclusion(&leaf, claimed.index, checkpoint.size, &claimed.proof, &checkpoint.root) {
                return Err(ReceiptError::NotInLog { step });
            }
            let unreadable = ReceiptError::Body { step };
            let text = std::str::from_utf8(&claimed.entry.body).map_err(|_| unreadable)?;
            let body: Body = serde_json::from_str(text).map_err(|_| unreadable)?;
            if body.case != self.case_id {
                return Err(ReceiptError::OtherCase { step });
            }
            if body.seq != step as u64 || steps.last().is_some_and(|before| before.index >= claimed.index) {
                return Err(ReceiptError::Sequence { step });
            }
            for event in &body.events {
                match event.event.as_str() {
                    REGISTERED => numbers.push(event.number.clone()),
                    FILED => documents.push(event.sha256.clone()),
                    _ => {}
                }
            }
            steps.push(VerifiedStep {
                index: claimed.index,
                seq: body.seq,
                at: body.at,
                state: body.state,
                events: body.events.into_iter().map(|event| event.event).collect(),
                body: text.to_owned(),
            });
        }
        if steps.is_empty() {
            return Err(ReceiptError::Sequence { step: 1 });
        }
        if documents != [Some(Value::String(self.document_sha256.to_string()))] {
            return Err(ReceiptError::Document);
        }
        let claimed: Vec<Option<Value>> =
            self.number.iter().map(|n| Some(Value::String(n.clone()))).collect();
        if numbers != claimed {
            return Err(ReceiptError::Number);
        }
        Ok(Verified {
            case_id: self.case_id.clone(),
            number: self.number.clone(),
            document_sha256: self.document_sha256,
            steps,
            checkpoint,
            key: self.key.clone(),
            key_pinned: key.is_some(),
        })
    }
}
