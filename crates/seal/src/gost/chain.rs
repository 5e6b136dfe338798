//! What webpki verifies certificate chains with.

use std::fmt;
use std::sync::LazyLock;

use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm};

use super::der;
use super::key::{Parameters, PublicKey};
use super::parameters::ParameterSet;

/// Signatures by keys of one set of parameters: webpki chooses by the whole AlgorithmIdentifier of the key,
/// and by that of the signature, so that there is one of these for each way of writing them.
struct Algorithm {
    parameters: Parameters,
    key: &'static [u8],
    signature: &'static [u8],
}

/// id-tc26-signwithdigest-gost3410-2012-256 and -512 (RFC 9215, section 2), the parameters absent or, as
/// OpenSSL's engine writes them, NULL; with the keys of every parameter set, the digest named beside it or
/// not.
pub(crate) fn webpki_algorithms() -> &'static [&'static dyn SignatureVerificationAlgorithm] {
    static ALGORITHMS: LazyLock<Vec<&'static dyn SignatureVerificationAlgorithm>> = LazyLock::new(|| {
        let mut algorithms: Vec<&'static dyn SignatureVerificationAlgorithm> = Vec::new();
        for set in ParameterSet::ALL {
            for names_digest in [false, true] {
                for absent_or_null in [[].as_slice(), &der::NULL] {
                    let parameters = Parameters { set, names_digest };
                    let oid = der::element(der::OID, set.size().signature_oid());
                    // Made once, identifiers live as long as the program, as webpki wants them.
                    algorithms.push(Box::leak(Box::new(Algorithm {
                        parameters,
                        key: parameters.identifier().leak(),
                        signature: [&oid, absent_or_null].concat().leak(),
                    })));
                }
            }
        }
        algorithms
    });
    &ALGORITHMS
}

impl SignatureVerificationAlgorithm for Algorithm {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let key = PublicKey::read(self.parameters, public_key).ok_or(InvalidSignature)?;
        if key.verify(message, signature) { Ok(()) } else { Err(InvalidSignature) }
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        AlgorithmIdentifier::from_slice(self.key)
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        AlgorithmIdentifier::from_slice(self.signature)
    }
}

impl fmt::Debug for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GOST R 34.10-2012 (Greenlane) with {:?}", self.parameters)
    }
}
