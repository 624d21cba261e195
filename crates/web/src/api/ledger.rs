//! The ledger for programs.

use super::answers;
use super::problem::{answer, numbered};
use super::register::limit;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::pages::keep::ledger;
use crate::routes::Route;
use crate::trouble::Trouble;
use crate::uploads;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Store;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/api/v1/entries", Needs::Verify, || get(list)),
    Route::get("/api/v1/entries/{seq}/inclusion", Needs::Verify, || get(inclusion)),
    Route::post("/api/v1/dossier", Needs::Verify, || post(ledger::whole)),
    Route::post("/api/v1/contracts/{id}/dossier", Needs::Verify, || post(ledger::of_contract)),
    Route::post("/api/v1/verifications", Needs::Verify, || {
        post(verify_dossier).layer(DefaultBodyLimit::max(uploads::LARGEST))
    }),
    Route::get("/api/v1/checkpoint", Needs::Verify, || get(checkpoint)),
];

#[derive(Deserialize)]
struct Asked {
    contract: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

async fn list(State(app): State<App>, actor: Actor, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let limit = limit(asked.limit)?;
    let before = numbered(asked.cursor.as_deref())?.map(i64::unsigned_abs);
    let of = asked.contract;
    let found = app.store(&actor.org, move |s: &mut Store| s.entries(of.as_deref(), before, limit + 1)).await?;
    let more = found.len() as i64 > limit;
    let shown = &found[..found.len().min(usize::try_from(limit).unwrap_or(1))];
    let next = shown.last().filter(|_| more).map(|e| e.seq.to_string());
    let items: Vec<Value> = shown.iter().map(|e| serde_json::to_value(e).unwrap_or_default()).collect();
    Ok(answer(Ok((StatusCode::OK, answers::list(items, next)))))
}

async fn inclusion(State(app): State<App>, actor: Actor, Path(seq): Path<u64>) -> Result<Response, Trouble> {
    let p = app.store(&actor.org, move |s: &mut Store| s.inclusion(seq)).await?;
    Ok(answer(Ok((
        StatusCode::OK,
        json!({"seq": p.seq, "line": p.line, "leaf": p.leaf, "path": p.path, "size": p.size,
               "checkpoint": p.checkpoint}),
    ))))
}

async fn checkpoint(State(app): State<App>, actor: Actor) -> Result<Response, Trouble> {
    let found = app.store(&actor.org, |s: &mut Store| Ok((s.last_checkpoint()?, s.public_key()))).await?;
    let (size, note) = found.0.map_or((None, None), |(size, note, _)| (Some(size), Some(note)));
    Ok(answer(Ok((StatusCode::OK, json!({"size": size, "note": note, "key": found.1})))))
}

/// Verifies a dossier that was brought; nothing of it is kept.
async fn verify_dossier(State(app): State<App>, actor: Actor, body: Bytes) -> Result<Response, Trouble> {
    if body.is_empty() {
        return Err(Trouble::Refused("le dossier est vide".to_owned()));
    }
    let report = ledger::verified(body).await?;
    let key = app.store(&actor.org, |s: &mut Store| Ok(s.public_key())).await?;
    let findings: Vec<Value> =
        report.findings.iter().map(|f| json!({"place": f.place, "problem": f.problem})).collect();
    let whole = report.is_whole();
    Ok(answer(Ok((
        StatusCode::OK,
        json!({"whole": whole, "findings": findings, "ours": whole && report.key == key, "contract": report.contract,
               "created": report.created, "entries": report.entries, "size": report.size}),
    ))))
}
