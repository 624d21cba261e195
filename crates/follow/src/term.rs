//! The dates of the contract itself: end, last day for notice, renewals, price revisions.
//!
//! A contract of three years from 1 March 2026 ends with 28 February 2029: the day before the anniversary. Notice of three
//! months must have arrived before 1 December 2028, on 30 November at the latest. Periods are counted from the
//! beginning, so that month ends do not drift.

use crate::calendar::Calendar;
use contract::{CalendarDay, Duration, DurationUnit, TermClause, TermKind};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a contract says of its own time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// First day.
    pub start: Date,
    /// How long; without one it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<Duration>,
    /// How long before the end notice must be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Duration>,
    /// How long each tacit renewal lasts; none where it simply ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal: Option<Duration>,
    /// How often the price may be revised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Duration>,
    /// The first day of a revision, where it is not counted from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revised: Option<Date>,
}

/// A date to keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyDate {
    /// The day.
    pub date: Date,
    /// What of: `end`, `notice`, `renewal`, `revision`.
    pub kind: &'static str,
    /// In French.
    pub words: String,
}

/// Most renewals followed.
const MOST: i32 = 400;

impl Term {
    /// The time that clauses give a contract signed on a day; `None` where they give neither length nor revision.
    pub fn of(clauses: &[TermClause], signed: Date) -> Option<Self> {
        let find = |kind: TermKind| clauses.iter().find(|c| c.kind == kind);
        let duration = |kind: TermKind| find(kind).and_then(|c| c.duration);
        let start = find(TermKind::Start).and_then(|c| c.day).and_then(|d| date(d, d.year?)).unwrap_or(signed);
        let length = duration(TermKind::Length);
        let renewal = find(TermKind::Renewal).and_then(|c| c.duration.or(length)).filter(|_| length.is_some());
        let revision = find(TermKind::Revision);
        let revised = revision.and_then(|c| c.day).and_then(|d| {
            let this = date(d, start.year())?;
            if this > start { Some(this) } else { date(d, start.year() + 1) }
        });
        let term = Self {
            start,
            length,
            notice: duration(TermKind::Notice).filter(|_| length.is_some()),
            renewal,
            revision: revision.and_then(|c| c.duration),
            revised,
        };
        (term.length.is_some() || term.revision.is_some()).then_some(term)
    }

    /// The current end: the day after the last one, seen from `today`; `None` without a length.
    pub fn end(&self, today: Date) -> Option<Date> {
        let first = after(self.start, self.length?, 1)?;
        let Some(renewal) = self.renewal else { return Some(first) };
        // Months are counted from the very start: a contract begun on the 31st keeps ending at month ends.
        let whole = months(self.length?).zip(months(renewal));
        let end = |n: i32| match whole {
            Some((length, renewal)) => {
                self.start.checked_add(length.saturating_add(renewal.saturating_mul(n)).months()).ok()
            }
            None => after(first, renewal, n),
        };
        (0..MOST).map_while(end).find(|end| *end > today)
    }

    /// The last day on which notice may arrive for the end that comes.
    pub fn last_notice(&self, today: Date, calendar: &Calendar) -> Option<Date> {
        let end = self.end(today)?;
        Some(before(end, self.notice?, calendar)?.saturating_sub(1.day()))
    }

    /// The dates to come, in order: at most one of each kind.
    pub fn dates(&self, today: Date, calendar: &Calendar) -> Vec<KeyDate> {
        let mut out = Vec::new();
        let words = crate::words::date;
        if let Some(end) = self.end(today) {
            let last = end.saturating_sub(1.day());
            if let Some(notice) = self.last_notice(today, calendar).filter(|d| *d >= today) {
                let text = format!("dernier jour pour dénoncer le contrat ; il finit le {}", words(last));
                out.push(KeyDate { date: notice, kind: "notice", words: text });
            }
            let gone = self.last_notice(today, calendar).is_some_and(|d| d < today);
            let (kind, text) = match self.renewal {
                Some(_) if gone => ("renewal", "reconduction tacite, le préavis étant passé".to_owned()),
                Some(_) => ("renewal", "reconduction tacite sauf dénonciation".to_owned()),
                None => ("end", "dernier jour du contrat".to_owned()),
            };
            let date = if kind == "end" { last } else { end };
            if date >= today {
                out.push(KeyDate { date, kind, words: text });
            }
        }
        let base = self.revised.unwrap_or(self.start);
        let first = i32::from(self.revised.is_none());
        let revision = self.revision.and_then(|r| (first..MOST).map_while(|n| after(base, r, n)).find(|d| *d >= today));
        if let Some(date) = revision {
            out.push(KeyDate { date, kind: "revision", words: "révision du prix possible".to_owned() });
        }
        out.sort_by_key(|d| d.date);
        out
    }
}

fn date(day: CalendarDay, year: i16) -> Option<Date> {
    Date::new(year, i8::try_from(day.month).ok()?, i8::try_from(day.day).ok()?).ok()
}

/// Whole months of a duration written in months or years.
fn months(duration: Duration) -> Option<i32> {
    let amount = duration.amount.clamp(0.0, 4_000.0).round() as i32;
    match duration.unit {
        DurationUnit::Month => Some(amount),
        DurationUnit::Year => Some(amount * 12),
        _ => None,
    }
}

/// `n` times a duration after a date, counted at once.
fn after(from: Date, duration: Duration, n: i32) -> Option<Date> {
    let amount = (duration.amount.clamp(0.0, 40_000.0).round() as i32).checked_mul(n)?;
    match duration.unit {
        DurationUnit::Month => from.checked_add(amount.months()).ok(),
        DurationUnit::Year => from.checked_add(amount.years()).ok(),
        DurationUnit::Week => from.checked_add(amount.weeks()).ok(),
        _ => from.checked_add(amount.days()).ok(),
    }
}

/// A duration before a date.
fn before(end: Date, duration: Duration, calendar: &Calendar) -> Option<Date> {
    let amount = duration.amount.clamp(0.0, 4_000.0).round() as i32;
    let walk = |counts: &dyn Fn(Date) -> bool| {
        let (mut date, mut left) = (end, amount);
        while left > 0 {
            date = date.checked_sub(1.day()).ok()?;
            left -= i32::from(counts(date));
        }
        Some(date)
    };
    match duration.unit {
        DurationUnit::Month => end.checked_sub(amount.months()).ok(),
        DurationUnit::Year => end.checked_sub(amount.years()).ok(),
        DurationUnit::Week => end.checked_sub(amount.weeks()).ok(),
        DurationUnit::WorkingDay => walk(&|d| calendar.is_working(d)),
        DurationUnit::BusinessDay => walk(&|d| calendar.is_business(d)),
        _ => end.checked_sub(amount.days()).ok(),
    }
}
