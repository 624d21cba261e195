//! Several documents side by side, and the files that could not be read.

use super::escape::{html, prose};
use crate::summary::{self, Counts};
use crate::words::count;
use crate::{Assessed, Report};

/// The section that opens a page of several documents.
pub(super) fn section(report: &Report<'_>) -> String {
    let several = report.documents.len() != 1;
    let mut out = String::from("<section class=\"compare\" id=\"comparaison\" aria-label=\"Comparaison\">\n");
    if several {
        out.push_str(&format!(
            "<p class=\"brand\">Clausule</p>\n<h1>{}</h1>\n",
            match report.documents.len() {
                0 => "Aucun contrat lu".to_owned(),
                n => format!("Comparaison de {n} contrats"),
            }
        ));
    }
    if several && !report.documents.is_empty() {
        out.push_str(&table(report));
    }
    out.push_str(&failures(report));
    out.push_str("</section>\n");
    out
}

fn failures(report: &Report<'_>) -> String {
    if report.failures.is_empty() {
        return String::new();
    }
    let items: String = report
        .failures
        .iter()
        .map(|failure| format!("<li><b>{}</b>\u{202f}: {}</li>\n", html(failure.file), prose(failure.message)))
        .collect();
    let title = count(report.failures.len(), "fichier n’a pas pu être lu", "fichiers n’ont pas pu être lus");
    format!(
        "<div class=\"card notices\"><h2><span aria-hidden=\"true\">⚠ </span>{title}</h2>\n<ul>\n{items}</ul></div>\n"
    )
}

fn table(report: &Report<'_>) -> String {
    let heads: String = report
        .documents
        .iter()
        .enumerate()
        .map(|(at, one)| {
            format!(
                "<th scope=\"col\"><a href=\"#d{}\">{}</a><span class=\"facts\">{}</span></th>",
                at + 1,
                html(one.file),
                prose(one.assessment.profile.label())
            )
        })
        .collect();
    format!(
        "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Tableau de comparaison\">\n\
         <table class=\"comparison\"><thead><tr><td></td>{heads}</tr></thead>\n<tbody>\n{}{}</tbody></table></div>\n",
        totals(report.documents),
        rows(report)
    )
}

fn totals(documents: &[Assessed<'_>]) -> String {
    let row = |name: &str, class: &str, cell: &dyn Fn(&Assessed<'_>) -> String| {
        let cells: String = documents.iter().map(cell).collect();
        format!("<tr class=\"{class}\"><th scope=\"row\">{name}</th>{cells}</tr>\n")
    };
    let plain = |n: usize| format!("<td class=\"figure\">{n}</td>");
    let counts = |one: &Assessed<'_>| Counts::of(&one.assessment.verdicts);
    let score = |one: &Assessed<'_>| summary::score(&one.assessment.verdicts);
    let mut out = row("Ensemble", "total", &|one| cell(score(one), counts(one).not_readable));
    out.push_str(&row("Manques bloquants", "", &|one| plain(counts(one).blocking)));
    out.push_str(&row("Manques en tout", "", &|one| plain(counts(one).gaps())));
    out.push_str(&row("Pages illisibles", "last", &|one| plain(one.document.unreadable_pages().count())));
    out
}

fn rows(report: &Report<'_>) -> String {
    let documents: Vec<_> =
        report.documents.iter().map(|one| summary::categories(report.catalogue, one.assessment)).collect();
    let mut names: Vec<(&str, &str)> = Vec::new();
    for category in documents.iter().flatten() {
        if category.score.is_some() && !names.iter().any(|name| name.0 == category.code) {
            names.push((category.code, category.title));
        }
    }
    names
        .iter()
        .map(|(code, title)| {
            let cells: String = documents
                .iter()
                .map(|categories| match categories.iter().find(|category| category.code == *code) {
                    Some(category) => cell(category.score, category.counts.not_readable),
                    None => cell(None, 0),
                })
                .collect();
            format!("<tr><th scope=\"row\">{}</th>{cells}</tr>\n", prose(title))
        })
        .collect()
}

/// A score and its bar; points that unreadable pages may hold are told, lest 0 % be read as silence.
fn cell(score: Option<u8>, unreadable: usize) -> String {
    let Some(score) = score else { return "<td class=\"figure none\">sans objet</td>".to_owned() };
    let blank = match unreadable {
        0 => String::new(),
        n => format!(" <span class=\"blank v-unreadable\">? {}</span>", count(n, "illisible", "illisibles")),
    };
    format!("<td class=\"figure\">{score}\u{202f}%{blank}{}</td>", super::overview::bar(score))
}
