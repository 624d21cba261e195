//! What a person decides of promises: confirm, set aside, correct, waive. Each decision is an entry of the ledger.

use super::words;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use crate::trouble::{Trouble, see};
use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::routing::{get, post};
use follow::{Cadence, Promise, Waiver};
use jiff::civil::Date;
use serde::Deserialize;
use store::{Followed, Standing, Store};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::post("/contrats/{id}/decisions", Needs::Manage, || post(decide)),
    Route::get("/contrats/{id}/promesses", Needs::Manage, || get(one)),
    Route::post("/contrats/{id}/promesses/corriger", Needs::Manage, || post(correct)),
    Route::post("/contrats/{id}/promesses/dispenser", Needs::Manage, || post(waive)),
];

/// Frequencies offered, by the names of the command line.
const CADENCES: [(&str, &str); 9] = [
    ("jour", "chaque jour"),
    ("jour-ouvre", "chaque jour ouvré"),
    ("semaine", "chaque semaine"),
    ("mois", "chaque mois"),
    ("trimestre", "chaque trimestre"),
    ("semestre", "chaque semestre"),
    ("an", "chaque année"),
    ("evenement", "à chaque fois qu'il le faut"),
    ("permanent", "en permanence"),
];

#[derive(Template)]
#[template(path = "keep/promise.html")]
struct PromisePage {
    page: Page,
    contract: String,
    followed: Followed,
    cadences: [(&'static str, &'static str); 9],
    machines: String,
    today: Date,
}

/// The promise, if it is of this contract: an address can't reach into another one.
pub(crate) fn of(store: &mut Store, contract: &str, id: &str) -> store::Result<Followed> {
    let found = store.promise(id)?;
    if found.contract == contract && found.promise.id == id {
        return Ok(found);
    }
    Err(store::Error::Absent("cette promesse n'est pas de ce contrat".to_owned()))
}

/// Fields of a form that may come several times.
pub(crate) type Fields = Vec<(String, String)>;

fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|f| f.0 == name).map_or("", |f| f.1.trim())
}

async fn decide(State(app): State<App>, actor: Actor, Path(id): Path<String>, Form(fields): Form<Fields>) -> Answer {
    let standing = match field(&fields, "decision") {
        "confirmer" => Standing::Confirmed,
        "ecarter" => Standing::Rejected,
        _ => return Err(Trouble::Refused("dites s'il faut suivre ou écarter ces promesses".to_owned())),
    };
    let ids: Vec<String> = fields.iter().filter(|f| f.0 == "p").map(|f| f.1.clone()).collect();
    if ids.is_empty() {
        return Err(Trouble::Refused("choisissez au moins une promesse".to_owned()));
    }
    let (why, by, now) = (field(&fields, "raison").to_owned(), actor.name.clone(), app.host().now());
    let back = format!("/contrats/{id}");
    let done = app.store(&actor.org, move |store| {
        for one in &ids {
            of(store, &id, one)?;
        }
        store.decide(&ids, standing, &by, &why, now)?;
        store.sign().map(|_| ())
    });
    done.await?;
    Ok(see(&back))
}

#[derive(Deserialize)]
struct Which {
    p: String,
}

async fn one(
    State(app): State<App>,
    actor: Actor,
    page: Page,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Answer {
    let contract = id.clone();
    let followed = app.store(&actor.org, move |store| of(store, &id, &which.p)).await?;
    let machines = followed.promise.machines.join(", ");
    show(&PromisePage { page, contract, followed, cadences: CADENCES, machines, today: app.today().date() })
}

/// Applies what the form says; empty fields leave a promise as it is.
fn apply(promise: &mut Promise, fields: &Fields) -> Result<(), Trouble> {
    let wrong = |text: &str| Trouble::Refused(text.to_owned());
    let title = field(fields, "titre");
    if !title.is_empty() {
        promise.title = title.chars().take(200).collect();
    }
    let cadence = field(fields, "frequence");
    if !cadence.is_empty() {
        promise.cadence = Cadence::from_name(cadence).ok_or_else(|| wrong("fréquence inconnue"))?;
    }
    let from = field(fields, "depuis");
    if !from.is_empty() {
        promise.from = from.parse().map_err(|_| wrong("la date de début n'est pas une date"))?;
    }
    if fields.iter().any(|f| f.0 == "machines") {
        let machines = field(fields, "machines").split([',', ';', '\n']).map(str::trim).filter(|m| !m.is_empty());
        promise.machines = machines.take(200).map(|m| m.chars().take(100).collect()).collect();
    }
    let figure = field(fields, "chiffre").replace(',', ".");
    if let (Some(yardstick), false) = (&mut promise.yardstick, figure.is_empty()) {
        let value: f64 = figure.parse().map_err(|_| wrong("le chiffre n'est pas un nombre"))?;
        if !value.is_finite() || value < 0.0 {
            return Err(wrong("le chiffre n'est pas un nombre positif"));
        }
        yardstick.value = value;
    }
    Ok(())
}

async fn correct(State(app): State<App>, actor: Actor, Path(id): Path<String>, Form(fields): Form<Fields>) -> Answer {
    let back = format!("/contrats/{id}");
    corrected(&app, &actor, id, fields).await?;
    Ok(see(&back))
}

/// Corrects a promise and follows it.
///
/// # Errors
/// When the promise is not of this contract, or what is given can't be taken.
pub(crate) async fn corrected(app: &App, actor: &Actor, id: String, fields: Fields) -> Result<(), Trouble> {
    let (by, now) = (actor.name.clone(), app.host().now());
    let done = app.store(&actor.org, move |store| {
        let before = of(store, &id, field(&fields, "p"))?;
        let change = |promise: &mut Promise| match apply(promise, &fields) {
            Err(Trouble::Refused(text)) => Err(store::Error::Refused(text)),
            _ => Ok(()),
        };
        let mut promise = before.promise.clone();
        change(&mut promise)?;
        if promise != before.promise {
            store.correct("corrected", &promise.id, change, (&by, field(&fields, "raison")), now)?;
        }
        if before.standing != Standing::Confirmed {
            store.decide(&[promise.id], Standing::Confirmed, &by, field(&fields, "raison"), now)?;
        }
        store.sign().map(|_| ())
    });
    done.await
}

fn added(promise: &mut Promise, waiver: Waiver) -> store::Result<()> {
    promise.waivers.push(waiver);
    Ok(())
}

async fn waive(State(app): State<App>, actor: Actor, Path(id): Path<String>, Form(fields): Form<Fields>) -> Answer {
    let back = format!("/contrats/{id}");
    waived(&app, &actor, id, fields).await?;
    Ok(see(&back))
}

/// Lets a promise go for a time, and says why.
///
/// # Errors
/// When the promise is not of this contract, or there is no reason or no sound period.
pub(crate) async fn waived(app: &App, actor: &Actor, id: String, fields: Fields) -> Result<(), Trouble> {
    let wrong = |text: &str| Trouble::Refused(text.to_owned());
    let why = field(&fields, "raison").to_owned();
    if why.is_empty() {
        return Err(wrong("une dispense demande une raison"));
    }
    let from: Date = field(&fields, "du").parse().map_err(|_| wrong("le début de la dispense n'est pas une date"))?;
    let until = match field(&fields, "au") {
        "" => None,
        text => Some(text.parse::<Date>().map_err(|_| wrong("la fin de la dispense n'est pas une date"))?),
    };
    if until.is_some_and(|u| u < from) {
        return Err(wrong("la dispense finit avant de commencer"));
    }
    let (by, now) = (actor.name.clone(), app.host().now());
    let done = app.store(&actor.org, move |store| {
        let promise = of(store, &id, field(&fields, "p"))?.promise;
        let waiver = Waiver { from, until, by: by.clone(), why: why.clone() };
        store.correct("waived", &promise.id, |p| added(p, waiver), (&by, &why), now)?;
        store.sign().map(|_| ())
    });
    done.await
}
