//! The pages: a server-rendered application for people who never open a terminal.
//!
//! [`router`] builds everything from one table ([`routes::all`]). What touches the machine (clock, randomness, the
//! processes that read uploads) is handed in as a [`Host`]; the register is reached through [`App::store`].

pub mod actor;
pub mod api;
pub mod app;
pub mod assets;
pub mod brief;
mod ceremony;
mod door;
pub mod host;
pub mod jobs;
mod links;
pub mod messages;
pub mod overview;
pub mod page;
pub mod pages;
pub mod paper_html;
mod provider;
pub mod routes;
mod session;
pub mod trouble;
pub mod uploads;

pub use actor::{Actor, Needs, Role, Scope};
pub use app::{App, Settings};
pub use host::{Backup, Host, Relay};

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Answers on a listener until `stop` comes, then lets what is under way end.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}

/// The whole application.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for route in routes::all() {
        let guarded = (route.make)().route_layer(from_fn_with_state(route.needs, door::rights));
        router = router.route(route.path, guarded);
    }
    // The last layer is the outermost: headers on every answer, then the door, then who it is, then pages for errors.
    router
        .fallback(pages::errors::not_found)
        .layer(from_fn_with_state(app.clone(), trouble::dress))
        .layer(from_fn_with_state(app.clone(), door::who))
        .layer(from_fn_with_state(app.clone(), door::same_site))
        .layer(from_fn(door::headers))
        .with_state(app)
}
