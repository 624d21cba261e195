//! Pages of lines become one document: the lines joined to a text, blocks over it, pages recorded.

use crate::lines::Line;
use crate::structure;
use contract::{Document, Format, Page, PageState, Problem, Span};

/// A page as a layout reader gives it: its number, its lines in reading order, how they were obtained.
pub(crate) struct PageLines {
    /// Page number, from 1.
    pub number: u32,
    /// Lines in reading order.
    pub lines: Vec<Line>,
    /// How the words were obtained.
    pub state: PageState,
}

/// The document of a page layout.
pub(crate) fn document(format: Format, pages: Vec<PageLines>, problems: Vec<Problem>) -> Document {
    let counts: Vec<usize> = pages.iter().map(|page| page.lines.len()).collect();
    let mut heads = Vec::with_capacity(pages.len());
    let mut lines = Vec::with_capacity(counts.iter().sum());
    for page in pages {
        heads.push((page.number, page.state));
        lines.extend(page.lines);
    }
    let layout = structure::of_lines(&lines);
    let begins = |line: usize| layout.starts.get(line).copied().unwrap_or(layout.text.len());
    let mut first = 0;
    let mut spans = Vec::with_capacity(heads.len());
    for ((number, state), count) in heads.into_iter().zip(counts) {
        let span = Span::new(begins(first), begins(first + count));
        spans.push(Page { number, span, state });
        first += count;
    }
    Document { format, text: layout.text, pages: spans, blocks: layout.blocks, problems }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::BlockKind;

    fn line(text: &str, page: u32, running: bool) -> Line {
        Line { text: text.into(), page, right: 80.0, size: 10.0, running, ..Line::default() }
    }

    #[test]
    fn a_sentence_goes_on_over_running_lines_and_pages_are_known() {
        let first = vec![
            line("Le Prestataire sauvegarde chaque jour l'ensemble des données", 1, false),
            line("CCTP 1/2", 1, true),
        ];
        let second =
            vec![line("CCTP 2/2", 3, true), line("du Client et en vérifie la restauration chaque mois.", 3, false)];
        let unreadable = PageState::Unreadable { reason: "image".into() };
        let pages = vec![
            PageLines { number: 1, lines: first, state: PageState::Text },
            PageLines { number: 2, lines: Vec::new(), state: unreadable },
            PageLines { number: 3, lines: second, state: PageState::Ocr },
        ];
        let document = document(Format::Pdf, pages, Vec::new());
        let kinds: Vec<_> = document.blocks.iter().map(|b| b.kind).collect();
        assert_eq!(kinds, [BlockKind::Paragraph, BlockKind::Running, BlockKind::Running]);
        let pieces = &document.blocks[0].pieces;
        assert_eq!(pieces.len(), 2);
        assert_eq!(document.page_at(pieces[1].start), 3);
        assert!(document.pages[1].span.is_empty());
    }
}
