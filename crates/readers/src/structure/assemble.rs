//! Blocks out of marked rows: sentences joined over line ends and over page breaks.

use super::label::{Label, label_of};
use super::marks::{Mark, Measure, Style};
use super::rows::Row;
use super::words;
use contract::{Block, BlockKind, Span};

/// Joins marked rows to blocks, in order of their first byte.
pub(crate) fn blocks(rows: &[Row], marks: &[Mark], levels: &[u8], measure: &Measure) -> Vec<Block> {
    let mut joiner =
        Joiner { rows, marks, levels, measure, done: Vec::new(), open: None, bridged: false, nesting: Vec::new() };
    for index in 0..rows.len() {
        joiner.take(index);
    }
    let mut done = joiner.done;
    lost_bullets(rows, &mut done);
    done
}

/// Longest paragraph taken for an item whose bullet was lost, in bytes.
const LONGEST_ITEM: usize = 600;

/// After a colon, paragraphs that end with ";" or "," are items whose bullets the layout lost.
fn lost_bullets(rows: &[Row], blocks: &mut [Block]) {
    let mut next_row = 0;
    let (mut lead, mut items) = (false, 0usize);
    for block in blocks {
        let span = block.span();
        while rows.get(next_row).is_some_and(|row| row.start < span.start) {
            next_row += 1;
        }
        let first = rows.get(next_row).map_or("", |row| row.text);
        let before_end = rows.partition_point(|row| row.start < span.end);
        let last = before_end.checked_sub(1).and_then(|at| rows.get(at)).map_or("", |row| row.text);
        if block.kind == BlockKind::Running {
            continue;
        }
        let inside = words::begins_inside(first);
        let listed =
            last.ends_with(';') || (last.ends_with(',') && inside) || (items > 0 && inside && last.ends_with('.'));
        if lead
            && listed
            && block.kind == BlockKind::Paragraph
            && span.len() <= LONGEST_ITEM
            && label_of(first).is_none()
        {
            block.kind = BlockKind::ListItem { depth: 0 };
            items += 1;
            lead = !last.ends_with('.');
            continue;
        }
        let text = matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem { .. });
        (lead, items) = (text && last.ends_with(':'), 0);
    }
}

/// The block being written: where it stands in the list, and its last row.
#[derive(Clone, Copy)]
struct Open {
    block: usize,
    last: usize,
    first: usize,
    /// Whether it is an item without a mark of its own.
    implicit: bool,
}

struct Joiner<'r, 't> {
    rows: &'r [Row<'t>],
    marks: &'r [Mark],
    levels: &'r [u8],
    measure: &'r Measure,
    done: Vec<Block>,
    open: Option<Open>,
    /// Whether running lines stand between the open block and the row at hand.
    bridged: bool,
    /// Indents of the lists that are open.
    nesting: Vec<f32>,
}

impl Joiner<'_, '_> {
    fn take(&mut self, index: usize) {
        match self.marks[index] {
            Mark::Skip => self.skip(index),
            Mark::Running => {
                self.done.push(Block::new(BlockKind::Running, self.rows[index].span()));
                self.bridged = true;
            }
            Mark::Toc => self.push_closed(BlockKind::TocEntry, index),
            Mark::Head(_) if self.heading_goes_on(index) => self.extend(index),
            Mark::Head(_) => {
                self.nesting.clear();
                self.begin(BlockKind::Heading { level: self.levels[index].clamp(1, 9) }, index);
                self.trim_title_marks(index);
            }
            Mark::Cell { header } => self.begin(BlockKind::TableRow { header }, index),
            Mark::Item => {
                let depth = self.depth(index);
                self.begin(BlockKind::ListItem { depth }, index);
            }
            Mark::Tail if self.open_kind().is_some_and(|k| matches!(k, BlockKind::TableRow { .. })) => {
                self.extend(index)
            }
            Mark::Text if self.joins(index) => self.extend(index),
            Mark::Text | Mark::Lead | Mark::Tail => self.paragraph(index),
        }
    }

    fn skip(&mut self, index: usize) {
        let underline = super::marks::underline(&self.rows[index]).is_some();
        if !underline {
            self.open = None;
        }
    }

    fn push_closed(&mut self, kind: BlockKind, index: usize) {
        self.done.push(Block::new(kind, self.rows[index].span()));
        self.open = None;
        self.bridged = false;
    }

    fn begin(&mut self, kind: BlockKind, index: usize) {
        self.open = Some(Open { block: self.done.len(), last: index, first: index, implicit: false });
        self.bridged = false;
        self.done.push(Block::new(kind, self.rows[index].span()));
    }

    fn extend(&mut self, index: usize) {
        let Some(open) = self.open.as_mut() else { return };
        let span = self.rows[index].span();
        open.last = index;
        let pieces = &mut self.done[open.block].pieces;
        match pieces.last_mut() {
            Some(last) if !self.bridged => *last = Span::new(last.start, span.end),
            _ => pieces.push(span),
        }
        self.bridged = false;
    }

    /// Leaves the marks of Markdown out of a heading's block: `## `, closing `##`, wrapping `**`.
    fn trim_title_marks(&mut self, index: usize) {
        let row = &self.rows[index];
        let words = row.text.trim_start_matches('#').trim_start();
        let words = if words.len() < row.text.len() { words.trim_end_matches('#').trim_end() } else { words };
        let words = words::whole_emphasis(words).unwrap_or(words);
        let Some(piece) = self.done.last_mut().and_then(|b| b.pieces.first_mut()) else { return };
        if let Some(at) = row.text.find(words)
            && !words.is_empty()
        {
            *piece = Span::new(row.start + at, row.start + at + words.len());
        }
    }

    fn open_kind(&self) -> Option<BlockKind> {
        self.open.map(|open| self.done[open.block].kind)
    }

    /// A paragraph, or an item without a mark of its own: after an item or a colon, a row that ends with ";".
    fn paragraph(&mut self, index: usize) {
        let row = &self.rows[index];
        let depth = self.nesting.len().saturating_sub(1).min(8) as u8;
        let implicit = self.open.is_some_and(|open| self.is_implicit_item(open, row));
        if implicit {
            self.begin(BlockKind::ListItem { depth }, index);
            if let Some(open) = self.open.as_mut() {
                open.implicit = true;
            }
            return;
        }
        if row.indent <= self.measure.left + 2.0 * self.measure.unit {
            self.nesting.clear();
        }
        self.begin(BlockKind::Paragraph, index);
    }

    fn is_implicit_item(&self, open: Open, row: &Row) -> bool {
        let last = self.rows[open.last].text;
        if self.bridged || last.ends_with('.') {
            return false;
        }
        let aligned = (self.rows[open.first].indent - row.indent).abs() <= self.measure.unit;
        if open.implicit && aligned && (!row.gap || last.ends_with([';', ','])) {
            return true;
        }
        let opens = last.ends_with(':') && row.text.ends_with([';', ',']) && row.text.len() < 400;
        let after_item = matches!(self.done[open.block].kind, BlockKind::ListItem { .. }) && last.ends_with(';');
        (opens && (!row.gap || words::begins_inside(row.text)))
            || (after_item && !row.gap && row.text.ends_with([';', '.']))
    }

    /// Nesting of the item at hand, by its indent.
    fn depth(&mut self, index: usize) -> u8 {
        if let Some(BlockKind::ListItem { depth }) = self.rows[index].given {
            return depth;
        }
        let (indent, step) = (self.rows[index].indent, 1.5 * self.measure.unit);
        while self.nesting.last().is_some_and(|top| indent < top - step * 0.5) {
            self.nesting.pop();
        }
        if self.nesting.last().is_none_or(|top| indent >= top + step) {
            self.nesting.push(indent);
        }
        self.nesting.len().saturating_sub(1).min(8) as u8
    }

    /// Two rows of one heading: capitals after capitals, bold after bold, or a wrapped title.
    fn heading_goes_on(&self, index: usize) -> bool {
        let (Some(open), Mark::Head(style)) = (self.open, self.marks[index]) else { return false };
        let (last, row) = (&self.rows[open.last], &self.rows[index]);
        let headed = matches!(self.done[open.block].kind, BlockKind::Heading { .. });
        if !headed || row.gap || row.whole || last.whole || self.bridged || label_of(row.text).is_some() {
            return false;
        }
        let first_style = self.marks[open.first];
        match style {
            Style::Capitals => words::is_capitals(last.text, 4),
            Style::Strong if row.size > 0.0 => {
                last.bold == row.bold
                    && (last.size - row.size).abs() < 0.3
                    && !matches!(first_style, Mark::Head(Style::Level(_)))
            }
            _ => false,
        }
    }

    /// Whether the row continues the open block.
    fn joins(&self, index: usize) -> bool {
        let Some(open) = self.open else { return false };
        let (last, row) = (&self.rows[open.last], &self.rows[index]);
        if last.whole || row.whole {
            return false;
        }
        let inside = words::begins_inside(row.text) && label_of(row.text).is_none();
        match self.done[open.block].kind {
            BlockKind::Paragraph | BlockKind::ListItem { .. } => {}
            BlockKind::Heading { .. } => return !row.gap && !self.bridged && self.title_goes_on(open, index, inside),
            BlockKind::TableRow { .. } => return false,
            BlockKind::TocEntry | BlockKind::Running => return false,
        }
        let finished = words::is_finished(last.text);
        if self.bridged || row.page != last.page {
            return !finished && (inside || words::expects_more(last.text) || (self.measure.is_full(last) && !row.gap));
        }
        if row.gap {
            return !finished && inside && self.measure.is_full(last) && !self.measure.marked;
        }
        self.next_line_joins(open, last, row, inside, finished)
    }

    fn next_line_joins(&self, open: Open, last: &Row, row: &Row, inside: bool, finished: bool) -> bool {
        if words::expects_more(last.text) {
            return true;
        }
        if !finished {
            let quoted = row.text.starts_with(['«', '"', '“']);
            return inside || ((self.measure.is_full(last) || quoted && self.measure.wrapped) && self.hangs(open, row));
        }
        if last.text.ends_with([':', ';']) {
            return inside
                && last.text.ends_with(';')
                && !row.text.ends_with(';')
                && self.measure.is_full(last)
                && self.hangs(open, row);
        }
        self.measure.is_full(last) && self.hangs(open, row)
    }

    /// Whether the row's indent is that of a continuation: not left of an item's mark, not a new first-line indent.
    fn hangs(&self, open: Open, row: &Row) -> bool {
        let (first, last) = (&self.rows[open.first], &self.rows[open.last]);
        let unit = self.measure.unit;
        match self.done[open.block].kind {
            BlockKind::ListItem { .. } if open.first == open.last => row.indent >= first.indent - unit,
            _ => {
                (row.indent - last.indent).abs() <= 3.0 * unit || (open.first == open.last && row.indent < last.indent)
            }
        }
    }

    /// The rest of a title that was too long for its line.
    fn title_goes_on(&self, open: Open, index: usize, inside: bool) -> bool {
        let (last, row) = (&self.rows[open.last], &self.rows[index]);
        let labelled =
            matches!(self.marks[open.first], Mark::Head(Style::Labelled(Label::Decimal { .. } | Label::Division(_))));
        let ends = !words::is_finished(row.text) && !self.measure.is_full(row);
        labelled && inside && ends && open.first == open.last && last.text.len() + row.text.len() <= 150
    }
}

#[cfg(test)]
mod tests {
    use super::super::of_text;
    use contract::BlockKind;
    use proptest::prelude::*;

    fn texts(text: &str) -> Vec<(BlockKind, String)> {
        let (_, blocks) = of_text(text);
        let words = |b: &contract::Block| b.pieces.iter().map(|p| &text[p.start..p.end]).collect::<Vec<_>>().join("¦");
        blocks.iter().map(|b| (b.kind, words(b))).collect()
    }

    const WRAPPED: &str = "Le Prestataire met en place une sauvegarde journalière des données importantes des systèmes\n\
        pris en charge et surveille leur bon déroulement. Le Client est informé de tout échec dans un\n\
        délai de 24 heures.\n\
        Un rapport est remis chaque mois.\n";

    #[test]
    fn hard_wrapped_lines_join_until_a_short_finished_line() {
        let found = texts(WRAPPED);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].1.ends_with("24 heures."));
    }

    #[test]
    fn one_paragraph_per_line_stays_so() {
        let line = "Le Prestataire s'engage à sauvegarder les données du Client chaque jour ouvré ".repeat(3);
        let text = format!("{line}\n{line}.\nUn point.\n");
        assert_eq!(texts(&text).len(), 3);
    }

    #[test]
    fn items_keep_their_continuation_and_nesting() {
        let text = "Le Titulaire devra :\n  • sauvegarder les données\n    du Client ;\n      - chaque jour ;\n  • restaurer.\n";
        let found = texts(text);
        let depths: Vec<_> = found.iter().map(|(k, _)| *k).collect();
        let item = |depth| BlockKind::ListItem { depth };
        assert_eq!(depths, [BlockKind::Paragraph, item(0), item(1), item(0)], "{found:?}");
        assert!(found[1].1.ends_with("du Client ;"));
    }

    #[test]
    fn items_without_mark_after_a_colon() {
        let found =
            texts("Onze communes :\n       Ville d'Antony ;\n       Ville de Bagneux ;\n       Ville de Sceaux.\n");
        assert_eq!(found.iter().filter(|(k, _)| matches!(k, BlockKind::ListItem { .. })).count(), 3, "{found:?}");
    }

    #[test]
    fn items_whose_bullets_were_lost() {
        let wrapped = "L'Autorité :\n\nédicte des règles dans son règlement général qu'elle complète avec des\ninstructions,\n\nautorise les acteurs,\n\ndispose d'un pouvoir.\n\nElle siège à Paris.\n";
        assert_eq!(texts(wrapped).iter().filter(|(k, _)| matches!(k, BlockKind::ListItem { .. })).count(), 3);
        let found = texts(
            "L'Autorité veille :\n\nà la protection de l'épargne,\n\nau bon fonctionnement,\n\nà l'information.\n",
        );
        assert_eq!(found.iter().filter(|(k, _)| matches!(k, BlockKind::ListItem { .. })).count(), 3, "{found:?}");
    }

    #[test]
    fn a_reference_at_the_start_of_a_line_is_no_heading() {
        let text = "Les pénalités sont calculées dans les conditions qui sont prévues par les dispositions de l'\nArticle 12 du présent contrat et de ses annexes.\n";
        assert_eq!(texts(text).len(), 1);
    }

    #[test]
    fn comments_front_matter_and_tags_are_left_out() {
        let text = "---\ntitle: x\n---\n<!-- note\nsuite -->\n<div>\nLe texte.\n</div>\n";
        assert_eq!(texts(text), [(BlockKind::Paragraph, "Le texte.".to_owned())]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn blocks_are_ordered_apart_and_on_character_boundaries(text in "([a-zé]{1,9}|[A-ZÉ. ]{1,8}|[0-9]{1,3}[.)]|\n|\n\n|\u{c}|  |\t|#+ |- |• |\\| |\\*\\*|---|\\.\\.\\.\\. 3|Article |\u{a0}|\\PC){0,60}") {
            check(&text)?;
        }

        #[test]
        fn any_text_gives_sound_blocks(text in "(\\PC|\n|\u{c}|\r\n| ){0,200}") {
            check(&text)?;
        }
    }

    fn check(text: &str) -> Result<(), TestCaseError> {
        let (pages, blocks) = of_text(text);
        prop_assert!(pages.iter().all(|p| text.get(p.span.start..p.span.end).is_some()));
        let mut pieces: Vec<_> = blocks.iter().flat_map(|b| b.pieces.clone()).collect();
        let starts: Vec<_> = blocks.iter().map(|b| b.span().start).collect();
        prop_assert!(starts.is_sorted());
        for block in &blocks {
            prop_assert!(!block.pieces.is_empty() && block.pieces.is_sorted());
        }
        pieces.sort();
        for piece in &pieces {
            prop_assert!(!piece.is_empty() && text.get(piece.start..piece.end).is_some());
        }
        prop_assert!(pieces.windows(2).all(|p| p[0].end <= p[1].start));
        Ok(())
    }
}
