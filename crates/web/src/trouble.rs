//! What can go wrong in a request, and the page that tells it: what happened, what to do.

use crate::app::App;
use crate::page::{self, Page};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Why a request has no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Trouble {
    /// There is nothing here.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in.
    #[error("sign in first")]
    SignIn,
    /// The role may not do this.
    #[error("not allowed")]
    Forbidden,
    /// What was asked can't be done: a sentence for the user, in French.
    #[error("{0}")]
    Refused(String),
    /// More bytes than an upload may have.
    #[error("too large")]
    TooLarge,
    /// Our own fault; the detail goes to the log, never to the page.
    #[error("{0}")]
    Broken(String),
}

impl Trouble {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<store::Error> for Trouble {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Absent(_) => Self::NotFound,
            store::Error::Refused(text) => Self::Refused(text),
            other => Self::Broken(other.to_string()),
        }
    }
}

impl IntoResponse for Trouble {
    /// Carries the trouble to [`dress`], which knows the reader's language.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives every failed answer a page in the reader's language; answers of the API keep their own form.
pub async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let page = Page::of(request.headers(), request.extensions(), &path);
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let told = response.extensions().get::<Trouble>().cloned();
    if path.starts_with("/api/") {
        if let Some(Trouble::Broken(detail)) = &told {
            app.host().log(detail);
        }
        return crate::api::problem::dress(response);
    }
    if told.is_none() && response.headers().get(header::CONTENT_TYPE).is_some_and(is_html) {
        return response;
    }
    if let Some(Trouble::Broken(detail)) = &told {
        app.host().log(detail);
    }
    let detail = match &told {
        Some(Trouble::Refused(text)) => Some(text.as_str()),
        _ => None,
    };
    let html = crate::pages::errors::render(&page, status, detail);
    let mut dressed = (status, page::html(html)).into_response();
    for (name, value) in response.headers() {
        if matches!(*name, header::ALLOW | header::RETRY_AFTER | header::SET_COOKIE) {
            dressed.headers_mut().append(name, value.clone());
        }
    }
    dressed
}

fn is_html(value: &HeaderValue) -> bool {
    value.as_bytes().starts_with(b"text/html")
}

/// An empty answer that sends the reader elsewhere after a form was taken.
pub fn see(place: &str) -> Response {
    let location = HeaderValue::from_str(place).unwrap_or(HeaderValue::from_static("/"));
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(header::LOCATION, location);
    response
}
