//! Canonical octets, compared with those of libxml2: our own documents, real ones where they are at hand, and odd
//! ones. Skipped, with a line saying so, where there is no xmllint; `./test` installs it.

use std::process::Command;

use roxmltree::Document;

use super::wrapping::documents;
use crate::xml::{Canonical, Method};

/// What documents can have and declarations do not.
const ODD: [&str; 30] = [
    "<a/>",
    "<a></a>",
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\n<a/>\n\n",
    "\u{feff}<a>\u{feff}</a>",
    "<?b?><?c  d  ?><a><?e f?>g<?h?></a><?i?>\n<?j\tk?>",
    "<a>\r\nb\rc\nd&#13;e&#xd;f&#10;g</a>",
    "<a b='\r\nc\rd\ne&#13;f&#10;g&#9;h\ti'/>",
    "<?p q\r\nr\rs?><a><?t u\r\nv?></a>",
    "<a><![CDATA[\r\nb\r<c>&amp;]]]]><![CDATA[>]]></a>",
    "<a>]] &gt; &quot; ' \" &apos; &#60; &#x26; > </a>",
    "<a b=\"'&quot;&lt;&gt;&amp;>&#x3c;\" c='\"'/>",
    "<a b='1' B='2' _b='3' \u{431}='4' b1='5' b-='6'/>",
    "<a xmlns:y='urn:u' xmlns:x='urn:w' y:d='1' x:d='2' d='3' y:c='4' x:e='5'/>",
    "<a xmlns:z='urn:a' xmlns:y='urn:b' z:b='1' y:b='2'><b z:c='1' y:c='2'/></a>",
    "<a xmlns='urn:u'><b xmlns=''><c xmlns='urn:u'><d xmlns=''/></c></b></a>",
    "<a xmlns=''><b xmlns=''/></a>",
    "<p:a xmlns:p='urn:u'><p:b xmlns:p='urn:v'><p:c xmlns:p='urn:u'/></p:b><p:b/></p:a>",
    "<p:a xmlns:p='urn:u'><p:b xmlns:p='urn:u'><q:c xmlns:q='urn:u' xmlns:p='urn:u'/></p:b></p:a>",
    "<a xmlns:p='urn:u' xmlns:q='urn:v'><b p:c='1'><q:d/><p:d/></b><p:e q:f='2'/></a>",
    "<a xmlns='urn:u' xmlns:p='urn:u' p:b='1' b='2'><p:c/><c/></a>",
    "<a xml:lang='ru' xml:space='preserve' xml:base='b' xml:id='i'> <c xml:lang=''/> </a>",
    "<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:lang='ru'><b/></a>",
    "<a xmlns:p='a&amp;b' xmlns='a&lt;\"'><p:b/></a>",
    "<a xmlns:p='urn:&#117;'><p:b xmlns:p='urn:u'/></a>",
    "<a>\u{1F69A}\u{10FFFD}\u{85}\u{2028}\u{A0}&#x85;&#x1F69A;</a>",
    "<\u{1F69A}a \u{433}='1'>\u{0301}e\u{0301}</\u{1F69A}a>",
    "<a\n\tb = '1'\r\n  c\t=\n\"2\"\n><b\n/></a\n>",
    "<a><b xmlns:p='urn:u'/><b xmlns:p='urn:u' p:c=''/><p:b xmlns:p='urn:v'><p:b/></p:b></a>",
    "<a xmlns:a='urn:u' a:a='1'><a:a xmlns:a='urn:v' a:a='2'><a xmlns='urn:w' a:a='3'/></a:a></a>",
    "<a b='  c  d '>  e \t f  </a>",
];

/// Comments out, as both options of xmllint keep them.
fn without_comments(text: &str) -> String {
    let tree = Document::parse(text).unwrap();
    let mut out = text.to_owned();
    let comments: Vec<_> = tree.descendants().filter(|n| n.is_comment()).map(|n| n.range()).collect();
    for range in comments.into_iter().rev() {
        out.replace_range(range, "");
    }
    out
}

#[test]
fn libxml2_writes_the_same_octets() {
    if Command::new("xmllint").arg("--version").output().is_err() {
        println!("skipped: there is no xmllint here");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("document.xml");
    let odd = ODD.iter().map(|text| (format!("{text:?}"), (*text).to_owned()));
    let (mut compared, mut refused) = (0, 0);
    for (name, text) in documents().into_iter().chain(odd) {
        let text = without_comments(&text);
        std::fs::write(&path, &text).unwrap();
        let tree = Document::parse(&text).unwrap_or_else(|why| panic!("{name}: {why}"));
        for (option, method) in [("--c14n", Method::Inclusive), ("--exc-c14n", Method::Exclusive)] {
            let theirs = Command::new("xmllint").args(["--huge", option]).arg(&path).output().unwrap();
            let said = String::from_utf8_lossy(&theirs.stderr);
            // A namespace that is relative has no canonical form there.
            if !theirs.status.success() && said.contains("Relative namespace") {
                refused += 1;
                continue;
            }
            assert!(theirs.status.success(), "{name}: {said}");
            let ours = Canonical::new(&text, method).document(&tree);
            // xmllint ends its output with a line of its own.
            let theirs = theirs.stdout.strip_suffix(b"\n").unwrap_or(&theirs.stdout);
            assert_eq!(String::from_utf8_lossy(&ours), String::from_utf8_lossy(theirs), "{name} {option}");
            compared += 1;
        }
    }
    println!("{compared} comparisons, {refused} documents that libxml2 refuses");
    assert!(compared >= 100);
}
