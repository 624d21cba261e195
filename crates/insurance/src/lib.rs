//! Cyber insurance: which formula fits, what it costs, what the insurer demands, what a contract shows of it, what to
//! do in the first 72 hours. Prices and demands stand in one reviewed file, `law/assurance.toml`. Pure: no path, no
//! clock; an estimate never says more than the file knows.

pub mod coverage;
pub mod estimate;
pub mod money;
pub mod reference;
pub mod sheet;

pub use coverage::{Coverage, Shown};
pub use estimate::{Bracket, Estimate, Factor, Formula, Situation, SituationError};
pub use money::{AmountError, Euros};
pub use reference::Reference;
