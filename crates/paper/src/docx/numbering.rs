//! The numbering part: headings, bullets, and one count for each numbered list.

/// The count of numbered headings.
pub(super) const HEADINGS: u32 = 1;
/// The count of headings numbered as articles.
pub(super) const ARTICLES: u32 = 2;
/// The bullets.
pub(super) const BULLETS: u32 = 3;
/// The first count of a numbered list.
pub(super) const FIRST_LIST: u32 = 10;

const LEVELS: usize = 4;

/// The part, with one count for each of `lists` numbered lists.
pub(super) fn part(lists: u32) -> String {
    let mut out = String::from(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">"#,
    );
    out.push_str(&headings(0, "%1."));
    out.push_str(&headings(1, "Article %1 –"));
    out.push_str(&bullets(2));
    out.push_str(&ordered(3));
    for (count, model) in [(HEADINGS, 0), (ARTICLES, 1), (BULLETS, 2)] {
        out.push_str(&format!(r#"<w:num w:numId="{count}"><w:abstractNumId w:val="{model}"/></w:num>"#));
    }
    for list in 0..lists {
        let count = FIRST_LIST + list;
        out.push_str(&format!(r#"<w:num w:numId="{count}"><w:abstractNumId w:val="3"/>"#));
        for level in 0..LEVELS {
            out.push_str(&format!(r#"<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="1"/></w:lvlOverride>"#));
        }
        out.push_str("</w:num>");
    }
    out.push_str("</w:numbering>");
    out
}

fn model(id: u32, levels: impl Iterator<Item = String>) -> String {
    let levels: String = levels.collect();
    format!(r#"<w:abstractNum w:abstractNumId="{id}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>"#)
}

fn level(at: usize, format: &str, words: &str, left: u32, hanging: u32, more: &str) -> String {
    let tail = if hanging == 0 { r#"<w:suff w:val="space"/>"# } else { "" };
    format!(
        r#"<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{format}"/>{tail}<w:lvlText w:val="{words}"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{left}" w:hanging="{hanging}"/></w:pPr>{more}</w:lvl>"#
    )
}

fn headings(id: u32, first: &str) -> String {
    let below = ["%1.%2", "%1.%2.%3", "%1.%2.%3.%4"];
    let all = std::iter::once(first).chain(below);
    model(id, all.enumerate().map(|(at, words)| level(at, "decimal", words, 0, 0, "")))
}

fn bullets(id: u32) -> String {
    let signs = ["•", "–", "·", "–"];
    model(id, signs.iter().enumerate().map(|(at, sign)| level(at, "bullet", sign, indent(at), 284, "")))
}

fn ordered(id: u32) -> String {
    let forms = [("decimal", "%1."), ("lowerLetter", "%2)"), ("lowerRoman", "%3."), ("decimal", "%4)")];
    model(id, forms.iter().enumerate().map(|(at, (form, words))| level(at, form, words, indent(at), 340, "")))
}

/// The left edge of a list's words at this level, in twentieths of a point.
pub(super) fn indent(level: usize) -> u32 {
    397 + 340 * u32::try_from(level.min(LEVELS - 1)).unwrap_or(0)
}
