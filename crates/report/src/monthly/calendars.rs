//! The month as a calendar, one square a day.

use super::{Kept, Month};
use crate::words::count;
use follow::{Cadence, Day, Sign, words};
use jiff::civil::Date;

/// Most calendars shown.
const MOST: usize = 3;

/// A day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Square {
    /// The day.
    pub date: Date,
    /// What became of it; none where nothing was owed.
    pub sign: Option<Sign>,
}

/// A calendar of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What is promised.
    pub title: String,
    /// "article 6, page 4"; may be empty.
    pub place: String,
    /// What it shows, in one sentence, for those who can't see it.
    pub caption: String,
    /// Days from the first to the last.
    pub squares: Vec<Square>,
    /// The signs that stand in it, worst last.
    pub legend: Vec<Sign>,
}

impl Sheet {
    /// The weeks, Monday first; none before the first day and after the last.
    pub fn weeks(&self) -> Vec<[Option<&Square>; 7]> {
        let mut out: Vec<[Option<&Square>; 7]> = Vec::new();
        for square in &self.squares {
            let at = usize::from(square.date.weekday().to_monday_zero_offset().unsigned_abs());
            if at == 0 || out.is_empty() {
                out.push([None; 7]);
            }
            if let Some(week) = out.last_mut() {
                week[at] = Some(square);
            }
        }
        out
    }
}

fn is_daily(kept: &Kept) -> bool {
    matches!(kept.promise.cadence, Cadence::Days(_) | Cadence::WorkingDays)
}

/// Whether it is a backup owed daily.
pub(super) fn is_daily_backup(kept: &Kept) -> bool {
    is_daily(kept) && kept.promise.proved_by.iter().any(|k| k == "backup")
}

/// The calendars, backups first. Two promises that the same proofs keep alike are shown once.
pub(super) fn sheets(month: &Month) -> Vec<Sheet> {
    let mut daily: Vec<&Kept> = month.kept.iter().filter(|k| is_daily(k)).collect();
    daily.sort_by_key(|k| !is_daily_backup(k));
    let mut out: Vec<Sheet> = Vec::new();
    for kept in daily {
        let sheet = sheet(month, kept);
        match out.iter().position(|s| s.squares == sheet.squares) {
            Some(same) => out[same].title = format!("{} ; {}", out[same].title, sheet.title),
            None if out.len() < MOST => out.push(sheet),
            None => {}
        }
    }
    out
}

fn sheet(month: &Month, kept: &Kept) -> Sheet {
    let squares: Vec<Square> = (month.window.first.0..=month.window.last.0)
        .map(|n| {
            let mark = kept.marks.iter().find(|m| m.period.first.0 <= n && n <= m.period.last.0);
            Square { date: Day(n).date(), sign: mark.map(|m| m.sign) }
        })
        .collect();
    let mut legend: Vec<Sign> = squares.iter().filter_map(|s| s.sign).collect();
    legend.sort();
    legend.dedup();
    Sheet {
        title: kept.promise.title.clone(),
        place: super::place(kept.promise),
        caption: caption(&squares),
        squares,
        legend,
    }
}

/// "29 jours tenus ; échec le 17 mars ; sans preuve le 21 mars".
fn caption(squares: &[Square]) -> String {
    let days = |sign: Sign| -> Vec<Day> {
        squares.iter().filter(|s| s.sign == Some(sign)).map(|s| Day::from(s.date)).collect()
    };
    let year = squares.first().map_or(0, |s| s.date.year());
    let kept = days(Sign::Kept).len();
    let mut parts = vec![count(kept, "jour tenu", "jours tenus")];
    for sign in [Sign::Failed, Sign::Missing, Sign::Unproven, Sign::Partial, Sign::Late, Sign::Waived] {
        let own = days(sign);
        if !own.is_empty() {
            parts.push(format!("{} {}", sign.label(), words::days(&own, year)));
        }
    }
    format!("{}.", parts.join(" ; "))
}
