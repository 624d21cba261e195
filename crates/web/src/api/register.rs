//! Contracts, promises, statuses and decisions for programs.

use super::answers;
use super::problem::{Sent, answer, once};
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::pages::keep::decisions::of;
use crate::routes::Route;
use crate::trouble::Trouble;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use follow::Window;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Standing, Store};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/api/v1/me", Needs::SignedIn, || get(me)),
    Route::get("/api/v1/contracts", Needs::Visit, || get(contracts)),
    Route::get("/api/v1/contracts/{id}", Needs::Visit, || get(contract)),
    Route::get("/api/v1/contracts/{id}/promises", Needs::Visit, || get(promises)),
    Route::get("/api/v1/contracts/{id}/status", Needs::Visit, || get(status)),
    Route::get("/api/v1/search", Needs::Visit, || get(search)),
    Route::post("/api/v1/contracts/{id}/decisions", Needs::Manage, || post(decide)),
];

/// Items of a page unless asked otherwise, and at most.
pub(crate) const PAGE: i64 = 50;
pub(crate) const MOST: i64 = 200;

async fn me(actor: Actor) -> Response {
    let scopes = actor.scopes.as_ref().map(|all| all.iter().map(|s| s.name()).collect::<Vec<_>>());
    answer(Ok((
        StatusCode::OK,
        json!({"name": actor.name, "organisation": actor.org, "role": actor.role, "contract": actor.contract,
               "scopes": scopes}),
    )))
}

#[derive(Deserialize)]
struct Page {
    cursor: Option<String>,
    limit: Option<i64>,
}

pub(crate) fn limit(asked: Option<i64>) -> Result<i64, Trouble> {
    match asked.unwrap_or(PAGE) {
        limit @ 1..=MOST => Ok(limit),
        _ => Err(Trouble::Refused(format!("limit va de 1 à {MOST}"))),
    }
}

/// Contracts by id; the cursor is the last id of the page before.
async fn contracts(State(app): State<App>, actor: Actor, Query(page): Query<Page>) -> Result<Response, Trouble> {
    let limit = usize::try_from(limit(page.limit)?).unwrap_or(1);
    let all = app.overview(&actor.org).await?;
    let after = page.cursor.unwrap_or_default();
    let from = all.by_id.partition_point(|r| r.contract.id <= after);
    let mut rows = all.by_id[from..].iter().filter(|r| actor.sees(&r.contract.id).is_ok());
    let shown: Vec<_> = rows.by_ref().take(limit).collect();
    let more = rows.next().is_some();
    let next = shown.last().filter(|_| more).map(|r| r.contract.id.clone());
    let items = shown.iter().map(|r| answers::summary(r)).collect();
    Ok(answer(Ok((StatusCode::OK, answers::list(items, next)))))
}

async fn contract(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Result<Response, Trouble> {
    actor.sees(&id)?;
    let found = app.store(&actor.org, move |s: &mut Store| s.contract(&id)).await?;
    Ok(answer(Ok((StatusCode::OK, answers::contract(&found)))))
}

async fn promises(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Result<Response, Trouble> {
    actor.sees(&id)?;
    let found = app.store(&actor.org, move |store| {
        store.contract(&id)?;
        store.promises(Some(&id))
    });
    let items: Vec<Value> = found.await?.iter().map(answers::promise).collect();
    Ok(answer(Ok((StatusCode::OK, answers::list(items, None)))))
}

#[derive(Deserialize)]
struct Sought {
    q: String,
    limit: Option<i64>,
}

async fn search(State(app): State<App>, actor: Actor, Query(sought): Query<Sought>) -> Result<Response, Trouble> {
    let most = usize::try_from(limit(sought.limit)?).unwrap_or(1);
    let within = actor.contract.clone().filter(|_| actor.role.bound());
    let found = app.store(&actor.org, move |s: &mut Store| s.search(&sought.q, within.as_deref(), most)).await?;
    Ok(answer(Ok((StatusCode::OK, answers::list(found.iter().map(answers::hit).collect(), None)))))
}

#[derive(Deserialize)]
struct Span {
    from: Option<String>,
    to: Option<String>,
}

fn date(text: Option<&String>) -> Result<Option<Date>, Trouble> {
    let wrong = |t: &String| Trouble::Refused(format!("« {t} » n'est pas une date AAAA-MM-JJ"));
    text.map(|t| t.parse().map_err(|_| wrong(t))).transpose()
}

/// Most days of a window.
const DAYS: i32 = 1100;

async fn status(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    Query(span): Query<Span>,
) -> Result<Response, Trouble> {
    actor.sees(&id)?;
    let today = app.today();
    let last = date(span.to.as_ref())?.map_or(today, Into::into);
    let first = date(span.from.as_ref())?.map_or(store::window(last).first, Into::into);
    if first > last || last.0.saturating_sub(first.0) > DAYS {
        return Err(Trouble::Refused(format!("la période va d'un jour à {DAYS} jours, le début d'abord")));
    }
    let window = Window { first, last };
    let lines = app.store(&actor.org, move |s: &mut Store| s.statuses(Some(&id), window, today)).await?;
    let items: Vec<Value> = lines.iter().map(answers::status).collect();
    Ok(answer(Ok((StatusCode::OK, answers::list(items, None)))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    promises: Vec<String>,
    decision: Decided,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decided {
    Confirm,
    Reject,
}

async fn decide(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<String>,
    Sent(decision, body): Sent<Decision>,
) -> Response {
    let print = format!("decisions {id}");
    let work = async {
        if decision.promises.is_empty() || decision.promises.len() > 1000 {
            return Err(Trouble::Refused("promises : de 1 à 1 000 identifiants".to_owned()));
        }
        let (standing, by, now) = (
            match decision.decision {
                Decided::Confirm => Standing::Confirmed,
                Decided::Reject => Standing::Rejected,
            },
            actor.name.clone(),
            app.host().now(),
        );
        let done = app.store(&actor.org, move |store| {
            store.contract(&id)?;
            for one in &decision.promises {
                of(store, &id, one)?;
            }
            store.decide(&decision.promises, standing, &by, &decision.reason, now)?;
            store.sign()?;
            Ok(decision.promises.len())
        });
        Ok((StatusCode::OK, json!({"decided": done.await?})))
    };
    once(&app, &actor, &headers, (&print, &body), work).await
}
