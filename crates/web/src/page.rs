//! What every page needs: the reader's language and words, who acts, where we are.

use crate::actor::Actor;
use crate::assets::{ADDRESSES, Addresses};
use crate::messages::{self, Lang};
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use std::convert::Infallible;
use std::fmt::Display;

/// The frame of a page.
#[derive(Debug, Clone)]
pub struct Page {
    /// The reader's language.
    pub lang: Lang,
    /// Who acts, where somebody does.
    pub actor: Option<Actor>,
    /// The path asked for.
    pub path: String,
}

/// What helps where: how a path begins, how it goes on, the paragraph. The first that fits is shown.
const HELP: [(&str, &str, &str); 24] = [
    ("/analyses/comparer", "", "help.compare"),
    ("/analyses/", "/lecture", ""),
    ("/analyses/", "/corriger", "help.mend"),
    ("/analyses/", "/versions", "help.versions"),
    ("/analyses/", "/prestataire", "help.provider"),
    ("/analyses/", "/suivre", "help.follow"),
    ("/analyses/", "", "help.analysis"),
    ("/analyses", "", "help.grid"),
    ("/contrats/", "", "help.contract"),
    ("/contrats", "", "help.contracts"),
    ("/preuves", "", "help.proofs"),
    ("/alertes", "", "help.alerts"),
    ("/rapports", "", "help.reports"),
    ("/prestataires", "", "help.providers"),
    ("/registre", "", "help.ledger"),
    ("/reglages/sources", "", "help.ways"),
    ("/reglages", "", "help.settings"),
    ("/recherche", "", "help.search"),
    ("/guide", "", "help.guide"),
    ("/documents", "", "help.papers"),
    ("/connexion", "", ""),
    ("/compte", "", ""),
    ("/invitation", "", ""),
    ("/lectures", "", ""),
];

/// Answers of handlers.
pub type Answer = Result<Response, Trouble>;

impl Page {
    /// The frame for a request.
    pub fn of(headers: &HeaderMap, extensions: &Extensions, path: &str) -> Self {
        let chosen = cookie(headers, "langue").and_then(Lang::of);
        let accepted = || headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).map(Lang::accepted);
        let lang = chosen.or_else(accepted).unwrap_or_default();
        Self { lang, actor: extensions.get::<Actor>().cloned(), path: path.to_owned() }
    }

    /// The words for a key.
    pub fn t(&self, key: &'static str) -> &'static str {
        messages::text(self.lang, key)
    }

    /// The words for a key with its one blank filled.
    pub fn f(&self, key: &'static str, value: impl Display) -> String {
        messages::fill(self.lang, key, &[&value])
    }

    /// The words for a key with its two blanks filled.
    pub fn f2(&self, key: &'static str, first: impl Display, second: impl Display) -> String {
        messages::fill(self.lang, key, &[&first, &second])
    }

    /// "1 contrat", "3 contrats", with two keys. French counts zero as one.
    pub fn n(&self, one: &'static str, many: &'static str, count: usize) -> String {
        let single = count == 1 || (count == 0 && self.lang == Lang::Fr);
        messages::fill(self.lang, if single { one } else { many }, &[&count])
    }

    /// Where the assets are.
    pub fn assets(&self) -> &'static Addresses {
        &ADDRESSES
    }

    /// What helps on this page, where something does.
    pub fn help(&self) -> Option<&'static str> {
        if self.path == "/" {
            return Some(self.t("help.home"));
        }
        let fits =
            |(begins, on, _): &&(&str, &str, &'static str)| self.path.starts_with(begins) && self.path.contains(on);
        HELP.iter().find(fits).filter(|h| !h.2.is_empty()).map(|h| self.t(h.2))
    }

    /// Whether one of the parts that the menu keeps folded is open.
    pub fn deeper(&self) -> bool {
        let folded = ["/rapports", "/prestataires", "/recherche", "/registre", "/documents", "/guide", "/reglages"];
        folded.iter().any(|part| self.here(part))
    }

    /// Marks the part of the navigation we are in.
    pub fn here(&self, prefix: &str) -> bool {
        self.path == prefix || (prefix != "/" && self.path.strip_prefix(prefix).is_some_and(|r| r.starts_with('/')))
    }
}

impl<S: Sync> FromRequestParts<S> for Page {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, &parts.extensions, parts.uri.path()))
    }
}

/// A cookie's value.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|v| v.split(';')).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// A rendered template as an answer.
pub fn show(template: &impl Template) -> Answer {
    Ok(html(template.render().map_err(|e| Trouble::Broken(e.to_string()))?))
}

/// Text as an HTML answer.
pub fn html(text: String) -> Response {
    Html(text).into_response()
}
