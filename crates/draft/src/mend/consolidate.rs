//! The contract as it would be: its text with what a plan or an amendment strikes taken out and what it adds put in.

use super::amend::Revisions;
use crate::clause::Paragraph;
use crate::redline::{Change, NewParagraph, Place, Plan};
use contract::{Block, BlockKind, Document, Span};

/// What is put in at a place.
struct Insertion {
    /// The byte of the original.
    at: usize,
    lines: Vec<(BlockKind, String)>,
}

/// The contract with every change of a plan accepted, as far as its text tells.
pub fn planned(document: &Document, plan: &Plan) -> Document {
    let (mut cuts, mut insertions) = (Vec::new(), Vec::new());
    for change in &plan.changes {
        match change {
            Change::Comment { .. } => {}
            Change::Delete { span } => cuts.push(*span),
            Change::Insert { place, paragraphs, .. } => insertions
                .push(Insertion { at: between(document, *place), lines: paragraphs.iter().map(new_line).collect() }),
        }
    }
    cuts.sort_unstable();
    insertions.sort_by_key(|i| i.at);
    Splicer::new(document, &cuts, &insertions).document()
}

fn new_line(paragraph: &NewParagraph) -> (BlockKind, String) {
    let kind = match paragraph.level {
        Some(level) => BlockKind::Heading { level },
        None if paragraph.text.starts_with("– ") => BlockKind::ListItem { depth: 0 },
        None => BlockKind::Paragraph,
    };
    (kind, paragraph.text.clone())
}

/// The contract as amended.
pub fn consolidate(document: &Document, revisions: &Revisions) -> Document {
    let mut cuts: Vec<Span> = revisions.edits.iter().map(|e| e.at).filter(|s| !s.is_empty()).collect();
    cuts.sort_unstable();
    let mut insertions: Vec<Insertion> = revisions
        .edits
        .iter()
        .filter(|e| !e.by.is_empty())
        .map(|e| Insertion { at: e.at.end, lines: e.by.iter().map(line).collect() })
        .collect();
    let new = revisions.added.iter().flat_map(|article| {
        let heading = (BlockKind::Heading { level: article.level }, article.heading.clone());
        std::iter::once(heading).chain(article.body.iter().map(line))
    });
    insertions.push(Insertion { at: between(document, revisions.place), lines: new.collect() });
    insertions.sort_by_key(|i| i.at);
    Splicer::new(document, &cuts, &insertions).document()
}

fn line(paragraph: &Paragraph) -> (BlockKind, String) {
    match paragraph.item {
        true => (BlockKind::ListItem { depth: 0 }, format!("– {}", paragraph.text)),
        false => (BlockKind::Paragraph, paragraph.text.clone()),
    }
}

/// The byte of a place between blocks.
fn between(document: &Document, place: Place) -> usize {
    let holds = |byte: usize| document.blocks.iter().rev().find(|b| b.span().start <= byte).map(Block::span);
    match place {
        Place::After(byte) => holds(byte).map_or(0, |s| s.end.max(byte.min(s.end))),
        Place::Before(byte) => holds(byte).map_or(0, |s| s.start),
    }
}

/// Bytes of the original and where they went.
struct Kept {
    from: Span,
    to: usize,
}

struct Splicer<'a> {
    document: &'a Document,
    insertions: &'a [Insertion],
    text: String,
    kept: Vec<Kept>,
    blocks: Vec<Block>,
}

impl<'a> Splicer<'a> {
    fn new(document: &'a Document, cuts: &[Span], insertions: &'a [Insertion]) -> Self {
        let text = String::with_capacity(document.text.len());
        let mut splicer = Self { document, insertions, text, kept: Vec::new(), blocks: Vec::new() };
        let mut at = 0;
        let mut next = insertions.iter().peekable();
        for cut in cuts.iter().copied().chain([Span::new(document.text.len(), document.text.len())]) {
            while let Some(insertion) = next.next_if(|i| i.at < cut.end || cut.is_empty()) {
                splicer.keep(at, insertion.at.min(cut.start));
                at = at.max(insertion.at.min(cut.start));
                splicer.insert(insertion);
            }
            splicer.keep(at, cut.start);
            at = at.max(cut.end);
        }
        splicer
    }

    fn keep(&mut self, from: usize, to: usize) {
        if from < to {
            self.kept.push(Kept { from: Span::new(from, to), to: self.text.len() });
            self.text.push_str(&self.document.text[from..to]);
        }
    }

    fn insert(&mut self, insertion: &Insertion) {
        for (kind, words) in &insertion.lines {
            if !self.text.is_empty() && !self.text.ends_with('\n') {
                self.text.push('\n');
            }
            let start = self.text.len();
            self.text.push_str(words);
            self.blocks.push(Block::new(*kind, Span::new(start, self.text.len())));
        }
        if !insertion.lines.is_empty() {
            self.text.push('\n');
        }
    }

    /// Where a span went: in as many parts as it was cut into by what was put in.
    fn moved(&self, span: Span) -> Vec<Span> {
        let first = self.kept.partition_point(|k| k.from.end <= span.start);
        let mut parts: Vec<Span> = Vec::new();
        for kept in self.kept[first..].iter().take_while(|k| k.from.start < span.end) {
            let (start, end) = (kept.from.start.max(span.start), kept.from.end.min(span.end));
            let part = Span::new(kept.to + start - kept.from.start, kept.to + end - kept.from.start);
            match parts.last_mut().filter(|last| last.end == part.start) {
                Some(last) => *last = last.join(&part),
                None => parts.push(part),
            }
        }
        parts
    }

    fn document(mut self) -> Document {
        let mut blocks = std::mem::take(&mut self.blocks);
        for block in &self.document.blocks {
            // Where something was put in between, the block is two.
            let mut halves: Vec<Vec<Span>> = Vec::new();
            let mut last_end: Option<usize> = None;
            for piece in &block.pieces {
                let parted =
                    last_end.is_some_and(|end| self.insertions.iter().any(|i| i.at >= end && i.at <= piece.start));
                for (index, part) in self.moved(*piece).into_iter().enumerate() {
                    match halves.last_mut().filter(|_| index == 0 && !parted) {
                        Some(half) => half.push(part),
                        None => halves.push(vec![part]),
                    }
                }
                last_end = Some(piece.end);
            }
            halves.retain(|half| half.iter().any(|p| !self.text[p.start..p.end].trim().is_empty()));
            blocks.extend(halves.into_iter().map(|pieces| Block { kind: block.kind, pieces }));
        }
        blocks.sort_by_key(|b| b.span().start);
        let mut pages = self.document.pages.clone();
        for page in &mut pages {
            page.span = match (self.moved(page.span).first(), self.moved(page.span).last()) {
                (Some(first), Some(last)) => first.join(last),
                _ => Span::new(0, 0),
            };
        }
        let Document { format, problems, .. } = self.document.clone();
        Document { format, text: self.text, pages, blocks, problems }
    }
}

#[cfg(test)]
mod tests {
    use super::super::amend::{Added, Edit};
    use super::*;
    use readers::{Limits, NoOcr};
    use std::collections::BTreeMap;

    #[test]
    fn words_go_and_come_where_the_amendment_says() {
        let text = "# Article 1 – Objet\n\nIl livre. Il ne teste rien. Il part.\n\n# Article 2 – Fin\n\nRien.\n\nFait à Lyon.\n";
        let document = readers::read("c.md", text.as_bytes(), &NoOcr, &Limits::default()).unwrap();
        let at = document.text.find("Il ne teste").unwrap();
        let words = |text: &str, item: bool| Paragraph { text: text.into(), item };
        let end = document.text.find("Il part.").unwrap() + "Il part.".len();
        let edit = |start: usize, end: usize, by| Edit { at: Span::new(start, end), by, article: Some(0) };
        let revisions = Revisions {
            edits: vec![
                edit(at, at + "Il ne teste rien.".len(), vec![words("Il teste :", false), words("tout.", true)]),
                edit(end, end, vec![words("Il revient.", false)]),
            ],
            added: vec![Added { heading: "Article 3 – Plus".into(), level: 1, body: vec![words("Encore.", false)] }],
            place: Place::Before(document.text.find("Fait").unwrap()),
            created: BTreeMap::new(),
        };
        let amended = consolidate(&document, &revisions);
        let shown: Vec<&str> = amended.blocks.iter().map(|b| amended.slice(b.span()).trim()).collect();
        assert_eq!(
            shown,
            [
                "Article 1 – Objet",
                "Il livre.",
                "Il teste :",
                "– tout.",
                "Il part.",
                "Il revient.",
                "Article 2 – Fin",
                "Rien.",
                "Article 3 – Plus",
                "Encore.",
                "Fait à Lyon."
            ]
        );
    }
}
