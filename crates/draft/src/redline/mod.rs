//! Tracked changes and comments in the user's own DOCX: splices into the bytes of its main part. Whatever is not
//! touched stays as it was, byte for byte; rejecting every change gives the original text back.

mod anchor;
mod comments;
mod delete;
mod flow;
mod looks;
mod package;
pub mod plan;
mod runs;
pub mod tree;
mod write;

pub use package::RedlineError;
pub use plan::{Change, NewParagraph, Place, Plan, Signature};

use comments::{Comment, Comments};
use contract::Document;
use delete::Deletions;
use flow::{Flow, Spot};
use looks::{Look, Mark};
use package::Package;
use readers::{Limits, SourceMap};
use runs::RunEdits;
use std::collections::BTreeMap;
use std::ops::Range;
use tree::{Id, Tree, WORD_STRICT};
use write::Writer;

/// A DOCX with its changes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Applied {
    /// The new file.
    pub bytes: Vec<u8>,
    /// Positions in [`Plan::changes`] of the changes that had no safe place and were not made.
    pub refused: Vec<usize>,
}

/// A DOCX opened for editing.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Opened {
    /// What it says.
    pub document: Document,
    /// Where its words stand.
    pub map: SourceMap,
    /// The words of the comments it has.
    pub comments: String,
}

/// Reads a DOCX for editing: refuses what must not be edited, and says where every word stands.
///
/// # Errors
/// [`RedlineError`].
pub fn open(bytes: &[u8], limits: &Limits) -> Result<Opened, RedlineError> {
    let (document, map) = readers::read_docx_with_source(bytes, limits)?;
    let mut package = Package::open(bytes)?;
    protection(&mut package, &map.part)?;
    let comments = Comments::find(&mut package, &map.part, false)?;
    let text = comments.text.unwrap_or_default();
    let comments = text.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, words)| words).collect();
    Ok(Opened { document, map, comments })
}

/// Refuses a document whose settings forbid changes; protection that only asks for tracked changes is no obstacle.
fn protection(package: &mut Package, main: &str) -> Result<(), RedlineError> {
    let folder = main.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let Some(text) = package.text(&format!("{folder}settings.xml"))? else { return Ok(()) };
    let Some(tree) = Tree::read(&text) else { return Ok(()) };
    let locked = (0..tree.elements.len()).filter(|e| tree.is(*e, "documentProtection")).any(|e| {
        let enforced = matches!(tree.attribute(e, "enforcement"), Some("1" | "true" | "on"));
        enforced && !matches!(tree.attribute(e, "edit"), Some("trackedChanges" | "none"))
    });
    if locked { Err(RedlineError::Protected) } else { Ok(()) }
}

/// Makes the changes of a plan in the bytes that were opened.
///
/// # Errors
/// [`RedlineError`]; a change that alone can't be made safely is left out and told in [`Applied::refused`].
pub fn apply(bytes: &[u8], opened: &Opened, plan: &Plan, signature: &Signature) -> Result<Applied, RedlineError> {
    let Opened { document, map, .. } = opened;
    let mut package = Package::open(bytes)?;
    let broken = || RedlineError::Unsafe("partie principale illisible".into());
    let xml = package.text(&map.part)?.ok_or_else(broken)?;
    let tree = Tree::read(&xml).ok_or_else(broken)?;
    let strict = xml.contains(WORD_STRICT);
    let comments = Comments::find(&mut package, &map.part, strict)?;
    let (prefix, bind) = write::prefix(&tree);
    let first = write::first_free_number(&[&xml, comments.text.as_deref().unwrap_or_default()]);
    let mut redline = Redline {
        document,
        map,
        tree: &tree,
        flow: Flow::of(&tree),
        writer: Writer::new(&prefix, signature, first),
        runs: RunEdits::default(),
        deletions: Deletions::default(),
        splices: bind.into_iter().collect(),
        comments: Vec::new(),
        tail: Vec::new(),
    };
    let refused: Vec<usize> = (0..plan.changes.len()).filter(|i| redline.change(&plan.changes[*i]).is_none()).collect();
    let (xml, added) = redline.finish();
    let mut parts = comments.add(&mut package, signature, &added)?;
    parts.push((map.part.clone(), xml));
    Ok(Applied { bytes: package.with_parts(&parts)?, refused })
}

/// The work on one main part.
struct Redline<'a> {
    document: &'a Document,
    map: &'a SourceMap,
    tree: &'a Tree<'a>,
    flow: Flow,
    writer: Writer,
    runs: RunEdits,
    deletions: Deletions,
    splices: Vec<(Range<usize>, String)>,
    comments: Vec<Comment>,
    /// Paragraphs to come after one that no paragraph follows.
    tail: Vec<(Id, Tail)>,
}

impl Redline<'_> {
    /// Makes a change; `None` when it has no safe place.
    fn change(&mut self, change: &Change) -> Option<()> {
        match change {
            Change::Comment { span, lines } => self.comment(*span, lines),
            Change::Delete { span } => self.delete(*span),
            Change::Insert { place, paragraphs, lines } => self.insert(*place, paragraphs, lines),
        }
    }

    fn new_comment(&mut self, lines: &[String]) -> u32 {
        let id = self.writer.number();
        self.comments.push(Comment { id, lines: lines.to_vec() });
        id
    }

    fn insert(&mut self, place: Place, paragraphs: &[NewParagraph], lines: &[String]) -> Option<()> {
        let spot = self.flow.place(self.tree, self.map, place)?;
        let comment = (!lines.is_empty()).then(|| self.new_comment(lines));
        let count = paragraphs.len();
        let mut made = String::new();
        for (index, new) in paragraphs.iter().enumerate() {
            let look = self.flow.look(self.tree, self.map, new.model);
            let comment = comment.filter(|_| index + 1 == count);
            match spot {
                Spot::At(_) => made.push_str(&look.paragraph(&mut self.writer, new, comment, Mark::Inserted)),
                Spot::AfterLast(last) => self.tail.push((last, (look, new.clone(), comment))),
            }
        }
        if let Spot::At(at) = spot {
            self.splices.push((at..at, made));
        }
        Some(())
    }

    /// Paragraphs after one that no paragraph follows: its mark becomes an inserted one and the last of them keeps the
    /// old mark, for the last mark of a flow can't be rejected.
    fn finish_tail(&mut self) {
        let mut tails: BTreeMap<Id, Vec<Tail>> = BTreeMap::new();
        for (last, tail) in std::mem::take(&mut self.tail) {
            tails.entry(last).or_default().push(tail);
        }
        for (last, tail) in tails {
            let count = tail.len();
            let mut made = String::new();
            for (index, (look, new, comment)) in tail.into_iter().enumerate() {
                let (look, kind) = match index + 1 == count {
                    true => (Look::of_last(self.tree, last), Mark::Kept),
                    false => (look, Mark::Inserted),
                };
                made.push_str(&look.paragraph(&mut self.writer, &new, comment, kind));
            }
            let at = self.tree.elements[last].outer.end;
            self.splices.push((at..at, made));
            self.set_mark(last, "ins");
        }
    }

    /// The part with every splice, and the comments to add.
    fn finish(mut self) -> (String, Vec<Comment>) {
        self.finish_deletions();
        self.finish_tail();
        let mut splices = std::mem::take(&mut self.splices);
        splices.extend(self.runs.splices(self.tree, &mut self.writer));
        // Insertions at one place keep the order of the plan; they come before what replaces bytes from there on.
        splices.sort_by_key(|(range, _)| (range.start, range.end));
        let xml = self.tree.xml;
        let mut out = String::with_capacity(xml.len() + splices.iter().map(|(_, t)| t.len()).sum::<usize>());
        let mut at = 0;
        for (range, text) in splices {
            out.push_str(&xml[at..range.start]);
            out.push_str(&text);
            at = range.end;
        }
        out.push_str(&xml[at..]);
        (out, self.comments)
    }
}

/// A paragraph to insert, with its look and its comment.
type Tail = (Look, NewParagraph, Option<u32>);
