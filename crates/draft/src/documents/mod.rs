//! Whole documents to hand over or to sign: a security annex, an agreement under article 28, an emergency sheet.
//! Each is one file under `documents/`: a TOML header with its parameters, then a body in Markdown
//! ([`paper::markdown::read`]) with placeholders between braces and clauses of the library taken in by
//! `{{clause SAU-06}}` (its paragraphs) or `{{article SAU-06}}` (its heading too).

mod answers;
mod fill;
mod header;
mod questions;

pub use answers::DocumentAnswers;
pub(crate) use fill::blanks;
pub use questions::questionnaire;

use crate::party::Parties;
use contract::Profile;
use paper::{Cover, Date, Inline, Meta, Numbering, Paper, Running};
use points::{Catalogue, Parameter};
use thiserror::Error;

/// The templates found on disk: name and text.
static FILES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/documents.rs"));

/// What is wrong with a template; ours never are, a test sees to it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("modèle {name} : {problem}")]
pub struct TemplateError {
    /// The template's name.
    pub name: String,
    /// What is wrong, in French.
    pub problem: String,
}

/// A document that can be drafted.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// The name on the command line, which is the file's.
    pub name: String,
    /// The title.
    pub title: String,
    /// A few words above the title.
    pub kicker: String,
    /// A sentence below the title.
    pub subtitle: String,
    /// One sentence for the list of documents: what it is and who needs it.
    pub about: String,
    /// How its headings are numbered.
    pub numbering: Numbering,
    /// Whose defaults it takes unless the user says otherwise.
    pub profile: Profile,
    /// Whether the parties sign it: then every page has room for initials.
    pub signed: bool,
    /// The points that the document satisfies by itself.
    pub points: Vec<String>,
    /// Facts below the title: label and words with placeholders.
    pub facts: Vec<(String, String)>,
    /// What the document leaves open.
    pub parameters: Vec<Open>,
    /// The text, in Markdown.
    pub body: String,
}

/// Something a document leaves open.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// Its name, question, kind and bounds.
    pub parameter: Parameter,
    /// What stands in the document while there is no answer: a blank with these words; empty where the default
    /// stands instead.
    pub blank: String,
}

/// What a document is filled with.
#[derive(Debug, Clone, Copy)]
pub struct DocumentFilling<'a> {
    /// The library of clauses.
    pub catalogue: &'a Catalogue,
    /// How the parties are named.
    pub parties: &'a Parties,
    /// Whose defaults and variants; the template's own where none is given.
    pub profile: Option<Profile>,
    /// What the user answered.
    pub answers: &'a DocumentAnswers,
    /// The day that the document bears.
    pub date: Option<Date>,
}

/// Every template, in the order of their names.
///
/// # Errors
/// When a template is not whole.
pub fn all() -> Result<Vec<Template>, TemplateError> {
    FILES.iter().map(|(name, text)| header::parse(name, text)).collect()
}

/// The template with this name.
///
/// # Errors
/// When the template is not whole.
pub fn get(name: &str) -> Result<Option<Template>, TemplateError> {
    FILES.iter().find(|(of, _)| *of == name).map(|(name, text)| header::parse(name, text)).transpose()
}

impl Template {
    fn error(&self, problem: impl Into<String>) -> TemplateError {
        TemplateError { name: self.name.clone(), problem: problem.into() }
    }

    /// The profile whose defaults the document takes.
    pub fn profile_for(&self, asked: Option<Profile>) -> Profile {
        asked.unwrap_or(self.profile)
    }

    /// The ids of the clauses that the document takes in, in order, each once.
    pub fn clauses(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = Vec::new();
        for line in self.body.lines() {
            if let Some((_, id)) = fill::include(line)
                && !ids.contains(&id)
            {
                ids.push(id);
            }
        }
        ids
    }

    /// The document, filled.
    ///
    /// # Errors
    /// When the template is not whole: unknown placeholder or clause, Markdown that papers don't have.
    pub fn paper(&self, filling: &DocumentFilling<'_>) -> Result<Paper, TemplateError> {
        let filler = fill::Filler::new(self, filling);
        let blocks = paper::markdown::read(&self.body).map_err(|error| self.error(error.to_string()))?;
        let blocks = filler.blocks(blocks)?;
        let mut facts: Vec<(String, Vec<Inline>)> = Vec::new();
        for (label, words) in &self.facts {
            facts.push((label.clone(), filler.words(words)?));
        }
        let title = paper::typography::french(&self.title);
        Ok(Paper {
            meta: Meta {
                title: title.clone(),
                author: String::new(),
                subject: self.about.clone(),
                date: filling.date,
                ..Meta::default()
            },
            cover: Some(Cover {
                kicker: paper::typography::french(&self.kicker),
                title: title.clone(),
                subtitle: paper::typography::french(&self.subtitle),
                facts,
                own_page: false,
            }),
            running: Running {
                head: title,
                head_right: String::new(),
                foot: if self.signed { "Paraphes\u{202f}:".to_owned() } else { String::new() },
            },
            numbering: self.numbering,
            blocks,
        })
    }
}

#[cfg(test)]
#[path = "documents_tests.rs"]
mod tests;
