//! French words brought to what they have in common: plural and singular, feminine and masculine, verb and noun.
//!
//! Light on purpose: a search that finds a little too much is better than one that misses "travaux" for "travail".

use ::contract::{Folded, Span};

/// Endings taken off, the longest first; at least four letters must be left.
const ENDINGS: [&str; 22] = [
    "ements", "ations", "ateurs", "ement", "ation", "ateur", "aient", "euses", "ites", "euse", "eurs", "ives", "ite",
    "eur", "ive", "ifs", "ent", "ant", "if", "er", "ez", "es",
];
/// Words that say nothing about what is looked for.
const EMPTY: [&str; 28] = [
    "le", "la", "les", "un", "une", "des", "du", "de", "et", "ou", "en", "au", "aux", "ce", "ces", "cette", "par",
    "pour", "sur", "dans", "que", "qui", "est", "son", "ses", "sa", "il", "avec",
];

/// Longest word told apart: an index holds no more than a few thousand bytes a row.
const LONGEST: usize = 64;

/// The stem of a folded word.
pub(crate) fn stem(word: &str) -> String {
    let mut word: String = word.chars().take(LONGEST).collect();
    if word.len() <= 3 || word.bytes().any(|b| b.is_ascii_digit()) {
        return word;
    }
    // "données" are not what "donner" does.
    for (from, to) in [("ees", "ee"), ("ee", "ee"), ("eaux", "eau"), ("aux", "al"), ("ails", "al"), ("ail", "al")] {
        if word.len() > from.len() + 1 && word.ends_with(from) {
            word.truncate(word.len() - from.len());
            word.push_str(to);
            return word;
        }
    }
    let end = ENDINGS.iter().find(|e| word.len() >= e.len() + 4 && word.ends_with(**e));
    word.truncate(word.len() - end.map_or(0, |e| e.len()));
    while word.len() > 3 && word.ends_with(['s', 'x', 'e']) {
        word.pop();
    }
    let doubled = word.as_bytes().last_chunk::<2>().is_some_and(|[a, b]| a == b && !b"aeiou".contains(a));
    if doubled && word.len() > 4 {
        word.pop();
    }
    word
}

/// The words of a text: stem and span in the text.
pub(crate) fn words(text: &str) -> Vec<(String, Span)> {
    let folded = Folded::of(text);
    let plain = folded.text();
    let mut out = Vec::new();
    let mut start = None;
    for (at, byte) in plain.bytes().chain([b' ']).enumerate() {
        match (byte.is_ascii_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let word = &plain[from..at];
                if word.len() > 1 && !EMPTY.contains(&word) {
                    out.push((stem(word), folded.original(from, at)));
                }
                start = None;
            }
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_meet() {
        let families: [&[&str]; 6] = [
            &["sauvegarde", "sauvegardes", "sauvegarder", "sauvegardent"],
            &["travail", "travaux"],
            &["prestataire", "prestataires"],
            &["restauration", "restaurer", "restaurations"],
            &["penalite", "penalites"],
            &["hebergement", "hebergements", "heberger"],
        ];
        for family in families {
            let stems: Vec<String> = family.iter().map(|w| stem(w)).collect();
            assert!(stems.iter().all(|s| *s == stems[0]), "{family:?}: {stems:?}");
        }
        assert_ne!(stem("donnees"), stem("donner"));
        assert_ne!(stem("contrat"), stem("contact"));
        assert_eq!(stem(&"a".repeat(5_000)).len(), LONGEST);
    }

    #[test]
    fn words_know_their_place_in_the_text() {
        let text = "Les sauvegardes, l'été : 99,9 %";
        let found: Vec<&str> = words(text).iter().map(|w| &text[w.1.start..w.1.end]).collect();
        assert_eq!(found, ["sauvegardes", "été", "99"]);
    }
}
