//! The synthesis: three sentences, the next step, the ten worst gaps, the categories.

use super::{Loaded, Shown, Tab, load};
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::jobs;
use crate::page::{Page, show};
use crate::routes::Route;
use crate::trouble::{Trouble, see};
use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use contract::{Fact, Profile};
use report::html::parts::{self, Opening};
use serde::Deserialize;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/analyses/{id}", Needs::Read, || get(synthesis)),
    Route::post("/analyses/{id}/profil", Needs::Contribute, || post(profile)),
    Route::get("/analyses/{id}/retirer", Needs::Contribute, || get(ask_removal)),
    Route::post("/analyses/{id}/retirer", Needs::Contribute, || post(remove)),
];

/// Facts a person may add to a profile, with the names of their check boxes.
const FACTS: [(Fact, &str); 4] = [
    (Fact::PersonalData, "personnelles"),
    (Fact::HealthData, "sante"),
    (Fact::CardPayments, "cartes"),
    (Fact::OnSite, "site"),
];

#[derive(Template)]
#[template(path = "analysis.html")]
struct Synthesis {
    page: Page,
    loaded: Loaded,
    opening: Opening,
    profiles: [Profile; 12],
    facts: Vec<(&'static str, &'static str, bool)>,
    gaps: usize,
    tab: Tab,
}

async fn synthesis(State(app): State<App>, actor: Actor, page: Page, Path(id): Path<u64>) -> Shown {
    let loaded = load(&app, &actor, id).await?;
    let opening = parts::opening(app.infos(), &loaded.assessed(), &format!("/analyses/{id}/lecture"));
    let words = [
        page.t("analysis.fact_personal"),
        page.t("analysis.fact_health"),
        page.t("analysis.fact_cards"),
        page.t("analysis.fact_site"),
    ];
    let facts =
        FACTS.iter().zip(words).map(|((fact, name), words)| (*name, words, loaded.assessment.facts.contains(fact)));
    let facts = facts.collect();
    let gaps = loaded.assessment.verdicts.iter().filter(|v| v.verdict.is_gap()).count();
    Ok(show(&Synthesis { page, loaded, opening, profiles: Profile::ALL, facts, gaps, tab: Tab::Synthesis })?)
}

#[derive(Deserialize)]
struct Choice {
    profil: String,
    personnelles: Option<String>,
    sante: Option<String>,
    cartes: Option<String>,
    site: Option<String>,
}

/// Judges again under another profile.
async fn profile(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<u64>,
    Form(choice): Form<Choice>,
) -> Result<Response, Trouble> {
    let ticked = [&choice.personnelles, &choice.sante, &choice.cartes, &choice.site];
    let facts = FACTS.iter().zip(ticked).filter(|(_, t)| t.is_some()).map(|((fact, _), _)| *fact).collect();
    let profile = Profile::from_name(&choice.profil);
    let batch = app.store(&actor.org, move |store| {
        store.review_again(id, profile, facts)?;
        Ok(store.review(id)?.batch)
    });
    let batch = batch.await?;
    jobs::wake(&app, &actor.org);
    // Judging again takes a blink; with several files the batch's page would show them all.
    Ok(see(&if batch == id { format!("/lectures/{batch}") } else { format!("/analyses/{id}") }))
}

#[derive(Template)]
#[template(path = "remove.html")]
struct Removal {
    page: Page,
    id: u64,
    name: String,
}

async fn ask_removal(
    State(app): State<App>,
    actor: Actor,
    page: Page,
    Path(id): Path<u64>,
) -> Result<Response, Trouble> {
    let review = app.store(&actor.org, move |store| store.review(id)).await?;
    show(&Removal { page, id, name: review.name })
}

async fn remove(State(app): State<App>, actor: Actor, Path(id): Path<u64>) -> Result<Response, Trouble> {
    let (by, now) = (actor.name.clone(), app.host().now());
    app.store(&actor.org, move |store| store.remove_review(id, &by, now)).await?;
    Ok(see("/analyses"))
}
