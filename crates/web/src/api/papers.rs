//! Documents to draft, and the points that contracts are held to, for programs.

use super::answers;
use super::problem::{Sent, answer};
use crate::actor::Needs;
use crate::app::App;
use crate::pages::papers::{self, hand_over};
use crate::routes::Route;
use crate::trouble::Trouble;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use contract::Profile;
use draft::documents;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/api/v1/documents", Needs::Read, || get(list)),
    Route::get("/api/v1/documents/{name}", Needs::Read, || get(one)),
    Route::post("/api/v1/documents/{name}/{form}", Needs::Read, || post(made)),
    Route::get("/api/v1/points", Needs::Read, || get(points)),
    Route::get("/api/v1/points/{id}", Needs::Read, || get(point)),
];

fn broken(error: documents::TemplateError) -> Trouble {
    Trouble::Broken(error.to_string())
}

/// The names of the documents, for the description.
pub fn names() -> Vec<String> {
    documents::all().map(|all| all.into_iter().map(|m| m.name).collect()).unwrap_or_default()
}

async fn list() -> Result<Response, Trouble> {
    let all = documents::all().map_err(broken)?;
    let items = all.iter().map(|m| json!({"name": m.name, "title": m.title, "about": m.about})).collect();
    Ok(answer(Ok((StatusCode::OK, answers::list(items, None)))))
}

async fn one(State(app): State<App>, Path(name): Path<String>) -> Result<Response, Trouble> {
    let model = documents::get(&name).map_err(broken)?.ok_or(Trouble::NotFound)?;
    let questions = papers::questions(&app, &model);
    let value = json!({"name": model.name, "title": model.title, "about": model.about, "questions": questions});
    Ok(answer(Ok((StatusCode::OK, value))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    profile: Option<Profile>,
    #[serde(default)]
    answers: BTreeMap<String, BTreeMap<String, String>>,
}

/// The document as a file.
async fn made(
    State(app): State<App>,
    Path((name, form)): Path<(String, String)>,
    Sent(given, _): Sent<Given>,
) -> Response {
    let work = async {
        let model = documents::get(&name).map_err(broken)?.ok_or(Trouble::NotFound)?;
        let paper = papers::made(&app, &model, given.profile, given.answers).map_err(Trouble::Refused)?;
        hand_over(&model.title, &form, paper).await
    };
    work.await.unwrap_or_else(IntoResponse::into_response)
}

fn told(app: &App, point: &points::Point) -> Value {
    json!({"id": point.id, "title": point.title, "category": point.category(), "severity": point.severity,
           "category_title": app.engine().catalogue.category_title(point.category()), "why": point.why, "ask": point.ask})
}

async fn points(State(app): State<App>) -> Response {
    let items = app.engine().catalogue.points.iter().map(|p| told(&app, p)).collect();
    answer(Ok((StatusCode::OK, answers::list(items, None))))
}

async fn point(State(app): State<App>, Path(id): Path<String>) -> Result<Response, Trouble> {
    let point = app.engine().catalogue.get(&id).ok_or(Trouble::NotFound)?;
    Ok(answer(Ok((StatusCode::OK, told(&app, point)))))
}
