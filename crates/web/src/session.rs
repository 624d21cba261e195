//! Who comes: by the cookie of a session, by the token of a program, or alone on a machine without accounts.

use crate::actor::Actor;
use crate::app::App;
use crate::page::cookie;
use crate::trouble::Trouble;
use axum::http::{HeaderMap, HeaderValue, header};
use jiff::Timestamp;
use people::Secret;
use store::{Account, Stage, Store};

/// The cookie of a session.
const COOKIE: &str = "clausule";

/// What a request says of who sends it.
#[derive(Debug, Clone, Default)]
pub struct Papers {
    /// The secret of a session.
    pub session: Option<Secret>,
    /// The secret of a token.
    pub token: Option<Secret>,
}

/// The cookie of a sign-in at a provider that is under way.
const TICKET: &str = "clausule-oidc";

/// The name of a cookie; browsers give one that begins with `__Host-` to no other host and never in the clear.
fn name(of: &str, secure: bool) -> String {
    if secure { format!("__Host-{of}") } else { of.to_owned() }
}

impl Papers {
    /// Reads the headers. A token counts for the API only, a cookie never beside a token.
    pub fn of(headers: &HeaderMap, secure: bool, api: bool) -> Self {
        let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
        if let Some(bearer) = bearer {
            let secret = bearer.strip_prefix("Bearer ").and_then(|t| Secret::parse(t.trim()));
            return Self { session: None, token: secret.filter(|_| api) };
        }
        Self { session: cookie(headers, &name(COOKIE, secure)).and_then(Secret::parse), token: None }
    }
}

/// The ticket of a sign-in at a provider that this browser began.
pub fn ticket(headers: &HeaderMap, secure: bool) -> Option<Secret> {
    cookie(headers, &name(TICKET, secure)).and_then(Secret::parse)
}

/// The header that gives a browser its session, or takes it back.
pub fn set(secret: Option<&Secret>, secure: bool) -> HeaderValue {
    header_of(COOKIE, secret, secure)
}

/// The header that gives a browser the ticket of a sign-in, or takes it back.
pub fn set_ticket(secret: Option<&Secret>, secure: bool) -> HeaderValue {
    header_of(TICKET, secret, secure)
}

fn header_of(of: &str, secret: Option<&Secret>, secure: bool) -> HeaderValue {
    let (text, age) = secret.map_or(("", "; Max-Age=0"), |s| (s.text(), ""));
    let only = if secure { "; Secure" } else { "" };
    let value = format!("{}={text}; Path=/; HttpOnly; SameSite=Lax{only}{age}", name(of, secure));
    // A secret has letters, digits, hyphens and underscores only.
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static(""))
}

/// The actor of an account.
fn actor(account: Account) -> Actor {
    Actor {
        name: account.name,
        org: account.org,
        role: account.role,
        alone: false,
        account: Some(account.id),
        contract: account.contract,
        scopes: None,
    }
}

/// Whom these papers stand for; `None` when nobody is known by them.
///
/// # Errors
/// When the register can't be read.
pub async fn who(app: &App, papers: Papers, now: Timestamp) -> Result<Option<Actor>, Trouble> {
    let settings = app.settings();
    if !app.is_peopled().await? {
        return Ok(Some(Actor::alone(&settings.person, &settings.org)));
    }
    let (org, id, scopes) = match papers {
        Papers { token: Some(secret), .. } => {
            let digest = secret.digest();
            let found = app.store(&settings.org, move |s: &mut Store| s.token_anywhere(&digest, now)).await?;
            let Some(token) = found else { return Ok(None) };
            (token.org, token.account, Some(token.scopes))
        }
        Papers { session: Some(secret), .. } => {
            let digest = secret.digest();
            let found = app.store(&settings.org, move |s: &mut Store| s.session_anywhere(&digest, now)).await?;
            let Some(session) = found.filter(|s| s.stage == Stage::Whole) else { return Ok(None) };
            (session.org, session.account, None)
        }
        _ => return Ok(None),
    };
    let account = app.store(&org, move |s: &mut Store| s.account(id)).await?;
    Ok(Some(account).filter(|a| a.closed.is_none()).map(|a| Actor { scopes, ..actor(a) }))
}
