//! Every sign a paper shows must be in a font: PDF/A refuses a page with holes. What no font has is shown as "□".

use paper::{Paper, clean};
use serde_json::Value;
use typst::text::Font;

/// The paper as JSON whose every string can be shown.
///
/// # Errors
/// When the paper does not serialise; ours always do.
pub(crate) fn shown(paper: &Paper, fonts: &[Font]) -> Result<Value, serde_json::Error> {
    let mut value = serde_json::to_value(paper)?;
    walk(&mut value, &|c| fonts.iter().any(|font| font.info().coverage.contains(u32::from(c))));
    Ok(value)
}

fn walk(value: &mut Value, has: &impl Fn(char) -> bool) {
    match value {
        Value::String(text) => *text = shown_text(text, has),
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, has)),
        Value::Object(fields) => fields.values_mut().for_each(|field| walk(field, has)),
        _ => {}
    }
}

/// Letters in a row after which a line may break anyway: no column is narrower than this and no French word longer.
const LONGEST_WORD: usize = 36;

fn shown_text(text: &str, has: &impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut row = 0;
    for c in clean(text).chars() {
        row = if c.is_whitespace() || c == '-' { 0 } else { row + 1 };
        if row > LONGEST_WORD {
            out.push('\u{200b}');
            row = 1;
        }
        match c {
            // Bold and italic Lato have no such hyphen; a word joiner on each side keeps the line whole.
            '\u{2011}' => out.push_str("\u{2060}-\u{2060}"),
            // A soft hyphen or a joiner has no glyph of its own and needs none.
            '\u{ad}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' => out.push(c),
            c if has(c) => out.push(c),
            _ => out.push('□'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_no_font_has_are_shown_as_squares() {
        assert_eq!(shown_text(&"x".repeat(37), &|_| true), format!("{}\u{200b}x", "x".repeat(36)));
        assert_eq!(shown_text("a\u{2011}b \u{4e2d}", &|c| c.is_ascii()), "a\u{2060}-\u{2060}b □");
    }
}
