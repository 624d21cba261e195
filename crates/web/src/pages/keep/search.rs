//! Search over contracts, clauses, promises and proofs.

use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use askama::Template;
use axum::extract::{Query, State};
use axum::routing::get;
use serde::Deserialize;
use store::{Hit, Store};

/// The routes of this module.
pub const ROUTES: &[Route] = &[Route::get("/recherche", Needs::Visit, || get(search))];

/// Most hits shown.
const MOST: usize = 60;

#[derive(Template)]
#[template(path = "keep/search.html")]
struct Search {
    page: Page,
    q: String,
    hits: Vec<(String, Hit)>,
}

/// Where something found is shown.
pub(crate) fn place(hit: &Hit) -> String {
    let contract = hit.contract.as_deref().unwrap_or_default();
    match hit.source.split_once(':') {
        Some(("contrat", id)) => format!("/contrats/{id}"),
        Some(("promesse", id)) => format!("/contrats/{contract}#p-{id}"),
        Some(("preuve", id)) => format!("/preuves/{id}"),
        Some(("analyse", id)) => format!("/analyses/{id}/lecture"),
        _ => "/".to_owned(),
    }
}

#[derive(Deserialize)]
struct Asked {
    q: Option<String>,
}

async fn search(State(app): State<App>, actor: Actor, page: Page, Query(asked): Query<Asked>) -> Answer {
    let q: String = asked.q.unwrap_or_default().trim().chars().take(200).collect();
    let (text, within) = (q.clone(), actor.contract.clone().filter(|_| actor.role.bound()));
    let found = app.store(&actor.org, move |s: &mut Store| s.search(&text, within.as_deref(), MOST)).await?;
    let hits = found.into_iter().map(|h| (place(&h), h)).collect();
    show(&Search { page, q, hits })
}
