//! A contract as its provider sees it: what goes too far, each with a counter-proposal, and what is rightly asked.

use super::files::{attachment, today};
use super::{Loaded, Shown, Tab, load};
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Page, show};
use crate::pages::papers::DOCX;
use crate::routes::Route;
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::{Path, State};
use axum::routing::get;
use check::Request;
use draft::mend::{Fixed, Selection, Task, fix_demands};
use draft::redline::Signature;
use draft::{Answers, Demands};
use report::Assessed;
use report::html::parts;
use std::sync::LazyLock;
use tokio::task::spawn_blocking;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/analyses/{id}/prestataire", Needs::Read, || get(view)),
    Route::get("/analyses/{id}/prestataire/contrat", Needs::Read, || get(redlined)),
];

/// The demands, compiled once.
static DEMANDS: LazyLock<Demands> = LazyLock::new(Demands::embedded);

#[derive(Template)]
#[template(path = "provider_view.html")]
struct View {
    page: Page,
    loaded: Loaded,
    body: String,
    excessive: usize,
    tab: Tab,
}

async fn view(State(app): State<App>, actor: Actor, page: Page, Path(id): Path<u64>) -> Shown {
    let loaded = load(&app, &actor, id).await?;
    let own = app.clone();
    let work = move || {
        let mut assessment = loaded.assessment.clone();
        let found = DEMANDS.view(&loaded.document, &assessment, &Answers::default());
        let excessive = found.demands.len();
        assessment.provider_view = Some(found);
        let assessed = Assessed { file: &loaded.review.name, document: &loaded.document, assessment: &assessment };
        let body = parts::provider(own.infos(), &assessed, &format!("/analyses/{id}/lecture"));
        (loaded, body, excessive)
    };
    let (loaded, body, excessive) = spawn_blocking(work).await.map_err(|e| Trouble::Broken(e.to_string()))?;
    Ok(show(&View { page, loaded, body, excessive, tab: Tab::Provider })?)
}

/// The Word file with the counter-proposals as tracked changes.
async fn redlined(State(app): State<App>, actor: Actor, Path(id): Path<u64>) -> Shown {
    let loaded = load(&app, &actor, id).await?;
    if !loaded.is_word() {
        return Err(Trouble::NotFound.into());
    }
    let bytes = app.store(&actor.org, move |store| store.review_bytes(id)).await?;
    let day = today(&app);
    let signature = Signature {
        author: "Clausule".to_owned(),
        date: format!("{:04}-{:02}-{:02}T00:00:00Z", day.year, day.month, day.day),
    };
    let request = Request { profile: Some(loaded.assessment.profile), facts: loaded.assessment.facts.clone() };
    let work = move || -> Result<Fixed, String> {
        let opened = app.host().open_word(&bytes)?;
        let answers = Answers::default();
        let (selection, comments) = (Selection::default(), opened.comments.as_str());
        let task = Task { engine: app.engine(), request, selection, answers: &answers, comments };
        let (document, map) = (&opened.document, &opened.map);
        fix_demands(&task, &DEMANDS, document, map, &mut |plan| app.host().redline(&bytes, plan, &signature))
    };
    let fixed = spawn_blocking(work).await.map_err(|e| Trouble::Broken(e.to_string()))?;
    let fixed = fixed.map_err(Trouble::Refused)?;
    let nothing =
        || Trouble::Refused("aucune demande de ce contrat ne va trop loin : il n'y a rien à changer".to_owned());
    let bytes = fixed.bytes.ok_or_else(nothing)?;
    Ok(attachment(&format!("{} - contre-propositions.docx", loaded.stem()), DOCX, bytes))
}
