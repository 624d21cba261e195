//! A line of a page as a layout reader sees it: the common ground between PDF, OCR and plain text, from which
//! `structure` infers blocks.

/// A line of text. Geometry is in points (1/72 inch) for PDF, in characters for plain text; only ratios and
/// comparisons within one document are used.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// The words, without the line end; tabs and runs of spaces kept as the reader saw them.
    pub text: String,
    /// Page number, from 1.
    pub page: u32,
    /// Distance from the left edge of the page or column.
    pub indent: f32,
    /// Right end of the text.
    pub right: f32,
    /// Distance from the top of the page.
    pub top: f32,
    /// Height of the letters; 0 where unknown.
    pub size: f32,
    /// Whether the whole line is bold.
    pub bold: bool,
    /// Whether the reader knows the line to be a row of a table (cells already separated by " | ").
    pub table_row: bool,
    /// Vertical white space before the line, in line heights; 1 or more begins a new paragraph.
    pub gap: f32,
    /// Whether it is a running header, footer or page number ([`crate::running::mark`]).
    pub running: bool,
}
