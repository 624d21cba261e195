//! Penalties, where the contract gives the formula.

use serde::{Deserialize, Serialize};

/// A formula. Amounts are in euros.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Penalty {
    /// What is due for each step missed: euros, or a part of `base` when `percent`.
    pub rate: f64,
    /// Whether `rate` is in percent of `base`.
    pub percent: bool,
    /// The size of a step in the unit of what is measured (0.1 point, 1 hour, 1 day, 1 breach); every step begun
    /// counts.
    pub step: f64,
    /// The periodic fee the percentages bear on.
    pub base: f64,
    /// The most that is due for a period, in percent of `base`; none where the contract sets none.
    pub cap_percent: Option<f64>,
}

impl Penalty {
    /// What is due for a shortfall, in euros rounded to cents. Nothing for no shortfall.
    pub fn due(&self, shortfall: f64) -> f64 {
        if shortfall.is_nan() || shortfall <= 0.0 || self.step <= 0.0 {
            return 0.0;
        }
        // A shortfall such as 99.9 − 99.8 is a hair more than one step in binary.
        let steps = (shortfall / self.step - 1e-6).ceil().max(1.0);
        let each = if self.percent { self.base * self.rate / 100.0 } else { self.rate };
        let most = self.cap_percent.map_or(f64::INFINITY, |c| self.base * c / 100.0);
        ((steps * each).min(most) * 100.0).round() / 100.0
    }
}
