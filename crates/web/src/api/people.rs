//! People, invitations, tokens, sources and settings for programs.
//!
//! Answers that hold a secret are given once and kept nowhere: these calls take no `Idempotency-Key`.

use super::answers;
use super::problem::{Done, Sent, answer, short};
use crate::actor::{Actor, Needs, Role, Scope};
use crate::app::App;
use crate::pages::keep::organisation::NAME;
use crate::pages::keep::ways;
use crate::routes::Route;
use crate::trouble::Trouble;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use people::Secret;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Newcomer, Store};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/api/v1/settings", Needs::Administer, || get(settings)),
    Route::post("/api/v1/settings", Needs::Administer, || post(set)),
    Route::get("/api/v1/people", Needs::Administer, || get(people)),
    Route::post("/api/v1/people/{id}", Needs::Administer, || post(change)),
    Route::get("/api/v1/invitations", Needs::Administer, || get(invitations)),
    Route::post("/api/v1/invitations", Needs::Administer, || post(invite)),
    Route::delete("/api/v1/invitations/{digest}", Needs::Administer, || delete(withdraw)),
    Route::get("/api/v1/tokens", Needs::Administer, || get(tokens)),
    Route::post("/api/v1/tokens", Needs::Administer, || post(add_token)),
    Route::delete("/api/v1/tokens/{id}", Needs::Administer, || delete(revoke)),
    Route::get("/api/v1/sources", Needs::Administer, || get(sources)),
    Route::post("/api/v1/sources", Needs::Administer, || post(add_source)),
    Route::delete("/api/v1/sources/{id}", Needs::Administer, || delete(revoke_source)),
];

/// An instant from its seconds.
fn instant(second: i64) -> Option<String> {
    jiff::Timestamp::from_second(second).ok().map(|t| t.to_string())
}

fn whole(items: Vec<Value>) -> Response {
    answer(Ok((StatusCode::OK, answers::list(items, None))))
}

async fn settings(State(app): State<App>, actor: Actor) -> Result<Response, Trouble> {
    let name = app.store(&actor.org, |s: &mut Store| s.setting(NAME)).await?.unwrap_or_default();
    Ok(answer(Ok((StatusCode::OK, json!({"organisation": actor.org, "name": name})))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    name: String,
}

async fn set(State(app): State<App>, actor: Actor, Sent(given, _): Sent<Set>) -> Response {
    let work = async {
        let (name, now) = (short("name", &given.name, 100)?, app.host().now());
        let (kept, by) = (name.clone(), actor.name.clone());
        app.store(&actor.org, move |s: &mut Store| s.set_setting(NAME, &kept, &by, now)).await?;
        Ok((StatusCode::OK, json!({"organisation": actor.org, "name": name})))
    };
    answer(work.await)
}

async fn people(State(app): State<App>, actor: Actor) -> Result<Response, Trouble> {
    let found = app.store(&actor.org, Store::accounts).await?;
    let item = |a: &store::Account| {
        json!({"id": a.id, "email": a.email, "name": a.name, "role": a.role, "contract": a.contract, "code": a.totp, "outside": a.outside,
               "closed": a.closed.and_then(instant)})
    };
    Ok(whole(found.iter().map(item).collect()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rights {
    role: Role,
    contract: Option<String>,
    #[serde(default)]
    closed: bool,
    /// Whether a provider of identities may open it; as it was where nothing is said.
    outside: Option<bool>,
}

/// A contract binds a guest only.
fn bound(role: Role, contract: Option<String>) -> Option<String> {
    contract.map(|c| c.trim().to_owned()).filter(|c| !c.is_empty() && role.bound())
}

async fn change(State(app): State<App>, actor: Actor, Path(id): Path<i64>, Sent(rights, _): Sent<Rights>) -> Response {
    let work = async {
        let Rights { role, contract, closed, outside } = rights;
        let (contract, now, by) = (bound(role, contract), app.host().now(), actor.name.clone());
        let done = app.store(&actor.org, move |store| {
            if let Some(id) = &contract {
                store.contract(id)?;
            }
            store.change_account(id, role, contract.as_deref(), closed, &by, now)?;
            if let Some(outside) = outside {
                store.allow_outside(id, outside, &by, now)?;
            }
            Ok(())
        });
        done.await?;
        Ok((StatusCode::OK, json!({"id": id, "role": role, "closed": closed})))
    };
    answer(work.await)
}

async fn invitations(State(app): State<App>, actor: Actor) -> Result<Response, Trouble> {
    let now = app.host().now();
    let found = app.store(&actor.org, move |s: &mut Store| s.invitations(now)).await?;
    let item = |i: &store::Invitation| {
        json!({"digest": i.digest, "email": i.who.email, "name": i.who.name, "role": i.who.role,
               "contract": i.who.contract, "by": i.host, "expires": instant(i.expires)})
    };
    Ok(whole(found.iter().map(item).collect()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Invited {
    email: String,
    name: String,
    role: Role,
    contract: Option<String>,
}

async fn invite(State(app): State<App>, actor: Actor, Sent(given, _): Sent<Invited>) -> Response {
    let work = async {
        let contract = bound(given.role, given.contract);
        let who = Newcomer { email: given.email, name: given.name, role: given.role, contract };
        let (secret, now, by) = (Secret::new(&app.host().random()), app.host().now(), actor.name.clone());
        let digest = secret.digest();
        let told = json!({"digest": digest, "address": format!("/invitation/{}", secret.text())});
        app.store(&actor.org, move |s: &mut Store| s.invite(&who, &digest, &by, now)).await?;
        Ok((StatusCode::CREATED, told))
    };
    answer(work.await)
}

async fn withdraw(State(app): State<App>, actor: Actor, Path(digest): Path<String>) -> Result<Response, Trouble> {
    let now = app.host().now();
    let done = app.store(&actor.org, move |store| {
        let there = store.invitations(now)?.iter().any(|i| i.digest == digest);
        if !there {
            return Err(store::Error::Absent("cette invitation n'est pas là".to_owned()));
        }
        store.withdraw(&digest)
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn tokens(State(app): State<App>, actor: Actor) -> Result<Response, Trouble> {
    let found = app.store(&actor.org, Store::tokens).await?;
    let item = |t: &store::Token| {
        let scopes: Vec<&str> = t.scopes.iter().map(|s| s.name()).collect();
        json!({"id": t.id, "account": t.account, "name": t.name, "scopes": scopes, "created": instant(t.created),
               "expires": instant(t.expires), "used": t.used.and_then(instant)})
    };
    Ok(whole(found.iter().map(item).collect()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    scopes: Vec<String>,
    #[serde(deserialize_with = "super::problem::whole")]
    days: i64,
}

async fn add_token(State(app): State<App>, actor: Actor, Sent(new, _): Sent<New>) -> Response {
    answer(token(&app, &actor, new).await)
}

async fn token(app: &App, actor: &Actor, new: New) -> Done {
    let nobody = || Trouble::Refused("créez d'abord un compte : un jeton agit au nom d'une personne".to_owned());
    let account = actor.account.ok_or_else(nobody)?;
    let scope = |name: &String| {
        Scope::ALL
            .into_iter()
            .find(|s| s.name() == name)
            .ok_or_else(|| Trouble::Refused(format!("droit « {name} » inconnu")))
    };
    let mut scopes = new.scopes.iter().map(scope).collect::<Result<Vec<Scope>, Trouble>>()?;
    scopes.sort_unstable();
    scopes.dedup();
    // A token can't give away what it has not.
    if actor.scopes.as_ref().is_some_and(|own| scopes.iter().any(|s| !own.contains(s))) {
        return Err(Trouble::Forbidden);
    }
    let (secret, now) = (Secret::new(&app.host().random()), app.host().now());
    let digest = secret.digest();
    let add = move |s: &mut Store| s.add_token(account, &new.name, &scopes, &digest, new.days, now);
    let id = app.store(&actor.org, add).await?;
    Ok((StatusCode::CREATED, json!({"id": id, "token": secret.text()})))
}

async fn revoke(State(app): State<App>, actor: Actor, Path(id): Path<i64>) -> Result<Response, Trouble> {
    let (now, by) = (app.host().now(), actor.name.clone());
    app.store(&actor.org, move |s: &mut Store| s.revoke(id, &by, now)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn source(s: &store::Source) -> Value {
    json!({"id": s.id, "name": s.name, "way": s.way.name(), "contract": s.contract, "created": s.created,
           "revoked": s.revoked})
}

async fn sources(State(app): State<App>, actor: Actor) -> Result<Response, Trouble> {
    let found = app.store(&actor.org, Store::sources).await?;
    Ok(whole(found.iter().map(source).collect()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewSource {
    name: String,
    way: String,
    contract: Option<String>,
}

async fn add_source(State(app): State<App>, actor: Actor, Sent(new, _): Sent<NewSource>) -> Response {
    let work = async {
        let name = short("name", &new.name, 80)?;
        let (made, token) = ways::made(&app, &actor, &name, &new.way, new.contract).await?;
        let mut value = source(&made);
        value["token"] = json!(token);
        Ok((StatusCode::CREATED, value))
    };
    answer(work.await)
}

async fn revoke_source(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Result<Response, Trouble> {
    let (by, now) = (actor.name.clone(), app.host().now());
    app.store(&actor.org, move |s: &mut Store| s.revoke_source(&id, &by, now)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
