//! A document as a reader gives it: one text, pages over it, blocks over it, and what went wrong.

use crate::Span;
use serde::{Deserialize, Serialize};

/// The format a document was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Portable Document Format.
    Pdf,
    /// Office Open XML word processing document.
    Docx,
    /// OpenDocument text.
    Odt,
    /// HTML.
    Html,
    /// Markdown.
    Markdown,
    /// Plain text, UTF-8 or Windows-1252.
    Text,
}

/// How the words of a page were obtained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageState {
    /// The file holds the words.
    Text,
    /// The page is a picture; the words were recognised by OCR and may be wrong.
    Ocr,
    /// The page could not be read; a verdict must not take its silence for absence.
    Unreadable {
        /// Why, in French, for the user.
        reason: String,
    },
}

/// Bytes of text above which a page, on the average, is no sheet of paper: small print fills about six thousand.
const PAGE: usize = 8_000;

/// One page. Formats without pages have a single page numbered 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Page number, from 1.
    pub number: u32,
    /// The page's part of the text; empty for an unreadable page.
    pub span: Span,
    /// How its words were obtained.
    pub state: PageState,
}

/// What a block of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A heading; level 1 is the highest.
    Heading {
        /// 1 (title of the document or part) to 9.
        level: u8,
    },
    /// A paragraph.
    Paragraph,
    /// An item of a list.
    ListItem {
        /// Nesting, from 0.
        depth: u8,
    },
    /// A row of a table, its cells separated by " | ".
    TableRow {
        /// Whether the row gives the columns their names.
        header: bool,
    },
    /// A line of a table of contents: recognised, never evidence.
    TocEntry,
    /// A running header, footer or page number: kept out of sentences, never evidence.
    Running,
}

/// A block: the unit the reader can tell from the layout. Its text is the concatenation of its pieces, which
/// lets a paragraph continue over a page break without the running lines between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its parts, in order, none empty, none overlapping.
    pub pieces: Vec<Span>,
}

impl Block {
    /// A block in one piece.
    pub fn new(kind: BlockKind, span: Span) -> Self {
        Self { kind, pieces: vec![span] }
    }

    /// From the first byte of the first piece to the last of the last.
    pub fn span(&self) -> Span {
        let start = self.pieces.first().map_or(0, |p| p.start);
        let end = self.pieces.last().map_or(start, |p| p.end);
        Span::new(start, end)
    }
}

/// Something that went wrong while reading, told to the user; the rest of the document was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The page concerned, where one is.
    pub page: Option<u32>,
    /// What is wrong and what to do, in French.
    pub message: String,
}

/// A document that was read. Every quote of every verdict is a slice of `text`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The format it was read from.
    pub format: Format,
    /// The canonical text, in reading order, as the file has it (accents, case and marks kept).
    pub text: String,
    /// Pages in order.
    pub pages: Vec<Page>,
    /// Blocks in reading order.
    pub blocks: Vec<Block>,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

impl Document {
    /// The words at a span, as the document has them.
    ///
    /// # Panics
    /// When the span is not within the text or cuts a character; spans made by Clausule never do.
    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.start..span.end]
    }

    /// Whether it has pages a reader could turn to. A text has none. Of a Word file only the breaks are known that its writer left in it:
    /// "pages" longer than paper is are none.
    pub fn has_pages(&self) -> bool {
        let pages = self.pages.len();
        self.format == Format::Pdf || pages > 1 && self.text.len() <= pages * PAGE
    }

    /// The number of the page that holds the byte offset (the last page that begins at or before it).
    pub fn page_at(&self, offset: usize) -> u32 {
        let mut number = 1;
        for page in &self.pages {
            if page.span.is_empty() {
                continue;
            }
            if page.span.start > offset {
                break;
            }
            number = page.number;
        }
        number
    }

    /// Pages that could not be read.
    pub fn unreadable_pages(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().filter(|p| matches!(p.state, PageState::Unreadable { .. }))
    }

    /// Pages read by OCR.
    pub fn ocr_pages(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().filter(|p| p.state == PageState::Ocr)
    }
}
