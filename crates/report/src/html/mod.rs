//! One self-contained HTML page: no script, no request, every word of the contract escaped.

mod compare;
mod contract;
pub(crate) mod escape;
mod marks;
mod overview;
pub mod parts;
mod provider;
mod verdicts;

use crate::words::format_name;
use crate::{Assessed, Report, words};
use ::contract::Verdict;
use escape::{html, prose};

/// The whole report as one page.
pub fn render(report: &Report<'_>) -> String {
    let several = report.documents.len() != 1;
    let mut body = String::new();
    let mut styles = String::new();
    if several || !report.failures.is_empty() {
        body.push_str(&compare::section(report));
    }
    for (at, assessed) in report.documents.iter().enumerate() {
        let prefix = if several { format!("d{}-", at + 1) } else { String::new() };
        let (section, style) = document(report, assessed, &prefix, if several { 2 } else { 1 });
        body.push_str(&section);
        styles.push_str(&style);
    }
    let title = match report.documents {
        [one] => one.file.to_owned(),
        several => words::count(several.len(), "contrat", "contrats"),
    };
    let skips = match (several, report.documents.is_empty()) {
        (_, true) => String::new(),
        (false, _) => skip_links(""),
        (true, _) => skip_to_documents(report.documents),
    };
    format!(
        "<!doctype html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>{} – Clausule</title>\n<style>\n{}{styles}</style>\n</head>\n\
         <body class=\"{}\">\n{skips}<main>\n{body}</main>\n</body>\n</html>\n",
        html(&title),
        STYLE,
        if several { "many" } else { "one" },
    )
}

/// The style sheet of the page.
pub const STYLE: &str = concat!(
    include_str!("style/base.css"),
    include_str!("style/panel.css"),
    include_str!("style/contract.css"),
    include_str!("style/media.css")
);

fn skip_links(prefix: &str) -> String {
    let links = [("synthese", "Aller à la synthèse"), ("points", "Aller aux points"), ("contrat", "Aller au contrat")];
    let links: String = links.iter().map(|(to, text)| format!("<a href=\"#{prefix}{to}\">{text}</a> ")).collect();
    format!("<nav class=\"skip\" aria-label=\"Accès rapide\">{links}</nav>\n")
}

fn skip_to_documents(documents: &[Assessed<'_>]) -> String {
    let links: String = documents
        .iter()
        .enumerate()
        .map(|(at, one)| format!("<a href=\"#d{}\">Aller à {}</a> ", at + 1, html(one.file)))
        .collect();
    format!("<nav class=\"skip\" aria-label=\"Accès rapide\">{links}</nav>\n")
}

/// A document's section and the style rules its highlights need; its own headings begin at `level`.
fn document(report: &Report<'_>, assessed: &Assessed<'_>, prefix: &str, level: usize) -> (String, String) {
    let drawn = contract::draw(report.catalogue, assessed, prefix, level + 2);
    let context = verdicts::Context {
        catalogue: report.catalogue,
        prefix,
        level,
        shown: &drawn.shown,
        base: "",
        after: &|_| String::new(),
        apart: "",
    };
    let id = if prefix.is_empty() { "d1" } else { prefix.trim_end_matches('-') };
    let section = format!(
        "<article class=\"doc\" id=\"{id}\" aria-labelledby=\"{id}-nom\">\n{}\
         <section class=\"panel\" tabindex=\"0\" aria-label=\"Verdicts\">\n{}{}{}</section>\n{}</article>\n",
        header(assessed, prefix, id, level),
        overview::sections(&context, assessed),
        verdicts::section(&context, assessed),
        FOOTER,
        contract::pane(assessed.file, &drawn, prefix, level + 1),
    );
    (section, drawn.style)
}

const FOOTER: &str = "<p class=\"foot\">Rapport établi par Clausule sur cette machine, sans envoi de données. \
    Il aide à lire et à négocier\u{202f}; il ne remplace pas le conseil d’un juriste.</p>\n";

fn header(assessed: &Assessed<'_>, prefix: &str, id: &str, level: usize) -> String {
    let Assessed { file, document, assessment } = *assessed;
    let mut facts = vec![format_name(document.format).to_owned()];
    if document.has_pages() {
        facts.push(words::count(document.pages.len(), "page", "pages"));
    }
    let proposed = if assessment.profile_proposed { " (proposé d'après le texte)" } else { "" };
    facts.push(format!("profil « {} »{proposed}", assessment.profile.label()));
    let home = if prefix.is_empty() { "" } else { "<a href=\"#comparaison\">Comparaison</a>" };
    format!(
        "<header class=\"top\">\n<div class=\"name\"><p class=\"brand\">Clausule</p>\n\
         <h{level} id=\"{id}-nom\">{}</h{level}>\n<p class=\"facts\">{}</p></div>\n\
         <nav aria-label=\"Parties du rapport\">{home}<a href=\"#{prefix}synthese\">Synthèse</a>\
         <a href=\"#{prefix}categories\">Scores</a><a href=\"#{prefix}points\">Points</a>\
         <a class=\"to-paper\" href=\"#{prefix}contrat\">Contrat</a></nav>\n</header>\n",
        html(file),
        prose(&facts.join(" · ")),
    )
}

/// The class name of a verdict.
pub fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Satisfied => "satisfied",
        Verdict::Weak => "weak",
        Verdict::Adverse => "adverse",
        Verdict::Missing => "missing",
        Verdict::NotReadable => "unreadable",
        Verdict::NotApplicable => "aside",
    }
}
