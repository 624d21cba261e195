//! What every request passes: headers on the answer, the right host, no foreign form, who comes, what the role may do.

use crate::actor::{Actor, Needs};
use crate::api::problem::problem;
use crate::app::App;
use crate::session::{self, Papers};
use crate::trouble::{Trouble, see};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Nothing but our own files, no inline script or style, no frame, no foreign form.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Sets the headers of every answer.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    // Only our own handlers set one: the pages that stand for themselves.
    response.headers_mut().entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    let set: [(HeaderName, &'static str); 6] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // With no-referrer a browser would send "Origin: null" with our own forms.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ];
    for (name, value) in set {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// An answer under a policy of its own: a report that stands for itself, with its style in it.
pub(crate) fn own_policy(mut response: Response, policy: &'static str) -> Response {
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

/// Refuses hosts we don't answer to (a foreign name bound to this address) and changes asked for by foreign pages.
pub async fn same_site(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
    if !app.settings().hosts.iter().any(|known| known.eq_ignore_ascii_case(name_of(host))) {
        return refuse(StatusCode::MISDIRECTED_REQUEST, "Adresse inconnue de ce serveur. / Unknown host.\n");
    }
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !safe && !from_ourselves(headers, host) && !by_token(headers) {
        if request.uri().path().starts_with("/api/") {
            // Whoever says nothing of where it comes from is no browser but a program without its token.
            let browser = ["sec-fetch-site", "origin", "cookie"].iter().any(|name| headers.contains_key(*name));
            let status = if browser { StatusCode::FORBIDDEN } else { StatusCode::UNAUTHORIZED };
            return problem(status, None);
        }
        return refuse(
            StatusCode::FORBIDDEN,
            "Formulaire venu d'un autre site : refusé. / Cross-site request refused.\n",
        );
    }
    next.run(request).await
}

fn refuse(status: StatusCode, text: &'static str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// The host without its port.
fn name_of(host: &str) -> &str {
    match host.rfind(':') {
        Some(at) if !host[at..].contains(']') => &host[..at],
        _ => host,
    }
}

/// A form of one of our own pages: browsers say so in Sec-Fetch-Site, older ones in Origin; whoever says nothing is
/// refused, so that a session's cookie alone never changes anything.
fn from_ourselves(headers: &HeaderMap, host: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let authority = text("origin").and_then(|o| o.strip_prefix("http://").or_else(|| o.strip_prefix("https://")));
    authority.is_some_and(|a| a.eq_ignore_ascii_case(host))
}

/// A program with a token carries no cookie a foreign page could ride on.
fn by_token(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) && !headers.contains_key(header::COOKIE)
}

/// Says who comes.
pub async fn who(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/");
    let papers = Papers::of(request.headers(), app.settings().secure, api);
    match session::who(&app, papers, app.host().now()).await {
        Ok(Some(actor)) => drop(request.extensions_mut().insert(actor)),
        Ok(None) => {}
        Err(trouble) => return trouble.into_response(),
    }
    next.run(request).await
}

/// Lets in who may; whoever wants a page and is not known is asked to sign in first.
pub async fn rights(State(needs): State<Needs>, request: Request, next: Next) -> Response {
    let actor = request.extensions().get::<Actor>();
    match actor {
        _ if needs == Needs::Nothing => next.run(request).await,
        None if request.method() == Method::GET && !request.uri().path().starts_with("/api/") => {
            see(&sign_in(request.uri().path()))
        }
        None => Trouble::SignIn.into_response(),
        Some(actor) if actor.may(needs) => next.run(request).await,
        Some(_) => Trouble::Forbidden.into_response(),
    }
}

/// The page that signs in and then leads back.
fn sign_in(path: &str) -> String {
    let plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.'));
    if plain && path != "/" { format!("/connexion?suite={path}") } else { "/connexion".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_and_brackets_go() {
        let names = ["127.0.0.1:8017", "[::1]:8017", "[::1]", "localhost", "a.example:1"].map(name_of);
        assert_eq!(names, ["127.0.0.1", "[::1]", "[::1]", "localhost", "a.example"]);
    }
}
