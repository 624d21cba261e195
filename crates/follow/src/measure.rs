//! What is measured, and the contract's own bound for it.

use crate::words;
use serde::{Deserialize, Serialize};

/// What is measured, with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Availability of a month, in percent; facts give seconds down and seconds observed.
    Availability,
    /// Hours until an intervention.
    Intervention,
    /// Hours until recovery.
    Recovery,
    /// Days until a correction was installed.
    PatchDays,
    /// Copies or versions kept.
    Versions,
    /// Days of retention.
    RetentionDays,
    /// Euros of cover.
    Cover,
}

impl Measure {
    /// By the name used in point files.
    pub fn from_name(name: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
    }

    /// A value with its unit, in French.
    pub fn show(self, value: f64) -> String {
        let number = words::number(value);
        match self {
            Self::Availability => format!("{number} %"),
            Self::Intervention | Self::Recovery => format!("{number} h"),
            Self::PatchDays | Self::RetentionDays => format!("{number} jour{}", words::plural(value)),
            Self::Versions => format!("{number} version{}", words::plural(value)),
            Self::Cover => format!("{number} €"),
        }
    }
}

/// Which side is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// At least.
    AtLeast,
    /// At most.
    AtMost,
}

/// The contract's own figure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Yardstick {
    /// Of what.
    pub measure: Measure,
    /// Which side is good.
    pub bound: Bound,
    /// The figure, in the measure's unit.
    pub value: f64,
    /// Whether hours are counted within service hours.
    #[serde(default)]
    pub service_hours: bool,
}

impl Yardstick {
    /// Whether a measured value keeps the promise.
    pub fn keeps(&self, value: f64) -> bool {
        match self.bound {
            Bound::AtLeast => value >= self.value,
            Bound::AtMost => value <= self.value,
        }
    }

    /// "au moins 99,9 %".
    pub fn label(&self) -> String {
        let side = match self.bound {
            Bound::AtLeast => "au moins",
            Bound::AtMost => "au plus",
        };
        let hours = if self.service_hours { " (heures de service)" } else { "" };
        format!("{side} {}{hours}", self.measure.show(self.value))
    }
}
