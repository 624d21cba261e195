//! What to negotiate, worst first: what the contract says against the reader with its words, then what it is silent on
//! as a table; last what is well.

use super::colour;
use crate::summary::worst_gaps;
use crate::typography::{french, quoted};
use crate::words::{capitalised, count};
use crate::{Assessed, Catalogue};
use contract::{Assessment, Document, PointVerdict, Quote, Severity, Verdict};
use paper::{Block, Cell, Inline, Paper, Style, Table, Tone, bold, break_line, plain};

/// Characters of a passage shown; the whole is in the contract at the place given.
const PASSAGE: usize = 420;
/// Characters of a passage in a table.
const SHORT: usize = 150;
/// Passages shown of a gap.
const PASSAGES: usize = 3;
/// Characters of a heading shown as a passage's place.
const PLACE: usize = 70;
/// A reason that more verdicts share says no more than the verdict.
const SHARED: usize = 3;

pub(super) fn section(catalogue: &Catalogue, assessed: &Assessed<'_>, paper: &mut Paper) {
    let gaps = worst_gaps(assessed.assessment, usize::MAX);
    if !gaps.is_empty() {
        paper.push(Block::PageBreak);
        paper.push(Block::heading(1, "Ce qu’il faut négocier, du plus grave au moins grave"));
    }
    for severity in [Severity::Bloquant, Severity::Majeur, Severity::Mineur] {
        let (silent, said): (Vec<&PointVerdict>, Vec<&PointVerdict>) = gaps
            .iter()
            .filter(|gap| gap.severity == severity)
            .partition(|gap| gap.verdict == Verdict::Missing && severity != Severity::Bloquant);
        if silent.len() + said.len() == 0 {
            continue;
        }
        paper.push(Block::heading(2, french(&heading(severity, silent.len() + said.len()))));
        said.iter().for_each(|gap| paper.push(item(catalogue, assessed, gap)));
        silence(catalogue, &silent, !said.is_empty(), paper);
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

fn item(catalogue: &Catalogue, assessed: &Assessed<'_>, gap: &PointVerdict) -> Block {
    let document = assessed.document;
    let mut blocks = vec![
        Block::heading(3, french(catalogue.title(&gap.point))),
        Block::paragraph(status(assessed.assessment, gap)),
    ];
    blocks.extend(gap.quotes.iter().take(PASSAGES).map(|quote| passage(document, quote)));
    if !gap.contrary.is_empty() {
        blocks.push(Block::styled(Style::Label, french("Le contrat se contredit, il dit aussi :")));
        blocks.extend(gap.contrary.iter().take(PASSAGES).map(|quote| passage(document, quote)));
    }
    if let Some(absence) = gap.absence.as_ref().filter(|absence| !absence.looked_for.is_empty()) {
        let words = format!("Cherché sans succès : {}.", absence.looked_for.join(", "));
        blocks.push(Block::styled(Style::Note, french(&words)));
    }
    if let Some(info) = catalogue.get(&gap.point) {
        if !info.why.is_empty() {
            blocks.push(Block::words(french(&info.why)));
        }
        let label = Inline::Toned(Tone::Accent, vec![bold("À demander")]);
        blocks.push(Block::paragraph(vec![label, Inline::Text(format!("\u{202f}: {}", french(&info.ask)))]));
    }
    Block::Card { tone: colour(gap.verdict), blocks }
}

/// "Défavorable · SAU-01 · le contrat se tait sur le rythme"
fn status(assessment: &Assessment, gap: &PointVerdict) -> Vec<Inline> {
    let label = capitalised(gap.verdict.label());
    let mut words = vec![Inline::Toned(colour(gap.verdict), vec![bold(label)])];
    let mut notes = vec![gap.point.clone()];
    let alike = assessment.verdicts.iter().filter(|other| other.reason == gap.reason).count();
    if !gap.reason.is_empty() && alike <= SHARED {
        notes.push(french(gap.reason.trim_end_matches('.')));
    }
    if let Some(doubt) = doubt(assessment, gap) {
        notes.push(doubt.to_owned());
    }
    words.push(Inline::Toned(Tone::Silent, plain(format!(" · {}", notes.join(" · ")))));
    words
}

/// Whether a verdict is sure, where that sets it apart from most of the others.
pub(super) fn doubt(assessment: &Assessment, verdict: &PointVerdict) -> Option<&'static str> {
    let applies = assessment.verdicts.iter().filter(|one| one.verdict != Verdict::NotApplicable);
    let (sure, unsure): (Vec<bool>, Vec<bool>) = applies.map(|one| one.sure).partition(|sure| *sure);
    let mostly_sure = sure.len() >= unsure.len();
    match verdict.sure {
        true if !mostly_sure => Some("sûr"),
        false if mostly_sure => Some("à vérifier"),
        _ => None,
    }
}

/// A passage with its place below.
pub(super) fn passage(document: &Document, quote: &Quote) -> Block {
    let place = place(document, quote);
    let mut text = plain(quoted(&shortened(&quote.text, PASSAGE)));
    if !place.is_empty() {
        text.push(break_line());
        text.push(Inline::Toned(Tone::Silent, plain(capitalised(&place))));
    }
    Block::Paragraph { style: Style::Quote, text }
}

/// "page 5, Article 8 – Sauvegardes, lu par OCR"
pub(super) fn place(document: &Document, quote: &Quote) -> String {
    let mut parts = Vec::new();
    if document.has_pages() {
        parts.push(format!("page\u{a0}{}", quote.page));
    }
    // The innermost heading; one that is a whole sentence is the passage itself or near it.
    if let Some(heading) = quote.article.rsplit(" › ").find(|heading| heading.chars().count() <= PLACE) {
        parts.push(heading.to_owned());
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

/// What the contract says nothing of.
fn silence(catalogue: &Catalogue, gaps: &[&PointVerdict], after_others: bool, paper: &mut Paper) {
    if gaps.is_empty() {
        return;
    }
    if after_others {
        paper.push(Block::heading(3, "Le contrat n’en dit rien"));
    } else {
        paper.push(Block::words(french("Le contrat n'en dit rien.")));
    }
    let mut table = Table::with(&[1.0, 1.25, 1.5], &["Point", "Pourquoi il compte", "À demander"]);
    "Points dont le contrat ne dit rien".clone_into(&mut table.caption);
    for gap in gaps {
        let point = vec![
            Inline::Text(french(catalogue.title(&gap.point))),
            break_line(),
            Inline::Toned(Tone::Silent, plain(gap.point.clone())),
        ];
        let (why, ask) = catalogue.get(&gap.point).map_or(("", ""), |info| (&info.why, &info.ask));
        table.rows.push(vec![point.into(), french(why).into(), french(ask).into()]);
    }
    paper.push(Block::Table(table));
}

fn unreadable(catalogue: &Catalogue, assessed: &Assessed<'_>, paper: &mut Paper) {
    let of: Vec<&PointVerdict> =
        assessed.assessment.verdicts.iter().filter(|verdict| verdict.verdict == Verdict::NotReadable).collect();
    if of.is_empty() {
        return;
    }
    paper.push(Block::heading(2, french("Sans réponse : des pages n'ont pas pu être lues")));
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
    let mut table = Table::with(&[1.0, 1.5, 0.3], &["Point", "Ce que dit le contrat", "Page"]);
    table.columns[2].align = paper::Align::Right;
    "Points que le contrat satisfait".clone_into(&mut table.caption);
    if !assessed.document.has_pages() {
        table.columns.pop();
        table.header.pop();
    }
    for verdict in of {
        let quote = verdict.quotes.first();
        let words = quote.map(|quote| quoted(&shortened(&quote.text, SHORT))).unwrap_or_default();
        let mut point = vec![Inline::Text(french(catalogue.title(&verdict.point))), break_line()];
        let notes = [Some(verdict.point.as_str()), doubt(assessed.assessment, verdict)];
        let notes: Vec<&str> = notes.into_iter().flatten().collect();
        point.push(Inline::Toned(Tone::Silent, plain(notes.join(" · "))));
        let mut row: Vec<Cell> = vec![point.into(), words.into()];
        if assessed.document.has_pages() {
            row.push(quote.map(|quote| quote.page.to_string()).unwrap_or_default().into());
        }
        table.rows.push(row);
    }
    paper.push(Block::heading(1, "Ce que le contrat satisfait"));
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
