//! Errors as RFC 9457 problems, and what handlers of the API share: bodies, keys that make a repetition harmless.

use crate::actor::Actor;
use crate::app::App;
use crate::trouble::Trouble;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::Replay;

/// The media type of a problem.
const KIND: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A problem's body for a status; `detail` is a sentence for people where there is one.
pub fn problem(status: StatusCode, detail: Option<&str>) -> Response {
    let title = match status {
        StatusCode::BAD_REQUEST => "La requête est mal formée",
        StatusCode::UNAUTHORIZED => "Il faut un jeton valable",
        StatusCode::FORBIDDEN => "Ce jeton n'a pas ce droit",
        StatusCode::NOT_FOUND => "Cela n'existe pas",
        StatusCode::METHOD_NOT_ALLOWED => "Cette méthode n'existe pas ici",
        StatusCode::CONFLICT => "Cette clé a déjà servi à une autre requête",
        StatusCode::PAYLOAD_TOO_LARGE => "L'envoi est trop lourd",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "Ce type de contenu n'est pas accepté",
        StatusCode::TOO_MANY_REQUESTS => "Trop de requêtes",
        s if s.is_client_error() => "La requête n'a pas pu être traitée",
        _ => "Quelque chose s'est mal passé ici",
    };
    let mut body = json!({"type": "about:blank", "title": title, "status": status.as_u16()});
    if let Some(detail) = detail {
        body["detail"] = detail.into();
    }
    let mut response = (status, body.to_string()).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, KIND);
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Turns a failed answer of the API into a problem.
pub fn dress(response: Response) -> Response {
    if response.headers().get(header::CONTENT_TYPE) == Some(&KIND) {
        return response;
    }
    let told = response.extensions().get::<Trouble>().cloned();
    let detail = match &told {
        Some(Trouble::Refused(text)) => Some(text.as_str()),
        _ => None,
    };
    let mut out = problem(response.status(), detail);
    if let Some(allow) = response.headers().get(header::ALLOW) {
        out.headers_mut().insert(header::ALLOW, allow.clone());
    }
    out
}

/// What a request sent as JSON, and its bytes, by which a repetition is known.
pub struct Sent<T>(pub T, pub Bytes);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let value =
            serde_json::from_slice(&body).map_err(|e| problem(StatusCode::BAD_REQUEST, Some(&e.to_string())))?;
        Ok(Self(value, body))
    }
}

/// A name as it may be kept: something to see, and no longer than so many characters.
///
/// # Errors
/// When it is not.
pub fn short(field: &str, text: &str, most: usize) -> Result<String, Trouble> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > most {
        return Err(Trouble::Refused(format!("{field} : de 1 à {most} caractères")));
    }
    Ok(text.to_owned())
}

/// A whole number as JSON may write it: `3` or `3.0`.
///
/// # Errors
/// When it is none.
pub fn whole<'de, D: serde::Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    let number = <serde_json::Number as serde::Deserialize>::deserialize(from)?;
    let exact = number.as_f64().filter(|f| f.fract() == 0.0 && f.abs() < 9.0e15).map(|f| f as i64);
    number.as_i64().or(exact).ok_or_else(|| serde::de::Error::custom("un nombre entier est attendu"))
}

/// A cursor that is a number: what a page gave as `next`.
///
/// # Errors
/// When it is none.
pub fn numbered(cursor: Option<&str>) -> Result<Option<i64>, Trouble> {
    let wrong = || Trouble::Refused("cursor : reprenez « next » de la page précédente".to_owned());
    let number = |text: &str| text.parse::<i64>().ok().filter(|n| *n >= 0).ok_or_else(wrong);
    cursor.map(number).transpose()
}

/// An answer of the API: a status with JSON, or a trouble.
pub type Done = Result<(StatusCode, Value), Trouble>;

/// An answer without a key.
pub fn answer(done: Done) -> Response {
    match done {
        Ok((status, value)) => (status, Json(value)).into_response(),
        Err(trouble) => trouble.into_response(),
    }
}

/// Does something once for an `Idempotency-Key`: the same request under it gets the same answer for a day, another one is a
/// conflict. Two that come at once take turns. Refusals are not kept.
pub async fn once<F>(app: &App, actor: &Actor, headers: &HeaderMap, request: (&str, &Bytes), work: F) -> Response
where
    F: Future<Output = Done>,
{
    let Some(key) = headers.get("idempotency-key") else { return answer(work.await) };
    let visible = |k: &&str| k.bytes().all(|b| b.is_ascii_graphic());
    let good = key.to_str().ok().filter(|k| !k.is_empty() && k.len() <= 200).filter(visible);
    let Some(key) = good else {
        return problem(StatusCode::BAD_REQUEST, Some("Idempotency-Key : de 1 à 200 caractères visibles"));
    };
    let mark = ledger::Digest::of(format!("{}\n{}\n{key}", actor.org, actor.account.unwrap_or(0)).as_bytes());
    let _turn = app.turn(mark).await;
    let mark = mark.to_string();
    let body = ledger::Digest::of(request.1);
    let print = ledger::Digest::of(format!("{}\n{body}", request.0).as_bytes()).to_string();
    let (asked, now) = (mark.clone(), app.host().now());
    match app.store(&actor.org, move |s: &mut store::Store| s.replay(&asked, now)).await {
        Err(trouble) => return trouble.into_response(),
        Ok(Some(kept)) if kept.request == print => {
            let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
            let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
            return (status, kind, kept.answer).into_response();
        }
        Ok(Some(_)) => return problem(StatusCode::CONFLICT, None),
        Ok(None) => {}
    }
    let done = work.await;
    if let Ok((status, value)) = &done {
        let kept = Replay { request: print, status: status.as_u16(), answer: value.to_string() };
        let stored = app.store(&actor.org, move |s: &mut store::Store| s.keep_replay(&mark, &kept, now)).await;
        if let Err(trouble) = stored {
            return trouble.into_response();
        }
    }
    answer(done)
}
