//! The versions of a contract and what changed from one to the next, verdict by verdict.

use super::{Loaded, Shown, Tab, load};
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Page, show};
use crate::pages::welcome::Row;
use crate::routes::Route;
use askama::Template;
use axum::extract::{Path, State};
use axum::routing::get;
use check::compare::{Change, compare};
use contract::Verdict;
use store::{Review, Store};

/// The routes of this module.
pub const ROUTES: &[Route] = &[Route::get("/analyses/{id}/versions", Needs::Read, || get(versions))];

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
    chain: Vec<Row>,
    before: Option<String>,
    changed: Vec<Changed>,
    tab: Tab,
}

async fn versions(State(app): State<App>, actor: Actor, page: Page, Path(id): Path<u64>) -> Shown {
    let loaded = load(&app, &actor, id).await?;
    let all = app.store(&actor.org, Store::reviews).await?;
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
    let chain = chain(&all, id).into_iter().map(Row::of).collect();
    Ok(show(&Versions { page, loaded, chain, before, changed, tab: Tab::Versions })?)
}

/// The versions that belong together, the newest first.
fn chain(all: &[Review], id: u64) -> Vec<Review> {
    let by_id = |id: u64| all.iter().find(|r| r.id == id);
    let mut first = id;
    // A version's number is greater than its predecessor's, so this ends.
    while let Some(before) = by_id(first).and_then(|r| r.previous).filter(|p| *p < first && by_id(*p).is_some()) {
        first = before;
    }
    let mut family = vec![first];
    for review in all.iter().rev() {
        if review.previous.is_some_and(|p| family.contains(&p)) {
            family.push(review.id);
        }
    }
    family.sort_unstable();
    family.iter().rev().filter_map(|id| by_id(*id).cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn review(id: u64, previous: Option<u64>) -> Review {
        let text = format!(
            r#"{{"id":{id},"batch":{id},"name":"v{id}","sha256":"{}","size":1,"received":"","by":"","progress":"done"}}"#,
            "0".repeat(64)
        );
        Review { previous, ..serde_json::from_str(&text).expect("a review") }
    }

    #[test]
    fn versions_are_found_from_any_of_them() {
        let all = [review(5, Some(3)), review(4, None), review(3, Some(1)), review(2, None), review(1, None)];
        for from in [1, 3, 5] {
            let ids: Vec<u64> = chain(&all, from).iter().map(|r| r.id).collect();
            assert_eq!(ids, [5, 3, 1], "from {from}");
        }
        assert_eq!(chain(&all, 4).len(), 1);
    }
}
