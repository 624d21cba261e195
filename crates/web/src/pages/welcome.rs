//! The first page: what this is for, and a place to drop a contract; then the wait while it is read.

use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::jobs::{self, settled};
use crate::links::inside;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use crate::trouble::{Trouble, see};
use crate::uploads::{self, LARGEST, Upload};
use askama::Template;
use axum::Form;
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::http::{HeaderValue, header};
use axum::routing::{get, post};
use contract::Profile;
use serde::Deserialize;
use store::{NewReview, Progress, ReviewLine};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/", Needs::Read, || get(home)),
    Route::post("/lectures", Needs::Contribute, || post(bring).layer(DefaultBodyLimit::max(LARGEST))),
    Route::get("/lectures/{batch}", Needs::Read, || get(wait)),
    Route::post("/exemple", Needs::Contribute, || post(sample)),
    Route::post("/langue", Needs::Nothing, || post(language)),
];

/// A contract to try the product with: written for Clausule, no real one.
const SAMPLE: &[u8] = include_bytes!("../../../../samples/hebergement-cabinet-medical.docx");
const SAMPLE_NAME: &str = "exemple-hebergement-cabinet-medical.docx";
/// Reviews shown on the first page.
const RECENT: usize = 4;

#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome {
    page: Page,
    recent: Vec<ReviewLine>,
    profiles: [Profile; 12],
}

async fn home(State(app): State<App>, actor: Actor, page: Page) -> Answer {
    let recent = app.store(&actor.org, |store| store.newest_lines(RECENT)).await?;
    show(&Welcome { page, recent, profiles: Profile::ALL })
}

async fn bring(State(app): State<App>, actor: Actor, form: Multipart) -> Answer {
    let upload = uploads::read(&app, form).await?;
    let batch = file(&app, &actor, upload).await?;
    Ok(see(&format!("/lectures/{batch}")))
}

async fn sample(State(app): State<App>, actor: Actor) -> Answer {
    let files = vec![(SAMPLE_NAME.to_owned(), SAMPLE.to_vec())];
    let batch = file(&app, &actor, Upload { files, fields: Vec::new() }).await?;
    Ok(see(&format!("/lectures/{batch}")))
}

/// Files what was brought and has it read. Gives the number of the batch.
pub(crate) async fn file(app: &App, actor: &Actor, upload: Upload) -> Result<u64, Trouble> {
    let profile = upload.field("profil").and_then(Profile::from_name);
    let previous = upload.field("precedente").and_then(|p| p.parse().ok());
    if upload.files.is_empty() {
        return Err(Trouble::Refused(
            "aucun fichier n'a été choisi : revenez en arrière et choisissez un contrat".into(),
        ));
    }
    let (by, now) = (actor.name.clone(), app.host().now());
    let batch = app.store(&actor.org, move |store| {
        let new = |(name, bytes)| (NewReview { name, profile, previous }, bytes);
        let added = store.add_reviews(upload.files.into_iter().map(new).collect(), &by, now)?;
        Ok(added.first().map(|a| a.batch).unwrap_or_default())
    });
    let batch = batch.await?;
    jobs::wake(app, &actor.org);
    Ok(batch)
}

#[derive(Template)]
#[template(path = "reading.html")]
struct Reading {
    page: Page,
    rows: Vec<ReviewLine>,
    done: usize,
    settled: bool,
}

async fn wait(State(app): State<App>, actor: Actor, page: Page, Path(batch): Path<u64>) -> Answer {
    let rows = app.store(&actor.org, move |store| store.batch_lines(batch, uploads::FILES)).await?;
    match rows.as_slice() {
        [] => return Err(Trouble::NotFound),
        [one] if one.progress == Progress::Done => return Ok(see(&format!("/analyses/{}", one.id))),
        _ => {}
    }
    let done = rows.iter().filter(|r| settled(r)).count();
    let settled = done == rows.len();
    if !settled {
        jobs::wake(&app, &actor.org);
    }
    show(&Reading { page, rows, done, settled })
}

#[derive(Deserialize)]
struct Choice {
    langue: String,
    retour: String,
}

/// Keeps the language asked for in a cookie and goes back.
async fn language(Form(choice): Form<Choice>) -> Answer {
    let tag = crate::messages::Lang::of(&choice.langue).unwrap_or_default().tag();
    let mut response = see(&inside(Some(choice.retour)));
    let cookie = format!("langue={tag}; Path=/; Max-Age=31536000; SameSite=Strict; HttpOnly");
    let value = HeaderValue::from_str(&cookie).map_err(|e| Trouble::Broken(e.to_string()))?;
    response.headers_mut().insert(header::SET_COOKIE, value);
    Ok(response)
}
