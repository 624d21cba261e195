//! Passkeys: signing in with one, adding one to one's account, taking one away.

use super::account::{account_of, proven};
use super::sign::{self, Peer, SignPage, again, minutes, network_waits, site};
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::ceremony::Begun;
use crate::links::inside;
use crate::page::{Answer, Page};
use crate::routes::Route;
use crate::trouble::{Trouble, see};
use axum::Json;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use people::Secret;
use people::secret::{bytes, letters};
use people::webauthn::{self, Site};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Account, Stage, Store};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::post("/connexion/cle/defi", Needs::Nothing, || post(ask)),
    Route::post("/connexion/cle", Needs::Nothing, || post(sign_in)),
    Route::post("/compte/cles/defi", Needs::SignedIn, || post(ask_new)),
    Route::post("/compte/cles", Needs::SignedIn, || post(add)),
    Route::post("/compte/cles/{id}/retirer", Needs::SignedIn, || post(remove)),
];

/// Milliseconds the browser waits for the person.
const WAIT: u32 = 300_000;

/// The site of a request, or none such page where browsers allow no passkey.
fn site_of(app: &App, headers: &HeaderMap) -> Result<Site, Trouble> {
    site(app, headers).ok_or(Trouble::NotFound)
}

/// A fresh challenge that waits for its answer.
fn challenge(app: &App, begun: Begun) -> Secret {
    let challenge = Secret::new(&app.host().random());
    app.waiting().begin(challenge.digest(), begun, app.host().now().as_second());
    challenge
}

/// What an authenticator calls the account: the same each time, and nothing of the person.
fn handle(org: &str, account: i64) -> String {
    letters(&ledger::Digest::of(format!("clausule {org}/{account}").as_bytes()).0)
}

async fn ask(State(app): State<App>, headers: HeaderMap) -> Result<Response, Trouble> {
    let site = site_of(&app, &headers)?;
    let challenge = challenge(&app, Begun::Key);
    let options =
        json!({"challenge": challenge.text(), "rpId": site.id, "userVerification": "required", "timeout": WAIT});
    Ok(Json(json!({ "get": options })).into_response())
}

/// What the browser answers, as its script writes it into the form.
#[derive(Deserialize)]
struct Entry {
    nom_cle: String,
    client: String,
    donnees: String,
    signature: String,
    #[serde(default)]
    titulaire: String,
    suite: Option<String>,
}

async fn sign_in(
    State(app): State<App>,
    page: Page,
    peer: Peer,
    headers: HeaderMap,
    Form(entry): Form<Entry>,
) -> Answer {
    let site = site_of(&app, &headers)?;
    let (network, wait) = network_waits(&app, &peer, &headers).await?;
    let back = inside(entry.suite.clone());
    if wait > 0 {
        let wrong = page.f("access.wait", minutes(wait));
        let shown = SignPage::new(&app, &headers, page, back).saying(wrong);
        return again(StatusCode::TOO_MANY_REQUESTS, &shown, wait);
    }
    let Some(account) = opened(&app, &site, &entry).await? else {
        let wrong = page.t("access.key_refused").to_owned();
        return again(StatusCode::UNAUTHORIZED, &SignPage::new(&app, &headers, page, back).saying(wrong), 0);
    };
    app.store(&app.settings().org.clone(), move |s: &mut Store| s.relent(&network)).await?;
    let mut response = see(&back);
    // The authenticator held the key and verified the person: no code is asked for besides.
    let cookie = sign::open(&app, &headers, &account, Stage::Whole).await?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// The account that an answer opens. Why one opens none is for the log alone.
async fn opened(app: &App, site: &Site, entry: &Entry) -> Result<Option<Account>, Trouble> {
    let parts = (bytes(&entry.client), bytes(&entry.donnees), bytes(&entry.signature));
    let (Some(client), Some(data), Some(signature)) = parts else { return Ok(None) };
    let now = app.host().now();
    let asked = webauthn::challenge(&client);
    let asked = asked.filter(|c| app.waiting().take(&c.digest(), now.as_second()) == Some(Begun::Key));
    let name = entry.nom_cle.clone();
    let known = app.store(&app.settings().org.clone(), move |s: &mut Store| s.passkey_anywhere(&name)).await?;
    let (Some(asked), Some(known)) = (asked, known) else { return Ok(None) };
    let theirs = handle(&known.org, known.account);
    if !entry.titulaire.is_empty() && entry.titulaire != theirs {
        return Ok(None);
    }
    let key = webauthn::Passkey { credential: Vec::new(), key: known.material, counter: known.counter };
    let counter = match webauthn::verify(site, &asked, &client, &data, &signature, &key) {
        Ok(counter) => counter,
        Err(refusal) => {
            app.host().log(&format!("passkey: {refusal}"));
            return Ok(None);
        }
    };
    let done = app.store(&known.org, move |store| {
        let account = store.account(known.account)?;
        let good = account.closed.is_none() && store.use_passkey(&known.credential, counter, now)?;
        Ok(good.then_some(account))
    });
    done.await
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    mot_de_passe: String,
}

async fn ask_new(State(app): State<App>, actor: Actor, headers: HeaderMap, Form(form): Form<Asked>) -> Answer {
    let id = account_of(&actor)?;
    let site = site_of(&app, &headers)?;
    let found = app.store(&actor.org, move |s: &mut Store| Ok((s.account(id)?, s.passkeys(id)?))).await?;
    let (account, known) = found;
    proven(&app, &headers, &account, form.mot_de_passe).await?;
    let challenge = challenge(&app, Begun::NewKey { org: account.org.clone(), account: id });
    let kinds: Vec<Value> = webauthn::ALGORITHMS.iter().map(|alg| json!({"type": "public-key", "alg": alg})).collect();
    let others: Vec<Value> = known.iter().map(|k| json!({"type": "public-key", "id": k.credential})).collect();
    let options = json!({
        "challenge": challenge.text(),
        "rp": {"id": site.id, "name": "Clausule"},
        "user": {"id": handle(&account.org, id), "name": account.email, "displayName": account.name},
        "pubKeyCredParams": kinds,
        "excludeCredentials": others,
        "authenticatorSelection": {"residentKey": "required", "requireResidentKey": true, "userVerification": "required"},
        "attestation": "none",
        "timeout": WAIT,
    });
    Ok(Json(json!({ "create": options })).into_response())
}

#[derive(Deserialize)]
struct New {
    nom: String,
    client: String,
    donnees: String,
}

async fn add(State(app): State<App>, actor: Actor, page: Page, headers: HeaderMap, Form(form): Form<New>) -> Answer {
    let id = account_of(&actor)?;
    let site = site_of(&app, &headers)?;
    let refused = || Trouble::Refused(page.t("access.key_unusable").to_owned());
    let (client, data) = bytes(&form.client).zip(bytes(&form.donnees)).ok_or_else(refused)?;
    let now = app.host().now();
    let own = Begun::NewKey { org: actor.org.clone(), account: id };
    let asked = webauthn::challenge(&client);
    let asked = asked.filter(|c| app.waiting().take(&c.digest(), now.as_second()) == Some(own)).ok_or_else(refused)?;
    let made = webauthn::register(&site, &asked, &client, &data).map_err(|refusal| {
        app.host().log(&format!("passkey: {refusal}"));
        refused()
    })?;
    let by = actor.name.clone();
    app.store(&actor.org, move |s: &mut Store| s.add_passkey(id, &form.nom, &made, &by, now)).await?;
    Ok(see("/compte"))
}

async fn remove(State(app): State<App>, actor: Actor, Path(key): Path<i64>) -> Answer {
    let id = account_of(&actor)?;
    let (by, now) = (actor.name.clone(), app.host().now());
    app.store(&actor.org, move |s: &mut Store| s.remove_passkey(id, key, &by, now)).await?;
    Ok(see("/compte"))
}
