//! What a trial of the mends showed, what is done about it, and what became of each point.

use super::spots::Spot;
use super::{How, Mended, Trouble, Work};
use crate::clause::Rendered;
use check::{Passage, Reading};
use contract::{Assessment, Document, Folded, Span, Verdict};
use std::collections::BTreeMap;

impl Work<'_> {
    /// What a trial of the plan shows to be wrong.
    pub(super) fn troubles(
        &self,
        refused: &[(bool, bool)],
        after: &Assessment,
        (accepted, reading): (&Document, &Reading),
    ) -> Vec<Trouble> {
        let mut troubles = Vec::new();
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
                    let passages = reading.passages_of(mend.index);
                    // Words that only weaken are let be as long as another place may be enough.
                    let weak = |p: &Passage| mend.spot() == Some(&Spot::Own) && p.verdict == Verdict::Weak;
                    let left = passages.iter().filter(|p| p.verdict == Verdict::Adverse || weak(p));
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
    pub(super) fn in_original(&self, words: &str, mend: &super::Mend) -> Option<Span> {
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
    pub(super) fn outcome(&self, created: &BTreeMap<usize, String>) -> Vec<Mended> {
        let mut out: Vec<(usize, Mended)> = Vec::new();
        for (at, mend) in self.mends.iter().enumerate() {
            let how = match mend.spot() {
                None if mend.verdict.quotes.is_empty() => How::Left,
                None => How::Commented,
                Some(_) if mend.restored => How::Restored,
                Some(_) if mend.deletions.is_empty() => How::Inserted,
                Some(_) => How::Replaced,
            };
            let created = created.get(&at);
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
