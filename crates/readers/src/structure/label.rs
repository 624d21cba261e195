//! What a line begins with: a Markdown heading mark, "Article 5", "5.2.1", "I.", "a)", a bullet.

/// A named division of a contract, from the widest to the narrowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Division {
    /// "Annexe 2", "Appendice A".
    Annex,
    /// "Partie 1", "Livre II", "Titre III".
    Part,
    /// "Chapitre 2".
    Chapter,
    /// "Section 1".
    Section,
    /// "Article 5", "Art. 5", "Clause 5".
    Article,
}

/// What a line begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// `##` of Markdown, with its count of marks.
    Hash(u8),
    /// A named division.
    Division(Division),
    /// "5." or "5.2.1" or "I.5.6": how many numbers; the last one; whether a mark follows ("5 Objet" has none).
    Decimal {
        /// How many numbers the label has.
        depth: u8,
        /// The last number (0 where it is no figure).
        last: u32,
        /// Whether a point, dash or slash follows the last number.
        marked: bool,
    },
    /// "IV." or "IV -".
    Roman,
    /// "B." or "B -".
    Letter,
    /// "a)", "(i)", "1°", "2)": always an item of a list.
    Counter,
    /// A bullet.
    Bullet,
}

/// A label and where the words after it begin, in bytes of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labelled {
    /// What the line begins with.
    pub label: Label,
    /// Byte offset of the words after it.
    pub content: usize,
}

/// Reads the label of a line that has no leading white space.
pub fn label_of(line: &str) -> Option<Labelled> {
    let emphasis = line.len() - line.trim_start_matches(['*', '_']).len();
    if emphasis >= 2 {
        let inner = plain_label(&line[emphasis..])?;
        let numbered = !matches!(inner.label, Label::Bullet | Label::Hash(_));
        return numbered.then_some(Labelled { content: inner.content + emphasis, ..inner });
    }
    plain_label(line)
}

fn plain_label(line: &str) -> Option<Labelled> {
    let first = line.chars().next()?;
    match first {
        '#' => hash(line),
        '<' => html_heading(line),
        _ => bullet(line, first)
            .or_else(|| division(line, first))
            .or_else(|| counter(line, first))
            .or_else(|| numbered(line, first)),
    }
}

fn hash(line: &str) -> Option<Labelled> {
    let count = line.bytes().take_while(|b| *b == b'#').count();
    let rest = &line[count..];
    let words = rest.trim_start();
    (count <= 6 && rest.len() > words.len() && !words.is_empty())
        .then(|| Labelled { label: Label::Hash(count as u8), content: line.len() - words.len() })
}

fn html_heading(line: &str) -> Option<Labelled> {
    let bytes = line.as_bytes();
    let level = match bytes.get(1..3)? {
        [b'h' | b'H', digit @ b'1'..=b'6'] => digit - b'0',
        _ => return None,
    };
    let close = line.find('>')?;
    (close + 1 < line.len()).then_some(Labelled { label: Label::Hash(level), content: close + 1 })
}

/// Characters that begin an item of a list wherever a line begins with them.
fn is_bullet(c: char) -> bool {
    matches!(
        c,
        '•' | '▪'
            | '●'
            | '◦'
            | '‣'
            | '·'
            | '■'
            | '□'
            | '➢'
            | '✓'
            | '✔'
            | '✗'
            | '✘'
            | '➔'
            | '→'
            | '▶'
            | '►'
            | '❖'
            | '☐'
            | '☑'
            | '☒'
            | '✅'
            | '❌'
            | '◆'
            | '○'
            | '⁃'
            | '¾'
            | '\u{f000}'..='\u{f0ff}' | '¨'
    )
}

fn bullet(line: &str, first: char) -> Option<Labelled> {
    let rest = &line[first.len_utf8()..];
    let words = rest.trim_start();
    let spaced = rest.len() > words.len();
    let next = words.chars().next()?;
    let found = match first {
        '-' | '–' | '—' | '−' | '‐' => {
            let page_number = next.is_ascii_digit() && words.ends_with(first);
            (spaced || next.is_uppercase()) && !page_number && next != first
        }
        '*' | '+' => spaced && next != '*',
        'o' => rest.len() >= words.len() + 2 || (rest.starts_with('\t')) || (spaced && next.is_uppercase()),
        '[' => return check_box(line),
        c => is_bullet(c),
    };
    let mut content = line.len() - words.len();
    if found && let Some(inner) = check_box(words) {
        content += inner.content;
    }
    found.then_some(Labelled { label: Label::Bullet, content })
}

fn check_box(line: &str) -> Option<Labelled> {
    let rest = ["[ ] ", "[x] ", "[X] ", "[  ] "].iter().find_map(|mark| line.strip_prefix(mark))?;
    (!rest.is_empty()).then_some(Labelled { label: Label::Bullet, content: line.len() - rest.len() })
}

const DIVISIONS: [(&str, Division); 13] = [
    ("annexe", Division::Annex),
    ("appendice", Division::Annex),
    ("partie", Division::Part),
    ("livre", Division::Part),
    ("titre", Division::Part),
    ("chapitre", Division::Chapter),
    ("section", Division::Section),
    ("article", Division::Article),
    ("clause", Division::Article),
    ("art.", Division::Article),
    ("annexes", Division::Annex),
    ("avenant", Division::Part),
    ("appendices", Division::Annex),
];

/// "Article 5 – Objet": the word with a capital, its number or letter, then a separator, the end or a title.
fn division(line: &str, first: char) -> Option<Labelled> {
    if !first.is_ascii_uppercase() {
        return None;
    }
    let word_end = line.find(|c: char| !c.is_alphabetic() && c != '.').unwrap_or(line.len());
    let word = &line[..word_end];
    let (_, division) = DIVISIONS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name))?;
    let rest = &line[word_end..];
    let trimmed = rest.trim_start_matches([' ', '\u{a0}', '\u{202f}', '\t']);
    let separators = [':', '-', '–', '—', '.', ')', '*', '/', '|'];
    let token_end = trimmed.find(|c: char| !(c.is_alphanumeric() || c == '°')).unwrap_or(trimmed.len());
    let mut at = line.len() - trimmed.len();
    if token_end > 0 {
        let token = &trimmed[..token_end];
        let rank = token.trim_start_matches(['n', 'N', '°']);
        let rank = if rank.is_empty() { token } else { rank };
        if !is_rank(rank) || rest.len() == trimmed.len() {
            return None;
        }
        at += token_end;
        at += decimals_after(&line[at..]);
    } else if *division != Division::Annex || !(trimmed.is_empty() || trimmed.starts_with(separators)) {
        return None;
    }
    let after = &line[at..];
    let words = after.trim_start_matches(|c: char| c.is_whitespace() || separators.contains(&c));
    let separated = after.trim_start().starts_with(separators) || words.is_empty();
    let title = words.chars().next().is_none_or(|c| c.is_uppercase() || c == '«' || c == '"');
    (separated || title).then(|| Labelled { label: Label::Division(*division), content: line.len() - words.len() })
}

fn decimals_after(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while matches!(bytes.get(at), Some(b'.' | b'-')) && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
        at += 1 + bytes[at + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
    }
    at
}

/// A number, roman number, single capital letter or ordinal.
fn is_rank(token: &str) -> bool {
    let ordinal = ["premier", "première", "premiere", "1er", "1ère", "unique", "préliminaire"];
    token.bytes().all(|b| b.is_ascii_digit())
        || is_roman(token)
        || (token.len() == 1 && token.as_bytes()[0].is_ascii_uppercase())
        || ordinal.iter().any(|o| token.to_lowercase() == *o)
        || (token.len() <= 3 && token.as_bytes()[0].is_ascii_digit())
}

fn is_roman(token: &str) -> bool {
    !token.is_empty() && token.len() <= 6 && token.bytes().all(|b| matches!(b, b'I' | b'V' | b'X' | b'L'))
}

/// "a)", "(a)", "1)", "(ii)", "1°", "a.", "i.".
fn counter(line: &str, first: char) -> Option<Labelled> {
    let open = first == '(';
    let body = if open { &line[1..] } else { line };
    let len = body.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let token = body.get(..len)?;
    let figures = len <= 2 && len > 0 && token.bytes().all(|b| b.is_ascii_digit());
    let letter = len == 1 && token.bytes().all(|b| b.is_ascii_alphabetic());
    let roman = len <= 5 && len > 0 && token.bytes().all(|b| matches!(b.to_ascii_lowercase(), b'i' | b'v' | b'x'));
    let capital = token.bytes().any(|b| b.is_ascii_uppercase());
    if !(figures || letter || roman) || (capital && !open) {
        return None;
    }
    let lower = token.bytes().all(|b| b.is_ascii_lowercase());
    let rest = &body[len..];
    let mark = rest.chars().next()?;
    let after = &rest[mark.len_utf8()..];
    let marked = match mark {
        ')' => true,
        '°' => figures && !open,
        '.' | '-' => lower && !open,
        _ => false,
    };
    let after = if mark == '°' { after.strip_prefix(')').unwrap_or(after) } else { after };
    let words = after.trim_start();
    (marked && after.len() > words.len() && !words.is_empty())
        .then(|| Labelled { label: Label::Counter, content: line.len() - words.len() })
}

/// "5.", "5.2.1", "5 Objet", "I.", "I.5.6", "A.", "A.1".
fn numbered(line: &str, first: char) -> Option<Labelled> {
    if !first.is_ascii_alphanumeric() {
        return None;
    }
    let (depth, last, end, marked) = number_parts(line)?;
    let first_part = &line[..line.find(['.', ' ', '-', ')', '/', '\t']).unwrap_or(line.len())];
    let rest = &line[end..];
    let separators = ['-', '–', '—', ':', '/', '.', ')'];
    let words = rest.trim_start_matches(|c: char| c.is_whitespace() || separators.contains(&c));
    let before_words = &rest[..rest.len() - words.len()];
    let marked = marked || before_words.contains(separators);
    let next = words.chars().next()?;
    let content = line.len() - words.len();
    let glued = before_words.is_empty() && !marked;
    let figures = first.is_ascii_digit();
    if glued || (before_words.is_empty() && !next.is_uppercase()) {
        return None;
    }
    if depth > 1 && before_words.starts_with(')') {
        return None;
    }
    let label = if depth == 1 && !figures {
        if !marked || !next.is_uppercase() && next != '«' || (first_part == "M" && before_words == " ") {
            return None;
        }
        if is_roman(first_part) && first_part != "L" { Label::Roman } else { Label::Letter }
    } else {
        let opens = next.is_alphabetic() || matches!(next, '«' | '"' | '*' | '[' | '(' | '“');
        if !opens || (!marked && depth == 1 && !next.is_uppercase()) {
            return None;
        }
        Label::Decimal { depth, last, marked }
    };
    Some(Labelled { label, content })
}

/// Count of numbers, the last one, where they end, and whether a final point was passed.
fn number_parts(line: &str) -> Option<(u8, u32, usize, bool)> {
    let bytes = line.as_bytes();
    let (mut depth, mut last, mut at) = (0u8, 0u32, 0usize);
    loop {
        let len = bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        let part = &line[at..at + len];
        let figures = len > 0 && len <= 3 && part.bytes().all(|b| b.is_ascii_digit());
        let capital = len == 1 && bytes[at].is_ascii_uppercase();
        if !(figures || capital || is_roman(part)) || depth >= 8 {
            return (depth > 0).then_some((depth, last, at, true));
        }
        depth += 1;
        last = part.parse().unwrap_or(0);
        at += len;
        if bytes.get(at) != Some(&b'.') {
            return Some((depth, last, at, false));
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests;
