//! The catalogue as a guide to read: every point's page, by category, with a search.

use crate::actor::Needs;
use crate::app::App;
use crate::page::{Answer, Page, show};
use crate::paper_html;
use crate::routes::Route;
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use contract::Folded;
use draft::clause::{Filling, Rendered, render};
use draft::{Answers, Parties};
use points::{Category, Point};
use serde::Deserialize;

/// The routes of this module.
pub const ROUTES: &[Route] =
    &[Route::get("/guide", Needs::Read, || get(guide)), Route::get("/guide/{point}", Needs::Read, || get(one))];

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
}

struct Group<'a> {
    category: &'a Category,
    points: Vec<&'a Point>,
}

#[derive(Template)]
#[template(path = "guide.html")]
struct Guide<'a> {
    page: Page,
    q: String,
    groups: Vec<Group<'a>>,
    found: usize,
    all: usize,
}

async fn guide(State(app): State<App>, page: Page, Query(asked): Query<Asked>) -> Answer {
    let catalogue = &app.engine().catalogue;
    let words = Folded::of(asked.q.trim());
    let holds = |p: &&Point| {
        let text = Folded::of(&format!("{} {} {} {}", p.id, p.title, p.why, p.ask));
        words.text().split_whitespace().all(|word| text.text().contains(word))
    };
    let mut groups = Vec::new();
    for category in &catalogue.categories {
        let points: Vec<&Point> =
            catalogue.points.iter().filter(|p| p.category() == category.id).filter(holds).collect();
        if !points.is_empty() {
            groups.push(Group { category, points });
        }
    }
    let found = groups.iter().map(|g: &Group| g.points.len()).sum();
    show(&Guide { page, q: asked.q, groups, found, all: catalogue.points.len() })
}

#[derive(Template)]
#[template(path = "guide_point.html")]
struct PointPage<'a> {
    page: Page,
    point: &'a Point,
    category: &'a str,
    body: String,
    clause: Option<Rendered>,
    before: Option<&'a Point>,
    after: Option<&'a Point>,
}

async fn one(State(app): State<App>, page: Page, Path(id): Path<String>) -> Answer {
    let catalogue = &app.engine().catalogue;
    let at = catalogue.points.iter().position(|p| p.id == id).ok_or(Trouble::NotFound)?;
    let point = &catalogue.points[at];
    // The page's own title stands above already.
    let text = point.page.trim_start();
    let text = if text.starts_with("# ") { text.split_once('\n').map_or("", |(_, rest)| rest) } else { text };
    // The sections below it go up a level.
    let lines: Vec<&str> =
        text.lines().map(|line| line.strip_prefix('#').filter(|rest| rest.starts_with('#')).unwrap_or(line)).collect();
    let blocks = paper::markdown::read(&lines.join("\n")).map_err(|e| Trouble::Broken(e.to_string()))?;
    let (parties, answers) = (Parties::default(), Answers::default());
    let filling = Filling { parties: &parties, profile: contract::Profile::Pme, answers: &answers, assessment: None };
    show(&PointPage {
        page,
        category: catalogue.category_title(point.category()),
        body: paper_html::blocks(&blocks),
        clause: render(point, &filling),
        before: at.checked_sub(1).map(|i| &catalogue.points[i]),
        after: catalogue.points.get(at + 1),
        point,
    })
}
