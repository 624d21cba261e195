//! A paper as Markdown.

use super::escape::escape;
use crate::{
    Align, Bar, Block, Cell, Cover, Inline, Item, Numbering, Paper, Signatory, Style, Table, Tile, Tone, clean,
};

/// The paper as Markdown. Running heads and page breaks have no place in it; headings are numbered in words.
pub fn write(paper: &Paper) -> String {
    let mut writer = Writer { out: String::new(), numbering: paper.numbering, counters: [0; 4] };
    match &paper.cover {
        Some(cover) => writer.cover(cover),
        None if !paper.meta.title.is_empty() => {
            writer.out.push_str("# ");
            escape(&paper.meta.title, true, &mut writer.out);
            writer.out.push_str("\n\n");
        }
        None => {}
    }
    writer.blocks(&paper.blocks, "");
    let mut text = writer.out.trim_end().to_owned();
    text.push('\n');
    text
}

struct Writer {
    out: String,
    numbering: Numbering,
    counters: [u32; 4],
}

impl Writer {
    fn cover(&mut self, cover: &Cover) {
        if !cover.kicker.is_empty() {
            self.out.push('*');
            escape(&cover.kicker, false, &mut self.out);
            self.out.push_str("*\n\n");
        }
        self.out.push_str("# ");
        escape(&cover.title, true, &mut self.out);
        self.out.push_str("\n\n");
        if !cover.subtitle.is_empty() {
            escape(&cover.subtitle, true, &mut self.out);
            self.out.push_str("\n\n");
        }
        for (label, value) in &cover.facts {
            self.out.push_str("- **");
            escape(label, false, &mut self.out);
            self.out.push_str("** : ");
            self.line(value, false);
            self.out.push('\n');
        }
        self.out.push('\n');
    }

    fn blocks(&mut self, blocks: &[Block], indent: &str) {
        for block in blocks {
            let start = self.out.len();
            self.block(block);
            self.out.truncate(self.out.trim_end_matches('\n').len().max(start));
            if !indent.is_empty() {
                let text = self.out.split_off(start);
                for line in text.lines() {
                    let line = format!("{indent}{line}");
                    self.out.push_str(line.trim_end());
                    self.out.push('\n');
                }
                self.out.push_str(indent.trim_end());
                self.out.push('\n');
            } else if self.out.len() > start {
                self.out.push_str("\n\n");
            }
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, numbered, text } => self.heading(*level, *numbered, text),
            Block::Paragraph { style, text } => self.paragraph(*style, text),
            Block::List { ordered, items } => self.list(*ordered, items),
            Block::Table(table) => self.table(table),
            Block::Callout { tone, title, blocks } => self.callout(*tone, title, blocks),
            Block::Signatures { parties } => self.signatures(parties),
            Block::Bars { legend, bars, .. } => self.bars(legend, bars),
            Block::Calendar(calendar) => self.blocks(&calendar.tables(), ""),
            Block::Line(line) => self.blocks(&line.tables(), ""),
            Block::Tiles { tiles } => self.tiles(tiles),
            Block::Card { blocks, .. } | Block::Poster { blocks } => self.blocks(blocks, ""),
            Block::PageBreak => {}
        }
    }

    fn heading(&mut self, level: u8, numbered: bool, text: &[Inline]) {
        let level = usize::from(level.clamp(1, 4));
        // The title is the only heading of the first rank.
        self.out.push_str(&"#".repeat(level + 1));
        self.out.push(' ');
        if numbered {
            let number = next_number(&mut self.counters, level);
            self.out.push_str(&number_words(self.numbering, level, &number));
        }
        self.line(text, !numbered);
    }

    fn paragraph(&mut self, style: Style, text: &[Inline]) {
        match style {
            Style::Quote => {
                self.out.push_str("> ");
                self.line(text, true);
            }
            Style::Label => {
                self.out.push_str("**");
                self.line(text, false);
                self.out.push_str("**");
            }
            Style::Body | Style::Lead | Style::Note => self.line(text, true),
        }
    }

    fn list(&mut self, ordered: bool, items: &[Item]) {
        for (at, item) in items.iter().enumerate() {
            let mark = if ordered { format!("{}. ", at + 1) } else { "- ".to_owned() };
            self.out.push_str(&mark);
            self.line(&item.text, true);
            self.out.push('\n');
            if !item.blocks.is_empty() {
                self.out.push('\n');
                self.blocks(&item.blocks, &" ".repeat(mark.len()));
            }
        }
    }

    fn table(&mut self, table: &Table) {
        let columns = table.columns.len();
        if columns == 0 {
            return;
        }
        self.row(&table.squared(&table.header));
        self.out.push('|');
        for column in &table.columns {
            self.out.push_str(match column.align {
                Align::Left => " --- |",
                Align::Centre => " :---: |",
                Align::Right => " ---: |",
            });
        }
        self.out.push('\n');
        for row in &table.rows {
            self.row(&table.squared(row));
        }
    }

    fn row(&mut self, cells: &[Cell]) {
        self.out.push('|');
        for cell in cells {
            self.out.push(' ');
            self.line_with(&cell.text, false, "<br>");
            self.out.push_str(" |");
        }
        self.out.push('\n');
    }

    fn callout(&mut self, tone: Tone, title: &[Inline], blocks: &[Block]) {
        let mark = match tone {
            Tone::Good => "TIP",
            Tone::Caution => "WARNING",
            Tone::Bad => "CAUTION",
            _ => "NOTE",
        };
        self.out.push_str(&format!("> [!{mark}]\n"));
        if !title.is_empty() {
            self.out.push_str("> **");
            self.line(title, false);
            self.out.push_str("**\n>\n");
        }
        self.blocks(blocks, "> ");
        let kept = self.out.trim_end_matches(['>', '\n', ' ']).len();
        self.out.truncate(kept);
    }

    fn signatures(&mut self, parties: &[Signatory]) {
        for party in parties {
            self.out.push_str("**");
            self.line(&party.party, false);
            self.out.push_str("**\n\n");
            for line in &party.lines {
                self.out.push_str("- ");
                self.line(line, true);
                self.out.push('\n');
            }
            self.out.push_str("\nSignature :\n\n");
        }
    }

    fn bars(&mut self, legend: &[(Tone, String)], bars: &[Bar]) {
        let mut table = Table::with(&[1.0], &[""]);
        for (_, words) in legend {
            table.columns.push(crate::Column { share: 1.0, align: Align::Right });
            table.header.push(words.as_str().into());
        }
        table.columns.push(crate::Column { share: 1.0, align: Align::Right });
        table.header.push("".into());
        for bar in bars {
            let mut row: Vec<Cell> = vec![bar.label.as_str().into()];
            for (tone, _) in legend {
                let amount: u32 = bar.parts.iter().filter(|part| part.tone == *tone).map(|part| part.amount).sum();
                row.push(amount.to_string().into());
            }
            row.push(bar.value.as_str().into());
            table.rows.push(row);
        }
        self.table(&table);
    }

    fn tiles(&mut self, tiles: &[Tile]) {
        for tile in tiles {
            self.out.push_str("- **");
            escape(&tile.figure, false, &mut self.out);
            self.out.push_str("** ");
            escape(&tile.label, false, &mut self.out);
            self.out.push('\n');
        }
    }

    fn line(&mut self, text: &[Inline], start: bool) {
        self.line_with(text, start, "\\\n");
    }

    fn line_with(&mut self, text: &[Inline], mut start: bool, line_end: &str) {
        for inline in text {
            match inline {
                Inline::Text(words) => escape(words, start, &mut self.out),
                Inline::Bold(inner) => self.marked("**", inner, line_end),
                Inline::Italic(inner) => self.marked("*", inner, line_end),
                Inline::Toned(_, inner) => self.line_with(inner, start, line_end),
                Inline::Blank(label) => {
                    // Brackets around the words, as a person would type a blank.
                    self.out.push_str("\\[");
                    escape(&clean(label), false, &mut self.out);
                    self.out.push_str("\\]");
                }
                Inline::Break => self.out.push_str(line_end),
            }
            start = matches!(inline, Inline::Break);
        }
    }

    /// Emphasis; spaces at its ends go outside, where CommonMark wants them.
    fn marked(&mut self, mark: &str, inner: &[Inline], line_end: &str) {
        let start = self.out.len();
        self.line_with(inner, false, line_end);
        let words = self.out.split_off(start);
        let body = words.trim();
        if body.is_empty() {
            self.out.push_str(&words);
            return;
        }
        let lead = words.len() - words.trim_start().len();
        self.out.push_str(&words[..lead]);
        self.out.push_str(mark);
        self.out.push_str(body);
        self.out.push_str(mark);
        self.out.push_str(&words[lead + body.len()..]);
    }
}

/// Counts a heading of this level (1 to 4) and gives its number, "2.1".
pub(crate) fn next_number(counters: &mut [u32; 4], level: usize) -> String {
    counters[level - 1] += 1;
    counters[level..].fill(0);
    let numbers: Vec<String> = counters[..level].iter().map(u32::to_string).collect();
    numbers.join(".")
}

/// The number as it stands before the heading's words.
fn number_words(numbering: Numbering, level: usize, number: &str) -> String {
    match numbering {
        Numbering::Article if level == 1 => format!("Article {number} – "),
        Numbering::Plain if level == 1 => format!("{number}. "),
        _ => format!("{number} "),
    }
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
