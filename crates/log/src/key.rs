//! Ed25519 keys of logs and witnesses, and their public form (C2SP signed-note).

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{Context, SHA256};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use data_encoding::{BASE64, HEXLOWER};

/// The longest name of a key, in bytes.
pub const NAME_BYTES_MAX: usize = 255;
const PUBLIC_BYTES: usize = 32;
/// The longest verifier key: name, `+`, 8 digits, `+`, 44 of base64.
const VKEY_BYTES_MAX: usize = NAME_BYTES_MAX + 1 + 8 + 1 + 44;

/// What a key signs: the identifier byte of C2SP signed-note that enters its key id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// Notes, as a log does: type 0x01.
    Note,
    /// Timestamped cosignatures, as a witness does: type 0x04.
    Cosignature,
}

impl KeyKind {
    fn byte(self) -> u8 {
        match self {
            KeyKind::Note => 0x01,
            KeyKind::Cosignature => 0x04,
        }
    }
}

/// Why a key is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The name is empty, too long, or has a space, control character or plus sign.
    #[error("a key name is 1 to 255 bytes without spaces, control characters and plus signs")]
    Name,
    /// The text is not `name+hash+base64`.
    #[error("a verifier key is name+8 hexadecimal digits+base64 of type and public key")]
    Format,
    /// The key is of a type this crate does not verify.
    #[error("only Ed25519 keys of types 1 (log) and 4 (witness) are known")]
    Kind,
    /// The hash in the text is not that of name and key.
    #[error("the hash inside the verifier key does not fit its name and key")]
    Id,
    /// The PKCS#8 bytes are no Ed25519 key.
    #[error("not an Ed25519 key in PKCS#8")]
    Pkcs8,
    /// The system's random source failed.
    #[error("the system has no random bytes")]
    Random,
}

/// Whether `name` may name a key: C2SP signed-note, and no control characters since a note has none.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= NAME_BYTES_MAX
        && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

/// A verifier key: who signs, and how to check it. Shown and read as `name+hash+base64`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Vkey {
    name: String,
    kind: KeyKind,
    public: [u8; PUBLIC_BYTES],
}

impl Vkey {
    /// A verifier key from its parts.
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn new(name: &str, kind: KeyKind, public: [u8; 32]) -> Result<Self, KeyError> {
        if is_name(name) { Ok(Self { name: name.to_owned(), kind, public }) } else { Err(KeyError::Name) }
    }

    /// The signer's name: for a log, its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The first four bytes of `SHA-256(name || "\n" || type || public key)`, big-endian.
    pub fn id(&self) -> u32 {
        let mut context = Context::new(&SHA256);
        context.update(self.name.as_bytes());
        context.update(&[b'\n', self.kind.byte()]);
        context.update(&self.public);
        let digest = context.finish();
        digest.as_ref().iter().take(4).fold(0, |id, byte| id << 8 | u32::from(*byte))
    }

    /// Whether `signature` is this key's over `message`.
    pub(crate) fn holds(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.public).verify(message, signature).is_ok()
    }
}

impl fmt::Display for Vkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![self.kind.byte()];
        key.extend_from_slice(&self.public);
        write!(f, "{}+{:08x}+{}", self.name, self.id(), BASE64.encode(&key))
    }
}

impl FromStr for Vkey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        if text.len() > VKEY_BYTES_MAX {
            return Err(KeyError::Format);
        }
        let (name, rest) = text.split_once('+').ok_or(KeyError::Format)?;
        // Base64 has plus signs of its own: only the first two divide.
        let (id, key) = rest.split_once('+').ok_or(KeyError::Format)?;
        let key = BASE64.decode(key.as_bytes()).map_err(|_| KeyError::Format)?;
        let (kind, public) = key.split_first().ok_or(KeyError::Format)?;
        let kind = [KeyKind::Note, KeyKind::Cosignature]
            .into_iter()
            .find(|known| known.byte() == *kind)
            .ok_or(KeyError::Kind)?;
        let vkey = Self::new(name, kind, public.try_into().map_err(|_| KeyError::Format)?)?;
        // Compared as text, so that one key has one spelling.
        if HEXLOWER.encode(&vkey.id().to_be_bytes()) == id { Ok(vkey) } else { Err(KeyError::Id) }
    }
}

/// A signing key of a log or a witness. Its secret never shows.
pub struct LogKey {
    name: String,
    pair: Ed25519KeyPair,
    public: [u8; PUBLIC_BYTES],
}

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogKey").field("name", &self.name).finish_non_exhaustive()
    }
}

impl LogKey {
    /// Draws a new key from the system's random source and returns it as PKCS#8, to be kept secret.
    ///
    /// # Errors
    /// [`KeyError::Random`].
    pub fn generate() -> Result<Vec<u8>, KeyError> {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| KeyError::Random)?;
        Ok(document.as_ref().to_vec())
    }

    /// The key in `pkcs8` (version 1 or 2) under `name`; a log's name is its origin, such as
    /// `customs.example/log`.
    ///
    /// # Errors
    /// [`KeyError::Name`], [`KeyError::Pkcs8`].
    pub fn from_pkcs8(name: &str, pkcs8: &[u8]) -> Result<Self, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name);
        }
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map_err(|_| KeyError::Pkcs8)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| KeyError::Pkcs8)?;
        Ok(Self { name: name.to_owned(), pair, public })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The verifier key to publish for a log.
    pub fn vkey(&self) -> Vkey {
        Vkey { name: self.name.clone(), kind: KeyKind::Note, public: self.public }
    }

    /// The verifier key to publish for a witness.
    pub fn cosigner_vkey(&self) -> Vkey {
        Vkey { name: self.name.clone(), kind: KeyKind::Cosignature, public: self.public }
    }

    pub(crate) fn signature(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }

    #[cfg(test)]
    pub(crate) fn from_seed(name: &str, seed: u8) -> Self {
        // PKCS#8 version 1 around a 32-byte seed (RFC 8410 section 7).
        let mut pkcs8 = HEXLOWER.decode(b"302e020100300506032b657004220420").unwrap();
        pkcs8.extend_from_slice(&[seed; 32]);
        Self::from_pkcs8(name, &pkcs8).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_verifier_key_reads() {
        // The well-known test key of the Go checksum database's note package.
        let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let key: Vkey = text.parse().unwrap();
        assert_eq!((key.name(), key.id(), key.kind()), ("PeterNeumann", 0xc74f_20a3, KeyKind::Note));
        assert_eq!(key.to_string(), text);
    }

    #[test]
    fn spoilt_verifier_keys_do_not_read() {
        for (text, error) in [
            ("", KeyError::Format),
            ("a+b", KeyError::Format),
            ("PeterNeumann+c74f20a3", KeyError::Format),
            ("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Id),
            ("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Id),
            ("PeterNeumanm+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Id),
            ("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Name),
            ("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Name),
            ("PeterNeumann+c74f20a3+AhpcQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Format),
            ("PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Kind),
            ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10==", KeyError::Format),
        ] {
            assert_eq!(text.parse::<Vkey>(), Err(error), "{text}");
        }
    }

    #[test]
    fn generated_keys_differ_and_load() {
        let (one, two) = (LogKey::generate().unwrap(), LogKey::generate().unwrap());
        assert_ne!(one, two);
        let key = LogKey::from_pkcs8("customs.example/log", &one).unwrap();
        assert_eq!(key.vkey().to_string().parse(), Ok(key.vkey()));
        assert_ne!(key.vkey().id(), key.cosigner_vkey().id());
        assert!(key.vkey().holds(b"text", &key.signature(b"text")));
        assert!(!key.vkey().holds(b"texT", &key.signature(b"text")));
        assert_eq!(LogKey::from_pkcs8("customs.example/log", &one[1..]).unwrap_err(), KeyError::Pkcs8);
        assert_eq!(LogKey::from_pkcs8("a b", &one).unwrap_err(), KeyError::Name);
        assert!(!format!("{key:?}").contains("pair"));
    }
}
