//! Namespaces of the album: the family says what it is, the last part the version of that module.

use crate::structure::{self, NamespaceId};

/// The namespace of ESADout_CU without its version.
pub(crate) const DECLARATION: &str = "urn:customs.ru:Information:CustomsDocuments:ESADout_CU";
/// The namespace of the package without its version.
const CONTAINER: &str = "urn:customs.ru:Information:ExchangeDocuments:ED_Container";
/// Whatever belongs to the album without being a module of the declaration.
const ALBUM: &str = "urn:customs.ru:";
/// XML signatures (W3C recommendation of 11 April 2013).
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";
/// Instances of XML Schema: where a schema lies says nothing about the document.
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// The envelope documents travel in.
const ENVELOPES: [&str; 2] =
    ["http://www.w3.org/2001/06/soap-envelope", "http://schemas.xmlsoap.org/soap/envelope/"];

/// The versions of ESADout_CU that are read without a table of their structure: dialects and habits of
/// their time are taken as they come.
pub(crate) const OLDER_VERSIONS: [u8; 3] = [10, 14, 15];

/// The modules of ESADout_CU besides itself.
const MODULES: [&str; 4] = [
    "urn:customs.ru:CommonAggregateTypes",
    "urn:customs.ru:CUESADCommonAggregateTypesCust",
    "urn:customs.ru:RUSCommonAggregateTypes",
    "urn:customs.ru:RUDeclCommonAggregateTypesCust",
];

/// What a namespace is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// The declaration itself.
    Declaration,
    /// Another module of the declaration.
    Module,
    /// The package of documents.
    Container,
    /// A signature.
    Signature,
    /// A transport envelope.
    Envelope,
    /// Instances of XML Schema.
    Instance,
    /// Another document or module of the album.
    Album,
    /// Anything else.
    Foreign,
}

/// A namespace as a document declares it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Namespace<'a> {
    pub(crate) uri: &'a str,
    pub(crate) family: Family,
    /// `23` of `5.23.0`; none where the last part is no version of album 5.
    pub(crate) version: Option<u8>,
    /// What stands for it in comparisons, where a table knows it.
    pub(crate) id: Option<NamespaceId>,
}

impl<'a> Namespace<'a> {
    /// No namespace at all.
    pub(crate) const NONE: Namespace<'static> =
        Namespace { uri: "", family: Family::Foreign, version: None, id: None };

    /// Recognises a namespace.
    pub(crate) fn of(uri: &'a str) -> Self {
        let id = structure::namespace(uri);
        if !uri.starts_with(ALBUM) {
            let family = match uri {
                SIGNATURE => Family::Signature,
                INSTANCE => Family::Instance,
                _ if ENVELOPES.contains(&uri) => Family::Envelope,
                _ => Family::Foreign,
            };
            return Self { uri, family, version: None, id };
        }
        let (name, version) = uri.rsplit_once(':').unwrap_or((uri, ""));
        let family = match name {
            DECLARATION => Family::Declaration,
            CONTAINER => Family::Container,
            _ if MODULES.contains(&name) => Family::Module,
            _ => Family::Album,
        };
        Self { uri, family, version: minor(version), id }
    }
}

/// `23` of `5.23.0`.
fn minor(version: &str) -> Option<u8> {
    let mut parts = version.split('.');
    if parts.next()? != "5" {
        return None;
    }
    let minor = parts.next()?.parse().ok()?;
    let patch_is_number = parts.next().is_none_or(|patch| patch.bytes().all(|b| b.is_ascii_digit()));
    (patch_is_number && parts.next().is_none()).then_some(minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn family_and_version_are_told_apart() {
        let common = Namespace::of("urn:customs.ru:CommonAggregateTypes:5.22.0");
        assert_eq!((common.family, common.version), (Family::Module, Some(22)));
        let root = Namespace::of("urn:customs.ru:Information:CustomsDocuments:ESADout_CU:5.10.0");
        assert_eq!((root.family, root.version), (Family::Declaration, Some(10)));
        for (uri, family) in [
            ("urn:customs.ru:Information:ExchangeDocuments:ED_Container:5.22.0", Family::Container),
            ("urn:customs.ru:Information:CustomsDocuments:Inventory:5.23.0", Family::Album),
            ("http://www.w3.org/2000/09/xmldsig#", Family::Signature),
            ("urn:customs.ru", Family::Foreign),
            ("", Family::Foreign),
        ] {
            assert_eq!(Namespace::of(uri).family, family, "{uri}");
        }
        for bad in ["6.23.0", "5", "5.x.0", "5.23.0.1", "5.999.0", ""] {
            assert_eq!(minor(bad), None, "{bad}");
        }
    }
}
