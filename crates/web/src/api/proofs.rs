//! Proofs for programs.

use super::answers;
use super::problem::{Sent, answer, numbered, once};
use super::register::limit;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::pages::keep::inbox::{self, take};
use crate::routes::Route;
use crate::trouble::Trouble;
use crate::uploads;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Store, Wanted};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/api/v1/proofs", Needs::Visit, || get(list)),
    Route::post("/api/v1/proofs", Needs::Bring, || {
        post(bring).layer(axum::extract::DefaultBodyLimit::max(uploads::LARGEST))
    }),
    Route::get("/api/v1/proofs/{id}", Needs::Visit, || get(one)),
    Route::get("/api/v1/proofs/{id}/file", Needs::Visit, || get(inbox::file)),
    Route::post("/api/v1/proofs/{id}/share", Needs::Contribute, || post(share)),
    Route::post("/api/v1/proofs/{id}/contract", Needs::Contribute, || post(attach)),
];

#[derive(Deserialize)]
struct Asked {
    contract: Option<String>,
    unattached: Option<bool>,
    cursor: Option<String>,
    limit: Option<i64>,
}

async fn list(State(app): State<App>, actor: Actor, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let limit = limit(asked.limit)?;
    let before = numbered(asked.cursor.as_deref())?;
    let own = actor.contract.clone().filter(|_| actor.role.bound());
    let unattached = asked.unattached.unwrap_or(false) && own.is_none();
    let wanted = Wanted { contract: own.or(asked.contract), unattached, before };
    let mut found = app.store(&actor.org, move |s: &mut Store| s.proofs(&wanted, limit + 1)).await?;
    let more = found.len() as i64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(1));
    let next = found.last().filter(|_| more).map(|p| p.id.to_string());
    Ok(answer(Ok((StatusCode::OK, answers::list(found.iter().map(answers::proof).collect(), next)))))
}

async fn one(State(app): State<App>, actor: Actor, Path(id): Path<i64>) -> Result<Response, Trouble> {
    let found = app.store(&actor.org, move |s: &mut Store| s.proof(id)).await?;
    actor.sees_of(found.contract.as_deref())?;
    Ok(answer(Ok((StatusCode::OK, answers::proof(&found)))))
}

#[derive(Deserialize)]
struct Named {
    name: String,
    contract: Option<String>,
}

/// The bytes as they are, with their name in the address.
async fn bring(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    Query(named): Query<Named>,
    body: Bytes,
) -> Response {
    let print = format!("proofs {} {}", named.name, named.contract.as_deref().unwrap_or_default());
    let bytes = body.to_vec();
    let work = async {
        if bytes.is_empty() {
            return Err(Trouble::Refused("la preuve est vide".to_owned()));
        }
        let name = uploads::harmless(&named.name);
        let contract = named.contract.filter(|c| !c.is_empty());
        let filed = take(&app, &actor, vec![(name, bytes)], contract, "api").await?;
        let one = filed.first().ok_or_else(|| Trouble::Broken("a proof was filed and is gone".to_owned()))?;
        let status = if one.duplicate { StatusCode::OK } else { StatusCode::CREATED };
        let facts: Vec<Value> = one.facts.iter().map(|j| json!({"fact": j.fact, "promises": j.promises})).collect();
        Ok((
            status,
            json!({"id": one.proof, "sha256": one.sha256, "duplicate": one.duplicate, "contract": one.contract,
                   "entry": one.entry, "facts": facts}),
        ))
    };
    once(&app, &actor, &headers, (&print, &body), work).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct To {
    contract: String,
}

async fn attach(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<i64>,
    Sent(to, body): Sent<To>,
) -> Response {
    let print = format!("attach {id}");
    let work = async {
        let (by, now) = (actor.name.clone(), app.host().now());
        let done = app.store(&actor.org, move |store| {
            store.proof(id)?;
            store.contract(&to.contract)?;
            store.attach(id, &to.contract, &by, now)?;
            store.sign()?;
            store.proof(id)
        });
        Ok((StatusCode::OK, answers::proof(&done.await?)))
    };
    once(&app, &actor, &headers, (&print, &body), work).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Among {
    #[serde(default)]
    contracts: Vec<String>,
    #[serde(default)]
    all: bool,
}

/// Gives a proof to further contracts.
async fn share(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<i64>,
    Sent(among, body): Sent<Among>,
) -> Response {
    let print = format!("share {id}");
    let work = async {
        inbox::shared(&app, &actor, id, among.contracts, among.all).await?;
        Ok((StatusCode::OK, json!({"shared": id})))
    };
    once(&app, &actor, &headers, (&print, &body), work).await
}
