//! What the user answered for a document: a section `[document]` for its own questions, a section a point for the
//! clauses it takes in.

use super::Template;
use crate::answers::{self, Answer, AnswerError, Answers};
use points::Catalogue;
use std::collections::BTreeMap;

/// The name of the section of the document's own questions.
pub(super) const SECTION: &str = "document";

/// Answers to a document's questions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DocumentAnswers {
    own: BTreeMap<String, Answer>,
    clauses: Answers,
}

impl DocumentAnswers {
    /// Reads an answers file against a template and the catalogue.
    ///
    /// # Errors
    /// In French, naming the question: the file is no TOML, a question is unknown, an answer has another unit or
    /// lies outside its bounds.
    pub fn parse(text: &str, template: &Template, catalogue: &Catalogue) -> Result<Self, AnswerError> {
        let mut table = answers::table(text)?;
        let mut own = BTreeMap::new();
        match table.remove(SECTION) {
            None => {}
            Some(toml::Value::Table(values)) => {
                for (name, value) in values {
                    let answer = own_answer(template, &name, &value)
                        .map_err(|e| AnswerError::new(format!("[{SECTION}] {name} : {e}")))?;
                    own.insert(name, answer);
                }
            }
            Some(_) => return Err(AnswerError::new(format!("{SECTION} doit être une section [{SECTION}]"))),
        }
        let mut clauses = Answers::from_table(table, catalogue)?;
        share(&own, template, catalogue, &mut clauses);
        Ok(Self { own, clauses })
    }

    /// The answer to one of the document's own questions.
    pub(super) fn own(&self, name: &str) -> Option<&Answer> {
        self.own.get(name)
    }

    /// The answers to the questions of its clauses.
    pub(super) fn clauses(&self) -> &Answers {
        &self.clauses
    }
}

/// Gives the answers to the document's own questions to the clauses that ask the same by the same name, where they have no
/// answer of their own: nobody writes the emergency number twice.
fn share(own: &BTreeMap<String, Answer>, template: &Template, catalogue: &Catalogue, clauses: &mut Answers) {
    let points = template.clauses().into_iter().filter_map(|id| catalogue.get(id));
    for (point, clause) in points.filter_map(|point| Some((point, point.clause.as_ref()?))) {
        for parameter in &clause.parameters {
            if let Some(answer) = own.get(&parameter.name).filter(|_| clauses.get(&point.id, &parameter.name).is_none())
            {
                clauses.set(&point.id, &parameter.name, answer.clone());
            }
        }
    }
}

fn own_answer(template: &Template, name: &str, value: &toml::Value) -> Result<Answer, String> {
    let open = template.parameters.iter().find(|open| open.parameter.name == name).ok_or_else(|| {
        let names: Vec<&str> = template.parameters.iter().map(|open| open.parameter.name.as_str()).collect();
        format!("question inconnue ; questions de ce document : {}", names.join(", "))
    })?;
    answers::read(&open.parameter, value)
}
