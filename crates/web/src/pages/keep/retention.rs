//! How long documents are kept, what is past that time, and its erasure, which asks for confirmation and is an entry of the ledger.

use super::words;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use crate::trouble::{Trouble, see};
use askama::Template;
use axum::extract::{Form, State};
use axum::routing::{get, post};
use store::{Due, Matter, Store};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/reglages/conservation", Needs::Administer, || get(form)),
    Route::post("/reglages/conservation", Needs::Administer, || post(change)),
    Route::post("/reglages/conservation/effacer", Needs::Administer, || post(erase)),
];

/// Most documents shown, and erased, at once.
const SHOWN: usize = 200;

/// A time that can be set.
struct Kind {
    name: &'static str,
    label: &'static str,
    help: &'static str,
    months: String,
}

/// Something to erase, as shown.
struct Row {
    mark: String,
    title: String,
    what: &'static str,
    since: String,
}

#[derive(Template)]
#[template(path = "keep/retention.html")]
struct Shown {
    page: Page,
    kinds: Vec<Kind>,
    rows: Vec<Row>,
    /// How many there are in all.
    total: usize,
}

fn labels(matter: Matter) -> [&'static str; 3] {
    match matter {
        Matter::Review => ["settings.reviews", "settings.reviews_help", "settings.review"],
        Matter::Proof => ["settings.proofs_kept", "settings.proofs_help", "settings.proof"],
        Matter::Contract => ["settings.contracts_kept", "settings.contracts_help", "settings.contract"],
    }
}

/// A document in a form: what it is, and its number or id.
fn mark(due: &Due) -> String {
    format!("{}:{}", due.matter.name(), due.id)
}

async fn form(State(app): State<App>, actor: Actor, page: Page) -> Answer {
    let today = app.today().date();
    let found = app.store(&actor.org, move |store| {
        let mut kinds = Vec::new();
        for matter in Matter::ALL {
            let [label, help, _] = labels(matter);
            let months = store.kept_for(matter)?.map(|m| m.to_string()).unwrap_or_default();
            kinds.push(Kind { name: matter.name(), label, help, months });
        }
        Ok((kinds, store.due_for_erasure(today)?))
    });
    let (kinds, due) = found.await?;
    let row = |due: &Due| Row {
        mark: mark(due),
        title: due.title.clone(),
        what: page.t(labels(due.matter)[2]),
        since: words::day(due.since),
    };
    let rows = due.iter().take(SHOWN).map(row).collect();
    show(&Shown { kinds, rows, total: due.len(), page })
}

/// Fields of a form that may come several times.
type Fields = Vec<(String, String)>;

async fn change(State(app): State<App>, actor: Actor, Form(fields): Form<Fields>) -> Answer {
    let mut times = Vec::new();
    for (name, value) in &fields {
        let Some(matter) = Matter::from_name(name) else { continue };
        let months = match value.trim() {
            "" => None,
            text => Some(text.parse().map_err(|_| Trouble::Refused("une durée est un nombre de mois".to_owned()))?),
        };
        times.push((matter, months));
    }
    let (by, now) = (actor.name.clone(), app.host().now());
    let done = app.store(&actor.org, move |store| {
        times.into_iter().try_for_each(|(matter, months)| store.keep_for(matter, months, &by, now))
    });
    done.await?;
    Ok(see("/reglages/conservation"))
}

async fn erase(State(app): State<App>, actor: Actor, page: Page, Form(fields): Form<Fields>) -> Answer {
    if !fields.iter().any(|f| f.0 == "confirme") {
        return Err(Trouble::Refused(page.t("settings.erase_unconfirmed").to_owned()));
    }
    let asked = fields.iter().filter(|f| f.0 == "quoi").take(SHOWN).filter_map(|(_, mark)| {
        let (matter, id) = mark.split_once(':')?;
        Some((Matter::from_name(matter)?, id.to_owned()))
    });
    let asked: Vec<(Matter, String)> = asked.collect();
    let (by, now, today) = (actor.name.clone(), app.host().now(), app.today().date());
    app.store(&actor.org, move |s: &mut Store| s.erase(&asked, today, &by, now)).await?;
    Ok(see("/reglages/conservation"))
}
