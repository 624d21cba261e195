//! Contracts under follow-up for programs: their document, and what a person decides of a promise.

use super::answers;
use super::problem::{once, parse};
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::pages::keep::contract::document;
use crate::pages::keep::decisions::{self, Fields};
use crate::routes::Route;
use crate::trouble::Trouble;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/api/v1/contracts/{id}/document", Needs::Visit, || get(document)),
    Route::post("/api/v1/contracts/{id}/corrections", Needs::Manage, || post(correct)),
    Route::post("/api/v1/contracts/{id}/waivers", Needs::Manage, || post(waive)),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Correction {
    promise: String,
    title: Option<String>,
    cadence: Option<String>,
    from: Option<String>,
    machines: Option<Vec<String>>,
    figure: Option<f64>,
    #[serde(default)]
    reason: String,
}

impl Correction {
    /// As the page's form sends it; what is not there stays as it is.
    fn fields(self) -> Fields {
        let figure = self.figure.map(|f| f.to_string());
        let machines = self.machines.map(|m| m.join("\n"));
        let given = [
            ("p", Some(self.promise)),
            ("titre", self.title),
            ("frequence", self.cadence),
            ("depuis", self.from),
            ("machines", machines),
            ("chiffre", figure),
            ("raison", Some(self.reason)),
        ];
        given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

async fn correct(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let correction: Correction = match parse(&body) {
        Ok(correction) => correction,
        Err(problem) => return *problem,
    };
    let print = format!("corrections {id}");
    let work = async {
        let promise = correction.promise.clone();
        decisions::corrected(&app, &actor, id.clone(), correction.fields()).await?;
        told(&app, &actor, id, promise).await
    };
    once(&app, &actor, &headers, (&print, &body), work).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Waived {
    promise: String,
    reason: String,
    from: String,
    until: Option<String>,
}

async fn waive(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let waived: Waived = match parse(&body) {
        Ok(waived) => waived,
        Err(problem) => return *problem,
    };
    let print = format!("waivers {id}");
    let work = async {
        let Waived { promise, reason, from, until } = waived;
        let fields = [("p", promise.clone()), ("raison", reason), ("du", from), ("au", until.unwrap_or_default())];
        let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
        decisions::waived(&app, &actor, id.clone(), fields).await?;
        told(&app, &actor, id, promise).await
    };
    once(&app, &actor, &headers, (&print, &body), work).await
}

/// The promise as it now is.
async fn told(app: &App, actor: &Actor, id: String, promise: String) -> super::problem::Done {
    let found = app.store(&actor.org, move |store| decisions::of(store, &id, &promise)).await?;
    Ok::<_, Trouble>((StatusCode::OK, answers::promise(&found)))
}
