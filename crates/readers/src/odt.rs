//! ODT: the text as it shows, with list numbers, notes, tables, headers and footers.

mod flow;
mod lists;
mod looks;

use crate::archive::Archive;
use crate::sheet::{self, Para};
use crate::xml::{self, Reach};
use crate::{Limits, ReadError};
use contract::{BlockKind, Document, Format, Problem};
use flow::Flow;
use looks::Looks;

const FORMAT: &str = "ODT";

/// Whether the package is an OpenDocument text.
///
/// # Errors
/// Those of [`Archive::read`].
pub(crate) fn is_text(archive: &mut Archive) -> Result<bool, ReadError> {
    let Some(kind) = archive.read("mimetype")? else { return Ok(false) };
    let kind = String::from_utf8_lossy(&kind);
    Ok(kind.trim().starts_with("application/vnd.oasis.opendocument.text") && archive.has("content.xml"))
}

/// Reads an ODT from its opened package.
///
/// # Errors
/// `Damaged` when the content cannot be read at all, `Hostile`, `TooLarge`, `Encrypted`.
pub(crate) fn read(archive: &mut Archive, limits: &Limits) -> Result<Document, ReadError> {
    archive.set_format(FORMAT);
    let manifest = archive.read("META-INF/manifest.xml").unwrap_or_default().unwrap_or_default();
    if manifest.windows(16).any(|w| w == b"encryption-data>" || w == b"encryption-data ") {
        return Err(ReadError::Encrypted);
    }
    let mut problems = Vec::new();
    let mut looks = Looks::default();
    let styles = match archive.read("styles.xml") {
        Ok(bytes) => bytes.unwrap_or_default(),
        Err(ReadError::Damaged { .. }) => {
            problems.push(problem(
                "les styles sont abîmés : titres et numéros peuvent manquer ; demandez une nouvelle copie de l'ODT",
            ));
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    xml::visit(&styles, FORMAT, limits.depth, &mut looks)?;
    let Some(content) = archive.read("content.xml")? else {
        return Err(ReadError::Damaged { format: FORMAT, detail: "contenu absent".into() });
    };
    xml::visit(&content, FORMAT, limits.depth, &mut looks)?;
    let mut running = Flow::new(&looks, limits.text_chars, true);
    xml::visit(&styles, FORMAT, limits.depth, &mut running)?;
    let (headers, footers) = running.into_running();
    let mut flow = Flow::new(&looks, limits.text_chars, false);
    let reach = xml::visit(&content, FORMAT, limits.depth, &mut flow)?;
    let (items, cut) = flow.into_items();
    let paras = sheet::flatten(items);
    if reach == Reach::Broken {
        if paras.iter().all(|p| p.text.trim().is_empty()) {
            return Err(ReadError::Damaged { format: FORMAT, detail: "XML du contenu illisible".into() });
        }
        problems
            .push(problem("la fin du document est abîmée et n'a pas été lue : demandez une nouvelle copie de l'ODT"));
    }
    if cut {
        problems.push(problem("le document est trop long : la fin n'a pas été lue ; découpez-le"));
    }
    let paras = as_running(headers).chain(paras).chain(as_running(footers)).collect();
    Ok(sheet::document(Format::Odt, paras, problems))
}

fn problem(message: &str) -> Problem {
    Problem { page: None, message: message.into() }
}

/// The words of headers or footers, each once.
fn as_running(items: Vec<sheet::Item>) -> impl Iterator<Item = Para> {
    let mut seen: Vec<String> = Vec::new();
    for para in sheet::flatten(items) {
        let text = para.text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() && !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen.into_iter().map(|text| Para::new(text, Some(BlockKind::Running)))
}

#[cfg(test)]
mod tests;
