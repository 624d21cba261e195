//! Words of folded text, interned per document, with the punctuation that stands before each.

use rustc_hash::FxHashMap;

/// The strongest mark between a word and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// White space, hyphen, slash or apostrophe.
    Space,
    /// A bracket or a quotation mark.
    Bracket,
    /// A comma or a dash between spaces.
    Comma,
    /// A colon or the bar between table cells.
    Colon,
    /// A full stop, semicolon, question or exclamation mark.
    Strong,
}

/// A word: a run of letters or a run of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Index into the document's vocabulary.
    pub word: u32,
    /// First byte in the folded text.
    pub start: u32,
    /// One past the last byte in the folded text.
    pub end: u32,
    /// What stands before it.
    pub before: Mark,
}

/// The distinct words of a document.
#[derive(Debug, Default)]
pub struct Vocabulary {
    ids: FxHashMap<String, u32>,
    words: Vec<String>,
}

impl Vocabulary {
    /// The id of a word, given a new one if need be.
    pub fn intern(&mut self, word: &str) -> u32 {
        if let Some(id) = self.ids.get(word) {
            return *id;
        }
        let id = self.words.len() as u32;
        self.ids.insert(word.to_owned(), id);
        self.words.push(word.to_owned());
        id
    }

    /// The word with this id.
    pub fn word(&self, id: u32) -> &str {
        &self.words[id as usize]
    }

    /// The id of a word that the document holds.
    pub fn find(&self, word: &str) -> Option<u32> {
        self.ids.get(word).copied()
    }

    /// Every word, by id.
    pub fn words(&self) -> &[String] {
        &self.words
    }
}

/// Cuts folded text into words; letters and digits never stand in the same word.
pub fn split(folded: &str, mut word: impl FnMut(&str, usize, usize, Mark)) {
    let bytes = folded.as_bytes();
    let mut at = 0;
    let mut before = Mark::Space;
    while at < bytes.len() {
        let class = |b: u8| (b.is_ascii_alphabetic(), b.is_ascii_digit());
        if !bytes[at].is_ascii_alphanumeric() {
            before = before.max(mark(bytes, at));
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && class(bytes[at]) == class(bytes[start]) {
            at += 1;
        }
        // "n'est" is "ne est": one form of the negation for every pattern.
        let elided = &folded[start..at] == "n" && bytes.get(at) == Some(&b'\'');
        word(if elided { "ne" } else { &folded[start..at] }, start, at, before);
        before = Mark::Space;
    }
}

fn mark(bytes: &[u8], at: usize) -> Mark {
    let spaced = |i: usize| bytes.get(i).is_none_or(|b| *b == b' ');
    match bytes[at] {
        b'.' if !spaced(at + 1) => Mark::Space,
        b';' | b'.' | b'!' | b'?' => Mark::Strong,
        b':' | b'|' => Mark::Colon,
        b',' => Mark::Comma,
        b'-' if at > 0 && spaced(at - 1) && spaced(at + 1) => Mark::Comma,
        b'(' | b')' | b'[' | b']' | b'"' => Mark::Bracket,
        _ => Mark::Space,
    }
}

/// Tokens of folded text.
pub fn tokens(folded: &str, offset: usize, vocabulary: &mut Vocabulary) -> Vec<Token> {
    let mut out = Vec::new();
    split(folded, |word, start, end, before| {
        out.push(Token {
            word: vocabulary.intern(word),
            start: (offset + start) as u32,
            end: (offset + end) as u32,
            before,
        });
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_digits_part_and_marks_are_kept() {
        let mut seen = Vec::new();
        split("sous 4h n'est ouvrees, le taux (99,9 %) : p1", |w, _, _, m| seen.push((w.to_owned(), m)));
        let words: Vec<&str> = seen.iter().map(|(w, _)| w.as_str()).collect();
        assert_eq!(words, ["sous", "4", "h", "ne", "est", "ouvrees", "le", "taux", "99", "9", "p", "1"]);
        assert_eq!(seen[6].1, Mark::Comma);
        assert_eq!(seen[8].1, Mark::Bracket);
        assert_eq!(seen[10].1, Mark::Colon);
    }
}
