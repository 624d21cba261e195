//! Contracts brought to be judged, for programs: as the pages do it.

use super::answers;
use super::problem::{Sent, answer, numbered, once, short};
use super::register::limit;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::brief;
use crate::jobs;
use crate::pages::analysis::{Absent, Loaded, files, follow, load};
use crate::pages::{mend, welcome};
use crate::routes::Route;
use crate::trouble::Trouble;
use crate::uploads::{self, Upload};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use contract::{Fact, Profile};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use store::{LinesWanted, ReviewLine, SortBy};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/api/v1/reviews", Needs::Read, || get(list)),
    Route::post("/api/v1/reviews", Needs::Contribute, || post(bring).layer(DefaultBodyLimit::max(uploads::LARGEST))),
    Route::get("/api/v1/reviews/{id}", Needs::Read, || get(one)),
    Route::delete("/api/v1/reviews/{id}", Needs::Contribute, || delete(remove)),
    Route::get("/api/v1/reviews/{id}/verdicts", Needs::Read, || get(verdicts)),
    Route::get("/api/v1/reviews/{id}/versions", Needs::Read, || get(versions)),
    Route::post("/api/v1/reviews/{id}/answers", Needs::Contribute, || post(answer_point)),
    Route::post("/api/v1/reviews/{id}/judgement", Needs::Contribute, || post(judge)),
    Route::post("/api/v1/reviews/{id}/contract", Needs::Contribute, || post(begin)),
    Route::get("/api/v1/reviews/{id}/mend", Needs::Read, || get(mending)),
    Route::post("/api/v1/reviews/{id}/mend", Needs::Contribute, || post(choose)),
    Route::get("/api/v1/reviews/{id}/files/{name}", Needs::Read, || get(file)),
];

/// Files made of a review, by name.
pub const FILES: [&str; 10] = [
    "original",
    "report.html",
    "report.json",
    "report.pdf",
    "report.xlsx",
    "mended",
    "amendment.docx",
    "amendment.pdf",
    "letter.docx",
    "letter.pdf",
];

#[derive(Deserialize)]
struct Asked {
    q: Option<String>,
    blocking: Option<bool>,
    sort: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// A review in a list, with the score of each category.
fn line(app: &App, line: &ReviewLine) -> Value {
    let figures = line.figures.as_ref();
    let categories: Option<Map<String, Value>> = figures.map(|f| {
        let scores = app.engine().catalogue.categories.iter().map(|c| (c.id.clone(), json!(brief::category(f, &c.id))));
        scores.collect()
    });
    json!({
        "id": line.id, "batch": line.batch, "previous": line.previous, "name": line.name, "state": line.progress,
        "message": line.message, "provider": figures.map(|f| &f.provider), "score": figures.map(|f| f.score),
        "gaps": figures.map(|f| f.gaps), "blocking": figures.map(|f| f.blocking), "categories": categories,
    })
}

/// The cursor is how many rows came before.
async fn list(State(app): State<App>, actor: Actor, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let most = usize::try_from(limit(asked.limit)?).unwrap_or(1);
    let skip = usize::try_from(numbered(asked.cursor.as_deref())?.unwrap_or(0)).unwrap_or(usize::MAX);
    let sort = match asked.sort.as_deref().unwrap_or("date") {
        "date" => SortBy::Date,
        "name" => SortBy::Name,
        "score" => SortBy::Score,
        "gaps" => SortBy::Gaps,
        key if (1..=40).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
            SortBy::Mark(key.to_owned())
        }
        _ => return Err(Trouble::Refused("sort : date, name, score, gaps, une catégorie ou un point".to_owned())),
    };
    let words = asked.q.unwrap_or_default().chars().take(200).collect();
    let wanted = LinesWanted { words, blocking: asked.blocking.unwrap_or(false), sort, skip, most };
    let found = app.store(&actor.org, move |store| store.review_lines(&wanted)).await?;
    let next = skip.saturating_add(found.rows.len());
    let next = (next < found.found && !found.rows.is_empty()).then(|| next.to_string());
    let items = found.rows.iter().map(|l| line(&app, l)).collect();
    Ok(answer(Ok((StatusCode::OK, answers::list(items, next)))))
}

#[derive(Deserialize)]
struct Named {
    name: String,
    profile: Option<String>,
    previous: Option<u64>,
}

/// The bytes as they are, with their name in the address; an archive is taken apart.
async fn bring(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    Query(named): Query<Named>,
    body: Bytes,
) -> Response {
    let Named { name, profile, previous } = named;
    let print = format!("reviews {name} {} {}", profile.as_deref().unwrap_or_default(), previous.unwrap_or_default());
    let bytes = body.to_vec();
    let work = async {
        if bytes.is_empty() {
            return Err(Trouble::Refused("le contrat est vide".to_owned()));
        }
        let mut fields = Vec::new();
        if let Some(profile) = profile {
            let known = Profile::from_name(&profile).ok_or_else(|| Trouble::Refused("profil inconnu".to_owned()))?;
            fields.push(("profil".to_owned(), known.name().to_owned()));
        }
        fields.extend(previous.map(|p| ("precedente".to_owned(), p.to_string())));
        let files = uploads::documents(&app, vec![(uploads::harmless(&name), bytes)]).await?;
        let batch = welcome::file(&app, &actor, Upload { files, fields }).await?;
        let found = app.store(&actor.org, move |store| store.batch_lines(batch, uploads::FILES)).await?;
        let items: Vec<Value> = found.iter().map(|l| line(&app, l)).collect();
        Ok((StatusCode::CREATED, json!({"batch": batch, "items": items})))
    };
    once(&app, &actor, &headers, (&print, &body), work).await
}

async fn one(State(app): State<App>, actor: Actor, Path(id): Path<u64>) -> Result<Response, Trouble> {
    let found = app.store(&actor.org, move |store| {
        let review = store.review(id)?;
        Ok((review, store.review_line(id)?))
    });
    let (review, found) = found.await?;
    let mut value = line(&app, &found);
    value["received"] = review.received.into();
    value["by"] = review.by.into();
    value["size"] = review.size.into();
    value["sha256"] = json!(review.sha256);
    value["profile"] = json!(review.profile);
    value["facts"] = json!(review.facts);
    Ok(answer(Ok((StatusCode::OK, value))))
}

async fn remove(State(app): State<App>, actor: Actor, Path(id): Path<u64>) -> Result<Response, Trouble> {
    let (by, now) = (actor.name.clone(), app.host().now());
    app.store(&actor.org, move |store| store.remove_review(id, &by, now)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A review that is done.
pub(super) async fn judged(app: &App, actor: &Actor, id: u64) -> Result<Loaded, Trouble> {
    load(app, actor, id).await.map_err(plainly)
}

/// What a page would lead elsewhere for.
fn plainly(absent: Absent) -> Trouble {
    match absent {
        Absent::Trouble(trouble) => trouble,
        Absent::Elsewhere(_) => Trouble::Refused("ce contrat n'est pas encore lu, ou n'a pu l'être".to_owned()),
    }
}

async fn verdicts(State(app): State<App>, actor: Actor, Path(id): Path<u64>) -> Result<Response, Trouble> {
    let loaded = judged(&app, &actor, id).await?;
    let verdict = |v: &contract::PointVerdict| {
        let mut value = serde_json::to_value(v).unwrap_or_default();
        value["title"] = app.infos().title(&v.point).into();
        value["answer"] = json!(loaded.answers.get(&v.point));
        value
    };
    let items = loaded.assessment.verdicts.iter().map(verdict).collect();
    Ok(answer(Ok((StatusCode::OK, answers::list(items, None)))))
}

/// Most versions told.
const VERSIONS: usize = 200;

async fn versions(State(app): State<App>, actor: Actor, Path(id): Path<u64>) -> Result<Response, Trouble> {
    let found = app.store(&actor.org, move |store| {
        store.review(id)?;
        store.version_lines(id, VERSIONS)
    });
    let items = found.await?.iter().map(|l| line(&app, l)).collect();
    Ok(answer(Ok((StatusCode::OK, answers::list(items, None)))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    point: String,
    holds: bool,
    #[serde(default)]
    note: String,
}

async fn answer_point(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<u64>,
    Sent(said, body): Sent<Said>,
) -> Response {
    let work = async {
        let known = app.engine().catalogue.get(&said.point).is_some();
        if !known {
            return Err(Trouble::NotFound);
        }
        let note: String = said.note.trim().chars().take(2_000).collect();
        let (by, now) = (actor.name.clone(), app.host().now());
        let done = app.store(&actor.org, move |store| {
            store.review_result(id)?;
            store.answer_review(id, &said.point, said.holds, &note, &by, now)?;
            store.review_answers(id)
        });
        Ok((StatusCode::OK, json!({"answers": done.await?})))
    };
    once(&app, &actor, &headers, (&format!("answers {id}"), &body), work).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Under {
    profile: Option<Profile>,
    #[serde(default)]
    facts: Vec<Fact>,
}

/// Judges again under another profile, with other facts.
async fn judge(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<u64>,
    Sent(under, body): Sent<Under>,
) -> Response {
    let work = async {
        app.store(&actor.org, move |store| store.review_again(id, under.profile, under.facts)).await?;
        jobs::wake(&app, &actor.org);
        Ok((StatusCode::OK, json!({"id": id, "state": "waiting"})))
    };
    once(&app, &actor, &headers, (&format!("judgement {id}"), &body), work).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Followed {
    provider: String,
    signed: Date,
}

/// Puts a contract under follow-up; its promises are proposed.
async fn begin(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<u64>,
    Sent(given, body): Sent<Followed>,
) -> Response {
    let work = async {
        let provider = short("provider", &given.provider, 120)?;
        let loaded = judged(&app, &actor, id).await?;
        let contract = follow::file(&app, &actor, loaded, &provider, (given.signed, given.signed)).await?;
        Ok((StatusCode::CREATED, json!({"contract": contract})))
    };
    once(&app, &actor, &headers, (&format!("follow {id}"), &body), work).await
}

async fn mending(State(app): State<App>, actor: Actor, Path(id): Path<u64>) -> Result<Response, Trouble> {
    let loaded = judged(&app, &actor, id).await?;
    Ok(answer(Ok((StatusCode::OK, mend::described(&app, &loaded)))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    points: Vec<String>,
    #[serde(default)]
    answers: BTreeMap<String, BTreeMap<String, String>>,
}

async fn choose(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<u64>,
    Sent(chosen, body): Sent<Chosen>,
) -> Response {
    let work = async {
        judged(&app, &actor, id).await?;
        mend::keep(&app, &actor, id, chosen.points, chosen.answers).await?;
        let loaded = judged(&app, &actor, id).await?;
        Ok((StatusCode::OK, mend::described(&app, &loaded)))
    };
    once(&app, &actor, &headers, (&format!("mend {id}"), &body), work).await
}

async fn file(
    State(app): State<App>,
    actor: Actor,
    Path((id, name)): Path<(u64, String)>,
) -> Result<Response, Trouble> {
    let (state, form) = (State(app), name.split_once('.').map_or("", |n| n.1).to_owned());
    let made = match name.as_str() {
        "original" => return files::original(state, actor, Path(id)).await,
        "mended" => mend::redlined(state, actor, Path(id)).await,
        known if !FILES.contains(&known) => return Err(Trouble::NotFound),
        report if report.starts_with("report.") => files::report(state, actor, Path((id, form))).await,
        amendment if amendment.starts_with("amendment.") => mend::amendment(state, actor, Path((id, form))).await,
        _ => mend::letter_file(state, actor, Path((id, form))).await,
    };
    made.map_err(plainly)
}
