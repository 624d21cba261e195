//! The flow of a WordprocessingML part: body, header, footer or notes.

use super::numbering::{Counters, Numbering};
use super::styles::Styles;
use super::writing::{Note, Writing};
use crate::frames::Frames;
use crate::sheet::Item;
use crate::source::Piece;
use crate::xml::{Attributes, Space, Visitor};
use contract::Span;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// A field: its instruction until the separator, its result after it.
#[derive(Debug, Default)]
struct Field {
    instruction: String,
    result: bool,
}

/// Properties of the run being read.
#[derive(Debug, Default, Clone, Copy)]
struct Run {
    hidden: bool,
    bold: Option<bool>,
    size: Option<f32>,
}

/// Reads one part.
pub(super) struct Body<'s> {
    styles: &'s Styles,
    numbering: &'s Numbering,
    counters: Counters,
    notes: &'s HashMap<Note, Vec<Item>>,
    /// Notes found, when the part is one of notes.
    pub found_notes: HashMap<Note, Vec<Item>>,
    /// Notes already set after the paragraph that first refers to them.
    noted: HashSet<Note>,
    note: Option<Note>,
    open: Vec<(Space, String)>,
    skipped: usize,
    frames: Frames,
    writings: Vec<Writing>,
    fields: Vec<Field>,
    run: Run,
    pending: Option<Writing>,
    choices: Vec<bool>,
    /// Whether the part tells where Word broke pages; other breaks are then left aside.
    rendered: bool,
    chars_left: usize,
    /// Whether text was left out because there was too much.
    pub cut: bool,
    /// Whether to keep where the words stand in the part.
    pub trace: bool,
    place: Range<usize>,
}

impl<'s> Body<'s> {
    /// A reader for a part whose bytes are given (only to see whether Word left its page breaks in it).
    pub fn new(
        styles: &'s Styles,
        numbering: &'s Numbering,
        notes: &'s HashMap<Note, Vec<Item>>,
        bytes: &[u8],
        text_chars: usize,
    ) -> Self {
        let mark = b"lastRenderedPageBreak";
        Self {
            styles,
            numbering,
            counters: Counters::default(),
            notes,
            found_notes: HashMap::new(),
            noted: HashSet::new(),
            note: None,
            open: Vec::new(),
            skipped: 0,
            frames: Frames::new(),
            writings: Vec::new(),
            fields: Vec::new(),
            run: Run::default(),
            pending: None,
            choices: Vec::new(),
            rendered: bytes.windows(mark.len()).any(|w| w == mark),
            chars_left: text_chars,
            cut: false,
            trace: false,
            place: 0..0,
        }
    }

    /// The items read; what broken XML left open is closed.
    pub fn into_items(mut self) -> (Vec<Item>, bool) {
        while !self.writings.is_empty() {
            self.end_paragraph();
        }
        if let Some(pending) = self.pending.take() {
            self.writings.push(pending);
            self.end_paragraph();
        }
        (self.frames.into_items(), self.cut)
    }

    fn parent(&self, steps: usize) -> &str {
        let at = self.open.len().checked_sub(steps + 1);
        at.and_then(|at| self.open.get(at)).map_or("", |(_, name)| name.as_str())
    }

    fn write(&mut self, text: &str) {
        let instruction = self.fields.iter().any(|field| !field.result);
        if self.run.hidden || instruction || self.skipped > 0 {
            return;
        }
        let Some(writing) = self.writings.last_mut() else { return };
        if text.len() > self.chars_left {
            self.cut = true;
            return;
        }
        self.chars_left -= text.len();
        if self.trace {
            let span = Span::new(writing.text.len(), writing.text.len() + text.len());
            writing.pieces.push(Piece { text: span, xml: self.place.clone() });
        }
        writing.text.push_str(text);
        let words = text.trim().len();
        if words > 0 {
            writing.weight.1 += words;
            let styles = self.styles;
            let of_style = *writing.style_bold.get_or_insert_with(|| styles.look(writing.style.as_deref()).bold);
            let bold = self.run.bold.unwrap_or(of_style);
            writing.weight.0 += if bold { words } else { 0 };
            writing.size = writing.size.or(self.run.size);
        }
        writing.toc |= self.fields.iter().any(|field| field.instruction.trim_start().starts_with("TOC"));
    }

    fn page_break(&mut self) {
        if let Some(writing) = self.writings.last_mut() {
            writing.breaks.push(writing.text.len());
        }
    }

    fn end_paragraph(&mut self) {
        let Some(mut writing) = self.writings.pop() else { return };
        self.fields.retain(|field| field.result);
        if writing.mark_deleted {
            self.pending = Some(writing);
            return;
        }
        if writing.page_after && !self.rendered {
            writing.breaks.push(writing.text.len());
        }
        let look = self.styles.look(writing.style.as_deref());
        let num = writing.num.or(look.num).filter(|num| *num > 0);
        let numbered = num.and_then(|num| {
            let of_style = || self.numbering.level_of_style(num, writing.style.as_deref());
            let level = writing.level.or_else(of_style).or(look.level).unwrap_or(0);
            self.numbering.count(&mut self.counters, num, level)
        });
        self.chars_left = self.chars_left.saturating_sub(numbered.as_ref().map_or(0, |n| n.label.len()));
        let notes = std::mem::take(&mut writing.notes);
        let after = std::mem::take(&mut writing.after);
        let hidden = look.hidden && writing.text.is_empty();
        if !hidden {
            self.frames.push(Item::Para(writing.finish(&look, numbered)));
        }
        self.frames.extend(after);
        for note in notes {
            if let Some(items) = self.notes.get(&note)
                && self.noted.insert(note)
            {
                self.frames.extend(items.clone());
            }
        }
    }

    fn start_word(&mut self, name: &str, attributes: &Attributes) {
        match name {
            "p" => {
                let mut writing = self.pending.take().unwrap_or_default();
                writing.mark_deleted = false;
                (writing.style, writing.outline, writing.num, writing.level) = (None, None, None, None);
                self.writings.push(writing);
                self.run = Run::default();
            }
            "r" => self.run = Run::default(),
            "tbl" => self.frames.open_table(),
            "tr" => self.frames.open_row(),
            "tc" | "txbxContent" => self.frames.open_flow(),
            "tblHeader" if attributes.is_on("val") => self.frames.set_header_row(),
            "del" if self.parent(1) == "trPr" => self.frames.drop_row(),
            "footnote" | "endnote" => self.start_note(name, attributes),
            "footnoteReference" | "endnoteReference" => self.refer(name, attributes),
            "tab" if self.parent(1) == "r" => self.write("\t"),
            "br" => match attributes.get("type").as_deref() {
                Some("page") if !self.rendered && !self.run.hidden => self.page_break(),
                Some("page" | "column") => {}
                _ => self.write("\n"),
            },
            "cr" => self.write("\n"),
            "noBreakHyphen" => self.write("-"),
            "sym" => self.write(symbol(attributes)),
            "lastRenderedPageBreak" => self.page_break(),
            "fldChar" => self.field(attributes),
            _ => self.start_property(name, attributes),
        }
    }

    fn start_property(&mut self, name: &str, attributes: &Attributes) {
        let of_run = self.parent(1) == "rPr" && self.parent(2) == "r";
        let of_mark = self.parent(1) == "rPr" && self.parent(2) == "pPr";
        let small = || attributes.number("val").and_then(|n| u8::try_from(n).ok());
        match name {
            "vanish" if of_run => self.run.hidden = attributes.is_on("val"),
            "b" if of_run => self.run.bold = Some(attributes.is_on("val")),
            "sz" if of_run => self.run.size = attributes.number("val").map(|half| half as f32 / 2.0),
            _ => {}
        }
        let in_numbering = self.parent(1) == "numPr";
        let own = self.parent(1) == "pPr";
        let rendered = self.rendered;
        let Some(writing) = self.writings.last_mut() else { return };
        match name {
            "pStyle" if own => writing.style = attributes.get("val").map(|v| v.into_owned()),
            "outlineLvl" if own => writing.outline = small(),
            "numId" if in_numbering => writing.num = attributes.number("val"),
            "ilvl" if in_numbering => writing.level = small(),
            "pageBreakBefore" if own && attributes.is_on("val") && !rendered => writing.breaks.push(writing.text.len()),
            "sectPr" if own => writing.page_after = true,
            "type" if self.open.len() > 1 && attributes.get("val").as_deref() == Some("continuous") => {
                writing.page_after = false
            }
            "del" | "moveFrom" if of_mark => writing.mark_deleted = true,
            _ => {}
        }
    }

    fn start_note(&mut self, name: &str, attributes: &Attributes) {
        let id = attributes.get("id").unwrap_or_default().into_owned();
        let separator = attributes.get("type").is_some_and(|kind| kind.to_lowercase().contains("separator"));
        let note = if name == "footnote" { Note::Foot(id) } else { Note::End(id) };
        self.note = (!separator).then_some(note);
        self.frames.open_flow();
    }

    fn refer(&mut self, name: &str, attributes: &Attributes) {
        let id = attributes.get("id").unwrap_or_default().into_owned();
        let note = if name == "footnoteReference" { Note::Foot(id) } else { Note::End(id) };
        if let Some(writing) = self.writings.last_mut() {
            writing.notes.push(note);
        }
    }

    fn field(&mut self, attributes: &Attributes) {
        match attributes.get("fldCharType").as_deref() {
            Some("begin") if self.fields.len() < 64 => self.fields.push(Field::default()),
            Some("separate") => {
                if let Some(field) = self.fields.last_mut() {
                    field.result = true;
                }
            }
            Some("end") => {
                self.fields.pop();
            }
            _ => {}
        }
    }
}

/// Elements whose content is not part of the text as accepted.
fn is_left_out(space: Space, name: &str) -> bool {
    space == Space::Word
        && matches!(
            name,
            "moveFrom"
                | "pPrChange"
                | "rPrChange"
                | "tblPrChange"
                | "trPrChange"
                | "tcPrChange"
                | "sectPrChange"
                | "tblGridChange"
                | "numberingChange"
                | "sdtPr"
                | "ruby"
                | "delInstrText"
        )
}

/// A symbol of a symbol font, as text.
fn symbol(attributes: &Attributes) -> &'static str {
    let code = attributes.get("char").and_then(|c| u32::from_str_radix(c.trim(), 16).ok()).unwrap_or(0);
    match code & 0xff {
        0xfe | 0x52 | 0x53 => "☑",
        0xa8 | 0x6f | 0x71 | 0x72 => "☐",
        0xfc => "✓",
        0xfd | 0xfb => "✗",
        0xe0 | 0xe8 => "→",
        _ => "•",
    }
}

impl Visitor for Body<'_> {
    fn at(&mut self, place: Range<usize>) {
        self.place = place;
    }

    fn start(&mut self, space: Space, name: &str, attributes: &Attributes) {
        let deleted_run = name == "del" && space == Space::Word && !matches!(self.parent(0), "rPr" | "trPr");
        let moved_run = name == "moveFrom" && self.parent(0) != "rPr";
        let fallback = space == Space::Compatibility && name == "Fallback" && self.choices.last() == Some(&true);
        let left_out = is_left_out(space, name) && (name != "moveFrom" || moved_run);
        if self.skipped > 0 || deleted_run || left_out || fallback {
            self.skipped += 1;
            self.open.push((space, String::new()));
            return;
        }
        self.open.push((space, name.to_owned()));
        match (space, name) {
            (Space::Compatibility, "AlternateContent") => self.choices.push(false),
            (Space::Compatibility, "Choice") => {
                if let Some(seen) = self.choices.last_mut() {
                    *seen = true;
                }
            }
            (Space::Word, _) => self.start_word(name, attributes),
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
            (Space::Compatibility, "AlternateContent") => {
                self.choices.pop();
            }
            (Space::Word, "p") => self.end_paragraph(),
            (Space::Word, "r") => self.run = Run::default(),
            (Space::Word, "tbl" | "tr" | "tc") => self.frames.close(),
            (Space::Word, "txbxContent") => {
                let items = self.frames.take_flow();
                match self.writings.last_mut() {
                    Some(writing) => writing.after.extend(items),
                    None => self.frames.extend(items),
                }
            }
            (Space::Word, "footnote" | "endnote") => {
                let items = self.frames.take_flow();
                if let Some(note) = self.note.take() {
                    self.found_notes.insert(note, items);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match self.open.last() {
            Some((Space::Word | Space::Math, name)) if name == "t" => self.write(text),
            Some((Space::Word, name)) if name == "instrText" => {
                if let Some(field) = self.fields.last_mut().filter(|f| !f.result && f.instruction.len() < 4096) {
                    field.instruction.push_str(text);
                }
            }
            _ => {}
        }
    }
}
