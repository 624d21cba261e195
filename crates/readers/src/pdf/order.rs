//! Reading order: columns of text are read one after the other, tables and everything else row by row.

use super::open_table;
use super::table::{Table, TableLine};
use super::words::{Row, Word};

/// A line in reading order. Lengths are points.
#[derive(Debug, Clone, Default)]
pub struct Placed {
    /// Text and geometry.
    pub line: TableLine,
    /// Number of the column or page part it stands in; the white space above a line counts only within one.
    pub part: u32,
    /// Left edge of its page part.
    pub left: f32,
    /// Right edge of its page part.
    pub edge: f32,
}

/// White space between two parts that run beside each other for several rows.
#[derive(Debug, Clone, Copy)]
pub struct Gutter {
    /// Left end of the white space.
    pub a: f32,
    /// Right end of the white space.
    pub b: f32,
    /// First row.
    pub from: usize,
    /// One past the last row.
    pub to: usize,
    /// Rows with text on both sides.
    pub both: usize,
    /// Rows with text on the left.
    pub left: usize,
    /// Rows with text on the right.
    pub right: usize,
}

/// Puts rows in reading order.
pub struct Orderer<'t> {
    tables: &'t [Table],
    /// Lines in reading order.
    pub out: Vec<Placed>,
    part: u32,
    /// How far the present column is moved to the left so that indents of all columns compare.
    shift: f32,
}

impl<'t> Orderer<'t> {
    /// An orderer for a page with these tables.
    pub fn new(tables: &'t [Table]) -> Self {
        Self { tables, out: Vec::new(), part: 0, shift: 0.0 }
    }

    /// Appends the rows of a page or page part.
    pub fn place(&mut self, rows: Vec<Row>, depth: usize) {
        if rows.is_empty() {
            return;
        }
        let found = if depth < 6 { columns(&rows) } else { None };
        let Some(gutter) = found else {
            self.place_rows(rows);
            return;
        };
        let mut rest = rows;
        let after = rest.split_off(gutter.to);
        let beside = rest.split_off(gutter.from);
        self.place(rest, depth + 1);
        let (left, right) = split(beside, gutter.b);
        let edge = |rows: &[Row]| rows.iter().map(Row::x0).fold(f32::MAX, f32::min);
        let step = edge(&right) - edge(&left);
        self.place(left, depth + 1);
        self.part += 1;
        self.shift += step;
        self.place(right, depth + 1);
        self.shift -= step;
        self.part += 1;
        self.place(after, depth + 1);
    }

    fn place_rows(&mut self, rows: Vec<Row>) {
        self.part += 1;
        let left = rows.iter().map(Row::x0).fold(f32::MAX, f32::min);
        let edge = rows.iter().map(Row::x1).fold(0.0, f32::max);
        let start = self.out.len();
        self.with_open_tables(rows);
        for placed in &mut self.out[start..] {
            placed.left = left - self.shift;
            placed.edge = edge - self.shift;
        }
    }

    fn with_open_tables(&mut self, rows: Vec<Row>) {
        let Some(found) = open_table::find(&rows) else {
            self.plain(rows);
            return;
        };
        let mut before = rows;
        let after = before.split_off(found.to);
        let inside = before.split_off(found.from);
        self.with_open_tables(before);
        for line in open_table::lines(inside, &found) {
            self.push(line);
        }
        self.with_open_tables(after);
    }

    fn plain(&mut self, rows: Vec<Row>) {
        for row in rows {
            let mut words = row.words;
            if let Some(index) = words.iter().find_map(|w| w.table) {
                words.retain(|w| w.table.is_none());
                if !words.is_empty() {
                    self.push(line_of(&words, row.y));
                }
                for line in self.tables.get(index).map(|t| t.lines.clone()).unwrap_or_default() {
                    self.push(line);
                }
                continue;
            }
            self.push(line_of(&words, row.y));
        }
    }

    fn push(&mut self, mut line: TableLine) {
        line.x0 -= self.shift;
        line.x1 -= self.shift;
        self.out.push(Placed { line, part: self.part, ..Placed::default() });
    }
}

/// The words of a row as one line; wide white space is kept as three spaces.
pub fn line_of(words: &[Word], y: f32) -> TableLine {
    let mut line = TableLine { y, y_last: y, bold: true, ..TableLine::default() };
    line.x0 = words.first().map_or(0.0, |w| w.x0);
    let mut right = f32::MIN;
    let mut widest = 0.0;
    for word in words {
        if !line.text.is_empty() && !word.glued {
            let wide = word.x0 - right > 2.0 * word.size;
            match word.space {
                Some(own) => line.text.push(own),
                None => line.text.push_str(if wide { "   " } else { " " }),
            }
        }
        line.text.push_str(&word.text);
        right = right.max(word.x1);
        line.bold &= word.bold || !word.text.chars().any(char::is_alphanumeric);
        if word.x1 - word.x0 > widest {
            widest = word.x1 - word.x0;
            line.size = word.size;
        }
    }
    line.x1 = right;
    line
}

/// Splits rows at `x`.
pub fn split(rows: Vec<Row>, x: f32) -> (Vec<Row>, Vec<Row>) {
    let mut left = Vec::new();
    let mut right = Vec::new();
    for row in rows {
        let at = row.words.partition_point(|w| w.x0 < x - 0.5);
        let mut words = row.words;
        let tail = words.split_off(at);
        if !words.is_empty() {
            left.push(Row { y: row.y, words });
        }
        if !tail.is_empty() {
            right.push(Row { y: row.y, words: tail });
        }
    }
    (left, right)
}

/// Every gutter of the rows at least `width` wide; it ends where rows are more than `reach` apart (both in font
/// sizes).
pub fn gutters(rows: &[Row], width: f32, reach: f32) -> Vec<Gutter> {
    let mut found: Vec<Gutter> = Vec::new();
    let consider = |at: usize, a: f32, b: f32, size: f32, found: &mut Vec<Gutter>| {
        let known = found.iter().any(|g| g.from <= at && at < g.to && a.max(g.a) <= b.min(g.b) - 0.3 * size);
        if !known && found.len() < 300 {
            found.push(extend(rows, at, (a, b), width * size, reach));
        }
    };
    for (i, row) in rows.iter().enumerate() {
        for pair in row.words.windows(2) {
            let size = pair[0].size.min(pair[1].size);
            if pair[1].x0 - pair[0].x1 >= width * size && pair[0].table.or(pair[1].table).is_none() {
                consider(i, pair[0].x1, pair[1].x0, size, &mut found);
            }
        }
    }
    let left = rows.iter().map(Row::x0).fold(f32::MAX, f32::min);
    let right = rows.iter().map(Row::x1).fold(0.0, f32::max);
    for (i, row) in rows.iter().enumerate() {
        let (x, size) = (row.x0(), row.size());
        let far = x > left + 0.25 * (right - left);
        if far && rows.iter().filter(|r| (r.x0() - x).abs() <= 1.0).count() >= 4 {
            consider(i, x - (width + 0.05) * size, x, size, &mut found);
        }
    }
    found
}

/// Follows white space upwards and downwards from a row.
fn extend(rows: &[Row], at: usize, (a, b): (f32, f32), least: f32, reach: f32) -> Gutter {
    let mut g = Gutter { a, b, from: at, to: at, both: 0, left: 0, right: 0 };
    let down: Vec<usize> = (at..rows.len()).collect();
    let up: Vec<usize> = (0..at).rev().collect();
    for path in [down, up] {
        let mut before = at;
        for i in path {
            if (rows[i].y - rows[before].y).abs() > reach * rows[i].size().max(rows[before].size()) {
                break;
            }
            before = i;
            let Some((a, b)) = free(&rows[i], g.a, g.b, least) else { break };
            (g.a, g.b) = (a, b);
            g.from = g.from.min(i);
            g.to = g.to.max(i + 1);
        }
    }
    count_sides(rows, &mut g);
    g
}

fn count_sides(rows: &[Row], g: &mut Gutter) {
    (g.both, g.left, g.right) = (0, 0, 0);
    for row in &rows[g.from..g.to] {
        let left = row.words.first().is_some_and(|w| w.x0 < g.a);
        let right = row.words.last().is_some_and(|w| w.x1 > g.b);
        g.left += usize::from(left);
        g.right += usize::from(right);
        g.both += usize::from(left && right);
    }
}

/// The part of the white space between `a` and `b` that the row leaves free.
fn free(row: &Row, mut a: f32, mut b: f32, least: f32) -> Option<(f32, f32)> {
    for word in &row.words {
        if word.x1 <= a || word.x0 >= b {
            continue;
        }
        if word.x0 - a >= b - word.x1 {
            b = b.min(word.x0);
        } else {
            a = a.max(word.x1);
        }
        if b - a < least * 0.98 {
            return None;
        }
    }
    Some((a, b))
}

/// The best gutter between columns of running text.
fn columns(rows: &[Row]) -> Option<Gutter> {
    gutters(rows, 0.7, 12.0).into_iter().filter_map(|g| trimmed(rows, g)).filter(|g| are_columns(rows, g)).max_by(
        |a, b| {
            let score = |g: &Gutter| g.left.min(g.right) as f32 + 0.01 * (g.b - g.a);
            score(a).total_cmp(&score(b))
        },
    )
}

/// Leaves out first and last rows that stand well apart (running headers and footers).
fn trimmed(rows: &[Row], mut g: Gutter) -> Option<Gutter> {
    let step = |i: usize| rows[i + 1].y - rows[i].y;
    let far = |i: usize| step(i) > 2.4 * rows[i].size().max(rows[i + 1].size());
    for _ in 0..3 {
        if let Some(i) = (g.from..(g.from + 3).min(g.to.saturating_sub(1))).rev().find(|i| far(*i)) {
            g.from = i + 1;
        }
        let last = g.to.saturating_sub(1);
        if let Some(i) = (last.saturating_sub(3).max(g.from)..last).find(|i| far(*i)) {
            g.to = i + 1;
        }
    }
    count_sides(rows, &mut g);
    (g.left >= 4 && g.right >= 4).then_some(g)
}

/// How a side of a gutter is filled.
struct Side {
    width: f32,
    /// Mean share of the width that its lines take.
    fill: f32,
    /// Mean words a line.
    words: f32,
}

fn side(rows: &[Row], keep: impl Fn(&Word) -> bool) -> Side {
    let mut lines: Vec<(f32, f32, usize)> = Vec::new();
    for row in rows {
        let mut words = row.words.iter().filter(|w| keep(w));
        let Some(first) = words.next() else { continue };
        let (mut right, mut count) = (first.x1, 1);
        for word in words {
            right = right.max(word.x1);
            count += 1;
        }
        let count = if first.table.is_some() { 8 } else { count };
        lines.push((first.x0, right, count));
    }
    let x0 = lines.iter().map(|l| l.0).fold(f32::MAX, f32::min);
    let x1 = lines.iter().map(|l| l.1).fold(0.0, f32::max);
    let width = (x1 - x0).max(0.1);
    let count = lines.len().max(1) as f32;
    Side {
        width,
        fill: lines.iter().map(|l| (l.1 - x0) / width).sum::<f32>() / count,
        words: lines.iter().map(|l| l.2 as f32).sum::<f32>() / count,
    }
}

fn are_columns(rows: &[Row], g: &Gutter) -> bool {
    let rows = &rows[g.from..g.to];
    let left = side(rows, |w| w.x0 < g.a);
    let right = side(rows, |w| w.x0 >= g.b - 0.5);
    let ratio = left.width / right.width;
    let size = rows.iter().map(Row::size).fold(0.0, f32::max);
    (0.3..3.4).contains(&ratio)
        && left.width.min(right.width) > 7.0 * size
        && left.fill.min(right.fill) > 0.55
        && left.words.min(right.words) > 2.4
        && !aligned_groups(rows, g)
}

/// Whether white space often parts the rows at the same height on both sides: rows of a table.
fn aligned_groups(rows: &[Row], g: &Gutter) -> bool {
    let mut steps: Vec<f32> = rows.windows(2).map(|p| p[1].y - p[0].y).filter(|d| *d > 1.0).collect();
    if steps.len() < 5 || g.both * 10 < g.left.max(g.right) * 4 {
        return false;
    }
    let third = steps.len() / 3;
    let (_, leading, _) = steps.select_nth_unstable_by(third, f32::total_cmp);
    let leading = *leading;
    let mut starts = 0;
    let mut on_both = 0;
    for pair in rows.windows(2) {
        if pair[1].y - pair[0].y > 1.3 * leading {
            starts += 1;
            let row = &pair[1].words;
            on_both += usize::from(row.first().is_some_and(|w| w.x0 < g.a) && row.last().is_some_and(|w| w.x1 > g.b));
        }
    }
    starts >= 2 && on_both * 10 >= starts * 8 && rows.len() < 7 * (starts + 1)
}
