//! PDF: glyphs with their places become words, rows, tables and columns, then lines in reading order.

mod fonts;
mod glyphs;
mod layout;
mod open_table;
mod order;
mod page;
mod quality;
mod rules;
mod scan;
mod spacing;
mod table;
mod words;

use std::panic::{AssertUnwindSafe, catch_unwind};

use contract::{PageState, Problem};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::{InterpreterCache, InterpreterSettings};

use crate::lines::Line;
use crate::{Limits, Ocr, ReadError};
use page::Outcome;

/// A page that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct PdfPage {
    /// Page number, from 1.
    pub number: u32,
    /// Its lines in reading order; none where the page is unreadable.
    pub lines: Vec<Line>,
    /// How its words were obtained.
    pub state: PageState,
}

/// The pages of a PDF and what went wrong.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PdfPages {
    /// Every page of the file, in order.
    pub pages: Vec<PdfPage>,
    /// What went wrong, for the user.
    pub problems: Vec<Problem>,
}

/// Reads a PDF.
///
/// # Errors
/// [`ReadError`] when no page can be reached: not a PDF, damaged beyond repair, or needing a password.
pub fn read(bytes: &[u8], ocr: &dyn Ocr, limits: &Limits) -> Result<PdfPages, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.len() > limits.file_bytes {
        return Err(ReadError::TooLarge { what: format!("{} Mo", bytes.len() >> 20) });
    }
    let pdf = catch_unwind(|| Pdf::new(bytes.to_vec())).map_err(|_| damaged("structure illisible"))??;
    let mut reader = Reader { ocr, limits, chars: 0, found: PdfPages::default(), fonts: glyphs::Fonts::default() };
    reader.read_pages(&pdf);
    let mut found = reader.found;
    if found.pages.is_empty() {
        return Err(damaged("aucune page"));
    }
    let mut lines: Vec<Vec<Line>> = found.pages.iter_mut().map(|page| std::mem::take(&mut page.lines)).collect();
    crate::running::mark(&mut lines);
    for (page, lines) in found.pages.iter_mut().zip(lines) {
        page.lines = lines;
    }
    Ok(found)
}

fn damaged(detail: &str) -> ReadError {
    ReadError::Damaged { format: "PDF", detail: detail.into() }
}

impl From<LoadPdfError> for ReadError {
    fn from(error: LoadPdfError) -> Self {
        match error {
            LoadPdfError::Decryption(DecryptionError::PasswordProtected) => ReadError::Encrypted,
            LoadPdfError::Decryption(_) => damaged("chiffrement inconnu ou abîmé"),
            LoadPdfError::Invalid => damaged("structure illisible"),
        }
    }
}

struct Reader<'r> {
    ocr: &'r dyn Ocr,
    limits: &'r Limits,
    /// Characters kept so far.
    chars: usize,
    found: PdfPages,
    fonts: glyphs::Fonts,
}

impl Reader<'_> {
    fn read_pages(&mut self, pdf: &Pdf) {
        let settings = InterpreterSettings::default();
        let mut cache = InterpreterCache::new();
        let mut placed: Vec<(usize, Vec<order::Placed>)> = Vec::new();
        let Ok(pages) = catch_unwind(AssertUnwindSafe(|| pdf.pages())) else { return };
        for (index, page) in pages.iter().enumerate() {
            let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
            if let Some(reason) = self.over_limit(index) {
                self.unreadable(number, reason);
                continue;
            }
            let outcome = catch_unwind(AssertUnwindSafe(|| self.read_page(page, number, &cache, &settings)));
            match outcome {
                Ok(Outcome::Text { placed: text, state }) => {
                    self.chars += text.iter().map(|p| p.line.text.len()).sum::<usize>();
                    self.found.pages.push(PdfPage { number, lines: Vec::new(), state });
                    placed.push((index, text));
                }
                Ok(Outcome::Recognised(lines)) => {
                    self.chars += lines.iter().map(|l| l.text.len()).sum::<usize>();
                    self.found.pages.push(PdfPage { number, lines, state: PageState::Ocr });
                }
                Ok(Outcome::Unreadable(reason)) => self.unreadable(number, reason),
                Err(payload) => {
                    cache = InterpreterCache::new();
                    let reason = if payload.is::<glyphs::TooMuch>() {
                        "la page dessine trop d'éléments pour un contrat"
                    } else {
                        "la page est endommagée"
                    };
                    self.unreadable(number, reason.into());
                }
            }
        }
        for (index, lines) in spacing::lines(placed) {
            if let Some(page) = self.found.pages.get_mut(index) {
                page.lines = lines;
            }
        }
    }

    fn read_page<'p>(
        &mut self,
        page: &'p Page<'p>,
        number: u32,
        cache: &InterpreterCache<'p>,
        settings: &InterpreterSettings,
    ) -> Outcome {
        let (problems, fonts) = (&mut self.found.problems, &mut self.fonts);
        let reading = page::Reading { page, number, ocr: self.ocr, problems, fonts };
        reading.run(cache, settings)
    }

    fn over_limit(&self, index: usize) -> Option<String> {
        if index >= self.limits.pages {
            Some(format!("page au-delà de la limite de {} pages", self.limits.pages))
        } else if self.chars >= self.limits.text_chars {
            Some("le texte des pages précédentes atteint déjà la limite".into())
        } else {
            None
        }
    }

    fn unreadable(&mut self, number: u32, reason: String) {
        self.found.pages.push(PdfPage { number, lines: Vec::new(), state: PageState::Unreadable { reason } });
    }
}
