//! Namespaces of the album: the family says what it is, the last part the version of that module.

use super::row::Module;

/// The namespace of ESADout_CU without its version.
pub(crate) const DECLARATION: &str = "urn:customs.ru:Information:CustomsDocuments:ESADout_CU";
/// The namespace of the package without its version.
const CONTAINER: &str = "urn:customs.ru:Information:ExchangeDocuments:ED_Container";
/// Whatever belongs to the album without being a module of the declaration.
const ALBUM: &str = "urn:customs.ru:";
/// XML signatures (W3C recommendation of 11 April 2013).
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";
/// The envelope documents travel in.
const ENVELOPES: [&str; 2] =
    ["http://www.w3.org/2001/06/soap-envelope", "http://schemas.xmlsoap.org/soap/envelope/"];

/// The versions of the album that are read: 5.10 to 5.27.
pub(crate) const VERSIONS: [u8; 5] = [10, 14, 15, 23, 27];

/// One module: family, usual prefix, and the version it has in the albums that are written.
pub(crate) struct ModuleRow {
    pub(crate) module: Module,
    pub(crate) family: &'static str,
    pub(crate) prefix: &'static str,
    pub(crate) in_523: &'static str,
    pub(crate) in_527: &'static str,
}

/// The modules of ESADout_CU that the table of elements names.
pub(crate) const MODULES: [ModuleRow; 5] = [
    ModuleRow {
        module: Module::Document,
        family: DECLARATION,
        prefix: "",
        in_523: "5.23.0",
        in_527: "5.27.0",
    },
    ModuleRow {
        module: Module::Common,
        family: "urn:customs.ru:CommonAggregateTypes",
        prefix: "cat_ru",
        in_523: "5.22.0",
        in_527: "5.24.0",
    },
    ModuleRow {
        module: Module::Form,
        family: "urn:customs.ru:CUESADCommonAggregateTypesCust",
        prefix: "catESAD_cu",
        in_523: "5.22.0",
        in_527: "5.27.0",
    },
    ModuleRow {
        module: Module::Russian,
        family: "urn:customs.ru:RUSCommonAggregateTypes",
        prefix: "RUScat_ru",
        in_523: "5.22.0",
        in_527: "5.24.0",
    },
    ModuleRow {
        module: Module::Signing,
        family: "urn:customs.ru:RUDeclCommonAggregateTypesCust",
        prefix: "RUDECLcat",
        in_523: "5.23.0",
        in_527: "5.27.0",
    },
];

/// What a namespace is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// A module of the declaration.
    Module(Module),
    /// The package of documents.
    Container,
    /// A signature.
    Signature,
    /// A transport envelope.
    Envelope,
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
}

impl<'a> Namespace<'a> {
    /// No namespace at all.
    pub(crate) const NONE: Namespace<'static> = Namespace { uri: "", family: Family::Foreign, version: None };

    /// Recognises a namespace.
    pub(crate) fn of(uri: &'a str) -> Self {
        if !uri.starts_with(ALBUM) {
            let family = match uri {
                SIGNATURE => Family::Signature,
                _ if ENVELOPES.contains(&uri) => Family::Envelope,
                _ => Family::Foreign,
            };
            return Self { uri, family, version: None };
        }
        let (name, version) = uri.rsplit_once(':').unwrap_or((uri, ""));
        let family = match MODULES.iter().find(|row| row.family == name) {
            Some(row) => Family::Module(row.module),
            None if name == CONTAINER => Family::Container,
            None => Family::Album,
        };
        Self { uri, family, version: minor(version) }
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
        assert_eq!((common.family, common.version), (Family::Module(Module::Common), Some(22)));
        let root = Namespace::of("urn:customs.ru:Information:CustomsDocuments:ESADout_CU:5.10.0");
        assert_eq!((root.family, root.version), (Family::Module(Module::Document), Some(10)));
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
