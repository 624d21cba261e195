//! Folding: lower case, no accents, ligatures opened, typographic marks and spaces made plain, with a map
//! from every folded byte back to the original text.

use crate::Span;

/// Folded text. It is pure ASCII: whatever has no ASCII form becomes a space.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    text: String,
    /// For each folded byte, the original byte where its character starts.
    starts: Vec<u32>,
    /// For each folded byte, the original byte where its character ends.
    ends: Vec<u32>,
}

impl Folded {
    /// Folds the pieces of a text; a space stands between pieces.
    ///
    /// A hyphen or soft hyphen at the end of a line joins the word to its rest on the next line when the
    /// rest begins with a lower-case letter; runs of white space become one space.
    pub fn of_pieces(text: &str, pieces: &[Span]) -> Self {
        let mut folded = Folded::default();
        for piece in pieces {
            folded.push_space(piece.start, piece.start);
            folded.push_str(&text[piece.start..piece.end], piece.start);
        }
        folded
    }

    /// Folds a whole text.
    pub fn of(text: &str) -> Self {
        let mut folded = Folded::default();
        folded.push_str(text, 0);
        folded
    }

    /// The folded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The original span of a folded byte range; empty ranges map to an empty span.
    pub fn original(&self, start: usize, end: usize) -> Span {
        if start >= end || end > self.starts.len() {
            let at = self.starts.get(start).map_or(0, |s| *s as usize);
            return Span::new(at, at);
        }
        Span::new(self.starts[start] as usize, self.ends[end - 1] as usize)
    }

    fn push_space(&mut self, start: usize, end: usize) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.push_byte(b' ', start, end);
        }
    }

    fn push_byte(&mut self, byte: u8, start: usize, end: usize) {
        self.text.push(byte as char);
        self.starts.push(start as u32);
        self.ends.push(end as u32);
    }

    fn push_str(&mut self, text: &str, base: usize) {
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let start = base + at;
            let end = start + c.len_utf8();
            match c {
                '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}' => {}
                '-' | '\u{2010}' if self.joins_next_line(&text[at + c.len_utf8()..]) => {
                    while chars.next_if(|(_, next)| next.is_whitespace()).is_some() {}
                }
                c if c.is_whitespace() => self.push_space(start, end),
                c if c.is_ascii() => self.push_byte(c.to_ascii_lowercase() as u8, start, end),
                c => {
                    let plain = fold_char(c);
                    if plain == " " {
                        self.push_space(start, end);
                    } else {
                        for byte in plain.bytes() {
                            self.push_byte(byte, start, end);
                        }
                    }
                }
            }
        }
    }

    /// A word cut at the end of a line: letter, hyphen, line end, lower-case letter.
    fn joins_next_line(&self, rest: &str) -> bool {
        let letter_before = self.text.as_bytes().last().is_some_and(u8::is_ascii_lowercase);
        if !letter_before || !rest.starts_with(['\n', '\r']) {
            return false;
        }
        rest.trim_start().chars().next().is_some_and(char::is_lowercase)
    }
}

/// The ASCII form of a character of French (and neighbouring) text; combining marks vanish.
pub fn fold_char(c: char) -> &'static str {
    match c {
        'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' | 'À' | 'Â' | 'Ä' | 'Á' | 'Ã' | 'Å' | 'ª' => "a",
        'ç' | 'Ç' => "c",
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => "e",
        'î' | 'ï' | 'í' | 'ì' | 'Î' | 'Ï' | 'Í' | 'Ì' => "i",
        'ô' | 'ö' | 'ó' | 'ò' | 'õ' | 'Ô' | 'Ö' | 'Ó' | 'Ò' | 'Õ' | 'º' | '°' => "o",
        'ù' | 'û' | 'ü' | 'ú' | 'Ù' | 'Û' | 'Ü' | 'Ú' => "u",
        'ÿ' | 'ý' | 'Ÿ' | 'Ý' => "y",
        'ñ' | 'Ñ' => "n",
        'œ' | 'Œ' => "oe",
        'æ' | 'Æ' => "ae",
        'ß' => "ss",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬀ' => "ff",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        // Small capitals that fonts map to the phonetic blocks.
        'ᴀ' => "a",
        'ʙ' => "b",
        'ᴄ' => "c",
        'ᴅ' => "d",
        'ᴇ' => "e",
        'ꜰ' => "f",
        'ɢ' => "g",
        'ʜ' => "h",
        'ɪ' => "i",
        'ᴊ' => "j",
        'ᴋ' => "k",
        'ʟ' => "l",
        'ᴍ' => "m",
        'ɴ' => "n",
        'ᴏ' => "o",
        'ᴘ' => "p",
        'ʀ' => "r",
        'ꜱ' => "s",
        'ᴛ' => "t",
        'ᴜ' => "u",
        'ᴠ' => "v",
        'ᴡ' => "w",
        'ʏ' => "y",
        'ᴢ' => "z",
        '\u{300}'..='\u{36f}' => "",
        '’' | '‘' | 'ʼ' | '′' | '`' | '´' => "'",
        '«' | '»' | '“' | '”' | '„' | '″' => "\"",
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => "-",
        '…' => "...",
        '€' => "eur",
        '≤' | '⩽' => "<=",
        '≥' | '⩾' => ">=",
        '×' => "x",
        '²' => "2",
        '³' => "3",
        '½' => "1/2",
        '•' | '▪' | '●' | '◦' | '‣' | '·' | '\u{f0b7}' | '\u{f0a7}' | '■' | '➢' | '✓' | '➔' | '→' | '▶' | '❖' | '☐' => {
            "*"
        }
        _ => " ",
    }
}

/// The folded form of a short text, without a map.
pub fn fold(text: &str) -> String {
    Folded::of(text).text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accents_ligatures_and_marks_become_plain() {
        assert_eq!(fold("L’ŒUVRE —  ﬁnale\u{a0}: 99,9\u{202f}%"), "l'oeuvre - finale : 99,9 %");
    }

    #[test]
    fn a_word_cut_at_a_line_end_is_joined_and_a_compound_is_not() {
        assert_eq!(fold("la sauve-\n   garde du sous-traitant"), "la sauvegarde du sous-traitant");
        assert_eq!(fold("article 5 -\nObjet"), "article 5 - objet");
    }

    #[test]
    fn the_map_leads_back_to_the_original_words() {
        let text = "Une copie chiﬀrée à l’extérieur";
        let folded = Folded::of(text);
        let at = folded.text().find("chiffree").unwrap();
        let span = folded.original(at, at + "chiffree".len());
        assert_eq!(&text[span.start..span.end], "chiﬀrée");
    }

    proptest! {
        #[test]
        fn every_folded_range_maps_to_character_boundaries(text in "\\PC{0,60}", cut in 0usize..60) {
            let folded = Folded::of(&text);
            prop_assert!(folded.text().is_ascii());
            let end = folded.text().len();
            let start = cut.min(end);
            let span = folded.original(start, end);
            prop_assert!(text.get(span.start..span.end).is_some());
        }
    }
}
