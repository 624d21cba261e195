//! Elements of DER, one after the other; nothing is copied, nothing panics.

/// An element.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'a> {
    pub tag: u8,
    pub body: &'a [u8],
    /// Tag and length included.
    pub whole: &'a [u8],
}

/// Reads elements from the front.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a>(pub &'a [u8]);

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BITS: u8 = 0x03;
pub(crate) const OCTETS: u8 = 0x04;
pub(crate) const OID: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

impl<'a> Reader<'a> {
    /// The next element, whatever it is.
    pub fn any(&mut self) -> Option<Element<'a>> {
        let all = self.0;
        let (&tag, rest) = all.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            if digits.is_empty() || digits.len() > 4 {
                return None;
            }
            (digits.iter().fold(0, |n, d| n << 8 | usize::from(*d)), rest)
        };
        let (body, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(Element { tag, body, whole: all.get(..all.len() - rest.len())? })
    }

    /// The next element, which must have this tag.
    pub fn next(&mut self, tag: u8) -> Option<Element<'a>> {
        self.any().filter(|e| e.tag == tag)
    }

    /// What is inside the next element, which must have this tag.
    pub fn inside(&mut self, tag: u8) -> Option<Reader<'a>> {
        self.next(tag).map(|e| Reader(e.body))
    }

    /// The next element if it has this tag; else it stays.
    pub fn may(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.0.first() == Some(&tag) { self.any() } else { None }
    }

    /// Every element to the end; none when one is damaged.
    pub fn all(mut self) -> Option<Vec<Element<'a>>> {
        let mut out = Vec::new();
        while !self.0.is_empty() {
            out.push(self.any()?);
        }
        Some(out)
    }
}

/// Seconds since 1970 of a `GeneralizedTime` (tag 0x18) or `UTCTime` (0x17) in UTC; fractions are dropped.
pub(crate) fn seconds(time: Element) -> Option<i64> {
    let text = text_of(time)?;
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    let fits = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 61;
    if !fits {
        return None;
    }
    // Days by the civil calendar, counted from 1 March so that a leap day is a year's last.
    let (shifted, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * months + 2) / 5 + day - 1 - 719_468;
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// A time as RFC 3339, fractions dropped.
pub(crate) fn instant(time: Element) -> Option<String> {
    let text = text_of(time)?;
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let date = format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8));
    Some(format!("{date}T{}:{}:{}Z", part(8, 10), part(10, 12), part(12, 14)))
}

/// Fourteen digits.
fn text_of(time: Element) -> Option<String> {
    let text = std::str::from_utf8(time.body).ok()?.strip_suffix('Z')?;
    let text = match time.tag {
        0x18 => text.to_owned(),
        0x17 => format!("{}{text}", if text.get(..2)?.parse::<u8>().ok()? >= 50 { "19" } else { "20" }),
        _ => return None,
    };
    let digits = text.get(..14).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
    Some(digits.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(tag: u8, text: &str) -> Option<i64> {
        seconds(Element { tag, body: text.as_bytes(), whole: &[] })
    }

    #[test]
    fn times_are_seconds_of_the_civil_calendar() {
        assert_eq!(of(0x18, "19700101000000Z"), Some(0));
        assert_eq!(of(0x18, "20240229235959Z"), Some(1_709_251_199));
        assert_eq!(of(0x18, "20261129080637.25Z"), Some(1_795_939_597));
        assert_eq!(of(0x17, "700101000001Z"), Some(1));
        assert_eq!(of(0x17, "491231000000Z"), of(0x18, "20491231000000Z"));
        for bad in ["20261329080637Z", "2026112908063Z", "20261129080637", "2026112é080637Z", ""] {
            assert_eq!(of(0x18, bad), None, "{bad}");
        }
    }

    #[test]
    fn damaged_elements_are_none() {
        for bad in [&[][..], &[0x30], &[0x30, 0x80, 0, 0], &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 1], &[0x30, 2, 1]] {
            assert!(Reader(bad).any().is_none(), "{bad:?}");
        }
        assert_eq!(Reader(&[0x02, 1, 5, 0x04, 0]).all().map(|a| a.len()), Some(2));
    }
}
