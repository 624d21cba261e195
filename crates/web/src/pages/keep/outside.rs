//! Signing in by a provider of identities: to it, and back with who signed in there. A person is known by the provider's name for
//! them; at first they take up an invitation, or open the account of their address where an administrator allowed it.

use super::sign::{Back, SignPage, again, begin, invited};
use crate::actor::Needs;
use crate::app::App;
use crate::ceremony::Begun;
use crate::links::inside;
use crate::page::{Answer, Page};
use crate::provider::{self, Wrong};
use crate::routes::Route;
use crate::session;
use crate::trouble::{Trouble, see};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use people::Secret;
use people::oidc::{self, Claims, Client, Refusal};
use serde::Deserialize;
use store::{Account, Store};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/connexion/oidc", Needs::Nothing, || get(start)),
    Route::get("/connexion/oidc/retour", Needs::Nothing, || get(answered)),
    Route::get("/invitation/{secret}/oidc", Needs::Nothing, || get(take_up)),
];

/// The provider, or none such page.
fn provider_of(app: &App) -> Result<Client, Trouble> {
    app.host().provider().cloned().ok_or(Trouble::NotFound)
}

async fn start(State(app): State<App>, page: Page, headers: HeaderMap, Query(back): Query<Back>) -> Answer {
    leave(&app, page, &headers, inside(back.suite), None).await
}

/// Takes up an invitation with the provider's word for who it is.
async fn take_up(State(app): State<App>, page: Page, headers: HeaderMap, Path(secret): Path<String>) -> Answer {
    let (_, digest) = invited(&app, &secret).await?;
    leave(&app, page, &headers, "/contrats".to_owned(), Some(digest)).await
}

/// Sends the browser to the provider, with a ticket that only this browser holds.
async fn leave(app: &App, page: Page, headers: &HeaderMap, back: String, invitation: Option<String>) -> Answer {
    let client = provider_of(app)?;
    let ticket = Secret::new(&app.host().random());
    let place = match provider::begin(app, &client, &ticket).await {
        Ok(place) => place,
        Err(wrong) => {
            let key = told(app, &wrong);
            return refused(app, &client, headers, page, &back, key);
        }
    };
    let digest = oidc::state(&ticket).digest();
    app.waiting().begin(digest, Begun::Provider { back, invitation }, app.host().now().as_second());
    let mut response = see(&place);
    response.headers_mut().insert(header::SET_COOKIE, session::set_ticket(Some(&ticket), app.settings().secure));
    Ok(response)
}

/// What to say of a failure; the detail goes to the log.
fn told(app: &App, wrong: &Wrong) -> &'static str {
    match wrong {
        Wrong::Unreachable(detail) => {
            app.host().log(&format!("identity provider: {detail}"));
            "access.provider_unreachable"
        }
        Wrong::Refused(refusal) => {
            app.host().log(&format!("identity provider: {refusal}"));
            match refusal {
                Refusal::Time => "access.provider_time",
                Refusal::Code(_) => "access.provider_code",
                Refusal::Provider(_) => "access.provider_setup",
                Refusal::Nonce => "access.provider_stale",
                _ => "access.provider_untrusted",
            }
        }
    }
}

/// The page for signing in, with what went wrong.
fn refused(app: &App, client: &Client, headers: &HeaderMap, page: Page, back: &str, key: &'static str) -> Answer {
    let wrong = page.f(key, &client.name);
    let shown = SignPage::new(app, headers, page, back.to_owned()).saying(wrong);
    let mut response = again(StatusCode::UNAUTHORIZED, &shown, 0)?;
    forget(app, &mut response);
    Ok(response)
}

/// Takes the ticket back: it was good for one answer.
fn forget(app: &App, response: &mut Response) {
    response.headers_mut().append(header::SET_COOKIE, session::set_ticket(None, app.settings().secure));
}

/// What the provider sends the browser back with.
#[derive(Deserialize)]
struct Answered {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

async fn answered(State(app): State<App>, page: Page, headers: HeaderMap, Query(answer): Query<Answered>) -> Answer {
    let client = provider_of(&app)?;
    let ticket = session::ticket(&headers, app.settings().secure);
    let own = ticket.filter(|t| answer.state.as_deref().is_some_and(|s| oidc::state(t).is(s)));
    let now = app.host().now().as_second();
    let begun = own.and_then(|t| app.waiting().take(&oidc::state(&t).digest(), now).map(|b| (t, b)));
    let Some((ticket, Begun::Provider { back, invitation })) = begun else {
        return refused(&app, &client, &headers, page, "/", "access.provider_stale");
    };
    let say = |page: Page, key: &'static str| refused(&app, &client, &headers, page, &back, key);
    if answer.iss.is_some_and(|iss| iss != client.issuer) {
        return say(page, "access.provider_untrusted");
    }
    let Some(code) = answer.code.filter(|_| answer.error.is_none()) else {
        let denied = answer.error.as_deref() == Some("access_denied");
        return say(page, if denied { "access.provider_denied" } else { "access.provider_setup" });
    };
    let claims = match provider::finish(&app, &client, &code, &ticket).await {
        Ok(claims) => claims,
        Err(wrong) => return say(page, told(&app, &wrong)),
    };
    match whose(&app, &client, claims, invitation).await? {
        Ok(account) => {
            let shown = SignPage::new(&app, &headers, page, back);
            let mut response = begin(&app, &headers, &account, shown).await?;
            forget(&app, &mut response);
            Ok(response)
        }
        Err(key) => say(page, key),
    }
}

/// The account that a provider's person opens, or the words for why there is none.
async fn whose(
    app: &App,
    client: &Client,
    claims: Claims,
    invitation: Option<String>,
) -> Result<Result<Account, &'static str>, Trouble> {
    let home = app.settings().org.clone();
    let (issuer, subject) = (client.issuer.clone(), claims.subject.clone());
    let known = app.store(&home, move |s: &mut Store| s.identity_anywhere(&issuer, &subject)).await?;
    match known {
        Some(_) if invitation.is_some() => return Ok(Err("access.provider_taken")),
        Some(account) if account.closed.is_some() => return Ok(Err("access.provider_closed")),
        Some(account) => return Ok(Ok(account)),
        None => {}
    }
    let now = app.host().now();
    let mut ways = Vec::new();
    if let Some(digest) = invitation {
        let asked = digest.clone();
        let found = app.store(&home, move |s: &mut Store| s.invitation_anywhere(&asked, now)).await?;
        ways.extend(found.map(|i| (i.org, Way::Invitation(digest, i.who.name))));
    } else if let Some(email) = claims.email.clone() {
        let found = app.store(&home, move |store| {
            Ok((store.accounts_anywhere(&email)?, store.invitations_of_anywhere(&email, now)?))
        });
        let (accounts, invitations) = found.await?;
        let allowed = accounts.into_iter().map(|(a, _)| a).filter(|a| a.outside);
        ways.extend(allowed.map(|a| (a.org, Way::Account(a.id))));
        ways.extend(invitations.into_iter().map(|(org, digest, name)| (org, Way::Invitation(digest, name))));
    }
    if ways.len() > 1 {
        return Ok(Err("access.provider_several"));
    }
    let Some((org, way)) = ways.pop() else { return Ok(Err("access.provider_unknown")) };
    let (issuer, subject, name) = (client.issuer.clone(), claims.subject, claims.name);
    let linked = app.store(&org, move |store| {
        let id = match way {
            Way::Account(id) => {
                store.link_identity(id, &issuer, &subject, now)?;
                id
            }
            Way::Invitation(digest, invited) => {
                store.accept_identity(&digest, &name.unwrap_or(invited), &issuer, &subject, now)?
            }
        };
        store.account(id)
    });
    linked.await.map(Ok)
}

/// How an account comes to be opened for the first time.
enum Way {
    Account(i64),
    Invitation(String, String),
}
