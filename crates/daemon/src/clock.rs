//! The clock of this face.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

/// Seconds by which a simulation is ahead of the machine's clock.
static AHEAD: AtomicI64 = AtomicI64::new(0);

/// Takes this moment for now, and goes on from there: for simulations and tests.
pub fn begin_at(moment: Timestamp) {
    AHEAD.store(moment.as_second() - machine().as_second(), Ordering::Relaxed);
}

/// What time it is.
#[must_use]
pub fn now() -> Timestamp {
    let (machine, ahead) = (machine(), AHEAD.load(Ordering::Relaxed));
    machine.checked_add(jiff::SignedDuration::from_secs(ahead)).unwrap_or(machine)
}

#[expect(clippy::disallowed_methods, reason = "the daemon is a face: it reads the clock")]
fn machine() -> Timestamp {
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
