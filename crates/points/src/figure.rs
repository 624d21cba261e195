//! Conditions on figures, as point files write them: `duration`, `duration <= 30 days`, `percent >= 95`,
//! `frequency >= 2 per year`, `money`, `count >= 2`, `any`.

use serde::{Deserialize, Serialize};

/// Which figures a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Measure {
    /// Durations, compared in calendar hours.
    Duration,
    /// Percentages.
    Percent,
    /// Recurrences, compared in times a year.
    Frequency,
    /// Money.
    Money,
    /// Counts.
    Count,
    /// Any figure.
    Any,
}

/// A condition on a figure of the unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What is measured.
    pub measure: Measure,
    /// Least value accepted, in the measure's base unit (hours, percent, times a year, euros, things).
    pub least: Option<f64>,
    /// Greatest value accepted.
    pub most: Option<f64>,
}

/// Parses a condition.
///
/// # Errors
/// A sentence that names the word that is wrong.
pub fn parse(text: &str) -> Result<Figure, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let measure = match words.first().copied() {
        Some("duration") => Measure::Duration,
        Some("percent") => Measure::Percent,
        Some("frequency") => Measure::Frequency,
        Some("money") => Measure::Money,
        Some("count") => Measure::Count,
        Some("any") => Measure::Any,
        other => return Err(format!("unknown measure {other:?} in figure {text:?}")),
    };
    let mut figure = Figure { measure, least: None, most: None };
    let mut rest = &words[1..];
    while let [op, amount, tail @ ..] = rest {
        let amount: f64 = amount.parse().map_err(|_| format!("not a number: {amount:?} in {text:?}"))?;
        let (unit, tail) = match tail {
            [unit, more @ ..] if !matches!(*unit, "<=" | ">=") => (Some(*unit), more),
            more => (None, more),
        };
        let tail = if tail.first() == Some(&"year") { &tail[1..] } else { tail };
        let value = amount * scale(measure, unit).ok_or_else(|| format!("unknown unit {unit:?} in {text:?}"))?;
        match *op {
            "<=" => figure.most = Some(value),
            ">=" => figure.least = Some(value),
            op => return Err(format!("unknown comparison {op:?} in {text:?}")),
        }
        rest = tail;
    }
    if rest.is_empty() { Ok(figure) } else { Err(format!("incomplete condition {text:?}")) }
}

fn scale(measure: Measure, unit: Option<&str>) -> Option<f64> {
    match (measure, unit) {
        (Measure::Duration, Some("minutes")) => Some(1.0 / 60.0),
        (Measure::Duration, Some("hours")) => Some(1.0),
        (Measure::Duration, Some("days")) => Some(24.0),
        (Measure::Duration, Some("months")) => Some(730.56),
        (Measure::Duration, Some("years")) => Some(8766.0),
        (Measure::Frequency, Some("per")) => Some(1.0),
        (Measure::Duration, _) => None,
        (_, None) => Some(1.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read_in_base_units() {
        let figure = parse("duration <= 30 days").unwrap();
        assert_eq!((figure.least, figure.most), (None, Some(720.0)));
        let figure = parse("frequency >= 2 per year").unwrap();
        assert_eq!(figure.least, Some(2.0));
        assert!(parse("duration <= 30").is_err());
        assert!(parse("weight <= 3").is_err());
    }
}
