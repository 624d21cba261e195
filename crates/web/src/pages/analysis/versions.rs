//! The versions of a contract and what changed from one to the next, verdict by verdict.

use super::{Loaded, Shown, Tab, load};
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Page, show};
use crate::routes::Route;
use askama::Template;
use axum::extract::{Path, State};
use axum::routing::get;
use check::compare::{Change, compare};
use contract::Verdict;
use store::ReviewLine;

/// The routes of this module.
pub const ROUTES: &[Route] = &[Route::get("/analyses/{id}/versions", Needs::Read, || get(versions))];

/// Most versions shown.
const VERSIONS: usize = 50;

/// A point that is not as it was.
struct Changed {
    id: String,
    title: String,
    tone: &'static str,
    change: &'static str,
    before: Verdict,
    after: Verdict,
}

#[derive(Template)]
#[template(path = "versions.html")]
struct Versions {
    page: Page,
    loaded: Loaded,
    chain: Vec<ReviewLine>,
    before: Option<String>,
    changed: Vec<Changed>,
    tab: Tab,
}

async fn versions(State(app): State<App>, actor: Actor, page: Page, Path(id): Path<u64>) -> Shown {
    let loaded = load(&app, &actor, id).await?;
    let chain = app.store(&actor.org, move |store| store.version_lines(id, VERSIONS)).await?;
    let (mut before, mut changed) = (None, Vec::new());
    // A former version that was removed, or could not be read, leaves nothing to compare with.
    if let Some(previous) = loaded.review.previous
        && let Ok(former) = load(&app, &actor, previous).await
    {
        changed = compare(&former.assessment, &loaded.assessment)
            .into_iter()
            .filter(|c| c.change != Change::Same)
            .map(|c| Changed {
                title: app.infos().title(&c.after.point).to_owned(),
                id: c.after.point.clone(),
                tone: match c.change {
                    Change::Better | Change::New => "good",
                    Change::Worse | Change::Gone => "bad",
                    _ => "plain",
                },
                change: c.change.label(),
                before: c.before.verdict,
                after: c.after.verdict,
            })
            .collect();
        before = Some(former.review.name);
    }
    Ok(show(&Versions { page, loaded, chain, before, changed, tab: Tab::Versions })?)
}
