//! The ledger: where it stands, its entries, the proof of one, a dossier to hand out and its verification.

use super::contract::{download, sentence};
use super::{handout, words};
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use crate::trouble::Trouble;
use crate::uploads;
use askama::Template;
use axum::extract::{Multipart, Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;
use std::sync::LazyLock;
use store::Store;
use tokio::sync::Semaphore;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/registre", Needs::Verify, || get(list)),
    Route::get("/registre/{seq}/preuve", Needs::Verify, || get(inclusion)),
    Route::get("/registre/verification", Needs::Verify, || get(verifier)),
    Route::post("/registre/dossier", Needs::Verify, || post(whole)),
    Route::post("/contrats/{id}/dossier", Needs::Verify, || post(of_contract)),
    Route::post("/registre/verifier", Needs::Verify, || {
        post(check).layer(axum::extract::DefaultBodyLimit::max(uploads::LARGEST))
    }),
];

/// The page that verifies a dossier in a browser, offline: one file, to be kept and handed on.
static VERIFIER: LazyLock<String> = LazyLock::new(|| {
    include_str!("../../../assets/verification.html")
        .replace("{{verification}}", include_str!("../../../assets/verification.js"))
        .replace("{{page}}", include_str!("../../../assets/verification-page.js"))
});

async fn verifier() -> Response {
    download("verifier-un-dossier.html", VERIFIER.as_bytes().to_vec())
}

/// Dossiers handed out at once, and verified: each takes memory and a while.
static HANDED_OUT: Semaphore = Semaphore::const_new(2);
static VERIFIED: Semaphore = Semaphore::const_new(1);

/// Entries on a page.
const PAGE: i64 = 50;

/// An entry as shown: place, when, which contract, in a sentence.
type Row = (u64, String, String, String);

#[derive(Template)]
#[template(path = "keep/ledger.html")]
struct Ledger {
    page: Page,
    rows: Vec<Row>,
    size: usize,
    root: String,
    key: String,
    signed: Option<(u64, String, bool)>,
    next: Option<u64>,
}

#[derive(Deserialize)]
struct Asked {
    avant: Option<u64>,
}

async fn list(State(app): State<App>, actor: Actor, page: Page, Query(asked): Query<Asked>) -> Answer {
    let found = app.store(&actor.org, move |store| {
        let entries = store.entries(None, asked.avant, PAGE)?;
        let (size, root) = store.head()?;
        let mut titles = HashMap::new();
        for entry in &entries {
            let id = entry.body.get("promise").and_then(|p| p.as_str());
            if let Some(found) = id.and_then(|id| store.promise(id).ok()) {
                titles.insert(found.promise.id.clone(), found.promise.title);
            }
        }
        let signed = store.last_checkpoint()?;
        Ok((entries, titles, size, ledger::Digest(root).to_string(), store.public_key(), signed))
    });
    let (entries, titles, size, root, key, signed) = found.await?;
    let next = entries.last().map(|e| e.seq).filter(|seq| *seq > 0);
    let rows = entries
        .iter()
        .map(|e| (e.seq, words::instant(&e.filed), e.contract.clone().unwrap_or_default(), sentence(e, &titles)))
        .collect();
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    show(&Ledger { page, rows, size, root, key, signed, next })
}

/// The proof of an entry as a file that needs nothing else: line, path, signed checkpoint.
async fn inclusion(State(app): State<App>, actor: Actor, Path(seq): Path<u64>) -> Result<Response, Trouble> {
    let proof = app.store(&actor.org, move |store: &mut Store| store.inclusion(seq)).await?;
    let body = json!({
        "schema": "clausule/inclusion/1", "seq": proof.seq, "line": proof.line, "leaf": proof.leaf, "path": proof.path,
        "size": proof.size, "checkpoint": proof.checkpoint,
    });
    Ok(download(&format!("ecriture-{seq}.json"), format!("{body:#}\n").into_bytes()))
}

pub(crate) async fn whole(State(app): State<App>, actor: Actor) -> Result<Response, Trouble> {
    dossier(&app, &actor, None).await
}

pub(crate) async fn of_contract(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    dossier(&app, &actor, Some(id)).await
}

async fn dossier(app: &App, actor: &Actor, of: Option<String>) -> Result<Response, Trouble> {
    let (by, now) = (actor.name.clone(), app.host().now());
    let name = format!("dossier-{}.zip", of.as_deref().unwrap_or("registre"));
    let room = HANDED_OUT.acquire().await.map_err(|e| Trouble::Broken(e.to_string()))?;
    let (app, org) = (app.clone(), actor.org.clone());
    let parts = handout::parts(move |out| {
        let _room = room;
        app.store_now(&org, |store| store.dossier(of.as_deref(), &by, now, out))
    });
    Ok(download(&name, parts.await?))
}

#[derive(Template)]
#[template(path = "keep/verified.html")]
struct Verified {
    page: Page,
    name: String,
    report: verify::Report,
    ours: bool,
}

/// What the verifier says of a dossier, one at a time.
///
/// # Errors
/// When the program is ending.
pub(crate) async fn verified(bytes: impl AsRef<[u8]> + Send + 'static) -> Result<verify::Report, Trouble> {
    let _room = VERIFIED.acquire().await.map_err(|e| Trouble::Broken(e.to_string()))?;
    let work = tokio::task::spawn_blocking(move || verify::dossier(bytes.as_ref(), None));
    work.await.map_err(|e| Trouble::Broken(e.to_string()))
}

/// Verifies a dossier that was brought; nothing of it is kept.
async fn check(State(app): State<App>, actor: Actor, page: Page, form: Multipart) -> Answer {
    let upload = uploads::plain(form).await?;
    let (name, bytes) =
        upload.files.into_iter().next().ok_or_else(|| Trouble::Refused("choisissez un dossier".to_owned()))?;
    let report = verified(bytes).await?;
    let key = app.store(&actor.org, |store: &mut Store| Ok(store.public_key())).await?;
    let ours = report.key == key;
    show(&Verified { page, name, report, ours })
}
