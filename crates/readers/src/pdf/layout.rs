//! From what a page draws to its lines in reading order.

use super::glyphs::{Direction, Drawing, Glyph};
use super::order::{Orderer, Placed};
use super::rules::{Rule, merged, ruled};
use super::table::{Table, TableLine, extract, ladder_grids};
use super::words::rows;

/// Lays out a page of the given size in points. Text written in other directions than most comes last.
pub fn page(drawing: Drawing, width: f32, height: f32) -> Vec<Placed> {
    let mut parts: [Vec<Glyph>; 4] = Default::default();
    let mut slanted = String::new();
    for glyph in drawing.glyphs {
        match turned(glyph, width, height) {
            Some((part, glyph)) => parts[part].push(glyph),
            None => slanted.push(glyph.c),
        }
    }
    let main = (0..4).rev().max_by_key(|i| parts[*i].len()).unwrap_or(0);
    let lines: Vec<Rule> = drawing.rules.iter().map(|r| turned_rule(r, main, width, height)).collect();
    let mut out = upright(&parts[main], &lines);
    for (i, part) in parts.iter().enumerate() {
        if i != main && !part.is_empty() {
            out.extend(upright(part, &[]).into_iter().map(|p| Placed { part: 1_000 + i as u32, ..p }));
        }
    }
    if !slanted.trim().is_empty() {
        let text = slanted.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = TableLine { text, ..TableLine::default() };
        out.push(Placed { line, part: u32::MAX, ..Placed::default() });
    }
    out
}

fn upright(glyphs: &[Glyph], lines: &[Rule]) -> Vec<Placed> {
    let mut rows = rows(glyphs);
    let mut tables: Vec<Table> = Vec::new();
    if lines.len() >= 3 {
        let found = ruled(&merged(lines));
        extract(&mut rows, found.grids, &mut tables);
        let open = ladder_grids(&rows, found.ladders);
        extract(&mut rows, open, &mut tables);
    }
    let mut orderer = Orderer::new(&tables);
    orderer.place(rows, 0);
    orderer.out
}

/// The glyph in a frame in which its line runs to the right, and that frame's index.
fn turned(g: Glyph, width: f32, height: f32) -> Option<(usize, Glyph)> {
    let (frame, x, y) = match g.direction {
        Direction::Right => (0, g.x, g.y),
        Direction::Down => (1, g.y, width - g.x),
        Direction::Left => (2, width - g.x, height - g.y),
        Direction::Up => (3, height - g.y, g.x),
        Direction::Slanted => return None,
    };
    Some((frame, Glyph { x, y, ..g }))
}

fn turned_rule(rule: &Rule, frame: usize, width: f32, height: f32) -> Rule {
    let flip = |length: f32| Rule { from: length - rule.to, to: length - rule.from, ..*rule };
    match (frame, rule.horizontal) {
        (1, true) => Rule { horizontal: false, ..flip(width) },
        (1, false) => Rule { horizontal: true, at: width - rule.at, ..*rule },
        (2, true) => Rule { at: height - rule.at, ..flip(width) },
        (2, false) => Rule { at: width - rule.at, ..flip(height) },
        (3, true) => Rule { horizontal: false, at: height - rule.at, ..*rule },
        (3, false) => Rule { horizontal: true, ..flip(height) },
        _ => *rule,
    }
}
