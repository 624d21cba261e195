//! The organisation as its papers name it, and how time is counted for the contracts it begins to follow.

use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use crate::trouble::{Trouble, see};
use askama::Template;
use axum::extract::{Form, State};
use axum::routing::{get, post};
use follow::Region;
use serde::Deserialize;
use store::Store;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/reglages/organisation", Needs::Administer, || get(form)),
    Route::post("/reglages/organisation", Needs::Administer, || post(change)),
];

/// The setting that names the organisation for people.
pub(crate) const NAME: &str = "nom";
/// The others' names.
const SIRET: &str = "siret";
const ZONE: &str = "fuseau";
const REGION: &str = "region";

/// Where contracts may be performed: zone, words.
const ZONES: [(&str, &str); 10] = [
    ("Europe/Paris", "France métropolitaine"),
    ("America/Guadeloupe", "Guadeloupe, Saint-Martin, Saint-Barthélemy"),
    ("America/Martinique", "Martinique"),
    ("America/Cayenne", "Guyane"),
    ("Indian/Reunion", "La Réunion"),
    ("Indian/Mayotte", "Mayotte"),
    ("America/Miquelon", "Saint-Pierre-et-Miquelon"),
    ("Pacific/Noumea", "Nouvelle-Calédonie"),
    ("Pacific/Tahiti", "Polynésie française"),
    ("Pacific/Wallis", "Wallis-et-Futuna"),
];

/// Public holidays: name, words.
const REGIONS: [(&str, &str); 9] = [
    ("metropole", "ceux de toute la France"),
    ("alsace-moselle", "Alsace-Moselle (Vendredi saint, 26 décembre)"),
    ("guadeloupe", "Guadeloupe (27 mai)"),
    ("martinique", "Martinique (22 mai)"),
    ("guyane", "Guyane (10 juin)"),
    ("reunion", "La Réunion (20 décembre)"),
    ("mayotte", "Mayotte (27 avril)"),
    ("saint-barthelemy", "Saint-Barthélemy (9 octobre)"),
    ("saint-martin", "Saint-Martin (28 mai)"),
];

#[derive(Template)]
#[template(path = "keep/organisation.html")]
struct Shown {
    page: Page,
    org: String,
    name: String,
    siret: String,
    zone: String,
    region: String,
}

/// What is set, with what holds where nothing is.
fn read(store: &mut Store) -> store::Result<[String; 4]> {
    let mut of = |name: &str, usual: &str| -> store::Result<String> {
        Ok(store.setting(name)?.unwrap_or_else(|| usual.to_owned()))
    };
    Ok([of(NAME, "")?, of(SIRET, "")?, of(ZONE, ZONES[0].0)?, of(REGION, REGIONS[0].0)?])
}

/// Zone and holidays of a contract that begins to be followed.
///
/// # Errors
/// When they can't be read.
pub(crate) fn time(store: &mut Store) -> store::Result<(String, Region)> {
    let [_, _, zone, region] = read(store)?;
    Ok((zone, Region::from_name(&region).unwrap_or_default()))
}

async fn form(State(app): State<App>, actor: Actor, page: Page) -> Answer {
    let [name, siret, zone, region] = app.store(&actor.org, read).await?;
    show(&Shown { page, org: actor.org, name, siret, zone, region })
}

#[derive(Deserialize)]
struct Given {
    nom: String,
    #[serde(default)]
    siret: String,
    #[serde(default)]
    fuseau: String,
    #[serde(default)]
    region: String,
}

/// A SIRET without its spaces, if it is one: fourteen digits whose key holds (La Poste counts in its own way).
fn siret(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 14 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let numbers = || digits.bytes().map(|b| u32::from(b - b'0'));
    let luhn: u32 = numbers().enumerate().map(|(at, n)| if at % 2 == 0 { n * 2 / 10 + n * 2 % 10 } else { n }).sum();
    let post = digits.starts_with("356000000") && numbers().sum::<u32>() % 5 == 0;
    (luhn.is_multiple_of(10) || post).then_some(digits)
}

async fn change(State(app): State<App>, actor: Actor, page: Page, Form(given): Form<Given>) -> Answer {
    let name: String = given.nom.trim().chars().filter(|c| !c.is_control()).take(100).collect();
    let number = match given.siret.trim() {
        "" => String::new(),
        text => siret(text).ok_or_else(|| Trouble::Refused(page.t("settings.siret_wrong").to_owned()))?,
    };
    let known = |all: &[(&str, &str)], asked: &str| all.iter().any(|(name, _)| *name == asked);
    let refused = || Trouble::Refused(page.t("settings.choice_wrong").to_owned());
    let (zone, region) = (given.fuseau.trim().to_owned(), given.region.trim().to_owned());
    if !(zone.is_empty() || known(&ZONES, &zone)) || !(region.is_empty() || known(&REGIONS, &region)) {
        return Err(refused());
    }
    let (by, now) = (actor.name.clone(), app.host().now());
    let done = app.store(&actor.org, move |store| {
        let before = read(store)?;
        let values = [(NAME, name), (SIRET, number), (ZONE, zone), (REGION, region)];
        for ((name, value), before) in values.into_iter().zip(before) {
            let kept = value.is_empty() && matches!(name, ZONE | REGION);
            if !kept && value != before {
                store.set_setting(name, &value, &by, now)?;
            }
        }
        Ok(())
    });
    done.await?;
    Ok(see("/reglages/organisation"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_siret_holds() {
        assert_eq!(siret(" 732 829 320 00074 ").as_deref(), Some("73282932000074"));
        assert_eq!(siret("35600000009075").as_deref(), Some("35600000009075"), "an office of La Poste");
        for bad in ["73282932000075", "7328293200007", "732829320000744", "7328293200007x", ""] {
            assert_eq!(siret(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_choice_is_one_that_is_known() {
        for (zone, _) in ZONES {
            assert!(jiff::tz::TimeZone::get(zone).is_ok(), "{zone}");
        }
        assert_eq!(REGIONS.map(|r| r.0), Region::ALL.map(|r| r.1));
    }
}
