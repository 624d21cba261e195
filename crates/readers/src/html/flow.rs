//! What tags do to the flow: they open and close paragraphs, items, rows and cells.

use crate::Limits;
use crate::frames::Frames;
use crate::numerals::Numeral;
use crate::sheet::{Item, Para};
use contract::BlockKind;

/// A list: ordered or not, and the number reached.
#[derive(Debug)]
struct List {
    numeral: Numeral,
    number: u32,
}

/// Tables that are open: whether a row and a cell are open in them, and the lists around them.
#[derive(Debug, Default)]
struct OpenTable {
    row: bool,
    cell: bool,
    lists: usize,
    /// Cells of the open row that name something, and that do not.
    named: (usize, usize),
}

/// Builds the flow from tags.
pub(super) struct Flow {
    frames: Frames,
    text: String,
    kind: Option<BlockKind>,
    label: String,
    lists: Vec<List>,
    tables: Vec<OpenTable>,
    bold: usize,
    weight: (usize, usize),
    preformatted: usize,
    /// Elements whose words do not show: name, and how many of the same name are open in it.
    hidden: Option<(String, usize)>,
    depth: usize,
    chars_left: usize,
    cut: bool,
}

impl Flow {
    /// An empty flow.
    pub fn new(limits: &Limits) -> Self {
        Self {
            frames: Frames::new(),
            text: String::new(),
            kind: None,
            label: String::new(),
            lists: Vec::new(),
            tables: Vec::new(),
            bold: 0,
            weight: (0, 0),
            preformatted: 0,
            hidden: None,
            depth: limits.depth,
            chars_left: limits.text_chars,
            cut: false,
        }
    }

    /// The items, and whether text was left out.
    pub fn into_items(mut self) -> (Vec<Item>, bool) {
        self.end_paragraph();
        (self.frames.into_items(), self.cut)
    }

    /// Words between tags.
    pub fn text(&mut self, words: &str) {
        if self.hidden.is_some() {
            return;
        }
        if words.len() > self.chars_left {
            self.cut = true;
            return;
        }
        self.chars_left -= words.len();
        let before = self.text.len();
        if self.preformatted > 0 {
            self.text.push_str(words);
        } else {
            for c in words.chars() {
                let space = matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
                if !space {
                    self.text.push(c);
                } else if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
                    self.text.push(' ');
                }
            }
        }
        let added = self.text[before..].trim().len();
        self.weight.1 += added;
        self.weight.0 += if self.bold > 0 { added } else { 0 };
    }

    fn end_paragraph(&mut self) {
        let label = std::mem::take(&mut self.label);
        let weight = std::mem::take(&mut self.weight);
        let words = self.text.trim();
        if words.is_empty() {
            self.text.clear();
            self.label = label;
            return;
        }
        let bold = weight.0 == weight.1;
        let para = Para { text: label + words, kind: self.kind, bold, ..Para::default() };
        self.frames.push(Item::Para(para));
        self.text.clear();
        if matches!(self.kind, Some(BlockKind::ListItem { .. })) {
            self.kind = None;
        }
    }

    /// A start tag; `get` gives an attribute's value.
    pub fn start(&mut self, name: &str, get: &dyn Fn(&str) -> Option<String>) {
        if let Some((hidden, count)) = self.hidden.as_mut() {
            *count += usize::from(hidden == name);
            return;
        }
        if is_hidden(name, get) {
            self.hidden = Some((name.to_owned(), 1));
            return;
        }
        match name {
            "br" => self.text.push('\n'),
            "b" | "strong" => self.bold += 1,
            "pre" => {
                self.end_paragraph();
                self.preformatted += 1;
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.end_paragraph();
                self.label.clear();
                self.kind = Some(BlockKind::Heading { level: name.as_bytes()[1] - b'0' });
            }
            "ul" | "ol" | "menu" | "dir" => self.start_list(name, get),
            "li" => self.start_item(get),
            "table" | "tr" | "td" | "th" | "thead" | "tbody" | "tfoot" => self.start_table_part(name),
            name if is_block(name) => self.end_paragraph(),
            _ => {}
        }
    }

    fn start_list(&mut self, name: &str, get: &dyn Fn(&str) -> Option<String>) {
        self.end_paragraph();
        if self.lists.len() >= self.depth {
            return;
        }
        let numeral = match (name, get("type").as_deref()) {
            ("ol", Some("a")) => Numeral::LowerLetter,
            ("ol", Some("A")) => Numeral::UpperLetter,
            ("ol", Some("i")) => Numeral::LowerRoman,
            ("ol", Some("I")) => Numeral::UpperRoman,
            ("ol", _) => Numeral::Decimal,
            _ => Numeral::Bullet,
        };
        let start = get("start").and_then(|s| s.trim().parse::<u32>().ok()).unwrap_or(1);
        self.lists.push(List { numeral, number: start.saturating_sub(1) });
    }

    fn start_item(&mut self, get: &dyn Fn(&str) -> Option<String>) {
        self.end_paragraph();
        let depth = self.lists.len().saturating_sub(1).min(8) as u8;
        self.kind = Some(BlockKind::ListItem { depth });
        self.label = match self.lists.last_mut() {
            Some(List { numeral, number }) if *numeral != Numeral::Bullet => {
                let told = get("value").and_then(|v| v.trim().parse().ok());
                *number = told.unwrap_or_else(|| number.saturating_add(1));
                format!("{}. ", numeral.write(*number))
            }
            _ => "• ".into(),
        };
    }

    fn start_table_part(&mut self, name: &str) {
        self.end_paragraph();
        self.kind = None;
        if name == "table" {
            if self.tables.len() < self.depth {
                self.frames.open_table();
                self.tables.push(OpenTable { lists: self.lists.len(), ..OpenTable::default() });
            }
            return;
        }
        if self.tables.is_empty() {
            return;
        }
        self.close_cell();
        match name {
            "td" | "th" => {
                self.open_row();
                self.frames.open_flow();
                if let Some(table) = self.tables.last_mut() {
                    table.cell = true;
                    table.named.0 += usize::from(name == "th");
                    table.named.1 += usize::from(name == "td");
                }
            }
            _ => {
                self.close_row();
                match name {
                    "tr" => self.open_row(),
                    _ => self.frames.set_header_rows(name == "thead"),
                }
            }
        }
    }

    fn open_row(&mut self) {
        if let Some(table) = self.tables.last_mut()
            && !table.row
        {
            (table.row, table.named) = (true, (0, 0));
            self.frames.open_row();
        }
    }

    fn close_cell(&mut self) {
        self.end_paragraph();
        if let Some(table) = self.tables.last_mut()
            && table.cell
        {
            table.cell = false;
            self.lists.truncate(table.lists);
            self.frames.close();
        }
    }

    fn close_row(&mut self) {
        self.close_cell();
        if let Some(table) = self.tables.last_mut()
            && table.row
        {
            table.row = false;
            if table.named.0 > 0 && table.named.1 == 0 {
                self.frames.set_header_row();
            }
            self.frames.close();
        }
    }

    /// An end tag.
    pub fn end(&mut self, name: &str) {
        if let Some((hidden, count)) = self.hidden.as_mut() {
            *count -= usize::from(hidden == name);
            if *count == 0 {
                self.hidden = None;
            }
            return;
        }
        match name {
            "b" | "strong" => self.bold = self.bold.saturating_sub(1),
            "pre" => {
                self.end_paragraph();
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.end_paragraph();
                self.kind = None;
            }
            "ul" | "ol" | "menu" | "dir" => {
                self.end_paragraph();
                self.lists.pop();
                self.label.clear();
                self.kind = None;
            }
            "li" => {
                self.end_paragraph();
                self.label.clear();
                self.kind = None;
            }
            "td" | "th" => self.close_cell(),
            "tr" => self.close_row(),
            "table" => {
                self.close_row();
                if self.tables.pop().is_some() {
                    self.frames.close();
                }
            }
            "thead" => {
                self.close_row();
                self.frames.set_header_rows(false);
            }
            name if is_block(name) => self.end_paragraph(),
            _ => {}
        }
    }
}

fn is_hidden(name: &str, get: &dyn Fn(&str) -> Option<String>) -> bool {
    let never = matches!(
        name,
        "script"
            | "style"
            | "title"
            | "template"
            | "svg"
            | "math"
            | "select"
            | "button"
            | "textarea"
            | "noscript"
            | "iframe"
            | "object"
            | "canvas"
            | "del"
            | "audio"
            | "video"
            | "datalist"
            | "xmp"
            | "noembed"
            | "noframes"
    );
    let void =
        matches!(name, "input" | "img" | "br" | "hr" | "meta" | "link" | "col" | "area" | "source" | "wbr" | "base");
    let styled = || get("style").is_some_and(|s| s.replace(' ', "").to_lowercase().contains("display:none"));
    let note_mark = || {
        let role = get("role").is_some_and(|r| r == "doc-noteref" || r == "doc-backlink");
        role || get("class").is_some_and(|c| {
            c.split_whitespace().any(|c| matches!(c, "footnote-ref" | "footnote-back" | "sdfootnoteanc"))
        })
    };
    never || (name == "a" && note_mark()) || (!void && (get("hidden").is_some() || styled()))
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "main"
            | "aside"
            | "nav"
            | "blockquote"
            | "dl"
            | "dt"
            | "dd"
            | "hr"
            | "form"
            | "fieldset"
            | "legend"
            | "address"
            | "figure"
            | "figcaption"
            | "center"
            | "body"
            | "head"
            | "html"
            | "details"
            | "summary"
            | "caption"
            | "hgroup"
    )
}
