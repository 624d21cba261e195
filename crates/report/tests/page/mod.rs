//! A strict reader of the HTML we write: every tag closed in order, ids unique, links and marks collected.

use std::collections::{HashMap, HashSet};

/// What a page holds.
#[derive(Default)]
pub struct Page {
    /// Every id.
    pub ids: HashSet<String>,
    /// Every fragment a link leads to, in order.
    pub links: Vec<String>,
    /// For each `k-…` class of a mark: the words it covers, without what we put between them.
    pub marked: HashMap<String, String>,
    /// The `k-…` class of the mark with this id.
    pub mark_of: HashMap<String, String>,
    /// For links of class `tag`: where they lead.
    pub tags: Vec<String>,
    /// Names of elements met.
    pub elements: HashSet<String>,
}

struct Open<'a> {
    name: &'a str,
    marks: Option<String>,
    ours: bool,
}

const VOID: [&str; 4] = ["meta", "link", "input", "br"];

/// Reads a page.
///
/// # Panics
/// When a tag is not closed in order, an id comes twice or an attribute is not quoted.
pub fn read(html: &str) -> Page {
    let mut page = Page::default();
    let mut open: Vec<Open<'_>> = Vec::new();
    let body = html.strip_prefix("<!doctype html>").expect("a doctype");
    let mut rest = body;
    while let Some(at) = rest.find('<') {
        text(&mut page, &open, &rest[..at]);
        let end = at + rest[at..].find('>').expect("a tag's end");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().map(|open| open.name), Some(name), "closed in order, before {:.80}", rest);
        } else {
            start(&mut page, &mut open, tag);
        }
        if tag == "style" {
            rest = &rest[rest.find("</style>").expect("the style's end")..];
        }
    }
    assert!(open.is_empty(), "everything is closed");
    page
}

fn start<'a>(page: &mut Page, open: &mut Vec<Open<'a>>, tag: &'a str) {
    let (tag, closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    page.elements.insert(name.to_owned());
    let mut attributes: HashMap<&str, &str> = HashMap::new();
    while let Some((key, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"').expect("a quoted value");
        attributes.insert(key.trim(), value);
        rest = after;
    }
    assert!(rest.trim().is_empty() || name == "input", "attributes are quoted: {tag}");
    let class = attributes.get("class").copied().unwrap_or_default();
    // A passage in one piece needs no name but its id.
    let whole = || attributes.get("id").filter(|_| name == "mark").copied();
    let key = class.split(' ').find(|class| class.starts_with("k-")).or_else(whole).map(str::to_owned);
    if let Some(id) = attributes.get("id") {
        assert!(page.ids.insert((*id).to_owned()), "{id} comes once");
        if let Some(key) = &key {
            page.mark_of.insert((*id).to_owned(), key.clone());
        }
    }
    if let Some(fragment) = attributes.get("href").and_then(|href| href.strip_prefix('#')) {
        page.links.push(fragment.to_owned());
        if class.starts_with("tag ") {
            page.tags.push(fragment.to_owned());
        }
    }
    if !closed && !VOID.contains(&name) {
        let first = class.split(' ').next().unwrap_or_default();
        let ours = ["tags", "back", "page"].contains(&first);
        open.push(Open { name, marks: key, ours });
    }
}

fn text(page: &mut Page, open: &[Open<'_>], text: &str) {
    if open.iter().any(|open| open.ours) {
        return;
    }
    for key in open.iter().filter_map(|open| open.marks.as_ref()) {
        page.marked.entry(key.clone()).or_default().push_str(&plain(text));
    }
}

/// Text as a browser would show it, white space and cell separators left out.
pub fn plain(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&amp;", "&").chars().filter(|c| !c.is_whitespace() && *c != '|').collect()
}
