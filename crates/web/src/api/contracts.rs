//! Contracts under follow-up for programs: their document, and what a person decides of a promise.

use super::answers;
use super::problem::{Sent, once};
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::pages::keep::contract::document;
use crate::pages::keep::dates;
use crate::pages::keep::decisions::{self, Fields};
use crate::pages::keep::reports;
use crate::routes::Route;
use crate::trouble::Trouble;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use contract::Duration;
use follow::{Cadence, Term};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/api/v1/contracts/{id}/document", Needs::Visit, || get(document)),
    Route::post("/api/v1/contracts/{id}/corrections", Needs::Manage, || post(correct)),
    Route::post("/api/v1/contracts/{id}/waivers", Needs::Manage, || post(waive)),
    Route::post("/api/v1/contracts/{id}/term", Needs::Manage, || post(term)),
    Route::post("/api/v1/contracts/{id}/rank", Needs::Manage, || post(rank)),
    Route::get("/api/v1/contracts/{id}/reports/{month}/{form}", Needs::Read, || get(reports::one)),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Correction {
    promise: String,
    title: Option<String>,
    cadence: Option<String>,
    from: Option<Date>,
    machines: Option<Vec<String>>,
    figure: Option<f64>,
    #[serde(default)]
    reason: String,
}

impl Correction {
    /// As the page's form sends it; what is not there stays as it is.
    fn fields(self) -> Result<Fields, Trouble> {
        let wrong = |text: &str| Trouble::Refused(text.to_owned());
        if self.cadence.as_ref().is_some_and(|c| Cadence::from_name(c).is_none()) {
            return Err(wrong("cadence : fréquence inconnue"));
        }
        if self.figure.is_some_and(|f| f < 0.0) {
            return Err(wrong("figure : un nombre positif est attendu"));
        }
        let figure = self.figure.map(|f| f.to_string());
        let machines = self.machines.map(|m| m.join("\n"));
        let given = [
            ("p", Some(self.promise)),
            ("titre", self.title),
            ("frequence", self.cadence),
            ("depuis", self.from.map(|d| d.to_string())),
            ("machines", machines),
            ("chiffre", figure),
            ("raison", Some(self.reason)),
        ];
        Ok(given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
    }
}

async fn correct(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<String>,
    Sent(correction, body): Sent<Correction>,
) -> Response {
    let print = format!("corrections {id}");
    let work = async {
        let promise = correction.promise.clone();
        decisions::corrected(&app, &actor, id.clone(), correction.fields()?).await?;
        told(&app, &actor, id, promise).await
    };
    once(&app, &actor, &headers, (&print, &body), work).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Waived {
    promise: String,
    reason: String,
    from: Date,
    until: Option<Date>,
}

async fn waive(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<String>,
    Sent(waived, body): Sent<Waived>,
) -> Response {
    let print = format!("waivers {id}");
    let work = async {
        let Waived { promise, reason, from, until } = waived;
        let until = until.map_or(String::new(), |d| d.to_string());
        let fields = [("p", promise.clone()), ("raison", reason), ("du", from.to_string()), ("au", until)];
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Time {
    start: Date,
    length: Option<Duration>,
    notice: Option<Duration>,
    renewal: Option<Duration>,
    revision: Option<Duration>,
    #[serde(default)]
    reason: String,
}

/// Says when a contract ends, by what notice, and for how long it is renewed.
async fn term(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<String>,
    Sent(time, body): Sent<Time>,
) -> Response {
    let print = format!("term {id}");
    let work = async {
        let Time { start, length, notice, renewal, revision, reason } = time;
        let lengths = [length, notice, renewal, revision];
        if lengths.iter().flatten().any(|l| !(l.amount > 0.0 && l.amount <= dates::MOST)) {
            return Err(Trouble::Refused("une durée est un nombre positif, jusqu'à 400".to_owned()));
        }
        let term = Term { start, length, notice, renewal, revision, revised: None };
        let (by, now) = (actor.name.clone(), app.host().now());
        let done = app.store(&actor.org, move |store| {
            store.contract(&id)?;
            dates::sound(&term)?;
            store.set_term(&id, term, &by, &reason, now)?;
            store.sign()?;
            store.contract(&id)
        });
        Ok((StatusCode::OK, answers::contract(&done.await?)))
    };
    once(&app, &actor, &headers, (&print, &body), work).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rank {
    above: Option<String>,
}

/// Says which contract this one serves, as a subcontractor's.
async fn rank(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<String>,
    Sent(rank, body): Sent<Rank>,
) -> Response {
    let print = format!("rank {id}");
    let work = async {
        let (by, now) = (actor.name.clone(), app.host().now());
        let above = rank.above.filter(|a| !a.is_empty());
        let told = json!({"contract": id, "above": above});
        let done = app.store(&actor.org, move |store| {
            store.contract(&id)?;
            store.set_rank(&id, above.as_deref(), &by, now)?;
            store.sign().map(|_| ())
        });
        done.await?;
        Ok((StatusCode::OK, told))
    };
    once(&app, &actor, &headers, (&print, &body), work).await
}
