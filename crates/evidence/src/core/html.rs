//! HTML as lines of text: cells are parted by tabs, rows and blocks by line ends.

/// The text of HTML. Line ends of the source mean nothing, as in a browser; those of `pre` stay.
#[must_use]
pub fn untagged(html: &str) -> String {
    let mut out = String::with_capacity(html.len() / 2);
    let (mut rest, mut kept) = (html, 0usize);
    while let Some(open) = rest.find('<') {
        text(&mut out, rest.get(..open).unwrap_or_default(), kept > 0);
        rest = rest.get(open..).unwrap_or_default();
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").and_then(|end| comment.get(end + 3..)).unwrap_or_default();
            continue;
        }
        if !rest
            .get(1..2)
            .is_some_and(|c| c.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')))
        {
            // `a < b` is text.
            out.push('<');
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let end = rest.find('>').map_or(rest.len(), |i| i + 1);
        let closing = rest.starts_with("</");
        let tag = rest.get(1..end).unwrap_or_default().trim_start_matches('/');
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        match name.as_str() {
            "td" | "th" if closing => {}
            "td" | "th" => out.push('\t'),
            "br" | "p" | "div" | "tr" | "table" | "li" | "ul" | "hr" | "h1" | "h2" | "h3" | "h4" | "blockquote" => {
                out.push('\n');
            }
            "pre" => {
                out.push('\n');
                kept = if closing { kept.saturating_sub(1) } else { kept + 1 };
            }
            _ => {}
        }
        let skip = match name.as_str() {
            "style" | "script" | "title" if !closing => find_closing(rest, &name).unwrap_or(end),
            _ => end,
        };
        rest = rest.get(skip.max(1)..).unwrap_or_default();
    }
    text(&mut out, rest, kept > 0);
    let lines = out.lines().map(|l| l.trim_matches(['\t', ' ']).to_owned()).filter(|l| !l.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a text is a page of HTML.
#[must_use]
pub fn is_page(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

/// Where the element that opens here is closed.
fn find_closing(rest: &str, name: &str) -> Option<usize> {
    let closing = format!("</{name}");
    rest.match_indices("</")
        .map(|(at, _)| at)
        .find(|at| rest.get(*at..*at + closing.len()).is_some_and(|found| found.eq_ignore_ascii_case(&closing)))
}

/// Appends text: runs of white space are one space, except where they are kept.
fn text(out: &mut String, piece: &str, kept: bool) {
    let piece = entities(piece);
    if kept {
        out.push_str(&piece);
        return;
    }
    for c in piece.chars() {
        match c {
            ' ' | '\n' | '\r' | '\t' => {
                if !out.ends_with([' ', '\n', '\t']) {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
}

/// Longest name of an entity.
const LONGEST: usize = 10;

fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + 1..).unwrap_or_default();
        let name = rest.find(';').filter(|end| *end <= LONGEST).and_then(|end| rest.get(..end));
        match name.and_then(|n| Some((n, entity(n)?))) {
            Some((name, c)) => {
                out.push(c);
                rest = rest.get(name.len() + 1..).unwrap_or_default();
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(|c| if c == '\u{a0}' { ' ' } else { c });
    }
    const NAMED: [(&str, char); 34] = [
        ("nbsp", ' '),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("amp", '&'),
        ("eacute", 'é'),
        ("egrave", 'è'),
        ("ecirc", 'ê'),
        ("euml", 'ë'),
        ("Eacute", 'É'),
        ("Egrave", 'È'),
        ("agrave", 'à'),
        ("acirc", 'â'),
        ("Agrave", 'À'),
        ("auml", 'ä'),
        ("Auml", 'Ä'),
        ("icirc", 'î'),
        ("iuml", 'ï'),
        ("ocirc", 'ô'),
        ("ouml", 'ö'),
        ("Ouml", 'Ö'),
        ("ugrave", 'ù'),
        ("ucirc", 'û'),
        ("uuml", 'ü'),
        ("Uuml", 'Ü'),
        ("szlig", 'ß'),
        ("ccedil", 'ç'),
        ("rsquo", '’'),
        ("laquo", '«'),
        ("raquo", '»'),
        ("deg", '°'),
        ("ndash", '–'),
        ("euro", '€'),
    ];
    NAMED.iter().find(|(known, _)| *known == name).map(|(_, c)| *c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_of_the_source_mean_nothing() {
        let html = "<html><head><title>Rapport</title><style>td { color: red }</style></head><body>\n<!-- a > b -->\n\
                    <table>\n <tr>\n  <td>\n   SRV-AD\n  </td>\n  <td><b>Success</b></td>\n </tr>\n</table>\
                    <pre>a\n  b</pre>R&#233;ussite &amp; dur&eacute;e &lt;1 h, 3 < 4</body></html>";
        assert_eq!(untagged(html), "SRV-AD \tSuccess\na\nb\nRéussite & durée <1 h, 3 < 4");
    }
}
