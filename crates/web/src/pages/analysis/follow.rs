//! From an analysis to a contract under follow-up: who provides, since when; the promises found are proposed.

use super::{Loaded, Shown, load};
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Page, show};
use crate::pages::keep::organisation::time;
use crate::routes::Route;
use crate::trouble::{Trouble, see};
use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use follow::{ServiceHours, needs, propose};
use jiff::civil::Date;
use ledger::Digest;
use serde::Deserialize;
use store::{Contract, Standing};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/analyses/{id}/suivre", Needs::Contribute, || get(form)),
    Route::post("/analyses/{id}/suivre", Needs::Contribute, || post(begin)),
];

/// Years in which a contract that is followed can have been signed; others are slips of the pen.
const YEARS: std::ops::RangeInclusive<i16> = 1980..=2100;
/// Longest name of a provider, in characters.
const NAME: usize = 120;

#[derive(Template)]
#[template(path = "follow.html")]
struct Follow {
    page: Page,
    loaded: Loaded,
    provider: String,
    signed: String,
    /// From when proofs are asked for.
    from: String,
    promises: usize,
    wrong: Option<&'static str>,
}

async fn form(State(app): State<App>, actor: Actor, page: Page, Path(id): Path<u64>) -> Shown {
    let loaded = load(&app, &actor, id).await?;
    let provider = loaded.document.party(&loaded.assessment.provider_names).into_iter().next().unwrap_or_default();
    let promises = propose(&loaded.assessment, &needs(&app.engine().catalogue), "", Date::MIN).len();
    let from = app.today().date().to_string();
    Ok(show(&Follow { page, loaded, provider, signed: String::new(), from, promises, wrong: None })?)
}

#[derive(Deserialize)]
struct Given {
    prestataire: String,
    signe: String,
    #[serde(default)]
    depuis: String,
}

async fn begin(
    State(app): State<App>,
    actor: Actor,
    page: Page,
    Path(id): Path<u64>,
    Form(given): Form<Given>,
) -> Shown {
    let loaded = load(&app, &actor, id).await?;
    let needs = needs(&app.engine().catalogue);
    let provider: String = given.prestataire.trim().chars().take(NAME).collect();
    let signed: Option<Date> = given.signe.trim().parse().ok().filter(|d: &Date| YEARS.contains(&d.year()));
    let (Some(signed), false) = (signed, provider.is_empty()) else {
        let promises = propose(&loaded.assessment, &needs, "", Date::MIN).len();
        let wrong = Some(page.t("follow.incomplete"));
        let (signed, from) = (given.signe, given.depuis);
        let mut again = show(&Follow { page, loaded, provider, signed, from, promises, wrong })?;
        *again.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(again);
    };
    // Before that day nobody asked for proofs: their absence tells nothing.
    let from = given.depuis.trim().parse::<Date>().map_or(signed, |day| day.max(signed));
    let contract = file(&app, &actor, loaded, &provider, (signed, from)).await?;
    Ok(see(&format!("/contrats/{contract}")))
}

/// Puts a contract under follow-up under this provider's name, signed on a day; its promises are proposed, to be
/// proved from another day on. Gives its id.
///
/// # Errors
/// When it is there already, or can't be filed.
pub(crate) async fn file(
    app: &App,
    actor: &Actor,
    loaded: Loaded,
    provider: &str,
    (signed, from): (Date, Date),
) -> Result<String, Trouble> {
    let provider: String = provider.trim().chars().take(NAME).collect();
    if provider.is_empty() {
        return Err(Trouble::Refused("dites qui est le prestataire".to_owned()));
    }
    let (id, needs) = (loaded.review.id, needs(&app.engine().catalogue));
    let (by, now) = (actor.name.clone(), app.host().now());
    let contract = app.store(&actor.org, move |store| {
        let bytes = store.review_bytes(id)?;
        let (zone, region) = time(store)?;
        let contract = Contract {
            id: String::new(),
            provider,
            file: loaded.review.name.clone(),
            sha256: Digest::of(&bytes),
            signed,
            term: None,
            clauses: check::own_time(&loaded.document),
            region,
            zone,
            service: ServiceHours::default(),
        };
        let contract = store.add_contract(contract, &bytes, &by, now)?;
        let proposed = propose(&loaded.assessment, &needs, &contract, from);
        store.add_promises(&contract, proposed, Standing::Proposed, "", now)?;
        store.sign()?;
        Ok(contract)
    });
    contract.await
}
