//! One contract: what waits for a decision, where each promise stands, its proofs, its dates, its history.

use super::charts;
use super::words;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use follow::{Cadence, Day, KeyDate, Promise, Seen, State as Standing, Status, Window};
use ledger::Entry;
use std::collections::HashMap;
use store::{Contract, Followed, Received, Standing as Followedness, Store, Wanted};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/contrats/{id}", Needs::Visit, || get(one)),
    Route::get("/contrats/{id}/document", Needs::Visit, || get(document)),
];

/// Days that calendars look back on: half a year.
const BACK: i32 = 181;
/// Proofs and entries shown.
const SHOWN: i64 = 12;

/// A promise with where it stands, ready to be shown.
struct Shown {
    promise: Promise,
    status: Status,
    heat: Option<String>,
    /// Counts of the calendar in words.
    told: String,
    bars: Option<String>,
    months: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "keep/contract.html")]
struct OnePage {
    page: Page,
    contract: Contract,
    dates: Vec<KeyDate>,
    waiting: Vec<Promise>,
    others: usize,
    shown: Vec<Shown>,
    set_aside: Vec<Promise>,
    proofs: Vec<Received>,
    history: Vec<(String, String)>,
    worst: Option<Standing>,
    may_decide: bool,
    may_bring: bool,
    may_verify: bool,
}

/// Everything the page needs of the register.
struct Material {
    contract: Contract,
    dates: Vec<KeyDate>,
    followed: Vec<Followed>,
    lines: HashMap<String, Status>,
    wide: HashMap<String, Status>,
    seen: HashMap<String, Vec<Seen>>,
    proofs: Vec<Received>,
    entries: Vec<Entry>,
}

/// Whether a calendar of days tells something of it.
fn daily(promise: &Promise) -> bool {
    matches!(promise.cadence, Cadence::Days(_) | Cadence::WorkingDays)
}

fn measured(promise: &Promise) -> bool {
    promise.yardstick.is_some_and(|y| y.measure == follow::Measure::Availability)
}

fn gather(store: &mut Store, id: &str, today: Day) -> store::Result<Material> {
    let contract = store.contract(id)?;
    let followed = store.promises(Some(id))?;
    let by_id = |lines: Vec<store::Line>| lines.into_iter().map(|l| (l.promise.id.clone(), l.status)).collect();
    let lines = by_id(store.statuses(Some(id), store::window(today), today)?);
    let confirmed = || followed.iter().filter(|f| f.standing == Followedness::Confirmed).map(|f| &f.promise);
    let wide = if confirmed().any(daily) {
        by_id(store.statuses(Some(id), Window { first: today.plus(-BACK), last: today }, today)?)
    } else {
        HashMap::new()
    };
    let mut seen = HashMap::new();
    for promise in confirmed().filter(|p| daily(p) || measured(p)) {
        seen.insert(promise.id.clone(), store.seen_of(&promise.id)?);
    }
    let proofs = store.proofs(&Wanted { contract: Some(id.to_owned()), ..Wanted::default() }, SHOWN)?;
    let entries = store.entries(Some(id), None, SHOWN)?;
    let dates = contract.term.map(|t| t.dates(today.date(), &contract.calendar())).unwrap_or_default();
    Ok(Material { contract, dates, followed, lines, wide, seen, proofs, entries })
}

fn shown(promise: Promise, material: &mut Material, today: Day) -> Option<Shown> {
    let status = material.lines.remove(&promise.id)?;
    let seen = material.seen.remove(&promise.id).unwrap_or_default();
    let first = Day::from(promise.from).max(today.plus(-BACK));
    let wide = material.wide.remove(&promise.id).filter(|_| daily(&promise) && first <= today);
    let heat = wide.as_ref().map(|w| charts::heat_map(w, &seen, first, today));
    let told = wide.map_or(String::new(), |w| {
        let counts = w.counts;
        let bad = counts.failures + counts.missing;
        let part = counts.unproven + counts.degraded;
        format!(
            "Du {} au {} : {} fois attendue, {} tenue, {bad} manquée, {part} non prouvée.",
            follow::words::date(first.date()),
            follow::words::date(today.date()),
            counts.expected,
            counts.received
        )
    });
    let months = charts::availability(&promise, &seen);
    let bars = promise.yardstick.filter(|_| !months.is_empty()).map(|y| charts::bars(&months, y.value));
    let months = months
        .iter()
        .map(|(month, value, hours)| {
            let name = contract::month_words(month.month().unsigned_abs());
            (format!("{name} {}", month.year()), follow::words::number(*value), follow::words::number(hours.round()))
        })
        .collect();
    Some(Shown { promise, status, heat, told, bars, months })
}

/// An entry of the ledger in a sentence.
pub(crate) fn sentence(entry: &Entry) -> String {
    let text = |key: &str| entry.body.get(key).and_then(|v| v.as_str()).unwrap_or_default();
    let by = entry.by.as_ref().map_or(String::new(), |b| format!(" par {b}"));
    match entry.kind {
        ledger::Kind::Contract => format!("Contrat déposé{by}."),
        ledger::Kind::Document => format!("Document déposé{by}."),
        ledger::Kind::Proof => {
            format!("Preuve reçue : {}.", entry.blobs.first().map_or("sans nom", |b| b.name.as_str()))
        }
        ledger::Kind::Verdict => "Preuve lue et jugée.".to_owned(),
        ledger::Kind::Commitment => {
            let title = entry.body.get("promise").and_then(|p| p.get("title")).and_then(|t| t.as_str());
            format!("Promesse inscrite : {}.", title.unwrap_or("sans titre"))
        }
        ledger::Kind::Decision => decision(text("action"), text("promise"), &by, text("why")),
        ledger::Kind::Alert => "Alerte envoyée.".to_owned(),
        ledger::Kind::Opening => format!("Ouverture{by} : {}.", text("what")),
    }
}

fn decision(action: &str, promise: &str, by: &str, why: &str) -> String {
    let what = match action {
        "confirmed" => "confirmée",
        "rejected" => "écartée",
        "proposed" => "remise en attente",
        "corrected" => "corrigée",
        "waived" => "dispensée",
        "amended" => "modifiée par avenant",
        "attached" => return format!("Preuve rattachée{by}."),
        "invited" => return format!("Personne invitée{by}."),
        "account" => return format!("Compte créé{by}."),
        "rights" => return format!("Droits d'une personne changés{by}."),
        other => return format!("Décision « {other} »{by}."),
    };
    let why = if why.is_empty() { String::new() } else { format!(" Raison : {why}") };
    format!("Promesse {promise} {what}{by}.{why}")
}

async fn one(State(app): State<App>, actor: Actor, page: Page, Path(id): Path<String>) -> Answer {
    actor.sees(&id)?;
    let today = app.today();
    let mut material = app.store(&actor.org, move |store| gather(store, &id, today)).await?;
    let (mut waiting, mut set_aside, mut out) = (Vec::new(), Vec::new(), Vec::new());
    let mut others = 0;
    for followed in std::mem::take(&mut material.followed) {
        match followed.standing {
            Followedness::Proposed if followed.promise.proved_by.is_empty() => others += 1,
            Followedness::Proposed => waiting.push(followed.promise),
            Followedness::Rejected => set_aside.push(followed.promise),
            Followedness::Confirmed => out.extend(shown(followed.promise, &mut material, today)),
        }
    }
    out.sort_by(|a, b| b.status.state.cmp(&a.status.state).then_with(|| a.promise.id.cmp(&b.promise.id)));
    let history = material.entries.iter().map(|e| (words::instant(&e.filed), sentence(e))).collect();
    show(&OnePage {
        page,
        dates: material.dates,
        waiting,
        others,
        worst: out.first().map(|s| s.status.state),
        shown: out,
        set_aside,
        proofs: material.proofs,
        history,
        contract: material.contract,
        may_decide: actor.may(Needs::Manage),
        may_bring: actor.may(Needs::Bring),
        may_verify: actor.may(Needs::Verify),
    })
}

/// The contract's file. Opening it is an entry of the ledger.
async fn document(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Result<Response, Trouble> {
    actor.sees(&id)?;
    let (now, by) = (app.host().now(), actor.name.clone());
    let found = app.store(&actor.org, move |store| {
        let contract = store.contract(&id)?;
        store.note_opening(Some(&id), "document", &by, now)?;
        Ok((contract.file.clone(), store.bytes(&contract.sha256)?))
    });
    let (name, bytes) = found.await?;
    Ok(download(&name, bytes))
}

/// A file to be kept, never shown in the page's own origin: what people upload may be HTML.
pub(crate) fn download(name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename*=UTF-8''{}", super::contracts::encoded(name));
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static("application/octet-stream");
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}
