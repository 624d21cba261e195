//! What every tracked change carries: the prefix of the vocabulary, a number of its own, who and when.

use super::plan::Signature;
use super::tree::{Tree, WORD, WORD_STRICT, escape};
use std::ops::Range;

/// Writes marks of tracked changes.
#[derive(Debug)]
pub struct Writer {
    /// The prefix bound to WordprocessingML.
    pub prefix: String,
    by: String,
    next: u32,
}

impl Writer {
    /// A writer that numbers its marks from `first`.
    pub fn new(prefix: &str, signature: &Signature, first: u32) -> Self {
        let by =
            format!(r#"{prefix}:author="{}" {prefix}:date="{}""#, escape(&signature.author), escape(&signature.date));
        Self { prefix: prefix.into(), by, next: first }
    }

    /// A number not used yet.
    pub fn number(&mut self) -> u32 {
        self.next += 1;
        self.next - 1
    }

    /// The attributes of a mark: number, author, date.
    pub fn signature(&mut self) -> String {
        let number = self.number();
        format!(r#"{}:id="{number}" {}"#, self.prefix, self.by)
    }
}

/// The prefix bound to WordprocessingML at the root and, where there is none, the splice that binds one.
pub fn prefix(tree: &Tree) -> (String, Option<(Range<usize>, String)>) {
    let root = &tree.elements[0];
    let tag = &tree.xml[root.outer.start..root.inner.start];
    for uri in [WORD, WORD_STRICT] {
        for quote in ['"', '\''] {
            let bound = format!("={quote}{uri}{quote}");
            let Some(at) = tag.find(&bound) else { continue };
            let before = &tag[..at];
            if let Some(name) = before.rfind("xmlns:").map(|i| &before[i + 6..])
                && !name.is_empty()
                && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
            {
                return (name.to_owned(), None);
            }
        }
    }
    let uri = if tag.contains(WORD_STRICT) { WORD_STRICT } else { WORD };
    let at = root.outer.start + 1 + tree.qualified(0).len();
    ("clw".to_owned(), Some((at..at, format!(r#" xmlns:clw="{uri}""#))))
}

/// A number above every `id` attribute of these parts, so that no mark is numbered twice.
pub fn first_free_number(parts: &[&str]) -> u32 {
    let mut most: u32 = 0;
    for part in parts {
        for (at, _) in part.match_indices(":id=") {
            // After the quote; in running text anything may follow.
            let rest = part.get(at + 5..).unwrap_or_default();
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            if let Ok(number) = digits.parse::<u32>()
                && number < 1_000_000_000
            {
                most = most.max(number);
            }
        }
    }
    most + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_prefix_serves_and_none_is_bound_anew() {
        let xml = format!(r#"<ns0:document xmlns:ns0='{WORD}'/>"#);
        assert_eq!(prefix(&Tree::read(&xml).unwrap()), ("ns0".to_owned(), None));
        let xml = format!(r#"<document xmlns="{WORD_STRICT}"><body/></document>"#);
        let (name, splice) = prefix(&Tree::read(&xml).unwrap());
        let (at, text) = splice.unwrap();
        assert_eq!((name.as_str(), at), ("clw", 9..9));
        assert!(text.contains(WORD_STRICT));
    }

    #[test]
    fn numbers_go_on_above_those_used() {
        assert_eq!(first_free_number(&[r#"<w:ins w:id="7"/><w:p r:id="rId99"/>"#, r#"<w:comment w:id='12'/>"#]), 13);
        assert_eq!(first_free_number(&[""]), 1);
    }
}
