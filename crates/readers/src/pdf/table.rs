//! Tables with ruling lines: the words within a grid become rows of cells.

use super::rules::{Grid, Rule};
use super::words::{Row, Word};

/// Lines of text in two cells of a row above which the grid is taken for page layout, not for a table.
const LAYOUT_LINES: usize = 14;

/// A table taken out of the page.
#[derive(Debug, Default)]
pub struct Table {
    /// Its lines from top to bottom.
    pub lines: Vec<TableLine>,
}

/// A line of a table: a row of cells, or a line of a cell that is only layout. Lengths are points.
#[derive(Debug, Clone, Default)]
pub struct TableLine {
    /// The cells, separated by " | ".
    pub text: String,
    /// Baseline of its first line.
    pub y: f32,
    /// Baseline of its last line.
    pub y_last: f32,
    /// Left end.
    pub x0: f32,
    /// Right end.
    pub x1: f32,
    /// Font size.
    pub size: f32,
    /// Whether all is bold.
    pub bold: bool,
    /// Whether it is a row of cells.
    pub row: bool,
}

/// Words of one cell, line by line.
#[derive(Debug, Default, Clone)]
struct Cell {
    lines: Vec<TableLine>,
}

impl Cell {
    fn add(&mut self, word: &Word, row_y: f32) {
        let new_line = self.lines.last().is_none_or(|l| (l.y - row_y).abs() > 0.01);
        if new_line {
            self.lines.push(TableLine {
                y: row_y,
                y_last: row_y,
                x0: word.x0,
                x1: word.x1,
                size: word.size,
                bold: true,
                ..TableLine::default()
            });
        }
        if let Some(line) = self.lines.last_mut() {
            if !line.text.is_empty() && !word.glued {
                line.text.push(word.space.unwrap_or(' '));
            }
            line.text.push_str(&word.text);
            line.bold &= word.bold;
            line.x1 = line.x1.max(word.x1);
        }
    }

    fn text(&self) -> String {
        let mut out = String::new();
        for line in &self.lines {
            join_line(&mut out, &line.text);
        }
        out
    }
}

/// Appends the next line of a cell; a word cut at the line end keeps its hyphen and line break, which folding
/// joins.
pub fn join_line(out: &mut String, next: &str) {
    if !out.is_empty() {
        let mut tail = out.chars().rev();
        let cut = matches!(tail.next(), Some('-' | '\u{ad}' | '\u{2010}'))
            && tail.next().is_some_and(char::is_alphabetic)
            && next.chars().next().is_some_and(char::is_lowercase);
        out.push(if cut { '\n' } else { ' ' });
    }
    out.push_str(next);
}

/// Takes the tables of the grids out of the rows; each leaves a placeholder word behind.
pub fn extract(rows: &mut Vec<Row>, mut grids: Vec<Grid>, tables: &mut Vec<Table>) {
    let area = |g: &Grid| {
        let [x0, y0, x1, y1] = g.bounds();
        (x1 - x0) * (y1 - y0)
    };
    grids.sort_by(|a, b| area(a).total_cmp(&area(b)));
    for grid in &grids {
        extract_one(rows, grid, tables);
    }
}

/// Grids of tables that have only horizontal lines: columns come from the white space between words.
pub fn ladder_grids(rows: &[Row], ladders: Vec<Vec<Rule>>) -> Vec<Grid> {
    ladders.into_iter().filter_map(|ladder| ladder_grid(rows, &ladder)).collect()
}

fn ladder_grid(rows: &[Row], ladder: &[Rule]) -> Option<Grid> {
    let (first, last) = (ladder.first()?, ladder.last()?);
    let (x0, x1) = (first.from, first.to);
    let mut words: Vec<&Word> = Vec::new();
    let mut per_band = vec![0usize; ladder.len()];
    for row in rows.iter().filter(|r| r.y > first.at && r.y < last.at + 1.0) {
        let before = words.len();
        words.extend(row.words.iter().filter(|w| w.x1 > x0 - 2.0 && w.x0 < x1 + 2.0));
        if words.len() > before {
            per_band[ladder.iter().filter(|l| l.at < row.y).count().saturating_sub(1)] += 1;
        }
    }
    let lines: usize = per_band.iter().sum();
    if per_band.iter().any(|n| *n > LAYOUT_LINES) || words.iter().any(|w| w.table.is_some()) {
        return None;
    }
    let cuts = shared_spaces(&words, lines);
    let mut xs = vec![x0];
    xs.extend(cuts);
    xs.push(words.iter().map(|w| w.x1).fold(x1, f32::max));
    let filled = per_band.iter().filter(|n| **n > 0).count();
    (xs.len() >= 3 && filled >= 2).then(|| Grid::from_limits(xs, ladder.iter().map(|l| l.at).collect()))
}

/// Middles of the vertical strips that no word crosses. A narrow strip counts when many lines begin right after it.
fn shared_spaces(words: &[&Word], lines: usize) -> Vec<f32> {
    let mut spans: Vec<(f32, f32)> = words.iter().map(|w| (w.x0, w.x1)).collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let size = words.iter().map(|w| w.size).fold(0.0, f32::max);
    let mut cuts = Vec::new();
    let Some(mut right) = spans.first().map(|s| s.1) else { return cuts };
    for (from, to) in spans {
        let starts = || words.iter().filter(|w| (w.x0 - from).abs() <= 1.5).count();
        let wide = from - right >= 0.9 * size;
        let aligned = |share: usize| lines >= 5 && starts() * 100 >= lines * share;
        let space = from - right;
        if wide || (space >= 0.4 * size && aligned(50)) || (space >= 0.2 * size && aligned(66)) {
            cuts.push((from + right) / 2.0);
        }
        right = right.max(to);
    }
    cuts
}

/// For each lattice position, the position of the top left part of its (merged) cell.
fn merged_cells(grid: &Grid) -> Vec<usize> {
    let (columns, bands) = (grid.xs.len() - 1, grid.ys.len() - 1);
    let mut root: Vec<usize> = (0..columns * bands).collect();
    for band in 0..bands {
        for column in 0..columns {
            let here = band * columns + column;
            if column + 1 < columns && !grid.ruled_right(band, column) {
                join(&mut root, here, here + 1);
            }
            if band + 1 < bands && !grid.ruled_below(band, column) {
                join(&mut root, here, here + columns);
            }
        }
    }
    (0..root.len()).map(|i| find(&root, i)).collect()
}

fn find(root: &[usize], mut i: usize) -> usize {
    while root[i] != i {
        i = root[i];
    }
    i
}

fn join(root: &mut [usize], a: usize, b: usize) {
    let (a, b) = (find(root, a), find(root, b));
    root[a.max(b)] = a.min(b);
}

fn slot(limits: &[f32], at: f32) -> Option<usize> {
    let below = limits.partition_point(|limit| *limit <= at);
    (below > 0 && below < limits.len()).then(|| below - 1)
}

fn extract_one(rows: &mut Vec<Row>, grid: &Grid, tables: &mut Vec<Table>) {
    let (columns, bands) = (grid.xs.len() - 1, grid.ys.len() - 1);
    if columns * bands > 20_000 {
        return;
    }
    let root = merged_cells(grid);
    let is_table: Vec<bool> = (0..bands)
        .map(|band| {
            let cells = &root[band * columns..(band + 1) * columns];
            cells.iter().any(|c| *c != cells[0])
        })
        .collect();
    let mut cells: Vec<Cell> = vec![Cell::default(); root.len()];
    for row in rows.iter_mut() {
        let y = row.y;
        row.words.retain(|word| {
            let middle = (word.x0 + word.x1) / 2.0;
            let place = slot(&grid.ys, word.y - 0.3 * word.size).zip(slot(&grid.xs, middle));
            match place {
                Some((band, column)) if is_table[band] && word.table.is_none() => {
                    cells[root[band * columns + column]].add(word, y);
                    false
                }
                _ => true,
            }
        });
    }
    rows.retain(|row| !row.words.is_empty());
    let mut band = 0;
    while band < bands {
        let mut end = band;
        while end < bands && is_table[end] {
            end += 1;
        }
        if end > band {
            place_table(rows, grid, &root, &cells, band..end, tables);
        }
        band = end.max(band + 1);
    }
}

fn place_table(
    rows: &mut Vec<Row>,
    grid: &Grid,
    root: &[usize],
    cells: &[Cell],
    bands: std::ops::Range<usize>,
    tables: &mut Vec<Table>,
) {
    let columns = grid.xs.len() - 1;
    let top = grid.ys[bands.start];
    let mut table = Table::default();
    for band in bands {
        let slots = band * columns..(band + 1) * columns;
        let own: Vec<&Cell> =
            slots.filter(|s| root[*s] == *s).map(|s| &cells[s]).filter(|c| !c.lines.is_empty()).collect();
        let long = own.iter().filter(|c| c.lines.len() > LAYOUT_LINES).count();
        if own.len() == 1 || long >= 2 {
            table.lines.extend(own.iter().flat_map(|c| c.lines.iter().cloned()));
        } else if !own.is_empty() {
            table.lines.push(row_line(&own));
        }
    }
    if let Some(first) = table.lines.first() {
        let [x0, _, x1, _] = grid.bounds();
        let word = Word { x0, x1, y: top, size: first.size, table: Some(tables.len()), ..Word::default() };
        let at = rows.partition_point(|r| r.y < top + 1.0);
        rows.insert(at, Row { y: top + 1.0, words: vec![word] });
        tables.push(table);
    }
}

fn row_line(cells: &[&Cell]) -> TableLine {
    let lines = || cells.iter().flat_map(|c| c.lines.iter());
    TableLine {
        text: cells.iter().map(|c| c.text()).collect::<Vec<_>>().join(" | "),
        y: lines().map(|l| l.y).fold(f32::MAX, f32::min),
        y_last: lines().map(|l| l.y).fold(0.0, f32::max),
        x0: lines().map(|l| l.x0).fold(f32::MAX, f32::min),
        x1: lines().map(|l| l.x1).fold(0.0, f32::max),
        size: lines().map(|l| l.size).fold(0.0, f32::max),
        bold: lines().all(|l| l.bold),
        row: true,
    }
}
