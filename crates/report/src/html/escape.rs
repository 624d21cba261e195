//! Hostile text made harmless.

use crate::typography::french;
use crate::words::is_unsafe;

/// Appends text, its five special characters escaped and what could hide or reorder words made visible.
pub(crate) fn push(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\r' => out.push(' '),
            c if is_unsafe(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

/// Escaped text, for content or for a quoted attribute.
pub(crate) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    push(&mut out, text);
    out
}

/// A sentence of ours: French typography, then escaped.
pub(crate) fn prose(text: &str) -> String {
    html(&french(text))
}

/// A point's id as it may stand in an attribute, a class or a fragment.
pub(crate) fn slug(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_leave_text_or_an_attribute() {
        assert_eq!(
            html("<b a='x' c=\"y\">&\0\u{202e}"),
            "&lt;b a=&#39;x&#39; c=&quot;y&quot;&gt;&amp;\u{fffd}\u{fffd}"
        );
        assert_eq!(slug("A\"> <x>-1"), "A____x_-1");
    }
}
