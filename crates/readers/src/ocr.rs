//! Reading of scanned pages, handed in by the caller: readers start no program themselves.

use crate::lines::Line;

/// An OCR engine for French text.
pub trait Ocr {
    /// Recognises the words of one page given as a PNG picture at `dpi` dots an inch; `page` goes into the lines.
    ///
    /// # Errors
    /// A French sentence for the user: what is missing or failed and the command that would help
    /// (for example `sudo apt-get install tesseract-ocr tesseract-ocr-fra`).
    fn recognise(&self, png: &[u8], dpi: u32, page: u32) -> Result<Vec<Line>, String>;
}

/// No OCR at hand: every scanned page is reported as unreadable.
pub struct NoOcr;

impl Ocr for NoOcr {
    fn recognise(&self, _png: &[u8], _dpi: u32, _page: u32) -> Result<Vec<Line>, String> {
        Err("page numérisée sans texte ; installez l'OCR : sudo apt-get install tesseract-ocr tesseract-ocr-fra".into())
    }
}
