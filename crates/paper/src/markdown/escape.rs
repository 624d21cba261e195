//! Words as Markdown that shows them and nothing else.

use crate::clean;

/// Escapes what CommonMark would read as markup. `start` says that the words begin a line, where more signs speak.
pub(super) fn escape(text: &str, start: bool, out: &mut String) {
    let text = clean(text);
    let mut rest = text.as_str();
    if start {
        rest = rest.trim_start();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && digits < 10 && rest[digits..].starts_with(['.', ')']) {
            out.push_str(&rest[..digits]);
            out.push('\\');
            rest = &rest[digits..];
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        } else if rest.starts_with(['#', '-', '+', '=', ':']) {
            out.push('\\');
        }
    }
    let mut previous = ' ';
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        let speaks = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '{' | '}' | '$' => true,
            // Within a word an underscore is only itself.
            '_' => !(previous.is_alphanumeric() && next.is_alphanumeric()),
            '&' => next == '#' || next.is_ascii_alphabetic(),
            _ => false,
        };
        if speaks {
            out.push('\\');
        }
        out.push(c);
        previous = c;
    }
}
