//! Tracked deletions: of words within paragraphs, of whole paragraphs with their mark, of whole table rows.

use super::Redline;
use super::tree::Id;
use contract::Span;
use readers::source::Piece;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Paragraphs that deletions touched.
#[derive(Debug, Default)]
pub struct Deletions {
    paragraphs: BTreeSet<Id>,
}

/// The bytes of a piece that a span takes; all of them where the piece is not plain characters.
pub fn bytes_of(piece: &Piece, span: Span) -> Range<usize> {
    if piece.text.len() != piece.xml.len() {
        return piece.xml.clone();
    }
    let start = piece.xml.start + span.start.saturating_sub(piece.text.start);
    let end = piece.xml.end - piece.text.end.saturating_sub(span.end);
    start..end.max(start)
}

impl Redline<'_> {
    /// Deletes words; `None`, with nothing done, when any of them stands where a deletion is not safe.
    pub(super) fn delete(&mut self, span: Span) -> Option<()> {
        let pieces = self.map.pieces_in(span);
        let mut found: Vec<(Id, Id, Range<usize>)> = Vec::new();
        for piece in pieces {
            let (paragraph, run) = self.deletable(piece.xml.start)?;
            found.push((paragraph, run, bytes_of(piece, span)));
        }
        let fields = self.whole_fields(&found, span)?;
        if found.is_empty() {
            return None;
        }
        let mut ends: BTreeMap<Id, (usize, usize)> = BTreeMap::new();
        for (paragraph, run, bytes) in found {
            let end = ends.entry(paragraph).or_insert((bytes.start, bytes.end));
            end.1 = bytes.end;
            self.runs.delete(run, bytes);
            self.deletions.paragraphs.insert(paragraph);
        }
        for run in fields {
            self.runs.delete(run, self.tree.elements[run].outer.clone());
        }
        for (paragraph, (from, to)) in ends {
            self.delete_notes(paragraph, from, to);
        }
        Some(())
    }

    /// The paragraph and run of a byte, where the run stands in a place that can hold a tracked deletion.
    fn deletable(&self, byte: usize) -> Option<(Id, Id)> {
        let tree = self.tree;
        let run = tree.lineage(tree.at(byte)?).find(|e| tree.is(*e, "r"))?;
        let mut paragraph = None;
        for element in tree.lineage(run).skip(1) {
            match tree.name(element) {
                _ if !tree.elements[element].word => return None,
                "hyperlink" | "ins" | "smartTag" if paragraph.is_none() => {}
                "p" if paragraph.is_none() => paragraph = Some(element),
                "tbl" | "tr" | "tc" | "body" | "document" | "sdtContent" if paragraph.is_some() => {}
                "sdt" if paragraph.is_some() => {
                    let properties = tree.child(element, "sdtPr");
                    let closed = |e: Id| matches!(tree.name(e), "lock" | "docPartObj" | "dataBinding");
                    if properties.is_some_and(|p| tree.children(p).any(closed)) {
                        return None;
                    }
                }
                _ => return None,
            }
        }
        Some((paragraph?, run))
    }

    /// The runs of the fields that the deletion touches; `None` when it would leave a part of a field behind.
    fn whole_fields(&self, found: &[(Id, Id, Range<usize>)], span: Span) -> Option<Vec<Id>> {
        let tree = self.tree;
        let mut runs = BTreeSet::new();
        for (paragraph, _, bytes) in found {
            let Some((from, to)) = self.flow.field_around(bytes.start) else { continue };
            let here = tree.elements[*paragraph].outer.clone();
            let kept = |p: &Piece| {
                p.xml.start >= from && p.xml.end <= to && (p.text.start < span.start || p.text.end > span.end)
            };
            if !here.contains(&from) || !here.contains(&to) || self.map.pieces.iter().any(kept) {
                return None;
            }
            let in_field = |e: &Id| {
                let outer = &tree.elements[*e].outer;
                outer.end > from && outer.start <= to
            };
            runs.extend(tree.within(*paragraph).filter(|e| tree.is(*e, "r")).filter(in_field));
        }
        let strange = |run: &Id| {
            tree.children(*run).any(|e| !tree.elements[e].word || tree.is(e, "pict") || tree.is(e, "drawing"))
        };
        if runs.iter().any(strange) { None } else { Some(runs.into_iter().collect()) }
    }

    /// References to notes between the first and the last word deleted go with them.
    fn delete_notes(&mut self, paragraph: Id, from: usize, to: usize) {
        let tree = self.tree;
        let notes = tree.within(paragraph).filter(|e| {
            let at = tree.elements[*e].outer.start;
            from <= at && at < to && (tree.is(*e, "footnoteReference") || tree.is(*e, "endnoteReference"))
        });
        for note in notes.collect::<Vec<_>>() {
            if let Some(run) = tree.elements[note].parent.filter(|e| tree.is(*e, "r")) {
                self.runs.delete(run, tree.elements[note].outer.clone());
            }
        }
    }

    /// Marks of paragraphs of which nothing is left, and table rows of which nothing is left, are deleted too.
    pub(super) fn finish_deletions(&mut self) {
        let tree = self.tree;
        let empty: Vec<Id> = self.deletions.paragraphs.iter().copied().filter(|p| self.is_emptied(*p)).collect();
        let mut rows = BTreeSet::new();
        for paragraph in empty {
            if let Some(cell) = tree.elements[paragraph].parent.filter(|e| tree.is(*e, "tc")) {
                rows.extend(tree.elements[cell].parent.filter(|e| tree.is(*e, "tr")));
            }
            let next = tree.next_sibling(paragraph).is_some_and(|e| tree.is(e, "p"));
            let ends_section = tree.child(paragraph, "pPr").is_some_and(|e| tree.child(e, "sectPr").is_some());
            if next && !ends_section {
                self.set_mark(paragraph, "del");
            }
        }
        for row in rows {
            self.delete_row(row);
        }
    }

    /// Whether all words of a paragraph are deleted and nothing else shows in it.
    fn is_emptied(&self, paragraph: Id) -> bool {
        let tree = self.tree;
        let outer = &tree.elements[paragraph].outer;
        let from = self.map.pieces.iter().filter(|p| outer.contains(&p.xml.start));
        let words = from.filter(|p| !self.document.slice(p.text).trim().is_empty());
        let gone = |piece: &Piece| {
            let run = tree.at(piece.xml.start).and_then(|e| tree.lineage(e).find(|e| tree.is(*e, "r")));
            run.is_some_and(|run| self.runs.is_deleted(run, &piece.xml))
        };
        let shows = |e: Id| matches!(tree.name(e), "drawing" | "pict" | "object" | "oMath" | "sdt");
        words.into_iter().all(gone) && !tree.within(paragraph).any(shows)
    }

    /// Says of the mark at the end of a paragraph that it is inserted ("ins") or deleted ("del").
    pub(super) fn set_mark(&mut self, paragraph: Id, what: &str) {
        let tree = self.tree;
        let w = self.writer.prefix.clone();
        let mark = format!("<{w}:{what} {}/>", self.writer.signature());
        let Some(properties) = tree.child(paragraph, "pPr") else {
            let at = tree.elements[paragraph].inner.start;
            self.splices.push((at..at, format!("<{w}:pPr><{w}:rPr>{mark}</{w}:rPr></{w}:pPr>")));
            return;
        };
        if let Some(run) = tree.child(properties, "rPr") {
            if tree.children(run).any(|e| matches!(tree.name(e), "del" | "moveFrom") || tree.name(e) == what) {
                return;
            }
            // An inserted mark is told first.
            let after = tree.children(run).find(|e| tree.is(*e, "ins")).map(|e| tree.elements[e].outer.end);
            self.put_inside(run, after, &mark);
            return;
        }
        let last = |e: &Id| tree.is(*e, "sectPr") || tree.is(*e, "pPrChange");
        let before = tree.children(properties).find(last).map(|e| tree.elements[e].outer.start);
        let before =
            before.or((!tree.elements[properties].inner.is_empty()).then_some(tree.elements[properties].inner.end));
        self.put_inside(properties, before, &format!("<{w}:rPr>{mark}</{w}:rPr>"));
    }

    /// Puts words into an element: at a byte, or first; an empty tag is opened.
    fn put_inside(&mut self, element: Id, at: Option<usize>, words: &str) {
        let tree = self.tree;
        let here = &tree.elements[element];
        if here.inner.end == here.outer.end {
            let whole = format!("{}{words}</{}>", tree.opening(element), tree.qualified(element));
            self.splices.push((here.outer.clone(), whole));
        } else {
            let at = at.unwrap_or(here.inner.start);
            self.splices.push((at..at, words.to_owned()));
        }
    }

    /// Deletes a row whose words are all gone.
    fn delete_row(&mut self, row: Id) {
        let tree = self.tree;
        let paragraphs: Vec<Id> = tree.within(row).filter(|e| tree.is(*e, "p")).collect();
        if !paragraphs.into_iter().all(|p| self.is_emptied(p)) || tree.within(row).any(|e| tree.is(e, "tbl")) {
            return;
        }
        let w = self.writer.prefix.clone();
        let mark = format!("<{w}:del {}/>", self.writer.signature());
        match tree.child(row, "trPr") {
            Some(properties) if tree.children(properties).any(|e| tree.is(e, "del")) => {}
            Some(properties) => {
                let change = tree.children(properties).find(|e| tree.is(*e, "trPrChange"));
                let end = tree.elements[properties].inner.end;
                let at = change.map_or(end, |e| tree.elements[e].outer.start);
                self.put_inside(properties, Some(at), &mark);
            }
            None => {
                let exceptions = tree.child(row, "tblPrEx").map(|e| tree.elements[e].outer.end);
                let at = exceptions.unwrap_or(tree.elements[row].inner.start);
                self.splices.push((at..at, format!("<{w}:trPr>{mark}</{w}:trPr>")));
            }
        }
    }
}
