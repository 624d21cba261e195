//! Evidence: the bytes of a proof (mail, JSON, log, certificate) become dated facts, each judged by a versioned rule.
//!
//! Pure: no file, no clock, no network. A green light is not evidence: failure words are read before success words,
//! what can't be understood is `unproven`, an exit code alone never proves anything, and a proof about another
//! machine, day or client proves nothing. One connector per file under `connectors`; each has a name, a recogniser
//! that reads the content, a parser and a versioned rule.

mod connectors;
mod core;
pub mod measures;

pub use crate::core::clock::{Certainty, Moment, Zone, day_of};
pub use crate::core::expect::{Expectation, apply};
pub use crate::core::fact::{Fact, Kind, State, Volume};
pub use crate::core::proof::{MAX_BYTES, Proof};
pub use connectors::{Basis, Source, is_known, read, sources, storable};
