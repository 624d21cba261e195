//! Proofs: what came in, how it was understood and why; to be brought, and to be given to a contract.

use super::contract::download;
use super::words;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use crate::trouble::{Trouble, see};
use crate::uploads;
use askama::Template;
use axum::extract::{Form, Multipart, Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use jiff::tz::TimeZone;
use serde::Deserialize;
use store::{Incoming, Received, Store, Wanted};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/preuves", Needs::Visit, || get(list)),
    Route::post("/preuves", Needs::Bring, || post(bring).layer(axum::extract::DefaultBodyLimit::max(uploads::LARGEST))),
    Route::get("/preuves/{id}", Needs::Visit, || get(one)),
    Route::get("/preuves/{id}/fichier", Needs::Visit, || get(file)),
    Route::post("/preuves/{id}/rattacher", Needs::Contribute, || post(attach)),
    Route::post("/preuves/{id}/partager", Needs::Contribute, || post(share)),
];

/// Proofs on a page.
const PAGE: i64 = 30;
/// Contracts offered as choices; beyond, the id is typed.
const OFFERED: i64 = 2_000;

#[derive(Template)]
#[template(path = "keep/inbox.html")]
struct Inbox {
    page: Page,
    proofs: Vec<Received>,
    contract: String,
    waiting: bool,
    unattached: usize,
    contracts: Vec<String>,
    next: Option<i64>,
    may_bring: bool,
}

#[derive(Deserialize)]
struct Asked {
    contrat: Option<String>,
    attente: Option<String>,
    avant: Option<i64>,
}

async fn list(State(app): State<App>, actor: Actor, page: Page, Query(asked): Query<Asked>) -> Answer {
    let own = actor.contract.clone().filter(|_| actor.role.bound());
    let bound = own.is_some();
    let contract = own.or(asked.contrat.filter(|c| !c.is_empty()));
    let waiting = asked.attente.is_some() && !bound;
    let wanted = Wanted { contract: contract.clone(), unattached: waiting, before: asked.avant };
    let found = app.store(&actor.org, move |store| {
        let mut proofs = store.proofs(&wanted, PAGE + 1)?;
        let more = proofs.len() as i64 > PAGE;
        proofs.truncate(PAGE as usize);
        let contracts = if bound { Vec::new() } else { store.contract_names(OFFERED)? };
        let unattached = if bound { 0 } else { usize::try_from(store.count_unattached()?).unwrap_or(0) };
        Ok((proofs, more, contracts, unattached))
    });
    let (proofs, more, contracts, unattached) = found.await?;
    let next = proofs.last().map(|p| p.id).filter(|_| more);
    let (contract, may_bring) = (contract.unwrap_or_default(), actor.may(Needs::Bring));
    show(&Inbox { page, proofs, contract, waiting, unattached, contracts, next, may_bring })
}

#[derive(Template)]
#[template(path = "keep/proof.html")]
struct ProofPage {
    page: Page,
    proof: Received,
    contracts: Vec<String>,
    promises: Vec<String>,
    may_attach: bool,
}

async fn one(State(app): State<App>, actor: Actor, page: Page, Path(id): Path<i64>) -> Answer {
    let may_attach = actor.may(Needs::Contribute);
    let found = app.store(&actor.org, move |store| {
        let proof = store.proof(id)?;
        let promises = match &proof.contract {
            Some(contract) => store.promises(Some(contract))?,
            None => Vec::new(),
        };
        let contracts = if may_attach { store.contract_names(OFFERED)? } else { Vec::new() };
        Ok((proof, promises, contracts))
    });
    let (proof, promises, contracts) = found.await?;
    actor.sees_of(proof.contract.as_deref())?;
    let confirmed = promises.into_iter().filter(|f| f.standing == store::Standing::Confirmed).map(|f| f.promise);
    let bears = |p: &follow::Promise| proof.facts.iter().any(|f| follow::facts::bears_on(p, f));
    let promises = confirmed.filter(|p| bears(p)).map(|p| p.title).collect();
    show(&ProofPage { page, proof, contracts, promises, may_attach })
}

/// The proof as received. Opening it is an entry of the ledger.
pub(crate) async fn file(State(app): State<App>, actor: Actor, Path(id): Path<i64>) -> Result<Response, Trouble> {
    let (now, guest) = (app.host().now(), actor.clone());
    let found = app.store(&actor.org, move |store| {
        let proof = store.proof(id)?;
        if guest.sees_of(proof.contract.as_deref()).is_err() {
            return Err(store::Error::Absent(String::new()));
        }
        store.note_opening(proof.contract.as_deref(), "preuve", &guest.name, now)?;
        Ok((proof.name, store.bytes(&proof.sha256)?))
    });
    let (name, bytes) = found.await?;
    Ok(download(&name, bytes))
}

/// Files what was brought; `via` says by which way.
pub(crate) async fn take(
    app: &App,
    actor: &Actor,
    files: Vec<(String, Vec<u8>)>,
    contract: Option<String>,
    via: &'static str,
) -> Result<Vec<store::Filed>, Trouble> {
    let contract = actor.contract.clone().filter(|_| actor.role.bound()).or(contract);
    let now = app.host().now();
    let mut read = Vec::new();
    for (name, bytes) in files {
        if bytes.len() > evidence::MAX_BYTES {
            return Err(Trouble::Refused(format!("{name} : trop lourde pour une preuve, envoyez un extrait")));
        }
        let text = text_of(app, &name, &bytes).await?;
        read.push((name, bytes, text));
    }
    let mut origin = serde_json::Map::new();
    let by = actor.name.clone();
    origin.insert("by".to_owned(), by.clone().into());
    let done = app.store(&actor.org, move |store: &mut Store| {
        let received = now.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC));
        let mut out = Vec::new();
        for (name, bytes, text) in &read {
            let incoming = Incoming {
                name,
                bytes,
                text: text.as_deref(),
                zone: Some("Europe/Paris"),
                via,
                origin: origin.clone(),
                contract: contract.as_deref(),
                ..Incoming::default()
            };
            let mut filed = store.file(&incoming, &received, now)?;
            store.settle(&mut filed, contract.as_deref(), &by, now)?;
            out.push(filed);
        }
        store.sign()?;
        Ok(out)
    });
    done.await
}

async fn bring(State(app): State<App>, actor: Actor, form: Multipart) -> Answer {
    let upload = uploads::plain(form).await?;
    let contract = upload.field("contrat").map(str::to_owned);
    if upload.files.is_empty() {
        return Err(Trouble::Refused("choisissez au moins un fichier".to_owned()));
    }
    let filed = take(&app, &actor, upload.files, contract, "page").await?;
    match filed.as_slice() {
        [one] => Ok(see(&format!("/preuves/{}", one.proof))),
        _ => Ok(see("/preuves")),
    }
}

#[derive(Deserialize)]
struct To {
    contrat: String,
}

async fn attach(State(app): State<App>, actor: Actor, Path(id): Path<i64>, Form(to): Form<To>) -> Answer {
    let (by, now) = (actor.name.clone(), app.host().now());
    let done = app.store(&actor.org, move |store| {
        store.contract(&to.contrat)?;
        store.attach(id, &to.contrat, &by, now)?;
        store.sign().map(|_| ())
    });
    done.await?;
    Ok(see(&format!("/preuves/{id}")))
}

/// Gives a proof to further contracts: filed once for each of them, as received, with the day it came.
async fn share(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Answer {
    let all = fields.iter().any(|f| f.0 == "tous");
    let chosen: Vec<String> = fields.into_iter().filter(|f| f.0 == "c").map(|f| f.1).collect();
    shared(&app, &actor, id, chosen, all).await?;
    Ok(see("/preuves"))
}

/// The same, for programs too.
///
/// # Errors
/// When nothing is chosen, or it can't be filed.
pub(crate) async fn shared(app: &App, actor: &Actor, id: i64, chosen: Vec<String>, all: bool) -> Result<(), Trouble> {
    if !all && chosen.is_empty() {
        return Err(Trouble::Refused("cochez au moins un contrat, ou tous".to_owned()));
    }
    let found = app.store(&actor.org, move |store| {
        let proof = store.proof(id)?;
        let bytes = store.bytes(&proof.sha256)?;
        let known = store.contract_names(OFFERED)?;
        Ok((proof, bytes, known))
    });
    let (proof, bytes, known) = found.await?;
    let text = text_of(app, &proof.name, &bytes).await?;
    let (by, now) = (actor.name.clone(), app.host().now());
    let done = app.store(&actor.org, move |store| {
        let at = proof.received.parse::<jiff::Timestamp>().unwrap_or(now);
        let received = at.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC));
        let mut origin = serde_json::Map::new();
        origin.insert("by".to_owned(), by.into());
        origin.insert("from_proof".to_owned(), id.into());
        let wanted = known.iter().filter(|c| (all || chosen.contains(*c)) && proof.contract.as_ref() != Some(*c));
        let incoming: Vec<(Incoming, &jiff::Zoned)> = wanted
            .map(|contract| {
                let one = Incoming {
                    name: &proof.name,
                    bytes: &bytes,
                    text: text.as_deref(),
                    zone: Some("Europe/Paris"),
                    via: "page",
                    origin: origin.clone(),
                    contract: Some(contract),
                    // The same bytes for another contract are another proof.
                    occasion: contract,
                    ..Incoming::default()
                };
                (one, &received)
            })
            .collect();
        for filed in store.file_all(&incoming, now)? {
            filed?;
        }
        store.sign().map(|_| ())
    });
    done.await
}

/// The text of a PDF, read in a process apart; a scanned page has none, and the fact says so.
async fn text_of(app: &App, name: &str, bytes: &[u8]) -> Result<Option<Vec<u8>>, Trouble> {
    if !bytes.starts_with(b"%PDF-") {
        return Ok(None);
    }
    let (app, name, bytes) = (app.clone(), name.to_owned(), bytes.to_vec());
    let work = move || app.host().read(&name, bytes).map(|d| d.text.into_bytes()).unwrap_or_default();
    tokio::task::spawn_blocking(work).await.map(Some).map_err(|e| Trouble::Broken(e.to_string()))
}
