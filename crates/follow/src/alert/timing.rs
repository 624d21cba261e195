//! When mails may go out: quiet hours, a pause between two mails on one contract, the day of the digest.

use jiff::civil::{DateTime, Time, Weekday};
use jiff::{SignedDuration, ToSpan};

/// Hours in which nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// Beginning, minutes after midnight.
    pub from: u16,
    /// End, minutes after midnight; smaller than `from` where the night lies between.
    pub to: u16,
}

impl Quiet {
    /// Whether nothing is sent at this time of day.
    pub fn holds(&self, time: Time) -> bool {
        let minute = u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs());
        if self.from <= self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        }
    }
}

/// When alerts may be sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timing {
    /// Quiet hours, if any.
    pub quiet: Option<Quiet>,
    /// The least time between two messages on one contract.
    pub pause: SignedDuration,
    /// The day of the weekly digest; none for no digest.
    pub digest: Option<Weekday>,
}

impl Default for Timing {
    /// Quiet from 20:00 to 7:30, an hour between two messages, the digest on Monday.
    fn default() -> Self {
        let quiet = Some(Quiet { from: 20 * 60, to: 7 * 60 + 30 });
        Self { quiet, pause: SignedDuration::from_hours(1), digest: Some(Weekday::Monday) }
    }
}

impl Timing {
    /// Whether anything may be sent at this local time.
    pub fn open(&self, now: DateTime) -> bool {
        self.quiet.is_none_or(|q| !q.holds(now.time()))
    }

    /// The key of the digest that is due at this local time: that of the last digest day, this one included, unless it
    /// is gone by more than two days.
    pub fn digest_key(&self, now: DateTime) -> Option<String> {
        let back = i64::from(now.date().weekday().since(self.digest?));
        (back <= 2).then(|| format!("digest#{}", now.date().saturating_sub(back.days())))
    }
}
