//! Hostile characters: what no file format may carry and what would hide or reorder what is read.

/// The text without control characters, marks that reorder reading, and code points that XML refuses. Tabs and
/// line ends become spaces.
pub fn clean(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
            c if c.is_control() => None,
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
            '\u{fffe}' | '\u{ffff}' | '\u{feff}' => None,
            c => Some(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_hide_is_dropped_and_words_stay_apart() {
        assert_eq!(clean("a\u{202e}b\u{0}\nc\u{ffff}d\u{202f}!"), "ab cd\u{202f}!");
    }
}
