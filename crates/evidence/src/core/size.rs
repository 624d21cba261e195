//! Sizes, counts and durations as tools write them.

/// A number with grouping signs (`15,343,566`, `15 343 566`, `1.234.567` is not read so).
#[must_use]
pub fn count(text: &str) -> Option<u64> {
    let digits: String = text
        .trim_start()
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '\u{202f}' | '\u{a0}'))
        .filter(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

/// A size with its unit, in bytes: `15.34 MB`, `14.633 MiB`, `35MB`, `1,5 Go`, `528 B`, `1024 octets`.
#[must_use]
pub fn bytes(text: &str) -> Option<u64> {
    let text = text.trim_start();
    let end = text
        .char_indices()
        .find(|(_, c)| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '\u{202f}' | '\u{a0}')))
        .map_or(text.len(), |(i, _)| i);
    let (number, unit) = text.split_at(end);
    let unit: String = unit.trim_start().chars().take_while(|c| c.is_alphabetic()).collect();
    // `1m 2s` is a time: a unit of one letter is a size only as a capital, or `b`.
    if matches!(unit.as_str(), "k" | "m" | "g" | "t") {
        return None;
    }
    let unit = unit.to_lowercase();
    let factor = match unit.as_str() {
        "b" | "o" | "byte" | "bytes" | "octet" | "octets" => 1.0,
        "kb" | "ko" => 1e3,
        "mb" | "mo" => 1e6,
        "gb" | "go" => 1e9,
        "tb" | "to" => 1e12,
        "k" | "kib" | "kio" => 1024.0,
        "m" | "mib" | "mio" => 1024f64.powi(2),
        "g" | "gib" | "gio" => 1024f64.powi(3),
        "t" | "tib" | "tio" => 1024f64.powi(4),
        _ => return None,
    };
    whole(decimal(number)? * factor)
}

/// A decimal number with a point or a comma; several commas group thousands.
#[must_use]
pub fn decimal(text: &str) -> Option<f64> {
    let clean: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\u{202f}' && *c != '\u{a0}').collect();
    let commas = clean.matches(',').count();
    let clean = match (commas, clean.contains('.')) {
        (1, false) => clean.replace(',', "."),
        _ => clean.replace(',', ""),
    };
    clean.parse::<f64>().ok().filter(|n| n.is_finite())
}

/// A float as a whole number, when it is one that fits.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded before")]
pub fn whole(number: f64) -> Option<u64> {
    (0.0..=9e15).contains(&number).then_some(number.round() as u64)
}

/// `hh:mm:ss` or `mm:ss`, in seconds.
#[must_use]
pub fn clock_seconds(text: &str) -> Option<f64> {
    let parts: Option<Vec<f64>> = text.trim().split(':').map(|p| p.parse::<f64>().ok()).collect();
    let parts = parts.filter(|p| (2..=3).contains(&p.len()))?;
    Some(parts.iter().fold(0.0, |total, part| total * 60.0 + part))
}

/// `2 jours 3 heures 10 minutes`, `3 Minute 2 Second`, `5 min`, in seconds.
#[must_use]
pub fn spoken_seconds(text: &str) -> Option<i64> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut total = None;
    for pair in words.windows(2) {
        let Ok(number) = pair[0].parse::<i64>() else { continue };
        let factor = match pair[1].to_lowercase().trim_end_matches(['s', ',', '.', 'n', 'e']) {
            "jour" | "day" | "tag" => 86_400,
            "heur" | "hour" | "h" | "stund" => 3600,
            "minut" | "mi" | "m" => 60,
            "second" | "sekund" | "" | "sec" => 1,
            _ => continue,
        };
        total = Some(total.unwrap_or(0i64).checked_add(number.checked_mul(factor)?)?);
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spoken_durations() {
        for (text, wanted) in [
            ("3 Minute 2 Second", 182),
            ("2 jours 3 heures 10 minutes", 184_200),
            ("1 Stunde 5 Minuten", 3_900),
            ("5 min 3 s", 303),
            ("12 secondes", 12),
        ] {
            assert_eq!(spoken_seconds(text), Some(wanted), "{text}");
        }
        assert_eq!(spoken_seconds("bientôt"), None);
    }

    #[test]
    fn sizes() {
        for (text, wanted) in [
            ("15.34 MB", 15_340_000),
            ("35MB", 35_000_000),
            ("1,5 Go", 1_500_000_000),
            ("528 B", 528),
            ("144.707 KiB", 148_180),
        ] {
            assert_eq!(bytes(text), Some(wanted), "{text}");
        }
        assert_eq!(bytes("12 pommes"), None);
        assert_eq!(count("15,343,566 bytes"), Some(15_343_566));
    }
}
