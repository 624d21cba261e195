//! Where the elements of a part stand: byte ranges, parents, names. The part itself is never rebuilt from it; edits
//! are spliced into its bytes.

use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use std::ops::Range;

/// WordprocessingML, transitional.
pub const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
/// WordprocessingML, strict.
pub const WORD_STRICT: &str = "http://purl.oclc.org/ooxml/wordprocessingml/main";

/// An element by its place in [`Tree::elements`].
pub type Id = usize;

/// An element.
#[derive(Debug, Clone)]
pub struct Element {
    /// Its local name.
    name: Range<usize>,
    /// Whether it is of WordprocessingML.
    pub word: bool,
    /// From its opening bracket to the end of its closing tag.
    pub outer: Range<usize>,
    /// What stands between its tags; empty, right after the tag, for `<a/>`.
    pub inner: Range<usize>,
    /// The element around it.
    pub parent: Option<Id>,
}

/// The elements of a part in the order of their opening tags.
#[derive(Debug)]
pub struct Tree<'x> {
    /// The part.
    pub xml: &'x str,
    /// Its elements.
    pub elements: Vec<Element>,
}

impl<'x> Tree<'x> {
    /// Reads a part; `None` when its XML is broken anywhere, for an editor must not guess.
    pub fn read(xml: &'x str) -> Option<Self> {
        let mut reader = NsReader::from_str(xml);
        let mut elements: Vec<Element> = Vec::with_capacity(xml.len() / 40);
        let mut open: Vec<Id> = Vec::new();
        let mut from = 0;
        loop {
            let (resolved, event) = reader.read_resolved_event().ok()?;
            let word = is_word(&resolved);
            let to = usize::try_from(reader.buffer_position()).ok()?;
            let at = std::mem::replace(&mut from, to);
            match event {
                Event::Start(tag) => {
                    let name = local(xml, at + 1, tag.name().as_ref().len(), tag.local_name().as_ref().len());
                    let parent = open.last().copied();
                    open.push(elements.len());
                    elements.push(Element { name, word, outer: at..to, inner: to..to, parent });
                }
                Event::Empty(tag) => {
                    let name = local(xml, at + 1, tag.name().as_ref().len(), tag.local_name().as_ref().len());
                    elements.push(Element { name, word, outer: at..to, inner: to..to, parent: open.last().copied() });
                }
                Event::End(_) => {
                    let element = &mut elements[open.pop()?];
                    element.inner.end = at;
                    element.outer.end = to;
                }
                Event::Eof if open.is_empty() && !elements.is_empty() => return Some(Self { xml, elements }),
                Event::Eof => return None,
                _ => {}
            }
        }
    }

    /// The local name.
    pub fn name(&self, id: Id) -> &'x str {
        &self.xml[self.elements[id].name.clone()]
    }

    /// Whether it is this element of WordprocessingML.
    pub fn is(&self, id: Id, name: &str) -> bool {
        self.elements[id].word && self.name(id) == name
    }

    /// The innermost element that holds the byte.
    pub fn at(&self, byte: usize) -> Option<Id> {
        let after = self.elements.partition_point(|e| e.outer.start <= byte);
        let mut id = Some(after.checked_sub(1)?);
        while let Some(here) = id {
            if self.elements[here].outer.contains(&byte) {
                return Some(here);
            }
            id = self.elements[here].parent;
        }
        None
    }

    /// The element and those around it, innermost first.
    pub fn lineage(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        std::iter::successors(Some(id), |id| self.elements[*id].parent)
    }

    /// Elements within an element, in order.
    pub fn within(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let end = self.elements[id].outer.end;
        (id + 1..self.elements.len()).take_while(move |e| self.elements[*e].outer.start < end)
    }

    /// Elements right within an element, in order.
    pub fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        self.within(id).filter(move |e| self.elements[*e].parent == Some(id))
    }

    /// The child with this name.
    pub fn child(&self, id: Id, name: &str) -> Option<Id> {
        self.children(id).find(|e| self.is(*e, name))
    }

    /// The element right after an element, under the same parent.
    pub fn next_sibling(&self, id: Id) -> Option<Id> {
        let end = self.elements[id].outer.end;
        let next = self.elements.partition_point(|e| e.outer.start < end);
        let parent = self.elements[id].parent;
        (next < self.elements.len() && self.elements[next].parent == parent).then_some(next)
    }

    /// The element as it stands in the part.
    pub fn outer(&self, id: Id) -> &'x str {
        &self.xml[self.elements[id].outer.clone()]
    }

    /// The opening tag as it stands, closed with `>` even for `<a/>`.
    pub fn opening(&self, id: Id) -> String {
        let element = &self.elements[id];
        let tag = &self.xml[element.outer.start..element.inner.start];
        match tag.strip_suffix("/>") {
            Some(tag) => format!("{}>", tag.trim_end()),
            None => tag.to_owned(),
        }
    }

    /// The qualified name, as in the closing tag.
    pub fn qualified(&self, id: Id) -> &'x str {
        let element = &self.elements[id];
        &self.xml[element.outer.start + 1..element.name.end]
    }

    /// The value of an attribute by local name, as written (references not resolved).
    pub fn attribute(&self, id: Id, local: &str) -> Option<&'x str> {
        let element = &self.elements[id];
        let tag = &self.xml[element.name.end..element.inner.start];
        let mut rest = tag;
        while let Some(equals) = rest.find('=') {
            let key = rest[..equals].trim();
            let tail = rest[equals + 1..].trim_start();
            let quote = tail.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let end = tail[1..].find(quote)?;
            if key.rsplit(':').next() == Some(local) {
                return Some(&tail[1..=end]);
            }
            rest = &tail[end + 2..];
        }
        None
    }
}

fn is_word(resolved: &ResolveResult) -> bool {
    match resolved {
        ResolveResult::Bound(namespace) => matches!(namespace.as_ref(), WORD | WORD_STRICT),
        _ => false,
    }
}

/// The range of the local name in a tag whose qualified name begins at `at`.
fn local(xml: &str, at: usize, qualified: usize, local: usize) -> Range<usize> {
    debug_assert!(xml.is_char_boundary(at + qualified));
    at + qualified - local..at + qualified
}

/// Text made fit for XML content and attributes; characters that XML forbids are left out.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_by_byte_and_name() {
        let xml = format!(
            r#"<w:body xmlns:w="{WORD}"><w:p w:id='7' w:val="a b"><w:r><w:t>mots</w:t></w:r></w:p><w:p/></w:body>"#
        );
        let tree = Tree::read(&xml).unwrap();
        let t = tree.at(xml.find("mots").unwrap()).unwrap();
        assert!(tree.is(t, "t"));
        let p = tree.lineage(t).find(|e| tree.is(*e, "p")).unwrap();
        assert_eq!((tree.attribute(p, "id"), tree.attribute(p, "val")), (Some("7"), Some("a b")));
        assert_eq!(tree.outer(tree.next_sibling(p).unwrap()), "<w:p/>");
        assert_eq!(tree.opening(tree.next_sibling(p).unwrap()), "<w:p>");
        assert_eq!(tree.children(0).count(), 2);
        assert_eq!(tree.qualified(p), "w:p");
        assert!(tree.next_sibling(tree.next_sibling(p).unwrap()).is_none());
    }

    #[test]
    fn broken_parts_are_not_guessed_at() {
        for xml in ["", "<a>", "<a></b>", "<a/></a>"] {
            assert!(Tree::read(xml).is_none(), "{xml}");
        }
    }
}
