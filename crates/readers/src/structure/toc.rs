//! The table of contents: lines with leaders and a page number, links to parts of the same file, and what stands
//! under "Sommaire".

use super::label::label_of;
use super::marks::{Mark, Style};
use super::rows::Row;
use super::words;
use contract::fold::fold;
use std::collections::{HashMap, HashSet};

/// Longest entry without leader, in bytes.
const LONGEST: usize = 140;

/// Marks the lines of tables of contents.
pub(crate) fn mark(rows: &[Row], marks: &mut [Mark]) {
    let mut keys: Option<Keys> = None;
    let mut open = false;
    for index in 0..rows.len() {
        let row = &rows[index];
        if matches!(marks[index], Mark::Running | Mark::Skip) {
            continue;
        }
        if is_title(row.text) {
            open = true;
            keys.get_or_insert_with(|| Keys::of(rows));
            marks[index] = Mark::Toc;
            continue;
        }
        let certain = has_leader(row.text) || is_anchor(row.text);
        open = certain || (open && is_entry(rows, marks, index, keys.as_ref()));
        if open {
            marks[index] = Mark::Toc;
            unwrap_entry(rows, marks, index);
            keys.iter_mut().for_each(|keys| keys.see(row.text));
        }
        open &= keys.is_some() || certain;
    }
}

/// The line before a line with leader belongs to the same entry when it has no number of its own.
fn unwrap_entry(rows: &[Row], marks: &mut [Mark], index: usize) {
    let Some(before) = index.checked_sub(1) else { return };
    let wraps = matches!(marks[before], Mark::Text | Mark::Lead | Mark::Item | Mark::Head(Style::Labelled(_)))
        && !rows[index].gap
        && label_of(rows[index].text).is_none()
        && label_of(rows[before].text).is_some()
        && rows[before].text.len() < LONGEST
        && !words::is_finished(rows[before].text);
    if wraps && before.checked_sub(1).is_none_or(|b| marks[b] == Mark::Toc) {
        marks[before] = Mark::Toc;
    }
}

fn is_title(text: &str) -> bool {
    if text.len() > 40 || !text.contains(['S', 's', 'T', 't']) || text.len() < 8 {
        return false;
    }
    let folded = fold(text);
    let plain = folded.trim_matches(|c: char| !c.is_ascii_alphabetic());
    matches!(plain, "sommaire" | "table des matieres" | "tables des matieres" | "table of contents")
}

/// "Objet ........ 12", "Objet … 12", "Objet . . . . 12".
fn has_leader(text: &str) -> bool {
    let body = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let page = text.len() - body.len();
    if page == 0 || page > 3 {
        return false;
    }
    let body = body.trim_end();
    let dots = body.chars().rev().take_while(|c| matches!(c, '.' | '…' | ' ' | '_' | '·' | '\u{a0}'));
    let weight: usize = dots.map(|c| if c == '…' { 3 } else { usize::from(c != ' ' && c != '\u{a0}') }).sum();
    weight >= 4 && body.chars().any(char::is_alphabetic)
}

/// "- [1. Objet](#objet)".
fn is_anchor(text: &str) -> bool {
    let Some(at) = text.find("](#") else { return false };
    let opens = text.trim_start_matches(|c: char| !c.is_alphabetic() && c != '[').starts_with('[');
    opens && text.ends_with(')') && !text[at..].trim_end_matches(')').contains(')')
}

/// "Objet     12" or "5.2 Objet 12".
fn ends_with_page(text: &str) -> bool {
    let body = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let page = text.len() - body.len();
    (1..=3).contains(&page)
        && body.ends_with([' ', '\t', '\u{a0}'])
        && body.chars().any(char::is_alphabetic)
        && !body.trim_end().ends_with(['°', ':'])
        && text.len() <= LONGEST
}

fn is_entry(rows: &[Row], marks: &[Mark], index: usize, keys: Option<&Keys>) -> bool {
    let text = rows[index].text;
    if text.len() > LONGEST {
        return false;
    }
    let next_leads = rows.get(index + 1).is_some_and(|next| has_leader(next.text) && !next.gap);
    if next_leads || ends_with_page(text) {
        return true;
    }
    let source_heading = matches!(marks[index], Mark::Head(Style::Level(_)));
    !source_heading && keys.is_some_and(|keys| keys.comes_again(text))
}

/// Words of short lines, to know whether an entry of the contents comes again in the body.
struct Keys<'t> {
    counts: HashMap<&'t str, usize>,
    seen: HashSet<&'t str>,
}

impl<'t> Keys<'t> {
    fn of(rows: &[Row<'t>]) -> Self {
        let mut counts = HashMap::new();
        for row in rows.iter().filter(|r| r.text.len() <= LONGEST) {
            *counts.entry(key(row.text)).or_insert(0) += 1;
        }
        Self { counts, seen: HashSet::new() }
    }

    fn see(&mut self, text: &'t str) {
        self.seen.insert(key(text));
    }

    fn comes_again(&self, text: &str) -> bool {
        let key = key(text);
        !self.seen.contains(key) && self.counts.get(key).is_some_and(|count| *count >= 2)
    }
}

/// The words of a short line without its label, page number and marks.
fn key(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::super::of_text;
    use contract::BlockKind;

    fn entries(text: &str) -> usize {
        of_text(text).1.iter().filter(|b| b.kind == BlockKind::TocEntry).count()
    }

    #[test]
    fn leaders_and_page_numbers_make_entries() {
        let text = "Table des matières\n\n1 Objet....... 4\n  1.1 Durée du marché ........5\n2 Prix       6\n\n1 Objet\n\nLe marché porte sur l'infogérance.\n";
        assert_eq!(entries(text), 4);
    }

    #[test]
    fn links_to_parts_of_the_file_are_entries() {
        assert_eq!(entries("- [1. Objet](#objet)\n- [Voir](https://exemple.fr)\n"), 1);
    }

    #[test]
    fn a_contents_without_pages_ends_where_the_text_begins() {
        let text = "SOMMAIRE\n\nArticle 1 - Objet\nArticle 2 - Durée\n\nArticle 1 - Objet\n\nLe contrat porte sur la maintenance.\n\nArticle 2 - Durée\n\nUn an.\n";
        assert_eq!(entries(text), 3);
    }

    #[test]
    fn blanks_to_fill_in_are_no_entries() {
        assert_eq!(entries("Nom : ..........................\nFait le ........ 2024\n"), 0);
    }
}
