//! Pages for what went wrong.

use crate::page::Page;
use crate::trouble::Trouble;
use askama::Template;
use axum::http::StatusCode;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    page: &'a Page,
    code: u16,
    title: &'static str,
    what: &'a str,
}

/// Whatever no route answers.
pub async fn not_found() -> Trouble {
    Trouble::NotFound
}

/// The page for a status; `detail` is a sentence for the user where there is one.
pub fn render(page: &Page, status: StatusCode, detail: Option<&str>) -> String {
    let (title, what) = match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            (page.t("error.not_found"), page.t("error.not_found_what"))
        }
        StatusCode::UNAUTHORIZED => (page.t("error.sign_in"), page.t("error.sign_in_what")),
        StatusCode::FORBIDDEN => (page.t("error.forbidden"), page.t("error.forbidden_what")),
        StatusCode::PAYLOAD_TOO_LARGE => (page.t("error.too_large"), page.t("error.too_large_what")),
        status if status.is_client_error() => (page.t("error.refused"), page.t("error.refused_what")),
        _ => (page.t("error.broken"), page.t("error.broken_what")),
    };
    let shown = ErrorPage { page, code: status.as_u16(), title, what: detail.unwrap_or(what) };
    // A template over plain fields does not fail; were it to, the title alone still tells.
    shown.render().unwrap_or_else(|_| title.to_owned())
}
