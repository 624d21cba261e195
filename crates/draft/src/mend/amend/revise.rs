//! The mends as an amendment tells them: words replaced or struck, articles completed, articles added.

use super::super::Work;
use super::super::labels::Label;
use super::super::numbers::Numbers;
use super::super::plan::Places;
use super::super::spots::{NewArticles, end_of};
use crate::clause::Paragraph;
use crate::redline::Place;
use contract::Span;
use std::collections::{BTreeMap, BTreeSet};

/// A change within an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The words that go; empty where something is only added, after this place.
    pub at: Span,
    /// What is written in their place, or at the end of the article.
    pub by: Vec<Paragraph>,
    /// The article, as a position in the outline; `None` before the first one.
    pub article: Option<usize>,
}

/// A new article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// Its heading, numbered like the contract's.
    pub heading: String,
    /// Its level.
    pub level: u8,
    /// Its paragraphs.
    pub body: Vec<Paragraph>,
}

/// Everything that the amendment changes.
#[derive(Debug, Clone)]
pub struct Revisions {
    /// The changes within articles, in the order of the contract.
    pub edits: Vec<Edit>,
    /// The new articles.
    pub added: Vec<Added>,
    /// Where they stand.
    pub place: Place,
    /// Mend → heading of its new article.
    pub created: BTreeMap<usize, String>,
}

impl Revisions {
    /// Whether nothing is changed.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty() && self.added.is_empty()
    }
}

/// The changes of the mends as they stand; `None` when nothing is left to mend.
pub fn revisions(work: &Work) -> Option<Revisions> {
    if work.mends.is_empty() {
        return None;
    }
    let Places { within, shared } = work.places();
    let mut edits = Vec::new();
    let mut replacing = BTreeSet::new();
    let place_of: BTreeMap<usize, usize> = within.iter().map(|(after, at)| (*at, *after)).collect();
    let mut numbers = Numbers::default();
    for (span, mends) in work.deletions() {
        let block = work.outline.block_at(span.start);
        let article = work.outline.article_of(block);
        let here = |at: &usize| {
            place_of.get(at).is_some_and(|after| work.outline.article_of(*after) == article) && replacing.insert(*at)
        };
        let mends: Vec<usize> = mends.into_iter().collect::<BTreeSet<_>>().into_iter().filter(here).collect();
        let by = mends.iter().flat_map(|at| replacement(work, &mut numbers, *at, block)).collect();
        edits.push(Edit { at: trimmed(work, span), by, article });
    }
    edits.extend(completions(work, numbers, within.into_iter().filter(|(_, at)| !replacing.contains(at))));
    edits.sort_by_key(|e| (e.at.start, e.at.end));
    let articles = NewArticles::of(&work.outline, Some(work.map), 0);
    let (added, created) = added(work, &articles, shared);
    Some(Revisions { edits, added, place: articles.place, created })
}

/// The clause that takes the place of words, with the number of a paragraph that goes whole.
fn replacement(work: &Work, numbers: &mut Numbers, at: usize, block: usize) -> Vec<Paragraph> {
    let mut paragraphs = clause(work, at);
    if work.is_replaced(at, block) {
        let (_, _, label) = numbers.place(work, block, at);
        number(&mut paragraphs, label.filter(|l| l.number > 0));
    }
    paragraphs
}

/// What articles are completed by, all clauses of an article together.
fn completions(work: &Work, mut numbers: Numbers, within: impl Iterator<Item = (usize, usize)>) -> Vec<Edit> {
    let end = |after: usize| match work.outline.article_of(after) {
        Some(article) => end_of(&work.outline, article),
        None => after,
    };
    let mut placed: Vec<(usize, usize, Option<Label>)> =
        within.map(|(after, at)| numbers.place(work, end(after), at)).collect();
    placed.sort_by_key(|(after, at, _)| (*after, *at));
    numbers.count(&mut placed, |block| work.outline.article_of(block));
    let mut edits: Vec<Edit> = Vec::new();
    for (after, at, label) in placed {
        let article = work.outline.article_of(after);
        let end = work.document.blocks[after].span().end;
        let mut by = clause(work, at);
        number(&mut by, label);
        match edits.last_mut().filter(|e| e.article == article) {
            Some(edit) => edit.by.extend(by),
            None => edits.push(Edit { at: Span::new(end, end), by, article }),
        }
    }
    edits
}

fn added(
    work: &Work,
    articles: &NewArticles,
    shared: BTreeMap<usize, Vec<usize>>,
) -> (Vec<Added>, BTreeMap<usize, String>) {
    let (mut all, mut created) = (Vec::new(), BTreeMap::new());
    let mut articles = articles.clone();
    for (rank, mends) in shared {
        let heading = articles.heading(&work.outline, &work.title(rank, &mends)).text;
        let body = mends.iter().flat_map(|at| clause(work, *at)).collect();
        created.extend(mends.iter().map(|at| (*at, heading.clone())));
        all.push(Added { heading, level: work.outline.main, body });
    }
    (all, created)
}

fn clause(work: &Work, at: usize) -> Vec<Paragraph> {
    work.mends[at].clause.as_ref().map(|c| c.paragraphs.clone()).unwrap_or_default()
}

fn number(paragraphs: &mut [Paragraph], label: Option<Label>) {
    if let (Some(label), Some(first)) = (label, paragraphs.first_mut()) {
        first.text = label.with(label.number, &first.text);
    }
}

/// The span without the blanks at its ends.
fn trimmed(work: &Work, span: Span) -> Span {
    let text = work.document.slice(span);
    let start = span.start + (text.len() - text.trim_start().len());
    Span::new(start, start + text.trim().len())
}
