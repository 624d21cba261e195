//! A paper as a Word document: real styles, real numbering, real header rows, content controls for the blanks.

mod body;
mod numbering;
mod parts;
mod tables;
mod xml;

use crate::{Numbering, Paper};
use body::Body;
use std::io::{self, Cursor, Write};
use zip::write::{SimpleFileOptions, ZipWriter};

/// The width of the text, in twentieths of a point: A4 less two margins of 2.2 cm.
const TEXT_WIDTH: u32 = 9412;

/// The paper as the bytes of a DOCX file. The same paper gives the same bytes.
///
/// # Errors
/// Only when the archive can't be written to memory.
pub fn write(paper: &Paper) -> io::Result<Vec<u8>> {
    let mut body = Body::new(paper.numbering == Numbering::Article);
    let document = body.document(paper)?;
    let numbering = numbering::part(body.lists());
    let language = parts::locale(paper.language());
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("[Content_Types].xml", parts::CONTENT_TYPES.into()),
        ("_rels/.rels", parts::RELATIONS.into()),
        ("docProps/core.xml", parts::core(paper)?),
        ("docProps/app.xml", parts::APP.into()),
        ("word/document.xml", document),
        ("word/_rels/document.xml.rels", parts::DOCUMENT_RELATIONS.into()),
        ("word/styles.xml", include_str!("styles.xml").replace("@LANG@", language).into_bytes()),
        ("word/numbering.xml", numbering.into_bytes()),
        ("word/settings.xml", parts::settings(language).into_bytes()),
        ("word/header1.xml", parts::header(paper)?),
        ("word/footer1.xml", parts::footer(paper)?),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // The time within is the archive format's first, never the clock's.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    for (name, bytes) in files {
        archive.start_file(name, options)?;
        archive.write_all(&bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
#[path = "docx_tests.rs"]
mod tests;
