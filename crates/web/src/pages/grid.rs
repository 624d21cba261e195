//! Every contract that was read: a grid of contracts and categories (or the points of one category) to sort, filter,
//! compare and take away as a workbook.

use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::brief;
use crate::jobs;
use crate::links::encoded;
use crate::page::{Answer, Page, show};
use crate::pages::analysis::files::{XLSX, attachment, today};
use crate::routes::Route;
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::{Query, State};
use axum::routing::get;
use contract::Verdict;
use report::{Assessed, Failure, Report, xlsx};
use serde::Deserialize;
use std::collections::HashMap;
use store::{LinesWanted, Progress, ReviewLine, SortBy};
use tokio::task::spawn_blocking;

/// The routes of this module.
pub const ROUTES: &[Route] =
    &[Route::get("/analyses", Needs::Read, || get(grid)), Route::get("/analyses.xlsx", Needs::Read, || get(workbook))];

/// Rows of a page.
const ROWS: usize = 50;
/// Most contracts of a workbook: each is held in memory while it is written.
const WORKBOOK: usize = 500;

/// What is asked of the grid.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// Words that the name or the provider must hold.
    q: String,
    /// A category whose points are the columns; the categories themselves where there is none.
    categorie: String,
    /// The column to sort by: `date`, `nom`, `score`, `manques`, a category or a point.
    tri: String,
    /// Only contracts with a gap that forbids signing.
    bloquants: String,
    /// The page, from 1.
    page: usize,
}

impl Asked {
    /// The query string with another column to sort by.
    fn sorted(&self, by: &str) -> String {
        self.query(by, 1)
    }

    /// What the register is asked for.
    fn wanted(&self, skip: usize, most: usize) -> LinesWanted {
        let sort = match self.tri.as_str() {
            "" | "date" => SortBy::Date,
            "nom" => SortBy::Name,
            "score" => SortBy::Score,
            "manques" => SortBy::Gaps,
            key => SortBy::Mark(key.to_owned()),
        };
        let words = self.q.chars().take(200).collect();
        LinesWanted { words, blocking: !self.bloquants.is_empty(), sort, skip, most }
    }

    fn query(&self, tri: &str, page: usize) -> String {
        let mut out = format!("?tri={}", encoded(tri));
        for (name, value) in [("q", &self.q), ("categorie", &self.categorie), ("bloquants", &self.bloquants)] {
            if !value.is_empty() {
                out.push_str(&format!("&{name}={}", encoded(value)));
            }
        }
        if page > 1 {
            out.push_str(&format!("&page={page}"));
        }
        out
    }
}

/// A column of figures or verdicts.
struct Column {
    key: String,
    title: String,
    /// Where its heading leads: the points of a category; nothing for a point.
    deeper: Option<String>,
}

/// A cell: what it shows, its class.
struct Cell {
    text: String,
    label: &'static str,
    class: &'static str,
}

struct Line {
    row: ReviewLine,
    cells: Vec<Cell>,
}

#[derive(Template)]
#[template(path = "grid.html")]
struct Grid {
    page: Page,
    asked: Asked,
    columns: Vec<Column>,
    lines: Vec<Line>,
    category: Option<String>,
    waiting: usize,
    found: usize,
    all: usize,
    number: usize,
    last: usize,
    before: Option<String>,
    after: Option<String>,
}

impl Grid {
    fn sorted_by(&self, key: &str) -> bool {
        self.asked.tri == key || (self.asked.tri.is_empty() && key == "date")
    }
}

async fn grid(State(app): State<App>, actor: Actor, page: Page, Query(asked): Query<Asked>) -> Answer {
    let first = asked.page.max(1);
    let wanted = asked.wanted((first - 1).saturating_mul(ROWS), ROWS);
    let mut lines = app.store(&actor.org, move |store| store.review_lines(&wanted)).await?;
    let last = lines.found.div_ceil(ROWS).max(1);
    let number = first.min(last);
    if number < first {
        // A page beyond the last is the last.
        let wanted = asked.wanted((last - 1) * ROWS, ROWS);
        lines = app.store(&actor.org, move |store| store.review_lines(&wanted)).await?;
    }
    let store::Lines { rows, found, all, waiting } = lines;
    if waiting > 0 {
        jobs::wake(&app, &actor.org);
    }
    let (columns, category) = columns(&app, &asked);
    let scores = category.is_none();
    let places: HashMap<&str, usize> = columns.iter().enumerate().map(|(at, c)| (c.key.as_str(), at)).collect();
    let line = |row: ReviewLine| Line { cells: cells(&row, &places, scores), row };
    let lines = rows.into_iter().map(line).collect();
    let before = (number > 1).then(|| asked.query(&asked.tri, number - 1));
    let after = (number < last).then(|| asked.query(&asked.tri, number + 1));
    show(&Grid { page, asked, columns, lines, category, waiting, found, all, number, last, before, after })
}

fn columns(app: &App, asked: &Asked) -> (Vec<Column>, Option<String>) {
    let catalogue = &app.engine().catalogue;
    match catalogue.categories.iter().find(|c| c.id == asked.categorie) {
        Some(category) => {
            let own = catalogue.points.iter().filter(|p| p.category() == category.id);
            let column = |p: &points::Point| Column { key: p.id.clone(), title: p.title.clone(), deeper: None };
            (own.map(column).collect(), Some(category.title.clone()))
        }
        None => {
            let deeper = |id: &str| Some(Asked { categorie: id.to_owned(), page: 1, ..asked.clone() }.query("", 1));
            let column =
                |c: &points::Category| Column { key: c.id.clone(), title: c.title.clone(), deeper: deeper(&c.id) };
            (catalogue.categories.iter().map(column).collect(), None)
        }
    }
}

/// The cells of a row, from one look through its marks.
fn cells(row: &ReviewLine, places: &HashMap<&str, usize>, scores: bool) -> Vec<Cell> {
    let none = || Cell { text: "–".to_owned(), label: "", class: "aside" };
    let mut out: Vec<Cell> = std::iter::repeat_with(none).take(places.len()).collect();
    // Categories come first among the marks: the rest need not be looked at for them.
    let shown = row.figures.iter().flat_map(|f| f.marks.each()).filter_map(|(k, n)| Some((places.get(k)?, n)));
    for (place, number) in shown.take(places.len()) {
        let cell =
            if scores { brief::score_of(number).map(scored) } else { brief::verdict_of(number).and_then(judged) };
        if let Some(cell) = cell {
            out[*place] = cell;
        }
    }
    out
}

fn scored(score: u8) -> Cell {
    let class = match score {
        75.. => "satisfied",
        40..75 => "weak",
        _ => "adverse",
    };
    Cell { text: format!("{score}\u{202f}%"), label: "", class }
}

/// Nothing for a point that does not apply.
fn judged(verdict: Verdict) -> Option<Cell> {
    let (text, class) = match verdict {
        Verdict::Satisfied => ("✓", "satisfied"),
        Verdict::Weak => ("≈", "weak"),
        Verdict::Adverse => ("✕", "adverse"),
        Verdict::Missing => ("∅", "missing"),
        Verdict::NotReadable => ("?", "unreadable"),
        Verdict::NotApplicable => return None,
    };
    Some(Cell { text: text.to_owned(), label: verdict.label(), class })
}

/// The contracts asked for, as the workbook of `check --format xlsx`.
async fn workbook(State(app): State<App>, actor: Actor, Query(asked): Query<Asked>) -> Answer {
    let wanted = asked.wanted(0, WORKBOOK);
    let store::Lines { rows, found, .. } = app.store(&actor.org, move |store| store.review_lines(&wanted)).await?;
    if found > WORKBOOK {
        return Err(Trouble::Refused(format!(
            "un classeur ne peut tenir plus de {WORKBOOK} contrats : cherchez-en une partie, puis recommencez"
        )));
    }
    let day = today(&app);
    let org = actor.org.clone();
    let work = move || {
        let (mut judged, mut failed) = (Vec::new(), Vec::new());
        for row in rows {
            let id = row.id;
            match row.progress {
                Progress::Done => {
                    let (document, assessment) = app.store_now(&org, |store| store.review_result(id))?;
                    judged.push((row.name, document, assessment));
                }
                Progress::Failed => failed.push((row.name, row.message.unwrap_or_default())),
                _ => {}
            }
        }
        let documents: Vec<Assessed> =
            judged.iter().map(|(file, document, assessment)| Assessed { file, document, assessment }).collect();
        let failures: Vec<Failure> = failed.iter().map(|(file, message)| Failure { file, message }).collect();
        let report = Report { catalogue: app.infos(), documents: &documents, failures: &failures };
        xlsx::write(&report, Some(day)).map_err(|e| Trouble::Broken(e.to_string()))
    };
    let bytes = spawn_blocking(work).await.map_err(|e| Trouble::Broken(e.to_string()))??;
    Ok(attachment("contrats.xlsx", XLSX, bytes))
}
