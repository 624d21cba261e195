//! Names of the measured figures that somebody counts with: whoever gives one and whoever takes one say the same word.

/// Percent of the observed time in which a service answered.
pub const AVAILABILITY_PERCENT: &str = "availability_percent";
/// Seconds in which a service did not answer, of those in which it was watched ([`OBSERVED_S`]).
pub const DOWN_S: &str = "down_s";
/// Seconds of outage that a log tells of, which doesn't say for how long the service was watched.
pub const DOWNTIME_S: &str = "downtime_s";
/// Seconds in which a service was watched.
pub const OBSERVED_S: &str = "observed_s";
/// Minutes from a call to its being taken, on the clock of the world.
pub const TAKE_MINUTES: &str = "take_minutes";
/// Minutes from a call to its being solved, on the clock of the world.
pub const SOLVE_MINUTES: &str = "solve_minutes";
/// Days from a correction's coming out to its being installed.
pub const PATCH_DAYS: &str = "patch_days";
/// Backups kept.
pub const SNAPSHOTS_KEPT: &str = "snapshots_kept";
/// Versions kept.
pub const VERSIONS: &str = "versions";
/// Days for which backups are kept.
pub const RETENTION_DAYS: &str = "retention_days";
/// Euros an insurance pays at most.
pub const CEILING_EUR: &str = "ceiling_eur";
/// First day on which a document holds.
pub const VALID_FROM: &str = "valid_from";
/// Last day on which a document holds.
pub const VALID_TO: &str = "valid_to";
