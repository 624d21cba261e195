//! Markdown as blocks: what templates are written in. CommonMark with tables and alerts, and:
//!
//! - a heading is numbered unless it ends with `{.libre}`;
//! - `[[words]]` is a blank to fill;
//! - `---` begins a new page;
//! - `<!-- affiche -->` makes what follows, up to the next page, a sheet to pin to the wall;
//! - `<!-- largeurs: 1 3 2 -->` before a table gives the shares of its columns;
//! - a code block `signatures` gives frames to sign in: a party and its lines, a blank line between parties;
//! - a quotation that opens with bold words has them as its title when it is an alert.

use crate::{Align, Block, Cell, Column, Inline, Item, Signatory, Style, Table, Tone};
use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// What a text holds that a paper can't.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// A construct that papers don't have.
    #[error("ce Markdown contient {0}, qu'un document de Clausule ne connaît pas")]
    Unknown(&'static str),
    /// Column shares that are not numbers, or not as many as the columns.
    #[error("largeurs de colonnes illisibles : « {0} »")]
    Widths(String),
}

/// Reads Markdown into blocks.
///
/// # Errors
/// When the text holds what papers don't have: links, images, HTML, code.
pub fn read(text: &str) -> Result<Vec<Block>, ReadError> {
    // Not with heading attributes: they would take a heading's last `{placeholder}` for one.
    let options = Options::ENABLE_TABLES | Options::ENABLE_GFM;
    let mut reader = Reader { events: Parser::new_ext(text, options), widths: None, announced: false, poster: None };
    reader.blocks(None)
}

struct Reader<'t> {
    events: Parser<'t>,
    widths: Option<Vec<f32>>,
    /// Whether a poster begins here.
    announced: bool,
    /// How many blocks stand before the poster that is open.
    poster: Option<usize>,
}

impl<'t> Reader<'t> {
    /// Blocks up to the end of the enclosing tag.
    fn blocks(&mut self, end: Option<TagEnd>) -> Result<Vec<Block>, ReadError> {
        let mut blocks = Vec::new();
        let mut loose = Vec::new();
        while let Some(event) = self.events.next() {
            if let Some(inline) = self.inline(&event)? {
                loose.push(inline);
                continue;
            }
            if !loose.is_empty() {
                blocks.push(Block::paragraph(joined(std::mem::take(&mut loose))));
            }
            match event {
                Event::End(tag) if Some(tag) == end => return Ok(blocks),
                Event::Start(tag) => self.start(tag, &mut blocks)?,
                Event::Rule => {
                    self.end_poster(&mut blocks);
                    blocks.push(Block::PageBreak);
                }
                Event::Html(html) => self.comment(&html)?,
                Event::End(_) => {}
                _ => return Err(ReadError::Unknown("un élément inattendu")),
            }
        }
        if !loose.is_empty() {
            blocks.push(Block::paragraph(joined(loose)));
        }
        self.end_poster(&mut blocks);
        Ok(blocks)
    }

    /// Makes the blocks since the poster's beginning one.
    fn end_poster(&mut self, blocks: &mut Vec<Block>) {
        if let Some(start) = self.poster.take() {
            let inner = blocks.split_off(start.min(blocks.len()));
            blocks.push(Block::Poster { blocks: inner });
        }
    }

    fn start(&mut self, tag: Tag<'t>, blocks: &mut Vec<Block>) -> Result<(), ReadError> {
        let end = tag.to_end();
        match tag {
            Tag::Paragraph => blocks.push(Block::paragraph(self.line(end)?)),
            Tag::Heading { level, .. } => {
                let mut text = self.line(end)?;
                blocks.push(Block::Heading { level: level as u8, numbered: !took_free(&mut text), text });
            }
            Tag::BlockQuote(kind) => {
                let inner = self.blocks(Some(end))?;
                match kind {
                    Some(kind) => blocks.push(callout(kind, inner)),
                    None => blocks.extend(inner.into_iter().map(quotation)),
                }
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(name)) if name.as_ref() == "signatures" => {
                blocks.push(self.signatures()?);
            }
            Tag::CodeBlock(_) => return Err(ReadError::Unknown("du code")),
            Tag::List(first) => blocks.push(self.list(first.is_some(), end)?),
            Tag::Table(aligns) => blocks.push(Block::Table(self.table(&aligns)?)),
            Tag::HtmlBlock => {
                blocks.extend(self.blocks(Some(end))?);
                if std::mem::take(&mut self.announced) {
                    self.poster = Some(blocks.len());
                }
            }
            _ => return Err(ReadError::Unknown("un élément inattendu")),
        }
        Ok(())
    }

    /// The words of a line up to its end.
    fn line(&mut self, end: TagEnd) -> Result<Vec<Inline>, ReadError> {
        let mut line = Vec::new();
        while let Some(event) = self.events.next() {
            if event == Event::End(end) {
                break;
            }
            match self.inline(&event)? {
                Some(inline) => line.push(inline),
                None => return Err(ReadError::Unknown("un élément inattendu")),
            }
        }
        Ok(joined(line))
    }

    /// The inline that an event begins; nothing where the event is no inline.
    fn inline(&mut self, event: &Event<'t>) -> Result<Option<Inline>, ReadError> {
        Ok(Some(match event {
            Event::Text(text) => Inline::Text(text.to_string()),
            Event::SoftBreak => Inline::Text(" ".to_owned()),
            Event::HardBreak => Inline::Break,
            Event::Start(Tag::Strong) => Inline::Bold(self.line(TagEnd::Strong)?),
            Event::Start(Tag::Emphasis) => Inline::Italic(self.line(TagEnd::Emphasis)?),
            Event::InlineHtml(html) if html.as_ref() == "<br>" => Inline::Break,
            Event::InlineHtml(_) => return Err(ReadError::Unknown("du HTML")),
            Event::Code(_) => return Err(ReadError::Unknown("du code")),
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => return Err(ReadError::Unknown("un lien")),
            _ => return Ok(None),
        }))
    }

    fn comment(&mut self, html: &str) -> Result<(), ReadError> {
        let inner = html.trim().strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
        let Some(inner) = inner else {
            return Err(ReadError::Unknown("du HTML"));
        };
        self.announced |= inner.trim() == "affiche";
        if let Some(widths) = inner.trim().strip_prefix("largeurs:") {
            let shares: Result<Vec<f32>, _> = widths.split_whitespace().map(str::parse).collect();
            self.widths = Some(shares.map_err(|_| ReadError::Widths(widths.trim().to_owned()))?);
        }
        Ok(())
    }

    fn list(&mut self, ordered: bool, end: TagEnd) -> Result<Block, ReadError> {
        let mut items = Vec::new();
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(Tag::Item) => {
                    let mut blocks = self.blocks(Some(TagEnd::Item))?;
                    let text = match blocks.first_mut() {
                        Some(Block::Paragraph { text, .. }) => std::mem::take(text),
                        _ => Vec::new(),
                    };
                    if !text.is_empty() {
                        blocks.remove(0);
                    }
                    items.push(Item { text, blocks });
                }
                Event::End(tag) if tag == end => break,
                _ => {}
            }
        }
        Ok(Block::List { ordered, items })
    }

    fn table(&mut self, aligns: &[Alignment]) -> Result<Table, ReadError> {
        let widths = self.widths.take().unwrap_or_else(|| vec![1.0; aligns.len()]);
        if widths.len() != aligns.len() {
            return Err(ReadError::Widths(format!("{} pour {} colonnes", widths.len(), aligns.len())));
        }
        let align = |alignment: &Alignment| match alignment {
            Alignment::Center => Align::Centre,
            Alignment::Right => Align::Right,
            _ => Align::Left,
        };
        let columns = widths.iter().zip(aligns).map(|(share, a)| Column { share: *share, align: align(a) }).collect();
        let mut table = Table { columns, ..Table::default() };
        let mut row = Vec::new();
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(Tag::TableCell) => row.push(Cell::from(self.line(TagEnd::TableCell)?)),
                Event::End(TagEnd::TableHead) => table.header = std::mem::take(&mut row),
                Event::End(TagEnd::TableRow) => table.rows.push(std::mem::take(&mut row)),
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        if table.header.iter().all(|cell| cell.text.is_empty()) {
            table.header.clear();
        }
        Ok(table)
    }

    fn signatures(&mut self) -> Result<Block, ReadError> {
        let mut text = String::new();
        for event in self.events.by_ref() {
            match event {
                Event::Text(more) => text.push_str(&more),
                Event::End(_) => break,
                _ => return Err(ReadError::Unknown("un élément inattendu")),
            }
        }
        let line = |words: &str| joined(vec![Inline::Text(words.trim().to_owned())]);
        let parties = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty()).map(|part| {
            let mut lines = part.lines();
            let party = line(lines.next().unwrap_or_default());
            Signatory { party, lines: lines.map(line).collect() }
        });
        Ok(Block::Signatures { parties: parties.collect() })
    }
}

fn callout(kind: BlockQuoteKind, mut blocks: Vec<Block>) -> Block {
    let tone = match kind {
        BlockQuoteKind::Note | BlockQuoteKind::Important => Tone::Accent,
        BlockQuoteKind::Tip => Tone::Good,
        BlockQuoteKind::Warning => Tone::Caution,
        BlockQuoteKind::Caution => Tone::Bad,
    };
    let mut title = Vec::new();
    if let Some(Block::Paragraph { text, .. }) = blocks.first_mut()
        && let [Inline::Bold(words)] = text.as_mut_slice()
    {
        title = std::mem::take(words);
        blocks.remove(0);
    }
    Block::Callout { tone, title, blocks }
}

/// Takes `{.libre}` off the end of a heading; says whether it stood there.
fn took_free(text: &mut [Inline]) -> bool {
    let Some(Inline::Text(words)) = text.last_mut() else { return false };
    let Some(kept) = words.trim_end().strip_suffix("{.libre}") else { return false };
    *words = kept.trim_end().to_owned();
    true
}

fn quotation(block: Block) -> Block {
    match block {
        Block::Paragraph { text, .. } => Block::Paragraph { style: Style::Quote, text },
        other => other,
    }
}

/// Joins neighbouring words, then cuts them at `[[blanks]]`.
fn joined(line: Vec<Inline>) -> Vec<Inline> {
    let mut merged: Vec<Inline> = Vec::new();
    for inline in line {
        match (merged.last_mut(), inline) {
            (Some(Inline::Text(before)), Inline::Text(more)) => before.push_str(&more),
            (_, inline) => merged.push(inline),
        }
    }
    let mut out = Vec::new();
    for inline in merged {
        match inline {
            Inline::Text(text) => cut_blanks(&text, &mut out),
            other => out.push(other),
        }
    }
    out
}

fn cut_blanks(mut text: &str, out: &mut Vec<Inline>) {
    while let Some(open) = text.find("[[") {
        let Some(length) = text[open + 2..].find("]]") else { break };
        if open > 0 {
            out.push(Inline::Text(text[..open].to_owned()));
        }
        out.push(Inline::Blank(text[open + 2..open + 2 + length].trim().to_owned()));
        text = &text[open + 4 + length..];
    }
    if !text.is_empty() {
        out.push(Inline::Text(text.to_owned()));
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
