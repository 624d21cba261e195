//! How often something is owed, and the periods that follow from it.

use crate::calendar::Calendar;
use crate::day::Day;
use contract::{Duration, Frequency};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "every", content = "count")]
pub enum Cadence {
    /// So many times each calendar day.
    Days(u32),
    /// Once each jour ouvré.
    WorkingDays,
    /// Once in so many weeks.
    Weeks(u32),
    /// Once in so many months.
    Months(u32),
    /// Once, before a date.
    Once(Date),
    /// Whenever something calls for it: silence is no breach.
    Event,
    /// At all times: a document or a certificate must be in force.
    Always,
}

impl Cadence {
    /// The cadence of a frequency written in a contract.
    pub fn of(frequency: Frequency) -> Self {
        let n = frequency.per_year;
        if !n.is_finite() || n <= 0.0 {
            return Self::Event;
        }
        match n {
            n if n >= 300.0 => Self::Days((n / 365.0).round().clamp(1.0, 96.0) as u32),
            n if n >= 200.0 => Self::WorkingDays,
            n if n >= 20.0 => Self::Weeks((52.0 / n).round().max(1.0) as u32),
            n => Self::Months((12.0 / n).round().clamp(1.0, 240.0) as u32),
        }
    }

    /// By its name in a point file or on the command line.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "day" | "jour" => Self::Days(1),
            "working_day" | "jour-ouvre" => Self::WorkingDays,
            "week" | "semaine" => Self::Weeks(1),
            "month" | "mois" => Self::Months(1),
            "quarter" | "trimestre" => Self::Months(3),
            "half_year" | "semestre" => Self::Months(6),
            "year" | "an" => Self::Months(12),
            "event" | "evenement" => Self::Event,
            "always" | "permanent" => Self::Always,
            date => Self::Once(date.parse().ok()?),
        })
    }

    /// In French: "chaque jour".
    pub fn label(self) -> String {
        match self {
            Self::Days(1) => "chaque jour".to_owned(),
            Self::Days(n) => format!("{n} fois par jour"),
            Self::WorkingDays => "chaque jour ouvré".to_owned(),
            Self::Weeks(1) => "chaque semaine".to_owned(),
            Self::Weeks(n) => format!("toutes les {n} semaines"),
            Self::Months(1) => "chaque mois".to_owned(),
            Self::Months(3) => "chaque trimestre".to_owned(),
            Self::Months(6) => "chaque semestre".to_owned(),
            Self::Months(12) => "chaque année".to_owned(),
            Self::Months(n) if n % 12 == 0 => format!("tous les {} ans", n / 12),
            Self::Months(n) => format!("tous les {n} mois"),
            Self::Once(date) => format!("une fois, avant le {}", crate::words::date(date)),
            Self::Event => "à chaque demande ou incident".to_owned(),
            Self::Always => "à tout moment".to_owned(),
        }
    }

    /// How long after a period's end its proof may still arrive, unless the promise says otherwise.
    pub fn grace(self) -> i32 {
        match self {
            Self::Days(_) | Self::WorkingDays => 1,
            Self::Weeks(_) => 2,
            Self::Months(1) => 5,
            Self::Months(_) => 15,
            Self::Once(_) | Self::Event | Self::Always => 0,
        }
    }
}

/// A stretch of days within which something is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub first: Day,
    /// Last day.
    pub last: Day,
    /// Last day on which its proof may arrive.
    pub due: Day,
    /// How many times.
    pub times: u32,
}

/// The periods of a cadence that begins on `from`, as far as they begin on or before `to`. Weeks and months are
/// counted from `from`, each from the beginning, so that month ends do not drift.
pub fn periods(cadence: Cadence, from: Date, to: Date, grace: i32, calendar: &Calendar) -> Vec<Period> {
    let period = |first: Date, next: Date, times| {
        let last = Day::from(next).plus(-1);
        Period { first: Day::from(first), last, due: last.plus(grace), times }
    };
    match cadence {
        Cadence::Event | Cadence::Always => Vec::new(),
        Cadence::Once(date) => vec![period(from.min(date), date.saturating_add(1.day()), 1)],
        Cadence::Days(times) => {
            days(from, to).map(|d| Period { first: d, last: d, due: d.plus(grace), times }).collect()
        }
        Cadence::WorkingDays => days(from, to)
            .filter(|d| calendar.is_working(d.date()))
            .map(|d| {
                let delay = Duration { amount: f64::from(grace), unit: contract::DurationUnit::WorkingDay };
                Period { first: d, last: d, due: calendar.last_day(d.date(), delay).into(), times: 1 }
            })
            .collect(),
        Cadence::Weeks(n) => steps(from, to, |k| from.saturating_add((k * i64::from(n.max(1))).weeks()))
            .map(|(first, next)| period(first, next, 1))
            .collect(),
        Cadence::Months(n) => steps(from, to, |k| from.saturating_add((k * i64::from(n.max(1))).months()))
            .map(|(first, next)| period(first, next, 1))
            .collect(),
    }
}

/// Most periods of one promise looked at.
const MOST: usize = 40_000;

fn days(from: Date, to: Date) -> impl Iterator<Item = Day> {
    (Day::from(from).0..=Day::from(to).0).take(MOST).map(Day)
}

fn steps(from: Date, to: Date, at: impl Fn(i64) -> Date) -> impl Iterator<Item = (Date, Date)> {
    let _ = from;
    (0..MOST as i64).map(move |k| (at(k), at(k + 1))).take_while(move |(first, next)| *first <= to && first < next)
}
