//! Reading and judging what was brought: rows of the register are the queue, a few threads work it off.

use crate::app::App;
use crate::brief;
use crate::trouble::Trouble;
use check::Request;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use store::{Outcome, Progress, Review, ReviewLine, Store};
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
        let (own, of) = (app.clone(), org.clone());
        let completed = spawn_blocking(move || complete(&own, &of)).await.map_err(|e| e.to_string())?;
        completed.map_err(|e| e.to_string())?;
        wake(app, &org);
        let (app, org) = (app.clone(), org);
        // The first list over thousands takes seconds: it is made before anybody asks for it.
        tokio::spawn(async move {
            if let Err(trouble) = app.overview(&org).await {
                app.host().log(&trouble.to_string());
            }
        });
    }
    Ok(())
}

/// Reviews completed at once.
const COMPLETED: usize = 200;

/// Gives reviews filed by an earlier version of the program what lists show of them.
fn complete(app: &App, org: &str) -> Result<(), Trouble> {
    loop {
        let left = app.store_now(org, |store| store.incomplete_lines(COMPLETED))?;
        if left.is_empty() {
            return Ok(());
        }
        for review in left {
            let mut figures = brief::former(&review.summary).filter(|_| review.progress == Progress::Done);
            if figures.is_none() && review.progress == Progress::Done {
                let judged = app.store_now(org, |store| store.review_result(review.id)).ok();
                figures = judged.map(|(document, assessment)| brief::figures(app.infos(), &document, &assessment));
            }
            app.store_now(org, |store| store.complete_line(review.id, figures.as_ref()))?;
        }
    }
}

/// Organisations that may have contracts waiting, served in turn, one contract each.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: VecDeque<String>,
    working: usize,
}

/// Sees to it that somebody works on the queue of an organisation. Cheap, and no harm when nothing waits.
pub fn wake(app: &App, org: &str) {
    let mut queue = app.queue();
    if !queue.waiting.iter().any(|o| o == org) {
        queue.waiting.push_back(org.to_owned());
    }
    if queue.working < AT_ONCE {
        queue.working += 1;
        let app = app.clone();
        spawn_blocking(move || work(&app));
    }
}

/// Works until no organisation waits. Under one lock with [`wake`], so that nobody leaves while somebody comes.
fn work(app: &App) {
    loop {
        let mut queue = app.queue();
        let Some(org) = queue.waiting.pop_front() else {
            queue.working -= 1;
            return;
        };
        drop(queue);
        if next(app, &org) {
            wake(app, &org);
        }
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
    let read = outcome.is_ok();
    // Whoever waits sees the verdicts first; then its clauses can be searched.
    let kept = app.store_now(org, move |store| store.finish_review(id, outcome));
    let kept = kept.and_then(|()| if read { app.store_now(org, |store| store.index_review(id)) } else { Ok(()) });
    if let Err(trouble) = kept {
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
    let figures = brief::figures(app.infos(), &document, &assessment);
    Ok(Outcome { document, assessment, figures })
}

/// Whether a review needs nothing any more.
pub fn settled(review: &ReviewLine) -> bool {
    matches!(review.progress, Progress::Done | Progress::Failed)
}
