//! Providers, each with its contracts and where they stand.

use super::words;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use askama::Template;
use axum::extract::State;
use axum::routing::get;
use follow::State as Standing;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Summary;

/// The routes of this module.
pub const ROUTES: &[Route] = &[Route::get("/prestataires", Needs::Read, || get(list))];

/// Most providers shown; more are found through the list of contracts.
const MOST: usize = 200;

/// A provider with its contracts, the worst first.
struct Provider {
    name: String,
    worst: Option<Standing>,
    contracts: Vec<Arc<Summary>>,
}

#[derive(Template)]
#[template(path = "keep/providers.html")]
struct Providers {
    page: Page,
    providers: Vec<Provider>,
    total: usize,
}

async fn list(State(app): State<App>, actor: Actor, page: Page) -> Answer {
    let all = app.overview(&actor.org).await?;
    let mut by_name: BTreeMap<&str, Vec<Arc<Summary>>> = BTreeMap::new();
    for row in &all.rows {
        by_name.entry(row.contract.provider.as_str()).or_default().push(Arc::clone(row));
    }
    let total = by_name.len();
    let mut providers: Vec<Provider> = by_name
        .into_iter()
        .map(|(name, contracts)| Provider {
            name: name.to_owned(),
            worst: contracts.first().and_then(|c| c.state),
            contracts,
        })
        .collect();
    providers.sort_by(|a, b| b.worst.cmp(&a.worst).then_with(|| a.name.cmp(&b.name)));
    providers.truncate(MOST);
    show(&Providers { page, providers, total })
}
