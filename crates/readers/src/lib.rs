//! Readers: bytes of PDF, DOCX, ODT, HTML, Markdown and plain text become a [`contract::Document`].
//!
//! Readers are pure: they take bytes and give a document with its problems. They never open a path, start a
//! program or look at a clock; OCR is handed in by the caller.

mod archive;
pub mod bundle;
mod docx;
pub mod error;
mod frames;
mod html;
mod kind;
pub mod lines;
mod numerals;
pub mod ocr;
mod odt;
mod paged;
pub mod pdf;
pub mod running;
mod sheet;
pub mod source;
mod structure;
pub mod text;
mod xml;

pub use error::ReadError;
pub use ocr::{NoOcr, Ocr};
pub use source::SourceMap;

use contract::{Document, Format};

/// Bounds that keep a hostile file from taking the machine; the defaults suit every real contract seen.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Largest file accepted, in bytes.
    pub file_bytes: usize,
    /// Largest total of unpacked bytes of an archive (DOCX, ODT).
    pub unpacked_bytes: u64,
    /// Most pages read of one file.
    pub pages: usize,
    /// Most characters of text kept of one file.
    pub text_chars: usize,
    /// Deepest nesting of XML or HTML elements followed.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 200 << 20, unpacked_bytes: 256 << 20, pages: 5_000, text_chars: 20_000_000, depth: 256 }
    }
}

/// Reads a file's bytes. The format is told from the bytes; `name` (the file's name, without its folder)
/// decides only between text formats and serves error messages when name and bytes disagree.
///
/// # Errors
/// [`ReadError`] when nothing can be made of the bytes. Whatever could be read of a partly damaged file is
/// returned with its problems instead.
pub fn read(name: &str, bytes: &[u8], ocr: &dyn Ocr, limits: &Limits) -> Result<Document, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.len() > limits.file_bytes {
        return Err(ReadError::TooLarge { what: format!("{} Mo", bytes.len() >> 20) });
    }
    let mut document = match kind::of(name, bytes)? {
        kind::Kind::Pdf => pdf_document(bytes, ocr, limits)?,
        kind::Kind::Zip => package(bytes, limits)?,
        kind::Kind::Text(Format::Html) => html::read(bytes, limits)?,
        kind::Kind::Text(format) => text::read(bytes, format)?,
    };
    if document.text.chars().all(char::is_whitespace) && document.unreadable_pages().next().is_none() {
        return Err(ReadError::Empty);
    }
    document.problems.extend(kind::mismatch(name, document.format));
    Ok(document)
}

/// Reads a DOCX with the place of its words in its main part, for an editor.
///
/// # Errors
/// Those of [`read`]; `Unsupported` when the bytes are no DOCX.
pub fn read_docx_with_source(bytes: &[u8], limits: &Limits) -> Result<(Document, SourceMap), ReadError> {
    if bytes.len() > limits.file_bytes {
        return Err(ReadError::TooLarge { what: format!("{} Mo", bytes.len() >> 20) });
    }
    let mut archive = archive::Archive::open(bytes, "DOCX", limits)?;
    if !archive.has("word/document.xml") && !docx::is_word(&mut archive, limits)? {
        return Err(ReadError::Unsupported { found: kind::foreign_archive(|name| archive.has(name)) });
    }
    docx::traced(&mut archive, limits, true)
}

fn pdf_document(bytes: &[u8], ocr: &dyn Ocr, limits: &Limits) -> Result<Document, ReadError> {
    let found = pdf::read(bytes, ocr, limits)?;
    let pages = found.pages.into_iter().map(|page| paged::PageLines {
        number: page.number,
        lines: page.lines,
        state: page.state,
    });
    Ok(paged::document(Format::Pdf, pages.collect(), found.problems))
}

/// A ZIP package: DOCX, ODT, or something that is not read.
fn package(bytes: &[u8], limits: &Limits) -> Result<Document, ReadError> {
    let mut archive = archive::Archive::open(bytes, "ZIP", limits)?;
    if archive.has("word/document.xml") || (archive.has("[Content_Types].xml") && docx::is_word(&mut archive, limits)?)
    {
        return docx::read(&mut archive, limits);
    }
    if odt::is_text(&mut archive)? {
        return odt::read(&mut archive, limits);
    }
    Err(ReadError::Unsupported { found: kind::foreign_archive(|name| archive.has(name)) })
}
