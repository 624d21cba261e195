//! The plan of the mends as they stand.

use super::Work;
use super::labels::Label;
use super::numbers::Numbers;
use super::outline::words;
use super::spots::{NewArticles, Spot};
use super::words::{again, on_clause, on_passage};
use crate::clause::{Filling, Rendered, render};
use crate::party::Parties;
use crate::redline::{Applied, Change, NewParagraph, Place, Plan};
use contract::{Block, BlockKind, Document, Format, Span, Verdict};
use std::collections::BTreeMap;

/// A plan, and for each of its changes the mends it serves.
pub(crate) struct Drawn {
    pub plan: Plan,
    serves: Vec<Vec<usize>>,
    /// Mend → heading of its new article.
    pub created: BTreeMap<usize, String>,
}

impl Drawn {
    /// For each of so many mends, whether its clause and whether its deletions were refused.
    pub fn refused(&self, applied: &Applied, mends: usize) -> Vec<(bool, bool)> {
        let mut refused = vec![(false, false); mends];
        for at in &applied.refused {
            let insert = matches!(self.plan.changes[*at], Change::Insert { .. });
            let delete = matches!(self.plan.changes[*at], Change::Delete { .. });
            for mend in &self.serves[*at] {
                refused[*mend].0 |= insert;
                refused[*mend].1 |= delete;
            }
        }
        refused
    }
}

/// Where the clauses go.
pub(crate) struct Places {
    /// After which block, and the mend.
    pub within: Vec<(usize, usize)>,
    /// The mends of each new article, in order.
    pub shared: BTreeMap<usize, Vec<usize>>,
}

/// Words in a heading that may turn what stands under it: there a clause is tried before it is put.
const TURNING: [&str; 12] = [
    "client",
    "acheteur",
    "utilisateur",
    "abonne",
    "exclu",
    "limit",
    "hors ",
    "option",
    "definition",
    "non compris",
    "glossaire",
    "preambule",
];

impl Work<'_> {
    /// Whether a clause would say the same under the headings of a place as it does alone.
    pub(super) fn fits(&self, index: usize, spot: &Spot) -> bool {
        let Spot::Within { article: Some(article), .. } = spot else { return true };
        let mut path = self.outline.articles[*article].above.clone();
        path.push(*article);
        let turning = |a: &usize| TURNING.iter().any(|t| self.outline.articles[*a].folded.contains(t));
        if !path.iter().any(turning) {
            return true;
        }
        let (parties, filling) = (Parties::default(), self.task.answers);
        let filling = Filling { parties: &parties, profile: self.before.profile, answers: filling, assessment: None };
        let Some(clause) = render(&self.task.engine.catalogue.points[index], &filling) else { return false };
        let headings: Vec<(u8, &str)> = path
            .iter()
            .map(|a| (self.outline.articles[*a].level, self.outline.articles[*a].heading.as_str()))
            .collect();
        self.task.engine.satisfies(&small(&headings, &clause), index, &self.request.facts)
    }

    /// The plan of the mends as they stand; `None` when nothing is left to do.
    pub(super) fn plan(&self) -> Option<Drawn> {
        let mut drawn = Drawn { plan: Plan::default(), serves: Vec::new(), created: BTreeMap::new() };
        let mut push = |change: Change, mends: Vec<usize>| {
            drawn.plan.changes.push(change);
            drawn.serves.push(mends);
        };
        for (span, lines, mends) in self.comments() {
            push(Change::Comment { span, lines }, mends);
        }
        for (span, mends) in self.deletions() {
            push(Change::Delete { span }, mends);
        }
        let Places { within, shared } = self.places();
        let mut numbers = Numbers::default();
        let mut within: Vec<(usize, usize, Option<Label>)> =
            within.into_iter().map(|(after, at)| numbers.place(self, after, at)).collect();
        // What takes the place of a paragraph stands right after it.
        within.sort_by_key(|(after, at, label)| (*after, !self.is_replaced(*at, *after), label.is_none(), *at));
        numbers.count(&mut within, |block| self.outline.article_of(block));
        for (after, at, label) in within {
            let clause = self.mends[at].clause.as_ref();
            let byte = self.document.blocks[after].span().end.saturating_sub(1);
            let mut paragraphs = clause.map(|c| self.paragraphs(c, Some(after))).unwrap_or_default();
            if let (Some(label), Some(first)) = (label, paragraphs.first_mut()) {
                first.text = label.with(label.number, &first.text);
            }
            push(Change::Insert { place: Place::After(byte), paragraphs, lines: self.told(at) }, vec![at]);
        }
        let mut articles = NewArticles::of(&self.outline, Some(self.map), self.attempt);
        let mut created = BTreeMap::new();
        for (rank, mends) in shared {
            let heading = articles.heading(&self.outline, &self.title(rank, &mends));
            for at in &mends {
                created.insert(*at, heading.text.clone());
            }
            push(Change::Insert { place: articles.place, paragraphs: vec![heading], lines: Vec::new() }, mends.clone());
            for at in mends {
                let paragraphs = self.mends[at].clause.as_ref().map(|c| self.paragraphs(c, None)).unwrap_or_default();
                push(Change::Insert { place: articles.place, paragraphs, lines: self.told(at) }, vec![at]);
            }
        }
        drawn.created = created;
        (!drawn.plan.changes.is_empty()).then_some(drawn)
    }

    /// Where the clauses go.
    pub(super) fn places(&self) -> Places {
        let mut within: Vec<(usize, usize)> = Vec::new();
        let mut shared: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let categories = &self.task.engine.catalogue.categories;
        for (at, mend) in self.mends.iter().enumerate() {
            match mend.spot() {
                Some(Spot::Within { after, .. }) => within.push((*after, at)),
                Some(Spot::Shared) => {
                    let rank = categories.iter().position(|c| c.id == mend.point.category()).unwrap_or(0);
                    shared.entry(rank).or_default().push(at);
                }
                Some(Spot::Own) => {
                    shared.entry(categories.len() + at).or_default().push(at);
                }
                None => {}
            }
        }
        Places { within, shared }
    }

    /// The title of a new article.
    pub(super) fn title(&self, rank: usize, mends: &[usize]) -> String {
        match self.task.engine.catalogue.categories.get(rank) {
            Some(category) => category.title.clone(),
            None => self.mends[mends[0]].clause.as_ref().map(|c| c.heading.clone()).unwrap_or_default(),
        }
    }

    /// The comment on an inserted clause; a passage that was commented says it already.
    fn told(&self, at: usize) -> Vec<String> {
        let mend = &self.mends[at];
        match &mend.clause {
            Some(clause) if mend.verdict.quotes.is_empty() || mend.restored => {
                on_clause(mend.point, &mend.verdict, clause)
            }
            _ => Vec::new(),
        }
    }

    /// Comments on passages, those on the same words made one.
    fn comments(&self) -> Vec<(Span, Vec<String>, Vec<usize>)> {
        let mut all: BTreeMap<Span, (Vec<String>, Vec<usize>)> = BTreeMap::new();
        for (at, mend) in self.mends.iter().enumerate().filter(|(_, m)| !m.restored) {
            let most = if mend.verdict.verdict == Verdict::Weak { 1 } else { 3 };
            let mut told: Vec<usize> = Vec::new();
            for quote in mend.verdict.quotes.iter().take(most) {
                let block = self.outline.block_at(quote.start);
                if told.contains(&block) {
                    continue;
                }
                // The whole comment is read once; elsewhere it is only recalled.
                let lines = if told.is_empty() { on_passage(mend.point, &mend.verdict) } else { again(mend.point) };
                told.push(block);
                let entry = all.entry(quote.span()).or_default();
                entry.0.extend(lines);
                entry.1.push(at);
            }
        }
        all.into_iter().map(|(span, (lines, mends))| (span, lines, mends)).collect()
    }

    /// Words to delete, overlapping ones joined, each with the blank that would be left beside it.
    pub(super) fn deletions(&self) -> Vec<(Span, Vec<usize>)> {
        let mut all: Vec<(Span, Vec<usize>)> = Vec::new();
        let mut spans: Vec<(Span, usize)> = Vec::new();
        for (at, mend) in self.mends.iter().enumerate().filter(|(_, m)| m.spot().is_some()) {
            spans.extend(mend.deletions.iter().map(|s| (self.with_blank(self.whole(*s)), at)));
        }
        spans.sort_unstable();
        for (span, at) in spans {
            match all.last_mut() {
                Some((last, mends)) if last.overlaps(&span) || last.end == span.start => {
                    *last = last.join(&span);
                    mends.push(at);
                }
                _ => all.push((span, vec![at])),
            }
        }
        all
    }

    fn with_blank(&self, span: Span) -> Span {
        let text = &self.document.text;
        let blank = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}');
        let after = text[span.end..].len() - text[span.end..].trim_start_matches(blank).len();
        let more = text[span.end + after..].starts_with(|c: char| c != '\n');
        if after > 0 && more {
            return Span::new(span.start, span.end + after);
        }
        let before = text[..span.start].len() - text[..span.start].trim_end_matches(blank).len();
        Span::new(span.start - before, span.end + if more { 0 } else { after })
    }

    /// The paragraphs of a clause, modelled on those around the block.
    fn paragraphs(&self, clause: &Rendered, after: Option<usize>) -> Vec<NewParagraph> {
        let blocks = &self.document.blocks;
        let near = after.unwrap_or(self.outline.signatures.min(blocks.len()).saturating_sub(1));
        let from = after.and_then(|b| self.outline.article_of(b)).map_or(0, |a| self.outline.articles[a].block);
        let body = |b: &usize| {
            blocks[*b].kind == BlockKind::Paragraph
                && words(self.document, &blocks[*b]).chars().count() >= 50
                && !self.map.pieces_in(blocks[*b].span()).is_empty()
        };
        let own = (from..=near).rev().find(body);
        let model =
            own.or_else(|| (0..near.min(blocks.len())).rev().find(body)).or_else(|| (0..blocks.len()).find(body));
        // A byte of its words: the label of a numbered paragraph has no place in the file.
        let byte = |b: usize| blocks[b].span().end.saturating_sub(1);
        let numbered = own.is_some() && own == model;
        let paragraph = |(index, p): (usize, &crate::Paragraph)| NewParagraph {
            text: if p.item { format!("– {}", p.text) } else { p.text.clone() },
            model: model.map(byte),
            numbered: numbered && index == 0,
            bold: false,
            level: None,
        };
        clause.paragraphs.iter().enumerate().map(paragraph).collect()
    }
}

/// A clause under some headings, as a document.
fn small(headings: &[(u8, &str)], clause: &Rendered) -> Document {
    let (mut text, mut blocks) = (String::new(), Vec::new());
    let lines = headings.iter().map(|(level, h)| (BlockKind::Heading { level: *level }, (*h).to_owned()));
    let lines = lines.chain(clause.paragraphs.iter().map(|p| match p.item {
        true => (BlockKind::ListItem { depth: 0 }, format!("– {}", p.text)),
        false => (BlockKind::Paragraph, p.text.clone()),
    }));
    for (kind, words) in lines {
        let start = text.len();
        text.push_str(&words);
        blocks.push(Block::new(kind, Span::new(start, text.len())));
        text.push('\n');
    }
    Document { format: Format::Text, text, pages: Vec::new(), blocks, problems: Vec::new() }
}
