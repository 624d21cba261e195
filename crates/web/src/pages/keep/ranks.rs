//! Providers and those they buy from: which contract serves which, and the promises that are lost on the way down.

use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Answer, Page, show};
use crate::pages::compare::told;
use crate::routes::Route;
use crate::trouble::see;
use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::routing::{get, post};
use check::cascade::{Cover, Link, cascade};
use contract::Assessment;
use ledger::Digest;
use serde::Deserialize;
use std::collections::HashMap;
use store::{Contract, Progress, Store};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/prestataires/cascade", Needs::Read, || get(one)),
    Route::post("/contrats/{id}/rang", Needs::Manage, || post(rank)),
];

/// A promise on its way down.
struct Step {
    point: String,
    title: String,
    tone: &'static str,
    cover: &'static str,
    above: String,
    below: String,
}

#[derive(Template)]
#[template(path = "keep/cascade.html")]
struct Cascade {
    page: Page,
    above: Contract,
    below: Contract,
    /// The review of the contract below, whose mending is the next step.
    review: Option<u64>,
    lost: Vec<Step>,
    kept: Vec<Step>,
    /// Which of the two was never read here.
    unread: Vec<String>,
}

/// What was judged of followed contracts: the newest review of the same file.
pub(crate) struct Judged(HashMap<Digest, u64>);

impl Judged {
    /// Looks through the reviews.
    pub(crate) fn new(store: &mut Store) -> store::Result<Self> {
        let reviews = store.reviews()?.into_iter().rev().filter(|r| r.progress == Progress::Done);
        // The newest come first, so that the last entry of a file is its newest.
        Ok(Self(reviews.map(|r| (r.sha256, r.id)).collect()))
    }

    /// The newest review of a contract, and what it found; `None` where it was never read here.
    pub(crate) fn of(&self, store: &mut Store, contract: &Contract) -> store::Result<Option<(u64, Assessment)>> {
        let Some(id) = self.0.get(&contract.sha256) else { return Ok(None) };
        Ok(Some((*id, store.review_result(*id)?.1)))
    }

    /// How many promises of the contract above are not kept by the one below; `None` where one was never read here.
    pub(crate) fn lost(&self, store: &mut Store, above: &Contract, below: &Contract) -> store::Result<Option<usize>> {
        let (Some((_, above)), Some((_, below))) = (self.of(store, above)?, self.of(store, below)?) else {
            return Ok(None);
        };
        Ok(Some(cascade(&above, &below).iter().filter(|l| l.cover != Cover::Covered).count()))
    }
}

#[derive(Deserialize)]
struct Pair {
    dessus: String,
    dessous: String,
}

async fn one(State(app): State<App>, actor: Actor, page: Page, Query(pair): Query<Pair>) -> Answer {
    let found = app.store(&actor.org, move |store| {
        let (above, below) = (store.contract(&pair.dessus)?, store.contract(&pair.dessous)?);
        let all = Judged::new(store)?;
        let judged = (all.of(store, &above)?, all.of(store, &below)?);
        Ok((above, below, judged))
    });
    let (above, below, judged) = found.await?;
    let unread = [(&above, judged.0.is_none()), (&below, judged.1.is_none())];
    let unread = unread.into_iter().filter(|u| u.1).map(|u| u.0.file.clone()).collect();
    let review = judged.1.as_ref().map(|j| j.0);
    let (mut lost, mut kept) = (Vec::new(), Vec::new());
    if let (Some((_, first)), Some((_, second))) = &judged {
        let mut links = cascade(first, second);
        links.sort_by_key(|l| (weight(l.cover), std::cmp::Reverse(l.above.severity)));
        for link in &links {
            let list = if link.cover == Cover::Covered { &mut kept } else { &mut lost };
            list.push(step(&app, link));
        }
    }
    show(&Cascade { page, above, below, review, lost, kept, unread })
}

/// The worst first.
fn weight(cover: Cover) -> u8 {
    match cover {
        Cover::Contrary => 0,
        Cover::Absent => 1,
        Cover::Figure => 2,
        Cover::Weaker => 3,
        Cover::Covered => 4,
    }
}

fn step(app: &App, link: &Link) -> Step {
    Step {
        point: link.above.point.clone(),
        title: app.infos().title(&link.above.point).to_owned(),
        tone: match link.cover {
            Cover::Contrary | Cover::Absent => "tone-bad",
            Cover::Figure | Cover::Weaker => "tone-fair",
            Cover::Covered => "tone-good",
        },
        cover: link.cover.label(),
        above: told(&link.figures_above),
        below: told(&link.figures_below),
    }
}

#[derive(Deserialize)]
struct Rank {
    dessus: String,
}

async fn rank(State(app): State<App>, actor: Actor, Path(id): Path<String>, Form(rank): Form<Rank>) -> Answer {
    let above = Some(rank.dessus.trim().to_owned()).filter(|a| !a.is_empty());
    let (by, now, own) = (actor.name.clone(), app.host().now(), id.clone());
    let back = match &above {
        Some(above) => {
            let (above, below) = (crate::links::encoded(above), crate::links::encoded(&id));
            format!("/prestataires/cascade?dessus={above}&dessous={below}")
        }
        None => format!("/contrats/{id}"),
    };
    let done = app.store(&actor.org, move |store| {
        store.set_rank(&own, above.as_deref(), &by, now)?;
        store.sign().map(|_| ())
    });
    done.await?;
    Ok(see(&back))
}
