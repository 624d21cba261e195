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

    /// Where an insertion goes; `None` when there is no safe place.
    pub fn place(&self, tree: &Tree, map: &SourceMap, place: Place) -> Option<Spot> {
        let piece = match place {
            Place::After(byte) => {
                map.pieces.get(map.pieces.partition_point(|p| p.text.start <= byte).checked_sub(1)?)?
            }
            Place::Before(byte) => map.pieces.get(map.pieces.partition_point(|p| p.text.end <= byte))?,
        };
        let blocks = self.blocks(tree, piece.xml.start)?;
        let spots = blocks.into_iter().rev().filter_map(|(block, inside)| match place {
            Place::After(_) => after(tree, block, inside),
            Place::Before(_) => before(tree, block, inside),
        });
        let byte = |spot: &Spot| match spot {
            Spot::At(at) => *at,
            Spot::AfterLast(block) => tree.elements[*block].outer.end,
        };
        spots.into_iter().find(|spot| !self.in_field(byte(spot)))
    }

    /// The blocks of the flow that hold a byte, outermost first: right in the body, then within each content control
    /// that may be changed; each with whether it stands in one.
    fn blocks(&self, tree: &Tree, byte: usize) -> Option<Vec<(Id, bool)>> {
        let body = self.body?;
        let mut path: Vec<Id> = tree.lineage(tree.at(byte)?).take_while(|e| *e != body).collect();
        let mut blocks = vec![(path.pop()?, false)];
        while let Some((block, _)) = blocks.last().copied().filter(|(b, _)| tree.is(*b, "sdt") && is_open(tree, *b)) {
            let (Some(content), Some(child)) = (path.pop(), path.pop()) else { break };
            if !tree.is(content, "sdtContent") || tree.elements[content].parent != Some(block) {
                break;
            }
            blocks.push((child, true));
        }
        Some(blocks)
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

/// A place after a block.
fn after(tree: &Tree, mut block: Id, inside: bool) -> Option<Spot> {
    // A paragraph whose mark is deleted goes on in the next one.
    while is_joined(tree, block) {
        block = tree.next_sibling(block)?;
    }
    let next = next_block(tree, block);
    if next.is_some_and(|e| tree.is(e, "p")) {
        return Some(Spot::At(tree.elements[block].outer.end));
    }
    // The mark of an inserted paragraph can be taken back only where a paragraph follows.
    let closes = tree.is(block, "p") && !ends_inserted(tree, block) && !ends_section(tree, block);
    let last = next.is_none_or(|e| tree.is(e, "sectPr"));
    match (inside, closes) {
        (true, _) => None,
        (false, true) => Some(Spot::AfterLast(block)),
        // A body that ends with a table breaks the rules; whoever opens it adds the paragraph.
        (false, false) => last.then_some(Spot::At(tree.elements[block].outer.end)),
    }
}

/// A place before a block.
fn before(tree: &Tree, block: Id, inside: bool) -> Option<Spot> {
    let start = tree.elements[block].outer.start;
    let above = tree.at(start.checked_sub(1)?).filter(|e| tree.elements[*e].outer.end == start);
    let joined = above.is_some_and(|e| is_joined(tree, e));
    let first = inside && !above.is_some_and(|e| tree.is(e, "p"));
    (!joined && !first && tree.is(block, "p")).then_some(Spot::At(start))
}

/// The next block, past marks that are none.
fn next_block(tree: &Tree, block: Id) -> Option<Id> {
    let is_mark = |e: &Id| {
        matches!(tree.name(*e), "bookmarkStart" | "bookmarkEnd" | "proofErr" | "commentRangeStart" | "commentRangeEnd")
    };
    std::iter::successors(tree.next_sibling(block), |e| tree.next_sibling(*e)).find(|e| !is_mark(e))
}

/// Whether a section ends with a paragraph.
fn ends_section(tree: &Tree, block: Id) -> bool {
    tree.child(block, "pPr").is_some_and(|e| tree.child(e, "sectPr").is_some())
}

/// A place between blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// At this byte; a block follows.
    At(usize),
    /// After this paragraph, which no paragraph follows.
    AfterLast(Id),
}

/// Whether a paragraph's mark is an inserted one already.
fn ends_inserted(tree: &Tree, block: Id) -> bool {
    let mark = tree.child(block, "pPr").and_then(|e| tree.child(e, "rPr"));
    mark.is_some_and(|e| tree.child(e, "ins").is_some())
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
