//! From lines to blocks: headings with their level, paragraphs joined over line ends, items of lists, rows of
//! tables, table of contents, running headers and footers.

mod assemble;
mod headings;
pub(crate) mod label;
mod levels;
mod marks;
mod repeats;
mod rows;
mod tables;
mod toc;
mod words;

use crate::lines::Line;
use crate::sheet::Para;
use contract::{Block, Page, PageState, Span};
use rows::Row;

/// A text with its blocks; `starts` has the byte where each line given began.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layout {
    /// The lines, each followed by a line end.
    pub text: String,
    /// Blocks over the text.
    pub blocks: Vec<Block>,
    /// Where each line begins.
    pub starts: Vec<usize>,
}

/// The blocks and pages of a text that is kept unchanged (plain text, Markdown).
pub(crate) fn of_text(text: &str) -> (Vec<Page>, Vec<Block>) {
    let (rows, starts) = rows::of_text(text);
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let pages = starts.iter().zip(ends).zip(1..);
    let pages = pages
        .map(|((start, end), number)| Page { number, span: Span::new(*start, end), state: PageState::Text })
        .collect();
    (pages, blocks(&rows))
}

/// The text and blocks of a page layout (PDF, OCR).
pub(crate) fn of_lines(lines: &[Line]) -> Layout {
    let (text, starts) = rows::join(lines);
    let blocks = blocks(&rows::of_lines(lines, &text, &starts));
    Layout { text, blocks, starts }
}

/// The blocks of a text made of paragraphs (DOCX, ODT, HTML).
pub(crate) fn of_paragraphs(text: &str, paras: &[(Span, Para)]) -> Vec<Block> {
    blocks(&rows::of_paragraphs(text, paras))
}

fn blocks(rows: &[Row]) -> Vec<Block> {
    let measure = marks::Measure::of(rows);
    let mut marks = marks::of(rows, &measure);
    repeats::mark(rows, &mut marks);
    tables::mark(rows, &mut marks);
    toc::mark(rows, &mut marks);
    let levels = levels::of(rows, &marks, &measure);
    assemble::blocks(rows, &marks, &levels, &measure)
}
