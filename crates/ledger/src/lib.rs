//! The ledger that can't be rewritten unseen: entries as lines of JSON, a Merkle tree over them (RFC 6962),
//! signed checkpoints (C2SP signed-note and tlog-checkpoint), proofs, and the dossier handed to a third party.
//!
//! Nothing here reads a file, a clock, or draws a random number. The format is written down in `docs/ledger.md`; the
//! crate `verify` reads it without knowing this one.

pub mod dossier;
pub mod entry;
pub mod hash;
pub mod note;
pub mod proof;
pub mod stamp;
pub mod tree;

pub use dossier::{BlobSource, Dossier, DossierError};
pub use entry::{Blob, Draft, Entry, Kind};
pub use hash::Digest;
pub use note::{Checkpoint, Signer};
pub use tree::Frontier;
