//! The file of a model: a line that says what it is and the SHA-256 of its content, then the content, JSON packed by zstd.
//!
//! ```text
//! greenlane score model 1 sha256:64 hexadecimal digits
//! …
//! ```
//!
//! The hash is of the JSON, not of the packed bytes: another version of zstd may pack otherwise.

use std::io::Read;

use crate::digest::Sha256;
use crate::error::ScoreError;
use crate::limits::{MODEL_BYTES_MAX, MODEL_CONTENT_BYTES_MAX};

/// How the first line begins. The number is that of the format.
const MARK: &[u8] = b"greenlane score model ";
const FORMAT: &[u8] = b"1 sha256:";
/// Hexadecimal digits of a SHA-256.
const DIGITS: usize = 64;
/// How hard zstd tries: the best before it slows down.
const LEVEL: i32 = 9;

/// Packs content.
pub(crate) fn pack(content: &[u8]) -> Result<Vec<u8>, ScoreError> {
    let mut bytes = [MARK, FORMAT, Sha256::of(&[content]).as_str().as_bytes(), b"\n"].concat();
    let packed = zstd::bulk::compress(content, LEVEL)
        .map_err(|why| ScoreError::Model(format!("the model cannot be packed: {why}")))?;
    bytes.extend(packed);
    if bytes.len() > MODEL_BYTES_MAX {
        return Err(ScoreError::Model(format!("the model is larger than {MODEL_BYTES_MAX} bytes")));
    }
    Ok(bytes)
}

/// Unpacks content, if it is what the first line says.
pub(crate) fn unpack(bytes: &[u8]) -> Result<(Vec<u8>, Sha256), ScoreError> {
    let refused = |what: &str| Err(ScoreError::Model(what.to_owned()));
    if bytes.len() > MODEL_BYTES_MAX {
        return refused("the file is larger than any model");
    }
    let Some(rest) = bytes.strip_prefix(MARK) else {
        return refused("the file is no model: it does not begin with \"greenlane score model\"");
    };
    let Some(rest) = rest.strip_prefix(FORMAT) else {
        return refused("the model has a format this version does not know");
    };
    let Some((stated, [b'\n', packed @ ..])) = rest.split_at_checked(DIGITS) else {
        return refused("the model is cut off in its first line");
    };
    let mut content = Vec::new();
    let unpacked = zstd::Decoder::new(packed)
        .and_then(|decoder| decoder.take(MODEL_CONTENT_BYTES_MAX + 1).read_to_end(&mut content));
    if unpacked.is_err() {
        return refused("the model was altered or cut off: its content cannot be unpacked");
    }
    if u64::try_from(content.len()).is_ok_and(|length| length > MODEL_CONTENT_BYTES_MAX) {
        return refused("the content of the model is larger than any model's");
    }
    let sha256 = Sha256::of(&[&content]);
    if sha256.as_str().as_bytes() != stated {
        return Err(ScoreError::Model(format!(
            "the model was altered: its first line says sha256 {}, its content has {sha256}",
            String::from_utf8_lossy(stated)
        )));
    }
    Ok((content, sha256))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_comes_back_and_nothing_altered_does() {
        let content = b"{\"a\":1}".repeat(50);
        let packed = pack(&content).unwrap();
        assert_eq!(unpack(&packed).unwrap().0, content);
        // Any single bit, anywhere.
        for place in 0..packed.len() {
            let mut spoilt = packed.clone();
            spoilt[place] ^= 1;
            match unpack(&spoilt) {
                Err(_) => {}
                // A header of zstd has bits that mean nothing; the content is what counts.
                Ok((same, _)) => assert_eq!(same, content),
            }
        }
        for length in 0..packed.len() {
            assert!(unpack(&packed[..length]).is_err(), "{length}");
        }
        let mut other_format = packed.clone();
        other_format[MARK.len()] = b'2';
        assert!(unpack(&other_format).unwrap_err().to_string().contains("format"));
        assert!(unpack(b"id,day\n").unwrap_err().to_string().contains("no model"));
    }
}
