//! Small questions about the words of a line: is it unfinished, does it read like a sentence, is it in capitals.

/// Marks that end a sentence or an item.
pub(crate) fn is_finished(text: &str) -> bool {
    let text = text.trim_end_matches(['*', '_', ')', '»', '"', '”', ' ', '\u{a0}']);
    text.ends_with(['.', '!', '?', ';', ':', '…'])
}

/// Words after which a line can't end a thought.
const OPEN_WORDS: [&str; 52] = [
    "art.", "Art.", "article", "articles", "cf.", "n°", "annexe", "n°s", "de", "du", "des", "d'", "d’", "le", "la",
    "les", "un", "une", "et", "ou", "à", "au", "aux", "en", "dans", "par", "pour", "sur", "sous", "avec", "sans",
    "que", "qui", "dont", "ses", "son", "sa", "leur", "leurs", "ce", "cette", "ces", "est", "sont", "sera", "ne", "se",
    "entre", "chaque", "tout", "toute", "l'",
];

/// Whether the line cannot end here: it ends with a comma, an open bracket or a small word.
pub(crate) fn expects_more(text: &str) -> bool {
    if text.ends_with([',', '(', '«', '’', '\'']) {
        return true;
    }
    if text.ends_with(['-', '\u{2010}', '\u{ad}']) {
        return text.trim_end_matches(['-', '\u{2010}', '\u{ad}']).ends_with(char::is_alphabetic);
    }
    let last = text.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
    OPEN_WORDS.contains(&last)
}

/// Whether the line begins in the middle of a sentence.
pub(crate) fn begins_inside(text: &str) -> bool {
    let text = text.trim_start_matches(['>', ' ', '*', '_']);
    text.chars()
        .next()
        .is_some_and(|c| c.is_lowercase() || matches!(c, '(' | '%' | '€' | '/' | '&' | '=' | ',' | ';' | ')'))
}

/// Forms that only sentences have.
const VERBS: [&str; 79] = [
    "concerne",
    "concernent",
    "est",
    "sont",
    "sera",
    "seront",
    "était",
    "serait",
    "soit",
    "soient",
    "doit",
    "doivent",
    "devra",
    "devront",
    "peut",
    "peuvent",
    "pourra",
    "pourront",
    "s'engage",
    "s'engagent",
    "s’engage",
    "s’engagent",
    "ont",
    "aura",
    "auront",
    "avait",
    "fournit",
    "fournissent",
    "fournira",
    "assure",
    "assurent",
    "assurera",
    "garantit",
    "garantissent",
    "dispose",
    "disposent",
    "s'applique",
    "s’applique",
    "s'appliquent",
    "s’appliquent",
    "reste",
    "restent",
    "demeure",
    "demeurent",
    "effectue",
    "réalise",
    "réalisera",
    "permet",
    "permettent",
    "prend",
    "prennent",
    "prévoit",
    "définit",
    "définissent",
    "constitue",
    "constituent",
    "reconnaît",
    "reconnait",
    "reconnaissent",
    "déclare",
    "déclarent",
    "accepte",
    "acceptent",
    "comprend",
    "comprennent",
    "désigne",
    "fera",
    "feront",
    "faut",
    "donne",
    "transmet",
    "informe",
    "n'est",
    "n’est",
    "n'a",
    "n’a",
    "convient",
    "régit",
    "bénéficie",
];

/// Whether the words read like a sentence rather than like a title.
pub(crate) fn is_sentence(words: &str) -> bool {
    let count = words.split_whitespace().count();
    if count <= 3 {
        return false;
    }
    let ends_plain = words.trim_end_matches(['*', '_', ' ']).ends_with(['.', ';', ',']);
    if ends_plain && count > 6 {
        return true;
    }
    has_verb(words)
}

/// Whether one of the words is a form that only sentences have.
pub(crate) fn has_verb(words: &str) -> bool {
    words
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '*' | '-'))
        .any(|w| !w.is_empty() && VERBS.contains(&w))
}

/// Whether the letters are capitals and there are at least `least` of them.
pub(crate) fn is_capitals(text: &str, least: usize) -> bool {
    let (mut upper, mut lower) = (0, 0);
    for c in text.chars() {
        if c.is_uppercase() {
            upper += 1;
        } else if c.is_lowercase() {
            lower += 1;
        }
    }
    upper >= least && lower * 12 <= upper
}

/// The words between emphasis marks that wrap the whole line, if they do.
pub(crate) fn whole_emphasis(text: &str) -> Option<&str> {
    for mark in ["**", "__"] {
        let inner = text.strip_prefix(mark).and_then(|t| {
            let t = t.trim_end_matches([' ', ':', '\u{a0}']);
            t.strip_suffix(mark)
        });
        if let Some(inner) = inner
            && !inner.contains(mark)
            && !inner.trim().is_empty()
        {
            return Some(inner.trim_matches(['*', '_']));
        }
    }
    None
}

/// Whether the line holds a letter or a figure.
pub(crate) fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_and_finished_lines() {
        assert!(expects_more("les données de"));
        assert!(expects_more("la sauve-"));
        assert!(expects_more("les Services (art."));
        assert!(!expects_more("les données"));
        assert!(is_finished("les données ;"));
        assert!(is_finished("(les données.)"));
        assert!(!is_finished("les données"));
        assert!(begins_inside("(ou plus)"));
        assert!(!begins_inside("Le Client"));
    }

    #[test]
    fn titles_are_not_sentences() {
        assert!(!is_sentence("Obligations du Prestataire en matière de sécurité"));
        assert!(is_sentence("Le Prestataire s'engage à sauvegarder les données"));
        assert!(is_sentence("Toute somme due porte intérêt au taux légal."));
        assert!(!is_sentence("Durée."));
    }

    #[test]
    fn capitals_and_emphasis() {
        assert!(is_capitals("CONDITIONS PARTICULIÈRES", 4));
        assert!(!is_capitals("Conditions", 4));
        assert_eq!(whole_emphasis("**Objet** :"), Some("Objet"));
        assert_eq!(whole_emphasis("**Objet** du contrat"), None);
        assert_eq!(whole_emphasis("**a** et **b**"), None);
    }
}
