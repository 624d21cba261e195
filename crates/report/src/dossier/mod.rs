//! The report that one hands to a director, as a paper: a page of summary, the gaps worst first with their words,
//! the clauses to propose, then what is well. The `press` crate makes it a PDF.

mod gaps;
mod opening;
mod provider;

use crate::typography::french;
use crate::words::count;
use crate::{Assessed, Report};
use contract::{Severity, Verdict};
use paper::{Block, Date, Inline, Meta, Paper, Running, Style, Tone, plain};

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
    /// What is known besides of each document, in the report's order; may be shorter than the documents.
    pub documents: &'a [More],
}

/// What is known besides of one document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct More {
    /// The provider's name as the contract writes it; empty where it gives none.
    pub provider: String,
    /// The client's name, likewise.
    pub client: String,
    /// The clauses to propose.
    pub clauses: Vec<Clause>,
}

/// The report as a paper.
pub fn paper(report: &Report<'_>, extras: &Extras<'_>) -> Paper {
    let title = match report.documents {
        [one] => french(&format!("Examen du contrat « {} »", stem(one.file))),
        several => format!("Examen de {}", count(several.len(), "contrat", "contrats")),
    };
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
            head_right: extras.date.map(|date| date.words()).unwrap_or_default(),
            foot: french(
                "Établi par Clausule d'après les mots du contrat ; ce rapport ne remplace pas un conseil juridique.",
            ),
        },
        ..Paper::default()
    };
    match report.documents {
        [one] => {
            let more = extras.documents.first().cloned().unwrap_or_default();
            paper.cover = Some(opening::cover(one, &more));
            failures(report, &mut paper);
            document(report, one, &more, &mut paper);
        }
        several => {
            failures(report, &mut paper);
            for (at, assessed) in several.iter().enumerate() {
                let more = extras.documents.get(at).cloned().unwrap_or_default();
                let mut part = Paper::default();
                document(report, assessed, &more, &mut part);
                if at > 0 || !report.failures.is_empty() {
                    paper.push(Block::PageBreak);
                }
                opening::head(assessed, &more, &mut paper);
                part.blocks.iter_mut().for_each(one_deeper);
                paper.blocks.append(&mut part.blocks);
            }
        }
    }
    paper
}

fn document(report: &Report<'_>, assessed: &Assessed<'_>, more: &More, paper: &mut Paper) {
    opening::page(report.catalogue, assessed, paper);
    provider::section(report.catalogue, assessed, paper);
    gaps::section(report.catalogue, assessed, paper);
    clause_section(assessed, &more.clauses, paper);
    gaps::well(report.catalogue, assessed, paper);
    method(paper);
}

/// Headings go one level down where a document is one among several.
fn one_deeper(block: &mut Block) {
    match block {
        Block::Heading { level, .. } => *level += 1,
        Block::Card { blocks, .. } => blocks.iter_mut().for_each(one_deeper),
        _ => {}
    }
}

/// The file's name without its folders.
fn base_name(file: &str) -> &str {
    file.rsplit(['/', '\\']).next().filter(|name| !name.is_empty()).unwrap_or(file)
}

/// The file's name without its folders and its ending.
fn stem(file: &str) -> &str {
    let name = base_name(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

/// The colour of a verdict.
fn colour(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Satisfied => Tone::Good,
        Verdict::Weak => Tone::Caution,
        Verdict::Adverse => Tone::Bad,
        Verdict::Missing => Tone::Silent,
        Verdict::NotReadable => Tone::Unknown,
        Verdict::NotApplicable => Tone::Plain,
    }
}

fn failures(report: &Report<'_>, paper: &mut Paper) {
    if report.failures.is_empty() {
        return;
    }
    paper.push(Block::heading(1, french("Fichiers qui n'ont pas pu être lus")));
    let items = report.failures.iter().map(|failure| format!("{} : {}", failure.file, failure.message));
    paper.push(Block::bullets(items.map(|item| french(&item))));
}

/// The clauses of the gaps that are more than minor.
fn clause_section(assessed: &Assessed<'_>, clauses: &[Clause], paper: &mut Paper) {
    let gaps = crate::summary::worst_gaps(assessed.assessment, usize::MAX);
    let wanted: Vec<&Clause> = gaps
        .into_iter()
        .filter(|gap| gap.severity > Severity::Mineur)
        .flat_map(|gap| clauses.iter().filter(|clause| clause.point == gap.point))
        .collect();
    if wanted.is_empty() {
        return;
    }
    paper.push(Block::PageBreak);
    paper.push(Block::heading(1, "Clauses à proposer"));
    paper.push(Block::words(french(
        "Chaque clause comble un manque bloquant ou majeur, dans le même ordre que ci-dessus. Les chiffres sont des propositions, à ajuster avant signature. « clausule fix » les écrit toutes, celles des manques mineurs comprises, dans le contrat ou dans un avenant.",
    )));
    for clause in wanted {
        let id = Inline::Toned(Tone::Silent, plain(format!(" · {}", clause.point)));
        let text = vec![Inline::Text(french(&clause.heading)), id];
        let mut blocks = vec![Block::Heading { level: 2, numbered: false, text }];
        blocks.append(&mut clause_blocks(&clause.text));
        paper.push(Block::Card { tone: Tone::Accent, blocks });
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
    paper.push(Block::heading(1, "Comment lire ce rapport"));
    paper.push(Block::bullets(
        [
            "Satisfait : le contrat oblige celui qui doit, assez précisément pour qu'un manquement puisse être montré.",
            "Insuffisant : le sujet est abordé, mais rien n'engage.",
            "Défavorable : le contrat dit le contraire, ou met la charge sur le client.",
            "Absent : rien n'a été trouvé dans les pages lues.",
            "Sûr ou à vérifier : ce qui distingue ce verdict de la plupart des autres. Lisez le passage avant de conclure.",
        ]
        .map(french),
    ));
    paper.push(Block::styled(Style::Note, french(
        "Les passages entre guillemets sont pris dans le document à l'emplacement indiqué, sans retouche ; « […] » marque une coupe.",
    )));
}
