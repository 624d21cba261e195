//! A promise under follow-up, and what was seen of it.

use crate::day::Day;
use crate::due::Cadence;
use crate::measure::Yardstick;
use crate::penalty::Penalty;
use contract::{Debtor, Quantity};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How good a fact is; the words of the `evidence` crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done, and shown to be done.
    Ok,
    /// Done in part.
    Degraded,
    /// The proof shows nothing.
    Unproven,
    /// Not done.
    Failed,
}

/// A fact as far as counting goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// The day it happened, in the contract's zone.
    pub day: Day,
    /// Seconds after that day's midnight, on the wall clock; 86,400 where only the day is known.
    pub second: u32,
    /// The day its proof was received.
    pub received: Day,
    /// How good.
    pub outcome: Outcome,
    /// Which machine, by [`stream`]; 0 where the proof names none.
    pub host: u32,
    /// Which job on it, by [`job`].
    pub job: u32,
    /// What was measured, in the unit of the promise's [`Measure`](crate::Measure); NaN for nothing.
    pub value: f64,
    /// For availability the seconds observed, for a document in force its days of validity; else 1.
    pub weight: f64,
}

/// A short number for the name of a machine, in any case; 0 for none.
pub fn stream(name: &str) -> u32 {
    let name = name.trim().to_lowercase();
    if name.is_empty() {
        return 0;
    }
    // FNV-1a; a clash makes two machines one, with odds of one in four thousand million.
    name.bytes().fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193)).max(1)
}

/// A short number for the name of a job, without the words that change from run to run: dates, counters, identifiers.
/// A second try mends the first only when both name the same job; where names are wanting they stay apart.
pub fn job(name: &str) -> u32 {
    let changing =
        |w: &str| w.bytes().any(|b| b.is_ascii_digit()) || w.len() >= 6 && w.bytes().all(|b| b.is_ascii_hexdigit());
    let words: Vec<&str> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty() && !changing(w)).collect();
    stream(&words.join(" "))
}

/// A time for which somebody let the promise go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// First day.
    pub from: Date,
    /// Last day; open where none.
    pub until: Option<Date>,
    /// Who.
    pub by: String,
    /// Why.
    pub why: String,
}

/// A stretch of time that the contract leaves out of account, announced beforehand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// First day.
    pub day: Date,
    /// Seconds left out on that day.
    pub seconds: u32,
    /// Why.
    pub why: String,
}

/// A promise under follow-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Promise {
    /// Its id within the register.
    pub id: String,
    /// The point of the catalogue it answers, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<String>,
    /// What is promised, in a few French words.
    pub title: String,
    /// Who owes it.
    pub debtor: Debtor,
    /// The article, innermost heading; empty where unknown.
    #[serde(default)]
    pub article: String,
    /// The page, from 1; 0 where unknown.
    #[serde(default)]
    pub page: u32,
    /// The contract's words.
    #[serde(default)]
    pub quote: String,
    /// Every figure of the sentence.
    #[serde(default)]
    pub figures: Vec<Quantity>,
    /// Kinds of fact that prove it, as the `evidence` crate names them.
    #[serde(default)]
    pub proved_by: Vec<String>,
    /// Machines that must each be shown; any will do where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub machines: Vec<String>,
    /// How often.
    pub cadence: Cadence,
    /// Days after a period's end within which its proof may arrive; the cadence's own where none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace: Option<i32>,
    /// The contract's own figure for what is measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yardstick: Option<Yardstick>,
    /// The reference threshold, in words, shown beside.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
    /// First day owed.
    pub from: Date,
    /// Last day owed, after an amendment or the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Waivers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<Waiver>,
    /// Maintenance windows announced beforehand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusions: Vec<Exclusion>,
    /// The contract's formula for a breach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty: Option<Penalty>,
}

impl Promise {
    /// The waiver in force on a day.
    pub fn waived(&self, day: Day) -> Option<&Waiver> {
        self.waivers.iter().find(|w| Day::from(w.from) <= day && w.until.is_none_or(|u| day <= Day::from(u)))
    }

    /// Days within which a proof may still arrive.
    pub fn grace(&self) -> i32 {
        self.grace.unwrap_or_else(|| self.cadence.grace())
    }
}
