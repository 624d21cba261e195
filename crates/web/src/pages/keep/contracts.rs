//! Every contract under follow-up: worst first, filtered, a page at a time.

use super::words;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::links::encoded;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use crate::trouble::see;
use askama::Template;
use axum::extract::{Query, State};
use axum::routing::get;
use follow::State as Standing;
use serde::Deserialize;
use std::sync::Arc;
use store::{Summary, Told};

/// The routes of this module.
pub const ROUTES: &[Route] =
    &[Route::get("/contrats", Needs::Visit, || get(list)), Route::get("/alertes", Needs::Read, || get(alerts))];

/// Contracts on a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "keep/contracts.html")]
struct List {
    page: Page,
    rows: Vec<Arc<Summary>>,
    total: usize,
    found: usize,
    states: Vec<(Standing, &'static str, usize)>,
    q: String,
    etat: String,
    number: usize,
    last: usize,
    may_add: bool,
}

impl List {
    /// The address of another page of the same list.
    fn at(&self, number: usize) -> String {
        format!("/contrats?q={}&etat={}&page={number}", encoded(&self.q), self.etat)
    }
}

#[derive(Deserialize)]
struct Asked {
    q: Option<String>,
    etat: Option<String>,
    page: Option<usize>,
}

/// States as filters, with the names addresses use.
const STATES: [(Standing, &str); 5] = [
    (Standing::Breached, "manquee"),
    (Standing::Unproved, "non-prouvee"),
    (Standing::Late, "retard"),
    (Standing::Kept, "tenue"),
    (Standing::Pending, "a-venir"),
];

async fn list(State(app): State<App>, actor: Actor, page: Page, Query(asked): Query<Asked>) -> Answer {
    if let Some(own) = actor.contract.as_ref().filter(|_| actor.role.bound()) {
        return Ok(see(&format!("/contrats/{own}")));
    }
    let all = app.overview(&actor.org).await?;
    let q = asked.q.unwrap_or_default().trim().chars().take(100).collect::<String>();
    let etat = asked.etat.unwrap_or_default();
    let state = STATES.iter().find(|s| s.1 == etat).map(|s| s.0);
    let etat = state.map_or(String::new(), |_| etat);
    let needle = contract::Folded::of(&q).text().trim().to_owned();
    let matches = |s: &Summary| needle.is_empty() || s.words.contains(&needle);
    let found: Vec<&Arc<Summary>> =
        all.rows.iter().filter(|s| state.is_none_or(|w| s.state == Some(w)) && matches(s)).collect();
    let last = found.len().div_ceil(PAGE).max(1);
    let number = asked.page.unwrap_or(1).clamp(1, last);
    let rows = found.iter().skip((number - 1) * PAGE).take(PAGE).map(|s| Arc::clone(s)).collect();
    let states = STATES.map(|(s, name)| (s, name, all.count(s))).into_iter().filter(|s| s.2 > 0).collect();
    let (total, found, may_add) = (all.rows.len(), found.len(), actor.may(Needs::Contribute));
    show(&List { page, rows, total, found, states, q, etat, number, last, may_add })
}

/// A contract with promises of it that were not kept or not proved.
struct Trouble {
    row: Arc<Summary>,
    lines: Vec<Told>,
}

#[derive(Template)]
#[template(path = "keep/alerts.html")]
struct Alerts {
    page: Page,
    troubles: Vec<Trouble>,
    found: usize,
    number: usize,
    last: usize,
    /// Whether anything is followed at all.
    any: bool,
}

#[derive(Deserialize)]
struct Which {
    page: Option<usize>,
}

async fn alerts(State(app): State<App>, actor: Actor, page: Page, Query(which): Query<Which>) -> Answer {
    let all = app.overview(&actor.org).await?;
    let found = all.wrong().len();
    let last = found.div_ceil(PAGE).max(1);
    let number = which.page.unwrap_or(1).clamp(1, last);
    let mut troubles: Vec<Trouble> = Vec::new();
    for (row, told) in all.wrong().skip((number - 1) * PAGE).take(PAGE) {
        match troubles.last_mut().filter(|t| t.row.contract.id == row.contract.id) {
            Some(same) => same.lines.push(told.clone()),
            None => troubles.push(Trouble { row: Arc::clone(row), lines: vec![told.clone()] }),
        }
    }
    let any = all.rows.iter().any(|r| r.followed > 0);
    show(&Alerts { page, troubles, found, number, last, any })
}
