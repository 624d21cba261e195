//! Rows: the lines of a text with the white space around them measured and taken off.

use crate::lines::Line;
use crate::sheet::Para;
use contract::{BlockKind, Span};

/// A line that holds words. Lengths are in characters for plain text, in points for a page layout.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'t> {
    /// The words, without white space around.
    pub text: &'t str,
    /// Byte offset of the words in the document's text.
    pub start: usize,
    /// Distance from the left edge.
    pub indent: f32,
    /// Right end of the words.
    pub right: f32,
    /// Height of the letters; 0 where unknown.
    pub size: f32,
    /// Whether the whole line is bold.
    pub bold: bool,
    /// Page number, from 1.
    pub page: u32,
    /// Whether white space stands before the row.
    pub gap: bool,
    /// Whether the row is a whole paragraph by itself (DOCX, ODT, HTML): never joined to another.
    pub whole: bool,
    /// What the reader knows the row to be.
    pub given: Option<BlockKind>,
}

impl Row<'_> {
    /// The row's words in the document's text.
    pub fn span(&self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }

    /// Characters of the words, or a width in the same unit as `right`.
    pub fn width(&self) -> f32 {
        self.right - self.indent
    }
}

/// White space a line may begin or end with (a form feed begins a page and is white space too).
fn is_margin(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}')
}

/// The rows of a plain text, and where its pages begin (a form feed begins a page).
pub(crate) fn of_text(text: &str) -> (Vec<Row<'_>>, Vec<usize>) {
    let mut rows = Vec::with_capacity(text.len() / 60 + 1);
    let mut pages = vec![0];
    let mut gap = true;
    let mut at = 0;
    for line in text.split_inclusive(['\n', '\u{c}']) {
        let start = at;
        at += line.len();
        let words = line.trim_matches(is_margin);
        if words.is_empty() {
            gap |= line.ends_with('\n');
        } else {
            let lead = line.len() - line.trim_start_matches(is_margin).len();
            let indent = columns(&line[..lead], 0);
            rows.push(Row {
                text: words,
                start: start + lead,
                indent: indent as f32,
                right: columns(words, indent) as f32,
                size: 0.0,
                bold: false,
                page: pages.len() as u32,
                gap,
                whole: false,
                given: None,
            });
            gap = false;
        }
        if line.ends_with('\u{c}') {
            pages.push(at);
        }
    }
    (rows, pages)
}

/// The column reached after `text` from column `from`; a tab goes to the next multiple of 4.
fn columns(text: &str, from: usize) -> usize {
    if text.is_ascii() && !text.as_bytes().contains(&b'\t') {
        return from + text.len();
    }
    text.chars().fold(from, |column, c| if c == '\t' { (column / 4 + 1) * 4 } else { column + 1 })
}

/// The lines of a page layout joined by line ends; one offset per line tells where its text begins.
pub(crate) fn join(lines: &[Line]) -> (String, Vec<usize>) {
    let mut text = String::with_capacity(lines.iter().map(|l| l.text.len() + 1).sum());
    let mut starts = Vec::with_capacity(lines.len());
    for line in lines {
        starts.push(text.len());
        text.push_str(&line.text);
        text.push('\n');
    }
    (text, starts)
}

/// The rows of a page layout, over the text that [`join`] made.
pub(crate) fn of_lines<'t>(lines: &[Line], text: &'t str, starts: &[usize]) -> Vec<Row<'t>> {
    let mut rows = Vec::with_capacity(lines.len());
    for (line, start) in lines.iter().zip(starts) {
        let raw = &text[*start..*start + line.text.len()];
        let words = raw.trim_matches(is_margin);
        if words.is_empty() {
            continue;
        }
        let lead = raw.len() - raw.trim_start_matches(is_margin).len();
        let given = match (line.running, line.table_row) {
            (true, _) => Some(BlockKind::Running),
            (_, true) => Some(BlockKind::TableRow { header: false }),
            _ => None,
        };
        rows.push(Row {
            text: words,
            start: start + lead,
            indent: line.indent,
            right: line.right.max(line.indent),
            size: line.size,
            bold: line.bold,
            page: line.page,
            gap: line.gap >= PARAGRAPH_GAP,
            whole: false,
            given,
        });
    }
    rows
}

/// The rows of paragraphs: one each, or one per line where the paragraph has line breaks and no kind of its own.
pub(crate) fn of_paragraphs<'t>(text: &'t str, paras: &[(Span, Para)]) -> Vec<Row<'t>> {
    let mut rows = Vec::with_capacity(paras.len());
    for (span, para) in paras {
        let own = &text[span.start..span.end];
        let split = para.kind.is_none() && own.contains('\n');
        let lines = if split { own.split_inclusive('\n') } else { own.split_inclusive('\u{c}') };
        let mut at = span.start;
        for (index, line) in lines.enumerate() {
            let start = at;
            at += line.len();
            let words = line.trim_matches(is_margin);
            if words.is_empty() {
                continue;
            }
            let depth = if let Some(BlockKind::ListItem { depth }) = para.kind { f32::from(depth) } else { 0.0 };
            rows.push(Row {
                text: words,
                start: start + line.len() - line.trim_start_matches(is_margin).len(),
                indent: depth * 4.0,
                right: depth * 4.0 + words.len() as f32,
                size: para.size,
                bold: para.bold,
                page: 0,
                gap: index == 0,
                whole: !split,
                given: para.kind,
            });
        }
    }
    rows
}

/// White space, in line heights, from which a line begins a new paragraph.
const PARAGRAPH_GAP: f32 = 0.85;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_point_at_their_words() {
        let text = "Titre\n\n   - un\u{a0}\r\n\tdeux\n";
        let (rows, pages) = of_text(text);
        let words: Vec<_> = rows.iter().map(|r| &text[r.span().start..r.span().end]).collect();
        assert_eq!(words, ["Titre", "- un", "deux"]);
        assert_eq!(pages, [0]);
        assert_eq!(rows.iter().map(|r| r.gap).collect::<Vec<_>>(), [true, true, false]);
        assert_eq!(rows[2].indent, 4.0);
    }

    #[test]
    fn a_form_feed_begins_a_page_but_is_no_gap() {
        let (rows, pages) = of_text("un\n\u{c}deux\n");
        assert_eq!(pages, [0, 4]);
        assert_eq!(rows[1].page, 2);
        assert!(!rows[1].gap);
    }
}
