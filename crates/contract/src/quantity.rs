//! Quantities with their units: durations, percentages, frequencies, money and counts.

use serde::{Deserialize, Serialize};

/// The unit of a duration as the contract writes it. Working hours and days are not calendar ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DurationUnit {
    /// Minutes.
    Minute,
    /// Calendar hours.
    Hour,
    /// Hours within the service's opening hours (heures ouvrées).
    WorkingHour,
    /// Calendar days; jours francs are counted so too.
    Day,
    /// Days worked (jours ouvrés, five a week).
    WorkingDay,
    /// Days that may be worked (jours ouvrables, six a week).
    BusinessDay,
    /// Weeks.
    Week,
    /// Months.
    Month,
    /// Years.
    Year,
}

impl DurationUnit {
    /// The unit of this name, as point files and documents write it: `working_day`.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "minute" => Self::Minute,
            "hour" => Self::Hour,
            "working_hour" => Self::WorkingHour,
            "day" => Self::Day,
            "working_day" => Self::WorkingDay,
            "business_day" => Self::BusinessDay,
            "week" => Self::Week,
            "month" => Self::Month,
            "year" => Self::Year,
            _ => return None,
        })
    }
}

/// A length of time with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Duration {
    /// How many.
    pub amount: f64,
    /// Of what.
    pub unit: DurationUnit,
}

impl Duration {
    /// Calendar hours this lasts at most, for comparison with a bound. A working day counts as 7/5 of a day,
    /// a jour ouvrable as 7/6; a working hour as 24 × 7/5 ÷ 8 hours; a month as 30.44 days.
    pub fn hours(&self) -> f64 {
        let unit = match self.unit {
            DurationUnit::Minute => 1.0 / 60.0,
            DurationUnit::Hour => 1.0,
            DurationUnit::WorkingHour => 24.0 * 1.4 / 8.0,
            DurationUnit::Day => 24.0,
            DurationUnit::WorkingDay => 24.0 * 1.4,
            DurationUnit::BusinessDay => 24.0 * 7.0 / 6.0,
            DurationUnit::Week => 168.0,
            DurationUnit::Month => 730.56,
            DurationUnit::Year => 8766.0,
        };
        self.amount * unit
    }
}

/// How often something recurs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Frequency {
    /// Times a year: 365 for daily, 12 for monthly, 0.5 for every second year.
    pub per_year: f64,
}

/// A figure found in a contract, with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type", content = "value")]
pub enum Quantity {
    /// A length of time.
    Duration(Duration),
    /// A percentage, 99.9 for 99,9 %.
    Percent(f64),
    /// A recurrence.
    Frequency(Frequency),
    /// An amount of money in the currency written; euros unless said.
    Money(f64),
    /// A number of things (versions, copies, persons).
    Count(f64),
}
