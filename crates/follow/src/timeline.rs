//! What became of each period of a promise, for calendars and alerts, and the episodes in which it was not kept.

use crate::calendar::Calendar;
use crate::day::Day;
use crate::due::{Cadence, Period};
use crate::judge::{Fate, Judged};
use crate::promise::{Outcome, Promise, Seen};
use crate::status::{Window, judge_all};
use serde::{Deserialize, Serialize};

/// What became of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// Not over yet.
    Running,
    /// Let go.
    Waived,
    /// Done, and shown.
    Kept,
    /// Over, its proof may still arrive.
    Late,
    /// Done in part.
    Partial,
    /// What arrived shows nothing.
    Unproven,
    /// Nothing arrived.
    Missing,
    /// Not done, or worse than promised.
    Failed,
}

impl Sign {
    /// The word for users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Running => "en cours",
            Self::Waived => "dispensé",
            Self::Kept => "tenu",
            Self::Late => "attendu",
            Self::Partial => "partiel",
            Self::Unproven => "non prouvé",
            Self::Missing => "sans preuve",
            Self::Failed => "échec",
        }
    }

    /// Whether the promise was broken: done badly, or silence.
    pub fn is_breach(self) -> bool {
        matches!(self, Self::Missing | Self::Failed)
    }

    /// Whether somebody should look.
    pub fn is_doubt(self) -> bool {
        matches!(self, Self::Partial | Self::Unproven)
    }
}

/// A period with what became of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// The period.
    pub period: Period,
    /// What became of it.
    pub sign: Sign,
    /// The day to name.
    pub day: Day,
    /// What was measured, in the unit of the promise's measure.
    pub measured: Option<f64>,
}

impl From<&Judged> for Mark {
    fn from(judged: &Judged) -> Self {
        let sign = match judged.fate {
            Fate::Running => Sign::Running,
            Fate::Waived => Sign::Waived,
            Fate::Late => Sign::Late,
            Fate::Missing => Sign::Missing,
            Fate::Seen(Outcome::Ok) => Sign::Kept,
            Fate::Seen(Outcome::Degraded) => Sign::Partial,
            Fate::Seen(Outcome::Unproven) => Sign::Unproven,
            Fate::Seen(Outcome::Failed) => Sign::Failed,
        };
        Self { period: judged.period, sign, day: judged.day, measured: judged.measured }
    }
}

/// The periods of a promise in a window, in order, as [`status`](crate::status()) counts them.
pub fn timeline(promise: &Promise, facts: &[Seen], window: Window, today: Day, calendar: &Calendar) -> Vec<Mark> {
    judge_all(promise, facts, window, today, calendar).periods.iter().map(Mark::from).collect()
}

/// A run of periods in which a promise was not kept, or not shown to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Episode {
    /// The first day of it.
    pub first: Day,
    /// The days to name, in order.
    pub days: Vec<Day>,
    /// The worst of it.
    pub worst: Sign,
    /// The last period that was not kept.
    pub last: Day,
    /// The day from which it was kept again for good; none while it goes on.
    pub over: Option<Day>,
}

/// Good periods in a row after which an episode is over: two nights for what recurs daily, so that a job that fails
/// every second night is one episode and not fifteen.
fn calm(cadence: Cadence) -> usize {
    if matches!(cadence, Cadence::Days(_) | Cadence::WorkingDays) { 2 } else { 1 }
}

/// The episodes of a promise, in order. What calls for no regularity (an intervention) is an episode a day, over at once.
pub fn episodes(cadence: Cadence, marks: &[Mark]) -> Vec<Episode> {
    let mut out: Vec<Episode> = Vec::new();
    let mut good: Vec<Day> = Vec::new();
    for mark in marks {
        let bad = mark.sign.is_breach() || mark.sign.is_doubt();
        match (bad, out.last_mut().filter(|e| e.over.is_none())) {
            (true, Some(open)) => {
                open.days.push(mark.day);
                open.worst = open.worst.max(mark.sign);
                open.last = mark.period.last;
                good.clear();
            }
            (true, None) => {
                let over = (cadence == Cadence::Event).then_some(mark.day);
                let first = mark.period.first;
                match out.last_mut().filter(|e| cadence == Cadence::Event && e.first == first) {
                    Some(same) => same.worst = same.worst.max(mark.sign),
                    None => {
                        let days = vec![mark.day];
                        out.push(Episode { first, days, worst: mark.sign, last: mark.period.last, over });
                    }
                }
                good.clear();
            }
            (false, Some(open)) if mark.sign == Sign::Kept => {
                good.push(mark.period.last);
                if good.len() >= calm(cadence) {
                    open.over = good.first().copied();
                }
            }
            (false, _) => {}
        }
    }
    out
}
