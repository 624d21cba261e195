//! Short ways to write blocks.

use crate::{Align, Block, Cell, Column, Inline, Item, Paper, Style, Table, Tone};

/// Words as they are.
pub fn plain(text: impl Into<String>) -> Vec<Inline> {
    vec![Inline::Text(text.into())]
}

/// Strong words.
pub fn bold(text: impl Into<String>) -> Inline {
    Inline::Bold(plain(text))
}

/// Slanted words.
pub fn italic(text: impl Into<String>) -> Inline {
    Inline::Italic(plain(text))
}

/// A blank to fill; the words say with what.
pub fn blank(label: impl Into<String>) -> Inline {
    Inline::Blank(label.into())
}

/// The line ends here.
pub fn break_line() -> Inline {
    Inline::Break
}

/// The words of a line without their looks; a blank gives its label between square brackets.
pub fn text_of(line: &[Inline]) -> String {
    let mut out = String::new();
    gather(line, &mut out);
    out
}

fn gather(line: &[Inline], out: &mut String) {
    for inline in line {
        match inline {
            Inline::Text(text) => out.push_str(text),
            Inline::Bold(inner) | Inline::Italic(inner) | Inline::Toned(_, inner) => gather(inner, out),
            Inline::Blank(label) => {
                out.push('[');
                out.push_str(label);
                out.push(']');
            }
            Inline::Break => out.push(' '),
        }
    }
}

impl Block {
    /// A heading that takes the next number.
    pub fn numbered(level: u8, text: impl Into<String>) -> Self {
        Self::Heading { level, numbered: true, text: plain(text) }
    }

    /// A heading without a number.
    pub fn heading(level: u8, text: impl Into<String>) -> Self {
        Self::Heading { level, numbered: false, text: plain(text) }
    }

    /// A paragraph of the body.
    pub fn paragraph(text: Vec<Inline>) -> Self {
        Self::Paragraph { style: Style::Body, text }
    }

    /// A paragraph of the body made of plain words.
    pub fn words(text: impl Into<String>) -> Self {
        Self::paragraph(plain(text))
    }

    /// A paragraph in a style.
    pub fn styled(style: Style, text: impl Into<String>) -> Self {
        Self::Paragraph { style, text: plain(text) }
    }

    /// A bulleted list of plain words.
    pub fn bullets<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List { ordered: false, items: items.into_iter().map(|item| Item::from(plain(item))).collect() }
    }
}

impl From<Vec<Inline>> for Item {
    fn from(text: Vec<Inline>) -> Self {
        Self { text, blocks: Vec::new() }
    }
}

impl From<Vec<Inline>> for Cell {
    fn from(text: Vec<Inline>) -> Self {
        Self { text, tone: Tone::Plain }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        plain(text).into()
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        plain(text).into()
    }
}

impl Column {
    /// A column of this share of the width, its words on the left.
    pub fn of(share: f32) -> Self {
        Self { share, align: Align::Left }
    }
}

impl Table {
    /// A table of columns with these shares and these words in its header.
    pub fn with(shares: &[f32], header: &[&str]) -> Self {
        Self {
            columns: shares.iter().map(|share| Column::of(*share)).collect(),
            header: header.iter().map(|words| Cell::from(*words)).collect(),
            ..Self::default()
        }
    }

    /// Widths of the columns as shares of 1; equal where a share makes no sense.
    pub fn widths(&self) -> Vec<f32> {
        let sane = |share: f32| if share.is_finite() && share > 0.0 { share } else { 1.0 };
        let total: f32 = self.columns.iter().map(|column| sane(column.share)).sum();
        self.columns.iter().map(|column| sane(column.share) / total).collect()
    }

    /// A row brought to the number of columns: missing cells are empty, cells too many are joined to the last.
    pub fn squared(&self, row: &[Cell]) -> Vec<Cell> {
        let columns = self.columns.len();
        let mut cells: Vec<Cell> = row.iter().take(columns).cloned().collect();
        cells.resize_with(columns, Cell::default);
        if let Some(last) = cells.last_mut() {
            for extra in row.iter().skip(columns) {
                last.text.push(Inline::Text(" ".to_owned()));
                last.text.extend(extra.text.iter().cloned());
            }
        }
        cells
    }
}

impl Paper {
    /// Adds a block.
    pub fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// The language's code, French where none is given.
    pub fn language(&self) -> &str {
        if self.meta.language.is_empty() { "fr" } else { &self.meta.language }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_brought_to_the_columns() {
        let table = Table::with(&[1.0, f32::NAN], &["a", "b"]);
        assert_eq!(table.widths(), [0.5, 0.5]);
        assert_eq!(table.squared(&["x".into()]).len(), 2);
        let joined = table.squared(&["x".into(), "y".into(), "z".into()]);
        assert_eq!(text_of(&joined[1].text), "y z");
    }
}
