//! A civil day as a number, for counting many of them.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

/// Days since 1 January 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i32);

const EPOCH: Date = date(1970, 1, 1);
/// Days from 1970 to the calendar's ends, years -9999 and 9999, about.
const FIRST: i64 = -4_371_000;
const LAST: i64 = 2_932_000;

impl Day {
    /// The civil date; far out of range it stands still at the calendar's ends.
    pub fn date(self) -> Date {
        let days = i64::from(self.0).clamp(FIRST, LAST);
        EPOCH.saturating_add(days.days())
    }

    /// So many days later.
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        // Whole days between civil dates always fit.
        Self(i32::try_from(date.duration_since(EPOCH).as_hours() / 24).unwrap_or(0))
    }
}
