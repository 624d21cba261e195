//! Runs cut where a comment begins or ends and where a deletion does.

use super::tree::{Id, Tree};
use super::write::Writer;
use std::collections::BTreeMap;
use std::ops::Range;

/// What is to be done to the runs of a part.
#[derive(Debug, Default)]
pub struct RunEdits(BTreeMap<Id, RunEdit>);

#[derive(Debug, Default)]
struct RunEdit {
    /// Bytes of the part that are deleted.
    deleted: Vec<Range<usize>>,
    /// Marks set before the byte.
    starts: Vec<(usize, String)>,
    /// Marks set after the byte before this one.
    ends: Vec<(usize, String)>,
}

/// A stretch of a run's content.
struct Fragment {
    from: usize,
    to: usize,
    deleted: bool,
    kept: String,
    gone: String,
}

impl RunEdits {
    /// Deletes bytes of a run.
    pub fn delete(&mut self, run: Id, bytes: Range<usize>) {
        self.0.entry(run).or_default().deleted.push(bytes);
    }

    /// Sets a mark before a byte of a run's words.
    pub fn start(&mut self, run: Id, byte: usize, mark: String) {
        self.0.entry(run).or_default().starts.push((byte, mark));
    }

    /// Sets a mark after the byte that ends a stretch of a run's words.
    pub fn end(&mut self, run: Id, byte: usize, mark: String) {
        self.0.entry(run).or_default().ends.push((byte, mark));
    }

    /// Whether every one of these bytes is deleted.
    pub fn is_deleted(&self, run: Id, bytes: &Range<usize>) -> bool {
        self.0.get(&run).is_some_and(|edit| is_within(&edit.deleted, bytes))
    }

    /// The runs as they become, each with the bytes it takes the place of.
    pub fn splices(&self, tree: &Tree, writer: &mut Writer) -> Vec<(Range<usize>, String)> {
        self.0
            .iter()
            .map(|(run, edit)| (tree.elements[*run].outer.clone(), rewritten(tree, *run, edit, writer)))
            .collect()
    }
}

/// Whether the bytes lie within the union of the ranges.
fn is_within(ranges: &[Range<usize>], bytes: &Range<usize>) -> bool {
    let mut at = bytes.start;
    while at < bytes.end {
        match ranges.iter().filter(|r| r.start <= at && at < r.end).map(|r| r.end).max() {
            Some(end) => at = end,
            None => return false,
        }
    }
    true
}

fn rewritten(tree: &Tree, run: Id, edit: &RunEdit, writer: &mut Writer) -> String {
    let properties = tree.child(run, "rPr").map_or("", |e| tree.outer(e));
    let opening = tree.opening(run);
    let closing = format!("</{}>", tree.qualified(run));
    let mut out = String::new();
    let mut group: Vec<Fragment> = Vec::new();
    let close = |group: &mut Vec<Fragment>, out: &mut String, writer: &mut Writer| {
        let Some(first) = group.first() else { return };
        let deleted = first.deleted;
        let content: String = group.drain(..).map(|f| if deleted { f.gone } else { f.kept }).collect();
        let run = format!("{opening}{properties}{content}{closing}");
        if deleted {
            let w = writer.prefix.clone();
            out.push_str(&format!("<{w}:del {}>{run}</{w}:del>", writer.signature()));
        } else {
            out.push_str(&run);
        }
    };
    for fragment in fragments(tree, run, edit) {
        let starts: String = marks(&edit.starts, |at| at >= fragment.from && at < fragment.to.max(fragment.from + 1));
        let changes = group.last().is_some_and(|last| last.deleted != fragment.deleted);
        if changes || !starts.is_empty() {
            close(&mut group, &mut out, writer);
        }
        out.push_str(&starts);
        let ends: String = marks(&edit.ends, |at| at > fragment.from && at <= fragment.to);
        group.push(fragment);
        if !ends.is_empty() {
            close(&mut group, &mut out, writer);
            out.push_str(&ends);
        }
    }
    close(&mut group, &mut out, writer);
    out
}

fn marks(list: &[(usize, String)], here: impl Fn(usize) -> bool) -> String {
    list.iter().filter(|(at, _)| here(*at)).map(|(_, mark)| mark.as_str()).collect()
}

/// The content of a run cut at every byte where something begins or ends.
fn fragments(tree: &Tree, run: Id, edit: &RunEdit) -> Vec<Fragment> {
    let mut cuts: Vec<usize> = edit.deleted.iter().flat_map(|r| [r.start, r.end]).collect();
    cuts.extend(edit.starts.iter().chain(&edit.ends).map(|(at, _)| *at));
    cuts.sort_unstable();
    cuts.dedup();
    let mut out = Vec::new();
    for child in tree.children(run) {
        let outer = tree.elements[child].outer.clone();
        let whole = tree.outer(child);
        if tree.is(child, "rPr") {
            continue;
        }
        if !tree.is(child, "t") {
            let gone = match tree.is(child, "instrText") {
                true => renamed(tree, child, "delInstrText", whole),
                false => whole.to_owned(),
            };
            let deleted = is_within(&edit.deleted, &outer);
            out.push(Fragment { from: outer.start, to: outer.end, deleted, kept: whole.to_owned(), gone });
            continue;
        }
        let inner = tree.elements[child].inner.clone();
        let here: Vec<usize> = cuts.iter().copied().filter(|c| inner.start < *c && *c < inner.end).collect();
        let bounds: Vec<usize> = [inner.start].into_iter().chain(here).chain([inner.end]).collect();
        for pair in bounds.windows(2) {
            let text = &tree.xml[pair[0]..pair[1]];
            let name = tree.qualified(child);
            let kept = match bounds.len() {
                2 => whole.to_owned(),
                _ => format!(r#"<{name} xml:space="preserve">{text}</{name}>"#),
            };
            let prefix = name.strip_suffix("t").unwrap_or(name);
            let gone = format!(r#"<{prefix}delText xml:space="preserve">{text}</{prefix}delText>"#);
            let deleted = pair[0] < pair[1] && is_within(&edit.deleted, &(pair[0]..pair[1]));
            out.push(Fragment { from: pair[0], to: pair[1], deleted, kept, gone });
        }
    }
    out
}

/// The element under another local name.
fn renamed(tree: &Tree, element: Id, local: &str, whole: &str) -> String {
    let name = tree.qualified(element);
    let prefix = &name[..name.len() - tree.name(element).len()];
    let whole = whole.replacen(&format!("<{name}"), &format!("<{prefix}{local}"), 1);
    whole.replace(&format!("</{name}>"), &format!("</{prefix}{local}>"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redline::plan::Signature;
    use crate::redline::tree::WORD;

    #[test]
    fn a_run_is_cut_where_the_deletion_and_the_comment_are() {
        let xml = format!(
            r#"<w:r xmlns:w="{WORD}"><w:rPr><w:b/></w:rPr><w:t>Un deux trois</w:t><w:tab/><w:t>quatre</w:t></w:r>"#
        );
        let tree = Tree::read(&xml).unwrap();
        let at = |word: &str| xml.find(word).unwrap();
        let mut edits = RunEdits::default();
        edits.delete(0, at("deux")..at(" trois"));
        edits.start(0, at("deux"), "<S/>".into());
        edits.end(0, at("trois") + 5, "<E/>".into());
        let signature = Signature { author: "A".into(), date: "D".into() };
        let made = edits.splices(&tree, &mut Writer::new("w", &signature, 1)).remove(0).1;
        let run = |content: &str| format!(r#"<w:r xmlns:w="{WORD}"><w:rPr><w:b/></w:rPr>{content}</w:r>"#);
        let t = |name: &str, text: &str| format!(r#"<w:{name} xml:space="preserve">{text}</w:{name}>"#);
        let expected = run(&t("t", "Un "))
            + "<S/>"
            + &format!(r#"<w:del w:id="1" w:author="A" w:date="D">{}</w:del>"#, run(&t("delText", "deux")))
            + &run(&t("t", " trois"))
            + "<E/>"
            + &run("<w:tab/><w:t>quatre</w:t>");
        assert_eq!(made, expected);
    }
}
