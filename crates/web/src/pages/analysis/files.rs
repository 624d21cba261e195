//! Downloads: the file as it came, the analysis as a page, a workbook, data.

use super::{Loaded, Shown, load};
use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::links::encoded;
use crate::pages::papers::hand_over;
use crate::routes::Route;
use crate::trouble::Trouble;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use draft::clause::remedies;
use paper::Date;
use report::dossier::{Clause, Extras, More};
use report::json::JsonWriter;
use report::{Report, html, xlsx};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/analyses/{id}/original", Needs::Read, || get(original)),
    Route::get("/analyses/{id}/rapport/{form}", Needs::Read, || get(report)),
];

/// The file as it came, which leaves a trace in the ledger. It is handed over, never shown: its content is hostile.
pub(crate) async fn original(State(app): State<App>, actor: Actor, Path(id): Path<u64>) -> Result<Response, Trouble> {
    let (by, now) = (actor.name.clone(), app.host().now());
    let found = app.store(&actor.org, move |store| {
        let (review, bytes) = (store.review(id)?, store.review_bytes(id)?);
        store.note_opening(None, &format!("contrat lu n° {id}"), &by, now)?;
        Ok((review, bytes))
    });
    let (review, bytes) = found.await?;
    Ok(attachment(&review.name, "application/octet-stream", bytes))
}

pub(crate) async fn report(State(app): State<App>, actor: Actor, Path((id, form)): Path<(u64, String)>) -> Shown {
    let loaded = load(&app, &actor, id).await?;
    let documents = [loaded.assessed()];
    let report = Report { catalogue: app.infos(), documents: &documents, failures: &[] };
    let name = |end: &str| format!("{} - analyse.{end}", loaded.stem());
    Ok(match form.as_str() {
        "html" => attachment(&name("html"), "text/html; charset=utf-8", html::render(&report).into_bytes()),
        "xlsx" => {
            let bytes = xlsx::write(&report, Some(today(&app))).map_err(|e| Trouble::Broken(e.to_string()))?;
            attachment(&name("xlsx"), XLSX, bytes)
        }
        "pdf" => {
            let more = [more(&app, &loaded)];
            let extras = Extras { date: Some(today(&app)), documents: &more };
            let paper = report::dossier::paper(&report, &extras);
            hand_over(&format!("{} - analyse", loaded.stem()), "pdf", paper).await?
        }
        "json" => attachment(&name("json"), "application/json", json(&app, &loaded)?),
        _ => return Err(Trouble::NotFound.into()),
    })
}

/// The parties' names, and the clauses that would mend the gaps under these names and the contract's figures.
fn more(app: &App, loaded: &Loaded) -> More {
    let (parties, clauses) = remedies(&app.engine().catalogue, &loaded.document, &loaded.assessment);
    let clause =
        |r: draft::Rendered| Clause { text: r.text().replace('\n', "\n\n"), point: r.point, heading: r.heading };
    More {
        provider: parties.provider.own().to_owned(),
        client: parties.client.own().to_owned(),
        clauses: clauses.into_iter().map(clause).collect(),
    }
}

fn json(app: &App, loaded: &Loaded) -> Result<Vec<u8>, Trouble> {
    let wrong = |e: std::io::Error| Trouble::Broken(e.to_string());
    let mut writer = JsonWriter::new(Vec::new(), app.infos()).map_err(wrong)?;
    writer.push(&loaded.assessed()).map_err(wrong)?;
    writer.finish(&[]).map_err(wrong)
}

/// The media type of workbooks.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The day in France.
pub(crate) fn today(app: &App) -> Date {
    let zone = jiff::tz::TimeZone::get("Europe/Paris").unwrap_or(jiff::tz::TimeZone::UTC);
    let day = app.host().now().to_zoned(zone).date();
    Date { year: i32::from(day.year()), month: day.month() as u8, day: day.day() as u8 }
}

/// A file to keep, under its name in both of the forms browsers know (RFC 6266, RFC 8187).
pub(crate) fn attachment(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || " .-_()".contains(c) { c } else { '_' }).collect();
    let encoded = encoded(name);
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}
