//! Backups: the last ones, one more now, how to take one back.

use super::words;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::host::Backup;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use crate::trouble::{Trouble, see};
use askama::Template;
use axum::extract::State;
use axum::routing::{get, post};
use store::Store;
use tokio::task::spawn_blocking;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/reglages/sauvegarde", Needs::Administer, || get(list)),
    Route::post("/reglages/sauvegarde", Needs::Administer, || post(make)),
];

/// Days after which a backup is an old one.
const OLD: i64 = 7;

#[derive(Template)]
#[template(path = "keep/backup.html")]
struct Shown {
    page: Page,
    /// Where they are kept.
    folder: String,
    /// Name, day, size; the newest first.
    backups: Vec<(String, String, String)>,
    /// Whether one should be made.
    late: bool,
}

async fn list(State(app): State<App>, actor: Actor, page: Page) -> Answer {
    let (machine, org, now) = (app.clone(), actor.org, app.host().now());
    let found = spawn_blocking(move || machine.host().backups(&org)).await;
    let (folder, all) = found.unwrap_or_else(|e| Err(e.to_string())).map_err(Trouble::Broken)?;
    let late = all.first().is_none_or(|b| now.duration_since(b.made).as_hours() >= OLD * 24);
    let row = |b: Backup| (b.name, words::instant(&b.made.to_string()), words::size(b.size));
    show(&Shown { page, folder, backups: all.into_iter().map(row).collect(), late })
}

/// Makes one and reads it back; both are done or it is none.
async fn make(State(app): State<App>, actor: Actor) -> Answer {
    let (machine, org) = (app.clone(), actor.org.clone());
    let made = spawn_blocking(move || machine.host().back_up(&org)).await;
    made.unwrap_or_else(|e| Err(e.to_string())).map_err(Trouble::Refused)?;
    let (by, now) = (actor.name, app.host().now());
    app.store(&actor.org, move |s: &mut Store| s.note_done("backup", &by, now)).await?;
    Ok(see("/reglages/sauvegarde"))
}
