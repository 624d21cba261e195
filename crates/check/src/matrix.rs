//! Responsibility matrices: who owes stands in a column, "R" or "X" under the party's name, or the party's name under
//! "À la charge de".

use crate::parties::{Parties, Role};
use crate::segment::{Place, Segments};
use crate::tokens::Token;

/// Words of a column's title under which the party itself stands.
const BEARER: [&str; 7] = ["charge", "responsable", "responsabilite", "acteur", "porteur", "qui", "intervenant"];

/// Marks under a party's name that lay the task on it.
const MARKS: [&str; 6] = ["r", "ra", "ar", "x", "oui", "realise"];

/// Columns of a matrix at the most; a wider table is something else.
const MOST_COLUMNS: usize = 10;

/// The party on which a row's column lays the task, if its table is such a matrix.
pub(crate) fn column_role(segments: &Segments, parties: &Parties, unit: usize) -> Option<Role> {
    let here = &segments.units[unit];
    let columns = here.columns.filter(|c| here.place == Place::Row && *c != here.text)?;
    let (titles, row) = (cells(segments, columns), cells(segments, here.text));
    if titles.len() != row.len() || titles.len() > MOST_COLUMNS {
        return None;
    }
    let holder = |cell: &[Token]| single(parties, cell);
    let named: Vec<(usize, Role)> = titles.iter().enumerate().filter_map(|(i, c)| Some((i, holder(c)?))).collect();
    let sides = |role| named.iter().any(|(_, r)| *r == role);
    if sides(Role::Provider) && sides(Role::Client) {
        let marked = |cell: &[Token]| cell.len() <= 3 && cell.iter().any(|t| MARKS.contains(&segments.word(t)));
        let mut bearing = named.iter().filter(|(i, _)| marked(row[*i])).map(|(_, role)| *role);
        let first = bearing.next()?;
        return Some(if bearing.all(|role| role == first) { first } else { Role::Both });
    }
    let bearer = titles.iter().position(|c| c.iter().any(|t| BEARER.contains(&segments.word(t))))?;
    let cell = row[bearer];
    if cell.len() <= 4 { single(parties, cell) } else { None }
}

/// The one party that a cell names.
fn single(parties: &Parties, cell: &[Token]) -> Option<Role> {
    let mentions = parties.mentions(cell);
    let first = mentions.first()?.role;
    Some(if mentions.iter().all(|m| m.role == first) { first } else { Role::Both })
}

/// The tokens of a row, cell by cell; empty cells count.
fn cells(segments: &Segments, text: usize) -> Vec<&[Token]> {
    let text = &segments.texts[text];
    let folded = segments.folded[text.block].text();
    let mut out = Vec::new();
    let (mut from, mut start) = (0, 0);
    let bars = folded.bytes().enumerate().filter(|(_, b)| *b == b'|').map(|(at, _)| at);
    for bar in bars.chain([folded.len()]) {
        let end = from + text.tokens[from..].iter().take_while(|t| (t.start as usize) < bar).count();
        // A row written with bars at both ends has nothing before the first and after the last.
        let outside = folded[start..bar].trim().is_empty() && (start == 0 || bar == folded.len());
        if !outside {
            out.push(&text.tokens[from..end]);
        }
        (from, start) = (end, bar + 1);
    }
    out
}
