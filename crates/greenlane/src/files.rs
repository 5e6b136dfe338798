//! Finding the documents a command was given.

use std::path::{Path, PathBuf};

use crate::exit::Failure;

/// Directories deeper than this are not walked.
const DEPTH_MAX: usize = 16;
/// The largest evidence: a document, and revocation lists of the authorities.
const EVIDENCE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// The files meant by the arguments: files as they are, directories walked for `*.xml` and `*.json`, sorted.
pub fn documents(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, 0, &mut found)?;
        } else {
            found.push(path.clone());
        }
    }
    Ok(found)
}

fn walk(dir: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let unreadable = |why: std::io::Error| Failure::failed(format!("{}: {why}", dir.display()));
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        entries.push(entry.map_err(unreadable)?.path());
    }
    entries.sort();
    for path in entries {
        let is_document = path
            .extension()
            .is_some_and(|ext| ext.eq_ignore_ascii_case("xml") || ext.eq_ignore_ascii_case("json"));
        if path.is_dir() && depth < DEPTH_MAX {
            walk(&path, depth + 1, found)?;
        } else if is_document && path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

/// Reads a document, no more of it than any document may have.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    use std::io::Read;
    let file = std::fs::File::open(path).map_err(|why| format!("cannot be read: {why}"))?;
    let mut bytes = Vec::new();
    let limit = u64::try_from(wire::limits::BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    file.take(limit).read_to_end(&mut bytes).map_err(|why| format!("cannot be read: {why}"))?;
    Ok(bytes)
}

/// Reads a file that may be an evidence: a document in base64 and what proves it.
pub fn read_large(path: &Path) -> Result<Vec<u8>, String> {
    let cannot = |why: std::io::Error| format!("cannot be read: {why}");
    let bytes = std::fs::metadata(path).map_err(cannot)?.len();
    if bytes > EVIDENCE_BYTES_MAX {
        return Err(format!("larger than {EVIDENCE_BYTES_MAX} bytes"));
    }
    std::fs::read(path).map_err(cannot)
}

/// The seal beside a document: `FILE.sig`, if there is one.
pub fn seal_of(path: &Path) -> Option<Vec<u8>> {
    let mut name = path.as_os_str().to_owned();
    name.push(".sig");
    std::fs::read(PathBuf::from(name)).ok()
}

/// A directory of this process, removed when dropped.
pub struct Temporary(PathBuf);

impl Temporary {
    /// Makes one.
    pub fn make(what: &str) -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("greenlane-{what}-{}", std::process::id()));
        std::fs::create_dir_all(&path)
            .map_err(|why| Failure::failed(format!("{}: {why}", path.display())))?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Err(why) = std::fs::remove_dir_all(&self.0) {
            eprintln!("note: {} was not removed: {why}", self.0.display());
        }
    }
}
