//! The written form of a receipt: lines that a person can read and only one file can hold.
//!
//! ```text
//! greenlane receipt v1
//! case <id>
//! number <registration number, or ->
//! document <SHA-256 of the bytes filed>
//! key <verifier key of the log>
//! steps <how many>
//! step <leaf number> <salt>            three lines for each step
//! body <the step's JSON>
//! proof <hash> <hash> …                base64, from the leaf upwards
//! checkpoint
//! <the signed note, as many lines as it has>
//! sha256 <SHA-256 of everything above>
//! ```

use data_encoding::{BASE64, HEXLOWER};

use crate::hash::{Entry, Hash, SALT_BYTES};
use crate::proof::PROOF_HASHES_MAX;
use crate::receipt::{Receipt, ReceiptError, ReceiptStep};

/// The largest receipt read, in bytes.
pub const RECEIPT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The most steps in a receipt.
pub const RECEIPT_STEPS_MAX: usize = 10_000;
/// The longest body of a step, in bytes.
pub const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The longest case id or registration number, in bytes.
pub(crate) const WORD_BYTES_MAX: usize = 128;

const TITLE: &str = "greenlane receipt v1";
const DIGEST: &str = "sha256 ";

/// The lines of a receipt, counted for messages.
struct Lines<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Lines<'a> {
    fn wrong(&self) -> ReceiptError {
        ReceiptError::Malformed { line: self.line }
    }

    /// The next line, which must be `name`, or `name` and a space before what is returned.
    fn after(&mut self, name: &str) -> Result<&'a str, ReceiptError> {
        self.line += 1;
        let (line, rest) = self.rest.split_once('\n').ok_or(self.wrong())?;
        self.rest = rest;
        let value = line.strip_prefix(name).ok_or(self.wrong())?;
        if value.is_empty() { Ok(value) } else { value.strip_prefix(' ').ok_or(self.wrong()) }
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &str) -> Result<T, ReceiptError> {
        self.after(name)?.parse().map_err(|_| self.wrong())
    }

    fn step(&mut self) -> Result<ReceiptStep, ReceiptError> {
        let (index, salt) = self.after("step")?.split_once(' ').ok_or(self.wrong())?;
        let index = index.parse().map_err(|_| self.wrong())?;
        let salt = HEXLOWER.decode(salt.as_bytes()).map_err(|_| self.wrong())?;
        let salt: [u8; SALT_BYTES] = salt.try_into().map_err(|_| self.wrong())?;
        let body = self.after("body")?.as_bytes().to_vec();
        let hashes = self.after("proof")?;
        let hash = |text: &str| Hash::from_slice(&BASE64.decode(text.as_bytes()).ok()?);
        let proof: Option<Vec<Hash>> =
            hashes.split(' ').filter(|text| !text.is_empty()).take(PROOF_HASHES_MAX + 1).map(hash).collect();
        Ok(ReceiptStep { index, entry: Entry { salt, body }, proof: proof.ok_or(self.wrong())? })
    }
}

impl Receipt {
    /// The receipt as a file.
    pub fn to_text(&self) -> String {
        let mut text = format!(
            "{TITLE}\ncase {}\nnumber {}\ndocument {}\nkey {}\nsteps {}\n",
            self.case_id(),
            self.number().unwrap_or("-"),
            self.document_sha256(),
            self.key(),
            self.steps().len(),
        );
        for ReceiptStep { index, entry, proof } in self.steps() {
            let body = String::from_utf8_lossy(&entry.body);
            text += &format!("step {index} {}\nbody {body}\nproof", HEXLOWER.encode(&entry.salt));
            for hash in proof {
                text.push(' ');
                BASE64.encode_append(&hash.0, &mut text);
            }
            text.push('\n');
        }
        text += "checkpoint\n";
        text += self.checkpoint();
        let digest = Hash::of(text.as_bytes());
        text += &format!("{DIGEST}{digest}\n");
        text
    }

    /// Reads a receipt. Strict: what it reads, written again, is the same file byte for byte.
    ///
    /// # Errors
    /// [`ReceiptError::TooLarge`], [`ReceiptError::Changed`], [`ReceiptError::Malformed`] with the line.
    pub fn parse(text: &str) -> Result<Self, ReceiptError> {
        if text.len() > RECEIPT_BYTES_MAX {
            return Err(ReceiptError::TooLarge);
        }
        let mut lines = Lines { rest: text, line: 0 };
        if !lines.after(TITLE)?.is_empty() {
            return Err(lines.wrong());
        }
        let last = text.lines().count();
        let digest = text.strip_suffix('\n').and_then(|text| text.rsplit_once('\n')).map(|(_, line)| line);
        let covered = digest.and_then(|line| text.len().checked_sub(line.len() + 1));
        let covered =
            covered.and_then(|end| text.get(..end)).ok_or(ReceiptError::Malformed { line: last })?;
        let digest =
            digest.and_then(|line| line.strip_prefix(DIGEST)).and_then(|hex| hex.parse::<Hash>().ok());
        match digest {
            None => return Err(ReceiptError::Malformed { line: last }),
            Some(digest) if digest != Hash::of(covered.as_bytes()) => return Err(ReceiptError::Changed),
            Some(_) => {}
        }

        lines.rest = covered.get(TITLE.len() + 1..).unwrap_or_default();
        let case_id = lines.after("case")?;
        let number = Some(lines.after("number")?).filter(|number| *number != "-").map(str::to_owned);
        let document_sha256 = lines.parsed("document")?;
        let key = lines.parsed("key")?;
        let count: usize = lines.parsed("steps")?;
        if count > RECEIPT_STEPS_MAX {
            return Err(lines.wrong());
        }
        let steps = (0..count).map(|_| lines.step()).collect::<Result<Vec<_>, _>>()?;
        if !lines.after("checkpoint")?.is_empty() {
            return Err(lines.wrong());
        }
        let wrong = lines.wrong();
        let receipt =
            Self::new(case_id, number, document_sha256, steps, lines.rest, key).map_err(|_| wrong)?;
        // One receipt, one file: leading zeros, double spaces and the like end here.
        if receipt.to_text() == text { Ok(receipt) } else { Err(wrong) }
    }
}
