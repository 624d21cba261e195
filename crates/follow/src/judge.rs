//! What became of one period: the best try of each job, the worst job of all; figures against the contract's own.

use crate::day::Day;
use crate::due::{Cadence, Period};
use crate::measure::{Bound, Measure, Yardstick};
use crate::promise::{Outcome, Promise, Seen, stream};
use std::borrow::Cow;

/// Seconds on either side of midnight within which a nightly job may move to the day beside.
const SLACK: u32 = 6 * 3600;
/// Days after which a document that must always be in force is missed.
const FIRST_DOCUMENT: i32 = 30;

/// What became of a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fate {
    /// Done, this good.
    Seen(Outcome),
    /// Nothing came in time.
    Missing,
    /// Past the period, within its grace.
    Late,
    /// Not over yet.
    Running,
    /// Let go.
    Waived,
}

/// A period with what became of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judged {
    pub period: Period,
    pub fate: Fate,
    /// The day to name: of a longer period that of its worst fact, where there is one.
    pub day: Day,
    /// Times shown to be done, of those owed.
    pub done: u32,
    /// What was measured.
    pub measured: Option<f64>,
    /// How far the figure was missed.
    pub shortfall: f64,
}

impl Judged {
    pub fn is_settled(&self) -> bool {
        !matches!(self.fate, Fate::Late | Fate::Running)
    }
}

/// The facts of a period from index `at` on. A day left empty takes over what its neighbour has twice, where the job
/// only slipped over midnight.
pub(crate) fn near<'a>(facts: &'a [Seen], at: usize, period: &Period, cadence: Cadence) -> Cow<'a, [Seen]> {
    let own = &facts[at..at + facts[at..].partition_point(|f| f.day <= period.last)];
    if !own.is_empty() || cadence != Cadence::Days(1) {
        return Cow::Borrowed(own);
    }
    let twice = |fact: &&Seen| {
        let same =
            |f: &&Seen| f.day == fact.day && f.host == fact.host && f.job == fact.job && f.outcome == fact.outcome;
        facts[at.saturating_sub(8)..(at + 8).min(facts.len())].iter().filter(same).count() > 1
    };
    let slipped = |f: &&Seen| {
        f.day == period.first.plus(-1) && f.second < 86_400 && f.second >= 86_400 - SLACK
            || f.day == period.first.plus(1) && f.second < SLACK
    };
    let beside = &facts[at.saturating_sub(8)..(at + 8).min(facts.len())];
    Cow::Owned(beside.iter().filter(slipped).filter(twice).take(1).copied().collect())
}

/// What became of a period, given its facts.
pub(crate) fn judge(promise: &Promise, period: &Period, facts: &[Seen], today: Day) -> Judged {
    let mut out =
        Judged { period: *period, fate: Fate::Running, day: period.last, done: 0, measured: None, shortfall: 0.0 };
    if promise.waived(period.last).is_some() {
        out.fate = Fate::Waived;
        return out;
    }
    // Nearly every day of nearly every promise: one fact, no figure, no machine named.
    if let ([one], None, []) = (facts, &promise.yardstick, promise.machines.as_slice())
        && one.received <= today
        && period.times == 1
    {
        out.fate = Fate::Seen(one.outcome);
        out.done = u32::from(one.outcome == Outcome::Ok);
        if one.outcome != Outcome::Ok && period.first != period.last {
            out.day = one.day;
        }
        return out;
    }
    let known = facts.iter().filter(|f| f.received <= today);
    if let Some(yardstick) = promise.yardstick.filter(|y| y.measure == Measure::Availability) {
        availability(promise, &yardstick, known, today, &mut out);
        return out;
    }
    let mut jobs: Vec<(u32, u32, Outcome)> = Vec::new();
    for fact in known {
        let outcome = held(promise.yardstick.as_ref(), fact, &mut out);
        if outcome == Outcome::Ok {
            out.done += 1;
        }
        if outcome != Outcome::Ok && period.first != period.last {
            out.day = fact.day;
        }
        match jobs.iter_mut().find(|j| (j.0, j.1) == (fact.host, fact.job)) {
            Some(job) => job.2 = job.2.min(outcome),
            None => jobs.push((fact.host, fact.job, outcome)),
        }
    }
    let worst = jobs.iter().map(|j| j.2).max();
    let silent = promise.machines.iter().any(|m| {
        let host = stream(m);
        !jobs.iter().any(|j| j.0 == host)
    });
    let short = period.times > 1 && out.done < period.times;
    out.fate = match worst {
        Some(Outcome::Ok) if !silent && !short => Fate::Seen(Outcome::Ok),
        Some(Outcome::Failed) => Fate::Seen(Outcome::Failed),
        Some(bad) if bad != Outcome::Ok && !silent => Fate::Seen(bad),
        _ if period.due < today => Fate::Missing,
        _ if period.last < today => Fate::Late,
        _ => Fate::Running,
    };
    if out.fate == Fate::Missing {
        out.day = period.last;
    }
    out.done = if silent { 0 } else { out.done.min(period.times) };
    out
}

/// A fact held to the contract's figure; one without its measure proves nothing.
fn held(yardstick: Option<&Yardstick>, fact: &Seen, out: &mut Judged) -> Outcome {
    let Some(yardstick) = yardstick else { return fact.outcome };
    if fact.value.is_nan() {
        return fact.outcome.max(if fact.outcome == Outcome::Failed { Outcome::Failed } else { Outcome::Unproven });
    }
    let worse = out.measured.is_none_or(|m| match yardstick.bound {
        Bound::AtLeast => fact.value < m,
        Bound::AtMost => fact.value > m,
    });
    if worse {
        out.measured = Some(fact.value);
        out.shortfall = (fact.value - yardstick.value).abs();
    }
    if yardstick.keeps(fact.value) {
        return fact.outcome;
    }
    Outcome::Failed
}

/// Availability over the period as the contract defines it: announced maintenance is left out of account, time that nobody
/// observed is unknown and never counts as up.
fn availability<'a>(
    promise: &Promise,
    yardstick: &Yardstick,
    facts: impl Iterator<Item = &'a Seen>,
    today: Day,
    out: &mut Judged,
) {
    let last = out.period.last.min(today.plus(-1));
    let excluded = |day: Day| -> f64 {
        let own = promise.exclusions.iter().filter(|e| Day::from(e.day) == day);
        own.map(|e| f64::from(e.seconds)).sum::<f64>().min(86_400.0)
    };
    let all: f64 = promise
        .exclusions
        .iter()
        .map(|e| Day::from(e.day))
        .filter(|d| (out.period.first..=last).contains(d))
        .map(&excluded)
        .sum();
    let days = f64::from((last.0 - out.period.first.0 + 1).max(0));
    let total = days * 86_400.0 - all;
    let (mut down, mut observed) = (0.0, 0.0);
    for fact in facts.filter(|f| f.day <= last && !f.value.is_nan() && f.outcome != Outcome::Unproven) {
        let left_out = excluded(fact.day);
        down += (fact.value - left_out).max(0.0);
        observed += (fact.weight - left_out).clamp(0.0, 86_400.0);
    }
    let observed = observed.min(total);
    let down = down.min(observed);
    let rest = (out.period.due < today, out.period.last < today);
    if total <= 0.0 || observed <= 0.0 {
        out.fate = match rest {
            (true, _) => Fate::Missing,
            (_, true) => Fate::Late,
            _ => Fate::Running,
        };
        return;
    }
    let percent = |up: f64, of: f64| 100.0 * up / of;
    out.measured = Some(percent(observed - down, observed));
    let (sure, best) = (percent(observed - down, total), percent(total - down, total));
    out.fate = if !yardstick.keeps(best) {
        out.shortfall = yardstick.value - best;
        Fate::Seen(Outcome::Failed)
    } else if !rest.1 {
        Fate::Running
    } else if yardstick.keeps(sure) {
        out.done = 1;
        Fate::Seen(Outcome::Ok)
    } else {
        Fate::Seen(Outcome::Unproven)
    };
}

/// A document that must be in force on `day`: in force, run out, or never seen. Its period begins, where it is not in
/// force, with the first day that lacked it, and is due again on the last day of the one in force.
pub(crate) fn in_force(promise: &Promise, facts: &[Seen], day: Day, today: Day) -> (Option<Judged>, Option<String>) {
    let from = Day::from(promise.from);
    let period = Period { first: day, last: day, due: from.plus(promise.grace.unwrap_or(FIRST_DOCUMENT)), times: 1 };
    let mut judged = Judged { period, fate: Fate::Running, day, done: 0, measured: None, shortfall: 0.0 };
    if promise.waived(day).is_some() {
        judged.fate = Fate::Waived;
        return (Some(judged), None);
    }
    let known = facts.iter().filter(|f| f.received <= today && f.day <= day);
    let end = |f: &Seen| f.day.plus((f.weight.clamp(1.0, 40_000.0)) as i32 - 1);
    let Some(best) = known.max_by_key(|f| (f.outcome == Outcome::Ok, end(f))) else {
        judged.fate = if day > period.due { Fate::Missing } else { Fate::Late };
        judged.period.first = period.due.plus(1).min(day);
        return (Some(judged), Some("aucun document reçu".to_owned()));
    };
    let words = crate::words::date(end(best).date());
    if best.outcome != Outcome::Ok {
        judged.fate = Fate::Seen(best.outcome);
        return (Some(judged), None);
    }
    judged.period.due = end(best);
    if end(best) < day {
        judged.fate = Fate::Seen(Outcome::Failed);
        judged.period.first = end(best).plus(1);
        return (Some(judged), Some(format!("document expiré depuis le {words}")));
    }
    judged.fate = Fate::Seen(held(promise.yardstick.as_ref(), best, &mut judged));
    judged.done = u32::from(judged.fate == Fate::Seen(Outcome::Ok));
    (Some(judged), Some(format!("document valable jusqu’au {words}")))
}
