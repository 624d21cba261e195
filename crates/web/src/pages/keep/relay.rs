//! How mail goes out, and a mail to oneself to see that it does.

use super::account::account_of;
use super::sign::minutes;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::host::Relay;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use store::Store;
use tokio::task::spawn_blocking;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/reglages/courrier", Needs::Administer, || get(form)),
    Route::post("/reglages/courrier/essai", Needs::Administer, || post(test)),
];

#[derive(Template)]
#[template(path = "keep/relay.html")]
struct Shown {
    page: Page,
    relay: Option<Relay>,
    /// Where a test goes: one's own address.
    own: Option<String>,
    /// Where a test went.
    sent: Option<String>,
    wrong: String,
}

async fn page_of(app: &App, actor: &Actor, page: Page) -> Result<Shown, Trouble> {
    let own = match actor.account {
        Some(id) => Some(app.store(&actor.org, move |s: &mut Store| s.account(id)).await?.email),
        None => None,
    };
    Ok(Shown { page, relay: app.host().relay(), own, sent: None, wrong: String::new() })
}

async fn form(State(app): State<App>, actor: Actor, page: Page) -> Answer {
    show(&page_of(&app, &actor, page).await?)
}

/// Sends a mail to whoever asks, never to anybody else; a few in a row, then they wait.
async fn test(State(app): State<App>, actor: Actor, page: Page) -> Answer {
    let id = account_of(&actor)?;
    let (by, now, subject) = (actor.name.clone(), app.host().now(), format!("courriel {}", actor.org));
    let counted = app.store(&actor.org, move |store| {
        let wait = store.attempt(&[(&subject, 0)], now)?;
        if wait == 0 {
            store.note_done("mail_test", &by, now)?;
        }
        Ok((store.account(id)?.email, wait))
    });
    let (own, wait) = counted.await?;
    let mut shown = page_of(&app, &actor, page).await?;
    if wait > 0 {
        shown.wrong = shown.page.f("settings.mail_wait", minutes(wait));
        return answer(StatusCode::TOO_MANY_REQUESTS, &shown);
    }
    let (machine, to) = (app.clone(), own.clone());
    let done = spawn_blocking(move || machine.host().send_test(&to)).await;
    match done.unwrap_or_else(|e| Err(e.to_string())) {
        Ok(()) => {
            shown.sent = Some(own);
            answer(StatusCode::OK, &shown)
        }
        Err(wrong) => {
            shown.wrong = wrong;
            answer(StatusCode::UNPROCESSABLE_ENTITY, &shown)
        }
    }
}

fn answer(status: StatusCode, shown: &Shown) -> Answer {
    let mut response = show(shown)?;
    *response.status_mut() = status;
    Ok(response)
}
