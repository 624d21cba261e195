//! The monthly report of each contract: the months there are, and the report itself as a page, a PDF or a Word file.

use super::contract::download;
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::door::own_policy;
use crate::page::{Answer, Page, html, show};
use crate::pages::papers::hand_over;
use crate::routes::Route;
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use evidence::Fact;
use follow::{Day, KeyDate, Window};
use jiff::ToSpan;
use jiff::civil::Date;
use report::monthly::{self, Kept};
use serde::Deserialize;
use std::sync::Arc;
use store::{Contract, Store, Summary, Watched};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/rapports", Needs::Read, || get(list)),
    Route::get("/contrats/{id}/rapports/{month}/{form}", Needs::Read, || get(one)),
];

/// Contracts on a page.
const PAGE: usize = 50;
/// Months offered on a contract's page.
const OFFERED: i32 = 3;
/// A report is a page of its own with its style in it and no script.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// A month of which there is a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Month(Date);

impl Month {
    /// The month of a day.
    fn of(day: Date) -> Self {
        Self(day.first_of_month())
    }

    /// Reads "2026-10".
    fn read(text: &str) -> Option<Self> {
        let digits = text.len() == 7 && text.bytes().enumerate().all(|(at, b)| (at == 4) == (b == b'-'));
        digits.then(|| format!("{text}-01").parse().ok().map(Self)).flatten()
    }

    /// Another month, so many later.
    fn later(self, months: i32) -> Self {
        Self(self.0.saturating_add(months.months()))
    }

    /// "2026-10", for addresses.
    pub(crate) fn key(self) -> String {
        format!("{:04}-{:02}", self.0.year(), self.0.month())
    }

    /// "octobre 2026".
    pub(crate) fn words(self) -> String {
        format!("{} {}", contract::month_words(self.0.month().unsigned_abs()), self.0.year())
    }

    fn window(self) -> Window {
        Window { first: self.0.into(), last: self.0.last_of_month().into() }
    }

    /// The last months of a contract signed on this day, the newest first.
    pub(crate) fn last(signed: Date, today: Day) -> Vec<Self> {
        let now = Self::of(today.date());
        (0..OFFERED).map(|back| now.later(-back)).filter(|month| *month >= Self::of(signed)).collect()
    }
}

#[derive(Template)]
#[template(path = "keep/reports.html")]
struct Reports {
    page: Page,
    rows: Vec<Arc<Summary>>,
    month: Month,
    /// Whether the month is not over yet.
    running: bool,
    before: Option<Month>,
    after: Option<Month>,
    found: usize,
    number: usize,
    last: usize,
    /// Whether there is anything followed at all.
    any: bool,
}

#[derive(Deserialize)]
struct Asked {
    mois: Option<String>,
    page: Option<usize>,
}

async fn list(State(app): State<App>, actor: Actor, page: Page, Query(asked): Query<Asked>) -> Answer {
    let all = app.overview(&actor.org).await?;
    let now = Month::of(app.today().date());
    let followed = || all.rows.iter().filter(|r| r.followed > 0);
    let oldest = followed().map(|r| Month::of(r.contract.signed)).min();
    // The last month that is over, unless everything was signed since.
    let usual = oldest.map_or(now, |oldest| now.later(-1).max(oldest.min(now)));
    let month = asked.mois.as_deref().and_then(Month::read).filter(|m| *m <= now).unwrap_or(usual);
    let mut found: Vec<&Arc<Summary>> = followed().filter(|r| Month::of(r.contract.signed) <= month).collect();
    found.sort_by_cached_key(|r| (contract::Folded::of(&r.contract.provider).text().to_owned(), r.contract.id.clone()));
    let last = found.len().div_ceil(PAGE).max(1);
    let number = asked.page.unwrap_or(1).clamp(1, last);
    let rows = found.iter().skip((number - 1) * PAGE).take(PAGE).map(|r| Arc::clone(r)).collect();
    show(&Reports {
        page,
        rows,
        month,
        running: month == now,
        before: oldest.filter(|o| *o < month).map(|_| month.later(-1)),
        after: (month < now).then(|| month.later(1)),
        found: found.len(),
        number,
        last,
        any: oldest.is_some(),
    })
}

/// What a report is made of.
struct Material {
    client: String,
    contract: Contract,
    watched: Vec<Watched>,
    facts: Vec<(Day, Fact)>,
    dates: Vec<KeyDate>,
}

fn gather(store: &mut Store, id: &str, month: Month, today: Day) -> store::Result<Material> {
    let contract = store.contract(id)?;
    let watched = store.watch(Some(id), |_| month.window(), today)?;
    let facts = store.facts(id, month.window())?;
    let dates = contract.term.map(|t| t.dates(today.date(), &contract.calendar())).unwrap_or_default();
    let client = store.setting(super::organisation::NAME)?.unwrap_or_default();
    Ok(Material { client, contract, watched, facts, dates })
}

pub(crate) async fn one(
    State(app): State<App>,
    actor: Actor,
    Path((id, month, form)): Path<(String, String, String)>,
) -> Result<Response, Trouble> {
    let month = Month::read(&month).ok_or(Trouble::NotFound)?;
    let today = app.today();
    let found = app.store(&actor.org, move |store| gather(store, &id, month, today)).await?;
    if month > Month::of(today.date()) || month < Month::of(found.contract.signed) {
        return Err(Trouble::NotFound);
    }
    let kept: Vec<Kept> = found
        .watched
        .iter()
        .map(|w| Kept { promise: &w.line.promise, status: &w.line.status, marks: &w.marks, seen: &w.seen })
        .collect();
    let told = monthly::Month {
        client: &found.client,
        provider: &found.contract.provider,
        contract: &found.contract.id,
        file: &found.contract.file,
        window: month.window(),
        today: today.date(),
        kept: &kept,
        facts: &found.facts,
        dates: &found.dates,
    };
    let name = format!("rapport-{}-{}", found.contract.id, month.key());
    match form.as_str() {
        "page" => Ok(own_policy(html(monthly::html(&told)), POLICY)),
        "html" => Ok(download(&format!("{name}.html"), monthly::html(&told).into_bytes())),
        form => hand_over(&name, form, monthly::paper(&told)).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn months_are_read_and_told() {
        let month = Month::read("2026-02").expect("a month");
        assert_eq!(
            (month.words(), month.key(), month.later(-2).key()),
            ("février 2026".into(), "2026-02".into(), "2025-12".into())
        );
        assert_eq!(month.window().last, date(2026, 2, 28).into());
        for wrong in ["2026-13", "2026-1", "26-01-01", "../2026", "2026-02-01"] {
            assert_eq!(Month::read(wrong), None, "{wrong}");
        }
        let last = Month::last(date(2026, 1, 31), date(2026, 2, 3).into());
        assert_eq!(last.iter().map(|m| m.key()).collect::<Vec<_>>(), ["2026-02", "2026-01"]);
    }
}
