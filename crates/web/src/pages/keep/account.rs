//! One's own account: password, one-time codes, passkeys.

use super::sign::{hashed, site};
use super::words;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use crate::session;
use crate::trouble::{Trouble, see};
use askama::Template;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, header};
use axum::routing::{get, post};
use people::{Secret, password, totp};
use serde::Deserialize;
use store::{Account, Stage, Store};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/compte", Needs::SignedIn, || get(own)),
    Route::post("/compte/mot-de-passe", Needs::SignedIn, || post(change)),
    Route::post("/compte/code", Needs::SignedIn, || post(second)),
];

#[derive(Template)]
#[template(path = "keep/account.html")]
struct Own {
    page: Page,
    account: Account,
    key: String,
    address: String,
    /// Whether it has a password, to be asked for before anything changes.
    password: bool,
    /// Passkeys: number, name, when it last signed in.
    keys: Vec<(i64, String, Option<String>)>,
    /// Whether browsers allow passkeys under the name by which this one came.
    allowed: bool,
    identities: Vec<String>,
}

/// Bytes of a key for one-time codes.
const KEY: usize = 20;

/// A key that follows from the session and from a secret of this run: shown and confirmed without anything stored meanwhile, and
/// not to be worked out from a session that was overheard.
fn proposed(app: &App, headers: &HeaderMap) -> Option<Vec<u8>> {
    let session = session::Papers::of(headers, app.settings().secure, false).session?;
    Some(app.derived(&format!("totp {}", session.text())).0[..KEY].to_vec())
}

pub(crate) fn account_of(actor: &Actor) -> Result<i64, Trouble> {
    actor.account.ok_or_else(|| Trouble::Refused("il n'y a pas encore de compte : voyez les réglages".to_owned()))
}

async fn own(State(app): State<App>, actor: Actor, page: Page, headers: HeaderMap) -> Answer {
    let id = account_of(&actor)?;
    let found = app.store(&actor.org, move |store| {
        Ok((store.account(id)?, store.has_password(id)?, store.passkeys(id)?, store.identities(id)?))
    });
    let (account, password, keys, identities) = found.await?;
    let keys = keys.into_iter().map(|k| (k.id, k.name, k.used.map(words::seconds))).collect();
    let key = proposed(&app, &headers).unwrap_or_default();
    let (shown, address) = (totp::shown(&key), totp::address(&key, &account.email));
    let allowed = site(&app, &headers).is_some();
    show(&Own { page, account, key: shown, address, password, keys, allowed, identities })
}

#[derive(Deserialize)]
struct Passwords {
    #[serde(default)]
    ancien: String,
    nouveau: String,
}

/// Seconds after signing in within which an account without a password may be changed.
const FRESH: i64 = 600;

/// Holds a change of one's own account to its password, typed now; an account without one to having signed in just before. Guesses
/// count as those of signing in do.
pub(crate) async fn proven(app: &App, headers: &HeaderMap, account: &Account, typed: String) -> Result<(), Trouble> {
    let (email, org, id, now) = (account.email.clone(), account.org.clone(), account.id, app.host().now());
    let all = app.store(&account.org, move |s: &mut Store| s.accounts_anywhere(&email)).await?;
    let Some(hash) = all.into_iter().find(|(a, _)| a.org == org && a.id == id).and_then(|(_, hash)| hash) else {
        return fresh(app, headers, now.as_second()).await;
    };
    let subject = format!("compte {org}/{id}");
    let counted = app.store(&account.org, move |store| {
        if store.attempt(&[(&subject, 0)], now)? > 0 {
            return Err(store::Error::Refused("trop d'essais : attendez un quart d'heure".to_owned()));
        }
        Ok(subject)
    });
    let subject = counted.await?;
    if !app.hash(move || password::verify(&typed, Some(&hash))).await? {
        return Err(Trouble::Refused("ce n'est pas votre mot de passe actuel".to_owned()));
    }
    app.store(&account.org, move |s: &mut Store| s.forgive(&subject)).await
}

async fn fresh(app: &App, headers: &HeaderMap, now: i64) -> Result<(), Trouble> {
    let secret = session::Papers::of(headers, app.settings().secure, false).session.ok_or(Trouble::SignIn)?;
    let (digest, at) = (secret.digest(), app.host().now());
    let found = app.store(&app.settings().org.clone(), move |s: &mut Store| s.session_anywhere(&digest, at)).await?;
    if found.is_some_and(|s| now - s.begun < FRESH) {
        return Ok(());
    }
    Err(Trouble::Refused("reconnectez-vous d'abord : ce changement demande une connexion toute récente".to_owned()))
}

async fn change(State(app): State<App>, actor: Actor, headers: HeaderMap, Form(form): Form<Passwords>) -> Answer {
    let id = account_of(&actor)?;
    let account = app.store(&actor.org, move |s: &mut Store| s.account(id)).await?;
    proven(&app, &headers, &account, form.ancien).await?;
    if let Some(wrong) = password::refusal(&form.nouveau, &[&account.name, &account.email]) {
        return Err(Trouble::Refused(wrong));
    }
    let hash = hashed(&app, form.nouveau).await?;
    let (secret, now) = (Secret::new(&app.host().random()), app.host().now());
    let digest = secret.digest();
    let done = app.store(&actor.org, move |store| {
        store.set_password(id, &hash, &account.name, now)?;
        store.begin_session(id, Stage::Whole, &digest, None, now)
    });
    done.await?;
    let mut response = see("/compte");
    response.headers_mut().insert(header::SET_COOKIE, session::set(Some(&secret), app.settings().secure));
    Ok(response)
}

#[derive(Deserialize)]
struct Second {
    #[serde(default)]
    mot_de_passe: String,
    code: Option<String>,
}

/// Turns one-time codes on, once a code shows that the key arrived; or off.
async fn second(State(app): State<App>, actor: Actor, headers: HeaderMap, Form(form): Form<Second>) -> Answer {
    let id = account_of(&actor)?;
    let account = app.store(&actor.org, move |s: &mut Store| s.account(id)).await?;
    proven(&app, &headers, &account, form.mot_de_passe).await?;
    let now = app.host().now();
    if account.totp {
        app.store(&actor.org, move |s: &mut Store| s.set_totp(id, None, 0, &account.name, now)).await?;
        return Ok(see("/compte"));
    }
    let key = proposed(&app, &headers).ok_or(Trouble::SignIn)?;
    let step = totp::accept(&key, form.code.as_deref().unwrap_or_default(), now.as_second(), 0);
    let step = step.ok_or_else(|| {
        Trouble::Refused("ce code n'est pas le bon : l'heure du téléphone est-elle juste ?".to_owned())
    })?;
    app.store(&actor.org, move |s: &mut Store| s.set_totp(id, Some(&key), step, &account.name, now)).await?;
    Ok(see("/compte"))
}
