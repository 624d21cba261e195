//! The reading: the contract's text in colour beside the verdicts, each linked to its words and back.

use super::{Loaded, Shown, Tab, load};
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Page, show};
use crate::routes::Route;
use crate::trouble::{Trouble, see};
use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use contract::{PointVerdict, Verdict};
use report::html::parts::{self, Reading};
use serde::Deserialize;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/analyses/{id}/lecture", Needs::Read, || get(reading)),
    Route::get("/analyses/{id}/lecture.css", Needs::Read, || get(style)),
    Route::post("/analyses/{id}/reponses", Needs::Contribute, || post(answer)),
    Route::get("/analyses/{id}/points/{point}", Needs::Read, || get(correction)),
];

/// Longest correction kept, in characters.
const NOTE: usize = 2_000;

#[derive(Template)]
#[template(path = "reader.html")]
struct ReadingPage {
    page: Page,
    loaded: Loaded,
    reading: Reading,
    tab: Tab,
}

async fn reading(State(app): State<App>, actor: Actor, page: Page, Path(id): Path<u64>) -> Shown {
    let loaded = load(&app, &actor, id).await?;
    let may = actor.may(Needs::Contribute);
    let apart = format!("/analyses/{id}/points/");
    let after = |verdict: &PointVerdict| question(&page, &loaded, verdict, may);
    let reading = parts::reading(app.infos(), &loaded.assessed(), &apart, &after);
    Ok(show(&ReadingPage { page, loaded, reading, tab: Tab::Reading })?)
}

#[derive(Template)]
#[template(path = "question.html")]
struct Question<'a> {
    page: &'a Page,
    id: u64,
    point: &'a str,
    answer: Option<&'a store::PointAnswer>,
    may: bool,
    open: bool,
}

/// Asks whether an unsure verdict holds, or says what was answered; leads to the point's page.
fn question(page: &Page, loaded: &Loaded, verdict: &PointVerdict, may: bool) -> String {
    let answer = loaded.answers.get(&verdict.point);
    let open = !verdict.sure && may && verdict.verdict != Verdict::NotApplicable;
    let asked = Question { page, id: loaded.review.id, point: &verdict.point, answer, may, open };
    // A template over plain fields does not fail.
    asked.render().unwrap_or_default()
}

/// The highlights' own rules: a strict policy allows no inline style.
async fn style(State(app): State<App>, actor: Actor, Path(id): Path<u64>) -> Shown {
    let loaded = load(&app, &actor, id).await?;
    let reading = parts::reading(app.infos(), &loaded.assessed(), "", &|_| String::new());
    Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8")], reading.style).into_response())
}

#[derive(Deserialize)]
struct Given {
    #[serde(default)]
    oui: String,
    #[serde(default)]
    non: String,
    #[serde(default)]
    correction: String,
}

async fn answer(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<u64>,
    Form(given): Form<Given>,
) -> Result<Response, Trouble> {
    let (holds, point) = if given.oui.is_empty() { (false, given.non) } else { (true, given.oui) };
    let Some(point) = app.engine().catalogue.get(&point).map(|p| p.id.clone()) else { return Err(Trouble::NotFound) };
    let note: String = given.correction.trim().chars().take(NOTE).collect();
    let (by, now, place) = (actor.name.clone(), app.host().now(), format!("/analyses/{id}/lecture#p-{point}"));
    app.store(&actor.org, move |store| store.answer_review(id, &point, holds, &note, &by, now)).await?;
    Ok(see(&place))
}

#[derive(Template)]
#[template(path = "correction.html")]
struct Correction<'a> {
    page: Page,
    loaded: &'a Loaded,
    verdict: &'a PointVerdict,
    title: &'a str,
    /// Its words and what was looked for, already HTML.
    words: String,
    note: &'a str,
    may: bool,
}

async fn correction(State(app): State<App>, actor: Actor, page: Page, Path((id, point)): Path<(u64, String)>) -> Shown {
    let loaded = load(&app, &actor, id).await?;
    let Some(verdict) = loaded.assessment.verdicts.iter().find(|v| v.point == point) else {
        return Err(Trouble::NotFound.into());
    };
    let note = loaded.answers.get(&point).map_or("", |a| a.note.as_str());
    let title = app.infos().title(&point);
    let words = parts::point(app.infos(), &loaded.assessed(), verdict, &format!("/analyses/{id}/lecture"));
    let may = actor.may(Needs::Contribute);
    Ok(show(&Correction { page, loaded: &loaded, verdict, title, words, note, may })?)
}
