//! What is to be changed in a document, told by places of its text: plain data that can be handed to the process that
//! edits.

use contract::Span;
use serde::{Deserialize, Serialize};

/// A paragraph to insert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewParagraph {
    /// Its words, with a literal label where the contract writes its labels so.
    pub text: String,
    /// A byte of a block whose look it takes; the document's usual look where there is none.
    pub model: Option<usize>,
    /// Whether it keeps the model's automatic number.
    pub numbered: bool,
    /// Whether its words are bold whatever the model's are.
    pub bold: bool,
    /// The level of a heading; `None` for a paragraph.
    pub level: Option<u8>,
}

/// Where something is inserted: between two blocks of the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// After the paragraph or table that holds this byte, or the last one before it.
    After(usize),
    /// Before the paragraph or table that holds this byte, or the first one after it.
    Before(usize),
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// A comment on words that stay.
    Comment {
        /// The words.
        span: Span,
        /// Its paragraphs.
        lines: Vec<String>,
    },
    /// A tracked deletion.
    Delete {
        /// The words.
        span: Span,
    },
    /// A tracked insertion of whole paragraphs.
    Insert {
        /// Where.
        place: Place,
        /// What.
        paragraphs: Vec<NewParagraph>,
        /// A comment on them; none when empty.
        lines: Vec<String>,
    },
}

/// Who signs the changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The author shown beside each change.
    pub author: String,
    /// When, as `2026-11-29T10:00:00Z`.
    pub date: String,
}

/// The changes of a redline, in the order in which those at one place follow each other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Plan {
    /// The changes.
    pub changes: Vec<Change>,
}
