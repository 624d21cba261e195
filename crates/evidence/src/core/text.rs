//! Reading lines: values behind labels, words with their bounds.

/// The value behind a label at the start of a line (`Label:   value`), case-sensitive.
#[must_use]
pub fn value<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    text.lines()
        .find_map(|line| line.trim_start().strip_prefix(label))
        .map(|rest| rest.trim_start_matches([':', ' ', '\t']).trim())
}

/// The last value behind a label: the run that ended last wins.
#[must_use]
pub fn last_value<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    text.lines()
        .rev()
        .find_map(|line| line.trim_start().strip_prefix(label))
        .map(|rest| rest.trim_start_matches([':', ' ', '\t']).trim())
}

/// The text between two marks, the first time.
#[must_use]
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = text.get(text.find(before)? + before.len()..)?;
    rest.get(..rest.find(after)?)
}

/// Whether a whole word stands in the text, whatever its case. Both must be lower-case already.
#[must_use]
pub fn has_word(lower: &str, word: &str) -> bool {
    lower.match_indices(word).any(|(at, _)| {
        let before = lower.get(..at).and_then(|t| t.chars().next_back());
        let after = lower.get(at + word.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// The first of the words that stands in the text.
#[must_use]
pub fn first_word<'w>(lower: &str, words: &[&'w str]) -> Option<&'w str> {
    words.iter().find(|word| has_word(lower, word)).copied()
}

/// A line cut to a length that fits in a reason.
#[must_use]
pub fn short(line: &str) -> String {
    const MOST: usize = 160;
    let line = line.trim();
    if line.chars().count() <= MOST {
        return line.to_owned();
    }
    line.chars().take(MOST).collect::<String>() + "…"
}

/// Longest prose searched for words, in bytes: a report is short, what is longer is for a person.
pub const PROSE: usize = 1 << 20;

/// Words of failure, English, French and German, for sources whose text is not structured. Heard before any success.
pub const FAILURE: [&str; 63] = [
    "fail",
    "failed",
    "failure",
    "failures",
    "fails",
    "failing",
    "error",
    "errors",
    "fatal",
    "abort",
    "aborted",
    "cancelled",
    "canceled",
    "denied",
    "unable",
    "cannot",
    "could not",
    "couldn't",
    "corrupt",
    "corrupted",
    "interrupted",
    "unsuccessful",
    "unsuccessfully",
    "incomplete",
    "missed",
    "timed out",
    "échec",
    "échecs",
    "échoué",
    "échouée",
    "échoués",
    "echoue",
    "erreur",
    "erreurs",
    "annulé",
    "annulée",
    "interrompu",
    "interrompue",
    "impossible",
    "refusé",
    "refusée",
    "echec",
    "erreur(s)",
    "abandonné",
    "abandonnée",
    "incomplète",
    "n'a pas pu",
    "n’a pas pu",
    "n'a pas abouti",
    "n’a pas abouti",
    "corrompu",
    "corrompue",
    "introuvable",
    "fehler",
    "fehlern",
    "fehlgeschlagen",
    "fehlgeschlagene",
    "gescheitert",
    "abgebrochen",
    "misslungen",
    "verweigert",
    "konnte nicht",
    "unvollständig",
];

/// Words that announce a partial success.
pub const WARNING: [&str; 18] = [
    "warning",
    "warnings",
    "partial",
    "partially",
    "skipped",
    "avertissement",
    "avertissements",
    "attention",
    "partiel",
    "partielle",
    "partiellement",
    "ignoré",
    "ignorés",
    "warnung",
    "warnungen",
    "teilweise",
    "übersprungen",
    "achtung",
];

/// The lower-cased text without the counters that say zero: `0 errors`, `errors: 0`, `no error`, `sans erreur`.
#[must_use]
pub fn without_zero_counts(text: &str) -> String {
    let mut lower = text.to_lowercase();
    let nouns = [
        "errors",
        "error",
        "failures",
        "failed",
        "failure",
        "warnings",
        "warning",
        "erreurs",
        "erreur",
        "échecs",
        "échec",
        "avertissements",
        "avertissement",
        "canceled",
        "cancelled",
        "aborted",
        "missed",
        "skipped",
        "fehlern",
        "fehler",
        "warnungen",
        "warnung",
    ];
    for noun in nouns {
        for pattern in [
            format!("no {noun}"),
            format!("sans {noun}"),
            format!("aucune {noun}"),
            format!("aucun {noun}"),
            format!("keine {noun}"),
            format!("ohne {noun}"),
            format!("{noun}\u{a0}: 0"),
            format!("without {noun}"),
            format!("{noun}: 0"),
            format!("{noun} : 0"),
            format!("{noun} 0"),
            format!("{noun}\t0"),
            format!("{noun}=0"),
        ] {
            lower = remove_counted(&lower, &pattern);
        }
        lower = remove_zero_before(&lower, noun);
    }
    lower
}

/// Removes `pattern` where no digit, point or comma follows (`errors: 0` but not `errors: 04` or `errors: 0.5`).
fn remove_counted(text: &str, pattern: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(pattern) {
        let after = rest.get(at + pattern.len()..).unwrap_or_default();
        let goes_on = after.starts_with(|c: char| c.is_alphanumeric())
            || after
                .trim_start_matches(['.', ','])
                .starts_with(|c: char| c.is_ascii_digit() && after.starts_with(['.', ',']));
        out.push_str(rest.get(..at).unwrap_or_default());
        if goes_on {
            out.push_str(pattern);
        }
        rest = after;
    }
    out + rest
}

/// Removes `0 noun` where the zero is the whole number (not `10 errors`).
fn remove_zero_before(text: &str, noun: &str) -> String {
    let pattern = format!("0 {noun}");
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(&pattern) {
        let before = rest.get(..at).unwrap_or_default();
        let joined = before
            .chars()
            .next_back()
            .or(out.chars().next_back())
            .is_some_and(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
        out.push_str(before);
        if joined {
            out.push_str(&pattern);
        }
        rest = rest.get(at + pattern.len()..).unwrap_or_default();
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_counters_are_not_failures_and_others_are() {
        for text in ["0 errors", "Errors: 0", "no error", "sans erreur", "Failed\t0", "Fehler: 0", "ohne Fehler"] {
            assert_eq!(first_word(&without_zero_counts(text), &FAILURE), None, "{text}");
        }
        for text in ["10 errors", "Errors: 07", "errors: 0.5", "1 failed", "échec", "1 Fehler", "Fehlgeschlagen"] {
            assert!(first_word(&without_zero_counts(text), &FAILURE).is_some(), "{text}");
        }
    }
}
