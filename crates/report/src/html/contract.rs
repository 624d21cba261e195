//! The contract's own text, block by block, with its pages and highlights.

use super::escape::{html, prose};
use super::marks::{Leaf, Marks};
use crate::{Assessed, Catalogue};
use contract::{BlockKind, Document, PageState, Span};

/// The text drawn, what links may lead to, and the style its split highlights need.
pub(super) struct Drawn {
    pub(super) body: String,
    pub(super) style: String,
    pub(super) shown: std::collections::HashSet<String>,
}

/// A block or a run of text no block claims, cut into cells, each a list of runs.
struct Node {
    kind: BlockKind,
    start: usize,
    cells: Vec<Vec<Span>>,
}

impl Node {
    fn leaves(&self) -> impl Iterator<Item = Leaf> {
        let evidence = !matches!(self.kind, BlockKind::Running | BlockKind::TocEntry);
        self.cells.iter().flatten().map(move |span| Leaf { span: *span, evidence })
    }
}

/// Draws a document; headings begin at `level`.
pub(super) fn draw(catalogue: &Catalogue, assessed: &Assessed<'_>, prefix: &str, level: usize) -> Drawn {
    let document = assessed.document;
    let nodes = nodes(document);
    let leaves = nodes.iter().flat_map(Node::leaves).collect();
    let marks = Marks::new(prefix, catalogue, assessed.assessment, &document.text, leaves);
    let mut writer = Writer {
        document,
        prefix,
        level,
        marks,
        out: String::with_capacity(document.text.len() * 2),
        leaf: 0,
        page: 0,
        open: Container::None,
        tables: 0,
        deep: level - 1,
    };
    for node in &nodes {
        writer.node(node);
    }
    writer.container(Container::None);
    writer.pages_until(usize::MAX, true);
    let shown = writer.marks.shown().into_iter().map(str::to_owned).collect();
    Drawn { style: writer.marks.style(prefix), shown, body: writer.out }
}

fn nodes(document: &Document) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    for block in &document.blocks {
        let cells = match block.kind {
            BlockKind::TableRow { .. } => cells(document, &block.pieces),
            _ => vec![block.pieces.clone()],
        };
        let cells = cells.into_iter().map(|cell| cut_at_pages(document, cell)).collect();
        nodes.push(Node { kind: block.kind, start: block.span().start, cells });
    }
    for loose in loose(document) {
        let at = nodes.iter().position(|node| node.start > loose.start).unwrap_or(nodes.len());
        let cells = vec![cut_at_pages(document, vec![loose])];
        nodes.insert(at, Node { kind: BlockKind::Paragraph, start: loose.start, cells });
    }
    nodes
}

/// Words that no block claims; shown too, for nothing of a contract may vanish from its report.
fn loose(document: &Document) -> Vec<Span> {
    let mut pieces: Vec<Span> = document.blocks.iter().flat_map(|block| block.pieces.iter().copied()).collect();
    pieces.sort_unstable();
    pieces.push(Span::new(document.text.len(), document.text.len()));
    let mut loose = Vec::new();
    let mut at = 0;
    for piece in pieces {
        if piece.start > at && document.text[at..piece.start].contains(char::is_alphanumeric) {
            loose.push(Span::new(at, piece.start));
        }
        at = at.max(piece.end);
    }
    loose
}

/// The cells of a row, its separators left out.
fn cells(document: &Document, pieces: &[Span]) -> Vec<Vec<Span>> {
    let mut cells: Vec<Vec<Span>> = vec![Vec::new()];
    for piece in pieces {
        let mut at = piece.start;
        for (number, cell) in document.slice(*piece).split(" | ").enumerate() {
            if number > 0 {
                cells.push(Vec::new());
            }
            if let (Some(current), false) = (cells.last_mut(), cell.is_empty()) {
                current.push(Span::new(at, at + cell.len()));
            }
            at += cell.len() + " | ".len();
        }
    }
    cells
}

/// The same runs, none going over the beginning of a page.
fn cut_at_pages(document: &Document, pieces: Vec<Span>) -> Vec<Span> {
    let mut cut = Vec::with_capacity(pieces.len());
    for mut piece in pieces {
        for page in &document.pages {
            let at = page.span.start;
            if !page.span.is_empty() && piece.start < at && at < piece.end {
                cut.push(Span::new(piece.start, at));
                piece = Span::new(at, piece.end);
            }
        }
        cut.push(piece);
    }
    cut
}

/// The list or table being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    None,
    List,
    Table,
    Toc,
}

struct Writer<'d> {
    document: &'d Document,
    prefix: &'d str,
    level: usize,
    marks: Marks<'d>,
    out: String,
    leaf: usize,
    /// Pages already announced.
    page: usize,
    open: Container,
    /// Tables begun.
    tables: usize,
    /// The level of the last heading: the next goes at most one deeper, whatever the document does.
    deep: usize,
}

impl Writer<'_> {
    fn container(&mut self, wanted: Container) {
        if self.open == wanted {
            return;
        }
        self.out.push_str(match self.open {
            Container::None => "",
            Container::List => "</ul>\n",
            Container::Table => "</tbody></table></div>\n",
            Container::Toc => "</div>\n",
        });
        match wanted {
            Container::None => {}
            Container::List => self.out.push_str("<ul>\n"),
            Container::Table => {
                self.tables += 1;
                self.out.push_str(&format!(
                    "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Tableau {} du contrat\"><table><tbody>\n",
                    self.tables
                ));
            }
            Container::Toc => self.out.push_str("<div class=\"toc\">\n"),
        }
        self.open = wanted;
    }

    /// Announces the pages that begin at or before the offset, and the unreadable ones between.
    fn pages_until(&mut self, offset: usize, own_line: bool) {
        let pages = &self.document.pages;
        let reached = match offset {
            usize::MAX => pages.len(),
            _ => pages.iter().rposition(|p| !p.span.is_empty() && p.span.start <= offset).map_or(0, |at| at + 1),
        };
        if self.page >= reached || !self.document.has_pages() {
            return;
        }
        if own_line {
            self.container(Container::None);
        }
        let tag = if own_line { "div" } else { "span" };
        for page in &pages[self.page..reached] {
            let (class, note) = match &page.state {
                PageState::Text => ("", String::new()),
                PageState::Ocr => (" ocr", " · lue par OCR, à comparer avec l'original".to_owned()),
                PageState::Unreadable { reason } => (" unreadable", format!(" · illisible : {reason}")),
            };
            self.out.push_str(&format!(
                "<{tag} class=\"page{class}\" id=\"{}page-{}\"><span>page {}{}</span></{tag}>\n",
                self.prefix,
                page.number,
                page.number,
                prose(&note)
            ));
        }
        self.page = reached;
    }

    fn node(&mut self, node: &Node) {
        self.pages_until(node.start, true);
        match node.kind {
            BlockKind::Heading { level } => {
                let level = (self.level + usize::from(level.max(1)) - 1).min(6).min(self.deep + 1);
                self.deep = level;
                self.plain(node, &format!("h{level}"), "");
            }
            BlockKind::Paragraph => self.plain(node, "p", ""),
            BlockKind::Running => self.plain(node, "p", " class=\"running\""),
            BlockKind::TocEntry => {
                self.container(Container::Toc);
                self.element(node, "p", "");
            }
            BlockKind::ListItem { depth } => {
                self.container(Container::List);
                let class = format!(" class=\"d{}{}\"", depth.min(4), if self.has_marker(node) { "" } else { " dot" });
                self.element(node, "li", &class);
            }
            BlockKind::TableRow { header } => {
                self.container(Container::Table);
                self.row(node, header);
            }
        }
    }

    /// Whether an item's own text begins with a dash, a bullet or a number.
    fn has_marker(&self, node: &Node) -> bool {
        let Some(first) = node.cells.first().and_then(|cell| cell.first()) else { return false };
        let text = self.document.slice(*first).trim_start();
        let word = text.split_whitespace().next().unwrap_or_default();
        let mark = !word.contains(char::is_alphanumeric);
        mark || (word.chars().count() <= 5 && word.ends_with([')', '.', '°']) && word.len() < text.len())
    }

    fn plain(&mut self, node: &Node, tag: &str, attributes: &str) {
        self.container(Container::None);
        self.element(node, tag, attributes);
    }

    fn element(&mut self, node: &Node, tag: &str, attributes: &str) {
        self.out.push_str(&format!("<{tag}{attributes}>"));
        for cell in &node.cells {
            self.leaves(cell);
        }
        self.out.push_str(&format!("</{tag}>\n"));
    }

    fn row(&mut self, node: &Node, header: bool) {
        let (tag, scope) = if header { ("th", " scope=\"col\"") } else { ("td", "") };
        self.out.push_str("<tr>");
        for cell in &node.cells {
            self.out.push_str(&format!("<{tag}{scope}>"));
            self.leaves(cell);
            self.out.push_str(&format!("</{tag}>"));
        }
        self.out.push_str("</tr>\n");
    }

    fn leaves(&mut self, cell: &[Span]) {
        for (at, span) in cell.iter().enumerate() {
            if at > 0 {
                self.out.push(' ');
            }
            self.pages_until(span.start, false);
            self.marks.draw(&mut self.out, self.prefix, self.leaf);
            self.leaf += 1;
        }
    }
}

/// The pane that holds the contract.
pub(super) fn pane(file: &str, drawn: &Drawn, prefix: &str, level: usize) -> String {
    format!(
        "<section class=\"paper\" id=\"{prefix}contrat\" aria-labelledby=\"{prefix}contrat-titre\" tabindex=\"0\">\n\
         <h{level} class=\"vh\" id=\"{prefix}contrat-titre\">Texte du contrat {}</h{level}>\n\
         <div class=\"sheet\">\n{}</div>\n</section>\n",
        html(file),
        drawn.body
    )
}
