//! The evidence that proves a point's promise, as its file gives it: `[proof]`.

use serde::{Deserialize, Serialize};

/// Kinds of fact that a proof may be (the names of the `evidence` crate).
pub const KINDS: [&str; 12] = [
    "backup",
    "integrity",
    "restore",
    "retention",
    "patch",
    "inventory",
    "antivirus",
    "scan",
    "availability",
    "log",
    "intervention",
    "attestation",
];

/// How often a proof may be wanted.
pub const CADENCES: [&str; 9] =
    ["day", "working_day", "week", "month", "quarter", "half_year", "year", "event", "always"];

/// What is measured of it.
pub const MEASURES: [&str; 7] =
    ["availability", "intervention", "recovery", "patch_days", "versions", "retention_days", "cover"];

/// What proves that a promise is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The kinds of fact, any of which will do.
    pub kinds: Vec<String>,
    /// How often, where the contract doesn't say.
    pub every: String,
    /// What the contract's figure measures, if it has one.
    #[serde(default)]
    pub measure: Option<String>,
    /// The reference, in French, shown beside the contract's own figure.
    #[serde(default)]
    pub reference: Option<String>,
}

impl Proof {
    /// Whether every word is a known one; else which is not.
    ///
    /// # Errors
    /// The unknown word.
    pub fn check(&self) -> Result<(), String> {
        let unknown = |what: &str, word: &str| Err(format!("[proof] {what} = \"{word}\" is not known"));
        if let Some(kind) = self.kinds.iter().find(|k| !KINDS.contains(&k.as_str())) {
            return unknown("kinds", kind);
        }
        if self.kinds.is_empty() {
            return Err("[proof] needs `kinds`".to_owned());
        }
        if !CADENCES.contains(&self.every.as_str()) {
            return unknown("every", &self.every);
        }
        match &self.measure {
            Some(measure) if !MEASURES.contains(&measure.as_str()) => unknown("measure", measure),
            _ => Ok(()),
        }
    }
}
