//! Every route with what it needs: the one list from which the router is built and over which security is tested.

use crate::actor::Needs;
use crate::app::App;
use crate::{api, assets, pages};
use axum::routing::MethodRouter;

/// One way in.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// `GET`, `POST` or `DELETE`; for tests, the handler itself knows.
    pub method: &'static str,
    /// The path, with `{names}`.
    pub path: &'static str,
    /// Who may come.
    pub needs: Needs,
    /// Makes the handler.
    pub make: fn() -> MethodRouter<App>,
}

impl Route {
    /// A page.
    pub const fn get(path: &'static str, needs: Needs, make: fn() -> MethodRouter<App>) -> Self {
        Self { method: "GET", path, needs, make }
    }

    /// A form.
    pub const fn post(path: &'static str, needs: Needs, make: fn() -> MethodRouter<App>) -> Self {
        Self { method: "POST", path, needs, make }
    }

    /// A removal through the API.
    pub const fn delete(path: &'static str, needs: Needs, make: fn() -> MethodRouter<App>) -> Self {
        Self { method: "DELETE", path, needs, make }
    }
}

/// Every route. A module of pages brings its own list; it is named here once.
pub fn all() -> impl Iterator<Item = Route> {
    let lists: &[&'static [Route]] = &[
        assets::ROUTES,
        pages::welcome::ROUTES,
        pages::analysis::synthesis::ROUTES,
        pages::analysis::reading::ROUTES,
        pages::analysis::versions::ROUTES,
        pages::analysis::files::ROUTES,
        pages::analysis::follow::ROUTES,
        pages::analysis::provider::ROUTES,
        pages::mend::ROUTES,
        pages::grid::ROUTES,
        pages::compare::ROUTES,
        pages::guide::ROUTES,
        pages::papers::ROUTES,
        pages::keep::sign::ROUTES,
        pages::keep::outside::ROUTES,
        pages::keep::passkeys::ROUTES,
        pages::keep::account::ROUTES,
        pages::keep::contracts::ROUTES,
        pages::keep::contract::ROUTES,
        pages::keep::decisions::ROUTES,
        pages::keep::dates::ROUTES,
        pages::keep::inbox::ROUTES,
        pages::keep::providers::ROUTES,
        pages::keep::ranks::ROUTES,
        pages::keep::reports::ROUTES,
        pages::keep::ledger::ROUTES,
        pages::keep::people::ROUTES,
        pages::keep::ways::ROUTES,
        pages::keep::organisation::ROUTES,
        pages::keep::relay::ROUTES,
        pages::keep::backup::ROUTES,
        pages::keep::retention::ROUTES,
        pages::keep::search::ROUTES,
    ];
    lists.iter().copied().chain(api::ROUTES).flatten().copied()
}
