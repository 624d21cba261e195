//! Tables without vertical lines: columns told by white space that several rows share.

use super::order::{Gutter, gutters, line_of};
use super::table::{TableLine, join_line};
use super::words::{Row, Word};

/// White space between cells, in font sizes.
const CELL_SPACE: f32 = 1.3;

/// Largest distance between rows of a table, in font sizes.
const ROW_REACH: f32 = 3.2;

/// A table found among rows.
pub struct OpenTable {
    /// First row.
    pub from: usize,
    /// One past the last row.
    pub to: usize,
    /// Where its cells but the first begin to be, in points: any x within the white space before them.
    cuts: Vec<f32>,
}

/// The first table of the rows.
pub fn find(rows: &[Row]) -> Option<OpenTable> {
    if rows.len() < 3 {
        return None;
    }
    let found = gutters(rows, CELL_SPACE, ROW_REACH)
        .into_iter()
        .filter_map(|g| shrunk(rows, g))
        .filter(|g| is_table(rows, g))
        .max_by_key(|g| g.both)?;
    let inside = &rows[found.from..found.to];
    let mut cuts: Vec<f32> = gutters(inside, CELL_SPACE, ROW_REACH)
        .into_iter()
        .filter(|g| g.from == 0 && g.to == inside.len() && g.both >= 2)
        .map(|g| (g.a + g.b) / 2.0)
        .collect();
    cuts.push((found.a + found.b) / 2.0);
    cuts.sort_by(f32::total_cmp);
    cuts.dedup_by(|a, b| (*a - *b).abs() < 3.0);
    Some(OpenTable { from: found.from, to: found.to, cuts })
}

/// Leaves out rows at both ends that have text on one side only, except lines that continue a cell.
fn shrunk(rows: &[Row], mut g: Gutter) -> Option<Gutter> {
    let both =
        |row: &Row| row.words.first().is_some_and(|w| w.x0 < g.a) && row.words.last().is_some_and(|w| w.x1 > g.b);
    let from = (g.from..g.to).find(|i| both(&rows[*i]))?;
    let last = (g.from..g.to).rev().find(|i| both(&rows[*i]))?;
    let mut to = last + 1;
    while to < g.to && rows[to].x0() > g.a && rows[to].y - rows[to - 1].y < 1.4 * rows[to].size() {
        to += 1;
    }
    (g.from, g.to) = (from, to);
    Some(g)
}

fn is_table(rows: &[Row], g: &Gutter) -> bool {
    let inside = &rows[g.from..g.to];
    if g.both < 3 || g.both * 2 < inside.len() || inside.iter().any(|r| r.words.iter().any(|w| w.table.is_some())) {
        return false;
    }
    let mut labels = 0;
    let mut numbers = 0;
    for row in inside {
        let at = row.words.partition_point(|w| w.x0 < g.a);
        let (left, right) = row.words.split_at(at);
        if left.is_empty() || right.is_empty() {
            continue;
        }
        labels += usize::from(left.len() == 1 && is_label(&left[0].text));
        let dotted = left.iter().chain(right).any(|w| w.text.contains("...") || w.text.contains('…'));
        numbers += usize::from(dotted || (right.len() == 1 && is_page_number(&right[0].text)));
    }
    labels * 10 < g.both * 6 && numbers * 10 < g.both * 7
}

/// A bullet, a number or a letter that begins a list item or a clause.
fn is_label(text: &str) -> bool {
    let body = text.trim_end_matches(['.', ')', '-', '–', ':', '°', '/']).trim_start_matches('(');
    body.chars().count() <= 1
        || (body.len() <= 9 && body.chars().all(|c| c.is_ascii_digit() || c == '.'))
        || (body.len() <= 4 && body.chars().all(|c| "ivxIVX".contains(c)))
        || (body.len() <= 6
            && body.starts_with(|c: char| c.is_ascii_uppercase())
            && body[1..].chars().all(|c| c.is_ascii_digit() || c == '.' || c == '-'))
}

fn is_page_number(text: &str) -> bool {
    text.len() <= 4 && text.chars().all(|c| c.is_ascii_digit())
}

/// The rows of a table as lines. A row whose first cell is empty and that follows closely continues the cells
/// of the row before.
pub fn lines(rows: Vec<Row>, table: &OpenTable) -> Vec<TableLine> {
    let mut out: Vec<(Vec<String>, TableLine)> = Vec::new();
    for row in rows {
        let cells = cells(&row.words, &table.cuts);
        let first_empty = cells.first().is_some_and(String::is_empty);
        let shape = line_of(&row.words, row.y);
        let close = |above: &TableLine| row.y - above.y_last < 1.45 * shape.size.max(above.size);
        if let Some((above, line)) = out.last_mut().filter(|(_, line)| first_empty && close(line)) {
            for (to, more) in above.iter_mut().zip(&cells).filter(|(_, more)| !more.is_empty()) {
                join_line(to, more);
            }
            line.y_last = row.y;
            line.x1 = line.x1.max(shape.x1);
            continue;
        }
        out.push((cells, TableLine { row: true, ..shape }));
    }
    out.into_iter()
        .map(|(cells, line)| {
            let filled: Vec<String> = cells.into_iter().filter(|c| !c.is_empty()).collect();
            TableLine { row: filled.len() > 1, text: filled.join(" | "), ..line }
        })
        .collect()
}

fn cells(words: &[Word], cuts: &[f32]) -> Vec<String> {
    let mut out = vec![String::new(); cuts.len() + 1];
    for word in words {
        let column = cuts.partition_point(|cut| *cut < (word.x0 + word.x1) / 2.0);
        let cell = &mut out[column];
        if !cell.is_empty() && !word.glued {
            cell.push(word.space.unwrap_or(' '));
        }
        cell.push_str(&word.text);
    }
    out
}
