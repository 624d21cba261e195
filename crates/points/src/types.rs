//! What a point file says, as types.

use contract::{Fact, Profile, Severity, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The kind of question a point asks. The kind decides how the engine treats who owes, with what force and
/// what takes back; the point only chooses one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A party must do something.
    Commitment,
    /// The same, with a quantity, its unit and a bound.
    Figure,
    /// A fact must be said.
    Statement,
    /// A list must be there.
    Enumeration,
    /// The client may do something.
    Right,
    /// Something must not be there, or not beyond a bound.
    Limit,
}

/// What becomes of a sign's verdict when a frame stands against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Turn {
    /// The verdict stays.
    Keep,
    /// It becomes `weak`.
    Weak,
    /// It becomes `adverse`.
    Adverse,
    /// It becomes `satisfied`.
    Satisfied,
    /// The sign says nothing here.
    Drop,
}

/// One or several patterns; several are alternatives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item(pub Vec<String>);

/// Who must owe for a sign to speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Owes {
    /// The provider, by name or role.
    Provider,
    /// The client.
    Client,
    /// Both at once ("les Parties").
    Both,
}

/// What must stand around a match for a sign to speak at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stance {
    /// The match stands under a negation or an exclusion.
    Denied,
    /// The client bears it: "à la charge du Client", "le Client effectue", "il vous appartient".
    Burden,
}

/// A sign: what must stand in one unit (sentence, list item, table row) for the point to be answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sign {
    /// The verdict it speaks for.
    pub verdict: Verdict,
    /// Which part of the question it answers; see [`Point::needs`].
    pub aspect: Option<String>,
    /// A name for `unless_sign`.
    pub name: Option<String>,
    /// All of these must match; the first in the unit itself, the others in the unit or its context (headings
    /// above, the sentence that introduces the list, the table's header row).
    pub all: Vec<Item>,
    /// None of these may match in the unit.
    pub none: Vec<String>,
    /// One of these must match in the headings above the unit.
    pub heading: Vec<String>,
    /// None of these may match in the headings above the unit.
    pub not_heading: Vec<String>,
    /// Most words between the first and last match of `all` within the unit.
    pub near: Option<u32>,
    /// Every item must match in the unit itself.
    pub strict: bool,
    /// The debtor must be this one.
    pub owes: Option<Owes>,
    /// The sign speaks only where the match stands so; several are alternatives.
    pub stance: Vec<Stance>,
    /// A figure that must stand in the unit, such as `duration <= 30 days` (see [`crate::Figure`]).
    pub figure: Option<crate::Figure>,
    /// When the client is the debtor.
    pub client: Option<Turn>,
    /// When the force is that of a best effort, an aim or an option.
    pub soft: Option<Turn>,
    /// When the match stands under a negation or an exclusion.
    pub negated: Option<Turn>,
    /// The sign is void when a sign of this point with one of these names speaks anywhere.
    pub unless_sign: Vec<String>,
    /// The sign is void when the document holds one of these patterns anywhere.
    pub unless_doc: Vec<String>,
}

/// A sentence (or a few lines) with the verdict it must get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The verdict expected.
    pub verdict: Verdict,
    /// The text; lines separated by `\n`.
    pub text: String,
}

/// One of the questions a contract is checked against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Such as `SAU-06`; never reused.
    pub id: String,
    /// A short French title.
    pub title: String,
    /// The source documents that ask it, such as `003 §4`.
    pub sources: Vec<String>,
    /// The fact that makes it apply.
    pub when: Fact,
    /// The kind of question.
    pub kind: Kind,
    /// How grave a gap is, unless the profile says otherwise.
    pub severity: Severity,
    /// How grave it is for some profiles.
    pub severity_by: BTreeMap<Profile, Severity>,
    /// What to ask the provider for, one French sentence.
    pub ask: String,
    /// Why it matters, one French sentence.
    pub why: String,
    /// What a person would look for; shown as the proof of absence.
    pub looked_for: Vec<String>,
    /// Aspects that must all be satisfied for the point to be; empty when any satisfied sign is enough.
    pub needs: Vec<String>,
    /// Whether an adverse sign outweighs a satisfied one.
    pub adverse_first: bool,
    /// Why no clause can mend it, where none can.
    pub no_clause: Option<String>,
    /// The clause that mends it.
    pub clause: Option<crate::Clause>,
    /// What proves that the promise is kept.
    pub proof: Option<crate::Proof>,
    /// Local concepts: name → patterns.
    pub concept: BTreeMap<String, Vec<String>>,
    /// The signs, most telling first.
    pub signs: Vec<Sign>,
    /// The page a person reads, in Markdown, without the cases.
    pub page: String,
    /// The cases.
    pub cases: Vec<Case>,
}

impl Point {
    /// The category code, `SAU` of `SAU-06`.
    pub fn category(&self) -> &str {
        self.id.split('-').next().unwrap_or_default()
    }
}

/// A family of points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Such as `SAU`.
    pub id: String,
    /// The French title.
    pub title: String,
}

/// The whole catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    /// Categories in the order shown.
    pub categories: Vec<Category>,
    /// Shared concepts: name → patterns.
    pub concepts: BTreeMap<String, Vec<String>>,
    /// Points by category order, then id.
    pub points: Vec<Point>,
    /// References to law that no longer holds, by id.
    pub stale: Vec<crate::StaleReference>,
}
