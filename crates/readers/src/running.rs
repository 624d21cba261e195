//! Running headers, footers and page numbers: lines that come back at the same place on many pages.

use std::collections::HashMap;

use crate::lines::Line;

/// Lines looked at from the top and from the bottom of a page.
const DEPTH: usize = 6;

/// A line near the top or bottom of a page.
struct Candidate {
    page: usize,
    line: usize,
    numbers: Vec<u32>,
}

/// Marks the running lines of a document, given the lines of each page in reading order, and clears the gap
/// before the first line that is none. Works for points and for lines of plain text.
pub fn mark(pages: &mut [Vec<Line>]) {
    let written = pages.iter().filter(|p| !p.is_empty()).count();
    if written >= 2 {
        for from_bottom in [false, true] {
            for group in groups(pages, from_bottom).into_values() {
                if returns(&group, written) {
                    for candidate in group {
                        pages[candidate.page][candidate.line].running = true;
                    }
                }
            }
        }
    }
    for page in pages {
        if let Some(first) = page.iter_mut().find(|l| !l.running && !l.text.trim().is_empty()) {
            first.gap = 0.0;
        }
    }
}

/// Candidates by text without digits and by place.
fn groups(pages: &[Vec<Line>], from_bottom: bool) -> HashMap<(String, i32), Vec<Candidate>> {
    let mut groups: HashMap<(String, i32), Vec<Candidate>> = HashMap::new();
    for (page, lines) in pages.iter().enumerate() {
        for (rank, line) in outermost(lines, from_bottom) {
            let text = lines[line].text.trim();
            if text.is_empty() || text.chars().count() > 200 {
                continue;
            }
            let place = if lines[line].size > 0.0 { (lines[line].top / 4.0).round() as i32 } else { rank as i32 };
            let (key, numbers) = without_digits(text);
            for place in [place, place + 1] {
                let numbers = numbers.clone();
                groups.entry((key.clone(), place)).or_default().push(Candidate { page, line, numbers });
            }
        }
    }
    groups
}

/// Rank from the edge and index of the lines nearest to the top or bottom edge of a page.
fn outermost(lines: &[Line], from_bottom: bool) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    if lines.iter().all(|l| l.size > 0.0) {
        order.sort_by(|a, b| lines[*a].top.total_cmp(&lines[*b].top));
    }
    order.retain(|i| !lines[*i].text.trim().is_empty());
    if from_bottom {
        order.reverse();
    }
    order.into_iter().take(DEPTH).enumerate().collect()
}

fn without_digits(text: &str) -> (String, Vec<u32>) {
    let mut key = String::with_capacity(text.len());
    let mut numbers = Vec::new();
    let mut number: Option<u32> = None;
    for c in text.chars().chain([' ']) {
        if let Some(digit) = c.to_digit(10) {
            number = Some(number.unwrap_or(0).wrapping_mul(10).wrapping_add(digit));
            continue;
        }
        if let Some(done) = number.take() {
            numbers.push(done);
            key.push('#');
        }
        if !c.is_whitespace() {
            key.extend(c.to_lowercase());
        }
    }
    (key, numbers)
}

/// Whether a group is a running line: the same words on several pages, their numbers fixed or counting pages.
fn returns(group: &[Candidate], written: usize) -> bool {
    let mut on: Vec<usize> = group.iter().map(|c| c.page).collect();
    on.dedup();
    let enough = if written <= 3 { on.len() >= 2 } else { on.len() >= 3 && on.len() * 6 >= written };
    if !enough || on.len() < group.len() {
        return false;
    }
    let count = group.iter().map(|c| c.numbers.len()).max().unwrap_or(0);
    let mut counting = false;
    for i in 0..count {
        let fixed = agreement(group, |c| c.numbers.get(i).map(|n| i64::from(*n)));
        let counted = agreement(group, |c| c.numbers.get(i).map(|n| i64::from(*n) - c.page as i64));
        if fixed.max(counted) * 10 < group.len() * 8 {
            return false;
        }
        counting |= counted > fixed;
    }
    counting || written >= 3 || has_words(group)
}

/// Two pages alone prove little: a line repeated on both without a page number may be a title of two annexes.
fn has_words(group: &[Candidate]) -> bool {
    group.iter().all(|c| c.numbers.is_empty())
}

/// How many candidates share the commonest value.
fn agreement(group: &[Candidate], value: impl Fn(&Candidate) -> Option<i64>) -> usize {
    let mut counts: HashMap<i64, usize> = HashMap::new();
    for found in group.iter().filter_map(value) {
        *counts.entry(found).or_default() += 1;
    }
    counts.into_values().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(number: usize, body: &str) -> Vec<Line> {
        let line = |text: &str, top: f32| Line { text: text.into(), top, size: 10.0, ..Line::default() };
        vec![
            line("Contrat n° 2024-17", 30.0),
            line(&format!("Article {} – Objet {number}", number * 3), 80.0),
            line(body, 100.0),
            line(&format!("Page {number} sur 4"), 800.0),
        ]
    }

    #[test]
    fn header_and_page_number_are_running_and_headings_are_not() {
        let mut pages: Vec<_> = (1..=4).map(|n| page(n, &format!("texte {}", "a".repeat(n)))).collect();
        mark(&mut pages);
        for lines in &pages {
            let running: Vec<bool> = lines.iter().map(|l| l.running).collect();
            assert_eq!(running, [true, false, false, true]);
        }
    }

    #[test]
    fn plain_text_footers_are_found_from_the_bottom() {
        let text = |n: usize| {
            let mut lines: Vec<Line> = (0..5 + n)
                .map(|i| Line {
                    text: format!("phrase {} {}", "b".repeat(i), "c".repeat(n)),
                    top: i as f32,
                    ..Line::default()
                })
                .collect();
            lines.push(Line { text: format!("{n}"), top: (5 + n) as f32, ..Line::default() });
            lines
        };
        let mut pages: Vec<_> = (1..=5).map(text).collect();
        mark(&mut pages);
        assert!(pages.iter().all(|p| p.last().is_some_and(|l| l.running)));
        assert!(pages.iter().all(|p| p.iter().filter(|l| l.running).count() == 1));
    }

    #[test]
    fn a_single_page_has_no_running_line() {
        let mut pages = vec![page(1, "texte")];
        mark(&mut pages);
        assert!(pages[0].iter().all(|l| !l.running));
    }
}
