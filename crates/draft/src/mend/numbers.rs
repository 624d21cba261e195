//! Numbered paragraphs ("3.1", "3.2"): an inserted one goes on after the last, or takes the number of the one it takes
//! the place of, so that no number the contract refers to comes to stand for something else.

use super::Work;
use super::labels::Label;
use super::outline::words;
use contract::{BlockKind, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Words that go on about the sentence before.
const GOING_ON: [&str; 16] = [
    "il ",
    "elle ",
    "ils ",
    "elles ",
    "celui-ci ",
    "celle-ci ",
    "ceux-ci ",
    "celles-ci ",
    "ce ",
    "cet ",
    "cette ",
    "ces ",
    "ceci ",
    "cela ",
    "à ce titre",
    "dans ce cas",
];

/// Beginnings of a part of a sentence that says itself of whom or of what it speaks.
const WHO: [&str; 21] = [
    "le ",
    "la ",
    "les ",
    "l'",
    "un ",
    "une ",
    "aucun ",
    "aucune ",
    "tout ",
    "toute ",
    "tous ",
    "toutes ",
    "chaque ",
    "chacun",
    "en cas ",
    "si ",
    "s'il ",
    "lorsqu",
    "dans ",
    "pour ",
    "à compter",
];

/// Whether a part of a sentence after a semicolon stands on its own when the part before it is taken away.
fn says_who(text: &str) -> bool {
    WHO.iter().any(|w| text.starts_with(w))
}

/// The numbers given while a plan is drawn.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// Blocks whose number was taken over.
    taken: BTreeSet<usize>,
    /// Article → its next number.
    next: BTreeMap<usize, u32>,
}

impl Numbers {
    /// Where a clause goes that was to follow a block, and the label it takes, still to be counted unless it is that of a
    /// paragraph it takes the place of (number 0 otherwise).
    pub fn place(&mut self, work: &Work, after: usize, at: usize) -> (usize, usize, Option<Label>) {
        let Some(article) = work.outline.article_of(after) else { return (after, at, None) };
        let Some((last, label, automatic)) = work.last_number(article) else { return (after, at, None) };
        if work.is_replaced(at, after) && self.taken.insert(after) {
            return (after, at, own_label(work, after).filter(|_| !automatic));
        }
        self.next.entry(article).or_insert(label.number + 1);
        let end = (last..work.outline.articles[article].end).rev().find(|b| told(work, *b)).unwrap_or(last);
        (end, at, (!automatic).then_some(Label { number: 0, ..label }))
    }

    /// Counts the labels that go on after the last, in the order in which they will stand.
    pub fn count(&mut self, within: &mut [(usize, usize, Option<Label>)], article_of: impl Fn(usize) -> Option<usize>) {
        for (after, _, label) in within {
            let Some(label) = label.as_mut().filter(|l| l.number == 0) else { continue };
            let Some(next) = article_of(*after).and_then(|a| self.next.get_mut(&a)) else { continue };
            label.number = *next;
            *next += 1;
        }
    }
}

fn told(work: &Work, block: usize) -> bool {
    !matches!(work.document.blocks[block].kind, BlockKind::Running | BlockKind::TocEntry)
}

/// The label of a numbered paragraph.
fn own_label(work: &Work, block: usize) -> Option<Label> {
    let here = &work.document.blocks[block];
    if here.kind != BlockKind::Paragraph {
        return None;
    }
    let text = words(work.document, here);
    let (label, rest) = Label::parse(&text)?;
    // "28 rue de la Redoute" has no label.
    let marked = !label.outer.is_empty() || label.separator.contains(['.', ')', '-', '–', '—']);
    (label.prefix.is_empty() && label.is_figure() && marked && !rest.is_empty()).then_some(label)
}

/// The last numbered paragraph of an article that numbers its paragraphs: its block, its label, whether the word
/// processor writes it.
fn last_number(work: &Work, article: usize) -> Option<(usize, Label, bool)> {
    let here = &work.outline.articles[article];
    let paragraphs = (here.block + 1..here.end).filter(|b| work.document.blocks[*b].kind == BlockKind::Paragraph);
    let all: Vec<(usize, Option<Label>)> = paragraphs.map(|b| (b, own_label(work, b))).collect();
    let labelled = all.iter().filter(|(_, l)| l.is_some()).count();
    if labelled == 0 || labelled * 2 < all.len() {
        return None;
    }
    let (block, label) = all.into_iter().rev().find_map(|(b, l)| Some((b, l?)))?;
    let span = work.document.blocks[block].span();
    let automatic = work.map.pieces_in(span).first().is_some_and(|p| p.text.start > span.start);
    Some((block, label, automatic))
}

impl Work<'_> {
    /// [`last_number`], looked for once.
    fn last_number(&self, article: usize) -> Option<(usize, Label, bool)> {
        let mut known = self.numbered.borrow_mut();
        known.entry(article).or_insert_with(|| last_number(self, article)).clone()
    }

    /// Whether a mend deletes all the words of a block.
    pub(super) fn is_replaced(&self, at: usize, block: usize) -> bool {
        let span = self.document.blocks[block].span();
        self.mends[at].deletions.iter().any(|d| {
            let whole = self.whole(*d);
            whole.start <= span.start && self.document.text[whole.end.min(span.end)..span.end].trim().is_empty()
        })
    }

    /// Whether folded words begin with a party: "le client paie".
    fn names_party(&self, text: &str) -> bool {
        let parties = [&self.parties.provider, &self.parties.client];
        parties.iter().any(|party| text.starts_with(&party.le().to_lowercase()))
    }

    /// The words to delete: with the sentences that go on about them, without the number of a paragraph of which
    /// something is left.
    pub(super) fn whole(&self, span: Span) -> Span {
        let block = self.outline.block_at(span.start);
        let here = self.document.blocks[block].span();
        if self.document.blocks[block].kind != BlockKind::Paragraph {
            return span;
        }
        let mut end = span.end;
        let first = self.sentences.partition_point(|s| s.start < span.end);
        // "Le Prestataire garantit : a ; b ; c.": without its beginning, nothing of the sentence says who does what.
        let head = !self.document.text[here.start..span.start].trim_end().ends_with(';');
        let leads = head && self.document.slice(span).contains(':');
        for next in &self.sentences[first..] {
            let text = self.document.slice(*next).to_lowercase().replace('’', "'");
            let rest_of_it = head && self.document.text[here.start..end].trim_end().ends_with(';');
            let apart = if leads { self.names_party(&text) } else { says_who(&text) };
            if rest_of_it && next.start < here.end && !apart {
                end = next.end;
                continue;
            }
            let goes_on = GOING_ON.iter().any(|w| text.starts_with(w));
            let needed = || {
                let quotes = self.before.verdicts.iter().filter(|v| v.verdict == contract::Verdict::Satisfied);
                quotes.flat_map(|v| &v.quotes).any(|q| q.span().overlaps(next))
            };
            // A person that "il" stands for may still be named before; things named by "elles" or "ces" are gone.
            let person = text.starts_with("il ") || text.starts_with("elle ");
            if next.start >= here.end || !goes_on || (person && needed()) {
                break;
            }
            end = next.end;
        }
        let left = !self.document.text[end.min(here.end)..here.end].trim().is_empty();
        let mut start = span.start;
        if left && start == here.start {
            let text = self.document.slice(Span::new(start, here.end));
            if let Some((_, rest)) = own_label(self, block).and_then(|_| Label::parse(text)) {
                start += text.len() - rest.len();
            }
        }
        Span::new(start.min(end), end)
    }
}
