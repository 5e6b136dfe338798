//! Search by code: the code itself, what stands below it, what differs by one slip of the finger.

use super::{Found, Hit, Node, run_below};

/// Digits of the longest code.
const DIGITS: usize = 10;
/// Digits read: a whole code and some that belong to a document's number or an additional code.
const DIGITS_MAX: usize = 16;
/// From how many digits a code with a slip is looked for: fewer are near everything.
const NEAR_DIGITS_MIN: usize = 4;
/// Codes given below one near heading, so that every near heading is seen.
const PER_NEAR_MAX: usize = 3;
/// The shortest part of a code that was not found, below which others are offered.
const KEPT_MIN: usize = 4;

/// Hits for the digits typed, best first.
pub(super) fn find<'a>(nodes: &'a [Node], typed: &str, limit: usize) -> Vec<Hit<'a>> {
    let typed = typed.get(..DIGITS_MAX).unwrap_or(typed);
    let whole = typed.get(..DIGITS).unwrap_or(typed);
    let mut hits = Hits { hits: Vec::new(), limit };
    let run = run_below(nodes, whole);
    let below = nodes.get(run).unwrap_or_default();
    let exact = below.first().filter(|node| &*node.code == whole);
    if let Some(node) = exact {
        hits.add(node, Found::Code);
    }
    for in_force in [true, false] {
        for node in below.iter().filter(|node| node.is_last && node.in_force == in_force) {
            hits.add(node, Found::Below);
        }
    }
    let former = exact.is_some_and(|node| !node.in_force);
    if below.is_empty() || former {
        near(nodes, typed, &mut hits);
        kept(nodes, whole, &mut hits);
    }
    hits.hits
}

struct Hits<'a> {
    hits: Vec<Hit<'a>>,
    limit: usize,
}

impl<'a> Hits<'a> {
    fn add(&mut self, node: &'a Node, found: Found) {
        if self.hits.len() >= self.limit || self.hits.iter().any(|hit| hit.code == &*node.code) {
            return;
        }
        // The order is the answer; the number only keeps it.
        let score = 1.0 / (1.0 + self.hits.len() as f32);
        self.hits.push(Hit { code: &node.code, score, in_force: node.in_force, found });
    }
}

/// Codes that one slip turns into what was typed; the later the slip, the nearer.
fn near<'a>(nodes: &'a [Node], typed: &str, hits: &mut Hits<'a>) {
    if typed.len() < NEAR_DIGITS_MIN {
        return;
    }
    let slipped = |node: &'a Node| one_slip(typed.as_bytes(), node.code.as_bytes()).map(|kept| (kept, node));
    let mut found: Vec<(usize, &Node)> =
        nodes.iter().filter(|node| node.is_last).filter_map(slipped).collect();
    found.sort_by(|(kept_a, a), (kept_b, b)| {
        b.in_force.cmp(&a.in_force).then(kept_b.cmp(kept_a)).then_with(|| a.code.cmp(&b.code))
    });
    let mut under: (&str, usize) = ("", 0);
    for (_, node) in found {
        let head = node.code.get(..typed.len()).unwrap_or(&node.code);
        under = if under.0 == head { (head, under.1 + 1) } else { (head, 1) };
        if under.1 <= PER_NEAR_MAX {
            hits.add(node, Found::Near);
        }
    }
}

/// The codes below the longest part of the typed code that exists.
fn kept<'a>(nodes: &'a [Node], whole: &str, hits: &mut Hits<'a>) {
    for length in (KEPT_MIN..whole.len()).rev() {
        let below =
            whole.get(..length).and_then(|head| nodes.get(run_below(nodes, head))).unwrap_or_default();
        for node in below.iter().filter(|node| node.is_last && node.in_force) {
            hits.add(node, Found::Near);
        }
        if !below.is_empty() {
            return;
        }
    }
}

/// How many digits stand before the only slip: a digit wrong, two that changed places, one left out
/// of a whole code (a table that took the leading zero away) or one too many. None without or with more.
fn one_slip(typed: &[u8], code: &[u8]) -> Option<usize> {
    let kept = typed.iter().zip(code).take_while(|(typed, digit)| typed == digit).count();
    let typed_rest = typed.get(kept..)?;
    let code_rest = code.get(kept..)?;
    let begins = |code: Option<&[u8]>, typed: Option<&[u8]>| match (code, typed) {
        (Some(code), Some(typed)) => code.starts_with(typed),
        _ => false,
    };
    let wrong = begins(code_rest.get(1..), typed_rest.get(1..));
    let swapped = match (typed_rest, code_rest) {
        ([a, b, typed @ ..], [c, d, code @ ..]) => (a, b) == (d, c) && code.starts_with(typed),
        _ => false,
    };
    let left_out = typed.len() + 1 == code.len() && code_rest.get(1..) == Some(typed_rest);
    let too_many = typed.len() == code.len() + 1 && typed_rest.get(1..) == Some(code_rest);
    (wrong || swapped || left_out || too_many).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_seen_and_its_place() {
        let table = [
            ("8517130001", "8517130000", Some(9)),
            ("8571130000", "8517130000", Some(2)),
            ("203111000", "0203111000", Some(0)),
            ("85171300000", "8517130000", Some(10)),
            ("8571", "8517130000", Some(2)),
            ("8617", "8517130000", Some(1)),
            ("8627", "8517130000", None),
            ("8517130011", "8517130000", None),
            ("8517130000", "8517130000", None),
            ("8517", "8517130000", None),
            ("", "8517130000", None),
        ];
        for (typed, code, kept) in table {
            assert_eq!(one_slip(typed.as_bytes(), code.as_bytes()), kept, "{typed} {code}");
        }
    }
}
