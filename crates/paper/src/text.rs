//! A paper as plain text for a terminal.

use crate::{Block, Cell, Inline, Item, Paper, Table, clean, text_of};

/// The paper as text, its lines at most `width` columns (60 to 110 are used). Page breaks and frames to sign in have
/// no place in it.
pub fn write(paper: &Paper, width: usize) -> String {
    let mut page = Page { out: String::new(), width: width.clamp(60, 110) };
    page.heading(1, &paper.meta.title);
    page.blocks(&paper.blocks, 0);
    format!("{}\n", page.out.trim_end())
}

struct Page {
    out: String,
    width: usize,
}

impl Page {
    fn blocks(&mut self, blocks: &[Block], indent: usize) {
        blocks.iter().for_each(|block| self.block(block, indent));
    }

    fn block(&mut self, block: &Block, indent: usize) {
        match block {
            Block::Heading { level, text, .. } => self.heading(*level, &text_of(text)),
            Block::Paragraph { text, .. } => self.paragraph(text, indent),
            Block::List { ordered, items } => self.list(*ordered, items, indent),
            Block::Table(table) => self.table(table, indent),
            Block::Callout { title, blocks, .. } => {
                if !title.is_empty() {
                    self.wrapped(&text_of(title).to_uppercase(), indent, indent);
                }
                self.blocks(blocks, indent);
            }
            Block::Bars { bars, .. } => {
                let bars: Vec<String> = bars.iter().map(|bar| format!("{} {}", bar.label, bar.value)).collect();
                bars.iter().for_each(|bar| self.wrapped(bar, indent, indent));
            }
            Block::Calendar(calendar) => self.blocks(&calendar.tables(), indent),
            Block::Line(line) => self.blocks(&line.tables(), indent),
            Block::Tiles { tiles } => {
                tiles.iter().for_each(|tile| self.wrapped(&format!("{} {}", tile.figure, tile.label), indent, indent));
            }
            Block::Card { blocks, .. } | Block::Poster { blocks } => self.blocks(blocks, indent),
            Block::Signatures { .. } | Block::PageBreak => {}
        }
        if !self.out.ends_with("\n\n") && !matches!(block, Block::Heading { level: 3.., .. }) {
            self.out.push('\n');
        }
    }

    fn heading(&mut self, level: u8, text: &str) {
        let shown = if level < 3 { text.to_uppercase() } else { text.to_owned() };
        self.wrapped(&shown, 0, 0);
        if level < 3 {
            self.out.push('\n');
        }
    }

    fn paragraph(&mut self, text: &[Inline], indent: usize) {
        self.wrapped(&text_of(text), indent, indent);
    }

    fn list(&mut self, ordered: bool, items: &[Item], indent: usize) {
        for (at, item) in items.iter().enumerate() {
            let mark = if ordered { format!("{}. ", at + 1) } else { "- ".to_owned() };
            let hang = indent + 2 + mark.chars().count();
            self.wrapped(&format!("{mark}{}", text_of(&item.text)), indent + 2, hang);
            self.blocks(&item.blocks, hang);
        }
    }

    /// A row is its first cell, then the others below it.
    fn table(&mut self, table: &Table, indent: usize) {
        for row in &table.rows {
            let words = |cell: &Cell| text_of(&cell.text);
            let mut cells = row.iter().map(words).filter(|text| !text.is_empty());
            if let Some(first) = cells.next() {
                self.wrapped(&first, indent + 2, indent + 2);
            }
            cells.for_each(|cell| self.wrapped(&cell, indent + 6, indent + 6));
        }
    }

    /// Lines of at most the width; a longer word stands alone. Spaces that don't break hold words together.
    fn wrapped(&mut self, text: &str, first: usize, hang: usize) {
        let mut taken = first;
        self.out.push_str(&" ".repeat(first));
        let text = clean(text);
        for (at, word) in text.split([' ', '\n', '\t']).filter(|w| !w.is_empty()).enumerate() {
            let long = word.chars().count();
            if at > 0 && taken + 1 + long > self.width {
                self.out.push('\n');
                self.out.push_str(&" ".repeat(hang));
                taken = hang;
            } else if at > 0 {
                self.out.push(' ');
                taken += 1;
            }
            self.out.extend(word.chars().map(|c| if matches!(c, '\u{a0}' | '\u{202f}') { ' ' } else { c }));
            taken += long;
        }
        self.out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plain;

    #[test]
    fn lines_keep_to_the_width_and_items_hang() {
        let mut paper = Paper::default();
        paper.meta.title = "Essai".into();
        paper.push(Block::bullets(["un mot ".repeat(30)]));
        let text = write(&paper, 10);
        assert!(text.starts_with("ESSAI\n\n  - un mot"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 60));
        assert!(text.lines().nth(3).is_some_and(|line| line.starts_with("    un") || line.starts_with("    mot")));
    }

    #[test]
    fn escapes_of_a_hostile_contract_are_not_written() {
        let mut paper = Paper::default();
        paper.push(Block::paragraph(plain("rouge \u{1b}[31m \u{202e}inverse")));
        assert!(!write(&paper, 80).contains(['\u{1b}', '\u{202e}']));
    }
}
