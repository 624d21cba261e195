//! A clause is granted its own point and what follows from it, nothing more: pairs that a lawyer refused when the
//! library was read, held against the engine so that they do not come back.

use check::{Engine, Request};
use contract::{Block, BlockKind, Document, Format, Profile, Span, Verdict};
use draft::Answers;
use draft::clause::{Filling, render};
use draft::party::Parties;

/// The clause, and points that its words alone must not satisfy.
const REFUSED: &[(&str, &[&str])] = &[
    ("PER-04", &["PER-01", "FIN-01"]),
    ("PER-06", &["PER-01"]),
    ("INC-07", &["INC-08"]),
    ("INC-10", &["INC-01"]),
    ("INC-12", &["SOR-05"]),
    ("INC-13", &["CNF-02"]),
    ("SAU-03", &["CNF-10"]),
    ("SAU-07", &["GOV-03"]),
    ("RES-13", &["AUD-04"]),
    ("RES-14", &["RES-05"]),
    ("AVP-01", &["PER-01", "FIN-01"]),
    ("AVP-03", &["PER-01", "RES-01"]),
    ("AVP-05", &["INC-01"]),
    ("DOC-01", &["GOV-03"]),
    ("DOC-03", &["GOV-03", "SAU-05", "SAU-09"]),
    ("DOC-06", &["MAJ-01"]),
    ("FIN-01", &["MAJ-02"]),
    ("FIN-05", &["GOV-03"]),
    ("FIN-07", &["PER-01"]),
    ("SOR-03", &["FIN-07", "SOR-05"]),
    ("CNF-03", &["SOR-03"]),
    ("CON-02", &["RGP-09", "GOV-03"]),
    ("RGP-01", &["RGP-15"]),
    ("RGP-03", &["PER-01", "RGP-15"]),
    ("RGP-08", &["PER-01", "FIN-01"]),
    ("RSP-03", &["RSP-05"]),
    ("GOV-02", &["HEB-01", "RGP-15"]),
];

fn document(heading: &str, paragraphs: &[draft::clause::Paragraph]) -> Document {
    let (mut text, mut blocks) = (String::new(), Vec::new());
    let mut push = |kind: BlockKind, words: &str| {
        let start = text.len();
        text.push_str(words);
        blocks.push(Block::new(kind, Span::new(start, text.len())));
        text.push('\n');
    };
    push(BlockKind::Heading { level: 1 }, heading);
    for paragraph in paragraphs {
        let kind = if paragraph.item { BlockKind::ListItem { depth: 0 } } else { BlockKind::Paragraph };
        push(kind, &paragraph.text);
    }
    Document { format: Format::Text, text, pages: Vec::new(), blocks, problems: Vec::new() }
}

#[test]
fn a_clause_is_granted_nothing_that_its_words_do_not_promise() {
    let engine = Engine::new(points::embedded()).expect("the catalogue compiles");
    let (parties, answers) = (Parties::default(), Answers::default());
    let mut granted = Vec::new();
    for (id, refused) in REFUSED {
        let point = engine.catalogue.points.iter().find(|p| p.id == *id).expect("a point of the catalogue");
        for profile in Profile::ALL {
            let filling = Filling { parties: &parties, profile, answers: &answers, assessment: None };
            let clause = render(point, &filling).expect("the point has a clause");
            let request = Request { profile: Some(profile), facts: Profile::Complete.facts().to_vec() };
            for verdict in engine.assess(&document(&clause.heading, &clause.paragraphs), &request).verdicts {
                if verdict.verdict == Verdict::Satisfied && refused.contains(&verdict.point.as_str()) {
                    granted.push(format!("{id} ({}) satisfies {}", profile.name(), verdict.point));
                }
            }
        }
    }
    assert!(granted.is_empty(), "{}", granted.join("\n"));
}

#[test]
fn one_matter_has_one_figure_in_the_whole_library() {
    let catalogue = points::embedded();
    let parameter = |(id, name): &(&str, &str)| {
        let clause = catalogue.get(id).and_then(|point| point.clause.as_ref());
        clause.and_then(|clause| clause.parameter(name)).unwrap_or_else(|| panic!("{id} has no {name}")).clone()
    };
    for matter in draft::matters::SAME {
        let first = parameter(&matter[0]);
        for other in &matter[1..] {
            let second = parameter(other);
            assert_eq!(first.kind, second.kind, "{matter:?}");
            for profile in Profile::ALL {
                assert_eq!(first.default_for(profile), second.default_for(profile), "{matter:?}, {}", profile.name());
            }
        }
    }
}
