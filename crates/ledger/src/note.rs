//! Signed notes and checkpoints (C2SP signed-note and tlog-checkpoint), Ed25519.

use crate::hash::Digest;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

/// The byte that stands for Ed25519 in signed notes.
const ED25519: u8 = 1;

/// A signing key with the name under which it signs; the name is also the ledger's origin.
#[derive(Clone)]
pub struct Signer {
    name: String,
    key: SigningKey,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "Signer({})", self.name)
    }
}

impl Signer {
    /// A signer from 32 secret random bytes. `None` for a name that a signed note can't carry: empty, or with
    /// white space or a plus sign.
    pub fn new(name: &str, seed: &[u8; 32]) -> Option<Self> {
        let bad = name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+');
        (!bad).then(|| Self { name: name.to_owned(), key: SigningKey::from_bytes(seed) })
    }

    /// The name and origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public key as `name+id+base64`, the form of signed notes.
    pub fn public(&self) -> String {
        let key = self.key.verifying_key();
        let mut bytes = vec![ED25519];
        bytes.extend(key.as_bytes());
        let id: String = key_id(&self.name, &key).iter().map(|b| format!("{b:02x}")).collect();
        format!("{}+{id}+{}", self.name, STANDARD.encode(bytes))
    }

    /// Signs a text, which must end with a line feed, and gives the note.
    pub fn sign(&self, text: &str) -> String {
        let mut bytes = key_id(&self.name, &self.key.verifying_key()).to_vec();
        bytes.extend(self.key.sign(text.as_bytes()).to_bytes());
        format!("{text}\n\u{2014} {} {}\n", self.name, STANDARD.encode(bytes))
    }
}

fn key_id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let hash = Sha256::new().chain_update(name).chain_update([b'\n', ED25519]).chain_update(key.as_bytes()).finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// What a checkpoint says: this ledger had this many entries and this root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The ledger's name.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.0))
    }

    /// The signed note.
    pub fn sign(&self, signer: &Signer) -> String {
        signer.sign(&self.text())
    }

    /// What a note says, without looking at its signature; for our own notes read back.
    pub fn read(note: &str) -> Option<Self> {
        let mut lines = note.split('\n');
        let origin = lines.next()?.to_owned();
        let size = lines.next()?.parse().ok()?;
        let root = STANDARD.decode(lines.next()?).ok()?;
        Some(Self { origin, size, root: Digest(root.try_into().ok()?) })
    }
}
