//! HTTP for machines: the drop of proofs, the inventory agents, health and metrics.
//!
//! A token is asked before a byte of the body is read. 201 means durably stored, 200 that it was there already; errors are
//! `application/problem+json`. No session, no cookie: these routes stand apart from the pages.

use crate::keeper::{Arrival, Refusal, Room};
use crate::limit::Limits;
use crate::{Keeper, MOST, Metrics, clock, inventory};
use axum::body::{Body, Bytes};
use axum::extract::multipart::Multipart;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequest as _, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use futures_util::StreamExt as _;
use serde_json::{Map, Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::{Filed, Gate, Owned, Way};

/// Longest time a body may take to come.
const BODY_TIME: Duration = Duration::from_secs(120);
/// Bytes of a body that must have come before it takes room.
const FIRST: usize = 64 << 10;
/// Longest text of a header or field that we keep, in bytes.
const FIELD: usize = 256;

/// What the routes share.
#[derive(Clone)]
pub struct Machines {
    pub(crate) keeper: Keeper,
    pub(crate) gate: Arc<Mutex<Gate>>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) feeds: Arc<crate::agenda::Feeds>,
    pub(crate) place: store::Place,
    pub(crate) random: crate::Random,
}

impl std::fmt::Debug for Machines {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("Machines")
    }
}

/// The routes.
pub fn router(machines: Machines) -> Router {
    Router::new()
        .route("/depot", post(drop_with_header))
        .route("/depot/{token}", post(drop_with_path))
        .route("/glpi/{token}", post(agent).get(agent_hello))
        .route("/calendrier/{name}", get(calendar))
        .route("/sante", get(health))
        .route("/metrics", get(metrics))
        .layer(DefaultBodyLimit::disable())
        .with_state(machines)
}

/// An error as RFC 9457 has it.
pub(crate) fn problem(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("Erreur");
    let body = json!({"type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail});
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

pub(crate) fn refused(refusal: &Refusal) -> Response {
    match refusal {
        Refusal::Refused(why) => problem(StatusCode::UNPROCESSABLE_ENTITY, why),
        Refusal::Later(why) => {
            tracing::warn!(why, "a proof over HTTP was put off");
            let mut response = problem(
                StatusCode::SERVICE_UNAVAILABLE,
                "le registre ne peut pas être écrit pour l'instant : renvoyez plus tard, rien n'a été enregistré",
            );
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("60"));
            response
        }
    }
}

impl Machines {
    /// The source of a token, within its rate.
    pub(crate) async fn admit(&self, token: String, way: Way) -> Result<Owned, Response> {
        let gate = Arc::clone(&self.gate);
        let found =
            tokio::task::spawn_blocking(move || gate.lock().unwrap_or_else(PoisonError::into_inner).admit(&token, way));
        let owned = match found.await {
            Ok(Ok(Some(owned))) => owned,
            Ok(Ok(None)) => return Err(problem(StatusCode::UNAUTHORIZED, "jeton inconnu ou révoqué")),
            _ => return Err(refused(&Refusal::Later("base illisible".to_owned()))),
        };
        self.limits.take(&owned.source.id).map_err(|wait| {
            let mut response = problem(StatusCode::TOO_MANY_REQUESTS, "trop d'envois à la suite : attendez un peu");
            response.headers_mut().insert(header::RETRY_AFTER, wait.into());
            response
        })?;
        Ok(owned)
    }
}

async fn drop_with_header(State(machines): State<Machines>, request: Request) -> Response {
    let token = request.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    match token.and_then(|t| t.strip_prefix("Bearer ")).map(str::to_owned) {
        Some(token) => take(machines, token, request).await,
        None => problem(StatusCode::UNAUTHORIZED, "donnez le jeton : Authorization: Bearer JETON"),
    }
}

async fn drop_with_path(State(machines): State<Machines>, Path(token): Path<String>, request: Request) -> Response {
    take(machines, token, request).await
}

async fn take(machines: Machines, token: String, request: Request) -> Response {
    let owned = match machines.admit(token, Way::Http).await {
        Ok(owned) => owned,
        Err(response) => return response,
    };
    match tokio::time::timeout(BODY_TIME, read(&machines, owned, request)).await {
        Err(_) => problem(StatusCode::REQUEST_TIMEOUT, "l'envoi a duré trop longtemps"),
        Ok(Err(response)) => response,
        Ok(Ok((arrival, room))) => match machines.keeper.file(arrival, room).await {
            Ok(filed) => acknowledged(&filed),
            Err(refusal) => refused(&refusal),
        },
    }
}

fn acknowledged(filed: &Filed) -> Response {
    let facts: Vec<Value> = filed
        .facts
        .iter()
        .map(|j| json!({"source": j.fact.source, "state": j.fact.state, "reasons": j.fact.reasons, "promises": j.promises}))
        .collect();
    let body = json!({
        "proof": filed.proof, "sha256": filed.sha256, "duplicate": filed.duplicate, "contract": filed.contract, "facts": facts,
    });
    let status = if filed.duplicate { StatusCode::OK } else { StatusCode::CREATED };
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

type Read = (Arrival, Option<Room>);

async fn read(machines: &Machines, owned: Owned, request: Request) -> Result<Read, Response> {
    let headers = request.headers().clone();
    if headers.get(header::CONTENT_ENCODING).is_some_and(|e| e != "identity") {
        return Err(problem(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "envoyez les octets tels quels, sans Content-Encoding",
        ));
    }
    let told = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    // A multipart body may hold an error output besides.
    let most = 2 * MOST + (1 << 20);
    if told.is_some_and(|t| t > most) {
        return Err(too_large());
    }
    let share = machines.keeper.share(&owned.source.id, told.unwrap_or(MOST)).await;
    let (request, came) = begun(request).await?;
    let room = machines.keeper.room_within(share, came.or(told).unwrap_or(MOST)).await;
    let mut arrival = arrival(&owned, &headers);
    let multipart = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    if multipart.is_some_and(|t| t.trim().to_ascii_lowercase().starts_with("multipart/form-data")) {
        let parts = Multipart::from_request(request, &()).await;
        let parts = parts.map_err(|e| problem(StatusCode::BAD_REQUEST, &e.body_text()))?;
        fields(parts, &mut arrival).await?;
    } else {
        arrival.bytes = body(request.into_body(), MOST).await?;
    }
    if arrival.bytes.is_empty() && arrival.exit_code.is_none() && arrival.stderr.is_none() {
        return Err(problem(StatusCode::BAD_REQUEST, "l'envoi est vide"));
    }
    Ok((arrival, room))
}

fn too_large() -> Response {
    problem(StatusCode::PAYLOAD_TOO_LARGE, &format!("une preuve fait au plus {} Mio : envoyez un extrait", MOST >> 20))
}

/// Waits for the first bytes of a request's body: whoever sends none takes no room. Gives its length where that was all of it.
async fn begun(request: Request) -> Result<(Request, Option<usize>), Response> {
    let (parts, body) = request.into_parts();
    let (mut stream, mut first, mut size) = (body.into_data_stream(), Vec::new(), 0);
    let mut ended = false;
    while size < FIRST && !ended {
        match stream.next().await {
            Some(chunk) => {
                let chunk = chunk.map_err(|_| problem(StatusCode::BAD_REQUEST, "l'envoi a été coupé"))?;
                size += chunk.len();
                first.push(Ok::<Bytes, axum::Error>(chunk));
            }
            None => ended = true,
        }
    }
    let body = Body::from_stream(futures_util::stream::iter(first).chain(stream));
    Ok((Request::from_parts(parts, body), ended.then_some(size)))
}

/// A body, no longer than `most` bytes.
pub(crate) async fn body(body: Body, most: usize) -> Result<Vec<u8>, Response> {
    let mut out = Vec::new();
    let mut stream = body.into_data_stream();
    while let Some(chunk) = stream.next().await {
        let chunk: Bytes = chunk.map_err(|_| problem(StatusCode::BAD_REQUEST, "l'envoi a été coupé"))?;
        if out.len() + chunk.len() > most {
            return Err(too_large());
        }
        out.extend_from_slice(&chunk);
    }
    Ok(out)
}

/// A name without folders and control characters.
pub(crate) fn plain(text: &str) -> String {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut out: String = last.chars().filter(|c| !c.is_control()).collect();
    while out.len() > FIELD {
        out.pop();
    }
    out
}

/// What the headers say of the proof.
fn arrival(owned: &Owned, headers: &HeaderMap) -> Arrival {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).filter(|t| t.len() <= FIELD);
    let mut arrival = from_source(owned, "http");
    for name in ["host", "name", "exit-code", "zone", "started", "ended", "occasion", "program"] {
        if let Some(value) = text(&format!("clausule-{name}")) {
            told(&mut arrival, &name.replace('-', "_"), value);
        }
    }
    arrival
}

/// What is known of every arrival of a source.
pub(crate) fn from_source(owned: &Owned, via: &'static str) -> Arrival {
    let source = &owned.source;
    let mut origin = Map::new();
    origin.insert("source".to_owned(), json!(source.id));
    origin.insert("source_name".to_owned(), json!(source.name));
    Arrival {
        org: owned.org.clone(),
        name: "depot".to_owned(),
        tool: source.tool.clone(),
        zone: Some(source.zone.clone()),
        via,
        origin,
        contract: source.contract.clone(),
        received: clock::here(),
        ..Arrival::default()
    }
}

/// Takes over one thing that the sender tells. What can't be read is left out.
fn told(arrival: &mut Arrival, name: &str, value: &str) {
    let value = value.trim();
    match name {
        "name" => arrival.name = Some(plain(value)).filter(|n| !n.is_empty()).unwrap_or_else(|| "depot".to_owned()),
        "host" => arrival.host = Some(plain(value)).filter(|h| !h.is_empty()),
        "exit_code" => arrival.exit_code = value.parse().ok(),
        "zone" if evidence::Zone::named(value).is_some() => arrival.zone = Some(value.to_owned()),
        "ended" if value.parse::<jiff::Timestamp>().is_ok() => arrival.ended = Some(value.to_owned()),
        "started" if value.parse::<jiff::Timestamp>().is_ok() => {
            arrival.origin.insert("started".to_owned(), json!(value));
        }
        "program" => {
            arrival.origin.insert("program".to_owned(), json!(plain(value)));
        }
        "occasion" => arrival.occasion = value.to_owned(),
        _ => {}
    }
}

async fn fields(mut parts: Multipart, arrival: &mut Arrival) -> Result<(), Response> {
    let wrong = |e: axum::extract::multipart::MultipartError| problem(StatusCode::BAD_REQUEST, &e.body_text());
    let mut seen = 0;
    while let Some(mut field) = parts.next_field().await.map_err(wrong)? {
        seen += 1;
        if seen > 16 {
            return Err(problem(StatusCode::BAD_REQUEST, "trop de parties dans l'envoi"));
        }
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.file_name().map(str::to_owned);
        let most = if file.is_some() || matches!(name.as_str(), "file" | "stdout" | "stderr") { MOST } else { FIELD };
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(wrong)? {
            if bytes.len() + chunk.len() > most {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        match name.as_str() {
            "stderr" => arrival.stderr = Some(bytes),
            "file" | "stdout" => {
                if let Some(file) = file {
                    told(arrival, "name", &file);
                }
                arrival.bytes = bytes;
            }
            _ if file.is_some() => {
                return Err(problem(StatusCode::BAD_REQUEST, "un seul fichier par envoi, dans la partie « file »"));
            }
            other => told(arrival, other, &String::from_utf8_lossy(&bytes)),
        }
    }
    Ok(())
}

async fn agent(State(machines): State<Machines>, Path(token): Path<String>, request: Request) -> Response {
    let owned = match machines.admit(token, Way::Glpi).await {
        Ok(owned) => owned,
        Err(response) => return response,
    };
    match tokio::time::timeout(BODY_TIME, inventory::answer(&machines, &owned, request)).await {
        Ok(response) => response,
        Err(_) => problem(StatusCode::REQUEST_TIMEOUT, "l'envoi a duré trop longtemps"),
    }
}

/// What an agent (or a person) that asks without sending is told.
async fn agent_hello() -> Response {
    problem(StatusCode::METHOD_NOT_ALLOWED, "adresse réservée aux agents d'inventaire : ils envoient par POST")
}

/// Due dates for an agenda: `/calendrier/JETON.ics`. Requests are counted by the organisation whose token they have, and those
/// that have none by where they come from: a stranger uses up nobody's agenda.
async fn calendar(
    State(machines): State<Machines>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    Path(name): Path<String>,
) -> Response {
    let unreadable = || refused(&Refusal::Later("base illisible".to_owned()));
    let token = name.strip_suffix(".ics").unwrap_or_default().to_owned();
    let (feeds, place, random) = (Arc::clone(&machines.feeds), machines.place.clone(), machines.random);
    let found = tokio::task::spawn_blocking(move || feeds.org(&place, random, &token));
    let Ok(Ok(org)) = found.await else { return unreadable() };
    let counted = match (&org, peer) {
        (Some(org), _) => format!("calendrier {org}"),
        (None, peer) => format!("réseau {}", peer.map_or_else(|| "-".to_owned(), |p| p.0.0.ip().to_string())),
    };
    if machines.limits.take(&counted).is_err() {
        return problem(StatusCode::TOO_MANY_REQUESTS, "trop de demandes à la suite : attendez un peu");
    }
    let Some(org) = org else { return problem(StatusCode::NOT_FOUND, "agenda inconnu") };
    let (place, random) = (machines.place.clone(), machines.random);
    let read = move || crate::agenda::feed(&place, random, &org, &clock::here());
    match tokio::task::spawn_blocking(read).await {
        Ok(Ok(text)) => ([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response(),
        _ => unreadable(),
    }
}

/// Whether the register can be read and the keeper answers.
async fn health(State(machines): State<Machines>) -> Response {
    let gate = Arc::clone(&machines.gate);
    let read =
        tokio::task::spawn_blocking(move || gate.lock().unwrap_or_else(PoisonError::into_inner).fetched().is_ok());
    let alive = machines.keeper.is_alive();
    let ok = alive && tokio::time::timeout(Duration::from_secs(5), read).await.is_ok_and(|r| r.unwrap_or(false));
    let status = if ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({"status": if ok { "ok" } else { "down" }});
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

async fn metrics(State(machines): State<Machines>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], machines.metrics.text()).into_response()
}
