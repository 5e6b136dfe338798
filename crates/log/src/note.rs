//! Signed notes (C2SP signed-note): a text, a blank line, signature lines.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64;

use crate::key::{LogKey, Vkey, is_name};

/// The longest note read, in bytes; room for sixteen post-quantum signatures.
pub const NOTE_BYTES_MAX: usize = 128 * 1024;
/// The most signatures on a note.
pub const NOTE_SIGNATURES_MAX: usize = 64;

const SIGNATURE_START: &str = "\u{2014} ";

/// Why a note is none, or is not to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Over [`NOTE_BYTES_MAX`] or [`NOTE_SIGNATURES_MAX`].
    #[error("the note is too long")]
    TooLong,
    /// Not text, blank line, signature lines.
    #[error("the note is malformed")]
    Malformed,
    /// No signature of the key.
    #[error("the note is not signed by the key")]
    NotSigned,
    /// A signature in the key's name that is not the key's.
    #[error("the signature on the note does not hold")]
    BadSignature,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// Name of the key.
    pub name: String,
    /// Id of the key, see [`Vkey::id`].
    pub id: u32,
    /// What the key's algorithm makes.
    pub signature: Vec<u8>,
}

/// A text with signatures. Reading checks the form; believe nothing before [`Note::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text, ending in a line feed.
    pub text: String,
    /// The signatures, of known and unknown keys.
    pub signatures: Vec<NoteSignature>,
}

impl Note {
    /// Whether `key` signed the text.
    ///
    /// # Errors
    /// [`NoteError::NotSigned`], [`NoteError::BadSignature`].
    pub fn verify(&self, key: &Vkey) -> Result<(), NoteError> {
        let signature = self.signature_of(key)?;
        if key.holds(self.text.as_bytes(), signature) { Ok(()) } else { Err(NoteError::BadSignature) }
    }

    /// What is there in the name of `key`, not yet checked.
    pub(crate) fn signature_of(&self, key: &Vkey) -> Result<&[u8], NoteError> {
        let id = key.id();
        let own = self.signatures.iter().find(|s| s.id == id && s.name == key.name());
        own.map(|s| s.signature.as_slice()).ok_or(NoteError::NotSigned)
    }

    /// Signs the text with `key` as a log does.
    pub fn sign(&mut self, key: &LogKey) {
        self.push(&key.vkey(), key.signature(self.text.as_bytes()));
    }

    /// Reads a note that may be longer than [`NOTE_BYTES_MAX`]: where the text is a list, its reader knows how
    /// long it may be.
    ///
    /// # Errors
    /// As reading any note.
    pub fn read(note: &str, bytes_max: usize) -> Result<Self, NoteError> {
        if note.len() > bytes_max {
            return Err(NoteError::TooLong);
        }
        if note.bytes().any(|byte| byte < b' ' && byte != b'\n') {
            return Err(NoteError::Malformed);
        }
        let (text, signatures) = note.rsplit_once("\n\n").ok_or(NoteError::Malformed)?;
        let signatures = signatures.strip_suffix('\n').ok_or(NoteError::Malformed)?;
        let signatures = signatures.split('\n').map(signature_line).collect::<Option<Vec<_>>>();
        let signatures = signatures.ok_or(NoteError::Malformed)?;
        if signatures.len() > NOTE_SIGNATURES_MAX {
            return Err(NoteError::TooLong);
        }
        // A key signs once: a second signature in its name could only be there to confuse.
        let keys: HashSet<_> = signatures.iter().map(|s| (s.name.as_str(), s.id)).collect();
        if keys.len() != signatures.len() {
            return Err(NoteError::Malformed);
        }
        Ok(Self { text: format!("{text}\n"), signatures })
    }

    pub(crate) fn push(&mut self, key: &Vkey, signature: Vec<u8>) {
        self.signatures.push(NoteSignature { name: key.name().to_owned(), id: key.id(), signature });
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for NoteSignature { name, id, signature } in &self.signatures {
            let mut bytes = id.to_be_bytes().to_vec();
            bytes.extend_from_slice(signature);
            writeln!(f, "{SIGNATURE_START}{name} {}", BASE64.encode(&bytes))?;
        }
        Ok(())
    }
}

impl FromStr for Note {
    type Err = NoteError;

    fn from_str(note: &str) -> Result<Self, NoteError> {
        Self::read(note, NOTE_BYTES_MAX)
    }
}

fn signature_line(line: &str) -> Option<NoteSignature> {
    let (name, signature) = line.strip_prefix(SIGNATURE_START)?.split_once(' ')?;
    let bytes = BASE64.decode(signature.as_bytes()).ok()?;
    let (id, signature) = bytes.split_first_chunk::<4>()?;
    if !is_name(name) || signature.is_empty() {
        return None;
    }
    Some(NoteSignature { name: name.to_owned(), id: u32::from_be_bytes(*id), signature: signature.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The well-known test note of the Go checksum database's note package.
    const KNOWN: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn known_note_holds() {
        let key: Vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().unwrap();
        let note: Note = KNOWN.parse().unwrap();
        assert_eq!(note.verify(&key), Ok(()));
        assert_eq!(note.to_string(), KNOWN);
        let other: Note = KNOWN.replace("answer", "Answer").parse().unwrap();
        assert_eq!(other.verify(&key), Err(NoteError::BadSignature));
        let stranger = LogKey::from_seed("PeterNeumann", 1).vkey();
        assert_eq!(note.verify(&stranger), Err(NoteError::NotSigned));
    }

    #[test]
    fn a_note_has_one_form() {
        for bad in [
            "",
            "\n",
            "text\n",
            "text\n\n",
            "text\n\n\n",
            &KNOWN[..KNOWN.len() - 1],
            &format!("{KNOWN}\n"),
            &format!("{KNOWN} "),
            &KNOWN.replace('\n', "\r\n"),
            &KNOWN.replace("\u{2014}", "-"),
            &KNOWN.replace("AM=\n", "AN=\n"),
            &KNOWN.replace("PeterNeumann ", "Peter Neumann "),
            &KNOWN.replace("PeterNeumann ", "Peter+Neumann "),
            "text\n\n\u{2014} a AAAAAA==\n",
        ] {
            assert_eq!(bad.parse::<Note>(), Err(NoteError::Malformed), "{bad}");
        }
        let line = KNOWN.lines().last().unwrap();
        let many = format!("text\n\n{}", format!("{line}\n").repeat(NOTE_SIGNATURES_MAX + 1));
        assert_eq!(many.parse::<Note>(), Err(NoteError::TooLong));
        assert_eq!("x".repeat(NOTE_BYTES_MAX + 1).parse::<Note>(), Err(NoteError::TooLong));
    }

    #[test]
    fn a_key_signs_once() {
        let key = LogKey::from_seed("customs.example/log", 1);
        let mut note = Note { text: "text\n".to_owned(), signatures: Vec::new() };
        note.sign(&key);
        assert_eq!(note.to_string().parse(), Ok(note.clone()));
        assert_eq!(note.verify(&key.vkey()), Ok(()));
        note.push(&key.vkey(), vec![0; 64]);
        assert_eq!(note.to_string().parse::<Note>(), Err(NoteError::Malformed));
    }
}
