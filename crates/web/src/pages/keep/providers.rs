//! Providers with their contracts and, below each contract, the subcontractors that it relies on.

use super::ranks::Judged;
use super::words;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use askama::Template;
use axum::extract::State;
use axum::routing::get;
use follow::State as Standing;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use store::{Store, Summary};

/// The routes of this module.
pub const ROUTES: &[Route] = &[Route::get("/prestataires", Needs::Read, || get(list))];

/// Most providers shown; more are found through the list of contracts.
const MOST: usize = 200;
/// Contracts shown of a provider.
const EACH: usize = 8;
/// Most pairs of contracts whose promises are compared for the page.
const COMPARED: usize = 24;
/// Deepest rank shown.
const DEEPEST: usize = 3;

/// What is lost between a contract and the one it relies on.
struct Loss {
    above: String,
    /// How many promises; `None` where one of the two was never read here.
    gaps: Option<usize>,
}

/// A contract with how deep it stands below that of the provider.
struct Line {
    depth: usize,
    row: Arc<Summary>,
    loss: Option<Loss>,
}

/// A provider with its contracts, the worst first.
struct Provider {
    name: String,
    worst: Option<Standing>,
    lines: Vec<Line>,
    /// Contracts that are not shown.
    more: usize,
}

#[derive(Template)]
#[template(path = "keep/providers.html")]
struct Providers {
    page: Page,
    providers: Vec<Provider>,
    total: usize,
}

async fn list(State(app): State<App>, actor: Actor, page: Page) -> Answer {
    let all = app.overview(&actor.org).await?;
    let ranks = app.store(&actor.org, Store::ranks).await?;
    let rows: HashMap<&str, &Arc<Summary>> = all.rows.iter().map(|r| (r.contract.id.as_str(), r)).collect();
    let mut below: HashMap<&str, Vec<&Arc<Summary>>> = HashMap::new();
    for (under, over) in &ranks {
        if let (Some(row), true) = (rows.get(under.as_str()), rows.contains_key(over.as_str())) {
            below.entry(over.as_str()).or_default().push(row);
        }
    }
    let serves = |row: &Summary| ranks.get(&row.contract.id).is_some_and(|over| rows.contains_key(over.as_str()));
    let mut by_name: BTreeMap<&str, Vec<&Arc<Summary>>> = BTreeMap::new();
    for row in all.rows.iter().filter(|r| !serves(r)) {
        by_name.entry(row.contract.provider.as_str()).or_default().push(row);
    }
    let total = by_name.len();
    let mut providers: Vec<Provider> = by_name
        .into_iter()
        .map(|(name, own)| {
            let mut lines = Vec::new();
            for row in own.iter().take(EACH) {
                branch(row, 0, &below, &mut lines);
            }
            let worst = own.first().and_then(|r| r.state);
            Provider { name: name.to_owned(), worst, lines, more: own.len().saturating_sub(EACH) }
        })
        .collect();
    providers.sort_by(|a, b| b.worst.cmp(&a.worst).then_with(|| a.name.cmp(&b.name)));
    providers.truncate(MOST);
    let pairs: Vec<_> = providers
        .iter()
        .flat_map(|p| &p.lines)
        .filter_map(|l| Some((rows.get(l.loss.as_ref()?.above.as_str())?.contract.clone(), l.row.contract.clone())))
        .take(COMPARED)
        .collect();
    if !pairs.is_empty() {
        let found = app.store(&actor.org, move |store| {
            let judged = Judged::new(store)?;
            let mut out = HashMap::new();
            for (above, below) in &pairs {
                out.insert(below.id.clone(), judged.lost(store, above, below)?);
            }
            Ok(out)
        });
        let found = found.await?;
        for line in providers.iter_mut().flat_map(|p| &mut p.lines) {
            if let Some(loss) = &mut line.loss {
                loss.gaps = found.get(&line.row.contract.id).copied().flatten();
            }
        }
    }
    show(&Providers { page, providers, total })
}

/// A contract and those it relies on, in order of depth.
fn branch(row: &Arc<Summary>, depth: usize, below: &HashMap<&str, Vec<&Arc<Summary>>>, out: &mut Vec<Line>) {
    out.push(Line { depth, row: Arc::clone(row), loss: None });
    if depth == DEEPEST {
        return;
    }
    for under in below.get(row.contract.id.as_str()).into_iter().flatten() {
        let at = out.len();
        branch(under, depth + 1, below, out);
        out[at].loss = Some(Loss { above: row.contract.id.clone(), gaps: None });
    }
}
