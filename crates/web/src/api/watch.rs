//! What is to attend to, and who provides, for programs.

use super::answers;
use super::problem::{answer, numbered};
use super::register::limit;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::routes::Route;
use crate::trouble::Trouble;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::Summary;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/api/v1/alerts", Needs::Read, || get(alerts)),
    Route::get("/api/v1/providers", Needs::Read, || get(providers)),
];

#[derive(Deserialize)]
struct Page {
    cursor: Option<String>,
    limit: Option<i64>,
}

/// A page of what is there; the cursor is how many came before.
fn paged(page: &Page, all: impl ExactSizeIterator<Item = Value>) -> Result<Response, Trouble> {
    let most = usize::try_from(limit(page.limit)?).unwrap_or(1);
    let skip = usize::try_from(numbered(page.cursor.as_deref())?.unwrap_or(0)).unwrap_or(usize::MAX);
    let next = skip.saturating_add(most);
    let next = (next < all.len()).then(|| next.to_string());
    let items = all.skip(skip).take(most).collect();
    Ok(answer(Ok((StatusCode::OK, answers::list(items, next)))))
}

/// Promises that were not kept or not proved, the worst first.
async fn alerts(State(app): State<App>, actor: Actor, Query(page): Query<Page>) -> Result<Response, Trouble> {
    let all = app.overview(&actor.org).await?;
    let item = |(row, w): (&std::sync::Arc<Summary>, &store::Told)| {
        json!({"contract": row.contract.id, "provider": row.contract.provider, "promise": w.promise, "title": w.title,
               "state": w.state, "reason": w.reason})
    };
    paged(&page, all.wrong().map(item))
}

/// Providers by name, each with its contracts.
async fn providers(State(app): State<App>, actor: Actor, Query(page): Query<Page>) -> Result<Response, Trouble> {
    let all = app.overview(&actor.org).await?;
    let mut by_name: BTreeMap<&str, Vec<&Summary>> = BTreeMap::new();
    for row in &all.rows {
        by_name.entry(row.contract.provider.as_str()).or_default().push(row);
    }
    let item = |(name, rows): (&str, Vec<&Summary>)| {
        let contracts: Vec<&str> = rows.iter().map(|r| r.contract.id.as_str()).collect();
        json!({"name": name, "state": rows.first().and_then(|r| r.state), "contracts": contracts})
    };
    paged(&page, by_name.into_iter().map(item))
}
