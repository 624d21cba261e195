//! What the engine says of a document: verdicts with the words that decide, commitments, proof of absence.

use crate::{Fact, Frequency, Profile, Quantity, Severity, Span};
use serde::{Deserialize, Serialize};

/// The verdict on a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A commitment of the party who owes it, precise enough that a breach could be shown.
    Satisfied,
    /// The topic is there, but nothing that binds.
    Weak,
    /// The contract says the contrary, or puts it on the client.
    Adverse,
    /// Nothing on the topic; the [`Absence`] says what was looked for.
    Missing,
    /// Nothing found, but pages that could hold it could not be read.
    NotReadable,
    /// Outside the profile.
    NotApplicable,
}

impl Verdict {
    /// The words shown to users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfait",
            Self::Weak => "insuffisant",
            Self::Adverse => "défavorable",
            Self::Missing => "absent",
            Self::NotReadable => "illisible",
            Self::NotApplicable => "sans objet",
        }
    }

    /// Whether the user has something to negotiate.
    pub fn is_gap(self) -> bool {
        matches!(self, Self::Weak | Self::Adverse | Self::Missing)
    }
}

/// Words of the document that decide, by position; the text is taken from the document, never typed anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The words, white space folded.
    pub text: String,
    /// Page number, from 1; 0 where the document has no pages ([`crate::Document::has_pages`]).
    pub page: u32,
    /// First byte in the document's text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The heading path, outermost first, joined by " › "; empty before the first heading.
    pub article: String,
    /// Whether the words were recognised by OCR.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ocr: bool,
}

impl Quote {
    /// The quote's place in the document's text.
    pub fn span(&self) -> Span {
        Span::new(self.start, self.end)
    }

    /// "page 4"; nothing where the document has no pages.
    pub fn page_words(&self) -> Option<String> {
        (self.page > 0).then(|| format!("page\u{a0}{}", self.page))
    }
}

/// Who owes a commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Debtor {
    /// The provider, named or by the contract's own term.
    Provider,
    /// The client.
    Client,
    /// Both parties.
    Both,
    /// The sentence names nobody.
    Unsaid,
}

/// A passage that came near and was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near {
    /// The passage.
    pub quote: Quote,
    /// Why it does not count, in French.
    pub reason: String,
}

/// The proof that something is not there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Absence {
    /// The words that were looked for, as a person would read them.
    pub looked_for: Vec<String>,
    /// Up to three nearest passages, nearest first.
    pub nearest: Vec<Near>,
}

/// A promise found, kept as data for follow-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Commitment {
    /// The point it answers.
    pub point: String,
    /// Who owes it.
    pub debtor: Debtor,
    /// To whom.
    pub creditor: Debtor,
    /// The verb of the sentence or of its lead-in, as the document has it; empty where none was recognised.
    pub action: String,
    /// What it bears on: the words that answered the point, as the document has them.
    pub object: String,
    /// Figures of the sentence that bear on it.
    pub figures: Vec<Quantity>,
    /// How often, where the sentence says it.
    pub frequency: Option<Frequency>,
    /// The sentence.
    pub quote: Quote,
}

/// The verdict on one point, with everything a reader needs to check it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PointVerdict {
    /// The point's id, such as `SAU-06`.
    pub point: String,
    /// The verdict.
    pub verdict: Verdict,
    /// How grave a gap is for the profile.
    pub severity: Severity,
    /// Whether the engine is sure; else the passage is shown as "à vérifier".
    pub sure: bool,
    /// The words that decide, at most five; empty for `missing`, `not_readable` and `not_applicable`.
    pub quotes: Vec<Quote>,
    /// One sentence in French: why this verdict.
    pub reason: String,
    /// Passages that say the contrary of the verdict, where the contract contradicts itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contrary: Vec<Quote>,
    /// For `missing` and `not_readable`: what was looked for, what came near.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absence: Option<Absence>,
}

/// A reference to law that no longer holds, found in the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaleReference {
    /// A short stable name, such as `directive-95-46`.
    pub reference: String,
    /// What is cited, in French.
    pub title: String,
    /// One French sentence: what is wrong with citing it.
    pub why: String,
    /// One French sentence: what to cite instead.
    pub replaced_by: String,
    /// Since when, as a French date, where a text that was read gives it.
    pub since: Option<String>,
    /// The texts that say so.
    pub basis: String,
    /// The words that cite it, at most five places.
    pub quotes: Vec<Quote>,
}

/// A demand that goes beyond what a provider can be held to, found in the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExcessiveDemand {
    /// Its id, such as `IMP-01`.
    pub demand: String,
    /// What is demanded, in French.
    pub title: String,
    /// How grave it is to sign it.
    pub severity: Severity,
    /// One French sentence: why it goes too far.
    pub why: String,
    /// One French sentence: what to answer.
    pub ask: String,
    /// The words that demand it, at most five places.
    pub quotes: Vec<Quote>,
    /// The clause to propose instead, under the contract's own names; a line for each paragraph.
    pub proposal: String,
}

/// Something the provider is rightly held to: it promises it, firmly, and can keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldTo {
    /// The point it answers.
    pub point: String,
    /// The words that promise it.
    pub quotes: Vec<Quote>,
}

/// A contract as the provider that is asked to sign it should read it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProviderView {
    /// What goes too far, gravest first.
    pub demands: Vec<ExcessiveDemand>,
    /// What it is rightly held to, in catalogue order.
    pub held_to: Vec<HeldTo>,
}

/// Everything the engine says of one document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// The profile used.
    pub profile: Profile,
    /// Whether the profile was proposed by the engine rather than asked for.
    pub profile_proposed: bool,
    /// Facts held true for this document.
    pub facts: Vec<Fact>,
    /// The provider's defined names, as learnt ("le Prestataire", "ISVTEC").
    pub provider_names: Vec<String>,
    /// The client's defined names.
    pub client_names: Vec<String>,
    /// Remarks for the user, in French (language, several contracts in one file, unfilled blanks).
    pub remarks: Vec<String>,
    /// One verdict a point, in catalogue order.
    pub verdicts: Vec<PointVerdict>,
    /// Promises found.
    pub commitments: Vec<Commitment>,
    /// References to law that no longer holds.
    #[serde(default)]
    pub stale_references: Vec<StaleReference>,
    /// The provider's view, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_view: Option<ProviderView>,
}
