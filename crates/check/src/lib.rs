//! The engine: reads a document against a catalogue of points it knows nothing of.
//!
//! A document is cut into units ([`segment`]); patterns of every point wake signs on the units (`matcher`,
//! [`judge`]); the frame around a match says who owes, with what force, under what negation ([`frame`]); the
//! findings of a point are weighed into a verdict ([`decide`]). Everything is deterministic.

mod absence;
pub mod assess;
mod burden;
pub mod cascade;
mod commitments;
pub mod compare;
mod compile;
pub mod confidence;
pub mod decide;
pub mod engine;
pub mod explain;
mod force;
pub mod frame;
mod index;
pub mod judge;
mod matcher;
mod matrix;
mod memory;
mod own_time;
pub mod parties;
mod party_words;
pub mod passages;
pub mod pattern;
mod program;
pub mod quantities;
mod reading;
pub mod second;
pub mod segment;
mod stale;
mod subject;
pub mod survey;
pub mod tokens;
mod turn;

pub use assess::Request;
pub use engine::Engine;
pub use memory::Memory;
pub use own_time::own_time;
pub use passages::Passage;
pub use pattern::PatternError;
pub use reading::Reading;
