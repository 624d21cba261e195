//! Ways in: what may bring proofs, each with a token of its own.

use super::words;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use crate::trouble::{Trouble, see};
use askama::Template;
use axum::extract::{Form, Path, State};
use axum::routing::{get, post};
use serde::Deserialize;
use store::{Source, Store, Way};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/reglages/sources", Needs::Administer, || get(list)),
    Route::post("/reglages/sources", Needs::Administer, || post(add)),
    Route::post("/reglages/sources/{id}/retirer", Needs::Administer, || post(revoke)),
];

/// Ways that the page offers, with their words; folders and probes are set up where the program runs.
const WAYS: [(Way, &str); 3] =
    [(Way::Http, "un programme qui envoie"), (Way::Mail, "une adresse de courriel"), (Way::Glpi, "un inventaire GLPI")];

#[derive(Template)]
#[template(path = "keep/ways.html")]
struct Ways {
    page: Page,
    sources: Vec<Source>,
    contracts: Vec<String>,
    ways: [(Way, &'static str); 3],
    token: Option<String>,
}

async fn shown(app: &App, actor: &Actor, page: Page, token: Option<String>) -> Answer {
    let found = app.store(&actor.org, |s: &mut Store| Ok((s.sources()?, s.contract_names(2_000)?))).await?;
    let sources = found.0.into_iter().filter(|s| s.revoked.is_none()).collect();
    show(&Ways { page, sources, contracts: found.1, ways: WAYS, token })
}

async fn list(State(app): State<App>, actor: Actor, page: Page) -> Answer {
    shown(&app, &actor, page, None).await
}

#[derive(Deserialize)]
struct New {
    nom: String,
    voie: String,
    contrat: Option<String>,
}

async fn add(State(app): State<App>, actor: Actor, page: Page, Form(form): Form<New>) -> Answer {
    let name: String = form.nom.trim().chars().take(80).collect();
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(Trouble::Refused("donnez un nom à cette source".to_owned()));
    }
    let way = WAYS.iter().map(|w| w.0).find(|w| w.name() == form.voie);
    let way = way.ok_or_else(|| Trouble::Refused("cette voie n'existe pas".to_owned()))?;
    let contract = form.contrat.filter(|c| !c.is_empty());
    let source = Source {
        id: String::new(),
        name,
        way,
        contract,
        tool: None,
        zone: "Europe/Paris".to_owned(),
        settings: serde_json::Map::new(),
        created: String::new(),
        revoked: None,
    };
    let (seed, by, now) = (app.host().random(), actor.name.clone(), app.host().now());
    let made = app.store(&actor.org, move |s: &mut Store| s.add_source(source, seed, &by, now)).await?;
    shown(&app, &actor, page, made.1).await
}

async fn revoke(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answer {
    let (by, now) = (actor.name.clone(), app.host().now());
    app.store(&actor.org, move |s: &mut Store| s.revoke_source(&id, &by, now)).await?;
    Ok(see("/reglages/sources"))
}
