//! The second reading: a small linear model, trained on labelled contracts, that weighs what the signs found.
//!
//! Signs understand a sentence but not how unlikely a reading is in this contract; the second reading knows only words,
//! but all of them. It gives each point a probability for every verdict from a few inputs: what the signs say, how much
//! the sentences resemble those that readers quoted for the point and the cases in its file, and how often contracts
//! speak of it. Where it holds another verdict clearly it may change that of the signs, within [`change`]; how likely it
//! holds the verdict says whether that is sure. `cargo xtask learn` writes `weights/second.txt`.

mod amend;
mod numbers;
mod opinion;
mod weigh;

pub(crate) use amend::amend;
pub use amend::{SURE, change};
pub use numbers::{CLASSES, INPUTS, Numbers, NumbersError, Stack, stem};
pub(crate) use opinion::second_reading;
pub use opinion::{FEWEST_UNITS, Opinion, Signalled};
pub(crate) use weigh::{Look, Looker};
pub use weigh::{Said, Told, Weigher};

/// The weights that the program carries, as text.
pub static TRAINED: &str = include_str!("../../weights/second.txt");
