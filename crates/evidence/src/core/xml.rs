//! XML as a flat list of elements with their path: enough for reports, bounded in memory.

use quick_xml::events::Event;
use quick_xml::reader::Reader;

/// Most elements kept of one document.
const ELEMENTS: usize = 400_000;
/// Deepest nesting followed.
const DEPTH: usize = 64;
/// Longest path of an element, in bytes.
const PATH: usize = 1_024;

/// One element.
#[derive(Debug, Clone, Default)]
pub struct Element {
    /// Names from the root, joined by `/`.
    pub path: String,
    /// Index of the parent in the list.
    pub parent: Option<usize>,
    /// Attributes in order.
    pub attributes: Vec<(String, String)>,
    /// Its own text.
    pub text: String,
}

impl Element {
    /// An attribute's value.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The element's own name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// A document: its elements in order, and whether it was closed to the end.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// Elements in document order.
    pub elements: Vec<Element>,
    /// Every element was closed and nothing was malformed.
    pub complete: bool,
}

impl Document {
    /// Reads XML; `None` when the text does not start like XML.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_start();
        if !text.starts_with('<') {
            return None;
        }
        let mut reader = Reader::from_str(text);
        let mut document = Self::default();
        let mut open: Vec<usize> = Vec::new();
        loop {
            match reader.read_event() {
                Ok(Event::Start(tag)) => {
                    let Some(at) = document.add(&tag, &open) else { return Some(document) };
                    open.push(at);
                    if open.len() > DEPTH {
                        return Some(document);
                    }
                }
                Ok(Event::Empty(tag)) => {
                    if document.add(&tag, &open).is_none() {
                        return Some(document);
                    }
                }
                Ok(Event::End(_)) => {
                    open.pop();
                }
                Ok(Event::Text(part)) => document.write(&open, &part),
                Ok(Event::CData(part)) => document.write(&open, &part),
                Ok(Event::GeneralRef(part)) => {
                    document.write(&open, entity(&part));
                }
                Ok(Event::Eof) => {
                    document.complete = open.is_empty() && !document.elements.is_empty();
                    return Some(document);
                }
                Ok(_) => {}
                Err(_) => return Some(document),
            }
        }
    }

    /// Keeps an element; none where there are too many, or its path is too long.
    fn add(&mut self, tag: &quick_xml::events::BytesStart<'_>, open: &[usize]) -> Option<usize> {
        let name = tag.local_name().as_ref().to_owned();
        let parent = open.last().copied();
        let above = parent.and_then(|p| self.elements.get(p)).map_or("", |e| e.path.as_str());
        if self.elements.len() > ELEMENTS || above.len() + name.len() >= PATH {
            return None;
        }
        let path = if above.is_empty() { name } else { format!("{above}/{name}") };
        let attributes = tag
            .attributes()
            .flatten()
            .map(|a| {
                let key = a.key.local_name().as_ref().to_owned();
                let raw = a.value.into_owned();
                (key, quick_xml::escape::unescape(&raw).map(std::borrow::Cow::into_owned).unwrap_or(raw))
            })
            .collect();
        self.elements.push(Element { path, parent, attributes, text: String::new() });
        Some(self.elements.len() - 1)
    }

    fn write(&mut self, open: &[usize], text: &str) {
        if let Some(element) = open.last().and_then(|at| self.elements.get_mut(*at)) {
            element.text.push_str(text);
        }
    }

    /// The root's name.
    #[must_use]
    pub fn root(&self) -> &str {
        self.elements.first().map_or("", |e| e.path.as_str())
    }

    /// Elements whose path ends with this.
    pub fn all<'a>(&'a self, tail: &'a str) -> impl Iterator<Item = (usize, &'a Element)> {
        self.elements.iter().enumerate().filter(move |(_, e)| e.path == tail || e.path.ends_with(&format!("/{tail}")))
    }

    /// The text of the first element whose path ends with this.
    #[must_use]
    pub fn text(&self, tail: &str) -> Option<&str> {
        let ends = format!("/{tail}");
        self.elements.iter().find(|e| e.path == tail || e.path.ends_with(&ends)).map(|e| e.text.trim())
    }

    /// Elements right below another.
    pub fn children(&self, parent: usize) -> impl Iterator<Item = &Element> {
        let path = self.elements.get(parent).map_or("", |e| e.path.as_str());
        let below = move |e: &&Element| {
            e.path.len() > path.len() && e.path.starts_with(path) && e.path[path.len()..].starts_with('/')
        };
        let from = self.elements.get(parent + 1..).unwrap_or_default();
        from.iter().take_while(below).filter(move |e| e.parent == Some(parent))
    }

    /// The text of a child of an element.
    #[must_use]
    pub fn child(&self, parent: usize, name: &str) -> Option<&str> {
        self.children(parent).find(|e| e.name() == name).map(|e| e.text.trim())
    }
}

fn entity(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => " ",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_a_long_name_repeated_nor_many_empty_elements_fill_the_memory() {
        let text = format!("<{0}>{1}</{0}>", "a".repeat(2_000), "<b/>".repeat(10));
        let document = Document::parse(&text).expect("XML");
        assert!(document.elements.is_empty() && !document.complete);
        let text = format!("<a>{}</a>", "<b/>".repeat(ELEMENTS + 10));
        let document = Document::parse(&text).expect("XML");
        assert!(document.elements.len() <= ELEMENTS + 1 && !document.complete);
    }
}
