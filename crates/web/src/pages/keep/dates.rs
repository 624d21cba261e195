//! The contract's own time: what was read of it, confirmed or corrected by a person; and the contract it serves.

use super::words;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Answer, Page, show};
use crate::routes::Route;
use crate::trouble::{Trouble, see};
use askama::Template;
use axum::extract::{Form, Path, State};
use axum::routing::{get, post};
use contract::{Duration, DurationUnit, TermClause, figure_words};
use follow::{KeyDate, Term};
use jiff::civil::Date;
use std::collections::BTreeMap;
use store::Contract;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/contrats/{id}/dates", Needs::Manage, || get(form)),
    Route::post("/contrats/{id}/dates", Needs::Manage, || post(set)),
    Route::get("/contrats/{id}/rang", Needs::Manage, || get(rank)),
];

/// Units offered, with the names of the form.
const UNITS: [(DurationUnit, &str, &str); 3] = [
    (DurationUnit::Day, "jours", "jours"),
    (DurationUnit::Month, "mois", "mois"),
    (DurationUnit::Year, "ans", "années"),
];
/// Longest time taken, in whatever unit.
pub(crate) const MOST: f64 = 400.0;
/// Contracts offered as choices.
const OFFERED: i64 = 2_000;

/// A length of time as a form asks for it.
struct Asked {
    name: &'static str,
    label: &'static str,
    help: &'static str,
    amount: String,
    unit: &'static str,
}

#[derive(Template)]
#[template(path = "keep/dates.html")]
struct Dates {
    page: Page,
    contract: Contract,
    start: String,
    asked: Vec<Asked>,
    units: [(DurationUnit, &'static str, &'static str); 3],
    read: Vec<(&'static str, String, String, String)>,
    coming: Vec<KeyDate>,
}

/// What is known of the contract's time: confirmed, or read.
fn known(contract: &Contract) -> Option<Term> {
    contract.term.or_else(|| Term::of(&contract.clauses, contract.signed))
}

fn told(clause: &TermClause) -> String {
    let day = clause.day.map(|d| match d.year {
        Some(year) => contract::date_words(i32::from(year), d.month, d.day),
        None => format!("le {} {}", d.day, contract::month_words(d.month)),
    });
    let length = clause.duration.map(|d| figure_words(&contract::Quantity::Duration(d)));
    let parts: Vec<String> = [day, length].into_iter().flatten().collect();
    parts.join(", ")
}

async fn form(State(app): State<App>, actor: Actor, page: Page, Path(id): Path<String>) -> Answer {
    let contract = app.store(&actor.org, move |store| store.contract(&id)).await?;
    let term = known(&contract);
    let coming = term.map(|t| t.dates(app.today().date(), &contract.calendar())).unwrap_or_default();
    let lengths = [
        ("duree", page.t("dates.length"), page.t("dates.length_help"), term.and_then(|t| t.length)),
        ("preavis", page.t("dates.notice"), page.t("dates.notice_help"), term.and_then(|t| t.notice)),
        ("reconduction", page.t("dates.renewal"), page.t("dates.renewal_help"), term.and_then(|t| t.renewal)),
        ("revision", page.t("dates.revision"), page.t("dates.revision_help"), term.and_then(|t| t.revision)),
    ];
    let asked = lengths.map(|(name, label, help, length)| {
        let (amount, unit) = length.map_or((String::new(), "mois"), shown);
        Asked { name, label, help, amount, unit }
    });
    let read = contract
        .clauses
        .iter()
        .map(|c| (c.kind.label(), told(c), c.quote.text.clone(), c.quote.page_words().unwrap_or_default()))
        .collect();
    let start = term.map_or(contract.signed, |t| t.start).to_string();
    show(&Dates { page, contract, start, asked: asked.into(), units: UNITS, read, coming })
}

/// A length in one of the units offered.
fn shown(length: Duration) -> (String, &'static str) {
    let unit = UNITS.iter().find(|u| u.0 == length.unit);
    let (amount, unit) = match (unit, length.unit) {
        (Some(unit), _) => (length.amount, unit.1),
        (None, DurationUnit::Week) => (length.amount * 7.0, "jours"),
        (None, _) => ((length.hours() / 24.0).ceil(), "jours"),
    };
    (amount.to_string(), unit)
}

/// A length as the form gives it; none where the field is empty.
fn length(fields: &BTreeMap<String, String>, name: &str) -> Result<Option<Duration>, Trouble> {
    let text = fields.get(name).map_or("", |t| t.trim()).replace(',', ".");
    if text.is_empty() {
        return Ok(None);
    }
    let amount = text.parse::<f64>().ok().filter(|a| *a > 0.0 && *a <= MOST);
    let amount = amount.ok_or_else(|| Trouble::Refused(format!("« {text} » n'est pas une durée")))?;
    let unit = fields.get(&format!("{name}_unite")).map_or("mois", String::as_str);
    let unit = UNITS.iter().find(|u| u.1 == unit).map_or(DurationUnit::Month, |u| u.0);
    Ok(Some(Duration { amount, unit }))
}

async fn set(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Answer {
    let (by, now, back) = (actor.name.clone(), app.host().now(), format!("/contrats/{id}#dates"));
    let confirmed = fields.contains_key("confirmer");
    let read = |name: &str| length(&fields, name);
    let own = Term {
        start: Date::MIN,
        length: read("duree")?,
        notice: read("preavis")?,
        renewal: read("reconduction")?,
        revision: read("revision")?,
        revised: None,
    };
    let start = fields.get("debut").map(|t| t.trim().to_owned()).unwrap_or_default();
    let why = fields.get("raison").map(|t| t.trim().to_owned()).unwrap_or_default();
    let done = app.store(&actor.org, move |store| {
        let contract = store.contract(&id)?;
        let term = if confirmed {
            known(&contract).ok_or_else(|| refused("ce contrat ne dit pas sa durée : indiquez-la"))?
        } else {
            let start: Date = start.parse().map_err(|_| refused("la date de début n'est pas une date"))?;
            if !(1980..=2100).contains(&start.year()) {
                return Err(refused("vérifiez l'année de la date de début"));
            }
            Term { start, ..own }
        };
        sound(&term)?;
        store.set_term(&id, term, &by, &why, now)?;
        store.sign().map(|_| ())
    });
    done.await?;
    Ok(see(&back))
}

/// Whether a contract's time makes sense.
///
/// # Errors
/// A French sentence.
pub(crate) fn sound(term: &Term) -> store::Result<()> {
    if term.length.is_none() && term.notice.or(term.renewal).is_some() {
        return Err(refused("un préavis ou une reconduction demandent une durée"));
    }
    if term.length.or(term.revision).is_none() {
        return Err(refused("indiquez au moins la durée du contrat"));
    }
    Ok(())
}

fn refused(text: &str) -> store::Error {
    store::Error::Refused(text.to_owned())
}

#[derive(Template)]
#[template(path = "keep/rank.html")]
struct Rank {
    page: Page,
    contract: Contract,
    above: String,
    others: Vec<String>,
}

async fn rank(State(app): State<App>, actor: Actor, page: Page, Path(id): Path<String>) -> Answer {
    let found = app.store(&actor.org, move |store| {
        let contract = store.contract(&id)?;
        let above = store.ranks()?.remove(&id).unwrap_or_default();
        let others = store.contract_names(OFFERED)?.into_iter().filter(|c| *c != id).collect();
        Ok((contract, above, others))
    });
    let (contract, above, others) = found.await?;
    show(&Rank { page, contract, above, others })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_shown() {
        let fields: BTreeMap<String, String> =
            [("duree", "1,5"), ("duree_unite", "ans"), ("preavis", "-3"), ("vide", " ")]
                .map(|(n, v)| (n.to_owned(), v.to_owned()))
                .into();
        let year = Duration { amount: 1.5, unit: DurationUnit::Year };
        assert_eq!(length(&fields, "duree").expect("a length"), Some(year));
        assert!(length(&fields, "preavis").is_err());
        assert_eq!(length(&fields, "vide").expect("none"), None);
        assert_eq!(shown(Duration { amount: 2.0, unit: DurationUnit::Week }), ("14".to_owned(), "jours"));
    }
}
