//! The text: paragraphs, headings, lists, words and blanks.

use super::numbering::{ARTICLES, BULLETS, FIRST_LIST, HEADINGS, indent};
use super::{TEXT_WIDTH, xml::Xml};
use crate::{Block, Cover, Inline, Item, Paper, Style, Tone};
use std::io;

/// How deep lists and boxes go within one another; what lies deeper is written at this depth.
const DEPTH: usize = 4;

/// Writes `document.xml`.
pub(super) struct Body {
    pub(super) xml: Xml,
    articles: bool,
    lists: u32,
    controls: u32,
    /// Whether the paragraphs that are written stay on the page of what follows.
    pub(super) keep: bool,
    /// Whether what is written is to be read from afar.
    poster: bool,
    /// The size of the words, in half points, where it is not the style's own.
    size: Option<u32>,
}

/// What a paragraph has besides its words.
#[derive(Default)]
pub(super) struct Shape<'s> {
    pub(super) style: &'s str,
    /// The count and the level that number it.
    pub(super) number: Option<(u32, usize)>,
    /// The left edge, in twentieths of a point, where the style's own is not wanted.
    pub(super) left: Option<u32>,
    pub(super) align: Option<&'static str>,
}

/// How a run looks.
#[derive(Debug, Clone, Copy, Default)]
struct Look {
    bold: bool,
    italic: bool,
    colour: Option<&'static str>,
}

impl Body {
    pub(super) fn new(articles: bool) -> Self {
        let xml = Xml::blank();
        Self { xml, articles, lists: 0, controls: 0, keep: false, poster: false, size: None }
    }

    /// How many numbered lists were written.
    pub(super) fn lists(&self) -> u32 {
        self.lists
    }

    /// The whole part.
    pub(super) fn document(&mut self, paper: &Paper) -> io::Result<Vec<u8>> {
        self.xml = Xml::word("w:document")?;
        self.xml.open("w:body", &[])?;
        if let Some(cover) = &paper.cover {
            self.cover(cover)?;
        }
        self.blocks(&paper.blocks, 0, TEXT_WIDTH)?;
        self.xml.open("w:sectPr", &[])?;
        self.xml.empty("w:headerReference", &[("w:type", "default"), ("r:id", "rId4")])?;
        self.xml.empty("w:footerReference", &[("w:type", "default"), ("r:id", "rId5")])?;
        self.xml.empty("w:pgSz", &[("w:w", "11906"), ("w:h", "16838")])?;
        let margins = [
            ("w:top", "1304"),
            ("w:right", "1247"),
            ("w:bottom", "1247"),
            ("w:left", "1247"),
            ("w:header", "624"),
            ("w:footer", "567"),
            ("w:gutter", "0"),
        ];
        self.xml.empty("w:pgMar", &margins)?;
        self.xml.close("w:sectPr")?;
        self.xml.close("w:body")?;
        std::mem::replace(&mut self.xml, Xml::blank()).finish("w:document")
    }

    fn cover(&mut self, cover: &Cover) -> io::Result<()> {
        for (style, words) in [("Kicker", &cover.kicker), ("Title", &cover.title), ("Subtitle", &cover.subtitle)] {
            if !words.is_empty() {
                self.paragraph(&Shape { style, ..Shape::default() }, &crate::plain(words.as_str()))?;
            }
        }
        if !cover.facts.is_empty() {
            self.facts(&cover.facts)?;
        }
        if cover.own_page { self.page_break() } else { Ok(()) }
    }

    /// Blocks at a depth of lists, within a width in twentieths of a point.
    pub(super) fn blocks(&mut self, blocks: &[Block], depth: usize, width: u32) -> io::Result<()> {
        for (at, block) in blocks.iter().enumerate() {
            let next = blocks.get(at + 1);
            // What introduces a table, a list or signatures stays on their page.
            let leads = matches!(next, Some(Block::Table(_) | Block::List { .. } | Block::Signatures { .. }));
            self.keep = leads && matches!(block, Block::Paragraph { .. });
            self.block(block, depth.min(DEPTH), width)?;
            self.keep = false;
        }
        Ok(())
    }

    fn block(&mut self, block: &Block, depth: usize, width: u32) -> io::Result<()> {
        let left = (depth > 0).then(|| indent(depth - 1));
        match block {
            Block::Heading { level, numbered, text } => self.heading(*level, *numbered, text),
            Block::Paragraph { style, text } => {
                self.paragraph(&Shape { style: style_name(*style), left, ..Shape::default() }, text)
            }
            Block::List { ordered, items } => self.list(*ordered, items, depth, width),
            Block::Table(table) => self.table(table, width),
            Block::Callout { tone, title, blocks } => {
                let fill = if *tone == Tone::Plain { Tone::Silent.pale() } else { tone.pale() };
                self.boxed(*tone, fill, title, blocks, width)
            }
            Block::Card { tone, blocks } => self.boxed(*tone, "FFFFFF", &[], blocks, width),
            Block::Signatures { parties } => self.signatures(parties, width),
            Block::Bars { alt, legend, bars } => self.bars(alt, legend, bars, width),
            Block::Calendar(calendar) => self.blocks(&calendar.tables(), depth, width),
            Block::Line(line) => self.blocks(&line.tables(), depth, width),
            Block::Tiles { tiles } => self.tiles(tiles, width),
            Block::Poster { blocks } => {
                self.poster = true;
                let done = self.blocks(blocks, depth, width);
                self.poster = false;
                done
            }
            Block::PageBreak => self.page_break(),
        }
    }

    fn page_break(&mut self) -> io::Result<()> {
        self.open_paragraph(&Shape { style: "Gap", ..Shape::default() })?;
        self.xml.open("w:r", &[])?;
        self.xml.empty("w:br", &[("w:type", "page")])?;
        self.xml.close("w:r")?;
        self.xml.close("w:p")
    }

    fn heading(&mut self, level: u8, numbered: bool, text: &[Inline]) -> io::Result<()> {
        let level = usize::from(level.clamp(1, 4));
        let style = ["Heading1", "Heading2", "Heading3", "Heading4"][level - 1];
        let count = if self.articles { ARTICLES } else { HEADINGS };
        let number = numbered.then_some((count, level - 1));
        self.paragraph(&Shape { style, number, ..Shape::default() }, text)
    }

    fn list(&mut self, ordered: bool, items: &[Item], depth: usize, width: u32) -> io::Result<()> {
        let count = if ordered {
            self.lists += 1;
            FIRST_LIST + self.lists - 1
        } else {
            BULLETS
        };
        let level = depth.min(DEPTH - 1);
        for item in items {
            let shape = Shape { style: "ListParagraph", number: Some((count, level)), ..Shape::default() };
            self.paragraph(&shape, &item.text)?;
            self.blocks(&item.blocks, level + 1, width)?;
        }
        Ok(())
    }

    pub(super) fn paragraph(&mut self, shape: &Shape<'_>, text: &[Inline]) -> io::Result<()> {
        self.open_paragraph(shape)?;
        self.inlines(text, Look::default())?;
        self.xml.close("w:p")
    }

    /// A paragraph whose words have a colour, as RRGGBB.
    pub(super) fn coloured(&mut self, shape: &Shape<'_>, text: &[Inline], colour: &'static str) -> io::Result<()> {
        self.open_paragraph(shape)?;
        self.inlines(text, Look { colour: Some(colour), bold: true, ..Look::default() })?;
        self.xml.close("w:p")
    }

    /// A paragraph of runs, each with its colour.
    pub(super) fn painted(&mut self, shape: &Shape<'_>, runs: &[(Tone, String)]) -> io::Result<()> {
        self.open_paragraph(shape)?;
        for (tone, words) in runs {
            self.run(words, Look { colour: Some(tone.strong()), ..Look::default() })?;
        }
        self.xml.close("w:p")
    }

    pub(super) fn open_paragraph(&mut self, shape: &Shape<'_>) -> io::Result<()> {
        self.size = self.poster.then_some(match shape.style {
            "Heading1" => 48,
            "TableText" => 27,
            _ => 30,
        });
        self.xml.open("w:p", &[])?;
        self.xml.open("w:pPr", &[])?;
        self.xml.value("w:pStyle", if shape.style.is_empty() { "Normal" } else { shape.style })?;
        if self.keep {
            self.xml.empty("w:keepNext", &[])?;
        }
        if let Some((count, level)) = shape.number {
            self.xml.open("w:numPr", &[])?;
            self.xml.value("w:ilvl", &level.to_string())?;
            self.xml.value("w:numId", &count.to_string())?;
            self.xml.close("w:numPr")?;
        }
        if let Some(left) = shape.left {
            self.xml.empty("w:ind", &[("w:left", &left.to_string())])?;
        }
        if let Some(align) = shape.align {
            self.xml.value("w:jc", align)?;
        }
        self.xml.close("w:pPr")
    }

    fn inlines(&mut self, text: &[Inline], look: Look) -> io::Result<()> {
        for inline in text {
            match inline {
                Inline::Text(words) => self.run(words, look)?,
                Inline::Bold(inner) => self.inlines(inner, Look { bold: true, ..look })?,
                Inline::Italic(inner) => self.inlines(inner, Look { italic: true, ..look })?,
                Inline::Toned(tone, inner) => self.inlines(inner, Look { colour: Some(tone.strong()), ..look })?,
                Inline::Blank(label) => self.blank(label)?,
                Inline::Break => {
                    self.xml.open("w:r", &[])?;
                    self.xml.empty("w:br", &[])?;
                    self.xml.close("w:r")?;
                }
            }
        }
        Ok(())
    }

    fn run(&mut self, words: &str, look: Look) -> io::Result<()> {
        self.xml.open("w:r", &[])?;
        if look.bold || look.italic || look.colour.is_some() || self.size.is_some() {
            self.xml.open("w:rPr", &[])?;
            if look.bold {
                self.xml.empty("w:b", &[])?;
            }
            if look.italic {
                self.xml.empty("w:i", &[])?;
            }
            if let Some(colour) = look.colour {
                self.xml.value("w:color", colour)?;
            }
            if let Some(size) = self.size {
                self.xml.value("w:sz", &size.to_string())?;
            }
            self.xml.close("w:rPr")?;
        }
        self.xml.words("w:t", &[("xml:space", "preserve")], words)?;
        self.xml.close("w:r")
    }

    /// A content control that a click selects, with the label as its placeholder.
    fn blank(&mut self, label: &str) -> io::Result<()> {
        if self.size.is_some() {
            // A poster is filled by hand, and LibreOffice forgets the size of words in a control.
            return self.run(&format!("[{label}]"), Look { colour: Some(Tone::Accent.strong()), ..Look::default() });
        }
        self.controls += 1;
        let short: String = label.chars().take(60).collect();
        self.xml.open("w:sdt", &[])?;
        self.xml.open("w:sdtPr", &[])?;
        self.xml.value("w:alias", &crate::clean(&short))?;
        self.xml.value("w:id", &(7_000_000 + self.controls).to_string())?;
        self.xml.empty("w:showingPlcHdr", &[])?;
        self.xml.empty("w:text", &[])?;
        self.xml.close("w:sdtPr")?;
        self.xml.open("w:sdtContent", &[])?;
        self.xml.open("w:r", &[])?;
        self.xml.open("w:rPr", &[])?;
        self.xml.value("w:rStyle", "Blank")?;
        self.xml.close("w:rPr")?;
        self.xml.words("w:t", &[("xml:space", "preserve")], &format!("[{label}]"))?;
        self.xml.close("w:r")?;
        self.xml.close("w:sdtContent")?;
        self.xml.close("w:sdt")
    }
}

fn style_name(style: Style) -> &'static str {
    match style {
        Style::Body => "Normal",
        Style::Lead => "Lead",
        Style::Note => "Note",
        Style::Quote => "Quote",
        Style::Label => "Label",
    }
}
