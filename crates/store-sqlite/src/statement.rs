//! Statements by name, out of the `.sql` files, found while compiling.

/// The line start that gives the statement below it a name.
const MARK: &[u8] = b"-- :";

/// The statement called `name` in `file`: the text from below the line `-- :name` to the next such
/// line or the end. A name that is not there does not compile.
pub const fn statement(file: &'static str, name: &str) -> &'static str {
    let bytes = file.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if matches_at(bytes, at, MARK) && matches_line(bytes, at + MARK.len(), name.as_bytes()) {
            let start = at + MARK.len() + name.len();
            return file.split_at(next_mark(bytes, start)).0.split_at(start).1;
        }
        at = next_mark(bytes, at + 1);
    }
    assert!(name.is_empty(), "no statement of this name in the file");
    ""
}

/// Where the next mark begins at or after `from`; the length if there is none.
const fn next_mark(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < bytes.len() && !matches_at(bytes, at, MARK) {
        at += 1;
    }
    at
}

const fn matches_at(bytes: &[u8], at: usize, wanted: &[u8]) -> bool {
    let mut nth = 0;
    while nth < wanted.len() {
        if at + nth >= bytes.len() || bytes[at + nth] != wanted[nth] {
            return false;
        }
        nth += 1;
    }
    true
}

/// Whether the line at `at` is exactly `wanted`.
const fn matches_line(bytes: &[u8], at: usize, wanted: &[u8]) -> bool {
    matches_at(bytes, at, wanted) && at + wanted.len() < bytes.len() && bytes[at + wanted.len()] == b'\n'
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "-- What this is about.\n\n-- :one\nSELECT 1;\n\n-- :one more\nSELECT 11;\n";

    #[test]
    fn a_statement_is_found_by_its_whole_name() {
        const ONE: &str = statement(FILE, "one");
        assert_eq!(ONE.trim(), "SELECT 1;");
        assert_eq!(statement(FILE, "one more").trim(), "SELECT 11;");
    }

    #[test]
    #[should_panic(expected = "no statement")]
    fn a_name_that_is_not_there_is_found_out() {
        statement(FILE, "on");
    }
}
