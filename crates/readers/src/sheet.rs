//! Paragraphs and tables of a word processor or web page, made into a document: text built, pages and blocks.

use crate::source::{self, Piece};
use crate::structure;
use contract::{BlockKind, Document, Format, Page, PageState, Problem, Span};

/// A paragraph.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Para {
    /// Its words with its automatic label; a line break inside is '\n'.
    pub text: String,
    /// Bytes of the text where a new page begins.
    pub breaks: Vec<usize>,
    /// What the source says it is.
    pub kind: Option<BlockKind>,
    /// Whether all its words are bold.
    pub bold: bool,
    /// Height of the letters in points; 0 where unknown.
    pub size: f32,
    /// Where its words stand in the source, if the reader was asked to keep it.
    pub pieces: Vec<Piece>,
}

impl Para {
    /// A paragraph of a known kind.
    pub fn new(text: impl Into<String>, kind: Option<BlockKind>) -> Self {
        Self { text: text.into(), kind, ..Self::default() }
    }
}

/// What flows down a page or a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Item {
    /// A paragraph.
    Para(Para),
    /// A table.
    Table(Table),
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Table {
    /// Rows from the top.
    pub rows: Vec<TableRow>,
}

/// A row of a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct TableRow {
    /// Cells from the left.
    pub cells: Vec<Vec<Item>>,
    /// Whether the source says that the row names the columns.
    pub header: bool,
}

/// A cell so long that its row is a way to lay a page out: paragraphs, and bytes.
const LONG_CELL: (usize, usize) = (4, 500);

/// The paragraphs of a flow, tables turned into rows.
pub(crate) fn flatten(items: Vec<Item>) -> Vec<Para> {
    let mut paras = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Item::Para(para) => paras.push(para),
            Item::Table(table) => flatten_table(table, &mut paras),
        }
    }
    paras
}

fn flatten_table(table: Table, paras: &mut Vec<Para>) {
    let columns = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let several = table.rows.len() > 1;
    for (index, row) in table.rows.into_iter().enumerate() {
        let mut cells: Vec<(Vec<Para>, Vec<Para>)> = Vec::with_capacity(row.cells.len());
        for cell in row.cells {
            cells.push(split_cell(cell));
        }
        let long = |cell: &[Para]| {
            cell.len() >= LONG_CELL.0 && cell.iter().map(|p| p.text.len()).sum::<usize>() >= LONG_CELL.1
        };
        if columns == 1 || cells.iter().any(|(own, _)| long(own)) {
            for (own, inner) in cells {
                paras.extend(own);
                paras.extend(inner);
            }
            continue;
        }
        let joined: Vec<(String, Vec<Piece>)> = cells.iter().map(|(own, _)| cell_text(own)).collect();
        let texts: Vec<String> = joined.iter().map(|(text, _)| text.clone()).collect();
        let header = row.header || (index == 0 && several && names_columns(&texts));
        if texts.iter().any(|text| !text.is_empty()) {
            let breaks = cells.iter().flat_map(|(own, _)| own.iter().flat_map(|p| &p.breaks)).take(1).map(|_| 0);
            let breaks = breaks.collect();
            let (text, pieces) = source::join(joined, " | ");
            let kept = text.trim_start_matches([' ', '\n']);
            let pieces = source::shift(pieces, text.len() - kept.len(), 0);
            let text = kept.trim_end_matches([' ', '\n', '|']).to_owned();
            let pieces = source::clip(pieces, text.len());
            paras.push(Para { text, breaks, pieces, kind: Some(BlockKind::TableRow { header }), ..Para::default() });
        }
        paras.extend(cells.into_iter().flat_map(|(_, inner)| inner));
    }
}

/// The paragraphs of a cell, and the rows of tables within it.
fn split_cell(items: Vec<Item>) -> (Vec<Para>, Vec<Para>) {
    let (mut own, mut inner) = (Vec::new(), Vec::new());
    for item in items {
        match item {
            Item::Para(para) if para.text.trim().is_empty() => {}
            Item::Para(para) => own.push(para),
            Item::Table(table) => flatten_table(table, &mut inner),
        }
    }
    (own, inner)
}

fn cell_text(paras: &[Para]) -> (String, Vec<Piece>) {
    let trimmed = paras.iter().map(|p| {
        let cut = p.text.len() - p.text.trim_start().len();
        let text = p.text.trim();
        (text.to_owned(), source::clip(source::shift(p.pieces.clone(), cut, 0), text.len()))
    });
    source::join(trimmed.collect(), "\n")
}

/// Every cell of the first row short and without a sentence or figure: the names of the columns.
fn names_columns(texts: &[String]) -> bool {
    let named = texts.iter().filter(|text| !text.is_empty()).count();
    named >= 2
        && named + 1 >= texts.len()
        && texts.iter().all(|text| {
            text.len() <= 70
                && !text.ends_with(['.', ';', ':'])
                && !text.bytes().all(|b| b.is_ascii_digit() || b == b' ')
                || text.is_empty()
        })
}

/// The document of a list of paragraphs; empty ones are left out.
pub(crate) fn document(format: Format, paras: Vec<Para>, problems: Vec<Problem>) -> Document {
    traced(format, paras, problems).0
}

/// The same, with the place of its words in the source as far as the paragraphs have kept it.
pub(crate) fn traced(format: Format, paras: Vec<Para>, problems: Vec<Problem>) -> (Document, Vec<Piece>) {
    let mut pieces = Vec::new();
    let mut text = String::with_capacity(paras.iter().map(|p| p.text.len() + 1).sum());
    let mut starts = vec![0];
    let mut placed = Vec::with_capacity(paras.len());
    for mut para in paras {
        let at = text.len();
        starts.extend(para.breaks.iter().map(|b| at + b.min(&para.text.len())));
        if para.text.trim().is_empty() {
            continue;
        }
        pieces.extend(source::shift(std::mem::take(&mut para.pieces), 0, at));
        text.push_str(&para.text);
        text.push('\n');
        placed.push((Span::new(at, text.len() - 1), para));
    }
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([text.len()]).collect();
    let pages = starts.iter().zip(ends).zip(1..);
    let pages = pages
        .map(|((start, end), number)| Page {
            number,
            span: Span::new((*start).min(text.len()), end.min(text.len())),
            state: PageState::Text,
        })
        .collect();
    let blocks = structure::of_paragraphs(&text, &placed);
    pieces.sort_by_key(|p| p.text.start);
    (Document { format, text, pages, blocks, problems }, pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> Vec<Item> {
        vec![Item::Para(Para::new(text, None))]
    }

    fn row(cells: &[&str]) -> TableRow {
        TableRow { cells: cells.iter().map(|c| cell(c)).collect(), header: false }
    }

    #[test]
    fn rows_join_their_cells_and_the_first_names_the_columns() {
        let table = Table { rows: vec![row(&["Niveau", "Délai"]), row(&["P1", "4 heures"])] };
        let paras = flatten(vec![Item::Table(table)]);
        assert_eq!(paras[1].text, "P1 | 4 heures");
        assert_eq!(paras[0].kind, Some(BlockKind::TableRow { header: true }));
        assert_eq!(paras[1].kind, Some(BlockKind::TableRow { header: false }));
    }

    #[test]
    fn a_table_of_one_column_is_plain_paragraphs_and_inner_tables_follow_their_row() {
        let inner = Table { rows: vec![row(&["a", "b"])] };
        let outer =
            Table { rows: vec![TableRow { cells: vec![cell("Titre"), vec![Item::Table(inner)]], header: false }] };
        let paras = flatten(vec![Item::Table(Table { rows: vec![row(&["seul"])] }), Item::Table(outer)]);
        let texts: Vec<_> = paras.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(texts, ["seul", "Titre", "a | b"]);
        assert_eq!(paras[0].kind, None);
    }

    #[test]
    fn page_breaks_give_pages_and_kinds_give_blocks() {
        let mut second = Para::new("avant après", None);
        second.breaks = vec!["avant ".len()];
        let paras = vec![Para::new("Titre", Some(BlockKind::Heading { level: 1 })), Para::new(" ", None), second];
        let document = document(Format::Docx, paras, Vec::new());
        assert_eq!(document.text, "Titre\navant après\n");
        assert_eq!(document.pages.len(), 2);
        assert_eq!(document.slice(document.pages[1].span), "après\n");
        assert_eq!(document.blocks[0].kind, BlockKind::Heading { level: 1 });
        assert_eq!(document.blocks.len(), 2);
    }
}
