//! Bounds on a document that carries its own signature, held before a tree is made of it: what a tree and
//! its canonical form cost grows with depth, attributes and namespaces faster than with bytes.

use quick_xml::Reader;
use quick_xml::events::Event;

/// The deepest element. Declarations are some twelve deep.
const DEPTH_MAX: usize = 96;
/// The most attributes of one element, namespaces among them.
const ATTRIBUTES_MAX: usize = 64;
/// The most declarations of namespaces in a document.
const NAMESPACES_MAX: usize = 10_000;
/// The most nodes: 2 000 parcels of a register take 200 000.
pub(crate) const NODES_MAX: u32 = 2_000_000;

/// What is out of bounds, if anything is. What is not well-formed is left to the reader that follows.
pub(crate) fn exceeded(text: &str) -> Option<&'static str> {
    let mut reader = Reader::from_str(text);
    let (mut depth, mut namespaces) = (0_usize, 0_usize);
    loop {
        let (tag, opens) = match reader.read_event() {
            Ok(Event::Eof) | Err(_) => return None,
            Ok(Event::DocType(_)) => {
                return Some("it has a document type, which could give names other meanings");
            }
            Ok(Event::Start(tag)) => (tag, true),
            Ok(Event::Empty(tag)) => (tag, false),
            Ok(Event::End(_)) => {
                depth = depth.saturating_sub(1);
                continue;
            }
            Ok(_) => continue,
        };
        if opens {
            depth += 1;
        }
        namespaces += tag.as_ref().matches("xmlns").count();
        if depth > DEPTH_MAX {
            return Some("its elements are nested too deep");
        }
        if namespaces > NAMESPACES_MAX {
            return Some("it declares too many namespaces");
        }
        if tag.as_ref().matches('=').count() > ATTRIBUTES_MAX * 2
            || tag.attributes().with_checks(false).count() > ATTRIBUTES_MAX
        {
            return Some("an element has too many attributes");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_held_before_a_tree_is_made() {
        let deep = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert_eq!(exceeded(&deep(DEPTH_MAX)), None);
        assert!(exceeded(&deep(DEPTH_MAX + 1)).is_some());
        let wide = |count: usize| {
            let attributes: String = (0..count).map(|nth| format!(" a{nth}=\"1\"")).collect();
            format!("<a{attributes}/>")
        };
        assert_eq!(exceeded(&wide(ATTRIBUTES_MAX)), None);
        assert!(exceeded(&wide(ATTRIBUTES_MAX + 1)).is_some());
        let named = format!("<a>{}</a>", "<b xmlns:c=\"d\"/>".repeat(NAMESPACES_MAX + 1));
        assert!(exceeded(&named).is_some());
        assert!(exceeded("<!DOCTYPE a><a/>").is_some());
    }
}
