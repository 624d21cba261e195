//! The flow of an ODT's content, or of the headers and footers in its styles.

use super::lists::Numbers;
use super::looks::{Look, Looks};
use crate::frames::Frames;
use crate::numerals::Numeral;
use crate::sheet::{Item, Para};
use crate::xml::{Attributes, Space, Visitor};
use contract::BlockKind;
use std::collections::HashMap;

/// Most spaces, columns or rows that one element may stand for.
const REPEATED: i64 = 64;
/// Longest heading, in bytes; a longer one is a clause.
const LONGEST_HEADING: usize = 220;

#[derive(Debug, Default)]
struct Writing {
    text: String,
    breaks: Vec<usize>,
    look: Look,
    heading: Option<u8>,
    label: Option<(String, Numeral)>,
    depth: u8,
    weight: (usize, usize),
    after: Vec<Item>,
}

#[derive(Debug)]
struct List {
    style: Option<String>,
    numbers: Numbers,
    start: Option<u32>,
    labelled: bool,
}

/// Reads the content, or only headers and footers.
pub(super) struct Flow<'s> {
    looks: &'s Looks,
    running: bool,
    open: Vec<(Space, String)>,
    skipped: usize,
    frames: Frames,
    writings: Vec<Writing>,
    spans: Vec<Look>,
    lists: Vec<List>,
    kept: HashMap<String, Numbers>,
    outline: Numbers,
    toc: usize,
    headers: Vec<Item>,
    footers: Vec<Item>,
    chars_left: usize,
    cut: bool,
}

impl<'s> Flow<'s> {
    /// A reader with these styles; `running` keeps only headers and footers.
    pub fn new(looks: &'s Looks, text_chars: usize, running: bool) -> Self {
        Self {
            looks,
            running,
            open: Vec::new(),
            skipped: 0,
            frames: Frames::new(),
            writings: Vec::new(),
            spans: Vec::new(),
            lists: Vec::new(),
            kept: HashMap::new(),
            outline: Numbers::default(),
            toc: 0,
            headers: Vec::new(),
            footers: Vec::new(),
            chars_left: text_chars,
            cut: false,
        }
    }

    /// Headers and footers read.
    pub fn into_running(self) -> (Vec<Item>, Vec<Item>) {
        (self.headers, self.footers)
    }

    /// The items read, and whether text was left out; what broken XML left open is closed.
    pub fn into_items(mut self) -> (Vec<Item>, bool) {
        while !self.writings.is_empty() {
            self.end_paragraph();
        }
        (self.frames.into_items(), self.cut)
    }

    fn write(&mut self, text: &str) {
        if self.skipped > 0 || self.spans.iter().any(|span| span.hidden) {
            return;
        }
        let bold = self.spans.iter().rev().find_map(|span| span.bold);
        let Some(writing) = self.writings.last_mut().filter(|w| !w.look.hidden) else { return };
        if text.len() > self.chars_left {
            self.cut = true;
            return;
        }
        self.chars_left -= text.len();
        writing.text.push_str(text);
        let words = text.trim().len();
        writing.weight.1 += words;
        writing.weight.0 += if bold.or(writing.look.bold).unwrap_or(false) { words } else { 0 };
    }

    /// White space of the source counts once, and not at the start of a paragraph.
    fn write_source(&mut self, text: &str) {
        let at_start = self.writings.last().is_none_or(|w| w.text.is_empty() || w.text.ends_with([' ', '\n', '\t']));
        let mut spaced = at_start;
        let mut plain = String::with_capacity(text.len());
        for c in text.chars() {
            let space = matches!(c, ' ' | '\t' | '\n' | '\r');
            if !space {
                plain.push(c);
            } else if !spaced {
                plain.push(' ');
            }
            spaced = space;
        }
        if !plain.is_empty() {
            self.write(&plain);
        }
    }

    fn start_paragraph(&mut self, name: &str, attributes: &Attributes) {
        let style = attributes.get("style-name").unwrap_or_default();
        let look = self.looks.of("paragraph", &style);
        let mut writing = Writing { depth: self.lists.len().saturating_sub(1).min(8) as u8, ..Writing::default() };
        if name == "h" {
            let level = attributes.number("outline-level").and_then(|n| u8::try_from(n).ok()).unwrap_or(1).clamp(1, 9);
            writing.heading = Some(level);
            let unnumbered = attributes.get("is-list-header").is_some_and(|v| v == "true");
            if !unnumbered && self.lists.is_empty() {
                let start = attributes.get("restart-numbering").filter(|v| *v == "true").map(|_| 1);
                let outline = &self.looks.lists.outline;
                writing.label = outline.count(&mut self.outline, usize::from(level) - 1, start);
            }
        } else if look.title && self.lists.is_empty() {
            writing.heading = Some(1);
        } else {
            writing.heading = look.outline.filter(|_| self.lists.is_empty());
        }
        if look.break_before {
            writing.breaks.push(0);
        }
        if writing.label.is_none() {
            writing.label = self.list_label(&look);
        }
        writing.look = look;
        self.writings.push(writing);
    }

    /// The label of the first paragraph of a list item.
    fn list_label(&mut self, look: &Look) -> Option<(String, Numeral)> {
        let depth = self.lists.len().checked_sub(1)?;
        let named = self.lists.iter().rev().find_map(|list| list.style.clone());
        let style = self.looks.list(named.as_ref().or(look.list.as_ref())?)?;
        let item = self.lists.last_mut()?;
        if std::mem::replace(&mut item.labelled, true) {
            return None;
        }
        let start = item.start.take();
        let mut numbers = self.lists.first()?.numbers;
        let label = style.count(&mut numbers, depth, start);
        if let Some(first) = self.lists.first_mut() {
            first.numbers = numbers;
        }
        label
    }

    fn end_paragraph(&mut self) {
        let Some(writing) = self.writings.pop() else { return };
        let shown = !writing.text.trim().is_empty();
        let label = writing.label.filter(|_| shown);
        let long = writing.text.len() > LONGEST_HEADING;
        let kind = if self.toc > 0 || writing.look.toc {
            Some(BlockKind::TocEntry)
        } else if let Some(level) = writing.heading.filter(|_| !long) {
            Some(BlockKind::Heading { level })
        } else {
            let item = label.as_ref().is_some_and(|(_, numeral)| numeral.is_item());
            item.then_some(BlockKind::ListItem { depth: writing.depth })
        };
        let lead = label.map_or_else(String::new, |(label, _)| label);
        let breaks = writing.breaks.iter().map(|at| if *at == 0 { 0 } else { at + lead.len() }).collect();
        let bold = writing.weight.1 > 0 && writing.weight.0 == writing.weight.1;
        let size = writing.look.size.unwrap_or(12.0);
        self.frames.push(Item::Para(Para { text: lead + &writing.text, breaks, kind, bold, size, ..Para::default() }));
        self.frames.extend(writing.after);
    }

    /// Hands the items of a note or frame to the paragraph around it.
    fn close_aside(&mut self) {
        let items = self.frames.take_flow();
        match self.writings.last_mut() {
            Some(writing) => writing.after.extend(items),
            None => self.frames.extend(items),
        }
    }

    fn start_text(&mut self, name: &str, attributes: &Attributes) {
        match name {
            "p" | "h" => self.start_paragraph(name, attributes),
            "span" => {
                let style = attributes.get("style-name").unwrap_or_default();
                self.spans.push(self.looks.of("text", &style));
            }
            "s" => {
                let count = attributes.number("c").unwrap_or(1).clamp(1, REPEATED);
                self.write(&" ".repeat(count as usize));
            }
            "tab" => self.write("\t"),
            "line-break" => self.write("\n"),
            "soft-page-break" => {
                if let Some(writing) = self.writings.last_mut() {
                    writing.breaks.push(writing.text.len());
                } else {
                    let mark = Para { breaks: vec![0], ..Para::default() };
                    self.frames.push(Item::Para(mark));
                }
            }
            "note-body" => self.frames.open_flow(),
            "table-of-content" | "alphabetical-index" | "illustration-index" | "table-index" => self.toc += 1,
            "list" => self.start_list(attributes),
            "list-item" | "list-header" => {
                let start = attributes.number("start-value").and_then(|n| u32::try_from(n).ok());
                if let Some(list) = self.lists.last_mut() {
                    (list.start, list.labelled) = (start, name == "list-header");
                }
            }
            _ => {}
        }
    }

    fn start_list(&mut self, attributes: &Attributes) {
        let style = attributes.get("style-name").map(|v| v.into_owned());
        let goes_on = attributes.get("continue-numbering").is_some_and(|v| v == "true")
            || attributes.get("continue-list").is_some();
        let kept = style.as_ref().filter(|_| goes_on && self.lists.is_empty()).and_then(|s| self.kept.get(s));
        let numbers = kept.copied().unwrap_or_default();
        self.lists.push(List { style, numbers, start: None, labelled: false });
    }

    fn end_text(&mut self, name: &str) {
        match name {
            "p" | "h" => self.end_paragraph(),
            "span" => drop(self.spans.pop()),
            "note-body" => self.close_aside(),
            "table-of-content" | "alphabetical-index" | "illustration-index" | "table-index" => {
                self.toc = self.toc.saturating_sub(1)
            }
            "list" => {
                if let Some(list) = self.lists.pop()
                    && let Some(style) = list.style
                    && self.lists.is_empty()
                {
                    self.kept.insert(style, list.numbers);
                }
            }
            _ => {}
        }
    }
}

/// Elements whose words do not show in the text.
fn is_left_out(space: Space, name: &str) -> bool {
    match space {
        Space::OdfText => matches!(
            name,
            "tracked-changes"
                | "note-citation"
                | "ruby-text"
                | "sequence-decls"
                | "variable-decls"
                | "user-field-decls"
                | "hidden-paragraph"
                | "table-of-content-source"
                | "script"
                | "bookmark-ref-source"
        ),
        Space::Office => matches!(name, "annotation" | "annotation-end" | "scripts" | "forms" | "event-listeners"),
        Space::Other => matches!(name, "title" | "desc"),
        _ => false,
    }
}

impl Visitor for Flow<'_> {
    fn start(&mut self, space: Space, name: &str, attributes: &Attributes) {
        if self.skipped > 0 || is_left_out(space, name) {
            self.skipped += 1;
            self.open.push((space, String::new()));
            return;
        }
        self.open.push((space, name.to_owned()));
        match (space, name) {
            (Space::OdfText, _) => self.start_text(name, attributes),
            (Space::OdfTable, "table") => self.frames.open_table(),
            (Space::OdfTable, "table-header-rows") => self.frames.set_header_rows(true),
            (Space::OdfTable, "table-row") => self.frames.open_row(),
            (Space::OdfTable, "table-cell" | "covered-table-cell") | (Space::Draw, "text-box") => {
                self.frames.open_flow()
            }
            (Space::OdfStyle, name) if self.running && (name.starts_with("header") || name.starts_with("footer")) => {
                self.frames.open_flow();
            }
            _ => {}
        }
    }

    fn end(&mut self, space: Space, name: &str) {
        self.open.pop();
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        match (space, name) {
            (Space::OdfText, _) => self.end_text(name),
            (Space::OdfTable, "table" | "table-row" | "table-cell" | "covered-table-cell") => self.frames.close(),
            (Space::OdfTable, "table-header-rows") => self.frames.set_header_rows(false),
            (Space::Draw, "text-box") => self.close_aside(),
            (Space::OdfStyle, name) if self.running && (name.starts_with("header") || name.starts_with("footer")) => {
                let items = self.frames.take_flow();
                let place = if name.starts_with("header") { &mut self.headers } else { &mut self.footers };
                place.extend(items);
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if !self.writings.is_empty() {
            self.write_source(text);
        }
    }
}
