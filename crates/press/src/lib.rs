//! Papers as PDF: PDF/A-2a and PDF/UA-1 in one file, tagged, fonts embedded, hyphenated in French. Set by Typst.
//!
//! A paper reaches Typst as JSON that the template reads; no word of it is ever part of Typst code, so that a
//! contract's text can do nothing but be shown. The template and five fonts are in the binary; no file, no network
//! and no clock is within Typst's reach.

mod glyphs;
mod levels;
mod world;

use paper::{Paper, Tone};
use serde_json::json;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// Why no PDF was made.
#[derive(Debug, thiserror::Error)]
pub enum PressError {
    /// The template refused the paper: a mistake of ours, with Typst's own words.
    #[error("le PDF n'a pas pu être composé : {0}")]
    Typst(String),
    /// The paper could not be handed over.
    #[error("le document ne peut pas être transmis au compositeur : {0}")]
    Json(#[from] serde_json::Error),
    /// A title is what screen readers announce; a PDF without one would not be accessible.
    #[error("ce document n'a pas de titre")]
    Untitled,
}

/// The paper as the bytes of a PDF file. The same paper gives the same bytes.
///
/// # Errors
/// When the paper has no title, or Typst refuses it.
pub fn pdf(paper: &Paper) -> Result<Vec<u8>, PressError> {
    if paper.meta.title.trim().is_empty() {
        return Err(PressError::Untitled);
    }
    let fonts = world::fonts();
    let mut ordered = paper.clone();
    levels::in_order(&mut ordered.blocks);
    let json = serde_json::to_vec(&glyphs::shown(&ordered, &fonts)?)?;
    let world = world::PressWorld::new(fonts, json, tones()?);
    let document: PagedDocument = typst::compile(&world).output.map_err(|errors| words(&errors))?;
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|error| PressError::Typst(error.message().to_string()))?;
    let day = paper.meta.date.and_then(|date| Datetime::from_ymd_hms(date.year, date.month, date.day, 0, 0, 0));
    let options = PdfOptions {
        creator: Smart::Custom(Some("Clausule".to_owned())),
        timestamp: day.map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(&document, &options).map_err(|errors| words(&errors))?;
    // Typst remembers layouts between compilations; a report is set once, so nothing is worth keeping.
    typst::comemo::evict(0);
    Ok(bytes)
}

/// Shades and signs by the tones' names.
fn tones() -> Result<Vec<u8>, serde_json::Error> {
    let mut all = serde_json::Map::new();
    for tone in Tone::ALL {
        let name = serde_json::to_value(tone)?;
        let look = json!({ "strong": tone.strong(), "pale": tone.pale(), "sign": tone.sign() });
        all.insert(name.as_str().unwrap_or_default().to_owned(), look);
    }
    serde_json::to_vec(&all)
}

fn words(errors: &[typst::diag::SourceDiagnostic]) -> PressError {
    let all: Vec<String> = errors
        .iter()
        .map(|error| {
            let hints: Vec<String> = error.hints.iter().map(|hint| format!(" ({})", hint.v)).collect();
            format!("{}{}", error.message, hints.concat())
        })
        .collect();
    PressError::Typst(all.join(" ; "))
}

#[cfg(test)]
#[path = "press_tests.rs"]
mod tests;
