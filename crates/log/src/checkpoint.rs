//! Checkpoints: the log's signed word on its size and root (C2SP tlog-checkpoint), and the witnesses'
//! on having seen it grow only (C2SP tlog-cosignature).

use data_encoding::BASE64;

use crate::hash::Hash;
use crate::key::{KeyKind, LogKey, Vkey, is_name};
use crate::note::{Note, NoteError};
use crate::tree::SIZE_MAX;

/// Bytes of the time before the signature in a cosignature.
const TIME_BYTES: usize = 8;
/// The latest time the norm allows, in seconds.
const TIME_MAX: u64 = i64::MAX as u64;

/// A tree head: what the log commits itself to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log; the same as the name of its key.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// Root hash over them.
    pub root: Hash,
}

/// Why a checkpoint is not to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note around it.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text is not origin, size, root.
    #[error("the checkpoint is not three lines of origin, size and root")]
    Malformed,
    /// A checkpoint of another log.
    #[error("the checkpoint is of another log than the key")]
    OtherOrigin,
    /// A key that cannot sign this.
    #[error("the key is of the wrong kind: logs sign checkpoints, witnesses cosign them")]
    WrongKind,
}

impl Checkpoint {
    /// The text that is signed: origin, size in decimal, root in base64, a line each.
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(&self.root.0))
    }

    /// Reads that text. Extension lines are refused: this log writes none, and what nobody reads
    /// should not be signed.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`].
    pub fn from_body(text: &str) -> Result<Self, CheckpointError> {
        let read = || {
            let mut lines = text.strip_suffix('\n')?.split('\n');
            let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
            let root = Hash::from_slice(&BASE64.decode(root.as_bytes()).ok()?)?;
            let checkpoint = Self { origin: origin.to_owned(), size: size.parse().ok()?, root };
            // Written again it must be the same: no plus signs, zeros or further lines.
            (is_name(origin) && checkpoint.size <= SIZE_MAX && checkpoint.body() == text)
                .then_some(checkpoint)
        };
        read().ok_or(CheckpointError::Malformed)
    }

    /// This checkpoint as a note signed by `key`, whose name must be the origin: no verifier believes it else.
    pub fn sign(&self, key: &LogKey) -> String {
        let mut note = Note { text: self.body(), signatures: Vec::new() };
        note.sign(key);
        note.to_string()
    }

    /// The checkpoint in `note`, once the log's `key` signed it and names the same origin.
    ///
    /// # Errors
    /// One of [`CheckpointError`] for each reason not to believe it.
    pub fn open(note: &str, key: &Vkey) -> Result<Self, CheckpointError> {
        if key.kind() != KeyKind::Note {
            return Err(CheckpointError::WrongKind);
        }
        let note: Note = note.parse()?;
        note.verify(key)?;
        let checkpoint = Self::from_body(&note.text)?;
        if checkpoint.origin == key.name() { Ok(checkpoint) } else { Err(CheckpointError::OtherOrigin) }
    }
}

fn cosigned(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// Adds the cosignature of a witness's `key` to the checkpoint in `note`: as of `time` (seconds since
/// 1970), this is the largest tree it has seen of this log, and it grew from the ones before.
///
/// That this is true is the caller's part: verify the log's signature, and
/// [`verify_consistency`](crate::verify_consistency) with the last checkpoint cosigned.
///
/// # Errors
/// The note holds no checkpoint.
pub fn cosign(note: &str, key: &LogKey, time: u64) -> Result<String, CheckpointError> {
    let mut note: Note = note.parse()?;
    Checkpoint::from_body(&note.text)?;
    let time = time.min(TIME_MAX);
    let mut signature = time.to_be_bytes().to_vec();
    signature.extend_from_slice(&key.signature(cosigned(&note.text, time).as_bytes()));
    note.push(&key.cosigner_vkey(), signature);
    Ok(note.to_string())
}

/// When (seconds since 1970) the witness of `key` cosigned the checkpoint in `note`.
///
/// # Errors
/// The key is no witness's, or its cosignature is not there or does not hold.
pub fn verify_cosignature(note: &str, key: &Vkey) -> Result<u64, CheckpointError> {
    if key.kind() != KeyKind::Cosignature {
        return Err(CheckpointError::WrongKind);
    }
    let note: Note = note.parse()?;
    Checkpoint::from_body(&note.text)?;
    let bytes = note.signature_of(key)?;
    let bad = CheckpointError::Note(NoteError::BadSignature);
    let (time, signature) = bytes.split_first_chunk::<TIME_BYTES>().ok_or(bad)?;
    let time = u64::from_be_bytes(*time);
    let holds = time <= TIME_MAX && key.holds(cosigned(&note.text, time).as_bytes(), signature);
    if holds { Ok(time) } else { Err(bad) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint() -> Checkpoint {
        Checkpoint { origin: "customs.example/log".to_owned(), size: 42, root: Hash([9; 32]) }
    }

    #[test]
    fn body_is_three_lines() {
        let body = checkpoint().body();
        assert_eq!(body, "customs.example/log\n42\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n");
        assert_eq!(Checkpoint::from_body(&body), Ok(checkpoint()));
        for bad in [
            "",
            "\n\n\n",
            &body[..body.len() - 1],
            &body.replace("42", "042"),
            &body.replace("42", "+42"),
            &body.replace("42", "-1"),
            &body.replace("42", "18446744073709551615"),
            &body.replace("k=\n", "l=\n"),
            &format!("{body}extension\n"),
            &format!("{body}\n"),
            &body.replace("customs.example/log", "customs log"),
        ] {
            assert_eq!(Checkpoint::from_body(bad), Err(CheckpointError::Malformed), "{bad}");
        }
    }

    #[test]
    fn opens_only_under_the_logs_own_key() {
        let key = LogKey::from_seed("customs.example/log", 1);
        let note = checkpoint().sign(&key);
        assert_eq!(Checkpoint::open(&note, &key.vkey()), Ok(checkpoint()));
        let not_signed = Err(CheckpointError::Note(NoteError::NotSigned));
        assert_eq!(Checkpoint::open(&note, &LogKey::from_seed("customs.example/log", 2).vkey()), not_signed);
        assert_eq!(Checkpoint::open(&note, &LogKey::from_seed("other.example/log", 1).vkey()), not_signed);
        assert_eq!(Checkpoint::open(&note, &key.cosigner_vkey()), Err(CheckpointError::WrongKind));
        let forged = note.replace("\n42\n", "\n43\n");
        assert_eq!(
            Checkpoint::open(&forged, &key.vkey()),
            Err(CheckpointError::Note(NoteError::BadSignature))
        );
        let stranger = LogKey::from_seed("other.example/log", 1);
        let foreign = checkpoint().sign(&stranger);
        assert_eq!(Checkpoint::open(&foreign, &stranger.vkey()), Err(CheckpointError::OtherOrigin));
    }

    #[test]
    fn cosignature_holds_with_its_time() {
        let log = LogKey::from_seed("customs.example/log", 1);
        let witness = LogKey::from_seed("witness.example/w1", 2);
        let note = cosign(&checkpoint().sign(&log), &witness, 1_700_000_000).unwrap();
        assert_eq!(verify_cosignature(&note, &witness.cosigner_vkey()), Ok(1_700_000_000));
        assert_eq!(Checkpoint::open(&note, &log.vkey()), Ok(checkpoint()), "cosigning leaves the log's own");
        assert_eq!(verify_cosignature(&note, &log.vkey()), Err(CheckpointError::WrongKind));
        let not_signed = Err(CheckpointError::Note(NoteError::NotSigned));
        assert_eq!(verify_cosignature(&note, &log.cosigner_vkey()), not_signed);

        let mut later: Note = note.parse().unwrap();
        later.signatures[1].signature[TIME_BYTES - 1] ^= 1;
        let bad = Err(CheckpointError::Note(NoteError::BadSignature));
        assert_eq!(verify_cosignature(&later.to_string(), &witness.cosigner_vkey()), bad);
        later.signatures[1].signature.truncate(TIME_BYTES - 1);
        assert_eq!(verify_cosignature(&later.to_string(), &witness.cosigner_vkey()), bad);
        assert_eq!(cosign("text\n\n\u{2014} a AAAAAAA=\n", &witness, 1), Err(CheckpointError::Malformed));
    }
}
