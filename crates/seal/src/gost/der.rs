//! The little DER (X.690) that keys need.

/// INTEGER.
pub(super) const INTEGER: u8 = 0x02;
/// BIT STRING.
pub(super) const BIT_STRING: u8 = 0x03;
/// OCTET STRING.
pub(super) const OCTET_STRING: u8 = 0x04;
/// NULL, the whole element.
pub(super) const NULL: [u8; 2] = [5, 0];
/// OBJECT IDENTIFIER.
pub(super) const OID: u8 = 0x06;
/// SEQUENCE.
pub(super) const SEQUENCE: u8 = 0x30;

/// The contents of the element of this `tag` at the beginning of `rest`, which moves behind it. Lengths are
/// the shortest there are, as DER has them, and less than 64 KiB.
pub(super) fn take<'a>(rest: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let after = rest.strip_prefix(&[tag])?;
    let (length, after) = match *after {
        [length @ 0..=0x7f, ref after @ ..] => (usize::from(length), after),
        [0x81, length @ 0x80..=0xff, ref after @ ..] => (usize::from(length), after),
        [0x82, high @ 1..=0xff, low, ref after @ ..] => (usize::from(u16::from_be_bytes([high, low])), after),
        _ => return None,
    };
    let (contents, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(contents)
}

/// The contents of the one element of this `tag` that `whole` is.
pub(super) fn only(mut whole: &[u8], tag: u8) -> Option<&[u8]> {
    let contents = take(&mut whole, tag)?;
    whole.is_empty().then_some(contents)
}

/// An element of these `contents`, which are less than 64 KiB.
pub(super) fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let [.., high, low] = contents.len().to_be_bytes();
    let head: &[u8] = match (high, low) {
        (0, 0..=0x7f) => &[tag, low],
        (0, _) => &[tag, 0x81, low],
        _ => &[tag, 0x82, high, low],
    };
    [head, contents].concat()
}
