//! From the fates of periods to counts and a state.

use crate::day::Day;
use crate::judge::{Fate, Judged};
use crate::promise::{Outcome, Promise};
use crate::status::{Counts, State, Status};

/// Counts the periods.
pub(crate) fn count(promise: &Promise, periods: &[Judged]) -> Status {
    let mut counts = Counts::default();
    let mut out = Status {
        promise: promise.id.clone(),
        state: State::Pending,
        counts,
        failed: Vec::new(),
        missing: Vec::new(),
        unproven: Vec::new(),
        degraded: Vec::new(),
        measured: None,
        promised: promise.yardstick.map_or(String::new(), |y| y.label()),
        reference: promise.reference.clone(),
        penalty: 0.0,
        next_due: None,
        reason: String::new(),
    };
    let mut worst = f64::NEG_INFINITY;
    for judged in periods {
        let (times, day) = (judged.period.times, judged.day);
        let days: Option<&mut Vec<Day>> = match judged.fate {
            Fate::Running => continue,
            Fate::Waived => {
                counts.waived += times;
                continue;
            }
            Fate::Late => {
                counts.late += times;
                continue;
            }
            Fate::Missing => {
                counts.missing += times - judged.done;
                counts.received += judged.done;
                Some(&mut out.missing)
            }
            Fate::Seen(outcome) => {
                let (count, days) = match outcome {
                    Outcome::Ok => (&mut counts.received, None),
                    Outcome::Degraded => (&mut counts.degraded, Some(&mut out.degraded)),
                    Outcome::Unproven => (&mut counts.unproven, Some(&mut out.unproven)),
                    Outcome::Failed => (&mut counts.failures, Some(&mut out.failed)),
                };
                *count += times;
                days
            }
        };
        counts.expected += times;
        if let Some(days) = days {
            days.push(day);
        }
        if let (Some(measured), Some(yardstick)) = (judged.measured, promise.yardstick) {
            let gap = if yardstick.keeps(measured) {
                -(measured - yardstick.value).abs()
            } else {
                (measured - yardstick.value).abs()
            };
            if gap > worst {
                worst = gap;
                out.measured = Some(measured);
            }
        }
        if matches!(judged.fate, Fate::Missing | Fate::Seen(Outcome::Failed)) {
            let shortfall = if judged.measured.is_some() { judged.shortfall } else { 1.0 };
            out.penalty += promise.penalty.map_or(0.0, |p| p.due(shortfall));
        }
    }
    out.counts = counts;
    out
}

/// The state that follows from the counts.
pub(crate) fn state(promise: &Promise, counts: &Counts, today: Day) -> State {
    if counts.failures + counts.missing > 0 {
        State::Breached
    } else if counts.unproven + counts.degraded > 0 {
        State::Unproved
    } else if counts.late > 0 {
        State::Late
    } else if counts.received > 0 {
        State::Kept
    } else if counts.waived > 0 || promise.waived(today).is_some() {
        State::Waived
    } else {
        State::Pending
    }
}
