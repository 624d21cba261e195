//! The clock of this face.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use std::time::Instant;

/// What time it is.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the daemon is a face: it reads the clock")]
pub fn now() -> Timestamp {
    Timestamp::try_from(std::time::SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// What time it is in France.
#[must_use]
pub fn here() -> Zoned {
    now().to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC))
}

/// A point of the clock that never goes back.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the daemon is a face: it reads the clock")]
pub fn tick() -> Instant {
    Instant::now()
}
