//! The report that one hands to a director, as a paper: a page of summary, the gaps worst first with their words,
//! the clauses to propose, then what is well. The `press` crate makes it a PDF.

mod gaps;
mod opening;
mod provider;

use crate::typography::french;
use crate::words::{capitalised, count};
use crate::{Assessed, Report};
use paper::{Block, Date, Meta, Paper, Running, Style, plain};

/// A clause to propose for a point, written by whoever knows how (this crate does not).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// The point's id, such as `SAU-06`.
    pub point: String,
    /// The heading of the article it would stand in.
    pub heading: String,
    /// Its text: paragraphs apart by an empty line; one that begins with "- " is an item of a list.
    pub text: String,
}

/// What a dossier has besides the report.
#[derive(Debug, Clone, Copy, Default)]
pub struct Extras<'a> {
    /// The day that the dossier bears.
    pub date: Option<Date>,
    /// For each document, in the report's order, the clauses to propose; may be shorter than the documents.
    pub clauses: &'a [Vec<Clause>],
}

/// The report as a paper.
pub fn paper(report: &Report<'_>, extras: &Extras<'_>) -> Paper {
    let title = match report.documents {
        [one] => format!("Examen du contrat {}", one.file),
        several => format!("Examen de {}", count(several.len(), "contrat", "contrats")),
    };
    let day = extras.date.map(|date| date.words()).unwrap_or_default();
    let mut paper = Paper {
        meta: Meta {
            title: title.clone(),
            author: "Clausule".to_owned(),
            subject: "Ce à quoi le contrat engage, point par point, avec les passages qui le montrent.".to_owned(),
            date: extras.date,
            ..Meta::default()
        },
        running: Running {
            head: title,
            head_right: day,
            foot: "Rapport établi par Clausule d'après les mots du contrat ; il ne remplace pas un conseil juridique."
                .to_owned(),
        },
        ..Paper::default()
    };
    paper.running.foot = french(&paper.running.foot);
    failures(report, &mut paper);
    for (at, assessed) in report.documents.iter().enumerate() {
        if at > 0 || !report.failures.is_empty() {
            paper.push(Block::PageBreak);
        }
        let clauses = extras.clauses.get(at).map_or(&[][..], Vec::as_slice);
        opening::page(report.catalogue, assessed, &mut paper);
        provider::section(report.catalogue, assessed, &mut paper);
        gaps::section(report.catalogue, assessed, &mut paper);
        clause_section(report, assessed, clauses, &mut paper);
        gaps::well(report.catalogue, assessed, &mut paper);
        method(&mut paper);
    }
    paper
}

fn failures(report: &Report<'_>, paper: &mut Paper) {
    if report.failures.is_empty() {
        return;
    }
    paper.push(Block::heading(1, "Fichiers qui n'ont pas pu être lus"));
    let items = report.failures.iter().map(|failure| format!("{} : {}", failure.file, failure.message));
    paper.push(Block::bullets(items.map(|item| french(&item))));
}

fn clause_section(report: &Report<'_>, assessed: &Assessed<'_>, clauses: &[Clause], paper: &mut Paper) {
    if clauses.is_empty() {
        return;
    }
    paper.push(Block::PageBreak);
    paper.push(Block::heading(1, "Clauses à proposer"));
    paper.push(Block::words(french(
        "Chaque clause ci-dessous comble un manque. Les chiffres sont des propositions, à ajuster avant signature.",
    )));
    for gap in crate::summary::worst_gaps(assessed.assessment, usize::MAX) {
        for clause in clauses.iter().filter(|clause| clause.point == gap.point) {
            let title = format!("{} · {}", clause.heading, report.catalogue.title(&clause.point));
            paper.push(Block::heading(2, french(&title)));
            paper.push(Block::Callout {
                tone: paper::Tone::Accent,
                title: Vec::new(),
                blocks: clause_blocks(&clause.text),
            });
            paper.push(Block::styled(Style::Note, format!("Point {}", clause.point)));
        }
    }
}

/// The paragraphs and lists of a clause's text.
fn clause_blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for part in text.split("\n\n").flat_map(split_items) {
        match (part.strip_prefix("- "), blocks.last_mut()) {
            (Some(item), Some(Block::List { items, .. })) => items.push(plain(french(item)).into()),
            (Some(item), _) => blocks.push(Block::bullets([french(item)])),
            (None, _) => blocks.push(Block::words(french(part))),
        }
    }
    blocks
}

fn split_items(paragraph: &str) -> Vec<&str> {
    let paragraph = paragraph.trim();
    let items = paragraph.lines().all(|line| line.starts_with("- "));
    let parts: Vec<&str> = if items { paragraph.lines().collect() } else { vec![paragraph] };
    parts.into_iter().filter(|part| !part.is_empty()).collect()
}

fn method(paper: &mut Paper) {
    paper.push(Block::heading(2, "Comment lire ce rapport"));
    paper.push(Block::bullets(
        [
            "Satisfait : le contrat oblige celui qui doit, assez précisément pour qu'un manquement puisse être montré.",
            "Insuffisant : le sujet est abordé, mais rien n'engage.",
            "Défavorable : le contrat dit le contraire, ou met la charge sur le client.",
            "Absent : rien n'a été trouvé dans les pages lues.",
            "À vérifier : le passage est ambigu ; lisez-le avant de conclure.",
        ]
        .map(french),
    ));
    paper.push(Block::styled(Style::Note, french(
        "Les passages entre guillemets sont pris dans le document à l'emplacement indiqué, sans retouche ; « […] » marque une coupe.",
    )));
}

/// "absent · bloquant · à vérifier", with a capital.
fn status(verdict: &contract::PointVerdict) -> String {
    let mut words = vec![verdict.verdict.label().to_owned()];
    if verdict.verdict.is_gap() {
        words.push(verdict.severity.label().to_owned());
    }
    if !verdict.sure {
        words.push("à vérifier".to_owned());
    }
    capitalised(&words.join(" · "))
}
