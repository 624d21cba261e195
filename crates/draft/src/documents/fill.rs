//! A template's blocks with its placeholders filled and the clauses of the library taken in. Answers are put into
//! blocks that were already read, so that nothing in an answer is taken for Markdown.

use super::{DocumentFilling, Template, TemplateError};
use crate::clause::{self, Filling, Paragraph};
use crate::figures;
use paper::typography::french;
use paper::{Block, Cell, Inline, Item, Signatory};

/// What a line that takes in a clause asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// The paragraphs.
    Clause,
    /// The heading, then the paragraphs.
    Article,
}

/// Reads `{{clause SAU-06}}` and `{{article SAU-06}}`.
pub(super) fn include(line: &str) -> Option<(Taken, &str)> {
    let inner = line.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    let (what, id) = inner.split_once(' ')?;
    match what {
        "clause" => Some((Taken::Clause, id.trim())),
        "article" => Some((Taken::Article, id.trim())),
        _ => None,
    }
}

/// The clauses that a paragraph takes in, where it holds nothing else.
fn includes(text: &str) -> Option<Vec<(Taken, &str)>> {
    let parts = text.split_inclusive("}}").map(str::trim).filter(|part| !part.is_empty());
    let taken: Option<Vec<(Taken, &str)>> = parts.map(include).collect();
    taken.filter(|taken| !taken.is_empty())
}

pub(super) struct Filler<'a> {
    template: &'a Template,
    filling: &'a DocumentFilling<'a>,
}

impl<'a> Filler<'a> {
    pub(super) fn new(template: &'a Template, filling: &'a DocumentFilling<'a>) -> Self {
        Self { template, filling }
    }

    pub(super) fn blocks(&self, blocks: Vec<Block>) -> Result<Vec<Block>, TemplateError> {
        let mut out = Vec::new();
        let mut level = 0;
        for block in blocks {
            if let Block::Heading { level: at, .. } = &block {
                level = *at;
            }
            match &block {
                Block::Paragraph { text, .. } if includes(&paper::text_of(text)).is_some() => {
                    for (taken, id) in includes(&paper::text_of(text)).unwrap_or_default() {
                        self.take(taken, id, level, &mut out)?;
                    }
                }
                _ => out.push(self.block(block)?),
            }
        }
        Ok(out)
    }

    /// The clause of a point, under a heading one level below the last where the heading is wanted too.
    fn take(&self, taken: Taken, id: &str, level: u8, out: &mut Vec<Block>) -> Result<(), TemplateError> {
        let point = self.filling.catalogue.get(id);
        let filling = Filling {
            parties: self.filling.parties,
            profile: self.template.profile_for(self.filling.profile),
            answers: self.filling.answers.clauses(),
            assessment: None,
        };
        let rendered = point.and_then(|point| clause::render(point, &filling));
        let rendered = rendered.ok_or_else(|| self.template.error(format!("{id} n'a pas de clause")))?;
        if taken == Taken::Article {
            out.push(Block::numbered(level + 1, french(&rendered.heading)));
        }
        out.extend(paragraphs(&rendered.paragraphs));
        Ok(())
    }

    fn block(&self, block: Block) -> Result<Block, TemplateError> {
        Ok(match block {
            Block::Heading { level, numbered, text } => Block::Heading { level, numbered, text: self.line(text)? },
            Block::Paragraph { style, text } => Block::Paragraph { style, text: self.line(text)? },
            Block::List { ordered, items } => {
                let items = items
                    .into_iter()
                    .map(|item| Ok(Item { text: self.line(item.text)?, blocks: self.blocks(item.blocks)? }));
                Block::List { ordered, items: items.collect::<Result<_, TemplateError>>()? }
            }
            Block::Table(mut table) => {
                let row = |cells: Vec<Cell>| -> Result<Vec<Cell>, TemplateError> {
                    cells.into_iter().map(|cell| Ok(Cell { text: self.line(cell.text)?, ..cell })).collect()
                };
                table.header = row(table.header)?;
                table.rows = table.rows.into_iter().map(row).collect::<Result<_, _>>()?;
                Block::Table(table)
            }
            Block::Callout { tone, title, blocks } => {
                Block::Callout { tone, title: self.line(title)?, blocks: self.blocks(blocks)? }
            }
            Block::Card { tone, blocks } => Block::Card { tone, blocks: self.blocks(blocks)? },
            Block::Poster { blocks } => Block::Poster { blocks: self.blocks(blocks)? },
            Block::Signatures { parties } => {
                let parties = parties.into_iter().map(|party| {
                    let lines = party.lines.into_iter().map(|line| self.line(line));
                    Ok(Signatory { party: self.line(party.party)?, lines: lines.collect::<Result<_, _>>()? })
                });
                Block::Signatures { parties: parties.collect::<Result<_, TemplateError>>()? }
            }
            other => other,
        })
    }

    /// Words of the header with their placeholders filled.
    pub(super) fn words(&self, words: &str) -> Result<Vec<Inline>, TemplateError> {
        self.line(paper::plain(words))
    }

    fn line(&self, line: Vec<Inline>) -> Result<Vec<Inline>, TemplateError> {
        let mut out = Vec::new();
        for inline in line {
            match inline {
                Inline::Text(text) => self.text(&french(&text), &mut out)?,
                Inline::Bold(inner) => out.push(Inline::Bold(self.line(inner)?)),
                Inline::Italic(inner) => out.push(Inline::Italic(self.line(inner)?)),
                Inline::Toned(tone, inner) => out.push(Inline::Toned(tone, self.line(inner)?)),
                Inline::Blank(label) => out.push(Inline::Blank(french(&label))),
                Inline::Break => out.push(Inline::Break),
            }
        }
        Ok(out)
    }

    fn text(&self, text: &str, out: &mut Vec<Inline>) -> Result<(), TemplateError> {
        let mut rest = text;
        while let Some((before, tail)) = rest.split_once('{') {
            let Some((name, after)) = tail.split_once('}') else {
                return Err(self.template.error(format!("une accolade ne ferme pas : {rest}")));
            };
            if !before.is_empty() {
                out.push(Inline::Text(before.to_owned()));
            }
            out.push(self.value(name)?);
            rest = after;
        }
        if !rest.is_empty() {
            out.push(Inline::Text(rest.to_owned()));
        }
        Ok(())
    }

    fn value(&self, name: &str) -> Result<Inline, TemplateError> {
        if let Some(form) = self.filling.parties.form(name) {
            return Ok(Inline::Text(french(&form)));
        }
        if let Some((id, parameter)) = name.split_once('.') {
            return self.of_clause(id, parameter).map(|words| Inline::Text(french(&words)));
        }
        let open = self.template.parameters.iter().find(|open| open.parameter.name == name);
        let open = open.ok_or_else(|| self.template.error(format!("{{{name}}} n'est pas un paramètre")))?;
        if let Some(answer) = self.filling.answers.own(name) {
            return Ok(Inline::Text(french(&answer.words)));
        }
        if !open.blank.is_empty() {
            return Ok(Inline::Blank(french(&open.blank)));
        }
        let profile = self.template.profile_for(self.filling.profile);
        let words = figures::write(&open.parameter.kind, open.parameter.default_for(profile));
        Ok(Inline::Text(french(&words)))
    }

    /// What a clause says for one of its parameters, so that a table beside it says the same.
    fn of_clause(&self, id: &str, name: &str) -> Result<String, TemplateError> {
        if let Some(answer) = self.filling.answers.clauses().get(id, name) {
            return Ok(answer.words.clone());
        }
        let clause = self.filling.catalogue.get(id).and_then(|point| point.clause.as_ref());
        let parameter = clause.filter(|_| self.template.clauses().contains(&id)).and_then(|c| c.parameter(name));
        let parameter = parameter.ok_or_else(|| self.template.error(format!("{{{id}.{name}}} n'est pas dit ici")))?;
        let profile = self.template.profile_for(self.filling.profile);
        Ok(figures::write(&parameter.kind, parameter.default_for(profile)))
    }
}

/// The paragraphs and lists of a clause, its own blanks between square brackets made blanks to fill.
fn paragraphs(paragraphs: &[Paragraph]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for paragraph in paragraphs {
        let line = blanks(&french(&paragraph.text));
        match (paragraph.item, blocks.last_mut()) {
            (true, Some(Block::List { items, .. })) => items.push(line.into()),
            (true, _) => blocks.push(Block::List { ordered: false, items: vec![line.into()] }),
            (false, _) => blocks.push(Block::paragraph(line)),
        }
    }
    blocks
}

/// Words with `[nom à compléter]` made a blank.
pub(crate) fn blanks(text: &str) -> Vec<Inline> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('[') {
        let Some((label, after)) = tail.split_once(']') else { break };
        if !before.is_empty() {
            out.push(Inline::Text(before.to_owned()));
        }
        out.push(Inline::Blank(label.trim_end_matches(" à compléter").to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        out.push(Inline::Text(rest.to_owned()));
    }
    out
}
