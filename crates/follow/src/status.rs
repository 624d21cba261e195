//! The status of a promise in a window of days: kept, late, breached, unproved or waived, with counts and reason.

use crate::calendar::Calendar;
use crate::day::Day;
use crate::due::{Cadence, Period, periods};
use crate::judge::{Judged, judge};
use crate::promise::{Promise, Seen};
use crate::{reason, tally};
use serde::{Deserialize, Serialize};

/// Where a promise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing is due yet.
    Pending,
    /// Somebody let it go, and said why.
    Waived,
    /// Every proof due is there and good.
    Kept,
    /// A proof is past its time but may still arrive.
    Late,
    /// What arrived doesn't prove it.
    Unproved,
    /// Not done, worse than promised, or silence after the due time.
    Breached,
}

impl State {
    /// The word for users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => "à venir",
            Self::Waived => "dispensée",
            Self::Kept => "tenue",
            Self::Late => "en retard",
            Self::Unproved => "non prouvée",
            Self::Breached => "manquée",
        }
    }
}

/// The days looked at, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First day.
    pub first: Day,
    /// Last day.
    pub last: Day,
}

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Times owed.
    pub expected: u32,
    /// Times shown to be done.
    pub received: u32,
    /// Times done in part.
    pub degraded: u32,
    /// Times not done, or worse than promised.
    pub failures: u32,
    /// Times whose proof shows nothing.
    pub unproven: u32,
    /// Times nothing came.
    pub missing: u32,
    /// Times past due day but within their grace.
    pub late: u32,
    /// Times let go.
    pub waived: u32,
}

/// Where a promise stands, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The promise's id.
    pub promise: String,
    /// Where it stands.
    pub state: State,
    /// What was counted.
    pub counts: Counts,
    /// Days (for longer periods their last day) of failure.
    pub failed: Vec<Day>,
    /// Days without anything.
    pub missing: Vec<Day>,
    /// Days whose proof shows nothing.
    pub unproven: Vec<Day>,
    /// Days done in part.
    pub degraded: Vec<Day>,
    /// What was measured over the window: the worst of the periods, in the measure's unit.
    pub measured: Option<f64>,
    /// The contract's own figure, in French; empty where there is none.
    pub promised: String,
    /// The reference, shown beside; empty where there is none.
    pub reference: String,
    /// Penalties due under the contract's formula, in euros.
    pub penalty: f64,
    /// The last day on which the next proof may arrive.
    pub next_due: Option<Day>,
    /// In French: article, page, counts and days.
    pub reason: String,
}

/// Where a promise stands at `today`, seen over a window. `facts` are its own, in order of day; those received after
/// `today` are not yet known and left out.
pub fn status(promise: &Promise, facts: &[Seen], window: Window, today: Day, calendar: &Calendar) -> Status {
    let judged = judge_all(promise, facts, window, today, calendar);
    let mut status = tally::count(promise, &judged.periods);
    status.next_due = judged.next_due;
    status.state = tally::state(promise, &status.counts, today);
    status.reason = reason::write(promise, &status, &judged.remarks, window);
    status
}

/// The periods that count, each with what became of it.
pub(crate) struct All {
    pub periods: Vec<Judged>,
    next_due: Option<Day>,
    remarks: Vec<String>,
}

pub(crate) fn judge_all(promise: &Promise, facts: &[Seen], window: Window, today: Day, calendar: &Calendar) -> All {
    let from = Day::from(promise.from);
    let until = promise.until.map_or(window.last, |u| window.last.min(Day::from(u)));
    let facts = &facts[facts.partition_point(|f| f.day < window.first.plus(-800))..];
    let mut all = All { periods: Vec::new(), next_due: None, remarks: Vec::new() };
    match promise.cadence {
        Cadence::Event => {
            let own = facts.iter().filter(|f| f.day >= window.first.max(from) && f.day <= until && f.received <= today);
            for fact in own {
                let period = Period { first: fact.day, last: fact.day, due: fact.day, times: 1 };
                all.periods.push(judge(promise, &period, std::slice::from_ref(fact), today));
            }
        }
        Cadence::Always => {
            let (judged, remark) = crate::judge::in_force(promise, facts, today.min(until), today);
            all.periods.extend(judged);
            all.remarks.extend(remark);
        }
        cadence => {
            let daily = matches!(cadence, Cadence::Days(_) | Cadence::WorkingDays);
            // Days need no common beginning; longer periods are counted from the promise's first day.
            let start = if daily { from.max(window.first) } else { from };
            let end = until.max(if daily { today.min(until) } else { until });
            let list = periods(cadence, start.date(), end.date(), promise.grace(), calendar);
            let wanted = |p: &&Period| p.last >= window.first && (p.last <= window.last || p.first <= today);
            let mut at = 0;
            for period in list.iter().filter(wanted) {
                at += facts[at..].partition_point(|f| f.day < period.first);
                let near = crate::judge::near(facts, at, period, cadence);
                let judged = judge(promise, period, &near, today);
                if !judged.is_settled() && all.next_due.is_none() && period.due >= today {
                    all.next_due = Some(period.due);
                }
                all.periods.push(judged);
            }
        }
    }
    if matches!(promise.cadence, Cadence::Days(_)) && all.next_due.is_none() && today <= until {
        all.next_due = Some(today.plus(1 + promise.grace()));
    }
    all
}
