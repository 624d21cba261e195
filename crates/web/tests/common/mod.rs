//! An application over a scratch folder, whose uploads are read in the test's own process.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use contract::Document;
use draft::redline::{Applied, Opened, Plan, Signature};
use http_body_util::BodyExt;
use jiff::Timestamp;
use readers::{Limits, NoOcr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use tower::ServiceExt;
use web::{App, Host, Settings};

/// How often randomness was asked for.
static DRAWN: AtomicU64 = AtomicU64::new(0);

/// The machine of tests: a fixed day, counted randomness.
pub struct Machine;

impl Host for Machine {
    fn now(&self) -> Timestamp {
        "2026-11-29T10:00:00Z".parse().expect("an instant")
    }

    fn random(&self) -> [u8; 32] {
        // Never twice the same, as secrets must not be.
        let mut out = [7; 32];
        out[..8].copy_from_slice(&DRAWN.fetch_add(1, Ordering::Relaxed).to_le_bytes());
        out
    }

    fn log(&self, line: &str) {
        eprintln!("{line}");
    }

    fn read(&self, name: &str, bytes: Vec<u8>) -> Result<Document, String> {
        readers::read(name, &bytes, &NoOcr, &Limits::default()).map_err(|e| e.to_string())
    }

    fn unpack(&self, bytes: Vec<u8>) -> Result<Vec<(String, Vec<u8>)>, String> {
        readers::bundle::unpack(&bytes, &readers::bundle::Bounds::default()).map_err(|e| e.to_string())
    }

    fn open_word(&self, bytes: &[u8]) -> Result<Opened, String> {
        draft::redline::open(bytes, &Limits::default()).map_err(|e| e.to_string())
    }

    fn redline(&self, bytes: &[u8], plan: &Plan, signature: &Signature) -> Result<(Applied, Document), String> {
        let limits = Limits::default();
        let opened = draft::redline::open(bytes, &limits).map_err(|e| e.to_string())?;
        let applied = draft::redline::apply(bytes, &opened, plan, signature).map_err(|e| e.to_string())?;
        let read = readers::read("contrat.docx", &applied.bytes, &NoOcr, &limits).map_err(|e| e.to_string())?;
        Ok((applied, read))
    }
}

/// An application over an empty folder of this test's own.
pub fn app(name: &str) -> App {
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&data);
    std::fs::create_dir_all(&data).expect("a folder");
    let settings = Settings {
        place: store::Place::folder(&data),
        org: "principal".to_owned(),
        person: "Camille".to_owned(),
        hosts: vec!["127.0.0.1".to_owned(), "localhost".to_owned()],
        secure: false,
        shared: false,
        proxied: false,
    };
    let engine = check::Engine::new(points::embedded()).expect("patterns compile");
    App::new(settings, Box::new(Machine), engine)
}

/// A request as a browser on this machine sends it.
pub fn request(method: &str, path: &str) -> axum::http::request::Builder {
    let builder = Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:8017");
    match method {
        "GET" => builder,
        _ => builder.header("sec-fetch-site", "same-origin"),
    }
}

/// Sends a request.
pub async fn send(router: &Router, request: Request<Body>) -> Response<Body> {
    router.clone().oneshot(request).await.expect("an answer")
}

/// Asks for a page.
pub async fn get(router: &Router, path: &str) -> (StatusCode, String) {
    let response = send(router, request("GET", path).body(Body::empty()).expect("a request")).await;
    (response.status(), text(response).await)
}

/// The body as text; a file's bytes as far as they are text.
pub async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    String::from_utf8_lossy(&bytes).into_owned()
}
