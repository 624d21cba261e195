//! Numbers as automatic numbering writes them: figures, letters, roman numbers.

/// How a level of a numbering writes its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Numeral {
    /// 1, 2, 3.
    #[default]
    Decimal,
    /// 01, 02, 03.
    Padded,
    /// a, b, c; after z comes aa.
    LowerLetter,
    /// A, B, C.
    UpperLetter,
    /// i, ii, iii.
    LowerRoman,
    /// I, II, III.
    UpperRoman,
    /// 1er, 2e.
    Ordinal,
    /// A mark that is no number.
    Bullet,
    /// Nothing.
    None,
}

impl Numeral {
    /// The format of a level of WordprocessingML (`w:numFmt`).
    pub fn of_word(name: &str) -> Self {
        match name {
            "bullet" => Self::Bullet,
            "decimalZero" => Self::Padded,
            "lowerLetter" => Self::LowerLetter,
            "upperLetter" => Self::UpperLetter,
            "lowerRoman" => Self::LowerRoman,
            "upperRoman" => Self::UpperRoman,
            "ordinal" => Self::Ordinal,
            "none" => Self::None,
            _ => Self::Decimal,
        }
    }

    /// The format of a level of OpenDocument (`style:num-format`).
    pub fn of_odf(name: &str) -> Self {
        match name {
            "a" => Self::LowerLetter,
            "A" => Self::UpperLetter,
            "i" => Self::LowerRoman,
            "I" => Self::UpperRoman,
            "" => Self::None,
            _ => Self::Decimal,
        }
    }

    /// The number as the format writes it.
    pub fn write(self, number: u32) -> String {
        match self {
            Self::Decimal => number.to_string(),
            Self::Padded => format!("{number:02}"),
            Self::LowerLetter => letters(number, b'a'),
            Self::UpperLetter => letters(number, b'A'),
            Self::LowerRoman => roman(number).to_lowercase(),
            Self::UpperRoman => roman(number),
            Self::Ordinal if number == 1 => "1er".into(),
            Self::Ordinal => format!("{number}e"),
            Self::Bullet | Self::None => String::new(),
        }
    }

    /// Whether items so numbered are always items of a list (a figure may head an article instead).
    pub fn is_item(self) -> bool {
        matches!(self, Self::Bullet | Self::LowerLetter | Self::LowerRoman)
    }
}

/// Word repeats the letter: after z comes aa, then bb.
fn letters(number: u32, first: u8) -> String {
    let Some(index) = number.checked_sub(1) else { return String::new() };
    let letter = char::from(first + (index % 26) as u8);
    std::iter::repeat_n(letter, (index / 26 + 1).min(20) as usize).collect()
}

fn roman(number: u32) -> String {
    const PARTS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if number > 4999 {
        return number.to_string();
    }
    let mut left = number;
    let mut written = String::new();
    for (value, sign) in PARTS {
        while left >= value {
            written.push_str(sign);
            left -= value;
        }
    }
    written
}

/// A bullet as text: fonts of symbols keep theirs in a private area.
pub(crate) fn bullet(mark: &str) -> &str {
    match mark.trim() {
        "" => "•",
        one if one.chars().any(|c| ('\u{e000}'..='\u{f8ff}').contains(&c)) => "•",
        "§" | "Ø" | "ü" | "q" | "v" => "•",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_each_format() {
        assert_eq!(Numeral::LowerLetter.write(28), "bb");
        assert_eq!(Numeral::UpperRoman.write(14), "XIV");
        assert_eq!(Numeral::LowerRoman.write(4), "iv");
        assert_eq!(Numeral::Padded.write(3), "03");
        assert_eq!(Numeral::UpperLetter.write(0), "");
        assert_eq!(Numeral::UpperRoman.write(4_000_000_000), "4000000000");
        assert_eq!(Numeral::LowerLetter.write(u32::MAX).len(), 20);
    }

    #[test]
    fn bullets_of_symbol_fonts_become_plain() {
        assert_eq!(bullet("\u{f0b7}"), "•");
        assert_eq!(bullet("-"), "-");
    }
}
