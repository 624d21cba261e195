//! A fact: what a proof says, when, about what, and how good it is.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// How good a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Done, and shown to be done.
    Ok,
    /// Done in part, or with something to mend.
    Degraded,
    /// The proof shows nothing, whatever it claims.
    Unproven,
    /// Not done.
    Failed,
}

impl State {
    /// The word in the output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Degraded => "degraded",
            Self::Unproven => "unproven",
            Self::Failed => "failed",
        }
    }

    /// The word for users.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Ok => "tenu",
            Self::Degraded => "dégradé",
            Self::Unproven => "non prouvé",
            Self::Failed => "manqué",
        }
    }
}

/// What sort of thing a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A backup was made.
    Backup,
    /// Stored backups were read again.
    Integrity,
    /// Something was restored.
    Restore,
    /// Old backups were let go.
    Retention,
    /// Updates were installed, or are waiting.
    Patch,
    /// What a machine is and runs.
    Inventory,
    /// Malware was looked for, or signatures were renewed.
    Antivirus,
    /// Weaknesses were looked for.
    Scan,
    /// A service was or was not reachable.
    Availability,
    /// Events of a machine.
    Log,
    /// Someone intervened after a call.
    Intervention,
    /// A certificate or attestation.
    Attestation,
    /// Not understood.
    Unknown,
}

/// How much was handled. Absent where the proof does not say.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Volume {
    /// Files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<u64>,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_s: Option<f64>,
}

/// What a proof says. Reception and filing dates are the store's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// The connector's name, for example `restic backup`.
    pub source: String,
    /// What it is about.
    pub kind: Kind,
    /// How good it is.
    pub state: State,
    /// Why, in French, the gravest first.
    pub reasons: Vec<String>,
    /// When it happened: RFC 3339; without offset when the zone is not known; a date alone when only that is known.
    pub happened: Option<String>,
    /// How sure `happened` is.
    pub happened_certainty: Option<crate::Certainty>,
    /// When it began, in the same form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// The machine.
    pub host: Option<String>,
    /// The client, holder or organisation named in the proof.
    pub client: Option<String>,
    /// The job, archive, stanza or ticket named in the proof.
    pub job: Option<String>,
    /// Paths, machines, databases, services covered.
    pub scope: Vec<String>,
    /// How much.
    pub volume: Volume,
    /// The tool's version where it says so.
    pub tool_version: Option<String>,
    /// Measured figures by name; units are in the names.
    pub measures: BTreeMap<String, Value>,
    /// The rule that judged.
    pub rule: String,
    /// Its version; a proof can be judged again when it grows.
    pub rule_version: u32,
}
