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
/// The most of them on the way to one element: canonical form looks at all of them for each. Declarations have some
/// thirty in all.
const IN_SCOPE_MAX: usize = 128;
/// The most nodes: 2 000 parcels of a register take 200 000.
pub(crate) const NODES_MAX: u32 = 2_000_000;

/// What is out of bounds, if anything is. What this reader cannot read has no bounds, whatever the one that follows
/// would make of it.
pub(crate) fn exceeded(text: &str) -> Option<&'static str> {
    let mut reader = Reader::from_str(text);
    let (mut namespaces, mut in_scope) = (0_usize, 0_usize);
    // How many each open element declares.
    let mut open: Vec<usize> = Vec::new();
    loop {
        let (tag, opens) = match reader.read_event() {
            Ok(Event::Eof) => return None,
            Err(_) => return Some("it is not well-formed"),
            Ok(Event::DocType(_)) => {
                return Some("it has a document type, which could give names other meanings");
            }
            Ok(Event::Start(tag)) => (tag, true),
            Ok(Event::Empty(tag)) => (tag, false),
            Ok(Event::End(_)) => {
                in_scope -= open.pop().unwrap_or_default();
                continue;
            }
            Ok(_) => continue,
        };
        let declared = tag.as_ref().matches("xmlns").count();
        namespaces += declared;
        if namespaces > NAMESPACES_MAX || in_scope + declared > IN_SCOPE_MAX {
            return Some("it declares too many namespaces");
        }
        if opens {
            open.push(declared);
            in_scope += declared;
        }
        if open.len() > DEPTH_MAX {
            return Some("its elements are nested too deep");
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
        let level: String = (0..32).map(|nth| format!(" xmlns:p{nth}=\"u\"")).collect();
        let nested =
            |levels: usize| format!("{}{}", format!("<a{level}>").repeat(levels), "</a>".repeat(levels));
        assert_eq!(exceeded(&nested(4)), None);
        assert_eq!(exceeded(&format!("<a>{}</a>", nested(4).repeat(10))), None);
        assert!(exceeded(&nested(5)).is_some());
        assert!(exceeded("<a></b>").is_some());
        assert!(exceeded("<!DOCTYPE a><a/>").is_some());
    }
}
