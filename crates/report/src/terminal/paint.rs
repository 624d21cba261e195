//! Colour, wrapping and cleaning for a terminal.

use crate::words::is_unsafe;
use contract::{Severity, Verdict};

/// Writes styles, or nothing where colour is off.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    pub(super) colour: bool,
}

impl Paint {
    fn wrap(self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    pub(super) fn verdict(self, verdict: Verdict, text: &str) -> String {
        let code = match verdict {
            Verdict::Satisfied => "32",
            Verdict::Weak => "33",
            Verdict::Adverse => "31",
            Verdict::Missing => "35",
            Verdict::NotReadable => "36",
            Verdict::NotApplicable => "2",
        };
        self.wrap(code, text)
    }

    pub(super) fn severity(self, severity: Severity) -> String {
        let code = match severity {
            Severity::Bloquant => "1;31",
            Severity::Majeur => "33",
            Severity::Mineur => "2",
        };
        self.wrap(code, severity.label())
    }
}

/// The text on one line, free of escapes and marks of direction that a hostile contract could hold; spaces that
/// must not break stay whole through [`wrap`].
pub(super) fn clean(text: &str) -> String {
    let text: String = text.chars().filter(|c| !is_unsafe(*c)).collect();
    let words: Vec<&str> = text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Columns the text takes, combining marks left out.
pub(super) fn columns(text: &str) -> usize {
    text.chars().filter(|c| !matches!(c, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}')).count()
}

/// The text padded on the right to a number of columns, or cut with an ellipsis.
pub(super) fn fit(text: &str, width: usize) -> String {
    let taken = columns(text);
    if taken <= width {
        return format!("{text}{}", " ".repeat(width - taken));
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// Lines of at most `width` columns (a longer word stands alone), the first after `first`, the others after
/// `rest`. Styles are applied by the caller on whole prefixes, so prefixes are measured by `indent`.
pub(super) fn wrap(text: &str, width: usize, indent: usize, first: &str, rest: &str) -> String {
    let room = width.saturating_sub(indent).max(20);
    let mut out = String::from(first);
    let mut taken = 0;
    for word in clean(text).split(' ') {
        let long = columns(word);
        if taken > 0 && taken + 1 + long > room {
            out.push('\n');
            out.push_str(rest);
            taken = 0;
        } else if taken > 0 {
            out.push(' ');
            taken += 1;
        }
        out.extend(word.chars().map(|c| if matches!(c, '\u{a0}' | '\u{202f}') { ' ' } else { c }));
        taken += long;
    }
    out.push('\n');
    out
}

/// A bar of `width` cells for a percentage.
pub(super) fn bar(percent: u8, width: usize) -> String {
    let full = (usize::from(percent) * width).div_ceil(100).min(width);
    let full = if percent < 100 { full.min(width.saturating_sub(1)) } else { full };
    format!("{}{}", "█".repeat(full), "░".repeat(width - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_escapes_never_reach_the_terminal() {
        assert_eq!(clean("a\x1b[2Jb\u{202e}c\r\nd\u{9b}5m"), "a[2Jbc d5m");
    }

    #[test]
    fn lines_keep_within_the_width_and_no_break_spaces_hold() {
        let text = "Le Prestataire rétablit le service en quatre heures\u{202f}: c’est promis.";
        let wrapped = wrap(text, 30, 2, "- ", "  ");
        assert!(wrapped.lines().all(|line| columns(line) <= 30), "{wrapped}");
        assert!(wrapped.contains("heures :"), "{wrapped}");
    }

    #[test]
    fn a_bar_is_full_only_at_100_and_empty_only_at_0() {
        assert_eq!(bar(0, 10), "░".repeat(10));
        assert_eq!(bar(1, 10), format!("█{}", "░".repeat(9)));
        assert_eq!(bar(99, 10), format!("{}░", "█".repeat(9)));
        assert_eq!(bar(100, 10), "█".repeat(10));
    }
}
