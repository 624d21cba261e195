//! Ruling lines: merged into long lines, then into the grids of tables.

/// Distance at which two line ends touch, in points.
const TOUCH: f32 = 2.5;
/// Most merged lines from which grids are sought; drawings have more.
const MOST_LINES: usize = 1_200;

/// A horizontal or vertical line, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// Whether it runs from left to right.
    pub horizontal: bool,
    /// Its constant coordinate: y of a horizontal line, x of a vertical one.
    pub at: f32,
    /// Lower end of its extent.
    pub from: f32,
    /// Upper end of its extent.
    pub to: f32,
    /// Whether it is only the edge of a coloured area.
    pub weak: bool,
}

impl Rule {
    /// A line from `x0` to `x1` at height `y`.
    pub fn horizontal(y: f64, x0: f64, x1: f64, weak: bool) -> Self {
        Self { horizontal: true, at: y as f32, from: x0.min(x1) as f32, to: x0.max(x1) as f32, weak }
    }

    /// A line from `y0` to `y1` at `x`.
    pub fn vertical(x: f64, y0: f64, y1: f64, weak: bool) -> Self {
        Self { horizontal: false, at: x as f32, from: y0.min(y1) as f32, to: y0.max(y1) as f32, weak }
    }

    fn crosses(&self, other: &Rule) -> bool {
        self.horizontal != other.horizontal
            && (other.from - TOUCH..=other.to + TOUCH).contains(&self.at)
            && (self.from - TOUCH..=self.to + TOUCH).contains(&other.at)
    }

    fn covers(&self, from: f32, to: f32) -> f32 {
        (self.to.min(to) - self.from.max(from)).max(0.0)
    }
}

/// The lattice of a table: row and column limits, and which limits are really drawn.
#[derive(Debug, Clone)]
pub struct Grid {
    /// Column limits from left to right, at least 2.
    pub xs: Vec<f32>,
    /// Row limits from top to bottom, at least 2.
    pub ys: Vec<f32>,
    lines: Vec<Rule>,
}

impl Grid {
    /// Left, top, right, bottom.
    pub fn bounds(&self) -> [f32; 4] {
        let first = |v: &[f32]| v.first().copied().unwrap_or_default();
        let last = |v: &[f32]| v.last().copied().unwrap_or_default();
        [first(&self.xs), first(&self.ys), last(&self.xs), last(&self.ys)]
    }

    /// Whether a line is drawn between rows `row` and `row + 1` within a column.
    pub fn ruled_below(&self, row: usize, column: usize) -> bool {
        let (Some(&y), Some(&x0), Some(&x1)) = (self.ys.get(row + 1), self.xs.get(column), self.xs.get(column + 1))
        else {
            return true;
        };
        self.drawn(true, y, x0, x1)
    }

    /// Whether a line is drawn between columns `column` and `column + 1` within a row.
    pub fn ruled_right(&self, row: usize, column: usize) -> bool {
        let (Some(&x), Some(&y0), Some(&y1)) = (self.xs.get(column + 1), self.ys.get(row), self.ys.get(row + 1)) else {
            return true;
        };
        self.drawn(false, x, y0, y1)
    }

    fn drawn(&self, horizontal: bool, at: f32, from: f32, to: f32) -> bool {
        let near = self.lines.iter().filter(|l| l.horizontal == horizontal && (l.at - at).abs() <= 3.0);
        near.map(|l| l.covers(from, to)).sum::<f32>() >= 0.6 * (to - from)
    }

    /// A grid whose column limits were found by other means; all its lines count as drawn.
    pub fn from_limits(xs: Vec<f32>, ys: Vec<f32>) -> Self {
        let span = |v: &[f32]| (v.first().copied().unwrap_or(0.0), v.last().copied().unwrap_or(0.0));
        let ((x0, x1), (y0, y1)) = (span(&xs), span(&ys));
        let mut lines: Vec<Rule> =
            xs.iter().map(|x| Rule::vertical((*x).into(), y0.into(), y1.into(), false)).collect();
        lines.extend(ys.iter().map(|y| Rule::horizontal((*y).into(), x0.into(), x1.into(), false)));
        Self { xs, ys, lines }
    }
}

/// Joins pieces of the same line.
pub fn merged(rules: &[Rule]) -> Vec<Rule> {
    let mut sorted = rules.to_vec();
    sorted.sort_by(|a, b| b.horizontal.cmp(&a.horizontal).then(a.at.total_cmp(&b.at)).then(a.from.total_cmp(&b.from)));
    let mut out: Vec<Rule> = Vec::new();
    for rule in sorted {
        let joined =
            out.iter_mut().rev().take_while(|last| last.horizontal == rule.horizontal && rule.at - last.at <= 1.2);
        let mut partner = None;
        for last in joined {
            if rule.from <= last.to + TOUCH && last.from <= rule.to + TOUCH {
                partner = Some(last);
                break;
            }
        }
        match partner {
            Some(last) => {
                last.from = last.from.min(rule.from);
                last.to = last.to.max(rule.to);
                last.weak &= rule.weak;
            }
            None => out.push(rule),
        }
    }
    out
}

/// What ruling lines draw.
#[derive(Debug, Default)]
pub struct Ruled {
    /// Lattices with at least two columns.
    pub grids: Vec<Grid>,
    /// Stacks of at least three horizontal lines of the same extent, with no line between columns.
    pub ladders: Vec<Vec<Rule>>,
}

/// Grids from lines that touch each other, and ladders from the others.
pub fn ruled(lines: &[Rule]) -> Ruled {
    let mut out = Ruled::default();
    if lines.len() > MOST_LINES || lines.len() < 3 {
        return out;
    }
    for part in touching(lines) {
        let (xs, ys) = part_limits(&part);
        if xs.len() >= 3 && ys.len() >= 2 {
            out.grids.push(Grid { xs, ys, lines: part });
        } else if let ([x0, x1], true) = (xs.as_slice(), ys.len() >= 3) {
            let rung = |y: &f32| Rule::horizontal((*y).into(), (*x0).into(), (*x1).into(), false);
            out.ladders.push(ys.iter().map(rung).collect());
        }
    }
    out.ladders.extend(ladders(lines));
    out
}

/// Lines in groups that touch each other; every group has lines of both directions.
fn touching(lines: &[Rule]) -> Vec<Vec<Rule>> {
    let mut group: Vec<usize> = (0..lines.len()).collect();
    for (i, line) in lines.iter().enumerate() {
        for (j, other) in lines.iter().enumerate().skip(i + 1) {
            if line.crosses(other) {
                let (a, b) = (root(&group, i), root(&group, j));
                group[a.max(b)] = a.min(b);
            }
        }
    }
    let mut parts: std::collections::BTreeMap<usize, Vec<Rule>> = std::collections::BTreeMap::new();
    for (i, line) in lines.iter().enumerate() {
        parts.entry(root(&group, i)).or_default().push(*line);
    }
    parts.retain(|_, part| part.iter().any(|l| l.horizontal) && part.iter().any(|l| !l.horizontal));
    parts.into_values().collect()
}

fn root(group: &[usize], mut i: usize) -> usize {
    while group[i] != i {
        i = group[i];
    }
    i
}

fn part_limits(lines: &[Rule]) -> (Vec<f32>, Vec<f32>) {
    let (mut xs, mut ys) = (Vec::new(), Vec::new());
    for line in lines {
        let (own, across) = if line.horizontal { (&mut ys, &mut xs) } else { (&mut xs, &mut ys) };
        own.push(line.at);
        if !line.weak {
            across.extend([line.from, line.to]);
        }
    }
    (limits(xs), limits(ys))
}

/// Sorted values, those closer than 5 points taken as one.
fn limits(mut values: Vec<f32>) -> Vec<f32> {
    values.sort_by(f32::total_cmp);
    let mut out: Vec<f32> = Vec::new();
    for value in values {
        if out.last().is_none_or(|last| value - last > 5.0) {
            out.push(value);
        }
    }
    out
}

/// Stacks of at least three horizontal lines of the same extent that touch no vertical line.
fn ladders(lines: &[Rule]) -> Vec<Vec<Rule>> {
    let mut stacks: Vec<Vec<Rule>> = Vec::new();
    for line in lines.iter().filter(|l| l.horizontal && l.to - l.from >= 120.0) {
        if lines.iter().any(|other| line.crosses(other)) {
            continue;
        }
        let same = stacks.iter_mut().find(|stack| {
            stack.last().is_some_and(|l| (l.from - line.from).abs() <= 4.0 && (l.to - line.to).abs() <= 4.0)
        });
        match same {
            Some(stack) => stack.push(*line),
            None => stacks.push(vec![*line]),
        }
    }
    stacks.retain(|stack| stack.len() >= 3);
    stacks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_border_become_one_line() {
        let pieces = [Rule::horizontal(10.0, 0.0, 50.0, false), Rule::horizontal(10.3, 51.0, 90.0, false)];
        let lines = merged(&pieces);
        assert_eq!(lines.len(), 1);
        assert_eq!((lines[0].from, lines[0].to), (0.0, 90.0));
    }

    #[test]
    fn crossing_lines_make_a_grid_and_a_box_alone_does_not() {
        let mut lines: Vec<Rule> = [0.0, 20.0, 40.0].iter().map(|y| Rule::horizontal(*y, 0.0, 100.0, false)).collect();
        lines.extend([0.0, 100.0].iter().map(|x| Rule::vertical(*x, 0.0, 40.0, false)));
        let boxed = ruled(&lines);
        assert!(boxed.grids.is_empty());
        assert_eq!(boxed.ladders.len(), 1);
        lines.push(Rule::vertical(30.0, 0.0, 20.0, false));
        let found = ruled(&lines).grids;
        assert_eq!((found[0].xs.len(), found[0].ys.len()), (3, 3));
        assert!(found[0].ruled_right(0, 0) && !found[0].ruled_right(1, 0));
    }
}
