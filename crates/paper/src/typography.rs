//! French typography for sentences of ours; words of the contract are never touched.

/// The narrow no-break space that goes before high punctuation and inside quotation marks.
pub const THIN: char = '\u{202f}';

fn wants_space_before(c: char) -> bool {
    matches!(c, ';' | ':' | '!' | '?' | '»' | '%')
}

/// Puts narrow no-break spaces where French wants them: before `; : ! ? » %`, after `«`. An existing space is
/// replaced; one is added only where the mark ends a word, so that `12:30` and `https://` stay whole.
pub fn french(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let ends_word = chars.peek().is_none_or(|next| next.is_whitespace());
        match c {
            c if wants_space_before(c) => {
                let spaced = out.ends_with([' ', '\u{a0}', THIN]);
                if spaced {
                    out.pop();
                }
                let after_word = out.ends_with(|p: char| p.is_alphanumeric() || matches!(p, ')' | '»' | '”'));
                if spaced || (ends_word && after_word) {
                    out.push(THIN);
                }
                out.push(c);
            }
            '«' => {
                out.push(c);
                while chars.next_if(|next| matches!(next, ' ' | '\u{a0}' | '\u{202f}')).is_some() {}
                out.push(THIN);
            }
            '\'' => out.push('’'),
            c => out.push(c),
        }
    }
    out
}

/// A quote between French quotation marks, its words as they are.
pub fn quoted(words: &str) -> String {
    format!("«{THIN}{}{THIN}»", words.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn high_punctuation_gets_a_narrow_no_break_space() {
        assert_eq!(french("Attention : 99,9 % !"), "Attention\u{202f}: 99,9\u{202f}%\u{202f}!");
        assert_eq!(french("quoi?"), "quoi\u{202f}?");
        assert_eq!(french("« sauvegarde »"), "«\u{202f}sauvegarde\u{202f}»");
    }

    #[test]
    fn times_and_addresses_stay_whole() {
        assert_eq!(french("à 12:30 sur https://a.fr/?q=1"), "à 12:30 sur https://a.fr/?q=1");
    }

    #[test]
    fn it_is_idempotent() {
        let once = french("« Délai : 4 h ; 99 % » ?");
        assert_eq!(french(&once), once);
    }
}
