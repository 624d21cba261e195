//! The plan of the mends as they stand, what a trial of it showed, and what is done about it.

use super::labels::Label;
use super::numbers::Numbers;
use super::outline::words;
use super::spots::{NewArticles, Spot};
use super::words::{on_clause, on_passage};
use super::{How, Mended, Trouble, Work};
use crate::clause::{Filling, Rendered, render};
use crate::party::Parties;
use crate::redline::{Applied, Change, NewParagraph, Place, Plan};
use check::{Passage, Request};
use contract::{Assessment, Block, BlockKind, Document, Folded, Format, Span, Verdict};
use points::Point;
use std::collections::BTreeMap;

/// A plan, and for each of its changes the mends it serves.
pub(crate) struct Drawn {
    pub plan: Plan,
    serves: Vec<Vec<usize>>,
    /// Mend → heading of its new article.
    created: BTreeMap<usize, String>,
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
    pub(super) fn fits(&self, point: &Point, spot: &Spot) -> bool {
        let Spot::Within { article: Some(article), .. } = spot else { return true };
        let mut path = self.outline.articles[*article].above.clone();
        path.push(*article);
        let turning = |a: &usize| TURNING.iter().any(|t| self.outline.articles[*a].folded.contains(t));
        if !path.iter().any(turning) {
            return true;
        }
        let (parties, filling) = (Parties::default(), self.task.answers);
        let filling = Filling { parties: &parties, profile: self.before.profile, answers: filling, assessment: None };
        let Some(clause) = render(point, &filling) else { return false };
        let headings: Vec<(u8, &str)> = path
            .iter()
            .map(|a| (self.outline.articles[*a].level, self.outline.articles[*a].heading.as_str()))
            .collect();
        let request = Request { profile: self.request.profile, facts: self.request.facts.clone() };
        let trial = self.task.engine.assess(&small(&headings, &clause), &request);
        trial.verdicts.iter().any(|v| v.point == point.id && v.verdict == Verdict::Satisfied)
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
            let title = match categories.get(rank) {
                Some(category) => category.title.clone(),
                None => self.mends[mends[0]].clause.as_ref().map(|c| c.heading.clone()).unwrap_or_default(),
            };
            let heading = articles.heading(&self.outline, &title);
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
            for quote in mend.verdict.quotes.iter().take(if mend.verdict.verdict == Verdict::Weak { 1 } else { 3 }) {
                let entry = all.entry(quote.span()).or_default();
                entry.0.extend(on_passage(mend.point, &mend.verdict));
                entry.1.push(at);
            }
        }
        all.into_iter().map(|(span, (lines, mends))| (span, lines, mends)).collect()
    }

    /// Words to delete, overlapping ones joined, each with the blank that would be left beside it.
    fn deletions(&self) -> Vec<(Span, Vec<usize>)> {
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
        };
        clause.paragraphs.iter().enumerate().map(paragraph).collect()
    }

    /// What a trial of the plan shows to be wrong.
    pub(super) fn troubles(
        &self,
        drawn: &Drawn,
        applied: &Applied,
        after: &Assessment,
        accepted: &Document,
    ) -> Vec<Trouble> {
        let mut troubles = Vec::new();
        let mut later = None;
        let mut refused = vec![(false, false); self.mends.len()];
        for at in &applied.refused {
            let insert = matches!(drawn.plan.changes[*at], Change::Insert { .. });
            let delete = matches!(drawn.plan.changes[*at], Change::Delete { .. });
            for mend in &drawn.serves[*at] {
                refused[*mend].0 |= insert;
                refused[*mend].1 |= delete;
            }
        }
        for (at, mend) in self.mends.iter().enumerate().filter(|(_, m)| m.spot().is_some()) {
            let Some(verdict) = after.verdicts.iter().find(|v| v.point == mend.point.id) else { continue };
            let good = verdict.verdict == Verdict::Satisfied && verdict.contrary.is_empty();
            match refused[at] {
                (_, true) => troubles.push(Trouble::Comment(at)),
                (true, false) if self.attempt < 2 && matches!(mend.spot(), Some(Spot::Shared | Spot::Own)) => {
                    troubles.push(Trouble::Articles);
                }
                (true, false) => troubles.push(Trouble::Move(at)),
                _ if good => {}
                _ => {
                    let passages = later.get_or_insert_with(|| self.task.engine.passages(accepted));
                    // Words that only weaken are let be as long as another place may be enough.
                    let weak = |p: &Passage| mend.spot() == Some(&Spot::Own) && p.verdict == Verdict::Weak;
                    let left = passages[mend.index].iter().filter(|p| p.verdict == Verdict::Adverse || weak(p));
                    let found: Vec<Span> =
                        left.filter_map(|p| self.in_original(accepted.slice(p.span), mend)).collect();
                    troubles.push(if found.is_empty() { Trouble::Move(at) } else { Trouble::Delete(at, found) });
                }
            }
        }
        troubles.extend(self.harmed(after));
        troubles
    }

    /// Points that were better before and are no mend's own.
    fn harmed(&self, after: &Assessment) -> Vec<Trouble> {
        let mut troubles = Vec::new();
        for (index, point) in self.task.engine.catalogue.points.iter().enumerate() {
            if self.mends.iter().any(|m| m.index == index && m.spot().is_some()) {
                continue;
            }
            let of = |list: &Assessment| list.verdicts.iter().find(|v| v.point == point.id).map(|v| v.verdict);
            match (of(self.before), of(after)) {
                (Some(Verdict::Satisfied), Some(now)) if now.is_gap() => troubles.push(Trouble::Restore(index)),
                (Some(was), Some(Verdict::Adverse)) if was != Verdict::Adverse => {
                    let verdict = after.verdicts.iter().find(|v| v.point == point.id);
                    let quote = verdict.and_then(|v| v.quotes.first()).map(|q| Folded::of(&q.text));
                    let by = quote.and_then(|q| {
                        let says = |clause: &Rendered| Folded::of(&clause.text()).text().contains(q.text().trim());
                        self.mends.iter().position(|m| m.clause.as_ref().is_some_and(says))
                    });
                    troubles.extend(by.map(Trouble::Move));
                }
                _ => {}
            }
        }
        troubles
    }

    /// Where words of the accepted text stand in the original, unless they are to be deleted already.
    fn in_original(&self, words: &str, mend: &super::Mend) -> Option<Span> {
        let at = self.document.text.find(words)?;
        let span = Span::new(at, at + words.len());
        (!mend.deletions.iter().any(|d| d.contains(&span))).then_some(span)
    }

    /// Does something about what a trial showed; in the last round what does not take is left with a comment.
    pub(super) fn mend_troubles(&mut self, troubles: &[Trouble], last: bool) {
        if troubles.iter().any(|t| matches!(t, Trouble::Articles)) {
            self.attempt += 1;
        }
        for trouble in troubles {
            match trouble {
                Trouble::Articles => {}
                Trouble::Move(at) | Trouble::Delete(at, _) if last => self.mends[*at].at = usize::MAX,
                Trouble::Move(at) => self.mends[*at].try_elsewhere(),
                Trouble::Delete(at, spans) => {
                    self.mends[*at].deletions.extend(spans);
                    self.mends[*at].at = 0;
                }
                Trouble::Comment(at) => self.mends[*at].at = usize::MAX,
                Trouble::Restore(index) => self.restore(*index),
            }
        }
        self.mends.retain(|m| m.spot().is_some() || !m.restored);
    }

    /// Puts in the clause of a point that lost its words; where there is none, the deletion is given up.
    fn restore(&mut self, index: usize) {
        let id = &self.task.engine.catalogue.points[index].id;
        let Some(verdict) = self.before.verdicts.iter().find(|v| v.point == *id).cloned() else { return };
        let tried = self.mends.iter().any(|m| m.index == index);
        let quotes: Vec<Span> = verdict.quotes.iter().map(contract::Quote::span).collect();
        let mend = self.mend(index, verdict, true);
        if mend.clause.is_some() && !tried {
            return self.mends.push(mend);
        }
        let takes = |span: &Span| quotes.iter().any(|q| q.overlaps(span));
        for mend in self.mends.iter_mut().filter(|m| m.deletions.iter().any(takes)) {
            mend.at = usize::MAX;
        }
    }

    /// What became of each point.
    pub(super) fn outcome(&self, drawn: &Drawn) -> Vec<Mended> {
        let mut out: Vec<(usize, Mended)> = Vec::new();
        for (at, mend) in self.mends.iter().enumerate() {
            let how = match mend.spot() {
                None if mend.verdict.quotes.is_empty() => How::Left,
                None => How::Commented,
                Some(_) if mend.restored => How::Restored,
                Some(_) if mend.deletions.is_empty() => How::Inserted,
                Some(_) => How::Replaced,
            };
            let created = drawn.created.get(&at);
            let article = match mend.spot() {
                Some(Spot::Within { article: Some(article), .. }) => self.outline.articles[*article].heading.clone(),
                None => mend.verdict.quotes.first().map(|q| q.article.clone()).unwrap_or_default(),
                _ => created.cloned().unwrap_or_default(),
            };
            let mended = Mended {
                point: mend.point.id.clone(),
                before: mend.verdict.verdict,
                severity: mend.verdict.severity,
                how,
                article,
                created: created.is_some(),
                clause: mend.spot().and(mend.clause.clone()),
            };
            out.push((mend.index, mended));
        }
        out.sort_by_key(|(index, _)| *index);
        out.into_iter().map(|(_, m)| m).collect()
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
