use jiff::Timestamp;

use super::canonical::{Canonical, Method};
use crate::*;

fn canonical(text: &str, method: Method) -> String {
    let tree = roxmltree::Document::parse(text).unwrap();
    String::from_utf8(Canonical::new(text, method).document(&tree)).unwrap()
}

fn subset(text: &str, name: &str, method: Method) -> String {
    let tree = roxmltree::Document::parse(text).unwrap();
    let apex = tree.descendants().find(|node| node.tag_name().name() == name).unwrap();
    String::from_utf8(Canonical::new(text, method).subset(apex)).unwrap()
}

/// The rules of Canonical XML 1.0, one by one: what is written, and what becomes of it.
#[test]
fn documents_are_written_down_canonically() {
    for (text, expected) in [
        ("<?xml version=\"1.0\"?>\n<a/>\n", "<a></a>"),
        ("<?b c?>\n<!-- d --><a></a><?e?>", "<?b c?>\n<a></a>\n<?e?>"),
        ("<a  c = 'x'   b=\"y\" />", "<a b=\"y\" c=\"x\"></a>"),
        ("<a>1 &lt; 2 &amp;&gt; <![CDATA[<b>]]>\r\n</a>", "<a>1 &lt; 2 &amp;&gt; &lt;b&gt;\n</a>"),
        ("<a b='&quot;&#9;&#10;&#13;&apos;'/>", "<a b=\"&quot;&#x9;&#xA;&#xD;'\"></a>"),
        ("<a b=' c\td '/>", "<a b=\" c d \"></a>"),
        ("<a>&#13;</a>", "<a>&#xD;</a>"),
        (
            "<n:a xmlns:n='u' xmlns='v' n:z='1' y='2'><b xmlns='v'/></n:a>",
            "<n:a xmlns=\"v\" xmlns:n=\"u\" y=\"2\" n:z=\"1\"><b></b></n:a>",
        ),
        ("<a xmlns='u'><b xmlns=''><c xmlns=''/></b></a>", "<a xmlns=\"u\"><b xmlns=\"\"><c></c></b></a>"),
        ("<a>\u{442}\u{435}\u{441}\u{442}</a>", "<a>\u{442}\u{435}\u{441}\u{442}</a>"),
    ] {
        assert_eq!(canonical(text, Method::Inclusive), expected, "{text}");
    }
}

#[test]
fn exclusive_octets_do_not_depend_on_the_surroundings() {
    let inside = "<p:b xmlns:p=\"u\" c=\"1\"><d></d></p:b>";
    for around in [
        format!("<a>{inside}</a>"),
        "<a xmlns:p='u' xmlns:q='w'><p:b c='1'><d/></p:b></a>".to_owned(),
        "<a xmlns:p='u' xml:lang='ru'><x><p:b c='1'><d/></p:b></x></a>".to_owned(),
    ] {
        assert_eq!(subset(&around, "b", Method::Exclusive), inside, "{around}");
    }
    let around = "<a xmlns:p='u' xmlns:q='w' xml:lang='ru'><p:b c='1'><q:d/></p:b></a>";
    assert_eq!(
        subset(around, "b", Method::Inclusive),
        "<p:b xmlns:p=\"u\" xmlns:q=\"w\" c=\"1\" xml:lang=\"ru\"><q:d></q:d></p:b>"
    );
    assert_eq!(
        subset(around, "b", Method::Exclusive),
        "<p:b xmlns:p=\"u\" c=\"1\"><q:d xmlns:q=\"w\"></q:d></p:b>"
    );
}

const DOCUMENT: &[u8] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<n:Declaration xmlns:n=\"urn:d\" xmlns=\"urn:e\">\n  \
<n:Number>7</n:Number><!-- note -->\n  <Text a='b'>\u{413}\u{440}\u{443}\u{437} &amp; co</Text>\n</n:Declaration>\n"
    .as_bytes();

fn at() -> Timestamp {
    "2026-06-21T10:00:00Z".parse().unwrap()
}

/// Every algorithm in every form: what is signed here opens here, and gives the document back.
#[test]
fn each_form_and_algorithm_opens() {
    let year = ("2026-01-01T00:00:00Z".parse().unwrap(), "2026-12-31T23:59:59Z".parse().unwrap());
    let tree = roxmltree::Document::parse(std::str::from_utf8(DOCUMENT).unwrap()).unwrap();
    let source = std::str::from_utf8(DOCUMENT).unwrap();
    let whole = Canonical::new(source, Method::Exclusive).document(&tree);
    let root = Canonical::new(source, Method::Exclusive).subset(tree.root_element());
    for kind in Algorithm::SIGNING {
        let authority = Authority::generate_with("Root", kind).unwrap();
        let verifier = Verifier::new(Anchors::from_pem(&authority.certificate_pem()).unwrap());
        let credential = authority.issue("Signer", None, Some("7701234567"), kind, year).unwrap();
        assert!(credential.belongs_together());
        for algorithm in Algorithm::all() {
            let sealer = Sealer::new(&credential).unwrap().with_algorithm(algorithm);
            let Ok(sealer) = sealer else { continue };
            let Ok(cms) = sealer.cms(DOCUMENT, at(), None) else { continue };
            let enveloped = sealer.enveloped(DOCUMENT).unwrap();
            let enveloping = sealer.enveloping(DOCUMENT).unwrap();
            let seal = sealer.seal(DOCUMENT).unwrap().to_text();
            for (document, beside, form, covered) in [
                (DOCUMENT, Some(seal.as_bytes()), Form::Detached, None),
                (DOCUMENT, Some(cms.as_slice()), Form::CadesBes, None),
                (&enveloped, None, Form::XmlEnveloped, Some(&whole)),
                (&enveloping, None, Form::XmlEnveloping, Some(&root)),
            ] {
                let sealed = Sealed::recognise(document, beside).unwrap().unwrap();
                let opened =
                    verifier.open(&sealed, at()).unwrap_or_else(|why| panic!("{algorithm} {form:?}: {why}"));
                assert_eq!((opened.verdict.form, opened.verdict.algorithm), (form, algorithm));
                assert_eq!(opened.covered.as_ref(), covered, "{algorithm} {form:?}");
                assert_eq!(opened.signer.tax_number.as_deref(), Some("7701234567"));
                assert_eq!(opened.verdict.chain.len(), 2);
            }
        }
    }
}

#[test]
fn a_document_without_a_signature_is_not_sealed() {
    for text in ["<a/>", "{}", "", "<a b='http://www.w3.org/2000/09/xmldsig#enveloped-signature'/>"] {
        assert!(Sealed::recognise(text.as_bytes(), None).unwrap().is_none(), "{text}");
    }
    // The namespace is declared, and something else is called a signature.
    for unused in ["<a xmlns:ds='{}'/>", "<a xmlns:ds='{}'><Signature/></a>", "{\"a\":\"{}\"}"] {
        let text = unused.replace("{}", super::DSIG);
        assert!(Sealed::recognise(text.as_bytes(), None).unwrap().is_none(), "{text}");
        assert_eq!(content(text.as_bytes()).unwrap(), text.as_bytes());
    }
    let nested = format!("<a><b><Signature xmlns='{}'/></b></a>", super::DSIG);
    let sealed = Sealed::recognise(nested.as_bytes(), None).unwrap().unwrap();
    assert_eq!(Verifier::new(Anchors::empty()).open(&sealed, at()).unwrap_err().code(), "GL-3014");
}
