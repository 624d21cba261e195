//! How often a token may be used: a bucket a source, filled again with time.

use crate::clock;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Requests a source may make at once.
const BURST: f64 = 600.0;
/// Requests a second it may make in the long run.
const RATE: f64 = 10.0;
/// Most sources remembered; a full bucket need not be.
const SOURCES: usize = 10_000;

/// The buckets.
#[derive(Debug, Default)]
pub struct Limits(Mutex<HashMap<String, (f64, Instant)>>);

impl Limits {
    /// Takes one request out of a source's bucket; gives the seconds to wait where it is empty.
    pub fn take(&self, source: &str) -> Result<(), u64> {
        self.take_at(source, clock::tick())
    }

    fn take_at(&self, source: &str, now: Instant) -> Result<(), u64> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let filled = |(left, at): &(f64, Instant)| (left + now.duration_since(*at).as_secs_f64() * RATE).min(BURST);
        if buckets.len() >= SOURCES {
            buckets.retain(|_, bucket| filled(bucket) < BURST);
        }
        let left = buckets.get(source).map_or(BURST, filled);
        let (left, answer) =
            if left >= 1.0 { (left - 1.0, Ok(())) } else { (left, Err(((1.0 - left) / RATE).ceil() as u64)) };
        buckets.insert(source.to_owned(), (left, now));
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_burst_passes_then_the_rate_holds() {
        let (limits, start) = (Limits::default(), clock::tick());
        for _ in 0..600 {
            assert_eq!(limits.take_at("a", start), Ok(()));
        }
        assert_eq!(limits.take_at("a", start), Err(1));
        assert_eq!(limits.take_at("b", start), Ok(()), "another source has its own");
        let later = start + Duration::from_secs(2);
        assert_eq!((0..30).filter(|_| limits.take_at("a", later).is_ok()).count(), 20);
    }
}
