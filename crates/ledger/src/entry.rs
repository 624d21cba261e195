//! One line of the ledger: what happened to which contract, when, with which files.

use crate::hash::{self, Digest};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A contract entered the register.
    Contract,
    /// A document was filed: contract, amendment, letter.
    Document,
    /// A proof was filed, bytes as received.
    Proof,
    /// What was understood from a proof, and how it was judged.
    Verdict,
    /// A commitment was proposed, or entered by hand.
    Commitment,
    /// A person decided: confirmed, corrected, rejected, waived, amended.
    Decision,
    /// Somebody was told of a due date, a breach or a recovery.
    Alert,
    /// A dossier was handed out, or a page opened that must leave a trace.
    Opening,
}

/// A file that an entry names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blob {
    /// The digest of its bytes as received.
    pub sha256: Digest,
    /// Its length in bytes.
    pub size: u64,
    /// The name it came under.
    pub name: String,
}

/// An entry before it has its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// What it is about.
    pub kind: Kind,
    /// The contract it belongs to, if any.
    pub contract: Option<String>,
    /// When it entered the ledger (RFC 3339, UTC).
    pub filed: String,
    /// When we got it (RFC 3339, UTC), for what came from outside.
    pub received: Option<String>,
    /// When it happened (RFC 3339), where it is known.
    pub happened: Option<String>,
    /// Who acted, where a person did.
    pub by: Option<String>,
    /// The files.
    pub blobs: Vec<Blob>,
    /// Whatever else the kind holds.
    pub body: Map<String, Value>,
}

impl Draft {
    /// A bare entry of this kind.
    pub fn new(kind: Kind, filed: impl Into<String>) -> Self {
        Self {
            kind,
            contract: None,
            filed: filed.into(),
            received: None,
            happened: None,
            by: None,
            blobs: Vec::new(),
            body: Map::new(),
        }
    }

    /// Gives it its place: `seq` in the tree, from 0, and `nth` within its contract, from 1.
    pub fn place(self, seq: u64, nth: Option<u64>) -> Entry {
        Entry {
            v: 1,
            seq,
            kind: self.kind,
            contract: self.contract,
            nth,
            filed: self.filed,
            received: self.received,
            happened: self.happened,
            by: self.by,
            blobs: self.blobs,
            body: self.body,
        }
    }
}

/// An entry of the ledger. Its JSON on one line, members in this order, is what the tree hashes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The version of the format.
    pub v: u32,
    /// Its place in the tree, from 0.
    pub seq: u64,
    /// What it is about.
    pub kind: Kind,
    /// The contract it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// Its place among the contract's entries, from 1: an entry held back from a dossier leaves a gap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// When it entered the ledger.
    pub filed: String,
    /// When we got it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<String>,
    /// When it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened: Option<String>,
    /// Who acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blobs: Vec<Blob>,
    /// Whatever else the kind holds.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub body: Map<String, Value>,
}

impl Entry {
    /// The line that is stored and hashed, without its line end. Keep it: writing the entry again may differ
    /// under a later version.
    pub fn line(&self) -> String {
        // A struct of strings, numbers and JSON values always serialises.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The files that this entry says were erased.
    pub fn erased(&self) -> Vec<Digest> {
        let says = self.kind == Kind::Decision && self.body.get("action").is_some_and(|action| action == "erased");
        let files = self.body.get("files").filter(|_| says).and_then(Value::as_array);
        files.into_iter().flatten().filter_map(|file| Digest::from_hex(file.as_str()?)).collect()
    }
}

/// The leaf hash of a stored line.
pub fn leaf(line: &str) -> Digest {
    hash::leaf(line.as_bytes())
}
