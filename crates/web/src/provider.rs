//! The provider of identities over the network: what it publishes is kept for an hour, its keys are asked for anew when a token is
//! signed by one that is not known yet.

use crate::app::App;
use jiff::Timestamp;
use people::Secret;
use people::oidc::{Call, Claims, Client, Discovery, Keys, Refusal};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::spawn_blocking;

/// Seconds for which what a provider publishes is kept.
const KEPT: i64 = 3_600;
/// Seconds between two questions for its keys: a stranger's token must not make us ask without end.
const PAUSE: i64 = 10;

/// What a provider published.
struct Published {
    at: Discovery,
    keys: Keys,
    read: i64,
}

/// What is known of the provider.
#[derive(Default)]
pub struct Provider(Mutex<Option<Arc<Published>>>);

/// Why a sign-in failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// The provider does not answer.
    Unreachable(String),
    /// What it answers can't be accepted.
    Refused(Refusal),
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Provider {
    fn known(&self) -> Option<Arc<Published>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, fresh: Published) -> Arc<Published> {
        let fresh = Arc::new(fresh);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&fresh));
        fresh
    }
}

/// Makes a call off the threads that answer.
async fn call(app: &App, call: Call) -> Result<(u16, Vec<u8>), Wrong> {
    let app = app.clone();
    let done = spawn_blocking(move || app.host().call(&call)).await;
    done.unwrap_or_else(|e| Err(e.to_string())).map_err(Wrong::Unreachable)
}

/// The body of an answer that is one.
async fn fetched(app: &App, asked: Call) -> Result<Vec<u8>, Wrong> {
    match call(app, asked).await? {
        (200, body) => Ok(body),
        (status, _) => Err(Wrong::Unreachable(format!("answered {status}"))),
    }
}

/// What the provider publishes, asked for anew where it is older than `most` seconds.
async fn published(app: &App, client: &Client, now: i64, most: i64) -> Result<Arc<Published>, Wrong> {
    if let Some(known) = app.provider().known().filter(|k| (0..most).contains(&(now - k.read))) {
        return Ok(known);
    }
    let at = client.discovered(&fetched(app, client.ask()).await?)?;
    let keys = Keys::read(&fetched(app, Client::ask_keys(&at)).await?)?;
    Ok(app.provider().keep(Published { at, keys, read: now }))
}

/// Where the browser goes to sign in.
///
/// # Errors
/// When the provider can't be used.
pub async fn begin(app: &App, client: &Client, ticket: &Secret) -> Result<String, Wrong> {
    let known = published(app, client, app.host().now().as_second(), KEPT).await?;
    Ok(client.authorize(&known.at, ticket))
}

/// Who signed in, by the code that the browser brought back.
///
/// # Errors
/// When the provider does not answer, or what it says can't be accepted.
pub async fn finish(app: &App, client: &Client, code: &str, ticket: &Secret) -> Result<Claims, Wrong> {
    let now = |at: Timestamp| at.as_second();
    let known = published(app, client, now(app.host().now()), KEPT).await?;
    let (status, body) = call(app, client.exchange(&known.at, code, ticket)).await?;
    let tokens = Client::exchanged(status, &body)?;
    let mut claims = client.verify(&tokens, &known.keys, ticket, now(app.host().now()));
    if claims == Err(Refusal::UnknownKey) {
        let fresh = published(app, client, now(app.host().now()), PAUSE).await?;
        claims = client.verify(&tokens, &fresh.keys, ticket, now(app.host().now()));
    }
    let claims = claims?;
    if claims.email.is_some() {
        return Ok(claims);
    }
    // What is not in the token may be told beside it; a provider that doesn't is no obstacle.
    let Some(asked) = Client::ask_person(&known.at, &tokens) else { return Ok(claims) };
    Ok(match call(app, asked).await {
        Ok((200, body)) => Client::completed(claims, &body),
        _ => claims,
    })
}
