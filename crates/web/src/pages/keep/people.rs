//! Settings: the people and their invitations, the tokens of programs, and where the other settings are.

use super::sign::hashed;
use super::words;
use crate::actor::{Actor, Needs, Role, Scope};
use crate::app::App;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use crate::session;
use crate::trouble::{Trouble, see};
use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::header;
use axum::routing::{get, post};
use people::oidc::Client;
use people::{Secret, password};
use serde::Deserialize;
use store::{Account, Invitation, Newcomer, Stage, Store, Token};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/reglages", Needs::Administer, || get(settings)),
    Route::post("/reglages/premier", Needs::Administer, || post(first)),
    Route::post("/reglages/inviter", Needs::Administer, || post(invite)),
    Route::post("/reglages/invitations/{digest}/retirer", Needs::Administer, || post(withdraw)),
    Route::post("/reglages/personnes/{id}", Needs::Administer, || post(change)),
    Route::post("/reglages/jetons", Needs::Administer, || post(add_token)),
    Route::post("/reglages/jetons/{id}/retirer", Needs::Administer, || post(revoke)),
];

#[derive(Template)]
#[template(path = "keep/settings.html")]
struct Settings {
    page: Page,
    alone: bool,
    accounts: Vec<Account>,
    invitations: Vec<Invitation>,
    tokens: Vec<Token>,
    /// The provider of identities, with where it sends people back to.
    provider: Option<(Client, String)>,
    /// An address or a secret that is shown once.
    once: Option<(&'static str, String)>,
}

/// Gathers the page.
async fn page_of(app: &App, actor: &Actor, page: Page, once: Option<(&'static str, String)>) -> Answer {
    let now = app.host().now();
    let found = app.store(&actor.org, move |store| Ok((store.accounts()?, store.invitations(now)?, store.tokens()?)));
    let (accounts, invitations, tokens) = found.await?;
    let alone = actor.alone;
    let provider = app.host().provider().map(|p| (p.clone(), p.redirect()));
    show(&Settings { page, alone, accounts, invitations, tokens, provider, once })
}

async fn settings(State(app): State<App>, actor: Actor, page: Page) -> Answer {
    page_of(&app, &actor, page, None).await
}

#[derive(Deserialize)]
struct First {
    nom: String,
    email: String,
    mot_de_passe: String,
}

/// The first account: from then on everybody signs in.
async fn first(State(app): State<App>, actor: Actor, Form(form): Form<First>) -> Answer {
    if !actor.alone {
        return Err(Trouble::Refused("il y a déjà des comptes : invitez plutôt la personne".to_owned()));
    }
    if let Some(wrong) = password::refusal(&form.mot_de_passe, &[&form.nom, &form.email]) {
        return Err(Trouble::Refused(wrong));
    }
    let hash = hashed(&app, form.mot_de_passe).await?;
    let who = Newcomer { email: form.email, name: form.nom, role: Role::Administrator, contract: None };
    let (secret, now) = (Secret::new(&app.host().random()), app.host().now());
    let digest = secret.digest();
    let done = app.store(&actor.org, move |store| {
        let id = store.add_account(&who, &hash, &who.name, now)?;
        store.begin_session(id, Stage::Whole, &digest, None, now)
    });
    done.await?;
    let mut response = see("/reglages");
    response.headers_mut().insert(header::SET_COOKIE, session::set(Some(&secret), app.settings().secure));
    Ok(response)
}

#[derive(Deserialize)]
struct Invited {
    nom: String,
    email: String,
    role: String,
    contrat: Option<String>,
}

fn role(name: &str) -> Result<Role, Trouble> {
    Role::from_name(name).ok_or_else(|| Trouble::Refused("rôle inconnu".to_owned()))
}

async fn invite(State(app): State<App>, actor: Actor, page: Page, Form(form): Form<Invited>) -> Answer {
    let role = role(&form.role)?;
    let contract = form.contrat.map(|c| c.trim().to_owned()).filter(|c| !c.is_empty() && role.bound());
    let who = Newcomer { email: form.email, name: form.nom, role, contract };
    let (secret, now, by) = (Secret::new(&app.host().random()), app.host().now(), actor.name.clone());
    let digest = secret.digest();
    app.store(&actor.org, move |s: &mut Store| s.invite(&who, &digest, &by, now)).await?;
    page_of(&app, &actor, page, Some(("invitation", format!("/invitation/{}", secret.text())))).await
}

async fn withdraw(State(app): State<App>, actor: Actor, Path(digest): Path<String>) -> Answer {
    app.store(&actor.org, move |s: &mut Store| s.withdraw(&digest)).await?;
    Ok(see("/reglages"))
}

#[derive(Deserialize)]
struct Changed {
    role: String,
    contrat: Option<String>,
    ferme: Option<String>,
    externe: Option<String>,
}

async fn change(State(app): State<App>, actor: Actor, Path(id): Path<i64>, Form(form): Form<Changed>) -> Answer {
    let role = role(&form.role)?;
    let contract = form.contrat.map(|c| c.trim().to_owned()).filter(|c| !c.is_empty() && role.bound());
    let (now, by, closed) = (app.host().now(), actor.name.clone(), form.ferme.is_some());
    // Without a provider the form does not ask.
    let outside = app.host().provider().map(|_| form.externe.is_some());
    let done = app.store(&actor.org, move |store| {
        if let Some(id) = &contract {
            store.contract(id)?;
        }
        if let Some(outside) = outside {
            store.allow_outside(id, outside, &by, now)?;
        }
        store.change_account(id, role, contract.as_deref(), closed, &by, now)
    });
    done.await?;
    Ok(see("/reglages"))
}

async fn add_token(
    State(app): State<App>,
    actor: Actor,
    page: Page,
    Form(fields): Form<Vec<(String, String)>>,
) -> Answer {
    let account = actor
        .account
        .ok_or_else(|| Trouble::Refused("créez d'abord un compte : un jeton agit au nom d'une personne".to_owned()))?;
    let of = |name: &str| fields.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str()).to_owned();
    let scopes: Vec<Scope> = Scope::ALL.into_iter().filter(|s| !of(s.name()).is_empty()).collect();
    let days = of("jours").trim().parse().map_err(|_| Trouble::Refused("la durée est un nombre de jours".into()))?;
    let (secret, now, name) = (Secret::new(&app.host().random()), app.host().now(), of("nom"));
    let digest = secret.digest();
    app.store(&actor.org, move |s: &mut Store| s.add_token(account, &name, &scopes, &digest, days, now)).await?;
    page_of(&app, &actor, page, Some(("jeton", secret.text().to_owned()))).await
}

async fn revoke(State(app): State<App>, actor: Actor, Path(id): Path<i64>) -> Answer {
    let (now, by) = (app.host().now(), actor.name.clone());
    app.store(&actor.org, move |s: &mut Store| s.revoke(id, &by, now)).await?;
    Ok(see("/reglages"))
}
