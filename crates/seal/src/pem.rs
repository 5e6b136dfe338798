//! PEM (RFC 7468), reading and writing: keys, certificates, requests and lists as files.

use data_encoding::BASE64;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};

const LINE: usize = 64;

/// Every certificate in `text`; `None` if there is a block that cannot be read.
pub fn certificates(text: &str) -> Option<Vec<Vec<u8>>> {
    CertificateDer::pem_slice_iter(text.as_bytes()).map(|der| der.ok().map(|der| der.to_vec())).collect()
}

/// Every block of `text` with the lines before it (RFC 7468 section 2 lets them explain it).
pub fn blocks(text: &str) -> Vec<(&str, &str)> {
    let (mut blocks, mut rest) = (Vec::new(), text);
    while let Some(begin) = rest.find("-----BEGIN ") {
        let (head, from) = rest.split_at(begin);
        let end = from.find("-----END ").map_or(from.len(), |end| {
            let tail = from.get(end..).unwrap_or_default();
            end + tail.find('\n').map_or(tail.len(), |line| line + 1)
        });
        let (block, after) = from.split_at(end);
        blocks.push((head, block));
        rest = after;
    }
    blocks
}

/// The bytes of every block of `text` with this label; `None` if one cannot be read.
pub fn labelled(text: &str, label: &str) -> Option<Vec<Vec<u8>>> {
    let begin = format!("-----BEGIN {label}-----");
    let own = blocks(text).into_iter().filter(|(_, block)| block.starts_with(&begin));
    own.map(|(_, block)| {
        let lines = block.lines().skip(1).map(str::trim).take_while(|line| !line.starts_with("-----END"));
        BASE64.decode(lines.collect::<String>().as_bytes()).ok()
    })
    .collect()
}

/// The first PKCS#8 key in `text`.
pub fn key(text: &str) -> Option<Vec<u8>> {
    let key = PrivatePkcs8KeyDer::from_pem_slice(text.as_bytes()).ok()?;
    Some(key.secret_pkcs8_der().to_vec())
}

/// One block.
pub fn block(label: &str, der: &[u8]) -> String {
    let base64 = BASE64.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        // Base64 is ASCII: every index is a character boundary.
        let (line, after) = rest.split_at(rest.len().min(LINE));
        text += line;
        text.push('\n');
        rest = after;
    }
    text += &format!("-----END {label}-----\n");
    text
}

/// Certificates, then the key where there is one.
pub fn bundle<'a>(certificates: impl IntoIterator<Item = &'a [u8]>, key: Option<&[u8]>) -> String {
    let mut text: String = certificates.into_iter().map(|der| block("CERTIFICATE", der)).collect();
    text.extend(key.map(|der| block("PRIVATE KEY", der)));
    text
}
