//! From what a proof says (`evidence`) to what counting needs: the day in the contract's zone, the machine, the job,
//! the measured value.

use crate::calendar::Calendar;
use crate::day::Day;
use crate::measure::{Measure, Yardstick};
use crate::promise::{Outcome, Promise, Seen, job, stream};
use evidence::{Fact, State, measures};
use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, Zoned};
use serde_json::Value;

/// Seconds of tolerance for a clock that runs ahead.
const AHEAD: i64 = 36 * 3600;

impl From<State> for Outcome {
    fn from(state: State) -> Self {
        match state {
            State::Ok => Self::Ok,
            State::Degraded => Self::Degraded,
            State::Unproven => Self::Unproven,
            State::Failed => Self::Failed,
        }
    }
}

/// The day and second of day in the contract's zone; second 86,400 where only the day is known.
pub fn moment(text: &str, calendar: &Calendar) -> Option<(Day, u32)> {
    let civil = |t: DateTime| {
        let second = u32::try_from(i32::from(t.hour()) * 3600 + i32::from(t.minute()) * 60 + i32::from(t.second()));
        (Day::from(t.date()), second.unwrap_or(0))
    };
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(civil(instant.to_zoned(calendar.zone.clone()).datetime()));
    }
    if text.len() > 10 {
        return text.parse::<DateTime>().ok().map(civil);
    }
    text.parse::<Date>().ok().map(|d| (Day::from(d), 86_400))
}

/// Whether a fact bears on a promise: a kind that proves it, on a machine it names.
pub fn bears_on(promise: &Promise, fact: &Fact) -> bool {
    let kind = serde_json::to_value(fact.kind).ok();
    let kind = kind.as_ref().and_then(Value::as_str).unwrap_or_default();
    let same = |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b.trim());
    let named = |m: &String| {
        fact.host.as_deref().is_some_and(|h| same(h, m) || short(h).eq_ignore_ascii_case(short(m)))
            || fact.scope.iter().any(|s| same(s, m))
    };
    promise.proved_by.iter().any(|k| k == kind) && (promise.machines.is_empty() || promise.machines.iter().any(named))
}

fn short(host: &str) -> &str {
    host.trim().split('.').next().unwrap_or(host)
}

/// The fact as counting needs it. A fact without a day, or of a day that had not come when it was received, is
/// unproven and stands on the day it was received.
pub fn seen(promise: &Promise, fact: &Fact, received: &Zoned, calendar: &Calendar) -> Seen {
    let received_at = received.with_time_zone(calendar.zone.clone());
    let received_day = Day::from(received_at.date());
    let latest = Day::from(
        received
            .timestamp()
            .saturating_add(jiff::SignedDuration::from_secs(AHEAD))
            .map_or(received_at.date(), |t| t.to_zoned(calendar.zone.clone()).date()),
    );
    let dated = validity_start(fact)
        .or(fact.happened.as_deref())
        .and_then(|h| moment(h, calendar))
        .filter(|(day, _)| *day <= latest);
    let mut outcome = Outcome::from(fact.state);
    if dated.is_none() {
        outcome = outcome.max(Outcome::Unproven);
    }
    let (day, second) = dated.unwrap_or((received_day, 86_400));
    // A machine that the promise names is counted under the promise's own spelling.
    let host = fact.host.as_deref().unwrap_or_default();
    let named = promise.machines.iter().find(|m| short(m).eq_ignore_ascii_case(short(host)));
    let named =
        named.or_else(|| promise.machines.iter().find(|m| fact.scope.iter().any(|s| s.eq_ignore_ascii_case(m))));
    let (value, weight) = promise.yardstick.map_or((f64::NAN, None), |y| measured(y, fact, calendar));
    let validity = validity(fact, day, calendar);
    Seen {
        day,
        second,
        received: received_day,
        outcome,
        host: stream(named.map_or(host, String::as_str)),
        job: job(fact.job.as_deref().unwrap_or_default()),
        value,
        weight: weight.or(validity).unwrap_or(1.0),
    }
}

/// The first day a document is valid.
fn validity_start(fact: &Fact) -> Option<&str> {
    fact.measures.get(measures::VALID_FROM)?.as_str()
}

/// Days from its date on for which a document is valid, where it says until when.
fn validity(fact: &Fact, day: Day, calendar: &Calendar) -> Option<f64> {
    let until = fact.measures.get(measures::VALID_TO)?.as_str()?;
    let (last, _) = moment(until, calendar)?;
    Some(f64::from((last.0 - day.0 + 1).max(0)))
}

/// The value that a promise's measure looks at, and its weight, from a fact's measures. A share of time that names no
/// length is taken as of one day. Hours of a contract that counts its hours of service are counted within these, from
/// the call on; without its moment nothing is known.
fn measured(yardstick: Yardstick, fact: &Fact, calendar: &Calendar) -> (f64, Option<f64>) {
    let number = |name: &str| fact.measures.get(name).and_then(Value::as_f64);
    let first = |names: &[&str]| (names.iter().find_map(|n| number(n)).unwrap_or(f64::NAN), None);
    match yardstick.measure {
        Measure::Availability => {
            let parts = [measures::DOWN_S, measures::OBSERVED_S, measures::AVAILABILITY_PERCENT].map(number);
            match parts {
                [Some(down), Some(observed), _] => (down, Some(observed)),
                [_, _, Some(percent)] => (86_400.0 * (1.0 - percent / 100.0), Some(86_400.0)),
                _ => (f64::NAN, Some(0.0)),
            }
        }
        Measure::Intervention => (hours(number(measures::TAKE_MINUTES), yardstick, fact, calendar), None),
        Measure::Recovery => (hours(number(measures::SOLVE_MINUTES), yardstick, fact, calendar), None),
        Measure::PatchDays => first(&[measures::PATCH_DAYS]),
        Measure::Versions => first(&[measures::SNAPSHOTS_KEPT, measures::VERSIONS]),
        Measure::RetentionDays => first(&[measures::RETENTION_DAYS]),
        Measure::Cover => first(&[measures::CEILING_EUR]),
    }
}

/// Hours of a delay in minutes that began with the call.
fn hours(minutes: Option<f64>, yardstick: Yardstick, fact: &Fact, calendar: &Calendar) -> f64 {
    let Some(minutes) = minutes else { return f64::NAN };
    if !yardstick.service_hours {
        return minutes / 60.0;
    }
    let Some(call) = fact.started.as_deref().and_then(|t| instant(t, calendar)) else { return f64::NAN };
    let end = call.saturating_add(jiff::SignedDuration::from_secs((minutes.clamp(0.0, 1e7) * 60.0) as i64));
    calendar.service_time(&call, &end).as_secs_f64() / 3600.0
}

/// An instant; one without a zone is in the contract's.
fn instant(text: &str, calendar: &Calendar) -> Option<Zoned> {
    let zoned = |t: Timestamp| t.to_zoned(calendar.zone.clone());
    let here = || text.parse::<DateTime>().ok().filter(|_| text.len() > 10)?.to_zoned(calendar.zone.clone()).ok();
    text.parse::<Timestamp>().ok().map(zoned).or_else(here)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Bound;

    fn ticket(opened: &str, take: f64) -> Fact {
        let json = serde_json::json!({
            "source": "GLPI", "kind": "intervention", "state": "ok", "reasons": [], "happened": null,
            "happened_certainty": null, "started": opened, "host": null, "client": null, "job": null, "scope": [],
            "volume": {}, "tool_version": null, "measures": {(measures::TAKE_MINUTES): take}, "rule": "r",
            "rule_version": 1,
        });
        serde_json::from_value(json).expect("a fact")
    }

    #[test]
    fn hours_of_service_are_counted_from_the_call_on() {
        // Called on a Friday at 17:30, taken on Monday at 9:45: half an hour and three quarters within 9–18.
        let fact = ticket("2026-03-06T17:30:00", 3_855.0);
        let yardstick = |service_hours| Yardstick {
            measure: Measure::Intervention,
            bound: Bound::AtMost,
            value: 4.0,
            service_hours,
        };
        let calendar = Calendar::default();
        assert!((measured(yardstick(true), &fact, &calendar).0 - 1.25).abs() < 1e-9);
        assert!((measured(yardstick(false), &fact, &calendar).0 - 64.25).abs() < 1e-9);
        let bare = ticket("2026-03-06", 60.0);
        assert!(measured(yardstick(true), &bare, &calendar).0.is_nan(), "no moment, no hours of service");
    }
}
