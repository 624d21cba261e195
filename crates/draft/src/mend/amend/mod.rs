//! An amendment: the same mends as a redline makes, told article by article in the contract's own numbering, for a
//! contract that can't be changed where it stands (PDF, scan, text).
//!
//! What is judged is the contract as the amendment words it: `consolidate` does to the text what the amendment's
//! sentences say, nothing more and nothing less.

mod designate;
mod identity;
mod paper;
mod revise;

pub use identity::Identity;
pub(super) use revise::Revisions;
#[cfg(test)]
pub(super) use revise::{Added, Edit};

use super::consolidate::consolidate;
use super::{Mended, Task, Trial, Work};
use check::Memory;
use contract::{Assessment, Document};
use readers::SourceMap;
use readers::source::Piece;
use std::convert::Infallible;

/// What the amendment bears besides the clauses.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terms<'a> {
    /// The contract's file name, to name it by where it has no title.
    pub file: &'a str,
    /// Who proposes the amendment; empty where nobody is named.
    pub author: &'a str,
    /// The day of the draft.
    pub date: Option<::paper::Date>,
}

/// An amendment.
#[derive(Debug, Clone)]
pub struct Amended {
    /// The amendment; `None` when there is nothing to change.
    pub paper: Option<::paper::Paper>,
    /// What became of each point, in catalogue order.
    pub mended: Vec<Mended>,
    /// The assessment of the contract.
    pub before: Assessment,
    /// The assessment of the contract as amended.
    pub after: Option<Assessment>,
    /// The contract as amended.
    pub consolidated: Option<Document>,
}

/// Writes the amendment that mends a contract.
pub fn amend(task: &Task, document: &Document, terms: &Terms) -> Amended {
    let mut memory = Memory::default();
    let reading = task.engine.read_again(document, &mut memory);
    let before = reading.assess(&task.request);
    let map = literal(document);
    let mut work = Work::new(task, (document, &reading), &map, (&before, memory));
    work.select();
    let tried = work.rounds(true, |work| {
        let Some(revisions) = revise::revisions(work) else { return Ok::<_, Infallible>(None) };
        let accepted = consolidate(document, &revisions);
        let refused = vec![(false, false); work.mends.len()];
        Ok(Some(Trial { draft: (revisions, accepted.clone()), refused, accepted }))
    });
    let Ok(tried) = tried;
    let Some(((revisions, consolidated), after)) = tried else {
        return Amended { paper: None, mended: Vec::new(), before, after: None, consolidated: None };
    };
    let mended = work.outcome(&revisions.created);
    let paper = (!revisions.is_empty()).then(|| paper::paper(&work, &revisions, terms));
    drop(work);
    Amended { paper, mended, before, after: Some(after), consolidated: Some(consolidated) }
}

/// A map for a text that is its own source: every label is literal.
fn literal(document: &Document) -> SourceMap {
    let mut spans: Vec<_> = document.blocks.iter().flat_map(|b| &b.pieces).copied().collect();
    spans.sort_unstable();
    let pieces = spans.into_iter().map(|text| Piece { text, xml: text.start..text.end }).collect();
    SourceMap { part: String::new(), pieces }
}
