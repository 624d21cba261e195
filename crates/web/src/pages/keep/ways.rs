//! Ways in: what may bring proofs, each with a token of its own.

use super::words;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use crate::trouble::{Trouble, see};
use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::routing::{get, post};
use serde::Deserialize;
use std::net::IpAddr;
use store::{Source, Store, Way};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/reglages/sources", Needs::Administer, || get(list)),
    Route::post("/reglages/sources", Needs::Administer, || post(add)),
    Route::post("/reglages/sources/{id}/retirer", Needs::Administer, || post(revoke)),
];

/// Ways that the page offers, with their words; folders and probes are set up where the program runs.
const WAYS: [(Way, &str); 3] =
    [(Way::Mail, "par courriel"), (Way::Http, "par un programme qui envoie"), (Way::Glpi, "par un inventaire GLPI")];

/// A way just made: its token is shown this once.
struct Made {
    token: String,
    /// The address that mails go to, of a way by mail.
    address: Option<String>,
    /// Whether mail from elsewhere can arrive there.
    reachable: bool,
    contract: Option<String>,
}

#[derive(Template)]
#[template(path = "keep/ways.html")]
struct Ways {
    page: Page,
    sources: Vec<Source>,
    contracts: Vec<String>,
    ways: [(Way, &'static str); 3],
    made: Option<Made>,
    /// What the form proposes.
    contract: String,
    name: String,
}

impl Ways {
    /// A way in words; folders and probes are set up elsewhere.
    fn label(&self, way: Way) -> &'static str {
        self.ways.iter().find(|w| w.0 == way).map_or(way.name(), |w| w.1)
    }
}

async fn shown(app: &App, actor: &Actor, page: Page, made: Option<Made>, contract: String) -> Answer {
    let about = contract.clone();
    let found = app.store(&actor.org, move |s: &mut Store| {
        let known = if about.is_empty() { None } else { Some(s.contract(&about)?) };
        Ok((s.sources()?, s.contract_names(2_000)?, known))
    });
    let (sources, contracts, known) = found.await?;
    let sources = sources.into_iter().filter(|s| s.revoked.is_none()).collect();
    let name = known.map_or(String::new(), |c| page.f("keep.way_name", c.provider));
    show(&Ways { page, sources, contracts, ways: WAYS, made, contract, name })
}

#[derive(Deserialize)]
struct Asked {
    contrat: Option<String>,
}

async fn list(State(app): State<App>, actor: Actor, page: Page, Query(asked): Query<Asked>) -> Answer {
    shown(&app, &actor, page, None, asked.contrat.unwrap_or_default()).await
}

#[derive(Deserialize)]
struct New {
    nom: String,
    voie: String,
    contrat: Option<String>,
}

async fn add(State(app): State<App>, actor: Actor, page: Page, Form(form): Form<New>) -> Answer {
    let (source, token) = made(&app, &actor, &form.nom, &form.voie, form.contrat).await?;
    let made = token.map(|token| {
        let host = app.settings().hosts.iter().find(|h| h.parse::<IpAddr>().is_err() && h.contains('.'));
        let domain = host.map_or(page.t("keep.way_domain"), String::as_str);
        let address = (source.way == Way::Mail).then(|| format!("depot+{token}@{domain}"));
        Made { token, address, reachable: host.is_some(), contract: source.contract }
    });
    shown(&app, &actor, page, made, String::new()).await
}

/// Makes a source; gives it with its token, which is shown this once.
///
/// # Errors
/// When it has no name, its way is none of those offered, or its contract is unknown.
pub(crate) async fn made(
    app: &App,
    actor: &Actor,
    name: &str,
    way: &str,
    contract: Option<String>,
) -> Result<(Source, Option<String>), Trouble> {
    let name: String = name.trim().chars().take(80).collect();
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(Trouble::Refused("donnez un nom à cette source".to_owned()));
    }
    let way = WAYS.iter().map(|w| w.0).find(|w| w.name() == way);
    let way = way.ok_or_else(|| Trouble::Refused("cette voie n'existe pas".to_owned()))?;
    let contract = contract.filter(|c| !c.is_empty());
    let source = Source {
        id: String::new(),
        name,
        way,
        contract,
        tool: None,
        zone: "Europe/Paris".to_owned(),
        settings: serde_json::Map::new(),
        created: String::new(),
        revoked: None,
    };
    let (seed, by, now) = (app.host().random(), actor.name.clone(), app.host().now());
    app.store(&actor.org, move |s: &mut Store| s.add_source(source, seed, &by, now)).await
}

async fn revoke(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Answer {
    let (by, now) = (actor.name.clone(), app.host().now());
    app.store(&actor.org, move |s: &mut Store| s.revoke_source(&id, &by, now)).await?;
    Ok(see("/reglages/sources"))
}
