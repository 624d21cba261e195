//! Mending: from the verdicts on a contract to the words that would turn them.
//!
//! The clause of each point is rendered under the contract's own names and figures ([`clause`]), with what the user
//! answered ([`answers`]). Nothing here opens a path or looks at a clock.

pub mod answers;
pub mod clause;
pub mod documents;
pub mod figures;
pub mod letter;
pub mod matters;
pub mod mend;
pub mod party;
pub mod provider;
pub mod redline;

pub use answers::{AnswerError, Answers};
pub use clause::{Paragraph, Rendered};
pub use party::Parties;
pub use provider::Demands;
