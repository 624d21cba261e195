//! Where a clause may go, best place first: after the passage it mends, into the article that treats the matter, into
//! the article of its neighbours, into a new article with the clauses of its category, into one of its own.

use super::outline::Outline;
use crate::redline::{NewParagraph, Place};
use contract::{Assessment, BlockKind, Folded, Span};
use points::{Clause, Point};
use readers::SourceMap;

/// A place for a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// After a block, within an article; `None` before the first one.
    Within {
        /// The block.
        after: usize,
        /// The article.
        article: Option<usize>,
    },
    /// In a new article, with the other clauses of its category.
    Shared,
    /// In a new article of its own.
    Own,
}

/// The places for the clause of a point, best first. `passages` are the words that it mends.
pub fn spots(
    outline: &Outline,
    assessment: &Assessment,
    point: &Point,
    clause: &Clause,
    passages: &[Span],
) -> Vec<Spot> {
    let mut spots: Vec<Spot> = Vec::new();
    let mut push = |spot: Spot| {
        if !spots.contains(&spot) {
            spots.push(spot);
        }
    };
    let beside: Vec<Spot> = passages.iter().take(2).map(|p| after_passage(outline, p.end.saturating_sub(1))).collect();
    let treats = |spot: &&Spot| match spot {
        Spot::Within { article: Some(article), .. } => {
            let path = outline.articles[*article].above.iter().chain([article]);
            path.filter(|a| !outline.is_frame(**a)).any(|a| hits(&outline.articles[*a].folded, clause) > 0)
        }
        _ => false,
    };
    beside.iter().filter(treats).for_each(|s| push(s.clone()));
    for article in by_heading(outline, clause).into_iter().take(2) {
        push(Spot::Within { after: end_of(outline, article), article: Some(article) });
    }
    let inside = |spot: &&Spot| match spot {
        Spot::Within { article: Some(article), .. } => !outline.is_frame(*article),
        _ => false,
    };
    beside.iter().filter(inside).for_each(|s| push(s.clone()));
    if passages.is_empty()
        && let Some(article) = by_neighbours(outline, assessment, point)
    {
        push(Spot::Within { after: end_of(outline, article), article: Some(article) });
    }
    push(Spot::Shared);
    push(Spot::Own);
    spots
}

/// After the passage, and after the list or table it stands in: a paragraph between would part them.
pub(super) fn after_passage(outline: &Outline, byte: usize) -> Spot {
    let blocks = &outline.document.blocks;
    let mut block = outline.block_at(byte);
    let grouped = |kind: BlockKind| match kind {
        BlockKind::ListItem { .. } => 1,
        BlockKind::TableRow { .. } => 2,
        _ => 0,
    };
    let ends_open = |at: usize| outline.document.slice(blocks[at].span()).trim_end().ends_with([':', ';', ',']);
    while let Some(next) = blocks.get(block + 1) {
        let group = grouped(next.kind);
        let running = matches!(next.kind, BlockKind::Running | BlockKind::TocEntry);
        let goes_on = group > 0 && (group == grouped(blocks[block].kind) || ends_open(block));
        if !(goes_on || running && ends_open(block)) {
            break;
        }
        block += 1;
    }
    Spot::Within { after: block, article: outline.article_of(block) }
}

/// The last block of an article's own text.
pub fn end_of(outline: &Outline, article: usize) -> usize {
    let here = &outline.articles[article];
    let blocks = &outline.document.blocks;
    let told = |b: &usize| !matches!(blocks[*b].kind, BlockKind::Running | BlockKind::TocEntry);
    (here.block..here.end).rev().find(told).unwrap_or(here.block)
}

/// Articles whose heading has one of the clause's words, those with most of them first; an article whose text stands
/// in its parts is left to them.
fn by_heading(outline: &Outline, clause: &Clause) -> Vec<usize> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (at, article) in outline.articles.iter().enumerate() {
        let parted = article.close > article.end && article.end == article.block + 1;
        if article.block >= outline.signatures || parted || outline.is_frame(at) {
            continue;
        }
        let hits = hits(&article.folded, clause);
        if hits > 0 && !is_clients(&article.folded) {
            found.push((hits, at));
        }
    }
    found.sort_by_key(|(hits, at)| (std::cmp::Reverse(*hits), *at));
    found.into_iter().map(|(_, at)| at).collect()
}

/// Whether a heading announces what the client owes, or what is left out.
fn is_clients(folded: &str) -> bool {
    let duties = ["obligation", "devoir", "engagement", "responsabilite", "collaboration", "prerequis"];
    let clients =
        duties.iter().any(|d| folded.contains(d)) && folded.contains("client") && !folded.contains("prestataire");
    clients || folded.contains("exclusion") || folded.contains("non compris")
}

/// How many of the words of a clause's place a folded heading holds.
fn hits(folded: &str, clause: &Clause) -> usize {
    clause.place.iter().filter(|pattern| holds(folded, pattern)).count()
}

/// Whether a folded heading holds a pattern: whole words, the last of which may end in `*`.
pub fn holds(folded: &str, pattern: &str) -> bool {
    let beginning = pattern.ends_with('*');
    let pattern = pattern.trim_end_matches('*');
    folded.match_indices(pattern).any(|(at, _)| {
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
        edge(folded[..at].chars().next_back()) && (beginning || edge(folded[at + pattern.len()..].chars().next()))
    })
}

/// The article where most passages of the point's category stand.
fn by_neighbours(outline: &Outline, assessment: &Assessment, point: &Point) -> Option<usize> {
    let mut counts = vec![0_usize; outline.articles.len()];
    for verdict in &assessment.verdicts {
        if verdict.point.split('-').next() != Some(point.category()) {
            continue;
        }
        for quote in &verdict.quotes {
            let block = outline.block_at(quote.start);
            let article = outline.article_of(block).filter(|a| block < outline.signatures && !outline.is_frame(*a));
            if let Some(article) = article {
                counts[article] += 1;
            }
        }
    }
    let best = (0..counts.len()).max_by_key(|a| (counts[*a], std::cmp::Reverse(*a)))?;
    (counts[best] >= 2).then_some(best)
}

/// Where new articles go and what their headings look like.
#[derive(Debug, Clone)]
pub struct NewArticles {
    /// Where.
    pub place: Place,
    /// The heading they are modelled on.
    model: Option<usize>,
    next: u32,
}

impl NewArticles {
    /// Before the final clauses where nothing would have to be numbered anew, else before the signatures; `attempt`
    /// counts the places that were refused.
    pub fn of(outline: &Outline, map: Option<&SourceMap>, attempt: usize) -> Self {
        let document = outline.document;
        let last = outline.main_articles().next_back();
        let first_final = outline.first_final().filter(|a| keeps_numbers(outline, *a));
        let mains: Vec<usize> = outline.main_articles().collect();
        let model = match first_final {
            Some(closing) => mains.iter().rev().find(|a| **a < closing).copied(),
            None => last,
        };
        let like =
            |a: &usize| match (&outline.articles[*a].label, model.and_then(|m| outline.articles[m].label.as_ref())) {
                (Some(label), Some(model)) if label.is_like(model) => Some(label.number),
                _ => None,
            };
        let next = mains.iter().filter_map(like).max().map_or(1, |n| n + 1);
        let end = Place::After(document.text.len().saturating_sub(1));
        let start = |block: usize| document.blocks[block].span().start;
        let mut places = Vec::new();
        if let Some(closing) = first_final {
            places.push(Place::Before(start(outline.articles[closing].block)));
        } else if outline.signatures < document.blocks.len() {
            places.push(Place::Before(first_traced(outline, map, outline.signatures)));
            places.push(Place::After(start(outline.signatures).saturating_sub(2)));
        }
        places.push(end);
        let place = places.get(attempt).copied().unwrap_or(end);
        Self { place, model, next }
    }

    /// The heading of a new article; each takes the next number.
    pub fn heading(&mut self, outline: &Outline, title: &str) -> NewParagraph {
        let article = self.model.map(|m| &outline.articles[m]);
        let text = match article.and_then(|a| a.label.as_ref().filter(|_| !a.automatic)) {
            Some(label) => label.with(self.next, &like_case(article.map_or("", |a| &a.heading), title)),
            None => like_case(article.map_or("", |a| &a.heading), title),
        };
        self.next += 1;
        let model = article.map(|a| outline.document.blocks[a.block].span().end.saturating_sub(1));
        NewParagraph { text, model, numbered: true, bold: model.is_none(), level: Some(outline.main) }
    }
}

/// The first byte at or after a block that an editor can find.
fn first_traced(outline: &Outline, map: Option<&SourceMap>, block: usize) -> usize {
    let start = outline.document.blocks[block].span().start;
    map.and_then(|m| m.pieces.iter().find(|p| p.text.end > start)).map_or(start, |p| p.text.start.max(start))
}

/// Whether new articles before this one leave every number that the contract refers to as it is: the label must be
/// automatic or absent, and no sentence may name this article or a later one by number.
fn keeps_numbers(outline: &Outline, closing: usize) -> bool {
    let article = &outline.articles[closing];
    let Some(label) = &article.label else { return true };
    if !article.automatic {
        return false;
    }
    let folded = Folded::of(&outline.document.text);
    let text = folded.text();
    !text.match_indices("article").any(|(at, _)| {
        let rest = text[at + 7..].trim_start_matches(['s', ' ']);
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let own = outline
            .articles
            .iter()
            .any(|a| outline.document.blocks[a.block].span().contains(&folded.original(at, at + 7)));
        !own && digits.parse::<u32>().is_ok_and(|n| n >= label.number)
    })
}

/// A title in capitals where the model heading is.
fn like_case(model: &str, title: &str) -> String {
    let words = super::labels::Label::parse(model).map_or(model, |(_, title)| title);
    let letters = || words.chars().filter(|c| c.is_alphabetic());
    if letters().count() > 3 && letters().all(char::is_uppercase) { title.to_uppercase() } else { title.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_matched_by_word_beginnings() {
        assert!(holds("article 5 - sauvegardes et restauration", "sauvegard*"));
        assert!(holds("plan de reprise d'activite", "reprise"));
        assert!(!holds("entreprise", "reprise"));
        assert!(!holds("reprises", "reprise"));
    }

    #[test]
    fn titles_follow_the_case_of_the_headings() {
        assert_eq!(like_case("ARTICLE 3 – DURÉE", "Sauvegardes à tester"), "SAUVEGARDES À TESTER");
        assert_eq!(like_case("Article 3 – Durée", "Sauvegardes"), "Sauvegardes");
    }
}
