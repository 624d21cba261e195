//! What a contract says of its own time: beginning, length, tacit renewal, notice, price revision; each with its words.

use crate::{Duration, Quote};
use serde::{Deserialize, Serialize};

/// Which time of the contract a clause gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermKind {
    /// When it begins.
    Start,
    /// How long it lasts at first.
    Length,
    /// How long each tacit renewal lasts.
    Renewal,
    /// How long before the end it must be given notice of.
    Notice,
    /// How often the price may change.
    Revision,
}

impl TermKind {
    /// The words for users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Start => "prise d'effet",
            Self::Length => "durée",
            Self::Renewal => "reconduction tacite",
            Self::Notice => "préavis",
            Self::Revision => "révision du prix",
        }
    }
}

/// A day of the calendar, its year where the contract gives one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarDay {
    /// The year; none for a day that comes back every year.
    pub year: Option<i16>,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

/// A clause on the contract's own time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TermClause {
    /// Of what.
    pub kind: TermKind,
    /// How long. For a renewal none where it is as long as the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Duration>,
    /// The day, for a beginning, or from which a revision counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<CalendarDay>,
    /// Whether a registered letter is asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub registered: bool,
    /// The price index, as its short name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub index: String,
    /// The contract's words.
    pub quote: Quote,
}
