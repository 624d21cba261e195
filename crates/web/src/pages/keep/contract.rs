//! One contract: what waits for a decision, where each promise stands, its proofs, its dates, its history.

use super::charts;
use super::reports::Month;
use super::words;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::links::encoded;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use crate::trouble::Trouble;
use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use follow::{Cadence, Day, KeyDate, Promise, Seen, State as Standing, Status, Window};
use ledger::Entry;
use std::collections::{BTreeMap, HashMap};
use store::{Contract, Followed, Received, Standing as Followedness, Store, Wanted};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/contrats/{id}", Needs::Visit, || get(one)),
    Route::get("/contrats/{id}/document", Needs::Visit, || get(document)),
];

/// Days that calendars look back on: half a year.
const BACK: i32 = 181;
/// Proofs and lines of the history shown.
const SHOWN: i64 = 12;
/// Entries that the history is told from: alike ones become one line.
const READ: i64 = 120;

/// A promise with where it stands, ready to be shown.
struct Shown {
    promise: Promise,
    status: Status,
    /// Why it stands there, without the words that stand above it anyway.
    reason: String,
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
    /// Whether a person confirmed the dates.
    dated: bool,
    reports: Vec<Month>,
    /// The contract it serves, and those that serve it.
    above: Option<String>,
    below: Vec<String>,
    /// Whether something brings proofs of this contract by itself.
    fed: bool,
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
    may_read: bool,
    may_rule: bool,
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
    ranks: BTreeMap<String, String>,
    fed: bool,
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
    let windows = [store::window(today), Window { first: today.plus(-BACK), last: today }];
    let store::Standings { followed, mut statuses, mut seen } = store.standings(&contract, &windows, today)?;
    let (wide, lines) = (statuses.pop().unwrap_or_default(), statuses.pop().unwrap_or_default());
    for promise in followed.iter().map(|f| &f.promise).filter(|p| !daily(p) && !measured(p)) {
        seen.remove(&promise.id);
    }
    let proofs = store.proofs(&Wanted { contract: Some(id.to_owned()), ..Wanted::default() }, SHOWN)?;
    let entries = store.entries(Some(id), None, READ)?;
    let term = contract.term.or_else(|| follow::Term::of(&contract.clauses, contract.signed));
    let dates = term.map(|t| t.dates(today.date(), &contract.calendar())).unwrap_or_default();
    let ranks = store.ranks()?;
    let fed = store.sources()?.iter().any(|s| s.revoked.is_none() && s.contract.as_deref() == Some(id));
    Ok(Material { contract, dates, followed, lines, wide, seen, proofs, entries, ranks, fed })
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
        let many = |n: u32, word: &str| format!("{n} {word}{}", if n > 1 { "s" } else { "" });
        let part = if part > 1 { format!("{part} non prouvées") } else { format!("{part} non prouvée") };
        format!(
            "Du {} au {}, attendue {} fois : {}, {}, {part}.",
            follow::words::date(first.date()),
            follow::words::date(today.date()),
            counts.expected,
            many(counts.received, "tenue"),
            many(bad, "manquée"),
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
    let reason = follow::reason::tail(&promise, &status, store::window(today));
    Some(Shown { promise, status, reason, heat, told, bars, months })
}

/// What happened, the newest first; what was entered or decided at one go is one line.
fn history(entries: &[Entry], titles: &HashMap<String, String>) -> Vec<(String, String)> {
    let alike = |entry: &Entry| {
        let action = entry.body.get("action").and_then(|a| a.as_str());
        match (entry.kind, action) {
            (ledger::Kind::Commitment, _) => Some("inscrites"),
            (ledger::Kind::Decision, Some("confirmed")) => Some("confirmées"),
            (ledger::Kind::Decision, Some("rejected")) => Some("écartées"),
            _ => None,
        }
    };
    let minute = |entry: &Entry| entry.filed.get(..16).map(str::to_owned);
    // That a proof was judged goes without saying: what was found stands with the proof.
    let told: Vec<&Entry> = entries.iter().filter(|e| e.kind != ledger::Kind::Verdict).collect();
    let same = |a: &&Entry, b: &&Entry| alike(a).is_some() && alike(a) == alike(b) && minute(a) == minute(b);
    told.chunk_by(same)
        .take(usize::try_from(SHOWN).unwrap_or(1))
        .map(|run| {
            let by = run[0].by.as_ref().map_or(String::new(), |b| format!(" par {b}"));
            let words = match (alike(run[0]), run.len()) {
                (Some(done), 2..) => format!("{} promesses {done}{by}.", run.len()),
                _ => sentence(run[0], titles),
            };
            (words::instant(&run[0].filed), words)
        })
        .collect()
}

/// An entry of the ledger in a sentence.
pub(crate) fn sentence(entry: &Entry, titles: &HashMap<String, String>) -> String {
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
        ledger::Kind::Decision => {
            let promise = text("promise");
            decision(text("action"), titles.get(promise).map_or(promise, String::as_str), &by, text("why"))
        }
        ledger::Kind::Alert => "Alerte envoyée.".to_owned(),
        ledger::Kind::Opening => match text("what") {
            "dossier" => format!("Dossier de preuves remis{by}."),
            "document" => format!("Contrat ouvert{by}."),
            "preuve" => format!("Preuve ouverte{by}."),
            what => format!("Ouverture{by} : {what}."),
        },
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
        "rights" => return format!("Droits d’une personne changés{by}."),
        "dated" => return format!("Dates du contrat confirmées{by}."),
        "ranked" => return format!("Place du contrat parmi les sous-traitants précisée{by}."),
        "draw" => return format!("Fichiers à restaurer tirés au sort{by}."),
        "password" => return format!("Mot de passe changé{by}."),
        "second_factor" => return format!("Code à usage unique changé{by}."),
        "source" => return format!("Voie d’arrivée des preuves ouverte{by}."),
        "source-revoked" => return format!("Voie d’arrivée des preuves fermée{by}."),
        "setting" => return format!("Réglage changé{by}."),
        "token" => return format!("Accès de programme créé{by}."),
        "token_revoked" => return format!("Accès de programme retiré{by}."),
        "identity" => return format!("Compte rattaché à un fournisseur d’identité{by}."),
        "outside" => return format!("Connexion par un fournisseur d’identité permise ou retirée{by}."),
        "passkey" => return format!("Clé d’accès ajoutée ou retirée{by}."),
        "backup" => return format!("Sauvegarde faite{by}."),
        "mail_test" => return format!("Courriel d’essai envoyé{by}."),
        "erased" => return format!("Document effacé{by} : la durée de conservation était passée."),
        other => return format!("Décision « {other} »{by}."),
    };
    let why = if why.is_empty() { String::new() } else { format!(" Raison : {why}") };
    format!("Promesse {what}{by} : {promise}.{why}")
}

async fn one(State(app): State<App>, actor: Actor, page: Page, Path(id): Path<String>) -> Answer {
    actor.sees(&id)?;
    let today = app.today();
    let mut material = app.store(&actor.org, move |store| gather(store, &id, today)).await?;
    let (mut waiting, mut set_aside, mut out) = (Vec::new(), Vec::new(), Vec::new());
    let titles: HashMap<String, String> =
        material.followed.iter().map(|f| (f.promise.id.clone(), f.promise.title.clone())).collect();
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
    let history = history(&material.entries, &titles);
    let (ranks, own) = (&material.ranks, &material.contract.id);
    show(&OnePage {
        page,
        dated: material.contract.term.is_some(),
        dates: material.dates,
        reports: Month::last(material.contract.signed, today),
        above: ranks.get(own).cloned(),
        below: ranks.iter().filter(|r| r.1 == own).map(|r| r.0.clone()).collect(),
        fed: material.fed,
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
        may_read: actor.may(Needs::Read),
        may_rule: actor.may(Needs::Administer),
    })
}

/// The contract's file. Opening it is an entry of the ledger.
pub(crate) async fn document(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
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
pub(crate) fn download(name: &str, bytes: impl Into<Body>) -> Response {
    let disposition = format!("attachment; filename*=UTF-8''{}", encoded(name));
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static("application/octet-stream");
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], bytes.into()).into_response()
}
