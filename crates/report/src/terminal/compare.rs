//! Several documents: a line each, then categories by documents.

use super::Page;
use super::paint::{clean, columns, fit, wrap};
use crate::Assessed;
use crate::summary::{self, Counts};
use crate::words::count;

const COLUMN: usize = 8;

/// A score; "?" tells that unreadable pages may hold some of its points.
fn percent(score: Option<u8>, unreadable: usize) -> String {
    let doubt = if unreadable > 0 { "?" } else { " " };
    score.map_or("– ".to_owned(), |score| format!("{score} %{doubt}"))
}

impl Page<'_> {
    pub(super) fn compare(&mut self, documents: &[Assessed<'_>]) {
        if documents.is_empty() {
            return;
        }
        let title = self.paint.bold(&count(documents.len(), "contrat", "contrats"));
        self.line(&title);
        self.lines(documents);
        self.title("Comparaison");
        let rows = self.rows(documents);
        let name = rows.iter().map(|row| columns(&row.0)).max().unwrap_or(0).min(self.width / 2);
        let many = ((self.width - name - 2) / COLUMN).max(1);
        for (part, from) in (0..documents.len()).step_by(many).enumerate() {
            if part > 0 {
                self.out.push('\n');
            }
            self.table(&rows, name, from, (from + many).min(documents.len()));
        }
        if documents.iter().any(|d| d.document.unreadable_pages().next().is_some()) {
            let hint = self.paint.dim("  ? : des pages illisibles peuvent contenir certains de ces points");
            self.line(&hint);
        }
    }

    fn lines(&mut self, documents: &[Assessed<'_>]) {
        let longest = documents.iter().map(|d| columns(d.file)).max().unwrap_or(0).min(self.width / 3);
        for (at, assessed) in documents.iter().enumerate() {
            let counts = Counts::of(&assessed.assessment.verdicts);
            let score = summary::score(&assessed.assessment.verdicts).map_or("–".to_owned(), |s| format!("{s} %"));
            let mut facts =
                vec![count(counts.blocking, "bloquant", "bloquants"), count(counts.gaps(), "manque", "manques")];
            let unreadable = assessed.document.unreadable_pages().count();
            if unreadable > 0 {
                facts.push(count(unreadable, "page illisible", "pages illisibles"));
            }
            let first = format!("  [{}] {}  {score:>5}  ", at + 1, fit(&clean(assessed.file), longest));
            let indent = columns(&first);
            let profile = assessed.assessment.profile.name();
            if indent + columns(&facts.join(", ")) + 2 + columns(profile) <= self.width {
                facts.push(profile.to_owned());
            }
            let wrapped = wrap(&facts.join(", "), self.width, indent, &first, &" ".repeat(indent));
            self.out.push_str(&wrapped);
        }
    }

    /// A row's name and its cell for each document.
    fn rows(&self, documents: &[Assessed<'_>]) -> Vec<(String, Vec<String>)> {
        let mut rows: Vec<(String, Vec<String>)> = Vec::new();
        for (at, assessed) in documents.iter().enumerate() {
            for category in summary::categories(self.catalogue, assessed.assessment) {
                let title = clean(category.title);
                let row = match rows.iter().position(|row| row.0 == title) {
                    Some(row) => row,
                    None => {
                        rows.push((title, vec!["– ".to_owned(); documents.len()]));
                        rows.len() - 1
                    }
                };
                rows[row].1[at] = percent(category.score, category.counts.not_readable);
            }
        }
        let totals = documents.iter().map(|d| {
            let verdicts = &d.assessment.verdicts;
            percent(summary::score(verdicts), Counts::of(verdicts).not_readable)
        });
        rows.push(("Ensemble".to_owned(), totals.collect()));
        let blocking = documents.iter().map(|d| Counts::of(&d.assessment.verdicts).blocking).map(|n| format!("{n} "));
        rows.push(("Manques bloquants".to_owned(), blocking.collect()));
        rows
    }

    fn table(&mut self, rows: &[(String, Vec<String>)], name: usize, from: usize, to: usize) {
        let heads: String = (from..to).map(|at| format!("{:>COLUMN$}", format!("[{}]", at + 1))).collect();
        let heads = self.paint.bold(&format!("  {}{heads}", " ".repeat(name)));
        self.line(&heads);
        for (title, cells) in rows {
            let cells: String = cells[from..to].iter().map(|cell| format!("{cell:>COLUMN$}")).collect();
            self.line(format!("  {}{cells}", fit(title, name)).trim_end());
        }
    }
}
