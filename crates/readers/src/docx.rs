//! DOCX and DOCM: the text as it shows once tracked changes are accepted, with automatic numbers, notes, text
//! boxes, headers and footers.

mod body;
mod numbering;
mod styles;
#[cfg(test)]
mod tests;
mod writing;

use crate::archive::Archive;
use crate::sheet::{self, Item, Para};
use crate::source::SourceMap;
use crate::xml::{self, Attributes, Reach, Space, Visitor};
use crate::{Limits, ReadError};
use body::Body;
use contract::{BlockKind, Document, Format, Problem};
use numbering::Numbering;
use std::collections::HashMap;
use styles::Styles;
use writing::Note;

const FORMAT: &str = "DOCX";

/// Reads a DOCX from its opened package.
///
/// # Errors
/// `Damaged` when the main part cannot be read at all, `Hostile`, `TooLarge`, `Encrypted`.
pub(crate) fn read(archive: &mut Archive, limits: &Limits) -> Result<Document, ReadError> {
    Ok(traced(archive, limits, false)?.0)
}

/// The same, with the place of its words in the main part.
///
/// # Errors
/// Those of [`read`].
pub(crate) fn traced(archive: &mut Archive, limits: &Limits, trace: bool) -> Result<(Document, SourceMap), ReadError> {
    archive.set_format(FORMAT);
    let main = main_part(archive, limits)?;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let relations = relations(archive, &main, limits)?;
    let part = |kind: &str, usual: &str| {
        let told = relations.iter().find(|(k, _)| k == kind).map(|(_, target)| join(&folder, target));
        told.unwrap_or_else(|| join(&folder, usual))
    };
    let mut problems = Vec::new();
    let mut reader = Reader { archive, limits, problems: &mut problems };
    let mut styles = Styles::default();
    reader.visit(&part("styles", "styles.xml"), &mut styles)?;
    let mut numbering = Numbering::default();
    reader.visit(&part("numbering", "numbering.xml"), &mut numbering)?;
    let mut notes: HashMap<Note, Vec<Item>> = HashMap::new();
    for (kind, usual) in [("footnotes", "footnotes.xml"), ("endnotes", "endnotes.xml")] {
        notes.extend(reader.notes(&part(kind, usual), &styles, &numbering)?);
    }
    let (headers, footers) = reader.running(&relations, &folder, &styles, &numbering)?;
    let Some(bytes) = reader.archive.read(&main)? else {
        return Err(ReadError::Damaged { format: FORMAT, detail: "partie principale absente".into() });
    };
    let mut body = Body::new(&styles, &numbering, &notes, &bytes, limits.text_chars);
    body.trace = trace;
    let reach = xml::visit(&bytes, FORMAT, limits.depth, &mut body)?;
    let (items, cut) = body.into_items();
    let paras = sheet::flatten(items);
    if reach == Reach::Broken && paras.iter().all(|p| p.text.trim().is_empty()) {
        return Err(ReadError::Damaged { format: FORMAT, detail: "XML de la partie principale illisible".into() });
    }
    if reach == Reach::Broken {
        problems
            .push(problem("la fin du document est abîmée et n'a pas été lue : demandez une nouvelle copie du DOCX"));
    }
    if cut {
        problems.push(problem("le document est trop long : la fin n'a pas été lue ; découpez-le"));
    }
    let paras = headers.into_iter().chain(paras).chain(footers).collect();
    let (document, pieces) = sheet::traced(Format::Docx, paras, problems);
    Ok((document, SourceMap { part: main, pieces }))
}

fn problem(message: &str) -> Problem {
    Problem { page: None, message: message.into() }
}

/// Whether the package's main part is a word processing document, whatever its name.
///
/// # Errors
/// Those of [`Archive::read`].
pub(crate) fn is_word(archive: &mut Archive, limits: &Limits) -> Result<bool, ReadError> {
    let main = main_part(archive, limits)?;
    let Some(bytes) = archive.read("[Content_Types].xml")? else { return Ok(false) };
    Ok(archive.has(&main) && String::from_utf8_lossy(&bytes).contains("wordprocessingml"))
}

/// The part that holds the body.
fn main_part(archive: &mut Archive, limits: &Limits) -> Result<String, ReadError> {
    let mut found = Relations::default();
    if let Some(bytes) = archive.read("_rels/.rels")? {
        xml::visit(&bytes, FORMAT, limits.depth, &mut found)?;
    }
    let told = found.0.into_iter().find(|(kind, _)| kind == "officeDocument").map(|(_, target)| join("", &target));
    Ok(told.filter(|name| archive.has(name)).unwrap_or_else(|| "word/document.xml".into()))
}

/// The relations of a part: their kind (last word of the type) and target.
fn relations(archive: &mut Archive, part: &str, limits: &Limits) -> Result<Vec<(String, String)>, ReadError> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let mut found = Relations::default();
    if let Some(bytes) = archive.read(&join(folder, &format!("_rels/{name}.rels")))? {
        xml::visit(&bytes, FORMAT, limits.depth, &mut found)?;
    }
    Ok(found.0)
}

/// The entry name of a target told from a folder.
fn join(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for step in target.split('/') {
        match step {
            ".." => drop(parts.pop()),
            "." | "" => {}
            step => parts.push(step),
        }
    }
    parts.join("/")
}

#[derive(Default)]
struct Relations(Vec<(String, String)>);

impl Visitor for Relations {
    fn start(&mut self, _: Space, name: &str, attributes: &Attributes) {
        let external = attributes.get("TargetMode").is_some_and(|mode| mode == "External");
        if name != "Relationship" || external {
            return;
        }
        let kind = attributes.get("Type").unwrap_or_default();
        let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
        self.0.push((kind, attributes.get("Target").unwrap_or_default().into_owned()));
    }
    fn end(&mut self, _: Space, _: &str) {}
    fn text(&mut self, _: &str) {}
}

struct Reader<'r, 'b> {
    archive: &'r mut Archive<'b>,
    limits: &'r Limits,
    problems: &'r mut Vec<Problem>,
}

impl Reader<'_, '_> {
    /// A part that may be absent; a damaged one is a problem, not an error.
    fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        match self.archive.read(name) {
            Err(ReadError::Damaged { .. }) => {
                self.problems.push(problem(&format!(
                    "la partie {name} est abîmée et n'a pas été lue : demandez une nouvelle copie du DOCX"
                )));
                Ok(None)
            }
            other => other,
        }
    }

    fn visit(&mut self, name: &str, visitor: &mut dyn Visitor) -> Result<(), ReadError> {
        let Some(bytes) = self.bytes(name)? else { return Ok(()) };
        if xml::visit(&bytes, FORMAT, self.limits.depth, visitor)? == Reach::Broken {
            self.problems.push(problem(&format!("la partie {name} est abîmée : numéros ou titres peuvent manquer")));
        }
        Ok(())
    }

    fn notes(
        &mut self,
        name: &str,
        styles: &Styles,
        numbering: &Numbering,
    ) -> Result<HashMap<Note, Vec<Item>>, ReadError> {
        let Some(bytes) = self.bytes(name)? else { return Ok(HashMap::new()) };
        let none = HashMap::new();
        let mut body = Body::new(styles, numbering, &none, &bytes, self.limits.text_chars);
        xml::visit(&bytes, FORMAT, self.limits.depth, &mut body)?;
        Ok(std::mem::take(&mut body.found_notes))
    }

    /// The words of headers and of footers, each once.
    fn running(
        &mut self,
        relations: &[(String, String)],
        folder: &str,
        styles: &Styles,
        numbering: &Numbering,
    ) -> Result<(Vec<Para>, Vec<Para>), ReadError> {
        let mut found: (Vec<Para>, Vec<Para>) = Default::default();
        for (kind, target) in relations.iter().filter(|(kind, _)| kind == "header" || kind == "footer").take(64) {
            let Some(bytes) = self.bytes(&join(folder, target))? else { continue };
            let none = HashMap::new();
            let mut body = Body::new(styles, numbering, &none, &bytes, self.limits.text_chars);
            xml::visit(&bytes, FORMAT, self.limits.depth, &mut body)?;
            let place = if kind == "header" { &mut found.0 } else { &mut found.1 };
            for para in sheet::flatten(body.into_items().0) {
                let text = para.text.split_whitespace().collect::<Vec<_>>().join(" ");
                let text = text.trim_matches(['|', ' ']).to_owned();
                if !text.is_empty() && !place.iter().any(|p| p.text == text) {
                    place.push(Para::new(text, Some(BlockKind::Running)));
                }
            }
        }
        Ok(found)
    }
}
