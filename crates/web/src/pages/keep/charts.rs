//! Charts as inline SVG, each beside its figures in words: nothing is told by colour alone.

use follow::{Day, Measure, Promise, Seen, Status};
use jiff::civil::{Date, Weekday};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What became of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Free,
    Good,
    Part,
    Bad,
}

impl Cell {
    fn class(self) -> &'static str {
        match self {
            Self::Free => "h0",
            Self::Good => "h1",
            Self::Part => "h2",
            Self::Bad => "h3",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Free => "rien d'attendu",
            Self::Good => "tenue",
            Self::Part => "non prouvée",
            Self::Bad => "manquée",
        }
    }
}

/// A calendar of days, a column a week, Monday first.
pub fn heat_map(status: &Status, seen: &[Seen], first: Day, today: Day) -> String {
    let shown: std::collections::HashSet<Day> = seen.iter().map(|s| s.day).collect();
    let cell = |day: Day| {
        if status.failed.contains(&day) || status.missing.contains(&day) {
            Cell::Bad
        } else if status.unproven.contains(&day) || status.degraded.contains(&day) {
            Cell::Part
        } else if shown.contains(&day) {
            Cell::Good
        } else {
            Cell::Free
        }
    };
    let monday = |date: Date| -> i32 { i32::from(date.weekday().since(Weekday::Monday)) };
    let start = first.plus(-monday(first.date()));
    let weeks = (today.0 - start.0) / 7 + 1;
    let (width, height) = (weeks * STEP + 4, 7 * STEP + 18);
    let mut out = format!(
        "<svg class=\"heat\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" aria-hidden=\"true\">"
    );
    let mut month = 0;
    for week in 0..weeks {
        let date = start.plus(week * 7).date();
        if date.month() != month && week + 2 < weeks {
            month = date.month();
            let name: String = contract::month_words(month.unsigned_abs()).chars().take(4).collect();
            let _ = write!(out, "<text x=\"{}\" y=\"10\">{name}</text>", week * STEP + 2);
        }
        for row in 0..7 {
            let day = start.plus(week * 7 + row);
            if day < first || day > today {
                continue;
            }
            let (cell, words) = (cell(day), follow::words::date(day.date()));
            let (x, y) = (week * STEP + 2, row * STEP + 16);
            let _ = write!(
                out,
                "<rect class=\"{}\" x=\"{x}\" y=\"{y}\" width=\"{SIDE}\" height=\"{SIDE}\" rx=\"2\"><title>{words} : \
                 {}</title></rect>",
                cell.class(),
                cell.words()
            );
        }
    }
    out.push_str("</svg>");
    out
}

/// Side of a day and distance between days, in pixels.
const SIDE: i32 = 12;
const STEP: i32 = 15;

/// Availability by month: month, percent observed up, hours observed.
pub fn availability(promise: &Promise, seen: &[Seen]) -> Vec<(Date, f64, f64)> {
    if promise.yardstick.is_none_or(|y| y.measure != Measure::Availability) {
        return Vec::new();
    }
    let mut months: BTreeMap<Date, (f64, f64)> = BTreeMap::new();
    for one in seen.iter().filter(|s| s.value.is_finite() && s.weight > 0.0) {
        let month = months.entry(one.day.date().first_of_month()).or_default();
        month.0 += one.value;
        month.1 += one.weight;
    }
    let mut out: Vec<_> =
        months.into_iter().map(|(m, (down, all))| (m, 100.0 * (1.0 - down / all).max(0.0), all / 3600.0)).collect();
    out.drain(..out.len().saturating_sub(12));
    out
}

/// Bars of availability with the promised figure as a line.
pub fn bars(months: &[(Date, f64, f64)], promised: f64) -> String {
    let low = months.iter().map(|m| m.1).fold(promised, f64::min);
    // The scale begins a little below the worst, so that 99,9 and 99,5 are told apart.
    let floor = (low - (100.0 - low).max(0.1)).max(0.0);
    let y = |v: f64| 90.0 - 80.0 * (v - floor) / (100.0 - floor).max(0.001);
    let width = months.len() * 44 + 8;
    let mut out = format!(
        "<svg class=\"bars\" viewBox=\"0 0 {width} 110\" width=\"{width}\" height=\"110\" aria-hidden=\"true\">"
    );
    for (at, (month, value, _)) in months.iter().enumerate() {
        let (x, top) = (at * 44 + 8, y(*value));
        let class = if *value >= promised { "h1" } else { "h3" };
        let name: String = contract::month_words(month.month().unsigned_abs()).chars().take(4).collect();
        let shown = follow::words::number(*value);
        let _ = write!(
            out,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{top:.1}\" width=\"32\" height=\"{:.1}\"><title>{shown} %</title>\
             </rect><text x=\"{x}\" y=\"104\">{name}</text>",
            (90.0 - top).max(1.0)
        );
    }
    let line = y(promised);
    let _ = write!(out, "<line x1=\"0\" x2=\"{width}\" y1=\"{line:.1}\" y2=\"{line:.1}\"/></svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use follow::{Counts, Outcome, State};
    use jiff::civil::date;

    fn seen(day: Day, value: f64, weight: f64) -> Seen {
        Seen { day, second: 0, received: day, outcome: Outcome::Ok, host: 0, job: 0, value, weight }
    }

    #[test]
    fn every_day_of_the_window_is_one_square_with_its_words() {
        let first: Day = date(2026, 3, 1).into();
        let status = Status {
            promise: "p".into(),
            state: State::Breached,
            counts: Counts::default(),
            failed: vec![first.plus(2)],
            missing: vec![],
            unproven: vec![first.plus(3)],
            degraded: vec![],
            measured: None,
            promised: String::new(),
            reference: String::new(),
            penalty: 0.0,
            next_due: None,
            reason: String::new(),
        };
        let map = heat_map(&status, &[seen(first, f64::NAN, 1.0)], first, first.plus(30));
        let count = |what: &str| map.matches(what).count();
        assert_eq!((count("<rect"), count("h1"), count("h2"), count("h3")), (31, 1, 1, 1));
        assert!(map.contains("3 mars 2026 : manquée") && map.contains("1er mars 2026 : tenue"), "{map}");
    }

    #[test]
    fn bars_tell_kept_from_missed() {
        let months = [(date(2026, 1, 1), 99.95, 700.0), (date(2026, 2, 1), 99.2, 600.0)];
        let drawn = bars(&months, 99.9);
        assert_eq!((drawn.matches("h1").count(), drawn.matches("h3").count()), (1, 1));
        assert!(!drawn.contains("NaN") && drawn.contains("99,95 %"));
        assert!(!bars(&[(date(2026, 1, 1), 100.0, 1.0)], 100.0).contains("NaN"));
    }
}
