//! What to negotiate, worst first, each with the words that show it; then what is well, in a table.

use super::{opening::tone, status};
use crate::summary::worst_gaps;
use crate::typography::{french, quoted};
use crate::words::{capitalised, count, has_pages};
use crate::{Assessed, Catalogue};
use contract::{Absence, Document, PointVerdict, Quote, Severity, Verdict};
use paper::{Block, Cell, Inline, Paper, Style, Table, bold, plain};

/// Characters of a passage shown; the whole is in the contract at the place given.
const PASSAGE: usize = 420;
/// Characters of a passage in a table.
const SHORT: usize = 150;

pub(super) fn section(catalogue: &Catalogue, assessed: &Assessed<'_>, paper: &mut Paper) {
    let gaps = worst_gaps(assessed.assessment, usize::MAX);
    if !gaps.is_empty() {
        paper.push(Block::PageBreak);
        paper.push(Block::heading(1, "À négocier, du plus grave au moins grave"));
    }
    for severity in [Severity::Bloquant, Severity::Majeur, Severity::Mineur] {
        let of: Vec<&&PointVerdict> = gaps.iter().filter(|gap| gap.severity == severity).collect();
        if of.is_empty() {
            continue;
        }
        paper.push(Block::heading(2, heading(severity, of.len())));
        for gap in of {
            item(catalogue, assessed.document, gap, paper);
        }
    }
    unreadable(catalogue, assessed, paper);
}

fn heading(severity: Severity, n: usize) -> String {
    match severity {
        Severity::Bloquant => {
            format!("{} : ne signez pas sans les corriger", count(n, "manque bloquant", "manques bloquants"))
        }
        Severity::Majeur => format!("{} : à négocier", count(n, "manque majeur", "manques majeurs")),
        Severity::Mineur => format!("{} : bon à savoir", count(n, "manque mineur", "manques mineurs")),
    }
}

fn item(catalogue: &Catalogue, document: &Document, gap: &PointVerdict, paper: &mut Paper) {
    paper.push(Block::heading(3, french(catalogue.title(&gap.point))));
    let reason = if gap.reason.is_empty() { String::new() } else { format!("  {}", french(&gap.reason)) };
    paper.push(Block::paragraph(vec![bold(format!("{} · {}.", status(gap), gap.point)), Inline::Text(reason)]));
    for quote in &gap.quotes {
        paper.push(passage(document, quote));
    }
    if !gap.contrary.is_empty() {
        paper.push(Block::styled(Style::Label, french("Le contrat se contredit, il dit aussi :")));
        gap.contrary.iter().for_each(|quote| paper.push(passage(document, quote)));
    }
    if let Some(absence) = &gap.absence {
        searched(document, absence, paper);
    }
    if let Some(info) = catalogue.get(&gap.point) {
        advice("Pourquoi.", &info.why, paper);
        advice("À demander.", &info.ask, paper);
    }
}

fn advice(label: &str, words: &str, paper: &mut Paper) {
    if !words.is_empty() {
        paper.push(Block::paragraph(vec![bold(label), Inline::Text(format!(" {}", french(words)))]));
    }
}

fn searched(document: &Document, absence: &Absence, paper: &mut Paper) {
    if !absence.looked_for.is_empty() {
        let words = format!("Cherché sans succès : {}.", absence.looked_for.join(", "));
        paper.push(Block::styled(Style::Note, french(&words)));
    }
    if let Some(near) = absence.nearest.first() {
        paper.push(passage(document, &near.quote));
        paper.push(Block::styled(Style::Note, french(&format!("Passage le plus proche, écarté : {}", near.reason))));
    }
}

/// A passage with its place.
pub(super) fn passage(document: &Document, quote: &Quote) -> Block {
    let place = place(document, quote);
    let mut text = plain(quoted(&shortened(&quote.text, PASSAGE)));
    if !place.is_empty() {
        text.push(Inline::Text("  ".to_owned()));
        text.push(Inline::Italic(plain(place)));
    }
    Block::Paragraph { style: Style::Quote, text }
}

/// "page 5, Article 8 › 8.2, lu par OCR"
fn place(document: &Document, quote: &Quote) -> String {
    let mut parts = Vec::new();
    if has_pages(document) {
        parts.push(format!("page\u{a0}{}", quote.page));
    }
    if !quote.article.is_empty() {
        parts.push(shortened(&quote.article, 120));
    }
    if quote.ocr {
        parts.push("lu par OCR".to_owned());
    }
    parts.join(", ")
}

/// The words up to about `limit` characters, cut between two words and marked where cut.
fn shortened(words: &str, limit: usize) -> String {
    let Some((end, _)) = words.char_indices().nth(limit) else {
        return words.to_owned();
    };
    let cut = words[..end].rfind(char::is_whitespace).unwrap_or(end);
    format!("{} […]", words[..cut].trim_end())
}

fn unreadable(catalogue: &Catalogue, assessed: &Assessed<'_>, paper: &mut Paper) {
    let of: Vec<&PointVerdict> =
        assessed.assessment.verdicts.iter().filter(|verdict| verdict.verdict == Verdict::NotReadable).collect();
    if of.is_empty() {
        return;
    }
    paper.push(Block::heading(2, "Sans réponse : des pages n’ont pas pu être lues"));
    paper.push(Block::bullets(
        of.iter().map(|verdict| french(&format!("{} ({})", catalogue.title(&verdict.point), verdict.point))),
    ));
}

/// The points that the contract satisfies, with their words.
pub(super) fn well(catalogue: &Catalogue, assessed: &Assessed<'_>, paper: &mut Paper) {
    let of: Vec<&PointVerdict> =
        assessed.assessment.verdicts.iter().filter(|verdict| verdict.verdict == Verdict::Satisfied).collect();
    if of.is_empty() {
        return;
    }
    let mut table = Table::with(&[1.0, 1.5, 0.38], &["Point", "Ce que dit le contrat", "Page"]);
    table.columns[2].align = paper::Align::Right;
    for verdict in of {
        let quote = verdict.quotes.first();
        let words = quote.map(|quote| quoted(&shortened(&quote.text, SHORT))).unwrap_or_default();
        let page = quote.filter(|_| has_pages(assessed.document)).map(|quote| quote.page.to_string());
        let doubt = if verdict.sure { "" } else { " (à vérifier)" };
        let title = format!("{}{doubt}", french(catalogue.title(&verdict.point)));
        let point =
            Cell { text: plain(title), tone: tone(if verdict.sure { Verdict::NotApplicable } else { Verdict::Weak }) };
        table.rows.push(vec![point, words.into(), page.unwrap_or_default().into()]);
    }
    paper.push(Block::heading(1, capitalised("ce que le contrat satisfait")));
    paper.push(Block::Table(table));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_are_cut_between_words_and_marked() {
        assert_eq!(shortened("un deux trois", 8), "un deux […]");
        assert_eq!(shortened("un deux", 8), "un deux");
        assert_eq!(shortened("éàçéàçéàç", 3), "éàç […]");
    }
}
