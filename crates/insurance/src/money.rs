//! Amounts in whole euros.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// Greatest amount that can be written: a thousand billion euros.
const MOST: u64 = 1_000_000_000_000;

/// An amount in whole euros, never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Euros(u64);

/// Words that are no amount.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AmountError {
    /// A minus sign.
    #[error("un montant ne peut pas être négatif")]
    Negative,
    /// Not a whole number of euros.
    #[error("un montant s'écrit en euros entiers, par exemple 80000 ou « 80 000 € »")]
    NotANumber,
    /// Beyond what is sensible.
    #[error("ce montant est trop grand")]
    TooGreat,
}

impl Euros {
    /// So many euros; no more than a thousand billion.
    pub fn new(amount: u64) -> Self {
        Self(amount.min(MOST))
    }

    /// How many.
    pub fn amount(self) -> u64 {
        self.0
    }
}

impl FromStr for Euros {
    type Err = AmountError;

    /// Reads `80000`, `80 000`, `80 000 €`, `80000,00`.
    fn from_str(text: &str) -> Result<Self, AmountError> {
        let text = text.trim().trim_end_matches(['€']).trim_end();
        if text.starts_with(['-', '−']) {
            return Err(AmountError::Negative);
        }
        let whole = text.strip_suffix(",00").or_else(|| text.strip_suffix(".00")).unwrap_or(text);
        let digits: String = whole.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}')).collect();
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(AmountError::NotANumber);
        }
        let amount: u64 = digits.parse().map_err(|_| AmountError::TooGreat)?;
        if amount > MOST { Err(AmountError::TooGreat) } else { Ok(Self(amount)) }
    }
}

impl fmt::Display for Euros {
    /// "10 000 €", with spaces that don't break.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\u{a0}€", grouped(self.0))
    }
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for text in ["80000", "80 000", " 80\u{202f}000 € ", "80000,00", "80000.00€"] {
            assert_eq!(text.parse(), Ok(Euros(80_000)), "{text:?}");
        }
        assert_eq!("0".parse(), Ok(Euros(0)));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        assert_eq!("-1".parse::<Euros>(), Err(AmountError::Negative));
        assert_eq!("−80 000".parse::<Euros>(), Err(AmountError::Negative));
        for text in ["", "€", "80k", "80,5", "1e5", "huit"] {
            assert_eq!(text.parse::<Euros>(), Err(AmountError::NotANumber), "{text:?}");
        }
        assert_eq!("99999999999999999999".parse::<Euros>(), Err(AmountError::TooGreat));
    }

    #[test]
    fn amounts_are_shown_in_french() {
        assert_eq!(Euros(1_234_567).to_string(), "1\u{a0}234\u{a0}567\u{a0}€");
        assert_eq!(Euros(110).to_string(), "110\u{a0}€");
    }
}
