//! Labels of articles as a contract writes them ("ARTICLE 12 –", "12.3", "XII."), and the one that comes next.

/// How the last number of a label is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Figure,
    Roman,
    Letter,
}

/// A label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// What stands before the number: "ARTICLE ", or nothing.
    pub prefix: String,
    /// The numbers before the last with their marks: "12." of "12.3".
    pub outer: String,
    /// The last number.
    pub number: u32,
    /// What stands between the number and the title: " – ", ". ".
    pub separator: String,
    /// How the last number is written.
    pub(super) kind: Kind,
}

/// Words that may stand before the number of an article.
const PREFIXES: [&str; 8] = ["article", "art.", "chapitre", "section", "titre", "clause", "partie", "paragraphe"];

impl Label {
    /// The label a heading begins with, and the title after it.
    pub fn parse(heading: &str) -> Option<(Self, &str)> {
        let lead = heading.len() - heading.trim_start().len();
        let rest = &heading[lead..];
        // A prefix is short: a whole paragraph need not be folded to find one.
        let lower: String = rest.chars().take(12).flat_map(char::to_lowercase).collect();
        let word = PREFIXES.iter().find(|p| lower.starts_with(**p)).map_or(0, |p| p.len());
        let gap = rest.get(word..)?;
        let space = gap.len() - gap.trim_start_matches([' ', '\u{a0}', '\u{202f}', '°', '\t']).len();
        if word > 0 && space == 0 {
            return None;
        }
        let after = &gap[space..];
        let (outer, number, kind, used) = numbers(after)?;
        let tail = &after[used..];
        let mark = |c: char| {
            c.is_whitespace() || matches!(c, '.' | ')' | '-' | '–' | '—' | ':' | '/' | '\u{a0}' | '\u{202f}' | '°')
        };
        let separator = &tail[..tail.len() - tail.trim_start_matches(mark).len()];
        let plain = word == 0 && separator.is_empty();
        let wordy = word == 0 && kind != Kind::Figure && !separator.contains(['.', ')', '-', '–', '—', ':']);
        if plain || wordy {
            return None;
        }
        let label = Self {
            prefix: rest[..word + space].to_owned(),
            outer: outer.to_owned(),
            number,
            separator: separator.to_owned(),
            kind,
        };
        Some((label, &tail[separator.len()..]))
    }

    /// Whether its last number is written in figures.
    pub fn is_figure(&self) -> bool {
        self.kind == Kind::Figure
    }

    /// Whether two labels belong to one sequence.
    pub fn is_like(&self, other: &Label) -> bool {
        self.kind == other.kind
            && self.outer == other.outer
            && self.prefix.trim().to_lowercase() == other.prefix.trim().to_lowercase()
    }

    /// Its number as the contract writes it: "12.3", "XIV".
    pub fn number_words(&self) -> String {
        format!("{}{}", self.outer, self.written(self.number))
    }

    fn written(&self, number: u32) -> String {
        match self.kind {
            Kind::Figure => number.to_string(),
            Kind::Roman => roman(number),
            Kind::Letter => {
                char::from_u32(u32::from('A') + number.saturating_sub(1).min(25)).unwrap_or('Z').to_string()
            }
        }
    }

    /// The heading of another number of the sequence.
    pub fn with(&self, number: u32, title: &str) -> String {
        let written = self.written(number);
        let separator = if self.separator.trim_matches([' ', '\t']).is_empty() && !self.separator.contains(['\t', ' '])
        {
            " – "
        } else {
            &self.separator
        };
        format!("{}{}{written}{separator}{title}", self.prefix, self.outer)
    }
}

/// "12.3" → ("12.", 3); "XII" → ("", 12).
fn numbers(text: &str) -> Option<(&str, u32, Kind, usize)> {
    let figures = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let used = text[..figures].trim_end_matches('.').len();
    if used > 0 {
        let digits = &text[..used];
        let cut = digits.rfind('.').map_or(0, |i| i + 1);
        return Some((&digits[..cut], digits[cut..].parse().ok().filter(|n| *n < 1000)?, Kind::Figure, used));
    }
    let capitals = text.len() - text.trim_start_matches(|c: char| c.is_ascii_uppercase()).len();
    let word = &text[..capitals];
    if let Some(number) = of_roman(word) {
        return Some(("", number, Kind::Roman, capitals));
    }
    let mut letters = word.bytes();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => Some(("", u32::from(letter - b'A') + 1, Kind::Letter, 1)),
        _ => None,
    }
}

const ROMAN: [(u32, &str); 9] =
    [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];

fn roman(mut number: u32) -> String {
    let mut out = String::new();
    for (value, sign) in ROMAN {
        while number >= value && out.len() < 20 {
            number -= value;
            out.push_str(sign);
        }
    }
    out
}

fn of_roman(word: &str) -> Option<u32> {
    (1..=60).find(|n| roman(*n) == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(heading: &str) -> Option<String> {
        let (label, _) = Label::parse(heading)?;
        Some(label.with(label.number + 1, "Sauvegardes"))
    }

    #[test]
    fn the_next_label_is_written_as_the_last() {
        for (heading, expected) in [
            ("ARTICLE 11 – Durée", "ARTICLE 12 – Sauvegardes"),
            ("Article 3 : Prix", "Article 4 : Sauvegardes"),
            ("Article 9. Litiges", "Article 10. Sauvegardes"),
            ("12. Divers", "13. Sauvegardes"),
            ("4.2 Recette", "4.3 Sauvegardes"),
            ("4.2. Recette", "4.3. Sauvegardes"),
            ("XIV - Résiliation", "XV - Sauvegardes"),
            ("B. Annexes", "C. Sauvegardes"),
            ("Article 7\u{a0}– Prix", "Article 8\u{a0}– Sauvegardes"),
            ("Article 7", "Article 8 – Sauvegardes"),
        ] {
            assert_eq!(next(heading).as_deref(), Some(expected), "{heading}");
        }
        for heading in ["Durée du contrat", "LOI APPLICABLE", "Contrat 2024", "24h/24 et 7j/7", "Assistance", "C est"]
        {
            assert_eq!(next(heading).filter(|_| !heading.starts_with("24h")), None, "{heading}");
        }
    }

    #[test]
    fn sequences_are_told_apart() {
        let label = |heading: &str| Label::parse(heading).expect("a label").0;
        assert!(label("ARTICLE 3 - A").is_like(&label("Article 9 – B")));
        assert!(!label("Article 3 - A").is_like(&label("3. B")));
        assert!(!label("3.1 A").is_like(&label("4.1 B")));
    }
}
