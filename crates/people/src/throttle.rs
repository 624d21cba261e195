//! Limits on guessing: after some failures an account, and an address, must wait, each time longer.

/// Failures without a wait.
const FREE: i64 = 5;
/// Seconds of the first wait; each failure doubles it.
const FIRST: i64 = 15;
/// Longest wait in seconds: an owner who was attacked gets in within a quarter of an hour.
const LONGEST: i64 = 900;
/// Seconds without a failure after which all is forgotten: a day.
pub const FORGOTTEN: i64 = 86_400;

/// What is kept of failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failures {
    /// How many in a row.
    pub count: i64,
    /// When the last was, in seconds since 1970.
    pub last: i64,
}

impl Failures {
    /// Seconds still to wait at `now`; `spare` is how many more failures are free (an address may serve a whole office).
    pub fn wait(self, spare: i64, now: i64) -> i64 {
        let over = self.count - FREE - spare;
        if over < 0 || now - self.last >= FORGOTTEN {
            return 0;
        }
        let wait = FIRST.saturating_mul(1 << over.min(10)).min(LONGEST);
        (self.last + wait - now).clamp(0, LONGEST)
    }

    /// One more.
    #[must_use]
    pub fn and_one(self, now: i64) -> Self {
        let count = if now - self.last >= FORGOTTEN { 0 } else { self.count };
        Self { count: count + 1, last: now }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let mut failures = Failures::default();
        for _ in 0..4 {
            failures = failures.and_one(100);
            assert_eq!(failures.wait(0, 100), 0);
        }
        failures = failures.and_one(100);
        assert_eq!(failures.wait(0, 100), 15);
        assert_eq!(failures.wait(0, 115), 0);
        assert_eq!(failures.wait(20, 100), 0);
        failures = failures.and_one(115);
        assert_eq!(failures.wait(0, 115), 30);
        let many = (0..60).fold(failures, |f, _| f.and_one(115));
        assert_eq!(many.wait(0, 115), 900);
        assert_eq!(many.wait(0, 115 + 86_400), 0);
        assert_eq!(many.and_one(115 + 86_400), Failures { count: 1, last: 115 + 86_400 });
        // A clock that goes back makes nobody wait longer than the longest wait.
        assert_eq!(many.wait(0, -1_000_000), 900);
    }

    #[test]
    fn a_day_of_guessing_is_few_guesses() {
        let (mut failures, mut now, mut tries) = (Failures::default(), 1_000_000, 0);
        let end = now + 86_400;
        while now < end {
            now += failures.wait(0, now).max(1);
            failures = failures.and_one(now);
            tries += 1;
        }
        assert!(tries < 120, "{tries}");
    }
}
