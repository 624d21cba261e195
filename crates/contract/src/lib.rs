//! Plain data shared by every crate of Clausule: the document and its pages, folded text with a map back to
//! the original, quantities with their units, parties, verdicts, quotes and commitments.
//!
//! Nothing here reads a file, a clock or the network.

pub mod assessment;
pub mod document;
pub mod fold;
mod names;
pub mod profile;
pub mod quantity;
pub mod span;
pub mod terms;
pub mod words;

pub use assessment::{
    Absence, Assessment, Commitment, Debtor, ExcessiveDemand, HeldTo, Near, PointVerdict, ProviderView, Quote,
    StaleReference, Verdict,
};
pub use document::{Block, BlockKind, Document, Format, Page, PageState, Problem};
pub use fold::Folded;
pub use profile::{Fact, Profile, Severity};
pub use quantity::{Duration, DurationUnit, Frequency, Quantity};
pub use span::Span;
pub use terms::{CalendarDay, TermClause, TermKind};
pub use words::{date_words, figure_words, month_words, unit_words};
