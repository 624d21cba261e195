//! Contracts or offers side by side: what each promises on the points where they differ.

use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Answer, Page, show};
use crate::pages::analysis::{Loaded, load};
use crate::routes::Route;
use crate::trouble::{Trouble, see};
use askama::Template;
use axum::extract::{Query, State};
use axum::routing::get;
use check::compare::figures;
use contract::{Quantity, Verdict, figure_words};
use report::summary::{Counts, score};

/// The routes of this module.
pub const ROUTES: &[Route] = &[Route::get("/analyses/comparer", Needs::Read, || get(compare))];

/// Most contracts side by side.
const MOST: usize = 4;

/// Whether so many contracts can stand side by side.
pub(crate) fn fit(ids: &[u64]) -> bool {
    (2..=MOST).contains(&ids.len())
}

/// A contract at the head of its column.
pub(crate) struct Head {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) provider: String,
    pub(crate) score: Option<u8>,
    pub(crate) gaps: usize,
    pub(crate) blocking: usize,
}

/// What one contract says of a point.
pub(crate) struct Cell {
    pub(crate) contract: u64,
    pub(crate) verdict: Verdict,
    class: &'static str,
    pub(crate) figures: String,
    /// Whether it is the best of those that differ.
    pub(crate) best: bool,
}

/// A point on which they differ, or all agree.
struct Line {
    id: String,
    title: String,
    cells: Vec<Cell>,
}

/// Points of a category.
struct Group {
    title: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "compare.html")]
struct Compared {
    page: Page,
    heads: Vec<Head>,
    groups: Vec<Group>,
    differ: usize,
    alike: usize,
    whole: bool,
    query: String,
}

async fn compare(
    State(app): State<App>,
    actor: Actor,
    page: Page,
    Query(asked): Query<Vec<(String, String)>>,
) -> Answer {
    let mut ids: Vec<u64> = asked.iter().filter(|f| f.0 == "c").filter_map(|f| f.1.parse().ok()).collect();
    ids.dedup();
    ids.truncate(MOST);
    if !fit(&ids) {
        return Err(Trouble::Refused("cochez deux à quatre contrats dans la liste, puis « Comparer »".to_owned()));
    }
    let mut loaded = Vec::new();
    for id in &ids {
        match load(&app, &actor, *id).await {
            Ok(one) => loaded.push(one),
            Err(crate::pages::analysis::Absent::Trouble(trouble)) => return Err(trouble),
            Err(crate::pages::analysis::Absent::Elsewhere(place)) => return Ok(see(&place)),
        }
    }
    let whole = asked.iter().any(|f| f.0 == "tout");
    let catalogue = &app.engine().catalogue;
    let (mut differ, mut alike, mut groups) = (0, 0, Vec::new());
    for category in &catalogue.categories {
        let mut lines = Vec::new();
        for point in catalogue.points.iter().filter(|p| p.category() == category.id) {
            let Some((cells, same)) = cells(&loaded, &point.id) else { continue };
            if same {
                alike += 1;
            } else {
                differ += 1;
            }
            if whole || !same {
                lines.push(Line { id: point.id.clone(), title: point.title.clone(), cells });
            }
        }
        if !lines.is_empty() {
            groups.push(Group { title: category.title.clone(), lines });
        }
    }
    let query = ids.iter().map(|id| format!("c={id}")).collect::<Vec<_>>().join("&");
    show(&Compared { page, heads: loaded.iter().map(head).collect(), groups, differ, alike, whole, query })
}

pub(crate) fn head(loaded: &Loaded) -> Head {
    let verdicts = &loaded.assessment.verdicts;
    let counts = Counts::of(verdicts);
    Head {
        id: loaded.review.id,
        name: loaded.review.name.clone(),
        provider: loaded.document.party(&loaded.assessment.provider_names).into_iter().next().unwrap_or_default(),
        score: score(verdicts),
        gaps: counts.gaps(),
        blocking: counts.blocking,
    }
}

/// Figures in words.
pub(crate) fn told(figures: &[Quantity]) -> String {
    figures.iter().map(figure_words).collect::<Vec<_>>().join(", ")
}

/// What each says of a point, and whether all say the same; `None` where it concerns none of them.
pub(crate) fn cells(loaded: &[Loaded], point: &str) -> Option<(Vec<Cell>, bool)> {
    let mut cells: Vec<Cell> = loaded
        .iter()
        .map(|one| {
            let verdict = one.assessment.verdicts.iter().find(|v| v.point == point);
            let verdict = verdict.map_or(Verdict::NotApplicable, |v| v.verdict);
            let class = report::html::class(verdict);
            Cell {
                contract: one.review.id,
                verdict,
                class,
                figures: told(&figures(&one.assessment, point)),
                best: false,
            }
        })
        .collect();
    if cells.iter().all(|c| c.verdict == Verdict::NotApplicable) {
        return None;
    }
    let same = cells.iter().all(|c| c.verdict == cells[0].verdict && c.figures == cells[0].figures);
    let rank = |c: &Cell| check::compare::rank(c.verdict);
    let (best, worst) = (cells.iter().filter_map(rank).max(), cells.iter().filter_map(rank).min());
    if best > worst {
        for cell in &mut cells {
            cell.best = rank(cell) == best;
        }
    }
    Some((cells, same))
}
