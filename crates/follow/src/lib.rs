//! Follow-up: promises, facts and today become due dates, statuses, counts and reasons in words.
//!
//! Pure: today is an argument, nothing is read. The contract's own figure is the yardstick, the reference is shown
//! beside it; silence after the due time is a breach; what can't be understood is never good.

pub mod alert;
pub mod calendar;
pub mod day;
pub mod draw;
pub mod due;
pub mod facts;
pub mod holidays;
mod judge;
pub mod measure;
pub mod penalty;
pub mod promise;
pub mod propose;
pub mod reason;
pub mod status;
mod tally;
pub mod term;
pub mod timeline;
pub mod words;

pub use calendar::{Calendar, ServiceHours};
pub use day::Day;
pub use due::{Cadence, Period};
pub use holidays::Region;
pub use measure::{Bound, Measure, Yardstick};
pub use penalty::Penalty;
pub use promise::{Exclusion, Outcome, Promise, Seen, Waiver, job, stream};
pub use propose::{Need, needs, propose};
pub use status::{Counts, State, Status, Window, status};
pub use term::{KeyDate, Term};
pub use timeline::{Episode, Mark, Sign, episodes, timeline};
