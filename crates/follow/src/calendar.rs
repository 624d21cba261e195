//! Delays as contracts count them: calendar days, jours ouvrés and ouvrables, months, hours, service hours.
//!
//! The day of the event does not count; a delay in days or more runs to the end of its last day. Hours run on the
//! clock of the world: the night the clocks change lasts 23 or 25 of them.

use crate::holidays::{Region, holiday};
use contract::{Duration, DurationUnit};
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, ToSpan, Zoned};
use serde::{Deserialize, Serialize};

/// When the service is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceHours {
    /// Opening, minutes after midnight.
    pub opens: u16,
    /// Closing, minutes after midnight; 1440 for midnight.
    pub closes: u16,
    /// Open days, Monday first.
    pub days: [bool; 7],
    /// Open on public holidays too.
    pub holidays: bool,
}

impl Default for ServiceHours {
    /// Monday to Friday, 9 to 18, closed on holidays.
    fn default() -> Self {
        let days = [true, true, true, true, true, false, false];
        Self { opens: 9 * 60, closes: 18 * 60, days, holidays: false }
    }
}

/// Counts delays in one place.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The contract's zone.
    pub zone: TimeZone,
    /// Whose holidays.
    pub region: Region,
    /// When the service is open.
    pub service: ServiceHours,
}

impl Default for Calendar {
    fn default() -> Self {
        let zone = TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC);
        Self { zone, region: Region::Metropole, service: ServiceHours::default() }
    }
}

/// Most days walked to find a working one; a service without open days ends there.
const MOST_DAYS: i32 = 4_000;

impl Calendar {
    /// Jour ouvré: Monday to Friday, no holiday.
    pub fn is_working(&self, date: Date) -> bool {
        !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) && holiday(date, self.region).is_none()
    }

    /// Jour ouvrable: Monday to Saturday, no holiday.
    pub fn is_business(&self, date: Date) -> bool {
        date.weekday() != Weekday::Sunday && holiday(date, self.region).is_none()
    }

    /// Whether the service opens that day.
    pub fn is_open(&self, date: Date) -> bool {
        let day = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
        self.service.days[day] && (self.service.holidays || holiday(date, self.region).is_none())
    }

    /// The instant after which a delay that began at `from` is exceeded.
    pub fn deadline(&self, from: &Zoned, delay: Duration) -> Zoned {
        let from = from.with_time_zone(self.zone.clone());
        let minutes = (delay.amount.clamp(0.0, 1e7) * 60.0).round() as i64;
        match delay.unit {
            DurationUnit::Minute => from.saturating_add((minutes / 60).minutes()),
            DurationUnit::Hour => from.saturating_add(minutes.minutes()),
            DurationUnit::WorkingHour => self.after_service_minutes(&from, minutes),
            _ => self.end_of(self.last_day(from.date(), delay)),
        }
    }

    /// The last day of a delay that began on `from`; hours and minutes end within their day at the latest.
    pub fn last_day(&self, from: Date, delay: Duration) -> Date {
        let count = delay.amount.clamp(0.0, 40_000.0).ceil() as i32;
        match delay.unit {
            DurationUnit::Day => from.saturating_add(count.days()),
            DurationUnit::Week => from.saturating_add(count.weeks()),
            DurationUnit::Month => from.saturating_add(count.months()),
            DurationUnit::Year => from.saturating_add((count.min(9_000)).years()),
            DurationUnit::WorkingDay => Self::walk(from, count, |d| self.is_working(d)),
            DurationUnit::BusinessDay => Self::walk(from, count, |d| self.is_business(d)),
            DurationUnit::Minute | DurationUnit::Hour | DurationUnit::WorkingHour => {
                from.saturating_add(((delay.hours() / 24.0).clamp(0.0, 40_000.0).ceil() as i32).days())
            }
        }
    }

    fn walk(from: Date, count: i32, counts: impl Fn(Date) -> bool) -> Date {
        let mut date = from;
        let (mut left, mut walked) = (count, 0);
        while left > 0 && walked < MOST_DAYS.max(count.saturating_mul(3)) {
            date = date.saturating_add(1.day());
            walked += 1;
            left -= i32::from(counts(date));
        }
        date
    }

    /// Midnight after this day, in the contract's zone.
    pub fn end_of(&self, date: Date) -> Zoned {
        let next = date.saturating_add(1.day());
        next.to_zoned(self.zone.clone()).unwrap_or_else(|_| jiff::Timestamp::MAX.to_zoned(self.zone.clone()))
    }

    /// The open hours of a day, as instants.
    fn open(&self, date: Date) -> Option<(Zoned, Zoned)> {
        if !self.is_open(date) || self.service.opens >= self.service.closes {
            return None;
        }
        let opens = date.to_datetime(clock(self.service.opens)?).to_zoned(self.zone.clone()).ok()?;
        let closes = match clock(self.service.closes) {
            Some(time) => date.to_datetime(time).to_zoned(self.zone.clone()).ok()?,
            None => self.end_of(date),
        };
        Some((opens, closes))
    }

    /// Time within service hours between two instants.
    pub fn service_time(&self, from: &Zoned, to: &Zoned) -> SignedDuration {
        let (from, to) = (from.with_time_zone(self.zone.clone()), to.with_time_zone(self.zone.clone()));
        let mut total = SignedDuration::ZERO;
        let mut date = from.date();
        for _ in 0..MOST_DAYS {
            if date > to.date() {
                break;
            }
            if let Some((opens, closes)) = self.open(date) {
                let (start, end) = (opens.max(from.clone()), closes.min(to.clone()));
                if start < end {
                    total += start.duration_until(&end);
                }
            }
            date = date.saturating_add(1.day());
        }
        total
    }

    fn after_service_minutes(&self, from: &Zoned, minutes: i64) -> Zoned {
        let mut left = SignedDuration::from_mins(minutes);
        let mut date = from.date();
        for _ in 0..MOST_DAYS {
            if let Some((opens, closes)) = self.open(date) {
                let start = opens.max(from.clone());
                if start < closes {
                    let here = start.duration_until(&closes);
                    if here >= left {
                        return start.saturating_add(left);
                    }
                    left -= here;
                }
            }
            date = date.saturating_add(1.day());
        }
        from.saturating_add(Span::new().days(MOST_DAYS))
    }
}

/// A time of day from its minutes; `None` for midnight at the end and beyond.
fn clock(minutes: u16) -> Option<Time> {
    Time::new((minutes / 60) as i8, (minutes % 60) as i8, 0, 0).ok().filter(|_| minutes < 1440)
}
