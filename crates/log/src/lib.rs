//! The transparency log: one salted hash per step of every case, in an RFC 6962 Merkle tree that is
//! published as C2SP tlog-tiles with signed checkpoints, and the receipts that prove a case from it.
//!
//! Norms: RFC 6962 section 2.1 (tree, proofs), RFC 9162 section 2.1 (their verification), and the C2SP
//! specifications tlog-tiles, tlog-checkpoint, signed-note and tlog-cosignature. Foreign verifiers work;
//! the tests run two.
//!
//! Deliberately absent: personal data (a leaf is a salted hash, nothing else), clocks, storage, network.
//! Whoever keeps the log hands in leaves and answers [`TileSource::tile`].

mod checkpoint;
mod explain;
mod hash;
mod key;
mod note;
mod proof;
mod receipt;
mod receipt_text;
mod tile;
mod tree;

pub use checkpoint::{Checkpoint, CheckpointError, cosign, verify_cosignature};
pub use hash::{
    Entry, HASH_BYTES, Hash, HashError, SALT_BYTES, empty_root, entry_hash, leaf_hash, node_hash,
};
pub use key::{KeyError, KeyKind, LogKey, NAME_BYTES_MAX, Vkey};
pub use note::{NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX, Note, NoteError, NoteSignature};
pub use proof::{
    ProofError, TileSource, consistency_proof, inclusion_proof, tile, verify_consistency, verify_inclusion,
};
pub use receipt::{Receipt, ReceiptError, ReceiptStep, Verified, VerifiedStep};
pub use receipt_text::{BODY_BYTES_MAX, RECEIPT_BYTES_MAX, RECEIPT_STEPS_MAX};
pub use tile::{Content, TILE_WIDTH, TilePath, TilePathError, entry_bundle, tiles_of};
pub use tree::{FullTile, SIZE_MAX, Tree, TreeSource};
