//! Contracts side by side for programs: offers on every point, and a contract with the one it rests on.

use super::problem::answer;
use super::reviews::judged;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::pages::compare;
use crate::pages::keep::ranks::Judged;
use crate::routes::Route;
use crate::trouble::Trouble;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use check::cascade::{Cover, cascade};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Store;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/api/v1/comparison", Needs::Read, || get(comparison)),
    Route::get("/api/v1/cascade", Needs::Read, || get(down)),
];

#[derive(Deserialize)]
struct Offers {
    reviews: String,
}

/// Two to four contracts, by the numbers of their reviews, separated by commas.
async fn comparison(State(app): State<App>, actor: Actor, Query(asked): Query<Offers>) -> Result<Response, Trouble> {
    let wrong = || Trouble::Refused("reviews : deux à quatre numéros, séparés par des virgules".to_owned());
    let ids: Vec<u64> =
        asked.reviews.split(',').map(|id| id.trim().parse().map_err(|_| wrong())).collect::<Result<_, _>>()?;
    if !compare::fit(&ids) {
        return Err(wrong());
    }
    let mut loaded = Vec::new();
    for id in &ids {
        loaded.push(judged(&app, &actor, *id).await?);
    }
    let heads = loaded.iter().map(|one| {
        let head = compare::head(one);
        json!({"id": head.id, "name": head.name, "provider": head.provider, "score": head.score, "gaps": head.gaps,
               "blocking": head.blocking})
    });
    let points = app.engine().catalogue.points.iter().filter_map(|point| {
        let (cells, same) = compare::cells(&loaded, &point.id)?;
        let verdicts = cells
            .iter()
            .map(|c| json!({"review": c.contract, "verdict": c.verdict, "figures": c.figures, "best": c.best}));
        Some(json!({"point": point.id, "title": point.title, "same": same, "verdicts": verdicts.collect::<Vec<_>>()}))
    });
    let told = json!({"reviews": heads.collect::<Vec<_>>(), "points": points.collect::<Vec<_>>()});
    Ok(answer(Ok((StatusCode::OK, told))))
}

#[derive(Deserialize)]
struct Pair {
    above: String,
    below: String,
}

/// What the contract above promises and what the one below gives for it, promise by promise; both followed, both read here.
async fn down(State(app): State<App>, actor: Actor, Query(pair): Query<Pair>) -> Result<Response, Trouble> {
    let (above, below) = (pair.above.clone(), pair.below.clone());
    let found = app.store(&actor.org, move |store: &mut Store| {
        let (above, below) = (store.contract(&above)?, store.contract(&below)?);
        let all = Judged::new(store)?;
        Ok((all.of(store, &above)?, all.of(store, &below)?))
    });
    let (Some((_, above)), Some((_, below))) = found.await? else {
        let words = "déposez aussi les deux documents pour qu'ils soient lus : l'un d'eux ne l'a jamais été ici";
        return Err(Trouble::Refused(words.to_owned()));
    };
    let links: Vec<Value> = cascade(&above, &below)
        .iter()
        .map(|link| {
            json!({"point": link.above.point, "title": app.infos().title(&link.above.point),
                   "covered": link.cover == Cover::Covered, "cover": link.cover.label(),
                   "above": compare::told(&link.figures_above), "below": compare::told(&link.figures_below)})
        })
        .collect();
    Ok(answer(Ok((StatusCode::OK, json!({"above": pair.above, "below": pair.below, "links": links})))))
}
