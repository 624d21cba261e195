//! Style sheet, script and icon, held in the program; addresses carry the content's digest, so browsers keep them.

use crate::actor::Needs;
use crate::routes::Route;
use crate::trouble::Trouble;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::LazyLock;

/// The routes of this module.
pub const ROUTES: &[Route] = &[Route::get("/assets/{name}", Needs::Nothing, || get(asset))];

/// The style sheet: a reset that is kept well (modern-normalize), the report's colours, our own pages.
static STYLE: LazyLock<String> = LazyLock::new(|| {
    [include_str!("../assets/modern-normalize.css"), report::html::STYLE, include_str!("../assets/app.css")].concat()
});
const SCRIPT: &str = include_str!("../assets/app.js");
const KEYS: &str = include_str!("../assets/keys.js");
const ICON: &str = include_str!("../assets/icon.svg");

/// The addresses of the assets, with digests.
#[derive(Debug)]
pub struct Addresses {
    /// The style sheet.
    pub style: String,
    /// The script.
    pub script: String,
    /// The script of passkeys, for the two pages that use them.
    pub keys: String,
    /// The icon.
    pub icon: String,
}

/// Where pages find the assets.
pub static ADDRESSES: LazyLock<Addresses> = LazyLock::new(|| {
    let address =
        |name: &str, text: &str| format!("/assets/{name}?{}", &ledger::Digest::of(text.as_bytes()).to_string()[..12]);
    Addresses {
        style: address("app.css", &STYLE),
        script: address("app.js", SCRIPT),
        keys: address("keys.js", KEYS),
        icon: address("icon.svg", ICON),
    }
});

async fn asset(Path(name): Path<String>) -> Response {
    let (kind, text) = match name.as_str() {
        "app.css" => ("text/css; charset=utf-8", STYLE.as_str()),
        "app.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "keys.js" => ("text/javascript; charset=utf-8", KEYS),
        "icon.svg" => ("image/svg+xml", ICON),
        _ => return Trouble::NotFound.into_response(),
    };
    let keep = "public, max-age=31536000, immutable";
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)], text).into_response()
}
