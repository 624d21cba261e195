//! Tables in plain text: Markdown pipes, and columns kept apart by runs of spaces.

use super::label::label_of;
use super::marks::{Mark, Style};
use super::rows::Row;
use super::words;

/// Fewest spaces that keep two columns apart.
const COLUMN_GAP: usize = 3;

/// A run of white space between words, in characters from the start of the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Gap {
    /// Where the words before end.
    pub start: usize,
    /// Where the words after begin.
    pub end: usize,
}

/// Runs of three or more spaces, or a tab, between words; the white space after a label at the head does not count.
pub(crate) fn gaps(text: &str) -> Vec<Gap> {
    if !text.contains("   ") && !text.contains('\t') {
        return Vec::new();
    }
    let skip = label_of(text).map_or(0, |l| l.content);
    let mut found = Vec::new();
    let (mut start, mut tab) = (None, false);
    for (column, (at, c)) in text.char_indices().enumerate() {
        if c == ' ' || c == '\u{a0}' || c == '\t' {
            start = start.or(Some(column));
            tab |= c == '\t';
            continue;
        }
        if let Some(first) = start.take()
            && at > skip
            && (column - first >= COLUMN_GAP || tab)
        {
            found.push(Gap { start: first, end: column });
        }
        tab = false;
    }
    found
}

/// Marks rows of tables and the rows that continue their cells.
pub(crate) fn mark(rows: &[Row], marks: &mut [Mark]) {
    pipes(rows, marks);
    if rows.iter().all(|r| r.size <= 0.0) {
        columns(rows, marks);
    }
    if rows.iter().all(|r| !r.whole) {
        header_rows(rows, marks);
    }
}

fn is_free(mark: Mark) -> bool {
    matches!(
        mark,
        Mark::Text | Mark::Lead | Mark::Item | Mark::Head(Style::Short | Style::Capitals | Style::Labelled(_))
    )
}

/// `|---|:--:|`
fn is_separator(text: &str) -> bool {
    text.contains('-')
        && text.contains('|')
        && text.bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' ' | b'+' | b'='))
}

fn pipes(rows: &[Row], marks: &mut [Mark]) {
    let mut in_table = false;
    for index in 0..rows.len() {
        let text = rows[index].text;
        if rows[index].whole || !text.contains('|') {
            in_table = false;
            continue;
        }
        if is_separator(text) {
            marks[index] = Mark::Skip;
            in_table = true;
            continue;
        }
        let heads = rows.get(index + 1).is_some_and(|next| !next.gap && is_separator(next.text));
        in_table &= !rows[index].gap;
        let bordered =
            text.starts_with('|') && text.len() > 2 && (text.ends_with('|') || text.matches('|').count() >= 2);
        if (heads || in_table || bordered) && words::has_words(text) {
            marks[index] = Mark::Cell { header: heads };
        }
    }
}

/// The gaps of a row in columns of the page.
fn page_gaps(row: &Row) -> Vec<Gap> {
    let indent = row.indent as usize;
    let mut found = gaps(row.text);
    for gap in &mut found {
        gap.start += indent;
        gap.end += indent;
    }
    found
}

fn columns(rows: &[Row], marks: &mut [Mark]) {
    let all: Vec<Vec<Gap>> = rows.iter().map(|r| if r.whole { Vec::new() } else { page_gaps(r) }).collect();
    let mut open: Option<Vec<Gap>> = None;
    for index in 0..rows.len() {
        let own = &all[index];
        if matches!(marks[index], Mark::Running | Mark::Skip) {
            continue;
        }
        let is_row = is_free(marks[index]) && (own.len() >= 2 || (own.len() == 1 && is_aligned(rows, &all, index)));
        if is_row {
            marks[index] = Mark::Cell { header: false };
            open = Some(own.clone());
        } else if open.as_ref().is_some_and(|gaps| is_free(marks[index]) && continues(&rows[index], gaps)) {
            marks[index] = Mark::Tail;
        } else {
            open = None;
        }
    }
}

/// Whether the row's one gap ends where a neighbour's gap ends or where a neighbour's words begin.
fn is_aligned(rows: &[Row], all: &[Vec<Gap>], index: usize) -> bool {
    let gap = all[index][0];
    let wide = gap.end - gap.start > COLUMN_GAP;
    let near = |other: usize| other.abs_diff(gap.end) <= 2;
    let neighbours = [index.checked_sub(1), (index + 1 < rows.len()).then_some(index + 1)];
    neighbours.into_iter().flatten().any(|n| {
        let hangs = rows[n].indent > rows[index].indent + 10.0 && near(rows[n].indent as usize);
        all[n].iter().any(|g| near(g.end)) || (wide && hangs)
    })
}

/// Whether the row continues a cell: it stands under a column, or is the rest of a narrow first cell.
fn continues(row: &Row, gaps: &[Gap]) -> bool {
    let under = gaps.iter().any(|g| row.indent + 2.0 >= g.end as f32) && row.indent >= 8.0;
    let narrow = gaps.first().is_some_and(|g| row.right <= g.start as f32 + 2.0) && words::begins_inside(row.text);
    !row.gap && (under || narrow)
}

/// The first row of three or more names the columns when its cells are short and hold no figure.
fn header_rows(rows: &[Row], marks: &mut [Mark]) {
    let mut before_is_table = false;
    for index in 0..rows.len() {
        let is_cell = matches!(marks[index], Mark::Cell { .. });
        if is_cell && !before_is_table && !rows[index].text.starts_with('|') {
            let below = marks[index + 1..].iter().take(6).filter(|m| matches!(m, Mark::Cell { .. })).count();
            let text = rows[index].text;
            let names = !text.bytes().any(|b| b.is_ascii_digit())
                && text.len() < 140
                && !words::is_finished(text)
                && !text.contains(": |");
            let cells = text.matches(" | ").count().max(gaps(text).len());
            if below >= 2 && names && cells > usize::from(!text.contains(" | ")) {
                marks[index] = Mark::Cell { header: true };
            }
        }
        before_is_table = is_cell || (before_is_table && matches!(marks[index], Mark::Tail | Mark::Running));
    }
}

#[cfg(test)]
mod tests {
    use super::super::of_text;
    use contract::BlockKind::{self, *};

    fn kinds(text: &str) -> Vec<BlockKind> {
        of_text(text).1.iter().map(|b| b.kind).collect()
    }

    #[test]
    fn markdown_tables_lose_their_separator_and_keep_their_header() {
        let text = "| Niveau | Délai |\n|---|:---:|\n| P1 | 4 h |\n| P2 | 8 h |\n";
        assert_eq!(kinds(text), [TableRow { header: true }, TableRow { header: false }, TableRow { header: false }]);
        let text = "Niveau | Délai\n--- | ---\nP1 | 4 h\n\nAprès a|b.\n";
        assert_eq!(kinds(text), [TableRow { header: true }, TableRow { header: false }, Paragraph]);
    }

    #[test]
    fn aligned_columns_are_rows_and_wrapped_cells_stay_with_their_row() {
        let text = "   Périodicité         Hebdomadaire\n   Missions            Suivre la phase de transition\n                       et arbitrer.\n";
        let (_, blocks) = of_text(text);
        assert_eq!(blocks.len(), 2, "{blocks:?}");
        assert!(text[blocks[1].span().start..blocks[1].span().end].ends_with("arbitrer."));
    }

    #[test]
    fn a_number_far_from_its_title_is_no_table() {
        assert_eq!(kinds("2.1.9   Sauvegarde\n\nTexte.\n\n2.1.10          Base de données\n\nTexte.\n").len(), 4);
    }

    #[test]
    fn the_first_row_of_a_layout_s_table_names_its_columns() {
        let row = |text: &str| crate::lines::Line {
            text: text.into(),
            size: 10.0,
            table_row: true,
            page: 1,
            ..Default::default()
        };
        let lines = [row("Niveau | Délai"), row("P1 | 4 h"), row("P2 | 8 h")];
        let kinds: Vec<_> = super::super::of_lines(&lines).blocks.iter().map(|b| b.kind).collect();
        assert_eq!(kinds, [TableRow { header: true }, TableRow { header: false }, TableRow { header: false }]);
    }

    #[test]
    fn a_single_gap_without_neighbour_is_text() {
        assert_eq!(kinds("Le Titulaire    assure la sauvegarde.\n"), [Paragraph]);
    }
}
