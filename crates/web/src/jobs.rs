//! Reading and judging what was brought: rows of the register are the queue, a few threads work it off.

use crate::app::App;
use crate::brief::Brief;
use check::Request;
use std::panic::{AssertUnwindSafe, catch_unwind};
use store::{Outcome, Progress, Review, Store};
use tokio::task::spawn_blocking;

/// Contracts read at once, over all organisations.
pub const AT_ONCE: usize = 2;

/// Takes up what an earlier run of the program left.
///
/// # Errors
/// What the register says.
pub async fn resume(app: &App) -> Result<(), String> {
    let place = app.settings().place.clone();
    let orgs = spawn_blocking(move || Store::organisations(&place)).await.map_err(|e| e.to_string())?;
    for org in orgs.map_err(|e| e.to_string())? {
        app.store(&org, Store::resume_reviews).await.map_err(|e| e.to_string())?;
        wake(app, &org);
    }
    Ok(())
}

/// Sees to it that somebody works on the queue of an organisation. Cheap, and no harm when nothing waits.
pub fn wake(app: &App, org: &str) {
    while let Ok(room) = app.readers().try_acquire_owned() {
        let (app, org) = (app.clone(), org.to_owned());
        spawn_blocking(move || {
            while next(&app, &org) {}
            drop(room);
        });
    }
}

/// Reads and judges the oldest that waits. Whether there was one.
fn next(app: &App, org: &str) -> bool {
    let Ok(Some(review)) = app.store_now(org, Store::take_review) else { return false };
    let id = review.id;
    // A fault of ours is one failed document, never a queue that stands still.
    let outcome = catch_unwind(AssertUnwindSafe(|| judge(app, org, &review))).unwrap_or_else(|_| {
        Err("l'analyse s'est interrompue : ce document a révélé un défaut de Clausule, signalez-le".to_owned())
    });
    if let Err(trouble) = app.store_now(org, move |store| store.finish_review(id, outcome)) {
        app.host().log(&trouble.to_string());
    }
    true
}

fn judge(app: &App, org: &str, review: &Review) -> Result<Outcome, String> {
    // A document that was read before is judged again as it was read.
    let known = app.store_now(org, |store| store.review_result(review.id)).ok().map(|(document, _)| document);
    let document = match known {
        Some(document) => document,
        None => {
            let bytes = app.store_now(org, |store| store.review_bytes(review.id)).map_err(|e| e.to_string())?;
            app.host().read(&review.name, bytes)?
        }
    };
    let request = Request { profile: review.profile, facts: review.facts.clone() };
    let assessment = app.engine().assess(&document, &request);
    let summary = serde_json::to_value(Brief::of(app.infos(), &document, &assessment)).unwrap_or_default();
    Ok(Outcome { document, assessment, summary })
}

/// Whether a review needs nothing any more.
pub fn settled(review: &Review) -> bool {
    matches!(review.progress, Progress::Done | Progress::Failed)
}
