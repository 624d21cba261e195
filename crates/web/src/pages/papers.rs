//! Documents to draft: thirteen templates, their questions as a form, a look at the result, the file.

use crate::actor::Needs;
use crate::app::App;
use crate::page::{Page, show};
use crate::pages::analysis::files::{attachment, today};
use crate::paper_html;
use crate::routes::Route;
use crate::trouble::Trouble;
use askama::Template;
use axum::Form;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use contract::Profile;
use draft::documents::{self, DocumentAnswers, DocumentFilling, Template as Model};
use draft::{Parties, figures};
use paper::Paper;
use points::{Parameter, ParameterKind};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tokio::task::spawn_blocking;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/documents", Needs::Read, || get(list)),
    Route::get("/documents/{name}", Needs::Read, || get(blank)),
    Route::post("/documents/{name}", Needs::Read, || post(filled).layer(DefaultBodyLimit::max(FORM))),
];

/// Largest form, in bytes.
const FORM: usize = 256 << 10;
/// The section of a document's own questions in its answers.
const OWN: &str = "document";
/// The media type of Word files.
pub(crate) const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

fn broken(error: documents::TemplateError) -> Trouble {
    Trouble::Broken(error.to_string())
}

#[derive(Template)]
#[template(path = "papers.html")]
struct List {
    page: Page,
    models: Vec<Model>,
}

async fn list(page: Page) -> Result<Response, Trouble> {
    show(&List { page, models: documents::all().map_err(broken)? })
}

/// A question of the form.
struct Question {
    field: String,
    question: String,
    hint: String,
    value: String,
    choices: Vec<String>,
    date: bool,
}

/// The questions of one clause, or the document's own.
struct Part {
    title: String,
    questions: Vec<Question>,
}

#[derive(Template)]
#[template(path = "paper.html")]
struct PaperPage<'a> {
    page: &'a Page,
    model: &'a Model,
    own: Part,
    clauses: Vec<Part>,
    profiles: [Profile; 12],
    profile: Profile,
    wrong: Option<String>,
    made: Option<String>,
}

/// A paper to keep, as `docx` or `pdf`.
pub(crate) async fn hand_over(name: &str, form: &str, paper: Paper) -> Result<Response, Trouble> {
    let wrong = |e: &dyn std::fmt::Display| Trouble::Broken(e.to_string());
    match form {
        "docx" => {
            let bytes = paper::docx::write(&paper).map_err(|e| wrong(&e))?;
            Ok(attachment(&format!("{name}.docx"), DOCX, bytes))
        }
        "pdf" => {
            // Setting takes a tenth of a second and more.
            let set = spawn_blocking(move || press::pdf(&paper).map_err(|e| e.to_string())).await;
            let bytes = set.map_err(|e| wrong(&e))?.map_err(|e| wrong(&e))?;
            Ok(attachment(&format!("{name}.pdf"), "application/pdf", bytes))
        }
        _ => Err(Trouble::NotFound),
    }
}

/// What somebody filled in: profile and answers by section and question.
#[derive(Default)]
struct Given {
    profile: Option<Profile>,
    answers: BTreeMap<String, BTreeMap<String, String>>,
}

impl Given {
    fn get(&self, section: &str, name: &str) -> Option<&String> {
        self.answers.get(section)?.get(name)
    }

    /// The answers as the file that the command line reads.
    fn file(&self) -> String {
        let table: toml::Table = self
            .answers
            .iter()
            .map(|(section, own)| {
                let own = own.iter().map(|(name, text)| (name.clone(), toml::Value::String(text.clone()))).collect();
                (section.clone(), toml::Value::Table(own))
            })
            .collect();
        table.to_string()
    }
}

async fn blank(State(app): State<App>, page: Page, Path(name): Path<String>) -> Result<Response, Trouble> {
    let model = documents::get(&name).map_err(broken)?.ok_or(Trouble::NotFound)?;
    ask(&app, &page, &model, &Given::default(), None, None)
}

async fn filled(
    State(app): State<App>,
    page: Page,
    Path(name): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let model = documents::get(&name).map_err(broken)?.ok_or(Trouble::NotFound)?;
    let (mut given, mut take) = (Given::default(), None);
    for (field, value) in fields {
        let value = value.trim();
        match field.split_once('.') {
            Some((section, question)) if !value.is_empty() => {
                let own = given.answers.entry(section.to_owned()).or_default();
                own.insert(question.to_owned(), value.to_owned());
            }
            None if field == "profil" => given.profile = Profile::from_name(value),
            None if field == "prendre" => take = Some(value.to_owned()),
            _ => {}
        }
    }
    // What only repeats what is proposed is no answer.
    let profile = model.profile_for(given.profile);
    for (section, own) in &mut given.answers {
        own.retain(|name, value| proposed(&app, &model, section, name, profile).is_none_or(|p| p != *value));
    }
    let paper = match set(&app, &model, &given) {
        Ok(paper) => paper,
        Err(error) => {
            let mut again = ask(&app, &page, &model, &given, Some(error), None)?;
            *again.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(again);
        }
    };
    if let Some(form) = take {
        return hand_over(&model.title, &form, paper).await;
    }
    ask(&app, &page, &model, &given, None, Some(paper_html::paper(&paper)))
}

/// The document with what was filled in; else a French sentence that says what can't be taken.
fn set(app: &App, model: &Model, given: &Given) -> Result<Paper, String> {
    let catalogue = &app.engine().catalogue;
    let answers = DocumentAnswers::parse(&given.file(), model, catalogue).map_err(|e| e.to_string())?;
    let filling = DocumentFilling {
        catalogue,
        parties: &Parties::default(),
        profile: given.profile,
        answers: &answers,
        date: Some(today(app)),
    };
    model.paper(&filling).map_err(|e| e.to_string())
}

/// The same, for programs.
///
/// # Errors
/// A French sentence.
pub(crate) fn made(
    app: &App,
    model: &Model,
    profile: Option<Profile>,
    answers: BTreeMap<String, BTreeMap<String, String>>,
) -> Result<Paper, String> {
    set(app, model, &Given { profile, answers })
}

/// The questions of a document, for programs.
pub(crate) fn questions(app: &App, model: &Model) -> Vec<Value> {
    let profile = model.profile_for(None);
    let told = |section: &str, p: &Parameter| {
        let asked = question(section, p, &Given::default(), value(p, profile));
        json!({"section": section, "name": p.name, "question": asked.question, "unit": asked.hint, "value": asked.value,
               "choices": asked.choices})
    };
    let own = model.parameters.iter().map(|open| told(OWN, &open.parameter));
    let clauses = model.clauses().into_iter().flat_map(|id| {
        let clause = app.engine().catalogue.get(id).and_then(|p| p.clause.as_ref());
        clause.into_iter().flat_map(|c| &c.parameters).map(|p| told(id, p)).collect::<Vec<_>>()
    });
    own.chain(clauses).collect()
}

fn ask(
    app: &App,
    page: &Page,
    model: &Model,
    given: &Given,
    wrong: Option<String>,
    made: Option<String>,
) -> Result<Response, Trouble> {
    let profile = model.profile_for(given.profile);
    let own = model.parameters.iter().map(|open| {
        let shown = if open.blank.is_empty() { value(&open.parameter, profile) } else { String::new() };
        question(OWN, &open.parameter, given, shown)
    });
    let own = Part { title: String::new(), questions: own.collect() };
    let clauses = model.clauses().into_iter().filter_map(|id| {
        let point = app.engine().catalogue.get(id)?;
        let parameters = &point.clause.as_ref()?.parameters;
        let ask = |p: &Parameter| question(id, p, given, value(p, profile));
        let questions: Vec<Question> = parameters.iter().map(ask).collect();
        (!questions.is_empty()).then(|| Part { title: point.title.clone(), questions })
    });
    let clauses = clauses.collect();
    show(&PaperPage { page, model, own, clauses, profiles: Profile::ALL, profile, wrong, made })
}

/// The value that stands in the document without an answer.
fn value(parameter: &Parameter, profile: Profile) -> String {
    let value = parameter.default_for(profile);
    match (&parameter.kind, value) {
        (ParameterKind::Date, points::Value::Text(day)) => day.clone(),
        (kind, value) => figures::write(kind, value).replace(['\u{a0}', '\u{202f}'], " "),
    }
}

fn proposed(app: &App, model: &Model, section: &str, name: &str, profile: Profile) -> Option<String> {
    let parameter = if section == OWN {
        let open = model.parameters.iter().find(|o| o.parameter.name == name && o.blank.is_empty())?;
        &open.parameter
    } else {
        app.engine().catalogue.get(section)?.clause.as_ref()?.parameter(name)?
    };
    Some(value(parameter, profile))
}

fn question(section: &str, parameter: &Parameter, given: &Given, proposed: String) -> Question {
    let choices = match &parameter.kind {
        ParameterKind::Choice(choices) => choices.clone(),
        _ => Vec::new(),
    };
    let date = parameter.kind == ParameterKind::Date;
    let hint = if choices.is_empty() && !date { figures::unit_hint(parameter) } else { String::new() };
    Question {
        field: format!("{section}.{}", parameter.name),
        question: parameter.question.clone(),
        hint,
        value: given.get(section, &parameter.name).cloned().unwrap_or(proposed),
        choices,
        date,
    }
}
