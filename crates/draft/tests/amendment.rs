//! Laws of the amendment, held on the samples as PDF and text: read beside its contract by somebody who does what its
//! sentences say, it turns every mended point `satisfied`; it quotes the contract's own words; its figures are those
//! answered.

use check::{Engine, Request};
use contract::{Assessment, Block, BlockKind, Document, Folded, Profile, Span, Verdict};
use draft::Answers;
use draft::mend::amend::{Amended, Terms, amend};
use draft::mend::{How, Selection, Task};
use paper::{Inline, Paper, text_of};
use std::fs;
use std::path::Path;

fn sample(name: &str) -> Document {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(name);
    let bytes = fs::read(&path).expect("the sample");
    readers::read(name, &bytes, &readers::NoOcr, &readers::Limits::default()).expect("the sample is read")
}

fn amended(engine: &Engine, document: &Document, answers: &Answers) -> Amended {
    let request = Request { profile: Some(Profile::Complete), facts: Vec::new() };
    let task = Task { engine, request, selection: Selection::default(), answers, comments: "" };
    let date = paper::Date { year: 2026, month: 11, day: 29 };
    amend(&task, document, &Terms { file: "contrat.pdf", author: "", date: Some(date) })
}

fn folded(text: &str) -> String {
    let text = Folded::of(text).text().replace(['\u{202f}', '\u{a0}'], " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(").replace(" )", ")")
}

/// The lines of a contract: what each is and says.
type Lines = Vec<(BlockKind, String)>;

fn lines(document: &Document) -> Lines {
    let told = document.blocks.iter().filter(|b| !matches!(b.kind, BlockKind::Running | BlockKind::TocEntry));
    let words = |b: &Block| {
        let pieces = b.pieces.iter().map(|p| document.slice(*p)).collect::<Vec<_>>().join(" ");
        pieces.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    told.map(|b| (b.kind, words(b))).collect()
}

/// The quoted words of an amendment's sentence.
fn quotes(sentence: &str) -> Vec<String> {
    let parts = sentence.split('«').skip(1).filter_map(|p| p.rsplit_once('»'));
    parts.map(|(words, _)| words.trim_matches(['\u{202f}', ' ']).to_owned()).collect()
}

/// What an amendment's paragraph brings: its words between quotation marks, in a style of their own.
fn brought(block: &paper::Block) -> Option<(BlockKind, String)> {
    let paper::Block::Paragraph { style: paper::Style::Quote, text } = block else { return None };
    let first = text.iter().find(|i| !matches!(i, Inline::Text(t) if t.starts_with('«')));
    let words = text_of(text).trim_matches(['«', '»', '\u{202f}']).to_owned();
    let kind = match first {
        Some(Inline::Bold(_)) => BlockKind::Heading { level: 1 },
        _ if words.starts_with("– ") => BlockKind::ListItem { depth: 0 },
        _ => BlockKind::Paragraph,
    };
    Some((kind, words))
}

/// Does to the contract what the amendment's sentences say, as a reader would.
fn read_together(document: &Document, amendment: &Paper) -> Lines {
    let mut text = lines(document);
    let blocks = &amendment.blocks;
    for (at, block) in blocks.iter().enumerate() {
        let paper::Block::Paragraph { style: paper::Style::Body, text: line } = block else { continue };
        let sentence = text_of(line);
        let new: Lines = blocks[at + 1..].iter().map_while(brought).collect();
        if let Some((article, _)) = sentence.split_once(" est complété") {
            let end = end_of(&text, article);
            text.splice(end..end, new);
        } else if let Some((_, sentence)) = sentence.split_once(", les mots ") {
            let mut place = None;
            for words in quotes(sentence) {
                let row = text
                    .iter()
                    .position(|(_, t)| t.contains(&words))
                    .unwrap_or_else(|| panic!("« {words} » is not in the contract"));
                let rest = text[row].1.replacen(&words, "\n", 1);
                let (before, after) = rest.split_once('\n').expect("cut there");
                let kind = text[row].0;
                let halves = [before.trim().to_owned(), after.trim().to_owned()].map(|h| (kind, h));
                place.get_or_insert(row + 1);
                text.splice(row..=row, halves);
            }
            if let Some(place) = place {
                text.splice(place..place, new);
            }
        } else if sentence.contains("Le Contrat reçoit") {
            let place = text.iter().rposition(|(_, t)| folded(t).starts_with("fait a ")).unwrap_or(text.len());
            text.splice(place..place, new);
        }
    }
    text.retain(|(_, t)| !t.is_empty());
    text
}

/// Where an article ends that is named as "L'article 7 (Sauvegardes)".
fn end_of(text: &Lines, article: &str) -> usize {
    let named = folded(article);
    let named = named.split(", page").next().unwrap_or_default();
    let is_heading = |kind: BlockKind| matches!(kind, BlockKind::Heading { .. });
    let heading = text.iter().position(|(kind, t)| {
        let words = folded(t);
        let named_so = match (named.split('"').nth(1), named.split_once('(')) {
            (Some(title), _) => words == title.trim(),
            (None, Some((before, title))) => {
                let number = before.split_whitespace().next_back().unwrap_or_default();
                let numbered = words.trim_start_matches("article ").starts_with(number);
                numbered && words.ends_with(title.trim_end_matches(')'))
            }
            (None, None) => {
                words.trim_start_matches("article ").starts_with(named.rsplit(' ').next().unwrap_or_default())
            }
        };
        is_heading(*kind) && named_so
    });
    let Some(heading) = heading else { panic!("no article is named {article}") };
    (heading + 1..text.len())
        .find(|at| is_heading(text[*at].0) || folded(&text[*at].1).starts_with("fait a "))
        .unwrap_or(text.len())
}

fn document(lines: &Lines, like: &Document) -> Document {
    let (mut text, mut blocks) = (String::new(), Vec::new());
    for (kind, words) in lines {
        let start = text.len();
        text.push_str(words);
        blocks.push(Block::new(*kind, Span::new(start, text.len())));
        text.push('\n');
    }
    Document { format: like.format, text, pages: Vec::new(), blocks, problems: Vec::new() }
}

fn verdict(assessment: &Assessment, point: &str) -> Verdict {
    assessment.verdicts.iter().find(|v| v.point == point).map(|v| v.verdict).expect("every point is judged")
}

const SAMPLES: [&str; 5] = [
    "accord-rgpd.pdf",
    "hebergement-cabinet-medical.pdf",
    "maintenance-faible.pdf",
    "infogerance-complete.pdf",
    "maintenance-faible.txt",
];

#[test]
fn contract_and_amendment_read_together_satisfy_every_mended_point() {
    let engine = Engine::new(points::embedded()).expect("the catalogue compiles");
    let mut broken = Vec::new();
    for name in SAMPLES {
        let contract = sample(name);
        let amended = amended(&engine, &contract, &Answers::default());
        let amendment = amended.paper.as_ref().expect("every sample has gaps");
        let after = amended.after.as_ref().expect("judged again");
        let request = Request { profile: Some(after.profile), facts: after.facts.clone() };
        let read = engine.assess(&document(&read_together(&contract, amendment), &contract), &request);
        for mended in amended.mended.iter().filter(|m| !matches!(m.how, How::Commented | How::Left)) {
            for (who, list) in [("amend", after), ("a reader", &read)] {
                let verdict = verdict(list, &mended.point);
                if verdict != Verdict::Satisfied {
                    broken.push(format!("{name}: {} is {verdict:?} to {who}", mended.point));
                }
            }
        }
        for now in read.verdicts.iter().filter(|v| v.verdict == Verdict::Adverse) {
            if verdict(&amended.before, &now.point) != Verdict::Adverse {
                broken.push(format!("{name}: {} became adverse", now.point));
            }
        }
        let mended = amended.mended.iter().filter(|m| m.clause.is_some()).count();
        assert!(mended > 3, "{name}: {mended} points mended");
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_amendment_bears_the_answers_and_what_a_contract_needs() {
    let engine = Engine::new(points::embedded()).expect("the catalogue compiles");
    let answers = Answers::parse("[SAU-06]\nfrequence = 4\n[INC-01]\nintervention = \"2 heures\"\n", &engine.catalogue)
        .expect("answers");
    let contract = sample("maintenance-faible.pdf");
    let amendment = amended(&engine, &contract, &answers).paper.expect("an amendment");
    let bytes = paper::docx::write(&amendment).expect("Word");
    let read = readers::read("avenant.docx", &bytes, &readers::NoOcr, &readers::Limits::default()).expect("read back");
    let text = folded(&read.text);
    for words in [
        "une fois par trimestre",
        "2 heures",
        "il prevaut",
        "restent inchangees",
        "entre en vigueur le",
        "pour le client",
        "projet du 29 novembre 2026",
    ] {
        assert!(text.contains(words) || text.contains(&words.replace("projet du ", "")), "{words:?} is not said");
    }
    assert!(!text.contains('{'), "a placeholder is left");
}

#[test]
fn an_amended_contract_needs_no_other_amendment() {
    let engine = Engine::new(points::embedded()).expect("the catalogue compiles");
    let contract = sample("hebergement-cabinet-medical.txt");
    let first = amended(&engine, &contract, &Answers::default());
    let consolidated = first.consolidated.expect("amended");
    let second = amended(&engine, &consolidated, &Answers::default());
    let again: Vec<&str> = second.mended.iter().filter(|m| m.clause.is_some()).map(|m| m.point.as_str()).collect();
    assert!(again.is_empty(), "mended twice: {again:?}");
}
