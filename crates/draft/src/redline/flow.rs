//! The flow of a body: between which of its blocks something may be inserted, and how its paragraphs look.

use super::looks::Look;
use super::plan::Place;
use super::tree::{Id, Tree};
use contract::Span;
use readers::SourceMap;

/// What must be known of the whole part before anything is put between its blocks.
pub struct Flow {
    /// Beginnings and ends of complex fields, in order, with the depth after them.
    fields: Vec<(usize, i32)>,
    body: Option<Id>,
}

impl Flow {
    /// Looks over a part.
    pub fn of(tree: &Tree) -> Self {
        let mut depth = 0;
        let mut fields = Vec::new();
        for id in (0..tree.elements.len()).filter(|e| tree.is(*e, "fldChar")) {
            match tree.attribute(id, "fldCharType") {
                Some("begin") => depth += 1,
                Some("end") => depth -= 1,
                _ => continue,
            }
            fields.push((tree.elements[id].outer.start, depth));
        }
        let body = (0..tree.elements.len().min(64)).find(|e| tree.is(*e, "body"));
        Self { fields, body }
    }

    /// Whether the byte stands within a complex field.
    pub fn in_field(&self, byte: usize) -> bool {
        let before = self.fields.partition_point(|(at, _)| *at < byte);
        before > 0 && self.fields[before - 1].1 > 0
    }

    /// The outermost field around a byte: from its first mark to its last.
    pub fn field_around(&self, byte: usize) -> Option<(usize, usize)> {
        if !self.in_field(byte) {
            return None;
        }
        let next = self.fields.partition_point(|(at, _)| *at < byte);
        let first = self.fields[..next].iter().rposition(|(_, depth)| *depth <= 0).map_or(0, |i| i + 1);
        let last = self.fields[next..].iter().find(|(_, depth)| *depth <= 0)?;
        Some((self.fields[first].0, last.0))
    }

    /// The byte where an insertion goes; `None` when there is no safe one.
    pub fn place(&self, tree: &Tree, map: &SourceMap, place: Place) -> Option<usize> {
        let at = match place {
            Place::After(byte) => {
                let before = map.pieces.partition_point(|p| p.text.start <= byte);
                let piece = map.pieces.get(before.checked_sub(1)?)?;
                let mut block = self.block(tree, piece.xml.start)?;
                // A paragraph whose mark is deleted goes on in the next one.
                while is_joined(tree, block) {
                    block = tree.next_sibling(block)?;
                }
                tree.elements[block].outer.end
            }
            Place::Before(byte) => {
                let next = map.pieces.partition_point(|p| p.text.end <= byte);
                let block = self.block(tree, map.pieces.get(next)?.xml.start)?;
                let start = tree.elements[block].outer.start;
                let before = tree.at(start.checked_sub(1)?);
                let above = before.filter(|e| tree.elements[*e].outer.end == start);
                if above.is_some_and(|e| is_joined(tree, e)) {
                    return None;
                }
                start
            }
        };
        (!self.in_field(at)).then_some(at)
    }

    /// The block of the flow that holds a byte: right in the body, or in a content control that is not locked.
    fn block(&self, tree: &Tree, byte: usize) -> Option<Id> {
        let body = self.body?;
        let mut path: Vec<Id> = tree.lineage(tree.at(byte)?).take_while(|e| *e != body).collect();
        let mut block = path.pop()?;
        while tree.is(block, "sdt") && is_open(tree, block) {
            let inner = [path.pop(), path.pop()];
            let [Some(content), Some(child)] = inner else { break };
            if !tree.is(content, "sdtContent") {
                break;
            }
            block = child;
        }
        Some(block)
    }

    /// The look of the paragraph that holds a byte of the text, or of the document's usual paragraph.
    pub fn look(&self, tree: &Tree, map: &SourceMap, model: Option<usize>) -> Look {
        let paragraph = model.and_then(|byte| {
            let piece = map.pieces_in(Span::new(byte, byte + 1)).first()?;
            tree.lineage(tree.at(piece.xml.start)?).find(|e| tree.is(*e, "p"))
        });
        paragraph.map(|p| Look::of(tree, p)).unwrap_or_default()
    }
}

/// Whether a block is a paragraph whose mark was deleted.
fn is_joined(tree: &Tree, block: Id) -> bool {
    let mark = tree.child(block, "pPr").and_then(|e| tree.child(e, "rPr"));
    tree.is(block, "p") && mark.is_some_and(|e| tree.child(e, "del").is_some() || tree.child(e, "moveFrom").is_some())
}

/// Whether a content control lets its content be changed and is no building block such as a table of contents.
fn is_open(tree: &Tree, control: Id) -> bool {
    let Some(properties) = tree.child(control, "sdtPr") else { return true };
    !tree.children(properties).any(|e| matches!(tree.name(e), "lock" | "docPartObj" | "dataBinding" | "text"))
}
