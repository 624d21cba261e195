//! White space between lines, measured against the document's own leading, and the final [`Line`]s.

use super::order::Placed;
use crate::lines::Line;

/// Leading assumed where a document has no running text to measure, in font sizes.
const USUAL_LEADING: f32 = 1.2;
/// Distance between baselines, in leadings, from which a paragraph ends.
const PARAGRAPH: f32 = 1.2;

/// Turns placed lines into [`Line`]s, page by page. The index is the page's place in the document, from 0.
pub fn lines(pages: Vec<(usize, Vec<Placed>)>) -> Vec<(usize, Vec<Line>)> {
    let mut all: Vec<f32> = pages.iter().flat_map(|(_, lines)| leadings(lines)).collect();
    let document = median(&mut all).unwrap_or(USUAL_LEADING);
    pages
        .into_iter()
        .map(|(index, placed)| {
            let mut own = leadings(&placed);
            let leading = if own.len() >= 6 { median(&mut own).unwrap_or(document) } else { document };
            (index, page_lines(index, placed, leading))
        })
        .collect()
}

/// Distances between lines of one sentence, in font sizes: the first line is full, the next goes on in lower case.
fn leadings(lines: &[Placed]) -> Vec<f32> {
    let mut out = Vec::new();
    for pair in lines.windows(2) {
        let (above, below) = (&pair[0], &pair[1]);
        let full = above.line.x1 >= above.edge - 0.15 * (above.edge - above.left);
        let goes_on = below.line.text.starts_with(char::is_lowercase);
        if above.part == below.part && full && goes_on && !above.line.row && !below.line.row {
            let ratio = (below.line.y - above.line.y_last) / below.line.size.max(0.1);
            if (0.9..2.6).contains(&ratio) {
                out.push(ratio);
            }
        }
    }
    out
}

fn median(values: &mut [f32]) -> Option<f32> {
    if values.is_empty() {
        return None;
    }
    let middle = values.len() / 2;
    Some(*values.select_nth_unstable_by(middle, f32::total_cmp).1)
}

fn page_lines(index: usize, placed: Vec<Placed>, leading: f32) -> Vec<Line> {
    let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
    let mut above: Option<(u32, f32, f32)> = None;
    let mut out = Vec::with_capacity(placed.len());
    for Placed { line, part, .. } in placed {
        let gap = above.filter(|a| a.0 == part).map_or(0.0, |(_, y, size)| {
            let usual = leading * size.max(line.size).max(0.1);
            let steps = (line.y - y) / usual;
            if steps > PARAGRAPH { (steps - 1.0).max(1.0) } else { 0.0 }
        });
        above = Some((part, line.y_last, line.size));
        out.push(Line {
            text: cleaned(line.text),
            page: number,
            indent: line.x0,
            right: line.x1,
            top: line.y - 0.8 * line.size,
            size: line.size,
            bold: line.bold,
            table_row: line.row,
            gap,
            running: part == u32::MAX,
        });
    }
    out
}

/// A soft hyphen that a file draws at the end of a line is a hyphen.
fn cleaned(mut text: String) -> String {
    if text.ends_with('\u{ad}') {
        text.pop();
        text.push('-');
    }
    text
}
