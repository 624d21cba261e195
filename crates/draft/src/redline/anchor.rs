//! Where the marks of a comment on words of the contract stand: beside the runs, which are cut there, or beside what
//! holds them where a mark inside would do harm (a content control, a text box, a field).

use super::Redline;
use super::delete::bytes_of;
use super::tree::Id;
use contract::Span;

/// Where a mark stands.
enum Anchor {
    /// Within this run, which is cut.
    Run(Id),
    /// Before the first and after the second of these elements of the paragraph.
    Beside(Id, Id),
}

impl Redline<'_> {
    /// A comment on words; `None` when they have no place in the part.
    pub(super) fn comment(&mut self, span: Span, lines: &[String]) -> Option<()> {
        let pieces = self.map.pieces_in(span);
        let (first, last) = (pieces.first()?, pieces.last()?);
        let (start, end) = (bytes_of(first, span).start, bytes_of(last, span).end);
        let (from, to) = (self.anchor(first.xml.start)?, self.anchor(last.xml.start)?);
        if let Some(control) = self.control(first.xml.start).or_else(|| self.control(last.xml.start)) {
            return self.comment_beside(control, span, lines);
        }
        let id = self.new_comment(lines);
        let w = self.writer.prefix.clone();
        let reference = format!(r#"<{w}:r><{w}:commentReference {w}:id="{id}"/></{w}:r>"#);
        let begins = format!(r#"<{w}:commentRangeStart {w}:id="{id}"/>"#);
        match from {
            Anchor::Run(run) => self.runs.start(run, start, begins),
            Anchor::Beside(element, _) => {
                let at = self.tree.elements[element].outer.start;
                self.splices.push((at..at, begins));
            }
        }
        let ends = format!(r#"<{w}:commentRangeEnd {w}:id="{id}"/>{reference}"#);
        match to {
            Anchor::Run(run) => self.runs.end(run, end, ends),
            Anchor::Beside(_, element) => {
                let at = self.tree.elements[element].outer.end;
                self.splices.push((at..at, ends));
            }
        }
        Some(())
    }

    fn anchor(&self, byte: usize) -> Option<Anchor> {
        let tree = self.tree;
        let run_at = |byte: usize| tree.lineage(tree.at(byte)?).find(|e| tree.is(*e, "r"));
        let run = run_at(byte)?;
        let paragraph = tree.lineage(run).filter(|e| tree.is(*e, "p")).last()?;
        let top = |run: Id| tree.lineage(run).take_while(|e| *e != paragraph).last();
        let holds = |e: Id| tree.is(e, "sdt") || tree.is(e, "fldSimple") || tree.is(e, "p") || !tree.elements[e].word;
        if tree.lineage(run).skip(1).take_while(|e| *e != paragraph).any(holds) {
            let top = top(run)?;
            return Some(Anchor::Beside(top, top));
        }
        if let Some((begin, end)) = self.flow.field_around(byte) {
            let inside = |byte: &usize| tree.elements[paragraph].outer.contains(byte);
            if !inside(&begin) || !inside(&end) {
                return None;
            }
            return Some(Anchor::Beside(top(run_at(begin)?)?, top(run_at(end)?)?));
        }
        Some(Anchor::Run(run))
    }

    /// A comment on words within a content control, where LibreOffice would lose them: set at the beginning of the
    /// paragraph after it, or at the end of the one before, and telling the words.
    fn comment_beside(&mut self, control: Id, span: Span, lines: &[String]) -> Option<()> {
        let tree = self.tree;
        let start = tree.elements[control].outer.start;
        let next = tree.next_sibling(control).filter(|e| tree.is(*e, "p"));
        let before = tree.at(start.checked_sub(1)?);
        let before = before.filter(|e| tree.elements[*e].outer.end == start && tree.is(*e, "p"));
        let at = match (next, before) {
            (Some(next), _) => {
                let inner = &tree.elements[next].inner;
                if inner.is_empty() {
                    return None;
                }
                tree.child(next, "pPr").map_or(inner.start, |e| tree.elements[e].outer.end)
            }
            (None, Some(before)) if !tree.elements[before].inner.is_empty() => tree.elements[before].inner.end,
            _ => return None,
        };
        let words = self.document.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
        let mut told = lines.to_vec();
        told.insert(1.min(told.len()), format!("Passage : « {words} »"));
        let id = self.new_comment(&told);
        let w = self.writer.prefix.clone();
        let reference = format!(r#"<{w}:r><{w}:commentReference {w}:id="{id}"/></{w}:r>"#);
        self.splices.push((at..at, reference));
        Some(())
    }

    /// The outermost content control of whole paragraphs around a byte.
    fn control(&self, byte: usize) -> Option<Id> {
        let tree = self.tree;
        let lineage: Vec<Id> = tree.lineage(tree.at(byte)?).collect();
        let paragraph = lineage.iter().rposition(|e| tree.is(*e, "p"))?;
        lineage[paragraph..].iter().rev().find(|e| tree.is(**e, "sdt")).copied()
    }
}
